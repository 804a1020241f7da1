# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that select hosts: what is read, and what is refused before any request."""

from __future__ import annotations

import typing as t

import pytest
import requests

from ansible_collections.blueking.job.plugins.module_utils._cmdb.options import (
    OPERATORS,
    OWN_TABLE,
    check_filter,
    selection_from,
)
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._cmdb.options import Selection
    from tests.simulator import Simulator

VALUES = {"in": [1], "not_in": ["a"], "less": 1, "less_or_equal": 1.5, "greater": 1, "greater_or_equal": 0}


def selection(**given: t.Any) -> Selection:
    defaults = {name: option.get("default") for name, option in OWN_TABLE.items()}
    return selection_from({**defaults, "bk_biz_ids": [1], **given})


def every(*rules: t.Any) -> dict[str, t.Any]:
    return {"condition": "AND", "rules": list(rules)}


def rule(operator: str, value: t.Any = None, field: str = "bk_host_id") -> dict[str, t.Any]:
    return {"field": field, "operator": operator, "value": value}


def test_what_is_always_read_is_added_to_the_fields() -> None:
    found = selection(fields=["operator"], hostnames=["bk_asset_id"], groups_from=["os"])
    assert found.hosts.fields == (
        "bk_host_id",
        "bk_cloud_id",
        "bk_host_innerip",
        "bk_host_innerip_v6",
        "operator",
        "bk_asset_id",
        "bk_os_type",
    )
    assert found.own_fields == ("operator",)
    assert selection().own_fields == ()


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ({"group_prefix": "x_", "ansible_host": False, "groups_from": ["set"]}, True),
        ({"groups_from": ["biz"]}, False),
        ({"groups_from": ["dynamic_group"]}, False),
        ({"dynamic_groups": ["a"]}, False),
        ({"sets": ["a"]}, False),
        ({"bk_biz_ids": [2]}, False),
        ({"fields": ["operator"]}, False),
        ({"host_filter": every(rule("greater", 1))}, False),
    ],
)
def test_what_reads_the_same_shares_a_cache(given: dict[str, t.Any], same: bool) -> None:
    assert (selection(**given).reads() == selection().reads()) is same


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"bk_biz_ids": None}, ("bk_biz_ids (BK_BIZ_ID)",)),
        ({"bk_biz_ids": [0]}, ("bk_biz_ids (BK_BIZ_ID)", "0")),
        ({"bk_biz_ids": [1, 8000000]}, ("bk_biz_ids (BK_BIZ_ID)", "8000000")),
        ({"bk_biz_ids": [1, 9999999]}, ("bk_biz_ids (BK_BIZ_ID)", "9999999")),
        ({"hostnames": []}, ("hostnames",)),
        ({"hostnames": ["bk host"]}, ("hostnames", "'bk host'")),
        ({"fields": ["1st"]}, ("fields", "'1st'")),
        ({"sets": ["web", ""]}, ("sets",)),
        ({"modules": [""]}, ("modules",)),
        ({"dynamic_groups": [""]}, ("dynamic_groups",)),
    ],
)
def test_refused_options(given: dict[str, t.Any], names: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        selection(**given)
    assert [name for name in names if name not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("filter_", "place"),
    [
        ([], "host_filter"),
        ({"rules": []}, "host_filter"),
        ({"condition": "and", "rules": [rule("less", 1)]}, "host_filter.condition"),
        ({"condition": "OR"}, "host_filter.rules"),
        (every(), "host_filter.rules"),
        (every(rule("less", 1), "x"), "host_filter.rules[1]"),
        (every(rule("equals", 1)), "host_filter.rules[0].operator"),
        (every(rule("between", [1, 2])), "host_filter.rules[0].operator"),
        (every(rule("less", 1, field="a b")), "host_filter.rules[0].field"),
        (every({"operator": "less", "value": 1}), "host_filter.rules[0].field"),
        (every(rule("less", "1")), "host_filter.rules[0].value"),
        (every(rule("less", True)), "host_filter.rules[0].value"),
        (every(rule("in", "1")), "host_filter.rules[0].value"),
        (every(rule("in", [])), "host_filter.rules[0].value"),
        (every(rule("in", [1, "1"])), "host_filter.rules[0].value"),
        (every(rule("in", [None])), "host_filter.rules[0].value"),
        (every(rule("contains", "")), "host_filter.rules[0].value"),
        (every(rule("equal", None)), "host_filter.rules[0].value"),
        (every(every(rule("less", 1), every(rule("less", 1)))), "host_filter.rules[0].rules[1].rules"),
    ],
)
def test_a_filter_that_cmdb_would_refuse(filter_: t.Any, place: str) -> None:
    with pytest.raises(InputError) as caught:
        check_filter(filter_)
    assert str(caught.value).startswith(f"{place}: ")


@pytest.mark.parametrize("operator", [name for name in OPERATORS if not name.startswith("datetime")])
def test_cmdb_has_every_operator(sim: Simulator, operator: str) -> None:
    """What is accepted here is accepted by the server too."""
    filter_ = every(rule(operator, VALUES.get(operator, "a")))
    check_filter(filter_)
    body = {"bk_biz_id": 1, "page": {"start": 0, "limit": 1}, "host_property_filter": filter_}
    who = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin"}
    with requests.Session() as session:
        session.trust_env = False
        url = f"{sim.url}/api/c/compapi/v2/cc/list_biz_hosts_topo/"
        assert session.post(url, json={**who, **body}).json()["code"] == 0
