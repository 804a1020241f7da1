# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking for an instance that nobody heard of: the answer to its launch was lost (contract §6.8, §7.4)."""

from __future__ import annotations

import datetime
import typing as t

from .._model.errors import InputError, JobError
from .._model.instance import Query

if t.TYPE_CHECKING:
    from .._model.instance import PastInstance
    from .._task.runner import Task
    from .report import LaunchReport

BEFORE, AFTER = 60, 300  # seconds that Job's clock may be behind ours, and ahead of it
PAUSES = (0.0, 3.0, 7.0)  # seconds; what a gateway has tired of waiting for may be saved a little later
MOST = 1000
BY_API, FROM_A_PLAN = 2, 0


def look_for_candidates(task: Task, report: LaunchReport, plan_id: int, began: float) -> None:
    """Note in the ``report`` what may be the instance of a launch sent at the date ``began``, in Unix seconds."""
    console_url = task.params["console_url"]
    since = datetime.datetime.fromtimestamp(began, datetime.timezone.utc)
    try:
        found = _found(task, plan_id, began)
    except InputError:
        # v2 has no such call (§1.4).
        report.suspect(None, "Look for it in Job's execution history: API v2 cannot list instances.", console_url)
    except JobError as error:
        told = f"Look for it in Job's execution history, which could not be read from here: {error.sentence()}"
        report.suspect(None, told, console_url)
    else:
        told = (
            "Before it is launched again, look at these instances of the plan, which were created at about that time "
            "and one of which may be it:"
            if len(found) > 1
            else "Before it is launched again, look at this instance of the plan, which was created at about that time "
            "and may be it:"
            if found
            else f"Job's execution history shows no instance of the plan created since {since:%Y-%m-%dT%H:%M:%SZ}, "
            "but one may still come: look again before it is launched again."
        )
        report.suspect(found, told, console_url)


def _found(task: Task, plan_id: int, began: float) -> list[PastInstance]:
    """What the last look that was answered has found; not the first that finds any, since it may be others' only."""
    found: list[PastInstance] | None = None
    trouble: JobError | None = None
    for pause in PAUSES:
        task.clock.sleep(pause)
        query = Query(
            created_after=round((began - BEFORE) * 1000),
            created_before=round((task.clock.date() + AFTER) * 1000),
            operator=_operator(task.params),
            launch_mode=BY_API,
            type=FROM_A_PLAN,
        )
        try:
            found = [row for row in task.job.history(query, MOST, retries=0) if row.plan_id == plan_id]
        except JobError as error:
            trouble = error
            if not error.transient:
                break
    if found is None:
        raise t.cast("JobError", trouble)
    return found


def _operator(params: t.Mapping[str, t.Any]) -> str | None:
    """Who launched, if that is known: a token speaks for whomever it was issued to (contract §2.1)."""
    return None if params["bk_token"] or params["access_token"] else params["bk_username"]
