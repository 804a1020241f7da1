# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the action plugins whose modules launch something and may wait for its end."""

from __future__ import annotations

import typing as t

from ..module_utils._task.arguments import validate
from ..module_utils._task.process import keeps_lines
from ..module_utils._task.runner import secrets_in
from .action import JobAction
from .remote import RemoteWait, options_of_wait
from .show import shower

if t.TYPE_CHECKING:
    from ..module_utils._launch.report import LaunchReport

    Values = dict[str, t.Any]


class LaunchAction(JobAction):
    """Runs the module; without progress where Ansible itself waits (``async``)."""

    writes = True

    def report_on(self, launch: Values) -> LaunchReport:
        """A report that names what was launched."""
        raise NotImplementedError

    def targets(self, params: Values) -> list[Values]:
        """The options that say which host of the inventory a target is."""
        raise NotImplementedError

    def secrets(self, params: Values, launch: Values) -> Values:
        """The secrets that only the launch knows, which the wait must mask too, by any names."""
        raise NotImplementedError

    def run_elsewhere(self, args: Values, variables: Values) -> Values:
        """Launch with the module, then wait part by part; in one part where an interruption must stop the instance."""
        if self._task.async_val or self._task.check_mode:
            return super().run_elsewhere(args, variables)
        if self.stops_on_abort(args):
            return self._run_in_one_part(args, variables)
        params, _problem = validate(self.module.MODULE.options, args)
        waits, wants_diff = params["wait"] is True, self._task.diff
        # In diff mode the module returns its request, which shows what the plan keeps secret.
        self._task.diff = wants_diff or waits
        launch = super().run_elsewhere({**args, "wait": False}, variables)
        self._task.diff = wants_diff
        if not wants_diff:
            launch.pop("diff", None)
        if not launch.get("job_instance_id"):
            return launch
        report = self._report_of(launch)
        shower(self)(report.id_line(), always=True)
        if launch.get("failed") or not waits:
            return launch
        secret = self.secrets(params, launch)
        wait = {
            **options_of_wait(args),
            "logs": params["logs"],
            "job_instance_id": launch["job_instance_id"],
            "secret_variables": secret,
        }
        secrets = secrets_in(self.module.MODULE, params)
        secrets.add(secret)
        waiting = RemoteWait(self, variables, wait, report, secrets)
        result = waiting.result(params, diff_mode=wants_diff, targets=self.targets(params))
        warnings = [*launch.get("warnings", ()), *result.pop("warnings", ())]
        if warnings:
            result["warnings"] = warnings
        # As the task has it: the module was only to launch. Newer ansible-core removes it unless it is wanted.
        result.pop("invocation", None)
        if "invocation" in launch:
            result["invocation"] = {"module_args": {**launch["invocation"]["module_args"], "wait": True}}
        return result

    def _run_in_one_part(self, args: Values, variables: Values) -> Values:
        result = super().run_elsewhere(args, variables)
        # The module has shown the id, if it could; a file may have lost it since.
        is_shown = self.on_controller and keeps_lines()
        if result.get("job_instance_id") and not is_shown:
            shower(self)(self._report_of(result).id_line(), always=True)
        return result

    def _report_of(self, launch: Values) -> LaunchReport:
        report = self.report_on(launch)
        report.sending(start=launch["outcome"] not in ("refused", "unknown"))
        report.restore(launch)
        return report
