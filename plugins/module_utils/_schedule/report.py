# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of schedules return."""

from __future__ import annotations

import datetime
import itertools
import typing as t
from dataclasses import dataclass

from .._model.cron import read_cron
from .._model.ids import Defect
from .._model.language import Phrase, say
from .._model.launch import Targets
from .._model.secrets import MASK
from .._options.targets import as_option
from .._report.base import ReadReport, TargetsReport
from .._report.sentences import joined, sentence
from .._task.changes import ChangeReport

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.cron import Schedule
    from .._model.errors import JobError

NEXT_RUNS = 3
# What to say of a schedule that Job has switched off: whether it was enabled before, and whether that is unclear.
OFF = {
    (True, True): Phrase(
        "It was enabled before, and may be off now, since Job switches a schedule off when it is saved."
    ),
    (True, False): Phrase("It was enabled before, and is off now, since Job switches a schedule off when it is saved."),
    (False, True): Phrase("It may be off now, since Job switches a schedule off when it is saved."),
    (False, False): Phrase("It is off now, since Job switches a schedule off when it is saved."),
}


@dataclass
class CronReport(ChangeReport, TargetsReport):
    """The report of a schedule that is brought to a wanted state.

    ``_off``: see ``saving``. ``_execute_at`` is the time that the task sets, in ISO 8601.
    """

    UNNAMED: t.ClassVar[Phrase] = Phrase("The schedule")
    cron: dict[str, t.Any] | None = None
    before: dict[str, t.Any] | None = None
    next_runs: list[str] | None = None
    variables_checked: bool | None = None
    _off: str = ""
    _execute_at: str | None = None

    def about(self, params: Mapping[str, t.Any]) -> None:
        name, id_ = params["name"], params["cron_id"]
        if name:
            self._what = say('Schedule "{name}"', name=name)
        else:
            self._what = say("Schedule {id}", id=id_) if id_ else ""

    def found(self, schedule: Schedule | None) -> None:
        """Note the schedule as it was."""
        self.before = self.cron = schedule and cron_row(schedule)

    def see(self, schedule: Schedule | None, now: float) -> None:
        """Note the schedule as it is, or would be; ``now`` is in Unix seconds."""
        self.cron = schedule and cron_row(schedule)
        self.next_runs = next_runs(schedule, now) if schedule else None
        self._execute_at = _execute_at(schedule) if schedule else None

    def saving(self, *, off: str) -> None:
        """Job is going to have the schedule switched off: one that ``was`` on, or a ``new`` one that is to be on."""
        self._off = off

    def switched(self) -> None:
        """The schedule is on or off, as it is meant to be."""
        self._off = ""

    def unchecked(self, why: JobError) -> None:
        """The plan may not be viewed, so the variables were not checked."""
        self.variables_checked = False
        self.warn(
            say("The variables were not checked, because the plan could not be viewed: {reason}", reason=sentence(why))
        )

    def compare(self) -> None:
        """Note the schedule before and after, with the time that Job does not return if the task sets it."""
        before, after = self.before or {}, self.cron or {}
        if self._execute_at is not None:
            before = before and {**before, "execute_at": None}
            after = {**after, "execute_at": self._execute_at}
        self.diff = {"before_header": self.what, "after_header": self.what, "before": before, "after": after}

    def _failure(self, error: JobError) -> str:
        text = super()._failure(error)
        if not self._off or self.outcome == "refused":
            return text
        unclear = self.outcome == "unknown" and self.changes < 2
        return joined((text, say(OFF[self._off == "was", unclear]), say("To enable it, use state enabled.")))


@dataclass
class CronInfoReport(ReadReport):
    """The schedules."""

    crons: list[dict[str, t.Any]] | None = None

    def found(self, rows: list[dict[str, t.Any]], *, more: bool) -> None:
        """Return the schedules; there may be ``more`` of them than the limit."""
        self.sent()
        self.crons = rows
        count = len(rows)
        self.msg = say("1 schedule found.") if count == 1 else say("{number} schedules found.", number=count)
        if more:
            self.msg = (
                say("1 schedule found; increase limit to get more.")
                if count == 1
                else say("The first {number} schedules found; increase limit to get more.", number=count)
            )


def cron_row(schedule: Schedule) -> dict[str, t.Any]:
    """A schedule as it is returned."""
    return {
        "cron_id": schedule.id or None,
        "name": schedule.name,
        "job_plan_id": schedule.plan_id,
        "enabled": schedule.enabled,
        "expression": schedule.expression,
        "time_zone": schedule.time_zone,
        "variables": {
            str(value.name or value.id): MASK
            if value.secret
            else as_option(value.value)
            if isinstance(value.value, Targets)
            else value.value
            for value in schedule.variables
        },
        "creator": schedule.creator,
        "modified_at": schedule.modified_at,
    }


def next_runs(schedule: Schedule, now: float) -> list[str] | None:
    """The next times in ISO 8601; None where they can't be known.

    Those of an expression need a time zone and Python 3.9; the time of a schedule that runs once is not in ``schedule``
    unless this task sets it.
    """
    if schedule.execute_at is not None:
        return [str(_execute_at(schedule))] if schedule.enabled else []
    zone = _zone(schedule)
    if zone is None or schedule.expression is None:
        return None
    try:
        cron = read_cron(schedule.expression)
    except Defect:  # Job stores what it likes
        return None
    if not schedule.enabled:
        return []
    times = cron.next_after(datetime.datetime.fromtimestamp(now, zone))
    return [time.isoformat() for time in itertools.islice(times, NEXT_RUNS)]


def _execute_at(schedule: Schedule) -> str | None:
    """The time of a schedule that runs once in ISO 8601, in its time zone if that is known."""
    if schedule.execute_at is None:
        return None
    zone = _zone(schedule) or datetime.timezone.utc
    return datetime.datetime.fromtimestamp(schedule.execute_at, zone).isoformat()


def _zone(schedule: Schedule) -> datetime.tzinfo | None:
    try:
        from zoneinfo import ZoneInfo

        return ZoneInfo(schedule.time_zone or "")
    except (ImportError, LookupError, ValueError, OSError):  # ImportError: Python 3.8
        return None
