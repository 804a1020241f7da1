# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that are run in this process, on a clock that is turned."""

from __future__ import annotations

import importlib
import typing as t

from tests.documentation import misfits, returned_by
from tests.simulator import Outcome, Plan, Scope, ScriptStep, Targets, Variable
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts

if t.TYPE_CHECKING:
    import random

    from tests.simulator import Simulator

    Result = dict[str, t.Any]

# However they are written, these parts of the secrets stay the same.
SECRETS = ("s3cr3t-demo", "pl4n-s3cr3t", "hunter2")
PASSWORD = "hunter2\\\"<&>'"
OUTCOMES = {3: "succeeded", 4: "failed", 9: "abnormal", 11: "terminated", 14: "abandoned"}
HOSTS = Targets(host_ids=(101, 102))
SCOPE = Scope("biz", "1")


class Tasks:
    """Runs tasks against a simulator.

    ``shown`` are the lines that the last one showed, ``misfits`` where its result is not as documented.
    """

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.misfits: list[str] = []
        self.shown: list[str] = []

    def run(self, name: str, /, **options: t.Any) -> Result:
        """The result of a task of the module ``name``."""
        base = "ansible_collections.blueking.job.plugins"
        runner: t.Any = importlib.import_module(f"{base}.module_utils._task.runner")
        arguments: t.Any = importlib.import_module(f"{base}.module_utils._task.arguments")
        module: t.Any = importlib.import_module(f"{base}.modules.{name}").MODULE
        params, problem = arguments.validate(module.options, options)
        assert problem is None, problem
        self.shown.clear()
        result: Result = runner.execute(
            module, params, check_mode=False, diff_mode=False, environ={}, clock=TurnedClock(self.sim), show=self._show
        )
        self.misfits = misfits(returned_by(name), result)
        return result

    def connection(self, front: str) -> dict[str, t.Any]:
        """The options of the connection to one of the fronts."""
        return {**CREDENTIALS, "bk_biz_id": 1, **fronts(self.sim)[front]}

    def _show(self, line: str, *, always: bool = False) -> None:
        self.shown.append(line)


def random_plan(dice: random.Random, plan_id: int) -> Plan:
    """A plan that ends in one of all ways, after seconds or hours."""
    end = dice.choice([3, 3, 3, 4, 4, 9, 14])
    failed = Outcome(status=104, exit_code=dice.choice([1, 2, 255]), tag="disk full", log="no space left\n")
    steps: list[t.Any] = []
    for number in range(1, dice.choice([1, 1, 2, 4]) + 1):
        seconds = dice.choice([0.0, 0.3, 3.0, 40.0, 200.0])
        steps.append(ScriptStep(number, f"step {number}", outcome=Outcome(seconds=seconds)))
    if end == 4:
        steps[-1].outcomes = {102: (failed,)}
    elif end != 3:
        steps[-1].ends = (end,)
    return Plan(plan_id, "Random", SCOPE, steps=steps, variables=variables(plan_id))


def variables(plan_id: int) -> list[Variable]:
    """Hosts, a string and a cipher."""
    first = plan_id * 10
    return [
        Variable(first, "hosts", 3, hosts=HOSTS),
        Variable(first + 1, "note", value="none", changeable=True),
        Variable(first + 2, "password", 4, value="pl4n-s3cr3t"),
    ]
