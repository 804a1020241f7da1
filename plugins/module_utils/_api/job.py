# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job as a service: one call, and the reads that take several calls."""

from __future__ import annotations

import sys
import typing as t

from .._model.errors import RefusedError
from .._model.instance import FileResult, HostLog, HostResult, Instance, PastInstance, Step
from .._model.launch import Launched
from .._model.plan import Plan, PlanStep, Variable
from .._model.quick import DangerousLine, ScriptRow
from .call import Call
from .codes import API_MISSING, HOST_GONE, TOO_FAR
from .shapes import scope_params

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._model.instance import Operation, Query
    from .._model.launch import Scope
    from .._model.quick import LocalFile, Upload
    from .._model.secrets import Secrets
    from .shapes import Api, Page, Result, Version, Wanted

LARGE_RESPONSE = 16 * 1024 * 1024  # characters of logs in a response; reading it needs a multiple of that
LONGEST_PAGE = 1000  # rows of the history (contract §6.8), of plans (§6.2) or of another list
ALL = 1_000_000  # rows, which is all
# The texts that come from servers, in which secrets are masked: people and scripts choose them. The names of variables
# are not among them: they are compared with those of the playbook.
SERVER_TEXTS: dict[type, tuple[str, ...]] = {
    DangerousLine: ("content", "description"),
    FileResult: ("source", "dest", "size"),
    HostLog: ("content", "tag"),
    HostResult: ("tag",),
    Instance: ("name",),
    Launched: ("job_instance_name",),
    PastInstance: ("name", "operator"),
    Plan: ("name", "creator"),
    PlanStep: ("name", "script"),
    ScriptRow: ("name",),
    Step: ("name",),
    Variable: ("default", "description"),
}


class Client(t.Protocol):
    """What sends calls: ``bk_job_execute.Client``; ``skew`` is how far the clock of the server is ahead, in seconds."""

    skew: float

    def call(self, call: Call, retries: int | None = None, read: Callable[[t.Any], t.Any] = ...) -> t.Any:
        """Send a call and return what ``read`` makes of the ``data`` of its response."""

    def upload(self, url: str, file: t.BinaryIO) -> None:
        """Upload a file of this machine."""


