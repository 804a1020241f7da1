# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outputs in logs, whatever is printed around them, and hosts grouped by result."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.blueking.job.plugins.module_utils._follow import outputs as _outputs
from ansible_collections.blueking.job.plugins.module_utils._follow.logs import LogCollector, LogOptions
from ansible_collections.blueking.job.plugins.module_utils._follow.outputs import Outputs
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import (
    HostKey,
    HostLog,
    HostResult,
    Instance,
    Step,
)
from ansible_collections.blueking.job.plugins.module_utils._model.pattern import OUTPUT_PATTERN, compiled

A, B = HostKey(101, 0, "10.0.0.1"), HostKey(102, 0, "10.0.0.2")
# The same on every run: nothing random, nothing timed, nothing left behind.
steady = settings(derandomize=True, deadline=None, database=None, max_examples=150)
# What scripts print between outputs: parts of marks, marks that are not closed, and anything else.
OPENED = ["<SOPS_VAR>", "&lt;SOPS_VAR&gt;", "<SOPS_VAR>open", "<SOPS_VAR>open:", "<SOPS_VAR>a:b\n"]
PARTS = [*OPENED, "<SOPS", "SOPS_VAR>", "</", "<", "&", "&lt;", ":", "\n", "\r\n", "</SOPS_VAR", "\x1b[31m", "\0"]
BETWEEN = (
    st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=5)), max_size=5)
    .map("".join)
    .filter(lambda text: "/SOPS_VAR>" not in text)
)
KEYS = st.text(max_size=5).filter(lambda key: key.strip() and not set(":<&") & set(key))
VALUES = st.lists(st.one_of(st.sampled_from(["<", "&", "&lt;", "\n", ":", "</b>", " "]), st.text(max_size=5)))
MARKED = st.tuples(KEYS, VALUES.map("".join), st.booleans())


def instance(*steps: Step) -> Instance:
    return Instance(10000, "deploy", 3, steps)


def step(number: int, *hosts: HostResult) -> Step:
    return Step(20000 + number, f"step {number}", 1, 3, hosts=hosts)


def of(text: str, pattern: str = OUTPUT_PATTERN) -> dict[str, str]:
    """The outputs in a log."""
    one, host = step(1, HostResult(A, 9)), HostResult(A, 9)
    outputs = Outputs(instance(one), compiled(pattern))
    outputs.read(one, host, HostLog(one.id, A, text))
    return next((row["values"] for row in outputs.rows()), {})


def marked(key: str, value: str, escaped: bool) -> str:
    before, after = ("&lt;", "&gt;") if escaped else ("<", ">")
    return f"{before}SOPS_VAR{after}{key}:{value}{before}/SOPS_VAR{after}"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("<SOPS_VAR>version:1.2.3</SOPS_VAR>", {"version": "1.2.3"}),
        ("&lt;SOPS_VAR&gt;version:1.2.3&lt;/SOPS_VAR&gt;", {"version": "1.2.3"}),
        ("a<SOPS_VAR>one:1</SOPS_VAR>b<SOPS_VAR>two:2</SOPS_VAR>\n", {"one": "1", "two": "2"}),
        ("<SOPS_VAR>lines:one\ntwo\n</SOPS_VAR>", {"lines": "one\ntwo"}),
        ("<SOPS_VAR> key : a value\r\n</SOPS_VAR>", {"key": "a value"}),
        ("<SOPS_VAR>url:https://a:1/?b&c=<d></SOPS_VAR>", {"url": "https://a:1/?b&c=<d>"}),
        ("<SOPS_VAR>key:1</SOPS_VAR><SOPS_VAR>key:2</SOPS_VAR>", {"key": "2"}),
        ("<SOPS_VAR>empty:</SOPS_VAR>", {"empty": ""}),
        ("<SOPS_VAR>no separator</SOPS_VAR><SOPS_VAR>key:1</SOPS_VAR>", {"key": "1"}),
        ("<SOPS_VAR>open:1\n<SOPS_VAR>key:2</SOPS_VAR>", {"key": "2"}),
        ("<SOPS_VAR> :no key</SOPS_VAR>", {}),
        ("<SOPS_VAR>never:closed", {}),
    ],
)
def test_outputs_are_what_is_between_marks(text: str, values: dict[str, str]) -> None:
    assert of(text) == values


