# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a soak run counts, and the checks that are the same for every result."""

from __future__ import annotations

import importlib
import json
import time
import typing as t
from collections import Counter
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .tasks import Tasks

MOST_NOTES = 20
BAD = ("wrong verdicts", "lost ids", "double writes", "defects", "secrets", "neither", "left running", "late", "files")


@dataclass
class Figures:
    """The counts of one part: of what went wrong (``bad``, the kinds of ``BAD``), and of what was seen."""

    tries: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    slowest: float = 0.0  # seconds
    current: int = 0
    began: float = field(default_factory=time.monotonic)

    def wrong(self, kind: str, what: object) -> None:
        """Count something that must not happen, and keep what it was."""
        self.bad[kind] += 1
        if len(self.notes) < MOST_NOTES:
            self.notes.append(f"{kind} at {self.current}: {str(what)[:1500]}")

    def add(self, other: Figures) -> None:
        """Add the figures of a try."""
        self.tries += other.tries
        self.bad += other.bad
        self.seen += other.seen
        self.slowest = max(self.slowest, other.slowest)
        self.notes += other.notes[: max(0, MOST_NOTES - len(self.notes))]

    def lines(self, name: str) -> Iterable[str]:
        """The figures for people."""
        bad = ", ".join(f"{self.bad[kind]} {kind}" for kind in BAD)
        seconds = time.monotonic() - self.began
        yield f"{name}: {self.tries} tries in {seconds:.0f} s (the slowest {self.slowest:.1f} s): {bad}"
        yield "    " + ", ".join(f"{count} {what}" for what, count in sorted(self.seen.items()))
        yield from (f"    {note}" for note in self.notes)


def check_result(figures: Figures, result: dict[str, t.Any], secrets: Iterable[str], tasks: Tasks) -> None:
    """Check what holds for every result: no defect, no secret, ``msg`` on one line, all as documented."""
    hints: t.Any = importlib.import_module("ansible_collections.blueking.job.plugins.module_utils._api.hints")
    text = json.dumps([result, tasks.shown], ensure_ascii=False)
    if tasks.misfits:
        figures.wrong("defects", tasks.misfits)
    if "exception" in result or hints.DEFECT in text:
        figures.wrong("defects", result.get("exception") or result["msg"])
    for secret in secrets:
        if secret in text:
            figures.wrong("secrets", f"{secret} in {text[max(0, text.index(secret) - 200) :][:400]}")
    if not all(line.isprintable() for line in (result["msg"], *result.get("warnings", ()))):
        figures.wrong("defects", f"a control character in {result['msg']!r}")


def check_launch(figures: Figures, result: dict[str, t.Any], launches: list[int], *, id_is_known: bool = True) -> None:
    """Check what a launch says against the ids of the ``launches`` that there were."""
    outcome, instance_id, changed = result["outcome"], result["job_instance_id"], result["changed"]
    if len(launches) > 1:
        figures.wrong("double writes", launches)
    if launches and (outcome == "refused" or not changed):
        figures.wrong("lost ids", f"launched, and {outcome}: {result['msg']}")
    if id_is_known and instance_id is not None and [instance_id] != launches:
        figures.wrong("lost ids", f"{instance_id} instead of {launches}: {result['msg']}")
    if instance_id is None and outcome not in ("refused", "unknown"):
        figures.wrong("lost ids", f"{outcome} without id: {result['msg']}")
    if launches and instance_id is None and result["candidates"] is not None:
        listed = [row["job_instance_id"] for row in result["candidates"]]
        if not set(launches) & set(listed):
            figures.wrong("lost ids", f"{launches} not in {listed}: {result['msg']}")
