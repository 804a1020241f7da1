# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ESB in front of Job, row by row as observed on a real one (A2 to A8)."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import typing as t
from urllib.parse import urlsplit

import pytest

from tests.simulator import App, Simulator
from tests.simulator.gateway.esb import completed
from tests.unit.simulator.client import ADMIN, ESB_V2, ESB_V3, Client

if t.TYPE_CHECKING:
    import requests

NOT_FOUND = {"result": False, "data": None, "message": "The content does not exist"}
PLAN: dict[str, t.Any] = {"bk_biz_id": 1, "job_plan_id": 100}
NO_SECRET = "Signature [bk_signature] and APP Secret [bk_app_secret] cannot be empty at the same time"
NO_CODE = "APP Code [bk_app_code] cannot be empty"
WRONG_SECRET = "APP Secret verification failed, pelase confirm if the APP Secret and APP Code [bk_app_code=demo] match"
NO_USER = "User authentication failed, please provide a valid user identity, such as bk_token, bk_username"
BAD_TOKEN = "User authentication failed, please check if the bk_token is valid"
COMPONENT = "Component error, please contact the component developer to handle it."
MALFORMED = "Request JSON string is wrong in format, which cannot be analyzed."


@pytest.fixture
def detail(sim: Simulator) -> str:
    return sim.url + ESB_V3 + "get_job_plan_detail/"


# A2, A3: paths and methods


@pytest.mark.parametrize(
    "path",
    [
        "v3/job/execute_job/",
        "v3/jobv3/execute_job_plan/",
        "jobv3/execute_job_plan/",
        "job/execute_task/",
        "v2/job/execute_job_plan/",
        "v2/jobv3/execute_job/",
        "v2/jobv3/nope/",
        "v2/nope/execute_job/",
        "v2/job/Execute_Job/",
        "v2/Job/execute_job/",
        "v2/jobv3/x/../../nope/",
    ],
)
@pytest.mark.parametrize("credentials", [{}, ADMIN])
def test_unknown_paths_are_not_found_before_authentication(
    sim: Simulator, session: requests.Session, path: str, credentials: dict[str, str]
) -> None:
    url = f"{sim.url}/api/c/compapi/{path}"
    for answer in (session.post(url, json=credentials), session.get(url, params=credentials)):
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "path",
    [
        "v2/jobv3/get_job_plan_detail",
        "v2/jobv3//get_job_plan_detail/",
        "v2/jobv3/Get_Job_Plan_Detail/",
        "v2/JobV3/get_job_plan_detail/",
        "V2/jobv3/get_job_plan_detail/",
        "v2/jobv3/x/../get_job_plan_detail/",
        "v2/./job/../jobv3/get_job_plan_detail/",
    ],
)
def test_accepted_spellings_of_a_path(sim: Simulator, path: str) -> None:
    # With http.client, which leaves the path as it is.
    url = urlsplit(sim.url)
    connection = http.client.HTTPConnection(str(url.hostname), url.port)
    connection.request("POST", f"/api/c/compapi/{path}", json.dumps({**ADMIN, **PLAN}))
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["data"]["id"]) == (200, 100)
    connection.close()


def test_nginx_responds_without_the_api_prefix(sim: Simulator, session: requests.Session) -> None:
    answer = session.post(f"{sim.url}/c/compapi/v2/jobv3/get_job_plan_detail/", json=ADMIN)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html")


def test_documentation_only_component(v2: Client, v3: Client) -> None:
    message = "This is a fake component that only provides documentation"
    for client in (v2, v3):
        assert client.refusal("callback_protocol") == (1306000, message)
        assert Client(client.session, client.url, {}).refusal("callback_protocol") == (1306000, NO_SECRET)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_not_found(detail: str, session: requests.Session, method: str) -> None:
    answer = session.request(method, detail, json={**ADMIN, **PLAN})
    assert (answer.status_code, "Allow" in answer.headers) == (404, False)
    assert answer.content == (b"" if method == "HEAD" else json.dumps(NOT_FOUND).encode())


def test_get_also_launches(sim: Simulator, session: requests.Session) -> None:
    session.get(sim.url + ESB_V3 + "execute_job_plan/", params={**ADMIN, **PLAN})
    assert [launch.plan_id for launch in sim.launches] == [100]


