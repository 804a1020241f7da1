# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of CMDB (quick jobs Q5), and the response body that each of its gateways gets."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Mapping

from ..job.world import Scope
from . import filters
from .hosts import document, idle_pool, relations, shown
from .messages import (
    DENIED,
    HOSTS_FAILED,
    INVALID,
    INVALID_OR_UNKNOWN,
    MISSING,
    NOT_FOUND,
    NOT_JSON,
    TOO_LARGE,
    CmdbError,
)

if TYPE_CHECKING:
    from ..job.world import Business, World
    from .hosts import Relation

    Params = Mapping[str, Any]

_LONGEST_PAGE = 500
_LARGEST_PAGE = 1000
_CMDB = {"system_id": "bk_cmdb", "system_name": "配置平台"}
_ACTIONS = {"find_business_resource": "业务访问", "find_business": "业务查询"}


@dataclass(frozen=True)
class Api:
    """One API: its function, and its path and method on the API gateway, the path with names in braces."""

    handle: Callable[[World, str, Params], Any]
    path: str
    method: str = "POST"


def respond(world: World, api: str, user: str, language: str, body: bytes) -> dict[str, Any]:
    """CMDB's response body, with the names that its gateways give to `bk_error_code` and `bk_error_msg`."""
    try:
        data = APIS[api].handle(world, user, _object(body))
    except CmdbError as error:
        return {
            "result": False,
            "code": error.code,
            "message": error.text(language),
            "permission": error.permission,
            "data": None,
        }
    return {"result": True, "code": 0, "message": "success", "permission": None, "data": data}


def _object(body: bytes) -> Params:
    try:
        params = json.loads(body)
    except ValueError:
        raise CmdbError(NOT_JSON) from None
    if not isinstance(params, dict):
        raise CmdbError(NOT_JSON)
    return params


# Hosts


def list_biz_hosts_topo(world: World, user: str, params: Params) -> dict[str, Any]:
    """Hosts with their sets and modules, filtered by the properties of all three."""
    business = _business(world, params, zero=True)
    _require(world, user, params)
    page, fields = _page(params), _fields(params)
    if page["limit"] == 0:
        raise CmdbError(MISSING, "page.limit")
    if page["limit"] > _LONGEST_PAGE:
        raise CmdbError(TOO_LARGE, "page.limit", _LONGEST_PAGE)
    match_host, match_set, match_module = (
        filters.read(f"{name}_property_filter", params.get(f"{name}_property_filter"))
        for name in ("host", "set", "module")
    )
    if page["limit"] < 0 or page["start"] < 0:
        raise CmdbError(HOSTS_FAILED)
    related = relations(world, business) if business else []
    # One relation must meet both: a module of that name in a set of that name.
    ids = {
        relation.host_id
        for relation in related
        if (match_set is None or match_set({"bk_set_id": relation.set.id, "bk_set_name": relation.set.name}))
        and (
            match_module is None
            or match_module({"bk_module_id": relation.module.id, "bk_module_name": relation.module.name})
        )
    }
    stored = [document(host) for host in world.hosts if host.id in ids]
    count, rows = _slice(stored, match_host, page)
    topology: dict[int, list[Relation]] = {}
    returned = {row["bk_host_id"] for row in rows}
    for relation in related:
        if relation.host_id in returned:
            topology.setdefault(relation.host_id, []).append(relation)
    info = [{"host": shown(row, [*fields, "bk_host_id"]), "topo": _topo(topology[row["bk_host_id"]])} for row in rows]
    return {"count": count, "info": info}


def _slice(
    stored: list[dict[str, Any]], match: filters.Match | None, page: dict[str, Any]
) -> tuple[int, list[dict[str, Any]]]:
    """How many hosts match, and those of the page.

    Without a filter of hosts it is cut out of the sorted ids, and the hosts come as the database has them.
    """
    start, end = page["start"], page["start"] + page["limit"]
    if match is None:
        ids = sorted(row["bk_host_id"] for row in stored)
        if start > len(ids):
            return 0, []
        wanted = set(ids[start:end])
        return len(ids), [row for row in stored if row["bk_host_id"] in wanted]
    found = sorted(filter(match, stored), key=lambda row: row["bk_host_id"])
    return len(found), found[start:end]


