# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables checked against the plan, and converted to what is sent.

Job itself checks nothing: it ignores unknown names, clears values that don't fit, and runs (contract §7.2).
"""

from __future__ import annotations

import typing as t

from .._model.bash import associative_array, index_array, is_associative_array, is_index_array
from .._model.errors import InputError
from .._model.ids import Defect
from .._model.instance import word
from .._model.launch import Targets
from .._model.plan import ASSOCIATIVE_ARRAY, CIPHER, HOST, INDEX_ARRAY, VARIABLE_TYPES, Variable
from .._model.secrets import MASK, texts_of
from .._options.targets import KEYS

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._model.launch import VariableValue
    from .._model.plan import Plan

FORMS = {
    INDEX_ARRAY: "a list, or a string such as ('a' 'b')",
    ASSOCIATIVE_ARRAY: "a dictionary, or a string such as ([key]='value')",
}


def mark_secrets(given: Iterable[VariableValue], plan: Plan | None = None) -> tuple[VariableValue, ...]:
    """``given``, marked as secret where the plan has a ciphertext variable, and where the variable is unknown.

    So a password stays hidden if the plan can't be read, or if the name of its variable is misspelled.
    """
    return tuple(
        value._replace(secret=True)
        if not plan or (variable := _variable_of(value, plan)) is None or variable.type_code == CIPHER
        else value
        for value in given
    )


def secret_texts(values: Iterable[VariableValue]) -> Iterator[str]:
    """All strings that must not be shown: of arrays each item."""
    for value in values:
        if value.secret and not isinstance(value.value, Targets):
            yield from texts_of(value.value)


def check_against_plan(given: Sequence[VariableValue], plan: Plan) -> tuple[VariableValue, ...]:
    """``given`` as the plan takes it: strings and targets. Raises one :class:`InputError` that lists all problems."""
    checker = _Checker()
    checked = tuple(checker.checked(given, plan))
    checker.require(plan)
    checker.raise_problems(plan)
    return checked


def check_without_plan(given: Sequence[VariableValue]) -> tuple[VariableValue, ...]:
    """The same without the plan: only what no plan could take is refused."""
    checker = _Checker()
    checked = tuple(checker.checked_without_plan(given))
    checker.raise_problems()
    return checked


class _Checker:
    """Collects all problems, so that they are reported together."""

    def __init__(self) -> None:
        self._defects: list[str] = []
        self._target_defects: list[str] = []
        self._unknown = False
        self._taken: dict[int | str, VariableValue] = {}

    def checked(self, given: Sequence[VariableValue], plan: Plan) -> Iterator[VariableValue]:
        for value in given:
            variable = _variable_of(value, plan)
            if variable is None:
                self._unknown = True
                self._defects.append(f"{value.origin} {_not_found(value, plan)}")
                continue
            if value.id is not None and value.name not in (None, variable.name):
                self._defects.append(
                    f'{value.origin} has id {value.id} and name "{value.name}", but that id is "{variable.name}"'
                )
            self._take(value, variable.name, variable.id)
            try:
                if variable.type_code == HOST:
                    self._refuse_no_target(value, variable.name)
                yield value._replace(value=_wire_value(value, variable))
            except Defect as defect:
                self._defects.append(f"{value.origin} {defect}")

    def checked_without_plan(self, given: Sequence[VariableValue]) -> Iterator[VariableValue]:
        for value in given:
            name = value.name or str(value.id)
            self._take(value, name, *(key for key in (value.id, value.name) if key is not None))
            self._refuse_no_target(value, name)
            if isinstance(value.value, (str, Targets)):
                yield value
            else:
                self._defects.append(
                    f"{value.origin} is {_kind(value)}, and without reading the plan it is unknown whether its "
                    "variable is an array; use a string such as ('a' 'b')"
                )

    def require(self, plan: Plan) -> None:
        for variable in plan.variables or ():
            if not variable.required:
                continue
            given = self._taken.get(variable.id)
            if given is None and not variable.default:
                option = "target_servers" if variable.type_code == HOST else "variables"
                defects = self._target_defects if variable.type_code == HOST else self._defects
                # Job returns no default of containers, so it may be there nevertheless.
                advice = (
                    ", or only containers: then set validate_variables to false" if variable.type_code == HOST else ""
                )
                defects.append(f'{option}: the plan requires the variable "{variable.name}" and has no default{advice}')
            elif given and given.value == "" and variable.type_code != HOST:
                self._defects.append(f'{given.origin} is empty, but the plan requires the variable "{variable.name}"')

    def raise_problems(self, plan: Plan | None = None) -> None:
        defects = [*self._defects, *self._target_defects]
        if not defects:
            return
        message = "; ".join(defects)
        if plan and self._unknown:
            message = f"{message}. {_variables_of(plan)}"
        raise InputError(message, kind="invalid_request" if self._defects else "targets")

    def _take(self, value: VariableValue, name: str, *keys: int | str) -> None:
        """Note that ``value`` sets the variable with any of the ``keys``, which may have been set before."""
        first = next((self._taken[key] for key in keys if key in self._taken), None)
        if first:
            self._defects.append(f'{first.origin} and {value.origin} both set the variable "{name}"')
        for key in keys:
            self._taken.setdefault(key, value)

    def _refuse_no_target(self, value: VariableValue, name: str) -> None:
        if isinstance(value.value, Targets) and not value.value:
            problem = f"{value.origin} ({name}) has no target"
            self._target_defects.append(f"{problem}: at least one of {', '.join(KEYS)} is required")


def _variable_of(value: VariableValue, plan: Plan) -> Variable | None:
    """The variable of the plan that Job would take: the one with the id, if there is one, else the one of the name."""
    if value.id is not None:
        return next((variable for variable in plan.variables or () if variable.id == value.id), None)
    return next((variable for variable in plan.variables or () if variable.name == value.name), None)


def _wire_value(value: VariableValue, variable: Variable) -> str | Targets:
    """The string or targets to send; raises :class:`Defect` for a value that a variable of this type can't hold."""
    type_code, given = variable.type_code, value.value
    because = f"because the plan variable {variable.name} is of type {word(VARIABLE_TYPES, type_code)}"
    if type_code == HOST:
        if isinstance(given, Targets):
            return given
        raise Defect(f"must be an entry of target_servers, {because}")
    if isinstance(given, Targets):
        raise Defect(f"must be an entry of variables, {because}")
    if type_code == CIPHER and given == MASK:
        raise Defect(f"is {MASK}, which Job would use as the value; leave it out to keep the plan's")
    if isinstance(given, str):
        looks_right = {INDEX_ARRAY: is_index_array, ASSOCIATIVE_ARRAY: is_associative_array}.get(type_code)
        if given and looks_right and not looks_right(given):
            raise Defect(f"must be {FORMS[type_code]}, {because}")
        return given
    if isinstance(given, tuple) and type_code == INDEX_ARRAY:
        return index_array(given)
    if not isinstance(given, tuple) and type_code == ASSOCIATIVE_ARRAY:
        return associative_array(given)
    raise Defect(f"must be {FORMS.get(type_code, 'a string')}, {because}")


