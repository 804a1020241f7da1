#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_operate
short_description: Terminate, start, retry, skip or confirm a job instance of BlueKing Job or one of its steps
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Performs an operation, such as terminate or retry, on a job instance (作业实例) or one of its steps, and optionally
    waits for it to finish.
  - The module reads the state of the instance first. If the operation has already been done, nothing is sent, and
    RV(changed=false). If the state does not allow the operation, the task fails before anything is sent.
  - An operation is sent once. If the response is lost, V(terminate) and V(start) are repeated, because Job performs
    them only once. After any other operation the module checks whether the state of the instance has changed; if it has
    not, the task fails with RV(outcome=unknown) and RV(changed=true).
  - The user needs access to the business, and for instances that other users launched also the permission to view the
    execution history.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
attributes:
  check_mode:
    support: full
    details:
      - Reads the instance, checks whether its state allows the operation, and sends no request that changes anything.
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: partial
    details:
      - Changes nothing if the operation has already been done. V(retry_failed), V(retry_all) and V(continue_rolling)
        are performed again each time.
options:
  job_instance_id:
    description:
      - The id of the instance, as returned by M(blueking.job.bk_job_execute).
    type: int
    required: true
  action:
    description:
      - The operation to perform. V(terminate) and V(start) are performed on the whole instance, all others on the step
        O(step_instance_id).
      - V(terminate) terminates the instance (强制终止). Instances that are finished or stopping are not changed. If the
        instance is still pending, the request is repeated for up to a minute. If a step waits for manual confirmation,
        the confirmation is rejected instead, because Job cannot terminate the instance then; the user must be one of
        its confirmers.
      - V(start) starts an instance that was created without being started. It requires Job 3.10 or later.
      - V(retry_failed) runs a step with the status failed, abnormal or terminated again on the failed hosts (失败 IP
        重试).
      - V(retry_all) runs such a step again on all hosts (全部重试).
      - V(ignore_error) continues the instance after a step with the status failed or abnormal (忽略错误).
      - V(confirm) confirms a step that waits for manual confirmation, and so continues the instance (确认继续).
      - V(reject) rejects a step that waits for manual confirmation, and so ends the instance (终止流程).
      - V(restart_confirmation) requests a confirmation again that was rejected (重新发起确认).
      - V(next_step) continues the instance after a step with the status terminated (进入下一步).
      - V(skip) stops waiting for a step with the status stopping (跳过).
      - V(continue_rolling) continues a rolling step that waits with its next batch.
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
      - The id of the step, as returned in RV(steps).
      - Required unless O(action) is V(terminate) or V(start).
    type: int
  wait:
    description:
      - Whether to wait for the result of the operation.
      - After V(terminate) and V(reject), the module waits until the instance has finished. The outcome of the instance
        does not fail the task.
      - After any other operation, the module waits until the instance has finished, and the task fails unless the
        instance succeeds. If a step waits for manual confirmation, the wait also ends, with
        RV(outcome=waiting_confirmation), which does not fail the task.
    type: bool
    default: false
  wait_timeout:
    description:
      - The maximum number of seconds to wait before the task fails with RV(outcome=timed_out). V(0) disables the limit.
    type: int
    default: 3600
  poll_interval:
    description:
      - The number of seconds between two polls.
      - By default, the interval starts below one second and grows with the duration of the wait to 15 seconds.
    type: float
  console_url:
    description:
      - The address of Job's web console, used to return a link to the instance. It cannot be derived from O(url).
      - It must not have a user or a password, since links are displayed.
      - If not set, the value of the environment variable E(BK_JOB_CONSOLE_URL) is used.
    type: str
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Terminate an instance
  blueking.job.bk_job_operate:
    job_instance_id: 10000
    action: terminate
    wait: true

- name: Launch a plan and retry a failed step
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
    # A launch that was refused, for example, has no step that can be retried.
    - name: Fail unless the job ran and failed
      ansible.builtin.assert:
        that: launch.outcome | default('') == 'failed'
        fail_msg: "{{ launch.msg }}"

    - name: Retry the failed step on the failed hosts
      blueking.job.bk_job_operate:
        job_instance_id: "{{ launch.job_instance_id }}"
        step_instance_id: "{{ (launch.steps | selectattr('status', 'eq', 'failed') | first).step_instance_id }}"
        action: retry_failed
        wait: true

- name: Get an instance that waits for manual confirmation
  blueking.job.bk_job_instance_info:
    job_instance_id: 10001
  register: release

- name: Confirm the step
  blueking.job.bk_job_operate:
    job_instance_id: "{{ release.job_instance_id }}"
    step_instance_id: "{{ (release.steps | selectattr('status', 'eq', 'waiting') | first).step_instance_id }}"
    action: confirm
"""

RETURN = r"""
msg:
  description: What was done, or why not, and the status after it.
  returned: always
  type: str
  sample: >-
    Instance 10000 (Release with approval): confirm for step "approve" was accepted, the step's status is success.
job_instance_id:
  description: Id of the instance; null if none is known.
  returned: always
  type: int
  sample: 10000
job_instance_name:
  description: Name of the instance, which is the plan's.
  returned: always
  type: str
  sample: Release the web tier
