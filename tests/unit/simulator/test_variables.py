# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merging variables: the table of §7.2, above all the dangerous rows."""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client

DEFAULTS = {
    "hosts": [101],
    "param_name": "old",
    "password": "pl4n-s3cr3t",
    "region": "north",
    "labels": '([tier]="web")',
    "ports": "(80 443)",
}
SERVER = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.2"}]}

#: Entries in v3 spelling → what differs from the defaults.
MERGED: list[tuple[list[dict[str, t.Any]], dict[str, t.Any]]] = [
    ([], {}),
    ([{"name": "param_name", "value": "new"}], {"param_name": "new"}),
    ([{"id": 437, "value": "new"}], {"param_name": "new"}),
    ([{"id": "437", "value": "new"}], {"param_name": "new"}),
    ([{"name": "hosts", "server": SERVER}], {"hosts": [102]}),
    # Unknown names and ids are ignored silently; so is an id of another plan.
    ([{"name": "param_nam", "value": "new"}], {}),
    ([{"name": "PARAM_NAME", "value": "new"}], {}),
    ([{"id": 999, "value": "new"}], {}),
    ([{"id": 452, "value": "new"}], {}),
    # An id wins over a name, even if it matches nothing.
    ([{"id": 437, "name": "region", "value": "new"}], {"param_name": "new"}),
    ([{"id": 999, "name": "param_name", "value": "new"}], {}),
    # The last of several wins, and an id wins over a name in any order.
    ([{"name": "param_name", "value": "a"}, {"name": "param_name", "value": "b"}], {"param_name": "b"}),
    ([{"id": 437, "value": "a"}, {"id": 437, "value": "b"}], {"param_name": "b"}),
    ([{"id": 437, "value": "a"}, {"name": "param_name", "value": "b"}], {"param_name": "a"}),
    # An entry without a value removes the default.
    ([{"name": "param_name"}], {"param_name": None}),
    ([{"name": "param_name", "value": None}], {"param_name": None}),
    ([{"name": "param_name", "value": ""}], {"param_name": ""}),
    # Targets for a string variable empty it; a value beside them wins.
    ([{"name": "param_name", "server": SERVER}], {"param_name": None}),
    ([{"name": "param_name", "value": "", "server": SERVER}], {"param_name": None}),
    ([{"name": "param_name", "value": "new", "server": SERVER}], {"param_name": "new"}),
    # An empty value beside targets does not.
    ([{"name": "hosts", "value": "", "server": SERVER}], {"hosts": [102]}),
    # A mask is used literally.
    ([{"name": "password", "value": "******"}], {"password": "******"}),
    (
        [{"name": "ports", "value": "(1 2)"}, {"name": "region", "value": "south"}],
        {"ports": "(1 2)", "region": "south"},
    ),
]


@pytest.mark.parametrize(("entries", "changed"), MERGED)
def test_merging(
    sim: Simulator, v2: Client, v3: Client, entries: list[dict[str, t.Any]], changed: dict[str, t.Any]
) -> None:
    v3.data("execute_job_plan", job_plan_id=100, global_var_list=entries)
    translated = [
        {"target_server" if key == "server" else key: value for key, value in entry.items()} for entry in entries
    ]
    v2.data("execute_job", bk_job_id=100, global_vars=translated)
    assert [launch.values for launch in sim.launches] == [{**DEFAULTS, **changed}] * 2


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"value": ""},
        {"value": "10.0.0.1"},
        {"value": "10.0.0.1", "server": SERVER},
        {"server": {}},
        {"server": None},
        {"server": {"ip_list": [], "host_id_list": [], "dynamic_group_list": [], "topo_node_list": []}},
        {"server": {"variable": "hosts"}},
    ],
)
def test_entries_that_empty_a_host_variable(sim: Simulator, v2: Client, v3: Client, entry: dict[str, t.Any]) -> None:
    refusal = (1244028, "Step [run] target execute object is empty")
    assert v3.refusal("execute_job_plan", job_plan_id=100, global_var_list=[{"name": "hosts", **entry}]) == refusal
    translated = {"target_server" if key == "server" else key: value for key, value in entry.items()}
    assert v2.refusal("execute_job", bk_job_id=100, global_vars=[{"name": "hosts", **translated}]) == refusal
    assert sim.launches == []


@pytest.mark.parametrize("variable_id", [0, -1])
def test_variable_id_of_zero(sim: Simulator, v2: Client, v3: Client, variable_id: int) -> None:
    entry = {"id": variable_id, "name": "param_name", "value": "new"}
    refusal = v3.refusal("execute_job_plan", job_plan_id=100, global_var_list=[entry])
    assert refusal == (1240003, "Invalid id of globalVar")
    # v2 accepts it, and it matches nothing.
    v2.data("execute_job", bk_job_id=100, global_vars=[entry])
    assert [launch.values for launch in sim.launches] == [DEFAULTS]


def test_required_is_not_enforced(sim: Simulator, v3: Client) -> None:
    plan = sim.world.plan(100)
    assert plan is not None
    plan.variables[1].required, plan.variables[1].value = True, None
    v3.data("execute_job_plan", job_plan_id=100)
    assert sim.launches[0].values["param_name"] is None
