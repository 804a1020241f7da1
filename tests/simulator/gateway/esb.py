# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ESB gateway in front of Job and CMDB: `/api/c/compapi/v2/{job,jobv3,cc}/<api>/`."""

from __future__ import annotations

import json
import posixpath
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..api.dispatch import APIS, Call
from ..cmdb.apis import APIS as CMDB_APIS
from ..job.world import collated
from . import apigw
from .esb_request import authenticate, read
from .esb_responses import (
    AUTHENTICATION,
    abnormal,
    component_error,
    connection_refused,
    not_found,
    refusal,
    request_id,
    upstream_error,
    upstream_tls_error,
)
from .front import Gateway, Refused, Route, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from ..job.world import World

_PATH = re.compile(r"/api/c/compapi/(?P<component>.*)")
_VERSIONS = {"job": "v2", "jobv3": "v3", "cc": "cmdb"}
_COMPONENTS = {version: component for component, version in _VERSIONS.items()}
_SYSTEMS = {"v2": "JOB", "v3": "JOBV3", "cmdb": "CC"}
_DOCUMENTATION_ONLY = "callback_protocol"
# ESB copies what it forwards; beyond about this depth of JSON, Python's recursion limit stops it (500 was observed).
_DEEPEST = 450
# What requests and http.client refuse as a header value.
_HEADER = re.compile(r"(\S[^\r\n]*\n?)?")


