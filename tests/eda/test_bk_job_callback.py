# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source on a real socket, loaded as ansible-rulebook loads it, and posted to as Job posts."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import logging
import logging.handlers
import queue
import re
import runpy
import socket
import ssl
import sys
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import trustme
import yaml

from tests.collection_path import CHECKOUT
from tests.eda.talk import FORM, JSON, free_port, request

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = CHECKOUT / "extensions" / "eda" / "plugins" / "event_source" / "bk_job_callback.py"
SOURCE = runpy.run_path(str(FILE))
TOKEN = "s3cr3t"
POST = {"job_instance_id": 12345, "status": 3, "step_instances": [{"step_instance_id": 16271, "status": 3}]}
# Contract §5.1.
STATUSES = {
    1: ("pending", None),
    2: ("running", None),
    3: ("success", "succeeded"),
    4: ("failed", "failed"),
    5: ("skipped", "failed"),
    6: ("ignored", "failed"),
    7: ("waiting", None),
    8: ("terminated_legacy", "terminated"),
    9: ("abnormal", "abnormal"),
    10: ("stopping", None),
    11: ("terminated", "terminated"),
    12: ("stop_failed", "failed"),
    13: ("rejected", "terminated"),
    14: ("abandoned", "abandoned"),
    15: ("rolling_waiting", None),
    99: ("unknown", None),
}


class Source:
    """The source while it runs, in a loop of its own; its queue has room for one event, as that of ansible-rulebook."""

    def __init__(self, args: dict[str, t.Any]) -> None:
        self.port = int(args["port"])
        self._args = args

    async def run(self) -> None:
        """Until it is cancelled, which it must not hide."""
        self._loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[dict[str, t.Any]] = asyncio.Queue(1)
        self._task = asyncio.ensure_future(SOURCE["main"](self.queue, {"host": "127.0.0.1", **self._args}))
        with pytest.raises(asyncio.CancelledError):
            await self._task

    def cancel(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)

    def post(self, path: str = "/", body: object = None, **how: t.Any) -> requests.Response:
        url = f"{'https' if 'verify' in how else 'http'}://127.0.0.1:{self.port}{path}"
        return request(url, POST if body is None else body, **how)

    def event(self) -> t.Any:
        """The oldest event, without the key that all have."""
        [(key, event)] = asyncio.run_coroutine_threadsafe(self.queue.get(), self._loop).result(60).items()
        assert key == "bk_job"
        return event

    def connect(self, head: str) -> socket.socket:
        """A connection over which the beginning of a request has been sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(head.encode())
        return connection


def answer(connection: socket.socket) -> int:
    """The status of the answer that comes over the connection; the answer is read to its end."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        response.read()
        return response.status


@contextlib.contextmanager
def running(**args: t.Any) -> Iterator[Source]:
    """The source, from when it listens until it was cancelled."""
    source = Source({"port": free_port(), **args})
    said: queue.Queue[logging.LogRecord] = queue.Queue()
    ear = logging.handlers.QueueHandler(said)
    logger = logging.getLogger("blueking.job")
    logger.addHandler(ear)
    logger.setLevel(logging.INFO)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(asyncio.run, source.run())
        assert said.get(timeout=60).getMessage() == f"Listening on 127.0.0.1 port {source.port}"
        try:
            yield source
        finally:
            source.cancel()
            ended.result(60)
            logger.removeHandler(ear)


@pytest.fixture
def source() -> Iterator[Source]:
    with running() as source:
        yield source


@pytest.fixture
def guarded() -> Iterator[Source]:
    with running(path="/bk-job", token=TOKEN) as source:
        yield source


