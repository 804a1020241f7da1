# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for instances on every surface: ``bk_job_wait``, and ``bk_job_execute`` with ``wait``."""

from __future__ import annotations

import importlib
import random
import threading
import typing as t
from dataclasses import replace

import pytest

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import run_shown

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule

UTILS = "ansible_collections.blueking.job.plugins.module_utils"


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> dict[str, t.Any]:
    """The connection options of each surface, in turn."""
    return {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[request.param]}


@pytest.fixture
def esb(sim: Simulator) -> dict[str, t.Any]:
    """The connection options of the ESB."""
    return {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url}


def test_a_launch_is_waited_for_until_it_succeeds(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any]
) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("succeeded", "success", True)
    assert (result["changed"], result.get("failed", False), result["error"]) == (True, False, None)
    assert [(step["name"], step["type"], step["status"]) for step in result["steps"]] == [
        ("run", "script", "success"),
        ("copy", "file", "success"),
    ]
    assert result["steps"][0]["hosts"] == {"total": 1, "succeeded": 1, "failed": 0, "unfinished": 0}
    assert result["hosts"] == {"total": 2, "succeeded": 2, "failed": 0, "unfinished": 0}
    host_id = None if front.get("api_version") == "v2" else 101
    assert result["host_list"] == [{"bk_host_id": host_id, "bk_cloud_id": 0, "ip": "10.0.0.1"}]
    assert result["failed_hosts"] == []
    assert result["job_plan_id"] == 100
    assert all(fact in result["msg"] for fact in (str(result["job_instance_id"]), "Test", "succeeded"))
    assert len(sim.launches) == 1


def test_a_failure_names_its_step_and_hosts(run_module: RunModule, front: dict[str, t.Any]) -> None:
    result = run_module("bk_job_execute", job_plan_id=102, wait=True, console_url="https://job.example.com", **front)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, True, "failed")
    assert [step["status"] for step in result["steps"]] == ["failed", "pending"]
    (host,) = result["failed_hosts"]
    assert (host["ip"], host["bk_cloud_id"], host["step_name"]) == ("10.0.0.2", 0, "run")
    assert (host["status"], host["status_code"]) == ("nonzero_exit_code", 104)
    assert (host["exit_code"], host["tag"]) == (1, "disk full")
    assert host["bk_host_id"] == (None if front.get("api_version") == "v2" else 102)
    step, id_ = result["steps"][0]["step_instance_id"], result["job_instance_id"]
    facts = [
        f"{id_} (Fails on the second host)",
        "10.0.0.2 (exit code 1, tag disk full)",
        f"-e resume_action=retry_failed -e job_instance_id={id_} -e step_instance_id={step}",
        f"https://job.example.com/api_execute/{id_}",
        "no space left on device",  # the last line of its log
    ]
    assert [fact for fact in facts if fact not in result["msg"]] == [], result["msg"]
    assert result["ansible_facts"] == {"job_instance_id": id_}


def test_a_finished_instance_is_returned_at_once(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any]
) -> None:
    launched = run_module("bk_job_execute", job_plan_id=100, wait=True, **front)
    then = sim.clock.now()
    result = run_module("bk_job_wait", job_instance_id=launched["job_instance_id"], **front)
    assert sim.clock.now() == then
    assert (result["outcome"], result["changed"]) == ("succeeded", False)
    assert "ansible_facts" not in result
    assert result["steps"] == launched["steps"]


def test_a_confirmation_can_end_the_wait(run_module: RunModule, front: dict[str, t.Any]) -> None:
    result = run_module("bk_job_execute", job_plan_id=101, wait=True, on_confirmation="fail", **front)
    assert (result["outcome"], result["status"], result["finished"]) == ("waiting_confirmation", "waiting", False)
    id_, step = result["job_instance_id"], result["steps"][1]["step_instance_id"]
    assert f"blueking.job.confirm -e job_instance_id={id_} -e step_instance_id={step}" in result["msg"]


