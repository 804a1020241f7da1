# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the inventory, beside those of the connection: which hosts, and how they are named and grouped."""

from __future__ import annotations

import re
import typing as t
from difflib import get_close_matches

from .._model.cmdb import HostQuery
from .._model.errors import InputError
from .._model.ids import Defect, positive
from .._model.language import say
from .._model.launch import BUSINESS_SETS
from .._options.connection import CMDB_OPTIONS
from .._options.connection import TABLE as CONNECTION_TABLE
from .._options.spec import Options, are_required

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Params = Mapping[str, t.Any]

KINDS = ("biz", "set", "module", "cloud", "os", "dynamic_group")
NAME, ADDRESS, ADDRESS_V6, OS = "bk_host_name", "bk_host_innerip", "bk_host_innerip_v6", "bk_os_type"
FIELDS = (NAME, ADDRESS, ADDRESS_V6, OS, "bk_os_name", "bk_agent_id", "operator", "bk_bak_operator")
ALWAYS_READ = ("bk_host_id", "bk_cloud_id", ADDRESS, ADDRESS_V6)
OWN_TABLE: dict[str, dict[str, t.Any]] = {
    "bk_biz_ids": {"type": "list", "elements": "int", "env": "BK_BIZ_ID"},
    "sets": {"type": "list", "elements": "str", "default": []},
    "modules": {"type": "list", "elements": "str", "default": []},
    "host_filter": {"type": "dict"},
    "dynamic_groups": {"type": "list", "elements": "str", "default": []},
    "fields": {"type": "list", "elements": "str", "default": list(FIELDS)},
    "hostnames": {"type": "list", "elements": "str", "default": [NAME, ADDRESS]},
    "groups_from": {"type": "list", "elements": "str", "choices": list(KINDS), "default": ["set", "module"]},
    "group_prefix": {"type": "str", "default": ""},
    "ansible_host": {"type": "bool", "default": True},
}
SCOPE = ("bk_biz_id", "bk_scope_type", "bk_scope_id")
CONNECTION = Options({name: option for name, option in CONNECTION_TABLE.items() if name not in SCOPE}) + CMDB_OPTIONS
OPTIONS = CONNECTION + Options(OWN_TABLE)
# As CMDB names its fields.
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
DEEPEST = 3  # levels of a filter, its rules counted (quick jobs Q5)
NUMBERS = ("less", "less_or_equal", "greater", "greater_or_equal")
LISTS = ("in", "not_in")
TEXTS = ("begins_with", "contains", "ends_with", "not_begins_with", "not_contains", "not_ends_with")
DATES = tuple(f"datetime_{name}" for name in NUMBERS)
BARE = ("is_empty", "is_not_empty", "is_null", "is_not_null", "exist", "not_exist")
OPERATORS = ("equal", "not_equal", *LISTS, *NUMBERS, *TEXTS, *DATES, *BARE)


class Selection(t.NamedTuple):
    """Which hosts the inventory has, and what it makes of them.

    ``hosts`` are the conditions and the fields; ``own_fields`` those that the user has named; ``dynamic_groups`` are
    ids or names, of which any will do.
    """

    businesses: tuple[int, ...]
    hosts: HostQuery
    own_fields: tuple[str, ...]
    dynamic_groups: tuple[str, ...]
    hostnames: tuple[str, ...]
    groups_from: frozenset[str]
    group_prefix: str
    ansible_host: bool

    @property
    def reads_groups(self) -> bool:
        """Whether dynamic groups have to be read."""
        return bool(self.dynamic_groups) or "dynamic_group" in self.groups_from

    def reads(self) -> list[t.Any]:
        """All that decides what is read, as JSON; two selections that read the same may share it."""
        names = "biz" in self.groups_from
        return [self.businesses, self.hosts, self.dynamic_groups, self.reads_groups, names]


