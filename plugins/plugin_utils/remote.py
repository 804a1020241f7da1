# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting on a host that is not the controller, with progress lines here.

A module can show nothing before it ends. So the module ``bk_job_wait`` is run again and again for a few seconds, and a
last time for the results. All the rest is as on the controller: ``_follow/wait.py`` decides how long to wait and what
then, and the report of the task has what is known. A lost connection to the host costs one such part.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure

from ..module_utils._follow.options import SHORTEST as SHORTEST_PAUSE
from ..module_utils._follow.options import pace_of
from ..module_utils._follow.poll import FIRST_PAUSE, LONGEST_PAUSE, Ending
from ..module_utils._follow.progress import MANY_HOSTS
from ..module_utils._follow.stop import Stop
from ..module_utils._follow.wait import Wait
from ..module_utils._model.errors import InputError, JobError, RefusedError, UnclearError
from ..module_utils._model.instance import Instance
from ..module_utils._model.language import foreign, say
from ..module_utils._model.secrets import MASK
from ..module_utils._report.instance import Report
from ..module_utils._task.arguments import validate
from ..module_utils._task.clock import PlayClock
from ..module_utils._task.process import Play
from ..module_utils._task.runner import attempt, result_of
from ..modules import bk_job_wait
from .action import not_begun
from .show import shower

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..module_utils._follow.poll import Pace
    from ..module_utils._model.secrets import Secrets
    from .action import JobAction

    Values = dict[str, t.Any]

SHORTEST, LONGEST, LONGEST_FOR_MANY = 5.0, 15.0, 30.0  # seconds of a part; hosts are requested once in each
LAST = 1  # seconds of the last part, which reads what is there
# Only the last part reads logs and what is in them.
WITHOUT_LOGS = {"logs": "none", "parse_outputs": False, "group_hosts": False}
OPTIONS = bk_job_wait.MODULE.options
# What Ansible adds to the results of modules.
OF_ANSIBLE = ("ansible_facts", "deprecations", "warnings")


def options_of_wait(args: Values) -> Values:
    """Those of the ``args`` that ``bk_job_wait`` has too."""
    known = {key for name, option in OPTIONS.table.items() for key in (name, *option.get("aliases", ()))}
    return {name: value for name, value in args.items() if name in known}


def secrets_of(params: Values, request: Values | None) -> Values:
    """The values among the options of a launch that its request shows as masked, by name or id."""
    body = (request or {}).get("body", {})
    entries = body.get("global_var_list") or body.get("global_vars") or ()
    masked = {entry.get(key) for entry in entries if entry.get("value") == MASK for key in ("id", "name")} - {None}
    given = dict(params["variables"])
    for entry in params["global_vars"]:
        given.update({entry[key]: entry.get("value") for key in ("id", "name") if entry.get(key) is not None})
    return {str(key): value for key, value in given.items() if key in masked and value is not None}


def can_wait(args: Values) -> bool:
    """Whether the options are right, as far as that is known here; ``bk_job_wait`` itself says what is wrong."""
    # The environment of the host may have the URL.
    params, problem = validate(OPTIONS, {"url": "http://localhost", **args})
    if problem or params["job_instance_id"] < 1:
        return False
    try:
        _pace_of(params)
    except InputError:
        return False
    return True


def _pace_of(params: Values) -> Pace:
    # What logs need depends on the host: the first part checks it.
    return pace_of({name: value for name, value in params.items() if name != "logs"})


