# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of scripts as one command line, which Job appends to the name of the script (quick jobs Q1)."""

from __future__ import annotations

import contextlib
import re
import shlex
import typing as t

from .ids import Defect
from .language import say
from .secrets import SHORTEST_LINE

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUOTED = ("shell", "perl", "python")  # languages whose command line a POSIX shell splits
# What neither cmd.exe nor PowerShell takes for more than a part of a word.
PLAIN_WORD = re.compile(r"[A-Za-z0-9_.:/\\+-]+", re.ASCII)
DATE = "[DATEFMT:"
# The characters that escape others, those that quote, and whether operators such as ; end a word: in POSIX shells,
# cmd.exe and PowerShell.
SHELLS = (("\\", "'\"", True), ("", '"', False), ("", "'\"", False))
# Names of options are no secrets: to mask them would only make output hard to read. What follows one dash may be a
# value too, as in -pSecret.
OPTION_NAME = re.compile(r"--?[A-Za-z]?|--[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
OPTION_VALUE = re.compile(r"[^=\s]+=(.+)", re.DOTALL)


def command_line(arguments: Sequence[str], language: str) -> str:
    """The option ``args``, quoted so that each arrives as one; raises :class:`Defect` that lists those that can't."""
    defects = [
        f"args[{index}] {problem}" for index, item in enumerate(arguments) for problem in _problems(item, language)
    ]
    if defects:
        raise Defect(say("; ").join(defects))
    return " ".join(shlex.quote(item) if language in QUOTED else item for item in arguments)


def secret_parts(arguments: Sequence[str], line: str | None) -> Iterator[str]:
    """What must be masked of the options ``args`` and ``raw_args``, of which a script may print any part.

    Like lines of a secret, words and values of options are left out if they are short: they would mask too much.
    """
    words = tuple(word for word in arguments if not OPTION_NAME.fullmatch(word))
    yield from words
    if line:
        yield line
        words += tuple(word for word in _words(line) if not OPTION_NAME.fullmatch(word))
    values = tuple(found.group(1) for found in map(OPTION_VALUE.fullmatch, words) if found)
    yield from (part for part in (*words, *values) if len(part) >= SHORTEST_LINE)


def _words(line: str) -> Iterator[str]:
    """The words of a command line as each of the shells splits it: a script of the library may be in any language."""
    for escapes, quotes, operators in SHELLS:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=operators)
        lexer.whitespace_split, lexer.commenters = True, ""
        lexer.escape, lexer.quotes = escapes, quotes
        with contextlib.suppress(ValueError):  # a quote without an end; the words before it are known
            yield from lexer


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
