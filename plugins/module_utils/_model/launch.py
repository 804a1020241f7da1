# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is launched with: the business, the values of its variables, the servers it runs on."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Mapping

BUSINESS_SETS = range(8000000, 10000000)  # their ids (contract §4.1)


class Scope(t.NamedTuple):
    """The business (``biz``) or business set (``biz_set``) that all calls of a task are about."""

    type: str
    id: int


class Address(t.TypedDict):
    """A host by its BK-Net area (0 is the default area) and its IPv4 address, as the API writes it.

    A dictionary, since there may be tens of thousands: they are checked, shown and sent without being copied.
    """

    bk_cloud_id: int
    ip: str


class TopoNode(t.NamedTuple):
    """A node of the business topology, such as ``module`` 1000."""

    id: int
    node_type: str


@dataclass(frozen=True)  # not a tuple, since a tuple holds the items of an indexed array
class Targets:
    """The value of a host variable: the union of all that is listed."""

    host_ids: tuple[int, ...] = ()
    addresses: tuple[Address, ...] = ()
    dynamic_groups: tuple[str, ...] = ()
    topo_nodes: tuple[TopoNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.host_ids or self.addresses or self.dynamic_groups or self.topo_nodes)

    @property
    def in_cmdb(self) -> bool:
        """Whether some of them are topology nodes or dynamic groups, whose hosts only CMDB knows."""
        return bool(self.topo_nodes or self.dynamic_groups)


class VariableValue(t.NamedTuple):
    """A value for one plan variable, named by ``id`` (which the server prefers) or ``name``.

    The value is a string or targets; before it was checked against the plan also the items of an array, by index or by
    key. ``origin`` is where the playbook gives it, such as ``variables.version``, for messages.
    """

    origin: str
    value: str | Targets | tuple[str, ...] | Mapping[str, str]
    id: int | None = None
    name: str | None = None
    secret: bool = False


class Launch(t.NamedTuple):
    """The request to launch a plan; without ``start`` the instance is only created (contract §7.4).

    ``plan_id`` is None only before a plan name was resolved.
    """

    plan_id: int | None
    variables: tuple[VariableValue, ...] = ()
    callback_url: str | None = None
    start: bool = True


class Launched(t.NamedTuple):
    """What Job returns for a launch: the instance and its name, which is the plan's; and the step of a quick job."""

    job_instance_id: int
    job_instance_name: str | None
    step_instance_id: int | None = None
