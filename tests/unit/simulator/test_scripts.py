# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing the script library, that of a business and the public one (quick jobs Q6). Reading: test_library.py."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Script, ScriptVersion
from tests.simulator.job.plans import ScriptStep
from tests.unit.simulator.client import THEN
from tests.unit.simulator.quick import CLEAN, DRAFT_ONLY, FOREIGN, REPORT, SHARED, encoded, only_given, script

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client

DRAFT, ONLINE, OFFLINE, DISABLED = 0, 1, 2, 3
CONTENT = "echo 'a b'\r\necho ü\n"


@pytest.fixture(params=["v3", "apigw"])
def client(request: pytest.FixtureRequest) -> Client:
    return t.cast("Client", request.getfixturevalue(request.param))


def new(**changes: t.Any) -> dict[str, t.Any]:
    """The request of a new script, with changes; a key whose value is `...` is left out."""
    fields = {"name": "new", "script_language": 1, "content": encoded(CONTENT), "version": "1", "version_desc": "first"}
    return only_given({**fields, **changes})


def new_version(**changes: t.Any) -> dict[str, t.Any]:
    return only_given({"script_id": CLEAN, "content": encoded("true\n"), "version": "2.0", **changes})


def one(script_id: str, version_id: int) -> dict[str, t.Any]:
    return {"script_id": script_id, "script_version_id": version_id}


def versions(client: Client, script_id: str, **params: t.Any) -> list[tuple[int, str, int]]:
    rows = client.data("get_script_version_list", script_id=script_id, **params)["data"]
    return [(row["id"], row["version"], row["status"]) for row in rows]


def deny(sim: Simulator, *actions: str) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = set(actions)


def refer(sim: Simulator, script_id: str, version_id: int) -> None:
    """The first step of plan 100 has this version of a script."""
    plan = sim.world.plan(100)
    assert plan is not None
    step = plan.steps[0]
    assert isinstance(step, ScriptStep)
    step.script_id, step.script_version_id = script_id, version_id


# New scripts


def test_create(client: Client) -> None:
    row = client.data("create_script", **new(description="d"))
    assert (row["name"], row["version"], row["status"], row["content"]) == ("new", "1", DRAFT, CONTENT)
    assert (row["description"], row["version_desc"], row["script_language"]) == ("d", "first", 1)
    assert (row["creator"], row["create_time"], row["last_modify_time"]) == ("admin", THEN * 1000, THEN * 1000)
    assert (len(row["script_id"]), row["bk_scope_id"]) == (32, "1")
    assert client.data("get_script_version_detail", id=row["id"]) == row
    [first, *_others] = client.data("get_script_list")["data"]
    assert (first["id"], first["online_script_version_id"]) == (row["script_id"], None)


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"name": ...}, 1240003, "Script name cannot be empty"),
        ({"name": "n" * 61}, 1240003, "Script name can not exceed  60 characters"),
        ({"name": "a/b"}, 1240003, "Illegal Script name"),
        ({"script_language": ...}, 1240003, "script type cannot be empty"),
        ({"script_language": 7}, 1240003, "Illegal script type"),
        ({"content": ""}, 1240003, "Script content cannot be empty"),
        ({"version": ...}, 1240003, "Script version cannot be empty"),
        ({"version": "v" * 61}, 1240003, "Script version name can not exceed  60 characters"),
        ({"version": "a b"}, 1240003, "Illegal script version"),
        ({"name": "CLEAN"}, 1243002, "Script name already exists"),
    ],
)
def test_refused_creation(v3: Client, changes: dict[str, t.Any], code: int, message: str) -> None:
    assert v3.refusal("create_script", **new(**changes)) == (code, message)


@pytest.mark.parametrize("name", ["'", "ä & ü", "[x]"])
def test_names(v3: Client, name: str) -> None:
    assert v3.data("create_script", **new(name=name))["name"] == name


def test_names_are_those_of_a_business(v3: Client) -> None:
    elsewhere = v3.in_scope(bk_biz_id=2)
    assert elsewhere.data("create_script", **new(name="report"))["name"] == "report"


def test_creation_needs_permission(sim: Simulator, v3: Client) -> None:
    deny(sim, "create_script")
    assert v3.refusal("create_script", **new(name="clean"))[0] == 9900403
    assert v3.refusal("create_script_version", **new_version(version="1.2"))[0] == 9900403


# Versions


