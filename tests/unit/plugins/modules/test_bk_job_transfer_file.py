# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending files: within the request, by upload, from other hosts; what is refused, and what becomes of failures."""

from __future__ import annotations

import hashlib
import re
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.language import say, speaking
from tests.simulator import Outcome, Simulator, faults
from tests.simulator.gateway import wire
from tests.simulator.job.worlds import default_world
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import KEYS, LOST_ANSWERS

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]

PUSH, TRANSFER, UPLOAD = "push_config_file", "fast_transfer_file", "generate_local_file_upload_url"
TARGETS = {"ip_list": ["10.0.0.1", "10.0.0.2"]}
SOURCE = {"files": ["/data/a.tgz", "/data/b/"], "account": "app", "target_server": {"ip_list": ["10.0.0.3"]}}
FROM_HOST: Options = {"content": ..., "file_name": ..., "sources": [SOURCE]}
TRANSFER_KEYS = KEYS - {"variables_checked"} | {"step_instance_id"}
LARGE = 1_800_001


@pytest.fixture
def sim(sim: Simulator) -> Iterator[Simulator]:
    """A simulator with a world that the test may change."""
    sim.reset(default_world())
    sim.refuses_uploads = False
    yield sim
    sim.refuses_uploads = False
    sim.reset(default_world())


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that is too large for a request."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * (LARGE // 256 + 1))
    return path


def options_of(sim: Simulator, front: str = "esb", **more: t.Any) -> Options:
    """The options for a text on two hosts; one with the value ... is left out."""
    base: Options = {"content": "port: 80\n", "file_name": "app.yml", "dest": "/etc/app", "account": "root"}
    base.update(target_server=TARGETS, task_name="copy")
    merged = {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[front], **base, **more}
    return {name: value for name, value in merged.items() if value is not ...}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def apis(sim: Simulator) -> list[str]:
    return [request.api for request in sim.requests if request.api in (PUSH, TRANSFER, UPLOAD, "operate_job_instance")]


@pytest.mark.parametrize("front", ["esb", "esb-v2", "apigw", "old", "old-v2"])
def test_a_text_becomes_a_file_on_all_hosts(sim: Simulator, run_module: RunModule, front: str) -> None:
    result = run_module("bk_job_transfer_file", **options_of(sim, front))
    (launch,) = sim.launches
    assert set(result) - {"invocation", "warnings"} == TRANSFER_KEYS
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("succeeded", True, launch.instance_id)
    assert result["step_instance_id"] == result["steps"][0]["step_instance_id"]
    (file,) = launch.files
    assert (file.name, file.size, file.sha256) == ("app.yml", 9, sha256(b"port: 80\n"))
    assert (launch.kind, launch.path, launch.account, launch.targets) == ("file", "/etc/app", "root", (101, 102))


