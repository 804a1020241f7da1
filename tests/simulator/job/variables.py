# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a caller's variables meet the plan's: the merge of §7.2, with all that it forgives and all that it loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from .plans import HOSTS, Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plans import Variable

#: What a variable ends up with: text, or the targets of a host variable (None: emptied).
Value = Union[str, Targets, None]


@dataclass(frozen=True)
class Given:
    """One variable as the caller sent it, v2 or v3."""

    id: int | None = None
    name: str | None = None
    value: str | None = None
    targets: Targets | None = None

    def identified(self) -> bool:
        """Whether it has a positive id or a name that is not blank; else the launch is refused (§6.1)."""
        return bool((self.id is not None and self.id > 0) or (self.name and self.name.strip()))


def merge(variables: Sequence[Variable], given: Sequence[Given]) -> dict[str, Value]:
    """The value of each plan variable by name.

    The last of several wins and an id beats a name; what matches no variable is ignored without a word.
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


def _override(variable: Variable, one: Given) -> Value:
    # Being mentioned is enough: the default goes, even when nothing takes its place.
    if variable.type == HOSTS:
        return None if one.value else one.targets
    return one.value or ""
