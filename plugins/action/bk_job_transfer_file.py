# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send files to hosts and show the progress; see ``plugin_utils/quick.py``."""

from __future__ import annotations

import typing as t

from ..module_utils._quick.report import TransferReport
from ..module_utils._quick.transfer import read_text, secret_text
from ..module_utils._task.arguments import plain, validate
from ..modules import bk_job_transfer_file
from ..plugin_utils.quick import QuickAction

if t.TYPE_CHECKING:
    Values = dict[str, t.Any]


class ActionModule(QuickAction):
    """The module."""

    module = bk_job_transfer_file
    report = TransferReport

    def inlined(self, args: Values) -> Values:
        name, text = read_text(args["src"])
        # As on the controller, nothing shows the text of a file.
        return {**args, "src": None, "content": text, "file_name": name, "sensitive_content": True}

    def secrets(self, params: Values, launch: Values) -> Values:
        # Of a file, it is only this plugin that has set sensitive_content; its lines may be ordinary words.
        given, _problem = validate(self.module.MODULE.options, plain(self._task.args))
        text = secret_text({**params, "sensitive_content": given["sensitive_content"]})
        return {"content": text} if text else {}
