# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs in the v2 format: scripts (Q1) and files (Q2). They start at once, without rolling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.launch import File
from ..job.library import ENDINGS
from ..job.messages import JobError, invalid
from ..job.plans import Targets
from ..job.quick import AccountChoice, FileRequest, FileSource, ScriptRequest
from .callback import validate_callback
from .common import Api, decoded_text, default_name, existing, require_ips
from .files import is_absolute
from .jackson import array, integer, is_blank, long, record, text
from .v2_targets import TARGETS, addresses, ips_of, no_targets, targets_of
from .v3_files import FILE, pushed_files
from .v3_quick import DEFAULT_TIMEOUT, validate_script_fields

if TYPE_CHECKING:
    from ..job.instance import Instance
    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

_LONGEST_TIMEOUT = 259_200

_QUICK: Schema = {**TARGETS, "task_name": text, "account": text, "bk_callback_url": text}
_SCRIPT: Schema = {
    **_QUICK,
    "script_content": text,
    "script_type": integer,
    "script_param": text,
    "script_id": long,
    "is_param_sensitive": integer,
    "script_timeout": integer,
}
_SOURCE: Schema = {**TARGETS, "file_type": integer, "file_source_id": integer, "files": array(text), "account": text}
_TRANSFER: Schema = {
    **_QUICK,
    "file_source": array(record(_SOURCE)),
    "file_target_path": text,
    "timeout": integer,
    "upload_speed_limit": integer,
    "download_speed_limit": integer,
}
_PUSH: Schema = {**_QUICK, "file_target_path": text, "file_list": array(record(FILE))}


def fast_execute_script(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    version_id, content = fields.number("script_id"), fields.text("script_content")
    if version_id is not None:
        if version_id < 1:
            raise JobError(1241005, "script_id")
    elif fields.number("script_type") not in ENDINGS:
        raise JobError(1241005, "script_type")
    elif is_blank(content):
        raise JobError(1241005, "script_content")
    if no_targets(fields):
        raise JobError(1241007, "ip_list|custom_query_id|target_server")
    if is_blank(fields.text("account")):
        raise JobError(1241004, "account")
    require_ips(ips_of(fields))
    name, parameters = fields.text("task_name"), decoded_text(fields.text("script_param"))
    instance = job.launch_quick(
        caller,
        ScriptRequest(
            name=default_name("Script Execution", job.clock) if name is None or is_blank(name) else name,
            account=_account(job, caller, fields),
            targets=targets_of(fields),
            timeout=_timeout(fields, "script_timeout"),
            callback_url=fields.text("bk_callback_url"),
            version_id=version_id,
            content=decoded_text(content),
            language=fields.number("script_type"),
            parameters=parameters.replace("\n", " ") if parameters else None,
            sensitive=fields.number("is_param_sensitive") == 1,
        ),
    )
    return _launched(instance)


def fast_push_file(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Files on servers only: the types of sources are not read."""
    path = fields.text("file_target_path")
    if not is_absolute(path):
        raise JobError(1241007, "file_target_path")
    if is_blank(fields.text("account")):
        raise JobError(1241004, "account")
    sources = existing(fields, "file_source")
    if not sources:
        raise JobError(1241004, "file_source")
    for source in sources:
        _check_source(source)
    if no_targets(fields):
        raise JobError(1241004, "ip_list|custom_query_id|target_servers")
    require_ips([*ips_of(fields), *(ip for source in sources for ip in ips_of(source))])
    account = _account(job, caller, fields)
    instance = job.launch_quick(
        caller,
        FileRequest(
            name=fields.text("task_name") or default_name("File Transfer", job.clock),
            account=account,
            targets=targets_of(fields),
            timeout=_timeout(fields, "timeout"),
            callback_url=fields.text("bk_callback_url"),
            sources=tuple(_source(job, caller, source) for source in sources),
            path=path or "",
            upload_speed_limit=fields.number("upload_speed_limit"),
            download_speed_limit=fields.number("download_speed_limit"),
        ),
    )
    return _launched(instance)


def _check_source(source: Fields) -> None:
    files = source.texts("files")
    if not files:
        raise JobError(1241004, "file_source.files")
    if not all(is_absolute(file) for file in files):
        raise JobError(1241005, "file_source.files")
    if not source.text("account"):
        raise JobError(1241004, "file_source.account")
    if no_targets(source):
        raise JobError(1241004, "file_source.ip_list|file_source.custom_query_id|file_source.target_servers")


def _source(job: Job, caller: Caller, source: Fields) -> FileSource:
    """The defect of v3 does not matter here: ids of accounts have been looked up before."""
    files = tuple(File(file or "") for file in source.texts("files"))
    return FileSource(files, account=_account(job, caller, source), hosts=targets_of(source))


def push_config_file(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Unlike in v3, errors name the field. Hosts are read from `ip_list` only, and there is no callback."""
    path, files = fields.text("file_target_path"), existing(fields, "file_list")
    if is_blank(path):
        raise JobError(1241007, "file_target_path")
    if is_blank(fields.text("account")):
        raise JobError(1241007, "account")
    if not fields.objects("ip_list"):
        raise JobError(1241007, "ip_list")
    if not files:
        raise JobError(1241007, "file_list")
    for file in files:
        for key in ("file_name", "content"):
            if is_blank(file.text(key)):
                raise JobError(1241005, f"file_list.{key}")
    require_ips(ips_of(fields))
    account = _account(job, caller, fields)
    instance = job.launch_quick(
        caller,
        FileRequest(
            name=fields.text("task_name") or f"API_PUSH_CONFIG_FILE_{round(job.clock.now() * 1000)}",
            account=account,
            targets=Targets(ips=addresses(fields)),
            timeout=DEFAULT_TIMEOUT,
            sources=(pushed_files(job.world, files),),
            path=path or "",
        ),
    )
    return _launched(instance)


def _account(job: Job, caller: Caller, fields: Fields) -> AccountChoice:
    """v2 looks accounts up by alias, before all checks of the launch."""
    return AccountChoice(AccountChoice(alias=fields.text("account")).find(job.world, caller.scope).id)


def _timeout(fields: Fields, name: str) -> int:
    timeout = fields.number(name)
    return DEFAULT_TIMEOUT if timeout is None else timeout


def _launched(instance: Instance) -> dict[str, Any]:
    return {"job_instance_id": instance.id, "job_instance_name": instance.plan.name}


def _validate_script(fields: Fields, _world: World) -> None:
    _validate_timeout(fields, "script_timeout")
    validate_script_fields(fields)
    validate_callback(fields.text("bk_callback_url"))


def _validate_transfer(fields: Fields, _world: World) -> None:
    _validate_timeout(fields, "timeout")
    validate_callback(fields.text("bk_callback_url"))


def _validate_timeout(fields: Fields, name: str) -> None:
    """v2 does not know the administrator's own limit."""
    timeout = fields.number(name)
    if timeout is not None and not 1 <= timeout <= _LONGEST_TIMEOUT:
        raise invalid(f"Job timeout must be between 1 and {_LONGEST_TIMEOUT}")


APIS = {
    "fast_execute_script": Api(fast_execute_script, _SCRIPT, validate=_validate_script),
    "fast_push_file": Api(fast_push_file, _TRANSFER, validate=_validate_transfer),
    "push_config_file": Api(push_config_file, _PUSH),
}
