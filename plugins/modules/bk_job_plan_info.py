#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_plan_info
short_description: Get plans of BlueKing Job, with their variables and steps
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Finds plans (执行方案) of a business by id, by name or by template, and all of them if none of these is given.
  - A plan that is found alone is returned in full, with its variables, their defaults and its steps. With O(details) or
    O(full) many plans are too, at the cost of a request for each of them.
  - To get a plan in full, the acting user needs the permission to view it. O(job_plan_id) fails without it; of several
    plans those that may not be viewed are returned without variables and steps, with a warning.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
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
  job_plan_id:
    description:
      - Id of the plan. API v2 calls it C(bk_job_id); it is the same number.
      - Not together with O(job_plan_name) and O(job_template_id).
    type: int
    aliases: [bk_job_id, plan_id]
  job_plan_name:
    description:
      - Part of the names of the plans, in upper or lower case.
    type: str
    aliases: [plan_name]
  job_template_id:
    description:
      - Id of the template that the plans belong to.
      - Needs O(api_version=v3).
    type: int
  limit:
    description:
      - How many plans to return at most, those modified last. As many pages as this takes are asked for.
    type: int
    default: 100
  details:
    description:
      - Return the variables and steps of all plans found, instead of only where one is found.
    type: bool
    default: false
  full:
    description:
      - Return the same as O(details), and the text of the scripts too.
    type: bool
    default: false
"""

EXAMPLES = r"""
# The connection comes from the environment, see the options of the connection.
- name: Find the plans that have to do with releases
  blueking.job.bk_job_plan_info:
    job_plan_name: release
  register: found

- name: Show their ids and names
  ansible.builtin.debug:
    msg: "{{ found.plans | items2dict(key_name='id', value_name='name') }}"

- name: Look at one plan with its variables and steps
  blueking.job.bk_job_plan_info:
    job_plan_id: 101
  register: plan

- name: Show what has to be given to launch it
  ansible.builtin.debug:
    msg: "{{ plan.plans[0].variables | selectattr('required') | rejectattr('default') | map(attribute='name') }}"

- name: Read all plans of a template, scripts included
  blueking.job.bk_job_plan_info:
    job_template_id: 10
    full: true
  register: template

- name: Find the steps with scripts that remove files
  ansible.builtin.debug:
    msg: "{{ steps | selectattr('script') | selectattr('script', 'search', 'rm ') | map(attribute='name') }}"
  vars:
    steps: "{{ template.plans | map(attribute='steps') | flatten }}"
