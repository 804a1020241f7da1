# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launches: the scope (§4.1), conversion of JSON (§4.2), and the order of the checks (§6.1, §7.1)."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import FileStep, Plan, Scope, ScriptStep, Simulator, Targets, User, Variable
from tests.simulator.gateway.direct import token
from tests.simulator.job.messages import JobError

if t.TYPE_CHECKING:
    import requests

    from tests.unit.simulator.client import Client

BIZ_1 = {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1}


def launch(client: Client, **params: t.Any) -> t.Any:
    """The code of a launch of plan 100, 0 for success."""
    plan = "bk_job_id" if "/v2/job/" in client.url else "job_plan_id"
    return client.body("execute_job" if plan == "bk_job_id" else "execute_job_plan", **{plan: 100, **params})["code"]


# §4.1

GONE = "Business/Business Set not exist or archived"


@pytest.mark.parametrize(
    ("scope", "plan_id"),
    [
        (BIZ_1, 100),
        ({"bk_biz_id": 1}, 100),
        ({"bk_biz_id": "1"}, 100),
        ({"bk_scope_type": "biz", "bk_scope_id": 1}, 100),
        ({"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 2}, 100),
        ({"bk_scope_type": "", "bk_scope_id": "", "bk_biz_id": 1}, 100),
        ({"bk_scope_type": None, "bk_biz_id": 1}, 100),
        # Beside a pair, `bk_biz_id` only has to be a number.
        ({"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 0}, 100),
        ({"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": " "}, 100),
        ({"bk_biz_id": 8000001}, 104),
        ({"bk_scope_type": "biz_set", "bk_scope_id": "8000001"}, 104),
    ],
)
def test_accepted_scopes(v3: Client, scope: dict[str, t.Any], plan_id: int) -> None:
    assert v3.in_scope(**scope).data("get_job_plan_detail", job_plan_id=plan_id)["id"] == plan_id


@pytest.mark.parametrize(
    ("scope", "refusal"),
    [
        ({}, (1240003, "Invalid bk_scope_type")),
        ({"bk_scope_id": "1"}, (1240003, "Invalid bk_scope_type")),
        ({"bk_scope_type": "business", "bk_biz_id": 1}, (1240003, "Invalid bk_scope_type")),
        ({"bk_scope_type": "", "bk_scope_id": "1", "bk_biz_id": 1}, (1240003, "Invalid bk_scope_type")),
        ({"bk_scope_type": "biz", "bk_biz_id": 1}, (1240003, "Invalid bk_scope_id")),
        ({"bk_scope_type": "biz", "bk_scope_id": " "}, (1240003, "Invalid bk_scope_id")),
        # The first interceptor has its own error for a complete pair …
        ({"bk_scope_type": "business", "bk_scope_id": "1"}, (1241005, "Invalid request parameter [bk_scope_type]")),
        ({"bk_scope_type": "tenant_set", "bk_scope_id": "1"}, (1243049, GONE)),
        # … and reads the text of any `bk_biz_id`, before its type is checked.
        ({"bk_biz_id": "abc"}, (1240002, "Internal Server Error")),
        ({"bk_biz_id": 1.0}, (1240002, "Internal Server Error")),
        ({"bk_biz_id": True}, (1240002, "Internal Server Error")),
        ({"bk_biz_id": 2**63}, (1240002, "Internal Server Error")),
        ({"bk_biz_id": []}, (1240003, "Bad Request")),
        ({"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": "abc"}, (1240003, "Bad Request")),
        # An id without its type is a null pointer.
        ({"bk_scope_id": "1", "bk_biz_id": 1}, (1240002, "Internal Server Error")),
        ({"bk_biz_id": 999}, (1243049, GONE)),
        ({"bk_biz_id": "+1"}, (1243049, GONE)),
        ({"bk_biz_id": 0}, (1243049, GONE)),
        ({"bk_scope_type": "biz", "bk_scope_id": "8000001"}, (1243049, GONE)),
    ],
)
def test_refused_scopes(v3: Client, scope: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert v3.in_scope(**scope).refusal("get_job_plan_list") == refusal


# §4.2


@pytest.mark.parametrize("plan_id", [100, "100", " +100 ", "１００", 100.9])
def test_numbers_are_converted(v3: Client, plan_id: t.Any) -> None:
    assert v3.data("get_job_plan_detail", job_plan_id=plan_id)["id"] == 100


@pytest.mark.parametrize(
    "plan_id",
    [True, [100], {"id": 100}, "a hundred", "1.5", "1_00", "0x64", "1" * 5000, 2**63, "9223372036854775808", 1e300],
)
def test_invalid_numbers(v3: Client, plan_id: t.Any) -> None:
    assert v3.refusal("execute_job_plan", job_plan_id=plan_id) == (1240003, "Bad Request")


@pytest.mark.parametrize("plan_id", [None, "", 0, -1, "0"])
def test_missing_plan_id(v2: Client, v3: Client, plan_id: t.Any) -> None:
    refusal = (1241005, "Invalid request parameter [job_plan_id]")
    assert v3.refusal("execute_job_plan", job_plan_id=plan_id) == refusal
    assert v2.refusal("execute_job", bk_job_id=plan_id) == (1241005, "Invalid request parameter [bk_job_id]")


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (True, "true"), (1.5, "1.5"), ("text", "text"), (None, None), ("", "")]
)
def test_values_become_strings(sim: Simulator, v2: Client, v3: Client, value: t.Any, text: str | None) -> None:
    launch(v3, global_var_list=[{"name": "param_name", "value": value}])
    launch(v2, global_vars=[{"name": "param_name", "value": value}])
    assert [launched.values["param_name"] for launched in sim.launches] == [text, text]


@pytest.mark.parametrize("value", [["a"], {"a": "b"}])
def test_values_that_are_not_converted(sim: Simulator, v2: Client, v3: Client, value: t.Any) -> None:
    assert launch(v3, global_var_list=[{"name": "param_name", "value": value}]) == 1240003
    assert launch(v2, global_vars=[{"name": "param_name", "value": value}]) == 1240003
    assert sim.launches == []


@pytest.mark.parametrize("variables", ["text", {"name": "param_name"}, ["param_name"]])
def test_variables_of_the_wrong_type(v3: Client, variables: t.Any) -> None:
    assert launch(v3, global_var_list=variables) == 1240003


@pytest.mark.parametrize(
    "unused",
    [
        {"start": []},
        {"length": 2**31},
        {"length": "x"},
        {"bk_supplier_account": []},
        {"global_var_list": [{"name": "nope", "type": "x"}]},
        {"global_var_list": [{"name": "nope", "required": True}]},
        {"global_var_list": [{"name": "nope", "used": "x"}]},
        {"global_var_list": [{"name": "nope", "server": {"variable": []}}]},
        {"global_var_list": [{"name": "nope", "server": {"ip_list": [{"alive": "x"}]}}]},
    ],
)
def test_types_of_unused_fields_are_checked(apigw: Client, unused: dict[str, t.Any]) -> None:
    # Through the API gateway, since ESB removes `bk_supplier_account`.
    assert apigw.refusal("execute_job_plan", job_plan_id=100, **unused) == (1240003, "Bad Request")


def test_access_is_checked_before_types(v3: Client) -> None:
    assert launch(v3.as_user("stranger"), global_var_list="x") == 9900403


def test_null_variables(v2: Client, v3: Client) -> None:
    for client, name in ((v2, "global_vars"), (v3, "global_var_list")):
        assert launch(client, **{name: [{"name": "param_name"}, None]}) == 1240002
        # The first element that is wrong decides.
        assert launch(client, **{name: [{"value": "x"}, None]}) == 1241005


def direct(sim: Simulator, session: requests.Session, body: str) -> t.Any:
    """The response of Job itself to a body that a gateway could not, or would not, send."""
    url = sim.url + "/api/job/v3/job-execute/execute_job_plan/"
    return session.post(url, body.encode(), headers=token("admin", "demo")).json()


@pytest.mark.parametrize("number", ["1E3", "1.50", "-0", "0.10", "100000000000000000000000"])
def test_numbers_keep_their_spelling(sim: Simulator, session: requests.Session, number: str) -> None:
    entry = f'{{"name":"param_name","value":{number}}}'
    direct(sim, session, f'{{"bk_biz_id":1,"job_plan_id":100,"global_var_list":[{entry}]}}')
    assert [launched.values["param_name"] for launched in sim.launches] == [number]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 1240003),
        ("null", 1240003),
        ("[]", 1240003),
        ("{", 1240003),
        ('{"bk_biz_id":1,"job_plan_id":NaN}', 1240003),
        ('{"bk_biz_id":1,"job_plan_id":0100}', 1240003),
        ('{"bk_biz_id":1,"job_plan_id":1e400}', 1240003),
        ('{"bk_biz_id":1,"job_plan_id":100,"job_plan_id":99}', 1244012),
        ('\ufeff{"bk_biz_id":1,"job_plan_id":1E2}', 0),
        ('{"bk_biz_id":1,"job_plan_id":100} x', 0),
        ("[" * 100_000, 1240003),
    ],
)
def test_documents(sim: Simulator, session: requests.Session, body: str, code: int) -> None:
    assert direct(sim, session, body)["code"] == code


