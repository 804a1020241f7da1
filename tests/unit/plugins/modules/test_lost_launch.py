# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of a launch whose answer was lost: which instances may be it, and never that there is none."""

from __future__ import annotations

import re
import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.simulator.job.instance import BY_WEB
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import DENIED, HOUR, INTERNAL_ERROR, KEYS, runs, trouble_for

if t.TYPE_CHECKING:
    import random

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
BEGINNING = "Plan 100 (Test) may have been launched and may be running: 127.0.0.1:{port} gave no whole answer: "


def options_of(sim: Simulator, name: str) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "job_plan_id": 100, "retries": 0, **fronts(sim)[name]}


@pytest.fixture(params=["esb", "apigw", "old"])
def v3(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The options of a launch on each surface that has a history."""
    # The old ESB answers the attempt with a header first; only the launch itself is to be hit.
    return {**options_of(sim, request.param), **({"credentials_in": "body"} if request.param == "old" else {})}


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The same on the ESB."""
    return options_of(sim, "esb")


def launched(run_module: RunModule, options: Options, **more: t.Any) -> int:
    """An instance that everybody has heard of."""
    return t.cast("int", run_module("bk_job_execute", **{**options, **more})["job_instance_id"])


def lost(sim: Simulator, run_module: RunModule, options: Options, **more: t.Any) -> Result:
    """The result of a launch whose answer is lost."""
    sim.faults.add(faults.lost(), api=CREATE)
    result = run_module("bk_job_execute", **{**options, **more})
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert (result["job_instance_id"], result["ansible_facts"]) == (None, {"job_instance_id": None})
    return result


def listed(result: Result) -> list[int]:
    return [row["job_instance_id"] for row in result["candidates"]]


def test_the_only_one_is_told_of_and_not_taken_for_it(sim: Simulator, run_module: RunModule, v3: Options) -> None:
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
    assert result["msg"].startswith(BEGINNING.format(port=sim.url.rpartition(":")[2]))
    assert result["msg"].endswith(
        " It was not launched again. Before it is launched again, look at this instance of the plan, which was created "
        f"at about that time and may be it: {launch.instance_id} (success, {created_at})."
    )


def test_without_a_console_there_are_no_links(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    (candidate,) = lost(sim, run_module, v3)["candidates"]
    assert candidate["job_instance_url"] is None


def test_others_are_left_out(sim: Simulator, run_module: RunModule, v3: Options) -> None:
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


def test_of_several_the_newest_comes_first(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    earlier = []
    for _launch in range(3):
        earlier.append(launched(run_module, v3))
        sim.clock.advance(10)
    result = lost(sim, run_module, v3)
    own = sim.launches[-1].instance_id
    assert listed(result) == [own, *earlier[::-1]]
    rows = ", ".join(f"{row['job_instance_id']} (success, {row['created_at']})" for row in result["candidates"])
    assert result["msg"].endswith(
        "Before it is launched again, look at these instances of the plan, which were created at about that time and "
        f"one of which may be it: {rows}."
    )


def test_of_very_many_the_message_names_a_few(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    for _launch in range(14):
        launched(run_module, esb, validate_variables=False)
    result = lost(sim, run_module, esb)
    assert len(listed(result)) == 15
    assert re.search(r"Z\) and \d+ more\.$", result["msg"])
    assert result["msg"].count("(success, ") + int(result["msg"].split()[-2]) == 15


@pytest.mark.parametrize("token", [{"bk_token": "token-of-alice"}, {"access_token": "access-of-alice"}])
def test_whoever_a_token_speaks_for(sim: Simulator, run_module: RunModule, esb: Options, token: Options) -> None:
    """The token decides who launches, and the name beside it says nothing (§2.1)."""
    result = lost(sim, run_module, esb, **token)
    (candidate,) = result["candidates"]
    assert (candidate["operator"], sim.launches[0].operator) == ("alice", "alice")
    assert "operator" not in sim.requests[-1].body


def test_a_name_is_looked_for(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    result = lost(sim, run_module, esb, bk_username="alice")
    assert listed(result) == [sim.launches[0].instance_id]
    assert sim.requests[-1].body["operator"] == "alice"


# Looking for it


@pytest.mark.parametrize("looks", [1, 2])
def test_what_comes_late_is_found(sim: Simulator, run_module: RunModule, v3: Options, looks: int) -> None:
    sim.faults.add(faults.replaced(200, EMPTY_PAGE), api=HISTORY, times=looks)
    assert listed(lost(sim, run_module, v3)) == [sim.launches[0].instance_id]


def test_what_comes_late_is_found_also_beside_others(sim: Simulator, run_module: RunModule, esb: Options) -> None:
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


def test_what_never_comes_is_not_denied(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    sim.faults.add(faults.replaced(200, EMPTY_PAGE), api=HISTORY, times=3)
    result = lost(sim, run_module, v3)
    assert result["candidates"] == []
    assert re.search(
        r" It was not launched again\. Job's execution history shows no instance of the plan created since "
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, but one may still come: look again before it is launched again\.$",
        result["msg"],
    )


def test_a_job_with_a_clock_of_its_own_is_understood(sim: Simulator, run_module: RunModule, esb: Options) -> None:
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
def test_a_history_that_is_out_of_reach_for_a_while_is_waited_for(
    sim: Simulator, run_module: RunModule, v3: Options, fault: faults.Fault, retries: int
) -> None:
    """What has just lost an answer may lose the next as well."""
    sim.faults.add(fault, api=HISTORY, times=2)
    assert listed(lost(sim, run_module, v3, retries=retries)) == [sim.launches[0].instance_id]


def test_a_look_that_fails_takes_nothing_back(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    sim.faults.add(faults.SOUND, api=HISTORY)
    sim.faults.add(faults.answer(200, DENIED), api=HISTORY, times=2)
    assert listed(lost(sim, run_module, v3)) == [sim.launches[0].instance_id]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.answer(200, DENIED), "User (admin) permission not allowed (code 9900403). Have the permission granted"),
        (faults.answer(200, INTERNAL_ERROR), "Internal Server Error (code 1240002)."),
        (faults.replaced(200, {"result": True, "code": 0, "data": {"data": [{}]}}), "unknown shape"),
    ],
)
def test_a_history_that_cannot_be_read_is_null_and_says_so(
    sim: Simulator, run_module: RunModule, v3: Options, fault: faults.Fault, words: str
) -> None:
    sim.faults.add(fault, api=HISTORY, times=10)
    result = lost(sim, run_module, v3)
    assert result["candidates"] is None
    _beginning, _dot, ending = result["msg"].partition(" It was not launched again. ")
    assert ending.startswith("Look for it in Job's execution history, which could not be read from here: ")
    assert words in ending
    assert result["error"]["kind"] == "unavailable"  # of the launch, not of the look
    assert result["error"]["code"] is None


@pytest.mark.parametrize("name", ["esb-v2", "old-v2"])
def test_v2_has_no_list_and_says_so(sim: Simulator, run_module: RunModule, name: str) -> None:
    options = {**options_of(sim, name), "credentials_in": "body"}
    sim.faults.add(faults.lost(), api=CREATE_V2)
    result = run_module("bk_job_execute", **options)
    assert (result["outcome"], result["changed"], result["candidates"]) == ("unknown", True, None)
    assert result["msg"].endswith(
        " It was not launched again. Look for it in Job's execution history: API v2 cannot list instances."
    )
    assert [request.api for request in sim.requests] == ["get_job_detail", CREATE_V2]


def test_where_nothing_is_unknown_nothing_is_looked_for(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    sim.faults.add(faults.answer(200, DENIED), api=CREATE)
    refused = run_module("bk_job_execute", **v3)
    assert (refused["outcome"], refused["candidates"]) == ("refused", None)
    assert run_module("bk_job_execute", **v3)["candidates"] is None
    assert HISTORY not in [request.api for request in sim.requests]


# Everything at once


def test_no_run_of_trouble_launches_twice_or_denies_a_launch(sim: Simulator, run_module: RunModule) -> None:
    def run(dice: random.Random) -> tuple[str, bool, bool]:
        trouble_for(sim, dice, {PLAN: 0.2, "get_job_detail": 0.2, CREATE: 0.8, CREATE_V2: 0.8, HISTORY: 0.6})
        options = options_of(sim, dice.choice(["esb", "apigw", "esb-v2"]))
        result = run_module("bk_job_execute", **{**options, "retries": dice.choice([0, 1, 5])})
        sim.clock.advance(HOUR)
        there = [launch.instance_id for launch in sim.launches]
        outcome, own = result["outcome"], result["job_instance_id"]
        assert set(result) >= KEYS
        assert len(there) <= 1
        assert result["changed"] is (outcome != "refused")
        if outcome == "launched":
            assert there == [own]
        elif outcome == "refused":
            assert (there, own) == ([], None)
        else:
            assert (outcome, own) == ("unknown", None)
            assert result["candidates"] is None or listed(result) == there
        return outcome, bool(there), result["candidates"] is not None

    # Each way that a launch can go was gone.
    assert set(runs(sim, 200, run)) == {
        ("launched", True, False),
        ("refused", False, False),
        ("unknown", True, True),
        ("unknown", True, False),
        ("unknown", False, True),
        ("unknown", False, False),
    }
