#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_cron_info
short_description: Get information about the schedules of BlueKing Job
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Returns schedules (定时任务) of BlueKing Job (蓝鲸作业平台).
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
  cron_id:
    description: The id of a schedule.
    type: int
  name:
    description: A part of the name.
    type: str
  enabled:
    description: Whether to return only enabled schedules (V(true)) or only paused ones (V(false)). By default, both.
    type: bool
  last_run:
    description: Whether to return the newest instance of each schedule within the last 30 days.
    type: bool
    default: false
  limit:
    description: The maximum number of schedules to return.
    type: int
    default: 100
seealso:
  - module: blueking.job.bk_job_cron
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Get the enabled schedules
  blueking.job.bk_job_cron_info:
    enabled: true
    last_run: true
  register: found

- name: Show when they run next
  ansible.builtin.debug:
    msg: "{{ found.crons | items2dict(key_name='name', value_name='next_runs') }}"
"""

RETURN = r"""
msg:
  description: How many schedules were found.
  returned: always
  type: str
  sample: 1 schedule found.
outcome:
  description: V(refused) if the options are wrong or the request was refused; otherwise null.
  returned: always
  type: str
changed:
  description: Always V(false).
  returned: always
  type: bool
request:
  description:
    - C(api) and C(body) of the request that failed; for a list, of the request for its first page.
  returned: on failure, if the options suffice to build the request; otherwise null
  type: dict
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
crons:
  description: The schedules.
  returned: always, null if they could not be read
  type: list
  elements: dict
  contains:
    cron_id:
      description: Id of the schedule; null for one that check mode would create.
      returned: always
      type: int
      sample: 5000
    name:
      description: Name of the schedule.
      returned: always
      type: str
      sample: nightly release
    job_plan_id:
      description: Id of the plan.
      returned: always
      type: int
      sample: 100
    enabled:
      description: Whether the schedule is enabled.
      returned: always
      type: bool
      sample: true
    expression:
      description: When it runs, as Job returns it; null for one that runs once.
      returned: always
      type: str
      sample: 30 2 * * *
    time_zone:
      description: Time zone of the expression.
      returned: always
      type: str
      sample: Asia/Shanghai
    variables:
      description:
        - Values of the variables that the schedule sets, by name, with those of ciphertext variables masked. Targets
          are an entry as in O(blueking.job.bk_job_execute#module:target_servers).
      returned: always
      type: dict
    creator:
      description: User who created it.
      returned: always
      type: str
      sample: admin
    modified_at:
      description: When it was changed last, in ISO 8601.
      returned: always
      type: str
      sample: "2024-05-01T02:00:00Z"
    next_runs:
      description: The next times at which it runs, as in RV(blueking.job.bk_job_cron#module:next_runs).
      returned: always
      type: list
      elements: str
    last_run:
      description:
        - The newest instance, as in RV(blueking.job.bk_job_instance_info#module:instances); null if there is none.
      returned: always, null unless O(last_run) is set
      type: dict
"""

import typing as t

from ..module_utils._schedule.info import OPTIONS, inform
from ..module_utils._schedule.report import CronInfoReport
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, CronInfoReport, inform)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
