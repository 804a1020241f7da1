# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operating instances on every surface: each action in its right and its wrong state, and what can go wrong."""

from __future__ import annotations

import itertools
import math
import typing as t

import pytest

from tests.simulator import (
    ApprovalStep,
    Host,
    Outcome,
    Plan,
    Scope,
    ScriptStep,
    Simulator,
    Targets,
    Variable,
    default_world,
    faults,
)
from tests.unit.conftest import CREDENTIALS, InterruptedClock, fronts
from tests.unit.launches import run_shown

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import MakeClient, RunModule

    Options = dict[str, t.Any]

FAILURE = Outcome(status=104, exit_code=1, seconds=1.0)
LONG = Outcome(seconds=1000.0)
UNSUPPORTED = {"result": False, "code": 1241003, "message": "Unsupported operation"}


@pytest.fixture(autouse=True)
def _plans(sim: Simulator) -> Iterator[None]:
    """Beside the default plans: 200 runs long, 201 hangs when stopped, 202 always fails, 203 is abnormal."""
    world = default_world()
    world.plans += [
        plan(200, ScriptStep(1, "run", outcome=LONG, stop_seconds=30), ScriptStep(2, "after")),
        plan(201, ScriptStep(1, "run", outcome=LONG, stop_seconds=math.inf)),
        plan(202, ScriptStep(1, "run", outcome=FAILURE), ScriptStep(2, "after")),
        plan(203, ScriptStep(1, "run", ends=(9,))),
        plan(204, ApprovalStep(1, "first", roles=("release",)), ApprovalStep(2, "second", users=("admin",))),
    ]
    world.hosts.append(Host(999, "10.9.9.9", biz=1))
    sim.reset(world)
    yield
    sim.reset(default_world())


def plan(id_: int, *steps: ScriptStep | ApprovalStep) -> Plan:
    hosts = Variable(id_ * 10, "hosts", 3, hosts=Targets(host_ids=(101, 102)))
    return Plan(id_, f"Plan {id_}", Scope("biz", "1"), steps=[*steps], variables=[hosts])


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[request.param]}


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The connection options of the ESB."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, "url": sim.url}


class Run:
    """An instance of a plan, some seconds after its launch."""

    def __init__(self, sim: Simulator, run_module: RunModule, options: Options) -> None:
        self.sim, self.run_module, self.options = sim, run_module, options
        self.id = 0
        self.steps: list[int] = []

    def of(self, plan_id: int, seconds: float = 2.0) -> Run:
        launched = self.run_module("bk_job_execute", job_plan_id=plan_id, **self.options)
        self.id = launched["job_instance_id"]
        self.sim.clock.advance(seconds)
        self.steps = [step["step_instance_id"] for step in self.read()["steps"]]
        self.sim.requests.clear()
        return self

    def read(self) -> dict[str, t.Any]:
        """The state of the instance, which check mode does not change."""
        options = {**self.options, "job_instance_id": self.id}
        return self.run_module("bk_job_operate", check_mode=True, action="terminate", **options)

    def do(self, verb: str, step: int | None = None, **options: t.Any) -> dict[str, t.Any]:
        """Operate the instance, or its step by number."""
        where = {} if step is None else {"step_instance_id": self.steps[step]}
        options = {**self.options, "job_instance_id": self.id, "action": verb, **where, **options}
        return self.run_module("bk_job_operate", **options)

    def sent(self) -> list[tuple[str, int]]:
        """The operations that were sent."""
        return [(r.api, r.body["operation_code"]) for r in self.sim.requests if r.api.startswith("operate_")]


@pytest.fixture
def run(sim: Simulator, run_module: RunModule, front: Options) -> Run:
    return Run(sim, run_module, front)


@pytest.fixture
def run_esb(sim: Simulator, run_module: RunModule, esb: Options) -> Run:
    return Run(sim, run_module, esb)


def ok(result: dict[str, t.Any]) -> bool:
    return not result.get("failed", False) and result["error"] is None


# Terminating


