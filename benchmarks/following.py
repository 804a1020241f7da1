# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for an instance: the load on the server, how soon the end is noticed, and the cost of progress lines."""

from __future__ import annotations

import math
import tempfile
import threading
import typing as t
from pathlib import Path

from tests.collection_path import CHECKOUT
from tests.simulator import Outcome, Plan, ScriptStep, Simulator, Targets, Variable, WallClock
from tests.simulator.job.worlds import ONE

from .launches import LAUNCH, SCRIPT
from .modules import options, run_module
from .peers import Latency, Peers
from .playbook import COLLECTIONS, play

if t.TYPE_CHECKING:
    from .playbook import Played, Task

# What the sources of the peers say: seconds between two polls, requests of a poll, and of the launch.
RHYTHMS = {"rundeck_job_run": (5, 2, 1), "job_launch": (2, 1, 2)}


class Followed(t.NamedTuple):
    """Requests from the launch to the result, and seconds from the end of the job to the result."""

    requests: float
    delay: float


class TurnedClock:
    """The simulator's clock as a follower's: whoever sleeps turns it."""

    def __init__(self, sim: Simulator) -> None:
        self.now = self.date = sim.clock.now
        self.sleep = sim.clock.advance


def add_plan(sim: Simulator, seconds: float, *, steps: int = 1, hosts: tuple[int, ...] = (101,), log: str = "") -> None:
    """Make plan 200 one that runs for so long, in so many steps."""
    outcome = Outcome(seconds=seconds / steps, log=log or "done\n")
    plan = Plan(200, "Long", ONE, [ScriptStep(number + 1, "run", outcome=outcome) for number in range(steps)])
    plan.variables = [Variable(900, "hosts", 3, hosts=Targets(host_ids=hosts))]
    sim.world.plans[:] = [*(other for other in sim.world.plans if other.id != 200), plan]


def lengths(seconds: float) -> list[float]:
    """Lengths of about so many seconds, since the result for a single length would be a matter of luck."""
    return [seconds * (0.91 + 0.0193 * number) for number in range(10)]


def followed(seconds: float, *, script: bool = False) -> list[Followed]:
    """Our module on a clock that is turned, for each of the ``lengths``; of a plan, or of a quick ``script``."""
    found = []
    for length in lengths(seconds):
        with Simulator() as sim:
            add_plan(sim, length)
            sim.world.quick_script.outcome = Outcome(seconds=length)
            if script:
                run_module("bk_job_execute_script", options(sim.url, **SCRIPT, wait=True), TurnedClock(sim))
            else:
                run_module("bk_job_execute", options(sim.url, job_plan_id=200, wait=True), TurnedClock(sim))
            found.append(Followed(len(sim.requests), sim.clock.now() - (sim.instances[0].end or 0)))
    return found


def reckoned(peer: str, seconds: float) -> list[Followed]:
    """What a peer does by its source, for each of the ``lengths``: it polls at once, and then at its interval."""
    interval, requests, launch = RHYTHMS[peer]
    polls = [math.ceil(length / interval) for length in lengths(seconds)]
    return [
        Followed(launch + requests * (count + 1), count * interval - length)
        for count, length in zip(polls, lengths(seconds))
    ]


def followed_really(seconds: float) -> dict[str, Followed]:
    """All of them under ansible-playbook, in real time; the delay is all that the task took beside the job."""
    launch = {"url": "", "api_version": 39, "api_token": "token", "job_id": "deploy"}
    found = {}
    with Peers() as peers, Simulator(clock=WallClock()) as sim:
        peers.seconds, sim.faults = seconds, Latency()
        add_plan(sim, seconds)
        awx = {"controller_host": peers.url, "controller_oauthtoken": "token", "name": "deploy", "wait": True}
        tasks: dict[str, Task] = {
            "rundeck_job_run": {"community.general.rundeck_job_run": {**launch, "url": peers.url}},
            "job_launch": {"awx.awx.job_launch": awx},
            "bk_job_execute": {"blueking.job.bk_job_execute": {"job_plan_id": 200, "wait": True}},
        }
        for name, task in tasks.items():
            before = peers.requests + len(sim.requests)
            played = play([{"name": name, **task}], sim.url)
            requests = peers.requests + len(sim.requests) - before
            found[name] = Followed(requests, played.tasks[name][0] - seconds)
    return found


def progress(seconds: float, pairs: int) -> tuple[list[float], list[float]]:
    """CPU seconds of following one job with progress and without, ansible-playbook and its children; all at once."""
    shown: list[Played] = []
    plain: list[Played] = []
    task = {"blueking.job.bk_job_execute": {**LAUNCH, "job_plan_id": 200, "variables": {}, "wait": True}}
    with tempfile.TemporaryDirectory() as folder, Simulator(clock=WallClock()) as sim:
        add_plan(sim, seconds, steps=2)
        without = _without_actions(Path(folder))

        def follow(into: list[Played], collections: str) -> None:
            into.append(play([task], sim.url, collections=collections))

        threads = [
            threading.Thread(target=follow, args=given)
            for _pair in range(pairs)
            for given in ((shown, COLLECTIONS), (plain, without))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [played.cpu for played in shown], [played.cpu for played in plain]


def _without_actions(folder: Path) -> str:
    """The collection as it would be if nothing was shown: without its action plugins."""
    plugins = folder / "ansible_collections" / "blueking" / "job" / "plugins"
    plugins.mkdir(parents=True)
    for path in (CHECKOUT / "plugins").iterdir():
        if path.name != "action":
            (plugins / path.name).symlink_to(path)
    return str(folder)
