# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both versions of the API: values of the model to parameters, and ``data`` of responses to values of the model."""

from __future__ import annotations

import math
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api import v3
from ansible_collections.blueking.job.plugins.module_utils._api.call import SMALL, Call
from ansible_collections.blueking.job.plugins.module_utils._api.job import Job
from ansible_collections.blueking.job.plugins.module_utils._api.quick_v2 import QUICK as QUICK_V2
from ansible_collections.blueking.job.plugins.module_utils._api.quick_v3 import QUICK as QUICK_V3
from ansible_collections.blueking.job.plugins.module_utils._api.shapes import Page
from ansible_collections.blueking.job.plugins.module_utils._api.v2 import V2
from ansible_collections.blueking.job.plugins.module_utils._api.v3 import V3
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError, RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import HostKey
from ansible_collections.blueking.job.plugins.module_utils._model.launch import (
    Address,
    Launch,
    Launched,
    Scope,
    Targets,
    TopoNode,
    VariableValue,
)
from ansible_collections.blueking.job.plugins.module_utils._model.plan import Plan, PlanStep
from ansible_collections.blueking.job.plugins.module_utils._model.secrets import MASK, Secrets

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._api.job import Client
    from ansible_collections.blueking.job.plugins.module_utils._api.shapes import Api, Version

BUSINESS = Scope("biz", 1)
TRIPLET = {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1}
TARGETS = Targets(
    addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),), dynamic_groups=("a",), topo_nodes=(TopoNode(1000, "module"),)
)
LAUNCH = Launch(
    100,
    (
        VariableValue("target_servers[0]", TARGETS, id=436),
        VariableValue("variables.version", "1.2.3", name="version"),
        VariableValue("secret_variables.password", "hunter2", name="password", secret=True),
    ),
    "https://ops.example.com/ended",
)


def call_of(version: Version, api: Api[t.Any], *args: t.Any, scope: Scope = BUSINESS) -> Call:
    """The call that is sent for an API of a version."""

    def connect() -> Client:
        raise AssertionError("a preview needs no connection")

    return Job(connect, version, scope, Secrets()).preview(api, *args)


def launch_params(version: Version, launch: Launch, *, masked: bool = False) -> dict[str, t.Any]:
    return version.launch.build(launch, masked)


def test_v2_launches_by_execute_job() -> None:
    assert call_of(V2, V2.launch, LAUNCH) == Call(
        "job",
        "execute_job",
        {
            **TRIPLET,
            "bk_job_id": 100,
            "global_vars": [
                {
                    "id": 436,
                    "target_server": {
                        "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}],
                        "dynamic_group_id_list": ["a"],
                        "topo_node_list": [{"id": 1000, "node_type": "module"}],
                    },
                },
                {"name": "version", "value": "1.2.3"},
                {"name": "password", "value": "hunter2"},
            ],
            "bk_callback_url": "https://ops.example.com/ended",
        },
        writes=True,
        limit=SMALL,
    )


def test_v3_launches_by_execute_job_plan() -> None:
    assert call_of(V3, V3.launch, LAUNCH) == Call(
        "jobv3",
        "execute_job_plan",
        {
            **TRIPLET,
            "job_plan_id": 100,
            "global_var_list": [
                {
                    "id": 436,
                    "server": {
                        "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}],
                        "dynamic_group_list": [{"id": "a"}],
                        "topo_node_list": [{"id": 1000, "node_type": "module"}],
                    },
                },
                {"name": "version", "value": "1.2.3"},
                {"name": "password", "value": "hunter2"},
            ],
            "callback_url": "https://ops.example.com/ended",
        },
        writes=True,
        limit=SMALL,
    )


@pytest.mark.parametrize(("version", "plan_id"), [(V2, "bk_job_id"), (V3, "job_plan_id")], ids=["v2", "v3"])
def test_options_that_are_not_set_are_not_sent(version: Version, plan_id: str) -> None:
    assert call_of(version, version.launch, Launch(100)).params == {**TRIPLET, plan_id: 100}


def test_a_business_set_is_sent_as_the_pair_only() -> None:
    params = call_of(V3, V3.launch, Launch(100), scope=Scope("biz_set", 9000001)).params
    assert params == {"bk_scope_type": "biz_set", "bk_scope_id": "9000001", "job_plan_id": 100}


