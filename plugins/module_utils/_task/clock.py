# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of tasks, which tests can control."""

from __future__ import annotations

import time
import typing as t

from .._model.language import say

if t.TYPE_CHECKING:
    from .process import Play

# Seconds before each search for what a lost response was about: what a gateway stopped waiting for may be saved later.
PAUSES = (0.0, 3.0, 7.0)


class Clock(t.Protocol):
    """Time in seconds from an arbitrary start."""

    def now(self) -> float:
        """Return the time."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""

    def date(self) -> float:
        """Return the date, in Unix seconds."""


class MonotonicClock:
    """The time of this machine; changes of its date do not affect it."""

    def now(self) -> float:
        """Return the time since the machine was started."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def date(self) -> float:
        """Return the date."""
        return time.time()


class PlayClock(MonotonicClock):
    """The time of a task, which ends with its play: a worker must not continue without it."""

    def __init__(self, play: Play) -> None:
        self._play = play

    def sleep(self, seconds: float) -> None:
        """Sleep in pieces, perhaps for 0 seconds; raises :class:`SystemExit` when the play is gone."""
        until = self.now() + seconds
        while True:
            if self._play.is_gone():
                raise SystemExit(say("the play has ended"))
            left = until - self.now()
            if left <= 0:
                return
            time.sleep(min(left, 1.0))
