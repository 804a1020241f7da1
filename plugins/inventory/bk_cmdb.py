# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory from CMDB: what Ansible needs around ``module_utils/_cmdb``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: bk_cmdb
short_description: Hosts from the BlueKing CMDB
version_added: 1.1.0
author:
  - blueking.job contributors (@blueking-community)
description:
  - Reads hosts of businesses from CMDB (蓝鲸配置平台), with their sets (集群) and modules (模块).
  - Each host has the variable C(bk_host_id), so that P(blueking.job.job_targets#filter) specifies it by its id in a
    launch.
  - Either all selected hosts are read, or the source fails. It never adds only some of them.
  - The name of the file must end in C(bk_cmdb.yml) or C(bk_cmdb.yaml).
requirements:
  - requests >= 2.25.1 on the controller
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - Values of all options other than those of C(compose), C(groups) and C(keyed_groups) may be templates, for example
    V("{{ lookup('ansible.builtin.env', 'SECRET'\) }}"). The only variables in them are extra variables.
  - The application needs permission for the APIs C(list_biz_hosts_topo), C(search_dynamic_group) and
    C(execute_dynamic_group) for O(dynamic_groups), and C(search_business) for V(biz) in O(groups_from). The user needs
    the permission C(find_business_resource) (业务访问) for each business.
  - A cache never contains credentials. It is only used for the same connection, user and selection.
  - Values from CMDB are never treated as templates, even if they contain braces.
  - In CMDB several addresses of a host are one string, joined by commas. Names and C(ansible_host) use the first one.
  - A host that is called C(localhost) in CMDB is named by its address, since plays on C(localhost) would run on it.
options:
  plugin:
    description: The name of this plugin, which is always V(blueking.job.bk_cmdb).
    type: str
    required: true
    choices: [blueking.job.bk_cmdb]
  bk_biz_ids:
    description:
      - The ids of the businesses. Required.
      - A host in several businesses is one host, with the sets and modules of all of them.
    type: list
    elements: int
    env:
      - name: BK_BIZ_ID
  sets:
    description:
      - The names of sets. Only hosts in one of them are read.
      - O(sets), O(modules), O(host_filter) and O(dynamic_groups) can be combined. Then hosts must meet all of them.
    type: list
    elements: str
    default: []
  modules:
    description:
      - The names of modules. Only hosts in one of them are read.
      - Together with O(sets), a module only counts within one of these sets.
    type: list
    elements: str
    default: []
  host_filter:
    description:
      - A condition on the fields of hosts, as CMDB's own C(host_property_filter).
      - It has C(condition), which is V(AND) or V(OR), and C(rules), a list of rules. A rule has C(field), C(operator)
        and C(value), or is such a condition itself. Conditions can be nested twice.
      - The operators are C(equal), C(not_equal), C(in), C(not_in), C(less), C(less_or_equal), C(greater),
        C(greater_or_equal), C(begins_with), C(contains), C(ends_with), C(not_begins_with), C(not_contains),
        C(not_ends_with), C(is_null), C(is_not_null), C(is_empty), C(is_not_empty), C(exist) and C(not_exist), and for
        dates C(datetime_less), C(datetime_less_or_equal), C(datetime_greater) and C(datetime_greater_or_equal).
    type: dict
  dynamic_groups:
    description:
      - The ids or names of dynamic groups of hosts. Only hosts in one of them are read.
      - Each must exist in one of the businesses at least. A name that several groups of a business have is rejected.
    type: list
    elements: str
    default: []
  fields:
    description:
      - The names of the fields of hosts to read. They become variables of the hosts.
      - C(bk_host_id), C(bk_cloud_id), C(bk_host_innerip), C(bk_host_innerip_v6) and the fields in O(hostnames) are
        always read.
      - A warning lists fields that no host has, because CMDB ignores unknown fields.
    type: list
    elements: str
    default:
      - bk_host_name
      - bk_host_innerip
      - bk_host_innerip_v6
      - bk_os_type
      - bk_os_name
      - bk_agent_id
      - operator
      - bk_bak_operator
  hostnames:
    description:
      - The names of fields. The first one that has a value is the name of the host.
      - A host that has none of them is named by its address, or else by its id.
      - If several hosts have the same name, the id of the BK-Net area (管控区域) is appended to each, and the id of the
        host if this is not enough. A warning lists them.
      - Characters that names of hosts cannot have are replaced by C(_).
    type: list
    elements: str
    default: [bk_host_name, bk_host_innerip]
  groups_from:
    description:
      - What groups are made from. Their names are O(group_prefix), the kind, C(_) and the name in CMDB, for example
        C(set_web), made safe as Ansible does.
      - V(biz), V(set), V(module) and V(dynamic_group) use the names in CMDB, V(cloud) the id of the BK-Net area, V(os)
        the operating system, for example C(os_linux).
      - V(dynamic_group) makes groups from O(dynamic_groups), or from all dynamic groups of hosts if that is empty.
    type: list
    elements: str
    choices: [biz, set, module, cloud, os, dynamic_group]
    default: [set, module]
  group_prefix:
    description: The beginning of the names of all groups in O(groups_from).
    type: str
    default: ''
  ansible_host:
    description: Whether to set C(ansible_host) to the first address of the host.
    type: bool
    default: true
  url:
    description:
      - The URL of the gateway, as O(blueking.job.bk_job_execute#module:url). Required.
    type: str
    env:
      - name: BK_JOB_URL
  cmdb_url:
    description:
      - The URL of the gateway of CMDB, where it is not at O(url).
      - By default, with O(gateway=apigw), the name C(bk-job) in O(url) is replaced by C(bk-cmdb).
    type: str
    env:
      - name: BK_CMDB_URL
  gateway:
    description: The kind of the gateway, as O(blueking.job.bk_job_execute#module:gateway).
    type: str
    choices: [esb, apigw]
    default: esb
    env:
      - name: BK_JOB_GATEWAY
  api_version:
    description: The version of Job's API. It has no effect on CMDB, and is accepted so that all options can be shared.
    type: str
    choices: [v3, v2]
    default: v3
    env:
      - name: BK_JOB_API_VERSION
  bk_app_code:
    description: The code of the application, as O(blueking.job.bk_job_execute#module:bk_app_code).
    type: str
    aliases: [app_code]
    env:
      - name: BK_APP_CODE
  bk_app_secret:
    description: The secret of the application, as O(blueking.job.bk_job_execute#module:bk_app_secret).
    type: str
    aliases: [app_secret]
    env:
      - name: BK_APP_SECRET
  bk_username:
    description: The user to act as, as O(blueking.job.bk_job_execute#module:bk_username).
    type: str
    aliases: [username]
    env:
      - name: BK_USERNAME
  bk_token:
    description: The login token of the user to act as, as O(blueking.job.bk_job_execute#module:bk_token).
    type: str
    env:
      - name: BK_TOKEN
  access_token:
    description: The OAuth token of the user to act as, as O(blueking.job.bk_job_execute#module:access_token).
    type: str
    env:
      - name: BK_ACCESS_TOKEN
  credentials_in:
    description:
      - Which part of a request contains the credentials, as O(blueking.job.bk_job_execute#module:credentials_in).
    type: str
    choices: [auto, header, body]
    default: auto
    env:
      - name: BK_JOB_CREDENTIALS_IN
  bk_tenant_id:
    description: The id of the tenant, on platforms with several tenants.
    type: str
    env:
      - name: BK_TENANT_ID
  language:
    description: The language of messages, which is English (V(en)) or Chinese (V(zh)).
    type: str
    choices: [en, zh]
    default: en
    env:
      - name: BK_JOB_LANGUAGE
  validate_certs:
    description: Whether to verify the TLS certificate of the gateway.
    type: bool
    default: true
    env:
      - name: BK_JOB_VALIDATE_CERTS
  ca_path:
    description:
      - The path of a file or directory with the CA certificates to trust, for a private CA.
      - A relative path is relative to the directory of the inventory file.
    type: path
    env:
      - name: BK_JOB_CA_PATH
  client_cert:
    description:
      - The path of a file with the client certificate, for mutual TLS. It may also contain the key.
      - A relative path is relative to the directory of the inventory file.
    type: path
    env:
      - name: BK_JOB_CLIENT_CERT
  client_key:
    description:
      - The path of a file with the unencrypted key of O(client_cert), if the key is in a separate file.
      - A relative path is relative to the directory of the inventory file.
    type: path
    env:
      - name: BK_JOB_CLIENT_KEY
  use_proxy:
    description: Whether to use the proxies in the environment variables E(http_proxy), E(https_proxy) and E(no_proxy).
    type: bool
    default: true
  timeout:
    description: The maximum number of seconds for one request, from sending it until its response is complete.
    type: int
    default: 60
    env:
      - name: BK_JOB_TIMEOUT
  retries:
    description: The maximum number of retries of a request.
    type: int
    default: 5
    env:
      - name: BK_JOB_RETRIES
"""

EXAMPLES = r"""
# hosts.bk_cmdb.yml. These two lines are enough if the environment has variables such as BK_JOB_URL and BK_APP_SECRET.
plugin: blueking.job.bk_cmdb
bk_biz_ids: [1, 2]

# The connection, with the secret from another variable of the environment.
url: https://paas.example.com
bk_app_code: my-app
bk_app_secret: "{{ lookup('ansible.builtin.env', 'MY_SECRET') }}"
bk_username: admin

# Only some of the hosts.
sets: [web, db]
host_filter:
  condition: AND
  rules:
    - field: bk_os_type
      operator: equal
      value: "1"
    - field: bk_cloud_id
      operator: in
      value: [0, 2]

# Groups and variables from the topology and the fields of hosts.
groups_from: [biz, set, module, os]
group_prefix: cmdb_
fields: [bk_host_name, bk_os_type, bk_state, operator]
compose:
  ansible_user: "'administrator' if bk_os_type == '2' else 'root'"
groups:
  in_the_cloud: bk_cloud_id != 0
keyed_groups:
  - key: bk_state
    prefix: state

# What was read is used for an hour.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible-inventory
cache_timeout: 3600
"""

import contextlib
import hashlib
import json
import os
import typing as t
from difflib import get_close_matches

from ansible import template
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable, to_safe_group_name
from ansible.utils.unsafe_proxy import wrap_var
from ansible.utils.vars import load_extra_vars

from ..module_utils._api.cmdb import Cmdb
from ..module_utils._cmdb.hosts import hosts_of
from ..module_utils._cmdb.options import OPTIONS, selection_from
from ..module_utils._cmdb.read import read
from ..module_utils._model.errors import InputError, JobError
from ..module_utils._model.language import foreign, say, speaking
from ..module_utils._model.secrets import Secrets
from ..module_utils._options.connection import (
    ADDRESSES,
    SECRETS,
    cmdb_gateway_from,
    credentials_from,
    passwords_in,
)
from ..module_utils._report.sentences import sentence
from ..module_utils._task.arguments import plain, validate
from ..module_utils.bk_job_execute import VERSION, Client, require_requests

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..module_utils._cmdb.hosts import Hosts
    from ..module_utils._cmdb.options import Selection
    from ..module_utils._cmdb.read import Found

    Values = dict[str, t.Any]

# ansible-core before 2.19 takes every string for a template unless it is wrapped, newer ones only what they trust.
TRUST = getattr(template, "trust_as_template", str)
ENDINGS = tuple(f"bk_cmdb.{ending}" for ending in ("yml", "yaml"))
ALIASES = {alias: name for name, option in OPTIONS.table.items() for alias in option.get("aliases", ())}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Adds the hosts of CMDB to the inventory."""

    NAME = "blueking.job.bk_cmdb"

    def verify_file(self, path: str) -> bool:
        """Whether the file is one for this plugin."""
        return bool(super().verify_file(path)) and path.endswith(ENDINGS)

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Set the options of Ansible's own fragments; those of this plugin are validated as those of modules are."""
        others = {name: value for name, value in (direct or {}).items() if name not in {*OPTIONS.table, *ALIASES}}
        # With a value for each, Ansible does not read a blank variable of the environment, which counts as unset here.
        defaults = {name: option["default"] for name, option in OPTIONS.table.items() if "default" in option}
        super().set_options(task_keys=task_keys, var_options=var_options, direct={**others, **defaults})

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add all hosts, or raise :class:`AnsibleParserError`."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        self.templar.available_variables = load_extra_vars(loader)
        secrets = Secrets()
        with speaking(config.get("language") or os.environ.get("BK_JOB_LANGUAGE")), contextlib.ExitStack() as stack:
            try:
                params = self._params(config, os.path.dirname(os.path.abspath(path)))
                secrets.add([*(params.get(name) for name in SECRETS), *passwords_in(params)])
                stack.enter_context(speaking(params["language"]))
                selection = selection_from(params)
                hosts = hosts_of(self._found(params, selection, secrets, path, cache), selection, to_safe_group_name)
            except JobError as error:
                raise AnsibleParserError(secrets.scrub(sentence(error))) from None
        for warning in hosts.warnings:
            self.display.warning(warning)
        self._add(inventory, hosts)

    def _params(self, config: Mapping[str, t.Any], directory: str) -> Values:
        """The validated options of this plugin."""
        given = {}
        for name, value in config.items():
            if name in OPTIONS.table or name in ALIASES:
                given[name] = self._templated(name, value)
            elif not self.has_option(name):
                raise InputError(_unknown(name))
        # A key without a value is an option that is not given.
        args: Values = {name: value for name, value in plain(given).items() if value is not None}
        for name, option in OPTIONS.table.items():
            if option["type"] == "path" and isinstance(args.get(name), str):
                args[name] = os.path.join(directory, os.path.expanduser(args[name]))
        # CMDB's API has one version.
        params, problem = validate(OPTIONS, {**args, "api_version": "v3"})
        if problem:
            given_secrets = [value for name, value in args.items() if ALIASES.get(name, name) in SECRETS]
            raise InputError(Secrets(given_secrets).scrub(problem))
        return params

    def _templated(self, name: str, value: t.Any) -> t.Any:
        try:
            return self.templar.template(value)
        except AnsibleError as error:
            if ALIASES.get(name, name) in (*SECRETS, *ADDRESSES):
                # Ansible may quote the template.
                raise InputError(say("{name}: the template failed", name=name)) from None
            raise InputError(say("{name}: the template failed: {error}", name=name, error=foreign(error))) from None

    def _found(self, params: Values, selection: Selection, secrets: Secrets, path: str, use_cache: bool) -> Found:
        """What CMDB has, from the cache if it is there."""
        require_requests()
        gateway, credentials = cmdb_gateway_from(params, os.environ), credentials_from(params)
        caching = self.get_option("cache")
        # What a user may see is not for another one. Of all this, only a hash becomes the key.
        user = credentials._replace(bk_app_secret=None)
        key = (
            self._key(path, [gateway.url, gateway.kind, gateway.tenant_id, user, selection.reads()]) if caching else ""
        )
        if caching and use_cache:
            with contextlib.suppress(KeyError):
                return t.cast("Found", self.cache[key])
        with Client(gateway, credentials, secrets=secrets) as client:
            found = read(Cmdb(lambda: client, gateway.kind, secrets), selection)
        if caching:
            self.cache[key] = found
        return found

    def _key(self, path: str, decisive: list[t.Any]) -> str:
        """The key of the cache, which is another one for each thing that decides what is read."""
        text = json.dumps([VERSION, *decisive], sort_keys=True)
        return f"{self.get_cache_key(path)}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def _add(self, inventory: t.Any, hosts: Hosts) -> None:
        """Add all hosts with their groups; none of them if an expression of ``compose`` and so on fails."""
        known = set(inventory.hosts)
        constructs = any(self.get_option(name) for name in ("compose", "groups", "keyed_groups"))
        try:
            for entry in hosts.entries:
                inventory.add_host(entry.name)
                for group in entry.groups:
                    inventory.add_host(entry.name, group=inventory.add_group(group))
                for name, value in entry.variables.items():
                    inventory.set_variable(entry.name, name, plain_value(value))
                if constructs:
                    self._construct(inventory.hosts[entry.name])
        except AnsibleError:
            for entry in hosts.entries:
                if entry.name not in known and entry.name in inventory.hosts:
                    inventory.remove_host(inventory.hosts[entry.name])
            raise

    def _construct(self, host: t.Any) -> None:
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), host.get_vars(), host.name, strict=strict)
        variables = host.get_vars()
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host.name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host.name, strict=strict)


def plain_value(value: t.Any) -> t.Any:
    """A value of CMDB for a variable, which is never a template, whatever people write into CMDB.

    Strings without braces are as those in files: AWX can't read others.
    """
    if isinstance(value, str):
        return wrap_var(value) if "{" in value or "}" in value else TRUST(value)
    if isinstance(value, dict):
        return {key: plain_value(item) for key, item in value.items()}
    return [plain_value(item) for item in value] if isinstance(value, list) else value


def _unknown(name: str) -> str:
    near = get_close_matches(name, [*OPTIONS.table, "compose", "groups", "keyed_groups", "strict", "cache"], n=1)
    if near:
        return say("{name} is not an option of this inventory (did you mean {near}?)", name=name, near=near[0])
    return say("{name} is not an option of this inventory", name=name)
