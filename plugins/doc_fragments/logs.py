# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  logs:
    description:
      - Whose logs to return, those of no host, of the hosts that failed, also in steps that ignore errors, or of all.
      - They are read once; by a task that follows an instance, when it is followed no longer. One that can't be read
        changes no outcome; RV(msg) tells of it.
    type: str
    choices: [none, failed, all]
    default: failed
  log_limit:
    description:
      - How many KiB to return of each log. Of a longer one the end is kept, and its first line says that it was cut.
    type: int
    default: 64
  log_dest:
    description:
      - Directory, on the machine the task runs on, that every log read is also written to, whole, as
        C(<job_instance_id>/<step_instance_id>-<step name>/<bk_cloud_id>-<ip>.log), or C(host-<bk_host_id>.log) for a
        host without an IPv4 address. Characters that don't belong in a name become C(_).
      - It is made if it does not exist. Directories and files are made for the user of the task alone. Secrets of the
        task are masked in the files too. In check mode nothing is written.
      - With it, the result holds 4 MiB of logs of hosts that failed and 4 MiB of others at most; beyond that
        RV(logs[].content) is null and RV(logs[].path) tells where to read. So memory does not grow with the number of
        hosts, except under API v2, which tells all logs in one answer.
    type: path
"""
