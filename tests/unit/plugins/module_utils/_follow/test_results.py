# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of an instance after its end, whatever a person or a gateway does meanwhile."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.results import read_hosts, read_logs, read_outputs
from ansible_collections.blueking.job.plugins.module_utils._model.instance import RETRY_FAILED, Instance, Operation
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Launch
from tests.simulator import faults
from tests.unit.plugins.module_utils.conftest import sent

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._launch.report import LaunchReport
    from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
    from tests.simulator import Simulator
    from tests.unit.plugins.module_utils.conftest import RunBody

FAILING = 102
STATUS, LOGS, OUTPUTS = "get_job_instance_status", "batch_get_job_instance_ip_log", "get_job_instance_global_var_value"


def failed_instance(sim: Simulator, task: Task, report: LaunchReport) -> Instance:
    """An instance that has failed, as the last poll of a wait sees it."""
    launched = task.job.call(task.job.apis.launch, Launch(FAILING))
    report.created(launched, None)
    sim.clock.advance(3600)
    seen = task.job.instance(launched.job_instance_id)
    report.see(seen)
    report.end(str(seen.outcome))
    return seen


def test_a_retry_by_a_person_meanwhile_does_not_change_the_verdict(sim: Simulator, run_body: RunBody) -> None:
    known: list[tuple[Instance, str]] = []

    def body(task: Task, report: LaunchReport) -> None:
        seen = failed_instance(sim, task, report)
        step = next(step for step in seen.steps if step.status_code == 4)
        task.job.operate(Operation(seen.id, RETRY_FAILED, step.id))
        known.append(read_hosts(task, report, seen))

    result = run_body(body)
    assert (result["outcome"], result["status"], result["finished"]) == ("failed", "failed", True)
    assert [(instance.status_code, problem) for instance, problem in known] == [(4, "")]
    assert sent(sim, STATUS) == 2


def test_the_hosts_are_read_once_more_at_the_end(sim: Simulator, run_body: RunBody) -> None:
    def body(task: Task, report: LaunchReport) -> None:
        instance, _problem = read_hosts(task, report, failed_instance(sim, task, report))
        read_hosts(task, report, instance)

    result = run_body(body)
    assert result["failed_hosts"]
    assert sent(sim, STATUS) == 2


@pytest.mark.parametrize(
    "fault",
    [faults.lost(), faults.bad_gateway(), faults.replaced(200, {"result": True, "code": 0, "data": None})],
    ids=["lost", "bad gateway", "null"],
)
def test_a_passing_failure_to_read_the_hosts_is_retried(sim: Simulator, run_body: RunBody, fault: faults.Fault) -> None:
    def body(task: Task, report: LaunchReport) -> None:
        seen = failed_instance(sim, task, report)
        sim.faults.add(fault, api=STATUS)
        read_hosts(task, report, seen)

    assert run_body(body)["failed_hosts"]


@pytest.mark.parametrize(("api", "key"), [(STATUS, "failed_hosts"), (LOGS, "logs"), (OUTPUTS, "output_variables")])
@pytest.mark.parametrize("deny", [True, False])
def test_a_lasting_failure_does_not_change_the_verdict(
    sim: Simulator, run_body: RunBody, api: str, key: str, deny: bool
) -> None:
    denied = {"result": False, "code": 9900403, "message": "User (admin) permission not allowed"}
    fault = faults.answer(200, denied) if deny else faults.replaced(200, {"result": True, "code": 0, "data": 5})

    def body(task: Task, report: LaunchReport) -> None:
        seen = failed_instance(sim, task, report)
        sim.faults.add(fault, api=api, times=100)
        instance, problem = read_hosts(task, report, seen)
        problems.extend([problem, read_logs(task, report, instance), read_outputs(task, report, instance)])

    problems: list[str] = []
    result = run_body(body)
    assert (result["outcome"], result["status"], result["error"]) == ("failed", "failed", None)
    assert [("9900403" if deny else api) in problem for problem in problems if problem] == [True]
    if key == "logs":
        assert [row["content"] for row in result["logs"]] == [None] * len(result["failed_hosts"])
    else:
        assert result[key] is None
