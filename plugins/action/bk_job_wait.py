# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for an instance and show its progress; see ``plugin_utils/action.py``."""

from __future__ import annotations

import typing as t

from ..modules import bk_job_wait
from ..plugin_utils.action import JobAction
from ..plugin_utils.remote import Wait


class ActionModule(JobAction):
    """The module; without progress where Ansible itself waits (``async``)."""

    module = bk_job_wait

    def run_elsewhere(self, args: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Run the module part by part; in one part where an interruption must stop the instance."""
        is_id = str(args.get("job_instance_id") or "").isdecimal()
        if self._task.async_val or not is_id or self.stops_on_abort(args):
            return super().run_elsewhere(args, variables)
        return Wait(self, variables, args, None).run()