@steady
@given(st.lists(st.tuples(BETWEEN, MARKED), max_size=5), BETWEEN)
def test_outputs_are_found_whatever_is_around_them(printed: list[tuple[str, tuple[str, str, bool]]], last: str) -> None:
    text = "".join(between + marked(*mark) for between, mark in printed) + last
    assert of(text) == {key.strip(): value.strip() for _between, (key, value, _escaped) in printed}


@steady
@given(st.text(), BETWEEN)
def test_nothing_is_found_where_no_mark_is_closed(text: str, between: str) -> None:
    assert of((text + between).replace("/SOPS_VAR", "")) == {}


@pytest.mark.parametrize(
    "text",
    [
        "<SOPS_VAR>k:" * 100_000,
        "&lt;SOPS_VAR&gt;" * 100_000,
        "<SOPS_VAR>k:" + "<" * 2_000_000,
        ("<SOPS_VAR>k:" + "x<" * 10_000) * 20,
        "<SOPS_VAR>" + "k" * 2_000_000,
    ],
    ids=["unclosed", "escaped", "angles", "both", "key"],
)
def test_no_log_makes_the_search_endless(text: str) -> None:
    """With a search that begins again at each mark, each of these would take hours."""
    assert of(text + "\n<SOPS_VAR>key:1</SOPS_VAR>") == {"key": "1"}


def test_long_values_are_found_anywhere_in_a_long_log() -> None:
    long = "x" * 2_000_000
    assert of(f"<SOPS_VAR>a:{long}</SOPS_VAR>{long}") == {"a": long}


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        (r"(?m)^OUT (?P<key>\w+)=(?P<value>[^\n]*)$", {"a": "1", "b": "2"}),
        (r"OUT (?P<key>\w+)=(?P<value>.*)", {"a": "1\nOUT b= 2"}),
        (r"(?P<value>\d)\nOUT (?P<key>\w)", {"b": "1"}),
        (r"OUT (?P<key>\w+)(?P<value>none)?", {"a": "", "b": ""}),
        (r"(?P<key>)(?P<value>)", {}),
    ],
)
def test_another_pattern_finds_other_outputs(pattern: str, values: dict[str, str]) -> None:
    assert of("OUT a=1\nOUT b= 2\n", pattern) == values


def test_another_pattern_searches_the_end_of_long_logs() -> None:
    text = "a=1;" + " " * 999_996 + "b=2;"
    assert of(text, r"(?P<key>\w)=(?P<value>\d);") == {"b": "2"}


def test_a_log_that_is_read_again_replaces_the_first() -> None:
    one, host = step(1, HostResult(A, 9)), HostResult(A, 9)
    outputs = Outputs(instance(one), compiled(OUTPUT_PATTERN))
    for text in (marked("a", "1", False), marked("b", "2", False)):
        outputs.read(one, host, HostLog(one.id, A, text))
    assert [row["values"] for row in outputs.rows()] == [{"b": "2"}]


def collected(*logs: tuple[int, HostKey, dict[str, str]]) -> Outputs:
    """The outputs of two hosts in two steps, which come in any order."""
    steps = [step(number, HostResult(A, 9), HostResult(B, 9)) for number in (1, 2)]
    outputs = Outputs(instance(*steps), compiled(OUTPUT_PATTERN))
    for number, key, values in reversed(logs):
        text = "".join(marked(name, value, False) for name, value in values.items())
        outputs.read(steps[number - 1], HostResult(key, 9), HostLog(20000 + number, key, text))
    return outputs


def test_the_rows_are_in_the_order_of_steps_and_hosts() -> None:
    outputs = collected((1, A, {"a": "1"}), (1, B, {}), (2, A, {"b": "2"}), (2, B, {"c": "3"}))
    assert outputs.rows() == [
        {"step_instance_id": 20001, **A.columns(), "values": {"a": "1"}},
        {"step_instance_id": 20002, **A.columns(), "values": {"b": "2"}},
        {"step_instance_id": 20002, **B.columns(), "values": {"c": "3"}},
    ]


