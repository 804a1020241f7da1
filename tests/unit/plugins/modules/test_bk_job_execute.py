# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import socket
import typing as t
from dataclasses import replace

import pytest

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import KEYS, LOST_ANSWERS, run_shown

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule

TRIPLET = {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1}
ADDRESSES = [{"bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_cloud_id": 0, "ip": "10.0.0.2"}]
NODES = [{"id": 1000, "node_type": "module"}]

# The requests of the API documents of both versions, as users paste them.
V2_SEED = [
    {
        "id": 436,
        "target_server": {
            "dynamic_group_id_list": ["blo8gojho0skft7pr5q0", "blo8gojho0sabc7priuy"],
            "ip_list": ADDRESSES,
            "topo_node_list": NODES,
        },
    },
    {"id": 437, "value": "new String value"},
]
V3_SEED = [
    {
        "id": 436,
        "server": {
            "dynamic_group_list": [{"id": "blo8gojho0skft7pr5q0"}],
            "ip_list": ADDRESSES,
            "topo_node_list": NODES,
        },
    },
    {"name": "param_name", "value": "param_value"},
]
V2_SEED_IN_V3 = [
    {
        "id": 436,
        "server": {
            "dynamic_group_list": [{"id": "blo8gojho0skft7pr5q0"}, {"id": "blo8gojho0sabc7priuy"}],
            "ip_list": ADDRESSES,
            "topo_node_list": NODES,
        },
    },
    {"id": 437, "value": "new String value"},
]
V3_SEED_IN_V2 = [
    {
        "id": 436,
        "target_server": {
            "dynamic_group_id_list": ["blo8gojho0skft7pr5q0"],
            "ip_list": ADDRESSES,
            "topo_node_list": NODES,
        },
    },
    {"name": "param_name", "value": "param_value"},
]
# Options that each module needs.
MODULES: dict[str, dict[str, t.Any]] = {
    "bk_job_execute": {"job_plan_id": 100},
    "bk_job_instance_info": {},
    "bk_job_operate": {"job_instance_id": 10000, "action": "terminate"},
    "bk_job_plan_info": {},
    "bk_job_wait": {"job_instance_id": 10000},
}
FRONTS = ["esb", "esb-v2", "apigw", "old", "old-v2"]


@pytest.fixture(params=FRONTS)
def front(request: pytest.FixtureRequest, sim: Simulator) -> dict[str, t.Any]:
    """The connection options of each surface, in turn."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[request.param]}


@pytest.fixture
def esb(sim: Simulator) -> dict[str, t.Any]:
    """The connection options of the ESB."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, "url": sim.url}


def sent(sim: Simulator) -> dict[str, t.Any]:
    """The body of the last request, without credentials."""
    body = sim.requests[-1].body
    assert isinstance(body, dict)
    return {key: value for key, value in body.items() if key not in CREDENTIALS}


def test_a_plan_is_launched(sim: Simulator, run_module: RunModule, front: dict[str, t.Any]) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, console_url="https://job.example.com/", **front)
    (launch,) = sim.launches
    assert set(result) >= KEYS
    assert (result["job_instance_id"], result["job_plan_id"]) == (launch.instance_id, 100)
    assert result["ansible_facts"] == {"job_instance_id": launch.instance_id}
    assert (result["outcome"], result["changed"], result.get("failed", False)) == ("launched", True, False)
    assert result["job_instance_url"] == f"https://job.example.com/api_execute/{launch.instance_id}"
    assert all(fact in result["msg"] for fact in ("100", "Test", result["job_instance_url"]))
    assert (result["error"], result["request"]) == (None, None)


@pytest.mark.parametrize("seed", [V2_SEED, V3_SEED], ids=["v2 document", "v3 document"])
def test_a_pasted_request_arrives_field_for_field(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any], seed: list[dict[str, t.Any]]
) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, global_vars=seed, **front)
    assert result["outcome"] == "launched", result
    if front.get("api_version") == "v2":
        variables = V2_SEED if seed is V2_SEED else V3_SEED_IN_V2
        assert sent(sim) == {**TRIPLET, "bk_job_id": 100, "global_vars": variables}
    else:
        variables = V3_SEED if seed is V3_SEED else V2_SEED_IN_V3
        assert sent(sim) == {**TRIPLET, "job_plan_id": 100, "global_var_list": variables}


