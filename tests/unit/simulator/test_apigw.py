# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API gateway in front of Job: methods (§1.3), credentials (§2.2), errors (§3.4) and responses of Job."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from tests.simulator.api.dispatch import APIS
from tests.unit.simulator.client import ADMIN, APIGW, WRITES, Client

if t.TYPE_CHECKING:
    import requests

    from tests.simulator import Simulator

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize("api", sorted(name for name, api in APIS["v3"].items() if api.on_gateway))
def test_each_api_has_one_method(sim: Simulator, session: requests.Session, api: str) -> None:
    right, wrong = ("POST", "GET") if api in WRITES else ("GET", "POST")
    assert session.request(right, f"{sim.apigw_url}/api/v3/{api}").status_code == 400
    assert session.request(right, f"{sim.apigw_url}/api/v3/{api}/").status_code == 400
    answer = session.request(wrong, f"{sim.apigw_url}/api/v3/{api}")
    assert answer.status_code == 404
    assert answer.json()["message"] == f'API not found [method="{wrong}" path="/prod/api/v3/{api}"]'


def test_only_esb_offers_uploads(v3: Client, apigw: Client) -> None:
    assert v3.data("generate_local_file_upload_url", file_name_list=[]) == {"url_map": {}}
    assert apigw.call("generate_local_file_upload_url", file_name_list=[]).status_code == 404


@pytest.mark.parametrize(
    "path", ["/prod/api/v3/nope", "/prod/api/v3/execute_job", "/prod/api/v2/execute_job", "/prod/"]
)
def test_unknown_paths(sim: Simulator, session: requests.Session, path: str) -> None:
    answer = session.post(sim.url + path)
    assert (answer.status_code, answer.headers["X-Bkapi-Error-Code"]) == (404, "1640401")


NO_USER = (
    "user authentication failed, please provide a valid user identity, such as bk_username, bk_token, access_token"
)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "app code cannot be empty"),
        ("{}", "app code cannot be empty"),
        ("{", "request header X-Bkapi-Authorization is not a valid JSON"),
        ("[]", "request header X-Bkapi-Authorization is not a valid JSON"),
        ({"bk_app_code": "demo"}, "please provide bk_app_secret or bk_signature to verify app"),
        ({**ADMIN, "bk_app_code": "nosuch"}, "app not found"),
        ({**ADMIN, "bk_app_secret": "wrong"}, "bk_app_code or bk_app_secret is incorrect"),
        ({**ADMIN, "bk_app_code": "x" * 33}, "app code cannot be longer than 32 characters"),
        ({**ADMIN, "bk_app_secret": "x" * 129}, "app secret cannot be longer than 128 characters"),
        ({"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo"}, NO_USER),
        (
            {"bk_app_code": "nowl", "bk_app_secret": "s3cr3t-nowl", "bk_username": "admin"},
            "user authentication failed, the user indicated by bk_username is not verified",
        ),
        ({**ADMIN, "bk_token": "stale"}, "bk_token is not valid"),
        ({"access_token": "stale"}, "access_token has expired"),
        (
            {"access_token": "access-of-app"},
            "the access_token is the application type and cannot indicate the user",
        ),
    ],
)
def test_invalid_credentials(sim: Simulator, session: requests.Session, header: t.Any, reason: str) -> None:
    text = header if isinstance(header, str) or header is None else json.dumps(header)
    # Credentials in the body are ignored.
    answer = session.post(
        f"{sim.apigw_url}/api/v3/execute_job_plan",
        json={**ADMIN, "bk_biz_id": 1, "job_plan_id": 100},
        headers={} if text is None else {"X-Bkapi-Authorization": text},
    )
    message = f'Parameters error [reason="{reason}"]'
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 1640001,
        "code_name": "INVALID_ARGS",
        "message": message,
        "result": False,
        "data": None,
    }
    assert answer.headers["X-Bkapi-Error-Code"] == "1640001"
    assert answer.headers["X-Bkapi-Error-Message"] == message
    assert UUID.fullmatch(answer.headers["X-Bkapi-Request-Id"])
    assert sim.launches == []


