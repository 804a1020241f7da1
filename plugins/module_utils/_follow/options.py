# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook may say about waiting and about logs; apart from doing it, since most launches only say it."""

from __future__ import annotations

import os
import typing as t

from .._model.errors import InputError
from .poll import Pace

if t.TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST, LONGEST = 0.1, 86400  # seconds between two looks
LOG_OPTIONS: dict[str, dict[str, t.Any]] = {
    "logs": {"type": "str", "choices": ["none", "failed", "all"], "default": "failed"},
    "log_limit": {"type": "int", "default": 64},
    "log_dest": {"type": "path"},
}
OPTIONS: dict[str, dict[str, t.Any]] = {
    "wait_timeout": {"type": "int", "default": 3600},
    "poll_interval": {"type": "float"},
    "terminate_on": {"type": "list", "elements": "str", "choices": ["timeout", "abort"], "default": []},
    "on_confirmation": {"type": "str", "choices": ["wait", "fail"], "default": "wait"},
    **LOG_OPTIONS,
    "console_url": {"type": "str", "env": "BK_JOB_CONSOLE_URL"},
}


def pace_of(params: Mapping[str, t.Any]) -> Pace:
    """How to follow, by the options a module has; raises :class:`InputError` for values that can't be meant."""
    if params["wait_timeout"] < 0:
        raise InputError("wait_timeout must be at least 0, which is no limit")
    if params["poll_interval"] is not None and not SHORTEST <= params["poll_interval"] <= LONGEST:
        raise InputError(f"poll_interval must be from {SHORTEST} to {LONGEST} seconds")
    if "logs" in params:
        check_logs(params)
    return Pace(
        interval=params["poll_interval"],
        timeout=params["wait_timeout"],
        patience=max(120, 3 * params["timeout"]),
        stop_at_confirmation=params.get("on_confirmation") == "fail",
    )


def check_logs(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that can't be met; nothing is created."""
    if params["log_limit"] < 1:
        raise InputError("log_limit must be at least 1, which is 1 KiB of each log")
    if params["log_dest"]:
        _check_directory(params["log_dest"])


def _check_directory(dest: str) -> None:
    """Refuse a directory that is none, or can't be written to or made."""
    if "\0" in dest:
        raise InputError(f"log_dest {dest!r} cannot be a directory")
    place = os.path.abspath(dest)
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        raise InputError(f"log_dest {dest} cannot be a directory: {place} is something else")
    if not os.access(place, os.W_OK | os.X_OK):
        raise InputError(f"log_dest {dest} cannot be written to: {place} refuses it")
