# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault on every front: what the client gets, and whether Job processed the request."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import typing as t
from urllib.parse import urlsplit

import pytest
import requests

from tests.simulator import Simulator, faults
from tests.unit.simulator.client import ADMIN, APIGW, ESB_V2, ESB_V3, Client
from tests.unit.simulator.quick import encoded, push, script, transfer

if t.TYPE_CHECKING:
    from tests.simulator import Fault

FRONTS = ["esb v2", "esb v3", "old esb", "apigw"]


@pytest.fixture(params=FRONTS)
def front(request: pytest.FixtureRequest, sim: Simulator, session: requests.Session) -> Client:
    url = {
        "esb v2": sim.url + ESB_V2,
        "esb v3": sim.url + ESB_V3,
        "old esb": sim.old_esb_url + ESB_V3,
        "apigw": sim.url + APIGW,
    }[request.param]
    scope = {"bk_biz_id": 1, **(ADMIN if request.param == "old esb" else {})}
    return Client(session, url, scope=scope)


def launch(front: Client) -> requests.Response:
    if "/v2/job/" in front.url:
        return front.call("execute_job", bk_job_id=100)
    return front.call("execute_job_plan", job_plan_id=100)


def parts(front: Client) -> tuple[str, str, str]:
    """ESB's names: system, launching API, channel."""
    v2 = "/v2/job/" in front.url
    return ("JOB", "execute_job", "/v2/job/") if v2 else ("JOBV3", "execute_job_plan", "/v2/jobv3/")


def test_throttled(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.throttled())
    answer = launch(front)
    if "/prod/" in front.url:
        assert answer.status_code == 429
        assert answer.headers["X-Bkapi-Error-Code"] == "1642902"
        assert answer.json() == {
            "code": 1642902,
            "code_name": "RATE_LIMIT_RESTRICTION",
            "message": "API rate limit exceeded by stage strategy",
            "result": False,
            "data": None,
        }
    else:
        _system, api, channel = parts(front)
        assert (answer.status_code, answer.json()["code"]) == (200, 1306429)
        assert answer.json()["message"] == (
            f"Access frequency limit, Access frequency of APP [demo] to component [{channel}{api}/] exceeds the limit; "
            "the frequency limit is [3/1minute], please try again later"
        )
    assert sim.launches == []
    assert launch(front).json()["result"] is True


def test_upstream_refused(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.upstream_refused())
    answer = launch(front)
    if "/prod/" in front.url:
        assert (answer.status_code, answer.json()["code"], answer.json()["code_name"]) == (502, 1650200, "BAD_GATEWAY")
        assert "X-Bkapi-Error-Code" in answer.headers
    else:
        system, api, _channel = parts(front)
        assert (answer.status_code, answer.json()["code"]) == (200, 1306201)
        message = answer.json()["message"]
        assert message.startswith(f"Component request third-party system [{system}] interface [{api}] error: ")
        assert "Failed to establish a new connection: [Errno 111] Connection refused" in message
        assert message.endswith(", please try again later or contact component developer to handle this")
    assert sim.launches == []


def test_timeout_text(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.timeout_text())
    answer = launch(front)
    if "/prod/" in front.url:
        assert (answer.status_code, answer.json()["code"]) == (504, 1650401)
        assert '[upstream_error="' in answer.json()["message"]
    else:
        system, api, _channel = parts(front)
        assert (answer.status_code, answer.json()["code"]) == (200, 1306201)
        assert answer.json()["message"] == (
            f"Component request third-party system [{system}] interface [{api}] error: Third-party system interface "
            "response time exceeds 30 seconds, please try again later or contact component developer to handle this"
        )
    assert len(sim.launches) == 1


# What comes back from Job, or from something between Job and the gateway


def upstream(front: Client, answer: requests.Response) -> str:
    """What ESB says about the system behind it."""
    system, api, _channel = parts(front)
    message = str(answer.json()["message"])
    head = f"Component request third-party system [{system}] interface [{api}] error: "
    tail = ", please try again later or contact component developer to handle this"
    assert (answer.status_code, answer.json()["code"]) == (200, 1306201)
    assert message.startswith(head)
    assert message.endswith(tail)
    return message[len(head) : -len(tail)]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (201, "Third-party system interface is abnormal, Created"),
        (302, "Third-party system redirects this interface"),
        (400, "Third-party system interface is abnormal, Bad Request"),
        (403, "Third-party system prohibit access to this interface"),
        (404, "Third-party system does not find this interface"),
        (429, "Third-party system interface is abnormal, Too Many Requests"),
        (500, "Third-party system internal error"),
        (502, "Third-party system Bad Gateway"),
        (503, "Third-party system interface is abnormal, Service Unavailable"),
    ],
)
def test_backend_status(sim: Simulator, front: Client, status: int, text: str) -> None:
    body = json.dumps({"code": 1244012, "result": False})
    sim.faults.add(faults.backend_status(status, body))
    answer = launch(front)
    if "/prod/" in front.url:
        # Passed on as it is, without the mark of the gateway's own errors.
        assert (answer.status_code, answer.text, "X-Bkapi-Error-Code" in answer.headers) == (status, body, False)
        assert "X-Bkapi-Request-Id" in answer.headers
    else:
        assert upstream(front, answer) == f"Status Code: {status}, Error Message: {text}"
    assert len(sim.launches) == 1


