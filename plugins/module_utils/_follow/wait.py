# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for an instance: to its end, or until the time is up and it is stopped."""

from __future__ import annotations

import contextlib
import typing as t

from .._model.errors import JobError, UnclearError
from .._model.language import say
from .._report.sentences import way_back
from .._task.process import noticing_interruptions
from .._task.runner import EXITS
from .poll import Ending, outcome_of, poll_until
from .progress import Progress
from .results import read_results
from .stop import stop

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._model.instance import Instance
    from .._report.instance import Report
    from .._task.clock import Clock
    from .._task.task import Show, Task
    from .poll import End, Pace
    from .stop import Stop


def wait_for(task: Task, report: Report, instance_id: int, pace: Pace, end: End = outcome_of) -> None:
    """Poll an instance until its ``end``, and note its result in the ``report``."""
    _Wait(task, report, instance_id, pace, end).run()


def conclude(task: Task, report: Report, ending: Ending, timeout: float | None = None) -> None:
    """Note in the ``report`` how a wait has ended, and the state of the instance."""
    if ending.instance:
        report.see(ending.instance)
    _conclude(
        report,
        ending,
        lambda: read_results(task, report, ending.instance),
        lambda error: report.end(ending.outcome, error, timeout),
    )


class Wait:
    """A wait for an instance, however that is reached; what is learned about it is noted in the ``report``.

    ``terminates`` says that the instance is stopped when the time is up. A subclass says how the instance is polled,
    stopped, and its results read. ``stops_on_abort`` says that the instance is stopped when the play dies.
    """

    stops_on_abort = False
    end: End = staticmethod(outcome_of)

    def __init__(
        self, report: Report, instance_id: int, pace: Pace, clock: Clock, show: Show | None, *, terminates: bool
    ) -> None:
        self.report = report
        self.instance_id = instance_id
        self.pace = pace
        self.clock = clock
        self.progress = Progress(show, clock, instance_id, report.confirmers) if show else None
        self._terminates = terminates
        self._began = clock.now()
        self._seen: Instance | None = None

    def poll(self, age: float) -> Instance:
        """Return the state of the instance at this age of the wait, and note it; raises :class:`JobError`."""
        raise NotImplementedError

    def stop(self) -> Stop:
        """Stop the instance, and note its last state; raises nothing."""
        raise NotImplementedError

    def results(self, ending: Ending) -> list[str]:
        """Note hosts, logs and output variables, and return what went wrong; raises nothing."""
        raise NotImplementedError

    def run(self) -> None:
        """Wait, and note the end."""
        limit: float | None = self.pace.timeout
        interrupted = None
        try:
            with self._interruption():
                ending = poll_until(self.poll, self.pace, self.clock, end=self.end, notice=self._notice)
        except (Exception, *EXITS):
            raise
        except BaseException as error:  # the time limit of the task (keyword timeout), which is no Exception
            interrupted = say(
                "has not finished within the time limit of the task ({error})", error=type(error).__name__
            )
            ending, limit = Ending("timed_out", self._seen), None
        if ending.outcome == "timed_out" and self._terminates:
            self._terminate(interrupted or say("has not finished within {seconds:g} s", seconds=self.pace.timeout))
        else:
            _conclude(
                self.report,
                ending,
                lambda: self.results(ending),
                lambda error: self.report.end(ending.outcome, error, limit),
            )
            if interrupted:
                self.report.add(say("Instance {id} {why}.", id=self.instance_id, why=interrupted))
        if self.progress:
            self.progress.failed(self.report.failed_hosts or ())
            self.progress.ended(str(self.report.outcome), self.clock.now() - self._began)
            if self.report.failed:
                self.progress.logs(self.report.failed_hosts or ())

    def _interruption(self) -> t.ContextManager[None]:
        """Inside, an interruption of the play shows how to resume, unless the instance is stopped then."""
        if self.progress is None or self.stops_on_abort:
            return contextlib.nullcontext()
        return noticing_interruptions(lambda: way_back(self.report))

    def _terminate(self, why: str) -> None:
        """Stop an instance that is no longer waited for; the report says whether it really stopped.

        The outcome stays ``timed_out``, and fails the task; ``status`` and ``finished`` say the rest.
        """
        self.report.stopping()
        result = self.stop()
        ending = result.ending._replace(outcome="timed_out")
        _conclude(
            self.report,
            ending,
            lambda: self.results(ending),
            lambda error: self.report.stopped(error, requested=result.requested, why=why),
        )

    def _notice(self, instance: Instance | None, error: JobError | None, age: float, silent: float) -> None:
        self._seen = instance or self._seen
        if self.progress and instance:
            report = self.report
            self.progress.update(report.status or "", report.steps or (), report.failed_hosts, age)
        elif self.progress:
            self.progress.silent(error, age, silent)


def _conclude(
    report: Report, ending: Ending, results: Callable[[], list[str]], note: Callable[[JobError | None], None]
) -> None:
    if ending.outcome == "lost" and ending.error and not report.was_seen:
        raise ending.error
    # First of all, so that the outcome is known whatever interrupts the rest.
    report.end(ending.outcome, ending.error)
    problems = [] if ending.outcome == "lost" else results()
    note(ending.error)
    for problem in problems:
        report.add(problem)


class _Wait(Wait):
    """A wait through Job, with the hosts where there is somebody to see them."""

    def __init__(self, task: Task, report: Report, instance_id: int, pace: Pace, end: End) -> None:
        terminate_on = task.params.get("terminate_on", ())
        terminates = "timeout" in terminate_on and not task.check_mode
        super().__init__(report, instance_id, pace, task.clock, task.show, terminates=terminates)
        self._task = task
        self.stops_on_abort = "abort" in terminate_on
        self.end = end

    def poll(self, age: float) -> Instance:
        with self.progress.polling(age) if self.progress else contextlib.nullcontext():
            instance = self._read(age)
        self.report.see(instance)
        if self.progress:
            self._find_confirmers(self.progress, instance)
        return instance

    def stop(self) -> Stop:
        result = stop(self._task.job, self.instance_id, self.clock, sending=self.report.stop_requested)
        if result.ending.instance:
            self.report.see(result.ending.instance)
        return result

    def results(self, ending: Ending) -> list[str]:
        return read_results(self._task, self.report, ending.instance)

    def _find_confirmers(self, progress: Progress, instance: Instance) -> None:
        """Note who may confirm the step that waits, once; a launch knows it from the plan."""
        step, api = instance.to_confirm, self._task.job.apis.confirmers
        if api and step and self._task.params["gateway"] == "apigw" and progress.wants_confirmers(step.id, step.name):
            confirmers: tuple[str, ...] = ()
            with contextlib.suppress(JobError):  # they are only shown
                confirmers = self._task.job.call(api, instance.id, step.id, retries=0)
            progress.may_confirm(step.id, confirmers)

    def _read(self, age: float) -> Instance:
        job = self._task.job
        if self.progress and self.progress.wants_hosts(age):
            self.progress.hosts_requested(age)
            try:
                return job.instance(self.instance_id, hosts=True, retries=0)
            except UnclearError:
                pass  # hosts are only shown here; where Job can't return them, the outcome must not depend on them
        return job.instance(self.instance_id, retries=0)
