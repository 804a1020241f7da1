# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job itself, independent of API versions: launches by the rules of §7, and the instances."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import iam, quick, rolling
from .instance import BY_CRON, Instance, StepRun
from .launch import Launch
from .messages import INTERNAL_ERROR, JobError
from .plans import FileStep, HostStep, Plan, Targets
from .targets import Resolver
from .variables import merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .clock import Clock
    from .crons import Cron
    from .plans import Step
    from .quick import QuickRequest
    from .repository import Repository
    from .variables import Values, VariableEntry
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
class CronRun:
    """A run of a schedule, and when it was due."""

    cron: Cron
    moment: float


@dataclass(frozen=True)
class _StepTargets:
    """The targets of a script or file step, which may be null, and the sources of a file step."""

    step: HostStep
    targets: Targets | None

    @property
    def source(self) -> Targets | None:
        return self.step.source if isinstance(self.step, FileStep) else None


class Job:
    """The instances and launches of one installation. Not thread-safe: the server handles one call at a time."""

    def __init__(self, world: World, clock: Clock, repository: Repository) -> None:
        self.world = world
        self.clock = clock
        self.repository = repository
        self.launches: list[Launch] = []
        self._instances: dict[int, Instance] = {}
        self._instance_ids = itertools.count(10000)
        self._step_ids = itertools.count(20001)
        self._cron_ids = itertools.count(5000)
        self._script_version_ids = itertools.count(2000)

    def launch(self, caller: Caller, request: LaunchRequest, run: CronRun | None = None) -> Instance:
        """Launch a plan. The order of the checks decides which error the client gets (§7.1)."""
        plan, values, used = self._read(caller, request)
        if self.world.quota_exceeded is not None:
            raise JobError(self.world.quota_exceeded)
        resolver = self._checked(caller.scope, used, values)
        for one in used:
            _check_targets(resolver, one)
        for one in used:
            self._check_limits(resolver, one)
        if run is None:
            iam.require(self.world, caller.user, "launch_job_plan", caller.scope, iam.plan_resource(plan))
        else:
            # The name of the instance is that of the schedule.
            plan = replace(plan, name=run.cron.name)
        runs = self._step_runs(resolver, plan.running_steps(), used)
        return self._save(caller, request, plan, runs, values, resolver, run)

    def launch_cron(self, cron: Cron, given: Sequence[VariableEntry], moment: float) -> Instance:
        """Launch the plan of a schedule as its last editor, whose permission is not checked again (Q4)."""
        caller = Caller(cron.modified_by, "", cron.scope)
        return self.launch(caller, LaunchRequest(cron.plan_id, given), CronRun(cron, moment))

    def check_launch(self, caller: Caller, plan_id: int, given: Sequence[VariableEntry]) -> None:
        """The checks that decide whether a schedule may launch its plan: variables, hosts and permission."""
        plan, values, used = self._read(caller, LaunchRequest(plan_id, given))
        self._checked(caller.scope, used, values)
        iam.require(self.world, caller.user, "launch_job_plan", caller.scope, iam.plan_resource(plan))

    def _read(self, caller: Caller, request: LaunchRequest) -> tuple[Plan, Values, list[_StepTargets]]:
        """The plan with the values of its variables and the targets of its steps."""
        plan = self.plan(caller, request.plan_id, missing=1244012)
        values = merge(plan.variables, request.given)
        steps = plan.running_steps()
        if not steps:
            raise JobError(1244011)
        for step in steps:
            if isinstance(step, HostStep) and step.hosts not in values:
                raise JobError(1244008, step.hosts)
        used = [_StepTargets(step, values.targets.get(step.hosts)) for step in steps if isinstance(step, HostStep)]
        return plan, values, used

    def launch_quick(self, caller: Caller, request: QuickRequest) -> Instance:
        """Launch a quick job: an instance with one step that belongs to no plan (Q0)."""
        ready = quick.prepare(self.world, caller, request, self.clock.now())
        plan = Plan(quick.NO_PLAN, request.name, caller.scope, template_id=quick.NO_PLAN)
        run = StepRun(next(self._step_ids), ready.step, ready.hosts, ready.sources)
        instance = self._add(caller, plan, [run], {}, None)
        start = self._start_of(request.start)
        try:
            if request.rolling is not None:
                # An expression is only read now: what is wrong with it leaves an orphan in status 1.
                run.roll(rolling.batches(request.rolling, ready.hosts), request.rolling.mode)
        except JobError:
            start = False
            raise
        finally:
            command = quick.command(ready.step, instance.id, run.id)
            self._record(caller, instance, {}, request.callback_url, start, {**ready.record, "command": command})
        self._start(instance, start)
        return instance

    def next_cron_id(self) -> int:
        """An id that no schedule has had."""
        taken = {cron.id for cron in self.world.crons}
        return next(number for number in self._cron_ids if number not in taken)

    def next_script_version_id(self) -> int:
        """An id that no version of a script has had."""
        return next(number for number in self._script_version_ids if self.world.script_version(number) is None)

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

    def _checked(self, scope: Scope, used: Sequence[_StepTargets], values: Values) -> Resolver:
        """Check that all hosts exist, also in variables that no step uses, and that steps may use theirs (§7.3)."""
        business = self.world.business(scope)
        assert business is not None, "the scope was checked before"
        resolver = Resolver(self.world, business)
        sources = [one.source for one in used if one.source is not None]
        wanted = [*sources, *(targets for targets in values.targets.values() if targets is not None)]
        resolver.check(wanted)
        if resolver.has_foreign_hosts(wanted):
            if any(one.targets is None for one in used):
                # Job searches the targets of every step for the foreign host: a null pointer.
                raise JobError(INTERNAL_ERROR)
            resolver.check_access([*sources, *(one.targets for one in used if one.targets is not None)])
        return resolver

    def _check_limits(self, resolver: Resolver, one: _StepTargets) -> None:
        count = len(resolver.resolve(one.targets))
        if isinstance(one.step, FileStep):
            if len(one.step.files) * len(resolver.resolve(one.source)) * count > self.world.file_task_limit:
                raise JobError(1244021, self.world.file_task_limit)
        elif count > self.world.script_target_limit:
            raise JobError(1244022, self.world.script_target_limit)

    def _step_runs(self, resolver: Resolver, steps: Sequence[Step], used: Sequence[_StepTargets]) -> list[StepRun]:
        hosts = {id(one.step): (resolver.resolve(one.targets), _transfers(resolver, one)) for one in used}
        return [StepRun(next(self._step_ids), step, *hosts.get(id(step), ((), ()))) for step in steps]

    def _save(
        self,
        caller: Caller,
        request: LaunchRequest,
        plan: Plan,
        runs: list[StepRun],
        values: Values,
        resolver: Resolver,
        run: CronRun | None,
    ) -> Instance:
        instance = self._add(caller, plan, runs, values.texts, run)
        hosts = {name: resolver.host_ids(targets) for name, targets in values.targets.items()}
        start = self._start_of(request.start)
        self._record(caller, instance, {**values.texts, **hosts}, request.callback_url, start, {})
        self._start(instance, start)
        return instance

    def _add(
        self, caller: Caller, plan: Plan, runs: list[StepRun], texts: dict[str, str | None], run: CronRun | None
    ) -> Instance:
        created = self.clock.now() if run is None else run.moment
        instance = Instance(next(self._instance_ids), plan, caller.user, created, runs, texts)
        if run is not None:
            instance.launch_mode, instance.cron_id = BY_CRON, run.cron.id
        self._instances[instance.id] = instance
        return instance

    def _start_of(self, requested: bool | None) -> bool | None:
        return requested if self.world.understands_start_task else True

    def _record(
        self,
        caller: Caller,
        instance: Instance,
        values: dict[str, object],
        callback_url: str | None,
        start: bool | None,
        more: dict[str, Any],
    ) -> None:
        self.launches.append(
            Launch(instance.id, instance.plan.id, values, caller.user, caller.app, callback_url, bool(start), **more)
        )

    @staticmethod
    def _start(instance: Instance, start: bool | None) -> None:
        if start is None:
            # The null pointer comes after the instance is saved: an orphan in status 1 (§7.4).
            raise JobError(INTERNAL_ERROR)
        if start:
            instance.launch()


def _transfers(resolver: Resolver, one: _StepTargets) -> tuple[tuple[Host, str], ...]:
    files = one.step.files if isinstance(one.step, FileStep) else ()
    return tuple((host, path) for host in resolver.resolve(one.source) for path in files)


def _check_targets(resolver: Resolver, one: _StepTargets) -> None:
    if not resolver.resolve(one.targets):
        raise JobError(1244028, one.step.name)
    if one.source is not None and not resolver.resolve(one.source):
        raise JobError(1244029, one.step.name)
