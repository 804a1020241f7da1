# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Long random tests: ``python -m tests.soak`` prints figures, and fails on anything that must not happen.

Each try has a seed of its own, made of ``--seed``, the part and its number, so ``--only 17`` repeats a single one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import time
import traceback
import typing as t
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from tests.collection_path import make_collection_path
from tests.simulator import Simulator

from .figures import Figures

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Try = Callable[[random.Random, Figures], None]


class Part(t.NamedTuple):
    """How often something is tried, and in a quick run; and how often at the same time."""

    runs: int
    quick: int
    workers: int = 1


PARTS = {
    "polls": Part(1000, 5),
    "two-phases": Part(600, 10),
    "one-phase": Part(400, 10),
    "scripts": Part(500, 10),
    "mutations": Part(8000, 40),
    "logs": Part(400, 5),
    "interruptions": Part(100, 2, workers=4),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts, and return 1 if anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; by default all")
    parser.add_argument("--runs", type=int, help="how many tries of each part")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeat a run with this seed")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="repeat only this try")
    parser.add_argument("--quick", action="store_true", help="a few tries of each part")
    options = parser.parse_args(arguments)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    _clean_environment()
    print(f"seed {options.seed}")
    failed = False
    for name in options.parts or PARTS:
        part = PARTS[name]
        count = options.runs or (part.quick if options.quick else part.runs)
        numbers = range(count) if options.only is None else [options.only]
        with _part(name) as attempt:
            figures = _run(name, attempt, options.seed, numbers)
        print("\n".join(figures.lines(name)), flush=True)
        failed = failed or bool(figures.bad)
    return int(failed)


def _run(name: str, attempt: Try, seed: int, numbers: Sequence[int]) -> Figures:
    def once(number: int) -> Figures:
        figures = Figures(tries=1, current=number)
        random.seed(f"{seed}/{name}/{number}")  # of the pauses between polls
        try:
            attempt(random.Random(f"{seed}/{name}/{number}"), figures)
        except Exception:
            figures.wrong("defects", traceback.format_exc())
        figures.slowest = time.monotonic() - figures.began
        return figures

    total = Figures()
    with ThreadPoolExecutor(PARTS[name].workers) as pool:
        for figures in pool.map(once, numbers):
            total.add(figures)
    return total


@contextlib.contextmanager
def _part(name: str) -> Iterator[Try]:
    """What one part tries, again and again."""
    if name == "interruptions":
        from .interruptions import Interruptions

        yield Interruptions(make_collection_path()).interrupt
        return
    # Puts the collection on the path.
    import_module("tests.unit.conftest")
    from . import logs, lost_responses, mutations, polls
    from .tasks import Tasks

    parts = {
        "polls": polls.poll,
        "two-phases": lost_responses.two_phases,
        "scripts": lost_responses.scripts,
        "one-phase": lost_responses.one_phase,
        "mutations": mutations.Mutations().mutate,
        "logs": logs.read_logs,
    }
    with Simulator() as sim:
        tasks = Tasks(sim)
        yield lambda dice, figures: parts[name](tasks, dice, figures)


def _clean_environment() -> None:
    for name in list(os.environ):
        if name.startswith(("BK_", "ANSIBLE_")) or name.lower().endswith(("_proxy", "_ca_bundle")):
            del os.environ[name]


if __name__ == "__main__":
    sys.exit(main())
