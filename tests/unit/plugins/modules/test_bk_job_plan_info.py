# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading plans: one in full on every surface, or those that match."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from tests.simulator import (
    ApprovalStep,
    Plan,
    Scope,
    ScriptStep,
    Simulator,
    Targets,
    User,
    Variable,
    World,
    default_world,
    faults,
)
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

ONE = Scope("biz", "1")
TRIPLET = {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1}
KEYS = {"changed", "error", "msg", "outcome", "plans", "request"}
HOST = 3


def options_of(sim: Simulator, name: str) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[name]}


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return options_of(sim, request.param)


@pytest.fixture(params=["esb", "apigw", "old"])
def v3(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface that speaks v3."""
    return options_of(sim, request.param)


@pytest.fixture(params=["esb-v2", "old-v2"])
def v2(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface that speaks v2."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The connection options of the ESB."""
    return options_of(sim, "esb")


@pytest.fixture
def world(sim: Simulator) -> Iterator[World]:
    """A world that only this test changes."""
    sim.reset(default_world())
    yield sim.world
    sim.reset(default_world())


def plans(result: Result) -> list[dict[str, t.Any]]:
    """The plans of a task that succeeded."""
    assert set(result) >= KEYS
    fields = {key: result[key] for key in ("changed", "outcome", "request", "error")}
    assert fields == {"changed": False, "outcome": None, "request": None, "error": None}, result["msg"]
    assert not result.get("failed")
    return t.cast("list[dict[str, t.Any]]", result["plans"])


def only(result: Result) -> dict[str, t.Any]:
    (plan,) = plans(result)
    return plan


def ids(result: Result) -> list[int]:
    return [plan["id"] for plan in plans(result)]


def refusal(result: Result) -> tuple[str, int | None]:
    """Kind and code of the error of a task that was refused."""
    assert set(result) >= KEYS
    assert (result["failed"], result["changed"], result["outcome"], result["plans"]) == (True, False, "refused", None)
    return result["error"]["kind"], result["error"]["code"]


def pages(sim: Simulator) -> list[tuple[str, int, int]]:
    """API, start and length of the pages requested."""
    calls = [(request.api, request.query if request.method == "GET" else request.body) for request in sim.requests]
    return [(api, int(page["start"]), int(page["length"])) for api, page in calls]


def is_v2(front: Options) -> bool:
    return front.get("api_version") == "v2"


# One plan


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_plan_is_returned_in_full(run_module: RunModule, front: Options, check_mode: bool) -> None:
    result = run_module("bk_job_plan_info", check_mode=check_mode, job_plan_id=100, **front)
    plan, is_v3 = only(result), not is_v2(front)
    variables, steps = plan.pop("variables"), plan.pop("steps")
    time = "2020-11-11T03:11:11Z" if is_v3 else "2020-11-11T11:11:11"
    assert plan == {
        "id": 100,
        "name": "Test",
        "job_template_id": 10,
        "creator": "admin",
        "created_at": time,
        "modified_at": time,
        "need_update": False if is_v3 else None,
    }
    expected = [
        (436, "hosts", "host", {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}),
        (437, "param_name", "string", "old"),
        (438, "password", "cipher", "******"),
        (439, "region", "namespace", "north"),
        (440, "labels", "associative_array", '([tier]="web")'),
        (441, "ports", "index_array", "(80 443)"),
    ]
    assert variables == [
        {
            "id": id_,
            "name": name,
            "type": type_,
            "required": id_ == 436 if is_v3 else None,
            "used": True if is_v3 else None,
            "default": default,
            "description": "",
        }
        for id_, name, type_, default in expected
    ]
    hosts = "hosts" if is_v3 else None
    assert steps == [
        {
            "id": 1,
            "name": "run",
            "type": "script",
            "host_variable": hosts,
            "script_language": "shell" if is_v3 else None,
            "script": None,
        },
        {"id": 2, "name": "copy", "type": "file", "host_variable": hosts, "script_language": None, "script": None},
    ]
    assert result["msg"] == "Plan 100 (Test): 6 variables, 2 steps."


@pytest.mark.parametrize("options", [{"job_plan_id": 100, "full": True}, {"full": True}, {"details": True}])
def test_the_value_of_a_ciphertext_variable_is_never_shown(
    run_module: RunModule, front: Options, options: Options
) -> None:
    result = run_module("bk_job_plan_info", **options, **front)
    assert "pl4n-s3cr3t" not in json.dumps(result)
    assert plans(result)[0]["variables"][2]["default"] == "******"


def test_scripts_are_returned_if_wanted(run_module: RunModule, front: Options) -> None:
    script, copy = only(run_module("bk_job_plan_info", job_plan_id=100, full=True, **front))["steps"]
    assert (script["script"], copy["script"]) == ("echo $param_name\n", None)


def test_the_aliases_of_job_plan_id_are_accepted(run_module: RunModule, esb: Options) -> None:
    assert ids(run_module("bk_job_plan_info", bk_job_id=100, **esb)) == [100]
    assert ids(run_module("bk_job_plan_info", plan_id=100, **esb)) == [100]


@pytest.mark.parametrize("plan_id", [4711, 103], ids=["unknown", "of another business"])
def test_an_unknown_plan_id_returns_no_plan(run_module: RunModule, front: Options, plan_id: int) -> None:
    assert plans(run_module("bk_job_plan_info", job_plan_id=plan_id, **front)) == []


def test_an_unknown_plan_id_returns_no_plan_where_v2_returns_null(
    sim: Simulator, run_module: RunModule, v2: Options
) -> None:
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": None}))
    assert plans(run_module("bk_job_plan_info", job_plan_id=100, **v2)) == []


@pytest.mark.parametrize("options", [{"job_plan_id": 100}, {"job_plan_name": "Test"}])
def test_an_unreachable_server_has_refused_nothing(
    sim: Simulator, run_module: RunModule, front: Options, options: Options
) -> None:
    sim.faults.add(faults.bad_gateway(), times=10)
    result = run_module("bk_job_plan_info", **options, **front)
    assert (result["failed"], result["outcome"], result["plans"]) == (True, None, None)
    assert result["error"]["kind"] == "unavailable"


def test_without_permission_a_plan_is_refused(world: World, run_module: RunModule, front: Options) -> None:
    world.users.append(User("clerk", denied={"view_job_plan"}))
    result = run_module("bk_job_plan_info", job_plan_id=100, **{**front, "bk_username": "clerk"})
    assert refusal(result) == ("user_permission", 9900403)
    assert "View Job Plan (view_job_plan) on Job Plans: BlueKing(1) / Test(100)" in result["msg"]
    assert result["request"]["api"] == ("get_job_detail" if is_v2(front) else "get_job_plan_detail")


def test_a_plan_of_another_business_is_found_there(run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_plan_info", **{**front, "bk_biz_id": 2})
    assert ids(result) == [103]
    assert "103 (Of another business)" in result["msg"]


def test_a_plan_of_a_business_set_is_found_there(run_module: RunModule, v3: Options) -> None:
    scope = {"bk_scope_type": "biz_set", "bk_scope_id": 8000001}
    given = {key: value for key, value in v3.items() if key != "bk_biz_id"}
    assert ids(run_module("bk_job_plan_info", **scope, **given)) == [104]


# Several plans


@pytest.mark.parametrize(
    ("name", "found"),
    [("with", [101]), ("WITH", [101]), ("e", [100, 101, 102]), ("nothing", []), ("", [100, 101, 102])],
)
def test_plans_are_found_by_part_of_their_name(
    run_module: RunModule, front: Options, name: str, found: list[int]
) -> None:
    result = run_module("bk_job_plan_info", job_plan_name=name, **front)
    assert ids(result) == found
    assert (result["plans"] != [] and result["plans"][0]["steps"] is not None) == (len(found) == 1)


def test_all_plans_are_listed_without_details(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_plan_info", **front)
    assert ids(result) == [100, 101, 102]
    assert all(plan["variables"] is None and plan["steps"] is None for plan in result["plans"])
    assert result["plans"][0]["job_template_id"] == (None if is_v2(front) else 10)
    assert result["msg"].startswith("3 ")
    api = "get_job_list" if is_v2(front) else "get_job_plan_list"
    assert set(pages(sim)) == {(api, 0, 100)}


def test_no_plan_is_no_failure(run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_plan_info", job_plan_name="nothing", full=True, **front)
    assert plans(result) == []


def test_plans_are_found_by_template(world: World, run_module: RunModule, v3: Options) -> None:
    world.plans[1].template_id = world.plans[2].template_id = 11
    assert ids(run_module("bk_job_plan_info", job_template_id=11, **v3)) == [101, 102]
    result = run_module("bk_job_plan_info", job_template_id=11, job_plan_name="second", **v3)
    assert (only(result)["id"], only(result)["job_template_id"]) == (102, 11)
    assert "102 (Fails on the second host)" in result["msg"]


def test_v2_has_no_templates(sim: Simulator, run_module: RunModule, v2: Options) -> None:
    result = run_module("bk_job_plan_info", job_template_id=10, **v2)
    assert (refusal(result), sim.requests) == (("invalid_request", None), [])
    assert all(name in result["msg"] for name in ("job_template_id", "api_version"))


@pytest.mark.parametrize("options", [{"details": True}, {"full": True}])
def test_many_plans_are_returned_in_full_if_wanted(run_module: RunModule, front: Options, options: Options) -> None:
    result = run_module("bk_job_plan_info", **options, **front)
    assert ids(result) == [100, 101, 102]
    _test, approved, _failing = result["plans"]
    assert [step["type"] for step in approved["steps"]] == ["script", "confirmation", "script"]
    language = None if is_v2(front) else "shell"
    assert [step["script_language"] for step in approved["steps"]] == [language, None, language]
    scripts = ["echo done\n", None, "echo done\n"] if "full" in options else [None] * 3
    assert [step["script"] for step in approved["steps"]] == scripts
    assert approved["variables"][1]["default"] == "1.0.0"
    assert result["msg"].startswith("3 ")


def test_plans_that_may_not_be_viewed_are_counted(world: World, run_module: RunModule, front: Options) -> None:
    world.users.append(User("clerk", denied={"view_job_plan"}))
    result = run_module("bk_job_plan_info", details=True, **{**front, "bk_username": "clerk"})
    assert ids(result) == [100, 101, 102]
    assert all(plan["variables"] is None and plan["steps"] is None for plan in result["plans"])
    assert "View Job Plan (view_job_plan) on Job Plans: BlueKing(1) / Test(100)" in result["msg"]
    (warning,) = result["warnings"]
    assert re.search(r"\b3\b", warning)
    assert warning in result["msg"]


def test_a_plan_that_may_not_be_viewed_does_not_hide_others(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    denied = {"result": False, "code": 9900403, "message": "User (admin) permission not allowed"}
    for fault in (faults.SOUND, faults.answer(200, denied)):
        sim.faults.add(fault, api="get_job_plan_detail")
    result = run_module("bk_job_plan_info", details=True, **esb)
    assert [plan["steps"] is not None for plan in plans(result)] == [True, False, True]
    assert re.search(r"\b1\b", result["warnings"][0])


def test_a_single_plan_may_lack_permission(world: World, run_module: RunModule, front: Options) -> None:
    world.users.append(User("clerk", denied={"view_job_plan"}))
    result = run_module("bk_job_plan_info", job_plan_name="Test", **{**front, "bk_username": "clerk"})
    assert only(result)["variables"] is None
    assert re.search(r"\b1\b", result["warnings"][0])


def test_other_errors_with_one_of_many_plans_fail(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    gone = {"result": False, "code": 1243009, "message": "Job plan does not exist"}
    for fault in (faults.SOUND, faults.answer(200, gone)):
        sim.faults.add(fault, api="get_job_plan_detail")
    result = run_module("bk_job_plan_info", details=True, **esb)
    assert refusal(result) == ("not_found", 1243009)
    assert result["request"] == {"api": "get_job_plan_detail", "body": {**TRIPLET, "job_plan_id": 101}}


def test_without_access_to_the_business_nothing_is_found(run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_plan_info", job_plan_name="Te", **{**front, "bk_username": "stranger"})
    assert refusal(result)[0] == "user_permission"
    assert result["request"] == {
        "api": "get_job_list" if is_v2(front) else "get_job_plan_list",
        "body": {**TRIPLET, "name": "Te", "start": 0, "length": 100},
    }


def test_the_limit_is_applied_and_named(run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_plan_info", limit=2, **front)
    assert ids(result) == [100, 101]
    assert "limit" in result["msg"]
    result = run_module("bk_job_plan_info", limit=1, **front)
    assert only(result)["steps"] is not None
    assert "limit" in result["msg"]


@pytest.mark.parametrize("surface", ["esb", "esb-v2", "apigw"])
def test_all_pages_are_read(sim: Simulator, world: World, run_module: RunModule, surface: str) -> None:
    world.plans.extend(Plan(number, f"nightly {number}", ONE, modified_at=number) for number in range(1000, 2200))
    front, newest = options_of(sim, surface), list(range(2199, 999, -1))
    api = "get_job_list" if is_v2(front) else "get_job_plan_list"
    result = run_module("bk_job_plan_info", job_plan_name="nightly", limit=1100, **front)
    assert ids(result) == newest[:1100]
    assert "limit" in result["msg"]
    assert pages(sim) == [(api, 0, 1000), (api, 1000, 100)]
    sim.requests.clear()
    result = run_module("bk_job_plan_info", job_plan_name="nightly", limit=5000, **front)
    assert (ids(result), "limit" in result["msg"]) == (newest, False)
    assert pages(sim) == [(api, 0, 1000), (api, 1000, 1000)]
    sim.requests.clear()
    assert len(ids(run_module("bk_job_plan_info", job_plan_name="nightly", **front))) == 100
    assert pages(sim) == [(api, 0, 100)]


def test_more_rows_than_requested_are_cut_off(sim: Simulator, run_module: RunModule, v2: Options) -> None:
    rows = [{"bk_job_id": number, "name": "nightly"} for number in range(1, 6)]
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": rows}))
    assert ids(run_module("bk_job_plan_info", limit=2, **v2)) == [1, 2]


# Contents of plans


def add_plan(world: World, *steps: t.Any, **defaults: Targets) -> None:
    """Add plan 200 with these steps and host variables."""
    variables = [
        Variable(number, name, HOST, hosts=hosts, description=f"The {name}")
        for number, (name, hosts) in enumerate(defaults.items(), start=900)
    ]
    world.plans.append(Plan(200, "Special", ONE, steps=list(steps), variables=variables))


def test_host_defaults_are_returned_as_targets(world: World, run_module: RunModule, front: Options) -> None:
    add_plan(
        world,
        ipv6=Targets(host_ids=(106,)),
        both=Targets(host_ids=(101, 106)),
        area=Targets(ips=((2, "10.0.0.3"),)),
        groups=Targets(groups=("blo8gojho0skft7pr5q0",)),
        nodes=Targets(nodes=(("module", 1000),)),
        none=Targets(),
    )
    variables = only(run_module("bk_job_plan_info", job_plan_id=200, **front))["variables"]
    assert {variable["name"]: variable["default"] for variable in variables} == {
        "ipv6": {"host_id_list": [106]},
        "both": {"host_id_list": [101, 106]},
        "area": {"ip_list": [{"bk_cloud_id": 2, "ip": "10.0.0.3"}]},
        "groups": {"dynamic_group_list": ["blo8gojho0skft7pr5q0"]},
        "nodes": {"topo_node_list": [{"id": 1000, "node_type": "module"}]},
        "none": None,
    }
    assert variables[0]["description"] == "The ipv6"


def test_a_default_can_be_passed_to_a_launch(sim: Simulator, world: World, run_module: RunModule, v3: Options) -> None:
    add_plan(world, ScriptStep(1, "run"), hosts=Targets(host_ids=(101, 106)))
    (variable,) = only(run_module("bk_job_plan_info", job_plan_id=200, **v3))["variables"]
    targets = [{"name": "hosts", **variable["default"]}]
    assert run_module("bk_job_execute", job_plan_id=200, target_servers=targets, **v3)["outcome"] == "launched"
    assert sim.launches[-1].values == {"hosts": [101, 106]}


def test_the_type_of_a_step_is_right_although_v2_returns_another(
    world: World, run_module: RunModule, front: Options
) -> None:
    """v2 returns the source of a script as the type of its step: 2 and 3 look like files and confirmations."""
    steps = [ScriptStep(source, f"step {source}", source=source, language=4) for source in (1, 2, 3)]
    add_plan(world, *steps, ApprovalStep(4, "step 4"), hosts=Targets(host_ids=(101,)))
    rows = only(run_module("bk_job_plan_info", job_plan_id=200, **front))["steps"]
    # v2 has a key for the language and never sets it.
    language = None if is_v2(front) else "python"
    assert [(row["type"], row["script_language"]) for row in rows] == [("script", language)] * 3 + [
        ("confirmation", None)
    ]


def test_v3_returns_disabled_steps_too(world: World, run_module: RunModule, front: Options) -> None:
    add_plan(world, ScriptStep(1, "on"), ScriptStep(2, "off", enabled=False), hosts=Targets(host_ids=(101,)))
    steps = only(run_module("bk_job_plan_info", job_plan_id=200, **front))["steps"]
    assert [step["name"] for step in steps] == (["on"] if is_v2(front) else ["on", "off"])


def test_scripts_may_contain_any_text(world: World, run_module: RunModule, front: Options) -> None:
    script = 'echo "a < b && c" # 部署\n\ttrue\r\n'
    add_plan(world, ScriptStep(1, "run", script=script), hosts=Targets(host_ids=(101,)))
    (step,) = only(run_module("bk_job_plan_info", job_plan_id=200, full=True, **front))["steps"]
    assert step["script"] == script


def test_types_of_newer_servers_are_unknown(world: World, run_module: RunModule, front: Options) -> None:
    add_plan(world, ScriptStep(1, "run", language=99))
    world.plans[-1].variables.append(Variable(950, "new", 99, value="x"))
    plan = only(run_module("bk_job_plan_info", job_plan_id=200, **front))
    assert plan["steps"][0]["script_language"] == (None if is_v2(front) else "unknown")
    assert (plan["variables"][0]["type"], plan["variables"][0]["default"]) == ("unknown", "x")


# Errors


def test_gateway_errors_are_retried(sim: Simulator, run_module: RunModule, front: Options) -> None:
    for fault in (faults.lost(), faults.bad_gateway(), faults.throttled()):
        sim.faults.add(fault)
    result = run_module("bk_job_plan_info", job_plan_name="Test", **{**front, "retries": 5})
    assert only(result)["steps"] is not None


@pytest.mark.parametrize("options", [{"job_plan_id": 100}, {}])
def test_a_malformed_response_is_reported(
    sim: Simulator, run_module: RunModule, front: Options, options: Options
) -> None:
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": [5]}))
    result = run_module("bk_job_plan_info", **options, **front)
    # A server whose response can't be read has refused nothing.
    assert (result["failed"], result["outcome"], result["plans"]) == (True, None, None)
    assert (result["error"]["kind"], "unexpected response format" in result["msg"]) == ("protocol", True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"job_plan_id": 0}, "job_plan_id must be at least 1"),
        ({"job_template_id": -1}, "job_template_id must be at least 1"),
        ({"limit": 0}, "limit must be at least 1"),
        ({"job_plan_id": 100, "limit": 0}, "limit must be at least 1"),
        ({"job_plan_id": 100, "job_plan_name": "Test"}, "leave out job_plan_name"),
        ({"job_plan_id": 100, "job_template_id": 10}, "leave out job_template_id"),
        (
            {"job_plan_id": 100, "job_plan_name": "Test", "job_template_id": 10},
            "leave out job_plan_name, job_template_id",
        ),
    ],
)
def test_bad_options_are_refused_before_any_request(
    sim: Simulator, run_module: RunModule, esb: Options, options: Options, words: str
) -> None:
    result = run_module("bk_job_plan_info", **esb, **options)
    assert (refusal(result), sim.requests) == (("invalid_request", None), [])
    assert words in result["msg"]


def test_missing_credentials_are_named_beside_the_request(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    result = run_module("bk_job_plan_info", job_plan_id=100, **{**esb, "bk_app_code": ""})
    assert (refusal(result), sim.requests) == (("credentials", None), [])
    assert result["request"]["api"] == "get_job_plan_detail"
    assert "bk_app_code" in result["msg"]
