# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an instance is polled, and when that ends; on a clock of its own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.poll import Ending, Pace, poll_until
from ansible_collections.blueking.job.plugins.module_utils._model.errors import JobError, RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import OUTCOMES, STATUSES, Instance

if t.TYPE_CHECKING:
    from collections.abc import Callable

PACE = Pace(interval=None, timeout=3600, patience=180)
OUT_OF_ORDER = UnclearError("502", kind="unavailable", transient=True)
BUSY = RefusedError("429", kind="throttled", transient=True)


class Time:
    """A clock that sleeping turns."""

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
    """Poll an instance whose status, or the failure of a poll, is given by the seconds since the start."""
    clock = Time()
    polls: list[float] = []

    def poll(age: float) -> Instance:
        assert age == clock.now() - 1000
        polls.append(age)
        state = states(age)
        if isinstance(state, JobError):
            raise state
        return instance(state)

    return poll_until(poll, pace, clock), polls


def pauses_of(polls: list[float]) -> list[float]:
    return [later - earlier for earlier, later in zip(polls, polls[1:])]


@pytest.mark.parametrize(("status", "outcome"), OUTCOMES.items())
def test_every_final_status_ends_it(status: int, outcome: str) -> None:
    ending, polls = run(lambda age: status if age > 30 else 2)
    assert (ending, len(polls) > 1) == (Ending(outcome, instance(status)), True)


@pytest.mark.parametrize("status", [*sorted(set(STATUSES) - set(OUTCOMES)), 0, 16, 99])
def test_no_other_status_ends_it(status: int) -> None:
    ending = run(lambda _age: status)[0]
    assert ending == Ending("timed_out", instance(status))


def test_only_status_3_is_success() -> None:
    assert [status for status in range(100) if instance(status).outcome == "succeeded"] == [3]


@pytest.mark.parametrize("duration", [0.1, 2, 10, 60, 600, 3000])
def test_the_end_is_noticed_soon_and_with_few_polls(duration: float) -> None:
    ending, polls = run(lambda age: 3 if age >= duration else 2)
    assert ending.outcome == "succeeded"
    assert polls[-1] - duration <= max(0.7, min(15, duration / 9))
    assert len(polls) <= 40 + duration / 9


def test_a_fixed_interval_is_kept_within_a_tenth() -> None:
    polls = run(lambda age: 3 if age >= 60 else 2, Pace(interval=5, timeout=0, patience=120))[1]
    pauses = pauses_of(polls)
    assert 4.5 <= min(pauses) <= max(pauses) <= 5


def test_the_limit_is_kept_to_the_second() -> None:
    ending, polls = run(lambda _age: 2, Pace(interval=7, timeout=60, patience=120))
    assert (ending.outcome, polls[-1]) == ("timed_out", 60)


def test_no_limit_is_no_limit() -> None:
    ending = run(lambda age: 3 if age > 10_000_000 else 2, Pace(interval=100, timeout=0, patience=120))[0]
    assert ending.outcome == "succeeded"


@pytest.mark.parametrize("fault", [OUT_OF_ORDER, BUSY, UnclearError("who?", kind="protocol")])
def test_failed_polls_are_repeated(fault: JobError) -> None:
    ending = run(lambda age: 3 if age > 1000 else fault if age % 200 < 150 else 2)[0]
    assert ending.outcome == "succeeded"


def test_an_instance_is_lost_after_the_patience_without_a_response() -> None:
    ending, polls = run(lambda age: 2 if age < 100 else OUT_OF_ORDER)
    assert ending == Ending("lost", instance(2), OUT_OF_ORDER)
    answered = max(age for age in polls if age < 100)
    assert 180 <= polls[-1] - answered <= 180 + 15


def test_an_instance_that_was_never_seen_is_lost_too() -> None:
    assert run(lambda _age: OUT_OF_ORDER)[0] == Ending("lost", None, OUT_OF_ORDER)


