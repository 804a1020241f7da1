# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending files to hosts: read the options, upload what is large, launch once, wait."""

from __future__ import annotations

import os
import re
import stat
import typing as t

from .._api.quick import LONGEST_SHOWN
from .._follow.options import OPTIONS as FOLLOW_OPTIONS
from .._follow.options import pace_of
from .._launch.candidates import FILE
from .._launch.places import refuse_defects
from .._model.errors import InputError, RefusedError, UnclearError
from .._model.language import foreign, say
from .._model.quick import Account, LocalFile, PushJob, Source, TransferJob
from .._options.spec import Options
from .._options.targets import KEYS, read_targets
from .._options.targets import TABLE as TARGET_TABLE
from .options import ENCRYPTED, as_version_takes, exactly_one, is_utf8, read_job, with_aliases
from .options import OPTIONS as QUICK_OPTIONS
from .run import quick_apis, run_quick

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._api.shapes import QuickVersion
    from .._follow.poll import Pace
    from .._model.quick import QuickJob
    from .._task.task import Task
    from .report import TransferReport

KINDS = ("sources", "src", "content")
OPTIONS = (
    QUICK_OPTIONS
    + FOLLOW_OPTIONS
    + Options(
        {
            "sources": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "files": {"type": "list", "elements": "str", "required": True},
                    "account": {"type": "str"},
                    "account_id": {"type": "int"},
                    "target_server": {"type": "dict", "options": TARGET_TABLE},
                    "file_source": {"type": "str"},
                    "file_source_id": {"type": "int"},
                },
            },
            "src": {"type": "list", "elements": "path"},
            "content": {"type": "str", "may_be_secret": True},
            "sensitive_content": {"type": "bool", "default": False},
            "file_name": {"type": "str"},
            "dest": {"type": "str", "required": True},
            "dest_name": {"type": "str"},
            "create_directories": {"type": "bool", "default": True},
            "upload_speed_limit": {"type": "int"},
            "download_speed_limit": {"type": "int"},
            "logs": {"type": "str", "choices": ["none", "failed", "all"], "default": "all"},
        }
    )
)
MOST_PUSHED = 1_800_000  # bytes that fit into a request to an ESB (quick jobs Q0)
# What Job takes for an absolute path, or for one that its variables complete (quick jobs Q2).
ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|.*(?:\$\{|\[DATE:|\[FILESRCIP\])", re.DOTALL)
ABSOLUTE_SOURCE = re.compile(r"/|[A-Za-z]:[\\/]")


def transfer_files(task: Task, report: TransferReport) -> None:
    """Send the files once, and note at every moment what is known of it."""
    params = task.params
    if not params["sensitive_content"]:
        task.hidden = frozenset()
    task.secrets.add(secret_text(params))
    kind = _kind(params)
    pace, job = pace_of(params), read_job(params, "Ansible file transfer")
    report.is_about(job.name)
    apis = quick_apis(params["api_version"])
    files = tuple(_local_files(params, kind))
    if task.diff_mode and kind == "content" and not params["sensitive_content"]:
        report.compare(params["content"])
    if files and sum(file.size for file in files) <= MOST_PUSHED:
        _push(task, report, apis, PushJob(job, files, params["dest"], params["sensitive_content"]), pace)
    else:
        _transfer(task, report, apis, _transfer_job(params, job, _sources(params, files)), pace, files)


def _push(task: Task, report: TransferReport, apis: QuickVersion, push: PushJob, pace: Pace) -> None:
    """Send files of this machine within the request."""
    _refuse_unsupported(task.params)
    report.will_send(task.job.preview(apis.push, push, True))
    task.job.connect()
    push = push._replace(job=as_version_takes(task, apis, push.job))
    report.will_send(task.job.preview(apis.push, push, True))
    refuse_defects(task, report, [("target_server", push.job.targets)])
    if task.check_mode:
        report.would_launch()
        return
    run_quick(task, report, apis.push, push, FILE, pace)


def _transfer(
    task: Task,
    report: TransferReport,
    apis: QuickVersion,
    transfer: TransferJob,
    pace: Pace,
    files: tuple[LocalFile, ...],
) -> None:
    """Send files of hosts or third-party sources, or ``files`` of this machine, which are uploaded first."""
    report.will_send(task.job.preview(apis.transfer, transfer, True))
    task.job.connect()
    transfer = _with_aliases(task, apis, transfer)
    report.will_send(task.job.preview(apis.transfer, transfer, True))
    named = [
        (f"sources[{index}].target_server", source.targets)
        for index, source in enumerate(transfer.sources)
        if source.targets
    ]
    refuse_defects(task, report, [("target_server", transfer.job.targets), *named])
    if task.check_mode:
        report.would_launch()
        return
    if files:
        transfer = transfer._replace(sources=(Source(_upload(task, apis, files)),))
        report.will_send(task.job.preview(apis.transfer, transfer, True))
    run_quick(task, report, apis.transfer, transfer, FILE, pace)


# Reading the options


def secret_text(params: Mapping[str, t.Any]) -> str | None:
    """The text that must be masked wherever it occurs; None for a long one, whose every line would be searched for."""
    text = params["content"] if params["sensitive_content"] else None
    return text if len(text or "") <= LONGEST_SHOWN else None


def _kind(params: Mapping[str, t.Any]) -> str:
    """Which of the options says what to send; raises :class:`InputError` for what can't be, whatever it is."""
    given = [name for name in KINDS if params[name] not in (None, "", [], [""])]
    if params["content"] == "" and not given:
        raise InputError(say("content is empty, and Job sends no empty files"))
    if len(given) != 1:
        raise InputError(exactly_one(KINDS, given))
    if given[0] == "content" and not is_utf8(params["content"]):
        raise InputError(say("content is not UTF-8"))
    if given[0] == "content" and not params["file_name"]:
        raise InputError(say("content requires file_name"))
    if not ABSOLUTE.match(params["dest"]):
        raise InputError(say("dest must be an absolute directory, not {dest!r}", dest=params["dest"]))
    for name in ("upload_speed_limit", "download_speed_limit"):
        if params[name] is not None and params[name] < 1:
            raise InputError(say("{name} must be at least 1 (MB per second)", name=name))
    for name in ("file_name", "dest_name"):
        if params[name] and not _is_name(params[name]):
            raise InputError(
                say("{name} must be a name without directories, not {value!r}", name=name, value=params[name])
            )
    if params["file_name"] and given[0] != "content":
        raise InputError(say("file_name is for content; dest_name renames a file"))
    return given[0]


def _is_name(name: str) -> bool:
    """Whether it is the name of a file; to Job, a backslash separates directories as well (quick jobs Q2)."""
    return not re.search(r"[/\\]", name) and name.strip() not in ("", ".", "..")


def _sources(params: Mapping[str, t.Any], files: tuple[LocalFile, ...]) -> tuple[Source, ...]:
    """The sources of a transfer: those of the options, or the ``files`` to upload, by their names for now."""
    if files:
        _refuse_upload(params, sum(file.size for file in files))
        return (Source(tuple(file.name for file in files)),)
    defects: list[str] = []
    sources = tuple(_source(entry, f"sources[{index}]", defects) for index, entry in enumerate(params["sources"]))
    paths = [path for source in sources for path in source.files]
    if params["dest_name"] and (len(paths) > 1 or any(re.search(r"[*]|REGEX:|/$", path) for path in paths)):
        defects.append(say("dest_name requires a single file"))
    if defects:
        raise InputError(say("; ").join(defects))
    return sources


def _refuse_upload(params: Mapping[str, t.Any], size: int) -> None:
    if params["gateway"] == "apigw" or params["api_version"] == "v2":
        raise InputError(
            say(
                "{size} bytes are more than the {limit} that fit into a request, and uploads need gateway esb "
                "and api_version v3. Put the files on a host, and use sources",
                size=size,
                limit=MOST_PUSHED,
            )
        )


def _transfer_job(params: Mapping[str, t.Any], job: QuickJob, sources: tuple[Source, ...]) -> TransferJob:
    return TransferJob(
        job,
        sources,
        params["dest"],
        # A file of this machine is uploaded under its new name.
        (params["dest_name"] or None) if params["sources"] else None,
        params["create_directories"],
        params["upload_speed_limit"],
        params["download_speed_limit"],
    )


def _source(entry: Mapping[str, t.Any], at: str, defects: list[str]) -> Source:
    """One of ``sources``; what is wrong with it is added to ``defects``."""
    files = tuple(entry["files"])
    account, account_id = entry["account"] or None, entry["account_id"]
    third_party = [value for value in (entry["file_source_id"], entry["file_source"] or None) if value is not None]
    if not files:
        defects.append(say("{at}.files is empty", at=at))
    if third_party:
        if account or account_id is not None or entry["target_server"] or len(third_party) > 1:
            defects.append(
                say("{at} requires either target_server with an account, or one of file_source, file_source_id", at=at)
            )
        return Source(files, third_party=third_party[0])
    defects += [
        say("{at}.files: {file} is not an absolute path", at=at, file=file)
        for file in files
        if not ABSOLUTE_SOURCE.match(file)
    ]
    if (account is None) == (account_id is None):
        defects.append(say("{at} requires exactly one of account, account_id", at=at))
    server = entry["target_server"] or {}
    before = len(defects)
    targets = read_targets(server, f"{at}.target_server", defects, server.get("bk_cloud_id"))
    if not targets and len(defects) == before:
        keys = say(", ").join(KEYS)
        defects.append(say("{at}.target_server has no host: at least one of {keys} is required", at=at, keys=keys))
    return Source(files, Account(account, account_id), targets)


def _local_files(params: Mapping[str, t.Any], kind: str) -> Iterator[LocalFile]:
    """The files of this machine; raises :class:`InputError` for one that can't be sent."""
    if kind == "content":
        text = params["content"]
        name = params["dest_name"] or params["file_name"]
        yield LocalFile(name, len(text.encode("utf-8", "surrogatepass")), text=text)
    elif kind == "src":
        if params["dest_name"] and len(params["src"]) > 1:
            raise InputError(say("dest_name requires a single file"))
        names: dict[str, str] = {}
        for path in params["src"]:
            name = params["dest_name"] or os.path.basename(path)
            if "\\" in name:
                raise InputError(
                    say(
                        "src {path}: Job would remove what precedes the backslash in its name; dest_name renames it",
                        path=path,
                    )
                )
            if name in names:
                raise InputError(
                    say(
                        "src {first} and {second} have the same name, {name}", first=names[name], second=path, name=name
                    )
                )
            names[name] = path
            yield LocalFile(name, _size(path), path)


def read_text(paths: list[str]) -> tuple[str, str]:
    """Name and text of the only file, for a host that does not have it; raises :class:`InputError`."""
    if len(paths) != 1:
        raise InputError(
            say("src: only one file can be sent from a host that is not the controller; use several tasks")
        )
    (path,) = paths
    if _size(path) > MOST_PUSHED:
        raise InputError(
            say(
                "src {path} has more than {limit} bytes, which only the controller can send",
                path=path,
                limit=MOST_PUSHED,
            )
        )
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return os.path.basename(path), file.read()
    except OSError as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError:
        raise InputError(say("src {path} is not UTF-8, and only the controller can send it", path=path)) from None


def _size(path: str) -> int:
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode):
            raise InputError(say("src {path} is not a file", path=path))
        with open(path, "rb") as file:
            beginning = file.read(len(ENCRYPTED))
    except OSError as error:
        raise _unreadable(path, error) from None
    if not state.st_size:
        raise InputError(say("src {path} is empty, and Job sends no empty files", path=path))
    if beginning == ENCRYPTED:
        # Decrypted, it would be sent like any other file, and nothing would show that it is secret.
        raise InputError(
            say("src {path} is encrypted by Ansible Vault; pass secrets in content with sensitive_content", path=path)
        )
    return state.st_size


def _unreadable(path: str, error: OSError) -> InputError:
    reason = foreign(error.strerror or error)
    return InputError(say("src {path} cannot be read: {reason}", path=path, reason=reason))


def _refuse_unsupported(params: Mapping[str, t.Any]) -> None:
    """Raise :class:`InputError` for options that ``push_config_file`` has no field for."""
    given = [name for name in ("job_timeout", "upload_speed_limit", "download_speed_limit") if params[name] is not None]
    given += [name for name in ("two_phase", "rolling_config") if params[name]]
    given += [] if params["create_directories"] else ["create_directories: false"]
    if given:
        names = say(", ").join(given)
        raise InputError(
            say(
                "{names}: Job does not support this for src and content of up to {limit} bytes, which are sent within "
                "the request; use sources",
                names=names,
                limit=MOST_PUSHED,
            )
        )


# What Job knows


def _with_aliases(task: Task, apis: QuickVersion, transfer: TransferJob) -> TransferJob:
    """The transfer with aliases of accounts: Job confuses ids of sources with the one of the target (Q2)."""
    job, takes_id = transfer.job, task.params["api_version"] == "v3"
    accounts = [None if takes_id else job.account, *(source.account for source in transfer.sources)]
    own, *others = with_aliases(task, apis, accounts)
    sources = tuple(source._replace(account=account) for source, account in zip(transfer.sources, others))
    return transfer._replace(job=job._replace(account=own or job.account), sources=sources)


def _upload(task: Task, apis: QuickVersion, files: tuple[LocalFile, ...]) -> tuple[str, ...]:
    """Upload the files, and return where Job finds them; raises :class:`RefusedError`, as nothing was launched."""
    names = [file.name for file in files]
    try:
        places = task.job.call(t.cast("t.Any", apis.upload), names)
    except UnclearError as error:
        raise RefusedError(
            say("no URL for the upload: {reason}", reason=error.message), kind=error.kind, hint=error.hint
        ) from None
    for file in files:
        task.job.upload(places[file.name], file)
    return tuple(places[name].path for name in names)
