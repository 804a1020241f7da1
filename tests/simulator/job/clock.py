# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of the simulated Job."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone

#: The server zone of the v2 local-time strings (§4.3).
SHANGHAI = timezone(timedelta(hours=8))


class Clock:
    """Stands still until a test turns it. Times are Unix seconds; `start` defaults to the real time."""

    def __init__(self, start: float | None = None) -> None:
        self._time = time.time() if start is None else start
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._time

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._time += seconds


class WallClock(Clock):
    """Runs by itself, `speed` times as fast as real time: for a simulator started by hand."""

    def __init__(self, speed: float = 1.0) -> None:
        super().__init__()
        self._speed = speed
        self._born = time.monotonic()

    def now(self) -> float:
        return super().now() + (time.monotonic() - self._born) * self._speed


def milliseconds(moment: float | None) -> int | None:
    """A time in the format of the v3 instance APIs."""
    return None if moment is None else round(moment * 1000)


def local_text(moment: float | None) -> str | None:
    """A time in the format of the v2 APIs."""
    return None if moment is None else datetime.fromtimestamp(moment, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def span(start: float | None, end: float | None) -> float | None:
    """Seconds between two times, to the millisecond; null while there is no end."""
    return None if start is None or end is None else round(end - start, 3)
