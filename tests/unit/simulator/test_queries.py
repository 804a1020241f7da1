# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries: plans (§6.2, §6.3), logs (§6.6), output variables (§6.7), the history (§6.8)."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest

from tests.simulator import (
    ApprovalStep,
    FileStep,
    Host,
    Outcome,
    Plan,
    Scope,
    ScriptStep,
    Simulator,
    Targets,
    User,
    Variable,
)

if t.TYPE_CHECKING:
    from tests.unit.simulator.client import Client

ONE = Scope("biz", "1")
NO_DETAILS = {"bk_cloud_id": 0, "bk_cloud_name": None, "ipv6": None, "bk_agent_id": None, "alive": None}
THEN_MS = 1714528800000


def add_plan(sim: Simulator, *steps: t.Any, variables: t.Sequence[Variable] = (), plan_id: int = 500) -> None:
    hosts = Variable(1, "hosts", type=3, hosts=Targets(host_ids=(101, 102)))
    sim.world.plans.append(Plan(plan_id, "made up", ONE, list(steps), [hosts, *variables]))


def launched(sim: Simulator, v3: Client, plan_id: int = 500, after: float = 60) -> dict[str, int]:
    """The ids of a new instance and its first step."""
    instance_id = v3.data("execute_job_plan", job_plan_id=plan_id)["job_instance_id"]
    sim.clock.advance(after)
    status = v3.data("get_job_instance_status", job_instance_id=instance_id)
    return {"job_instance_id": instance_id, "step_instance_id": status["step_instance_list"][0]["step_instance_id"]}


# Plans


def test_plan_list_v3(sim: Simulator, v3: Client) -> None:
    for number, plan in enumerate(sim.world.plans):
        plan.modified_at += number
    page = v3.data("get_job_plan_list")
    assert (page["start"], page["length"], page["total"]) == (0, 20, 3)
    assert [row["id"] for row in page["data"]] == [102, 101, 100]
    assert page["data"][2] == {
        "bk_biz_id": 1,
        "bk_scope_type": "biz",
        "bk_scope_id": "1",
        "id": 100,
        "job_template_id": 10,
        "name": "Test",
        "creator": "admin",
        "create_time": 1605064271,
        "last_modify_user": "admin",
        "last_modify_time": 1605064271,
        "need_update": False,
    }
    assert [row["id"] for row in v3.data("get_job_plan_list", start=1, length=1)["data"]] == [101]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": "est"}, [100]),
        ({"name": "second"}, [102]),
        ({"name": "nope"}, []),
        ({"creator": "bob"}, [101]),
        ({"last_modify_user": "bob"}, [102]),
        ({"job_template_id": 11}, [102]),
        ({"create_time_start": 1, "create_time_end": 2}, [100, 101, 102]),
    ],
)
def test_filters_of_plans(sim: Simulator, v3: Client, filters: dict[str, t.Any], found: list[int]) -> None:
    _test, approved, failing, *_rest = sim.world.plans
    approved.creator, failing.modified_by, failing.template_id = "bob", "bob", 11
    assert sorted(row["id"] for row in v3.data("get_job_plan_list", **filters)["data"]) == found


def test_plans_that_may_not_be_viewed_are_listed(sim: Simulator, v2: Client, v3: Client) -> None:
    sim.world.users.append(User("clerk", denied={"view_job_plan"}))
    assert v3.as_user("clerk").data("get_job_plan_list")["total"] == 3
    assert v3.as_user("clerk").refusal("get_job_plan_detail", job_plan_id=100)[0] == 9900403
    assert v2.as_user("clerk").refusal("get_job_detail", bk_job_id=100)[0] == 9900403


def test_plan_list_v2(v2: Client) -> None:
    rows = v2.data("get_job_list")
    assert rows[0] == {
        "bk_biz_id": 1,
        "bk_scope_type": "biz",
        "bk_scope_id": "1",
        "bk_job_id": 100,
        "name": "Test",
        "creator": "admin",
        "create_time": "2020-11-11 11:11:11",
        "last_modify_user": "admin",
        "last_modify_time": "2020-11-11 11:11:11",
    }
    assert [row["bk_job_id"] for row in rows] == [100, 101, 102]
    assert [row["bk_job_id"] for row in v2.data("get_job_list", start=1, length=1)] == [101]


