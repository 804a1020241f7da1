#!/usr/bin/python
# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bk_job_script
short_description: Manage a script of the library of BlueKing Job
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Publishes, disables and deletes a script of the library (脚本管理) of BlueKing Job (蓝鲸作业平台), for example from
    files in Git.
  - Versions are compared by their content. If a version already has the content, the module uses this version,
    regardless of its label.
  - Publishing a new version does not change job templates that refer to an older one. Quick scripts that refer to the
    script by its name use the new version from then on.
  - If the response to a change is lost, the module reads the library again to find out whether the change was made.
extends_documentation_fragment:
  - blueking.job.attributes
  - blueking.job.attributes.action_group_bk_job
  - blueking.job.connection
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows the content of the online version before and after.
  facts:
    support: none
  idempotent:
    support: full
options:
  name:
    description:
      - The exact name of the script. At most 60 characters. Characters that Windows does not allow in file names are
        not allowed.
    type: str
    required: true
  state:
    description:
      - V(published) makes sure that a version with the content is online.
      - V(present) makes sure that a version with the content exists, at least as a draft.
      - V(disabled) disables the version with the label O(version), or with the content, or otherwise the online
        version. The API cannot undo this. To publish the same content again, a new label is needed.
      - V(absent) deletes the script, or, with O(version), the version with this label.
    type: str
    choices: [published, present, disabled, absent]
    default: published
  content:
    description:
      - The script.
      - O(state=published) and O(state=present) require one of O(content) and O(src).
    type: str
  src:
    description:
      - The path of a file on the controller with the script. A relative path is searched for as by
        M(ansible.builtin.script).
    type: path
  script_language:
    description:
      - The language of the script. By default, the extension of O(src) determines it. With any other extension and with
        O(content), an existing script keeps its language, and a new one is a V(shell) script.
      - Job cannot change the language of a script, so another language is rejected. If a version already has the
        content, the extension of O(src) does not matter.
    type: str
    choices: [shell, bat, perl, python, powershell, sql]
  description:
    description: The description of the script. An empty string leaves the current description unchanged.
    type: str
  version:
    description:
      - The label of the version, with at most 60 letters, digits and the characters V(_), V(-), V(#), V(@) and V(.).
      - The default is C(sha-) and the first 12 digits of the SHA-256 of the content.
    type: str
  version_desc:
    description: The description of a version that is created.
    type: str
  public:
    description: Whether the script belongs to the public library of all businesses.
    type: bool
    default: false
  keep:
    description:
      - The number of the newest offline versions to keep. Older offline versions are deleted. By default, no version
        is deleted.
      - Job only protects the online version. It deletes offline versions even if templates or plans use them, which
        can then no longer run, and its API does not return which versions are in use.
    type: int
seealso:
  - module: blueking.job.bk_job_script_info
  - module: blueking.job.bk_job_execute_script
"""

EXAMPLES = r"""
# The connection options are taken from environment variables such as BK_JOB_URL.
- name: Publish a script from Git
  blueking.job.bk_job_script:
    name: check disk
    src: check_disk.sh
    version_desc: "{{ git_commit }}"

- name: Describe the script in the library
  blueking.job.bk_job_script:
    name: check disk
    src: check_disk.sh
    description: Shows how full a file system is

- name: Show what would be published
  blueking.job.bk_job_script:
    name: check disk
    content: |
      #!/bin/bash
      df -h "$1"
  check_mode: true
  diff: true

- name: Remove a script
  blueking.job.bk_job_script:
    name: check disk
    state: absent
"""

RETURN = r"""
msg:
  description: What was changed, or what would be.
  returned: always
  type: str
  sample: 'Script "check disk": created (version sha-529613b8ca19) and published (version sha-529613b8ca19).'
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
script:
  description:
    - The script as it is after the task. If the task fails, as far as it is known from what was read before and from
      the changes that were made. With RV(outcome=unknown), without the last change, which may have been made.
  returned: always, null if there is none, and if it was not read
  type: dict
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
      sample: check disk
    language:
      description: Language of the script, as in O(script_language).
      returned: always
      type: str
      sample: shell
    description:
      description: Description of the script.
      returned: always
      type: str
      sample: Shows how full a file system is
    online_version:
      description: The version that is online, with the hash of its content.
      returned: always, null if there is none
      type: dict
      sample:
        id: 2000
        version: sha-529613b8ca19
        sha256: 529613b8ca1968fcb3dcd18ade4ec368a613894416bdd469e29f9ea59250c563
versions:
  description:
    - All versions of the script after the task, the newest first. If the task fails, as far as they are known, like
      RV(script).
  returned: always, null if they were not read
  type: list
  elements: dict
  sample:
    - id: 2000
      version: sha-529613b8ca19
      status: online
      sha256: 529613b8ca1968fcb3dcd18ade4ec368a613894416bdd469e29f9ea59250c563
      version_desc: 3f9a1c7
      created_at: "2024-05-01T02:00:00Z"
"""

import typing as t

from ..module_utils._library.report import ScriptReport
from ..module_utils._library.scripts import OPTIONS, keep_script
from ..module_utils._task.module import run
from ..module_utils._task.runner import Module

if t.TYPE_CHECKING:
    from ..module_utils._task.clock import Clock

MODULE = Module(OPTIONS, ScriptReport, keep_script)


def main(clock: Clock | None = None) -> None:
    run(MODULE, clock)


if __name__ == "__main__":
    main()
