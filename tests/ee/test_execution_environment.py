# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment has all that the collection needs: what its build would install, without a container.

Only the packages of the base image's system are left out, since the collection asks for none.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import typing as t
import venv
from pathlib import Path

import pytest

from tests.collection_path import CHECKOUT
from tests.integration import playing
from tests.simulator import Simulator, WallClock

BIN = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path = CHECKOUT, **environment: str) -> str:
    """Run a command, which must succeed, and return what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "BK_", "PYTHON"))}
    return playing.run([str(word) for word in command], {**clean, **environment}, cwd)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the image would be built from."""
    folder = tmp_path_factory.mktemp("build")
    run(BIN / "ansible-galaxy", "collection", "build", "--output-path", folder)
    shutil.copy(CHECKOUT / "execution-environment.yml", folder)
    run(BIN / "ansible-builder", "create", "--output-filename", "Containerfile", cwd=folder)
    return folder / "context"


class Environment(t.NamedTuple):
    """What an image has of its own: the programs of its Python and its collections."""

    programs: Path
    collections: Path


@pytest.fixture(scope="module")
def environment(context: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What the steps of the Containerfile install, in the same order."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    made = Environment(folder / "venv" / "bin", folder / "collections")
    steps = (context / "Containerfile").read_text(encoding="utf-8")
    [ansible] = re.findall('^ARG ANSIBLE_INSTALL_REFS="(.*)"$', steps, re.MULTILINE)
    run(made.programs / "pip", "install", "--quiet", *shlex.split(ansible))
    build = context / "_build"
    galaxy = (made.programs / "ansible-galaxy", "collection", "install", "--collections-path", made.collections)
    run(*galaxy, "--requirements-file", "requirements.yml", cwd=build)
    introspect = (made.programs / "python", build / "scripts" / "introspect.py", "introspect", made.collections)
    run(*introspect, f"--write-pip={folder}/requirements.txt", f"--write-bindep={folder}/bindep.txt")
    assert not (folder / "bindep.txt").exists()
    run(made.programs / "pip", "install", "--quiet", "--requirement", folder / "requirements.txt")
    return made


@pytest.mark.parametrize(
    ("playbook", "plans"),
    [
        ((str(CHECKOUT / "tests" / "demo" / "launch.yml"),), [100, 102]),
        (("blueking.job.execute_plan", "-e", "job_plan_id=100", "-e", "poll_interval=0.1"), [100]),
    ],
    ids=["demo", "execute_plan"],
)
def test_playbooks_run_in_it(
    environment: Environment, tmp_path: Path, playbook: tuple[str, ...], plans: list[int]
) -> None:
    with Simulator(clock=WallClock(10)) as sim:
        run(
            environment.programs / "ansible-playbook",
            *playbook,
            cwd=tmp_path,
            ANSIBLE_COLLECTIONS_PATH=str(environment.collections),
            BK_JOB_URL=sim.url,
            BK_APP_CODE="demo",
            BK_APP_SECRET="s3cr3t-demo",
            BK_USERNAME="admin",
            BK_BIZ_ID="1",
        )
        assert [launch.plan_id for launch in sim.launches] == plans


def test_it_holds_what_awx_is_set_up_with(environment: Environment) -> None:
    collection = environment.collections / "ansible_collections" / "blueking" / "job"
    for path in ("extensions/awx/credential_type.yml", "playbooks/awx_setup.yml", "playbooks/vars/options.yml"):
        assert (collection / path).read_bytes() == (CHECKOUT / path).read_bytes()
