# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job as a service: what one can ask of it, in the words of the neutral model."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ._dialect import Dialect
    from ._gateway import Call
    from ._model import Instance, Launch, Launched, Operation, Scope
    from .bk_job_execute import Client


class Job:
    """The plans and instances of one business, through one gateway, in one version of the API."""

    def __init__(self, connect: Callable[[], Client], dialect: Dialect, scope: Scope) -> None:
        self._open = connect
        self._client: Client | None = None
        self._dialect = dialect
        self._scope = scope

    def connect(self) -> Client:
        """The wrapper, made when first asked for; raises :class:`InputError` for options it can't be made of.

        Nothing is sent. It comes this late so that whatever is wrong with it, the request can be shown.
        """
        self._client = self._client or self._open()
        return self._client

    def launch(self, launch: Launch) -> Launched:
        """Launch a plan. On :class:`UnclearError` it may run all the same, and must not be launched again (§7.4)."""
        return self._dialect.launched(self.connect().call(self._dialect.launch(self._scope, launch)))

    def instance(self, instance_id: int, *, hosts: bool = False, retries: int | None = None) -> Instance:
        """The state of an instance now, with the results of its hosts if asked for."""
        call = self._dialect.instance(self._scope, instance_id, hosts=hosts)
        return self._dialect.read_instance(self.connect().call(call, retries))

    def operate(self, operation: Operation, retries: int | None = None) -> None:
        """Ask Job to do something to an instance; it is done later. On :class:`UnclearError` it may be all the same."""
        self.connect().call(self.operate_call(operation), retries)

    def operate_call(self, operation: Operation) -> Call:
        """The call that ``operate`` would make."""
        return self._dialect.operate(self._scope, operation)

    def preview(self, launch: Launch) -> Call:
        """The call that ``launch`` would make, secret values masked; raises what the version cannot express."""
        return self._dialect.launch(self._scope, launch, masked=True)
