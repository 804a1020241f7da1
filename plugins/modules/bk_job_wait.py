#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_wait
short_description: Follow an instance of BlueKing Job to its end
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Follows an instance that exists already to its end, whoever launched it, and fails unless it succeeds. An instance
    that has ended is returned at once.
  - Nothing but an answer ends the following. Lost connections, faults of the gateway and throttling are ridden out
    until nothing has answered for two minutes, or for three times O(timeout) if that is more.
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
      - Does the same, but stops nothing, whatever O(terminate_on) says, and writes no file to O(log_dest).
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: full
options:
  job_instance_id:
    description:
      - Id of the instance, as M(blueking.job.bk_job_execute) returned it.
    type: int
    required: true
  secret_variables:
    description:
      - The secret values the instance was launched with, as in M(blueking.job.bk_job_execute). They are masked in the
        logs and output variables returned.
    type: dict
    default: {}
  _slice:
    description:
      - Not for playbooks. The action plugin of the same name cuts the waiting into slices with it, to show progress.
    type: dict
"""

EXAMPLES = r"""
# The connection comes from the environment, see the options of the connection.
- name: Follow an instance to its end, for half an hour at most
  blueking.job.bk_job_wait:
    job_instance_id: 10000
    wait_timeout: 1800

- name: Launch plans that run at the same time
  blueking.job.bk_job_execute:
    job_plan_id: "{{ item }}"
  loop: [100, 102]
  register: launches

- name: Follow each of them to its end, and keep the logs of all hosts
  blueking.job.bk_job_wait:
    job_instance_id: "{{ item.job_instance_id }}"
    logs: all
    log_dest: "{{ playbook_dir }}/logs"
  loop: "{{ launches.results }}"
  loop_control:
    label: "{{ item.job_instance_id }}"

- name: Follow an instance until it has ended or a person has to confirm it
  blueking.job.bk_job_wait:
    job_instance_id: 10001
    on_confirmation: fail
  register: release
  failed_when: release.outcome | default('') not in ['succeeded', 'waiting_confirmation']

- name: Tell what it waits for
  ansible.builtin.debug:
    msg: "{{ release.msg }}"
  when: release.outcome == 'waiting_confirmation'
"""

RETURN = r"""
msg:
  description: What became of the instance, the first hosts that failed, and what can be done about it.
  returned: always
  type: str
  sample: Instance 10000 (Release the web tier) succeeded.
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
    - How the instance ended, V(succeeded), V(failed), V(terminated), V(abandoned), V(abnormal); or why it was followed
      no longer, V(waiting_confirmation), V(timed_out), V(lost) if nothing answered any more or the answer was a
      refusal; V(refused) for bad input.
  returned: always
  type: str
  sample: succeeded
changed:
  description: Whether the instance was, or may have been, asked to stop, which only O(terminate_on) brings about.
  returned: always
  type: bool
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
    - The C(api) and the C(body) of the look at the instance.
  returned: on failure, if the options make one, else null
  type: dict
logs:
  description: The logs that O(logs) asks for, a row for each step that ran and host. Secrets of the task are masked.
  returned: always, null if logs were not asked for, or there were no hosts to ask for
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
      description: Area of the host.
      returned: always
      type: int
      sample: 0
    ip:
      description: IPv4 address of the host.
      returned: always
      type: str
      sample: 10.0.0.2
    content:
      description:
        - The log, of a long one the end. Of a step that transfers files, a line for each file and what Job wrote of it.
        - Null if there is none, if it could not be read, or if it is in the file at RV(logs[].path) alone.
      returned: always
      type: str
      sample: "[2024-05-01 10:00:00][PID:102] job_start\nno space left on device\n"
    truncated:
      description: Whether RV(logs[].content) is less than the whole log.
      returned: always
      type: bool
      sample: false
    path:
      description: The file with the whole log, if O(log_dest) is given.
      returned: always
      type: str
      sample: /srv/playbooks/logs/10000/20001-deploy/0-10.0.0.2.log
output_variables:
  description:
    - Values of the plan's string variables after the last script step, which is where scripts can leave results. Job
      tells no variables of other types.
  returned: always, null if the instance has not ended or they could not be read
  type: dict
  sample:
    version: 1.2.3
candidates:
  description: Null.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils._follow.options import OPTIONS as FOLLOW_OPTIONS
from ..module_utils._follow.options import pace_of
from ..module_utils._follow.progress import Slice
from ..module_utils._follow.wait import wait_for
from ..module_utils._model.errors import InputError
from ..module_utils._report.instance import Report
from ..module_utils._task.runner import Task, run

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

OPTIONS: dict[str, t.Any] = {
    "job_instance_id": {"type": "int", "required": True},
    "secret_variables": {"type": "dict", "default": {}, "no_log": True},
    **FOLLOW_OPTIONS,
    "_slice": {"type": "dict"},
}


def wait(task: Task, report: Report) -> None:
    """Follow the instance and report its end."""
    params = task.params
    report.link(params["console_url"])
    if params["job_instance_id"] < 1:
        raise InputError("job_instance_id must be at least 1")
    pace = pace_of(params)
    report.will_send(task.job.instance_call(params["job_instance_id"]))
    task.job.connect()
    part = Slice(**params["_slice"]) if params["_slice"] else None
    wait_for(task, report, params["job_instance_id"], pace, part)
    if not report.failed:
        report.request = None


def main(clock: Clock | None = None) -> None:
    run(OPTIONS, wait, Report(), clock)


if __name__ == "__main__":
    main()
