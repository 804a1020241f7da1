# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client on the wire: credentials, methods, retries, and what a broken connection proves."""

from __future__ import annotations

import contextlib
import datetime
import gc
import gzip
import json
import socket
import ssl
import threading
import typing as t
import zlib

import pytest
import requests
import trustme

from ansible_collections.blueking.job.plugins.module_utils._api import hints
from ansible_collections.blueking.job.plugins.module_utils._api.call import LOGS, Call, Credentials, Gateway
from ansible_collections.blueking.job.plugins.module_utils._model.errors import RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.language import say, speaking
from ansible_collections.blueking.job.plugins.module_utils._model.secrets import Secrets
from ansible_collections.blueking.job.plugins.module_utils.bk_job_execute import VERSION, Client
from tests.simulator import Simulator, faults
from tests.waiting import until

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.conftest import MakeClient

SCOPE = {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1}
READ = Call("jobv3", "get_job_plan_detail", {**SCOPE, "job_plan_id": 100})
LAUNCH = Call("jobv3", "execute_job_plan", {**SCOPE, "job_plan_id": 100}, writes=True)
DEMO = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin"}


def test_the_header_carries_the_credentials_and_the_body_does_not(sim: Simulator, make_client: MakeClient) -> None:
    make_client().call(LAUNCH)
    (request,) = sim.requests
    assert json.loads(request.headers["X-Bkapi-Authorization"]) == DEMO
    assert request.body == LAUNCH.params
    assert (request.method, request.path) == ("POST", "/api/c/compapi/v2/jobv3/execute_job_plan/")


def test_the_body_carries_them_with_credentials_in_body(sim: Simulator, make_client: MakeClient) -> None:
    make_client(credentials_in="body").call(LAUNCH)
    (request,) = sim.requests
    assert "X-Bkapi-Authorization" not in request.headers
    assert request.body == {**LAUNCH.params, **DEMO}


def test_a_body_that_no_esb_takes_is_not_sent(sim: Simulator, make_client: MakeClient) -> None:
    large = [{"name": "param_name", "value": "x" * 10 * 1024 * 1024}]
    launch = Call("jobv3", "execute_job_plan", {**LAUNCH.params, "global_var_list": large}, writes=True)
    with pytest.raises(RefusedError, match=r"10\.0 MiB") as refused:
        make_client().call(launch)
    assert (refused.value.kind, refused.value.hint) == ("invalid_request", hints.TOO_LARGE)
    assert sim.requests == []
    make_client(front="apigw").call(launch)
    assert len(sim.launches) == 1


def test_the_size_that_old_esbs_take_is_named_where_a_large_request_fails(
    sim: Simulator, make_client: MakeClient
) -> None:
    large = [{"name": "param_name", "value": "x" * 3 * 1024 * 1024}]
    launch = Call("jobv3", "execute_job_plan", {**LAUNCH.params, "global_var_list": large}, writes=True)
    sim.faults.add(faults.answer(200, {"result": False, "code": 1306000, "message": "Component error"}))
    with pytest.raises(UnclearError) as caught:
        make_client().call(launch)
    assert caught.value.hint == hints.TOO_LARGE
    assert "3.0 MiB" in caught.value.message


def test_an_access_token_goes_alone(sim: Simulator, make_client: MakeClient) -> None:
    make_client(Credentials(**DEMO, access_token="access-of-alice")).call(READ)
    assert json.loads(sim.requests[0].headers["X-Bkapi-Authorization"]) == {"access_token": "access-of-alice"}


def test_an_old_esb_gets_the_call_once_more_and_then_only_its_kind(sim: Simulator, make_client: MakeClient) -> None:
    client = make_client(front="old")
    client.call(READ)
    client.call(LAUNCH)
    assert ["bk_app_secret" in request.body for request in sim.requests] == [False, True, True]
    assert len(sim.launches) == 1


