# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a request body as Spring's Jackson does: what is converted, refused or ignored (§4.2).

A request is read as a whole, with the type of each field: an ill-typed field is refused even if nothing uses it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Mapping, NoReturn, cast

from ..job.messages import BAD_REQUEST, JobError

Reader = Callable[[Any], Any]
#: The fields of a JSON object and how to read them.
Schema = Mapping[str, Reader]

_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# What Java's String.trim removes, and what Python counts as a blank but Java's Character.isWhitespace does not.
_TRIMMED = "".join(map(chr, range(0x21)))
_NO_WHITESPACE = frozenset("\x85\xa0\u2007\u202f")
# Decimal digits of any script, as in Java's Long.parseLong.
_INTEGER = re.compile(r"[+-]?\d+")
_MOST_DIGITS = 19


class Number(str):
    """A number of a JSON document, as it was written: Jackson keeps `1E3` and `1.50` where it expects a string."""

    __slots__ = ()

    @property
    def is_integer(self) -> bool:
        return not set(self) & set(".eE")


def parse(document: str | bytes) -> Any:
    """The value of a JSON document; numbers become `Number`. Anything after the value is ignored, as Jackson does."""
    try:
        text = document.decode("utf-8") if isinstance(document, bytes) else document
        return _DECODER.raw_decode(text.lstrip("\ufeff \t\r\n"))[0]
    except (ValueError, RecursionError):
        raise JobError(BAD_REQUEST) from None


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_no_constant)


def trim(value: str) -> str:
    """As Java's String.trim."""
    return value.strip(_TRIMMED)


def is_blank(value: str | None) -> bool:
    """As StringUtils.isBlank of Apache Commons."""
    return all(char.isspace() and char not in _NO_WHITESPACE for char in value or "")


def as_text(value: Any) -> str | None:
    """The text of any JSON value (Jackson's `asText`): arrays and objects have an empty one."""
    if isinstance(value, Number):
        plain = "0" if value == "-0" else str(value)
        return plain if value.is_integer else str(float(value))
    return "" if isinstance(value, (list, dict)) else text(value)


def text(value: Any) -> str | None:
    """For a String field: numbers and booleans become their JSON spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    raise JobError(BAD_REQUEST)


def long(value: Any) -> int | None:
    """For a Long field: strings of digits are accepted, a blank string and "null" are null, fractions are cut off."""
    return _integer(value, 64)


def integer(value: Any) -> int | None:
    """For an Integer field, like a Long one."""
    return _integer(value, 32)


def _integer(value: Any, bits: int) -> int | None:
    number: float | None
    if isinstance(value, Number) and not value.is_integer:
        number = float(value)
    elif value is None or (isinstance(value, str) and _is_null(value)):
        return None
    else:
        number = parse_long(trim(value)) if isinstance(value, str) else None
    limit = 2 ** (bits - 1)
    if number is None or not -limit <= number < limit:
        raise JobError(BAD_REQUEST)
    return int(number)


def parse_long(digits: str) -> int | None:
    """As Java's Long.parseLong, None for what it refuses."""
    found = _INTEGER.fullmatch(digits)
    # Beyond any Long; Python refuses to convert thousands of digits.
    number = None if found is None or len(digits.lstrip("+-0")) > _MOST_DIGITS else int(digits)
    return number if number is not None and -(2**63) <= number < 2**63 else None


def boolean(value: Any) -> bool | None:
    """For a Boolean field: true and false in three spellings, and any integer; a blank string and "null" are null."""
    if isinstance(value, Number) and value.is_integer:
        return value != "0"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and not isinstance(value, Number):
        if _is_null(value):
            return None
        word = trim(value)
        if word in _WORDS:
            return _WORDS[word]
    raise JobError(BAD_REQUEST)


def _is_null(value: str | None) -> bool:
    return value is None or trim(value) in ("", "null")


def array(read: Reader) -> Reader:
    """For a List field; elements may be null."""

    def read_array(value: Any) -> list[Any] | None:
        if value is None:
            return None
        if not isinstance(value, list):
            raise JobError(BAD_REQUEST)
        return [read(item) for item in value]

    return read_array


def record(schema: Schema) -> Reader:
    """For a field that holds an object."""

    def read_record(value: Any) -> Fields | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise JobError(BAD_REQUEST)
        return Fields(schema, value)

    return read_record


class Fields:
    """The fields of an object of a request, read by their types. Unknown fields are ignored."""

    def __init__(self, schema: Schema, raw: Mapping[str, Any]) -> None:
        self._given = frozenset(raw)
        self._values: dict[str, Any] = {name: read(raw.get(name)) for name, read in schema.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def is_null(self, name: str) -> bool:
        return self._values[name] is None

    def number(self, name: str) -> int | None:
        return cast("int | None", self._values[name])

    def text(self, name: str) -> str | None:
        return cast("str | None", self._values[name])

    def boolean(self, name: str) -> bool | None:
        return cast("bool | None", self._values[name])

    def object(self, name: str) -> Fields | None:
        return cast("Fields | None", self._values[name])

    def objects(self, name: str) -> list[Fields | None]:
        return self._values[name] or []

    def numbers(self, name: str) -> list[int | None]:
        return self._values[name] or []

    def texts(self, name: str) -> list[str | None]:
        return self._values[name] or []
