# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs of v2 (quick jobs Q1, Q2): what differs from v3."""

from __future__ import annotations

import typing as t

import pytest

from tests.unit.simulator.quick import encoded, only_given

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client

HOSTS = [{"bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_cloud_id": 0, "ip": " 10.0.0.2"}]


def script(**changes: t.Any) -> dict[str, t.Any]:
    base = {"script_content": encoded("echo hello\n"), "script_type": 1, "account": "root", "ip_list": HOSTS}
    return only_given({"task_name": "hello", **base, **changes})


def transfer(**changes: t.Any) -> dict[str, t.Any]:
    base = {"file_target_path": "/data", "account": "root", "ip_list": HOSTS, **source()}
    return only_given({"task_name": "copy", **base, **changes})


def source(**changes: t.Any) -> dict[str, t.Any]:
    base = {"files": ["/tmp/a.tgz"], "account": "app", "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.3"}]}
    return {"file_source": [only_given({**base, **changes})]}


def push(**changes: t.Any) -> dict[str, t.Any]:
    files = [{"file_name": "x/a.conf", "content": encoded("x")}]
    base = {"file_target_path": "/etc", "account": "root", "ip_list": HOSTS, "file_list": files}
    return only_given({"task_name": "push", **base, **changes})


# Scripts


def test_script(sim: Simulator, v2: Client) -> None:
    launched = v2.data("fast_execute_script", **script(script_timeout=60, bk_callback_url="http://x.example.com"))
    assert launched == {"job_instance_id": launched["job_instance_id"], "job_instance_name": "hello"}
    [record] = sim.launches
    assert (record.kind, record.script, record.account, record.targets) == (
        "script",
        "echo hello\n",
        "root",
        (101, 102),
    )
    assert (record.timeout, record.callback_url, record.started) == (60, "http://x.example.com", True)


def test_status_and_log(sim: Simulator, v2: Client) -> None:
    instance_id = v2.data("fast_execute_script", **script())["job_instance_id"]
    sim.clock.advance(60)
    job = v2.data("get_job_instance_status", job_instance_id=instance_id)
    assert (job["is_finished"], job["job_instance"]["status"], job["job_instance"]["bk_job_id"]) == (True, 3, -1)
    [step] = [step for block in job["blocks"] for step in block["step_instances"]]
    assert (step["name"], step["type"], step["step_id"]) == ("hello", 1, -1)
    [log] = v2.data("get_job_instance_log", job_instance_id=instance_id)
    assert [len(group["ip_logs"]) for group in log["step_results"]] == [2]


def test_script_id_is_a_version(sim: Simulator, v2: Client) -> None:
    v2.data("fast_execute_script", **script(script_id=1002, script_content=..., script_type=...))
    assert sim.launches[0].script_version_id == 1002


@pytest.mark.parametrize("given", [{"timeout": 0}, {"start_task": False}, {"rolling_config": {"expression": "x"}}])
def test_what_v2_does_not_know(sim: Simulator, v2: Client, given: dict[str, t.Any]) -> None:
    v2.data("fast_execute_script", **script(**given))
    assert (sim.launches[0].started, sim.launches[0].timeout, sim.launches[0].rolling) == (True, 7200, None)


