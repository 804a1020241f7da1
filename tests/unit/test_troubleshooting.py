# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The troubleshooting guides contain all errors and hints of the code."""

from __future__ import annotations

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api import hints
from ansible_collections.blueking.job.plugins.module_utils._model.language import Phrase
from tests.docs.troubleshooting import GUIDES, TABLE, escaped, in_words, regenerated, rows


@pytest.mark.parametrize("language", GUIDES)
def test_the_tables_are_those_of_the_code(language: str) -> None:
    guide = GUIDES[language]
    command = "python -m tests.docs.troubleshooting"
    assert regenerated(guide, language) == guide.read_text(encoding="utf-8"), f"run {command}"


@pytest.mark.parametrize("language", GUIDES)
def test_every_hint_is_in_a_table(language: str) -> None:
    text = GUIDES[language].read_text(encoding="utf-8")
    known = [in_words(hint, language) for hint in vars(hints).values() if isinstance(hint, Phrase)]
    assert [hint for hint in known if escaped(hint) not in text] == []


def test_every_kind_has_a_table() -> None:
    kinds = {row.verdict.kind for row in rows()}
    for guide in GUIDES.values():
        assert set(TABLE.findall(guide.read_text(encoding="utf-8"))) == kinds
