# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one runner behind every module; only this file knows AnsibleModule."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
import typing as t
from dataclasses import dataclass

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._api import hints
from .._api.job import Job
from .._api.requests import MASK, Secrets, texts_of
from .._model.errors import JobError
from .._options.connection import OPTIONS, credentials_from, gateway_from, scope_from
from ..bk_job_execute import REQUESTS_IMPORT_ERROR, Client
from .clock import Clock, MonotonicClock
from .redact import common_words, in_json

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from .._api.common import Dialect
    from .._report.instance import TaskReport

    ReportType = t.TypeVar("ReportType", bound=TaskReport)


@dataclass
class Task:
    """What a module's body works with: the options as given, Job as a service, the modes Ansible runs it in.

    ``secrets`` are for logs and variables, where scripts say what they like; all else that servers say is freed of them
    when it comes. The body may find more of them. ``hidden`` are the values that must not be shown, whatever they are:
    all of an option (``variables``), or what a playbook calls ``variables.password`` or ``global_vars[0]``.
    """

    params: Mapping[str, t.Any]
    job: Job
    check_mode: bool
    diff_mode: bool
    clock: Clock
    secrets: Secrets
    hidden: frozenset[str]


class _Module(AnsibleModule):
    """AnsibleModule, keeping to itself what may be a secret, also where it refuses the options itself."""

    def __init__(self, options: Mapping[str, t.Any]) -> None:
        self.hidden = frozenset(name for name, option in options.items() if option.get("may_be_secret"))
        base: t.Any = super()  # has no types
        base.__init__(argument_spec=_argument_spec(options), supports_check_mode=True)

    def log(self, msg: str, log_args: Mapping[str, t.Any] | None = None) -> None:
        """Nothing: AnsibleModule tells the system's log all options, and which are secret only the plan knows."""

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """Exit with a failure."""
        if "unable to convert" in msg and self.params.get("job_instance_id", 0) in (None, ""):
            # AnsibleModule speaks of types, and what people have is the result of a task before.
            msg = (
                "job_instance_id has no value: the task it comes from has none to give. A launch has none in check "
                "mode, if it was refused, and if nobody knows whether it happened."
            )
        super().fail_json(msg, **{"invocation": self.invocation(), **result})

    def invocation(self, secrets: AbstractSet[str] = frozenset()) -> dict[str, t.Any]:
        """The options as they may be shown, also where AnsibleModule does not look for one of the ``secrets``."""
        names = {alias: name for name, option in self.argument_spec.items() for alias in option.get("aliases", ())}
        shown = {}
        for key, value in self.params.items():
            name = names.get(key, key)
            # A slip of the pen in the name of an option must not tell its value.
            secret = name not in self.argument_spec or self.argument_spec[name].get("no_log")
            shown[key] = MASK if value and secret else _shown(name, value, self.hidden, secrets)
        return {"module_args": shown}


def run(
    options: Mapping[str, t.Any],
    body: Callable[[Task, ReportType], None],
    report: ReportType,
    clock: Clock | None = None,
) -> None:
    """Be an Ansible module: read the options, let ``body`` fill the ``report``, and exit with it.

    ``body`` raises a :class:`JobError` for what goes wrong. Nothing it noted in the report before is lost.
    """
    module = _Module({**OPTIONS, **options})
    report.about(module.params)
    clock = clock or MonotonicClock()
    # AnsibleModule has collected the secret values of the task, but before it read dictionaries from text.
    secrets = Secrets([*module.no_log_values, *(module.params[name] for name in _secret_options(module))])
    trace = None
    if REQUESTS_IMPORT_ERROR:
        report.fail(JobError(missing_required_lib("requests"), kind="unavailable"))
        trace = REQUESTS_IMPORT_ERROR
    else:
        try:
            with contextlib.ExitStack() as stack:
                job = _job(module, stack, clock, secrets)
                task = Task(module.params, job, module.check_mode, module._diff, clock, secrets, module.hidden)
                try:
                    body(task, report)
                finally:
                    module.hidden = task.hidden
        except JobError as error:
            report.fail(error)
        except Exception as error:  # a defect of ours must not lose an instance id either
            told = secrets.scrub(f"unexpected {type(error).__name__}: {error}")
            hint = getattr(hints.DEFECT, module.params["language"])
            report.fail(JobError(told, kind="protocol", hint=hint))
            trace = secrets.scrub(traceback.format_exc())
    result = report.as_result()
    if trace:
        result["exception"] = trace
    _keep_secrets(module, result, secrets)
    # Handed over with the rest they are deprecated since ansible-core 2.19, which also masks nothing in them.
    for warning in result.pop("warnings", ()):
        module.warn(remove_values(warning, module.no_log_values))
    _exit(module, result, failed=report.failed)


