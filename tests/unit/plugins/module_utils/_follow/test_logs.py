# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs as rows of a result: whose are wanted, what is cut, and which row each belongs to."""

from __future__ import annotations

import contextlib
import os
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow import logs as _logs
from ansible_collections.blueking.job.plugins.module_utils._follow.logs import (
    LogCollector,
    LogOptions,
    excerpt,
    log_options,
    select,
    tail,
)
from ansible_collections.blueking.job.plugins.module_utils._model.instance import (
    HostKey,
    HostLog,
    HostResult,
    Instance,
    Step,
)
from ansible_collections.blueking.job.plugins.module_utils._report.instance import host_row

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Collect = t.Callable[[Instance, LogOptions], LogCollector]

KEY = HostKey(101, 0, "10.0.0.1")


@pytest.mark.parametrize("text", ["", "short\n", "x" * 1024, "中" * 341])
def test_what_fits_is_left_as_it_is(text: str) -> None:
    assert tail(text, 1024) == (text, False)


@pytest.mark.parametrize("char", ["x", "ü", "中", "😀"])
@pytest.mark.parametrize("more", range(4))
def test_the_end_of_a_long_log_is_kept_and_the_cut_marked(char: str, more: int) -> None:
    text = "begin\n" + char * 2000 + "." * more
    content, cut = tail(text, 1024)
    mark, _newline, rest = content.partition("\n")
    assert cut
    assert mark == f"[log cut: the last part of {len(text.encode())} bytes]"
    assert text.endswith(rest)
    assert 1024 - 4 < len(content.encode()) <= 1024


def test_half_a_character_is_replaced() -> None:
    assert tail("a\ud800b", 1024) == ("a?b", False)


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
def test_only_logs_of_hosts_and_steps_that_ran_are_wanted(
    whose: str, type_code: int, status_code: int, statuses: list[int]
) -> None:
    found = select(instance(*ALL, type_code=type_code, status_code=status_code), whose)
    assert [host.status_code for _step, host in found] == statuses


@pytest.fixture
def collect() -> Iterator[Collect]:
    """Make collectors of the logs of an instance, which are closed at the end."""
    with contextlib.ExitStack() as stack:

        def make(instance: Instance, options: LogOptions) -> LogCollector:
            failed = [host_row(step, host) for step in instance.steps for host in step.hosts or () if host.failed]
            return stack.enter_context(contextlib.closing(LogCollector(instance, options, failed)))

        yield make


@pytest.mark.parametrize("key", [KEY, HostKey(101, None, None), HostKey(None, 0, "10.0.0.1")])
def test_a_log_finds_its_host_by_id_or_address(collect: Collect, key: HostKey) -> None:
    collector = collect(instance(HostResult(KEY, 104)), LogOptions("all", 1024, None))
    collector.put(HostLog(20001, key, "log\n", 1, 0, "tag"))
    (row,), (failed,) = collector.rows, collector.failed
    assert (row["content"], row["truncated"], row["path"]) == ("log\n", False, None)
    assert (failed["log"], failed["exit_code"], failed["error_code"], failed["tag"]) == ("log", 1, 0, "tag")
    assert collector.missing() == {}


def test_a_log_of_another_host_at_the_same_address_is_ignored(collect: Collect) -> None:
    collector = collect(instance(HostResult(KEY, 104)), LogOptions("all", 1024, None))
    collector.put(HostLog(20001, HostKey(999, 0, "10.0.0.1"), "log\n"))
    assert [row["content"] for row in collector.rows] == [None]


@pytest.mark.parametrize(
    ("areas", "logs", "contents"),
    [
        ((None, 0), (None, 0), ["None", "0"]),
        ((0, None), (None, 0), ["0", "None"]),
        ((None, 2), (0, 2), ["0", "2"]),
        ((0, 2), (None, 2), ["None", "2"]),
        ((0,), (2,), [None]),
    ],
)
def test_a_log_finds_its_host_by_the_exact_area_first(
    collect: Collect, areas: tuple[int | None, ...], logs: tuple[int | None, ...], contents: list[str | None]
) -> None:
    """Area 0 may be missing on either side."""
    hosts = [HostResult(HostKey(None, area, "10.0.0.1"), 9) for area in areas]
    collector = collect(instance(*hosts), LogOptions("all", 1024, None))
    for area in logs:
        collector.put(HostLog(20001, HostKey(None, area, "10.0.0.1"), f"{area}"))
    assert [row["content"] for row in collector.rows] == contents


def test_a_log_that_is_not_wanted_is_ignored(collect: Collect) -> None:
    collector = collect(instance(HostResult(KEY, 104)), LogOptions("all", 1024, None))
    collector.put(HostLog(20001, HostKey(102, 0, "10.0.0.2"), "log\n"))
    collector.put(HostLog(20002, KEY, "log\n"))
    assert [row["content"] for row in collector.rows] == [None]


