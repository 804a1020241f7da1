# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module of the same name, on the controller in this process; see ``plugin_utils/action.py``."""

from __future__ import annotations

import typing as t

from ..module_utils._quick.script import inlined_script
from ..modules import bk_job_script
from ..plugin_utils.action import JobAction
from ..plugin_utils.quick import find_file

if t.TYPE_CHECKING:
    Values = dict[str, t.Any]


class ActionModule(JobAction):
    """The module, with a script of the controller."""

    module = bk_job_script
    writes = True

    def prepared(self, args: Values, variables: Values) -> Values:
        if args.get("src"):
            args = {**args, "src": find_file(self, args["src"])}
            if not self.on_controller:
                args = inlined_script(args)
        return super().prepared(args, variables)
