#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_execute
short_description: Launch an execution plan of BlueKing Job
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Launches an execution plan (执行方案) of BlueKing Job (蓝鲸作业平台), and returns the id of the job instance
    (作业实例) that runs it. The execution history in the web console shows this id as the task ID (任务 ID).
  - With O(wait), also waits until the instance has finished, and returns its result.
  - Before the launch, the module reads the plan, and rejects variables that do not match it. Job itself ignores unknown
    variables and runs with the default values of the plan.
  - The launch request is sent once. It is only retried if it certainly did not reach Job.
  - If it is unknown whether Job has received the request, for example because the response was lost, the task fails
    with RV(outcome=unknown) and RV(changed=true). RV(candidates) then lists the instances that it may have created.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.attributes.progress
  - blueking.job.connection
  - blueking.job.plan
  - blueking.job.follow
  - blueking.job.logs
attributes:
  check_mode:
    support: full
    details:
      - Reads and checks everything that a run would read and check, sends no request that changes anything, and returns
        the launch request as RV(request).
  diff_mode:
    support: full
    details:
      - Shows the default values of the plan and the values of the launch, if O(validate_variables) reads the plan.
  facts:
    support: full
    details:
      - A persistent fact cache keeps C(job_instance_id) after the play. In later plays and in C(rescue) sections, use
        the registered result instead.
  idempotent:
    support: none
    details:
      - Each run launches the plan again.
options:
  callback_url:
    description:
      - The URL to which Job posts the result when the instance has finished.
      - C(bk_callback_url) is the name of this parameter in API v2.
    type: str
    aliases: [bk_callback_url]
  two_phase:
    description:
      - Whether to create the instance first, and to start it with a second request. A lost response can then never
        leave an untracked job running.
      - Job starts an instance only once, so the second request is sent up to five times.
      - If it is unknown whether the instance was started, the task fails with RV(outcome=unknown), and
        RV(job_instance_id) is the id of the instance.
      - If Job refuses to start the instance, the task fails with RV(outcome=refused) and RV(changed=true). The instance
        RV(job_instance_id) exists, and does not run.
      - Requires O(api_version=v3) and Job 3.10 or later. Older servers start the instance immediately, and the task
        shows a warning.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the instance has finished. The task then fails unless the instance succeeds.
    type: bool
    default: false
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Launch a plan
  blueking.job.bk_job_execute:
    job_plan_id: 100
  register: launch

- name: Show the id of the instance
  ansible.builtin.debug:
    msg: "{{ launch.msg }} Its id is {{ ansible_facts.job_instance_id }}."

- name: Launch a plan with connection options, variables and target servers
  blueking.job.bk_job_execute:
    url: https://paas.example.com
    bk_app_code: my-app
    bk_app_secret: "{{ bk_app_secret }}"
    bk_username: admin
    bk_biz_id: 1
    job_plan_id: 100
    variables:
      version: 1.2.3
    target_servers:
      - name: hosts
        ip_list: [10.0.0.1, 10.0.0.2]

- name: Set the connection options once for several tasks
  module_defaults:
    group/blueking.job.bk_job:
      url: https://bkapi.example.com/api/bk-job/prod
      gateway: apigw
      bk_app_code: my-app
      bk_app_secret: "{{ bk_app_secret }}"
      bk_username: admin
      bk_biz_id: 1
  block:
    - name: Launch a plan by its name and wait up to half an hour until it has finished
      blueking.job.bk_job_execute:
        job_plan_name: Release the web tier
        variables:
          version: 1.2.3
        wait: true
        wait_timeout: 1800
        console_url: https://job.example.com
      register: release

    - name: Show an output variable
      ansible.builtin.debug:
        msg: "Released {{ release.output_variables.version }}."

- name: Check the variables and show the request without launching the plan
  blueking.job.bk_job_execute:
    job_plan_id: 100
    variables:
      version: 1.2.3
  check_mode: true
  diff: true
  register: preview

- name: Launch a plan on a module of the topology with a secret variable
  blueking.job.bk_job_execute:
    job_plan_id: 100
    secret_variables:
      password: "{{ vault_password }}"
    target_servers:
      - name: hosts
        topo_node_list:
          - id: 1000
            node_type: module

- name: Launch a plan on a group of the inventory
  blueking.job.bk_job_execute:
    job_plan_id: 100
    target_servers:
      - "{{ groups['web'] | blueking.job.job_targets(hostvars, name='hosts') }}"

- name: Launch a plan with an indexed and an associative array
  blueking.job.bk_job_execute:
    job_plan_id: 100
    variables:
      ports: [80, 443]
      labels:
        tier: web
        motto: it's "safe"

- name: Launch a plan in two phases (create, then start)
  blueking.job.bk_job_execute:
    job_plan_id: 100
    two_phase: true

- name: Launch a plan with variables as documented for API v2 and with a callback
  blueking.job.bk_job_execute:
    job_plan_id: 100
    global_vars:
      - id: 436
        target_server:
          dynamic_group_id_list: [blo8gojho0skft7pr5q0]
          ip_list:
            - bk_cloud_id: 0
              ip: 10.0.0.1
      - id: 437
        value: 1.2.3
    callback_url: https://ops.example.com/job-ended

