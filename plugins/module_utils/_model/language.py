# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The language of what is said to people: English, or Chinese from the catalog (``chinese.py``)."""

from __future__ import annotations

import contextlib
import contextvars
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

# Of the current task. The controller may run one task after the other in the same process.
_LANGUAGE = contextvars.ContextVar("language", default="en")


class Phrase(str):
    """The English template of a sentence that is said later: constants are made before the language is known."""

    __slots__ = ()


def say(english: str, /, **values: object) -> str:
    """A sentence in the current language; ``english`` is its template, with the names of ``values`` in braces."""
    template = english if _LANGUAGE.get() == "en" else _catalog().get(english, english)
    # Without a field, ``format`` returns the Phrase itself, which ansible-core does not treat as a string.
    return str(template.format(**values))


def _catalog() -> dict[str, str]:
    # Most tasks speak English, and do not need it.
    from .chinese import CHINESE

    return CHINESE


def foreign(text: object) -> str:
    """What other programs say, in English only: in Chinese where it is common, else in quotes."""
    if _LANGUAGE.get() == "en":
        return str(text)
    from .chinese import FOREIGN

    return FOREIGN.get(str(text)) or f"「{text}」"


def language() -> str:
    """The current language, ``en`` or ``zh``."""
    return _LANGUAGE.get()


@contextlib.contextmanager
def speaking(wanted: object) -> Iterator[None]:
    """Speak the ``wanted`` language inside; whatever is not ``zh`` is English, since options may be invalid still."""
    if wanted == "zh":
        _catalog()  # now, since a guardian outlives its play, and the files of a module are removed after the task
    token = _LANGUAGE.set("zh" if wanted == "zh" else "en")
    try:
        yield
    finally:
        _LANGUAGE.reset(token)
