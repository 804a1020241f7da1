# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that want to block the event source, fill its log, or get past its token."""

from __future__ import annotations

import contextlib
import errno
import gzip
import logging
import re
import socket
import ssl
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.eda.source import BODY, CALLBACK, HEAD, SOURCE, TOKEN, is_open, response_status, rest, running

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.eda.source import Source

LATER = 3600  # seconds, for a timeout that must not happen in a test
PARTIAL = b"POST / HTTP/1.1\r\nHost: host\r\n"  # a header that does not end


def waiting(source: Source) -> socket.socket:
    """Return a connection whose callback waits for space in the queue."""
    client = source.connect(HEAD + BODY)
    source.settle()
    return client


# Too many connections.


def test_connections_from_one_address_are_limited() -> None:
    with running(max_connections_per_address=3, header_timeout=LATER) as source, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(source.connect(PARTIAL)) for _number in range(8)]
        other = stack.enter_context(source.connect(PARTIAL, address="127.0.0.2"))
        assert [rest(client) for client in clients[:5]] == [b""] * 5
        assert all(is_open(client) for client in [*clients[5:], other])
        other.sendall(b"\r\n")
        assert response_status(other) == 400


def test_connections_in_all_are_limited() -> None:
    with running(max_connections=3, header_timeout=LATER) as source, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(source.connect(PARTIAL, f"127.0.0.{number}")) for number in range(1, 9)]
        assert [rest(client) for client in clients[:5]] == [b""] * 5
        assert all(is_open(client) for client in clients[5:])


@pytest.mark.parametrize("limits", [{"max_connections": 1}, {"max_connections_per_address": 1}, {}])
@pytest.mark.parametrize("data", [b"", PARTIAL, HEAD, HEAD + BODY[:5]], ids=["silent", "header", "no body", "body"])
def test_incomplete_requests_do_not_block_callbacks(limits: dict[str, int], data: bytes) -> None:
    """Although all come from one address, as behind a proxy."""
    timeouts = {"header_timeout": LATER, "body_timeout": LATER}
    with running(**timeouts, **limits) as source, contextlib.ExitStack() as stack:
        for number in range(1097):
            stack.enter_context(source.connect(data))
            if number % 365 == 0:
                assert source.post().status_code == 200
                assert source.event()["job_instance_id"] == 12345


def test_complete_requests_are_never_closed() -> None:
    limits = {"max_connections": 4, "max_connections_per_address": 2}
    with running(queue_timeout=LATER, **limits) as source, contextlib.ExitStack() as stack:
        assert source.post().status_code == 200
        client = stack.enter_context(waiting(source))
        for _number in range(20):
            stack.enter_context(source.connect(PARTIAL))
        assert source.event() == source.event()
        assert response_status(client) == 200


def test_callbacks_above_the_limit_are_refused_at_once() -> None:
    with running(max_connections=4, queue_timeout=LATER) as source, contextlib.ExitStack() as stack:
        assert source.post().status_code == 200
        clients = [stack.enter_context(waiting(source)) for _number in range(3)]
        assert source.post().status_code == 503
        for client in clients:
            assert source.event()["job_instance_id"] == 12345
            assert response_status(client) == 200


def test_a_new_connection_is_closed_if_all_others_wait() -> None:
    with running(max_connections=1, queue_timeout=LATER) as source:
        assert source.post().status_code == 200
        with waiting(source) as first:
            with source.connect() as second:
                assert rest(second) == b""
            assert source.event() == source.event()
            assert response_status(first) == 200


