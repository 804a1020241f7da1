# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state machine of §8 and the operations of §6.9 and §6.10, through the status call."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

import pytest

from tests.simulator import ApprovalStep, Outcome, Plan, Scope, ScriptStep, Simulator, Targets, User, Variable

if t.TYPE_CHECKING:
    from tests.simulator.job.plans import Step
    from tests.unit.simulator.client import Client

TERMINATE = 1
RETRY_FAILED, IGNORE, CONFIRM, RETRY_ALL, REJECT, RESTART, NEXT, SKIP, ROLL = 2, 3, 6, 8, 9, 10, 11, 12, 13
FAILURE = Outcome(status=104, exit_code=1, tag="broken")


@dataclass
class Run:
    """An instance of a plan with the given steps on hosts 101 and 102."""

    sim: Simulator
    client: Client
    instance_id: int

    def states(self, after: float = 0) -> tuple[int, list[int]]:
        """The status of the job and those of its steps, `after` so many seconds."""
        status = self.status(after)
        return status["job_instance"]["status"], [step["status"] for step in status["step_instance_list"]]

    def status(self, after: float = 0) -> t.Any:
        self.sim.clock.advance(after)
        return self.client.data("get_job_instance_status", job_instance_id=self.instance_id, return_ip_result=True)

    def hosts(self, step: int = 0, after: float = 0) -> list[int]:
        rows = self.status(after)["step_instance_list"][step]["step_ip_result_list"]
        return [row["status"] for row in rows]

    def operate(self, code: int) -> int:
        body = self.client.body("operate_job_instance", job_instance_id=self.instance_id, operation_code=code)
        return int(body["code"])

    def operate_step(self, code: int, step: int = 0, client: Client | None = None) -> int:
        step_id = self.status()["step_instance_list"][step]["step_instance_id"]
        ids = {"job_instance_id": self.instance_id, "step_instance_id": step_id}
        return int((client or self.client).body("operate_step_instance", **ids, operation_code=code)["code"])


@pytest.fixture
def run(sim: Simulator, v3: Client) -> t.Callable[..., Run]:
    def launch(*steps: Step) -> Run:
        hosts = Variable(1, "hosts", type=3, hosts=Targets(host_ids=(101, 102)))
        sim.world.plans.append(Plan(500, "made up", Scope("biz", "1"), list(steps), [hosts]))
        return Run(sim, v3, v3.data("execute_job_plan", job_plan_id=500)["job_instance_id"])

    return launch


Launch = t.Callable[..., Run]


def test_states_from_launch_to_end(run: Launch) -> None:
    one = run(ScriptStep(1, "first"), ScriptStep(2, "second"))
    assert one.states() == (1, [1, 1])
    assert one.states(after=0.15) == (2, [1, 1])
    assert one.states(after=0.1) == (2, [2, 1])
    assert one.states(after=3.2) == (2, [3, 2])
    assert one.states(after=60) == (3, [3, 3])
    times = one.status()["job_instance"]
    assert times["end_time"] - times["start_time"] == times["total_time"] < 7000


def test_host_results_while_the_step_runs(run: Launch) -> None:
    slow = Outcome(seconds=10, exit_code=7, tag="late", status=104)
    one = run(ScriptStep(1, "first", outcomes={102: (slow,)}))
    assert one.hosts() == []
    assert one.hosts(after=0.25) == [5, 5]
    assert one.hosts(after=0.25) == [7, 7]
    row = one.status(after=4)["step_instance_list"][0]["step_ip_result_list"][1]
    assert (row["status"], row["exit_code"], row["tag"], row["end_time"]) == (7, None, "", None)
    assert one.hosts() == [9, 7]
    assert one.hosts(after=10) == [9, 104]


def test_host_results_only_on_request(run: Launch, v3: Client) -> None:
    one = run(ScriptStep(1, "first"))
    for params in ({}, {"return_ip_result": False}, {"return_ip_result": "false"}):
        status = v3.data("get_job_instance_status", job_instance_id=one.instance_id, **params)
        assert status["step_instance_list"][0]["step_ip_result_list"] is None


