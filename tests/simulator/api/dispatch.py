# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job as the gateways see it: one call in, one response body out, after the checks of every call (§3.1, §4.1)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cmdb import apis as cmdb
from ..job import crons, iam
from ..job.job import Caller
from ..job.messages import BAD_REQUEST, INTERNAL_ERROR, INVALID_SCOPE_TYPE, JobError, invalid
from ..job.world import PUBLIC, Scope
from . import jackson, v2, v3
from .jackson import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..job.job import Job
    from ..job.world import World
    from .jackson import Fields

APIS = {"v2": v2.APIS, "v3": v3.APIS}
_SCOPE_TYPES = ("biz", "biz_set", "tenant_set")


@dataclass(frozen=True)
class Call:
    """A call that a gateway accepted, of version `v2` or `v3`, or to `cmdb`.

    Job receives a JSON document (`body`), or the parameters of a GET (`query`); CMDB, a document.
    """

    version: str
    api: str
    user: str
    app: str
    language: str
    body: bytes = b""
    query: Mapping[str, str] | None = None


def respond(job: Job, call: Call) -> dict[str, Any]:
    """Job's response body, or CMDB's. Of Job's, nulls are dropped: no message on success, no data on failure (§3.1)."""
    if call.version == "cmdb":
        return cmdb.respond(job.world, call.api, call.user, call.language, call.body)
    head = {"job_request_id": uuid.uuid4().hex}
    crons.run_due(job)
    try:
        return {"code": 0, "result": True, **head, "data": _data(job, call)}
    except JobError as error:
        body = {"code": error.code, "result": False, **head, "message": error.text(call.language)}
        return {**body, "permission": error.permission} if error.permission else body


def _data(job: Job, call: Call) -> object:
    """The order is that of Job: access to the business, then the types of the whole request, then its constraints."""
    raw, unreadable = _raw(call)
    scope = _requested_scope(job.world, raw)
    if scope is not None:
        iam.require(job.world, call.user, "access_business", scope)
    if unreadable is not None:
        raise unreadable
    api = APIS[call.version][call.api]
    fields = api.read(raw)
    if call.query is None:
        if api.scoped:
            _validate_scope(fields)
        api.validate(fields, job.world)
    elif any(name not in fields for name in api.mandatory):
        raise JobError(BAD_REQUEST)
    if not api.scoped:
        return api.handle(job, Caller(call.user, call.app, scope or PUBLIC), fields)
    if scope is None or _is_half(fields):
        # A null pointer: of a query without a scope, or of an id without its type (§4.1).
        raise JobError(INTERNAL_ERROR)
    return api.handle(job, Caller(call.user, call.app, scope), fields)


def _raw(call: Call) -> tuple[Mapping[str, Any], JobError | None]:
    """The parameters before their types are checked; none, with the error, if they are no JSON object."""
    if call.query is not None:
        return call.query, None
    try:
        document = jackson.parse(call.body)
    except JobError as error:
        return {}, error
    return (document, None) if isinstance(document, dict) else ({}, JobError(BAD_REQUEST))


def _requested_scope(world: World, raw: Mapping[str, Any]) -> Scope | None:
    """The scope as the first interceptor finds it, by the text of any value; the pair wins over `bk_biz_id` (§4.1)."""
    scope_type, scope_id, biz_id = (
        jackson.as_text(raw.get(name)) or "" for name in ("bk_scope_type", "bk_scope_id", "bk_biz_id")
    )
    if not is_blank(scope_type) and not is_blank(scope_id):
        if scope_type not in _SCOPE_TYPES:
            raise JobError(1241005, "bk_scope_type")
        scope = Scope(scope_type, scope_id)
    elif not is_blank(biz_id):
        number = jackson.parse_long(biz_id)
        if number is None:
            raise JobError(INTERNAL_ERROR)
        scope = Scope("biz_set" if 8000000 <= number <= 9999999 else "biz", biz_id)
    else:
        return None
    if world.business(scope) is None:
        raise JobError(1243049)
    return scope


def _validate_scope(fields: Fields) -> None:
    """The constraints of the scope (§4.1): a pair that is given in part is not replaced by `bk_biz_id`."""
    scope_type, scope_id, biz_id = fields.text("bk_scope_type"), fields.text("bk_scope_id"), fields.number("bk_biz_id")
    by_pair = bool(scope_type or scope_id)
    if scope_type not in _SCOPE_TYPES and (biz_id is None or (by_pair and scope_type is not None)):
        raise invalid(INVALID_SCOPE_TYPE)
    if (by_pair or biz_id is None) and is_blank(scope_id):
        raise invalid("Invalid bk_scope_id")
    if not by_pair and biz_id is not None and biz_id < 1:
        raise invalid("Invalid bk_biz_id")


def _is_half(fields: Fields) -> bool:
    scope_type, scope_id = fields.text("bk_scope_type"), fields.text("bk_scope_id")
    return bool(scope_type) != bool(scope_id)
