# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every transcript of Appendix A, over the socket. Only random ids are not compared."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

import pytest

from tests.simulator import Clock, Simulator, appendix_world
from tests.unit.simulator.client import APIGW, ESB_V2, ESB_V3, THEN, Client

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

ADMIN = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t", "bk_username": "admin"}
SCOPE = {"bk_scope_type": "biz", "bk_scope_id": "2", "bk_biz_id": 2}
HEX = re.compile("[0-9a-f]{32}")
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NULL_HOST = {"bk_cloud_id": 0, "bk_cloud_name": None, "ipv6": None, "bk_agent_id": None, "alive": None}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(appendix_world(), Clock(THEN)) as simulator:
        yield simulator


@pytest.fixture
def v3(sim: Simulator, session: requests.Session) -> Client:
    return Client(session, sim.url + ESB_V3, ADMIN, SCOPE)


def unwrapped(answer: requests.Response) -> t.Any:
    """The data of an ESB response, after checking the keys around it."""
    assert answer.status_code == 200
    body = answer.json()
    data = body.pop("data")
    assert HEX.fullmatch(body.pop("job_request_id"))
    assert HEX.fullmatch(body.pop("request_id"))
    assert body == {"code": 0, "result": True, "message": ""}
    return data


def launched_by_v2(sim: Simulator, session: requests.Session) -> t.Any:
    hosts = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_cloud_id": 0, "ip": "10.0.0.2"}]}
    body = {
        **ADMIN,
        "bk_biz_id": 2,
        "bk_job_id": 100,
        "global_vars": [{"id": 436, "target_server": hosts}, {"name": "version", "value": "1.2.3"}],
    }
    return unwrapped(session.post(sim.url + ESB_V2 + "execute_job/", json=body))


def launched_by_v3(v3: Client, plan_id: int = 200, hosts: t.Sequence[int] = (101, 102)) -> t.Any:
    variables = [{"name": "hosts", "server": {"host_id_list": hosts}}, {"name": "version", "value": "1.2.3"}]
    return unwrapped(v3.call("execute_job_plan", job_plan_id=plan_id, global_var_list=variables))


def test_a1_launch(sim: Simulator, session: requests.Session) -> None:
    assert launched_by_v2(sim, session) == {"job_instance_id": 10000, "job_instance_name": "deploy"}
    (launch,) = sim.launches
    assert launch.values == {"hosts": [101, 102], "version": "1.2.3", "pwd": "s3cr3t-pwd"}


def test_a1_status(sim: Simulator, session: requests.Session) -> None:
    launched_by_v2(sim, session)
    sim.clock.advance(60)
    query: dict[str, t.Any] = {**ADMIN, "bk_biz_id": 2, "job_instance_id": 10000}
    status = unwrapped(session.get(sim.url + ESB_V2 + "get_job_instance_status/", params=query))
    common = {"operator": "admin", "execute_count": 0, "create_time": "2024-05-01 10:00:00", "pause": None}
    nothing: dict[str, t.Any] = {"start_time": None, "end_time": None, "total_time": None, "step_ip_status": []}
    assert status == {
        "is_finished": False,
        "job_instance": {
            "bk_biz_id": 2,
            "bk_scope_type": "biz",
            "bk_scope_id": "2",
            "job_instance_id": 10000,
            "bk_job_id": 100,
            "status": 7,
            "name": "deploy",
            "operator": "admin",
            "create_time": "2024-05-01 10:00:00",
            "start_time": "2024-05-01 10:00:00",
            "end_time": None,
            "total_time": None,
            "start_way": 2,
            "current_step_instance_id": 20002,
        },
        "blocks": [
            {
                "step_instances": [
                    {
                        **common,
                        "step_instance_id": 20001,
                        "step_id": 1,
                        "name": "run",
                        "type": 1,
                        "status": 3,
                        "start_time": "2024-05-01 10:00:00",
                        "end_time": "2024-05-01 10:00:03",
                        "total_time": 2.85,
                        "step_ip_status": [
                            {"ip": "10.0.0.1", "bk_cloud_id": 0, "status": 9},
                            {"ip": "10.0.0.2", "bk_cloud_id": 0, "status": 9},
                        ],
                    }
                ]
            },
            {
                "step_instances": [
                    {
                        **common,
                        **nothing,
                        "step_instance_id": 20002,
                        "step_id": 2,
                        "name": "approve",
                        "type": 3,
                        "status": 7,
                        "start_time": "2024-05-01 10:00:03",
                    }
                ]
            },
            {
                "step_instances": [
                    {
                        **common,
                        **nothing,
                        "step_instance_id": 20003,
                        "step_id": 3,
                        "name": "copy",
                        "type": 2,
                        "status": 1,
                    }
                ]
            },
        ],
    }


