# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts: their logs, and a launch that names each of them."""

from __future__ import annotations

import math
import typing as t

from tests.simulator import Host, Simulator, faults

from .following import add_plan
from .modules import Measured, in_a_fresh_process, options, run_module

BATCH = 500  # hosts whose logs a call can ask for
LOG = "".join(f"{line:062d}x\n" for line in range(64))  # 4 KiB


class Logs(t.NamedTuple):
    """Logs of so many hosts: the calls for them, and what reading them took, by us and by hand, one for each round."""

    hosts: int
    calls: int
    ours: list[Measured]
    bare: list[Measured]

    @property
    def fewest(self) -> int:
        """The calls that are needed."""
        return math.ceil(self.hosts / BATCH)


def logs(hosts: int, *, rounds: int, dest: bool) -> Logs:
    """Read the logs of a finished instance, to files or into the result."""
    with Simulator() as sim:
        sim.world.hosts += [Host(1000 + n, f"10.1.{n // 250}.{n % 250}", biz=1) for n in range(hosts)]
        add_plan(sim, 60, hosts=tuple(range(1000, 1000 + hosts)), log=LOG)
        launched = run_module("bk_job_execute", options(sim.url, job_plan_id=200))
        sim.clock.advance(3600)
        instance = launched["job_instance_id"]
        wanted = options(sim.url, job_instance_id=instance, logs="all", log_dest="here" if dest else None)
        common = {**options(sim.url, job_instance_id=instance), "bk_scope_type": "biz", "bk_scope_id": "1"}
        del common["url"]
        ours, bare, calls = [], [], 0
        for _round in range(rounds):
            sim.requests.clear()
            ours.append(in_a_fresh_process("module", name="bk_job_wait", options=wanted))
            calls = sum(request.api == "batch_get_job_instance_ip_log" for request in sim.requests)
            bare.append(in_a_fresh_process("bare_logs", url=sim.url, common=common, writes=dest))
        return Logs(hosts, calls, ours, bare)


def launch_on(hosts: int, *, rounds: int) -> tuple[list[Measured], list[Measured], list[Measured]]:
    """A launch that names so many hosts by address, a module that only takes them, and ``json.dumps`` of the body."""
    servers = {"name": "hosts", "ip_list": [f"10.{n // 62500}.{n // 250 % 250}.{n % 250}" for n in range(hosts)]}
    launched = {"job_instance_id": 10000, "job_instance_name": "Test"}
    with Simulator() as sim:
        ours, ansible, bare = [], [], []
        wanted = options(sim.url, job_plan_id=100, target_servers=[servers])
        for _round in range(rounds):
            sim.faults.add(faults.answer(200, {"result": True, "code": 0, "data": launched}), "execute_job_plan")
            ours.append(in_a_fresh_process("module", name="bk_job_execute", options=wanted))
            ansible.append(in_a_fresh_process("ansible", options={"target_servers": [servers]}))
            bare.append(in_a_fresh_process("dumps", body=sim.requests[-1].body))
        return ours, ansible, bare
