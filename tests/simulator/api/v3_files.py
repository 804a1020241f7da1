# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick transfers in the v3 format: files on servers, uploaded ones, and contents in the request (Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.launch import File
from ..job.messages import INTERNAL_ERROR, JobError
from ..job.quick import ON_SERVERS, PUSHED, THIRD_PARTY, UPLOADED, AccountChoice, FileRequest, FileSource
from ..job.rolling import SOURCES
from .callback import validate_callback
from .common import Api, default_name, existing, require_ips
from .files import is_absolute, pushed
from .jackson import array, integer, is_blank, long, record, text, trim
from .v3_quick import (
    DEFAULT_TIMEOUT,
    QUICK,
    STARTED,
    account_of,
    choice_of,
    has_account,
    launched,
    rolling_of,
    start_of,
    timeout_of,
    validate_started,
)
from .v3_targets import SERVER, targets_of, validate_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

_LONGEST_FILE_NAME = 1024

_ACCOUNT: Schema = {"id": long, "name": text, "alias": text}
_SOURCE: Schema = {
    "file_list": array(text),
    "account": record(_ACCOUNT),
    "server": record(SERVER),
    "file_type": integer,
    "file_source_id": integer,
    "file_source_code": text,
}
_TRANSFER: Schema = {
    **STARTED,
    "file_source_list": array(record(_SOURCE)),
    "file_target_path": text,
    "file_target_name": text,
    "transfer_mode": integer,
    "upload_speed_limit": integer,
    "download_speed_limit": integer,
}
FILE: Schema = {"file_name": text, "content": text}
_PUSH: Schema = {**QUICK, "file_target_path": text, "file_list": array(record(FILE))}