def test_a_running_instance_is_terminated_and_waited_for(run: Run) -> None:
    result = run.of(200).do("terminate", wait=True, console_url="https://job.example.com")
    assert (ok(result), result["changed"]) == (True, True)
    assert (result["outcome"], result["status"], result["finished"]) == ("terminated", "terminated", True)
    assert [step["status"] for step in result["steps"]] == ["terminated", "pending"]
    assert {host["status"] for host in result["failed_hosts"]} == {"terminated"}
    assert result["job_instance_url"] == f"https://job.example.com/api_execute/{run.id}"
    assert (run.sent(), result["request"]) == ([("operate_job_instance", 1)], None)


def test_without_wait_the_task_returns_when_the_request_is_accepted(run: Run) -> None:
    result = run.of(200).do("terminate")
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, None)
    assert all(fact in result["msg"] for fact in (str(run.id), "Plan 200", "terminate", result["status"]))


@pytest.mark.parametrize(("plan_id", "outcome"), [(100, "succeeded"), (102, "failed")])
@pytest.mark.parametrize("wait", [False, True])
def test_a_finished_instance_is_not_terminated(run: Run, plan_id: int, outcome: str, wait: bool) -> None:
    result = run.of(plan_id, 100).do("terminate", wait=wait)
    assert (ok(result), result["changed"], result["outcome"], run.sent()) == (True, False, outcome, [])


def test_a_stopping_instance_is_not_changed_and_can_be_waited_for(run: Run) -> None:
    run.of(200).do("terminate")
    run.sim.clock.advance(1)
    result = run.do("terminate")
    assert (ok(result), result["changed"], result["status"]) == (True, False, "stopping")
    result = run.do("terminate", wait=True)
    assert (ok(result), result["changed"], result["status"]) == (True, False, "terminated")
    assert len(run.sent()) == 1


def test_a_timeout_before_the_instance_runs_changes_nothing(run: Run) -> None:
    run.of(200, 0).sim.faults.add(faults.answer(200, UNSUPPORTED), api="operate_job_instance", times=100)
    result = run.do("terminate", wait=True, wait_timeout=5)
    assert (ok(result), result["changed"], result["outcome"]) == (False, False, "refused")


def test_stopping_a_pending_instance_is_repeated(run: Run) -> None:
    result = run.of(200, 0).do("terminate", wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "terminated")
    assert len(run.sent()) == 2


def test_at_a_confirmation_the_step_is_rejected(run: Run) -> None:
    result = run.of(101, 10).do("terminate", wait=True)
    assert (ok(result), result["outcome"], result["status"]) == (True, "terminated", "rejected")
    assert run.sent() == [("operate_step_instance", 9)]


def test_an_instance_hanging_at_a_confirmation_is_stopped(run: Run, make_client: MakeClient) -> None:
    from ansible_collections.blueking.job.plugins.module_utils._api.call import Call

    run.of(101, 10)
    body = {"bk_biz_id": 1, "job_instance_id": run.id, "operation_code": 1}
    make_client().call(Call("jobv3", "operate_job_instance", body, writes=True))
    run.sim.clock.advance(1000)
    result = run.do("terminate", wait=True)
    assert (ok(result), result["changed"], result["status"]) == (True, True, "rejected")


def test_a_hanging_stop_is_reported_and_can_be_skipped(run: Run) -> None:
    result = run.of(201).do("terminate", wait=True, wait_timeout=300)
    assert (ok(result), result["changed"]) == (False, True)
    assert (result["outcome"], result["status"], result["finished"]) == ("timed_out", "stopping", False)
    assert f"action skip, job_instance_id {run.id} and step_instance_id {run.steps[0]}" in result["msg"]
    result = run.do("terminate", wait=True, wait_timeout=300)
    assert (result["changed"], result["outcome"], len(run.sent())) == (False, "timed_out", 1)
    result = run.do("skip", 0)
    assert (ok(result), result["changed"], result["steps"][0]["status"]) == (True, True, "skipped")
    result = run.do("skip", 0)
    assert (ok(result), result["changed"]) == (True, False)


