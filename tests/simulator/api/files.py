# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths and contents in requests for quick transfers (Q2)."""

from __future__ import annotations

import hashlib
import re

from ..job.launch import File
from .common import decoded
from .jackson import is_blank

# As `FilePathValidateUtil`, without the repetitions in repetitions.
_PATHS = (
    re.compile(r"([A-Za-z]:[/\\]|/).*\[[a-zA-Z0-9:/_-]*\].*|.*\$\{[a-zA-Z_][a-zA-Z0-9_-]*\}.*"),
    re.compile(r"/(..?/)*(\.?[^.].*)?"),
    re.compile(r'[A-Za-z]:[/\\]([^/\\]([^:?"<>|]|REGEX:.*)*)?'),
)


def is_absolute(path: str | None) -> bool:
    """Whether a path is absolute on Linux or Windows, or contains one of Job's variables."""
    return not is_blank(path) and any(pattern.fullmatch(path or "") for pattern in _PATHS)


def pushed(name: str, content: str) -> File:
    """A file as it is stored, without the directories in its name (`FilePathUtils.getPureFileName`)."""
    raw = decoded(content)
    return File(re.split(r"[/\\]", name)[-1].strip(), len(raw), hashlib.sha256(raw).hexdigest())
