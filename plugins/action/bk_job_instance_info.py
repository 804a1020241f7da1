# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module of the same name, in this process where that makes no difference."""

from __future__ import annotations

from ..modules import bk_job_instance_info as module
from ..plugin_utils._in_process import Direct


class ActionModule(Direct):
    """The module alone."""

    module = module