def test_running_out_of_file_descriptors_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system fails, because the limit of this process would also be that of the clients."""
    accept, failures = socket.socket.accept, iter([OSError(errno.EMFILE, "Too many open files")] * 3)

    def fail(listener: socket.socket) -> t.Any:
        for failure in failures:
            raise failure
        return accept(listener)

    with running(header_timeout=LATER) as source, source.connect(PARTIAL) as client:
        assert source.post().status_code == 200
        monkeypatch.setattr(socket.socket, "accept", fail)
        assert source.post(body={}).status_code == 400
        assert rest(client) == b""  # to make room
        source.logged("cannot accept connections")


def test_bursts_with_a_slow_consumer_lose_nothing_that_was_accepted() -> None:
    """Senders repeat what was refused. The consumer takes one event for each callback that was refused."""
    refused = threading.Semaphore(0)
    events: list[int] = []

    def send(number: int) -> None:
        while True:
            code = source.post(body={**CALLBACK, "job_instance_id": number}).status_code
            if code == 200:
                return
            assert code == 503
            refused.release()

    def consume(count: int) -> None:
        for _number in range(count):
            refused.acquire()
            events.append(source.event()["job_instance_id"])

    with running(max_connections=20, queue_timeout=0.001) as source, ThreadPoolExecutor(31) as pool:
        consumed = pool.submit(consume, 1000)
        for burst in range(10):
            list(pool.map(send, range(100 * burst, 100 * burst + (100 if burst < 9 else 99))))
        refused.release(1000)
        send(999)
        consumed.result(60)
    assert sorted(events) == list(range(1000))


# Too much time.


@pytest.mark.parametrize("data", [b"", b"P", PARTIAL, b"\r\n"], ids=["silent", "one byte", "header", "empty lines"])
def test_a_header_that_does_not_end_is_closed(data: bytes) -> None:
    with running(header_timeout=0.05, body_timeout=LATER) as source, source.connect(data) as client:
        assert rest(client) == b""
        source.logged("no complete header in time")


def test_a_header_that_arrives_byte_by_byte_is_closed() -> None:
    with running(header_timeout=0.3) as source, source.connect(PARTIAL) as client:
        client.settimeout(0.01)
        received = None
        while received is None:
            try:
                received = client.recv(1)
            except TimeoutError:
                client.sendall(b"x")
            except ConnectionError:
                received = b""
        assert received == b""


def test_a_blocked_event_loop_closes_no_connections() -> None:
    with running(header_timeout=0.1) as source, source.connect() as client:
        source.settle()
        source.block(0.5)
        client.sendall(HEAD + BODY)
        assert response_status(client) == 200


@pytest.mark.parametrize("body", [b"", BODY[:5]])
def test_a_body_that_does_not_end_is_refused(body: bytes) -> None:
    with running(header_timeout=0.05, body_timeout=0.1) as source, source.connect(HEAD + body) as client:
        assert response_status(client) == 408
        assert rest(client) == b""
        assert source.queue.empty()


def test_a_refused_body_is_not_waited_for() -> None:
    with running(header_timeout=0.1, token=TOKEN) as source, source.connect(HEAD) as client:
        client.settimeout(5)
        assert response_status(client) == 403
        assert rest(client) == b""


def test_a_tls_handshake_that_does_not_end_is_closed(files: Path) -> None:
    hello = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="host").do_handshake()
    with running(certfile=str(files / "both.pem"), header_timeout=0.1) as source:
        for data in (b"", hello.read(100), hello.read()[:100]):
            with source.connect(data) as client:
                rest(client)


def test_a_tls_connection_that_the_client_does_not_close_is_closed(files: Path) -> None:
    context = ssl.create_default_context(cafile=str(files / "ca.pem"))
    with running(certfile=str(files / "both.pem"), header_timeout=1) as source:
        tls = context.wrap_socket(source.connect(), server_hostname="127.0.0.1")
        tls.sendall(HEAD + BODY)
        assert response_status(tls) == 200
        with socket.socket(fileno=tls.detach()) as client:
            client.settimeout(10)
            rest(client)


@pytest.mark.parametrize("limits", [{"max_connections": 4}, {"max_connections_per_address": 1}, {}])
def test_tls_handshakes_do_not_block_callbacks(
    files: Path, limits: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    certfile = str(files / "both.pem")
    with running(certfile=certfile, header_timeout=LATER, **limits) as source, contextlib.ExitStack() as stack:
        for number in range(400):
            stack.enter_context(source.connect(b"\x16\x03\x01"))
            if number % 133 == 0:
                assert source.post(verify=str(files / "ca.pem")).status_code == 200
                assert source.event()["job_instance_id"] == 12345
    assert [record for record in caplog.records if record.levelno > logging.WARNING] == []


# Too much data.


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 1_000_000,
        b"POST /" + b"x" * 1_000_000,
        PARTIAL + b"x" * 1_000_000,
        PARTIAL + b"".join(b"x%d: %s\r\n" % (number, b"y" * 8000) for number in range(100)) + b"\r\n",
        PARTIAL + b"x: y\r\n" * 200_000,
    ],
    ids=["no line", "path", "name", "lines", "many lines"],
)
def test_a_large_header_is_refused(source: Source, data: bytes) -> None:
    with contextlib.closing(source.connect()) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(data)
        assert rest(client)[9:12] in (b"", b"400")
    assert source.queue.empty()


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 100 * 1024 * 1024])
def test_a_large_body_is_refused(source: Source, size: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: host\r\nTransfer-Encoding: chunked\r\n\r\n"
    with source.connect(head + b"%x\r\n" % size) as client:
        client.sendall(BODY.ljust(1024 * 1024 + 1))
        assert response_status(client) == 413
    assert source.queue.empty()


def test_a_compressed_body_is_not_expanded(source: Source) -> None:
    """It could become a thousand times as large, which is not worth it: Job does not compress callbacks."""
    response = source.post(body=gzip.compress(BODY), headers={"Content-Encoding": "gzip"})
    assert response.status_code == 400
    assert source.queue.empty()


# Too many lines in the log.


@pytest.mark.parametrize(
    "data",
    [
        b"POST /bk-job/guess HTTP/1.1\r\nHost: host\r\nContent-Length: 0\r\n\r\n",
        b"POST /other HTTP/1.1\r\nHost: host\r\nContent-Length: 0\r\n\r\n",
        b"GET /bk-job HTTP/1.1\r\nHost: host\r\n\r\n",
        b"no HTTP\r\n\r\n",
        b"POST http://[/ HTTP/1.1\r\nHost: host\r\n\r\n",
        b"POST /bk-job/s3cr3t HTTP/1.1\r\nHost: host\r\nContent-Length: 3\r\n\r\n{}]",
        b"POST /bk-job/s3cr3t HTTP/1.1\r\nHost: host\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    ],
    ids=["token", "path", "method", "no HTTP", "URL", "JSON", "chunks"],
)
def test_repeated_refusals_are_counted(guarded: Source, data: bytes) -> None:
    for _number in range(200):
        with guarded.connect(data) as client:
            rest(client)
    first, summary = guarded.stop()
    assert re.search(r"from 127\.0\.0\.1: 4\d\d: ", first)
    assert re.search(r" 199 × 4\d\d: .* \(last from 127\.0\.0\.1\)$", summary)


def test_clients_that_leave_are_counted(source: Source) -> None:
    for _number in range(200):
        source.connect(HEAD + BODY[:5]).close()
    assert len(source.stop()) == 2


def test_failed_tls_handshakes_are_counted(files: Path) -> None:
    with running(certfile=str(files / "both.pem")) as source:
        for _number in range(50):
            with source.connect(HEAD) as client:
                rest(client)
        first, summary = source.stop()
    assert first.endswith("TLS handshake failed: HTTP_REQUEST")
    assert " 49 × TLS handshake failed: HTTP_REQUEST" in summary


def test_failing_filters_are_counted(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    async def put(event: object) -> None:
        raise KeyError(event)

    monkeypatch.setattr(source.queue, "put", put)
    for _number in range(50):
        assert source.post().status_code == 500
    first, traceback, summary = source.stop()
    assert first.endswith("500: Internal Server Error")
    assert "KeyError: {'bk_job'" in traceback
    assert " 49 × 500: Internal Server Error" in summary


def test_there_is_one_summary_per_interval() -> None:
    with running(path="/bk-job", token=TOKEN, log_interval=1) as source:
        for _number in range(3):
            source.post("/bk-job/guess")
        source.logged("127.0.0.1: 403: Forbidden")
        assert source.logged("more requests").count(" × ") == 1
        # The next interval has another reason, so in the one after that 403 is logged at once again.
        source.post("/other")
        source.logged("127.0.0.1: 404: Not Found")
        source.post("/other")
        assert "403" not in source.logged("more requests")
        source.post("/bk-job/guess")
        source.logged("127.0.0.1: 403: Forbidden")


# Past the token.


def message(path: str = f"/bk-job/{TOKEN}", *headers: str, body: bytes = BODY, length: bool = True) -> bytes:
    """Return a request; with its length unless a header says how long it is."""
    lines = [f"POST {path} HTTP/1.1", "Host: host", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


CHUNKED = "Transfer-Encoding: chunked"
LENGTH = f"Content-Length: {len(BODY)}"


@pytest.mark.parametrize(
    "data",
    [
        message(f"/bk-job/{TOKEN}", CHUNKED, body=b"0\r\n\r\n" + message()),
        message(f"/bk-job/{TOKEN}", CHUNKED, "Content-Length: 4", body=chunked(message()), length=False),
        message(f"/bk-job/{TOKEN}", "Content-Length: 5"),
        message(f"/bk-job/{TOKEN}", LENGTH),
        message(f"/bk-job/{TOKEN}", f"{LENGTH}, {len(BODY)}", length=False),
        *(
            message(f"/bk-job/{TOKEN}", f"Content-Length: {length}", length=False)
            for length in (f"+{len(BODY)}", "-1", "1_0", hex(len(BODY)), "")
        ),
        *(
            message(f"/bk-job/{TOKEN}", f"Transfer-Encoding{value}", body=chunked(BODY), length=False)
            for value in (": xchunked", " : chunked", ": chunked\r\nTransfer-Encoding: identity", ": chunked, identity")
        ),
        *(
            message(f"/bk-job/{TOKEN}", CHUNKED, body=body, length=False)
            for body in (b"zz\r\n" + BODY, b"-1\r\n" + BODY, b"0x5\r\n" + BODY)
        ),
        message(f"/bk-job/{TOKEN}", "X: a\r\n b"),
        message(f"/bk-job/{TOKEN}", "X: a\0b"),
        message(f"/bk-job/{TOKEN}", "X(: a"),
    ],
)
def test_an_ambiguous_request_is_refused(guarded: Source, data: bytes) -> None:
    """A proxy in front could take a part of it for another request."""
    with guarded.connect(data) as client:
        assert response_status(client) == 400
        assert rest(client) == b""
    assert guarded.queue.empty()


@pytest.mark.parametrize("path", ["/bk-job/guess", f"/bk-job/{TOKEN}"])
def test_what_follows_a_request_is_ignored(guarded: Source, path: str) -> None:
    with guarded.connect(message(path) + message()) as client:
        response = rest(client)
    assert response.count(b"HTTP/1.1 ") == 1
    if TOKEN in path:
        assert guarded.event()["job_instance_id"] == 12345
    assert guarded.queue.empty()


@pytest.mark.parametrize(
    "data",
    [
        message(f"/bk-job/{TOKEN}", CHUNKED, body=chunked(BODY), length=False),
        message(f"/bk-job/{TOKEN}", CHUNKED, body=b"5;a=b\r\n" + BODY[:5] + b"\r\n" + chunked(BODY[5:]), length=False),
        message(f"http://host/bk-job/{TOKEN}"),
        message(f"/bk-job/{TOKEN}?a=b"),
        message("/bk-job/%733cr3t"),
        message("/bk-job%2Fs3cr3t"),
    ],
    ids=["chunked", "chunks", "absolute", "query", "percent-encoded token", "percent-encoded slash"],
)
def test_other_spellings_of_a_callback_are_accepted(guarded: Source, data: bytes) -> None:
    with guarded.connect(data) as client:
        assert guarded.event()["job_instance_id"] == 12345
        assert response_status(client) == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/bk-job/../bk-job/s3cr3t", 403),
        ("/bk-job/./s3cr3t", 403),
        ("/bk-job//s3cr3t", 403),
        ("/bk-job/s3cr3t;x", 403),
        ("/bk-job/%25733cr3t", 403),
        ("/bk-job/%u0073cr3t", 403),
        ("/bk-job/s3cr3t%00", 403),
        ("/bk-job/s3cr3t%20", 403),
        ("/bk-job/%", 403),
        ("/bk-job/%ff", 403),
        ("/bk-job/%ed%a0%80", 403),
        ("/bk-job/ｓ3cr3t", 403),
        ("//bk-job/s3cr3t", 404),
        ("/./bk-job/s3cr3t", 404),
        ("/BK-JOB/s3cr3t", 404),
        ("/%ff/s3cr3t", 404),
        ("http://host", 404),
    ],
)
def test_other_paths_are_refused(guarded: Source, path: str, code: int) -> None:
    path = path.replace("ｓ", "%EF%BD%93")
    with guarded.connect(message(path)) as client:
        assert response_status(client) == code
    assert guarded.queue.empty()


def test_a_composed_character_is_not_a_decomposed_one() -> None:
    with running(token="\u00e9") as source:
        assert source.post("/%65%CC%81").status_code == 403
        assert source.post("/%C3%A9").status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        ("Bearer s3cr3t", "Bearer s3cr3t"),
        ("Bearer s3cr3t", "Bearer guess"),
        ("Bearer guess", "Bearer s3cr3t"),
        ("Bearer s3cr3t, Bearer s3cr3t",),
        ("Bearer\ts3cr3t",),
        ("Bearer s3cr3t\udcff",),
        ("Bearer \udced\udca0\udc80",),
        ("s3cr3t",),
    ],
)
def test_only_one_authorization_header_is_accepted(guarded: Source, values: tuple[str, ...]) -> None:
    with guarded.connect(message("/bk-job", *(f"Authorization: {value}" for value in values))) as client:
        assert response_status(client) == 403
    assert guarded.queue.empty()


def test_a_body_is_only_asked_for_with_the_token(guarded: Source) -> None:
    """With `Expect: 100-continue`, the client waits for a response to its header."""
    for path, first in ((f"/bk-job/{TOKEN}", b"HTTP/1.1 100 "), ("/bk-job/guess", b"HTTP/1.1 403 ")):
        head = message(path, "Expect: 100-continue").removesuffix(BODY)
        with guarded.connect(head) as client:
            assert client.recv(4096).startswith(first)
            if b"100" in first:
                client.sendall(BODY)
                assert response_status(client) == 200
                assert guarded.event()["job_instance_id"] == 12345
    assert guarded.queue.empty()


@pytest.mark.parametrize(
    "line",
    [
        "POST /bk-job/s3cr3t HTTP/9.9",
        "PO(T /bk-job/s3cr3t HTTP/1.1",
        "POST http://host:s3cr3t/ HTTP/1.1",
        "POST http://[s3cr3t/ HTTP/1.1",
        "/bk-job/s3cr3t",
        "\x16\x03\x01 s3cr3t",
    ],
)
def test_the_token_is_never_logged(guarded: Source, caplog: pytest.LogCaptureFixture, line: str) -> None:
    caplog.set_level(logging.DEBUG)
    with guarded.connect(f"{line}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()) as client:
        assert b" 400 " in rest(client)[:20]
    guarded.logged("Refused a request from 127.0.0.1: 400: not a valid HTTP request")
    assert TOKEN not in caplog.text


def test_the_limits_are_documented() -> None:
    names = SOURCE["Options"]._fields[6:]
    assert names == (
        "max_connections",
        "max_connections_per_address",
        "header_timeout",
        "body_timeout",
        "queue_timeout",
        "log_interval",
    )
    assert all(f"  {name}:\n" in SOURCE["DOCUMENTATION"] for name in names)
