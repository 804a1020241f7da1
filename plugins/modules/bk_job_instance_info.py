#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_instance_info
short_description: Get one instance of BlueKing Job in full, or find instances in the history
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - With O(job_instance_id), returns that instance as it is, with its steps and hosts, in the keys of
    M(blueking.job.bk_job_wait). It is looked at once. An instance that has failed does not fail the task.
  - Otherwise finds the instances that match all filters given, in RV(instances).
  - To see instances that others launched, the acting user needs the permission to view the history.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
  - blueking.job.logs
attributes:
  check_mode:
    support: full
    details:
      - Changes nothing, and so does the same.
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: full
options:
  job_instance_id:
    description:
      - Id of the instance to return in full. Not together with filters.
    type: int
  name:
    description:
      - Part of the name, which for a plan's instance is the plan's.
      - The filters need O(api_version=v3), since v2 of the API has no list of instances.
    type: str
  operator:
    description:
      - Who launched it, the whole name.
    type: str
  status:
    description:
      - Its status now.
    type: str
    choices:
      - pending
      - running
      - success
      - failed
      - skipped
      - ignored
      - waiting
      - terminated_legacy
      - abnormal
      - stopping
      - terminated
      - stop_failed
      - rejected
      - abandoned
      - rolling_waiting
  launch_mode:
    description:
      - Where it was launched, in Job's web pages, by the API, or by a scheduled job.
    type: str
    choices: [web, api, cron]
  type:
    description:
      - What was launched, a plan, a quick script or a quick file transfer.
    type: str
    choices: [plan, script, file]
  ip:
    description:
      - An IPv4 address of a host it runs on.
    type: str
  created_after:
    description:
      - Only instances created since this time, in ISO 8601, such as V(2024-05-01T10:00:00+08:00), or in Unix seconds.
        Without a zone it is UTC.
      - If not set, 24 hours before O(created_before). Job lists 30 days at a time at most.
    type: str
  created_before:
    description:
      - Only instances created until this time, written like O(created_after). If not set, now.
    type: str
  limit:
    description:
      - How many instances to return at most, the newest. As many pages as this takes are asked for.
    type: int
    default: 100
  console_url:
    description:
      - Address of Job's web pages, to return links to the instances. It can't be told from O(url).
      - If not set, the value of the environment variable E(BK_JOB_CONSOLE_URL) is used.
    type: str
"""

EXAMPLES = r"""
# The connection comes from the environment, see the options of the connection.
- name: Look at an instance
  blueking.job.bk_job_instance_info:
    job_instance_id: 10000
  register: instance

- name: Show the hosts that failed
  ansible.builtin.debug:
    msg: "{{ instance.failed_hosts | map(attribute='ip') }}"

- name: Find what failed among the releases of the last 24 hours
  blueking.job.bk_job_instance_info:
    name: release
    type: plan
    status: failed
    console_url: https://job.example.com
  register: failures

- name: Show where to look at them
  ansible.builtin.debug:
    msg: "{{ failures.instances | map(attribute='job_instance_url') }}"

- name: Find what ran on a host in the first half of May, up to 2000 instances
  blueking.job.bk_job_instance_info:
    ip: 10.0.0.1
    created_after: "2024-05-01T00:00:00+08:00"
    created_before: "2024-05-16T00:00:00+08:00"
    limit: 2000

- name: Wait until no release of the last 29 days is going on, looking each minute for an hour
  blueking.job.bk_job_instance_info:
    name: release
    type: plan
    created_after: "{{ now().timestamp() - 29 * 24 * 3600 }}"
    limit: 1000
  register: releases
  until: releases.instances | default([], true) | selectattr('status', 'in', going_on) | length == 0
  retries: 60
  delay: 60
  vars:
    going_on: [pending, running, waiting, stopping]
