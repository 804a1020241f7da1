# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure, print the tables, and write docs/benchmarks.md; ``--quick`` only checks that it works."""

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

from . import cold, following, inventories, large, launches
from .peers import LATENCY, Latency, Peers
from .ratios import ratio

if t.TYPE_CHECKING:
    from .following import Followed
    from .modules import Measured

TEMPLATE = Path(__file__).with_name("benchmarks.md")
OURS = "bk_job_execute"
PEERS = ("rundeck_job_run", "jenkins_build", "job_launch")
# From the launch to the result, for jobs of about so many seconds; where a poll falls is a matter of luck, by one.
REQUESTS = {2: 9, 10: 21, 60: 40, 600: 82}


class Scale(t.NamedTuple):
    """How much is measured; times in seconds."""

    plays: int = 2
    rounds: int = 15
    launches: int = 50
    lengths: tuple[int, ...] = (2, 10, 60, 600)
    real: tuple[int, ...] = (2, 10)
    shown: int = 60
    pairs: int = 2
    hosts: tuple[int, ...] = (2_000, 10_000, 20_000)
    quick: tuple[int, ...] = (10, 10_000)
    servers: int = 50_000
    inventory: int = 20_000
    repeats: int = 3


QUICK = Scale(1, 2, 4, (2, 60), (2,), 3, 1, (500, 1_000), (10, 500), 5_000, 1_000, 1)


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


def report_launches(report: Report, scale: Scale) -> None:
    """Works 1, 1b and the many launches."""
    with Simulator() as sim, Peers() as peers:
        sim.faults = Latency()
        task = launches.one_launch(sim, peers, plays=scale.plays, rounds=scale.rounds)
        ways = launches.many_launches(sim, plays=1, count=scale.launches)
    debug, empty = (task[name] for name in ("debug", "empty module"))
    cheapest = min(PEERS, key=lambda name: median(task[name]))
    rows = [[name, str(ratio(taken, empty)), str(ratio(taken, task[cheapest]))] for name, taken in task.items()]
    report.table("launch", f"one launch|empty module = 1|{cheapest} = 1", rows)
    apart, here = ratio(task[f"{OURS}, own process"], empty), ratio(task[OURS], empty)
    to_peer = ratio(task[f"{OURS}, own process"], task[cheapest])
    goal = "in a process of its own: ≤ 1.35 × the empty module, and less than every peer"
    report.goal("1", goal, f"{apart}; {to_peer} {cheapest}", apart.median <= 1.35 and to_peer.median < 1)
    to_debug = ratio(task[OURS], debug)
    goal = "on a local connection: ≤ 0.10 × the empty module, ≤ 1.6 × debug"
    report.goal("1b", goal, f"{here}; {to_debug} debug", here.median <= 0.1 and to_debug.median <= 1.6)
    script, blind = f"{OURS}_script", f"{OURS}, not validated"
    local = ratio(task[script], task[blind])
    own = ratio(task[f"{script}, own process"], task[f"{blind.replace(',', ', own process,')}"])
    report.goal("1c", "a script ≤ 1.1 × a plan that is not read before", f"{local}; {own} apart", local.median <= 1.1)
    loop = ways["loop"]
    rows = [[name, f"{seconds[0] / loop[0]:.2f} ×"] for name, seconds in ways.items()]
    report.table("many", f"{scale.launches} launches|loop = 1", rows)


def report_following(report: Report, scale: Scale) -> None:
    """Works 2 and 3."""
    rows = []
    for seconds in scale.lengths:
        ours = {OURS: following.followed(seconds), f"{OURS}_script": following.followed(seconds, script=True)}
        others = {peer: following.reckoned(peer, seconds) for peer in following.RHYTHMS}
        rows += [[f"{seconds} s", name, *_followed(found)] for name, found in {**ours, **others}.items()]
        most = REQUESTS.get(seconds, 0)
        bounds = [min(15.0, max(0.7, 0.1 * length)) for length in following.lengths(seconds)]
        in_time = all(one.delay <= bound for found in ours.values() for one, bound in zip(found, bounds, strict=True))
        delay = max(one.delay for found in ours.values() for one in found)
        plan, script = map(_requests, ours.values())
        within = " to ".join(dict.fromkeys(f"{bound:.1f}" for bound in (bounds[0], bounds[-1])))
        goal = f"at most {most} requests, a script too; each end noticed within {within} s"
        measured = f"{plan:.0f} requests, a script {script:.0f}; {delay:.1f} s at most"
        report.goal(f"2 ({seconds} s)", goal, measured, max(plan, script) < most + 1 and in_time)
    report.table("follow", "job|waited for by|requests|noticed after, mean|at most", rows)
    rows = [
        [f"{seconds} s", name, f"{one.requests:.0f}", f"{one.delay:.1f} s"]
        for seconds in scale.real
        for name, one in following.followed_really(seconds).items()
    ]
    report.table("real", "job|waited for by|requests|the task took longer than the job by", rows)
    more = ratio(*following.progress(scale.shown, scale.pairs))
    measured = f"{more} the CPU time of plain waiting"
    report.goal("3", "≤ 5 % more CPU with progress", measured, more.median <= 1.05)


def _requests(found: list[Followed]) -> float:
    return mean(one.requests for one in found)


def _followed(found: list[Followed]) -> list[str]:
    delays = [one.delay for one in found]
    return [f"{_requests(found):.0f}", f"{mean(delays):.1f} s", f"{max(delays):.1f} s"]


