# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the action plugins of quick jobs: the name of the task, and files of the controller."""

from __future__ import annotations

import contextlib
import importlib
import typing as t

from ansible.errors import AnsibleError

from .launch import LaunchAction

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible.plugins.action import ActionBase

    from ..module_utils._quick.report import QuickReport

    Values = dict[str, t.Any]


# As in plugin_utils/action.py.
importlib.import_module("..module_utils._api.quick_v3", __package__)


class QuickAction(LaunchAction):
    """Runs the module with files of the controller, wherever it runs."""

    report: Callable[[], QuickReport]

    def report_on(self, launch: Values) -> QuickReport:
        report = self.report()
        report.is_about(launch["job_instance_name"])
        return report

    def targets(self, params: Values) -> list[Values]:
        return [params["target_server"]]

    def secrets(self, params: Values, launch: Values) -> Values:
        return {}

    def inlined(self, args: Values) -> Values:
        """``args`` with the contents of files, for a host that does not have them."""
        raise NotImplementedError

    def prepared(self, args: Values, variables: Values) -> Values:
        """``args`` with the name of the task, and with files of the controller where the module can read them."""
        # Forms send empty texts for what was left blank, and a list would have an empty item.
        given = {name: value for name, value in args.items() if value != "" or name not in ("args", "src")}
        named = {**given, "task_name": args.get("task_name") or self._name()}
        if given.get("src"):
            src = given["src"]
            if self.module.MODULE.options.table["src"]["type"] == "list":
                paths = src if isinstance(src, list) else str(src).split(",")
                named["src"] = [find_file(self, path) for path in paths]
            else:
                named["src"] = find_file(self, src)
            if not self.on_controller:
                named = self.inlined(named)
        return super().prepared(named, variables)

    def _name(self) -> str:
        with contextlib.suppress(AnsibleError):  # a variable of the name may not exist
            return str(self._templar.template(self._task.get_name()))
        return str(self._task.get_name())


def find_file(action: ActionBase, path: t.Any) -> str:
    """The path of a file that the task names, found as ``ansible.builtin.script`` finds it."""
    base: t.Any = action  # has no types
    return str(base._find_needle("files", str(path)))