@pytest.mark.parametrize("content", [None, "", "\n", "[2024-05-01 10:00:00][PID:411] job_start\n"])
def test_a_log_of_no_more_than_its_beginning_is_missing(collect: Collect, content: str | None) -> None:
    collector = collect(instance(HostResult(KEY, 104)), LogOptions("all", 1024, None))
    collector.put(HostLog(20001, KEY, content))
    assert collector.missing() == collector.wanted() == {20001: [KEY]}


def test_no_log_of_a_host_that_has_not_ended_is_missing(collect: Collect) -> None:
    collector = collect(instance(HostResult(KEY, 7)), LogOptions("all", 1024, None))
    assert (collector.wanted(), collector.missing()) == ({20001: [KEY]}, {})


@pytest.mark.parametrize("whose", ["none", "failed", "all"])
def test_a_reader_is_given_the_whole_logs_of_all_hosts_of_scripts(tmp_path: Path, whose: str) -> None:
    hosts = (HostResult(KEY, 9), HostResult(HostKey(102, 0, "10.0.0.2"), 104), HostResult(HostKey(103, 0, None), 5))
    steps = tuple(Step(20000 + type_code, "run", type_code, 4, hosts=hosts) for type_code in (1, 2))
    read: list[tuple[int, int | None, int]] = []
    options = LogOptions(whose, 1024, str(tmp_path / "new"))
    collector = LogCollector(
        Instance(10000, "deploy", 4, steps),
        options,
        [host_row(steps[0], hosts[1])],
        lambda step, host, log: read.append((step.id, host.key.bk_host_id, len(log.content or ""))),
    )
    with contextlib.closing(collector):
        logs = [HostLog(step.id, host.key, "x" * 5000, 1) for step in steps for host in hosts[:2]]
        for log in logs:
            collector.put(log)
    assert read == [(20001, 101, 5000), (20001, 102, 5000)]
    wanted = {"none": [], "failed": [102], "all": [101, 102]}[whose]
    assert [row["bk_host_id"] for row in collector.rows] == [*wanted, *wanted]
    assert len([file for *_directory, files in os.walk(tmp_path) for file in files]) == 2 * len(wanted)
    assert (collector.failed[0]["exit_code"], collector.failed[0]["log"] is None) == (1, whose == "none")


def test_with_files_the_result_does_not_grow_with_the_hosts(
    collect: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_logs, "MOST_BESIDES_FILES", 2000)
    hosts = [HostResult(HostKey(number, 0, None), 104 if number % 2 else 9) for number in range(1, 9)]
    collector = collect(instance(*hosts), LogOptions("all", 1024, str(tmp_path)))
    for host in hosts:
        collector.put(HostLog(20001, host.key, "x" * 1000))
    assert [row["content"] is not None for row in collector.rows] == [True] * 4 + [False] * 4
    assert [row["truncated"] for row in collector.rows] == [False] * 4 + [True] * 4
    assert all(os.path.getsize(row["path"]) == 1000 for row in collector.rows)
    assert [row["log"] for row in collector.failed] == ["x" * 1000] * 4


def test_failed_hosts_have_the_end_of_their_log_for_reading(collect: Collect) -> None:
    collector = collect(instance(HostResult(KEY, 104)), LogOptions("all", 100_000, None))
    log = "".join(f"line {number}\n" for number in range(100))
    collector.put(HostLog(20001, KEY, log))
    assert collector.rows[0]["content"] == log
    assert collector.failed[0]["log"].splitlines() == [f"line {number}" for number in range(80, 100)]


@pytest.mark.parametrize("char", ["x", "中", "😀"])
def test_the_end_for_reading_has_two_kibibytes_at_most(char: str) -> None:
    text = excerpt(char * 5000 + "\n\n")
    assert 2048 - 4 < len(text.encode()) <= 2048
    assert set(text) == {char}


def test_failed_hosts_without_logs_are_returned_as_they_were(collect: Collect) -> None:
    collector = collect(instance(HostResult(KEY, 104)), LogOptions("none", 1024, None))
    assert (collector.rows, collector.failed[0]["log"]) == ([], None)


def test_a_directory_that_cannot_be_used_costs_no_log(collect: Collect, tmp_path: Path) -> None:
    (tmp_path / "10000").write_text("a file")
    collector = collect(instance(HostResult(KEY, 9)), LogOptions("all", 1024, str(tmp_path)))
    collector.put(HostLog(20001, KEY, "log\n"))
    assert collector.trouble
    assert (collector.rows[0]["content"], collector.rows[0]["path"]) == ("log\n", None)


@pytest.mark.parametrize(("dest", "writes", "wanted"), [("/a", True, "/a"), ("/a", False, None), ("", True, None)])
def test_options_are_read(dest: str, writes: bool, wanted: str | None) -> None:
    params = {"logs": "all", "log_limit": 64, "log_dest": dest}
    assert log_options(params, write_files=writes) == LogOptions("all", 65536, wanted)
