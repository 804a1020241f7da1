#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_cron
short_description: Manage a schedule of BlueKing Job
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Creates, changes, enables, pauses and deletes a schedule (定时任务) of BlueKing Job (蓝鲸作业平台), which runs an
    execution plan, for example from files in Git.
  - Job pauses a schedule whenever it is saved. If the schedule was enabled, the module enables it again. If that
    fails, the task fails, and RV(msg) says that the schedule is paused.
  - Settings that are not in the task stay unchanged, including variables and the time zone. However, whenever a
    schedule is saved, the API of Job removes its end time and its notifications, which can only be set in the web
    console.
  - After a change, Job stores only the ids or only the IP addresses of hosts. Schedules whose hosts are specified by
    C(host_id_list) are compared most reliably.
  - If the response to a change is lost, the module reads the schedule again to find out whether the change was made. A
    new schedule is never created twice.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
  - blueking.job.plan
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  facts:
    support: none
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) creates the schedule, or changes it to match the options. An existing schedule stays enabled or
        paused, a new one is enabled.
      - V(enabled) and V(paused) also enable or pause it.
      - V(absent) deletes the schedule.
    type: str
    choices: [present, absent, enabled, paused]
    default: present
  name:
    description:
      - The exact name of the schedule, which is unique in a business. At most 60 characters, and none of C(< > " '),
        which newer versions of Job refuse. Specify an existing schedule with such a name by its O(cron_id).
      - Either O(name) or O(cron_id) is required.
    type: str
  cron_id:
    description: The id of the schedule.
    type: int
  new_name:
    description:
      - The new name of the schedule, with the same rules as O(name).
      - If no schedule has the O(name) and one has the O(new_name), it was renamed already, and the task manages that
        one. If both exist, the task fails.
    type: str
  expression:
    description:
      - When the schedule runs, in five fields of Unix cron (minute, hour, day of month, month, day of week).
      - Expressions are compared by their meaning, so V(*/30 * * * *) and V(0,30 * * * *) are equal.
      - Job cannot combine a day of month with a day of week.
      - A new schedule requires one of O(expression) and O(execute_at).
    type: str
  execute_at:
    description:
      - The time in the future at which the schedule runs once, in ISO 8601 format with a time zone, or in Unix
        seconds.
      - Job does not return it, so it is only set when the schedule is created or had an O(expression) before, see
        O(update_execute_at).
      - The task fails instead of enabling a schedule whose O(execute_at) is past, since it would never run. If the task
        enables a schedule that runs once and does not set its time, it shows a warning.
    type: str
  time_zone:
    description:
      - The time zone of the O(expression), for example V(Asia/Shanghai). By default, a new schedule uses the time zone
        of the business.
    type: str
  update_secrets:
    description:
      - When to set the values of ciphertext variables. V(on_create) only sets them when the schedule is created.
        V(always) also sets them when it exists; because their values cannot be compared, each run then changes the
        schedule.
    type: str
    choices: [on_create, always]
    default: on_create
  update_execute_at:
    description:
      - When to set O(execute_at). V(on_create) does not set it again if the schedule has one. V(always) sets it in
        each run, which then changes the schedule.
    type: str
    choices: [on_create, always]
    default: on_create
seealso:
  - module: blueking.job.bk_job_cron_info
  - module: blueking.job.bk_job_execute
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Run a plan every night
  blueking.job.bk_job_cron:
    name: nightly release
    job_plan_name: Release the web tier
    expression: 30 2 * * *

- name: Set its variables, target servers and time zone
  blueking.job.bk_job_cron:
    name: nightly release
    job_plan_name: Release the web tier
    variables:
      version: 1.2.3
    target_servers:
      - name: hosts
        ip_list: [10.0.0.1, 10.0.0.2]
    expression: 30 2 * * *
    time_zone: Asia/Shanghai
  register: nightly

- name: Show when it runs next
  ansible.builtin.debug:
    msg: "{{ nightly.next_runs }}"

- name: Pause the schedule during maintenance
  blueking.job.bk_job_cron:
    name: nightly release
    state: paused

- name: Show what a different expression would change
  blueking.job.bk_job_cron:
    name: nightly release
    expression: 0 3 * * *
  check_mode: true
  diff: true

- name: Delete the schedule
  blueking.job.bk_job_cron:
    name: nightly release
    state: absent
"""

RETURN = r"""
msg:
  description: What was changed, or what would be.
  returned: always
  type: str
  sample: 'Schedule "nightly release": created and enabled.'
outcome:
  description:
    - V(succeeded) if the wanted state is reached, V(refused) if nothing was changed, V(failed) if a part of the
      changes was made, V(unknown) if it is not known whether the last one was.
  returned: always
  type: str
  sample: succeeded
changed:
  description: Whether something was or may have been changed; in check mode, whether a run would change something.
  returned: always
  type: bool
request:
  description: C(api) and C(body) of the last write request, or of the first read request if there was no write request.
  returned: always, null if the options do not suffice to build a request
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
cron:
  description: The schedule as it is after the task; in check mode, as it would be.
  returned: always, null if there is none, and if it was not read
  type: dict
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
before:
  description: The schedule before the task, like RV(cron).
  returned: always, null if there was none, and if it was not read
  type: dict
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
  description:
    - Up to three times at which it runs next, within eight years, in ISO 8601. Empty if it is paused.
    - Null if they are not known, that is without a time zone, on Python 3.8, and for a schedule that runs once, except
      in the result of the task that sets its O(execute_at).
  returned: always
  type: list
  elements: str
  sample: ["2024-05-02T02:30:00+08:00"]
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

from ..module_utils._schedule.options import OPTIONS
from ..module_utils._schedule.report import CronReport
from ..module_utils._schedule.schedules import keep_schedule
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, CronReport, keep_schedule)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
