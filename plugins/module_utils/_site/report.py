# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``bk_job_site_info`` returns: a row for each check, and the same as a table and as Markdown."""

from __future__ import annotations

import re
import textwrap
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from .._model.language import say
from .._model.text import visible
from .._report.base import ReadReport
from .._report.sentences import joined
from .privacy import Privacy

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .._model.errors import JobError

OK, FAILED, WARNING, NOT_CHECKED = STATUSES = ("ok", "failed", "warning", "not_checked")
WIDTH = 110  # columns of the table


class Check(t.NamedTuple):
    """One check: its ``name``, one of ``STATUSES``, what was found, and where that is not fine, what to do.

    ``ask`` is who can do it; ``apis`` are the APIs that the check is about.
    """

    name: str
    status: str
    found: str
    hint: str | None = None
    ask: str | None = None
    apis: tuple[str, ...] = ()


@dataclass
class SiteReport(ReadReport):
    """The checks in their order. Problems of the site fail checks, and not the task."""

    healthy: bool = False
    checks: list[dict[str, t.Any]] = field(default_factory=list)
    missing_permissions: list[str] = field(default_factory=list)
    report: str = ""
    _hide: Callable[[str], str] = str

    def about(self, params: Mapping[str, t.Any]) -> None:
        """Note what may be shown of the options."""
        self._hide = Privacy(params).hide

    def add(self, *checks: Check) -> None:
        """Add checks that were made."""
        for check in checks:
            self.checks.append({**check._asdict(), "found": visible(check.found), "apis": list(check.apis)})

    def misses(self, permissions: list[str]) -> None:
        """Note the permissions of IAM that the user lacks."""
        self.missing_permissions = list(dict.fromkeys([*self.missing_permissions, *permissions]))

    def finish(self, facts: Mapping[str, str]) -> None:
        """All checks were made; ``facts`` describe the site and this machine."""
        failed = [row["name"] for row in self.checks if row["status"] == FAILED]
        self.healthy = not failed
        counts = Counter(row["status"] for row in self.checks)
        if self.healthy:
            self.msg = say(
                "No check failed: {ok} ok, {warnings} with a warning, {others} not checked.",
                ok=counts[OK],
                warnings=counts[WARNING],
                others=counts[NOT_CHECKED],
            )
        else:
            self.msg = say(
                "{count} of {all} checks failed: {names}.",
                count=len(failed),
                all=len(self.checks),
                names=", ".join(failed),
            )
        self.report = markdown({**facts, "result": self.msg}, self.checks, self.missing_permissions)

    def fail(self, error: JobError) -> None:
        """Note why the checks could not be made; those that were made before are kept."""
        super().fail(error)
        self.healthy = False
        self.add(Check("task", FAILED, self._hide(self.msg), error.hint))
        self.report = markdown({"result": self._hide(self.msg)}, self.checks, self.missing_permissions)


def table(checks: list[dict[str, t.Any]]) -> Iterator[str]:
    """The checks as lines for a terminal."""
    widths = [max(map(len, [*(row[key] for row in checks), ""])) for key in ("status", "name")]
    indent = " " * (sum(widths) + 4)
    for row in checks:
        begin = f"{row['status']:{widths[0]}}  {row['name']:{widths[1]}}  "
        for text in (row["found"], _advice(row)):
            if text:
                yield from textwrap.wrap(text, WIDTH, initial_indent=begin, subsequent_indent=indent)
                begin = indent


def markdown(facts: Mapping[str, str], checks: list[dict[str, t.Any]], missing_permissions: list[str]) -> str:
    """The checks as a page that can be attached to an issue."""
    lines = [say("# Self-check of blueking.job"), "", "| | |", "| --- | --- |"]
    lines += [f"| {_cell(name)} | {_cell(value)} |" for name, value in facts.items()]
    lines += ["", say("| status | check | found | what to do |"), "| --- | --- | --- | --- |"]
    lines += [
        f"| {row['status']} | `{row['name']}` | {_cell(row['found'])} | {_cell(_advice(row))} |" for row in checks
    ]
    if missing_permissions:
        names = ", ".join(missing_permissions)
        lines += ["", say("Permissions that the user lacks in IAM: {names}", names=names)]
    return "\n".join([*lines, ""])


def _advice(row: Mapping[str, t.Any]) -> str:
    return joined((row["hint"], row["ask"]))


def _cell(text: str) -> str:
    """Text in a cell of Markdown, where nothing of it is markup, and no link."""
    return re.sub(r"([\\|<>`*])", r"\\\1", " ".join(text.split())).replace("](", "] (")
