# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that a person sees while an instance is waited for."""

from __future__ import annotations

import re
import threading
import time

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow import progress
from ansible_collections.blueking.job.plugins.module_utils._follow.progress import Progress, duration
from ansible_collections.blueking.job.plugins.module_utils._model.errors import UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import (
    STATUSES,
    HostKey,
    HostResult,
    Instance,
    Step,
    word,
)
from ansible_collections.blueking.job.plugins.module_utils._report.instance import host_row, step_row

REFUSED = UnclearError("cannot reach paas.example.com", kind="unavailable", transient=True)


class Screen:
    """A person's screen, and the clock that turns by the seconds between updates; 14:03:21 is when it begins."""

    def __init__(self) -> None:
        self.began = time.mktime((2024, 5, 1, 14, 3, 21, 0, 0, -1))
        self.age = 0.0
        self.lines: list[str] = []
        self.progress = Progress(self.show, self, 10000)

    def show(self, line: str, *, always: bool = False) -> None:
        assert not always
        self.lines.append(line)

    def now(self) -> float:
        return self.age

    def date(self) -> float:
        return self.began + self.age

    def sleep(self, seconds: float) -> None:
        self.age += seconds

    def shown(self) -> list[str]:
        """What was shown since the last time, without the wall clock and the instance."""
        lines, self.lines = self.lines, []
        for line in lines:
            assert re.match(r"\d\d:\d\d:\d\d instance 10000 · ", line)
        return [line.partition(" · ")[2] for line in lines]

    def see(self, instance: Instance, after: float = 0.0) -> list[str]:
        self.sleep(after)
        rows = [step_row(step) for step in instance.steps]
        failed = [host_row(step, host) for step in instance.steps for host in step.hosts or () if host.failed]
        self.progress.update(word(STATUSES, instance.status_code), rows, failed, self.age)
        return self.shown()


@pytest.fixture
def screen() -> Screen:
    return Screen()


def step(number: int, status: int, *hosts: int, type_code: int = 1, seconds: float | None = None) -> Step:
    results = tuple(HostResult(HostKey(id_, 0, f"10.0.0.{id_}"), code) for id_, code in enumerate(hosts, start=1))
    return Step(number, f"s{number}", type_code, status, total_seconds=seconds, hosts=results if hosts else None)


def instance(status: int, *steps: Step) -> Instance:
    return Instance(10000, "deploy", status, steps)


def test_a_line_begins_with_the_wall_clock_and_ends_with_the_age(screen: Screen) -> None:
    screen.sleep(80)
    screen.progress.update("running", [step_row(step(1, 2))], None, screen.age)
    assert screen.lines == ["14:04:41 instance 10000 · step 1/1 s1 running · 1m20s"]


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (instance(1), "pending"),
        (instance(1, step(1, 1), step(2, 1)), "step 1/2 s1 pending"),
        (instance(2, step(1, 2), step(2, 1)), "step 1/2 s1 running"),
        (instance(2, step(1, 3), step(2, 2), step(3, 1)), "step 2/3 s2 running"),
        (instance(7, step(1, 3), step(2, 7)), "step 2/2 s2 waiting"),
        (instance(99, step(1, 99)), "step 1/1 s1 unknown"),
        (instance(2, step(1, 2, 7, 5, 9)), "step 1/1 s1 running · hosts 1/3 ok"),
        (instance(2, step(1, 2, 9, 3, 104, 7)), "step 1/1 s1 running · hosts 2/4 ok, 1 failed"),
        (instance(2, step(1, 2, 1, 2, 3)), "step 1/1 s1 running · hosts 1/3 ok, 2 failed"),
    ],
)
def test_the_step_that_runs_is_shown_with_its_hosts(screen: Screen, seen: Instance, text: str) -> None:
    assert f"{text} · 0s" in screen.see(seen)


def test_a_line_is_shown_when_something_has_changed(screen: Screen) -> None:
    assert screen.see(instance(2, step(1, 2))) == ["step 1/1 s1 running · 0s"]
    assert screen.see(instance(2, step(1, 2)), after=5) == []
    assert screen.see(instance(10, step(1, 10)), after=5) == ["step 1/1 s1 stopping · 10s"]


def test_a_line_is_shown_each_minute_at_least(screen: Screen) -> None:
    shown = [screen.see(instance(2, step(1, 2)), after=5) for _poll in range(60)]
    assert [number for number, lines in enumerate(shown) if lines] == [0, 12, 24, 36, 48]
    assert shown[12] == ["step 1/1 s1 running · 1m05s"]


