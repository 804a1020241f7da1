# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking in the history for an instance whose launch had no response: how often, and in which window."""

from __future__ import annotations

import time
import typing as t
from email.utils import formatdate

import pytest

from ansible_collections.blueking.job.plugins.module_utils._launch.candidates import PLAN, Wanted, find_candidates
from ansible_collections.blueking.job.plugins.module_utils._model.language import Phrase
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Launch
from tests.simulator import faults
from tests.simulator.gateway import wire
from tests.unit.conftest import fronts

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._launch.report import LaunchReport
    from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
    from tests.simulator import Simulator
    from tests.unit.plugins.module_utils.conftest import RunBody

HISTORY = "get_job_instance_list"
DENIED = {"result": False, "code": 9900403, "message": "User (admin) permission not allowed"}


class Search(t.NamedTuple):
    """The candidates, the sentence about them, the requests for the history, and the seconds it took."""

    candidates: list[dict[str, t.Any]] | None
    sentence: str
    requests: list[dict[str, t.Any]]
    seconds: float


def search(
    sim: Simulator,
    run_body: RunBody,
    *trouble: tuple[faults.Fault, int],
    launches: int = 1,
    once: bool = False,
    **options: t.Any,
) -> Search:
    found: list[tuple[str, float]] = []

    def body(task: Task, report: LaunchReport) -> None:
        began = task.clock.date()
        for _launch in range(launches):
            task.job.call(task.job.apis.launch, Launch(100))
        for fault, times in trouble:
            sim.faults.add(fault, api=HISTORY, times=times)
        sentence = find_candidates(task, report, Wanted(PLAN, Phrase("of the plan"), plan_id=100), began, once=once)
        assert isinstance(sentence, str)
        found.append((sentence, task.clock.date() - began))

    result = run_body(body, **options)
    ((sentence, seconds),) = found
    requests = [request.body for request in sim.requests if request.api == HISTORY]
    return Search(result["candidates"], sentence, requests, seconds)


def test_the_history_is_read_three_times_within_ten_seconds(sim: Simulator, run_body: RunBody) -> None:
    """An instance may appear late, and the first that appears may be somebody else's."""
    found = search(sim, run_body)
    assert [row["job_instance_id"] for row in found.candidates or ()] == [sim.launches[0].instance_id]
    assert str(sim.launches[0].instance_id) in found.sentence
    assert (len(found.requests), round(found.seconds)) == (3, 10)


def test_it_is_read_once_where_the_time_is_up(sim: Simulator, run_body: RunBody) -> None:
    found = search(sim, run_body, once=True)
    assert (len(found.candidates or ()), len(found.requests), found.seconds) == (1, 1, 0)


def test_a_lasting_refusal_ends_it_at_once(sim: Simulator, run_body: RunBody) -> None:
    found = search(sim, run_body, (faults.answer(200, DENIED), 100))
    assert (found.candidates, len(found.requests), found.seconds) == (None, 1, 0)
    assert "permission" in found.sentence


def test_a_lasting_refusal_later_keeps_what_was_found(sim: Simulator, run_body: RunBody) -> None:
    found = search(sim, run_body, (faults.SOUND, 1), (faults.answer(200, DENIED), 100))
    assert (len(found.candidates or ()), len(found.requests)) == (1, 2)


@pytest.mark.parametrize("fault", [faults.throttled(), faults.bad_gateway(), faults.lost()])
def test_a_passing_failure_does_not_end_it(sim: Simulator, run_body: RunBody, fault: faults.Fault) -> None:
    found = search(sim, run_body, (fault, 2))
    assert (len(found.candidates or ()), len(found.requests)) == (1, 3)


def test_it_stays_unknown_where_the_history_cannot_be_read(sim: Simulator, run_body: RunBody) -> None:
    found = search(sim, run_body, (faults.bad_gateway(), 100))
    assert (found.candidates, len(found.requests)) == (None, 3)


def test_nothing_found_is_an_empty_list(sim: Simulator, run_body: RunBody) -> None:
    assert search(sim, run_body, launches=0).candidates == []


def test_v2_has_no_history(sim: Simulator, run_body: RunBody) -> None:
    found = search(sim, run_body, **fronts(sim)["esb-v2"])
    assert (found.candidates, found.requests) == (None, [])


def test_the_window_allows_for_the_clocks_of_both_sides(sim: Simulator, run_body: RunBody) -> None:
    began = sim.clock.now()
    first = search(sim, run_body).requests[0]
    # Its Date has whole seconds.
    assert first["create_time_start"] == pytest.approx((began - 60) * 1000, abs=2000)
    assert first["create_time_end"] == pytest.approx((began + 300) * 1000, abs=2000)


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_the_window_is_by_the_clock_of_the_server(
    sim: Simulator, run_body: RunBody, monkeypatch: pytest.MonkeyPatch, skew: int
) -> None:
    def date(_connection: object, _timestamp: object = None) -> str:
        return formatdate(time.time() + skew, usegmt=True)

    monkeypatch.setattr(wire.Connection, "date_time_string", date)
    began = sim.clock.now()
    first = search(sim, run_body).requests[0]
    assert first["create_time_start"] == pytest.approx((began + skew - 60) * 1000, abs=2000)
    assert first["create_time_end"] == pytest.approx((began + skew + 300) * 1000, abs=2000)


@pytest.mark.parametrize(
    ("options", "operator"),
    [({}, "admin"), ({"bk_token": "token-of-alice"}, None), ({"access_token": "access-of-alice"}, None)],
)
def test_a_token_does_not_say_whose_it_is(
    sim: Simulator, run_body: RunBody, options: dict[str, t.Any], operator: str | None
) -> None:
    assert search(sim, run_body, **options).requests[0].get("operator") == operator
