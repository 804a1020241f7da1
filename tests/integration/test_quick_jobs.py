# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts and files in playbooks: files of the controller, the name of the task, and where it runs."""

from __future__ import annotations

import re
import sys
import typing as t

import pytest

from tests.integration.test_processes import PLAYBOOKS, WAYS, Played, play
from tests.integration.watched import watched
from tests.simulator import Outcome, faults

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator import Simulator

TASKS = """
- name: "Check {{ what }}"
  blueking.job.bk_job_execute_script:
    src: check.py
    args: [/data, "90 %"]
    account: root
    target_server:
      ip_list: [10.0.0.1, 10.0.0.2]
  vars:
    what: disks
- name: a secret argument
  blueking.job.bk_job_execute_script:
    content: echo "$1"
    args: [hunter2-long]
    sensitive_args: true
    account: root
    target_server: {ip_list: [10.0.0.3]}
- name: files
  blueking.job.bk_job_transfer_file:
    src: [app.conf]
    dest: /etc/app
    account: root
    target_server: {ip_list: [10.0.0.1]}
- name: no such file
  blueking.job.bk_job_execute_script:
    src: nowhere.sh
    account: root
    target_server: {ip_list: [10.0.0.1]}
"""


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A simulator of its own for each playbook."""
    with watched() as server:
        yield server


@pytest.fixture
def plays(tmp_path: Path) -> Path:
    """A folder with the files that the tasks send."""
    files = tmp_path / "plays" / "files"
    files.mkdir(parents=True)
    (files / "check.py").write_text("import sys\n", encoding="utf-8")
    (files / "app.conf").write_text("port: 80\n", encoding="utf-8")
    return tmp_path


@WAYS
def test_scripts_and_files_of_the_controller(sim: Simulator, collections: str, plays: Path, way: str) -> None:
    sim.world.quick_script.outcomes = {103: (Outcome(log="got hunter2-long\n"),)}
    played = play(TASKS, plays, collections, sim, way)
    check, secret, files, missing = played.results.values()
    assert [result["outcome"] for result in (check, secret, files)] == ["succeeded"] * 3
    script, echo, transfer = sim.launches
    # The name is that of the task, with its variables replaced.
    assert [re.sub(r" \[ansible .{8}\]$", "", launch.name) for launch in sim.launches] == [
        "Check disks",
        "a secret argument",
        "files",
    ]
    assert (script.script, script.language) == ("import sys\n", 4)
    assert (script.command or "").partition(" ")[2] == "/data '90 %'"
    assert [row["ip"] for row in check["logs"]] == ["10.0.0.1", "10.0.0.2"]
    assert (echo.command or "").endswith(" hunter2-long")
    assert "******" in secret["logs"][0]["content"]
    assert [(file.name, file.size) for file in transfer.files] == [("app.conf", 9)]
    assert (missing["outcome"], missing["changed"], missing["logs"]) == ("refused", False, [])
    assert "nowhere.sh" in missing["msg"]


REMOTE = """
- name: a script for another host
  blueking.job.bk_job_execute_script:
    src: check.py
    account: root
    target_server: {ip_list: [10.0.0.1]}
- name: a file for another host
  blueking.job.bk_job_transfer_file:
    src: [app.conf]
    dest: /etc/app
    account: root
    target_server: {ip_list: [10.0.0.1]}
- name: two files for another host
  blueking.job.bk_job_transfer_file:
    src: [app.conf, check.py]
    dest: /etc/app
    account: root
    target_server: {ip_list: [10.0.0.1]}
"""


def played_remotely(tasks: str, plays: Path, collections: str, sim: Simulator, *arguments: str) -> Played:
    """The play on a host that is not the controller."""
    (plays / "plays" / "connection_plugins").symlink_to(PLAYBOOKS / "connection_plugins")
    remote = "-e", "ansible_connection=ssh_like", "-e", f"ansible_python_interpreter={sys.executable}"
    return play(tasks, plays, collections, sim, "1", *remote, *arguments)


def test_files_of_the_controller_from_another_host(sim: Simulator, collections: str, plays: Path) -> None:
    played = played_remotely(REMOTE, plays, collections, sim)
    script, file, two = played.results.values()
    assert [script["outcome"], file["outcome"], two["outcome"]] == ["succeeded", "succeeded", "refused"]
    assert (sim.launches[0].script, sim.launches[0].language) == ("import sys\n", 4)
    assert [(sent.name, sent.size) for sent in sim.launches[1].files] == [("app.conf", 9)]
    # As on the controller, nothing shows what is in it.
    assert "port: 80" not in str(file)
    assert "one file" in two["msg"]


LAUNCHES = """
- name: refused
  blueking.job.bk_job_execute:
    job_plan_id: 100
    wait: true
- name: a script
  blueking.job.bk_job_execute_script:
    src: check.py
    account: root
    target_server: {ip_list: [10.0.0.1]}
"""


@pytest.mark.parametrize("arguments", [(), ("--diff",)], ids=["without diff mode", "in diff mode"])
def test_another_host_returns_a_diff_in_diff_mode_only(
    sim: Simulator, collections: str, plays: Path, arguments: tuple[str, ...]
) -> None:
    sim.faults.add(faults.answer(200, {"result": False, "code": 9900403, "message": "no"}), api="execute_job_plan")
    refused, script = played_remotely(LAUNCHES, plays, collections, sim, *arguments).results.values()
    assert [refused["outcome"], script["outcome"]] == ["refused", "succeeded"]
    assert [bool(result.get("diff")) for result in (refused, script)] == [bool(arguments)] * 2


ORDINARY = """
- name: a file
  blueking.job.bk_job_transfer_file: &file
    src: [app.conf]
    dest: /etc/app
    account: root
    target_server: {ip_list: [10.0.0.1]}
- name: a secret file
  blueking.job.bk_job_transfer_file: {<<: *file, sensitive_content: true}
- name: a secret text
  blueking.job.bk_job_transfer_file: &text
    <<: *file
    src: []
    content: "port: 80"
    file_name: app.conf
    sensitive_content: true
- name: a long text
  blueking.job.bk_job_transfer_file: {<<: *text, content: "{{ 'port: 80\\n' * 500 }}"}
"""


def test_the_lines_of_a_file_are_no_secrets_on_another_host(sim: Simulator, collections: str, plays: Path) -> None:
    sim.world.quick_file.outcomes = {101: (Outcome(log="found port: 80\n"),)}
    played = played_remotely(ORDINARY, plays, collections, sim)
    assert [result["outcome"] for result in played.results.values()] == ["succeeded"] * 4
    logs = [result["logs"][0]["content"] for result in played.results.values()]
    assert ["port: 80" in log for log in logs] == [True, False, False, True]
    assert "port: 80" not in str([{**result, "logs": []} for result in played.results.values()])