def test_a_finished_step_has_one_line_with_its_duration(screen: Screen) -> None:
    screen.see(instance(2, step(1, 2), step(2, 1)))
    lines = screen.see(instance(2, step(1, 3, seconds=41.3), step(2, 1)), after=2)
    assert lines == ["step 1/2 s1 success · 41s"]
    lines = screen.see(instance(2, step(1, 3, seconds=41.3), step(2, 2)), after=2)
    assert lines == ["step 2/2 s2 running · 4s"]
    assert screen.see(instance(4, step(1, 3, seconds=41.3), step(2, 4, seconds=90)), after=2) == [
        "step 2/2 s2 failed · 1m30s"
    ]


@pytest.mark.parametrize("status", [3, 4, 6, 9, 11, 13])
def test_every_end_of_a_step_is_shown(screen: Screen, status: int) -> None:
    screen.see(instance(2, step(1, 2)))
    assert screen.see(instance(2, step(1, status))) == [f"step 1/1 s1 {STATUSES[status]}"]


def test_a_step_that_runs_again_is_shown_again(screen: Screen) -> None:
    screen.see(instance(4, step(1, 4, seconds=5)))
    assert screen.see(instance(2, step(1, 2)), after=1) == ["step 1/1 s1 running · 1s"]
    assert screen.see(instance(3, step(1, 3, seconds=7)), after=1) == ["step 1/1 s1 success · 7s"]


def test_steps_that_had_ended_before_are_each_shown_once(screen: Screen) -> None:
    """A wait may begin late."""
    lines = screen.see(instance(2, step(1, 3, seconds=5), step(2, 3, seconds=6), step(3, 2)))
    assert lines == ["step 1/3 s1 success · 5s", "step 2/3 s2 success · 6s", "step 3/3 s3 running · 0s"]


def test_each_failed_host_is_named_once_with_its_reason(screen: Screen) -> None:
    assert screen.see(instance(2, step(1, 2, 9, 104, 7))) == [
        "failed: 10.0.0.2 (nonzero exit code)",
        "step 1/1 s1 running · hosts 1/3 ok, 1 failed · 0s",
    ]
    assert screen.see(instance(2, step(1, 2, 9, 104, 18)), after=5) == [
        "failed: 10.0.0.3 (agent not installed)",
        "step 1/1 s1 running · hosts 1/3 ok, 2 failed · 5s",
    ]
    assert screen.see(instance(2, step(1, 2, 9, 104, 18)), after=5) == []


def test_the_exit_code_of_a_failed_host_is_shown(screen: Screen) -> None:
    host = HostResult(HostKey(102, 2, "10.0.0.2"), 104, exit_code=1, tag="disk full")
    lines = screen.see(instance(2, Step(1, "s1", 1, 2, hosts=(host,))))
    assert lines[0] == "failed: 2:10.0.0.2 (exit code 1, tag disk full)"


def test_the_same_host_may_fail_in_two_steps(screen: Screen) -> None:
    screen.see(instance(2, step(1, 6, 104), step(2, 2, 7)))
    assert "failed: 10.0.0.1 (nonzero exit code)" in screen.see(instance(2, step(1, 6, 104), step(2, 2, 104)))


def test_ten_failed_hosts_are_named_and_the_rest_counted(screen: Screen) -> None:
    lines = screen.see(instance(2, step(1, 2, *[104] * 13)))
    named = [line for line in lines if "10.0.0." in line]
    assert [line.split()[1] for line in named] == [f"10.0.0.{number}" for number in range(1, 11)]
    assert [line for line in lines if line.startswith("failed: 3 ")] == lines[10:11]
    lines = screen.see(instance(2, step(1, 2, *[104] * 15)), after=5)
    assert [line.startswith("failed: 2 ") for line in lines] == [True, False]


def test_counts_are_kept_while_hosts_are_not_requested(screen: Screen) -> None:
    screen.see(instance(2, step(1, 2, 9, 7)))
    assert screen.see(instance(2, step(1, 2)), after=2) == []


def test_counts_from_before_the_end_of_a_step_are_not_shown(screen: Screen) -> None:
    screen.see(instance(2, step(1, 2, 9, 7), step(2, 1)))
    screen.see(instance(2, step(1, 3), step(2, 1)))
    assert screen.see(instance(2, step(1, 3), step(2, 1)), after=60) == ["step 1/2 s1 success · 1m00s"]


def test_failures_from_before_the_end_of_a_step_are_shown(screen: Screen) -> None:
    screen.see(instance(2, step(1, 2, 104, 7), step(2, 1)))
    screen.see(instance(9, step(1, 9), step(2, 1)))
    lines = screen.see(instance(9, step(1, 9), step(2, 1)), after=60)
    assert lines == ["step 1/2 s1 abnormal · hosts 0/2 ok, 1 failed · 1m00s"]


