# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a request that creates an instance: launch it once, start it, wait for it."""

from __future__ import annotations

import contextlib
import typing as t

from .._model.errors import RefusedError
from .once import launch_once

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .._follow.guardian import Find, Guardian
    from .._follow.poll import Pace
    from .._model.launch import Launched
    from .._task.task import Task
    from .report import LaunchReport


def run_once(
    task: Task,
    report: LaunchReport,
    send: Callable[[], Launched],
    find: Find,
    *,
    start: bool,
    pace: Pace,
    targets: Iterable[Mapping[str, t.Any]] = (),
) -> None:
    """Launch, and wait for the end if the options say so; ``send`` and ``find`` are those of ``launch_once``.

    Without ``start``, ``send`` only creates the instance, and a second request starts it. ``targets`` are the options
    that say which host of the inventory a target is.
    """
    # Imports are a good part of what a launch costs, and most launches need none of those below.
    guard: t.ContextManager[Guardian | None] = contextlib.nullcontext()
    if "abort" in task.params["terminate_on"]:
        from .._follow.guardian import guarded

        guard = guarded(task, find)
    with guard as guardian:
        _launch(task, report, send, find, guardian, start=start)
        if task.params["wait"]:
            from .._follow.wait import wait_for

            wait_for(task, report, t.cast("int", report.job_instance_id), pace)
            report.name_hosts(targets)
    if not (report.failed or task.diff_mode):
        report.sent()


def _launch(
    task: Task,
    report: LaunchReport,
    send: Callable[[], Launched],
    find: Find,
    guardian: Guardian | None,
    *,
    start: bool,
) -> None:
    """Launch, in two phases if wanted; the ``report`` has the instance as soon as there is one."""

    def send_guarded() -> Launched:
        launched = send()
        # Before anything else, since the play may die at any moment.
        if guardian:
            guardian.launched(launched.job_instance_id)
        return launched

    launch_once(task, report, send_guarded, find, start=start)
    instance_id = t.cast("int", report.job_instance_id)
    if guardian:
        guardian.launched(instance_id)  # one that was found in the history
        if task.show is None:
            guardian.show(report.id_line())
    if not start:
        from .._operate.start import start as start_instance

        try:
            started = start_instance(task, instance_id, just_created=True)
        except RefusedError:
            report.refused()
            raise
        if started.remark:
            report.warn(started.remark)
    report.launched()
