# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event source for ansible-rulebook: the callbacks that BlueKing Job sends when a job has finished."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import hmac
import json
import logging
import re
import runpy
import socket
import ssl
import typing as t
from pathlib import Path

from aiohttp import web

DOCUMENTATION = r"""
---
short_description: Receive the callbacks of BlueKing Job
version_added: 1.0.0
description:
  - An ansible-rulebook event source that receives the HTTP requests that BlueKing Job (蓝鲸作业平台) sends to the
    C(callback_url) of a job when the job has finished.
  - Launch with the C(callback_url) C(http://HOST:PORT/PATH), or C(http://HOST:PORT/PATH/TOKEN) if O(token) is set. Use
    C(https) if O(certfile) is set.
  - The response is 200 only if the event has been put into the queue of the rulebook. After any other response, Job
    sends the callback only once more. Callbacks are not guaranteed, so wait for a job if you must not miss its result.
  - Job sends a callback each time that a retried job finishes. Each callback is a separate event, also if Job repeats
    it because the response was lost.
  - "The event has one key, C(bk_job), with the keys that the modules return: C(job_instance_id), C(status),
    C(status_code), C(outcome), C(finished), and C(steps), a list with C(step_instance_id), C(status) and
    C(status_code)."
  - A connection carries one request, and is closed after the response. Connections are limited in number and in time,
    so that clients that do not have the token cannot block those that do. If there are too many connections, the
    oldest one with an incomplete request is closed. A callback that has been received completely is always answered.
  - All connections through a reverse proxy come from one IP address. The defaults are suitable for proxies that
    forward complete requests, as HTTP proxies do. If the proxy forwards connections (a TCP load balancer, or address
    translation), all clients share O(max_connections_per_address), so set it to the value of O(max_connections).
options:
  host:
    description:
      - The name or IP address to listen on. Defaults to all IPv4 addresses.
    type: str
    default: 0.0.0.0
  port:
    description:
      - The TCP port to listen on.
    type: int
    required: true
  path:
    description:
      - The path of the callback URL, without percent-encoding. Requests to other paths are answered with 404.
    type: str
    default: /
  token:
    description:
      - A secret that each request must contain, either as the last part of the path, because Job only accepts a URL,
        or in the header C(Authorization), as C(Bearer TOKEN), which a proxy in front can add.
      - The token must contain at least one letter, because ansible-rulebook converts variables that only contain
        digits to numbers.
      - Without a token, every request to O(path) can create events.
    type: str
  certfile:
    description:
      - The path of a PEM file with the TLS certificate, and the intermediate CA certificates if there are any.
    type: str
  keyfile:
    description:
      - The path of a PEM file with the private key of the certificate. It must not be encrypted. Defaults to
        O(certfile).
    type: str
  max_connections:
    description:
      - The maximum number of open connections. Keep it below the limit of open files of the process, which is often
        1024.
      - At most three quarters of them may wait for space in the queue of the rulebook. Further callbacks are
        immediately answered with 503.
    version_added: 1.1.0
    type: int
    default: 500
  max_connections_per_address:
    description:
      - The maximum number of connections from one IP address that have not sent a complete request yet. Callbacks that
        wait for space in the queue do not count.
    version_added: 1.1.0
    type: int
    default: 200
  header_timeout:
    description:
      - The time in seconds for the TLS handshake and the header of the request. The connection is then closed.
      - The client has the same time to receive the response.
    version_added: 1.1.0
    type: float
    default: 5.0
  body_timeout:
    description:
      - The time in seconds for the body of the request, after its header. The response is then 408.
      - Job waits 15 seconds for the response, so keep the sum of O(body_timeout) and O(queue_timeout) below that.
    version_added: 1.1.0
    type: float
    default: 5.0
  queue_timeout:
    description:
      - The time in seconds that a callback waits for space in the queue of the rulebook. The response is then 503.
    version_added: 1.1.0
    type: float
    default: 5.0
  log_interval:
    description:
      - The first request that is rejected for a reason is logged as a warning. Further ones are counted, and the
        counts are logged in one line after each interval of this number of seconds.
    version_added: 1.1.0
    type: float
    default: 60.0
"""

EXAMPLES = r"""
# Launch with callback_url: https://eda.example.com:5000/bk-job/{{ bk_job_callback_token }}
- blueking.job.bk_job_callback:
    port: 5000
    path: /bk-job
    token: "{{ bk_job_callback_token }}"
    certfile: /etc/eda/cert.pem
    keyfile: /etc/eda/key.pem
"""

