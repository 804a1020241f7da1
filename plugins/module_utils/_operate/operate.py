# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operating an instance, as a task does it: look, ask where it is needed, follow for the effect, and tell."""

from __future__ import annotations

import contextlib
import typing as t

from .._api import hints
from .._follow.poll import Pace, follow
from .._follow.stop import STOP_PACE, UNSUPPORTED, stop
from .._follow.wait import conclude
from .._model.errors import InputError, JobError, RefusedError, UnclearError
from .._model.instance import WAITING
from .._report.instance import Report
from .._report.sentences import operated
from .actions import NOT_KNOWN, ROLLING, Order, has_moved, needed, to_stop

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.instance import Instance, Operation
    from .._task.runner import Task

STARTED_BEFORE = 1241015
STARTS = 3  # times a start goes out at most; Job itself refuses a second one (§6.9)
EFFECT_PACE = Pace(interval=None, timeout=15, patience=15)
# Outcomes that fail the task: in any case, and after waiting for something else than an end.
NOT_DONE = {"refused", "unknown", "timed_out", "lost"}
BAD_ENDS = {"failed", "abnormal", "abandoned", "terminated"}


class OperateReport(Report):
    """The report of an operation; ``outcome`` is the instance's own, if it has ended, and fails the task if waited for.

    An operation that surely was not done is ``refused``, one that may have been is ``unknown``.
    """

    _action = ""
    _fatal = NOT_DONE

    @property
    def failed(self) -> bool:
        return self.error is not None or self.outcome in self._fatal

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.job_instance_id = params["job_instance_id"]
        self._action = params["action"]

    def expect_success(self) -> None:
        """From now on an end without success fails the task."""
        self._fatal = NOT_DONE | BAD_ENDS

    def fail(self, error: JobError) -> None:
        self.outcome = self.outcome or "refused"
        super().fail(error)

    def asking(self) -> None:
        """From now on it may have been done, whatever happens, until we hear that it was not."""
        self.outcome, self.changed = "unknown", True

    def refused(self) -> None:
        """It was surely not done."""
        self.outcome, self.changed = "refused", False

    def tell(self, order: Order, instance: Instance, said: str, *, changed: bool) -> None:
        """Note what was, or would be, done, and the ``instance`` as it was last seen."""
        self.see(instance)
        self.outcome, self.changed = instance.outcome, changed
        self.msg = operated(vars(self), order.action, order.step_id, said)

    def as_result(self) -> dict[str, t.Any]:
        return {name: value for name, value in super().as_result().items() if not name.startswith("_")}

    def _failure(self, error: JobError) -> str:
        if isinstance(error, InputError):
            return f"Nothing was sent: {error.sentence()}"
        if self.outcome == "unknown":
            return (
                f"Instance {self.job_instance_id}: {self._action} may have been done: {error.sentence()} "
                "Look at the instance before you ask for it again."
            )
        return f"Instance {self.job_instance_id}: {self._action} was not done: {error.sentence()}"


def operate(task: Task, report: OperateReport, order: Order, pace: Pace | None) -> None:
    """Carry out the order, where it is not done already; with a ``pace``, follow the instance for the effect."""
    before = task.job.instance(order.instance_id)
    report.see(before)
    operation = needed(order, before)
    if operation:
        report.will_send(task.job.operate_call(operation))
    if operation and task.check_mode:
        report.tell(order, before, "would be asked for", changed=True)
    elif operation is None and (task.check_mode or pace is None):
        report.tell(order, before, "changes nothing", changed=False)
    elif order.action == "terminate":
        _terminate(task, report, order, pace)
    else:
        if operation:
            _carry_out(task, report, order, operation, before)
        if pace:
            _follow(task, report, order, pace, before if report.changed else None)
        else:
            _tell(task, report, order, before)


def _terminate(task: Task, report: OperateReport, order: Order, pace: Pace | None) -> None:
    """Stopping has ways of its own: it may be asked for again, and changes with the state of the instance."""
    result = stop(task.job, order.instance_id, task.clock, pace or STOP_PACE, to_the_end=pace is not None)
    ending, seen = result.ending, result.ending.instance
    report.changed = result.asked
    if seen:
        report.see(seen)
    not_asked = not result.asked and (seen is None or to_stop(seen) is not None)
    if ending.outcome in NOT_DONE and (not_asked or pace is None):
        (report.refused if not_asked else report.asking)()
        raise ending.error or RefusedError(
            f"instance {order.instance_id} did not get into a state in which Job stops it", kind="invalid_request"
        )
    report.request = None
    if pace:
        conclude(task, report, ending)
    elif seen:
        _tell(task, report, order, seen)


def _carry_out(task: Task, report: OperateReport, order: Order, operation: Operation, before: Instance) -> None:
    """Send the operation, and note whether it changed anything; nothing, if somebody else was quicker."""
    report.asking()
    try:
        report.changed = _send(task, order, operation, before)
    except RefusedError:
        report.refused()
        raise
    report.request, report.outcome = None, None


def _send(task: Task, order: Order, operation: Operation, before: Instance) -> bool:
    """Send once, and a start that nobody can tell of again; where the answer is lost, the instance itself may tell."""
    unclear: UnclearError | None = None
    left = STARTS if order.action == "start" else 1
    while True:
        left -= 1
        try:
            task.job.operate(operation)
        except RefusedError as error:
            if order.action == "start" and error.code == NOT_KNOWN:  # nothing in the task is to be corrected
                error.hint = getattr(hints.NOT_STARTABLE, task.params["language"])
            if error.code in (UNSUPPORTED, STARTED_BEFORE) and _is_done(task, order):
                return unclear is not None
            raise unclear or error from None
        except UnclearError as error:
            if _moves(task, before):
                return True
            if not left:
                raise
            unclear = error
        else:
            return True


def _is_done(task: Task, order: Order) -> bool:
    """Whether it is done already by now; raises, in words, if the state of the instance does not allow it."""
    return needed(order, task.job.instance(order.instance_id)) is None


def _moves(task: Task, before: Instance) -> bool:
    """Whether anything happens to the instance, for as long as an effect may take to show."""
    seen = follow(
        lambda _age: task.job.instance(before.id, retries=0),
        EFFECT_PACE,
        task.clock,
        end=lambda now: "moved" if has_moved(before, now) else None,
    )
    return seen.outcome == "moved"


def _follow(task: Task, report: OperateReport, order: Order, pace: Pace, before: Instance | None) -> None:
    """Follow until the instance has ended or waits for a person; but not before it has moved on from ``before``."""

    def end(now: Instance) -> str | None:
        if before and not has_moved(before, now):
            return None
        return now.outcome or ("waiting_confirmation" if _waits(now) else None)

    if order.action != "reject":
        report.expect_success()
    conclude(
        task, report, follow(lambda _age: task.job.instance(order.instance_id, retries=0), pace, task.clock, end=end)
    )


def _waits(instance: Instance) -> bool:
    # Right after a confirmation the instance may say waiting, and none of its steps does any more.
    waiting = (WAITING, ROLLING)
    return instance.status_code in waiting and any(step.status_code in waiting for step in instance.steps)


def _tell(task: Task, report: OperateReport, order: Order, seen: Instance) -> None:
    """Tell what was done, and how the instance is after it; if nothing answers, how it was seen last."""
    with contextlib.suppress(JobError):
        seen = task.job.instance(seen.id)
    report.tell(order, seen, "was accepted" if report.changed else "changes nothing", changed=report.changed)
