# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the v2 and v3 APIs have in common: how an API is registered, and parts of requests and responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from ..job.messages import JobError

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.world import Scope, World
    from .jackson import Fields

_INVALID_PARAMETERS = 1241002
_MISSING_OR_INVALID = 1241007

# Final statuses, as the server counts them since 3.5 (§5.1).
_FINISHED = frozenset({3, 4, 5, 6, 8, 9, 11, 13, 14})

#: Task type of everything launched here: a plan (§5.2).
PLAN = 0


@dataclass(frozen=True)
class Api:
    """One API. The API gateway accepts `method` only; `mandatory` are the query parameters its GET requires (§3.2)."""

    handle: Callable[[Job, Caller, Fields], object]
    method: str = "POST"
    mandatory: tuple[str, ...] = ()


def positive(fields: Fields, name: str) -> int:
    """A required id of a query (§6.4)."""
    value = fields.long(name)
    if value is None or value <= 0:
        raise JobError(_MISSING_OR_INVALID, name)
    return value


def operation_numbers(fields: Fields, *names: str) -> list[int]:
    """The required numbers of an operation; the error does not name the invalid one (§6.9)."""
    values = [fields.long(name) for name in names]
    if any(value is None or value <= 0 for value in values):
        raise JobError(_INVALID_PARAMETERS)
    return [value for value in values if value is not None]


def scope_keys(scope: Scope) -> dict[str, Any]:
    return {"bk_biz_id": int(scope.id), "bk_scope_type": scope.type, "bk_scope_id": scope.id}


def finished(world: World, status: int) -> bool:
    return status not in (1, 2) if world.old_finished else status in _FINISHED
