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
from .._model.language import Phrase, say
from .._model.launch import Targets
from .._model.plan import ASSOCIATIVE_ARRAY, CIPHER, HOST, INDEX_ARRAY, VARIABLE_TYPES, Variable
from .._model.secrets import MASK, SHORTEST_LINE, texts_of
from .._options.targets import KEYS
from .._report.sentences import joined, spelled

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .._model.launch import VariableValue
    from .._model.plan import Plan
    from .._report.base import TargetsReport
    from .._task.task import Task

STRING = Phrase("a string")
FORMS = {
    INDEX_ARRAY: Phrase("a list, or a string such as ('a' 'b')"),
    ASSOCIATIVE_ARRAY: Phrase("a dictionary, or a string such as ([key]='value')"),
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


def defects_in_cmdb(task: Task, report: TargetsReport, values: Iterable[VariableValue]) -> list[str]:
    """What is wrong with the topology nodes and dynamic groups among the values, as ``places.target_defects`` says."""
    given = [
        (value.origin, value.value) for value in values if isinstance(value.value, Targets) and value.value.in_cmdb
    ]
    if not given:
        return []
    # Few launches have any, and imports are a good part of what a launch costs.
    from .places import target_defects

    return target_defects(task, report, given)


def secret_texts(values: Iterable[VariableValue], plan: Plan | None = None) -> Iterator[str]:
    """All strings that must not be shown: of arrays each item.

    The value of a variable that the ``plan`` does not have may be no secret. A short one, such as ``3``, would hide
    parts of the ids in the message about it.
    """
    for value in values:
        if value.secret and not isinstance(value.value, Targets):
            is_known = not plan or _variable_of(value, plan)
            yield from (text for text in texts_of(value.value) if is_known or len(text) >= SHORTEST_LINE)


def check_against_plan(
    given: Sequence[VariableValue], plan: Plan, target_defects: Sequence[str] = ()
) -> tuple[VariableValue, ...]:
    """``given`` as the plan takes it: strings and targets.

    Raises one :class:`InputError` that lists all problems, with ``target_defects`` among them, which are known already.
    """
    checker = _Checker(target_defects)
    checked = tuple(checker.checked(given, plan))
    checker.require(plan)
    checker.raise_problems(plan)
    return checked


def check_without_plan(given: Sequence[VariableValue], target_defects: Sequence[str] = ()) -> tuple[VariableValue, ...]:
    """The same without the plan: only what no plan could take is refused."""
    checker = _Checker(target_defects)
    checked = tuple(checker.checked_without_plan(given))
    checker.raise_problems()
    return checked


class _Checker:
    """Collects all problems, so that they are reported together."""

    def __init__(self, target_defects: Sequence[str]) -> None:
        self._defects: list[str] = []
        self._target_defects = list(target_defects)
        self._unknown = False
        self._taken: dict[int | str, VariableValue] = {}

    def checked(self, given: Sequence[VariableValue], plan: Plan) -> Iterator[VariableValue]:
        for value in given:
            variable = _variable_of(value, plan)
            if variable is None:
                self._unknown = True
                self._defects.append(_with_origin(value, _not_found(value, plan)))
                continue
            if value.id is not None and value.name not in (None, variable.name):
                self._defects.append(
                    say(
                        '{origin} has id {id} and name "{name}", but that id is "{real}"',
                        origin=value.origin,
                        id=value.id,
                        name=value.name,
                        real=variable.name,
                    )
                )
            self._take(value, variable.name, variable.id)
            try:
                if variable.type_code == HOST:
                    self._refuse_no_target(value, variable.name)
                yield value._replace(value=_wire_value(value, variable))
            except Defect as defect:
                self._defects.append(_with_origin(value, str(defect)))

    def checked_without_plan(self, given: Sequence[VariableValue]) -> Iterator[VariableValue]:
        for value in given:
            name = value.name or str(value.id)
            self._take(value, name, *(key for key in (value.id, value.name) if key is not None))
            self._refuse_no_target(value, name)
            if isinstance(value.value, (str, Targets)):
                yield value
            else:
                self._defects.append(
                    say(
                        "{origin} is {kind}, and without reading the plan it is unknown whether its variable is an "
                        "array; use a string such as ('a' 'b')",
                        origin=value.origin,
                        kind=say("a list") if isinstance(value.value, tuple) else say("a dictionary"),
                    )
                )

    def require(self, plan: Plan) -> None:
        for variable in plan.variables or ():
            if not variable.required:
                continue
            given = self._taken.get(variable.id)
            if given is None and not variable.default:
                if variable.type_code == HOST:
                    # Job returns no default of containers, so it may be there nevertheless.
                    text = say(
                        'target_servers: the plan requires the variable "{name}" and has no default, or only '
                        "containers: then set validate_variables to false",
                        name=variable.name,
                    )
                    self._target_defects.append(text)
                else:
                    text = say(
                        'variables: the plan requires the variable "{name}" and has no default', name=variable.name
                    )
                    self._defects.append(text)
            elif given and given.value == "" and variable.type_code != HOST:
                self._defects.append(
                    say(
                        '{origin} is empty, but the plan requires the variable "{name}"',
                        origin=given.origin,
                        name=variable.name,
                    )
                )

    def raise_problems(self, plan: Plan | None = None) -> None:
        defects = [*self._defects, *self._target_defects]
        if not defects:
            return
        message = say("; ").join(defects)
        if plan and self._unknown:
            message = joined((say("{sentence}.", sentence=message), _variables_of(plan)))
        raise InputError(message, kind="invalid_request" if self._defects else "targets")

    def _take(self, value: VariableValue, name: str, *keys: int | str) -> None:
        """Note that ``value`` sets the variable with any of the ``keys``, which may have been set before."""
        first = next((self._taken[key] for key in keys if key in self._taken), None)
        if first:
            self._defects.append(
                say(
                    '{first} and {second} both set the variable "{name}"',
                    first=first.origin,
                    second=value.origin,
                    name=name,
                )
            )
        for key in keys:
            self._taken.setdefault(key, value)

    def _refuse_no_target(self, value: VariableValue, name: str) -> None:
        if isinstance(value.value, Targets) and not value.value:
            self._target_defects.append(
                say(
                    "{origin} ({name}) has no target: at least one of {keys} is required",
                    origin=value.origin,
                    name=name,
                    keys=say(", ").join(KEYS),
                )
            )


def _variable_of(value: VariableValue, plan: Plan) -> Variable | None:
    """The variable of the plan that Job would take: the one with the id, if there is one, else the one of the name."""
    if value.id is not None:
        return next((variable for variable in plan.variables or () if variable.id == value.id), None)
    return next((variable for variable in plan.variables or () if variable.name == value.name), None)


def _wire_value(value: VariableValue, variable: Variable) -> str | Targets:
    """The string or targets to send; raises :class:`Defect` for a value that a variable of this type can't hold."""
    type_code, given = variable.type_code, value.value
    whose = {"name": variable.name, "type": word(VARIABLE_TYPES, type_code)}
    if type_code == HOST:
        if isinstance(given, Targets):
            return given
        raise Defect(
            say("must be an entry of target_servers, because the plan variable {name} is of type {type}", **whose)
        )
    if isinstance(given, Targets):
        raise Defect(say("must be an entry of variables, because the plan variable {name} is of type {type}", **whose))
    if type_code == CIPHER and given == MASK:
        raise Defect(say("is {mask}, which Job would use as the value; leave it out to keep the plan's", mask=MASK))
    if isinstance(given, str):
        looks_right = {INDEX_ARRAY: is_index_array, ASSOCIATIVE_ARRAY: is_associative_array}.get(type_code)
        if given and looks_right and not looks_right(given):
            raise Defect(_must_be(FORMS[type_code], whose))
        return given
    if isinstance(given, tuple) and type_code == INDEX_ARRAY:
        return index_array(given)
    if not isinstance(given, tuple) and type_code == ASSOCIATIVE_ARRAY:
        return associative_array(given)
    raise Defect(_must_be(FORMS.get(type_code, STRING), whose))


def _must_be(form: Phrase, whose: Mapping[str, str]) -> str:
    return say("must be {form}, because the plan variable {name} is of type {type}", form=say(form), **whose)


def _with_origin(value: VariableValue, problem: str) -> str:
    return say("{place} {problem}", place=value.origin, problem=problem)


def _not_found(value: VariableValue, plan: Plan) -> str:
    """That the plan has no such variable, with the most similar one."""
    if value.id is not None:
        wanted = value.id
        near = sorted(plan.variables or (), key=lambda variable: abs(variable.id - wanted))
        if near:
            return say(
                'has id {id}, and the plan has no variable with that id (did you mean {near}, "{name}"?)',
                id=wanted,
                near=near[0].id,
                name=near[0].name,
            )
        return say("has id {id}, and the plan has no variable with that id", id=wanted)

    from difflib import get_close_matches  # only needed for a wrong name

    known = {variable.name.lower(): variable.name for variable in plan.variables or ()}
    nearest = get_close_matches((value.name or "").lower(), known, n=1, cutoff=0.5)
    if nearest:
        return say(
            'names "{name}", and the plan has no variable of that name (did you mean "{near}"?)',
            name=value.name,
            near=known[nearest[0]],
        )
    return say('names "{name}", and the plan has no variable of that name', name=value.name)


def _variables_of(plan: Plan) -> str:
    """The variables of a plan in a sentence."""
    rows = say(", ").join(map(_with_type, plan.variables or ()))
    if rows:
        return say("Plan {id} ({name}) has the variables {variables}", id=plan.id, name=plan.name, variables=rows)
    return say("Plan {id} ({name}) has no variables", id=plan.id, name=plan.name)


def _with_type(variable: Variable) -> str:
    values = {
        "name": variable.name,
        "id": variable.id,
        "type": spelled(word(VARIABLE_TYPES, variable.type_code)),
    }
    return (
        say("{name} (id {id}, {type}, required)", **values)
        if variable.required
        else say("{name} (id {id}, {type})", **values)
    )
