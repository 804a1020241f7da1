# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of quick jobs return."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._launch.report import LaunchReport
from .._model.launch import Launched
from .._report.sentences import sentence

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._model.errors import JobError
    from .._model.instance import Instance
    from .._model.quick import DangerousLine


@dataclass
class QuickReport(LaunchReport):
    """The report of a quick job, whose instance has one step and no variables."""

    step_instance_id: int | None = None
    _noun: str = "The job"
    _is_orphan: bool = False
    HAS_VARIABLES: t.ClassVar[bool] = False

    def about(self, params: Mapping[str, t.Any]) -> None:
        self.is_about(params["task_name"])

    def is_about(self, name: str | None) -> None:
        """Note the name of the job."""
        self._what = f'{self._noun} "{name}"' if name else self._noun

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
        self.diff = {"before_header": "", "after_header": self._what, "before": "", "after": text}

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
        which = f"instance {self.job_instance_id}" if self.job_instance_id else "an instance"
        return (
            f"{self._what} was not launched: {sentence(error)} Job had created {which} for it before, which stays "
            f"pending. Do not start it.{self.remarks}"
        )


@dataclass
class ScriptReport(QuickReport):
    """The report of a script; ``dangerous_lines`` is None unless Job checked the script, in check mode."""

    dangerous_lines: list[dict[str, t.Any]] | None = None
    _what: str = "The script"
    _noun: str = "The script"

    def dangerous(self, lines: tuple[DangerousLine, ...]) -> None:
        """Note the lines that rules match."""
        self.dangerous_lines = [line._asdict() for line in lines]
        if lines:
            numbers = ", ".join(str(line.line) for line in lines)
            self.warn(f"Rules for dangerous commands match the script at line {numbers}: Job may refuse to run it.")

    def unchecked(self, why: JobError) -> None:
        """The script was not checked."""
        self.warn(f"The script was not checked for dangerous commands: {sentence(why)}")


@dataclass
class TransferReport(QuickReport):
    """The report of a file transfer."""

    _what: str = "The file transfer"
    _noun: str = "The file transfer"
