# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests share that run the real ansible-playbook."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.simulator import Simulator

# The commands of the Ansible that is tested.
COMMANDS = Path(sys.executable).parent
# Makes the processes that are started with it sleep less.
TURNED_CLOCK = {"PYTHONPATH": str(Path(__file__).parent / "turned")}
CREDENTIALS: dict[str, t.Any] = {
    "bk_app_code": "demo",
    "bk_app_secret": "s3cr3t-demo",
    "bk_username": "admin",
    "bk_biz_id": 1,
}


def clean_environment(collections: str) -> dict[str, str]:
    """The environment of this process without the variables of Ansible and the collection, and with a turned clock."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BK_", "ANSIBLE_"))}
    # Otherwise results have no options with ansible-core 2.21.
    wanted = {"ANSIBLE_COLLECTIONS_PATH": collections, "ANSIBLE_INJECT_INVOCATION": "true"}
    return {**environment, **TURNED_CLOCK, **wanted}


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None) -> str:
    """Run a command, which must succeed, and return all that it printed."""
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def requests_to(sim: Simulator, api: str) -> int:
    """How often an API was called."""
    return sum(request.api == api for request in sim.requests)
