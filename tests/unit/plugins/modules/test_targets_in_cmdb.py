# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topology nodes and dynamic groups are checked with CMDB before anything is launched, where CMDB may be read."""

from __future__ import annotations

import threading
import typing as t

import pytest

from tests.simulator import Simulator, User, default_world, faults
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Launch = t.Callable[..., dict[str, t.Any]]

TOPOLOGY, BUILT_IN, GROUPS = "search_biz_inst_topo", "get_biz_internal_module", "search_dynamic_group"
CANARY, ELSEWHERE = "blo8gojho0skft7pr5q0", "blo8gojho0selsewhere"
IDLE = {"id": 500003, "node_type": "module"}
NO_API = b'{"code": 1640401, "result": false, "message": "API not found"}'
GONE = {"id": 1999, "node_type": "module"}
FOUND = {"topo_node_list": [{"id": 1000, "node_type": "module"}], "dynamic_group_list": [CANARY]}
HOST = {"host_id_list": [101]}


def node(id_: int, node_type: str = "module") -> Options:
    return {"topo_node_list": [{"id": id_, "node_type": node_type}]}


def places(sim: Simulator) -> dict[str, Options]:
    """The connection options of each way to Job that has a way to CMDB."""
    apigw = {"url": f"{sim.url}/api/bk-job/prod", "gateway": "apigw"}
    return {**{name: front for name, front in fronts(sim).items() if name != "apigw"}, "apigw": apigw}


def calls(sim: Simulator) -> list[str]:
    """The APIs of CMDB that were called; an old ESB refuses the first call, whose credentials it does not read."""
    apis = [request.api for request in sim.requests if request.api in (TOPOLOGY, BUILT_IN, GROUPS)]
    return list(dict.fromkeys(apis))


@pytest.fixture(autouse=True)
def _own_world(sim: Simulator) -> Iterator[None]:
    """These tests change the world."""
    sim.reset(default_world())
    yield
    sim.reset(default_world())


@pytest.fixture(params=["esb", "esb-v2", "old", "old-v2", "apigw"])
def front(sim: Simulator, request: pytest.FixtureRequest) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, **places(sim)[request.param]}


@pytest.fixture
def esb(sim: Simulator) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url}


def launch_plan(run_module: RunModule, options: Options, targets: Options, **more: t.Any) -> dict[str, t.Any]:
    servers = [{"name": "hosts", **targets}]
    return run_module("bk_job_execute", **options, job_plan_id=100, target_servers=servers, **more)


def launch_entry(run_module: RunModule, options: Options, targets: Options, **more: t.Any) -> dict[str, t.Any]:
    entry = [{"name": "hosts", "server": targets}]
    return run_module("bk_job_execute", **options, job_plan_id=100, global_vars=entry, **more)


def run_script(run_module: RunModule, options: Options, targets: Options, **more: t.Any) -> dict[str, t.Any]:
    script = {"content": "uptime", "account": "root", "wait": False}
    return run_module("bk_job_execute_script", **options, **script, target_server=targets, **more)


def send_text(run_module: RunModule, options: Options, targets: Options, **more: t.Any) -> dict[str, t.Any]:
    file = {"content": "hi", "file_name": "motd", "dest": "/etc", "account": "root", "wait": False}
    return run_module("bk_job_transfer_file", **options, **file, target_server=targets, **more)


def send_from(run_module: RunModule, options: Options, targets: Options, **more: t.Any) -> dict[str, t.Any]:
    source = {"files": ["/tmp/a"], "account": "root", "target_server": targets}
    file = {"sources": [source], "dest": "/etc", "account": "root", "wait": False}
    return run_module("bk_job_transfer_file", **options, **file, target_server={"ip_list": ["10.0.0.1"]}, **more)


def schedule(run_module: RunModule, options: Options, targets: Options, **more: t.Any) -> dict[str, t.Any]:
    servers = [{"name": "hosts", **targets}]
    cron = {"name": "nightly", "job_plan_id": 100, "expression": "0 2 * * *"}
    return run_module("bk_job_cron", **options, **cron, target_servers=servers, **more)


LAUNCHES: dict[str, tuple[Launch, str]] = {
    "target_servers": (launch_plan, "target_servers[0]"),
    "global_vars": (launch_entry, "global_vars[0]"),
    "script": (run_script, "target_server"),
    "text": (send_text, "target_server"),
    "source": (send_from, "sources[0].target_server"),
    "schedule": (schedule, "target_servers[0]"),
}


@pytest.fixture(params=LAUNCHES)
def launch(request: pytest.FixtureRequest) -> tuple[Launch, str]:
    return LAUNCHES[request.param]


