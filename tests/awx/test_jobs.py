# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of the templates that ``blueking.job.awx_setup`` creates: what users may send, and what the jobs then do.

A user who may only execute a template must not learn its credential, and must not choose where it is sent, or on whose
behalf anything is done.
"""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml

from tests.awx import launching
from tests.awx.setting_up import run, start
from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.awx.fake import FakeAwx
    from tests.simulator import Simulator

    Item = dict[str, t.Any]

PLAYBOOKS = CHECKOUT / "playbooks"
[INCLUDE] = yaml.safe_load((PLAYBOOKS / "tasks" / "extra_variables.yml").read_text(encoding="utf-8"))
CONNECTION: list[str] = list(
    yaml.safe_load((PLAYBOOKS / "vars" / "options.yml").read_text(encoding="utf-8"))["bk_job_environment"]
)
TEMPLATES = ("execute_plan", "execute_script", "transfer_file", "resume", "confirm", "doctor")
# What a job runs with, beside its extra variables.
SURROUNDINGS = ("credentials", "execution_environment", "inventory", "project", "playbook", "scm_branch", "hosts")


def everything(url: str) -> Item:
    """Every field of a launch, and every variable that could matter, with a value of an attacker."""
    secret = "{{ lookup('env', 'BK_APP_SECRET') }}"
    variables = {
        **dict.fromkeys(INCLUDE["vars"], secret),
        **dict.fromkeys(CONNECTION, secret),
        "url": url,
        "bk_username": "root",
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_python_interpreter": "/bin/sh",
        "bk_job_tasks": "/tmp/tasks.yml",
        "bk_job_environment": {},
    }
    fields = dict.fromkeys(launching.PROMPTS, 999)
    return {**fields, "extra_vars": variables, "limit": "web1", "credentials": [999], "job_tags": "never"}


def answers(awx: FakeAwx, playbook: str) -> set[str]:
    """The variables that the survey of a template asks for."""
    return {question["variable"] for question in launching.questions(awx.template(playbook))}


@pytest.mark.parametrize("playbook", TEMPLATES)
def test_a_user_can_only_answer_the_survey(awx: FakeAwx, playbook: str) -> None:
    template = awx.template(playbook)
    sent = everything("http://elsewhere.example.com")
    expected = answers(awx, playbook)
    given = {name: value for name, value in sent["extra_vars"].items() if name not in expected}
    reply = start(awx, playbook, given, **{name: value for name, value in sent.items() if name != "extra_vars"})
    assert reply.status_code == 201
    assert reply.json()["ignored_fields"] == {**sent, "extra_vars": given}
    [plain], [job] = awx.jobs(template, {}), awx.jobs(template, {**sent, "extra_vars": given})
    assert {name: job.get(name) for name in SURROUNDINGS} == {name: plain.get(name) for name in SURROUNDINGS}
    assert set(job["extra_vars"]) == set(plain["extra_vars"])
    assert not expected & {*CONNECTION, "callback_url", "bk_callback_url", "log_dest", "src"}


def test_an_answer_that_is_a_template_stays_text(awx: FakeAwx, sim: Simulator, tmp_path: Path) -> None:
    secret = "{{ lookup('env', 'BK_APP_SECRET') }}"
    given = {"job_plan_id": 100, "variables": f'param_name: "{secret}"'}
    [job] = awx.jobs(awx.template("execute_plan"), {"extra_vars": given})
    assert run(awx, job, tmp_path).status == "successful"
    [sent] = [request.body for request in sim.requests if request.api == "execute_job_plan"]
    assert sent["global_var_list"] == [{"name": "param_name", "value": secret}]


def test_a_workflow_with_an_approval_needs_no_variables(awx: FakeAwx, sim: Simulator, tmp_path: Path) -> None:
    given = {"job_plan_id": 101, "on_confirmation": "hand_over"}
    assert start(awx, "execute_plan", given).status_code == 201
    [first] = awx.jobs(awx.template("execute_plan"), {"extra_vars": given})
    launched = run(awx, first, tmp_path)
    assert launched.artifacts["outcome"] == "waiting_confirmation"
    [second] = awx.jobs(awx.template("confirm"), {}, launched.artifacts)
    confirmed = run(awx, second, tmp_path)
    assert (confirmed.status, confirmed.artifacts["outcome"]) == ("successful", "succeeded")
    assert confirmed.artifacts["job_instance_id"] == launched.artifacts["job_instance_id"]
    assert len(sim.launches) == 1


def test_a_step_can_be_confirmed_by_hand(awx: FakeAwx, sim: Simulator, tmp_path: Path) -> None:
    [first] = awx.jobs(
        awx.template("execute_plan"), {"extra_vars": {"job_plan_id": 101, "on_confirmation": "hand_over"}}
    )
    artifacts = run(awx, first, tmp_path).artifacts
    ids = {name: artifacts[name] for name in ("job_instance_id", "step_instance_id")}
    assert start(awx, "confirm", ids).json()["ignored_fields"] == {}
    [second] = awx.jobs(awx.template("confirm"), {"extra_vars": ids})
    assert run(awx, second, tmp_path).artifacts["outcome"] == "succeeded"


@pytest.mark.parametrize(
    ("playbook", "answer"),
    [
        ("execute_plan", {"job_plan_id": "100"}),
        ("execute_plan", {"wait_timeout": ""}),
        ("execute_plan", {"on_confirmation": ""}),
        ("execute_plan", {"variables": {"param_name": "x"}}),
        ("execute_script", {"script_language": "ruby"}),
        ("execute_script", {"script_args": ["/data"]}),
        ("transfer_file", {"target_server": {"ip_list": ["10.0.0.1"]}}),
        ("resume", {"resume_action": "kill"}),
        ("confirm", {"step_instance_id": "20001"}),
    ],
)
def test_awx_refuses_answers_of_another_type(awx: FakeAwx, playbook: str, answer: Item) -> None:
    """Seen on AWX 24.6.2.dev0, and the reason why the guide's answers have the types that they have."""
    reply = start(awx, playbook, answer)
    assert (reply.status_code, list(reply.json())) == (400, ["variables_needed_to_start"])