@pytest.mark.parametrize("text", ["", "<h1>It works!</h1>", '{"code": 0', b"\xef\xbb\xbf{}"])
def test_backend_text(sim: Simulator, front: Client, text: str | bytes) -> None:
    sim.faults.add(faults.backend_text(text))
    answer = launch(front)
    if "/prod/" in front.url:
        assert (answer.status_code, answer.content) == (200, text if isinstance(text, bytes) else text.encode())
    else:
        assert upstream(front, answer) == "interface response is not the JSON format"
    assert len(sim.launches) == 1


@pytest.mark.parametrize("value", [[1, 2], 5, None, "text", {"code": 7}])
def test_backend_json(sim: Simulator, front: Client, value: t.Any) -> None:
    sim.faults.add(faults.backend_json(value))
    answer = launch(front)
    if isinstance(value, str) and "/prod/" not in front.url:
        assert (answer.status_code, answer.json()) == (
            500,
            {
                "result": False,
                "data": None,
                "message": "Request is abnormal, please contact the component developer",
            },
        )
    elif isinstance(value, dict) and "/prod/" not in front.url:
        body = answer.json()
        assert len(body.pop("request_id")) == 32
        assert (answer.status_code, body) == (200, {"code": 7, "result": False, "data": None, "message": ""})
    else:
        assert (answer.status_code, answer.json()) == (200, value)
    assert len(sim.launches) == 1


def test_backend_closed(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.backend_closed())
    answer = launch(front)
    if "/prod/" in front.url:
        assert (answer.status_code, answer.json()["code"]) == (502, 1650200)
        assert "upstream prematurely closed connection" in answer.json()["message"]
    else:
        what = "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response',))"
        assert upstream(front, answer) == what
    assert len(sim.launches) == 1


def test_backend_tls_dropped(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.backend_tls_dropped())
    answer = launch(front)
    if "/prod/" in front.url:
        assert (answer.status_code, answer.json()["code"]) == (502, 1650200)
    else:
        assert (answer.status_code, answer.json()["code"]) == (200, 1306203)
        assert "SSL error: SSL configuration file [" in answer.json()["message"]
    assert len(sim.launches) == 1


# Services of the gateway


