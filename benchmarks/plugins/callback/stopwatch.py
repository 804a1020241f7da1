# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write down how long each task of a play took, from its start to the start of the next one."""

from __future__ import annotations

import json
import os
import time
import typing as t
from pathlib import Path

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: stopwatch
type: aggregate
short_description: writes down how long each task took
description: writes down how long each task took
"""


class CallbackModule(CallbackBase):
    """Append ``[name, seconds]`` to the file that ``BENCHMARK_TIMES`` names, a line for each task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "stopwatch"

    def __init__(self) -> None:
        super().__init__()
        self._name, self._began = "", 0.0

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        """Stop the task before, start this one."""
        self._stop()
        self._name, self._began = task.get_name(), time.perf_counter()

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Stop the last task."""
        self._stop()

    def _stop(self) -> None:
        if self._name:
            with Path(os.environ["BENCHMARK_TIMES"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps([self._name, time.perf_counter() - self._began]) + "\n")
