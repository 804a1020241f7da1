# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs and output variables of instances that were waited for, on every surface."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

import pytest

from tests.collection_path import make_collection_path
from tests.simulator import Simulator, faults
from tests.simulator.job.plans import (
    HOSTS,
    ApprovalStep,
    FileStep,
    Outcome,
    Plan,
    ScriptStep,
    Step,
    Targets,
    Variable,
)
from tests.simulator.job.world import Host, World
from tests.simulator.job.worlds import ONE, default_world
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Front = dict[str, t.Any]

BATCH, SINGLE, WHOLE = "batch_get_job_instance_ip_log", "get_job_instance_ip_log", "get_job_instance_log"
OUTPUT = "get_job_instance_global_var_value"
SURFACES = ["esb", "esb-v2", "apigw", "old", "old-v2"]
NO_API = {"result": False, "data": None, "message": "The content does not exist"}
FAILED = Outcome(status=104, exit_code=3, tag="disk full", log="a < b && c &lt; d\nno space left\n")


@pytest.fixture(params=SURFACES)
def front(request: pytest.FixtureRequest, sim: Simulator) -> Front:
    """The connection options of each surface, in turn."""
    return front_of(sim, request.param)


@pytest.fixture(params=["esb", "apigw"])
def v3(request: pytest.FixtureRequest, sim: Simulator) -> Front:
    """The connection options of both gateways, with API v3."""
    return front_of(sim, request.param)


def front_of(sim: Simulator, name: str) -> Front:
    return {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[name]}


@pytest.fixture(autouse=True)
def _own_world(sim: Simulator) -> Iterator[None]:
    """The plans added here are gone after the test."""
    sim.reset(default_world())
    yield
    sim.reset(default_world())


def add_plan(world: World, *steps: Step, hosts: tuple[int, ...] = (101, 102), plan_id: int = 500) -> int:
    targets = Variable(900, "hosts", HOSTS, hosts=Targets(host_ids=hosts))
    version = Variable(901, "version", value="1.0", changeable=True)
    world.plans.append(Plan(plan_id, "logs", ONE, list(steps), [targets, version]))
    return plan_id


def add_hosts(world: World, count: int) -> tuple[int, ...]:
    hosts = [Host(100_000 + n, f"10.{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}", biz=1) for n in range(count)]
    world.hosts.extend(hosts)
    return tuple(host.id for host in hosts)


def requested(sim: Simulator, *apis: str) -> list[t.Any]:
    """What was sent to these APIs."""
    return [
        request.body or request.query for request in sim.requests if request.api in (apis or (BATCH, SINGLE, WHOLE))
    ]


