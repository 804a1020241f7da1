# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes that a task depends on: the play that it belongs to."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import stat
import threading
import typing as t

from .._model.text import visible

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

PLAYS = ("ansible", "ansible-console", "ansible-playbook")
PYTHON = re.compile(r"(?:platform-)?(?:python|pypy)[\d.]*")
INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM)
LONGEST_WRITE = 5.0  # seconds
MOST_LEVELS = 12  # between a module and its play there are shells, and perhaps sudo


class Play:
    """The processes of the play that this process belongs to, for as long as they live.

    On the controller they are found by their command line; elsewhere the play is the parent of this process.
    """

    def __init__(self) -> None:
        self._parent, self._task = os.getppid(), os.getpid()
        ancestors = list(_ancestors())
        found = [pid for pid in ancestors if _is_play(pid)]
        self._started = {pid: _started(pid) for pid in found or [self._parent]}

    def is_gone(self) -> bool:
        """Whether one of the processes has ended."""
        if os.getppid() != self._parent and self._parent in self._started:
            return True
        return any(_started(pid) != started for pid, started in self._started.items())

    def watched_by(self) -> Play:
        """The same for a child of this process, which sees no change of its own parent."""
        copy = Play.__new__(Play)
        copy._parent, copy._task = 0, os.getpid()
        copy._started = {**self._started, copy._task: _started(copy._task)}
        return copy

    def end_task(self) -> None:
        """End the process that called :meth:`watched_by`, so that it sends nothing more."""
        if _started(self._task) == self._started[self._task]:
            with contextlib.suppress(OSError):  # it has just ended, or changed its user
                os.kill(self._task, signal.SIGKILL)


def terminal() -> int | None:
    """A new descriptor of the standard error of the play; None without one, or if it can't be opened.

    A module's own goes to Ansible, and the workers of newer ansible-core have none.
    """
    for play in _plays():
        with contextlib.suppress(OSError):  # it may be of another user
            if os.readlink(f"/proc/{play}/fd/2") == os.devnull:
                return None
            # Not blocking: to open a pipe that is no longer read would never return.
            return os.open(f"/proc/{play}/fd/2", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY | os.O_NONBLOCK)
    return None


def write_line(descriptor: int, line: str) -> None:
    """Write a line to the :func:`terminal`, if it takes one: it may be stopped, or a pipe that is not read."""
    with contextlib.suppress(OSError):
        if select.select([], [descriptor], [], LONGEST_WRITE)[1]:
            os.write(descriptor, f"{visible(line)}\n".encode())


@contextlib.contextmanager
def noticing_interruptions(line: Callable[[], str]) -> Iterator[None]:
    """Show a line on the :func:`terminal` if the play is interrupted while it is inside.

    Newer ansible-core kills its workers without raising anything in them, so that only a handler of the signal can.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread can set handlers
        yield
        return

    is_interrupted = False

    def show() -> None:
        if descriptor is not None:
            write_line(descriptor, line())

    def interrupted(number: int, frame: FrameType | None) -> None:
        nonlocal is_interrupted
        if is_interrupted:  # the play ends its workers too, which must not cut the line off
            return
        is_interrupted = True
        show()
        # The handlers stay, since Python reports a signal that arrives while its handler is replaced as an error.
        before = handlers[number]
        if callable(before):
            before(number, frame)
        else:
            os._exit(128 + number)

    # Now, since the play may end before its worker.
    descriptor = terminal()
    found = {number: signal.getsignal(number) for number in INTERRUPTIONS}
    # An ignored signal stays ignored, and a handler that is not Python's can't be restored.
    handlers: dict[int, t.Any] = {
        number: handler for number, handler in found.items() if handler not in (signal.SIG_IGN, None)
    }
    for number in handlers:
        signal.signal(number, interrupted)
    try:
        yield
    except SystemExit:  # perhaps without a signal: the clock of the task has noticed that the play is gone
        if not is_interrupted:
            show()
        raise
    finally:
        for number, handler in handlers.items() if not is_interrupted else ():
            signal.signal(number, handler)
        if descriptor is not None:
            os.close(descriptor)


def keeps_lines() -> bool:
    """Whether a line that a module writes to the :func:`terminal` stays there.

    In a file, the play overwrites it, unless it has opened the file to append: it writes where it last ended itself.
    """
    descriptor = terminal()
    if descriptor is None:
        return False
    try:
        return not stat.S_ISREG(os.fstat(descriptor).st_mode) or any(map(_appends, _plays()[:1]))
    finally:
        os.close(descriptor)


def _appends(pid: int) -> bool:
    """Whether the standard error of a process is appended to."""
    try:
        with open(f"/proc/{pid}/fdinfo/2", encoding="utf-8") as file:
            flags = next(line.split()[1] for line in file if line.startswith("flags:"))
    except (OSError, StopIteration):
        return False
    return bool(int(flags, 8) & os.O_APPEND)


def _plays() -> list[int]:
    """The play, which is the parent of its workers, and then those; outside of it there may be another play."""
    found: list[int] = []
    for pid in (os.getpid(), *_ancestors()):
        if _is_play(pid):
            found.insert(0, pid)
        elif found:
            break
    return found


def _ancestors() -> Iterator[int]:
    pid = os.getpid()
    for _level in range(MOST_LEVELS):
        fields = _stat(pid)
        if fields is None or int(fields[1]) <= 1:
            return
        pid = int(fields[1])
        yield pid


def _is_play(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
    except OSError:
        return False
    names = [os.path.basename(word.decode(errors="replace")) for word in words]
    if PYTHON.fullmatch(names[0]):
        # The script, after options of Python. Arguments say nothing: sudo and the like have a command there.
        names = [name for name in names[1:] if not name.startswith("-")]
    return bool(names) and names[0] in PLAYS


def _started(pid: int) -> str | None:
    """What identifies a living process; None if it has ended."""
    if not os.path.isdir("/proc/self"):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except OSError:
            pass
        return "alive"
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else fields[19]


def _stat(pid: int) -> list[str] | None:
    """The fields of a process from its state on (proc(5))."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None
