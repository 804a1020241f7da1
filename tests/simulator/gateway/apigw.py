# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API gateway in front of Job: `/prod/api/v3/<api>`, or `/api/bk-job/prod/api/v3/<api>`.

CMDB has a gateway of its own with ids in its paths: `/api/bk-cmdb/prod/api/v3/hosts/app/1/list_hosts_topo`.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import parse_qsl

from werkzeug.wrappers import Response

from ..api.dispatch import APIS, Call
from ..cmdb.apis import APIS as CMDB_APIS
from .front import AUTHORIZATION, LOGIN, SECRETS, Gateway, Refused, Route, json_object, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from ..job.world import App, World

_PATH = re.compile(r"(/api/bk-job)?/prod/api/v3/(?P<api>[^/]+)/?")
_CMDB = "/api/bk-cmdb/prod"
_BRACES, _PARAMETER = re.compile(r"\{(\w+)\}"), r"(?P<\1>[^/]+)"
_LONGEST_CODE, _LONGEST_SECRET = 32, 128


class ApiGateway(Gateway):
    """The modern gateway: one method per API, credentials in the header only, real HTTP statuses."""

    name = "apigw"

    def resolve(self, request: Request) -> Route | None:
        """A known path with another method is "not found": there is no 405 (§1.2)."""
        found = _PATH.fullmatch(request.path)
        api = APIS["v3"].get(found["api"]) if found else None
        if found is None or api is None or not api.on_gateway or request.method != api.method:
            return None
        return Route("v3", found["api"])

    def unknown(self, request: Request) -> Response:
        return _failed(not_found(request.method, request.path))

    def admit(self, world: World, request: Request, route: Route, unavailable: str) -> Call:
        try:
            credentials = json_object(request.headers.get(AUTHORIZATION, "{}"))
            if credentials is None:
                raise invalid_args(f"request header {AUTHORIZATION} is not a valid JSON")
            app, user = authenticate(world, credentials, unavailable)
            if not app.may_call(route.api):
                raise no_permission(app.code)
        except GatewayError as error:
            raise Refused(_failed(error), error.unavailable) from None
        # Chinese, unless the header names English (§4.3).
        language = request.headers.get("Blueking-Language", "zh-cn")
        if request.method == "GET":
            return Call(route.version, route.api, user, app.code, language, query=_query(request))
        # Job reads JSON only and refuses other bodies with 1240003 (§3.2).
        body = request.get_data() if request.is_json else b""
        return Call(route.version, route.api, user, app.code, language, body)

    def reply(self, body: dict[str, Any]) -> Response:
        """Job's body unchanged; only headers are added."""
        return json_response(body, headers={**_ids(), "X-Bk-Job-Request-Id": body["job_request_id"]})

    def throttled(self, call: Call) -> Response:
        return _failed(THROTTLED)

    def unreachable(self, call: Call) -> Response:
        return _failed(BAD_GATEWAY)

    def timed_out(self, call: Call) -> Response:
        return _failed(TIMED_OUT)

    def disconnected(self, call: Call) -> Response:
        return _failed(CLOSED)

    def tls_failed(self, call: Call) -> Response:
        return _failed(CLOSED)

    def relayed(self, call: Call, status: int, body: str | bytes) -> Response:
        """Unchanged, and without the header that marks the gateway's own errors (§3.4)."""
        content_type = "application/json" if json_object(body) is not None else "text/html"
        return Response(body, status, _ids(), content_type=content_type)


class CmdbGateway(ApiGateway):
    """The gateway bk-cmdb, with the paths of one generation (Q5), which ignores the query of a GET."""

    name = "cmdb"

    def __init__(self, prefix: Callable[[], str]) -> None:
        self._prefix = prefix

    def resolve(self, request: Request) -> Route | None:
        api = self._find(request)[0]
        return Route("cmdb", api) if api and request.method == CMDB_APIS[api].method else None

    def _find(self, request: Request) -> tuple[str, dict[str, str]]:
        """The API of a path, with the parameters in it."""
        begin = f"{_CMDB}{self._prefix()}"
        for name, api in CMDB_APIS.items() if request.path.startswith(begin) else ():
            found = re.fullmatch(f"{_BRACES.sub(_PARAMETER, api.path)}/?", request.path[len(begin) :])
            if found:
                return name, found.groupdict()
        return "", {}

    def admit(self, world: World, request: Request, route: Route, unavailable: str) -> Call:
        call = super().admit(world, request, route, unavailable)
        body = json_object(call.body or "{}") if request.method == "GET" else json_object(call.body)
        if body is None:
            return call
        return replace(call, body=json.dumps({**body, **self._find(request)[1]}).encode())

    def reply(self, body: dict[str, Any]) -> Response:
        return json_response(body, headers=_ids())