def test_an_old_esb_gets_no_second_call_with_credentials_in_header(sim: Simulator, make_client: MakeClient) -> None:
    with pytest.raises(RefusedError, match="cannot be empty at the same time") as caught:
        make_client(front="old", credentials_in="header").call(READ)
    assert (caught.value.kind, len(sim.requests)) == ("credentials", 1)
    assert caught.value.hint == hints.HEADER_IGNORED


def test_an_access_token_is_never_sent_in_the_body(sim: Simulator, make_client: MakeClient) -> None:
    """An old ESB refuses the header, and would not read the token in the body."""
    with pytest.raises(RefusedError) as caught:
        make_client(Credentials(access_token="access-of-alice"), front="old", retries=0).call(READ)
    assert (caught.value.kind, len(sim.requests)) == ("credentials", 1)
    assert "access-of-alice" not in json.dumps(sim.requests[0].body)


def test_a_wrong_secret_is_never_sent_in_the_body(sim: Simulator, make_client: MakeClient) -> None:
    with pytest.raises(RefusedError, match="APP Secret verification failed"):
        make_client(Credentials("demo", "wrong", "admin")).call(READ)
    assert len(sim.requests) == 1


def test_the_api_gateway_reads_by_get_and_writes_by_post(sim: Simulator, make_client: MakeClient) -> None:
    client = make_client(front="apigw")
    instance = client.call(LAUNCH)["job_instance_id"]
    status = {**SCOPE, "job_instance_id": instance, "return_ip_result": True}
    client.call(Call("jobv3", "get_job_instance_status", status))
    logs = {**SCOPE, "job_instance_id": instance, "step_instance_id": 1, "host_id_list": [101]}
    with pytest.raises(RefusedError, match="instance"):
        client.call(Call("jobv3", "batch_get_job_instance_ip_log", logs, gateway_method="POST"))
    assert [(request.method, request.path) for request in sim.requests] == [
        ("POST", "/prod/api/v3/execute_job_plan"),
        ("GET", "/prod/api/v3/get_job_instance_status"),
        ("POST", "/prod/api/v3/batch_get_job_instance_ip_log"),
    ]
    assert sim.requests[1].query["return_ip_result"] == "true"


@pytest.mark.parametrize(("language", "header"), [("en", "en"), ("zh", "zh-cn")])
def test_language_tenant_and_version_are_sent(
    sim: Simulator, make_client: MakeClient, language: str, header: str
) -> None:
    make_client(language=language, tenant_id="tencent").call(READ)
    headers = sim.requests[0].headers
    assert headers["Blueking-Language"] == header
    assert headers["X-Bk-Tenant-Id"] == "tencent"
    assert headers["User-Agent"] == f"blueking.job/{VERSION}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_hints_follow_the_language(sim: Simulator, make_client: MakeClient, front: str, language: str) -> None:
    client = make_client(front=front, language=language, retries=0)
    with speaking(language):
        with pytest.raises(RefusedError) as refused:
            client.call(Call("jobv3", "execute_job_plan", {**SCOPE, "job_plan_id": 999}, writes=True))
        sim.faults.add(faults.lost())
        with pytest.raises(UnclearError) as lost:
            client.call(LAUNCH)
        for error, hint in ((refused.value, hints.PLAN), (lost.value, hints.CUT_OFF)):
            assert error.hint == say(hint)


def test_a_write_gets_a_connection_of_its_own_and_reads_share_one(sim: Simulator, make_client: MakeClient) -> None:
    """A server may close an idle connection at the moment it is used again, and then the write would be unclear."""
    client = make_client()
    for call in (READ, READ, LAUNCH, READ, LAUNCH):
        client.call(call)
    first, second, third, fourth, fifth = (request.connection for request in sim.requests)
    assert first == second
    assert third not in (first, fifth)
    assert fourth == third


