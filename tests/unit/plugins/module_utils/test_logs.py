# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs without a server: what is cut, what files are called, whose logs are wanted, and how file steps read."""

from __future__ import annotations

import os
import stat
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api.requests import Secrets
from ansible_collections.blueking.job.plugins.module_utils._api.v3_logs import (
    batch_log_params,
    file_log,
    log_params,
)
from ansible_collections.blueking.job.plugins.module_utils._follow import logs as _logs
from ansible_collections.blueking.job.plugins.module_utils._follow import options as _wait_options
from ansible_collections.blueking.job.plugins.module_utils._follow.logs import (
    Shelf,
    Wish,
    path_of,
    safe_name,
    select,
    tail,
)
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import (
    HostKey,
    HostLog,
    HostResult,
    Instance,
    Step,
)
from ansible_collections.blueking.job.plugins.module_utils._report.instance import host_row

if t.TYPE_CHECKING:
    from pathlib import Path

KEY = HostKey(101, 0, "10.0.0.1")


@pytest.mark.parametrize("text", ["", "short\n", "x" * 1024, "中" * 341])
def test_what_fits_is_left_as_it_is(text: str) -> None:
    assert tail(text, 1024) == (text, False)


@pytest.mark.parametrize("char", ["x", "ü", "中", "😀"])
@pytest.mark.parametrize("more", range(4))
def test_of_a_long_log_the_end_is_kept_and_the_cut_marked(char: str, more: int) -> None:
    text = "begin\n" + char * 2000 + "." * more
    content, cut = tail(text, 1024)
    mark, _newline, rest = content.partition("\n")
    assert cut
    assert mark == f"[log cut: the last part of {len(text.encode())} bytes]"
    assert text.endswith(rest)
    assert 1024 - 4 < len(content.encode()) <= 1024


def test_text_that_no_encoding_holds_is_mended() -> None:
    assert tail("a\ud800b", 1024) == ("a?b", False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("run", "run"),
        ("run tests", "run tests"),
        ("部署 v1.2", "部署 v1.2"),
        ("a/b\\c", "a_b_c"),
        ("../../etc/passwd", "__.._etc_passwd"),
        ("..", "_"),
        (".hidden", "_hidden"),
        ("", "_"),
        ("  ", "_"),
        ("a\nb\x00c\x1b[31m\u202e", "a_b_c_[31m_"),
        ("\ud800", "_"),
        ("$(reboot) `reboot` | x", "_(reboot) _reboot_ _ x"),
        ("x" * 5000, "x" * 200),
        ("中" * 100, "中" * 66),
    ],
)
def test_names_are_safe(text: str, name: str) -> None:
    assert safe_name(text) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (KEY, "0-10.0.0.1.log"),
        (HostKey(None, 2, "10.0.0.1"), "2-10.0.0.1.log"),
        (HostKey(106, 0, None), "host-106.log"),
        (HostKey(1, 0, "../../../tmp/x"), "0-.._.._.._tmp_x.log"),
    ],
)
def test_files_are_named_by_step_and_host(key: HostKey, name: str) -> None:
    step = Step(20001, "../up", 1, 3)
    assert path_of("/dest", 10000, step, key) == f"/dest/10000/20001-__up/{name}"


def instance(*hosts: HostResult, type_code: int = 1, status_code: int = 4) -> Instance:
    return Instance(10000, "deploy", 4, (Step(20001, "run", type_code, status_code, hosts=hosts),))


ALL = tuple(HostResult(HostKey(status, 0, None), status) for status in (9, 3, 5, 7, 104, 18))


@pytest.mark.parametrize(
    ("whose", "type_code", "status_code", "statuses"),
    [
        ("all", 1, 4, [9, 3, 7, 104, 18]),
        ("all", 2, 4, [9, 3, 7, 104, 18]),
        ("all", 4, 4, [9, 3, 7, 104, 18]),
        ("failed", 1, 4, [104, 18]),
        ("failed", 1, 6, [104, 18]),
        ("none", 1, 4, []),
        ("all", 3, 4, []),
        ("all", 1, 1, []),
    ],
)
def test_only_hosts_and_steps_that_ran_are_asked_for(
    whose: str, type_code: int, status_code: int, statuses: list[int]
) -> None:
    found = select(instance(*ALL, type_code=type_code, status_code=status_code), whose)
    assert [host.status_code for _step, host in found] == statuses


