# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a quick job once, whatever it does on its hosts."""

from __future__ import annotations

import typing as t

from .._api.codes import REFUSED_AFTER_SAVING
from .._launch.candidates import Wanted, find_candidates
from .._launch.run import run_once
from .._model.errors import RefusedError
from .._model.language import Phrase
from .options import unique_suffix

if t.TYPE_CHECKING:
    from .._api.shapes import Api, QuickVersion
    from .._follow.poll import Pace
    from .._model.launch import Launched
    from .._model.quick import QuickJob
    from .._task.task import Task
    from .report import QuickReport

    class Request(t.Protocol):
        """A request that starts a quick job."""

        @property
        def job(self) -> QuickJob:
            """What it has like any other."""


NO_INSTANCE = Phrase(
    "Job's execution history has no instance of this name created since {since}, but one may still appear: check again "
    "before launching again."
)


def quick_apis(api_version: str) -> QuickVersion:
    """The APIs of a version; those of the other one are not even imported."""
    if api_version == "v2":
        from .._api.quick_v2 import QUICK
    else:
        from .._api.quick_v3 import QUICK
    return QUICK


def run_quick(task: Task, report: QuickReport, api: Api[Launched], request: Request, type_: int, pace: Pace) -> None:
    """Send the ``request``, and wait for the end if the options say so; ``type_`` is Job's type of the instance."""
    name = request.job.name
    wanted = Wanted(type_, NO_INSTANCE, name=name, suffix=unique_suffix(task.params, name))
    began = task.clock.date()

    def find(task: Task, once: bool = False) -> Launched | str:
        return find_candidates(task, report, wanted, began, once=once)

    def send() -> Launched:
        try:
            return task.job.call(api, request)
        except RefusedError as error:
            if error.code in REFUSED_AFTER_SAVING:
                report.left_behind(find(task), task.params["console_url"])
            raise

    targets = [task.params["target_server"]]
    run_once(task, report, send, find, start=request.job.start, pace=pace, targets=targets)