def test_get_sends_strings_and_the_last_of_a_repeated_key(detail: str, session: requests.Session) -> None:
    query = [*ADMIN.items(), ("bk_biz_id", "1"), ("job_plan_id", "103"), ("job_plan_id", "100")]
    assert session.get(detail, params=query).json()["data"]["id"] == 100
    listed = session.get(
        detail.replace("get_job_plan_detail", "execute_job_plan"), params=[*query, ("global_var_list", "[]")]
    )
    assert listed.json()["code"] == 1240003


def test_get_ignores_the_body_and_post_the_query(detail: str, session: requests.Session) -> None:
    assert session.get(detail, json={**ADMIN, **PLAN}).json()["message"] == NO_SECRET
    assert session.post(detail, params={**ADMIN, "bk_biz_id": "1"}).json()["message"] == NO_SECRET


# A4: authentication


@pytest.mark.parametrize(
    ("credentials", "message"),
    [
        ({}, NO_SECRET),
        ({"bk_app_code": "demo"}, NO_SECRET),
        ({"bk_app_secret": "s3cr3t-demo"}, NO_CODE),
        ({"bk_app_code": "", "bk_app_secret": "s3cr3t-demo"}, NO_CODE),
        ({**ADMIN, "bk_app_secret": "wrong"}, WRONG_SECRET),
        (
            {**ADMIN, "bk_app_code": "nosuch"},
            "Invalid APP Code [bk_app_code=nosuch], please confirm if the APP Code has been registered",
        ),
        ({**ADMIN, "bk_username": ""}, NO_USER),
        ({"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo"}, NO_USER),
        ({**ADMIN, "bk_app_code": "DEMO"}, NO_USER),
        ({"bk_app_code": "nowl", "bk_app_secret": "s3cr3t-nowl", "bk_username": "admin"}, NO_USER),
        # The code as written is not on the whitelist, though the database finds it.
        ({**ADMIN, "bk_app_code": "demo "}, NO_USER),
        ({**ADMIN, "bk_app_code": "démo"}, NO_USER),
        ({**ADMIN, "bk_token": "stale"}, BAD_TOKEN),
        ({**ADMIN, "bk_token": " "}, "login token [bk_token] This field is required."),
    ],
)
@pytest.mark.parametrize("where", ["body", "header", "query", "old body"])
def test_invalid_credentials(
    sim: Simulator, session: requests.Session, credentials: dict[str, t.Any], message: str, where: str
) -> None:
    api = ESB_V3 + "get_job_plan_detail/"
    if where == "header":
        headers = {"X-Bkapi-Authorization": json.dumps(credentials)}
        answer = session.post(sim.url + api, json=PLAN, headers=headers)
    elif where == "query":
        answer = session.get(sim.url + api, params={**PLAN, **credentials})
    else:
        base = sim.old_esb_url if where == "old body" else sim.url
        answer = session.post(base + api, json={**PLAN, **credentials})
    body = answer.json()
    assert re.fullmatch("[0-9a-f]{32}", body.pop("request_id"))
    assert (answer.status_code, body) == (
        200,
        {"result": False, "code": 1306000, "data": None, "message": message},
    )
    assert not [name for name in answer.headers if "request-id" in name.lower()]


def test_app_code_that_is_a_list(detail: str, session: requests.Session) -> None:
    answer = session.post(detail, json={**PLAN, **ADMIN, "bk_app_code": ["demo"]})
    assert (answer.json()["code"], answer.json()["message"]) == (1306000, COMPONENT)


@pytest.mark.parametrize(
    "credentials",
    [
        ADMIN,
        {"app_code": "demo", "app_secret": "s3cr3t-demo", "username": "admin"},
        {"bk_app_code": "nowl", "bk_app_secret": "s3cr3t-nowl", "bk_token": "token-of-alice"},
        {**ADMIN, "bk_token": "token-of-alice"},
        {**ADMIN, "bk_token": "token-of-alice "},
        {**ADMIN, "bk_username": "", "bk_access_token": "access-of-alice"},
        # It wins over a login token.
        {**ADMIN, "bk_token": "stale", "bk_access_token": "access-of-alice"},
    ],
)
def test_valid_credentials(sim: Simulator, session: requests.Session, credentials: dict[str, str]) -> None:
    session.post(sim.url + ESB_V3 + "execute_job_plan/", json={**PLAN, **credentials})
    named = credentials.get("bk_username") or credentials.get("username")
    by_token = "bk_token" in credentials or "bk_access_token" in credentials
    assert [launch.operator for launch in sim.launches] == ["alice" if by_token else named]


