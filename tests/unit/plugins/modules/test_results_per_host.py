# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outputs that scripts print and the hosts by result, on every surface."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

import pytest

from tests.collection_path import make_collection_path
from tests.simulator import Simulator, faults
from tests.simulator.job.plans import HOSTS, FileStep, Outcome, Plan, ScriptStep, Step, Targets, Variable
from tests.simulator.job.worlds import ONE, default_world
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Front = dict[str, t.Any]

LOG_APIS = ("batch_get_job_instance_ip_log", "get_job_instance_ip_log", "get_job_instance_log")
PARSE: dict[str, t.Any] = {"wait": True, "parse_outputs": True}
DISK_FULL = Outcome(status=104, exit_code=3, tag="disk full", log="no space left\n<SOPS_VAR>free:0</SOPS_VAR>\n")


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Front:
    """The connection options of each surface, in turn."""
    return front_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Front:
    """The connection options of one surface."""
    return front_of(sim, "esb")


def front_of(sim: Simulator, name: str) -> Front:
    return {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[name]}


@pytest.fixture(autouse=True)
def _own_world(sim: Simulator) -> Iterator[None]:
    """The plans added here are gone after the test."""
    sim.reset(default_world())
    yield
    sim.reset(default_world())


def add_plan(sim: Simulator, *steps: Step, hosts: tuple[int, ...] = (101, 102)) -> int:
    targets = Variable(900, "hosts", HOSTS, hosts=Targets(host_ids=hosts))
    sim.world.plans.append(Plan(500, "results", ONE, list(steps), [targets]))
    return 500


def printing(**values: str) -> Outcome:
    return Outcome(log="".join(f"<SOPS_VAR>{key}:{value}</SOPS_VAR>\n" for key, value in values.items()))


def log_requests(sim: Simulator) -> int:
    return sum(request.api in LOG_APIS for request in sim.requests)


def values_of(result: dict[str, t.Any]) -> list[tuple[str, dict[str, str]]]:
    return [(row["ip"], row["values"]) for row in result["host_outputs"]]


def groups_of(result: dict[str, t.Any]) -> list[tuple[t.Any, ...]]:
    return [
        (*(group[name] for name in ("step_name", "result", "status", "tag")), [host["ip"] for host in group["hosts"]])
        for group in result["host_groups"]
    ]


def test_nothing_of_it_is_returned_by_default(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim, ScriptStep(1, "run", outcome=printing(a="1")))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **front)
    assert [result[key] for key in ("host_outputs", "outputs", "output_conflicts", "host_groups")] == [None] * 4
    assert log_requests(sim) == 0


@pytest.mark.parametrize("logs", ["none", "failed", "all"])
def test_outputs_are_returned_by_host(sim: Simulator, run_module: RunModule, front: Front, logs: str) -> None:
    outcomes = {101: (printing(version="1.2.3", free="7"),), 102: (printing(version="1.2.3", free="9"),)}
    plan = add_plan(sim, ScriptStep(1, "run", outcomes=outcomes))
    result = run_module("bk_job_execute", job_plan_id=plan, logs=logs, **PARSE, **front)
    assert values_of(result) == [
        ("10.0.0.1", {"version": "1.2.3", "free": "7"}),
        ("10.0.0.2", {"version": "1.2.3", "free": "9"}),
    ]
    assert {row["step_instance_id"] for row in result["host_outputs"]} == {result["steps"][0]["step_instance_id"]}
    assert (result["outputs"], result["output_conflicts"]) == ({"version": "1.2.3"}, ["free"])
    assert {"none": None, "failed": 0, "all": 2}[logs] == (None if result["logs"] is None else len(result["logs"]))
    assert log_requests(sim) == 1


def test_a_later_step_decides(sim: Simulator, run_module: RunModule, front: Front) -> None:
    first = {101: (printing(version="1", path="/a"),), 102: (printing(version="2", path="/a"),)}
    plan = add_plan(
        sim,
        ScriptStep(1, "first", outcomes=first),
        FileStep(2, "copy", source=Targets(host_ids=(103,)), outcome=printing(version="of a file")),
        ScriptStep(3, "last", outcomes={101: (printing(version="3"),)}),
    )
    result = run_module("bk_job_execute", job_plan_id=plan, **PARSE, **front)
    assert (result["outputs"], result["output_conflicts"]) == ({"version": "3", "path": "/a"}, [])
    assert [ip for ip, _values in values_of(result)] == ["10.0.0.1", "10.0.0.2", "10.0.0.1"]


