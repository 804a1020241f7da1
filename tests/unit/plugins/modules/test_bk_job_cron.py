# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules: each state from each state, what stays, bad input, and lost responses to each change."""

from __future__ import annotations

import importlib
import re
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._options.moment import read_moment
from tests.simulator import Simulator, faults
from tests.simulator.job.worlds import default_world
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

KEYS = {
    "msg",
    "changed",
    "outcome",
    "request",
    "error",
    "cron",
    "before",
    "next_runs",
    "variables_checked",
    "targets_checked",
}
NIGHTLY: Options = {
    "job_plan_id": 100,
    "expression": "30 2 * * *",
    "time_zone": "Asia/Shanghai",
    "variables": {"param_name": "1.2.3"},
}
BEFORE: dict[str, list[Options]] = {
    "none": [],
    "on": [NIGHTLY],
    "off": [{**NIGHTLY, "state": "paused"}],
}
DENIED = {"result": False, "code": 9900403, "message": "no"}


@pytest.fixture(params=["esb", "apigw"])
def front(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sim(sim: Simulator) -> Iterator[Simulator]:
    """A simulator with schedules that the test may change."""
    sim.reset(default_world())
    yield sim
    sim.reset(default_world())


def run(sim: Simulator, run_module: RunModule, front: str = "esb", **options: t.Any) -> Result:
    modes = {mode: options.pop(mode) for mode in ("check_mode", "diff_mode") if mode in options}
    connection = {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[front]}
    named = {} if "cron_id" in options else {"name": "nightly"}
    return run_module("bk_job_cron", **{**connection, **named, **options}, **modes)


def writes(sim: Simulator) -> list[str]:
    return [request.api for request in sim.requests if not request.api.startswith("get_")]


def is_on(result: Result) -> bool | None:
    return None if result["cron"] is None else result["cron"]["enabled"]


@pytest.mark.parametrize(
    ("before", "wanted", "changed", "on"),
    [
        ("none", NIGHTLY, True, True),
        ("none", {**NIGHTLY, "state": "enabled"}, True, True),
        ("none", {**NIGHTLY, "state": "paused"}, True, False),
        ("none", {"state": "absent"}, False, None),
        ("on", NIGHTLY, False, True),
        ("on", {"state": "present"}, False, True),
        ("on", {"state": "enabled"}, False, True),
        ("on", {"state": "paused"}, True, False),
        ("on", {"state": "absent"}, True, None),
        ("on", {"expression": "0 3 * * *"}, True, True),
        ("on", {"expression": "0 3 * * *", "state": "paused"}, True, False),
        ("on", {"time_zone": "UTC"}, True, True),
        ("on", {"variables": {"param_name": "2"}}, True, True),
        ("on", {"new_name": "weekly"}, True, True),
        ("off", NIGHTLY, False, False),
        ("off", {"state": "enabled"}, True, True),
        ("off", {"state": "paused"}, False, False),
        ("off", {"expression": "0 3 * * *"}, True, False),
        ("off", {"expression": "0 3 * * *", "state": "enabled"}, True, True),
        ("off", {"state": "absent"}, True, None),
    ],
)
def test_each_state_from_each_state(
    sim: Simulator,
    run_module: RunModule,
    front: str,
    before: str,
    wanted: Options,
    changed: bool,
    on: bool | None,
) -> None:
    for step in BEFORE[before]:
        run(sim, run_module, front, **step)
    sim.requests.clear()
    checked = run(sim, run_module, front, **wanted, check_mode=True)
    assert (checked["changed"], is_on(checked), writes(sim)) == (changed, on, [])
    result = run(sim, run_module, front, **wanted)
    assert set(result) - {"invocation", "warnings", "diff"} == KEYS
    assert (result["outcome"], result["changed"], is_on(result)) == ("succeeded", changed, on)
    assert bool(writes(sim)) is changed
    again = run(sim, run_module, front, **wanted)
    assert (again["changed"], is_on(again)) == (False, on)


def test_what_is_not_named_stays(sim: Simulator, run_module: RunModule) -> None:
    first = run(sim, run_module, **NIGHTLY)
    result = run(sim, run_module, expression="0 3 * * *")
    assert {**result["cron"], "expression": "", "modified_at": ""} == {
        **first["cron"],
        "expression": "",
        "modified_at": "",
    }
    assert result["cron"]["time_zone"] == "Asia/Shanghai"
    assert result["cron"]["variables"] == {"param_name": "1.2.3"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("*/30 * * * *", "0,30 * * * *"),
        ("0 0 * * 0", "0 0 * * 7"),
        ("0 0 * * sun", "0 0 * * 0"),
        ("5/10 * * * *", "5,15,25,35,45,55 * * * *"),
        ("0 9-17/2 * jan-mar 1-5", "0 9,11,13,15,17 * 1,2,3 1,2,3,4,5"),
    ],
)
def test_expressions_are_compared_by_what_they_mean(
    sim: Simulator, run_module: RunModule, one: str, other: str
) -> None:
    run(sim, run_module, **{**NIGHTLY, "expression": one})
    assert run(sim, run_module, **{**NIGHTLY, "expression": other})["changed"] is False


