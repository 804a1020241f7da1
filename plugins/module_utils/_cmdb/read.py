# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading all that an inventory needs, as plain JSON that a cache can keep; nothing of it is a secret."""

from __future__ import annotations

import typing as t
from difflib import get_close_matches

from .._model.errors import InputError, RefusedError
from .._model.language import say

if t.TYPE_CHECKING:
    from .._api.cmdb import Cmdb
    from .._model.cmdb import CmdbHost, DynamicGroup
    from .options import Selection


class Row(t.TypedDict):
    """A host, and the names of all that it is in; the ids are those of businesses."""

    fields: dict[str, t.Any]
    businesses: list[int]
    sets: list[str]
    modules: list[str]
    dynamic_groups: list[str]


class Found(t.TypedDict):
    """The hosts by id, and the names of the businesses, by id, where they are needed."""

    hosts: list[Row]
    businesses: dict[str, str]


def read(cmdb: Cmdb, selection: Selection) -> Found:
    """All hosts of the selection, complete or not at all: whatever goes wrong is raised, as a :class:`JobError`."""
    names = _names(cmdb, selection) if "biz" in selection.groups_from else {}
    members = _members(cmdb, selection) if selection.reads_groups else {}
    rows: dict[int, Row] = {}
    for business in selection.businesses:
        groups = members.get(business, {})
        if selection.dynamic_groups:
            ids = {host for hosts in groups.values() for host in hosts}
            hosts = cmdb.hosts_by_id(business, selection.hosts, ids)
        else:
            hosts = cmdb.hosts(business, selection.hosts)
        in_groups = _by_host(groups)
        for host in hosts:
            _add(rows, host, business, in_groups.get(host.id, []))
    return {"hosts": [rows[id_] for id_ in sorted(rows)], "businesses": names}


def _add(rows: dict[int, Row], host: CmdbHost, business: int, groups: list[str]) -> None:
    """Add a host as one business has it to what others have."""
    empty: Row = {"fields": dict(host.fields), "businesses": [], "sets": [], "modules": [], "dynamic_groups": []}
    row = rows.setdefault(host.id, empty)
    sets = sorted(host.sets)
    row["businesses"].append(business)
    row["sets"] = _once(row["sets"], [one.name for one in sets])
    row["modules"] = _once(row["modules"], [module.name for one in sets for module in one.modules])
    row["dynamic_groups"] = _once(row["dynamic_groups"], groups)


def _once(known: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys((*known, *more)))


def _names(cmdb: Cmdb, selection: Selection) -> dict[str, str]:
    """The names of the businesses; a group without its name would be another group."""
    names = cmdb.businesses(selection.businesses)
    missing = [business for business in selection.businesses if business not in names]
    if missing:
        text = say("CMDB does not show the business {id} to this user, so its group has no name", id=missing[0])
        hint = say(
            "Check bk_biz_ids, request the permission find_business for the user, or remove biz from groups_from."
        )
        raise RefusedError(text, kind="not_found", hint=hint)
    return {str(business): name for business, name in names.items()}


def _members(cmdb: Cmdb, selection: Selection) -> dict[int, dict[str, list[int]]]:
    """The hosts of the wanted dynamic groups, by the group's name, of each business; of all groups if none is named."""
    known = {business: cmdb.groups(business) for business in selection.businesses}
    wanted = selection.dynamic_groups
    for name in wanted:
        _check_group(name, known)
    members: dict[int, dict[str, list[int]]] = {}
    for business, groups in known.items():
        by_name: dict[str, list[int]] = members.setdefault(business, {})
        for group in groups:
            if group.of == "host" and (not wanted or group.id in wanted or group.name in wanted):
                # Several groups may have the same name.
                by_name.setdefault(group.name, []).extend(cmdb.group_hosts(business, group))
    return members


def _check_group(name: str, known: dict[int, list[DynamicGroup]]) -> None:
    """Raise :class:`InputError` unless the name or id is that of one group of hosts in each business that has it."""
    groups = [group for of_business in known.values() for group in of_business]
    found = [group for group in groups if name in (group.id, group.name)]
    if not found:
        near = get_close_matches(name, [group.name for group in groups if group.of == "host"], n=1)
        what = say("dynamic_groups: the businesses have no dynamic group {name}", name=repr(name))
        raise InputError(what + (say(" (did you mean {near}?)", near=near[0]) if near else ""))
    if all(group.of != "host" for group in found):
        text = say(
            "dynamic_groups: {name} is a group of sets, not of hosts; use the option sets instead", name=repr(name)
        )
        raise InputError(text)
    for business, of_business in known.items():
        ids = [group.id for group in of_business if group.of == "host" and name in (group.id, group.name)]
        if len(ids) > 1:
            text = say(
                "dynamic_groups: business {business} has several dynamic groups {name}; use their ids: {ids}",
                business=business,
                name=repr(name),
                ids=say(", ").join(ids),
            )
            raise InputError(text)


def _by_host(groups: dict[str, list[int]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, hosts in groups.items():
        for host in hosts:
            found.setdefault(host, []).append(name)
    return found
