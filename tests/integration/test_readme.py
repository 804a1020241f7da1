# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the README, as a newcomer runs them."""

from __future__ import annotations

import re
import shlex
import time

import pytest

from tests.collection_path import CHECKOUT, make_collection_path
from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment, run
from tests.integration.test_guides import assert_printed
from tests.pictures.readme import deploying, play, readme_blocks
from tests.simulator import Outcome
from tests.simulator.job.instance import FAILED, SUCCESS

SUFFIX = re.compile(r"\[ansible [0-9a-f]{8}\]")


def test_the_first_launch_of_the_readme_succeeds() -> None:
    with deploying() as sim:
        done = play(sim)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^Plan 100 \(Deploy\) .* instance 10000\b", done.stdout, re.MULTILINE)
    assert re.search(r'^    "msg": "?10000"?$', done.stdout, re.MULTILINE)
    assert [(launch.values["version"], launch.values["hosts"]) for launch in sim.launches] == [
        ("1.2.3", [101, 102, 103, 104, 105, 106])
    ]


@pytest.mark.parametrize("page", ["README.md", "docs/README.zh-CN.md"])
def test_the_script_of_the_readme_prints_what_is_shown(page: str) -> None:
    with deploying() as sim:
        sim.world.quick_script.outcomes = {
            host: (Outcome(log=f"14:03:21 up {days} days, 1:07, 0 users\n"),) for host, days in ((101, 12), (102, 3))
        }
        # As Ansible does by default.
        language = "zh" if "zh" in page else "en"
        playbook = readme_blocks("yaml", page)[1]
        done = play(sim, playbook, ANSIBLE_CALLBACK_RESULT_FORMAT="json", BK_JOB_LANGUAGE=language)
    assert done.returncode == 0, done.stdout
    [shown] = readme_blocks("text", page)
    assert_printed(SUFFIX.sub("[ansible 0]", shown), SUFFIX.sub("[ansible 0]", done.stdout))


def test_the_commands_of_the_readme_continue_with_a_job_that_failed() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    [resume] = re.findall(r"`(ansible-playbook blueking\.job\.resume [^`]*)`", readme)
    [retry] = re.findall(r"`(-e resume_action=retry_failed [^`]*)`", readme)
    [search] = re.findall(r"`(ansible localhost [^`]*)`", readme)
    with deploying({104: (Outcome(status=104, exit_code=1), Outcome())}) as sim:
        environment = {
            **clean_environment(make_collection_path()),
            "BK_JOB_URL": sim.url,
            **{name.upper(): str(value) for name, value in CREDENTIALS.items()},
        }
        # The search is for the instances of the last day.
        sim.clock.advance(time.time() - sim.clock.now())
        assert play(sim).returncode == 2
        [instance] = sim.instances
        assert instance.status == FAILED
        for command in (f"{resume} {retry}", search):
            program, *arguments = shlex.split(command)
            printed = run([str(COMMANDS / program), *arguments], environment)
        assert (len(sim.launches), instance.status) == (1, SUCCESS)
    assert f'"job_instance_id": {instance.id}' in printed
