# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launches whose response was lost: which instances they may have created, and never that there is none."""

from __future__ import annotations

import re
import signal
import threading
import time
import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.simulator.job.instance import BY_WEB
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import DENIED, INTERNAL_ERROR, KEYS, runs, troubled_launch

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

PLAN, CREATE, CREATE_V2, HISTORY = (
    "get_job_plan_detail",
    "execute_job_plan",
    "execute_job",
    "get_job_instance_list",
)
EMPTY_PAGE = {"result": True, "code": 0, "data": {"start": 0, "length": 1000, "total": 0, "data": None}}


def options_of(sim: Simulator, name: str) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "job_plan_id": 100, "retries": 0, **fronts(sim)[name]}


@pytest.fixture(params=["esb", "apigw", "old"])
def v3(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The options of a launch on each surface that has a history."""
    # The old ESB responds to the attempt with a header first; only the launch itself is to be hit.
    return {**options_of(sim, request.param), **({"credentials_in": "body"} if request.param == "old" else {})}


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The same on the ESB."""
    return options_of(sim, "esb")


def launched(run_module: RunModule, options: Options, **more: t.Any) -> int:
    """The id of an instance whose launch has succeeded."""
    return t.cast("int", run_module("bk_job_execute", **{**options, **more})["job_instance_id"])


def lost(sim: Simulator, run_module: RunModule, options: Options, **more: t.Any) -> Result:
    """The result of a launch whose response is lost."""
    sim.faults.add(faults.lost(), api=CREATE)
    result = run_module("bk_job_execute", **{**options, **more})
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["job_instance_id"], result["ansible_facts"]) == (None, {"job_instance_id": None})
    return result


def listed(result: Result) -> list[int]:
    return [row["job_instance_id"] for row in result["candidates"]]