def test_the_options_of_a_playbook_arrive_on_every_surface(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any]
) -> None:
    run_module(
        "bk_job_execute",
        plan_id=100,
        variables={"param_name": 5},
        secret_variables={"password": "hunter2"},
        target_servers=[
            {
                "name": "hosts",
                "ip_list": ["10.0.0.1", {"bk_cloud_id": 0, "ip": "10.0.0.2"}],
                "dynamic_group_id_list": ["blo8gojho0skft7pr5q0"],
                "topo_node_list": NODES,
            }
        ],
        bk_callback_url="https://ops.example.com/ended",
        **front,
    )
    body = sent(sim)
    v2 = front.get("api_version") == "v2"
    variables = {entry["name"]: entry for entry in body["global_vars" if v2 else "global_var_list"]}
    assert variables["param_name"]["value"] == "5"
    assert variables["password"]["value"] == "hunter2"
    target = variables["hosts"]["target_server" if v2 else "server"]
    assert (target["ip_list"], target["topo_node_list"]) == (ADDRESSES, NODES)
    assert body["bk_callback_url" if v2 else "callback_url"] == "https://ops.example.com/ended"
    (launch,) = sim.launches
    assert launch.plan_id == 100


def test_hosts_by_id(sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]) -> None:
    run_module("bk_job_execute", job_plan_id=100, target_servers=[{"id": 436, "host_id_list": [101, 102]}], **esb)
    assert sent(sim)["global_var_list"] == [{"id": 436, "server": {"host_id_list": [101, 102]}}]


def test_check_mode_only_reads_and_shows_the_request(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any]
) -> None:
    result = run_module(
        "bk_job_execute",
        check_mode=True,
        job_plan_id=100,
        secret_variables={"password": "hunter2"},
        variables={"param_name": "x"},
        **front,
    )
    v2 = front.get("api_version") == "v2"
    assert {request.api for request in sim.requests} == {"get_job_detail" if v2 else "get_job_plan_detail"}
    assert set(result) >= KEYS
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("launched", True, None)
    assert "100" in result["msg"]
    assert result["ansible_facts"] == {"job_instance_id": None}
    assert result["request"] == {
        "api": "execute_job" if v2 else "execute_job_plan",
        "body": {
            **TRIPLET,
            "bk_job_id" if v2 else "job_plan_id": 100,
            "global_vars" if v2 else "global_var_list": [
                {"name": "param_name", "value": "x"},
                {"name": "password", "value": "******"},
            ],
        },
    }


def test_diff_mode_returns_the_request_of_a_launch(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]
) -> None:
    result = run_module("bk_job_execute", diff_mode=True, job_plan_id=100, **esb)
    assert result["request"] == {"api": "execute_job_plan", "body": sent(sim)}


# Bad input is refused before any request


