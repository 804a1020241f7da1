# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting an instance that was created unstarted: how often, and who started it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.errors import JobError, RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Launch
from ansible_collections.blueking.job.plugins.module_utils._operate.start import Started, start
from tests.simulator import faults
from tests.unit.plugins.module_utils.conftest import sent

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
    from tests.simulator import Simulator
    from tests.unit.plugins.module_utils.conftest import RunBody

START = "operate_job_instance"
DENIED = {"result": False, "code": 9900403, "message": "User (admin) permission not allowed"}
INTERNAL_ERROR = {"result": False, "code": 1240002, "message": "Internal Server Error"}


def started(
    sim: Simulator, run_body: RunBody, *trouble: tuple[faults.Fault, int], retries: int = 0
) -> Started | JobError:
    """What starting a new instance returns or raises, with this trouble at the requests."""
    results: list[Started | JobError] = []

    def body(task: Task, _report: object) -> None:
        instance_id = task.job.call(task.job.apis.launch, Launch(100, start=False)).job_instance_id
        for fault, times in trouble:
            sim.faults.add(fault, api=START, times=times)
        try:
            results.append(start(task, instance_id, just_created=True))
        except JobError as error:
            results.append(error)

    run_body(body, retries=retries)
    (result,) = results
    return result


def test_it_is_started_by_one_request(sim: Simulator, run_body: RunBody) -> None:
    assert started(sim, run_body) == Started(True)
    assert sent(sim, START) == 1


def test_it_is_tried_five_times(sim: Simulator, run_body: RunBody) -> None:
    """Job starts an instance once only, so a request without a clear response may be sent again."""
    result = started(sim, run_body, (faults.answer(200, INTERNAL_ERROR), 100))
    assert isinstance(result, UnclearError)
    assert (result.code, sent(sim, START)) == (1240002, 5)


@pytest.mark.parametrize("failures", [1, 4])
def test_the_last_try_counts(sim: Simulator, run_body: RunBody, failures: int) -> None:
    assert started(sim, run_body, (faults.answer(200, INTERNAL_ERROR), failures)) == Started(True)
    assert sent(sim, START) == failures + 1


@pytest.mark.parametrize("fault", [faults.lost(), faults.timeout_text(), faults.replaced(200, b"[1]")])
def test_a_lost_response_is_known_by_its_effect(sim: Simulator, run_body: RunBody, fault: faults.Fault) -> None:
    assert started(sim, run_body, (fault, 1)) == Started(True)
    assert sent(sim, START) == 1


def test_a_refusal_ends_it_at_once(sim: Simulator, run_body: RunBody) -> None:
    result = started(sim, run_body, (faults.answer(200, DENIED), 100))
    assert isinstance(result, RefusedError)
    assert (result.code, sent(sim, START)) == (9900403, 1)


def test_a_refusal_after_an_unclear_response_proves_nothing(sim: Simulator, run_body: RunBody) -> None:
    trouble = [(faults.answer(200, INTERNAL_ERROR), 1), (faults.answer(200, DENIED), 100)]
    result = started(sim, run_body, *trouble)
    assert isinstance(result, UnclearError)
    assert (result.code, sent(sim, START)) == (1240002, 2)


def test_throttling_after_an_unclear_response_is_waited_for(sim: Simulator, run_body: RunBody) -> None:
    trouble = [(faults.answer(200, INTERNAL_ERROR), 1), (faults.throttled(), 3)]
    assert started(sim, run_body, *trouble) == Started(True)
    assert sent(sim, START) == 5


def test_a_server_before_3_10_may_have_started_it_itself(
    sim: Simulator, run_body: RunBody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.world, "understands_start_task", False)
    result = started(sim, run_body)
    assert isinstance(result, Started)
    assert (result.by_this_task, "3.10" in (result.remark or "")) == (False, True)
