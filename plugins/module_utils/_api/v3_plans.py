# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and shapes of plans in version 3 (§6.2, §6.3), and of its times."""

from __future__ import annotations

import base64
import datetime
import typing as t

from .._model.instance import CONFIRMATION, FILE, SCRIPT
from .._model.plan import CIPHER, HOST, Plan, PlanStep, Variable
from .common import code_of, targets_of
from .requests import MASK

if t.TYPE_CHECKING:
    from .._model.instance import Targets

    Row = t.Mapping[str, t.Any]

SECONDS_BELOW = 10**11  # the plan APIs count seconds, whatever their documents say (§4.3)


def iso_time(number: float | None) -> str | None:
    """A time in Unix milliseconds, or seconds if it is that small, as ISO 8601."""
    if not number:
        return None
    seconds = number if number < SECONDS_BELOW else number / 1000
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def read_plan(row: Row) -> Plan:
    """A plan from its row in a list, or from its detail, which is the same row with more to it."""
    variables, steps = row.get("global_var_list"), row.get("step_list")
    return Plan(
        # The documents call it job_plan_id, the servers send id.
        code_of(row, "id" if row.get("id") else "job_plan_id"),
        row["name"],
        row.get("job_template_id"),
        row.get("creator"),
        iso_time(row.get("create_time")),
        iso_time(row.get("last_modify_time")),
        row.get("need_update"),
        tuple(map(_variable, variables or ())) if "global_var_list" in row else None,
        tuple(map(_step, steps or ())) if "step_list" in row else None,
    )


def _variable(row: Row) -> Variable:
    return Variable(
        row["id"],
        row["name"],
        code_of(row, "type"),
        _default(row),
        None if row.get("required") is None else bool(row["required"]),
        row.get("used"),
        row.get("description") or "",
    )


def _default(row: Row) -> str | Targets | None:
    if row["type"] == HOST:
        server = row.get("server") or {}
        groups = [group["id"] for group in server.get("dynamic_group_list") or ()]
        return targets_of(server.get("ip_list"), groups, server.get("topo_node_list")) or None
    value: str | None = row.get("value") or None
    return value and (MASK if row["type"] == CIPHER else value)


def _step(row: Row) -> PlanStep:
    script, files = row.get("script_info") or {}, row.get("file_info") or {}
    runs_on = (script or files.get("file_destination") or {}).get("server") or {}
    return PlanStep(
        row["id"],
        row["name"],
        row["type"] if row["type"] in (SCRIPT, FILE, CONFIRMATION) else None,
        runs_on.get("variable") or None,
        script.get("script_language"),
        _decoded(script.get("script_content")),
    )


def _decoded(text: str | None) -> str | None:
    try:
        return text and base64.b64decode(text).decode("utf-8", "replace")
    except ValueError:  # no launch may fail for a script that is only shown
        return None
