# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data of a simulated installation, easy to write by hand in a test."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .library import SYSTEM
from .plans import FileStep, ScriptStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .crons import Cron
    from .library import Account, DangerousRule, Script, ScriptVersion
    from .plans import Plan


@dataclass(frozen=True)
class Scope:
    """The scope of a call: the type `biz` or `biz_set`, and its id as a string (§4.1)."""

    type: str
    id: str


#: The scope of public scripts, which belong to no business.
PUBLIC = Scope("", "")


@dataclass
class App:
    """An application registered at the gateway.

    `trusted` apps may name any user (`bk_username`). `apis` are the components the app may call: None means all, an
    empty set none.
    """

    code: str
    secret: str
    trusted: bool = False
    apis: frozenset[str] | None = None

    def may_call(self, api: str) -> bool:
        return self.apis is None or api in self.apis


@dataclass
class User:
    """A user of IAM with permission for everything except the `denied` actions, in the `scopes` (None: in all)."""

    name: str
    display_name: str = ""
    denied: set[str] = field(default_factory=set)
    scopes: tuple[Scope, ...] | None = None
    roles: frozenset[str] = frozenset()

    def may(self, action: str, scope: Scope) -> bool:
        return action not in self.denied and (self.scopes is None or scope in self.scopes)


@dataclass(frozen=True)
class AccessToken:
    """An OAuth token; without a user it is of the application type."""

    app_code: str
    user: str | None = None


@dataclass(frozen=True)
class Module:
    """A module of a set with its hosts."""

    id: int
    name: str
    host_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Set:
    """A set of a business with its modules."""

    id: int
    name: str
    modules: tuple[Module, ...] = ()

    @property
    def host_ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(host_id for module in self.modules for host_id in module.host_ids))


@dataclass
class Business:
    """A business or business set (`members`).

    `groups` are the dynamic groups: ids and host ids; `set_groups` those of sets; `group_names` their names, where they
    are not the ids. `sets` are the topology; `nodes` are nodes of it that are neither set nor module, by type and id.
    `time_zone` is that of schedules that name none.
    """

    scope: Scope
    name: str
    members: tuple[int, ...] = ()
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    nodes: Mapping[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    time_zone: str = "Asia/Shanghai"
    sets: tuple[Set, ...] = ()
    group_names: Mapping[str, str] = field(default_factory=dict)
    set_groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def topology(self) -> dict[tuple[str, int], tuple[int, ...]]:
        """The hosts of each node, by its type and id, but of the built-in set."""
        nodes = dict(self.nodes)
        for one in self.sets:
            nodes["set", one.id] = one.host_ids
            nodes.update({("module", module.id): module.host_ids for module in one.modules})
        return nodes

    def name_of(self, group: str) -> str:
        return self.group_names.get(group, group)

    def holds(self, biz: int) -> bool:
        return biz in self.members if self.scope.type == "biz_set" else str(biz) == self.scope.id


@dataclass(frozen=True)
class Host:
    """A machine in CMDB. `agent` is `ok`, `abnormal` or `missing`; an IPv6-only host has `ip` None.

    `os` is CMDB's code, `attributes` are more of its fields.
    """

    id: int
    ip: str | None
    biz: int
    cloud: int = 0
    agent: str = "ok"
    ipv6: str | None = None
    name: str = ""
    os: str | None = "1"
    more_ips: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Container(Host):
    """A container in CMDB, which a step can run on but which v2 and v3 have no way to name or to report."""


@dataclass
class World:
    """A whole installation: data, and switches for versions and settings."""

    apps: list[App] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    businesses: list[Business] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    dangerous_rules: list[DangerousRule] = field(default_factory=list)
    crons: list[Cron] = field(default_factory=list)

    #: How quick jobs end on their hosts: the steps of quick jobs are copies of these (Q0).
    quick_script: ScriptStep = field(default_factory=lambda: ScriptStep(-1, "quick script"))
    quick_file: FileStep = field(default_factory=lambda: FileStep(-1, "quick transfer"))

    #: False: Job < 3.10, which ignores `start_task` and has no start operation.
    understands_start_task: bool = True
    #: True: Job 3.3/3.4, whose `finished` means "status is neither 1 nor 2" (§5.1).
    old_finished: bool = False
    #: False: Job < 3.12.1, which still finds out that a schedule to update or delete does not exist (Q4).
    has_cron_notifications: bool = True
    #: One of 1244032, 1244033, 1244034: the code of the quota that refuses launches (§7.1); or, where the administrator
    #: evicts quick jobs, 1244025 (Q0).
    quota_exceeded: int | None = None
    #: False: steps can't run on containers (1241011).
    runs_containers: bool = True
    script_target_limit: int = 50_000
    file_task_limit: int = 100_000
    #: The longest timeout of a quick job, in seconds.
    longest_timeout: int = 259_200
    #: Job's own machine, where pushed and uploaded files come from.
    file_worker: Host = field(default_factory=lambda: Host(9000, "10.0.9.1", biz=0))
    file_worker_has_agent: bool = True
    #: Third-party file sources: their ids by code.
    file_sources: dict[str, int] = field(default_factory=dict)
    #: Components the ESB administrator has switched off (1306405).
    inactive_components: set[str] = field(default_factory=set)
    #: The paths of CMDB on the API gateway begin so, in one of two generations (Q5).
    cmdb_prefix: str = "/api/v3"
    #: True: BlueKing 7.x, whose ESB returns the API gateway's error codes in HTTP 200 (§2.1).
    esb_behind_gateway: bool = False

    def app(self, code: str) -> App | None:
        """The app of that code, by the database's collation (observed A4)."""
        return next((app for app in self.apps if collated(app.code) == collated(code)), None)

    def user(self, name: str) -> User | None:
        return next((user for user in self.users if user.name == name), None)

    def business(self, scope: Scope) -> Business | None:
        return next((business for business in self.businesses if business.scope == scope), None)

    def time_zone(self, scope: Scope) -> str:
        business = self.business(scope)
        assert business is not None, "the scope was checked before"
        return business.time_zone

    def plan(self, plan_id: int) -> Plan | None:
        return next((plan for plan in self.plans if plan.id == plan_id), None)

    def account(self, account_id: int) -> Account | None:
        return next((account for account in self.accounts if account.id == account_id), None)

    def system_account(self, scope: Scope, alias: str) -> Account | None:
        """The account of that alias, by the database's collation."""
        return next(
            (
                account
                for account in self.accounts
                if account.scope == scope and account.category == SYSTEM and collated(account.alias) == collated(alias)
            ),
            None,
        )

    def script(self, script_id: str) -> Script | None:
        return next((script for script in self.scripts if script.id == script_id), None)

    def script_version(self, version_id: int) -> tuple[Script, ScriptVersion] | None:
        return next(
            ((script, version) for script in self.scripts for version in script.versions if version.id == version_id),
            None,
        )


def collated(text: str) -> str:
    """What MySQL's usual collation compares: it ignores case, accents and trailing blanks."""
    letters = unicodedata.normalize("NFKD", text.rstrip(" "))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
