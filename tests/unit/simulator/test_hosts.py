# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets of a launch: the table of §7.3 and the fields of §6.1."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.simulator import ApprovalStep, Container, FileStep, Plan, Scope, ScriptStep, Targets, Variable

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client

GROUP, EMPTY_GROUP, FOREIGN_GROUP = "blo8gojho0skft7pr5q0", "blo8gojho0sabc7priuy", "blo8gojho0selsewhere"


def ips(*addresses: str, cloud: int = 0) -> list[dict[str, t.Any]]:
    return [{"bk_cloud_id": cloud, "ip": address} for address in addresses]


def launch_v3(client: Client, server: dict[str, t.Any]) -> t.Any:
    return client.body("execute_job_plan", job_plan_id=100, global_var_list=[{"name": "hosts", "server": server}])


def launch_v2(client: Client, **entry: t.Any) -> t.Any:
    return client.body("execute_job", bk_job_id=100, global_vars=[{"name": "hosts", **entry}])


@pytest.mark.parametrize(
    ("server", "hosts"),
    [
        ({"host_id_list": [101, 102]}, [101, 102]),
        ({"ip_list": ips("10.0.0.1", "10.0.0.2")}, [101, 102]),
        ({"ip_list": ips("10.0.0.3")}, [103]),
        ({"ip_list": ips("10.0.0.3", cloud=2)}, [203]),
        ({"dynamic_group_list": [{"id": GROUP}]}, [101, 102]),
        # A business in front of the id is ignored.
        ({"dynamic_group_list": [{"id": f"2:{GROUP}"}]}, [101, 102]),
        ({"dynamic_group_list": [{"id": f":{GROUP}::"}]}, [101, 102]),
        ({"topo_node_list": [{"id": 1000, "node_type": "module"}]}, [102, 103]),
        # Host ids win over ips.
        ({"host_id_list": [101], "ip_list": ips("10.0.0.2")}, [101]),
        ({"host_id_list": [101], "ip_list": ips("10.9.9.9")}, [101]),
        # Otherwise all targets are combined, each host once.
        (
            {
                "host_id_list": [103, 101, 101],
                "dynamic_group_list": [{"id": GROUP}],
                "topo_node_list": [{"id": 1000, "node_type": "module"}],
            },
            [103, 101, 102],
        ),
        ({"ip_list": ips("10.0.0.1"), "dynamic_group_list": [{"id": EMPTY_GROUP}]}, [101]),
        # A host without IPv4 needs its id.
        ({"host_id_list": [106]}, [106]),
        # Agents are not checked.
        ({"host_id_list": [104, 105]}, [104, 105]),
    ],
)
def test_targets_in_v3(sim: Simulator, v3: Client, server: dict[str, t.Any], hosts: list[int]) -> None:
    launch_v3(v3, server)
    assert [launch.values["hosts"] for launch in sim.launches] == [hosts]


