# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong between a client and Job, one request at a time.

A fault acts at one of three moments: on arrival (the request is not processed at all), when the gateway has admitted it
(Job does not receive it), or when Job has processed it (only the response is affected).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Union

from werkzeug.wrappers import Response

from . import wire
from .front import LOGIN, SECRETS, Gateway, html_response, json_response

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
    """When it acts, what replaces the response (None: nothing), and how the response is delivered.

    `unavailable` is a service that the gateway can't reach (it acts on requests that need it), `seconds` how long the
    request takes by the simulator's clock, before it is processed. Of an upload, only the first `received` bytes are
    read; None: all.
    """

    moment: Moment
    instead: Callable[[Front, Call], Response] | None = None
    deliver: wire.Delivery = wire.send
    unavailable: str = ""
    seconds: float = 0.0
    received: int | None = None


#: No fault at all, to let one request through between others.
SOUND = Fault(Moment.DONE)


def throttled() -> Fault:
    """The gateway's rate limit."""
    return Fault(Moment.ADMITTED, lambda front, call: _gateway(front).throttled(call))


def upstream_refused() -> Fault:
    """The gateway's connection to Job is refused."""
    return Fault(Moment.ADMITTED, lambda front, call: _gateway(front).unreachable(call))


def answer(status: int, body: Body, headers: Mapping[str, str] | None = None) -> Fault:
    """Any response, before the request is processed."""
    return Fault(Moment.ARRIVED, lambda front, call: _canned(status, body, headers))


def replaced(status: int, body: Body, headers: Mapping[str, str] | None = None) -> Fault:
    """Any response, after Job has processed the request."""
    return Fault(Moment.DONE, lambda front, call: _canned(status, body, headers))


def oversize() -> Fault:
    """The nginx in front of the gateway gives up on a request that is too large for the gateway."""
    return Fault(Moment.ARRIVED, lambda front, call: html_response(502, _NGINX_502))


def login_down() -> Fault:
    """The gateway can't reach the login service, which verifies `bk_token`."""
    return Fault(Moment.DONE, unavailable=LOGIN)


def secret_service_down() -> Fault:
    """The gateway can't reach the service that verifies `access_token`."""
    return Fault(Moment.DONE, unavailable=SECRETS)


def cold_worker(seconds: float = 25.0) -> Fault:
    """The first v2 call of an ESB worker, which loads all components first: 23 to 27 s by the simulator's clock."""
    return Fault(Moment.DONE, seconds=seconds)


def timeout_text() -> Fault:
    """The gateway times out waiting for Job, which has processed the request."""
    return Fault(Moment.DONE, lambda front, call: _gateway(front).timed_out(call))


def backend_closed() -> Fault:
    """Job closes the gateway's connection after it has processed the request ("Connection aborted")."""
    return Fault(Moment.DONE, lambda front, call: _gateway(front).disconnected(call))


def backend_tls_dropped() -> Fault:
    """Job closes the gateway's connection without TLS's close_notify, after it has processed the request (1306203)."""
    return Fault(Moment.DONE, lambda front, call: _gateway(front).tls_failed(call))


def backend_status(status: int, body: str = "") -> Fault:
    """The gateway receives this status instead of 200, after Job has processed the request."""
    return Fault(Moment.DONE, lambda front, call: _gateway(front).relayed(call, status, body))


def backend_text(text: str | bytes) -> Fault:
    """The gateway receives something that is not JSON, with status 200, after Job has processed the request."""
    return Fault(Moment.DONE, lambda front, call: _gateway(front).relayed(call, 200, text))


def backend_json(value: Any) -> Fault:
    """The gateway receives a JSON value that need not be an object, after Job has processed the request."""
    return backend_text(json.dumps(value))


def bad_gateway() -> Fault:
    """The 502 page of the nginx in front of the gateway, after Job has processed the request."""
    return Fault(Moment.DONE, lambda front, call: html_response(502, _NGINX_502))


def lost() -> Fault:
    """The connection is closed without a response."""
    return Fault(Moment.DONE, deliver=wire.lose)


def reset() -> Fault:
    """The connection is reset (RST) without a response."""
    return Fault(Moment.DONE, deliver=wire.reset)


def unread() -> Fault:
    """The connection is reset (RST) before the request is processed."""
    return Fault(Moment.ARRIVED, lambda front, call: _canned(200, None, None), deliver=wire.reset)


def closed_after() -> Fault:
    """The response is complete, and the connection is closed, although it was to be kept alive."""
    return Fault(Moment.DONE, deliver=wire.send_and_close)


def closed_on_reuse() -> Fault:
    """The response is complete, and the connection is closed at the moment the next request begins to arrive."""
    return Fault(Moment.DONE, deliver=wire.close_on_reuse)


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


# Faults of uploads, to be added for "upload". Of the others, those that don't involve a gateway work there, too.


def upload_cut(received: int = 1000) -> Fault:
    """The connection of an upload is reset when so many bytes have arrived."""
    return Fault(Moment.ARRIVED, lambda front, call: _canned(200, None, None), deliver=wire.reset, received=received)


def upload_refused(code: int = 251012, message: str = "Artifact repository is full", status: int = 400) -> Fault:
    """An error of the artifact repository, after it has read the file."""
    body = {"code": code, "message": message, "data": None, "traceId": ""}
    return Fault(Moment.ARRIVED, lambda front, call: _canned(status, body, None))


def _gateway(front: Front) -> Gateway:
    assert isinstance(front, Gateway), f"{front.name} has no gateway in front of it"
    return front


def _canned(status: int, body: Body, headers: Mapping[str, str] | None) -> Response:
    if isinstance(body, (str, bytes)):
        return Response(body, status, headers)
    return json_response(body, status, headers)


class Faults:
    """Faults that wait for requests. A request gets at most one: the first added for its API or for any."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, fault: Fault, api: str | None = None, times: int = 1) -> None:
        # An object of its own, so that one that was added twice is used up twice.
        self._waiting.append(_Waiting(replace(fault), api, times))

    def clear(self) -> None:
        self._waiting.clear()

    def next_for(self, api: str) -> Fault:
        """The fault for a request; one that is refused before the fault acts does not use it up."""
        return next((waiting.fault for waiting in self._waiting if waiting.api in (None, api)), SOUND)

    def struck(self, fault: Fault) -> None:
        """Use up a fault that has acted, once."""
        for waiting in self._waiting:
            waiting.times -= waiting.fault is fault
        self._waiting = [waiting for waiting in self._waiting if waiting.times > 0]


@dataclass
class _Waiting:
    """A fault that waits for as many requests."""

    fault: Fault
    api: str | None
    times: int