# Bytes of a header, and of the body if that arrives before the header is processed, which is at most 384 KiB: aiohttp
# stops reading then. Older versions of aiohttp, for example 3.9, do not limit the size of a header.
MAX_EARLY = 512 * 1024
BACKLOG = 1024  # connections that the operating system keeps until they are accepted
SHUTDOWN_TIMEOUT = 1.0  # seconds for requests in progress when the rulebook ends
# Seconds before the next attempt to accept a connection, if the operating system has no resources for it.
ACCEPT_PAUSE = 0.1
# Parts of header_timeout: rules and actions may block the event loop for longer than that, which is no more than one
# part then, so that data that has arrived in the meantime is read before the connection is closed.
TICKS = 10
NOT_HTTP = "400: not a valid HTTP request"
TOO_MANY = "too many connections"
OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

logger = logging.getLogger("blueking.job.bk_job_callback")

# ansible-rulebook runs this file by its path, outside of any package. The names of Job's statuses are loaded in the
# same way from the file that defines them for the modules.
_model = runpy.run_path(
    str(Path(__file__).resolve().parents[4] / "plugins" / "module_utils" / "_model" / "instance.py")
)


class Options(t.NamedTuple):
    """The arguments of the source, and their defaults. Times are in seconds."""

    port: int
    host: str = "0.0.0.0"
    path: str = "/"
    token: str | None = None
    certfile: str | None = None
    keyfile: str | None = None
    max_connections: int = 500
    max_connections_per_address: int = 200
    header_timeout: float = 5.0
    body_timeout: float = 5.0
    queue_timeout: float = 5.0
    log_interval: float = 60.0


# Numbers may be strings, which variables from the environment are.


def _integer(name: str, value: t.Any) -> int:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,5}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 65535:
        raise ValueError(f"{name} must be a number from 1 to 65535")
    return value


def _seconds(name: str, value: t.Any) -> float:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,9})?", value):
        value = float(value)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value <= 3600:
        raise ValueError(f"{name} must be a number of seconds, greater than 0 and at most 3600")
    return value


def _string(name: str, value: t.Any) -> str:
    # Undefined variables can lead to null and "": a token that is missing must not let everybody in.
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a string that is not empty")
    return value


def _path(name: str, value: t.Any) -> str:
    path = _string(name, value)
    if not re.fullmatch("/[^?#%]*", path):
        raise ValueError("path must begin with / and have no ? # or %")
    return path


CHECKS: dict[str, t.Callable[[str, t.Any], t.Any]] = {
    "port": _integer,
    "host": _string,
    "path": _path,
    "token": _string,
    "certfile": _string,
    "keyfile": _string,
    "max_connections": _integer,
    "max_connections_per_address": _integer,
    "header_timeout": _seconds,
    "body_timeout": _seconds,
    "queue_timeout": _seconds,
    "log_interval": _seconds,
}


def _options(args: dict[str, t.Any]) -> Options:
    """Return the arguments of a rulebook, validated.

    Raises ValueError, which ansible-rulebook shows.
    """
    unknown = sorted(set(args) - set(CHECKS))
    if unknown:
        raise ValueError(f"unknown arguments: {', '.join(unknown)}; known are {', '.join(CHECKS)}")
    return Options(**{name: CHECKS[name](name, value) for name, value in {"port": None, **args}.items()})


def _tls(options: Options) -> ssl.SSLContext | None:
    """Return the TLS configuration, or None for plain HTTP. Raises ValueError if the files can't be used."""
    if options.certfile is None:
        if options.keyfile is not None:
            raise ValueError("keyfile needs certfile")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # With a password, even an empty one, OpenSSL does not prompt for that of an encrypted key.
        context.load_cert_chain(options.certfile, options.keyfile, password="")
    except OSError as error:  # including ssl.SSLError
        raise ValueError(f"certfile and keyfile must be readable PEM files that belong together: {error}") from error
    return context


