# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of quick jobs return."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._launch.report import LaunchReport
from .._model.language import Phrase, say
from .._model.launch import Launched
from .._report.sentences import joined, sentence

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.errors import JobError
    from .._model.instance import Instance
    from .._model.quick import DangerousLine


@dataclass
class QuickReport(LaunchReport):
    """The report of a quick job, whose instance has one step and no variables."""

    NAMED: t.ClassVar[Phrase]
    step_instance_id: int | None = None
    _is_orphan: bool = False
    HAS_VARIABLES: t.ClassVar[bool] = False

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.is_about(params["task_name"])

    def is_about(self, name: str | None) -> None:
        """Note the name of the job."""
        self._what = say(self.NAMED, name=name) if name else ""

    def created(self, instance: Launched, console_url: str | None) -> None:
        super().created(instance, console_url)
        self.step_instance_id = instance.step_instance_id

    def see(self, instance: Instance) -> None:
        super().see(instance)
        self._note_step()

    def see_result(self, result: Mapping[str, t.Any]) -> None:
        super().see_result(result)
        self._note_step()

    def _note_step(self) -> None:
        if self.steps:
            self.step_instance_id = self.steps[0]["step_instance_id"]

    def compare(self, text: str) -> None:
        """Note the text that is run or sent."""
        self.diff = {"before_header": "", "after_header": self.what, "before": "", "after": text}

    def left_behind(self, found: Launched | str, console_url: str | None) -> None:
        """Job has refused the job after it had created its instance, which will never run.

        ``found`` is the instance, or a sentence if it is not known which one it is.
        """
        self._is_orphan = True
        if isinstance(found, Launched):
            self.created(found, console_url)

    def refused(self) -> None:
        super().refused()
        self.changed = self.changed or self._is_orphan

    def _failure(self, error: JobError) -> str:
        if not self._is_orphan:
            return super()._failure(error)
        values = {"what": self.what, "reason": sentence(error)}
        if self.job_instance_id:
            text = say(
                "{what} was not launched: {reason} Job had created instance {id} for it before, which stays pending. "
                "Do not start it.",
                id=self.job_instance_id,
                **values,
            )
        else:
            text = say(
                "{what} was not launched: {reason} Job had created an instance for it before, which stays pending. Do "
                "not start it.",
                **values,
            )
        return joined((text, *self.remarks))


@dataclass
class ScriptReport(QuickReport):
    """The report of a script; ``dangerous_lines`` is None unless Job checked the script, in check mode."""

    UNNAMED: t.ClassVar[Phrase] = Phrase("The script")
    NAMED: t.ClassVar[Phrase] = Phrase('The script "{name}"')
    dangerous_lines: list[dict[str, t.Any]] | None = None

    def dangerous(self, lines: tuple[DangerousLine, ...]) -> None:
        """Note the lines that rules match."""
        self.dangerous_lines = [line._asdict() for line in lines]
        if lines:
            self.warn(
                say(
                    "Rules for dangerous commands match the script at line {numbers}: Job may refuse to run it.",
                    numbers=say(", ").join(str(line.line) for line in lines),
                )
            )

    def unchecked(self, why: JobError) -> None:
        """The script was not checked."""
        self.warn(say("The script was not checked for dangerous commands: {reason}", reason=sentence(why)))


@dataclass
class TransferReport(QuickReport):
    """The report of a file transfer."""

    UNNAMED: t.ClassVar[Phrase] = Phrase("The file transfer")
    NAMED: t.ClassVar[Phrase] = Phrase('The file transfer "{name}"')
