# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every citation of the server contract leads to a section of it; docs/contract/README.md says how to cite."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = CHECKOUT / "docs" / "contract"
FOLDERS = ("benchmarks", "docs/contract", "extensions", "playbooks", "plugins", "tests")
PAGES = ("AGENTS.md", "CONTRIBUTING.md", "docs/*.md")
SUFFIXES = {".j2", ".md", ".py", ".toml", ".yml"}

#: The number that a heading begins with: ``6.9``, ``A4``, ``C5``, ``Q2``, ``A.1``.
HEADING = re.compile(r"^#+ (?:Appendix )?(\d+(?:\.\d+)*|[A-Z]\.?\d+|[A-Z])(?=[. ])", re.MULTILINE)
#: What joins the numbers of one citation.
AND = r"(?:, | and | or | to |–)"
#: Sections of documents that are not in this repository, and marks without a number.
FOREIGN = re.compile(r"\b(?:interface|design|findings) §|§(?!\d)")
OURS = r"(?<!interface )(?<!design )(?<!findings )"
#: Page → what cites it; the group has one number or several.
CITING = {
    "job-api.md": re.compile(rf"{OURS}§(\d+(?:\.\d+)*)|\bAppendix ([A-Z])\b|\b(A\.\d+)\b"),
    "esb-observed.md": re.compile(rf"\b(?:[Oo]bserved|ESB) ([ABC]\d*\b(?:{AND}[ABC]\d+\b)*)"),
    "quick-jobs.md": re.compile(r"\b(Q\d+)\b"),
}


def sections(page: str) -> set[str]:
    return set(HEADING.findall((CONTRACT / page).read_text(encoding="utf-8")))


SECTIONS = {page: sections(page) for page in CITING}


def citations(text: str) -> Iterator[tuple[int, str, str]]:
    """Where a text cites which page of the contract, and the number of the section."""
    for page, citing in CITING.items():
        for found in citing.finditer(text):
            [numbers, *_others] = filter(None, found.groups())
            yield from ((found.start(), page, number) for number in re.split(AND, numbers))


def dead(text: str) -> list[tuple[int, str]]:
    """The lines of a text that cite what is not there, and what they cite."""
    missing = [(start, f"{page} {number}") for start, page, number in citations(text) if number not in SECTIONS[page]]
    foreign = [(found.start(), found[0]) for found in FOREIGN.finditer(text)]
    return sorted((text.count("\n", 0, start) + 1, mark) for start, mark in missing + foreign)


def files() -> Iterator[Path]:
    """All that may cite the contract, this file aside."""
    inside = (path for folder in FOLDERS for path in (CHECKOUT / folder).rglob("*") if path.suffix in SUFFIXES)
    beside = (path for page in PAGES for path in CHECKOUT.glob(page))
    yield from (path for path in (*inside, *beside) if path != Path(__file__).resolve())


def test_every_citation_leads_to_a_section() -> None:
    assert [
        f"{path.relative_to(CHECKOUT)}:{line}: {mark}"
        for path in files()
        for line, mark in dead(path.read_text(encoding="utf-8"))
    ] == []


def test_citations_are_looked_for_where_they_are() -> None:
    cited_by = {
        (path.relative_to(CHECKOUT).parts[0], page)
        for path in files()
        if CONTRACT not in path.parents
        for _start, page, _number in citations(path.read_text(encoding="utf-8"))
    }
    assert {(folder, page) for folder in ("plugins", "tests") for page in ("job-api.md", "esb-observed.md")} <= cited_by


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("contract §6.9, §6.10; ESB A4 to A8, observed C5 and C7, quick jobs Q2, transcript A.2, Appendix A", []),
        ("contract §6.9 and §6.99", ["job-api.md 6.99"]),
        ("(observed A4, A9)", ["esb-observed.md A9"]),
        ("ESB C5 and C12", ["esb-observed.md C12"]),
        ("quick jobs Q7", ["quick-jobs.md Q7"]),
        ("transcript A.9", ["job-api.md A.9"]),
        ("Appendix B", ["job-api.md B"]),
        ("interface §4 and interface §99", ["interface §", "interface §"]),
        ("§ 6.9", ["§"]),
    ],
)
def test_citations_that_lead_nowhere_are_found(text: str, marks: list[str]) -> None:
    assert dead("\n" + text) == [(2, mark) for mark in marks]


@pytest.mark.parametrize("page", CITING)
def test_no_section_has_the_number_of_another(page: str) -> None:
    numbers = HEADING.findall((CONTRACT / page).read_text(encoding="utf-8"))
    assert len(numbers) > 5
    assert sorted(numbers) == sorted(set(numbers))


def test_the_page_of_the_esb_refers_to_its_own_sections() -> None:
    page = "esb-observed.md"
    references = set(re.findall(r"\b[ABC]\d+\b", (CONTRACT / page).read_text(encoding="utf-8")))
    assert references <= SECTIONS[page]
