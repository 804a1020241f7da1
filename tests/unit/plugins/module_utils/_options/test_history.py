# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the history: times in every way they are written, and windows."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._options.history import TABLE, query_of

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._model.instance import Query

NOW = 1714528800.0  # 2024-05-01T02:00:00Z
DAY = 86400


def query(**options: str) -> Query:
    return query_of({**dict.fromkeys(TABLE), **options}, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T10:00:00+08:00",
        "2024-05-01T10:00:00+0800",
        "2024-05-01 10:00:00 +0800",
        "2024-05-01T10:00:00+08",
        "2024-05-01T02:00:00Z",
        "2024-05-01T02:00:00.000Z",
        "2024-05-01T02:00Z",
        "2024-05-01T02:00:00.000000+00:00",
        "2024-05-01 02:00:00",
        " 1714528800 ",
        "1714528800.0",
    ],
)
def test_a_time_can_be_written_in_many_ways(text: str) -> None:
    found = query(created_before=text)
    assert (found.created_after, found.created_before) == (round((NOW - DAY) * 1000), round(NOW * 1000))


def test_a_date_is_its_first_moment() -> None:
    assert query(created_after="2024-05-01").created_after == round((NOW - 7200) * 1000)


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "-1", "1714528800000", "10:00"])
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="created_after.*" + re.escape(text)):
        query(created_after=text)


def test_the_last_day_is_the_default_up_to_what_was_launched_just_now() -> None:
    found = query()
    assert (found.created_after, found.created_before) == (round((NOW - DAY) * 1000), round((NOW + 300) * 1000))


@pytest.mark.parametrize("seconds", [30 * DAY, 30 * DAY - 100])
def test_thirty_days_are_what_job_lists_at_most(seconds: int) -> None:
    found = query(created_after=str(NOW - seconds))
    assert found.created_before - found.created_after == 30 * DAY * 1000
    found = query(created_after=str(NOW - 50 * DAY), created_before=str(NOW - 50 * DAY + seconds))
    assert found.created_before - found.created_after == seconds * 1000


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"created_after": "2024-03-31"}, r"created_after.*31\.08 days.*30 days"),
        (
            {"created_after": "2023-01-01", "created_before": "2023-02-01"},
            "created_after.*created_before.*31 days",
        ),
        ({"created_after": "2024-05-02"}, "created_after.*earlier.*now"),
        (
            {"created_after": "2023-02-01", "created_before": "2023-02-01"},
            "created_after.*earlier.*created_before",
        ),
    ],
)
def test_a_window_job_cannot_list_is_refused(options: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        query(**options)


def test_words_become_codes_and_empty_strings_nothing() -> None:
    found = query(name="deploy", operator="", status="failed", launch_mode="cron", type="plan", ip="10.0.0.1")
    expected: dict[str, t.Any] = {"name": "deploy", "status": 4, "launch_mode": 3, "type": 0, "ip": "10.0.0.1"}
    assert found.filters() == expected
