# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the README, and a server for them: the first one launches a plan on six hosts."""

from __future__ import annotations

import re
import subprocess
import tempfile
import typing as t
from pathlib import Path

from tests.collection_path import CHECKOUT, make_collection_path
from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment, requests_to
from tests.integration.watched import watched
from tests.simulator import ApprovalStep, Host, Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable
from tests.simulator.job.instance import WAITING
from tests.simulator.job.operations import CONFIRM, operate_step
from tests.simulator.job.plans import HOSTS, FileStep
from tests.waiting import until

if t.TYPE_CHECKING:
    from collections.abc import Mapping

START = 1_767_225_600.0  # so that logs tell the same time in every run
PLAYBOOK = "deploy.yml"
BUSINESS = Scope("biz", "1")
QUICK = Outcome(seconds=1.5)


def deploying(outcomes: Mapping[int, tuple[Outcome, ...]] | None = None) -> Simulator:
    """A simulator whose plan 100 deploys a version in two steps; what the second one comes to, by the host's id."""
    sim = watched(pace=0.7)
    sim.clock.advance(START - sim.clock.now())
    sim.world.hosts = [Host(100 + number, f"10.0.0.{number}", biz=1) for number in range(1, 7)]
    sim.world.plans = [
        Plan(
            100,
            "Deploy",
            BUSINESS,
            steps=[
                FileStep(1, "fetch", source=Targets(host_ids=(101,)), outcome=QUICK),
                ScriptStep(2, "unpack", script="tar -xzf /data/a.tgz\n", outcome=QUICK, outcomes=outcomes or {}),
            ],
            variables=[
                Variable(1, "hosts", HOSTS, hosts=Targets(host_ids=(101,)), required=True),
                Variable(2, "version"),
            ],
        )
    ]
    return sim


def confirming(sim: Simulator) -> None:
    """Add a manual confirmation to the plan, between its steps."""
    [plan] = sim.world.plans
    plan.steps.insert(1, ApprovalStep(3, "approve", users=("alice",)))


def confirm(sim: Simulator) -> None:
    """Wait until an instance waits for its confirmation, and give it, as a person would in Job's pages."""
    until(lambda: any(instance.status == WAITING for instance in list(sim.instances)))
    # The progress lines are to show that it waits.
    polls = requests_to(sim, "get_job_instance_status")
    until(lambda: requests_to(sim, "get_job_instance_status") >= polls + 2)
    [instance] = sim.instances
    [step] = [run for run in instance.steps if run.status == WAITING]
    operate_step(sim.world, "alice", instance, step, CONFIRM)


def readme_blocks(language: str, page: str = "README.md") -> list[str]:
    """The code blocks of a language in the README."""
    readme = (CHECKOUT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)


def play(sim: Simulator, playbook: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Play a playbook, by default the one that the README begins with, with the default settings of Ansible."""
    environment = {
        **clean_environment(make_collection_path()),
        "BK_JOB_URL": sim.url,
        **{name.upper(): str(value) for name, value in CREDENTIALS.items()},
        **environ,
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, PLAYBOOK).write_text(playbook or readme_blocks("yaml")[0], encoding="utf-8")
        return subprocess.run(
            [COMMANDS / "ansible-playbook", PLAYBOOK],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
