# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts of the library: each state from each state, bad input, and lost responses to each change."""

from __future__ import annotations

import hashlib
import importlib
import json
import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.simulator.job.library import ONLINE, PYTHON
from tests.simulator.job.worlds import default_world
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.simulator.quick import CLEAN

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

NEW, OTHER = "echo new\n", "echo other\n"
KEYS = {"msg", "changed", "outcome", "request", "error", "script", "versions"}
# What brings a script to a state.
BEFORE: dict[str, list[Options]] = {
    "none": [],
    "draft": [{"content": NEW, "state": "present", "version": "1"}],
    "online": [{"content": NEW, "version": "1"}],
    "offline": [{"content": NEW, "version": "1"}, {"content": OTHER, "version": "2"}],
    "disabled": [{"content": NEW, "version": "1"}, {"state": "disabled"}],
}


@pytest.fixture(params=["esb", "apigw"])
def front(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sim(sim: Simulator) -> Iterator[Simulator]:
    """A simulator with a library that the test may change."""
    sim.reset(default_world())
    yield sim
    sim.reset(default_world())


def run(sim: Simulator, run_module: RunModule, front: str = "esb", **options: t.Any) -> Result:
    name = options.pop("name", "job under test")
    modes = {mode: options.pop(mode) for mode in ("check_mode", "diff_mode") if mode in options}
    connection = {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[front]}
    return run_module("bk_job_script", **{**connection, "name": name, **options}, **modes)


def statuses(result: Result) -> dict[str, str]:
    return {row["version"]: row["status"] for row in result["versions"]}


def writes(sim: Simulator) -> list[str]:
    return [request.api for request in sim.requests if not request.api.startswith("get_")]


@pytest.mark.parametrize(
    ("before", "wanted", "changed", "after"),
    [
        ("none", {"content": NEW, "version": "1"}, True, {"1": "online"}),
        ("none", {"content": NEW, "version": "1", "state": "present"}, True, {"1": "draft"}),
        ("none", {"state": "absent"}, False, {}),
        ("draft", {"content": NEW}, True, {"1": "online"}),
        ("draft", {"content": NEW, "state": "present"}, False, {"1": "draft"}),
        ("draft", {"content": OTHER, "version": "1"}, True, {"1": "online"}),
        ("draft", {"state": "absent"}, True, {}),
        ("online", {"content": NEW}, False, {"1": "online"}),
        ("online", {"content": NEW, "state": "present"}, False, {"1": "online"}),
        ("online", {"content": OTHER, "version": "2"}, True, {"1": "offline", "2": "online"}),
        ("online", {"content": OTHER, "version": "2", "state": "present"}, True, {"1": "online", "2": "draft"}),
        ("online", {"state": "disabled"}, True, {"1": "disabled"}),
        ("online", {"state": "absent"}, True, {}),
        ("offline", {"content": NEW}, True, {"1": "online", "2": "offline"}),
        ("offline", {"content": NEW, "state": "present"}, False, {"1": "offline", "2": "online"}),
        ("offline", {"content": NEW, "state": "disabled"}, True, {"1": "disabled", "2": "online"}),
        ("offline", {"version": "1", "state": "absent"}, True, {"2": "online"}),
        ("offline", {"content": OTHER, "keep": 0}, True, {"2": "online"}),
        ("offline", {"content": OTHER, "keep": 1}, False, {"1": "offline", "2": "online"}),
        ("disabled", {"content": NEW, "version": "2"}, True, {"1": "disabled", "2": "online"}),
        ("disabled", {"version": "1", "state": "disabled"}, False, {"1": "disabled"}),
        ("disabled", {"state": "absent"}, True, {}),
    ],
)
def test_each_state_from_each_state(
    sim: Simulator,
    run_module: RunModule,
    front: str,
    before: str,
    wanted: Options,
    changed: bool,
    after: dict[str, str],
) -> None:
    for step in BEFORE[before]:
        run(sim, run_module, front, **step)
    sim.requests.clear()
    checked = run(sim, run_module, front, **wanted, check_mode=True)
    assert (checked["changed"], writes(sim)) == (changed, [])
    result = run(sim, run_module, front, **wanted)
    assert set(result) - {"invocation", "warnings", "diff"} == KEYS
    assert (result["outcome"], result["changed"], statuses(result)) == ("succeeded", changed, after)
    assert bool(writes(sim)) is changed
    again = run(sim, run_module, front, **wanted)
    assert (again["changed"], statuses(again)) == (False, after)


def test_the_label_is_made_of_the_content(sim: Simulator, run_module: RunModule) -> None:
    result = run(sim, run_module, content=NEW, description="Says new", version_desc="first")
    online = result["script"]["online_version"]
    assert online["version"] == f"sha-{online['sha256'][:12]}"
    assert (result["script"]["description"], result["versions"][0]["version_desc"]) == ("Says new", "first")
    changed = run(sim, run_module, content=NEW, description="Says something new")
    assert (changed["changed"], changed["script"]["description"]) == (True, "Says something new")


def test_the_process_of_a_module_may_be_lost() -> None:
    module = importlib.import_module("ansible_collections.blueking.job.plugins.modules.bk_job_script").MODULE
    runner = importlib.import_module("ansible_collections.blueking.job.plugins.module_utils._task.runner")
    result = runner.lost(module, {"name": "clean"}, "the connection was lost")
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)


