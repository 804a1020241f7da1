# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A few tries of the long random tests, always the same ones."""

from __future__ import annotations

import subprocess
import sys

from tests.collection_path import CHECKOUT


def test_a_few_tries_find_nothing_wrong() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--quick", "--seed", "1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "mutations: 40 tries" in done.stdout
