# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of an instance: logs (§9), file entries (§6.6) and output variables (§6.7)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .clock import local_text
from .instance import PENDING, RUNNING, STOPPING
from .plans import STRING, FileStep, ScriptStep

if TYPE_CHECKING:
    from .instance import HostTask, Instance, StepRun
    from .world import Host

SHELL = 1

# Modes and states of one file on its way (§5.2).
UPLOAD, DOWNLOAD = 0, 1
_ON_THE_WAY, _ARRIVED, _LOST = 3, 4, 5


@dataclass(frozen=True)
class FileEntry:
    """The transfer of one file between two hosts; an upload has no target."""

    mode: int
    source: Host
    source_path: str
    target: Host | None
    target_path: str | None
    status: int
    log: str


def log_text(task: HostTask, now: float) -> str | None:
    """The part of a script's log that is available: null before the host starts, then line by line."""
    if task.outcome.log is None or now < task.start:
        return None
    lines = task.outcome.log.splitlines(keepends=True)
    last = task.end + task.outcome.log_lag
    shown = len(lines) if now >= last else int(len(lines) * (now - task.start) / (last - task.start))
    return f"[{local_text(task.start)}][PID:{task.host.id}] job_start\n" + "".join(lines[:shown])


def downloads(run: StepRun, task: HostTask, now: float) -> list[FileEntry]:
    """The downloads of one host of a file step; none before it starts."""
    step = _file_step(run)
    if task.outcome.log is None or now < task.start:
        return []
    finished = _ARRIVED if task.succeeded(now) else _LOST
    status = _ON_THE_WAY if now < task.end else finished
    return [
        FileEntry(
            DOWNLOAD,
            source,
            path,
            task.host,
            posixpath.join(step.path, step.target_name or posixpath.basename(path)),
            status,
            task.outcome.log,
        )
        for source, path in run.sources
    ]


def uploads(run: StepRun) -> list[FileEntry]:
    """The uploads of the sources of a file step."""
    status = _ON_THE_WAY if run.status in (PENDING, RUNNING, STOPPING) else _ARRIVED
    return [FileEntry(UPLOAD, source, path, None, None, status, "") for source, path in run.sources]


def string_values(instance: Instance) -> list[tuple[StepRun, dict[str, str | None]]]:
    """The string variables after each script step; no other type is returned (§6.7)."""
    variables = [variable for variable in instance.plan.variables if variable.type == STRING]
    values = {variable.name: instance.texts[variable.name] for variable in variables}
    changeable = {variable.name for variable in variables if variable.changeable}
    found = []
    for run in instance.steps:
        if isinstance(run.step, ScriptStep):
            values = {**values, **_assigned(run, run.step, changeable, instance.now)}
            found.append((run, values))
    return found


def _assigned(run: StepRun, step: ScriptStep, changeable: set[str], now: float) -> dict[str, str]:
    # Only shell scripts set variables, and only where the script succeeded; the parser reads one line.
    if step.language != SHELL or not any(task.succeeded(now) for task in run.tasks):
        return {}
    return {name: value.split("\n")[0] for name, value in step.assigns.items() if name in changeable}


def _file_step(run: StepRun) -> FileStep:
    assert isinstance(run.step, FileStep)
    return run.step
