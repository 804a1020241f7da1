#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_wait
short_description: Wait until a job instance of BlueKing Job has finished
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Waits until a job instance (作业实例) has finished, regardless of who launched it, and fails unless it succeeds. If
    the instance has already finished, the module returns immediately.
  - The module keeps polling through connection errors, gateway errors and rate limiting. If there is no response for
    two minutes, or for three times O(timeout) if that is longer, the task fails with RV(outcome=lost).
  - If the instance cannot be read at all, for example because its id is wrong, the task fails with RV(outcome=refused).
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.attributes.progress
  - blueking.job.connection
  - blueking.job.follow
  - blueking.job.logs
attributes:
  check_mode:
    support: full
    details:
      - Waits as well, but ignores O(terminate_on) and O(log_dest).
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: full
options:
  job_instance_id:
    description:
      - The id of the instance, as returned by M(blueking.job.bk_job_execute).
    type: int
    required: true
  secret_variables:
    description:
      - The secret variables that the instance was launched with, as in M(blueking.job.bk_job_execute). Their values are
        masked in the logs and output variables.
    type: dict
    default: {}
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Wait up to half an hour for an instance
  blueking.job.bk_job_wait:
    job_instance_id: 10000
    wait_timeout: 1800

- name: Launch plans that run at the same time
  blueking.job.bk_job_execute:
    job_plan_id: "{{ item }}"
  loop: [100, 102]
  register: launches

- name: Wait for each of them and keep the logs of all hosts
  blueking.job.bk_job_wait:
    job_instance_id: "{{ item.job_instance_id }}"
    logs: all
    log_dest: logs
  loop: "{{ launches.results }}"
  loop_control:
    label: "{{ item.job_instance_id }}"

- name: Wait until an instance has finished or waits for manual confirmation
  blueking.job.bk_job_wait:
    job_instance_id: 10001
    on_confirmation: fail
  register: release
  failed_when: release.outcome | default('') not in ['succeeded', 'waiting_confirmation']

- name: Show how to confirm the step
  ansible.builtin.debug:
    msg: "{{ release.msg }}"
  when: release.outcome == 'waiting_confirmation'
"""

RETURN = r"""
msg:
  description: Result of the instance, the first failed hosts with the ends of their logs, and what to do next.
  returned: always
  type: str
  sample: Instance 10000 (Release the web tier) succeeded.
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
    - Result of the instance, V(succeeded), V(failed), V(terminated), V(abandoned) or V(abnormal); or why the task no
      longer waits for it, V(waiting_confirmation), V(timed_out), or V(lost) if it could no longer be monitored.
    - V(refused) if the options are wrong, or the instance was never read, for example because there is none with that
      id.
  returned: always
  type: str
  sample: succeeded
changed:
  description: Whether the instance was or may have been requested to stop, which only happens with O(terminate_on).
  returned: always
  type: bool
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
    - C(api) and C(body) of the status request.
  returned: on failure, if the options suffice to build the request; otherwise null
  type: dict
logs:
  description: Logs selected by O(logs), a row for each host and step that ran. Secrets of the task are masked.
  returned: always, null if logs were not read; empty if nothing was launched, or the instance was never read
  type: list
  elements: dict
  contains:
    step_instance_id:
      description: Id of the step.
      returned: always
      type: int
      sample: 20001
    step_name:
      description: Name of the step.
      returned: always
      type: str
      sample: deploy
    bk_host_id:
      description: Id of the host; null under API v2.
      returned: always
      type: int
      sample: 102
    bk_cloud_id:
      description: BK-Net area of the host.
      returned: always
      type: int
      sample: 0
    ip:
      description: IPv4 address of the host.
      returned: always
      type: str
      sample: 10.0.0.2
    inventory_hostname:
      description: Name of the host in the inventory, as in RV(failed_hosts).
      returned: always, null where it is not known
      type: str
    content:
      description:
        - The log, or the end of a long one. For a file transfer, a line per file and what Job logged about it.
        - Null if there is none, if it could not be read, or if it is only in the file RV(logs[].path).
      returned: always
      type: str
      sample: "[2024-05-01 10:00:00][PID:102] job_start\nno space left on device\n"
    truncated:
      description: Whether RV(logs[].content) is not the whole log.
      returned: always
      type: bool
      sample: false
    path:
      description: File with the whole log, if O(log_dest) is set.
      returned: always
      type: str
      sample: /srv/playbooks/logs/10000/20001-deploy/0-10.0.0.2.log
