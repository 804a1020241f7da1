# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides render on GitHub, where README links to them: with docutils, which drops what only Sphinx supports."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.integration.test_guides import GUIDES, read

# As https://github.com/github/markup/blob/master/lib/github/commands/rest2html does, but with warnings: GitHub shows
# none (its report level is 5), and leaves out what they are about.
DOCUTILS = [
    *("-m", "docutils", "--writer=html4", "--no-file-insertion", "--strip-comments", "--initial-header-level=2"),
    *("--syntax-highlight=none", "--math-output=latex", "--report=warning"),
]


def rendered(text: str) -> tuple[str, list[str]]:
    """The HTML of a page, and the warnings and errors of docutils."""
    command = [sys.executable, *DOCUTILS, "-"]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True)
    return done.stdout, re.split(r"^<stdin>:", done.stderr, flags=re.MULTILINE)[1:]


def lost(text: str, page: str) -> int:
    """How many code blocks of a text are not in the page made of it."""
    return len(re.findall(r"^ *\.\. code-block::", text, re.MULTILINE)) - page.count('<pre class="code')


def dead_links(page: str) -> list[str]:
    """The links to places in a page that are not in it, and to files beside it that are not there."""
    places = set(re.findall(r' (?:id|name)="([^"]+)"', page))
    links = re.findall(r' (?:href|src|data)="(?!https?:)([^"]+)"', page.partition("<body>")[2])
    return [link for link in links if link.removeprefix("#") not in places and not (GUIDES / link).is_file()]


@pytest.mark.parametrize("guide", sorted(path.stem for path in GUIDES.glob("*.rst")))
def test_a_guide_renders_without_sphinx(guide: str) -> None:
    page, warnings = rendered(read(guide))
    assert warnings == []
    assert lost(read(guide), page) == 0
    assert dead_links(page) == []


def test_what_github_leaves_out_is_found() -> None:
    text = "A :ansopt:`b`.\n\n.. code-block:: yaml\n   :caption: a.yml\n\n   a: b\n\n.. code-block:: yaml\n\n   c: d\n"
    page, (role, caption) = rendered(text)
    assert '"ansopt"' in role
    assert '"caption"' in caption
    assert lost(text, page) == 1


def test_dead_links_are_found() -> None:
    text = "`a <#here>`__ `b <#there>`__ `c <guide_awx.rst>`__ `d <guide_x.rst>`__\n\n.. image:: images/x.svg\n"
    assert dead_links(rendered(f"Here\n====\n\n{text}")[0]) == ["#there", "guide_x.rst", "images/x.svg"]
