# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations on instances and steps: which states allow them or have them done already (contract §6.9, §6.10)."""

from __future__ import annotations

import typing as t

from .._follow.options import OPTIONS as FOLLOW_OPTIONS
from .._follow.stop import in_words, to_stop
from .._model.errors import InputError, RefusedError
from .._model.instance import (
    ABNORMAL,
    CONFIRM,
    CONFIRMATION,
    CONTINUE_ROLLING,
    FAILED,
    IGNORE_ERROR,
    IGNORED,
    NEXT_STEP,
    PENDING,
    REJECT,
    REJECTED,
    RESTART_CONFIRMATION,
    RETRY_ALL,
    RETRY_FAILED,
    ROLLING_WAITING,
    RUNNING,
    SKIP,
    SKIPPED,
    START,
    STEP_TYPES,
    STOPPED,
    STOPPING,
    SUCCESS,
    WAITING,
    Instance,
    Operation,
    Step,
    word,
)
from .._model.language import say
from .._options.spec import Options

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class StepAction(t.NamedTuple):
    """An operation on a step: Job's code, the statuses it needs, and those it leads to, in which it is done already.

    ``confirmations`` says whether it is only for manual confirmations, or only for all other steps; None is for any.
    """

    code: int
    needs: tuple[int, ...]
    done: tuple[int, ...] = ()
    confirmations: bool | None = None


STEP_ACTIONS = {
    "retry_failed": StepAction(RETRY_FAILED, (FAILED, ABNORMAL, STOPPED), confirmations=False),
    "retry_all": StepAction(RETRY_ALL, (FAILED, ABNORMAL, STOPPED), confirmations=False),
    "ignore_error": StepAction(IGNORE_ERROR, (FAILED, ABNORMAL), (IGNORED,), confirmations=False),
    "confirm": StepAction(CONFIRM, (WAITING,), (SUCCESS,), confirmations=True),
    "reject": StepAction(REJECT, (WAITING,), (REJECTED,), confirmations=True),
    "restart_confirmation": StepAction(RESTART_CONFIRMATION, (REJECTED,), (WAITING,), confirmations=True),
    "next_step": StepAction(NEXT_STEP, (STOPPED,)),
    "skip": StepAction(SKIP, (STOPPING,), (SKIPPED,)),
    "continue_rolling": StepAction(CONTINUE_ROLLING, (WAITING, ROLLING_WAITING), confirmations=False),
}
ACTIONS = ["terminate", "start", *STEP_ACTIONS]
OPTIONS = Options(
    {
        "job_instance_id": {"type": "int", "required": True},
        "action": {"type": "str", "required": True, "choices": ACTIONS},
        "step_instance_id": {"type": "int"},
        "wait": {"type": "bool", "default": False},
    },
    required_if=tuple(("action", name, ("step_instance_id",)) for name in STEP_ACTIONS),
) + FOLLOW_OPTIONS.only("wait_timeout", "poll_interval", "console_url")


class OperationRequest(t.NamedTuple):
    """The operation that a playbook requests."""

    action: str
    instance_id: int
    step_id: int | None = None


def read_request(params: Mapping[str, t.Any]) -> OperationRequest:
    """The operation that the options request; raises :class:`InputError` for options that don't fit together."""
    action, step_id = params["action"], params["step_instance_id"]
    for name in ("job_instance_id", "step_instance_id"):
        if params[name] is not None and params[name] < 1:
            raise InputError(say("{name} must be at least 1", name=name))
    if action not in STEP_ACTIONS and step_id is not None:
        raise InputError(say("action {action} is for the whole instance: leave out step_instance_id", action=action))
    return OperationRequest(action, params["job_instance_id"], step_id)


def needed(request: OperationRequest, instance: Instance) -> Operation | None:
    """The operation to send; None where it is done already.

    Raises :class:`RefusedError` where the state of the instance does not allow it.
    """
    if request.action == "terminate":
        return to_stop(instance)
    if request.action == "start":
        return Operation(instance.id, START) if instance.status_code == PENDING else None
    action, step = STEP_ACTIONS[request.action], _step(request, instance)
    if action.confirmations not in (None, step.type_code == CONFIRMATION):
        values = {"id": step.id, "type": word(STEP_TYPES, step.type_code), "action": request.action}
        raise _refusal(
            say("step {id} is of type {type}; {action} is only for manual confirmations", **values)
            if action.confirmations
            else say("step {id} is of type {type}; {action} is not for manual confirmations", **values)
        )
    if step.status_code in action.done or (request.action == "next_step" and _has_gone_on(instance, step)):
        return None
    if step.status_code not in action.needs:
        raise _refusal(
            say(
                "the status of step {id} is {status}; {action} requires {needed}",
                id=step.id,
                status=in_words(step.status_code),
                action=request.action,
                needed=_any_of(action.needs),
            )
        )
    return Operation(instance.id, action.code, step.id)


def has_moved(before: Instance, now: Instance) -> bool:
    """Whether anything has happened in between, also where the status is the same, as after a second failure."""
    return _fingerprint(before) != _fingerprint(now)


def _step(request: OperationRequest, instance: Instance) -> Step:
    for step in instance.steps:
        if step.id == request.step_id:
            return step
    steps = say(", ").join(say("{id} ({name})", id=step.id, name=step.name) for step in instance.steps)
    raise RefusedError(
        say("instance {id} has no step {step}; it has {steps}", id=instance.id, step=request.step_id, steps=steps),
        kind="not_found",
    )


def _has_gone_on(instance: Instance, step: Step) -> bool:
    """Whether what comes after a stopped step has begun; the step itself stays stopped (contract §8)."""
    later = instance.steps[instance.steps.index(step) + 1 :]
    begun = instance.status_code in (RUNNING, WAITING) or any(one.status_code != PENDING for one in later)
    return step.status_code == STOPPED and begun


def _fingerprint(instance: Instance) -> tuple[object, ...]:
    return instance.status_code, [(step.id, step.status_code, step.execute_count) for step in instance.steps]


def _any_of(codes: Sequence[int]) -> str:
    *others, last = map(in_words, codes)
    return say("{others} or {last}", others=say(", ").join(others), last=last) if others else last


def _refusal(message: str) -> RefusedError:
    return RefusedError(message, kind="invalid_request")