def writes(sim: Simulator) -> list[str]:
    return [request.api for request in sim.requests if request.api.startswith(("execute", "fast", "push", "save"))]


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_cmdb_has_is_launched(sim: Simulator, run_module: RunModule, front: Options, check_mode: bool) -> None:
    result = launch_plan(run_module, front, FOUND, check_mode=check_mode)
    assert (result["outcome"], result["targets_checked"], result["warnings"]) == ("launched", True, [])
    assert calls(sim) == [TOPOLOGY, GROUPS]
    assert [launch.values["hosts"] for launch in sim.launches] == ([] if check_mode else [[101, 102, 103]])


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("targets", "facts"),
    [
        (node(1999), ["module 1999"]),
        (node(2000), ["module 2000"]),  # of another business
        (node(11), ["module 11", "set 11"]),
        (node(5, "planet"), ["planet", "biz", "set", "module"]),
        (node(13, "set"), ["set 13", "empty"]),
        ({"dynamic_group_list": ["nix"]}, ["nix"]),
        ({"dynamic_group_list": [{"id": ELSEWHERE}]}, [ELSEWHERE]),
        ({"dynamic_group_id_list": ["canary"]}, ["canary", CANARY]),
    ],
)
def test_what_cmdb_does_not_have_is_refused(
    sim: Simulator, run_module: RunModule, front: Options, targets: Options, facts: list[str], check_mode: bool
) -> None:
    result = launch_plan(
        run_module, front, {**targets, **HOST} if "v2" not in front.values() else targets, check_mode=check_mode
    )
    assert (result["outcome"], result["changed"], result["targets_checked"]) == ("refused", False, True)
    assert (result["error"]["kind"], writes(sim)) == ("targets", [])
    assert [fact for fact in ("target_servers[0]", *facts) if fact not in result["msg"]] == []


def test_every_option_with_targets_is_checked(
    sim: Simulator, run_module: RunModule, esb: Options, launch: tuple[Launch, str]
) -> None:
    run, origin = launch
    result = run(
        run_module, esb, {"topo_node_list": [{"id": 1999, "node_type": "module"}], "dynamic_group_list": ["nix"]}
    )
    assert (result["outcome"], result["changed"], result["targets_checked"]) == ("refused", False, True)
    assert (result["error"]["kind"], writes(sim)) == ("targets", [])
    assert [fact for fact in (f"{origin}: ", "1999", "nix") if fact not in result["msg"]] == []
    result = run(run_module, esb, FOUND)
    assert (result["changed"], result["targets_checked"], result["warnings"]) == (True, True, [])


def test_all_problems_are_reported_together(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    result = launch_plan(run_module, esb, node(1999), variables={"pram_name": "x"})
    assert (result["outcome"], result["error"]["kind"]) == ("refused", "invalid_request")
    assert [fact for fact in ("pram_name", "module 1999") if fact not in result["msg"]] == []
    assert writes(sim) == []


@pytest.mark.parametrize("targets", [IDLE, {"id": 500002, "node_type": "set"}, {"id": 1, "node_type": "biz"}])
def test_the_business_and_its_built_in_set_are_nodes(
    sim: Simulator, run_module: RunModule, front: Options, targets: Options
) -> None:
    result = launch_plan(run_module, front, {"topo_node_list": [targets], "ip_list": ["10.0.0.1"]})
    assert (result["outcome"], result["targets_checked"]) == ("launched", True)
    assert calls(sim) == [TOPOLOGY, *([BUILT_IN] if targets["id"] != 1 else [])]


@pytest.mark.parametrize("fault", [faults.answer(404, NO_API), faults.bad_gateway()], ids=["refused", "unclear"])
@pytest.mark.parametrize(
    ("targets", "outcome"), [(IDLE, "launched"), ({"id": 500002, "node_type": "set"}, "launched"), (GONE, "refused")]
)
def test_without_the_built_in_set_nodes_with_hosts_exist(
    sim: Simulator, run_module: RunModule, front: Options, targets: Options, outcome: str, fault: faults.Fault
) -> None:
    sim.faults.add(fault, api=BUILT_IN)
    result = launch_plan(run_module, front, {"topo_node_list": [targets], "ip_list": ["10.0.0.1"]})
    assert (result["outcome"], result["targets_checked"], result["warnings"]) == (outcome, True, [])


def test_a_group_may_have_its_business_before_it(run_module: RunModule, esb: Options) -> None:
    result = launch_plan(run_module, esb, {"dynamic_group_list": [f"1:{CANARY}"]})
    assert (result["outcome"], result["targets_checked"]) == ("launched", True)


def test_without_nodes_and_groups_cmdb_is_not_read(
    sim: Simulator, run_module: RunModule, esb: Options, launch: tuple[Launch, str]
) -> None:
    result = launch[0](run_module, esb, {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]})
    assert (result["changed"], result["targets_checked"], calls(sim)) == (True, None, [])