def test_a_version_in_an_unknown_status_is_not_published(sim: Simulator, run_module: RunModule) -> None:
    world = default_world()
    clean = next(script for script in world.scripts if script.name == "clean")
    clean.versions[0].status = 7
    sim.reset(world)
    result = run(sim, run_module, name="clean", content=clean.versions[0].content, version="new")
    assert (result["outcome"], statuses(result)["new"]) == ("succeeded", "online")


def test_a_label_that_is_taken_is_refused_before_any_change(sim: Simulator, run_module: RunModule) -> None:
    result = run(sim, run_module, name="clean", content=NEW, version="1.2", description="Says something new")
    assert (result["outcome"], result["changed"], writes(sim)) == ("refused", False, [])


def test_a_label_in_an_unknown_status_is_taken(sim: Simulator, run_module: RunModule) -> None:
    world = default_world()
    clean = next(script for script in world.scripts if script.name == "clean")
    clean.versions[0].status = 7
    sim.reset(world)
    for content in (clean.versions[0].content, NEW):
        result = run(sim, run_module, name="clean", content=content, version=clean.versions[0].version)
        assert (result["outcome"], "unknown status 7" in result["msg"]) == ("refused", True)
    assert writes(sim) == []


def test_check_mode_counts_the_version_that_goes_offline(sim: Simulator, run_module: RunModule) -> None:
    for number in ("1", "2", "3"):
        run(sim, run_module, content=f"echo {number}\n", version=number)
    checked = run(sim, run_module, content="echo 4\n", version="4", keep=1, check_mode=True)
    result = run(sim, run_module, content="echo 4\n", version="4", keep=1)
    assert statuses(result) == {"4": "online", "3": "offline"}
    assert all(f"version {number}" in checked["msg"] for number in ("1", "2"))


