# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Folders of module_utils use only the folders to their left (docs/architecture.md)."""

from __future__ import annotations

import ast
import typing as t

import pytest

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UTILS = CHECKOUT / "plugins" / "module_utils"
FILES = sorted(UTILS.rglob("*.py"))
MODULES = sorted((CHECKOUT / "plugins" / "modules").glob("*.py"))

# Folders and the one file beside them; each may use itself and what stands before it.
LEFT_TO_RIGHT = [
    "_model",
    "_api",
    "bk_job_execute",
    "_options",
    "_report",
    "_task",
    "_follow",
    "_operate",
    "_launch",
    "_quick",
    "_library",
    "_schedule",
    "_site",
    "_cmdb",
]
# Packages that only some folders or files may import.
ONLY_IN = {"requests": {"_api", "bk_job_execute"}, "urllib3": {"_api", "bk_job_execute"}, "ansible": {"_task"}}
PLUGINS = sorted((CHECKOUT / "plugins").rglob("*.py"))
# Names of ansible-core with an underscore that plugins may use, as it is the custom (docs/architecture.md).
OF_ANSIBLE = {
    "_add_host_to_composed_groups",
    "_add_host_to_keyed_groups",
    "_connection",
    "_diff",
    "_display",
    "_execute_module",
    "_find_needle",
    "_read_config_data",
    "_set_composite_vars",
    "_supports_async",
    "_task",
    "_templar",
}
LONGEST_MODULE = 90  # lines of code after the documentation


def place_of(path: Path) -> str:
    """The folder of a file of module_utils; of a file in none, its name."""
    return path.relative_to(UTILS).parts[0].partition(".")[0]


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, those of the collection with their leading dots."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            # The names in `from . import` are modules themselves.
            yield from [module] if node.module else (module + alias.name for alias in node.names)


def places_used(path: Path) -> set[str]:
    """The folders of module_utils whose files a file of module_utils imports."""
    depth = len(path.relative_to(UTILS).parts)
    relative = [name for name in imports(path) if name.startswith(".")]
    outside = [name[depth:].partition(".")[0] for name in relative if len(name) - len(name.lstrip(".")) == depth]
    return {name for name in outside if name} | ({place_of(path)} if len(outside) < len(relative) else set())


def test_every_folder_has_its_place() -> None:
    assert {place_of(path) for path in FILES} == set(LEFT_TO_RIGHT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(UTILS)))
def test_a_file_uses_only_folders_to_its_left(path: Path) -> None:
    place = place_of(path)
    assert places_used(path) <= set(LEFT_TO_RIGHT[: LEFT_TO_RIGHT.index(place) + 1])


@pytest.mark.parametrize(("package", "places"), ONLY_IN.items())
def test_requests_and_ansible_are_imported_where_they_belong(package: str, places: set[str]) -> None:
    users = {place_of(path) for path in FILES if package in {name.split(".")[0] for name in imports(path)}}
    assert users == places


def private_names(path: Path) -> set[str]:
    """The names with an underscore that a file reads or sets on an object, and does not define itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr.startswith("_")}
    own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    own |= {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value)
    }
    own |= {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return {name for name in used - own if not name.startswith("__")}


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_private_name_of_ansible_is_used(path: Path) -> None:
    # `_asdict`, `_fields` and `_replace` are the public methods of named tuples.
    assert private_names(path) <= OF_ANSIBLE | {"_asdict", "_fields", "_replace", "_exit"}
    assert not {name for name in imports(path) if name.startswith("ansible.") and "._" in name}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_are_thin(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert {name for name in imports(path) if name.startswith("ansible")} == set()
    assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(tree))
    documentation = max(node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Assign) and _is_text(node))
    assert len(path.read_text(encoding="utf-8").splitlines()) - documentation <= LONGEST_MODULE


def _is_text(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "copy")
