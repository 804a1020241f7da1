# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching a plan: read the options, check them against the plan, launch once, wait."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._follow.options import OPTIONS as FOLLOW_OPTIONS
from .._follow.options import pace_of
from .._model.errors import RefusedError, UnclearError
from .._model.language import Phrase, say
from .._model.launch import Launch
from .._options.connection import CALLBACK_TABLE, read_callback
from .._options.plan import OPTIONS as PLAN_OPTIONS
from .._options.plan import check_given, plan_name, resolve_plan_id
from .._options.spec import Options
from .._options.targets import TABLE as TARGET_TABLE
from .._options.variables import read_variables
from .candidates import PLAN, Wanted, find_candidates
from .check import check_against_plan, check_without_plan, defects_in_cmdb, mark_secrets, secret_texts
from .run import run_once

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.launch import Launched
    from .._model.plan import Plan
    from .._task.task import Task
    from .report import PlanLaunchReport

VARIABLES = ("variables", "secret_variables", "target_servers", "global_vars")
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
                "options": {"name": {"type": "str"}, "id": {"type": "int"}, **TARGET_TABLE},
            },
            "global_vars": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "aliases": ["global_var_list"],
                "may_be_secret": True,
            },
            **CALLBACK_TABLE,
            "validate_variables": {"type": "bool", "default": True},
            "two_phase": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": False},
        }
    )
    + FOLLOW_OPTIONS
)
NO_INSTANCE = Phrase(
    "Job's execution history has no instance of the plan created since {since}, but one may still appear: check again "
    "before launching again."
)
FORBIDDEN = ("user_permission", "app_permission")


def launch(task: Task, report: PlanLaunchReport) -> None:
    """Launch the plan once, and note at every moment what is known of it."""
    params = task.params
    if not params["validate_variables"]:
        # Without the plan it is unknown which values are secret.
        task.hidden = frozenset()
    request = _read(params)
    _note_request(task, report, request)
    pace = pace_of(params)
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
    wanted = Wanted(PLAN, NO_INSTANCE, plan_id=request.plan_id)
    began = task.clock.date()

    def find(task: Task, once: bool = False) -> Launched | str:
        return find_candidates(task, report, wanted, began, once=once)

    def send() -> Launched:
        return task.job.call(task.job.apis.launch, request)

    run_once(task, report, send, find, start=request.start, pace=pace, targets=params["target_servers"])


def _read(params: Mapping[str, t.Any]) -> Launch:
    """The launch that the options describe; raises :class:`InputError` for what is wrong for any plan."""
    check_given(params)
    callback = read_callback(params)
    variables = read_variables(**{name: params[name] for name in VARIABLES})
    return Launch(params["job_plan_id"], variables, callback, start=not params["two_phase"])


def _note_request(task: Task, report: PlanLaunchReport, request: Launch, plan: Plan | None = None) -> None:
    """Note the request; secrets are hidden in it, and until the plan is known that is every value."""
    if task.params["validate_variables"]:
        request = request._replace(variables=mark_secrets(request.variables, plan))
    if plan:
        task.hidden = frozenset(value.origin for value in request.variables if value.secret)
    report.will_send(task.job.preview(task.job.apis.launch, request, True))


def _checked(task: Task, report: PlanLaunchReport, request: Launch) -> Launch:
    """The launch checked against the plan; if the plan may not be viewed, as far as possible without it."""
    try:
        plan = task.job.call(task.job.apis.plan, request.plan_id)
    except RefusedError as error:
        if error.kind not in FORBIDDEN:
            raise
        report.unchecked(error)
        defects = defects_in_cmdb(task, report, request.variables)
        return request._replace(variables=check_without_plan(request.variables, defects))
    except UnclearError as error:
        if error.kind == "protocol":
            error.hint = error.hint or say(hints.UNREADABLE_PLAN)
        raise
    report.is_about(plan.id, plan.name)
    report.steps_of(plan)
    marked = mark_secrets(request.variables, plan)
    task.secrets.add(secret_texts(marked, plan))
    try:
        defects = defects_in_cmdb(task, report, marked)
        request = request._replace(variables=check_against_plan(marked, plan, defects))
    finally:
        _note_request(task, report, request, plan)
    task.secrets.add(secret_texts(request.variables))
    report.checked()
    if task.diff_mode:
        report.compare(plan, request.variables)
    return request
