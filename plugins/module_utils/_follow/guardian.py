# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process beside the task that stops the instance when the play dies (``terminate_on: [abort]``).

Ansible kills its workers, and AWX kills Ansible, with signals that can't be caught. So before anything is sent, a
process with a session of its own is forked. It holds the read end of a pipe, on which the task reports what it does,
and it has the credentials in memory only. When the pipe closes before the task has reported its end, or the play is
gone, the process ends the task, stops the instance, waits until it has stopped, writes one line to the standard error
of the play, and ends.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import gc
import os
import select
import signal
import sys
import typing as t

from .._api.call import CONNECT_TIMEOUT
from .._model.language import Phrase, foreign, say
from .._model.launch import Launched
from .._report.sentences import joined, sentence
from .._task.clock import MonotonicClock
from .._task.process import Play, terminal, write_line
from .._task.redact import redact_line
from .._task.runner import EXITS
from .stop import stop

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model.secrets import Secrets
    from .._task.task import Task

    class Find(t.Protocol):
        """Searches the history for an instance whose id was not received.

        Returns the instance if it is certain which one it is, else a sentence.
        """

        def __call__(self, task: Task, once: bool = False) -> Launched | str:
            """Search once or several times."""


POLL = 0.5  # seconds between two looks whether the play lives
DONE = "done"
BLOCKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The descriptors of the process: its end of the pipe, the null device twice, the standard error of the play.
PIPE, TERMINAL, FIRST_OTHER = 0, 3, 4
# What has become of the instance.
STOPPED = Phrase("The task was interrupted: instance {id} was stopped, its outcome is {outcome}.")
FINISHED = Phrase("The task was interrupted: instance {id} had finished by itself, its outcome is {outcome}.")
NOT_STOPPED = Phrase("The task was interrupted: instance {id} has not stopped after the request to terminate it")
NOT_STOPPABLE = Phrase("The task was interrupted: instance {id} could not be stopped")


class Guardian:
    """The task's end of the pipe, and the standard error of the play; without a process it does nothing."""

    def __init__(self, secrets: Secrets, pipe: int | None = None, error: int | None = None) -> None:
        self._secrets = secrets
        self._pipe = pipe
        self._error = error

    def show(self, line: str) -> None:
        """Show a line on the standard error of the play, for a module that can show nothing itself."""
        if self._error is not None:
            write_line(self._error, redact_line(line, self._secrets))

    def launched(self, instance_id: int) -> None:
        """Report the instance to stop."""
        self._write(str(instance_id))

    def done(self) -> None:
        """Report that the task has ended."""
        self._write(DONE)
        self.close()

    def close(self) -> None:
        """Hand over: without a report before it, the instance is stopped."""
        for descriptor in (self._pipe, self._error):
            if descriptor is not None:
                os.close(descriptor)
        self._pipe = self._error = None

    def _write(self, line: str) -> None:
        if self._pipe is not None:
            with contextlib.suppress(OSError):  # the process has ended, so nothing reads the report
                os.write(self._pipe, f"{line}\n".encode())


@contextlib.contextmanager
def guarded(task: Task, find: Find | None = None) -> Iterator[Guardian]:
    """Guard what is done inside, if the task wants that; ``find`` looks for an instance whose id never came."""
    wanted = "abort" in task.params["terminate_on"] and not task.check_mode
    guardian = _fork(task, find) if wanted else Guardian(task.secrets)
    try:
        yield guardian
    except EXITS:
        guardian.close()  # the play dies
        raise
    except BaseException:
        guardian.done()
        raise
    guardian.done()


def _fork(task: Task, find: Find | None) -> Guardian:
    """Start the process, and return the task's end of its pipe."""
    play, error = Play().watched_by(), terminal()
    reader, writer = os.pipe()
    sys.stdout.flush()
    # The process keeps these signals blocked: in the moment before it has a session of its own they may be meant for
    # the whole group of the play.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
    try:
        child = os.fork()
        if child == 0:
            _detach(task, find, play, reader, error)
        os.waitpid(child, 0)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(reader)
    return Guardian(task.secrets, writer, error)


