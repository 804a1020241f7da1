# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return what would change, without changing anything.
  diff_mode:
    description: Returns in diff mode what has changed, or would change in C(check_mode).
  facts:
    description: Returns C(ansible_facts) that later tasks of the play can use.
  idempotent:
    description: Running the task again with the same options changes nothing.
  action:
    description:
      - Has an action plugin of the same name. If the task runs on the controller, the plugin runs the module in the
        process of C(ansible-playbook), unless E(ANSIBLE_BK_JOB_IN_PROCESS) is V(0).
    support: full
  async:
    description: Supports the task keyword C(async).
    support: full
"""

    PROGRESS = r"""
options: {}
attributes:
  action:
    details:
      - The action plugin shows progress lines while the task waits, and, as soon as a launch has created an instance, a
        line with its id.
      - E(ANSIBLE_BK_JOB_PROGRESS=0) or C(no_log) disables all lines except the one with the id.
      - If the standard output is machine-readable, as with the C(json), C(jsonl) or C(oneline) callbacks and the
        command C(ansible), the line with the id is written to standard error, and no other lines are shown.
  async:
    details:
      - Only the action plugin can show progress, so there are no progress lines with C(async).
"""

    ACTION_GROUP_BK_JOB = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/blueking.job.bk_job) in C(module_defaults) to set connection options once for all modules.
    support: full
    membership:
      - blueking.job.bk_job
"""