@pytest.mark.parametrize(
    ("logs", "agreed", "conflicts"),
    [
        ([(1, A, {"a": "1", "b": "1"}), (1, B, {"a": "1", "b": "2"})], {"a": "1"}, ["b"]),
        ([(1, A, {"a": "1"}), (1, B, {})], {"a": "1"}, []),
        ([(1, A, {"a": "1"}), (2, B, {"a": "2"})], {"a": "2"}, []),
        ([(1, A, {"a": "1"}), (1, B, {"a": "2"}), (2, A, {"a": "3"}), (2, B, {"a": "3"})], {"a": "3"}, []),
        ([(1, A, {"a": "1"}), (1, B, {"a": "1"}), (2, A, {"a": "2"}), (2, B, {"a": "3"})], {}, ["a"]),
        ([(1, A, {"b": "1", "a": "1"}), (1, B, {"b": "2", "a": "2"})], {}, ["a", "b"]),
        ([], {}, []),
    ],
)
def test_outputs_are_those_on_which_all_hosts_agree(
    logs: list[tuple[int, HostKey, dict[str, str]]], agreed: dict[str, str], conflicts: list[str]
) -> None:
    assert collected(*logs).agreed() == (agreed, conflicts)


def test_outputs_beyond_the_limit_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_outputs, "MOST_OUTPUTS", 1000)
    logs = [(1, A, {"a": "x" * 600}), (1, B, {"a": "x" * 600}), (2, A, {"a": "1"})]
    outputs = collected(*logs)
    # They come in reverse.
    assert [len(row["values"]["a"]) for row in outputs.rows()] == [600, 1]
    assert "1 log " in outputs.problem


def test_a_key_that_is_printed_often_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_outputs, "MOST_OUTPUTS", 1000)
    assert of("".join(marked("progress", str(percent), False) for percent in range(101))) == {"progress": "100"}


def test_logs_are_not_held_together() -> None:
    hosts = [HostResult(HostKey(number, 0, None), 9) for number in range(1, 2001)]
    one = step(1, *hosts)
    outputs = Outputs(instance(one), compiled(OUTPUT_PATTERN))
    collector = LogCollector(instance(one), LogOptions("none", 1024, None), [], outputs.read)
    tracemalloc.start()
    try:
        for host in hosts:
            text = f"{host.key.bk_host_id}\n" + "x" * 100_000 + marked("free", "5120", False)
            collector.put(HostLog(one.id, host.key, text))
        rows = outputs.rows()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (len(rows), outputs.agreed()) == (2000, ({"free": "5120"}, []))
    assert peak < 20 * 100_000


@pytest.mark.parametrize("pattern", ["(?P<key>", "(?P<key>a)", "(?P<value>a)", "", "(?P<key>a)(?P<key>b)", "*"])
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match="output_pattern"):
        compiled(pattern)


def test_hosts_are_grouped_by_step_result_status_and_tag() -> None:
    keys = [HostKey(number, 0, None) for number in range(8)]
    codes = [9, 3, 104, 104, 104, 7, 5, 18]
    tags = ["", "", "disk full", "disk full", "no network", "", None, None]
    hosts = [HostResult(key, code, tag=tag) for key, code, tag in zip(keys, codes, tags)]
    groups = Outputs(instance(step(1, *hosts), step(2, *hosts[:1]), Step(20003, "approve", 3, 1)), None).groups()
    assert [
        (*(group[name] for name in ("step_name", "result", "status", "tag")), [h["bk_host_id"] for h in group["hosts"]])
        for group in groups
    ] == [
        ("step 1", "succeeded", "success", "", [0]),
        ("step 1", "succeeded", "succeeded_before", "", [1]),
        ("step 1", "failed", "nonzero_exit_code", "disk full", [2, 3]),
        ("step 1", "failed", "nonzero_exit_code", "no network", [4]),
        ("step 1", "unfinished", "running", "", [5]),
        ("step 1", "unfinished", "waiting", None, [6]),
        ("step 1", "failed", "agent_not_installed", None, [7]),
        ("step 2", "succeeded", "success", "", [0]),
    ]
    assert groups[0]["step_instance_id"] == 20001
    assert groups[0]["hosts"] == [{**keys[0]._asdict(), "inventory_hostname": None}]


def test_tags_that_come_with_logs_are_used_where_the_result_has_none() -> None:
    one = step(1, HostResult(A, 104), HostResult(B, 104, tag="of the result"))
    outputs = Outputs(instance(one), None)
    for host in one.hosts or ():
        outputs.read(one, host, HostLog(one.id, host.key, None, tag="of the log"))
    assert [group["tag"] for group in outputs.groups()] == ["of the log", "of the result"]
    assert outputs.rows() == []
