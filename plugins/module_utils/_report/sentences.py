# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences of ``msg``: what happened, where, and what to do next; one line."""

from __future__ import annotations

import contextlib
import contextvars
import math
import typing as t

from .._model.language import language, say
from .._model.text import some_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .._model.errors import JobError
    from .instance import Report

    Row = Mapping[str, t.Any]

HOSTS_QUOTED = 3  # failed hosts whose last log line is quoted
LONGEST_QUOTE = 200  # characters
# Whether sentences may have what scripts print.
_QUOTING = contextvars.ContextVar("quoting", default=True)


@contextlib.contextmanager
def quoting(allowed: bool) -> Iterator[None]:
    """Inside, sentences have lines of logs and tags only if ``allowed``.

    ansible-core 2.19 and later show ``msg`` of a task that has failed, even if it has ``no_log``.
    """
    token = _QUOTING.set(allowed)
    try:
        yield
    finally:
        _QUOTING.reset(token)


def sentence(error: JobError) -> str:
    """An error for people: the server's message, the numbers that support needs, the number of tries, the hint."""
    numbers = [say("code {code}", code=error.code)] if error.code is not None else []
    ids = (("request_id", error.request_id), ("job_request_id", error.job_request_id))
    numbers += [f"{name} {value}" for name, value in ids if value is not None]
    message = error.message.rstrip(".。 ")
    if numbers:
        message = say("{message} ({numbers})", message=message, numbers=say(", ").join(numbers))
    sentences = [message]
    if error.tries > 1:
        pauses = math.ceil(error.waited)
        sentences.append(say("Sent {tries} times, with {seconds} s of pauses", tries=error.tries, seconds=pauses))
    needed = say("; ").join(required(error.permission or {}))
    if needed:
        sentences.append(say("Required permission: {permissions}", permissions=needed))
    sentences.append(error.hint or "")
    return joined(s if s.endswith(("?", "？", ".", "。")) else say("{sentence}.", sentence=s) for s in sentences if s)


def ended(report: Report, error: JobError | None, timeout: float | None = None) -> tuple[str, str]:
    """The end of a wait, and what to do next, if anything; ``timeout`` is its limit in seconds."""
    if error and report.outcome == "lost":
        text = say("Could not monitor {instance}: {reason}", instance=named(report), reason=sentence(error))
        return linked(report, text), resume(report)
    if report.outcome == "timed_out":
        return linked(report, _timed_out(report, error, timeout)), resume(report)
    text, then = _BY_OUTCOME.get(str(report.outcome), _other_end)(report)
    return linked(report, text), then


def terminated(report: Report, error: JobError | None, *, requested: bool, why: str) -> tuple[str, str]:
    """The result of stopping an instance that is no longer waited for, and what to do next, if anything.

    ``why`` is what has become of it.
    """
    name, status = name_of(report), report.status
    if report.finished and requested and report.status != "success":
        text = say("{instance} {why} and was stopped: its status is {status}.", instance=name, why=why, status=status)
        return linked(report, text), ""
    if report.finished:
        text = say(
            "{instance} {why} and then finished by itself: its status is {status}.",
            instance=name,
            why=why,
            status=status,
        )
        return linked(report, text), ""
    state = _state(report)
    text = (
        say(
            "{instance} {why} and has not stopped after the request to terminate it, {state}.",
            instance=name,
            why=why,
            state=state,
        )
        if requested
        else say("{instance} {why} and could not be stopped, {state}.", instance=name, why=why, state=state)
    )
    reason = sentence(error) if error else ""
    return linked(report, joined((text, reason, _hanging(report)))), resume(report)