@pytest.mark.parametrize("front", ["esb", "esb-v2", "apigw"])
def test_files_of_this_machine_are_sent_within_the_request(
    sim: Simulator, run_module: RunModule, tmp_path: Path, front: str
) -> None:
    contents = {"a.bin": bytes(range(256)), "b.txt": b"b"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    src = [str(tmp_path / name) for name in contents]
    run_module("bk_job_transfer_file", **options_of(sim, front, content=..., file_name=..., src=src))
    assert apis(sim) == [PUSH]
    assert {file.name: file.sha256 for file in sim.launches[0].files} == {n: sha256(d) for n, d in contents.items()}


def test_a_large_file_is_uploaded_first(sim: Simulator, run_module: RunModule, large: Path) -> None:
    options = options_of(sim, content=..., file_name=..., src=[str(large)], dest_name="new.bin", job_timeout=60)
    result = run_module("bk_job_transfer_file", **options, two_phase=True, upload_speed_limit=5)
    assert result["outcome"] == "succeeded"
    assert apis(sim) == [UPLOAD, TRANSFER, "operate_job_instance"]
    (launch,) = sim.launches
    assert [(file.name, file.sha256) for file in launch.files] == [("new.bin", sha256(large.read_bytes()))]
    assert (launch.timeout, launch.upload_speed_limit) == (60, 5)
    (upload,) = sim.uploads
    assert upload.overwrite is True


@pytest.mark.parametrize("front", ["esb", "esb-v2", "apigw"])
def test_files_of_other_hosts(sim: Simulator, run_module: RunModule, front: str) -> None:
    result = run_module("bk_job_transfer_file", **options_of(sim, front, **FROM_HOST, download_speed_limit=7))
    assert result["outcome"] == "succeeded"
    (launch,) = sim.launches
    assert [file.name for file in launch.files] == ["/data/a.tgz", "/data/b/"]
    assert launch.download_speed_limit == 7


def test_what_became_of_each_file(sim: Simulator, run_module: RunModule) -> None:
    sources = [{**SOURCE, "files": ["/data/a.tgz"]}]
    full = Outcome(status=202, exit_code=1, log="no space left\n")
    sim.world.quick_file.outcomes = {102: (full,)}
    result = run_module("bk_job_transfer_file", **options_of(sim, **{**FROM_HOST, "sources": sources}))
    rows = [(row["bk_host_id"], row["source"], row["dest"], row["status"]) for row in result["files"]]
    assert rows == [
        (101, "10.0.0.3:/data/a.tgz", "10.0.0.1:/etc/app/a.tgz", "finished"),
        (102, "10.0.0.3:/data/a.tgz", "10.0.0.2:/etc/app/a.tgz", "failed"),
    ]
    one = run_module("bk_job_transfer_file", **options_of(sim, **{**FROM_HOST, "sources": sources, "logs": "failed"}))
    assert [row["bk_host_id"] for row in one["files"]] == [102]


def test_the_account_of_a_source_goes_by_its_alias(sim: Simulator, run_module: RunModule) -> None:
    """Job looks the id of a source up under the id of the target."""
    sources = [{**SOURCE, "account": None, "account_id": 2}]
    result = run_module("bk_job_transfer_file", **options_of(sim, **{**FROM_HOST, "sources": sources}))
    assert result["outcome"] == "succeeded"
    (request,) = [request for request in sim.requests if request.api == TRANSFER]
    assert request.body["file_source_list"][0]["account"] == {"alias": "app"}


@pytest.mark.parametrize("front", ["esb", "esb-v2"])
def test_the_accounts_are_read_once(sim: Simulator, run_module: RunModule, front: str) -> None:
    own: Options = {"account": None, "account_id": 1}
    sources: list[Options] = [*({**SOURCE, "account": None, "account_id": id_} for id_ in (2, 1, 2)), SOURCE]
    result = run_module("bk_job_transfer_file", **options_of(sim, front, **{**FROM_HOST, **own, "sources": sources}))
    assert (result["outcome"], sim.launches[0].account) == ("succeeded", "root")
    assert [request.api for request in sim.requests].count("get_account_list") == 1
    sources[1]["account_id"] = 4711
    result = run_module("bk_job_transfer_file", **options_of(sim, front, **{**FROM_HOST, **own, "sources": sources}))
    assert (result["outcome"], result["error"]["kind"], "4711" in result["msg"]) == ("refused", "not_found", True)


def test_missing_directories_can_be_an_error(sim: Simulator, run_module: RunModule) -> None:
    run_module("bk_job_transfer_file", **options_of(sim, **FROM_HOST))
    run_module("bk_job_transfer_file", **options_of(sim, **FROM_HOST, create_directories=False))
    assert [launch.transfer_mode for launch in sim.launches] == [2, 1]


def test_sensitive_content_is_shown_nowhere(sim: Simulator, run_module: RunModule) -> None:
    options = options_of(sim, content="the s3cret text", sensitive_content=True)
    for check_mode in (True, False):
        result = run_module("bk_job_transfer_file", **options, check_mode=check_mode, diff_mode=True)
        assert "s3cret text" not in str(result)
    assert sim.launches[0].files[0].sha256 == sha256(b"the s3cret text")


def test_check_mode_sends_and_uploads_nothing(sim: Simulator, run_module: RunModule, large: Path) -> None:
    options = options_of(sim, content=..., file_name=..., src=[str(large)])
    result = run_module("bk_job_transfer_file", **options, check_mode=True)
    assert (result["outcome"], result["changed"], result["request"]["api"]) == ("launched", True, TRANSFER)
    assert (sim.requests, sim.uploads, sim.launches) == ([], [], [])


def test_the_request_shows_files_by_their_size(sim: Simulator, run_module: RunModule, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    options = options_of(sim, content=..., file_name=..., src=[str(tmp_path / "a")])
    result = run_module("bk_job_transfer_file", **options, check_mode=True)
    assert result["request"]["body"]["file_list"] == [{"file_name": "a", "size": 3}]


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_request_has_the_account_that_is_sent(sim: Simulator, run_module: RunModule, check_mode: bool) -> None:
    options = options_of(sim, "esb-v2", account=None, account_id=2)
    result = run_module("bk_job_transfer_file", **options, check_mode=check_mode, diff_mode=True)
    assert result["request"]["body"]["account"] == "app"
    assert [launch.account for launch in sim.launches] == ([] if check_mode else ["app"])


# Bad input: one sentence, and no request


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"content": ..., "file_name": ...}, "sources, src, content"),
        ({"src": ["/etc/hostname"]}, "src and content"),
        ({"content": ""}, "content is empty"),
        ({"file_name": ...}, "file_name"),
        ({"file_name": "a/b"}, "file_name"),
        ({"file_name": ".."}, "file_name"),
        ({"file_name": r"a\b"}, "file_name"),
        ({"dest_name": r"a\b"}, "dest_name"),
        ({"dest": "etc"}, "dest"),
        ({"dest_name": "a/b"}, "dest_name"),
        ({"content": ..., "file_name": ..., "src": ["/nowhere/a"]}, "src /nowhere/a"),
        ({"content": ..., "file_name": ..., "src": ["/"]}, "src / is not a file"),
        ({"content": "\ud800"}, "content is not UTF-8"),
        ({"two_phase": True}, "two_phase"),
        ({"job_timeout": 60}, "job_timeout"),
        ({"rolling_config": {"expression": "1"}}, "rolling_config"),
        ({"create_directories": False}, "create_directories"),
        ({"upload_speed_limit": 1}, "upload_speed_limit"),
        ({"download_speed_limit": 0, **FROM_HOST}, "download_speed_limit"),
        ({**FROM_HOST, "sources": [{**SOURCE, "files": []}]}, r"sources\[0\].files"),
        ({**FROM_HOST, "sources": [{**SOURCE, "files": ["a"]}]}, r"sources\[0\].files: a"),
        ({**FROM_HOST, "sources": [{**SOURCE, "account": None}]}, r"sources\[0\] requires exactly one of account"),
        ({**FROM_HOST, "sources": [{**SOURCE, "target_server": None}]}, r"sources\[0\].target_server"),
        ({**FROM_HOST, "sources": [{**SOURCE, "file_source": "cos"}]}, r"sources\[0\]"),
        ({**FROM_HOST, "dest_name": "new"}, "dest_name requires a single file"),
        (
            {**FROM_HOST, "dest_name": "new", "sources": [{**SOURCE, "files": ["/a/*"]}]},
            "dest_name requires a single file",
        ),
        ({**FROM_HOST, "file_name": "new"}, "file_name is for content"),
        ({"file_name": " "}, "file_name"),
        ({"account": ...}, "account, account_id"),
    ],
)
def test_bad_input_is_refused_before_any_request(
    sim: Simulator, run_module: RunModule, given: Options, named: str
) -> None:
    result = run_module("bk_job_transfer_file", **options_of(sim, **given))
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert re.search(named, result["msg"])
    assert sim.requests == []


