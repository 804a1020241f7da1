# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables checked against a plan, and converted to what Job takes."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._launch.check import (
    check_against_plan,
    check_without_plan,
    mark_secrets,
    secret_texts,
)
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Address, Targets
from ansible_collections.blueking.job.plugins.module_utils._model.plan import Plan, Variable
from ansible_collections.blueking.job.plugins.module_utils._options.variables import read_variables

HOSTS = Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.1"),))
PLAN = Plan(
    100,
    "Test",
    variables=(
        Variable(436, "hosts", 3, HOSTS, required=True),
        Variable(437, "version", 1, "1.0", required=True),
        Variable(438, "password", 4, "******", required=False),
        Variable(439, "region", 2, "north"),
        Variable(440, "labels", 5),
        Variable(441, "ports", 6),
        Variable(442, "novelty", 99),
    ),
)
SERVER = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.2"}]}


def problem(given: dict[str, t.Any], plan: Plan | None = PLAN) -> InputError:
    variables = read_variables(**given)
    with pytest.raises(InputError) as caught:
        check_against_plan(variables, plan) if plan else check_without_plan(variables)
    return caught.value


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"variables": {"version": 2}}, "2"),
        ({"variables": {"password": ""}}, ""),
        ({"variables": {"region": "******"}}, "******"),
        ({"variables": {"labels": {"tier": "web", "n": 1}}}, "(['tier']='web' ['n']='1')"),
        ({"variables": {"labels": {}}}, "()"),
        ({"variables": {"labels": ' ( [a]="b"\n)'}}, ' ( [a]="b"\n)'),
        ({"variables": {"labels": ""}}, ""),
        ({"variables": {"ports": [80, "it's"]}}, "('80' 'it'\\''s')"),
        ({"variables": {"ports": []}}, "()"),
        ({"variables": {"ports": "(80 443)"}}, "(80 443)"),
        ({"variables": {"novelty": "x"}}, "x"),
        ({"global_vars": [{"id": 441, "value": [1]}]}, "('1')"),
        ({"global_vars": [{"id": 437, "name": "version", "value": "x"}]}, "x"),
        ({"target_servers": [{"id": 436, **SERVER}]}, Targets(addresses=(Address(bk_cloud_id=0, ip="10.0.0.2"),))),
    ],
)
def test_values_become_what_the_plan_takes(given: dict[str, t.Any], value: object) -> None:
    (variable,) = check_against_plan(read_variables(**given), PLAN)
    assert variable.value == value


@pytest.mark.parametrize(
    ("given", "kind", "facts"),
    [
        ({"variables": {"Verison": "x"}}, "invalid_request", ["variables.Verison", "did you mean", '"version"']),
        (
            {"target_servers": [{"name": "host", **SERVER}]},
            "invalid_request",
            ["target_servers[0]", '"host"', "did you mean", '"hosts"'],
        ),
        (
            {"global_vars": [{"id": 43, "value": "x"}]},
            "invalid_request",
            ["global_vars[0]", "id 43", "did you mean", "436", '"hosts"'],
        ),
        (
            {"variables": {"version": 1}, "global_vars": [{"id": 437, "value": "x"}]},
            "invalid_request",
            ["variables.version and global_vars[0] both", '"version"'],
        ),
        (
            {"global_vars": [{"id": 437, "name": "region", "value": "x"}]},
            "invalid_request",
            ["global_vars[0]", "437", '"region"', '"version"'],
        ),
        ({"variables": {"hosts": "10.0.0.1"}}, "invalid_request", ["variables.hosts", "target_servers", "type host"]),
        ({"variables": {"hosts": ["10.0.0.1"]}}, "invalid_request", ["variables.hosts", "target_servers"]),
        (
            {"target_servers": [{"name": "version", **SERVER}]},
            "invalid_request",
            ["target_servers[0]", "entry of variables", "type string"],
        ),
        ({"target_servers": [{"name": "hosts"}]}, "targets", ["target_servers[0] (hosts)", "no target", "ip_list"]),
        ({"global_vars": [{"id": 436, "server": {}}]}, "targets", ["global_vars[0] (hosts)", "no target"]),
        ({"variables": {"version": ""}}, "invalid_request", ["variables.version is empty", "requires"]),
        ({"variables": {"version": ["x"]}}, "invalid_request", ["variables.version", "string", "type string"]),
        ({"variables": {"ports": {"a": "b"}}}, "invalid_request", ["variables.ports", "list", "type index_array"]),
        (
            {"variables": {"labels": ["a"]}},
            "invalid_request",
            ["variables.labels", "dictionary", "type associative_array"],
        ),
        ({"variables": {"ports": "80 443"}}, "invalid_request", ["variables.ports", "list", "type index_array"]),
        ({"variables": {"labels": "(a b)"}}, "invalid_request", ["variables.labels", "type associative_array"]),
        ({"variables": {"novelty": ["x"]}}, "invalid_request", ["variables.novelty", "string", "type unknown"]),
        ({"variables": {"password": "******"}}, "invalid_request", ["variables.password is ******"]),
    ],
)
def test_each_problem_is_named_with_its_place(given: dict[str, t.Any], kind: str, facts: list[str]) -> None:
    error = problem(given)
    assert [fact for fact in facts if fact not in error.message] == [], error.message
    assert error.kind == kind


