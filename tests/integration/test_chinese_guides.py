# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chinese guides do what they say, with messages in Chinese; test_guides says how guides are played."""

from __future__ import annotations

import typing as t

import pytest

from tests.integration.test_guides import NEEDS, TOPICS, Needs, play, read

if t.TYPE_CHECKING:
    from pathlib import Path

# The finder of code blocks calls docutils in a way that its next major version ends.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


@pytest.mark.parametrize("topic", TOPICS)
def test_a_chinese_guide_does_what_it_says(collections: str, tmp_path: Path, topic: str) -> None:
    play(read(f"{topic}_zh"), NEEDS.get(topic, Needs()), collections, tmp_path, BK_JOB_LANGUAGE="zh")
