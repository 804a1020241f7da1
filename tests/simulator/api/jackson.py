# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a request body as Spring's Jackson does: what is converted, refused or ignored (§4.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..job.messages import BAD_REQUEST, JobError

_WORDS = {"true": True, "false": False}


def long(value: Any) -> int | None:
    """For a Long or Integer field: strings of digits are accepted, "" is null, fractions are cut off."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        try:
            return int(value)
        except ValueError:
            pass
    raise JobError(BAD_REQUEST)


def text(value: Any) -> str | None:
    """For a String field: numbers and booleans become their JSON spelling."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise JobError(BAD_REQUEST)


def boolean(value: Any) -> bool | None:
    """For a Boolean field: the two words and 0/1 are accepted."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and value in _WORDS:
        return _WORDS[value]
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    raise JobError(BAD_REQUEST)


class Fields:
    """An object of a request. Fields that are not read are ignored, as Job ignores unknown ones."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def long(self, name: str) -> int | None:
        return long(self._raw.get(name))

    def text(self, name: str) -> str | None:
        return text(self._raw.get(name))

    def boolean(self, name: str) -> bool | None:
        return boolean(self._raw.get(name))

    def object(self, name: str) -> Fields | None:
        value = self._raw.get(name)
        if value is None:
            return None
        if isinstance(value, Mapping):
            return Fields(value)
        raise JobError(BAD_REQUEST)

    def objects(self, name: str) -> list[Fields]:
        return [Fields(self._mapping(item)) for item in self._list(name)]

    def longs(self, name: str) -> tuple[int, ...]:
        return tuple(number for number in map(long, self._list(name)) if number is not None)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(word for word in map(text, self._list(name)) if word is not None)

    def _list(self, name: str) -> list[Any]:
        value = self._raw.get(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        raise JobError(BAD_REQUEST)

    @staticmethod
    def _mapping(item: Any) -> Mapping[str, Any]:
        if isinstance(item, Mapping):
            return item
        raise JobError(BAD_REQUEST)