def test_create_version(sim: Simulator, client: Client) -> None:
    sim.clock.advance(5)
    row = client.as_user("alice").data("create_script_version", **new_version())
    assert (row["script_id"], row["version"], row["status"], row["content"]) == (CLEAN, "2.0", DRAFT, "true\n")
    assert (row["creator"], row["version_desc"]) == ("alice", None)
    assert versions(client, CLEAN)[0] == (row["id"], "2.0", DRAFT)
    [first, *_others] = client.data("get_script_list")["data"]
    assert (first["id"], first["last_modify_user"], first["online_script_version_id"]) == (CLEAN, "alice", 1002)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"script_id": ...}, 1240003),
        ({"content": ...}, 1240003),
        ({"version": "é"}, 1240003),
        ({"version": "1.2"}, 1243036),
        ({"version": "1.0"}, 1243036),
    ],
)
def test_refused_version(v3: Client, changes: dict[str, t.Any], code: int) -> None:
    assert v3.refusal("create_script_version", **new_version(**changes))[0] == code


def test_version_of_no_script_is_no_error(v3: Client) -> None:
    assert v3.body("create_script_version", **new_version(script_id="none")).get("data") is None


def test_version_of_another_business_is_no_error(v3: Client) -> None:
    assert v3.data("create_script_version", **new_version(script_id=FOREIGN))["bk_scope_id"] == "2"


def test_update_version(sim: Simulator, client: Client) -> None:
    sim.clock.advance(5)
    change = {**one("ignored", 1003), "content": encoded("echo changed\n")}
    row = client.data("update_script_version", **change)
    assert (row["id"], row["script_id"], row["content"], row["status"]) == (1003, CLEAN, "echo changed\n", DRAFT)
    # A description that is not sent is removed.
    assert (row["version"], row["version_desc"], row["last_modify_time"]) == ("1.3", None, (THEN + 5) * 1000)


@pytest.mark.parametrize(("version_id", "code"), [(1002, 1241003), (1001, 1241003), (1000, 1241003), (1, 1243001)])
def test_only_drafts_change(v3: Client, version_id: int, code: int) -> None:
    assert v3.refusal("update_script_version", **one(CLEAN, version_id), content=encoded("x"))[0] == code


@pytest.mark.parametrize("version_id", [1003, 1002, 1001])
def test_publish(client: Client, version_id: int) -> None:
    found = client.data("publish_script_version", **one(CLEAN, version_id))
    assert found == {"id": version_id, "script_id": CLEAN, "status": ONLINE}
    states = {found_id: status for found_id, _label, status in versions(client, CLEAN)}
    online = {1003: DRAFT, 1002: OFFLINE, 1001: OFFLINE, 1000: DISABLED, version_id: ONLINE}
    assert states == online


def test_publishing_changes_no_time(sim: Simulator, v3: Client) -> None:
    before = v3.data("get_script_version_detail", id=1003)
    sim.clock.advance(5)
    v3.as_user("alice").data("publish_script_version", **one(CLEAN, 1003))
    assert v3.data("get_script_version_detail", id=1003) == {**before, "status": ONLINE}


@pytest.mark.parametrize("version_id", [1002, 1001])
def test_disable(client: Client, version_id: int) -> None:
    found = client.data("disable_script_version", **one(CLEAN, version_id))
    assert found == {"id": version_id, "script_id": CLEAN, "status": DISABLED}
    assert client.refusal("publish_script_version", **one(CLEAN, version_id))[0] == 1241003


@pytest.mark.parametrize("version_id", [1003, 1000])
def test_drafts_and_disabled_versions_are_not_disabled(v3: Client, version_id: int) -> None:
    assert v3.refusal("disable_script_version", **one(CLEAN, version_id))[0] == 1241003


@pytest.mark.parametrize("api", ["publish_script_version", "disable_script_version"])
@pytest.mark.parametrize(
    ("script_id", "version_id", "code"),
    [
        (CLEAN, 1, 1243001),
        (CLEAN, 1900, 1243004),
        (CLEAN, 1010, 1243001),
        ("none", 1002, 1243001),
        (FOREIGN, 1002, 1243004),
    ],
)
def test_wrong_pairs(v3: Client, api: str, script_id: str, version_id: int, code: int) -> None:
    assert v3.refusal(api, **one(script_id, version_id))[0] == code


@pytest.mark.parametrize(
    "api", ["update_script_version", "publish_script_version", "disable_script_version", "delete_script_version"]
)
def test_ids_are_required(v3: Client, api: str) -> None:
    content = {"content": encoded("x")}
    assert v3.refusal(api, script_version_id=1003, **content) == (1240003, "Script id cannot be empty")
    assert v3.refusal(api, script_id=CLEAN, **content) == (1240003, "Script version id cannot be empty")


# Name and description