class Esb(Gateway):
    """The classic gateway: HTTP 200 for nearly everything, one POST to Job for any call.

    `prefix` separates several on one server; `reads_header` is off for versions before mid-2021 (§2.1).
    """

    def __init__(self, name: str, prefix: str = "", reads_header: bool = True) -> None:
        self.name = name
        self._prefix = prefix
        self._reads_header = reads_header

    def resolve(self, request: Request) -> Route | None:
        """Before any authentication, and GET or POST for every API (observed A2, A3)."""
        # nginx has resolved repeated slashes and dots.
        found = _PATH.fullmatch(posixpath.normpath(request.path[len(self._prefix) :]))
        if found is None or request.method not in ("GET", "POST"):
            return None
        route = self._route(found["component"])
        # The components of jobv3 and cc are rows of MySQL and found by its collation; those of job are not.
        folded = self._route(collated(found["component"]))
        return route or (folded if folded and folded.version != "v2" else None)

    @staticmethod
    def _route(component: str) -> Route | None:
        parts = component.split("/")
        if len(parts) != 3 or parts[0] != "v2" or parts[1] not in _VERSIONS:
            return None
        version = _VERSIONS[parts[1]]
        if version == "cmdb":
            return Route(version, parts[2]) if parts[2] in CMDB_APIS else None
        api = APIS[version].get(parts[2])
        known = (api is not None and api.on_esb) or parts[2] == _DOCUMENTATION_ONLY
        return Route(version, parts[2]) if known else None

    def unknown(self, request: Request) -> Response:
        return not_found()

    def admit(self, world: World, request: Request, route: Route, unavailable: str) -> Call:
        if route.api in world.inactive_components:
            raise Refused(refusal(1306405, "Not found, inactive channel", with_id=False))
        esb_request = read(request, self._reads_header)
        if world.esb_behind_gateway:
            app, user = apigw.authenticate_as_200(world, esb_request.credentials, unavailable)
            code: Any = app.code
        else:
            app, code, user = authenticate(world, esb_request, unavailable)
        system = _SYSTEMS[route.version]
        # The components of v2/job are served from a file, without a permission check (observed B).
        if route.version != "v2" and not app.may_call(route.api):
            raise Refused(
                refusal(
                    1306403,
                    "APP permission is insufficient, APP has no permission to access the component "
                    f"({route.api}) of the system ({system}). The APP manager can go to the Developer Center "
                    "and apply for permission to access the component",
                )
            )
        if route.api == _DOCUMENTATION_ONLY:
            message = "This is a fake component that only provides documentation"
            raise Refused(refusal(AUTHENTICATION, message))
        params = esb_request.forwarded(user, code)
        if _depth(params) > _DEEPEST:
            raise Refused(component_error())
        if request.headers.get("X-Use-Test-Env", "0").strip().lower() not in ("0", "false"):
            message = "Error, the component does not support access third-party test environment"
            raise Refused(refusal(1306206, message))
        self._check_user(system, route.api, user)
        language = request.headers.get("Blueking-Language") or "en"
        return Call(route.version, route.api, user, str(code), language, json.dumps(params).encode())

    @staticmethod
    def _check_user(system: str, api: str, user: Any) -> None:
        """ESB sends the name to Job in a header, which does not accept every JSON value (observed A4)."""
        if not isinstance(user, str):
            what = f"Value for header {{Bk-Username: {user}}} must be of type str or bytes, not {type(user)}"
            raise Refused(upstream_error(system, api, what))
        if not _HEADER.fullmatch(user):
            what = "Invalid return character or leading space in header: Bk-Username"
            raise Refused(upstream_error(system, api, what))
        try:
            value = user.encode("latin-1")
        except UnicodeEncodeError as error:
            raise Refused(upstream_error(system, api, str(error))) from None
        if value.endswith(b"\n"):
            raise Refused(upstream_error(system, api, f"Invalid header value {value!r}"))

    def reply(self, body: dict[str, Any]) -> Response:
        return json_response(completed(body))

    def throttled(self, call: Call) -> Response:
        channel = f"/v2/{_COMPONENTS[call.version]}/{call.api}/"
        return refusal(
            1306429,
            f"Access frequency limit, Access frequency of APP [{call.app}] to component [{channel}] exceeds the "
            "limit; the frequency limit is [3/1minute], please try again later",
        )

    def unreachable(self, call: Call) -> Response:
        if call.version == "cmdb":
            path = f"/api/v3{CMDB_APIS[call.api].path}"
            return self._upstream_error(call, connection_refused("HTTP", "cmdb.example.com", path))
        service = APIS[call.version][call.api].service
        path = f"/api/job/{call.version}/job-{service}/{call.api}/"
        return self._upstream_error(call, connection_refused("HTTPS", "job.example.com", path))

    def timed_out(self, call: Call) -> Response:
        return self._upstream_error(call, "Third-party system interface response time exceeds 30 seconds")

    def disconnected(self, call: Call) -> Response:
        what = "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response',))"
        return self._upstream_error(call, what)

    def tls_failed(self, call: Call) -> Response:
        return upstream_tls_error(_SYSTEMS[call.version], call.api)

    def relayed(self, call: Call, status: int, body: str | bytes) -> Response:
        """Only 200 is a success, and any JSON value but a string is passed on (observed A7)."""
        if status != 200:
            reasons = {
                500: "Third-party system internal error",
                502: "Third-party system Bad Gateway",
                403: "Third-party system prohibit access to this interface",
                404: "Third-party system does not find this interface",
                302: "Third-party system redirects this interface",
            }
            unusual = f"Third-party system interface is abnormal, {HTTPStatus(status).phrase}"
            what = f"Status Code: {status}, Error Message: {reasons.get(status, unusual)}"
            return self._upstream_error(call, what)
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        try:
            value = json.loads(text)
        except ValueError:
            return self._upstream_error(call, "interface response is not the JSON format")
        if isinstance(value, str):
            return abnormal()
        return json_response(completed(value) if isinstance(value, dict) else value)

    def _upstream_error(self, call: Call, what: str) -> Response:
        return upstream_error(_SYSTEMS[call.version], call.api, what)


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """Job's response with ESB's request id and defaults for missing keys (observed A7)."""
    result = body.get("result", False)
    defaults = {"result": False, "data": None, "message": "", "code": 0 if result else AUTHENTICATION}
    return {**defaults, **body, "request_id": request_id()}


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, (dict, list))
        ]
        depth += 1
    return depth
