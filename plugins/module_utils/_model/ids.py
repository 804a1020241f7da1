# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole numbers and ids, read from JSON numbers and from the strings that templates make of them."""

from __future__ import annotations

import re
import typing as t

from .language import say

# As many digits as a number of Job can have (contract §6.1: 64 bits).
_WHOLE = re.compile(r"\d{1,19}", re.ASCII)


class Defect(ValueError):
    """What is wrong with one value, without saying where it is."""


def positive(value: t.Any) -> int:
    """``value`` as an id, from a number or from a string, which is what templates make of numbers."""
    number = whole_number(value)
    if not number:
        raise Defect(say("{value!r} is not an id, which is a whole number from 1", value=value))
    return number


def whole_number(value: t.Any) -> int | None:
    """``value`` as a whole number from 0; None if it is not one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return None