@pytest.mark.parametrize("guide", ["guide_awx", "guide_awx_zh"])
def test_the_survey_takes_the_answers_of_the_guide(awx: FakeAwx, sim: Simulator, tmp_path: Path, guide: str) -> None:
    text = (CHECKOUT / "docs" / "docsite" / "rst" / f"{guide}.rst").read_text(encoding="utf-8")
    blocks = map(yaml.safe_load, re.findall(r"\.\. code-block:: yaml\n(?: +:.*\n)?\n((?: {3}.*\n|\n)+)", text))
    [given] = [block for block in blocks if "job_plan_id" in block]
    reply = start(awx, "execute_plan", given)
    assert (reply.status_code, reply.json()["ignored_fields"]) == (201, {})
    [job] = awx.jobs(awx.template("execute_plan"), {"extra_vars": {**given, "poll_interval": 0.1}})
    assert run(awx, job, tmp_path).artifacts["outcome"] == "succeeded"
    assert len(sim.launches) == 1


HOSTS = "ip_list: [10.0.0.1]"
SOURCES = "[{files: [/data/a.tgz], account: app, target_server: {ip_list: [10.0.0.3]}}]"


@pytest.mark.parametrize(
    ("playbook", "api", "given"),
    [
        ("execute_script", "fast_execute_script", {"content": "uptime", "script_args": "[/data, 90 %]"}),
        ("transfer_file", "push_config_file", {"content": "port: 80", "file_name": "a.yml", "dest": "/etc"}),
        ("transfer_file", "fast_transfer_file", {"sources": SOURCES, "content": "", "dest": "/opt"}),
    ],
)
def test_answers_launch_a_quick_job(
    awx: FakeAwx, sim: Simulator, tmp_path: Path, playbook: str, api: str, given: Item
) -> None:
    answers = {**given, "account": "root", "target_server": HOSTS, "task_name": "From AWX"}
    reply = start(awx, playbook, answers)
    assert (reply.status_code, reply.json()["ignored_fields"]) == (201, {})
    [job] = awx.jobs(awx.template(playbook), {"extra_vars": answers})
    assert run(awx, job, tmp_path).artifacts["outcome"] == "succeeded"
    [sent] = [request.body["task_name"] for request in sim.requests if request.api == api]
    assert sent.startswith("From AWX [")


def test_the_inventory_of_the_setup_has_one_slice(awx: FakeAwx) -> None:
    template = awx.template("execute_plan")
    template["job_slice_count"] = 3
    assert len(awx.jobs(template, {})) == 1


@pytest.mark.parametrize("hosts", [["web1", "web2", "web3"], ["localhost", "web1", "web2"]])
def test_slices_after_the_first_launch_nothing(awx: FakeAwx, sim: Simulator, tmp_path: Path, hosts: list[str]) -> None:
    template = awx.template("execute_plan")
    template["job_slice_count"] = 3
    inventory = template["inventory"]
    awx.items["hosts"] = {800 + number: {"name": host, "inventory": inventory} for number, host in enumerate(hosts)}
    ran = [run(awx, job, tmp_path) for job in awx.jobs(template, {"extra_vars": {"job_plan_id": 100}})]
    assert [job.artifacts["outcome"] for job in ran] == ["succeeded", "refused", "refused"]
    assert [job.status for job in ran] == ["successful", "failed", "failed"]
    assert "slice" in ran[1].failure()
    assert len(sim.launches) == 1


@pytest.mark.parametrize("playbook", TEMPLATES[1:])
def test_other_templates_have_no_slices(awx: FakeAwx, sim: Simulator, tmp_path: Path, playbook: str) -> None:
    template = awx.template(playbook)
    template["job_slice_count"] = 2
    hosts = {800: {"name": "localhost"}, 801: {"name": "web1"}}
    awx.items["hosts"] = {id_: {**host, "inventory": template["inventory"]} for id_, host in hosts.items()}
    second = awx.jobs(template, {"extra_vars": {"job_instance_id": 10000}})[1]
    ran = run(awx, second, tmp_path)
    assert ran.status == "failed"
    assert "slice" in ran.failure()
    assert sim.requests == []


def test_a_limit_of_the_template_without_localhost_fails(awx: FakeAwx, sim: Simulator, tmp_path: Path) -> None:
    template = awx.template("execute_plan")
    template["limit"] = "web1"
    [job] = awx.jobs(template, {"extra_vars": {"job_plan_id": 100}})
    assert run(awx, job, tmp_path).status == "failed"
    assert sim.requests == []
