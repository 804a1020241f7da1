# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The second phase of a launch: starting an instance that was created, once, in as many tries as are safe (§6.9)."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._follow.poll import Pace, follow
from .._model.errors import RefusedError, UnclearError
from .._model.instance import PENDING, Operation
from .._operate.actions import NOT_KNOWN, START

if t.TYPE_CHECKING:
    from .._model.errors import JobError
    from .._task.runner import Task

ATTEMPTS = 5
EFFECT = Pace(interval=None, timeout=15, patience=15)  # seconds in which a start shows; the queue takes one or two
NOT_PENDING = 1241015  # it was started before, be it by a request of ours that something on the way sent twice
BY_ITSELF = (
    "The server started the instance at once, since it does not know start_task: that needs Job 3.10, and until then "
    "two_phase protects nothing."
)
NOT_BY_US = (
    "The instance runs although this task could not start it: {} Somebody else has started it, or the server has by "
    "itself, as Job before 3.10 does; there two_phase protects nothing."
)


def start(task: Task, instance_id: int) -> str | None:
    """Start an instance that was created unstarted, and return what is to be said about that, if anything is.

    Job starts an instance only once, so it is asked until somebody can tell. Raises :class:`RefusedError` if it was
    surely not started, and won't by itself; :class:`UnclearError` if nobody can tell.
    """
    unclear: UnclearError | None = None
    for _attempt in range(ATTEMPTS):
        try:
            task.job.operate(Operation(instance_id, START), retries=0 if unclear else None)
        except UnclearError as error:
            unclear = error
            if _runs(task, instance_id):
                return None
        except RefusedError as error:
            if error.code == NOT_KNOWN:  # nothing in the task is to be corrected
                error.hint = getattr(hints.NOT_STARTABLE, task.params["language"])
            runs = _runs(task, instance_id)
            if runs:
                return _remark(error, unclear)
            # Once it was unclear, asking again is for knowing more, and only a lasting answer tells more.
            if not (unclear and error.transient):
                raise _verdict(unclear or error, runs) from None
        else:
            return None
    raise t.cast("UnclearError", unclear)


def _remark(error: RefusedError, unclear: UnclearError | None) -> str | None:
    """What is to be said of an instance that runs, while starting it was refused."""
    if error.code == NOT_KNOWN:
        return BY_ITSELF
    return None if unclear or error.code == NOT_PENDING else NOT_BY_US.format(error.sentence())


def _verdict(error: JobError, runs: bool | None) -> JobError:
    """The error that ends it; a refusal proves nothing if the instance could not be looked at, or may start later."""
    if isinstance(error, RefusedError) and (runs is None or error.code in (NOT_KNOWN, NOT_PENDING)):
        unclear = UnclearError(error.message, kind=error.kind)
        vars(unclear).update(vars(error))
        return unclear
    return error


def _runs(task: Task, instance_id: int) -> bool | None:
    """Whether the instance has left its first status by now, or does soon; None if nobody can tell."""
    ending = follow(
        lambda _age: task.job.instance(instance_id, retries=0),
        EFFECT,
        task.clock,
        end=lambda now: None if now.status_code == PENDING else "runs",
    )
    if ending.outcome == "runs":
        return True
    return None if ending.error else False
