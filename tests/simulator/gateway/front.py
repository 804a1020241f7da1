# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the gateways in front of Job have in common."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from ..api.dispatch import Call
    from ..job.world import World


AUTHORIZATION = "X-Bkapi-Authorization"


@dataclass(frozen=True)
class Route:
    """The API that a path resolves to."""

    version: str
    api: str


class Refused(Exception):
    """The gateway responds by itself; Job does not receive the call."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Front(ABC):
    """A gateway. `name` identifies it in the requests that tests read."""

    name: str

    @abstractmethod
    def resolve(self, request: Request) -> Route | None:
        """The API of this path and method, if any."""

    @abstractmethod
    def unknown(self, request: Request) -> Response:
        """The response where there is no API."""

    @abstractmethod
    def admit(self, world: World, request: Request, route: Route) -> Call:
        """Authenticate app and user and check the app's permission; raises Refused."""

    @abstractmethod
    def reply(self, body: dict[str, Any]) -> Response:
        """Job's body as this gateway returns it."""

    @abstractmethod
    def throttled(self, call: Call) -> Response:
        """Rate limit exceeded; Job does not receive the call."""

    @abstractmethod
    def unreachable(self, call: Call) -> Response:
        """No connection to Job; Job does not receive the call."""

    @abstractmethod
    def timed_out(self, call: Call) -> Response:
        """Job received the call and took too long."""


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Raw UTF-8, never escaped (observed A1)."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/json; charset=utf-8")


def html_response(status: int, body: str) -> Response:
    return Response(body, status, content_type="text/html")


def json_object(text: str | bytes) -> dict[str, Any] | None:
    """The JSON object in the text; None if there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
