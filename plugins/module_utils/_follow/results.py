# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of an instance when the wait is over: hosts, logs with the outputs in them, and output variables.

None of it changes the outcome: all errors, including bugs of this collection, become sentences of ``msg``.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._model.errors import JobError
from .._model.language import foreign, say
from .._model.pattern import compiled
from .._report.sentences import joined, sentence
from .logs import LogCollector, log_options

if t.TYPE_CHECKING:
    from .._model.instance import Instance
    from .._report.instance import Report
    from .._task.task import Task
    from .logs import Reader

PAUSE = 1.0  # seconds in which a late log may arrive (contract §9)


def read_results(task: Task, report: Report, seen: Instance | None) -> list[str]:
    """Add all that the options ask for to the ``report``; return what went wrong, if anything did."""
    if seen is None:
        return []
    seen, problem = read_hosts(task, report, seen)
    if "logs" not in task.params:
        return [problem]
    return [problem, read_logs(task, report, seen), read_outputs(task, report, seen)]


def read_hosts(task: Task, report: Report, seen: Instance) -> tuple[Instance, str]:
    """The instance with the results of its hosts, and what went wrong, if anything did.

    A person may have retried the job meanwhile: then what was seen at its end stays.
    """
    if all(step.hosts is not None for step in seen.steps):
        return seen, ""
    try:
        instance = task.job.instance(seen.id, hosts=True)
    except JobError as error:
        return seen, say("The results of the hosts could not be read: {reason}", reason=sentence(error))
    if instance.status_code != seen.status_code:
        return seen, ""
    report.see(instance)
    return instance, ""


def read_logs(task: Task, report: Report, instance: Instance) -> str:
    """Add the logs, outputs and groups of hosts that the options ask for to the ``report``.

    Returns what went wrong, if anything did.
    """
    params = task.params
    if report.failed_hosts is None:
        return ""
    if not (params["parse_outputs"] or params["group_hosts"]):
        return _read_logs(task, report, instance)
    # Few tasks want outputs, and imports are a good part of what a launch costs.
    from .outputs import Outputs

    outputs = Outputs(instance, compiled(params["output_pattern"]) if params["parse_outputs"] else None)
    needs_logs = params["parse_outputs"] or task.job.apis.tags_in_logs
    problems = [_read_logs(task, report, instance, outputs.read if needs_logs else None)]
    try:
        if params["parse_outputs"]:
            report.with_host_outputs(outputs.rows(), *outputs.agreed())
        if params["group_hosts"]:
            report.with_host_groups(outputs.groups())
    except Exception as error:
        problems.append(say("The outputs could not be collected: {reason}", reason=_described(error, task)))
    return joined((*problems, outputs.problem))


def _read_logs(task: Task, report: Report, instance: Instance, reader: Reader | None = None) -> str:
    options = log_options(task.params, write_files=not task.check_mode)
    wanted = options.whose != "none"
    if not (wanted or reader):
        return ""
    problems = []
    with contextlib.closing(LogCollector(instance, options, report.failed_hosts or [], reader)) as collector:
        try:
            for log in task.job.logs(instance.id, collector.wanted()):
                collector.put(log)
            missing = collector.missing()
            if missing:
                task.clock.sleep(PAUSE)
                for log in task.job.logs(instance.id, missing):
                    collector.put(log)
        except Exception as error:
            problems.append(say("Some logs could not be read: {reason}", reason=_described(error, task)))
        finally:
            report.with_logs(collector.rows if wanted else None, collector.files if wanted else None, collector.failed)
        if collector.trouble:
            reason = foreign(collector.trouble.strerror or collector.trouble)
            problems.append(
                say("Some logs could not be written to {path}: {reason}.", path=options.dest, reason=reason)
            )
    return joined(problems)


def read_outputs(task: Task, report: Report, instance: Instance) -> str:
    """Add the values of the variables at the end to the ``report``; return what went wrong, likewise."""
    if not (report.finished and report.HAS_VARIABLES):
        return ""
    try:
        report.with_outputs(task.secrets.scrub(task.job.call(task.job.apis.output, instance.id)))
    except Exception as error:
        return say("The output variables could not be read: {reason}", reason=_described(error, task))
    return ""


def _described(error: Exception, task: Task) -> str:
    if isinstance(error, JobError):
        return sentence(error)
    text = say("unexpected {error}: {text}", error=type(error).__name__, text=foreign(task.secrets.scrub(str(error))))
    return say("{sentence}.", sentence=text)