def operated(report: Report, action: str, step_id: int | None, result: str) -> str:
    """What was, or would be, done to an instance or a step, and the status after it."""
    step = next((step for step in report.steps or [] if step["step_instance_id"] == step_id), None)
    if step is None:
        return say(
            "{instance}: {action} {result}, its status is {status}.",
            instance=name_of(report),
            action=action,
            result=result,
            status=report.status,
        )
    return say(
        '{instance}: {action} for step "{step}" {result}, the step\'s status is {status}.',
        instance=name_of(report),
        action=action,
        step=step["name"],
        result=result,
        status=step["status"],
    )


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other, without empty ones; in Chinese, a space only separates them from links."""
    text = ""
    for part in filter(None, sentences):
        text += part if not text or text.endswith(("。", "？")) else f" {part}"
    return text


def name_of(report: Report) -> str:
    """The instance at the beginning of a sentence."""
    id_, name = report.job_instance_id, report.job_instance_name
    return say("Instance {id} ({name})", id=id_, name=name) if name else say("Instance {id}", id=id_)


def named(report: Report) -> str:
    """The instance inside a sentence."""
    id_, name = report.job_instance_id, report.job_instance_name
    return say("instance {id} ({name})", id=id_, name=name) if name else say("instance {id}", id=id_)


def linked(report: Report, text: str) -> str:
    """The sentence with the link to the instance, if there is one."""
    return f"{text} {report.job_instance_url}" if report.job_instance_url else text


def command(playbook: str, **variables: object) -> str:
    """A command that runs a playbook of the collection, which takes the connection from the environment.

    Sentences end with it, without a period, so that it can be copied.
    """
    return " ".join([f"ansible-playbook blueking.job.{playbook}", *(f"-e {k}={v}" for k, v in variables.items())])


def resume(report: Report) -> str:
    """How to wait for an instance again."""
    return say("To resume waiting: {command}", command=command("resume", job_instance_id=report.job_instance_id))


def way_back(report: Report) -> str:
    """What is shown when a play is interrupted while it waits for an instance."""
    return joined((say("{instance} continues to run.", instance=name_of(report)), resume(report)))


def spelled(status: str) -> str:
    """A status in a sentence; in Chinese as results have it."""
    return status.replace("_", " ") if language() == "en" else status


def host_name(row: Row) -> str:
    """A host in a sentence; of hosts with IPv6 only, v2 returns neither id nor address (contract §6.4)."""
    id_ = row["bk_host_id"]
    name = row["ip"] or (say("host {id}", id=id_) if id_ else say("a host without IPv4 address"))
    return f"{row['bk_cloud_id']}:{name}" if row["bk_cloud_id"] else name


def failed_host(row: Row) -> str:
    """A failed host in a sentence, with the reason."""
    code = row["exit_code"]
    details = [say("exit code {code}", code=code) if code else spelled(row["status"])]
    if row["tag"] and _QUOTING.get():
        details.append(say("tag {tag}", tag=row["tag"]))
    return say("{host} ({details})", host=host_name(row), details=say(", ").join(details))


def last_lines(rows: Sequence[Row]) -> str:
    """The last line of the log of the first failed hosts."""
    quotes = []
    for row in rows[:HOSTS_QUOTED] if _QUOTING.get() else ():
        lines = [line.strip() for line in (row.get("log") or "").splitlines() if line.strip()]
        if lines:
            quotes.append(say('{host}: "{line}"', host=host_name(row), line=lines[-1][-LONGEST_QUOTE:]))
    return say("Last log line of {quotes}.", quotes=say("; ").join(quotes)) if quotes else ""


def _succeeded(report: Report) -> tuple[str, str]:
    text, ignored = say("{instance} succeeded.", instance=name_of(report)), _hosts(report.failed_hosts or [])
    return joined((text, say("Failed in steps that ignore errors: {hosts}.", hosts=ignored) if ignored else "")), ""


def _failed(report: Report) -> tuple[str, str]:
    """An end caused by a step, which Job can run again (contract §6.10)."""
    step = _step(report, "failed")
    if step is None:
        return _with_hosts(report, say("{instance} failed.", instance=name_of(report)))
    hosts = _hosts(_failed_in(report, step))
    text = (
        say('{instance} failed at step "{step}": {hosts}.', instance=name_of(report), step=step["name"], hosts=hosts)
        if hosts
        else say('{instance} failed at step "{step}".', instance=name_of(report), step=step["name"])
    )
    return _to_retry(report, step, text)


def _abnormal(report: Report) -> tuple[str, str]:
    """Likewise."""
    step = _step(report, "abnormal")
    if step is None:
        return _other_end(report)
    hosts = _hosts(_failed_in(report, step))
    text = (
        say(
            '{instance} ended with status abnormal at step "{step}": {hosts}.',
            instance=name_of(report),
            step=step["name"],
            hosts=hosts,
        )
        if hosts
        else say('{instance} ended with status abnormal at step "{step}".', instance=name_of(report), step=step["name"])
    )
    return _to_retry(report, step, text)


def _to_retry(report: Report, step: Row, text: str) -> tuple[str, str]:
    ids = {"job_instance_id": report.job_instance_id, "step_instance_id": step["step_instance_id"]}
    retry = say(
        "To run the step again on the failed hosts: {command}",
        command=command("resume", resume_action="retry_failed", **ids),
    )
    return joined((text, last_lines(_failed_in(report, step)))), retry


def _timed_out(report: Report, error: JobError | None, timeout: float | None) -> str:
    state, instance = _state(report), named(report)
    text = (
        say(
            "Timed out after {seconds:g} s waiting for {instance}; {state}.",
            seconds=timeout,
            instance=instance,
            state=state,
        )
        if timeout
        else say("Timed out waiting for {instance}; {state}.", instance=instance, state=state)
    )
    last = say("The last status request failed: {reason}", reason=sentence(error)) if error else ""
    return joined((text, last, _hanging(report)))


def _hanging(report: Report) -> str:
    step = _step(report, "stopping")
    if step is None:
        return ""
    return say(
        "If it does not stop: blueking.job.bk_job_operate with action skip, job_instance_id {id} and "
        "step_instance_id {step}.",
        id=report.job_instance_id,
        step=step["step_instance_id"],
    )


def _waiting_confirmation(report: Report) -> tuple[str, str]:
    step = _step(report, "waiting") or _step(report, "rolling_waiting")
    if step is None:
        text = say("{instance} is waiting for manual confirmation.", instance=name_of(report))
        return text, resume(report)
    text = say(
        '{instance} is waiting for manual confirmation at step "{name}".', instance=name_of(report), name=step["name"]
    )
    ids = {"job_instance_id": report.job_instance_id, "step_instance_id": step["step_instance_id"]}
    if step["type"] == "confirmation":
        return text, say("To confirm the step: {command}", command=command("confirm", **ids))
    return text, say(
        "To continue: blueking.job.bk_job_operate with action continue_rolling, job_instance_id {id} and "
        "step_instance_id {step}.",
        id=report.job_instance_id,
        step=step["step_instance_id"],
    )


def _state(report: Report) -> str:
    if report.status:
        return say("its status is {status}", status=report.status)
    return say("its status could not be read")


def _other_end(report: Report) -> tuple[str, str]:
    text = say("{instance} ended with status {status}.", instance=name_of(report), status=report.status)
    return _with_hosts(report, text)


def _with_hosts(report: Report, text: str) -> tuple[str, str]:
    hosts = _hosts(report.failed_hosts or [])
    return joined((text, say("Failed hosts: {hosts}.", hosts=hosts) if hosts else "")), ""


_BY_OUTCOME = {
    "succeeded": _succeeded,
    "failed": _failed,
    "abnormal": _abnormal,
    "waiting_confirmation": _waiting_confirmation,
}


def _failed_in(report: Report, step: Row) -> list[dict[str, t.Any]]:
    return [row for row in report.failed_hosts or [] if row["step_instance_id"] == step["step_instance_id"]]


def _step(report: Report, status: str) -> dict[str, t.Any] | None:
    return next((step for step in report.steps or [] if step["status"] == status), None)


def _hosts(rows: Sequence[Row]) -> str:
    return some_of(rows, failed_host)


def required(permission: Row) -> Iterator[str]:
    """The permissions that IAM requires (contract §3.5), action by action; any level of the object may be missing."""
    for action in _rows(permission.get("actions")):
        resources = [
            f"{kind.get('type_name') or kind.get('type')}: {' / '.join(map(_resource, _rows(chain)))}"
            for kind in _rows(action.get("related_resource_types"))
            for chain in _lists(kind.get("instances"))
        ]
        name, id_ = action.get("name") or say("permission"), action.get("id")
        if resources:
            where = say(", ").join(resources)
            yield say("{permission} ({id}) on {resources}", permission=name, id=id_, resources=where)
        else:
            yield say("{permission} ({id})", permission=name, id=id_)


def _rows(value: t.Any) -> list[dict[str, t.Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _lists(value: t.Any) -> list[list[t.Any]]:
    return [item for item in value if isinstance(item, list)] if isinstance(value, list) else []


def _resource(level: Row) -> str:
    return f"{level.get('name') or level.get('type')}({level.get('id')})"
