# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting on another host, part by part."""

from __future__ import annotations

import importlib
import typing as t
from types import SimpleNamespace

import pytest

from ansible_collections.blueking.job.plugins.module_utils._launch.report import PlanLaunchReport
from ansible_collections.blueking.job.plugins.module_utils._model.secrets import Secrets
from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, TurnedClock

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule

pytestmark = pytest.mark.controller


class Action:
    """What a wait needs of its action plugin; each part runs the module in this process."""

    def __init__(self, run_module: RunModule) -> None:
        self._task = SimpleNamespace(no_log=False, check_mode=False)
        self._display = SimpleNamespace(display=lambda _line, **_options: None)
        self.module = importlib.import_module("ansible_collections.blueking.job.plugins.modules.bk_job_wait")
        self._run = run_module

    def run_module(self, _module: object, args: dict[str, t.Any], _variables: object, **_options: t.Any) -> t.Any:
        return self._run("bk_job_wait", **args)


@pytest.mark.parametrize(("timeout", "patience"), [("100", 300), ("10", 120)])
def test_the_timeout_of_the_environment_decides_the_patience(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch, timeout: str, patience: float
) -> None:
    remote = importlib.import_module("ansible_collections.blueking.job.plugins.plugin_utils.remote")
    monkeypatch.setattr(remote, "PlayClock", lambda _play: TurnedClock(sim))
    monkeypatch.setenv("BK_JOB_TIMEOUT", timeout)
    connection = {**CREDENTIALS, "bk_biz_id": 1, "url": sim.url}
    launched = run_module("bk_job_execute", job_plan_id=100, **connection)
    sim.faults.add(faults.bad_gateway(), api="get_job_instance_status", times=10_000)
    then = sim.clock.now()
    args = {**connection, "job_instance_id": launched["job_instance_id"]}
    report = PlanLaunchReport()
    report.restore(launched)
    wait = remote.RemoteWait(Action(run_module), {}, args, report, Secrets())
    result = wait.result({"language": "en"}, diff_mode=False)
    assert (result["outcome"], result["job_instance_id"]) == ("lost", launched["job_instance_id"])
    assert patience <= sim.clock.now() - then <= patience + 30