def shelf_of(instance: Instance, wish: Wish, secrets: tuple[str, ...] = ()) -> tuple[Shelf, list[dict[str, t.Any]]]:
    failed = [host_row(step, host) for step in instance.steps for host in step.hosts or () if host.failed]
    return Shelf(instance, wish, Secrets(secrets), failed), failed


@pytest.mark.parametrize("key", [KEY, HostKey(101, None, None), HostKey(None, 0, "10.0.0.1")])
def test_a_log_finds_its_host_by_id_or_address(key: HostKey) -> None:
    shelf, (failed,) = shelf_of(instance(HostResult(KEY, 104)), Wish("all", 1024, None))
    shelf.put(HostLog(20001, key, "log\n", 1, 0, "tag"))
    (row,) = shelf.rows
    assert (row["content"], row["truncated"], row["path"]) == ("log\n", False, None)
    assert (failed["log"], failed["exit_code"], failed["error_code"], failed["tag"]) == ("log\n", 1, 0, "tag")
    assert shelf.missing() == {}


def test_a_log_of_nobody_is_passed_over() -> None:
    shelf, _failed = shelf_of(instance(HostResult(KEY, 104)), Wish("all", 1024, None))
    shelf.put(HostLog(20001, HostKey(102, 0, "10.0.0.2"), "log\n"))
    shelf.put(HostLog(20002, KEY, "log\n"))
    assert [row["content"] for row in shelf.rows] == [None]


@pytest.mark.parametrize("content", [None, "", "\n", "[2024-05-01 10:00:00][PID:411] job_start\n"])
def test_a_log_that_has_not_come_far_is_missing(content: str | None) -> None:
    shelf, _failed = shelf_of(instance(HostResult(KEY, 104)), Wish("all", 1024, None))
    shelf.put(HostLog(20001, KEY, content))
    assert shelf.missing() == shelf.wanted() == {20001: [KEY]}


def test_a_host_that_goes_on_misses_nothing() -> None:
    shelf, _failed = shelf_of(instance(HostResult(KEY, 7)), Wish("all", 1024, None))
    assert (shelf.wanted(), shelf.missing()) == ({20001: [KEY]}, {})


def test_files_hold_whole_logs_for_the_user_alone_and_no_secrets(tmp_path: Path) -> None:
    shelf, _failed = shelf_of(instance(HostResult(KEY, 9)), Wish("all", 1024, str(tmp_path / "new")), ("pa55word",))
    shelf.put(HostLog(20001, KEY, "pa55word\n" + "x" * 5000))
    (row,) = shelf.rows
    assert row["path"] == str(tmp_path / "new" / "10000" / "20001-run" / "0-10.0.0.1.log")
    with open(row["path"], encoding="utf-8") as file:
        assert file.read() == "******\n" + "x" * 5000
    assert stat.S_IMODE(os.stat(row["path"]).st_mode) == 0o600
    for directory in ("new", "new/10000", "new/10000/20001-run"):
        assert stat.S_IMODE((tmp_path / directory).stat().st_mode) == 0o700
    assert (row["truncated"], len(row["content"])) == (True, 1024)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    shelf, _failed = shelf_of(instance(HostResult(KEY, 9)), Wish("all", 1024, str(tmp_path)))
    (tmp_path / "10000" / "20001-run").mkdir(parents=True)
    (tmp_path / "10000" / "20001-run" / "0-10.0.0.1.log").symlink_to(tmp_path / "elsewhere")
    shelf.put(HostLog(20001, KEY, "log\n"))
    assert not (tmp_path / "elsewhere").exists()
    assert shelf.trouble
    assert (shelf.rows[0]["content"], shelf.rows[0]["path"]) == ("log\n", None)


def test_the_result_does_not_grow_with_the_hosts_where_files_hold_the_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_logs, "MOST_BESIDES_FILES", 2000)
    hosts = [HostResult(HostKey(number, 0, None), 104 if number % 2 else 9) for number in range(1, 9)]
    shelf, failed = shelf_of(instance(*hosts), Wish("all", 1024, str(tmp_path)))
    for host in hosts:
        shelf.put(HostLog(20001, host.key, "x" * 1000))
    assert [row["content"] is not None for row in shelf.rows] == [True] * 4 + [False] * 4
    assert [row["truncated"] for row in shelf.rows] == [False] * 4 + [True] * 4
    assert all(os.path.getsize(row["path"]) == 1000 for row in shelf.rows)
    assert [row["log"] is not None for row in failed] == [True, True, False, False]


