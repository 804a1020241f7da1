#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_site_info
short_description: Check what works and what is missing on a BlueKing site
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Checks the connection options, the way to the gateway, its certificate, which gateway it is, the application, the
    user, the business, the clock, and each API with a request that only reads. Each check that fails says what to do
    and whom to ask.
  - A check that fails does not stop the others. What depends on it is not checked, with the reason.
  - CMDB is only needed for inventories, so what is refused there is a warning.
  - APIs that launch or change something are never called. They are listed, with the permissions that they need.
  - A broken site does not fail the task. The playbook C(blueking.job.doctor) runs this module, saves RV(report) and
    fails if RV(healthy) is false.
  - Under P(ansible.builtin.default#callback) and similar callbacks, the checks are also shown as a table.
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
  url:
    description:
      - The URL of the gateway, as for all modules of this collection.
      - That it is missing is reported as a check that failed.
      - If not set, the value of the environment variable E(BK_JOB_URL) is used.
    type: str
    # For the other modules it is required.
    required: false
  cmdb_url:
    description:
      - The URL of the API gateway of CMDB with its stage, if it cannot be derived from O(url). An ESB has both APIs.
      - If not set, the value of the environment variable E(BK_CMDB_URL) is used.
    type: str
  job_plan_id:
    description:
      - The id of a plan to check as well.
      - C(bk_job_id) is the name of this parameter in API v2. C(plan_id) is a short form of the name.
    type: int
    aliases: [bk_job_id, plan_id]
  full:
    description:
      - Whether to return the names of hosts, users, files and plans, IP addresses, URLs, and the messages of the
        servers.
      - By default, placeholders replace them, so that the report can be published. Secrets are never returned.
    type: bool
    default: false
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Check the site and a plan
  blueking.job.bk_job_site_info:
    job_plan_id: 100
  register: site

- name: Show the checks that failed
  ansible.builtin.debug:
    msg: "{{ site.checks | selectattr('status', 'eq', 'failed') | map(attribute='name') }}"

- name: Show which permissions the user lacks
  ansible.builtin.debug:
    msg: "{{ site.missing_permissions }}"

- name: Stop here unless the site is healthy
  ansible.builtin.assert:
    that: site.healthy
    fail_msg: "{{ site.msg }}"
"""

RETURN = r"""
checks:
  description: The checks, in the order they were made. Names can occur more than once.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description:
        - What was checked. For an API this is its name.
        - The others are V(software), V(options), V(proxy), V(dns), V(connection), V(tls), V(certificate_issuer),
          V(certificate_dates), V(certificate_name), V(gateway), V(application), V(user), V(business), V(apis),
          V(plan), V(job_version), V(cmdb), V(clock), V(launching), V(running_scripts), V(transferring_files),
          V(changing_schedules), V(changing_scripts), V(callback), and V(task) if the checks were interrupted.
      returned: always
      type: str
      sample: get_job_plan_list
    status:
      description: V(ok), V(failed), V(warning) or V(not_checked).
      returned: always
      type: str
      sample: ok
    found:
      description: What was found, or why nothing was checked.
      returned: always
      type: str
      sample: allowed (for launching plans)
    hint:
      description: What to do about it, in the language of O(language).
      returned: always, null unless the check failed or there is a warning
      type: str
    ask:
      description: Who can do it, in the same language.
      returned: always, null unless the check failed or there is a warning
      type: str
    apis:
      description: The APIs that the check is about; the application needs the permission to call them.
      returned: always
      type: list
      elements: str
      sample: [get_job_plan_list]
healthy:
  description: Whether no check failed.
  returned: always
  type: bool
  sample: true
missing_permissions:
  description: The permissions that the user lacks in the permission center (IAM), each once.
  returned: always
  type: list
  elements: str
report:
  description: The checks as Markdown, with the versions of what the task ran with. Can be published unless O(full).
  returned: always
  type: str
msg:
  description: How many checks failed, and which.
  returned: always
  type: str
outcome:
  description: V(refused) if the options of the task are invalid; otherwise null.
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
"""

import typing as t

from ..module_utils._site.report import SiteReport
from ..module_utils._site.site import OPTIONS, check_site
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, SiteReport, check_site, diagnoses=True)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