def test_a_timeout_returns_the_id(run_module: RunModule, front: dict[str, t.Any]) -> None:
    result = run_module("bk_job_execute", job_plan_id=101, wait=True, wait_timeout=60, **front)
    assert (result["failed"], result["outcome"], result["status"]) == (True, "timed_out", "waiting")
    assert result["job_instance_id"]
    assert f"blueking.job.resume -e job_instance_id={result['job_instance_id']}" in result["msg"]


@pytest.mark.parametrize(
    ("credentials", "kind", "code"),
    [({}, "not_found", 1244006), ({"bk_app_secret": "wrong-secret"}, "credentials", None)],
)
def test_an_instance_that_was_never_seen_is_refused(
    run_module: RunModule, front: dict[str, t.Any], credentials: dict[str, str], kind: str, code: int | None
) -> None:
    result = run_module("bk_job_wait", job_instance_id=4711, **{**front, **credentials})
    assert (result["failed"], result["outcome"], result["job_instance_id"]) == (True, "refused", 4711)
    assert (result["changed"], result["finished"], result["status"]) == (False, False, None)
    assert (result["failed_hosts"], result["logs"], result["steps"], result["host_list"]) == ([], [], [], [])
    assert result["error"]["kind"] == kind
    assert code in (None, result["error"]["code"])
    assert "4711" in result["msg"]
    # To wait for it again would not help.
    assert "blueking.job.resume" not in result["msg"]
    assert result["request"] == {
        "api": "get_job_instance_status",
        "body": {"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1, "job_instance_id": 4711},
    }


SEEN = {"job_instance_id": None, "name": None, "status": 3, "create_time": 1, "start_time": 1, "end_time": 1}
ROW = {"step_instance_id": 7, "name": None, "type": 1, "status": 3, "start_time": None, "end_time": None}


def status_answer(job: dict[str, t.Any], *steps: dict[str, t.Any]) -> faults.Fault:
    data = {"finished": True, "job_instance": job, "step_instance_list": list(steps)}
    return faults.answer(200, {"result": True, "code": 0, "data": data})


def test_a_response_without_names_and_ids_belongs_to_the_requested_instance(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]
) -> None:
    sim.faults.add(status_answer(SEEN, ROW), api="get_job_instance_status", times=2)
    result = run_module("bk_job_wait", job_instance_id=4711, logs="none", **esb)
    assert (result["outcome"], result["job_instance_id"]) == ("succeeded", 4711)
    assert result["steps"][0]["name"] == "step 7"
    assert all(fact in result["msg"] for fact in ("4711", "succeeded"))


@pytest.mark.parametrize(
    ("status", "step_status", "words"),
    [(9, 9, ["abnormal", "retry_failed"]), (12, 11, ["failed"]), (11, 11, ["terminated"]), (14, 14, ["abandoned"])],
)
def test_every_failed_end_names_the_failed_hosts(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], status: int, step_status: int, words: list[str]
) -> None:
    host = {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1", "status": 104, "exit_code": 3}
    step = {**ROW, "name": "run", "status": step_status, "step_ip_result_list": [host]}
    sim.faults.add(status_answer({**SEEN, "status": status}, step), api="get_job_instance_status")
    result = run_module("bk_job_wait", job_instance_id=4711, logs="none", **esb)
    facts = ["4711", "10.0.0.1 (exit code 3)", *words]
    assert [fact for fact in facts if fact not in result["msg"]] == [], result["msg"]


def test_a_host_without_id_and_address_is_described(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]
) -> None:
    host = {"ip": None, "bk_cloud_id": 0, "status": 104}
    step = {"step_instance_id": 7, "name": "run", "type": 1, "status": 4, "step_ip_status": [host]}
    data = {"job_instance": {"job_instance_id": 4711, "status": 4}, "blocks": [{"step_instances": [step]}]}
    sim.faults.add(faults.answer(200, {"result": True, "code": 0, "data": data}), api="get_job_instance_status")
    result = run_module("bk_job_wait", job_instance_id=4711, logs="none", **{**esb, "api_version": "v2"})
    assert "without IPv4" in result["msg"]


