# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, variables and groups of hosts, and what is said about them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._cmdb.hosts import hosts_of
from ansible_collections.blueking.job.plugins.module_utils._cmdb.options import OWN_TABLE, selection_from

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._cmdb.hosts import Hosts
    from ansible_collections.blueking.job.plugins.module_utils._cmdb.read import Row


def row(id_: int, name: str | None = None, ip: str | None = None, cloud: int = 0, **more: t.Any) -> Row:
    fields = {"bk_host_id": id_, "bk_cloud_id": cloud, "bk_host_name": name, "bk_host_innerip": ip, **more}
    return {"fields": fields, "businesses": [1], "sets": ["web"], "modules": [], "dynamic_groups": []}


def hosts(*rows: Row, businesses: dict[str, str] | None = None, **given: t.Any) -> Hosts:
    defaults = {name: option.get("default") for name, option in OWN_TABLE.items()}
    selection = selection_from({**defaults, "bk_biz_ids": [1], **given})
    return hosts_of(
        {"hosts": list(rows), "businesses": businesses or {}}, selection, lambda text: text.replace(" ", "_")
    )


def names(*rows: Row, **given: t.Any) -> list[str]:
    return [entry.name for entry in hosts(*rows, **given).entries]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(1, "web", "10.0.0.1"), row(2, None, "10.0.0.2"), row(3)], ["web", "10.0.0.2", "3"]),
        ([row(1, ip="10.0.0.1, 10.0.0.2")], ["10.0.0.1"]),
        ([row(1, bk_host_innerip_v6="fd00::1,fd00::2")], ["fd00::1"]),
        ([row(1, "web"), row(2, "web", cloud=2), row(3, "db")], ["web_0", "web_2", "db"]),
        ([row(1, "web"), row(2, "web"), row(3, "web", cloud=2)], ["web_0_1", "web_0_2", "web_2"]),
        # Not even a name that somebody has chosen like that.
        ([row(1, "web"), row(2, "web", cloud=2), row(3, "web_2")], ["web_0", "web_2_2", "web_2_3"]),
        ([row(1, "localhost", "10.0.0.1"), row(2, "all"), row(3, "127.0.0.1", "::1")], ["10.0.0.1", "2", "3"]),
        ([row(1, "a b"), row(2, "../x"), row(3, "a,b"), row(4, "a\n[b]")], ["a_b", ".._x", "a", "a__b_"]),
        ([row(1, "主机")], ["主机"]),
    ],
)
def test_names(rows: list[Row], expected: list[str]) -> None:
    assert names(*rows) == expected


def test_the_first_preference_that_has_a_value() -> None:
    rows = [row(1, "web", bk_asset_id="A1"), row(2, "db", bk_asset_id="")]
    assert names(*rows, hostnames=["bk_asset_id", "bk_host_name"]) == ["A1", "db"]


def test_variables() -> None:
    both = {**row(1, "web", "10.0.0.1,10.0.0.2"), "businesses": [2, 1], "modules": ["a", "b"]}
    [entry] = hosts(t.cast("Row", both)).entries
    assert entry.variables == {
        "bk_host_id": 1,
        "bk_cloud_id": 0,
        "bk_host_name": "web",
        "bk_host_innerip": "10.0.0.1,10.0.0.2",
        "bk_biz_id": 2,
        "bk_set_names": ["web"],
        "bk_module_names": ["a", "b"],
        "ansible_host": "10.0.0.1",
    }
    [entry] = hosts(row(1, "web", "10.0.0.1"), ansible_host=False).entries
    assert "ansible_host" not in entry.variables


@pytest.mark.parametrize(
    ("system", "groups"),
    [("1", ["os_linux"]), ("2", ["os_windows"]), ("6", ["os_hp-ux"]), ("99", ["os_99"]), (None, []), ("", [])],
)
def test_groups_of_operating_systems(system: str | None, groups: list[str]) -> None:
    [entry] = hosts(row(1, bk_os_type=system), groups_from=["os"]).entries
    assert entry.groups == groups


def test_groups() -> None:
    one = {**row(1, cloud=3), "modules": ["a b"], "dynamic_groups": ["canary"], "businesses": [1, 2]}
    kinds = ["dynamic_group", "cloud", "module", "set", "biz"]
    found = hosts(
        t.cast("Row", one), groups_from=kinds, group_prefix="x_", businesses={"1": "BlueKing", "2": "Elsewhere"}
    )
    assert found.entries[0].groups == [
        "x_biz_BlueKing",
        "x_biz_Elsewhere",
        "x_set_web",
        "x_module_a_b",
        "x_cloud_3",
        "x_dynamic_group_canary",
    ]
    assert hosts(row(1), groups_from=[]).entries[0].groups == []


@pytest.mark.parametrize(
    ("rows", "given", "said"),
    [
        ([row(1, "web"), row(2, "web")], {}, ["web_0_1", "web_0_2"]),
        ([], {}, ["business 1"]),
        ([row(1)], {"sets": ["web", "webb"]}, ["webb"]),
        ([row(1)], {"modules": ["nginx"]}, ["nginx"]),
        ([row(1)], {"fields": ["bk_host_name", "bk_nmae"]}, ["bk_nmae"]),
        (
            [row(1), t.cast("Row", {**row(2), "sets": ["a b"]}), t.cast("Row", {**row(3), "sets": ["a_b"]})],
            {},
            ["set_a_b", "a b, a_b"],
        ),
    ],
)
def test_warnings(rows: list[Row], given: dict[str, t.Any], said: list[str]) -> None:
    [warning] = hosts(*rows, **given).warnings
    assert [text for text in said if text not in warning] == []


def test_no_warnings() -> None:
    assert hosts(row(1, "web"), row(2, "db"), sets=["web"]).warnings == []


def test_a_warning_names_some_only() -> None:
    rows = [row(number, "web") for number in range(1, 9)]
    [warning] = hosts(*rows).warnings
    assert ("web_0_5" in warning, "web_0_6" in warning, "3" in warning) == (True, False, True)
