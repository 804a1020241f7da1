# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching, as a task does it: read, check against the plan, launch once, find what nobody heard of, follow."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._follow.options import OPTIONS as FOLLOW_OPTIONS
from .._follow.options import pace_of
from .._model.errors import InputError, RefusedError, UnclearError
from .._model.instance import Launch
from .._options.connection import is_web_address
from .._options.plan import OPTIONS as PLAN_OPTIONS
from .._options.plan import check as check_plan
from .._options.plan import plan_meant
from .._options.variables import collect
from .check import fit, fit_blindly, secret_texts, veil

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.plan import Plan
    from .._task.runner import Task
    from .report import LaunchReport

VARIABLES = ("variables", "secret_variables", "target_servers", "global_vars")
OPTIONS: dict[str, dict[str, t.Any]] = {
    **PLAN_OPTIONS,
    "variables": {"type": "dict", "default": {}, "may_be_secret": True},
    "secret_variables": {"type": "dict", "default": {}, "no_log": True},
    "target_servers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str"},
            "id": {"type": "int"},
            "ip_list": {"type": "list", "elements": "raw"},
            "bk_cloud_id": {"type": "int", "default": 0},
            "host_id_list": {"type": "list", "elements": "int"},
            "dynamic_group_list": {"type": "list", "elements": "raw"},
            "dynamic_group_id_list": {"type": "list", "elements": "raw"},
            "topo_node_list": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "id": {"type": "int", "required": True},
                    "node_type": {"type": "str", "required": True},
                },
            },
            "inventory_hostnames": {"type": "dict"},
        },
    },
    "global_vars": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "aliases": ["global_var_list"],
        "may_be_secret": True,
    },
    "callback_url": {"type": "str", "aliases": ["bk_callback_url"]},
    "validate_variables": {"type": "bool", "default": True},
    "two_phase": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": False},
    **FOLLOW_OPTIONS,
    "_followed": {"type": "bool", "default": False},
}
FORBIDDEN = ("user_permission", "app_permission")


def execute(task: Task, report: LaunchReport) -> None:
    """Launch the plan once, and note at every moment what is known of it."""
    params = task.params
    if not params["validate_variables"]:
        # Nobody will ever know.
        task.hidden = frozenset()
    launch, pace = _read(params), pace_of(params)
    _show(task, report, launch)
    if not params["validate_variables"]:
        launch = launch._replace(variables=fit_blindly(launch.variables))
    task.job.connect()
    if launch.plan_id is None:
        launch = launch._replace(plan_id=plan_meant(task.job, params))
        _show(task, report, launch)
    report.meant(launch.plan_id, params["job_plan_name"])
    if params["validate_variables"]:
        launch = _checked(task, report, launch)
    if task.check_mode:
        report.would_launch()
        return
    _launch(task, report, launch)
    if params["_followed"]:
        report.secrets = [variable.origin for variable in launch.variables if variable.secret]
    if params["wait"]:
        # Most launches don't, and what is imported is a good part of what they cost.
        from .._follow.wait import wait_for
        from .._options.inventory import name_hosts

        wait_for(task, report, t.cast("int", report.job_instance_id), pace)
        name_hosts(vars(report), params["target_servers"])
    if not (report.failed or task.diff_mode or params["_followed"]):
        report.request = None  # thousands of servers long, and of use only where something is to be looked into


def _read(params: Mapping[str, t.Any]) -> Launch:
    """What the options say by themselves; raises :class:`InputError` for what can't be right under any plan."""
    check_plan(params)
    callback = params["callback_url"] or None
    if callback and not is_web_address(callback):
        raise InputError("callback_url must be an http or https address")
    variables = collect(**{name: params[name] for name in VARIABLES})
    return Launch(params["job_plan_id"], variables, callback, start=not params["two_phase"])


def _show(task: Task, report: LaunchReport, launch: Launch, plan: Plan | None = None) -> None:
    """Note the request; what may be a secret is hidden in it, and until the plan is known that is every value."""
    if task.params["validate_variables"]:
        launch = launch._replace(variables=veil(launch.variables, plan))
    if plan:
        task.hidden = frozenset(value.origin for value in launch.variables if value.secret)
    report.will_send(task.job.preview(launch))


def _checked(task: Task, report: LaunchReport, launch: Launch) -> Launch:
    """The launch as the plan takes it; if the plan may not be looked at, as it was."""
    try:
        plan = task.job.plan(t.cast("int", launch.plan_id))
    except RefusedError as error:
        if error.kind not in FORBIDDEN:
            raise
        report.unchecked(error)
        return launch._replace(variables=fit_blindly(launch.variables))
    except UnclearError as error:
        if error.kind == "protocol":
            error.hint = error.hint or getattr(hints.UNREADABLE_PLAN, task.params["language"])
        raise
    report.meant(plan.id, plan.name)
    given = veil(launch.variables, plan)
    task.secrets.add(secret_texts(given))
    try:
        launch = launch._replace(variables=fit(given, plan))
    finally:
        _show(task, report, launch, plan)
    task.secrets.add(secret_texts(launch.variables))
    report.variables_checked = True
    if task.diff_mode:
        report.compare(plan, launch.variables)
    return launch


def _launch(task: Task, report: LaunchReport, launch: Launch) -> None:
    """Launch, in two phases if told to; the ``report`` has the instance as soon as there is one."""
    began, console_url = task.clock.date(), task.params["console_url"]
    report.launching(start=launch.start)
    try:
        report.created(task.job.launch(launch), console_url)
        if not launch.start:
            from .two_phase import start

            remark = start(task, t.cast("int", report.job_instance_id))
            if remark:
                report.warn(remark)
    except RefusedError:
        report.refused()
        raise
    except UnclearError:
        if report.job_instance_id is None:
            from .candidates import look_for_candidates

            look_for_candidates(task, report, t.cast("int", launch.plan_id), began)
        raise
    report.launched()
