# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping an instance: Job is asked as often as it takes, and followed until it has stopped or time is up (§6.9)."""

from __future__ import annotations

import typing as t

from .._model.errors import RefusedError, UnclearError
from .._model.instance import STATUSES, STOPPING, Operation, word
from .poll import Ending, Pace, follow

if t.TYPE_CHECKING:
    from .._api.job import Job
    from .._model.instance import Instance
    from .._task.clock import Clock

STOP_PACE = Pace(interval=None, timeout=120, patience=120)  # a time of its own: the follower's is over by then
NOT_YET = 60.0  # seconds for an instance to get into a state in which Job stops it; the queue takes one or two
UNSUPPORTED = 1241003
TERMINATE, REJECT = 1, 9  # operations on an instance and on a step (§5.2)
STOPPED = 11


class Stop(t.NamedTuple):
    """What came of it: the last seen of the instance, in ``ending``, and whether Job was, or may have been, asked."""

    ending: Ending
    asked: bool

    @property
    def ended(self) -> bool:
        """Whether the instance has really ended, by its status."""
        return self.ending.instance is not None and self.ending.instance.outcome is not None


def stop(job: Job, instance_id: int, clock: Clock, pace: Pace = STOP_PACE, *, to_the_end: bool = True) -> Stop:
    """Ask Job to stop an instance, and follow it to its end; or, not ``to_the_end``, until Job has taken the request.

    Raises nothing: the ending is ``lost`` with the error if Job refuses, and ``timed_out`` if time was up first.
    """
    stopper = _Stopper(job, instance_id, clock)
    ending = follow(stopper.look, pace, clock, end=stopper.outcome if to_the_end else stopper.taken)
    return Stop(ending._replace(instance=stopper.seen or ending.instance), stopper.asked)


class _Stopper:
    """Looks at an instance, and asks Job whenever the look shows that something has to be asked for.

    A request Job has taken is not repeated, all others may be: stopping twice does no harm.
    """

    def __init__(self, job: Job, instance_id: int, clock: Clock) -> None:
        self._job = job
        self._id = instance_id
        self._clock = clock
        self._began = clock.now()
        self._taken: set[Operation] = set()
        self.asked = False
        self.seen: Instance | None = None

    def look(self, _age: float) -> Instance:
        self.seen = self._job.instance(self._id, retries=0)
        operation = to_stop(self.seen)
        if operation and operation not in self._taken:
            self._ask(operation, self.seen)
        return self.seen

    def outcome(self, instance: Instance) -> str | None:
        return instance.outcome

    def taken(self, instance: Instance) -> str | None:
        return instance.outcome or ("stopping" if self._taken or to_stop(instance) is None else None)

    def _ask(self, operation: Operation, seen: Instance) -> None:
        try:
            self._job.operate(operation, retries=0)
        except UnclearError:
            self.asked = True
            raise
        except RefusedError as error:
            if error.code != UNSUPPORTED:
                raise
            # Not yet running, or just over: the next look tells (§6.9).
            if self._clock.now() - self._began >= NOT_YET:
                raise RefusedError(
                    f"instance {self._id} is still {in_words(seen.status_code)}, and Job stops only what runs",
                    kind=error.kind,
                    code=error.code,
                    request_id=error.request_id,
                    job_request_id=error.job_request_id,
                ) from None
        else:
            self.asked = True
            self._taken.add(operation)


def to_stop(instance: Instance) -> Operation | None:
    """What must be sent to stop an instance; None where it has ended, or is stopping and nothing keeps it from it.

    A manual confirmation knows no stop: there the instance would hang in stopping, and Job wants the step rejected
    (§6.9). That mends one as well that hangs already.
    """
    if instance.outcome:
        return None
    if instance.to_confirm:
        return Operation(instance.id, REJECT, instance.to_confirm.id)
    return None if instance.status_code == STOPPING else Operation(instance.id, TERMINATE)


def in_words(status_code: int) -> str:
    """A status in a sentence; people say stopped where results say ``terminated``."""
    return "stopped" if status_code == STOPPED else word(STATUSES, status_code).replace("_", " ")
