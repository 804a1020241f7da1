# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first playbook of the README, as a newcomer runs it."""

from __future__ import annotations

import re

from tests.pictures.readme import deploying, play


def test_the_first_launch_of_the_readme_succeeds() -> None:
    with deploying() as sim:
        done = play(sim)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^Plan 100 \(Deploy\) .* instance 10000\b", done.stdout, re.MULTILINE)
    assert re.search(r"^    msg: '?10000'?$", done.stdout, re.MULTILINE)
    assert [(launch.values["version"], launch.values["hosts"]) for launch in sim.launches] == [
        ("1.2.3", [101, 102, 103, 104, 105, 106])
    ]