def selection_from(params: Params) -> Selection:
    """The selection of validated options; raises :class:`InputError` for what CMDB would not understand."""
    hostnames = tuple(map(str, params["hostnames"]))
    if not hostnames:
        raise InputError(say("hostnames must not be empty"))
    fields = tuple(map(str, params["fields"]))
    for option, names in (("hostnames", hostnames), ("fields", fields)):
        wrong = [name for name in names if not FIELD.fullmatch(name)]
        if wrong:
            text = say("{option}: {name} is not the name of a field of CMDB", option=option, name=repr(wrong[0]))
            raise InputError(text)
    for option in ("sets", "modules", "dynamic_groups"):
        if "" in params[option]:
            raise InputError(say("{option} contains an empty name", option=option))
    kinds = frozenset(params["groups_from"])
    more = (OS,) if "os" in kinds else ()
    filter_ = params["host_filter"] or None
    if filter_:
        check_filter(filter_)
    return Selection(
        businesses=_businesses(params["bk_biz_ids"] or ()),
        hosts=HostQuery(
            tuple(dict.fromkeys((*ALWAYS_READ, *fields, *hostnames, *more))),
            tuple(params["sets"]),
            tuple(params["modules"]),
            filter_,
        ),
        own_fields=() if fields == FIELDS else fields,
        dynamic_groups=tuple(params["dynamic_groups"]),
        hostnames=hostnames,
        groups_from=kinds,
        group_prefix=params["group_prefix"],
        ansible_host=params["ansible_host"],
    )


def _businesses(ids: t.Any) -> tuple[int, ...]:
    name = OPTIONS.named("bk_biz_ids")
    if not ids:
        raise InputError(are_required([name]))
    try:
        found = tuple(dict.fromkeys(map(positive, ids)))
    except Defect as defect:
        raise InputError(say("{place}: {problem}", place=name, problem=defect)) from None
    for number in found:
        if number in BUSINESS_SETS:
            raise InputError(say("{name}: {id} is a business set; list its businesses instead", name=name, id=number))
    return found


def check_filter(filter_: t.Any) -> None:
    """Raise :class:`InputError` where CMDB would refuse a filter of hosts, naming the place."""
    for place, problem in _defects(filter_, "host_filter", 1):
        raise InputError(say("{place}: {problem}", place=place, problem=problem))


def _defects(rule: t.Any, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(rule, dict) or not ("condition" in rule or "operator" in rule):
        yield place, say("a rule has the keys field, operator and value, or condition and rules")
    elif "condition" not in rule:
        yield from _defects_of_rule(rule, place)
    elif rule["condition"] not in ("AND", "OR"):
        yield f"{place}.condition", say("it must be AND or OR")
    elif not isinstance(rule.get("rules"), list) or not rule["rules"]:
        yield f"{place}.rules", say("it must be a list of rules")
    elif depth == DEEPEST:
        yield f"{place}.rules", say("rules can be nested twice only")
    else:
        for index, inner in enumerate(rule["rules"]):
            yield from _defects(inner, f"{place}.rules[{index}]", depth + 1)


def _defects_of_rule(rule: Mapping[str, t.Any], place: str) -> Iterator[tuple[str, str]]:
    operator, value = rule["operator"], rule.get("value")
    if not FIELD.fullmatch(str(rule.get("field", ""))):
        yield f"{place}.field", say("{name} is not the name of a field of CMDB", name=repr(rule.get("field")))
    elif operator not in OPERATORS:
        near = get_close_matches(str(operator), OPERATORS, n=1)
        known = say("did you mean {near}?", near=near[0]) if near else say(", ").join(OPERATORS)
        yield f"{place}.operator", say("{name} is not an operator of CMDB ({known})", name=repr(operator), known=known)
    elif operator in LISTS and not _is_uniform(value):
        yield f"{place}.value", say("it must be a list of values of one type")
    elif operator in NUMBERS and (isinstance(value, bool) or not isinstance(value, (int, float))):
        yield f"{place}.value", say("it must be a number")
    elif operator in (*TEXTS, *DATES) and not (isinstance(value, str) and value):
        yield f"{place}.value", say("it must be a string that is not empty")
    elif operator in ("equal", "not_equal") and not isinstance(value, (str, int, float)):
        yield f"{place}.value", say("it must be a string, a number or a boolean")


def _is_uniform(value: t.Any) -> bool:
    kinds = {_kind(item) for item in value} if isinstance(value, list) else set()
    return len(kinds) == 1 and None not in kinds


def _kind(value: t.Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else None
