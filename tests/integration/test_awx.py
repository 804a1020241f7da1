# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ready playbooks as AWX runs them: by ansible-runner, with credentials in the environment and survey answers."""

from __future__ import annotations

import base64
import json
import re
import typing as t

import pytest

from tests.awx.jobs import Job, run_job
from tests.integration.playing import TURNED_CLOCK, requests_to
from tests.integration.watched import watched
from tests.simulator import Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable
from tests.waiting import until

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


Launch = t.Callable[..., Job]


@pytest.fixture
def launch(sim: Simulator, tmp_path: Path) -> Launch:
    """Run a playbook of the collection as a job of AWX, with extra variables.

    ``template`` are those of the job template, which may be templates for Ansible.
    """

    def run(playbook: str, /, *, template: dict[str, t.Any] | None = None, **variables: t.Any) -> Job:
        options = {name: variables.pop(name) for name in ("inventory", "limit", "cancel") if name in variables}
        job = run_job(
            f"blueking.job.{playbook}",
            tmp_path,
            environment={
                **TURNED_CLOCK,
                "BK_JOB_URL": sim.url,
                "BK_APP_CODE": "demo",
                "BK_APP_SECRET": "s3cr3t-demo",
                "BK_USERNAME": "admin",
                "BK_BIZ_ID": "1",
                "BK_TOKEN": "",
                "BK_JOB_RETRIES": "0",
            },
            variables={"poll_interval": "0.1", **variables},
            trusted=template,
            **options,
        )
        assert [secret for secret in SECRETS if secret in job.text] == []
        return job

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
    assert re.search(rf"\bPlan 100\b.*\binstance {FIRST}\b", job.stdout)
    assert any(re.search(rf"instance {FIRST} · step \d/2 ", line) for line in job.lines)
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    values = {entry["name"]: entry.get("value") for entry in sent["global_var_list"]}
    assert (values["param_name"], values["password"], values["ports"]) == ("from a survey", "hunter2", "('80' '443')")


HOSTS = "ip_list: [10.0.0.1, 10.0.0.2]"
SCRIPT = {"content": "echo 90 %\n", "script_name": "", "account": "root", "target_server": HOSTS}
TRANSFER = {"content": "port: 80\n", "file_name": "a.yml", "dest": "/etc", "account": "root", "target_server": HOSTS}
QUICK = [("execute_script", "fast_execute_script", SCRIPT), ("transfer_file", "push_config_file", TRANSFER)]


@pytest.mark.parametrize(("playbook", "api", "answers"), QUICK)
def test_a_survey_launches_a_quick_job(
    sim: Simulator, launch: Launch, playbook: str, api: str, answers: dict[str, str]
) -> None:
    job = launch(playbook, **answers, task_name="From a survey", wait_timeout="", unique_name="false")
    assert job.status == "successful"
    assert job.artifacts == {
        "job_instance_id": FIRST,
        "outcome": "succeeded",
        "failed_hosts": [],
        "step_instance_id": None,
    }
    assert re.search(rf"\bFrom a survey\b.*\binstance {FIRST}\b", job.stdout)
    [sent] = [request.body for request in sim.requests if request.api == api]
    assert (sent["task_name"], sent["account_alias"]) == ("From a survey", "root")
    assert [host["ip"] for host in sent["target_server"]["ip_list"]] == ["10.0.0.1", "10.0.0.2"]


def test_a_script_that_fails_leaves_its_artifacts(sim: Simulator, launch: Launch) -> None:
    sim.world.quick_script.outcomes = {102: (Outcome(104, exit_code=7),)}
    job = launch("execute_script", **SCRIPT)
    assert (job.status, job.artifacts["job_instance_id"], job.artifacts["outcome"]) == ("failed", FIRST, "failed")
    [host] = job.artifacts["failed_hosts"]
    assert (host["ip"], host["exit_code"], host["log"]) == ("10.0.0.2", 7, None)
    resumed = launch("resume", **job.artifacts)
    assert (resumed.status, resumed.artifacts["outcome"]) == ("failed", "failed")


@pytest.mark.parametrize(("playbook", "api", "answers"), QUICK)
def test_a_quick_job_that_launches_nothing_says_so(
    sim: Simulator, launch: Launch, playbook: str, api: str, answers: dict[str, str]
) -> None:
    job = launch(playbook, **{**answers, "account": "nobody"})
    assert (job.status, job.artifacts["job_instance_id"], job.artifacts["outcome"]) == ("failed", None, "refused")
    job = launch(playbook, **{**answers, "target_server": ""})
    assert (job.status, job.artifacts["outcome"]) == ("failed", "refused")
    assert "target_server" in job.failure()
    assert [request.api for request in sim.requests] == [api]
    assert sim.instances == []


