# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Target servers as playbooks and API documents write them, read into :class:`Targets`; all problems are listed."""

from __future__ import annotations

import re
import typing as t

from .._model.ids import Defect, positive, whole_number
from .._model.language import say
from .._model.launch import Address, Targets, TopoNode

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Item = t.TypeVar("Item")

# What Job itself accepts (§6.1): dotted quads only, no leading zeros; hosts with only IPv6 are specified by id.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)

_SEPARATOR = re.compile(r"[\s,;，；]+")

TABLE: dict[str, dict[str, t.Any]] = {
    "ip_list": {"type": "list", "elements": "raw"},
    "bk_cloud_id": {"type": "int", "default": 0},
    "host_id_list": {"type": "list", "elements": "int"},
    "dynamic_group_list": {"type": "list", "elements": "raw"},
    "dynamic_group_id_list": {"type": "list", "elements": "raw"},
    "topo_node_list": {
        "type": "list",
        "elements": "dict",
        "options": {"id": {"type": "int", "required": True}, "node_type": {"type": "str", "required": True}},
    },
    "inventory_hostnames": {"type": "dict"},
}
GROUPS = ("dynamic_group_list", "dynamic_group_id_list")
KEYS = ("ip_list", "host_id_list", *GROUPS, "topo_node_list")


def read_targets(entry: Mapping[str, t.Any], at: str, defects: list[str], default_area: int | None = None) -> Targets:
    """The targets of ``entry``, in the spelling of a playbook, of v2 or of v3. ``at`` is what the playbook calls it.

    ``default_area`` is the area of addresses that name none; without it they are a defect, since Job has no default.
    The result may be empty.
    """
    targets = Targets(
        host_ids=_read(entry, "host_id_list", at, defects, positive),
        addresses=_usual_addresses(entry.get("ip_list"), default_area)
        or _read(entry, "ip_list", at, defects, lambda item: _address(item, default_area)),
        dynamic_groups=tuple(group for key in GROUPS for group in _read(entry, key, at, defects, _group)),
        topo_nodes=_read(entry, "topo_node_list", at, defects, _topo_node),
    )
    if targets.host_ids and targets.addresses:
        defects.append(
            say("{at}: host_id_list and ip_list are mutually exclusive, because Job would ignore the addresses", at=at)
        )
    return targets


def as_option(targets: Targets) -> dict[str, t.Any]:
    """``targets`` as an entry of ``target_servers``, without empty keys."""
    keys = {
        "ip_list": list(targets.addresses),
        "host_id_list": list(targets.host_ids),
        "dynamic_group_list": list(targets.dynamic_groups),
        "topo_node_list": [node._asdict() for node in targets.topo_nodes],
    }
    return {key: items for key, items in keys.items() if items}


def unknown_keys(entry: Mapping[str, t.Any], known: tuple[str, ...]) -> Iterator[str]:
    """The keys of ``entry`` that the API does not have, each with the most similar one; keys with null are ignored.

    Job silently ignores unknown keys (contract §4.2), so a spelling error would change what runs.
    """
    from difflib import get_close_matches  # only needed for a wrong key

    for key, value in entry.items():
        if key not in known and value is not None:
            nearest = get_close_matches(str(key), known, n=1)
            if nearest:
                yield say("{key} is not a key of the API (did you mean {near}?)", key=key, near=nearest[0])
            else:
                keys = say(", ").join(known)
                yield say("{key} is not a key of the API (known keys: {keys})", key=key, keys=keys)


def _refuse_unknown(item: dict[str, t.Any], known: tuple[str, ...]) -> None:
    for text in unknown_keys(item, known):
        raise Defect(text)


def _read(
    entry: Mapping[str, t.Any], key: str, at: str, defects: list[str], reader: Callable[[t.Any], Item]
) -> tuple[Item, ...]:
    items = entry.get(key) or ()
    if not isinstance(items, (list, tuple)):
        defects.append(say("{at}.{key} must be a list", at=at, key=key))
        return ()
    return tuple(_sound(items, f"{at}.{key}", defects, reader))


def _sound(items: t.Sequence[t.Any], at: str, defects: list[str], reader: Callable[[t.Any], Item]) -> Iterator[Item]:
    for index, item in enumerate(items):
        try:
            yield reader(item)
        except Defect as defect:
            words = _SEPARATOR.split(item.strip()) if isinstance(item, str) else ()
            if len(words) > 1:  # the answer of a text area, which is one string
                yield from _sound(words, f"{at}[{index}]", defects, reader)
            else:
                defects.append(say("{place}: {problem}", place=f"{at}[{index}]", problem=defect))


def _usual_addresses(items: t.Any, default_area: t.Any) -> tuple[Address, ...]:
    """Items that are all addresses without an area, of which there may be tens of thousands; else nothing."""
    area = whole_number(default_area)
    if area is None or not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return ()
    return tuple([{"bk_cloud_id": area, "ip": item} for item in items]) if all(map(_IPV4.fullmatch, items)) else ()


def _address(item: t.Any, default_area: t.Any) -> Address:
    if isinstance(item, dict):
        _refuse_unknown(item, ("bk_cloud_id", "ip"))
        area, ip = item.get("bk_cloud_id", default_area), item.get("ip")
    else:
        area, separator, ip = str(item).rpartition(":")
        if not separator:
            area = default_area
    ip = str(ip).strip()
    if not _IPV4.fullmatch(ip):
        if ":" in str(item):
            raise Defect(
                say(
                    "{item!r} is not an IPv4 address or area:address; use host_id_list for hosts with only IPv6",
                    item=item,
                )
            )
        raise Defect(say("{item!r} is not an IPv4 address or area:address", item=item))
    if area is None:
        raise Defect(say("{item!r} has no bk_cloud_id (0 is the default area)", item=item))
    number = whole_number(area)
    if number is None:
        raise Defect(say("the area (bk_cloud_id) {area!r} is not a whole number from 0", area=area))
    return {"bk_cloud_id": number, "ip": ip}


def _group(item: t.Any) -> str:
    group = item
    if isinstance(item, dict):
        _refuse_unknown(item, ("id",))
        group = item.get("id")
    if not isinstance(group, (str, int)) or isinstance(group, bool) or not str(group).strip():
        raise Defect(say("{item!r} is not the id of a dynamic group, or a dictionary with the key id", item=item))
    return str(group).strip()


def _topo_node(item: t.Any) -> TopoNode:
    if not isinstance(item, dict) or not str(item.get("node_type") or "").strip():
        raise Defect(say("{item!r} is not a topology node such as {{id: 1000, node_type: module}}", item=item))
    _refuse_unknown(item, ("id", "node_type"))
    return TopoNode(positive(item.get("id")), str(item["node_type"]).strip())