@pytest.mark.parametrize(
    ("server", "code", "message"),
    [
        (
            {"ip_list": ips("10.9.9.9", "10.9.9.8")},
            1244030,
            "objects: 2, execution object list: [(ip:10.9.9.9),(ip:10.9.9.8)]",
        ),
        ({"ip_list": ips("10.0.0.1", cloud=7)}, 1244030, "objects: 1,"),
        # Each host counts once.
        ({"ip_list": ips("10.9.9.9", "10.9.9.9")}, 1244030, "objects: 1,"),
        ({"host_id_list": [999, 901]}, 1244030, "objects: 1, execution object list: [(host_id:999)]"),
        ({"ip_list": ips("10.0.0.9")}, 1244002, "under the business [BlueKing] of CMDB. Besides,"),
        # By its address, even if it was named by its id.
        ({"host_id_list": [901]}, 1244002, "Invalid 1 hosts:(ip:10.0.0.9)"),
        ({"dynamic_group_list": [{"id": "nope"}]}, 1211003, "id:nope"),
        # 1211004 is not used for launches.
        ({"dynamic_group_list": [{"id": FOREIGN_GROUP}]}, 1211003, f"id:{FOREIGN_GROUP}"),
        ({"dynamic_group_list": [{"id": "1:2:3"}]}, 1211003, "id:1:2:3,"),
        ({"dynamic_group_list": [{"id": "nope:"}]}, 1211003, "id:nope:,"),
        ({"dynamic_group_list": [{"id": ""}]}, 1211003, "id:,"),
        ({"topo_node_list": [{"id": 1000, "node_type": ""}]}, 1244028, "Step [run]"),
        ({"dynamic_group_list": [{"id": EMPTY_GROUP}]}, 1244028, "Step [run]"),
        ({"topo_node_list": [{"id": 1, "node_type": "set"}]}, 1244028, "Step [run]"),
        ({"ip_list": [{"ip": "10.0.0.1"}]}, 1240003, "Invalid BK-Net"),
        ({"ip_list": ips("10.0.0.1", cloud=-1)}, 1240003, "Invalid BK-Net"),
        ({"ip_list": [{"bk_cloud_id": 0}]}, 1240003, "Invalid IP"),
        ({"ip_list": ips("fd00::6")}, 1240003, "Invalid IP"),
        ({"ip_list": ips(" 10.0.0.1")}, 1240003, "Invalid IP"),
        ({"ip_list": ips("10.0.0.256")}, 1240003, "Invalid IP"),
        ({"ip_list": ips("10.0.0")}, 1240003, "Invalid IP"),
        ({"ip_list": ips("10.0.0.1.")}, 1240003, "Invalid IP"),
        ({"ip_list": ips("10.0.0.001")}, 1240003, "Invalid IP"),
        ({"ip_list": ips("１0.0.0.1")}, 1240003, "Invalid IP"),
        ({"ip_list": ["10.0.0.1"]}, 1240003, "Bad Request"),
        ({"host_id_list": ["x"]}, 1240003, "Bad Request"),
        ({"dynamic_group_list": [GROUP]}, 1240003, "Bad Request"),
        ({"dynamic_group_list": [{}]}, 1240003, "DynamicGroup ID cannot be empty"),
        ({"topo_node_list": [{"node_type": "module"}]}, 1240003, "Topo node ID can not be empty"),
        ({"topo_node_list": [{"id": 1000}]}, 1240003, "Topo node type can not be empty"),
        # Null elements.
        ({"ip_list": [None]}, 1240002, "Internal Server Error"),
        ({"ip_list": [None], "host_id_list": [101]}, 1240002, "Internal Server Error"),
        ({"host_id_list": [101, None]}, 1240002, "Internal Server Error"),
        ({"host_id_list": [" "]}, 1240002, "Internal Server Error"),
        ({"dynamic_group_list": [None]}, 1240002, "Internal Server Error"),
        ({"topo_node_list": [None]}, 1240002, "Internal Server Error"),
        # Beyond the ids of cloud areas.
        ({"ip_list": ips("10.0.0.1", cloud=2**31)}, 1240002, "Internal Server Error"),
    ],
)
def test_refused_targets_in_v3(sim: Simulator, v3: Client, server: dict[str, t.Any], code: int, message: str) -> None:
    body = launch_v3(v3, server)
    assert (body["code"], message in body["message"], sim.launches) == (code, True, []), body


@pytest.mark.parametrize(
    ("entry", "hosts"),
    [
        ({"target_server": {"ip_list": ips("10.0.0.1", " 10.0.0.2 ")}}, [101, 102]),
        ({"target_server": {"dynamic_group_id_list": [GROUP]}}, [101, 102]),
        ({"target_server": {"topo_node_list": [{"id": 1000, "node_type": "module"}]}}, [102, 103]),
        # The deprecated keys count only without the new one.
        ({"ip_list": ips("10.0.0.2")}, [102]),
        ({"custom_query_id": [GROUP]}, [101, 102]),
        ({"target_server": {"ip_list": ips("10.0.0.1")}, "ip_list": ips("10.0.0.2")}, [101]),
    ],
)
def test_targets_in_v2(sim: Simulator, v2: Client, entry: dict[str, t.Any], hosts: list[int]) -> None:
    launch_v2(v2, **entry)
    assert [launch.values["hosts"] for launch in sim.launches] == [hosts]