# Older ansible-core makes an empty string of a template that is null.
@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("module", ["bk_job_wait", "bk_job_operate"])
def test_an_empty_job_instance_id_is_refused(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], module: str, nothing: str | None
) -> None:
    action = {"action": "terminate"} if module == "bk_job_operate" else {}
    result = run_module(module, job_instance_id=nothing, **action, **esb)
    assert (result["failed"], result["outcome"], result["job_instance_id"]) == (True, "refused", None)
    assert result["error"]["kind"] == "invalid_request"
    assert "job_instance_id has no value" in result["msg"]
    assert sim.requests == []


@pytest.mark.parametrize(
    "odd",
    [
        status_answer({**SEEN, "status": [3]}, ROW),
        status_answer({**SEEN, "status": None}, ROW),
        status_answer(SEEN, {**ROW, "start_time": 10**25}),
        status_answer(SEEN, {**ROW, "start_time": "x"}),
        status_answer(SEEN, {**ROW, "status": {}}),
    ],
)
def test_a_malformed_response_does_not_end_the_wait(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], odd: faults.Fault
) -> None:
    id_ = run_module("bk_job_execute", job_plan_id=100, **esb)["job_instance_id"]
    sim.faults.add(odd, api="get_job_instance_status", times=3)
    assert run_module("bk_job_wait", job_instance_id=id_, **esb)["outcome"] == "succeeded"


def test_unreadable_hosts_do_not_hide_the_outcome(sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]) -> None:
    id_ = run_module("bk_job_execute", job_plan_id=100, **esb)["job_instance_id"]
    no_hosts = {"result": False, "code": 1240002, "message": "Internal Server Error"}
    sim.clock.advance(60)
    # The poll shows the end; the request for the hosts fails, with all its retries.
    for fault in (faults.SOUND, *[faults.answer(200, no_hosts)] * 6):
        sim.faults.add(fault, api="get_job_instance_status")
    result = run_module("bk_job_wait", job_instance_id=id_, **esb)
    assert (result["outcome"], result["hosts"], result["failed_hosts"]) == ("succeeded", None, None)
    assert "1240002" in result["msg"]
    assert result["output_variables"]


def test_a_gateway_without_response_ends_the_wait_with_the_id(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any]
) -> None:
    then = sim.clock.now()
    sim.faults.add(faults.bad_gateway(), api="get_job_instance_status", times=10_000)
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **front)
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("lost", True, "unavailable")
    assert result["job_instance_id"] == sim.launches[0].instance_id
    assert 180 <= sim.clock.now() - then <= 200
    assert len(sim.launches) == 1


def test_the_timeout_of_the_environment_decides_the_patience(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BK_JOB_TIMEOUT", "100")
    then = sim.clock.now()
    sim.faults.add(faults.bad_gateway(), api="get_job_instance_status", times=10_000)
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **esb)
    assert (result["outcome"], 300 <= sim.clock.now() - then <= 320) == ("lost", True)


@pytest.mark.parametrize(("outcome", "limit"), [("lost", {}), ("timed_out", {"wait_timeout": 30})])
def test_the_last_known_state_is_returned_when_the_gateway_stops_responding(
    sim: Simulator, run_module: RunModule, front: dict[str, t.Any], outcome: str, limit: dict[str, t.Any]
) -> None:
    id_ = run_module("bk_job_execute", job_plan_id=100, **front)["job_instance_id"]
    sim.clock.advance(1)
    # The old ESB responds to the attempt with a header first; only polls are to be hit.
    front["credentials_in"] = "body" if "old" in front["url"] else "auto"
    sim.faults.add(faults.SOUND, api="get_job_instance_status")
    sim.faults.add(faults.bad_gateway(), api="get_job_instance_status", times=10_000)
    result = run_module("bk_job_wait", job_instance_id=id_, **limit, **front)
    assert (result["outcome"], result["job_instance_id"], result["job_instance_name"]) == (outcome, id_, "Test")
    assert (result["status"], result["status_code"], result["finished"]) == ("running", 2, False)
    assert [(step["name"], step["status"]) for step in result["steps"]] == [("run", "running"), ("copy", "pending")]
    assert f"blueking.job.resume -e job_instance_id={id_}" in result["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wait_timeout": -1}, "wait_timeout must be at least 0"),
        ({"poll_interval": 0}, "poll_interval must be from 0.1 to 86400"),
        ({"poll_interval": "nan"}, "poll_interval must be from 0.1 to 86400"),
        ({"poll_interval": "inf"}, "poll_interval must be from 0.1 to 86400"),
    ],
)
def test_bad_options_are_refused_before_the_launch(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any], options: dict[str, t.Any], words: str
) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **esb, **options)
    assert (result["outcome"], words in result["msg"], sim.requests) == ("refused", True, [])
    assert result["request"]["api"] == "execute_job_plan"
    result = run_module("bk_job_wait", job_instance_id=10000, **esb, **options)
    assert (result["outcome"], words in result["msg"], sim.requests) == ("refused", True, [])
    assert result["request"]["api"] == "get_job_instance_status"