@pytest.mark.parametrize(
    ("options", "kind", "names"),
    [
        ({"bk_app_secret": ""}, "credentials", ["bk_app_secret (BK_APP_SECRET)", "access_token (BK_ACCESS_TOKEN)"]),
        ({"bk_username": ""}, "credentials", ["bk_username (BK_USERNAME)", "bk_token (BK_TOKEN)"]),
        ({"bk_username": "管理员"}, "credentials", ["bk_username (BK_USERNAME)", "ASCII"]),
        ({"bk_username": " admin"}, "credentials", ["bk_username (BK_USERNAME)"]),
        ({"bk_token": " "}, "credentials", ["bk_token (BK_TOKEN)"]),
        ({"bk_app_secret": "s3cr3t-demo\n"}, "credentials", ["bk_app_secret (BK_APP_SECRET)"]),
        (
            {"access_token": "access-of-alice", "credentials_in": "body"},
            "credentials",
            ["access_token", "credentials_in"],
        ),
        ({"bk_scope_type": "biz", "bk_scope_id": 1}, "invalid_request", ["bk_biz_id", "bk_scope_type", "bk_scope_id"]),
        ({"gateway": "apigw", "api_version": "v2"}, "invalid_request", ["api_version (BK_JOB_API_VERSION)", "gateway"]),
        ({"client_key": "/nowhere/key.pem"}, "invalid_request", ["client_key", "client_cert (BK_JOB_CLIENT_CERT)"]),
        ({"ca_path": "/nowhere/ca.pem"}, "invalid_request", ["ca_path (BK_JOB_CA_PATH)", "/nowhere/ca.pem"]),
        ({"url": "paas.example.com"}, "invalid_request", ["url (BK_JOB_URL)"]),
        ({"job_plan_id": 0}, "invalid_request", ["job_plan_id", "at least 1"]),
        ({"callback_url": "ops.example.com"}, "invalid_request", ["callback_url"]),
        ({"callback_url": "http://"}, "invalid_request", ["callback_url"]),
        ({"callback_url": "http://[::1"}, "invalid_request", ["callback_url"]),
        ({"callback_url": "http://a b/\n"}, "invalid_request", ["callback_url"]),
        ({"callback_url": f"http://ops.example.com/{'x' * 1024}"}, "invalid_request", ["callback_url", "1024"]),
        ({"global_vars": [{"value": "x"}]}, "invalid_request", ["global_vars[0]", "name", "id"]),
        (
            {"global_vars": [{"id": 436, "value": "x", "server": {"host_id_list": [1]}}]},
            "invalid_request",
            ["global_vars[0]", "value", "server"],
        ),
        (
            {"validate_variables": False, "target_servers": [{"name": "hosts"}]},
            "targets",
            ["target_servers[0] (hosts)", "ip_list", "host_id_list"],
        ),
        (
            {"target_servers": [{"name": "hosts", "ip_list": ["fe80::1"]}]},
            "targets",
            ["target_servers[0].ip_list[0]", "fe80::1", "IPv4"],
        ),
        (
            {"api_version": "v2", "target_servers": [{"name": "hosts", "host_id_list": [101]}]},
            "invalid_request",
            ["target_servers[0]", "host_id_list", "api_version"],
        ),
        (
            {"target_servers": [{"name": "hosts", "host_id_list": [101], "ip_list": ["10.0.0.1"]}]},
            "targets",
            ["target_servers[0]", "host_id_list", "ip_list"],
        ),
        (
            {"validate_variables": False, "variables": {"labels": {"a": 1}}},
            "invalid_request",
            ["variables.labels", "dictionary"],
        ),
        (
            {"variables": {"param_name": "__omit_place_holder__0123456789abcdef"}},
            "invalid_request",
            ["variables.param_name", "omit"],
        ),
        (
            {"target_servers": [{"name": "hosts", "ip_list": ["<<Omit>>"]}]},
            "invalid_request",
            ["target_servers[0].ip_list[0]", "omit"],
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_bad_input_is_refused_before_any_request(
    sim: Simulator,
    run_module: RunModule,
    esb: dict[str, t.Any],
    check_mode: bool,
    options: dict[str, t.Any],
    kind: str,
    names: list[str],
) -> None:
    result = run_module("bk_job_execute", check_mode=check_mode, **{"job_plan_id": 100, **esb, **options})
    assert set(result) >= KEYS
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "refused")
    assert result["error"]["kind"] == kind
    assert [name for name in names if name not in result["msg"]] == [], result["msg"]
    assert (result["failed_hosts"], result["logs"], result["steps"], result["host_list"]) == ([], [], [], [])
    assert result["finished"] is False
    assert result["job_plan_id"] == options.get("job_plan_id", 100)
    assert result["msg"].isprintable()
    assert sim.requests == []


@pytest.mark.parametrize(
    ("options", "variables", "name"),
    [
        ({"url": None}, {}, "url (BK_JOB_URL)"),
        ({}, {"BK_JOB_TIMEOUT": "abc"}, "timeout (BK_JOB_TIMEOUT)"),
        ({}, {"BK_JOB_GATEWAY": "nginx"}, "gateway (BK_JOB_GATEWAY)"),
        ({"_slice": {"seconds": 1}}, {}, "_slice"),  # there are no private options
        ({"_followed": True}, {}, "_followed"),
    ],
)
@pytest.mark.parametrize("module", MODULES)
def test_errors_of_options_have_all_keys_and_name_the_variable(
    sim: Simulator,
    run_module: RunModule,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    options: dict[str, t.Any],
    variables: dict[str, str],
    name: str,
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    given = {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url, **MODULES[module], **options}
    result = run_module(module, **{key: value for key, value in given.items() if value is not None})
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "refused")
    assert result["error"]["kind"] == "invalid_request"
    assert name in result["msg"]
    assert sim.requests == []


def test_options_come_from_the_environment(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("BK_JOB_URL", "BK_APP_CODE", "BK_APP_SECRET", "BK_USERNAME", "BK_BIZ_ID", "BK_JOB_API_VERSION")
    for name, value in zip(names, (sim.url, *CREDENTIALS.values(), "1", "v2")):
        monkeypatch.setenv(name, value)
    for name in ("BK_TOKEN", "BK_JOB_TIMEOUT", "BK_JOB_GATEWAY"):
        monkeypatch.setenv(name, "")  # as AWX does with a credential's blank fields
    assert run_module("bk_job_execute", job_plan_id=100)["outcome"] == "launched"
    assert [request.api for request in sim.requests] == ["get_job_detail", "execute_job"]


# Responses of the servers


def test_refusals_have_the_message_and_ids_of_the_server(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any]
) -> None:
    result = run_module("bk_job_execute", job_plan_id=999, **front)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "refused")
    error = result["error"]
    assert (error["kind"], error["code"], error["message"]) == ("not_found", 1243009, "Job plan does not exist")
    assert error["request_id"]
    assert error["job_request_id"]
    assert error["hint"]
    for fact in ("999", "Job plan does not exist", "1243009", error["request_id"], error["job_request_id"]):
        assert fact in result["msg"]
    assert result["request"]["body"]["bk_job_id" if front.get("api_version") == "v2" else "job_plan_id"] == 999


@pytest.mark.parametrize(
    ("credentials", "kind", "message", "hint"),
    [
        ({"bk_app_secret": "wrong-secret"}, "credentials", "APP Secret verification failed", "bk_app_secret"),
        ({"bk_app_code": "nosuch"}, "credentials", "Invalid APP Code", "Check bk_app_code"),
        (
            {"bk_app_code": "nowl", "bk_app_secret": "s3cr3t-nowl"},
            "credentials",
            "please provide a valid user identity",
            "应用免登录态验证白名单",
        ),
        ({"bk_token": "stale-token"}, "credentials", "check if the bk_token is valid", "new token"),
        (
            {"bk_app_code": "noperm", "bk_app_secret": "s3cr3t-noperm"},
            "app_permission",
            "APP permission is insufficient",
            "bk_app_code",
        ),
        ({"bk_username": "stranger"}, "user_permission", "permission not allowed", "bk_job"),
    ],
)
def test_refused_credentials_have_a_hint(
    sim: Simulator,
    run_module: RunModule,
    esb: dict[str, t.Any],
    credentials: dict[str, str],
    kind: str,
    message: str,
    hint: str,
) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, **{**esb, **credentials})
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])
    assert result["error"]["kind"] == kind
    assert message in result["error"]["message"]
    assert hint in result["error"]["hint"]
    assert message in result["msg"]
    for secret in ("wrong-secret", "s3cr3t-", "stale-token"):
        assert secret not in json.dumps(result)