@pytest.mark.parametrize(
    ("fault", "needing", "not_needing", "service"),
    [
        (
            faults.login_down,
            {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_token": "token-of-alice"},
            ADMIN,
            "[BK_LOGIN] interface [is_login]",
        ),
        (faults.secret_service_down, {"access_token": "access-of-alice"}, ADMIN, "[BK_SSM] interface ["),
    ],
)
@pytest.mark.parametrize("where", [ESB_V2, ESB_V3, APIGW])
def test_services_that_are_down(
    sim: Simulator,
    session: requests.Session,
    fault: t.Callable[[], Fault],
    needing: dict[str, str],
    not_needing: dict[str, str],
    service: str,
    where: str,
) -> None:
    """A request that does not need the service does not notice, and leaves the fault to one that does."""
    sim.faults.add(fault())
    assert launch(Client(session, sim.url + where, not_needing)).json()["code"] == 0
    answer = launch(Client(session, sim.url + where, needing))
    if where == APIGW:
        assert (answer.status_code, answer.json()["code"]) == (500, 1650001)
        assert answer.headers["X-Bkapi-Error-Code"] == "1650001"
    else:
        assert (answer.status_code, answer.json()["code"]) == (200, 1306201)
        assert f"third-party system {service}" in answer.json()["message"]
        # A real gateway shows the token here.
        assert ("token-of-alice" in answer.json()["message"]) == (fault is faults.login_down)
    assert len(sim.launches) == 1
    assert launch(Client(session, sim.url + where, needing)).json()["code"] == 0


def test_oversize(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.oversize())
    answer = launch(front)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert sim.launches == []


def test_cold_worker(sim: Simulator, v2: Client) -> None:
    """The call takes long by the simulator's clock, and Job receives it after that."""
    sim.faults.add(faults.cold_worker(), api="execute_job")
    before = sim.clock.now()
    assert launch(v2).json()["code"] == 0
    assert sim.clock.now() == before + 25
    status = v2.data("get_job_instance_status", job_instance_id=10000)
    assert status["job_instance"]["create_time"] == "2024-05-01 10:00:25"
    launch(v2)
    assert sim.clock.now() == before + 25


@pytest.mark.parametrize(
    ("api", "params", "service"),
    [
        ("get_job_plan_list", {}, "manage"),
        ("get_job_plan_detail", {"job_plan_id": 100}, "manage"),
        ("execute_job_plan", {"job_plan_id": 100}, "execute"),
    ],
)
def test_esb_shows_the_path_behind_it(
    sim: Simulator, v3: Client, api: str, params: dict[str, int], service: str
) -> None:
    sim.faults.add(faults.upstream_refused())
    assert f"url: /api/job/v3/job-{service}/{api}/ (" in v3.refusal(api, **params)[1]


@pytest.mark.parametrize(
    ("body", "text"), [({"result": True}, '{"result": true}'), ([1, 2], "[1, 2]"), ("<h1>", "<h1>"), (b"\xff", None)]
)
def test_any_response(sim: Simulator, front: Client, body: t.Any, text: str | None) -> None:
    for fault, launches in ((faults.answer, 0), (faults.replaced, 1)):
        sim.reset()
        sim.faults.add(fault(418, body, {"X-Extra": "yes"}))
        answer = launch(front)
        assert (answer.status_code, answer.headers["X-Extra"]) == (418, "yes")
        assert answer.content == (b"\xff" if text is None else text.encode())
        assert len(sim.launches) == launches


def test_bad_gateway(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.bad_gateway())
    answer = launch(front)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "<center>nginx" in answer.text
    assert len(sim.launches) == 1


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        (faults.lost(), requests.ConnectionError, "without response"),
        (faults.reset(), requests.ConnectionError, "Connection reset"),
        (faults.tls_dropped(), requests.ConnectionError, "without response"),
    ],
)
def test_lost_responses(sim: Simulator, front: Client, fault: Fault, error: type[Exception], text: str) -> None:
    launch(front)
    sim.faults.add(fault)
    with pytest.raises(error, match=text):
        launch(front)
    assert len(sim.launches) == 2
    # That connection is closed; the next call opens a new one.
    assert launch(front).json()["result"] is True
    assert [received.connection for received in sim.requests] == [1, 1, 2]


def test_truncated_response_has_the_full_content_length(sim: Simulator, front: Client) -> None:
    sim.faults.add(faults.truncated())
    url = urlsplit(front.url)
    # Not every version of requests notices, so this uses http.client.
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
    body = json.dumps({**front.scope, "job_plan_id": 100, "bk_job_id": 100})
    headers = {"X-Bkapi-Authorization": json.dumps(ADMIN), "Content-Type": "application/json"}
    connection.request("POST", url.path + parts(front)[1], body, headers)
    with pytest.raises(http.client.IncompleteRead) as caught:
        connection.getresponse().read()
    connection.close()
    assert caught.value.partial.startswith(b"{")
    assert abs(len(caught.value.partial) - (caught.value.expected or 0)) <= 1
    assert len(sim.launches) == 1


def test_held(sim: Simulator, front: Client) -> None:
    event = threading.Event()
    sim.faults.add(faults.held(event))
    with pytest.raises(requests.ReadTimeout):
        front.session.request(
            "POST",
            front.url + ("execute_job/" if "/v2/job/" in front.url else "execute_job_plan/"),
            json={**front.scope, "job_plan_id": 100, "bk_job_id": 100},
            headers={"X-Bkapi-Authorization": json.dumps(ADMIN)},
            timeout=0.05,
        )
    assert len(sim.launches) == 1
    # Other requests are not blocked.
    assert launch(front).json()["result"] is True
    event.set()


def test_held_response_is_sent_after_the_event(sim: Simulator, v3: Client) -> None:
    event = threading.Event()
    sim.faults.add(faults.held(event))
    threading.Timer(0.02, event.set).start()
    assert v3.data("get_job_plan_list")["total"] == 3


def test_faults_wait_for_their_api(sim: Simulator, v3: Client) -> None:
    sim.faults.add(faults.throttled(), api="execute_job_plan", times=2)
    codes = [v3.body(api, job_plan_id=100)["code"] for api in ["get_job_plan_list"] + ["execute_job_plan"] * 3]
    assert codes == [0, 1306429, 1306429, 0]


