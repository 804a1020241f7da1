# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting on a host that is not the controller, with progress lines here.

A module can show nothing before it ends. So the module ``bk_job_wait`` is run again and again for a few seconds, and a
last time for the results. A lost connection to the host costs one such part.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure

from ..module_utils._follow.progress import MANY_HOSTS, Progress
from ..module_utils._model.errors import UnclearError
from ..module_utils._model.secrets import MASK, Secrets
from ..module_utils._task.arguments import validate
from ..module_utils._task.clock import PlayClock
from ..module_utils._task.process import Play
from ..module_utils._task.redact import shown_params
from ..module_utils._task.runner import EXITS
from ..modules import bk_job_wait
from .show import shower

if t.TYPE_CHECKING:
    from .action import JobAction

    Values = dict[str, t.Any]

# Only the last run reads logs and what is in them.
WITHOUT_LOGS = {"logs": "none", "parse_outputs": False, "group_hosts": False}
SHORTEST, LONGEST, LONGEST_FOR_MANY = 5.0, 15.0, 30.0  # seconds of a part; hosts are requested once in each
PAUSE = 2.0  # seconds before the next part after a failure
OPTIONS = bk_job_wait.MODULE.options


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


class Wait:
    """One wait for an instance; ``launched`` is the result of the launch, if this task launched it."""

    def __init__(self, action: JobAction, variables: Values, args: Values, launched: Values | None) -> None:
        self._action = action
        self._variables = variables
        self._args = args
        self._last = launched
        self._params, self._problem = validate(OPTIONS, args)
        self._clock = PlayClock(Play())
        self._id = int(args["job_instance_id"])
        self._progress = Progress(shower(action), self._clock, self._id)
        self._began = self._answered = self._clock.now()

    def run(self) -> Values:
        """Wait, and return the result."""
        try:
            result = self._run()
        except EXITS:
            raise
        except BaseException as error:
            # What may have been launched is never lost; without a launch or a state there is nothing to lose.
            if self._last is None:
                raise
            result = self._stopped("timed_out", f"the wait was interrupted ({type(error).__name__}: {error})")
        self._progress.ended(str(result.get("outcome")), self._age())
        result["invocation"] = {"module_args": shown_params(self._params, OPTIONS, frozenset(), Secrets())}
        return result

    def _run(self) -> Values:
        limit = self._params["wait_timeout"] or float("inf")
        while True:
            self._clock.sleep(0)  # ends this process with its play
            result = self._part(max(1, round(min(self._length(), limit - self._age()))))
            outcome = result.get("outcome") if result else None
            if result is None or outcome is None or (outcome == "timed_out" and result["status"] is None):
                if result is not None and outcome is None and self._last is None:
                    return result
                if self._is_silent_for_too_long(result):
                    return self._stopped("lost", _reason(result))
            elif outcome in ("refused", "lost"):
                return self._stopped("lost", _reason(result)) if self._last else result
            else:
                self._last = {**(self._last or {}), **result}
                self._answered = self._clock.now()
                if outcome != "timed_out" or self._age() >= limit:
                    return self._final(outcome, result)
                steps, failed = result["steps"] or (), result["failed_hosts"]
                self._progress.update(str(result["status"]), steps, failed, self._age())

    def _is_silent_for_too_long(self, result: Values | None) -> bool:
        """Whether nothing has been seen of the instance for longer than the wait allows."""
        silent = self._clock.now() - self._answered
        self._progress.silent(UnclearError(_reason(result), kind="unavailable"), self._age(), silent)
        self._clock.sleep(PAUSE)
        return bool(silent >= max(120, 3 * self._params["timeout"]))

    def _part(self, seconds: int) -> Values | None:
        """The result of waiting for some seconds; None if the host of the task cannot be reached."""
        age = self._age()
        interval = self._params["poll_interval"] or min(15.0, max(0.65, age / 10))
        part = {"wait_timeout": seconds, "poll_interval": interval, "terminate_on": [], **WITHOUT_LOGS}
        args = {**self._args, **part}
        return self._run_module({name: value for name, value in args.items() if name != "log_dest"})

    def _final(self, outcome: str, result: Values) -> Values:
        """The result with logs, from a last run of the module."""
        timed_out = outcome == "timed_out"
        final = self._run_module({**self._args, "wait_timeout": 1} if timed_out else self._args)
        if not final or final.get("outcome") in (None, "refused", "lost"):
            result["msg"] += " Logs and output variables could not be read."
            return result
        if timed_out and final["outcome"] == "timed_out":
            final["msg"] = final["msg"].replace("after 1 s", f"after {self._params['wait_timeout']} s")
        return final

    def _run_module(self, args: Values) -> Values | None:
        try:
            return self._action.run_module(bk_job_wait, args, self._variables, writes=False)
        except AnsibleConnectionFailure:
            if self._last is None:
                raise
            return None

    def _stopped(self, outcome: str, reason: str) -> Values:
        """The result where the wait could not go on: what was seen last."""
        error = UnclearError(reason, kind="unavailable").as_result()
        msg = f"Could not monitor instance {self._id}: {reason}. To continue waiting: blueking.job.bk_job_wait with "
        msg += f"job_instance_id {self._id}."
        return {**(self._last or {}), "outcome": outcome, "error": error, "msg": msg, "failed": True}

    def _length(self) -> float:
        hosts = ((self._last or {}).get("hosts") or {}).get("total", 0)
        return LONGEST_FOR_MANY if hosts > MANY_HOSTS else min(LONGEST, max(SHORTEST, self._age() / 10))

    def _age(self) -> float:
        return self._clock.now() - self._began


def _reason(result: Values | None) -> str:
    """Why there is no state of the instance in a result."""
    if result is None:
        return "the host of the task cannot be reached"
    return str((result.get("error") or {}).get("message") or result.get("msg"))
