# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``blueking.job.awx_setup`` with the real collection awx.awx, against a fake of AWX's API."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml

from tests.awx.fake import ADMIN, EXECUTOR, ORGANIZATION_ADMIN, PUBLIC, FakeAwx
from tests.awx.setting_up import IMAGE, TYPE, changes, play, start
from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from pathlib import Path


def test_all_is_there_and_belongs_together(ready: FakeAwx) -> None:
    kind = ready.only("credential_types")
    assert {name: kind[name] for name in TYPE} == TYPE
    credential = ready.only("credentials")
    assert credential["inputs"] == {
        "url": "https://paas.example.com",
        "bk_app_code": "demo",
        "bk_app_secret": "s3cr3t-demo",
        "bk_username": "admin",
        "bk_biz_id": "1",
    }
    environment = ready.only("execution_environments")
    assert IMAGE.endswith(environment["image"])
    assert ready.only("hosts")["inventory"] == ready.only("inventories")["id"]
    project = ready.only("projects")
    assert (project["scm_url"], project["status"]) == (PUBLIC, "successful")
    [default] = [item for item in ready.items["organizations"].values() if item["name"] == "Default"]
    for item in (credential, environment, project, ready.only("inventories")):
        assert item["organization"] == default["id"]
    templates = ready.items["job_templates"].values()
    playbooks = {path.stem for path in (CHECKOUT / "playbooks").glob("*.yml")} - {"awx_setup"}
    assert {template["playbook"] for template in templates} == {f"blueking.job.{name}" for name in playbooks}
    for template in templates:
        assert template["_credentials"] == [credential["id"]]
        assert template["execution_environment"] == environment["id"]
        assert template["project"] == project["id"]
        assert template["inventory"] == ready.only("inventories")["id"]


def test_an_inventory_of_cmdb_comes_from_a_file_of_the_project(awx: FakeAwx) -> None:
    assert "inventory_sources" not in awx.items
    wanted = "setup_inventory_path=hosts.bk_cmdb.yml"
    assert changes(play(awx, IMAGE, wanted)) == 2
    source = awx.only("inventory_sources")
    inventory = awx.items["inventories"][source["inventory"]]
    assert inventory["name"] == "BlueKing Job: CMDB"
    assert (source["source"], source["source_path"]) == ("scm", "hosts.bk_cmdb.yml")
    assert source["source_project"] == awx.only("projects")["id"]
    assert source["credential"] == awx.only("credentials")["id"]
    assert source["execution_environment"] == awx.only("execution_environments")["id"]
    assert (source["update_on_launch"], source["overwrite"]) == (True, True)
    # Job templates keep the inventory that has nothing but localhost.
    assert source["inventory"] not in [template["inventory"] for template in awx.items["job_templates"].values()]
    assert changes(play(awx, IMAGE, wanted)) == 0


def test_surveys_ask_for_what_the_playbooks_take(ready: FakeAwx) -> None:
    [include] = yaml.safe_load((CHECKOUT / "playbooks/tasks/extra_variables.yml").read_text(encoding="utf-8"))
    connection = yaml.safe_load((CHECKOUT / "playbooks/vars/options.yml").read_text(encoding="utf-8"))
    for template in ready.items["job_templates"].values():
        assert template["survey_enabled"]
        questions = template["survey_spec"]["spec"]
        assert {question["variable"] for question in questions} <= set(include["vars"])
        for question in questions:
            assert question["variable"] not in connection["bk_job_environment"]
            # What comes from an earlier node of a workflow is no answer to a question.
            assert not question["required"]
            assert (question["type"] == "password") == question["variable"].startswith("secret")


