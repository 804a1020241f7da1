#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_operate
short_description: Terminate, start, retry, skip or confirm an instance of BlueKing Job or one of its steps
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Does something to an instance, or to one of its steps, and waits for the effect if told to.
  - The instance is looked at first. What is done already is left alone, with RV(changed=false). What the state of the
    instance or the step does not allow is refused in words, before anything is sent.
  - An operation is sent once. Only stopping and starting, which Job itself does no more than once, are asked for again
    where the answer was lost. For all others the instance is looked at; if it shows no effect, the task fails with
    RV(outcome=unknown) and RV(changed=true).
  - The acting user needs access to the business, and to see an instance that somebody else launched also the permission
    to view its history.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
attributes:
  check_mode:
    support: full
    details:
      - Looks at the instance, checks whether its state allows the action, and sends nothing that changes anything.
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: partial
    details:
      - Changes nothing where the state the action leads to is reached already. V(retry_failed), V(retry_all) and
        V(continue_rolling) lead to no such state.
options:
  job_instance_id:
    description:
      - Id of the instance, as M(blueking.job.bk_job_execute) returned it.
    type: int
    required: true
  action:
    description:
      - What to do. The first two are for the whole instance, all others for the step O(step_instance_id). Stopped means
        status V(terminated).
      - V(terminate) stops an instance. One that has ended, or is stopping, is left alone. One that does not run yet is
        asked again for a minute. Where a step waits for a confirmation that step is rejected instead, because Job can
        stop nothing there; for this the user must be one of those who may confirm it.
      - V(start) starts an instance that was created without being started; Job 3.10 or later.
      - V(retry_failed) runs a step that is failed, abnormal or stopped again on the hosts that failed.
      - V(retry_all) runs such a step again on all hosts.
      - V(ignore_error) lets the instance go on after a step that is failed or abnormal.
      - V(confirm) confirms a manual confirmation that waits, and lets the instance go on.
      - V(reject) rejects a manual confirmation that waits, and so ends the instance.
      - V(restart_confirmation) asks again for a confirmation that was rejected.
      - V(next_step) lets the instance go on after a step that is stopped.
      - V(skip) gives up waiting for a step that is stopping.
      - V(continue_rolling) lets a rolling step that waits go on with its next batch.
    type: str
    required: true
    choices:
      - terminate
      - start
      - retry_failed
      - retry_all
      - ignore_error
      - confirm
      - reject
      - restart_confirmation
      - next_step
      - skip
      - continue_rolling
  step_instance_id:
    description:
      - Id of the step, as RV(steps) has it.
    type: int
  wait:
    description:
      - Follow the instance for the effect. After V(terminate) and V(reject) that is its end, however it ended.
      - After all others it is either its end, and the task fails unless the instance succeeded; or that it waits for a
        person (again), with RV(outcome=waiting_confirmation), which does not fail the task.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to follow the instance before the task fails with RV(outcome=timed_out). V(0) is no limit.
    type: int
    default: 3600
  poll_interval:
    description:
      - Seconds between two looks at the instance.
      - If not set, they grow from less than a second to 15 seconds.
    type: float
  console_url:
    description:
      - Address of Job's web pages, to return a link to the instance. It can't be told from O(url).
      - If not set, the value of the environment variable E(BK_JOB_CONSOLE_URL) is used.
    type: str
"""

EXAMPLES = r"""
# The connection comes from the environment, see the options of the connection.
- name: Stop an instance, and wait until it has stopped, for five minutes at most
  blueking.job.bk_job_operate:
    job_instance_id: 10000
    action: terminate
    wait: true
    wait_timeout: 300

- name: Launch a plan, and run a step that fails once more on the hosts that failed
  block:
    - name: Launch the plan
      blueking.job.bk_job_execute:
        job_plan_id: 100
        target_servers:
          - name: hosts
            ip_list: [10.0.0.1, 10.0.0.2]
        wait: true
      register: launch
  rescue:
    - name: Try the failed step once more
      blueking.job.bk_job_operate:
        job_instance_id: "{{ launch.job_instance_id }}"
        step_instance_id: "{{ (launch.steps | selectattr('status', 'eq', 'failed') | first).step_instance_id }}"
        action: retry_failed
        wait: true

- name: Look at an instance that waits for a person
  blueking.job.bk_job_instance_info:
    job_instance_id: 10001
  register: release

- name: Confirm the step that waits
  blueking.job.bk_job_operate:
    job_instance_id: "{{ release.job_instance_id }}"
    step_instance_id: "{{ (release.steps | selectattr('status', 'eq', 'waiting') | first).step_instance_id }}"
    action: confirm
"""

RETURN = r"""
msg:
  description: What was done, or why not, and how the instance stands.
  returned: always
  type: str
  sample: "Instance 10000 (Release with approval): confirm for step approve was accepted, the step's status is success."
job_instance_id:
  description: Id of the instance; null where none is known.
  returned: always
  type: int
  sample: 10000
job_instance_name:
  description: Name of the instance, which is the plan's.
  returned: always
  type: str
  sample: Release the web tier
job_plan_id:
  description: Id of the plan; API v3 does not tell that of an instance.
  returned: always
  type: int
  sample: 100
job_instance_url:
  description: Page of the instance, if O(console_url) is given.
  returned: always
  type: str
  sample: https://job.example.com/api_execute/10000
outcome:
  description:
    - How the instance has ended, V(succeeded), V(failed), V(terminated), V(abandoned), V(abnormal); null while it goes
      on.
    - V(refused) if the operation was surely not done, V(unknown) if it may have been and the instance does not show it.
    - With O(wait), also V(waiting_confirmation), V(timed_out), and V(lost) if nothing answered any more.
  returned: always
  type: str
  sample: succeeded