def test_escaped_outputs_of_several_lines_are_found(sim: Simulator, run_module: RunModule, front: Front) -> None:
    log = "&lt;SOPS_VAR&gt;a:1&lt;/SOPS_VAR&gt;\n<SOPS_VAR>b: one\n<two> & three\n</SOPS_VAR>"
    plan = add_plan(sim, ScriptStep(1, "run", outcome=Outcome(log=log)))
    result = run_module("bk_job_execute", job_plan_id=plan, **PARSE, **front)
    assert result["outputs"] == {"a": "1", "b": "one\n<two> & three"}


def test_another_pattern_finds_other_outputs(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim, ScriptStep(1, "run", outcome=Outcome(log="set a = 1\nset b = 2\n<SOPS_VAR>c:3</SOPS_VAR>\n")))
    pattern = r"(?m)^set (?P<key>\w+) =(?P<value>[^\n]*)$"
    result = run_module("bk_job_execute", job_plan_id=plan, output_pattern=pattern, **PARSE, **front)
    assert result["outputs"] == {"a": "1", "b": "2"}


def test_logs_and_files_stay_what_the_other_options_say(
    sim: Simulator, run_module: RunModule, front: Front, tmp_path: Path
) -> None:
    long = Outcome(status=104, exit_code=3, log="<SOPS_VAR>a:1</SOPS_VAR>\n" + "x" * 5000 + "\n")
    plan = add_plan(sim, ScriptStep(1, "run", outcome=printing(a="1"), outcomes={102: (long,)}))
    options = {"log_limit": 1, "log_dest": str(tmp_path)}
    result = run_module("bk_job_execute", job_plan_id=plan, **options, **PARSE, **front)
    assert (result["outputs"], len(result["host_outputs"])) == ({"a": "1"}, 2)
    (row,) = result["logs"]
    assert (row["ip"], row["truncated"], len(row["content"])) == ("10.0.0.2", True, 1024)
    assert [file for *_directory, files in os.walk(tmp_path) for file in files] == [os.path.basename(row["path"])]
    assert log_requests(sim) == 1


def test_without_logs_nothing_of_them_is_kept(
    sim: Simulator, run_module: RunModule, front: Front, tmp_path: Path
) -> None:
    plan = add_plan(sim, ScriptStep(1, "run", outcome=DISK_FULL))
    dest = tmp_path / "new"
    result = run_module("bk_job_execute", job_plan_id=plan, logs="none", log_dest=str(dest), **PARSE, **front)
    assert (result["outputs"], result["logs"], dest.exists()) == ({"free": "0"}, None, False)
    assert [(row["exit_code"], row["tag"], row["log"]) for row in result["failed_hosts"]] == [
        (3, "disk full", None)
    ] * 2


def test_a_late_output_is_read_once_more(sim: Simulator, run_module: RunModule, front: Front) -> None:
    late = Outcome(log="<SOPS_VAR>a:1</SOPS_VAR>\n", log_lag=0.5)
    plan = add_plan(sim, ScriptStep(1, "run", outcome=late))
    result = run_module("bk_job_execute", job_plan_id=plan, poll_interval=0.1, **PARSE, **front)
    assert (result["outputs"], log_requests(sim)) == ({"a": "1"}, 2)