def test_the_second_run_changes_nothing(ready: FakeAwx, tmp_path: Path) -> None:
    """Not even with variables in the inventory that are called like those of the playbook."""
    fields = {field["id"]: "of-something-else" for field in TYPE["inputs"]["fields"]}
    setup = {"setup_image": "x", "setup_name": "x", "setup_organization": "x", "setup_project": "x"}
    hosts = {"all": {"vars": {**fields, **setup, "ansible_connection": "ssh"}, "hosts": {"localhost": {}}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    written = ready.writes
    # AWX does not return secrets, so this one can't be compared.
    environ = {"BK_APP_SECRET": "an0ther", "ANSIBLE_INVENTORY": str(tmp_path / "hosts.yml")}
    assert changes(play(ready, IMAGE, environ=environ)) == 0
    assert ready.writes == written


def test_a_run_can_change_the_credential(awx: FakeAwx, tmp_path: Path) -> None:
    certificate = tmp_path / "ca.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    environ = {
        "BK_APP_SECRET": "an0ther",
        "BK_JOB_LANGUAGE": "zh",
        "BK_JOB_URL": "https://other.example.com",
        "BK_JOB_CA_PATH": str(certificate),
    }
    assert changes(play(awx, IMAGE, "setup_update_secrets=true", environ=environ)) == 1
    inputs = awx.only("credentials")["inputs"]
    assert (inputs["bk_app_secret"], inputs["bk_app_code"]) == ("an0ther", "demo")
    assert (inputs["url"], inputs["language"]) == ("https://other.example.com", "zh")
    assert inputs["ca_certificate"] == certificate.read_text(encoding="utf-8")


def test_what_is_missing_is_named_first(empty: FakeAwx) -> None:
    output = play(empty, rc=2, environ={"BK_JOB_URL": ""})
    assert "setup_image" in output
    assert "BK_JOB_URL" in output
    assert empty.writes == 0


def test_extra_variables_are_not_the_credential(empty: FakeAwx) -> None:
    assert "BK_JOB_URL" in play(empty, IMAGE, "url=https://elsewhere.example.com", rc=2)
    assert empty.writes == 0


def test_a_limit_without_localhost_fails(empty: FakeAwx) -> None:
    assert "localhost" in play(empty, IMAGE, rc=4, limit="web1")
    assert empty.writes == 0


def test_what_release_1_0_0_created_is_renamed_and_closed(awx: FakeAwx) -> None:
    """Release 1.0.0 let every user who could start a job set all its variables."""
    for template in awx.items["job_templates"].values():
        template["ask_variables_on_launch"] = True
    awx.template("confirm").update(survey_enabled=False, survey_spec={})
    awx.template("resume")["name"] = "BlueKing Job: take up an instance"
    awx.only("execution_environments")["organization"] = None
    assert changes(play(awx, IMAGE)) == 2
    assert len(awx.items["job_templates"]) == 6
    assert awx.template("resume")["name"] == "BlueKing Job: resume a job instance"
    assert awx.template("confirm")["survey_spec"]["spec"]
    assert not any(template["ask_variables_on_launch"] for template in awx.items["job_templates"].values())


def test_a_repository_out_of_reach_is_named(empty: FakeAwx) -> None:
    empty.unreachable = {PUBLIC}
    output = play(empty, IMAGE, rc=2)
    assert PUBLIC in output
    assert "setup_scm_url" in output
    assert "job_templates" not in empty.items
    output = play(empty, IMAGE, rc=2)
    assert PUBLIC in output


def test_a_failed_project_is_fetched_again(awx: FakeAwx) -> None:
    awx.only("projects").update(status="failed", scm_revision="")
    refused = start(awx, "execute_plan", {"job_plan_id": 100})
    assert (refused.status_code, list(refused.json())) == (400, ["playbook"])
    assert changes(play(awx, IMAGE)) == 1
    assert start(awx, "execute_plan", {"job_plan_id": 100}).status_code == 201


def test_another_project_and_templates_of_others_are_left_alone(awx: FakeAwx) -> None:
    awx.items["projects"][901] = {**awx.only("projects"), "id": 901, "name": "Ours"}
    theirs = {**awx.template("resume"), "id": 902, "name": "BlueKing Job: take up an instance"}
    awx.items["job_templates"][902] = dict(theirs)
    assert changes(play(awx, IMAGE, "setup_project=Ours")) == 1
    assert {template["project"] for id_, template in awx.items["job_templates"].items() if id_ != 902} == {901}
    assert awx.items["job_templates"][902] == theirs


def older(kind: dict[str, t.Any]) -> None:
    """Make a credential type that of an earlier version, which had a field less."""
    [*fields, last] = kind["inputs"]["fields"]
    variables = {name: text for name, text in kind["injectors"]["env"].items() if last["id"] not in text}
    kind.update(inputs={**kind["inputs"], "fields": fields}, injectors={**kind["injectors"], "env": variables})


def test_a_credential_type_in_use_stays_as_it_is(awx: FakeAwx) -> None:
    older(awx.only("credential_types"))
    before = dict(awx.only("credential_types"))
    output = play(awx, IMAGE, environ={"BK_JOB_RETRIES": "3"})
    assert changes(output) == 0
    assert re.search(r"BlueKing Job.*unchanged.*retries", output)
    assert awx.only("credential_types") == before


def test_a_credential_type_without_credentials_is_replaced(awx: FakeAwx) -> None:
    older(awx.only("credential_types"))
    awx.items["credentials"].clear()
    play(awx, IMAGE)
    assert awx.only("credential_types")["inputs"] == TYPE["inputs"]


def test_an_administrator_of_the_organization_can_do_the_rest(awx: FakeAwx) -> None:
    for kind in ("credentials", "execution_environments", "projects", "inventories", "hosts", "job_templates"):
        awx.items[kind].clear()
    assert changes(play(awx, IMAGE, user=ORGANIZATION_ADMIN)) == 6


@pytest.mark.parametrize(
    ("user", "variables", "named"),
    [
        (ORGANIZATION_ADMIN, [], "credential type"),
        (ORGANIZATION_ADMIN, ["setup_organization=Other"], "administrator of the organization"),
        (EXECUTOR, [], "administrator of the organization"),
        (ADMIN, ["setup_organization=Nowhere"], "Nowhere"),
    ],
)
def test_missing_permissions_are_named_before_anything_is_done(
    empty: FakeAwx, user: str, variables: list[str], named: str
) -> None:
    assert named in play(empty, IMAGE, *variables, user=user, rc=2)
    assert empty.writes == 0


def test_an_image_of_no_organization_needs_a_system_administrator(awx: FakeAwx) -> None:
    awx.only("execution_environments")["organization"] = None
    assert "execution environment" in play(awx, "setup_image=other", user=ORGANIZATION_ADMIN, rc=2)
