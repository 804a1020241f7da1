# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ESB's own responses, with the real texts and their spelling (observed A4 to A8)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from .front import html_response, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

AUTHENTICATION = 1306000
UPSTREAM = 1306201


def request_id() -> str:
    return uuid.uuid4().hex


def refusal(code: int, message: str, with_id: bool = True) -> Response:
    """A refusal, always HTTP 200; some are sent before there is a request id (observed A8)."""
    body = {"result": False, "code": code, "data": None, "message": message}
    return json_response({**body, "request_id": request_id()} if with_id else body)


def component_error() -> Response:
    return refusal(AUTHENTICATION, "Component error, please contact the component developer to handle it.")


def upstream_error(system: str, api: str, what: str) -> Response:
    message = (
        f"Component request third-party system [{system}] interface [{api}] error: {what}, "
        "please try again later or contact component developer to handle this"
    )
    return refusal(UPSTREAM, message)


def not_found() -> Response:
    """The 404, without code and request id (observed A2)."""
    return json_response({"result": False, "data": None, "message": "The content does not exist"}, 404)


def bad_request() -> Response:
    return html_response(400, "<h1>Bad Request (400)</h1>")
