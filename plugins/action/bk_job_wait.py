# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show where the instance stands; see the module of the same name."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils._progress import follow


class ActionModule(ActionBase):
    """Follow the instance slice by slice; without progress where Ansible itself waits (``async``)."""

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of the module."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        if self._task.async_val:
            return t.cast(
                "dict[str, t.Any]", self._execute_module(task_vars=variables, wrap_async=self._task.async_val)
            )
        return follow(self, variables, self._task.args, launched=False)
