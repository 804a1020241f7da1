# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules, which Job calls crons: how they are saved, switched and run (Q4)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import iam
from .expressions import normalized, runs
from .messages import INTERNAL_ERROR, JobError
from .plans import CIPHER, Targets
from .variables import VariableEntry
from .world import collated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .job import Caller, Job
    from .plans import Variable
    from .world import Scope, World

MASK = "******"

_BAD_EXPRESSION = "cronExpression is invalid, should be 5-char Linux cron, like 0/5 * * * *(? not supported)"

# What Job's execution service refuses arrives with these codes, without parameters; all else is an internal error.
_CODES_THAT_PASS = (1244002, 1244008, 1244012, 1244030)


@dataclass(frozen=True)
class CronHost:
    """A host of a schedule: as it was sent, and complete after creation only."""

    id: int | None = None
    cloud: int | None = None
    ip: str | None = None


@dataclass(frozen=True)
class CronVariable:
    """A variable of a schedule with its own value. `hosts`, `groups` and `nodes` are those of host variables."""

    id: int
    name: str
    type: int
    value: str | None = None
    has_server: bool = False
    hosts: tuple[CronHost, ...] = ()
    groups: tuple[str | None, ...] = ()
    nodes: tuple[tuple[str | None, int], ...] = ()


@dataclass
class Cron:
    """A schedule. `expression` is normalized, `execute_time` and the other times are Unix seconds.

    Runs of a schedule that is on have been launched up to `run_until`; None: it begins at the next look at the clock.
    """

    id: int
    name: str
    scope: Scope
    plan_id: int
    expression: str | None = None
    execute_time: int | None = None
    time_zone: str = "Asia/Shanghai"
    variables: tuple[CronVariable, ...] | None = None
    enabled: bool = False
    creator: str = "admin"
    created_at: int = 1605064271
    modified_by: str = "admin"
    modified_at: int = 1605064271
    run_until: float | None = None


@dataclass(frozen=True)
class CronVariableEntry:
    """A variable as requested, by its id or its name. `targets` None is no server, empty ones are an empty server."""

    id: int | None
    name: str | None
    value: str | None = None
    targets: Targets | None = None


@dataclass(frozen=True)
class CronRequest:
    """A schedule to save: with an `id` an update, in which what is None or empty stays as it is."""

    id: int | None = None
    plan_id: int | None = None
    name: str | None = None
    expression: str | None = None
    execute_time: int | None = None
    time_zone: str | None = None
    variables: Sequence[CronVariableEntry] | None = None


def save(job: Job, caller: Caller, request: CronRequest) -> Cron:
    """Create or update. Both leave the schedule off; the order of the checks is Job's."""
    world = job.world
    try:
        expression = normalized(request.expression) if request.expression else None
    except ValueError:
        raise JobError(1241010, "expression", _BAD_EXPRESSION) from None
    variables = _resolved(world, request)
    if any(
        cron.scope == caller.scope and cron.id != request.id and collated(cron.name) == collated(request.name or "")
        for cron in world.crons
    ):
        raise JobError(1245004, request.name)
    time_zone = request.time_zone or world.time_zone(caller.scope)
    checked = replace(request, expression=expression, time_zone=time_zone)
    if request.id is None:
        return _create(job, caller, checked, variables)
    return _update(job, caller, request.id, checked, variables)


def _create(job: Job, caller: Caller, request: CronRequest, variables: tuple[CronVariable, ...] | None) -> Cron:
    assert request.plan_id is not None, "validated before"
    iam.require(job.world, caller.user, "create_cron", caller.scope)
    job.plan(caller, request.plan_id, missing=1243009)
    now = int(job.clock.now())
    cron = Cron(
        job.next_cron_id(),
        request.name or "",
        caller.scope,
        request.plan_id,
        request.expression,
        # Both are stored if both are sent; the expression counts.
        request.execute_time,
        request.time_zone or "",
        _completed(job.world, variables),
        creator=caller.user,
        created_at=now,
        modified_by=caller.user,
        modified_at=now,
    )
    _require_launch(job, caller, cron)
    job.world.crons.append(cron)
    return cron