def test_a_user_who_may_not_confirm_cannot_terminate_at_a_confirmation(run: Run) -> None:
    result = run.of(204).do("terminate", wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (False, False, "refused")
    assert (result["error"]["kind"], result["error"]["code"]) == ("user_permission", 1244016)
    assert result["request"]["body"]["operation_code"] == 9


def test_an_instance_that_never_starts_cannot_be_stopped(run_esb: Run, make_client: MakeClient) -> None:
    run_esb.id = unstarted(make_client)
    result = run_esb.do("terminate", wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (False, False, "refused")
    assert result["error"]["code"] == UNSUPPORTED["code"]
    assert "pending" in result["msg"]


@pytest.mark.parametrize("fault", [faults.lost(), faults.timeout_text(), faults.bad_gateway()])
def test_a_terminate_request_without_response_is_repeated(run: Run, fault: faults.Fault) -> None:
    run.of(200)
    run.sim.faults.add(fault, api="operate_job_instance")
    result = run.do("terminate", wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "terminated")


def test_a_gateway_without_response_leaves_the_operation_unknown(run_esb: Run) -> None:
    run_esb.of(200)
    run_esb.sim.faults.add(faults.answer(502, "<html>"), api="operate_job_instance", times=1000)
    result = run_esb.do("terminate")
    assert (ok(result), result["changed"], result["outcome"]) == (False, True, "unknown")
    assert "terminate" in result["msg"]
    assert (result["status"], result["request"]["api"]) == ("running", "operate_job_instance")


# Starting


def unstarted(make_client: MakeClient) -> int:
    from ansible_collections.blueking.job.plugins.module_utils._api.call import Call

    body = {"bk_biz_id": 1, "job_plan_id": 100, "start_task": False}
    return t.cast("int", make_client().call(Call("jobv3", "execute_job_plan", body, writes=True))["job_instance_id"])


def test_an_unstarted_instance_is_started_once(run: Run, make_client: MakeClient) -> None:
    run.id = unstarted(make_client)
    result = run.do("start", wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "succeeded")
    result = run.do("start")
    assert (ok(result), result["changed"], run.sent()) == (True, False, [("operate_job_instance", 2)])


def test_a_lost_response_to_a_start_is_checked_against_the_state(run: Run, make_client: MakeClient) -> None:
    run.id = unstarted(make_client)
    run.sim.faults.add(faults.lost(), api="operate_job_instance")
    result = run.do("start", wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "succeeded")
    assert len(run.sent()) == 1


def test_a_start_without_effect_is_sent_again(run: Run, make_client: MakeClient) -> None:
    run.id = unstarted(make_client)
    run.sim.faults.add(faults.answer(502, "<html>"), api="operate_job_instance")
    result = run.do("start", wait=True)
    assert (ok(result), result["changed"], len(run.sent())) == (True, True, 2)


def test_job_before_310_has_no_start(run_esb: Run, make_client: MakeClient) -> None:
    run_esb.id = unstarted(make_client)
    run_esb.sim.world.understands_start_task = False
    result = run_esb.do("start")
    assert (ok(result), result["changed"], result["outcome"]) == (False, False, "refused")
    assert result["error"]["code"] == 1241002
    assert "3.10" in result["error"]["hint"]


# Steps


def test_a_failed_step_is_retried_and_then_succeeds(run: Run) -> None:
    result = run.of(102, 20).do("retry_failed", 0, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "succeeded")
    assert result["steps"][0]["execute_count"] == 1
    assert run.sent() == [("operate_step_instance", 2)]


@pytest.mark.parametrize("action", ["retry_failed", "retry_all"])
def test_a_retry_that_fails_again_fails_the_task(run: Run, action: str) -> None:
    result = run.of(202, 20).do(action, 0, wait=True)
    assert (ok(result), result["failed"], result["changed"], result["outcome"]) == (False, True, True, "failed")
    assert (result["steps"][0]["execute_count"], len(result["failed_hosts"])) == (1, 2)


def test_a_retry_without_wait_returns_when_it_is_accepted(run: Run) -> None:
    result = run.of(202, 20).do("retry_all", 0)
    assert (ok(result), result["changed"], result["outcome"], result["status"]) == (True, True, None, "running")
    assert all(fact in result["msg"] for fact in (str(run.id), "Plan 202", "retry_all", "run", "running"))


def test_an_abnormal_step_is_retried(run: Run) -> None:
    result = run.of(203, 20).do("retry_failed", 0, wait=True)
    assert (ok(result), result["outcome"]) == (True, "succeeded")


def test_an_error_is_ignored_once(run: Run) -> None:
    result = run.of(202, 20).do("ignore_error", 0, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "succeeded")
    assert [step["status"] for step in result["steps"]] == ["ignored", "success"]
    result = run.do("ignore_error", 0)
    assert (ok(result), result["changed"], run.sent()) == (True, False, [("operate_step_instance", 3)])


def test_a_step_is_confirmed_once(run: Run) -> None:
    result = run.of(101, 10).do("confirm", 1)
    assert (ok(result), result["changed"], result["steps"][1]["status"]) == (True, True, "success")
    result = run.do("confirm", 1, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, False, "succeeded")
    assert run.sent() == [("operate_step_instance", 6)]


def test_waiting_after_a_confirmation_ends_at_the_next_one(run: Run) -> None:
    run.sim.world.users[0].roles = frozenset({"release"})
    result = run.of(204).do("confirm", 0, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "waiting_confirmation")
    assert f"blueking.job.confirm -e job_instance_id={run.id} -e step_instance_id={run.steps[1]}" in result["msg"]


def test_a_rejection_ends_the_instance_and_can_be_reverted(run: Run) -> None:
    result = run.of(101, 10).do("reject", 1, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "terminated")
    assert (ok(again := run.do("reject", 1)), again["changed"]) == (True, False)
    result = run.do("restart_confirmation", 1, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "waiting_confirmation")
    assert (ok(again := run.do("restart_confirmation", 1)), again["changed"]) == (True, False)
    assert [code for _api, code in run.sent()] == [9, 10]


def test_the_step_after_a_stopped_one_is_run_once(run: Run) -> None:
    run.of(200).do("terminate", wait=True)
    result = run.do("next_step", 0)
    assert (ok(result), result["changed"], result["status"]) == (True, True, "running")
    result = run.do("next_step", 0, wait=True)
    assert (ok(result), result["changed"], result["outcome"]) == (True, False, "succeeded")
    assert [code for _api, code in run.sent()] == [1, 11]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("retry_failed", ["running", "failed", "abnormal", "terminated"]),
        ("retry_all", ["running", "failed", "abnormal", "terminated"]),
        ("ignore_error", ["running", "failed", "abnormal"]),
        ("confirm", ["script", "confirmation"]),
        ("reject", ["script", "confirmation"]),
        ("restart_confirmation", ["script", "confirmation"]),
        ("next_step", ["running", "terminated"]),
        ("skip", ["running", "stopping"]),
        ("continue_rolling", ["running", "waiting", "rolling"]),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_the_wrong_state_is_named(run: Run, action: str, words: list[str], check_mode: bool) -> None:
    result = run.of(200).do(action, 0, check_mode=check_mode)
    assert (ok(result), result["changed"], result["outcome"], run.sent()) == (False, False, "refused", [])
    message = result["error"]["message"]
    assert [word for word in (action, str(run.steps[0]), *words) if word not in message] == [], message
    assert (result["error"]["kind"], result["status"]) == ("invalid_request", "running")


def test_a_step_of_another_instance_is_not_found(run: Run) -> None:
    run.of(100, 20)
    result = run.do("skip", step_instance_id=4711)
    assert (result["outcome"], result["error"]["kind"]) == ("refused", "not_found")
    assert all(fact in result["msg"] for fact in ("4711", f"{run.steps[0]} (run)", f"{run.steps[1]} (copy)"))


def test_an_unknown_instance_is_not_found(run: Run) -> None:
    run.id = 4711
    result = run.do("terminate")
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("refused", False, 4711)
    assert (result["error"]["kind"], result["error"]["code"]) == ("not_found", 1244006)


def test_only_confirmers_may_confirm(run: Run) -> None:
    result = run.of(204).do("confirm", 0)
    assert (ok(result), result["changed"], result["outcome"]) == (False, False, "refused")
    assert (result["error"]["kind"], result["error"]["code"]) == ("user_permission", 1244016)


def test_without_permission_nothing_happens(run: Run) -> None:
    run.of(200)
    result = run.do("terminate", bk_username="stranger")
    assert (ok(result), result["changed"], result["outcome"]) == (False, False, "refused")
    assert (result["error"]["kind"], run.sent()) == ("user_permission", [])


# Lost responses


@pytest.mark.parametrize("fault", [faults.lost(), faults.timeout_text(), faults.truncated()])
def test_a_lost_response_is_replaced_by_the_state_of_the_instance(run: Run, fault: faults.Fault) -> None:
    run.of(202, 20)
    run.sim.faults.add(fault, api="operate_step_instance")
    result = run.do("retry_failed", 0, wait=True)
    assert (result["changed"], result["outcome"], result["error"]) == (True, "failed", None)
    assert (result["steps"][0]["execute_count"], len(run.sent())) == (1, 1)


def test_without_an_effect_the_operation_is_unknown_and_not_repeated(run: Run) -> None:
    run.of(202, 20)
    run.sim.faults.add(faults.answer(502, "<html>"), api="operate_step_instance")
    result = run.do("retry_failed", 0, wait=True, retries=5)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, True, "unknown")
    assert (result["status"], result["steps"][0]["execute_count"], len(run.sent())) == ("failed", 0, 1)
    assert (result["request"]["api"], result["error"]["kind"]) == ("operate_step_instance", "unavailable")
    assert "retry_failed" in result["msg"]


def test_a_confirmation_by_somebody_else_changes_nothing(run: Run) -> None:
    run.of(101, 10)
    # Job confirms the step, and its response says that somebody else was faster.
    run.sim.faults.add(faults.replaced(200, UNSUPPORTED), api="operate_step_instance")
    result = run.do("confirm", 1)
    assert (ok(result), result["changed"]) == (True, False)


@pytest.mark.parametrize("fault", [faults.bad_gateway(), faults.lost(), faults.throttled()])
def test_a_refusal_stays_one_if_the_state_cannot_be_read_after_it(run: Run, fault: faults.Fault) -> None:
    run.of(202, 20)
    run.sim.faults.add(faults.answer(200, UNSUPPORTED), api="operate_step_instance")
    run.sim.faults.add(faults.SOUND, api="get_job_instance_status")
    run.sim.faults.add(fault, api="get_job_instance_status")
    result = run.do("retry_failed", 0)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "refused")
    assert result["error"]["code"] == UNSUPPORTED["code"]


