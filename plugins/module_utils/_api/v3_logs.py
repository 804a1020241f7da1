# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs as version 3 of Job's API asks for them and tells them; those of file steps become text (§6.6, §9)."""

from __future__ import annotations

import typing as t

from .._model.instance import HostLog
from .common import host_key, shape_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._model.instance import HostKey

    Params = dict[str, t.Any]

MOST_HOSTS = 500  # of one call; the server refuses more
MODES = {0: "upload", 1: "download"}
FILE_STATUSES = {0: "pulling", 1: "waiting", 2: "uploading", 3: "downloading", 4: "finished", 5: "failed"}


def batch_log_params(hosts: Sequence[HostKey]) -> Params:
    """The hosts of a call for many: by id for servers from 3.7 on, by address for the older, which know no id (§11)."""
    addresses = [{"bk_cloud_id": host.bk_cloud_id, "ip": host.ip} for host in hosts if host.ip]
    params: Params = {"ip_list": addresses} if addresses else {}
    # The ids win where they are understood: a host without one would be left out.
    if all(host.bk_host_id for host in hosts):
        params["host_id_list"] = [host.bk_host_id for host in hosts]
    return params


def log_params(host: HostKey) -> Params:
    """The host of a call for one, in both ways as well."""
    params: Params = {"bk_cloud_id": host.bk_cloud_id, "ip": host.ip} if host.ip else {}
    if host.bk_host_id:
        params["bk_host_id"] = host.bk_host_id
    return params


def read_batch_log(step_id: int, data: t.Any) -> Iterator[HostLog]:
    """The logs in the answer for many, in no order; hosts without one are missing."""
    with shape_of("batch_get_job_instance_ip_log"):
        for row in data.get("script_task_logs") or ():
            yield HostLog(step_id, host_key(row), row.get("log_content"))
        for row in data.get("file_task_logs") or ():
            yield HostLog(step_id, host_key(row), file_log(row.get("file_logs") or ()))


def read_log(step_id: int, host: HostKey, data: t.Any) -> Iterator[HostLog]:
    """The log in the answer for one, which only echoes the host."""
    with shape_of("get_job_instance_ip_log"):
        content = data.get("log_content")
        yield HostLog(step_id, host, file_log(data.get("file_logs") or ()) if content is None else content)


def file_log(entries: Sequence[Mapping[str, t.Any]]) -> str | None:
    """The entries of a file step as text, each with a line of its own and what Job wrote of it; None without any."""
    return "".join(map(_file, entries)) or None


def _file(entry: Mapping[str, t.Any]) -> str:
    status = FILE_STATUSES.get(entry.get("status", -1), "unknown")
    words = [MODES.get(entry.get("mode", -1), "transfer"), _place(entry.get("src_ip"), entry.get("src_path"))]
    if entry.get("dest_path"):
        words += ["->", _place(entry.get("dest_ip"), entry["dest_path"])]
    # The last three are told since 3.8.6, and never by the call for one host.
    words += [status, *(entry[key] for key in ("size", "speed", "process") if entry.get(key))]
    text = (entry.get("log_content") or "").rstrip("\n")
    return " ".join(words) + (f"\n{text}\n" if text else "\n")


def _place(host: Mapping[str, t.Any] | None, path: str | None) -> str:
    """Where a file is; newer servers may know no more than the id of the host (§6.6)."""
    key = host_key(host or {})
    name = key.ip or (f"host {key.bk_host_id}" if key.bk_host_id else "")
    area = f"{key.bk_cloud_id}:" if key.bk_cloud_id and key.ip else ""
    return f"{area}{name}:{path or ''}" if name else path or ""
