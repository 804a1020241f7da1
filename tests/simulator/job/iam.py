# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IAM checks, and the object that describes a missing permission (§3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .messages import JobError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .library import Account
    from .plans import Plan
    from .world import Host, Scope, World

_DENIED = 9900403
_JOB = {"system_id": "bk_job", "system_name": "Job"}
_ACTIONS = {
    "access_business": "Access Business",
    "launch_job_plan": "Launch Job Plan",
    "view_job_plan": "View Job Plan",
    "view_history": "View History",
    "view_script": "View Script",
    "use_account": "Use Account",
    "quick_execute_script": "Quick Execute Script",
    "execute_script": "Execute Script",
    "execute_public_script": "Execute Public Script",
    "quick_transfer_file": "Quick Transfer File",
    "create_cron": "Create Cron",
    "manage_cron": "Manage Cron",
    "create_script": "Create Script",
    "manage_script": "Manage Script",
    "create_public_script": "Create Public Script",
    "manage_public_script_instance": "Manage Public Script",
}


@dataclass(frozen=True)
class Resource:
    """Something in a business that an action is about."""

    type: str
    type_name: str
    id: str
    name: str | None


def plan_resource(plan: Plan) -> Resource:
    return Resource("job_plan", "Job Plans", str(plan.id), plan.name)


def account_resource(account: Account) -> Resource:
    return Resource("account", "Account", str(account.id), account.alias)


def host_resource(host: Host) -> Resource:
    return Resource("host", "Host", str(host.id), host.ip or host.ipv6)


def require(world: World, user_name: str, action: str, scope: Scope, *resources: Resource) -> None:
    """Raise 9900403 unless the user has the permission; users that are not in the world have none."""
    require_all(world, user_name, scope, [(action, resources)])


def require_all(world: World, user_name: str, scope: Scope, wanted: Sequence[tuple[str, Sequence[Resource]]]) -> None:
    """As `require` for several actions: the error lists all that are missing."""
    user = world.user(user_name)
    missing = [(action, resources) for action, resources in wanted if user is None or not user.may(action, scope)]
    if missing:
        display_name = user.display_name or user.name if user else user_name
        actions = [_action(world, action, scope, resources) for action, resources in missing]
        raise JobError(_DENIED, display_name, permission={**_JOB, "actions": actions})


def _action(world: World, action: str, scope: Scope, resources: Sequence[Resource]) -> dict[str, Any]:
    if not scope.type:
        return _public_action(action, resources)
    business = world.business(scope)
    parent = {
        "id": scope.id,
        "type": scope.type,
        "type_name": "Business" if scope.type == "biz" else "Business Set",
        "name": business.name if business else None,
    }
    # The keys of a dataclass are those of the response.
    chains = [[parent, dict(vars(resource))] for resource in resources] or [[parent]]
    last = chains[0][-1]
    resource = {**_JOB, "type": last["type"], "type_name": last["type_name"], "instances": chains}
    return {"id": action, "name": _ACTIONS[action], "related_resource_types": [resource]}


def _public_action(action: str, resources: Sequence[Resource]) -> dict[str, Any]:
    """An action on what belongs to no business, or on nothing at all."""
    related = [
        {**_JOB, "type": one.type, "type_name": one.type_name, "instances": [[dict(vars(one))]]} for one in resources
    ]
    return {"id": action, "name": _ACTIONS[action], "related_resource_types": related}