def test_plan_detail_v3(v3: Client) -> None:
    detail = v3.data("get_job_plan_detail", job_plan_id=100)
    variables = [
        (one["id"], one["name"], one["type"], one["value"], one["required"]) for one in detail["global_var_list"]
    ]
    assert variables == [
        (436, "hosts", 3, None, 1),
        (437, "param_name", 1, "old", 0),
        (438, "password", 4, "******", 0),
        (439, "region", 2, "north", 0),
        (440, "labels", 5, '([tier]="web")', 0),
        (441, "ports", 6, "(80 443)", 0),
    ]
    script, copy = detail["step_list"]
    assert base64.b64decode(script["script_info"]["script_content"]) == b"echo $param_name\n"
    assert script["script_info"]["server"]["variable"] == "hosts"
    assert (script["file_info"], script["approval_info"], copy["script_info"]) == (None, None, None)
    assert copy["file_info"]["file_destination"]["server"]["variable"] == "hosts"
    assert copy["file_info"]["file_source_list"][0]["server"]["ip_list"][0]["bk_host_id"] == 103
    approval = v3.data("get_job_plan_detail", job_plan_id=101)["step_list"][1]
    assert approval["approval_info"]["approval_user"] == {"user_list": ["admin"], "role_list": []}


def test_default_targets_of_every_kind(sim: Simulator, v2: Client, v3: Client) -> None:
    targets = Targets(ips=((0, "10.0.0.2"),), groups=("blo8gojho0skft7pr5q0",), nodes=(("module", 1000),))
    sim.world.plans.append(Plan(500, "made up", ONE, [], [Variable(1, "hosts", type=3, hosts=targets)]))
    (variable,) = v3.data("get_job_plan_detail", job_plan_id=500)["global_var_list"]
    assert variable["server"]["ip_list"][0]["bk_host_id"] == 102
    assert variable["server"]["dynamic_group_list"] == [{"id": "blo8gojho0skft7pr5q0"}]
    assert variable["server"]["topo_node_list"] == [{"id": 1000, "node_type": "module"}]
    (variable,) = v2.data("get_job_detail", bk_job_id=500)["global_vars"]
    assert (variable["category"], variable["ip_list"]) == (3, [{**NO_DETAILS, "bk_host_id": 102, "ip": "10.0.0.2"}])
    assert variable["custom_query_id"] == ["blo8gojho0skft7pr5q0"]
    stored = json.loads(variable["value"])["hostNodeList"]
    assert stored["hostList"] == [{"hostId": 102, "cloudAreaId": 0, "ip": "10.0.0.2"}]
    assert stored["nodeInfoList"] == [{"id": 1000, "type": "module"}]
    assert stored["dynamicGroupId"] == variable["custom_query_id"]


def test_plan_detail_v2_and_its_bugs(sim: Simulator, v2: Client, v3: Client) -> None:
    detail = v2.data("get_job_detail", bk_job_id=100)
    # The password is returned in clear text.
    assert [one["value"] for one in detail["global_vars"]][1:3] == ["old", "pl4n-s3cr3t"]
    assert (detail["bk_job_id"], detail["template_id"]) == (100, 10)
    assert not {"required", "used"} & set(detail["global_vars"][0])
    steps = [
        ScriptStep(1, "cited", source=2),
        FileStep(2, "copy", enabled=False),
        ApprovalStep(3, "ok?", message="Go?"),
    ]
    add_plan(sim, *steps)
    script, approval = v2.data("get_job_detail", bk_job_id=500)["steps"]
    # `type` is the source of the script; disabled steps are missing, unlike in v3.
    assert (script["type"], approval["type"]) == (2, 3)
    assert approval["confirm_message"] == "Go?"
    assert len(v3.data("get_job_plan_detail", job_plan_id=500)["step_list"]) == 3


