# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection that runs commands on this machine, and is lost as one by ssh is.

Like ``ansible.builtin.ssh``, it runs a command again after a lost connection, as often as its retries say.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
name: ssh_like
short_description: A connection that is lost
description: Runs commands on this machine.
options:
  pipelining:
    description: See the connection plugin local.
    type: boolean
    default: false
    vars:
      - name: ansible_pipelining
  reconnection_retries:
    description: How often a command is run again after the connection was lost.
    type: integer
    default: 0
    vars:
      - name: ansible_ssh_retries
  lost:
    description: V(after) loses the connection after a module ran, V(before) before anything can run.
    type: string
    choices: ["no", before, after]
    default: "no"
    vars:
      - name: connection_lost
"""


class Connection(LocalConnection):
    """The connection."""

    transport = "ssh_like"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run a command, and lose its result where the option says so."""
        options: t.Any = self  # has no types
        lost = options.get_option("lost")
        if lost == "before":
            raise AnsibleConnectionFailure("Connection timed out")
        base: t.Any = super()  # has no types
        result: tuple[int, bytes, bytes] = base.exec_command(cmd, in_data=in_data, sudoable=sudoable)
        runs_a_module = in_data is not None or ("AnsiballZ_" in cmd and "chmod" not in cmd)
        if lost == "no" or not runs_a_module:
            return result
        for _retry in range(options.get_option("reconnection_retries")):
            base.exec_command(cmd, in_data=in_data, sudoable=sudoable)
        raise AnsibleConnectionFailure("Connection closed by remote host")
