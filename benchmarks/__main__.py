# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure, print the tables, and write docs/benchmarks.md; ``--quick`` only tries it all out."""

from __future__ import annotations

import argparse
import platform
import sys
import typing as t
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median

from tests.collection_path import CHECKOUT
from tests.simulator import Simulator

from . import cold, following, large, launches
from .peers import LATENCY, Latency, Peers

if t.TYPE_CHECKING:
    from .following import Followed
    from .modules import Measured

TEMPLATE = Path(__file__).with_name("benchmarks.md")
OURS = "bk_job_execute"
PEERS = ("rundeck_job_run", "jenkins_build", "job_launch")


class Scale(t.NamedTuple):
    """How much is measured; times in seconds."""

    plays: int = 2
    rounds: int = 20
    launches: int = 100
    lengths: tuple[int, ...] = (2, 10, 60, 600)
    real: tuple[int, ...] = (2, 10)
    shown: int = 60
    pairs: int = 2
    hosts: tuple[int, ...] = (2_000, 10_000, 20_000)
    servers: int = 50_000
    repeats: int = 3


QUICK = Scale(1, 2, 4, (2, 60), (2,), 3, 1, (500, 1_000), 5_000, 1)


class Report:
    """The tables, by the name that the template gives them, and the goals with whether they were reached."""

    def __init__(self) -> None:
        self.tables: dict[str, str] = {}
        self._goals: list[list[str]] = []

    def goal(self, number: str, goal: str, measured: str, reached: bool) -> None:
        """Add a goal of the issue and what came of it."""
        self._goals.append([number, goal, measured, "yes" if reached else "**no**"])

    def table(self, name: str, head: str, rows: t.Iterable[t.Iterable[str]]) -> None:
        """Add a table and show it; the cells of its ``head`` are divided by bars."""
        cells = head.split("|")
        lines = [cells, ["---"] * len(cells), *rows]
        self.tables[name] = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        sys.stdout.write(f"\n{self.tables[name]}\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Add the table of the goals, in their order."""
        self._goals.sort(key=lambda row: row[0].split()[0])
        self.table("goals", "#|goal|measured|reached", self._goals)


def times(ratio: float) -> str:
    """A ratio in words."""
    return f"{ratio:.2f} ×"


def report_launches(report: Report, scale: Scale) -> None:
    """Works 1, 1b and 7."""
    with Simulator() as sim, Peers() as peers:
        sim.faults = Latency()
        taken = launches.one_launch(sim, peers, plays=scale.plays, rounds=scale.rounds)
        ways = launches.many_launches(sim, plays=1, count=scale.launches)
    task = {name: median(seconds) for name, seconds in taken.items()}
    empty, debug = task["empty module"], task["debug"]
    cheapest = min(PEERS, key=lambda name: task[name])
    rows = [[name, times(task[name] / empty), times(task[name] / task[cheapest])] for name in task]
    report.table("launch", f"one launch|empty module = 1|{cheapest} = 1", rows)
    apart = task[f"{OURS}, own process"]
    for number, name in (("1", f"{OURS}, own process"), ("1", OURS)):
        told = f"{name}: {times(task[name] / empty)}; {times(task[name] / task[cheapest])} {cheapest}"
        goal = "cheapest of all peers; ≤ 1.25 × the empty module"
        report.goal(number, goal, told, task[name] < task[cheapest] and task[name] <= 1.25 * empty)
    here = task[OURS]
    told = f"{times(here / task[cheapest])} {cheapest}, {times(here / debug)} debug, {times(here / apart)} own process"
    goal = "≤ 0.15 × the cheapest peer, ≤ 3 × debug"
    report.goal("1b", goal, told, here <= 0.15 * task[cheapest] and here <= 3 * debug)
    script, blind = f"{OURS}_script", f"{OURS}, not validated"
    script_apart, blind_apart = f"{script}, own process", f"{OURS}, own process, not validated"
    told = f"{times(task[script] / task[blind])}; own process {times(task[script_apart] / task[blind_apart])}"
    goal = "a script ≤ 1.1 × a plan that is not read before"
    report.goal("1c", goal, told, task[script] <= 1.1 * task[blind])
    loop = ways["loop"][0]
    rows = [[name, times(seconds[0] / loop)] for name, seconds in ways.items()]
    report.table("many", f"{scale.launches} launches|loop = 1", rows)


def report_following(report: Report, scale: Scale) -> None:
    """Works 2 and 3."""
    rows = []
    for seconds in scale.lengths:
        ours = following.followed(seconds)
        others = {peer: following.reckoned(peer, seconds) for peer in following.RHYTHMS}
        contestants = {OURS: ours, **others}
        rows += [[f"{seconds} s", name, *_followed(found)] for name, found in contestants.items()]
        fewer = all(_requests(ours) < _requests(found) for found in others.values())
        bound = min(15.0, max(0.7, 0.1 * seconds))
        delay = max(one.delay for one in ours)
        told = f"{_requests(ours):.0f} requests to {min(map(_requests, others.values())):.0f}, {delay:.1f} s at most"
        report.goal(f"2 ({seconds} s)", f"fewer requests; noticed within {bound:.1f} s", told, fewer and delay <= bound)
    report.table("follow", "job|followed by|requests|noticed after, mean|at most", rows)
    rows = [
        [f"{seconds} s", name, f"{one.requests:.0f}", f"{one.delay:.1f} s"]
        for seconds in scale.real
        for name, one in following.followed_really(seconds).items()
    ]
    report.table("real", "job|followed by|requests|the task took longer than the job by", rows)
    shown, plain = map(median, following.progress(scale.shown, scale.pairs))
    told = f"{times(shown / plain)} the CPU time of plain waiting"
    report.goal("3", "≤ 5 % more CPU with progress", told, shown <= 1.05 * plain)


def _requests(found: list[Followed]) -> float:
    return mean(one.requests for one in found)


def _followed(found: list[Followed]) -> list[str]:
    delays = [one.delay for one in found]
    return [f"{_requests(found):.0f}", f"{mean(delays):.1f} s", f"{max(delays):.1f} s"]


def report_large(report: Report, scale: Scale) -> None:
    """Works 4 and 5."""
    rows = []
    for dest, where in ((True, "to files"), (False, "returned")):
        peaks = []
        for hosts in scale.hosts:
            logs = large.logs(hosts, rounds=scale.repeats, dest=dest)
            ratio = _seconds(logs.ours) / _seconds(logs.bare)
            peaks.append(median(one.memory for one in logs.ours))
            bare = median(one.memory for one in logs.bare)
            rows.append([f"{hosts:,}", where, str(logs.calls), times(ratio), f"{peaks[-1]:.0f}", f"{bare:.0f}"])
            told = f"{logs.calls} calls, {times(ratio)}"
            goal = "⌈N/500⌉ calls for logs; ≤ 1.3 × a bare loop"
            report.goal(f"4 ({hosts:,}, {where})", goal, told, logs.calls == logs.fewest and ratio <= 1.3)
        if dest:
            growth = peaks[-1] / peaks[0]
            goal = "peak memory of the most ≤ 1.2 × that of the fewest"
            report.goal("4 (memory, to files)", goal, times(growth), growth <= 1.2)
    report.table("logs", "hosts|logs|calls for logs|time, bare loop = 1|peak, MiB|bare loop, MiB", rows)
    launched, ansible, dumped = large.launch_on(scale.servers, rounds=scale.repeats)
    ratio = _cpu(launched) / _cpu(dumped)
    told = f"{times(ratio)}; AnsibleModule alone, given the same servers, {times(_cpu(ansible) / _cpu(dumped))}"
    report.goal("5", f"a launch on {scale.servers:,} servers ≤ 1.5 × json.dumps of its body", told, ratio <= 1.5)


def _seconds(measured: list[Measured]) -> float:
    return median(one.seconds for one in measured)


def _cpu(measured: list[Measured]) -> float:
    return median(one.cpu for one in measured)


def report_cold(report: Report, scale: Scale) -> None:
    """Work 6."""
    found = cold.cold(scale.repeats + 2)
    seconds = {name: median(one.seconds) for name, one in found.items()}
    sizes = {name: one.size for name, one in found.items()}
    rows = [[name, times(seconds[name] / seconds["empty"]), times(sizes[name] / sizes["empty"])] for name in found]
    report.table("cold", "module|import, empty module = 1|payload, empty module = 1", rows)
    ours, peer = f"blueking.job.{OURS}", "community.general.rundeck_job_run"
    report.tables["parts"] = str(len(found[ours].parts))
    import_, size = seconds[ours] / seconds[peer], sizes[ours] / sizes[peer]
    told = f"import {times(import_)}, payload {times(size)} rundeck_job_run"
    report.goal("6", "import and payload smaller than rundeck_job_run's", told, import_ < 1 and size < 1)


def main() -> None:
    """Do it all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="try everything, measure nothing")
    arguments = parser.parse_args()
    report = Report()
    scale = QUICK if arguments.quick else Scale()
    for part in (report_cold, report_launches, report_following, report_large):
        part(report, scale)
    report.close()
    if not arguments.quick:
        machine = {
            "core": version("ansible-core"),
            "ansible": version("ansible"),
            "python": platform.python_version(),
            "latency": f"{LATENCY * 1000:g} ms",
        }
        text = TEMPLATE.read_text(encoding="utf-8")
        for name, value in {**report.tables, **machine}.items():
            text = text.replace(f"{{{name}}}", value)
        (CHECKOUT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
