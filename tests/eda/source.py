# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source, loaded and run as ansible-rulebook does it, and clients that send requests to it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import logging
import logging.handlers
import queue
import runpy
import socket
import time
import typing as t
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator

FILE = CHECKOUT / "extensions" / "eda" / "plugins" / "event_source" / "bk_job_callback.py"
SOURCE = runpy.run_path(str(FILE))
LOGGER = "blueking.job.bk_job_callback"
TOKEN = "s3cr3t"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
# A callback (contract §6.12), and the same as bytes and with its header.
CALLBACK = {"job_instance_id": 12345, "status": 3, "step_instances": [{"step_instance_id": 16271, "status": 3}]}
BODY = json.dumps(CALLBACK).encode()
HEAD = f"POST / HTTP/1.1\r\nHost: host\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()


def free_port() -> int:
    """Return a port that is not in use."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def request(url: str, body: object, method: str = "POST", headers: t.Any = None, **options: t.Any) -> requests.Response:
    """Send a body, as JSON unless it is bytes; by default with the content type that Job has before 3.11."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Content-Type": FORM, **(headers or {})}
        return session.request(method, url, data=data, headers=headers, timeout=60, **options)


class Source:
    """The running source, with an event loop of its own. Like that of ansible-rulebook, its queue has size one.

    ``log`` has the records that the source logs, as they come.
    """

    def __init__(self, args: dict[str, t.Any]) -> None:
        self.port = int(args["port"])
        self.log: queue.Queue[logging.LogRecord] = queue.Queue()
        self.ended: Future[None] = Future()
        self._args = args

    async def run(self) -> None:
        """Run the source until it is canceled."""
        self._loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[dict[str, t.Any]] = asyncio.Queue(1)
        self._task = asyncio.ensure_future(SOURCE["main"](self.queue, {"host": "127.0.0.1", **self._args}))
        with pytest.raises(asyncio.CancelledError):
            await self._task

    def cancel(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    def stop(self) -> list[str]:
        """Stop the source, and return the warnings and errors that have not been waited for."""
        self.cancel()
        self.ended.result(60)
        records = [self.log.get() for _number in range(self.log.qsize())]
        return [record.getMessage() for record in records if record.levelno >= logging.WARNING]

    def settle(self) -> None:
        """Let the source process what has been sent to it."""

        async def iterate() -> None:
            for _iteration in range(50):
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(iterate(), self._loop).result(60)

    def block(self, seconds: float) -> None:
        """Block the event loop, as other tasks of ansible-rulebook may do."""
        self._loop.call_soon_threadsafe(time.sleep, seconds)

    def post(self, path: str = "/", body: object = None, **options: t.Any) -> requests.Response:
        url = f"{'https' if 'verify' in options else 'http'}://127.0.0.1:{self.port}{path}"
        return request(url, CALLBACK if body is None else body, **options)

    def event(self) -> t.Any:
        """Wait for the oldest event, and return what is in its only key."""
        [(key, event)] = asyncio.run_coroutine_threadsafe(self.queue.get(), self._loop).result(60).items()
        assert key == "bk_job"
        return event

    def connect(self, data: bytes = b"", address: str = "127.0.0.1") -> socket.socket:
        """Return a connection from an IP address of this machine, on which the data has been sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60, source_address=(address, 0))
        connection.sendall(data)
        return connection

    def logged(self, part: str) -> str:
        """Wait for a message that contains the string, and return it; earlier messages are skipped."""
        while True:
            message = self.log.get(timeout=60).getMessage()
            if part in message:
                return message


@contextlib.contextmanager
def running(**args: t.Any) -> Iterator[Source]:
    """Run the source in a thread of its own."""
    source = Source({"port": free_port(), **args})
    handler = logging.handlers.QueueHandler(source.log)
    logger = logging.getLogger(LOGGER)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    with ThreadPoolExecutor(1) as pool:
        source.ended = pool.submit(asyncio.run, source.run())
        source.logged(f"Listening on 127.0.0.1 port {source.port}")
        try:
            yield source
        finally:
            source.cancel()
            source.ended.result(60)
            logger.removeHandler(handler)


def response_status(connection: socket.socket) -> int:
    """Read a response to its end and return its status."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        response.read()
        return response.status


def rest(connection: socket.socket) -> bytes:
    """Read until the server has closed the connection; fail if it does not."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while received := connection.recv(65536):
            data += received
    return data


def is_open(connection: socket.socket) -> bool:
    """Return whether the server has neither sent anything nor closed the connection."""
    timeout = connection.gettimeout()
    connection.setblocking(False)
    try:
        connection.recv(1)
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    finally:
        connection.settimeout(timeout)
    return False
