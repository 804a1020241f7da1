# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as ansible-core validates them: messages name variables, and arguments become what JSON can carry."""

from __future__ import annotations

import collections
import datetime
import importlib
import re
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._task.arguments import (
    argument_spec,
    plain,
    validate,
    without_blanks,
)
from tests.documentation import MODULES
from tests.unit.conftest import CREDENTIALS

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._options.spec import Options
    from tests.unit.conftest import RunModule

    Values = dict[str, t.Any]

URL = {"url": "https://paas.example.com"}


def options_of(name: str) -> Options:
    options: Options = importlib.import_module(
        f"ansible_collections.blueking.job.plugins.modules.{name}"
    ).MODULE.options
    return options


def problem_of(name: str, **args: t.Any) -> str:
    return validate(options_of(name), args)[1] or ""


@pytest.mark.parametrize(
    ("name", "args", "facts"),
    [
        ("bk_job_execute", {}, ["url (BK_JOB_URL)", "required"]),
        ("bk_job_wait", {}, ["job_instance_id", "url (BK_JOB_URL)", "required"]),
        ("bk_job_execute", {**URL, "timeout": "abc"}, ["timeout (BK_JOB_TIMEOUT)", "int"]),
        ("bk_job_execute", {**URL, "gateway": "esbx"}, ["gateway (BK_JOB_GATEWAY)", "esb, apigw", "esbx"]),
        ("bk_job_execute", {**URL, "validate_certs": "x"}, ["validate_certs (BK_JOB_VALIDATE_CERTS)"]),
        ("bk_job_execute", {**URL, "wait_timeout": "x"}, ["wait_timeout"]),
        ("bk_job_execute", {**URL, "bk_scope_type": "biz"}, ["bk_scope_type", "bk_scope_id", "required together"]),
        ("bk_job_operate", {**URL, "job_instance_id": 1, "action": "skip"}, ["action", "skip", "step_instance_id"]),
        ("bk_job_execute", {**URL, "target_servers": [{"x": 1}]}, ["target_servers", "x"]),
    ],
)
def test_a_message_names_the_option_and_its_variable(name: str, args: Values, facts: list[str]) -> None:
    problem = problem_of(name, **args)
    assert [fact for fact in facts if fact not in problem] == [], problem


def test_what_forms_leave_blank_is_not_given() -> None:
    blank = {"job_plan_id": "", "plan_id": "", "wait": "", "wait_timeout": "", "poll_interval": ""}
    kept = {"job_plan_name": "", "variables": "", "job_template_id": 0, "retries": " "}
    assert without_blanks(options_of("bk_job_execute"), {**blank, **kept}) == kept


def test_a_required_number_that_is_blank_is_refused() -> None:
    args = without_blanks(options_of("bk_job_wait"), {**URL, "job_instance_id": ""})
    assert "job_instance_id" in problem_of("bk_job_wait", **args)


@pytest.mark.parametrize("name", MODULES)
def test_an_unknown_option_is_named_with_the_most_similar_one(name: str) -> None:
    args = {**URL, "job_instance_id": 1, "action": "start"}
    known = {key: value for key, value in args.items() if key in options_of(name).table}
    problem = problem_of(name, **known, bk_app_secert="hunter2", zzz=1)
    assert "bk_app_secert" in problem
    assert "did you mean bk_app_secret?" in problem
    assert "zzz" in problem
    assert "hunter2" not in problem
    assert "Supported parameters" not in problem


@pytest.mark.parametrize(
    ("name", "suboption", "near"),
    [
        ("bk_job_execute", {"target_servers": [{"naem": "hosts"}]}, "target_servers.name"),
        ("bk_job_execute", {"target_servers": [{"bogus": 1}]}, None),
        ("bk_job_execute", {"target_servers": [{"topo_node_list": [{"idd": 1}]}]}, "target_servers.topo_node_list.id"),
        ("bk_job_execute_script", {"target_server": {"job_plan_id": 1}}, None),
    ],
)
def test_an_unknown_suboption_is_named_with_the_most_similar_one(
    name: str, suboption: Values, near: str | None
) -> None:
    problem = problem_of(name, **URL, **suboption)
    assert re.findall(r"did you mean ([\w.]+)", problem) == ([near] if near else []), problem


