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
  parse_outputs:
    version_added: 1.1.0
    description:
      - Whether to collect the outputs that scripts print on each host, as RV(host_outputs), RV(outputs) and
        RV(output_conflicts).
      - A script returns an output by printing C(<SOPS_VAR>key:value</SOPS_VAR>), the same markers as in BlueKing SOPS
        (标准运维). The markers may be escaped for HTML. A value may have several lines. White space around keys and
        values is removed. A key must not contain C(:), C(<) or C(&).
      - The complete logs of all hosts of scripts are read for this, regardless of O(logs) and O(log_limit).
      - Outputs that cannot be read do not change the outcome; RV(msg) contains the reason.
      - Results contain at most 16 MiB of outputs. The outputs of further hosts are left out, and RV(msg) says so.
    type: bool
    default: false
  output_pattern:
    version_added: 1.1.0
    description:
      - The Python regular expression that finds outputs. It must have the groups (?P<key>...) and (?P<value>...).
      - C(.) also matches line breaks. C(^) and C($) match at each line if the expression begins with (?m).
      - With an expression other than the default, only the last 1,000,000 characters of each log are searched. If an
        expression is slow nevertheless, avoid repetitions that contain or follow each other.
    type: str
    default: "(?:<|&lt;)SOPS_VAR(?:>|&gt;)(?P<key>[^:<&]+):\
      (?P<value>[^<&]*(?:(?!(?:<|&lt;)/?SOPS_VAR)[<&][^<&]*){0,9999})(?:<|&lt;)/SOPS_VAR(?:>|&gt;)"
  group_hosts:
    version_added: 1.1.0
    description:
      - Whether to return the hosts grouped by their results, as RV(host_groups).
      - API v2 returns the tags of hosts only together with logs, so all logs are read for this with
        O(api_version=v2), regardless of O(logs).
    type: bool
    default: false
"""