def test_the_diff_is_between_online_versions(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, content=NEW)
    result = run(sim, run_module, content=OTHER, check_mode=True, diff_mode=True)
    assert (result["diff"]["before"], result["diff"]["after"]) == (NEW, OTHER)
    assert "diff" not in run(sim, run_module, content=OTHER, check_mode=True)
    gone = run(sim, run_module, state="absent", diff_mode=True)
    assert (gone["diff"]["before"], gone["diff"]["after"]) == (NEW, "")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"content": NEW, "script_language": "python", "name": "clean"}, "written in shell"),
        ({"content": NEW, "version": "1.2", "name": "clean"}, "online"),
        ({"content": NEW, "version": "1.1", "name": "clean"}, "offline"),
        ({"content": NEW, "version": "1.0", "name": "clean"}, "disabled"),
        ({"content": "echo banned\n", "version": "1.0", "name": "clean"}, "version"),
        ({"state": "disabled"}, "no such script"),
        ({"state": "disabled", "version": "9", "name": "clean"}, "no such version"),
        ({"state": "disabled", "version": "1.3", "name": "clean"}, "draft"),
    ],
)
def test_what_job_cannot_do_is_refused(sim: Simulator, run_module: RunModule, given: Options, named: str) -> None:
    result = run(sim, run_module, **given)
    assert (result["outcome"], result["changed"], named in result["msg"]) == ("refused", False, True)
    assert writes(sim) == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"content": NEW, "src": "/etc/hostname"},
        {"content": " "},
        {"content": NEW, "name": "a/b"},
        {"content": NEW, "name": "x" * 61},
        {"content": NEW, "version": "a b"},
        {"content": NEW, "keep": -1},
        {"content": NEW, "api_version": "v2"},
        {"src": "/nowhere"},
    ],
)
def test_bad_input_is_refused_before_any_request(sim: Simulator, run_module: RunModule, given: Options) -> None:
    result = run(sim, run_module, **given)
    assert (result["outcome"], result["changed"], sim.requests) == ("refused", False, [])


@pytest.mark.parametrize("state", ["published", "present"])
def test_empty_content_is_named(sim: Simulator, run_module: RunModule, state: str) -> None:
    result = run(sim, run_module, content="", state=state)
    assert (result["outcome"], "content is empty" in result["msg"], sim.requests) == ("refused", True, [])
    assert run(sim, run_module, content="", state="absent")["outcome"] == "succeeded"


@pytest.mark.parametrize("api", ["create_script", "publish_script_version", "create_script_version"])
@pytest.mark.parametrize("fault", [faults.lost(), faults.bad_gateway(), faults.answer(502, b"")], ids=range(3))
def test_a_lost_response_makes_nothing_twice(sim: Simulator, run_module: RunModule, api: str, fault: t.Any) -> None:
    if api == "create_script_version":
        run(sim, run_module, content=OTHER)
    sim.requests.clear()
    sim.faults.add(fault, api=api)
    result = run(sim, run_module, content=NEW)
    created = [one for one in writes(sim) if one.startswith("create")]
    assert len(created) == 1
    reached = fault.moment is not faults.Moment.ARRIVED or api.startswith("publish")
    assert (result["outcome"], result["changed"]) == ("succeeded" if reached else "unknown", True)
    if reached:
        assert result["script"]["online_version"]["sha256"]


def test_where_nothing_can_be_read_a_lost_response_is_unknown(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, content=OTHER)
    sim.faults.add(faults.lost(), api="create_script_version")
    sim.faults.add(faults.SOUND, api="get_script_version_list")
    sim.faults.add(faults.bad_gateway(), api="get_script_version_list", times=99)
    result = run(sim, run_module, content=NEW)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)


def test_a_part_of_the_changes_is_reported(sim: Simulator, run_module: RunModule) -> None:
    denied = {"result": False, "code": 9900403, "message": "no"}
    sim.faults.add(faults.answer(200, denied), api="publish_script_version")
    result = run(sim, run_module, content=NEW)
    assert (result["outcome"], result["changed"], result["error"]["code"]) == ("failed", True, 9900403)
    assert "created" in result["msg"]


# What is known is returned, whatever becomes of the rest.


def shown(result: Result) -> tuple[t.Any, ...]:
    """The outcome, the script and its versions, of a task that has failed after a change."""
    assert (result["failed"], result["changed"], result["script"]["name"]) == (True, True, "job under test")
    rows = [(row["version"], row["status"], row["sha256"][:4]) for row in result["versions"]]
    online = result["script"]["online_version"]
    assert all(row["id"] for row in result["versions"])
    return result["outcome"], online and online["version"], rows


DENY = faults.answer(200, {"result": False, "code": 9900403, "message": "no"})
NEW_SHA, OTHER_SHA = (hashlib.sha256(text.encode()).hexdigest()[:4] for text in (NEW, OTHER))


