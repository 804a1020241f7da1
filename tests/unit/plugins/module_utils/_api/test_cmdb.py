# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CMDB as a service: complete reads or an error, on both gateways (quick jobs Q5)."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api.cmdb import PREFIXES, READINGS, Cmdb, narrowed
from ansible_collections.blueking.job.plugins.module_utils._model.cmdb import DynamicGroup, HostQuery
from ansible_collections.blueking.job.plugins.module_utils._model.errors import RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.language import speaking
from ansible_collections.blueking.job.plugins.module_utils._model.secrets import Secrets
from tests.simulator import default_world, faults, large_world
from tests.simulator.cmdb.filters import depth

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.blueking.job.plugins.module_utils._api.job import Client
    from tests.simulator import Simulator
    from tests.unit.conftest import MakeClient

    MakeCmdb = t.Callable[..., Cmdb]

EVERYTHING = HostQuery(("bk_host_name",))
CANARY = DynamicGroup("blo8gojho0skft7pr5q0", "canary", "host")
GREATER = {"field": "bk_host_id", "operator": "greater", "value": 7}
A, B, C = ({"field": name, "operator": "equal", "value": 1} for name in "abc")


@pytest.fixture(autouse=True)
def _own_world(sim: Simulator) -> Iterator[None]:
    """These tests change the world."""
    sim.reset(default_world())
    yield
    sim.reset(default_world())


@pytest.fixture
def make_cmdb(sim: Simulator, make_client: MakeClient) -> MakeCmdb:
    """Make a CMDB behind the ``esb`` or the ``apigw``."""

    def make(front: str = "esb", **gateway: t.Any) -> Cmdb:
        if front == "apigw":
            gateway.setdefault("url", sim.cmdb_url)
        client = t.cast("Client", make_client(front=front, retries=0, **gateway))
        return Cmdb(lambda: client, front, Secrets())

    return make


@pytest.fixture(params=["esb", "apigw"])
def cmdb(request: pytest.FixtureRequest, make_cmdb: MakeCmdb) -> Cmdb:
    return make_cmdb(request.param)


def names(found: t.Any) -> list[int]:
    return [host.id for host in found]


def page(*ids: int, count: int) -> dict[str, t.Any]:
    """A response with hosts."""
    info = [{"host": {"bk_host_id": id_}, "topo": []} for id_ in ids]
    return {"result": True, "code": 0, "data": {"count": count, "info": info}}


def test_hosts_with_their_sets_and_modules(cmdb: Cmdb) -> None:
    hosts = cmdb.hosts(1, EVERYTHING)
    assert names(hosts) == [101, 102, 103, 104, 105, 106, 203]
    in_two = hosts[2]
    assert in_two.fields == {"bk_host_id": 103, "bk_host_name": "web-3"}
    assert [(one.id, one.name, one.modules) for one in in_two.sets] == [
        (11, "web", ((1000, "nginx"), (1001, "static files")))
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (EVERYTHING._replace(sets=("web", "db")), [102, 103, 104, 105, 203]),
        (EVERYTHING._replace(modules=("nginx",)), [102, 103]),
        (EVERYTHING._replace(sets=("web",), modules=("mysql",)), []),
        (
            EVERYTHING._replace(
                filter={
                    "condition": "OR",
                    "rules": [
                        {"field": "bk_host_id", "operator": "equal", "value": 101},
                        {
                            "condition": "AND",
                            "rules": [
                                {"field": "bk_os_type", "operator": "equal", "value": "1"},
                                {"field": "bk_host_name", "operator": "begins_with", "value": "db"},
                            ],
                        },
                    ],
                }
            ),
            [101, 105],
        ),
    ],
)
def test_hosts_of_a_query(cmdb: Cmdb, query: HostQuery, found: list[int]) -> None:
    assert names(cmdb.hosts(1, query)) == found
    assert names(cmdb.hosts_by_id(1, query, range(101, 300))) == found
    assert names(cmdb.hosts_by_id(1, query, [102, 105])) == [id_ for id_ in found if id_ in (102, 105)]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (None, {"condition": "AND", "rules": [GREATER]}),
        ({"condition": "AND", "rules": [A, B]}, {"condition": "AND", "rules": [A, B, GREATER]}),
        (
            {"condition": "OR", "rules": [A, {"condition": "OR", "rules": [B, {"condition": "AND", "rules": [C]}]}]},
            {
                "condition": "OR",
                "rules": [
                    {"condition": "AND", "rules": [A, GREATER]},
                    {"condition": "AND", "rules": [B, GREATER]},
                    {"condition": "AND", "rules": [C, GREATER]},
                ],
            },
        ),
    ],
)
def test_a_filter_is_narrowed_without_nesting_it_deeper(filter_: t.Any, expected: t.Any) -> None:
    assert narrowed(filter_, GREATER) == expected
    assert depth(expected) <= 3


