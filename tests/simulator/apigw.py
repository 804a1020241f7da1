# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API gateway in front of Job: `/prod/api/v3/<api>`, or `/api/bk-job/prod/api/v3/<api>`."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .apigw_auth import authenticate
from .apigw_errors import BAD_GATEWAY, THROTTLED, TIMED_OUT, GatewayError, invalid_args, no_permission, not_found
from .backend import APIS, Call
from .front import AUTHORIZATION, Front, Refused, Route, json_object, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from .world import World

_PATH = re.compile(r"(/api/bk-job)?/prod/api/v3/(?P<api>[^/]+)/?")


class ApiGateway(Front):
    """The modern gateway: one method per API, credentials in the header only, real HTTP statuses."""

    name = "apigw"

    def resolve(self, request: Request) -> Route | None:
        """A known path with another method is not found: there is no 405 (§1.2)."""
        found = _PATH.fullmatch(request.path)
        api = APIS["v3"].get(found["api"]) if found else None
        if found is None or api is None or request.method != api.method:
            return None
        return Route("v3", found["api"])

    def unknown(self, request: Request) -> Response:
        return _failed(not_found(request.method, request.path))

    def admit(self, world: World, request: Request, route: Route) -> Call:
        try:
            credentials = json_object(request.headers.get(AUTHORIZATION, "{}"))
            if credentials is None:
                raise invalid_args(f"request header {AUTHORIZATION} is not a valid JSON")
            app, user = authenticate(world, credentials)
            if not app.may_call(route.api):
                raise no_permission(app.code)
        except GatewayError as error:
            raise Refused(_failed(error)) from None
        by_query = request.method == "GET"
        params = _query(request) if by_query else _body(request)
        # Absent or unknown means Chinese here (§4.3).
        language = request.headers.get("Blueking-Language", "zh-cn")
        return Call("v3", route.api, params, user, app.code, language, by_query)

    def reply(self, body: dict[str, Any]) -> Response:
        """Job's body unchanged; only headers are added."""
        return json_response(body, headers={**_ids(), "X-Bk-Job-Request-Id": body["job_request_id"]})

    def throttled(self, call: Call) -> Response:
        return _failed(THROTTLED)

    def unreachable(self, call: Call) -> Response:
        return _failed(BAD_GATEWAY)

    def timed_out(self, call: Call) -> Response:
        return _failed(TIMED_OUT)


def _failed(error: GatewayError) -> Response:
    headers = {"X-Bkapi-Error-Code": str(error.code), "X-Bkapi-Error-Message": error.message}
    return json_response(error.body(), error.status, {**_ids(), **headers})


def _ids() -> dict[str, str]:
    request_id = str(uuid.uuid4())
    return {"X-Bkapi-Request-Id": request_id, "X-Request-Id": request_id}


def _query(request: Request) -> dict[str, Any]:
    return dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))


def _body(request: Request) -> dict[str, Any] | None:
    # Job itself reads JSON only, and says so with 1240003 (§3.2).
    return json_object(request.get_data()) if request.is_json else None
