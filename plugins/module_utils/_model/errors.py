# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection.

JobError              base of all
├── InputError        the playbook or its credentials are wrong; nothing was sent
├── RefusedError      without effect: the gateway or Job refused the request, or it never left this machine
└── UnclearError      the request may have taken effect
"""

from __future__ import annotations

import typing as t


class JobError(Exception):
    """Base of all errors of the collection; its fields are the keys of ``error`` in a result.

    ``kind`` is one of ``credentials``, ``app_permission``, ``user_permission``, ``not_found``, ``invalid_request``,
    ``targets``, ``throttled``, ``unavailable``, ``protocol``. ``transient`` says that a retry may help. ``tries``, how
    often the request was sent, and ``waited``, the seconds of pauses in between, are set by the client. ``plain`` is
    the message without what a server has written, if it quotes that.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        code: int | None = None,
        hint: str | None = None,
        request_id: str | None = None,
        job_request_id: str | None = None,
        permission: dict[str, t.Any] | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.code = code
        self.hint = hint
        self.request_id = request_id
        self.job_request_id = job_request_id
        self.permission = permission
        self.transient = transient
        self.tries = 1
        self.waited = 0.0
        self.plain: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The ``error`` key of a result."""
        return {
            "kind": self.kind,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "request_id": self.request_id,
            "job_request_id": self.job_request_id,
            "permission": self.permission,
        }


class InputError(JobError):
    """The playbook or its credentials are wrong; nothing was sent."""

    def __init__(self, message: str, kind: str = "invalid_request") -> None:
        super().__init__(message, kind=kind)


class RefusedError(JobError):
    """Without effect: the gateway or Job refused the request, or it never left this machine."""


class UnclearError(JobError):
    """The request may have taken effect."""
