# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching a plan: read the options, check them against the plan, launch once, wait."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._follow.guardian import guarded
from .._follow.options import OPTIONS as FOLLOW_OPTIONS
from .._follow.options import pace_of
from .._model.errors import InputError, RefusedError, UnclearError
from .._model.launch import Launch
from .._operate.start import start
from .._options.connection import is_callback
from .._options.plan import OPTIONS as PLAN_OPTIONS
from .._options.plan import check_given, plan_name, resolve_plan_id
from .._options.spec import Options
from .._options.variables import read_variables
from .candidates import find_candidates
from .check import check_against_plan, check_without_plan, mark_secrets, secret_texts
from .once import launch_once

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._follow.guardian import Guardian
    from .._model.launch import Launched
    from .._model.plan import Plan
    from .._task.task import Task
    from .once import Find
    from .report import LaunchReport

VARIABLES = ("variables", "secret_variables", "target_servers", "global_vars")
LONGEST_CALLBACK = 1024  # characters that Job's database holds
OPTIONS = (
    PLAN_OPTIONS
    + Options(
        {
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
        }
    )
    + FOLLOW_OPTIONS
)
FORBIDDEN = ("user_permission", "app_permission")


def launch(task: Task, report: LaunchReport) -> None:
    """Launch the plan once, and note at every moment what is known of it."""
    params = task.params
    if not params["validate_variables"]:
        # Without the plan it is unknown which values are secret.
        task.hidden = frozenset()
    request, pace = _read(params), pace_of(params)
    _note_request(task, report, request)
    if not params["validate_variables"]:
        request = request._replace(variables=check_without_plan(request.variables))
    task.job.connect()
    if request.plan_id is None:
        request = request._replace(plan_id=resolve_plan_id(task.job, params, task.secrets))
        _note_request(task, report, request)
    report.is_about(request.plan_id, plan_name(params))
    if params["validate_variables"]:
        request = _checked(task, report, request)
    if task.check_mode:
        report.would_launch()
        return
    began = task.clock.date()

    def find(task: Task, once: bool = False) -> str:
        return find_candidates(task, report, t.cast("int", request.plan_id), began, once=once)

    with guarded(task, find) as guardian:
        _launch(task, report, request, find, guardian)
        if params["wait"]:
            # Most launches don't wait, and imports are a good part of what they cost.
            from .._follow.wait import wait_for

            wait_for(task, report, t.cast("int", report.job_instance_id), pace)
            report.name_hosts(params["target_servers"])
    if not (report.failed or task.diff_mode):
        report.sent()


def _read(params: Mapping[str, t.Any]) -> Launch:
    """The launch that the options describe; raises :class:`InputError` for what is wrong for any plan."""
    check_given(params)
    callback = params["callback_url"] or None
    if callback and not is_callback(callback):
        raise InputError(
            "callback_url must be an http or https URL that Java accepts, for example without underscores in the host"
        )
    if callback and len(callback) > LONGEST_CALLBACK:
        raise InputError(f"callback_url must not be longer than {LONGEST_CALLBACK} characters")
    variables = read_variables(**{name: params[name] for name in VARIABLES})
    return Launch(params["job_plan_id"], variables, callback, start=not params["two_phase"])


def _note_request(task: Task, report: LaunchReport, request: Launch, plan: Plan | None = None) -> None:
    """Note the request; secrets are hidden in it, and until the plan is known that is every value."""
    if task.params["validate_variables"]:
        request = request._replace(variables=mark_secrets(request.variables, plan))
    if plan:
        task.hidden = frozenset(value.origin for value in request.variables if value.secret)
    report.will_send(task.job.preview(task.job.apis.launch, request, True))


def _checked(task: Task, report: LaunchReport, request: Launch) -> Launch:
    """The launch checked against the plan; if the plan may not be viewed, as far as possible without it."""
    try:
        plan = task.job.call(task.job.apis.plan, request.plan_id)
    except RefusedError as error:
        if error.kind not in FORBIDDEN:
            raise
        report.unchecked(error)
        return request._replace(variables=check_without_plan(request.variables))
    except UnclearError as error:
        if error.kind == "protocol":
            error.hint = error.hint or task.hint(hints.UNREADABLE_PLAN)
        raise
    report.is_about(plan.id, plan.name)
    marked = mark_secrets(request.variables, plan)
    task.secrets.add(secret_texts(marked))
    try:
        request = request._replace(variables=check_against_plan(marked, plan))
    finally:
        _note_request(task, report, request, plan)
    task.secrets.add(secret_texts(request.variables))
    report.checked()
    if task.diff_mode:
        report.compare(plan, request.variables)
    return request


def _launch(task: Task, report: LaunchReport, request: Launch, find: Find, guardian: Guardian) -> None:
    """Launch, in two phases if wanted; the ``report`` has the instance as soon as there is one."""

    def send() -> Launched:
        launched = task.job.call(task.job.apis.launch, request)
        # Before anything else, since the play may die at any moment.
        guardian.launched(launched.job_instance_id)
        return launched

    launch_once(task, report, send, find, start=request.start)
    if task.show is None:
        guardian.show(report.id_line())
    if not request.start:
        try:
            started = start(task, t.cast("int", report.job_instance_id), just_created=True)
        except RefusedError:
            report.refused()
            raise
        if started.remark:
            report.warn(started.remark)
    report.launched()
