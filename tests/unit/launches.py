# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of launches share: the keys of their results, and all that can go wrong, alone and at once."""

from __future__ import annotations

import random
import typing as t

import pytest

from tests.simulator import Simulator, faults

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Seen = t.TypeVar("Seen")

HOUR = 3600  # seconds, in which all has happened that is to happen

KEYS = {
    "ansible_facts",
    "candidates",
    "changed",
    "error",
    "failed_hosts",
    "finished",
    "host_list",
    "hosts",
    "job_instance_id",
    "job_instance_name",
    "job_instance_url",
    "job_plan_id",
    "logs",
    "msg",
    "outcome",
    "output_variables",
    "request",
    "status",
    "status_code",
    "steps",
    "variables_checked",
}

# Job has done what was asked, and the answer tells nothing of it.
LOST_ANSWERS = [
    faults.lost(),
    faults.reset(),
    faults.truncated(),
    faults.timeout_text(),
    faults.bad_gateway(),
    faults.replaced(200, b"null"),
    faults.replaced(200, {"result": True, "code": 0, "data": {}}),
]

DENIED = {"result": False, "code": 9900403, "message": "User (admin) permission not allowed"}
STARTED_BEFORE = {"result": False, "code": 1241015, "message": "Unsupported operation,do not repeat start the job"}
INTERNAL_ERROR = {"result": False, "code": 1240002, "message": "Internal Server Error"}
# Job has done what was asked, or has not; what is denied was not done.
TROUBLE = [
    faults.lost(),
    faults.reset(),
    faults.truncated(),
    faults.timeout_text(),
    faults.bad_gateway(),
    faults.throttled(),
    faults.upstream_refused(),
    faults.answer(200, DENIED),
    faults.answer(200, STARTED_BEFORE),
    faults.answer(200, INTERNAL_ERROR),
    faults.replaced(200, INTERNAL_ERROR),
    faults.answer(200, b'{"result": true, "cod'),
    faults.replaced(200, {"result": True, "code": 0, "data": [None]}),
    faults.replaced(200, b"[1, 2]"),
]


def trouble_for(sim: Simulator, dice: random.Random, odds: Mapping[str, float]) -> None:
    """Faults at every point of a launch, by these odds: mostly a few, sometimes no end of them."""
    for api, odd in odds.items():
        if dice.random() < odd:
            for _fault in range(dice.choice([1, 1, 1, 2, 3, 6])):
                sim.faults.add(dice.choice([*TROUBLE, faults.SOUND]), api=api)
            if dice.random() < 0.15:
                sim.faults.add(dice.choice(TROUBLE), api=api, times=100)


def runs(sim: Simulator, count: int, run: Callable[[random.Random], Seen]) -> Iterator[Seen]:
    """What so many runs see, each on a simulator that nothing has happened to; the seed of one that fails is told."""
    for seed in range(count):
        sim.reset()
        try:
            seen = run(random.Random(seed))
        except (Exception, pytest.fail.Exception) as error:
            raise AssertionError(f"with seed {seed}") from error
        yield seen
