# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner behind every module: validated options in, a redacted result out; nothing is raised.

The same function runs in a module's own process (``_task/module``) and on the controller (the action plugins).
"""

from __future__ import annotations

import contextlib
import traceback
import typing as t

from .._api import hints
from .._api.job import Job
from .._model.errors import InputError, JobError, UnclearError
from .._model.language import foreign, say, speaking
from .._model.secrets import Secrets
from .._options.connection import OPTIONS as CONNECTION
from .._options.connection import SECRETS, credentials_from, gateway_from, passwords_in, refuse_user, scope_from
from .._options.spec import Options, refuse_omit
from ..bk_job_execute import Client, require_requests
from .clock import PlayClock
from .process import Play
from .redact import redact, redact_line, shown_params
from .task import Task

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._api.shapes import Version
    from .._report.base import TaskReport
    from .clock import Clock
    from .task import Show

# What ends a process; everything else becomes a result.
EXITS = (KeyboardInterrupt, SystemExit, GeneratorExit)


class Module(t.NamedTuple):
    """What a module is: its options, beside those of the connection; its report; and what it does.

    ``body`` fills the report, and raises a :class:`JobError` for what goes wrong. One that ``diagnoses`` is about the
    options of the connection themselves: its ``Job`` has no business, which may be what is wrong.
    """

    own_options: Options
    report: Callable[[], TaskReport]
    body: Callable[[Task, t.Any], None]
    diagnoses: bool = False

    @property
    def options(self) -> Options:
        """All options of the module."""
        return CONNECTION + self.own_options


def execute(
    module: Module,
    params: Mapping[str, t.Any],
    *,
    check_mode: bool,
    diff_mode: bool,
    environ: Mapping[str, str],
    clock: Clock | None = None,
    show: Show | None = None,
) -> dict[str, t.Any]:
    """Run a module and return its result; secrets are masked.

    ``params`` are validated options. Nothing that the report has noted is lost, whatever is raised.
    """
    report, secrets = module.report(), secrets_in(module, params)
    task: Task | None = None
    with contextlib.ExitStack() as stack:
        stack.enter_context(speaking(params["language"]))

        def work() -> None:
            nonlocal clock, task
            report.about(params)
            require_requests()
            refuse_omit(params)
            refuse_user(params)
            clock = clock or PlayClock(Play())
            sleep = clock.sleep

            def connect() -> Client:
                gateway, credentials = gateway_from(params, environ), credentials_from(params)
                client = Client(gateway, credentials, secrets=secrets, check_mode=check_mode, sleep=sleep)
                return stack.enter_context(client)

            scope = None if module.diagnoses else scope_from(params, environ)
            job = Job(connect, apis_of(params["api_version"]), scope, secrets)
            shown = show and _redacted(show, secrets)
            task = Task(params, job, check_mode, diff_mode, clock, secrets, hidden, shown, environ)
            module.body(task, report)

        hidden = _may_be_secret(module.options)
        trace = attempt(work, report, secrets)
        return result_of(module, params, report, secrets, task.hidden if task else hidden, trace)


def attempt(work: Callable[[], None], report: TaskReport, secrets: Secrets) -> str | None:
    """Do the work, and note in the ``report`` whatever it raises; returns the traceback of a bug."""
    try:
        work()
    except JobError as error:
        report.fail(error)
    except EXITS:
        raise
    except BaseException as error:  # among them the time limit of a task, which is no Exception
        report.fail(_unexpected(error, secrets))
        return t.cast("str", secrets.scrub(traceback.format_exc())) if isinstance(error, Exception) else None
    return None


def result_of(
    module: Module,
    params: Mapping[str, t.Any],
    report: TaskReport,
    secrets: Secrets,
    hidden: frozenset[str] = frozenset(),
    trace: str | None = None,
) -> dict[str, t.Any]:
    """The result of a task, with the secrets masked; ``hidden`` are the options that are secret as a whole."""
    try:
        return _result(module, params, report, secrets, hidden, trace)
    except EXITS:
        raise
    except BaseException:  # the time limit may come even here, but only once
        return _result(module, params, report, secrets, hidden, trace)


def secrets_in(module: Module, params: Mapping[str, t.Any]) -> Secrets:
    """The secrets among the options of a task."""
    return Secrets([*(params.get(name) for name in _secret_options(module.options)), *passwords_in(params)])


def refused(module: Module, params: Mapping[str, t.Any], message: str) -> dict[str, t.Any]:
    """The result for options that don't validate, with a ``message`` in the current language; nothing was sent."""
    options, report = module.options, module.report()
    secrets = Secrets([params.get(name) for name in SECRETS])
    with contextlib.suppress(Exception):  # the options have any type here
        secrets.add([*(params.get(name) for name in _secret_options(options)), *passwords_in(params)])
    with contextlib.suppress(Exception):
        report.about(_of_their_type(params, options))
    report.fail(InputError(secrets.scrub(message)))
    return _result(module, params, report, secrets, _may_be_secret(options), None)


def lost(module: Module, params: Mapping[str, t.Any], message: str) -> dict[str, t.Any]:
    """The result where the process that ran the module returned none: it may have changed something.

    ``message`` is in the current language.
    """
    report, secrets = module.report(), secrets_in(module, params)
    with contextlib.suppress(Exception):  # the options may not be complete
        report.about(params)
    report.sending()
    report.fail(UnclearError(secrets.scrub(message), kind="unavailable"))
    return _result(module, params, report, secrets, _may_be_secret(module.options), None)


def _result(
    module: Module,
    params: Mapping[str, t.Any],
    report: TaskReport,
    secrets: Secrets,
    hidden: frozenset[str],
    trace: str | None,
) -> dict[str, t.Any]:
    result = report.as_result()
    if report.failed:
        result["failed"] = True
    if trace:
        result["exception"] = trace
    result["invocation"] = {"module_args": shown_params(params, module.options, hidden, secrets)}
    return redact(result, secrets)


def _redacted(show: Show, secrets: Secrets) -> Show:
    def show_redacted(line: str, *, always: bool = False) -> None:
        show(redact_line(line, secrets), always=always)

    return show_redacted


def apis_of(api_version: str) -> Version:
    """The APIs of a version; those of the other one are not even imported."""
    if api_version == "v2":
        from .._api.v2 import V2

        return V2
    from .._api.v3 import V3

    return V3


def _unexpected(error: BaseException, secrets: Secrets) -> JobError:
    if not isinstance(error, Exception):
        return JobError(say("the task was interrupted ({error})", error=type(error).__name__), kind="unavailable")
    text = say("unexpected {error}: {text}", error=type(error).__name__, text=foreign(error))
    return JobError(secrets.scrub(text), kind="protocol", hint=say(hints.DEFECT))


def _of_their_type(params: Mapping[str, t.Any], options: Options) -> dict[str, t.Any]:
    """``params`` that did not validate, with None for ids that are no numbers."""
    numbers = {name for name, option in options.table.items() if option["type"] == "int"}
    return {name: None if name in numbers and not _is_number(value) else value for name, value in params.items()}


def _is_number(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _secret_options(options: Options) -> list[str]:
    return [name for name, option in options.table.items() if option.get("no_log")]


def _may_be_secret(options: Options) -> frozenset[str]:
    return frozenset(name for name, option in options.table.items() if option.get("may_be_secret"))
