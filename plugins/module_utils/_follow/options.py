# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of waiting and of logs, and their checks."""

from __future__ import annotations

import os
import typing as t

from .._model.errors import InputError
from .._model.language import say
from .._model.pattern import OUTPUT_PATTERN, compiled
from .._options.spec import Options
from .poll import Pace

if t.TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST, LONGEST = 0.1, 86400  # seconds between two polls
LOG_TABLE: dict[str, dict[str, t.Any]] = {
    "logs": {"type": "str", "choices": ["none", "failed", "all"], "default": "failed"},
    "log_limit": {"type": "int", "default": 64},
    "log_dest": {"type": "path"},
    "parse_outputs": {"type": "bool", "default": False},
    "output_pattern": {"type": "str", "default": OUTPUT_PATTERN},
    "group_hosts": {"type": "bool", "default": False},
}
TABLE: dict[str, dict[str, t.Any]] = {
    "wait_timeout": {"type": "int", "default": 3600},
    "poll_interval": {"type": "float"},
    "terminate_on": {"type": "list", "elements": "str", "choices": ["timeout", "abort"], "default": []},
    "on_confirmation": {"type": "str", "choices": ["wait", "fail"], "default": "wait"},
    **LOG_TABLE,
    "console_url": {"type": "str", "env": "BK_JOB_CONSOLE_URL"},
}
OPTIONS = Options(TABLE)
LOG_OPTIONS = Options(LOG_TABLE)


def pace_of(params: Mapping[str, t.Any]) -> Pace:
    """How to wait, by the options that a module has; raises :class:`InputError` for values out of range."""
    if params["wait_timeout"] < 0:
        raise InputError(say("wait_timeout must be at least 0 (no limit)"))
    if params["poll_interval"] is not None and not SHORTEST <= params["poll_interval"] <= LONGEST:
        raise InputError(
            say("poll_interval must be from {shortest} to {longest} seconds", shortest=SHORTEST, longest=LONGEST)
        )
    if "logs" in params:
        check_logs(params)
    return Pace(
        interval=params["poll_interval"],
        timeout=params["wait_timeout"],
        patience=max(120, 3 * params["timeout"]),
        stop_at_confirmation=params.get("on_confirmation") == "fail",
    )


def check_logs(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that can't work; nothing is created."""
    if params["log_limit"] < 1:
        raise InputError(say("log_limit must be at least 1 (KiB of each log)"))
    if params["log_dest"]:
        _check_directory(params["log_dest"])
    if params["output_pattern"] != OUTPUT_PATTERN:
        compiled(params["output_pattern"])


def _check_directory(dest: str) -> None:
    """Refuse a directory that can't be created or written to."""
    if "\0" in dest:
        raise InputError(say("log_dest {dest!r} cannot be a directory", dest=dest))
    place = os.path.abspath(dest)
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        raise InputError(say("log_dest {dest} cannot be a directory: {place} is a file", dest=dest, place=place))
    if not os.access(place, os.W_OK | os.X_OK):
        raise InputError(say("log_dest {dest} cannot be written to: no permission for {place}", dest=dest, place=place))
