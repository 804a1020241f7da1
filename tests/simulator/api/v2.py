# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The v2 APIs (`job`): launches, operations, and the table of all of them (§1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.job import LaunchRequest
from ..job.messages import JobError
from ..job.variables import VariableEntry
from . import v2_instances, v2_plans, v2_quick, v3
from .callback import validate_callback
from .common import IP, Api, identified, require_ips
from .jackson import array, long, record, text
from .v2_targets import SERVER, ips_of, targets_of

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

_VARIABLE: Schema = {
    "id": long,
    "name": text,
    "value": text,
    "custom_query_id": array(text),
    "ip_list": array(record(IP)),
    "target_server": record(SERVER),
}
_EXECUTE_JOB: Schema = {"bk_job_id": long, "global_vars": array(record(_VARIABLE)), "bk_callback_url": text}


def execute_job(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    plan_id = fields.number("bk_job_id")
    if plan_id is None or plan_id <= 0:
        raise JobError(1241005, "bk_job_id")
    entries = identified(fields.objects("global_vars"), "global_vars.id|global_vars.name")
    for entry in entries:
        require_ips(ips_of(entry))
    variables = [_variable(entry) for entry in entries]
    instance = job.launch(caller, LaunchRequest(plan_id, variables, fields.text("bk_callback_url")))
    return {"job_instance_id": instance.id, "job_instance_name": instance.plan.name}


def _validate_launch(fields: Fields, _world: World) -> None:
    """Unlike in v3, nothing inside the variables has constraints (§6.1)."""
    validate_callback(fields.text("bk_callback_url"))


def _variable(entry: Fields) -> VariableEntry:
    """A value that is not empty wins over targets, which count even if they are empty (§7.2)."""
    value = entry.text("value")
    keys = ("target_server", "ip_list", "custom_query_id")
    targets = None if value or all(entry.is_null(key) for key in keys) else targets_of(entry)
    return VariableEntry(entry.number("id"), entry.text("name"), value if targets is None else None, targets)


def operate_job_instance(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """As v3, without the step's key."""
    operated = v3.operate_job_instance(job, caller, fields)
    return {key: value for key, value in operated.items() if key != "step_instance_id"}


APIS = {
    "execute_job": Api(execute_job, _EXECUTE_JOB, validate=_validate_launch),
    "operate_job_instance": Api(operate_job_instance, v3.OPERATE_JOB),
    "operate_step_instance": Api(v3.operate_step_instance, v3.OPERATE_STEP),
    **v2_plans.APIS,
    **v2_instances.APIS,
    **v2_quick.APIS,
}
