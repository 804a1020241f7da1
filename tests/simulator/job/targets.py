# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolving targets to hosts of CMDB, and the errors of that (§7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .messages import JobError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .plans import Targets
    from .world import Business, Host, World


class Resolver:
    """Finds the hosts of one business. All targets of a launch are checked together, before any is resolved."""

    def __init__(self, world: World, business: Business) -> None:
        self._world = world
        self._business = business
        self._by_id = {host.id: host for host in world.hosts}
        self._by_ip = {(host.cloud, host.ip): host for host in world.hosts}

    def check(self, wanted: Iterable[Targets]) -> None:
        absent: list[str] = []
        foreign: list[str] = []
        for targets in wanted:
            for host, label in self._named(targets):
                if host is None:
                    absent.append(f"({label})")
                elif not self._business.holds(host.biz):
                    foreign.append(label)
        if absent:
            raise JobError(1244030, len(absent), ", ".join(absent))
        if foreign:
            raise JobError(1244002, self._business.name, len(foreign), ",".join(foreign))

    def resolve(self, targets: Targets) -> tuple[Host, ...]:
        """The union of all targets, each host once; an empty group or node has zero hosts."""
        found = [host for host, _label in self._named(targets) if host is not None]
        ids = [host_id for group in targets.groups for host_id in self._group(group)]
        ids += [host_id for node in targets.nodes for host_id in self._business.nodes.get(node, ())]
        found += [self._by_id[host_id] for host_id in ids]
        return tuple({host.id: host for host in found}.values())

    def _named(self, targets: Targets) -> list[tuple[Host | None, str]]:
        # Host ids win: with them, the ips are ignored (§6.1).
        if targets.host_ids:
            return [(self._by_id.get(host_id), f"host_id:{host_id}") for host_id in targets.host_ids]
        return [(self._by_ip.get((cloud, ip)) if cloud is not None else None, f"ip:{ip}") for cloud, ip in targets.ips]

    def _group(self, group: str) -> tuple[int, ...]:
        if group in self._business.groups:
            return self._business.groups[group]
        elsewhere = any(group in business.groups for business in self._world.businesses)
        raise JobError(1211004 if elsewhere else 1211003, group, "dynamic group not found")
