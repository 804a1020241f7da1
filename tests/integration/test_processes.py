# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook says arrives, and what happened is returned, in the process of the controller and in another one.

The plays are run with a stdout callback for programs, so that standard output must be one JSON document.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import textwrap
import threading
import typing as t
from pathlib import Path

import pytest
import trustme
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.documentation import misfits, returned_by
from tests.integration.interrupted import requests_of
from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment, requests_to
from tests.integration.watched import watched
from tests.simulator import Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable, faults
from tests.waiting import until

if t.TYPE_CHECKING:
    from collections.abc import Callable

PLAYBOOKS = Path(__file__).parent / "playbooks"
VAULT_PASSWORD = "a vault password"
SECRET = "hunter2-long"
HEAD = """
- hosts: {hosts}
  gather_facts: false
  ignore_errors: true
  module_defaults:
    group/blueking.job.bk_job:
      url: "{{{{ lookup('env', 'SIMULATOR') }}}}"
      bk_app_code: demo
      bk_username: admin
      bk_biz_id: 1
      {defaults}
  tasks:
"""
# Whether tasks run in the process of the controller.
WAYS = pytest.mark.parametrize("way", ["0", "1"], ids=["own process", "in process"])


class Played(t.NamedTuple):
    """The results by task, and what was printed on standard error."""

    results: dict[str, dict[str, t.Any]]
    stderr: str


def add_plan(sim: Simulator, outcome: Outcome) -> None:
    """Add plan 200, of one step on one host with this outcome."""
    variables = [
        Variable(900, "hosts", 3, hosts=Targets(host_ids=(101,))),
        Variable(901, "password", 4, value="pl4n-s3cr3t"),
        Variable(902, "note", value="none", changeable=True),
    ]
    sim.world.plans.append(Plan(200, "Special", Scope("biz", "1"), [ScriptStep(1, "run", outcome=outcome)], variables))


def command_of(name: str, collections: str, sim: Simulator, way: str = "1") -> tuple[list[str], dict[str, str]]:
    """A command of Ansible, and an environment with the address and the secret."""
    environment = {
        **clean_environment(collections),
        "ANSIBLE_BK_JOB_IN_PROCESS": way,
        "BK_APP_SECRET": CREDENTIALS["bk_app_secret"],
        "SIMULATOR": sim.url,
    }
    return [str(COMMANDS / name)], environment


def play(
    tasks: str,
    directory: Path,
    collections: str,
    sim: Simulator,
    way: str,
    *arguments: str,
    hosts: str = "localhost",
    defaults: str = "",
    environ: dict[str, str] | None = None,
    during: Callable[[subprocess.Popen[str]], None] | None = None,
) -> Played:
    """Run a play of these tasks from another directory than its own.

    ``defaults`` are more ``module_defaults``, ``environ`` more variables; ``during`` gets the process while it runs.
    """
    playbook = directory / "plays" / "play.yml"
    playbook.parent.mkdir(exist_ok=True)
    playbook.write_text(HEAD.format(hosts=hosts, defaults=defaults) + textwrap.indent(textwrap.dedent(tasks), "    "))
    command, environment = command_of("ansible-playbook", collections, sim, way)
    environment["ANSIBLE_CALLBACK_PLUGINS"] = str(PLAYBOOKS / "callback_plugins")
    environment["ANSIBLE_STDOUT_CALLBACK"] = "results"
    environment.update(environ or {})
    with subprocess.Popen(
        [*command, str(playbook), *arguments],
        env=environment,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        if during:
            threading.Thread(target=during, args=(running,), daemon=True).start()
        stdout, stderr = running.communicate()
    assert SECRET not in stdout + stderr
    try:
        return Played(json.loads(stdout), stderr)
    except ValueError:
        pytest.fail(f"{stdout}\n{stderr}")


def vaulted(text: str, indent: int) -> str:
    """An inline vault, as ``ansible-vault encrypt_string`` prints it."""
    encrypted = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).encrypt(text)
    return "!vault |\n" + textwrap.indent(encrypted.decode(), " " * indent)