@pytest.mark.parametrize(
    ("fault", "outcome"), [(DENY, "failed"), (faults.answer(502, b""), "unknown")], ids=["refused", "lost"]
)
def test_what_was_created_is_returned_if_it_cannot_be_published(
    sim: Simulator, run_module: RunModule, fault: t.Any, outcome: str
) -> None:
    sim.faults.add(fault, api="publish_script_version", times=99)
    first = shown(run(sim, run_module, content=OTHER, version="1", description="Says"))
    assert first == (outcome, None, [("1", "draft", OTHER_SHA)])
    second = shown(run(sim, run_module, content=NEW, version="2"))
    assert second == (outcome, None, [("2", "draft", NEW_SHA), ("1", "draft", OTHER_SHA)])


@pytest.mark.parametrize("fault", [DENY, faults.answer(502, b"")], ids=["refused", "lost"])
def test_what_was_created_is_returned_if_it_cannot_be_read(sim: Simulator, run_module: RunModule, fault: t.Any) -> None:
    sim.faults.add(faults.SOUND, api="get_script_list")
    sim.faults.add(fault, api="get_script_list", times=99)
    result = run(sim, run_module, content=NEW, version="1", description="Says")
    assert shown(result) == ("failed", None, [("1", "draft", NEW_SHA)])
    script = next(script for script in sim.world.scripts if script.name == "job under test")
    (version,) = script.versions
    assert (result["script"]["id"], result["versions"][0]["id"]) == (script.id, version.id)
    assert (result["script"]["language"], result["script"]["description"]) == ("shell", "Says")


def test_a_script_whose_creation_was_only_seen_is_returned(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.lost(), api="create_script")
    sim.faults.add(DENY, api="get_script_version_list", times=99)
    result = run(sim, run_module, content=NEW)
    (script,) = [script for script in sim.world.scripts if script.name == "job under test"]
    assert (result["outcome"], result["changed"], result["script"]["id"]) == ("failed", True, script.id)
    assert result["versions"] is None


def test_a_description_is_returned_if_the_version_is_refused(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, content=OTHER, version="1", description="Says other")
    sim.faults.add(DENY, api="create_script_version")
    result = run(sim, run_module, content=NEW, version="2", description="Says new")
    assert shown(result) == ("failed", "1", [("1", "online", OTHER_SHA)])
    assert result["script"]["description"] == "Says new"


def test_each_change_is_in_what_is_returned(sim: Simulator, run_module: RunModule) -> None:
    for number in ("1", "2"):
        run(sim, run_module, content=OTHER * int(number), version=number)
    run(sim, run_module, content="draft\n", version="3", state="present")
    sim.faults.add(DENY, api="delete_script_version")
    sim.faults.add(faults.SOUND, api="get_script_list", times=2)
    sim.faults.add(faults.bad_gateway(), api="get_script_list", times=99)
    outcome, online, rows = shown(run(sim, run_module, content=NEW, version="3", keep=0))
    assert (outcome, online) == ("failed", "3")
    assert [row[:2] for row in rows] == [("3", "online"), ("2", "offline"), ("1", "offline")]
    assert rows[0][2] == NEW_SHA


def test_where_creation_is_unknown_no_versions_are_claimed(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.answer(502, b""), api="create_script")
    result = run(sim, run_module, content=NEW)
    assert (result["outcome"], result["changed"]) == ("unknown", True)
    assert (result["script"], result["versions"]) == (None, None)


# The language of a script


@pytest.mark.parametrize(
    ("given", "ok", "changed"),
    [
        ({"content": "print('report')\n"}, True, True),
        ({"content": None}, True, False),
        ({"content": None, "script_language": "python"}, True, False),
        ({"content": None, "script_language": "shell"}, False, False),
        ({"src": "report.sh"}, True, False),
        ({"src": "other.py"}, True, True),
        ({"src": "other"}, True, True),
        ({"src": "other.sh"}, False, False),
        ({"src": "other.sh", "script_language": "python"}, True, True),
    ],
)
def test_a_language_that_is_not_named_is_that_of_the_script(
    sim: Simulator, run_module: RunModule, tmp_path: Path, given: Options, ok: bool, changed: bool
) -> None:
    script = next(script for script in sim.world.scripts if script.name == "report")
    online = next(version.content for version in script.versions if version.status == ONLINE)
    if "src" in given:
        path = tmp_path / given["src"]
        path.write_text(online if path.stem == "report" else "new\n", encoding="utf-8")
        given = {**given, "src": str(path)}
    elif given["content"] is None:
        given = {**given, "content": online}
    result = run(sim, run_module, name="report", **given)
    assert (result["outcome"], result["changed"]) == ("succeeded" if ok else "refused", changed)
    assert script.language == PYTHON
    assert ok or writes(sim) == []


