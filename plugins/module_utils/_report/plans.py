# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``bk_job_plan_info`` returns: plans, and the variables and steps of some."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.instance import STEP_TYPES, word
from .._model.language import say
from .._model.launch import Targets
from .._model.plan import SCRIPT_LANGUAGES, VARIABLE_TYPES
from .._options.targets import as_option
from .base import ReadReport
from .sentences import joined, sentence

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._model.errors import JobError
    from .._model.plan import Plan, PlanStep, Variable


@dataclass
class PlanInfoReport(ReadReport):
    """The plans."""

    plans: list[dict[str, t.Any]] | None = None

    def found(self, plans: Sequence[Plan], *, scripts: bool, more: bool = False) -> None:
        """Return the plans, with or without the text of their ``scripts``; there may be ``more`` of them."""
        self.sent()
        self.plans = [_row(plan, scripts) for plan in plans]
        found = _found(plans) if plans else say("No plan found")
        if more:
            first = say("The first {number} plans", number=len(plans)) if len(plans) > 1 else found
            found = say("{found}; increase limit to get more", found=first)
        self.msg = say("{sentence}.", sentence=found)

    def closed(self, errors: Sequence[JobError]) -> None:
        """Note that some of the plans may not be viewed, with the error of the first of them."""
        if errors:
            number, reason = len(errors), sentence(errors[0])
            remark = (
                say("Variables and steps of 1 plan are missing, because of an error: {reason}", reason=reason)
                if number == 1
                else say(
                    "Variables and steps of {number} plans are missing, because of an error: {reason}",
                    number=number,
                    reason=reason,
                )
            )
            self.msg = joined((self.msg, remark))
            self.warnings.append(remark)


def _found(plans: Sequence[Plan]) -> str:
    if len(plans) > 1:
        return say("{number} plans found", number=len(plans))
    (plan,) = plans
    name = say("Plan {id} ({name})", id=plan.id, name=plan.name)
    if plan.variables is None or plan.steps is None:
        return name
    variables, steps = len(plan.variables), len(plan.steps)
    return say(
        "{plan}: {variables}, {steps}",
        plan=name,
        variables=say("1 variable") if variables == 1 else say("{number} variables", number=variables),
        steps=say("1 step") if steps == 1 else say("{number} steps", number=steps),
    )


def _row(plan: Plan, scripts: bool) -> dict[str, t.Any]:
    return {
        "id": plan.id,
        "name": plan.name,
        "job_template_id": plan.template_id,
        "creator": plan.creator,
        "created_at": plan.created_at,
        "modified_at": plan.modified_at,
        "need_update": plan.need_update,
        "variables": None if plan.variables is None else [_variable(variable) for variable in plan.variables],
        "steps": None if plan.steps is None else [_step(step, scripts) for step in plan.steps],
    }


def _variable(variable: Variable) -> dict[str, t.Any]:
    default = variable.default
    return {
        "id": variable.id,
        "name": variable.name,
        "type": word(VARIABLE_TYPES, variable.type_code),
        "required": variable.required,
        "used": variable.used,
        "default": as_option(default) if isinstance(default, Targets) else default,
        "description": variable.description,
    }


def _step(step: PlanStep, scripts: bool) -> dict[str, t.Any]:
    return {
        "id": step.id,
        "name": step.name,
        "type": _word(STEP_TYPES, step.type_code),
        "host_variable": step.host_variable,
        "script_language": _word(SCRIPT_LANGUAGES, step.language),
        "script": step.script if scripts else None,
    }


def _word(table: Mapping[int, str], code: int | None) -> str | None:
    return None if code is None else word(table, code)
