# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that are times, read in the same way on all versions of Python."""

from __future__ import annotations

import datetime
import re

from .._model.errors import InputError
from .._model.language import say

MILLISECONDS_FROM = 10**11  # no date in Job is that late, in seconds


def read_moment(name: str, text: str, *, needs_zone: bool = False) -> float:
    """A time in Unix seconds, from ISO 8601 or from such seconds; raises :class:`InputError` for anything else.

    A time without a zone is in UTC, or refused if it ``needs_zone``.
    """
    text = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        seconds = float(text)
        if seconds >= MILLISECONDS_FROM:
            raise InputError(say("{name} must be in seconds; {text} looks like milliseconds", name=name, text=text))
        return seconds
    # Python 3.8 reads neither Z nor +0800 nor +08.
    iso = re.sub(
        r"(:\d\d(?:\.\d+)?) ?(?:Z|([+-]\d\d):?(\d\d)?)$", lambda m: f"{m[1]}{m[2] or '+00'}:{m[3] or '00'}", text
    )
    try:
        moment = datetime.datetime.fromisoformat(iso)
    except ValueError:
        raise InputError(
            say(
                "{name} must be a time such as 2024-05-01T10:00:00+08:00, or Unix seconds, not {text!r}",
                name=name,
                text=text,
            )
        ) from None
    if moment.tzinfo is None:
        if needs_zone:
            text = say("{name} needs a time zone, as in 2024-05-01T10:00:00+08:00, not {text!r}", name=name, text=text)
            raise InputError(text)
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp()