def test_hosts_are_compared_as_sets(sim: Simulator, run_module: RunModule) -> None:
    hosts = {"name": "hosts", "ip_list": ["10.0.0.1", "10.0.0.2"]}
    run(sim, run_module, **NIGHTLY, target_servers=[hosts])
    turned = {"name": "hosts", "ip_list": ["10.0.0.2", "10.0.0.1"]}
    assert run(sim, run_module, **NIGHTLY, target_servers=[turned])["changed"] is False
    other = {"name": "hosts", "ip_list": ["10.0.0.2"]}
    assert run(sim, run_module, **NIGHTLY, target_servers=[other])["changed"] is True


def test_a_stored_secret_is_only_set_again_with_update_secrets(sim: Simulator, run_module: RunModule) -> None:
    def stored() -> dict[str, t.Any]:
        return {value.name: value.value for value in sim.world.crons[0].variables or ()}

    run(sim, run_module, **NIGHTLY, secret_variables={"password": "f1rst"})
    other = {**NIGHTLY, "secret_variables": {"password": "s3cond"}}
    assert run(sim, run_module, **other)["changed"] is False
    assert run(sim, run_module, **{**other, "expression": "0 3 * * *"})["changed"] is True
    assert stored() == {"param_name": "1.2.3", "password": "f1rst"}
    always = {**other, "update_secrets": "always"}
    assert [run(sim, run_module, **always)["changed"] for _again in range(2)] == [True, True]
    assert stored()["password"] == "s3cond"


@pytest.mark.controller  # Python 3.8 knows no time zones
def test_the_next_runs(sim: Simulator, run_module: RunModule) -> None:
    result = run(sim, run_module, **NIGHTLY)
    assert len(result["next_runs"]) == 3
    assert all(re.search(r"T02:30:00\+08:00$", time) for time in result["next_runs"])


