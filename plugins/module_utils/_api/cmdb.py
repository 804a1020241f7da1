# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CMDB as a service: its APIs, and the reads that take several calls (quick jobs Q5).

On the ESB it is the system ``cc``. On the API gateway it is a gateway of its own, with paths that have ids in them.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._model.cmdb import CmdbBusiness, CmdbHost, CmdbModule, CmdbNode, CmdbSet, DynamicGroup
from .._model.errors import RefusedError, UnclearError
from .._model.language import say
from . import hints
from .call import Call
from .codes import API_MISSING
from .shapes import Api, Page, Result, id_of, shape_of, text_of

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .._model.cmdb import HostQuery
    from .._model.secrets import Secrets
    from .job import Client
    from .shapes import Params, Row

SYSTEM = "cc"
PREFIXES = ("/api/v3", "/api/v3/open")  # of the paths on the API gateway, in its two generations
LONGEST_PAGE = 500  # hosts, and also how many are named by id in one call
LONGEST_SHORT_PAGE = 200  # dynamic groups and their hosts, businesses
GROUP_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
HOST_ID = "bk_host_id"
HINTS = {"user_permission": hints.CMDB_USER_PERMISSION, "app_permission": hints.CMDB_APP_PERMISSION}
ALL_HOSTS: Row = {"condition": "AND", "rules": [{"field": HOST_ID, "operator": "greater", "value": 0}]}
READINGS = 3  # of a list that changes while it is read


@dataclass(frozen=True)
class CmdbApi(Api[Result]):
    """An API of CMDB; ``path`` is the one on the API gateway, with names of parameters in braces."""

    path: str = ""


def build_hosts(business: int, query: HostQuery, start: int, rule: Row | None = None) -> Params:
    """The parameters of a page of hosts that meet the query and the ``rule``, sorted by id.

    Hosts are sorted only where there is a filter of hosts, so there always is one.
    """
    params: Params = {
        "bk_biz_id": business,
        "fields": list(query.fields),
        "host_property_filter": narrowed(query.filter, rule) if rule else query.filter or ALL_HOSTS,
        "page": {"start": start, "limit": LONGEST_PAGE},
    }
    for name, names in (("set", query.sets), ("module", query.modules)):
        if names:
            rules = [{"field": f"bk_{name}_name", "operator": "in", "value": list(names)}]
            params[f"{name}_property_filter"] = {"condition": "AND", "rules": rules}
    return params


def narrowed(filter_: Row | None, rule: Row) -> Params:
    """A filter with one rule more, which is never nested deeper than it was: CMDB allows two levels."""
    if filter_ is None:
        return {"condition": "AND", "rules": [rule]}
    if "rules" not in filter_:
        return {"condition": "AND", "rules": [filter_, rule]}
    if filter_["condition"] == "AND":
        return {"condition": "AND", "rules": [*filter_["rules"], rule]}
    return {"condition": "OR", "rules": [narrowed(one, rule) for one in alternatives(filter_)]}


def alternatives(filter_: Row) -> list[Row]:
    """The rules of which one has to be met, none of them an OR itself."""
    if filter_.get("condition") != "OR":
        return [filter_]
    return [found for one in filter_["rules"] for found in alternatives(one)]


def read_hosts(data: t.Any, *_query: t.Any) -> Page:
    """The page of :class:`CmdbHost`, and how many hosts match in all."""
    with shape_of("list_biz_hosts_topo"):
        return Page(tuple(map(_host, data["info"] or ())), _count(data))


def _host(row: Row) -> CmdbHost:
    fields = row["host"]
    return CmdbHost(id_of(fields, HOST_ID), dict(fields), tuple(map(_set, row["topo"] or ())))


def _set(row: Row) -> CmdbSet:
    modules = (CmdbModule(id_of(one, "bk_module_id"), text_of(one, "bk_module_name")) for one in row["module"] or ())
    return CmdbSet(id_of(row, "bk_set_id"), text_of(row, "bk_set_name"), tuple(sorted(modules)))


def build_host_in(business: int, type_: str, id_: int) -> Params:
    """The parameters of the first host in a set or module."""
    rule = {"field": f"bk_{type_}_id", "operator": "equal", "value": id_}
    return {
        "bk_biz_id": business,
        "fields": [HOST_ID],
        f"{type_}_property_filter": {"condition": "AND", "rules": [rule]},
        "page": {"start": 0, "limit": 1},
    }


def read_sets(data: t.Any, *_node: t.Any) -> tuple[CmdbNode, ...]:
    """The sets of the host with its modules, or nothing; an old server may have ignored the filter."""
    return tuple(
        CmdbNode("set", one.id, one.name, tuple(CmdbNode("module", *module) for module in one.modules))
        for host in read_hosts(data).rows
        for one in host.sets
    )


def build_groups(business: int, start: int) -> Params:
    """The parameters of a page of dynamic groups."""
    return {"bk_biz_id": business, "page": {"start": start, "limit": LONGEST_SHORT_PAGE}}


