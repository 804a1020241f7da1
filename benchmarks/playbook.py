# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks under the real ansible-playbook, timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.collection_path import make_collection_path

PLUGINS = Path(__file__).resolve().parent / "plugins"
COLLECTIONS = make_collection_path()
CREDENTIALS = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin"}

Task = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Played:
    """What a playbook took, in seconds: in all, of the processors (children included), and of each task by its name."""

    seconds: float
    cpu: float
    tasks: dict[str, list[float]]


def play(tasks: list[Task], job_url: str, *, hosts: int = 0, collections: str = COLLECTIONS, **environ: str) -> Played:
    """Play ``tasks`` once, on localhost or on so many hosts beside it; raises RuntimeError with what it printed."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        book, inventory, times = (Path(folder) / name for name in ("play.json", "hosts.json", "times"))
        where = {"hosts": "some" if hosts else "localhost", "gather_facts": False}
        book.write_text(json.dumps([{**where, "tasks": tasks}]), encoding="utf-8")
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        named = {f"host{number}": local for number in range(hosts)}
        inventory.write_text(json.dumps({"some": {"hosts": named}}), encoding="utf-8")
        times.touch()
        settings = Path(folder) / "ansible.cfg"
        settings.touch()
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(book)]
        settled = {**job_environment(job_url, collections), "ANSIBLE_CONFIG": str(settings)}
        settled.update(BENCHMARK_TIMES=str(times), **environ)
        began = time.perf_counter()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [*command, *(["--inventory", str(inventory)] if hosts else [])],
                env=settled,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if status:
                output.seek(0)
                raise RuntimeError(output.read().decode()[-3000:])
        lines = map(json.loads, times.read_text(encoding="utf-8").splitlines())
        taken: dict[str, list[float]] = {}
        for name, task_seconds in lines:
            taken.setdefault(name, []).append(task_seconds)
        return Played(seconds, usage.ru_utime + usage.ru_stime, taken)


def environment() -> dict[str, str]:
    """That of this process without the user's own settings, since none of them should decide a measurement."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANSIBLE_", "BK_", "PYTHON")) and not name.lower().endswith("_proxy")
    }


def job_environment(job_url: str, collections: str) -> dict[str, str]:
    """The same with what a playbook needs to reach a server."""
    return {
        **environment(),
        **{name.upper(): value for name, value in CREDENTIALS.items()},
        "BK_JOB_URL": job_url,
        "BK_BIZ_ID": "1",
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_LIBRARY": str(PLUGINS / "modules"),
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "stopwatch",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