def test_faults_act_in_the_order_they_were_added(sim: Simulator, v3: Client) -> None:
    sim.faults.add(faults.timeout_text())
    sim.faults.add(faults.answer(200, {"code": 7}))
    sim.faults.add(faults.throttled())
    codes = [v3.body("execute_job_plan", job_plan_id=100)["code"] for _call in range(4)]
    assert codes == [1306201, 7, 1306429, 0]
    assert len(sim.launches) == 2


def test_refused_requests_do_not_use_up_a_fault(sim: Simulator, v3: Client) -> None:
    """For example of a client that first tries the header on an old ESB."""
    sim.faults.add(faults.lost())
    stranger = Client(v3.session, v3.url, {})
    assert stranger.body("execute_job_plan", job_plan_id=100)["code"] == 1306000
    with pytest.raises(requests.ConnectionError):
        v3.body("execute_job_plan", job_plan_id=100)
    # A response before processing needs no authentication.
    sim.faults.add(faults.answer(200, {"code": 7}))
    assert stranger.body("execute_job_plan")["code"] == 7


def test_lost_sends_fin_and_reset_sends_rst(sim: Simulator) -> None:
    """FIN for a lost answer, RST for a reset one."""
    request = b"GET /prod/api/v3/get_job_plan_list?bk_biz_id=1 HTTP/1.1\r\nHost: x\r\nX-Bkapi-Authorization: "
    request += b'{"bk_app_code":"demo","bk_app_secret":"s3cr3t-demo","bk_username":"admin"}\r\n\r\n'
    port = int(sim.url.rpartition(":")[2])

    def after(fault: Fault) -> bytes:
        sim.faults.add(fault)
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(request)
            return connection.recv(65536)

    assert after(faults.lost()) == b""
    with pytest.raises(ConnectionResetError):
        after(faults.reset())


QUICK_JOBS = [("fast_execute_script", script()), ("fast_transfer_file", transfer()), ("push_config_file", push())]


@pytest.mark.parametrize(("api", "params"), QUICK_JOBS)
@pytest.mark.parametrize(
    ("fault", "instances"),
    [(faults.lost(), 1), (faults.reset(), 1), (faults.truncated(), 1), (faults.unread(), 0)],
)
def test_lost_responses_of_quick_jobs(
    sim: Simulator, v3: Client, api: str, params: dict[str, t.Any], fault: Fault, instances: int
) -> None:
    sim.faults.add(fault, api)
    # Old requests do not notice a body that is too short, but it is no JSON.
    with pytest.raises((requests.RequestException, ValueError)):
        v3.call(api, **params).json()
    assert len(sim.instances) == len(sim.launches) == instances


@pytest.mark.parametrize(("api", "params"), QUICK_JOBS)
@pytest.mark.parametrize(
    ("fault", "instances"), [(faults.timeout_text(), 1), (faults.upstream_refused(), 0), (faults.throttled(), 0)]
)
def test_errors_of_gateways_for_quick_jobs(
    sim: Simulator, v3: Client, api: str, params: dict[str, t.Any], fault: Fault, instances: int
) -> None:
    sim.faults.add(fault, api)
    assert v3.body(api, **params)["result"] is False
    assert len(sim.instances) == instances


CRON = {"job_plan_id": 100, "name": "nightly", "expression": "0 3 * * *"}
NEW_SCRIPT = {"name": "new", "script_language": 1, "content": encoded("true\n"), "version": "1"}


@pytest.mark.parametrize(("api", "params"), [("save_cron", CRON), ("create_script", NEW_SCRIPT)])
@pytest.mark.parametrize(("fault", "created"), [(faults.lost(), True), (faults.unread(), False)])
def test_lost_responses_of_schedules_and_scripts(
    sim: Simulator, v3: Client, api: str, params: dict[str, t.Any], fault: Fault, created: bool
) -> None:
    sim.faults.add(fault, api)
    with pytest.raises(requests.RequestException):
        v3.call(api, **params)
    names = [cron.name for cron in sim.world.crons] + [one.name for one in sim.world.scripts]
    assert (params["name"] in names) is created


@pytest.mark.parametrize(("api", "params"), [("save_cron", CRON), ("create_script", NEW_SCRIPT)])
def test_what_was_created_without_a_response_is_refused_again(
    sim: Simulator, v3: Client, api: str, params: dict[str, t.Any]
) -> None:
    sim.faults.add(faults.timeout_text(), api)
    assert v3.body(api, **params)["result"] is False
    assert v3.body(api, **params)["code"] in (1245004, 1243002)
