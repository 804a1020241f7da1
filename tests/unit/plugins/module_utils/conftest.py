# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What these tests share: the body of a task, run as every task is, on the simulator's clock."""

from __future__ import annotations

import importlib
import typing as t

import pytest

from tests.simulator import Outcome, Plan, Scope, ScriptStep, Targets, Variable, default_world
from tests.unit.conftest import CREDENTIALS, TurnedClock

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
    from tests.simulator import Simulator

    Body = t.Callable[[Task, t.Any], t.Any]
    RunBody = t.Callable[..., dict[str, t.Any]]


@pytest.fixture
def run_body(sim: Simulator) -> RunBody:
    """Run a body with the options and the report of a module, and return the result."""
    from ansible_collections.blueking.job.plugins.module_utils._task.arguments import validate
    from ansible_collections.blueking.job.plugins.module_utils._task.runner import execute

    def run(body: Body, *, module: str = "bk_job_execute", **options: t.Any) -> dict[str, t.Any]:
        described = importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{module}").MODULE
        args = {**CREDENTIALS, "url": sim.url, "bk_biz_id": 1, **options}
        params, problem = validate(described.options, args)
        assert problem is None
        return execute(
            described._replace(body=body),
            params,
            check_mode=False,
            diff_mode=False,
            environ={},
            clock=TurnedClock(sim),
        )

    return run


@pytest.fixture
def long_plan(sim: Simulator) -> Iterator[int]:
    """The id of a plan that runs for 1,000 seconds."""
    world = default_world()
    hosts = Variable(2000, "hosts", 3, hosts=Targets(host_ids=(101, 102)))
    step = ScriptStep(1, "run", outcome=Outcome(seconds=1000.0))
    world.plans.append(Plan(200, "Long", Scope("biz", "1"), steps=[step], variables=[hosts]))
    sim.reset(world)
    yield 200
    sim.reset(default_world())


def sent(sim: Simulator, api: str) -> int:
    """How often an API was called."""
    return sum(request.api == api for request in sim.requests)
