# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chinese reference has every option and return value of the plugins, as they are."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml

from ansible_collections.blueking.job.plugins.module_utils._model import instance
from ansible_collections.blueking.job.plugins.module_utils._operate import actions
from tests.collection_path import CHECKOUT
from tests.docs import reference

if t.TYPE_CHECKING:
    from pathlib import Path

PAGES = reference.pages()
pytestmark = pytest.mark.controller


def test_every_option_return_value_and_example_has_a_chinese_text_and_no_text_is_left_over() -> None:
    assert list(reference.gaps()) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_that_of_the_documentation(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run python -m tests.docs.reference"


def test_there_is_no_other_page_of_the_reference() -> None:
    assert set(reference.PAGES.glob("reference_*.rst")) == set(PAGES)


def test_the_site_and_the_readme_have_every_page() -> None:
    site = yaml.safe_load((CHECKOUT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))
    listed = [name for section in site["sections"] for name in section["toctree"] if name.startswith("reference_")]
    readme = (CHECKOUT / "docs" / "README.zh-CN.md").read_text(encoding="utf-8")
    names = {path.stem for path in PAGES}
    assert (set(listed), len(listed)) == (names, len(names))
    # All others link to the one of the connection.
    assert set(re.findall(r"/(reference_\w+)\.rst", readme)) == names - {"reference_connection_zh"}


def test_what_is_missing_or_left_over_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = reference.table()
    module = texts["plugins"]["bk_job_wait"]
    options = {"job_instance_id": "text", "gone": "text"}
    changed = {**texts, "plugins": {**texts["plugins"], "bk_job_wait": {**module, "options": options}}}
    monkeypatch.setattr(reference, "table", lambda: changed)
    assert list(reference.gaps()) == [
        "bk_job_wait options: gone does not exist",
        "bk_job_wait options: secret_variables has no text",
    ]


def rows(columns: int) -> list[list[str]]:
    """The table with so many columns in the guide to following instances, without its header and backticks."""
    text = (reference.PAGES / "guide_following_zh.rst").read_text(encoding="utf-8").replace("``", "")
    found = [
        row[7:].rstrip().split("\n     - ") for row in re.findall(r"^   \* -.*\n(?:     - .*\n)*", text, re.MULTILINE)
    ]
    _header, *others = [row for row in found if len(row) == columns]
    return others


def test_the_chinese_guide_has_every_action_with_the_statuses_that_allow_it() -> None:
    words = instance.STATUSES
    needs = {name: {words[code] for code in action.needs} for name, action in actions.STEP_ACTIONS.items()}
    shown = {name: set(re.findall("[a-z]+(?:_[a-z]+)*", statuses)) for name, _button, statuses in rows(3)}
    assert shown == {**needs, "start": {"pending"}, "terminate": {"pending", "running", "waiting"}}


def test_the_chinese_guide_has_the_statuses_of_instances_with_their_outcomes() -> None:
    shown = {int(code): (status, outcome) for status, code, _page, outcome in rows(4)}
    known = {code: (word, instance.OUTCOMES.get(code, "没有结束")) for code, word in instance.STATUSES.items()}
    assert shown == {code: known[code] for code in shown}
    # All but those of steps, of quick jobs and of servers long gone.
    assert known.keys() - shown.keys() == {5, 6, 8, 15}
