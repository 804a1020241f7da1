# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick transfers of v3 (quick jobs Q2): files on servers, and contents in the request."""

from __future__ import annotations

import hashlib
import typing as t

import pytest

from tests.simulator import Outcome, Simulator
from tests.simulator.job.messages import ENGLISH
from tests.unit.simulator.quick import encoded, history, push, source, steps_of, transfer

if t.TYPE_CHECKING:
    from tests.unit.simulator.client import Client


def launch(client: Client, **changes: t.Any) -> t.Any:
    return client.data("fast_transfer_file", **transfer(**changes))


def refused(client: Client, **changes: t.Any) -> tuple[int, str]:
    return client.refusal("fast_transfer_file", **transfer(**changes))


def missing(name: str) -> tuple[int, str]:
    return 1241004, f"Missing request parameter [{name}]"


# Files on servers


@pytest.mark.parametrize("front", ["v3", "apigw"])
def test_transfer(sim: Simulator, request: pytest.FixtureRequest, front: str) -> None:
    client = request.getfixturevalue(front)
    launched = launch(client)
    assert launched["job_instance_name"] == "copy"
    sim.clock.advance(60)
    assert steps_of(client, launched["job_instance_id"]) == (3, 3, [(101, 9), (102, 9)])
    [row] = history(sim, client, type=2)
    assert (row["job_instance_id"], row["name"], row["job_plan_id"]) == (launched["job_instance_id"], "copy", -1)


def test_record(sim: Simulator, v3: Client) -> None:
    launch(v3, file_target_name="b.tgz", transfer_mode=1, upload_speed_limit=5, download_speed_limit=6, timeout=60)
    [record] = sim.launches
    assert (record.kind, record.account, record.targets, record.timeout) == ("file", "root", (101, 102), 60)
    assert [(file.name, file.size, file.sha256) for file in record.files] == [("/tmp/a.tgz", None, None)]
    assert (record.path, record.target_name, record.transfer_mode) == ("/data", "b.tgz", 1)
    assert (record.upload_speed_limit, record.download_speed_limit) == (5, 6)
    assert (record.command, record.script) == (None, None)


@pytest.mark.parametrize(("name", "path"), [(None, "/data/a.tgz"), ("b.tgz", "/data/b.tgz")])
def test_file_log(sim: Simulator, v3: Client, name: str | None, path: str) -> None:
    launched = launch(v3, file_target_name=name)
    sim.clock.advance(60)
    ids = {"job_instance_id": launched["job_instance_id"], "step_instance_id": launched["step_instance_id"]}
    [log] = v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[101])["file_task_logs"]
    [entry] = log["file_logs"]
    assert (entry["mode"], entry["src_path"], entry["src_ip"]["bk_host_id"]) == (1, "/tmp/a.tgz", 103)
    assert (entry["dest_path"], entry["dest_ip"]["bk_host_id"], entry["status"]) == (path, 101, 4)


def test_failed_transfer(sim: Simulator, v3: Client) -> None:
    sim.world.quick_file.outcomes = {102: (Outcome(status=12, exit_code=None, log="no space\n"),)}
    launched = launch(v3)
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"]) == (4, 4, [(101, 9), (102, 12)])
    ids = {"job_instance_id": launched["job_instance_id"], "step_instance_id": launched["step_instance_id"]}
    [log] = v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[102])["file_task_logs"]
    assert [(entry["status"], entry["log_content"]) for entry in log["file_logs"]] == [(5, "no space\n")]


@pytest.mark.parametrize("name", ["", None, ...])
def test_default_name(v3: Client, name: t.Any) -> None:
    assert launch(v3, task_name=name)["job_instance_name"] == "File Transfer_20240501100000000"


def test_start_later(sim: Simulator, v3: Client) -> None:
    instance_id = launch(v3, start_task=False)["job_instance_id"]
    sim.clock.advance(60)
    assert steps_of(v3, instance_id)[0] == 1


PATHS = [
    ("/data", True),
    ("/data/*.log", True),
    ("/tmp/REGEX:[a-z]*.txt", True),
    ("C:\\app\\x.exe", True),
    ("d:/x", True),
    ("${dir}", True),
    ("/[DATE:yyyyMMdd]/x", True),
    (" /data ", True),
    ("data", False),
    ("./data", False),
    ("C:", False),
    (" ", False),
    ("/..", False),
]


