# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping an instance: how long Job may refuse it, and what is requested again."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.stop import Stop, stop
from ansible_collections.blueking.job.plugins.module_utils._model.errors import RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Launch
from tests.simulator import faults
from tests.unit.plugins.module_utils.conftest import sent

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
    from tests.simulator import Simulator
    from tests.unit.plugins.module_utils.conftest import RunBody

OPERATE = "operate_job_instance"
NOT_RUNNING = {"result": False, "code": 1241003, "message": "Operation failed, check the status of the task"}
DENIED = {"result": False, "code": 9900403, "message": "User (admin) permission not allowed"}
INTERNAL_ERROR = {"result": False, "code": 1240002, "message": "Internal Server Error"}


def stopped(sim: Simulator, run_body: RunBody, plan_id: int, *trouble: tuple[t.Any, int]) -> tuple[Stop, float]:
    """The result of stopping a new instance of a plan, and the seconds it took, with this trouble at the requests."""
    results: list[tuple[Stop, float]] = []

    def body(task: Task, _report: object) -> None:
        instance_id = task.job.call(task.job.apis.launch, Launch(plan_id)).job_instance_id
        sim.clock.advance(5)
        for fault, times in trouble:
            sim.faults.add(fault, api=OPERATE, times=times)
        began = sim.clock.now()
        results.append((stop(task.job, instance_id, task.clock), sim.clock.now() - began))

    run_body(body)
    (result,) = results
    return result


def test_an_instance_is_stopped_by_one_request(sim: Simulator, run_body: RunBody, long_plan: int) -> None:
    result, seconds = stopped(sim, run_body, long_plan)
    assert (result.ending.outcome, result.requested, sent(sim, OPERATE)) == ("terminated", True, 1)
    assert seconds < 30


def test_for_a_minute_a_refusal_may_mean_that_it_does_not_run_yet(
    sim: Simulator, run_body: RunBody, long_plan: int
) -> None:
    result, seconds = stopped(sim, run_body, long_plan, (faults.answer(200, NOT_RUNNING), 1000))
    assert (result.ending.outcome, result.requested) == ("lost", False)
    assert isinstance(result.ending.error, RefusedError)
    assert result.ending.error.code == 1241003
    assert "running" in result.ending.error.message
    assert 60 <= seconds <= 76


def test_an_instance_that_runs_within_that_minute_is_stopped(sim: Simulator, run_body: RunBody, long_plan: int) -> None:
    """Polls within a minute: 0.65 s apart, later a tenth of the age."""
    result, seconds = stopped(sim, run_body, long_plan, (faults.answer(200, NOT_RUNNING), 28))
    assert (result.ending.outcome, result.requested) == ("terminated", True)
    assert 30 <= seconds <= 60


def test_another_refusal_ends_it_at_once(sim: Simulator, run_body: RunBody, long_plan: int) -> None:
    result, seconds = stopped(sim, run_body, long_plan, (faults.answer(200, DENIED), 1000))
    assert (result.ending.outcome, result.requested, sent(sim, OPERATE)) == ("lost", False, 1)
    assert result.ending.error
    assert (result.ending.error.kind, seconds) == ("user_permission", 0)


def test_a_request_without_a_clear_response_is_sent_again(sim: Simulator, run_body: RunBody, long_plan: int) -> None:
    """Stopping twice does no harm."""
    result, _seconds = stopped(sim, run_body, long_plan, (faults.answer(200, INTERNAL_ERROR), 3))
    assert (result.ending.outcome, result.requested, sent(sim, OPERATE)) == ("terminated", True, 4)


def test_after_two_minutes_it_is_given_up(sim: Simulator, run_body: RunBody, long_plan: int) -> None:
    result, seconds = stopped(sim, run_body, long_plan, (faults.answer(200, INTERNAL_ERROR), 1000))
    assert (result.ending.outcome, result.requested) == ("lost", True)
    assert isinstance(result.ending.error, UnclearError)
    assert seconds == pytest.approx(120)
