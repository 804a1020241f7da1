# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets in requests of the v3 format (§6.1, §4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..job.messages import invalid
from ..job.plans import Targets
from .common import IP, TOPO_NODE, existing, nodes, validate_ip
from .jackson import array, boolean, integer, long, record, text

if TYPE_CHECKING:
    from .jackson import Fields, Schema

_DYNAMIC_GROUP: Schema = {"id": text}
SERVER: Schema = {
    "variable": text,
    "ip_list": array(record(IP)),
    "host_id_list": array(long),
    "dynamic_group_list": array(record(_DYNAMIC_GROUP)),
    "topo_node_list": array(record(TOPO_NODE)),
}

#: A variable of a plan in requests.
VARIABLE: Schema = {
    "id": long,
    "name": text,
    "value": text,
    "server": record(SERVER),
    "description": text,
    "type": integer,
    "required": integer,
    "used": boolean,
}


def validate_server(server: Fields) -> None:
    for item in filter(None, server.objects("ip_list")):
        validate_ip(item)
    for group in filter(None, server.objects("dynamic_group_list")):
        if group.text("id") is None:
            raise invalid("DynamicGroup ID cannot be empty")
    for node in filter(None, server.objects("topo_node_list")):
        if node.number("id") is None:
            raise invalid("Topo node ID can not be empty")
        if node.text("node_type") is None:
            raise invalid("Topo node type can not be empty")


def targets_of(server: Fields) -> Targets:
    return Targets(
        host_ids=tuple(server.numbers("host_id_list")),
        ips=tuple((item.number("bk_cloud_id"), item.text("ip") or "") for item in existing(server, "ip_list")),
        groups=tuple(item.text("id") for item in existing(server, "dynamic_group_list")),
        nodes=nodes(server),
    )
