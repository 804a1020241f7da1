# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans in the v2 format (§6.2, §6.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..job import iam
from ..job.clock import local_text
from ..job.messages import JobError
from ..job.plans import ApprovalStep, FileStep, HostStep, ScriptStep, Targets
from .common import Api, host_keys, named_hosts, scope_keys
from .jackson import long, text
from .v3_plans import matching

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.plans import Plan, Step, Variable
    from ..job.world import Host, World
    from .jackson import Fields, Schema

_FILTERS: Schema = dict.fromkeys(
    (
        "name",
        "creator",
        "last_modify_user",
        "create_time_start",
        "create_time_end",
        "last_modify_time_start",
        "last_modify_time_end",
    ),
    text,
)


def get_job_list(job: Job, caller: Caller, fields: Fields) -> list[dict[str, Any]]:
    """A bare array: all plans, unless `length` limits them."""
    start, length = fields.number("start") or 0, fields.number("length")
    found = matching(job, caller, fields)
    return [_row(plan) for plan in found[start : start + length if length else None]]


def get_job_detail(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    plan_id = fields.number("bk_job_id")
    if plan_id is None or plan_id <= 0:
        raise JobError(1241007, "bk_job_id")
    plan = job.plan(caller, plan_id, missing=1243009)
    iam.require(job.world, caller.user, "view_job_plan", caller.scope, iam.plan_resource(plan))
    return {
        **_row(plan),
        "template_id": plan.template_id,
        "steps": [_step(job.world, step) for step in plan.running_steps()],
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
    targets = variable.hosts
    hosts = named_hosts(world, targets or Targets())
    return {
        "category": variable.type,
        "id": variable.id,
        "name": variable.name,
        "value": variable.value if targets is None else json.dumps(_stored(hosts, targets)),
        "description": variable.description,
        "ip_list": None if targets is None else [host_keys(host) for host in hosts],
        "custom_query_id": (list(targets.groups) if targets else None) or None,
    }


def _stored(hosts: list[Host], targets: Targets) -> dict[str, Any]:
    """The default of a host variable as stored in Job's database, which `value` returns unchanged."""
    nodes = {
        "nodeInfoList": [{"id": node_id, "type": node_type} for node_type, node_id in targets.nodes],
        "dynamicGroupId": list(targets.groups),
        "hostList": [{"hostId": host.id, "cloudAreaId": host.cloud, "ip": host.ip} for host in hosts],
    }
    stored = {
        "hostNodeList": {key: items for key, items in nodes.items() if items},
        "containerList": [{"id": container_id} for container_id in targets.containers],
    }
    return stored if targets.containers else {"hostNodeList": stored["hostNodeList"]}


def _step(world: World, step: Step) -> dict[str, Any]:
    """A step (§6.3). `EsbGetJobDetailResourceImpl` never sets its order, language and creator."""
    script = step if isinstance(step, ScriptStep) else None
    files = step if isinstance(step, FileStep) else None
    return {
        "step_id": step.id,
        "script_id": None,
        "account": "root" if isinstance(step, HostStep) else None,
        "account_id": 1 if script else None,
        "is_param_sensitive": 0 if script else None,
        "script_timeout": 1000 if script else None,
        "script_type": None,
        "db_account_id": None,
        "script_param": script.parameters if script else None,
        "script_content": script.script if script else None,
        "file_target_path": files.path if files else None,
        "file_source": [_file_source(world, files)] if files else None,
        "ip_list": None,
        "custom_query_id": None,
        "name": step.name,
        # In script steps the source of the script overwrites the type: a bug of the real server (§6.3).
        "type": script.source if script else step.type,
        "order": None,
        "creator": None,
        "create_time": None,
        "last_modify_user": None,
        "last_modify_time": None,
        "confirm_message": step.message if isinstance(step, ApprovalStep) else None,
    }


def _file_source(world: World, step: FileStep) -> dict[str, Any]:
    return {
        "file_type": 1,
        "file_source_id": None,
        "files": list(step.files),
        "account": "root",
        "ip_list": [host_keys(host) for host in named_hosts(world, step.source)],
        "custom_query_id": list(step.source.groups) or None,
        "target_server": None,
    }


APIS = {
    "get_job_list": Api(get_job_list, _FILTERS, service="manage"),
    "get_job_detail": Api(get_job_detail, {"bk_job_id": long}, service="manage"),
}
