# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source on a real socket, called as Job calls it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import runpy
import ssl
import sys
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import yaml

from tests.collection_path import CHECKOUT
from tests.eda.source import (
    BODY,
    CALLBACK,
    FILE,
    FORM,
    HEAD,
    JSON,
    SOURCE,
    TOKEN,
    free_port,
    is_open,
    response_status,
    rest,
    running,
)

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.eda.source import Source

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


def test_the_event_is_the_one_in_the_guide(source: Source) -> None:
    guide = (CHECKOUT / "docs" / "docsite" / "rst" / "guide_event_driven.rst").read_text(encoding="utf-8")
    [shown] = re.findall(r"code-block:: json\n\n((?: +.*\n)+)", guide)
    steps = [{"step_instance_id": 16271, "status": 4}]
    assert source.post(body={"job_instance_id": 12345, "status": 4, "step_instances": steps}).status_code == 200
    assert {"bk_job": source.event()} == json.loads(shown)


def test_statuses_have_names(source: Source) -> None:
    for code, (name, outcome) in STATUSES.items():
        steps = [{"step_instance_id": 1, "status": code}]
        assert source.post(body={"job_instance_id": 1, "status": code, "step_instances": steps}).status_code == 200
        event = source.event()
        assert (event["status"], event["status_code"], event["outcome"]) == (name, code, outcome)
        assert event["finished"] == (outcome is not None)
        assert event["steps"] == [{"step_instance_id": 1, "status": name, "status_code": code}]


def test_a_callback_after_a_retry_is_a_separate_event(source: Source) -> None:
    for status in (4, 4, 3):
        assert source.post(body={**CALLBACK, "status": status}).status_code == 200
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
        [CALLBACK],
        {},
        {**CALLBACK, "status": None},
        {**CALLBACK, "status": True},
        {**CALLBACK, "status": "3"},
        {**CALLBACK, "job_instance_id": 1.0},
        {**CALLBACK, "job_instance_id": 2**63},
        {**CALLBACK, "job_instance_id": -(2**63) - 1},
        {**CALLBACK, "step_instances": None},
        {**CALLBACK, "step_instances": {}},
        {**CALLBACK, "step_instances": [None]},
        {**CALLBACK, "step_instances": [{"status": 3}]},
        {**CALLBACK, "step_instances": [{"step_instance_id": 1}]},
        *({key: value for key, value in CALLBACK.items() if key != missing} for missing in CALLBACK),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_bodies_that_are_not_callbacks_are_refused(source: Source, body: object) -> None:
    assert source.post(body=body).status_code == 400
    assert source.queue.empty()


def test_ids_have_64_bits(source: Source) -> None:
    assert source.post(body={**CALLBACK, "job_instance_id": 2**63 - 1}).status_code == 200
    assert source.event()["job_instance_id"] == 2**63 - 1


def test_a_compressed_body_is_refused(source: Source) -> None:
    assert source.post(headers={"Content-Encoding": "gzip"}).status_code == 400
    assert source.queue.empty()


def test_a_body_has_at_most_1_mib(source: Source) -> None:
    assert source.post(body=BODY.ljust(1024 * 1024)).status_code == 200
    assert source.event()["job_instance_id"] == 12345
    assert source.post(body=BODY.ljust(1024 * 1024 + 1)).status_code == 413
    assert source.queue.empty()


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS"])
def test_methods_other_than_post_are_refused(guarded: Source, method: str) -> None:
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
def test_without_a_token_only_the_path_matters(args: dict[str, str], path: str, status: int) -> None:
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
def test_the_token_is_in_the_path_or_in_the_header(args: dict[str, str], path: str, header: str | None) -> None:
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
def test_a_wrong_token_is_refused_without_a_reason(guarded: Source, path: str, header: str | bytes | None) -> None:
    response = guarded.post(path, headers={"Authorization": header} if header else {})
    assert (response.status_code, response.text) == (403, "403: Forbidden")
    assert guarded.queue.empty()


def test_a_wrong_token_is_refused_before_the_body(guarded: Source) -> None:
    with guarded.connect(b"POST /bk-job/guess HTTP/1.1\r\nHost: host\r\nContent-Length: 1000000\r\n\r\n") as client:
        assert response_status(client) == 403


