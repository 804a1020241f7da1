# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api.requests import MASK, Call
from ansible_collections.blueking.job.plugins.module_utils._api.v2 import V2
from ansible_collections.blueking.job.plugins.module_utils._api.v3 import V3
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError, RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import (
    Address,
    Launch,
    Launched,
    Scope,
    Targets,
    TopoNode,
    VariableValue,
)
from ansible_collections.blueking.job.plugins.module_utils._model.plan import Plan, PlanStep

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._api.common import Dialect

BUSINESS = Scope("biz", 1)
TRIPLET = {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1}
TARGETS = Targets(addresses=(Address(0, "10.0.0.1"),), dynamic_groups=("a",), topo_nodes=(TopoNode(1000, "module"),))
LAUNCH = Launch(
    100,
    (
        VariableValue("target_servers[0]", TARGETS, id=436),
        VariableValue("variables.version", "1.2.3", name="version"),
        VariableValue("secret_variables.password", "hunter2", name="password", secret=True),
    ),
    "https://ops.example.com/ended",
)


def test_v2_speaks_execute_job() -> None:
    assert V2().launch(BUSINESS, LAUNCH) == Call(
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
    )


def test_v3_speaks_execute_job_plan() -> None:
    assert V3().launch(BUSINESS, LAUNCH) == Call(
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
    )


@pytest.mark.parametrize(("dialect", "plan_id"), [(V2(), "bk_job_id"), (V3(), "job_plan_id")])
def test_what_is_not_given_is_not_sent(dialect: Dialect, plan_id: str) -> None:
    assert dialect.launch(BUSINESS, Launch(100)).params == {**TRIPLET, plan_id: 100}


def test_a_business_set_is_sent_as_the_pair_alone() -> None:
    params = V3().launch(Scope("biz_set", 9000001), Launch(100)).params
    assert params == {"bk_scope_type": "biz_set", "bk_scope_id": "9000001", "job_plan_id": 100}


def test_host_ids_are_for_v3() -> None:
    launch = Launch(100, (VariableValue("target_servers[0]", Targets(host_ids=(101, 102)), name="hosts"),))
    assert V3().launch(BUSINESS, launch).params["global_var_list"][0]["server"] == {"host_id_list": [101, 102]}
    with pytest.raises(InputError, match=r"^target_servers\[0\]: host_id_list needs api_version v3.*use_host_id=false"):
        V2().launch(BUSINESS, launch)


@pytest.mark.parametrize(("dialect", "key"), [(V2(), "global_vars"), (V3(), "global_var_list")])
def test_masked_only_the_secret_values_are_hidden(dialect: Dialect, key: str) -> None:
    masked = dialect.launch(BUSINESS, LAUNCH, masked=True).params[key]
    assert [entry.get("value") for entry in masked] == [None, "1.2.3", MASK]


def test_the_instance_is_read_from_the_answer() -> None:
    data = {"job_instance_id": 2**60, "job_instance_name": "Test", "step_instance_id": None}
    assert V3().launched(data) == Launched(2**60, "Test")
    assert V3().launched({"job_instance_id": "10000", "job_instance_name": {}}) == Launched(10000, None)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"job_instance_id": None}, {"job_instance_id": True}, {"job_instance_id": 0}, "10000"]
)
def test_an_answer_without_an_instance_leaves_it_unclear(data: t.Any) -> None:
    with pytest.raises(UnclearError):
        V3().launched(data)


# Plans


def v2_variable(**fields: t.Any) -> t.Any:
    """A variable as v2 sends it, with other ``fields``, in a plan."""
    row = {"id": 1, "name": "x", "category": 1, "value": None, "description": None}
    return {"bk_job_id": 100, "name": "Test", "global_vars": [{**row, **fields}], "steps": None}


def v3_variable(**fields: t.Any) -> t.Any:
    """The same as v3 sends it."""
    row = {"id": 1, "name": "x", "type": 1, "value": None, "server": None, "required": 0}
    return {"id": 100, "name": "Test", "global_var_list": [{**row, **fields}], "step_list": None}


def default_of(dialect: Dialect, data: t.Any) -> t.Any:
    (variable,) = dialect.read_plan(data).variables or ()
    return variable.default


@pytest.mark.parametrize(
    ("dialect", "data"),
    [
        (V2(), {"bk_job_id": 100, "name": "Test"}),
        (V2(), {"bk_job_id": 100, "name": "Test", "template_id": None, "global_vars": None, "steps": None}),
        (V3(), {"id": 100, "name": "Test"}),
        (V3(), {"job_plan_id": 100, "name": "Test", "global_var_list": None, "step_list": None}),
    ],
)
def test_a_plan_may_have_no_variables_and_no_steps(dialect: Dialect, data: t.Any) -> None:
    assert dialect.read_plan(data) == Plan(100, "Test", variables=(), steps=())


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
@pytest.mark.parametrize("dialect", [V2(), V3()])
def test_a_plan_of_an_unknown_shape_is_not_guessed_at(dialect: Dialect, data: t.Any) -> None:
    with pytest.raises(UnclearError, match="has an unknown shape") as caught:
        dialect.read_plan(data)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize(("dialect", "data"), [(V2(), v2_variable(category="4")), (V3(), v3_variable(type=None))])
def test_a_variable_of_no_known_type_may_be_a_cipher_and_is_not_told(dialect: Dialect, data: t.Any) -> None:
    with pytest.raises(UnclearError, match="has an unknown shape"):
        dialect.read_plan(data)


def test_older_servers_answer_nothing_for_a_plan_that_is_not_there() -> None:
    with pytest.raises(RefusedError, match="no such plan") as caught:
        V2().read_plan(None)
    assert caught.value.kind == "not_found"
    with pytest.raises(UnclearError):
        V3().read_plan(None)


