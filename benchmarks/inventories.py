# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory of many hosts: reading it from CMDB, and what the cache costs beside a static file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from tests.simulator import Simulator, large_world

from .modules import Measured, in_a_fresh_process, options
from .playbook import COLLECTIONS, CREDENTIALS, job_environment


class Inventories(t.NamedTuple):
    """What it took in each round.

    ``ours`` reads the hosts and names their groups, ``bare`` is a loop of the same requests. The others are CPU seconds
    of ``ansible-inventory``, from the cache and with a static file of the same hosts.
    """

    ours: list[Measured]
    bare: list[Measured]
    cached: list[float]
    static: list[float]


def inventories(hosts: int, *, rounds: int) -> Inventories:
    """Measure an inventory of so many hosts."""
    found = Inventories([], [], [], [])
    with Simulator(large_world(hosts)) as sim, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": place}
        source, static = folder / "hosts.bk_cmdb.yml", folder / "static.yml"
        source.write_text(json.dumps({"plugin": "blueking.job.bk_cmdb", **cache}), encoding="utf-8")
        listing = folder / "listing.json"
        _inventory(sim, source, "--list", "--output", str(listing))
        listed = json.loads(listing.read_text(encoding="utf-8"))
        variables = listed.pop("_meta")["hostvars"]
        groups = {name: {"hosts": dict.fromkeys(group["hosts"])} for name, group in listed.items() if "hosts" in group}
        # JSON is YAML, and read much faster.
        static.write_text(json.dumps({"all": {"hosts": variables, "children": groups}}), encoding="utf-8")
        for _round in range(rounds):
            sim.requests.clear()
            found.ours.append(in_a_fresh_process("inventory", options=options(sim.url)))
            pages = [request.body for request in sim.requests]
            found.bare.append(in_a_fresh_process("bare_inventory", url=sim.url, credentials=CREDENTIALS, pages=pages))
            last = ("--host", f"host-{hosts}")
            before = len(sim.requests)
            found.cached.append(_inventory(sim, source, *last))
            found.static.append(_inventory(sim, static, *last))
            if len(pages) != -(-hosts // 500) or len(sim.requests) - before:
                raise RuntimeError(f"there were {len(pages)} requests for pages, and others with the cache")
    return found


def _inventory(sim: Simulator, source: Path, *arguments: str) -> float:
    """The CPU seconds of ``ansible-inventory``."""
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), *arguments]
    process = subprocess.Popen(
        command, env=job_environment(sim.url, COLLECTIONS), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError(f"{' '.join(command)} has failed")
    return usage.ru_utime + usage.ru_stime
