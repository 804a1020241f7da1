# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show where an instance stands while it is followed.

All else is the module's, which runs slice by slice where the task runs: so ``delegate_to``, ``become`` and interpreters
keep their meaning, and a lost connection to that host costs a slice only.
"""

from __future__ import annotations

import os
import time
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.common.validation import check_type_dict

from ..module_utils._follow.options import OPTIONS as FOLLOW_OPTIONS
from ..module_utils._model.errors import UnclearError
from ..module_utils._options.connection import OPTIONS as CONNECTION_OPTIONS
from ..module_utils._report.instance import Report
from ..modules import bk_job_wait
from ._in_process import execute

if t.TYPE_CHECKING:
    from ansible.plugins.action import ActionBase

    Result = dict[str, t.Any]

HEARTBEAT = 60.0  # seconds without news after which the same line is shown again
QUIET = 30.0  # seconds without an answer that are worth a word
PAUSE = 2.0  # seconds before the next slice where a connection to the host failed


def follow(
    action: ActionBase,
    task_vars: Result,
    args: Result,
    *,
    launched: bool,
    secrets: t.Mapping[str, t.Any] | None = None,
) -> Result:
    """Follow an instance to its end with ``bk_job_wait``, showing a line for each change; return the last result.

    ``args`` are the options of ``bk_job_wait``; ``secrets`` are masked in its logs, beside the ``secret_variables``.

    A slice that comes to nothing is tried again: always where the task has ``launched`` the instance itself, else once
    a slice has worked.
    """
    job_instance_id = args.get("job_instance_id")
    if secrets:
        args = {**args, "secret_variables": {**check_type_dict(args.get("secret_variables") or {}), **secrets}}

    def tell(line: str, age: float) -> None:
        show(action, f"instance {job_instance_id} · {line} · {_duration(age)}")

    began = time.monotonic()
    shown = began
    state: Result = {}
    while True:
        now = time.monotonic()
        part = {**state, "elapsed": now - began, "seconds": max(1.0, HEARTBEAT - (now - shown))}
        try:
            result = execute(action, bk_job_wait, {**args, "_slice": part}, task_vars)
        except AnsibleError as error:
            if not (launched or state):
                raise
            result = {"msg": str(error)}
        now = time.monotonic()
        progress = result.pop("progress", None)
        if result.get("outcome") == "refused" and (launched or state):
            # What was right when the wait began is not any more, such as a file that has gone; the instance is there.
            result = {**result, **state.get("seen", {}), "outcome": "lost"}
            result["msg"] = f"Instance {job_instance_id} goes on, but can't be followed: {result['msg']}"
        if result.get("outcome"):
            tell(result["outcome"], now - began)
            return result
        if progress is None and not (launched or state):
            return result
        if progress is None:
            # No word of the module's came back: the host was out of reach, not Job. The same patience applies.
            state["silent"] = state.get("silent", 0.0) + (now - began - part["elapsed"]) + PAUSE
            if state["silent"] >= max(120, 3 * int(args.get("timeout") or 60)):
                return _out_of_reach(result, job_instance_id, state.get("seen", {}))
            time.sleep(PAUSE)
        elif progress["line"] != state.get("line", "") or now - shown >= HEARTBEAT:
            tell(_news(progress), now - began)
            shown = now
        state = progress or state


def of_following(args: Result) -> Result:
    """Those options of a launch that ``bk_job_wait`` has as well."""
    options = {**CONNECTION_OPTIONS, **FOLLOW_OPTIONS}
    known = {key for name, option in options.items() for key in (name, *option.get("aliases", ()))}
    # For their masking in the logs.
    known.add("secret_variables")
    return {name: value for name, value in args.items() if name in known}


def _news(progress: Result) -> str:
    quiet = f"no answer for {_duration(progress['silent'])}" if progress["silent"] >= QUIET else ""
    return " · ".join(filter(None, (progress["line"], quiet))) or "not seen yet"


def show(action: ActionBase, text: str) -> None:
    """Show a line on the controller, unless the user or the task wants none."""
    if os.environ.get("ANSIBLE_BK_JOB_PROGRESS") != "0" and not action._task.no_log:
        action._display.display(text)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02d}m{rest:02d}s"
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def _out_of_reach(result: Result, job_instance_id: t.Any, seen: Result) -> Result:
    report = Report(job_instance_id=int(job_instance_id))
    report.recall(seen)
    reason = f"the host of the task is out of reach: {result.get('msg') or 'no answer'}"
    report.end("lost", UnclearError(reason, kind="unavailable"))
    return {**report.as_result(), "failed": True}
