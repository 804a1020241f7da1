# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job itself, independent of API versions: launches by the rules of §7, and the instances."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import iam
from .instance import Instance, StepRun
from .messages import INTERNAL_ERROR, JobError
from .plans import FileStep, HostStep, Targets
from .targets import Resolver
from .variables import merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .clock import Clock
    from .plans import Plan, Step
    from .variables import Value, VariableEntry
    from .world import Host, Scope, World


@dataclass(frozen=True)
class Caller:
    """The user and the app of a call, and its scope."""

    user: str
    app: str
    scope: Scope


@dataclass(frozen=True)
class LaunchRequest:
    """A launch as requested. `start` None is an explicit null."""

    plan_id: int
    given: Sequence[VariableEntry] = ()
    callback_url: str | None = None
    start: bool | None = True


@dataclass(frozen=True)
class Launch:
    """A launch that Job accepted. `values` maps each variable to its string, a host variable to its host ids."""

    instance_id: int
    plan_id: int
    values: dict[str, object]
    operator: str
    app_code: str
    callback_url: str | None
    started: bool


@dataclass(frozen=True)
class _Resolved:
    """The hosts of a launch: by host variable, and the sources by file step."""

    hosts: Mapping[str, tuple[Host, ...]]
    sources: Mapping[int, tuple[Host, ...]]

    def of(self, step: Step) -> tuple[tuple[Host, ...], tuple[Host, ...]]:
        return self.hosts.get(step.hosts, ()) if isinstance(step, HostStep) else (), self.sources.get(step.id, ())

    def ids(self, variable: str) -> list[int]:
        return [host.id for host in self.hosts.get(variable, ())]


class Job:
    """The instances and launches of one installation. Not thread-safe: the server handles one call at a time."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.launches: list[Launch] = []
        self._instances: dict[int, Instance] = {}
        self._instance_ids = itertools.count(10000)
        self._step_ids = itertools.count(20001)

    def launch(self, caller: Caller, request: LaunchRequest) -> Instance:
        """Launch a plan. The order of the checks decides which error the client gets (§7.1)."""
        plan = self.plan(caller, request.plan_id, missing=1244012)
        values = merge(plan.variables, request.given)
        steps = plan.running_steps()
        if not steps:
            raise JobError(1244011)
        for step in steps:
            if isinstance(step, HostStep) and step.hosts not in values:
                raise JobError(1244008, step.hosts)
        if self.world.quota_exceeded is not None:
            raise JobError(self.world.quota_exceeded)
        resolved = self._resolve(caller.scope, steps, values)
        iam.require(self.world, caller.user, "launch_job_plan", caller.scope, plan)
        return self._save(caller, request, plan, values, resolved)

    def plan(self, caller: Caller, plan_id: int, missing: int) -> Plan:
        """A plan of the caller's scope; plans of other businesses do not exist there."""
        plan = self.world.plan(plan_id)
        if plan is None or plan.scope != caller.scope:
            raise JobError(missing)
        return plan

    def instance(self, caller: Caller, instance_id: int) -> Instance:
        instance = self._instances.get(instance_id)
        if instance is None or instance.plan.scope != caller.scope:
            raise JobError(1244006)
        instance.catch_up(self.clock.now())
        return instance

    def viewed(self, caller: Caller, instance_id: int) -> Instance:
        """As `instance`, to view it: own launches always, others with the permission view_history (§6.4)."""
        instance = self.instance(caller, instance_id)
        if instance.operator != caller.user:
            iam.require(self.world, caller.user, "view_history", caller.scope)
        return instance

    def step(self, caller: Caller, instance_id: int, step_id: int) -> tuple[Instance, StepRun]:
        """A step to operate; whichever id is wrong, the error is about the step (§6.10)."""
        try:
            instance = self.instance(caller, instance_id)
        except JobError:
            raise JobError(1244007) from None
        run = next((run for run in instance.steps if run.id == step_id), None)
        if run is None:
            raise JobError(1244007)
        return instance, run

    def instances(self, caller: Caller) -> list[Instance]:
        """All of the caller's scope, newest first."""
        return [instance for instance in self.all_instances() if instance.plan.scope == caller.scope]

    def all_instances(self) -> list[Instance]:
        """All instances, newest first."""
        for instance in self._instances.values():
            instance.catch_up(self.clock.now())
        return list(self._instances.values())[::-1]

    def _resolve(self, scope: Scope, steps: list[Step], values: Mapping[str, Value]) -> _Resolved:
        business = self.world.business(scope)
        assert business is not None, "the scope was checked before"
        resolver = Resolver(self.world, business)
        # A host variable no step uses is checked too (§7.3).
        wanted = {name: value for name, value in values.items() if isinstance(value, Targets)}
        sources = {step.id: step.source for step in steps if isinstance(step, FileStep)}
        resolver.check([*wanted.values(), *sources.values()])
        resolved = _Resolved(
            {name: resolver.resolve(targets) for name, targets in wanted.items()},
            {step_id: resolver.resolve(targets) for step_id, targets in sources.items()},
        )
        for step in steps:
            self._check_size(step, resolved)
        return resolved

    def _check_size(self, step: Step, resolved: _Resolved) -> None:
        if not isinstance(step, HostStep):
            return
        hosts, sources = resolved.of(step)
        if not hosts:
            raise JobError(1244028, step.name)
        if isinstance(step, FileStep):
            if not sources:
                raise JobError(1244029, step.name)
            if len(step.files) * len(sources) * len(hosts) > self.world.file_task_limit:
                raise JobError(1244021, self.world.file_task_limit)
        elif len(hosts) > self.world.script_target_limit:
            raise JobError(1244022, self.world.script_target_limit)

    def _save(
        self, caller: Caller, request: LaunchRequest, plan: Plan, values: Mapping[str, Value], resolved: _Resolved
    ) -> Instance:
        runs = [StepRun(next(self._step_ids), step, *resolved.of(step)) for step in plan.running_steps()]
        texts = {name: value for name, value in values.items() if isinstance(value, str)}
        instance = Instance(next(self._instance_ids), plan, caller.user, self.clock.now(), runs, texts)
        self._instances[instance.id] = instance
        start = request.start if self.world.understands_start_task else True
        self.launches.append(
            Launch(
                instance.id,
                plan.id,
                {name: texts[name] if name in texts else resolved.ids(name) for name in values},
                caller.user,
                caller.app,
                request.callback_url,
                bool(start),
            )
        )
        if start is None:
            # The null pointer comes after the instance is saved: an orphan in status 1 (§7.4).
            raise JobError(INTERNAL_ERROR)
        if start:
            instance.launch()
        return instance
