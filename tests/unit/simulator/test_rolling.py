# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rolling execution of quick jobs (quick jobs Q0): batches, and the states between them."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Host, Outcome, Simulator
from tests.unit.simulator.quick import history, script, steps_of, transfer

if t.TYPE_CHECKING:
    from tests.unit.simulator.client import Client

PAUSE, IGNORE, MANUAL = 1, 2, 3
FAILURE = Outcome(104, exit_code=1)


def add_hosts(sim: Simulator, count: int) -> list[int]:
    hosts = [Host(2000 + number, f"10.9.{number // 250}.{number % 250}", biz=1) for number in range(count)]
    sim.world.hosts.extend(hosts)
    return [host.id for host in hosts]


def launch(client: Client, expression: str, mode: int = PAUSE, hosts: t.Sequence[int] = (101, 102, 103)) -> t.Any:
    config = {"expression": expression, "mode": mode}
    return client.data("fast_execute_script", **script(rolling_config=config, target_server={"host_id_list": hosts}))


def ids(launched: dict[str, t.Any]) -> dict[str, int]:
    return {key: launched[key] for key in ("job_instance_id", "step_instance_id")}


def sizes(sim: Simulator) -> list[int]:
    [instance] = sim.instances
    return [len(batch) for batch in instance.steps[0].batches]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("10%", [1] * 10),
        ("33%", [4, 4, 2]),
        ("100%", [10]),
        ("4", [4, 4, 2]),
        ("1 +2", [1, 3, 5, 1]),
        ("+2", [2, 4, 4]),
        ("1 *2", [1, 2, 4, 3]),
        ("*3", [3, 7]),
        ("1 2 100%", [1, 2, 7]),
        ("1 10% ", [1] * 10),
        ("20", [10]),
    ],
)
def test_batches(sim: Simulator, v3: Client, expression: str, expected: list[int]) -> None:
    launch(v3, expression, hosts=add_hosts(sim, 10))
    assert sizes(sim) == expected


@pytest.mark.parametrize("expression", ["x", "0", "0%", "101%", "+0", "*0", "-1", "1.5", "1  2", " 1", "1,2", "%"])
def test_bad_expressions_leave_an_orphan(sim: Simulator, v3: Client, expression: str) -> None:
    params = script(rolling_config={"expression": expression})
    assert v3.refusal("fast_execute_script", **params) == (1244026, "Invalid rolling strategy")
    [row] = history(sim, v3, name="hello")
    assert (row["status"], row["type"]) == (1, 1)
    assert [(launch.name, launch.started) for launch in sim.launches] == [("hello", False)]
    sim.clock.advance(60)
    assert steps_of(v3, row["job_instance_id"])[0] == 1


@pytest.mark.parametrize(("count", "code"), [(501, 0), (502, 1244027)])
def test_most_batches(sim: Simulator, v3: Client, count: int, code: int) -> None:
    server = {"host_id_list": add_hosts(sim, count)}
    params = script(rolling_config={"expression": "1"}, target_server=server)
    assert v3.body("fast_execute_script", **params)["code"] == code
    assert len(history(sim, v3)) == 1


def test_batches_run_one_after_the_other(sim: Simulator, v3: Client) -> None:
    launched = launch(v3, "1 2")
    sim.clock.advance(1)
    assert steps_of(v3, launched["job_instance_id"]) == (2, 2, [(101, 7), (102, 5), (103, 5)])
    sim.clock.advance(3)
    assert steps_of(v3, launched["job_instance_id"]) == (2, 2, [(101, 9), (102, 7), (103, 7)])
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"]) == (3, 3, [(101, 9), (102, 9), (103, 9)])


def test_state_between_batches(sim: Simulator, v3: Client) -> None:
    launched = launch(v3, "1")
    # Queue, pause before the step, pause before the host, three seconds of work, and the end of the batch.
    sim.clock.advance(0.12 + 0.08 + 0.1 + 3 + 0.05 + 0.01)
    assert steps_of(v3, launched["job_instance_id"]) == (2, 15, [(101, 9), (102, 5), (103, 5)])


def test_manual_mode_waits_for_a_person(sim: Simulator, v3: Client) -> None:
    launched = launch(v3, "1", MANUAL)
    for finished in (1, 2):
        sim.clock.advance(60)
        assert steps_of(v3, launched["job_instance_id"]) == (
            7,
            7,
            [(host, 9 if number < finished else 5) for number, host in enumerate((101, 102, 103))],
        )
        v3.data("operate_step_instance", **ids(launched), operation_code=13)
        assert steps_of(v3, launched["job_instance_id"])[:2] == (2, 2)
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"])[:2] == (3, 3)


