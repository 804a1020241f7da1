# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merging the variables of a launch request with those of the plan (§7.2), with everything the server ignores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from .plans import HOSTS, Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plans import Variable

#: The value of a variable: a string, or the targets of a host variable (None: emptied).
Value = Union[str, Targets, None]


@dataclass(frozen=True)
class VariableEntry:
    """One variable of a launch request, v2 or v3."""

    id: int | None = None
    name: str | None = None
    value: str | None = None
    targets: Targets | None = None

    def identified(self) -> bool:
        """Whether it has a positive id or a name that is not blank; otherwise the launch is refused (§6.1)."""
        return bool((self.id is not None and self.id > 0) or (self.name and self.name.strip()))


def merge(variables: Sequence[Variable], given: Sequence[VariableEntry]) -> dict[str, Value]:
    """The value of each plan variable by name.

    The last of several entries wins, and an id wins over a name; entries that match no variable are ignored silently.
    """
    by_id = {one.id: one for one in given if one.id is not None}
    by_name = {one.name: one for one in given if one.id is None}
    values: dict[str, Value] = {}
    for variable in variables:
        one = by_id.get(variable.id) or by_name.get(variable.name)
        if one is None:
            values[variable.name] = variable.hosts if variable.type == HOSTS else variable.value or ""
        else:
            values[variable.name] = _override(variable, one)
    return values


def _override(variable: Variable, one: VariableEntry) -> Value:
    # An entry always replaces the default, even if it has no value.
    if variable.type == HOSTS:
        return None if one.value else one.targets
    return one.value or ""