def test_keys_of_steps_in_v2(v2: Client) -> None:
    """Keys of the server's class, several of which it never sets."""
    script, copy = v2.data("get_job_detail", bk_job_id=100)["steps"]
    never = "script_id script_type db_account_id order creator create_time last_modify_user last_modify_time"
    always = {**dict.fromkeys(never.split()), "account": "root", "ip_list": None, "custom_query_id": None}
    assert script == {
        **always,
        "step_id": 1,
        "name": "run",
        "type": 1,
        "account_id": 1,
        "is_param_sensitive": 0,
        "script_timeout": 1000,
        "script_param": "",
        "script_content": "echo $param_name\n",
        "file_target_path": None,
        "file_source": None,
        "confirm_message": None,
    }
    source = {
        "file_type": 1,
        "file_source_id": None,
        "files": ["/tmp/a.tgz"],
        "account": "root",
        "ip_list": [{**NO_DETAILS, "bk_host_id": 103, "ip": "10.0.0.3"}],
        "custom_query_id": None,
        "target_server": None,
    }
    assert copy == {
        **always,
        "step_id": 2,
        "name": "copy",
        "type": 2,
        "account_id": None,
        "is_param_sensitive": None,
        "script_timeout": None,
        "script_param": None,
        "script_content": None,
        "file_target_path": "/data/",
        "file_source": [source],
        "confirm_message": None,
    }


def test_keys_of_steps_in_v3(v3: Client) -> None:
    """`server.variable` is missing where it is null; `file_source_code` is not."""
    script, copy = v3.data("get_job_plan_detail", job_plan_id=100)["step_list"]
    account, nothing = {"id": 1, "name": None, "alias": None}, {"dynamic_group_list": None, "topo_node_list": None}
    by_variable = {"variable": "hosts", "ip_list": None, **nothing}
    assert script["script_info"]["server"] == by_variable
    assert (script["script_info"]["script_param"], script["script_info"]["is_ignore_error"]) == (None, None)
    assert copy["file_info"] == {
        "file_source_list": [
            {
                "file_list": ["/tmp/a.tgz"],
                "account": account,
                "server": {"ip_list": [{**NO_DETAILS, "bk_host_id": 103, "ip": "10.0.0.3"}], **nothing},
                "file_type": None,
                "file_source_id": None,
                "file_source_code": None,
            }
        ],
        "file_destination": {"path": "/data/", "account": account, "server": by_variable},
        "timeout": 1000,
        "source_speed_limit": None,
        "destination_speed_limit": None,
        "transfer_mode": 1,
        "is_ignore_error": None,
    }


def test_defaults_of_hosts_that_are_empty_or_missing(sim: Simulator, v2: Client, v3: Client) -> None:
    variables = [Variable(1, "empty", type=3, hosts=Targets()), Variable(2, "missing", type=3)]
    sim.world.plans.append(Plan(500, "made up", ONE, [], variables))
    empty, missing = v3.data("get_job_plan_detail", job_plan_id=500)["global_var_list"]
    assert empty["server"] == {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None}
    assert missing["server"] is None
    empty, missing = v2.data("get_job_detail", bk_job_id=500)["global_vars"]
    assert (empty["ip_list"], empty["custom_query_id"], missing["ip_list"]) == ([], None, None)
    assert (json.loads(empty["value"]), missing["value"]) == ({"hostNodeList": {}}, None)


def test_ciphertext_is_masked_even_without_a_value(sim: Simulator, v3: Client) -> None:
    sim.world.plans.append(Plan(500, "made up", ONE, [], [Variable(1, "password", type=4)]))
    (variable,) = v3.data("get_job_plan_detail", job_plan_id=500)["global_var_list"]
    assert variable["value"] == "******"


@pytest.mark.parametrize("plan_id", [None, 0, -1])
def test_plan_detail_without_an_id(v2: Client, v3: Client, plan_id: t.Any) -> None:
    refusal = (1241007, "Missing or invalid request parameter [job_plan_id]")
    assert v3.refusal("get_job_plan_detail", job_plan_id=plan_id) == refusal
    assert v2.refusal("get_job_detail", bk_job_id=plan_id)[0] == 1241007