changed:
  description:
    - Whether the operation was, or may have been, done; V(false) where it was done already. In check mode, whether a
      run would ask for it.
  returned: always
  type: bool
  sample: true
status:
  description:
    - Status of the instance when it was last seen, V(pending), V(running), V(success), V(failed), V(skipped),
      V(ignored), V(waiting), V(terminated_legacy), V(abnormal), V(stopping), V(terminated), V(stop_failed),
      V(rejected), V(abandoned), V(rolling_waiting), or V(unknown) for a status that newer servers may have added.
  returned: always, null if the instance was not looked at
  type: str
  sample: failed
status_code:
  description: The same as Job's own number.
  returned: always, null if the instance was not looked at
  type: int
  sample: 4
finished:
  description: Whether the instance had ended when it was last seen, by its status.
  returned: always, null if the instance was not looked at, where ansible-core 2.21 leaves it out
  type: bool
  sample: true
steps:
  description: The steps of the instance, those that did not run included.
  returned: always, null if the instance was not looked at
  type: list
  elements: dict
  sample:
    - step_instance_id: 20001
      name: deploy
      type: script
      status: failed
      status_code: 4
      execute_count: 0
      start_time: "2024-05-01T02:00:00Z"
      end_time: "2024-05-01T02:00:04Z"
      total_seconds: 4.15
      hosts: {total: 2, succeeded: 1, failed: 1, unfinished: 0}
hosts:
  description: Counts of hosts, summed over the steps.
  returned: always, null if Job was not asked for the hosts, or could not tell them
  type: dict
  sample: {total: 2, succeeded: 1, failed: 1, unfinished: 0}
host_list:
  description: Each host that took part in a step, once. From it AAP counts the hosts that Job was used on.
  returned: always, null if Job was not asked for the hosts, or could not tell them
  type: list
  elements: dict
  sample:
    - bk_host_id: 101
      bk_cloud_id: 0
      ip: 10.0.0.1
    - bk_host_id: 102
      bk_cloud_id: 0
      ip: 10.0.0.2
failed_hosts:
  description:
    - Each host that failed a step, also a step that ignores errors. Its C(log) is that of RV(logs), null where logs
      were not read.
    - Rows of M(blueking.job.bk_job_execute), those of RV(logs) too, also have C(inventory_hostname) where
      O(blueking.job.bk_job_execute#module:target_servers[].inventory_hostnames) are given.
  returned: always, null if Job was not asked for the hosts, or could not tell them
  type: list
  elements: dict
  sample:
    - step_instance_id: 20001
      step_name: deploy
      bk_host_id: 102
      bk_cloud_id: 0
      ip: 10.0.0.2
      status: nonzero_exit_code
      status_code: 104
      exit_code: 1
      error_code: 0
      tag: disk full
      log: "[2024-05-01 10:00:00][PID:102] job_start\nno space left on device\n"
error:
  description: What kept the task from its work; not that the job itself failed, or took too long.
  returned: on such failures, else null
  type: dict
  contains:
    kind:
      description:
        - One of V(credentials), V(app_permission), V(user_permission), V(not_found), V(invalid_request), V(targets),
          V(throttled), V(unavailable), V(protocol).
      returned: always
      type: str
      sample: user_permission
    code:
      description: The code of the gateway or of Job, if one answered.
      returned: always
      type: int
      sample: 9900403
    message:
      description: What the server said.
      returned: always
      type: str
      sample: User (alice) permission not allowed, please confirm and apply permission in IAM and try again
    hint:
      description: What can be done about it.
      returned: always
      type: str
      sample: Have the permission granted to the acting user in the BlueKing permission centre (IAM), system bk_job.
    request_id:
      description: The gateway's id of the request, which its administrators can search for.
      returned: always
      type: str
      sample: c49a2f8c50ae49129ef51307354d8cd6
    job_request_id:
      description: Job's id of the request, likewise.
      returned: always
      type: str
      sample: 585c236c33c04b838c27e22537ea2b83
    permission:
      description: The permission the user lacks, as IAM describes it.
      returned: always
      type: dict
      sample:
        system_id: bk_job
        actions:
          - id: launch_job_plan
            name: Launch Job Plan
request:
  description:
    - The C(api) and the C(body) of the operation.
  returned: in check mode and on failure, if there is anything to send, else null
  type: dict
  sample:
    api: operate_step_instance
    body:
      bk_scope_type: biz
      bk_scope_id: "1"
      bk_biz_id: 1
      job_instance_id: 10000
      step_instance_id: 20001
      operation_code: 2
logs:
  description: Null.
  returned: always
  type: list
  elements: dict
output_variables:
  description: Null.
  returned: always
  type: dict
candidates:
  description: Null.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils._follow.options import OPTIONS as FOLLOW_OPTIONS
from ..module_utils._follow.options import pace_of
from ..module_utils._operate.actions import ACTIONS, order_of
from ..module_utils._operate.operate import OperateReport, operate
from ..module_utils._task.runner import Task, run

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

OPTIONS: dict[str, t.Any] = {
    "job_instance_id": {"type": "int", "required": True},
    "action": {"type": "str", "required": True, "choices": ACTIONS},
    "step_instance_id": {"type": "int"},
    "wait": {"type": "bool", "default": False},
    **{name: FOLLOW_OPTIONS[name] for name in ("wait_timeout", "poll_interval", "console_url")},
}


def body(task: Task, report: OperateReport) -> None:
    """Carry out the action where it is needed, and report what came of it."""
    params = task.params
    order, pace = order_of(params), pace_of(params)
    task.job.connect()
    report.link(params["console_url"])
    operate(task, report, order, pace if params["wait"] else None)


def main(clock: Clock | None = None) -> None:
    run(OPTIONS, body, OperateReport(), clock)


if __name__ == "__main__":
    main()