def test_a_new_script_without_a_language_is_a_shell_script(sim: Simulator, run_module: RunModule) -> None:
    assert run(sim, run_module, content=NEW)["script"]["language"] == "shell"


@pytest.mark.parametrize("given", [{"name": "clean"}, {"script_id": CLEAN}])
def test_information(sim: Simulator, run_module: RunModule, front: str, given: Options) -> None:
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[front]}
    result = run_module("bk_job_script_info", **connection, **given, content=True)
    (script,) = result["scripts"]
    assert (script["id"], script["name"], script["language"]) == (CLEAN, "clean", "shell")
    assert script["online_version"]["version"] == "1.2"
    assert [(row["version"], row["status"]) for row in script["versions"]][:2] == [("1.3", "draft"), ("1.2", "online")]
    assert script["versions"][1]["content"] == "#!/bin/bash\necho clean $1\n"


def test_half_a_character_in_a_script_is_no_problem(sim: Simulator, run_module: RunModule) -> None:
    row = {"id": 1, "version": "half", "status": 1, "content": "echo \ud83d", "create_time": 1605064271}
    data = {"result": True, "code": 0, "data": {"start": 0, "length": 1000, "total": 1, "data": [row]}}
    body = json.dumps(data).encode()
    headers = {"Content-Type": "application/json"}
    sim.faults.add(faults.replaced(200, body, headers), api="get_script_version_list", times=9)
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["esb"], "name": "clean"}
    (script,) = run_module("bk_job_script_info", **connection, content=True)["scripts"]
    assert (len(script["online_version"]["sha256"]), script["versions"][0]["version"]) == (64, "half")
    result = run(sim, run_module, name="clean", content=NEW, check_mode=True, diff_mode=True)
    assert (result["outcome"], result["changed"], result["diff"]["after"]) == ("succeeded", True, NEW)


def test_only_a_list_may_be_longer_than_the_limit(sim: Simulator, run_module: RunModule) -> None:
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["esb"], "limit": 1}
    found = [run_module("bk_job_script_info", **connection, **given) for given in ({"script_id": CLEAN}, {})]
    assert [len(result["scripts"]) for result in found] == [1, 1]
    assert ["limit" in result["msg"] for result in found] == [False, True]
    assert not any("1 scripts" in result["msg"] for result in found)


DENIED = {"result": False, "code": 9900403, "message": "no"}


@pytest.mark.parametrize("refusal", [faults.throttled(), faults.answer(200, DENIED)], ids=["throttled", "denied"])
@pytest.mark.parametrize(
    ("api", "reads", "wanted"),
    [
        ("publish_script_version", 2, {"content": OTHER, "version": "2"}),
        ("disable_script_version", 1, {"state": "disabled"}),
        ("delete_script", 1, {"state": "absent"}),
    ],
)
def test_a_refusal_after_a_lost_response_leaves_the_change_unknown(
    sim: Simulator, run_module: RunModule, refusal: t.Any, api: str, reads: int, wanted: Options
) -> None:
    run(sim, run_module, content=NEW, version="1")
    for fault in (faults.lost(), refusal):
        sim.faults.add(fault, api=api)
    for list_ in ("get_script_list", "get_script_version_list"):
        sim.faults.add(faults.SOUND, api=list_, times=reads)
        sim.faults.add(faults.bad_gateway(), api=list_, times=99)
    sim.requests.clear()
    result = run(sim, run_module, **wanted)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["request"]["api"], writes(sim)[-2:]) == (api, [api, api])
    assert "refused" in result["error"]["message"]
