# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading instances: one in full on every surface, and the history where there is one."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from tests.unit.conftest import MakeClient, RunModule

    Options = dict[str, t.Any]

ROW = {
    "created_at",
    "ended_at",
    "job_instance_id",
    "job_instance_name",
    "job_instance_url",
    "job_plan_id",
    "launch_mode",
    "operator",
    "started_at",
    "status",
    "status_code",
    "total_seconds",
    "type",
}
BEYOND = {"result": False, "code": 1241010, "message": "The value of start cannot exceed 1000"}


def options_of(sim: Simulator, name: str) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[name]}


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return options_of(sim, request.param)


@pytest.fixture(params=["esb", "apigw", "old"])
def v3(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface that has a history."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The connection options of the ESB."""
    return options_of(sim, "esb")


def launch(sim: Simulator, run_module: RunModule, plan_id: int, seconds: float = 30, **options: t.Any) -> int:
    """The id of an instance launched some seconds ago."""
    id_ = run_module("bk_job_execute", job_plan_id=plan_id, **options)["job_instance_id"]
    sim.clock.advance(seconds)
    sim.requests.clear()
    return t.cast("int", id_)


def ids(result: dict[str, t.Any]) -> list[int]:
    assert (result.get("failed", False), result["error"], result["changed"]) == (False, None, False), result["msg"]
    return [row["job_instance_id"] for row in result["instances"]]


# One instance


def test_an_instance_is_returned_in_full(sim: Simulator, run_module: RunModule, front: Options) -> None:
    id_ = launch(sim, run_module, 102, **front)
    where = {"job_instance_id": id_, "console_url": "https://job.example.com"}
    result = run_module("bk_job_instance_info", **where, **front)
    assert (result.get("failed", False), result["changed"], result["error"]) == (False, False, None)
    assert (result["outcome"], result["status"], result["finished"]) == ("failed", "failed", True)
    assert [step["status"] for step in result["steps"]] == ["failed", "pending"]
    assert result["hosts"] == {"total": 2, "succeeded": 1, "failed": 1, "unfinished": 0}
    assert [host["ip"] for host in result["failed_hosts"]] == ["10.0.0.2"]
    assert all(fact in result["msg"] for fact in (str(id_), "Fails on the second host", "failed"))
    assert (result["job_instance_url"], result["instances"]) == (f"https://job.example.com/api_execute/{id_}", None)
    (log,) = result["logs"]
    assert (log["ip"], "no space left on device" in log["content"]) == ("10.0.0.2", True)
    assert result["failed_hosts"][0]["log"] == log["content"].rstrip()
    assert result["output_variables"] == {}


def test_logs_are_not_read_if_not_wanted(sim: Simulator, run_module: RunModule, front: Options) -> None:
    id_ = launch(sim, run_module, 102, **front)
    result = run_module("bk_job_instance_info", job_instance_id=id_, logs="none", **front)
    assert result["logs"] is None
    assert not [request for request in sim.requests if request.api.endswith("log")]


def test_a_running_instance_has_no_outcome(sim: Simulator, run_module: RunModule, front: Options) -> None:
    id_ = launch(sim, run_module, 101, **front)
    result = run_module("bk_job_instance_info", check_mode=True, job_instance_id=id_, **front)
    assert (result.get("failed", False), result["outcome"]) == (False, None)
    assert (result["status"], result["finished"]) == ("waiting", False)


def test_an_unknown_instance_is_refused(run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_instance_info", job_instance_id=4711, **front)
    assert (result["failed"], result["outcome"], result["job_instance_id"]) == (True, "refused", 4711)
    assert (result["failed_hosts"], result["logs"], result["steps"], result["host_list"]) == ([], [], [], [])
    assert (result["finished"], "blueking.job.resume" in result["msg"]) == (False, False)
    assert "4711" in result["msg"]
    assert result["request"]["body"]["job_instance_id"] == 4711
    assert (result["error"]["kind"], result["error"]["code"]) == ("not_found", 1244006)


def test_without_permission_it_is_refused(sim: Simulator, run_module: RunModule, front: Options) -> None:
    id_ = launch(sim, run_module, 100, **front)
    for options in ({"job_instance_id": id_}, {} if front.get("api_version") != "v2" else {"job_instance_id": id_}):
        result = run_module("bk_job_instance_info", **options, **{**front, "bk_username": "stranger"})
        assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, False, "user_permission")
        assert "access_business" in result["msg"]
        api = "get_job_instance_status" if options else "get_job_instance_list"
        assert (result["request"]["api"], result["request"]["body"]["bk_scope_id"]) == (api, "1")


# The history


def test_v2_has_no_history(sim: Simulator, run_module: RunModule) -> None:
    result = run_module("bk_job_instance_info", **options_of(sim, "esb-v2"))
    assert (result["failed"], result["outcome"], sim.requests) == (True, "refused", [])
    assert "api_version" in result["msg"]


def test_the_newest_instances_come_first(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    first, second = (launch(sim, run_module, plan_id, **v3) for plan_id in (100, 102))
    result = run_module("bk_job_instance_info", console_url="https://job.example.com/", **v3)
    assert (ids(result), result["request"]) == ([second, first], None)
    row = result["instances"][0]
    assert set(row) == ROW
    expected = {
        "job_instance_name": "Fails on the second host",
        "job_plan_id": 102,
        "operator": "admin",
        "launch_mode": "api",
        "type": "plan",
        "status": "failed",
        "status_code": 4,
        "job_instance_url": f"https://job.example.com/api_execute/{second}",
    }
    assert {key: row[key] for key in expected} == expected
    assert row["created_at"].endswith("Z")
    assert row["created_at"] <= row["started_at"] < row["ended_at"]
    assert row["total_seconds"] > 4
    assert (result["job_instance_id"], result["status"], result["msg"][:2]) == (None, None, "2 ")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": "second"}, True),
        ({"name": "third"}, False),
        ({"operator": "admin"}, True),
        ({"operator": "adm"}, False),
        ({"status": "failed"}, True),
        ({"status": "success"}, False),
        ({"launch_mode": "api"}, True),
        ({"launch_mode": "web"}, False),
        ({"type": "plan"}, True),
        ({"type": "script"}, False),
        ({"ip": "10.0.0.2"}, True),
        ({"ip": "10.0.0.3"}, False),
        ({"name": "", "operator": "", "ip": ""}, True),
        ({"name": "second", "status": "failed", "type": "plan"}, True),
    ],
)
def test_filters_select_instances(
    sim: Simulator, run_module: RunModule, v3: Options, filters: dict[str, str], found: bool
) -> None:
    id_ = launch(sim, run_module, 102, **v3)
    assert ids(run_module("bk_job_instance_info", **filters, **v3)) == ([id_] if found else [])


