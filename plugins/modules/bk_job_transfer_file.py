#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_transfer_file
short_description: Send files to hosts with BlueKing Job
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Sends files to hosts through BlueKing Job (蓝鲸作业平台), like the page for file transfers (快速分发文件) of its web
    console. Hosts need the agent of BlueKing, and no SSH. All files are sent to all hosts in one job instance
    (作业实例).
  - The files come from other hosts or a third-party source (O(sources)), from the controller (O(src)), or from the task
    (O(content)).
  - Waits until all hosts have received all files.
  - The request is sent once. It is only retried if it certainly did not reach Job. If the response is lost, the
    instance is found by its name, see O(unique_name).
  - Files belong to the account O(account). Their mode and group cannot be set.
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
      - Checks the options and the files of the controller, sends no request that changes anything, and returns the
        request as RV(request).
  diff_mode:
    support: full
    details:
      - Shows O(content).
  facts:
    support: full
    details:
      - A persistent fact cache keeps C(job_instance_id) after the play. In later plays and in C(rescue) sections, use
        the registered result instead.
  idempotent:
    support: none
    details:
      - Each run sends the files again.
options:
  sources:
    description:
      - Files of other hosts or of third-party sources.
      - One of O(sources), O(src) and O(content) is required.
    type: list
    elements: dict
    suboptions:
      files:
        description:
          - Absolute paths. A directory ends in V(/). Job expands V(*) and C(REGEX:) patterns.
        type: list
        elements: str
        required: true
      account:
        description:
          - The alias of the account in Job that reads the files.
          - For hosts, one of O(sources[].account) and O(sources[].account_id) is required.
        type: str
      account_id:
        description: The id of this account. The module reads its alias first.
        type: int
      target_server:
        description: The hosts that have the files, with the keys of O(target_server).
        type: dict
        suboptions:
          ip_list:
            description: IPv4 addresses, as in O(target_server.ip_list).
            type: list
            elements: raw
          bk_cloud_id:
            description: The BK-Net area of items of O(sources[].target_server.ip_list) that do not contain one.
            type: int
            default: 0
          host_id_list:
            description: Ids of hosts in CMDB.
            type: list
            elements: int
          dynamic_group_list:
            description: Dynamic groups.
            type: list
            elements: raw
          dynamic_group_id_list:
            description: The same as O(sources[].target_server.dynamic_group_list), under its name in API v2.
            type: list
            elements: raw
          topo_node_list:
            description: Nodes of the business topology.
            type: list
            elements: dict
            suboptions:
              id:
                description: The id of the node. CMDB shows it in the business topology, in the node details.
                type: int
                required: true
              node_type:
                description: The type of the node, for example V(module), V(set) or V(biz).
                type: str
                required: true
          inventory_hostnames:
            description: Names of these hosts in the inventory.
            type: dict
      file_source:
        description:
          - The code of a third-party source, instead of hosts.
          - Requires O(api_version=v3).
        type: str
      file_source_id:
        description:
          - The id of a third-party source, instead of hosts.
          - Requires O(api_version=v3).
        type: int
  src:
    description:
      - Paths of files on the controller. A relative path is searched for as by M(ansible.builtin.copy), in C(files) of
        the role and of the play first.
      - Up to 1.8 MB together are sent within the request. Larger files are uploaded to the artifact repository of
        BlueKing first, which must be reachable from the host of the task, and which needs O(gateway=esb) and
        O(api_version=v3). If an upload fails, nothing is launched.
      - For what is sent within the request, O(src) or O(content), Job does not support O(job_timeout),
        O(rolling_config), O(two_phase), O(create_directories=false) and the speed limits, so they are rejected. They
        require O(sources) or an upload.
      - On a host other than the controller, only one text file of up to 1.8 MB can be sent.
      - Empty files, several files of the same name, and names with a backslash are rejected.
      - A file that is encrypted by Ansible Vault is rejected. Pass secrets in O(content) with O(sensitive_content).
    type: list
    elements: path
  content:
    description:
      - The content of the file O(file_name).
    type: str
  sensitive_content:
    description:
      - Whether O(content) is secret. Then results do not show it, and up to 4,096 characters are masked in logs too.
      - Job itself stores it.
    type: bool
    default: false
  file_name:
    description: The name of the file with O(content), without slashes and backslashes.
    type: str
  dest:
    description:
      - The absolute path of a directory on the hosts. Job replaces its own variables in the path.
    type: str
    required: true
  dest_name:
    description:
      - A new name for a single file.
      - With O(sources), requires O(api_version=v3).
    type: str
  create_directories:
    description:
      - Whether to create O(dest) where it is missing. With V(false), the transfer fails there.
      - V(false) requires O(api_version=v3), and O(sources) or an upload.
    type: bool
    default: true
  upload_speed_limit:
    description: The maximum rate in MB per second at which a source sends. Requires O(sources) or an upload.
    type: int
  download_speed_limit:
    description: The maximum rate in MB per second at which a host receives. Requires O(sources) or an upload.
    type: int
  logs:
    description:
      - Of which hosts to return logs and RV(files).
      - V(none) returns neither.
      - V(failed) returns those of failed hosts.
      - V(all) returns those of all hosts.
      - Logs are read once, after a wait has ended. A log that cannot be read does not change the outcome; RV(msg)
        contains the reason.
    type: str
    choices: [none, failed, all]
    default: all
