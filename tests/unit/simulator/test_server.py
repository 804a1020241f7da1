# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a test tool: what it records, reset, connections, TLS, the command line."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import typing as t
from itertools import takewhile

import pytest
import requests
import trustme

from tests.collection_path import CHECKOUT
from tests.simulator import Clock, Simulator, WallClock, appendix_world, faults
from tests.unit.simulator.client import APIGW, ESB_V3, Client

if t.TYPE_CHECKING:
    from pathlib import Path


def test_recorded_requests(sim: Simulator, v3: Client, apigw: Client) -> None:
    v3.data("execute_job_plan", job_plan_id=100)
    apigw.data("get_job_plan_list", name="Test")
    first, second = sim.requests
    assert (first.front, first.api, first.method) == ("esb", "execute_job_plan", "POST")
    assert first.path == "/api/c/compapi/v2/jobv3/execute_job_plan/"
    assert first.body == {"bk_biz_id": 1, "job_plan_id": 100}
    assert "s3cr3t-demo" in first.headers["x-bkapi-authorization"]
    assert (second.front, second.api, second.method) == ("apigw", "get_job_plan_list", "GET")
    assert (second.query, second.body) == ({"bk_biz_id": "1", "name": "Test"}, b"")


def test_requests_to_unknown_paths_are_recorded(sim: Simulator, session: requests.Session) -> None:
    session.post(sim.url + "/nowhere", data=b"text")
    session.post(sim.old_esb_url + ESB_V3 + "nope/", json={})
    assert [(one.front, one.api, one.body) for one in sim.requests] == [("", "", b"text"), ("old_esb", "", {})]


def test_recorded_launches(sim: Simulator, v3: Client) -> None:
    v3.as_user("alice").data("execute_job_plan", job_plan_id=100, callback_url="https://host/")
    (launch,) = sim.launches
    assert (launch.plan_id, launch.instance_id, launch.operator, launch.app_code) == (100, 10000, "alice", "demo")
    assert (launch.callback_url, launch.started) == ("https://host/", True)


def test_connections_are_kept_alive_and_numbered(sim: Simulator) -> None:
    with requests.Session() as first, requests.Session() as second:
        for session in (first, first, second, first):
            # Unexpected bodies are read, too.
            session.get(sim.url + ESB_V3 + "get_job_plan_list/", data=b"x" * 100_000)
    requests.get(sim.url)
    assert [received.connection for received in sim.requests] == [1, 1, 2, 1, 3]


def test_reset(sim: Simulator, v3: Client) -> None:
    v3.data("execute_job_plan", job_plan_id=100)
    sim.faults.add(faults.throttled())
    sim.reset()
    assert (sim.requests, sim.launches) == ([], [])
    assert v3.refusal("get_job_instance_status", job_instance_id=10000)[0] == 1244006
    assert v3.data("execute_job_plan", job_plan_id=100)["job_instance_id"] == 10000
    world = appendix_world()
    sim.reset(world)
    assert sim.world is world
    assert v3.refusal("get_job_plan_list") == (
        1306000,
        "APP Secret verification failed, pelase confirm if the APP Secret and APP Code [bk_app_code=demo] match",
    )


