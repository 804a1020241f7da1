# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arrays as bash itself reads them, whatever is in them: Job puts their text into the script as it is (§7.2)."""

from __future__ import annotations

import subprocess
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.blueking.job.plugins.module_utils._model.bash import (
    associative_array,
    index_array,
    is_associative_array,
    is_index_array,
)
from tests.unit.conftest import CREDENTIALS

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.simulator import Simulator
    from tests.unit.conftest import RunModule

    Pairs = list[tuple[str, str]]

# What means something to bash somewhere, beside all that means nothing.
NASTY = [
    *"'\"`$\\()[]{}<>|&;!#*?~^%@+-=:,./ \t\n\r01ax_",
    *("\x02", "\x1b", "\x7f", "\xa0", "\u2028", "é", "中文", "😀", "e\u0301", "\ufeff"),
    *("$(touch cut)", "`touch cut`", "$HOME", "${x[@]}", "$((1/0))", "'\\''", "\\'", "\\\n", "\\n", "!!", "\r\n"),
    *("[0]=", "]=", "[@]", "*.txt", "?(x)", "@(a|b)", "{a,b}", "--", "-n", "<(ls)", "EOF", "~root", "a b", " "),
]
# Of two \x01 in a row, bash 5.1 drops one, whatever is around them.
ANY = st.integers(2, 0x10FFFF).filter(lambda code: not 0xD800 <= code <= 0xDFFF).map(chr)
TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), ANY), max_size=6).map("".join)
LISTS = st.lists(TEXTS, max_size=6)
DICTS = st.dictionaries(TEXTS.filter(bool), TEXTS, max_size=6)

# The same on every run: nothing random, nothing timed, nothing left behind.
steady = settings(derandomize=True, deadline=None, database=None, max_examples=120)
SETTINGS = ["", "set -eu", "shopt -s extglob nullglob", "shopt -s extglob failglob", "LC_ALL=C"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with files that globs would match."""
    place = tmp_path_factory.mktemp("place")
    for name in ("a", "a.txt", "0", "x=", "[a]=b"):
        (place / name).touch()
    return place


def read_by_bash(place: Path, arrays: Sequence[str], setting: str = "") -> list[Pairs]:
    """Keys and items of each array, declared with the text that Job would put there."""
    lines = [setting]
    for index, array in enumerate(arrays):
        tell = f'printf "%s\\0" "${{#v{index}[@]}}" "${{!v{index}[@]}}" "${{v{index}[@]}}"'
        lines += [f"declare -{array[0]} v{index}={array[1:]}", tell]
    done = subprocess.run(
        ["bash", "--norc", "--noprofile"],
        input="\n".join([*lines, ""]).encode(),
        cwd=place,
        env={"LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    told = iter(done.stdout.decode().split("\0"))
    read = []
    for _array in arrays:
        count = int(next(told))
        keys = [next(told) for _key in range(count)]
        read.append([(key, next(told)) for key in keys])
    assert list(told) == [""]
    return read


def a(items: Sequence[str]) -> str:
    return "a" + index_array(items)


def big_a(items: Mapping[str, str]) -> str:
    return "A" + associative_array(items)


def numbered(items: Sequence[str]) -> Pairs:
    return [(str(index), item) for index, item in enumerate(items)]


@steady
@given(setting=st.sampled_from(SETTINGS), lists=st.lists(LISTS, max_size=12))
def test_bash_reads_a_list_as_it_was_given(place: Path, setting: str, lists: list[list[str]]) -> None:
    assert read_by_bash(place, [a(items) for items in lists], setting) == [numbered(items) for items in lists]


@steady
@given(setting=st.sampled_from(SETTINGS), dicts=st.lists(DICTS, max_size=12))
def test_bash_reads_a_dictionary_as_it_was_given(place: Path, setting: str, dicts: list[dict[str, str]]) -> None:
    read = read_by_bash(place, [big_a(items) for items in dicts], setting)
    assert [sorted(pairs) for pairs in read] == [sorted(items.items()) for items in dicts]


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_of_the_nasty_ones_alone(place: Path, setting: str) -> None:
    """What a property test may never come to: each as the only item, as the first of its kind, and as a key."""
    lists = [a(items) for text in NASTY for items in ([text], ["", text, ""])]
    dicts = [big_a(items) for text in NASTY for items in ({text: text}, {text: ""}, {f"k{text}": "v"})]
    read = read_by_bash(place, lists + dicts, setting)
    assert read == [pairs for text in NASTY for pairs in (numbered([text]), numbered(["", text, ""]))] + [
        pairs for text in NASTY for pairs in ([(text, text)], [(text, "")], [(f"k{text}", "v")])
    ]
    assert not (place / "cut").exists()


@steady
@given(items=LISTS, pairs=DICTS)
def test_what_we_write_passes_for_what_people_write(items: list[str], pairs: dict[str, str]) -> None:
    """A value that one task registers may be another task's text."""
    assert is_index_array(index_array(items))
    assert is_associative_array(associative_array(pairs))


PORTS = ["80", "it's", "", "-n", "*", "$(touch cut)", "two\nlines\r\n", "a\\", "中文 😀"]
LABELS = {"tier": "web", "mo]t'to": 'it\'s "safe"', "@": "", "*": "`touch cut`", "a b": "$HOME"}


def test_what_a_playbook_gives_is_what_the_script_gets(sim: Simulator, run_module: RunModule, place: Path) -> None:
    result = run_module(
        "bk_job_execute",
        job_plan_id=100,
        variables={"ports": PORTS, "labels": LABELS},
        url=sim.url,
        bk_biz_id=1,
        **CREDENTIALS,
    )
    assert result["outcome"] == "launched", result
    values = sim.launches[-1].values
    ports, labels = read_by_bash(place, [f"a{values['ports']}", f"A{values['labels']}"])
    assert (ports, dict(labels)) == (numbered(PORTS), LABELS)
    assert not (place / "cut").exists()
