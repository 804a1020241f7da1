# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CMDB behind its gateways: hosts, dynamic groups, businesses and the topology (quick jobs Q5)."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.simulator import Host, Module, Set, faults, large_world
from tests.unit.simulator.client import ADMIN, Client

if t.TYPE_CHECKING:
    import requests

    from tests.simulator import Simulator

ESB = "/api/c/compapi/v2/cc/"
PATHS = {
    "list_biz_hosts_topo": "hosts/app/{bk_biz_id}/list_hosts_topo",
    "search_dynamic_group": "dynamicgroup/search/{bk_biz_id}",
    "execute_dynamic_group": "dynamicgroup/data/{bk_biz_id}/{id}",
    "search_business": "biz/search/0",
    "search_biz_inst_topo": "find/topoinst/biz/{bk_biz_id}",
    "get_biz_internal_module": "topo/internal/{bk_supplier_account}/{bk_biz_id}",
}
READ_BY_GET = ("get_biz_internal_module",)
PAGE = {"start": 0, "limit": 500}
CANARY, RETIRED, OF_SETS = "blo8gojho0skft7pr5q0", "blo8gojho0sabc7priuy", "blo8gojho0ssets7pr1a"


class Gateway(Client):
    """A client of the API gateway of CMDB, whose paths have ids in them."""

    def call(self, api: str, **params: t.Any) -> requests.Response:
        headers = {"X-Bkapi-Authorization": json.dumps(self.credentials), **self.headers}
        params = {**self.scope, **params}
        rest = {name: value for name, value in params.items() if f"{{{name}}}" not in PATHS[api]}
        url = self.url + PATHS[api].format(**params)
        if api in READ_BY_GET:
            return self.session.get(url, headers=headers)
        return self.session.post(url, json=rest, headers=headers)


@pytest.fixture
def esb(sim: Simulator, session: requests.Session) -> Client:
    return Client(session, sim.url + ESB)


@pytest.fixture
def gateway(sim: Simulator, session: requests.Session) -> Client:
    return Gateway(session, f"{sim.cmdb_url}/api/v3/", headers={"Blueking-Language": "en"})


@pytest.fixture(params=["esb", "gateway"])
def client(request: pytest.FixtureRequest) -> Client:
    return t.cast("Client", request.getfixturevalue(request.param))


def ids(data: dict[str, t.Any]) -> list[int]:
    return [row["host"]["bk_host_id"] for row in data["info"]]


def rule(field: str, operator: str, value: t.Any = None) -> dict[str, t.Any]:
    return {"field": field, "operator": operator, "value": value}


def every(*rules: t.Any) -> dict[str, t.Any]:
    return {"condition": "AND", "rules": list(rules)}


def some(*rules: t.Any) -> dict[str, t.Any]:
    return {"condition": "OR", "rules": list(rules)}


ALL = every(rule("bk_host_id", "greater", 0))


# Hosts


def test_hosts_with_their_sets_and_modules(client: Client) -> None:
    body = client.body(
        "list_biz_hosts_topo", page=PAGE, fields=["bk_host_name", "bk_host_innerip"], host_property_filter=ALL
    )
    assert (body["result"], body["code"], body["message"], body["permission"]) == (True, 0, "success", None)
    assert (body["data"]["count"], ids(body["data"])) == (7, [101, 102, 103, 104, 105, 106, 203])
    named, in_two = body["data"]["info"][1:3]
    assert named == {
        "host": {"bk_host_id": 102, "bk_host_name": "web-2", "bk_host_innerip": "10.0.0.2,192.168.0.2"},
        "topo": [
            {"bk_set_id": 11, "bk_set_name": "web", "module": [{"bk_module_id": 1000, "bk_module_name": "nginx"}]}
        ],
    }
    assert {one["bk_module_id"] for one in in_two["topo"][0]["module"]} == {1000, 1001}


def test_a_host_that_is_in_no_module_is_idle(client: Client) -> None:
    rows = client.data("list_biz_hosts_topo", page=PAGE, host_property_filter=ALL)["info"]
    assert [row["host"] for row in rows if row["topo"][0]["bk_set_name"] == "空闲机池"] == [
        {"bk_host_id": 101},
        {"bk_host_id": 106},
    ]