NO_TOKEN = "The specified user TOKEN [bk_access_token] does not exist"


def test_bk_access_token_is_read_from_the_body_only(detail: str, session: requests.Session) -> None:
    def message(header: dict[str, str], **body: t.Any) -> str:
        headers = {"X-Bkapi-Authorization": json.dumps(header)}
        return str(session.post(detail, json={**PLAN, **body}, headers=headers).json()["message"])

    assert message({**ADMIN, "bk_access_token": "stale"}) == ""
    assert message(ADMIN, bk_access_token="stale") == NO_TOKEN
    assert message(ADMIN, bk_access_token="access-of-app") == NO_TOKEN
    assert message({**ADMIN, "bk_token": "stale"}, bk_access_token="access-of-alice") == ""
    nowl = {"bk_app_code": "nowl", "bk_app_secret": "s3cr3t-nowl"}
    # The token of another app.
    assert message(nowl, bk_access_token="access-of-alice") == NO_TOKEN


@pytest.mark.parametrize("credentials", [{**ADMIN, "bk_token": ["x"]}, {"access_token": {"a": 1}}])
def test_tokens_that_are_no_strings(v3: Client, credentials: dict[str, t.Any]) -> None:
    assert Client(v3.session, v3.url, credentials).refusal("get_job_plan_list") == (1306000, COMPONENT)


@pytest.mark.parametrize("code", ["DEMO", "demo ", "démo", "Démo  "])
def test_job_receives_the_app_code_as_written(sim: Simulator, v3: Client, code: str) -> None:
    credentials = {**ADMIN, "bk_app_code": code, "bk_token": "token-of-alice"}
    Client(v3.session, v3.url, credentials).data("execute_job_plan", job_plan_id=100)
    assert [launch.app_code for launch in sim.launches] == [code]


def test_leading_blanks_of_an_app_code_count(v3: Client) -> None:
    code, message = Client(v3.session, v3.url, {**ADMIN, "bk_app_code": " demo"}).refusal("get_job_plan_list")
    assert (code, message.startswith("Invalid APP Code [bk_app_code= demo]")) == (1306000, True)


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (" ", "access token [access_token] This field is required."),
        ("stale", "verify access_token failed, please check if the access_token is valid"),
        ("access-of-app", "the access_token is the application type and cannot indicate the user"),
    ],
)
def test_access_tokens_in_the_header(v3: Client, sim: Simulator, token: str, message: str) -> None:
    bearer = Client(v3.session, v3.url, {"access_token": token})
    assert bearer.refusal("execute_job_plan", job_plan_id=100) == (1306000, message)
    Client(v3.session, v3.url, {"access_token": "access-of-alice"}).data("execute_job_plan", job_plan_id=100)
    assert [(launch.operator, launch.app_code) for launch in sim.launches] == [("alice", "demo")]


def test_access_token_in_the_body_is_ignored(detail: str, session: requests.Session) -> None:
    answer = session.post(detail, json={**PLAN, "access_token": "access-of-alice"})
    assert answer.json()["message"] == NO_SECRET


def test_missing_permission_for_a_component(sim: Simulator, session: requests.Session) -> None:
    credentials = {"bk_app_code": "noperm", "bk_app_secret": "s3cr3t-noperm", "bk_username": "admin"}
    assert Client(session, sim.url + ESB_V3, credentials).refusal("execute_job_plan", job_plan_id=100) == (
        1306403,
        "APP permission is insufficient, APP has no permission to access the component (execute_job_plan) of the "
        "system (JOBV3). The APP manager can go to the Developer Center and apply for permission to access the "
        "component",
    )
    # The user is checked before the permission; the components of v2/job have no permission check.
    no_user = Client(session, sim.url + ESB_V3, {**credentials, "bk_username": ""})
    assert no_user.refusal("execute_job_plan") == (1306000, NO_USER)
    assert Client(session, sim.url + ESB_V2, credentials).data("get_job_detail", bk_job_id=100)["bk_job_id"] == 100


