# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 3 of Job's API, on an ESB and on the API gateway: ``execute_job_plan`` and the calls beside it."""

from __future__ import annotations

import base64
import datetime
import typing as t

from .._model.instance import CONFIRMATION, FILE, SCRIPT, FileResult, HostLog, HostResult, Instance, PastInstance, Step
from .._model.language import say
from .._model.plan import CIPHER, HOST, Plan, PlanStep, Variable
from .._model.secrets import MASK
from .call import LOGS, SMALL
from .shapes import (
    OPERATE_INSTANCE,
    OPERATE_STEP,
    Api,
    Batch,
    Version,
    addresses_and_nodes,
    code_of,
    flag_or_none,
    host_key,
    id_of,
    name_of,
    number_or_none,
    of_instance,
    page_of,
    read_launched,
    read_output,
    row_or_none,
    rows_or_none,
    same_id,
    shape_of,
    shown_code,
    targets_of,
    text_of,
    text_or_none,
    variable_entries,
    whole_or_none,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .._model.instance import HostKey, Query
    from .._model.launch import Launch, Targets
    from .shapes import Page, Params, Row, Wanted

SECONDS_BELOW = 10**11  # the plan APIs count seconds, whatever their documents say (contract §4.3)
MOST_HOSTS = 500  # hosts in one call for logs; the server refuses more
DOWNLOAD = 1
MODES = {0: "upload", DOWNLOAD: "download"}
FILE_STATUSES = {0: "pulling", 1: "waiting", 2: "uploading", 3: "downloading", 4: "finished", 5: "failed"}


# Launching


def build_launch(launch: Launch, masked: bool = False) -> Params:
    """The parameters of ``execute_job_plan`` (contract §6.1); ``masked``, with secret values hidden."""
    params: Params = {"job_plan_id": launch.plan_id}
    if launch.variables:
        params["global_var_list"] = variable_entries(launch.variables, masked, "server", server_of)
    if launch.callback_url:
        params["callback_url"] = launch.callback_url
    if not launch.start:
        params["start_task"] = False
    return params


def server_of(targets: Targets, _origin: str) -> Params:
    """Targets as the field ``server`` or ``target_server`` (contract §6.1)."""
    server = addresses_and_nodes(targets)
    if targets.host_ids:
        server["host_id_list"] = list(targets.host_ids)
    if targets.dynamic_groups:
        server["dynamic_group_list"] = [{"id": group} for group in targets.dynamic_groups]
    return server


# Plans


def build_plan(plan_id: int) -> Params:
    """The parameters of ``get_job_plan_detail`` (contract §6.3)."""
    return {"job_plan_id": plan_id}


def read_plan(data: t.Any, plan_id: int) -> Plan:
    """The plan; the servers return all but the values of ciphertext variables."""
    with shape_of("get_job_plan_detail"):
        plan = _plan({"global_var_list": None, "step_list": None, **data})
        same_id({"id": plan.id}, "id", plan_id)
        return plan


def build_plans(name: str | None, template_id: int | None, start: int, length: int) -> Params:
    """The parameters of ``get_job_plan_list`` for a page of plans whose names contain ``name`` (contract §6.2)."""
    filters: Params = {"name": name, "job_template_id": template_id}
    return {**{key: value for key, value in filters.items() if value is not None}, "start": start, "length": length}


def read_plans(data: t.Any, _name: str | None, _template_id: int | None, start: int, _length: int) -> Page:
    """The page."""
    with shape_of("get_job_plan_list"):
        return page_of(data, _plan, start, shrinks=True)


def _plan(row: Row) -> Plan:
    """A plan from its row in a list, or from its detail, which has the same fields and more."""
    variables, steps = row.get("global_var_list"), row.get("step_list")
    return Plan(
        # The documents call it job_plan_id, the servers send id.
        id_of(row, "id" if row.get("id") else "job_plan_id"),
        text_of(row, "name"),
        whole_or_none(row, "job_template_id"),
        text_or_none(row, "creator"),
        iso_time(row, "create_time"),
        iso_time(row, "last_modify_time"),
        flag_or_none(row, "need_update"),
        tuple(map(_variable, variables or ())) if "global_var_list" in row else None,
        tuple(map(_plan_step, steps or ())) if "step_list" in row else None,
    )


def _variable(row: Row) -> Variable:
    return Variable(
        id_of(row, "id"),
        text_of(row, "name"),
        code_of(row, "type"),
        _default(row),
        None if row.get("required") is None else bool(row["required"]),
        flag_or_none(row, "used"),
        text_or_none(row, "description") or "",
    )


def _default(row: Row) -> str | Targets | None:
    if row["type"] == HOST:
        server = row_or_none(row, "server") or {}
        groups = [group.get("id") for group in rows_or_none(server, "dynamic_group_list") or ()]
        return targets_of(rows_or_none(server, "ip_list"), groups, rows_or_none(server, "topo_node_list")) or None
    value = text_or_none(row, "value")
    return (value or None) and (MASK if row["type"] == CIPHER else value)


def _plan_step(row: Row) -> PlanStep:
    script, files = row_or_none(row, "script_info") or {}, row_or_none(row, "file_info") or {}
    runs_on = row_or_none(script or row_or_none(files, "file_destination") or {}, "server") or {}
    type_code = whole_or_none(row, "type")
    return PlanStep(
        id_of(row, "id"),
        text_of(row, "name"),
        type_code if type_code in (SCRIPT, FILE, CONFIRMATION) else None,
        text_or_none(runs_on, "variable") or None,
        whole_or_none(script, "script_language"),
        _decoded(text_or_none(script, "script_content")),
        _confirmers(row_or_none(row, "approval_info") or {}),
    )


def build_step(instance_id: int, step_id: int) -> Params:
    """The parameters of ``get_step_instance_detail`` (contract §6.5)."""
    return {"job_instance_id": instance_id, "step_instance_id": step_id}


def read_confirmers(data: t.Any, *_ids: int) -> tuple[str, ...]:
    """The users and roles that may confirm a step."""
    with shape_of("get_step_instance_detail"):
        return _confirmers(row_or_none(data, "approval_info") or {})


def _confirmers(approval: Row) -> tuple[str, ...]:
    people = row_or_none(approval, "approval_user") or {}
    lists = [people.get(key) for key in ("user_list", "role_list")]
    return tuple(str(name) for names in lists if isinstance(names, list) for name in names)


def _decoded(text: str | None) -> str | None:
    try:
        return text and base64.b64decode(text).decode("utf-8", "replace")
    except ValueError:
        return None


# Instances


def build_instance(instance_id: int, hosts: bool) -> Params:
    """The parameters of ``get_job_instance_status``, with the results of the ``hosts`` if wanted (contract §6.4)."""
    return {"job_instance_id": instance_id, **({"return_ip_result": True} if hosts else {})}


def read_instance(data: t.Any, instance_id: int, hosts: bool) -> Instance:
    """The state of an instance; times and durations in milliseconds (contract §4.3, §6.4)."""
    with shape_of("get_job_instance_status"):
        job = data["job_instance"]
        same_id(job, "job_instance_id", instance_id)
        steps = tuple(map(_step, data["step_instance_list"]))
        return Instance(instance_id, text_or_none(job, "name"), code_of(job), steps)


def _step(row: Row) -> Step:
    hosts = rows_or_none(row, "step_ip_result_list")
    return Step(
        id_of(row, "step_instance_id"),
        name_of(row),
        shown_code(row, "type"),
        code_of(row),
        whole_or_none(row, "execute_count") or 0,
        iso_time(row, "start_time"),
        iso_time(row, "end_time"),
        _seconds(row),
        None if hosts is None else tuple(map(_host, hosts)),
    )


def _host(row: Row) -> HostResult:
    return HostResult(
        host_key(row),
        shown_code(row),
        whole_or_none(row, "exit_code"),
        whole_or_none(row, "error_code"),
        text_or_none(row, "tag"),
    )


def build_history(query: Query, start: int, length: int) -> Params:
    """The parameters of ``get_job_instance_list`` for a page of the history (contract §6.8)."""
    window = {"create_time_start": query.created_after, "create_time_end": query.created_before}
    filters = query.filters()
    if "cron_id" in filters:
        filters["job_cron_id"] = filters.pop("cron_id")
    return {**window, **filters, "start": start, "length": length}


def read_history(data: t.Any, _query: Query, start: int, _length: int) -> Page:
    """The page."""
    with shape_of("get_job_instance_list"):
        return page_of(data, _past, start, shrinks=True)


def _past(row: Row) -> PastInstance:
    plan_id = whole_or_none(row, "job_plan_id") or 0
    return PastInstance(
        id_of(row, "job_instance_id"),
        text_or_none(row, "name"),
        plan_id if plan_id > 0 else None,  # quick scripts and files come from no plan
        text_or_none(row, "operator"),
        shown_code(row, "launch_mode"),
        shown_code(row, "type"),
        shown_code(row),
        whole_or_none(row, "create_time"),
        iso_time(row, "create_time"),
        iso_time(row, "start_time"),
        iso_time(row, "end_time"),
        _seconds(row),
    )


def iso_time(row: Row, key: str) -> str | None:
    """A time that is only shown: Unix milliseconds, or seconds if it is that small, as ISO 8601."""
    number = number_or_none(row, key)
    if not number:
        return None
    seconds = number if number < SECONDS_BELOW else number / 1000
    try:
        moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (OSError, OverflowError, ValueError):  # in no year that there is
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _seconds(row: Row) -> float | None:
    milliseconds = number_or_none(row, "total_time")
    return None if milliseconds is None else milliseconds / 1000


# Logs (contract §6.6, §9)


def logs(instance_id: int, wanted: Wanted, most: Callable[[], int]) -> Iterator[Batch]:
    """Calls for the logs of up to 500 hosts of a step each, or of as many as ``most`` returns by then."""
    for step_id, keys in wanted.items():
        hosts = [key for key in keys if key.bk_host_id or key.ip]
        while hosts:
            count = min(MOST_HOSTS, most())
            yield _batch(instance_id, step_id, hosts[:count])
            del hosts[:count]


def _batch(instance_id: int, step_id: int, hosts: Sequence[HostKey]) -> Batch:
    def singly() -> Iterator[Batch]:
        for host in hosts:
            yield Batch(ONE_LOG, (instance_id, step_id, host))

    return Batch(MANY_LOGS, (instance_id, step_id, hosts), singly)


def build_logs(instance_id: int, step_id: int, hosts: Sequence[HostKey]) -> Params:
    """The parameters of ``batch_get_job_instance_ip_log``.

    Hosts are named by id for servers from 3.7 on, by address for older ones, which ignore ids (contract §11).
    """
    params: Params = {"job_instance_id": instance_id, "step_instance_id": step_id}
    addresses = [{"bk_cloud_id": host.bk_cloud_id, "ip": host.ip} for host in hosts if host.ip]
    if addresses:
        params["ip_list"] = addresses
    # Where ids are understood they win: a host without one would be left out.
    if all(host.bk_host_id for host in hosts):
        params["host_id_list"] = [host.bk_host_id for host in hosts]
    return params


def build_log(instance_id: int, step_id: int, host: HostKey) -> Params:
    """The parameters of ``get_job_instance_ip_log``, which names the host in both ways too."""
    params: Params = {"job_instance_id": instance_id, "step_instance_id": step_id}
    if host.ip:
        params.update(bk_cloud_id=host.bk_cloud_id, ip=host.ip)
    if host.bk_host_id:
        params["bk_host_id"] = host.bk_host_id
    return params


def read_logs(data: t.Any, instance_id: int, step_id: int, hosts: Sequence[HostKey]) -> tuple[HostLog, ...]:
    """The logs of many hosts, in no order; hosts without a log are missing."""
    with shape_of("batch_get_job_instance_ip_log"):
        same_id(data, "job_instance_id", instance_id)
        same_id(data, "step_instance_id", step_id)
        scripts, files = data.get("script_task_logs") or (), data.get("file_task_logs") or ()
        return (
            *(HostLog(step_id, host_key(row), text_or_none(row, "log_content")) for row in scripts),
            *(_host_log(step_id, host_key(row), rows_or_none(row, "file_logs") or ()) for row in files),
        )


def read_log(data: t.Any, instance_id: int, step_id: int, host: HostKey) -> tuple[HostLog, ...]:
    """The log of one host, whose fields the response repeats."""
    with shape_of("get_job_instance_ip_log"):
        content, found = text_or_none(data, "log_content"), host_key(data)
        if any(None not in (got, wanted) and got != wanted for got, wanted in zip(found, host)):
            raise ValueError(say("the log is that of {found}, {host} was requested", found=found, host=host))
        if content is None:
            return (_host_log(step_id, host, rows_or_none(data, "file_logs") or ()),)
        return (HostLog(step_id, host, content),)


def _host_log(step_id: int, host: HostKey, entries: Sequence[Row]) -> HostLog:
    """The log of a file step, which also lists files that the host has sent."""
    received = tuple(_received(entry) for entry in entries if shown_code(entry, "mode") == DOWNLOAD)
    return HostLog(step_id, host, file_log(entries), files=received)


def _received(entry: Row) -> FileResult:
    return FileResult(
        _place(entry, "src_ip", "src_path"),
        _place(entry, "dest_ip", "dest_path") or None,
        FILE_STATUSES.get(shown_code(entry), "unknown"),
        text_or_none(entry, "size"),
    )


def file_log(entries: Sequence[Row] | None) -> str | None:
    """The entries of a file step as text, a line per file and what Job logged about it; None without any."""
    return "".join(map(_file, entries or ())) or None


def _file(entry: Row) -> str:
    mode, status = MODES.get(shown_code(entry, "mode"), "transfer"), FILE_STATUSES.get(shown_code(entry), "unknown")
    words = [mode, _place(entry, "src_ip", "src_path")]
    if entry.get("dest_path"):
        words += ["->", _place(entry, "dest_ip", "dest_path")]
    # The last three are returned since 3.8.6, and never by the call for one host.
    words += [status, *filter(None, (text_or_none(entry, key) for key in ("size", "speed", "process")))]
    text = (text_or_none(entry, "log_content") or "").rstrip("\n")
    return " ".join(words) + (f"\n{text}\n" if text else "\n")


def _place(entry: Row, host: str, path: str) -> str:
    """Where a file is; newer servers may return only the id of the host (contract §6.6)."""
    key, path = host_key(row_or_none(entry, host) or {}), text_or_none(entry, path) or ""
    name = key.ip or (f"host {key.bk_host_id}" if key.bk_host_id else "")
    area = f"{key.bk_cloud_id}:" if key.bk_cloud_id and key.ip else ""
    return f"{area}{name}:{path}" if name else path


MANY_LOGS: Api[tuple[HostLog, ...]] = Api(
    "batch_get_job_instance_ip_log", build_logs, read_logs, gateway_method="POST", limit=LOGS
)
ONE_LOG: Api[tuple[HostLog, ...]] = Api("get_job_instance_ip_log", build_log, read_log, limit=LOGS)
V3 = Version(
    system="jobv3",
    launch=Api("execute_job_plan", build_launch, read_launched, writes=True, limit=SMALL),
    plan=Api("get_job_plan_detail", build_plan, read_plan),
    plans=Api("get_job_plan_list", build_plans, read_plans),
    instance=Api("get_job_instance_status", build_instance, read_instance),
    operate_instance=OPERATE_INSTANCE,
    operate_step=OPERATE_STEP,
    output=Api(
        "get_job_instance_global_var_value",
        of_instance,
        lambda data, instance_id: read_output(data, instance_id, "step_instance_var_list", "global_var_list"),
    ),
    history=Api("get_job_instance_list", build_history, read_history),
    logs=logs,
    confirmers=Api("get_step_instance_detail", build_step, read_confirmers),
)
