# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of scripts as one command line, which Job appends to the name of the script (quick jobs Q1)."""

from __future__ import annotations

import re
import shlex
import typing as t

from .ids import Defect
from .language import say

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUOTED = ("shell", "perl", "python")  # languages whose command line a POSIX shell splits
# What neither cmd.exe nor PowerShell takes for more than a part of a word.
PLAIN_WORD = re.compile(r"[A-Za-z0-9_.:/\\+-]+", re.ASCII)
DATE = "[DATEFMT:"


def command_line(arguments: Sequence[str], language: str) -> str:
    """The option ``args``, quoted so that each arrives as one; raises :class:`Defect` that lists those that can't."""
    defects = [
        f"args[{index}] {problem}" for index, item in enumerate(arguments) for problem in _problems(item, language)
    ]
    if defects:
        raise Defect(say("; ").join(defects))
    return " ".join(shlex.quote(item) if language in QUOTED else item for item in arguments)


def _problems(item: str, language: str) -> Iterator[str]:
    if "\n" in item:
        yield say("has a newline, which Job would replace with a space")
    elif "\0" in item:
        yield say("has a NUL character, which can't be passed to a script")
    elif DATE in item:
        yield say("has {date}, which Job would replace by a date", date=DATE)
    elif language not in QUOTED and not PLAIN_WORD.fullmatch(item):
        yield say(
            "needs quoting, which differs between the shells of Windows: use raw_args for {language}", language=language
        )