"""

RETURN = r"""
plans:
  description: The plans that were found, the one modified last first.
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
      description: Id of its template; under API v2 only where the plan is returned in full.
      returned: always
      type: int
      sample: 10
    creator:
      description: Who created it.
      returned: always
      type: str
      sample: admin
    created_at:
      description: When it was created, in ISO 8601; under API v2 without a zone, in the server's.
      returned: always
      type: str
      sample: "2020-11-11T03:11:11Z"
    modified_at:
      description: When it was last modified, likewise.
      returned: always
      type: str
      sample: "2020-11-11T03:11:11Z"
    need_update:
      description: Whether its template has changed since the plan took over from it; null under API v2.
      returned: always
      type: bool
      sample: false
    variables:
      description: Its variables.
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
              for a type that newer servers may have added.
          returned: always
          type: str
          sample: string
        required:
          description: Whether it must have a value; null under API v2, which does not tell.
          returned: always
          type: bool
          sample: true
        used:
          description: Whether a step uses it; null under API v2 and on older servers, which do not tell.
          returned: always
          type: bool
          sample: true
        default:
          description:
            - The value it has if none is given; null if there is none.
            - Of a cipher it is V(******). Of a host variable it is a dictionary with those of the keys C(ip_list),
              C(host_id_list), C(dynamic_group_list) and C(topo_node_list) that are not empty, as in
              O(blueking.job.bk_job_execute#module:target_servers).
          returned: always
          type: raw
          sample: 1.2.2
        description:
          description: What the plan's author says of it.
          returned: always
          type: str
          sample: The version to deploy
    steps:
      description:
        - Its steps. API v3 tells those too that are disabled and do not run, and does not tell which ones they are.
      returned: always, null if the plan is not returned in full
      type: list
      elements: dict
      contains:
        id:
          description: Id of the step in the plan, which is not that of a step of an instance.
          returned: always
          type: int
          sample: 1
        name:
          description: Name of the step.
          returned: always
          type: str
          sample: deploy
        type:
          description: What it is, V(script), V(file) or V(confirmation); null for what newer servers may have added.
          returned: always
          type: str
          sample: script
        host_variable:
          description:
            - Name of the host variable it runs on; null if it has hosts of its own or none, and under API v2, which
              does not tell.
          returned: always
          type: str
          sample: hosts
        script_language:
          description:
            - Language of the script, V(shell), V(bat), V(perl), V(python), V(powershell), V(sql), or V(unknown) for one
              that newer servers may have added; null if it is no script or its language is not told.
          returned: always
          type: str
          sample: shell
        script:
          description: Text of the script.
          returned: always, null if O(full) is false or it is no script
          type: str
          sample: |
            deploy $version
msg:
  description: What was found.
  returned: always
  type: str
  sample: "Plan 101 (Release with approval): 2 variables, 3 steps."
outcome:
  description: V(refused) if the task failed, else null.
  returned: always
  type: str
changed:
  description: Always V(false).
  returned: always
  type: bool
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
"""

import typing as t

from ..module_utils._model.errors import InputError, RefusedError
from ..module_utils._options.plan import OPTIONS as PLAN_OPTIONS
from ..module_utils._options.plan import check_sense
from ..module_utils._report.plans import PlanInfoReport
from ..module_utils._task.runner import Task, run

if t.TYPE_CHECKING:
    from ..module_utils._model.plan import Plan
    from ..module_utils._task.clock import Clock

OPTIONS: dict[str, t.Any] = {
    **PLAN_OPTIONS,
    "limit": {"type": "int", "default": 100},
    "details": {"type": "bool", "default": False},
    "full": {"type": "bool", "default": False},
}


def inform(task: Task, report: PlanInfoReport) -> None:
    """Tell one plan, or those that match."""
    plan_id, limit = task.params["job_plan_id"], task.params["limit"]
    check_sense(task.params)
    if limit < 1:
        raise InputError("limit must be at least 1")
    if plan_id is None:
        _many(task, report, limit)
    else:
        report.tell([_read(task, report, plan_id)], scripts=task.params["full"])


def _many(task: Task, report: PlanInfoReport, limit: int) -> None:
    params = task.params
    name, template_id = params["job_plan_name"] or None, params["job_template_id"]
    report.will_send(task.job.plans_call(limit, name, template_id))
    plans = task.job.plans(limit, name, template_id)
    closed: list[RefusedError] = []
    if len(plans) == 1 or params["details"] or params["full"]:
        plans = [_in_full(task, report, plan, closed) for plan in plans]
    report.tell(plans, scripts=params["full"], more=len(plans) == limit)
    report.closed(closed)


def _in_full(task: Task, report: PlanInfoReport, plan: Plan, closed: list[RefusedError]) -> Plan:
    """The ``plan`` with its variables and steps; as it is where it may not be viewed, with the reason in ``closed``."""
    try:
        return _read(task, report, plan.id)
    except RefusedError as error:
        if error.kind != "user_permission":
            raise
        closed.append(error)
        return plan


def _read(task: Task, report: PlanInfoReport, plan_id: int) -> Plan:
    report.will_send(task.job.plan_call(plan_id))
    return task.job.plan(plan_id)


def main(clock: Clock | None = None) -> None:
    run(OPTIONS, inform, PlanInfoReport(), clock)


if __name__ == "__main__":
    main()