def _equal(one: str, other: str) -> bool:
    """Return whether two strings are equal, in a time that does not depend on how many characters are."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))


def _number(row: t.Any, key: str) -> int:
    """Return a number of 64 bits, as those of Job; the rule engine discards events with much longer ones."""
    value = row.get(key) if isinstance(row, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise web.HTTPBadRequest(reason=f"{key} must be a number")
    return value


def _status(row: t.Any, key: str) -> dict[str, t.Any]:
    """Return the id of an instance or a step, and its status as a word and as a number."""
    code = _number(row, "status")
    return {key: _number(row, key), "status": _model["word"](_model["STATUSES"], code), "status_code": code}


def _event(body: bytes) -> dict[str, t.Any]:
    """Return the event for the body of a request (contract §6.12). Raises HTTPBadRequest if it is not a callback."""
    try:
        # The content type is ignored: before 3.11, Job labels its JSON as a form.
        post = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(reason="not JSON") from None
    instance = _status(post, "job_instance_id")
    outcome = _model["OUTCOMES"].get(instance["status_code"])
    # Job sends the first name; its documentation has the second one.
    steps = post.get("step_instances", post.get("step_instance_list"))
    if not isinstance(steps, list):
        raise web.HTTPBadRequest(reason="step_instances must be a list")
    steps = [_status(step, "step_instance_id") for step in steps]
    return {"bk_job": {**instance, "outcome": outcome, "finished": outcome is not None, "steps": steps}}


class _RefusalLog:
    """Logs refused requests, without letting clients fill the log.

    The first refusal for a reason is logged at once. While there are more for the same reason, they are counted, and
    all counts are logged in one line per interval.
    """

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._repeated: dict[str, int] = {}  # refusals in this interval, by reason, that have not been logged
        self._addresses: dict[str, str] = {}  # the last client, by reason
        self._timer: asyncio.TimerHandle | None = None

    def add(self, address: str, reason: str) -> bool:
        """Log or count a refusal; return whether it was logged at once. There must be few different reasons."""
        self._addresses[reason] = address
        if reason in self._repeated:
            self._repeated[reason] += 1
            return False
        self._repeated[reason] = 0
        logger.warning("Refused a request from %s: %s", address, reason)
        if self._timer is None:
            self._start_timer()
        return True

    def close(self) -> None:
        """Log what has not been logged yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._summarize()

    def _start_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._next_interval)

    def _next_interval(self) -> None:
        self._timer = None
        self._summarize()
        # A reason that was not seen in this interval is logged at once when it returns.
        self._repeated = {reason: 0 for reason, count in self._repeated.items() if count}
        if self._repeated:
            self._start_timer()

    def _summarize(self) -> None:
        counts = [
            f"{count} × {reason} (last from {self._addresses[reason]})"
            for reason, count in self._repeated.items()
            if count
        ]
        if counts:
            total = sum(self._repeated.values())
            logger.warning("Refused %d more requests within %g s: %s", total, self._interval, "; ".join(counts))


if t.TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter


class _ConnectionLog(_Adapter):
    """What aiohttp logs about a connection, limited in number and without exceptions, which may quote the token."""

    def __init__(self, refusals: _RefusalLog, address: str) -> None:
        super().__init__(logger, {})
        self._refusals = refusals
        self._address = address

    def log(self, level: int, msg: object, *args: t.Any, **kwargs: t.Any) -> None:
        if kwargs.pop("exc_info", None):
            self._refusals.add(self._address, NOT_HTTP)
        else:
            super().log(level, msg, *args, **kwargs)


class _Receiver:
    """Turns requests into events. All connections share it."""

    def __init__(self, queue: asyncio.Queue[dict[str, t.Any]], options: Options) -> None:
        self._queue = queue
        self._options = options
        self._path = options.path.rstrip("/")
        self._waiting = 0  # callbacks that wait for space in the queue
        # The rest is for connections whose requests are not complete.
        self._max_waiting = options.max_connections - options.max_connections // 4

    def authorize(self, request: web.BaseRequest) -> None:
        """Refuse a request by its header: before its body is read, wrong methods, paths and tokens."""
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        path, rest = request.path[: len(self._path)], request.path[len(self._path) :]
        if not _equal(path, self._path) or rest[:1] not in ("", "/"):
            raise web.HTTPNotFound
        offered, expected = rest[1:], self._options.token
        if expected is None:
            if offered:
                raise web.HTTPNotFound
        elif not _equal(offered or _bearer(request), expected):
            raise web.HTTPForbidden
        if "Content-Encoding" in request.headers:
            raise web.HTTPBadRequest(reason="Content-Encoding is not supported")

    async def body(self, request: web.BaseRequest) -> bytes:
        """Return the body: at most 1 MiB, which is aiohttp's limit."""
        try:
            if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
                request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return await asyncio.wait_for(request.read(), self._options.body_timeout)
        except asyncio.TimeoutError:
            raise web.HTTPRequestTimeout from None
        except (web.RequestPayloadError, OSError, RuntimeError):
            # Not valid, or the client has closed the connection, which aiohttp may report as a RuntimeError.
            raise web.HTTPBadRequest(reason="the body cannot be read") from None

    async def put(self, event: dict[str, t.Any]) -> None:
        """Put an event into the queue, or refuse it, so that Job sends it again."""
        if self._waiting >= self._max_waiting:
            raise web.HTTPServiceUnavailable
        self._waiting += 1
        try:
            await asyncio.wait_for(self._queue.put(event), self._options.queue_timeout)
        except asyncio.TimeoutError:
            raise web.HTTPServiceUnavailable from None
        finally:
            self._waiting -= 1


