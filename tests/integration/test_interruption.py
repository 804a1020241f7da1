# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays that die (``terminate_on: [abort]``): the instance is stopped, and a line says so; tests/soak has all cases."""

from __future__ import annotations

import os
import signal
import threading
import typing as t

import pytest

from tests.integration.interrupted import (
    CTRL_C,
    INSTANCE,
    MOMENTS,
    STATUS,
    Death,
    InterruptedPlay,
    command_line,
    descriptors,
    launch,
    reported,
    requests_of,
    slow_world,
    stops,
)
from tests.integration.watched import watched
from tests.simulator import faults
from tests.waiting import until

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator import Simulator

PLAN, SCRIPT = "get_job_plan_detail", "fast_execute_script"
IN_TIME = 10.0  # seconds
TERM, HANGUP = Death(signal.SIGTERM, group=False), Death(signal.SIGHUP, group=False)
KILL, KILL_ALL = Death(signal.SIGKILL, group=False), Death(signal.SIGKILL, group=True)
TERMINATED = 11


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A simulator in which each poll takes three seconds of Job's time."""
    with watched(slow_world(), pace=3.0) as server:
        yield server


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """The end of the test, when responses that were held may come."""
    event = threading.Event()
    yield event
    event.set()


def opened_by(pid: int) -> set[str]:
    """The files and sockets that a process has opened."""
    return {name for name in descriptors(pid).values() if not name.startswith("pipe:")}


@pytest.mark.parametrize(
    ("death", "moment", "own_process"),
    [
        (CTRL_C, "the wait goes on", False),
        (TERM, "the first poll is awaited", True),
        (HANGUP, "the response to the start is awaited", False),
        (KILL, "the wait goes on", True),
    ],
    ids=str,
)
def test_an_instance_is_stopped_when_its_play_dies(
    sim: Simulator,
    over: threading.Event,
    collections: str,
    tmp_path: Path,
    death: Death,
    moment: str,
    own_process: bool,
) -> None:
    when = MOMENTS[moment]
    when.prepare(sim, over)
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(
        sim, collections, file, own_process=own_process, two_phase=when.two_phase
    ) as play:
        until(lambda: len(requests_of(sim, when.api)) >= when.requests)
        (guardian,) = play.guardians()
        assert "s3cr3t-demo" not in command_line(guardian)
        until(lambda: opened_by(guardian) == {os.devnull, str(error)})
        play.die(death)
        assert until(lambda: stops(sim) > 0) < IN_TIME
        until(lambda: not play.left())
    assert [instance.status for instance in sim.instances] == [TERMINATED]
    line = reported(error)
    assert f"instance {INSTANCE}" in line
    assert "terminated" in line


@pytest.mark.parametrize(
    ("language", "own_process", "noun"),
    [("en", False, "instance"), ("zh", False, "作业实例"), ("zh", True, "作业实例")],
)
def test_a_wait_stops_the_instance_too(
    sim: Simulator, collections: str, tmp_path: Path, language: str, own_process: bool, noun: str
) -> None:
    instance = launch(sim)
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(
        sim, collections, file, own_process=own_process, language=language, job_instance_id=instance
    ) as play:
        until(lambda: len(requests_of(sim, STATUS)) >= 3)
        play.die(KILL_ALL)
        assert until(lambda: stops(sim) > 0) < IN_TIME
        until(lambda: not play.left())
    assert f"{noun} {instance}" in reported(error)


def test_an_instance_without_id_is_looked_for(
    sim: Simulator, over: threading.Event, collections: str, tmp_path: Path
) -> None:
    """It may be somebody else's, so that it is named and not stopped."""
    when = MOMENTS["the response to the launch is awaited"]
    when.prepare(sim, over)
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(sim, collections, file) as play:
        until(lambda: len(requests_of(sim, when.api)) >= when.requests)
        play.die(CTRL_C)
        until(lambda: not play.left())
    assert str(INSTANCE) in reported(error)
    assert stops(sim) == 0


def test_a_script_without_id_is_found_by_its_name_and_stopped(
    sim: Simulator, over: threading.Event, collections: str, tmp_path: Path
) -> None:
    sim.faults.add(faults.held(over), api=SCRIPT)
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(sim, collections, file, script="sleep 1d") as play:
        until(lambda: len(requests_of(sim, SCRIPT)) >= 1)
        play.die(KILL_ALL)
        until(lambda: not play.left())
    assert [instance.status for instance in sim.instances] == [TERMINATED]
    assert str(INSTANCE) in reported(error)


