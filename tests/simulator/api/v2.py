# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The v2 APIs (`job`): launches, operations and plans, and the table of all of them (§1.4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..job import iam
from ..job.clock import local_text
from ..job.job import LaunchRequest
from ..job.messages import INTERNAL_ERROR, JobError
from ..job.plans import ApprovalStep, FileStep, HostStep, ScriptStep, Targets
from ..job.variables import VariableEntry
from . import v2_instances, v3
from .common import Api, scope_keys
from .v3_plans import matching

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.plans import Plan, Step, Variable
    from ..job.world import World
    from .jackson import Fields


def execute_job(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    given = [_given(entry) for entry in fields.objects("global_vars")]
    request = LaunchRequest(fields.long("bk_job_id") or 0, given, v3.callback(fields.text("bk_callback_url")))
    if request.plan_id <= 0:
        raise JobError(1241005, "bk_job_id")
    if not all(one.identified() for one in given):
        raise JobError(1241005, "global_vars.id|global_vars.name")
    instance = job.launch(caller, request)
    return {"job_instance_id": instance.id, "job_instance_name": instance.plan.name}


def _given(entry: Fields) -> VariableEntry:
    """Nothing is validated here; the variable's own host keys count only without `target_server` (§6.1)."""
    server = entry.object("target_server")
    if server is None:
        targets = Targets(ips=_ips(entry), groups=entry.texts("custom_query_id"))
    else:
        nodes = [(item.text("node_type") or "", item.long("id") or 0) for item in server.objects("topo_node_list")]
        targets = Targets(ips=_ips(server), groups=server.texts("dynamic_group_id_list"), nodes=tuple(nodes))
    return VariableEntry(entry.long("id"), entry.text("name"), entry.text("value"), targets or None)


def _ips(entry: Fields) -> tuple[tuple[int | None, str], ...]:
    return tuple(_ip(item) for item in entry.objects("ip_list"))


def _ip(item: Fields) -> tuple[int | None, str]:
    ip = item.text("ip")
    if ip is None:
        raise JobError(INTERNAL_ERROR)
    return item.long("bk_cloud_id"), ip.strip()


def operate_job_instance(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """As v3, without the step's key."""
    answer = v3.operate_job_instance(job, caller, fields)
    return {key: value for key, value in answer.items() if key != "step_instance_id"}


def get_job_list(job: Job, caller: Caller, fields: Fields) -> list[dict[str, Any]]:
    """A bare array: all plans, unless `length` limits them."""
    start, length = fields.long("start") or 0, fields.long("length")
    found = matching(job, caller, fields)
    return [_row(plan) for plan in found[start : start + length if length else None]]


def get_job_detail(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    plan_id = fields.long("bk_job_id")
    if plan_id is None or plan_id <= 0:
        raise JobError(1241007, "bk_job_id")
    plan = job.plan(caller, plan_id, missing=1243009)
    iam.require(job.world, caller.user, "view_job_plan", caller.scope, plan)
    return {
        **_row(plan),
        "template_id": plan.template_id,
        "steps": [_step(step, order) for order, step in enumerate(plan.running_steps(), start=1)],
        "global_vars": [_variable(job.world, variable) for variable in plan.variables],
    }


def _row(plan: Plan) -> dict[str, Any]:
    return {
        **scope_keys(plan.scope),
        "bk_job_id": plan.id,
        "name": plan.name,
        "creator": plan.creator,
        "create_time": local_text(plan.created_at),
        "last_modify_user": plan.modified_by,
        "last_modify_time": local_text(plan.modified_at),
    }


def _variable(world: World, variable: Variable) -> dict[str, Any]:
    """Ciphertext defaults are returned in clear text; host defaults only as far as v2 has keys for them (§6.3)."""
    targets = variable.hosts or Targets()
    hosts = [host for host in world.hosts if host.id in targets.host_ids or (host.cloud, host.ip) in targets.ips]
    ips = [{"bk_host_id": host.id, "bk_cloud_id": host.cloud, "ip": host.ip} for host in hosts]
    raw = json.dumps({"hostNodeList": _stored(ips, targets)}) if variable.hosts else None
    return {
        "category": variable.type,
        "id": variable.id,
        "name": variable.name,
        "value": raw or variable.value,
        "description": variable.description,
        "ip_list": ips if variable.hosts else None,
        "custom_query_id": list(targets.groups) or None,
    }


def _stored(ips: list[dict[str, Any]], targets: Targets) -> dict[str, Any]:
    """The default of a host variable as stored in Job's database, which `value` returns unchanged."""
    stored = {
        "nodeInfoList": [{"id": node_id, "type": kind} for kind, node_id in targets.nodes],
        "dynamicGroupId": list(targets.groups),
        "hostList": [{"cloudAreaId": ip["bk_cloud_id"], "ip": ip["ip"]} for ip in ips],
    }
    return {key: items for key, items in stored.items() if items}


def _step(step: Step, order: int) -> dict[str, Any]:
    script = step if isinstance(step, ScriptStep) else None
    files = step if isinstance(step, FileStep) else None
    return {
        "step_id": step.id,
        "name": step.name,
        # In script steps the source of the script overwrites the type: a bug of the real server (§6.3).
        "type": script.source if script else step.type,
        "order": order,
        "script_id": None,
        "script_content": script.script if script else None,
        "script_param": script.parameters if script else None,
        "script_timeout": 1000 if script else None,
        "script_type": script.language if script else None,
        "account": "root" if isinstance(step, HostStep) else None,
        "account_id": 1 if isinstance(step, HostStep) else None,
        "is_param_sensitive": 0 if script else None,
        "file_source": [{"files": list(files.files)}] if files else None,
        "file_target_path": files.path if files else None,
        "ip_list": None,
        "custom_query_id": None,
        "confirm_message": step.message if isinstance(step, ApprovalStep) else None,
    }


APIS = {
    "execute_job": Api(execute_job),
    "operate_job_instance": Api(operate_job_instance),
    "operate_step_instance": Api(v3.operate_step_instance),
    "get_job_list": Api(get_job_list),
    "get_job_detail": Api(get_job_detail),
    "get_job_instance_status": Api(v2_instances.get_job_instance_status),
    "get_job_instance_log": Api(v2_instances.get_job_instance_log),
    "get_job_instance_global_var_value": Api(v2_instances.get_job_instance_global_var_value),
}