def test_files_that_cannot_be_sent(sim: Simulator, run_module: RunModule, tmp_path: Path) -> None:
    for folder in ("1", "2"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same").write_bytes(b"x")
    (tmp_path / "empty").touch()
    (tmp_path / r"back\slash").write_bytes(b"x")
    (tmp_path / "vault").write_bytes(b"$ANSIBLE_VAULT;1.1;AES256\n3061\n")
    for src, named in (
        (["1/same", "2/same"], "same name"),
        (["empty"], "is empty"),
        (["vault"], "Ansible Vault"),
        ([r"back\slash"], "backslash"),
    ):
        paths = [str(tmp_path / path) for path in src]
        result = run_module("bk_job_transfer_file", **options_of(sim, content=..., file_name=..., src=paths))
        assert (result["outcome"], named in result["msg"]) == ("refused", True)
    assert sim.requests == []


LONG_JOB: Options = {
    "two_phase": True,
    "job_timeout": 9,
    "rolling_config": {"expression": "1"},
    "create_directories": False,
    "upload_speed_limit": 5,
}


@pytest.mark.parametrize("name", LONG_JOB)
def test_what_a_request_with_files_has_no_field_for(
    sim: Simulator, run_module: RunModule, large: Path, name: str
) -> None:
    given = {name: LONG_JOB[name]}
    refused = run_module("bk_job_transfer_file", **options_of(sim, **given))
    assert (refused["outcome"], name in refused["msg"], "1800000" in refused["msg"]) == ("refused", True, True)
    assert sim.requests == []
    uploaded = run_module(
        "bk_job_transfer_file", **options_of(sim, content=..., file_name=..., src=[str(large)], **given)
    )
    assert (uploaded["outcome"], len(sim.launches)) == ("succeeded", 1)


def test_a_name_with_a_backslash_can_be_replaced(sim: Simulator, run_module: RunModule, tmp_path: Path) -> None:
    (tmp_path / r"back\slash").write_bytes(b"x")
    options = options_of(sim, content=..., file_name=..., src=[str(tmp_path / r"back\slash")], dest_name="slash")
    assert run_module("bk_job_transfer_file", **options)["outcome"] == "succeeded"


@pytest.mark.parametrize("front", ["esb-v2", "apigw"])
def test_where_nothing_can_be_uploaded_a_large_file_is_refused(
    sim: Simulator, run_module: RunModule, large: Path, front: str
) -> None:
    options = options_of(sim, front, content=..., file_name=..., src=[str(large)])
    result = run_module("bk_job_transfer_file", **options)
    assert (result["outcome"], result["changed"], "sources" in result["msg"]) == ("refused", False, True)
    assert sim.requests == []


@pytest.mark.parametrize(
    "given",
    [
        {"dest_name": "new", "sources": [{**SOURCE, "files": ["/a"]}]},
        {"create_directories": False},
        {"two_phase": True},
        {"rolling_config": {"expression": "1"}},
        {"sources": [{"files": ["/a"], "file_source": "cos"}]},
        {"sources": [{"files": ["/a"], "file_source_id": 1}]},
    ],
)
def test_what_v2_cannot_do_is_refused_before_any_request(sim: Simulator, run_module: RunModule, given: Options) -> None:
    result = run_module("bk_job_transfer_file", **options_of(sim, "esb-v2", **{**FROM_HOST, **given}))
    assert (result["outcome"], "api_version v3" in result["msg"]) == ("refused", True)
    assert sim.requests == []


@pytest.mark.parametrize(
    "given", [{"callback_url": "https://ops.example.com"}, {"target_server": {"dynamic_group_list": ["a"]}}]
)
def test_what_v2_cannot_push_is_refused_before_any_request(
    sim: Simulator, run_module: RunModule, given: Options
) -> None:
    result = run_module("bk_job_transfer_file", **options_of(sim, "esb-v2", **given))
    assert (result["outcome"], "api_version v3" in result["msg"]) == ("refused", True)
    assert sim.requests == []


@pytest.mark.parametrize(
    ("front", "size", "given", "api"),
    [("esb-v2", 3, {"account": None, "account_id": 1}, "get_account_list"), ("esb", LARGE, {}, UPLOAD)],
)
def test_a_file_that_vanishes_before_it_is_sent_launches_nothing(
    sim: Simulator, run_module: RunModule, tmp_path: Path, front: str, size: int, given: Options, api: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)

    def deliver(connection: t.Any, response: t.Any) -> None:
        path.unlink()
        wire.send(connection, response)

    sim.faults.add(faults.Fault(faults.Moment.DONE, deliver=deliver), api=api)
    options = options_of(sim, front, **{"content": ..., "file_name": ..., "src": [str(path)], **given})
    result = run_module("bk_job_transfer_file", **options)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert result["error"]["kind"] == "invalid_request"
    assert "No such file" in result["msg"]
    assert sim.launches == []


# Failures of an upload: nothing is launched


@pytest.mark.parametrize(
    "fault",
    [
        faults.upload_cut(),
        faults.lost(),
        faults.reset(),
        faults.unread(),
        faults.upload_refused(code=251012, message="full"),
        faults.replaced(200, "<html>"),
    ],
    ids=range(6),
)
def test_a_failed_upload_launches_nothing(sim: Simulator, run_module: RunModule, large: Path, fault: t.Any) -> None:
    sim.faults.add(fault, "upload")
    result = run_module("bk_job_transfer_file", **options_of(sim, content=..., file_name=..., src=[str(large)]))
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert result["error"]["hint"]
    assert "signature" not in result["msg"]
    assert "token" not in result["msg"]
    assert (apis(sim), sim.launches) == ([UPLOAD], [])


def test_a_repository_that_cannot_be_reached_launches_nothing(
    sim: Simulator, run_module: RunModule, large: Path
) -> None:
    sim.refuses_uploads = True
    result = run_module("bk_job_transfer_file", **options_of(sim, content=..., file_name=..., src=[str(large)]))
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "unavailable")
    assert sim.launches == []


