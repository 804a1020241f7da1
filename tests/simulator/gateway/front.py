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

# Services that gateways verify tokens with.
LOGIN, SECRETS = "BK_LOGIN", "BK_SSM"


@dataclass(frozen=True)
class Route:
    """The API that a path resolves to."""

    version: str
    api: str


class Refused(Exception):
    """The gateway responds by itself; Job does not receive the call. `unavailable` is the service it did not reach."""

    def __init__(self, response: Response, unavailable: str = "") -> None:
        super().__init__(response.status)
        self.response = response
        self.unavailable = unavailable


class Front(ABC):
    """Something that requests can be sent to. `name` identifies it in the requests that tests read."""

    name: str

    @abstractmethod
    def resolve(self, request: Request) -> Route | None:
        """The API of this path and method, if any."""

    @abstractmethod
    def unknown(self, request: Request) -> Response:
        """The response where there is no API."""

    @abstractmethod
    def admit(self, world: World, request: Request, route: Route, unavailable: str) -> Call:
        """Authenticate app and user and check the app's permission; raises Refused.

        `unavailable` is a service that can't be reached: LOGIN, SECRETS or, empty, none.
        """

    @abstractmethod
    def reply(self, body: dict[str, Any]) -> Response:
        """Job's body as this gateway returns it."""


class Gateway(Front):
    """A front that passes calls to Job, and has responses of its own for what can go wrong on that way."""

    @abstractmethod
    def throttled(self, call: Call) -> Response:
        """Rate limit exceeded; Job does not receive the call."""

    @abstractmethod
    def unreachable(self, call: Call) -> Response:
        """No connection to Job; Job does not receive the call."""

    @abstractmethod
    def timed_out(self, call: Call) -> Response:
        """Job received the call and took too long."""

    @abstractmethod
    def disconnected(self, call: Call) -> Response:
        """Job received the call and closed the connection without a response."""

    @abstractmethod
    def tls_failed(self, call: Call) -> Response:
        """Job received the call and closed the connection without TLS's close_notify."""

    @abstractmethod
    def relayed(self, call: Call, status: int, body: str | bytes) -> Response:
        """Something that is not a regular response of Job came back."""


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
