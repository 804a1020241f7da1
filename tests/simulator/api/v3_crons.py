# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules in the v3 format (Q4). All times are Unix seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..job import crons
from ..job.crons import CronRequest, CronVariableEntry
from ..job.messages import INTERNAL_ERROR, JobError, invalid
from ..job.world import collated
from .common import Api, like, scope_keys
from .jackson import array, integer, is_blank, long, record, text
from .v3_targets import VARIABLE, targets_of, validate_server

if TYPE_CHECKING:
    from ..job.crons import Cron, CronHost, CronVariable
    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

_LONGEST_NAME = 60
_HTML = re.compile("[<>\"']")

# How the responses call a schedule that is off: in that of save_cron, and in all others.
_OFF_WHEN_SAVED, _OFF, _ON = 2, 0, 1


def save_cron(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    variables = (
        None if fields.is_null("global_var_list") else [_entry(one) for one in fields.objects("global_var_list")]
    )
    expression, time_zone = fields.text("expression"), fields.text("execute_time_zone")
    request = CronRequest(
        fields.number("id"),
        fields.number("job_plan_id"),
        fields.text("name"),
        None if is_blank(expression) else expression,
        fields.number("execute_time"),
        None if is_blank(time_zone) else time_zone,
        variables,
    )
    cron = crons.save(job, caller, request)
    stored = None if cron.variables is None else [_variable(variable) for variable in cron.variables]
    return {**_row(cron), "status": _OFF_WHEN_SAVED, "global_var_list": stored}


def _entry(entry: Fields | None) -> CronVariableEntry:
    if entry is None:
        raise JobError(INTERNAL_ERROR)
    server = entry.object("server")
    targets = None if server is None else targets_of(server)
    return CronVariableEntry(entry.number("id"), entry.text("name"), entry.text("value"), targets)


def _validate_save(fields: Fields, _world: World) -> None:
    """What is missing comes first: it is found while Job chooses the constraints to check."""
    cron_id, plan_id, name = fields.number("id"), fields.number("job_plan_id"), fields.text("name") or ""
    moment = fields.number("execute_time")
    timed = not is_blank(fields.text("expression")) or (moment or 0) > 0
    creates = cron_id in (None, -1)
    if creates and not timed:
        reason = "expression/execute_time cannot both be null or invalid"
        raise JobError(1241010, "expression/execute_time", reason)
    if not creates and not timed and is_blank(name) and (plan_id or 0) <= 0:
        what = "job_plan_id/name/expression/execute_time"
        raise JobError(1241010, what, f"At least one of {what} must be given to update cron {cron_id}")
    if cron_id is not None and cron_id < 1:
        raise invalid("Invalid id")
    if plan_id is not None and plan_id < 1:
        raise invalid("Invalid job_plan_id")
    if len(name) > _LONGEST_NAME:
        raise invalid(f"Cron name can not exceed  {_LONGEST_NAME} characters")
    if _HTML.search(name):
        raise invalid("name Cannot contain HTML special characters < > \" '")
    if moment is not None and moment < 1:
        raise invalid("Invalid cron execute time")
    for entry in filter(None, fields.objects("global_var_list")):
        variable_id, server = entry.number("id"), entry.object("server")
        if variable_id is not None and variable_id < 1:
            raise invalid("Invalid id of globalVar")
        if server is not None:
            validate_server(server)
    if creates and plan_id is None:
        raise invalid("Invalid job_plan_id")
    if creates and not name:
        raise invalid("Cron name cannot be empty")


def update_cron_status(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """1 turns on, every other number off. Only the id is returned."""
    cron_id, status = fields.number("id"), fields.number("status")
    if cron_id is None or cron_id <= 0:
        raise JobError(1241010, "id", "id must be a positive integer")
    if status is None or status < 0:
        raise JobError(1241010, "status", "status must >= 0")
    crons.switch(job, caller, cron_id, status == _ON)
    return {**dict.fromkeys(_KEYS), "id": cron_id}


def delete_cron(job: Job, caller: Caller, fields: Fields) -> None:
    cron_id = fields.number("id")
    assert cron_id is not None, "validated before"
    crons.delete(job, caller, cron_id)


def _validate_delete(fields: Fields, _world: World) -> None:
    cron_id = fields.number("id")
    if cron_id is None:
        raise invalid("Cron id cannot be null")
    if cron_id < 1:
        raise invalid("Invalid id")


def get_cron_list(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Without variables. With an id, all filters are ignored, and what does not exist is a null pointer."""
    start, length = max(fields.number("start") or 0, 0), fields.number("length")
    length = 20 if length is None or length < 0 else length
    cron_id = fields.number("id") or 0
    if cron_id > 0:
        cron = crons.find(job.world, caller.scope, cron_id)
        if cron is None:
            raise JobError(INTERNAL_ERROR)
        return {"start": start, "length": length, "total": 1, "data": [] if start else [_row(cron)]}
    length = length or 10
    found = [cron for cron in job.world.crons if cron.scope == caller.scope and _matches(cron, fields)]
    found.sort(key=lambda cron: (cron.enabled, cron.modified_at), reverse=True)
    rows = [_row(cron) for cron in found[start : start + length]]
    return {"start": start, "length": length, "total": len(found), "data": rows}


def _matches(cron: Cron, fields: Fields) -> bool:
    """The times are ignored, and so is every status but 0 and 1."""
    name, status = fields.text("name") or "", fields.number("status")
    creator, modifier = fields.text("creator") or "", fields.text("last_modify_user") or ""
    return (
        (is_blank(name) or like(name, cron.name))
        and (status not in (_OFF, _ON) or cron.enabled == (status == _ON))
        and (is_blank(creator) or collated(creator) == collated(cron.creator))
        and (is_blank(modifier) or collated(modifier) == collated(cron.modified_by))
    )


def get_cron_detail(job: Job, caller: Caller, fields: Fields) -> dict[str, Any] | None:
    """What does not exist is no error. Ciphers are returned in plain text."""
    cron_id = fields.number("id")
    if cron_id is None or cron_id <= 0:
        raise JobError(1241002)
    cron = crons.find(job.world, caller.scope, cron_id)
    if cron is None:
        return None
    return {**_row(cron), "global_var_list": [_variable(variable) for variable in cron.variables or ()] or None}


_KEYS = (
    "bk_biz_id",
    "bk_scope_type",
    "bk_scope_id",
    "job_plan_id",
    "id",
    "name",
    "status",
    "expression",
    "global_var_list",
    "creator",
    "create_time",
    "last_modify_user",
    "last_modify_time",
    "execute_time_zone",
)


def _row(cron: Cron) -> dict[str, Any]:
    """A schedule; the time of one that runs once is returned nowhere."""
    return {
        **dict.fromkeys(_KEYS),
        **scope_keys(cron.scope),
        "job_plan_id": cron.plan_id,
        "id": cron.id,
        "name": cron.name,
        "status": _ON if cron.enabled else _OFF,
        "expression": cron.expression,
        "creator": cron.creator,
        "create_time": cron.created_at,
        "last_modify_user": cron.modified_by,
        "last_modify_time": cron.modified_at,
        "execute_time_zone": cron.time_zone,
    }


def _variable(variable: CronVariable) -> dict[str, Any]:
    return {
        "id": variable.id,
        "name": variable.name,
        "value": variable.value,
        "server": _server(variable) if variable.has_server else None,
        "description": None,
        "type": variable.type,
        "required": None,
    }


def _server(variable: CronVariable) -> dict[str, Any]:
    return {
        "variable": None,
        "ip_list": [_host(host) for host in variable.hosts] or None,
        "dynamic_group_list": [{"id": group} for group in variable.groups] or None,
        "topo_node_list": [{"id": node_id, "node_type": kind} for kind, node_id in variable.nodes] or None,
    }


def _host(host: CronHost) -> dict[str, Any]:
    return {
        "bk_host_id": host.id,
        "bk_cloud_id": host.cloud,
        "bk_cloud_name": None,
        "ip": host.ip,
        "ipv6": None,
        "bk_agent_id": None,
        "alive": None,
    }


_SAVE: Schema = {
    "id": long,
    "job_plan_id": long,
    "name": text,
    "expression": text,
    "execute_time": long,
    "execute_time_zone": text,
    "global_var_list": array(record(VARIABLE)),
}
_LIST: Schema = {
    "id": long,
    "name": text,
    "status": integer,
    "creator": text,
    "create_time_start": long,
    "create_time_end": long,
    "last_modify_user": text,
    "last_modify_time_start": long,
    "last_modify_time_end": long,
}
_ID: Schema = {"id": long}

APIS = {
    "save_cron": Api(save_cron, _SAVE, validate=_validate_save, service="crontab"),
    "update_cron_status": Api(update_cron_status, {**_ID, "status": integer}, service="crontab"),
    "delete_cron": Api(delete_cron, _ID, validate=_validate_delete, service="crontab"),
    "get_cron_list": Api(get_cron_list, _LIST, "GET", service="crontab"),
    "get_cron_detail": Api(get_cron_detail, _ID, "GET", ("id",), service="crontab"),
}