def test_update_basic(sim: Simulator, client: Client) -> None:
    sim.clock.advance(5)
    row = client.data("update_script_basic", script_id=CLEAN, name="clean up", description="d")
    assert (row["id"], row["name"], row["description"]) == (CLEAN, "clean up", "d")
    assert (row["online_script_version_id"], row["last_modify_time"]) == (None, (THEN + 5) * 1000)
    assert client.data("update_script_basic", script_id=CLEAN, name="clean up", description="")["description"] == "d"


def test_characters_of_a_name_are_checked_at_creation_only(v3: Client) -> None:
    assert v3.data("update_script_basic", script_id=CLEAN, name="a/b")["name"] == "a/b"


@pytest.mark.parametrize(
    ("script_id", "name", "code"),
    [
        (CLEAN, "report", 1243002),
        (CLEAN, "Clean", 1243002),
        (CLEAN, "", 1240003),
        (CLEAN, "n" * 61, 1240003),
        ("", "x", 1240003),
        ("none", "x", 1243001),
        (FOREIGN, "x", 1243004),
    ],
)
def test_refused_names(v3: Client, script_id: str, name: str, code: int) -> None:
    assert v3.refusal("update_script_basic", script_id=script_id, name=name)[0] == code


# Deletion


def test_delete_version(client: Client) -> None:
    assert client.body("delete_script_version", **one("ignored", 1002)).get("data") is None
    assert [version_id for version_id, *_others in versions(client, CLEAN)] == [1003, 1001, 1000]


def test_the_last_version_takes_the_script_along(client: Client) -> None:
    client.body("delete_script_version", **one(DRAFT_ONLY, 1020))
    assert [row["id"] for row in client.data("get_script_list")["data"]] == [CLEAN, REPORT]
    assert client.data("create_script", **new(name="later"))["name"] == "later"


def test_delete(client: Client) -> None:
    assert client.body("delete_script", script_id=CLEAN).get("data") is None
    assert client.refusal("get_script_version_detail", id=1002)[0] == 1243001


@pytest.mark.parametrize(("version_id", "code"), [(1, 1243001), (1900, 1243004)])
def test_refused_deletion_of_versions(v3: Client, version_id: int, code: int) -> None:
    assert v3.refusal("delete_script_version", **one(CLEAN, version_id))[0] == code


@pytest.mark.parametrize(("script_id", "code"), [("", 1240003), ("none", 1243001), (FOREIGN, 1243004)])
def test_refused_deletion_of_scripts(v3: Client, script_id: str, code: int) -> None:
    assert v3.refusal("delete_script", script_id=script_id)[0] == code


def test_references_protect_the_online_version_and_the_script(sim: Simulator, v3: Client) -> None:
    refer(sim, CLEAN, 1002)
    assert v3.refusal("delete_script_version", **one(CLEAN, 1002))[0] == 1243054
    assert v3.refusal("delete_script", script_id=CLEAN)[0] == 1243054
    v3.data("publish_script_version", **one(CLEAN, 1001))
    assert v3.body("delete_script_version", **one(CLEAN, 1002))["result"] is True
    assert v3.refusal("delete_script", script_id=CLEAN)[0] == 1243054


def test_references_to_other_versions_protect_nothing(sim: Simulator, v3: Client) -> None:
    refer(sim, CLEAN, 1001)
    assert v3.body("delete_script_version", **one(CLEAN, 1001))["result"] is True
    assert v3.body("delete_script_version", **one(CLEAN, 1002))["result"] is True


def test_plans_show_what_they_refer_to(sim: Simulator, v3: Client) -> None:
    refer(sim, CLEAN, 1002)
    step = v3.data("get_job_plan_detail", job_plan_id=100)["step_list"][0]["script_info"]
    assert (step["script_id"], step["script_version_id"]) == (CLEAN, 1002)


@pytest.mark.parametrize(
    ("api", "params"),
    [
        ("update_script_version", {**one(CLEAN, 1003), "content": encoded("x")}),
        ("publish_script_version", one(CLEAN, 1003)),
        ("disable_script_version", one(CLEAN, 1002)),
        ("delete_script_version", one(CLEAN, 1002)),
        ("delete_script", {"script_id": CLEAN}),
        ("update_script_basic", {"script_id": CLEAN, "name": "x"}),
    ],
)
def test_changes_need_permission(sim: Simulator, v3: Client, api: str, params: dict[str, t.Any]) -> None:
    deny(sim, "manage_script")
    [action] = v3.body(api, **params)["permission"]["actions"]
    assert action["id"] == "manage_script"


# Reading what has changed


def test_versions_are_listed_by_their_time(sim: Simulator, client: Client) -> None:
    sim.clock.advance(5)
    client.data("update_script_version", **one(CLEAN, 1003), content=encoded("x"))
    sim.clock.advance(5)
    newest = client.data("create_script_version", **new_version())["id"]
    found = [version_id for version_id, *_others in versions(client, CLEAN)]
    assert found == [newest, 1003, 1002, 1001, 1000]