def test_a_missing_permission_is_named(sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, **{**esb, "bk_username": "stranger"})
    assert "Access Business (access_business)" in result["msg"]
    assert result["error"]["permission"]["system_id"] == "bk_job"


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_lost_response_is_unknown_and_launched_once(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any], fault: faults.Fault
) -> None:
    # The old ESB responds to the attempt with a header first; only the launch itself is to be hit.
    api = "execute_job" if front.get("api_version") == "v2" else "execute_job_plan"
    if "old" in front["url"]:
        front["credentials_in"] = "body"
    sim.faults.add(fault, api=api)
    result = run_module("bk_job_execute", job_plan_id=100, **{**front, "retries": 5})
    assert len(sim.launches) == 1
    assert set(result) >= KEYS
    assert (result["failed"], result["changed"], result["outcome"]) == (True, True, "unknown")
    assert result["job_instance_id"] is None
    assert result["error"]["kind"] in ("unavailable", "protocol")
    assert result["request"]["api"] == api
    assert result["msg"].startswith("Plan 100 (Test) may have been launched and may be running: ")


def test_an_unreachable_gateway_is_refused(run_module: RunModule, esb: dict[str, t.Any]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        esb["url"] = f"http://127.0.0.1:{free.getsockname()[1]}"
    result = run_module("bk_job_execute", job_plan_id=100, **esb)
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "unavailable")
    assert "Connection refused" in result["msg"]