def test_host_ids_are_for_v3() -> None:
    launch = Launch(100, (VariableValue("target_servers[0]", Targets(host_ids=(101, 102)), name="hosts"),))
    assert launch_params(V3, launch)["global_var_list"][0]["server"] == {"host_id_list": [101, 102]}
    with pytest.raises(InputError, match=r"target_servers\[0\].*host_id_list.*api_version v3.*use_host_id=false"):
        launch_params(V2, launch)


def test_only_v3_creates_without_starting() -> None:
    assert launch_params(V3, Launch(100, start=False)) == {"job_plan_id": 100, "start_task": False}
    with pytest.raises(InputError, match=r"two_phase.*api_version v3"):
        launch_params(V2, Launch(100, start=False))


@pytest.mark.parametrize(("version", "key"), [(V2, "global_vars"), (V3, "global_var_list")], ids=["v2", "v3"])
def test_masked_only_the_secret_values_are_hidden(version: Version, key: str) -> None:
    masked = launch_params(version, LAUNCH, masked=True)[key]
    assert [entry.get("value") for entry in masked] == [None, "1.2.3", MASK]


def test_the_instance_is_read_from_the_response() -> None:
    data = {"job_instance_id": 2**60, "job_instance_name": "Test", "step_instance_id": None}
    assert V3.launch.read(data, LAUNCH) == Launched(2**60, "Test")
    assert V3.launch.read({"job_instance_id": "10000", "job_instance_name": {}}, LAUNCH) == Launched(10000, None)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"job_instance_id": None}, {"job_instance_id": True}, {"job_instance_id": 0}, "10000"]
)
def test_a_response_without_an_instance_leaves_it_unclear(data: t.Any) -> None:
    with pytest.raises(UnclearError):
        V3.launch.read(data, LAUNCH)


# Plans


def v2_variable(**fields: t.Any) -> t.Any:
    """A variable as v2 sends it, with other ``fields``, in a plan."""
    row = {"id": 1, "name": "x", "category": 1, "value": None, "description": None}
    return {"bk_job_id": 100, "name": "Test", "global_vars": [{**row, **fields}], "steps": None}


def v3_variable(**fields: t.Any) -> t.Any:
    """The same as v3 sends it."""
    row = {"id": 1, "name": "x", "type": 1, "value": None, "server": None, "required": 0}
    return {"id": 100, "name": "Test", "global_var_list": [{**row, **fields}], "step_list": None}


def read_plan(version: Version, data: t.Any) -> Plan:
    return version.plan.read(data, 100)


def default_of(version: Version, data: t.Any) -> t.Any:
    (variable,) = read_plan(version, data).variables or ()
    return variable.default


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (V2, {"bk_job_id": 100, "name": "Test"}),
        (V2, {"bk_job_id": 100, "name": "Test", "template_id": None, "global_vars": None, "steps": None}),
        (V3, {"id": 100, "name": "Test"}),
        (V3, {"job_plan_id": 100, "name": "Test", "global_var_list": None, "step_list": None}),
    ],
)
def test_a_plan_may_have_no_variables_and_no_steps(version: Version, data: t.Any) -> None:
    assert read_plan(version, data) == Plan(100, "Test", variables=(), steps=())


@pytest.mark.parametrize(
    "data",
    [
        5,
        [],
        {},
        {"bk_job_id": None, "id": None, "name": "Test"},
        {"bk_job_id": 100, "id": 100},
        {"bk_job_id": 100, "id": 100, "name": "Test", "global_vars": {"x": 1}, "global_var_list": {"x": 1}},
        {"bk_job_id": 100, "id": 100, "name": "Test", "steps": [{}], "step_list": [{}]},
    ],
)
@pytest.mark.parametrize("version", [V2, V3], ids=["v2", "v3"])
def test_a_plan_of_an_unknown_shape_is_refused(version: Version, data: t.Any) -> None:
    with pytest.raises(UnclearError, match=r"get_job_(plan_)?(detail|list)") as caught:
        read_plan(version, data)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize("version", [V2, V3], ids=["v2", "v3"])
def test_another_plan_than_was_requested_is_refused(version: Version) -> None:
    with pytest.raises(UnclearError, match=r"101.*100"):
        read_plan(version, {"bk_job_id": 101, "id": 101, "name": "Test"})


