# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching in two phases: created unstarted, then started once, whichever response is lost."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import (
    DENIED,
    HOUR,
    INTERNAL_ERROR,
    KEYS,
    LOST_ANSWERS,
    STARTED_BEFORE,
    runs,
    troubled_two_phases,
)

if t.TYPE_CHECKING:
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
    """The options of a launch in two phases, on each surface that has them."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The same on the ESB."""
    return options_of(sim, "esb")


@pytest.fixture
def _old_job(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Job before 3.10, which starts what it is to create."""
    monkeypatch.setattr(sim.world, "understands_start_task", False)


def the_instance(sim: Simulator) -> Instance:
    """The only instance, an hour later, when nothing changes any more."""
    sim.clock.advance(HOUR)
    (instance,) = sim.instances
    return instance


def requests_to(sim: Simulator, api: str) -> int:
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
    assert all(fact in result["msg"] for fact in ("100 (Test)", result["job_instance_url"]))
    assert (result["error"], result["candidates"], result["warnings"]) == (None, None, [])
    assert the_instance(sim).status == SUCCESS


def test_the_launch_can_be_waited_for(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", wait=True, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("succeeded", "success", True)
    assert (requests_to(sim, CREATE), requests_to(sim, START)) == (1, 1)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("name", ["esb-v2", "old-v2"])
def test_v2_is_refused_before_any_request(sim: Simulator, run_module: RunModule, name: str, check_mode: bool) -> None:
    result = run_module("bk_job_execute", check_mode=check_mode, **options_of(sim, name))
    assert set(result) >= KEYS
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "invalid_request")
    assert all(name in result["msg"] for name in ("two_phase", "api_version"))
    assert sim.requests == []


def test_check_mode_shows_the_request_and_writes_nothing(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", check_mode=True, **front)
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("launched", True, None)
    assert result["request"]["api"] == CREATE
    assert result["request"]["body"]["start_task"] is False
    assert [request.api for request in sim.requests] == ["get_job_plan_detail"]


def test_without_two_phases_start_task_is_not_sent(sim: Simulator, run_module: RunModule, front: Options) -> None:
    """Null would create an orphan, and older servers do not have this field (§7.4)."""
    run_module("bk_job_execute", **{**front, "two_phase": False})
    assert "start_task" not in sim.requests[-1].body
    assert requests_to(sim, START) == 0


@pytest.mark.usefixtures("_old_job")
def test_a_server_that_starts_the_instance_by_itself_is_a_warning(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    result = run_module("bk_job_execute", **front)
    (launch,) = sim.launches
    (warning,) = result["warnings"]
    assert (result["outcome"], result["job_instance_id"]) == ("launched", launch.instance_id)
    assert "3.10" in warning
    assert warning in result["msg"]
    assert the_instance(sim).status == SUCCESS


# Refusals of Job


@pytest.mark.parametrize("retries", [0, 5])
def test_a_denied_start_is_refused_and_returns_the_created_instance(
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
    assert f"blueking.job.bk_job_operate with action start and job_instance_id {orphan.id}" in result["msg"]
    assert result["request"]["body"]["start_task"] is False
    assert requests_to(sim, CREATE) == 1


def test_the_advice_of_the_message_works(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=START)
    orphan = run_module("bk_job_execute", **esb)["job_instance_id"]
    connection = {name: value for name, value in esb.items() if name not in ("two_phase", "console_url")}
    del connection["job_plan_id"]
    assert run_module("bk_job_operate", action="start", job_instance_id=orphan, **connection)["changed"]
    assert the_instance(sim).status == SUCCESS


def test_a_denied_start_of_an_instance_that_cannot_be_read_is_unknown(
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
    assert f"bk_job_instance_info with job_instance_id {result['job_instance_id']}" in result["msg"]


@pytest.mark.usefixtures("_old_job")
def test_a_running_instance_is_launched_even_if_its_start_is_denied(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=START)
    result = run_module("bk_job_execute", **front)
    (warning,) = result["warnings"]
    assert (result["outcome"], result["job_instance_id"]) == ("launched", sim.launches[0].instance_id)
    assert all(fact in warning for fact in ("User (admin) permission not allowed", "9900403"))
    assert warning in result["msg"]


@pytest.mark.parametrize("code", [1241002, 1241015])
def test_a_start_refused_for_an_inconsistent_reason_is_unknown(
    sim: Simulator, run_module: RunModule, front: Options, code: int
) -> None:
    """A server without the start operation may start it late; one that was started before should not be pending."""
    refusal = {"result": False, "code": code, "message": "Unsupported operation"}
    sim.faults.add(faults.answer(200, refusal), api=START, times=10)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["job_instance_id"]) == ("unknown", sim.launches[0].instance_id)
    assert result["error"]["code"] == code


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_server_without_the_start_operation_is_explained(
    sim: Simulator, run_module: RunModule, front: Options, language: str
) -> None:
    refusal = {"result": False, "code": 1241002, "message": "Invalid request parameters"}
    sim.faults.add(faults.answer(200, refusal), api=START, times=10)
    result = run_module("bk_job_execute", language=language, **front)
    assert "3.10" in result["error"]["hint"]
    assert result["error"]["hint"] in result["msg"]


def test_an_instance_started_by_somebody_else_is_launched(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    """The first start reaches Job, but the response says that somebody else was faster."""
    sim.faults.add(faults.replaced(200, STARTED_BEFORE), api=START)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["job_instance_id"]) == ("launched", sim.launches[0].instance_id)
    assert result["warnings"] == []
    assert the_instance(sim).status == SUCCESS


def test_a_start_that_did_not_reach_job_is_retried(sim: Simulator, run_module: RunModule, front: Options) -> None:
    # For the second one, the API gateway does not say that Job was unreachable.
    for fault in (faults.throttled(), faults.upstream_refused(), faults.throttled()):
        sim.faults.add(fault, api=START)
    result = run_module("bk_job_execute", **front)
    assert result["outcome"] == "launched"
    assert the_instance(sim).status == SUCCESS


def test_a_quota_is_waited_for(sim: Simulator, run_module: RunModule, front: Options) -> None:
    full = {"result": False, "code": 1244032, "message": "exceeds the quota limit"}
    sim.faults.add(faults.answer(200, full), api=CREATE, times=2)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], len(sim.launches), requests_to(sim, CREATE)) == ("launched", 1, 3)
    assert the_instance(sim).status == SUCCESS


def test_an_exceeded_quota_is_refused_after_all_retries(
    sim: Simulator, run_module: RunModule, front: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.world, "quota_exceeded", 1244033)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "throttled")
    assert (sim.launches, requests_to(sim, START)) == ([], 0)


# Lost responses


@pytest.mark.parametrize("retries", [0, 5])
@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_lost_response_to_the_start_is_launched(
    sim: Simulator, run_module: RunModule, front: Options, fault: faults.Fault, retries: int
) -> None:
    sim.faults.add(fault, api=START)
    result = run_module("bk_job_execute", retries=retries, **front)
    assert (result["outcome"], result["warnings"]) == ("launched", [])
    assert result["job_instance_id"] == sim.launches[0].instance_id
    instance = the_instance(sim)
    assert (instance.status, [step.execute_count for step in instance.steps]) == (SUCCESS, [0, 0])


@pytest.mark.parametrize("code", [1240002, 1250002])
def test_a_start_that_failed_inside_job_is_repeated(
    sim: Simulator, run_module: RunModule, front: Options, code: int
) -> None:
    """It had no effect, as a status request shows."""
    trouble = {"result": False, "code": code, "message": "Internal Server Error"}
    sim.faults.add(faults.answer(200, trouble), api=START, times=3)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], requests_to(sim, START)) == ("launched", 4)
    assert the_instance(sim).status == SUCCESS


def test_a_start_that_is_lost_and_then_throttled_is_repeated(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    sim.faults.add(faults.answer(200, INTERNAL_ERROR), api=START)
    sim.faults.add(faults.throttled(), api=START, times=2)
    result = run_module("bk_job_execute", **front)
    assert result["outcome"] == "launched"
    assert the_instance(sim).status == SUCCESS


def test_a_start_that_was_unclear_once_stays_unknown(sim: Simulator, run_module: RunModule, front: Options) -> None:
    """The first request may still be queued, whatever a later one returns."""
    sim.faults.add(faults.answer(200, INTERNAL_ERROR), api=START)
    sim.faults.add(faults.answer(200, DENIED), api=START)
    result = run_module("bk_job_execute", **front)
    assert (result["outcome"], result["job_instance_id"]) == ("unknown", sim.launches[0].instance_id)
    assert result["error"]["code"] == 1240002


def test_a_start_without_any_response_is_unknown(sim: Simulator, run_module: RunModule, front: Options) -> None:
    sim.faults.add(faults.answer(200, INTERNAL_ERROR), api=START, times=100)
    result = run_module("bk_job_execute", **front)
    (launch,) = sim.launches
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["job_instance_id"], result["candidates"]) == (launch.instance_id, None)
    assert all(fact in result["msg"] for fact in ("100 (Test)", str(launch.instance_id), "Internal Server Error"))
    assert requests_to(sim, START) < 10


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_lost_response_to_the_creation_is_unknown_and_nothing_is_started(
    sim: Simulator, run_module: RunModule, front: Options, fault: faults.Fault
) -> None:
    sim.faults.add(fault, api=CREATE)
    result = run_module("bk_job_execute", **front)
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["job_instance_id"], result["ansible_facts"]) == (None, {"job_instance_id": None})
    assert (requests_to(sim, CREATE), requests_to(sim, START)) == (1, 0)
    orphan = the_instance(sim)
    (candidate,) = result["candidates"]
    assert (candidate["job_instance_id"], candidate["status"], orphan.status) == (orphan.id, "pending", PENDING)
    assert f"{orphan.id} (pending, {candidate['created_at']})" in result["msg"]


# Random faults


def test_random_faults_never_launch_twice_or_hide_a_launch(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.world, "understands_start_task", True)  # and so again after this test
    # `make soak` has many more.
    # Each way that a launch can go was gone.
    assert set(runs(sim, 120, lambda dice: troubled_two_phases(sim, run_module, dice))) == {
        ("launched", True, True),
        ("refused", True, True),
        ("refused", False, False),
        ("unknown", True, True),
        ("unknown", False, True),
        ("unknown", False, False),
    }
