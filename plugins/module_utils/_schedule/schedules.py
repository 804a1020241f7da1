# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing a schedule to a wanted state (quick jobs Q4).

Job switches a schedule off whenever it is saved, so one that was on is switched on again.
"""

from __future__ import annotations

import typing as t
from functools import partial

from .._api import hints
from .._api.job import LONGEST_PAGE
from .._api.schedules_v3 import DELETE, ENABLED, PAUSED, SAVE, SCHEDULE, SCHEDULES, SWITCH
from .._launch.check import check_against_plan, check_without_plan, defects_in_cmdb, mark_secrets, secret_texts
from .._launch.launch import FORBIDDEN, VARIABLES
from .._model.cron import SaveSchedule, Schedule, read_cron
from .._model.errors import InputError, JobError, RefusedError
from .._model.ids import Defect
from .._model.language import say
from .._model.launch import Targets
from .._options.plan import NAMES as PLAN_NAMES
from .._options.plan import plan_name, resolve_plan_id
from .._options.variables import read_variables
from .._report.sentences import sentence
from .._task.changes import Change, make
from .options import read_given

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .._api.shapes import Api
    from .._model.instance import HostKey
    from .._model.launch import VariableValue
    from .._task.task import Task
    from .options import Given
    from .report import CronReport

NEW = 0  # the id of a schedule that check mode would create


def keep_schedule(task: Task, report: CronReport) -> None:
    """Bring the schedule to the wanted state, in as few changes as needed."""
    if not task.params["validate_variables"]:
        # Without the plan it is unknown which values are secret.
        task.hidden = frozenset()
    given = read_given(task.params)
    variables = read_variables(**{name: task.params[name] for name in VARIABLES})
    task.job.connect()
    keeper = _Keeper(task, report, given)
    keeper.look()
    report.found(keeper.current)
    if task.params["state"] == "absent":
        keeper.remove()
    else:
        keeper.provide(variables)
    report.see(keeper.current, task.clock.date())
    if task.diff_mode:
        report.compare()
    report.ended()


class _Keeper:
    """Makes the changes of one schedule. ``current`` is how it is, or, in check mode, how it would be."""

    def __init__(self, task: Task, report: CronReport, given: Given) -> None:
        self.current: Schedule | None = None
        self._task = task
        self._report = report
        self._given = given

    def look(self) -> None:
        """Read the schedule; one that has its new name already is the one."""
        given = self._given
        if given.cron_id is not None:
            self._note(SCHEDULE, given.cron_id)
            self.current = self._read(given.cron_id)
            if self.current is None and self._task.params["state"] != "absent":
                raise RefusedError(say("there is no schedule with the id {id}", id=given.cron_id), kind="not_found")
            return
        self._note(SCHEDULES, given.name, 0, LONGEST_PAGE)
        for name in filter(None, (given.name, given.new_name)):
            id_ = self._id_of(name)
            if id_ is not None:
                self.current = self._read(id_)
                return

    def remove(self) -> None:
        """Delete the schedule."""
        if self.current is None:
            return
        id_ = self.current.id
        self._change(say("deleted"), DELETE, (id_,), lambda: self._read(id_) is None)
        self.current = None

    def provide(self, variables: tuple[VariableValue, ...]) -> None:
        """Have the schedule with what the options say, and switch it on or off."""
        state, was_on = self._task.params["state"], bool(self.current and self.current.enabled)
        save = self._wanted(variables)
        on = {"enabled": True, "paused": False}.get(state, was_on or self.current is None)
        if save is not None:
            self._check_name(save)
        if on and (save is not None or not was_on):
            self._check_time(save or t.cast("Schedule", self.current), was_on=was_on)
        if save is not None:
            self._save(save, was_on=was_on)
        current = t.cast("Schedule", self.current)
        if current.enabled != on:
            self._change(
                say("enabled") if on else say("paused"),
                SWITCH,
                (current.id, ENABLED if on else PAUSED),
                lambda: self._is_on() == on,
            )
            current = current._replace(enabled=on)
            self._is_now(current)
        self._report.switched()
        if self._report.changes and not self._task.check_mode:
            self._read_again(current)

    def _is_now(self, schedule: Schedule) -> None:
        """Note at once what is known, since the next request may fail."""
        self.current = schedule
        self._report.see(schedule, self._task.clock.date())

    def _read_again(self, known: Schedule) -> None:
        try:
            self.current = (self._read(known.id) or known)._replace(execute_at=known.execute_at)
        except JobError as error:
            self._report.warn(say("The schedule could not be read again: {reason}", reason=sentence(error)))

    # What is wanted

    def _wanted(self, given_variables: tuple[VariableValue, ...]) -> SaveSchedule | None:
        """What to save; None if the schedule is as the options say."""
        given, current, params = self._given, self.current, self._task.params
        plan_id = current.plan_id if current else None
        if any(params[name] is not None for name in PLAN_NAMES if name != "job_plan_name") or plan_name(params):
            plan_id = resolve_plan_id(self._task.job, params, self._task.secrets)
        if plan_id is None:
            raise InputError(say("a new schedule requires one of {names}", names=say(", ").join(PLAN_NAMES)))
        if current is None and given.expression is None and given.execute_at is None:
            raise InputError(say("a new schedule requires one of expression, execute_at"))
        stored = current.variables if current and current.plan_id == plan_id else ()
        variables = self._checked(plan_id, given_variables, stored)
        if params["update_secrets"] == "on_create":
            secrets = [value for value in stored if value.secret]
            variables = tuple(value for value in variables if not any(_names_same(value, one) for one in secrets))
        execute_at = self._execute_at()
        self._refuse_past(execute_at)
        save = SaveSchedule(
            current.id if current else None,
            given.new_name or given.name or (current.name if current else ""),
            plan_id,
            self._expression(),
            execute_at,
            given.time_zone or (current.time_zone if current else None),
            _merged(stored, variables),
        )
        return save if current is None or self._differs(save, current, variables) else None

    def _expression(self) -> str | None:
        """The expression to send; the stored one where it means the same."""
        wanted, current = self._given.expression, self.current
        if current is None or current.expression is None or (wanted and not _same_times(wanted, current.expression)):
            return wanted
        return None if self._execute_at() is not None else current.expression

    def _execute_at(self) -> int | None:
        """The time of a schedule that runs once: Job returns it nowhere, so it can't be compared."""
        always = self._task.params["update_execute_at"] == "always"
        is_new = self.current is None or self.current.expression is not None
        return self._given.execute_at if is_new or always else None

    def _check_name(self, save: SaveSchedule) -> None:
        """Refuse a new name that another schedule has, as Job does."""
        if self.current and save.name != self.current.name and self._id_of(save.name) is not None:
            raise RefusedError(
                say('there is already a schedule with the new_name "{name}"', name=save.name),
                kind="invalid_request",
                hint=say(hints.NAME_IN_USE),
            )

    def _check_time(self, wanted: SaveSchedule | Schedule, *, was_on: bool) -> None:
        """Refuse to enable a schedule that runs once if its time is past: Job enables it, and it never runs."""
        if wanted.expression is not None or wanted.execute_at is not None:
            return
        self._refuse_past(self._given.execute_at)
        if not was_on:
            self._report.warn(
                say(
                    "The schedule runs once, and Job does not return its time. If that is past, the schedule never "
                    "runs. To set it, use execute_at with update_execute_at=always."
                )
            )

    def _refuse_past(self, execute_at: int | None) -> None:
        if execute_at is not None and execute_at <= self._task.clock.date():
            raise InputError(say("execute_at must be in the future, not {time}", time=self._task.params["execute_at"]))

    def _differs(self, save: SaveSchedule, current: Schedule, variables: tuple[VariableValue, ...]) -> bool:
        return (
            (save.name, save.plan_id) != (current.name, current.plan_id)
            or save.time_zone != current.time_zone
            or save.execute_at is not None
            or save.expression != current.expression
            or any(_is_new(value, current) for value in variables)
        )

    def _checked(
        self, plan_id: int, given: tuple[VariableValue, ...], stored: tuple[VariableValue, ...]
    ) -> tuple[VariableValue, ...]:
        """The variables checked against the plan, each with its id and name; as far as possible without the plan."""
        task = self._task
        if not task.params["validate_variables"]:
            return check_without_plan(given)
        try:
            plan = task.job.call(task.job.apis.plan, plan_id)
        except RefusedError as error:
            if error.kind not in FORBIDDEN:
                raise
            self._report.unchecked(error)
            # Until the plan is known, every value may be a secret.
            given = mark_secrets(given)
            task.secrets.add(secret_texts(given))
            return check_without_plan(given, defects_in_cmdb(task, self._report, given))
        marked = mark_secrets(given, plan)
        task.secrets.add(secret_texts(marked, plan))
        task.hidden = frozenset(value.origin for value in marked if value.secret)
        # What is stored in the schedule need not be given again.
        known = {value.id for value in stored}
        relaxed = [one._replace(required=False) if one.id in known else one for one in plan.variables or ()]
        defects = defects_in_cmdb(task, self._report, marked)
        checked = check_against_plan(marked, plan._replace(variables=tuple(relaxed)), defects)
        task.secrets.add(secret_texts(checked))
        self._report.variables_checked = True
        names = {one.id: one.name for one in plan.variables or ()}
        ids = {one.name: one.id for one in plan.variables or ()}
        return tuple(
            value._replace(id=value.id or ids.get(value.name or ""), name=names.get(value.id or 0, value.name))
            for value in checked
        )

    # Single changes

    def _save(self, save: SaveSchedule, *, was_on: bool) -> None:
        name = say("created") if save.id is None else say("changed")
        stays_off = self._task.params["state"] == "paused" or (save.id is not None and not was_on)
        self._report.saving(off="" if stays_off else "was" if was_on else "new")
        saved = self._change(name, SAVE, (save,), partial(self._is_saved, save), repeatable=save.id is not None)
        id_ = NEW if self._task.check_mode else saved or save.id or self._id_of(save.name)
        before = self.current or Schedule(NEW, save.name, save.plan_id, enabled=False)
        self._is_now(
            before._replace(
                id=save.id or id_ or NEW,
                name=save.name,
                plan_id=save.plan_id,
                enabled=False,
                expression=save.expression,
                time_zone=save.time_zone,
                variables=save.variables,
                execute_at=save.execute_at,
            )
        )

    def _change(
        self,
        name: str,
        api: Api[t.Any],
        arguments: tuple[t.Any, ...],
        seen: Callable[[], bool],
        *,
        repeatable: bool = True,
    ) -> t.Any:
        job = self._task.job
        preview = job.preview(api, *arguments, *((True,) if api is SAVE else ()))
        return make(
            self._task, self._report, Change(name, preview, partial(job.call, api, *arguments), seen, repeatable)
        )

    # What is there

    def _note(self, api: Api[t.Any], *arguments: t.Any) -> None:
        """Note a request that reads, which the first change replaces."""
        self._report.will_send(self._task.job.preview(api, *arguments))

    def _read(self, cron_id: int) -> Schedule | None:
        return self._task.job.call(SCHEDULE, cron_id)

    def _id_of(self, name: str) -> int | None:
        """The id of the schedule with exactly this name, which is unique in a business."""
        return next((row.id for row in self._task.job.rows(SCHEDULES, name) if row.name == name), None)

    def _is_on(self) -> bool:
        schedule = self._task.job.call(SCHEDULE, t.cast("Schedule", self.current).id)
        return bool(schedule and schedule.enabled)

    def _is_saved(self, save: SaveSchedule) -> bool:
        if save.id is None:
            return self._id_of(save.name) is not None
        schedule = self._read(save.id)
        if schedule is None:
            return False
        if save.execute_at is not None or any(value.secret for value in save.variables):
            # Job does not return these, so only saving again makes sure.
            return False
        return (
            (schedule.name, schedule.plan_id) == (save.name, save.plan_id)
            and save.time_zone in (None, schedule.time_zone)
            and (save.expression is None or _same_times(save.expression, schedule.expression or ""))
            and not any(_is_new(value, schedule) for value in save.variables)
        )