def test_plan_detail_of_unknown_plans(v2: Client, v3: Client) -> None:
    for plan_id in (999, 103):
        refusal = (1243009, "Job plan does not exist")
        assert v3.refusal("get_job_plan_detail", job_plan_id=plan_id) == refusal
        assert v2.refusal("get_job_detail", bk_job_id=plan_id) == refusal


# Who may view an instance


@pytest.mark.parametrize("api", ["get_job_instance_status", "get_job_instance_global_var_value"])
def test_viewing_needs_to_be_the_launcher_or_a_permission(sim: Simulator, v2: Client, v3: Client, api: str) -> None:
    clerk = User("clerk", denied={"view_history"})
    sim.world.users.append(clerk)
    add_plan(sim, ScriptStep(1, "run"))
    ids = launched(sim, v3)
    own = v3.as_user("clerk").data("execute_job_plan", job_plan_id=500)["job_instance_id"]
    for client in (v2, v3):
        body = client.as_user("clerk").body(api, job_instance_id=ids["job_instance_id"])
        assert (body["code"], body["permission"]["actions"][0]["id"]) == (9900403, "view_history")
        assert client.as_user("clerk").body(api, job_instance_id=own)["code"] == 0
        elsewhere = client.in_scope(bk_biz_id=2).refusal(api, job_instance_id=own)
        assert elsewhere == (1244006, "Task instance does not exist")
        assert client.refusal(api, job_instance_id=999)[0] == 1244006
        assert client.refusal(api)[0] == 1241007


# Logs


def test_log_grows_line_by_line(sim: Simulator, v3: Client) -> None:
    add_plan(sim, ScriptStep(1, "run", outcome=Outcome(seconds=4, log="1\n2\n3\n4\n", log_lag=4)))
    ids = launched(sim, v3, after=0)

    def log() -> t.Any:
        return v3.data("get_job_instance_ip_log", **ids, bk_host_id=101)["log_content"]

    assert log() is None
    sim.clock.advance(0.4)
    assert log().endswith("job_start\n")
    sim.clock.advance(4)
    assert log().endswith("job_start\n1\n2\n")
    status = v3.data("get_job_instance_status", job_instance_id=ids["job_instance_id"])
    # The last lines arrive after the end.
    assert status["finished"] is True
    sim.clock.advance(4)
    assert log().endswith("job_start\n1\n2\n3\n4\n")


def test_log_of_one_host(sim: Simulator, v3: Client) -> None:
    add_plan(sim, ScriptStep(1, "run", outcomes={102: (Outcome(log=None),)}))
    ids = launched(sim, v3)
    by_id = v3.data("get_job_instance_ip_log", **ids, bk_host_id=101)
    by_ip = v3.data("get_job_instance_ip_log", **ids, bk_cloud_id=0, ip="10.0.0.1")
    assert by_id["log_content"] == by_ip["log_content"] == "[2024-05-01 10:00:00][PID:101] job_start\ndone\n"
    assert (by_id["log_type"], by_id["file_logs"]) == (1, None)
    # The host fields echo the request.
    assert (by_id["bk_host_id"], by_id["bk_cloud_id"], by_id["ip"]) == (101, None, None)
    assert (by_ip["bk_host_id"], by_ip["bk_cloud_id"], by_ip["ip"]) == (None, 0, "10.0.0.1")
    for host_id in (102, 999):
        assert v3.data("get_job_instance_ip_log", **ids, bk_host_id=host_id)["log_content"] is None
    assert v3.refusal("get_job_instance_ip_log", **ids) == (
        1241007,
        "Missing or invalid request parameter [host_id/(bk_cloud_id+ip)]",
    )
    unknown = {**ids, "step_instance_id": 999, "bk_host_id": 101}
    assert v3.refusal("get_job_instance_ip_log", **unknown)[0] == 1244006


