# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of CMDB: their checks, and whether an object matches (`src/common/querybuilder`)."""

from __future__ import annotations

import re
from typing import Any, Callable, Mapping

from .messages import INVALID, NOT_JSON, TOO_LARGE, CmdbError

Rule = Mapping[str, Any]
Match = Callable[[Mapping[str, Any]], bool]

DEEPEST = 3
_FIELD = re.compile(r"[a-zA-Z0-9][\w\-.]*", re.ASCII)

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "less": lambda found, wanted: found < wanted,
    "less_or_equal": lambda found, wanted: found <= wanted,
    "greater": lambda found, wanted: found > wanted,
    "greater_or_equal": lambda found, wanted: found >= wanted,
}
_PATTERNS = {
    "begins_with": "^{}",
    "contains": "{}",
    "ends_with": "{}$",
}


def read(name: str, raw: Any) -> Match | None:
    """The condition of a request, None if there is none; `name` is the parameter, for the errors."""
    if raw is None:
        return None
    _parse(raw)
    if "condition" not in raw:
        # Only a combination may be at the top.
        raise CmdbError(INVALID, f"{name}.")
    defect = _defect(raw)
    if defect:
        raise CmdbError(INVALID, f"{name}.{defect}")
    if depth(raw) > DEEPEST:
        raise CmdbError(TOO_LARGE, f"{name}.rules", DEEPEST)
    return _match(raw)


def depth(rule: Rule) -> int:
    """One for a rule, one more than the deepest of its rules for a combination."""
    return 1 + max([1, *map(depth, rule["rules"])]) if "condition" in rule else 1


def _parse(raw: Any) -> None:
    """What is neither a rule nor a combination is not even read."""
    if not isinstance(raw, dict) or not ("condition" in raw or "operator" in raw):
        raise CmdbError(NOT_JSON)
    if "condition" in raw:
        if not isinstance(raw["condition"], str) or not isinstance(raw.get("rules"), list):
            raise CmdbError(NOT_JSON)
        for rule in raw["rules"]:
            _parse(rule)
    elif not isinstance(raw["operator"], str) or not isinstance(raw.get("field"), str):
        raise CmdbError(NOT_JSON)


def _defect(rule: Rule) -> str:
    """The first part of a rule that is wrong; empty if nothing is."""
    if "condition" not in rule:
        return _defect_of_rule(rule)
    if rule["condition"] not in ("AND", "OR"):
        return "condition"
    if not rule["rules"]:
        return "rules"
    for index, inner in enumerate(rule["rules"]):
        defect = _defect(inner)
        if defect:
            return f"rules[{index}].{defect}"
    return ""


def _defect_of_rule(rule: Rule) -> str:
    operator, value = rule["operator"], rule.get("value")
    if not (operator in _MATCHES or operator in _COMPARED or _pattern_of(operator)):
        return "operator"
    if not _FIELD.fullmatch(rule["field"]):
        return "field"
    return "" if _is_fitting(operator, value) else "value"


def _is_fitting(operator: str, value: Any) -> bool:
    if operator in ("equal", "not_equal"):
        return _type_of(value) != ""
    if operator in ("in", "not_in"):
        kinds = {_type_of(item) for item in value} if isinstance(value, list) else {"unknown"}
        return value is None or not kinds or (len(kinds) == 1 and not kinds & {"", "unknown"})
    if operator in _COMPARED:
        return _type_of(value) == "number"
    return not _pattern_of(operator) or (isinstance(value, str) and value != "")


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else ""


def _pattern_of(operator: str) -> str:
    """The regular expression of an operator or of its opposite; the value is not escaped in it."""
    return _PATTERNS.get(operator[4:] if operator.startswith("not_") else operator, "")


def _match(rule: Rule) -> Match:
    if "condition" in rule:
        matches = [_match(inner) for inner in rule["rules"]]
        every = all if rule["condition"] == "AND" else any
        return lambda item: every(match(item) for match in matches)
    field, operator, value = rule["field"], rule["operator"], rule.get("value")
    if operator in ("in", "not_in"):
        value = frozenset(value or ())
    if operator in _COMPARED:
        compare = _COMPARED[operator]
        return lambda item: _is_number(item.get(field)) and compare(item[field], value)
    if operator in _MATCHES:
        test = _MATCHES[operator]
        return lambda item: test(item, field, value)
    # Only `contains` ignores case.
    pattern = re.compile(_pattern_of(operator).format(value), re.IGNORECASE if operator == "contains" else 0)
    wanted = not operator.startswith("not_")
    return lambda item: any(map(pattern.search, _texts(item.get(field)))) == wanted


def _values(item: Mapping[str, Any], field: str) -> list[Any]:
    """The value of a field; its items, if it is a list. As in MongoDB, a missing one is a null."""
    value = item.get(field)
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_MATCHES: dict[str, Callable[[Mapping[str, Any], str, Any], bool]] = {
    "equal": lambda item, field, value: value in _values(item, field),
    "not_equal": lambda item, field, value: value not in _values(item, field),
    "in": lambda item, field, values: any(value in values for value in _values(item, field)),
    "not_in": lambda item, field, values: not any(value in values for value in _values(item, field)),
    "is_empty": lambda item, field, _value: item.get(field) == [],
    "is_not_empty": lambda item, field, _value: item.get(field) != [],
    "is_null": lambda item, field, _value: item.get(field) is None,
    "is_not_null": lambda item, field, _value: item.get(field) is not None,
    "exist": lambda item, field, _value: field in item,
    "not_exist": lambda item, field, _value: field not in item,
}
