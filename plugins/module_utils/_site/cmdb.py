# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of CMDB, which only inventories need: so nothing here fails, and what is refused is a warning."""

from __future__ import annotations

import typing as t

from .._api import hints
from .._api.cmdb import BUSINESSES, GROUPS, HOSTS, MEMBERS, TOPOLOGY, Cmdb
from .._model.cmdb import HostQuery
from .._model.errors import InputError, JobError
from .._model.language import say
from .._options.connection import cmdb_gateway_from
from ..bk_job_execute import Client
from . import advice
from .reads import actions_of
from .report import NOT_CHECKED, OK, Check

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.call import Credentials
    from .._api.cmdb import CmdbApi
    from .._model.launch import Scope
    from .site import Site

APIS = (HOSTS, GROUPS, MEMBERS, BUSINESSES, TOPOLOGY)
NO_GROUP = "0" * 20


def cmdb_checks(site: Site, credentials: Credentials, scope: Scope | None, timeout: float) -> Iterator[Check]:
    """A read of each kind, with the credentials for Job, and a ``timeout`` in seconds."""
    if scope is None or scope.type != "biz":
        yield from _not_checked(APIS, say("CMDB is read by business"))
        return
    try:
        params = {**site.task.params, "gateway": site.kind, "api_version": site.api_version}
        gateway = cmdb_gateway_from(params, site.task.environ)._replace(retries=site.retries, timeout=timeout)
    except InputError as error:
        yield from _not_checked(APIS, site.privacy.hide(error.message))
        return
    task, business = site.task, scope.id
    with Client(
        gateway, credentials, secrets=task.secrets, check_mode=task.check_mode, sleep=task.clock.sleep
    ) as client:
        reads = _Reads(site, Cmdb(lambda: client, gateway.kind, task.secrets))
        yield reads.check(HOSTS, business, HostQuery(fields=("bk_host_id",)), 0)
        yield reads.check(GROUPS, business, 0)
        group = reads.value.rows[0].id if reads.value and reads.value.rows else None
        yield reads.check(MEMBERS, business, group or NO_GROUP, 0, real=bool(group))
        yield reads.check(BUSINESSES, [business])
        yield reads.check(TOPOLOGY, business)


class _Reads:
    """Calls, one after the other; ``value`` is what the last one returned."""

    def __init__(self, site: Site, cmdb: Cmdb) -> None:
        self._site = site
        self._cmdb = cmdb
        self._is_reachable = True
        self.value: t.Any = None

    def check(self, api: CmdbApi[t.Any], *args: t.Any, real: bool = True) -> Check:
        """Make a call; ``real`` says that it is for something that exists."""
        self.value, name, apis = None, api.name, (api.name,)
        if not self._is_reachable:
            return Check(name, NOT_CHECKED, say("CMDB was not available"), apis=apis)
        try:
            self.value = self._cmdb.call(api, *args)
        except JobError as error:
            return self._refusal(name, error, real)
        if not real:
            return Check(name, NOT_CHECKED, say("the business has nothing to read with it"), apis=apis)
        return Check(name, OK, say("allowed (for {use})", use=say("inventories")), apis=apis)

    def _refusal(self, name: str, error: JobError, real: bool) -> Check:
        site, apis, names = self._site, (name,), actions_of(error)
        if error.kind == "app_permission":
            found = say(
                "the application may not call this API (for {use}): {error}",
                use=say("inventories"),
                error=site.text_of(error),
            )
            return site.warning(name, found, error.hint, advice.GATEWAY_ADMIN, apis)
        if error.kind == "user_permission" and names:
            site.missing += names
            found = say(
                "the application may call this API, but the user lacks the permission {names} (for {use})",
                names=", ".join(names),
                use=say("inventories"),
            )
            return site.warning(name, found, error.hint, advice.IAM_MANAGER, apis)
        if not real and error.kind in ("not_found", "targets", "invalid_request"):
            return Check(name, NOT_CHECKED, say("the business has nothing to read with it"), apis=apis)
        self._is_reachable = error.kind != "unavailable"
        hint = error.hint or say(hints.UNKNOWN_RESPONSE)
        return site.warning(name, site.text_of(error), hint, advice.PLATFORM, apis)


def _not_checked(apis: tuple[CmdbApi[t.Any], ...], reason: str) -> Iterator[Check]:
    for api in apis:
        yield Check(api.name, NOT_CHECKED, reason, apis=(api.name,))