def test_failure_ends_the_instance_at_once(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcomes={102: (FAILURE,)}), ScriptStep(2, "second"))
    assert one.states(after=60) == (4, [4, 1])
    later = one.status()["step_instance_list"][1]
    assert (later["start_time"], later["end_time"], later["total_time"]) == (None, None, None)


def test_ignored_failure_ends_in_success(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcomes={102: (FAILURE,)}, ignore_error=True), ScriptStep(2, "second"))
    assert one.states(after=60) == (3, [6, 3])
    assert one.hosts() == [9, 104]


def test_ignored_failure_of_the_last_step(run: Launch) -> None:
    assert run(ScriptStep(1, "first", outcome=FAILURE, ignore_error=True)).states(after=60) == (3, [6])


@pytest.mark.parametrize("end", [9, 14])
def test_steps_ended_by_the_engine(run: Launch, end: int) -> None:
    one = run(ScriptStep(1, "first", ends=(end,)), ScriptStep(2, "second"))
    assert one.states(after=60) == (end, [end, 1])
    assert one.operate_step(RETRY_FAILED) == (0 if end == 9 else 1241003)
    assert one.states(after=60) == ((3, [3, 3]) if end == 9 else (14, [14, 1]))


@pytest.mark.parametrize(("code", "hosts"), [(RETRY_FAILED, [3, 9]), (RETRY_ALL, [9, 9])])
def test_retry(run: Launch, code: int, hosts: list[int]) -> None:
    one = run(ScriptStep(1, "first", outcomes={102: (FAILURE, Outcome())}), ScriptStep(2, "second"))
    first_end = one.status(after=60)["job_instance"]["end_time"]
    assert one.operate_step(code) == 0
    status = one.status()
    assert (status["job_instance"]["status"], status["job_instance"]["end_time"]) == (2, None)
    assert status["step_instance_list"][0]["execute_count"] == 1
    assert one.hosts() == [hosts[0] if hosts[0] == 3 else 5, 5]
    assert one.states(after=60) == (3, [3, 3])
    assert one.hosts() == hosts
    assert one.status()["job_instance"]["end_time"] > first_end


def test_retry_that_fails_again(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcomes={102: (FAILURE,)}))
    one.states(after=60)
    for count in (1, 2):
        assert one.operate_step(RETRY_FAILED) == 0
        assert one.states(after=60) == (4, [4])
        assert one.hosts() == [3, 104]
        assert one.status()["step_instance_list"][0]["execute_count"] == count


def test_ignore_error_operation(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcome=FAILURE), ScriptStep(2, "second"))
    one.states(after=60)
    assert one.operate_step(IGNORE) == 0
    assert one.states() == (2, [6, 1])
    assert one.states(after=60) == (3, [6, 3])


# Terminating


def test_terminating_takes_time(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcome=Outcome(seconds=100)), ScriptStep(2, "second"))
    assert one.operate(TERMINATE) == 1241003
    assert one.states(after=1) == (2, [2, 1])
    assert one.operate(TERMINATE) == 0
    assert one.states() == (2, [2, 1])
    assert one.states(after=0.2) == (10, [10, 1])
    assert one.operate(TERMINATE) == 1241003
    assert one.states(after=2) == (11, [11, 1])
    assert one.hosts() == [403, 403]
    assert one.operate(TERMINATE) == 1241003
    assert one.operate_step(NEXT) == 0
    assert one.states(after=60) == (3, [11, 3])


def test_step_that_ends_while_being_stopped(run: Launch) -> None:
    one = run(ScriptStep(1, "first", stop_seconds=60), ScriptStep(2, "second"))
    one.states(after=1)
    one.operate(TERMINATE)
    assert one.states(after=1) == (10, [10, 1])
    assert one.states(after=10) == (11, [3, 1])
    assert one.states(after=100) == (11, [3, 1])


def test_stop_in_the_last_moment_of_a_step(run: Launch) -> None:
    one = run(ScriptStep(1, "first"), ScriptStep(2, "second"))
    one.states(after=3.3)
    assert one.operate(TERMINATE) == 0
    assert one.states(after=60) == (11, [3, 1])