def test_a1_log(sim: Simulator, session: requests.Session) -> None:
    launched_by_v2(sim, session)
    sim.clock.advance(60)
    body = {**ADMIN, "bk_biz_id": 2, "job_instance_id": 10000}
    steps = unwrapped(session.post(sim.url + ESB_V2 + "get_job_instance_log/", json=body))
    logs = [
        {
            "ip": ip,
            "bk_cloud_id": 0,
            "execute_count": 0,
            "exit_code": 0,
            "error_code": 0,
            "start_time": "2024-05-01 10:00:00",
            "end_time": "2024-05-01 10:00:03",
            "total_time": 2.7,
            "log_content": f"[2024-05-01 10:00:00][PID:{pid}] job_start\na &lt; b &amp;&amp; c\n",
        }
        for ip, pid in (("10.0.0.1", 101), ("10.0.0.2", 102))
    ]
    assert steps[0] == {
        "is_finished": True,
        "step_instance_id": 20001,
        "name": "run",
        "status": 3,
        "step_results": [{"ip_status": 9, "tag": "", "ip_logs": logs}],
    }
    assert [(step["name"], step["step_results"]) for step in steps[1:]] == [("approve", []), ("copy", [])]


def test_a2_launch(v3: Client) -> None:
    launched = {"job_instance_id": 10000, "job_instance_name": "deploy", "step_instance_id": None}
    assert launched_by_v3(v3) == launched


STATUS_OF_A2 = {
    "finished": True,
    "job_instance": {
        **SCOPE,
        "job_instance_id": 10000,
        "status": 4,
        "name": "deploy",
        "create_time": 1714528800000,
        "start_time": 1714528800120,
        "end_time": 1714528804300,
        "total_time": 4180,
    },
    "step_instance_list": [
        {
            "step_instance_id": 20001,
            "name": "run",
            "status": 4,
            "type": 1,
            "execute_count": 0,
            "start_time": 1714528800200,
            "end_time": 1714528804250,
            "total_time": 4050,
            "create_time": 1714528800000,
            "step_ip_result_list": [
                {
                    "bk_host_id": 101,
                    "ip": "10.0.0.1",
                    "bk_cloud_id": 0,
                    "status": 9,
                    "tag": "",
                    "exit_code": 0,
                    "error_code": 0,
                    "start_time": 1714528800300,
                    "end_time": 1714528803000,
                    "total_time": 2700,
                },
                {
                    "bk_host_id": 102,
                    "ip": "10.0.0.2",
                    "bk_cloud_id": 0,
                    "status": 104,
                    "tag": "disk full",
                    "exit_code": 1,
                    "error_code": 0,
                    "start_time": 1714528800300,
                    "end_time": 1714528804200,
                    "total_time": 3900,
                },
            ],
        },
        *(
            {
                "step_instance_id": step_id,
                "name": name,
                "status": 1,
                "type": kind,
                "execute_count": 0,
                "start_time": None,
                "end_time": None,
                "total_time": None,
                "create_time": 1714528800000,
                "step_ip_result_list": [],
            }
            for step_id, name, kind in ((20002, "approve", 3), (20003, "copy", 2))
        ),
    ],
}


def test_a2_status(sim: Simulator, v3: Client) -> None:
    launched_by_v3(v3)
    sim.clock.advance(60)
    answer = v3.call("get_job_instance_status", job_instance_id=10000, return_ip_result=True)
    assert unwrapped(answer) == STATUS_OF_A2


def test_a2_script_log(sim: Simulator, v3: Client) -> None:
    launched_by_v3(v3)
    sim.clock.advance(60)
    ids = {"job_instance_id": 10000, "step_instance_id": 20001}
    # Host 103 is unknown to the step and omitted; in the transcript host 101 had no log.
    answer = v3.call("batch_get_job_instance_ip_log", **ids, host_id_list=[102, 103])
    log = {
        "host_id": 102,
        "bk_host_id": 102,
        "bk_cloud_id": 0,
        "ip": "10.0.0.2",
        "ipv6": None,
        "log_content": "[2024-05-01 10:00:00][PID:102] job_start\nno space left\n",
    }
    assert unwrapped(answer) == {**ids, "log_type": 1, "script_task_logs": [log], "file_task_logs": None}


