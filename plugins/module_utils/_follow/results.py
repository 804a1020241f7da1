# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of an instance when the wait is over: hosts, logs and output variables.

None of it changes the outcome: all errors, including bugs of this collection, become sentences of ``msg``.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._model.errors import JobError
from .._report.sentences import sentence
from .logs import LogCollector, log_options

if t.TYPE_CHECKING:
    from .._model.instance import Instance
    from .._report.instance import Report
    from .._task.task import Task

PAUSE = 1.0  # seconds in which a late log may arrive (contract §9)


def read_hosts(task: Task, report: Report, seen: Instance) -> tuple[Instance, str]:
    """The instance with the results of its hosts, and what went wrong, if anything did.

    A person may have retried the job meanwhile: then what was seen at its end stays.
    """
    if all(step.hosts is not None for step in seen.steps):
        return seen, ""
    try:
        instance = task.job.instance(seen.id, hosts=True)
    except JobError as error:
        return seen, f"The results of the hosts could not be read: {sentence(error)}"
    if instance.status_code != seen.status_code:
        return seen, ""
    report.see(instance)
    return instance, ""


def read_logs(task: Task, report: Report, instance: Instance) -> str:
    """Add the logs that the options ask for to the ``report``; return what went wrong, if anything did."""
    options = log_options(task.params, write_files=not task.check_mode)
    if options.whose == "none" or report.failed_hosts is None:
        return ""
    problems = []
    with contextlib.closing(LogCollector(instance, options, report.failed_hosts)) as collector:
        try:
            for log in task.job.logs(instance.id, collector.wanted()):
                collector.put(log)
            missing = collector.missing()
            if missing:
                task.clock.sleep(PAUSE)
                for log in task.job.logs(instance.id, missing):
                    collector.put(log)
        except Exception as error:
            problems.append(f"Some logs could not be read: {_described(error, task)}")
        finally:
            report.with_logs(collector.rows, collector.failed)
        if collector.trouble:
            reason = collector.trouble.strerror or collector.trouble
            problems.append(f"Some logs could not be written to {options.dest}: {reason}.")
    return " ".join(problems)


def read_outputs(task: Task, report: Report, instance: Instance) -> str:
    """Add the values of the variables at the end to the ``report``; return what went wrong, likewise."""
    if not (report.finished and report.HAS_VARIABLES):
        return ""
    try:
        report.with_outputs(task.secrets.scrub(task.job.call(task.job.apis.output, instance.id)))
    except Exception as error:
        return f"The output variables could not be read: {_described(error, task)}"
    return ""


def _described(error: Exception, task: Task) -> str:
    if isinstance(error, JobError):
        return sentence(error)
    return f"unexpected {type(error).__name__}: {task.secrets.scrub(str(error))}."
