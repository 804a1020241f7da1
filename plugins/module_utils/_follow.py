# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Following an instance to its end: when to look, when to give up, and what an answer that does not come means."""

from __future__ import annotations

import random
import time
import typing as t
from dataclasses import dataclass

from ._errors import JobError, RefusedError
from ._model import WAITING

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ._model import Instance

FIRST_PAUSE, LONGEST_PAUSE = 0.65, 15.0  # seconds


class Clock(t.Protocol):
    """Time as a follower sees it, in seconds from an arbitrary start; tests bring one they can turn."""

    def now(self) -> float:
        """Return the time."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class MonotonicClock:
    """The machine's own time, which no change of its date disturbs."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)


@dataclass(frozen=True)
class Pace:
    """How long to follow and how often to look; all in seconds.

    Without a fixed ``interval`` the pauses grow with the age of the run, so that its end is noticed late by a tenth of
    that age at most. ``timeout`` 0 is no limit. ``patience`` is how long nothing may answer.
    """

    interval: float | None
    timeout: float
    patience: float
    stop_at_confirmation: bool = False


class Ending(t.NamedTuple):
    """Why following ended (an outcome of interface §4), what was last seen of the instance, and what was in the way."""

    outcome: str
    instance: Instance | None = None
    error: JobError | None = None
    silent: float = 0.0  # seconds since the last answer


def follow(
    look: Callable[[float], Instance],
    pace: Pace,
    clock: Clock,
    *,
    elapsed: float = 0.0,
    silent: float = 0.0,
    enough: Callable[[Instance | None, float], bool] = lambda _instance, _age: False,
) -> Ending:
    """Look at an instance until it has ended, or until the pace forbids to go on.

    What fails to answer is tried again for as long as the patience lasts; a refusal that trying again would not mend
    ends it at once (contract §14.4). ``look`` is told the age of the following in seconds.

    A wait may be cut into slices: ``elapsed`` is the age at which this one begins, ``silent`` how long nothing had
    answered by then, and ``enough`` says after each look, of which None is left where it failed, whether to end it;
    the outcome is empty then.
    """
    began, answered = clock.now() - elapsed, clock.now() - silent
    instance: Instance | None = None
    failures = 0
    while True:
        failure = None
        try:
            instance = look(clock.now() - began)
        except JobError as error:
            failure, failures = error, failures + 1
        else:
            answered, failures = clock.now(), 0
            if instance.outcome:
                return Ending(instance.outcome, instance)
            if pace.stop_at_confirmation and instance.status_code == WAITING:
                return Ending("waiting_confirmation", instance)
        now = clock.now()
        if failure and (_is_final(failure) or now - answered >= pace.patience):
            return Ending("lost", instance, failure)
        if pace.timeout and now - began >= pace.timeout:
            return Ending("timed_out", instance, failure)
        if enough(None if failure else instance, now - began):
            return Ending("", instance, failure, now - answered)
        pause = _pause(pace, now - began, failures)
        clock.sleep(min(pause, began + pace.timeout - now) if pace.timeout else pause)


def _is_final(error: JobError) -> bool:
    return isinstance(error, RefusedError) and not error.transient


def _pause(pace: Pace, age: float, failures: int) -> float:
    pause = pace.interval or min(LONGEST_PAUSE, max(FIRST_PAUSE, age / 10))
    # A gateway in trouble is given room, and many followers are kept from asking in step.
    return max(pause, min(LONGEST_PAUSE, pause * 2.0**failures)) * random.uniform(0.9, 1.0)