class Job:
    """The plans and instances of one business, through one gateway, in one version of the API (``apis``).

    Secrets are masked in the texts that servers return (``SERVER_TEXTS``). Without a ``scope``, calls name no business.
    """

    def __init__(self, connect: Callable[[], Client], apis: Version, scope: Scope | None, secrets: Secrets) -> None:
        self.apis = apis
        self._connect = connect
        self._client: Client | None = None
        self._scope = scope
        self._secrets = secrets
        self._has_batch_logs = True

    def connect(self) -> Client:
        """The client, made when first needed; raises :class:`InputError` for invalid options.

        Nothing is sent. It is made this late so that the request can be shown even where the connection is wrong.
        """
        self._client = self._client or self._connect()
        return self._client

    @property
    def skew(self) -> float:
        """Seconds that the clock of the server is ahead of this machine's; 0 before its first response."""
        return self._client.skew if self._client else 0.0

    def reconnected(self) -> Job:
        """The same service with a connection of its own, for a process of its own."""
        return Job(self._connect, self.apis, self._scope, self._secrets)

    def preview(self, api: Api[t.Any], *args: t.Any) -> Call:
        """The call that :meth:`call` sends; raises :class:`InputError` for what the version does not support."""
        params = {**(scope_params(self._scope) if self._scope else {}), **api.build(*args)}
        return Call(api.system or self.apis.system, api.name, params, api.writes, api.gateway_method, api.limit)

    def call(self, api: Api[Result], *args: t.Any, retries: int | None = None) -> Result:
        """Send a call and return what its response says; ``retries`` replaces the option of that name.

        On :class:`UnclearError` a write may have taken effect.
        """
        read = api.reader(args, self._secrets)
        return t.cast("Result", self._scrubbed(self.connect().call(self.preview(api, *args), retries, read)))

    def upload(self, place: Upload, local: LocalFile) -> None:
        """Upload a file of this machine; raises :class:`RefusedError`."""
        # Whoever has the URL may upload.
        self._secrets.add(place.url)
        with local.opened() as file:
            self.connect().upload(place.url, file)

    def instance(self, instance_id: int, *, hosts: bool = False, retries: int | None = None) -> Instance:
        """The state of an instance now, with the results of its hosts if wanted."""
        return self.call(self.apis.instance, instance_id, hosts, retries=retries)

    def operation(self, operation: Operation) -> tuple[Api[None], tuple[int, ...]]:
        """The API for an operation, with its arguments."""
        if operation.step_id is None:
            return self.apis.operate_instance, (operation.instance_id, operation.code)
        return self.apis.operate_step, (operation.instance_id, operation.step_id, operation.code)

    def operate(self, operation: Operation, retries: int | None = None) -> None:
        """Send an operation, which Job carries out later. On :class:`UnclearError` it may have been accepted."""
        api, args = self.operation(operation)
        self.call(api, *args, retries=retries)

    def rows(self, api: Api[Page], *arguments: t.Any, limit: int = ALL) -> list[t.Any]:
        """The rows of a list, page by page, at most ``limit`` of them."""
        found: dict[t.Any, None] = {}
        start = 0
        while len(found) < limit:
            length = min(LONGEST_PAGE, limit - len(found))
            page = self.call(api, *arguments, start, length)
            known = len(found)
            found.update(dict.fromkeys(page.rows))
            start += len(page.rows)
            # A page without anything new comes from a server that ignores paging.
            if page.is_last(length, start) or len(found) == known:
                break
        return list(found)[:limit]

    def plans(self, limit: int, name: str | None = None, template_id: int | None = None) -> list[Plan]:
        """The plans whose names contain ``name``, the last modified first, at most ``limit`` of them."""
        # A plan that is modified meanwhile is on two pages.
        rows = self.rows(self.apis.plans, name, template_id, limit=limit)
        return list({plan.id: plan for plan in rows}.values())

    def history(self, query: Query, limit: int, retries: int | None = None) -> list[PastInstance]:
        """The instances that match the query, the newest first, at most ``limit`` of them."""
        found: dict[int, PastInstance] = {}
        start = 0
        while len(found) < limit:
            length = min(LONGEST_PAGE, limit - len(found))
            try:
                page = self.call(self.apis.history, query, start, length, retries=retries)
            except RefusedError as error:
                # Servers may count only so far (contract §6.8). Then the window ends at the oldest row.
                oldest = min(row.created or query.created_before for row in found.values()) + 1 if start else 0
                if error.code != TOO_FAR or not start or oldest >= query.created_before:
                    raise
                query, start = query._replace(created_before=oldest), 0
                continue
            known = len(found)
            found.update((row.id, row) for row in page.rows)
            start += len(page.rows)
            if page.is_last(length, start) or len(found) == known:
                break
        return list(found.values())[:limit]

    def logs(self, instance_id: int, wanted: Wanted) -> Iterator[HostLog]:
        """The logs of hosts by step, in no order; hosts without a log are left out.

        One response is held at a time; where logs turn out to be long, the next call is for fewer hosts. Errors are
        raised; that hosts are gone from CMDB, only after all others were read.
        """
        gone: RefusedError | None = None
        sizes = _Sizes()
        for batch in self.apis.logs(instance_id, wanted, sizes.hosts):
            if self._has_batch_logs or batch.singly is None:
                try:
                    yield from sizes.measured(self.call(batch.api, *batch.args))
                    continue
                except RefusedError as error:
                    missing = error.kind == "not_found" and error.code in API_MISSING
                    if batch.singly is None or not (missing or error.code == HOST_GONE):
                        raise
                    self._has_batch_logs = not missing
            for single in batch.singly():
                try:
                    yield from sizes.measured(self.call(single.api, *single.args))
                except RefusedError as error:
                    if error.code != HOST_GONE:
                        raise
                    gone = error
        if gone:
            raise gone

    def _scrubbed(self, value: t.Any) -> t.Any:
        """``value``, of the model, with the secrets masked in the texts of servers."""
        if not self._secrets.values or not isinstance(value, tuple):
            return value
        if not hasattr(value, "_fields"):
            return tuple(map(self._scrubbed, value))
        texts = SERVER_TEXTS.get(type(value), ())
        changed = {}
        for name, before in zip(t.cast("t.Any", value)._fields, value):
            if name in texts and isinstance(before, str):
                text = self._secrets.scrub(before)
                if text != before:
                    changed[name] = text
            elif before and isinstance(before, tuple) and not hasattr(before, "_fields"):
                # Rows; a key such as that of a host has no texts.
                changed[name] = self._scrubbed(before)
        return t.cast("t.Any", value)._replace(**changed) if changed else value


class _Sizes:
    """How many hosts to read in one call, by the length of the logs seen so far."""

    def __init__(self) -> None:
        self._logs = self._length = 0

    def hosts(self) -> int:
        """As many hosts as fill a response of the wanted size."""
        return max(1, LARGE_RESPONSE * self._logs // self._length) if self._length else sys.maxsize

    def measured(self, logs: tuple[HostLog, ...]) -> Iterator[HostLog]:
        """The same ``logs``, measured as they pass."""
        for log in logs:
            self._logs += 1
            self._length += len(log.content or "")
            yield log
