# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines shown to people while a task runs."""

from __future__ import annotations

import os
import typing as t

from ansible import constants, context

from ..module_utils._model.text import visible

if t.TYPE_CHECKING:
    from ansible.plugins.action import ActionBase

    from ..module_utils._task.task import Show

# Stdout callbacks whose output people read, by collection. Any other one may be read by a program.
FOR_PEOPLE = {
    "ansible.builtin": {"default", "minimal"},
    "ansible.posix": {"debug"},
    "community.general": {
        "actionable",
        "counter_enabled",
        "default_without_diff",
        "diy",
        "skippy",
        "stderr",
        "tasks_only",
        "timestamp",
        "unixy",
        "yaml",
    },
    "ansible_runner": {"awx_display"},
}
# What Ansible finds without a collection: its own callbacks, those that it had once, and those of ansible-runner.
UNNAMED = ("", "ansible.builtin", "ansible.legacy")


def shower(action: ActionBase) -> Show:
    """A function that shows a line on the controller.

    Where standard output is for programs, the line with the id of an instance goes to standard error, and nothing else
    is shown. ``no_log`` and ``ANSIBLE_BK_JOB_PROGRESS=0`` also silence all but that line.
    """
    silent = os.environ.get("ANSIBLE_BK_JOB_PROGRESS") == "0" or bool(action._task.no_log)
    for_people = _is_for_people()

    def show(line: str, *, always: bool = False) -> None:
        if always or (for_people and not silent):
            action._display.display(visible(line), stderr=not for_people)

    return show


def _is_for_people() -> bool:
    # The command `ansible` has a module name among its arguments; its output is often parsed by programs.
    if "module_name" in context.CLIARGS:
        return False
    callback = str(constants.config.get_config_value("DEFAULT_STDOUT_CALLBACK"))
    collection, _dot, name = callback.rpartition(".")
    known = set().union(*FOR_PEOPLE.values()) if collection in UNNAMED else FOR_PEOPLE.get(collection, set())
    return name in known