def test_the_logs_of_failed_hosts_come_with_the_failure(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run", outcomes={102: (FAILED,)}), ScriptStep(2, "after"))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    (row,), (host,) = result["logs"], result["failed_hosts"]
    assert row["content"].endswith("[PID:102] job_start\na < b && c &lt; d\nno space left\n")
    assert (row["truncated"], row["path"], row["step_name"], row["ip"]) == (False, None, "run", "10.0.0.2")
    assert host["log"] == row["content"].rstrip()
    assert (host["exit_code"], host["error_code"], host["tag"]) == (3, 0, "disk full")
    assert "10.0.0.2 (exit code 3, tag disk full)" in result["msg"]
    assert '10.0.0.2: "no space left"' in result["msg"]
    assert len(requested(sim)) == 1


@pytest.mark.parametrize("data", [None, {"script_task_logs": 5}, [{"step_results": 5}], "x"], ids=str)
def test_logs_that_cannot_be_read_once_are_requested_again(
    sim: Simulator, run_module: RunModule, front: Front, data: t.Any
) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run"))
    id_ = run_module("bk_job_execute", job_plan_id=plan, wait=True, logs="none", **front)["job_instance_id"]
    for api in (BATCH, WHOLE):
        sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": data}), api=api)
    result = run_module("bk_job_wait", job_instance_id=id_, logs="all", retries=1, **front)
    assert [row["content"] is not None for row in result["logs"]] == [True, True]
    assert len(requested(sim)) == 2


OTHERS = [
    {"bk_host_id": 999, "bk_cloud_id": 0, "ip": "10.0.0.2"},
    {"bk_host_id": None, "bk_cloud_id": 0, "ip": "10.9.9.9"},
    {"bk_host_id": None, "bk_cloud_id": 7, "ip": "10.0.0.2"},
]


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_the_log_of_another_host_is_not_shown(
    sim: Simulator, run_module: RunModule, v3: Front, other: dict[str, t.Any]
) -> None:
    sim.faults.add(faults.answer(404, {**NO_API, "code": 1306201}), api=BATCH, times=100)
    data = {"log_type": 1, **other, "log_content": "of another\n", "file_logs": None}
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": data}), api=SINGLE, times=100)
    result = run_module("bk_job_execute", job_plan_id=102, wait=True, retries=0, **v3)
    assert (result["outcome"], result["error"]) == ("failed", None)
    assert [row["content"] for row in result["logs"]] == [None]


@pytest.mark.parametrize(
    ("log", "kept"),
    [
        (
            "".join(f"line {number}\n" for number in range(100)),
            "\n".join(f"line {number}" for number in range(80, 100)),
        ),
        ("x" * 5000 + "\nend\n", "x" * (2048 - 4) + "\nend"),
    ],
    ids=["20 lines", "2 KiB"],
)
def test_failed_hosts_have_the_end_of_their_logs(
    sim: Simulator, run_module: RunModule, front: Front, log: str, kept: str
) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run", outcome=Outcome(status=104, exit_code=3, log=log)))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    assert [host["log"] for host in result["failed_hosts"]] == [kept, kept]
    assert [row["content"].endswith(log) for row in result["logs"]] == [True, True]


def test_the_message_quotes_three_failed_hosts(sim: Simulator, run_module: RunModule, front: Front) -> None:
    hosts = add_hosts(sim.world, 4)
    outcomes = {host: (Outcome(status=104, exit_code=3, log=f"reason {host}\n"),) for host in hosts}
    plan = add_plan(sim.world, ScriptStep(1, "run", outcomes=outcomes), hosts=hosts)
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    assert [f"reason {host}" in result["msg"] for host in hosts] == [True, True, True, False]


@pytest.mark.parametrize("ignore_error", [False, True])
def test_with_no_log_the_message_has_nothing_that_a_script_printed(
    sim: Simulator, run_module: RunModule, front: Front, ignore_error: bool
) -> None:
    outcome = Outcome(status=104, exit_code=3, tag="printed", log="printed\n")
    plan = add_plan(sim.world, ScriptStep(1, "run", outcome=outcome, ignore_error=ignore_error))
    result = run_module("bk_job_execute", no_log=True, job_plan_id=plan, wait=True, **front)
    assert ("10.0.0.1" in result["msg"], "printed" in result["msg"]) == (True, False)
    assert ["printed" in result["failed_hosts"][0][key] for key in ("tag", "log")] == [True, True]


def test_failed_hosts_of_an_ignored_step_are_returned_too(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run", ignore_error=True, outcomes={102: (FAILED,)}))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    assert (result["outcome"], [row["ip"] for row in result["logs"]]) == ("succeeded", ["10.0.0.2"])


def test_no_request_is_sent_where_no_log_is_wanted(sim: Simulator, run_module: RunModule, front: Front) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **front)
    assert (result["logs"], requested(sim)) == ([], [])
    result = run_module("bk_job_execute", job_plan_id=102, wait=True, logs="none", **front)
    assert (result["logs"], result["failed_hosts"][0]["log"], requested(sim)) == (None, None, [])


def test_the_logs_of_all_steps_that_ran_are_in_order(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(
        sim.world,
        ScriptStep(1, "first"),
        FileStep(2, "copy", source=Targets(host_ids=(103,))),
        ScriptStep(3, "last", outcomes={102: (FAILED,)}),
        ScriptStep(4, "never"),
    )
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, logs="all", **front)
    assert [(row["step_name"], row["ip"]) for row in result["logs"]] == [
        (step, ip) for step in ("first", "copy", "last") for ip in ("10.0.0.1", "10.0.0.2")
    ]
    v2 = front.get("api_version") == "v2"
    assert len(requested(sim)) == (1 if v2 else 3)
    first, copied = result["logs"][0]["content"], result["logs"][2]["content"]
    assert first.endswith("job_start\ndone\n")
    assert copied == (
        "10.0.0.3:/tmp/a.tgz -> 10.0.0.1:/data/a.tgz\ndone\n"
        if v2
        else "download 10.0.0.3:/tmp/a.tgz -> 10.0.0.1:/data/a.tgz finished 1.2 MB 600 KB/s 100%\ndone\n"
    )


def test_a_confirmation_has_no_log(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run"), ApprovalStep(2, "approve"))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, logs="all", on_confirmation="fail", **front)
    assert result["outcome"] == "waiting_confirmation"
    assert [row["step_name"] for row in result["logs"]] == ["run", "run"]
    assert result["output_variables"] is None


def test_logs_are_requested_by_id_and_address_for_500_hosts_at_a_time(
    sim: Simulator, run_module: RunModule, v3: Front
) -> None:
    ids = (*add_hosts(sim.world, 1199), 106)
    plan = add_plan(sim.world, ScriptStep(1, "run"), hosts=ids)
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, logs="all", **v3)
    calls = requested(sim, BATCH)
    assert [len(call["host_id_list"]) for call in calls] == [500, 500, 200]
    assert [len(call["ip_list"]) for call in calls] == [500, 500, 199]
    assert [host_id for call in calls for host_id in call["host_id_list"]] == list(ids)
    assert {request.method for request in sim.requests if request.api == BATCH} == {"POST"}
    assert [row["bk_host_id"] for row in result["logs"]] == list(ids)
    assert all(row["content"].endswith("done\n") for row in result["logs"])


def test_long_logs_are_requested_for_fewer_hosts_at_a_time(sim: Simulator, run_module: RunModule) -> None:
    ids = add_hosts(sim.world, 700)
    plan = add_plan(sim.world, ScriptStep(1, "run", outcome=Outcome(log="x" * 100_000)), hosts=ids)
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, logs="all", log_limit=1, **front_of(sim, "esb"))
    counts = [len(call["host_id_list"]) for call in requested(sim, BATCH)]
    assert (counts[0], sum(counts), max(counts[1:]) < 200) == (500, 700, True)
    assert all(row["truncated"] and len(row["content"]) == 1024 for row in result["logs"])


