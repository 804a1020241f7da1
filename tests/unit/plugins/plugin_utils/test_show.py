# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where lines are shown; what is on standard output is for the integration tests."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.controller


def shown(monkeypatch: pytest.MonkeyPatch, callback: str) -> list[tuple[str, bool]]:
    """What is shown where standard output is written by this callback: each line, and whether on standard error."""
    lines: list[tuple[str, bool]] = []

    def display(line: str, *, stderr: bool = False) -> None:
        lines.append((line, stderr))

    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", callback)
    plugin = importlib.import_module("ansible_collections.blueking.job.plugins.plugin_utils.show")
    show = plugin.shower(
        SimpleNamespace(_task=SimpleNamespace(no_log=False), _display=SimpleNamespace(display=display))
    )
    show("progress")
    show("the id", always=True)
    return lines


@pytest.mark.parametrize(
    "callback",
    [
        "default",
        "yaml",
        "debug",
        "awx_display",
        "ansible.builtin.default",
        "ansible.builtin.yaml",
        "ansible.legacy.minimal",
        "ansible.posix.debug",
        "community.general.yaml",
    ],
)
def test_people_see_lines_on_standard_output(monkeypatch: pytest.MonkeyPatch, callback: str) -> None:
    assert shown(monkeypatch, callback) == [("progress", False), ("the id", False)]


@pytest.mark.parametrize(
    "callback", ["json", "ansible.posix.json", "ansible.posix.yaml", "acme.reports.yaml", "acme.reports.default"]
)
def test_programs_get_only_what_they_expect(monkeypatch: pytest.MonkeyPatch, callback: str) -> None:
    assert shown(monkeypatch, callback) == [("the id", True)]
