# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs in version 2 of Job's API, on an ESB: ``fast_execute_script`` (quick jobs Q1)."""

from __future__ import annotations

import typing as t

from .._model.errors import InputError
from .._model.language import say
from .call import SMALL
from .quick import ACCOUNTS, content_of, content_of_files
from .shapes import Api, QuickVersion, read_launched
from .v2 import server_of

if t.TYPE_CHECKING:
    from .._model.quick import PushJob, QuickJob, ScriptJob, Source, TransferJob
    from .shapes import Params


def build_script(script: ScriptJob, shown: bool = False) -> Params:
    """The parameters of ``fast_execute_script``; ``shown``, with the script as text and secrets hidden."""
    if script.script_id is not None:
        raise InputError(say("script_id and script_name require api_version v3: API v2 runs versions of scripts only"))
    if script.interpreter:
        raise InputError(say("windows_interpreter requires api_version v3: API v2 does not support it"))
    params = job_params(script.job)
    if script.job.timeout is not None:
        params["script_timeout"] = script.job.timeout
    if script.version_id is not None:
        params["script_id"] = script.version_id
    if script.content is not None:
        params["script_type"] = script.language
    return {**params, **content_of(script, shown)}


def job_params(job: QuickJob) -> Params:
    """What all quick jobs have; raises :class:`InputError` for what v2 does not support."""
    if not job.start:
        raise InputError(say("two_phase requires api_version v3: API v2 starts every instance it creates"))
    if job.rolling:
        raise InputError(say("rolling_config requires api_version v3: API v2 runs on all hosts at once"))
    params: Params = {"task_name": job.name, "target_server": server_of(job.targets, "target_server")}
    if job.account.alias is not None:
        params["account"] = job.account.alias
    if job.callback_url:
        params["bk_callback_url"] = job.callback_url
    return params


def build_transfer(transfer: TransferJob, _shown: bool = False) -> Params:
    """The parameters of ``fast_push_file``; raises :class:`InputError` for what v2 does not support."""
    if transfer.dest_name:
        raise InputError(say("dest_name requires api_version v3: API v2 keeps the names of files"))
    if not transfer.create_directories:
        raise InputError(say("create_directories: false requires api_version v3: API v2 always creates directories"))
    params = job_params(transfer.job)
    params["file_source"] = list(map(_source, transfer.sources))
    params["file_target_path"] = transfer.dest
    limits = {
        "timeout": transfer.job.timeout,
        "upload_speed_limit": transfer.upload_limit,
        "download_speed_limit": transfer.download_limit,
    }
    return {**params, **{name: limit for name, limit in limits.items() if limit is not None}}


def _source(source: Source) -> Params:
    if not source.targets:
        raise InputError(say("file_source and file_source_id require api_version v3: API v2 takes files of hosts only"))
    alias = source.account.alias if source.account else None
    return {"files": list(source.files), "account": alias, "target_server": server_of(source.targets, "sources")}


def build_push(push: PushJob, shown: bool = False) -> Params:
    """The parameters of ``push_config_file``; ``shown``, without the contents of files. It only reads ``ip_list``."""
    if push.job.callback_url:
        raise InputError(say("callback_url requires api_version v3: API v2 has none for src and content"))
    params = job_params(push.job)
    server = params.pop("target_server")
    if server.keys() != {"ip_list"}:
        raise InputError(say("target_server requires api_version v3 for all but ip_list: API v2 only takes addresses"))
    params["ip_list"] = server["ip_list"]
    return {**params, "file_target_path": push.dest, "file_list": content_of_files(push, shown)}


QUICK = QuickVersion(
    run_script=Api("fast_execute_script", build_script, read_launched, writes=True, limit=SMALL),
    transfer=Api("fast_push_file", build_transfer, read_launched, writes=True, limit=SMALL),
    push=Api("push_config_file", build_push, read_launched, writes=True, limit=SMALL),
    accounts=ACCOUNTS,
)
