# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations on instances and their steps, and the states that allow them (§6.9, §6.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .instance import (
    ABNORMAL,
    FAILED,
    IGNORED,
    PENDING,
    REJECTED,
    RUNNING,
    SKIPPED,
    STOPPED,
    STOPPING,
    SUCCESS,
    WAITING,
)
from .messages import JobError
from .plans import ApprovalStep

if TYPE_CHECKING:
    from .instance import Instance, StepRun
    from .world import World

TERMINATE, START = 1, 2

RETRY_FAILED, IGNORE, CONFIRM, RETRY_ALL, REJECT, RESTART, NEXT, SKIP, CONTINUE_ROLLING = 2, 3, 6, 8, 9, 10, 11, 12, 13

#: Operation → step statuses that allow it.
_ALLOWED: dict[int, tuple[int, ...]] = {
    RETRY_FAILED: (FAILED, ABNORMAL, STOPPED),
    IGNORE: (FAILED, ABNORMAL),
    CONFIRM: (WAITING,),
    RETRY_ALL: (FAILED, ABNORMAL, STOPPED),
    REJECT: (WAITING,),
    RESTART: (REJECTED,),
    NEXT: (STOPPED,),
    SKIP: (STOPPING,),
    CONTINUE_ROLLING: (WAITING,),
}
_FOR_APPROVALS = (CONFIRM, REJECT, RESTART)


def operate_job(world: World, instance: Instance, code: int) -> None:
    if code == TERMINATE:
        if instance.status not in (RUNNING, WAITING):
            raise JobError(1241003)
        instance.terminate()
    elif code == START and world.understands_start_task:
        if instance.status != PENDING:
            raise JobError(1241015, str(instance.id))
        instance.launch()
    else:
        raise JobError(1241002)


def operate_step(world: World, operator: str, instance: Instance, run: StepRun, code: int) -> None:
    if code not in _ALLOWED:
        raise JobError(1241002)
    # A step waits either for an approval or, between batches, for someone to continue.
    if run.status not in _ALLOWED[code] or (
        run.status == WAITING and (code == CONTINUE_ROLLING) == isinstance(run.step, ApprovalStep)
    ):
        raise JobError(1241003)
    if code in _FOR_APPROVALS:
        _operate_approval(world, operator, instance, run, code)
    elif code in (RETRY_FAILED, RETRY_ALL):
        instance.retry(run, everywhere=code == RETRY_ALL)
    elif code == CONTINUE_ROLLING:
        instance.continue_rolling(run)
    elif code == NEXT:
        instance.resume()
    else:
        instance.end_step(run, IGNORED if code == IGNORE else SKIPPED)


def _operate_approval(world: World, operator: str, instance: Instance, run: StepRun, code: int) -> None:
    assert isinstance(run.step, ApprovalStep)
    if code == RESTART:
        instance.wait_for_confirmation(run)
        return
    _check_approver(world, operator, run.step)
    if code == CONFIRM:
        instance.end_step(run, SUCCESS)
    else:
        instance.reject(run)


def _check_approver(world: World, operator: str, step: ApprovalStep) -> None:
    """Anyone may confirm a step without roles, whatever users it lists (§6.10)."""
    user = world.user(operator)
    roles = user.roles if user else frozenset()
    if step.roles and operator not in step.users and not roles.intersection(step.roles):
        raise JobError(1244016)