job_plan_id:
  description: Id of the plan; null with API v3 if only the instance is known, since Job does not return its plan.
  returned: always
  type: int
  sample: 100
job_instance_url:
  description: URL of the page of the instance, if O(console_url) is set.
  returned: always
  type: str
  sample: https://job.example.com/api_execute/10000
outcome:
  description:
    - Result of the instance, V(succeeded), V(failed), V(terminated), V(abandoned) or V(abnormal); null if it has not
      finished.
    - V(refused) if the operation was certainly not done, V(unknown) if it may have been done and the status of the
      instance does not show it.
    - With O(wait), also V(waiting_confirmation), V(timed_out), or V(lost) if it could no longer be monitored.
  returned: always
  type: str
  sample: succeeded
changed:
  description:
    - Whether the operation was or may have been done; V(false) if nothing had to be done. In check mode, whether a
      run would request it.
  returned: always
  type: bool
  sample: true
status:
  description:
    - Status of the instance when it was last read. One of V(pending), V(running), V(success), V(failed), V(skipped),
      V(ignored), V(waiting), V(terminated_legacy), V(abnormal), V(stopping), V(terminated), V(stop_failed),
      V(rejected), V(abandoned), V(rolling_waiting), or V(unknown) for a status of a newer server.
  returned: always, null if the instance was not read
  type: str
  sample: failed
status_code:
  description: Code of the status in the API of Job.
  returned: always, null if the instance was not read
  type: int
  sample: 4
finished:
  description:
    - Whether the instance had finished when it was last read, by its status; V(false) if it was not read.
    - With the task keyword C(async), Ansible replaces this value; use RV(outcome) or RV(status) instead.
  returned: always
  type: bool
  sample: true
steps:
  description: Steps of the instance, including those that did not run.
  returned: always, null if they were not read; empty if nothing was launched, or the instance was never read
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
  description: Numbers of hosts, summed up over the steps.
  returned: always, null if the hosts were not read
  type: dict
  sample: {total: 2, succeeded: 1, failed: 1, unfinished: 0}
host_list:
  description: Each host that took part in a step, once. Ansible Automation Platform uses it to count automated hosts.
  returned: always, null if the hosts were not read; empty if nothing was launched, or the instance was never read
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
    - Each host on which a step failed, including steps whose errors are ignored. C(log) is an excerpt from the end of
      its log, at most 20 lines and 2 KiB; null if logs were not read. RV(logs) contains more of it.
    - C(inventory_hostname), here and in all other rows about a host, is its name in the inventory. A task that launches
      knows it from C(inventory_hostnames) of its targets. Otherwise it is null.
  returned: always, null if the hosts were not read; empty if nothing was launched, or the instance was never read
  type: list
  elements: dict
  sample:
    - step_instance_id: 20001
      step_name: deploy
      bk_host_id: 102
      bk_cloud_id: 0
      ip: 10.0.0.2
      inventory_hostname: web2
      status: nonzero_exit_code
      status_code: 104
      exit_code: 1
      error_code: 0
      tag: disk full
      log: "[2024-05-01 10:00:00][PID:102] job_start\nno space left on device"
error:
  description: Why the task could not do its work; null if the job itself failed or took too long.
  returned: always, null if there was no such error
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
      description: Code that the gateway or Job returned, if one did.
      returned: always
      type: int
      sample: 9900403
    message:
      description: Message of the server, or of the collection.
      returned: always
      type: str
      sample: User (alice) permission not allowed, please confirm and apply permission in IAM and try again
    hint:
      description: What to do about it, in the language of O(language).
      returned: always
      type: str
      sample: Request the permission for the user in the BlueKing Permission Center (IAM), system bk_job.
    request_id:
      description: Id that the gateway gave the request; its administrators can search for it.
      returned: always
      type: str
      sample: c49a2f8c50ae49129ef51307354d8cd6
    job_request_id:
      description: Id that Job gave the request; its administrators can search for it.
      returned: always
      type: str
      sample: 585c236c33c04b838c27e22537ea2b83
    permission:
      description: Permission that the user needs, as the permission center (IAM) describes it.
      returned: always
      type: dict
      sample:
        system_id: bk_job
        actions:
          - id: launch_job_plan
            name: Launch Job Plan
request:
  description:
    - C(api) and C(body) of the operation; if the task failed before it, those of the status request.
  returned: in check mode or on failure, if there is a request and the options suffice to build it; otherwise null
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
files:
  version_added: 1.1.0
  description: Null.
  returned: always
  type: list
  elements: dict
output_variables:
  description: Null.
  returned: always
  type: dict
host_outputs:
  version_added: 1.1.0
  description: Null.
  returned: always
  type: list
  elements: dict
outputs:
  version_added: 1.1.0
  description: Null.
  returned: always
  type: dict
output_conflicts:
  version_added: 1.1.0
  description: Null.
  returned: always
  type: list
  elements: str
host_groups:
  version_added: 1.1.0
  description: Null.
  returned: always
  type: list
  elements: dict
candidates:
  description: Null.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils._operate.actions import OPTIONS
from ..module_utils._operate.operate import OperateReport, operate
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, OperateReport, operate)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
