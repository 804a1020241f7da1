# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launches of which any response may be lost: none is launched twice, and none is denied."""

from __future__ import annotations

import typing as t

from tests.simulator import default_world
from tests.unit.launches import troubled_launch, troubled_script, troubled_two_phases

from .figures import check_result
from .tasks import SECRETS

if t.TYPE_CHECKING:
    import random

    from .figures import Figures
    from .tasks import Tasks


def two_phases(tasks: Tasks, dice: random.Random, figures: Figures) -> None:
    """Create an instance and start it."""
    _launch(tasks, dice, figures, troubled_two_phases)


def one_phase(tasks: Tasks, dice: random.Random, figures: Figures) -> None:
    """Launch a plan."""
    _launch(tasks, dice, figures, troubled_launch)


def scripts(tasks: Tasks, dice: random.Random, figures: Figures) -> None:
    """Run a script, which is found by its name."""
    _launch(tasks, dice, figures, troubled_script)


def _launch(tasks: Tasks, dice: random.Random, figures: Figures, launch: t.Any) -> None:
    results = []

    def run(name: str, **options: t.Any) -> dict[str, t.Any]:
        results.append(tasks.run(name, **options))
        return results[-1]

    tasks.sim.reset(default_world())
    try:
        outcome, has_id, launched = launch(tasks.sim, run, dice)
    except AssertionError as error:
        kind = "double writes" if len(tasks.sim.launches) > len(results) else "wrong verdicts"
        figures.wrong(kind, f"{error}: {results}")
    else:
        figures.seen[f"{outcome}{' with id' if has_id else ''}{' of a launch' if launched else ''}"] += 1
    for result in results:
        check_result(figures, result, SECRETS, tasks)