def test_redirects_are_not_followed(sim: Simulator, make_client: MakeClient) -> None:
    with Simulator() as elsewhere:
        location = f"{elsewhere.url}/api/c/compapi/v2/jobv3/get_job_plan_detail/?bk_token=x"
        sim.faults.add(faults.answer(302, b"", {"Location": location}), times=2)
        with pytest.raises(RefusedError, match=r"redirects to 127\.0\.0\.1:\d+$"):
            make_client().call(READ)
        assert elsewhere.requests == []


@pytest.mark.parametrize("location", ["/", "http://[x"])
def test_a_redirect_to_no_host_is_a_refusal(sim: Simulator, make_client: MakeClient, location: str) -> None:
    sim.faults.add(faults.answer(302, b"", {"Location": location}))
    with pytest.raises(RefusedError, match="redirects to another address") as caught:
        make_client().call(READ)
    assert (caught.value.plain, len(sim.requests)) == ("HTTP 302", 1)


def test_check_mode_never_writes(sim: Simulator, make_client: MakeClient) -> None:
    client = make_client(check_mode=True)
    client.call(READ)
    with pytest.raises(RuntimeError):
        client.call(LAUNCH)
    assert [request.api for request in sim.requests] == ["get_job_plan_detail"]


# Retries (contract §7.4; ESB C5, C7)

LOST_RESPONSES = [
    faults.lost(),
    faults.reset(),
    faults.truncated(),
    faults.timeout_text(),
    faults.bad_gateway(),
    faults.replaced(200, b"null"),
    faults.replaced(200, {"result": True, "code": 0, "data": None}),
]


@pytest.mark.parametrize("fault", LOST_RESPONSES[:-1])
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_reads_are_retried_after_lost_responses(
    sim: Simulator, make_client: MakeClient, sleeps: list[float], front: str, fault: faults.Fault
) -> None:
    sim.faults.add(fault, times=3)
    assert make_client(front=front).call(READ)["id"] == 100
    assert len(sim.requests) == 4
    assert [0.4 * 2**n <= pause <= 0.6 * 2**n for n, pause in enumerate(sleeps)] == [True] * 3


@pytest.mark.parametrize("fault", LOST_RESPONSES[:-1])
@pytest.mark.parametrize("front", ["esb", "apigw", "old"])
def test_a_launch_is_never_repeated_where_it_may_have_happened(
    sim: Simulator, make_client: MakeClient, sleeps: list[float], front: str, fault: faults.Fault
) -> None:
    client = make_client(front=front)
    client.call(READ)
    sim.faults.add(fault, api="execute_job_plan")
    with pytest.raises(UnclearError):
        client.call(LAUNCH)
    assert (len(sim.launches), sleeps) == (1, [])


@pytest.mark.parametrize("fault", [faults.throttled(), faults.upstream_refused()])
def test_a_launch_that_did_not_reach_job_is_retried(
    sim: Simulator, make_client: MakeClient, sleeps: list[float], fault: faults.Fault
) -> None:
    sim.faults.add(fault, times=2)
    make_client().call(LAUNCH)
    assert (len(sim.launches), len(sim.requests), len(sleeps)) == (1, 3, 2)


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_throttling_is_waited_for_about_a_minute(
    sim: Simulator, make_client: MakeClient, sleeps: list[float], front: str
) -> None:
    sim.faults.add(faults.throttled(), times=10)
    with pytest.raises(RefusedError, match="limit") as caught:
        make_client(front=front).call(LAUNCH)
    assert len(sleeps) == 5
    assert 0.8 * 62 <= sum(sleeps) <= 1.2 * 62
    assert caught.value.tries == 6
    assert caught.value.waited == pytest.approx(sum(sleeps))