def _topo(related: list[Relation]) -> list[dict[str, Any]]:
    """The sets of a host in no order (a map of Go), here the other way round."""
    found: dict[int, dict[str, Any]] = {}
    for relation in reversed(related):
        row = found.setdefault(
            relation.set.id, {"bk_set_id": relation.set.id, "bk_set_name": relation.set.name, "module": []}
        )
        row["module"].append({"bk_module_id": relation.module.id, "bk_module_name": relation.module.name})
    return list(found.values())


# Dynamic groups


def search_dynamic_group(world: World, user: str, params: Params) -> dict[str, Any]:
    """The dynamic groups of a business, in the order in which they were made."""
    business = _business(world, params)
    _require(world, user, params)
    page = _page(params)
    _check_page(page, INVALID_OR_UNKNOWN)
    condition = params.get("condition") or {}
    rows = (
        [
            {"bk_biz_id": params["bk_biz_id"], "id": group, "name": business.name_of(group), "bk_obj_id": kind}
            for kind, groups in (("host", business.groups), ("set", business.set_groups))
            for group in groups
        ]
        if business
        else []
    )
    found = [row for row in rows if all(_is_like(row, name, value) for name, value in condition.items())]
    return {"count": len(found), "info": found[page["start"] : page["start"] + page["limit"]]}


def _is_like(row: dict[str, Any], name: str, value: Any) -> bool:
    """A name is searched for, everything else compared."""
    return value in row["name"] if name == "name" else row.get(name) == value


def execute_dynamic_group(world: World, user: str, params: Params) -> dict[str, Any]:
    """The hosts, or the sets, of a dynamic group."""
    business = _business(world, params)
    _require(world, user, params)
    page, fields = _page(params), _fields(params)
    if not fields:
        raise CmdbError(INVALID_OR_UNKNOWN)
    _check_page(page)
    group = params.get("id")
    if business is None or group not in {*business.groups, *business.set_groups}:
        raise CmdbError(NOT_FOUND)
    start, end = page["start"], page["start"] + page["limit"]
    if group in business.set_groups:
        sets = [one for one in business.sets if one.id in business.set_groups[group]]
        rows: list[dict[str, Any]] = [{"bk_set_id": one.id, "bk_set_name": one.name} for one in sets]
        return {"count": len(rows), "info": [shown(row, fields) for row in rows[start:end]]}
    wanted = set(business.groups[group])
    members = sorted((host for host in world.hosts if host.id in wanted), key=lambda host: host.id)
    some = [shown(document(host), [*fields, "bk_host_id", "bk_cloud_id"]) for host in members[start:end]]
    # Beyond the end, nothing is counted.
    return {"count": len(members) if some else 0, "info": some}


def _check_page(page: dict[str, Any], code: int = NOT_JSON) -> None:
    for name, sound in (("start", page["start"] >= 0), ("limit", 0 < page["limit"] <= _LARGEST_PAGE)):
        if not sound:
            raise CmdbError(code, name) if code == INVALID_OR_UNKNOWN else CmdbError(code)


# Businesses and their topology


def search_business(world: World, user: str, params: Params) -> dict[str, Any]:
    """The businesses that the user may see: others are left out, not refused."""
    page = _page(params)
    condition = (params.get("condition") or {}).get("bk_biz_id")
    wanted = condition["$in"] if isinstance(condition, dict) else None if condition is None else [condition]
    found = [
        {"bk_biz_id": int(one.scope.id), "bk_biz_name": one.name, "default": 0}
        for one in world.businesses
        if one.scope.type == "biz"
        and (wanted is None or int(one.scope.id) in wanted)
        and _may(world, user, "find_business", one.scope)
    ]
    fields = _fields(params) or ["bk_biz_id", "bk_biz_name", "default"]
    some = found[page["start"] : page["start"] + page["limit"]]
    return {"count": len(found), "info": [shown(row, fields) for row in some]}


