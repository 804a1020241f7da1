# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests read about the launches that Job accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rolling import Rolling

# Kinds of launches.
PLAN, SCRIPT, FILE = "plan", "script", "file"


@dataclass(frozen=True)
class File:
    """A file of a quick transfer. Of a file on a server only the path is known; otherwise `name` is its last part."""

    name: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Launch:
    """A launch whose instance was saved, though it may have failed after that.

    `values` has the string of each variable, or null, and the ids of host variables. Everything from `kind` on is about
    quick jobs. `command` is what the agent executes, below the folder of scripts: the file that holds `script`, and the
    parameters as they arrive. `targets` are ids of hosts, `account` is an alias.
    """

    instance_id: int
    plan_id: int
    values: dict[str, object]
    operator: str
    app_code: str
    callback_url: str | None
    started: bool
    kind: str = PLAN
    name: str = ""
    account: str = ""
    targets: tuple[int, ...] = ()
    timeout: int | None = None
    rolling: Rolling | None = None
    script: str | None = None
    script_version_id: int | None = None
    language: int | None = None
    command: str | None = None
    sensitive: bool = False
    windows_interpreter: str | None = None
    files: tuple[File, ...] = ()
    path: str | None = None
    target_name: str | None = None
    transfer_mode: int | None = None
    upload_speed_limit: int | None = None
    download_speed_limit: int | None = None
