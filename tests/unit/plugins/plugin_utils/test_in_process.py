# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module runs; that it makes no difference is for the integration tests."""

from __future__ import annotations

import importlib
import sys
import typing as t
from types import SimpleNamespace

import pytest
from ansible.module_utils import basic

pytestmark = pytest.mark.controller


def on_the_controller() -> t.Any:
    """What Ansible hands to an action of a task that runs on the controller, as far as it is asked for."""
    return SimpleNamespace(
        _task=SimpleNamespace(async_val=0, environment=[], delegate_to=None),
        _connection=SimpleNamespace(transport="local", become=None),
        _templar=SimpleNamespace(template=lambda value: value),
    )


# See https://github.com/python/cpython/issues/105912: a crash after the launch would lose its id.
@pytest.mark.parametrize(("platform", "here"), [("linux", True), ("darwin", False)])
def test_no_worker_sends_requests_on_macos(monkeypatch: pytest.MonkeyPatch, platform: str, here: bool) -> None:
    in_process = importlib.import_module("ansible_collections.blueking.job.plugins.plugin_utils._in_process")
    monkeypatch.setattr(sys, "platform", platform)
    assert in_process._is_here(on_the_controller(), {"ansible_python_interpreter": sys.executable}) is here


def test_modules_have_a_process_of_their_own_where_options_could_not_get_in(monkeypatch: pytest.MonkeyPatch) -> None:
    in_process = importlib.import_module("ansible_collections.blueking.job.plugins.plugin_utils._in_process")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delattr(basic, "_ANSIBLE_ARGS")
    assert not in_process._is_here(on_the_controller(), {"ansible_python_interpreter": sys.executable})
