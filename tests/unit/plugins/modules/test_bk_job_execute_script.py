# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running scripts: what is sent, what comes back, what is refused, and what becomes of a lost response."""

from __future__ import annotations

import re
import typing as t

import pytest

from tests.simulator import DangerousRule, Outcome, Simulator, faults
from tests.simulator.job.world import Host
from tests.simulator.job.worlds import default_world
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import KEYS, LOST_ANSWERS, runs, troubled_script
from tests.unit.simulator.quick import CLEAN, DRAFT_ONLY

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

RUN = "fast_execute_script"
HISTORY = "get_job_instance_list"
SCRIPT_KEYS = KEYS - {"variables_checked"} | {"step_instance_id", "dangerous_lines"}
HOSTS = {"host_id_list": [101, 102]}
ADDRESSES = {"ip_list": ["10.0.0.1", "10.0.0.2"]}
UNIQUE = re.compile(r" \[ansible [0-9a-f]{8}\]$")


@pytest.fixture
def sim(sim: Simulator) -> Iterator[Simulator]:
    """A simulator with a world that the test may change."""
    sim.reset(default_world())
    yield sim
    sim.reset(default_world())


def options_of(sim: Simulator, front: str = "esb", **more: t.Any) -> Options:
    """The options of a script on two hosts; one with the value ... is left out."""
    base = {"content": "echo hello\n", "account": "root", "target_server": ADDRESSES, "task_name": "hello"}
    merged = {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[front], **base, **more}
    return {name: value for name, value in merged.items() if value is not ...}


@pytest.mark.parametrize("front", ["esb", "esb-v2", "apigw", "old", "old-v2"])
def test_a_script_runs_to_its_end_and_returns_what_it_printed(
    sim: Simulator, run_module: RunModule, front: str
) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, front))
    (launch,) = sim.launches
    assert set(result) - {"invocation", "warnings"} == SCRIPT_KEYS
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == (
        "succeeded",
        True,
        launch.instance_id,
    )
    assert (result["job_plan_id"], result["output_variables"], result["request"]) == (None, None, None)
    assert result["ansible_facts"] == {"job_instance_id": launch.instance_id}
    assert result["step_instance_id"] == result["steps"][0]["step_instance_id"]
    assert [row["ip"] for row in result["logs"]] == ["10.0.0.1", "10.0.0.2"]
    assert all(row["content"] for row in result["logs"])
    assert (launch.kind, launch.script, launch.language, launch.account) == ("script", "echo hello\n", 1, "root")
    assert launch.targets == (101, 102)
    # v2 has no history in which a name could be searched.
    assert bool(UNIQUE.search(launch.name)) is not front.endswith("v2")
    assert UNIQUE.sub("", launch.name) == "hello"


def test_the_output_variables_are_not_requested(sim: Simulator, run_module: RunModule) -> None:
    run_module("bk_job_execute_script", **options_of(sim))
    assert "get_job_instance_global_var_value" not in [request.api for request in sim.requests]


def test_without_wait_the_id_is_returned_at_once(sim: Simulator, run_module: RunModule) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, wait=False))
    assert (result["outcome"], result["job_instance_id"]) == ("launched", sim.launches[0].instance_id)
    assert isinstance(result["step_instance_id"], int)
    assert [request.api for request in sim.requests] == [RUN]


def test_failed_hosts_fail_the_task(sim: Simulator, run_module: RunModule) -> None:
    sim.world.quick_script.outcomes = {102: (Outcome(status=104, exit_code=3, log="no space left\n"),)}
    result = run_module("bk_job_execute_script", **options_of(sim))
    assert (result["failed"], result["outcome"]) == (True, "failed")
    assert [(row["ip"], row["exit_code"]) for row in result["failed_hosts"]] == [("10.0.0.2", 3)]
    assert "no space left" in result["msg"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"args": ["a b", "it's"]}, "'a b' 'it'\"'\"'s'"),
        ({"raw_args": "-v  $HOME"}, "-v  $HOME"),
        ({"args": ["-v"], "script_language": "bat"}, "-v"),
    ],
)
def test_arguments(sim: Simulator, run_module: RunModule, given: Options, sent: str) -> None:
    run_module("bk_job_execute_script", **options_of(sim, **given))
    assert (sim.launches[0].command or "").partition(" ")[2] == sent


def test_sensitive_arguments_are_shown_nowhere(sim: Simulator, run_module: RunModule) -> None:
    options = options_of(sim, args=["top s3cret"], sensitive_args=True)
    sim.world.quick_script.outcomes = {101: (Outcome(status=104, exit_code=1, log="failed with 'top s3cret'\n"),)}
    result = run_module("bk_job_execute_script", **options, diff_mode=True)
    assert "s3cret" not in str(result)
    assert sim.launches[0].sensitive is True
    assert (sim.launches[0].command or "").endswith(" 'top s3cret'")