files:
  version_added: 1.1.0
  description:
    - Files that the hosts received in file steps, of those hosts whose logs are selected by O(logs).
    - API v2 does not return them, so the list is empty with O(api_version=v2).
  returned: always, null if logs were not read; empty if nothing was launched, or the instance was never read
  type: list
  elements: dict
  contains:
    step_instance_id:
      description: Id of the step.
      returned: always
      type: int
      sample: 20001
    bk_host_id:
      description: Id of the host.
      returned: always
      type: int
      sample: 101
    bk_cloud_id:
      description: BK-Net area of the host.
      returned: always
      type: int
      sample: 0
    ip:
      description: IPv4 address of the host.
      returned: always
      type: str
      sample: 10.0.0.1
    inventory_hostname:
      description: Name of the host in the inventory, as in RV(failed_hosts).
      returned: always, null where it is not known
      type: str
    source:
      description: Where the file came from, as V(host:path).
      returned: always
      type: str
      sample: 10.0.0.3:/data/releases/web-1.2.3.tar.gz
    dest:
      description: Where it is, as V(host:path).
      returned: always, null if Job does not return it
      type: str
      sample: 10.0.0.1:/opt/releases/web-1.2.3.tar.gz
    status:
      description: V(finished), V(failed), V(waiting), V(pulling), V(uploading), V(downloading) or V(unknown).
      returned: always
      type: str
      sample: finished
    size:
      description: Its size, as Job shows it.
      returned: always, null before Job 3.8.6
      type: str
output_variables:
  description:
    - Values of the plan's string variables after the last script step. Scripts can return results in them. Job
      returns no variables of other types.
  returned: always, null if the instance has not finished, or they could not be read
  type: dict
  sample:
    version: 1.2.3
host_outputs:
  version_added: 1.1.0
  description:
    - What scripts printed as outputs, a row for each host and step with any. Secrets of the task are masked.
    - If some logs could not be read, RV(msg) says so, and this only contains the outputs in the others.
    - C(values) contains strings by key, and the last one if a key was printed more than once. In templates, write
      C(row['values']), since C(row.values) is a method of dictionaries.
  returned: >-
    always, null without O(parse_outputs) and if the hosts were not read; empty if nothing was launched, or the instance
    was never read
  type: list
  elements: dict
  sample:
    - step_instance_id: 20001
      bk_host_id: 101
      bk_cloud_id: 0
      ip: 10.0.0.1
      inventory_hostname: web1
      values:
        free_mb: "5120"
outputs:
  version_added: 1.1.0
  description:
    - Outputs that have the same value on all hosts that printed them. If several steps printed a key, the last of
      these steps is used.
  returned: always, null without O(parse_outputs) and if the hosts were not read
  type: dict
  sample:
    free_mb: "5120"
output_conflicts:
  version_added: 1.1.0
  description: Keys of the outputs whose values differ between hosts. Their values are only in RV(host_outputs).
  returned: >-
    always, null without O(parse_outputs) and if the hosts were not read; empty if nothing was launched, or the instance
    was never read
  type: list
  elements: str
host_groups:
  version_added: 1.1.0
  description: Hosts of each step, grouped by result, status and tag.
  returned: >-
    always, null without O(group_hosts) and if the hosts were not read; empty if nothing was launched, or the instance
    was never read
  type: list
  elements: dict
  contains:
    step_instance_id:
      description: Id of the step.
      returned: always
      type: int
      sample: 20001
    step_name:
      description: Name of the step.
      returned: always
      type: str
      sample: deploy
    result:
      description: V(succeeded), V(failed) or V(unfinished).
      returned: always
      type: str
      sample: failed
    status:
      description: Status of the hosts in the step, as in RV(failed_hosts).
      returned: always
      type: str
      sample: nonzero_exit_code
    tag:
      description:
        - Tag that the script set with C(job_success) or C(job_fail); empty if it set none. Null if Job returned none,
          as API v2 does for hosts without a log.
      returned: always
      type: str
      sample: disk full
    hosts:
      description:
        - The hosts.
      returned: always
      type: list
      elements: dict
      sample:
        - bk_host_id: 102
          bk_cloud_id: 0
          ip: 10.0.0.2
          inventory_hostname: web2
candidates:
  description: Null.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils._follow.guardian import guarded
from ..module_utils._follow.options import OPTIONS as FOLLOW_OPTIONS
from ..module_utils._follow.options import pace_of
from ..module_utils._follow.wait import wait_for
from ..module_utils._model.errors import InputError
from ..module_utils._model.language import say
from ..module_utils._options.spec import Options
from ..module_utils._report.instance import Report
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock
    from ..module_utils._task.task import Task

OPTIONS = Options(
    {
        "job_instance_id": {"type": "int", "required": True},
        "secret_variables": {"type": "dict", "default": {}, "no_log": True},
    }
)


def wait(task: Task, report: Report) -> None:
    """Wait for the instance and report its end."""
    instance_id = task.params["job_instance_id"]
    report.link(task.params["console_url"])
    if instance_id < 1:
        raise InputError(say("{name} must be at least 1", name="job_instance_id"))
    report.will_send(task.job.preview(task.job.apis.instance, instance_id, False))
    pace = pace_of(task.params)
    task.job.connect()
    with guarded(task) as guardian:
        guardian.launched(instance_id)
        wait_for(task, report, instance_id, pace)
    if not report.failed:
        report.sent()


MODULE = Module(OPTIONS + FOLLOW_OPTIONS, Report, wait)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
