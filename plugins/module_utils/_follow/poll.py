# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Polling an instance until it has ended: how often, how long, and what missing responses mean."""

from __future__ import annotations

import random
import typing as t

from .._model.errors import JobError, RefusedError
from .._model.instance import WAITING

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._model.instance import Instance
    from .._task.clock import Clock

    # Returns the outcome of an instance that has ended.
    End = Callable[[Instance], t.Optional[str]]

FIRST_PAUSE, LONGEST_PAUSE = 0.65, 15.0  # seconds
MOST_DOUBLINGS = 10  # of the pause after failures


class Pace(t.NamedTuple):
    """How long to wait and how often to poll; all in seconds.

    Without a fixed ``interval`` the pauses grow with the age of the wait, so that an end is noticed late by a tenth of
    that age at most. ``timeout`` 0 is no limit. ``patience`` is how long there may be no response.
    """

    interval: float | None
    timeout: float
    patience: float
    stop_at_confirmation: bool = False


class Ending(t.NamedTuple):
    """Why polling ended (``outcome``), what was last seen of the instance, and the error of the last poll."""

    outcome: str
    instance: Instance | None = None
    error: JobError | None = None


class Notice(t.Protocol):
    """Is called after each poll, with the error of one that failed; times in seconds."""

    def __call__(self, instance: Instance | None, error: JobError | None, age: float, silent: float) -> None:
        """Take notice. ``silent`` is the time since the last response."""


def outcome_of(instance: Instance) -> str | None:
    """The end of an instance by its status."""
    return instance.outcome


def poll_until(
    poll: Callable[[float], Instance],
    pace: Pace,
    clock: Clock,
    *,
    end: End = outcome_of,
    notice: Notice | None = None,
) -> Ending:
    """Poll an instance until it has ended, or until a limit of the pace is reached.

    ``poll`` is given the age of the wait. ``end`` returns the outcome of an instance that has ended; by default that of
    its status. A poll that fails is repeated as long as the patience lasts; a refusal that a retry can't change ends
    the wait immediately (contract §14.4).
    """
    began = answered = clock.now()
    limit = pace.timeout or float("inf")
    due = 0.0
    instance: Instance | None = None
    failures = 0
    while True:
        clock.sleep(max(0.0, min(due, limit) - (clock.now() - began)))
        failure = None
        try:
            instance = poll(clock.now() - began)
        except JobError as error:
            failure, failures = error, failures + 1
        else:
            answered, failures = clock.now(), 0
        age, silent = clock.now() - began, clock.now() - answered
        if notice:
            notice(None if failure else instance, failure, age, silent)
        if instance and not failure:
            outcome = end(instance)
            if outcome:
                return Ending(outcome, instance)
            if pace.stop_at_confirmation and instance.status_code == WAITING:
                return Ending("waiting_confirmation", instance)
        if failure and (_is_final(failure) or silent >= pace.patience):
            return Ending("lost", instance, failure)
        if age >= limit:
            return Ending("timed_out", instance, failure)
        due = age + _pause(pace, age, failures)


def _is_final(error: JobError) -> bool:
    return isinstance(error, RefusedError) and not error.transient


def _pause(pace: Pace, age: float, failures: int) -> float:
    pause = pace.interval or min(LONGEST_PAUSE, max(FIRST_PAUSE, age / 10))
    # A gateway in trouble gets more time, and many waiting tasks must not poll at the same moment.
    longer = min(LONGEST_PAUSE, pause * 2.0 ** min(failures, MOST_DOUBLINGS))
    return max(pause, longer) * random.uniform(0.9, 1.0)
