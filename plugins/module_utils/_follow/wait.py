# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting, as modules do it: following to the end or stopping, and the last look at what is left behind."""

from __future__ import annotations

import contextlib
import typing as t

from .._model.errors import JobError, UnclearError
from .._report.sentences import terminated
from .interrupt import Interrupted, interruptible
from .poll import Ending, follow
from .results import read_logs, read_output
from .stop import STOP_PACE, stop

if t.TYPE_CHECKING:
    from .._model.instance import Instance
    from .._report.instance import Report
    from .._task.runner import Task
    from .poll import Pace
    from .progress import Slice


def wait_for(task: Task, report: Report, instance_id: int, pace: Pace, part: Slice | None = None) -> None:
    """Follow an instance to its end, or for the ``part`` of the wait, and note in the ``report`` what became of it."""

    def look(age: float) -> Instance:
        if part and part.wants_hosts(age):
            try:
                return task.job.instance(instance_id, hosts=True, retries=0)
            except UnclearError:
                # Hosts are for show here; where Job can't tell them, the verdict must not wait for them (§6.4).
                part.counted = age
        return task.job.instance(instance_id, retries=0)

    if part:
        report.recall(part.seen)
    terminate_on = [] if task.check_mode else task.params["terminate_on"]
    try:
        with interruptible() if "abort" in terminate_on else contextlib.nullcontext():
            ending = follow(look, pace, task.clock, part=part)
    except Interrupted as signal:
        terminate(task, report, instance_id, "lost", why=f"was no longer to be followed ({signal})")
        return
    if part:
        if ending.instance:
            report.see(ending.instance)
        report.progress = part.state(ending, report.seen())
    if ending.outcome == "timed_out" and "timeout" in terminate_on:
        terminate(task, report, instance_id, "timed_out", why="has not ended in time")
    elif ending.outcome:
        conclude(task, report, ending)


def terminate(task: Task, report: Report, instance_id: int, outcome: str, *, why: str) -> None:
    """Stop an instance that is not to be followed any longer; the ``report`` says whether it really stopped.

    The ``outcome`` stays what ended the following, and fails the task; ``status`` and ``finished`` tell the rest.
    """
    result = stop(task.job, instance_id, task.clock, STOP_PACE)
    report.changed = report.changed or result.asked
    troubles = conclude(task, report, result.ending._replace(outcome=outcome))
    report.msg = terminated(vars(report), result.ending.error, asked=result.asked, why=why) + troubles


def conclude(task: Task, report: Report, ending: Ending) -> str:
    """Note in the ``report`` how following has ended, and what became of the instance.

    What could not be read of it stands at the end of ``msg``, and is returned for a ``msg`` that takes its place.
    """
    troubles = ""
    if ending.instance:
        report.see(ending.instance)
        if ending.outcome != "lost":
            troubles = _look_closer(task, report, ending.instance)
    report.end(ending.outcome, ending.error)
    report.msg += troubles
    return troubles


def _look_closer(task: Task, report: Report, seen: Instance) -> str:
    """Hosts, logs and variables; what of them can't be read changes no verdict and is told in the sentences returned.

    A person may have retried the job meanwhile: then what was seen at its end stands.
    """
    troubles = ""
    if any(step.hosts is None for step in seen.steps):
        try:
            instance = task.job.instance(seen.id, hosts=True)
            if instance.status_code == seen.status_code:
                report.see(instance)
                seen = instance
        except JobError as error:
            troubles = f" The results of the hosts could not be read: {error.sentence()}"
    if "logs" in task.params:
        troubles += read_logs(task, report, seen) + read_output(task, report, seen)
    return troubles
