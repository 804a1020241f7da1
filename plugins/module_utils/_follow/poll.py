# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Following an instance to its end: when to look, when to give up, and what an answer that does not come means."""

from __future__ import annotations

import random
import typing as t

from .._model.errors import JobError, RefusedError
from .._model.instance import WAITING

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._model.instance import Instance
    from .._task.clock import Clock

FIRST_PAUSE, LONGEST_PAUSE = 0.65, 15.0  # seconds


class Pace(t.NamedTuple):
    """How long to follow and how often to look; all in seconds.

    Without a fixed ``interval`` the pauses grow with the age of the run, so that its end is noticed late by a tenth of
    that age at most. ``timeout`` 0 is no limit. ``patience`` is how long nothing may answer.
    """

    interval: float | None
    timeout: float
    patience: float
    stop_at_confirmation: bool = False


class Ending(t.NamedTuple):
    """Why following ended (an outcome of interface §4), what was last seen of the instance, and what was in the way.

    The outcome is empty where only a part of the wait is over; then ``silent`` is how long nothing had answered by
    then, and ``due`` the age of the wait at which the next look is due; both in seconds.
    """

    outcome: str
    instance: Instance | None = None
    error: JobError | None = None
    silent: float = 0.0
    due: float = 0.0


class Part(t.Protocol):
    """A part of a wait that is cut into slices: what it begins with, and when it is over; all in seconds."""

    elapsed: float
    seconds: float
    silent: float
    due: float

    def is_enough(self, instance: Instance | None, age: float) -> bool:
        """Whether to end it after this look, of which None is left where it failed."""


class Whole:
    """All of a wait in one part."""

    elapsed, seconds, silent, due = 0.0, float("inf"), 0.0, 0.0

    def is_enough(self, instance: Instance | None, age: float) -> bool:
        """Nothing but its end ends it."""
        return False


def _outcome(instance: Instance) -> str | None:
    return instance.outcome


def follow(
    look: Callable[[float], Instance],
    pace: Pace,
    clock: Clock,
    *,
    end: Callable[[Instance], str | None] = _outcome,
    part: Part | None = None,
) -> Ending:
    """Look at an instance until it has ended, until the pace forbids to go on, or until this part of the wait is over.

    Whether it has ended, and how, is what ``end`` says; unless given, the outcome of its status.

    What fails to answer is tried again for as long as the patience lasts; a refusal that trying again would not mend
    ends it at once (contract §14.4). ``look`` is told the age of the wait in seconds.
    """
    part = part or Whole()
    began, answered = clock.now() - part.elapsed, clock.now() - part.silent
    over = part.elapsed + part.seconds
    limit = pace.timeout or float("inf")
    due = part.due
    instance: Instance | None = None
    failures = 0
    while True:
        age = clock.now() - began
        due = min(due, limit)
        if due > over:
            clock.sleep(max(0.0, over - age))
            return Ending("", instance, None, clock.now() - answered, due)
        clock.sleep(max(0.0, due - age))
        age = clock.now() - began
        failure = None
        try:
            instance = look(age)
        except JobError as error:
            failure, failures = error, failures + 1
        else:
            answered, failures = clock.now(), 0
            outcome = end(instance)
            if outcome:
                return Ending(outcome, instance)
            if pace.stop_at_confirmation and instance.status_code == WAITING:
                return Ending("waiting_confirmation", instance)
        age, silent = clock.now() - began, clock.now() - answered
        if failure and (_is_final(failure) or silent >= pace.patience):
            return Ending("lost", instance, failure)
        if age >= limit:
            return Ending("timed_out", instance, failure)
        due = age + _pause(pace, age, failures)
        if part.is_enough(None if failure else instance, age):
            return Ending("", instance, failure, silent, due)


def _is_final(error: JobError) -> bool:
    return isinstance(error, RefusedError) and not error.transient


def _pause(pace: Pace, age: float, failures: int) -> float:
    pause = pace.interval or min(LONGEST_PAUSE, max(FIRST_PAUSE, age / 10))
    # A gateway in trouble is given room, and many followers are kept from asking in step.
    return max(pause, min(LONGEST_PAUSE, pause * 2.0**failures)) * random.uniform(0.9, 1.0)
