# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words between the rest of the collection and the wrapper: who calls, where, and what."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote, quote_plus

from .._model.bash import in_double_quotes, in_single_quotes, items

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MASK = "******"


class Credentials(t.NamedTuple):
    """Who calls. An access token stands alone, whatever else is set (contract §2.2)."""

    bk_app_code: str | None = None
    bk_app_secret: str | None = None
    bk_username: str | None = None
    bk_token: str | None = None
    access_token: str | None = None

    def fields(self) -> dict[str, str]:
        """The fields as both gateways name them, without the empty ones."""
        if self.access_token:
            return {"access_token": self.access_token}
        return {name: value for name, value in self._asdict().items() if value}

    def secrets(self) -> list[str]:
        """The values that must never be seen."""
        return [value for value in (self.bk_app_secret, self.bk_token, self.access_token) if value]


class Secrets:
    """What must be seen nowhere; it is taken out of whatever servers say, since some echo it (observed A4).

    It is looked for as it is and as JSON, URLs, Python and bash write it; line by line, as keys are pasted; and item by
    item, where it is an array of bash.
    """

    def __init__(self, values: t.Any) -> None:
        self.values: set[str] = set()
        self.add(values)

    def add(self, values: t.Any) -> None:
        """Keep all texts in ``values``, of any JSON type, secret as well, from now on."""
        self.values |= set(texts_of(values)) - {""}
        texts = {text for value in self.values for text in (value, *items(value))}
        parts = texts.union(*map(_telling_lines, texts))
        self._forms = sorted({form for part in parts - {""} for form in _forms(part)}, key=len, reverse=True)

    def scrub(self, value: t.Any) -> t.Any:
        """``value``, of any JSON type, with each secret masked, the keys of dictionaries included."""
        if isinstance(value, dict):
            return {self.scrub(key): self.scrub(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.scrub(item) for item in value]
        if isinstance(value, str):
            for form in self._forms:
                value = value.replace(form, MASK)
        elif type(value) in (int, float) and str(value) in self.values:
            return MASK
        return value


def texts_of(value: t.Any) -> Iterator[str]:
    """All texts in ``value``, of any JSON type, each as Job gets it."""
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, (str, int, float)):
        yield str(value)
    elif value is not None:
        for item in value:
            yield from texts_of(item)


def _telling_lines(text: str) -> list[str]:
    """The lines of a secret that give something away; an end of a block such as ``}`` does not."""
    return [line for line in text.splitlines() if len(line) >= 8]


def _forms(text: str) -> Iterator[str]:
    """``text`` as it may stand in what servers and scripts say."""
    for said in (text, in_single_quotes(text), in_double_quotes(text)):
        yield said
        for in_ascii in (True, False):  # Python and Java disagree on characters beyond
            in_json = json.dumps(said, ensure_ascii=in_ascii)[1:-1]
            yield in_json
            yield json.dumps(in_json, ensure_ascii=in_ascii)[1:-1]
    # Which quotes Python escapes depends on the text around.
    yield repr(text)[1:-1]
    yield repr(f"{text}'\"")[1:-4]
    # Environments may hold bytes that are no text, which nobody can quote.
    yield quote_plus(text, errors="replace")
    # Python, paths, and JavaScript leave different characters as they are.
    for safe in ("", "/", "!~*'()"):
        yield quote(text, safe=safe, errors="replace")


class Gateway(t.NamedTuple):
    """Where the calls go and how: an ESB (``esb``) or a stage of an API gateway (``apigw``); times in seconds."""

    url: str
    kind: str = "esb"
    credentials_in: str = "auto"
    language: str = "en"
    tenant_id: str | None = None
    verify: bool | str = True
    client_cert: str | tuple[str, str] | None = None
    use_proxy: bool = True
    timeout: float = 60.0
    retries: int = 5


class Call(t.NamedTuple):
    """One call: its system on the ESB (``job`` is v2, ``jobv3`` is v3), its name and its parameters.

    ``writes`` says that it changes something. The API gateway takes each API by one method only: POST for whatever
    writes, and for the few reads that say so in ``gateway_method`` (contract §1.3).
    """

    system: str
    api: str
    params: Mapping[str, t.Any]
    writes: bool = False
    gateway_method: str = "GET"
