# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every task returns, whatever it is about."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._model.errors import InputError
from .._model.language import say
from .._model.text import visible
from .sentences import sentence

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.call import Call
    from .._model.errors import JobError


@dataclass
class TaskReport:
    """All that is known so far; what is not known is null. Whatever ends the task, this is what it returns.

    Fields that begin with ``_`` are not returned; ``warnings`` and ``diff`` are, where there are any.
    """

    msg: str = ""
    changed: bool = False
    outcome: str | None = None
    request: dict[str, t.Any] | None = None
    error: dict[str, t.Any] | None = None
    diff: dict[str, t.Any] | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the task has failed."""
        return self.error is not None

    def about(self, params: Mapping[str, t.Any]) -> None:
        """Note what the options say."""

    def restore(self, result: Mapping[str, t.Any]) -> None:
        """Note what the same task has returned; warnings, which Ansible has changed, are not among it."""
        for name in vars(self):
            if name in result and not name.startswith("_") and name != "warnings":
                setattr(self, name, result[name])

    def will_send(self, call: Call) -> None:
        """Note the request, secrets masked."""
        self.request = {"api": call.api, "body": dict(call.params)}

    def sent(self) -> None:
        """Drop the request: it may be thousands of servers long, and is of use only where something went wrong."""
        self.request = None

    def warn(self, remark: str) -> None:
        """Note a warning."""
        self.warnings.append(remark)

    def sending(self) -> None:
        """From now on the task may have changed something, until a refusal is received."""
        self.outcome, self.changed = "unknown", True

    def fail(self, error: JobError) -> None:
        """Note the error that ended the task."""
        self.error = error.as_result()
        self.outcome = self._outcome_of(error)
        self.msg = self._failure(error)

    def as_result(self) -> dict[str, t.Any]:
        """The return values."""
        result = {
            name: value
            for name, value in vars(self).items()
            if not name.startswith("_") and (value or name not in ("diff", "warnings"))
        }
        # Sentences are shown on terminals, and quote names that people and servers choose.
        result["msg"] = visible(self.msg)
        if self.warnings:
            result["warnings"] = [visible(warning) for warning in self.warnings]
        return result

    def _outcome_of(self, error: JobError) -> str | None:
        return "refused"

    def _failure(self, error: JobError) -> str:
        reason = sentence(error)
        return say("Nothing was sent: {reason}", reason=reason) if isinstance(error, InputError) else reason


@dataclass
class ReadReport(TaskReport):
    """The report of a task that only reads."""

    def _outcome_of(self, error: JobError) -> str | None:
        # A server that could not be reached has refused nothing.
        return None if error.kind in ("unavailable", "protocol", "throttled") else "refused"


@dataclass
class TargetsReport(TaskReport):
    """The report of a task whose targets may have topology nodes and dynamic groups.

    ``targets_checked`` is None without them, and until they were checked.
    """

    targets_checked: bool | None = None

    def checked_targets(self) -> None:
        """Topology nodes and dynamic groups were checked with CMDB."""
        self.targets_checked = True

    def unchecked_targets(self, why: JobError) -> None:
        """Not all of them could be checked."""
        self.targets_checked = False
        self.warn(say("Topology nodes and dynamic groups were not all checked: {reason}", reason=sentence(why)))