def test_another_path_does_not_exist_even_with_the_token(guarded: Source) -> None:
    assert guarded.post(f"/other/{TOKEN}", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_a_refusal_is_logged_without_secrets(guarded: Source, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="urllib3")  # the client
    guarded.post(f"/{TOKEN}")
    guarded.post(f"/bk-job/{TOKEN}/", headers={"Authorization": f"Bearer {TOKEN}"})
    guarded.post(f"/bk-job/{TOKEN}", body={"job_instance_id": 1, "status": TOKEN})
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "Refused a request from 127.0.0.1: 404: Not Found",
        "Refused a request from 127.0.0.1: 403: Forbidden",
        "Refused a request from 127.0.0.1: 400: status must be a number",
    ]
    assert TOKEN not in caplog.text


def test_a_callback_is_refused_while_the_queue_is_full() -> None:
    with running(queue_timeout=0.05) as source:
        assert source.post().status_code == 200
        assert source.post(body={**CALLBACK, "status": 4}).status_code == 503
        assert source.event()["status"] == "success"
        assert source.queue.empty()
        assert source.post(body={**CALLBACK, "status": 4}).status_code == 200
        assert source.event()["status"] == "failed"


def test_a_callback_waits_for_space_in_the_queue(source: Source) -> None:
    bodies = [{**CALLBACK, "job_instance_id": number} for number in range(5)]
    with ThreadPoolExecutor(len(bodies)) as pool:
        responses = pool.map(lambda body: source.post(body=body).status_code, bodies)
        events = [source.event()["job_instance_id"] for _body in bodies]
        assert list(responses) == [200] * len(bodies)
    assert sorted(events) == list(range(5))


def test_a_filter_that_fails_is_not_a_success(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """ansible-rulebook runs the filters of a source when the event is put into the queue."""

    async def put(event: object) -> None:
        raise KeyError(event)

    monkeypatch.setattr(source.queue, "put", put)
    assert source.post().status_code == 500


def test_a_slow_client_does_not_block_others(source: Source) -> None:
    with source.connect(HEAD) as slow:
        assert source.post(body={**CALLBACK, "status": 4}).status_code == 200
        assert source.event()["status"] == "failed"
        slow.sendall(BODY)
        assert response_status(slow) == 200
        assert source.event()["status"] == "success"


def test_a_client_that_leaves_creates_no_event(source: Source) -> None:
    source.connect(HEAD + BODY[:5]).close()
    assert source.post().status_code == 200
    assert source.event()["job_instance_id"] == 12345
    assert source.queue.empty()


@pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
def test_a_connection_is_closed_after_the_response(source: Source, version: bytes) -> None:
    """So Job never sends a callback on a connection that the source is just closing, which would lose the callback."""
    head = HEAD.replace(b"HTTP/1.1", version + b"\r\nConnection: keep-alive")
    with source.connect(head + BODY + head + BODY) as client:
        head, _blank, body = rest(client).partition(b"\r\n\r\n")
    assert head.startswith(version + b" 200 ")
    assert body == b"queued"
    assert source.event()["job_instance_id"] == 12345
    assert source.queue.empty()


def test_a_cancelled_source_closes_everything() -> None:
    with running(header_timeout=3600, body_timeout=3600) as source:
        silent, slow = source.connect(), source.connect(HEAD)
        source.settle()
        assert is_open(silent)
        assert is_open(slow)
    with silent, slow:
        assert rest(silent) == rest(slow) == b""
        with pytest.raises(ConnectionRefusedError):
            source.connect()
    with running(port=source.port) as again:
        assert again.post().status_code == 200


def test_a_cancelled_source_answers_complete_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCE["main"].__globals__, "SHUTDOWN_TIMEOUT", 60)
    with running() as source, ThreadPoolExecutor(1) as pool:
        assert source.post().status_code == 200
        waiting = source.connect(HEAD + BODY)
        source.settle()
        source.cancel()
        response = pool.submit(response_status, waiting)
        assert source.event() == source.event()
        assert response.result() == 200
        waiting.close()


