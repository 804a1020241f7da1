# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The neutral words of the collection: what a plan is launched with, whatever the version of the API."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The business (``biz``) or business set (``biz_set``) everything happens in."""

    type: str
    id: int


class Address(t.NamedTuple):
    """A host by its BK-Net area (0 is the default area) and its IPv4 address."""

    bk_cloud_id: int
    ip: str


class TopoNode(t.NamedTuple):
    """A node of the business topology, such as ``module`` 1000."""

    id: int
    node_type: str


@dataclass(frozen=True)
class Targets:
    """The value of a host variable: the union of whatever is listed."""

    host_ids: tuple[int, ...] = ()
    addresses: tuple[Address, ...] = ()
    dynamic_groups: tuple[str, ...] = ()
    topo_nodes: tuple[TopoNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.host_ids or self.addresses or self.dynamic_groups or self.topo_nodes)


@dataclass(frozen=True)
class VariableValue:
    """A value for one plan variable, named by ``id`` (which wins on the server) or ``name``: a text or targets.

    ``origin`` is what the playbook calls it, for messages.
    """

    origin: str
    value: str | Targets
    id: int | None = None
    name: str | None = None
    secret: bool = False


@dataclass(frozen=True)
class Launch:
    """All that a launch says."""

    plan_id: int
    variables: tuple[VariableValue, ...] = ()
    callback_url: str | None = None


@dataclass(frozen=True)
class Launched:
    """What Job answers to a launch: the instance and its name, which is the plan's."""

    job_instance_id: int
    job_instance_name: str | None