def test_retry_of_a_stopped_step_is_independent_of_its_first_attempt(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcome=Outcome(seconds=5), stop_seconds=1))
    one.states(after=1)
    one.operate(TERMINATE)
    assert one.states(after=1.5) == (11, [11])
    assert one.operate_step(RETRY_ALL) == 0
    # The first attempt would have ended about now.
    assert one.states(after=3.2) == (2, [2])
    assert one.states(after=60) == (3, [3])


def test_skipping_a_stop_that_hangs(run: Launch) -> None:
    one = run(ScriptStep(1, "first", outcome=Outcome(seconds=1e9), stop_seconds=math.inf), ScriptStep(2, "second"))
    one.states(after=1)
    one.operate(TERMINATE)
    assert one.states(after=3600) == (10, [10, 1])
    assert one.operate_step(SKIP) == 0
    assert one.states(after=60) == (3, [5, 3])


# Approval


@pytest.fixture
def waiting(run: Launch) -> Run:
    one = run(ScriptStep(1, "first"), ApprovalStep(2, "ok?", users=("admin",)), ScriptStep(3, "last"))
    assert one.states(after=3600) == (7, [3, 7, 1])
    assert one.hosts(step=1) == []
    return one


def test_confirming(waiting: Run) -> None:
    assert waiting.operate_step(CONFIRM, step=1) == 0
    assert waiting.states() == (2, [3, 3, 1])
    assert waiting.states(after=60) == (3, [3, 3, 3])


def test_rejecting_and_restarting(waiting: Run) -> None:
    assert waiting.operate_step(REJECT, step=1) == 0
    assert waiting.states(after=60) == (13, [3, 13, 1])
    assert waiting.operate_step(CONFIRM, step=1) == 1241003
    assert waiting.operate_step(RESTART, step=1) == 0
    assert waiting.states() == (7, [3, 7, 1])
    assert waiting.operate_step(CONFIRM, step=1) == 0
    assert waiting.states(after=60) == (3, [3, 3, 3])


def test_terminating_at_an_approval_hangs(waiting: Run) -> None:
    assert waiting.operate(TERMINATE) == 0
    assert waiting.states(after=86400) == (10, [3, 7, 1])
    assert waiting.operate_step(REJECT, step=1) == 0
    assert waiting.states() == (13, [3, 13, 1])


@pytest.mark.parametrize(
    ("users", "roles", "code"),
    [
        (("admin",), (), 0),
        ((), ("ops",), 1244016),
        (("admin",), ("ops",), 1244016),
        (("alice",), ("ops",), 0),
        ((), ("dba",), 0),
    ],
)
def test_who_may_confirm(
    run: Launch, sim: Simulator, v3: Client, users: tuple[str, ...], roles: tuple[str, ...], code: int
) -> None:
    alice = sim.world.user("alice")
    assert alice is not None
    alice.roles = frozenset({"dba"})
    one = run(ApprovalStep(1, "ok?", users=users, roles=roles))
    one.states(after=60)
    # Anyone may confirm a step without roles.
    assert one.operate_step(CONFIRM, client=v3.as_user("alice")) == code


# Operations by state


ALLOWED_STEP_CODES = {
    "pending": set(),
    "running": set(),
    "succeeded": set(),
    "failed": {RETRY_FAILED, RETRY_ALL, IGNORE},
    "stopping": {SKIP},
    "stopped": {RETRY_FAILED, RETRY_ALL, NEXT},
    "waiting": {CONFIRM, REJECT},
    "rejected": {RESTART},
}


def brought_to(state: str, run: Launch) -> Run:
    if state in ("waiting", "rejected"):
        one = run(ApprovalStep(1, "ok?"))
        one.states(after=60)
        if state == "rejected":
            one.operate_step(REJECT)
        return one
    one = run(ScriptStep(1, "first", outcome=FAILURE if state == "failed" else Outcome(seconds=30)))
    one.states(after={"pending": 0, "succeeded": 60, "failed": 60}.get(state, 1))
    if state in ("stopping", "stopped"):
        one.operate(TERMINATE)
        one.states(after=1 if state == "stopping" else 10)
    return one


