# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch tells: at every moment all that is known of it, so that nothing that ends the task can lose it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._api.requests import MASK
from .._model.errors import InputError
from .._model.instance import STATUSES, Targets, word
from .._options.targets import written
from .._report.instance import Report, page_of
from .._report.sentences import MOST_HOSTS

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._model.errors import JobError
    from .._model.instance import Launched, PastInstance, VariableValue
    from .._model.plan import Plan


@dataclass
class LaunchReport(Report):
    """The report of a launch; the instance's id is a fact as well.

    ``variables_checked`` is None until the plan was, or could not be, looked at. ``diff`` and ``warnings`` are told
    where there are any; ``secrets`` names the options with secret values to an action plugin that goes on from here.
    """

    variables_checked: bool | None = None
    diff: dict[str, t.Any] | None = None
    warnings: list[str] = field(default_factory=list)
    secrets: list[str] | None = None
    _plan: str = "The plan"
    _remarks: str = ""
    _creates_only: bool = False

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.meant(params["job_plan_id"], params["job_plan_name"])

    def meant(self, plan_id: int | None, name: str | None) -> None:
        """Note which plan it is about, by all that is known of it."""
        self.job_plan_id = plan_id
        told = f"{plan_id} ({name})" if plan_id and name else plan_id or name
        self._plan = f"Plan {told}" if told else "The plan"

    def unchecked(self, why: JobError) -> None:
        """The plan may not be looked at, so its variables were not checked."""
        self.variables_checked = False
        self.warn(f"The variables were not checked, since the plan could not be looked at: {why.sentence()}")

    def warn(self, remark: str) -> None:
        """Tell a remark with the rest, and as a warning."""
        self._remarks += f" {remark}"
        self.warnings.append(remark)

    def would_launch(self) -> None:
        """Check mode: what a run would do."""
        self.outcome, self.changed = "launched", True
        self.msg = f"{self._plan} would be launched.{self._remarks}"

    def launching(self, *, start: bool = True) -> None:
        """From now on the plan may have been launched, whatever happens, until we hear that it was not.

        Without ``start`` its instance is only created for now.
        """
        self.outcome, self.changed = "unknown", True
        self._creates_only = not start

    def refused(self) -> None:
        """The plan was surely not launched; an instance that was created for it stays as it is."""
        self.outcome, self.changed = "refused", self.job_instance_id is not None

    def created(self, instance: Launched, console_url: str | None) -> None:
        """There is an instance, whether it runs or not."""
        self.job_instance_id = instance.job_instance_id
        self.job_instance_name = instance.job_instance_name
        self.meant(self.job_plan_id, instance.job_instance_name)
        self.link(console_url)

    def launched(self) -> None:
        """The instance runs."""
        self.outcome, self.changed = "launched", True
        url = f": {self.job_instance_url}" if self.job_instance_url else ""
        self.msg = f"{self._plan} was launched as instance {self.job_instance_id}{url}.{self._remarks}"

    def suspect(self, found: Sequence[PastInstance] | None, sentence: str, console_url: str | None) -> None:
        """Instances that may be the one nobody heard of; None where they can't be asked for."""
        self.candidates = found if found is None else [_candidate(row, console_url) for row in found]
        told = [f"{row['job_instance_id']} ({row['status']}, {row['created_at']})" for row in self.candidates or ()]
        more = f" and {len(told) - MOST_HOSTS} more" if len(told) > MOST_HOSTS else ""
        self._remarks += f" {sentence}{' ' + ', '.join(told[:MOST_HOSTS]) + more + '.' if told else ''}"

    def compare(self, plan: Plan, variables: Sequence[VariableValue]) -> None:
        """Note the plan's defaults beside the values it would run with (interface §5.3)."""
        before = {variable.name: _shown(variable.default) for variable in plan.variables or ()}
        names = {variable.id: variable.name for variable in plan.variables or ()}
        given = {
            t.cast("str", names.get(value.id or 0, value.name)): f"{MASK} (given)"
            if value.secret
            else _shown(value.value)
            for value in variables
        }
        self.diff = {
            "before_header": f"{self._plan}: defaults",
            "after_header": f"{self._plan}: as launched",
            "before": before,
            "after": {**before, **given},
        }

    def as_result(self) -> dict[str, t.Any]:
        told = super().as_result()
        for key in ("diff", "warnings", "secrets"):
            if not told[key]:
                del told[key]
        kept = {key: value for key, value in told.items() if not key.startswith("_")}
        return {**kept, "ansible_facts": {"job_instance_id": self.job_instance_id}}

    def _failure(self, error: JobError) -> str:
        id_, told = self.job_instance_id, error.sentence()
        if isinstance(error, InputError):
            return f"Nothing was launched: {told}"
        if id_ and self.outcome == "refused":
            return (
                f"{self._plan} was not launched: instance {id_} was created, and will not run since it could not be "
                f"started: {told} To start it: blueking.job.bk_job_operate with action start and job_instance_id {id_}."
            )
        if id_ and self.outcome == "unknown":
            return (
                f"{self._plan} was created as instance {id_}, which may be running: {told} It was not launched again; "
                f"to look at it: blueking.job.bk_job_instance_info with job_instance_id {id_}."
            )
        if id_:
            return f"{self._plan} was launched as instance {id_}, but then: {told}"
        if self.outcome == "unknown" and self._creates_only:
            return (
                f"{self._plan} may have become an instance, which does not run before it is started, unless Job is "
                f"older than 3.10: {told} None was created again.{self._remarks} To start the one that is this task's: "
                "blueking.job.bk_job_operate with action start."
            )
        if self.outcome == "unknown":
            return (
                f"{self._plan} may have been launched and may be running: {told} "
                f"It was not launched again.{self._remarks}"
            )
        return f"{self._plan} was not launched: {told}"


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
    return written(value) if isinstance(value, Targets) else value