def test_a_page_of_versions_is_short_and_has_no_limit(sim: Simulator, client: Client) -> None:
    many = [ScriptVersion(5000 + number, str(number), "true\n") for number in range(1500)]
    sim.world.scripts.append(Script("many", "many", sim.world.businesses[0].scope, versions=many))
    assert len(versions(client, "many")) == 10
    assert len(versions(client, "many", length=1200)) == 1200
    assert len(versions(client, "many", start=1490, length=1200)) == 10


# Public scripts


def test_public_scripts_live_through_the_same(client: Client) -> None:
    anywhere = client.in_scope()
    row = anywhere.data("create_public_script", **new())
    assert (row["status"], row["bk_scope_type"], row["bk_biz_id"]) == (DRAFT, None, None)
    script_id, version_id = row["script_id"], row["id"]
    anywhere.data("update_public_script_version", **one(script_id, version_id), content=encoded("x"))
    anywhere.data("publish_public_script_version", **one(script_id, version_id))
    second = anywhere.data("create_public_script_version", **new_version(script_id=script_id))["id"]
    anywhere.data("publish_public_script_version", **one(script_id, second))
    anywhere.data("disable_public_script_version", **one(script_id, version_id))
    anywhere.data("update_public_script_basic", script_id=script_id, name="newer")
    rows = anywhere.data("get_public_script_version_list", script_id=script_id, return_script_content=True)["data"]
    states = {row["id"]: (row["name"], row["status"], row["content"]) for row in rows}
    assert states == {second: ("newer", ONLINE, "true\n"), version_id: ("newer", DISABLED, "x")}
    assert anywhere.body("delete_public_script_version", **one(script_id, version_id))["result"] is True
    assert anywhere.data("get_public_script_version_detail", id=second)["script_id"] == script_id
    assert anywhere.body("delete_public_script", script_id=script_id)["result"] is True
    assert [row["id"] for row in anywhere.data("get_public_script_list")["data"]] == [SHARED]


def test_public_names_are_their_own(v3: Client) -> None:
    assert v3.data("create_public_script", **new(name="clean"))["name"] == "clean"
    assert v3.refusal("create_public_script", **new(name="shared"))[0] == 1243002


def test_public_scripts_are_in_no_business(v3: Client) -> None:
    assert SHARED not in [row["id"] for row in v3.data("get_script_list")["data"]]
    # By id, a public script is one of every business.
    assert v3.data("get_script_version_detail", id=1800)["name"] == "shared"


@pytest.mark.parametrize(
    ("api", "params"),
    [
        ("get_public_script_version_detail", {"id": 1002}),
        ("create_public_script_version", new_version()),
        ("update_public_script_version", {**one(CLEAN, 1003), "content": "x"}),
        ("publish_public_script_version", one(CLEAN, 1003)),
        ("delete_public_script_version", one(CLEAN, 1003)),
        ("delete_public_script", {"script_id": CLEAN}),
        ("update_public_script_basic", {"script_id": CLEAN, "name": "x"}),
    ],
)
def test_scripts_of_a_business_are_not_public(v3: Client, api: str, params: dict[str, t.Any]) -> None:
    assert v3.refusal(api, **params)[0] == 1243004


def test_public_version_of_no_script(v3: Client) -> None:
    assert v3.refusal("create_public_script_version", **new_version(script_id="none"))[0] == 1243001


def test_public_scripts_need_permissions_of_their_own(sim: Simulator, v3: Client) -> None:
    deny(sim, "create_public_script", "manage_public_script_instance")
    [action] = v3.body("create_public_script", **new())["permission"]["actions"]
    assert (action["id"], action["related_resource_types"]) == ("create_public_script", [])
    [action] = v3.body("delete_public_script", script_id=SHARED)["permission"]["actions"]
    [related] = action["related_resource_types"]
    assert (action["id"], related["type"]) == ("manage_public_script_instance", "public_script")
    assert v3.data("get_public_script_version_list", script_id=SHARED)["total"] == 1


@pytest.mark.parametrize("changes", [{"script_id": SHARED}, {"script_version_id": 1800}])
def test_public_scripts_run_everywhere(sim: Simulator, v3: Client, changes: dict[str, t.Any]) -> None:
    request = script(script_content=..., **changes)
    v3.data("fast_execute_script", **request)
    assert sim.launches[-1].script == "echo all\n"
    deny(sim, "execute_public_script")
    assert v3.refusal("fast_execute_script", **request)[0] == 9900403
