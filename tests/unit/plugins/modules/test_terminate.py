# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``terminate_on``: an instance that is no longer waited for is stopped, and the result says whether it was."""

from __future__ import annotations

import itertools
import math
import typing as t

import pytest

from tests.simulator import ApprovalStep, Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable, default_world
from tests.simulator import faults as broken
from tests.unit.conftest import CREDENTIALS, InterruptedClock, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]

LONG = Outcome(seconds=1000.0)


@pytest.fixture(autouse=True)
def _plans(sim: Simulator) -> Iterator[None]:
    """Plans that run long: 200 stops at once, 201 slowly, 202 never; 203 waits for a confirmation by somebody else."""
    world = default_world()
    world.plans += [
        plan(200, ScriptStep(1, "run", outcome=LONG)),
        plan(201, ScriptStep(1, "run", outcome=LONG, stop_seconds=60)),
        plan(202, ScriptStep(1, "run", outcome=LONG, stop_seconds=math.inf)),
        plan(203, ApprovalStep(1, "approve", roles=("release",))),
    ]
    sim.reset(world)
    yield
    sim.reset(default_world())


def plan(id_: int, step: ScriptStep | ApprovalStep) -> Plan:
    hosts = Variable(id_ * 10, "hosts", 3, hosts=Targets(host_ids=(101, 102)))
    return Plan(id_, f"Plan {id_}", Scope("biz", "1"), steps=[step], variables=[hosts])


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn, and to stop after the timeout."""
    common = {"bk_biz_id": 1, "wait": True, "terminate_on": ["timeout"]}
    return {**CREDENTIALS, **common, **fronts(sim)[request.param]}


def sent(sim: Simulator) -> list[tuple[str, int]]:
    """The operations that were sent."""
    return [(r.api, r.body["operation_code"]) for r in sim.requests if r.api.startswith("operate_")]


@pytest.mark.parametrize("plan_id", [200, 201])
def test_an_instance_that_takes_too_long_is_stopped(
    sim: Simulator, run_module: RunModule, front: Options, plan_id: int
) -> None:
    result = run_module("bk_job_execute", job_plan_id=plan_id, wait_timeout=60, **front)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, True, "timed_out")
    assert (result["status"], result["finished"], result["error"]) == ("terminated", True, None)
    assert {host["status"] for host in result["failed_hosts"]} == {"terminated"}
    facts = (str(result["job_instance_id"]), f"Plan {plan_id}", "60 s", "terminated")
    assert [fact for fact in facts if fact not in result["msg"]] == [], result["msg"]
    assert sent(sim) == [("operate_job_instance", 1)]


def test_waiting_for_an_existing_instance_can_stop_it_too(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    del front["wait"]
    launched = run_module("bk_job_execute", job_plan_id=200, **front)
    result = run_module("bk_job_wait", job_instance_id=launched["job_instance_id"], wait_timeout=60, **front)
    assert (result["failed"], result["outcome"], result["status"]) == (True, "timed_out", "terminated")
    assert result["changed"] is True


def test_interrupted_while_it_stops_the_instance_a_wait_has_changed_something(
    sim: Simulator, run_module: RunModule
) -> None:
    front = {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url}
    stops = set()
    for pauses in itertools.count(1):
        id_ = run_module("bk_job_execute", job_plan_id=200, **front)["job_instance_id"]
        sim.clock.advance(5)
        sim.requests.clear()
        clock = InterruptedClock(sim, pauses)
        limits = {"wait_timeout": 20, "poll_interval": 10, "terminate_on": ["timeout"]}
        result = run_module("bk_job_wait", job_instance_id=id_, clock=clock, **limits, **front)
        assert (result["failed"], result["changed"]) == (True, bool(sent(sim)))
        stops.add((result["outcome"], result["status"]))
        if clock.pauses > 0:
            break
    assert stops == {("timed_out", "running"), ("timed_out", "terminated")}


def test_check_mode_stops_nothing(sim: Simulator, run_module: RunModule, front: Options) -> None:
    del front["wait"]
    id_ = run_module("bk_job_execute", job_plan_id=200, **front)["job_instance_id"]
    result = run_module("bk_job_wait", check_mode=True, job_instance_id=id_, wait_timeout=60, **front)
    assert (result["outcome"], result["status"], result["changed"]) == ("timed_out", "running", False)
    assert sent(sim) == []


def test_a_hanging_stop_is_reported(sim: Simulator, run_module: RunModule, front: Options) -> None:
    then = sim.clock.now()
    result = run_module("bk_job_execute", job_plan_id=202, wait_timeout=60, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("timed_out", "stopping", False)
    assert f"action skip, job_instance_id {result['job_instance_id']}" in result["msg"]
    assert sim.clock.now() - then == pytest.approx(60 + 120, abs=1)
    assert len(sent(sim)) == 1


def test_stopping_a_pending_instance_is_repeated(sim: Simulator, run_module: RunModule, front: Options) -> None:
    # As long as the launch is queued, Job refuses to stop it (contract §6.9).
    refusal = {"result": False, "code": 1241003, "message": "Unsupported operation"}
    sim.faults.add(broken.answer(200, refusal), api="operate_job_instance", times=10)
    result = run_module("bk_job_execute", job_plan_id=200, wait_timeout=5, **front)
    assert (result["outcome"], result["status"], result["error"]) == ("timed_out", "terminated", None)
    assert len(sent(sim)) == 11


def test_an_instance_that_job_never_stops_is_reported(sim: Simulator, run_module: RunModule, front: Options) -> None:
    refusal = {"result": False, "code": 1241003, "message": "Unsupported operation"}
    sim.faults.add(broken.answer(200, refusal), api="operate_job_instance", times=1000)
    result = run_module("bk_job_execute", job_plan_id=200, wait_timeout=5, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("timed_out", "running", False)
    assert (result["error"]["code"], "running" in result["msg"]) == (1241003, True)


def test_an_instance_that_finished_meanwhile_is_not_stopped(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    # The last poll before time is up gets no response; when it is to be stopped it has succeeded.
    sim.faults.add(broken.lost(), api="get_job_instance_status", times=6)
    result = run_module("bk_job_execute", job_plan_id=100, wait_timeout=20, poll_interval=4, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("timed_out", "success", True)
    assert "success" in result["msg"]
    assert sent(sim) == []


def test_at_a_confirmation_the_step_is_rejected(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", job_plan_id=101, wait_timeout=60, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("timed_out", "rejected", True)
    assert sent(sim) == [("operate_step_instance", 9)]


def test_a_user_who_may_not_confirm_cannot_stop_at_a_confirmation(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    result = run_module("bk_job_execute", job_plan_id=203, wait_timeout=60, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("timed_out", "waiting", False)
    assert (result["error"]["kind"], result["error"]["code"]) == ("user_permission", 1244016)
    assert "Only the confirmer of the step can operate" in result["msg"]
    assert len(sent(sim)) == 1


def test_gateway_errors_are_retried(sim: Simulator, run_module: RunModule, front: Options) -> None:
    for fault in (broken.lost(), broken.throttled(), broken.bad_gateway()):
        sim.faults.add(fault, api="operate_job_instance")
    result = run_module("bk_job_execute", job_plan_id=201, wait_timeout=60, **front)
    assert (result["outcome"], result["status"]) == ("timed_out", "terminated")


def test_without_terminate_on_nothing_is_stopped(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", job_plan_id=200, wait_timeout=60, **{**front, "terminate_on": []})
    assert (result["outcome"], result["status"], sent(sim)) == ("timed_out", "running", [])


def test_success_in_time_is_success(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, wait_timeout=60, **front)
    assert (result["outcome"], sent(sim)) == ("succeeded", [])