@pytest.mark.parametrize(
    ("surface", "fault"),
    [
        ("esb", faults.answer(404, NO_API)),
        ("esb", faults.answer(200, {**NO_API, "code": 1306404})),
        ("apigw", faults.answer(404, {**NO_API, "code": 1640401})),
    ],
)
def test_without_the_batch_api_logs_are_requested_host_by_host(
    sim: Simulator, run_module: RunModule, surface: str, fault: faults.Fault
) -> None:
    sim.faults.add(fault, api=BATCH, times=100)
    ids = (*add_hosts(sim.world, 3), 106)
    plan = add_plan(sim.world, ScriptStep(1, "run"), FileStep(2, "copy", source=Targets(host_ids=(103,))), hosts=ids)
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, logs="all", **front_of(sim, surface))
    assert (len(requested(sim, BATCH)), len(requested(sim, SINGLE))) == (1, 8)
    assert all(row["content"].endswith("done\n") for row in result["logs"][:4])
    assert "download 10.0.0.3:/tmp/a.tgz -> 10.1.0.0:/data/a.tgz finished\ndone\n" in result["logs"][4]["content"]
    assert "could not" not in result["msg"]


def test_a_host_removed_from_cmdb_does_not_hide_the_logs_of_others(
    sim: Simulator, run_module: RunModule, v3: Front
) -> None:
    gone = faults.answer(
        200, {**NO_API, "code": 1241010, "message": "Invalid request parameter [host_id_list], reason: HostIds [101] …"}
    )
    sim.faults.add(gone, api=BATCH)
    sim.faults.add(gone, api=SINGLE)
    plan = add_plan(sim.world, ScriptStep(1, "run", outcome=FAILED))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **v3)
    assert [row["content"] is None for row in result["logs"]] == [True, False]
    assert result["outcome"] == "failed"
    assert "Invalid request parameter [host_id_list]" in result["msg"]


def test_a_late_log_is_read_once_more(sim: Simulator, run_module: RunModule, front: Front) -> None:
    late = Outcome(status=104, exit_code=1, log="late\n", log_lag=0.5)
    plan = add_plan(sim.world, ScriptStep(1, "run", outcomes={101: (late,), 102: (FAILED,)}))
    # The end must be polled before the log is there.
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, poll_interval=0.1, **front)
    assert [row["content"].partition("job_start\n")[2] for row in result["logs"]] == ["late\n", FAILED.log]
    calls = requested(sim)
    assert len(calls) == 2
    if front.get("api_version") != "v2":
        assert calls[1]["host_id_list"] == [101]


