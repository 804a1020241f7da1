# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping an instance: requested as often as needed, and polled until it has stopped or time is up (contract §6.9)."""

from __future__ import annotations

import typing as t

from .._api.codes import OPERATION_REFUSED
from .._model.errors import RefusedError, UnclearError
from .._model.instance import REJECT, STATUSES, STOPPED, STOPPING, TERMINATE, Operation, word
from .._model.language import say
from .._report.sentences import spelled
from .poll import Ending, Pace, poll_until

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._api.job import Job
    from .._model.instance import Instance
    from .._task.clock import Clock

STOP_PACE = Pace(interval=None, timeout=120, patience=120)  # seconds; the limit of the preceding wait does not apply
NOT_YET = 60.0  # seconds for an instance to get into a state in which Job stops it; the queue takes one or two


class Stop(t.NamedTuple):
    """The result: the last state of the instance, in ``ending``, and whether Job was, or may have been, requested."""

    ending: Ending
    requested: bool


def stop(
    job: Job,
    instance_id: int,
    clock: Clock,
    pace: Pace = STOP_PACE,
    *,
    to_the_end: bool = True,
    sending: Callable[[], None] = lambda: None,
) -> Stop:
    """Request that Job stops an instance, and poll it to its end; or only until Job accepts the request.

    ``sending`` is called before each request that may stop it. Raises nothing: the outcome is ``lost`` with the error
    if Job refuses, and ``timed_out`` if time was up first.
    """
    stopper = _Stopper(job, instance_id, clock, sending)
    ending = poll_until(stopper.poll, pace, clock, end=stopper.outcome if to_the_end else stopper.accepted)
    return Stop(ending._replace(instance=stopper.seen or ending.instance), stopper.requested)


def to_stop(instance: Instance) -> Operation | None:
    """The operation that stops an instance; None where it has ended, or is stopping without anything in the way.

    At a manual confirmation Job can't stop: the instance would hang in stopping, so the step is rejected (§6.9). That
    also frees an instance that hangs already.
    """
    if instance.outcome:
        return None
    if instance.to_confirm:
        return Operation(instance.id, REJECT, instance.to_confirm.id)
    return None if instance.status_code == STOPPING else Operation(instance.id, TERMINATE)


def in_words(status_code: int) -> str:
    """A status in a sentence."""
    return "terminated" if status_code == STOPPED else spelled(word(STATUSES, status_code))


class _Stopper:
    """Polls an instance, and sends an operation whenever its state needs one.

    An operation that Job has accepted is not repeated, all others may be: stopping twice does no harm.
    """

    def __init__(self, job: Job, instance_id: int, clock: Clock, sending: Callable[[], None]) -> None:
        self._job = job
        self._id = instance_id
        self._clock = clock
        self._sending = sending
        self._began = clock.now()
        self._accepted: set[Operation] = set()
        self.requested = False
        self.seen: Instance | None = None

    def poll(self, _age: float) -> Instance:
        self.seen = self._job.instance(self._id, retries=0)
        operation = to_stop(self.seen)
        if operation and operation not in self._accepted:
            self._request(operation, self.seen)
        return self.seen

    def outcome(self, instance: Instance) -> str | None:
        return instance.outcome

    def accepted(self, instance: Instance) -> str | None:
        return instance.outcome or ("stopping" if self._accepted or to_stop(instance) is None else None)

    def _request(self, operation: Operation, seen: Instance) -> None:
        self._sending()
        try:
            self._job.operate(operation, retries=0)
        except UnclearError:
            self.requested = True
            raise
        except RefusedError as error:
            if error.code != OPERATION_REFUSED:
                raise
            # Not running yet, or just ended: the next poll shows it (§6.9).
            if self._clock.now() - self._began >= NOT_YET:
                raise RefusedError(
                    say(
                        "instance {id} is still {status}, and Job only stops running instances",
                        id=self._id,
                        status=in_words(seen.status_code),
                    ),
                    kind=error.kind,
                    code=error.code,
                    request_id=error.request_id,
                    job_request_id=error.job_request_id,
                ) from None
        else:
            self.requested = True
            self._accepted.add(operation)
