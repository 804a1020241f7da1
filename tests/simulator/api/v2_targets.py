# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets in requests of the v2 format (§6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..job.plans import Targets
from .common import IP, TOPO_NODE, nodes
from .jackson import array, record, text, trim

if TYPE_CHECKING:
    from .jackson import Fields, Schema

SERVER: Schema = {
    "ip_list": array(record(IP)),
    "dynamic_group_id_list": array(text),
    "topo_node_list": array(record(TOPO_NODE)),
}
#: The keys of an object with targets.
TARGETS: Schema = {
    "ip_list": array(record(IP)),
    "custom_query_id": array(text),
    "target_server": record(SERVER),
}


def targets_of(entry: Fields) -> Targets:
    """The object's own keys, which are deprecated, only count without `target_server` (§6.1)."""
    server = entry.object("target_server")
    if server is None:
        return Targets(ips=addresses(entry), groups=tuple(entry.texts("custom_query_id")))
    return Targets(ips=addresses(server), groups=tuple(server.texts("dynamic_group_id_list")), nodes=nodes(server))


def addresses(fields: Fields) -> tuple[tuple[int | None, str], ...]:
    hosts = filter(None, fields.objects("ip_list"))
    return tuple((host.number("bk_cloud_id"), trim(host.text("ip") or "")) for host in hosts)


def ips_of(entry: Fields) -> list[Fields | None]:
    """All hosts by address, whether they count or not."""
    server = entry.object("target_server")
    return [*entry.objects("ip_list"), *(server.objects("ip_list") if server else [])]


def no_targets(entry: Fields) -> bool:
    """Whether all keys are missing or empty; an empty `target_server` is not."""
    return not entry.objects("ip_list") and not entry.texts("custom_query_id") and entry.object("target_server") is None
