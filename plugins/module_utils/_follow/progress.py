# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress lines, which show the state of an instance while a task waits for it.

They are made from rows of results, so that a wait on a remote host, which returns such rows from time to time, shows
the same lines as a wait on the controller.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
import typing as t

from .._model.instance import OUTCOMES, STATUSES, word
from .._model.language import say
from .._report.sentences import HOSTS_QUOTED, command, failed_host, host_name

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._model.errors import JobError
    from .._task.clock import Clock
    from .._task.task import Show

    Row = Mapping[str, t.Any]

# Seconds between two requests for the results of all hosts, of which there may be many.
HOSTS_EVERY, MANY_HOSTS_EVERY, MANY_HOSTS = 5.0, 30.0, 2000
HEARTBEAT = 60.0  # seconds without a change after which a line is shown nevertheless
SILENT = 10.0  # seconds without a response after which it is shown, with the reason
MOST_FAILED = 10  # failed hosts shown by name
ENDED = frozenset(word(STATUSES, code) for code in OUTCOMES)


class Progress:
    """Shows a line whenever something has changed, and at least each minute.

    ``confirmers`` are the users and roles that may confirm steps, by the name of the step.
    """

    def __init__(
        self, show: Show, clock: Clock, instance_id: int, confirmers: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._show = show
        self._clock = clock
        self._id = instance_id
        self._confirmers: dict[int | str, Sequence[str]] = dict((confirmers or {}).items())
        self._answered = clock.now()
        self._line = ""
        self._shown = float("-inf")
        self._silent_shown = self._reason_shown = False
        self._counted: float | None = None
        self._counts: dict[int, Row] = {}
        self._statuses: dict[int, str] = {}
        self._failed: set[tuple[t.Any, ...]] = set()
        self._more_failed = 0

    def wants_hosts(self, age: float) -> bool:
        """Whether the results of the hosts are due, at this age of the wait in seconds."""
        if self._counted is None:
            return True
        total = sum(counts["total"] for counts in self._counts.values())
        return age - self._counted >= (MANY_HOSTS_EVERY if total > MANY_HOSTS else HOSTS_EVERY)

    def hosts_requested(self, age: float) -> None:
        """Note that the results of the hosts were requested, successfully or not."""
        self._counted = age

    def update(self, status: str, steps: Sequence[Row], failed: Sequence[Row] | None, age: float) -> None:
        """Show what has changed: rows of ``steps`` and ``failed_hosts``, null where hosts were not requested."""
        self._silent_shown = self._reason_shown = False
        self._answered = self._clock.now()
        for step in steps:
            if step["hosts"]:
                self._counts[step["step_instance_id"]] = step["hosts"]
        self.failed(failed or ())
        self._show_ended(steps)
        line, ended = _where(status, steps, self._counts)
        before, self._line = self._line, line
        # The end of a step has its own line.
        if (line != before and not ended) or self._clock.now() - self._shown >= HEARTBEAT:
            self._show_line(line, age)
            waiting = next((step for step in steps if step["status"] in ("waiting", "rolling_waiting")), None)
            if waiting:
                self._show_confirmation(waiting)

    def wants_confirmers(self, step_id: int, name: str) -> bool:
        """Whether it is not yet known who may confirm a step."""
        return not {step_id, name} & self._confirmers.keys()

    def may_confirm(self, step_id: int, confirmers: Sequence[str]) -> None:
        """Note the users and roles that may confirm a step, none if that is not known."""
        self._confirmers[step_id] = confirmers

    @contextlib.contextmanager
    def polling(self, age: float) -> Iterator[None]:
        """Show that there is no response also while a poll, made at this age of the wait, is running inside."""
        left = max(0.0, SILENT - (self._clock.now() - self._answered))
        # A thread begins without the language of the task.
        silent = contextvars.copy_context().run
        timer = threading.Timer(left, silent, (self.silent, None, age + left, SILENT))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def silent(self, error: JobError | None, age: float, silent: float) -> None:
        """Show that there is no response, again as soon as there is a reason, and then each minute."""
        shown = self._reason_shown if error else self._silent_shown
        if silent >= SILENT and (not shown or self._clock.now() - self._shown >= HEARTBEAT):
            self._silent_shown, self._reason_shown = True, self._reason_shown or error is not None
            reason = error.message if error else say("the gateway has not responded to the last request yet")
            self._show_line(say("no response for {duration}: {reason}", duration=duration(silent), reason=reason), age)

    def ended(self, outcome: str, age: float) -> None:
        """Show the end."""
        self._show_line(outcome, age)

    def logs(self, rows: Sequence[Row]) -> None:
        """Show the end of the logs of the first hosts that failed: in results they are hard to read."""
        for row in [row for row in rows if row.get("log")][:HOSTS_QUOTED]:
            self._show_line(say("log of {host} at {step}:", host=host_name(row), step=row["step_name"]))
            for line in row["log"].splitlines():
                self._show(f"    {line}")

    def _show_ended(self, steps: Sequence[Row]) -> None:
        for number, step in enumerate(steps, start=1):
            id_, status = step["step_instance_id"], step["status"]
            if status in ENDED and self._statuses.get(id_, "pending") not in ENDED:
                seconds = step["total_seconds"]
                took = f" · {duration(seconds)}" if seconds is not None else ""
                self._show_line(f"{_step(number, steps, step)}{took}")
            self._statuses[id_] = status

    def failed(self, rows: Sequence[Row]) -> None:
        """Show failed hosts that were not shown yet: rows of ``failed_hosts``."""
        for row in rows:
            key = (row["step_instance_id"], row["bk_host_id"], row["bk_cloud_id"], row["ip"])
            if key in self._failed:
                continue
            self._failed.add(key)
            if len(self._failed) <= MOST_FAILED:
                self._show_line(say("failed: {host}", host=failed_host(row)))
            else:
                self._more_failed += 1
        if self._more_failed:
            self._show_line(say("failed: {number} more hosts", number=self._more_failed))
            self._more_failed = 0

    def _show_confirmation(self, step: Row) -> None:
        if step["type"] == "confirmation":
            confirm = command("confirm", job_instance_id=self._id, step_instance_id=step["step_instance_id"])
            name, confirmers = (
                step["name"],
                say(", ").join(
                    self._confirmers.get(step["step_instance_id"]) or self._confirmers.get(step["name"], ())
                ),
            )
            self._show_line(
                say(
                    'to confirm step "{step}" ({confirmers} may): {command}',
                    step=name,
                    confirmers=confirmers,
                    command=confirm,
                )
                if confirmers
                else say('to confirm step "{step}": {command}', step=name, command=confirm)
            )

    def _show_line(self, text: str, age: float | None = None) -> None:
        now = time.strftime("%H:%M:%S", time.localtime(self._clock.date()))
        line = say("{time} instance {id} · {text}", time=now, id=self._id, text=text)
        self._show(line + (f" · {duration(age)}" if age is not None else ""))
        self._shown = self._clock.now()


def duration(seconds: float) -> str:
    """Seconds as people read them: ``41s``, ``1m20s``, ``1h02m03s``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02d}m{rest:02d}s"
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def _where(status: str, steps: Sequence[Row], counts: Mapping[int, Row]) -> tuple[str, bool]:
    """``step 2/3 deploy running · hosts 12/40 ok, 1 failed``, and whether that step has ended."""
    if not steps:
        return status, False
    number, step = _current(steps)
    text = _step(number, steps, step)
    hosts = counts.get(step["step_instance_id"])
    # The hosts may have been counted before the step ended: `success · hosts 0/6 ok` would be misleading.
    outdated = hosts and step["status"] in ENDED and not hosts["failed"] and hosts["succeeded"] < hosts["total"]
    if hosts and hosts["total"] and not outdated:
        succeeded, total, failed = hosts["succeeded"], hosts["total"], hosts["failed"]
        text += " · " + (
            say("hosts {succeeded}/{total} ok, {failed} failed", succeeded=succeeded, total=total, failed=failed)
            if failed
            else say("hosts {succeeded}/{total} ok", succeeded=succeeded, total=total)
        )
    return text, step["status"] in ENDED


def _step(number: int, steps: Sequence[Row], step: Row) -> str:
    return say(
        "step {number}/{total} {name} {status}",
        number=number,
        total=len(steps),
        name=step["name"],
        status=step["status"],
    )


def _current(steps: Sequence[Row]) -> tuple[int, Row]:
    """The step that runs, else the last that has run, else the first; with its number."""
    numbered = list(enumerate(steps, start=1))
    begun = [(number, step) for number, step in numbered if step["status"] != "pending"]
    running = [(number, step) for number, step in begun if step["status"] not in ENDED]
    return (running or begun[-1:] or numbered)[0]