def test_the_diff_shows_before_and_after(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    result = run(sim, run_module, expression="0 3 * * *", check_mode=True, diff_mode=True)
    assert (result["diff"]["before"]["expression"], result["diff"]["after"]["expression"]) == (
        "30 2 * * *",
        "0 3 * * *",
    )
    assert result["before"] == result["diff"]["before"]


@pytest.mark.parametrize(
    "given",
    [
        {"name": None},
        {"name": "x" * 61},
        *({"name": f"a{character}b"} for character in "<>\"'"),
        *({"new_name": f"a{character}b"} for character in "<>\"'"),
        {"cron_id": 0},
        {"cron_id": 1, "name": "nightly"},
        {"expression": "*/70 * * * *"},
        {"expression": "0 0 1-31 * 1"},
        {"expression": "* * * *"},
        {"expression": "61 * * * *"},
        {"expression": "? * * * *"},
        {"expression": "0 0 1 * 1"},
        {"expression": "* * * * *", "execute_at": "2099-01-01T00:00:00Z"},
        {"execute_at": "2099-01-01T00:00:00"},
        {"execute_at": "2099-01-01"},
        {"execute_at": "tomorrow"},
        {"execute_at": "4070880000000"},
        {"api_version": "v2"},
    ],
)
def test_bad_input_is_refused_before_any_request(sim: Simulator, run_module: RunModule, given: Options) -> None:
    result = run(sim, run_module, **given)
    assert (result["outcome"], result["changed"], sim.requests) == ("refused", False, [])


@pytest.mark.parametrize(
    "given",
    [
        {"expression": "* * * * *"},
        {"job_plan_id": 100},
        {**NIGHTLY, "variables": {"param_nam": "1"}},
        {**NIGHTLY, "job_plan_id": 999},
        {"job_plan_id": 100, "execute_at": "2001-01-01T00:00:00Z"},
        {"cron_id": 999},
    ],
)
def test_a_new_schedule_that_cannot_be_is_refused(sim: Simulator, run_module: RunModule, given: Options) -> None:
    result = run(sim, run_module, **given)
    assert (result["outcome"], result["changed"], writes(sim)) == ("refused", False, [])


def test_a_schedule_that_runs_once(sim: Simulator, run_module: RunModule) -> None:
    once: Options = {"job_plan_id": 100, "execute_at": "2099-01-01T00:00:00+08:00"}
    assert run(sim, run_module, **once)["changed"] is True
    again = run(sim, run_module, **once)
    assert (again["changed"], again["cron"]["expression"], again["next_runs"]) == (False, None, None)
    assert run(sim, run_module, **once, update_execute_at="always")["changed"] is True


@pytest.mark.parametrize("text", ["2099-01-01T00:00:00+0800", "2098-12-31T16:00:00Z", "4070880000", "4070880000.9"])
def test_the_time_can_be_written_in_many_ways(sim: Simulator, run_module: RunModule, text: str) -> None:
    run(sim, run_module, job_plan_id=100, execute_at=text)
    assert [one.body["execute_time"] for one in sim.requests if "execute_time" in one.body] == [4070880000]


def test_a_past_time_does_no_harm_where_it_is_not_sent(sim: Simulator, run_module: RunModule) -> None:
    once: Options = {"job_plan_id": 100, "execute_at": "2099-01-01T00:00:00Z"}
    run(sim, run_module, **once)
    past = {**once, "execute_at": "2001-01-01T00:00:00Z"}
    assert run(sim, run_module, **past)["changed"] is False
    assert run(sim, run_module, **past, state="absent")["changed"] is True


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("before", "wanted", "runs", "earlier"),
    [
        (None, {}, [4070880000], {}),
        (None, {"state": "paused"}, [], {}),
        (NIGHTLY, {}, [4070880000], {"expression": "30 2 * * *", "execute_at": None}),
        (
            {"job_plan_id": 100, "execute_at": "2098-01-01T00:00:00Z"},
            {"update_execute_at": "always"},
            [4070880000],
            {"expression": None, "execute_at": None},
        ),
    ],
)
def test_the_time_of_a_single_run_is_shown_by_the_task_that_sets_it(
    sim: Simulator,
    run_module: RunModule,
    before: Options | None,
    wanted: Options,
    runs: list[int],
    earlier: Options,
    check_mode: bool,
) -> None:
    if before:
        run(sim, run_module, **before)
    once: Options = {
        "job_plan_id": 100,
        "execute_at": "2099-01-01T00:00:00+08:00",
        "time_zone": "Asia/Shanghai",
        **wanted,
    }
    result = run(sim, run_module, **once, check_mode=check_mode, diff_mode=True)
    assert (result["changed"], [read_moment("", time, needs_zone=True) for time in result["next_runs"]]) == (True, runs)
    shown = result["diff"]
    assert {key: shown["before"][key] for key in ("expression", "execute_at") if key in shown["before"]} == earlier
    assert read_moment("", shown["after"]["execute_at"], needs_zone=True) == 4070880000
    assert "execute_at" not in result["cron"]