def _detach(task: Task, find: Find | None, play: Play, reader: int, error: int | None) -> t.NoReturn:
    """Run in a session of its own, and as the child of no parent, which would have to wait for it."""
    try:
        os.setsid()
        if os.fork() == 0:
            _guard(task, find, play, reader, error)
    finally:
        os._exit(0)


def _guard(task: Task, find: Find | None, play: Play, reader: int, error: int | None) -> None:
    # Sockets among the garbage of the task would be closed by number, and the numbers get new meanings here.
    gc.freeze()
    has_terminal = error is not None
    _keep_only(reader, error)
    instance_id, done = _listen(task, play)
    if done:
        return
    try:
        line = _take_over(task, find, instance_id)
    except Exception as problem:
        line = (
            say(
                "The task was interrupted: instance {id} was not stopped: {problem}",
                id=instance_id,
                problem=foreign(problem),
            )
            if instance_id
            else say(
                "The task was interrupted, whose instance is unknown and was not stopped: {problem}",
                problem=foreign(problem),
            )
        )
    if has_terminal:
        write_line(TERMINAL, redact_line(line, task.secrets))


def _keep_only(reader: int, error: int | None) -> None:
    """Close all descriptors but these: among them are the pipes on which Ansible waits for the task to end."""
    null = os.open(os.devnull, os.O_RDWR)
    kept = (reader, null, null, null if error is None else error)
    # Copied to higher numbers first, so that none of them is overwritten by another.
    copies = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, FIRST_OTHER) for descriptor in kept]
    for number, copy in enumerate(copies):
        os.dup2(copy, number)
    if os.path.isdir("/proc/self/fd"):  # the limit of descriptors may be a billion
        for name in os.listdir("/proc/self/fd"):
            if int(name) >= FIRST_OTHER:
                with contextlib.suppress(OSError):  # that of the list itself
                    os.close(int(name))
    else:
        os.closerange(FIRST_OTHER, os.sysconf("SC_OPEN_MAX"))


def _listen(task: Task, play: Play) -> tuple[int | None, bool]:
    """The instance, and whether the task has ended by itself. Returns when that is known."""
    clock = MonotonicClock()
    instance_id: int | None = None
    text = ""
    deadline = None
    while True:
        # Before reading, so that what the task reported last is read in any case.
        gone = play.is_gone()
        ready, _writers, _errors = select.select([PIPE], [], [], 0 if gone and instance_id else POLL)
        data = os.read(PIPE, 4096).decode() if ready else None
        if data == "":
            return instance_id, False
        text += data or ""
        *lines, text = text.split("\n")
        for line in lines:
            if line == DONE:
                return instance_id, True
            instance_id = int(line)
        if gone:
            # A worker that has lost its play may still get the response to its launch.
            deadline = deadline or clock.now() + CONNECT_TIMEOUT + task.params["timeout"]
            if instance_id is not None or clock.now() >= deadline:
                play.end_task()
                return instance_id, False


def _take_over(task: Task, find: Find | None, instance_id: int | None) -> str:
    """Stop the instance, or look for it; the sentence says what became of it."""
    task = dataclasses.replace(task, job=task.job.reconnected(), clock=MonotonicClock(), show=None)
    if instance_id is None:
        found = find(task) if find else say("There is no instance to stop.")
        if not isinstance(found, Launched):
            return joined((say("The task was interrupted."), found))
        instance_id = found.job_instance_id
    result = stop(task.job, instance_id, task.clock)
    ending = result.ending
    if ending.instance and ending.instance.outcome:
        # It may have come to its end before the request.
        by_itself = not result.requested or ending.instance.outcome == "succeeded"
        template = FINISHED if by_itself else STOPPED
        return say(template, id=instance_id, outcome=ending.instance.outcome)
    template = NOT_STOPPED if result.requested else NOT_STOPPABLE
    text = say(template, id=instance_id)
    if ending.error:
        return say("{text}: {reason}", text=text, reason=sentence(ending.error))
    return say("{sentence}.", sentence=text)