def test_a_log_that_never_comes_is_null(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run"), hosts=(101, 104))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    (row,) = result["logs"]
    assert (row["ip"], row["content"], row["truncated"], result["failed_hosts"][0]["log"]) == (
        "10.0.0.4",
        None,
        False,
        None,
    )
    assert len(requested(sim)) == 2


def test_unreadable_logs_do_not_change_the_outcome(sim: Simulator, run_module: RunModule, front: Front) -> None:
    for api in (BATCH, WHOLE, OUTPUT):
        sim.faults.add(faults.bad_gateway(), api=api, times=10)
    plan = add_plan(sim.world, ScriptStep(1, "run", ignore_error=True, outcomes={102: (FAILED,)}))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    assert (result["outcome"], result.get("failed", False), result["error"]) == ("succeeded", False, None)
    assert ([row["content"] for row in result["logs"]], result["output_variables"]) == ([None], None)
    assert "10.0.0.2" in result["msg"]
    assert result["msg"].count("HTTP 502") == 2


ODD_ROW = {"bk_host_id": [102], "bk_cloud_id": 0, "ip": {}, "log_content": 7}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        "x",
        [[]],
        {"script_task_logs": [1]},
        {"script_task_logs": [ODD_ROW]},
        {"script_task_logs": [{**ODD_ROW, "bk_host_id": 102, "ip": "10.0.0.2"}]},
        {"file_task_logs": [{**ODD_ROW, "file_logs": [1]}]},
        [{"step_results": 7}],
        [{"step_instance_id": 20001, "step_results": [{"ip_logs": [ODD_ROW]}]}],
        {"step_instance_var_list": [{"global_var_list": [7]}]},
    ],
)
def test_malformed_responses_do_not_change_the_outcome(
    sim: Simulator, run_module: RunModule, front: Front, data: object
) -> None:
    for api in (BATCH, WHOLE, OUTPUT):
        sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": data}), api=api, times=10)
    result = run_module("bk_job_execute", job_plan_id=102, wait=True, **front)
    assert (result["outcome"], result["error"]) == ("failed", None)
    assert [row["content"] for row in result["logs"]] == [None]


def test_secrets_do_not_show_in_what_scripts_print(
    sim: Simulator, run_module: RunModule, front: Front, tmp_path: Path
) -> None:
    log = "login with hunter2-long and s3cr3t-demo\n"
    plan = add_plan(sim.world, ScriptStep(1, "run", outcome=Outcome(log=log), assigns={"version": "hunter2-long"}))
    result = run_module(
        "bk_job_execute",
        job_plan_id=plan,
        secret_variables={"version": "hunter2-long"},
        wait=True,
        logs="all",
        log_dest=str(tmp_path),
        **front,
    )
    assert result["output_variables"] == {"version": "******"}
    with open(result["logs"][0]["path"], encoding="utf-8") as file:
        text = file.read()
    assert text == result["logs"][0]["content"]
    assert text.endswith("login with ****** and ******\n")
    assert "hunter2" not in json.dumps(result)


def test_files_contain_the_whole_logs(sim: Simulator, run_module: RunModule, front: Front, tmp_path: Path) -> None:
    log = "begin\n" + "x" * 5000 + "\nend\n"
    plan = add_plan(sim.world, ScriptStep(1, "../run all", outcome=Outcome(log=log)))
    result = run_module(
        "bk_job_execute", job_plan_id=plan, wait=True, logs="all", log_limit=1, log_dest=str(tmp_path / "new"), **front
    )
    step = result["steps"][0]["step_instance_id"]
    directory = tmp_path / "new" / str(result["job_instance_id"]) / f"{step}-__run all"
    assert sorted(os.listdir(directory)) == ["0-10.0.0.1.log", "0-10.0.0.2.log"]
    for row in result["logs"]:
        assert row["path"] == str(directory / f"0-{row['ip']}.log")
        with open(row["path"], encoding="utf-8") as file:
            assert file.read().endswith(log)
        assert (row["truncated"], row["content"][:9], row["content"][-5:]) == (True, "[log cut:", "\nend\n")


def test_a_disk_error_does_not_change_the_outcome(
    sim: Simulator, run_module: RunModule, v3: Front, tmp_path: Path
) -> None:
    plan = add_plan(sim.world, ScriptStep(1, "run"))
    id_ = run_module("bk_job_execute", job_plan_id=plan, **v3)["job_instance_id"]
    (tmp_path / str(id_)).write_text("in the way")
    result = run_module("bk_job_wait", job_instance_id=id_, logs="all", log_dest=str(tmp_path), **v3)
    assert (result["outcome"], [row["path"] for row in result["logs"]]) == ("succeeded", [None, None])
    assert all(row["content"].endswith("done\n") for row in result["logs"])
    assert str(tmp_path) in result["msg"]


