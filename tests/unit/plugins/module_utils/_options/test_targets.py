# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Target servers in every spelling, and what is wrong with them, with its place."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.launch import Address, Targets, TopoNode
from ansible_collections.blueking.job.plugins.module_utils._options.targets import as_option, read_targets


def read(entry: dict[str, t.Any], area: int | None = 0) -> tuple[Targets, list[str]]:
    defects: list[str] = []
    return read_targets(entry, "here", defects, area), defects


@pytest.mark.parametrize(
    ("entry", "targets"),
    [
        ({"ip_list": ["10.0.0.1"]}, Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),))),
        ({"ip_list": ["2:10.0.0.1"]}, Targets(addresses=(Address(bk_cloud_id=2, ip="10.0.0.1"),))),
        ({"ip_list": [" 10.0.0.1\r"]}, Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),))),
        (
            {"ip_list": [{"bk_cloud_id": 2, "ip": "10.0.0.1"}]},
            Targets(addresses=(Address(bk_cloud_id=2, ip="10.0.0.1"),)),
        ),
        (
            {"ip_list": [{"bk_cloud_id": "2", "ip": "10.0.0.1"}]},
            Targets(addresses=(Address(bk_cloud_id=2, ip="10.0.0.1"),)),
        ),
        ({"ip_list": [{"ip": "255.255.255.255"}]}, Targets(addresses=(Address(bk_cloud_id=0, ip="255.255.255.255"),))),
        ({"host_id_list": [101, "102"]}, Targets(host_ids=(101, 102))),
        ({"dynamic_group_list": ["a", {"id": "b"}]}, Targets(dynamic_groups=("a", "b"))),
        ({"dynamic_group_id_list": ["a"]}, Targets(dynamic_groups=("a",))),
        ({"dynamic_group_list": ["a"], "dynamic_group_id_list": ["b"]}, Targets(dynamic_groups=("a", "b"))),
        (
            {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1", "alive": None}]},
            Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),)),
        ),
        ({"topo_node_list": [{"id": 1000, "node_type": "module"}]}, Targets(topo_nodes=(TopoNode(1000, "module"),))),
        (
            {"host_id_list": [1], "dynamic_group_list": ["a"], "ip_list": None},
            Targets(host_ids=(1,), dynamic_groups=("a",)),
        ),
    ],
)
def test_every_spelling_is_read(entry: dict[str, t.Any], targets: Targets) -> None:
    assert read(entry) == (targets, [])


def test_plain_addresses_take_the_area_of_their_entry() -> None:
    targets, defects = read({"ip_list": ["10.0.0.1", "0:10.0.0.2"]}, area=5)
    assert (targets.addresses, defects) == (
        (Address(bk_cloud_id=5, ip="10.0.0.1"), Address(bk_cloud_id=0, ip="10.0.0.2")),
        [],
    )


def test_the_answer_of_a_text_area_has_several_addresses() -> None:
    targets, defects = read(
        {"ip_list": ["10.0.0.1\n2:10.0.0.2\r\n", "10.0.0.3, 10.0.0.4；10.0.0.5", "10.0.0.6"]}, area=5
    )
    expected = [(5, 1), (2, 2), (5, 3), (5, 4), (5, 5), (5, 6)]
    assert (targets.addresses, defects) == (
        tuple(Address(bk_cloud_id=area, ip=f"10.0.0.{last}") for area, last in expected),
        [],
    )


def test_a_problem_in_a_text_area_is_named_with_its_place() -> None:
    _targets, [defect] = read({"ip_list": ["10.0.0.1", "10.0.0.2\nweb1"]})
    assert defect.startswith("here.ip_list[1][1]: 'web1' ")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"ip_list": ["10.0.0.256"]}, "here.ip_list[0]: '10.0.0.256' is not an IPv4 address"),
        ({"ip_list": ["10.0.0"]}, "is not an IPv4 address"),
        ({"ip_list": ["010.0.0.1"]}, "is not an IPv4 address"),
        ({"ip_list": ["1０.0.0.1"]}, "is not an IPv4 address"),
        ({"ip_list": ["web1.example.com"]}, "is not an IPv4 address"),
        ({"ip_list": [{"bk_cloud_id": 0}]}, "is not an IPv4 address"),
        (
            {"ip_list": ["10.0.0.1", "fe80::1"]},
            "here.ip_list[1]: 'fe80::1' is not an IPv4 address",
        ),
        ({"ip_list": ["2001:db8::10.0.0.1"]}, "the area (bk_cloud_id) '2001:db8:' is not a whole number"),
        ({"ip_list": ["::ffff:10.0.0.1"]}, "is not a whole number"),
        ({"ip_list": [{"bk_cloud_id": -1, "ip": "10.0.0.1"}]}, "the area (bk_cloud_id) -1 is not a whole number"),
        ({"ip_list": [{"bk_cloud_id": True, "ip": "10.0.0.1"}]}, "the area (bk_cloud_id) True is not a whole number"),
        ({"ip_list": "10.0.0.1"}, "here.ip_list must be a list"),
        (
            {"ip_list": [{"ip": "10.0.0.1", "bk_clould_id": 2}]},
            "did you mean bk_cloud_id?",
        ),
        ({"dynamic_group_list": [{"id": "a", "nmae": "b"}]}, "nmae is not a key of the API (known keys: id)"),
        (
            {"topo_node_list": [{"id": 1, "node_type": "set", "x": 1}]},
            "x is not a key of the API (known keys: id, node_type)",
        ),
        ({"host_id_list": ["9" * 5000]}, "is not an id"),
        ({"host_id_list": [0]}, "here.host_id_list[0]: 0 is not an id"),
        ({"host_id_list": ["one"]}, "'one' is not an id"),
        ({"dynamic_group_list": [{}]}, "is not the id of a dynamic group"),
        ({"dynamic_group_list": [" "]}, "is not the id of a dynamic group"),
        ({"topo_node_list": [{"id": 1}]}, "is not a topology node"),
        ({"topo_node_list": [{"node_type": "module"}]}, "None is not an id"),
        ({"host_id_list": [1], "ip_list": ["10.0.0.1"]}, "host_id_list and ip_list"),
    ],
)
def test_each_problem_is_named_with_its_place(entry: dict[str, t.Any], words: str) -> None:
    defects = read(entry)[1]
    assert len(defects) == 1, defects
    assert words in defects[0]


@pytest.mark.parametrize("entry", [{}, {"ip_list": [], "host_id_list": None}])
def test_there_may_be_no_target(entry: dict[str, t.Any]) -> None:
    assert read(entry) == (Targets(), [])


def test_targets_as_an_option_are_read_as_the_same() -> None:
    entry = {
        "ip_list": [{"bk_cloud_id": 2, "ip": "10.0.0.1"}],
        "dynamic_group_list": ["a"],
        "topo_node_list": [{"id": 1000, "node_type": "module"}],
    }
    assert as_option(read(entry)[0]) == entry
    assert as_option(Targets(host_ids=(101,))) == {"host_id_list": [101]}


def test_all_problems_are_listed() -> None:
    defects = read({"ip_list": ["x", "10.0.0.1", "y"], "topo_node_list": [1]})[1]
    places = [defect.split(":")[0] for defect in defects]
    assert places == ["here.ip_list[0]", "here.ip_list[2]", "here.topo_node_list[0]"]


def test_without_a_default_the_area_is_required() -> None:
    defects = read({"ip_list": [{"ip": "10.0.0.1"}]}, area=None)[1]
    assert "bk_cloud_id" in defects[0]