def _merged(stored: tuple[VariableValue, ...], given: Iterable[VariableValue]) -> tuple[VariableValue, ...]:
    """The variables to send: Job replaces the list as a whole, and keeps a secret that it gets masked."""
    given = tuple(given)
    return (*(value for value in stored if not any(_names_same(value, one) for one in given)), *given)


def _names_same(one: VariableValue, other: VariableValue) -> bool:
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return one.name is not None and one.name == other.name


def _same_times(one: str, other: str) -> bool:
    try:
        return read_cron(one) == read_cron(other)
    except Defect:  # Job stores what it likes
        return one == other


def _is_new(value: VariableValue, stored: Schedule) -> bool:
    """Whether a schedule does not have this value; secrets are not compared, so one that is to be set is always new."""
    before = next((one for one in stored.variables if _names_same(one, value)), None)
    if before is None or before.secret:
        return True
    if not (isinstance(before.value, Targets) and isinstance(value.value, Targets)):
        return bool(before.value != value.value)
    hosts = next((hosts for id_, hosts in stored.hosts if id_ == before.id), ())
    return not _same_targets(before.value, hosts, value.value)


def _same_targets(stored: Targets, hosts: tuple[HostKey, ...], wanted: Targets) -> bool:
    """Whether the targets are the same; Job may have of a host its id, its address, or both."""
    addresses = {(address["bk_cloud_id"], address["ip"]) for address in wanted.addresses}
    by_id = {host.bk_host_id for host in hosts if host.bk_host_id in wanted.host_ids}
    by_address = {(host.bk_cloud_id or 0, host.ip) for host in hosts if (host.bk_cloud_id or 0, host.ip) in addresses}
    all_meant = all(
        host.bk_host_id in wanted.host_ids or (host.bk_cloud_id or 0, host.ip) in addresses for host in hosts
    )
    return (
        all_meant
        and (by_id, by_address) == (set(wanted.host_ids), addresses)
        and set(stored.dynamic_groups) == set(wanted.dynamic_groups)
        and set(stored.topo_nodes) == set(wanted.topo_nodes)
    )
