# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong between a client and Job, one request at a time.

A fault acts at one of three moments: on arrival (the request is not processed at all), when the gateway has admitted it
(Job does not receive it), or when Job has processed it (only the response is affected).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Union

from werkzeug.wrappers import Response

from . import wire
from .front import html_response, json_response

if TYPE_CHECKING:
    import threading

    from ..api.dispatch import Call
    from .front import Front

Moment = Enum("Moment", "ARRIVED ADMITTED DONE")
Body = Union[Mapping[str, Any], List[Any], str, bytes, None]

_NGINX_502 = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, eq=False)
class Fault:
    """When it acts, what replaces the response (None: nothing), and how the response is delivered."""

    moment: Moment
    instead: Callable[[Front, Call], Response] | None = None
    deliver: wire.Delivery = wire.send


#: No fault at all, to let one request through between others.
SOUND = Fault(Moment.DONE)


def throttled() -> Fault:
    """The gateway's rate limit."""
    return Fault(Moment.ADMITTED, lambda front, call: front.throttled(call))


def upstream_refused() -> Fault:
    """The gateway's connection to Job is refused."""
    return Fault(Moment.ADMITTED, lambda front, call: front.unreachable(call))


def answer(status: int, body: Body, headers: Mapping[str, str] | None = None) -> Fault:
    """Any response, before the request is processed."""
    return Fault(Moment.ARRIVED, lambda front, call: _canned(status, body, headers))


def replaced(status: int, body: Body, headers: Mapping[str, str] | None = None) -> Fault:
    """Any response, after Job has processed the request."""
    return Fault(Moment.DONE, lambda front, call: _canned(status, body, headers))


def timeout_text() -> Fault:
    """The gateway times out waiting for Job, which has processed the request."""
    return Fault(Moment.DONE, lambda front, call: front.timed_out(call))


def bad_gateway() -> Fault:
    """The 502 page of the nginx in front of the gateway, after Job has processed the request."""
    return Fault(Moment.DONE, lambda front, call: html_response(502, _NGINX_502))


def lost() -> Fault:
    """The connection is closed without a response."""
    return Fault(Moment.DONE, deliver=wire.lose)


def reset() -> Fault:
    """The connection is reset (RST) without a response."""
    return Fault(Moment.DONE, deliver=wire.reset)


def truncated() -> Fault:
    """Half of the body, with the full Content-Length, then the connection is closed."""
    return Fault(Moment.DONE, deliver=wire.truncate)


def tls_dropped() -> Fault:
    """The connection is closed without TLS's close_notify."""
    return Fault(Moment.DONE, deliver=wire.drop_tls)


def held(event: threading.Event) -> Fault:
    """The response is sent when the test sets the event."""

    def deliver(connection: wire.Connection, response: Response) -> None:
        event.wait()
        wire.send(connection, response)

    return Fault(Moment.DONE, deliver=deliver)


def _canned(status: int, body: Body, headers: Mapping[str, str] | None) -> Response:
    if isinstance(body, (str, bytes)):
        return Response(body, status, headers)
    return json_response(body, status, headers)


class Faults:
    """Faults that wait for requests. A request gets at most one: the first added for its API or for any."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, str | None]] = []

    def add(self, fault: Fault, api: str | None = None, times: int = 1) -> None:
        # One object each time, so that each is used up separately.
        self._waiting.extend((replace(fault), api) for _time in range(times))

    def clear(self) -> None:
        self._waiting.clear()

    def next_for(self, api: str) -> Fault:
        """The fault for a request; one that is refused before the fault acts does not use it up."""
        return next((fault for fault, wanted in self._waiting if wanted in (None, api)), SOUND)

    def struck(self, fault: Fault) -> None:
        """Use up a fault that has acted."""
        for entry in [entry for entry in self._waiting if entry[0] is fault]:
            self._waiting.remove(entry)
