# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results per host: the outputs that scripts print in their logs, and the hosts grouped by result.

Logs are searched one by one as they come in, and only what was found is kept.
"""

from __future__ import annotations

import typing as t

from .._model.instance import HOST_STATUSES, HostKey, word
from .._model.language import say
from .._model.pattern import GROUPS, OUTPUT_PATTERN

if t.TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from .._model.instance import HostLog, HostResult, Instance, Step

    Row = dict[str, t.Any]
    Place = tuple[int, HostKey]

# Characters at the end of a log that a pattern of the user searches: it may need the square of that, or worse.
LONGEST_SEARCHED = 1_000_000
# Characters of all outputs of a task; with each, Python and JSON need about as much again as PER_OUTPUT.
MOST_OUTPUTS, PER_OUTPUT = 16 * 1024 * 1024, 64


class Outputs:
    """What the scripts of an instance print on each host; without a ``pattern`` only their tags are noted."""

    def __init__(self, instance: Instance, pattern: re.Pattern[str] | None) -> None:
        self._instance = instance
        self._pattern = pattern
        self._values: dict[Place, dict[str, str]] = {}
        self._tags: dict[Place, str] = {}
        self._left = MOST_OUTPUTS
        self._left_out: set[Place] = set()

    @property
    def problem(self) -> str:
        """The sentence for what was left out, if anything was."""
        count = len(self._left_out)
        limit = MOST_OUTPUTS >> 20
        if count == 1:
            return say("The outputs in 1 log were left out: there are more than {limit} MiB.", limit=limit)
        if count:
            return say(
                "The outputs in {number} logs were left out: there are more than {limit} MiB.",
                number=count,
                limit=limit,
            )
        return ""

    def read(self, step: Step, host: HostResult, log: HostLog) -> None:
        """Take the log of a host; one that is read again replaces the first."""
        place = (step.id, host.key)
        if log.tag is not None:
            self._tags[place] = log.tag
        if self._pattern and log.content:
            self._left += _size(self._values.pop(place, {}))
            self._left_out.discard(place)
            values = self._found(self._pattern, log.content)
            if values is None:
                self._left_out.add(place)
            elif values:
                self._values[place] = values
                self._left -= _size(values)

    def rows(self) -> list[Row]:
        """The rows of ``host_outputs``: the hosts that printed something, step by step."""
        return [
            {"step_instance_id": step.id, **host.key.columns(), "values": values}
            for step, host, values in self._in_order()
        ]

    def agreed(self) -> tuple[dict[str, str], list[str]]:
        """``outputs`` and ``output_conflicts``; of each name the last step decides in which it was printed."""
        last: dict[str, tuple[int, set[str]]] = {}
        for step, _host, values in self._in_order():
            for name, value in values.items():
                if name not in last or last[name][0] != step.id:
                    last[name] = (step.id, set())
                last[name][1].add(value)
        agreed = {name: next(iter(values)) for name, (_step, values) in last.items() if len(values) == 1}
        return agreed, sorted(last.keys() - agreed.keys())

    def groups(self) -> list[Row]:
        """The rows of ``host_groups``."""
        groups: dict[tuple[t.Any, ...], Row] = {}
        for step in self._instance.steps:
            for host in step.hosts or ():
                tag = self._tags.get((step.id, host.key)) if host.tag is None else host.tag
                row = {
                    "step_instance_id": step.id,
                    "step_name": step.name,
                    "result": _result(host),
                    "status": word(HOST_STATUSES, host.status_code),
                    "tag": tag,
                }
                group = groups.setdefault(tuple(row.values()), {**row, "hosts": []})
                group["hosts"].append(host.key.columns())
        return list(groups.values())

    def _in_order(self) -> Iterator[tuple[Step, HostResult, dict[str, str]]]:
        for step in self._instance.steps:
            for host in step.hosts or ():
                if (step.id, host.key) in self._values:
                    yield step, host, self._values[step.id, host.key]

    def _found(self, pattern: re.Pattern[str], text: str) -> dict[str, str] | None:
        """The values by key; None where they are too many."""
        if pattern.pattern != OUTPUT_PATTERN:
            text = text[-LONGEST_SEARCHED:]
        values: dict[str, str] = {}
        left = self._left
        for found in pattern.finditer(text):
            name, value = ((found[group] or "").strip() for group in GROUPS)
            if name:
                left -= _size({name: value}) - _size({name: values[name]} if name in values else {})
                if left < 0:
                    return None
                values[name] = value
        return values


def _size(values: dict[str, str]) -> int:
    return sum(len(name) + len(value) + PER_OUTPUT for name, value in values.items())


def _result(host: HostResult) -> str:
    if host.succeeded:
        return "succeeded"
    return "unfinished" if host.unfinished else "failed"