@pytest.mark.parametrize(("dialect", "page"), [(V2(), []), (V2(), None), (V3(), {"data": []}), (V3(), {"data": None})])
def test_there_may_be_no_plans(dialect: Dialect, page: t.Any) -> None:
    assert dialect.read_plans(page) == ()


@pytest.mark.parametrize(
    ("dialect", "page"),
    [
        (V2(), 5),
        (V2(), [{}]),
        (V2(), {"data": []}),
        (V2(), [{"bk_job_id": "100", "name": "Test"}]),
        (V3(), None),
        (V3(), []),
        (V3(), {}),
        (V3(), {"data": [{"name": "Test"}]}),
    ],
)
def test_a_page_of_an_unknown_shape_is_not_guessed_at(dialect: Dialect, page: t.Any) -> None:
    with pytest.raises(UnclearError, match="has an unknown shape"):
        dialect.read_plans(page)


@pytest.mark.parametrize("dialect", [V2(), V3()])
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
def test_a_default_is_text_or_a_mask_or_nothing(dialect: Dialect, code: int, value: str, default: str) -> None:
    data = v2_variable(category=code, value=value) if dialect.system == "job" else v3_variable(type=code, value=value)
    assert default_of(dialect, data) == default


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
    dialect: Dialect = V2() if "bk_job_id" in data else V3()
    assert default_of(dialect, data) == TARGETS


@pytest.mark.parametrize("value", [None, "", "{", "[]", "5", '{"variable": "x"}', '{"hostNodeList": null}'])
def test_v2_may_store_no_nodes(value: str | None) -> None:
    assert default_of(V2(), v2_variable(category=3, value=value)) is None
    found = default_of(V2(), v2_variable(category=3, value=value, ip_list=[HOST]))
    assert found == Targets(addresses=(Address(0, "10.0.0.1"),))


def test_v3_may_know_no_hosts() -> None:
    empty = {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None}
    assert default_of(V3(), v3_variable(type=3, server=empty)) is None
    assert default_of(V3(), v3_variable(type=3, server=None)) is None


@pytest.mark.parametrize(
    ("hosts", "targets"),
    [
        ([IPV6_HOST], Targets(host_ids=(106,))),
        ([HOST, IPV6_HOST], Targets(host_ids=(101, 106))),
        ([{"ip": "10.0.0.1"}, IPV6_HOST], Targets(host_ids=(106,), addresses=(Address(0, "10.0.0.1"),))),
    ],
)
def test_a_host_with_ipv6_alone_has_all_named_by_id(hosts: t.Any, targets: Targets) -> None:
    assert default_of(V3(), v3_variable(type=3, server={"ip_list": hosts})) == targets
    assert default_of(V2(), v2_variable(category=3, ip_list=hosts)) == targets


@pytest.mark.parametrize(("create_time", "created_at"), [(1605064271, True), (1605064271000, True), (0, False)])
def test_times_are_seconds_or_milliseconds(create_time: int, created_at: bool) -> None:
    (plan,) = V3().read_plans({"data": [{"id": 100, "name": "Test", "create_time": create_time}]})
    assert plan.created_at == ("2020-11-11T03:11:11Z" if created_at else None)


@pytest.mark.parametrize(
    ("text", "time"),
    [("2020-11-11 11:11:11", "2020-11-11T11:11:11"), ("2020-11-11 11:11:11 +0800", "2020-11-11T11:11:11+08:00")],
)
def test_v2_tells_times_as_text(text: str, time: str) -> None:
    (plan,) = V2().read_plans([{"bk_job_id": 100, "name": "Test", "last_modify_time": text}])
    assert (plan.created_at, plan.modified_at) == (None, time)


@pytest.mark.parametrize(
    ("row", "type_code"),
    [
        ({"type": 1, "account": "root", "script_content": "date", "script_type": 1}, 1),
        # The source of the script stands where its type should (§6.3).
        ({"type": 2, "account": "root", "script_content": "date", "script_type": 1}, 1),
        ({"type": 3, "account": "root", "script_content": None, "script_type": 1}, 1),
        ({"type": 2, "account": "root", "file_source": [], "file_target_path": "/data/"}, 2),
        ({"type": 1, "account": "root", "script_content": "date", "script_type": 1, "file_source": []}, 1),
        ({"type": 3, "confirm_message": "Go on?", "account": "", "file_target_path": ""}, 3),
    ],
)
def test_v2_steps_are_known_by_what_they_have(row: t.Any, type_code: int) -> None:
    data = {"bk_job_id": 100, "name": "Test", "steps": [{"step_id": 1, "name": "run", **row}]}
    language, script = (1, row["script_content"]) if type_code == 1 else (None, None)
    assert V2().read_plan(data).steps == (PlanStep(1, "run", type_code, None, language, script),)


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
def test_v3_steps_are_read_as_far_as_they_are_known(row: t.Any, step: PlanStep) -> None:
    data = {"id": 100, "name": "Test", "step_list": [{"id": 1, "name": "run", **row}]}
    assert V3().read_plan(data).steps == (step,)


def test_v2_lists_plans_by_name_alone() -> None:
    call = V2().plans(BUSINESS, "Te", None, 0, 20)
    assert call == Call("job", "get_job_list", {**TRIPLET, "name": "Te", "start": 0, "length": 20})
    with pytest.raises(InputError, match=r"^job_template_id needs api_version v3"):
        V2().plans(BUSINESS, None, 10, 0, 20)


def test_v3_lists_plans_by_template_too() -> None:
    call = V3().plans(BUSINESS, None, 10, 20, 20)
    assert call == Call("jobv3", "get_job_plan_list", {**TRIPLET, "job_template_id": 10, "start": 20, "length": 20})