@pytest.mark.parametrize(
    ("code", "hint"),
    [(1244032, hints.BUSINESS_QUOTA), (1244033, hints.APP_QUOTA), (1244034, hints.SYSTEM_QUOTA)],
)
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_quota_is_waited_for_and_then_reported(
    sim: Simulator, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, front: str, code: int, hint: str
) -> None:
    monkeypatch.setattr(sim.world, "quota_exceeded", code)
    with pytest.raises(RefusedError, match="quota limit") as caught:
        make_client(front=front).call(LAUNCH)
    assert (len(sim.requests), sim.launches) == (6, [])
    assert (caught.value.kind, caught.value.hint) == ("throttled", hint)
    assert caught.value.tries == 6


def test_a_launch_goes_out_once_the_quota_is_free(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            monkeypatch.setattr(sim.world, "quota_exceeded", None)

    monkeypatch.setattr(sim.world, "quota_exceeded", 1244033)
    with Client(Gateway(sim.url), Credentials(**DEMO), secrets=Secrets(), sleep=sleep) as client:
        client.call(LAUNCH)
    assert (len(sim.requests), len(sim.launches)) == (4, 1)
    assert [1.6 * 2**n <= pause <= 2.4 * 2**n for n, pause in enumerate(pauses)] == [True] * 3


def test_a_launch_that_was_throttled_and_then_lost_reports_both_tries(sim: Simulator, make_client: MakeClient) -> None:
    sim.faults.add(faults.throttled())
    sim.faults.add(faults.lost())
    with pytest.raises(UnclearError, match="no complete response") as caught:
        make_client().call(LAUNCH)
    assert (caught.value.tries, len(sim.launches)) == (2, 1)


def test_no_pause_is_much_longer_than_a_minute(sim: Simulator, make_client: MakeClient, sleeps: list[float]) -> None:
    sim.faults.add(faults.throttled(), times=9)
    make_client(retries=9).call(READ)
    assert 48 <= max(sleeps) <= 72


def test_a_refusal_is_not_retried(sim: Simulator, make_client: MakeClient, sleeps: list[float]) -> None:
    with pytest.raises(RefusedError, match="Job plan does not exist") as caught:
        make_client().call(Call("jobv3", "execute_job_plan", {**SCOPE, "job_plan_id": 999}, writes=True))
    assert (len(sim.requests), sleeps) == (1, [])
    assert caught.value.tries == 1


# What a broken connection proves

# A write by POST, whose body shows what was sent, and a read by GET, which has none.
BOTH_METHODS = pytest.mark.parametrize(("front", "call"), [("esb", LAUNCH), ("apigw", READ)], ids=["POST", "GET"])


@BOTH_METHODS
def test_a_closed_port_is_certainly_not_reached(
    make_client: MakeClient, sleeps: list[float], front: str, call: Call
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(RefusedError, match=r"^cannot reach 127\.0\.0\.1:\d+: Connection refused$") as caught:
        make_client(front=front, url=url).call(call)
    assert (caught.value.hint, len(sleeps)) == (hints.NETWORK, 5)


@BOTH_METHODS
def test_an_unknown_host_is_certainly_not_reached(make_client: MakeClient, front: str, call: Call) -> None:
    with pytest.raises(RefusedError, match=r"^cannot reach paas\.invalid: .*[Nn]ame") as caught:
        make_client(front=front, url="http://paas.invalid", retries=0).call(call)
    assert caught.value.hint == hints.NETWORK


@BOTH_METHODS
def test_a_host_that_accepts_no_connection_is_certainly_not_reached(
    make_client: MakeClient, front: str, call: Call
) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _waiting in range(2):
            # Linux queues one connection more than it was asked to, and does not answer to the next one.
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(RefusedError, match=r"^cannot reach 127\.") as caught:
            make_client(front=front, url=url, connect_timeout=0.2, retries=0).call(call)
    assert caught.value.hint == hints.NETWORK


@BOTH_METHODS
def test_a_server_without_tls_is_certainly_not_reached(
    sim: Simulator, make_client: MakeClient, front: str, call: Call
) -> None:
    with pytest.raises(RefusedError, match="cannot reach") as caught:
        make_client(front=front, url=sim.url.replace("http:", "https:"), retries=0).call(call)
    assert (caught.value.hint, sim.launches) == (hints.NETWORK, [])


def _hang_up(server: socket.socket) -> None:
    server.accept()[0].close()


def _say(server: socket.socket, text: bytes) -> None:
    connection = server.accept()[0]
    received = b""
    while b'"job_plan_id":100}' not in received:
        received += connection.recv(65536)
    connection.sendall(text)
    connection.close()


@BOTH_METHODS
def test_a_connection_closed_before_a_response_leaves_it_unclear(
    make_client: MakeClient, front: str, call: Call
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_hang_up, args=(server,), daemon=True).start()
        with pytest.raises(UnclearError, match="no complete response") as caught:
            make_client(front=front, url=f"http://127.0.0.1:{server.getsockname()[1]}", retries=0).call(call)
    assert caught.value.hint == hints.CUT_OFF


@BOTH_METHODS
def test_a_response_that_does_not_come_leaves_it_unclear(
    sim: Simulator, make_client: MakeClient, front: str, call: Call
) -> None:
    answered = threading.Event()
    sim.faults.add(faults.held(answered))
    try:
        with pytest.raises(UnclearError, match=r"0\.2 s") as caught:
            make_client(front=front, timeout=0.2, retries=0).call(call)
        assert caught.value.hint == hints.LATE
        until(lambda: len(sim.requests) == 1)  # may arrive later than the client gave up
        assert len(sim.launches) == call.writes
    finally:
        answered.set()


def test_secrets_are_masked_in_texts_of_servers(sim: Simulator, make_client: MakeClient) -> None:
    credentials = Credentials("demo", 's&cr"t', bk_token="good/new token", bk_username="admin")
    message = 'url: /is_login/?bk_token=good%2Fnew%20token good%2Fnew+token good/new token s&cr\\"t s%26cr%22t'
    answer = {"result": False, "code": 1306201, "message": message, "permission": {"x": ["good/new token"]}}
    sim.faults.add(faults.answer(200, answer))
    with pytest.raises(UnclearError) as caught:
        make_client(credentials, retries=0).call(READ)
    assert caught.value.message == "url: /is_login/?bk_token=****** ****** ****** ****** ******"
    assert caught.value.permission == {"x": ["******"]}


def test_control_characters_of_servers_are_shown_escaped(sim: Simulator, make_client: MakeClient) -> None:
    forged = "no\n\nPLAY RECAP\x1b[2J\u202e"
    sim.faults.add(faults.answer(200, {"result": False, "code": 1240003, "message": forged}))
    with pytest.raises(RefusedError) as caught:
        make_client().call(READ)
    assert caught.value.message == r"no\n\nPLAY RECAP\x1b[2J\u202e"


def test_a_permission_that_is_nested_too_deep_is_left_out(sim: Simulator, make_client: MakeClient) -> None:
    deep: t.Any = {}
    for _level in range(100):
        deep = {"x": [deep]}
    sim.faults.add(faults.answer(200, {"result": False, "code": 9900403, "message": "no", "permission": deep}))
    with pytest.raises(RefusedError) as caught:
        make_client().call(READ)
    assert (caught.value.kind, caught.value.permission) == ("user_permission", None)


# The size and the time of a response

SUCCESS = {"result": True, "code": 0, "data": "x" * 100_000}


@pytest.mark.parametrize(("limit", "fits"), [(101_000, True), (99_000, False)])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "deflate"])
def test_a_response_is_read_up_to_the_limit_of_its_call(
    sim: Simulator, make_client: MakeClient, encoding: str, limit: int, fits: bool
) -> None:
    body = json.dumps(SUCCESS).encode()
    if encoding != "identity":
        body = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    sim.faults.add(faults.answer(200, body, {"Content-Encoding": encoding}))
    client, call = make_client(retries=0), READ._replace(limit=limit)
    if fits:
        assert client.call(call) == SUCCESS["data"]
    else:
        with pytest.raises(UnclearError, match="get_job_plan_detail") as caught:
            client.call(call)
        assert caught.value.kind == "protocol"