def test_job_trusts_its_gateways_only(sim: Simulator, session: requests.Session) -> None:
    url = sim.url + "/api/job/v3/job-execute/execute_job_plan"
    for headers in ({}, {"X-Bkapi-JWT": "x"}, {"X-Bkapi-JWT": "e30.e30."}):
        answer = session.post(url, json={"bk_biz_id": 1, "job_plan_id": 100}, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
    elsewhere = session.post(url.replace("job-execute", "job-manage"), headers=token("admin", "demo"))
    assert elsewhere.status_code == 404
    assert sim.launches == []


def test_unknown_fields_are_ignored(sim: Simulator, v3: Client) -> None:
    assert launch(v3, global_vars=[{"name": "param_name", "value": "typo"}], task_name="mine") == 0
    assert sim.launches[0].values["param_name"] == "old"


# §6.1


@pytest.mark.parametrize("entry", [{"value": "x"}, {"name": " ", "value": "x"}, {"name": "\u3000"}, {"name": None}])
def test_variables_without_id_and_name(v2: Client, v3: Client, entry: dict[str, t.Any]) -> None:
    v3_message = "Invalid request parameter [global_var.id|global_var.name]"
    assert v3.refusal("execute_job_plan", job_plan_id=100, global_var_list=[entry]) == (1241005, v3_message)
    v2_message = "Invalid request parameter [global_vars.id|global_vars.name]"
    assert v2.refusal("execute_job", bk_job_id=100, global_vars=[entry]) == (1241005, v2_message)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x",
        "http://",
        "http:///x",
        "//host/x",
        "host/path",
        "http:host",
        "http://user@host/",
        "http://@host/",
        # As java.net.URI sees it.
        "http://h_a/x",
        "http://h/ x",
        "http://h/{x}",
        "http://h/%zz",
        "http://h/[x]",
        "http://h/x#y#z",
        "http://h/x\u3000",
        "http://h:x/",
        "http://h:99999999999/",
        "http://-h/",
        "http://h-/",
        "http://.h/",
        "http://a..b/",
        "http://a.1b/",
        "http://1.2.3.256/",
        "http://[::1/",
        "http://[::g]/",
        "http://作/",
        " http://h/",
        5,
        True,
    ],
)
def test_refused_callback_urls(sim: Simulator, v2: Client, v3: Client, url: t.Any) -> None:
    code, message = v3.refusal("execute_job_plan", job_plan_id=100, callback_url=url)
    assert (code, message.startswith("Callback url is invalid")) == (1240003, True)
    assert launch(v2, bk_callback_url=url) == 1240003
    assert sim.launches == []


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        " ",
        "https://host",
        "HTTP://host/x",
        "http://host.example.com./x",
        "http://1/x",
        "http://1.2.3.4:80/x",
        "http://h:/x",
        "http://h:99999/x",
        "http://[::1]:80/x",
        "http://[fe80::1%25eth0]/x",
        "http://h/作?a=[b]&c=%20#d",
    ],
)
def test_accepted_callback_urls(sim: Simulator, v2: Client, v3: Client, url: str | None) -> None:
    """They are kept as sent; a blank one is no callback."""
    launch(v3, callback_url=url)
    launch(v2, bk_callback_url=url)
    assert [launched.callback_url for launched in sim.launches] == [url, url]


