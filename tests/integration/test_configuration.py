# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to Git, command by command: each run makes exactly the changes that are missing."""

from __future__ import annotations

import os
import re
import typing as t

import pytest

from tests.integration.playing import COMMANDS, clean_environment, run
from tests.integration.test_guides import BACKUP_PASSWORD, NEEDS, blocks, read, way_to, write_files
from tests.simulator import Simulator

if t.TYPE_CHECKING:
    from pathlib import Path

# The finder of code blocks calls docutils in a way that its next major version ends.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

GUIDE = "guide_git"
PUBLISHED = ["publish_script_version"]
SAVED = ["save_cron", "update_cron_status"]
SCRIPTS, SCHEDULES = ["check disk", "clean logs"], ["nightly backup", "weekly cleanup"]
EDITED = ["check disk", "weekly cleanup"]


def writes(sim: Simulator) -> list[str]:
    return [request.api for request in sim.requests if not request.api.startswith("get_")]


def test_each_command_of_the_guide_changes_what_is_missing(collections: str, tmp_path: Path) -> None:
    needs = NEEDS[GUIDE]
    guide = blocks(read(GUIDE))
    write_files(guide, tmp_path)
    runs, on, printed = [], [], ""
    with Simulator() as sim:
        needs.prepare(sim.world)
        environment = {**clean_environment(collections), **needs.environment, **way_to(sim)}
        # Items of loops are printed only with -v, or if a task fails.
        environment.update(PATH=os.pathsep.join([str(COMMANDS), environment["PATH"]]), ANSIBLE_VERBOSITY="1")
        for block in guide:
            if block.language != "bash" or block.file:
                continue
            sim.requests.clear()
            output = run(["bash", "-ec", block.code], environment, tmp_path)
            printed += output
            changed = re.findall(r"^changed: \[localhost\] => \(item=([^)]+)\)", output, re.MULTILINE)
            runs.append((changed, writes(sim)))
            on.append([cron.name for cron in sim.world.crons if cron.enabled])
        crons = {cron.name: cron for cron in sim.world.crons}
        contents = [version.content for script in sim.world.scripts for version in script.versions]
    assert runs == [
        # the first run
        (SCRIPTS + SCHEDULES, ["create_script", *PUBLISHED] * 2 + SAVED * 2),
        # the second one
        ([], []),
        # the edit, its check, and the run after it
        ([], []),
        (EDITED, []),
        (EDITED, ["create_script_version", *PUBLISHED, *SAVED]),
        # a new secret
        (["nightly backup"], SAVED),
        # the list of what is not in Git
        ([], []),
    ]
    assert on == [SCHEDULES] * len(runs)
    assert (crons["weekly cleanup"].expression, crons["weekly cleanup"].time_zone) == ("0 5 * * 6", "Asia/Shanghai")
    assert {value.name: value.value for value in crons["nightly backup"].variables or ()} == {
        "database": "orders",
        "password": BACKUP_PASSWORD,
    }
    assert tmp_path.joinpath("scripts/check_disk.sh").read_text(encoding="utf-8") in contents
    assert "nightly backup" in printed
    assert BACKUP_PASSWORD not in printed
