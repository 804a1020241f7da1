# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching once: the one place where a request that creates an instance is sent."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._api.codes import INTERNAL_ERROR
from .._model.errors import RefusedError, UnclearError
from .._model.language import Phrase, say
from .._model.launch import Launched
from .._report.sentences import sentence
from .._task.runner import EXITS

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._follow.guardian import Find
    from .._task.task import Task
    from .report import LaunchReport


FOUND = Phrase(
    "The response to the launch was lost, and the instance was found in Job's history by its unique name: {reason}"
)


def launch_once(task: Task, report: LaunchReport, send: Callable[[], Launched], find: Find, *, start: bool) -> None:
    """Send a request that creates an instance, and note at every moment what is known of it.

    ``send`` sends it, at most once. Where its response is lost, ``find`` searches the history for the instance, only
    once if the time limit of the task was reached. With ``start`` false, the instance is only created. Raises what
    ``send`` raises, unless the instance was found.
    """
    task.require_play()
    report.sending(start=start)
    try:
        report.created(send(), task.params["console_url"])
    except RefusedError:
        report.refused()
        raise
    except UnclearError as error:
        if error.code == INTERNAL_ERROR:
            error.hint = say(hints.TARGETS_AT_LAUNCH)
        if not _found(task, report, find):
            raise
        report.warn(say(FOUND, reason=sentence(error)))
    except (Exception, *EXITS):
        raise
    except BaseException:  # the time limit of the task, which may come at any moment
        if _found(task, report, find, once=True) and start:
            report.launched()
        raise
    if task.show:
        task.show(report.id_line(), always=True)


def _found(task: Task, report: LaunchReport, find: Find, *, once: bool = False) -> bool:
    """Note the instance if it can be found."""
    found = find(task, once)
    if isinstance(found, Launched):
        report.created(found, task.params["console_url"])
    return isinstance(found, Launched)
