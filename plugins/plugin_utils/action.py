# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of all action plugins: it decides where a task runs, and loses no write, whatever happens there.

On the controller the module's function is called in this process: nearly all that a task costs otherwise is the start
of a process. Elsewhere its module is run as Ansible runs modules.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
import typing as t

from ansible import constants
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._model.errors import InputError
from ..module_utils._model.language import foreign, say, speaking
from ..module_utils._report.sentences import quoting
from ..module_utils._task.arguments import plain, validate, wanted_language, without_blanks
from ..module_utils._task.runner import EXITS, execute, lost, refused
from .show import shower

if t.TYPE_CHECKING:
    from types import ModuleType

    Values = dict[str, t.Any]

# Most tasks need it, and what is imported here is not imported again by the worker of each task.
importlib.import_module("..module_utils._api.v3", __package__)
# How shells say that a command could not be started.
NOT_STARTED = (126, 127)
# In the traceback of an error: the frame of a module while it is imported, and that of its main function.
IMPORTED = re.compile(r'/plugins/modules/\w+\.py", line \d+, in <module>$', re.MULTILINE)
MAIN = re.compile(r'/plugins/modules/\w+\.py", line \d+, in main$', re.MULTILINE)
NO_SYNTAX = re.compile(r"^SyntaxError: ", re.MULTILINE)
TOO_OLD = "ansible-core requires a minimum of Python"


