# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and the script library in the v3 format (Q1, Q6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job import iam
from ..job.library import DATABASE, ENDINGS, SYSTEM, check
from ..job.messages import JobError, invalid
from ..job.quick import existing_version
from ..job.world import collated
from .common import Api, decoded_text, like, paging, scope_keys
from .jackson import boolean, integer, is_blank, long, text

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.library import Account, Script, ScriptVersion
    from ..job.world import World
    from .jackson import Fields, Schema

# The creation of everything in the library; nothing here is ever changed.
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


def get_script_list(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Scripts with drafts only are listed too, without an online version (Q6)."""
    name, language = fields.text("name"), fields.number("script_language") or 0
    if language > 0 and language not in ENDINGS:
        raise JobError(1241005, "type")
    found = [
        script
        for script in job.world.scripts
        if script.scope == caller.scope
        and (is_blank(name) or like(name or "", script.name))
        and (language <= 0 or script.language == language)
    ]
    return _page(fields, [_script(script) for script in found])


def get_script_version_list(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """The versions of a script, without their content unless requested; an unknown script has none."""
    script_id = fields.text("script_id") or ""
    if is_blank(script_id):
        raise JobError(1241005, "script_id")
    script = _own(job, caller, job.world.script(script_id))
    _require_view(job, caller, script_id, script)
    rows = [_version(script, version) for version in script.versions] if script else []
    if not fields.boolean("return_script_content"):
        rows = [{**row, "content": None} for row in rows]
    return _page(fields, rows)


def get_script_version_detail(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """A version by its id, which wins, or by script and label. The permission is only checked for an id."""
    version_id, script_id, label = fields.number("id"), fields.text("script_id"), fields.text("version")
    if version_id is not None and version_id > 0:
        script, version = existing_version(caller.scope, job.world.script_version(version_id))
        _require_view(job, caller, script.id, script)
        return _version(script, version)
    for name, value in (("script_id", script_id), ("version", label)):
        if is_blank(value):
            raise JobError(1241005, name)
    named = job.world.script(script_id or "")
    versions = [(named, version) for version in named.versions if version.version == label] if named else []
    return _version(*existing_version(caller.scope, versions[0] if versions else None))


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


def _own(job: Job, caller: Caller, script: Script | None) -> Script | None:
    return script if script is not None and script.scope == caller.scope else None


def _require_view(job: Job, caller: Caller, script_id: str, script: Script | None) -> None:
    name = script.name if script else None
    resource = iam.Resource("script", "Script", script_id, name)
    iam.require(job.world, caller.user, "view_script", caller.scope, resource)


def _page(fields: Fields, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page beyond the end has a total of 0 (`EsbPageDataV3.from`)."""
    start, length = paging(fields)
    page = rows[start : start + length]
    return {"start": start, "length": length, "total": len(rows) if page else 0, "data": page}


def _script(script: Script) -> dict[str, Any]:
    online = script.online()
    return {
        **scope_keys(script.scope),
        "id": script.id,
        "name": script.name,
        "script_language": script.language,
        **_CREATED,
        **_MODIFIED,
        "online_script_version_id": online.id if online else None,
        "description": script.description,
    }


def _version(script: Script, version: ScriptVersion) -> dict[str, Any]:
    return {
        **scope_keys(script.scope),
        "id": version.id,
        "script_id": script.id,
        "name": script.name,
        "version": version.version,
        "content": version.content,
        "status": version.status,
        "version_desc": version.description,
        **_CREATED,
        **_MODIFIED,
        "script_language": script.language,
        "description": script.description,
    }


_ACCOUNTS: Schema = {"category": integer, "account": text, "alias": text}
_SCRIPTS: Schema = {"name": text, "script_language": integer}
_VERSIONS: Schema = {"script_id": text, "return_script_content": boolean}
_DETAIL: Schema = {"id": long, "script_id": text, "version": text}
_CHECK: Schema = {"script_language": integer, "content": text}

APIS = {
    "get_account_list": Api(get_account_list, _ACCOUNTS, "GET", validate=_validate_accounts, service="manage"),
    "get_script_list": Api(get_script_list, _SCRIPTS, "GET", service="manage"),
    "get_script_version_list": Api(get_script_version_list, _VERSIONS, "GET", ("script_id",), service="manage"),
    "get_script_version_detail": Api(get_script_version_detail, _DETAIL, "GET", service="manage"),
    "check_script": Api(check_script, _CHECK, validate=_validate_check, service="manage", scoped=False),
}
