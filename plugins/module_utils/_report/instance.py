# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task tells about its instance: the same keys on every outcome, complete at any moment (interface §4)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.errors import InputError
from .._model.instance import HOST_STATUSES, STATUSES, STEP_TYPES, HostResult, Instance, Step, word
from .sentences import ended

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.requests import Call
    from .._model.errors import JobError


SEEN = ("job_instance_name", "job_plan_id", "status", "status_code", "finished", "steps", "hosts")


@dataclass
class TaskReport:
    """What every task tells, whatever it is about."""

    msg: str = ""
    changed: bool = False
    outcome: str | None = None
    request: dict[str, t.Any] | None = None
    error: dict[str, t.Any] | None = None

    @property
    def failed(self) -> bool:
        """Whether the task has failed."""
        return self.error is not None

    def about(self, params: Mapping[str, t.Any]) -> None:
        """Note what the options alone tell."""

    def will_send(self, call: Call) -> None:
        """Note the request, secrets masked."""
        self.request = {"api": call.api, "body": dict(call.params)}

    def fail(self, error: JobError) -> None:
        """Take in what ended the task."""
        self.error = error.as_result()
        self.outcome = "refused"
        self.msg = self._failure(error)

    def as_result(self) -> dict[str, t.Any]:
        """The result of the module."""
        return dict(vars(self))

    def _failure(self, error: JobError) -> str:
        return error.sentence()


@dataclass
class Report(TaskReport):
    """All that is known so far; what is not known is null. Whatever ends the task, this is what it returns."""

    job_instance_id: int | None = None
    job_instance_name: str | None = None
    job_plan_id: int | None = None
    job_instance_url: str | None = None
    status: str | None = None
    status_code: int | None = None
    finished: bool | None = None
    steps: list[dict[str, t.Any]] | None = None
    hosts: dict[str, int] | None = None
    host_list: list[dict[str, t.Any]] | None = None
    failed_hosts: list[dict[str, t.Any]] | None = None
    logs: list[dict[str, t.Any]] | None = None
    output_variables: dict[str, str] | None = None
    candidates: list[dict[str, t.Any]] | None = None
    progress: dict[str, t.Any] | None = None  # between the slices of a wait only

    @property
    def failed(self) -> bool:
        return self.error is not None or self.outcome not in (None, "launched", "succeeded")

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.job_instance_id = params.get("job_instance_id")

    def fail(self, error: JobError) -> None:
        self.error = error.as_result()
        if self.outcome in (None, "launched"):
            # An instance that is there, and can't be looked at, is lost sight of.
            self.outcome = "lost" if self.job_instance_id and not isinstance(error, InputError) else "refused"
        self.msg = self._failure(error)

    def see(self, instance: Instance) -> None:
        """Take in the state of the instance."""
        self.job_instance_id = instance.id
        self.job_instance_name = instance.name or self.job_instance_name
        self.job_plan_id = instance.plan_id or self.job_plan_id
        self.status_code = instance.status_code
        self.status = word(STATUSES, instance.status_code)
        self.finished = instance.outcome is not None
        self.steps = [step_row(step) for step in instance.steps]
        self.hosts = _sum([row["hosts"] for row in self.steps if row["hosts"]])
        known = [step for step in instance.steps if step.hosts is not None]
        self.host_list = self.failed_hosts = None
        if known:
            taking_part = {host.key: None for step in known for host in step.hosts or ()}
            self.host_list = [key._asdict() for key in taking_part]
            self.failed_hosts = [host_row(step, host) for step in known for host in step.hosts or () if host.failed]

    def seen(self) -> dict[str, t.Any]:
        """What was last seen of the instance, its hosts aside, which may be many; for a report to :meth:`recall`."""
        return {key: value for key, value in vars(self).items() if key in SEEN}

    def recall(self, seen: Mapping[str, t.Any]) -> None:
        """Take in what another report has ``seen``, which stands as long as nothing newer is."""
        vars(self).update(seen)

    def end(self, outcome: str, error: JobError | None = None) -> None:
        """Following the instance has come to an end; what was seen of it before stands."""
        self.outcome = outcome
        self.error = error.as_result() if error else None
        self.msg = ended(vars(self), error)

    def link(self, console_url: str | None) -> None:
        """Note the page of the instance."""
        self.job_instance_url = page_of(console_url, self.job_instance_id)

    def as_result(self) -> dict[str, t.Any]:
        return {key: value for key, value in vars(self).items() if key != "progress" or value is not None}


def page_of(console_url: str | None, instance_id: int | None) -> str | None:
    """The page of an instance; Job redirects this short form to the one in its business (contract §13)."""
    return f"{console_url.rstrip('/')}/api_execute/{instance_id}" if console_url and instance_id else None


def step_row(step: Step) -> dict[str, t.Any]:
    """A step as results show it (interface §4)."""
    return {
        "step_instance_id": step.id,
        "name": step.name,
        "type": word(STEP_TYPES, step.type_code),
        "status": word(STATUSES, step.status_code),
        "status_code": step.status_code,
        "execute_count": step.execute_count,
        "start_time": step.start_time,
        "end_time": step.end_time,
        "total_seconds": step.total_seconds,
        "hosts": None if step.hosts is None else _count(step.hosts),
    }


def host_row(step: Step, host: HostResult) -> dict[str, t.Any]:
    """A host's part in a step as results show it (interface §4)."""
    return {
        "step_instance_id": step.id,
        "step_name": step.name,
        **host.key._asdict(),
        "status": word(HOST_STATUSES, host.status_code),
        "status_code": host.status_code,
        "exit_code": host.exit_code,
        "error_code": host.error_code,
        "tag": host.tag,
        "log": None,
    }


def _count(hosts: tuple[HostResult, ...]) -> dict[str, int]:
    succeeded = sum(host.succeeded for host in hosts)
    unfinished = sum(host.unfinished for host in hosts)
    failed = len(hosts) - succeeded - unfinished
    return {"total": len(hosts), "succeeded": succeeded, "failed": failed, "unfinished": unfinished}


def _sum(counts: list[dict[str, int]]) -> dict[str, int] | None:
    return {key: sum(count[key] for count in counts) for key in counts[0]} if counts else None
