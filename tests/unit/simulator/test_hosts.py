# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets of a launch: the table of §7.3 and the fields of §6.1."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Targets, Variable

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
            "objects: 2, execution object list: [(ip:10.9.9.9), (ip:10",
        ),
        ({"ip_list": ips("10.0.0.1", cloud=7)}, 1244030, "objects: 1,"),
        ({"host_id_list": [999, 901]}, 1244030, "objects: 1,"),
        ({"ip_list": ips("10.0.0.9")}, 1244002, "under the business [BlueKing] of CMDB"),
        ({"host_id_list": [901]}, 1244002, "Invalid 1 hosts"),
        ({"dynamic_group_list": [{"id": "nope"}]}, 1211003, "id:nope"),
        ({"dynamic_group_list": [{"id": FOREIGN_GROUP}]}, 1211004, f"id:{FOREIGN_GROUP}"),
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
        ({"ip_list": ["10.0.0.1"]}, 1240003, "Bad Request"),
        ({"host_id_list": ["x"]}, 1240003, "Bad Request"),
        ({"dynamic_group_list": [GROUP]}, 1240003, "Bad Request"),
        ({"dynamic_group_list": [{}]}, 1240003, "DynamicGroup ID cannot be empty"),
        ({"topo_node_list": [{"node_type": "module"}]}, 1240003, "Topo node ID can not be empty"),
        ({"topo_node_list": [{"id": 1000}]}, 1240003, "Topo node type can not be empty"),
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
        ({"ip_list": [{"bk_cloud_id": 0}]}, 1240002),
        ({"ip_list": [{"ip": "10.0.0.1"}]}, 1244030),
        ({"ip_list": ips("fd00::6")}, 1244030),
        # v2 has no host ids: the list is ignored, and the target empty.
        ({"host_id_list": [101]}, 1244028),
        ({"dynamic_group_list": [{"id": GROUP}]}, 1244028),
    ],
)
def test_refused_targets_in_v2(sim: Simulator, v2: Client, server: dict[str, t.Any], code: int) -> None:
    assert (launch_v2(v2, target_server=server)["code"], sim.launches) == (code, [])


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
