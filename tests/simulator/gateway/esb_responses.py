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
UPSTREAM_TLS = 1306203


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


def connection_refused(scheme: str, host: str, path: str) -> str:
    """The text of requests for a service that is not listening."""
    verified = "Verified" if scheme == "HTTPS" else ""
    port = 443 if scheme == "HTTPS" else 80
    return (
        f"{scheme}ConnectionPool(host='{host}', port={port}): Max retries exceeded with url: {path} "
        f"(Caused by NewConnectionError('<urllib3.connection.{verified}{scheme}Connection object at 0x7f2c5c0d9e80>: "
        "Failed to establish a new connection: [Errno 111] Connection refused',))"
    )


def upstream_tls_error(system: str, api: str) -> Response:
    message = (
        f"Component request third-party system [{system}] interface [{api}] SSL error: SSL configuration file "
        "[/data/cert/job_esb_api_client.crt, /data/cert/job_esb_api_client.key] does not exist or is illegal, "
        "please get the certificates from the documentation and unzip it into [/data/cert]"
    )
    return refusal(UPSTREAM_TLS, message)


def abnormal() -> Response:
    """The 500, without code and request id (observed A7)."""
    message = "Request is abnormal, please contact the component developer"
    return json_response({"result": False, "data": None, "message": message}, 500)


def not_found() -> Response:
    """The 404, without code and request id (observed A2)."""
    return json_response({"result": False, "data": None, "message": "The content does not exist"}, 404)


def bad_request() -> Response:
    return html_response(400, "<h1>Bad Request (400)</h1>")