- name: Launch a plan on a group of the inventory, and return the outputs and the results of each host
  blueking.job.bk_job_execute:
    job_plan_id: 100
    target_servers:
      - "{{ groups['web'] | blueking.job.job_targets(hostvars, name='hosts') }}"
    wait: true
    parse_outputs: true
    group_hosts: true
  register: release
  failed_when: release.outcome | default('') not in ['succeeded', 'failed']

- name: Group the hosts by result
  ansible.builtin.add_host:
    name: "{{ item.1.inventory_hostname }}"
    groups: "release_{{ item.0.result }}"
  loop: "{{ release.host_groups | ansible.builtin.subelements('hosts') }}"
  loop_control:
    label: "{{ item.1.inventory_hostname }}"

- name: Show which hosts failed, and an output that is the same on all hosts
  ansible.builtin.debug:
    msg: "{{ groups['release_failed'] | default([]) }}, {{ release.outputs.free_mb | default('unknown') }} MB free"

- name: Launch a plan and handle a failure
  block:
    - name: Launch the plan, and terminate it after a timeout or an interruption
      blueking.job.bk_job_execute:
        job_plan_id: 100
        target_servers:
          - name: hosts
            ip_list: [10.0.0.1, 10.0.0.2]
        wait: true
        terminate_on: [timeout, abort]
        log_dest: logs
      register: launch
  rescue:
    - name: Show the failed hosts
      ansible.builtin.debug:
        msg: "{{ item.ip }} failed step {{ item.step_name }} with exit code {{ item.exit_code }}: {{ item.log }}"
      loop: "{{ launch.failed_hosts | default([], true) }}"
      loop_control:
        label: "{{ item.ip }}"

    # Without this task the play would continue as if the plan had succeeded.
    - name: Fail with the message of the launch
      ansible.builtin.fail:
        msg: "{{ launch.msg }}"
"""

RETURN = r"""
msg:
  description: What happened, and what to do next.
  returned: always
  type: str
  sample: Plan 100 (Release the web tier) was launched as instance 10000.
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
ansible_facts:
  description:
    - The id of the instance as a fact. Ansible sets no facts of a failed task, or of a loop with a failed item. With
      C(failed_when=false), the fact becomes null if no id is known, so that later tasks do not use the instance of an
      earlier launch.
  returned: always
  type: dict
  contains:
    job_instance_id:
      description: Id of the instance.
      returned: always
      type: int
      sample: 10000
outcome:
  description:
    - V(launched), V(refused) if the plan was certainly not launched, or V(unknown) if it may have been launched. With
      O(two_phase), RV(job_instance_id) can be known in the latter two cases; this instance was created, but it was
      not started, or it is not known whether it was.
    - With O(wait), the result of the instance, V(succeeded), V(failed), V(terminated), V(abandoned) or V(abnormal);
      or why the task no longer waits for it, V(waiting_confirmation), V(timed_out), or V(lost) if it could not be
      monitored.
  returned: always
  type: str
  sample: launched
changed:
  description: Whether an instance was or may have been created; in check mode, whether a run would create one.
  returned: always
  type: bool
request:
  description:
    - C(api) and C(body) of the launch request, with secret values masked. If the plan was not read, all values are
      masked, because it is not known which of them are secret.
  returned: in check mode, in diff mode or on failure, if the options suffice to build the request; otherwise null
  type: dict
  sample:
    api: execute_job_plan
    body:
      bk_scope_type: biz
      bk_scope_id: "1"
      bk_biz_id: 1
      job_plan_id: 100
      global_var_list:
        - name: version
          value: 1.2.3
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
  description:
    - Instances of the plan that were launched through the API at about the same time. Check which of them was
      launched by this task. Those of other users are left out, except with O(bk_token) or O(access_token), whose user
      is not known here.
    - RV(job_instance_id) stays null even if there is only one.
    - Null if they could not be listed, as with O(api_version=v2); RV(msg) says why.
  returned: always, null unless RV(outcome=unknown)
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
    status:
      description: Status of the instance, as in RV(status).
      returned: always
      type: str
      sample: success
    operator:
      description: User who launched it.
      returned: always
      type: str
      sample: admin
    created_at:
      description: When it was created, in ISO 8601.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    job_instance_url:
      description: URL of the page of the instance, if O(console_url) is set.
      returned: always
      type: str
      sample: https://job.example.com/api_execute/10000
variables_checked:
  description:
    - Whether the variables were checked against the plan. V(false) if the acting user or the application may not view
      it; null if the task ended before that, or with O(validate_variables=false).
  returned: always
  type: bool
  sample: true
targets_checked:
  version_added: 1.1.0
  description:
    - Whether all topology nodes and dynamic groups were checked with CMDB. V(false) if CMDB could not be read, for the
      reason in the warning; null if the task uses none of them, was not to check them, or ended before that.
  returned: always
  type: bool
"""

import typing as t

from ..module_utils._launch.launch import OPTIONS, launch
from ..module_utils._launch.report import PlanLaunchReport
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, PlanLaunchReport, launch)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