def _kind(value: VariableValue) -> str:
    if isinstance(value.value, str):
        return "a string"
    return "a list" if isinstance(value.value, tuple) else "a dictionary"


def _not_found(value: VariableValue, plan: Plan) -> str:
    """That the plan has no such variable, with the most similar one."""
    if value.id is not None:
        problem, wanted = f"has id {value.id}, and the plan has no variable with that id", value.id
        near = sorted(plan.variables or (), key=lambda variable: abs(variable.id - wanted))
        return f'{problem} (did you mean {near[0].id}, "{near[0].name}"?)' if near else problem

    from difflib import get_close_matches  # only needed for a wrong name

    problem = f'names "{value.name}", and the plan has no variable of that name'
    known = {variable.name.lower(): variable.name for variable in plan.variables or ()}
    nearest = get_close_matches((value.name or "").lower(), known, n=1, cutoff=0.5)
    return f'{problem} (did you mean "{known[nearest[0]]}"?)' if nearest else problem


def _variables_of(plan: Plan) -> str:
    """The variables of a plan in a sentence."""
    rows = [
        f"{variable.name} (id {variable.id}, {word(VARIABLE_TYPES, variable.type_code).replace('_', ' ')}"
        f"{', required' if variable.required else ''})"
        for variable in plan.variables or ()
    ]
    return f"Plan {plan.id} ({plan.name}) has {'the variables ' + ', '.join(rows) if rows else 'no variables'}"
