#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_script_info
short_description: Get information about the scripts of the library of BlueKing Job
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Returns scripts of the library (脚本管理) of BlueKing Job (蓝鲸作业平台) with their versions.
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
  script_id:
    description: The id of a script.
    type: str
  name:
    description: A part of the name.
    type: str
  public:
    description: Whether to search the public library of all businesses.
    type: bool
    default: false
  content:
    description: Whether to return the content of the versions.
    type: bool
    default: false
  limit:
    description: The maximum number of scripts to return.
    type: int
    default: 100
seealso:
  - module: blueking.job.bk_job_script
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Get a script with the content of its versions
  blueking.job.bk_job_script_info:
    name: clean
    content: true
  register: found

- name: Show the online version
  ansible.builtin.debug:
    msg: "{{ found.scripts[0].online_version.version }}"
"""

RETURN = r"""
msg:
  description: How many scripts were found.
  returned: always
  type: str
  sample: 1 script found.
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
scripts:
  description: The scripts.
  returned: always, null if they could not be read
  type: list
  elements: dict
  contains:
    id:
      description: Id of the script.
      returned: always
      type: str
      sample: 0123456789abcdef0123456789abcdef
    name:
      description: Name of the script.
      returned: always
      type: str
      sample: clean
    language:
      description: Language of the script, as in O(blueking.job.bk_job_script#module:script_language).
      returned: always
      type: str
      sample: shell
    description:
      description: Description of the script.
      returned: always
      type: str
      sample: ""
    online_version:
      description: The version that is online, with the hash of its content.
      returned: always, null if there is none
      type: dict
      sample:
        id: 1002
        version: "1.2"
        sha256: 867386d4b5a4e44346ccc9db2afc721a366e622656dd277a056dde4887593e6e
    versions:
      description: All versions, the newest first; with O(content) each with its C(content).
      returned: always
      type: list
      elements: dict
"""

import typing as t

from ..module_utils._library.info import OPTIONS, inform
from ..module_utils._library.report import ScriptInfoReport
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, ScriptInfoReport, inform)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