@pytest.mark.parametrize(("version", "data"), [(V2, v2_variable(category="4")), (V3, v3_variable(type=None))])
def test_a_variable_without_a_type_may_be_a_ciphertext_and_is_not_returned(version: Version, data: t.Any) -> None:
    with pytest.raises(UnclearError, match=r"get_job_(plan_)?(detail|list)"):
        read_plan(version, data)


def test_older_servers_return_null_for_an_unknown_plan() -> None:
    with pytest.raises(RefusedError, match="plan") as caught:
        read_plan(V2, None)
    assert (caught.value.kind, caught.value.code) == ("not_found", 1243009)
    with pytest.raises(UnclearError):
        read_plan(V3, None)


@pytest.mark.parametrize(("version", "page"), [(V2, []), (V2, None), (V3, {"data": []}), (V3, {"data": None})])
def test_there_may_be_no_plans(version: Version, page: t.Any) -> None:
    assert version.plans.read(page, *FILTERS, 0, 20).rows == ()


@pytest.mark.parametrize(
    ("version", "page"),
    [
        (V2, 5),
        (V2, [{}]),
        (V2, {"data": []}),
        (V2, [{"bk_job_id": "x100", "name": "Test"}]),
        (V3, None),
        (V3, []),
        (V3, {}),
        (V3, {"data": [{"name": "Test"}]}),
    ],
)
def test_a_page_of_an_unknown_shape_is_refused(version: Version, page: t.Any) -> None:
    with pytest.raises(UnclearError, match=r"get_job_(plan_)?(detail|list)"):
        version.plans.read(page, *FILTERS, 0, 20)


@pytest.mark.parametrize("version", [V2, V3], ids=["v2", "v3"])
@pytest.mark.parametrize(
    ("code", "value", "default"),
    [
        (1, "old", "old"),
        (1, "", None),
        (1, None, None),
        (4, "pl4n-s3cr3t", MASK),
        (4, "", None),
        (6, "(80 443)", "(80 443)"),
        (99, "new", "new"),
    ],
)
def test_a_default_is_a_string_or_masked_or_none(version: Version, code: int, value: str, default: str) -> None:
    data = v2_variable(category=code, value=value) if version is V2 else v3_variable(type=code, value=value)
    assert default_of(version, data) == default


HOST = {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1"}
IPV6_HOST = {"bk_host_id": 106, "bk_cloud_id": 0, "ip": None}
STORED = '{"hostNodeList": {"nodeInfoList": [{"id": 1000, "type": "module"}], "dynamicGroupId": ["a"]}}'


@pytest.mark.parametrize(
    "data",
    [
        v2_variable(category=3, ip_list=[HOST], custom_query_id=["a"], value=STORED),
        v3_variable(
            type=3,
            server={
                "ip_list": [HOST],
                "dynamic_group_list": [{"id": "a"}],
                "topo_node_list": [{"id": 1000, "node_type": "module"}],
            },
        ),
    ],
    ids=["v2", "v3"],
)
def test_a_host_default_is_targets(data: t.Any) -> None:
    version: Version = V2 if "bk_job_id" in data else V3
    assert default_of(version, data) == TARGETS


@pytest.mark.parametrize("value", [None, "", "{", "[]", "5", '{"variable": "x"}', '{"hostNodeList": null}'])
def test_v2_may_have_no_nodes(value: str | None) -> None:
    assert default_of(V2, v2_variable(category=3, value=value)) is None
    found = default_of(V2, v2_variable(category=3, value=value, ip_list=[HOST]))
    assert found == Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),))


def test_v3_may_have_no_hosts() -> None:
    empty = {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None}
    assert default_of(V3, v3_variable(type=3, server=empty)) is None
    assert default_of(V3, v3_variable(type=3, server=None)) is None


@pytest.mark.parametrize(
    ("hosts", "targets"),
    [
        ([IPV6_HOST], Targets(host_ids=(106,))),
        ([HOST, IPV6_HOST], Targets(host_ids=(101, 106))),
        ([{"ip": "10.0.0.1"}, IPV6_HOST], Targets(host_ids=(106,), addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),))),
    ],
)
def test_with_a_host_that_has_ipv6_only_all_are_named_by_id(hosts: t.Any, targets: Targets) -> None:
    assert default_of(V3, v3_variable(type=3, server={"ip_list": hosts})) == targets
    assert default_of(V2, v2_variable(category=3, ip_list=hosts)) == targets