def search_biz_inst_topo(world: World, _user: str, params: Params) -> list[dict[str, Any]]:
    """The topology, without the built-in set; IAM is not consulted."""
    business = _business(world, params)
    if business is None:
        return []
    sets = [
        _node("set", one.id, one.name, [_node("module", module.id, module.name, []) for module in one.modules])
        for one in business.sets
    ]
    return [_node("biz", int(business.scope.id), business.name, sets)]


def get_biz_internal_module(world: World, _user: str, params: Params) -> dict[str, Any]:
    """The built-in set; IAM is not consulted, and a business that does not exist has an empty one."""
    business = _business(world, params)
    if business is None:
        return {"bk_set_id": 0, "bk_set_name": "", "module": None}
    pool = idle_pool(business)
    modules = [
        {"bk_module_id": module.id, "bk_module_name": module.name, "default": 1, "host_apply_enabled": False}
        for module in pool.modules
    ]
    return {"bk_set_id": pool.id, "bk_set_name": pool.name, "module": modules}


def _node(kind: str, id_: int, name: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "bk_inst_id": id_,
        "bk_inst_name": name,
        "bk_obj_id": kind,
        "bk_obj_name": {"biz": "业务", "set": "集群", "module": "模块"}[kind],
        "default": 0,
        "child": children,
    }


# What the calls have in common


def _business(world: World, params: Params, zero: bool = False) -> Business | None:
    """The business, which need not exist: then it has nothing."""
    number = _whole(params.get("bk_biz_id"))
    if number is None or (number == 0 and zero):
        raise CmdbError(INVALID if zero else INVALID_OR_UNKNOWN, "bk_biz_id")
    return world.business(Scope("biz", str(number)))


def _whole(value: Any) -> int | None:
    """A number of a path, which on the ESB was one in the body."""
    return int(value) if re.fullmatch(r"[+-]?\d{1,18}", str(value), re.ASCII) else None


def _page(params: Params) -> dict[str, Any]:
    page = params.get("page") or {}
    if not isinstance(page, dict):
        raise CmdbError(NOT_JSON)
    for name in ("start", "limit"):
        number = page.get(name, 0)
        if not isinstance(number, int) or isinstance(number, bool):
            raise CmdbError(NOT_JSON)
    return {"start": page.get("start", 0), "limit": page.get("limit", 0)}


def _fields(params: Params) -> list[str]:
    fields = params.get("fields") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise CmdbError(NOT_JSON)
    return fields


def _may(world: World, user_name: str, action: str, scope: Scope) -> bool:
    user = world.user(user_name)
    return user is not None and user.may(action, scope)


def _require(world: World, user: str, params: Params) -> None:
    """The one permission that all reads of a business need."""
    scope = Scope("biz", str(params["bk_biz_id"]))
    action = "find_business_resource"
    if _may(world, user, action, scope):
        return
    business = world.business(scope)
    instance = {"type": "biz", "type_name": "业务", "id": scope.id, "name": business.name if business else ""}
    resource = {**_CMDB, "type": "biz", "type_name": "业务", "instances": [[instance]]}
    actions = [{"id": action, "name": _ACTIONS[action], "related_resource_types": [resource]}]
    raise CmdbError(DENIED, permission={**_CMDB, "actions": actions})


APIS = {
    "list_biz_hosts_topo": Api(list_biz_hosts_topo, "/hosts/app/{bk_biz_id}/list_hosts_topo"),
    "search_dynamic_group": Api(search_dynamic_group, "/dynamicgroup/search/{bk_biz_id}"),
    "execute_dynamic_group": Api(execute_dynamic_group, "/dynamicgroup/data/{bk_biz_id}/{id}"),
    "search_business": Api(search_business, "/biz/search/{bk_supplier_account}"),
    "search_biz_inst_topo": Api(search_biz_inst_topo, "/find/topoinst/biz/{bk_biz_id}"),
    "get_biz_internal_module": Api(
        get_biz_internal_module, "/topo/internal/{bk_supplier_account}/{bk_biz_id}", method="GET"
    ),
}
