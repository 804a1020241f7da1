# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and the script library (quick jobs Q1, Q6)."""

from __future__ import annotations

import typing as t

import pytest

from tests.unit.simulator.quick import CLEAN, DRAFT_ONLY, FOREIGN, REPORT

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client


@pytest.fixture(params=["v3", "apigw"])
def client(request: pytest.FixtureRequest) -> Client:
    return t.cast("Client", request.getfixturevalue(request.param))


# Accounts


def test_accounts(client: Client) -> None:
    page = client.data("get_account_list")
    assert (page["start"], page["length"], page["total"]) == (0, 20, 4)
    row = page["data"][1]
    assert (row["id"], row["account"], row["alias"], row["category"], row["type"], row["os"]) == (
        2,
        "application",
        "app",
        1,
        1,
        "Linux",
    )
    assert (row["bk_scope_type"], row["bk_scope_id"]) == ("biz", "1")
    assert [row["os"] for row in page["data"]] == ["Linux", "Linux", "Windows", None]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"category": 1}, [1, 2, 3]),
        ({"category": 2}, [4]),
        ({"alias": "APP"}, [2]),
        ({"alias": "ap"}, []),
        ({"account": "application"}, [2]),
        ({"account": " "}, [1, 2, 3, 4]),
        ({"start": 1, "length": 2}, [2, 3]),
        ({"start": -1, "length": -1}, [1, 2, 3, 4]),
        ({"start": 4}, []),
    ],
)
def test_filters_of_accounts(client: Client, filters: dict[str, t.Any], ids: list[int]) -> None:
    assert [row["id"] for row in client.data("get_account_list", **filters)["data"]] == ids


def test_longest_page_of_accounts(client: Client) -> None:
    assert client.data("get_account_list", length=5000)["length"] == 1000


def test_accounts_of_another_business(client: Client) -> None:
    assert [row["id"] for row in client.in_scope(bk_biz_id=2).data("get_account_list")["data"]] == [901]


def test_unknown_category(v3: Client) -> None:
    assert v3.refusal("get_account_list", category=3) == (1240003, "Account category value is illegal")


# Scripts


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, [CLEAN, REPORT, DRAFT_ONLY]),
        ({"name": "E"}, [CLEAN, REPORT, DRAFT_ONLY]),
        ({"name": "cl"}, [CLEAN]),
        ({"name": "c_e%n"}, [CLEAN]),
        ({"script_language": 4}, [REPORT]),
        ({"script_language": 0}, [CLEAN, REPORT, DRAFT_ONLY]),
        ({"start": 1, "length": 1}, [REPORT]),
    ],
)
def test_scripts(client: Client, filters: dict[str, t.Any], ids: list[str]) -> None:
    assert [row["id"] for row in client.data("get_script_list", **filters)["data"]] == ids


def test_rows_of_scripts(client: Client) -> None:
    rows = client.data("get_script_list")["data"]
    found = [(row["name"], row["script_language"], row["online_script_version_id"]) for row in rows]
    assert found == [("clean", 1, 1002), ("report", 4, 1010), ("later", 1, None)]


def test_page_beyond_the_end_has_no_total(client: Client) -> None:
    page = client.data("get_script_list", start=3)
    assert (page["start"], page["total"], page["data"]) == (3, 0, [])


def test_unknown_language(client: Client) -> None:
    assert client.refusal("get_script_list", script_language=7)[0] == 1241005


def test_versions(client: Client) -> None:
    rows = client.data("get_script_version_list", script_id=CLEAN)["data"]
    found = [(row["id"], row["version"], row["status"], row["content"]) for row in rows]
    assert found == [(1003, "1.3", 0, None), (1002, "1.2", 1, None), (1001, "1.1", 2, None), (1000, "1.0", 3, None)]


def test_content_of_versions_is_plain(client: Client) -> None:
    rows = client.data("get_script_version_list", script_id=CLEAN, return_script_content="true")["data"]
    assert rows[1]["content"] == "#!/bin/bash\necho clean $1\n"


@pytest.mark.parametrize("script_id", [FOREIGN, "none"])
def test_versions_of_no_script(client: Client, script_id: str) -> None:
    assert client.data("get_script_version_list", script_id=script_id)["data"] == []


def test_versions_need_a_script(v3: Client) -> None:
    assert v3.refusal("get_script_version_list") == (1241005, "Invalid request parameter [script_id]")


@pytest.mark.parametrize("wanted", [{"id": 1002}, {"script_id": CLEAN, "version": "1.2"}, {"id": 1002, "version": "x"}])
def test_detail(client: Client, wanted: dict[str, t.Any]) -> None:
    detail = client.data("get_script_version_detail", **wanted)
    assert (detail["id"], detail["script_id"], detail["name"], detail["status"]) == (1002, CLEAN, "clean", 1)
    assert (detail["content"], detail["script_language"]) == ("#!/bin/bash\necho clean $1\n", 1)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"id": 1}, 1243001),
        ({"id": 1900}, 1243004),
        ({"script_id": CLEAN, "version": "9"}, 1243001),
        ({"script_id": "none", "version": "1.2"}, 1243001),
        ({"script_id": FOREIGN, "version": "1.0"}, 1243004),
    ],
)
def test_detail_of_what_does_not_exist(client: Client, wanted: dict[str, t.Any], code: int) -> None:
    assert client.refusal("get_script_version_detail", **wanted)[0] == code


@pytest.mark.parametrize(("wanted", "name"), [({}, "script_id"), ({"script_id": CLEAN}, "version")])
def test_incomplete_detail(v3: Client, wanted: dict[str, t.Any], name: str) -> None:
    assert v3.refusal("get_script_version_detail", **wanted) == (1241005, f"Invalid request parameter [{name}]")


@pytest.mark.parametrize(
    ("api", "params"), [("get_script_version_list", {"script_id": CLEAN}), ("get_script_version_detail", {"id": 1002})]
)
def test_viewing_needs_permission(sim: Simulator, v3: Client, api: str, params: dict[str, t.Any]) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"view_script"}
    assert v3.body(api, **params)["code"] == 9900403
    assert v3.data("get_script_list")["total"] == 3


def test_detail_by_label_needs_no_permission(sim: Simulator, v3: Client) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"view_script"}
    assert v3.data("get_script_version_detail", script_id=CLEAN, version="1.2")["id"] == 1002
