# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait_timeout:
    description:
      - How many seconds to follow the instance before the task fails with RV(outcome=timed_out). V(0) is no limit.
      - The instance itself goes on, unless O(terminate_on) says otherwise.
      - Use this rather than the keyword C(timeout) of the task, with which Ansible drops the result and so the id.
    type: int
    default: 3600
  poll_interval:
    description:
      - Seconds between two looks at the instance.
      - If not set, they grow with the age of the run from less than a second to 15 seconds.
    type: float
  terminate_on:
    description:
      - When to stop the instance, V(timeout) when O(wait_timeout) is over, V(abort) when the play is interrupted, by
        Ctrl-C (SIGINT) or, with ansible-core 2.19 and later, by SIGTERM. AWX cancels a job with SIGKILL, which nothing
        can catch; take the instance up with the playbook C(blueking.job.resume) then, its id is in the job's output.
      - Job is asked to stop it, and it is followed until it has stopped, for two minutes at most. RV(outcome) stays
        V(timed_out), and the task fails; RV(status) and RV(finished) tell whether the instance really stopped.
      - Where a step waits for a confirmation that step is rejected instead, because Job can stop nothing there; for
        this the user must be one of those who may confirm it.
    type: list
    elements: str
    choices: [timeout, abort]
    default: []
  on_confirmation:
    description:
      - What to do when a step waits for a person to confirm it, go on waiting or fail with
        RV(outcome=waiting_confirmation).
    type: str
    choices: [wait, fail]
    default: wait
  console_url:
    description:
      - Address of Job's web pages, to return a link to the instance. It can't be told from O(url).
      - If not set, the value of the environment variable E(BK_JOB_CONSOLE_URL) is used.
    type: str
"""
