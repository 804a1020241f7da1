# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are never shown: all that a task prints is searched for them, on each path through a task."""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import quote, quote_plus

import pytest
from ansible.module_utils import basic

from tests.simulator import Outcome, ScriptStep, Simulator, Variable, default_world, faults
from tests.soak.tasks import Tasks
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import run_shown

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]

MASK = "******"
# Its words are the same in every escaped form, so a search for them finds each form, and parts of it.
SECRET = "xquirk1\"zwart2'kvark3\\jdolt4 %&$`/管\nbtulip5 is the second line"
TRACES = ("xquirk1", "zwart2", "kvark3", "jdolt4", "管", "btulip5", CREDENTIALS["bk_app_secret"])
FRONTS = ["esb", "esb-v2", "apigw", "old", "old-v2"]
V3_FRONTS = ["esb", "apigw", "old"]

WAYS: dict[str, Options] = {
    "variables": {"variables": {"password": SECRET}},
    "variables as text": {"variables": json.dumps({"password": SECRET})},
    "global_vars by name": {
        "global_vars": [{"name": "param_name", "value": "x"}, {"name": "password", "value": SECRET}]
    },
    "global_vars by id": {"global_var_list": [{"id": 438, "value": SECRET}]},
    "global_vars as text": {"global_vars": [json.dumps({"id": 438, "value": SECRET})]},
    "secret_variables": {"secret_variables": {"password": SECRET}},
    "secret_variables as text": {"secret_variables": json.dumps({"param_name": SECRET})},
    "a secret list": {"secret_variables": {"ports": [80, SECRET]}},
    "a secret dictionary": {"secret_variables": {"labels": {"tier": SECRET, SECRET: "web"}}},
}


def echo(text: str) -> faults.Fault:
    return faults.replaced(200, {"result": False, "code": 1240003, "message": f"bad value {text}!"})


BROKEN = {
    "lost": faults.lost(),
    "reset": faults.reset(),
    "truncated": faults.truncated(),
    "timed out": faults.timeout_text(),
    "502": faults.bad_gateway(),
    "no envelope": faults.replaced(200, b"null"),
    "no data": faults.replaced(200, {"result": True, "code": 0, "data": {}}),
    "throttled": faults.throttled(),
    "Job is down": faults.upstream_refused(),
}
PLAN, LAUNCH, HISTORY = "plan", "launch", "get_job_instance_list"
APIS = {PLAN: ("get_job_plan_detail", "get_job_detail"), LAUNCH: ("execute_job_plan", "execute_job")}

# The options of the task, whether in check and in diff mode, the faults by API, and the outcomes that may come of it.
PATHS: dict[str, tuple[Options, bool, bool, dict[str, faults.Fault], str]] = {
    "launch": ({}, False, False, {}, "launched"),
    "check mode": ({}, True, False, {}, "launched"),
    "diff mode": ({}, False, True, {}, "launched"),
    "check and diff mode": ({}, True, True, {}, "launched"),
    "no such plan": ({"job_plan_id": 999}, False, True, {}, "refused"),
    "no such plan by name": ({"job_plan_id": None, "job_plan_name": "Tset"}, False, True, {}, "refused"),
    "not to be viewed": ({"bk_username": "blind"}, False, True, {}, "launched, or refused for the lists"),
    "nothing allowed": ({"bk_username": "stranger"}, False, False, {}, "refused"),
    "wrong credentials": ({"bk_token": SECRET.split()[0]}, False, False, {}, "refused"),
    **{f"plan read: {name}": ({}, False, False, {PLAN: fault}, "refused") for name, fault in BROKEN.items()},
    **{f"launch: {name}": ({}, False, False, {LAUNCH: fault}, "refused or unknown") for name, fault in BROKEN.items()},
    "plan read: echo": ({}, False, False, {PLAN: echo(CREDENTIALS["bk_app_secret"])}, "refused"),
    "launch: echo": ({}, False, False, {LAUNCH: echo(SECRET)}, "refused"),
    "history: echo": ({}, False, False, {LAUNCH: faults.lost(), HISTORY: echo(SECRET)}, "unknown"),
}