@pytest.mark.parametrize("names", [("cert.pem", "key.pem"), ("both.pem",)])
def test_tls(files: Path, names: tuple[str, ...]) -> None:
    paths = dict(zip(("certfile", "keyfile"), (str(files / name) for name in names)))
    with running(token=TOKEN, **paths) as source:
        assert source.post(f"/{TOKEN}", verify=str(files / "ca.pem")).status_code == 200
        assert source.event()["job_instance_id"] == 12345
        with pytest.raises(requests.ConnectionError):
            source.post(f"/{TOKEN}")


def test_the_example_receives_what_is_sent_to_its_callback_url(files: Path) -> None:
    text = SOURCE["EXAMPLES"].replace("/etc/eda", str(files)).replace("{{ bk_job_callback_token }}", TOKEN)
    [example] = yaml.safe_load(text)
    args = {**example["blueking.job.bk_job_callback"], "port": free_port()}
    [address] = re.findall(r"callback_url: https://eda\.example\.com:5000(/\S+)", text)
    with running(**args) as source:
        assert source.post(address, verify=str(files / "ca.pem")).status_code == 200
        assert source.event()["job_instance_id"] == 12345


def test_a_late_tls_handshake_does_not_block_others(files: Path) -> None:
    with running(certfile=str(files / "both.pem")) as source, source.connect() as silent:
        assert source.post(verify=str(files / "ca.pem")).status_code == 200
        context = ssl.create_default_context(cafile=str(files / "ca.pem"))
        with context.wrap_socket(silent, server_hostname="127.0.0.1") as late:
            late.sendall(HEAD)
            assert source.event()["job_instance_id"] == 12345
            late.sendall(BODY)
            assert response_status(late) == 200


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"port": 1, "tokn": "x", "hmac_secret": "y"},
            "unknown arguments: hmac_secret, tokn; known are port, host, path, token, certfile, keyfile, ",
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
            ({"port": 1, name: value}, f"{name} must be a string that is not empty")
            for name in ("host", "path", "token", "certfile", "keyfile")
            for value in (None, "", 5)
        ),
        *(
            ({"port": 1, name: value}, f"{name} must be a number from 1 to 65535")
            for name in ("max_connections", "max_connections_per_address")
            for value in (None, "", 0, -1, 1.5, True, "1.5")
        ),
        *(
            ({"port": 1, name: value}, f"{name} must be a number of seconds")
            for name in ("header_timeout", "body_timeout", "queue_timeout", "log_interval")
            for value in (None, "", 0, -1, True, "soon", float("nan"), float("inf"), 3601)
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
                ("cert", {"keyfile": "FOLDER/encrypted.pem"}),
                ("cert", {"keyfile": "FOLDER"}),
            ]
        ),
        ({"port": 1, "host": "no.such.host.invalid"}, "cannot listen on no.such.host.invalid port 1: "),
    ],
    ids=str,
)
def test_invalid_arguments_are_refused(args: dict[str, t.Any], message: str, files: Path) -> None:
    args = {
        name: value.replace("FOLDER", str(files)) if isinstance(value, str) else value for name, value in args.items()
    }
    with pytest.raises(ValueError, match=f"^{re.escape(message)}[^\n]*$"):
        asyncio.run(SOURCE["main"](asyncio.Queue(), args))


def test_a_port_in_use_is_refused(source: Source) -> None:
    args = {"host": "127.0.0.1", "port": source.port}
    with pytest.raises(ValueError, match=f"^cannot listen on 127.0.0.1 port {source.port}: "):
        asyncio.run(SOURCE["main"](asyncio.Queue(), args))


def test_numbers_may_be_strings() -> None:
    """For example in quotes, or from a variable of the environment."""
    with running(port=str(free_port()), max_connections="10", header_timeout="2.5", log_interval=60) as source:
        assert source.post().status_code == 200


def test_the_documentation_lists_the_arguments() -> None:
    options = yaml.safe_load(SOURCE["DOCUMENTATION"])["options"]
    accepted = SOURCE["Options"]
    assert set(options) == set(accepted._fields)
    assert [name for name, option in options.items() if option.get("required")] == ["port"]
    defaults = {name: option["default"] for name, option in options.items() if "default" in option}
    assert defaults == {name: value for name, value in accepted._field_defaults.items() if value is not None}


def test_loading_changes_nothing_in_the_interpreter() -> None:
    before = list(sys.path), set(sys.modules)
    assert runpy.run_path(str(FILE))["main"]
    assert (list(sys.path), set(sys.modules)) == before