def _job(module: AnsibleModule, stack: contextlib.ExitStack, clock: Clock, secrets: Secrets) -> Job:
    def connect() -> Client:
        gateway, credentials = gateway_from(module.params, os.environ), credentials_from(module.params)
        client = Client(gateway, credentials, secrets=secrets, check_mode=module.check_mode, sleep=clock.sleep)
        return stack.enter_context(client)

    return Job(connect, _dialect(module.params["api_version"]), scope_from(module.params, os.environ), secrets.scrub)


def _dialect(api_version: str) -> Dialect:
    """The words of a version of the API; those of the other one are not even imported."""
    if api_version == "v2":
        from .._api.v2 import V2

        return V2()
    from .._api.v3 import V3

    return V3()


def _keep_secrets(module: _Module, result: dict[str, t.Any], secrets: Secrets) -> None:
    """Have AnsibleModule mask what the task has found out to be secret too, but not what playbooks build on.

    A secret such as ``1`` occurs in many an instance id. It is hidden where it was given, and no longer looked for
    elsewhere; the servers' words were freed of it when they came.
    """
    module.no_log_values |= secrets.values
    spared = common_words(module.no_log_values, result)
    module.no_log_values -= spared
    result["invocation"] = module.invocation(spared)


def _exit(module: _Module, result: dict[str, t.Any], *, failed: bool) -> None:
    """Exit with ``result`` beside whatever AnsibleModule tells by itself, which differs from version to version."""
    invocation, trace = result.pop("invocation"), result.pop("exception", None)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            if failed:
                module.fail_json(result["msg"], invocation={}, **({"exception": trace} if trace else {}))
            module.exit_json(invocation={})
    except SystemExit:
        told = json.loads(printed.getvalue())
        if "invocation" in told:
            result["invocation"] = invocation
        told = {name: value for name, value in told.items() if name not in result}
        sys.stdout.write("\n")
        sys.stdout.writelines(in_json(told, result, module.no_log_values, remove_values))
        sys.stdout.write("\n")
        raise


def _secret_options(module: AnsibleModule) -> list[str]:
    return [name for name, option in module.argument_spec.items() if option.get("no_log")]


def _shown(name: str, value: t.Any, hidden: frozenset[str], secrets: AbstractSet[str]) -> t.Any:
    """The ``value`` of an option without what is ``hidden`` of it, and without what is one of the ``secrets``."""
    if isinstance(value, dict):
        return {
            key: MASK if hidden & {name, f"{name}.{key}"} else _masked(item, secrets) for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _entry(item) if hidden & {name, f"{name}[{index}]"} else _masked(item, secrets)
            for index, item in enumerate(value)
        ]
    # AnsibleModule may not have come to reading the text.
    return MASK if value and name in hidden else value


def _entry(value: t.Any) -> t.Any:
    """What says which variable an entry of ``global_vars`` is about, and nothing else of it."""
    return (
        {key: item if key in ("id", "name") else MASK for key, item in value.items()}
        if isinstance(value, dict)
        else MASK
    )


def _masked(value: t.Any, secrets: AbstractSet[str]) -> t.Any:
    """``value`` without what is one of the ``secrets``; most often there are none, and thousands of servers."""
    if not secrets:
        return value
    if isinstance(value, dict):
        return {key: _masked(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, secrets) for item in value]
    return MASK if not secrets.isdisjoint(texts_of(value)) else value


def _argument_spec(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """``options`` in AnsibleModule's words: ``env`` becomes a fallback, and ``may_be_secret`` is for ourselves."""
    spec: dict[str, t.Any] = {}
    for name, option in options.items():
        spec[name] = {key: value for key, value in option.items() if key not in ("env", "may_be_secret")}
        if "env" in option:
            spec[name]["fallback"] = (_environment, [option["env"]])
    return spec


def _environment(name: str) -> str:
    """Like Ansible's env_fallback, but an empty variable counts as unset: AWX injects blank fields as such."""
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value
