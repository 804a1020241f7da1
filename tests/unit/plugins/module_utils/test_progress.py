# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of an instance, and how a wait is cut into slices."""

from __future__ import annotations

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.poll import Ending
from ansible_collections.blueking.job.plugins.module_utils._follow.progress import Slice, line
from ansible_collections.blueking.job.plugins.module_utils._model.instance import HostKey, HostResult, Instance, Step


def step(number: int, status: int, *hosts: int) -> Step:
    results = tuple(HostResult(HostKey(id_, 0, None), code) for id_, code in enumerate(hosts))
    return Step(number, f"s{number}", 1, status, hosts=results if hosts else None)


def instance(status: int, *steps: Step) -> Instance:
    return Instance(10000, "deploy", status, steps)


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (instance(1), "pending"),
        (instance(1, step(1, 1), step(2, 1)), "step 1/2 s1 pending"),
        (instance(2, step(1, 2), step(2, 1)), "step 1/2 s1 running"),
        (instance(2, step(1, 3), step(2, 2), step(3, 1)), "step 2/3 s2 running"),
        (instance(7, step(1, 3), step(2, 7)), "step 2/2 s2 waiting"),
        (instance(4, step(1, 3), step(2, 4), step(3, 1)), "step 2/3 s2 failed"),
        (instance(3, step(1, 3), step(2, 6)), "step 2/2 s2 ignored"),
        (instance(99, step(1, 99)), "step 1/1 s1 unknown"),
    ],
)
def test_the_step_that_goes_on_is_shown(seen: Instance, text: str) -> None:
    assert line(seen, {}) == text


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        ((7, 5, 9), "step 1/1 s1 running · hosts 1/3 ok"),
        ((9, 3, 104, 7), "step 1/1 s1 running · hosts 2/4 ok, 1 failed"),
        ((1, 2, 3), "step 1/1 s1 running · hosts 1/3 ok, 2 failed"),
    ],
)
def test_hosts_are_counted(hosts: tuple[int, ...], text: str) -> None:
    part = Slice(seconds=60)
    assert part.is_enough(instance(2, step(1, 2, *hosts)), 1)
    assert part.line == text


def test_a_slice_ends_with_news() -> None:
    part = Slice(seconds=60, elapsed=100, line="step 1/1 s1 running")
    assert not part.is_enough(instance(2, step(1, 2)), 101)
    assert not part.is_enough(None, 102)
    assert part.is_enough(instance(7, step(1, 7)), 103)


def test_counts_are_kept_between_questions_and_between_slices() -> None:
    part = Slice(seconds=60)
    part.is_enough(instance(2, step(1, 2, 9, 7)), 10)
    part.is_enough(instance(2, step(1, 2)), 12)
    assert part.line == "step 1/1 s1 running · hosts 1/2 ok"
    later = Slice(seconds=60, elapsed=20, **part.state(Ending(""), {}))
    assert not later.is_enough(instance(2, step(1, 2)), 21)


def test_counts_from_before_the_end_of_a_step_are_not_shown() -> None:
    part = Slice(seconds=60)
    part.is_enough(instance(2, step(1, 2, 9, 7), step(2, 1)), 10)
    part.is_enough(instance(2, step(1, 3), step(2, 1)), 12)
    assert part.line == "step 1/2 s1 success"
    part.is_enough(instance(2, step(1, 2, 104, 7), step(2, 1)), 20)
    part.is_enough(instance(9, step(1, 9), step(2, 1)), 22)
    assert part.line == "step 1/2 s1 abnormal · hosts 0/2 ok, 1 failed"


@pytest.mark.parametrize(("total", "pause"), [(3, 5.5), (2000, 5.5), (2001, 30.5)])
def test_hosts_are_asked_for_at_a_bounded_rate(total: int, pause: float) -> None:
    part = Slice(seconds=600)
    assert part.wants_hosts(0)
    part.is_enough(instance(2, step(1, 2, *[7] * total)), 100)
    assert not part.wants_hosts(100 + pause - 0.1)
    assert part.wants_hosts(100 + pause)
