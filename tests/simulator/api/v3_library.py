# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts in the v3 format, and reading the script library, that of a business and the public one (Q1, Q6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..job import iam
from ..job.clock import milliseconds
from ..job.library import DATABASE, ENDINGS, SYSTEM, check
from ..job.messages import JobError, invalid
from ..job.scripts import existing_version, script_resource
from ..job.world import PUBLIC, collated
from .common import Api, decoded_text, like, paging, scope_keys
from .jackson import boolean, integer, is_blank, long, text

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.library import Account, Script, ScriptVersion
    from ..job.world import World
    from .jackson import Fields, Schema

# The creation of all accounts; nothing changes them.
_CREATED = {"creator": "admin", "create_time": 1605064271000}
_MODIFIED = {"last_modify_user": "admin", "last_modify_time": 1605064271000}


def get_account_list(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """All accounts of the business, whatever the user may do with them. The filters compare whole names."""
    account, alias, category = fields.text("account"), fields.text("alias"), fields.number("category")
    found = [
        one
        for one in job.world.accounts
        if one.scope == caller.scope
        and category in (None, one.category)
        and (is_blank(account) or collated(account or "") == collated(one.name or one.alias))
        and (is_blank(alias) or collated(alias or "") == collated(one.alias))
    ]
    start, length = paging(fields)
    rows = [_account(one) for one in found[start : start + length]]
    return {"start": start, "length": length, "total": len(found), "data": rows}


def _validate_accounts(fields: Fields, _world: World) -> None:
    if fields.number("category") not in (None, SYSTEM, DATABASE):
        raise invalid("Account category value is illegal")


def _account(account: Account) -> dict[str, Any]:
    return {
        **scope_keys(account.scope),
        "id": account.id,
        "account": account.name or account.alias,
        "alias": account.alias,
        "category": account.category,
        "type": account.type,
        "db_system_account_id": None,
        "os": account.os,
        **_CREATED,
        **_MODIFIED,
        "description": account.description,
    }


def get_script_list(job: Job, caller: Caller, fields: Fields, public: bool = False) -> dict[str, Any]:
    """Last modified first. Scripts with drafts only are listed too, without an online version (Q6)."""
    name, language = fields.text("name"), fields.number("script_language") or 0
    if language > 0 and language not in ENDINGS:
        raise JobError(1241005, "type")
    found = [
        script
        for script in job.world.scripts
        if script.scope == (PUBLIC if public else caller.scope)
        and (is_blank(name) or like(name or "", script.name))
        and (language <= 0 or script.language == language)
    ]
    found.sort(key=lambda script: script.modified_at, reverse=True)
    return _page(*paging(fields), [script_row(script, script.online()) for script in found])


def get_script_version_list(job: Job, caller: Caller, fields: Fields, public: bool = False) -> dict[str, Any]:
    """The versions of a script, last modified first, without their content unless requested; none of an unknown one.

    10 of them where no length is given, and as many as asked for otherwise.
    """
    script_id = fields.text("script_id") or ""
    if is_blank(script_id):
        raise JobError(1241005, "script_id")
    script = job.world.script(script_id)
    if not public:
        _require_view(job, caller, script_id, script)
    own = script is not None and script.scope == (PUBLIC if public else caller.scope)
    rows = [version_row(script, version) for version in _newest_first(script)] if script and own else []
    if not fields.boolean("return_script_content"):
        rows = [{**row, "content": None} for row in rows]
    start, length = fields.number("start") or 0, fields.number("length") or 0
    return _page(max(start, 0), length if length > 0 else _DEFAULT_VERSIONS, rows)


def _newest_first(script: Script) -> list[ScriptVersion]:
    return sorted(script.versions, key=lambda version: version.modified_at, reverse=True)


def get_script_version_detail(job: Job, caller: Caller, fields: Fields, public: bool = False) -> dict[str, Any]:
    """A version by its id, which wins, or by script and label. The permission is only checked for an id."""
    version_id, script_id, label = fields.number("id"), fields.text("script_id"), fields.text("version")
    scope = PUBLIC if public else caller.scope
    if version_id is not None and version_id > 0:
        script, version = existing_version(scope, job.world.script_version(version_id))
        if not public:
            _require_view(job, caller, script.id, script)
        return version_row(script, version)
    for name, value in (("script_id", script_id), ("version", label)):
        if is_blank(value):
            raise JobError(1241005, name)
    named = job.world.script(script_id or "")
    versions = [(named, version) for version in named.versions if version.version == label] if named else []
    return version_row(*existing_version(scope, versions[0] if versions else None))


def check_script(job: Job, caller: Caller, fields: Fields) -> list[dict[str, Any]]:
    """Needs neither a business nor a permission."""
    content = decoded_text(fields.text("content")) or ""
    return [
        {
            "line": finding.line,
            "line_content": finding.line_content,
            "match_content": finding.match_content,
            "level": finding.level,
            "description": finding.description,
        }
        for finding in check(job.world.dangerous_rules, fields.number("script_language") or 0, content)
    ]


def _validate_check(fields: Fields, _world: World) -> None:
    language = fields.number("script_language")
    if language is None:
        raise invalid("script type cannot be empty")
    if language not in ENDINGS:
        raise invalid("Illegal script type")
    if not fields.text("content"):
        raise invalid("Script content cannot be empty")


def _require_view(job: Job, caller: Caller, script_id: str, script: Script | None) -> None:
    iam.require(job.world, caller.user, "view_script", caller.scope, script_resource(script_id, script))


def _page(start: int, length: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page beyond the end has a total of 0 (`EsbPageDataV3.from`)."""
    page = rows[start : start + length]
    return {"start": start, "length": length, "total": len(rows) if page else 0, "data": page}


def script_row(script: Script, online: ScriptVersion | None) -> dict[str, Any]:
    return {
        **_scope(script),
        "id": script.id,
        "name": script.name,
        "script_language": script.language,
        **_history(script),
        "online_script_version_id": online.id if online else None,
        "description": script.description,
    }


def version_row(script: Script, version: ScriptVersion) -> dict[str, Any]:
    return {
        **_scope(script),
        "id": version.id,
        "script_id": script.id,
        "name": script.name,
        "version": version.version,
        "content": version.content,
        "status": version.status,
        "version_desc": version.description,
        **_history(version),
        "script_language": script.language,
        "description": script.description,
    }


def _scope(script: Script) -> dict[str, Any]:
    public = {"bk_biz_id": None, "bk_scope_type": None, "bk_scope_id": None}
    return public if script.scope == PUBLIC else scope_keys(script.scope)


def _history(one: Script | ScriptVersion) -> dict[str, Any]:
    return {
        "creator": one.creator,
        "create_time": milliseconds(one.created_at),
        "last_modify_user": one.modified_by,
        "last_modify_time": milliseconds(one.modified_at),
    }


_ACCOUNTS: Schema = {"category": integer, "account": text, "alias": text}
_SCRIPTS: Schema = {"name": text, "script_language": integer}
_VERSIONS: Schema = {"script_id": text, "return_script_content": boolean}
_DETAIL: Schema = {"id": long, "script_id": text, "version": text}
_DEFAULT_VERSIONS = 10
_CHECK: Schema = {"script_language": integer, "content": text}

_READS = {
    "list": (get_script_list, _SCRIPTS, ()),
    "version_list": (get_script_version_list, _VERSIONS, ("script_id",)),
    "version_detail": (get_script_version_detail, _DETAIL, ()),
}

APIS = {
    "get_account_list": Api(get_account_list, _ACCOUNTS, "GET", validate=_validate_accounts, service="manage"),
    "check_script": Api(check_script, _CHECK, validate=_validate_check, service="manage", scoped=False),
    **{
        f"get_script_{what}": Api(handle, schema, "GET", mandatory, service="manage")
        for what, (handle, schema, mandatory) in _READS.items()
    },
    **{
        f"get_public_script_{what}": Api(
            partial(handle, public=True), schema, "GET", mandatory, service="manage", scoped=False
        )
        for what, (handle, schema, mandatory) in _READS.items()
    },
}
