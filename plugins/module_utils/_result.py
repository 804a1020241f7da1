# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task tells about its instance: the same keys on every outcome, complete at any moment (interface §4)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._errors import InputError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ._errors import JobError
    from ._gateway import Call
    from ._model import Launched


@dataclass
class Report:
    """All that is known so far; what is not known is null. Whatever ends the task, this is what it returns."""

    msg: str = ""
    changed: bool = False
    job_instance_id: int | None = None
    job_instance_name: str | None = None
    job_plan_id: int | None = None
    job_instance_url: str | None = None
    outcome: str | None = None
    status: str | None = None
    status_code: int | None = None
    finished: bool | None = None
    steps: list[dict[str, t.Any]] | None = None
    hosts: dict[str, int] | None = None
    failed_hosts: list[dict[str, t.Any]] | None = None
    logs: list[dict[str, t.Any]] | None = None
    output_variables: dict[str, str] | None = None
    request: dict[str, t.Any] | None = None
    error: dict[str, t.Any] | None = None
    candidates: list[dict[str, t.Any]] | None = None

    @property
    def failed(self) -> bool:
        """Whether the task has failed."""
        return self.error is not None

    def about(self, params: Mapping[str, t.Any]) -> None:
        """Note what the options alone tell."""

    def fail(self, error: JobError) -> None:
        """Take in what ended the task."""
        self.error = error.as_result()
        self.outcome = self.outcome or "refused"
        self.msg = self._failure(error)

    def as_result(self) -> dict[str, t.Any]:
        """The result of the module."""
        return dict(vars(self))

    def _failure(self, error: JobError) -> str:
        return error.sentence()


class LaunchReport(Report):
    """The report of a launch; the instance's id is a fact as well."""

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.job_plan_id = params["job_plan_id"]

    def will_send(self, call: Call) -> None:
        """Note the request, secrets masked."""
        self.request = {"api": call.api, "body": dict(call.params)}

    def would_launch(self) -> None:
        """Check mode: what a run would do."""
        self.outcome, self.changed = "launched", True
        self.msg = f"Plan {self.job_plan_id} would be launched."

    def launching(self) -> None:
        """From now on the plan may have been launched, whatever happens, until we hear that it was not."""
        self.outcome, self.changed = "unknown", True

    def refused(self) -> None:
        """The plan was surely not launched."""
        self.outcome, self.changed = "refused", False

    def launched(self, instance: Launched, console_url: str | None) -> None:
        """The plan was launched as ``instance``."""
        self.outcome, self.changed = "launched", True
        self.job_instance_id = instance.job_instance_id
        self.job_instance_name = instance.job_instance_name
        name = f" ({instance.job_instance_name})" if instance.job_instance_name else ""
        self.msg = f"Plan {self.job_plan_id}{name} was launched as instance {self.job_instance_id}"
        if console_url:
            # Job redirects this short form to the page in its business (contract §13).
            self.job_instance_url = f"{console_url.rstrip('/')}/api_execute/{self.job_instance_id}"
            self.msg += f": {self.job_instance_url}"
        self.msg += "."

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), "ansible_facts": {"job_instance_id": self.job_instance_id}}

    def _failure(self, error: JobError) -> str:
        if isinstance(error, InputError):
            return f"Nothing was sent: {error.sentence()}"
        if self.outcome == "unknown":
            return (
                f"Plan {self.job_plan_id} may have been launched and may be running: {error.sentence()} "
                "It was not launched again; look for it in Job's execution history before you do."
            )
        return f"Plan {self.job_plan_id} was not launched: {error.sentence()}"
