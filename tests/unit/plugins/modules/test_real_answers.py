# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that real servers were seen to give, and input that only they refuse: what the modules make of them."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api import hints
from ansible_collections.blueking.job.plugins.module_utils._model.language import say, speaking
from tests.simulator import Container, Plan, ScriptStep, Simulator, Targets, Variable, faults
from tests.simulator.job.worlds import ONE
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts
from tests.unit.simulator.quick import REPORT

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

PLAN, PLANS, STATUS, HISTORY = (
    "get_job_plan_detail",
    "get_job_plan_list",
    "get_job_instance_status",
    "get_job_instance_list",
)
LAUNCHES = ("execute_job_plan", "execute_job")
HOST = {"name": "hosts", "ip_list": ["10.0.0.1"]}
INTERNAL_ERROR = 1240002
PAGE = "<html><head><title>Something else</title></head><body><h1>Something else</h1></body></html>"


def options_of(sim: Simulator, name: str = "esb", **more: t.Any) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "job_plan_id": 100, **fronts(sim)[name], **more}


def existing(sim: Simulator, name: str = "esb", **more: t.Any) -> Options:
    """The options of the modules that take an instance."""
    options = options_of(sim, name, **more)
    del options["job_plan_id"]
    return options


def launched(sim: Simulator, run_module: RunModule, **more: t.Any) -> int:
    result = run_module("bk_job_execute", **options_of(sim, **more))
    assert result["outcome"] == "launched"
    return t.cast("int", result["job_instance_id"])


def tried(sim: Simulator, *apis: str) -> int:
    """How often one of the APIs was called."""
    return sum(request.api in apis for request in sim.requests)


def refused(result: Result, kind: str, *words: str) -> bool:
    """Whether it failed without a launch, in this way, with a message that has these words."""
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False), result["msg"]
    assert [word for word in words if word not in result["msg"]] == [], result["msg"]
    return bool(result["error"]["kind"] == kind)


# Credentials that a gateway would accept or corrupt


@pytest.mark.parametrize(
    "given",
    [
        {"bk_username": " admin"},
        {"bk_username": "admin\n"},
        {"bk_username": "\u3000admin"},
        {"bk_app_code": "demo "},
        {"bk_app_code": "\tdemo"},
        {"bk_app_secret": "s3cr3t-demo\n"},
        {"bk_app_secret": "s3cr3t-demo\r\n"},
        {"bk_app_secret": "\u00a0s3cr3t-demo"},
        {"bk_token": " "},
        {"bk_token": " token-of-alice"},
        {"access_token": "access-of-alice\n"},
        {"access_token": "\n"},
    ],
)
@pytest.mark.parametrize("name", ["esb", "apigw", "old-v2"])
def test_white_space_around_credentials_is_refused(
    sim: Simulator, run_module: RunModule, name: str, given: Options
) -> None:
    result = run_module("bk_job_execute", **options_of(sim, name, **given))
    (option,) = given
    assert refused(result, "credentials", option, option.upper() if option.startswith("bk") else "BK_ACCESS_TOKEN")
    assert (sim.requests, sim.launches) == ([], [])


def test_a_blank_inside_a_secret_is_sent(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.world.apps[0], "secret", "two words")
    assert launched(sim, run_module, bk_app_secret="two words")


@pytest.mark.parametrize("module", ["bk_job_execute", "bk_job_plan_info"])
def test_an_access_token_is_never_sent_in_the_body(sim: Simulator, run_module: RunModule, module: str) -> None:
    options = options_of(sim, access_token="access-of-alice")
    result = run_module(module, **options, credentials_in="body")
    assert (result["failed"], result["error"]["kind"], sim.requests) == (True, "credentials", [])
    assert "credentials_in" in result["msg"]
    for place in ("auto", "header"):
        assert not run_module(module, **options, credentials_in=place).get("failed")
    assert all("access_token" not in request.body for request in sim.requests)