# §7.1


def test_plans_of_other_businesses_do_not_exist(v2: Client, v3: Client) -> None:
    for client in (v2, v3):
        assert launch(client, bk_job_id=103, job_plan_id=103) == 1244012
        assert launch(client, bk_job_id=999, job_plan_id=999) == 1244012


def test_order_of_the_checks(sim: Simulator, v3: Client) -> None:
    """Each fixed defect reveals the next one."""
    scope: dict[str, t.Any] = {"bk_scope_type": "biz", "bk_scope_id": "999"}
    variables: list[dict[str, t.Any]] = [{"id": 0, "value": ""}]
    params: dict[str, t.Any] = {"job_plan_id": 0, "global_var_list": variables}
    plan = Plan(110, "broken", Scope("biz", "1"), variables=[Variable(1, "hosts", type=3)])
    sim.world.plans.append(plan)
    sim.world.quota_exceeded = 1244033
    user = User("clerk", denied={"access_business", "launch_job_plan"})
    sim.world.users.append(user)
    clerk = v3.as_user("clerk")

    def code() -> int:
        return int(clerk.in_scope(**scope).body("execute_job_plan", **params)["code"])

    assert code() == 1243049
    scope.update(bk_scope_id="1")
    assert code() == 9900403
    user.denied.remove("access_business")
    assert code() == 1240003
    variables[0].update(id=None)
    assert code() == 1241005
    variables[0].update(id=1)
    assert code() == 1241005
    params.update(job_plan_id=999)
    assert code() == 1244012
    params.update(job_plan_id=110)
    assert code() == 1244011
    plan.steps.append(ScriptStep(1, "run", hosts="nope"))
    assert code() == 1244008
    plan.variables.append(Variable(2, "nope", type=3))
    assert code() == 1244033
    sim.world.quota_exceeded = None
    variables[0].update(server={"host_id_list": [999, 901], "dynamic_group_list": [{"id": "nope"}]})
    assert code() == 1211003
    variables[0].update(server={"host_id_list": [999, 901]})
    assert code() == 1244030
    variables[0].update(server={"host_id_list": [901]})
    assert code() == 1240002
    plan.variables[1].hosts = Targets(host_ids=(901,))
    assert code() == 1244002
    plan.variables[1].hosts = None
    variables[0].update(server={"host_id_list": [101]})
    assert code() == 1244028
    plan.variables[1].hosts = Targets(host_ids=(101,))
    assert code() == 9900403
    user.denied.clear()
    assert sim.launches == []
    assert code() == 0
    assert [launched.instance_id for launched in sim.launches] == [10000]