@pytest.mark.parametrize(("create_time", "created_at"), [(1605064271, True), (1605064271000, True), (0, False)])
def test_times_are_seconds_or_milliseconds(create_time: int, created_at: bool) -> None:
    data = {"data": [{"id": 100, "name": "Test", "create_time": create_time}]}
    (plan,) = V3.plans.read(data, *FILTERS, 0, 20).rows
    assert plan.created_at == ("2020-11-11T03:11:11Z" if created_at else None)


@pytest.mark.parametrize(
    ("text", "time"),
    [("2020-11-11 11:11:11", "2020-11-11T11:11:11"), ("2020-11-11 11:11:11 +0800", "2020-11-11T11:11:11+08:00")],
)
def test_v2_returns_times_as_strings(text: str, time: str) -> None:
    (plan,) = V2.plans.read([{"bk_job_id": 100, "name": "Test", "last_modify_time": text}]).rows
    assert (plan.created_at, plan.modified_at) == (None, time)


@pytest.mark.parametrize(
    ("row", "type_code"),
    [
        ({"type": 1, "account": "root", "script_content": "date", "script_type": 1}, 1),
        # The source of the script is where its type should be (§6.3).
        ({"type": 2, "account": "root", "script_content": "date", "script_type": 1}, 1),
        ({"type": 3, "account": "root", "script_content": None, "script_type": 1}, 1),
        ({"type": 2, "account": "root", "file_source": [], "file_target_path": "/data/"}, 2),
        ({"type": 1, "account": "root", "script_content": "date", "script_type": 1, "file_source": []}, 1),
        ({"type": 3, "confirm_message": "Go on?", "account": "", "file_target_path": ""}, 3),
    ],
)
def test_the_type_of_a_step_under_v2_follows_from_its_fields(row: t.Any, type_code: int) -> None:
    data = {"bk_job_id": 100, "name": "Test", "steps": [{"step_id": 1, "name": "run", **row}]}
    assert read_plan(V2, data).steps == (PlanStep(1, "run", type_code, script=row.get("script_content")),)


@pytest.mark.parametrize(
    ("row", "step"),
    [
        ({"type": 1, "script_info": None, "file_info": None}, PlanStep(1, "run", 1)),
        (
            {"type": 1, "script_info": {"script_language": 4, "script_content": "w6Q=", "server": {"variable": "to"}}},
            PlanStep(1, "run", 1, "to", 4, "ä"),
        ),
        ({"type": 1, "script_info": {"script_content": "ä", "server": None}}, PlanStep(1, "run", 1)),
        ({"type": 2, "file_info": {"file_destination": {"server": {"variable": "to"}}}}, PlanStep(1, "run", 2, "to")),
        ({"type": 2, "file_info": {"file_destination": None}}, PlanStep(1, "run", 2)),
        ({"type": 3, "approval_info": {}}, PlanStep(1, "run", 3)),
        ({"type": 99}, PlanStep(1, "run", None)),
    ],
)
def test_steps_under_v3_are_read_as_far_as_they_are_known(row: t.Any, step: PlanStep) -> None:
    data = {"id": 100, "name": "Test", "step_list": [{"id": 1, "name": "run", **row}]}
    assert read_plan(V3, data).steps == (step,)


def test_v2_lists_plans_by_name_only() -> None:
    call = call_of(V2, V2.plans, "Te", None, 0, 20)
    assert call == Call("job", "get_job_list", {**TRIPLET, "name": "Te", "start": 0, "length": 20})
    with pytest.raises(InputError, match=r"job_template_id.*api_version v3"):
        V2.plans.build(None, 10, 0, 20)


def test_v3_lists_plans_by_template_too() -> None:
    call = call_of(V3, V3.plans, None, 10, 20, 20)
    assert call == Call("jobv3", "get_job_plan_list", {**TRIPLET, "job_template_id": 10, "start": 20, "length": 20})


