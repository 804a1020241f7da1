# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Searching the history for an instance whose launch had no response (contract §6.8, §7.4)."""

from __future__ import annotations

import datetime
import typing as t

from .._model.errors import InputError, JobError
from .._model.instance import Query
from .._model.language import Phrase, say
from .._model.launch import Launched
from .._task.clock import PAUSES

if t.TYPE_CHECKING:
    from .._model.instance import PastInstance
    from .._model.secrets import Secrets
    from .._task.task import Task
    from .report import LaunchReport

BEFORE, AFTER = 60, 300  # seconds that Job's clock may differ from that of its gateway
MOST = 1000
BY_API = 2
PLAN, SCRIPT, FILE = 0, 1, 2  # types of instances


class Wanted(t.NamedTuple):
    """What instance is searched: its type, and the id of its plan or its name, where it has one.

    ``missing`` is what to say if there is none ``since`` a time. No other instance has a name with a ``suffix``, which
    is its end.
    """

    type: int
    missing: Phrase
    plan_id: int | None = None
    name: str | None = None
    suffix: str | None = None

    def matches(self, row: PastInstance, secrets: Secrets) -> bool:
        """Whether this may be the instance."""
        # The names that servers return are scrubbed.
        return self.plan_id in (None, row.plan_id) and (self.name is None or row.name == secrets.scrub(self.name))


def find_candidates(
    task: Task, report: LaunchReport, wanted: Wanted, began: float, *, once: bool = False
) -> Launched | str:
    """Search the instance of a launch that was sent at ``began``, in Unix seconds.

    Returns the instance if its name shows that it is the one. Else notes in the ``report`` those that it may be, and
    returns a sentence. With ``once`` the history is read only once.
    """
    console_url = task.params["console_url"]
    try:
        found = _found(task, wanted, began, PAUSES[:1] if once else PAUSES)
    except InputError:
        # v2 has no such call (contract §1.4).
        return report.suspect(None, say("Check Job's execution history: API v2 cannot list instances."), console_url)
    except JobError as error:
        message = say("Check Job's execution history, which could not be read: {reason}.", reason=error.message)
        return report.suspect(None, message, console_url)
    if wanted.suffix and len(found) == 1:
        return Launched(found[0].id, found[0].name)
    message = (
        say(
            "Before launching again, check whether one of these instances, created at about the same time, is the one "
            "that was launched:"
        )
        if found
        else say(wanted.missing, since=_since(task, began))
    )
    return report.suspect(found, message, console_url)


def _found(task: Task, wanted: Wanted, began: float, pauses: tuple[float, ...]) -> list[PastInstance]:
    """The instances in the last response, and not the first that has any, since those may be others' only."""
    found: list[PastInstance] | None = None
    problem: JobError | None = None
    for pause in pauses:
        task.clock.sleep(pause)
        query = _window(task, began)
        if wanted.suffix:
            query = query._replace(name=wanted.suffix)
        else:
            operator = _operator(task.params)
            query = query._replace(operator=operator, launch_mode=BY_API, type=wanted.type, name=wanted.name)
        try:
            rows = task.job.history(query, MOST, retries=0)
        except JobError as error:
            problem = error
            if not error.transient:
                break
        else:
            found = [row for row in rows if wanted.matches(row, task.secrets)]
            if wanted.suffix and found:
                break
    if found is None:
        raise t.cast("JobError", problem)
    return found


def _window(task: Task, began: float) -> Query:
    """The query for all instances created since a launch sent at ``began``, in Unix seconds."""
    return Query(
        created_after=round((began + task.job.skew - BEFORE) * 1000),
        created_before=round((task.clock.date() + task.job.skew + AFTER) * 1000),
    )


def _since(task: Task, began: float) -> str:
    """The time since when instances were searched, by the clock of the server."""
    moment = datetime.datetime.fromtimestamp(began + task.job.skew - BEFORE, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _operator(params: t.Mapping[str, t.Any]) -> str | None:
    """The user who launched, if known: a token belongs to a user whose name is unknown here (contract §2.1)."""
    return None if params["bk_token"] or params["access_token"] else params["bk_username"]
