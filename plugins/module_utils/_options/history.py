# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that select instances of the history, read into a query."""

from __future__ import annotations

import typing as t

from .._model.errors import InputError
from .._model.instance import INSTANCE_TYPES, LAUNCH_MODES, LONGEST_WINDOW, STATUSES, Query
from .._model.language import say
from .moment import read_moment
from .spec import Options

if t.TYPE_CHECKING:
    from collections.abc import Mapping

DAY = 24 * 3600
SKEW = 300  # seconds that Job's clock may be ahead of ours: the latest launches must not be missed
TABLE: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str"},
    "operator": {"type": "str"},
    "status": {"type": "str", "choices": list(STATUSES.values())},
    "launch_mode": {"type": "str", "choices": list(LAUNCH_MODES.values())},
    "type": {"type": "str", "choices": list(INSTANCE_TYPES.values())},
    "ip": {"type": "str"},
    "created_after": {"type": "str"},
    "created_before": {"type": "str"},
}
FILTERS = Options(TABLE)


def query_of(params: Mapping[str, t.Any], now: float) -> Query:
    """The query that the options of a task give; raises :class:`InputError` for times that Job can't list."""
    after, before = _window(params["created_after"], params["created_before"], now)
    return Query(
        created_after=round(after * 1000),
        created_before=round(before * 1000),
        name=params["name"] or None,
        operator=params["operator"] or None,
        status=_code(STATUSES, params["status"]),
        launch_mode=_code(LAUNCH_MODES, params["launch_mode"]),
        type=_code(INSTANCE_TYPES, params["type"]),
        ip=params["ip"] or None,
    )


def _window(since: str | None, until: str | None, now: float) -> tuple[float, float]:
    before = read_moment("created_before", until) if until else now
    after = read_moment("created_after", since) if since else before - DAY
    if after >= before:
        raise InputError(
            say("created_after must be earlier than created_before")
            if until
            else say("created_after must be earlier than now")
        )
    if before - after > LONGEST_WINDOW:
        days = (before - after) / DAY
        raise InputError(
            say(
                "the time from created_after to created_before is {days:.4g} days, but Job lists at most 30 days at a "
                "time",
                days=days,
            )
            if until
            else say(
                "the time from created_after to now is {days:.4g} days, but Job lists at most 30 days at a time",
                days=days,
            )
        )
    return after, before if until else min(now + SKEW, after + LONGEST_WINDOW)


def _code(table: Mapping[int, str], wanted: str | None) -> int | None:
    return next((code for code, word in table.items() if word == wanted), None)
