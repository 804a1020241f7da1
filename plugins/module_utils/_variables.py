# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a launch: the four ways a playbook can give them, read into one list; every defect is listed."""

from __future__ import annotations

import typing as t

from ._errors import InputError
from ._model import Targets, VariableValue
from ._targets import KEYS as TARGET_KEYS
from ._targets import Defect, positive, read_targets

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# How the two API documents spell an entry of global_vars / global_var_list (contract §6.1); the last two are what v2
# had before target_server.
SERVER_KEYS = ("server", "target_server")
OLD_SERVER_KEYS = ("ip_list", "custom_query_id")
ENTRY_KEYS = ("id", "name", "value", *SERVER_KEYS, *OLD_SERVER_KEYS)


def collect(
    *,
    variables: Mapping[str, t.Any] | None = None,
    secret_variables: Mapping[str, t.Any] | None = None,
    target_servers: Iterable[Mapping[str, t.Any]] | None = None,
    global_vars: Iterable[Mapping[str, t.Any]] | None = None,
) -> tuple[VariableValue, ...]:
    """All variables of a launch, in the order given. Raises one :class:`InputError` that names every defect."""
    reader = _Reader()
    collected = (
        *reader.named("variables", variables or {}),
        *reader.named("secret_variables", secret_variables or {}, secret=True),
        *reader.host_variables(target_servers or ()),
        *reader.api_entries(global_vars or ()),
    )
    reader.refuse_duplicates(collected)
    defects = [*reader.defects, *reader.target_defects]
    if defects:
        raise InputError("; ".join(defects), kind="invalid_request" if reader.defects else "targets")
    return collected


class _Reader:
    """Reads on past a defect, so that all of them are told at once."""

    def __init__(self) -> None:
        self.defects: list[str] = []
        self.target_defects: list[str] = []

    def named(self, option: str, values: Mapping[str, t.Any], *, secret: bool = False) -> Iterator[VariableValue]:
        for name, value in values.items():
            origin = f"{option}.{name}"
            try:
                yield VariableValue(origin, _text(value), name=_name(name), secret=secret)
            except Defect as defect:
                self.defects.append(f"{origin} {defect}")

    def host_variables(self, entries: Iterable[Mapping[str, t.Any]]) -> Iterator[VariableValue]:
        for index, entry in enumerate(entries):
            origin = f"target_servers[{index}]"
            if (entry.get("id") is None) == (entry.get("name") is None):
                self.defects.append(f"{origin} needs either the name or the id of a host variable of the plan")
                continue
            targets = read_targets(entry, origin, self.target_defects, entry.get("bk_cloud_id"))
            yield from self._value(origin, entry, targets)

    def api_entries(self, entries: Iterable[Mapping[str, t.Any]]) -> Iterator[VariableValue]:
        for index, entry in enumerate(entries):
            origin = f"global_vars[{index}]"
            self._refuse_unknown(origin, entry, ENTRY_KEYS)
            if entry.get("id") is None and entry.get("name") is None:
                self.defects.append(f"{origin} has neither id nor name, so Job could not tell which variable is meant")
                continue
            try:
                value = self._api_value(origin, entry)
            except Defect as defect:
                self.defects.append(f"{origin} {defect}")
                continue
            yield from self._value(origin, entry, value)

    def refuse_duplicates(self, variables: Iterable[VariableValue]) -> None:
        first: dict[t.Any, str] = {}
        for variable in variables:
            for key in {variable.id, variable.name} - {None}:
                if key in first:
                    self.defects.append(f"{first[key]} and {variable.origin} both set the variable {key}")
                first.setdefault(key, variable.origin)

    def _value(self, origin: str, entry: Mapping[str, t.Any], value: str | Targets) -> Iterator[VariableValue]:
        try:
            id_ = None if entry.get("id") is None else positive(entry["id"])
            name = None if entry.get("name") is None else _name(entry["name"])
        except Defect as defect:
            self.defects.append(f"{origin}: {defect}")
        else:
            yield VariableValue(origin, value, id=id_, name=name)

    def _api_value(self, origin: str, entry: Mapping[str, t.Any]) -> str | Targets:
        servers = {key: entry[key] for key in SERVER_KEYS if entry.get(key) is not None}
        if not servers and any(entry.get(key) for key in OLD_SERVER_KEYS):
            old = {"ip_list": entry.get("ip_list"), "dynamic_group_id_list": entry.get("custom_query_id")}
            servers = {"target_server": old}
        value = entry.get("value")
        if value is None and not servers:
            raise Defect("has neither value nor server: Job would empty the variable instead of keeping its default")
        if not servers:
            return _text(value)
        if len(servers) > 1 or value not in (None, ""):
            raise Defect("has both " + " and ".join([*(["value"] if value not in (None, "") else []), *servers]))
        ((key, server),) = servers.items()
        if not isinstance(server, dict):
            raise Defect(f"has a {key} that is no dictionary")
        self._refuse_unknown(f"{origin}.{key}", server, TARGET_KEYS)
        return read_targets(server, f"{origin}.{key}", self.target_defects)

    def _refuse_unknown(self, origin: str, entry: Mapping[str, t.Any], known: tuple[str, ...]) -> None:
        """Job drops keys it does not know without a word (§4.2), so a slip of the pen would change what runs."""
        for key in entry:
            if key not in known:
                self.defects.append(f"{origin}.{key} is no key of the API{_nearest(str(key), known)}")


def _text(value: t.Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if value is None:
        raise Defect("is null: leave it out to keep the plan's default, or give '' to empty the variable")
    raise Defect(f"is a {'list' if isinstance(value, (list, tuple)) else 'dictionary'}, and Job takes text only")


def _name(value: t.Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Defect(f"{value!r} is not the name of a variable")
    return value


def _nearest(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # only a wrong playbook pays for it

    matches = get_close_matches(word, known, n=1)
    return f"; did you mean {matches[0]}?" if matches else f"; it knows {', '.join(known)}"
