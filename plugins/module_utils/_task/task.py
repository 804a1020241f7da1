# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the body of a module works with."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.job import Job
    from .._model.secrets import Secrets
    from .clock import Clock


class Show(t.Protocol):
    """Shows a line to the person who runs the play; ``always`` also where progress is switched off."""

    def __call__(self, line: str, *, always: bool = False) -> None:
        """Show the line."""


@dataclass
class Task:
    """The validated options, Job as a service, and the modes that Ansible runs the task in.

    ``secrets`` are masked in whatever leaves the task; the body may add some. ``hidden`` are the values that must not
    be shown at all: all of an option (``variables``), or ``variables.password`` or ``global_vars[0]``. ``show`` is None
    where lines can't be shown while the task runs: in a module's own process. ``environ`` is the environment that
    options were read from.
    """

    params: Mapping[str, t.Any]
    job: Job
    check_mode: bool
    diff_mode: bool
    clock: Clock
    secrets: Secrets
    hidden: frozenset[str]
    show: Show | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    def require_play(self) -> None:
        """Raise :class:`SystemExit` if the play has ended meanwhile: nobody would see what is changed from now on."""
        self.clock.sleep(0)
