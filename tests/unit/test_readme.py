# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README is the same in English and in Chinese, and agrees with the repository."""

from __future__ import annotations

import ast
import re

import pytest

from tests.collection_path import CHECKOUT
from tests.docs.reference import path_of, table

REPOSITORY = "https://github.com/blueking-community/ansible-collection-job"
ENGLISH, CHINESE = "README.md", "docs/README.zh-CN.md"
TEMPLATE = re.compile(r"{{.*?}}")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


def prose(path: str) -> str:
    return FENCED.sub("", read(path))


def sections(path: str) -> list[str]:
    """The page, cut before each heading; what is before the title is left out."""
    return re.split(r"^(?=#+ )", prose(path), flags=re.MULTILINE)[1:]


def code(path: str) -> list[tuple[str, str]]:
    """The blocks of code, without comments, names of tasks, words of messages, and the choice of a language.

    What is shown as output is compared with what is printed, in each language.
    """
    spoken = re.compile(r"\s+#.*$|^export BK_JOB_LANGUAGE=.*$|(?<=- name: ).*$", re.MULTILINE)
    message = re.compile(r"(?<=msg: )\".*\"$", re.MULTILINE)
    blocks = [(language, spoken.sub("", text).strip()) for language, text in FENCED.findall(read(path))]
    return [
        (language, "" if language == "text" else message.sub(lambda found: " ".join(TEMPLATE.findall(found[0])), text))
        for language, text in blocks
    ]


def tables(path: str) -> list[list[int]]:
    """The number of cells in each row, for each section."""
    return [[line.count("|") for line in section.splitlines() if line.startswith("|")] for section in sections(path)]


def links(path: str) -> list[str]:
    """All link targets in order, except the one to the other language.

    Those of guides and pictures are without their language. A page of the Chinese reference is for its plugin.
    """
    targets = re.findall(r"\]\(([^)]*)\)", prose(path))
    pages = f"{REPOSITORY}/blob/main/docs/docsite/rst/reference_"
    plugins = {f"{pages}{name}_zh.rst": f"{REPOSITORY}/blob/main/{path_of(name)}" for name in table()["plugins"]}
    return [re.sub(r"_zh(?=\.(rst|svg)$)", "", plugins.get(target, target)) for target in targets[1:]]


def test_both_have_the_same_sections() -> None:
    levels = [[section.split(" ", 1)[0] for section in sections(path)] for path in (ENGLISH, CHINESE)]
    assert levels[0] == levels[1]
    assert len(levels[0]) > 10


def test_both_have_the_same_code() -> None:
    assert code(ENGLISH) == code(CHINESE)
    assert len(code(ENGLISH)) > 4


def test_both_have_the_same_tables() -> None:
    assert tables(ENGLISH) == tables(CHINESE)
    assert sum(map(len, tables(ENGLISH))) > 40


def test_both_have_the_same_names_in_each_section() -> None:
    names = [
        [sorted(set(re.findall(r"`([^`]+)`", section))) for section in sections(path)] for path in (ENGLISH, CHINESE)
    ]
    assert names[0] == names[1]


def test_both_have_the_same_links_and_link_to_each_other() -> None:
    assert links(ENGLISH) == links(CHINESE)
    assert f"\n[简体中文]({REPOSITORY}/blob/main/{CHINESE})\n" in read(ENGLISH)
    assert f"\n[English]({REPOSITORY}/blob/main/{ENGLISH})\n" in read(CHINESE)


def test_the_chinese_page_links_to_the_chinese_guides() -> None:
    for path, chinese in ((ENGLISH, False), (CHINESE, True)):
        guides = {path.stem for path in (CHECKOUT / "docs" / "docsite" / "rst").glob("guide_*.rst")}
        wanted = {name for name in guides if name.endswith("_zh") == chinese}
        assert {f"guide_{name}" for name in re.findall(r"/guide_(\w+)\.rst", prose(path))} == wanted


def test_all_links_are_absolute() -> None:
    # Galaxy and Automation Hub show the README without the repository.
    assert {target[:8] for path in (ENGLISH, CHINESE) for target in links(path)} == {"https://"}


@pytest.mark.parametrize("path", [ENGLISH, CHINESE])
def test_all_links_into_the_repository_lead_to_files(path: str) -> None:
    places = ("/blob/main/", "/tree/main/", "/ansible-collection-job/main/")
    paths = [target.partition(place)[2] for target in re.findall(r"\]\(([^)]*)\)", prose(path)) for place in places]
    written_by_the_release = {"CHANGELOG.md"}
    assert [one for one in paths if one and not (CHECKOUT / one).exists() and one not in written_by_the_release] == []


@pytest.mark.parametrize("path", [ENGLISH, CHINESE])
def test_the_version_matrix_is_that_of_the_sessions(path: str) -> None:
    assigned = re.search(r"^CONTROLLER_PYTHONS = (\{.*?^\})", read("noxfile.py"), re.MULTILINE | re.DOTALL)
    assert assigned
    rows = re.findall(r"^\| (2\.[^|]*) \| (3\.[^|]*) \|$", read(path), re.MULTILINE)
    table = {core: re.split(", |、", pythons) for cores, pythons in rows for core in re.split(", |、", cores)}
    assert table == ast.literal_eval(assigned.group(1))