class RemoteWait(Wait):
    """A wait by running ``bk_job_wait`` with the options ``args`` on the host of the task.

    ``report`` is that of the task, which has the instance already if the task has launched it.
    """

    def __init__(self, action: JobAction, variables: Values, args: Values, report: Report, secrets: Secrets) -> None:
        params, _problem = validate(OPTIONS, args)
        pace, clock, id_ = _pace_of(params), PlayClock(Play()), params["job_instance_id"]
        terminates = "timeout" in params["terminate_on"] and not action._task.check_mode
        # A part has waited already when it ends; there need only be pauses after failures.
        super().__init__(
            report, id_, pace._replace(interval=SHORTEST_PAUSE), clock, shower(action), terminates=terminates
        )
        self._action = action
        self._variables = variables
        self._args = args
        self._secrets = secrets
        self._interval = pace.interval
        self._unreachable: AnsibleConnectionFailure | None = None
        self._problems: list[str] | None = None
        self._of_ansible: Values = {}

    def result(self, params: Values, *, diff_mode: bool, targets: Iterable[Mapping[str, t.Any]] = ()) -> Values:
        """Wait, and return the result of the task, whose options are ``params``.

        Raises :class:`AnsibleConnectionFailure` if its host could not be reached at all.
        """
        report = self.report

        def work() -> None:
            self.run()
            report.name_hosts(targets)

        trace = attempt(work, report, self._secrets)
        if self._unreachable and not report.was_seen:
            raise self._unreachable
        if not (report.failed or diff_mode):
            report.sent()
        result = result_of(self._action.module.MODULE, params, report, self._secrets, trace=trace)
        facts = {**self._of_ansible.get("ansible_facts", {}), **result.get("ansible_facts", {})}
        return {**self._of_ansible, **result, **({"ansible_facts": facts} if facts else {})}

    def poll(self, age: float) -> Instance:
        part = {
            "wait_timeout": max(1, round(min(self._length(age), (self.pace.timeout or float("inf")) - age))),
            "poll_interval": self._interval or min(LONGEST_PAUSE, max(FIRST_PAUSE, age / 10)),
            "terminate_on": [],
            **WITHOUT_LOGS,
        }
        try:
            result = self._run(part)
        except AnsibleConnectionFailure as error:
            self._unreachable = error
            result = {"msg": say("the host of the task cannot be reached")}
        seen, outcome = result.get("status") is not None, result.get("outcome")
        if seen:
            self.report.see_result(result)
        if not seen or outcome in ("refused", "lost"):
            # A part ends like this at once only where a retry can't help; so does a first one without a result.
            is_final = outcome in ("refused", "lost") or (outcome is None and not self.report.was_seen)
            raise self._error_in(result, RefusedError if is_final else UnclearError)
        return Instance(self.instance_id, result["job_instance_name"], result["status_code"])

    def stop(self) -> Stop:
        self.report.stop_requested()  # whether it was sent is known when the result is here
        result = self._finish(["timeout"])
        error = self._error_in(result, UnclearError) if result.get("error") or not result.get("outcome") else None
        return Stop(Ending("timed_out", None, error), requested=bool(result.get("changed")))

    def results(self, ending: Ending) -> list[str]:
        # Interrupted, the wait may have seen nothing; without a response there is nothing to read.
        if self._problems is None and (ending.instance or not ending.error):
            self._finish([])
        return self._problems or []

    def _finish(self, terminate_on: list[str]) -> Values:
        """Note the results, from the last part, which also stops the instance if wanted; returns what it returned."""
        self._problems = []
        try:
            result = self._run({"wait_timeout": LAST, "terminate_on": terminate_on}, writes=bool(terminate_on))
        except Exception as error:
            result = {"msg": say("the host of the task cannot be reached: {error}", error=foreign(error))}
        if result.get("status") is None or result["outcome"] in ("refused", "lost"):
            if not terminate_on:
                reason = self._error_in(result, UnclearError).message.rstrip(".。")
                self._problems = [say("Logs and output variables could not be read: {reason}.", reason=reason)]
            return result
        # A person may have retried the job meanwhile: then what was seen at its end stays.
        if not self.report.finished or result["status_code"] == self.report.status_code:
            self.report.see_result(result)
            self._problems = [self._problems_in(result, stopped=bool(terminate_on))]
        return result

    def _problems_in(self, result: Values, *, stopped: bool) -> str:
        """What went wrong in the last part: what ``msg`` has beside the sentence about the end of that part."""
        part = Report()
        part.restore(result)
        error = self._error_in(result, UnclearError) if result["error"] else None
        if stopped and result["outcome"] == "timed_out":
            part.stopped(
                error, requested=result["changed"], why=say("has not finished within {seconds:g} s", seconds=LAST)
            )
        else:
            part.end(result["outcome"], error, LAST)
        return part.added_to(str(result["msg"]))

    def _run(self, part: Values, *, writes: bool = False) -> Values:
        args = {**self._args, **part}
        result = self._action.run_module(bk_job_wait, args, self._variables, writes=writes)
        self._of_ansible = {name: result[name] for name in OF_ANSIBLE if result.get(name)}
        self.report.request = self.report.request or result.get("request")
        return result

    def _error_in(self, result: Values, kind: type[JobError]) -> JobError:
        """The error of a part that has failed."""
        error = result.get("error")
        if not error:
            message, reason = result.get("msg") or say("the module returned no result"), not_begun(result)
            if reason:
                message = say("{problem}: {reason}", problem=message, reason=reason)
            error = {"message": str(message), "kind": "unavailable"}
        return kind(**{**error, "message": self._secrets.scrub(error["message"])})

    def _length(self, age: float) -> float:
        if (self.report.hosts or {}).get("total", 0) > MANY_HOSTS:
            return LONGEST_FOR_MANY
        return min(LONGEST, max(SHORTEST, age / 10))
