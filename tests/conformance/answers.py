# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is compared of a response: never a text or a value of it, so that a report has none."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from tests.collection_path import make_collection_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .questions import Question, Server

TIMEOUT = 60  # seconds
ANY = "null"
NOT_FOUND = "credentials, not found in the request"


@dataclass(frozen=True)
class Answer:
    """The facts of a response.

    `status` is the HTTP status, or the class of an error without a response; `kind` is what the collection makes of
    it; `language` that of the message; `shape` the type at each path. `data` is for further questions only.
    """

    status: int | str
    code: int | None = None
    kind: str = ""
    language: str = ""
    shape: dict[str, str] = field(default_factory=dict)
    data: Any = None

    def differences(self, other: Answer) -> Iterator[str]:
        """How the ``other`` answer, of a server, differs from this one. What only the server has is no difference."""
        for name in ("status", "code", "kind", "language"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                yield f"{name}: {theirs} instead of {mine}"
        if self.kind != other.kind:
            return
        for path, type_ in self.shape.items():
            # A null, or a list without elements, has no shape that could differ.
            if ANY in (type_, *(other.shape.get(above) for above in _ancestors(path))):
                continue
            if path not in other.shape:
                yield f"{path}: missing"
            elif other.shape[path] != type_:
                yield f"{path}: {other.shape[path]} instead of {type_}"


def ask(server: Server, question: Question) -> Answer:
    """Send the question once."""
    try:
        response = requests.request(
            **question.request(server), timeout=TIMEOUT, verify=server.verify, allow_redirects=False
        )
    except requests.RequestException as error:
        return Answer(type(error).__name__)
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return Answer(response.status_code, kind="no JSON object")
    message, code = str(body.get("message") or ""), str(body.get("code"))
    number = int(code) if code.isdecimal() else None
    succeeded = body.get("result") is True and number == 0 and response.status_code == 200
    return Answer(
        response.status_code,
        number,
        "success" if succeeded else _kind(number, message, response.status_code),
        "zh" if re.search("[\u4e00-\u9fff]", message) else "en",
        dict(shapes(body if succeeded else {**body, "data": None, "permission": None}, "body")),
        body.get("data"),
    )


def _kind(code: int | None, message: str, status: int) -> str:
    """What the collection makes of an error."""
    path = make_collection_path()
    if path not in sys.path:
        sys.path.insert(0, path)
    from ansible_collections.blueking.job.plugins.module_utils._api import codes, hints

    verdict = codes.judge(code, message, status)
    if verdict.hint == hints.HEADER_IGNORED:
        return NOT_FOUND
    return f"{verdict.kind}, {'perhaps done' if verdict.unclear else 'not done'}"


def shapes(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The type of each path in a value; the elements of a list have one path."""
    if isinstance(value, dict):
        yield path, "object"
        for key, item in value.items():
            # A name of the API, and not one that a person chose.
            yield from shapes(item, f"{path}.{key if re.fullmatch('[a-z_0-9]{1,40}', key) else '?'}")
    elif isinstance(value, list):
        yield path, "list"
        found: dict[str, str] = {}
        for item in value:
            for below, type_ in shapes(item, f"{path}[]"):
                if found.get(below, ANY) == ANY:
                    found[below] = type_
        yield from found.items()
        if not value:
            yield f"{path}[]", ANY
    elif value is None:
        yield path, ANY
    else:
        yield path, "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def _ancestors(path: str) -> list[str]:
    """The paths that contain `path`, and itself."""
    return [path[: name.end()] for name in re.finditer(r"[^.\[]+|\[\]", path)]