def test_a_response_to_an_upload_that_is_not_read_is_reported_in_chinese(
    sim: Simulator, run_module: RunModule, large: Path
) -> None:
    sim.faults.add(faults.replaced(200, b"x", {"Content-Encoding": "br"}), "upload")
    options = options_of(sim, content=..., file_name=..., src=[str(large)], language="zh")
    result = run_module("bk_job_transfer_file", **options)
    with speaking("zh"):
        reason = say("the response is compressed as {encoding!r}", encoding="br")
    assert (result["outcome"], reason in result["error"]["message"]) == ("refused", True)


@pytest.mark.parametrize("url", ["http://[x", "http:", "ftp://files.example.com/x", "//files.example.com/x"])
def test_a_url_that_nothing_can_be_uploaded_to_launches_nothing(
    sim: Simulator, run_module: RunModule, large: Path, url: str
) -> None:
    data = {"url_map": {large.name: {"upload_url": url, "path": "x"}}}
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": data}), UPLOAD)
    result = run_module("bk_job_transfer_file", **options_of(sim, content=..., file_name=..., src=[str(large)]))
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "protocol")
    assert sim.launches == []


@pytest.mark.parametrize("fault", [faults.lost(), faults.bad_gateway()], ids=["lost", "bad gateway"])
def test_without_a_url_nothing_is_launched(sim: Simulator, run_module: RunModule, large: Path, fault: t.Any) -> None:
    sim.faults.add(fault, UPLOAD)
    result = run_module("bk_job_transfer_file", **options_of(sim, content=..., file_name=..., src=[str(large)]))
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])


# Lost responses


@pytest.mark.parametrize(("api", "given"), [(PUSH, {}), (TRANSFER, FROM_HOST)])
@pytest.mark.parametrize("fault", LOST_ANSWERS, ids=range(len(LOST_ANSWERS)))
def test_an_instance_whose_response_was_lost_is_found_by_its_name(
    sim: Simulator, run_module: RunModule, api: str, given: Options, fault: t.Any
) -> None:
    sim.faults.add(fault, api=api)
    result = run_module("bk_job_transfer_file", **options_of(sim, **given))
    (launch,) = sim.launches
    assert (result["outcome"], result["job_instance_id"]) == ("succeeded", launch.instance_id)
    assert len(result["warnings"]) == 1
