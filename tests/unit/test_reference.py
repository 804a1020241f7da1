# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chinese reference has every option and return value of the plugins, as they are."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml

from tests.collection_path import CHECKOUT
from tests.docs import reference

if t.TYPE_CHECKING:
    from pathlib import Path

PAGES = reference.pages()


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
