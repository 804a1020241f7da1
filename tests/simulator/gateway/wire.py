# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sockets: connections that are kept alive and numbered, and the ways a response can be delivered or lost on them.

Werkzeug's own handler closes the connection after every response and waits 10 ms for stray bytes; real gateways keep it
open, and tests can't afford the time. So Werkzeug reads requests, and this file writes responses.
"""

from __future__ import annotations

import itertools
import os
import socket
import ssl
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Tuple, cast

from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from io import BufferedReader


class Switchboard:
    """What the connections of one server share: the function that responds, numbers, and the open sockets."""

    def __init__(self, serve: Callable[[Request, int], Answer], verbose: bool) -> None:
        self.serve = serve
        self.verbose = verbose
        self.numbers = itertools.count(1)
        self.opened: set[socket.socket] = set()
        self.date_ahead = 0.0

    def handler(self) -> type[Connection]:
        return type("BoundConnection", (Connection,), {"board": self})

    def hang_up(self) -> None:
        for connection in list(self.opened):
            with suppress(OSError):
                # Below TLS, whose own shutdown would interfere with the connection's thread.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class Connection(WSGIRequestHandler):
    """One TCP connection and the requests on it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    board: ClassVar[Switchboard]

    def setup(self) -> None:
        super().setup()
        self.number = next(self.board.numbers)
        self.board.opened.add(self.connection)

    def finish(self) -> None:
        self.board.opened.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        response, deliver = self.board.serve(Request(self.make_environ()), self.number)
        deliver(self, response)

    def log(self, *args: Any, **kwargs: Any) -> None:
        if self.board.verbose:
            super().log(*args, **kwargs)

    def date_time_string(self, timestamp: float | None = None) -> str:
        moment = time.time() if timestamp is None else timestamp
        return super().date_time_string(moment + self.board.date_ahead)

    def transmit(self, response: Response, body: bytes) -> None:
        """Send all headers, and the part of the body that is given."""
        self.send_response(response.status_code)
        for name, value in response.headers:
            # Real servers send UTF-8 bytes; http.server encodes as Latin-1.
            self.send_header(name, value.encode("utf-8").decode("latin-1"))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang_up(self) -> None:
        """Close the connection properly, with TLS after a close_notify."""
        self.close_connection = True
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.settimeout(0)
            # The peer's close_notify is not awaited, hence the error.
            with suppress(OSError):
                self.connection.unwrap()

    def cut(self) -> None:
        """Close the socket at once: no close_notify, nothing flushed."""
        self.close_connection = True
        os.close(self.connection.detach())


Delivery = Callable[[Connection, Response], None]
Answer = Tuple[Response, Delivery]


def send(connection: Connection, response: Response) -> None:
    connection.transmit(response, response.get_data())


def lose(connection: Connection, _response: Response) -> None:
    connection.hang_up()


def send_and_close(connection: Connection, response: Response) -> None:
    send(connection, response)
    connection.hang_up()


def close_on_reuse(connection: Connection, response: Response) -> None:
    send(connection, response)
    # Blocks until the next request begins, or until the client closes the connection itself.
    cast("BufferedReader", connection.rfile).peek(1)
    connection.hang_up()


def reset(connection: Connection, _response: Response) -> None:
    # Closing with a linger time of zero sends RST.
    connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.cut()


def truncate(connection: Connection, response: Response) -> None:
    body = response.get_data()
    connection.transmit(response, body[: len(body) // 2])
    connection.hang_up()


def drop_tls(connection: Connection, _response: Response) -> None:
    connection.cut()
