# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of the inventory as target servers of a plan."""

from __future__ import annotations

DOCUMENTATION = r"""
name: job_targets
short_description: Hosts of the inventory as target servers of a plan
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Turns names of hosts in the inventory into one entry of the option
    O(blueking.job.bk_job_execute#module:target_servers).
  - Hosts are named by the variable C(bk_host_id), if all of them have it. Otherwise they are named by IPv4 address,
    since Job takes either ids or addresses.
  - The address of a host is its variable O(ip_variable), if that is given; else C(ansible_host), or without one the
    name of the host itself; if that is no IPv4 address, what it resolves to on the controller.
  - A host that can't be named either way is an error, which lists all of them.
options:
  _input:
    description: Names of hosts in the inventory.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of the hosts, always V(hostvars).
    type: dict
    required: true
  name:
    description: Name of the plan's host variable. Either this or O(id) is needed.
    type: str
  id:
    description: Id of the plan's host variable.
    type: int
  bk_cloud_id:
    description: BK-Net area of hosts without a variable C(bk_cloud_id) of their own.
    type: int
    default: 0
  ip_variable:
    description: Name of the variable that holds a host's IPv4 address in CMDB.
    type: str
  use_host_id:
    description: Whether to name hosts by C(bk_host_id). API v2 and Job before 3.7 know addresses only.
    type: bool
    default: true
positional: hostvars
"""

EXAMPLES = r"""
# In a play on the hosts themselves such a task runs once, and on the controller.
- name: Launch a plan on a group of the inventory
  blueking.job.bk_job_execute:
    job_plan_id: 100
    target_servers:
      - "{{ groups['web'] | blueking.job.job_targets(hostvars, name='hosts') }}"
  delegate_to: localhost
  run_once: true

- name: Launch it on the hosts of this play, whose addresses are in a variable of their own
  blueking.job.bk_job_execute:
    job_plan_id: 100
    target_servers:
      - >-
        {{ ansible_play_hosts
        | blueking.job.job_targets(hostvars, name='hosts', ip_variable='cmdb_ip', bk_cloud_id=2) }}
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - An entry of O(blueking.job.bk_job_execute#module:target_servers). Its C(inventory_hostnames) let results name the
      hosts as the inventory does.
  type: dict
  sample:
    name: hosts
    ip_list:
      - bk_cloud_id: 0
        ip: 10.0.0.1
      - bk_cloud_id: 0
        ip: 10.0.0.2
    inventory_hostnames:
      "0:10.0.0.1": web1
      "0:10.0.0.2": web2
"""

import ipaddress
import socket
import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._options.inventory import key_of
from ..module_utils._options.targets import Defect, positive

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Variables = Mapping[str, t.Any]
    Found = t.TypeVar("Found")


def job_targets(
    hosts: Sequence[str],
    hostvars: Mapping[str, Variables],
    name: str | None = None,
    id: int | None = None,  # noqa: A002 (the option of target_servers is called so)
    bk_cloud_id: int = 0,
    ip_variable: str | None = None,
    use_host_id: bool = True,
) -> dict[str, t.Any]:
    """An entry of ``target_servers`` for these ``hosts`` of the inventory."""
    if not isinstance(hosts, (list, tuple)):
        raise AnsibleFilterError(f"job_targets takes a list of hosts such as groups['web'], and was given {hosts!r}")
    if (name is None) == (id is None):
        raise AnsibleFilterError("job_targets needs either the name or the id of a host variable of the plan")
    missing = [host for host in hosts if host not in hostvars]
    if missing:
        raise AnsibleFilterError(f"job_targets: the inventory has no {', '.join(map(str, missing))}")
    variable = {"name": name} if id is None else {"id": id}
    if use_host_id and hosts and all(hostvars[host].get("bk_host_id") for host in hosts):
        ids = _each(hosts, lambda host: positive(hostvars[host]["bk_host_id"]))
        keys = {key_of(id_, None, None): host for host, id_ in ids.items()}
        return {**variable, "host_id_list": list(dict.fromkeys(ids.values())), "inventory_hostnames": keys}
    addresses = _each(
        hosts, lambda host: (hostvars[host].get("bk_cloud_id", bk_cloud_id), _ip(host, hostvars[host], ip_variable))
    )
    keys = {key_of(None, *address): host for host, address in addresses.items()}
    ip_list = [{"bk_cloud_id": area, "ip": ip} for area, ip in dict.fromkeys(addresses.values())]
    return {**variable, "ip_list": ip_list, "inventory_hostnames": keys}


def _each(hosts: Sequence[str], read: Callable[[str], Found]) -> dict[str, Found]:
    """What ``read`` makes of each host; those it can make nothing of are told all at once."""
    found: dict[str, Found] = {}
    defects: list[str] = []
    for host in hosts:
        try:
            found[host] = read(host)
        except Defect as defect:
            defects.append(f"{host} ({defect})")
    if defects:
        raise AnsibleFilterError(f"job_targets can't name these hosts to Job: {', '.join(defects)}")
    return found


def _ip(host: str, variables: Variables, ip_variable: str | None) -> str:
    if ip_variable:
        if not _is_address(variables.get(ip_variable)):
            raise Defect(f"its {ip_variable} is no IPv4 address, but {variables.get(ip_variable)!r}")
        return str(variables[ip_variable])
    told = str(variables.get("ansible_host") or host)
    if _is_address(told):
        return told
    try:
        ip = socket.getaddrinfo(told, None, socket.AF_INET)[0][4][0]
    except (OSError, UnicodeError):
        raise Defect(f"{told} is no IPv4 address and resolves to none") from None
    if not _is_address(ip):
        raise Defect(f"{told} resolves to {ip}, which is not its address in CMDB")
    return str(ip)


def _is_address(value: t.Any) -> bool:
    """Whether it is an IPv4 address that CMDB may know, so none of the machine's own."""
    try:
        return not ipaddress.IPv4Address(str(value)).is_loopback
    except ValueError:
        return False


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return them by name."""
        return {"job_targets": job_targets}
