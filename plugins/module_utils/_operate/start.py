# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting an instance that was created unstarted, once, in as many tries as are safe (contract §6.9).

Job itself starts an instance only once, so a start whose response was lost may be sent again.
"""

from __future__ import annotations

import typing as t

from .._api import hints
from .._api.codes import ALREADY_STARTED, OPERATION_UNKNOWN
from .._follow.poll import Pace, poll_until
from .._model.errors import RefusedError, UnclearError
from .._model.instance import PENDING, START, Operation
from .._model.language import Phrase, say
from .._report.sentences import sentence

if t.TYPE_CHECKING:
    from .._model.errors import JobError
    from .._task.task import Task

ATTEMPTS = 5
EFFECT = Pace(interval=None, timeout=15, patience=15)  # seconds in which an effect shows; the queue takes one or two
BY_ITSELF = Phrase(
    "The server started the instance immediately, because it does not support start_task. This requires Job 3.10; "
    "before it, two_phase has no effect."
)
NOT_BY_US = Phrase(
    "The instance is running, although this task could not start it: {reason} Another user may have started it, or the "
    "server itself, as Job before 3.10 does. In that case two_phase has no effect."
)


class Started(t.NamedTuple):
    """An instance runs: whether this task started it, and what the report must say about it."""

    by_this_task: bool
    remark: str | None = None


def start(task: Task, instance_id: int, *, just_created: bool = False) -> Started:
    """Start an instance. One that was ``just_created`` by an old server may start by itself later.

    Raises :class:`RefusedError` if it was not started and will not start by itself, :class:`UnclearError` if that is
    unknown.
    """
    unclear: UnclearError | None = None
    for _attempt in range(ATTEMPTS):
        task.require_play()
        try:
            task.job.operate(Operation(instance_id, START), retries=0 if unclear else None)
        except UnclearError as error:
            unclear = error
            if _runs(task, instance_id):
                return Started(True)
        except RefusedError as error:
            if error.code == OPERATION_UNKNOWN:  # no change of the task can fix this
                error.hint = say(hints.NOT_STARTABLE)
            runs = _runs(task, instance_id)
            if runs:
                return _by_whom(error, unclear)
            # After an unclear response a retry is for knowing more, and only a lasting refusal says more.
            if not (unclear and error.transient):
                raise _verdict(unclear or error, runs, just_created) from None
        else:
            return Started(True)
    raise t.cast("UnclearError", unclear)


def _by_whom(error: RefusedError, unclear: UnclearError | None) -> Started:
    """Who started an instance that runs, while starting it was refused."""
    if error.code == OPERATION_UNKNOWN:
        return Started(False, say(BY_ITSELF))
    if unclear or error.code == ALREADY_STARTED:
        return Started(unclear is not None)
    return Started(False, say(NOT_BY_US, reason=sentence(error)))


def _verdict(error: JobError, runs: bool | None, just_created: bool) -> JobError:
    """The error to raise; a refusal says nothing if the instance could not be polled, or may start later."""
    later = just_created and error.code in (OPERATION_UNKNOWN, ALREADY_STARTED)
    if isinstance(error, RefusedError) and (runs is None or later):
        unclear = UnclearError(error.message, kind=error.kind)
        vars(unclear).update(vars(error))
        return unclear
    return error


def _runs(task: Task, instance_id: int) -> bool | None:
    """Whether the instance has left its first status by now, or does soon; None if that is unknown."""
    ending = poll_until(
        lambda _age: task.job.instance(instance_id, retries=0),
        EFFECT,
        task.clock,
        end=lambda now: None if now.status_code == PENDING else "runs",
    )
    if ending.outcome == "runs":
        return True
    return None if ending.error else False
