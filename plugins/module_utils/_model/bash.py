# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arrays in the syntax of bash: Job inserts such a string unchanged after ``declare -a name=`` (contract §7.2)."""

from __future__ import annotations

import re
import shlex
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# A rough check of arrays that people write themselves; only bash can check the rest.
_INDEX_ARRAY = re.compile(r"\s*\(.*\)\s*", re.DOTALL)
_ASSOCIATIVE_ARRAY = re.compile(r"\s*\(\s*(?:\[.*)?\)\s*", re.DOTALL)
_KEY = re.compile(r"\[[^\]]*\]=")


def index_array(items: Iterable[str]) -> str:
    """An indexed array, such as ``('a' 'b c')``."""
    return f"({' '.join(map(_quoted, items))})"


def associative_array(items: Mapping[str, str]) -> str:
    """An associative array, such as ``(['tier']='web')``; bash has no empty keys."""
    return f"({' '.join(f'[{_quoted(key)}]={_quoted(value)}' for key, value in items.items())})"


def is_index_array(text: str) -> bool:
    """Whether ``text`` may be an indexed array."""
    return bool(_INDEX_ARRAY.fullmatch(text))


def is_associative_array(text: str) -> bool:
    """Whether ``text`` may be an associative array."""
    return bool(_ASSOCIATIVE_ARRAY.fullmatch(text))


def items(text: str) -> Iterator[str]:
    """The items of what may be an array, as far as they can be determined without bash."""
    if not is_index_array(text):
        return
    try:
        words = shlex.split(text.strip()[1:-1])
    except ValueError:
        return
    for item in words:
        yield _KEY.sub("", item)


def in_single_quotes(text: str) -> str:
    """``text`` escaped for use between single quotes."""
    return text.replace("'", "'\\''")


def _quoted(text: str) -> str:
    """``text`` in single quotes; ``shlex.quote`` would leave some strings unquoted."""
    return f"'{in_single_quotes(text)}'"
