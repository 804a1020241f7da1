# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the variables of a launch fit the plan, and what is sent of them.

Job itself checks nothing: it ignores what it does not know, empties what does not fit, and runs (contract §7.2).
"""

from __future__ import annotations

import typing as t

from .._api.requests import MASK, texts_of
from .._model.bash import associative_array, index_array, is_associative_array, is_index_array
from .._model.errors import InputError
from .._model.instance import Targets, word
from .._model.plan import ASSOCIATIVE_ARRAY, CIPHER, HOST, INDEX_ARRAY, VARIABLE_TYPES, Variable
from .._options.targets import KEYS, Defect

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._model.instance import VariableValue
    from .._model.plan import Plan

FORMS = {INDEX_ARRAY: "a list, or bash text such as ('a' 'b')", ASSOCIATIVE_ARRAY: "a dictionary, or ([key]='value')"}


def veil(given: Iterable[VariableValue], plan: Plan | None = None) -> tuple[VariableValue, ...]:
    """``given``, marked as secret where the plan has a cipher, and where nobody knows what the plan has.

    So a password stays hidden if the plan can't be read, or if the name of its variable is misspelt.
    """
    return tuple(
        value._replace(secret=True)
        if not plan or (variable := _meant(value, plan)) is None or variable.type_code == CIPHER
        else value
        for value in given
    )


def secret_texts(values: Iterable[VariableValue]) -> Iterator[str]:
    """All texts that must be seen nowhere: of arrays each item."""
    for value in values:
        if value.secret and not isinstance(value.value, Targets):
            yield from texts_of(value.value)


def fit(given: Sequence[VariableValue], plan: Plan) -> tuple[VariableValue, ...]:
    """``given`` as the plan takes it: texts and targets. Raises one :class:`InputError` that names every defect."""
    fitting = _Fitting()
    fitted = tuple(fitting.fitted(given, plan))
    fitting.require(plan)
    fitting.tell(plan)
    return fitted


def fit_blindly(given: Sequence[VariableValue]) -> tuple[VariableValue, ...]:
    """The same without the plan: what can't be right under any."""
    fitting = _Fitting()
    fitted = tuple(fitting.fitted_blindly(given))
    fitting.tell()
    return fitted


class _Fitting:
    """Goes on past a defect, so that all of them are told at once."""

    def __init__(self) -> None:
        self._defects: list[str] = []
        self._target_defects: list[str] = []
        self._unknown = False
        self._taken: dict[int | str, VariableValue] = {}

    def fitted(self, given: Sequence[VariableValue], plan: Plan) -> Iterator[VariableValue]:
        for value in given:
            variable = _meant(value, plan)
            if variable is None:
                self._unknown = True
                name = "" if value.name is None or value.origin.endswith(f".{value.name}") else f" ({value.name})"
                self._defects.append(f"{value.origin}{name} {_unknown(value, plan)}")
                continue
            if value.id is not None and value.name not in (None, variable.name):
                self._defects.append(
                    f"{value.origin} says id {value.id} and {value.name}, but that id is {variable.name}"
                )
            self._take(value, variable.name, variable.id)
            try:
                if variable.type_code == HOST:
                    self._refuse_no_target(value, variable.name)
                yield value._replace(value=_wire_value(value, variable))
            except Defect as defect:
                self._defects.append(f"{value.origin} {defect}")

    def fitted_blindly(self, given: Sequence[VariableValue]) -> Iterator[VariableValue]:
        for value in given:
            name = value.name or str(value.id)
            self._take(value, name, *(key for key in (value.id, value.name) if key is not None))
            self._refuse_no_target(value, name)
            if isinstance(value.value, (str, Targets)):
                yield value
            else:
                self._defects.append(
                    f"{value.origin} is {_kind(value)}, and without a look at the plan nobody knows whether its "
                    "variable is an array; bash text such as ('a' 'b') needs no such look"
                )

    def require(self, plan: Plan) -> None:
        for variable in plan.variables or ():
            if not variable.required:
                continue
            given = self._taken.get(variable.id)
            if given is None and not variable.default:
                option = "target_servers" if variable.type_code == HOST else "variables"
                defects = self._target_defects if variable.type_code == HOST else self._defects
                defects.append(f"{option}: {variable.name} is required by the plan, which has no default for it")
            elif given and given.value == "" and variable.type_code != HOST:
                self._defects.append(f"{given.origin} is empty, and {variable.name} is required by the plan")

    def tell(self, plan: Plan | None = None) -> None:
        defects = [*self._defects, *self._target_defects]
        if not defects:
            return
        told = "; ".join(defects)
        if plan and self._unknown:
            told = f"{told}. {_inventory(plan)}"
        raise InputError(told, kind="invalid_request" if self._defects else "targets")

    def _take(self, value: VariableValue, name: str, *keys: int | str) -> None:
        """Note that ``value`` sets the variable with any of the ``keys``, which may have been set before."""
        first = next((self._taken[key] for key in keys if key in self._taken), None)
        if first:
            self._defects.append(f"{first.origin} and {value.origin} both set the variable {name}")
        for key in keys:
            self._taken.setdefault(key, value)

    def _refuse_no_target(self, value: VariableValue, name: str) -> None:
        if isinstance(value.value, Targets) and not value.value:
            told = f"{value.origin} ({name}) names no target"
            self._target_defects.append(f"{told}: give at least one of {', '.join(KEYS)}")


