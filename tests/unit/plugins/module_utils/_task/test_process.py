# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes of a play, with real ones: a command named like Ansible's, and a child of it that answers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from tests.collection_path import make_collection_path

if t.TYPE_CHECKING:
    from collections.abc import Iterator

# Starts the child, which has no standard error, and stays when it has ended.
PLAY = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], close_fds=False, stderr=subprocess.DEVNULL)
child.wait()
sys.stdin.read()
"""
# Runs a command, with a standard error of its own.
WRAPPER = """
import subprocess, sys
with open(sys.argv[1] + ".wrapped", "wb") as error:
    subprocess.call([sys.executable, *sys.argv[1:]], close_fds=False, stderr=error)
"""
# Answers on one pipe what it reads from another, so that no test waits for a clock.
CHILD = """
import os, sys
sys.path.insert(0, sys.argv[1])
from ansible_collections.blueking.job.plugins.module_utils._task.clock import PlayClock
from ansible_collections.blueking.job.plugins.module_utils._task.process import Play, keeps_lines, terminal
questions, answers = open(int(sys.argv[2])), open(int(sys.argv[3]), "w", buffering=1)
play = Play()
print(os.getpid(), file=answers)
while True:
    question = questions.readline()
    if question == "gone\\n":
        print(play.is_gone(), file=answers)
    elif question == "sleep\\n":
        try:
            PlayClock(play).sleep(100000)
        except SystemExit:
            print("ended", file=answers)
    elif question == "fork\\n":
        watched = play.watched_by()
        if os.fork():
            os.wait()
        play = watched
        print("forked", file=answers)
    elif question == "end\\n":
        play.end_task()
        print("ended", file=answers)
    elif question == "guard\\n":
        from ansible_collections.blueking.job.plugins.module_utils._api.job import Job
        from ansible_collections.blueking.job.plugins.module_utils._api.v3 import V3
        from ansible_collections.blueking.job.plugins.module_utils._follow.guardian import guarded
        from ansible_collections.blueking.job.plugins.module_utils._model.errors import RefusedError
        from ansible_collections.blueking.job.plugins.module_utils._model.launch import Scope
        from ansible_collections.blueking.job.plugins.module_utils._model.secrets import Secrets
        from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
        def connect():
            raise RefusedError("no gateway", kind="unavailable")
        secrets = Secrets()
        job = Job(connect, V3, Scope("biz", 1), secrets)
        params = {"terminate_on": ["abort"], "timeout": 1}
        with guarded(Task(params, job, False, False, PlayClock(play), secrets, frozenset())) as guardian:
            guardian.launched(1)
            print("guarded", file=answers)
            questions.readline()
    elif question == "keeps\\n":
        print(keeps_lines(), file=answers)
    elif question == "write\\n":
        error = terminal()
        print(error is not None and os.write(error, b"a line\\n"), file=answers)
    else:
        break
