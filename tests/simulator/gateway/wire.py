# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The socket side: connections that are kept alive and numbered, and the ways an answer can travel or get lost on them.

Werkzeug's own handler closes after every answer and waits 10 ms for stray bytes; real gateways keep the connection, and
a test suite can't spare the time. So the reading is Werkzeug's, the writing is done here.
"""

from __future__ import annotations

import itertools
import os
import socket
import ssl
import struct
from contextlib import suppress
from typing import Any, Callable, ClassVar, Tuple

from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Request, Response


class Switchboard:
    """What the connections of one server share: who answers, how they are numbered, which are open."""

    def __init__(self, serve: Callable[[Request, int], Answer], verbose: bool) -> None:
        self.serve = serve
        self.verbose = verbose
        self.numbers = itertools.count(1)
        self.opened: set[socket.socket] = set()

    def handler(self) -> type[Connection]:
        return type("BoundConnection", (Connection,), {"board": self})

    def hang_up(self) -> None:
        for connection in list(self.opened):
            with suppress(OSError):
                # Below TLS, whose own shutdown would get in the way of the connection's thread.
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

    def transmit(self, response: Response, body: bytes) -> None:
        """The whole head, and as much of the body as given."""
        self.send_response(response.status_code)
        for name, value in response.headers:
            # A real server sends the bytes as they are; http.server insists on Latin-1.
            self.send_header(name, value.encode("utf-8").decode("latin-1"))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang_up(self) -> None:
        """Closes in good order: with TLS, only after saying so."""
        self.close_connection = True
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.settimeout(0)
            # The peer's goodbye is not waited for, hence the error.
            with suppress(OSError):
                self.connection.unwrap()

    def cut(self) -> None:
        """The socket is gone at once: no TLS goodbye, nothing flushed, nobody told."""
        self.close_connection = True
        os.close(self.connection.detach())


Delivery = Callable[[Connection, Response], None]
Answer = Tuple[Response, Delivery]


def send(connection: Connection, response: Response) -> None:
    connection.transmit(response, response.get_data())


def lose(connection: Connection, _response: Response) -> None:
    connection.hang_up()


def reset(connection: Connection, _response: Response) -> None:
    # To close with a linger time of zero is to send RST.
    connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.cut()


def truncate(connection: Connection, response: Response) -> None:
    body = response.get_data()
    connection.transmit(response, body[: len(body) // 2])
    connection.hang_up()


def drop_tls(connection: Connection, _response: Response) -> None:
    connection.cut()