LISTS = b'{"result": true, "code": 0, "data": [' + b"[]," * 2_000_001 + b"[]]}"
NUMBERS = b'{"result": true, "code": 0, "data": [' + b"1," * 4_000_001 + b"1]}"
STRINGS = b'{"result": true, "code": 0, "data": [' + b'"",' * 4_000_001 + b"1]}"
BEHIND_STRINGS = LISTS.replace(b'"data": [', rb'"x": "\\", "y": "\"[", "data": [')


@pytest.mark.parametrize("body", [LISTS, NUMBERS, STRINGS, BEHIND_STRINGS], ids=["[", "1", "''", "behind strings"])
def test_a_response_with_too_many_values_is_not_parsed(sim: Simulator, make_client: MakeClient, body: bytes) -> None:
    sim.faults.add(faults.answer(200, body))
    with pytest.raises(UnclearError, match="4000000 values") as caught:
        make_client(retries=0).call(READ)
    assert (caught.value.kind, caught.value.transient) == ("protocol", False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"a \ud83d", "a \ufffd"),
        (rb"\uDE00\uD83D b", "\ufffd\ufffd b"),
        (b"a \xed\xa0\xbd", "a \ufffd\ufffd\ufffd"),
        (b"a \xd6\xd0", "a \ufffd\ufffd"),  # not UTF-8
        (rb"a \ud83d\ude00", "a \U0001f600"),
        ("a \U0001f600".encode(), "a \U0001f600"),
        (rb"a \\ud83d", r"a \ud83d"),
    ],
)
def test_half_a_character_is_replaced(sim: Simulator, make_client: MakeClient, written: bytes, read: str) -> None:
    body = b'{"result": true, "code": 0, "data": {"%s": ["%s", 1, null]}}' % (written, written)
    sim.faults.add(faults.answer(200, body))
    assert make_client(retries=0).call(READ) == {read: [read, 1, None]}