@pytest.mark.parametrize("code", [1244032, 1244033, 1244034])
def test_quotas(sim: Simulator, v3: Client, code: int) -> None:
    sim.world.quota_exceeded = code
    assert launch(v3) == code


def test_target_limits(sim: Simulator, v3: Client) -> None:
    sim.world.script_target_limit = 1
    hosts = [{"name": "hosts", "server": {"host_id_list": [101, 102]}}]
    code, message = v3.refusal("execute_job_plan", job_plan_id=100, global_var_list=hosts)
    assert (code, message) == (1244022, "The number of script task target servers exceeds the limit: 1")
    sim.world.script_target_limit, sim.world.file_task_limit = 50_000, 1
    assert launch(v3, global_var_list=hosts) == 1244021
    assert JobError(1244022, 50_000).text("en").endswith("limit: 50,000")


def test_file_step_without_source(sim: Simulator, v3: Client) -> None:
    steps = [FileStep(1, "copy", hosts="hosts")]
    variables = [Variable(1, "hosts", type=3, hosts=Targets(host_ids=(101,)))]
    sim.world.plans.append(Plan(110, "no source", Scope("biz", "1"), [*steps], variables))
    assert v3.refusal("execute_job_plan", job_plan_id=110) == (1244029, "Step [copy] source execute object is empty")


