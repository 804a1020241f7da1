# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job as the gateways see it: one call in, one response body out, after the checks of every call (§3.1, §4.1)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..job import iam
from ..job.job import Caller
from ..job.messages import BAD_REQUEST, INTERNAL_ERROR, INVALID_SCOPE_TYPE, JobError, invalid
from ..job.world import Scope
from . import v2, v3
from .jackson import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..job.job import Job
    from ..job.world import World

APIS = {"v2": v2.APIS, "v3": v3.APIS}


@dataclass(frozen=True)
class Call:
    """A call that a gateway accepted.

    `params` is None for a body that Job can't read; `by_query` means that Job receives them in a query string.
    """

    version: str
    api: str
    params: Mapping[str, Any] | None
    user: str
    app: str
    language: str
    by_query: bool = False


def respond(job: Job, call: Call) -> dict[str, Any]:
    """Job's response body. Top-level nulls are dropped: no message on success and no data on failure (§3.1)."""
    head = {"job_request_id": uuid.uuid4().hex}
    try:
        return {"code": 0, "result": True, **head, "data": _data(job, call)}
    except JobError as error:
        body = {"code": error.code, "result": False, **head, "message": error.text(call.language)}
        return {**body, "permission": error.permission} if error.permission else body


def _data(job: Job, call: Call) -> object:
    if call.params is None:
        raise JobError(BAD_REQUEST)
    fields = Fields(call.params)
    scope = _scope(job.world, fields, call.by_query)
    iam.require(job.world, call.user, "access_business", scope)
    api = APIS[call.version][call.api]
    if call.by_query and any(name not in fields for name in api.mandatory):
        raise JobError(BAD_REQUEST)
    return api.handle(job, Caller(call.user, call.app, scope), fields)


def _scope(world: World, fields: Fields, by_query: bool) -> Scope:
    scope_type, scope_id = fields.text("bk_scope_type"), fields.text("bk_scope_id")
    biz_id = fields.long("bk_biz_id")
    if scope_type or scope_id:
        if scope_type not in ("biz", "biz_set"):
            raise invalid(INVALID_SCOPE_TYPE)
        if not scope_id:
            raise invalid("Invalid bk_scope_id")
        scope = Scope(scope_type, scope_id)
    elif biz_id is not None:
        scope = Scope("biz_set" if 8000000 <= biz_id <= 9999999 else "biz", str(biz_id))
    elif by_query:
        raise JobError(INTERNAL_ERROR)
    else:
        raise invalid(INVALID_SCOPE_TYPE)
    if world.business(scope) is None:
        raise JobError(1243049)
    return scope
