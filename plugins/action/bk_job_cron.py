# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module of the same name, on the controller in this process; see ``plugin_utils/action.py``."""

from __future__ import annotations

from ..modules import bk_job_cron
from ..plugin_utils.action import JobAction


class ActionModule(JobAction):
    """The module."""

    module = bk_job_cron
    writes = True