@pytest.mark.parametrize(
    ("given", "log", "shown"),
    [
        ({"raw_args": "--token 'tok-abc1' --user bob"}, "+ deploy --token tok-abc1 --user bob", "--user bob"),
        ({"raw_args": '--token="tok abc1"; date'}, "no access with tok abc1 to date", "no access with"),
        ({"raw_args": r"tok\-abc1>out"}, "wrong: tok-abc1", "wrong: "),
        ({"raw_args": r'-Path C:\new "tok abc1"', "script_language": "powershell"}, r"C:\new: tok abc1", ": "),
        ({"raw_args": "/t:tok'abc1 it's", "script_language": "bat"}, "wrong: /t:tok'abc1", "wrong: "),
        ({"raw_args": "tok-abc1 'not closed"}, "wrong: tok-abc1", "wrong: "),
        ({"args": ["--token=tok-abc1", "--user", "bob"]}, "+ deploy --user: tok-abc1", "--user: "),
        ({"args": ["token=tok-abc1"]}, "wrong: tok-abc1", "wrong: "),
        ({"args": ["--token", "tok-abc1", "-v"]}, "+ deploy -v --token tok-abc1", "-v --token "),
        ({"args": ["--token", "-abc1"]}, "wrong: -abc1", "wrong: "),
        ({"args": ["--", "tok-abc1"]}, "tok-abc1 -- no access", " -- no access"),
    ],
)
def test_no_part_of_sensitive_arguments_is_shown(
    sim: Simulator, run_module: RunModule, given: Options, log: str, shown: str
) -> None:
    sim.world.quick_script.outcomes = {101: (Outcome(status=104, exit_code=1, log=f"{log}\n"),)}
    result = run_module("bk_job_execute_script", **options_of(sim, **given, sensitive_args=True), diff_mode=True)
    assert "abc1" not in str(result)
    for text in (result["msg"], result["failed_hosts"][0]["log"], result["logs"][0]["content"]):
        assert shown in text


@pytest.mark.parametrize(
    ("name", "language"), [("a.sh", 1), ("a.bat", 2), ("a.CMD", 2), ("a.pl", 3), ("a.py", 4), ("a.ps1", 5), ("a", 1)]
)
def test_the_language_is_that_of_the_file(
    sim: Simulator, run_module: RunModule, tmp_path: Path, name: str, language: int
) -> None:
    file = tmp_path / name
    file.write_text("echo 你好\n", encoding="utf-8")
    run_module("bk_job_execute_script", **options_of(sim, content=..., src=str(file)))
    assert (sim.launches[0].language, sim.launches[0].script) == (language, "echo 你好\n")


def test_crlf_can_be_converted(sim: Simulator, run_module: RunModule) -> None:
    run_module("bk_job_execute_script", **options_of(sim, content="a\r\nb\r\n", newline="lf"))
    assert sim.launches[0].script == "a\nb\n"


@pytest.mark.parametrize("front", ["esb", "apigw"])
@pytest.mark.parametrize("given", [{"script_id": CLEAN}, {"script_name": "clean"}])
def test_a_script_of_the_library(sim: Simulator, run_module: RunModule, front: str, given: Options) -> None:
    by_id = next(script for script in sim.world.scripts if script.id == CLEAN)
    if "script_name" in given:
        given = {"script_name": by_id.name}
    run_module("bk_job_execute_script", **options_of(sim, front, content=..., **given))
    assert sim.launches[0].script_version_id is not None


def test_a_version_of_a_script_in_both_versions_of_the_api(sim: Simulator, run_module: RunModule) -> None:
    for front in ("esb", "esb-v2"):
        run_module("bk_job_execute_script", **options_of(sim, front, content=..., script_version_id=1002))
    assert [launch.script_version_id for launch in sim.launches] == [1002, 1002]


def test_an_account_by_its_id(sim: Simulator, run_module: RunModule) -> None:
    root = next(account for account in sim.world.accounts if account.alias == "root")
    for front in ("esb", "esb-v2"):
        run_module("bk_job_execute_script", **options_of(sim, front, account=..., account_id=root.id))
    assert [launch.account for launch in sim.launches] == ["root", "root"]


