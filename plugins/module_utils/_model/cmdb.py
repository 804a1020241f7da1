# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What CMDB, the configuration system of BlueKing, says about hosts and where they belong (quick jobs Q5)."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping


class CmdbModule(t.NamedTuple):
    """A module, the lowest level of the topology."""

    id: int
    name: str


class CmdbSet(t.NamedTuple):
    """A set with those of its modules that a host is in."""

    id: int
    name: str
    modules: tuple[CmdbModule, ...] = ()


class CmdbHost(t.NamedTuple):
    """A host with the requested ``fields``, and its sets and modules in one business."""

    id: int
    fields: Mapping[str, t.Any]
    sets: tuple[CmdbSet, ...] = ()


class DynamicGroup(t.NamedTuple):
    """A dynamic group of a business; ``of`` is ``host``, or ``set`` for a group of sets."""

    id: str
    name: str
    of: str


class CmdbBusiness(t.NamedTuple):
    """A business."""

    id: int
    name: str


class CmdbNode(t.NamedTuple):
    """A node of the topology of a business, such as ``set`` 11, with all that is below it."""

    type: str
    id: int
    name: str
    children: tuple[CmdbNode, ...] = ()


class HostQuery(t.NamedTuple):
    """Which hosts of a business to read: those that meet all conditions, where any of several names will do.

    ``filter`` is a condition on the fields of hosts, of the shape that CMDB uses:
    ``{"condition": "AND" | "OR", "rules": [{"field", "operator", "value"}, or such a condition]}``. ``fields`` are the
    fields to return, besides ``bk_host_id``.
    """

    fields: tuple[str, ...]
    sets: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    filter: Mapping[str, t.Any] | None = None
