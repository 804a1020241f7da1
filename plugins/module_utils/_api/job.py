# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job as a service: what one can ask of it, in the words of the neutral model."""

from __future__ import annotations

import sys
import typing as t

from .._model.errors import RefusedError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._model.instance import HostLog, Instance, Launch, Launched, Operation, PastInstance, Query, Scope
    from .._model.plan import Plan
    from .common import Dialect, LogCall, Wanted
    from .requests import Call

# What gateways say of an API they do not know (§11): a bare 404, the ESB's code, the API gateway's.
NO_API = (None, 1306404, 1640401)
# Some builds refuse a call for many hosts if one of them is no longer in CMDB (§6.6).
HOST_GONE = 1241010
LARGE_ANSWER = 16 * 1024 * 1024  # characters of logs in an answer; what reads it needs a multiple of that
LONGEST_PAGE = 1000  # rows of the history (§6.8) or of plans (§6.2)
TOO_FAR = 1241010


class Client(t.Protocol):
    """What sends calls: ``bk_job_execute.Client``."""

    def call(self, call: Call, retries: int | None = None) -> t.Any:
        """Send a call and return the ``data`` of its response."""


class Job:
    """The plans and instances of one business, through one gateway, in one version of the API.

    ``scrub`` masks the secrets of the task: scripts choose the tags of hosts, and people the names of steps.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        dialect: Dialect,
        scope: Scope,
        scrub: Callable[[t.Any], t.Any] = lambda value: value,
    ) -> None:
        self._open = connect
        self._client: Client | None = None
        self._dialect = dialect
        self._scope = scope
        self._scrub = scrub
        self._has_batch_logs = True

    def connect(self) -> Client:
        """The wrapper, made when first asked for; raises :class:`InputError` for options it can't be made of.

        Nothing is sent. It comes this late so that whatever is wrong with it, the request can be shown.
        """
        self._client = self._client or self._open()
        return self._client

    def launch(self, launch: Launch) -> Launched:
        """Launch a plan. On :class:`UnclearError` it may run all the same, and must not be launched again (§7.4)."""
        return self._dialect.launched(self.connect().call(self._dialect.launch(self._scope, launch)))

    def plan(self, plan_id: int) -> Plan:
        """A plan in full, with its variables and steps."""
        return self._dialect.read_plan(self.connect().call(self.plan_call(plan_id)))

    def plan_call(self, plan_id: int) -> Call:
        """The call that ``plan`` would make."""
        return self._dialect.plan(self._scope, plan_id)

    def plans(self, limit: int, name: str | None = None, template_id: int | None = None) -> list[Plan]:
        """The plans whose names contain ``name``, the last modified first, at most ``limit`` of them, page by page."""
        found: dict[int, Plan] = {}
        start = 0
        while len(found) < limit:
            length = min(LONGEST_PAGE, limit - len(found))
            call = self.plans_call(length, name, template_id, start)
            page = self._dialect.read_plans(self.connect().call(call))
            known = len(found)
            found.update((plan.id, plan) for plan in page)
            start += length
            # A page of nothing new comes from a server that does not page.
            if len(page) < length or len(found) == known:
                break
        return list(found.values())[:limit]

    def plans_call(self, limit: int, name: str | None = None, template_id: int | None = None, start: int = 0) -> Call:
        """The call that ``plans`` would make for the page from ``start`` on."""
        return self._dialect.plans(self._scope, name, template_id, start, min(LONGEST_PAGE, limit))

    def instance(self, instance_id: int, *, hosts: bool = False, retries: int | None = None) -> Instance:
        """The state of an instance now, with the results of its hosts if asked for."""
        call = self.instance_call(instance_id, hosts=hosts)
        return self._freed(self._dialect.read_instance(self.connect().call(call, retries), instance_id))

    def instance_call(self, instance_id: int, *, hosts: bool = False) -> Call:
        """The call that ``instance`` would make."""
        return self._dialect.instance(self._scope, instance_id, hosts=hosts)

    def operate(self, operation: Operation, retries: int | None = None) -> None:
        """Ask Job to do something to an instance; it is done later. On :class:`UnclearError` it may be all the same."""
        self.connect().call(self.operate_call(operation), retries)

    def operate_call(self, operation: Operation) -> Call:
        """The call that ``operate`` would make."""
        return self._dialect.operate(self._scope, operation)

    def logs(self, instance_id: int, wanted: Wanted) -> Iterator[HostLog]:
        """The logs of hosts by step, as they come in, in no order; hosts without one are left out.

        One answer is held at a time, and where logs turn out to be long, the next is for fewer hosts. What is in the
        way is raised; that hosts have gone from CMDB, when all others are read.
        """
        gone: RefusedError | None = None
        sizes = _Sizes()
        for batch in self._dialect.logs(self._scope, instance_id, wanted, sizes.hosts):
            if self._has_batch_logs or batch.singly is None:
                try:
                    yield from sizes.seen(self._read(batch))
                    continue
                except RefusedError as error:
                    missing = error.kind == "not_found" and error.code in NO_API
                    if batch.singly is None or not (missing or error.code == HOST_GONE):
                        raise
                    self._has_batch_logs = not missing
            for single in batch.singly():
                try:
                    yield from sizes.seen(self._read(single))
                except RefusedError as error:
                    if error.code != HOST_GONE:
                        raise
                    gone = error
        if gone:
            raise gone

    def output(self, instance_id: int) -> dict[str, str]:
        """The string variables after the last script step."""
        return self._dialect.read_output(self.connect().call(self._dialect.output(self._scope, instance_id)))

    def history(self, query: Query, limit: int, retries: int | None = None) -> list[PastInstance]:
        """The instances that the query is for, the newest first, at most ``limit`` of them, page by page."""
        found: dict[int, PastInstance] = {}
        start = 0
        while len(found) < limit:
            length = min(LONGEST_PAGE, limit - len(found))
            call = self.history_call(query, length, start)
            try:
                page = self._dialect.read_history(self.connect().call(call, retries))
            except RefusedError as error:
                # Servers may be set up to count no further than this (§6.8). Then the window ends at the oldest row.
                oldest = min((row.created for row in found.values()), default=0) + 1
                if error.code != TOO_FAR or not start or oldest >= query.created_before:
                    raise
                query, start = query._replace(created_before=oldest), 0
                continue
            found.update((row.id, row) for row in page)
            start += length
            if len(page) < length:
                break
        return list(found.values())[:limit]

    def history_call(self, query: Query, limit: int, start: int = 0) -> Call:
        """The call that ``history`` would make for the page from ``start`` on."""
        return self._dialect.history(self._scope, query, start, min(LONGEST_PAGE, limit))

    def preview(self, launch: Launch) -> Call:
        """The call that ``launch`` would make, secret values masked; raises what the version cannot express."""
        return self._dialect.launch(self._scope, launch, masked=True)

    def _read(self, call: LogCall) -> Iterator[HostLog]:
        # The answer has no name here, so that it is gone before the next one comes.
        logs = call.read(self.connect().call(call.call))
        return (log._replace(tag=self._scrub(log.tag)) if log.tag else log for log in logs)

    def _freed(self, instance: Instance) -> Instance:
        """``instance`` without the secrets in its names and tags."""
        steps = tuple(
            step._replace(
                name=self._scrub(step.name),
                hosts=step.hosts and tuple(h._replace(tag=self._scrub(h.tag)) if h.tag else h for h in step.hosts),
            )
            for step in instance.steps
        )
        return instance._replace(name=self._scrub(instance.name), steps=steps)


class _Sizes:
    """How many hosts to ask for at a time, by the length of the logs seen."""

    def __init__(self) -> None:
        self._logs = self._length = 0

    def hosts(self) -> int:
        """As many as fill an answer of the size we want, going by those before."""
        return max(1, LARGE_ANSWER * self._logs // self._length) if self._length else sys.maxsize

    def seen(self, logs: Iterator[HostLog]) -> Iterator[HostLog]:
        """The same ``logs``, measured as they pass."""
        for log in logs:
            self._logs += 1
            self._length += len(log.content or "")
            yield log