# Bad input: one sentence, and no request


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"content": ...}, "content, src, script_id, script_name, script_version_id"),
        ({"script_id": CLEAN}, "content and script_id"),
        ({"content": " \n"}, "content is empty"),
        ({"content": ""}, "content is empty"),
        ({"content": "a\nb\r\n"}, "line 2"),
        ({"content": "x" * 1_800_001}, "1800001 bytes"),
        ({"content": ..., "src": "/nowhere/a.sh"}, "src /nowhere/a.sh"),
        ({"args": ["ok", "a\nb"]}, r"args\[1\]"),
        ({"args": ["[DATEFMT:%Y]"]}, r"args\[0\]"),
        ({"args": ["a b"], "script_language": "powershell"}, r"args\[0\]"),
        ({"args": ["a"], "raw_args": "b"}, "args and raw_args"),
        ({"raw_args": "x" * 65_536}, "65535 bytes"),
        ({"raw_args": "x" * 48_129, "sensitive_args": True}, "48128 bytes"),
        ({"account": ...}, "account, account_id"),
        ({"account_id": 1}, "account, account_id"),
        ({"account": ..., "account_id": 0}, "account_id"),
        ({"target_server": {}}, "target_server has no target"),
        ({"target_server": {"ip_list": ["10.0.0"]}}, r"target_server.ip_list\[0\]"),
        ({"target_server": {**ADDRESSES, **HOSTS}}, "host_id_list and ip_list"),
        ({"task_name": "x" * 513}, "task_name"),
        ({"job_timeout": 0}, "job_timeout"),
        ({"job_timeout": 259_201}, "job_timeout"),
        ({"rolling_config": {"expression": "10% 0"}}, "rolling_config.expression"),
        ({"rolling_config": {"expression": "101%"}}, "rolling_config.expression"),
        ({"rolling_config": {"expression": " "}}, "rolling_config.expression"),
        ({"windows_interpreter": "C:/bash"}, "windows_interpreter"),
        ({"callback_url": "ftp://x"}, "callback_url"),
        ({"script_version_id": 0, "content": ...}, "script_version_id"),
    ],
)
def test_bad_input_is_refused_before_any_request(
    sim: Simulator, run_module: RunModule, given: Options, named: str
) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, **given))
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert re.search(named, result["msg"])
    assert (result["logs"], result["steps"], result["finished"]) == ([], [], False)
    assert sim.requests == []


@pytest.mark.parametrize(
    "given",
    [
        {"script_id": CLEAN, "content": ...},
        {"script_name": "clean", "content": ...},
        {"two_phase": True},
        {"rolling_config": {"expression": "10%"}},
        {"windows_interpreter": "C:/bash.exe"},
        {"target_server": HOSTS},
    ],
)
def test_what_v2_cannot_do_is_refused_before_any_request(sim: Simulator, run_module: RunModule, given: Options) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, "esb-v2", **given))
    assert (result["outcome"], result["changed"]) == ("refused", False)
    assert "api_version v3" in result["msg"]
    assert sim.requests == []


# Refusals of Job


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"account": "nobody"}, "not_found"),
        ({"script_id": DRAFT_ONLY, "content": ...}, "not_found"),
        ({"script_name": "no such script", "content": ...}, "not_found"),
        ({"account": ..., "account_id": 999_999, "api_version": "v2"}, "not_found"),
        ({"target_server": {"ip_list": ["10.9.9.9"]}}, "targets"),
    ],
)
def test_a_refusal_launches_nothing(sim: Simulator, run_module: RunModule, given: Options, kind: str) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, **given))
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, kind)
    assert result["error"]["hint"] or "similar" in result["msg"] or "no " in result["msg"]
    assert sim.launches == []


def test_a_bad_rolling_strategy_leaves_an_orphan_that_is_reported(sim: Simulator, run_module: RunModule) -> None:
    # More than 500 batches, which is only known with the hosts.
    sim.world.hosts += [Host(5000 + number, f"10.3.{number // 250}.{number % 250}", biz=1) for number in range(600)]
    many = {"host_id_list": list(range(5000, 5600))}
    options = options_of(sim, target_server=many, rolling_config={"expression": "1"})
    result = run_module("bk_job_execute_script", **options)
    assert (result["outcome"], result["changed"], result["error"]["code"]) == ("refused", True, 1244027)
    assert result["job_instance_id"] == sim.launches[0].instance_id
    assert len(sim.launches) == 1


@pytest.mark.parametrize("given", [{"unique_name": False}, {}])
def test_an_orphan_that_is_not_found_is_reported_too(sim: Simulator, run_module: RunModule, given: Options) -> None:
    invalid = {"result": False, "code": 1244026, "message": "Invalid rolling strategy"}
    sim.faults.add(faults.replaced(200, invalid), api=RUN)
    if not given:
        sim.faults.add(faults.bad_gateway(), api=HISTORY, times=9)
    result = run_module("bk_job_execute_script", **options_of(sim, **given))
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("refused", True, None)
    assert "pending" in result["msg"]