def test_a_request_of_the_api_is_launched_as_it_is(sim: Simulator, launch: Launch) -> None:
    values = '[{"name": "param_name", "value": "pasted"}]'
    job = launch("execute_plan", bk_job_id=100, global_var_list=values, wait=False)
    assert job.status == "successful"
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    assert sent["global_var_list"] == [{"name": "param_name", "value": "pasted"}]


def test_an_option_by_two_names_launches_nothing(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, bk_job_id=101, wait=False)
    assert job.status == "failed"
    assert re.search("job_plan_id.*bk_job_id", job.failure())
    assert (job.artifacts["outcome"], sim.launches) == ("refused", [])


def test_a_job_that_fails_leaves_its_artifacts(launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=102, wait_timeout=0)
    assert job.status == "failed"
    assert (job.artifacts["job_instance_id"], job.artifacts["outcome"]) == (FIRST, "failed")
    [host] = job.artifacts["failed_hosts"]
    assert (host["ip"], host["exit_code"], host["log"]) == ("10.0.0.2", 1, None)
    assert "10.0.0.2" in job.failure()


def test_false_and_zero_are_answers(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, wait=False, validate_variables=False, wait_timeout=0)
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
    job = launch(
        "execute_plan", template={"secret_variables": secrets}, job_plan_id=100, db_password="hunter2", wait=False
    )
    assert job.status == "successful"
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    assert sent["global_var_list"] == [{"name": "password", "value": "hunter2"}]


ANSWERS = [
    ("variables", "param_name: [hunter2"),
    ("variables", "- hunter2"),
    ("variables", "hunter2"),
    ("secret_variables", "{password: *hunter2"),
    ("secret_variables", '["hunter2"]'),
    ("target_servers", "[{name: hunter2"),
    ("target_servers", "10.0.0.1"),
    ("target_servers", "name: hosts"),
    ("global_vars", "hunter2"),
    ("global_var_list", '{"name": "hunter2"}'),
    ("variables", "&hunter2 {a: *hunter2}"),
]
QUICK_ANSWERS = [
    ("execute_script", "target_server", "{ip_list: hunter2"),
    ("execute_script", "target_server", "hunter2"),
    ("execute_script", "rolling_config", "hunter2"),
    ("execute_script", "script_args", "[hunter2"),
    ("execute_script", "script_args", "hunter2"),
    ("transfer_file", "target_server", "- hunter2"),
    ("transfer_file", "sources", "files: [hunter2]"),
    ("execute_script", "script_args", "&hunter2 [*hunter2]"),
]


@pytest.mark.parametrize(("question", "answer"), ANSWERS, ids=map("=".join, ANSWERS))
def test_an_answer_that_cannot_be_read_is_named_and_not_shown(
    sim: Simulator, launch: Launch, question: str, answer: str
) -> None:
    job = launch("execute_plan", job_plan_id=100, **{question: answer})
    assert (job.status, job.artifacts["outcome"], job.artifacts["failed_hosts"]) == ("failed", "refused", [])
    assert re.search(rf"\b{question}\b", job.failure())
    assert ("line 1" in job.failure()) == answer.startswith(("param_name", "{password", "[{name"))
    assert sim.requests == []


@pytest.mark.parametrize(("playbook", "question", "answer"), QUICK_ANSWERS, ids=map("=".join, QUICK_ANSWERS))
def test_an_answer_for_a_quick_job_that_cannot_be_read_is_named_and_not_shown(
    sim: Simulator, launch: Launch, playbook: str, question: str, answer: str
) -> None:
    job = launch(playbook, **{"account": "root", "target_server": HOSTS, question: answer})
    assert (job.status, job.artifacts["outcome"]) == ("failed", "refused")
    assert re.search(rf"\b{question}\b", job.failure())
    assert sim.requests == []


@pytest.mark.parametrize(("option", "answer"), [("job_plan_id", "hunter"), ("wait_timeout", "soon"), ("logs", "some")])
def test_an_option_of_the_wrong_type_is_named(sim: Simulator, launch: Launch, option: str, answer: str) -> None:
    job = launch("execute_plan", **{"job_plan_id": 100, option: answer})
    assert (job.status, job.artifacts["outcome"]) == ("failed", "refused")
    assert option in job.failure()
    assert sim.requests == []


def test_answers_are_no_templates(sim: Simulator, launch: Launch) -> None:
    """Otherwise whoever may start the job could read the credential with them."""
    secret = "{{ lookup('env', 'BK_APP_SECRET') }}"
    job = launch(
        "execute_plan",
        job_plan_id=100,
        variables=json.dumps({"param_name": secret}),
        secret_variables=json.dumps({"password": secret}),
        wait=False,
    )
    assert job.status == "successful"
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    assert [entry["value"] for entry in sent["global_var_list"]] == [secret, secret]
    for question in ("job_plan_id", "variables", "target_servers", "terminate_on", "bk_biz_id", "callback_url"):
        assert launch("execute_plan", **{"job_plan_id": 100, question: secret}).status == "failed"
    assert len(sim.launches) == 1


