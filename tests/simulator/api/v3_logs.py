# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs in the v3 format: of one host, or of up to 500 in one call (§6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.messages import JobError, invalid
from ..job.output import DOWNLOAD, FileEntry, downloads, log_text, uploads
from ..job.plans import APPROVAL, FILE
from ..job.world import Container
from .common import IP, Api, existing, host_keys, validate_ip
from .jackson import array, long, record, text

if TYPE_CHECKING:
    from ..job.instance import HostTask, Instance, StepRun
    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

_MOST_HOSTS = 500


def _validate_ids(fields: Fields, _world: World) -> None:
    for name, what in (("job_instance_id", "Job"), ("step_instance_id", "Step")):
        if (fields.number(name) or 0) < 1:
            raise invalid(f"{what} instance id must be a positive number")


def _validate_batch(fields: Fields, world: World) -> None:
    """A host is named by its id or by its address (§4.4)."""
    _validate_ids(fields, world)
    for host in filter(None, fields.objects("ip_list")):
        if host.number("bk_host_id") is None:
            validate_ip(host)


def get_job_instance_ip_log(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """The log of one host; the host fields echo the request, and an unknown host is no error."""
    host_id, cloud, ip = fields.number("bk_host_id"), fields.number("bk_cloud_id"), fields.text("ip")
    if host_id is None and (cloud is None or not ip):
        raise JobError(1241007, "host_id/(bk_cloud_id+ip)")
    instance, run = _step(job, caller, fields)
    wanted = [task for task in _host_tasks(run) if _is(task, host_id, cloud, ip)]
    content, files = None, None
    if run.step.type == FILE:
        files = [_file(entry) for task in wanted for entry in downloads(run, task, instance.now)]
        files += [_file(entry) for entry in uploads(run)]
    elif wanted:
        content = log_text(wanted[0], instance.now)
    echo = {"bk_host_id": host_id, "bk_cloud_id": cloud, "ip": ip}
    return {"log_type": _log_type(run), **echo, "log_content": content, "file_logs": files}


def batch_get_job_instance_ip_log(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Hosts without a log, or unknown to the step, are omitted; without any, the list is null."""
    host_ids = fields.numbers("host_id_list")
    ips = [(item.number("bk_cloud_id"), item.text("ip")) for item in existing(fields, "ip_list")]
    if not 0 < len(host_ids or ips) <= _MOST_HOSTS:
        raise JobError(1241007, "host_id_list/ip_list")
    instance, run = _step(job, caller, fields)
    ids, addresses = set(host_ids), set(ips)
    wanted = [
        task
        for task in _host_tasks(run)
        if (task.host.id in ids if ids else (task.host.cloud, task.host.ip) in addresses)
    ]
    # The order is not guaranteed, so it differs from the caller's (§9).
    wanted.reverse()
    files = run.step.type == FILE
    return {
        "job_instance_id": instance.id,
        "step_instance_id": run.id,
        "log_type": _log_type(run),
        "script_task_logs": None if files else _script_logs(instance, wanted) or None,
        "file_task_logs": _file_logs(instance, run, wanted) or None if files else None,
    }


def _step(job: Job, caller: Caller, fields: Fields) -> tuple[Instance, StepRun]:
    instance = job.viewed(caller, fields.number("job_instance_id") or 0)
    step_id = fields.number("step_instance_id")
    run = next((run for run in instance.steps if run.id == step_id), None)
    if run is None:
        # The log APIs report an unknown step as an unknown instance (§6.6).
        raise JobError(1244006)
    return instance, run


def _host_tasks(run: StepRun) -> list[HostTask]:
    return [task for task in run.tasks if not isinstance(task.host, Container)]


def _is(task: HostTask, host_id: int | None, cloud: int | None, ip: str | None) -> bool:
    return task.host.id == host_id if host_id is not None else (task.host.cloud, task.host.ip) == (cloud, ip)


def _log_type(run: StepRun) -> int | None:
    return None if run.step.type == APPROVAL else run.step.type


def _script_logs(instance: Instance, tasks: list[HostTask]) -> list[dict[str, Any]]:
    logs = [(task.host, log_text(task, instance.now)) for task in tasks]
    return [
        {
            "host_id": host.id,
            "bk_host_id": host.id,
            "bk_cloud_id": host.cloud,
            "ip": host.ip,
            "ipv6": host.ipv6,
            "log_content": log,
        }
        for host, log in logs
        if log is not None
    ]


def _file_logs(instance: Instance, run: StepRun, tasks: list[HostTask]) -> list[dict[str, Any]]:
    entries = [(task.host, downloads(run, task, instance.now)) for task in tasks]
    return [
        {
            "bk_host_id": host.id,
            "bk_cloud_id": host.cloud,
            "ip": host.ip,
            "file_logs": [
                {**_file(entry), "size": "1.2 MB", "speed": "600 KB/s", "process": "100%"} for entry in found
            ],
        }
        for host, found in entries
        if found
    ]


def _file(entry: FileEntry) -> dict[str, Any]:
    return {
        "mode": entry.mode,
        "src_ip": host_keys(entry.source),
        "src_path": entry.source_path,
        "dest_ip": host_keys(entry.target) if entry.mode == DOWNLOAD and entry.target else None,
        "dest_path": entry.target_path,
        "status": entry.status,
        "log_content": entry.log,
        # The single-host call leaves these three null (§6.6).
        "size": None,
        "speed": None,
        "process": None,
    }


_IDS: Schema = {"job_instance_id": long, "step_instance_id": long}

APIS = {
    "get_job_instance_ip_log": Api(
        get_job_instance_ip_log,
        {**_IDS, "bk_host_id": long, "bk_cloud_id": long, "ip": text},
        "GET",
        ("job_instance_id", "step_instance_id"),
        _validate_ids,
    ),
    "batch_get_job_instance_ip_log": Api(
        batch_get_job_instance_ip_log,
        {**_IDS, "host_id_list": array(long), "ip_list": array(record(IP))},
        validate=_validate_batch,
    ),
}
