# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job instance on the virtual clock: the state machine of §8."""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Callable

from .plans import ApprovalStep, HostStep
from .rolling import IGNORE_FAILURES, MANUAL

if TYPE_CHECKING:
    from .plans import Outcome, Plan, Step
    from .world import Host

# Run status of jobs and steps (§5.1).
PENDING, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING, ABNORMAL = 1, 2, 3, 4, 5, 6, 7, 9
STOPPING, STOPPED, REJECTED, ABANDONED, BETWEEN_BATCHES = 10, 11, 13, 14, 15

# Task types of job instances (§5.2): other than plans, those of their only step.
PLAN = 0

# Who launched (§5.2).
BY_WEB, BY_API, BY_CRON = 1, 2, 3

# Status of one host (§5.3).
HOST_SUCCEEDED_BEFORE, HOST_WAITING, HOST_RUNNING, HOST_SUCCEEDED, HOST_TERMINATED = 3, 5, 7, 9, 403

# Delays of the engine, in seconds: the queue before a launch or a stop is processed, and the pauses between job, step
# and host (the times of transcript A.2).
PICK_UP, STEP_PAUSE, HOST_PAUSE, CLOSING = 0.12, 0.08, 0.1, 0.05


@dataclass
class HostTask:
    """One attempt on one host. What it reports depends on the time."""

    host: Host
    outcome: Outcome
    attempt: int
    start: float
    end: float
    kept: bool = False

    def status(self, now: float) -> int:
        if self.kept:
            return HOST_SUCCEEDED_BEFORE
        if now < self.start:
            return HOST_WAITING
        return HOST_RUNNING if now < self.end else self.outcome.status

    def succeeded(self, now: float) -> bool:
        return self.status(now) in (HOST_SUCCEEDED, HOST_SUCCEEDED_BEFORE)

    def cut(self, now: float) -> None:
        """Terminate the task on this host."""
        if now < self.end:
            self.end = now
            self.start = min(self.start, now)
            self.outcome = replace(self.outcome, status=HOST_TERMINATED, exit_code=None, tag="")


class StepRun:
    """One step instance; it has host tasks once it has started. `sources` are files with the hosts they come from.

    A rolling step runs on one of its `batches` after the other, others on all hosts at once.
    """

    def __init__(
        self, step_id: int, step: Step, hosts: tuple[Host, ...], sources: tuple[tuple[Host, str], ...] = ()
    ) -> None:
        self.id = step_id
        self.step = step
        self.hosts = hosts
        self.sources = sources
        self.status = PENDING
        self.execute_count = 0
        self.start: float | None = None
        self.end: float | None = None
        self.tasks: list[HostTask] = []
        self.batches: tuple[tuple[Host, ...], ...] = (hosts,)
        self.batch = 0
        self.rolling_mode: int | None = None
        self._count_before_batch = 0

    def roll(self, batches: tuple[tuple[Host, ...], ...], mode: int) -> None:
        self.batches, self.rolling_mode = batches, mode

    @property
    def has_next_batch(self) -> bool:
        return self.batch + 1 < len(self.batches)

    def enter_next_batch(self) -> None:
        self.batch += 1
        self._count_before_batch = self.execute_count

    def begin(self, now: float, keep: bool = False) -> None:
        """Start an attempt of the present batch; with `keep`, hosts that have succeeded are not run again (§8)."""
        started = self.start if self.batch else now
        self.status, self.start, self.end = RUNNING, started, None
        present = self._hosts_of_batch()
        before = {task.host.id: task for task in self.tasks}
        self.tasks = [
            self._next(before.get(host.id), host, now, keep)
            if host.id in present
            else before.get(host.id) or HostTask(host, self._outcome(host), self.execute_count, math.inf, math.inf)
            for host in self.hosts
        ]

    def _next(self, before: HostTask | None, host: Host, now: float, keep: bool) -> HostTask:
        if before is not None and keep and before.succeeded(now):
            return replace(before, kept=True)
        outcome, start = self._outcome(host), now + HOST_PAUSE
        return HostTask(host, outcome, self.execute_count, start, start + outcome.seconds)

    def tasks_of_batch(self) -> list[HostTask]:
        present = self._hosts_of_batch()
        return [task for task in self.tasks if task.host.id in present]

    def _hosts_of_batch(self) -> set[int]:
        return {host.id for host in self.batches[self.batch]}

    def finish(self, status: int, now: float) -> None:
        self.status, self.end = status, now

    def is_at(self, attempt: int, *statuses: int) -> bool:
        return self.execute_count == attempt and self.status in statuses

    def last_end(self) -> float:
        """When the last host of this attempt will be finished; at once if all were kept."""
        return max((task.end for task in self.tasks_of_batch() if not task.kept), default=self.start or 0.0)

    def verdict(self, now: float) -> int:
        step = self._host_step()
        given_up = step.end_of(self.execute_count)
        if given_up is not None:
            return given_up
        if all(task.succeeded(now) for task in self.tasks_of_batch()):
            return BETWEEN_BATCHES if self.has_next_batch else SUCCESS
        return IGNORED if step.ignore_error or self.rolling_mode == IGNORE_FAILURES else FAILED

    def stop_seconds(self) -> float:
        return self._host_step().stop_seconds

    def _outcome(self, host: Host) -> Outcome:
        return self._host_step().outcome_on(host, self.execute_count - self._count_before_batch)

    def _host_step(self) -> HostStep:
        assert isinstance(self.step, HostStep)
        return self.step


