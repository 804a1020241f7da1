# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits through gateways in trouble: the outcome must be that of the instance."""

from __future__ import annotations

import typing as t

from tests.simulator import default_world, faults
from tests.unit.launches import HOUR, INTERNAL_ERROR, LOST_ANSWERS

from .figures import check_launch, check_result
from .tasks import OUTCOMES, PASSWORD, SECRETS, random_plan

if t.TYPE_CHECKING:
    import random

    from .figures import Figures
    from .tasks import Tasks

STATUS = "get_job_instance_status"
ODDS = 0.4  # of a fault, for each poll
MOST_AT_ONCE = 5  # faults one after the other, which the patience of a wait covers
POLLS = 400
LOGS = ("batch_get_job_instance_ip_log", "get_job_instance_ip_log", "get_job_instance_log")
NO_ANSWERS = (
    *LOST_ANSWERS,
    faults.throttled(),
    faults.upstream_refused(),
    faults.answer(200, INTERNAL_ERROR),
    faults.replaced(200, INTERNAL_ERROR),
    faults.replaced(200, b"[1, 2]"),
    faults.answer(200, b'{"result": true, "cod'),
    *(faults.answer(status, b"<html></html>") for status in (408, 429, 500, 502, 503, 504)),
)


def poll(tasks: Tasks, dice: random.Random, figures: Figures) -> None:
    """Launch a plan and wait for it, while four of ten polls have no good response."""
    world = default_world()
    world.plans.append(random_plan(dice, 200))
    sim = tasks.sim
    sim.reset(world)
    _trouble(sim, dice)
    front = dice.choice(["esb", "esb-v2", "apigw", "old", "old-v2"])
    result = tasks.run(
        "bk_job_execute",
        **tasks.connection(front),
        job_plan_id=200,
        secret_variables={"note": PASSWORD},
        wait=True,
        wait_timeout=0,
        logs=dice.choice(["none", "failed", "all"]),
        poll_interval=dice.choice([None, 5.0, 10.0]),
    )
    sim.clock.advance(HOUR)
    launches = [launch.instance_id for launch in sim.launches]
    check_result(figures, result, SECRETS, tasks)
    check_launch(figures, result, launches)
    truth = OUTCOMES[sim.instances[0].status] if launches else "refused"
    figures.seen[str(result["outcome"])] += 1
    if result["outcome"] != truth:
        figures.wrong("wrong verdicts", f"{front}: {result['outcome']} instead of {truth}: {result['msg']}")


def _trouble(sim: t.Any, dice: random.Random) -> None:
    in_a_row = 0
    for _poll in range(POLLS):
        bad = dice.random() < ODDS and in_a_row < MOST_AT_ONCE
        in_a_row = in_a_row + 1 if bad else 0
        sim.faults.add(dice.choice(NO_ANSWERS) if bad else faults.SOUND, api=STATUS)
    for api in LOGS:
        for _log in range(4):
            sim.faults.add(dice.choice([*NO_ANSWERS, faults.SOUND, faults.SOUND]), api=api)
