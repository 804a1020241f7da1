# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy behind which every host of the internet is the simulator, so that playbooks can name any of them."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import typing as t

if t.TYPE_CHECKING:
    from tests.simulator import Simulator


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy for HTTPS (CONNECT); ``hosts`` are those that were requested, as ``name:port``."""

    daemon_threads = True

    def __init__(self, sim: Simulator) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.behind = ("127.0.0.1", int(sim.url.rpartition(":")[2]))
        self.hosts: set[str] = set()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Proxy:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.shutdown()
        self.server_close()


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        host = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.hosts.add(host)
        with socket.create_connection(self.server.behind) as simulator:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=_pass_on, args=(simulator, self.connection), daemon=True).start()
            _pass_on(self.connection, simulator)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
