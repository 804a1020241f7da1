# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for an instance: to its end, or until the time is up and it is stopped."""

from __future__ import annotations

import typing as t

from .._model.errors import UnclearError
from .._report.instance import host_row, step_row
from .._task.runner import EXITS
from .poll import Ending, poll_until
from .progress import Progress
from .results import read_hosts, read_logs, read_outputs
from .stop import STOP_PACE, stop

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._model.errors import JobError
    from .._model.instance import Instance
    from .._report.instance import Report
    from .._task.task import Task
    from .poll import Pace


def wait_for(task: Task, report: Report, instance_id: int, pace: Pace) -> None:
    """Poll an instance to its end, and note its result in the ``report``."""
    waiter = _Waiter(task, report, instance_id)
    interrupted = None
    try:
        ending = poll_until(waiter.poll, pace, task.clock, notice=waiter.notice)
    except (Exception, *EXITS):
        raise
    except BaseException as error:  # the time limit of the task (keyword timeout), which is no Exception
        interrupted = f"has not finished within the time limit of the task ({type(error).__name__})"
        ending = Ending("timed_out", waiter.seen)
    if ending.outcome == "timed_out" and "timeout" in task.params["terminate_on"] and not task.check_mode:
        terminate(task, report, instance_id, why=interrupted or f"has not finished within {pace.timeout:g} s")
    else:
        conclude(task, report, ending, timeout=None if interrupted else pace.timeout)
        if interrupted:
            report.add(f"Instance {instance_id} {interrupted}.")
    waiter.ended(report)


def terminate(task: Task, report: Report, instance_id: int, *, why: str) -> None:
    """Stop an instance that is no longer waited for; the ``report`` says whether it really stopped.

    The outcome stays ``timed_out``, and fails the task; ``status`` and ``finished`` say the rest.
    """
    result = stop(task.job, instance_id, task.clock, STOP_PACE)
    _conclude(
        task,
        report,
        result.ending._replace(outcome="timed_out"),
        lambda error: report.stopped(error, requested=result.requested, why=why),
    )


def conclude(task: Task, report: Report, ending: Ending, timeout: float | None = None) -> None:
    """Note in the ``report`` how the wait has ended, and the state of the instance."""
    if ending.instance:
        report.see(ending.instance)
    if ending.outcome == "lost" and ending.error and not report.was_seen:
        raise ending.error
    _conclude(task, report, ending, lambda error: report.end(ending.outcome, error, timeout))


def _conclude(task: Task, report: Report, ending: Ending, say: Callable[[JobError | None], None]) -> None:
    if ending.instance:
        report.see(ending.instance)
    # First of all, so that the outcome is known whatever interrupts the rest.
    report.end(ending.outcome, ending.error)
    problems: list[str] = []
    seen = ending.instance
    if seen and ending.outcome != "lost":
        seen, problem = read_hosts(task, report, seen)
        problems.append(problem)
        if "logs" in task.params:
            problems += [read_logs(task, report, seen), read_outputs(task, report, seen)]
    say(ending.error)
    for problem in problems:
        report.add(problem)


class _Waiter:
    """Polls for a wait, with the hosts where there is somebody to see them, and shows progress."""

    def __init__(self, task: Task, report: Report, instance_id: int) -> None:
        self.seen: Instance | None = None
        self._task = task
        self._report = report
        self._id = instance_id
        self._began = task.clock.now()
        self._progress = Progress(task.show, task.clock, instance_id) if task.show else None

    def poll(self, age: float) -> Instance:
        if self._progress and self._progress.wants_hosts(age):
            self._progress.hosts_requested(age)
            try:
                return self._task.job.instance(self._id, hosts=True, retries=0)
            except UnclearError:
                pass  # hosts are only shown here; where Job can't return them, the outcome must not depend on them
        return self._task.job.instance(self._id, retries=0)

    def notice(self, instance: Instance | None, error: JobError | None, age: float, silent: float) -> None:
        if instance is None:
            if self._progress:
                self._progress.silent(error, age, silent)
            return
        self.seen = instance
        self._report.see(instance)
        if self._progress:
            steps = [step_row(step) for step in instance.steps]
            failed = [host_row(step, host) for step in instance.steps for host in step.hosts or () if host.failed]
            self._progress.update(self._report.status or "", steps, failed, age)

    def ended(self, report: Report) -> None:
        if self._progress:
            self._progress.failed(report.failed_hosts or ())
            self._progress.ended(str(report.outcome), self._task.clock.now() - self._began)
