# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch shows of its plan, and what it does if the plan may not be viewed."""

from __future__ import annotations

import typing as t

import pytest

from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]

DEFAULTS = {
    "hosts": {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]},
    "param_name": "old",
    "password": "******",
    "region": "north",
    "labels": '([tier]="web")',
    "ports": "(80 443)",
}


@pytest.fixture(params=["esb", "esb-v2", "apigw"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn, and the plan."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, "job_plan_id": 100, **fronts(sim)[request.param]}


@pytest.fixture
def blind(front: Options) -> Options:
    """The same for the user who may not view plans."""
    return {**front, "bk_username": "blind"}


# Diff mode


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_diff_compares_the_defaults_of_the_plan_with_the_values_of_the_launch(
    run_module: RunModule, front: Options, check_mode: bool
) -> None:
    result = run_module(
        "bk_job_execute",
        check_mode=check_mode,
        diff_mode=True,
        variables={"param_name": 5, "password": "hunter2"},
        secret_variables={"labels": {"tier": "xyzzy"}},
        target_servers=[
            {"name": "hosts", "ip_list": ["2:10.0.0.3"], "topo_node_list": [{"id": 1000, "node_type": "module"}]}
        ],
        global_vars=[{"id": 441, "value": ["it's", True]}],
        **front,
    )
    assert result["outcome"] == "launched"
    assert result["diff"] == {
        "before_header": "Plan 100 (Test): defaults",
        "after_header": "Plan 100 (Test): as launched",
        "before": DEFAULTS,
        "after": {
            "hosts": {
                "ip_list": [{"bk_cloud_id": 2, "ip": "10.0.0.3"}],
                "topo_node_list": [{"id": 1000, "node_type": "module"}],
            },
            "param_name": "5",
            "password": "****** (given)",
            "region": "north",
            "labels": "****** (given)",
            "ports": r"('it'\''s' 'true')",
        },
    }


def test_a_launch_with_the_defaults_has_an_empty_diff(run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", diff_mode=True, **front)
    assert result["diff"]["before"] == result["diff"]["after"] == DEFAULTS


@pytest.mark.parametrize(
    ("user", "diff_mode", "options"),
    [
        ("admin", False, {}),
        ("admin", True, {"validate_variables": False}),
        ("admin", True, {"variables": {"paramname": "x"}}),
        ("blind", True, {}),
    ],
    ids=["no diff mode", "plan not read", "refused", "no permission"],
)
def test_without_a_checked_plan_or_diff_mode_there_is_no_diff(
    run_module: RunModule, front: Options, user: str, diff_mode: bool, options: Options
) -> None:
    result = run_module("bk_job_execute", diff_mode=diff_mode, **{**front, **options, "bk_username": user})
    assert "diff" not in result
    assert (result["request"] is not None) == diff_mode


# No permission to view the plan


@pytest.mark.parametrize("check_mode", [False, True])
def test_without_permission_to_view_the_plan_it_is_launched_with_a_warning(
    sim: Simulator, run_module: RunModule, blind: Options, check_mode: bool
) -> None:
    result = run_module("bk_job_execute", check_mode=check_mode, variables={"param_name": "x"}, **blind)
    assert (result["outcome"], result["variables_checked"], result["error"]) == ("launched", False, None)
    assert [launch.values["param_name"] for launch in sim.launches] == ([] if check_mode else ["x"])
    (warning,) = result["warnings"]
    assert "View Job Plan (view_job_plan)" in warning
    assert warning in result["msg"]


@pytest.mark.parametrize("value", [["a"], {"a": "b"}])
def test_without_permission_to_view_the_plan_arrays_are_refused(
    sim: Simulator, run_module: RunModule, blind: Options, value: object
) -> None:
    result = run_module("bk_job_execute", variables={"ports": value}, **blind)
    assert (result["outcome"], result["changed"], result["variables_checked"]) == ("refused", False, False)
    assert (result["error"]["kind"], sim.launches) == ("invalid_request", [])
    assert all(fact in result["msg"] for fact in ("variables.ports", "('a' 'b')"))


def test_without_validate_variables_the_plan_is_not_read(sim: Simulator, run_module: RunModule, blind: Options) -> None:
    result = run_module("bk_job_execute", validate_variables=False, variables={"paramname": "x"}, **blind)
    assert (result["outcome"], result["variables_checked"]) == ("launched", None)
    assert (result["warnings"], len(sim.requests)) == ([], 1)
