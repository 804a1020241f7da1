# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The v3 APIs (`jobv3`): launches, operations, and the table of all of them with the gateway's methods (§1.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..job.job import LaunchRequest
from ..job.messages import INVALID_CLOUD, INVALID_IP, JobError, invalid
from ..job.operations import operate_job, operate_step
from ..job.plans import Targets
from ..job.variables import VariableEntry
from . import v3_instances, v3_logs, v3_plans
from .common import Api, operation_numbers

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from .jackson import Fields

_IPV4 = re.compile(r"((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}")
_BAD_CALLBACK = (
    "Callback url is invalid or not in the allowed list, please contact the platform administrator to add it"
)


def execute_job_plan(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    given = [_given(entry) for entry in fields.objects("global_var_list")]
    request = LaunchRequest(
        plan_id=fields.long("job_plan_id") or 0,
        given=given,
        callback_url=callback(fields.text("callback_url")),
        start=fields.boolean("start_task") if "start_task" in fields else True,
    )
    if request.plan_id <= 0:
        raise JobError(1241005, "job_plan_id")
    if not all(one.identified() for one in given):
        raise JobError(1241005, "global_var.id|global_var.name")
    instance = job.launch(caller, request)
    return {"job_instance_id": instance.id, "job_instance_name": instance.plan.name, "step_instance_id": None}


def callback(url: str | None) -> str | None:
    """The callback URL; None for a blank one. It must be http(s), with a host and without a user (§6.12)."""
    if url is None or not url.strip():
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise invalid(_BAD_CALLBACK)
    return url


def _given(entry: Fields) -> VariableEntry:
    variable_id = entry.long("id")
    server = entry.object("server")
    if variable_id is not None and variable_id <= 0:
        raise invalid("Invalid id of globalVar")
    # Empty targets count as none at all (§7.2).
    targets = (_targets(server) if server else None) or None
    return VariableEntry(variable_id, entry.text("name"), entry.text("value"), targets)


def _targets(server: Fields) -> Targets:
    return Targets(
        host_ids=server.longs("host_id_list"),
        ips=tuple(_ip(item) for item in server.objects("ip_list")),
        groups=tuple(_filled(item.text("id"), "DynamicGroup ID") for item in server.objects("dynamic_group_list")),
        nodes=tuple(_node(item) for item in server.objects("topo_node_list")),
    )


def _ip(item: Fields) -> tuple[int, str]:
    cloud, ip = item.long("bk_cloud_id"), item.text("ip")
    if cloud is None or cloud < 0:
        raise invalid(INVALID_CLOUD)
    if ip is None or not _IPV4.fullmatch(ip):
        raise invalid(INVALID_IP)
    return cloud, ip


def _node(item: Fields) -> tuple[str, int]:
    node_id = item.long("id")
    if node_id is None:
        raise invalid("Topo node ID can not be empty")
    node_type = item.text("node_type")
    if not node_type:
        raise invalid("Topo node type can not be empty")
    return node_type, node_id


def _filled(value: str | None, what: str) -> str:
    if not value:
        raise invalid(f"{what} cannot be empty")
    return value


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


_INSTANCE = ("job_instance_id",)
_STEP = ("job_instance_id", "step_instance_id")

APIS = {
    "execute_job_plan": Api(execute_job_plan),
    "operate_job_instance": Api(operate_job_instance),
    "operate_step_instance": Api(operate_step_instance),
    "get_job_plan_list": Api(v3_plans.get_job_plan_list, "GET"),
    "get_job_plan_detail": Api(v3_plans.get_job_plan_detail, "GET", ("job_plan_id",)),
    "get_job_instance_status": Api(v3_instances.get_job_instance_status, "GET", _INSTANCE),
    "get_job_instance_list": Api(v3_instances.get_job_instance_list, "GET", ("create_time_start", "create_time_end")),
    "get_job_instance_global_var_value": Api(v3_instances.get_job_instance_global_var_value, "GET", _INSTANCE),
    "get_job_instance_ip_log": Api(v3_logs.get_job_instance_ip_log, "GET", _STEP),
    "batch_get_job_instance_ip_log": Api(v3_logs.batch_get_job_instance_ip_log),
}