def test_a_response_that_comes_after_the_death_is_used(
    sim: Simulator, over: threading.Event, collections: str, tmp_path: Path
) -> None:
    """The process that awaits it has survived, and ends with it."""
    when = MOMENTS["the response to the launch is awaited"]
    when.prepare(sim, over)
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(sim, collections, file) as play:
        until(lambda: len(requests_of(sim, when.api)) >= when.requests)
        play.die(KILL)
        assert stops(sim) == 0
        over.set()
        assert until(lambda: stops(sim) > 0) < IN_TIME
        until(lambda: not play.left())
    assert f"instance {INSTANCE}" in reported(error)


@pytest.mark.parametrize("own_process", [False, True])
@pytest.mark.parametrize(("arguments", "terminate_on"), [([], []), (["--check"], ["abort"])])
def test_otherwise_nothing_is_stopped_and_nothing_left(
    sim: Simulator,
    collections: str,
    tmp_path: Path,
    arguments: list[str],
    terminate_on: list[str],
    own_process: bool,
) -> None:
    """Neither is another process started, nor does the one of the task go on."""
    more: dict[str, t.Any] = {"job_instance_id": launch(sim), "terminate_on": terminate_on}
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(
        sim, collections, file, *arguments, own_process=own_process, **more
    ) as play:
        until(lambda: len(requests_of(sim, STATUS)) >= 3)
        assert play.guardians() == []
        play.die(KILL)
        assert until(lambda: not play.left()) < IN_TIME
    assert stops(sim) == 0
    assert reported(error) == ""


def test_a_task_that_ends_leaves_nothing(sim: Simulator, collections: str, tmp_path: Path) -> None:
    error = tmp_path / "error"
    with error.open("wb") as file, InterruptedPlay(sim, collections, file) as play:
        until(lambda: len(requests_of(sim, STATUS)) >= 1)
        assert len(play.guardians()) == 1
        sim.clock.advance(90_000)
        assert play.process.wait(timeout=60) == 0
        until(lambda: not play.left())
    assert stops(sim) == 0
    assert reported(error) == ""


@pytest.mark.parametrize("own_process", [False, True])
def test_nothing_is_launched_for_a_play_that_has_died(
    sim: Simulator, over: threading.Event, collections: str, tmp_path: Path, own_process: bool
) -> None:
    sim.faults.add(faults.held(over), api=PLAN)
    with (tmp_path / "error").open("wb") as file, InterruptedPlay(
        sim, collections, file, own_process=own_process, terminate_on=[]
    ) as play:
        until(lambda: len(requests_of(sim, PLAN)) >= 1)
        play.die(KILL)
        over.set()
        until(lambda: not play.left())
    assert sim.launches == []


def test_a_pipe_that_is_no_longer_read_keeps_nothing_from_being_done(
    sim: Simulator, over: threading.Event, collections: str, tmp_path: Path
) -> None:
    """To open such a pipe by its name blocks forever, unless it is opened without blocking."""
    sim.faults.add(faults.held(over), api=PLAN)
    fifo = tmp_path / "error"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with fifo.open("wb") as file, InterruptedPlay(sim, collections, file) as play:
        until(lambda: len(requests_of(sim, PLAN)) >= 1)
        os.close(reader)
        over.set()
        until(lambda: len(requests_of(sim, STATUS)) >= 3)
        play.die(TERM)
        assert until(lambda: stops(sim) > 0) < IN_TIME
        until(lambda: not play.left())


@pytest.mark.parametrize("terminate_on", [[], ["timeout"], ["abort"]])
@pytest.mark.parametrize("death", [CTRL_C, TERM], ids=str)
def test_an_interruption_shows_how_to_resume_unless_it_stops_the_instance(
    sim: Simulator, collections: str, tmp_path: Path, death: Death, terminate_on: list[str]
) -> None:
    error = tmp_path / "error"
    # Appended, so that the play does not write over it.
    with error.open("ab") as file, InterruptedPlay(sim, collections, file, terminate_on=terminate_on) as play:
        until(lambda: len(requests_of(sim, STATUS)) >= 3)
        play.die(death)
        until(lambda: not play.left())
    command = f"blueking.job.resume -e job_instance_id={INSTANCE}"
    assert "Traceback" not in error.read_text()
    *_before, rest = error.read_text().split("The play")
    assert (command in rest) == ("abort" not in terminate_on)
