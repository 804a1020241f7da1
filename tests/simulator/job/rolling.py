# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rolling execution of quick jobs: the batches of hosts that an expression makes (Q0)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .messages import JobError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .world import Host

# What rolls, and what happens after a batch (`RollingTypeEnum`, `RollingModeEnum`).
TARGETS, SOURCES = 1, 2
PAUSE_ON_FAILURE, IGNORE_FAILURES, MANUAL = 1, 2, 3

_INVALID, _TOO_MANY = 1244026, 1244027
_MOST_BATCHES = 500
_WORD = re.compile(r"(?P<sign>[+*]?)(?P<number>[0-9]+)|(?P<percent>[0-9]+)%")


@dataclass(frozen=True)
class Rolling:
    """A rolling strategy as requested. Rolling by source files is accepted, but runs in one batch here."""

    expression: str = ""
    mode: int = PAUSE_ON_FAILURE
    type: int = TARGETS


def batches(rolling: Rolling, hosts: Sequence[Host]) -> tuple[tuple[Host, ...], ...]:
    """The hosts in batches. Each word of the expression makes one, the last word all further ones."""
    if rolling.type == SOURCES:
        return (tuple(hosts),)
    words = [_word(word) for word in rolling.expression.rstrip(" ").split(" ")]
    found: list[tuple[Host, ...]] = []
    first = 0
    while first < len(hosts):
        # Job checks before it adds the next one: 501 batches pass (`RollingBatchExecuteObjectsResolver`).
        if len(found) > _MOST_BATCHES:
            raise JobError(_TOO_MANY, _MOST_BATCHES)
        size = _size(words[min(len(found), len(words) - 1)], len(hosts), len(found[-1]) if found else None)
        found.append(tuple(hosts[first : first + size]))
        first += size
    return tuple(found)


def _word(word: str) -> tuple[str, int]:
    """Its kind (`%`, `+`, `*` or, for a number, nothing) and its number. Between two blanks is an invalid one."""
    found = _WORD.fullmatch(word.strip())
    if found is None:
        raise JobError(_INVALID)
    kind = "%" if found["percent"] else found["sign"]
    number = int(found["percent"] or found["number"])
    if number < 1 or (kind == "%" and number > 100):
        raise JobError(_INVALID)
    return kind, number


def _size(word: tuple[str, int], total: int, previous: int | None) -> int:
    kind, number = word
    if kind == "%":
        return -(-total * number // 100)
    if kind == "+":
        return number + (previous or 0)
    return number if kind == "" or previous is None else previous * number
