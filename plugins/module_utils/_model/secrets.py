# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

r"""Secrets, and how they are found in text.

The rule: each character of a secret is searched for literally, with backslashes before it (as JSON, bash and Python
escape it), as a JSON ``\u`` escape in either case, percent-encoded in either case, and as an HTML entity. Letters and
digits are only searched for literally. A secret of several lines is also searched for line by line, a bash array also
item by item. Other spellings, such as base64, are not searched for.
"""

from __future__ import annotations

import re
import typing as t

from .bash import items

if t.TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "******"
SHORTEST_LINE = 4  # characters; shorter lines of a secret, such as `}`, say nothing
CONTROLS = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
ENTITIES = {"<": "lt", ">": "gt", "&": "amp", '"': "quot", "'": "apos"}
# As many backslashes as nested escaping puts before a character; bounded, so that hostile text costs no more.
BACKSLASHES = r"\\{0,8}"
ALPHANUMERIC = re.compile("[A-Za-z0-9]+")


class Secrets:
    """Values that must not be shown, with :meth:`scrub`, which masks them in text."""

    def __init__(self, values: t.Any = ()) -> None:
        self.values: set[str] = set()
        self._searches: list[_Search] = []
        self.add(values)

    def add(self, values: t.Any) -> None:
        """Treat all strings, numbers and booleans in ``values``, of any JSON type, as secrets from now on.

        Strings of white space only are not: to mask them would mask every blank.
        """
        new = {text for text in texts_of(values) if text.strip()} - self.values
        if not new:
            return
        self.values |= new
        parts = {part for value in self.values for part in _parts(value)}
        # The longest first: a secret may be a part of another one, and its lines are parts of it.
        self._searches = [_Search(part) for part in sorted(parts, key=len, reverse=True)]

    def scrub(self, value: t.Any) -> t.Any:
        """``value``, of any JSON type, with each secret masked, in keys too."""
        if isinstance(value, str):
            return self._scrub_text(value)
        if isinstance(value, dict):
            return {self.scrub(key): self.scrub(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.scrub(item) for item in value]
        return MASK if type(value) in (int, float) and str(value) in self.values else value

    def may_be_in(self, value: t.Any) -> bool:
        """Whether :meth:`scrub` might change ``value``; False is certain, and takes one search for each."""
        text = repr(value)
        return any(search.run in text for search in self._searches)

    def _scrub_text(self, text: str) -> str:
        for search in self._searches:
            text = search.masked(text)
        return text


class _Search:
    """The search for one secret; the pattern is only compiled for a text that may have the secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        # Letters and digits are only searched for literally, so a text without this run of them has no such secret.
        self.run = max(ALPHANUMERIC.findall(secret), key=len, default="")
        self._pattern: re.Pattern[str] | None = None

    def masked(self, text: str) -> str:
        if self.run not in text:
            return text
        if self.run == self._secret:
            return text.replace(self._secret, MASK)
        self._pattern = self._pattern or re.compile(_pattern(self._secret))
        return self._pattern.sub(MASK, text)


def texts_of(value: t.Any) -> Iterator[str]:
    """All strings, numbers and booleans in ``value``, of any JSON type, each as the string that Job gets."""
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, (str, int, float)):
        yield str(value)
    elif value is not None:
        for item in value:
            yield from texts_of(item)


def _parts(secret: str) -> Iterator[str]:
    for text in (secret, *items(secret)):
        if text:
            yield text
        lines = [line.strip() for line in text.splitlines()]
        if len(lines) > 1:
            yield from (line for line in lines if len(line) >= SHORTEST_LINE)


def _pattern(text: str) -> str:
    runs = re.findall(r"\\+|[^\\]+", text)
    return "".join(_backslashes(len(run)) if run[0] == "\\" else "".join(map(_character, run)) for run in runs)


def _backslashes(count: int) -> str:
    # Each level of escaping doubles them.
    escaped, percent = r"(?:\\{1,8}u005[cC])", r"(?:%(?:25){0,2}5[cC])"
    return rf"(?:\\{{{count},{16 * count}}}|{escaped}{{{count}}}|{percent}{{{count}}})"


def _character(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    code = "".join(rf"\\{{1,8}}u{_either_case(f'{unit:04x}')}" for unit in _utf16(char))
    percent = "".join(rf"%(?:25){{0,2}}{_either_case(f'{byte:02x}')}" for byte in _utf8(char))
    forms = [code, percent]
    if char in CONTROLS:
        forms.append(r"\\{1,8}" + CONTROLS[char])
    if char == "'":
        forms.append(r"'\\{1,8}''")  # between the single quotes of bash
    if char == " ":
        forms.append(r"\+")
    if char in ENTITIES:
        forms += [f"&{ENTITIES[char]};", f"&#0*{ord(char)};", f"&#[xX]0*{_either_case(f'{ord(char):x}')};"]
    # As it is comes last: some forms begin with the character itself.
    return f"(?:{'|'.join([*forms, BACKSLASHES + re.escape(char)])})"


def _either_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def _utf8(char: str) -> bytes:
    return char.encode("utf-8", "surrogatepass")


def _utf16(char: str) -> list[int]:
    code = ord(char)
    return [code] if code < 0x10000 else [0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code & 0x3FF)]
