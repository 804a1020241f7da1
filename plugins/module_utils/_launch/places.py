# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topology nodes and dynamic groups of targets, checked with CMDB.

Job ignores nodes that do not exist (contract §7.2), and runs on whatever else there is. Not every user may read CMDB,
and a launch must not depend on it: what could not be checked is a warning.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._model.errors import InputError, JobError, RefusedError
from .._model.language import say
from .._options.connection import CMDB_TABLE, cmdb_gateway_from, credentials_from, scope_from
from ..bk_job_execute import Client

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .._api.cmdb import Cmdb
    from .._model.cmdb import CmdbNode, DynamicGroup
    from .._model.launch import Scope, Targets, TopoNode
    from .._report.base import TargetsReport
    from .._task.task import Task

    Nodes = Mapping[tuple[str, int], CmdbNode]

PATIENCE = 5.0  # seconds for a response, to connect, and until the last request: a launch can do without
# The types that every business has; others are levels that a site has added.
TYPES = ("biz", "set", "module")
IN_BUILT_IN = ("set", "module")


def target_defects(task: Task, report: TargetsReport, given: Iterable[tuple[str, Targets]]) -> list[str]:
    """What is wrong with the topology nodes and dynamic groups of targets, each with what the playbook calls it.

    Notes in the ``report`` whether all could be checked. Without any, nothing is sent.
    """
    places = [(at, targets) for at, targets in given if targets.in_cmdb]
    if not places:
        return []
    defects: list[str] = []
    try:
        with _cmdb(task) as cmdb:
            problem = _check(cmdb, scope_from(task.params, task.environ), places, defects)
        if problem:
            raise problem
    except JobError as error:
        if error.kind == "unavailable" and error.code is None:
            error.hint = say("CMDB has to respond within {seconds:g} seconds.", seconds=PATIENCE)
        report.unchecked_targets(error)
    else:
        report.checked_targets()
    return defects


@contextlib.contextmanager
def _cmdb(task: Task) -> Iterator[Cmdb]:
    """CMDB as a service that does not hold up the task; raises :class:`InputError` if its address is not known."""
    # Few launches need it, and imports are a good part of what a launch costs.
    from .._api.cmdb import Cmdb

    where = {"cmdb_url": task.environ.get(CMDB_TABLE["cmdb_url"]["env"]), **task.params}
    gateway = cmdb_gateway_from(where, task.environ)._replace(
        retries=0, timeout=min(PATIENCE, task.params["timeout"]), connect_timeout=PATIENCE
    )
    credentials = credentials_from(task.params)
    with Client(gateway, credentials, secrets=task.secrets, check_mode=True, sleep=task.clock.sleep) as client:
        start = task.clock.now()

        def client_in_time() -> Client:
            if task.clock.now() - start > PATIENCE:
                text = say("CMDB was not read within {seconds:g} s", seconds=PATIENCE)
                raise RefusedError(text, kind="unavailable")
            return client

        yield Cmdb(client_in_time, gateway.kind, task.secrets)


def _check(cmdb: Cmdb, scope: Scope, places: Sequence[tuple[str, Targets]], defects: list[str]) -> RefusedError | None:
    """Add what is wrong to ``defects``; returns why not all could be checked."""
    if scope.type != "biz":
        return RefusedError(say("CMDB has no topology of business set {id}", id=scope.id), kind="not_found")
    problem = None
    for check in (_node_defects, _group_defects):
        try:
            defects += check(cmdb, scope.id, places)
        except RefusedError as error:  # one may be allowed without the other
            problem = problem or error
    return problem


def refuse_defects(task: Task, report: TargetsReport, given: Iterable[tuple[str, Targets]]) -> None:
    """Raise one :class:`InputError` for all of :func:`target_defects`."""
    defects = target_defects(task, report, given)
    if defects:
        raise InputError(say("; ").join(defects), kind="targets")


def _node_defects(cmdb: Cmdb, business: int, places: Iterable[tuple[str, Targets]]) -> Iterator[str]:
    wanted = [(at, node) for at, targets in places for node in targets.topo_nodes]
    if not wanted:
        return
    root = cmdb.topology(business)
    if root is None:
        raise RefusedError(say("CMDB has no business {id}", id=business), kind="not_found")
    nodes = _by_type_and_id(root)
    missing = [node for _at, node in wanted if (node.node_type, node.id) not in nodes]
    if any(node.node_type in IN_BUILT_IN for node in missing):
        nodes = {**nodes, **_built_in(cmdb, business, missing)}
    for at, node in wanted:
        found = nodes.get((node.node_type, node.id))
        if found is None:
            yield _unknown_node(at, node, business, nodes)
        # The hosts of a business may all be in its built-in set.
        elif found.type not in ("biz", "module") and not _has_modules(found):
            yield say(
                "{origin}: the {type} {id} ({name}) has no modules, and so no hosts",
                origin=at,
                type=found.type,
                id=found.id,
                name=found.name,
            )


def _built_in(cmdb: Cmdb, business: int, missing: Iterable[TopoNode]) -> Nodes:
    """The built-in set; those of the ``missing`` nodes that have hosts, where it can't be read."""
    try:
        return _by_type_and_id(cmdb.built_in(business))
    except JobError:
        found: dict[tuple[str, int], CmdbNode] = {}
        for node in missing:
            if node.node_type in IN_BUILT_IN:
                for one in cmdb.sets_of_host_in(business, node.node_type, node.id):
                    found.update(_by_type_and_id(one))
        return found


def _unknown_node(at: str, node: TopoNode, business: int, nodes: Nodes) -> str:
    types = dict.fromkeys([*TYPES, *(type_ for type_, _id in nodes)])
    if node.node_type not in types:
        return say(
            "{origin}: business {business} has no topology nodes of the type {type}; its types are {types}",
            origin=at,
            business=business,
            type=node.node_type,
            types=say(", ").join(types),
        )
    other = next((found for (_type, id_), found in nodes.items() if id_ == node.id), None)
    values = {"origin": at, "business": business, "type": node.node_type, "id": node.id}
    if other:
        return say(
            "{origin}: business {business} has no {type} {id} (did you mean {other} {id}, {name}?)",
            other=other.type,
            name=other.name,
            **values,
        )
    return say("{origin}: business {business} has no {type} {id}", **values)


def _group_defects(cmdb: Cmdb, business: int, places: Iterable[tuple[str, Targets]]) -> Iterator[str]:
    wanted = [(at, group) for at, targets in places for group in targets.dynamic_groups]
    if not wanted:
        return
    groups: dict[str, DynamicGroup] = {group.id: group for group in cmdb.groups(business)}
    for at, group in wanted:
        if _bare(group) in groups:
            continue
        named = next((found.id for found in groups.values() if found.name == group), None)
        values = {"origin": at, "business": business, "group": group}
        yield (
            say(
                "{origin}: business {business} has no dynamic group with the id {group} (did you mean {id}, which has "
                "that name?)",
                id=named,
                **values,
            )
            if named
            else say("{origin}: business {business} has no dynamic group with the id {group}", **values)
        )


def _bare(group: str) -> str:
    """The id of a dynamic group, which may have its business before it (contract §6.1)."""
    parts = group.rstrip(":").split(":")
    return parts[1] if len(parts) == 2 else group


def _by_type_and_id(root: CmdbNode) -> dict[tuple[str, int], CmdbNode]:
    found, left = {}, [root]
    while left:
        node = left.pop()
        found[node.type, node.id] = node
        left += node.children
    return found


def _has_modules(node: CmdbNode) -> bool:
    return any(child.type == "module" or _has_modules(child) for child in node.children)
