# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Information about schedules."""

from __future__ import annotations

import typing as t

from .._api.job import ALL
from .._api.schedules_v3 import SCHEDULE, SCHEDULES
from .._launch.candidates import AFTER
from .._model.errors import InputError, RefusedError
from .._model.instance import LONGEST_WINDOW, Query
from .._model.language import say
from .._options.spec import Options
from .._report.info import instance_row
from .report import cron_row, next_runs

if t.TYPE_CHECKING:
    from .._model.cron import Schedule
    from .._task.task import Task
    from .report import CronInfoReport

OPTIONS = Options(
    {
        "cron_id": {"type": "int"},
        "name": {"type": "str"},
        "enabled": {"type": "bool"},
        "last_run": {"type": "bool", "default": False},
        "limit": {"type": "int", "default": 100},
    },
)


def inform(task: Task, report: CronInfoReport) -> None:
    """Return the schedules with their variables."""
    params = task.params
    if params["api_version"] == "v2":
        raise InputError(say("schedules need api_version v3"))
    if params["cron_id"] is not None and params["name"]:
        raise InputError(say("cron_id and name are mutually exclusive"))
    for name in ("cron_id", "limit"):
        if params[name] is not None and params[name] < 1:
            raise InputError(say("{name} must be at least 1", name=name))
    report.will_send(task.job.preview(SCHEDULES, params["name"] or None, 0, params["limit"]))
    rows = []
    for id_ in _ids(task):
        schedule = task.job.call(SCHEDULE, id_)
        if schedule is not None:
            rows.append(_row(task, schedule))
    report.found(rows, more=params["cron_id"] is None and len(rows) == params["limit"])


def _ids(task: Task) -> list[int]:
    params = task.params
    if params["cron_id"] is not None:
        return [params["cron_id"]]
    wanted = params["enabled"]
    # Job's own filter by status does not know all of its values.
    found = task.job.rows(SCHEDULES, params["name"] or None, limit=params["limit"] if wanted is None else ALL)
    return [schedule.id for schedule in found if wanted in (None, schedule.enabled)][: params["limit"]]


def _row(task: Task, schedule: Schedule) -> dict[str, t.Any]:
    row = {**cron_row(schedule), "next_runs": next_runs(schedule, task.clock.date()), "last_run": None}
    if task.params["last_run"]:
        end = task.clock.date() + task.job.skew + AFTER
        query = Query(round((end - LONGEST_WINDOW) * 1000), round(end * 1000), cron_id=schedule.id)
        try:
            found = task.job.history(query, 1)
        except RefusedError as error:
            if error.kind != "user_permission":
                raise
            found = []
        row["last_run"] = instance_row(found[0], None) if found else None
    return row
