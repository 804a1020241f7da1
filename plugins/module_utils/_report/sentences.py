# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences of ``msg``: what happened, where, and what to do next; one line."""

from __future__ import annotations

import math
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._model.errors import JobError
    from .instance import Report

    Row = Mapping[str, t.Any]

MOST_HOSTS = 10  # hosts or instances named in a sentence
HOSTS_QUOTED = 3  # failed hosts whose last log line is quoted
LONGEST_QUOTE = 200  # characters


def sentence(error: JobError) -> str:
    """An error for people: the server's message, the numbers that support needs, the number of tries, the hint."""
    numbers = ", ".join(
        f"{name} {value}"
        for name, value in (
            ("code", error.code),
            ("request_id", error.request_id),
            ("job_request_id", error.job_request_id),
        )
        if value is not None
    )
    needed = "; ".join(_needed(error.permission or {}))
    sentences = [
        error.message.rstrip(".。 ") + (f" ({numbers})" if numbers else ""),
        f"Sent {error.tries} times, with {math.ceil(error.waited)} s of pauses" if error.tries > 1 else "",
        f"Required permission: {needed}" if needed else "",
        error.hint or "",
    ]
    return " ".join(s if s.endswith(("?", ".", "。")) else f"{s}." for s in sentences if s)


def ended(report: Report, error: JobError | None, timeout: float | None = None) -> str:
    """The end of a wait; ``timeout`` is its limit in seconds."""
    if error and report.outcome == "lost":
        text = f"Could not monitor {name_of(report, 'instance')}: {sentence(error)} {resume(report)}"
    elif report.outcome == "timed_out":
        text = _timed_out(report, error, timeout)
    else:
        text = _BY_OUTCOME.get(str(report.outcome), _other_end)(report)
    return linked(report, text)


def terminated(report: Report, error: JobError | None, *, requested: bool, why: str) -> str:
    """The result of stopping an instance that is no longer waited for."""
    began = f"{name_of(report)} {why}"
    if report.finished:
        how = "was stopped" if requested else "then finished by itself"
        return linked(report, f"{began} and {how}: its status is {report.status}.")
    tried = "has not stopped after the request to terminate it" if requested else "could not be stopped"
    reason = f" {sentence(error)}" if error else ""
    return linked(report, f"{began} and {tried}, {_status(report)}.{reason}{_hanging(report)} {resume(report)}")


def operated(report: Report, action: str, step_id: int | None, result: str) -> str:
    """What was, or would be, done to an instance or a step, and the status after it."""
    step = next((step for step in report.steps or [] if step["step_instance_id"] == step_id), None)
    where, whose, status = (
        (f' for step "{step["name"]}"', "the step's", step["status"]) if step else ("", "its", report.status)
    )
    return f"{name_of(report)}: {action}{where} {result}, {whose} status is {status}."


def name_of(report: Report, noun: str = "Instance") -> str:
    """The instance in a sentence; ``noun`` is its first word."""
    name = f" ({report.job_instance_name})" if report.job_instance_name else ""
    return f"{noun} {report.job_instance_id}{name}"


def linked(report: Report, text: str) -> str:
    """The sentence with the link to the instance, if there is one."""
    return f"{text} {report.job_instance_url}" if report.job_instance_url else text


def resume(report: Report) -> str:
    """How to wait for an instance again."""
    return f"To continue waiting: blueking.job.bk_job_wait with job_instance_id {report.job_instance_id}."


def some_of(rows: Sequence[t.Any], text: Callable[[t.Any], str]) -> str:
    """The first rows as text, and how many more there are."""
    shown = ", ".join(map(text, rows[:MOST_HOSTS]))
    return f"{shown} and {len(rows) - MOST_HOSTS} more" if len(rows) > MOST_HOSTS else shown


def host_name(row: Row) -> str:
    """A host in a sentence; of hosts with IPv6 only, v2 returns neither id nor address (contract §6.4)."""
    name = row["ip"] or (f"host {row['bk_host_id']}" if row["bk_host_id"] else "a host without IPv4 address")
    return f"{row['bk_cloud_id']}:{name}" if row["bk_cloud_id"] else name


def failed_host(row: Row) -> str:
    """A failed host in a sentence, with the reason."""
    details = [f"exit code {row['exit_code']}" if row["exit_code"] else row["status"].replace("_", " ")]
    if row["tag"]:
        details.append(f"tag {row['tag']}")
    return f"{host_name(row)} ({', '.join(details)})"


