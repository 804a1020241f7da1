# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task tells of plans: one in full with its variables and steps, or many in a line each (interface §4)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._model.errors import InputError
from .._model.instance import STEP_TYPES, Targets, word
from .._model.plan import SCRIPT_LANGUAGES, VARIABLE_TYPES
from .._options.targets import written
from .instance import TaskReport

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._model.errors import JobError
    from .._model.plan import Plan, PlanStep, Variable


@dataclass
class PlanInfoReport(TaskReport):
    """The plans; ``warnings`` are told where there are any."""

    plans: list[dict[str, t.Any]] | None = None
    warnings: list[str] = field(default_factory=list)

    def tell(self, plans: Sequence[Plan], *, scripts: bool, more: bool = False) -> None:
        """Tell the plans, with the text of their ``scripts`` or without; there may be ``more`` of them."""
        self.request = None
        self.plans = [_row(plan, scripts) for plan in plans]
        self.msg = _found(plans) if plans else "No plan found"
        if more:
            told = f"The first {len(plans)} plans" if len(plans) > 1 else self.msg
            self.msg = f"{told}; to see whether there are more, raise limit"
        self.msg += "."

    def closed(self, errors: Sequence[JobError]) -> None:
        """Tell that some of the plans may not be viewed, and why, in the words for the first of them."""
        if errors:
            remark = f"{len(errors)} could not be viewed, so variables and steps are missing: {errors[0].sentence()}"
            self.msg += f" {remark}"
            self.warnings.append(remark)

    def as_result(self) -> dict[str, t.Any]:
        return {key: value for key, value in super().as_result().items() if key != "warnings" or value}

    def _failure(self, error: JobError) -> str:
        return f"Nothing was sent: {error.sentence()}" if isinstance(error, InputError) else error.sentence()


def _found(plans: Sequence[Plan]) -> str:
    if len(plans) > 1:
        return f"{len(plans)} plans found"
    (plan,) = plans
    name = f"Plan {plan.id} ({plan.name})"
    if plan.variables is None or plan.steps is None:
        return name
    return f"{name}: {_count(len(plan.variables), 'variable')}, {_count(len(plan.steps), 'step')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


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
        "default": written(default) if isinstance(default, Targets) else default,
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
