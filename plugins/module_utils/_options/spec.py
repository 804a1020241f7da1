# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a module with the rules between them, and a check of values that no option can take."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._model.errors import InputError
from .._model.language import say

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Table = dict[str, dict[str, t.Any]]

# What ansible-core leaves inside a list or dictionary where a playbook says `omit` for one item of it.
OMIT = re.compile(r"__omit_place_holder__[0-9a-f]+|<<Omit>>")


@dataclass(frozen=True)
class Options:
    """The options of a module.

    ``table`` has the argument spec of each option, with two keys more: ``env`` names the environment variable that is
    its default; ``may_be_secret`` says that only the plan decides which of its values are secrets. The other fields
    are rules with the names that ``AnsibleModule`` uses.
    """

    table: Table
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    required_together: tuple[tuple[str, ...], ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    required_if: tuple[tuple[str, t.Any, tuple[str, ...]], ...] = ()

    def __add__(self, other: Options) -> Options:
        return Options(
            {**self.table, **other.table},
            self.mutually_exclusive + other.mutually_exclusive,
            self.required_together + other.required_together,
            self.required_one_of + other.required_one_of,
            self.required_if + other.required_if,
        )

    def only(self, *names: str) -> Options:
        """Some of the options, without the rules."""
        return Options({name: self.table[name] for name in names})

    def rules(self) -> dict[str, t.Any]:
        """The rules, as arguments of ``AnsibleModule``."""
        return {
            "mutually_exclusive": self.mutually_exclusive,
            "required_together": self.required_together,
            "required_one_of": self.required_one_of,
            "required_if": self.required_if,
        }

    def named(self, name: str) -> str:
        """An option in a message, with its environment variable."""
        env = self.table.get(name, {}).get("env")
        return f"{name} ({env})" if env else name


def are_required(names: Sequence[str], unless: str | None = None) -> str:
    """That options are required, unless another one is set; ``names`` as :meth:`Options.named` returns them."""
    listed = say(", ").join(names) if unless is None else say(" and ").join(names)
    if unless:
        if len(names) == 1:
            return say("{names} is required unless {other} is set", names=listed, other=unless)
        return say("{names} are required unless {other} is set", names=listed, other=unless)
    return say("{names} is required", names=listed) if len(names) == 1 else say("{names} are required", names=listed)


def refuse_omit(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` where a value holds the placeholder of ``omit``, which would be sent unchanged."""
    # Nearly always there is none, and one search of all values shows that.
    if not OMIT.search(repr(params)):
        return
    found = [path for name, value in params.items() for path in _omitted(value, name)]
    if found:
        raise InputError(
            say(
                "{places}: omit can only be used for a whole option, not inside a value; leave the item out instead",
                places=say(", ").join(found),
            )
        )


def _omitted(value: t.Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if OMIT.search(value):
            yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _omitted(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _omitted(item, f"{path}[{index}]")