def read_groups(data: t.Any, *_page: t.Any) -> Page:
    """The page of :class:`DynamicGroup`."""
    with shape_of("search_dynamic_group"):
        return Page(tuple(map(_group, data["info"] or ())), _count(data))


def _group(row: Row) -> DynamicGroup:
    group = DynamicGroup(text_of(row, "id"), text_of(row, "name"), text_of(row, "bk_obj_id"))
    # The id becomes a part of a path.
    if not GROUP_ID.fullmatch(group.id):
        raise ValueError(f"id {group.id!r}")
    return group


def build_members(business: int, group: str, start: int) -> Params:
    """The parameters of a page of the hosts of a dynamic group."""
    page = {"start": start, "limit": LONGEST_SHORT_PAGE, "sort": HOST_ID}
    return {"bk_biz_id": business, "id": group, "fields": [HOST_ID], "page": page}


def read_members(data: t.Any, *_page: t.Any) -> Page:
    """The page of host ids."""
    with shape_of("execute_dynamic_group"):
        return Page(tuple(id_of(row, HOST_ID) for row in data["info"] or ()), _count(data))


def build_businesses(ids: Sequence[int]) -> Params:
    """The parameters of the businesses with these ids, of which only those come back that the user may see."""
    return {
        "bk_supplier_account": "0",
        "fields": ["bk_biz_id", "bk_biz_name"],
        "condition": {"bk_biz_id": {"$in": list(ids)}},
        "page": {"start": 0, "limit": LONGEST_SHORT_PAGE},
    }


def read_businesses(data: t.Any, _ids: t.Any) -> tuple[CmdbBusiness, ...]:
    """The businesses."""
    with shape_of("search_business"):
        return tuple(CmdbBusiness(id_of(row, "bk_biz_id"), text_of(row, "bk_biz_name")) for row in data["info"] or ())


def build_topology(business: int) -> Params:
    """The parameters of the whole topology of a business: by the documents, it ends with level 2 by default."""
    return {"bk_biz_id": business, "level": -1}


def read_topology(data: t.Any, _business: int) -> tuple[CmdbNode, ...]:
    """The root of the topology, which is the business; nothing for a business that does not exist.

    The built-in set of idle hosts and its modules are not in it.
    """
    with shape_of("search_biz_inst_topo"):
        return tuple(map(_node, data or ()))


def _node(row: Row) -> CmdbNode:
    children = tuple(map(_node, row.get("child") or ()))
    return CmdbNode(text_of(row, "bk_obj_id"), id_of(row, "bk_inst_id"), text_of(row, "bk_inst_name"), children)


def build_built_in(business: int) -> Params:
    """The parameters of the built-in set of a business."""
    return {"bk_supplier_account": "0", "bk_biz_id": business}


def read_built_in(data: t.Any, _business: int) -> CmdbNode:
    """The built-in set with its modules, for idle, faulty and recycled hosts."""
    with shape_of("get_biz_internal_module"):
        modules = [
            CmdbNode("module", id_of(row, "bk_module_id"), text_of(row, "bk_module_name"))
            for row in data["module"] or ()
        ]
        return CmdbNode("set", id_of(data, "bk_set_id"), text_of(data, "bk_set_name"), tuple(modules))


def _count(data: Row) -> int:
    count = data["count"]
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise TypeError(f"count {count!r}")
    return count


def _api(
    name: str, path: str, build: Callable[..., Params], read: Callable[..., Result], method: str = "POST"
) -> CmdbApi[Result]:
    return CmdbApi(name=name, build=build, read=read, gateway_method=method, system=SYSTEM, path=path)


HOSTS = _api("list_biz_hosts_topo", "/hosts/app/{bk_biz_id}/list_hosts_topo", build_hosts, read_hosts)
HOST_IN = _api(HOSTS.name, HOSTS.path, build_host_in, read_sets)
GROUPS = _api("search_dynamic_group", "/dynamicgroup/search/{bk_biz_id}", build_groups, read_groups)
MEMBERS = _api("execute_dynamic_group", "/dynamicgroup/data/{bk_biz_id}/{id}", build_members, read_members)
BUSINESSES = _api("search_business", "/biz/search/{bk_supplier_account}", build_businesses, read_businesses)
TOPOLOGY = _api("search_biz_inst_topo", "/find/topoinst/biz/{bk_biz_id}", build_topology, read_topology)

BUILT_IN = _api(
    "get_biz_internal_module",
    "/topo/internal/{bk_supplier_account}/{bk_biz_id}",
    build_built_in,
    read_built_in,
    method="GET",
)