def test_logs_of_many_hosts(sim: Simulator, v3: Client) -> None:
    add_plan(sim, ScriptStep(1, "run"))
    ids = launched(sim, v3)
    batch = "batch_get_job_instance_ip_log"
    found = v3.data(batch, **ids, host_id_list=[101, 102, 999], ip_list=[])["script_task_logs"]
    # Unknown hosts are omitted, and the order differs from the caller's.
    assert [log["host_id"] for log in found] == [102, 101]
    ips = [{"bk_cloud_id": 0, "ip": "10.0.0.2"}]
    assert [log["host_id"] for log in v3.data(batch, **ids, ip_list=ips)["script_task_logs"]] == [102]
    assert [log["host_id"] for log in v3.data(batch, **ids, ip_list=ips, host_id_list=[101])["script_task_logs"]] == [
        101
    ]
    assert len(v3.data(batch, **ids, host_id_list=list(range(500)))["script_task_logs"]) == 2
    refusal = (1241007, "Missing or invalid request parameter [host_id_list/ip_list]")
    assert v3.refusal(batch, **ids, host_id_list=list(range(501))) == refusal
    assert v3.refusal(batch, **ids, host_id_list=[101] * 501) == refusal
    assert v3.refusal(batch, **ids) == refusal
    # This is checked before the instance is.
    assert v3.refusal(batch, job_instance_id=9, step_instance_id=9) == refusal
    assert v3.data(batch, **ids, host_id_list=[999])["script_task_logs"] is None
    assert v3.refusal(batch, **ids, ip_list=[{"ip": "10.0.0.2"}]) == (1240003, "Invalid BK-Net")
    assert v3.refusal(batch, **ids, ip_list=[{"bk_cloud_id": 0, "ip": "x"}]) == (1240003, "Invalid IP")


@pytest.mark.parametrize("api", ["get_job_instance_ip_log", "batch_get_job_instance_ip_log"])
def test_logs_need_ids(v3: Client, api: str) -> None:
    ids = {"job_instance_id": 1, "step_instance_id": 1, "bk_host_id": 101, "host_id_list": [101]}
    for bad in (None, 0, -1, ""):
        for name, what in (("job_instance_id", "Job"), ("step_instance_id", "Step")):
            refusal = (1240003, f"{what} instance id must be a positive number")
            assert v3.refusal(api, **{**ids, name: bad}) == refusal


def test_logs_by_get_have_no_constraints(apigw: Client) -> None:
    ids = {"job_instance_id": 0, "step_instance_id": 1, "bk_host_id": 101}
    assert apigw.refusal("get_job_instance_ip_log", **ids)[0] == 1244006


def test_host_without_ipv4(sim: Simulator, v3: Client) -> None:
    variables = [{"name": "hosts", "server": {"host_id_list": [106]}}]
    v3.data("execute_job_plan", job_plan_id=100, global_var_list=variables)
    sim.clock.advance(60)
    (row,) = v3.data("get_job_instance_status", job_instance_id=10000, return_ip_result=True)["step_instance_list"][0][
        "step_ip_result_list"
    ]
    assert (row["bk_host_id"], row["ip"]) == (106, None)
    ids = {"job_instance_id": 10000, "step_instance_id": 20001}
    (log,) = v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[106])["script_task_logs"]
    assert (log["ip"], log["ipv6"]) == (None, "fd00::6")


def test_logs_of_files_and_of_approvals(sim: Simulator, v2: Client, v3: Client) -> None:
    add_plan(sim, FileStep(1, "copy", source=Targets(host_ids=(103,)), files=("/a", "/b")), ApprovalStep(2, "ok?"))
    ids = launched(sim, v3, after=1)
    one = v3.data("get_job_instance_ip_log", **ids, bk_host_id=101)
    assert (one["log_type"], one["log_content"]) == (2, None)
    assert [(log["mode"], log["status"]) for log in one["file_logs"]] == [(1, 3), (1, 3), (0, 3), (0, 3)]
    sim.clock.advance(60)
    one = v3.data("get_job_instance_ip_log", **ids, bk_host_id=101)
    assert [(log["mode"], log["src_path"], log["dest_path"], log["status"]) for log in one["file_logs"]] == [
        (1, "/a", "/data/a", 4),
        (1, "/b", "/data/b", 4),
        (0, "/a", None, 4),
        (0, "/b", None, 4),
    ]
    assert {log["size"] for log in one["file_logs"]} == {None}
    approval = {**ids, "step_instance_id": ids["step_instance_id"] + 1, "bk_host_id": 101}
    found = v3.data("get_job_instance_ip_log", **approval)
    assert (found["log_type"], found["log_content"], found["file_logs"]) == (None, None, None)
    v2_log = v2.data("get_job_instance_log", job_instance_id=ids["job_instance_id"])[0]
    content = v2_log["step_results"][0]["ip_logs"][0]["log_content"]
    assert content.startswith("10.0.0.3:/a -&gt; 10.0.0.1:/data/a\n")


