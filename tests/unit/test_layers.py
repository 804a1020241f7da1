# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house keeps its rooms: each file of module_utils knows only what stands left of it (docs/architecture.md)."""

from __future__ import annotations

import ast
import typing as t

import pytest

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UTILS = CHECKOUT / "plugins" / "module_utils"
MODULES = sorted((CHECKOUT / "plugins" / "modules").glob("*.py"))

LEFT_TO_RIGHT = [
    "_errors",
    "_hints",
    "_codes",
    "_bash",
    "_gateway",
    "bk_job_execute",
    "_model",
    "_plan",
    "_actions",
    "_history",
    "_targets",
    "_dialect",
    "_dialect_v2",
    "_dialect_v3_logs",
    "_dialect_v3_plans",
    "_dialect_v3",
    "_variables",
    "_inventory",
    "_fit",
    "_job",
    "_follow",
    "_wait_options",
    "_progress",
    "_stop",
    "_sentences",
    "_result",
    "_launch_report",
    "_logs",
    "_info",
    "_plan_info",
    "_connection",
    "_mask",
    "_module",
    "_which_plan",
    "_interrupt",
    "_harvest",
    "_wait",
    "_operate",
    "_candidates",
    "_two_phase",
    "_launch",
]
# What only one room may know.
ONLY_IN = {"requests": "bk_job_execute", "ansible": "_module"}
LONGEST_UTIL = 300  # lines
LONGEST_MODULE = 90  # lines of code after the documentation


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, those of the collection with their leading dots."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            # What `from . import` names are modules themselves.
            yield from [module] if node.module else (module + alias.name for alias in node.names)


def test_every_room_is_on_the_plan() -> None:
    assert {path.stem for path in UTILS.glob("*.py")} == set(LEFT_TO_RIGHT)


def test_every_room_is_described() -> None:
    table = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert sorted(name.strip(" `") for row in rooms for name in row.split(",")) == sorted(LEFT_TO_RIGHT)


@pytest.mark.parametrize("name", LEFT_TO_RIGHT)
def test_a_room_knows_only_what_is_left_of_it(name: str) -> None:
    known = {f".{left}" for left in LEFT_TO_RIGHT[: LEFT_TO_RIGHT.index(name)]}
    relative = {module for module in imports(UTILS / f"{name}.py") if module.startswith(".")}
    assert relative <= known


@pytest.mark.parametrize(("package", "room"), ONLY_IN.items())
def test_requests_and_ansible_have_one_room_each(package: str, room: str) -> None:
    users = {path.stem for path in UTILS.glob("*.py") if package in {name.split(".")[0] for name in imports(path)}}
    assert users == {room}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_are_thin(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert {name for name in imports(path) if name.startswith("ansible")} == set()
    assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(tree))
    documentation = max(node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Assign) and _is_text(node))
    assert len(path.read_text(encoding="utf-8").splitlines()) - documentation <= LONGEST_MODULE


@pytest.mark.parametrize("name", LEFT_TO_RIGHT)
def test_utils_are_small(name: str) -> None:
    assert len((UTILS / f"{name}.py").read_text(encoding="utf-8").splitlines()) <= LONGEST_UTIL


def _is_text(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