def last_lines(rows: Sequence[Row]) -> str:
    """The last line of the log of the first failed hosts."""
    quotes = []
    for row in rows[:HOSTS_QUOTED]:
        lines = [line.strip() for line in (row.get("log") or "").splitlines() if line.strip()]
        if lines:
            quotes.append(f' {host_name(row)}: "{lines[-1][-LONGEST_QUOTE:]}"')
    return f" Last log line of{';'.join(quotes)}." if quotes else ""


def _succeeded(report: Report) -> str:
    ignored = _hosts(report.failed_hosts or [])
    return f"{name_of(report)} succeeded." + (f" Failed in steps that ignore errors: {ignored}." if ignored else "")


def _failed(report: Report) -> str:
    return _at_a_step(report, "failed", "failed")


def _abnormal(report: Report) -> str:
    return _at_a_step(report, "ended with status abnormal", "abnormal")


def _at_a_step(report: Report, how: str, status: str) -> str:
    """An end caused by the step with this status, which Job can run again (contract §6.10)."""
    step = _step(report, status)
    if step is None:
        return _with_hosts(report, how)
    rows = [row for row in report.failed_hosts or [] if row["step_instance_id"] == step["step_instance_id"]]
    hosts = f": {_hosts(rows)}" if rows else ""
    return (
        f'{name_of(report)} {how} at step "{step["name"]}"{hosts}.{last_lines(rows)} '
        f"To run the step again on the failed hosts: blueking.job.bk_job_operate with action retry_failed, "
        f"job_instance_id {report.job_instance_id} and step_instance_id {step['step_instance_id']}."
    )


def _timed_out(report: Report, error: JobError | None, timeout: float | None) -> str:
    limit = f" after {timeout:g} s" if timeout else ""
    text = f"Timed out{limit} waiting for {name_of(report, 'instance')}; {_status(report)}."
    text += f"{_hanging(report)} {resume(report)}"
    return f"{text} The last status request failed: {sentence(error)}" if error else text


def _hanging(report: Report) -> str:
    step = _step(report, "stopping")
    return (
        f" If it does not stop: blueking.job.bk_job_operate with action skip, job_instance_id "
        f"{report.job_instance_id} and step_instance_id {step['step_instance_id']}."
        if step
        else ""
    )


def _waiting_confirmation(report: Report) -> str:
    step = _step(report, "waiting") or _step(report, "rolling_waiting")
    action = "confirm" if step is None or step["type"] == "confirmation" else "continue_rolling"
    at, id_ = (f' at step "{step["name"]}"', f" and step_instance_id {step['step_instance_id']}") if step else ("", "")
    return (
        f"{name_of(report)} is waiting for manual confirmation{at}. To continue: blueking.job.bk_job_operate "
        f"with action {action}, job_instance_id {report.job_instance_id}{id_}."
    )


def _status(report: Report) -> str:
    return f"its status is {report.status}" if report.status else "its status could not be read"


def _other_end(report: Report) -> str:
    return _with_hosts(report, f"ended with status {report.status}")


def _with_hosts(report: Report, how: str) -> str:
    hosts = _hosts(report.failed_hosts or [])
    return f"{name_of(report)} {how}." + (f" Failed hosts: {hosts}." if hosts else "")


_BY_OUTCOME = {
    "succeeded": _succeeded,
    "failed": _failed,
    "abnormal": _abnormal,
    "waiting_confirmation": _waiting_confirmation,
}


def _step(report: Report, status: str) -> dict[str, t.Any] | None:
    return next((step for step in report.steps or [] if step["status"] == status), None)


def _hosts(rows: Sequence[Row]) -> str:
    return some_of(rows, failed_host)


def _needed(permission: Row) -> Iterator[str]:
    """The permissions that IAM requires (contract §3.5), action by action; any level of the object may be missing."""
    for action in _rows(permission.get("actions")):
        resources = [
            f"{kind.get('type_name') or kind.get('type')}: {' / '.join(map(_resource, _rows(chain)))}"
            for kind in _rows(action.get("related_resource_types"))
            for chain in _lists(kind.get("instances"))
        ]
        name = f"{action.get('name') or 'permission'} ({action.get('id')})"
        yield f"{name} on {', '.join(resources)}" if resources else name


def _rows(value: t.Any) -> list[dict[str, t.Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _lists(value: t.Any) -> list[list[t.Any]]:
    return [item for item in value if isinstance(item, list)] if isinstance(value, list) else []


def _resource(level: Row) -> str:
    return f"{level.get('name') or level.get('type')}({level.get('id')})"
