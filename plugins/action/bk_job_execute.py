# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch a plan and show the progress of its instance; see ``plugin_utils/launch.py``."""

from __future__ import annotations

import typing as t

from ..module_utils._launch.report import PlanLaunchReport
from ..modules import bk_job_execute
from ..plugin_utils.launch import LaunchAction
from ..plugin_utils.remote import secrets_of

if t.TYPE_CHECKING:
    Values = dict[str, t.Any]


class ActionModule(LaunchAction):
    """The module."""

    module = bk_job_execute

    def report_on(self, launch: Values) -> PlanLaunchReport:
        report = PlanLaunchReport()
        report.is_about(launch["job_plan_id"], launch["job_instance_name"])
        return report

    def targets(self, params: Values) -> list[Values]:
        return t.cast("list[Values]", params["target_servers"])

    def secrets(self, params: Values, launch: Values) -> Values:
        return {**secrets_of(params, launch["request"]), **params["secret_variables"]}
