# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of the script library return."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.instance import word
from .._model.language import Phrase, say
from .._model.plan import SCRIPT_LANGUAGES
from .._model.script import ONLINE, STATUSES, sha256_of
from .._report.base import ReadReport
from .._task.changes import ChangeReport

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._api.call import Call
    from .._model.script import Script, ScriptVersion


@dataclass
class ScriptReport(ChangeReport):
    """The report of a script that is brought to a wanted state."""

    UNNAMED: t.ClassVar[Phrase] = Phrase("The script")
    script: dict[str, t.Any] | None = None
    versions: list[dict[str, t.Any]] | None = None

    def about(self, params: Mapping[str, t.Any]) -> None:
        self._what = say('Script "{name}"', name=params["name"]) if params["name"] else ""

    def making(self, change: str, call: Call) -> None:
        super().making(change, call)
        if self.script is None:
            self.versions = None  # there may be some from now on

    def see(self, script: Script | None, versions: Sequence[ScriptVersion] | None) -> None:
        """Note the script as it is, and its versions as far as they are known; None if there is none."""
        self.script = script_row(script, versions or ()) if script else None
        self.versions = None if versions is None else [version_row(version) for version in versions]

    def compare(self, before: str | None, after: str | None) -> None:
        """Note the texts of the online version, before and after."""
        self.diff = {
            "before_header": say("{what}: online version", what=self.what),
            "after_header": say("{what}: online version", what=self.what),
            "before": before or "",
            "after": after or "",
        }


@dataclass
class ScriptInfoReport(ReadReport):
    """The scripts."""

    scripts: list[dict[str, t.Any]] | None = None

    def found(self, rows: list[dict[str, t.Any]], *, more: bool) -> None:
        """Return the scripts; there may be ``more`` of them than the limit."""
        self.sent()
        self.scripts = rows
        count = len(rows)
        self.msg = say("1 script found.") if count == 1 else say("{number} scripts found.", number=count)
        if more:
            self.msg = (
                say("1 script found; increase limit to get more.")
                if count == 1
                else say("The first {number} scripts found; increase limit to get more.", number=count)
            )


def script_row(script: Script, versions: Sequence[ScriptVersion]) -> dict[str, t.Any]:
    """A script with its online version."""
    online = next((version for version in versions if version.status == ONLINE), None)
    return {
        "id": script.id,
        "name": script.name,
        "language": word(SCRIPT_LANGUAGES, script.language),
        "description": script.description,
        "online_version": online and _online(online),
    }


def _online(version: ScriptVersion) -> dict[str, t.Any]:
    sha256 = None if version.content is None else sha256_of(version.content)
    return {"id": version.id, "version": version.label, "sha256": sha256}


def version_row(version: ScriptVersion, *, content: bool = False) -> dict[str, t.Any]:
    """A row of ``versions``."""
    row = {
        "id": version.id,
        "version": version.label,
        "status": word(STATUSES, version.status),
        "sha256": None if version.content is None else sha256_of(version.content),
        "version_desc": version.description,
        "created_at": version.created_at,
    }
    return {**row, "content": version.content} if content else row