def _meant(value: VariableValue, plan: Plan) -> Variable | None:
    """The variable of the plan that Job would take: the one with the id, if there is one, else the one of the name."""
    if value.id is not None:
        return next((variable for variable in plan.variables or () if variable.id == value.id), None)
    return next((variable for variable in plan.variables or () if variable.name == value.name), None)


def _wire_value(value: VariableValue, variable: Variable) -> str | Targets:
    """The text or the targets that are sent; raises :class:`Defect` for what a variable of this type can't hold."""
    type_code, given = variable.type_code, value.value
    subject = f"{variable.name} is of type {word(VARIABLE_TYPES, type_code)}"
    if type_code == HOST:
        if isinstance(given, Targets):
            return given
        raise Defect(f"is {_kind(value)}, but {subject}: name its servers in target_servers")
    if isinstance(given, Targets):
        raise Defect(f"names servers, but {subject}: give its value in variables")
    if type_code == CIPHER and given == MASK:
        raise Defect(f"is {MASK}, which Job would take for the password itself; leave it out to keep the plan's")
    if isinstance(given, str):
        looks_right = {INDEX_ARRAY: is_index_array, ASSOCIATIVE_ARRAY: is_associative_array}.get(type_code)
        if given and looks_right and not looks_right(given):
            raise Defect(f"is text, but {subject}: give {FORMS[type_code]}")
        return given
    if isinstance(given, tuple) and type_code == INDEX_ARRAY:
        return index_array(given)
    if not isinstance(given, tuple) and type_code == ASSOCIATIVE_ARRAY:
        return associative_array(given)
    raise Defect(f"is {_kind(value)}, but {subject}: give {FORMS.get(type_code, 'a text')}")


def _kind(value: VariableValue) -> str:
    if isinstance(value.value, str):
        return "text"
    return "a list" if isinstance(value.value, tuple) else "a dictionary"


def _unknown(value: VariableValue, plan: Plan) -> str:
    """Why nothing of the plan is meant, with the nearest that might be."""
    if value.id is not None:
        told, wanted = f"has id {value.id}, which is no variable of the plan", value.id
        near = sorted(plan.variables or (), key=lambda variable: abs(variable.id - wanted))
        return f"{told} (did you mean {near[0].id}, {near[0].name}?)" if near else told

    from difflib import get_close_matches  # only a wrong playbook pays for it

    told = "is no variable of the plan"
    known = {variable.name.lower(): variable.name for variable in plan.variables or ()}
    nearest = get_close_matches((value.name or "").lower(), known, n=1, cutoff=0.5)
    return f"{told} (did you mean {known[nearest[0]]}?)" if nearest else told


def _inventory(plan: Plan) -> str:
    """The variables of a plan in a sentence."""
    rows = [
        f"{variable.name} (id {variable.id}, {word(VARIABLE_TYPES, variable.type_code).replace('_', ' ')}"
        f"{', required' if variable.required else ''})"
        for variable in plan.variables or ()
    ]
    return f"Plan {plan.id} ({plan.name}) has {'the variables ' + ', '.join(rows) if rows else 'no variables'}"
