# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a schedule, and their checks."""

from __future__ import annotations

import typing as t

from .._launch.launch import OPTIONS as LAUNCH_OPTIONS
from .._launch.launch import VARIABLES
from .._model.cron import read_cron
from .._model.errors import InputError
from .._model.ids import Defect
from .._model.language import say
from .._options.moment import read_moment
from .._options.plan import OPTIONS as PLAN_OPTIONS
from .._options.plan import check_sense
from .._options.spec import Options

if t.TYPE_CHECKING:
    from collections.abc import Mapping

ALWAYS = {"type": "str", "choices": ["on_create", "always"], "default": "on_create"}
OPTIONS = (
    Options(
        {
            "state": {"type": "str", "choices": ["present", "absent", "enabled", "paused"], "default": "present"},
            "name": {"type": "str"},
            "cron_id": {"type": "int"},
            "new_name": {"type": "str"},
            "expression": {"type": "str"},
            "execute_at": {"type": "str"},
            "time_zone": {"type": "str"},
            "update_secrets": ALWAYS,
            "update_execute_at": ALWAYS,
        }
    )
    + PLAN_OPTIONS
    + LAUNCH_OPTIONS.only(*VARIABLES, "validate_variables")
)
LONGEST_NAME = 60  # characters
NOT_IN_NAMES = frozenset("<>\"'")  # builds of Job since March 2026 refuse them (quick jobs Q4)


class Given(t.NamedTuple):
    """What the options say about a schedule, beside its plan and variables; None where they say nothing."""

    name: str | None
    cron_id: int | None
    new_name: str | None
    expression: str | None
    execute_at: int | None
    time_zone: str | None


def read_given(params: Mapping[str, t.Any]) -> Given:
    """The options; raises :class:`InputError` for those that can't be."""
    if params["api_version"] == "v2":
        raise InputError(say("schedules require api_version v3: those of API v2 have no variables"))
    check_sense(params)
    name, new_name = params["name"] or None, params["new_name"] or None
    if (name is None) == (params["cron_id"] is None):
        raise InputError(say("exactly one of name, cron_id is required; new_name renames a schedule"))
    if params["cron_id"] is not None and params["cron_id"] < 1:
        raise InputError(say("{name} must be at least 1", name="cron_id"))
    for option, value in (("name", name), ("new_name", new_name)):
        if value is not None and (len(value) > LONGEST_NAME or not value.strip()):
            raise InputError(say("{option} must have 1 to {limit} characters", option=option, limit=LONGEST_NAME))
        # One that was created before Job refused them can be deleted by its name.
        if value is not None and params["state"] != "absent" and not NOT_IN_NAMES.isdisjoint(value):
            raise InputError(say("{option} must not have any of the characters < > \" '", option=option))
    expression = params["expression"] or None
    if expression is not None and params["execute_at"]:
        raise InputError(say("expression and execute_at are mutually exclusive"))
    if expression is not None:
        try:
            read_cron(expression)
        except Defect as defect:
            raise InputError(say("{place} {problem}", place="expression", problem=defect)) from None
    return Given(
        name,
        params["cron_id"],
        new_name,
        expression and " ".join(expression.split()),
        int(read_moment("execute_at", params["execute_at"], needs_zone=True)) if params["execute_at"] else None,
        _zone(params["time_zone"]) if params["time_zone"] else None,
    )


def _zone(name: str) -> str:
    try:
        from zoneinfo import ZoneInfo, available_timezones
    except ImportError:  # Python 3.8; Job checks it too
        return name
    if available_timezones():  # a machine may have no data of zones
        try:
            ZoneInfo(name)
        except (LookupError, ValueError, OSError):
            raise InputError(say("time_zone {name} is not a time zone such as Asia/Shanghai", name=name)) from None
    return name