def test_hosts_are_grouped_by_result(sim: Simulator, run_module: RunModule, front: Front) -> None:
    tagged = Outcome(tag="new", log="done\n")
    plan = add_plan(
        sim,
        ScriptStep(1, "run", ignore_error=True, outcomes={101: (tagged,), 102: (DISK_FULL,), 103: (DISK_FULL,)}),
        ScriptStep(2, "after"),
        hosts=(101, 102, 103),
    )
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, group_hosts=True, logs="none", **front)
    assert groups_of(result) == [
        ("run", "succeeded", "success", "new", ["10.0.0.1"]),
        ("run", "failed", "nonzero_exit_code", "disk full", ["10.0.0.2", "10.0.0.3"]),
        ("after", "succeeded", "success", "", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
    ]
    assert {group["step_instance_id"] for group in result["host_groups"]} == {
        step["step_instance_id"] for step in result["steps"]
    }
    # API v2 returns tags only with the logs.
    assert (result["logs"], log_requests(sim)) == (None, 1 if front.get("api_version") == "v2" else 0)


def test_hosts_that_have_not_finished_are_a_group(sim: Simulator, run_module: RunModule, front: Front) -> None:
    slow = Outcome(seconds=1000.0)
    plan = add_plan(sim, ScriptStep(1, "run", outcomes={102: (slow,)}))
    result = run_module("bk_job_execute", job_plan_id=plan, wait=True, wait_timeout=60, group_hosts=True, **front)
    assert result["outcome"] == "timed_out"
    assert [(group[1], group[-1]) for group in groups_of(result)] == [
        ("succeeded", ["10.0.0.1"]),
        ("unfinished", ["10.0.0.2"]),
    ]


def test_hosts_have_their_names_in_the_inventory(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim, ScriptStep(1, "run", outcome=printing(a="1"), outcomes={102: (DISK_FULL,)}))
    names = {"0:10.0.0.1": "web1", "0:10.0.0.2": "web2"}
    targets = {"name": "hosts", "ip_list": ["10.0.0.1", "10.0.0.2"], "inventory_hostnames": names}
    result = run_module(
        "bk_job_execute", job_plan_id=plan, target_servers=[targets], group_hosts=True, **PARSE, **front
    )
    assert [row["inventory_hostname"] for row in result["host_outputs"]] == ["web1", "web2"]
    assert [[host["inventory_hostname"] for host in group["hosts"]] for group in result["host_groups"]] == [
        ["web1"],
        ["web2"],
    ]


NAMES = {"0:10.0.0.1": "web1"}


@pytest.mark.parametrize("names", [None, NAMES])
def test_a_name_in_the_inventory_is_null_where_it_is_not_known(
    sim: Simulator, run_module: RunModule, front: Front, names: dict[str, str] | None
) -> None:
    step = ScriptStep(1, "run", outcome=printing(a="1"), outcomes={101: (DISK_FULL,), 102: (DISK_FULL,)})
    plan = add_plan(sim, step)
    target = {"ip_list": ["10.0.0.1", "10.0.0.2"], "inventory_hostnames": names}
    wanted = {"group_hosts": True, "logs": "all", "parse_outputs": True}
    launch = {"job_plan_id": plan, "target_servers": [{"name": "hosts", **target}], "wait": True, **wanted}
    launched = run_module("bk_job_execute", **launch, **front)
    sim.world.quick_script.outcomes = {101: (DISK_FULL,), 102: (DISK_FULL,)}
    quick = {"account": "root", "target_server": target}
    results = [
        (launched, names),
        (run_module("bk_job_execute_script", **quick, content="df", **wanted, **front), names),
        (run_module("bk_job_wait", job_instance_id=launched["job_instance_id"], **wanted, **front), None),
        (run_module("bk_job_instance_info", job_instance_id=launched["job_instance_id"], **wanted, **front), None),
    ]
    for result, known in results:
        groups = [{"hosts": group["hosts"]} for group in result["host_groups"]]
        lists = [*(result[key] for key in ("failed_hosts", "logs", "host_outputs")), *(one["hosts"] for one in groups)]
        assert [[row["inventory_hostname"] for row in rows] for rows in lists] == [
            ["web1" if known else None, None]
        ] * 4
        assert all("inventory_hostname" not in row for row in result["host_list"])
    sent = run_module("bk_job_transfer_file", **quick, content="x", file_name="a", dest="/opt", **front)
    files = [] if front.get("api_version") == "v2" else ["web1" if names else None, None]
    assert [row["inventory_hostname"] for row in sent["files"]] == files


def test_an_instance_is_read_with_its_results(sim: Simulator, run_module: RunModule, front: Front) -> None:
    plan = add_plan(sim, ScriptStep(1, "run", outcome=printing(a="1"), outcomes={102: (DISK_FULL,)}))
    id_ = run_module("bk_job_execute", job_plan_id=plan, **front)["job_instance_id"]
    sim.clock.advance(60)
    wanted = {"job_instance_id": id_, "parse_outputs": True, "group_hosts": True}
    for module in ("bk_job_instance_info", "bk_job_wait"):
        result = run_module(module, **wanted, **front)
        assert (result["outcome"], result["outputs"]) == ("failed", {"a": "1", "free": "0"})
        assert [(group[1], group[3]) for group in groups_of(result)] == [("succeeded", ""), ("failed", "disk full")]


def test_a_script_returns_results_by_host(sim: Simulator, run_module: RunModule, front: Front) -> None:
    sim.world.quick_script.outcomes = {101: (printing(a="1"),), 102: (DISK_FULL,)}
    names = {"0:10.0.0.1": "web1", "0:10.0.0.2": "web2"}
    result = run_module(
        "bk_job_execute_script",
        content="df\n",
        account="root",
        target_server={"ip_list": ["10.0.0.1", "10.0.0.2"], "inventory_hostnames": names},
        group_hosts=True,
        **PARSE,
        **front,
    )
    assert [(row["inventory_hostname"], row["values"]) for row in result["host_outputs"]] == [
        ("web1", {"a": "1"}),
        ("web2", {"free": "0"}),
    ]
    assert [(group[1], group[3], group[4]) for group in groups_of(result)] == [
        ("succeeded", "", ["10.0.0.1"]),
        ("failed", "disk full", ["10.0.0.2"]),
    ]
    assert log_requests(sim) == 1


def test_secrets_are_masked_in_outputs_and_tags(sim: Simulator, run_module: RunModule, front: Front) -> None:
    log = "<SOPS_VAR>login:admin/hunter2-long</SOPS_VAR>\n<SOPS_VAR>hunter2-long:key</SOPS_VAR>\n"
    plan = add_plan(sim, ScriptStep(1, "run", outcome=Outcome(tag="hunter2-long", log=log)))
    id_ = run_module("bk_job_execute", job_plan_id=plan, **front)["job_instance_id"]
    sim.clock.advance(60)
    secret = {"job_instance_id": id_, "secret_variables": {"password": "hunter2-long"}}
    result = run_module("bk_job_wait", **secret, parse_outputs=True, group_hosts=True, **front)
    assert result["outputs"] == {"login": "admin/******", "******": "key"}
    assert [group["tag"] for group in result["host_groups"]] == ["******"]
    assert "hunter2" not in json.dumps(result)


def test_unreadable_logs_do_not_change_the_outcome(sim: Simulator, run_module: RunModule, front: Front) -> None:
    for api in LOG_APIS:
        sim.faults.add(faults.bad_gateway(), api=api, times=10)
    plan = add_plan(sim, ScriptStep(1, "run", outcome=printing(a="1")))
    result = run_module("bk_job_execute", job_plan_id=plan, group_hosts=True, **PARSE, **front)
    assert (result["outcome"], result.get("failed", False), result["error"]) == ("succeeded", False, None)
    assert (result["host_outputs"], result["outputs"], result["output_conflicts"]) == ([], {}, [])
    assert [group["result"] for group in result["host_groups"]] == ["succeeded"]
    assert "HTTP 502" in result["msg"]


def test_too_many_outputs_do_not_change_the_outcome(sim: Simulator, run_module: RunModule, esb: Front) -> None:
    much = printing(a="x" * 10_000_000)
    plan = add_plan(sim, ScriptStep(1, "run", outcome=much))
    result = run_module("bk_job_execute", job_plan_id=plan, **PARSE, **esb)
    assert (result["outcome"], [len(values["a"]) for _ip, values in values_of(result)]) == ("succeeded", [10_000_000])
    assert "16 MiB" in result["msg"]


def test_without_results_of_hosts_there_is_nothing(sim: Simulator, run_module: RunModule, esb: Front) -> None:
    plan = add_plan(sim, ScriptStep(1, "run", outcome=printing(a="1")))
    id_ = run_module("bk_job_execute", job_plan_id=plan, **esb)["job_instance_id"]
    sim.clock.advance(60)
    sim.faults.add(faults.SOUND, api="get_job_instance_status")
    sim.faults.add(faults.bad_gateway(), api="get_job_instance_status", times=100)
    result = run_module("bk_job_wait", job_instance_id=id_, parse_outputs=True, group_hosts=True, **esb)
    assert (result["outcome"], result["host_list"]) == ("succeeded", None)
    assert [result[key] for key in ("host_outputs", "outputs", "output_conflicts", "host_groups")] == [None] * 4


@pytest.mark.parametrize("pattern", ["(?P<key>a", "(?P<key>a)=(b)"])
@pytest.mark.parametrize("parse", [True, False])
def test_a_bad_pattern_is_refused_before_any_request(
    sim: Simulator, run_module: RunModule, esb: Front, pattern: str, parse: bool
) -> None:
    options = {"output_pattern": pattern, "parse_outputs": parse, **esb}
    for module, about in (
        ("bk_job_execute", {"job_plan_id": 100}),
        ("bk_job_execute_script", {"content": "df", "account": "root", "target_server": {"host_id_list": [101]}}),
        ("bk_job_wait", {"job_instance_id": 10000}),
        ("bk_job_instance_info", {"job_instance_id": 10000}),
    ):
        result = run_module(module, **about, **options)
        assert (result["outcome"], "output_pattern" in result["msg"], sim.requests) == ("refused", True, [])
        assert [result[key] for key in ("host_outputs", "outputs", "output_conflicts", "host_groups")] == [
            [],
            None,
            [],
            [],
        ]


# A launch in a process of its own, which prints whether it imported the search for outputs.
ALONE = """
import sys
from ansible.module_utils import basic
from ansible_collections.blueking.job.plugins.modules import bk_job_execute
basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = sys.argv[1].encode(), "legacy"
try:
    bk_job_execute.main()
finally:
    print(any(name.endswith("_follow.outputs") for name in sys.modules), file=sys.stderr)
"""


def test_a_launch_without_outputs_does_not_import_the_search_for_them(esb: Front) -> None:
    module = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps({"ANSIBLE_MODULE_ARGS": {**esb, "job_plan_id": 100}})],
        env={**os.environ, "PYTHONPATH": make_collection_path()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (json.loads(module.stdout)["outcome"], module.stderr.split()[-1]) == ("launched", "False")
