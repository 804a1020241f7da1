# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one runner behind every module; only this file knows AnsibleModule."""

from __future__ import annotations

import contextlib
import os
import traceback
import typing as t
from dataclasses import dataclass

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.errors import AnsibleFallbackNotFound

from . import _hints as hints
from ._connection import OPTIONS, credentials_from, gateway_from, scope_from
from ._dialect_v2 import V2
from ._dialect_v3 import V3
from ._errors import JobError
from ._follow import Clock, MonotonicClock
from ._gateway import MASK, Secrets
from ._job import Job
from .bk_job_execute import REQUESTS_IMPORT_ERROR, Client

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._result import TaskReport

    ReportType = t.TypeVar("ReportType", bound=TaskReport)


@dataclass
class Task:
    """What a module's body works with: the options as given, Job as a service, the modes Ansible runs it in.

    ``secrets`` are for what Job hands on of what scripts say; the wrapper has freed the servers' own words of them. The
    body may find more of them. ``hidden`` are options whose values must not be shown, whatever they are.
    """

    params: Mapping[str, t.Any]
    job: Job
    check_mode: bool
    diff_mode: bool
    clock: Clock
    secrets: Secrets
    hidden: tuple[str, ...] = ()


def run(
    options: Mapping[str, t.Any],
    body: Callable[[Task, ReportType], None],
    report: ReportType,
    clock: Clock | None = None,
) -> None:
    """Be an Ansible module: read the options, let ``body`` fill the ``report``, and exit with it.

    ``body`` raises a :class:`JobError` for what goes wrong. Nothing it noted in the report before is lost.
    """
    module = AnsibleModule(argument_spec=_argument_spec({**OPTIONS, **options}), supports_check_mode=True)
    report.about(module.params)
    clock = clock or MonotonicClock()
    # AnsibleModule has collected every secret value of the task.
    secrets = Secrets(module.no_log_values)
    hidden: tuple[str, ...] = ()
    trace = None
    if REQUESTS_IMPORT_ERROR:
        report.fail(JobError(missing_required_lib("requests"), kind="unavailable"))
        trace = REQUESTS_IMPORT_ERROR
    else:
        try:
            with contextlib.ExitStack() as stack:
                job = _job(module, stack, clock, secrets)
                task = Task(module.params, job, module.check_mode, module._diff, clock, secrets)
                try:
                    body(task, report)
                finally:
                    hidden = task.hidden
        except JobError as error:
            report.fail(error)
        except Exception as error:  # a defect of ours must not lose an instance id either
            report.fail(_defect(error, module.params["language"]))
            trace = traceback.format_exc()
    result = report.as_result()
    if trace:
        result["exception"] = trace
    _keep_secrets(module, result, secrets, hidden)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    if report.failed:
        module.fail_json(**result)
    module.exit_json(**result)


def _job(module: AnsibleModule, stack: contextlib.ExitStack, clock: Clock, secrets: Secrets) -> Job:
    def connect() -> Client:
        gateway, credentials = gateway_from(module.params, os.environ), credentials_from(module.params)
        client = Client(gateway, credentials, secrets=secrets, check_mode=module.check_mode, sleep=clock.sleep)
        return stack.enter_context(client)

    return Job(connect, V2() if module.params["api_version"] == "v2" else V3(), scope_from(module.params, os.environ))


def _keep_secrets(module: AnsibleModule, result: dict[str, t.Any], secrets: Secrets, hidden: tuple[str, ...]) -> None:
    """Have AnsibleModule mask what the task has found out to be secret too, but not what playbooks build on.

    A secret such as ``1`` occurs in many an instance id. It is hidden where it was given, and no longer looked for
    elsewhere; the servers' words were freed of it when they came.
    """
    module.no_log_values |= secrets.values
    spared = {secret for word in _vocabulary(result) for secret in module.no_log_values if secret in word}
    module.no_log_values -= spared
    if spared or hidden:
        result["invocation"] = {"module_args": dict(_arguments(module, spared, hidden))}


def _arguments(module: AnsibleModule, secrets: set[str], hidden: tuple[str, ...]) -> t.Iterator[tuple[str, t.Any]]:
    """The options as they may be shown: also where AnsibleModule looks for one of the ``secrets`` no longer."""
    names = {alias: name for name, option in module.argument_spec.items() for alias in option.get("aliases", ())}
    for key, value in module.params.items():
        name = names.get(key, key)
        if value and module.argument_spec[name].get("no_log"):
            yield key, MASK
        elif isinstance(value, (dict, list)):
            yield key, _masked(value, None if name in hidden else secrets)
        else:
            yield key, value


def _masked(value: t.Any, secrets: set[str] | None) -> t.Any:
    """``value``, in which what is one of the ``secrets`` is masked; if None, all of it is."""
    if isinstance(value, dict):
        return {key: _masked(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, secrets) for item in value]
    return MASK if secrets is None or str(value) in secrets else value


def _vocabulary(value: t.Any, key: t.Any = None) -> t.Iterator[str]:
    """The numbers in a result, and the words we choose from a list of our own."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _vocabulary(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _vocabulary(item)
    elif isinstance(value, (int, float)) or key in ("outcome", "status", "kind", "api"):
        yield str(value)


def _defect(error: Exception, language: str) -> JobError:
    hint = getattr(hints.DEFECT, language)
    return JobError(f"unexpected {type(error).__name__}: {error}", kind="protocol", hint=hint)


def _argument_spec(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """``options`` in AnsibleModule's words: ``env`` becomes a fallback."""
    spec: dict[str, t.Any] = {}
    for name, option in options.items():
        spec[name] = {key: value for key, value in option.items() if key != "env"}
        if "env" in option:
            spec[name]["fallback"] = (_environment, [option["env"]])
    return spec


def _environment(name: str) -> str:
    """Like Ansible's env_fallback, but an empty variable counts as unset: AWX injects blank fields as such."""
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value