def test_the_default_window_is_the_last_day(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    old = launch(sim, run_module, 100, 2 * 86400, **v3)
    then = sim.clock.now()
    new = launch(sim, run_module, 100, 60, **v3)
    assert ids(run_module("bk_job_instance_info", **v3)) == [new]
    assert ids(run_module("bk_job_instance_info", created_after=str(then - 3 * 86400), **v3)) == [new, old]
    window = {"created_after": str(then - 3 * 86400), "created_before": str(then - 3600)}
    assert ids(run_module("bk_job_instance_info", **window, **v3)) == [old]


def test_an_instance_launched_this_moment_is_found(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    id_ = launch(sim, run_module, 100, 0, **v3)
    assert ids(run_module("bk_job_instance_info", **v3)) == [id_]


def test_the_limit_is_applied_and_named(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    newest = [launch(sim, run_module, 100, 1, **v3) for _number in range(3)][:0:-1]
    result = run_module("bk_job_instance_info", limit=2, **v3)
    assert ids(result) == newest
    assert "limit" in result["msg"]
    result = run_module("bk_job_instance_info", limit=1, **v3)
    assert (ids(result), "limit" in result["msg"]) == (newest[:1], True)
    assert "1 instances" not in result["msg"]


@pytest.fixture
def thousand(sim: Simulator, make_client: MakeClient) -> list[int]:
    """The ids of 1200 instances, the newest first."""
    from ansible_collections.blueking.job.plugins.module_utils._api.call import Call

    call = Call("jobv3", "execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 100}, writes=True)
    client, found = make_client(), []
    for _number in range(1200):
        found.append(client.call(call)["job_instance_id"])
        sim.clock.advance(0.01)
    return found[::-1]


def pages(sim: Simulator) -> list[tuple[int, int]]:
    """Start and length of the pages requested."""
    queries = [request.query if request.method == "GET" else request.body for request in sim.requests]
    return [(int(page["start"]), int(page["length"])) for page in queries]


def test_all_pages_are_read(sim: Simulator, run_module: RunModule, thousand: list[int]) -> None:
    for surface in ("esb", "apigw"):  # in one test, since the instances take longer than all else
        v3 = options_of(sim, surface)
        sim.requests.clear()
        assert ids(run_module("bk_job_instance_info", limit=1100, **v3)) == thousand[:1100]
        assert pages(sim) == [(0, 1000), (1000, 100)]
        sim.requests.clear()
        assert ids(run_module("bk_job_instance_info", limit=5000, **v3)) == thousand
        assert pages(sim) == [(0, 1000), (1000, 1000)]
        sim.requests.clear()
        # Older servers have no page after 1000 rows (contract §6.8): the window is narrowed instead.
        for fault in (faults.SOUND, faults.answer(200, BEYOND)):
            sim.faults.add(fault, api="get_job_instance_list")
        assert ids(run_module("bk_job_instance_info", limit=5000, **v3)) == thousand
        assert pages(sim) == [(0, 1000), (1000, 1000), (0, 1000)]


def test_gateway_errors_are_retried(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    id_ = launch(sim, run_module, 100, **v3)
    for fault in (faults.lost(), faults.bad_gateway(), faults.throttled()):
        sim.faults.add(fault, api="get_job_instance_list")
    assert ids(run_module("bk_job_instance_info", **{**v3, "retries": 3})) == [id_]


@pytest.mark.parametrize("data", [None, {}, {"data": [{}]}, {"data": 5}, []])
def test_a_malformed_response_is_reported(sim: Simulator, run_module: RunModule, esb: Options, data: t.Any) -> None:
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": data}))
    result = run_module("bk_job_instance_info", **esb)
    assert (result["failed"], result["error"]["kind"]) == (True, "protocol")
    assert "get_job_instance_list" in result["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"job_instance_id": 10000, "name": "x", "status": "failed"}, "name, status"),
        ({"job_instance_id": 0}, "job_instance_id must be at least 1"),
        ({"limit": 0}, "limit must be at least 1"),
        ({"created_after": "yesterday"}, "created_after"),
        ({"created_after": "2024-01-01", "created_before": "2024-02-15"}, "45 days"),
    ],
)
def test_bad_options_are_refused_before_any_request(
    sim: Simulator, run_module: RunModule, esb: Options, options: Options, words: str
) -> None:
    result = run_module("bk_job_instance_info", **esb, **options)
    assert (result["failed"], result["outcome"], result["changed"], sim.requests) == (True, "refused", False, [])
    assert words in result["msg"]
