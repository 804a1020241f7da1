# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be done to instances and their steps: in which state, and when it is done already (contract §6.9, §6.10)."""

from __future__ import annotations

import typing as t

from .._follow.stop import REJECT, in_words, to_stop
from .._model.errors import InputError, RefusedError
from .._model.instance import CONFIRMATION, PENDING, STEP_TYPES, STOPPING, WAITING, Instance, Operation, Step, word

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, ABNORMAL, STOPPED, REJECTED, ROLLING = 2, 3, 4, 5, 6, 9, 11, 13, 15
START = 2
NOT_KNOWN = 1241002  # how a server before 3.10 answers to an operation it does not know


class StepAction(t.NamedTuple):
    """An operation on a step: Job's code, the statuses it needs, and those it leads to, in which it is done already.

    ``confirmations`` says whether it is for manual confirmations alone, or for all other steps alone; None is for any.
    """

    code: int
    needs: tuple[int, ...]
    done: tuple[int, ...] = ()
    confirmations: bool | None = None


STEP_ACTIONS = {
    "retry_failed": StepAction(2, (FAILED, ABNORMAL, STOPPED), confirmations=False),
    "retry_all": StepAction(8, (FAILED, ABNORMAL, STOPPED), confirmations=False),
    "ignore_error": StepAction(3, (FAILED, ABNORMAL), (IGNORED,), confirmations=False),
    "confirm": StepAction(6, (WAITING,), (SUCCESS,), confirmations=True),
    "reject": StepAction(REJECT, (WAITING,), (REJECTED,), confirmations=True),
    "restart_confirmation": StepAction(10, (REJECTED,), (WAITING,), confirmations=True),
    "next_step": StepAction(11, (STOPPED,)),
    "skip": StepAction(12, (STOPPING,), (SKIPPED,)),
    "continue_rolling": StepAction(13, (WAITING, ROLLING), confirmations=False),
}
ACTIONS = ["terminate", "start", *STEP_ACTIONS]


class Order(t.NamedTuple):
    """What a playbook wants done."""

    action: str
    instance_id: int
    step_id: int | None = None

    @property
    def subject(self) -> str:
        """What it is to be done to, for messages."""
        return f"instance {self.instance_id}" if self.step_id is None else f"step {self.step_id}"


def order_of(params: Mapping[str, t.Any]) -> Order:
    """The order that the options of a task give; raises :class:`InputError` for what does not fit together."""
    action, step_id = params["action"], params["step_instance_id"]
    for name in ("job_instance_id", "step_instance_id"):
        if params[name] is not None and params[name] < 1:
            raise InputError(f"{name} must be at least 1")
    if action in STEP_ACTIONS and step_id is None:
        raise InputError(f"action {action} needs step_instance_id, the step it is for")
    if action not in STEP_ACTIONS and step_id is not None:
        raise InputError(f"action {action} is for the whole instance: leave out step_instance_id")
    return Order(action, params["job_instance_id"], step_id)


def needed(order: Order, instance: Instance) -> Operation | None:
    """What must be sent to carry out the order; None where it is done already.

    Raises :class:`RefusedError`, in words, where the state of the instance does not allow it.
    """
    if order.action == "terminate":
        return to_stop(instance)
    if order.action == "start":
        return Operation(instance.id, START) if instance.status_code == PENDING else None
    action, step = STEP_ACTIONS[order.action], _step(order, instance)
    if action.confirmations not in (None, step.type_code == CONFIRMATION):
        kind = "is for manual confirmations only" if action.confirmations else "is not for manual confirmations"
        raise _refusal(f"step {step.id} is of type {_type(step)}; {order.action} {kind}")
    if step.status_code in action.done or (order.action == "next_step" and _has_gone_on(instance, step)):
        return None
    if step.status_code not in action.needs:
        raise _refusal(f"step {step.id} is {in_words(step.status_code)}; {order.action} needs {_any_of(action.needs)}")
    return Operation(instance.id, action.code, step.id)


def has_moved(before: Instance, now: Instance) -> bool:
    """Whether anything has happened in between, also what left the status as it was, such as a quick second failure."""
    return _fingerprint(before) != _fingerprint(now)


def _step(order: Order, instance: Instance) -> Step:
    for step in instance.steps:
        if step.id == order.step_id:
            return step
    steps = ", ".join(f"{step.id} ({step.name})" for step in instance.steps)
    raise RefusedError(f"instance {instance.id} has no step {order.step_id}, but these: {steps}", kind="not_found")


def _has_gone_on(instance: Instance, step: Step) -> bool:
    """Whether what comes after a stopped step has begun; the step itself stays stopped (§8)."""
    later = instance.steps[instance.steps.index(step) + 1 :]
    begun = instance.status_code in (RUNNING, WAITING) or any(one.status_code != PENDING for one in later)
    return step.status_code == STOPPED and begun


def _fingerprint(instance: Instance) -> tuple[object, ...]:
    return instance.status_code, [(step.id, step.status_code, step.execute_count) for step in instance.steps]


def _type(step: Step) -> str:
    return word(STEP_TYPES, step.type_code)


def _any_of(codes: Sequence[int]) -> str:
    *others, last = map(in_words, codes)
    return f"{', '.join(others)} or {last}" if others else last


def _refusal(message: str) -> RefusedError:
    return RefusedError(message, kind="invalid_request")