@pytest.mark.parametrize(
    ("server", "code"),
    [
        # Anything but an area and an IPv4 address is an internal error.
        ({"ip_list": [{"bk_cloud_id": 0}]}, 1240002),
        ({"ip_list": [{"ip": "10.0.0.1"}]}, 1240002),
        ({"ip_list": [None]}, 1240002),
        ({"ip_list": ips("")}, 1240002),
        ({"ip_list": ips("fd00::6")}, 1240002),
        ({"ip_list": ips("10.0.0.256")}, 1240002),
        ({"ip_list": ips("10.0.0.1\u3000")}, 1240002),
        ({"ip_list": ips("10.0.0.1", cloud=-1)}, 1244030),
        ({"dynamic_group_id_list": [None]}, 1240002),
        ({"topo_node_list": [None]}, 1240002),
        ({"topo_node_list": [{"node_type": "module"}]}, 1240002),
        ({"topo_node_list": [{"id": 1000}]}, 1244028),
        ({"topo_node_list": [{"id": 1000}, {"id": 1000}]}, 1240002),
        # v2 has no host ids: the list is ignored, and the target empty.
        ({"host_id_list": [101]}, 1244028),
        ({"dynamic_group_list": [{"id": GROUP}]}, 1244028),
    ],
)
def test_refused_targets_in_v2(sim: Simulator, v2: Client, server: dict[str, t.Any], code: int) -> None:
    assert (launch_v2(v2, target_server=server)["code"], sim.launches) == (code, [])


def test_a_deprecated_entry_without_ip_breaks_others(sim: Simulator, v2: Client) -> None:
    """Job trims all addresses before it uses any."""
    good = {"target_server": {"ip_list": ips("10.0.0.1")}}
    assert launch_v2(v2, **good, ip_list=[{"bk_cloud_id": 0}])["code"] == 1240002
    assert launch_v2(v2, **good, ip_list=ips("10.9.9.9"))["code"] == 0
    assert len(sim.launches) == 1


@pytest.fixture
def two(sim: Simulator, v3: Client) -> t.Callable[..., int]:
    """The code of a launch whose variables `first` and `second` are used by steps, and `unused` by none."""
    names = ("first", "second", "unused")
    variables = [Variable(number, name, type=3, hosts=Targets(host_ids=(101,))) for number, name in enumerate(names, 1)]
    steps = [ScriptStep(1, "one", hosts="first"), ScriptStep(2, "two", hosts="second")]
    sim.world.plans.append(Plan(500, "made up", Scope("biz", "1"), [*steps], variables))

    def launch(**servers: t.Any) -> int:
        given = [{"name": name, "server": server} for name, server in servers.items()]
        return int(v3.body("execute_job_plan", job_plan_id=500, global_var_list=given)["code"])

    return launch


FOREIGN, ABSENT, UNKNOWN_GROUP = (
    {"host_id_list": [901]},
    {"host_id_list": [999]},
    {"dynamic_group_list": [{"id": "nope"}]},
)


@pytest.mark.parametrize(
    ("servers", "code"),
    [
        # Only hosts that steps use have to belong to the business …
        ({"unused": FOREIGN}, 0),
        ({"first": FOREIGN}, 1244002),
        # … but all have to exist, and so do groups.
        ({"unused": ABSENT}, 1244030),
        ({"unused": UNKNOWN_GROUP}, 1211003),
        # Groups are searched first, then what does not exist, then whose it is.
        ({"first": ABSENT, "second": FOREIGN, "unused": UNKNOWN_GROUP}, 1211003),
        ({"first": FOREIGN, "unused": ABSENT}, 1244030),
        # A foreign host is searched in all steps, and those without targets break that.
        ({"second": None}, 1244028),
        ({"first": FOREIGN, "second": None}, 1240002),
        ({"unused": FOREIGN, "second": None}, 1240002),
    ],
)
def test_order_of_the_checks_of_hosts(two: t.Callable[..., int], servers: dict[str, t.Any], code: int) -> None:
    assert two(**servers) == code


def test_foreign_hosts_of_a_plan_without_host_steps(sim: Simulator, v3: Client) -> None:
    variables = [Variable(1, "hosts", type=3, hosts=Targets(host_ids=(901,)))]
    sim.world.plans.append(Plan(500, "made up", Scope("biz", "1"), [ApprovalStep(1, "ok?")], variables))
    v3.data("execute_job_plan", job_plan_id=500)
    assert sim.launches[0].values["hosts"] == [901]


def test_foreign_sources_of_files(sim: Simulator, v3: Client) -> None:
    variables = [Variable(1, "hosts", type=3, hosts=Targets(host_ids=(101,)))]
    steps = [FileStep(1, "copy", source=Targets(host_ids=(901,)))]
    sim.world.plans.append(Plan(500, "made up", Scope("biz", "1"), [*steps], variables))
    assert v3.refusal("execute_job_plan", job_plan_id=500)[0] == 1244002