@pytest.mark.parametrize(
    ("page", "length", "seen", "last"),
    [
        (Page((1, 2)), 2, 2, False),
        (Page((1,)), 2, 1, True),
        (Page((1,), 5), 2, 1, False),
        (Page((1, 2), 5), 2, 4, False),
        (Page((1,), 5), 2, 5, True),
        (Page((), 5), 2, 0, True),
        (Page((), None), 2, 0, True),
    ],
)
def test_a_short_page_is_the_last_unless_the_server_has_more(page: Page, length: int, seen: int, last: bool) -> None:
    assert page.is_last(length, seen) == last


@pytest.mark.parametrize(("total", "read"), [(5, 5), ("5", None), (None, None), (True, None)])
def test_the_total_is_a_number_or_unknown(total: t.Any, read: int | None) -> None:
    assert V3.plans.read({"data": [], "total": total}, *FILTERS, 5, 20).total == read
    assert V3.history.read({"data": [], "total": total}, None, 5, 20).total == read


# Instances


def v2_status(**job: t.Any) -> t.Any:
    return {"job_instance": {"job_instance_id": 10000, "status": 3, **job}, "blocks": []}


def v3_status(**job: t.Any) -> t.Any:
    return {"job_instance": {"job_instance_id": 10000, "status": 3, **job}, "step_instance_list": []}


@pytest.mark.parametrize(("version", "status"), [(V2, v2_status), (V3, v3_status)], ids=["v2", "v3"])
def test_another_instance_than_was_requested_is_refused(version: Version, status: t.Callable[..., t.Any]) -> None:
    assert version.instance.read(status(), 10000, False).status_code == 3
    with pytest.raises(UnclearError, match=r"9999.*10000"):
        version.instance.read(status(job_instance_id=9999), 10000, False)


@pytest.mark.parametrize(("version", "status"), [(V2, v2_status), (V3, v3_status)], ids=["v2", "v3"])
@pytest.mark.parametrize("code", ["3", None, True, 3.0, [3]])
def test_a_status_that_is_not_a_number_is_refused(
    version: Version, status: t.Callable[..., t.Any], code: t.Any
) -> None:
    with pytest.raises(UnclearError, match="get_job_instance_status"):
        version.instance.read(status(status=code), 10000, False)


STEP = {"step_instance_id": 20001, "name": "run", "type": 1, "status": 3}


@pytest.mark.parametrize("id_", ["/tmp/x", "../..", "", None, 0, True])
def test_the_id_of_a_step_is_a_number(id_: t.Any) -> None:
    """It becomes part of a path below ``log_dest``."""
    with pytest.raises(UnclearError, match="step_instance_id"):
        V3.instance.read({**v3_status(), "step_instance_list": [{**STEP, "step_instance_id": id_}]}, 10000, True)


WRONG: list[t.Any] = [
    None,
    "x",
    "12",
    1.5,
    True,
    [],
    [1],
    {},
    {"a": 1},
    -1,
    2**70,
    10**30,
    float("nan"),
    float("inf"),
    -float("inf"),
]
SHOWN_OF_STEPS = ["type", "execute_count", "start_time", "end_time", "total_time"]


@pytest.mark.parametrize("field", [*SHOWN_OF_STEPS, "retry_count", "step_ip_result_list", "step_ip_status", "name"])
def test_nothing_that_is_only_shown_of_a_step_hides_the_status_of_the_instance(field: str) -> None:
    for value in WRONG:
        step = {**STEP, field: value}
        v3_data = {**v3_status(), "step_instance_list": [step]}
        v2_data = {**v2_status(), "blocks": [{"step_instances": [step]}]}
        for version, data in ((V3, v3_data), (V2, v2_data)):
            read = version.instance.read(data, 10000, True)
            assert (read.outcome, len(read.steps)) == ("succeeded", 1)
            seconds = read.steps[0].total_seconds
            assert seconds is None or math.isfinite(seconds)


FILTERS = (None, None)  # of a list of plans
PAST = {"job_instance_id": 4711, "job_plan_id": 100, "name": "x", "launch_mode": 2, "type": 0, "status": 3}
SHOWN_OF_PAST = [*(key for key in PAST if key != "job_instance_id"), "operator", "create_time", "start_time"]


@pytest.mark.parametrize("field", [*SHOWN_OF_PAST, "end_time", "total_time"])
def test_nothing_that_is_only_shown_of_a_past_instance_hides_it(field: str) -> None:
    for value in WRONG:
        page = V3.history.read({"data": [{**PAST, field: value}, PAST]}, None, 0, 20)
        assert [row.id for row in page.rows] == [4711, 4711]


