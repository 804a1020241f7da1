# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching in two phases: created unstarted, then started, once, whatever gets lost on the way."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import DENIED, HOUR, INTERNAL_ERROR, KEYS, LOST_ANSWERS, STARTED_BEFORE, runs, trouble_for

if t.TYPE_CHECKING:
    import random

    from tests.simulator.job.instance import Instance
    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]

CREATE, START, STATUS, HISTORY = (
    "execute_job_plan",
    "operate_job_instance",
    "get_job_instance_status",
    "get_job_instance_list",
)
PENDING, SUCCESS = 1, 3


def options_of(sim: Simulator, name: str) -> Options:
    return {
        **CREDENTIALS,
        "bk_biz_id": 1,
        "job_plan_id": 100,
        "two_phase": True,
        "console_url": "https://job.example.com",
        **fronts(sim)[name],
    }


@pytest.fixture(params=["esb", "apigw"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The options of a launch in two phases, on each surface that knows them."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The same on the ESB."""
    return options_of(sim, "esb")


@pytest.fixture
def _old_job(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Job before 3.10, which starts what it is told to create."""
    monkeypatch.setattr(sim.world, "understands_start_task", False)


def the_instance(sim: Simulator) -> Instance:
    """The only one there is, an hour later: what was ever to happen has happened."""
    sim.clock.advance(HOUR)
    (instance,) = sim.instances
    return instance


def asked(sim: Simulator, api: str) -> int:
    return sum(request.api == api for request in sim.requests)


def test_an_instance_is_created_and_then_started(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", variables={"param_name": "x"}, **front)
    assert [request.api for request in sim.requests] == ["get_job_plan_detail", CREATE, START]
    create, start = (request.body for request in sim.requests[1:])
    (launch,) = sim.launches
    assert (create["start_task"], launch.started) == (False, False)
    assert (start["job_instance_id"], start["operation_code"]) == (launch.instance_id, 2)
    assert set(result) >= KEYS
    assert (result["outcome"], result["changed"], result.get("failed", False)) == ("launched", True, False)
    assert (result["job_instance_id"], result["job_plan_id"]) == (launch.instance_id, 100)
    assert result["ansible_facts"] == {"job_instance_id": launch.instance_id}
    assert result["job_instance_url"] == f"https://job.example.com/api_execute/{launch.instance_id}"
    assert result["msg"] == (
        f"Plan 100 (Test) was launched as instance {launch.instance_id}: "
        f"https://job.example.com/api_execute/{launch.instance_id}."
    )
    assert (result["error"], result["candidates"], result["warnings"]) == (None, None, [])
    assert the_instance(sim).status == SUCCESS


def test_it_can_be_followed_then(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", wait=True, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("succeeded", "success", True)
    assert (asked(sim, CREATE), asked(sim, START)) == (1, 1)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("name", ["esb-v2", "old-v2"])
def test_v2_is_refused_before_any_request(sim: Simulator, run_module: RunModule, name: str, check_mode: bool) -> None:
    result = run_module("bk_job_execute", check_mode=check_mode, **options_of(sim, name))
    assert set(result) >= KEYS
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "invalid_request")
    assert result["msg"] == (
        "Nothing was launched: two_phase needs api_version v3, since v2 of the API starts whatever it creates."
    )
    assert sim.requests == []


def test_check_mode_shows_the_request_and_writes_nothing(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", check_mode=True, **front)
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("launched", True, None)
    assert result["request"]["api"] == CREATE
    assert result["request"]["body"]["start_task"] is False
    assert [request.api for request in sim.requests] == ["get_job_plan_detail"]


def test_without_two_phases_start_task_is_not_sent(sim: Simulator, run_module: RunModule, front: Options) -> None:
    """Null would leave an orphan behind, and older servers know no such field (§7.4)."""
    run_module("bk_job_execute", **{**front, "two_phase": False})
    assert "start_task" not in sim.requests[-1].body
    assert asked(sim, START) == 0


@pytest.mark.usefixtures("_old_job")
def test_a_server_that_starts_it_by_itself_is_told_of(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", **front)
    (launch,) = sim.launches
    (warning,) = result["warnings"]
    assert (result["outcome"], result["job_instance_id"]) == ("launched", launch.instance_id)
    assert warning.startswith("The server started the instance at once")
    assert "Job 3.10" in warning
    assert result["msg"].endswith(f"{launch.instance_id}. {warning}")
    assert the_instance(sim).status == SUCCESS


# What Job says no to


@pytest.mark.parametrize("retries", [0, 5])
def test_a_start_that_is_denied_is_a_refusal_that_leaves_something_behind(
    sim: Simulator, run_module: RunModule, front: Options, retries: int
) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=START, times=10)
    result = run_module("bk_job_execute", retries=retries, **front)
    orphan = the_instance(sim)
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", True)
    assert (result["job_instance_id"], orphan.status) == (orphan.id, PENDING)
    assert result["ansible_facts"] == {"job_instance_id": orphan.id}
    assert (result["error"]["code"], result["error"]["kind"]) == (9900403, "user_permission")
    assert f"instance {orphan.id} was created, and will not run" in result["msg"]
    assert f"blueking.job.bk_job_operate with action start and job_instance_id {orphan.id}." in result["msg"]
    assert result["request"]["body"]["start_task"] is False
    assert asked(sim, CREATE) == 1


def test_what_the_message_advises_is_right(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=START)
    orphan = run_module("bk_job_execute", **esb)["job_instance_id"]
    connection = {name: value for name, value in esb.items() if name not in ("two_phase", "console_url")}
    del connection["job_plan_id"]
    assert run_module("bk_job_operate", action="start", job_instance_id=orphan, **connection)["changed"]
    assert the_instance(sim).status == SUCCESS


def test_a_denied_start_of_what_cannot_be_looked_at_is_unknown(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=START, times=10)
    sim.faults.add(faults.bad_gateway(), api=STATUS, times=100)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == (
        "unknown",
        True,
        sim.launches[0].instance_id,
    )
    assert result["error"]["code"] == 9900403
    assert "which may be running" in result["msg"]
    assert "bk_job_instance_info" in result["msg"]


@pytest.mark.usefixtures("_old_job")
def test_what_runs_is_launched_even_if_starting_it_is_denied(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=START)
    result = run_module("bk_job_execute", **front)
    (warning,) = result["warnings"]
    assert (result["outcome"], result["job_instance_id"]) == ("launched", sim.launches[0].instance_id)
    assert warning.startswith(
        "The instance runs although this task could not start it: User (admin) permission not allowed (code 9900403)."
    )
    assert result["msg"].endswith(warning)


@pytest.mark.parametrize("code", [1241002, 1241015])
def test_a_start_refused_for_a_reason_that_does_not_hold_proves_nothing(
    sim: Simulator, run_module: RunModule, front: Options, code: int
) -> None:
    """Unknown to the server, it may start by itself, late; started before, it should not be pending."""
    refusal = {"result": False, "code": code, "message": "Unsupported operation"}
    sim.faults.add(faults.answer(200, refusal), api=START, times=10)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["job_instance_id"]) == ("unknown", sim.launches[0].instance_id)
    assert result["error"]["code"] == code


@pytest.mark.parametrize(("language", "words"), [("en", "Job before 3.10 knows no start"), ("zh", "不支持启动操作")])
def test_a_server_that_knows_no_start_is_no_fault_of_the_task(
    sim: Simulator, run_module: RunModule, front: Options, language: str, words: str
) -> None:
    refusal = {"result": False, "code": 1241002, "message": "Invalid request parameters"}
    sim.faults.add(faults.answer(200, refusal), api=START, times=10)
    result = run_module("bk_job_execute", language=language, **front)
    assert words in result["error"]["hint"]
    assert result["error"]["hint"] in result["msg"]


def test_whoever_started_it_it_is_launched(sim: Simulator, run_module: RunModule, front: Options) -> None:
    """The first start reaches Job, and the gateway shows the second answer: somebody was faster."""
    sim.faults.add(faults.replaced(200, STARTED_BEFORE), api=START)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["job_instance_id"]) == ("launched", sim.launches[0].instance_id)
    assert result["warnings"] == []
    assert the_instance(sim).status == SUCCESS


def test_a_start_that_has_not_come_to_job_is_tried_again(sim: Simulator, run_module: RunModule, front: Options) -> None:
    # Of the second, the API gateway does not say that Job was out of reach.
    for fault in (faults.throttled(), faults.upstream_refused(), faults.throttled()):
        sim.faults.add(fault, api=START)
    result = run_module("bk_job_execute", **front)
    assert result["outcome"] == "launched"
    assert the_instance(sim).status == SUCCESS


def test_a_quota_is_waited_for(sim: Simulator, run_module: RunModule, front: Options) -> None:
    full = {"result": False, "code": 1244032, "message": "exceeds the quota limit"}
    sim.faults.add(faults.answer(200, full), api=CREATE, times=2)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], len(sim.launches), asked(sim, CREATE)) == ("launched", 1, 3)
    assert the_instance(sim).status == SUCCESS


def test_a_quota_that_stays_is_a_refusal(
    sim: Simulator, run_module: RunModule, front: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.world, "quota_exceeded", 1244033)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "throttled")
    assert (sim.launches, asked(sim, START)) == ([], 0)


# What nobody hears of


@pytest.mark.parametrize("retries", [0, 5])
@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_lost_answer_to_the_start_loses_nothing(
    sim: Simulator, run_module: RunModule, front: Options, fault: faults.Fault, retries: int
) -> None:
    sim.faults.add(fault, api=START)
    result = run_module("bk_job_execute", retries=retries, **front)
    assert (result["outcome"], result["warnings"]) == ("launched", [])
    assert result["job_instance_id"] == sim.launches[0].instance_id
    instance = the_instance(sim)
    assert (instance.status, [step.execute_count for step in instance.steps]) == (SUCCESS, [0, 0])


@pytest.mark.parametrize("code", [1240002, 1250002])
def test_a_start_that_failed_inside_job_is_asked_for_again(
    sim: Simulator, run_module: RunModule, front: Options, code: int
) -> None:
    """Nothing has come of it, and it takes a look to know."""
    trouble = {"result": False, "code": code, "message": "Internal Server Error"}
    sim.faults.add(faults.answer(200, trouble), api=START, times=3)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], asked(sim, START)) == ("launched", 4)
    assert the_instance(sim).status == SUCCESS


def test_a_start_that_gets_lost_and_then_throttled_is_not_given_up(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    sim.faults.add(faults.answer(200, INTERNAL_ERROR), api=START)
    sim.faults.add(faults.throttled(), api=START, times=2)
    result = run_module("bk_job_execute", **front)
    assert result["outcome"] == "launched"
    assert the_instance(sim).status == SUCCESS


def test_a_start_that_was_unclear_once_is_not_denied_later(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    """The first may be in some queue, and nothing that comes after it can take it back."""
    sim.faults.add(faults.answer(200, INTERNAL_ERROR), api=START)
    sim.faults.add(faults.answer(200, DENIED), api=START)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["job_instance_id"]) == ("unknown", sim.launches[0].instance_id)
    assert result["error"]["code"] == 1240002


def test_a_start_that_is_never_answered_is_unknown(sim: Simulator, run_module: RunModule, front: Options) -> None:
    sim.faults.add(faults.answer(200, INTERNAL_ERROR), api=START, times=100)
    result = run_module("bk_job_execute", **front)
    (launch,) = sim.launches
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["job_instance_id"], result["candidates"]) == (launch.instance_id, None)
    assert result["msg"].startswith(
        f"Plan 100 (Test) was created as instance {launch.instance_id}, which may be running: Internal Server Error"
    )
    assert asked(sim, START) < 10


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_lost_answer_to_the_creation_is_unknown_and_nothing_is_started(
    sim: Simulator, run_module: RunModule, front: Options, fault: faults.Fault
) -> None:
    sim.faults.add(fault, api=CREATE)
    result = run_module("bk_job_execute", **front)
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["job_instance_id"], result["ansible_facts"]) == (None, {"job_instance_id": None})
    assert (asked(sim, CREATE), asked(sim, START)) == (1, 0)
    orphan = the_instance(sim)
    (candidate,) = result["candidates"]
    assert (candidate["job_instance_id"], candidate["status"], orphan.status) == (orphan.id, "pending", PENDING)
    assert f"{orphan.id} (pending, {candidate['created_at']})" in result["msg"]


# Everything at once


def test_no_run_of_trouble_launches_twice_or_denies_a_launch(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    odds = {"get_job_plan_detail": 0.2, CREATE: 0.4, START: 0.8, STATUS: 0.5, HISTORY: 0.5}

    def run(dice: random.Random) -> tuple[str, bool, bool]:
        monkeypatch.setattr(sim.world, "understands_start_task", dice.random() < 0.5)
        trouble_for(sim, dice, odds)
        options = {**options_of(sim, dice.choice(["esb", "apigw"])), "retries": dice.choice([0, 1, 5])}
        result = run_module("bk_job_execute", **options)
        sim.clock.advance(HOUR)
        there, running = {i.id for i in sim.instances}, {i.id for i in sim.instances if i.status != PENDING}
        outcome, own = result["outcome"], result["job_instance_id"]
        candidates = {row["job_instance_id"] for row in result["candidates"] or ()}
        assert set(result) >= KEYS
        assert len(sim.launches) <= 1
        assert own is None or there == {own}
        assert candidates <= there
        assert result["changed"] is (bool(there) or outcome == "unknown")
        if outcome == "launched":
            assert running == {own}
        elif outcome == "refused":
            assert running == set()
            assert there == ({own} - {None})
        else:
            assert outcome == "unknown"
            assert own or result["candidates"] is None or candidates == there
        return outcome, own is not None, bool(there)

    # Each way that a launch can go was gone.
    assert set(runs(sim, 500, run)) == {
        ("launched", True, True),
        ("refused", True, True),
        ("refused", False, False),
        ("unknown", True, True),
        ("unknown", False, True),
        ("unknown", False, False),
    }
