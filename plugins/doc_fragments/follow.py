# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait_timeout:
    description:
      - The maximum number of seconds to wait before the task fails with RV(outcome=timed_out). V(0) disables the limit.
      - The instance continues to run, unless O(terminate_on) contains V(timeout).
      - The task keyword C(timeout) also ends the wait. The result then contains RV(job_instance_id) and
        RV(outcome=timed_out); if the keyword interrupts the launch itself, RV(outcome=unknown).
    type: int
    default: 3600
  poll_interval:
    description:
      - The number of seconds between two polls.
      - By default, the interval starts below one second and grows with the duration of the wait to 15 seconds.
    type: float
  terminate_on:
    description:
      - When to terminate the instance.
      - V(timeout) terminates it when O(wait_timeout) is exceeded, or when the task keyword C(timeout) ends the wait.
      - V(abort) terminates it when the play ends before the task. With a local connection this covers SIGINT (Ctrl-C),
        SIGTERM, SIGHUP and SIGKILL, but not the end of the whole container or machine. On a remote host it covers only
        events that the module there notices, such as a closed connection or a signal. It has no effect at the end of
        the play if the task has the keyword C(async), since the module continues to run without the play.
      - With V(abort), the task shows no progress lines if the module runs in a process of its own, on a remote host or
        on the controller, for example because of C(become) or C(environment). If the keyword C(timeout) or a lost
        connection ends such a task, the instance is terminated, and the outcome is C(unknown).
      - If the play ends before Job has responded to a launch, the module waits for the response, up to O(timeout) plus
        10 seconds, before it terminates the instance.
      - The module waits up to two minutes until the instance has stopped. After V(timeout), the task fails with
        RV(outcome=timed_out), and RV(status) and RV(finished) show whether the instance has stopped. After V(abort), a
        line on the standard error of the play shows it.
      - An instance that waits for a manual confirmation cannot be terminated, so the module rejects the confirmation
        instead. The user must be one of its confirmers.
      - A play on a remote host that is interrupted can leave the file of the module in C(remote_tmp) on that host. It
        contains the options of the task, including secrets.
    type: list
    elements: str
    choices: [timeout, abort]
    default: []
  on_confirmation:
    description:
      - What to do when a step waits for manual confirmation.
      - V(wait) continues to wait.
      - V(fail) fails with RV(outcome=waiting_confirmation).
    type: str
    choices: [wait, fail]
    default: wait
  console_url:
    description:
      - The address of Job's web console, used to return links to instances. It cannot be derived from O(url).
      - It must not have a user or a password, since links are displayed.
      - If not set, the value of the environment variable E(BK_JOB_CONSOLE_URL) is used.
    type: str
"""
