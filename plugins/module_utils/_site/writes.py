# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is never tried: the APIs that change something, with the permissions that they need."""

from __future__ import annotations

import typing as t

from .._api.library_v3 import library
from .._api.schedules_v3 import DELETE, SAVE, SWITCH
from .._model.language import say
from .report import NOT_CHECKED, Check

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.shapes import Api, QuickVersion, Version


def untried(apis: Version, quick: QuickVersion, api_version: str) -> Iterator[Check]:
    """A check for each thing that writes, with its APIs and with the actions of IAM (contract §3.5)."""
    operations: list[Api[t.Any]] = [apis.operate_instance, apis.operate_step]
    yield _untried("launching", [apis.launch, *operations], "launch_job_plan")
    yield _untried("running_scripts", [quick.run_script, *operations], "quick_execute_script", "use_account")
    upload = [quick.upload] if quick.upload else []
    transfers: list[Api[t.Any]] = [quick.transfer, quick.push, *upload, *operations]
    yield _untried("transferring_files", transfers, "quick_transfer_file", "use_account")
    if api_version == "v3":
        yield _untried("changing_schedules", [SAVE, SWITCH, DELETE], "create_cron", "manage_cron")
        scripts = library(public=False)
        changes: list[Api[t.Any]] = [
            scripts.create,
            scripts.create_version,
            scripts.update_version,
            scripts.describe,
            scripts.publish,
            scripts.disable,
            scripts.delete_version,
            scripts.delete,
        ]
        yield _untried("changing_scripts", changes, "create_script", "manage_script")
    yield Check("callback", NOT_CHECKED, say("not tried: only a job shows whether Job reaches callback_url"))


def _untried(name: str, apis: list[Api[t.Any]], *actions: str) -> Check:
    names = tuple(api.name for api in apis)
    found = say(
        "not tried; the application needs {apis}, and the user {actions}",
        apis=", ".join(names),
        actions=", ".join(actions),
    )
    return Check(name, NOT_CHECKED, found, apis=names)
