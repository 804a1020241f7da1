# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of response that gateways were seen to send (contract §2, §3; ESB A2, A4, A6, A7, A8), and its verdict."""

from __future__ import annotations

import contextlib
import gc
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api.call import Call
from ansible_collections.blueking.job.plugins.module_utils._api.codes import (
    CODES,
    STATUSES,
    TEXTS,
    gateway_of,
    is_about_user,
    judge,
)
from ansible_collections.blueking.job.plugins.module_utils._model.errors import JobError, RefusedError, UnclearError
from tests.simulator import faults

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.conftest import MakeClient

READ = Call("jobv3", "get_job_plan_detail", {"bk_biz_id": 1, "job_plan_id": 100})
LAUNCH = Call("jobv3", "execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 100}, writes=True)


def esb(code: int | str | None, message: str, **more: t.Any) -> dict[str, t.Any]:
    return {"result": False, "code": code, "data": None, "message": message, "request_id": "0e1f" * 8, **more}


def upstream(text: str, system: str = "JOBV3") -> dict[str, t.Any]:
    return esb(
        1306201,
        f"Component request third-party system [{system}] interface [execute_job_plan] error: {text}, "
        "please try again later or contact component developer to handle this",
    )


def status_code(status: int, text: str) -> dict[str, t.Any]:
    return upstream(f"Status Code: {status}, Error Message: {text}")


def apigw(code: int, message: str) -> dict[str, t.Any]:
    return {"code": code, "code_name": "X", "message": message, "result": False, "data": None}


def unverified(reason: str) -> dict[str, t.Any]:
    return apigw(1640001, f'Parameters error [reason="{reason}"]')


DEEP = b"[" * 100_000
NOT_FOUND_ESB = {"result": False, "data": None, "message": "The content does not exist"}
ABNORMAL = {"result": False, "data": None, "message": "Request is abnormal, please contact the component developer"}
NO_SECRET = "Signature [bk_signature] and APP Secret [bk_app_secret] cannot be empty at the same time"
NO_USER = "User authentication failed, please provide a valid user identity, such as bk_token, bk_username"
TOO_SLOW = "Third-party system interface response time exceeds 30 seconds"
NGINX = b"<html><center>nginx</center></html>"

REFUSED = [
    # The ESB cannot tell who calls (ESB A4): the application …
    (200, esb(1306000, "APP Code [bk_app_code] cannot be empty"), "credentials"),
    (200, esb(1306000, NO_SECRET), "credentials"),
    (
        200,
        esb(
            1306000,
            "APP Secret verification failed, pelase confirm if the APP Secret and APP Code [bk_app_code=jobtool] match",
        ),
        "credentials",
    ),
    (
        200,
        esb(1306000, "Invalid APP Code [bk_app_code=nosuch], please confirm if the APP Code has been registered"),
        "credentials",
    ),
    # … the user …
    (200, esb(1306000, NO_USER), "credentials"),
    (200, esb(1306000, "User authentication failed, please check if the bk_token is valid"), "credentials"),
    (200, esb(1306000, "The specified user TOKEN [bk_access_token] does not exist"), "credentials"),
    (200, esb(1306000, "verify access_token failed, please check if the access_token is valid"), "credentials"),
    (200, esb(1306000, "the access_token is the application type and cannot indicate the user"), "credentials"),
    # … whose name is not ASCII, or no text …
    (200, esb(1306201, "'latin-1' codec can't encode characters in position 0-1: ordinal …"), "invalid_request"),
    (200, esb(1306201, "Value for header {Bk-Username: 5} must be of type str or bytes, …"), "invalid_request"),
    # … or the gateway in front of an ESB of BlueKing 7 (§10.2).
    (200, esb(1306408, "JWT"), "credentials"),
    # The ESB knows who calls, and says no (ESB A4, A5)
    (
        200,
        esb(
            1306403,
            "APP permission is insufficient, APP has no permission to access the component (operate_job_instance) of "
            "the system (JOBV3). The APP manager can go to the Developer Center and apply for permission to access "
            "the component",
        ),
        "app_permission",
    ),
    (200, esb(1306405, "Not found, inactive channel"), "not_found"),
    (200, esb(1306404, "Not found, component class not found, generic.v2.jobv3.nope"), "not_found"),
    (200, esb(1306206, "Error, the component does not support access third-party test environment"), "unavailable"),
    (
        200,
        esb(1306406, "Parameters error, request header X-Bkapi-Authorization is not a valid JSON format string"),
        "invalid_request",
    ),
    # The API gateway cannot tell who calls (§2.2); an ESB of BlueKing 7 sends the same codes as HTTP 200 (§2.1)
    (400, unverified("app code cannot be empty"), "credentials"),
    (200, unverified("app code cannot be empty"), "credentials"),
    (400, unverified("app code cannot be longer than 32 characters"), "credentials"),
    (400, unverified("app secret cannot be longer than 128 characters"), "credentials"),
    (400, unverified("please provide bk_app_secret or bk_signature to verify app"), "credentials"),
    (400, unverified("app not found"), "credentials"),
    (400, unverified("bk_app_code or bk_app_secret is incorrect"), "credentials"),
    (400, unverified("user authentication failed, please provide a valid user identity, such as …"), "credentials"),
    (400, unverified("user authentication failed, the user indicated by bk_username is not verified"), "credentials"),
    (400, unverified("bk_token is not valid"), "credentials"),
    (400, unverified("access_token has expired"), "credentials"),
    (400, unverified("request header X-Bkapi-Authorization is not a valid JSON"), "credentials"),
    (400, unverified("something else"), "invalid_request"),
    (400, apigw(1640004, "JWT"), "credentials"),
    (401, apigw(1640101, "APP_VERIFY_FAILED"), "credentials"),
    # The API gateway knows who calls, and says no (§3.4)
    (403, apigw(1640301, "App has no permission to the resource"), "app_permission"),
    (200, apigw(1640301, "App has no permission to the resource"), "app_permission"),
    (403, apigw(1640302, "CROSS_TENANT_FORBIDDEN"), "app_permission"),
    (404, apigw(1640401, "API not found"), "not_found"),
    (413, apigw(1641301, "body too large"), "invalid_request"),
    # Addresses (ESB A2, A3)
    (404, NOT_FOUND_ESB, "not_found"),
    (404, NGINX, "not_found"),
    (414, b"<html>414 Request-URI Too Large</html>", "invalid_request"),
    (302, b"", "protocol"),
    (307, b"<html>moved</html>", "protocol"),
    (407, b"<html>proxy</html>", "unavailable"),
    # Bodies (ESB A6): malformed; with a BOM, an array, text, gzip or, past nginx, in chunks; too large
    (200, esb(1306000, "Request JSON string is wrong in format, which cannot be analyzed."), "invalid_request"),
    (200, esb(1306000, NO_SECRET), "credentials"),
    (400, b"<h1>Bad Request (400)</h1>", "invalid_request"),
    # The ESB could not even ask Job (ESB A7)
    (200, upstream("Could not find the TLS certificate file, invalid path: /data/esb/job.crt"), "unavailable"),
    # Job's own refusals (§10), one of them of the GET without a body that the ESB makes of a redirect (ESB A7)
    (200, esb(9900403, "User (admin) permission not allowed", permission={"actions": []}), "user_permission"),
    (200, esb(1240003, "Bad Request"), "invalid_request"),
    (200, esb(1240003, "Invalid IP"), "invalid_request"),
    (400, esb(1241004, "Missing request parameter [job_plan_id]"), "invalid_request"),
    (200, esb(1241005, "Invalid request parameter [job_plan_id]"), "invalid_request"),
    (200, esb(1243049, "Business/Business Set not exist or archived"), "not_found"),
    (200, esb(1244012, "Job plan does not exist"), "not_found"),
    (200, {"code": 1244012, "result": False, "job_request_id": "9b", "message": "执行方案不存在"}, "not_found"),
    (200, esb("1244012", "Job plan does not exist"), "not_found"),
    (200, esb(1244019, "Dangerous script, cannot be executed"), "invalid_request"),
    (200, esb(1244028, "Step [run] target execute object is empty"), "targets"),
    (200, esb(1244030, "Execute object referenced by the job does not exist."), "targets"),
    (200, esb(1244002, "Hosts invalid."), "targets"),
    (200, esb(1211003, "Fail to find host by dynamic group"), "targets"),
]
REFUSED_FOR_NOW = [
    # Rates (ESB A8; §3.4), and Job's quotas (§10.1)
    (200, esb(1306429, "Access frequency limit, Access frequency of APP [a] to component […] exceeds …"), "throttled"),
    (429, apigw(1642902, "API rate limit exceeded by stage strategy"), "throttled"),
    (429, apigw(1642904, "CONCURRENCY_LIMIT"), "throttled"),
    (429, b"<html>429 Too Many Requests</html>", "throttled"),
    (200, esb(1244032, "The total number of jobs … exceeds the resource scope quota limit"), "throttled"),
    (200, esb(1244033, "The total number of jobs … exceeds the bk app quota limit"), "throttled"),
    (200, esb(1244034, "The total number of jobs … exceeds the system quota limit"), "throttled"),
    # The ESB could not even ask Job (ESB A7), or whoever knows the user (ESB A4, C5)
    (
        200,
        upstream(
            "HTTPSConnectionPool(host='…', port=…): Max retries exceeded with url: … (Caused by NewConnectionError("
            "'<…>: Failed to establish a new connection: [Errno 111] Connection refused',))"
        ),
        "unavailable",
    ),
    (200, upstream("… url: /login/accounts/is_login/?bk_token=x (Caused by NewCon…", system="BK_LOGIN"), "unavailable"),
    (200, upstream(TOO_SLOW, system="BK_LOGIN"), "unavailable"),
    (200, upstream(TOO_SLOW, system="BK_SSM"), "unavailable"),
    # A web server in front of it, which may come to its senses
    (401, b"<html>401 Unauthorized</html>", "credentials"),
]
UNCLEAR = [
    # Job answered the ESB with another status than 200, and its own words are lost (ESB A7)
    (200, status_code(403, "Third-party system prohibit access to this interface"), "unavailable"),
    (200, status_code(404, "Third-party system does not find this interface"), "unavailable"),
    (200, status_code(400, "Third-party system interface is abnormal, Bad Request"), "unavailable"),
    (200, status_code(401, "Third-party system interface is abnormal, Unauthorized"), "unavailable"),
    (200, status_code(429, "Third-party system interface is abnormal, Too Many Requests"), "unavailable"),
    # What the ESB makes of `{}`, and of a failure without a code (ESB A7)
    (200, esb(1306000, ""), "protocol"),
    (200, esb(1306000, "the words of whatever answered"), "protocol"),
    # Codes of Job that do not tell whether anything was done (§7.1, §10.1), and codes that stand nowhere
    (200, esb(1240005, "Service auth fail"), "unavailable"),
    (200, esb(1244005, "Fail to start job"), "unavailable"),
    (200, esb(1299999, "A code nobody knows"), "protocol"),
    (400, esb(1299999, "A code nobody knows"), "protocol"),
    (404, esb(1299999, "A code nobody knows"), "protocol"),
    (429, esb(1299999, "A code nobody knows"), "protocol"),
    (508, apigw(1650801, "recursive request"), "unavailable"),
]
UNCLEAR_FOR_NOW = [
    # What the ESB says of a list as bk_app_code and of a header that is no object (ESB A4), of a large body beside
    # the header (ESB A6), of its database down (ESB A7), and of whatever fails once it has asked Job (B)
    (200, esb(1306000, "Component error, please contact the component developer to handle it."), "unavailable"),
    (200, esb(1306000, "Component error: access_token of the component has expired"), "unavailable"),
    # Job answered the ESB with another status than 200, or with no JSON, or not in time (ESB A7)
    (200, status_code(500, "Third-party system internal error"), "unavailable"),
    (200, status_code(502, "Third-party system Bad Gateway"), "unavailable"),
    (200, status_code(503, "Third-party system interface is abnormal, Service Unavailable"), "unavailable"),
    (200, status_code(504, "Third-party system interface is abnormal, Gateway Time-out"), "unavailable"),
    (200, status_code(201, "Third-party system interface is abnormal, Created"), "unavailable"),
    (200, status_code(202, "Third-party system interface is abnormal, Accepted"), "unavailable"),
    (200, status_code(204, "Third-party system interface is abnormal, No Content"), "unavailable"),
    (200, status_code(302, "Third-party system redirects this interface"), "unavailable"),
    (200, upstream("Exceeded 30 redirects."), "unavailable"),
    (200, upstream("interface response is not the JSON format"), "unavailable"),
    (200, upstream(TOO_SLOW), "unavailable"),
    (200, upstream("Third-party system interface response time exceeds 3 seconds"), "unavailable"),
    # Its connection to Job broke (ESB A7): after the request, in the handshake, without the goodbye of TLS
    (200, upstream("('Connection aborted.', RemoteDisconnected('Remote end closed …',))"), "unavailable"),
    (200, upstream("('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))"), "unavailable"),
    (200, esb(1306203, "… SSL error: SSL configuration file [crt, key] does not exist or is illegal"), "unavailable"),
    # Job answered the ESB with a JSON text, or the ESB's database is down (ESB A7)
    (500, ABNORMAL, "unavailable"),
    # What else Job may say, handed on as it is (ESB A7)
    (200, b"[1, 2]", "protocol"),
    (200, b"5", "protocol"),
    (200, b"null", "protocol"),
    (200, esb(None, ""), "protocol"),
    # Something else responded
    (502, NGINX, "unavailable"),
    (503, b"", "unavailable"),
    (504, apigw(1650401, "REQUEST_BACKEND_TIMEOUT"), "unavailable"),
    (502, apigw(1650299, "a code of a newer gateway"), "unavailable"),
    (200, b"<html>sign in</html>", "protocol"),
    *(
        (status, b"<html>trouble</html>", "protocol")
        for status in (403, 408, 425, 460, 499, 507, 511, 520, 522, 524, 530)
    ),
    (200, b"", "protocol"),
    (200, b'"text"', "protocol"),
    (200, DEEP, "protocol"),
    (200, b"\xff\xfe\xfd", "protocol"),
    (200, {"result": False, "data": None, "message": ""}, "protocol"),
    # Codes of trouble with the platform (§10.1, §10.2)
    (200, esb(1306202, "…"), "unavailable"),
    (200, esb(1240002, "Internal Server Error"), "unavailable"),
    (200, esb(1255001, "MQ is not available"), "unavailable"),
]
# Answers whose parts contradict each other (ESB A7), the first as the ESB completes one without `result`.
CONTRADICTIONS = [
    (200, {"success": True, "code": 0, "data": {}, "result": False, "message": "", "request_id": "0e1f" * 8}),
    (200, {"result": False, "code": 0, "data": {}}),
    (200, {"result": "true", "code": 0, "data": {}}),
    (200, {"result": True, "code": 1240003, "data": {}}),
    (200, {"result": True, "code": None, "data": {}}),
    (200, {"result": True, "code": "nonsense", "data": {}}),
    (200, {"result": True, "code": False, "data": {}}),
    (200, {"result": True, "data": {}}),
    (400, {"result": True, "code": 0, "data": {"job_instance_id": 10000}}),
    (404, {"result": True, "code": 0, "data": {"job_instance_id": 10000}}),
    (429, {"result": True, "code": 0, "data": {"job_instance_id": 10000}}),
    (200, {"code": 0, "success": True, "data": {}}),
]
CASES = [
    *((row, RefusedError, False) for row in REFUSED),
    *((row, RefusedError, True) for row in REFUSED_FOR_NOW),
    *((row, UnclearError, False) for row in UNCLEAR),
    *((row, UnclearError, True) for row in UNCLEAR_FOR_NOW),
]


@pytest.mark.parametrize(("response", "error", "transient"), CASES)
def test_every_response_has_its_verdict(
    sim: Simulator,
    make_client: MakeClient,
    response: tuple[int, t.Any, str],
    error: type[JobError],
    transient: bool,
) -> None:
    status, body, kind = response
    sim.faults.add(faults.answer(status, body))
    if body is DEEP:
        gc.collect()  # garbage of earlier tests must not be collected deep in the recursion, where finalizers fail
    with pytest.raises(JobError) as caught:
        # With `auto`, the call would go out again to an ESB that seems to have seen no header.
        make_client(retries=0, credentials_in="header").call(READ)
    assert (type(caught.value), caught.value.kind, caught.value.transient) == (error, kind, transient)
    if isinstance(body, dict):
        assert caught.value.message == (body.get("message") or f"HTTP {status} OK without a message")


@pytest.mark.parametrize("response", CONTRADICTIONS)
def test_success_needs_result_and_code_to_agree(
    sim: Simulator, make_client: MakeClient, response: tuple[int, t.Any]
) -> None:
    sim.faults.add(faults.answer(*response))
    with pytest.raises(UnclearError) as caught:
        make_client(retries=0).call(READ)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ({"result": True, "code": 0, "data": {"x": None}, "message": "", "request_id": "1"}, {"x": None}),
        ({"result": True, "code": 0, "job_request_id": "1", "data": [1]}, [1]),
        # As the ESB hands it on, after a redirect too (ESB A7): completed; a text as code; GBK read as UTF-8
        ({"code": 0, "result": True, "job_request_id": "1", "message": "", "data": None, "request_id": "1"}, None),
        ({"result": True, "code": "0"}, None),
        ({"result": True, "code": 0, "message": "", "data": {"name": "\ufffd\ufffd"}}, {"name": "\ufffd\ufffd"}),
    ],
)
def test_success_returns_the_data(sim: Simulator, make_client: MakeClient, body: t.Any, data: t.Any) -> None:
    sim.faults.add(faults.answer(200, body))
    assert make_client().call(READ) == data