def test_without_validate_variables_cmdb_is_not_read(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    result = launch_plan(run_module, esb, {**node(1999), **HOST}, validate_variables=False)
    assert (result["outcome"], result["targets_checked"], calls(sim)) == ("launched", None, [])


def test_targets_are_checked_also_where_the_plan_may_not_be_viewed(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    result = launch_plan(run_module, {**esb, "bk_username": "blind"}, node(1999))
    assert (result["outcome"], result["variables_checked"], result["targets_checked"]) == ("refused", False, True)
    assert writes(sim) == []


# CMDB can't be read


@pytest.fixture
def without_cmdb(sim: Simulator) -> str:
    """A user who may do everything in Job, and read no groups of CMDB."""
    user = User("outsider", denied={"find_business_resource"})
    sim.world.users.append(user)
    return user.name


@pytest.mark.parametrize("check_mode", [False, True])
def test_without_permission_a_launch_continues_with_a_warning(
    run_module: RunModule, front: Options, without_cmdb: str, check_mode: bool
) -> None:
    options = {**front, "bk_username": without_cmdb}
    result = launch_plan(run_module, options, FOUND, check_mode=check_mode)
    assert (result["outcome"], result["variables_checked"], result["targets_checked"]) == ("launched", True, False)
    [warning] = result["warnings"]
    assert "bk_cmdb" in warning
    assert warning in result["msg"]


def test_what_can_be_read_is_checked_nevertheless(run_module: RunModule, esb: Options, without_cmdb: str) -> None:
    targets = {**node(1999), "dynamic_group_list": [CANARY]}
    result = launch_plan(run_module, {**esb, "bk_username": without_cmdb}, targets)
    assert (result["outcome"], result["targets_checked"]) == ("refused", False)
    assert "module 1999" in result["msg"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.upstream_refused(),
        faults.timeout_text(),
        faults.bad_gateway(),
        faults.reset(),
        faults.answer(404, b"not found"),
        faults.backend_json({"result": True, "code": 0, "data": {"nodes": 1}}),
    ],
)
def test_a_launch_continues_if_cmdb_fails(
    sim: Simulator, run_module: RunModule, esb: Options, launch: tuple[Launch, str], fault: faults.Fault
) -> None:
    for api in (TOPOLOGY, GROUPS):
        sim.faults.add(fault, api=api)
    result = launch[0](run_module, esb, FOUND)
    assert (result["changed"], result["targets_checked"], len(result["warnings"])) == (True, False, 1)
    assert result["outcome"] in ("launched", "succeeded")


def test_a_launch_does_not_wait_long_for_cmdb(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    over = threading.Event()
    sim.faults.add(faults.held(over), api=TOPOLOGY)
    result = launch_plan(run_module, {**esb, "timeout": 1}, FOUND)
    over.set()
    assert (result["outcome"], result["targets_checked"]) == ("launched", False)
    assert "timed out after 1 s" in result["warnings"][0]
    # Neither again, nor another call.
    assert [request.api for request in sim.requests if request.api in (TOPOLOGY, GROUPS)] == [TOPOLOGY]


def test_a_launch_does_not_wait_long_for_many_responses(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    class SlowCmdb(TurnedClock):
        """Each response of CMDB takes 4 s."""

        def __init__(self) -> None:
            super().__init__(sim)
            self.now = lambda: sim.clock.now() + 4.0 * len(calls(sim))

    result = launch_plan(run_module, esb, {"topo_node_list": [IDLE], "dynamic_group_list": [CANARY]}, clock=SlowCmdb())
    assert (result["outcome"], result["targets_checked"], len(result["warnings"])) == ("launched", False, 1)
    assert calls(sim) == [TOPOLOGY, BUILT_IN]


def test_the_address_of_cmdb_may_be_unknown(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["apigw"]}
    result = launch_plan(run_module, options, FOUND)
    assert (result["outcome"], result["targets_checked"], calls(sim)) == ("launched", False, [])
    [warning] = result["warnings"]
    assert "BK_CMDB_URL" in warning
    monkeypatch.setenv("BK_CMDB_URL", sim.cmdb_url)
    result = launch_plan(run_module, options, FOUND)
    assert (result["outcome"], result["targets_checked"], calls(sim)) == ("launched", True, [TOPOLOGY, GROUPS])


def test_a_business_set_has_no_topology(sim: Simulator, run_module: RunModule) -> None:
    options = {**CREDENTIALS, "url": sim.url, "bk_scope_type": "biz_set", "bk_scope_id": 8000001, "job_plan_id": 104}
    servers = [{"name": "hosts", **HOST, **node(1000)}]
    result = run_module("bk_job_execute", **options, target_servers=servers)
    assert (result["outcome"], result["targets_checked"], calls(sim)) == ("launched", False, [])
    assert "8000001" in result["warnings"][0]