def test_many_hosts_take_as_many_requests_as_pages(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(2_000))
    assert names(cmdb.hosts(1, EVERYTHING)) == list(range(1, 2_001))
    assert len(sim.requests) == 4


def test_a_host_that_leaves_meanwhile_hides_no_other(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(600))
    sim.faults.add(faults.replaced(200, page(*range(1, 501), count=600)))
    sim.world.hosts = [host for host in sim.world.hosts if host.id != 3]
    assert names(cmdb.hosts(1, EVERYTHING)) == [host.id for host in sim.world.hosts]
    assert len(sim.requests) == 4


@pytest.mark.parametrize(
    "body",
    [
        page(101, 102, count=3),
        page(101, 101, count=2),
        page(101, count=0),
        {"result": True, "code": 0, "data": {"count": None, "info": []}},
        {"result": True, "code": 0, "data": {"count": True, "info": []}},
        {"result": True, "code": 0, "data": {"count": 1, "info": [{"host": {}, "topo": []}]}},
        {"result": True, "code": 0, "data": None},
        {"result": True, "code": 0, "data": {"count": 0}},
    ],
)
def test_an_incomplete_page_is_an_error(sim: Simulator, cmdb: Cmdb, body: dict[str, t.Any]) -> None:
    sim.faults.add(faults.replaced(200, body), times=READINGS)
    with pytest.raises(UnclearError) as caught:
        cmdb.hosts(1, EVERYTHING)
    assert caught.value.kind == "protocol"


def test_hosts_that_have_all_gone_meanwhile_are_an_error(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(501))
    sim.faults.add(faults.SOUND)
    sim.faults.add(faults.replaced(200, page(count=0)), times=9)
    with pytest.raises(UnclearError):
        cmdb.hosts(1, EVERYTHING)


def test_a_page_that_fails_is_an_error(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(501))
    sim.faults.add(faults.SOUND)
    sim.faults.add(faults.bad_gateway())
    with pytest.raises(UnclearError):
        cmdb.hosts(1, EVERYTHING)
    assert len(sim.requests) == 2


def test_a_list_that_always_changes_is_an_error(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(600))
    sim.faults.add(faults.replaced(200, page(*range(1, 501), count=600)), times=2 * READINGS)
    with pytest.raises(UnclearError):
        cmdb.hosts(1, EVERYTHING)
    sim.reset(large_world(600))
    for count in (600, 601) * READINGS:
        sim.faults.add(faults.replaced(200, page(*range(1, 501), count=count)))
    with pytest.raises(UnclearError):
        cmdb.hosts(1, EVERYTHING)
    assert len(sim.requests) == 2 * READINGS


def test_pages_are_numbered_and_sorted_by_the_filter(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(501))
    wanted = {"condition": "OR", "rules": [A]}
    assert names(cmdb.hosts(1, EVERYTHING)) == list(range(1, 502))
    assert cmdb.hosts(1, EVERYTHING._replace(filter=wanted)) == []
    bodies = [request.body for request in sim.requests]
    assert [body["page"]["start"] for body in bodies] == [0, 500, 0]
    assert bodies[0]["host_property_filter"]["rules"] != []
    assert bodies[2]["host_property_filter"] == wanted


def test_other_hosts_than_requested_are_an_error(sim: Simulator, cmdb: Cmdb) -> None:
    sim.faults.add(faults.replaced(200, page(1, count=1)))
    with pytest.raises(UnclearError):
        cmdb.hosts_by_id(1, EVERYTHING, [101])


def test_hosts_by_id_take_as_many_requests_as_pages(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(1200))
    assert len(cmdb.hosts_by_id(1, EVERYTHING, range(1, 1202))) == 1200
    assert len(sim.requests) == 3


def test_dynamic_groups(sim: Simulator, cmdb: Cmdb) -> None:
    assert cmdb.groups(1) == [
        CANARY,
        ("blo8gojho0sabc7priuy", "retired", "host"),
        ("blo8gojho0ssets7pr1a", "blo8gojho0ssets7pr1a", "set"),
    ]
    assert cmdb.group_hosts(1, CANARY) == [101, 102]
    assert cmdb.group_hosts(1, DynamicGroup("blo8gojho0sabc7priuy", "retired", "host")) == []


