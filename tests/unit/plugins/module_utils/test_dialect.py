# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._dialect_v2 import V2
from ansible_collections.blueking.job.plugins.module_utils._dialect_v3 import V3
from ansible_collections.blueking.job.plugins.module_utils._errors import InputError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._gateway import MASK, Call
from ansible_collections.blueking.job.plugins.module_utils._model import (
    Address,
    Launch,
    Launched,
    Scope,
    Targets,
    TopoNode,
    VariableValue,
)

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._dialect import Dialect

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
    with pytest.raises(InputError, match=r"^target_servers\[0\]: host_id_list needs api_version v3"):
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
