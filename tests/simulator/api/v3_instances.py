# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job instances in the v3 format: status (§6.4), output variables (§6.7), history (§6.8). Times are milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.clock import milliseconds
from ..job.messages import JobError, invalid
from ..job.output import string_values
from ..job.plans import STRING
from .common import Api, finished, like, positive, require_host, scope_keys
from .jackson import boolean, integer, long, text

if TYPE_CHECKING:
    from ..job.instance import HostTask, Instance, StepRun
    from ..job.job import Caller, Job
    from .jackson import Fields, Schema

_THIRTY_DAYS = 30 * 24 * 3600 * 1000


def get_job_instance_status(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    instance = job.viewed(caller, positive(fields, "job_instance_id"))
    with_hosts = fields.boolean("return_ip_result") or False
    return {
        "finished": finished(job.world, instance.status),
        "job_instance": {
            **scope_keys(instance.plan.scope),
            "job_instance_id": instance.id,
            "status": instance.status,
            "name": instance.plan.name,
            "create_time": milliseconds(instance.created),
            **_times(instance.start, instance.end),
        },
        "step_instance_list": [_step(instance, run, with_hosts) for run in instance.steps],
    }


def _times(start: float | None, end: float | None) -> dict[str, int | None]:
    total = None if start is None or end is None else round((end - start) * 1000)
    return {"start_time": milliseconds(start), "end_time": milliseconds(end), "total_time": total}


def _step(instance: Instance, run: StepRun, with_hosts: bool) -> dict[str, Any]:
    return {
        "step_instance_id": run.id,
        "name": run.step.name,
        "status": run.status,
        "type": run.step.type,
        "execute_count": run.execute_count,
        **_times(run.start, run.end),
        "create_time": milliseconds(instance.created),
        # Null unless requested; an empty list where no host has a row yet.
        "step_ip_result_list": [_host(task, instance.now) for task in run.tasks] if with_hosts else None,
    }


def _host(task: HostTask, now: float) -> dict[str, Any]:
    require_host(task.host)
    done = now >= task.end
    return {
        "bk_host_id": task.host.id,
        "ip": task.host.ip,
        "bk_cloud_id": task.host.cloud,
        "status": task.status(now),
        "tag": task.outcome.tag if done else "",
        "exit_code": task.outcome.exit_code if done else None,
        "error_code": task.outcome.error_code if done else 0,
        **_times(task.start if now >= task.start else None, task.end if done else None),
    }


def get_job_instance_global_var_value(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    instance = job.viewed(caller, positive(fields, "job_instance_id"))
    steps = [
        {
            "step_instance_id": run.id,
            "global_var_list": [{"name": name, "value": value, "type": STRING} for name, value in values.items()],
        }
        for run, values in string_values(instance)
    ]
    return {"job_instance_id": instance.id, "step_instance_var_list": steps if instance.plan.variables else []}


def get_job_instance_list(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    start, length = fields.number("start") or 0, fields.number("length")
    length = 20 if length is None else length
    if not 1 <= length <= 1000:
        raise invalid("The param 'length' must be in range: [1,1000]")
    begin, end = positive(fields, "create_time_start"), positive(fields, "create_time_end")
    if end <= begin:
        raise JobError(1241007, "create_time_start|create_time_end")
    if end - begin > _THIRTY_DAYS:
        raise JobError(1241002)
    found = [
        instance
        for instance in job.instances(caller)
        if begin <= round(instance.created * 1000) <= end and _matches(instance, fields)
    ]
    rows = [_row(instance) for instance in found[start : start + length]]
    return {"start": start, "length": length, "total": len(found), "data": rows or None}


def _matches(instance: Instance, fields: Fields) -> bool:
    name, operator, ip = fields.text("name"), fields.text("operator"), fields.text("ip")
    exact = {
        "job_instance_id": instance.id,
        "launch_mode": instance.launch_mode,
        "type": instance.type,
        "status": instance.status,
        "job_cron_id": instance.cron_id,
    }
    return (
        all(fields.number(key) in (None, value) for key, value in exact.items())
        and (not name or like(name, instance.plan.name))
        and (not operator or operator == instance.operator)
        and (not ip or any(host.ip == ip for run in instance.steps for host in run.hosts))
    )


def _row(instance: Instance) -> dict[str, Any]:
    return {
        **scope_keys(instance.plan.scope),
        "job_instance_id": instance.id,
        "job_plan_id": instance.plan.id,
        "job_template_id": instance.plan.template_id,
        "name": instance.plan.name,
        "operator": instance.operator,
        "launch_mode": instance.launch_mode,
        "status": instance.status,
        **_times(instance.start, instance.end),
        "create_time": milliseconds(instance.created),
        "type": instance.type,
    }


_INSTANCE: Schema = {"job_instance_id": long}
_HISTORY: Schema = {
    "job_instance_id": long,
    "create_time_start": long,
    "create_time_end": long,
    "job_cron_id": long,
    "operator": text,
    "name": text,
    "launch_mode": integer,
    "type": integer,
    "status": integer,
    "ip": text,
}

APIS = {
    "get_job_instance_status": Api(
        get_job_instance_status, {**_INSTANCE, "return_ip_result": boolean}, "GET", ("job_instance_id",)
    ),
    "get_job_instance_global_var_value": Api(get_job_instance_global_var_value, _INSTANCE, "GET", ("job_instance_id",)),
    "get_job_instance_list": Api(get_job_instance_list, _HISTORY, "GET", ("create_time_start", "create_time_end")),
}
