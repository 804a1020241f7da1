# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task tells that only looks: one instance in full, or many of the history in a line each (interface §4)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.errors import InputError
from .._model.instance import INSTANCE_TYPES, LAUNCH_MODES, STATUSES, word
from .instance import Report, page_of

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._model.errors import JobError
    from .._model.instance import Instance, PastInstance


@dataclass
class InfoReport(Report):
    """The keys of one instance, null where many were asked for; and ``instances``, null where it is one.

    ``outcome`` is the instance's own, and fails no task.
    """

    instances: list[dict[str, t.Any]] | None = None

    @property
    def failed(self) -> bool:
        return self.error is not None

    def one(self, instance: Instance) -> None:
        """Tell the instance."""
        self.see(instance)
        self.outcome = instance.outcome
        name = f" ({self.job_instance_name})" if self.job_instance_name else ""
        self.msg = f"The status of instance {self.job_instance_id}{name} is {self.status}."

    def many(self, instances: Sequence[PastInstance], limit: int, console_url: str | None) -> None:
        """Tell the instances, of which no more than ``limit`` were asked for."""
        self.request = None
        self.instances = [_row(instance, console_url) for instance in instances]
        count = len(instances)
        self.msg = f"{count} instance{'' if count == 1 else 's'} found."
        if count == limit:
            self.msg = f"The newest {count} found; to see whether there are more, raise limit."

    def _failure(self, error: JobError) -> str:
        return f"Nothing was sent: {error.sentence()}" if isinstance(error, InputError) else error.sentence()


def _row(past: PastInstance, console_url: str | None) -> dict[str, t.Any]:
    return {
        "job_instance_id": past.id,
        "job_instance_name": past.name,
        "job_plan_id": past.plan_id,
        "operator": past.operator,
        "launch_mode": word(LAUNCH_MODES, past.launch_mode),
        "type": word(INSTANCE_TYPES, past.type),
        "status": word(STATUSES, past.status_code),
        "status_code": past.status_code,
        "created_at": past.created_at,
        "started_at": past.started_at,
        "ended_at": past.ended_at,
        "total_seconds": past.total_seconds,
        "job_instance_url": page_of(console_url, past.id),
    }