def _update(
    job: Job, caller: Caller, cron_id: int, request: CronRequest, variables: tuple[CronVariable, ...] | None
) -> Cron:
    """The schedule is looked up without its business, which only the last step, storing it, regards."""
    _require_manage(job.world, caller, cron_id)
    cron = _present(job.world, cron_id)
    if request.plan_id is not None:
        job.plan(caller, request.plan_id, missing=1243009)
    own = cron if cron.scope == caller.scope else None
    variables = _unmasked(variables, own)
    if own is None:
        raise JobError(1245002)
    if request.name and request.name.strip():
        cron.name = request.name
    cron.plan_id = request.plan_id or cron.plan_id
    if request.expression is not None:
        cron.expression, cron.execute_time = request.expression, None
    elif request.execute_time is not None:
        cron.expression, cron.execute_time = None, request.execute_time
    cron.time_zone = request.time_zone or cron.time_zone
    cron.variables = variables or cron.variables
    cron.enabled, cron.modified_by, cron.modified_at = False, caller.user, int(job.clock.now())
    return cron


def switch(job: Job, caller: Caller, cron_id: int, enabled: bool) -> None:
    """Turn a schedule on or off. What is due only in the past is turned on as well, and never runs."""
    _require_manage(job.world, caller, cron_id)
    cron = find(job.world, caller.scope, cron_id)
    if cron is None:
        raise JobError(1245001)
    if enabled:
        _require_launch(job, caller, cron)
    now = job.clock.now()
    cron.enabled, cron.run_until = enabled, now
    cron.modified_by, cron.modified_at = caller.user, int(now)


def delete(job: Job, caller: Caller, cron_id: int) -> None:
    _require_manage(job.world, caller, cron_id)
    cron = _present(job.world, cron_id)
    if cron.scope != caller.scope:
        raise JobError(1245008)
    job.world.crons.remove(cron)


def find(world: World, scope: Scope, cron_id: int) -> Cron | None:
    return next((cron for cron in world.crons if cron.scope == scope and cron.id == cron_id), None)


def begin(job: Job) -> None:
    """Let the schedules that are on run from now."""
    for cron in job.world.crons:
        cron.run_until = job.clock.now()


def run_due(job: Job) -> None:
    """Launch what was due until now, in the order of the times. What can't be launched is left out."""
    now = job.clock.now()
    due: list[tuple[float, int]] = []
    for cron in job.world.crons:
        if cron.enabled:
            due += [(moment, cron.id) for moment in _due(cron, now)]
            cron.run_until = now
    for moment, cron_id in sorted(due):
        cron = _present(job.world, cron_id)
        # Job notes errors in its own history of schedules.
        with suppress(JobError):
            job.launch_cron(cron, launch_entries(job.world, cron), moment)
        if cron.expression is None:
            cron.enabled = False


def _due(cron: Cron, now: float) -> list[float]:
    after = now if cron.run_until is None else cron.run_until
    if cron.expression is not None:
        return list(runs(cron.expression, cron.time_zone, after, now))
    return [float(cron.execute_time)] if cron.execute_time is not None and after < cron.execute_time <= now else []


def launch_entries(world: World, cron: Cron) -> list[VariableEntry]:
    """The variables for a launch. A cipher without a value, or with the mask for one, has the plan's value."""
    return [
        VariableEntry(variable.id, None, variable.value, _targets(world, variable))
        for variable in cron.variables or ()
        if variable.type != CIPHER or variable.value not in (None, MASK)
    ]


def _targets(world: World, variable: CronVariable) -> Targets | None:
    """Hosts by id and hosts by address count together, other than in a launch."""
    if not variable.has_server:
        return None
    ids = tuple(_completed_host(world, host).id for host in variable.hosts)
    # What has no id is not in CMDB: an id that nothing has.
    return Targets(tuple(-1 if one is None else one for one in ids), groups=variable.groups, nodes=variable.nodes)