@pytest.mark.parametrize("name", ["bk_job_wait", "bk_job_operate"])
@pytest.mark.parametrize("value", ["", None])
def test_an_instance_without_an_id_is_explained(name: str, value: str | None) -> None:
    """A task registers null in check mode, and where its launch was refused or is unknown."""
    args = {**URL, "job_instance_id": value, **({"action": "start"} if name == "bk_job_operate" else {})}
    problem = problem_of(name, **args)
    assert "job_instance_id" in problem


@pytest.mark.parametrize(
    ("wrong", "fact"),
    [
        ({"retries": "many"}, "retries (BK_JOB_RETRIES)"),
        ({"target_servers": "[{'name': 'hosts'}]"}, "target_servers"),
        ({"variables": "x", "retries": "many"}, "variables"),
        ({"zzz": 1, "retries": "many"}, "zzz"),
    ],
)
def test_a_module_of_its_own_process_says_the_same(run_module: RunModule, wrong: Values, fact: str) -> None:
    args = {**CREDENTIALS, **URL, **wrong}
    result = run_module("bk_job_execute", **args)
    assert result["error"]["message"] == problem_of("bk_job_execute", **args)
    assert fact in result["msg"]


def test_every_problem_names_an_option() -> None:
    problem = problem_of("bk_job_execute", **URL, target_servers="[{'name': 'hosts'}]", retries="many")
    first, second = problem.split("; ")
    assert ("retries" in first, "target_servers" in second) == (True, True)


def test_variables_are_defaults_and_empty_ones_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BK_JOB_URL", "https://elsewhere.example.com")
    monkeypatch.setenv("BK_JOB_TIMEOUT", "90")
    monkeypatch.setenv("BK_JOB_RETRIES", "")
    params, problem = validate(options_of("bk_job_execute"), {})
    assert problem is None
    assert (params["url"], params["timeout"], params["retries"]) == ("https://elsewhere.example.com", 90, 5)
    assert validate(options_of("bk_job_execute"), {"timeout": 30})[0]["timeout"] == 30


def test_the_spec_has_no_keys_of_ours() -> None:
    for option in argument_spec(options_of("bk_job_execute")).values():
        assert {"env", "may_be_secret"} & set(option) == set()


def test_strings_become_what_the_options_are() -> None:
    args = {**URL, "job_plan_id": "100", "wait": "yes", "target_servers": ['{"name": "hosts", "host_id_list": "1,2"}']}
    params, problem = validate(options_of("bk_job_execute"), args)
    assert problem is None
    assert (params["job_plan_id"], params["wait"]) == (100, True)
    assert [params["target_servers"][0][key] for key in ("name", "host_id_list")] == ["hosts", [1, 2]]


class Vaulted:
    """Like an inline vault of ansible-core before 2.19, which decrypts itself where a string is wanted."""

    def __str__(self) -> str:
        return "hunter2"


class Tagged(str):
    """Like a string of newer ansible-core, which knows where it comes from."""

    __slots__ = ("origin",)


class HostVars:
    """Like the variables of a host, which have no more of a dictionary than this."""

    def keys(self) -> list[str]:
        return ["a"]

    def __getitem__(self, key: str) -> t.Any:
        return Vaulted()


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (Vaulted(), "hunter2"),
        ([Vaulted(), {"x": Vaulted()}], ["hunter2", {"x": "hunter2"}]),
        (Tagged("x"), "x"),
        (datetime.date(2024, 5, 1), "2024-05-01"),
        (datetime.datetime(2024, 5, 1, 10, tzinfo=datetime.timezone.utc), "2024-05-01T10:00:00+00:00"),
        ({"one"}, ["one"]),
        (frozenset(["one"]), ["one"]),
        ((1, 2), [1, 2]),
        (HostVars(), {"a": "hunter2"}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.ChainMap({"a": 1}), {"a": 1}),
        ({"a": None, "b": True, "c": 1.5}, {"a": None, "b": True, "c": 1.5}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_arguments_become_what_json_carries(value: t.Any, carried: t.Any) -> None:
    found = plain({"x": value})["x"]
    assert found == carried
    assert type(found) is type(carried)