def test_permission_for_some_components(sim: Simulator, session: requests.Session) -> None:
    sim.world.apps.append(App("reader", "s", trusted=True, apis=frozenset({"get_job_plan_detail"})))
    reader = Client(session, sim.url + ESB_V3, {"bk_app_code": "reader", "bk_app_secret": "s", "bk_username": "admin"})
    assert reader.data("get_job_plan_detail", job_plan_id=100)["id"] == 100
    assert reader.refusal("execute_job_plan", job_plan_id=100)[0] == 1306403


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (5, "Value for header {Bk-Username: 5} must be of type str or bytes"),
        ("小明", "'latin-1' codec"),
        (" admin", "Invalid return character or leading space in header: Bk-Username"),
        ("\nadmin", "Invalid return character or leading space in header: Bk-Username"),
        ("ad\nmin", "Invalid return character or leading space in header: Bk-Username"),
        ("admin\n", r"Invalid header value b'admin\n'"),
    ],
)
def test_user_names_that_are_no_header_value(sim: Simulator, v3: Client, name: t.Any, what: str) -> None:
    code, message = v3.as_user(name).refusal("execute_job_plan", job_plan_id=100)
    assert (code, what in message, sim.launches) == (1306201, True, [])


@pytest.mark.parametrize(("flag", "code"), [("1", 1306206), ("yes", 1306206), ("0", 0), ("False", 0)])
def test_test_environment(v3: Client, flag: str, code: int) -> None:
    assert Client(v3.session, v3.url, headers={"X-Use-Test-Env": flag}).body("get_job_plan_list")["code"] == code


@pytest.mark.parametrize("credentials", [ADMIN, {}])
def test_inactive_components_are_refused_before_authentication(
    sim: Simulator, v3: Client, credentials: dict[str, str]
) -> None:
    sim.world.inactive_components.add("get_job_plan_list")
    assert Client(v3.session, v3.url, credentials).body("get_job_plan_list") == {
        "result": False,
        "code": 1306405,
        "data": None,
        "message": "Not found, inactive channel",
    }


def test_newer_esb_returns_gateway_codes_in_http_200(sim: Simulator, v3: Client) -> None:
    sim.world.esb_behind_gateway = True
    answer = Client(v3.session, v3.url, {}).call("get_job_plan_list")
    assert (answer.status_code, answer.json()["code"], answer.json()["code_name"]) == (200, 1640001, "INVALID_ARGS")
    assert v3.data("get_job_plan_list")["total"] == 3


# A5: the header


def test_header_replaces_the_credentials_of_the_body(detail: str, session: requests.Session) -> None:
    def message(header: dict[str, str], body: dict[str, str]) -> str:
        headers = {"x-bkapi-authorization": json.dumps(header)}
        return str(session.post(detail, json={**PLAN, **body}, headers=headers).json()["message"])

    app_only = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo"}
    assert message(app_only, {"bk_username": "admin"}) == NO_USER
    assert message(ADMIN, {"bk_app_code": "nosuch", "bk_app_secret": "x"}) == ""
    assert message({**ADMIN, "bk_app_secret": "wrong"}, ADMIN) == WRONG_SECRET
    assert message({}, ADMIN) == NO_SECRET


def test_old_esb_ignores_the_header(sim: Simulator, session: requests.Session) -> None:
    old = Client(session, sim.old_esb_url + ESB_V3)
    assert old.refusal("get_job_plan_detail", job_plan_id=100) == (1306000, NO_SECRET)
    assert old.data("get_job_plan_detail", job_plan_id=100, **ADMIN)["id"] == 100


@pytest.mark.parametrize("header", ["", "{", "demo"])
def test_header_that_is_not_json(detail: str, session: requests.Session, header: str) -> None:
    answer = session.post(detail, json={**ADMIN, **PLAN}, headers={"X-Bkapi-Authorization": header})
    message = "Parameters error, request header X-Bkapi-Authorization is not a valid JSON format string"
    assert answer.json() == {"result": False, "code": 1306406, "data": None, "message": message}


