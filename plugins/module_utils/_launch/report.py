# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a launch. It is complete at any moment, so that nothing that ends the task can lose it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._model.errors import InputError
from .._model.instance import STATUSES, word
from .._model.language import Phrase, say
from .._model.launch import Targets
from .._model.secrets import MASK
from .._model.text import some_of
from .._options.targets import as_option
from .._report.base import TargetsReport
from .._report.instance import Report, page_of
from .._report.sentences import command, joined, sentence

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._model.errors import JobError
    from .._model.instance import PastInstance
    from .._model.launch import Launched, VariableValue
    from .._model.plan import Plan


@dataclass
class LaunchReport(Report, TargetsReport):
    """The report of a task that creates an instance, whose id is a fact too. ``_what`` names what it runs, if known."""

    UNNAMED: t.ClassVar[Phrase]
    _what: str = ""
    _remarks: list[str] = field(default_factory=list)
    _creates_only: bool = False

    @property
    def was_seen(self) -> bool:
        # Job has returned its id.
        return self.job_instance_id is not None

    def warn(self, remark: str) -> None:
        super().warn(remark)
        self._remarks.append(remark)

    @property
    def what(self) -> str:
        """What the task runs."""
        return self._what or say(self.UNNAMED)

    @property
    def remarks(self) -> list[str]:
        """What else is known so far."""
        return self._remarks

    def would_launch(self) -> None:
        """Check mode: what a run would do."""
        self.outcome, self.changed, self._creates_only = "launched", True, False
        self.msg = joined((say("{what} would be launched.", what=self.what), *self._remarks))

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
        self.msg = joined((self._sentence(end=True), *self._remarks))

    def id_line(self) -> str:
        """The line that is shown as soon as there is an instance, and how to continue with it."""
        resume = command("resume", job_instance_id=self.job_instance_id)
        return say("{text} (to resume waiting: {command})", text=self._sentence(end=False), command=resume)

    def _sentence(self, *, end: bool) -> str:
        text = (
            say("{what} was created as instance {id}", what=self.what, id=self.job_instance_id)
            if self._creates_only
            else say("{what} was launched as instance {id}", what=self.what, id=self.job_instance_id)
        )
        url = self.job_instance_url
        if url:
            return say("{text}: {url}.", text=text, url=url) if end else say("{text}: {url}", text=text, url=url)
        return say("{sentence}.", sentence=text) if end else text

    def suspect(self, found: Sequence[PastInstance] | None, message: str, console_url: str | None) -> str:
        """Note instances that may be the one that was launched; None where they can't be listed."""
        self.candidates = found if found is None else [_candidate(row, console_url) for row in found]
        rows = some_of(
            self.candidates or [],
            lambda row: say(
                "{id} ({status}, {time})", id=row["job_instance_id"], status=row["status"], time=row["created_at"]
            ),
        )
        remark = joined((message, say("{sentence}.", sentence=rows) if rows else ""))
        self._remarks.append(remark)
        return joined((say("{what} may have been launched and may be running.", what=self.what), remark))

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), "ansible_facts": {"job_instance_id": self.job_instance_id}}

    def _failure(self, error: JobError) -> str:
        id_, reason = self.job_instance_id, sentence(error)
        if isinstance(error, InputError):
            return say("Nothing was launched: {reason}", reason=reason)
        values = {"what": self.what, "id": id_, "reason": reason}
        if id_ and self.outcome == "refused":
            return say(
                "{what} was not launched: instance {id} was created, but could not be started: {reason} To start it: "
                "blueking.job.bk_job_operate with action start and job_instance_id {id}.",
                **values,
            )
        if id_ and self.outcome == "unknown":
            return say(
                "{what} was created as instance {id}, which may be running: {reason} It was not launched again. "
                "To check it: blueking.job.bk_job_instance_info with job_instance_id {id}.",
                **values,
            )
        if id_:
            return say("{what} was launched as instance {id}. After that, the task failed: {reason}", **values)
        if self.outcome == "unknown" and self._creates_only:
            text = say(
                "{what}: the response to the create request was lost: {reason} An instance may have been created; it "
                "will not run until it is started (before Job 3.10 it may already be running). It was not created "
                "again.",
                **values,
            )
            to_start = say("To start it: blueking.job.bk_job_operate with action start.")
            return joined((text, *self._remarks, to_start))
        if self.outcome == "unknown":
            text = say(
                "{what} may have been launched and may be running: {reason} It was not launched again.", **values
            )
            return joined((text, *self._remarks))
        return say("{what} was not launched: {reason}", **values)


@dataclass
class PlanLaunchReport(LaunchReport):
    """The report of the launch of a plan.

    ``variables_checked`` is None until the plan was read, or could not be read.
    """

    UNNAMED: t.ClassVar[Phrase] = Phrase("The plan")
    variables_checked: bool | None = None
    _confirmers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def confirmers(self) -> Mapping[str, tuple[str, ...]]:
        return self._confirmers

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.is_about(params["job_plan_id"], params["job_plan_name"])

    def is_about(self, plan_id: int | None, name: str | None) -> None:
        """Note the plan, by all that is known of it."""
        self.job_plan_id = plan_id
        if plan_id and name:
            self._what = say("Plan {id} ({name})", id=plan_id, name=name)
        else:
            self._what = say("Plan {plan}", plan=plan_id or name) if plan_id or name else ""

    def steps_of(self, plan: Plan) -> None:
        """Note who may confirm the steps of the plan; not of steps that only their confirmers tell apart."""
        for step in plan.steps or ():
            if step.confirmers:
                same = self._confirmers.setdefault(step.name, step.confirmers) == step.confirmers
                self._confirmers[step.name] = step.confirmers if same else ()

    def checked(self) -> None:
        """The variables were checked against the plan."""
        self.variables_checked = True

    def unchecked(self, why: JobError) -> None:
        """The plan may not be viewed, so its variables were not checked."""
        self.variables_checked = False
        self.warn(
            say("The variables were not checked, because the plan could not be viewed: {reason}", reason=sentence(why))
        )

    def created(self, instance: Launched, console_url: str | None) -> None:
        super().created(instance, console_url)
        self.is_about(self.job_plan_id, instance.job_instance_name)

    def compare(self, plan: Plan, variables: Sequence[VariableValue]) -> None:
        """Note the plan's defaults and the values that it runs with."""
        before = {variable.name: _shown(variable.default) for variable in plan.variables or ()}
        names = {variable.id: variable.name for variable in plan.variables or ()}
        given = {
            t.cast("str", names.get(value.id or 0, value.name)): say("{mask} (given)", mask=MASK)
            if value.secret
            else _shown(value.value)
            for value in variables
        }
        self.diff = {
            "before_header": say("{what}: defaults", what=self.what),
            "after_header": say("{what}: as launched", what=self.what),
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
