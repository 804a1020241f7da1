# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import typing as t

import pytest

pytestmark = pytest.mark.controller

HOSTVARS: dict[str, dict[str, t.Any]] = {
    "web1": {"ansible_host": "10.0.0.1", "bk_host_id": 101},
    "web2": {"ansible_host": "10.0.0.2", "bk_host_id": "102"},
    "db1": {"ansible_host": "10.0.0.3", "bk_cloud_id": 2, "cmdb_ip": "192.168.0.3"},
    "10.0.0.4": {},
    "localhost": {},
    "nowhere": {"ansible_host": "nowhere.invalid"},
    "v6": {"ansible_host": "fd00::6", "bk_host_id": 106},
}


@pytest.fixture(scope="module")
def job_targets() -> t.Any:
    """The filter; a controller's own ansible-core is needed to load it."""
    return importlib.import_module("ansible_collections.blueking.job.plugins.filter.job_targets").job_targets


@pytest.mark.parametrize(
    ("hosts", "options", "entry"),
    [
        (
            ["web1", "web2"],
            {"name": "hosts"},
            {"name": "hosts", "host_id_list": [101, 102], "inventory_hostnames": {"101": "web1", "102": "web2"}},
        ),
        (["web1"], {}, {"host_id_list": [101], "inventory_hostnames": {"101": "web1"}}),
        (
            ["web1", "web2", "web1"],
            {"id": 436, "use_host_id": False},
            {
                "id": 436,
                "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_cloud_id": 0, "ip": "10.0.0.2"}],
                "inventory_hostnames": {"0:10.0.0.1": "web1", "0:10.0.0.2": "web2"},
            },
        ),
        (
            ["web1", "db1", "10.0.0.4"],
            {"name": "hosts", "bk_cloud_id": 1},
            {
                "name": "hosts",
                "ip_list": [
                    {"bk_cloud_id": 1, "ip": "10.0.0.1"},
                    {"bk_cloud_id": 2, "ip": "10.0.0.3"},
                    {"bk_cloud_id": 1, "ip": "10.0.0.4"},
                ],
                "inventory_hostnames": {"1:10.0.0.1": "web1", "2:10.0.0.3": "db1", "1:10.0.0.4": "10.0.0.4"},
            },
        ),
        (
            ["db1"],
            {"name": "hosts", "ip_variable": "cmdb_ip"},
            {
                "name": "hosts",
                "ip_list": [{"bk_cloud_id": 2, "ip": "192.168.0.3"}],
                "inventory_hostnames": {"2:192.168.0.3": "db1"},
            },
        ),
        (["v6"], {"name": "hosts"}, {"name": "hosts", "host_id_list": [106], "inventory_hostnames": {"106": "v6"}}),
        ([], {"name": "hosts"}, {"name": "hosts", "ip_list": [], "inventory_hostnames": {}}),
    ],
)
def test_hosts_become_an_entry(
    job_targets: t.Any, hosts: list[str], options: dict[str, t.Any], entry: dict[str, t.Any]
) -> None:
    assert job_targets(hosts, HOSTVARS, **options) == entry


def test_a_name_is_resolved(job_targets: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # No name resolves on every machine.
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args: [(2, 1, 6, "", ("10.0.0.9", 0))])
    assert job_targets(["nowhere"], HOSTVARS, "hosts")["ip_list"] == [{"bk_cloud_id": 0, "ip": "10.0.0.9"}]


@pytest.mark.parametrize(
    ("hosts", "options", "words"),
    [
        ("web1", {"name": "hosts"}, "requires a list of hosts"),
        (["web1"], {"name": "hosts", "id": 1}, "either the name or the id"),
        (["web1", "gone", "lost"], {"name": "hosts"}, "gone, lost"),
        (["web1", "nowhere"], {"name": "hosts"}, "nowhere (nowhere.invalid is not an IPv4 address"),
        (["localhost"], {"name": "hosts"}, "localhost (localhost resolves to 127.0.0.1, which is not its address"),
        (
            ["web1", "db1"],
            {"name": "hosts", "ip_variable": "cmdb_ip", "use_host_id": False},
            "web1 (its cmdb_ip is not an IPv4 address: None)",
        ),
        (["v6", "nowhere"], {"name": "hosts"}, "v6 (fd00::6 is not an IPv4 address"),
    ],
)
def test_hosts_without_target_are_listed(
    job_targets: t.Any, hosts: t.Any, options: dict[str, t.Any], words: str
) -> None:
    from ansible.errors import AnsibleFilterError

    with pytest.raises(AnsibleFilterError) as caught:
        job_targets(hosts, HOSTVARS, **options)
    assert words in str(caught.value)