@pytest.mark.parametrize("user", [" alice", "\talice", "al\rice", "al\nice"])
@pytest.mark.parametrize("name", ["esb", "old"])
def test_a_user_that_no_header_can_carry_launches_nothing(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch, name: str, user: str
) -> None:
    """The name comes from the login service here, so that it can't be refused before (1306201)."""
    monkeypatch.setitem(sim.world.tokens, "token-of-alice", user)
    result = run_module("bk_job_execute", **options_of(sim, name, bk_token="token-of-alice", validate_variables=False))
    assert refused(result, "invalid_request")
    assert (result["error"]["code"], result["error"]["hint"]) == (1306201, hints.USER_NAME)
    assert sim.launches == []


@pytest.mark.parametrize("code", ["DEMO", "Demo", "d\u00e9mo"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_app_code_that_only_the_database_accepts_is_checked_first(
    sim: Simulator, run_module: RunModule, code: str, language: str
) -> None:
    """The app is found by MySQL's collation, the allowlist compares exactly."""
    result = run_module("bk_job_execute", **options_of(sim, bk_app_code=code, language=language))
    assert refused(result, "credentials")
    with speaking(language):
        assert result["error"]["hint"] == say(hints.ESB_USER)
    assert "bk_app_code" in result["error"]["hint"]


# Requests that are too large


@pytest.mark.parametrize("credentials_in", ["auto", "header"])
@pytest.mark.parametrize("page", [False, True])
def test_the_size_of_a_large_request_is_reported(
    sim: Simulator, run_module: RunModule, credentials_in: str, page: bool
) -> None:
    """An ESB answers with "Component error", or its nginx with 502, and neither proves that nothing was launched."""
    if page:
        sim.faults.add(faults.oversize(), api="execute_job_plan")
    variables = {"param_name": "x" * 3 * 1024 * 1024}
    result = run_module("bk_job_execute", **options_of(sim, variables=variables, credentials_in=credentials_in))
    assert (result["outcome"], result["changed"]) == ("unknown", True)
    assert result["error"]["hint"] == hints.TOO_LARGE
    assert "3.0 MiB" in result["msg"]
    assert (sim.launches, tried(sim, *LAUNCHES)) == ([], 1)


def test_a_large_request_with_credentials_in_the_body_is_refused(sim: Simulator, run_module: RunModule) -> None:
    variables = {"param_name": "x" * 3 * 1024 * 1024}
    result = run_module("bk_job_execute", **options_of(sim, "old", variables=variables, credentials_in="body"))
    assert refused(result, "invalid_request")
    assert (result["error"]["hint"], sim.launches) == (hints.TOO_LARGE, [])


@pytest.mark.parametrize("fault", [faults.oversize(), faults.backend_text("no JSON")])
def test_a_small_request_is_not_said_to_be_too_large(
    sim: Simulator, run_module: RunModule, fault: faults.Fault
) -> None:
    sim.faults.add(fault, api="execute_job_plan")
    result = run_module("bk_job_execute", **options_of(sim))
    assert (result["outcome"], "MiB" in result["msg"]) == ("unknown", False)
    assert result["error"]["hint"] != hints.TOO_LARGE


# HTML pages of whatever stands in between

PASSING = [401, 403, 408, 425, 429, 460, 499, 500, 502, 503, 504, 507, 511, 520, 522, 524, 530]


@pytest.mark.parametrize("status", PASSING)
@pytest.mark.parametrize("name", ["esb", "apigw"])
def test_reads_before_a_launch_survive_a_page(sim: Simulator, run_module: RunModule, name: str, status: int) -> None:
    sim.faults.add(faults.answer(status, PAGE), api=PLAN, times=2)
    assert run_module("bk_job_execute", **options_of(sim, name))["outcome"] == "launched"
    assert (tried(sim, PLAN), len(sim.launches)) == (3, 1)


@pytest.mark.parametrize("status", [403, 499, 502])
def test_reads_before_a_launch_are_retried_as_often_as_retries_says(
    sim: Simulator, run_module: RunModule, status: int
) -> None:
    sim.faults.add(faults.answer(status, PAGE), api=PLAN, times=3)
    result = run_module("bk_job_execute", **options_of(sim, retries=2))
    assert result["outcome"] == "refused"
    assert (tried(sim, PLAN), sim.launches) == (3, [])


@pytest.mark.parametrize("status", PASSING)
def test_a_wait_survives_a_page(sim: Simulator, run_module: RunModule, status: int) -> None:
    sim.faults.add(faults.answer(status, PAGE), api=STATUS, times=3)
    result = run_module("bk_job_execute", **options_of(sim, wait=True))
    assert (result["outcome"], result["finished"], len(sim.launches)) == ("succeeded", True, 1)


@pytest.mark.parametrize("status", [404, 407, 413, 302])
def test_reads_are_not_retried_where_no_retry_helps(sim: Simulator, run_module: RunModule, status: int) -> None:
    sim.faults.add(faults.answer(status, PAGE, {"Location": "https://login.example.com/"}), api=PLAN)
    result = run_module("bk_job_execute", **options_of(sim))
    assert (result["outcome"], tried(sim, PLAN), sim.launches) == ("refused", 1, [])


@pytest.mark.parametrize("status", [status for status in PASSING if status not in (401, 429)])
@pytest.mark.parametrize(("name", "api"), [("esb", "execute_job_plan"), ("esb-v2", "execute_job")])
def test_a_launch_is_not_repeated_on_a_page(
    sim: Simulator, run_module: RunModule, name: str, api: str, status: int
) -> None:
    sim.faults.add(faults.replaced(status, PAGE), api=api)
    result = run_module("bk_job_execute", **options_of(sim, name))
    assert (result["outcome"], result["changed"]) == ("unknown", True)
    assert (tried(sim, api), len(sim.launches)) == (1, 1)


# What Job's responses mean that Job can't say better


def two_steps() -> Plan:
    """Two steps on host variables of their own, the second without a default."""
    return Plan(
        300,
        "Two steps",
        ONE,
        steps=[ScriptStep(1, "first"), ScriptStep(2, "second", hosts="others")],
        variables=[
            Variable(1, "hosts", type=3, hosts=Targets(host_ids=(101,))),
            Variable(2, "others", type=3),
        ],
    )


@pytest.fixture
def two(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Plan:
    plan = two_steps()
    monkeypatch.setattr(sim.world, "plans", [*sim.world.plans, plan])
    return plan


@pytest.mark.parametrize("name", ["esb", "esb-v2", "apigw"])
def test_the_internal_error_of_a_launch_may_come_from_targets(
    sim: Simulator, run_module: RunModule, two: Plan, name: str
) -> None:
    """A foreign host beside an empty host variable is 1240002."""
    targets = [{"name": "hosts", "ip_list": ["10.0.0.9"]}]
    result = run_module("bk_job_execute", **options_of(sim, name, job_plan_id=two.id, target_servers=targets))
    assert (result["outcome"], result["error"]["code"]) == ("unknown", INTERNAL_ERROR)
    assert (result["error"]["hint"], sim.launches) == (hints.TARGETS_AT_LAUNCH, [])


def test_the_same_error_of_a_read_has_nothing_to_do_with_targets(sim: Simulator, run_module: RunModule) -> None:
    body = {"result": False, "code": INTERNAL_ERROR, "message": "Internal Server Error"}
    sim.faults.add(faults.answer(200, body), api=PLAN)
    result = run_module("bk_job_execute", **options_of(sim, retries=0))
    assert (result["error"]["code"], result["error"]["hint"]) == (INTERNAL_ERROR, hints.SERVER)


def contained(required: bool, *host_ids: int) -> Plan:
    """A plan for a container, and perhaps hosts."""
    hosts = Variable(1, "hosts", type=3, hosts=Targets(containers=(7,), host_ids=host_ids), required=required)
    return Plan(400, "On containers", ONE, steps=[ScriptStep(1, "run")], variables=[hosts])


@pytest.fixture
def containers(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    monkeypatch.setattr(sim.world, "containers", [Container(7, None, biz=1)])
    plans: list[Plan] = [*sim.world.plans]
    monkeypatch.setattr(sim.world, "plans", plans)
    return plans


@pytest.mark.parametrize("name", ["esb", "apigw"])
def test_a_default_of_containers_can_be_launched_as_the_message_says(
    sim: Simulator, run_module: RunModule, containers: list[Plan], name: str
) -> None:
    """Job does not return containers, so that the default of the variable looks empty (Job 3.12)."""
    containers.append(contained(required=True))
    options = options_of(sim, name, job_plan_id=400)
    result = run_module("bk_job_execute", **options)
    assert refused(result, "targets", "containers", "validate_variables", "hosts")
    assert sim.launches == []
    assert run_module("bk_job_execute", **options, validate_variables=False)["outcome"] == "launched"


def test_v2_returns_a_default_of_containers(sim: Simulator, run_module: RunModule, containers: list[Plan]) -> None:
    containers.append(contained(required=True))
    assert launched(sim, run_module, job_plan_id=400, api_version="v2")


@pytest.mark.parametrize(("required", "host_ids"), [(False, ()), (True, (101,))])
def test_other_defaults_with_containers_launch(
    sim: Simulator, run_module: RunModule, containers: list[Plan], required: bool, host_ids: tuple[int, ...]
) -> None:
    containers.append(contained(required, *host_ids))
    assert launched(sim, run_module, job_plan_id=400)


# Lists in pages that are shorter than asked for


def plan_row(plan_id: int, name: str = "Twice") -> dict[str, t.Any]:
    return {"id": plan_id, "name": name, "job_template_id": 10, "create_time": 1605064271, "need_update": False}


def page(total: int | None, *rows: dict[str, t.Any]) -> faults.Fault:
    data = {"start": 0, "length": 1000, "data": list(rows), **({} if total is None else {"total": total})}
    return faults.replaced(200, {"result": True, "code": 0, "data": data})


def test_short_pages_are_read_until_the_total(sim: Simulator, run_module: RunModule) -> None:
    for plan_id in (201, 202, 203):
        sim.faults.add(page(3, plan_row(plan_id)), api=PLANS)
    options = existing(sim)
    plans = run_module("bk_job_plan_info", **options)["plans"]
    assert [plan["id"] for plan in plans] == [201, 202, 203]
    assert [request.body["start"] for request in sim.requests] == [0, 1, 2]


@pytest.mark.parametrize("second", [202, 203])
def test_a_name_on_a_later_page_makes_it_ambiguous(sim: Simulator, run_module: RunModule, second: int) -> None:
    sim.faults.add(page(2, plan_row(201)), api=PLANS)
    sim.faults.add(page(2, plan_row(second)), api=PLANS)
    options = options_of(sim)
    del options["job_plan_id"]
    result = run_module("bk_job_execute", **options, job_plan_name="Twice")
    assert refused(result, "not_found", "201", str(second))
    assert sim.launches == []


@pytest.mark.parametrize(
    "pages",
    [
        [page(5, plan_row(201), plan_row(202)), page(5)],  # the others were deleted meanwhile
        [page(5, plan_row(201), plan_row(202)), page(5, plan_row(201))],  # the server ignores `start`
        [page(None, plan_row(201), plan_row(202))],
        [page(2, plan_row(201), plan_row(202))],
    ],
)
def test_pages_end(sim: Simulator, run_module: RunModule, pages: list[faults.Fault]) -> None:
    for one in pages:
        sim.faults.add(one, api=PLANS)
    plans = run_module("bk_job_plan_info", **existing(sim), job_plan_name="Twice")["plans"]
    assert [plan["id"] for plan in plans] == [201, 202]
    assert tried(sim, PLANS) == len(pages)


def test_the_history_is_read_in_short_pages_too(sim: Simulator, run_module: RunModule) -> None:
    rows = [
        {"job_instance_id": 900 - n, "name": "Test", "operator": "admin", "launch_mode": 2, "status": 3, "type": 0}
        for n in range(3)
    ]
    moment = round(sim.clock.now() * 1000)
    for row in rows:
        sim.faults.add(page(3, {**row, "job_plan_id": 100, "create_time": moment}), api=HISTORY)
    found = run_module("bk_job_instance_info", **existing(sim))["instances"]
    assert [row["job_instance_id"] for row in found] == [900, 899, 898]


# A list that is empty although its total is not is no proof that something does not exist

SCRIPT = {"target_server": {"ip_list": ["10.0.0.1"]}, "account": "root"}
READS = [
    ("bk_job_script", "get_script_list", {"name": "report", "state": "absent"}),
    ("bk_job_script", "get_script_list", {"name": "report", "content": "echo new"}),
    ("bk_job_script", "get_script_version_list", {"name": "report", "content": "x", "script_language": "python"}),
    ("bk_job_script_info", "get_script_list", {}),
    ("bk_job_script_info", "get_script_version_list", {"name": "report"}),
    ("bk_job_cron", "get_cron_list", {"name": "nightly", "state": "absent"}),
    ("bk_job_cron", "get_cron_list", {"name": "nightly", "job_plan_id": 100, "expression": "0 0 * * *"}),
    ("bk_job_cron_info", "get_cron_list", {}),
    ("bk_job_plan_info", PLANS, {}),
    ("bk_job_execute", PLANS, {"job_plan_name": "Test"}),
    ("bk_job_execute_script", "get_script_list", {**SCRIPT, "script_name": "report"}),
    ("bk_job_instance_info", HISTORY, {}),
]


@pytest.mark.parametrize("rows", [[], None])
@pytest.mark.parametrize(("module", "api", "given"), READS)
def test_a_list_without_its_rows_is_not_empty(
    sim: Simulator, run_module: RunModule, module: str, api: str, given: Options, rows: list[t.Any] | None
) -> None:
    lost = {"result": True, "code": 0, "data": {"start": 0, "length": 1000, "total": 7, "data": rows}}
    sim.faults.add(faults.replaced(200, lost), api=api, times=99)
    result = run_module(module, **{**existing(sim, retries=1), **given})
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, False, "protocol")
    assert [request.api for request in sim.requests if not request.api.startswith("get_")] == []
    assert tried(sim, api) == 2


def test_a_list_without_its_rows_is_read_again(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(page(7), api="get_script_list")
    result = run_module("bk_job_script_info", **existing(sim), script_id=REPORT)
    assert [script["name"] for script in result["scripts"]] == ["report"]


def test_what_changes_are_made_by_is_read_to_its_end(sim: Simulator, run_module: RunModule) -> None:
    row = {"id": "a" * 32, "name": "report 2", "script_language": 1}
    sim.faults.add(page(2, row), api="get_script_list")
    sim.faults.add(page(2), api="get_script_list", times=9)
    result = run_module("bk_job_script", **existing(sim, state="absent", retries=0), name="report")
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, False, "protocol")


# Callback URLs, which Java judges


@pytest.mark.parametrize(
    "url",
    [
        "http://h_a/x",
        "http://a.b_c.example.com/x",
        "http://h/ x",
        "http://h/{x}",
        "http://h/x?a=|",
        "http://h/%zz",
        "http://h:x/",
        "http://-h/",
        "http://h-/",
        "http://.h/",
        "http://a..b/",
        "http://h/" + "x" * 1016,
        "ftp://h/x",
    ],
)
@pytest.mark.parametrize("name", ["esb", "esb-v2", "apigw"])
def test_a_callback_that_job_would_refuse_is_refused_before(
    sim: Simulator, run_module: RunModule, name: str, url: str
) -> None:
    result = run_module("bk_job_execute", **options_of(sim, name, callback_url=url))
    assert refused(result, "invalid_request", "callback_url")
    assert sim.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://h-a.example.com:8080/x?a=b&c=%20#d",
        "https://10.0.0.1/x",
        "http://[fd00::6]/x",
        "http://h/x_y",
        "http://h/" + "x" * 1015,
    ],
)
def test_other_callbacks_are_accepted(sim: Simulator, run_module: RunModule, url: str) -> None:
    launched(sim, run_module, callback_url=url)
    assert sim.requests[-1].body["callback_url"] == url


# Long trouble, and clocks that differ


def test_a_wait_survives_more_failures_than_a_number_has_exponents(sim: Simulator, run_module: RunModule) -> None:
    failures = 1100
    sim.faults.add(faults.backend_status(502), api=STATUS, times=failures)
    # A large timeout makes the patience long.
    result = run_module("bk_job_execute", **options_of(sim, wait=True, wait_timeout=0, timeout=86400))
    assert (result["outcome"], len(sim.launches)) == ("succeeded", 1)
    assert tried(sim, STATUS) > failures


class Elsewhere(TurnedClock):
    """The clock of a machine that the server's is ``ahead`` of."""

    def __init__(self, sim: Simulator, ahead: float) -> None:
        super().__init__(sim)
        self.date = lambda: sim.clock.now() - ahead


@pytest.mark.parametrize("ahead", [-3600.0, -70.0, 0.0, 320.0, 3600.0])
def test_candidates_are_searched_by_the_servers_clock(sim: Simulator, run_module: RunModule, ahead: float) -> None:
    sim.date_ahead = ahead
    sim.faults.add(faults.lost(), api="execute_job_plan")
    began = sim.clock.now()
    result = run_module("bk_job_execute", clock=Elsewhere(sim, ahead), **options_of(sim))
    assert [row["job_instance_id"] for row in result["candidates"]] == [sim.launches[0].instance_id]
    window = sim.requests[-1].body
    assert window["create_time_start"] == pytest.approx((began - 60) * 1000, abs=3000)
    assert window["create_time_end"] == pytest.approx((sim.clock.now() + 300) * 1000, abs=3000)


@pytest.mark.parametrize("ahead", [-3600.0, 320.0])
def test_the_time_searched_from_is_the_one_in_the_message(sim: Simulator, run_module: RunModule, ahead: float) -> None:
    sim.date_ahead = ahead
    sim.faults.add(faults.unread(), api="execute_job_plan")
    result = run_module("bk_job_execute", clock=Elsewhere(sim, ahead), **options_of(sim))
    assert (result["outcome"], result["candidates"], sim.launches) == ("unknown", [], [])
    start = sim.requests[-1].body["create_time_start"] / 1000
    times = {format_time(start + offset) for offset in (-1, 0, 1)}
    assert any(moment in result["msg"] for moment in times), (times, result["msg"])


@pytest.mark.parametrize("date", [None, "", "yesterday", "Fri, 99 Nov 2026 11:00:00 GMT", "0"])
def test_a_date_that_is_none_changes_nothing(sim: Simulator, run_module: RunModule, date: str | None) -> None:
    body = {"result": True, "code": 0, "data": plan_row(100, "Test")}
    sim.faults.add(faults.answer(200, body, None if date is None else {"Date": date}), api=PLAN)
    sim.faults.add(faults.lost(), api="execute_job_plan")
    result = run_module("bk_job_execute", **options_of(sim))
    assert len(result["candidates"]) == 1


def format_time(moment: float) -> str:
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# Lost operations and last reads


def executions(sim: Simulator) -> int:
    return max(run.execute_count for run in sim.instances[0].steps)


@pytest.mark.parametrize("fault", [faults.unread(), faults.lost(), faults.reset()], ids=["unread", "lost", "reset"])
@pytest.mark.parametrize("action", ["terminate", "retry_failed", "ignore_error", "confirm"])
def test_an_operation_whose_connection_broke_is_known_soon(
    sim: Simulator, run_module: RunModule, action: str, fault: faults.Fault
) -> None:
    """Nothing that was certainly done is unknown, and what may have been done is known within seconds."""
    api = "operate_job_instance" if action == "terminate" else "operate_step_instance"
    plan = {"terminate": 100, "confirm": 101}.get(action, 102)
    id_ = launched(sim, run_module, job_plan_id=plan)
    if action != "terminate":
        sim.clock.advance(60)
    options = existing(sim, job_instance_id=id_, action=action)
    if action != "terminate":
        (step,) = [run for run in sim.instances[0].steps if run.status in (4, 7)]
        options["step_instance_id"] = step.id
    sim.faults.add(fault, api=api)
    began = sim.clock.now()
    result = run_module("bk_job_operate", **options)
    assert sim.clock.now() - began <= 20
    done = result.get("failed") is not True
    assert done or result["outcome"] == "unknown"
    sim.clock.advance(60)
    before = {"terminate": 3, "confirm": 7}.get(action, 4)
    repeated = tried(sim, api) > 1
    # Only a request to stop may be repeated: it has the same effect twice.
    assert (done, repeated) == (sim.instances[0].status != before or executions(sim) > 1, action == "terminate")


@pytest.mark.parametrize("body", [{"data": None}, {"data": {}}, {}, {"data": []}, {"data": {"job_instance": None}}])
@pytest.mark.parametrize("name", ["esb", "apigw"])
def test_the_last_read_of_the_hosts_is_retried(
    sim: Simulator, run_module: RunModule, name: str, body: dict[str, t.Any]
) -> None:
    id_ = launched(sim, run_module, job_plan_id=102)
    sim.clock.advance(60)
    sim.faults.add(faults.SOUND, api=STATUS)
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, **body}), api=STATUS)
    result = run_module("bk_job_wait", **existing(sim, name, job_instance_id=id_))
    assert (result["outcome"], [host["ip"] for host in result["failed_hosts"]]) == ("failed", ["10.0.0.2"])


