# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts: their logs, and a launch that names each of them."""

from __future__ import annotations

import math
import typing as t

from tests.simulator import Host, Outcome, Simulator, WallClock, faults

from .following import add_plan
from .launches import SCRIPT
from .modules import Measured, in_a_fresh_process, options, run_module

BATCH = 500  # hosts whose logs a call can request
LOG = "".join(f"{line:062d}x\n" for line in range(64))  # 4 KiB


class Logs(t.NamedTuple):
    """Logs of so many hosts: the calls for them, and what reading them took in each round.

    ``ours`` is in the controller's process, ``apart`` in a process of its own, ``bare`` is by hand.
    """

    hosts: int
    calls: int
    ours: list[Measured]
    apart: list[Measured]
    bare: list[Measured]

    @property
    def fewest(self) -> int:
        """The calls that are needed."""
        return math.ceil(self.hosts / BATCH)


def logs(hosts: int, *, rounds: int, dest: bool) -> Logs:
    """Read the logs of a finished instance, to files or into the result."""
    with Simulator() as sim:
        add_plan(sim, 60, hosts=_add_hosts(sim, hosts), log=LOG)
        launched = run_module("bk_job_execute", options(sim.url, job_plan_id=200))
        sim.clock.advance(3600)
        instance = launched["job_instance_id"]
        wanted = options(sim.url, job_instance_id=instance, logs="all", log_dest="here" if dest else None)
        common = {**options(sim.url, job_instance_id=instance), "bk_scope_type": "biz", "bk_scope_id": "1"}
        del common["url"]
        ours, apart, bare, calls = [], [], [], 0
        for _round in range(rounds):
            sim.requests.clear()
            ours.append(in_a_fresh_process("local", name="bk_job_wait", options=wanted))
            calls = sum(request.api == "batch_get_job_instance_ip_log" for request in sim.requests)
            apart.append(in_a_fresh_process("module", name="bk_job_wait", options=wanted))
            bare.append(in_a_fresh_process("bare_logs", url=sim.url, common=common, writes=dest))
        return Logs(hosts, calls, ours, apart, bare)


def quick_job(hosts: int, *, rounds: int) -> tuple[list[Measured], list[Measured]]:
    """A script on so many hosts that is waited for, with all logs; and a plan that does the same and is not read."""
    with Simulator(clock=WallClock()) as sim:
        ids = _add_hosts(sim, hosts)
        add_plan(sim, 0, hosts=ids, log=LOG)
        sim.world.quick_script.outcome = Outcome(seconds=0, log=LOG)
        common = {"wait": True, "logs": "all"}
        script = options(sim.url, **SCRIPT, **common)
        script["target_server"] = {"host_id_list": ids}
        servers = [{"name": "hosts", "host_id_list": ids}]
        plan = options(sim.url, job_plan_id=200, validate_variables=False, target_servers=servers, **common)
        ours, plans = [], []
        for _round in range(rounds):
            ours.append(in_a_fresh_process("local", name="bk_job_execute_script", options=script))
            plans.append(in_a_fresh_process("local", name="bk_job_execute", options=plan))
        return ours, plans


def _add_hosts(sim: Simulator, hosts: int) -> tuple[int, ...]:
    """Add so many hosts, and return their ids."""
    ids = tuple(range(1000, 1000 + hosts))
    sim.world.hosts += [Host(id_, f"10.1.{n // 250}.{n % 250}", biz=1) for n, id_ in enumerate(ids)]
    return ids


class ManyServers(t.NamedTuple):
    """A launch that names so many hosts by address, ``json.dumps`` of its body, and what ansible-core does with them.

    ``ours`` is in the controller's process, where ``validation`` is a part of it; ``apart`` is in a process of its own,
    and ``ansible`` a module there that only takes its options.
    """

    ours: list[Measured]
    validation: list[Measured]
    apart: list[Measured]
    ansible: list[Measured]
    dumps: list[Measured]


def launch_on(hosts: int, *, rounds: int) -> ManyServers:
    """Measure all of it."""
    servers = {"name": "hosts", "ip_list": [f"10.{n // 62500}.{n // 250 % 250}.{n % 250}" for n in range(hosts)]}
    launched = {"job_instance_id": 10000, "job_instance_name": "Test"}
    with Simulator() as sim:
        found = ManyServers([], [], [], [], [])
        wanted = options(sim.url, job_plan_id=100, target_servers=[servers])
        only = {"target_servers": [servers]}
        answer = faults.answer(200, {"result": True, "code": 0, "data": launched})
        for _round in range(rounds):
            for work, into in (("local", found.ours), ("module", found.apart)):
                sim.faults.add(answer, "execute_job_plan")
                into.append(in_a_fresh_process(work, name="bk_job_execute", options=wanted))
            found.validation.append(in_a_fresh_process("validation", options=only))
            found.ansible.append(in_a_fresh_process("ansible", options=only))
            found.dumps.append(in_a_fresh_process("dumps", body=sim.requests[-1].body))
        return found
