# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of an instance when following it is over: logs and output variables.

It changes no verdict (interface §5.4): whatever goes wrong, a defect of ours included, becomes a sentence.
"""

from __future__ import annotations

import typing as t

from .._model.errors import JobError
from .logs import Shelf, wish_of

if t.TYPE_CHECKING:
    from .._model.instance import Instance
    from .._report.instance import Report
    from .._task.runner import Task

PAUSE = 1.0  # seconds in which a late log may come (contract §9)


def read_logs(task: Task, report: Report, instance: Instance) -> str:
    """Read the logs the options ask for into the ``report``; what was in the way, in a sentence, or nothing."""
    wish = wish_of(task.params, writes=not task.check_mode)
    if wish.whose == "none" or report.failed_hosts is None:
        return ""
    shelf = Shelf(instance, wish, task.secrets, report.failed_hosts)
    report.logs, sentence = shelf.rows, ""
    try:
        for log in task.job.logs(instance.id, shelf.wanted()):
            shelf.put(log)
        missing = shelf.missing()
        if missing:
            task.clock.sleep(PAUSE)
            for log in task.job.logs(instance.id, missing):
                shelf.put(log)
    except Exception as error:
        sentence = f" Some logs could not be read: {_told(error, task)}"
    if shelf.trouble:
        sentence += f" Some logs could not be written to {wish.dest}: {shelf.trouble.strerror}."
    return sentence


def read_output(task: Task, report: Report, instance: Instance) -> str:
    """Read the values of the variables at the end into the ``report``; what was in the way, likewise."""
    if not report.finished:
        return ""
    try:
        report.output_variables = task.secrets.scrub(task.job.output(instance.id))
    except Exception as error:
        return f" The output variables could not be read: {_told(error, task)}"
    return ""


def _told(error: Exception, task: Task) -> str:
    if isinstance(error, JobError):
        return error.sentence()
    return f"unexpected {type(error).__name__}: {task.secrets.scrub(str(error))}."