@pytest.mark.parametrize("code", [RETRY_FAILED, IGNORE, CONFIRM, RETRY_ALL, REJECT, RESTART, NEXT, SKIP, ROLL])
@pytest.mark.parametrize("state", sorted(ALLOWED_STEP_CODES))
def test_step_operations_by_state(run: Launch, state: str, code: int) -> None:
    expected = 0 if code in ALLOWED_STEP_CODES[state] else 1241003
    assert brought_to(state, run).operate_step(code) == expected


@pytest.mark.parametrize("code", [None, 0, 1, 4, 5, 7, 99, "x"])
def test_step_operations_that_do_not_exist(run: Launch, code: t.Any) -> None:
    assert brought_to("failed", run).operate_step(code) == (1240003 if code == "x" else 1241002)


@pytest.mark.parametrize("code", [None, 0, 3, 99])
def test_job_operations_that_do_not_exist(run: Launch, code: t.Any) -> None:
    assert brought_to("running", run).operate(code) == 1241002


def test_operations_on_unknown_ids(sim: Simulator, run: Launch, v2: Client, v3: Client) -> None:
    one, other = run(ScriptStep(1, "first")), 10001
    v3.data("execute_job_plan", job_plan_id=100)
    for client in (v2, v3):
        assert client.refusal("operate_job_instance", job_instance_id=999, operation_code=1)[0] == 1244006
        assert client.refusal("operate_job_instance", job_instance_id=0, operation_code=1)[0] == 1241002
        elsewhere = client.in_scope(bk_biz_id=2)
        assert elsewhere.refusal("operate_job_instance", job_instance_id=10000, operation_code=1)[0] == 1244006
        ids = {"job_instance_id": other, "step_instance_id": 20001}
        assert client.refusal("operate_step_instance", **ids, operation_code=2)[0] == 1244007
        assert client.refusal("operate_step_instance", **{**ids, "job_instance_id": 9}, operation_code=2)[0] == 1244007
    assert one.states(after=60) == (3, [3])


def test_operations_need_only_access_to_the_business(sim: Simulator, run: Launch, v3: Client) -> None:
    sim.world.users.append(User("clerk", denied={"view_history", "launch_job_plan", "view_job_plan"}))
    one = run(ScriptStep(1, "first"))
    one.states(after=1)
    clerk = v3.as_user("clerk")
    data = clerk.data("operate_job_instance", job_instance_id=one.instance_id, operation_code=TERMINATE)
    assert data == {"job_instance_id": one.instance_id, "job_instance_name": None, "step_instance_id": None}


def test_v2_operation_response_has_no_step(sim: Simulator, run: Launch, v2: Client) -> None:
    one = run(ScriptStep(1, "first"))
    sim.clock.advance(1)
    data = v2.data("operate_job_instance", job_instance_id=one.instance_id, operation_code=TERMINATE)
    assert data == {"job_instance_id": one.instance_id, "job_instance_name": None}


def test_disabled_steps_are_not_run(run: Launch) -> None:
    assert run(ScriptStep(1, "first", enabled=False), ScriptStep(2, "second")).states(after=60) == (3, [3])


# §5.1


@pytest.mark.parametrize(
    ("state", "new", "old"),
    [("running", False, False), ("waiting", False, True), ("stopping", False, True), ("stopped", True, True)],
)
def test_finished_by_version(sim: Simulator, run: Launch, v2: Client, state: str, new: bool, old: bool) -> None:
    one = brought_to(state, run)
    for sim.world.old_finished, expected in ((False, new), (True, old)):
        status = v2.data("get_job_instance_status", job_instance_id=one.instance_id)
        assert (one.status()["finished"], status["is_finished"]) == (expected, expected)


def test_ready_made_plans(sim: Simulator, v3: Client) -> None:
    runs = [Run(sim, v3, v3.data("execute_job_plan", job_plan_id=plan_id)["job_instance_id"]) for plan_id in (101, 102)]
    approved, failing = runs
    assert approved.states(after=3600) == (7, [3, 7, 1])
    assert failing.states() == (4, [4, 1])
    assert failing.hosts() == [9, 104]
    assert failing.operate_step(RETRY_FAILED) == 0
    assert failing.states(after=60) == (3, [3, 3])
