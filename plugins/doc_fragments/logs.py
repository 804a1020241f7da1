# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  logs:
    description:
      - Which logs to return.
      - V(none) returns no logs.
      - V(failed) returns the logs of failed hosts, including hosts that failed in steps that ignore errors.
      - V(all) returns the logs of all hosts.
      - Logs are read once, after a wait has ended. A log that cannot be read does not change the outcome; RV(msg)
        contains the reason.
    type: str
    choices: [none, failed, all]
    default: failed
  log_limit:
    description:
      - The maximum size in KiB that is returned of each log.
      - If a log is longer, its end is returned, and the first line states that it was cut.
    type: int
    default: 64
  log_dest:
    description:
      - The path of a directory on the host of the task, to which the complete logs are also written.
      - A relative path is relative to the directory of the playbook.
      - The file of a host is C(<job_instance_id>/<step_instance_id>-<step name>/<bk_cloud_id>-<ip>.log), or
        C(host-<bk_host_id>.log) if the host has no IPv4 address. Characters that are not allowed in file names are
        replaced by C(_).
      - Missing directories are created. Directories and files are only accessible to the user of the task.
      - Secrets of the task are masked in the files as well.
      - In check mode no files are written.
      - With this option, results contain at most 4 MiB of logs of failed hosts and 4 MiB of other logs. For further
        logs RV(logs[].content) is null and RV(logs[].path) is the file. This limits the memory used, except with API
        v2, which returns all logs in one response.
    type: path
"""
