# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for an instance and show its progress; see ``plugin_utils/action.py``."""

from __future__ import annotations

import typing as t

from ..module_utils._report.instance import Report
from ..module_utils._task.arguments import validate
from ..module_utils._task.runner import secrets_in
from ..modules import bk_job_wait
from ..plugin_utils.action import JobAction
from ..plugin_utils.remote import RemoteWait, can_wait


class ActionModule(JobAction):
    """The module; without progress where Ansible itself waits (``async``)."""

    module = bk_job_wait

    def may_write(self, args: dict[str, t.Any]) -> bool:
        """Whether an interruption stops the instance; a wait in parts stops it in a part of its own."""
        return self.stops_on_abort(args) and not self._task.check_mode

    def run_elsewhere(self, args: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Run the module part by part; in one part where an interruption must stop the instance."""
        if self._task.async_val or self.stops_on_abort(args) or not can_wait(args):
            return super().run_elsewhere(args, variables)
        params, _problem = validate(self.module.MODULE.options, args)
        report = Report()
        report.about(params)
        report.link(params["console_url"])
        secrets = secrets_in(self.module.MODULE, params)
        return RemoteWait(self, variables, args, report, secrets).result(params, diff_mode=False)
