# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a script of the controller or of Job's library and show its progress; see ``plugin_utils/quick.py``."""

from __future__ import annotations

import typing as t

from ..module_utils._quick.report import ScriptReport
from ..module_utils._quick.script import inlined_script
from ..modules import bk_job_execute_script
from ..plugin_utils.quick import QuickAction

if t.TYPE_CHECKING:
    Values = dict[str, t.Any]


class ActionModule(QuickAction):
    """The module."""

    module = bk_job_execute_script
    report = ScriptReport

    def inlined(self, args: Values) -> Values:
        return inlined_script(args)

    def secrets(self, params: Values, launch: Values) -> Values:
        return {"args": params["args"], "raw_args": params["raw_args"]} if params["sensitive_args"] else {}