def test_a_script_without_online_version_is_refused_in_check_mode(sim: Simulator, run_module: RunModule) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, content=..., script_name="later"), check_mode=True)
    assert (result["outcome"], result["error"]["kind"]) == ("refused", "not_found")


# Check mode and diff mode


def test_check_mode_shows_the_request_and_dangerous_lines(sim: Simulator, run_module: RunModule) -> None:
    sim.world.dangerous_rules = [DangerousRule("rm -rf /", "Deletes everything")]
    options = options_of(sim, content="echo ok\nrm -rf /\n")
    result = run_module("bk_job_execute_script", **options, check_mode=True, diff_mode=True)
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("launched", True, None)
    assert [(row["line"], row["description"]) for row in result["dangerous_lines"]] == [(2, "Deletes everything")]
    assert len(result["warnings"]) == 1
    assert result["request"]["body"]["script_content"] == "echo ok\nrm -rf /\n"
    assert result["diff"]["after"] == "echo ok\nrm -rf /\n"
    assert sim.launches == []


def test_a_long_script_is_shown_by_its_size_and_hash(sim: Simulator, run_module: RunModule) -> None:
    result = run_module("bk_job_execute_script", **options_of(sim, content="x" * 5000), check_mode=True)
    assert result["request"]["body"]["script_content"]["size"] == 5000
    assert len(result["request"]["body"]["script_content"]["sha256"]) == 64


# Lost responses


@pytest.mark.parametrize("front", ["esb", "apigw"])
@pytest.mark.parametrize("fault", LOST_ANSWERS, ids=range(len(LOST_ANSWERS)))
def test_an_instance_whose_response_was_lost_is_found_by_its_name(
    sim: Simulator, run_module: RunModule, front: str, fault: t.Any
) -> None:
    sim.faults.add(fault, api=RUN)
    result = run_module("bk_job_execute_script", **options_of(sim, front))
    (launch,) = sim.launches
    assert (result["outcome"], result["job_instance_id"]) == ("succeeded", launch.instance_id)
    assert (result.get("failed", False), len(result["warnings"])) == (False, 1)
    assert result["candidates"] is None
    assert [row["ip"] for row in result["logs"]] == ["10.0.0.1", "10.0.0.2"]


def test_with_two_phases_the_found_instance_is_started(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.lost(), api=RUN)
    result = run_module("bk_job_execute_script", **options_of(sim, two_phase=True))
    assert (result["outcome"], result["job_instance_id"]) == ("succeeded", sim.launches[0].instance_id)
    assert len(sim.launches) == 1


@pytest.mark.parametrize(
    ("front", "given"), [("esb", {"unique_name": False}), ("esb-v2", {}), ("esb-v2", {"unique_name": True})]
)
def test_without_a_unique_name_a_lost_response_is_unknown(
    sim: Simulator, run_module: RunModule, front: str, given: Options
) -> None:
    sim.faults.add(faults.lost(), api=RUN)
    result = run_module("bk_job_execute_script", **options_of(sim, front, **given))
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert result["job_instance_id"] is None
    found = None if front == "esb-v2" else [sim.launches[0].instance_id]
    assert (result["candidates"] and [row["job_instance_id"] for row in result["candidates"]]) == found
    assert sim.launches[0].name == "hello"


def test_where_the_history_cannot_be_read_a_lost_response_is_unknown(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.lost(), api=RUN)
    sim.faults.add(faults.bad_gateway(), api=HISTORY, times=99)
    result = run_module("bk_job_execute_script", **options_of(sim))
    assert (result["outcome"], result["changed"], result["candidates"]) == ("unknown", True, None)
    assert len(sim.launches) == 1


def test_a_request_that_never_arrived_is_unknown_and_not_repeated(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.answer(502, b"<html>"), api=RUN)
    result = run_module("bk_job_execute_script", **options_of(sim))
    assert (result["outcome"], result["candidates"], sim.launches) == ("unknown", [], [])


def test_no_run_of_trouble_launches_twice_or_loses_an_id(sim: Simulator, run_module: RunModule) -> None:
    # `make soak` has many more.
    assert set(runs(sim, 80, lambda dice: troubled_script(sim, run_module, dice))) == {
        ("launched", True, True),
        ("refused", False, False),
        ("unknown", False, True),
        ("unknown", False, False),
    }