class JobAction(ActionBase):
    """Runs ``module``; ``writes`` says that it may change something."""

    module: ModuleType
    writes = False
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: Values | None = None) -> Values:
        """Return the result of the module."""
        variables, args = task_vars or {}, plain(self._task.args)
        here = self._is_here(variables)
        if not here and self._connection.transport != "local" and self.may_write(args):
            # Connect before anything can be changed: a host that is unreachable now is simply unreachable.
            self.TRANSFERS_FILES = True
        base: t.Any = super()  # has no types
        base.run(tmp, task_vars)
        args = self._with_language(args, here=here)
        with speaking(wanted_language(args)), quoting(not self._hides_logs(variables)):
            return self._result(args, variables, here=here)

    def _result(self, args: Values, variables: Values, *, here: bool) -> Values:
        try:
            args = self.prepared(args, variables)
        except (AnsibleError, InputError) as error:  # a file of the controller can't be read
            params, _problem = validate(self.module.MODULE.options, args)
            message = str(error) if isinstance(error, InputError) else foreign(error)
            result = refused(self.module.MODULE, params, message)
        else:
            result = self.run_here(args, variables) if here else self.run_elsewhere(args, variables)
        if not _wants_invocation(variables):
            result.pop("invocation", None)
        return result

    def prepared(self, args: Values, variables: Values) -> Values:
        """The options of the task as its module takes them; raises :class:`AnsibleError` if they can't be."""
        given = without_blanks(self.module.MODULE.options, args)
        return self.absolute_paths({**self._paths_of_environment(given), **given}, variables)

    def run_here(self, args: Values, variables: Values) -> Values:
        """Run the module's function in this process."""
        params, problem = validate(self.module.MODULE.options, args)
        if problem:
            return refused(self.module.MODULE, params, problem)
        return execute(
            self.module.MODULE,
            self.absolute_paths(params, variables),
            check_mode=self._task.check_mode,
            diff_mode=self._task.diff,
            environ=os.environ,
            show=shower(self),
        )

    def run_elsewhere(self, args: Values, variables: Values) -> Values:
        """Run the module in a process of its own, on the host of the task."""
        return self.run_module(self.module, args, variables, writes=self.may_write(args))

    def run_module(self, module: ModuleType, args: Values, variables: Values, *, writes: bool) -> Values:
        """Run a module of this collection in a process of its own; one that ``writes`` at most once."""

        def execute_module() -> Values:
            name = f"blueking.job.{module.__name__.rpartition('.')[2]}"
            base: t.Any = self  # has no types
            result: Values = base._execute_module(name, args, task_vars=variables, wrap_async=self._task.async_val)
            return result

        if not writes:
            return execute_module()
        with contextlib.suppress(Exception):  # only connections by ssh have it
            # It would run the module again after a lost connection.
            self._connection.set_option("reconnection_retries", 0)
        try:
            result = execute_module()
        except EXITS:
            raise
        except AnsibleConnectionFailure as error:
            return self._lost(
                args, say("the connection to the host of the task was lost: {error}", error=foreign(error))
            )
        except BaseException as error:  # among them the time limit of the task, which is no Exception
            name, text = type(error).__name__, str(error)  # the time limit of ansible-core before 2.19 has no text
            return self._lost(
                args,
                say("the module was interrupted: {error}: {text}", error=name, text=foreign(text))
                if text
                else say("the module was interrupted: {error}", error=name),
            )
        if self._task.async_val or "outcome" in result:
            return result
        msg, reason = result.get("msg"), not_begun(result)
        problem = (
            say("the module returned no result: {msg}", msg=foreign(msg))
            if msg
            else say("the module returned no result: no message")
        )
        if reason:
            params, _problem = validate(module.MODULE.options, args)
            return refused(module.MODULE, params, say("{problem}: {reason}", problem=problem, reason=reason))
        return self._lost(args, problem)

    def may_write(self, args: Values) -> bool:
        """Whether a task with these options may change something."""
        return self.writes and not self._task.check_mode

    @property
    def on_controller(self) -> bool:
        """Whether the module runs on the controller as this user, who has the files of the playbook."""
        return bool(self._connection.transport == "local" and not self._connection.become)

    def stops_on_abort(self, args: Values) -> bool:
        """Whether an instance must be stopped if the play dies, which a module does that runs until its end."""
        params, _problem = validate(self.module.MODULE.options, args)
        return "abort" in (params.get("terminate_on") or ())

    def absolute_paths(self, values: Values, variables: Values) -> Values:
        """``values`` with relative paths made absolute, from the directory of the playbook, wherever the task runs."""
        base = variables.get("playbook_dir") or os.getcwd()
        paths = [name for name, option in self.module.MODULE.options.table.items() if option["type"] == "path"]
        return {**values, **{name: _absolute(base, values[name]) for name in paths if values.get(name)}}

    def _hides_logs(self, variables: Values) -> bool:
        """Whether ``msg`` must not have what scripts print; a module gets the same as its ``no_log``."""
        no_syslog = constants.config.get_config_value("DEFAULT_NO_TARGET_SYSLOG", variables=variables)
        return bool(self._task.no_log or no_syslog)

    def _with_language(self, args: Values, *, here: bool) -> Values:
        """``args`` with the language of this task, if its module may not see what decides it.

        The lines that the controller shows and what the module returns are in one language.
        """
        if here or args.get("language"):
            return args
        wanted, option = wanted_language({}), self.module.MODULE.options.table["language"]
        with contextlib.suppress(AnsibleError):  # the module reports what is wrong with its environment
            for more in self._templar.template(self._task.environment or []):
                wanted = (more or {}).get(option["env"]) or wanted
        return {**args, "language": wanted} if wanted in option["choices"] else args

    def _paths_of_environment(self, args: Values) -> Values:
        """The paths that the environment has for options, where the module would read the same environment.

        It runs in the directory that the play was started from; a task in this process knows the playbook's.
        """
        if not self.on_controller:
            return {}
        environ = dict(os.environ)
        for more in self._templar.template(self._task.environment or []):
            environ.update(more or {})
        found = {}
        for name, option in self.module.MODULE.options.table.items():
            value = str(environ.get(option.get("env", ""), ""))
            is_given = any(key in args for key in (name, *option.get("aliases", ())))
            if option["type"] == "path" and value and not is_given:
                found[name] = value
        return found

    def _lost(self, args: Values, message: str) -> Values:
        params, _problem = validate(self.module.MODULE.options, args)
        return lost(self.module.MODULE, params, message)

    def _is_here(self, variables: Values) -> bool:
        """Whether the module would run on the controller, as this user, with this Python and this environment."""
        # A forked worker that asks macOS for its proxies may crash (https://github.com/python/cpython/issues/105912).
        if sys.platform == "darwin":
            return False
        task = self._task
        if os.environ.get("ANSIBLE_BK_JOB_IN_PROCESS") == "0" or task.async_val or any(task.environment or ()):
            return False
        if not self.on_controller:
            return False
        if task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(task.delegate_to, {})
        interpreter = self._templar.template(variables.get("ansible_python_interpreter"))
        return isinstance(interpreter, str) and _environment_of(interpreter) == _environment_of(sys.executable)


def not_begun(result: Values) -> str | None:
    """Why a module without a result has certainly not begun its work; None if it may have."""
    msg, error = str(result.get("msg")), str(result.get("module_stderr") or "")
    if msg.startswith(TOO_OLD):
        return say("Python 3.8 or newer is required")
    if result.get("module_stdout"):
        return None
    if result.get("rc") in NOT_STARTED:
        return say("it could not be started")
    if result.get("rc") == 1 and not MAIN.search(error) and (IMPORTED.search(error) or NO_SYNTAX.search(error)):
        return say(
            "it could not be imported, which requires Python 3.8 or newer: {error}",
            error=foreign(error.strip().splitlines()[-1]),
        )
    return None


def _wants_invocation(variables: Values) -> bool:
    """Whether results have the options of the task, which ansible-core before 2.21 always returns."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        return True


def _environment_of(python: str) -> tuple[str, str]:
    """What identifies the environment of a Python: two environments may share a binary, but not their directory."""
    return os.path.realpath(os.path.dirname(python)), os.path.realpath(python)


def _absolute(base: str, path: t.Any) -> t.Any:
    # The user's home and variables are expanded where the module runs.
    return os.path.join(base, path) if isinstance(path, str) and path[0] not in "~$" else path
