# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a launch. It is complete at any moment, so that nothing that ends the task can lose it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.errors import InputError
from .._model.instance import STATUSES, word
from .._model.launch import Targets
from .._model.secrets import MASK
from .._options.targets import as_option
from .._report.instance import Report, page_of
from .._report.sentences import sentence, some_of

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._model.errors import JobError
    from .._model.instance import PastInstance
    from .._model.launch import Launched, VariableValue
    from .._model.plan import Plan


@dataclass
class LaunchReport(Report):
    """The report of a task that creates an instance, whose id is a fact too. ``_what`` names what it runs."""

    _what: str = ""
    _remarks: str = ""
    _creates_only: bool = False

    @property
    def was_seen(self) -> bool:
        # Job has returned its id.
        return self.job_instance_id is not None

    def warn(self, remark: str) -> None:
        super().warn(remark)
        self._remarks += f" {remark}"

    @property
    def remarks(self) -> str:
        """What was found out on the way, each with a blank before it."""
        return self._remarks

    def would_launch(self) -> None:
        """Check mode: what a run would do."""
        self.outcome, self.changed, self._creates_only = "launched", True, False
        self.msg = f"{self._what} would be launched.{self._remarks}"

    def sending(self, *, start: bool = True) -> None:
        """From now on it may have been launched, whatever happens, until a refusal is received.

        Without ``start`` its instance is only created for now.
        """
        self.outcome, self.changed = "unknown", True
        self._creates_only = not start

    def refused(self) -> None:
        """It was not launched; an instance that was created for it stays pending."""
        self.outcome, self.changed = "refused", self.job_instance_id is not None

    def created(self, instance: Launched, console_url: str | None) -> None:
        """There is an instance, running or not."""
        self.job_instance_id = instance.job_instance_id
        self.job_instance_name = instance.job_instance_name
        self.link(console_url)

    def launched(self) -> None:
        """The instance runs."""
        self.outcome, self.changed, self._creates_only = "launched", True, False
        self.msg = f"{self._sentence()}.{self._remarks}"

    def id_line(self) -> str:
        """The line that is shown as soon as there is an instance, and how to continue with it."""
        resume = f"ansible-playbook blueking.job.resume -e job_instance_id={self.job_instance_id}"
        return f"{self._sentence()} (to resume waiting: {resume})"

    def _sentence(self) -> str:
        url = f": {self.job_instance_url}" if self.job_instance_url else ""
        done = "created" if self._creates_only else "launched"
        return f"{self._what} was {done} as instance {self.job_instance_id}{url}"

    def suspect(self, found: Sequence[PastInstance] | None, message: str, console_url: str | None) -> str:
        """Note instances that may be the one that was launched; None where they can't be listed."""
        self.candidates = found if found is None else [_candidate(row, console_url) for row in found]
        rows = some_of(
            self.candidates or [], lambda row: f"{row['job_instance_id']} ({row['status']}, {row['created_at']})"
        )
        remark = f"{message}{f' {rows}.' if rows else ''}"
        self._remarks += f" {remark}"
        return f"{self._what} may have been launched and may be running. {remark}"

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), "ansible_facts": {"job_instance_id": self.job_instance_id}}

    def _failure(self, error: JobError) -> str:
        id_, reason = self.job_instance_id, sentence(error)
        if isinstance(error, InputError):
            return f"Nothing was launched: {reason}"
        if id_ and self.outcome == "refused":
            return (
                f"{self._what} was not launched: instance {id_} was created, but could not be started: {reason} "
                f"To start it: blueking.job.bk_job_operate with action start and job_instance_id {id_}."
            )
        if id_ and self.outcome == "unknown":
            return (
                f"{self._what} was created as instance {id_}, which may be running: {reason} It was not launched "
                f"again. To check it: blueking.job.bk_job_instance_info with job_instance_id {id_}."
            )
        if id_:
            return f"{self._what} was launched as instance {id_}. After that, the task failed: {reason}"
        if self.outcome == "unknown" and self._creates_only:
            return (
                f"{self._what}: the response to the create request was lost: {reason} An instance may have been "
                "created; it will not run until it is started (before Job 3.10 it may already be running). It was not "
                f"created again.{self._remarks} To start it: blueking.job.bk_job_operate with action start."
            )
        if self.outcome == "unknown":
            return (
                f"{self._what} may have been launched and may be running: {reason} "
                f"It was not launched again.{self._remarks}"
            )
        return f"{self._what} was not launched: {reason}"


@dataclass
class PlanLaunchReport(LaunchReport):
    """The report of the launch of a plan.

    ``variables_checked`` is None until the plan was read, or could not be read.
    """

    variables_checked: bool | None = None
    _what: str = "The plan"

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.is_about(params["job_plan_id"], params["job_plan_name"])

    def is_about(self, plan_id: int | None, name: str | None) -> None:
        """Note the plan, by all that is known of it."""
        self.job_plan_id = plan_id
        known = f"{plan_id} ({name})" if plan_id and name else plan_id or name
        self._what = f"Plan {known}" if known else "The plan"

    def checked(self) -> None:
        """The variables were checked against the plan."""
        self.variables_checked = True

    def unchecked(self, why: JobError) -> None:
        """The plan may not be viewed, so its variables were not checked."""
        self.variables_checked = False
        self.warn(f"The variables were not checked, because the plan could not be viewed: {sentence(why)}")

    def created(self, instance: Launched, console_url: str | None) -> None:
        super().created(instance, console_url)
        self.is_about(self.job_plan_id, instance.job_instance_name)

    def compare(self, plan: Plan, variables: Sequence[VariableValue]) -> None:
        """Note the plan's defaults and the values that it runs with."""
        before = {variable.name: _shown(variable.default) for variable in plan.variables or ()}
        names = {variable.id: variable.name for variable in plan.variables or ()}
        given = {
            t.cast("str", names.get(value.id or 0, value.name)): f"{MASK} (given)"
            if value.secret
            else _shown(value.value)
            for value in variables
        }
        self.diff = {
            "before_header": f"{self._what}: defaults",
            "after_header": f"{self._what}: as launched",
            "before": before,
            "after": {**before, **given},
        }


def _candidate(past: PastInstance, console_url: str | None) -> dict[str, t.Any]:
    return {
        "job_instance_id": past.id,
        "job_instance_name": past.name,
        "status": word(STATUSES, past.status_code),
        "operator": past.operator,
        "created_at": past.created_at,
        "job_instance_url": page_of(console_url, past.id),
    }


def _shown(value: t.Any) -> t.Any:
    return as_option(value) if isinstance(value, Targets) else value