def test_header_null_counts_as_absent(detail: str, session: requests.Session) -> None:
    headers = {"X-Bkapi-Authorization": "null"}
    assert session.post(detail, json={**ADMIN, **PLAN}, headers=headers).json()["data"]["id"] == 100
    assert session.post(detail, json=PLAN, headers=headers).json()["message"] == NO_SECRET


@pytest.mark.parametrize("header", ["[]", '"demo"'])
def test_header_that_is_not_an_object(detail: str, session: requests.Session, header: str) -> None:
    answer = session.post(detail, json=PLAN, headers={"X-Bkapi-Authorization": header})
    assert (answer.json()["code"], answer.json()["message"]) == (1306000, COMPONENT)


# A6: bodies


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", None])
def test_detection_of_json(detail: str, session: requests.Session, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = session.post(detail, data=b"\n " + json.dumps({**ADMIN, **PLAN}).encode(), headers=headers)
    assert answer.json()["data"]["id"] == 100


@pytest.mark.parametrize("body", [b"{", b'{"a": 1,}', b'{"a": "\xff"}', '{"a": "中"}'.encode("gbk"), b"{} {}"])
def test_invalid_json(detail: str, session: requests.Session, body: bytes) -> None:
    message = {"result": False, "code": 1306000, "data": None, "message": MALFORMED}
    assert session.post(detail, data=body).json() == message


def test_invalid_json_beside_a_header(detail: str, session: requests.Session) -> None:
    """The header is parsed first; after it, there is a request id."""
    body = session.post(detail, data=b"{", headers={"X-Bkapi-Authorization": json.dumps(ADMIN)}).json()
    assert re.fullmatch("[0-9a-f]{32}", body.pop("request_id"))
    assert body == {"result": False, "code": 1306000, "data": None, "message": MALFORMED}
    assert session.post(detail, data=b"{", headers={"X-Bkapi-Authorization": "{"}).json()["code"] == 1306406


@pytest.mark.parametrize(("depth", "message"), [(400, ""), (500, COMPONENT), (100_000, MALFORMED)])
def test_deep_json(sim: Simulator, session: requests.Session, depth: int, message: str) -> None:
    nested = "[" * depth + "]" * depth
    body = json.dumps({**ADMIN, **PLAN})[:-1] + f', "unknown": {nested}}}'
    assert session.post(sim.url + ESB_V3 + "execute_job_plan/", data=body).json()["message"] == message
    assert len(sim.launches) == (message == "")


@pytest.mark.parametrize("body", [b"", b"null", b"[1]", b"text", b"\xef\xbb\xbf{}"])
def test_bodies_read_as_an_empty_form(detail: str, session: requests.Session, body: bytes) -> None:
    assert session.post(detail, data=body).json()["message"] == NO_SECRET


def test_content_encoding_is_ignored(detail: str, session: requests.Session) -> None:
    headers = {"Content-Encoding": "gzip"}
    assert session.post(detail, json={**ADMIN, **PLAN}, headers=headers).json()["data"]["id"] == 100
    compressed = gzip.compress(json.dumps({**ADMIN, **PLAN}).encode())
    assert session.post(detail, data=compressed, headers=headers).json()["message"] == NO_SECRET


def test_form_bodies(detail: str, session: requests.Session) -> None:
    fields = {**ADMIN, "bk_biz_id": "1", "job_plan_id": "100"}
    for arguments in ({"data": fields}, {"files": {key: (None, value) for key, value in fields.items()}}):
        assert session.post(detail, **t.cast("t.Any", arguments)).json()["data"]["id"] == 100
    mislabelled = session.post(detail, data=fields, headers={"Content-Type": "application/json"})
    assert mislabelled.json()["message"] == NO_SECRET
    many = session.post(detail, data={**fields, **{f"field{number}": "" for number in range(1001)}})
    assert (many.status_code, many.text) == (400, "<h1>Bad Request (400)</h1>")
    headers = {"X-Bkapi-Authorization": json.dumps(ADMIN)}
    beside_a_header = session.post(detail, data={f"field{number}": "" for number in range(1001)}, headers=headers)
    assert (beside_a_header.status_code, beside_a_header.json()["message"]) == (200, COMPONENT)


def test_size_limit_of_bodies(detail: str, session: requests.Session) -> None:
    def padded(size: int) -> bytes:
        body = {**ADMIN, **PLAN, "padding": ""}
        return json.dumps({**body, "padding": "x" * (size - len(json.dumps(body)))}).encode()

    assert session.post(detail, data=padded(2621440)).json()["result"] is True
    beyond = session.post(detail, data=padded(2621441))
    assert (beyond.status_code, beyond.text) == (400, "<h1>Bad Request (400)</h1>")
    headers = {"X-Bkapi-Authorization": json.dumps(ADMIN)}
    assert session.post(detail, data=padded(2621441), headers=headers).json()["message"] == COMPONENT


# A1, A7: what Job receives, and what the client receives


def test_body_that_job_receives() -> None:
    from tests.simulator.gateway.esb_request import EsbRequest

    secrets = "bk_app_code bk_app_secret bk_token app_code app_secret username signature bk_signature bk_nonce "
    secrets += "bk_timestamp bk_supplier_account __esb_skip_signature__ __esb_skip_comp_perm__"
    kept = "nonce timestamp __esb_skip_comp_perm_verify__ bk_access_token".split()
    params = {"bk_biz_id": 2, **dict.fromkeys([*secrets.split(), *kept], "x"), "bk_username": "mallory"}
    forwarded = EsbRequest(params, params, from_header=False).forwarded("admin", "demo")
    assert list(forwarded) == ["bk_biz_id", *kept, "bk_username", "bk_app_code"]
    assert (forwarded["bk_username"], forwarded["bk_app_code"]) == ("admin", "demo")


def test_numbers_are_written_anew(sim: Simulator, session: requests.Session) -> None:
    """So the spelling that Job would keep is lost on the way."""
    entry = '{"name": "param_name", "value": 1E3}'
    body = json.dumps({**ADMIN, **PLAN})[:-1] + f', "global_var_list": [{entry}]}}'
    session.post(sim.url + ESB_V3 + "execute_job_plan/", data=body)
    assert [launch.values["param_name"] for launch in sim.launches] == ["1000.0"]


def test_nan_is_forwarded(sim: Simulator, session: requests.Session) -> None:
    body = json.dumps({**ADMIN, **PLAN, "unknown": float("nan")})
    refused = session.post(sim.url + ESB_V3 + "execute_job_plan/", data=body).json()
    # It is Job that refuses the document.
    assert (refused["code"], refused["message"], "job_request_id" in refused) == (1240003, "Bad Request", True)


@pytest.mark.parametrize(
    ("from_job", "expected"),
    [
        ({}, {"result": False, "data": None, "message": "", "code": 1306000}),
        ({"success": True, "code": 0}, {"success": True, "result": False, "data": None, "message": "", "code": 0}),
        ({"result": False}, {"result": False, "data": None, "message": "", "code": 1306000}),
        ({"result": True}, {"result": True, "data": None, "message": "", "code": 0}),
        ({"result": "true", "code": "0"}, {"result": "true", "data": None, "message": "", "code": "0"}),
        ({"result": True, "code": None}, {"result": True, "data": None, "message": "", "code": None}),
    ],
)
def test_defaults_for_missing_keys(from_job: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    body = completed({**from_job, "request_id": "Job's own"})
    assert re.fullmatch("[0-9a-f]{32}", body.pop("request_id"))
    assert body == expected


def test_complete_refusal_of_job(v3: Client) -> None:
    answer = v3.call("execute_job_plan", job_plan_id=999)
    body = answer.json()
    assert {len(body.pop("request_id")), len(body.pop("job_request_id"))} == {32}
    assert body == {"result": False, "code": 1244012, "data": None, "message": "Job plan does not exist"}
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_language_is_passed_on_and_english_by_default(v3: Client) -> None:
    def message(headers: dict[str, str]) -> str:
        return Client(v3.session, v3.url, headers=headers).refusal("execute_job_plan", job_plan_id=999)[1]

    assert message({}) == message({"Blueking-Language": "en"}) == "Job plan does not exist"
    assert message({"Blueking-Language": ""}) == "Job plan does not exist"
    assert message({"Blueking-Language": "zh-cn"}) == "执行方案不存在"
    # The gateway's own messages are always English.
    chinese = Client(v3.session, v3.url, {}, headers={"Blueking-Language": "zh-cn"})
    assert chinese.refusal("get_job_plan_list") == (1306000, NO_SECRET)
