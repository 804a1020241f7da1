# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of Job's configuration: each is made at most once, or as often as does no harm, and none is lost.

A report notes a change before it is sent. Where its response is lost, the configuration is read again, and shows
whether it was made.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._model.errors import JobError, RefusedError, UnclearError
from .._model.language import Phrase, say
from .._report.base import TaskReport
from .._report.sentences import joined, sentence
from .clock import PAUSES

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._api.call import Call
    from .task import Task

ATTEMPTS = 5


@dataclass
class ChangeReport(TaskReport):
    """The report of a task that brings something to a wanted state.

    ``outcome`` is ``succeeded``; ``refused`` if nothing was changed; ``failed`` if a part of the changes was made;
    ``unknown`` if it is not known whether the last one was.
    """

    UNNAMED: t.ClassVar[Phrase]
    _what: str = ""
    _made: list[str] = field(default_factory=list)
    _would: bool = False
    _attempts: int = 0

    @property
    def what(self) -> str:
        """What is brought to that state."""
        return self._what or say(self.UNNAMED)

    @property
    def changes(self) -> int:
        """How many changes were, or may have been, made."""
        return len(self._made)

    def making(self, change: str, call: Call) -> None:
        """From now on ``change`` may have been made, until it is refused."""
        self.will_send(call)
        self.outcome, self.changed = "unknown", True
        self._made.append(change)
        self._attempts = 0

    def trying(self) -> None:
        """The last change is sent, perhaps again."""
        self._attempts += 1

    def refused(self) -> None:
        """The last change was not made."""
        self._made.pop()
        self.changed = bool(self._made)
        self.outcome = "failed" if self._made else "refused"

    def would(self, change: str) -> None:
        """Check mode: what a run would do."""
        self._made.append(change)
        self.changed, self._would = True, True

    def ended(self) -> None:
        """The wanted state is reached, or would be."""
        self.outcome = "succeeded"
        changes = say(" and ").join(self._made)
        if self._would:
            self.msg = say("{what}: {changes} (check mode: nothing was changed).", what=self.what, changes=changes)
        elif changes:
            self.msg = say("{what}: {changes}.", what=self.what, changes=changes)
        else:
            self.msg = say("{what}: unchanged.", what=self.what)

    def _outcome_of(self, error: JobError) -> str | None:
        return "failed" if self._made and self.outcome is None else self.outcome or "refused"

    def _failure(self, error: JobError) -> str:
        reason = sentence(error)
        if self.outcome == "unknown":
            *before, last = self._made or [say("changed")]
            text = say("{what} may have been {change}: {reason}", what=self.what, change=last, reason=reason)
            many = self._attempts > 1
            times = say("This was tried {number} times.", number=self._attempts) if many else ""
            return joined((text, times, _before(before)))
        text = say("{what}: {reason}", what=self.what, reason=reason)
        return joined((text, _before(self._made) or say("Nothing was changed.")))


def _before(changes: list[str]) -> str:
    return say("Before that: {changes}.", changes=say(" and ").join(changes)) if changes else ""


class Change(t.NamedTuple):
    """A change, and what it takes to make it.

    ``name`` is a participle, as in "it was *published*". ``send`` sends it. ``seen`` reads the configuration and says
    whether the change was made. ``repeatable`` says that to make it twice does no harm.
    """

    name: str
    call: Call
    send: Callable[[], t.Any]
    seen: Callable[[], bool]
    repeatable: bool = True


def make(task: Task, report: ChangeReport, change: Change) -> t.Any:
    """Make a change, or note it in check mode; raises :class:`JobError` if it was not, or may not have been, made.

    Returns what ``send`` returns, or None if its response was lost.
    """
    result = None
    unclear: UnclearError | None = None
    if task.check_mode:
        report.would(change.name)
        return result
    task.require_play()
    report.making(change.name, change.call)
    for attempt in range(ATTEMPTS):
        report.trying()
        try:
            result = change.send()
        except RefusedError as error:
            # It says nothing about a change whose response was lost, and may even be its effect.
            if unclear and _was_made(task, change, once=True):
                break
            if not unclear:
                report.refused()
                raise
            text = say("{first}; the next try was refused: {second}", first=unclear.message, second=error.message)
            raise UnclearError(
                text,
                kind=unclear.kind,
                code=unclear.code,
                hint=error.hint or unclear.hint,
                request_id=error.request_id,
                job_request_id=error.job_request_id,
                permission=error.permission,
            ) from None
        except UnclearError as error:
            unclear = error
            if _was_made(task, change):
                break
            if not change.repeatable or attempt == ATTEMPTS - 1:
                raise
        else:
            break
    report.outcome = None
    return result


def _was_made(task: Task, change: Change, *, once: bool = False) -> bool:
    for pause in PAUSES[:1] if once else PAUSES:
        task.clock.sleep(pause)
        try:
            if change.seen():
                return True
        except JobError:
            continue
    return False