def fast_transfer_file(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    path, server = fields.text("file_target_path"), fields.object("target_server")
    if not is_absolute(trim(path or "")):
        raise JobError(1241007, "file_target_path")
    account = account_of(fields)
    if server is None or not targets_of(server):
        raise JobError(1241004, "target_server")
    sources = existing(fields, "file_source_list")
    if not sources:
        raise JobError(1241004, "file_source_list")
    rolling = rolling_of(fields)
    if rolling is not None and rolling.type == SOURCES and any(_type(source) != ON_SERVERS for source in sources):
        raise JobError(1244035)
    for source in sources:
        _check_source(source)
    name = fields.text("task_name")
    instance = job.launch_quick(
        caller,
        FileRequest(
            name=name or default_name("File Transfer", job.clock),
            account=account,
            targets=targets_of(server),
            timeout=timeout_of(fields),
            callback_url=fields.text("callback_url"),
            start=start_of(fields),
            rolling=rolling,
            sources=tuple(_source(job, source) for source in sources),
            path=trim(path or ""),
            target_name=fields.text("file_target_name"),
            transfer_mode=fields.number("transfer_mode"),
            upload_speed_limit=fields.number("upload_speed_limit"),
            download_speed_limit=fields.number("download_speed_limit"),
        ),
    )
    return launched(instance)


def _type(source: Fields) -> int:
    kind = source.number("file_type")
    return ON_SERVERS if kind is None else kind


def _paths(source: Fields) -> list[str]:
    return [trim(path or "") for path in source.texts("file_list")]


def _check_source(source: Fields) -> None:
    kind, account, server = _type(source), source.object("account"), source.object("server")
    if kind not in (ON_SERVERS, UPLOADED, THIRD_PARTY, PUSHED):
        raise JobError(1241005, "file_source.file_type")
    if not _paths(source):
        raise JobError(1241004, "file_source.file_list")
    if kind == ON_SERVERS:
        if not all(is_absolute(path) for path in _paths(source)):
            raise JobError(1241005, "file_source.file_list")
        if account is None:
            raise JobError(1241004, "file_source.account")
        if not _source_account(account).by_id and is_blank(account.text("alias")):
            raise JobError(1241004, "file_source.account.account_id|file_source.account.account_alias")
        if server is None or not targets_of(server):
            raise JobError(1241004, "file_source.server")
    elif (
        kind == THIRD_PARTY
        and (source.number("file_source_id") or 0) <= 0
        and is_blank(source.text("file_source_code"))
    ):
        raise JobError(1241004, "file_source.file_source_id/file_source.file_source_code")


def _source(job: Job, source: Fields) -> FileSource:
    kind, paths = _type(source), _paths(source)
    if kind == UPLOADED:
        found = [job.repository.find(path) for path in paths]
        return FileSource(tuple(File(file.name, file.size, file.sha256) for file in found), kind)
    files = tuple(File(path) for path in paths)
    by_code = kind == THIRD_PARTY and source.number("file_source_id") is None
    if by_code and source.text("file_source_code") not in job.world.file_sources:
        # Job catches its own error for this (Q2).
        raise JobError(INTERNAL_ERROR)
    account, server = source.object("account"), source.object("server")
    if kind != ON_SERVERS or account is None or server is None:
        return FileSource(files, kind)
    return FileSource(files, kind, _source_account(account), targets_of(server))


def _source_account(account: Fields) -> AccountChoice:
    return AccountChoice(account.number("id"), account.text("alias"))


def push_config_file(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    """Whatever is wrong with the request, the error names nothing."""
    path, server = fields.text("file_target_path"), fields.object("target_server")
    files = existing(fields, "file_list")
    if (
        is_blank(path)
        or not has_account(fields)
        or server is None
        or not targets_of(server)
        or not files
        or any(is_blank(file.text("file_name")) or is_blank(file.text("content")) for file in files)
    ):
        raise JobError(1241002)
    require_ips(server.objects("ip_list"))
    name = fields.text("task_name")
    instance = job.launch_quick(
        caller,
        FileRequest(
            name=name or f"API_PUSH_CONFIG_FILE_{round(job.clock.now() * 1000)}",
            account=choice_of(fields),
            targets=targets_of(server),
            timeout=DEFAULT_TIMEOUT,
            callback_url=fields.text("callback_url"),
            sources=(pushed_files(job.world, files),),
            path=path or "",
        ),
    )
    return {**launched(instance), "step_instance_id": None}


def pushed_files(world: World, files: Sequence[Fields]) -> FileSource:
    """Files whose contents are in the request; Job's own machine sends them."""
    if not world.file_worker_has_agent:
        raise JobError(1244037, world.file_worker.ip)
    return FileSource(tuple(pushed(file.text("file_name") or "", file.text("content") or "") for file in files), PUSHED)


def _validate_callback(fields: Fields, _world: World) -> None:
    validate_callback(fields.text("callback_url"))


def _validate_transfer(fields: Fields, world: World) -> None:
    validate_started(fields, world)
    for source in fields.objects("file_source_list"):
        server = source.object("server") if source is not None else None
        if server is not None:
            validate_server(server)


def generate_local_file_upload_url(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    if fields.is_null("file_name_list"):
        raise JobError(1241010, "file_name_list", "fileName in file_name_list cannot be null")
    names = [name or "" for name in fields.texts("file_name_list")]
    for name in names:
        if is_blank(name) or len(name) > _LONGEST_FILE_NAME:
            what = "cannot be null or blank" if is_blank(name) else "length cannot be longer than 1024"
            raise JobError(1241010, "fileName in file_name_list", f"fileName in file_name_list {what}")
    return {"url_map": {name: job.repository.offer(caller.scope, caller.user, name) for name in names}}


APIS = {
    "fast_transfer_file": Api(fast_transfer_file, _TRANSFER, validate=_validate_transfer),
    "push_config_file": Api(push_config_file, _PUSH, validate=_validate_callback),
    "generate_local_file_upload_url": Api(
        generate_local_file_upload_url, {"file_name_list": array(text)}, service="manage", on_gateway=False
    ),
}