def test_the_request_is_returned_although_the_connection_options_are_wrong(
    run_module: RunModule, esb: dict[str, t.Any]
) -> None:
    for wrong in ({"bk_app_secret": ""}, {"url": "paas"}):
        request = run_module("bk_job_execute", job_plan_id=100, **{**esb, **wrong})["request"]
        assert request == {"api": "execute_job_plan", "body": {**TRIPLET, "job_plan_id": 100}}


@pytest.mark.parametrize("code", [9900403, 1240002])
@pytest.mark.parametrize(
    "actions",
    [
        None,
        5,
        "x",
        [None, "x", 5],
        [{}],
        [{"id": "a", "related_resource_types": [None, 5, {"instances": [None, 5, [None, {}]]}]}],
        [{"id": "a", "related_resource_types": {"instances": {}}}],
    ],
)
def test_a_permission_of_any_shape_does_not_lose_the_outcome(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], code: int, actions: object
) -> None:
    answer = {"result": False, "code": code, "message": "no", "permission": {"actions": actions}}
    sim.faults.add(faults.replaced(200, answer), api="execute_job_plan")
    result = run_module("bk_job_execute", job_plan_id=100, **esb)
    assert result["outcome"] == ("refused" if code == 9900403 else "unknown")
    assert result["error"]["permission"] == {"actions": actions}


def test_a_list_without_a_checked_plan_is_refused_with_the_request(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]
) -> None:
    given = {"job_plan_id": 100, "validate_variables": False, "variables": {"ports": [80]}}
    result = run_module("bk_job_execute", **given, **esb)
    assert (result["outcome"], sim.requests) == ("refused", [])
    assert result["request"]["body"]["global_var_list"] == [{"name": "ports", "value": ["80"]}]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_in_an_unknown_format_can_be_launched_unchecked(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], language: str
) -> None:
    odd = {"result": True, "code": 0, "data": {"global_var_list": [{"id": "x"}]}}
    sim.faults.add(faults.replaced(200, odd), api="get_job_plan_detail")
    result = run_module("bk_job_execute", job_plan_id=100, language=language, **esb)
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])
    assert "validate_variables" in result["error"]["hint"]
    assert result["error"]["hint"] in result["msg"]
    unchecked = run_module("bk_job_execute", job_plan_id=100, validate_variables=False, **esb)
    assert (unchecked["outcome"], unchecked["variables_checked"]) == ("launched", None)


@pytest.mark.parametrize("front", ["esb", "apigw", "esb-v2"])
def test_a_confirmation_shows_who_may_confirm_where_the_plan_says_so(sim: Simulator, front: str) -> None:
    sim.world.plans[1].steps[1] = replace(
        t.cast("t.Any", sim.world.plans[1].steps[1]), users=("alice",), roles=("bk_biz_maintainer",)
    )
    options = {
        **CREDENTIALS,
        "bk_biz_id": 1,
        **fronts(sim)[front],
        "job_plan_id": 101,
        "wait": True,
        "on_confirmation": "fail",
    }
    [line] = [line for line in run_shown(sim, "bk_job_execute", options) if "blueking.job.confirm" in line]
    assert ("alice, bk_biz_maintainer" in line) == (front != "esb-v2")


def test_the_end_of_the_logs_of_failed_hosts_is_shown(sim: Simulator) -> None:
    options = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["esb"], "job_plan_id": 102, "wait": True}
    lines = run_shown(sim, "bk_job_execute", options)
    assert lines[-1].strip() == "no space left on device"
    assert [" failed " in line for line in lines[-5:-3]] == [True, False]
    assert "10.0.0.2" in lines[-4]
