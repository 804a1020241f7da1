# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of waiting and of logs: what they mean, and what is refused before any request."""

from __future__ import annotations

import os
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.options import check_logs, pace_of
from ansible_collections.blueking.job.plugins.module_utils._follow.poll import Pace
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.pattern import OUTPUT_PATTERN

if t.TYPE_CHECKING:
    from pathlib import Path

DEFAULTS: dict[str, t.Any] = {
    "wait_timeout": 3600,
    "poll_interval": None,
    "timeout": 60,
    "on_confirmation": "wait",
    "logs": "all",
    "log_limit": 64,
    "log_dest": None,
    "output_pattern": OUTPUT_PATTERN,
}


@pytest.mark.parametrize(
    ("given", "pace"),
    [
        ({}, Pace(None, 3600, 180)),
        ({"wait_timeout": 0, "poll_interval": 0.1}, Pace(0.1, 0, 180)),
        ({"timeout": 1}, Pace(None, 3600, 120)),
        ({"timeout": 41}, Pace(None, 3600, 123)),
        ({"on_confirmation": "fail"}, Pace(None, 3600, 180, stop_at_confirmation=True)),
    ],
)
def test_options_become_a_pace(given: dict[str, t.Any], pace: Pace) -> None:
    assert pace_of({**DEFAULTS, **given}) == pace


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        ({"wait_timeout": -1}, ["wait_timeout", "0"]),
        ({"poll_interval": 0.01}, ["poll_interval", "0.1", "86400"]),
        ({"poll_interval": 86401}, ["poll_interval", "0.1", "86400"]),
        ({"log_limit": 0}, ["log_limit", "1"]),
        ({"log_dest": "/dev/null"}, ["log_dest /dev/null"]),
        ({"log_dest": "/dev/null/logs"}, ["log_dest /dev/null/logs", "/dev/null is a file"]),
        ({"log_dest": "/tmp/a\0b"}, ["log_dest"]),
        ({"output_pattern": "(?P<key>a"}, ["output_pattern", "missing )"]),
        ({"output_pattern": "(?P<key>a)=(b)"}, ["output_pattern", "(?P<value>"]),
        ({"output_pattern": ""}, ["output_pattern", "(?P<key>", "(?P<value>"]),
        ({"output_pattern": "a{99999999999999999999}"}, ["output_pattern"]),
        # Root may write anywhere, so there is nothing to refuse.
        *([] if os.geteuid() == 0 else [({"log_dest": "/proc/self/fdinfo/x"}, ["log_dest", "/proc/self/fdinfo"])]),
    ],
)
def test_options_out_of_range_are_refused(given: dict[str, t.Any], facts: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        pace_of({**DEFAULTS, **given})
    assert [fact for fact in facts if fact not in caught.value.message] == [], caught.value.message


def test_a_directory_that_can_be_created_is_not_created_yet(tmp_path: Path) -> None:
    check_logs({**DEFAULTS, "log_dest": str(tmp_path / "a" / "b")})
    assert os.listdir(tmp_path) == []
