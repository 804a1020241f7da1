# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans in the v3 format (§6.2, §6.3)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from ..job import iam
from ..job.messages import JobError
from ..job.plans import CIPHER, ApprovalStep, FileStep, HostStep, ScriptStep
from .common import Api, host_keys, named_hosts, positive, scope_keys
from .jackson import long, text

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.plans import Plan, Step, Targets, Variable
    from ..job.world import World
    from .jackson import Fields, Schema

_FILTERS: Schema = {
    "name": text,
    "creator": text,
    "last_modify_user": text,
    "create_time_start": long,
    "create_time_end": long,
    "last_modify_time_start": long,
    "last_modify_time_end": long,
    "job_template_id": long,
}


def get_job_plan_list(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Plans that the user may not view are listed too, and the time filters are ignored (§6.2)."""
    start = fields.number("start") or 0
    length = fields.number("length") or 20
    found = matching(job, caller, fields, fields.number("job_template_id"))
    rows = [_row(plan) for plan in found[start : start + length]]
    return {"start": start, "length": length, "total": len(found), "data": rows}


def matching(job: Job, caller: Caller, fields: Fields, template_id: int | None = None) -> list[Plan]:
    """The plans of the caller's scope that pass the filters, last modified first."""
    name, creator, modifier = (fields.text(key) for key in ("name", "creator", "last_modify_user"))
    found = [
        plan
        for plan in job.world.plans
        if plan.scope == caller.scope
        and (template_id is None or plan.template_id == template_id)
        and (not name or name.lower() in plan.name.lower())
        and (not creator or plan.creator == creator)
        and (not modifier or plan.modified_by == modifier)
    ]
    return sorted(found, key=lambda plan: plan.modified_at, reverse=True)


def get_job_plan_detail(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    plan_id = fields.number("job_plan_id")
    if plan_id is None or plan_id <= 0:
        raise JobError(1241007, "job_plan_id")
    plan = job.plan(caller, plan_id, missing=1243009)
    iam.require(job.world, caller.user, "view_job_plan", caller.scope, iam.plan_resource(plan))
    return {
        **_row(plan),
        "global_var_list": [_variable(job.world, variable) for variable in plan.variables],
        "step_list": [_step(job.world, step) for step in plan.steps],
    }


def _row(plan: Plan) -> dict[str, Any]:
    # The id is called `id`, whatever the documentation says (§6.3).
    return {
        **scope_keys(plan.scope),
        "id": plan.id,
        "job_template_id": plan.template_id,
        "name": plan.name,
        "creator": plan.creator,
        "create_time": plan.created_at,
        "last_modify_user": plan.modified_by,
        "last_modify_time": plan.modified_at,
        "need_update": plan.need_update,
    }


def _variable(world: World, variable: Variable) -> dict[str, Any]:
    # Ciphertext is masked even where there is none.
    masked = "******" if variable.type == CIPHER else variable.value
    return {
        "id": variable.id,
        "name": variable.name,
        "value": masked,
        "server": None if variable.hosts is None else _server(world, variable.hosts),
        "description": variable.description,
        "type": variable.type,
        "required": int(variable.required),
        "used": variable.used,
    }


def _server(world: World, targets: Targets) -> dict[str, Any]:
    """Targets in responses. There is no key for containers, so a default of containers has nulls only (61e52d430)."""
    return {
        "ip_list": [host_keys(host) for host in named_hosts(world, targets)] or None,
        "dynamic_group_list": [{"id": group} for group in targets.groups] or None,
        "topo_node_list": [{"id": node_id, "node_type": kind} for kind, node_id in targets.nodes] or None,
    }


def get_step_instance_detail(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """A step of an instance, in the shape of a plan's (§6.5)."""
    _instance, run = job.step(caller, positive(fields, "job_instance_id"), positive(fields, "step_instance_id"))
    return {**_step(job.world, run.step), "id": run.id}


_ACCOUNT = {"id": 1, "name": None, "alias": None}
_BY_VARIABLE = {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None}


def _step(world: World, step: Step) -> dict[str, Any]:
    """A step; disabled ones are listed too, and not marked."""
    return {
        "id": step.id,
        "name": step.name,
        "type": step.type,
        "script_info": _script(step) if isinstance(step, ScriptStep) else None,
        "file_info": _files(world, step) if isinstance(step, FileStep) else None,
        "approval_info": _approval(step) if isinstance(step, ApprovalStep) else None,
    }


# The server leaves several keys of steps null: `is_ignore_error`, `file_type`, and the parameters where there are none.


def _script(step: ScriptStep) -> dict[str, Any]:
    return {
        "script_type": step.source,
        "script_id": step.script_id,
        "script_version_id": step.script_version_id,
        "script_content": base64.b64encode(step.script.encode()).decode(),
        "script_language": step.language,
        "script_param": base64.b64encode(step.parameters.encode()).decode() or None,
        "windows_interpreter": None,
        "script_timeout": 1000,
        "account": _ACCOUNT,
        "server": _variable_server(step),
        "is_param_sensitive": 0,
        "is_ignore_error": None,
    }


def _files(world: World, step: FileStep) -> dict[str, Any]:
    source = {
        "file_list": list(step.files),
        "account": _ACCOUNT,
        "server": _server(world, step.source),
        "file_type": None,
        "file_source_id": None,
        "file_source_code": None,
    }
    return {
        "file_source_list": [source],
        "file_destination": {"path": step.path, "account": _ACCOUNT, "server": _variable_server(step)},
        "timeout": 1000,
        "source_speed_limit": None,
        "destination_speed_limit": None,
        "transfer_mode": 1,
        "is_ignore_error": None,
    }


def _approval(step: ApprovalStep) -> dict[str, Any]:
    return {
        "approval_type": 1,
        "approval_user": {"user_list": list(step.users), "role_list": list(step.roles)},
        "approval_message": step.message,
        "notify_channel": ["weixin"],
    }


def _variable_server(step: HostStep) -> dict[str, Any]:
    return {"variable": step.hosts, **_BY_VARIABLE}


APIS = {
    "get_job_plan_list": Api(get_job_plan_list, _FILTERS, "GET", service="manage"),
    "get_job_plan_detail": Api(get_job_plan_detail, {"job_plan_id": long}, "GET", ("job_plan_id",), service="manage"),
    "get_step_instance_detail": Api(
        get_step_instance_detail,
        {"job_instance_id": long, "step_instance_id": long},
        "GET",
        ("job_instance_id", "step_instance_id"),
        on_esb=False,
    ),
}
