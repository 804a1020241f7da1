# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cron expressions of five fields, as Job's libraries accept, rewrite and run them (Q4)."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

if sys.version_info >= (3, 9):
    from zoneinfo import ZoneInfo
else:
    from backports.zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

_ITEM = re.compile(r"(?P<first>\*|\w+)?(-(?P<last>\w+))?(/(?P<step>\d+))?")


class _Field(NamedTuple):
    """Values from `least` to `most`; up to `highest` may be written, also as a step. `names` stand for 1, 2, …."""

    least: int
    most: int
    highest: int
    names: str = ""

    def number(self, text: str) -> int:
        """A value as a number or by its name. Sunday is 0 or 7."""
        names = self.names.split()
        value = names.index(text) + 1 if text in names else int(text)
        if not self.least <= value <= self.highest:
            raise ValueError(text)
        return value


_MINUTE = _Field(0, 59, 59)
_HOUR = _Field(0, 23, 23)
_DAY = _Field(1, 31, 31)
_MONTH = _Field(1, 12, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
_WEEKDAY = _Field(0, 6, 7, "MON TUE WED THU FRI SAT SUN")
_FIELDS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)


def normalized(expression: str) -> str:
    """The expression as Job returns it: numbers in place of names, Sunday as 0, no unnecessary zeros, steps or blanks.

    Raises ValueError for what Job refuses; beside what no cron knows that is `?`, a range that ends in Sunday as 7, and
    a day of the month together with a day of the week, which Quartz can't express.
    """
    texts = expression.upper().split()
    if len(texts) != len(_FIELDS):
        raise ValueError(expression)
    fields = [",".join(_item(item, field) for item in text.split(",")) for text, field in zip(texts, _FIELDS)]
    _minute, _hour, day, _month, weekday = fields
    if day != "*" and weekday != "*":
        raise ValueError(expression)
    return " ".join(fields)


def _item(text: str, field: _Field) -> str:
    found = _ITEM.fullmatch(text)
    if not text or found is None:
        raise ValueError(text)
    first, last, step = found["first"] or "*", found["last"], found["step"]
    if step is not None and not 1 <= int(step) <= field.highest:
        raise ValueError(text)
    if first == "*":
        if last is not None or (found["first"] is None and step is None):
            raise ValueError(text)
        return "*" if step in (None, "1") else f"*/{int(step or 1)}"
    begin = field.number(first)
    steps = "" if step is None else f"/{int(step)}"
    if last is None:
        return f"{0 if begin > field.most else begin}{steps}"
    end = field.number(last)
    if end > field.most or begin > end:
        raise ValueError(text)
    return f"{begin}-{end}{steps}"


def runs(expression: str, zone_name: str, after: float, until: float) -> Iterator[float]:
    """The times after the one and up to the other at which a normalized expression is due."""
    zone = _zone(zone_name)
    minutes, hours, days, months, weekdays = (_values(text, field) for text, field in zip(expression.split(), _FIELDS))
    moment = (int(after) // 60 + 1) * 60
    while moment <= until:
        local = datetime.fromtimestamp(moment, zone)
        if (
            local.minute in minutes
            and local.hour in hours
            and local.day in days
            and local.month in months
            and local.isoweekday() % 7 in weekdays
        ):
            yield float(moment)
        moment += 60


def _values(text: str, field: _Field) -> set[int]:
    found: set[int] = set()
    for item in text.split(","):
        span, _slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        begin, end = (field.least, field.most) if first == "*" else (int(first), int(last or first))
        if step and not dash:
            end = field.most
        found.update(range(begin, end + 1, int(step or 1)))
    return found


def _zone(name: str) -> tzinfo:
    """Java takes an unknown zone for Greenwich's."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        return timezone.utc
