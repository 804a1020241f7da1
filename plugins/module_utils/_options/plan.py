# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which plan a task is about: by its id, by its exact name, or as the only one of its template."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._model.errors import InputError, JobError, RefusedError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._api.job import Job
    from .._model.plan import Plan

OPTIONS: dict[str, dict[str, t.Any]] = {
    "job_plan_id": {"type": "int", "aliases": ["bk_job_id", "plan_id"]},
    "job_plan_name": {"type": "str", "aliases": ["plan_name"]},
    "job_template_id": {"type": "int"},
}
MOST = 100_000  # plans looked through, which is all: with a namesake unseen, one of two would be launched
SHOWN = 10  # candidates in a sentence


def check(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that name no plan, or name it twice over."""
    if all(params[name] is None for name in OPTIONS):
        raise InputError("which plan is missing: give job_plan_id, job_plan_name or job_template_id")
    if params["job_plan_name"] is not None and not params["job_plan_name"].strip():
        raise InputError("job_plan_name is empty")
    check_sense(params)


def check_sense(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that name a plan twice over, and for ids that can't be."""
    beside = [name for name in ("job_plan_name", "job_template_id") if params[name] is not None]
    if params["job_plan_id"] is not None and beside:
        raise InputError(f"job_plan_id says which plan it is: leave out {', '.join(beside)}")
    for name in ("job_plan_id", "job_template_id"):
        if params[name] is not None and params[name] < 1:
            raise InputError(f"{name} must be at least 1")


def plan_meant(job: Job, params: Mapping[str, t.Any]) -> int:
    """The id of the plan; a name is looked up. Raises :class:`RefusedError` that lists the candidates."""
    if params["job_plan_id"] is not None:
        return t.cast("int", params["job_plan_id"])
    name, template_id = params["job_plan_name"], params["job_template_id"]
    # Job looks for parts of names, whatever their case (contract §6.2).
    similar = job.plans(MOST, name, template_id)
    exact = [plan for plan in similar if name is None or plan.name == name]
    if len(exact) == 1:
        return exact[0].id
    wanted = " ".join(
        filter(None, (f"named {name}" if name else "", f"in job_template_id {template_id}" if template_id else ""))
    )
    if exact:
        told = f"{len(exact)} plans are {wanted}: {_listed(exact)}; job_plan_id says which one"
        raise RefusedError(told, kind="not_found")
    near = similar or (_near(name, job) if name else ())
    told = f"no plan is {wanted}" + (f"; there is {_listed(near)}" if near else "")
    raise RefusedError(told, kind="not_found", hint=getattr(hints.PLAN_NAME, params["language"]))


def _near(name: str, job: Job) -> Sequence[Plan]:
    """The plans with the nearest names; none if they can't be listed, since what is wrong is known without them."""
    from difflib import get_close_matches  # only a wrong playbook pays for it

    try:
        plans = job.plans(MOST)
    except JobError:
        return ()
    names = get_close_matches(name.lower(), {plan.name.lower() for plan in plans}, n=SHOWN, cutoff=0.5)
    return sorted(
        (plan for plan in plans if plan.name.lower() in names), key=lambda plan: names.index(plan.name.lower())
    )


def _listed(plans: Sequence[Plan]) -> str:
    more = f" and {len(plans) - SHOWN} more" if len(plans) > SHOWN else ""
    return ", ".join(f"{plan.name} (id {plan.id}{_template(plan)})" for plan in plans[:SHOWN]) + more


def _template(plan: Plan) -> str:
    return f", template {plan.template_id}" if plan.template_id else ""