@pytest.mark.parametrize("kind", ["credentials", "app_permission", "user_permission", "not_found"])
def test_a_lasting_refusal_ends_it_at_once(kind: str) -> None:
    refusal = RefusedError("no", kind=kind)
    ending, polls = run(lambda age: refusal if age > 20 else 2)
    assert ending == Ending("lost", instance(2), refusal)
    assert polls[-1] < 24


def test_a_confirmation_is_waited_for_by_default() -> None:
    def states(age: float) -> int:
        return 2 if age < 10 else 7 if age < 100 else 3

    assert run(states)[0].outcome == "succeeded"
    ending, polls = run(states, Pace(interval=None, timeout=3600, patience=180, stop_at_confirmation=True))
    assert (ending, polls[-1] < 20) == (Ending("waiting_confirmation", instance(7)), True)


@pytest.mark.parametrize("fault", [OUT_OF_ORDER, BUSY])
def test_pauses_double_after_failures_and_begin_anew_after_a_response(fault: JobError) -> None:
    pace = Pace(interval=1, timeout=0, patience=200)
    failing = {number for number in range(100) if number not in (0, 8)}
    numbers = iter(range(100))
    polls = run(lambda _age: fault if (number := next(numbers)) in failing else 3 if number == 99 else 2, pace)[1]
    expected = [1, *[2, 4, 8], *[15] * 4, 1, *[2, 4, 8], 15]
    assert [0.9 * most <= pause <= most for pause, most in zip(pauses_of(polls), expected)] == [True] * len(expected)


def test_a_longer_interval_is_kept_after_failures() -> None:
    polls = run(lambda age: OUT_OF_ORDER if age < 500 else 3, Pace(interval=60, timeout=0, patience=10_000))[1]
    assert 54 <= min(pauses_of(polls)) <= max(pauses_of(polls)) <= 60


def test_thousands_of_failures_are_no_failure_of_ours() -> None:
    ending, polls = run(lambda age: OUT_OF_ORDER if age < 50_000 else 3, Pace(None, timeout=0, patience=1_000_000))
    assert (ending.outcome, len(polls) > 2048) == ("succeeded", True)


def test_the_patience_begins_with_the_wait_and_anew_with_each_response() -> None:
    pace = Pace(interval=1, timeout=0, patience=100)
    polls = run(lambda _age: OUT_OF_ORDER, pace)[1]
    assert 100 <= polls[-1] <= 115
    ending, polls = run(lambda age: 3 if age > 1000 else 2 if age % 90 < 16 else OUT_OF_ORDER, pace)
    assert (ending.outcome, polls[-1] > 1000) == ("succeeded", True)


def test_a_time_limit_within_the_patience_is_a_timeout() -> None:
    ending = run(lambda age: 2 if age < 10 else OUT_OF_ORDER, Pace(interval=1, timeout=60, patience=100))[0]
    assert ending == Ending("timed_out", instance(2), OUT_OF_ORDER)


def test_every_poll_is_noticed_with_its_state_or_its_error() -> None:
    clock = Time()
    noticed = []

    def poll(age: float) -> Instance:
        if 10 < age < 30:
            raise OUT_OF_ORDER
        return instance(3 if age >= 40 else 2)

    def notice(instance: Instance | None, error: JobError | None, age: float, silent: float) -> None:
        assert age == clock.now() - 1000
        noticed.append((instance.status_code if instance else None, error, silent > 0))

    poll_until(poll, Pace(interval=5, timeout=0, patience=100), clock, notice=notice)
    assert noticed[0] == (2, None, False)
    assert (None, OUT_OF_ORDER, True) in noticed
    assert noticed[-1] == (3, None, False)
    assert all((state is None) == (error is not None) == silent for state, error, silent in noticed)


def test_another_end_can_be_waited_for() -> None:
    ending = poll_until(lambda _age: instance(2), PACE, Time(), end=lambda now: f"status {now.status_code}")
    assert ending == Ending("status 2", instance(2))


def test_what_is_not_an_error_of_the_api_is_raised() -> None:
    def poll(_age: float) -> Instance:
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        poll_until(poll, PACE, Time())
