# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks about one instance return: the same keys on every outcome, complete at any moment."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, fields

from .._model.errors import InputError
from .._model.instance import HOST_STATUSES, STATUSES, STEP_TYPES, HostResult, Instance, Step, word
from .._model.inventory import name_hosts
from .._model.language import say
from .._model.text import visible
from .base import TaskReport
from .sentences import ended, joined, linked, operated, sentence, terminated

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .._model.errors import JobError

# Lists that are empty, and not null, where certainly nothing ran.
OF_A_RUN = ("steps", "host_list", "failed_hosts", "logs", "files", "host_outputs", "output_conflicts", "host_groups")


@dataclass
class Report(TaskReport):
    """The report about one instance; ``HAS_VARIABLES`` says whether it may have output variables."""

    HAS_VARIABLES: t.ClassVar[bool] = True
    job_instance_id: int | None = None
    job_instance_name: str | None = None
    job_plan_id: int | None = None
    job_instance_url: str | None = None
    status: str | None = None
    status_code: int | None = None
    finished: bool = False
    steps: list[dict[str, t.Any]] | None = None
    hosts: dict[str, int] | None = None
    host_list: list[dict[str, t.Any]] | None = None
    failed_hosts: list[dict[str, t.Any]] | None = None
    logs: list[dict[str, t.Any]] | None = None
    files: list[dict[str, t.Any]] | None = None
    output_variables: dict[str, str] | None = None
    host_outputs: list[dict[str, t.Any]] | None = None
    outputs: dict[str, str] | None = None
    output_conflicts: list[str] | None = None
    host_groups: list[dict[str, t.Any]] | None = None
    candidates: list[dict[str, t.Any]] | None = None
    # What to do next. It ends with a command, so nothing may stand behind it in `msg`.
    _then: str = ""
    _changed_before: bool = False

    @property
    def failed(self) -> bool:
        return self.error is not None or self.outcome not in (None, "launched", "succeeded")

    @property
    def was_seen(self) -> bool:
        """Whether Job has returned the state of the instance, or its id for a launch."""
        return self.status is not None

    @property
    def confirmers(self) -> Mapping[str, tuple[str, ...]]:
        """The users and roles that may confirm steps, by the name of the step, as far as they are known."""
        return {}

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.job_instance_id = params.get("job_instance_id")

    def see(self, instance: Instance) -> None:
        """Note the state of the instance."""
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

    def see_result(self, result: Mapping[str, t.Any]) -> None:
        """Note what another task has returned about the instance."""
        for name in OF_THE_INSTANCE:
            if result.get(name) is not None or name not in ("job_instance_name", "job_plan_id"):
                setattr(self, name, result.get(name))
        if not self.HAS_VARIABLES:
            self.output_variables = None

    def end(self, outcome: str, error: JobError | None = None, timeout: float | None = None) -> None:
        """Note that the wait has ended; what was seen of the instance before stays."""
        self.outcome = outcome
        self.error = error.as_result() if error else None
        self.msg, self._then = ended(self, error, timeout)

    def stopping(self) -> None:
        """The time is up, and the instance is to be stopped."""
        self.outcome = "timed_out"
        self._changed_before = self.changed

    def stop_requested(self) -> None:
        """From now on the instance may have been stopped, until the result of that is noted."""
        self.changed = True

    def stopped(self, error: JobError | None, *, requested: bool, why: str) -> None:
        """Note the result of stopping the instance; the outcome stays what ended the wait."""
        self.changed = self._changed_before or requested
        self.msg, self._then = terminated(self, error, requested=requested, why=why)

    def operated(self, action: str, step_id: int | None, result: str) -> None:
        """Note what was, or would be, done to the instance."""
        self.msg, self._then = operated(self, action, step_id, result), ""

    def add(self, sentence: str) -> None:
        """Add a sentence to ``msg``."""
        self.msg = joined((self.msg, sentence))

    def added_to(self, msg: str) -> str:
        """The sentences that another task has added to ``msg``, which it returned about the same end."""
        what, then = visible(self.msg), visible(self._then)
        if not msg.startswith(what):
            return msg
        return (msg[len(what) : -len(then)] if then and msg.endswith(then) else msg[len(what) :]).strip()

    def with_logs(
        self,
        rows: list[dict[str, t.Any]] | None,
        files: list[dict[str, t.Any]] | None,
        failed: list[dict[str, t.Any]],
    ) -> None:
        """Note the logs with the files in them, if they are wanted, and the failed hosts with what their logs say."""
        self.logs, self.files, self.failed_hosts = rows, files, failed

    def with_outputs(self, variables: dict[str, str]) -> None:
        """Note the variables at the end."""
        self.output_variables = variables

    def with_host_outputs(self, rows: list[dict[str, t.Any]], outputs: dict[str, str], conflicts: list[str]) -> None:
        """Note what scripts printed on each host, what of it is the same on all hosts, and the names of the rest."""
        self.host_outputs, self.outputs, self.output_conflicts = rows, outputs, conflicts

    def with_host_groups(self, groups: list[dict[str, t.Any]]) -> None:
        """Note the hosts grouped by result."""
        self.host_groups = groups

    def name_hosts(self, entries: Iterable[Mapping[str, t.Any]]) -> None:
        """Note in the rows which host of the inventory each is, where the target servers say so."""
        name_hosts(rows_of_hosts(vars(self)), entries)

    def link(self, console_url: str | None) -> None:
        """Note the page of the instance."""
        self.job_instance_url = page_of(console_url, self.job_instance_id)

    def linked(self, text: str) -> str:
        """A sentence with the page of the instance."""
        return linked(self, text)

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), "msg": visible(joined((self.msg, self._then)))}

    def fail(self, error: JobError) -> None:
        super().fail(error)
        self._then = ""
        if self.outcome == "refused" and not self.was_seen:
            for name in OF_A_RUN:
                setattr(self, name, getattr(self, name) or [])

    def _failure(self, error: JobError) -> str:
        if isinstance(error, InputError) or not self.job_instance_id:
            return super()._failure(error)
        if self.outcome == "unknown":
            return say("Instance {id} may have been stopped: {reason}", id=self.job_instance_id, reason=sentence(error))
        return say("Instance {id} could not be read: {reason}", id=self.job_instance_id, reason=sentence(error))

    def _outcome_of(self, error: JobError) -> str | None:
        if self.outcome not in (None, "launched"):
            return self.outcome
        # An instance that exists and can't be polled is lost; one that was never seen may not even exist.
        return "lost" if self.was_seen and not isinstance(error, InputError) else "refused"


def rows_of_hosts(result: Mapping[str, t.Any]) -> Iterator[dict[str, t.Any]]:
    """The rows in a result that are about one host and can have its name in the inventory."""
    for name in ("failed_hosts", "logs", "files", "host_outputs"):
        yield from result[name] or ()
    for group in result["host_groups"] or ():
        yield from group["hosts"]


# The keys that only depend on the instance, not on the task that reads it.
OF_THE_INSTANCE = tuple(
    sorted(
        {field.name for field in fields(Report) if not field.name.startswith("_")}
        - {field.name for field in fields(TaskReport)}
        - {"job_instance_id", "job_instance_url", "candidates"}
    )
)


def page_of(console_url: str | None, instance_id: int | None) -> str | None:
    """The page of an instance; Job redirects this short form to the one in its business (contract §13)."""
    return f"{console_url.rstrip('/')}/api_execute/{instance_id}" if console_url and instance_id else None


def step_row(step: Step) -> dict[str, t.Any]:
    """A row of ``steps``."""
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
    """A row of ``failed_hosts``."""
    return {
        "step_instance_id": step.id,
        "step_name": step.name,
        **host.key.columns(),
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
