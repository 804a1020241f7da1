# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API gateway's own errors: real HTTP statuses, and a header that says they are not Job's (§3.4)."""

from __future__ import annotations

from typing import Any


class GatewayError(Exception):
    """One of the gateway's refusals."""

    def __init__(self, status: int, code: int, code_name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.code_name = code_name
        self.message = message

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "code_name": self.code_name,
            "message": self.message,
            "result": False,
            "data": None,
        }


def invalid_args(reason: str) -> GatewayError:
    """Failed authentication: a 400, not a 401 (§2.2)."""
    return GatewayError(400, 1640001, "INVALID_ARGS", f'Parameters error [reason="{reason}"]')


def no_permission(app_code: str) -> GatewayError:
    reason = f"no permission, bk_app_code={app_code}"
    return GatewayError(403, 1640301, "APP_NO_PERMISSION", f'App has no permission to the resource [reason="{reason}"]')


def not_found(method: str, path: str) -> GatewayError:
    return GatewayError(404, 1640401, "API_NOT_FOUND", f'API not found [method="{method}" path="{path}"]')


THROTTLED = GatewayError(429, 1642902, "RATE_LIMIT_RESTRICTION", "API rate limit exceeded by stage strategy")
BAD_GATEWAY = GatewayError(502, 1650200, "BAD_GATEWAY", 'Bad Gateway [upstream_error="cannot connect to upstream"]')
TIMED_OUT = GatewayError(
    504,
    1650401,
    "REQUEST_BACKEND_TIMEOUT",
    'Request backend service timeout [upstream_error="cannot read header from upstream"]',
)
