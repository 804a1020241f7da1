# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides render on GitHub, where README links to them: with docutils, which drops what only Sphinx supports."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.integration.test_guides import TOPICS, read

# As https://github.com/github/markup/blob/master/lib/github/commands/rest2html does, with warnings.
DOCUTILS = ["-m", "docutils", "--no-file-insertion", "--no-raw", "--syntax-highlight=none", "--report=warning"]


def rendered(text: str) -> tuple[str, list[str]]:
    """The HTML of a page, and the warnings and errors of docutils."""
    command = [sys.executable, *DOCUTILS, "-"]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True)
    return done.stdout, re.split(r"^<stdin>:", done.stderr, flags=re.MULTILINE)[1:]


def lost(text: str) -> int:
    """How many code blocks of a page are not in its HTML."""
    blocks = re.findall(r"^ *\.\. code-block::", text, re.MULTILINE)
    return len(blocks) - rendered(text)[0].count('<pre class="code')


@pytest.mark.parametrize("topic", [*TOPICS, "guide_files_zh", "guide_git_zh", "guide_scripts_zh"])
def test_a_guide_renders_without_sphinx(topic: str) -> None:
    assert rendered(read(topic))[1] == []
    assert lost(read(topic)) == 0


def test_lost_blocks_and_raw_roles_are_found() -> None:
    text = "A :ansopt:`b`.\n\n.. code-block:: yaml\n   :caption: a.yml\n\n   a: b\n\n.. code-block:: yaml\n\n   c: d\n"
    role, caption = rendered(text)[1]
    assert '"ansopt"' in role
    assert '"caption"' in caption
    assert lost(text) == 1
