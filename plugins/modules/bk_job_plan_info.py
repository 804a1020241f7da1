#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_plan_info
short_description: Get execution plans of BlueKing Job with their variables and steps
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Returns execution plans (执行方案) of a business, selected by id, name or template. Without any of these options,
    all plans are returned.
  - If exactly one plan matches, its variables, default values and steps are returned as well. With O(details) or
    O(full), they are returned for all plans, which takes an additional request for each plan.
  - If no plan matches, RV(plans) is an empty list, and the task does not fail.
  - To read variables and steps, the user needs the permission to view the plan. Without it, a task with O(job_plan_id)
    fails. In all other cases plans that the user is not allowed to view are returned without variables and steps, and
    the task shows a warning.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
attributes:
  check_mode:
    support: full
    details:
      - The module changes nothing, so check mode makes no difference.
  diff_mode:
    support: none
  facts:
    support: none
  idempotent:
    support: full
options:
  job_plan_id:
    description:
      - The id of the plan.
      - Cannot be used together with O(job_plan_name) or O(job_template_id).
      - C(bk_job_id) is the name of this parameter in API v2. The ids are the same in both versions.
      - C(plan_id) is a short form of the name.
    type: int
    aliases: [bk_job_id, plan_id]
  job_plan_name:
    description:
      - A part of the name of the plan. Upper and lower case are not distinguished.
      - C(plan_name) is a short form of the name.
    type: str
    aliases: [plan_name]
  job_template_id:
    description:
      - The id of the job template that the plans belong to.
      - Requires O(api_version=v3).
    type: int
  limit:
    description:
      - The maximum number of plans to return. The most recently modified plans are returned.
      - Results are fetched page by page until this number is reached.
    type: int
    default: 100
  details:
    description:
      - Whether to return the variables and steps also if several plans match.
    type: bool
    default: false
  full:
    description:
      - Whether to return the same as with O(details), and additionally the text of the scripts.
    type: bool
    default: false
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: List plans by a part of their name
  blueking.job.bk_job_plan_info:
    job_plan_name: release
  register: found

- name: Show their ids and names
  ansible.builtin.debug:
    msg: "{{ found.plans | items2dict(key_name='id', value_name='name') }}"

- name: Get one plan with its variables and steps
  blueking.job.bk_job_plan_info:
    job_plan_id: 101
  register: plan

- name: Show the variables that a launch has to set
  ansible.builtin.debug:
    msg: "{{ plan.plans[0].variables | selectattr('required') | rejectattr('default') | map(attribute='name') }}"

- name: Get all plans of a template with their scripts
  blueking.job.bk_job_plan_info:
    job_template_id: 10
    full: true
  register: template

- name: Show the steps with scripts that remove files
  ansible.builtin.debug:
    msg: "{{ steps | selectattr('script') | selectattr('script', 'search', 'rm ') | map(attribute='name') }}"
  vars:
    steps: "{{ template.plans | map(attribute='steps') | flatten }}"
