# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts of Job's library and their versions (quick jobs Q6)."""

from __future__ import annotations

import hashlib
import typing as t

DRAFT, ONLINE, OFFLINE, DISABLED = 0, 1, 2, 3
STATUSES = {DRAFT: "draft", ONLINE: "online", OFFLINE: "offline", DISABLED: "disabled"}


class Script(t.NamedTuple):
    """A script; ``language`` is Job's code."""

    id: str
    name: str
    language: int
    description: str = ""


class ScriptVersion(t.NamedTuple):
    """A version of a script. ``content`` is None where it was not requested, ``created_at`` is ISO 8601."""

    id: int
    label: str
    status: int
    content: str | None = None
    description: str = ""
    created_at: str | None = None


class NewVersion(t.NamedTuple):
    """A version to create."""

    label: str
    content: str
    description: str = ""


def sha256_of(content: str) -> str:
    """The hash of a script's text, in hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()