class Instance:
    """A job instance. Call `catch_up` before reading or operating it."""

    def __init__(
        self,
        instance_id: int,
        plan: Plan,
        operator: str,
        created: float,
        steps: list[StepRun],
        texts: dict[str, str | None],
    ) -> None:
        self.id = instance_id
        self.plan = plan
        self.operator = operator
        self.created = created
        self.steps = steps
        self.texts = texts
        self.launch_mode = BY_API
        self.cron_id = -1
        self.status = PENDING
        self.start: float | None = None
        self.end: float | None = None
        self.now = created
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._ticket = itertools.count()

    @property
    def type(self) -> int:
        return self.steps[0].step.type if self.plan.id < 0 else PLAN

    def catch_up(self, now: float) -> None:
        """Do everything that was due until now."""
        while self._agenda and self._agenda[0][0] <= now:
            self.now, _ticket, happen = heapq.heappop(self._agenda)
            happen()
        self.now = now

    def current(self) -> StepRun | None:
        """The step started last."""
        started = [step for step in self.steps if step.start is not None]
        return started[-1] if started else None

    # The effects of the operations of §6.9 and §6.10; operations.py decides whether they are allowed.

    def launch(self) -> None:
        self._after(PICK_UP, self._begin)

    def terminate(self) -> None:
        self._after(PICK_UP, self._stop)

    def retry(self, run: StepRun, everywhere: bool) -> None:
        self._set_running()
        run.execute_count += 1
        self._run(run, keep=not everywhere)

    def end_step(self, run: StepRun, status: int) -> None:
        """End the step with this status and continue with the next."""
        run.finish(status, self.now)
        self.resume()

    def resume(self) -> None:
        self._set_running()
        self._after(STEP_PAUSE, self._proceed)

    def continue_rolling(self, run: StepRun) -> None:
        self._set_running()
        run.enter_next_batch()
        self._run(run)

    def reject(self, run: StepRun) -> None:
        run.finish(REJECTED, self.now)
        self.status, self.end = REJECTED, self.now

    def wait_for_confirmation(self, run: StepRun) -> None:
        """Wait for manual confirmation at this approval step."""
        run.status, run.start, run.end = WAITING, self.now, None
        self.status, self.end = WAITING, None

    def _set_running(self) -> None:
        self.status, self.end = RUNNING, None

    # Events of the engine. None is ever removed from the agenda: one that no longer applies does nothing.

    def _begin(self) -> None:
        if self.status == PENDING:
            self.status, self.start = RUNNING, self.now
            self._after(STEP_PAUSE, self._proceed)

    def _proceed(self) -> None:
        if self.status != RUNNING:
            return
        rolling = self.current()
        if rolling is not None and rolling.has_next_batch and rolling.status in (BETWEEN_BATCHES, IGNORED, SKIPPED):
            self._roll(rolling)
            return
        run = next((run for run in self.steps if run.status == PENDING), None)
        if run is None:
            self._finish(SUCCESS)
        elif isinstance(run.step, ApprovalStep):
            self.wait_for_confirmation(run)
        else:
            self._run(run)

    def _roll(self, run: StepRun) -> None:
        if run.rolling_mode == MANUAL:
            run.status = self.status = WAITING
        else:
            self.continue_rolling(run)

    def _run(self, run: StepRun, keep: bool = False) -> None:
        run.begin(self.now, keep)
        self._at(run.last_end() + CLOSING, partial(self._leave, run, run.execute_count))

    def _leave(self, run: StepRun, attempt: int) -> None:
        if not run.is_at(attempt, RUNNING, STOPPING):
            return
        verdict = run.verdict(self.now)
        run.finish(verdict, self.now)
        if verdict not in (SUCCESS, IGNORED, BETWEEN_BATCHES):
            self._after(CLOSING, partial(self._finish, verdict))
        elif self.status == STOPPING or (run is self.steps[-1] and not run.has_next_batch):
            self._after(CLOSING, partial(self._finish, SUCCESS))
        else:
            self._after(STEP_PAUSE, self._proceed)

    def _finish(self, status: int) -> None:
        if self.status not in (RUNNING, STOPPING):
            return
        # If the step ended by itself while it was being stopped, the job still ends as stopped (§8).
        self.status = STOPPED if self.status == STOPPING else status
        self.end = self.now

    def _stop(self) -> None:
        if self.status not in (RUNNING, WAITING):
            return
        waiting, self.status = self.status == WAITING, STOPPING
        run = self.current()
        if waiting and run is not None and run.rolling_mode is None:
            # Approval steps have no handler for a stop: the job stays 10 (§6.9).
            return
        if waiting and run is not None:
            run.finish(STOPPED, self.now)
        if run is not None and run.status == RUNNING:
            run.status = STOPPING
            self._after(run.stop_seconds(), partial(self._stopped, run, run.execute_count))
        else:
            self._after(CLOSING, partial(self._finish, STOPPED))

    def _stopped(self, run: StepRun, attempt: int) -> None:
        if run.is_at(attempt, STOPPING):
            for task in run.tasks_of_batch():
                task.cut(self.now)
            run.finish(STOPPED, self.now)
            self._finish(STOPPED)

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._at(self.now + seconds, happen)

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._ticket), happen))