def test_what_is_in_strings_does_not_count_as_values(sim: Simulator, make_client: MakeClient) -> None:
    log = '{"x": [1, 2], "path": "C:\\"}\n' * 1_100_000
    sim.faults.add(faults.answer(200, {"result": True, "code": 0, "data": [log]}))
    assert make_client(retries=0).call(READ._replace(limit=LOGS)) == [log]


def test_the_largest_status_is_read(sim: Simulator, make_client: MakeClient) -> None:
    """Six steps on as many hosts as Job takes."""
    host = {
        "bk_host_id": 2_000_000,
        "bk_cloud_id": 0,
        "ip": "10.100.100.100",
        "ipv6": None,
        "bk_agent_id": None,
        **dict.fromkeys(("status", "exit_code", "error_code"), 0),
        "tag": "",
        **dict.fromkeys(("start_time", "end_time"), 1_700_000_000_000),
        "total_time": 1000,
    }
    row = json.dumps(host, separators=(",", ":")).encode()
    step = b'{"step_ip_result_list":[' + b",".join([row] * 50_000) + b"]}"
    body = b'{"result":true,"code":0,"data":{"step_instance_list":[' + b",".join([step] * 6) + b"]}}"
    sim.faults.add(faults.answer(200, body))
    assert len(make_client(retries=0, timeout=600).call(READ)["step_instance_list"]) == 6


