# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ratios of measurements that took turns."""

from __future__ import annotations

import typing as t
from statistics import quantiles

REPEATS_WITHIN = 0.1  # of the ratio: how far apart the middle half of the rounds may be


class Ratio(t.NamedTuple):
    """How many times as much one thing takes as another: the median of all rounds, and the quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        text = f"{self.median:.2f} ×"
        if self.high - self.low > REPEATS_WITHIN * self.median:
            text += f" ({self.low:.2f}–{self.high:.2f})"
        return text


def ratio(ours: t.Sequence[float], theirs: t.Sequence[float]) -> Ratio:
    """Compare round by round, so that what slows a whole round down has no say."""
    rounds = [one / other for one, other in zip(ours, theirs)]
    low, median, high = quantiles(rounds, method="inclusive") if len(rounds) > 1 else rounds * 3
    return Ratio(median, low, high)
