# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and tell what would change, without changing anything.
  diff_mode:
    description: Shows in diff mode what has changed, or would change in C(check_mode).
  facts:
    description: Returns C(ansible_facts) that later tasks of the play can use.
  idempotent:
    description: A second run with the same options changes nothing.
  action:
    description:
      - Has an action plugin of the same name, which runs the module in the process of C(ansible-playbook) where that
        makes no difference, unless E(ANSIBLE_BK_JOB_IN_PROCESS) is V(0).
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: full
"""

    PROGRESS = r"""
options: {}
attributes:
  action:
    details:
      - It also shows progress, unless E(ANSIBLE_BK_JOB_PROGRESS) is V(0).
  async:
    details:
      - Without progress, which only the action plugin can show.
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
