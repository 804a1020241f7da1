# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one launch costs, and what many do."""

from __future__ import annotations

import json
import typing as t

from .playbook import CREDENTIALS, play

if t.TYPE_CHECKING:
    from tests.simulator import Simulator

    from .peers import Peers
    from .playbook import Task

VARIABLES = {"param_name": "1.2.3"}
LAUNCH: dict[str, t.Any] = {"job_plan_id": 100, "variables": VARIABLES}
BLIND = {**LAUNCH, "validate_variables": False}
SCRIPT: dict[str, t.Any] = {
    "content": "echo hello\n",
    "account": "root",
    "target_server": {"ip_list": ["10.0.0.1"]},
}
# Anything in the environment of a task has it run as all modules do, in a process of its own.
APART = {"environment": {"LC_ALL": "C"}}


def contestants(sim: Simulator, peers: Peers) -> dict[str, Task]:
    """The tasks to compare, by name; each launches one job and does not wait for it."""
    body = {"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": "1.2.3"}]}
    uri = {
        "url": f"{sim.url}/api/c/compapi/v2/jobv3/execute_job_plan/",
        "method": "POST",
        "body_format": "json",
        "body": body,
        "headers": {"X-Bkapi-Authorization": json.dumps(CREDENTIALS)},
        "return_content": True,
    }
    rundeck = {"url": peers.url, "api_version": 39, "api_token": "token", "job_id": "deploy"}
    # Without the pause, which jenkins_build also makes where it is not to wait.
    jenkins = {"url": peers.url, "name": "deploy", "args": VARIABLES, "detach": True, "time_between_checks": 0}
    awx = {"controller_host": peers.url, "controller_oauthtoken": "token", "name": "deploy", "extra_vars": VARIABLES}
    return {
        "debug": {"ansible.builtin.debug": {"msg": "x"}},
        "empty module": {"empty": {}},
        "ansible.builtin.uri": {"ansible.builtin.uri": uri},
        "rundeck_job_run": {
            "community.general.rundeck_job_run": {**rundeck, "job_options": VARIABLES, "wait_execution": False}
        },
        "jenkins_build": {"community.general.jenkins_build": {**jenkins, "user": "admin", "token": "token"}},
        "job_launch": {"awx.awx.job_launch": awx},
        "bk_job_execute, own process": {"blueking.job.bk_job_execute": LAUNCH, **APART},
        "bk_job_execute, own process, not validated": {"blueking.job.bk_job_execute": BLIND, **APART},
        "bk_job_execute": {"blueking.job.bk_job_execute": LAUNCH},
        "bk_job_execute, not validated": {"blueking.job.bk_job_execute": BLIND},
        "bk_job_execute_script, own process": {
            "blueking.job.bk_job_execute_script": {**SCRIPT, "wait": False},
            **APART,
        },
        "bk_job_execute_script": {"blueking.job.bk_job_execute_script": {**SCRIPT, "wait": False}},
    }


def one_launch(sim: Simulator, peers: Peers, *, plays: int, rounds: int) -> dict[str, list[float]]:
    """The seconds of each task by contestant; all take turns in one play."""
    tasks = contestants(sim, peers)
    before = len(sim.launches), len(peers.launched)
    taken: dict[str, list[float]] = {}
    for _play in range(plays):
        order = [{"name": name, **task} for _round in range(rounds) for name, task in tasks.items()]
        for name, seconds in play(order, sim.url).tasks.items():
            taken.setdefault(name, []).extend(seconds)
    # What did not launch was not measured: uri and our own six, and three peers.
    launched = len(sim.launches) - before[0], len(peers.launched) - before[1]
    if launched != (7 * plays * rounds, 3 * plays * rounds):
        raise RuntimeError(f"there were {launched} launches")
    return taken


def many_launches(sim: Simulator, *, plays: int, count: int) -> dict[str, list[float]]:
    """The seconds of so many launches, by the way they are made, without the start of ansible-playbook."""
    launch = {"blueking.job.bk_job_execute": LAUNCH}
    loop = {"loop": list(range(count))}
    wait = {
        "async_status": {"jid": "{{ item.ansible_job_id }}"},
        "loop": "{{ begun.results }}",
        "register": "state",
        "until": "state is finished",
        "retries": 600,
        "delay": 0,
    }
    begin = {**launch, **loop, "async": 600, "poll": 0, "register": "begun"}
    ways: dict[str, t.Callable[[], float]] = {
        "loop": lambda: _seconds([{**launch, **loop}], sim),
        "loop, own process": lambda: _seconds([{**launch, **loop, **APART}], sim),
        "async, poll 0, then async_status": lambda: _seconds([begin, wait], sim),
        "10 forks": lambda: _seconds([launch], sim, hosts=count, ANSIBLE_FORKS="10"),
        "10 forks, own process": lambda: _seconds([{**launch, **APART}], sim, hosts=count, ANSIBLE_FORKS="10"),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _play in range(plays):
        for name, way in ways.items():
            before = len(sim.launches)
            taken[name].append(way())
            if len(sim.launches) - before != count:
                raise RuntimeError(f"{name}: there were {len(sim.launches) - before} launches")
    return taken


def _seconds(tasks: list[Task], sim: Simulator, **options: t.Any) -> float:
    return sum(sum(seconds) for seconds in play(tasks, sim.url, **options).tasks.values())
