# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  target_server:
    description:
      - The hosts. Hosts that several keys select are used once.
      - O(target_server.ip_list) and O(target_server.host_id_list) are mutually exclusive.
      - The filter P(blueking.job.job_targets#filter) converts hosts of the inventory to this option.
    type: dict
    required: true
    suboptions:
      ip_list:
        description:
          - IPv4 addresses. Each item is V(10.0.0.1), V(2:10.0.0.1) with a BK-Net area (云区域), or a dictionary with
            the keys C(bk_cloud_id) and C(ip).
          - An item can also be text with several addresses, separated by white space or commas, such as the answer of a
            text area.
        type: list
        elements: raw
      bk_cloud_id:
        description: The BK-Net area of items of O(target_server.ip_list) that do not contain one.
        type: int
        default: 0
      host_id_list:
        description:
          - Ids of hosts in CMDB. Hosts that only have IPv6 addresses can only be specified by id.
          - Requires O(api_version=v3) and Job 3.7 or later.
        type: list
        elements: int
      dynamic_group_list:
        description: Dynamic groups. Each item is an id, or a dictionary with the key C(id).
        type: list
        elements: raw
      dynamic_group_id_list:
        description: The same as O(target_server.dynamic_group_list), under its name in API v2.
        type: list
        elements: raw
      topo_node_list:
        description:
          - Nodes of the business topology.
          - Before the launch, topology nodes and dynamic groups are checked with CMDB, and those that do not exist are
            rejected. Job would ignore such nodes. If the user or the application may not read CMDB, or it cannot be
            reached, the task shows a warning and continues, and RV(targets_checked) is false.
          - With O(gateway=apigw), CMDB is at O(url) with C(bk-cmdb) in place of C(bk-job), or at the URL in the
            environment variable E(BK_CMDB_URL).
        type: list
        elements: dict
        suboptions:
          id:
            description:
              - The id of the node. CMDB shows it in the business topology (业务拓扑), in the node details (节点信息).
            type: int
            required: true
          node_type:
            description: The type of the node, for example V(module), V(set) or V(biz).
            type: str
            required: true
      inventory_hostnames:
        description:
          - Names of these hosts in the inventory, by C(bk_host_id) or by V(area:ip). The filter
            P(blueking.job.job_targets#filter) returns them.
          - Rows of RV(failed_hosts), RV(logs), RV(host_outputs) and RV(host_groups[].hosts) contain them as
            C(inventory_hostname).
        type: dict
  account:
    description:
      - The alias of the account in Job whose permissions are used on the hosts, for example V(root).
      - One of O(account) and O(account_id) is required.
    type: str
  account_id:
    description:
      - The id of this account. With O(api_version=v2) the module reads its alias first.
    type: int
  task_name:
    description:
      - The name under which the web console and the execution history of Job show the instance. At most 512 characters.
      - The default is the name of the Ansible task.
    type: str
  unique_name:
    description:
      - Whether to add a random part such as V([ansible 3f9a1c72]) to O(task_name).
      - If the response to the launch is lost, the module searches the execution history for this name. If exactly one
        instance has it, the task continues with this instance and shows a warning. Otherwise it fails with
        RV(outcome=unknown).
      - API v2 has no execution history, so the option has no effect with O(api_version=v2).
    type: bool
    default: true
  job_timeout:
    description:
      - The number of seconds after which Job stops what is still running on a host, from 1 to 259200. The default of
        Job is 7200.
    type: int
  rolling_config:
    description:
      - Runs on the hosts in batches.
      - Requires O(api_version=v3) and Job 3.6 or later.
    type: dict
    suboptions:
      expression:
        description:
          - The sizes of the batches, separated by spaces. V(10%) is a percentage of all hosts, V(5) a number of hosts,
            V(+5) five hosts more than in the previous batch, and V(*2) twice as many. The last size is repeated.
        type: str
        required: true
      mode:
        description:
          - What happens after a batch.
          - V(pause) stops if a host has failed. The instance has then failed, and M(blueking.job.bk_job_operate) can
            continue it with V(retry_failed) or V(ignore_error).
          - V(ignore) continues.
          - V(manual) also waits for a person after a batch without failures.
            M(blueking.job.bk_job_operate) continues with V(continue_rolling).
        type: str
        choices: [pause, ignore, manual]
        default: pause
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
      - If it is unknown whether the instance was started, the task fails with RV(outcome=unknown), and
        RV(job_instance_id) is the id of the instance.
      - Requires O(api_version=v3) and Job 3.10 or later. Older servers start the instance immediately, and the task
        shows a warning.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the instance has finished. The task then fails unless the instance succeeds.
    type: bool
    default: true
"""
