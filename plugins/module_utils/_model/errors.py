# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong between a playbook and a running job.

JobError              whatever is below
├── InputError        the playbook or its credentials are wrong; nothing was sent
├── RefusedError      surely without effect: the gateway or Job said no, or the request never left
└── UnclearError      the request may have taken effect, and nobody can tell from here
"""

from __future__ import annotations

import math
import typing as t


class JobError(Exception):
    """Base of all errors of the collection; its fields are the keys of a result's ``error`` (interface §4).

    ``kind`` is one of ``credentials``, ``app_permission``, ``user_permission``, ``not_found``, ``invalid_request``,
    ``targets``, ``throttled``, ``unavailable``, ``protocol``. ``transient`` says that trying again may help; ``tries``,
    how often it was tried, and ``waited``, for how many seconds in between, are noted by whoever tried.
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

    def sentence(self) -> str:
        """The error for people: the server's words, the numbers support asks for, how long it was tried, what to do."""
        numbers = ", ".join(
            f"{name} {value}"
            for name, value in (
                ("code", self.code),
                ("request_id", self.request_id),
                ("job_request_id", self.job_request_id),
            )
            if value is not None
        )
        needed = "; ".join(_needed(self.permission or {}))
        sentences = [
            self.message.rstrip(".。 ") + (f" ({numbers})" if numbers else ""),
            f"Tried {self.tries} times, with {math.ceil(self.waited)} s of pauses" if self.tries > 1 else "",
            f"Needed: {needed}" if needed else "",
            self.hint or "",
        ]
        return " ".join(s if s.endswith(("?", ".", "。")) else f"{s}." for s in sentences if s)


class InputError(JobError):
    """The playbook or its credentials are wrong; nothing was sent."""

    def __init__(self, message: str, kind: str = "invalid_request") -> None:
        super().__init__(message, kind=kind)


class RefusedError(JobError):
    """Surely without effect: the gateway or Job said no, or the request never left this machine."""


class UnclearError(JobError):
    """The request may have taken effect, and nobody can tell from here."""


def _needed(permission: dict[str, t.Any]) -> t.Iterator[str]:
    """What a permission object of IAM (contract §3.5) asks for, action by action; any level of it may be missing."""
    for action in _rows(permission.get("actions")):
        resources = [
            f"{kind.get('type_name') or kind.get('type')}: {' / '.join(map(_resource, _rows(chain)))}"
            for kind in _rows(action.get("related_resource_types"))
            for chain in _lists(kind.get("instances"))
        ]
        name = f"{action.get('name') or 'permission'} ({action.get('id')})"
        yield f"{name} on {', '.join(resources)}" if resources else name


def _rows(value: t.Any) -> list[dict[str, t.Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _lists(value: t.Any) -> list[list[t.Any]]:
    return [item for item in value if isinstance(item, list)] if isinstance(value, list) else []


def _resource(level: dict[str, t.Any]) -> str:
    return f"{level.get('name') or level.get('type')}({level.get('id')})"
