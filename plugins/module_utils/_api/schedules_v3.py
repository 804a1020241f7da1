# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules in version 3 of Job's API (quick jobs Q4); those of v2 have no variables, and can't be deleted."""

from __future__ import annotations

import typing as t

from .._model.cron import Schedule
from .._model.launch import Address, Targets, TopoNode, VariableValue
from .._model.plan import CIPHER, HOST
from .._model.secrets import MASK
from .call import SMALL
from .library_v3 import read_nothing
from .shapes import Api, host_key, id_of, page_of, shape_of, text_of, text_or_none, variable_entries, whole_or_none
from .v3 import iso_time, server_of

if t.TYPE_CHECKING:
    from .._model.cron import SaveSchedule
    from .._model.instance import HostKey
    from .shapes import Page, Params, Row

ENABLED, PAUSED = 1, 2  # what Job takes; what it returns is 1 or anything else


def build_schedules(name: str | None, start: int, length: int) -> Params:
    """The parameters of a page of schedules whose names contain ``name``."""
    return {**({} if name is None else {"name": name}), "start": start, "length": length}


def read_schedules(data: t.Any, _name: str | None, start: int, _length: int) -> Page:
    """The page, without variables."""
    with shape_of("get_cron_list"):
        return page_of(data, _schedule, start)


def build_schedule(cron_id: int) -> Params:
    """The parameters of one schedule."""
    return {"id": cron_id}


def read_schedule(data: t.Any, _cron_id: int) -> Schedule | None:
    """The schedule with its variables; None if there is none."""
    with shape_of("get_cron_detail"):
        return _schedule(data) if data else None


def _schedule(row: Row) -> Schedule:
    return Schedule(
        id_of(row, "id"),
        text_of(row, "name"),
        id_of(row, "job_plan_id"),
        row.get("status") == ENABLED,
        text_or_none(row, "expression") or None,
        text_or_none(row, "execute_time_zone") or None,
        tuple(map(_variable, row.get("global_var_list") or ())),
        text_or_none(row, "creator"),
        iso_time(row, "last_modify_time"),
        tuple(
            (whole_or_none(variable, "id"), _hosts(variable))
            for variable in row.get("global_var_list") or ()
            if variable.get("server")
        ),
    )


def _hosts(variable: Row) -> tuple[HostKey, ...]:
    return tuple(map(host_key, (variable.get("server") or {}).get("ip_list") or ()))


def _variable(row: Row) -> VariableValue:
    secret = row.get("type") == CIPHER
    value: str | Targets = MASK if secret else text_or_none(row, "value") or ""
    if row.get("type") == HOST or row.get("server"):
        value = _targets(row.get("server") or {}, _hosts(row))
    return VariableValue("stored", value, whole_or_none(row, "id"), text_or_none(row, "name"), secret)


def _targets(server: Row, hosts: tuple[HostKey, ...]) -> Targets:
    """The targets of a variable, each host once: by its id, or by its address where Job has no id."""
    return Targets(
        tuple(host.bk_host_id for host in hosts if host.bk_host_id),
        tuple(
            Address(bk_cloud_id=host.bk_cloud_id or 0, ip=host.ip) for host in hosts if host.ip and not host.bk_host_id
        ),
        tuple(str(group["id"]) for group in server.get("dynamic_group_list") or ()),
        tuple(TopoNode(id_of(node, "id"), text_of(node, "node_type")) for node in server.get("topo_node_list") or ()),
    )


def build_save(save: SaveSchedule, masked: bool = False) -> Params:
    """The parameters of ``save_cron``; ``masked``, with secret values hidden.

    Job looks variables up in the plan of the request, and takes its own zone where the request has none.
    """
    params: Params = {"job_plan_id": save.plan_id, "name": save.name}
    if save.id is not None:
        params["id"] = save.id
    if save.expression is not None:
        params["expression"] = save.expression
    if save.execute_at is not None:
        params["execute_time"] = save.execute_at
    if save.time_zone:
        params["execute_time_zone"] = save.time_zone
    if save.variables:
        params["global_var_list"] = variable_entries(save.variables, masked, "server", server_of)
    return params


def read_saved(data: t.Any, *_save: t.Any) -> int:
    """The id of the schedule."""
    with shape_of("save_cron"):
        return id_of(data, "id")


def build_switch(cron_id: int, status: int) -> Params:
    """The parameters of ``update_cron_status``."""
    return {"id": cron_id, "status": status}


SCHEDULES = Api("get_cron_list", build_schedules, read_schedules)
SCHEDULE: Api[Schedule | None] = Api("get_cron_detail", build_schedule, read_schedule)
SAVE = Api("save_cron", build_save, read_saved, writes=True, limit=SMALL)
SWITCH: Api[None] = Api("update_cron_status", build_switch, read_nothing, writes=True, limit=SMALL)
DELETE: Api[None] = Api("delete_cron", build_schedule, read_nothing, writes=True, limit=SMALL)
