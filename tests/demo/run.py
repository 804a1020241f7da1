# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Play ``launch.yml`` against a simulated BlueKing Job: ``make demo``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

from tests.collection_path import make_collection_path
from tests.simulator import Simulator
from tests.simulator.job.clock import WallClock

if t.TYPE_CHECKING:
    from tests.simulator.server import Received

HERE = Path(__file__).resolve().parent
SPEED = 4.0  # how much faster than real time jobs run
# What changes something: most requests only read.
WRITES = ("execute_job_plan", "operate_step_instance")

NEXT = """
Where to look next
  tests/demo/launch.yml             the playbook that was just played
  docs/docsite/rst/guide_try.rst    try your own playbooks without a BlueKing, step by step
  README.md                         the same against your own BlueKing Job
  docs/README.zh-CN.md              中文文档
  ansible-doc blueking.job.bk_job_execute
                                    all options, with examples (needs the collection installed)
  .venv/demo/bin/python -m tests.simulator
                                    a simulated Job to try your own playbooks on
"""


def play(collections: str, folder: Path) -> tuple[int, list[Received]]:
    """Play the demo in ``folder`` with the collection that ``collections`` holds: the exit code, what Job received."""
    with Simulator(clock=WallClock(SPEED)) as simulator:
        print(
            f"A simulated BlueKing Job listens at {simulator.url}, where time passes {SPEED:g} times as fast.",
            flush=True,
        )
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": collections,
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "BK_JOB_URL": simulator.url,
            "BK_APP_CODE": "demo",
            "BK_APP_SECRET": "s3cr3t-demo",
            "BK_USERNAME": "admin",
            "BK_BIZ_ID": "1",
        }
        playbook = [str(Path(sys.executable).with_name("ansible-playbook")), str(HERE / "launch.yml")]
        done = subprocess.run(playbook, cwd=folder, env=environment, check=False)
        return done.returncode, simulator.requests


def main() -> int:
    """Return the exit code of ansible-playbook."""
    code, requests = play(make_collection_path(), Path.cwd())
    print(f"Job received {len(requests)} requests. These changed something:")
    for request in requests:
        if request.api in WRITES:
            print(f"{request.method} {request.path}")
            print(json.dumps(request.body, indent=2))
    if code == 0:
        print(NEXT)
    return code


if __name__ == "__main__":
    sys.exit(main())