@pytest.fixture(params=FRONTS)
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The connection options of the ESB."""
    return options_of(sim, "esb")


def options_of(sim: Simulator, name: str) -> Options:
    # The old ESB reads credentials only in the body, so that a fault hits the call, and not the attempt before it.
    body = {"credentials_in": "body"} if name.startswith("old") else {}
    return {**CREDENTIALS, "job_plan_id": 100, "bk_biz_id": 1, "retries": 0, **body, **fronts(sim)[name]}


def assert_silent(result: t.Any) -> None:
    """No trace of a secret in what was printed, nor in what it means."""
    for printed in (json.dumps(result), json.dumps(result, ensure_ascii=False)):
        assert [trace for trace in TRACES if trace in printed] == [], printed


@pytest.mark.parametrize("path", PATHS)
def test_secrets_are_never_shown(sim: Simulator, run_module: RunModule, front: Options, path: str) -> None:
    options, check_mode, diff_mode, broken, outcome = PATHS[path]
    v2 = front.get("api_version") == "v2"
    for way, given in WAYS.items():
        sim.reset()
        for api, fault in broken.items():
            sim.faults.add(fault, api=APIS[api][v2] if api in APIS else api)
        result = run_module(
            "bk_job_execute", check_mode=check_mode, diff_mode=diff_mode, **{**front, **options, **given}
        )
        assert_silent(result)
        assert result["outcome"] in outcome, (way, result["msg"])


DEFECTS: list[Options] = [
    {"variables": {"pasword": SECRET}},
    {"variables": {"password": SECRET, "region": None}},
    {"variables": {"password": [SECRET]}},
    {"variables": {"password": {"a": {"b": SECRET}}}},
    {"variables": f"password={SECRET!r} region"},
    {"variables": {"password": SECRET}, "secret_variables": {"password": SECRET}},
    {"variables": {"password": SECRET}, "target_servers": [{"name": "hosts"}]},
    {"variables": {"password": SECRET}, "wait_timeout": -1},
    {"variables": {"password": SECRET}, "wait_timeout": "soon"},
    {"variables": {"password": SECRET}, "logs": "some"},
    {"variables": {"password": SECRET}, "job_plan_id": 0},
    {"variables": {"password": SECRET}, "bk_biz_id": None},
    {"variables": {"password": SECRET}, "url": "paas.example.com"},
    {"variables": {"password": SECRET}, "bk_app_secret": ""},
    {"varables": {"password": SECRET}},
    {"global_vars": [{"id": 1, "value": SECRET}]},
    {"global_vars": [{"id": "438x", "value": SECRET}]},
    {"global_vars": [{"id": 438, "vaule": SECRET}]},
    {"global_vars": [{"id": 438, "value": SECRET, "server": {"host_id_list": [101]}}]},
    {"global_vars": [{"name": "pasword", "value": SECRET}]},
    {"global_vars": SECRET},
    {"secret_variables": SECRET},
    {"secret_variables": {"hosts": SECRET}},
    {"secret_variables": {"ports": SECRET}},
    {"secret_variables": {"ports": [[SECRET]]}},
    {"secret_variables": {"labels": {SECRET: None}}},
    {"secret_variables": {"password": SECRET + "\0"}},
    {"secret_variables": {"password": SECRET}, "validate_variables": False, "callback_url": SECRET},
]


@pytest.mark.parametrize("wrong", DEFECTS)
def test_secrets_of_a_refused_task_are_never_shown(
    sim: Simulator, run_module: RunModule, esb: Options, wrong: Options
) -> None:
    result = run_module("bk_job_execute", diff_mode=True, **{**esb, **wrong})
    assert_silent(result)
    assert (result["failed"], sim.launches) == (True, [])


IN_QUOTES = SECRET.replace("'", "'\\''")
FORMS = {
    "as it is": SECRET,
    "JSON": json.dumps(SECRET),
    "JSON of Java": json.dumps(SECRET, ensure_ascii=False),
    "JSON in JSON": json.dumps({"body": json.dumps([SECRET])}),
    "URL": quote(SECRET, safe=""),
    "path": quote(SECRET),
    "form": quote_plus(SECRET),
    "URI of JavaScript": quote(SECRET, safe="!~*'()"),
    "Python": repr([SECRET]),
    "bash": f"declare -a ports='('80' '{IN_QUOTES}')'",
    "bash in JSON": json.dumps({"value": f"('80' '{IN_QUOTES}')"}),
    "bash's own list": 'declare -a ports=([0]="80" [1]="{}")'.format(re.sub(r'([\\"$`])', r"\\\1", SECRET)),
    "a line": SECRET.splitlines()[1],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "given",
    [
        {"variables": {"password": SECRET}},
        {"secret_variables": {"ports": [80, SECRET]}},
        {"secret_variables": {"labels": {"tier": SECRET}}},
        {"secret_variables": {"ports": f"(80 '{IN_QUOTES}')"}},
        {"secret_variables": {"labels": f"([tier]='{IN_QUOTES}')"}},
    ],
    ids=["text", "list", "dictionary", "bash", "bash with keys"],
)
def test_a_secret_that_a_server_echoes_is_masked(
    sim: Simulator, run_module: RunModule, esb: Options, given: Options, form: str
) -> None:
    sim.faults.add(echo(FORMS[form]), api="execute_job_plan")
    result = run_module("bk_job_execute", **esb, **given)
    assert_silent(result)
    assert "bad value" in result["error"]["message"]
    assert MASK in result["error"]["message"]


def test_a_secret_in_any_part_of_a_response_is_masked(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    permission = {SECRET: [{"id": 123456, "name": f"for {SECRET}"}]}
    answer = {"result": False, "code": 9900403, "message": "no", "permission": permission}
    sim.faults.add(faults.replaced(200, answer), api="execute_job_plan")
    result = run_module("bk_job_execute", **esb, secret_variables={"password": SECRET, "param_name": 123456})
    assert result["error"]["permission"] == {MASK: [{"id": MASK, "name": f"for {MASK}"}]}


# Values that also occur in ids and words that playbooks need

PLACES_SHOWN = {
    "variables": "variables.password",
    "global_vars": "global_vars[0]",
    "secret_variables": "secret_variables.password",
}
TEMPTING = ["1", "no", "un", "launched", "execute_job_plan", "get", "10000", 123456, 1.5, True, False, "true", "None"]
PLACES: dict[str, t.Callable[[t.Any], Options]] = {
    "variables": lambda value: {"variables": {"password": value}},
    "global_vars": lambda value: {"global_vars": [{"name": "password", "value": value}]},
    "secret_variables": lambda value: {"secret_variables": {"password": value}},
}


@pytest.mark.parametrize("secret", TEMPTING)
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_that_is_a_common_word_is_hidden_where_it_was_given_and_breaks_nothing(
    sim: Simulator, run_module: RunModule, esb: Options, place: str, secret: t.Any
) -> None:
    given = PLACES[place](secret)
    result = run_module("bk_job_execute", diff_mode=True, **esb, **given)
    (launch,) = sim.launches
    assert launch.values["password"] == (str(secret).lower() if isinstance(secret, bool) else str(secret))
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("launched", True, launch.instance_id)
    assert str(launch.instance_id) in result["msg"]
    assert_hidden(result, place)
    assert result["diff"]["after"]["password"] == "****** (given)"
    sim.faults.add(faults.lost(), api="execute_job_plan")
    result = run_module("bk_job_execute", **esb, **given)
    assert (result["outcome"], result["error"]["kind"]) == ("unknown", "unavailable")
    assert [row["job_instance_id"] for row in result["candidates"]] == [10001, 10000]
    assert result["request"]["api"] == "execute_job_plan"
    assert_hidden(result, place)


MISSPELLED: dict[str, t.Callable[[t.Any], Options]] = {
    "variables": lambda value: {"variables": {"pasword": value}},
    "global_vars": lambda value: {"global_vars": [{"name": "pasword", "value": value}]},
}


@pytest.mark.parametrize("value", ["3", 3, "436"], ids=str)
@pytest.mark.parametrize("place", MISSPELLED)
def test_a_short_value_of_a_misspelled_variable_hides_no_id(
    sim: Simulator, run_module: RunModule, esb: Options, place: str, value: t.Any
) -> None:
    given = MISSPELLED[place]
    # There is nothing to search for in the message for an empty value.
    messages = [run_module("bk_job_execute", **esb, **given(one))["msg"] for one in ("", value)]
    assert messages[0] == messages[1]
    assert "(id 438, " in messages[1]
    result = run_module("bk_job_execute", diff_mode=True, **esb, **given(value))
    assert (result["outcome"], sim.launches) == ("refused", [])
    assert result["request"]["body"]["global_var_list"] == [{"name": "pasword", "value": MASK}]
    assert result["invocation"]["module_args"][place] == given(MASK)[place]


@pytest.mark.parametrize("value", ["hunter-2", 20480])
def test_the_value_of_a_misspelled_variable_is_hidden_wherever_it_is_repeated(
    sim: Simulator, run_module: RunModule, esb: Options, value: t.Any
) -> None:
    given = {"pasword": value, "param_name": f"login {value}", "region": value}
    result = run_module("bk_job_execute", diff_mode=True, **esb, variables=given, callback_url=f"https://x/?t={value}")
    assert (result["outcome"], sim.launches) == ("refused", [])
    assert str(value) not in json.dumps(result)


@pytest.mark.parametrize("place", PLACES)
def test_a_mask_given_as_a_secret_is_refused(run_module: RunModule, esb: Options, place: str) -> None:
    result = run_module("bk_job_execute", **esb, **PLACES[place](MASK))
    assert (result["outcome"], result["error"]["kind"]) == ("refused", "invalid_request")
    assert (PLACES_SHOWN[place] in result["msg"], MASK in result["msg"]) == (True, True)
    assert_hidden(result, place)


def assert_hidden(result: Options, place: str) -> None:
    assert result["request"]["body"]["global_var_list"] == [{"name": "password", "value": MASK}]
    shown = result["invocation"]["module_args"]
    assert (
        shown[place]
        == {
            "variables": {"password": MASK},
            "global_vars": [{"name": "password", "value": MASK}],
            "secret_variables": MASK,
        }[place]
    )


def test_a_credential_is_hidden_under_its_other_name_too(run_module: RunModule, esb: Options) -> None:
    del esb["bk_app_secret"]
    result = run_module("bk_job_execute", check_mode=True, **esb, app_secret="1")
    assert result["job_plan_id"] == 100
    assert result["invocation"]["module_args"]["app_secret"] == MASK


def test_a_numeric_secret_that_a_server_echoes_is_masked_and_the_code_is_not(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    sim.faults.add(echo("[1240]"), api="execute_job_plan")
    result = run_module("bk_job_execute", **esb, secret_variables={"password": "1240"})
    assert (result["error"]["code"], result["error"]["message"]) == (1240003, "bad value [******]!")


@pytest.mark.parametrize("name", ["content", "log", "type", "status", "kind", "api", "outcome"])
@pytest.mark.parametrize("secret", ["zx9secret", "zx-9-secret"])
def test_a_secret_in_a_variable_with_a_name_of_ours_is_masked(
    sim: Simulator, run_module: RunModule, esb: Options, name: str, secret: str
) -> None:
    sim.world.plans[0].variables.append(Variable(9001, name, changeable=True))
    given = {"variables": {name: secret, "param_name": f"curl {secret}"}, "secret_variables": {"password": secret}}
    result = run_module("bk_job_execute", diff_mode=True, **esb, **given)
    assert result["outcome"] == "launched"
    assert secret not in json.dumps(result)
    sim.reset(default_world())


@pytest.mark.parametrize("field", ["status", "job_instance_id"])
@pytest.mark.parametrize("value", ["s3cr3t-demo", ["token s3cr3t-demo"], {"s3cr3t-demo": 1}], ids=str)
def test_a_secret_in_a_field_of_the_wrong_type_is_masked_in_progress_too(
    sim: Simulator, esb: Options, field: str, value: object
) -> None:
    del esb["job_plan_id"]
    job = {"job_instance_id": 10000, "name": "x", "status": 2, field: value}
    data = {"finished": False, "job_instance": job, "step_instance_list": []}
    body = {"result": True, "code": 0, "data": data}
    sim.faults.add(faults.answer(200, body), api="get_job_instance_status", times=1000)
    tasks = Tasks(sim)
    result = tasks.run("bk_job_wait", job_instance_id=10000, wait_timeout=100, **esb)
    assert [line for line in tasks.shown if "no response" in line]
    assert_silent([result, tasks.shown])


def test_other_values_are_shown_once_the_plan_is_known(run_module: RunModule, esb: Options) -> None:
    given = {"variables": {"password": SECRET, "param_name": "x"}, "global_vars": [{"id": 439, "value": "south"}]}
    result = run_module("bk_job_execute", check_mode=True, **esb, **given)
    shown = result["invocation"]["module_args"]
    assert shown["variables"] == {"password": MASK, "param_name": "x"}
    assert shown["global_vars"] == [{"id": 439, "value": "south"}]
    result = run_module("bk_job_execute", **{**esb, **given, "job_plan_id": 999})
    shown = result["invocation"]["module_args"]
    assert shown["variables"] == {"password": MASK, "param_name": MASK}
    assert shown["global_vars"] == [{"id": 439, "value": MASK}]
    assert [entry["value"] for entry in result["request"]["body"]["global_var_list"]] == [MASK] * 3


def test_without_reading_the_plan_only_secret_variables_are_hidden(run_module: RunModule, esb: Options) -> None:
    given = {"variables": {"param_name": "x"}, "secret_variables": {"password": SECRET}, "validate_variables": False}
    result = run_module("bk_job_execute", check_mode=True, **esb, **given)
    assert_silent(result)
    assert [entry["value"] for entry in result["request"]["body"]["global_var_list"]] == ["x", MASK]
    assert result["invocation"]["module_args"]["variables"] == {"param_name": "x"}


# Output of runs


@pytest.fixture
def leaking(sim: Simulator) -> Iterator[Simulator]:
    """A world of its own, in which a run of plan 100 prints its secret everywhere."""
    sim.reset(default_world())
    plan = sim.world.plan(100)
    assert plan
    log = f"set -x\n+ echo '{IN_QUOTES}'\n" + SECRET
    outcome = Outcome(status=104, exit_code=1, tag=f"tag {SECRET}", log=log)
    plan.steps = [
        ScriptStep(1, f"run {SECRET}", outcome=outcome, ignore_error=True),
        ScriptStep(2, "assign", outcome=Outcome(log=log), assigns={"param_name": SECRET.splitlines()[1]}),
    ]
    yield sim
    sim.reset(default_world())


@pytest.mark.parametrize("way", WAYS)
def test_logs_steps_and_variables_of_a_run_are_masked(
    leaking: Simulator, run_module: RunModule, front: Options, way: str, tmp_path: Path
) -> None:
    waiting = {"wait": True, "logs": "all", "log_dest": str(tmp_path), **WAYS[way]}
    result = run_module("bk_job_execute", diff_mode=True, **front, **waiting)
    assert_silent(result)
    files = {str(path): path.read_text() for path in tmp_path.rglob("*.log")}
    assert len(files) == 2
    assert_silent(files)
    assert [MASK in row["content"] for row in result["logs"]] == [True, True]
    assert [row["tag"] for row in result["failed_hosts"]] == [f"tag {MASK}"]
    assert result["output_variables"]["param_name"] == MASK
    assert result["steps"][0]["name"] == f"run {MASK}"


@pytest.mark.parametrize("secrets", [{"a": SECRET}, json.dumps({"a": [{"b": SECRET}]})])
def test_a_wait_masks_secrets(leaking: Simulator, run_module: RunModule, front: Options, secrets: object) -> None:
    run_module("bk_job_execute", **front)
    where = {key: value for key, value in front.items() if key != "job_plan_id"}
    given = {**where, "job_instance_id": leaking.launches[0].instance_id, "secret_variables": secrets}
    lines = run_shown(leaking, "bk_job_wait", given)
    assert_silent(lines)
    assert any(f" run {MASK} " in line for line in lines)
    result = run_module("bk_job_wait", **given, logs="all")
    assert_silent(result)
    assert MASK in result["logs"][0]["content"]


@pytest.mark.parametrize("name", V3_FRONTS)
@pytest.mark.parametrize("fault", [echo(json.dumps(SECRET)), faults.lost()], ids=["refused", "lost"])
@pytest.mark.parametrize("way", WAYS)
def test_the_second_phase_shows_no_secret(
    sim: Simulator, run_module: RunModule, name: str, fault: faults.Fault, way: str
) -> None:
    sim.faults.add(fault, api="operate_job_instance", times=10)
    result = run_module("bk_job_execute", two_phase=True, **options_of(sim, name), **WAYS[way])
    assert_silent(result)
    assert len(sim.launches) == 1


# Output beside the result


def test_the_system_log_contains_no_options(
    run_module: RunModule, esb: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[object] = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(basic.syslog, "syslog", lambda *what: logged.append(what))
    result = run_module("bk_job_execute", **esb, variables={"password": SECRET})
    assert (result["outcome"], logged) == ("launched", [])
