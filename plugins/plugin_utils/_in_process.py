# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module in the controller's own process, where the task would run on the controller anyway.

Nearly all that a task costs is the start of a process. What runs here is the module's very own ``main``, with its
options passed as Ansible passes them and its result read as Ansible reads it, so nothing else differs.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import typing as t

from ansible.module_utils import basic
from ansible.plugins.action import ActionBase

ENCODER: t.Any
DECODER: t.Any
try:
    from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
except ImportError:  # ansible-core < 2.19
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    ENCODER, DECODER = AnsibleJSONEncoder, None
else:
    ENCODER = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
    DECODER = get_module_decoder("legacy", Direction.MODULE_TO_CONTROLLER)

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    Values = dict[str, t.Any]


class Direct(ActionBase):
    """An action that does nothing but run its ``module``."""

    module: ModuleType
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: Values | None = None) -> Values:
        """Return the result of the module."""
        super().run(tmp, task_vars)
        return execute(self, self.module, self._task.args, task_vars or {})


def execute(action: ActionBase, module: ModuleType, args: Values, task_vars: Values) -> Values:
    """The result of a module of this collection, which runs in this process if that makes no difference.

    One that is to act on an interruption has a process of its own, where it can.
    """
    name = f"blueking.job.{module.__name__.rpartition('.')[2]}"
    if "abort" in str(args.get("terminate_on")) or not _is_here(action, task_vars):
        asynchronously = action._task.async_val
        return t.cast("Values", action._execute_module(name, args, task_vars=task_vars, wrap_async=asynchronously))
    args = dict(args)
    action._update_module_args(name, args, task_vars)
    printed = io.StringIO()
    warnings: list[str] = []
    with _as_a_module(args, warnings), contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        module.main()
    result: Values = json.loads(printed.getvalue(), cls=DECODER)
    if warnings:
        result["warnings"] = warnings
    return {key: value for key, value in result.items() if not key.startswith("_ansible_")}


def _is_here(action: ActionBase, task_vars: Values) -> bool:
    """Whether the module would run on the controller, as this user, with this Python and this environment."""
    # A forked worker that asks macOS for its proxies may crash (https://github.com/python/cpython/issues/105912).
    if sys.platform == "darwin":
        return False
    # This is how options get in, and no promise of ansible-core's.
    if not hasattr(basic, "_ANSIBLE_ARGS"):
        return False
    task, connection = action._task, action._connection
    if os.environ.get("ANSIBLE_BK_JOB_IN_PROCESS") == "0" or task.async_val or any(task.environment or ()):
        return False
    if connection.transport != "local" or connection.become:
        return False
    variables = task_vars.get("ansible_delegated_vars", {}).get(task.delegate_to, {}) if task.delegate_to else task_vars
    # Two environments may share a Python, and not its libraries: only the very same path will do.
    return bool(action._templar.template(variables.get("ansible_python_interpreter")) == sys.executable)


@contextlib.contextmanager
def _as_a_module(args: Values, warnings: list[str]) -> Iterator[None]:
    """Leave the options where AnsibleModule looks before it looks at its standard input, and collect what it warns of.

    In a controller it would show warnings by itself, or keep them for the next module.
    """

    def warn(warning: str, **_more: object) -> None:
        warnings.append(warning)

    values = {
        "_ANSIBLE_ARGS": json.dumps({"ANSIBLE_MODULE_ARGS": args}, cls=ENCODER).encode(),
        "_ANSIBLE_PROFILE": "legacy",
        "warn": warn,
    }
    before = {name: getattr(basic, name) for name in values if hasattr(basic, name)}
    for name in before:
        setattr(basic, name, values[name])
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(basic, name, value)