@pytest.mark.parametrize(("path", "accepted"), PATHS)
def test_target_paths(v3: Client, path: str, accepted: bool) -> None:
    body = v3.body("fast_transfer_file", **transfer(file_target_path=path))
    assert body["code"] == (0 if accepted else 1241007)


@pytest.mark.parametrize(("path", "accepted"), PATHS)
def test_source_paths(v3: Client, path: str, accepted: bool) -> None:
    body = v3.body("fast_transfer_file", **transfer(**source(file_list=[path])))
    assert body["code"] == (0 if accepted else 1241005)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"timeout": 0}, (1240003, "Job timeout must be greater or equal than 1")),
        (source(server={"ip_list": [{"bk_cloud_id": 0, "ip": "x"}]}), (1240003, "Invalid IP")),
        ({"file_target_path": ...}, (1241007, "Missing or invalid request parameter [file_target_path]")),
        ({"account_alias": ...}, missing("account_id|account_alias")),
        ({"target_server": ...}, missing("target_server")),
        # Unlike for scripts, empty targets are missing ones.
        ({"target_server": {}}, missing("target_server")),
        ({"file_source_list": []}, missing("file_source_list")),
        (source(file_type=5), (1241005, "Invalid request parameter [file_source.file_type]")),
        (source(file_list=[]), missing("file_source.file_list")),
        (source(account=...), missing("file_source.account")),
        (source(account={}), missing("file_source.account.account_id|file_source.account.account_alias")),
        (source(server=...), missing("file_source.server")),
        (source(server={}), missing("file_source.server")),
        (source(file_type=3), missing("file_source.file_source_id/file_source.file_source_code")),
        (source(file_type=3, file_source_code="unknown"), (1240002, "Internal Server Error")),
        (source(account={"alias": "nobody"}), (1244003, "Account [nobody] does not exist")),
        (source(server={"dynamic_group_list": [{"id": "blo8gojho0sabc7priuy"}]}), None),
    ],
)
def test_refusals(sim: Simulator, v3: Client, changes: dict[str, t.Any], refusal: tuple[int, str] | None) -> None:
    assert refused(v3, **changes) == (refusal or (1244029, "Step [copy] source execute object is empty"))
    assert sim.launches == []


@pytest.mark.parametrize(
    ("target", "given", "refusal"),
    [
        ({"account_alias": "root"}, {"id": 2}, (1244003, "Account [ID=null] does not exist")),
        ({"account_id": 1}, {"id": 2}, None),
        ({"account_id": 1}, {"alias": "app"}, None),
        ({"account_alias": "root"}, {"id": 0, "alias": "app"}, None),
    ],
)
def test_source_account_by_id_needs_the_target_by_id(
    v3: Client, target: dict[str, t.Any], given: dict[str, t.Any], refusal: tuple[int, str] | None
) -> None:
    """The defect of the server that looks up the wrong id."""
    changes = {"account_alias": ..., **target, **source(account=given)}
    if refusal is None:
        assert launch(v3, **changes)
    else:
        assert refused(v3, **changes) == refusal


def test_third_party_source(sim: Simulator, v3: Client) -> None:
    sim.world.file_sources = {"cos": 7}
    launch(v3, **source(file_type=3, file_source_code="cos", file_list=["bucket/x"], account=..., server=...))
    assert [file.name for file in sim.launches[0].files] == ["bucket/x"]


@pytest.mark.parametrize(("limit", "code"), [(12, 0), (11, 1244021)])
def test_limit_is_files_by_sources_by_targets(sim: Simulator, v3: Client, limit: int, code: int) -> None:
    sim.world.file_task_limit = limit
    params = transfer(**source(file_list=["/a", "/b", "/c"], server={"host_id_list": [103, 203]}))
    assert v3.body("fast_transfer_file", **params)["code"] == code


@pytest.mark.parametrize("denied", ["use_account", "quick_transfer_file"])
def test_permissions(sim: Simulator, v3: Client, denied: str) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {denied}
    body = v3.body("fast_transfer_file", **transfer())
    assert [action["id"] for action in body["permission"]["actions"]] == [denied]