def test_failed_file_transfer(sim: Simulator, v3: Client) -> None:
    missing = Outcome(status=203, log="no such file\n")
    add_plan(sim, FileStep(1, "copy", source=Targets(host_ids=(103,)), outcome=missing))
    ids = launched(sim, v3)
    logs = v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[101])["file_task_logs"]
    (entry,) = logs[0]["file_logs"]
    assert (entry["status"], entry["log_content"]) == (5, "no such file\n")


def test_v2_log_groups_hosts(sim: Simulator, v2: Client, v3: Client) -> None:
    failure = Outcome(status=104, exit_code=2, tag="bad", log="<\"&'>\n")
    add_plan(sim, ScriptStep(1, "run", outcomes={102: (failure,)}))
    ids = launched(sim, v3)
    results = v2.data("get_job_instance_log", job_instance_id=ids["job_instance_id"])[0]["step_results"]
    assert [(group["ip_status"], group["tag"]) for group in results] == [(9, ""), (104, "bad")]
    (log,) = results[1]["ip_logs"]
    assert (log["ip"], log["exit_code"], log["execute_count"]) == ("10.0.0.2", 2, 0)
    assert log["log_content"].endswith("job_start\n&lt;\"&amp;'&gt;\n")
    v3.data("operate_step_instance", **ids, operation_code=2)
    sim.clock.advance(60)
    results = v2.data("get_job_instance_log", job_instance_id=ids["job_instance_id"])[0]["step_results"]
    counts = [(log["ip"], log["execute_count"]) for group in results for log in group["ip_logs"]]
    assert counts == [("10.0.0.1", 0), ("10.0.0.2", 1)]


# Output variables


def test_output_variables(sim: Simulator, v2: Client, v3: Client) -> None:
    variables = [
        Variable(2, "version", value="1", changeable=True),
        Variable(3, "fixed", value="1"),
        Variable(4, "secret", type=4, value="1", changeable=True),
    ]
    assigned = {"version": "2\nmore", "fixed": "2", "secret": "2"}
    steps = [
        ScriptStep(1, "first", assigns=assigned),
        ApprovalStep(2, "ok?"),
        ScriptStep(3, "python", language=4, assigns={"version": "3"}),
        ScriptStep(4, "failing", assigns={"version": "4"}, outcome=Outcome(status=104)),
    ]
    add_plan(sim, *steps, variables=variables)
    ids = launched(sim, v3, after=0)

    def output() -> list[dict[str, str]]:
        data = v3.data("get_job_instance_global_var_value", job_instance_id=ids["job_instance_id"])
        return [
            {one["name"]: one["value"] for one in step["global_var_list"]} for step in data["step_instance_var_list"]
        ]

    assert output() == [{"version": "1", "fixed": "1"}] * 3
    sim.clock.advance(60)
    # Only strings that may change, only the first line, only from shell, only where the script succeeded.
    assert output() == [{"version": "2", "fixed": "1"}] * 3
    approval = {**ids, "step_instance_id": ids["step_instance_id"] + 1}
    v3.data("operate_step_instance", **approval, operation_code=6)
    sim.clock.advance(60)
    assert output()[-1] == {"version": "2", "fixed": "1"}
    data = v2.data("get_job_instance_global_var_value", job_instance_id=ids["job_instance_id"])
    values = data["job_instance_var_values"][0]["step_instance_var_values"]
    assert values == [
        {"name": "version", "value": "2", "category": 1},
        {"name": "fixed", "value": "1", "category": 1},
    ]


def test_no_output_variables(sim: Simulator, v2: Client, v3: Client) -> None:
    sim.world.plans.append(Plan(500, "made up", ONE, [ApprovalStep(1, "ok?")]))
    ids = launched(sim, v3)
    data = v3.data("get_job_instance_global_var_value", job_instance_id=ids["job_instance_id"])
    assert data["step_instance_var_list"] == []
    data = v2.data("get_job_instance_global_var_value", job_instance_id=ids["job_instance_id"])
    assert data["job_instance_var_values"] is None