def test_a_large_dynamic_group(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(401))
    sim.world.businesses[0].groups = {"all": tuple(range(1, 402))}
    assert cmdb.group_hosts(1, DynamicGroup("all", "all", "host")) == list(range(1, 402))
    assert len(sim.requests) == 3


def test_a_group_that_changes_meanwhile_is_read_again(sim: Simulator, cmdb: Cmdb) -> None:
    sim.reset(large_world(401))
    sim.world.businesses[0].groups = {"all": tuple(range(1, 402))}
    first = {"count": 402, "info": [{"bk_host_id": id_} for id_ in range(1, 201)]}
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": first}))
    assert len(cmdb.group_hosts(1, DynamicGroup("all", "all", "host"))) == 401
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": {**first, "count": 401}}), times=9)
    with pytest.raises(UnclearError):
        cmdb.group_hosts(1, DynamicGroup("all", "all", "host"))


def test_an_id_that_would_change_the_path_is_an_error(sim: Simulator, cmdb: Cmdb) -> None:
    sim.world.businesses[0].groups = {"../../x": ()}
    with pytest.raises(UnclearError):
        cmdb.groups(1)


def test_businesses(sim: Simulator, cmdb: Cmdb) -> None:
    assert cmdb.businesses([1, 2, 77]) == {1: "BlueKing", 2: "Elsewhere"}


def test_the_topology(cmdb: Cmdb) -> None:
    root = cmdb.topology(1)
    assert root is not None
    assert (root.type, root.id, root.name) == ("biz", 1, "BlueKing")
    assert [(one.type, one.id, [module.id for module in one.children]) for one in root.children] == [
        ("set", 11, [1000, 1001]),
        ("set", 12, [1002]),
        ("set", 13, []),
    ]
    assert cmdb.topology(77) is None


@pytest.mark.parametrize(("language", "word"), [("en", "Permission Center"), ("zh", "权限中心")])
def test_a_missing_permission_of_the_user(sim: Simulator, make_cmdb: MakeCmdb, language: str, word: str) -> None:
    sim.world.users[0].denied.add("find_business_resource")
    with speaking(language), pytest.raises(RefusedError) as caught:
        make_cmdb().hosts(1, EVERYTHING)
    error = caught.value
    assert (error.kind, error.code) == ("user_permission", 9900403)
    assert (error.permission or {})["actions"][0]["id"] == "find_business_resource"
    assert "bk_cmdb" in (error.hint or "")
    assert word in (error.hint or "")


def test_a_missing_permission_of_the_application(sim: Simulator, cmdb: Cmdb) -> None:
    sim.world.apps[0].apis = frozenset()
    with pytest.raises(RefusedError) as caught:
        cmdb.groups(1)
    assert caught.value.kind == "app_permission"
    assert "bk-cmdb" in (caught.value.hint or "")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_both_generations_of_paths(sim: Simulator, make_cmdb: MakeCmdb, prefix: str) -> None:
    sim.world.cmdb_prefix = prefix
    cmdb = make_cmdb("apigw")
    cmdb.groups(1)
    assert names(cmdb.hosts(1, EVERYTHING))
    assert len(sim.requests) == 2 + PREFIXES.index(prefix)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_one_api_that_is_missing_does_not_hide_others(sim: Simulator, make_cmdb: MakeCmdb, prefix: str) -> None:
    sim.world.cmdb_prefix = prefix
    cmdb = make_cmdb("apigw")
    sim.faults.add(faults.answer(404, b'{"code": 1640401, "result": false, "message": "API not found"}'))
    with pytest.raises(RefusedError):
        cmdb.built_in(1)
    assert (len(cmdb.groups(1)), cmdb.topology(77)) == (3, None)
    # The second knows from the first where the paths are.
    assert len(sim.requests) == 4 + PREFIXES.index(prefix)


def test_a_gateway_without_cmdb(sim: Simulator, make_cmdb: MakeCmdb) -> None:
    for cmdb, requests in ((make_cmdb("apigw", url=sim.apigw_url), 2), (make_cmdb(url=f"{sim.url}/api"), 1)):
        sim.requests.clear()
        with pytest.raises(RefusedError) as caught:
            cmdb.hosts(1, EVERYTHING)
        assert (caught.value.kind, len(sim.requests)) == ("not_found", requests)
        assert "cmdb_url" in (caught.value.hint or "")