@pytest.mark.parametrize(
    ("targets", "hosts"),
    [
        ({"target_server": {"dynamic_group_id_list": ["blo8gojho0skft7pr5q0"]}}, (101, 102)),
        ({"ip_list": ..., "custom_query_id": ["blo8gojho0skft7pr5q0"]}, (101, 102)),
        ({"target_server": {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.3"}]}}, (103,)),
    ],
)
def test_targets(sim: Simulator, v2: Client, targets: dict[str, t.Any], hosts: tuple[int, ...]) -> None:
    v2.data("fast_execute_script", **script(**targets))
    assert sim.launches[0].targets == hosts


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"script_timeout": 0}, (1240003, "Job timeout must be between 1 and 259200")),
        ({"script_id": 0}, (1241005, "Invalid request parameter [script_id]")),
        ({"script_type": ...}, (1241005, "Invalid request parameter [script_type]")),
        ({"script_content": ...}, (1241005, "Invalid request parameter [script_content]")),
        ({"ip_list": ...}, (1241007, "Missing or invalid request parameter [ip_list|custom_query_id|target_server]")),
        ({"account": ...}, (1241004, "Missing request parameter [account]")),
        # The account is looked up before the script.
        ({"account": "nobody", "script_id": 1}, (1244003, "Account [{0}] does not exist")),
        ({"script_id": 1}, (1243001, "Script not exist")),
        ({"ip_list": ..., "target_server": {}}, (1244028, "Step [hello] target execute object is empty")),
        ({"ip_list": [{"bk_cloud_id": 0}]}, (1240002, "Internal Server Error")),
    ],
)
def test_refused_scripts(v2: Client, changes: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert v2.refusal("fast_execute_script", **script(**changes)) == refusal


# Files


def test_transfer(sim: Simulator, v2: Client) -> None:
    launched = v2.data("fast_push_file", **transfer(timeout=60, upload_speed_limit=5, download_speed_limit=6))
    assert launched == {"job_instance_id": launched["job_instance_id"], "job_instance_name": "copy"}
    [record] = sim.launches
    assert (record.kind, record.timeout, record.path) == ("file", 60, "/data")
    assert (record.upload_speed_limit, record.download_speed_limit) == (5, 6)
    assert [file.name for file in record.files] == ["/tmp/a.tgz"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"timeout": 259201}, (1240003, "Job timeout must be between 1 and 259200")),
        ({"file_target_path": "data"}, (1241007, "Missing or invalid request parameter [file_target_path]")),
        # No blanks are trimmed, unlike in v3.
        ({"file_target_path": " /data"}, (1241007, "Missing or invalid request parameter [file_target_path]")),
        ({"account": ...}, (1241004, "Missing request parameter [account]")),
        ({"file_source": []}, (1241004, "Missing request parameter [file_source]")),
        (source(files=[]), (1241004, "Missing request parameter [file_source.files]")),
        (source(files=["a"]), (1241005, "Invalid request parameter [file_source.files]")),
        (source(account=...), (1241004, "Missing request parameter [file_source.account]")),
        (source(account="nobody"), (1244003, "Account [{0}] does not exist")),
        ({"ip_list": ...}, (1241004, "Missing request parameter [ip_list|custom_query_id|target_servers]")),
    ],
)
def test_refused_transfers(v2: Client, changes: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert v2.refusal("fast_push_file", **transfer(**changes)) == refusal


def test_sources_need_hosts(v2: Client) -> None:
    code, text = v2.refusal("fast_push_file", **transfer(**source(ip_list=...)))
    assert (code, "file_source.ip_list" in text) == (1241004, True)


def test_types_of_sources_are_not_read(sim: Simulator, v2: Client) -> None:
    v2.data("fast_push_file", **transfer(**source(file_type=3, file_source_id=1)))
    assert len(sim.launches) == 1


def test_push(sim: Simulator, v2: Client) -> None:
    v2.data("push_config_file", **push(bk_callback_url="no url"))
    [record] = sim.launches
    assert [(file.name, file.size) for file in record.files] == [("a.conf", 1)]
    assert (record.targets, record.timeout, record.callback_url) == ((101, 102), 7200, None)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"file_target_path": " "}, (1241007, "Missing or invalid request parameter [file_target_path]")),
        ({"account": ...}, (1241007, "Missing or invalid request parameter [account]")),
        # Only `ip_list` is read.
        (
            {"ip_list": ..., "target_server": {"ip_list": HOSTS}},
            (1241007, "Missing or invalid request parameter [ip_list]"),
        ),
        ({"file_list": []}, (1241007, "Missing or invalid request parameter [file_list]")),
        ({"file_list": [{"content": "eA=="}]}, (1241005, "Invalid request parameter [file_list.file_name]")),
        ({"file_list": [{"file_name": "a"}]}, (1241005, "Invalid request parameter [file_list.content]")),
        ({"account": "nobody"}, (1244003, "Account [{0}] does not exist")),
    ],
)
def test_push_names_defects(v2: Client, changes: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert v2.refusal("push_config_file", **push(**changes)) == refusal