seealso:
  - module: blueking.job.bk_job_execute_script
  - module: blueking.job.bk_job_wait
  - module: ansible.builtin.copy
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Send a file of the controller to a host
  blueking.job.bk_job_transfer_file:
    src: app.conf
    dest: /etc
    account: root
    target_server: {ip_list: [10.0.0.1]}

- name: Send text as a file
  blueking.job.bk_job_transfer_file:
    content: "{{ motd }}"
    file_name: motd
    dest: /etc
    account: root
    target_server:
      ip_list: [10.0.0.1, 10.0.0.2]

- name: Send files of the controller to a group of the inventory
  blueking.job.bk_job_transfer_file:
    src: [app.conf, app.service]
    dest: /opt/app
    account: app
    target_server: "{{ groups['web'] | blueking.job.job_targets(hostvars) }}"

- name: Copy a release and its checksums from the build host, with at most 10 MB per second
  blueking.job.bk_job_transfer_file:
    sources:
      - files: [/data/releases/web-1.2.3.tar.gz, /data/releases/web-1.2.3.sha256]
        account: root
        target_server:
          ip_list: [10.0.0.3]
    dest: /opt/releases
    account: root
    download_speed_limit: 10
    target_server:
      topo_node_list:
        - id: 1000
          node_type: module
"""

RETURN = r"""
msg:
  description: What happened, on which hosts the transfer failed with the ends of their logs, and what to do next.
  returned: always
  type: str
  sample: Instance 10000 (Send text as a file [ansible 3f9a1c72]) succeeded.
job_instance_id:
  description: Id of the instance; null if none is known.
  returned: always
  type: int
  sample: 10000
job_instance_name:
  description: Name of the instance, which is O(task_name) with the part that O(unique_name) adds.
  returned: always
  type: str
  sample: Send text as a file [ansible 3f9a1c72]
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
    - V(launched) without O(wait) and in check mode, V(refused) if certainly nothing was launched, or V(unknown) if it
      may have been launched. With O(two_phase), RV(job_instance_id) can be known in the latter two cases; this
      instance was created, but it was not started, or it is not known whether it was.
  returned: always
  type: str
  sample: succeeded
changed:
  description: Whether an instance was or may have been created; in check mode, whether a run would create one.
  returned: always
  type: bool
request:
  description:
    - C(api) and C(body) of the request. For files of the controller, only names and sizes are shown; for O(content)
      of more than 4 KiB, its size in bytes and its SHA-256.
  returned: in check mode, in diff mode or on failure, if the options suffice to build the request; otherwise null
  type: dict
  sample:
    api: push_config_file
    body:
      bk_scope_type: biz
      bk_scope_id: "1"
      bk_biz_id: 1
      task_name: Send text as a file [ansible 3f9a1c72]
      target_server:
        ip_list:
          - bk_cloud_id: 0
            ip: 10.0.0.1
      account_alias: root
      file_target_path: /etc
      file_list:
        - file_name: motd
          content: "Welcome\n"
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
      sample: Send text as a file
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
targets_checked:
  version_added: 1.1.0
  description:
    - Whether all topology nodes and dynamic groups were checked with CMDB. V(false) if CMDB could not be read, for the
      reason in the warning; null if the task uses none of them, was not to check them, or ended before that.
  returned: always
  type: bool
"""

import typing as t

from ..module_utils._quick.report import TransferReport
from ..module_utils._quick.transfer import OPTIONS, transfer_files
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, TransferReport, transfer_files)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
