# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a launch: the four ways to give them, read into one list; all problems are listed.

What can only be checked against the plan is in ``_launch/check``.
"""

from __future__ import annotations

import typing as t

from .._model.errors import InputError
from .._model.ids import Defect, positive
from .._model.language import say
from .._model.launch import Targets, VariableValue
from .targets import KEYS as TARGET_KEYS
from .targets import read_targets, unknown_keys

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Value = t.Union[str, Targets, "tuple[str, ...]", Mapping[str, str]]

# How the two API documents spell an entry of global_vars / global_var_list (contract §6.1); the last two are what v2
# had before target_server.
SERVER_KEYS = ("server", "target_server")
OLD_SERVER_KEYS = ("ip_list", "custom_query_id")
ENTRY_KEYS = ("id", "name", "value", *SERVER_KEYS, *OLD_SERVER_KEYS)


def read_variables(
    *,
    variables: Mapping[str, t.Any] | None = None,
    secret_variables: Mapping[str, t.Any] | None = None,
    target_servers: Iterable[Mapping[str, t.Any]] | None = None,
    global_vars: Iterable[Mapping[str, t.Any]] | None = None,
) -> tuple[VariableValue, ...]:
    """All variables of a launch, in the order given. Raises one :class:`InputError` that lists all problems."""
    reader = _Reader()
    collected = (
        *reader.named("variables", variables or {}),
        *reader.named("secret_variables", secret_variables or {}, secret=True),
        *reader.host_variables(target_servers or ()),
        *reader.api_entries(global_vars or ()),
    )
    defects = [*reader.defects, *reader.target_defects]
    if defects:
        raise InputError(say("; ").join(defects), kind="invalid_request" if reader.defects else "targets")
    return collected


class _Reader:
    """Collects all problems, so that they are reported together."""

    def __init__(self) -> None:
        self.defects: list[str] = []
        self.target_defects: list[str] = []

    def named(self, option: str, values: Mapping[str, t.Any], *, secret: bool = False) -> Iterator[VariableValue]:
        for name, value in values.items():
            origin = f"{option}.{name}"
            try:
                yield VariableValue(origin, _value(value, secret=secret), name=_name(name), secret=secret)
            except Defect as defect:
                self.defects.append(say("{place} {problem}", place=origin, problem=defect))

    def host_variables(self, entries: Iterable[Mapping[str, t.Any]]) -> Iterator[VariableValue]:
        for index, entry in enumerate(entries):
            origin = f"target_servers[{index}]"
            if (entry.get("id") is None) == (entry.get("name") is None):
                self.defects.append(say("{origin} requires exactly one of name, id", origin=origin))
                continue
            targets = read_targets(entry, origin, self.target_defects, entry.get("bk_cloud_id"))
            yield from self._named(origin, entry, targets)

    def api_entries(self, entries: Iterable[Mapping[str, t.Any]]) -> Iterator[VariableValue]:
        for index, entry in enumerate(entries):
            origin = f"global_vars[{index}]"
            self._refuse_unknown(origin, entry, ENTRY_KEYS)
            if entry.get("id") is None and entry.get("name") is None:
                self.defects.append(say("{origin} requires one of name, id", origin=origin))
                continue
            try:
                value = self._api_value(origin, entry)
            except Defect as defect:
                self.defects.append(str(defect))
                continue
            yield from self._named(origin, entry, value)

    def _named(self, origin: str, entry: Mapping[str, t.Any], value: Value) -> Iterator[VariableValue]:
        try:
            id_ = None if entry.get("id") is None else positive(entry["id"])
            # Beside an id an empty name has no meaning (contract §7.2).
            name = None if entry.get("name") is None or (id_ and not entry["name"]) else _name(entry["name"])
        except Defect as defect:
            self.defects.append(say("{place}: {problem}", place=origin, problem=defect))
        else:
            yield VariableValue(origin, value, id=id_, name=name)

    def _api_value(self, origin: str, entry: Mapping[str, t.Any]) -> Value:
        value = entry.get("value")
        servers = [key for key in SERVER_KEYS if entry.get(key) is not None]
        if not servers:
            servers = [key for key in OLD_SERVER_KEYS if entry.get(key)][:1]
        # On the server an empty value is ignored where there is a server.
        claims = ["value", *servers] if value not in (None, "") else servers
        if len(claims) > 1:
            raise Defect(say("{place} has both {names}", place=origin, names=say(" and ").join(claims)))
        if servers:
            return self._server(origin, entry, servers[0])
        if value is None:
            raise Defect(
                say("{place} requires one of value, server: without them Job would clear the variable", place=origin)
            )
        try:
            return _value(value)
        except Defect as defect:
            raise Defect(say("{place} {problem}", place=f"{origin}.value", problem=defect)) from None

    def _server(self, origin: str, entry: Mapping[str, t.Any], key: str) -> Targets:
        if key in OLD_SERVER_KEYS:
            server = {"ip_list": entry.get("ip_list"), "dynamic_group_id_list": entry.get("custom_query_id")}
            return read_targets(server, origin, self.target_defects)
        if not isinstance(entry[key], dict):
            raise Defect(say("{place} must be a dictionary", place=f"{origin}.{key}"))
        self._refuse_unknown(f"{origin}.{key}", entry[key], TARGET_KEYS)
        return read_targets(entry[key], f"{origin}.{key}", self.target_defects)

    def _refuse_unknown(self, origin: str, entry: Mapping[str, t.Any], known: tuple[str, ...]) -> None:
        self.defects += [f"{origin}.{text}" for text in unknown_keys(entry, known)]


def _value(value: t.Any, *, secret: bool = False) -> Value:
    """A string, or the items of an array; the keys of a ``secret`` one are not quoted in errors."""
    if value is None:
        raise Defect(say("is null: leave it out to keep the plan's default, or use '' to clear the variable"))
    if isinstance(value, dict):
        return {_key(key): _item(None if secret else repr(key), item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_item(str(index), item) for index, item in enumerate(value))
    return _text(value)


def _item(at: str | None, item: t.Any) -> str:
    if item is None:
        if at is None:
            raise Defect(say("has null as an item, but bash arrays can only contain strings"))
        raise Defect(say("has null as item {item}, but bash arrays can only contain strings", item=at))
    if isinstance(item, (dict, list, tuple)):
        if at is None:
            raise Defect(say("has a list or dictionary as an item, but bash arrays can only contain strings"))
        raise Defect(say("has a list or dictionary as item {item}, but bash arrays can only contain strings", item=at))
    return _text(item)


def _key(key: t.Any) -> str:
    if key is None or key == "":
        raise Defect(say("has an empty key, which bash arrays do not support"))
    return _text(key)


def _text(value: t.Any) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if "\0" in text:
        raise Defect(say("has a NUL character, which can't be passed to a script"))
    return text


def _name(value: t.Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Defect(say("{value!r} is not the name of a variable", value=value))
    return value