def _failed(error: GatewayError) -> Response:
    headers = {"X-Bkapi-Error-Code": str(error.code), "X-Bkapi-Error-Message": error.message}
    return json_response(error.body(), error.status, {**_ids(), **headers})


def _ids() -> dict[str, str]:
    request_id = str(uuid.uuid4())
    return {"X-Bkapi-Request-Id": request_id, "X-Request-Id": request_id}


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))


# Credentials: from the header only, the app before the user (§2.2).


def authenticate(world: World, credentials: dict[str, Any], unavailable: str) -> tuple[App, str]:
    access_token = str(credentials.get("access_token") or "")
    if access_token:
        if unavailable == SECRETS:
            raise _verification_failed(SECRETS)
        return _by_access_token(world, access_token)
    app = _app(world, str(credentials.get("bk_app_code") or ""), str(credentials.get("bk_app_secret") or ""))
    if credentials.get("bk_token") and unavailable == LOGIN:
        raise _verification_failed(LOGIN)
    return app, _user(world, app, credentials)


def authenticate_as_200(world: World, credentials: Any, unavailable: str) -> tuple[App, str]:
    """The same for the ESB of BlueKing 7.x: the gateway's codes, in HTTP 200 (§2.1)."""
    try:
        return authenticate(world, credentials if isinstance(credentials, dict) else {}, unavailable)
    except GatewayError as error:
        raise Refused(json_response(error.body()), error.unavailable) from None


def _by_access_token(world: World, access_token: str) -> tuple[App, str]:
    token = world.access_tokens.get(access_token)
    app = world.app(token.app_code) if token else None
    if token is None or app is None:
        raise invalid_args("access_token has expired")
    if token.user is None:
        raise invalid_args("the access_token is the application type and cannot indicate the user")
    return app, token.user


def _app(world: World, code: str, secret: str) -> App:
    if not code:
        raise invalid_args("app code cannot be empty")
    if len(code) > _LONGEST_CODE:
        raise invalid_args("app code cannot be longer than 32 characters")
    if len(secret) > _LONGEST_SECRET:
        raise invalid_args("app secret cannot be longer than 128 characters")
    if not secret:
        raise invalid_args("please provide bk_app_secret or bk_signature to verify app")
    app = world.app(code)
    if app is None:
        raise invalid_args("app not found")
    if secret != app.secret:
        raise invalid_args("bk_app_code or bk_app_secret is incorrect")
    return app


def _user(world: World, app: App, credentials: dict[str, Any]) -> str:
    token = credentials.get("bk_token")
    if token:
        if str(token) not in world.tokens:
            raise invalid_args("bk_token is not valid")
        return world.tokens[str(token)]
    name = credentials.get("bk_username")
    if not name:
        raise invalid_args(
            "user authentication failed, please provide a valid user identity, "
            "such as bk_username, bk_token, access_token"
        )
    if not app.trusted:
        raise invalid_args("user authentication failed, the user indicated by bk_username is not verified")
    return str(name)


# The gateway's own errors (§3.4).


class GatewayError(Exception):
    """An error of the gateway itself, marked by the header X-Bkapi-Error-Code.

    `unavailable` is the service that it did not reach, if that is the reason.
    """

    def __init__(self, status: int, code: int, code_name: str, message: str, unavailable: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.code_name = code_name
        self.message = message
        self.unavailable = unavailable

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


def _verification_failed(service: str) -> GatewayError:
    return GatewayError(500, 1650001, "INTERNAL_SERVER_ERROR", "Internal server error", service)


def no_permission(app_code: str) -> GatewayError:
    reason = f"no permission, bk_app_code={app_code}"
    return GatewayError(403, 1640301, "APP_NO_PERMISSION", f'App has no permission to the resource [reason="{reason}"]')


def not_found(method: str, path: str) -> GatewayError:
    return GatewayError(404, 1640401, "API_NOT_FOUND", f'API not found [method="{method}" path="{path}"]')


THROTTLED = GatewayError(429, 1642902, "RATE_LIMIT_RESTRICTION", "API rate limit exceeded by stage strategy")
BAD_GATEWAY = GatewayError(502, 1650200, "BAD_GATEWAY", 'Bad Gateway [upstream_error="cannot connect to upstream"]')
CLOSED = GatewayError(
    502,
    1650200,
    "BAD_GATEWAY",
    'Bad Gateway [upstream_error="upstream prematurely closed connection while reading response header"]',
)
TIMED_OUT = GatewayError(
    504,
    1650401,
    "REQUEST_BACKEND_TIMEOUT",
    'Request backend service timeout [upstream_error="cannot read header from upstream"]',
)