def _bearer(request: web.BaseRequest) -> str:
    """Return the token in the header; empty if there is none, or more than one such header."""
    headers = request.headers.getall("Authorization", [])
    scheme, _blank, token = (headers[0] if len(headers) == 1 else "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class _Connection(asyncio.Protocol):
    """A connection, which carries one request.

    aiohttp reads the request and writes the response; its protocol object receives everything that happens. This class
    knows how far the request has got, and closes the connection if that takes too long.
    """

    def __init__(self, address: str, receiver: _Receiver, refusals: _RefusalLog, options: Options) -> None:
        self.address = address
        self.complete = False  # whether a whole request has arrived that has not been answered yet
        self.closing = False
        self._receiver = receiver
        self._refusals = refusals
        self._timeout = options.header_timeout
        # A server for this connection only, so that the handler is a method of the connection.
        log = _ConnectionLog(refusals, address)
        self._http = web.Server(self._handle, access_log=None, logger=log, auto_decompress=False)()
        self._transport: asyncio.Transport | None = None
        self._early = 0  # bytes that were received before the handler was called
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._response: asyncio.Task[t.Any] | None = None  # aiohttp's task, which runs the handler

    def start(self, accepted: socket.socket, tls: ssl.SSLContext | None) -> asyncio.Task[None]:
        """Serve the client; the task ends when the connection is closed."""
        self._task = asyncio.get_running_loop().create_task(self._serve(accepted, tls))
        self._close_later("no complete header in time")
        return self._task

    def _close_later(self, reason: str | None = None, ticks: int = TICKS) -> None:
        if ticks:
            later = functools.partial(self._close_later, reason, ticks - 1)
            self._timer = asyncio.get_running_loop().call_later(self._timeout / TICKS, later)
        else:
            self.close(reason)

    def close(self, reason: str | None = None) -> None:
        """Close the connection now, whatever it is doing, and log the reason if there is one."""
        if reason is not None and not self.closing:
            self._refusals.add(self.address, reason)
        self.closing = True
        self._timer.cancel()
        self._task.cancel()

    async def shut_down(self) -> None:
        """Close the connection, but answer a complete request if that is possible in time."""
        if self.complete and self._response is not None:
            await asyncio.wait({self._response}, timeout=SHUTDOWN_TIMEOUT)
            self._response.cancel()
        self.close()

    async def _serve(self, accepted: socket.socket, tls: ssl.SSLContext | None) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: self, accepted, ssl=tls)
            await self._lost
        except ssl.SSLError as error:
            self._refusals.add(self.address, f"TLS handshake failed: {error.reason}")
        except OSError:
            pass  # The client closed the connection during the handshake.
        finally:
            self.closing = True
            self._timer.cancel()
            if self._transport is not None:
                self._transport.abort()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self._response = asyncio.current_task()
        try:
            self._receiver.authorize(request)
            self._timer.cancel()
            event = _event(await self._receiver.body(request))
            self.complete = True
            await self._receiver.put(event)
            response = web.Response(text="queued")
        except web.HTTPException as refusal:
            self._refuse(refusal)
            raise
        except Exception:
            # For example in a filter of the source, which ansible-rulebook runs when an event is put into the queue.
            error = web.HTTPInternalServerError()
            if self._refuse(error):
                logger.exception("Cannot process a request")
            raise error from None
        finally:
            self.complete = False
            self._timer.cancel()
            self._close_later()
        response.force_close()
        return response

    def _refuse(self, refusal: web.HTTPException) -> bool:
        """Log the refusal without the path, which may contain the token; return whether it was logged at once."""
        refusal.force_close()
        return self._refusals.add(self.address, f"{refusal.status}: {refusal.reason}")

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = t.cast("asyncio.Transport", transport)
        self._http.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._response is None:
            self._early += len(data)
            if self._early > MAX_EARLY:
                self.close("header too large")
                return
        try:
            self._http.data_received(data)
        except ValueError:  # from older versions of aiohttp, for some invalid URLs
            self.close(NOT_HTTP)

    def eof_received(self) -> None:
        self._http.eof_received()

    def pause_writing(self) -> None:
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._http.connection_lost(exc)
        if not self._lost.done():
            self._lost.set_result(None)


