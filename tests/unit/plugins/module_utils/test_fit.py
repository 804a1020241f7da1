# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._launch.check import fit, fit_blindly, secret_texts, veil
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import Address, Targets
from ansible_collections.blueking.job.plugins.module_utils._model.plan import Plan, Variable
from ansible_collections.blueking.job.plugins.module_utils._options.variables import collect

HOSTS = Targets(addresses=(Address(0, "10.0.0.1"),))
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


def defect(given: dict[str, t.Any], plan: Plan | None = PLAN) -> InputError:
    variables = collect(**given)
    with pytest.raises(InputError) as caught:
        fit(variables, plan) if plan else fit_blindly(variables)
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
        ({"target_servers": [{"id": 436, **SERVER}]}, Targets(addresses=(Address(0, "10.0.0.2"),))),
    ],
)
def test_values_become_what_the_plan_takes(given: dict[str, t.Any], value: object) -> None:
    (variable,) = fit(collect(**given), PLAN)
    assert variable.value == value


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (
            {"variables": {"Verison": "x"}},
            "invalid_request",
            "variables.Verison is no variable of the plan (did you mean version?)",
        ),
        (
            {"target_servers": [{"name": "host", **SERVER}]},
            "invalid_request",
            "target_servers[0] (host) is no variable of the plan (did you mean hosts?)",
        ),
        (
            {"global_vars": [{"id": 43, "value": "x"}]},
            "invalid_request",
            "global_vars[0] has id 43, which is no variable of the plan (did you mean 436, hosts?)",
        ),
        (
            {"variables": {"version": 1}, "global_vars": [{"id": 437, "value": "x"}]},
            "invalid_request",
            "variables.version and global_vars[0] both set the variable version",
        ),
        (
            {"global_vars": [{"id": 437, "name": "region", "value": "x"}]},
            "invalid_request",
            "global_vars[0] says id 437 and region, but that id is version",
        ),
        (
            {"variables": {"hosts": "10.0.0.1"}},
            "invalid_request",
            "variables.hosts is text, but hosts is of type host: name its servers in target_servers",
        ),
        (
            {"variables": {"hosts": ["10.0.0.1"]}},
            "invalid_request",
            "variables.hosts is a list, but hosts is of type host",
        ),
        (
            {"target_servers": [{"name": "version", **SERVER}]},
            "invalid_request",
            "target_servers[0] names servers, but version is of type string: give its value in variables",
        ),
        (
            {"target_servers": [{"name": "hosts"}]},
            "targets",
            "target_servers[0] (hosts) names no target: give at least",
        ),
        ({"global_vars": [{"id": 436, "server": {}}]}, "targets", "global_vars[0] (hosts) names no target"),
        ({"variables": {"version": ""}}, "invalid_request", "variables.version is empty, and version is required"),
        ({"variables": {"version": ["x"]}}, "invalid_request", "is a list, but version is of type string: give a text"),
        ({"variables": {"ports": {"a": "b"}}}, "invalid_request", "is a dictionary, but ports is of type index_array"),
        ({"variables": {"labels": ["a"]}}, "invalid_request", "is a list, but labels is of type associative_array"),
        (
            {"variables": {"ports": "80 443"}},
            "invalid_request",
            "is text, but ports is of type index_array: give a list",
        ),
        ({"variables": {"labels": "(a b)"}}, "invalid_request", "is text, but labels is of type associative_array"),
        ({"variables": {"novelty": ["x"]}}, "invalid_request", "is a list, but novelty is of type unknown"),
        (
            {"variables": {"password": "******"}},
            "invalid_request",
            "variables.password is ******, which Job would take for the password itself; leave it out",
        ),
    ],
)
def test_each_defect_is_one_clear_sentence(given: dict[str, t.Any], kind: str, words: str) -> None:
    error = defect(given)
    assert words in error.message
    assert error.kind == kind


@pytest.mark.parametrize(
    ("variable", "kind", "words"),
    [
        (Variable(1, "hosts", 3, required=True), "targets", "target_servers: hosts is required by the plan"),
        (Variable(1, "version", 1, required=True), "invalid_request", "variables: version is required by the plan"),
    ],
)
def test_what_is_required_must_be_given_or_have_a_default(variable: Variable, kind: str, words: str) -> None:
    error = defect({}, Plan(100, "Test", variables=(variable,)))
    assert (error.kind, words in error.message) == (kind, True)
    assert fit((), Plan(100, "Test", variables=(variable._replace(required=None),))) == ()


def test_all_defects_are_told_at_once_with_the_variables_of_the_plan() -> None:
    error = defect(
        {
            "variables": {"verison": "x", "hosts": "y", "ports": "z"},
            "target_servers": [{"name": "version", **SERVER}, {"name": "hosts"}],
            "global_vars": [{"id": 438, "value": "******"}],
        }
    )
    for name in ("verison", "variables.hosts", "ports", "target_servers[0]", "target_servers[1]", "global_vars[0]"):
        assert name in error.message
    assert "both set the variable hosts" in error.message
    assert error.message.endswith(
        "Plan 100 (Test) has the variables hosts (id 436, host, required), version (id 437, string, required), "
        "password (id 438, cipher), region (id 439, namespace), labels (id 440, associative array), "
        "ports (id 441, index array), novelty (id 442, unknown)"
    )


def test_a_plan_without_variables_takes_none() -> None:
    error = defect({"variables": {"version": "x"}}, Plan(7, "Bare", variables=()))
    assert error.message.endswith("variables.version is no variable of the plan. Plan 7 (Bare) has no variables")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"target_servers": [{"name": "hosts"}]}, "target_servers[0] (hosts) names no target"),
        (
            {"variables": {"a": 1}, "secret_variables": {"a": 2}},
            "variables.a and secret_variables.a both set the variable a",
        ),
        ({"variables": {"a": [1]}}, "variables.a is a list, and without a look at the plan nobody knows"),
        ({"variables": {"a": {"b": 1}}}, "variables.a is a dictionary, and without a look at the plan"),
    ],
)
def test_without_the_plan_there_are_defects_too(given: dict[str, t.Any], words: str) -> None:
    assert words in defect(given, None).message


@pytest.mark.parametrize(
    ("second", "name"), [({"id": 1, "name": "a"}, "a"), ({"id": 1}, "1"), ({"name": "a"}, "a")], ids=str
)
def test_without_the_plan_too_what_is_set_twice_is_told_once(second: dict[str, t.Any], name: str) -> None:
    error = defect({"global_vars": [{"id": 1, "name": "a", "value": "x"}, {**second, "value": "y"}]}, None)
    assert error.message == f"global_vars[0] and global_vars[1] both set the variable {name}"


def test_what_may_be_a_secret_is_one() -> None:
    given = collect(
        variables={"version": "v", "password": "p", "pasword": "q", "labels": {"k": "w"}},
        secret_variables={"ports": ["s", "t"]},
        global_vars=[{"id": 438, "value": "r"}],
    )
    assert [value.secret for value in veil(given)] == [True] * 6
    assert [value.origin for value in veil(given, PLAN) if value.secret] == [
        "variables.password",
        "variables.pasword",
        "secret_variables.ports",
        "global_vars[0]",
    ]
    assert list(secret_texts(veil(given, PLAN))) == ["p", "q", "s", "t", "r"]