def test_an_error_has_what_support_needs(sim: Simulator, make_client: MakeClient) -> None:
    permission = {"system_id": "bk_job", "actions": [{"id": "launch_job_plan", "name": "Launch Job Plan"}]}
    sim.faults.add(faults.answer(200, esb(9900403, "not allowed", job_request_id="9b", permission=permission)))
    with pytest.raises(RefusedError) as caught:
        make_client().call(READ)
    assert caught.value.as_result() == {
        "kind": "user_permission",
        "code": 9900403,
        "message": "not allowed",
        "hint": caught.value.hint,
        "request_id": "0e1f" * 8,
        "job_request_id": "9b",
        "permission": permission,
    }
    assert caught.value.hint


def test_request_ids_are_read_from_the_headers_as_well(sim: Simulator, make_client: MakeClient) -> None:
    headers = {"X-Bkapi-Request-Id": "7e0d", "X-Bk-Job-Request-Id": "6a1f"}
    sim.faults.add(faults.answer(404, apigw(1640401, "API not found"), headers))
    with pytest.raises(RefusedError) as caught:
        make_client(front="apigw").call(READ)
    assert (caught.value.request_id, caught.value.job_request_id) == ("7e0d", "6a1f")


# Codes of Job, of the ESB and of the API gateway as the contract's catalog (§10, §3.4) explains them, by hand: what
# each means for a write. Only Job's own pages receive 1244020.
NEVER = "never started"
LATER = "never started, may be retried"
OPEN = "may have started"
CATALOG = {
    NEVER: [
        *(9900403, 1238001, 1238002, 1215002),
        *(1240003, 1241001, 1241002, 1241003, 1241004, 1241005, 1241006, 1241007, 1241008, 1241010, 1241011, 1241013),
        *(1241015, 1241017, 1241024, 1243009, 1243026, 1243047, 1243049, 1243052, 1243053),
        *(1211003, 1211004, 1244001, 1244002, 1244003, 1244004, 1244006, 1244007, 1244008, 1244009, 1244011, 1244012),
        *(1244014, 1244016, 1244017, 1244018, 1244019, 1244021, 1244022, 1244026, 1244027, 1244028, 1244029, 1244030),
        *(1243002, 1243036, 1243054, 1245001, 1245004, 1245006),
        *(1243001, 1243004, 1244023, 1244035, 1244037, 1247001, 1247002, 1247403, 1247404),
        *(1199000, 1199006, 1199009, 1199010, 1199011, 1199019, 1199035, 1199059, 1110044),
        *(1306206, 1306401, 1306402, 1306403, 1306404, 1306405, 1306406, 1306408),
        *(1640001, 1640004, 1640100, 1640101, 1640102, 1640301, 1640302, 1640303, 1640304, 1640401, 1641301, 1641401),
    ],
    LATER: [1244032, 1244033, 1244034, 1306429, 1642901, 1642902, 1642903, 1642904],
    OPEN: [
        *(1240001, 1240002, 1240005, 1250001, 1250002, 1252001, 1255001, 1210001, 1210002, 1211001, 1211002, 1215001),
        *(
            1245007,
            1245008,
            1244005,
            1244015,
            1244025,
            1246001,
            1199002,
            1199017,
            1199036,
            1199046,
            1110001,
            1306000,
            1306201,
            1306202,
            1306203,
            1306207,
            1306208,
            1306209,
            1306407,
        ),
        *(1650000, 1650001, 1650002, 1650200, 1650201, 1650300, 1650401, 1650801),
    ],
}