def test_fields_that_cmdb_does_not_have_are_left_out(client: Client) -> None:
    data = client.data("list_biz_hosts_topo", page=PAGE, fields=["nope", "bk_state"], host_property_filter=ALL)
    assert [row["host"].get("bk_state") for row in data["info"]] == [None] * 4 + ["offline"] + [None] * 2
    assert all("nope" not in row["host"] for row in data["info"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"set": every(rule("bk_set_name", "in", ["web"]))}, [102, 103, 203]),
        ({"set": every(rule("bk_set_name", "in", ["web", "db"]))}, [102, 103, 104, 105, 203]),
        ({"set": every(rule("bk_set_id", "equal", 12))}, [104, 105]),
        ({"set": every(rule("bk_set_name", "in", ["nope"]))}, []),
        ({"module": every(rule("bk_module_name", "equal", "nginx"))}, [102, 103]),
        ({"module": every(rule("bk_module_name", "equal", "nope"))}, []),
        # Both have to be met by one of the places of a host.
        (
            {
                "set": every(rule("bk_set_name", "equal", "web")),
                "module": every(rule("bk_module_name", "equal", "mysql")),
            },
            [],
        ),
        ({"host": every(rule("bk_host_innerip", "equal", "192.168.0.2"))}, [102]),
        ({"host": every(rule("bk_host_innerip", "not_equal", "10.0.0.3"))}, [101, 102, 104, 105, 106]),
        ({"host": every(rule("bk_host_innerip", "in", ["10.0.0.1", "10.0.0.3"]))}, [101, 103, 203]),
        ({"host": every(rule("bk_host_innerip", "not_in", ["10.0.0.1", "10.0.0.3"]))}, [102, 104, 105, 106]),
        ({"host": every(rule("bk_host_id", "in", None))}, []),
        ({"host": every(rule("bk_host_id", "greater", 104))}, [105, 106, 203]),
        ({"host": every(rule("bk_host_id", "greater_or_equal", 104))}, [104, 105, 106, 203]),
        ({"host": every(rule("bk_host_id", "less", 102))}, [101]),
        ({"host": every(rule("bk_host_id", "less_or_equal", 102))}, [101, 102]),
        ({"host": every(rule("bk_host_name", "begins_with", "db"))}, [104, 105]),
        ({"host": every(rule("bk_host_name", "not_begins_with", "db"))}, [101, 102, 103, 106, 203]),
        ({"host": every(rule("bk_host_name", "contains", "B-3"))}, [103, 203]),
        ({"host": every(rule("bk_host_name", "not_contains", "B-3"))}, [101, 102, 103, 104, 105, 106, 203]),
        ({"host": every(rule("bk_host_name", "ends_with", "[45]"))}, [104, 105]),
        ({"host": every(rule("bk_host_innerip", "is_empty"))}, [106]),
        ({"host": every(rule("bk_host_innerip", "is_not_empty"))}, [101, 102, 103, 104, 105, 203]),
        ({"host": every(rule("bk_os_type", "is_null"))}, [106]),
        ({"host": every(rule("bk_state", "exist"))}, [105]),
        ({"host": some(rule("bk_host_id", "equal", 101), rule("bk_os_type", "equal", "2"))}, [101, 104]),
        (
            {"host": some(every(rule("bk_cloud_id", "equal", 2), rule("bk_host_name", "equal", "web-3")))},
            [203],
        ),
    ],
)
def test_filters(client: Client, filters: dict[str, t.Any], found: list[int]) -> None:
    given = {f"{name}_property_filter": value for name, value in {"host": ALL, **filters}.items()}
    data = client.data("list_biz_hosts_topo", page=PAGE, **given)
    assert (data["count"], ids(data)) == (len(found), found)


