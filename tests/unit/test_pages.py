# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the pages for contributors name is there: files, links, sessions, targets of make."""

from __future__ import annotations

import re
import typing as t

import pytest

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = [
    "AGENTS.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/checklists.md",
    "docs/upgrading.md",
    "tests/simulator/README.md",
]
GUIDES = sorted((CHECKOUT / "docs" / "docsite" / "rst").glob("*.rst"))
#: Where files that are named without their folder lie.
PLACES = [
    ".",
    "plugins/module_utils",
    "plugins/module_utils/*",
    "plugins/modules",
    "tests/simulator",
    "tests/simulator/*",
]
#: What `make release` writes.
WRITTEN = {"CHANGELOG.md"}


def text(page: str) -> str:
    return (CHECKOUT / page).read_text(encoding="utf-8")


def quoted(page: str) -> Iterator[str]:
    """What stands in backticks outside code blocks."""
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text(page), flags=re.MULTILINE | re.DOTALL))


def listed(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, text(path), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page: str) -> None:
    paths = {word for word in quoted(page) if re.fullmatch(r"[\w.*/-]+/[\w.*-]*|[\w.-]+\.(py|md|yml|toml|txt)", word)}
    gone = {path for path in paths if not any(any(CHECKOUT.glob(f"{place}/{path.strip('/')}")) for place in PLACES)}
    assert {path for path in gone - WRITTEN if not path.endswith("_x.py")} == set()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    here = (CHECKOUT / page).parent
    assert [link for link in listed(page, r"\]\(([^)#:]+)\)") if not (here / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_checks_that_are_named_are_there(page: str) -> None:
    sessions = listed("noxfile.py", r'^    "([\w.-]+)",$')
    assert listed(page, r"nox -s ([\w.-]+\w)") <= sessions
    assert listed(page, r"(?:^|`)make ([a-z]+)") <= listed("Makefile", r"^([a-z]+):")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_links_of_guides_into_the_repository_lead_to_files(guide: Path) -> None:
    repository = "https://github.com/blueking-community/ansible-collection-job/blob/main/"
    paths = re.findall(rf"<{repository}([^>]+)>", guide.read_text(encoding="utf-8"))
    assert [path for path in paths if not (CHECKOUT / path).is_file()] == []