@WAYS
def test_inline_vaults_are_decrypted_wherever_they_are(collections: str, tmp_path: Path, way: str) -> None:
    tasks = f"""
- name: launch
  blueking.job.bk_job_execute:
    job_plan_id: 100
    bk_username: {vaulted("alice", 8)}
    variables:
      param_name: {vaulted("from the vault", 8)}
      password: {vaulted(SECRET, 8)}
      labels: {vaulted("([tier]='db')", 8)}
- name: loop
  blueking.job.bk_job_execute:
    job_plan_id: 100
    variables:
      param_name: "{{{{ item.name }}}}"
  loop:
    - name: {vaulted("an item", 8)}
- name: wait
  blueking.job.bk_job_execute:
    job_plan_id: 200
    wait: true
    poll_interval: 0.1
  register: launched
- name: wait again
  blueking.job.bk_job_wait:
    job_instance_id: "{{{{ launched.job_instance_id }}}}"
    logs: all
    secret_variables:
      password: {vaulted("kvark-printed", 8)}
"""
    password = tmp_path / "password"
    password.write_text(VAULT_PASSWORD)
    with watched() as sim:
        add_plan(sim, Outcome(log="the password is kvark-printed\n"))
        arguments = ("--vault-password-file", str(password))
        defaults = f"bk_app_secret: {vaulted(CREDENTIALS['bk_app_secret'], 8)}"
        results = play(tasks, tmp_path, collections, sim, way, *arguments, defaults=defaults).results
        assert [result["outcome"] for name, result in results.items() if name in ("launch", "wait", "wait again")] == [
            "launched",
            "succeeded",
            "succeeded",
        ], results
        first, second, _waited = sim.launches
        assert first.operator == "alice"
        assert (first.values["param_name"], first.values["password"]) == ("from the vault", SECRET)
        assert first.values["labels"] == "([tier]='db')"
        assert second.values["param_name"] == "an item"
    (log,) = results["wait again"]["logs"]
    assert log["content"].endswith("the password is ******\n")


@WAYS
def test_strings_and_inventory_values_arrive_as_what_they_mean(collections: str, tmp_path: Path, way: str) -> None:
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(
        """
        all:
          hosts:
            controller:
              ansible_connection: local
              ansible_python_interpreter: PYTHON
              plan: "100"
              job_variables: {param_name: "from the inventory", ports: [80, 443]}
              must_wait: "yes"
              targets: ['{"name": "hosts", "host_id_list": [101]}']
        """.replace("PYTHON", other_spelling())
    )
    tasks = """
    - name: launch
      blueking.job.bk_job_execute:
        job_plan_id: "{{ plan }}"
        variables: "{{ job_variables }}"
        secret_variables: '{"password": "SECRET"}'
        target_servers: "{{ targets }}"
        wait: "{{ must_wait }}"
        poll_interval: "0.1"
        logs: all
    """.replace("SECRET", SECRET)
    with watched() as sim:
        played = play(tasks, tmp_path, collections, sim, way, "-i", str(inventory), hosts="controller")
        (launch,) = sim.launches
    result = played.results["launch"]
    assert (result["outcome"], result["job_instance_id"], result["changed"]) == ("succeeded", launch.instance_id, True)
    assert launch.values["hosts"] == [101]
    assert (launch.values["param_name"], launch.values["password"]) == ("from the inventory", SECRET)
    assert launch.values["ports"] == "('80' '443')"
    shown = result["invocation"]["module_args"]
    assert (shown["job_plan_id"], shown["wait"], shown["secret_variables"]) == (100, True, "******")
    assert shown["variables"] == {"param_name": "from the inventory", "ports": [80, 443]}
    assert [entry["host_id_list"] for entry in shown["target_servers"]] == [[101]]
    assert "job_instance_id" not in shown


def other_spelling() -> str:
    """The interpreter of this environment, by another name if it has one."""
    names = sorted(COMMANDS.glob("python3*"))
    return next((str(name) for name in names if name.name != Path(sys.executable).name), sys.executable)


