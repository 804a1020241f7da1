# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as tasks see it, so that tests can turn it."""

from __future__ import annotations

import time
import typing as t


class Clock(t.Protocol):
    """Time as a follower sees it, in seconds from an arbitrary start; tests bring one they can turn."""

    def now(self) -> float:
        """Return the time."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""

    def date(self) -> float:
        """Return the date, in Unix seconds."""


class MonotonicClock:
    """The machine's own time, which no change of its date disturbs."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)
    date = staticmethod(time.time)
