# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for other processes and threads, for those tests that cannot turn the clock."""

from __future__ import annotations

import time
import typing as t

LONGEST = 180.0  # seconds


def until(true: t.Callable[[], bool]) -> float:
    """Wait for another process or thread to do its part, and return how many seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < LONGEST, "nothing of the kind happened"
        time.sleep(0.02)
    return time.monotonic() - began