class Cmdb:
    """CMDB through one gateway, of the kind ``esb`` or ``apigw``.

    Everything is read completely or an error is raised: :class:`RefusedError` for what CMDB or the gateway refuses,
    :class:`UnclearError` for a response that is incomplete or contradicts another one. ``connect`` returns the client
    for each request, or raises one of them.
    """

    def __init__(self, connect: Callable[[], Client], kind: str, secrets: Secrets) -> None:
        self._connect = connect
        self._prefixes: tuple[str, ...] = PREFIXES if kind == "apigw" else ("",)
        self._secrets = secrets

    def call(self, api: CmdbApi[Result], *args: t.Any) -> Result:
        """Send a call and return what its response says."""
        left = list(self._prefixes)
        while True:
            prefix = left.pop(0)
            try:
                found = self._call(prefix, api, *args)
            except RefusedError as error:
                missing = error.kind == "not_found" and error.code in API_MISSING
                if missing and left:
                    continue  # the gateway may have the paths of the other generation
                hint = hints.CMDB_ADDRESS if missing else HINTS.get(error.kind)
                error.hint = say(hint) if hint else error.hint
                raise
            self._prefixes = tuple(sorted(self._prefixes, key=lambda other: other != prefix))
            return found

    def _call(self, prefix: str, api: CmdbApi[Result], *args: t.Any) -> Result:
        params = api.build(*args)
        path = prefix + api.path.format(**params)
        call = Call(SYSTEM, api.name, params, gateway_method=api.gateway_method, limit=api.limit, path=path)
        return t.cast("Result", self._connect().call(call, read=api.reader(args, self._secrets)))

    def hosts(self, business: int, query: HostQuery) -> list[CmdbHost]:
        """The hosts of a business that meet the query, sorted by id."""
        return sorted(self._pages(HOSTS, business, query, length=LONGEST_PAGE))

    def hosts_by_id(self, business: int, query: HostQuery, ids: Iterable[int]) -> list[CmdbHost]:
        """Those of the hosts with these ids that belong to a business and meet the query, sorted by id."""
        wanted = sorted(set(ids))
        found: list[CmdbHost] = []
        for start in range(0, len(wanted), LONGEST_PAGE):
            some = wanted[start : start + LONGEST_PAGE]
            page = self.call(HOSTS, business, query, 0, {"field": HOST_ID, "operator": "in", "value": some})
            if page.total != len(page.rows) or not {host.id for host in page.rows} <= set(some):
                raise _incomplete(say("other hosts were returned than requested"))
            found += page.rows
        return found

    def groups(self, business: int) -> list[DynamicGroup]:
        """The dynamic groups of a business."""
        return self._pages(GROUPS, business)

    def group_hosts(self, business: int, group: DynamicGroup) -> list[int]:
        """The ids of the hosts of a dynamic group, sorted."""
        return sorted(self._pages(MEMBERS, business, group.id))

    def businesses(self, ids: Sequence[int]) -> dict[int, str]:
        """The names of those of the businesses that the user may see."""
        names: dict[int, str] = {}
        for start in range(0, len(ids), LONGEST_SHORT_PAGE):
            found: tuple[CmdbBusiness, ...] = self.call(BUSINESSES, ids[start : start + LONGEST_SHORT_PAGE])
            names.update(found)
        return names

    def topology(self, business: int) -> CmdbNode | None:
        """The topology of a business, without its built-in set of idle hosts; None if there is no such business."""
        found: tuple[CmdbNode, ...] = self.call(TOPOLOGY, business)
        return found[0] if found else None

    def built_in(self, business: int) -> CmdbNode:
        """The built-in set of a business, which its topology does not contain."""
        return self.call(BUILT_IN, business)

    def sets_of_host_in(self, business: int, type_: str, id_: int) -> tuple[CmdbNode, ...]:
        """The sets of a host in a set or module, with its modules; nothing where there is no host."""
        return self.call(HOST_IN, business, type_, id_)

    def _pages(self, api: CmdbApi[Page], *args: t.Any, length: int = LONGEST_SHORT_PAGE) -> list[t.Any]:
        """The rows of a list, page by page; it is read again if it has changed meanwhile."""
        had_rows = False
        for _reading in range(READINGS):
            rows: list[t.Any] = []
            total: int | None = None
            while total is None or len(rows) < total:
                page = self.call(api, *args, len(rows))
                if total not in (None, page.total):
                    break
                _check_length(page, length, len(rows))
                total = page.total or 0
                rows += page.rows
                had_rows = had_rows or bool(rows)
            else:
                if had_rows and not rows:
                    break  # not all of them have gone at once
                # A row that has moved to another page is there twice.
                if len({row if isinstance(row, int) else row.id for row in rows}) == len(rows):
                    return rows
        raise _incomplete(say("the list has changed while it was read"))


def _check_length(page: Page, length: int, before: int) -> None:
    """Refuse a page that has fewer rows than are left, or more."""
    left = min((page.total or 0) - before, length)
    if len(page.rows) != left:
        raise _incomplete(say("{rows} rows were returned where {left} were left", rows=len(page.rows), left=left))


def _incomplete(what: str) -> UnclearError:
    return UnclearError(say("the response of CMDB is incomplete: {what}", what=what), kind="protocol")
