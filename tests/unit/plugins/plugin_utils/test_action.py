# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task runs; that the results are the same is for the integration tests."""

from __future__ import annotations

import importlib
import sys
import typing as t
from types import SimpleNamespace

import pytest

if t.TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.controller


def is_here(interpreter: str, *, task: dict[str, t.Any] | None = None, **connection: t.Any) -> bool:
    """Whether a task with this interpreter runs in the process of the controller."""
    plugin = importlib.import_module("ansible_collections.blueking.job.plugins.action.bk_job_wait")
    action = plugin.ActionModule(
        task=SimpleNamespace(**{"async_val": 0, "environment": [], "delegate_to": None, **(task or {})}),
        connection=SimpleNamespace(**{"transport": "local", "become": None, **connection}),
        play_context=None,
        loader=None,
        templar=SimpleNamespace(template=lambda value: value),
        shared_loader_obj=None,
    )
    return t.cast("bool", action._is_here({"ansible_python_interpreter": interpreter}))


# See https://github.com/python/cpython/issues/105912: a crash after the launch would lose its id.
@pytest.mark.parametrize(("platform", "here"), [("linux", True), ("darwin", False)])
def test_no_worker_sends_requests_on_macos(monkeypatch: pytest.MonkeyPatch, platform: str, here: bool) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert is_here(sys.executable) is here


@pytest.mark.parametrize(
    ("task", "connection"),
    [
        ({"async_val": 60}, {}),
        ({"environment": [{"http_proxy": "http://proxy.example.com"}]}, {}),
        ({"delegate_to": "web1"}, {}),
        ({}, {"transport": "ssh"}),
        ({}, {"become": "sudo"}),
    ],
)
def test_other_tasks_have_a_process_of_their_own(task: dict[str, t.Any], connection: dict[str, t.Any]) -> None:
    assert is_here(sys.executable, task=task, **connection) is False


def test_the_environment_variable_chooses_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, here in (("0", False), ("1", True)):
        monkeypatch.setenv("ANSIBLE_BK_JOB_IN_PROCESS", value)
        assert is_here(sys.executable) is here


def test_an_environment_is_the_same_however_its_python_is_spelled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "python3").symlink_to(sys.executable)
        (tmp_path / name / "python").symlink_to("python3")
    (tmp_path / "link").symlink_to("one")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "one" / "python"))
    assert is_here(str(tmp_path / "one" / "python3"))
    assert is_here(str(tmp_path / "link" / "python"))
    # The same binary, with other libraries.
    assert not is_here(str(tmp_path / "other" / "python"))