@pytest.mark.parametrize(
    ("credentials", "user"),
    [
        (ADMIN, "admin"),
        ({"access_token": "access-of-alice"}, "alice"),
        ({"bk_app_code": "nowl", "bk_app_secret": "s3cr3t-nowl", "bk_token": "token-of-alice"}, "alice"),
        ({**ADMIN, "bk_token": "token-of-alice"}, "alice"),
    ],
)
def test_valid_credentials(sim: Simulator, session: requests.Session, credentials: dict[str, str], user: str) -> None:
    Client(session, sim.url + APIGW, credentials).data("execute_job_plan", job_plan_id=100)
    assert [launch.operator for launch in sim.launches] == [user]


def test_missing_permission_of_the_app(sim: Simulator, session: requests.Session) -> None:
    credentials = {"bk_app_code": "noperm", "bk_app_secret": "s3cr3t-noperm", "bk_username": "admin"}
    answer = Client(session, sim.url + APIGW, credentials).call("get_job_plan_list")
    assert (answer.status_code, answer.json()["code"], answer.json()["code_name"]) == (
        403,
        1640301,
        "APP_NO_PERMISSION",
    )
    assert answer.json()["message"] == (
        'App has no permission to the resource [reason="no permission, bk_app_code=noperm"]'
    )


def test_only_the_api_gateway_describes_the_steps_of_instances(v3: Client, apigw: Client) -> None:
    instance = apigw.data("execute_job_plan", job_plan_id=101)["job_instance_id"]
    steps = apigw.data("get_job_instance_status", job_instance_id=instance)["step_instance_list"]
    ids = {"job_instance_id": instance, "step_instance_id": steps[1]["step_instance_id"]}
    step = apigw.data("get_step_instance_detail", **ids)
    assert (step["id"], step["name"]) == (ids["step_instance_id"], "approve")
    assert step["approval_info"]["approval_user"]["user_list"] == ["admin"]
    assert apigw.refusal("get_step_instance_detail", **{**ids, "step_instance_id": 1})[0] == 1244007
    assert v3.call("get_step_instance_detail", **ids).status_code == 404


def test_responses_of_job_are_not_changed(apigw: Client) -> None:
    launched = apigw.call("execute_job_plan", job_plan_id=100)
    body = launched.json()
    assert body.pop("job_request_id") == launched.headers["X-Bk-Job-Request-Id"]
    data = {"job_instance_id": 10000, "job_instance_name": "Test", "step_instance_id": None}
    assert body == {"code": 0, "result": True, "data": data}
    refused = apigw.call("execute_job_plan", job_plan_id=999)
    assert refused.status_code == 200
    assert set(refused.json()) == {"code", "result", "job_request_id", "message"}
    for answer in (launched, refused):
        assert UUID.fullmatch(answer.headers["X-Bkapi-Request-Id"])
        assert "X-Request-Id" in answer.headers
        assert "X-Bkapi-Error-Code" not in answer.headers


@pytest.mark.parametrize("headers", [{}, {"Blueking-Language": "zh-cn"}, {"Blueking-Language": "de"}])
def test_language_is_chinese_by_default(apigw: Client, headers: dict[str, str]) -> None:
    chinese = Client(apigw.session, apigw.url, headers=headers)
    assert chinese.refusal("execute_job_plan", job_plan_id=999) == (1244012, "执行方案不存在")
    assert apigw.refusal("execute_job_plan", job_plan_id=999) == (1244012, "Job plan does not exist")


def test_get_requires_its_mandatory_parameters(apigw: Client) -> None:
    assert apigw.refusal("get_job_plan_detail") == (1240003, "Bad Request")
    assert apigw.refusal("get_job_instance_status") == (1240003, "Bad Request")
    assert apigw.in_scope().refusal("get_job_plan_list") == (1240002, "Internal Server Error")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null"])
def test_job_reads_only_json_objects(sim: Simulator, session: requests.Session, body: bytes) -> None:
    headers = {
        "X-Bkapi-Authorization": json.dumps(ADMIN),
        "Content-Type": "application/json",
        "Blueking-Language": "en",
    }
    url = f"{sim.apigw_url}/api/v3/execute_job_plan"
    answer = session.post(url, data=body, headers=headers).json()
    assert (answer["code"], answer["message"]) == (1240003, "Bad Request")
    right = {"bk_biz_id": 1, "job_plan_id": 100}
    assert session.post(url, json=right, headers={**headers, "Content-Type": "text/plain"}).json()["code"] == 1240003
    assert session.post(url, json=right, headers=headers).json()["code"] == 0