def test_many_at_once(sim: Simulator) -> None:
    def launch() -> None:
        with requests.Session() as session:
            for _time in range(10):
                Client(session, sim.url + ESB_V3).data("execute_job_plan", job_plan_id=100)

    threads = [threading.Thread(target=launch) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(launch.instance_id for launch in sim.launches) == list(range(10000, 10080))
    assert len({received.connection for received in sim.requests}) == 8


def test_leaving_closes_port_and_connections(session: requests.Session) -> None:
    with Simulator() as simulator:
        Client(session, simulator.url + ESB_V3).data("get_job_plan_list")
    with pytest.raises(requests.ConnectionError, match="refused"):
        Client(session, simulator.url + ESB_V3).data("get_job_plan_list")


def test_nothing_is_printed(sim: Simulator, v3: Client, capfd: pytest.CaptureFixture[str]) -> None:
    v3.data("get_job_plan_list")
    sim.faults.add(faults.reset())
    with pytest.raises(requests.ConnectionError):
        v3.data("get_job_plan_list")
    assert capfd.readouterr() == ("", "")


def test_clocks() -> None:
    before = time.time()
    assert before <= Clock().now() <= time.time()
    still = Clock(5.0)
    still.advance(2.5)
    assert (still.now(), still.now()) == (7.5, 7.5)
    running = WallClock(speed=1e6)
    running.advance(1e9)
    first, second = running.now(), running.now()
    assert before + 1e9 <= first < second


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_tls(authority: trustme.CA, ca_file: str, session: requests.Session, capfd: pytest.CaptureFixture[str]) -> None:
    with Simulator(ssl_context=server_context(authority)) as simulator:
        assert simulator.url.startswith("https://127.0.0.1:")
        client = Client(session, simulator.url + APIGW)
        with pytest.raises(requests.exceptions.SSLError):
            client.data("get_job_plan_list")
        session.verify = ca_file
        port = int(simulator.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            # A peer without a handshake does not block others.
            assert client.data("get_job_plan_list")["total"] == 3
        assert client.data("get_job_plan_list")["total"] == 3
        assert len({received.connection for received in simulator.requests}) == 1
    assert capfd.readouterr() == ("", "")


def test_tls_with_client_certificates(
    authority: trustme.CA, ca_file: str, session: requests.Session, tmp_path: Path
) -> None:
    context = server_context(authority)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    certificate = str(tmp_path / "client.pem")
    authority.issue_cert("client@example.com").private_key_and_cert_chain_pem.write_to_path(certificate)
    session.verify = ca_file
    with Simulator(ssl_context=context) as simulator:
        client = Client(session, simulator.url + APIGW)
        with pytest.raises(requests.ConnectionError):
            client.data("get_job_plan_list")
        session.cert = certificate
        assert client.data("get_job_plan_list")["total"] == 3


@pytest.mark.parametrize(("fault", "close_notify"), [(faults.lost(), True), (faults.tls_dropped(), False)])
def test_tls_close_notify(authority: trustme.CA, ca_file: str, fault: faults.Fault, close_notify: bool) -> None:
    request = b"GET /prod/api/v3/get_job_plan_list?bk_biz_id=1 HTTP/1.1\r\nHost: x\r\nX-Bkapi-Authorization: "
    request += b'{"bk_app_code":"demo","bk_app_secret":"s3cr3t-demo","bk_username":"admin"}\r\n\r\n'
    with Simulator(ssl_context=server_context(authority)) as simulator:
        simulator.faults.add(fault)
        port = int(simulator.url.rpartition(":")[2])
        context = ssl.create_default_context(cafile=ca_file)
        # Older Pythons set the OpenSSL option that ignores exactly this.
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0x80)
        raw = socket.create_connection(("127.0.0.1", port))
        with context.wrap_socket(raw, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as connection:
            connection.sendall(request)
            if close_notify:
                assert connection.recv(65536) == b""
            else:
                with pytest.raises(ssl.SSLError):
                    connection.recv(65536)


@pytest.mark.parametrize("tls", [False, True])
def test_start_from_the_command_line(tls: bool) -> None:
    """Its first lines are shell commands, which set all that a playbook needs."""
    command = [sys.executable, "-m", "tests.simulator", "--port", "0", "--speed", "100", *(["--tls"] if tls else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # The table of users is the last one.
        lines = list(takewhile(lambda line: "blind" not in line, process.stdout))
        shown = dict(line.split()[1].split("=", 1) for line in lines if line.startswith("export "))
        url = shown["BK_JOB_URL"] + ESB_V3 + "execute_job_plan/"
        body = {
            "bk_app_code": shown["BK_APP_CODE"],
            "bk_app_secret": shown["BK_APP_SECRET"],
            "bk_username": shown["BK_USERNAME"],
            "bk_biz_id": int(shown["BK_BIZ_ID"]),
            "job_plan_id": 100,
        }
        assert requests.post(url, json=body, verify=shown.get("BK_JOB_CA_PATH", False)).json()["result"] is True
        process.terminate()
        _rest, log = process.communicate()
    assert ("BK_JOB_CA_PATH" in shown, shown["BK_JOB_URL"].startswith("https:")) == (tls, tls)
    assert "execute_job_plan" in log
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines]
    steps_and_variables = ["run, copy", "hosts (host), param_name (string), password (cipher)"]
    assert [[*row[:4], row[4][:52]] for row in rows if row[0] == "100"] == [
        ["100", "biz 1", "Test", *steps_and_variables]
    ]
    assert ["203", "2", "10.0.0.3", "web-3", "biz 1", "ok"] in rows
    assert ["biz 1", "module", "1000", "102, 103"] in rows
    assert ["biz 1", "dynamic group", "blo8gojho0skft7pr5q0", "101, 102"] in rows
    assert f"# export BK_JOB_URL={shown['BK_JOB_URL']}/prod\n" in lines


def test_variables_that_are_shown_are_those_of_the_collection() -> None:
    fragment = (CHECKOUT / "plugins" / "doc_fragments" / "connection.py").read_text(encoding="utf-8")
    shown = (CHECKOUT / "tests" / "simulator" / "__main__.py").read_text(encoding="utf-8")
    names = set(re.findall(r"\bBK_\w+", shown))
    assert names
    assert names <= set(re.findall(r"E\((BK_\w+)\)", fragment))
