# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures of the documentation say what the code says."""

from __future__ import annotations

import html
import importlib
import re
import typing as t

import pytest
import yaml

from tests.collection_path import CHECKOUT

UTILS = "ansible_collections.blueking.job.plugins.module_utils"
SOURCES = CHECKOUT / "tests" / "pictures"
IMAGES = CHECKOUT / "docs" / "docsite" / "rst" / "images"
# Statuses that no instance of a plan comes to: those of steps, of quick runs, and of servers long gone (contract §5.1).
OF_OTHERS = {5, 6, 8, 12, 15}


def of(room: str, name: str) -> t.Any:
    return getattr(importlib.import_module(f"{UTILS}.{room}"), name)


def source(name: str) -> str:
    return (SOURCES / f"{name}.dot").read_text(encoding="utf-8")


def statuses(picture: str) -> dict[str, tuple[int, str]]:
    """Code and outcome (empty while it goes on) of each status in the picture."""
    nodes = re.findall(r"^  (\w+) +\[class=\w+ +label=\"(\w+) \((\d+)\)([^\"]*)\"\]", source(picture), re.MULTILINE)
    assert [name for name, word, _code, _rest in nodes if name != word] == []
    return {name: (int(code), rest.partition("outcome: ")[2]) for name, _word, code, rest in nodes}


def actions_shown(picture: str) -> set[tuple[str, str]]:
    """The actions on steps in the picture, each with the status that it leads away from."""
    roads = re.findall(r"^  (\w+) -> \w+ \[label=\"([^\"]*)\" style=dashed\]", source(picture), re.MULTILINE)
    names = [(start, re.sub(r"(\\n)?（[^）]*）", "", label)) for start, label in roads]
    return {(start, action) for start, label in names for action in re.split(r",(?: |\\n)", label)}


@pytest.mark.parametrize("picture", ["instance", "instance_zh"])
def test_the_life_of_an_instance_has_all_statuses_with_their_outcomes(picture: str) -> None:
    known = {
        word: (code, of("_model.instance", "OUTCOMES").get(code, ""))
        for code, word in of("_model.instance", "STATUSES").items()
        if code not in OF_OTHERS
    }
    assert statuses(picture) == known


@pytest.mark.parametrize("picture", ["instance", "instance_zh"])
def test_every_action_leads_away_from_the_statuses_that_allow_it(picture: str) -> None:
    words = {code: word for word, (code, _outcome) in statuses(picture).items()}
    steps = {
        (words[code], name)
        for name, action in of("_operate.actions", "STEP_ACTIONS").items()
        for code in action.needs
        if name != "continue_rolling"  # no plan has rolling steps
    }
    assert actions_shown(picture) == {*steps, ("pending", "start"), ("running", "terminate"), ("waiting", "terminate")}


@pytest.mark.parametrize("name", ["launch", "launch_zh", "instance", "instance_zh"])
def test_a_picture_says_what_its_source_says(name: str) -> None:
    written = [line.strip() for label in re.findall(r'label="([^"]*)"', source(name)) for line in label.split(r"\n")]
    svg = html.unescape((IMAGES / f"{name}.svg").read_text(encoding="utf-8"))
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert sorted(line.strip() for line in drawn) == sorted(written)


@pytest.mark.parametrize("picture", ["launch", "launch_zh"])
def test_a_launch_ends_with_the_outcomes_of_the_documentation(picture: str) -> None:
    drawn = set(re.findall(r'class=(?:good|none|wait) +label="([a-z]+)', source(picture)))
    module = importlib.import_module("ansible_collections.blueking.job.plugins.modules.bk_job_execute")
    documented = " ".join(yaml.safe_load(module.RETURN)["outcome"]["description"])
    assert drawn >= {"launched", "refused", "unknown"}
    assert {outcome for outcome in drawn if f"V({outcome})" not in documented} == set()


@pytest.mark.parametrize("chinese", [False, True])
def test_pictures_are_light(chinese: bool) -> None:
    pictures = [path for path in IMAGES.glob("*.svg") if path.stem.endswith("_zh") == chinese]
    assert 0 < sum(path.stat().st_size for path in pictures) < 100_000


def test_the_chinese_pages_have_the_chinese_pictures() -> None:
    pages = [CHECKOUT / "docs" / "README.zh-CN.md", *IMAGES.parent.glob("*_zh.rst")]
    shown = {name for page in pages for name in re.findall(r"images/(\w+)\.svg", page.read_text(encoding="utf-8"))}
    assert shown == {path.stem for path in IMAGES.glob("*_zh.svg")}