@pytest.mark.parametrize(("code", "meaning"), [(code, meaning) for meaning, codes in CATALOG.items() for code in codes])
def test_every_code_of_the_catalog_has_its_meaning(code: int, meaning: str) -> None:
    verdict = judge(code, "", 200)
    if meaning == OPEN:
        assert verdict.unclear
    else:
        assert (verdict.unclear, verdict.transient) == (False, meaning == LATER)


def test_the_tables_are_the_catalog_and_nothing_else() -> None:
    listed = {code for codes in CATALOG.values() for code in codes}
    assert listed <= {*CODES, *TEXTS}
    # The documented ones stand for the range of parameter errors.
    assert {code for code in {*CODES, *TEXTS} if not 1241001 <= code <= 1241024} <= listed


# All entries of the tables, and those after which a launch is sent again, since it did not reach Job (ESB C5).
ENTRIES: dict[t.Any, tuple[int, t.Any]] = {
    **{code: (200, esb(code, "…")) for code in CODES},
    **{(code, text): (200, esb(code, text or "…")) for code, rows in TEXTS.items() for text, _verdict in rows},
    **{f"HTTP {status}": (status, b"") for status in STATUSES},
}
SENT_AGAIN = {
    *CATALOG[LATER],
    (1306201, "third-party system [BK_LOGIN]"),
    (1306201, "third-party system [BK_SSM]"),
    (1306201, "Failed to establish a new connection"),
    "HTTP 429",
}


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_launch_is_sent_again_only_where_it_did_not_reach_job(
    sim: Simulator, make_client: MakeClient, front: str
) -> None:
    client = make_client(front=front, retries=1, credentials_in="header")
    sent_again = set()
    for entry, response in ENTRIES.items():
        sim.faults.add(faults.answer(*response))
        with contextlib.suppress(JobError):
            client.call(LAUNCH)
            sent_again.add(entry)
    assert sent_again == SENT_AGAIN
    assert len(sim.launches) == len(SENT_AGAIN)