@pytest.mark.parametrize("field", ["creator", "create_time", "last_modify_time", "need_update", "job_template_id"])
def test_nothing_that_is_only_shown_of_a_plan_hides_it(field: str) -> None:
    for value in WRONG:
        rows = [{"id": 100, "bk_job_id": 100, "name": "Test", "template_id": value, field: value}]
        assert [plan.name for plan in V3.plans.read({"data": rows}, *FILTERS, 0, 20).rows] == ["Test"]
        assert [plan.name for plan in V2.plans.read(rows).rows] == ["Test"]
        assert read_plan(V3, rows[0]).id == read_plan(V2, rows[0]).id == 100


SHOWN_OF_PLAN_STEPS = [
    "type",
    "script_info",
    "file_info",
    "script_content",
    "account",
    "file_source",
    "file_target_path",
]
INSIDE_PLAN_STEPS = ["script_language", "script_content", "server", "file_destination"]


def test_nothing_that_is_only_shown_of_a_step_of_a_plan_hides_the_plan() -> None:
    for value in WRONG:
        rows: list[t.Any] = [
            *({field: value} for field in SHOWN_OF_PLAN_STEPS),
            *({key: {field: value}} for key in ("script_info", "file_info") for field in INSIDE_PLAN_STEPS),
            {"file_info": {"file_destination": {"server": value}}},
            {"file_info": {"file_destination": {"server": {"variable": value}}}},
        ]
        steps = [{"id": 1, "step_id": 1, "name": "run", "type": 1, **row} for row in rows]
        data = {"id": 100, "bk_job_id": 100, "name": "Test", "step_list": steps, "steps": steps}
        for version in (V2, V3):
            assert len(read_plan(version, data).steps or ()) == len(steps)


def test_nothing_that_is_only_shown_of_a_variable_hides_the_plan() -> None:
    for value in WRONG:
        for field in ("value", "description", "used", "ip_list", "custom_query_id"):
            assert read_plan(V2, v2_variable(category=3, **{field: value})).id == 100
        servers: list[t.Any] = [{field: value} for field in ("ip_list", "dynamic_group_list", "topo_node_list")]
        servers += [{field: [{"id": value}]} for field in ("dynamic_group_list", "topo_node_list")]
        for server in (value, *servers):
            assert read_plan(V3, v3_variable(type=3, server=server, used=value)).id == 100
        assert read_plan(V3, v3_variable(value=value, description=value)).id == 100


def test_nothing_that_is_only_shown_of_a_quick_job_hides_it() -> None:
    for value in WRONG:
        data = {"job_instance_id": 10000, "job_instance_name": value, "step_instance_id": value}
        for api in (QUICK_V2.run_script, QUICK_V3.run_script):
            assert api.read(data).job_instance_id == 10000
        row = {"id": "a", "name": "b", "script_language": value, "online_script_version_id": value}
        assert QUICK_V3.scripts
        assert QUICK_V3.scripts.read({"data": [row], "total": value}, "b", 0, 20).rows[0].id == "a"
        data = {"data": [{"id": 1, "alias": "root"}], "total": value}
        assert QUICK_V3.accounts.read(data, 0, 20).rows[0].id == 1
        assert QUICK_V3.check_script
        line = {"line": value, "line_content": value, "level": 3, "description": value}
        assert len(QUICK_V3.check_script.read([line])) == 1


@pytest.mark.parametrize(
    "field", ["mode", "status", "src_ip", "src_path", "dest_ip", "dest_path", "log_content", "size"]
)
def test_nothing_in_an_entry_about_a_file_hides_the_others(field: str) -> None:
    for value in WRONG:
        text = v3.file_log([{**DOWNLOAD, field: value}, DOWNLOAD])
        assert (text or "").endswith("600 KB/s 100%\nFileSize: 1\n")


