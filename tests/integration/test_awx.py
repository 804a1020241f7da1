# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ready playbooks as AWX runs them: by ansible-runner, with credentials in the environment and answers of surveys.

AWX keeps the events that ansible-runner tells, and takes for artifacts what stands in their ``artifact_data``.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import typing as t
from pathlib import Path

import ansible_runner
import pytest

from tests.collection_path import make_collection_path
from tests.integration.watched import watched
from tests.simulator import Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRETS = ("s3cr3t-demo", "hunter2", "pl4n-s3cr3t")
FIRST = 10000  # the id of the first instance of a simulator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A simulator whose time is that of those who look, with plan 200 that goes on for a day."""
    hosts = Variable(900, "hosts", 3, hosts=Targets(host_ids=(101,)))
    step = ScriptStep(1, "run", outcome=Outcome(seconds=86400))
    with watched() as server:
        server.world.plans.append(Plan(200, "Endless", Scope("biz", "1"), steps=[step], variables=[hosts]))
        yield server


class Job:
    """What AWX knows of a job that has ended."""

    def __init__(self, run: ansible_runner.Runner) -> None:
        self.status: str = run.status
        self.events = list(run.events)
        self.text = json.dumps(self.events)
        for secret in SECRETS:
            assert secret not in self.text
        found = [event.get("event_data", {}).get("artifact_data") for event in self.events]
        self.artifacts: dict[str, t.Any] = next(filter(None, reversed(found)), {})

    @property
    def lines(self) -> list[str]:
        """The lines of progress, each an event of its own."""
        return [event["stdout"] for event in self.events if event["event"] == "verbose"]

    def failure(self) -> str:
        """The ``msg`` of the task that failed last."""
        failed = [event["event_data"]["res"] for event in self.events if event["event"] == "runner_on_failed"]
        return str(failed[-1]["msg"])


Launch = t.Callable[..., Job]


@pytest.fixture
def launch(sim: Simulator, tmp_path: Path) -> Launch:
    """Run a playbook of the collection as a job of AWX, with the extra variables given."""

    def run(playbook: str, /, *, cancel: Callable[[], bool] | None = None, **variables: t.Any) -> Job:
        return Job(
            ansible_runner.run(
                private_data_dir=tempfile.mkdtemp(dir=tmp_path),
                playbook=f"blueking.job.{playbook}",
                envvars={
                    "ANSIBLE_COLLECTIONS_PATH": make_collection_path(),
                    "BK_JOB_URL": sim.url,
                    "BK_APP_CODE": "demo",
                    "BK_APP_SECRET": "s3cr3t-demo",
                    "BK_USERNAME": "admin",
                    "BK_BIZ_ID": "1",
                    "BK_TOKEN": "",
                    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
                },
                extravars={"poll_interval": "0.1", **variables},
                cancel_callback=cancel,
                quiet=True,
            )
        )

    return run


def test_a_survey_launches_a_plan(sim: Simulator, launch: Launch) -> None:
    job = launch(
        "execute_plan",
        job_plan_id="100",
        job_plan_name="",
        variables="param_name: from a survey\nports: [80, 443]",
        secret_variables='{"password": "hunter2"}',
        target_servers='[{"name": "hosts", "ip_list": ["10.0.0.2"]}]',
        wait_timeout="",
        terminate_on="timeout",
        two_phase="false",
    )
    assert job.status == "successful"
    assert job.artifacts == {
        "job_instance_id": FIRST,
        "outcome": "succeeded",
        "failed_hosts": [],
        "step_instance_id": None,
    }
    assert f"Plan 100 (Test) was launched as instance {FIRST}." in job.lines
    assert any(re.match(rf"instance {FIRST} · step \d/2 ", line) for line in job.lines)
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    values = {entry["name"]: entry.get("value") for entry in sent["global_var_list"]}
    assert (values["param_name"], values["password"], values["ports"]) == ("from a survey", "hunter2", "('80' '443')")


def test_a_request_of_the_api_is_launched_as_it_is(sim: Simulator, launch: Launch) -> None:
    values = '[{"name": "param_name", "value": "pasted"}]'
    job = launch("execute_plan", bk_job_id=100, global_var_list=values, wait=False)
    assert job.status == "successful"
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    assert sent["global_var_list"] == [{"name": "param_name", "value": "pasted"}]


