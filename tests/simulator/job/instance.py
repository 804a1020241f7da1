# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job instance on the virtual clock: the state machine of §8."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Callable

from .plans import ApprovalStep, HostStep

if TYPE_CHECKING:
    from .plans import Outcome, Plan, Step
    from .world import Host

# Run status of jobs and steps (§5.1).
PENDING, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING, ABNORMAL = 1, 2, 3, 4, 5, 6, 7, 9
STOPPING, STOPPED, REJECTED, ABANDONED = 10, 11, 13, 14

# Who launched (§5.2).
BY_WEB, BY_API = 1, 2

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
    """One step instance; it has host tasks once it has started."""

    def __init__(self, step_id: int, step: Step, hosts: tuple[Host, ...], sources: tuple[Host, ...] = ()) -> None:
        self.id = step_id
        self.step = step
        self.hosts = hosts
        self.sources = sources
        self.status = PENDING
        self.execute_count = 0
        self.start: float | None = None
        self.end: float | None = None
        self.tasks: list[HostTask] = []

    def begin(self, now: float, keep: bool = False) -> None:
        """Start an attempt; with `keep`, hosts that have succeeded are not run again (§8)."""
        kept = {task.host.id: replace(task, kept=True) for task in self.tasks if keep and task.succeeded(now)}
        self.status, self.start, self.end = RUNNING, now, None
        self.tasks = [kept.get(host.id) or self._task(host, now + HOST_PAUSE) for host in self.hosts]

    def finish(self, status: int, now: float) -> None:
        self.status, self.end = status, now

    def is_at(self, attempt: int, *statuses: int) -> bool:
        return self.execute_count == attempt and self.status in statuses

    def last_end(self) -> float:
        """When the last host of this attempt will be finished; at once if all were kept."""
        return max((task.end for task in self.tasks if not task.kept), default=self.start or 0.0)

    def verdict(self, now: float) -> int:
        step = self._host_step()
        given_up = step.end_of(self.execute_count)
        if given_up is not None:
            return given_up
        if all(task.succeeded(now) for task in self.tasks):
            return SUCCESS
        return IGNORED if step.ignore_error else FAILED

    def stop_seconds(self) -> float:
        return self._host_step().stop_seconds

    def _task(self, host: Host, start: float) -> HostTask:
        outcome = self._host_step().outcome_on(host, self.execute_count)
        return HostTask(host, outcome, self.execute_count, start, start + outcome.seconds)

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
        self.status = PENDING
        self.start: float | None = None
        self.end: float | None = None
        self.now = created
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._ticket = itertools.count()

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
        run = next((run for run in self.steps if run.status == PENDING), None)
        if run is None:
            self._finish(SUCCESS)
        elif isinstance(run.step, ApprovalStep):
            self.wait_for_confirmation(run)
        else:
            self._run(run)

    def _run(self, run: StepRun, keep: bool = False) -> None:
        run.begin(self.now, keep)
        self._at(run.last_end() + CLOSING, partial(self._leave, run, run.execute_count))

    def _leave(self, run: StepRun, attempt: int) -> None:
        if not run.is_at(attempt, RUNNING, STOPPING):
            return
        verdict = run.verdict(self.now)
        run.finish(verdict, self.now)
        if verdict not in (SUCCESS, IGNORED):
            self._after(CLOSING, partial(self._finish, verdict))
        elif run is self.steps[-1] or self.status == STOPPING:
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
        if waiting:
            # Approval steps have no handler for a stop: the job stays 10 (§6.9).
            return
        if run is not None and run.status == RUNNING:
            run.status = STOPPING
            self._after(run.stop_seconds(), partial(self._stopped, run, run.execute_count))
        else:
            self._after(CLOSING, partial(self._finish, STOPPED))

    def _stopped(self, run: StepRun, attempt: int) -> None:
        if run.is_at(attempt, STOPPING):
            for task in run.tasks:
                task.cut(self.now)
            run.finish(STOPPED, self.now)
            self._finish(STOPPED)

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._at(self.now + seconds, happen)

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._ticket), happen))
