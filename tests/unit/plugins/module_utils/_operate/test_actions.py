# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each action needs, as tables: every status, every type of step."""

from __future__ import annotations

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.stop import to_stop
from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError, RefusedError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import (
    OUTCOMES,
    STATUSES,
    Instance,
    Operation,
    Step,
)
from ansible_collections.blueking.job.plugins.module_utils._operate.actions import (
    ACTIONS,
    STEP_ACTIONS,
    OperationRequest,
    has_moved,
    needed,
    read_request,
)
from ansible_collections.blueking.job.plugins.module_utils._task.arguments import validate
from ansible_collections.blueking.job.plugins.modules.bk_job_operate import MODULE

SCRIPT, CONFIRMATION = 1, 3
STEP = 75

# Action → its code, the type of step it is tried on, the statuses it needs, and those in which it is done (§6.10).
TABLE = {
    "retry_failed": (2, SCRIPT, {4, 9, 11}, set()),
    "retry_all": (8, SCRIPT, {4, 9, 11}, set()),
    "ignore_error": (3, SCRIPT, {4, 9}, {6}),
    "confirm": (6, CONFIRMATION, {7}, {3}),
    "reject": (9, CONFIRMATION, {7}, {13}),
    "restart_confirmation": (10, CONFIRMATION, {13}, {7}),
    "next_step": (11, SCRIPT, {11}, set()),
    "skip": (12, SCRIPT, {10}, {5}),
    "continue_rolling": (13, SCRIPT, {7, 15}, set()),
}


def instance(status: int, *steps: tuple[int, int]) -> Instance:
    """An instance with steps 75, 76 … by type and status."""
    rows = (Step(STEP + number, "run", type_, step) for number, (type_, step) in enumerate(steps))
    return Instance(10000, "deploy", status, tuple(rows))


def test_the_table_has_every_action() -> None:
    assert set(TABLE) == set(STEP_ACTIONS) == set(ACTIONS) - {"terminate", "start"}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", TABLE)
def test_an_action_needs_its_statuses(action: str, status: int) -> None:
    code, type_, needs, done = TABLE[action]
    request, now = OperationRequest(action, 10000, STEP), instance(4, (type_, status))
    if status in needs:
        assert needed(request, now) == Operation(10000, code, STEP)
    elif status in done:
        assert needed(request, now) is None
    else:
        with pytest.raises(RefusedError, match=rf"\bstep {STEP} .*\b{action} requires\b"):
            needed(request, now)


@pytest.mark.parametrize("action", [action for action in TABLE if action not in ("next_step", "skip")])
def test_an_action_needs_its_type_of_step(action: str) -> None:
    type_ = CONFIRMATION if TABLE[action][1] == SCRIPT else SCRIPT
    with pytest.raises(RefusedError, match=r"step 75 is of type (script|confirmation)"):
        needed(OperationRequest(action, 10000, STEP), instance(4, (type_, min(TABLE[action][2]))))


@pytest.mark.parametrize(
    ("request_", "now", "words"),
    [
        (
            OperationRequest("retry_failed", 10000, STEP),
            instance(2, (SCRIPT, 2)),
            ["step 75", "running", "retry_failed", "failed, abnormal or terminated"],
        ),
        (
            OperationRequest("skip", 10000, STEP),
            instance(11, (SCRIPT, 11)),
            ["step 75", "terminated", "skip", "stopping"],
        ),
        (
            OperationRequest("continue_rolling", 10000, STEP),
            instance(2, (SCRIPT, 99)),
            ["step 75", "unknown", "continue_rolling", "waiting or rolling waiting"],
        ),
        (
            OperationRequest("skip", 10000, 80),
            instance(2, (SCRIPT, 2), (SCRIPT, 1)),
            ["instance 10000", "step 80", "75 (run), 76 (run)"],
        ),
    ],
)
def test_a_refusal_names_the_step_its_status_and_what_is_needed(
    request_: OperationRequest, now: Instance, words: list[str]
) -> None:
    with pytest.raises(RefusedError) as caught:
        needed(request_, now)
    assert [word for word in words if word not in caught.value.message] == [], caught.value.message


@pytest.mark.parametrize("status", STATUSES)
def test_an_instance_is_started_while_it_is_pending(status: int) -> None:
    operation = Operation(10000, 2) if status == 1 else None
    assert needed(OperationRequest("start", 10000), instance(status, (SCRIPT, 1))) == operation


@pytest.mark.parametrize("status", [*STATUSES, 99])
def test_only_an_instance_that_has_not_ended_is_stopped(status: int) -> None:
    operation = None if status in OUTCOMES or status == 10 else Operation(10000, 1)
    assert to_stop(instance(status, (SCRIPT, 2))) == operation


@pytest.mark.parametrize("status", [7, 10])
def test_at_a_confirmation_the_step_is_rejected(status: int) -> None:
    assert to_stop(instance(status, (SCRIPT, 3), (CONFIRMATION, 7))) == Operation(10000, 9, 76)


def test_a_waiting_rolling_step_is_not_a_confirmation() -> None:
    assert to_stop(instance(7, (SCRIPT, 7))) == Operation(10000, 1)


@pytest.mark.parametrize(
    ("now", "operation"),
    [
        (instance(11, (SCRIPT, 11), (SCRIPT, 1)), Operation(10000, 11, STEP)),
        (instance(2, (SCRIPT, 11), (SCRIPT, 1)), None),
        (instance(4, (SCRIPT, 11), (SCRIPT, 4)), None),
    ],
)
def test_the_next_step_is_started_once(now: Instance, operation: Operation | None) -> None:
    assert needed(OperationRequest("next_step", 10000, STEP), now) == operation


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"action": "terminate", "step_instance_id": 75}, "terminate.*step_instance_id"),
        ({"job_instance_id": 0}, "job_instance_id.*at least 1"),
        ({"action": "skip", "step_instance_id": 0}, "step_instance_id.*at least 1"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_request({"action": "terminate", "job_instance_id": 10000, "step_instance_id": None, **options})


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_on_a_step_requires_the_step(action: str) -> None:
    connection = {"url": "https://paas.example.com"}
    _params, problem = validate(MODULE.options, {**connection, "action": action, "job_instance_id": 10000})
    assert ("step_instance_id" in (problem or "")) == (action in STEP_ACTIONS)


def test_a_second_failure_is_a_change() -> None:
    before = Instance(10000, "deploy", 4, (Step(75, "run", SCRIPT, 4, execute_count=0),))
    assert not has_moved(before, before)
    assert has_moved(before, Instance(10000, "deploy", 4, (Step(75, "run", SCRIPT, 4, execute_count=1),)))