def test_throttling_is_retried(run: Run) -> None:
    run.of(102, 20)
    run.sim.faults.add(faults.throttled(), api="operate_step_instance")
    result = run.do("retry_failed", 0, wait=True, retries=1)
    assert (ok(result), result["changed"], result["outcome"]) == (True, True, "succeeded")


# The time limit of the task, at each pause of the module


@pytest.mark.parametrize(
    ("plan_id", "action", "step", "fault"),
    [
        (200, "terminate", None, faults.SOUND),
        (200, "terminate", None, faults.lost()),
        (202, "retry_failed", 0, faults.SOUND),
        (202, "retry_failed", 0, faults.lost()),
        (202, "ignore_error", 0, faults.replaced(200, UNSUPPORTED)),
    ],
)
@pytest.mark.parametrize("wait", [False, True])
def test_an_operation_that_was_sent_is_never_reported_as_not_done(
    run_esb: Run, plan_id: int, action: str, step: int | None, fault: faults.Fault, wait: bool
) -> None:
    for pauses in itertools.count(1):
        run_esb.sim.faults.clear()
        run_esb.of(plan_id, 20)
        run_esb.sim.faults.add(fault, api="operate_job_instance" if step is None else "operate_step_instance")
        # The reads before and after the operation have pauses too.
        for status in (faults.throttled(), faults.SOUND, faults.throttled()):
            run_esb.sim.faults.add(status, api="get_job_instance_status")
        clock = InterruptedClock(run_esb.sim, pauses)
        result = run_esb.do(action, step, wait=wait, retries=1, clock=clock)
        if clock.pauses > 0:
            break
        assert (result["failed"], bool(result["outcome"])) == (True, True)
        if run_esb.sent():
            assert result["outcome"] != "refused"
        else:
            assert (result["outcome"], result["changed"]) == ("refused", False)
        if run_esb.sent() and fault.instead is None:
            assert result["changed"] is True
    assert pauses > 2


