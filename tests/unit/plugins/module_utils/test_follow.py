# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a follower looks, and when it gives up; on a clock of its own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.poll import Ending, Pace, follow
from ansible_collections.blueking.job.plugins.module_utils._follow.progress import Slice
from ansible_collections.blueking.job.plugins.module_utils._model.errors import JobError, RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import OUTCOMES, STATUSES, Instance

if t.TYPE_CHECKING:
    from collections.abc import Callable

PACE = Pace(interval=None, timeout=3600, patience=180)
OUT_OF_ORDER = UnclearError("502", kind="unavailable", transient=True)
BUSY = RefusedError("429", kind="throttled", transient=True)


class Time:
    """A clock that whoever sleeps turns."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.time += seconds

    date = now


def instance(status: int) -> Instance:
    return Instance(10000, "deploy", status)


def run(states: Callable[[float], int | JobError], pace: Pace = PACE) -> tuple[Ending, list[float]]:
    """Follow an instance whose status, or failure to answer, is given by the seconds since the start."""
    clock = Time()
    looks: list[float] = []

    def look(_age: float) -> Instance:
        looks.append(clock.now() - 1000)
        state = states(looks[-1])
        if isinstance(state, JobError):
            raise state
        return instance(state)

    return follow(look, pace, clock), looks


@pytest.mark.parametrize(("status", "outcome"), OUTCOMES.items())
def test_every_final_status_ends_it(status: int, outcome: str) -> None:
    ending, looks = run(lambda age: status if age > 30 else 2)
    assert (ending, len(looks) > 1) == (Ending(outcome, instance(status)), True)


@pytest.mark.parametrize("status", [*sorted(set(STATUSES) - set(OUTCOMES)), 0, 16, 99])
def test_no_other_status_ends_it(status: int) -> None:
    ending = run(lambda _age: status)[0]
    assert ending == Ending("timed_out", instance(status))


def test_success_is_status_3_and_nothing_else() -> None:
    assert [status for status in range(100) if instance(status).outcome == "succeeded"] == [3]


@pytest.mark.parametrize("duration", [0.1, 2, 10, 60, 600, 3000])
def test_the_end_is_noticed_soon_and_without_haste(duration: float) -> None:
    ending, looks = run(lambda age: 3 if age >= duration else 2)
    assert ending.outcome == "succeeded"
    assert looks[-1] - duration <= max(0.7, min(15, duration / 9))
    assert len(looks) <= 40 + duration / 9


def test_a_fixed_interval_is_kept_within_a_tenth() -> None:
    looks = run(lambda age: 3 if age >= 60 else 2, Pace(interval=5, timeout=0, patience=120))[1]
    pauses = [later - earlier for earlier, later in zip(looks, looks[1:])]
    assert 4.5 <= min(pauses) <= max(pauses) <= 5


def test_the_limit_is_kept_to_the_second() -> None:
    ending, looks = run(lambda _age: 2, Pace(interval=7, timeout=60, patience=120))
    assert (ending.outcome, looks[-1]) == ("timed_out", 60)


def test_no_limit_is_no_limit() -> None:
    ending = run(lambda age: 3 if age > 10_000_000 else 2, Pace(interval=100, timeout=0, patience=120))[0]
    assert ending.outcome == "succeeded"


@pytest.mark.parametrize("fault", [OUT_OF_ORDER, BUSY, UnclearError("who?", kind="protocol")])
def test_faults_are_ridden_out(fault: JobError) -> None:
    ending = run(lambda age: 3 if age > 1000 else fault if age % 200 < 150 else 2)[0]
    assert ending.outcome == "succeeded"


def test_only_silence_for_the_whole_patience_loses_it() -> None:
    ending, looks = run(lambda age: 2 if age < 100 else OUT_OF_ORDER)
    assert ending == Ending("lost", instance(2), OUT_OF_ORDER)
    answered = max(age for age in looks if age < 100)
    assert 180 <= looks[-1] - answered <= 180 + 15


def test_an_instance_never_seen_is_lost_as_well() -> None:
    assert run(lambda _age: OUT_OF_ORDER)[0] == Ending("lost", None, OUT_OF_ORDER)


@pytest.mark.parametrize("kind", ["credentials", "app_permission", "user_permission", "not_found"])
def test_a_refusal_for_good_ends_it_at_once(kind: str) -> None:
    refusal = RefusedError("no", kind=kind)
    ending, looks = run(lambda age: refusal if age > 20 else 2)
    assert ending == Ending("lost", instance(2), refusal)
    assert looks[-1] < 24


def test_a_confirmation_is_waited_for_unless_told_otherwise() -> None:
    def states(age: float) -> int:
        return 2 if age < 10 else 7 if age < 100 else 3

    assert run(states)[0].outcome == "succeeded"
    ending, looks = run(states, Pace(interval=None, timeout=3600, patience=180, stop_at_confirmation=True))
    assert (ending, looks[-1] < 20) == (Ending("waiting_confirmation", instance(7)), True)


def run_in_slices(
    states: Callable[[float], int | JobError], pace: Pace, seconds: float, gap: float
) -> tuple[Ending, list[float], int]:
    """The same in slices of so many seconds, with a gap between them, as the start of a module takes."""
    clock = Time()
    looks: list[float] = []
    slices = 0
    ending = Ending("")

    def look(age: float) -> Instance:
        assert age == clock.now() - 1000
        looks.append(age)
        state = states(age)
        if isinstance(state, JobError):
            raise state
        return instance(state)

    while not ending.outcome:
        slices += 1
        silent = ending.silent + (gap if slices > 1 else 0)
        ending = follow(look, pace, clock, part=Slice(seconds, clock.now() - 1000, silent, ending.due, line="running"))
        clock.sleep(gap)
    return ending, looks, slices


def test_slices_keep_the_interval() -> None:
    pace = Pace(interval=100, timeout=0, patience=180)
    ending, looks, slices = run_in_slices(lambda age: 3 if age > 1000 else 2, pace, seconds=60, gap=0.5)
    pauses = [later - earlier for earlier, later in zip(looks, looks[1:])]
    assert (ending.outcome, slices > 15) == ("succeeded", True)
    assert 90 <= min(pauses) <= max(pauses) <= 101


def test_slices_keep_the_limit_and_the_patience() -> None:
    ending, looks = run_in_slices(lambda _age: 2, Pace(None, 300, 180), seconds=60, gap=0.5)[:2]
    assert (ending.outcome, 300 <= looks[-1] <= 301) == ("timed_out", True)
    ending, looks = run_in_slices(lambda age: 2 if age < 100 else OUT_OF_ORDER, PACE, seconds=60, gap=0.5)[:2]
    assert (ending.outcome, ending.error) == ("lost", OUT_OF_ORDER)
    assert 260 <= looks[-1] <= 300