def test_permission_object(v3: Client) -> None:
    system = {"system_id": "bk_job", "system_name": "Job"}
    chain = [{"id": "1", "type": "biz", "type_name": "Business", "name": "BlueKing"}]
    stranger = v3.as_user("stranger").body("execute_job_plan", job_plan_id=100)
    resource = {**system, "type": "biz", "type_name": "Business", "instances": [chain]}
    action = {"id": "access_business", "name": "Access Business", "related_resource_types": [resource]}
    assert (stranger["code"], stranger["permission"]) == (9900403, {**system, "actions": [action]})
    assert stranger["message"] == (
        "User (stranger) permission not allowed, please confirm and apply permission in IAM and try again"
    )
    # Users unknown to IAM have no permission.
    assert v3.as_user("nobody").body("get_job_plan_list")["code"] == 9900403


@pytest.mark.parametrize(
    ("action", "api", "params"),
    [
        ("launch_job_plan", "execute_job_plan", {"job_plan_id": 100}),
        ("view_job_plan", "get_job_plan_detail", {"job_plan_id": 100}),
    ],
)
def test_missing_plan_permission(sim: Simulator, v3: Client, action: str, api: str, params: dict[str, int]) -> None:
    sim.world.users.append(User("clerk", "Clerk", denied={action}))
    body = v3.as_user("clerk").body(api, **params)
    assert (body["code"], body["message"].startswith("User (Clerk)")) == (9900403, True)
    (denied,) = body["permission"]["actions"]
    (resource,) = denied["related_resource_types"]
    assert (denied["id"], resource["type"]) == (action, "job_plan")
    assert [(level["type"], level["id"], level["name"]) for level in resource["instances"][0]] == [
        ("biz", "1", "BlueKing"),
        ("job_plan", "100", "Test"),
    ]


# §6.1, §7.4: two-phase launch


def status(client: Client, instance_id: int = 10000) -> int:
    return int(client.data("get_job_instance_status", job_instance_id=instance_id)["job_instance"]["status"])


def test_unstarted_instance_waits_for_its_start(sim: Simulator, v3: Client) -> None:
    launch(v3, start_task=False)
    assert [launched.started for launched in sim.launches] == [False]
    sim.clock.advance(3600)
    assert status(v3) == 1
    start = {"job_instance_id": 10000, "operation_code": 2}
    assert v3.data("operate_job_instance", **start)["job_instance_id"] == 10000
    assert v3.body("operate_job_instance", **start)["code"] == 0
    sim.clock.advance(1)
    assert status(v3) == 2
    message = "Unsupported operation,do not repeat start the job,job_instance_id=10000"
    assert v3.refusal("operate_job_instance", **start) == (1241015, message)


@pytest.mark.parametrize(
    ("start", "started"),
    [
        (1, True),
        (-1, True),
        (100, True),
        (0, False),
        ("True", True),
        ("TRUE", True),
        ("FALSE", False),
        (" true ", True),
    ],
)
def test_start_task_in_other_spellings(sim: Simulator, v3: Client, start: t.Any, started: bool) -> None:
    launch(v3, start_task=start)
    assert [launched.started for launched in sim.launches] == [started]


@pytest.mark.parametrize("start", [1.0, "1", "yes", "tRUE", [], {}])
def test_start_task_that_is_no_boolean(sim: Simulator, v3: Client, start: t.Any) -> None:
    assert launch(v3, start_task=start) == 1240003
    assert sim.launches == []


def test_older_job_ignores_start_task(sim: Simulator, v3: Client) -> None:
    sim.world.understands_start_task = False
    launch(v3, start_task=False)
    sim.clock.advance(1)
    assert status(v3) == 2
    refusal = v3.refusal("operate_job_instance", job_instance_id=10000, operation_code=2)
    assert refusal == (1241002, "Invalid request parameters")


@pytest.mark.parametrize("start", [None, "", "  ", "null"])
def test_start_task_null_leaves_an_orphan(sim: Simulator, v3: Client, start: t.Any) -> None:
    assert launch(v3, start_task=start) == 1240002
    sim.clock.advance(3600)
    assert (len(sim.launches), status(v3)) == (1, 1)
