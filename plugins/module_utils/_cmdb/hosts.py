# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory makes of the hosts that were read: names, variables and groups."""

from __future__ import annotations

import re
import typing as t
from collections import Counter

from .._model.language import say
from .._model.text import some_of, visible
from .options import ADDRESS, ADDRESS_V6, OS

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .options import Selection
    from .read import Found, Row

# CMDB's codes of operating systems (quick jobs Q5).
SYSTEMS = {
    "1": "linux",
    "2": "windows",
    "3": "aix",
    "4": "unix",
    "5": "solaris",
    "6": "hp-ux",
    "7": "freebsd",
    "8": "darwin",
}
# What a host can't be called: it would be a pattern of hosts, or lead to another file of variables.
UNFIT = re.compile(r"[^\w.:-]")
# What Ansible treats as the controller or as a group. Many hosts are called localhost in CMDB.
RESERVED = ("localhost", "127.0.0.1", "::1", "all", "ungrouped")
MOST_NAMED = 5  # in a warning


class Entry(t.NamedTuple):
    """A host of the inventory."""

    name: str
    variables: dict[str, t.Any]
    groups: list[str]


class Hosts(t.NamedTuple):
    """All hosts, and what the user should know about them."""

    entries: list[Entry]
    warnings: list[str]


def hosts_of(found: Found, selection: Selection, safe: Callable[[str], str]) -> Hosts:
    """The hosts of the inventory; ``safe`` makes the name of a group of any text, as Ansible does."""
    rows = found["hosts"]
    names = _names(rows, selection.hostnames)
    groups: dict[str, dict[str, None]] = {}
    entries = []
    for row, name in zip(rows, names):
        own = []
        for kind, text in _groups(row, selection, found["businesses"]):
            group = safe(f"{selection.group_prefix}{kind}_{text}")
            groups.setdefault(group, {})[text] = None
            own.append(group)
        entries.append(Entry(name, _variables(row, selection.ansible_host), own))
    return Hosts(entries, [*_warnings(rows, selection, names), *_merged(groups)])


def first_of(value: t.Any) -> str:
    """The first of several addresses that are joined by commas, or the text itself; empty if there is none."""
    return str(value).partition(",")[0].strip() if value not in (None, "") else ""


def _variables(row: Row, with_address: bool) -> dict[str, t.Any]:
    fields = row["fields"]
    variables = {
        **fields,
        "bk_biz_id": row["businesses"][0],
        "bk_set_names": row["sets"],
        "bk_module_names": row["modules"],
    }
    address = first_of(fields.get(ADDRESS)) or first_of(fields.get(ADDRESS_V6))
    if with_address and address:
        variables["ansible_host"] = address
    return variables


def _groups(row: Row, selection: Selection, businesses: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The kinds and names of the groups of a host."""
    system = row["fields"].get(OS)
    found = {
        "biz": [businesses[str(business)] for business in row["businesses"] if str(business) in businesses],
        "set": row["sets"],
        "module": row["modules"],
        "cloud": [str(row["fields"]["bk_cloud_id"])] if row["fields"].get("bk_cloud_id") is not None else [],
        "os": [SYSTEMS.get(str(system), str(system))] if system not in (None, "") else [],
        "dynamic_group": row["dynamic_groups"],
    }
    for kind, names in found.items():
        if kind in selection.groups_from:
            yield from ((kind, name) for name in names)


def _names(rows: list[Row], preferences: tuple[str, ...]) -> list[str]:
    """A name for each host, none of them twice: equal ones get the id of the area, and that of the host if need be."""
    names = [_name(row, preferences) for row in rows]
    for key in ("bk_cloud_id", "bk_host_id"):
        counts = Counter(names)
        names = [f"{name}_{row['fields'].get(key)}" if counts[name] > 1 else name for row, name in zip(rows, names)]
    counts = Counter(names)
    # Now the names of others may be equal to one that was made.
    return [f"{name}_{row['fields']['bk_host_id']}" if counts[name] > 1 else name for row, name in zip(rows, names)]


def _name(row: Row, preferences: tuple[str, ...]) -> str:
    """The first of the preferred fields that has a value; at last the address, or the id, which every host has."""
    fields = row["fields"]
    values = (UNFIT.sub("_", first_of(fields.get(field))) for field in (*preferences, ADDRESS, ADDRESS_V6))
    return next((value for value in values if value and value not in RESERVED), str(fields["bk_host_id"]))


def _warnings(rows: list[Row], selection: Selection, names: list[str]) -> Iterator[str]:
    changed = [name for name, row in zip(names, rows) if name != _name(row, selection.hostnames)]
    if changed:
        yield say(
            "several hosts have the same name in CMDB, so the id of the BK-Net area or of the host was appended: "
            "{names}",
            names=_some(changed),
        )
    for business in selection.businesses:
        if not any(business in row["businesses"] for row in rows):
            yield say("business {id} has no hosts that were selected", id=business)
    used = {
        "sets": (selection.hosts.sets, {name for row in rows for name in row["sets"]}),
        "modules": (selection.hosts.modules, {name for row in rows for name in row["modules"]}),
    }
    for option, (wanted, known) in used.items():
        missing = [name for name in wanted if name not in known]
        if missing and rows:
            yield say("{option}: no host that was selected is in {names}", option=option, names=_some(missing))
    absent = [name for name in selection.own_fields if rows and all(name not in row["fields"] for row in rows)]
    if absent:
        yield say("fields: no host in CMDB has {names}", names=_some(absent))


def _merged(groups: dict[str, dict[str, None]]) -> Iterator[str]:
    """What became one group although it has several names."""
    for group, texts in groups.items():
        if len(texts) > 1:
            yield say("the group {group} is that of several names: {names}", group=group, names=_some(list(texts)))


def _some(names: list[str]) -> str:
    return some_of(names, visible, MOST_NAMED)