def test_a2_file_log(sim: Simulator, v3: Client) -> None:
    launched_by_v3(v3, plan_id=100, hosts=[101])
    sim.clock.advance(60)
    v3.data("operate_step_instance", job_instance_id=10000, step_instance_id=20002, operation_code=6)
    sim.clock.advance(60)
    ids = {"job_instance_id": 10000, "step_instance_id": 20003}
    answer = v3.call("batch_get_job_instance_ip_log", **ids, host_id_list=[101])
    entry = {
        "mode": 1,
        "src_ip": {**NULL_HOST, "bk_host_id": 103, "ip": "10.0.0.3"},
        "src_path": "/tmp/a.tgz",
        "dest_ip": {**NULL_HOST, "bk_host_id": 101, "ip": "10.0.0.1"},
        "dest_path": "/data/a.tgz",
        "status": 4,
        "log_content": "done\n",
        "size": "1.2 MB",
        "speed": "600 KB/s",
        "process": "100%",
    }
    host = {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1", "file_logs": [entry]}
    assert unwrapped(answer) == {**ids, "log_type": 2, "script_task_logs": None, "file_task_logs": [host]}


def test_a2_output_variables(sim: Simulator, v3: Client) -> None:
    launched_by_v3(v3)
    sim.clock.advance(60)
    values = [{"name": "version", "value": "1.2.3", "type": 1}]
    assert unwrapped(v3.call("get_job_instance_global_var_value", job_instance_id=10000)) == {
        "job_instance_id": 10000,
        "step_instance_var_list": [{"step_instance_id": 20001, "global_var_list": values}],
    }


def test_a2_terminating_a_finished_instance(sim: Simulator, v3: Client) -> None:
    launched_by_v3(v3)
    sim.clock.advance(60)
    body = v3.body("operate_job_instance", job_instance_id=10000, operation_code=1)
    assert HEX.fullmatch(body.pop("job_request_id"))
    assert HEX.fullmatch(body.pop("request_id"))
    assert body == {"code": 1241003, "result": False, "message": "Unsupported operation", "data": None}


@pytest.fixture
def bkapi(sim: Simulator, session: requests.Session) -> Client:
    """The other URL of the gateway, with a login token."""
    credentials = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t", "bk_token": "token-of-admin"}
    return Client(session, f"{sim.url}/api/bk-job{APIGW}", credentials, SCOPE, {"Blueking-Language": "en"})


def test_a3_status(sim: Simulator, v3: Client, bkapi: Client) -> None:
    launched_by_v3(v3)
    sim.clock.advance(60)
    answer = bkapi.call("get_job_instance_status", job_instance_id=10000, return_ip_result="true")
    assert answer.status_code == 200
    assert UUID.fullmatch(answer.headers["X-Bkapi-Request-Id"])
    body = answer.json()
    assert body.pop("job_request_id") == answer.headers["X-Bk-Job-Request-Id"]
    assert body == {"code": 0, "result": True, "data": STATUS_OF_A2}


def test_a3_wrong_method(bkapi: Client) -> None:
    answer = bkapi.session.post(bkapi.url + "get_job_instance_status")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": 1640401,
        "code_name": "API_NOT_FOUND",
        "message": 'API not found [method="POST" path="/api/bk-job/prod/api/v3/get_job_instance_status"]',
        "result": False,
        "data": None,
    }


def test_plan_detail_of_the_scenario(v3: Client, sim: Simulator) -> None:
    """The sample of §6.3, which shows the same plan."""
    detail = unwrapped(v3.call("get_job_plan_detail", job_plan_id=100))
    hosts, version, pwd = detail["global_var_list"]
    host = {**NULL_HOST, "bk_host_id": 101, "ip": "10.0.0.1"}
    assert hosts == {
        "id": 436,
        "name": "hosts",
        "value": None,
        "server": {"ip_list": [host], "dynamic_group_list": None, "topo_node_list": None},
        "description": "",
        "type": 3,
        "required": 1,
        "used": True,
    }
    assert (version["type"], version["value"], version["server"]) == (1, None, None)
    assert (pwd["type"], pwd["value"], pwd["required"]) == (4, "******", 0)
    assert [step["type"] for step in detail["step_list"]] == [1, 3, 2]
    assert (detail["id"], detail["create_time"]) == (100, 1605064271)
    assert replace(v3, scope={"bk_biz_id": 1}).refusal("get_job_plan_detail", job_plan_id=100)[0] == 1243049
