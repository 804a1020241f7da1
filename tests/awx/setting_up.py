# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Set up an AWX with the playbook ``blueking.job.awx_setup``, and start jobs there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import requests
import yaml

from tests.awx.credentials import inject
from tests.awx.fake import ADMIN, EXECUTOR, PASSWORD, TOKEN
from tests.awx.jobs import Job, run_job
from tests.collection_path import CHECKOUT, make_collection_path

if t.TYPE_CHECKING:
    from tests.awx.fake import FakeAwx

CREDENTIAL = {
    "BK_JOB_URL": "https://paas.example.com",
    "BK_APP_CODE": "demo",
    "BK_APP_SECRET": "s3cr3t-demo",
    "BK_USERNAME": "admin",
    "BK_BIZ_ID": "1",
}
IMAGE = "setup_image=registry.example.com/bk-job-ee:latest"
TYPE = yaml.safe_load((CHECKOUT / "extensions" / "awx" / "credential_type.yml").read_text(encoding="utf-8"))


def play(
    awx: FakeAwx,
    *variables: str,
    rc: int = 0,
    user: str = ADMIN,
    limit: str = "",
    environ: dict[str, str] | None = None,
) -> str:
    """Set an AWX up, and return all that is printed; no secret may be in it, and no token may be left."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BK_", "ANSIBLE_"))}
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-vvv", "blueking.job.awx_setup"]
    given = [argument for variable in variables for argument in ("-e", variable)]
    done = subprocess.run(
        [*command, *given, *(("-l", limit) if limit else ())],
        env={
            **environment,
            **CREDENTIAL,
            "ANSIBLE_COLLECTIONS_PATH": make_collection_path(),
            "CONTROLLER_HOST": awx.url,
            "CONTROLLER_USERNAME": user,
            "CONTROLLER_PASSWORD": PASSWORD,
            **(environ or {}),
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
    assert awx.tokens == {}
    return done.stdout


def changes(output: str) -> int:
    """How many tasks changed something."""
    [count] = re.findall(r"changed=(\d+)", output)
    return int(count)


def start(awx: FakeAwx, playbook: str, variables: dict[str, t.Any], **fields: t.Any) -> requests.Response:
    """Ask to start a job, as a user who may only execute."""
    return requests.post(
        f"{awx.url}{awx.template(playbook)['url']}launch/",
        json={"extra_vars": variables, **fields},
        auth=(EXECUTOR, PASSWORD),
        timeout=10,
    )


def run(awx: FakeAwx, job: dict[str, t.Any], folder: Path, inventory: dict[str, t.Any] | None = None) -> Job:
    """Run a job of the fake as AWX would; ``inventory`` are variables of its inventory."""
    inputs = awx.items["credentials"][job["credentials"][0]]["inputs"]
    ran = run_job(
        job["playbook"],
        folder,
        environment=inject(TYPE, inputs, folder),
        variables=job["extra_vars"],
        inventory="\n".join(
            [
                *(f"{host} ansible_connection=local" for host in job["hosts"]),
                "[all:vars]",
                *(f"{name}={value!r}" for name, value in (inventory or {}).items()),
            ]
        ),
        limit=job.get("limit", ""),
    )
    assert CREDENTIAL["BK_APP_SECRET"] not in ran.text
    return ran
