#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_instance_info
short_description: Get a job instance of BlueKing Job, or search the execution history
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - With O(job_instance_id), returns the current state of a job instance (作业实例) with its steps and hosts, under the
    same keys as M(blueking.job.bk_job_wait). The state is read once. A failed instance does not fail the task.
  - Without O(job_instance_id), returns the instances of the execution history that match all filters as RV(instances).
  - To read instances that other users launched, the user needs the permission to view the execution history.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
  - blueking.job.logs
attributes:
  check_mode:
    support: full
    details:
      - The module changes nothing, so check mode makes no difference, except that no files are written to O(log_dest).
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: full
options:
  job_instance_id:
    description:
      - The id of the instance.
      - Cannot be used together with filters.
    type: int
  name:
    description:
      - A part of the name of the instance, which is the name of its plan.
      - All filters require O(api_version=v3), because API v2 has no list of instances.
    type: str
  operator:
    description:
      - The full name of the user who launched the instance.
    type: str
  status:
    description:
      - The current status of the instance.
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
      - How the instance was launched, which is in the web console (V(web)), through the API (V(api)) or by a scheduled
        job (V(cron)).
    type: str
    choices: [web, api, cron]
  type:
    description:
      - What was launched, which is a plan (V(plan)), a quick script (V(script)) or a quick file transfer (V(file)).
    type: str
    choices: [plan, script, file]
  ip:
    description:
      - The IPv4 address of a host that the instance runs on.
    type: str
  created_after:
    description:
      - Only return instances that were created after this time, in ISO 8601 format such as
        V(2024-05-01T10:00:00+08:00), or in Unix seconds. Times without a time zone are in UTC.
      - Defaults to 24 hours before O(created_before).
      - Job lists at most 30 days at a time.
    type: str
  created_before:
    description:
      - Only return instances that were created before this time, in the same format as O(created_after).
      - Defaults to the current time.
    type: str
  limit:
    description:
      - The maximum number of instances to return. The newest instances are returned.
      - Results are fetched page by page until this number is reached.
    type: int
    default: 100
  console_url:
    description:
      - The address of Job's web console, used to return links to instances. It cannot be derived from O(url).
      - It must not have a user or a password, since links are displayed.
      - If not set, the value of the environment variable E(BK_JOB_CONSOLE_URL) is used.
    type: str
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Get an instance
  blueking.job.bk_job_instance_info:
    job_instance_id: 10000
  register: instance

- name: Show the failed hosts
  ansible.builtin.debug:
    msg: "{{ instance.failed_hosts | map(attribute='ip') }}"

- name: List the failed releases of the last 24 hours
  blueking.job.bk_job_instance_info:
    name: release
    type: plan
    status: failed
    console_url: https://job.example.com
  register: failures

- name: Show links to them
  ansible.builtin.debug:
    msg: "{{ failures.instances | map(attribute='job_instance_url') }}"

- name: List up to 2000 instances that ran on a host in the first half of May
  blueking.job.bk_job_instance_info:
    ip: 10.0.0.1
    created_after: "2024-05-01T00:00:00+08:00"
    created_before: "2024-05-16T00:00:00+08:00"
    limit: 2000

- name: Wait up to an hour until no release of the last 29 days is unfinished
  blueking.job.bk_job_instance_info:
    name: release
    type: plan
    created_after: "{{ now().timestamp() - 29 * 24 * 3600 }}"
    limit: 1000
  register: releases
  until: releases.instances | default([], true) | selectattr('status', 'in', unfinished) | length == 0
  retries: 60
  delay: 60
  vars:
    unfinished: [pending, running, waiting, stopping]
"""

RETURN = r"""
instances:
  description: Instances that match, the newest first.
  returned: always, null on failure and with O(job_instance_id)
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
      description: Id of the plan; null for a quick script or a quick file transfer.
      returned: always
      type: int
      sample: 100
    operator:
      description: User who launched it.
      returned: always
      type: str
      sample: admin
    launch_mode:
      description: Where it was launched, V(web), V(api) or V(cron).
      returned: always
      type: str
      sample: api
    type:
      description: Type, V(plan), V(script) or V(file).
      returned: always
      type: str
      sample: plan
    status:
      description: Status, with the values of RV(status).
      returned: always
      type: str
      sample: failed
    status_code:
      description: Code of the status in the API of Job.
      returned: always
      type: int
      sample: 4
    created_at:
      description: When it was created.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    started_at:
      description: When it started to run.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    ended_at:
      description: When it finished; null if it has not finished.
      returned: always
      type: str
      sample: "2024-05-01T02:00:04Z"
    total_seconds:
      description: Duration.
      returned: always
      type: float
      sample: 4.28
    job_instance_url:
      description: URL of the page of the instance, if O(console_url) is set.
      returned: always
      type: str
      sample: https://job.example.com/api_execute/10000
msg:
  description: What was found, or why nothing was.
  returned: always
  type: str
  sample: The status of instance 10000 (Release the web tier) is failed.
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
      finished, and for a list. It does not fail the task.
    - V(refused) if the task failed.
  returned: always
  type: str
  sample: succeeded
changed:
  description: Always V(false).
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
    - C(api) and C(body) of the request that failed; for a list, of the request for its first page.
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

from ..module_utils._follow.options import LOG_OPTIONS, check_logs
from ..module_utils._follow.options import OPTIONS as FOLLOW_OPTIONS
from ..module_utils._follow.results import read_logs, read_outputs
from ..module_utils._model.errors import InputError, UnclearError
from ..module_utils._model.language import say
from ..module_utils._options.history import FILTERS, query_of
from ..module_utils._options.spec import Options
from ..module_utils._report.info import InfoReport
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._model.instance import Instance
    from ..module_utils._task.clock import Clock
    from ..module_utils._task.task import Task

OPTIONS = Options({"job_instance_id": {"type": "int"}, "limit": {"type": "int", "default": 100}})


def inform(task: Task, report: InfoReport) -> None:
    """Return one instance, or those that match the filters."""
    if task.params["job_instance_id"] is None:
        _many(task, report)
    else:
        _one(task, report, task.params["job_instance_id"])


def _one(task: Task, report: InfoReport, instance_id: int) -> None:
    filters = [name for name in FILTERS.table if task.params[name]]
    if filters:
        raise InputError(
            say("job_instance_id already selects an instance: leave out {names}", names=say(", ").join(filters))
        )
    if instance_id < 1:
        raise InputError(say("{name} must be at least 1", name="job_instance_id"))
    report.link(task.params["console_url"])
    report.will_send(task.job.preview(task.job.apis.instance, instance_id, True))
    check_logs(task.params)
    instance = _read(task, instance_id)
    report.one(instance)
    report.sent()
    report.add(read_logs(task, report, instance))
    report.add(read_outputs(task, report, instance))


def _read(task: Task, instance_id: int) -> Instance:
    """The instance with its hosts; without them where Job can't return those (contract §6.4, containers)."""
    try:
        return task.job.instance(instance_id, hosts=True)
    except UnclearError:
        return task.job.instance(instance_id)


def _many(task: Task, report: InfoReport) -> None:
    limit = task.params["limit"]
    if limit < 1:
        raise InputError(say("{name} must be at least 1", name="limit"))
    query = query_of(task.params, task.clock.date())
    report.will_send(task.job.preview(task.job.apis.history, query, 0, limit))
    report.many(task.job.history(query, limit), limit, task.params["console_url"])


MODULE = Module(OPTIONS + FILTERS + LOG_OPTIONS + FOLLOW_OPTIONS.only("console_url"), InfoReport, inform)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
