# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stdout callback for programs: all results of the play, by the name of their task, as one JSON document."""

from __future__ import annotations

import json
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: stdout
short_description: Results as JSON
description: Prints the results of all tasks as one JSON document.
"""


class CallbackModule(CallbackBase):
    """Prints when the play has ended."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "results"

    def __init__(self) -> None:
        base: t.Any = super()  # has no types
        base.__init__()
        self._results: dict[str, t.Any] = {}

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._keep(result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._keep(result, failed=True)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._keep(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._display.display(json.dumps(self._results, default=str))

    def _keep(self, result: t.Any, *, failed: bool = False) -> None:
        # Ansible takes `failed` out of the results that callbacks get.
        self._results[result._task.get_name()] = {**result._result, "failed": failed}