def test_pages(client: Client) -> None:
    def page(start: int, limit: int, **more: t.Any) -> tuple[int, list[int]]:
        data = client.data("list_biz_hosts_topo", page={"start": start, "limit": limit}, **more)
        return data["count"], ids(data)

    assert page(0, 3, host_property_filter=ALL) == (7, [101, 102, 103])
    assert page(6, 3, host_property_filter=ALL) == (7, [203])
    assert page(9, 3, host_property_filter=ALL) == (7, [])
    # Without a filter of hosts, what is beyond the end isn't counted, and a page isn't sorted.
    assert page(9, 3) == (0, [])
    assert page(0, 7) == (7, [101, 102, 103, 203, 104, 105, 106])


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({}, (1199010, "'page.limit' unassigned")),
        ({"page": {"limit": 0}}, (1199010, "'page.limit' unassigned")),
        ({"page": {"limit": 501}}, (1199035, " page.limit exceed the limit 500")),
        ({"page": {"limit": -1}}, (1110001, "Query Host Failed")),
        ({"page": {"limit": 1, "start": -1}}, (1110001, "Query Host Failed")),
        ({"page": {"limit": "1"}}, (1199000, "Deserializing JSON data failed")),
        ({"page": PAGE, "fields": "bk_host_id"}, (1199000, "Deserializing JSON data failed")),
        ({"page": PAGE, "host_property_filter": {}}, (1199000, "Deserializing JSON data failed")),
        ({"page": PAGE, "host_property_filter": every({})}, (1199000, "Deserializing JSON data failed")),
        ({"page": PAGE, "host_property_filter": rule("bk_host_id", "equal", 1)}, (1199006, "host_property_filter.")),
        ({"page": PAGE, "host_property_filter": every()}, (1199006, "host_property_filter.rules")),
        (
            {"page": PAGE, "set_property_filter": {"condition": "and", "rules": []}},
            (1199006, "set_property_filter.condition"),
        ),
        (
            {"page": PAGE, "module_property_filter": every(rule("a", "between", 1))},
            (1199006, "module_property_filter.rules[0].operator"),
        ),
        ({"page": PAGE, "host_property_filter": every(rule("a b", "equal", 1))}, (1199006, "rules[0].field")),
        ({"page": PAGE, "host_property_filter": every(rule("a", "equal", [1]))}, (1199006, "rules[0].value")),
        ({"page": PAGE, "host_property_filter": every(rule("a", "in", "1"))}, (1199006, "rules[0].value")),
        ({"page": PAGE, "host_property_filter": every(rule("a", "in", ["1", 2]))}, (1199006, "rules[0].value")),
        ({"page": PAGE, "host_property_filter": every(rule("a", "less", "1"))}, (1199006, "rules[0].value")),
        ({"page": PAGE, "host_property_filter": every(rule("a", "contains", ""))}, (1199006, "rules[0].value")),
        (
            {"page": PAGE, "host_property_filter": every(ALL, some(rule("a", "equal", 1), rule("a", "nope")))},
            (1199006, "rules[1].rules[1].operator"),
        ),
        ({"page": PAGE, "host_property_filter": some(every(some(ALL["rules"][0])))}, (1199035, "exceed the limit 3")),
        ({"bk_biz_id": 0, "page": PAGE}, (1199006, "'bk_biz_id' data parameter verification does not pass")),
    ],
)
def test_refused_requests_for_hosts(client: Client, params: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    code, message = client.refusal("list_biz_hosts_topo", **params)
    assert (code, refusal[1] in message) == (refusal[0], True), message


def test_rules_may_be_nested_twice(client: Client) -> None:
    nested = every(some(rule("bk_host_id", "equal", 101), rule("bk_host_id", "equal", 102)), ALL["rules"][0])
    assert ids(client.data("list_biz_hosts_topo", page=PAGE, host_property_filter=nested)) == [101, 102]


def test_a_business_that_does_not_exist_has_no_hosts(client: Client) -> None:
    assert client.in_scope(bk_biz_id=77).data("list_biz_hosts_topo", page=PAGE)["count"] == 0


def test_a_host_in_two_businesses_has_the_sets_of_the_one(sim: Simulator, esb: Client) -> None:
    sim.world.businesses[1].sets = (Set(21, "web", (Module(2000, "shared", (101,)),)),)
    [row] = [
        row
        for row in esb.in_scope(bk_biz_id=2).data("list_biz_hosts_topo", page=PAGE)["info"]
        if row["host"]["bk_host_id"] == 101
    ]
    assert [one["bk_set_id"] for one in row["topo"]] == [21]


# Dynamic groups


def test_dynamic_groups(client: Client) -> None:
    data = client.data("search_dynamic_group", page={"start": 0, "limit": 200})
    assert [(row["id"], row["name"], row["bk_obj_id"]) for row in data["info"]] == [
        (CANARY, "canary", "host"),
        (RETIRED, "retired", "host"),
        (OF_SETS, OF_SETS, "set"),
    ]
    assert data["count"] == 3
    found = client.data("search_dynamic_group", page={"start": 0, "limit": 1}, condition={"name": "r"})
    assert (found["count"], [row["name"] for row in found["info"]]) == (3, ["canary"])


@pytest.mark.parametrize(
    ("page", "refusal"),
    [
        ({"start": -1, "limit": 1}, (1199011, "'start' the parameter is invalid or does not exist")),
        ({"limit": 0}, (1199011, "'limit' the parameter is invalid or does not exist")),
        ({"limit": 1001}, (1199011, "'limit' the parameter is invalid or does not exist")),
    ],
)
def test_refused_pages_of_dynamic_groups(client: Client, page: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert client.refusal("search_dynamic_group", page=page) == refusal
    members = client.refusal("execute_dynamic_group", id=CANARY, fields=["bk_host_id"], page=page)
    assert members == (1199000, "Deserializing JSON data failed")


def test_hosts_of_a_dynamic_group(client: Client) -> None:
    def page(start: int, limit: int) -> dict[str, t.Any]:
        page = {"start": start, "limit": limit}
        return t.cast(
            "dict[str, t.Any]",
            client.data("execute_dynamic_group", id=CANARY, fields=["bk_host_name"], page=page),
        )

    first, second = {"bk_host_name": "", "bk_host_id": 101, "bk_cloud_id": 0}, "web-2"
    assert page(0, 1) == {"count": 2, "info": [first]}
    assert [row["bk_host_name"] for row in page(1, 200)["info"]] == [second]
    # Beyond the end, nothing is counted.
    assert page(2, 200) == {"count": 0, "info": []}
    assert client.data("execute_dynamic_group", id=RETIRED, fields=["x"], page={"limit": 1})["count"] == 0


def test_a_dynamic_group_of_sets_has_sets(client: Client) -> None:
    data = client.data("execute_dynamic_group", id=OF_SETS, fields=["bk_set_id"], page={"limit": 10})
    assert data == {"count": 1, "info": [{"bk_set_id": 11}]}


def test_refused_requests_for_the_hosts_of_a_dynamic_group(client: Client) -> None:
    page = {"start": 0, "limit": 1}
    assert client.refusal("execute_dynamic_group", id=CANARY, page=page)[0] == 1199011
    assert client.refusal("execute_dynamic_group", id="nope", fields=["x"], page=page) == (
        1199019,
        "No relevant data found",
    )
    other = client.in_scope(bk_biz_id=2)
    assert other.refusal("execute_dynamic_group", id=CANARY, fields=["x"], page=page)[0] == 1199019


# Businesses and their topology


def test_businesses_that_the_user_may_see(sim: Simulator, client: Client) -> None:
    def names(client: Client, **params: t.Any) -> list[str]:
        return [row["bk_biz_name"] for row in client.data("search_business", page={"limit": 200}, **params)["info"]]

    assert names(client) == ["BlueKing", "Elsewhere"]
    assert names(client, condition={"bk_biz_id": {"$in": [2, 3]}}) == ["Elsewhere"]
    assert names(client, condition={"bk_biz_id": 1}) == ["BlueKing"]
    assert names(client.as_user("stranger")) == ["Elsewhere"]
    [row] = client.data("search_business", page={"limit": 1}, fields=["bk_biz_id"])["info"]
    assert row == {"bk_biz_id": 1}


def test_the_topology_has_no_idle_hosts(client: Client) -> None:
    [root] = client.data("search_biz_inst_topo")
    assert (root["bk_obj_id"], root["bk_inst_id"], root["bk_inst_name"]) == ("biz", 1, "BlueKing")
    assert [(one["bk_obj_id"], one["bk_inst_id"], one["bk_inst_name"]) for one in root["child"]] == [
        ("set", 11, "web"),
        ("set", 12, "db"),
        ("set", 13, "empty"),
    ]
    modules = root["child"][0]["child"]
    assert [(one["bk_obj_id"], one["bk_inst_id"], one["child"]) for one in modules] == [
        ("module", 1000, []),
        ("module", 1001, []),
    ]
    assert client.in_scope(bk_biz_id=77).data("search_biz_inst_topo") == []


def test_the_built_in_set_is_an_api_of_its_own(client: Client) -> None:
    found = client.data("get_biz_internal_module", bk_supplier_account="0")
    assert (found["bk_set_id"], [row["bk_module_id"] for row in found["module"]]) == (500002, [500003])
    nothing = client.in_scope(bk_biz_id=77).data("get_biz_internal_module", bk_supplier_account="0")
    assert (nothing["bk_set_id"], nothing["module"]) == (0, None)


# Permissions and gateways


@pytest.mark.parametrize(
    ("api", "params"),
    [
        ("list_biz_hosts_topo", {"page": PAGE}),
        ("search_dynamic_group", {"page": PAGE}),
        ("execute_dynamic_group", {"page": PAGE, "id": CANARY, "fields": ["x"]}),
    ],
)
def test_a_user_without_permission(client: Client, api: str, params: dict[str, t.Any]) -> None:
    body = client.as_user("stranger").body(api, **params)
    assert (body["result"], body["code"], body["message"], body["data"]) == (False, 9900403, "no permissions", None)
    [action] = body["permission"]["actions"]
    assert (body["permission"]["system_id"], action["id"]) == ("bk_cmdb", "find_business_resource")
    [resource] = action["related_resource_types"]
    assert resource["instances"] == [[{"type": "biz", "type_name": "业务", "id": "1", "name": "BlueKing"}]]


def test_the_topology_needs_no_permission(client: Client) -> None:
    assert client.as_user("stranger").data("search_biz_inst_topo")


def test_an_app_without_permission(sim: Simulator, esb: Client, gateway: Client) -> None:
    credentials = {**ADMIN, "bk_app_code": "noperm", "bk_app_secret": "s3cr3t-noperm"}
    for client, code, status in ((esb, 1306403, 200), (gateway, 1640301, 403)):
        response = type(client)(client.session, client.url, credentials).call("list_biz_hosts_topo", page=PAGE)
        assert (response.json()["code"], response.status_code) == (code, status)


def test_messages_are_chinese_unless_english_is_wanted(sim: Simulator, session: requests.Session) -> None:
    client = Gateway(session, f"{sim.cmdb_url}/api/v3/")
    assert client.refusal("list_biz_hosts_topo") == (1199010, "'page.limit' 未赋值")


def test_the_other_generation_of_paths(sim: Simulator, session: requests.Session, gateway: Client) -> None:
    sim.world.cmdb_prefix = "/api/v3/open"
    response = gateway.call("list_biz_hosts_topo", page=PAGE)
    assert (response.status_code, response.json()["code"]) == (404, 1640401)
    assert Gateway(session, f"{sim.cmdb_url}/api/v3/open/").data("list_biz_hosts_topo", page=PAGE)["count"] == 7


def test_the_gateway_has_post_only(sim: Simulator, session: requests.Session) -> None:
    response = session.get(f"{sim.cmdb_url}/api/v3/hosts/app/1/list_hosts_topo")
    assert (response.status_code, response.json()["code"]) == (404, 1640401)


def test_requests_are_recorded(sim: Simulator, client: Client) -> None:
    client.data("list_biz_hosts_topo", page=PAGE)
    [received] = sim.requests
    assert (received.front, received.api) == ("esb" if ESB in client.url else "cmdb", "list_biz_hosts_topo")


def test_faults_of_the_gateways(sim: Simulator, esb: Client, gateway: Client) -> None:
    for fault in (faults.throttled, faults.upstream_refused, faults.timeout_text, faults.backend_closed):
        sim.faults.add(fault(), "list_biz_hosts_topo", times=2)
        assert esb.refusal("list_biz_hosts_topo", page=PAGE)[0] in (1306429, 1306201)
        assert gateway.refusal("list_biz_hosts_topo", page=PAGE)[0] in (1642902, 1650200, 1650401)


def test_job_has_the_nodes_of_the_same_topology(sim: Simulator) -> None:
    topology = sim.world.businesses[0].topology()
    assert (topology["set", 11], topology["module", 1000]) == ((102, 103, 203), (102, 103))


def test_a_large_world(sim: Simulator, esb: Client) -> None:
    sim.reset(large_world(2500))
    last = esb.data("list_biz_hosts_topo", page=PAGE, host_property_filter=every(rule("bk_host_id", "greater", 2000)))
    assert (last["count"], ids(last)[0], ids(last)[-1]) == (500, 2001, 2500)
    assert len({host.ip for host in sim.world.hosts}) == 2500


def test_a_world_may_change_at_any_time(sim: Simulator, esb: Client) -> None:
    sim.world.hosts.append(Host(300, "10.0.0.30", biz=1))
    assert esb.data("list_biz_hosts_topo", page=PAGE)["count"] == 8
