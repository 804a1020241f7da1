# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn the clock of the Python processes that the integration tests start, so that no test waits for real polls.

Python imports a module of this name before anything else; ``playing.clean_environment`` puts this folder on its path.
A process that sleeps is woken after a tenth of the time, and its monotonic clock shows all of it. Short pauses, with
which Ansible's processes wait for each other, are real.
"""

from __future__ import annotations

import time
import typing as t

TENTH = 0.1
SHORT = 0.1  # seconds

real_sleep, real_monotonic = time.sleep, time.monotonic
skipped = 0.0


def sleep(seconds: float | t.SupportsIndex, /) -> None:
    """Sleep for a tenth of the time, and turn the monotonic clock by the rest."""
    global skipped
    whole = float(seconds)
    real = whole if whole < SHORT else whole * TENTH
    real_sleep(real)
    skipped += whole - real


def monotonic() -> float:
    """Return the time of the monotonic clock, in seconds."""
    return real_monotonic() + skipped


time.sleep, time.monotonic = sleep, monotonic