def test_no_encoding_is_offered_that_is_not_read(
    sim: Simulator, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With some packages installed, requests offers more of them."""
    monkeypatch.setattr(requests.utils, "DEFAULT_ACCEPT_ENCODING", "gzip, deflate, br, zstd", raising=False)
    make_client().call(READ)
    assert sim.requests[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "x" * 5000])
def test_a_response_with_another_encoding_is_not_read(sim: Simulator, make_client: MakeClient, encoding: str) -> None:
    sim.faults.add(faults.answer(200, b"x", {"Content-Encoding": encoding}))
    with pytest.raises(UnclearError) as caught:
        make_client(retries=0).call(READ)
    assert (caught.value.kind, len(caught.value.message) < 200) == ("protocol", True)


@pytest.mark.parametrize(
    ("part", "pause"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
        (b"HTTP/1.1 200 OK\r\nX: ", 0.05),
        (b"HTTP/1.1 200 OK\r\n\r\n{", 0.05),
        # There is always something to read, so the time is not up while the client waits.
        (b"HTTP/1.1 200 OK\r\n\r\n{", 0.0),
    ],
)
def test_a_response_that_never_ends_is_given_up_within_the_timeout(
    make_client: MakeClient, part: bytes, pause: float
) -> None:
    """Without a limit for the whole response this test does not end: each byte would start the timeout again."""

    def drip(server: socket.socket) -> None:
        with server.accept()[0] as connection, contextlib.suppress(OSError):
            connection.sendall(part)
            while not given_up.wait(pause):
                connection.sendall(part if part.endswith(b"\r\n\r\n") else b" ")

    given_up = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,), daemon=True)
        thread.start()
        try:
            with pytest.raises(UnclearError, match=r"0\.3 s") as caught:
                make_client(url=f"http://127.0.0.1:{server.getsockname()[1]}", timeout=0.3, retries=0).call(LAUNCH)
        finally:
            given_up.set()
            thread.join()
    assert (caught.value.kind, caught.value.hint) == ("unavailable", hints.LATE)


# TLS and proxies


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_path(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_private_ca_is_trusted_when_given(
    tls: ssl.SSLContext, ca_path: str, make_client: MakeClient, sleeps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the option decides what to trust, not what requests finds in the environment.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with Simulator(ssl_context=tls) as sim:
        make_client(url=sim.url, verify=ca_path).call(LAUNCH)
        make_client(url=sim.url, verify=False).call(LAUNCH)
        with pytest.raises(RefusedError, match=r"^cannot trust 127\.0\.0\.1:\d+: ") as caught:
            make_client(url=sim.url).call(LAUNCH)
        assert len(sim.launches) == 2
    assert (caught.value.hint, sleeps) == (hints.UNKNOWN_ISSUER, [])


def test_a_certificate_for_another_host_is_not_about_ca_path(
    authority: trustme.CA, ca_path: str, make_client: MakeClient
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("paas.example.com").configure_cert(context)
    with Simulator(ssl_context=context) as sim, pytest.raises(RefusedError, match="cannot trust") as caught:
        make_client(url=sim.url, verify=ca_path).call(LAUNCH)
    assert caught.value.hint == hints.OTHER_HOST


def test_an_expired_certificate_is_not_about_ca_path(
    authority: trustme.CA, ca_path: str, make_client: MakeClient
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    authority.issue_cert("127.0.0.1", not_after=yesterday).configure_cert(context)
    with Simulator(ssl_context=context) as sim, pytest.raises(RefusedError, match="cannot trust") as caught:
        make_client(url=sim.url, verify=ca_path).call(LAUNCH)
    assert caught.value.hint == hints.EXPIRED


# Python 3.8 leaves the response to its CONNECT to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("front", ["esb", "apigw"])
@pytest.mark.parametrize("status", [403, 407])
def test_a_proxy_that_refuses_is_asked_once(
    make_client: MakeClient, sleeps: list[float], monkeypatch: pytest.MonkeyPatch, status: int, front: str
) -> None:
    """More tries with a wrong password may lock the account."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://svc:pr0xy-pw@127.0.0.1:{proxy.getsockname()[1]}")

        def refuse() -> None:
            # Python 3.8 sends each header on its own. Closing with one unread would reset the connection.
            with proxy.accept()[0] as connection, connection.makefile("rb") as request:
                while request.readline().strip():
                    pass
                connection.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        with pytest.raises(RefusedError) as caught:
            make_client(front=front, url="https://paas.example.com").call(READ)
        thread.join()
    assert (caught.value.kind, caught.value.hint, sleeps) == ("unavailable", hints.PROXY, [])
    assert "pr0xy-pw" not in str(caught.value.as_result())
    del caught
    gc.collect()


