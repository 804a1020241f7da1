# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for terminals, and long lists in sentences."""

from __future__ import annotations

import typing as t

from .language import say

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_SHOWN = 10  # hosts, instances or plans named in a sentence


def visible(text: str) -> str:
    """``text`` on one line, with control and other invisible characters escaped, so that it can't forge output."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def some_of(items: Sequence[t.Any], text: Callable[[t.Any], str], most: int = MOST_SHOWN) -> str:
    """The first items as text, and how many more there are."""
    shown = say(", ").join(map(text, items[:most]))
    more = len(items) - most
    return say("{shown} and {number} more", shown=shown, number=more) if more > 0 else shown