def test_empty_targets_of_v2_are_not_null(sim: Simulator, v2: Client) -> None:
    """So they do not break the search for a foreign host."""
    sim.world.plans.append(
        Plan(
            500,
            "made up",
            Scope("biz", "1"),
            [ScriptStep(1, "one", hosts="first"), ScriptStep(2, "two", hosts="second")],
            [Variable(1, "first", type=3, hosts=Targets(host_ids=(901,))), Variable(2, "second", type=3)],
        )
    )
    empty: list[dict[str, t.Any]] = [{"name": "second", "target_server": {}}]
    assert v2.refusal("execute_job", bk_job_id=500, global_vars=empty)[0] == 1244002
    assert v2.refusal("execute_job", bk_job_id=500)[0] == 1240002


# Containers, which only the default of a plan can name


@pytest.fixture
def containers(sim: Simulator) -> Plan:
    """A plan whose default is a container, besides a host if a test adds it."""
    sim.world.containers.append(Container(7, None, biz=1))
    variables = [Variable(1, "hosts", type=3, hosts=Targets(containers=(7,)))]
    plan = Plan(500, "made up", Scope("biz", "1"), [ScriptStep(1, "run")], variables)
    sim.world.plans.append(plan)
    return plan


def test_containers_as_defaults(sim: Simulator, containers: Plan, v2: Client, v3: Client) -> None:
    (variable,) = v3.data("get_job_plan_detail", job_plan_id=500)["global_var_list"]
    assert variable["server"] == {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None}
    (variable,) = v2.data("get_job_detail", bk_job_id=500)["global_vars"]
    assert (variable["ip_list"], json.loads(variable["value"])["containerList"]) == ([], [{"id": 7}])
    assert v3.data("execute_job_plan", job_plan_id=500)["job_instance_id"] == 10000
    assert sim.launches[0].values["hosts"] == []
    sim.clock.advance(60)
    assert v3.data("get_job_instance_status", job_instance_id=10000)["job_instance"]["status"] == 3


def test_containers_break_what_needs_hosts(sim: Simulator, containers: Plan, v2: Client, v3: Client) -> None:
    v3.data("execute_job_plan", job_plan_id=500)
    sim.clock.advance(60)
    instance: dict[str, t.Any] = {"job_instance_id": 10000}
    assert v3.refusal("get_job_instance_status", **instance, return_ip_result=True)[0] == 1240002
    assert v2.refusal("get_job_instance_status", **instance)[0] == 1240002
    assert v2.refusal("get_job_instance_log", **instance)[0] == 1240002
    ids = {**instance, "step_instance_id": 20001}
    # Its id is not that of a host.
    assert v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[7])["script_task_logs"] is None
    assert v3.data("get_job_instance_ip_log", **ids, bk_host_id=7)["log_content"] is None


def test_refused_containers(sim: Simulator, containers: Plan, v3: Client) -> None:
    sim.world.runs_containers = False
    assert v3.refusal("execute_job_plan", job_plan_id=500) == (1241011, "Not support yet")
    sim.world.runs_containers = True
    containers.variables[0].hosts = Targets(containers=(8,))
    code, message = v3.refusal("execute_job_plan", job_plan_id=500)
    assert (code, message.endswith("[(container_id:8)]")) == (1244030, True)


def test_hosts_of_unused_variables_are_checked(sim: Simulator, v3: Client) -> None:
    plan = sim.world.plan(100)
    assert plan is not None
    plan.variables.append(Variable(450, "spare", type=3, hosts=Targets(host_ids=(999,)), used=False))
    assert v3.refusal("execute_job_plan", job_plan_id=100)[0] == 1244030


def test_agent_problems_show_at_run_time(sim: Simulator, v3: Client) -> None:
    launch_v3(v3, {"host_id_list": [101, 104, 105]})
    sim.clock.advance(60)
    status = v3.data("get_job_instance_status", job_instance_id=10000, return_ip_result=True)
    first = status["step_instance_list"][0]
    assert (status["job_instance"]["status"], first["status"]) == (4, 4)
    results = first["step_ip_result_list"]
    assert [(host["bk_host_id"], host["status"], host["exit_code"]) for host in results] == [
        (101, 9, 0),
        (104, 18, None),
        (105, 1, None),
    ]


def test_business_set_has_the_hosts_of_its_businesses(sim: Simulator, v3: Client) -> None:
    v3.in_scope(bk_scope_type="biz_set", bk_scope_id="8000001").data("execute_job_plan", job_plan_id=104)
    assert sim.launches[0].values["hosts"] == [101, 901]
