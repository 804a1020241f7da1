#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_execute_script
short_description: Run a script on hosts with BlueKing Job
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Runs a script on hosts through BlueKing Job (蓝鲸作业平台), like the page for quick scripts (快速执行脚本) of its
    web console. Hosts need the agent of BlueKing, and no SSH. All hosts run it at the same time, in one job instance
    (作业实例).
  - Waits until the script has finished on all hosts, and returns the output of each host as RV(logs).
  - The request is sent once. It is only retried if it certainly did not reach Job. If the response is lost, the
    instance is found by its name, see O(unique_name).
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.attributes.progress
  - blueking.job.connection
  - blueking.job.quick
  - blueking.job.follow
  - blueking.job.logs
attributes:
  check_mode:
    support: full
    details:
      - Checks the options, sends no request that runs anything, and returns the request as RV(request).
      - Also returns the lines that Job's rules for dangerous commands match as RV(dangerous_lines).
  diff_mode:
    support: full
    details:
      - Shows the script of O(content) and O(src). The text of a script of the library is not read.
  facts:
    support: full
    details:
      - A persistent fact cache keeps C(job_instance_id) after the play. In later plays and in C(rescue) sections, use
        the registered result instead.
  idempotent:
    support: none
    details:
      - Each run runs the script again.
options:
  content:
    description:
      - The script.
      - One of O(content), O(src), O(script_id), O(script_name) and O(script_version_id) is required.
      - The maximum size is 16 MiB, or 1.8 MB with O(gateway=esb).
    type: str
  src:
    description:
      - The path of a file on the controller with the script. A relative path is searched for as by
        M(ansible.builtin.script), in C(files) of the role and of the play first.
      - A file that is encrypted by Ansible Vault is rejected. Pass secrets in O(args) with O(sensitive_args).
    type: path
  script_id:
    description:
      - The id of a script in the library of Job. Its online version is run.
      - Requires O(api_version=v3).
    type: str
  script_name:
    description:
      - The exact name of a script in the library of Job. Its online version is run.
      - Requires O(api_version=v3).
    type: str
  script_version_id:
    description:
      - The id of a version of a script in the library of Job.
    type: int
  script_language:
    description:
      - The language of O(content) or O(src). By default, the extension of O(src) determines it (C(.sh), C(.bat),
        C(.cmd), C(.pl), C(.py), C(.ps1)), otherwise it is V(shell).
      - With O(script_id) and O(script_version_id), it determines how O(args) are quoted.
    type: str
    choices: [shell, bat, perl, python, powershell]
  args:
    description:
      - The arguments of the script. They are quoted so that each is passed as one argument, whatever characters it
        contains.
      - Job changes newlines and C([DATEFMT:), so arguments that contain one are rejected.
      - Scripts in V(bat) and V(powershell) only accept arguments that need no quoting. Others are rejected.
    type: list
    elements: str
    default: []
  raw_args:
    description:
      - The arguments of the script as a command line, which the shell of the host splits.
      - O(args) and O(raw_args) are mutually exclusive.
    type: str
  sensitive_args:
    description:
      - Whether the arguments are secret. Then neither the web console of Job nor results, logs and progress lines show
        them.
      - Each item of O(args), each word of O(raw_args), and the value in one such as C(--token=value) is masked wherever
        it occurs. Names of options such as C(--token) are not, nor are words and values of fewer than 4 characters,
        which would mask other text as well. Items of O(args) are masked whatever their length.
      - A script that prints a changed or encoded form of an argument shows it.
    type: bool
    default: false
  windows_interpreter:
    description:
      - The path of the program that runs the script on Windows. It ends in V(.exe).
      - Requires O(api_version=v3) and Job 3.11.3 or later. Older versions ignore it.
    type: str
  newline:
    description:
      - How to handle Windows line endings (CRLF) in O(content) and O(src).
      - V(keep) keeps them. In a V(shell) script, where they would be a part of the commands, they are rejected.
      - V(lf) replaces them with LF.
    type: str
    choices: [keep, lf]
    default: keep
  logs:
    description:
      - Which logs to return.
      - V(none) returns no logs.
      - V(failed) returns the logs of failed hosts.
      - V(all) returns the logs of all hosts.
      - Logs are read once, after a wait has ended. A log that cannot be read does not change the outcome; RV(msg)
        contains the reason.
    type: str
    choices: [none, failed, all]
    default: all
seealso:
  - module: blueking.job.bk_job_execute
  - module: blueking.job.bk_job_wait
  - module: blueking.job.bk_job_instance_info
  - module: ansible.builtin.script
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Run a script on a host
  blueking.job.bk_job_execute_script:
    content: systemctl restart web
    account: root
    target_server: {ip_list: [10.0.0.1]}

- name: Show the uptime
  blueking.job.bk_job_execute_script:
    content: uptime
    account: root
    target_server:
      ip_list: [10.0.0.1, 10.0.0.2]
  register: uptime

- name: Show what each host printed
  ansible.builtin.debug:
    msg: "{{ item.ip }}: {{ item.content }}"
  loop: "{{ uptime.logs }}"
  loop_control:
    label: "{{ item.ip }}"

- name: Run a file of the controller on a group of the inventory, with arguments
  blueking.job.bk_job_execute_script:
    src: check_disk.sh
    args: [/data, "90 %"]
    account: root
    target_server: "{{ groups['web'] | blueking.job.job_targets(hostvars) }}"

- name: Run a script of the library of Job on a module of the topology
  blueking.job.bk_job_execute_script:
    script_name: clean
    args: [/tmp/release]
    account: root
    target_server:
      topo_node_list:
        - id: 1000
          node_type: module

- name: Pass a secret to a script
  blueking.job.bk_job_execute_script:
    content: |
      #!/bin/bash
      /opt/app/set_password "$1"
    args: ["{{ vault_password }}"]
    sensitive_args: true
    account: app
    target_server:
      ip_list: [10.0.0.1]

- name: Restart a service on half of the hosts at a time
  blueking.job.bk_job_execute_script:
    content: systemctl restart web
    account: root
    rolling_config:
      expression: 50%
    target_server:
      ip_list: [10.0.0.1, 10.0.0.2, 10.0.0.3]
    wait_timeout: 7200

- name: Check a script without running it
  blueking.job.bk_job_execute_script:
    content: |
      cd /tmp/release
      rm -rf /
    account: root
    target_server:
      ip_list: [10.0.0.1]
  check_mode: true
"""

RETURN = r"""
msg:
  description: What happened, on which hosts the script failed with the ends of their logs, and what to do next.
  returned: always
  type: str
  sample: Instance 10000 (Show the uptime [ansible 3f9a1c72]) succeeded.
job_instance_id:
  description: Id of the instance; null if none is known.
  returned: always
  type: int
  sample: 10000
job_instance_name:
  description: Name of the instance, which is O(task_name) with the part that O(unique_name) adds.
  returned: always
  type: str
  sample: Show the uptime [ansible 3f9a1c72]
job_plan_id:
  description: Null.
  returned: always
  type: int
step_instance_id:
  description: Id of the only step of the instance.
  returned: always, null if it is not known
  type: int
  sample: 20001
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
    - Result of the instance, V(succeeded), V(failed), V(terminated), V(abandoned) or V(abnormal); or why the task no
      longer waits for it, V(waiting_confirmation), V(timed_out), or V(lost) if it could not be monitored.
    - V(launched) without O(wait) and in check mode, V(refused) if the script was certainly not launched, or
      V(unknown) if it may have been launched. With O(two_phase), RV(job_instance_id) can be known in the latter two
      cases; this instance was created, but it was not started, or it is not known whether it was.
  returned: always
  type: str
  sample: succeeded
changed:
  description: Whether an instance was or may have been created; in check mode, whether a run would create one.
  returned: always
  type: bool
request:
  description:
    - C(api) and C(body) of the request, with the script and its arguments as text. For a script of more than 4 KiB,
      only its size in bytes and its SHA-256 are shown. Arguments are masked with O(sensitive_args).
  returned: in check mode, in diff mode or on failure, if the options suffice to build the request; otherwise null
  type: dict
  sample:
    api: fast_execute_script
    body:
      bk_scope_type: biz
      bk_scope_id: "1"
      bk_biz_id: 1
      task_name: Show the uptime [ansible 3f9a1c72]
      target_server:
        ip_list:
          - bk_cloud_id: 0
            ip: 10.0.0.1
      account_alias: root
      script_language: 1
      script_content: uptime
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
  description: Null.
  returned: always
  type: dict
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
    - Instances of the same name that were launched at about the same time. Check which of them was launched by this
      task.
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
      description: Name of the instance, as in RV(job_instance_name).
      returned: always
      type: str
      sample: Show the uptime
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
dangerous_lines:
  description: Lines of the script that rules for dangerous commands match. Job may refuse to run the script.
  returned: in check mode with O(content) or O(src), if Job could check the script; otherwise null
  type: list
  elements: dict
  contains:
    line:
      description: Number of the line.
      returned: always
      type: int
      sample: 2
    content:
      description: The line.
      returned: always
      type: str
      sample: rm -rf /
    level:
      description: Level of the rule. The administrators of Job decide which levels are refused.
      returned: always
      type: int
      sample: 3
    description:
      description: Text of the rule.
      returned: always
      type: str
      sample: Removes everything
targets_checked:
  version_added: 1.1.0
  description:
    - Whether all topology nodes and dynamic groups were checked with CMDB. V(false) if CMDB could not be read, for the
      reason in the warning; null if the task uses none of them, was not to check them, or ended before that.
  returned: always
  type: bool
"""

import typing as t

from ..module_utils._quick.report import ScriptReport
from ..module_utils._quick.script import OPTIONS, run_script
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, ScriptReport, run_script)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