class _Connections:
    """The open connections, and their limits."""

    def __init__(self, queue: asyncio.Queue[dict[str, t.Any]], options: Options, tls: ssl.SSLContext | None) -> None:
        self._options = options
        self._tls = tls
        self._refusals = _RefusalLog(options.log_interval)
        self._receiver = _Receiver(queue, options)
        self._tasks: dict[_Connection, asyncio.Task[None]] = {}  # the oldest first

    def listen(self, listener: socket.socket) -> None:
        """Accept connections until ``stop_listening`` is called."""
        if listener.fileno() != -1:  # It is closed when the source has been canceled.
            # Called once per iteration of the event loop, so data on open connections is read before the next one.
            asyncio.get_running_loop().add_reader(listener, self._accept, listener)

    def stop_listening(self, listener: socket.socket) -> None:
        """Do not accept connections any more."""
        asyncio.get_running_loop().remove_reader(listener)

    async def shut_down(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(connection.shut_down() for connection in list(self._tasks)))
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._refusals.close()

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in OUT_OF_RESOURCES:
                self._out_of_resources(listener, error)
            return  # Otherwise the client has closed the connection.
        self._add(accepted, address[0])

    def _out_of_resources(self, listener: socket.socket, error: OSError) -> None:
        self._refusals.add("unknown", f"cannot accept connections: {error.strerror}")
        incomplete = self._incomplete()
        self._close_oldest(incomplete)
        if not incomplete:
            self.stop_listening(listener)
            asyncio.get_running_loop().call_later(ACCEPT_PAUSE, self.listen, listener)

    def _add(self, accepted: socket.socket, address: str) -> None:
        incomplete = self._incomplete()
        same_address = [connection for connection in incomplete if connection.address == address]
        if len(same_address) >= self._options.max_connections_per_address:
            self._close_oldest(same_address)
        elif self._open() >= self._options.max_connections:
            self._close_oldest(incomplete)
        if self._open() >= self._options.max_connections:  # all of them wait for the queue
            self._refusals.add(address, TOO_MANY)
            accepted.close()
            return
        connection = _Connection(address, self._receiver, self._refusals, self._options)
        task = connection.start(accepted, self._tls)
        self._tasks[connection] = task
        task.add_done_callback(functools.partial(self._remove, connection, accepted))

    def _remove(self, connection: _Connection, accepted: socket.socket, _task: asyncio.Task[None]) -> None:
        del self._tasks[connection]
        accepted.close()

    def _open(self) -> int:
        return sum(not connection.closing for connection in self._tasks)

    def _incomplete(self) -> list[_Connection]:
        return [connection for connection in self._tasks if not connection.complete and not connection.closing]

    def _close_oldest(self, connections: list[_Connection]) -> None:
        for connection in connections[:1]:
            connection.close(TOO_MANY)


async def _listen(options: Options, opened: contextlib.ExitStack) -> list[socket.socket]:
    """Return sockets that listen on each address of the host."""
    found = await asyncio.get_running_loop().getaddrinfo(
        options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    listeners = []
    for family, address in dict.fromkeys((family, address) for family, _type, _protocol, _name, address in found):
        listener = opened.enter_context(socket.create_server(address, family=family, backlog=BACKLOG))
        listener.setblocking(False)
        listeners.append(listener)
    return listeners


async def main(queue: asyncio.Queue[dict[str, t.Any]], args: dict[str, t.Any]) -> None:
    """Put an event into the queue for each callback, until canceled."""
    options = _options(args)
    connections = _Connections(queue, options, _tls(options))
    with contextlib.ExitStack() as opened:
        try:
            listeners = await _listen(options, opened)
        except OSError as error:
            raise ValueError(f"cannot listen on {options.host} port {options.port}: {error}") from error
        logger.info("Listening on %s port %s", options.host, options.port)
        for listener in listeners:
            connections.listen(listener)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for listener in listeners:
                connections.stop_listening(listener)
            opened.close()
            await connections.shut_down()
