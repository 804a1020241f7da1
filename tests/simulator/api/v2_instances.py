# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job instances in the v2 format: status (§6.4), the log of the whole job (§6.6) and output variables (§6.7).

Times are strings in local time, durations are seconds.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ..job.clock import local_text, span
from ..job.output import FileEntry, downloads, log_text, string_values
from ..job.plans import FILE, STRING
from .common import Api, finished, positive, require_host, scope_keys
from .jackson import long

if TYPE_CHECKING:
    from ..job.instance import HostTask, Instance, StepRun
    from ..job.job import Caller, Job
    from .jackson import Fields, Schema


def get_job_instance_status(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    instance = job.viewed(caller, positive(fields, "job_instance_id"))
    current = instance.current()
    return {
        "is_finished": finished(job.world, instance.status),
        "job_instance": {
            **scope_keys(instance.plan.scope),
            "job_instance_id": instance.id,
            "bk_job_id": instance.plan.id,
            "status": instance.status,
            "name": instance.plan.name,
            "operator": instance.operator,
            "create_time": local_text(instance.created),
            **_times(instance.start, instance.end),
            "start_way": instance.launch_mode,
            "current_step_instance_id": current.id if current else None,
        },
        "blocks": [{"step_instances": [_step(instance, run)]} for run in instance.steps],
    }


def _times(start: float | None, end: float | None) -> dict[str, Any]:
    return {"start_time": local_text(start), "end_time": local_text(end), "total_time": span(start, end)}


def _step(instance: Instance, run: StepRun) -> dict[str, Any]:
    return {
        "step_instance_id": run.id,
        "step_id": run.step.id,
        "name": run.step.name,
        "type": run.step.type,
        "operator": instance.operator,
        "status": run.status,
        "execute_count": run.execute_count,
        **_times(run.start, run.end),
        "create_time": local_text(instance.created),
        "pause": None,
        "step_ip_status": [_host(task, instance.now) for task in run.tasks],
    }


def _host(task: HostTask, now: float) -> dict[str, Any]:
    require_host(task.host)
    return {"ip": task.host.ip, "bk_cloud_id": task.host.cloud, "status": task.status(now)}


def get_job_instance_log(job: Job, caller: Caller, fields: Fields) -> list[dict[str, Any]]:
    instance = job.viewed(caller, positive(fields, "job_instance_id"))
    return [
        {
            "is_finished": finished(job.world, run.status),
            "step_instance_id": run.id,
            "name": run.step.name,
            "status": run.status,
            "step_results": _results(instance, run),
        }
        for run in instance.steps
    ]


def _results(instance: Instance, run: StepRun) -> list[dict[str, Any]]:
    """The hosts grouped by status and tag."""
    groups: dict[tuple[int, str], list[HostTask]] = {}
    for task in run.tasks:
        tag = task.outcome.tag if instance.now >= task.end else ""
        groups.setdefault((task.status(instance.now), tag), []).append(task)
    return [
        {"ip_status": status, "tag": tag, "ip_logs": [_log(instance, run, task) for task in tasks]}
        for (status, tag), tasks in groups.items()
    ]


def _log(instance: Instance, run: StepRun, task: HostTask) -> dict[str, Any]:
    require_host(task.host)
    done = instance.now >= task.end
    content = _files(run, task, instance.now) if run.step.type == FILE else log_text(task, instance.now)
    return {
        "ip": task.host.ip,
        "bk_cloud_id": task.host.cloud,
        "execute_count": task.attempt,
        "exit_code": task.outcome.exit_code if done else None,
        "error_code": task.outcome.error_code if done else 0,
        **_times(task.start if instance.now >= task.start else None, task.end if done else None),
        # Only the three characters, no quotes (§6.6).
        "log_content": None if content is None else escape(content, quote=False),
    }


def _files(run: StepRun, task: HostTask, now: float) -> str | None:
    return "".join(map(_file, downloads(run, task, now))) or None


def _file(entry: FileEntry) -> str:
    target = f"{entry.target.ip}:{entry.target_path}" if entry.target else ""
    return f"{entry.source.ip}:{entry.source_path} -> {target}\n{entry.log}"


def get_job_instance_global_var_value(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    instance = job.viewed(caller, positive(fields, "job_instance_id"))
    steps = [
        {
            "step_instance_id": run.id,
            "step_instance_var_values": [
                {"name": name, "value": value, "category": STRING} for name, value in values.items()
            ],
        }
        for run, values in string_values(instance)
        if values
    ]
    return {"job_instance_id": instance.id, "job_instance_var_values": steps or None}


_INSTANCE: Schema = {"job_instance_id": long}

APIS = {
    "get_job_instance_status": Api(get_job_instance_status, _INSTANCE),
    "get_job_instance_log": Api(get_job_instance_log, _INSTANCE),
    "get_job_instance_global_var_value": Api(get_job_instance_global_var_value, _INSTANCE),
}
