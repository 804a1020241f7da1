# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arrays as bash writes them: Job puts such a text into the script as it is, after ``declare -a name=`` (§7.2)."""

from __future__ import annotations

import re
import shlex
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What people write themselves; beyond this only bash can tell what is right.
_INDEX_ARRAY = re.compile(r"\s*\(.*\)\s*", re.DOTALL)
_ASSOCIATIVE_ARRAY = re.compile(r"\s*\(\s*(?:\[.*)?\)\s*", re.DOTALL)
_KEY = re.compile(r"\[[^\]]*\]=")
_SPECIAL = re.compile(r'[\\"$`]')


def index_array(items: Iterable[str]) -> str:
    """The text of an index array, such as ``('a' 'b c')``."""
    return f"({' '.join(map(_quoted, items))})"


def associative_array(items: Mapping[str, str]) -> str:
    """The text of an associative array, such as ``(['tier']='web')``; bash knows no empty key."""
    return f"({' '.join(f'[{_quoted(key)}]={_quoted(value)}' for key, value in items.items())})"


def is_index_array(text: str) -> bool:
    """Whether ``text`` looks like an index array at all."""
    return bool(_INDEX_ARRAY.fullmatch(text))


def is_associative_array(text: str) -> bool:
    """Whether ``text`` looks like an associative array at all."""
    return bool(_ASSOCIATIVE_ARRAY.fullmatch(text))


def items(text: str) -> Iterator[str]:
    """The items of what may be an array, as far as they can be told without bash."""
    if not is_index_array(text):
        return
    try:
        words = shlex.split(text.strip()[1:-1])
    except ValueError:
        return
    for item in words:
        yield _KEY.sub("", item)


def in_single_quotes(text: str) -> str:
    """``text`` as it stands between single quotes, where bash finds nothing special."""
    return text.replace("'", "'\\''")


def in_double_quotes(text: str) -> str:
    """``text`` as it stands between double quotes, which is how bash itself lists variables."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _quoted(text: str) -> str:
    """``text`` in quotes; shlex leaves some words bare."""
    return f"'{in_single_quotes(text)}'"
