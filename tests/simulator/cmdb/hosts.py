# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What CMDB has stored about hosts, and in which sets and modules they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..job.world import Module, Set

if TYPE_CHECKING:
    from ..job.world import Business, Host, World

#: The built-in set of a business and its module, for hosts that are in no other module.
IDLE_POOL, IDLE = "空闲机池", "空闲机"


class Relation(NamedTuple):
    """A host in a module of a set."""

    host_id: int
    set: Set
    module: Module


def idle_pool(business: Business) -> Set:
    """The built-in set of a business, whose ids are made up."""
    number = 2 * int(business.scope.id)
    return Set(number + 500_000, IDLE_POOL, (Module(number + 500_001, IDLE),))


def relations(world: World, business: Business) -> list[Relation]:
    """All relations of a business. The hosts of the business that are in no module are idle."""
    found = [
        Relation(host_id, one, module) for one in business.sets for module in one.modules for host_id in module.host_ids
    ]
    placed = {relation.host_id for relation in found}
    idle = idle_pool(business)
    biz = int(business.scope.id)
    return found + [
        Relation(host.id, idle, idle.modules[0]) for host in world.hosts if host.biz == biz and host.id not in placed
    ]


def document(host: Host) -> dict[str, Any]:
    """A host as it is stored: addresses are lists."""
    return {
        "bk_host_id": host.id,
        "bk_cloud_id": host.cloud,
        "bk_host_name": host.name,
        "bk_host_innerip": [host.ip, *host.more_ips] if host.ip else [],
        "bk_host_innerip_v6": [host.ipv6] if host.ipv6 else [],
        "bk_os_type": host.os,
        **host.attributes,
    }


def shown(stored: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """The requested fields; several addresses are one string, joined by commas. Unknown fields are left out."""
    return {
        name: ",".join(stored[name]) if isinstance(stored[name], list) else stored[name]
        for name in dict.fromkeys(fields)
        if name in stored
    }
