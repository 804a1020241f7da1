# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The v3 APIs (`jobv3`): launches, operations, and the table of all of them with the gateway's methods (§1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.job import LaunchRequest
from ..job.messages import JobError, invalid
from ..job.operations import operate_job, operate_step
from ..job.variables import VariableEntry
from . import v3_crons, v3_files, v3_instances, v3_library, v3_logs, v3_plans, v3_quick, v3_scripts
from .callback import validate_callback
from .common import Api, identified, operation_numbers, require_ips
from .jackson import array, boolean, integer, long, record, text
from .v3_targets import VARIABLE, targets_of, validate_server

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

_EXECUTE_JOB_PLAN: Schema = {
    "job_plan_id": long,
    "global_var_list": array(record(VARIABLE)),
    "callback_url": text,
    "start_task": boolean,
}


def execute_job_plan(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    plan_id = fields.number("job_plan_id")
    if plan_id is None or plan_id <= 0:
        raise JobError(1241005, "job_plan_id")
    entries = identified(fields.objects("global_var_list"), "global_var.id|global_var.name")
    servers = [entry.object("server") for entry in entries]
    for server in servers:
        require_ips(server.objects("ip_list") if server else [])
    request = LaunchRequest(
        plan_id,
        [_variable(entry) for entry in entries],
        fields.text("callback_url"),
        start=fields.boolean("start_task") if "start_task" in fields else True,
    )
    instance = job.launch(caller, request)
    return {"job_instance_id": instance.id, "job_instance_name": instance.plan.name, "step_instance_id": None}


def _validate_launch(fields: Fields, _world: World) -> None:
    """Nested constraints are checked for every variable, known or not (§4.4)."""
    validate_callback(fields.text("callback_url"))
    for entry in fields.objects("global_var_list"):
        if entry is not None:
            variable_id, server = entry.number("id"), entry.object("server")
            if variable_id is not None and variable_id < 1:
                raise invalid("Invalid id of globalVar")
            if server is not None:
                validate_server(server)


def _variable(entry: Fields) -> VariableEntry:
    """A value that is not empty wins over targets; empty targets count as none (§7.2)."""
    server, value = entry.object("server"), entry.text("value")
    targets = targets_of(server) if server is not None and not value else None
    return VariableEntry(entry.number("id"), entry.text("name"), None if targets else value, targets or None)


def operate_job_instance(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    instance_id, code = operation_numbers(fields, "job_instance_id", "operation_code")
    instance = job.instance(caller, instance_id)
    operate_job(job.world, instance, code)
    return {"job_instance_id": instance.id, "job_instance_name": None, "step_instance_id": None}


def operate_step_instance(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    instance_id, step_id, code = operation_numbers(fields, "job_instance_id", "step_instance_id", "operation_code")
    instance, run = job.step(caller, instance_id, step_id)
    operate_step(job.world, caller.user, instance, run, code)
    return {"job_instance_id": instance.id, "job_instance_name": None, "step_instance_id": run.id}


OPERATE_JOB: Schema = {"job_instance_id": long, "operation_code": integer}
OPERATE_STEP: Schema = {**OPERATE_JOB, "step_instance_id": long}

APIS = {
    "execute_job_plan": Api(execute_job_plan, _EXECUTE_JOB_PLAN, validate=_validate_launch),
    "operate_job_instance": Api(operate_job_instance, OPERATE_JOB),
    "operate_step_instance": Api(operate_step_instance, OPERATE_STEP),
    **v3_plans.APIS,
    **v3_instances.APIS,
    **v3_logs.APIS,
    **v3_library.APIS,
    **v3_scripts.APIS,
    **v3_quick.APIS,
    **v3_files.APIS,
    **v3_crons.APIS,
}
