# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch, and show where the instance stands while it is followed; see the module of the same name."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_dict, check_type_list
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils._options.inventory import name_hosts
from ..modules import bk_job_execute
from ..plugin_utils._in_process import execute
from ..plugin_utils._progress import follow, of_following, show

# What the launch tells, and following does not.
OF_THE_LAUNCH = ("ansible_facts", "changed", "job_plan_id", "job_instance_id", "job_instance_name", "job_instance_url")


class ActionModule(ActionBase):
    """Launch with the module, then follow slice by slice; without progress where Ansible itself waits (``async``)."""

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of the module."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        waits = boolean(self._task.args.get("wait", False), strict=False)
        if not waits or self._task.async_val or self._task.check_mode:
            return execute(self, bk_job_execute, self._task.args, variables)
        launch = execute(self, bk_job_execute, {**self._task.args, "wait": False, "_followed": True}, variables)
        if launch.get("failed") or not launch.get("job_instance_id"):
            return launch
        request, secrets = launch.pop("request", None), launch.pop("secrets", ())
        # The id is here before the wait begins: whatever happens to it now, it has been seen.
        show(self, launch["msg"])
        values = dict(_values(self._task.args, secrets))
        args = {**of_following(self._task.args), "job_instance_id": launch["job_instance_id"]}
        result = {**launch, **follow(self, variables, args, launched=True, secrets=values)}
        result["warnings"] = [*launch.get("warnings", ()), *result.get("warnings", ())]
        result.update({key: launch[key] for key in OF_THE_LAUNCH if launch.get(key) is not None})
        name_hosts(result, self._task.args.get("target_servers") or ())
        result["request"] = request if result.get("failed") or self._task.diff else None
        return result


def _values(args: dict[str, t.Any], origins: t.Iterable[str]) -> t.Iterator[tuple[str, t.Any]]:
    """The values of the options that the launch found out to be secret, such as ``variables.password``, by origin."""
    named = check_type_dict(args.get("variables") or {})
    # Read as AnsibleModule does: where both names are given, the alias counts.
    entries = map(check_type_dict, check_type_list(args.get("global_var_list") or args.get("global_vars") or []))
    given = {
        **{f"variables.{name}": value for name, value in named.items()},
        **{f"global_vars[{index}]": entry.get("value") for index, entry in enumerate(entries)},
    }
    return ((origin, given[origin]) for origin in origins if origin in given)