def test_a_single_candidate_is_reported_but_not_adopted(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    result = lost(sim, run_module, v3, console_url="https://job.example.com/")
    (launch,) = sim.launches
    (candidate,) = result["candidates"]
    created_at = candidate.pop("created_at")
    assert candidate == {
        "job_instance_id": launch.instance_id,
        "job_instance_name": "Test",
        "status": "success",
        "operator": "admin",
        "job_instance_url": f"https://job.example.com/api_execute/{launch.instance_id}",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created_at)
    assert "100 (Test)" in result["msg"]
    assert f"{launch.instance_id} (success, {created_at})" in result["msg"]


def test_without_a_console_there_are_no_links(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    (candidate,) = lost(sim, run_module, v3)["candidates"]
    assert candidate["job_instance_url"] is None


def test_instances_of_other_plans_users_and_times_are_no_candidates(
    sim: Simulator, run_module: RunModule, v3: Options
) -> None:
    launched(run_module, v3)
    sim.clock.advance(61)  # and with that the first is too old
    launched(run_module, v3, job_plan_id=101)
    launched(run_module, v3, bk_username="alice")
    by_hand = launched(run_module, v3)
    sim.instances[0].launch_mode = BY_WEB
    result = lost(sim, run_module, v3)
    assert listed(result) == [sim.launches[-1].instance_id]
    assert len(sim.launches) == 5
    assert str(by_hand) not in result["msg"]


def test_the_newest_candidate_comes_first(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    earlier = []
    for _launch in range(3):
        earlier.append(launched(run_module, v3))
        sim.clock.advance(10)
    result = lost(sim, run_module, v3)
    own = sim.launches[-1].instance_id
    assert listed(result) == [own, *earlier[::-1]]
    rows = ", ".join(f"{row['job_instance_id']} (success, {row['created_at']})" for row in result["candidates"])
    assert rows in result["msg"]


def test_the_message_names_only_a_few_of_many(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    for _launch in range(14):
        launched(run_module, esb, validate_variables=False)
    result = lost(sim, run_module, esb)
    assert len(listed(result)) == 15
    more = re.search(r"\d+(?= more\b)", result["msg"])
    assert more
    assert result["msg"].count("(success, ") + int(more[0]) == 15


@pytest.mark.parametrize("token", [{"bk_token": "token-of-alice"}, {"access_token": "access-of-alice"}])
def test_the_history_is_not_filtered_by_name_with_a_token(
    sim: Simulator, run_module: RunModule, esb: Options, token: Options
) -> None:
    """The token decides who launches, whatever name is beside it (§2.1)."""
    result = lost(sim, run_module, esb, **token)
    (candidate,) = result["candidates"]
    assert (candidate["operator"], sim.launches[0].operator) == ("alice", "alice")
    assert "operator" not in sim.requests[-1].body


def test_the_history_is_filtered_by_the_acting_user(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    result = lost(sim, run_module, esb, bk_username="alice")
    assert listed(result) == [sim.launches[0].instance_id]
    assert sim.requests[-1].body["operator"] == "alice"


# Searching the history


class TimeLimitError(BaseException):
    """As Ansible raises it at the end of the keyword timeout."""


def test_after_the_time_limit_of_the_task_the_history_is_read_once(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    def end(_number: int, _frame: object) -> None:
        raise TimeLimitError

    def expire() -> None:
        while not sim.launches:
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)

    response = threading.Event()
    sim.faults.add(faults.held(response), api=CREATE)
    before = signal.signal(signal.SIGALRM, end)
    threading.Thread(target=expire, daemon=True).start()
    try:
        result = run_module("bk_job_execute", **esb)
    finally:
        response.set()
        signal.signal(signal.SIGALRM, before)
    assert (result["outcome"], result["changed"]) == ("unknown", True)
    assert listed(result) == [sim.launches[0].instance_id]
    assert [request.api for request in sim.requests].count(HISTORY) == 1


@pytest.mark.parametrize("reads", [1, 2])
def test_an_instance_that_appears_late_is_found(sim: Simulator, run_module: RunModule, v3: Options, reads: int) -> None:
    sim.faults.add(faults.replaced(200, EMPTY_PAGE), api=HISTORY, times=reads)
    assert listed(lost(sim, run_module, v3)) == [sim.launches[0].instance_id]


def test_an_instance_that_appears_late_is_found_beside_others(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    """An instance from just before, by another host of the same play, is not all that there will be."""
    earlier = launched(run_module, esb)
    body = {"result": True, "code": 0, "data": None}
    row = {
        "job_instance_id": earlier,
        "job_plan_id": 100,
        "name": "Test",
        "operator": "admin",
        "launch_mode": 2,
        "type": 0,
        "status": 2,
        "create_time": round(sim.clock.now() * 1000),
    }
    sim.faults.add(faults.replaced(200, {**body, "data": {"data": [row]}}), api=HISTORY)
    assert listed(lost(sim, run_module, esb)) == [sim.launches[-1].instance_id, earlier]


def test_without_candidates_the_outcome_stays_unknown(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    sim.faults.add(faults.replaced(200, EMPTY_PAGE), api=HISTORY, times=3)
    result = lost(sim, run_module, v3)
    assert result["candidates"] == []
    # Since when the history was searched.
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result["msg"])


def test_a_server_clock_that_differs_does_not_hide_the_instance(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    for ahead in (-250, 55):

        class Clock:
            now = staticmethod(sim.clock.now)
            sleep = staticmethod(sim.clock.advance)

            @staticmethod
            def date(ahead: int = ahead) -> float:
                return sim.clock.now() + ahead

        result = lost(sim, run_module, esb, clock=Clock())
        assert sim.launches[-1].instance_id in listed(result)


@pytest.mark.parametrize("retries", [0, 5])
@pytest.mark.parametrize(
    "fault", [faults.bad_gateway(), faults.throttled(), faults.lost(), faults.answer(200, INTERNAL_ERROR)]
)
def test_an_unreachable_history_is_read_again(
    sim: Simulator, run_module: RunModule, v3: Options, fault: faults.Fault, retries: int
) -> None:
    """A gateway that has just lost a response may lose the next one as well."""
    sim.faults.add(fault, api=HISTORY, times=2)
    assert listed(lost(sim, run_module, v3, retries=retries)) == [sim.launches[0].instance_id]


def test_a_failed_second_read_of_the_history_keeps_the_first(
    sim: Simulator, run_module: RunModule, v3: Options
) -> None:
    sim.faults.add(faults.SOUND, api=HISTORY)
    sim.faults.add(faults.answer(200, DENIED), api=HISTORY, times=2)
    assert listed(lost(sim, run_module, v3)) == [sim.launches[0].instance_id]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.answer(200, DENIED), "User (admin) permission not allowed"),
        (faults.answer(200, INTERNAL_ERROR), "Internal Server Error"),
        (faults.replaced(200, {"result": True, "code": 0, "data": {"data": [{}]}}), HISTORY),
    ],
)
def test_an_unreadable_history_returns_null_and_the_reason(
    sim: Simulator, run_module: RunModule, v3: Options, fault: faults.Fault, words: str
) -> None:
    sim.faults.add(fault, api=HISTORY, times=10)
    result = lost(sim, run_module, v3)
    assert result["candidates"] is None
    assert words in result["msg"]
    assert result["error"]["kind"] == "unavailable"  # of the launch, not of the history
    assert result["error"]["code"] is None


@pytest.mark.parametrize("name", ["esb-v2", "old-v2"])
def test_v2_has_no_candidates(sim: Simulator, run_module: RunModule, name: str) -> None:
    options = {**options_of(sim, name), "credentials_in": "body"}
    sim.faults.add(faults.lost(), api=CREATE_V2)
    result = run_module("bk_job_execute", **options)
    assert (result["outcome"], result["changed"], result["candidates"]) == ("unknown", True, None)
    assert "API v2" in result["msg"]
    assert [request.api for request in sim.requests] == ["get_job_detail", CREATE_V2]


def test_without_unknown_outcome_the_history_is_not_read(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=CREATE)
    refused = run_module("bk_job_execute", **v3)
    assert (refused["outcome"], refused["candidates"]) == ("refused", None)
    assert run_module("bk_job_execute", **v3)["candidates"] is None
    assert HISTORY not in [request.api for request in sim.requests]


# Random faults


def test_no_run_of_trouble_launches_twice_or_denies_a_launch(sim: Simulator, run_module: RunModule) -> None:
    # `make soak` has many more.
    # Each way that a launch can go was gone.
    assert set(runs(sim, 80, lambda dice: troubled_launch(sim, run_module, dice))) == {
        ("launched", True, False),
        ("refused", False, False),
        ("unknown", True, True),
        ("unknown", True, False),
        ("unknown", False, True),
        ("unknown", False, False),
    }