# Modes and options


@pytest.mark.parametrize(
    ("plan_id", "seconds", "action", "step", "api", "code"),
    [
        (200, 2, "terminate", None, "operate_job_instance", 1),
        (101, 10, "terminate", None, "operate_step_instance", 9),
        (101, 10, "confirm", 1, "operate_step_instance", 6),
        (102, 20, "retry_failed", 0, "operate_step_instance", 2),
    ],
)
def test_check_mode_returns_the_request(
    run: Run, plan_id: int, seconds: float, action: str, step: int | None, api: str, code: int
) -> None:
    result = run.of(plan_id, seconds).do(action, step, check_mode=True, wait=True)
    assert (ok(result), result["changed"], run.sent()) == (True, True, [])
    assert (result["request"]["api"], result["request"]["body"]["operation_code"]) == (api, code)
    assert action in result["msg"]


def test_check_mode_reports_that_nothing_would_change(run: Run) -> None:
    result = run.of(100, 100).do("terminate", check_mode=True, wait=True)
    assert (ok(result), result["changed"], result["request"]) == (True, False, None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"action": "confirm"}, "step_instance_id"),
        ({"action": "terminate", "step_instance_id": 20001}, "step_instance_id"),
        ({"action": "terminate", "wait_timeout": -1}, "wait_timeout must be at least 0"),
        ({"action": "terminate", "bk_app_code": ""}, "bk_app_code"),
    ],
)
def test_bad_options_are_refused_before_any_request(
    sim: Simulator, run_module: RunModule, esb: Options, options: Options, words: str
) -> None:
    result = run_module("bk_job_operate", **{**esb, "job_instance_id": 10000, **options})
    assert (result["failed"], result["outcome"], result["changed"], sim.requests) == (True, "refused", False, [])
    assert words in result["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {"job_instance_id": 4711},
        {"bk_app_secret": "wrong"},
        {"action": "confirm"},
        {"step_instance_id": 4711},
        {"wait_timeout": -1},
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_failure_before_the_operation_returns_the_request_of_the_state(run: Run, options: Options) -> None:
    run.of(202, 20)
    result = run.do("retry_failed", 0, **options)
    assert (result["failed"], result["outcome"], run.sent()) == (True, "refused", [])
    assert result["request"]["api"] == "get_job_instance_status"
    assert result["request"]["body"]["job_instance_id"] == options.get("job_instance_id", run.id)


def test_a_failure_after_the_operation_returns_its_request(run: Run) -> None:
    result = run.of(202, 20).do("retry_failed", 0, wait=True)
    assert (result["failed"], result["outcome"]) == (True, "failed")
    assert result["request"]["api"] == "operate_step_instance"


def test_a_wait_on_the_controller_shows_progress(sim: Simulator, run_module: RunModule) -> None:
    where = {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url}
    failed = run_module("bk_job_execute", **where, job_plan_id=102, wait=True)
    ids = {"job_instance_id": failed["job_instance_id"], "step_instance_id": failed["steps"][0]["step_instance_id"]}
    lines = run_shown(sim, "bk_job_operate", {**where, **ids, "action": "retry_failed", "wait": True})
    assert [" step 1/2 run success " in line for line in lines].count(True) == 1
    assert " succeeded " in lines[-1]
    assert not any(" failed" in line for line in lines)
