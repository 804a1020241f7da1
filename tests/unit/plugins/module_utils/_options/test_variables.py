# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four ways to give variables, and what is wrong with them, with its place."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Address, Targets, VariableValue
from ansible_collections.blueking.job.plugins.module_utils._options.variables import read_variables

HOST = Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),))
IP_LIST = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.2.3", "1.2.3"),
        ("", ""),
        (5, "5"),
        (-1, "-1"),
        (2**70, str(2**70)),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        ("蓝鲸 $(x) \n'", "蓝鲸 $(x) \n'"),
    ],
)
def test_scalars_become_strings(value: object, text: str) -> None:
    (variable,) = read_variables(variables={"version": value})
    assert variable == VariableValue("variables.version", text, name="version")


def test_the_items_of_arrays_become_strings() -> None:
    list_, dict_ = read_variables(variables={"ports": [80, "x", True], "labels": {"a": 1.5, 2: False}})
    assert (list_.value, dict_.value) == (("80", "x", "true"), {"a": "1.5", "2": "false"})


def test_secret_variables_are_marked() -> None:
    (variable,) = read_variables(secret_variables={"password": "x"})
    assert variable.secret


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"value": "x"}, "x"),
        ({"value": 5}, "5"),
        ({"value": ""}, ""),
        ({"server": IP_LIST}, HOST),
        ({"target_server": IP_LIST}, HOST),
        ({"server": IP_LIST, "target_server": None, "value": None}, HOST),
        ({"server": IP_LIST, "value": ""}, HOST),
        ({"server": {"variable": None, **IP_LIST}}, HOST),
        (IP_LIST, HOST),
        ({"custom_query_id": ["a"]}, Targets(dynamic_groups=("a",))),
    ],
)
def test_entries_of_both_documents_are_read(entry: dict[str, t.Any], value: str | Targets) -> None:
    (variable,) = read_variables(global_vars=[{"id": "436", "name": "hosts", **entry}])
    assert variable == VariableValue("global_vars[0]", value, id=436, name="hosts")


def test_beside_an_id_an_empty_name_is_ignored() -> None:
    (variable,) = read_variables(global_vars=[{"id": 436, "name": "", "value": "x"}])
    assert (variable.id, variable.name) == (436, None)


def test_order_is_kept() -> None:
    names = [
        variable.name
        for variable in read_variables(
            variables={"b": 1, "a": 2},
            secret_variables={"s": 3},
            target_servers=[{"name": "h", **IP_LIST}],
            global_vars=[{"name": "g", "value": "x"}],
        )
    ]
    assert names == ["b", "a", "s", "h", "g"]


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"variables": {"a": None}}, "invalid_request", "variables.a is null"),
        ({"variables": {"a": ["x", None]}}, "invalid_request", "variables.a has null as item 1"),
        ({"variables": {"a": [["x"]]}}, "invalid_request", "variables.a has a list or dictionary as item 0"),
        (
            {"secret_variables": {"a": {"k": {}}}},
            "invalid_request",
            "secret_variables.a has a list or dictionary",
        ),
        ({"variables": {"a": {"": "x"}}}, "invalid_request", "variables.a has an empty key"),
        ({"variables": {"a": "x\0"}}, "invalid_request", "variables.a has a NUL character"),
        ({"variables": {"a": ["\0"]}}, "invalid_request", "variables.a has a NUL character"),
        ({"variables": {" ": "x"}}, "invalid_request", "' ' is not the name of a variable"),
        ({"target_servers": [IP_LIST]}, "invalid_request", "target_servers[0] requires exactly one of name, id"),
        (
            {"target_servers": [{"name": "h", "id": 1, **IP_LIST}]},
            "invalid_request",
            "target_servers[0] requires exactly one of name, id",
        ),
        ({"target_servers": [{"id": 0, **IP_LIST}]}, "invalid_request", "target_servers[0]: 0 is not an id"),
        ({"global_vars": [{"value": "x"}]}, "invalid_request", "global_vars[0] requires one of name, id"),
        ({"global_vars": [{"id": 0, "name": "x", "value": "x"}]}, "invalid_request", "global_vars[0]: 0 is not an id"),
        ({"global_vars": [{"name": 5, "value": "x"}]}, "invalid_request", "5 is not the name of a variable"),
        ({"global_vars": [{"id": 1}]}, "invalid_request", "global_vars[0] requires one of value, server"),
        (
            {"global_vars": [{"id": 1, "value": None}]},
            "invalid_request",
            "global_vars[0] requires one of value, server",
        ),
        (
            {"global_vars": [{"id": 1, "value": [{}]}]},
            "invalid_request",
            "global_vars[0].value has a list or dictionary",
        ),
        (
            {"global_vars": [{"id": 1, "value": "x", "server": IP_LIST}]},
            "invalid_request",
            "global_vars[0] has both value and server",
        ),
        (
            {"global_vars": [{"id": 1, "server": IP_LIST, "target_server": IP_LIST}]},
            "invalid_request",
            "global_vars[0] has both server and target_server",
        ),
        ({"global_vars": [{"id": 1, "value": "x", **IP_LIST}]}, "invalid_request", "has both value and ip_list"),
        ({"global_vars": [{"id": 1, "server": "x"}]}, "invalid_request", "global_vars[0].server must be a dictionary"),
        (
            {"global_vars": [{"id": 1, "server": {"ip_list": [{"ip": "10.0.0.1"}]}}]},
            "targets",
            "global_vars[0].server.ip_list[0]: {'ip': '10.0.0.1'} has no bk_cloud_id",
        ),
        (
            {"global_vars": [{"id": 1, "valeu": "x", "value": "y"}]},
            "invalid_request",
            "global_vars[0].valeu is not a key of the API (did you mean value?)",
        ),
        (
            {"global_vars": [{"id": 1, "server": {"variable": "hosts", **IP_LIST}}]},
            "invalid_request",
            "global_vars[0].server.variable is not a key of the API",
        ),
    ],
)
def test_each_problem_is_named_with_its_place(given: dict[str, t.Any], kind: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_variables(**given)
    assert (caught.value.kind, words in caught.value.message) == (kind, True), caught.value.message
    assert "; " not in caught.value.message


def test_all_problems_are_listed() -> None:
    with pytest.raises(InputError) as caught:
        read_variables(variables={"a": None, "b": [None]}, target_servers=[{"name": "h", "ip_list": ["x"]}])
    assert caught.value.message.count("; ") == 2
