# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Execution plans, and the outcome of their steps on each host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .world import Host, Scope

# Variable types (§5.2).
STRING, NAMESPACE, HOSTS, CIPHER, ASSOCIATIVE_ARRAY, INDEX_ARRAY = 1, 2, 3, 4, 5, 6

# Step types in instances and in the v3 plan detail (§5.2).
SCRIPT, FILE, APPROVAL = 1, 2, 3


@dataclass(frozen=True)
class Targets:
    """Targets as a caller or a plan specifies them. False if empty, which is not the same as none (§7.2).

    `ips` are pairs of cloud area and IP address, `nodes` pairs of type and id. Where a request may have a null, so may
    these. `containers` are container ids; only a plan may have them as a default, since 61e52d430.
    """

    host_ids: tuple[int | None, ...] = ()
    ips: tuple[tuple[int | None, str], ...] = ()
    groups: tuple[str | None, ...] = ()
    nodes: tuple[tuple[str | None, int], ...] = ()
    containers: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.host_ids or self.ips or self.groups or self.nodes or self.containers)


@dataclass
class Variable:
    """A variable of a plan with its default: `value` for strings, `hosts` for host variables.

    `changeable` is the template's flag that lets a script assign it (§6.7).
    """

    id: int
    name: str
    type: int = STRING
    value: str | None = None
    hosts: Targets | None = None
    required: bool = False
    changeable: bool = False
    used: bool = True
    description: str = ""


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt on one host. The last line of the log appears `log_lag` seconds after the end (§9)."""

    status: int = 9
    exit_code: int | None = 0
    error_code: int = 0
    tag: str = ""
    seconds: float = 3.0
    log: str | None = "done\n"
    log_lag: float = 0.0


@dataclass
class Step:
    """What all steps have. Disabled steps are not run."""

    type: ClassVar[int]

    id: int
    name: str
    enabled: bool = True


@dataclass
class HostStep(Step):
    """A step that runs on the hosts of the variable `hosts`.

    `outcomes` lists the outcomes of single hosts, by host id: one per attempt, the last one for all further attempts;
    other hosts get `outcome`. `ends` lists, by attempt, how the engine itself ends the step: 9 abnormal, 14 abandoned,
    None for a normal end. `stop_seconds` is the duration of a termination, `math.inf` for one that hangs.
    """

    hosts: str = "hosts"
    ignore_error: bool = False
    outcome: Outcome = Outcome()
    outcomes: Mapping[int, tuple[Outcome, ...]] = field(default_factory=dict)
    ends: tuple[int | None, ...] = ()
    stop_seconds: float = 2.0

    def outcome_on(self, host: Host, attempt: int) -> Outcome:
        if host.agent != "ok":
            # The launch succeeds; the host reports the state of its agent (§7.3).
            return Outcome(status=18 if host.agent == "missing" else 1, exit_code=None, seconds=0.0, log=None)
        scripted = self.outcomes.get(host.id, (self.outcome,))
        return scripted[min(attempt, len(scripted) - 1)]

    def end_of(self, attempt: int) -> int | None:
        return self.ends[attempt] if attempt < len(self.ends) else None


@dataclass
class ScriptStep(HostStep):
    """A script; `assigns` are the plan variables it sets (§6.7). Languages and sources: §5.2.

    A step that refers to the library has the ids of a script and of one of its versions.
    """

    type: ClassVar[int] = SCRIPT

    script: str = "echo done\n"
    parameters: str = ""
    language: int = 1
    source: int = 1
    script_id: str | None = None
    script_version_id: int = 1
    assigns: Mapping[str, str] = field(default_factory=dict)


@dataclass
class FileStep(HostStep):
    """A transfer of `files` from `source` to the directory `path`, of a single file as `target_name`."""

    type: ClassVar[int] = FILE

    files: tuple[str, ...] = ("/tmp/a.tgz",)
    source: Targets = Targets()
    path: str = "/data/"
    target_name: str = ""


@dataclass
class ApprovalStep(Step):
    """A manual confirmation by one of `users` or a user with one of `roles`."""

    type: ClassVar[int] = APPROVAL

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    message: str = ""


@dataclass
class Plan:
    """An execution plan. Its times are Unix seconds, as in the plan APIs (§4.3)."""

    id: int
    name: str
    scope: Scope
    steps: list[Step] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    template_id: int = 10
    creator: str = "admin"
    created_at: int = 1605064271
    modified_by: str = "admin"
    modified_at: int = 1605064271
    need_update: bool = False

    def running_steps(self) -> list[Step]:
        return [step for step in self.steps if step.enabled]
