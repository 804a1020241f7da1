# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules of Job, and what their expressions mean: five fields of Unix cron (quick jobs Q4)."""

from __future__ import annotations

import datetime
import re
import typing as t

from .ids import Defect
from .language import Phrase, say

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .instance import HostKey
    from .launch import VariableValue

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# The fields in their order: the name, the smallest and largest value, and the words for values from the smallest on.
FIELDS: tuple[tuple[Phrase, int, int, tuple[str, ...]], ...] = (
    (Phrase("minute"), 0, 59, ()),
    (Phrase("hour"), 0, 23, ()),
    (Phrase("day of month"), 1, 31, ()),
    (Phrase("month"), 1, 12, MONTHS),
    (Phrase("day of week"), 0, 7, WEEKDAYS),
)
LAST_WEEKDAY = 6
ITEM = re.compile(r"(?:(\*)|([0-9]+|[a-z]{3})(?:-([0-9]+|[a-z]{3}))?)(?:/([0-9]+))?", re.ASCII)
ALWAYS = ("*", "*/1")  # how Job knows that a day is of no account
LONGEST_SEARCH = 366 * 8  # days; 29 February may be eight years away


class Cron(t.NamedTuple):
    """When a schedule runs; two expressions with the same sets mean the same. Sunday is 0."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime.datetime) -> Iterator[datetime.datetime]:
        """The times after ``moment``, which has a zone; none if there are none for years."""
        day = moment.date()
        for _day in range(LONGEST_SEARCH):
            if day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays:
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        time = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=moment.tzinfo)
                        if time > moment and _exists(time):
                            yield time
            day += datetime.timedelta(days=1)


class Schedule(t.NamedTuple):
    """A schedule. ``variables`` have strings or targets, ``modified_at`` is ISO 8601.

    ``hosts`` are those of host variables, by the id of the variable, with all that Job has of them: an id, an address,
    or both.

    ``expression`` is None for one that runs once. Its time, ``execute_at`` in Unix seconds, is returned by no API, and
    so only known to the task that sets it.
    """

    id: int
    name: str
    plan_id: int
    enabled: bool
    expression: str | None = None
    time_zone: str | None = None
    variables: tuple[VariableValue, ...] = ()
    creator: str | None = None
    modified_at: str | None = None
    hosts: tuple[tuple[int | None, tuple[HostKey, ...]], ...] = ()
    execute_at: int | None = None


class SaveSchedule(t.NamedTuple):
    """What to save; without ``id`` it is a new one. ``execute_at`` is in Unix seconds."""

    id: int | None
    name: str
    plan_id: int
    expression: str | None
    execute_at: int | None
    time_zone: str | None
    variables: tuple[VariableValue, ...]


def read_cron(expression: str) -> Cron:
    """What an expression means; raises :class:`Defect` for one that Job does not take."""
    parts = expression.split()
    if len(parts) != len(FIELDS):
        raise Defect(say("must have five fields: minute, hour, day of month, month, day of week"))
    minutes, hours, days, months, weekdays = (_field(part, *field) for part, field in zip(parts, FIELDS))
    if parts[2] not in ALWAYS and parts[4] not in ALWAYS:
        raise Defect(say("cannot have both a day of month and a day of week, since Job cannot combine them"))
    return Cron(minutes, hours, days, months, frozenset(day % 7 for day in weekdays))


def _field(text: str, name: Phrase, least: int, most: int, words: tuple[str, ...]) -> frozenset[int]:
    values: set[int] = set()
    for item in text.lower().split(","):
        found = ITEM.fullmatch(item)
        if not found:
            raise Defect(say("has {value!r} as {name}", value=item, name=say(name)))
        everything, first, last, step = found.groups()
        top = LAST_WEEKDAY if words is WEEKDAYS else most
        begin, end = least, top
        if not everything:
            begin = _value(first, name, least, most, words)
            if words is WEEKDAYS and (last or step):
                begin %= 7
            # `5/10` begins at 5 and goes on to the end. Job takes Sunday as 7, but not at the end of a range.
            end = _value(last, name, least, top, words) if last else top if step else begin
        if end < begin or (step and not 1 <= int(step) <= most):
            raise Defect(say("has {value!r} as {name}", value=item, name=say(name)))
        values.update(range(begin, end + 1, int(step or 1)))
    return frozenset(values)


def _value(text: str, name: Phrase, least: int, most: int, words: tuple[str, ...]) -> int:
    if text in words:
        return words.index(text) + least
    if text.isdecimal() and least <= int(text) <= most:
        return int(text)
    raise Defect(say("has {value!r} as {name}", value=text, name=say(name)))


def _exists(time: datetime.datetime) -> bool:
    """Whether clocks show this time: where they are put forward, some are left out."""
    utc = time.astimezone(datetime.timezone.utc)
    return utc.astimezone(time.tzinfo).replace(fold=0) == time.replace(fold=0)