def options(**given: t.Any) -> dict[str, t.Any]:
    return {"logs": "all", "log_limit": 64, "log_dest": None, **given}


@pytest.mark.parametrize(("dest", "writes", "wanted"), [("/a", True, "/a"), ("/a", False, None), ("", True, None)])
def test_options_become_a_wish(dest: str, writes: bool, wanted: str | None) -> None:
    assert _logs.wish_of(options(log_dest=dest), writes=writes) == Wish("all", 65536, wanted)


def test_a_directory_that_can_be_made_is_not_made_yet(tmp_path: Path) -> None:
    _wait_options.check_logs(options(log_dest=str(tmp_path / "a" / "b")))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"log_limit": 0}, "log_limit must be at least 1"),
        ({"log_dest": "/dev/null"}, "/dev/null is something else"),
        ({"log_dest": "/dev/null/logs"}, "/dev/null is something else"),
        ({"log_dest": "/tmp/a\0b"}, "cannot be a directory"),
        # Root may write anywhere, so there is nothing to refuse.
        *([] if os.geteuid() == 0 else [({"log_dest": "/proc/self/fdinfo/x"}, "/proc/self/fdinfo refuses it")]),
    ],
)
def test_bad_options_are_refused(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        _wait_options.check_logs(options(**given))


@pytest.mark.parametrize(
    ("hosts", "params"),
    [
        ([KEY], {"host_id_list": [101], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}),
        ([HostKey(106, 0, None)], {"host_id_list": [106]}),
        ([HostKey(None, 0, "10.0.0.1")], {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}),
        (
            [KEY, HostKey(106, 0, None)],
            {"host_id_list": [101, 106], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]},
        ),
    ],
)
def test_hosts_are_named_in_both_ways(hosts: list[HostKey], params: dict[str, t.Any]) -> None:
    assert batch_log_params(hosts) == params


def test_one_host_is_named_in_both_ways() -> None:
    assert log_params(KEY) == {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1"}
    assert log_params(HostKey(106, 0, None)) == {"bk_host_id": 106}


DOWNLOAD = {
    "mode": 1,
    "src_ip": {"bk_host_id": 103, "bk_cloud_id": 2, "ip": "10.0.0.3"},
    "src_path": "/tmp/a.tgz",
    "dest_ip": {"bk_host_id": 101, "bk_cloud_id": 0, "ip": "10.0.0.1"},
    "dest_path": "/data/a.tgz",
    "status": 4,
    "log_content": "FileSize: 1\n",
    "size": "1.2 MB",
    "speed": "600 KB/s",
    "process": "100%",
}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "download 2:10.0.0.3:/tmp/a.tgz -> 10.0.0.1:/data/a.tgz finished 1.2 MB 600 KB/s 100%\nFileSize: 1\n"),
        (
            {"size": None, "speed": None, "process": None, "status": 5, "log_content": ""},
            "download 2:10.0.0.3:/tmp/a.tgz -> 10.0.0.1:/data/a.tgz failed\n",
        ),
        (
            {"mode": 0, "dest_ip": None, "dest_path": None, "status": 2, "log_content": None},
            "upload 2:10.0.0.3:/tmp/a.tgz uploading 1.2 MB 600 KB/s 100%\n",
        ),
        (
            {"src_ip": {"bk_host_id": 103}, "dest_ip": None, "status": 99},
            "download host 103:/tmp/a.tgz -> /data/a.tgz unknown 1.2 MB 600 KB/s 100%\nFileSize: 1\n",
        ),
    ],
)
def test_a_file_is_a_line_and_what_job_wrote_of_it(changes: dict[str, t.Any], text: str) -> None:
    assert file_log([{**DOWNLOAD, **changes}]) == text
    assert file_log([{**DOWNLOAD, **changes}] * 2) == text * 2


def test_no_files_are_no_log() -> None:
    assert file_log([]) is None