@pytest.mark.parametrize("field", ["bk_host_id", "status", "exit_code", "error_code", "tag", "ip", "bk_cloud_id"])
@pytest.mark.parametrize("value", [None, "x", 1.5, True, [], {}])
def test_nothing_wrong_with_a_host_hides_the_status_of_the_instance(field: str, value: t.Any) -> None:
    host = {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1", "status": 9, field: value}
    read = V3.instance.read(
        {**v3_status(), "step_instance_list": [{**STEP, "step_ip_result_list": [host]}]}, 10000, True
    )
    assert (read.outcome, len(read.steps[0].hosts or ())) == ("succeeded", 1)


# Logs

KEY = HostKey(101, 0, "10.0.0.1")


@pytest.mark.parametrize(
    ("hosts", "params"),
    [
        ([KEY], {"host_id_list": [101], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}),
        ([HostKey(106, 0, None)], {"host_id_list": [106]}),
        ([HostKey(None, 0, "10.0.0.1")], {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}),
        (
            [KEY, HostKey(106, 0, None)],
            {"host_id_list": [101, 106], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]},
        ),
    ],
)
def test_hosts_are_named_in_both_ways(hosts: list[HostKey], params: dict[str, t.Any]) -> None:
    ids = {"job_instance_id": 10000, "step_instance_id": 20001}
    assert v3.build_logs(10000, 20001, hosts) == {**ids, **params}


def test_one_host_is_named_in_both_ways() -> None:
    ids = {"job_instance_id": 10000, "step_instance_id": 20001}
    assert v3.build_log(10000, 20001, KEY) == {**ids, "bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1"}
    assert v3.build_log(10000, 20001, HostKey(106, 0, None)) == {**ids, "bk_host_id": 106}


@pytest.mark.parametrize("field", ["job_instance_id", "step_instance_id"])
def test_logs_of_something_else_are_refused(field: str) -> None:
    data = {"job_instance_id": 10000, "step_instance_id": 20001, "script_task_logs": []}
    assert list(v3.read_logs(data, 10000, 20001, [KEY])) == []
    with pytest.raises(UnclearError, match=rf"{field} is 7"):
        list(v3.read_logs({**data, field: 7}, 10000, 20001, [KEY]))


@pytest.mark.parametrize(("most", "sizes"), [(1000, [500, 500, 200]), (300, [300, 300, 300, 300]), (1, [1] * 1200)])
def test_a_call_for_logs_is_for_500_hosts_at_most(most: int, sizes: list[int]) -> None:
    hosts = [HostKey(number, 0, None) for number in range(1, 1201)]
    batches = list(V3.logs(10000, {20001: hosts}, lambda: most))
    assert [len(batch.args[2]) for batch in batches] == sizes
    assert [host for batch in batches for host in batch.args[2]] == hosts


DOWNLOAD = {
    "mode": 1,
    "src_ip": {"bk_host_id": 103, "bk_cloud_id": 2, "ip": "10.0.0.3"},
    "src_path": "/tmp/a.tgz",
    "dest_ip": {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1"},
    "dest_path": "/data/a.tgz",
    "status": 4,
    "log_content": "FileSize: 1\n",
    "size": "1.2 MB",
    "speed": "600 KB/s",
    "process": "100%",
}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "download 2:10.0.0.3:/tmp/a.tgz -> 10.0.0.1:/data/a.tgz finished 1.2 MB 600 KB/s 100%\nFileSize: 1\n"),
        (
            {"size": None, "speed": None, "process": None, "status": 5, "log_content": ""},
            "download 2:10.0.0.3:/tmp/a.tgz -> 10.0.0.1:/data/a.tgz failed\n",
        ),
        (
            {"mode": 0, "dest_ip": None, "dest_path": None, "status": 2, "log_content": None},
            "upload 2:10.0.0.3:/tmp/a.tgz uploading 1.2 MB 600 KB/s 100%\n",
        ),
        (
            {"src_ip": {"bk_host_id": 103}, "dest_ip": None, "status": 99},
            "download host 103:/tmp/a.tgz -> /data/a.tgz unknown 1.2 MB 600 KB/s 100%\nFileSize: 1\n",
        ),
    ],
)
def test_a_file_is_a_line_and_what_job_logged_about_it(changes: dict[str, t.Any], text: str) -> None:
    assert v3.file_log([{**DOWNLOAD, **changes}]) == text
    assert v3.file_log([{**DOWNLOAD, **changes}] * 2) == text * 2


def test_no_files_are_no_log() -> None:
    assert v3.file_log([]) is None