# The history


@pytest.fixture
def history(sim: Simulator, v3: Client) -> Client:
    """Ten seconds apart: plan 100 by admin, plan 102 by alice, plan 100 by alice."""
    for user, plan_id in (("admin", 100), ("alice", 102), ("alice", 100)):
        v3.as_user(user).data("execute_job_plan", job_plan_id=plan_id)
        sim.clock.advance(10)
    return v3


WINDOW = {"create_time_start": THEN_MS, "create_time_end": THEN_MS + 60_000}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [10002, 10001, 10000]),
        ({"create_time_start": THEN_MS + 1}, [10002, 10001]),
        ({"create_time_end": THEN_MS + 10_000}, [10001, 10000]),
        ({"operator": "alice"}, [10002, 10001]),
        ({"operator": "ali"}, []),
        ({"name": "est"}, [10002, 10000]),
        ({"status": 4}, [10001]),
        ({"job_instance_id": 10001}, [10001]),
        ({"launch_mode": 2, "type": 0}, [10002, 10001, 10000]),
        ({"launch_mode": 1}, []),
        ({"type": 1}, []),
        ({"job_cron_id": 1}, []),
        ({"ip": "10.0.0.2"}, [10001]),
        ({"start": 1, "length": 1}, [10001]),
    ],
)
def test_history_filters(history: Client, filters: dict[str, t.Any], found: list[int]) -> None:
    page = history.data("get_job_instance_list", **{**WINDOW, **filters})
    assert [row["job_instance_id"] for row in page["data"] or []] == found


def test_history_row(history: Client) -> None:
    page = history.data("get_job_instance_list", **WINDOW, job_instance_id=10001)
    assert (page["start"], page["length"], page["total"]) == (0, 20, 1)
    assert page["data"] == [
        {
            "bk_biz_id": 1,
            "bk_scope_type": "biz",
            "bk_scope_id": "1",
            "job_instance_id": 10001,
            "job_plan_id": 102,
            "job_template_id": 10,
            "name": "Fails on the second host",
            "operator": "alice",
            "launch_mode": 2,
            "status": 4,
            "start_time": THEN_MS + 10_120,
            "end_time": THEN_MS + 14_400,
            "total_time": 4280,
            "create_time": THEN_MS + 10_000,
            "type": 0,
        }
    ]


def test_empty_history_is_null(v3: Client) -> None:
    assert v3.data("get_job_instance_list", **WINDOW) == {"start": 0, "length": 20, "total": 0, "data": None}


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"create_time_start": None}, (1241007, "Missing or invalid request parameter [create_time_start]")),
        ({"create_time_end": None}, (1241007, "Missing or invalid request parameter [create_time_end]")),
        (
            {"create_time_end": THEN_MS},
            (1241007, "Missing or invalid request parameter [create_time_start|create_time_end]"),
        ),
        ({"create_time_end": THEN_MS + 30 * 86_400_000 + 1}, (1241002, "Invalid request parameters")),
        ({"length": 0}, (1240003, "The param 'length' must be in range: [1,1000]")),
        ({"length": 1001}, (1240003, "The param 'length' must be in range: [1,1000]")),
    ],
)
def test_invalid_history_queries(v3: Client, params: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert v3.refusal("get_job_instance_list", **{**WINDOW, **params}) == refusal


def test_two_thousand_hosts(sim: Simulator, v3: Client) -> None:
    many = [Host(1000 + number, f"10.1.{number // 250}.{number % 250}", biz=1) for number in range(2000)]
    sim.world.hosts += many
    hosts = [{"name": "hosts", "server": {"host_id_list": [host.id for host in many]}}]
    v3.data("execute_job_plan", job_plan_id=100, global_var_list=hosts)
    sim.clock.advance(60)
    status = v3.data("get_job_instance_status", job_instance_id=10000, return_ip_result=True)
    assert len(status["step_instance_list"][0]["step_ip_result_list"]) == 2000