FAULTS = [
    faults.lost(),
    faults.reset(),
    faults.truncated(),
    faults.timeout_text(),
    faults.bad_gateway(),
    faults.throttled(),
    faults.upstream_refused(),
    faults.answer(200, b"<html>sign in</html>"),
    faults.answer(200, b"null"),
    faults.replaced(200, {"result": True, "code": 0, "data": {"job_instance": {}}}),
]


def test_two_hundred_runs_with_every_fifth_response_faulty(
    sim: Simulator, run_module: RunModule, esb: dict[str, t.Any]
) -> None:
    chance = random.Random(20261122)
    for number in range(200):
        sim.reset()
        plan = chance.choice((100, 102))
        # The launch itself has no fault; each poll may have one.
        for _look in range(60):
            if chance.random() < 0.2:
                sim.faults.add(chance.choice(FAULTS), api="get_job_instance_status")
            else:
                sim.faults.add(faults.SOUND, api="get_job_instance_status")
        result = run_module("bk_job_execute", job_plan_id=plan, wait=True, **esb)
        assert result["outcome"] == ("succeeded" if plan == 100 else "failed"), (number, result["msg"])
        assert (result["job_instance_id"], len(sim.launches)) == (sim.launches[0].instance_id, 1)


@pytest.mark.parametrize(("front", "shown"), [("apigw", True), ("esb", False), ("esb-v2", False)])
def test_a_confirmation_shows_who_may_confirm_where_the_gateway_says_so(
    sim: Simulator, run_module: RunModule, front: str, shown: bool
) -> None:
    sim.world.plans[1].steps[1] = replace(t.cast("t.Any", sim.world.plans[1].steps[1]), users=("alice",))
    where = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[front]}
    launched = run_module("bk_job_execute", **where, job_plan_id=101)["job_instance_id"]
    options = {**where, "job_instance_id": launched, "on_confirmation": "fail"}
    [line] = [line for line in run_shown(sim, "bk_job_wait", options) if "blueking.job.confirm" in line]
    assert ("alice" in line) == shown
    assert sum(request.api == "get_step_instance_detail" for request in sim.requests) == shown


def test_a_confirmation_is_shown_if_nobody_knows_who_may_confirm(sim: Simulator, run_module: RunModule) -> None:
    where = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["apigw"]}
    launched = run_module("bk_job_execute", **where, job_plan_id=101)["job_instance_id"]
    sim.faults.add(faults.bad_gateway(), api="get_step_instance_detail")
    options = {**where, "job_instance_id": launched, "wait_timeout": 60}
    [line] = [line for line in run_shown(sim, "bk_job_wait", options) if "blueking.job.confirm" in line]
    assert "admin" not in line
    assert sum(request.api == "get_step_instance_detail" for request in sim.requests) == 1


def test_a_request_without_a_response_is_shown_before_it_times_out(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module(f"{UTILS}._follow.progress"), "SILENT", 0.0)
    where = {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url}
    launched = run_module("bk_job_execute", **where, job_plan_id=100)["job_instance_id"]
    over = threading.Event()
    sim.faults.add(faults.held(over), api="get_job_instance_status")
    lines = run_shown(sim, "bk_job_wait", {**where, "job_instance_id": launched}, lambda line: over.set())
    assert "gateway" in lines[0]
    assert "succeeded" in lines[-1]