def test_permission_for_all_accounts(sim: Simulator, v3: Client) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"use_account"}
    [action] = v3.body("fast_transfer_file", **transfer())["permission"]["actions"]
    assert [chain[-1]["id"] for chain in action["related_resource_types"][0]["instances"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("api", "params", "hosts"),
    [("fast_transfer_file", transfer(), ["101", "102", "103"]), ("push_config_file", push(), ["101"])],
)
def test_permission_for_hosts(sim: Simulator, v3: Client, api: str, params: dict[str, t.Any], hosts: list[str]) -> None:
    """Those of the sources, too, but not Job's own machine."""
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"quick_transfer_file"}
    [action] = v3.body(api, **params)["permission"]["actions"]
    assert [chain[-1]["id"] for chain in action["related_resource_types"][0]["instances"]] == hosts


# Contents in the request


@pytest.mark.parametrize("front", ["v3", "apigw"])
def test_push(sim: Simulator, request: pytest.FixtureRequest, front: str) -> None:
    client = request.getfixturevalue(front)
    launched = client.data("push_config_file", **push())
    assert (launched["job_instance_name"], launched["step_instance_id"]) == ("push", None)
    sim.clock.advance(60)
    assert steps_of(client, launched["job_instance_id"]) == (3, 3, [(101, 9)])
    [record] = sim.launches
    assert [(file.name, file.size, file.sha256) for file in record.files] == [
        ("a.conf", 6, hashlib.sha256(b"a = 1\n").hexdigest()),
        ("b.bin", 2, hashlib.sha256(b"\x00\xff").hexdigest()),
    ]
    assert (record.kind, record.path, record.timeout, record.started) == ("file", "/etc/app/", 7200, True)


def test_push_comes_from_jobs_own_machine(sim: Simulator, v3: Client) -> None:
    instance_id = v3.data("push_config_file", **push())["job_instance_id"]
    sim.clock.advance(60)
    [step] = v3.data("get_job_instance_status", job_instance_id=instance_id)["step_instance_list"]
    ids = {"job_instance_id": instance_id, "step_instance_id": step["step_instance_id"]}
    [log] = v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[101])["file_task_logs"]
    assert [(entry["src_ip"]["ip"], entry["dest_path"]) for entry in log["file_logs"]] == [
        ("10.0.9.1", "/etc/app/a.conf"),
        ("10.0.9.1", "/etc/app/b.bin"),
    ]


@pytest.mark.parametrize("name", ["/etc/x/a.conf", "..\\a.conf", "x/a.conf "])
def test_directories_in_names_are_cut(sim: Simulator, v3: Client, name: str) -> None:
    v3.data("push_config_file", **push(file_list=[{"file_name": name, "content": encoded("x")}]))
    assert [file.name for file in sim.launches[0].files] == ["a.conf"]


@pytest.mark.parametrize(
    "changes",
    [
        {"file_target_path": " "},
        {"account_alias": ...},
        {"target_server": ...},
        {"target_server": {}},
        {"file_list": ...},
        {"file_list": []},
        {"file_list": [{"file_name": " ", "content": encoded("x")}]},
        {"file_list": [{"file_name": "empty", "content": ""}]},
    ],
)
def test_push_names_no_defect(v3: Client, changes: dict[str, t.Any]) -> None:
    assert v3.refusal("push_config_file", **push(**changes)) == (1241002, "Invalid request parameters")


def test_push_without_an_agent(sim: Simulator, v3: Client) -> None:
    sim.world.file_worker_has_agent = False
    assert v3.refusal("push_config_file", **push()) == (1244037, ENGLISH[1244037].format("10.0.9.1"))


@pytest.mark.parametrize(
    "ignored", [{"timeout": 0}, {"start_task": False}, {"rolling_config": {"expression": "x"}}, {"timeout": 5}]
)
def test_push_ignores_what_it_has_no_field_for(sim: Simulator, v3: Client, ignored: dict[str, t.Any]) -> None:
    v3.data("push_config_file", **push(**ignored))
    assert (sim.launches[0].started, sim.launches[0].timeout, sim.launches[0].rolling) == (True, 7200, None)


def test_push_checks_the_callback(v3: Client) -> None:
    assert v3.refusal("push_config_file", **push(callback_url="ftp://x"))[0] == 1240003


def test_push_to_an_unknown_account(v3: Client) -> None:
    assert v3.refusal("push_config_file", **push(account_alias="nobody"))[0] == 1244003
