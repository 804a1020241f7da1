# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Information about scripts."""

from __future__ import annotations

import typing as t

from .._api.job import ALL
from .._api.library_v3 import library
from .._model.errors import InputError
from .._model.language import say
from .._options.spec import Options
from .report import script_row, version_row
from .scripts import versions_of

if t.TYPE_CHECKING:
    from .._task.task import Task
    from .report import ScriptInfoReport

OPTIONS = Options(
    {
        "script_id": {"type": "str"},
        "name": {"type": "str"},
        "public": {"type": "bool", "default": False},
        "content": {"type": "bool", "default": False},
        "limit": {"type": "int", "default": 100},
    },
)


def inform(task: Task, report: ScriptInfoReport) -> None:
    """Return the scripts with their versions."""
    params = task.params
    if params["api_version"] == "v2":
        raise InputError(say("the script library requires api_version v3"))
    if params["script_id"] and params["name"]:
        raise InputError(say("script_id and name are mutually exclusive"))
    if params["limit"] < 1:
        raise InputError(say("{name} must be at least 1", name="limit"))
    apis = library(public=params["public"])
    script_id, name = params["script_id"] or None, params["name"] or None
    report.will_send(task.job.preview(apis.scripts, name, 0, params["limit"]))
    # Job can't search by id.
    found = task.job.rows(apis.scripts, name, limit=ALL if script_id else params["limit"])
    rows = []
    for script in found:
        if script_id in (None, script.id):
            versions = versions_of(task, apis, script.id)
            shown = [version_row(version, content=params["content"]) for version in versions]
            rows.append({**script_row(script, versions), "versions": shown})
    report.found(rows, more=script_id is None and len(rows) == params["limit"])