@WAYS
def test_the_time_limit_of_a_task_loses_nothing(collections: str, tmp_path: Path, way: str) -> None:
    tasks = """
    - name: launch
      blueking.job.bk_job_execute:
        job_plan_id: 200
      timeout: 3600
    - name: wait
      blueking.job.bk_job_execute:
        job_plan_id: 200
        wait: true
        poll_interval: 0.2
      timeout: 3600
    """
    response = threading.Event()

    def expire(play: subprocess.Popen[str]) -> None:
        until(lambda: len(sim.launches) == 1)
        end_time_limit(play)
        until(lambda: requests_to(sim, "get_job_instance_status") >= 3)
        end_time_limit(play)

    with watched() as sim:
        add_plan(sim, Outcome(seconds=100_000))
        sim.faults.add(faults.held(response), api="execute_job_plan")
        try:
            launch, wait = play(tasks, tmp_path, collections, sim, way, during=expire).results.values()
        finally:
            response.set()
        assert len(sim.launches) == 2
    assert (launch["outcome"], launch["changed"], launch["failed"]) == ("unknown", True, True)
    assert launch["job_instance_id"] is None
    assert (wait["outcome"], wait["changed"], wait["failed"]) == ("timed_out", True, True)
    assert wait["job_instance_id"] == 10001
    if way == "1":  # another process returns neither before it ends
        assert [row["job_instance_id"] for row in launch["candidates"]] == [10000]
        assert wait["status"] == "running"


def test_the_time_limit_of_a_wait_that_stops_the_instance_loses_nothing(collections: str, tmp_path: Path) -> None:
    tasks = """
    - name: launch
      blueking.job.bk_job_execute:
        job_plan_id: 200
    - name: wait
      blueking.job.bk_job_wait:
        job_instance_id: 10000
        terminate_on: [abort]
        poll_interval: 0.2
      timeout: 3600
    """

    def expire(play: subprocess.Popen[str]) -> None:
        until(lambda: requests_to(sim, "get_job_instance_status") >= 3)
        end_time_limit(play)

    with watched() as sim:
        add_plan(sim, Outcome(seconds=100_000))
        wait = play(tasks, tmp_path, collections, sim, "0", during=expire).results["wait"]
        until(lambda: requests_to(sim, "operate_job_instance") == 1)
    assert (wait["outcome"], wait["changed"], wait["failed"]) == ("unknown", True, True)
    assert (wait["job_instance_id"], wait["error"]["kind"]) == (10000, "unavailable")


def test_nothing_is_launched_after_its_task(collections: str, tmp_path: Path) -> None:
    """The process of a module outlives the time limit of its task."""
    tasks = """
    - name: launch
      blueking.job.bk_job_execute:
        job_plan_id: 200
      timeout: 3600
    """
    response = threading.Event()

    def expire(play: subprocess.Popen[str]) -> None:
        until(lambda: requests_to(sim, "get_job_plan_detail") == 1)
        end_time_limit(play)

    with watched() as sim:
        add_plan(sim, Outcome(seconds=100_000))
        sim.faults.add(faults.held(response), api="get_job_plan_detail")
        launch = play(tasks, tmp_path, collections, sim, "0", during=expire).results["launch"]
        response.set()
        until(lambda: not connected_to(sim))
        assert sim.launches == []
    assert (launch["outcome"], launch["changed"], launch["failed"]) == ("unknown", True, True)


def connected_to(sim: Simulator) -> list[Path]:
    """The processes that have the URL of a simulator in their environment."""
    url = f"SIMULATOR={sim.url}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # it has ended, or is of somebody else
            if url in path.read_bytes().split(b"\0"):
                found.append(path.parent)
    return found


def end_time_limit(play: subprocess.Popen[str]) -> None:
    """End the time limit of the running task now: Ansible sets an alarm in its workers."""
    parents = {
        int(stat.parent.name): int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.exists()
    }
    for worker in [pid for pid, parent in parents.items() if parent == play.pid]:
        os.kill(worker, signal.SIGALRM)