"""

RETURN = r"""
plans:
  description: Plans that match, the last modified first.
  returned: always, null on failure
  type: list
  elements: dict
  contains:
    id:
      description: Id of the plan, as O(blueking.job.bk_job_execute#module:job_plan_id) takes it.
      returned: always
      type: int
      sample: 100
    name:
      description: Name of the plan. Plans of other templates may have the same.
      returned: always
      type: str
      sample: Release the web tier
    job_template_id:
      description: Id of its template; with API v2 only if the plan is returned in full.
      returned: always
      type: int
      sample: 10
    creator:
      description: User who created it.
      returned: always
      type: str
      sample: admin
    created_at:
      description: When it was created, in ISO 8601; with API v2 in the time zone of the server, without an offset.
      returned: always
      type: str
      sample: "2020-11-11T03:11:11Z"
    modified_at:
      description: When it was last modified, in the same format.
      returned: always
      type: str
      sample: "2020-11-11T03:11:11Z"
    need_update:
      description: Whether its template has changed since the plan was last updated from it; null with API v2.
      returned: always
      type: bool
      sample: false
    variables:
      description: Variables of the plan.
      returned: always, null if the plan is not returned in full
      type: list
      elements: dict
      contains:
        id:
          description: Id of the variable.
          returned: always
          type: int
          sample: 437
        name:
          description: Name of the variable.
          returned: always
          type: str
          sample: version
        type:
          description:
            - One of V(string), V(namespace), V(host), V(cipher), V(associative_array), V(index_array), or V(unknown)
              for a type of a newer server.
          returned: always
          type: str
          sample: string
        required:
          description: Whether it must have a value; null with API v2.
          returned: always
          type: bool
          sample: true
        used:
          description: Whether a step uses it; null with API v2 and older servers.
          returned: always
          type: bool
          sample: true
        default:
          description:
            - Value of the variable if a launch sets none; null if there is none.
            - For a ciphertext variable it is V(******). For a host variable it is a dictionary with those of the keys
              C(ip_list), C(host_id_list), C(dynamic_group_list) and C(topo_node_list) that are not empty, as in
              O(blueking.job.bk_job_execute#module:target_servers).
          returned: always
          type: raw
          sample: 1.2.2
        description:
          description: Description in the plan.
          returned: always
          type: str
          sample: The version to deploy
    steps:
      description:
        - Steps of the plan. API v3 also returns disabled steps, which do not run, and does not say which ones they
          are.
      returned: always, null if the plan is not returned in full
      type: list
      elements: dict
      contains:
        id:
          description: Id of the step in the plan, which is not C(step_instance_id).
          returned: always
          type: int
          sample: 1
        name:
          description: Name of the step.
          returned: always
          type: str
          sample: deploy
        type:
          description: Type, V(script), V(file) or V(confirmation); null for a type of a newer server.
          returned: always
          type: str
          sample: script
        host_variable:
          description:
            - Name of the host variable that it runs on; null if the step has hosts of its own or none, and with API
              v2.
          returned: always
          type: str
          sample: hosts
        script_language:
          description:
            - Language of the script, V(shell), V(bat), V(perl), V(python), V(powershell), V(sql), or V(unknown) for a
              language of a newer server; null if the step has no script, or its language is not returned.
          returned: always
          type: str
          sample: shell
        script:
          description: Text of the script.
          returned: always, null with O(full=false) and if the step has no script
          type: str
          sample: |
            deploy $version
msg:
  description: What was found, or why nothing was.
  returned: always
  type: str
  sample: "Plan 101 (Release with approval): 2 variables, 3 steps."
outcome:
  description: V(refused) if the options are wrong or the request was refused; otherwise null.
  returned: always
  type: str
changed:
  description: Always V(false).
  returned: always
  type: bool
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
"""

import typing as t

from ..module_utils._api.codes import PLAN_MISSING
from ..module_utils._model.errors import InputError, RefusedError
from ..module_utils._model.language import say
from ..module_utils._options.plan import OPTIONS as PLAN_OPTIONS
from ..module_utils._options.plan import check_sense, plan_name
from ..module_utils._options.spec import Options
from ..module_utils._report.plans import PlanInfoReport
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._model.plan import Plan
    from ..module_utils._task.clock import Clock
    from ..module_utils._task.task import Task

OPTIONS = PLAN_OPTIONS + Options(
    {
        "limit": {"type": "int", "default": 100},
        "details": {"type": "bool", "default": False},
        "full": {"type": "bool", "default": False},
    }
)


def inform(task: Task, report: PlanInfoReport) -> None:
    """Return one plan, or those that match."""
    plan_id, limit = task.params["job_plan_id"], task.params["limit"]
    check_sense(task.params)
    if limit < 1:
        raise InputError(say("{name} must be at least 1", name="limit"))
    if plan_id is None:
        _many(task, report, limit)
        return
    try:
        plans = [_read(task, report, plan_id)]
    except RefusedError as error:
        if error.code not in PLAN_MISSING:
            raise
        plans = []
    report.found(plans, scripts=task.params["full"])


def _many(task: Task, report: PlanInfoReport, limit: int) -> None:
    params = task.params
    name, template_id = plan_name(params), params["job_template_id"]
    report.will_send(task.job.preview(task.job.apis.plans, name, template_id, 0, limit))
    plans = task.job.plans(limit, name, template_id)
    closed: list[RefusedError] = []
    if len(plans) == 1 or params["details"] or params["full"]:
        plans = [_in_full(task, report, plan, closed) for plan in plans]
    report.found(plans, scripts=params["full"], more=len(plans) == limit)
    report.closed(closed)


def _in_full(task: Task, report: PlanInfoReport, plan: Plan, closed: list[RefusedError]) -> Plan:
    """The ``plan`` with its variables and steps; unchanged where it may not be viewed (why, in ``closed``)."""
    try:
        return _read(task, report, plan.id)
    except RefusedError as error:
        if error.kind != "user_permission":
            raise
        closed.append(error)
        return plan


def _read(task: Task, report: PlanInfoReport, plan_id: int) -> Plan:
    report.will_send(task.job.preview(task.job.apis.plan, plan_id))
    return task.job.call(task.job.apis.plan, plan_id)


MODULE = Module(OPTIONS, PlanInfoReport, inform)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
