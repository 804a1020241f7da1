# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module in a process of its own: the options from AnsibleModule, the result to its standard output."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._model.language import speaking
from .._report.sentences import quoting
from .arguments import argument_spec, explain_all, wanted_language
from .runner import execute, refused

if t.TYPE_CHECKING:
    from .clock import Clock
    from .runner import Module


class _Module(AnsibleModule):
    """AnsibleModule, which returns all keys also where it refuses the options itself."""

    def __init__(self, module: Module) -> None:
        self._described = module
        base: t.Any = super()  # has no types
        base.__init__(argument_spec(module.options), supports_check_mode=True, **module.options.rules())

    @property
    def no_log(self) -> bool:
        """Whether the options stay out of the system's log: always, since only the plan knows which are secret.

        What a module says in its constructor, Ansible overrides with what the task says.
        """
        return True

    @no_log.setter
    def no_log(self, value: bool) -> None:
        self.hides_logs = value

    def fail_json(self, msg: str, **_result: t.Any) -> t.NoReturn:
        """Return that the options were refused; ``msg`` is the first problem, which may name no option."""
        result: t.Any = self.validation_result  # has no types
        with speaking(wanted_language(self.params)):
            problem = explain_all(self._described.options, self.params, result.error_messages or [msg])
            returned = refused(self._described, self.params, problem)
        self.leave(returned)

    def leave(self, result: dict[str, t.Any]) -> t.NoReturn:
        """Return ``result``, which has no secrets any more."""
        self.no_log_values = set()
        base: t.Any = super()
        for warning in result.pop("warnings", ()):
            base.warn(warning)
        base.exit_json(**result)
        raise AssertionError("exit_json returned")


def run(module: Module, clock: Clock | None = None) -> None:
    """Run as an Ansible module."""
    ansible = _Module(module)
    params, check_mode, diff_mode = ansible.params, ansible.check_mode, ansible._diff
    with quoting(not ansible.hides_logs):
        result = execute(module, params, check_mode=check_mode, diff_mode=diff_mode, environ=os.environ, clock=clock)
    ansible.leave(result)
