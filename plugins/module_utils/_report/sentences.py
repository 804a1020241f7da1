# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``msg`` says of an instance: what happened, where, and what to do next; one line, for people."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.errors import JobError

    Result = Mapping[str, t.Any]

MOST_HOSTS = 10  # named in a sentence


def ended(result: Result, error: JobError | None) -> str:
    """The end of following an instance, from what its report holds."""
    tell = {
        "succeeded": _succeeded,
        "failed": _failed,
        "abnormal": _abnormal,
        "timed_out": _timed_out,
        "waiting_confirmation": _waiting_confirmation,
    }.get(str(result["outcome"]), _other_end)
    text = _lost(result, error) if error and result["outcome"] == "lost" else tell(result)
    if error and result["outcome"] == "timed_out":
        text += f" The last look at it failed: {error.sentence()}"
    return f"{text} {result['job_instance_url']}" if result["job_instance_url"] else text


def terminated(result: Result, error: JobError | None, *, asked: bool, why: str) -> str:
    """What came of stopping an instance that was not to be followed any longer, and whether it really stopped."""
    began = f"{_name(result)} {why}"
    if result["finished"]:
        text = f"{began} and was stopped" if asked else f"{began}, and then ended by itself"
        text = f"{text}: its status is {result['status']}."
    else:
        tried = "was asked to stop, but has not stopped" if asked else "could not be stopped"
        reason = f" {error.sentence()}" if error else ""
        text = f"{began} and {tried}, {_status(result)}.{reason}{_hanging(result)} {_again(result)}"
    return f"{text} {result['job_instance_url']}" if result["job_instance_url"] else text


def operated(result: Result, action: str, step_id: int | None, said: str) -> str:
    """What was, or would be, done to an instance, or to a step of it, and the status this left or found."""
    step = next((step for step in result["steps"] or [] if step["step_instance_id"] == step_id), None)
    where, whose, status = (
        (f" for step {step['name']}", "the step's", step["status"]) if step else ("", "its", result["status"])
    )
    return f"{_name(result)}: {action}{where} {said}, {whose} status is {status}."


def _name(result: Result) -> str:
    name = f" ({result['job_instance_name']})" if result["job_instance_name"] else ""
    return f"Instance {result['job_instance_id']}{name}"


def _succeeded(result: Result) -> str:
    ignored = _hosts(result["failed_hosts"] or [])
    return f"{_name(result)} succeeded." + (f" In steps that ignore errors these failed: {ignored}." if ignored else "")


def _failed(result: Result) -> str:
    return _at_a_step(result, "failed", 4)


def _abnormal(result: Result) -> str:
    return _at_a_step(result, "ended with status abnormal", 9)


def _at_a_step(result: Result, how: str, status_code: int) -> str:
    """An end that the step of this status has brought about, and that Job lets a person retry (contract §6.10)."""
    step = _step(result, status_code)
    if step is None:
        return _with_hosts(result, how)
    hosts = _hosts([row for row in result["failed_hosts"] or [] if row["step_instance_id"] == step["step_instance_id"]])
    return (
        f"{_name(result)} {how} at step {step['name']}{f': {hosts}' if hosts else ''}. "
        f"To run the step again on the hosts that failed: blueking.job.bk_job_operate with action retry_failed, "
        f"job_instance_id {result['job_instance_id']} and step_instance_id {step['step_instance_id']}."
    )


def _timed_out(result: Result) -> str:
    told = f"{_name(result)} has not ended in time, {_status(result)}."
    return f"{told}{_hanging(result)} {_again(result)}"


def _hanging(result: Result) -> str:
    step = _step(result, 10)
    return (
        f" If stopping hangs: blueking.job.bk_job_operate with action skip, job_instance_id "
        f"{result['job_instance_id']} and step_instance_id {step['step_instance_id']}."
        if step
        else ""
    )


def _waiting_confirmation(result: Result) -> str:
    step = _step(result, 7) or _step(result, 15)
    action = "confirm" if step is None or step["type"] == "confirmation" else "continue_rolling"
    at, id_ = (f" at step {step['name']}", f" and step_instance_id {step['step_instance_id']}") if step else ("", "")
    return (
        f"{_name(result)} waits for a person to confirm it{at}. To let it go on: blueking.job.bk_job_operate "
        f"with action {action}, job_instance_id {result['job_instance_id']}{id_}."
    )


def _status(result: Result) -> str:
    return f"its status is {result['status']}" if result["status"] else "its status could not be read"


def _lost(result: Result, error: JobError) -> str:
    return f"{_name(result)} was lost sight of: {error.sentence()} {_again(result)}"


def _other_end(result: Result) -> str:
    return _with_hosts(result, f"ended with status {result['status']}")


def _with_hosts(result: Result, how: str) -> str:
    hosts = _hosts(result["failed_hosts"] or [])
    return f"{_name(result)} {how}." + (f" Hosts that failed: {hosts}." if hosts else "")


def _again(result: Result) -> str:
    return f"To go on following it: blueking.job.bk_job_wait with job_instance_id {result['job_instance_id']}."


def _step(result: Result, status_code: int) -> dict[str, t.Any] | None:
    return next((step for step in result["steps"] or [] if step["status_code"] == status_code), None)


def _hosts(rows: list[dict[str, t.Any]]) -> str:
    told = ", ".join(map(_host, rows[:MOST_HOSTS]))
    return f"{told} and {len(rows) - MOST_HOSTS} more" if len(rows) > MOST_HOSTS else told


def _host(row: dict[str, t.Any]) -> str:
    # Of a host with IPv6 alone v2 tells neither id nor address (contract §6.4).
    name = row["ip"] or (f"host {row['bk_host_id']}" if row["bk_host_id"] else "a host without IPv4 address")
    if row["bk_cloud_id"]:
        name = f"{row['bk_cloud_id']}:{name}"
    details = [f"exit code {row['exit_code']}" if row["exit_code"] else row["status"].replace("_", " ")]
    if row["tag"]:
        details.append(f"tag {row['tag']}")
    return f"{name} ({', '.join(details)})"
