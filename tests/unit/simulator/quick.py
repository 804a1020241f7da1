# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of quick jobs share: requests that succeed, and how their instances go on."""

from __future__ import annotations

import base64
import typing as t

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client

CLEAN, REPORT, DRAFT_ONLY, FOREIGN, SHARED = (
    "0123456789abcdef0123456789abcdef",
    "fedcba9876543210fedcba9876543210",
    "00000000000000000000000000000bad",
    "0000000000000000000000000000e15e",
    "000000000000000000000000000000a1",
)


def encoded(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode()


#: A quick script on hosts 101 and 102.
SCRIPT: dict[str, t.Any] = {
    "task_name": "hello",
    "script_content": encoded("echo hello\n"),
    "script_language": 1,
    "account_alias": "root",
    "target_server": {"host_id_list": [101, 102]},
}


def script(**changes: t.Any) -> dict[str, t.Any]:
    """The request of a quick script with changes; a key whose value is `...` is left out."""
    return only_given({**SCRIPT, **changes})


def only_given(fields: dict[str, t.Any]) -> dict[str, t.Any]:
    """The fields without those whose value is `...`."""
    return {key: value for key, value in fields.items() if value is not ...}


#: A file of host 103 for hosts 101 and 102.
TRANSFER: dict[str, t.Any] = {
    "task_name": "copy",
    "account_alias": "root",
    "target_server": {"host_id_list": [101, 102]},
    "file_target_path": "/data",
    "file_source_list": [
        {"file_list": ["/tmp/a.tgz"], "account": {"alias": "app"}, "server": {"host_id_list": [103]}},
    ],
}

#: Two small files for host 101.
PUSH: dict[str, t.Any] = {
    "task_name": "push",
    "account_alias": "root",
    "target_server": {"host_id_list": [101]},
    "file_target_path": "/etc/app/",
    "file_list": [
        {"file_name": "a.conf", "content": encoded("a = 1\n")},
        {"file_name": "b.bin", "content": encoded(b"\x00\xff")},
    ],
}


def transfer(**changes: t.Any) -> dict[str, t.Any]:
    """The request of a quick transfer with changes; a key whose value is `...` is left out."""
    return only_given({**TRANSFER, **changes})


def source(**changes: t.Any) -> dict[str, t.Any]:
    """A list with one source of a quick transfer, with changes."""
    return {"file_source_list": [only_given({**TRANSFER["file_source_list"][0], **changes})]}


def push(**changes: t.Any) -> dict[str, t.Any]:
    return only_given({**PUSH, **changes})


def steps_of(client: Client, instance_id: int) -> tuple[int, int, list[tuple[int, int]]]:
    """The status of an instance, of its only step, and of the hosts of that."""
    params = {"job_instance_id": instance_id, "return_ip_result": True}
    status = client.data("get_job_instance_status", **params)
    [step] = status["step_instance_list"]
    hosts = [(host["bk_host_id"], host["status"]) for host in step["step_ip_result_list"]]
    return status["job_instance"]["status"], step["status"], hosts


def history(sim: Simulator, client: Client, **filters: t.Any) -> list[dict[str, t.Any]]:
    """The rows of the history of the last hour."""
    now = round(sim.clock.now() * 1000)
    times = {"create_time_start": now - 3600_000, "create_time_end": now + 1000}
    return client.data("get_job_instance_list", **times, **filters)["data"] or []
