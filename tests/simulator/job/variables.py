# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merging the variables of a launch request with those of the plan (§7.2), with everything the server ignores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .messages import INTERNAL_ERROR, JobError
from .plans import HOSTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plans import Targets, Variable


@dataclass(frozen=True)
class Values:
    """The values of a launch by variable: strings, and the targets of host variables; either may be null."""

    texts: dict[str, str | None]
    targets: dict[str, Targets | None]

    def __contains__(self, name: str) -> bool:
        return name in self.texts or name in self.targets


@dataclass(frozen=True)
class VariableEntry:
    """One variable of a launch request, v2 or v3, that has an id or a name."""

    id: int | None = None
    name: str | None = None
    value: str | None = None
    targets: Targets | None = None


def merge(variables: Sequence[Variable], given: Sequence[VariableEntry]) -> Values:
    """The values of all variables of a plan.

    The last of several entries wins, and an id wins over a name; entries that match no variable are ignored silently.
    """
    by_id = {entry.id: entry for entry in given if entry.id is not None}
    by_name = {entry.name: entry for entry in given if entry.id is None}
    values = Values({}, {})
    for variable in variables:
        # An entry always replaces the default, even if it has no value.
        entry = by_id.get(variable.id) or by_name.get(variable.name) or _default(variable)
        if variable.type == HOSTS:
            values.targets[variable.name] = entry.targets
            if entry.targets is not None and None in entry.targets.groups:
                # Job splits the id of each group at its colon: a null pointer.
                raise JobError(INTERNAL_ERROR)
        else:
            values.texts[variable.name] = entry.value
    return values


def _default(variable: Variable) -> VariableEntry:
    return VariableEntry(value=variable.value, targets=variable.hosts)
