# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching once: the one place where a request that creates an instance is sent."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._api.codes import INTERNAL_ERROR
from .._model.errors import RefusedError, UnclearError
from .._task.runner import EXITS

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._model.launch import Launched
    from .._task.task import Task
    from .report import LaunchReport

    class Find(t.Protocol):
        """Searches the history for an instance whose id was not received, and returns a sentence."""

        def __call__(self, task: Task, once: bool = False) -> str:
            """Search once or several times."""


def launch_once(task: Task, report: LaunchReport, send: Callable[[], Launched], find: Find, *, start: bool) -> None:
    """Send a request that creates an instance, and note at every moment what is known of it.

    ``send`` sends it, at most once. Where its response is lost, ``find`` searches the history for the instance, only
    once if the time limit of the task was reached. With ``start`` false, the instance is only created. Raises what
    ``send`` raises.
    """
    report.sending(start=start)
    try:
        report.created(send(), task.params["console_url"])
    except RefusedError:
        report.refused()
        raise
    except UnclearError as error:
        if error.code == INTERNAL_ERROR:
            error.hint = task.hint(hints.TARGETS_AT_LAUNCH)
        find(task)
        raise
    except (Exception, *EXITS):
        raise
    except BaseException:  # the time limit of the task, which may come at any moment
        find(task, True)
        raise
    if task.show:
        task.show(report.id_line(), always=True)