def report_large(report: Report, scale: Scale) -> None:
    """Works 4, 5 and 7."""
    rows = []
    for dest, where in ((True, "to files"), (False, "returned")):
        peaks = []
        for hosts in scale.hosts:
            logs = large.logs(hosts, rounds=scale.repeats, dest=dest)
            taken = ratio(_seconds(logs.ours), _seconds(logs.bare))
            apart = ratio(_seconds(logs.apart), _seconds(logs.bare))
            peaks.append(_memory(logs.ours))
            memory = [f"{peak:.0f}" for peak in (peaks[-1], _memory(logs.apart), _memory(logs.bare))]
            rows.append([f"{hosts:,}", where, str(logs.calls), str(taken), str(apart), *memory])
            goal = "⌈N/500⌉ calls for logs; ≤ 1.25 × a bare loop"
            reached = logs.calls == logs.fewest and taken.median <= 1.25
            report.goal(f"4 ({hosts:,}, {where})", goal, f"{logs.calls} calls, {taken}", reached)
        if dest:
            growth = peaks[-1] / peaks[0]
            goal = "peak memory of the most hosts ≤ 1.25 × that of the fewest"
            report.goal("4 (memory, to files)", goal, f"{growth:.2f} ×", growth <= 1.25)
    head = "hosts|logs|calls for logs|time, bare loop = 1|own process|peak, MiB|own process, MiB|bare loop, MiB"
    report.table("logs", head, rows)
    report_servers(report, large.launch_on(scale.servers, rounds=scale.repeats), scale)
    for hosts in scale.quick:
        more = ratio(*map(_cpu, large.quick_job(hosts, rounds=scale.repeats)))
        goal = "a script that is waited for, with logs, ≤ 1.1 × a plan that is not read before"
        report.goal(f"7 ({hosts:,} hosts)", goal, str(more), more.median <= 1.1)


def report_servers(report: Report, found: large.ManyServers, scale: Scale) -> None:
    """Work 5."""
    names = {
        "ours": f"{OURS}, all of it",
        "validation": "of that, ansible-core's validation of the options",
        "apart": f"{OURS}, own process",
        "ansible": "AnsibleModule alone, given the same servers",
        "dumps": "json.dumps of the body",
    }
    dumps = _cpu(found.dumps)
    against = {field: ratio(_cpu(getattr(found, field)), dumps) for field in names}
    report.table("servers", "CPU time|json.dumps = 1", [[names[field], str(one)] for field, one in against.items()])
    goal = f"a launch on {scale.servers:,} servers, on a local connection: ≤ 3 × json.dumps of its body"
    measured = f"{against['ours']}, of which {against['validation']} is ansible-core's"
    report.goal("5", goal, measured, against["ours"].median <= 3)


def report_inventories(report: Report, scale: Scale) -> None:
    """Work 8."""
    found = inventories.inventories(scale.inventory, rounds=scale.repeats)
    read = ratio(_seconds(found.ours), _seconds(found.bare))
    goal = f"an inventory of {scale.inventory:,} hosts ≤ 1.5 × a bare loop of the same pages"
    work = ratio(_cpu(found.ours), _cpu(found.bare))
    report.goal("8", goal, f"{read}; {work} its CPU time, without the server's", read.median <= 1.5)
    cached = ratio(found.cached, found.static)
    goal = "from the cache, CPU time of ansible-inventory ≤ 1.2 × that with a static file"
    report.goal("8 (cache)", goal, str(cached), cached.median <= 1.2)


def _seconds(measured: list[Measured]) -> list[float]:
    return [one.seconds for one in measured]


def _cpu(measured: list[Measured]) -> list[float]:
    return [one.cpu for one in measured]


def _memory(measured: list[Measured]) -> float:
    return median(one.memory for one in measured)


def report_cold(report: Report, scale: Scale) -> None:
    """Work 6."""
    found = cold.cold(3 * scale.repeats)
    empty = found["empty"]
    imports = {name: ratio(one.seconds, empty.seconds) for name, one in found.items()}
    sizes = {name: one.size / empty.size for name, one in found.items()}
    rows = [[name, str(imports[name]), f"{sizes[name]:.2f} ×"] for name in found]
    report.table("cold", "module|import, empty module = 1|payload, empty module = 1", rows)
    ours = f"blueking.job.{OURS}"
    report.tables["parts"] = str(len(found[ours].parts))
    measured = f"import {imports[ours]}, payload {sizes[ours]:.2f} ×"
    reached = imports[ours].median <= 1.5 and sizes[ours] <= 1.4
    report.goal("6", "import ≤ 1.5 ×, payload ≤ 1.4 × the empty module", measured, reached)


def main() -> None:
    """Do it all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="try everything, measure nothing")
    arguments = parser.parse_args()
    report = Report()
    scale = QUICK if arguments.quick else Scale()
    for part in (report_cold, report_launches, report_following, report_large, report_inventories):
        part(report, scale)
    report.close()
    if not arguments.quick:
        machine = {
            "core": version("ansible-core"),
            "ansible": version("ansible"),
            "python": platform.python_version(),
            "latency": f"{LATENCY * 1000:g} ms",
            "many_servers": f"{scale.servers:,}",
        }
        text = TEMPLATE.read_text(encoding="utf-8")
        for name, value in {**report.tables, **machine}.items():
            text = text.replace(f"{{{name}}}", value)
        (CHECKOUT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
