# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of an instance while it runs, and the slices that a wait is cut into so that it can be shown.

A module can show nothing before it ends, so the action plugin runs the wait slice by slice, each a module of its own,
and shows what each brings home. What a slice must know of those before it travels as its ``state``.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._model.instance import OUTCOMES, PENDING, STATUSES, word

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.instance import Instance, Step
    from .poll import Ending

# Seconds between two questions for the results of all hosts, which may be many (interface §3).
# Half a second more than promised: slices may take unlike times to start, which their age leaves out.
HOSTS_EVERY, MANY_HOSTS_EVERY, MANY_HOSTS = 5.5, 30.5, 2000


@dataclass
class Slice:
    """One slice of a wait: when it must end, and what was known and shown when it began; times in seconds."""

    seconds: float
    elapsed: float = 0.0
    silent: float = 0.0
    due: float = 0.0
    line: str = ""
    counted: float | None = None
    counts: dict[str, t.Any] = field(default_factory=dict)
    seen: dict[str, t.Any] = field(default_factory=dict)

    def wants_hosts(self, age: float) -> bool:
        """Whether it is time, at this age of the wait, to ask for the results of the hosts again."""
        if self.counted is None:
            return True
        total = sum(count["total"] for count in self.counts.values())
        return age - self.counted >= (MANY_HOSTS_EVERY if total > MANY_HOSTS else HOSTS_EVERY)

    def is_enough(self, instance: Instance | None, age: float) -> bool:
        """Whether this look brings a line that is not the one shown."""
        return instance is not None and self._take(instance, age)

    def state(self, ending: Ending, seen: dict[str, t.Any]) -> dict[str, t.Any]:
        """What the next slice must know of how this one ended, and of what was ``seen`` of the instance last."""
        known = {"line": self.line, "counted": self.counted, "counts": self.counts, "seen": seen}
        return {"silent": ending.silent, "due": ending.due, **known}

    def _take(self, instance: Instance, age: float) -> bool:
        if any(step.hosts is not None for step in instance.steps):
            self.counted = age
            self.counts = {str(step.id): _count(step) for step in instance.steps if step.hosts}
        before, self.line = self.line, line(instance, self.counts)
        return self.line != before


def line(instance: Instance, counts: Mapping[str, Mapping[str, int]]) -> str:
    """Where an instance stands: ``step 2/3 deploy running · hosts 12/40 ok, 1 failed``."""
    if not instance.steps:
        return word(STATUSES, instance.status_code)
    number, step = _current(instance.steps)
    text = f"step {number}/{len(instance.steps)} {step.name} {word(STATUSES, step.status_code)}"
    hosts = counts.get(str(step.id))
    if hosts and hosts["total"] and not _is_out_of_date(hosts, step):
        text += f" · hosts {hosts['succeeded']}/{hosts['total']} ok"
        if hosts["failed"]:
            text += f", {hosts['failed']} failed"
    return text


def _is_out_of_date(hosts: Mapping[str, int], step: Step) -> bool:
    """Whether the hosts were counted before the step ended: ``success · hosts 0/6 ok`` would make nobody wiser."""
    return step.status_code in OUTCOMES and not hosts["failed"] and hosts["succeeded"] < hosts["total"]


def _current(steps: t.Sequence[Step]) -> tuple[int, Step]:
    """The step that goes on, else the last that has run, else the first; with its number."""
    numbered = list(enumerate(steps, start=1))
    ran = [(number, step) for number, step in numbered if step.status_code != PENDING]
    going_on = [(number, step) for number, step in ran if step.status_code not in OUTCOMES]
    return (going_on or ran[-1:] or numbered)[0]


def _count(step: Step) -> dict[str, int]:
    hosts = step.hosts or ()
    succeeded = sum(host.succeeded for host in hosts)
    return {"total": len(hosts), "succeeded": succeeded, "failed": sum(host.failed for host in hosts)}
