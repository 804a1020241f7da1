# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IAM checks, and the object that describes a missing permission (§3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .messages import JobError

if TYPE_CHECKING:
    from .plans import Plan
    from .world import Scope, World

_DENIED = 9900403
_JOB = {"system_id": "bk_job", "system_name": "Job"}
_ACTIONS = {
    "access_business": "Access Business",
    "launch_job_plan": "Launch Job Plan",
    "view_job_plan": "View Job Plan",
    "view_history": "View History",
}


def require(world: World, user_name: str, action: str, scope: Scope, plan: Plan | None = None) -> None:
    """Raise 9900403 unless the user has the permission; users that are not in the world have none."""
    user = world.user(user_name)
    if user is None or not user.may(action, scope):
        display_name = user.display_name or user.name if user else user_name
        raise JobError(_DENIED, display_name, permission=_missing(world, action, scope, plan))


def _missing(world: World, action: str, scope: Scope, plan: Plan | None) -> dict[str, Any]:
    business = world.business(scope)
    chain = [
        {
            "id": scope.id,
            "type": scope.type,
            "type_name": "Business" if scope.type == "biz" else "Business Set",
            "name": business.name if business else None,
        }
    ]
    if plan is not None:
        chain.append({"id": str(plan.id), "type": "job_plan", "type_name": "Job Plans", "name": plan.name})
    resource = {**_JOB, "type": chain[-1]["type"], "type_name": chain[-1]["type_name"], "instances": [chain]}
    return {**_JOB, "actions": [{"id": action, "name": _ACTIONS[action], "related_resource_types": [resource]}]}
