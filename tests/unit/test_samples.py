# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The samples of results of failures, which no example shows, are what such failures return.

The other samples are checked in tests/integration/test_examples.py, in the same world.
"""

from __future__ import annotations

import functools
import typing as t

import pytest

from tests.documentation import MODULES, OF_FAILURES, returned_by, unshown
from tests.simulator import Simulator, faults, release_world
from tests.unit.conftest import TurnedClock

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule


def failures(sim: Simulator, run_module: RunModule) -> list[dict[str, t.Any]]:
    """A launch that is denied, one that is lost, a step in check mode; scripts and files, in check mode and lost."""
    connection = {"url": sim.url, "bk_app_code": "my-app", "bk_app_secret": "s3cr3t-app", "bk_biz_id": 1}
    run = functools.partial(run_module, clock=TurnedClock(sim), console_url="https://job.example.com", **connection)
    launch = functools.partial(run, "bk_job_execute", job_plan_id=100)
    denied = launch(bk_username="alice", variables={"version": "1.2.3"})
    sim.faults.add(faults.lost(), api="execute_job_plan")
    unknown = launch(bk_username="admin")
    failed = launch(bk_username="admin", target_servers=[{"name": "hosts", "ip_list": ["10.0.0.2"]}], wait=True)
    step = {"job_instance_id": failed["job_instance_id"], "step_instance_id": failed["steps"][0]["step_instance_id"]}
    checked = run("bk_job_operate", check_mode=True, bk_username="admin", action="retry_failed", **step)
    hosts = {"ip_list": ["10.0.0.1"]}
    script = {"content": "uptime", "account": "root", "target_server": hosts, "task_name": "Show the uptime"}
    run_script = functools.partial(run, "bk_job_execute_script", bk_username="admin", **script)
    asked = run_script(check_mode=True)
    sim.faults.add(faults.lost(), api="fast_execute_script")
    lost = run_script(unique_name=False)
    file = {"content": "Welcome\n", "file_name": "motd", "dest": "/etc", "account": "root", "target_server": hosts}
    send = functools.partial(run, "bk_job_transfer_file", bk_username="admin", task_name="Send text as a file", **file)
    sent = send(check_mode=True)
    sim.faults.add(faults.lost(), api="push_config_file")
    lost_file = send(unique_name=False)
    return [denied, unknown, checked, asked, lost, sent, lost_file]


@pytest.mark.parametrize("module", MODULES)
def test_samples_of_failures_are_of_such_failures(run_module: RunModule, module: str) -> None:
    fields = {key: field for key, field in returned_by(module).items() if key in OF_FAILURES}
    with Simulator(release_world()) as sim:
        assert unshown(fields, failures(sim, run_module)) == []
