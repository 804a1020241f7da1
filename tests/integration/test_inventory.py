# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory from CMDB under the real ansible-inventory, and a launch on its hosts."""

from __future__ import annotations

import json
import ssl
import subprocess
import textwrap
import typing as t

import pytest
import trustme
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.documentation import text_of
from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment, requests_to
from tests.simulator import App, Host, Module, Set, Simulator, faults, large_world

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Inventory = Callable[..., "Listed"]

SECRET = CREDENTIALS["bk_app_secret"]
VAULT_PASSWORD = "a vault password"
# Three warnings of Ansible itself, for a file that no plugin reads.
NOT_READ = "No inventory was parsed"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A simulator of its own for each test, since most change its world."""
    with Simulator() as server:
        yield server


class Listed(t.NamedTuple):
    """An inventory: the variables of its hosts, and its groups with their hosts; and what was said."""

    hosts: dict[str, dict[str, t.Any]]
    groups: dict[str, list[str]]
    said: str

    def says(self, text: str) -> bool:
        """Whether something was said, wherever lines were broken."""
        return "".join(text.split()) in "".join(self.said.split())


def environment(sim: Simulator, collections: str, **more: str) -> dict[str, str]:
    names = {"bk_app_code": "BK_APP_CODE", "bk_app_secret": "BK_APP_SECRET", "bk_username": "BK_USERNAME"}
    given = {variable: CREDENTIALS[name] for name, variable in names.items()}
    return {**clean_environment(collections), "BK_JOB_URL": sim.url, "BK_BIZ_ID": "1", **given, **more}


def source(folder: Path, name: str = "hosts", **options: t.Any) -> Path:
    """An inventory source with these options."""
    path = folder / f"{name}.bk_cmdb.yml"
    text = yaml.safe_dump({"plugin": "blueking.job.bk_cmdb", **options}, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def listing(sources: t.Sequence[Path], environ: dict[str, str], *arguments: str) -> Listed:
    """The inventory of these sources, as ansible-inventory lists it."""
    command = [str(COMMANDS / "ansible-inventory"), "--list", *arguments]
    for path in sources:
        command += ["-i", str(path)]
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    listed: dict[str, t.Any] = json.loads(done.stdout)
    hosts = listed.pop("_meta")["hostvars"]
    groups = {name: group["hosts"] for name, group in listed.items() if "hosts" in group}
    return Listed(hosts, groups, done.stderr)


@pytest.fixture
def inventory(sim: Simulator, collections: str, tmp_path: Path) -> Inventory:
    """Make the inventory of a source with these options."""

    def make(environ: dict[str, str] | None = None, **options: t.Any) -> Listed:
        return listing([source(tmp_path, **options)], environment(sim, collections, **(environ or {})))

    return make


def test_hosts_with_variables_and_groups(sim: Simulator, inventory: Inventory) -> None:
    found = inventory()
    assert set(found.hosts) == {"10.0.0.1", "web-2", "web-3_0", "web-3_2", "db-4", "db-5", "fd00::6"}
    assert found.hosts["web-3_0"] == {
        "ansible_host": "10.0.0.3",
        "bk_biz_id": 1,
        "bk_cloud_id": 0,
        "bk_host_id": 103,
        "bk_host_innerip": "10.0.0.3",
        "bk_host_innerip_v6": "",
        "bk_host_name": "web-3",
        "bk_module_names": ["nginx", "static files"],
        "bk_os_type": "1",
        "bk_set_names": ["web"],
    }
    # The first of several addresses, and that of IPv6 where there is no other.
    assert found.hosts["web-2"]["ansible_host"] == "10.0.0.2"
    assert found.hosts["fd00::6"]["ansible_host"] == "fd00::6"
    assert found.groups == {
        "module_mysql": ["db-4", "db-5"],
        "module_nginx": ["web-2", "web-3_0"],
        "module_static_files": ["web-3_0", "web-3_2"],
        "module_空闲机": ["10.0.0.1", "fd00::6"],
        "set_db": ["db-4", "db-5"],
        "set_web": ["web-2", "web-3_0", "web-3_2"],
        "set_空闲机池": ["10.0.0.1", "fd00::6"],
    }
    assert found.says("web-3_0, web-3_2")
    assert len(sim.requests) == 1


def test_all_kinds_of_groups_on_the_api_gateway(sim: Simulator, inventory: Inventory) -> None:
    sim.world.cmdb_prefix = "/api/v3/open"
    kinds = ["biz", "set", "module", "cloud", "os", "dynamic_group"]
    found = inventory(
        {"BK_JOB_URL": f"{sim.url}/api/bk-job/prod", "BK_JOB_GATEWAY": "apigw"},
        bk_biz_ids=[1, 2],
        groups_from=kinds,
        group_prefix="cmdb-",
        ansible_host=False,
    )
    assert {request.front for request in sim.requests} == {"cmdb"}
    assert found.groups["cmdb_set_web"] == ["web-2", "web-3_0", "web-3_2", "web-9"]
    assert found.groups["cmdb_biz_Elsewhere"] == ["web-9"]
    assert found.groups["cmdb_cloud_2"] == ["web-3_2"]
    assert found.groups["cmdb_os_windows"] == ["db-4"]
    assert found.groups["cmdb_dynamic_group_canary"] == ["10.0.0.1", "web-2"]
    assert found.hosts["web-9"]["bk_biz_id"] == 2
    assert not any("ansible_host" in host for host in found.hosts.values())


@pytest.mark.parametrize(
    ("options", "hosts"),
    [
        ({"sets": ["web"], "modules": ["nginx"]}, {"web-2", "web-3"}),
        (
            {
                "dynamic_groups": ["canary"],
                "host_filter": {
                    "condition": "OR",
                    "rules": [
                        {"field": "bk_host_name", "operator": "begins_with", "value": "web"},
                        {"field": "bk_cloud_id", "operator": "equal", "value": 2},
                    ],
                },
            },
            {"web-2"},
        ),
        ({"dynamic_groups": ["blo8gojho0skft7pr5q0"], "hostnames": ["bk_host_id"]}, {"101", "102"}),
        ({"sets": ["empty"]}, set()),
    ],
    ids=["sets and modules", "a dynamic group and a filter", "a dynamic group by its id", "nothing"],
)
def test_what_selects_hosts_works_together(inventory: Inventory, options: dict[str, t.Any], hosts: set[str]) -> None:
    assert set(inventory(**options).hosts) == hosts


def test_keys_without_values_are_options_that_are_not_given(inventory: Inventory) -> None:
    keys = ("sets", "modules", "dynamic_groups", "host_filter", "groups_from", "timeout", "bk_app_code", "ansible_host")
    assert inventory(**dict.fromkeys(keys)) == inventory()


def test_dynamic_groups_with_the_same_name(sim: Simulator, inventory: Inventory) -> None:
    business = sim.world.businesses[0]
    business.groups = {"g1": (101,), "g2": (102,)}
    business.group_names = {"g1": "canary", "g2": "canary"}
    found = inventory(dynamic_groups=["canary"])
    assert (found.hosts, found.says("business 1 has several dynamic groups 'canary'; use their ids: g1, g2")) == (
        {},
        True,
    )
    assert set(inventory(dynamic_groups=["g2"]).hosts) == {"web-2"}
    kinds = {"groups_from": ["dynamic_group"], "hostnames": ["bk_host_id"]}
    assert inventory(**kinds).groups["dynamic_group_canary"] == ["101", "102"]
    assert inventory(**kinds, dynamic_groups=["g1", "g2"]).groups["dynamic_group_canary"] == ["101", "102"]


def test_a_host_in_two_businesses_is_one_host(sim: Simulator, inventory: Inventory) -> None:
    sim.world.businesses[1].sets = (Set(21, "shared", (Module(2000, "proxy", (102,)),)),)
    found = inventory(bk_biz_ids=[2, 1], sets=["shared", "web"], groups_from=["set"])
    assert found.hosts["web-2"]["bk_biz_id"] == 2
    assert found.hosts["web-2"]["bk_set_names"] == ["shared", "web"]
    assert found.hosts["web-2"]["bk_module_names"] == ["proxy", "nginx"]
    assert (found.groups["set_shared"], found.groups["set_web"][0]) == (["web-2"], "web-2")


def read_back(value: t.Any) -> t.Any:
    """A value that ansible-inventory may have marked as no template."""
    return value["__ansible_unsafe"] if isinstance(value, dict) else value


def test_names_that_ansible_can_not_have(sim: Simulator, inventory: Inventory) -> None:
    sim.world.hosts = [
        Host(1, "10.0.0.1", biz=1, name="localhost"),
        Host(2, "10.0.0.2", biz=1, name="web 1/../x"),
        Host(3, "10.0.0.3", biz=1, name="twin"),
        Host(4, "10.0.0.4", biz=1, name="twin"),
        Host(5, None, biz=1, name="  "),
        Host(6, "10.0.0.6", biz=1, name="{{ 7 * 7 }}", attributes={"bk_comment": "{{ lookup('env', 'HOME') }}"}),
    ]
    found = inventory(fields=["bk_host_name", "bk_comment"], compose={"comment": "bk_comment | default('') | length"})
    assert set(found.hosts) == {"10.0.0.1", "web_1_.._x", "twin_0_3", "twin_0_4", "5", "___7___7___"}
    # What people write into CMDB is no template.
    host = found.hosts["___7___7___"]
    assert read_back(host["bk_comment"]) == "{{ lookup('env', 'HOME') }}"
    assert str(read_back(host["comment"])) == str(len("{{ lookup('env', 'HOME') }}"))


def test_groups_and_variables_by_expressions(inventory: Inventory) -> None:
    found = inventory(
        fields=["bk_host_name", "bk_os_type"],
        compose={"ansible_user": "'administrator' if bk_os_type == '2' else 'root'"},
        groups={"in_area_2": "bk_cloud_id == 2"},
        keyed_groups=[{"key": "bk_set_names", "prefix": "in"}],
        strict=True,
    )
    assert [read_back(found.hosts[name]["ansible_user"]) for name in ("db-4", "db-5")] == ["administrator", "root"]
    assert (found.groups["in_area_2"], found.groups["in_db"]) == (["web-3_2"], ["db-4", "db-5"])


def test_an_expression_that_fails_leaves_no_part_of_the_hosts(inventory: Inventory) -> None:
    found = inventory(compose={"number": "bk_os_type | int / (105 - bk_host_id)"}, strict=True)
    assert found.hosts == {}
    assert found.says("for host db-5") or found.says("db-5")


def test_the_cache(sim: Simulator, inventory: Inventory, collections: str, tmp_path: Path) -> None:
    cache: dict[str, t.Any] = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
    }
    sim.world.tokens["token-of-admin"] = "admin"
    first = inventory(**cache)
    assert inventory(**cache, group_prefix="x_").hosts == first.hosts
    assert len(sim.requests) == 1
    # Whatever else is read, or by whom, is read anew.
    assert set(inventory(**cache, sets=["db"]).hosts) == {"db-4", "db-5"}
    sim.world.users[1].denied.add("find_business_resource")
    assert NOT_READ in inventory({"BK_USERNAME": "alice"}, **cache).said
    assert len(inventory({"BK_USERNAME": "", "BK_TOKEN": "token-of-admin"}, **cache).hosts) == 7
    assert len(sim.requests) == 4
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir()]
    assert len(files) == 3
    assert not any(secret in text for text in files for secret in (SECRET, "demo", "admin", "token-of-"))
    (tmp_path / "play.yml").write_text("- hosts: all\n  tasks: []\n", encoding="utf-8")
    command = [str(COMMANDS / "ansible-playbook"), "--list-hosts", "--flush-cache", str(tmp_path / "play.yml")]
    command += ["-i", str(source(tmp_path, **cache))]
    done = subprocess.run(command, env=environment(sim, collections), capture_output=True, text=True, check=True)
    assert "hosts (7)" in done.stdout
    assert len(sim.requests) == 5


def test_templates_vaults_and_paths_of_the_connection(sim: Simulator, collections: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    encrypted = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).encrypt(SECRET).decode()
    path = tmp_path / "hosts.bk_cmdb.yml"
    path.write_text(
        "plugin: blueking.job.bk_cmdb\n"
        "url: \"https://{{ lookup('ansible.builtin.env', 'PLACE') }}\"\n"
        "app_code: demo\n"
        f"bk_app_secret: !vault |\n{textwrap.indent(encrypted, '  ')}\n"
        'username: "{{ who }}"\n'
        'bk_biz_ids: ["{{ 1 + 0 }}"]\n'
        'timeout: "{{ 30 }}"\n'
        "ca_path: ca.pem\n",
        encoding="utf-8",
    )
    (tmp_path / "password").write_text(VAULT_PASSWORD, encoding="utf-8")
    with Simulator(ssl_context=context) as server:
        environ = {**clean_environment(collections), "PLACE": server.url.partition("//")[2], "BK_JOB_TIMEOUT": ""}
        found = listing([path], environ, "-e", "who=alice", "--vault-password-file", str(tmp_path / "password"))
        assert len(found.hosts) == 7, found.said
        [request] = server.requests
        assert json.loads(request.headers["X-Bkapi-Authorization"])["bk_username"] == "alice"


REFUSED: dict[str, tuple[dict[str, t.Any], str]] = {
    "url": ({"url": ""}, "url (BK_JOB_URL)"),
    "biz": ({"bk_biz_ids": []}, "bk_biz_ids (BK_BIZ_ID) is required"),
    "biz_set": ({"bk_biz_ids": [8000001]}, "8000001 is a business set"),
    "biz_text": ({"bk_biz_ids": ["web"]}, "bk_biz_ids (BK_BIZ_ID)"),
    "unknown": ({"bk_usrname": "x"}, "bk_usrname is not an option of this inventory (did you mean bk_username?)"),
    "kind": ({"groups_from": ["sets"]}, "groups_from must be one or more of: biz, set"),
    "field": ({"fields": ["bk host"]}, "fields: 'bk host' is not the name of a field"),
    "hostnames": ({"hostnames": []}, "hostnames must not be empty"),
    "filter": ({"host_filter": {"condition": "and", "rules": []}}, "host_filter.condition"),
    "template": ({"bk_app_code": "{{ nowhere }}"}, "bk_app_code: the template failed: "),
    "template_chinese": ({"language": "zh", "bk_app_code": "{{ nowhere }}"}, "bk_app_code：模板出错：「"),
    "secret_template": ({"app_secret": "wrong-s3cr3t{%"}, "app_secret: the template failed"),
    "secret_variable": ({"bk_token": "{{ 'wrong-s3cr3t' | nowhere }}"}, "bk_token: the template failed"),
    "url_template": ({"url": "http://user:wrong-s3cr3t{{@paas"}, "url: the template failed"),
    "secrets_template": ({"access_token": ["wrong-s3cr3t{{"]}, "access_token: the template failed"),
    "timeout": ({"timeout": 0}, "timeout (BK_JOB_TIMEOUT) must be from 1"),
    "token": ({"bk_token": " x"}, "bk_token (BK_TOKEN) begins or ends with white space"),
    "path": ({"ca_path": ["a", "b"]}, "ca_path (BK_JOB_CA_PATH)"),
    "secrets": ({"app_secret": ["wrong-s3cr3t", "x"], "timeout": "soon"}, "timeout (BK_JOB_TIMEOUT)"),
    "gateway": ({"gateway": "apigw"}, "cmdb_url (BK_CMDB_URL) is required with gateway apigw"),
    "group": ({"dynamic_groups": ["canry"]}, "'canry' (did you mean canary?)"),
    "group_of_sets": ({"dynamic_groups": ["blo8gojho0ssets7pr1a"]}, "is a group of sets"),
    "user": ({"bk_username": "stranger"}, "find_business_resource) on 业务: BlueKing(1). Request the permission"),
    "app": ({"bk_app_code": "noperm", "bk_app_secret": "s3cr3t-noperm"}, "for the system CC of the ESB"),
    "secret": ({"bk_app_secret": "wrong-s3cr3t"}, "APP Secret verification failed"),
    "business": ({"groups_from": ["biz"], "bk_biz_ids": [1, 77]}, "does not show the business 77"),
    "address": ({"cmdb_url": "http://127.0.0.1:1", "retries": 0}, "cannot reach 127.0.0.1:1"),
    "chinese": ({"language": "zh", "hostnames": []}, "hostnames 不能为空"),
}


def test_every_refusal_is_one_sentence(sim: Simulator, collections: str, tmp_path: Path) -> None:
    paths = [source(tmp_path, name, **options) for name, (options, _text) in REFUSED.items()]
    found = listing(paths, environment(sim, collections))
    assert found.hosts == {}
    assert [name for name, (_options, text) in REFUSED.items() if not found.says(text)] == []
    assert "wrong-s3cr3t" not in found.said
    assert "Traceback" not in found.said


def test_a_page_that_fails_leaves_no_part_of_the_hosts(sim: Simulator, inventory: Inventory) -> None:
    sim.reset(large_world(501))
    sim.faults.add(faults.SOUND)
    sim.faults.add(faults.bad_gateway())
    found = inventory(retries=0)
    assert found.hosts == {}
    assert NOT_READ in found.said
    assert len(sim.requests) == 2


def test_a_page_that_fails_once_is_read_again(sim: Simulator, inventory: Inventory) -> None:
    sim.reset(large_world(501))
    sim.faults.add(faults.SOUND)
    sim.faults.add(faults.throttled())
    assert len(inventory().hosts) == 501
    assert len(sim.requests) == 3


def test_20000_hosts(sim: Simulator, collections: str, tmp_path: Path) -> None:
    sim.reset(large_world(20_000))
    command = [str(COMMANDS / "ansible-inventory"), "-i", str(source(tmp_path)), "--host", "host-20000"]
    environ = environment(sim, collections)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["bk_host_id"] == 20_000
    assert len(sim.requests) == 40


def test_the_example_of_the_documentation(sim: Simulator, collections: str, tmp_path: Path) -> None:
    sim.world.apps.append(App("my-app", "s3cr3t-of-mine", trusted=True))
    example = yaml.safe_load(text_of("plugins/inventory/bk_cmdb.py", "EXAMPLES"))
    environ = {**environment(sim, collections, MY_SECRET="s3cr3t-of-mine"), "HOME": str(tmp_path)}
    some = listing([source(tmp_path, **{**example, "url": sim.url})], environ)
    assert set(some.hosts) == {"web-2", "web-3_0", "web-3_2", "db-5", "web-9"}
    assert some.groups["cmdb_biz_Elsewhere"] == ["web-9"]
    assert len(list((tmp_path / ".cache" / "ansible-inventory").iterdir())) == 1
    assert some.groups["in_the_cloud"] == ["web-3_2"]


PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Launch a plan on a group of the inventory
      blueking.job.bk_job_execute:
        job_plan_id: 100
        target_servers: ["{{ groups['set_web'] | blueking.job.job_targets(hostvars, name='hosts') }}"]
"""


def test_a_launch_names_the_hosts_of_the_inventory_by_their_ids(
    sim: Simulator, collections: str, tmp_path: Path
) -> None:
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
    command = [str(COMMANDS / "ansible-playbook"), "-i", str(source(tmp_path)), str(tmp_path / "play.yml")]
    done = subprocess.run(command, env=environment(sim, collections), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [launch] = [request for request in sim.requests if request.api == "execute_job_plan"]
    [variable] = launch.body["global_var_list"]
    assert variable["server"] == {"host_id_list": [102, 103, 203]}
    assert requests_to(sim, "list_biz_hosts_topo") == 1