def _resolved(world: World, request: CronRequest) -> tuple[CronVariable, ...] | None:
    """The variables with what the plan of the request knows of them, whatever business that belongs to."""
    if request.variables is None:
        return None
    plan = None if request.plan_id is None else world.plan(request.plan_id)
    return tuple(_variable(plan.variables if plan else [], entry) for entry in request.variables)


def _variable(known: Sequence[Variable], entry: CronVariableEntry) -> CronVariable:
    if entry.id is None and not (entry.name or "").strip():
        raise JobError(1241012, "id/name of globalVar cannot be null/blank at the same time")
    found = [one for one in known if (one.name == entry.name if entry.id is None else one.id == entry.id)]
    if not found:
        # Job's manage service refuses it as invalid, which is an internal error for the one that asks.
        raise JobError(INTERNAL_ERROR)
    targets = entry.targets or Targets()
    addresses = [CronHost(cloud=cloud, ip=ip) for cloud, ip in targets.ips]
    hosts = [*addresses, *(CronHost(host_id) for host_id in targets.host_ids)]
    return CronVariable(
        found[0].id,
        found[0].name,
        found[0].type,
        entry.value,
        entry.targets is not None,
        tuple(hosts),
        targets.groups,
        targets.nodes,
    )


def _completed(world: World, variables: tuple[CronVariable, ...] | None) -> tuple[CronVariable, ...] | None:
    """The variables with what CMDB knows of their hosts; Job adds it when it creates a schedule, not in an update."""
    if variables is None:
        return None
    return tuple(
        replace(variable, hosts=tuple(_completed_host(world, host) for host in variable.hosts))
        for variable in variables
    )


def _completed_host(world: World, host: CronHost) -> CronHost:
    found = [
        one for one in world.hosts if one.id == host.id or (host.ip and (one.cloud, one.ip) == (host.cloud, host.ip))
    ]
    return CronHost(found[0].id, found[0].cloud, found[0].ip) if found else host


def _unmasked(variables: tuple[CronVariable, ...] | None, own: Cron | None) -> tuple[CronVariable, ...] | None:
    """Ciphers whose value is the mask keep the stored value; a cipher without a value is a null pointer."""
    if any(variable.type == CIPHER and variable.value is None for variable in variables or ()):
        raise JobError(INTERNAL_ERROR)
    masked = [variable for variable in variables or () if variable.type == CIPHER and variable.value == MASK]
    if not masked or variables is None:
        return variables
    if own is None:
        raise JobError(INTERNAL_ERROR)
    stored = {variable.id: variable.value for variable in own.variables or ()}
    return tuple(
        replace(variable, value=stored.get(variable.id, MASK)) if variable in masked else variable
        for variable in variables
    )


def _present(world: World, cron_id: int) -> Cron:
    """A schedule of any business. Since notifications of schedules, one that does not exist is a null pointer."""
    found = [cron for cron in world.crons if cron.id == cron_id]
    if not found:
        raise JobError(INTERNAL_ERROR if world.has_cron_notifications else 1245001)
    return found[0]


def _require_manage(world: World, caller: Caller, cron_id: int) -> None:
    found = [cron.name for cron in world.crons if cron.id == cron_id]
    resource = iam.Resource("cron", "Cron", str(cron_id), found[0] if found else None)
    iam.require(world, caller.user, "manage_cron", caller.scope, resource)


def _require_launch(job: Job, caller: Caller, cron: Cron) -> None:
    """The caller must be able to launch the plan with these variables, which is checked as far as the permission."""
    try:
        job.check_launch(caller, cron.plan_id, launch_entries(job.world, cron))
    except JobError as error:
        if error.permission is not None:
            raise
        if error.code not in _CODES_THAT_PASS:
            raise JobError(INTERNAL_ERROR) from None
        raise JobError(error.code, "{0}", "{1}", "{2}") from None
