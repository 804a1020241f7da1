# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert inventory hosts to target servers."""

from __future__ import annotations

DOCUMENTATION = r"""
name: job_targets
short_description: Convert inventory hosts to target servers of BlueKing Job
version_added: 1.0.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Converts names of inventory hosts to one entry of the option O(blueking.job.bk_job_execute#module:target_servers),
    or to the option O(blueking.job.bk_job_execute_script#module:target_server).
  - If all hosts have the variable C(bk_host_id), the entry contains their ids. Otherwise it contains their IPv4
    addresses, because Job accepts either ids or addresses.
  - The address of a host is the value of its variable O(ip_variable), if this option is set. Otherwise it is
    C(ansible_host), or the name of the host. If this is not an IPv4 address, it is resolved on the controller.
  - If a host has neither an id nor an address, the filter fails. The error message lists all such hosts.
options:
  _input:
    description: Names of inventory hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts, which is always V(hostvars).
    type: dict
    required: true
  name:
    description:
      - The name of the host variable of the plan.
      - An entry of C(target_servers) needs either O(name) or O(id). C(target_server) needs neither.
    type: str
  id:
    description: The id of the host variable of the plan.
    type: int
  bk_cloud_id:
    description: The BK-Net area of hosts that do not have the variable C(bk_cloud_id).
    type: int
    default: 0
  ip_variable:
    description: The name of the host variable in the inventory that contains the IPv4 address of the host in CMDB.
    type: str
  use_host_id:
    description:
      - Whether to use C(bk_host_id).
      - Set it to V(false) for API v2 and for Job before 3.7, which only support addresses.
    type: bool
    default: true
positional: hostvars
"""

EXAMPLES = r"""
# In a play on the hosts themselves, run the task once, and on the controller.
- name: Launch a plan on a group of the inventory
  blueking.job.bk_job_execute:
    job_plan_id: 100
    target_servers:
      - "{{ groups['web'] | blueking.job.job_targets(hostvars, name='hosts') }}"
  delegate_to: localhost
  run_once: true

- name: Launch a plan on the hosts of this play with addresses from a variable
  blueking.job.bk_job_execute:
    job_plan_id: 100
    target_servers:
      - >-
        {{ ansible_play_batch
        | blueking.job.job_targets(hostvars, name='hosts', ip_variable='cmdb_ip', bk_cloud_id=2) }}
  delegate_to: localhost
  run_once: true

- name: Run a script on the hosts of this play
  blueking.job.bk_job_execute_script:
    content: uptime
    account: root
    target_server: "{{ ansible_play_batch | blueking.job.job_targets(hostvars) }}"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - An entry of O(blueking.job.bk_job_execute#module:target_servers), without C(name) and C(id) if neither was set.
      Results use its C(inventory_hostnames) to return the inventory names of the hosts.
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

from ..module_utils._model.ids import Defect, positive
from ..module_utils._model.inventory import key_of
from ..module_utils._model.language import say, speaking
from ..module_utils._task.arguments import wanted_language

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
    """An entry of ``target_servers`` for these ``hosts`` of the inventory; ``target_server`` without name and id."""
    # A filter has no option that says the language.
    with speaking(wanted_language({})):
        return _targets(hosts, hostvars, name, id, bk_cloud_id, ip_variable, use_host_id)


def _targets(
    hosts: Sequence[str],
    hostvars: Mapping[str, Variables],
    name: str | None,
    id_: int | None,
    bk_cloud_id: int,
    ip_variable: str | None,
    use_host_id: bool,
) -> dict[str, t.Any]:
    if not isinstance(hosts, (list, tuple)):
        raise AnsibleFilterError(
            say("job_targets requires a list of hosts such as groups['web'], not {hosts!r}", hosts=hosts)
        )
    if name is not None and id_ is not None:
        raise AnsibleFilterError(say("job_targets takes either the name or the id of a host variable of the plan"))
    missing = [host for host in hosts if host not in hostvars]
    if missing:
        names = say(", ").join(map(str, missing))
        raise AnsibleFilterError(say("job_targets: not in the inventory: {hosts}", hosts=names))
    variable = {key: value for key, value in (("name", name), ("id", id_)) if value is not None}
    if use_host_id and hosts and all(hostvars[host].get("bk_host_id") for host in hosts):
        by_host = _each(hosts, lambda host: positive(hostvars[host]["bk_host_id"]))
        keys = {key_of(host_id, None, None): host for host, host_id in by_host.items()}
        return {**variable, "host_id_list": list(dict.fromkeys(by_host.values())), "inventory_hostnames": keys}
    addresses = _each(
        hosts, lambda host: (hostvars[host].get("bk_cloud_id", bk_cloud_id), _ip(host, hostvars[host], ip_variable))
    )
    keys = {key_of(None, *address): host for host, address in addresses.items()}
    ip_list = [{"bk_cloud_id": area, "ip": ip} for area, ip in dict.fromkeys(addresses.values())]
    return {**variable, "ip_list": ip_list, "inventory_hostnames": keys}


def _each(hosts: Sequence[str], read: Callable[[str], Found]) -> dict[str, Found]:
    """The result of ``read`` for each host; all hosts for which it fails are reported together."""
    found: dict[str, Found] = {}
    defects: list[str] = []
    for host in hosts:
        try:
            found[host] = read(host)
        except Defect as defect:
            defects.append(say("{host} ({details})", host=host, details=defect))
    if defects:
        raise AnsibleFilterError(
            say("job_targets: hosts without bk_host_id or IPv4 address: {hosts}", hosts=say(", ").join(defects))
        )
    return found


def _ip(host: str, variables: Variables, ip_variable: str | None) -> str:
    if ip_variable:
        if not _is_address(variables.get(ip_variable)):
            given = variables.get(ip_variable)
            raise Defect(say("its {name} is not an IPv4 address: {value!r}", name=ip_variable, value=given))
        return str(variables[ip_variable])
    name = str(variables.get("ansible_host") or host)
    if _is_address(name):
        return name
    try:
        ip = socket.getaddrinfo(name, None, socket.AF_INET)[0][4][0]
    except (OSError, UnicodeError):
        raise Defect(say("{name} is not an IPv4 address and cannot be resolved to one", name=name)) from None
    if not _is_address(ip):
        raise Defect(say("{name} resolves to {ip}, which is not its address in CMDB", name=name, ip=ip))
    return str(ip)


def _is_address(value: t.Any) -> bool:
    """Whether it is an IPv4 address that a host may have in CMDB, so not a loopback address."""
    try:
        return not ipaddress.IPv4Address(str(value)).is_loopback
    except ValueError:
        return False


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return them by name."""
        return {"job_targets": job_targets}
