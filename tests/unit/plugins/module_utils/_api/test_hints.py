# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every hint is whole in both languages, and says the same in both as far as names can tell."""

from __future__ import annotations

import re

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api import hints as _hints
from ansible_collections.blueking.job.plugins.module_utils._model.chinese import CHINESE
from ansible_collections.blueking.job.plugins.module_utils._model.language import Phrase

HINTS = [pytest.param(value, id=name) for name, value in vars(_hints).items() if isinstance(value, Phrase)]
# Lists that administrators know by these names only.
WHITELISTS = ("应用免登录态验证白名单", "免用户认证应用白名单")
IN_CHINESE = re.compile("[\u2018-\u201d\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")  # ideographs, and their punctuation
NAME = re.compile(r"[a-z]+(?:_[a-z]+)+", re.ASCII)  # of options and keys


@pytest.mark.parametrize("hint", HINTS)
def test_a_hint_is_whole_in_both_languages(hint: str) -> None:
    english, chinese = hint, CHINESE[hint]
    for name in WHITELISTS:
        english = english.replace(name, "")
    assert (english[-1:], IN_CHINESE.search(english)) == (".", None)
    assert (chinese[-1:], bool(IN_CHINESE.search(chinese[:-1]))) == ("。", True)
    assert set(NAME.findall(hint)) == set(NAME.findall(chinese))
