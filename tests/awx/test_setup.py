# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``blueking.job.awx_setup`` with the real collection awx.awx, against a fake of AWX's API."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.awx.fake import PASSWORD, TOKEN, USERNAME, FakeAwx
from tests.collection_path import CHECKOUT, make_collection_path

if t.TYPE_CHECKING:
    from collections.abc import Iterator

CREDENTIAL = {
    "BK_JOB_URL": "https://paas.example.com",
    "BK_APP_CODE": "demo",
    "BK_APP_SECRET": "s3cr3t-demo",
    "BK_USERNAME": "admin",
    "BK_BIZ_ID": "1",
}
IMAGE = "registry.example.com/bk-job-ee:latest"


@pytest.fixture(scope="module")
def awx() -> Iterator[FakeAwx]:
    """An AWX that had an organization and nothing else, and was set up."""
    with FakeAwx() as server:
        assert changes(play(server, f"setup_image={IMAGE}")) == 7
        yield server


def play(awx: FakeAwx, *variables: str, rc: int = 0, **credential: str) -> str:
    """Set an AWX up, and return all that is printed; no secret may be in it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BK_", "ANSIBLE_"))}
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-vvv", "blueking.job.awx_setup"]
    done = subprocess.run(
        [*command, *(argument for variable in variables for argument in ("-e", variable))],
        env={
            **environment,
            **CREDENTIAL,
            **credential,
            "ANSIBLE_COLLECTIONS_PATH": make_collection_path(),
            "CONTROLLER_HOST": awx.url,
            "CONTROLLER_USERNAME": USERNAME,
            "CONTROLLER_PASSWORD": PASSWORD,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == rc, done.stdout
    for secret in (PASSWORD, TOKEN, "s3cr3t-demo", "an0ther"):
        assert secret not in done.stdout
    return done.stdout


def changes(output: str) -> int:
    """How many tasks changed something."""
    [count] = re.findall(r"changed=(\d+)", output)
    return int(count)


def test_all_is_there_and_belongs_together(awx: FakeAwx) -> None:
    kind = awx.only("credential_types")
    file = yaml.safe_load((CHECKOUT / "extensions" / "awx" / "credential_type.yml").read_text(encoding="utf-8"))
    assert {name: kind[name] for name in file} == file
    credential = awx.only("credentials")
    assert credential["inputs"] == {
        "url": "https://paas.example.com",
        "bk_app_code": "demo",
        "bk_app_secret": "s3cr3t-demo",
        "bk_username": "admin",
        "bk_biz_id": "1",
    }
    environment = awx.only("execution_environments")
    assert environment["image"] == IMAGE
    assert awx.only("hosts")["inventory"] == awx.only("inventories")["id"]
    templates = awx.items["job_templates"].values()
    playbooks = {path.stem for path in (CHECKOUT / "playbooks").glob("*.yml")} - {"awx_setup"}
    assert {template["playbook"] for template in templates} == {f"blueking.job.{name}" for name in playbooks}
    for template in templates:
        assert template["_credentials"] == [credential["id"]]
        assert template["execution_environment"] == environment["id"]
        assert template["project"] == awx.only("projects")["id"]
        assert template["inventory"] == awx.only("inventories")["id"]


def test_surveys_ask_for_what_the_playbooks_take(awx: FakeAwx) -> None:
    for template in awx.items["job_templates"].values():
        name = template["playbook"].rpartition(".")[2]
        [play] = yaml.safe_load((CHECKOUT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8"))
        questions = template.get("survey_spec", {"spec": []})["spec"]
        assert template["survey_enabled"] == bool(questions)
        assert {question["variable"] for question in questions} <= {*play["vars"]["bk_job_options"], "resume_action"}
        for question in questions:
            # What comes from an earlier node of a workflow is no answer to a question.
            assert not question["required"]
            assert (question["type"] == "password") == question["variable"].startswith("secret")


def test_the_second_run_changes_nothing(awx: FakeAwx) -> None:
    written = awx.writes
    # Nobody can tell that this secret is another one.
    assert changes(play(awx, f"setup_image={IMAGE}", BK_APP_SECRET="an0ther")) == 0
    assert awx.writes == written


def test_a_run_can_change_the_credential(awx: FakeAwx) -> None:
    variables = (f"setup_image={IMAGE}", "setup_update_secrets=true", "language=zh", "url=https://other.example.com")
    assert changes(play(awx, *variables, BK_APP_SECRET="an0ther")) == 1
    inputs = awx.only("credentials")["inputs"]
    assert (inputs["bk_app_secret"], inputs["bk_app_code"]) == ("an0ther", "demo")
    assert (inputs["url"], inputs["language"]) == ("https://other.example.com", "zh")


def test_what_is_missing_is_named_first() -> None:
    with FakeAwx() as awx:
        assert "setup_image, and the address of BlueKing Job" in play(awx, rc=2)
        assert awx.writes == 0
