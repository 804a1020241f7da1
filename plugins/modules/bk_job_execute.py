#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_execute
short_description: Launch a plan of BlueKing Job
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Launches a plan (执行方案) of BlueKing Job (蓝鲸作业平台) and returns the id of the instance that runs it.
  - Variables and target servers can be given in the words of a playbook, or pasted from either document of the API as
    O(global_vars); both work under O(api_version=v2) and O(api_version=v3).
  - The plan is read first, and variables that do not fit it are refused, all at once. Job itself ignores a variable
    that it does not know, and runs with the plan's defaults.
  - A launch is sent once. Only where the request provably never reached Job it is tried again. Where nobody can tell,
    for example because the answer was lost, the task fails with RV(outcome=unknown) and RV(changed=true), and
    RV(candidates) lists the instances that may be the one.
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
      - Reads and checks all that a run would read and check, sends nothing that changes anything, and returns the
        RV(request) a run would send.
  diff_mode:
    support: full
    details:
      - Shows the plan's defaults beside the values it is launched with, as far as O(validate_variables) reads the plan.
  facts:
    support: full
  idempotent:
    support: none
    details:
      - Every run launches the plan once more.
options:
  job_plan_id:
    description:
      - Id of the plan. API v2 calls it C(bk_job_id); it is the same number.
      - One of this, O(job_plan_name) and O(job_template_id) is needed.
    type: int
    aliases: [bk_job_id, plan_id]
  job_plan_name:
    description:
      - The exact name of the plan. If the business has none of that name, or several, the task fails and lists what
        there is; with O(job_template_id) only the plans of that template count.
    type: str
    aliases: [plan_name]
  job_template_id:
    description:
      - Id of the template of the plan. Without O(job_plan_name) the template must have one plan alone.
      - Needs O(api_version=v3).
    type: int
  variables:
    description:
      - Values for variables of the plan, by name.
      - Numbers become text, booleans become V(true) or V(false), in arrays too. An empty string empties the variable.
      - A list becomes an index array of bash and a dictionary an associative array, quoted so that any text is safe,
        where the plan says that the variable is one.
      - Where hosts have bash 4.2, as CentOS 7 does, a key of a dictionary can't be V(@) or V(*), hold a closing
        bracket, or end in a backslash.
      - Variables left out keep the plan's default.
      - Values of variables that the plan keeps as ciphers are shown nowhere, but only where the plan is read
        (O(validate_variables)). To be independent of that, use O(secret_variables).
    type: dict
    default: {}
  secret_variables:
    description:
      - The same as O(variables), for values that must not be shown.
    type: dict
    default: {}
  target_servers:
    description:
      - The target servers, one entry for each host variable of the plan that is not to keep its default.
      - What an entry lists is added up.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the host variable. Either this or O(target_servers[].id) is needed.
        type: str
      id:
        description: Id of the host variable.
        type: int
      ip_list:
        description:
          - IPv4 addresses, each as V(10.0.0.1), as V(2:10.0.0.1) where the host is in BK-Net area 2, or as a
            dictionary with the keys C(bk_cloud_id) and C(ip).
          - Not together with O(target_servers[].host_id_list), since Job would drop the addresses.
        type: list
        elements: raw
      bk_cloud_id:
        description: BK-Net area of the addresses that name none. V(0) is the default area.
        type: int
        default: 0
      host_id_list:
        description:
          - Ids of hosts in CMDB (C(bk_host_id)). The only way to name hosts that have IPv6 addresses alone.
          - Needs O(api_version=v3), and Job 3.7 or later.
        type: list
        elements: int
      dynamic_group_list:
        description: Dynamic groups, each as its id or as a dictionary with the key C(id).
        type: list
        elements: raw
      dynamic_group_id_list:
        description: The same, under the name that API v2 has for it.
        type: list
        elements: raw
      topo_node_list:
        description: Nodes of the business topology.
        type: list
        elements: dict
        suboptions:
          id:
            description: Id of the node.
            type: int
            required: true
          node_type:
            description: Kind of the node, such as V(module), V(set) or V(biz).
            type: str
            required: true
      inventory_hostnames:
        description:
          - Names of these hosts in the inventory, by C(bk_host_id) or by V(area:ip), as the filter
            P(blueking.job.job_targets#filter) gives them. Where one is known, the rows of RV(failed_hosts) and RV(logs)
            have it as C(inventory_hostname).
        type: dict
  global_vars:
    description:
      - Variables exactly as the documents of the API write them, with the keys C(id) or C(name), and C(value), or
        C(server) (v3) or C(target_server) (v2). A request pasted from one document works under the other version too.
      - Keys the API does not know are refused, because Job drops them without a word.
    type: list
    elements: dict
    default: []
    aliases: [global_var_list]
  callback_url:
    description:
      - Address that Job posts the end of the instance to.
    type: str
    aliases: [bk_callback_url]
  validate_variables:
    description:
      - Read the plan first, and refuse to launch it with variables that do not fit, telling all of them at once - names
        and ids that the plan does not have, a variable given twice, a host variable given text or another one given
        servers, a required variable without value or default, a value that the type can't hold, a host variable without
        any target, V(******) for a cipher.
      - Job checks none of this. It ignores what it does not know, empties what does not fit, and runs.
      - API v2 does not tell which variables are required, so that is not checked under O(api_version=v2).
      - If the acting user may not view the plan, or the application may not read it, the task warns, launches it, and
        RV(variables_checked) is false.
    type: bool
    default: true
  two_phase:
    description:
      - Create the instance without starting it, and start it then, asking up to five times, since Job starts an
        instance only once. So an answer that is lost leads neither to a second run nor to one that nobody knows of.
      - If nobody can tell even then whether it was started, the task fails with RV(outcome=unknown), and
        RV(job_instance_id) is the instance to look at.
      - If Job refuses to start it, the task fails with RV(outcome=refused) and RV(changed=true), and
        RV(job_instance_id) is the instance that was created and will not run.
      - Needs O(api_version=v3) and Job 3.10. An older server starts the instance at once; the task warns of that.
    type: bool
    default: false
  wait:
    description:
      - Follow the instance to its end, and fail unless it succeeds.
    type: bool
    default: false
  _followed:
    description:
      - Not for playbooks. The action plugin of the same name says with it that it will follow the instance itself.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Launch a plan
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
  register: launch

- name: Show the instance
  ansible.builtin.debug:
    msg: "{{ launch.msg }} Its id is {{ ansible_facts.job_instance_id }}."

- name: Set the connection once for all tasks, here to the API gateway
  module_defaults:
    group/blueking.job.bk_job:
      url: https://bkapi.example.com/api/bk-job/prod
      gateway: apigw
      bk_app_code: my-app
      bk_app_secret: "{{ bk_app_secret }}"
      bk_username: admin
      bk_biz_id: 1
  block:
    - name: Launch a plan by its name, and follow it to its end, for half an hour at most
      blueking.job.bk_job_execute:
        job_plan_name: Release the web tier
        variables:
          version: 1.2.3
        wait: true
        wait_timeout: 1800
        console_url: https://job.example.com
      register: release

    - name: Show what its scripts left in a variable
      ansible.builtin.debug:
        msg: "Released {{ release.output_variables.version }}."

# With BK_JOB_URL, BK_APP_CODE, BK_APP_SECRET, BK_USERNAME and BK_BIZ_ID in the environment, for example from a
# credential of AWX, a task says only what it is about.
- name: Check the variables and see what would be sent, without launching anything
  blueking.job.bk_job_execute:
    job_plan_id: 100
    variables:
      version: 1.2.3
  check_mode: true
  diff: true
  register: preview

- name: Launch a plan on a module of the topology, with a secret
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

- name: Launch a plan with arrays for bash
  blueking.job.bk_job_execute:
    job_plan_id: 100
    variables:
      ports: [80, 443]
      labels:
        tier: web
        motto: it's "safe"

- name: Launch a plan in two phases, so that nothing runs that nobody knows of, even where an answer is lost
  blueking.job.bk_job_execute:
    job_plan_id: 100
    two_phase: true

- name: Launch a plan with variables as the document of API v2 has them, and have Job post its end
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

- name: Launch a plan, and look where it failed
  block:
    - name: Launch the plan and follow it, and stop it where it takes too long or the play is interrupted
      blueking.job.bk_job_execute:
        job_plan_id: 100
        target_servers:
          - name: hosts
            ip_list: [10.0.0.1, 10.0.0.2]
        wait: true
        terminate_on: [timeout, abort]
        log_dest: "{{ playbook_dir }}/logs"
      register: launch
  rescue:
    - name: Show the hosts that failed
      ansible.builtin.debug:
        msg: "{{ item.ip }} failed step {{ item.step_name }} with exit code {{ item.exit_code }}: {{ item.log }}"
      loop: "{{ launch.failed_hosts | default([], true) }}"
      loop_control:
        label: "{{ item.ip }}"

    # Without this the play would go on as if the plan had succeeded, even where nobody knows whether it was launched.
    - name: Let it count as failed
      ansible.builtin.fail:
        msg: "{{ launch.msg }}"
"""

RETURN = r"""
msg:
  description: What happened, in a sentence or two.
  returned: always
  type: str
  sample: Plan 100 (Release the web tier) was launched as instance 10000.
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
ansible_facts:
  description:
    - The id of the instance as a fact. A failed task sets none, and neither does a loop if one item fails. Under
      C(failed_when=false) it sets null where no id is known, so that no later task takes the instance of an earlier
      launch for this one's.
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
    - V(launched); V(refused) if the plan was surely not launched; V(unknown) if it may have been. With O(two_phase)
      there may be a RV(job_instance_id) with either, of an instance that was created, but not, or perhaps not, started.
    - With O(wait), how the instance ended, V(succeeded), V(failed), V(terminated), V(abandoned), V(abnormal); or why it
      was followed no longer, V(waiting_confirmation), V(timed_out), V(lost) if nothing answered any more.
  returned: always
  type: str
  sample: launched
changed:
  description: Whether an instance was, or may have been, created; in check mode, whether a run would create one.
  returned: always
  type: bool
request:
  description:
    - The C(api) and the C(body) of the launch, with secret values masked; with all values masked as long as the plan,
      which knows what is secret, was not read.
  returned: in check mode, in diff mode and on failure, if the options make a launch, else null
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
  description:
    - Instances of the plan that were launched through the API at that time, for a human to judge which of them is this
      task's. Those of other users are left out, except with O(bk_token) or O(access_token), since these don't say whose
      they are.
    - RV(job_instance_id) stays null even if there is only one.
    - Null if they could not be listed, as under O(api_version=v2); RV(msg) says why.
  returned: with RV(outcome=unknown), else null
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
      description: Who launched it.
      returned: always
      type: str
      sample: admin
    created_at:
      description: When it was created, in ISO 8601.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    job_instance_url:
      description: Page of the instance, if O(console_url) is given.
      returned: always
      type: str
      sample: https://job.example.com/api_execute/10000
variables_checked:
  description:
    - Whether the variables were checked against the plan. False if the acting user or the application may not look at
      it; null if it did not come to that, or O(validate_variables) is false.
  returned: always
  type: bool
  sample: true
"""

import typing as t

from ..module_utils._launch.launch import OPTIONS, execute
from ..module_utils._launch.report import LaunchReport
from ..module_utils._task.runner import run

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock


def main(clock: Clock | None = None) -> None:
    run(OPTIONS, execute, LaunchReport(), clock)


if __name__ == "__main__":
    main()