def test_a_log_directory_lost_while_waiting_does_not_change_the_outcome(
    sim: Simulator, run_module: RunModule, v3: Front, tmp_path: Path
) -> None:
    dest = tmp_path / "dest"

    class Clock(TurnedClock):
        def __init__(self) -> None:
            super().__init__(sim)
            self.sleep = self.spoil

        def spoil(self, seconds: float) -> None:
            dest.write_text("in the way")
            sim.clock.advance(seconds)

    result = run_module(
        "bk_job_execute", job_plan_id=100, wait=True, logs="all", log_dest=str(dest), clock=Clock(), **v3
    )
    assert (result["outcome"], result["error"], len(result["logs"])) == ("succeeded", None, 2)
    assert str(dest) in result["msg"]


def test_check_mode_writes_no_files(sim: Simulator, run_module: RunModule, front: Front, tmp_path: Path) -> None:
    id_ = run_module("bk_job_execute", job_plan_id=100, **front)["job_instance_id"]
    dest = tmp_path / "new"
    result = run_module("bk_job_wait", job_instance_id=id_, logs="all", log_dest=str(dest), check_mode=True, **front)
    assert ([row["path"] for row in result["logs"]], dest.exists()) == ([None, None], False)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"log_limit": 0}, "log_limit must be at least 1"), ({"log_dest": "/dev/null/x"}, "log_dest")],
)
def test_bad_options_are_refused_before_any_request(
    sim: Simulator, run_module: RunModule, options: dict[str, t.Any], words: str
) -> None:
    esb = front_of(sim, "esb")
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **esb, **options)
    assert (result["outcome"], words in result["msg"], sim.requests) == ("refused", True, [])
    for name in ("bk_job_wait", "bk_job_instance_info"):
        result = run_module(name, job_instance_id=10000, **esb, **options)
        assert (result["outcome"], words in result["msg"], sim.requests) == ("refused", True, [])
        assert result["request"]["body"]["job_instance_id"] == 10000


def test_the_variables_are_those_after_the_last_script(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(
        sim.world,
        ScriptStep(1, "one", assigns={"version": "1.1"}),
        ScriptStep(2, "two", assigns={"version": "2.0"}),
        FileStep(3, "copy", source=Targets(host_ids=(103,))),
    )
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    assert result["output_variables"] == {"version": "2.0"}


def test_a_plan_without_string_variables_has_no_output(run_module: RunModule, front: Front) -> None:
    result = run_module("bk_job_execute", job_plan_id=102, wait=True, **front)
    assert (result["outcome"], result["output_variables"]) == ("failed", {})


def test_output_variables_are_not_read_before_the_end(sim: Simulator, run_module: RunModule, front: Front) -> None:
    result = run_module("bk_job_execute", job_plan_id=101, wait=True, wait_timeout=60, logs="all", **front)
    assert (result["outcome"], result["output_variables"], requested(sim, OUTPUT)) == ("timed_out", None, [])
    assert [row["step_name"] for row in result["logs"]] == ["prepare", "prepare"]
    result = run_module("bk_job_wait", job_instance_id=4711, **front)
    assert (result["outcome"], result["logs"], result["output_variables"]) == ("refused", [], None)


# A module in a process of its own, which prints its peak memory.
ALONE = """
import sys, tracemalloc
from ansible.module_utils import basic
from ansible_collections.blueking.job.plugins.modules import bk_job_wait
basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = sys.argv[1].encode(), "legacy"
tracemalloc.start()
try:
    bk_job_wait.main()
finally:
    print(tracemalloc.get_traced_memory()[1], file=sys.stderr)
"""


def test_the_logs_of_ten_thousand_hosts_are_never_held_together(
    sim: Simulator, run_module: RunModule, tmp_path: Path
) -> None:
    """With 12 KiB a host, to spare the disk."""
    esb = front_of(sim, "esb")
    ids = add_hosts(sim.world, 10_000)
    log = ("x" * 80 + "\n") * 151
    plan = add_plan(sim.world, ScriptStep(1, "run", outcome=Outcome(log=log)), hosts=ids)
    id_ = run_module("bk_job_execute", job_plan_id=plan, **esb)["job_instance_id"]
    sim.clock.advance(60)
    arguments = {**esb, "job_instance_id": id_, "logs": "all", "log_dest": str(tmp_path)}
    module = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps({"ANSIBLE_MODULE_ARGS": arguments})],
        env={**os.environ, "PYTHONPATH": make_collection_path()},
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(module.stdout)
    assert sum(len(files) for _path, _directories, files in os.walk(tmp_path)) == 10_000 == len(result["logs"])
    assert os.path.getsize(result["logs"][-1]["path"]) > len(log)
    assert sum(len(row["content"] or "") for row in result["logs"]) <= 4 * 1024 * 1024
    written = sum(os.path.getsize(row["path"]) for row in result["logs"])
    assert int(module.stderr.split()[-1]) < written / 2, (module.stderr, written)