@pytest.mark.parametrize(
    ("code", "message", "called_as", "kind"),
    [
        (1306000, "APP Code [bk_app_code] cannot be empty", "esb", "esb"),
        (None, "The content does not exist", "esb", "esb"),
        (1640001, 'Parameters error [reason="app code cannot be empty"]', "esb", "esb"),  # BlueKing 7
        (1640401, "API not found", "esb", "apigw"),
        (1640001, 'Parameters error [reason="app code cannot be empty"]', "apigw", "apigw"),
        (1640401, "API not found", "apigw", "apigw"),
        (1650200, "Bad Gateway", "apigw", "apigw"),
        (1244012, "Job plan does not exist", "esb", "esb"),
        (9900403, "permission not allowed", "apigw", "apigw"),
        (None, "the body of HTTP 200 OK is not a response of the API", "esb", None),
        (None, "HTTP 404 NOT FOUND without a message", "apigw", None),
        (5, "something else", "esb", None),
    ],
)
def test_which_gateway_an_error_comes_from(code: int | None, message: str, called_as: str, kind: str | None) -> None:
    assert gateway_of(code, message, called_as) == kind


@pytest.mark.parametrize(
    ("code", "message", "about_user"),
    [
        (1306000, "User authentication failed, please check if the bk_token is valid", True),
        (1306000, "User authentication failed, please provide a valid user identity, such as bk_token", True),
        (1640001, 'Parameters error [reason="the user indicated by bk_username is not verified"]', True),
        (1640102, "USER_VERIFY_FAILED", True),
        (1306000, "APP Secret verification failed, pelase confirm", False),
        (1306000, "Invalid APP Code [bk_app_code=X]", False),
        (1640001, 'Parameters error [reason="app not found"]', False),
        (1640101, "APP_VERIFY_FAILED", False),
    ],
)
def test_whether_refused_credentials_are_about_the_user(code: int, message: str, about_user: bool) -> None:
    assert is_about_user(code, message) is about_user