@pytest.mark.parametrize(
    ("variable", "kind", "option"),
    [
        (Variable(1, "hosts", 3, required=True), "targets", "target_servers"),
        (Variable(1, "version", 1, required=True), "invalid_request", "variables"),
    ],
)
def test_a_required_variable_must_be_set_or_have_a_default(variable: Variable, kind: str, option: str) -> None:
    error = problem({}, Plan(100, "Test", variables=(variable,)))
    assert (error.kind, error.message.startswith(f"{option}: ")) == (kind, True)
    assert f'"{variable.name}"' in error.message
    assert check_against_plan((), Plan(100, "Test", variables=(variable._replace(required=None),))) == ()


def test_all_problems_are_listed_with_the_variables_of_the_plan() -> None:
    error = problem(
        {
            "variables": {"verison": "x", "hosts": "y", "ports": "z"},
            "target_servers": [{"name": "version", **SERVER}, {"name": "hosts"}],
            "global_vars": [{"id": 438, "value": "******"}],
        }
    )
    for name in ("verison", "variables.hosts", "ports", "target_servers[0]", "target_servers[1]", "global_vars[0]"):
        assert name in error.message
    assert 'both set the variable "hosts"' in error.message
    listed = error.message.rpartition(". ")[2]
    for name in ("hosts (id 436, host, required", "version (id 437, string, required", "password (id 438, cipher"):
        assert name in listed
    for name in ("region (id 439", "labels (id 440", "ports (id 441", "novelty (id 442"):
        assert name in listed


def test_a_plan_without_variables_takes_none() -> None:
    error = problem({"variables": {"version": "x"}}, Plan(7, "Bare", variables=()))
    assert "variables.version" in error.message
    assert "Plan 7 (Bare) has no variables" in error.message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"target_servers": [{"name": "hosts"}]}, "target_servers[0] (hosts) has no target"),
        (
            {"variables": {"a": 1}, "secret_variables": {"a": 2}},
            'variables.a and secret_variables.a both set the variable "a"',
        ),
        ({"variables": {"a": [1]}}, "variables.a is a list"),
        ({"variables": {"a": {"b": 1}}}, "variables.a is a dictionary"),
    ],
)
def test_without_the_plan_there_are_problems_too(given: dict[str, t.Any], words: str) -> None:
    assert words in problem(given, None).message


@pytest.mark.parametrize(
    ("second", "name"), [({"id": 1, "name": "a"}, "a"), ({"id": 1}, "1"), ({"name": "a"}, "a")], ids=str
)
def test_without_the_plan_too_a_variable_that_is_set_twice_is_reported_once(
    second: dict[str, t.Any], name: str
) -> None:
    error = problem({"global_vars": [{"id": 1, "name": "a", "value": "x"}, {**second, "value": "y"}]}, None)
    assert error.message == f'global_vars[0] and global_vars[1] both set the variable "{name}"'


def test_a_value_that_may_be_secret_is_one() -> None:
    given = read_variables(
        variables={"version": "v", "password": "p", "pasword": "q", "labels": {"k": "w"}},
        secret_variables={"ports": ["s", "t"]},
        global_vars=[{"id": 438, "value": "r"}],
    )
    assert [value.secret for value in mark_secrets(given)] == [True] * 6
    assert [value.origin for value in mark_secrets(given, PLAN) if value.secret] == [
        "variables.password",
        "variables.pasword",
        "secret_variables.ports",
        "global_vars[0]",
    ]
    assert list(secret_texts(mark_secrets(given, PLAN))) == ["p", "q", "s", "t", "r"]
