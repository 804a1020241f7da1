# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that select a plan: its id, its exact name, or its template."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._model.errors import InputError, JobError, RefusedError
from .._model.language import Phrase, say
from .._model.text import MOST_SHOWN, some_of
from .spec import Options

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._api.job import Job
    from .._model.plan import Plan
    from .._model.secrets import Secrets

NAMES = ("job_plan_id", "job_plan_name", "job_template_id")
OPTIONS = Options(
    {
        "job_plan_id": {"type": "int", "aliases": ["bk_job_id", "plan_id"]},
        "job_plan_name": {"type": "str", "aliases": ["plan_name"]},
        "job_template_id": {"type": "int"},
    }
)
MOST = 100_000  # plans searched, which is all: if a second one of that name was missed, the first would be launched
# What to say if several plans match, and if none does, by whether a name and a template are given.
_NAMED = {
    (True, False): (
        Phrase('{number} plans are named "{name}": {plans}; select one with job_plan_id'),
        Phrase('there is no plan named "{name}"'),
    ),
    (False, True): (
        Phrase("{number} plans are of job_template_id {template}: {plans}; select one with job_plan_id"),
        Phrase("there is no plan of job_template_id {template}"),
    ),
    (True, True): (
        Phrase('{number} plans are named "{name}" of job_template_id {template}: {plans}; select one with job_plan_id'),
        Phrase('there is no plan named "{name}" of job_template_id {template}'),
    ),
}


def check_given(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that select no plan, or select it twice."""
    check_sense(params)
    if not any(_given(params)):
        raise InputError(say("one of the following is required: {names}", names=say(", ").join(NAMES)))


def check_sense(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that select a plan twice, and for ids that can't exist."""
    beside = [name for name in NAMES[1:] if name in _given(params)]
    if params["job_plan_id"] is not None and beside:
        raise InputError(say("job_plan_id already selects the plan: leave out {names}", names=say(", ").join(beside)))
    for name in ("job_plan_id", "job_template_id"):
        if params[name] is not None and params[name] < 1:
            raise InputError(say("{name} must be at least 1", name=name))


def plan_name(params: Mapping[str, t.Any]) -> str | None:
    """The name given; an empty one, as forms send it, counts as none."""
    name = params["job_plan_name"]
    return name if name and name.strip() else None


def _given(params: Mapping[str, t.Any]) -> list[str]:
    return [name for name in NAMES if (plan_name(params) if name == "job_plan_name" else params[name]) is not None]


def resolve_plan_id(job: Job, params: Mapping[str, t.Any], secrets: Secrets) -> int:
    """The id of the plan; a name is looked up. Raises :class:`RefusedError`, which lists the candidates."""
    if params["job_plan_id"] is not None:
        return t.cast("int", params["job_plan_id"])
    name, template_id = plan_name(params), params["job_template_id"]
    # Job searches for parts of names and ignores their case (contract §6.2).
    similar = job.plans(MOST, name, template_id)
    exact = [
        plan
        for plan in similar
        if (name is None or plan.name == secrets.scrub(name)) and template_id in (None, plan.template_id)
    ]
    if len(exact) == 1:
        return exact[0].id
    several, none = _NAMED[bool(name), bool(template_id)]
    if exact:
        text = say(several, number=len(exact), name=name, template=template_id, plans=some_of(exact, _with_ids))
        raise RefusedError(text, kind="not_found")
    near = similar or (_near(name, job) if name else ())
    text = say(none, name=name, template=template_id)
    if near:
        text = say("{problem}; similar plans: {plans}", problem=text, plans=some_of(near, _with_ids))
    raise RefusedError(text, kind="not_found", hint=say(hints.PLAN_NAME))


def _near(name: str, job: Job) -> Sequence[Plan]:
    """The plans with the most similar names; none if they can't be listed, since the problem is known without them."""
    from difflib import get_close_matches  # only needed for a wrong name

    try:
        plans = job.plans(MOST)
    except JobError:
        return ()
    names = get_close_matches(name.lower(), {plan.name.lower() for plan in plans}, n=MOST_SHOWN, cutoff=0.5)
    return sorted(
        (plan for plan in plans if plan.name.lower() in names), key=lambda plan: names.index(plan.name.lower())
    )


def _with_ids(plan: Plan) -> str:
    if plan.template_id:
        return say("{name} (id {id}, template {template})", name=plan.name, id=plan.id, template=plan.template_id)
    return say("{name} (id {id})", name=plan.name, id=plan.id)