def test_an_option_by_two_names_launches_nothing(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, bk_job_id=101, wait=False)
    assert job.status == "failed"
    assert "bk_job_id has another name in bk_job_execute" in job.failure()
    assert sim.launches == []


def test_a_job_that_fails_leaves_its_artifacts(launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=102, wait_timeout=0)
    assert job.status == "failed"
    assert (job.artifacts["job_instance_id"], job.artifacts["outcome"]) == (FIRST, "failed")
    [host] = job.artifacts["failed_hosts"]
    assert (host["ip"], host["exit_code"], host["log"]) == ("10.0.0.2", 1, None)
    assert "10.0.0.2" in job.failure()


def test_false_and_zero_are_answers(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, wait=False, validate_variables=False, retries=0)
    assert job.artifacts["outcome"] == "launched"
    assert {request.api for request in sim.requests} == {"execute_job_plan"}


def test_a_job_that_launches_nothing_says_so(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, variables={"parm_name": "x"})
    assert job.status == "failed"
    assert (job.artifacts["job_instance_id"], job.artifacts["outcome"]) == (None, "refused")
    assert "param_name" in job.failure()
    assert sim.launches == []


def test_a_question_fills_one_secret(sim: Simulator, launch: Launch) -> None:
    secrets = {"password": "{{ db_password }}"}
    job = launch("execute_plan", job_plan_id=100, secret_variables=secrets, db_password="hunter2", wait=False)
    assert job.status == "successful"
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    assert sent["global_var_list"] == [{"name": "password", "value": "hunter2"}]


def test_secrets_that_cannot_be_read_are_not_shown(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, secret_variables="{password: *hunter2")
    assert job.status == "failed"
    assert sim.requests == []


def test_a_workflow_hands_over_at_a_confirmation(launch: Launch) -> None:
    first = launch("execute_plan", job_plan_id=101, on_confirmation="hand_over")
    assert (first.status, first.artifacts["outcome"]) == ("successful", "waiting_confirmation")
    # The artifacts of a node are extra variables of the next one.
    second = launch("confirm", **first.artifacts)
    assert (second.status, second.artifacts["outcome"]) == ("successful", "succeeded")
    assert second.artifacts["job_instance_id"] == first.artifacts["job_instance_id"]


def test_a_workflow_stops_what_was_not_approved(launch: Launch) -> None:
    first = launch("execute_plan", job_plan_id=101, on_confirmation="hand_over")
    second = launch("resume", **first.artifacts, resume_action="terminate")
    assert (second.status, second.artifacts["outcome"]) == ("successful", "terminated")


def test_a_confirmation_fails_a_job_that_does_not_hand_over(launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=101, on_confirmation="fail")
    assert (job.status, job.artifacts["outcome"]) == ("failed", "waiting_confirmation")


def test_an_instance_outlives_a_cancelled_job(sim: Simulator, launch: Launch) -> None:
    """AWX cancels with SIGKILL, so not even ``terminate_on`` helps: the instance goes on; its id is in the events."""

    def followed() -> bool:
        return sum(request.api == "get_job_instance_status" for request in sim.requests) >= 3

    job = launch("execute_plan", job_plan_id=200, terminate_on=["abort"], cancel=followed)
    assert (job.status, job.artifacts) == ("canceled", {})
    assert not any(request.api == "operate_job_instance" for request in sim.requests)
    [id_] = re.findall(r"was launched as instance (\d+)\.", "\n".join(job.lines))

    waiting = launch("resume", job_instance_id=id_, wait_timeout="1")
    assert (waiting.status, waiting.artifacts["outcome"]) == ("failed", "timed_out")
    stopping = launch("resume", job_instance_id=id_, resume_action="terminate")
    assert (stopping.status, stopping.artifacts["outcome"]) == ("successful", "terminated")
    assert len(sim.launches) == 1


def test_resuming_knows_two_actions(sim: Simulator, launch: Launch) -> None:
    job = launch("resume", job_instance_id=FIRST, resume_action="kill")
    assert job.failure() == "resume_action must be wait or terminate"
    assert sim.requests == []