@pytest.mark.controller  # Python 3.8 knows no time zones
def test_the_time_of_a_single_run_is_shown_in_the_time_zone_of_the_schedule(
    sim: Simulator, run_module: RunModule
) -> None:
    once: Options = {"job_plan_id": 100, "execute_at": "2098-12-31T16:00:00Z", "time_zone": "Asia/Shanghai"}
    assert run(sim, run_module, **once)["next_runs"] == ["2099-01-01T00:00:00+08:00"]


SOON: Options = {"job_plan_id": 100, "execute_at": "2099-01-01T00:00:00Z"}
PAST: Options = {"job_plan_id": 100, "execute_at": "2001-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ("paused", {**PAST, "state": "enabled"}),
        ("paused", {**PAST, "state": "enabled", "variables": {"param_name": "2"}}),
        ("enabled", {**PAST, "state": "enabled", "variables": {"param_name": "2"}}),
        ("enabled", {**PAST, "variables": {"param_name": "2"}}),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_single_run_is_not_enabled_for_a_time_that_is_past(
    sim: Simulator, run_module: RunModule, switch: str, wanted: Options, check_mode: bool
) -> None:
    run(sim, run_module, **SOON, state=switch)
    sim.requests.clear()
    result = run(sim, run_module, **wanted, check_mode=check_mode)
    assert (result["outcome"], result["changed"], writes(sim)) == ("refused", False, [])
    assert PAST["execute_at"] in result["msg"]


@pytest.mark.parametrize(
    ("switch", "wanted", "changed"),
    [
        ("enabled", {**PAST, "state": "enabled"}, False),
        ("paused", {**PAST, "variables": {"param_name": "2"}}, True),
        ("enabled", {**PAST, "state": "paused"}, True),
        ("paused", {**PAST, "state": "paused", "variables": {"param_name": "2"}}, True),
        ("paused", {"expression": "0 3 * * *", "state": "enabled"}, True),
        ("enabled", {"variables": {"param_name": "2"}}, True),
        ("paused", {**SOON, "state": "enabled", "update_execute_at": "always"}, True),
    ],
)
def test_other_changes_of_a_single_run_need_no_time(
    sim: Simulator, run_module: RunModule, switch: str, wanted: Options, changed: bool
) -> None:
    run(sim, run_module, **SOON, state=switch)
    result = run(sim, run_module, **wanted)
    assert (result["outcome"], result["changed"], result["warnings"]) == ("succeeded", changed, [])


@pytest.mark.parametrize("wanted", [{}, {"variables": {"param_name": "2"}}, SOON])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_single_run_that_is_enabled_without_setting_its_time_may_never_run(
    sim: Simulator, run_module: RunModule, wanted: Options, check_mode: bool
) -> None:
    run(sim, run_module, **SOON, state="paused")
    result = run(sim, run_module, **wanted, state="enabled", check_mode=check_mode)
    assert (result["outcome"], result["changed"], is_on(result)) == ("succeeded", True, True)
    assert ["update_execute_at" in warning for warning in result["warnings"]] == [True]
    assert run(sim, run_module, state="paused", check_mode=check_mode)["warnings"] == []


def test_a_single_run_that_took_place_is_left_as_it_is(sim: Simulator, run_module: RunModule) -> None:
    once: Options = {"job_plan_id": 100, "execute_at": str(int(sim.clock.now()) + 60)}
    run(sim, run_module, **once)
    sim.clock.advance(120)
    for check_mode in (True, False):
        result = run(sim, run_module, **once, check_mode=check_mode)
        assert (result["outcome"], result["changed"], is_on(result)) == ("succeeded", False, False)
    assert run(sim, run_module, **once, state="enabled")["outcome"] == "refused"


@pytest.mark.parametrize("hosts", [{"host_id_list": [101]}, {"ip_list": ["10.0.0.1"]}])
def test_hosts_that_are_not_named_any_more_are_removed(sim: Simulator, run_module: RunModule, hosts: Options) -> None:
    node = {"topo_node_list": [{"id": 1000, "node_type": "module"}]}
    run(sim, run_module, **NIGHTLY, target_servers=[{"name": "hosts", "ip_list": ["10.0.0.2"]}])
    both = [{"name": "hosts", **hosts, **node}]
    assert [run(sim, run_module, **NIGHTLY, target_servers=both)["changed"] for _time in range(2)] == [True, False]
    only = [{"name": "hosts", **node}]
    result = run(sim, run_module, **NIGHTLY, target_servers=only)
    assert (result["changed"], list(result["cron"]["variables"]["hosts"])) == (True, ["topo_node_list"])


def test_hosts_stay_single_when_something_else_changes(sim: Simulator, run_module: RunModule) -> None:
    hosts = [{"name": "hosts", "ip_list": ["10.0.0.1", "10.0.0.2"]}]
    run(sim, run_module, **NIGHTLY, target_servers=hosts)
    run(sim, run_module, expression="0 3 * * *")
    (stored,) = [value for value in sim.world.crons[0].variables or () if value.name == "hosts"]
    assert len(stored.hosts) == 2
    # What was saved again has ids only.
    by_id = [{"name": "hosts", "host_id_list": [101, 102]}]
    assert run(sim, run_module, target_servers=by_id)["changed"] is False


def test_a_name_may_contain_a_secret(sim: Simulator, run_module: RunModule) -> None:
    named = {**NIGHTLY, "name": "job f1rst", "secret_variables": {"password": "f1rst"}}
    result = run(sim, run_module, **named)
    assert (result["outcome"], is_on(result), "f1rst" in str(result)) == ("succeeded", True, False)
    assert run(sim, run_module, **named)["changed"] is False


def test_a_short_value_of_a_misspelled_variable_hides_no_id(sim: Simulator, run_module: RunModule) -> None:
    given = {**NIGHTLY, "name": "night1", "variables": {"pasword": 1}}
    result = run(sim, run_module, **given, diff_mode=True)
    assert (result["outcome"], writes(sim)) == ("refused", [])
    assert all(part in result["msg"] for part in ("night1", "100 (Test)", "(id 437, "))
    assert result["invocation"]["module_args"]["variables"] == {"pasword": "******"}


def test_every_value_is_hidden_where_the_plan_cannot_be_viewed(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.answer(200, DENIED), api="get_job_plan_detail", times=9)
    sim.faults.add(faults.answer(200, {**DENIED, "message": "no hunter5-long"}), api="save_cron")
    result = run(sim, run_module, **{**NIGHTLY, "variables": {"password": "hunter5-long"}})
    assert (result["outcome"], result["variables_checked"]) == ("refused", False)
    assert "hunter5-long" not in str(result)


# Lost responses


@pytest.mark.parametrize("fault", [faults.lost(), faults.bad_gateway(), faults.answer(502, b"")], ids=range(3))
def test_a_lost_response_creates_nothing_twice(sim: Simulator, run_module: RunModule, fault: t.Any) -> None:
    sim.faults.add(fault, api="save_cron")
    result = run(sim, run_module, **NIGHTLY)
    assert writes(sim).count("save_cron") == 1
    reached = fault.moment is not faults.Moment.ARRIVED
    assert (result["outcome"], result["changed"]) == ("succeeded" if reached else "unknown", True)
    assert is_on(result) is (True if reached else None)


@pytest.mark.parametrize("api", ["save_cron", "update_cron_status", "delete_cron"])
@pytest.mark.parametrize("fault", [faults.lost(), faults.bad_gateway(), faults.answer(502, b"")], ids=range(3))
def test_a_lost_response_to_a_change_leaves_the_schedule_on(
    sim: Simulator, run_module: RunModule, api: str, fault: t.Any
) -> None:
    run(sim, run_module, **NIGHTLY)
    sim.faults.add(fault, api=api)
    wanted: Options = {"state": "absent"} if api == "delete_cron" else {"expression": "0 3 * * *"}
    result = run(sim, run_module, **wanted)
    assert (result["outcome"], result["changed"]) == ("succeeded", True)
    assert is_on(result) is (None if api == "delete_cron" else True)


def test_the_process_of_a_module_may_be_lost(sim: Simulator) -> None:
    module = importlib.import_module("ansible_collections.blueking.job.plugins.modules.bk_job_cron").MODULE
    runner = importlib.import_module("ansible_collections.blueking.job.plugins.module_utils._task.runner")
    result = runner.lost(module, {"name": "nightly", "cron_id": None}, "the connection was lost")
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)


