# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks with the real ansible-playbook, against the simulator on a real socket."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import typing as t
import venv
from pathlib import Path

import ansible_runner
import pytest

from tests.collection_path import CHECKOUT
from tests.integration.playing import (
    COMMANDS,
    CREDENTIALS,
    TURNED_CLOCK,
    clean_environment,
    requests_to,
    run,
)
from tests.integration.watched import watched
from tests.simulator import Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable, faults
from tests.waiting import until

if t.TYPE_CHECKING:
    from collections.abc import Iterator

PLAYBOOKS = Path(__file__).parent / "playbooks"
LOG_APIS = ("batch_get_job_instance_ip_log", "get_job_instance_log")
SILENT = {"ANSIBLE_BK_JOB_PROGRESS": "0"}
# What differs from run to run.
VOLATILE = {
    "request_id",
    "job_request_id",
    "created_at",
    "start_time",
    "end_time",
    "total_seconds",
    "status",
    "status_code",
}
SECRET = "xquirk1\"zwart2'kvark3\\jdolt4 %&$`管\nbtulip5 is the second line"
LEAKING = Outcome(log=f"the password is {SECRET}\n")
# The words of the secret of secrets.yml are the same in every escaped form.
SECRETS = ("s3cr3t-demo", "hunter2", "xquirk1", "zwart2", "kvark3", "jdolt4", "管", "u7ba1", "btulip5")


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


def prepare(
    playbook: str, collections: str, *arguments: str, surface: dict[str, t.Any] | None = None
) -> tuple[list[str], dict[str, str]]:
    """The command that runs a playbook, and its environment."""
    command = [str(COMMANDS / "ansible-playbook"), "-vvv", str(PLAYBOOKS / playbook), *arguments]
    environment = clean_environment(collections)
    if surface:
        # Credentials come as AWX injects them, since extra variables are shown at -vvv.
        environment["BK_APP_SECRET"] = surface["bk_app_secret"]
        shown = {name: value for name, value in surface.items() if name != "bk_app_secret"}
        command += ["--extra-vars", json.dumps({"surface": shown})]
    return command, environment


def add_plan(sim: Simulator, outcome: Outcome) -> None:
    """Add plan 200, of one step on one host with this outcome; it has a ciphertext, and copies it into a note."""
    variables = [
        Variable(900, "hosts", 3, hosts=Targets(host_ids=(101,))),
        Variable(901, "password", 4, value="pl4n-s3cr3t"),
        Variable(902, "note", value="none", changeable=True),
    ]
    step = ScriptStep(1, "run", outcome=outcome, assigns={"note": SECRET.splitlines()[1]})
    sim.world.plans.append(Plan(200, "Special", Scope("biz", "1"), steps=[step], variables=variables))


def play(
    playbook: str,
    collections: str,
    *arguments: str,
    surface: dict[str, t.Any] | None = None,
    environ: dict[str, str] | None = None,
) -> str:
    """Run a playbook, which must succeed, and return all that it printed at ``-vvv``; no secret may be in it."""
    command, environment = prepare(playbook, collections, *arguments, surface=surface)
    environment.update(environ or {})
    output = run(command, environment)
    assert_silent(output)
    return output


def progress_in(output: str) -> list[str]:
    """The progress lines, without their times."""
    return re.findall(r"^\d\d:\d\d:\d\d (instance .*)$", output, re.MULTILINE)


def id_line(output: str, instance_id: int) -> bool:
    """Whether the line with the id of an instance was shown, and how to resume the wait."""
    resume = f"blueking.job.resume -e job_instance_id={instance_id}"
    return any(f"instance {instance_id}" in line and resume in line for line in output.splitlines())


def assert_silent(text: str) -> None:
    """No trace of a secret."""
    assert [secret for secret in SECRETS if secret in text] == [], text


def run_as_awx(
    sim: Simulator, playbook: str, collections: str, directory: Path, *, extravars: dict[str, t.Any], **options: t.Any
) -> list[dict[str, t.Any]]:
    """Run a playbook as AWX does, which must succeed, and return its events."""
    surface = surfaces(sim)["ESB v3"]
    secret = surface.pop("bk_app_secret")
    run = ansible_runner.run(
        private_data_dir=str(directory),
        playbook=str(PLAYBOOKS / playbook),
        envvars={
            **TURNED_CLOCK,
            "ANSIBLE_COLLECTIONS_PATH": collections,
            "BK_APP_SECRET": secret,
            "PATH": os.pathsep.join([str(COMMANDS), os.environ["PATH"]]),
        },
        extravars={"surface": surface, **extravars},
        quiet=True,
        **options,
    )
    events = list(run.events)
    assert run.status == "successful", [event["stdout"] for event in events]
    return events


