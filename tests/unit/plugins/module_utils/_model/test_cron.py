# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cron expressions: what they mean, compared with croniter."""

from __future__ import annotations

import datetime
import itertools
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.blueking.job.plugins.module_utils._model.cron import MONTHS, WEEKDAYS, read_cron
from ansible_collections.blueking.job.plugins.module_utils._model.ids import Defect

if t.TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

UTC = datetime.timezone.utc
BEGIN = datetime.datetime(2026, 2, 27, 23, 58, 30, tzinfo=UTC)


def items(least: int, most: int, words: tuple[str, ...] = ()) -> SearchStrategy[str]:
    """One item of a field."""
    numbers = st.integers(least, most)
    # croniter takes a range of one value, such as 1-1, for all values.
    pairs = st.tuples(numbers, numbers).map(lambda pair: (min(pair), max(pair))).filter(lambda pair: pair[0] < pair[1])
    steps = st.integers(1, most)
    plain = [
        numbers.map(str),
        pairs.map(lambda pair: f"{pair[0]}-{pair[1]}"),
        st.tuples(pairs, steps).map(lambda item: f"{item[0][0]}-{item[0][1]}/{item[1]}"),
        steps.map(lambda step: f"*/{step}"),
    ]
    return st.one_of(*plain, *([st.sampled_from(words)] if words else []))


def fields(least: int, most: int, words: tuple[str, ...] = ()) -> SearchStrategy[str]:
    """A field: everything, or some items."""
    return st.one_of(st.just("*"), st.lists(items(least, most, words), min_size=1, max_size=3).map(",".join))


TIMES = st.tuples(fields(0, 59), fields(0, 23))
# Job can't combine a day of month with a day of week.
DAYS = st.one_of(
    st.tuples(fields(1, 31), fields(1, 12, MONTHS), st.just("*")),
    st.tuples(st.just("*"), fields(1, 12, MONTHS), fields(0, 6, WEEKDAYS)),
)


@pytest.mark.controller  # croniter for Python 3.8 is old, and wrong about some steps
@given(TIMES, DAYS)
def test_the_next_times_are_those_of_croniter(times: tuple[str, str], days: tuple[str, str, str]) -> None:
    from croniter import croniter

    expression = " ".join((*times, *days))
    ours = list(itertools.islice(read_cron(expression).next_after(BEGIN), 4))
    try:
        theirs = croniter(expression, BEGIN)
        expected = [theirs.get_next(datetime.datetime) for _time in range(len(ours))]
    except ValueError:  # croniter rejects what it finds impossible, such as 30 February
        assert ours == []
    else:
        assert ours == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("*/15 * * * *", "0,15,30,45 * * * *"),
        ("0/15 * * * *", "0-59/15 * * * *"),
        ("0 0 * * 7/2", "0 0 * * 0/2"),
        ("0 0 * * 7", "0 0 * * SUN"),
        ("0  0 1-31 * *", "0 0 * * *"),
    ],
)
def test_the_same_meaning(one: str, other: str) -> None:
    assert read_cron(one) == read_cron(other)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "? * * * *",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "* * L * *",
        "*/70 * * * *",
        "*-5 * * * *",
        "0 0 1-31 * 1",
        "0 3 1 * 0-6",
        "0 0 * * 5-7",
        "0 0 * * mon-sun",
        "0 0 1 * 1",
        "1,,2 * * * *",
        "１ * * * *",
    ],
)
def test_what_job_does_not_take(expression: str) -> None:
    with pytest.raises(Defect):
        read_cron(expression)


def test_a_day_that_never_comes() -> None:
    assert list(read_cron("0 0 30 2 *").next_after(BEGIN)) == []


@pytest.mark.controller  # Python 3.8 knows no time zones
def test_times_that_clocks_leave_out() -> None:
    from zoneinfo import ZoneInfo

    begin = datetime.datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    first, second = itertools.islice(read_cron("30 2 * * *").next_after(begin), 2)
    assert [first.day, second.day] == [30, 31]
