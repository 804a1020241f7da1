# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module whose play or task has ended while it read something changes nothing any more: nobody would see it."""

from __future__ import annotations

import importlib
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._task.arguments import validate
from ansible_collections.blueking.job.plugins.module_utils._task.clock import PlayClock
from ansible_collections.blueking.job.plugins.module_utils._task.process import Play
from ansible_collections.blueking.job.plugins.module_utils._task.runner import execute
from tests.simulator import Simulator, default_world
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]

ADDRESSES = {"ip_list": ["10.0.0.1"]}
QUICK: Options = {"account": "root", "target_server": ADDRESSES}
AT_STEP: Options = {"job_instance_id": 10000, "step_instance_id": 20002}
SCHEDULE: Options = {"job_plan_id": 100, "expression": "0 3 * * *", "variables": {"param_name": "1"}}
STATUS = "get_job_instance_status"


class Case(t.NamedTuple):
    """A change: the module, its options, and the API whose response, of so many, comes after the end of the play.

    ``before`` are the writes until then. Instance 10000 waits for a manual confirmation.
    """

    module: str
    options: Options
    api: str | None = None
    before: tuple[str, ...] = ()
    requests: int = 1


CASES = {
    "launch": Case("bk_job_execute", {"job_plan_id": 100}, "get_job_plan_detail"),
    "start of a launch": Case(
        "bk_job_execute", {"job_plan_id": 100, "two_phase": True}, "execute_job_plan", ("execute_job_plan",)
    ),
    "script": Case("bk_job_execute_script", {**QUICK, "content": "echo 1\n"}),
    "file": Case("bk_job_transfer_file", {**QUICK, "content": "1", "file_name": "a", "dest": "/tmp"}),
    "confirm": Case("bk_job_operate", {**AT_STEP, "action": "confirm"}, STATUS),
    "terminate": Case("bk_job_operate", {"job_instance_id": 10000, "action": "terminate"}, STATUS, requests=2),
    "schedule": Case("bk_job_cron", {**SCHEDULE, "name": "new"}, "get_job_plan_detail"),
    "library": Case("bk_job_script", {"name": "new", "content": "echo 1\n"}, "get_script_list"),
}


class EndingPlay(Play):
    """A play that ends before the response to a request arrives; without an ``api``, it has ended before."""

    def __init__(self, sim: Simulator, api: str | None, requests: int) -> None:
        super().__init__()
        self._sim = sim
        self._api = api
        self._requests = requests

    def is_gone(self) -> bool:
        """Whether the request has arrived."""
        arrived = sum(request.api == self._api for request in self._sim.requests)
        return self._api is None or arrived >= self._requests


@pytest.fixture
def sim(sim: Simulator) -> Iterator[Simulator]:
    """A simulator with a library and schedules that the test may change."""
    sim.reset(default_world())
    yield sim
    sim.reset(default_world())


def writes(sim: Simulator) -> list[str]:
    """The requests that were no reads."""
    return [request.api for request in sim.requests if not request.api.startswith(("get_", "check_"))]


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_nothing_is_changed_without_a_play(sim: Simulator, run_module: RunModule, case: Case) -> None:
    esb: Options = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["esb"]}
    run_module("bk_job_execute", job_plan_id=101, **esb)
    sim.clock.advance(10)
    sim.requests.clear()
    module = importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{case.module}").MODULE
    params, problem = validate(module.options, {**esb, **case.options})
    assert problem is None
    clock = PlayClock(EndingPlay(sim, case.api, case.requests))
    with pytest.raises(SystemExit):
        execute(module, params, check_mode=False, diff_mode=False, environ={}, clock=clock)
    assert writes(sim) == list(case.before)