@pytest.fixture
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for."""
    monkeypatch.setitem(SOURCE["main"].__globals__, "PATIENCE", 0.05)


@pytest.mark.parametrize("steps", ["step_instances", "step_instance_list"])
@pytest.mark.parametrize("content_type", [JSON, FORM])
def test_a_callback_becomes_an_event(source: Source, content_type: str, steps: str) -> None:
    body = {
        "job_instance_id": 12345,
        "status": 4,
        steps: [{"step_instance_id": 16271, "status": 4, "new": 1}, {"step_instance_id": 16272, "status": 1}],
        "new": {},
    }
    response = source.post(body=body, headers={"Content-Type": content_type})
    assert (response.status_code, response.text) == (200, "queued")
    assert source.event() == {
        "job_instance_id": 12345,
        "status": "failed",
        "status_code": 4,
        "outcome": "failed",
        "finished": True,
        "steps": [
            {"step_instance_id": 16271, "status": "failed", "status_code": 4},
            {"step_instance_id": 16272, "status": "pending", "status_code": 1},
        ],
    }


def test_the_event_is_that_of_the_guide(source: Source) -> None:
    guide = (CHECKOUT / "docs" / "docsite" / "rst" / "guide_event_driven.rst").read_text(encoding="utf-8")
    [shown] = re.findall(r"code-block:: json\n\n((?: +.*\n)+)", guide)
    steps = [{"step_instance_id": 16271, "status": 4}]
    assert source.post(body={"job_instance_id": 12345, "status": 4, "step_instances": steps}).status_code == 200
    assert {"bk_job": source.event()} == json.loads(shown)


def test_every_status_has_its_word(source: Source) -> None:
    for code, (word, outcome) in STATUSES.items():
        steps = [{"step_instance_id": 1, "status": code}]
        assert source.post(body={"job_instance_id": 1, "status": code, "step_instances": steps}).status_code == 200
        event = source.event()
        assert (event["status"], event["status_code"], event["outcome"]) == (word, code, outcome)
        assert event["finished"] == (outcome is not None)
        assert event["steps"] == [{"step_instance_id": 1, "status": word, "status_code": code}]


def test_a_callback_after_a_retry_is_an_event_of_its_own(source: Source) -> None:
    for status in (4, 4, 3):
        assert source.post(body={**POST, "status": status}).status_code == 200
        assert source.event()["status_code"] == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"job_instance_id=1&status=3",
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b"1" * 5000,
        b"null",
        b'"step_instances"',
        [POST],
        {},
        {**POST, "status": None},
        {**POST, "status": True},
        {**POST, "status": "3"},
        {**POST, "job_instance_id": 1.0},
        {**POST, "step_instances": None},
        {**POST, "step_instances": {}},
        {**POST, "step_instances": [None]},
        {**POST, "step_instances": [{"status": 3}]},
        {**POST, "step_instances": [{"step_instance_id": 1}]},
        *({key: value for key, value in POST.items() if key != missing} for missing in POST),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_callback_is_refused(source: Source, body: object) -> None:
    assert source.post(body=body).status_code == 400
    assert source.queue.empty()


def test_a_broken_transfer_is_refused(source: Source) -> None:
    assert source.post(headers={"Content-Encoding": "gzip"}).status_code == 400
    assert source.queue.empty()


def test_the_size_has_a_limit(source: Source) -> None:
    body = json.dumps(POST).encode()
    assert source.post(body=body + b" " * (1024 * 1024 - len(body))).status_code == 200
    assert source.event()["job_instance_id"] == 12345
    assert source.post(body=body + b" " * (1024 * 1024 - len(body) + 1)).status_code == 413
    assert source.queue.empty()


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS"])
def test_only_posts_are_taken(guarded: Source, method: str) -> None:
    response = guarded.post(f"/bk-job/{TOKEN}", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert guarded.queue.empty()


@pytest.mark.parametrize(
    ("args", "path", "status"),
    [
        ({}, "/", 200),
        ({}, "/?from=job", 200),
        ({}, "/other", 404),
        ({"path": "/bk-job"}, "/bk-job", 200),
        ({"path": "/bk-job"}, "/bk-job/", 200),
        ({"path": "/bk-job/"}, "/bk-job", 200),
        ({"path": "/作业/s3cr3t"}, "/作业/s3cr3t", 200),
        ({"path": "/bk-job"}, "/", 404),
        ({"path": "/bk-job"}, "/bk-jobs", 404),
        ({"path": "/bk-job"}, "/bk-job/other", 404),
    ],
)
def test_without_a_token_the_path_decides(args: dict[str, str], path: str, status: int) -> None:
    with running(**args) as source:
        assert source.post(path).status_code == status
        assert source.queue.empty() == (status != 200)


@pytest.mark.parametrize(
    ("args", "path", "header"),
    [
        ({}, "/s3cr3t", None),
        ({}, "/s3cr3t?from=job", None),
        ({}, "/", "Bearer s3cr3t"),
        ({"path": "/bk-job"}, "/bk-job/s3cr3t", None),
        ({"path": "/bk-job"}, "/bk-job/s3cr3t", "Basic of-the-proxy"),
        ({"path": "/bk-job"}, "/bk-job", "bearer  s3cr3t"),
        ({"path": "/bk-job/"}, "/bk-job/", "Bearer s3cr3t"),
        ({"path": "/bk-job", "token": "a/b+c=="}, "/bk-job/a/b+c==", None),
        ({"path": "/bk-job", "token": "a/b c%密"}, "/bk-job/a%2Fb%20c%25%E5%AF%86", None),
    ],
)
def test_the_token_comes_in_the_path_or_in_the_header(args: dict[str, str], path: str, header: str | None) -> None:
    with running(**{"token": TOKEN, **args}) as source:
        assert source.post(path, headers={"Authorization": header} if header else {}).status_code == 200
        assert source.event()["job_instance_id"] == 12345


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("/bk-job", None),
        ("/bk-job/", None),
        ("/bk-job/guess", None),
        ("/bk-job/s3cr3", None),
        ("/bk-job/s3cr3t/", None),
        ("/bk-job/guess", "Bearer s3cr3t"),
        ("/bk-job?token=s3cr3t", None),
        ("/bk-job", "Bearer guess"),
        ("/bk-job", "Bearer"),
        ("/bk-job", "Basic s3cr3t"),
        ("/bk-job", b"Bearer \xff"),
    ],
)
def test_a_post_without_the_token_is_refused_and_not_told_why(
    guarded: Source, path: str, header: str | bytes | None
) -> None:
    response = guarded.post(path, headers={"Authorization": header} if header else {})
    assert (response.status_code, response.text) == (403, "403: Forbidden")
    assert guarded.queue.empty()


def test_who_has_no_token_is_refused_before_sending_anything(guarded: Source) -> None:
    with guarded.connect("POST /bk-job/guess HTTP/1.1\r\nHost: host\r\nContent-Length: 1000000\r\n\r\n") as client:
        assert answer(client) == 403


def test_a_token_does_not_hide_that_a_path_is_wrong(guarded: Source) -> None:
    assert guarded.post(f"/other/{TOKEN}", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_a_refusal_is_logged_without_secrets(guarded: Source, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="urllib3")  # of the client
    guarded.post(f"/{TOKEN}")
    guarded.post(f"/bk-job/{TOKEN}/", headers={"Authorization": f"Bearer {TOKEN}"})
    guarded.post(f"/bk-job/{TOKEN}", body={"job_instance_id": 1, "status": TOKEN})
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "Refused a post from 127.0.0.1: 404: Not Found",
        "Refused a post from 127.0.0.1: 403: Forbidden",
        "Refused a post from 127.0.0.1: 400: status must be a number",
    ]
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("line", ["POST /bk-job/s3cr3t HTTP/9.9", "PO(T /bk-job/s3cr3t HTTP/1.1", "/bk-job/s3cr3t"])
def test_what_is_not_even_http_is_logged_without_secrets(
    guarded: Source, caplog: pytest.LogCaptureFixture, line: str
) -> None:
    caplog.set_level(logging.DEBUG, logger="blueking.job")
    with guarded.connect(f"{line}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n") as client:
        assert answer(client) == 400
    assert "Error handling request" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.usefixtures("_in_a_hurry")
def test_a_post_is_refused_while_the_queue_is_full_and_taken_again(source: Source) -> None:
    assert source.post().status_code == 200
    assert source.post(body={**POST, "status": 4}).status_code == 503
    assert source.event()["status"] == "success"
    assert source.queue.empty()
    assert source.post(body={**POST, "status": 4}).status_code == 200
    assert source.event()["status"] == "failed"


def test_a_post_waits_for_room_in_the_queue(source: Source) -> None:
    bodies = [{**POST, "job_instance_id": number} for number in range(5)]
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = pool.map(lambda body: source.post(body=body).status_code, bodies)
        events = [source.event()["job_instance_id"] for _body in bodies]
        assert list(answers) == [200] * len(bodies)
    assert sorted(events) == list(range(5))


def test_a_filter_that_fails_is_no_success(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """ansible-rulebook runs the filters of a source where the event is put into the queue."""

    async def put(event: object) -> None:
        raise KeyError(event)

    monkeypatch.setattr(source.queue, "put", put)
    assert source.post().status_code == 500


HEAD = f"POST / HTTP/1.1\r\nHost: host\r\nContent-Length: {len(json.dumps(POST))}\r\n\r\n"


def test_a_slow_client_is_in_nobodys_way(source: Source) -> None:
    with source.connect(HEAD) as slow:
        assert source.post(body={**POST, "status": 4}).status_code == 200
        assert source.event()["status"] == "failed"
        slow.sendall(json.dumps(POST).encode())
        assert answer(slow) == 200
        assert source.event()["status"] == "success"


@pytest.mark.usefixtures("_in_a_hurry")
def test_a_client_that_is_too_slow_is_refused(source: Source) -> None:
    with source.connect(HEAD + '{"job') as slow:
        assert answer(slow) == 408
    assert source.queue.empty()


def test_a_client_that_leaves_leaves_no_event(source: Source) -> None:
    source.connect(HEAD + '{"job').close()
    assert source.post().status_code == 200
    assert source.event()["job_instance_id"] == 12345
    assert source.queue.empty()


def test_a_connection_that_falls_silent_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCE["main"].__globals__, "IDLE", 0.05)
    with running() as source, source.connect(HEAD + json.dumps(POST)) as idle:
        assert answer(idle) == 200
        assert idle.recv(1) == b""


def test_a_cancelled_source_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCE["main"].__globals__, "PATIENCE", 3600)
    monkeypatch.setitem(SOURCE["main"].__globals__, "GRACE", 0.05)
    with running() as source:
        slow, idle = source.connect(HEAD), source.connect(HEAD + json.dumps(POST))
        assert answer(idle) == 200
    with slow, idle:
        assert idle.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            source.connect("")
    with running(port=source.port) as again:
        assert again.post().status_code == 200


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate of 127.0.0.1, keys that fit and don't, and the authority."""
    folder = tmp_path_factory.mktemp("tls")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    authority.issue_cert("127.0.0.2").private_key_pem.write_to_path(folder / "other.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "locked.pem").write_text(_locked((folder / "key.pem").read_bytes()), encoding="utf-8")
    return folder


def _locked(key: bytes) -> str:
    """The key, with a password."""
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(key, None)
    encryption = serialization.BestAvailableEncryption(b"password")
    form = serialization.PrivateFormat.PKCS8
    return private.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


@pytest.mark.parametrize("names", [("cert.pem", "key.pem"), ("both.pem",)])
def test_it_speaks_tls(files: Path, names: tuple[str, ...]) -> None:
    paths = dict(zip(("certfile", "keyfile"), (str(files / name) for name in names)))
    with running(token=TOKEN, **paths) as source:
        assert source.post(f"/{TOKEN}", verify=str(files / "ca.pem")).status_code == 200
        assert source.event()["job_instance_id"] == 12345
        with pytest.raises(requests.ConnectionError):
            source.post(f"/{TOKEN}")


def test_the_example_takes_what_is_posted_to_its_callback_url(files: Path) -> None:
    text = SOURCE["EXAMPLES"].replace("/etc/eda", str(files)).replace("{{ bk_job_callback_token }}", TOKEN)
    [example] = yaml.safe_load(text)
    args = {**example["blueking.job.bk_job_callback"], "port": free_port()}
    [address] = re.findall(r"callback_url: https://eda\.example\.com:5000(/\S+)", text)
    with running(**args) as source:
        assert source.post(address, verify=str(files / "ca.pem")).status_code == 200
        assert source.event()["job_instance_id"] == 12345


def test_a_client_that_does_not_shake_hands_is_in_nobodys_way(files: Path) -> None:
    with running(certfile=str(files / "both.pem")) as source, source.connect("") as silent:
        assert source.post(verify=str(files / "ca.pem")).status_code == 200
        context = ssl.create_default_context(cafile=str(files / "ca.pem"))
        with context.wrap_socket(silent, server_hostname="127.0.0.1") as late:
            late.sendall(HEAD.encode())
            assert source.event()["job_instance_id"] == 12345
            late.sendall(json.dumps(POST).encode())
            assert answer(late) == 200


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (
            {"port": 1, "tokn": "x", "hmac_secret": "y"},
            "there is no argument hmac_secret, tokn, only port, host, path, token, certfile, keyfile",
        ),
        *(
            ({**port}, "port must be a number from 1 to 65535")
            for port in (
                {},
                {"port": 0},
                {"port": 65536},
                {"port": True},
                {"port": None},
                {"port": "x"},
                {"port": "-1"},
            )
        ),
        *(
            ({"port": 1, name: value}, f"{name} must be a text that is not empty")
            for name in ("host", "path", "token", "certfile", "keyfile")
            for value in (None, "", 5)
        ),
        *(
            ({"port": 1, "path": path}, "path must begin with / and have no ? # or %")
            for path in ("bk-job", "/a?b", "/a#b", "/a%20b")
        ),
        ({"port": 1, "keyfile": "FOLDER/key.pem"}, "keyfile needs certfile"),
        *(
            (
                {"port": 1, "certfile": f"FOLDER/{one}.pem", **key},
                "certfile and keyfile must be readable PEM files that belong together: ",
            )
            for one, key in [
                ("missing", {}),
                ("cert", {}),
                ("key", {}),
                ("cert", {"keyfile": "FOLDER/other.pem"}),
                ("cert", {"keyfile": "FOLDER/missing.pem"}),
                ("cert", {"keyfile": "FOLDER/locked.pem"}),
                ("cert", {"keyfile": "FOLDER"}),
            ]
        ),
        ({"port": 1, "host": "no.such.host.invalid"}, "cannot listen on no.such.host.invalid port 1: "),
    ],
    ids=str,
)
def test_bad_arguments_are_refused_in_a_sentence(args: dict[str, t.Any], sentence: str, files: Path) -> None:
    args = {
        name: value.replace("FOLDER", str(files)) if isinstance(value, str) else value for name, value in args.items()
    }
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}[^\n]*$"):
        asyncio.run(SOURCE["main"](asyncio.Queue(), args))


def test_a_port_that_is_taken_is_refused_in_a_sentence(source: Source) -> None:
    args = {"host": "127.0.0.1", "port": source.port}
    with pytest.raises(ValueError, match=f"^cannot listen on 127.0.0.1 port {source.port}: "):
        asyncio.run(SOURCE["main"](asyncio.Queue(), args))


def test_the_port_may_be_a_text() -> None:
    """As it is in a rulebook with quotes, or in a variable from the environment."""
    port = free_port()
    with running(port=str(port)) as source:
        assert source.post().status_code == 200


def test_the_documentation_has_the_arguments_as_they_are() -> None:
    options = yaml.safe_load(SOURCE["DOCUMENTATION"])["options"]
    accepted = SOURCE["Options"]
    assert set(options) == set(accepted._fields)
    assert [name for name, option in options.items() if option.get("required")] == ["port"]
    defaults = {name: option["default"] for name, option in options.items() if "default" in option}
    assert defaults == {name: value for name, value in accepted._field_defaults.items() if value is not None}


def test_loading_leaves_the_interpreter_as_it_was() -> None:
    before = list(sys.path), set(sys.modules)
    assert runpy.run_path(str(FILE))["main"]
    assert (list(sys.path), set(sys.modules)) == before
