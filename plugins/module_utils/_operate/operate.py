# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operating an instance: read its state, send the operation where it is needed, wait for the effect, report."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from .._api.codes import OPERATION_REFUSED
from .._follow.options import pace_of
from .._follow.poll import poll_until
from .._follow.stop import STOP_PACE, stop, to_stop
from .._follow.wait import conclude, wait_for
from .._model.errors import InputError, JobError, RefusedError, UnclearError
from .._model.instance import ROLLING_WAITING, WAITING
from .._model.language import say
from .._report.instance import Report
from .._report.sentences import joined, sentence
from .actions import OperationRequest, has_moved, needed, read_request
from .start import EFFECT, start

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._follow.poll import Pace
    from .._model.instance import Instance, Operation
    from .._task.task import Task

# Outcomes that fail the task: in any case, and after a wait that was not for an end.
NOT_DONE = {"refused", "unknown", "timed_out", "lost"}
BAD_ENDS = {"failed", "abnormal", "abandoned", "terminated"}


@dataclass
class OperateReport(Report):
    """The report of an operation; ``outcome`` is the instance's own, if it has ended, and fails the task after a wait.

    An operation that was not done is ``refused``, one that may have been done is ``unknown``.
    """

    _action: str = ""
    _expects_success: bool = False

    @property
    def failed(self) -> bool:
        fatal = NOT_DONE | BAD_ENDS if self._expects_success else NOT_DONE
        return self.error is not None or self.outcome in fatal

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.job_instance_id = params["job_instance_id"]
        self._action = params["action"]

    def expect_success(self) -> None:
        """From now on an end without success fails the task."""
        self._expects_success = True

    def refused(self) -> None:
        """The operation was not done."""
        self.outcome, self.changed = "refused", False

    def done(self, *, changed: bool) -> None:
        """The operation was done, by this task or by somebody else; the outcome is known with the state after it."""
        self.changed = changed

    def state(self, instance: Instance, request: OperationRequest, result: str, *, changed: bool) -> None:
        """Note what was, or would be, done, and the ``instance`` as it was last seen."""
        self.see(instance)
        self.outcome, self.changed = instance.outcome, changed
        self.operated(request.action, request.step_id, result)

    def _outcome_of(self, error: JobError) -> str | None:
        return self.outcome or ("unknown" if self.changed else "refused")

    def _failure(self, error: JobError) -> str:
        if isinstance(error, InputError):
            return say("Nothing was sent: {reason}", reason=sentence(error))
        values = {"id": self.job_instance_id, "action": self._action, "reason": sentence(error)}
        if self.outcome == "unknown":
            text = say("Instance {id}: {action} may have been done: {reason}", **values)
            return joined((text, say("Check the state of the instance before you repeat it.")))
        return say("Instance {id}: {action} was not done: {reason}", **values)


def operate(task: Task, report: OperateReport) -> None:
    """Do what the options request where it is not done already; with ``wait``, wait for the effect."""
    params = task.params
    request = read_request(params)
    report.link(params["console_url"])
    # Until the operation is known, which depends on the state.
    report.will_send(task.job.preview(task.job.apis.instance, request.instance_id, False))
    pace = pace_of(params)
    task.job.connect()
    before = task.job.instance(request.instance_id)
    report.see(before)
    operation = needed(request, before)
    if operation:
        api, args = task.job.operation(operation)
        report.will_send(task.job.preview(api, *args))
    if operation and task.check_mode:
        report.state(before, request, say("would be requested"), changed=True)
    elif operation is None and (task.check_mode or not params["wait"]):
        report.state(before, request, say("changes nothing"), changed=False)
    elif request.action == "terminate":
        _terminate(task, report, request, pace if params["wait"] else None)
    else:
        if operation:
            _send(task, report, request, operation, before)
        if params["wait"]:
            _wait(task, report, request, pace, before if report.changed else None)
        else:
            _report_state(task, report, request, before)
    if not (report.failed or (operation and task.check_mode)):
        report.sent()


def _terminate(task: Task, report: OperateReport, request: OperationRequest, pace: Pace | None) -> None:
    """Stopping is different: it may be requested again, and depends on the state of the instance."""

    def sending() -> None:
        task.require_play()
        report.sending()

    result = stop(
        task.job,
        request.instance_id,
        task.clock,
        pace or STOP_PACE,
        to_the_end=pace is not None,
        sending=sending,
    )
    ending, seen = result.ending, result.ending.instance
    report.changed = result.requested
    if seen:
        report.see(seen)
    not_requested = not result.requested and (seen is None or to_stop(seen) is not None)
    if ending.outcome in NOT_DONE and (not_requested or pace is None):
        (report.refused if not_requested else report.sending)()
        raise ending.error or RefusedError(
            say("instance {id} did not reach a state in which Job can terminate it", id=request.instance_id),
            kind="invalid_request",
        )
    if pace:
        conclude(task, report, ending, pace.timeout)
    elif seen:
        _report_state(task, report, request, seen)


def _send(task: Task, report: OperateReport, request: OperationRequest, operation: Operation, before: Instance) -> None:
    """Send the operation, and note whether it changed anything; nothing, if somebody else was faster."""
    task.require_play()
    report.sending()
    try:
        if request.action == "start":
            started = start(task, operation.instance_id)
            report.done(changed=started.by_this_task)
            if started.remark:
                report.warn(started.remark)
        else:
            report.done(changed=_send_once(task, request, operation, before))
    except RefusedError:
        report.refused()
        raise


def _send_once(task: Task, request: OperationRequest, operation: Operation, before: Instance) -> bool:
    """Send once; where the response is lost, the state of the instance may show the effect."""
    try:
        task.job.operate(operation)
    except RefusedError as error:
        if error.code == OPERATION_REFUSED and _is_done(task, request):
            return False
        raise
    except UnclearError:
        if not _moves(task, before):
            raise
    return True


def _is_done(task: Task, request: OperationRequest) -> bool:
    """Whether the operation is done by now; raises :class:`RefusedError` where the state does not allow it."""
    try:
        now = task.job.instance(request.instance_id)
    except JobError:  # the refusal itself is what counts
        return False
    return needed(request, now) is None


def _moves(task: Task, before: Instance) -> bool:
    """Whether anything happens to the instance, for as long as an effect may take to show."""
    seen = poll_until(
        lambda _age: task.job.instance(before.id, retries=0),
        EFFECT,
        task.clock,
        end=lambda now: "moved" if has_moved(before, now) else None,
    )
    return seen.outcome == "moved"


def _wait(task: Task, report: OperateReport, request: OperationRequest, pace: Pace, before: Instance | None) -> None:
    """Wait until the instance has ended or waits for a person; but not before it has moved on from ``before``."""

    def end(now: Instance) -> str | None:
        if before and not has_moved(before, now):
            return None
        return now.outcome or ("waiting_confirmation" if _waits(now) else None)

    if request.action != "reject":
        report.expect_success()
    wait_for(task, report, request.instance_id, pace, end)


def _waits(instance: Instance) -> bool:
    # Right after a confirmation the instance may still be waiting while none of its steps is.
    waiting = (WAITING, ROLLING_WAITING)
    return instance.status_code in waiting and any(step.status_code in waiting for step in instance.steps)


def _report_state(task: Task, report: OperateReport, request: OperationRequest, seen: Instance) -> None:
    """Note what was done, and the state of the instance after it; if there is no response, the last one known."""
    with contextlib.suppress(JobError):
        seen = task.job.instance(seen.id)
    report.state(
        seen, request, say("was accepted") if report.changed else say("changes nothing"), changed=report.changed
    )