def test_the_outcome_stands_where_the_hosts_can_never_be_read(sim: Simulator, run_module: RunModule) -> None:
    id_ = launched(sim, run_module, job_plan_id=102)
    sim.clock.advance(60)
    sim.faults.add(faults.SOUND, api=STATUS)
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": None}), api=STATUS, times=9)
    result = run_module("bk_job_wait", **existing(sim, job_instance_id=id_, retries=2))
    assert (result["outcome"], result["failed_hosts"], tried(sim, STATUS)) == ("failed", None, 4)


# What a gateway reports of the servers behind it


@pytest.mark.parametrize("fault", [faults.backend_closed(), faults.backend_tls_dropped(), faults.backend_json([1])])
@pytest.mark.parametrize("name", ["esb", "esb-v2", "apigw"])
def test_a_backend_that_broke_off_may_have_launched(
    sim: Simulator, run_module: RunModule, name: str, fault: faults.Fault
) -> None:
    for api in LAUNCHES:
        sim.faults.add(fault, api=api)
    result = run_module("bk_job_execute", **options_of(sim, name))
    assert (result["outcome"], tried(sim, *LAUNCHES), len(sim.launches)) == ("unknown", 1, 1)


@pytest.mark.parametrize(
    ("fault", "who"),
    [
        (faults.login_down(), {"bk_token": "token-of-alice"}),
        (faults.secret_service_down(), {"access_token": "access-of-alice"}),
    ],
    ids=["login", "secrets"],
)
def test_a_launch_is_retried_where_the_caller_could_not_be_verified(
    sim: Simulator, run_module: RunModule, fault: faults.Fault, who: Options
) -> None:
    sim.faults.add(fault, api="execute_job_plan", times=2)
    assert launched(sim, run_module, **who)
    assert (tried(sim, *LAUNCHES), len(sim.launches)) == (3, 1)


def test_a_cold_worker_changes_nothing(sim: Simulator, run_module: RunModule) -> None:
    sim.faults.add(faults.cold_worker())
    result = run_module("bk_job_execute", **options_of(sim, "esb-v2", wait=True))
    assert (result["outcome"], len(sim.launches)) == ("succeeded", 1)
