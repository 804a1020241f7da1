# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real plays that die at any moment: each launched instance is stopped, or what is known of it is reported."""

from __future__ import annotations

import re
import tempfile
import threading
import time
import typing as t
from pathlib import Path

from tests.integration.interrupted import (
    DEATHS,
    INSTANCE,
    MOMENTS,
    InterruptedPlay,
    launch,
    reported,
    requests_of,
    slow_world,
    stops,
)
from tests.integration.watched import watched
from tests.waiting import until

from .tasks import OUTCOMES, SECRETS

if t.TYPE_CHECKING:
    import random

    from tests.simulator import Simulator

    from .figures import Figures

IN_TIME = 10.0  # seconds in which Job is requested to stop an instance
AWAITED = "the response to the launch is awaited"


class Interruptions:
    """Plays by the ansible-playbook beside this Python; ``collections`` is where it finds the collection."""

    def __init__(self, collections: str) -> None:
        self._collections = collections

    def interrupt(self, dice: random.Random, figures: Figures) -> None:
        """Run a play, let it die, and see what becomes of its instance."""
        name = dice.choice(list(MOMENTS))
        moment, death, own_process = MOMENTS[name], dice.choice(DEATHS), dice.random() < 0.5
        over = threading.Event()
        with watched(slow_world(), pace=3.0) as sim, tempfile.TemporaryDirectory() as folder:
            more: dict[str, t.Any] = {"two_phase": moment.two_phase}
            if name in ("the first poll is awaited", "the wait goes on") and dice.random() < 0.4:
                more["job_instance_id"] = launch(sim)
            moment.prepare(sim, over)
            error = Path(folder, "error")
            with error.open("wb") as file, InterruptedPlay(
                sim, self._collections, file, own_process=own_process, **more
            ) as play:
                what = f"{death} while {name}, own_process={own_process}, {more}"
                until(lambda: len(requests_of(sim, moment.api)) >= moment.requests)
                time.sleep(dice.choice([0.0, dice.uniform(0.0, 1.0)]))
                play.die(death)
                died = time.monotonic()
                if name == AWAITED:
                    # Those that survive get a response late.
                    threading.Timer(dice.uniform(0.0, 5.0), over.set).start()
                _watch(figures, sim, play, f"{what}: {error}", died + (5.0 if name == AWAITED else 0.0))
            _judge(figures, sim, error, what)
            over.set()


def _watch(figures: Figures, sim: Simulator, play: InterruptedPlay, what: str, died: float) -> None:
    """Check when Job is requested to stop the instance, and that all processes end."""
    requested = None
    limit = time.monotonic() + 150
    while play.left() and time.monotonic() < limit:
        if requested is None and stops(sim):
            requested = time.monotonic()
        time.sleep(0.05)
    if requested and requested - died > IN_TIME:
        figures.wrong("late", f"{requested - died:.1f} s: {what}")
    if play.left():
        figures.wrong("left running", what)


def _judge(figures: Figures, sim: Simulator, error: Path, what: str) -> None:
    text = error.read_text(errors="replace")
    for secret in SECRETS:
        if secret in text:
            figures.wrong("secrets", text)
    line = reported(error)
    stopped = bool(sim.instances) and OUTCOMES.get(sim.instances[0].status) == "terminated"
    if len(sim.launches) > 1:
        figures.wrong("double writes", what)
    if not sim.launches:
        figures.seen["not launched"] += 1
    elif stopped and line:
        figures.seen["stopped and reported"] += 1
    elif stopped:
        figures.seen["stopped"] += 1
        figures.wrong("neither", f"stopped, and no line: {what}: {text}")
    elif re.search(rf"\b{INSTANCE}\b", line):
        figures.seen["reported"] += 1
    else:
        figures.wrong("neither", f"{what}: {text}")