def bare_python(directory: Path) -> str:
    """A Python with only its standard library."""
    venv.create(directory / "bare", with_pip=False)
    return str(directory / "bare" / "bin" / "python")


@pytest.mark.parametrize("name", ["ESB v2", "ESB v3", "API gateway"])
def test_both_documents_launch_on_every_surface(sim: Simulator, collections: str, name: str) -> None:
    play("launch.yml", collections, surface=surfaces(sim)[name])
    assert [launch.plan_id for launch in sim.launches] == [100, 100]


def lasting(value: t.Any) -> t.Any:
    """``value`` without what differs from run to run."""
    if isinstance(value, dict):
        return {key: lasting(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [lasting(item) for item in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"request_id [0-9a-f-]+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "…", value)


def test_results_are_the_same_in_both_processes(collections: str, tmp_path: Path) -> None:
    results: list[t.Any] = []
    outputs: list[str] = []
    for way in ("0", "1"):
        left, environ = tmp_path / way, {"ANSIBLE_BK_JOB_IN_PROCESS": way}
        with watched() as sim:
            surface = surfaces(sim)["ESB v3"]
            outputs.append(
                play("both_ways.yml", collections, "-e", f"results={left}", surface=surface, environ=environ)
            )
            assert len(sim.launches) == 6
        results.append(lasting(json.loads(left.read_text().replace(sim.url, "http://simulator"))))
    assert results[0] == results[1]
    assert results[1]["unseen"]["warnings"]
    assert ["AnsiballZ_bk_job" in output for output in outputs] == [True, False]


@pytest.mark.parametrize("name", ["ESB v2", "ESB v3", "API gateway"])
def test_a_plan_is_read_and_launched_by_name(sim: Simulator, collections: str, name: str) -> None:
    output = play("plans.yml", collections, surface=surfaces(sim)[name])
    assert [launch.plan_id for launch in sim.launches] == [100]
    assert sim.launches[0].values["hosts"] == [101]
    assert "pl4n-s3cr3t" not in output


@pytest.mark.parametrize("playbook", sorted(path.name for path in PLAYBOOKS.glob("*.yml")))
def test_check_mode_changes_nothing(sim: Simulator, collections: str, tmp_path: Path, playbook: str) -> None:
    add_plan(sim, Outcome())
    interpreter = bare_python(tmp_path) if playbook == "without_requests.yml" else sys.executable
    given = {"interpreter": interpreter, "logs": str(tmp_path / "logs")}
    play(playbook, collections, "--check", "--diff", "-e", json.dumps(given), surface=surfaces(sim)["ESB v3"])
    assert [request.api for request in sim.requests if request.api.startswith(("execute_", "operate_"))] == []
    assert sim.launches == []
    assert not (tmp_path / "logs").exists()


def test_failures_can_be_rescued(sim: Simulator, collections: str) -> None:
    sim.faults.add(faults.lost(), api="execute_job_plan")
    play("failures.yml", collections, surface=surfaces(sim)["ESB v3"])
    assert len(sim.launches) == 1


@pytest.mark.parametrize("name", ["ESB v2", "ESB v3", "API gateway"])
def test_waiting_shows_progress(collections: str, name: str) -> None:
    with watched() as sim:
        output = play("follow.yml", collections, surface=surfaces(sim)[name])
    lines = progress_in(output)
    first = [line for line in lines if line.startswith("instance 10000 ")]
    assert id_line(output, 10000)
    assert first[0].startswith("instance 10000 · step 1/2 run ")
    assert any("step 2/2 copy running" in line for line in first)
    assert any(line.startswith("instance 10000 · step 2/2 copy success · ") for line in first)
    # Of the launch, and of waiting again.
    assert sum(line.startswith("instance 10000 · succeeded · ") for line in first) == 2
    assert any(line.startswith("instance 10001 · failed · ") for line in lines)
    assert any("10.0.0.2" in line for line in lines)
    assert any(" · hosts 0/" in line for line in lines)
    assert len(sim.launches) == 3


# BK_JOB_LANGUAGE in the environment of the play, for a task in its process and on another host; and in the keyword.
LANGUAGES = {
    "here": ((), {"BK_JOB_LANGUAGE": "zh"}),
    "elsewhere": (("-e", "ansible_connection=ssh_like"), {"BK_JOB_LANGUAGE": "zh"}),
    "environment": (("-e", "keyword=zh"), {}),
}


@pytest.mark.parametrize("way", LANGUAGES)
def test_what_is_shown_while_waiting_is_in_the_language_of_the_results(collections: str, way: str) -> None:
    arguments, environ = LANGUAGES[way]
    with watched() as sim:
        output = play("chinese.yml", collections, *arguments, surface=surfaces(sim)["ESB v3"], environ=environ)
    lines = re.findall(r"^\d\d:\d\d:\d\d (.*)$", output, re.MULTILINE)
    assert lines[0].startswith("作业实例 10000 · 步骤 1/2 run ")
    assert lines[-1].startswith("作业实例 10000 · succeeded · ")
    assert [line for line in lines if not line.startswith("作业实例 10000 · ")] == []
    assert re.search(
        r"^执行方案 100（Test）已启动，.* 10000.*blueking\.job\.resume -e job_instance_id=10000", output, re.MULTILINE
    )


def test_progress_can_be_silenced(collections: str) -> None:
    with watched() as sim:
        output = play("follow.yml", collections, "--tags", "quick", surface=surfaces(sim)["ESB v3"], environ=SILENT)
        assert len(sim.launches) == 1
    assert progress_in(output) == []
    assert id_line(output, 10000)


def test_a_wait_goes_on_after_the_connection_broke(collections: str, tmp_path: Path) -> None:
    interpreter = tmp_path / "python"
    calls = tmp_path / "calls"
    # The second of all calls fails; the first is the launch.
    interpreter.write_text(
        f'#!/bin/sh\necho x >> {calls}\n[ $(wc -l < {calls}) -eq 2 ] && exit 255\nexec {sys.executable} "$@"\n'
    )
    interpreter.chmod(0o755)
    with watched() as sim:
        play("flaky.yml", collections, "-e", f"interpreter={interpreter}", surface=surfaces(sim)["ESB v3"])
        assert len(sim.launches) == 1
    assert len(calls.read_text().split()) >= 3


@pytest.mark.parametrize("way", ["0", "1"])
def test_an_unusable_log_directory_does_not_end_the_wait(collections: str, tmp_path: Path, way: str) -> None:
    logs = tmp_path / "logs"

    written = threading.Event()

    def hinder(sim: Simulator) -> None:
        until(lambda: requests_to(sim, "get_job_instance_status") >= 1)
        logs.write_text("in the way")
        written.set()

    with watched() as sim:
        # The wait ends, and its logs are written, only when the file is there.
        sim.faults.add(faults.held(written), api="get_job_instance_status")
        hindering = threading.Thread(target=hinder, args=(sim,))
        hindering.start()
        environ = {"ANSIBLE_BK_JOB_IN_PROCESS": way}
        play("hindered.yml", collections, "-e", f"logs={logs}", surface=surfaces(sim)["ESB v3"], environ=environ)
        hindering.join()
        assert len(sim.launches) == 1


def test_secrets_that_a_job_prints_are_masked(collections: str, tmp_path: Path) -> None:
    with watched() as sim:
        add_plan(sim, LEAKING)
        output = play("secrets.yml", collections, "--diff", "-e", f"logs={tmp_path}", surface=surfaces(sim)["ESB v2"])
        assert {launch.values["password"] for launch in sim.launches} == {SECRET}
    files = list(tmp_path.rglob("*.log"))
    assert len(files) == 6
    for path in files:
        assert_silent(path.read_text())
    assert "--- before: Plan 200 (Special): defaults\n+++ after: Plan 200 (Special): as launched\n" in output
    for note in ("nothing of interest", "plain"):  # of the waiting launch, and of the other
        before = '-    "note": "none",\n-    "password": "******"\n'
        assert f'{before}+    "note": "{note}",\n+    "password": "****** (given)"\n' in output


def test_awx_sees_no_secret(collections: str, tmp_path: Path) -> None:
    with watched() as sim:
        add_plan(sim, LEAKING)
        events = run_as_awx(
            sim, "secrets.yml", collections, tmp_path, extravars={"logs": str(tmp_path / "logs")}, verbosity=3
        )
        assert {launch.values["password"] for launch in sim.launches} == {SECRET}
    assert_silent(json.dumps(events, ensure_ascii=False))


def test_a_plan_out_of_view_is_launched_with_a_warning(collections: str) -> None:
    with watched() as sim:
        apart = {"ANSIBLE_BK_JOB_IN_PROCESS": "0"}
        output = play("plan_out_of_view.yml", collections, surface=surfaces(sim)["ESB v3"], environ=apart)
        assert len(sim.launches) == 2
    assert re.search(r"\[WARNING\]: .*view_job_plan", " ".join(output.split()))


def test_a_lost_connection_repeats_no_write(collections: str, tmp_path: Path) -> None:
    counted = tmp_path / "counted"
    with watched() as sim:
        add_plan(sim, Outcome(seconds=100_000))
        play("lost_connection.yml", collections, "-e", f"counted={counted}", surface=surfaces(sim)["ESB v3"])
        assert (len(sim.launches), requests_to(sim, "operate_job_instance")) == (2, 1)
    # The connection does run again what others run over it.
    assert counted.read_text().split() == ["once"] * 3


@pytest.mark.parametrize("name", ["ESB v2", "API gateway"])
def test_the_hosts_of_the_inventory_are_targets(collections: str, name: str) -> None:
    with watched() as sim:
        play("inventory.yml", collections, surface=surfaces(sim)[name])
        assert sim.launches[0].values["hosts"] == [101, 102]


@pytest.mark.parametrize("way", ["1", "0"])
@pytest.mark.parametrize("name", ["ESB v2", "API gateway"])
def test_hosts_are_grouped_by_their_results(collections: str, name: str, way: str) -> None:
    printed = "<SOPS_VAR>version:1.2.3</SOPS_VAR>\n<SOPS_VAR>free:{}</SOPS_VAR>\n"
    full = Outcome(status=104, exit_code=1, tag="disk full", log=printed.format(0))
    step = ScriptStep(1, "run", outcome=Outcome(log=printed.format(7)), outcomes={102: (full,)})
    with watched() as sim:
        sim.world.plans.append(Plan(200, "Groups", Scope("biz", "1"), [step], [Variable(900, "hosts", 3)]))
        environ = {"ANSIBLE_BK_JOB_IN_PROCESS": way}
        output = play("groups.yml", collections, surface=surfaces(sim)[name], environ=environ)
        assert sum(request.api in LOG_APIS for request in sim.requests) == 1
    assert "web2 failed" in output


@pytest.mark.parametrize("name", ["ESB v2", "API gateway"])
def test_an_instance_is_operated(collections: str, name: str) -> None:
    with watched() as sim:
        play("operate.yml", collections, surface=surfaces(sim)[name])
        assert (len(sim.launches), requests_to(sim, "operate_step_instance")) == (1, 1)


def test_awx_sees_progress_as_events(collections: str, tmp_path: Path) -> None:
    with watched() as sim:
        events = run_as_awx(sim, "follow.yml", collections, tmp_path, extravars={}, tags="quick")
        assert len(sim.launches) == 1
    shown = [event["stdout"] for event in events if event["event"] == "verbose"]
    assert any("instance 10000 · step 1/2 run" in text for text in shown)
    assert_silent(json.dumps(events))


def test_a_missing_library_is_named(sim: Simulator, collections: str, tmp_path: Path) -> None:
    interpreter = bare_python(tmp_path)
    play("without_requests.yml", collections, "-e", f"interpreter={interpreter}", surface=surfaces(sim)["ESB v3"])
    assert sim.requests == []


def test_the_demo_succeeds() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.run"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert id_line(done.stdout, 10000)
    assert "ansible_facts.job_instance_id is 10000" in done.stdout
    shown = progress_in(done.stdout)
    assert any(line.startswith("instance 10000 · step 1/2 run ") for line in shown)
    assert any(line.startswith("instance 10000 · succeeded") for line in shown)
    assert any(line.startswith("instance 10001 · failed: 10.0.0.2 ") for line in shown)
    assert re.search("retried.msg.*instance 10001", done.stdout, re.IGNORECASE)
