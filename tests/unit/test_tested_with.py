# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures about versions and launches in the README are those of the data, the contract and the sessions."""

from __future__ import annotations

import ast
import lzma
import re

import pytest

from tests.collection_path import CHECKOUT

READMES = ["README.md", "docs/README.zh-CN.md"]


def read(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", READMES)
def test_all_compared_launches_are_counted(path: str) -> None:
    with lzma.open(CHECKOUT / "tests" / "data" / "launch-rules" / "cases.jsonl.xz", "rt", encoding="utf-8") as lines:
        count = sum(1 for _line in lines)
    assert read(path).count(f"{count:,}") == 2


@pytest.mark.parametrize("path", READMES)
def test_the_revisions_are_those_of_the_contract(path: str) -> None:
    revisions = re.findall(r"`([0-9a-f]{8})`", read(path))
    assert len(revisions) == 2
    assert [one for one in revisions if one not in read("docs/contract/README.md")] == []
    (requests,) = re.findall(r"and (\d+) more with the simulated Job behind it", read("docs/contract/esb-observed.md"))
    assert re.search(rf"\b{requests}\b ", read(path))


@pytest.mark.parametrize("path", READMES)
def test_the_versions_of_make_test_and_its_matrix_are_named(path: str) -> None:
    sessions = read("noxfile.py")
    (listed,) = re.findall(r"^MATRIX = (\[.*?^\])", sessions, re.MULTILINE | re.DOTALL)
    tested = [name for name in ast.literal_eval(listed) if name.startswith("integration-2")]
    assert tested == [f"integration-{core}" for core in ("2.16", "2.17", "2.18", "2.19", "2.20")]
    (oldest,) = re.findall(r"^requests>=([0-9.]+)$", read("meta/ee-requirements.txt"), re.MULTILINE)
    (sentences,) = re.findall(r"^.*`make test-matrix`.*$", read(path), re.MULTILINE)
    paragraph = next(part for part in read(path).split("\n\n") if sentences in part)
    for version in (
        "2.16",
        "Python 3.11",
        "2.17",
        "2.18",
        "2.19",
        "2.20",
        "3.13",
        f"`requests` {oldest}",
        "Python 3.8",
    ):
        assert version in " ".join(paragraph.split())
