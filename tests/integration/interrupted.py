# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays that are interrupted, and the processes that they leave."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import typing as t
import uuid
from pathlib import Path

import requests

from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment
from tests.simulator import Outcome, Plan, Scope, ScriptStep, Targets, Variable, default_world, faults
from tests.waiting import LONGEST

if t.TYPE_CHECKING:
    import threading

    from tests.simulator import Simulator, World

PLAYBOOK = Path(__file__).parent / "playbooks" / "abort.yml"
# All processes of a play inherit this variable.
MARK = "BLUEKING_JOB_PLAY"
STATUS, LAUNCH, OPERATE = "get_job_instance_status", "execute_job_plan", "operate_job_instance"
# Under nohup or in the background the tests ignore them, and so would the plays that they start.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
INSTANCE = 10000  # the first instance of a simulator
DEATHS_SHOWN = ("The task was interrupted", "任务被中断")


class Death(t.NamedTuple):
    """A signal, to ansible-playbook only or to its process group."""

    number: signal.Signals
    group: bool

    def __str__(self) -> str:
        return f"{self.number.name} to {'the group' if self.group else 'the play'}"


# Ctrl-C goes to the group; `kill` and AWX to ansible-playbook, or to all.
CTRL_C = Death(signal.SIGINT, group=True)
DEATHS = (
    CTRL_C,
    Death(signal.SIGTERM, group=False),
    Death(signal.SIGHUP, group=False),
    Death(signal.SIGKILL, group=False),
    Death(signal.SIGKILL, group=True),
)


class Moment(t.NamedTuple):
    """When to interrupt a play: at so many requests to an API; the response to the first one may not come before."""

    api: str
    requests: int = 1
    held: bool = False
    reaches_job: bool = True
    two_phase: bool = False

    def prepare(self, sim: Simulator, over: threading.Event) -> None:
        """Hold the response until it is ``over``."""
        if self.held:
            fault = faults.held(over)
            if not self.reaches_job:
                fault = dataclasses.replace(faults.bad_gateway(), moment=faults.Moment.ARRIVED, deliver=fault.deliver)
            sim.faults.add(fault, api=self.api)


MOMENTS = {
    "the response to the launch is awaited": Moment(LAUNCH, held=True),
    "the launch is on its way": Moment(LAUNCH),
    "the first poll is awaited": Moment(STATUS, held=True),
    "the wait goes on": Moment(STATUS, requests=3),
    "the response to the start is awaited": Moment(OPERATE, held=True, two_phase=True),
    "the start is on its way to Job": Moment(OPERATE, held=True, reaches_job=False, two_phase=True),
}


class InterruptedPlay:
    """``abort.yml``, running, with ``more`` variables; ``error`` is what its standard error goes to."""

    def __init__(
        self,
        sim: Simulator,
        collections: str,
        error: t.IO[bytes],
        *arguments: str,
        own_process: bool = False,
        language: str = "en",
        **more: t.Any,
    ) -> None:
        surface = {**CREDENTIALS, "url": sim.url, "language": language}
        secret = surface.pop("bk_app_secret")
        self._mark = uuid.uuid4().hex
        environment = {**clean_environment(collections), "BK_APP_SECRET": str(secret), MARK: self._mark}
        if own_process:
            environment["ANSIBLE_BK_JOB_IN_PROCESS"] = "0"
        variables = json.dumps({"surface": surface, **more})
        self.process = subprocess.Popen(
            [str(COMMANDS / "ansible-playbook"), str(PLAYBOOK), "--extra-vars", variables, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=error,
            start_new_session=True,
        )

    def __enter__(self) -> InterruptedPlay:
        return self

    def __exit__(self, *_exception: object) -> None:
        for pid in (*self.left(), self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def die(self, death: Death) -> None:
        """Interrupt the play, and wait until ansible-playbook has ended."""
        if death.group:
            os.killpg(self.process.pid, death.number)
        else:
            self.process.send_signal(death.number)
        self.process.wait(timeout=LONGEST)

    def left(self) -> list[int]:
        """The processes of the play that live."""
        mark = f"{MARK}={self._mark}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal() and folder.name != str(self.process.pid):
                try:
                    if mark in (folder / "environ").read_bytes().split(b"\0"):
                        found.append(int(folder.name))
                except OSError:  # it has ended, or is of somebody else
                    continue
        return found

    def guardians(self) -> list[int]:
        """Those of them that belong to no other, and read from a pipe."""
        left = self.left()
        return [
            pid
            for pid in left
            if _parent(pid) not in (*left, self.process.pid) and "pipe" in descriptors(pid).get(0, "")
        ]


def reported(error: Path) -> str:
    """The line about the death of the play; empty if there is none."""
    lines = [line for line in error.read_text().splitlines() if any(text in line for text in DEATHS_SHOWN)]
    assert len(lines) <= 1, lines
    return "".join(lines)


def slow_world() -> World:
    """Plan 200 and all scripts run for a day."""
    world = default_world()
    hosts = Variable(900, "hosts", 3, hosts=Targets(host_ids=(101,)))
    step = ScriptStep(1, "run", outcome=Outcome(seconds=86400))
    world.quick_script.outcome = Outcome(seconds=86400)
    world.plans.append(Plan(200, "Slow", Scope("biz", "1"), steps=[step], variables=[hosts]))
    return world


def requests_of(sim: Simulator, api: str) -> list[t.Any]:
    """The bodies of the requests to an API."""
    return [request.body for request in list(sim.requests) if request.api == api]


def launch(sim: Simulator) -> int:
    """Launch plan 200, and return the id of its instance."""
    body = {**CREDENTIALS, "bk_scope_type": "biz", "bk_scope_id": "1", "job_plan_id": 200}
    url = f"{sim.url}/api/c/compapi/v2/jobv3/{LAUNCH}/"
    response = requests.post(url, json=body, timeout=10).json()
    sim.requests.clear()
    return int(response["data"]["job_instance_id"])


def stops(sim: Simulator) -> int:
    """How often Job was requested to stop an instance."""
    return sum(body.get("operation_code") == 1 for body in requests_of(sim, OPERATE))


def command_line(pid: int) -> str:
    """What others may read of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text()


def descriptors(pid: int) -> dict[int, str]:
    """Where the descriptors of a process lead."""
    with contextlib.suppress(OSError):  # it has ended
        return {int(link.name): os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
    return {}


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0