@WAYS
def test_relative_paths_start_at_the_playbook(collections: str, tmp_path: Path, way: str) -> None:
    authority = trustme.CA()
    (tmp_path / "plays").mkdir()
    authority.cert_pem.write_to_path(str(tmp_path / "plays" / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    tasks = """
    - name: launch
      blueking.job.bk_job_execute:
        job_plan_id: 100
        ca_path: ca.pem
        log_dest: logs
        logs: all
        wait: true
        poll_interval: 0.1
    - name: by the environment
      blueking.job.bk_job_plan_info:
        job_plan_id: 100
    - name: by the environment of the task
      blueking.job.bk_job_plan_info:
        job_plan_id: 100
      environment:
        BK_JOB_CA_PATH: "{{ playbook_dir | basename }}-not-there.pem"
    """
    with watched(ssl_context=context) as sim:
        results = play(tasks, tmp_path, collections, sim, way, environ={"BK_JOB_CA_PATH": "ca.pem"}).results
    result, by_environment, by_task = results.values()
    assert result["outcome"] == "succeeded", result
    assert by_environment["error"] is None
    assert str(tmp_path / "plays" / "plays-not-there.pem") in by_task["error"]["message"]
    logs = tmp_path / "plays" / "logs" / "10000"
    assert [Path(row["path"]).parents[1] for row in result["logs"]] == [logs, logs]
    assert len(list(logs.rglob("*.log"))) == 2
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("callback", ["oneline", "results"])
@WAYS
def test_nothing_of_ours_is_on_the_standard_output_for_programs(
    collections: str, tmp_path: Path, callback: str, way: str
) -> None:
    playbook = tmp_path / "play.yml"
    tasks = "- name: launch\n  blueking.job.bk_job_execute: {job_plan_id: 100, wait: true, poll_interval: 0.1}\n"
    playbook.write_text(HEAD.format(hosts="localhost", defaults="") + textwrap.indent(tasks, "    "))
    with watched() as sim:
        command, environment = command_of("ansible-playbook", collections, sim, way)
        environment["ANSIBLE_CALLBACK_PLUGINS"] = str(PLAYBOOKS / "callback_plugins")
        environment["ANSIBLE_STDOUT_CALLBACK"] = callback
        assert_only_the_id_on_stderr([*command, str(playbook)], environment)


def test_nothing_of_ours_is_on_the_standard_output_of_ansible(collections: str) -> None:
    with watched() as sim:
        command, environment = command_of("ansible", collections, sim)
        options = {**CREDENTIALS, "url": sim.url, "job_plan_id": 100, "wait": True, "poll_interval": 0.1}
        del options["bk_app_secret"]
        arguments = ["localhost", "-m", "blueking.job.bk_job_execute", "-a", json.dumps(options)]
        stdout = assert_only_the_id_on_stderr([*command, *arguments], environment)
    head, _arrow, result = stdout.partition(" => ")
    assert head.split() == ["localhost", "|", "CHANGED"]
    assert json.loads(result)["outcome"] == "succeeded"


def assert_only_the_id_on_stderr(command: list[str], environment: dict[str, str]) -> str:
    """Run a command, and return its standard output; the line with the id of the instance is on standard error."""
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    resume = "blueking.job.resume -e job_instance_id=10000"
    assert [resume in text for text in (done.stdout, done.stderr)] == [False, True], done.stdout + done.stderr
    assert " · " not in done.stdout + done.stderr
    return done.stdout


@WAYS
def test_the_id_is_always_shown(collections: str, tmp_path: Path, way: str) -> None:
    playbook = tmp_path / "play.yml"
    tasks = "- blueking.job.bk_job_execute: {job_plan_id: 100}\n  no_log: true\n"
    playbook.write_text(HEAD.format(hosts="localhost", defaults="") + textwrap.indent(tasks, "    "))
    with watched() as sim:
        command, environment = command_of("ansible-playbook", collections, sim, way)
        environment["ANSIBLE_BK_JOB_PROGRESS"] = "0"
        done = subprocess.run(
            [*command, str(playbook)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.count("blueking.job.resume -e job_instance_id=10000") == 1


@WAYS
def test_with_no_log_no_message_has_what_a_script_prints(collections: str, tmp_path: Path, way: str) -> None:
    """Newer versions of ansible-core show the message of a task that fails."""
    tasks = """
    - blueking.job.bk_job_execute: &launch {job_plan_id: 200, wait: true, logs: all}
      no_log: true
      register: launched
    - blueking.job.bk_job_execute: {<<: *launch, terminate_on: [abort]}
      no_log: true
      register: launched_in_one_part
    - blueking.job.bk_job_wait: &instance {job_instance_id: "{{ launched.job_instance_id }}"}
      no_log: true
      register: waited
    - blueking.job.bk_job_operate:
        <<: *instance
        action: retry_failed
        step_instance_id: "{{ launched.steps[0].step_instance_id }}"
        wait: true
      no_log: true
      register: retried
    - name: messages
      ansible.builtin.debug:
        msg: ["{{ launched.msg }}", "{{ launched_in_one_part.msg }}", "{{ waited.msg }}", "{{ retried.msg }}"]
    - name: results still have the logs
      ansible.builtin.assert:
        that: ("the password" in item.failed_hosts[0].log) and item.failed_hosts[0].tag != ""
      loop: ["{{ launched }}", "{{ launched_in_one_part }}", "{{ waited }}"]
      no_log: true
      ignore_errors: false
    """
    with watched() as sim:
        add_plan(sim, Outcome(104, exit_code=7, tag=SECRET, log=f"the password is {SECRET}\n"))
        played = play(tasks, tmp_path, collections, sim, way)
    messages = played.results["messages"]["msg"]
    assert [("7" in message, SECRET in message) for message in messages] == [(True, False)] * 4
    assert not played.results["results still have the logs"].get("failed")


@WAYS
def test_a_wait_ends_in_the_same_way(collections: str, tmp_path: Path, way: str) -> None:
    tasks = """
    - name: no number
      blueking.job.bk_job_wait:
        job_instance_id: 10000
        wait_timeout: soon
    - name: out of range
      blueking.job.bk_job_wait:
        job_instance_id: 10000
        wait_timeout: -5
        url: http://user:PWhunter2x@127.0.0.1
    - name: no response
      blueking.job.bk_job_wait:
        job_instance_id: 10000
        wait_timeout: 3
        url: http://127.0.0.1:1
    - name: no such instance
      blueking.job.bk_job_wait:
        job_instance_id: 4711
    - name: stopped
      blueking.job.bk_job_execute:
        job_plan_id: 200
        wait: true
        wait_timeout: 2
        logs: all
        terminate_on: [timeout]
    - name: not stopped
      blueking.job.bk_job_execute:
        job_plan_id: 200
        wait: true
        wait_timeout: 2
        logs: all
    - name: again
      blueking.job.bk_job_wait:
        job_instance_id: 10001
        wait_timeout: 2
    """
    with watched() as sim:
        add_plan(sim, Outcome(seconds=100_000, log="begun\n"))
        played = play(tasks, tmp_path, collections, sim, way)
        assert [stop["job_instance_id"] for stop in requests_of(sim, "operate_job_instance")] == [10000]
        assert len(sim.launches) == 2
    results = played.results
    assert [
        (name, row["outcome"], row["changed"], row["finished"], row["status"]) for name, row in results.items()
    ] == [
        ("no number", "refused", False, False, None),
        ("out of range", "refused", False, False, None),
        ("no response", "timed_out", False, False, None),
        ("no such instance", "refused", False, False, None),
        ("stopped", "timed_out", True, True, "terminated"),
        ("not stopped", "timed_out", True, False, "running"),
        ("again", "timed_out", False, False, "running"),
    ]
    for name, row in results.items():
        assert misfits(returned_by("bk_job_execute" if "stopped" in name else "bk_job_wait"), row) == [], name
    errors = [row["error"] and row["error"]["kind"] for row in results.values()]
    assert errors == ["invalid_request", "invalid_request", "unavailable", "not_found", None, None, None]
    assert "PWhunter2x" not in json.dumps(results)
    limits = {name: re.findall(r"\d+(?= s\b)", results[name]["msg"]) for name in list(results)[4:]}
    assert limits == {"stopped": ["2"], "not stopped": ["2"], "again": ["2"]}
    for name in ("stopped", "not stopped"):
        assert [row["ip"] for row in results[name]["logs"]] == ["10.0.0.1"], results[name]["msg"]
    assert results["not stopped"]["invocation"]["module_args"]["wait_timeout"] == 2
    assert [results[name]["request"]["api"] for name in ("stopped", "again")] == [
        "execute_job_plan",
        "get_job_instance_status",
    ]


@WAYS
def test_after_the_time_limit_of_a_task_the_instance_is_stopped(collections: str, tmp_path: Path, way: str) -> None:
    tasks = """
    - name: launch and wait
      blueking.job.bk_job_execute:
        job_plan_id: 200
        wait: true
        terminate_on: [timeout]
        poll_interval: 0.2
      timeout: 3600
    - name: launch
      blueking.job.bk_job_execute:
        job_plan_id: 200
    - name: wait
      blueking.job.bk_job_wait:
        job_instance_id: 10001
        poll_interval: 0.2
      timeout: 3600
    """

    def expire(play: subprocess.Popen[str]) -> None:
        until(lambda: requests_to(sim, "get_job_instance_status") >= 2)
        end_time_limit(play)
        until(lambda: len(sim.launches) == 2)
        requests = requests_to(sim, "get_job_instance_status")
        until(lambda: requests_to(sim, "get_job_instance_status") > requests + 1)  # it has seen the first response
        end_time_limit(play)

    with watched() as sim:
        add_plan(sim, Outcome(seconds=100_000))
        results = play(tasks, tmp_path, collections, sim, way, during=expire).results
        assert [stop["job_instance_id"] for stop in requests_of(sim, "operate_job_instance")] == [10000]
    stopped, waited = results["launch and wait"], results["wait"]
    assert (stopped["outcome"], stopped["changed"], stopped["status"]) == ("timed_out", True, "terminated")
    assert (waited["outcome"], waited["changed"], waited["status"]) == ("timed_out", False, "running")
    assert "TimeoutError" in stopped["msg"]
    assert "TimeoutError" in waited["msg"]
    for module, result in (("bk_job_execute", stopped), ("bk_job_wait", waited)):
        assert misfits(returned_by(module), result) == []
        assert len(result["host_list"]) == 1


IMPORTING = 'File "/tmp/payload.zip/ansible_collections/blueking/job/plugins/modules/bk_job_execute.py", line 9, in {}'
NOT_BEGUN = {
    "python3.6": "SyntaxError: future feature annotations is not defined",
    "python3.7": f"{IMPORTING.format('<module>')}\nAttributeError: module 'typing' has no attribute 'Protocol'",
}
BEGUN = {"full": f"{IMPORTING.format('<module>')}\n{IMPORTING.format('main')}\nMemoryError", "silent": ""}


def test_a_module_that_has_not_begun_has_changed_nothing(collections: str, tmp_path: Path) -> None:
    tasks = ""
    for name, error in {**NOT_BEGUN, **BEGUN}.items():
        (tmp_path / f"{name}.txt").write_text(f"{error}\n")
        interpreter = tmp_path / name
        interpreter.write_text(
            f'#!/bin/sh\ncase "$*" in *AnsiballZ*) cat {tmp_path / name}.txt >&2; exit 1;; esac\n'
            f'exec {sys.executable} "$@"\n'
        )
        interpreter.chmod(0o755)
        for module, option in (("bk_job_execute", "job_plan_id"), ("bk_job_wait", "job_instance_id")):
            tasks += f"- name: {name} {module}\n  blueking.job.{module}: {{{option}: 100}}\n"
            tasks += f"  vars: {{ansible_python_interpreter: {interpreter}}}\n"
    with watched() as sim:
        results = play(tasks, tmp_path, collections, sim, "0").results
        assert len(sim.launches) == 0
    outcomes = {name: (result["outcome"], result["changed"]) for name, result in results.items()}
    assert outcomes == {
        f"{name} {module}": ("unknown", True) if name in BEGUN and module == "bk_job_execute" else ("refused", False)
        for name in (*NOT_BEGUN, *BEGUN)
        for module in ("bk_job_execute", "bk_job_wait")
    }
    for name, error in NOT_BEGUN.items():
        assert error.splitlines()[-1] in results[f"{name} bk_job_execute"]["msg"]
        assert error.splitlines()[-1] in results[f"{name} bk_job_wait"]["msg"]


@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_a_file_of_all_output_has_the_id_once(collections: str, tmp_path: Path, mode: str) -> None:
    playbook, output = tmp_path / "play.yml", tmp_path / "output"
    tasks = "- blueking.job.bk_job_execute: {job_plan_id: 100, wait: true, terminate_on: [abort]}\n"
    playbook.write_text(HEAD.format(hosts="localhost", defaults="") + textwrap.indent(tasks, "    "))
    with watched() as sim:
        command, environment = command_of("ansible-playbook", collections, sim, "0")
        with output.open(mode) as file:
            subprocess.run(
                [*command, str(playbook)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=True,
            )
    assert output.read_text().count("blueking.job.resume -e job_instance_id=10000") == 1
