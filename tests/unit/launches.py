# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of launches share: the keys of their results, and faults, one at a time and at random."""

from __future__ import annotations

import importlib
import random
import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.simulator.job.instance import PENDING
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Seen = t.TypeVar("Seen")
    Run = Callable[..., dict[str, t.Any]]

HOUR = 3600  # seconds, after which nothing changes any more

KEYS = {
    "ansible_facts",
    "candidates",
    "changed",
    "error",
    "failed_hosts",
    "files",
    "finished",
    "host_groups",
    "host_list",
    "host_outputs",
    "hosts",
    "job_instance_id",
    "job_instance_name",
    "job_instance_url",
    "job_plan_id",
    "logs",
    "msg",
    "outcome",
    "output_conflicts",
    "output_variables",
    "outputs",
    "request",
    "status",
    "status_code",
    "steps",
    "targets_checked",
    "variables_checked",
}

# Job has done what was requested, and the response does not show it.
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
# Job has done what was requested, or has not; what is denied was not done.
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
    """Faults at every point of a launch, by these odds: mostly a few, sometimes very many."""
    for api, odd in odds.items():
        if dice.random() < odd:
            for _fault in range(dice.choice([1, 1, 1, 2, 3, 6])):
                sim.faults.add(dice.choice([*TROUBLE, faults.SOUND]), api=api)
            if dice.random() < 0.15:
                sim.faults.add(dice.choice(TROUBLE), api=api, times=100)


def runs(sim: Simulator, count: int, run: Callable[[random.Random], Seen]) -> Iterator[Seen]:
    """The results of so many runs, each on a reset simulator; an error names the seed."""
    for seed in range(count):
        sim.reset()
        try:
            seen = run(random.Random(seed))
        except (Exception, pytest.fail.Exception) as error:
            raise AssertionError(f"with seed {seed}") from error
        yield seen


def troubled_launch(sim: Simulator, run: Run, dice: random.Random) -> tuple[str, bool, bool]:
    """Launch a plan by ``run`` in trouble; return the outcome, whether there is an instance, and a list of them."""
    odds = {"get_job_plan_detail": 0.2, "get_job_detail": 0.2, "get_job_instance_list": 0.6}
    trouble_for(sim, dice, {**odds, "execute_job_plan": 0.8, "execute_job": 0.8})
    result = run("bk_job_execute", **_options(sim, dice, ["esb", "apigw", "esb-v2"]))
    sim.clock.advance(HOUR)
    there = [launch.instance_id for launch in sim.launches]
    outcome, own = result["outcome"], result["job_instance_id"]
    assert set(result) >= KEYS
    assert len(there) <= 1
    assert result["changed"] is (outcome != "refused")
    if outcome == "launched":
        assert there == [own]
    elif outcome == "refused":
        assert (there, own) == ([], None)
    else:
        assert (outcome, own) == ("unknown", None)
        assert result["candidates"] is None or [row["job_instance_id"] for row in result["candidates"]] == there
    return outcome, bool(there), result["candidates"] is not None


def troubled_two_phases(sim: Simulator, run: Run, dice: random.Random) -> tuple[str, bool, bool]:
    """The same in two phases; return the outcome, whether the id is known, and whether there is an instance."""
    sim.world.understands_start_task = dice.random() < 0.5
    odds = {"get_job_plan_detail": 0.2, "get_job_instance_status": 0.5, "get_job_instance_list": 0.5}
    trouble_for(sim, dice, {**odds, "execute_job_plan": 0.4, "operate_job_instance": 0.8})
    result = run("bk_job_execute", two_phase=True, **_options(sim, dice, ["esb", "apigw"]))
    sim.clock.advance(HOUR)
    there, running = {i.id for i in sim.instances}, {i.id for i in sim.instances if i.status != PENDING}
    outcome, own = result["outcome"], result["job_instance_id"]
    candidates = {row["job_instance_id"] for row in result["candidates"] or ()}
    assert set(result) >= KEYS
    assert len(sim.launches) <= 1
    assert own is None or there == {own}
    assert candidates <= there
    assert result["changed"] is (bool(there) or outcome == "unknown")
    if outcome == "launched":
        assert running == {own}
    elif outcome == "refused":
        assert running == set()
        assert there == ({own} - {None})
    else:
        assert outcome == "unknown"
        assert own or result["candidates"] is None or candidates == there
    return outcome, own is not None, bool(there)


def troubled_script(sim: Simulator, run: Run, dice: random.Random) -> tuple[str, bool, bool]:
    """A script in trouble; return the outcome, whether the id is known, and whether there is an instance."""
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[dice.choice(["esb", "apigw"])]}
    script = {"content": "echo", "account": "root", "target_server": {"ip_list": ["10.0.0.1"]}, "task_name": "a_%"}
    # The same script, which is not to be taken for this one.
    run("bk_job_execute_script", **connection, **script, wait=False)
    trouble_for(sim, dice, {"fast_execute_script": 0.8, "get_job_instance_list": 0.6})
    result = run("bk_job_execute_script", **connection, **script, wait=False, retries=dice.choice([0, 1, 5]))
    there = [launch.instance_id for launch in sim.launches[1:]]
    outcome, own = result["outcome"], result["job_instance_id"]
    assert len(there) <= 1
    assert result["changed"] is (outcome != "refused")
    if outcome == "launched":
        assert there == [own]
    elif outcome == "refused":
        assert (there, own) == ([], None)
    else:
        assert (outcome, own) == ("unknown", None)
        # Where the history could be read, the instance was found.
        assert not there or result["candidates"] is None
    return outcome, own is not None, bool(there)


def _options(sim: Simulator, dice: random.Random, names: list[str]) -> dict[str, t.Any]:
    connection = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[dice.choice(names)]}
    return {**connection, "job_plan_id": 100, "retries": dice.choice([0, 1, 5])}


def run_shown(
    sim: Simulator, module: str, options: Mapping[str, t.Any], seen: Callable[[str], None] = lambda line: None
) -> list[str]:
    """The lines that a module shows on the controller, with the clock of the simulator; each is ``seen`` at once."""
    package = "ansible_collections.blueking.job.plugins"
    described = importlib.import_module(f"{package}.modules.{module}").MODULE
    validate = importlib.import_module(f"{package}.module_utils._task.arguments").validate
    execute = importlib.import_module(f"{package}.module_utils._task.runner").execute
    lines: list[str] = []

    def show(line: str, *, always: bool = False) -> None:
        lines.append(line)
        seen(line)

    params, problem = validate(described.options, options)
    assert problem is None
    execute(described, params, check_mode=False, diff_mode=False, environ={}, clock=TurnedClock(sim), show=show)
    return lines