@pytest.mark.parametrize("type_code", [3, 1], ids=["confirmation", "rolling"])
def test_a_confirmation_is_shown_with_the_command(screen: Screen, type_code: int) -> None:
    lines = screen.see(instance(7, step(1, 3), step(75, 7, type_code=type_code)))
    command = "ansible-playbook blueking.job.confirm -e job_instance_id=10000 -e step_instance_id=75"
    assert [line.endswith(command) for line in lines] == [False, False, *([True] if type_code == 3 else [])]
    assert screen.see(instance(7, step(1, 3), step(75, 7, type_code=type_code)), after=5) == []


def test_a_confirmation_names_those_who_may_confirm(screen: Screen) -> None:
    screen.progress = Progress(screen.show, screen, 10000, {"s75": ("alice", "bk_biz_maintainer")})
    *_others, line = screen.see(instance(7, step(1, 3), step(75, 7, type_code=3)))
    assert "alice, bk_biz_maintainer" in line


def test_the_end_of_three_logs_is_shown_line_by_line(screen: Screen) -> None:
    hosts = [HostResult(HostKey(number, 0, f"10.0.0.{number}"), 104) for number in range(1, 6)]
    rows = [{**host_row(step(1, 4), host), "log": f"log {host.key.bk_host_id}\n\tend"} for host in hosts]
    screen.progress.logs([{**rows[0], "log": None}, *rows[1:]])
    heads, logs = screen.lines[::3], [screen.lines[1::3], screen.lines[2::3]]
    assert [f"10.0.0.{number}" in line for number, line in zip((2, 3, 4), heads)] == [True] * 3
    assert logs == [[f"    log {number}" for number in (2, 3, 4)], ["    \tend"] * 3]


def test_no_response_is_shown_after_ten_seconds_with_its_reason(screen: Screen) -> None:
    shown = {}
    for seconds in range(1, 100):
        screen.sleep(1)
        screen.progress.silent(REFUSED, screen.age, float(seconds))
        shown[seconds] = screen.shown()
    assert [seconds for seconds, lines in shown.items() if lines] == [10, 70]
    assert "paas.example.com" in shown[10][0]
    assert shown[10][0].endswith(" · 10s")


def test_a_request_without_a_response_is_shown_while_it_is_open(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SILENT", 0.0)  # no seconds of this machine
    shown = threading.Event()

    def show(line: str, *, always: bool = False) -> None:
        screen.lines.append(line)
        shown.set()

    screen.progress = Progress(show, screen, 10000)
    with screen.progress.polling(screen.age):
        assert shown.wait(60)
    assert len(screen.shown()) == 1


def test_a_request_that_is_answered_in_time_is_not_shown(screen: Screen) -> None:
    with screen.progress.polling(screen.age):
        [timer] = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
        assert timer.interval == 10.0
    timer.join()
    assert screen.shown() == []


def test_the_reason_is_shown_as_soon_as_there_is_one(screen: Screen) -> None:
    """A request that was not answered yet has no reason, and may be sent several times before it has one."""
    shown = []
    for seconds, error in ((10, None), (12, None), (14, REFUSED), (16, REFUSED), (18, None)):
        screen.progress.silent(error, seconds, seconds)
        shown.append([("paas.example.com" in line) for line in screen.shown()])
    assert shown == [[False], [], [True], [], []]


def test_no_response_is_shown_again_after_a_response(screen: Screen) -> None:
    screen.progress.silent(REFUSED, 10, 10)
    assert len(screen.shown()) == 1
    screen.see(instance(2, step(1, 2)))
    screen.progress.silent(None, 30, 12)
    assert len(screen.shown()) == 1


def test_the_outcome_is_shown_at_the_end(screen: Screen) -> None:
    screen.progress.ended("succeeded", 3725)
    assert screen.shown() == ["succeeded · 1h02m05s"]


@pytest.mark.parametrize(("total", "pause"), [(3, 5), (2000, 5), (2001, 30)])
def test_hosts_are_requested_at_a_bounded_rate(screen: Screen, total: int, pause: float) -> None:
    assert screen.progress.wants_hosts(0)
    screen.progress.hosts_requested(100)
    screen.see(instance(2, step(1, 2, *[7] * total)))
    assert not screen.progress.wants_hosts(100 + pause - 0.1)
    assert screen.progress.wants_hosts(100 + pause)


def test_hosts_that_could_not_be_read_are_not_requested_more_often(screen: Screen) -> None:
    screen.progress.hosts_requested(100)
    screen.see(instance(2, step(1, 2)))
    assert not screen.progress.wants_hosts(104.9)


@pytest.mark.parametrize(("seconds", "text"), [(0.9, "0s"), (41, "41s"), (80, "1m20s"), (3723, "1h02m03s")])
def test_durations_are_written_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text
