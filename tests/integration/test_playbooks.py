# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks through the real ansible-playbook, against the simulator on a real socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
import venv
from pathlib import Path

import pytest

from tests.collection_path import make_collection_path
from tests.simulator import Simulator, faults

if t.TYPE_CHECKING:
    from collections.abc import Iterator

PLAYBOOKS = Path(__file__).parent / "playbooks"
CREDENTIALS = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin", "bk_biz_id": 1}
SECRETS = ("s3cr3t-demo", "hunter2")


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A simulator of its own for each playbook."""
    with Simulator() as server:
        yield server


def surfaces(sim: Simulator) -> dict[str, dict[str, t.Any]]:
    """The connection options of the three surfaces."""
    return {
        "ESB v2": {**CREDENTIALS, "url": sim.url, "api_version": "v2"},
        "ESB v3": {**CREDENTIALS, "url": sim.url},
        "API gateway": {**CREDENTIALS, "url": sim.apigw_url, "gateway": "apigw"},
    }


@pytest.fixture(scope="session")
def collections() -> str:
    """The folder that Ansible finds the collection in."""
    return make_collection_path()


def play(playbook: str, collections: str, *arguments: str, surface: dict[str, t.Any] | None = None) -> str:
    """Play a playbook, which must end well, and return all that it printed at ``-vvv``; no secret may be in it."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-vvv", str(PLAYBOOKS / playbook), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BK_", "ANSIBLE_"))}
    if surface:
        # Credentials come as AWX injects them, since extra variables are shown at -vvv.
        environment.update({"BK_APP_SECRET": surface["bk_app_secret"]})
        shown = {name: value for name, value in surface.items() if name != "bk_app_secret"}
        command += ["--extra-vars", json.dumps({"surface": shown})]
    done = subprocess.run(
        command,
        env={**environment, "ANSIBLE_COLLECTIONS_PATH": collections},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    for secret in SECRETS:
        assert secret not in done.stdout
    return done.stdout


@pytest.mark.parametrize("name", ["ESB v2", "ESB v3", "API gateway"])
def test_both_documents_launch_on_every_surface(sim: Simulator, collections: str, name: str) -> None:
    play("launch.yml", collections, surface=surfaces(sim)[name])
    assert [launch.plan_id for launch in sim.launches] == [100, 100]


def test_check_mode_reaches_nobody(sim: Simulator, collections: str) -> None:
    play("launch.yml", collections, "--check", surface=surfaces(sim)["ESB v3"])
    assert sim.requests == []


def test_failures_can_be_rescued(sim: Simulator, collections: str) -> None:
    sim.faults.add(faults.answer(200, {"code": 1244012, "result": False, "message": "Job plan does not exist"}))
    sim.faults.add(faults.lost(), api="execute_job_plan")
    play("failures.yml", collections, surface=surfaces(sim)["ESB v3"])
    assert len(sim.launches) == 1


def test_a_missing_library_is_named(sim: Simulator, collections: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    play(
        "without_requests.yml",
        collections,
        "-e",
        f"interpreter={tmp_path}/bare/bin/python",
        surface=surfaces(sim)["ESB v3"],
    )
    assert sim.requests == []


def test_the_demo_ends_well() -> None:
    demo = PLAYBOOKS.parent.parent / "demo" / "run.py"
    done = subprocess.run(
        [sys.executable, str(demo)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Plan 100 (Test) was launched as instance" in done.stdout
    assert "ansible_facts.job_instance_id is" in done.stdout
    assert "Where to look next" in done.stdout