def test_texts_of_quick_jobs_are_no_templates(sim: Simulator, launch: Launch) -> None:
    secret = "{{ lookup('env', 'BK_APP_SECRET') }}"
    assert launch("execute_script", **{**SCRIPT, "content": secret, "raw_args": secret}).status == "successful"
    arguments = json.dumps([secret])
    assert launch("execute_script", **{**SCRIPT, "content": "ls", "script_args": arguments}).status == "successful"
    assert launch("transfer_file", **{**TRANSFER, "content": secret}).status == "successful"
    apis = [api for _playbook, api, _answers in QUICK]
    first, second, third = (request.body for request in sim.requests if request.api in apis)
    texts = (first["script_content"], first["script_param"], second["script_param"], third["file_list"][0]["content"])
    assert all("BK_APP_SECRET" in base64.b64decode(text).decode() for text in texts)


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


def waiting(sim: Simulator) -> Callable[[], bool]:
    """Whether the job has been waiting for its instance for some time."""
    return lambda: requests_to(sim, "get_job_instance_status") >= 3


def test_an_instance_outlives_a_canceled_job(sim: Simulator, launch: Launch) -> None:
    """AWX cancels with SIGKILL. The id of the instance is in the events."""
    job = launch("execute_plan", job_plan_id=200, cancel=waiting(sim))
    assert (job.status, job.artifacts) == ("canceled", {})
    assert requests_to(sim, "operate_job_instance") == 0
    [id_] = set(re.findall(r"\bas instance (\d+)\b", job.stdout))

    resumed = launch("resume", job_instance_id=id_, wait_timeout="1")
    assert (resumed.status, resumed.artifacts["outcome"]) == ("failed", "timed_out")
    stopped = launch("resume", job_instance_id=id_, resume_action="terminate")
    assert (stopped.status, stopped.artifacts["outcome"]) == ("successful", "terminated")
    assert len(sim.launches) == 1


def test_a_canceled_job_can_stop_its_instance(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=200, terminate_on="abort", cancel=waiting(sim))
    assert job.status == "canceled"
    until(lambda: requests_to(sim, "operate_job_instance") == 1)


def test_resuming_knows_three_actions(sim: Simulator, launch: Launch) -> None:
    job = launch("resume", job_instance_id=FIRST, resume_action="kill")
    assert "resume_action" in job.failure()
    assert (job.artifacts["outcome"], sim.requests) == ("refused", [])


def sliced(number: int) -> dict[str, t.Any]:
    """The variables of a slice, without its number. Seen on AWX 24.6.2.dev0 (``awx_meta_vars``)."""
    name = "BlueKing Job: launch a plan"
    return {
        "awx_workflow_job_id": 70,
        "awx_workflow_job_name": name,
        "awx_job_template_name": name,
        "awx_job_id": 70 + number,
        "inventory": f"web{number}\n",
    }


def test_only_the_first_slice_launches(sim: Simulator, launch: Launch) -> None:
    first, second, third = (
        launch("execute_plan", job_plan_id=100, wait=False, **sliced(number)) for number in (1, 2, 3)
    )
    assert (first.status, first.artifacts["outcome"]) == ("successful", "launched")
    for job in (second, third):
        assert (job.status, job.artifacts["outcome"]) == ("failed", "refused")
        assert "slice" in job.failure()
    assert len(sim.launches) == 1


@pytest.mark.parametrize(("playbook", "api", "answers"), QUICK)
def test_only_the_first_slice_launches_a_quick_job(
    sim: Simulator, launch: Launch, playbook: str, api: str, answers: dict[str, str]
) -> None:
    first, second = (launch(playbook, **answers, wait=False, **sliced(number)) for number in (1, 2))
    assert (first.status, first.artifacts["outcome"]) == ("successful", "launched")
    assert (second.status, second.artifacts["outcome"]) == ("failed", "refused")
    assert "slice" in second.failure()
    assert [request.api for request in sim.requests] == [api]


def test_a_node_of_a_workflow_is_no_slice(sim: Simulator, launch: Launch) -> None:
    job = launch("execute_plan", job_plan_id=100, wait=False, **{**sliced(2), "awx_workflow_job_name": "Release"})
    assert (job.status, len(sim.launches)) == ("successful", 1)


@pytest.mark.parametrize("playbook", ["execute_plan", "resume", "confirm"])
@pytest.mark.parametrize("inventory", ["", "web1\nweb2\n", "web1\nlocalhost ansible_connection=local\n"])
def test_a_limit_without_localhost_fails_the_job(sim: Simulator, launch: Launch, playbook: str, inventory: str) -> None:
    """Ansible takes a play without hosts for a success, and so does AWX."""
    job = launch(
        playbook, job_plan_id=100, job_instance_id=FIRST, step_instance_id=20001, inventory=inventory, limit="web1"
    )
    assert job.status == "failed"
    assert "localhost" in job.stdout
    assert sim.requests == []
