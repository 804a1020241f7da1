# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  job_plan_id:
    description:
      - The id of the plan.
      - One of O(job_plan_id), O(job_plan_name) and O(job_template_id) selects the plan.
      - C(bk_job_id) is the name of this parameter in API v2. The ids are the same in both versions.
      - C(plan_id) is a short form of the name.
    type: int
    aliases: [bk_job_id, plan_id]
  job_plan_name:
    description:
      - The exact name of the plan.
      - If no plan of the business has this name, or if several have it, the task fails and lists the candidates.
      - With O(job_template_id), only the plans of this template are searched.
      - C(plan_name) is a short form of the name.
    type: str
    aliases: [plan_name]
  job_template_id:
    description:
      - The id of the job template of the plan.
      - Without O(job_plan_name), the template must have exactly one plan.
      - Requires O(api_version=v3).
    type: int
  variables:
    description:
      - The values of plan variables, by name. Variables that are not listed keep the default value of the plan.
      - Numbers are converted to strings, and booleans to V(true) or V(false), also inside arrays. An empty string
        clears the variable.
      - If the plan variable is an indexed array, use a list. If it is an associative array, use a dictionary. The
        values are quoted for bash, so they can contain any characters.
      - On hosts with bash 4.2, such as CentOS 7, keys of associative arrays cannot be V(@) or V(*), contain a closing
        bracket, or end with a backslash.
      - Values of ciphertext variables are masked if the plan is read, see O(validate_variables). Values in
        O(secret_variables) are always masked.
    type: dict
    default: {}
  secret_variables:
    description:
      - The same as O(variables), for values that must not be displayed.
    type: dict
    default: {}
  target_servers:
    description:
      - The target servers, with one entry per host variable that you want to override.
      - All targets that an entry lists are combined.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name of the host variable.
          - Either this option or O(target_servers[].id) is required.
        type: str
      id:
        description: The id of the host variable.
        type: int
      ip_list:
        description:
          - IPv4 addresses. Each item is an address such as V(10.0.0.1), an address with its BK-Net area such as
            V(2:10.0.0.1), or a dictionary with the keys C(bk_cloud_id) and C(ip).
          - An item can also be text with several addresses, separated by white space or commas, such as the answer of a
            text area.
          - Cannot be used together with O(target_servers[].host_id_list), because Job would ignore the addresses.
        type: list
        elements: raw
      bk_cloud_id:
        description: The BK-Net area of addresses without an area. V(0) is the default area.
        type: int
        default: 0
      host_id_list:
        description:
          - Ids of hosts in CMDB (C(bk_host_id)). Hosts that only have IPv6 addresses can only be specified by id.
          - Requires O(api_version=v3) and Job 3.7 or later.
        type: list
        elements: int
      dynamic_group_list:
        description: Dynamic groups. Each item is an id, or a dictionary with the key C(id).
        type: list
        elements: raw
      dynamic_group_id_list:
        description: The same as O(target_servers[].dynamic_group_list), under its name in API v2.
        type: list
        elements: raw
      topo_node_list:
        description:
          - Nodes of the business topology.
          - Nodes that do not exist are rejected, see O(validate_variables). Job would ignore them.
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
          - Rows about hosts in results contain them as C(inventory_hostname).
        type: dict
  global_vars:
    description:
      - Variables as documented for the API. An entry has C(id) or C(name), and C(value), C(server) (API v3) or
        C(target_server) (API v2). Entries of both versions work with both values of O(api_version).
      - Keys that the API does not have are rejected, because Job ignores them.
      - C(global_var_list) is the name of this parameter in API v3.
    type: list
    elements: dict
    default: []
    aliases: [global_var_list]
  validate_variables:
    description:
      - Whether to read the plan first, and to reject variables that do not match it. All problems are
        reported together.
      - Names and ids that the plan does not have are rejected.
      - A variable that is set twice is rejected.
      - A string for a host variable, and targets for any other variable, are rejected.
      - A required variable without value and default value is rejected. API v2 does not return which variables are
        required, so this is not checked with O(api_version=v2).
      - Values that the type of the variable cannot hold are rejected, and so is V(******) for a ciphertext variable.
      - Host variables without any target are rejected.
      - Topology nodes and dynamic groups that CMDB does not have in the business are rejected, and so are sets without
        modules. CMDB is only read if the task uses topology nodes or dynamic groups. If the user or the application may
        not read it, or it cannot be reached, the task shows a warning and continues without this check, and
        RV(targets_checked) is false. With O(gateway=apigw), CMDB is at O(url) with C(bk-cmdb) in place of C(bk-job), or
        at the URL in the environment variable E(BK_CMDB_URL).
      - Job checks hardly any of this. It ignores unknown variables and nodes, clears invalid values, and runs the plan.
      - If the user is not allowed to view the plan, or the application is not allowed to read it, the task shows a
        warning and continues without these checks, and RV(variables_checked) is false.
    type: bool
    default: true
"""
