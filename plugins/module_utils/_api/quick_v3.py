# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs in version 3 of Job's API: ``fast_execute_script`` and the calls beside it (quick jobs Q0, Q1)."""

from __future__ import annotations

import typing as t

from .._model.quick import DangerousLine, ScriptRow, Upload
from .call import SMALL
from .quick import ACCOUNTS, content_of, content_of_files, encoded
from .shapes import (
    Api,
    QuickVersion,
    page_of,
    read_launched,
    shape_of,
    text_of,
    text_or_none,
    whole_or_none,
)
from .v3 import server_of

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._model.quick import PushJob, QuickJob, ScriptJob, Source, TransferJob
    from .shapes import Page, Params, Row

SERVER_FILE, UPLOADED, THIRD_PARTY = 1, 2, 3  # types of sources
STRICT, FORCE = 1, 2  # whether a directory that is missing is an error, or is created
OF_A_RULE = 3  # the level of findings for which Job can refuse a script
ROLLING_TARGETS = 1  # the type of a rolling strategy for targets, and not for source files


def build_script(script: ScriptJob, shown: bool = False) -> Params:
    """The parameters of ``fast_execute_script``; ``shown``, with the script as text and secrets hidden."""
    params = job_params(script.job)
    if script.version_id is not None:
        params["script_version_id"] = script.version_id
    if script.script_id is not None:
        params["script_id"] = script.script_id
    if script.content is not None:
        params["script_language"] = script.language
    if script.interpreter:
        params["windows_interpreter"] = script.interpreter
    return {**params, **content_of(script, shown)}


def job_params(job: QuickJob) -> Params:
    """What all quick jobs have."""
    params: Params = {"task_name": job.name, "target_server": server_of(job.targets, "target_server")}
    if job.account.id is not None:
        params["account_id"] = job.account.id
    else:
        params["account_alias"] = job.account.alias
    if job.timeout is not None:
        params["timeout"] = job.timeout
    if job.rolling:
        rolling = {"type": ROLLING_TARGETS, "mode": job.rolling.mode, "expression": job.rolling.expression}
        params["rolling_config"] = rolling
    if job.callback_url:
        params["callback_url"] = job.callback_url
    if not job.start:
        params["start_task"] = False
    return params


def build_transfer(transfer: TransferJob, _shown: bool = False) -> Params:
    """The parameters of ``fast_transfer_file`` (quick jobs Q2)."""
    params = job_params(transfer.job)
    params["file_source_list"] = list(map(_source, transfer.sources))
    params["file_target_path"] = transfer.dest
    if transfer.dest_name:
        params["file_target_name"] = transfer.dest_name
    params["transfer_mode"] = FORCE if transfer.create_directories else STRICT
    limits = {"upload_speed_limit": transfer.upload_limit, "download_speed_limit": transfer.download_limit}
    return {**params, **{name: limit for name, limit in limits.items() if limit is not None}}


def _source(source: Source) -> Params:
    files: Params = {"file_list": list(source.files)}
    if source.targets:
        # By alias, since Job looks up the id of another account.
        alias = source.account.alias if source.account else None
        server = server_of(source.targets, "sources")
        return {**files, "file_type": SERVER_FILE, "account": {"alias": alias}, "server": server}
    if source.third_party is None:
        return {**files, "file_type": UPLOADED}
    key = "file_source_id" if isinstance(source.third_party, int) else "file_source_code"
    return {**files, "file_type": THIRD_PARTY, key: source.third_party}


def build_push(push: PushJob, shown: bool = False) -> Params:
    """The parameters of ``push_config_file`` (quick jobs Q2); ``shown``, without the contents of files."""
    return {**job_params(push.job), "file_target_path": push.dest, "file_list": content_of_files(push, shown)}


def build_upload(names: Sequence[str]) -> Params:
    """The parameters of ``generate_local_file_upload_url``."""
    return {"file_name_list": list(names)}


def read_upload(data: t.Any, names: Sequence[str]) -> dict[str, Upload]:
    """Where each file goes."""
    with shape_of("generate_local_file_upload_url"):
        places = data["url_map"]
        return {name: Upload(text_of(places[name], "upload_url"), text_of(places[name], "path")) for name in names}


def build_scripts(name: str, start: int, length: int) -> Params:
    """The parameters of ``get_script_list`` for a page of scripts whose names contain ``name`` (quick jobs Q6)."""
    return {"name": name, "start": start, "length": length}


def read_scripts(data: t.Any, _name: str, start: int, _length: int) -> Page:
    """The page of scripts."""
    with shape_of("get_script_list"):
        return page_of(data, _script, start)


def _script(row: Row) -> ScriptRow:
    return ScriptRow(
        text_of(row, "id"),
        text_of(row, "name"),
        whole_or_none(row, "script_language"),
        whole_or_none(row, "online_script_version_id"),
    )


def build_check(language: int, content: str) -> Params:
    """The parameters of ``check_script``."""
    return {"script_language": language, "content": encoded(content)}


def read_check(data: t.Any, *_script: t.Any) -> tuple[DangerousLine, ...]:
    """The lines that rules of the administrators match, and not what Job itself finds wrong with the syntax."""
    with shape_of("check_script"):
        return tuple(
            DangerousLine(
                whole_or_none(row, "line") or 0,
                text_or_none(row, "line_content") or "",
                whole_or_none(row, "level"),
                text_or_none(row, "description"),
            )
            for row in data or ()
            if row.get("level") == OF_A_RULE
        )


QUICK = QuickVersion(
    run_script=Api("fast_execute_script", build_script, read_launched, writes=True, limit=SMALL),
    transfer=Api("fast_transfer_file", build_transfer, read_launched, writes=True, limit=SMALL),
    push=Api("push_config_file", build_push, read_launched, writes=True, limit=SMALL),
    accounts=ACCOUNTS,
    # It is no write: what it returns is of no use unless a file is uploaded.
    upload=Api("generate_local_file_upload_url", build_upload, read_upload),
    scripts=Api("get_script_list", build_scripts, read_scripts),
    check_script=Api("check_script", build_check, read_check, gateway_method="POST"),
)
