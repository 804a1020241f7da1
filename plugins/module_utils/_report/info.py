# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``bk_job_instance_info`` returns: one instance, or a row for each instance of the history."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.instance import INSTANCE_TYPES, LAUNCH_MODES, STATUSES, word
from .._model.language import say
from .instance import Report, page_of
from .sentences import named

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._model.instance import Instance, PastInstance


@dataclass
class InfoReport(Report):
    """The keys of one instance, null for a list; and ``instances``, null for one instance.

    ``outcome`` is the instance's own, and does not fail the task.
    """

    instances: list[dict[str, t.Any]] | None = None

    @property
    def failed(self) -> bool:
        return self.error is not None

    def one(self, instance: Instance) -> None:
        """Return one instance."""
        self.see(instance)
        self.outcome = instance.outcome
        self.msg = say("The status of {instance} is {status}.", instance=named(self), status=self.status)

    def many(self, instances: Sequence[PastInstance], limit: int, console_url: str | None) -> None:
        """Return the instances, of which at most ``limit`` were requested."""
        self.sent()
        self.instances = [instance_row(instance, console_url) for instance in instances]
        count = len(instances)
        self.msg = say("1 instance found.") if count == 1 else say("{number} instances found.", number=count)
        if count == limit:
            self.msg = (
                say("1 instance found; increase limit to get more.")
                if count == 1
                else say("The newest {number} instances found; increase limit to get more.", number=count)
            )


def instance_row(past: PastInstance, console_url: str | None) -> dict[str, t.Any]:
    """An instance of the history as it is returned."""
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