@pytest.mark.parametrize("mode", [PAUSE, MANUAL])
def test_failed_batch_ends_the_job(sim: Simulator, v3: Client, mode: int) -> None:
    """It does not wait for a person: `GseStepEventHandler.onFail`, `JobListener.refreshJob`."""
    sim.world.quick_script.outcomes = {101: (FAILURE,)}
    launched = launch(v3, "1", mode)
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"]) == (4, 4, [(101, 104), (102, 5), (103, 5)])
    assert v3.data("get_job_instance_status", job_instance_id=launched["job_instance_id"])["finished"]


@pytest.mark.parametrize("operation", [2, 3, 8])
def test_failed_batch_goes_on_after_an_operation(sim: Simulator, v3: Client, operation: int) -> None:
    sim.world.quick_script.outcomes = {101: (FAILURE, Outcome())}
    launched = launch(v3, "1")
    sim.clock.advance(60)
    v3.data("operate_step_instance", **ids(launched), operation_code=operation)
    sim.clock.advance(60)
    first = 104 if operation == 3 else 9
    assert steps_of(v3, launched["job_instance_id"]) == (3, 3, [(101, first), (102, 9), (103, 9)])


def test_each_batch_has_its_own_first_attempt(sim: Simulator, v3: Client) -> None:
    sim.world.quick_script.outcomes = {101: (FAILURE, Outcome()), 102: (FAILURE, Outcome())}
    launched = launch(v3, "1")
    sim.clock.advance(60)
    v3.data("operate_step_instance", **ids(launched), operation_code=2)
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"]) == (4, 4, [(101, 9), (102, 104), (103, 5)])


@pytest.mark.parametrize(("host", "step"), [(101, 3), (103, 6)])
def test_ignored_failures(sim: Simulator, v3: Client, host: int, step: int) -> None:
    """The last batch decides about the step."""
    sim.world.quick_script.outcomes = {host: (FAILURE,)}
    launched = launch(v3, "1", IGNORE)
    sim.clock.advance(60)
    expected = [(one, 104 if one == host else 9) for one in (101, 102, 103)]
    assert steps_of(v3, launched["job_instance_id"]) == (3, step, expected)


@pytest.mark.parametrize("operation", [6, 9, 10])
def test_waiting_batch_is_no_approval(sim: Simulator, v3: Client, operation: int) -> None:
    launched = launch(v3, "1", MANUAL)
    sim.clock.advance(60)
    assert v3.refusal("operate_step_instance", **ids(launched), operation_code=operation)[0] == 1241003


def test_approval_is_no_waiting_batch(sim: Simulator, v3: Client) -> None:
    instance_id = v3.data("execute_job_plan", job_plan_id=101)["job_instance_id"]
    sim.clock.advance(60)
    steps = v3.data("get_job_instance_status", job_instance_id=instance_id)["step_instance_list"]
    step_id = next(step["step_instance_id"] for step in steps if step["status"] == 7)
    params = {"job_instance_id": instance_id, "step_instance_id": step_id, "operation_code": 13}
    assert v3.refusal("operate_step_instance", **params)[0] == 1241003


@pytest.mark.parametrize("after", [1, 60])
def test_termination(sim: Simulator, v3: Client, after: float) -> None:
    """While a batch runs, or while it waits for a person."""
    launched = launch(v3, "1", MANUAL)
    sim.clock.advance(after)
    v3.data("operate_job_instance", job_instance_id=launched["job_instance_id"], operation_code=1)
    sim.clock.advance(60)
    first = 403 if after == 1 else 9
    assert steps_of(v3, launched["job_instance_id"]) == (11, 11, [(101, first), (102, 5), (103, 5)])


def test_transfers_roll_too(sim: Simulator, v3: Client) -> None:
    launched = v3.data("fast_transfer_file", **transfer(rolling_config={"expression": "1", "mode": MANUAL}))
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"]) == (7, 7, [(101, 9), (102, 5)])


def test_record(sim: Simulator, v3: Client) -> None:
    launch(v3, "1", IGNORE)
    rolling = sim.launches[0].rolling
    assert rolling is not None
    assert (rolling.expression, rolling.mode, rolling.type) == ("1", IGNORE, 1)