def test_a_refused_edit_leaves_the_schedule_on(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    sim.faults.add(faults.answer(200, DENIED), api="save_cron")
    result = run(sim, run_module, expression="0 3 * * *")
    assert (result["outcome"], result["changed"], is_on(result)) == ("refused", False, True)
    assert "off now" not in result["msg"]


def test_a_new_schedule_that_could_not_be_enabled_is_told(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.answer(200, DENIED), api="update_cron_status")
    result = run(sim, run_module, **NIGHTLY)
    assert (result["outcome"], result["changed"], is_on(result)) == ("failed", True, False)
    assert "is off now" in result["msg"]


def test_a_read_that_fails_after_saving_leaves_nothing_off(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    sim.faults.add(faults.SOUND, api="get_cron_detail")
    sim.faults.add(faults.bad_gateway(), api="get_cron_detail", times=9)
    result = run(sim, run_module, expression="0 3 * * *")
    assert (result["outcome"], is_on(result), len(result["warnings"])) == ("succeeded", True, 1)
    assert sim.world.crons[0].enabled is True


def test_a_lost_rename_is_not_taken_for_another_schedule(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    other = run(sim, run_module, **{**NIGHTLY, "name": "other", "expression": "0 3 * * *"})["cron"]["cron_id"]
    # The other one does not exist yet when the names are read.
    sim.faults.add(faults.SOUND, api="get_cron_list")
    nothing = {"result": True, "code": 0, "data": {"start": 0, "length": 1000, "total": 0, "data": []}}
    sim.faults.add(faults.answer(200, nothing), api="get_cron_list")
    sim.faults.add(faults.bad_gateway(), api="save_cron", times=9)
    result = run(sim, run_module, new_name="other", expression="0 3 * * *")
    assert "save_cron" in writes(sim)
    assert result["outcome"] != "succeeded"
    assert result["cron"]["cron_id"] != other


@pytest.mark.parametrize("by_id", [False, True])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_new_name_that_another_schedule_has_is_refused(
    sim: Simulator, run_module: RunModule, by_id: bool, check_mode: bool
) -> None:
    id_ = run(sim, run_module, **NIGHTLY)["cron"]["cron_id"]
    run(sim, run_module, **{**NIGHTLY, "name": "other"})
    sim.requests.clear()
    named: Options = {"cron_id": id_} if by_id else {}
    result = run(sim, run_module, **named, new_name="other", check_mode=check_mode)
    assert (result["outcome"], result["changed"], writes(sim)) == ("refused", False, [])
    assert (result["error"]["kind"], result["cron"]["name"]) == ("invalid_request", "nightly")
    assert "new_name" in result["msg"]


def test_a_schedule_with_an_old_name_can_be_deleted(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    sim.world.crons[0].name = "Bob's"
    assert run(sim, run_module, name="Bob's")["outcome"] == "refused"
    assert run(sim, run_module, name="Bob's", state="absent")["changed"] is True
    assert sim.world.crons == []


def test_a_schedule_that_stays_off_is_told(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    sim.faults.add(faults.answer(200, DENIED), api="update_cron_status")
    result = run(sim, run_module, expression="0 3 * * *")
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "failed", True)
    assert "is off now" in result["msg"]
    assert is_on(result) is False
    # It is on again as soon as that is possible.
    assert is_on(run(sim, run_module, expression="0 3 * * *", state="enabled")) is True


def test_where_saving_is_unclear_it_is_told_that_the_schedule_may_be_off(sim: Simulator, run_module: RunModule) -> None:
    run(sim, run_module, **NIGHTLY)
    sim.faults.add(faults.bad_gateway(), api="save_cron", times=99)
    sim.faults.add(faults.SOUND, api="get_cron_detail")
    sim.faults.add(faults.bad_gateway(), api="get_cron_detail", times=99)
    result = run(sim, run_module, expression="0 3 * * *")
    assert (result["outcome"], result["changed"]) == ("unknown", True)
    assert "may be off now" in result["msg"]


@pytest.mark.parametrize("secret", [False, True], ids=["nothing can be read", "nothing can be compared"])
@pytest.mark.parametrize("refusal", [faults.throttled(), faults.answer(200, DENIED)], ids=["throttled", "denied"])
def test_a_refusal_after_a_lost_response_leaves_the_change_unknown(
    sim: Simulator, run_module: RunModule, refusal: t.Any, secret: bool
) -> None:
    run(sim, run_module, **NIGHTLY)
    for fault in (faults.lost(), refusal):
        sim.faults.add(fault, api="save_cron")
    sim.faults.add(faults.SOUND, api="get_cron_detail")
    if not secret:
        sim.faults.add(faults.bad_gateway(), api="get_cron_detail", times=99)
    wanted: Options = {"secret_variables": {"password": "f1rst"}} if secret else {"expression": "0 3 * * *"}
    result = run(sim, run_module, **wanted)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["error"]["kind"], result["request"]["api"]) == ("unavailable", "save_cron")
    assert "may be off now" in result["msg"]
    assert "refused" in result["error"]["message"]


def test_information(sim: Simulator, run_module: RunModule, front: str) -> None:
    run(sim, run_module, front, **NIGHTLY)
    run(sim, run_module, front, **{**NIGHTLY, "name": "other", "state": "paused"})
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[front]}
    names = {
        str(filters): [row["name"] for row in run_module("bk_job_cron_info", **connection, **filters)["crons"]]
        for filters in ({"enabled": True}, {"enabled": False}, {"name": "ight"})
    }
    assert list(names.values()) == [["nightly"], ["other"], ["nightly"]]
    (row,) = run_module("bk_job_cron_info", **connection, name="nightly", last_run=True)["crons"]
    assert (row["variables"], row["last_run"]) == ({"param_name": "1.2.3"}, None)


@pytest.mark.parametrize(
    "given", [{"cron_id": 0}, {"cron_id": -1}, {"cron_id": 0, "name": "nightly"}, {"cron_id": 1, "name": "nightly"}]
)
def test_bad_input_for_information_is_refused_before_any_request(
    sim: Simulator, run_module: RunModule, given: Options
) -> None:
    result = run_module("bk_job_cron_info", **CREDENTIALS, bk_biz_id=1, **fronts(sim)["esb"], **given)
    assert (result["outcome"], "cron_id" in result["msg"], sim.requests) == ("refused", True, [])


def test_only_a_list_may_be_longer_than_the_limit(sim: Simulator, run_module: RunModule) -> None:
    id_ = run(sim, run_module, **NIGHTLY)["cron"]["cron_id"]
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["esb"]}
    found = [run_module("bk_job_cron_info", **connection, **given, limit=1) for given in ({"cron_id": id_}, {})]
    assert [[row["cron_id"] for row in result["crons"]] for result in found] == [[id_], [id_]]
    assert ["limit" in result["msg"] for result in found] == [False, True]
    assert not any("1 schedules" in result["msg"] for result in found)