"""

RETURN = r"""
instances:
  description: The instances that were found, the newest first.
  returned: always, null if O(job_instance_id) is given
  type: list
  elements: dict
  contains:
    job_instance_id:
      description: Id of the instance.
      returned: always
      type: int
      sample: 10000
    job_instance_name:
      description: Name of the instance, which is the plan's.
      returned: always
      type: str
      sample: Release the web tier
    job_plan_id:
      description: Id of the plan; null for a quick script or quick files.
      returned: always
      type: int
      sample: 100
    operator:
      description: Who launched it.
      returned: always
      type: str
      sample: admin
    launch_mode:
      description: Where it was launched, V(web), V(api) or V(cron).
      returned: always
      type: str
      sample: api
    type:
      description: What it is, V(plan), V(script) or V(file).
      returned: always
      type: str
      sample: plan
    status:
      description: Its status, one of the words of RV(status).
      returned: always
      type: str
      sample: failed
    status_code:
      description: The same as Job's own number.
      returned: always
      type: int
      sample: 4
    created_at:
      description: When it was created.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    started_at:
      description: When it began to run.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    ended_at:
      description: When it ended; null while it goes on.
      returned: always
      type: str
      sample: "2024-05-01T02:00:04Z"
    total_seconds:
      description: How long it took.
      returned: always
      type: float
      sample: 4.28
    job_instance_url:
      description: Page of the instance, if O(console_url) is given.
      returned: always
      type: str
      sample: https://job.example.com/api_execute/10000
msg:
  description: What was found.
  returned: always
  type: str
  sample: The status of instance 10000 (Release the web tier) is failed.
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
    - How the instance ended, V(succeeded), V(failed), V(terminated), V(abandoned), V(abnormal); null while it goes on,
      and where many were asked for. It fails no task.
    - If the task failed, V(lost) if the instance could not be looked at, else V(refused).
  returned: always
  type: str
  sample: succeeded
changed:
  description: Always V(false).
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
    - The C(api) and the C(body) of the look that failed, for a list those of its first page; null if the options make
      none.
  returned: on failure, else null
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

from ..module_utils._follow.options import LOG_OPTIONS, check_logs
from ..module_utils._follow.options import OPTIONS as FOLLOW_OPTIONS
from ..module_utils._follow.results import read_logs, read_output
from ..module_utils._model.errors import InputError, UnclearError
from ..module_utils._options.history import OPTIONS as FILTERS
from ..module_utils._options.history import query_of
from ..module_utils._report.info import InfoReport
from ..module_utils._task.runner import Task, run

if t.TYPE_CHECKING:
    from ..module_utils._model.instance import Instance
    from ..module_utils._task.clock import Clock

OPTIONS: dict[str, t.Any] = {
    "job_instance_id": {"type": "int"},
    **FILTERS,
    "limit": {"type": "int", "default": 100},
    **LOG_OPTIONS,
    "console_url": FOLLOW_OPTIONS["console_url"],
}


def inform(task: Task, report: InfoReport) -> None:
    """Tell one instance, or those that match the filters."""
    if task.params["job_instance_id"] is None:
        _many(task, report)
    else:
        _one(task, report, task.params["job_instance_id"])


def _one(task: Task, report: InfoReport, instance_id: int) -> None:
    filters = [name for name in FILTERS if task.params[name]]
    if filters:
        raise InputError(f"job_instance_id names one instance: leave out {', '.join(filters)}")
    if instance_id < 1:
        raise InputError("job_instance_id must be at least 1")
    check_logs(task.params)
    report.link(task.params["console_url"])
    report.will_send(task.job.instance_call(instance_id, hosts=True))
    instance = _look(task, instance_id)
    report.one(instance)
    report.request = None
    report.msg += read_logs(task, report, instance) + read_output(task, report, instance)


def _look(task: Task, instance_id: int) -> Instance:
    """The instance with its hosts; without them where Job can't tell those (contract §6.4, containers)."""
    try:
        return task.job.instance(instance_id, hosts=True)
    except UnclearError:
        return task.job.instance(instance_id)


def _many(task: Task, report: InfoReport) -> None:
    limit = task.params["limit"]
    if limit < 1:
        raise InputError("limit must be at least 1")
    query = query_of(task.params, task.clock.date())
    report.will_send(task.job.history_call(query, limit))
    report.many(task.job.history(query, limit), limit, task.params["console_url"])


def main(clock: Clock | None = None) -> None:
    run(OPTIONS, inform, InfoReport(), clock)


if __name__ == "__main__":
    main()
