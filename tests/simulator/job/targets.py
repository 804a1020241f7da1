# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolving the targets of a launch to hosts of CMDB, and the errors of that (§7.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .messages import INTERNAL_ERROR, JobError
from .world import Container

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .plans import Targets
    from .world import Business, Host, World

# ASCII digits: at most two, or three up to 255.
_OCTET = "([0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
IPV4 = re.compile(rf"{_OCTET}(\.{_OCTET}){{3}}")


class Resolver:
    """Finds the hosts of one business. All targets of a launch are checked together (`check`), then resolved."""

    def __init__(self, world: World, business: Business) -> None:
        self._business = business
        self._nodes = business.topology()
        self._runs_containers = world.runs_containers and business.scope.type != "biz_set"
        self._by_id = {host.id: host for host in world.hosts}
        self._by_ip = {(host.cloud, host.ip): host for host in world.hosts}
        self._containers = {container.id: container for container in world.containers}

    def check(self, wanted: Sequence[Targets]) -> None:
        """First containers, groups and nodes, then what exists; whose hosts they are is checked by `check_access`."""
        if not self._runs_containers and any(targets.containers for targets in wanted):
            raise JobError(1241011)
        for targets in wanted:
            for group in targets.groups:
                self._group(group)
        self._check_nodes(wanted)
        absent = [label for targets in wanted for label in self._absent(targets)]
        if absent:
            distinct = list(dict.fromkeys(absent))
            raise JobError(1244030, len(distinct), ",".join(distinct))

    def has_foreign_hosts(self, wanted: Iterable[Targets]) -> bool:
        return any(self._is_foreign(host) for targets in wanted for host in self.resolve(targets))

    def check_access(self, used: Iterable[Targets]) -> None:
        """Refuse hosts of other businesses in the targets and sources of steps (1244002)."""
        foreign = {host.id: host for targets in used for host in self.resolve(targets) if self._is_foreign(host)}
        if foreign:
            labels = ",".join(_label(host.ip or host.ipv6, host.id) for host in foreign.values())
            raise JobError(1244002, self._business.name, len(foreign), labels)

    def host_ids(self, targets: Targets | None) -> list[int]:
        return [host.id for host in self.resolve(targets) if not isinstance(host, Container)]

    def resolve(self, targets: Targets | None) -> tuple[Host, ...]:
        """The union of all targets, each host once; an empty group or node has zero hosts."""
        if targets is None:
            return ()
        found = [host for host in self._named(targets) if host is not None]
        ids = [host_id for group in targets.groups for host_id in self._group(group)]
        ids += [
            host_id
            for node_type, node_id in targets.nodes
            for host_id in self._nodes.get((node_type or "", node_id), ())
        ]
        found += [self._by_id[host_id] for host_id in ids]
        containers = tuple(self._containers[container_id] for container_id in targets.containers)
        return (*{host.id: host for host in found}.values(), *containers)

    def _named(self, targets: Targets) -> list[Host | None]:
        # Host ids win: with them, the ips are ignored (§6.1).
        if targets.host_ids:
            return [None if host_id is None else self._by_id.get(host_id) for host_id in targets.host_ids]
        return [None if cloud is None else self._by_ip.get((cloud, ip)) for cloud, ip in targets.ips]

    def _absent(self, targets: Targets) -> list[str]:
        """The hosts and containers that do not exist. Job's host service fails for a host that is not even valid."""
        ips: tuple[tuple[int | None, str], ...] = () if targets.host_ids else targets.ips
        if None in targets.host_ids or not all(_is_valid(cloud, ip) for cloud, ip in ips):
            raise JobError(INTERNAL_ERROR)
        labels = [_label(None, host_id) for host_id in targets.host_ids if host_id not in self._by_id]
        labels += [_label(ip, None) for cloud, ip in ips if (cloud, ip) not in self._by_ip]
        missing = [container_id for container_id in targets.containers if container_id not in self._containers]
        return labels + [f"(container_id:{container_id})" for container_id in missing]

    def _check_nodes(self, wanted: Iterable[Targets]) -> None:
        """Two nodes of one id are compared by their types, where a null is a null pointer."""
        untyped = [node_id for targets in wanted for node_type, node_id in targets.nodes if node_type is None]
        if len(set(untyped)) < len(untyped):
            raise JobError(INTERNAL_ERROR)

    def _group(self, group: str | None) -> tuple[int, ...]:
        # An id may have its business in front of it; a group of another business is not found either.
        parts = (group or "").rstrip(":").split(":")
        group_id = parts[1] if len(parts) == 2 else group or ""
        if group_id not in self._business.groups:
            raise JobError(1211003, group_id, "dynamic group not found")
        return self._business.groups[group_id]

    def _is_foreign(self, host: Host) -> bool:
        return not self._business.holds(host.biz)


def _is_valid(cloud: int | None, ip: str) -> bool:
    return cloud is not None and -(2**31) <= cloud < 2**31 and bool(IPV4.fullmatch(ip))


def _label(ip: str | None, host_id: int | None) -> str:
    return f"(ip:{ip})" if ip else f"(host_id:{host_id})"
