# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is before it does anything: what is sent to the host of the task, and imported there."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from .launches import LAUNCH
from .playbook import environment, play

if t.TYPE_CHECKING:
    from .playbook import Task

# Each fails for want of a server, and has been sent by then.
NOWHERE = "http://127.0.0.1:9"
MODULES: dict[str, Task] = {
    "empty": {},
    "community.general.rundeck_job_run": {"url": NOWHERE, "api_version": 39, "api_token": "token", "job_id": "deploy"},
    "community.general.jenkins_build": {"url": NOWHERE, "name": "deploy"},
    "awx.awx.job_launch": {"controller_host": NOWHERE, "controller_oauthtoken": "token", "name": "deploy"},
    "blueking.job.bk_job_execute": {**LAUNCH, "retries": 0},
}
PARTS = "ansible_collections.blueking.job.plugins.module_utils."
IMPORT = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
__import__(sys.argv[2])
print(json.dumps([time.process_time() - began, sorted(sys.modules)]))
"""


class Cold(t.NamedTuple):
    """KiB that are sent, seconds of the processor for importing it, one for each round, and what of ours was imported.

    Each round is a fresh Python.
    """

    size: float
    seconds: list[float]
    parts: list[str]


def cold(rounds: int) -> dict[str, Cold]:
    """All of them, by name; rounds of imports take turns."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = [
            {name: options, "ignore_errors": True, "environment": {"LC_ALL": "C"}} for name, options in MODULES.items()
        ]
        play(tasks, NOWHERE, ANSIBLE_KEEP_REMOTE_FILES="1", ANSIBLE_REMOTE_TMP=folder)
        sent = {path.stem.replace("AnsiballZ_", ""): path for path in Path(folder).glob("*/AnsiballZ_*.py")}
        found: dict[str, Cold] = {}
        for round_ in range(rounds):
            for name in MODULES:
                path = next(path for stem, path in sent.items() if name.endswith(stem.rpartition(".")[2]))
                dotted = _dotted(name)
                archive = path.with_suffix(".zip")
                if not round_:
                    [payload] = re.findall(r"[A-Za-z0-9+/=]{9999,}", path.read_text(encoding="utf-8"))
                    archive.write_bytes(base64.b64decode(payload))
                    found[name] = Cold(path.stat().st_size / 1024, [], [])
                done = subprocess.run(
                    [sys.executable, "-c", IMPORT, str(archive), dotted],
                    env=environment(),
                    capture_output=True,
                    text=True,
                    check=True,
                )
                seconds, imported = json.loads(done.stdout)
                found[name].seconds.append(seconds)
                found[name].parts[:] = [part[len(PARTS) :] for part in imported if part.startswith(PARTS)]
        return found


def _dotted(name: str) -> str:
    """A module as it is called inside of what is sent; the empty one is no more than what it imports."""
    if "." not in name:
        return "ansible.module_utils.basic"
    namespace, collection, module = name.split(".")
    return f"ansible_collections.{namespace}.{collection}.plugins.modules.{module}"
