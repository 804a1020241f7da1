# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines of ``make test`` have the numbers that pytest had."""

from __future__ import annotations

import subprocess
import sys
import typing as t
import xml.etree.ElementTree as ET

from tests.checks import counts_in, sentence

if t.TYPE_CHECKING:
    from pathlib import Path

TESTS = """
import pytest

def test_passes(): pass

def test_fails(): assert False

@pytest.fixture
def broken(): raise ValueError

def test_breaks(broken): pass

def test_is_skipped(): pytest.skip("no reason")
"""


def test_counts_are_those_of_pytest(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=it.xml"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    [suite] = ET.parse(tmp_path / "it.xml").getroot()
    assert sentence(counts_in(suite)) == "1 passed, 2 failed, 1 skipped"
