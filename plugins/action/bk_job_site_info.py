# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module of the same name, and show its checks as a table; see ``plugin_utils/action.py``."""

from __future__ import annotations

import typing as t

from ..module_utils._site.report import table
from ..modules import bk_job_site_info
from ..plugin_utils.action import JobAction
from ..plugin_utils.show import shower


class ActionModule(JobAction):
    """The module."""

    module = bk_job_site_info

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of the module, and show its checks."""
        result = super().run(tmp, task_vars)
        show = shower(self)
        for line in table(result.get("checks") or []):
            show(line)
        return result