"""
SHELL = ("sh", "-c", '"$@"; exit $?', "sh")
PLAYS = ["ansible", "ansible-console", "ansible-playbook"]


class Processes(t.NamedTuple):
    """A play, the process of its child, and the pipes to that."""

    play: subprocess.Popen[bytes]
    child: int
    questions: t.TextIO
    answers: t.TextIO

    def ask(self, question: str) -> str:
        self.questions.write(f"{question}\n")
        return self.answers.readline().strip()

    def kill_the_play(self) -> None:
        self.play.kill()
        self.play.wait()


@contextlib.contextmanager
def processes(
    tmp_path: Path, name: str, *between: str, mode: str = "wb", error: int | None = None, wrapper: str | None = None
) -> Iterator[Processes]:
    """A play of this name, with the commands ``between`` it and its child.

    Its standard error is a file opened in this ``mode``, or the descriptor ``error``. A ``wrapper`` of some name
    runs it.
    """
    play, child = tmp_path / name, tmp_path / "child.py"
    play.write_text(PLAY)
    if wrapper:
        (tmp_path / wrapper).write_text(WRAPPER)
    child.write_text(CHILD)
    asked, asking = os.pipe()
    answered, answering = os.pipe()
    words = [sys.executable, str(child), make_collection_path(), str(asked), str(answering)]
    around = [str(tmp_path / wrapper)] if wrapper else []
    with open(tmp_path / "terminal", mode) as terminal, subprocess.Popen(
        [sys.executable, *around, str(play), *between, *words],
        pass_fds=(asked, answering),
        stdin=subprocess.PIPE,
        stderr=terminal if error is None else error,
    ) as started, open(asking, "w", buffering=1) as questions, open(answered) as answers:
        os.close(asked)
        os.close(answering)
        try:
            yield Processes(started, int(answers.readline()), questions, answers)
        finally:
            started.kill()


@pytest.mark.parametrize("between", [(), SHELL], ids=["child", "grandchild"])
@pytest.mark.parametrize("name", PLAYS)
def test_the_end_of_a_play_is_seen_from_any_of_its_processes(
    tmp_path: Path, name: str, between: tuple[str, ...]
) -> None:
    with processes(tmp_path, name, *between) as started:
        assert started.ask("gone") == "False"
        started.kill_the_play()
        assert started.ask("gone") == "True"


def test_where_no_play_is_found_the_parent_is_it(tmp_path: Path) -> None:
    """As on a host that a task is run on by ssh."""
    with processes(tmp_path, "sshd") as started:
        assert started.ask("gone") == "False"
        started.kill_the_play()
        assert started.ask("gone") == "True"


def test_where_no_play_is_found_a_grandparent_is_none(tmp_path: Path) -> None:
    with processes(tmp_path, "sshd", *SHELL) as started:
        started.kill_the_play()
        assert started.ask("gone") == "False"


def test_the_clock_of_a_task_ends_with_its_play(tmp_path: Path) -> None:
    """A worker must not go on polling where its result is of no use to any play."""
    with processes(tmp_path, "ansible-playbook", *SHELL) as started:
        started.kill_the_play()
        assert started.ask("sleep") == "ended"


def test_a_child_of_the_task_sees_the_end_of_the_task(tmp_path: Path) -> None:
    with processes(tmp_path, "ansible-playbook") as started:
        assert started.ask("fork") == "forked"
        assert started.ask("gone") == "False"
        os.kill(started.child, signal.SIGKILL)
        while started.ask("gone") == "False":
            pass  # until the signal has arrived
        assert started.play.poll() is None


@pytest.mark.parametrize("between", [(), SHELL], ids=["worker", "module"])
def test_a_process_without_standard_error_writes_to_that_of_the_play(tmp_path: Path, between: tuple[str, ...]) -> None:
    with processes(tmp_path, "ansible-playbook", *between) as started:
        assert started.ask("write") == str(len("a line\n"))
    assert (tmp_path / "terminal").read_text() == "a line\n"


def test_a_command_that_runs_the_play_is_not_the_play(tmp_path: Path) -> None:
    """Such as sudo: among its arguments is the name of the play."""
    with processes(tmp_path, "ansible-playbook", wrapper="sudo") as started:
        assert started.ask("write") == str(len("a line\n"))
    assert (tmp_path / "terminal").read_text() == ""
    assert (tmp_path / "ansible-playbook.wrapped").read_text() == "a line\n"


def test_where_the_standard_error_can_not_be_opened_that_of_the_next_play_is(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, processes(tmp_path, "ansible-playbook", error=theirs.fileno(), wrapper="ansible") as started:
        assert started.ask("write") == str(len("a line\n"))
    assert (tmp_path / "ansible-playbook.wrapped").read_text() == "a line\n"


@pytest.mark.parametrize(("mode", "keeps"), [("wb", False), ("ab", True)])
def test_a_play_overwrites_lines_in_a_file_that_it_does_not_append_to(tmp_path: Path, mode: str, keeps: bool) -> None:
    with processes(tmp_path, "ansible-playbook", mode=mode) as started:
        assert started.ask("keeps") == str(keeps)


def test_the_task_can_be_ended_from_its_child(tmp_path: Path) -> None:
    with processes(tmp_path, "ansible-playbook") as started:
        assert started.ask("fork") == "forked"
        assert started.ask("end") == "ended"
        while started.ask("gone") == "False":
            pass  # until the signal has arrived


def test_a_task_whose_play_is_gone_is_ended(tmp_path: Path) -> None:
    """It sends nothing more while its instance is stopped."""
    with processes(tmp_path, "ansible-playbook") as started:
        assert started.ask("guard") == "guarded"
        started.kill_the_play()
        deadline = time.monotonic() + 60
        while lives(started.child):
            assert time.monotonic() < deadline


def lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