def test_a_client_certificate_is_sent(
    authority: trustme.CA, tls: ssl.SSLContext, ca_path: str, make_client: MakeClient, tmp_path: Path
) -> None:
    authority.configure_trust(tls)
    tls.verify_mode = ssl.CERT_REQUIRED
    certificate = str(tmp_path / "client.pem")
    authority.issue_cert("client.example.com").private_key_and_cert_chain_pem.write_to_path(certificate)
    with Simulator(ssl_context=tls) as sim:
        make_client(url=sim.url, verify=ca_path, client_cert=certificate).call(LAUNCH)
        with pytest.raises((RefusedError, UnclearError)):
            make_client(url=sim.url, verify=ca_path, retries=0).call(LAUNCH)
        assert len(sim.launches) == 1


@BOTH_METHODS
def test_a_dropped_tls_connection_leaves_it_unclear(
    tls: ssl.SSLContext, ca_path: str, make_client: MakeClient, front: str, call: Call
) -> None:
    with Simulator(ssl_context=tls) as sim:
        sim.faults.add(faults.tls_dropped())
        url = sim.url if front == "esb" else sim.apigw_url
        with pytest.raises(UnclearError) as caught:
            make_client(front=front, url=url, verify=ca_path, retries=0).call(call)
        assert (caught.value.hint, len(sim.launches)) == (hints.CUT_OFF, call.writes)


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_proxies_of_the_environment_are_used_by_default(
    sim: Simulator, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, front: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(RefusedError, match="cannot reach"):
        make_client(front=front, retries=0).call(READ)
    make_client(use_proxy=False).call(READ)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    make_client().call(READ)
    assert len(sim.requests) == 2


@pytest.mark.parametrize(
    ("proxy", "front", "call"),
    [
        ("http://user:pr0xy-pw@", "esb", LAUNCH),
        ("http://user:pr0xy-pw@127.0.0.1:99999", "esb", LAUNCH),
        ("http://user:pr0xy-pw@127.0.0.1:99999", "apigw", READ),
    ],
)
def test_a_proxy_that_is_not_a_url_is_reported_without_its_password(
    sim: Simulator,
    make_client: MakeClient,
    sleeps: list[float],
    monkeypatch: pytest.MonkeyPatch,
    proxy: str,
    front: str,
    call: Call,
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(RefusedError, match=r"^cannot send anything to 127\.") as caught:
        make_client(front=front).call(call)
    assert (caught.value.kind, sleeps, sim.requests) == ("invalid_request", [], [])
    assert "pr0xy-pw" not in str(caught.value.as_result())


@pytest.mark.parametrize(
    ("bytes_sent", "kind"),
    [
        (b"\x00\x01garbage\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "unavailable"),
        (b"", "unavailable"),
    ],
)
def test_a_response_that_is_not_http_leaves_it_unclear(make_client: MakeClient, bytes_sent: bytes, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_say, args=(server, bytes_sent), daemon=True).start()
        with pytest.raises(UnclearError, match="no complete response") as caught:
            make_client(url=f"http://127.0.0.1:{server.getsockname()[1]}").call(LAUNCH)
    assert (caught.value.kind, caught.value.message.isprintable()) == (kind, True)


def test_a_netrc_adds_no_credentials(
    sim: Simulator, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    make_client().call(READ)
    assert "Authorization" not in sim.requests[0].headers
