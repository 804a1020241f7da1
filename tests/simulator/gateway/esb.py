# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ESB gateway in front of Job: `/api/c/compapi/v2/{job,jobv3}/<api>/`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ..api.dispatch import APIS, Call
from . import apigw
from .esb_request import authenticate, read
from .esb_responses import AUTHENTICATION, not_found, refusal, request_id, upstream_error
from .front import Front, Refused, Route, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from ..job.world import World

_PATH = re.compile(r"/api/c/compapi/v2/(?P<system>job|jobv3)/(?P<api>[^/]+)/?")
_VERSIONS = {"job": "v2", "jobv3": "v3"}
_SYSTEMS = {"v2": "JOB", "v3": "JOBV3"}
_DOCUMENTATION_ONLY = "callback_protocol"


class Esb(Front):
    """The classic gateway: HTTP 200 for nearly everything, one POST to Job for any call.

    `prefix` separates several on one server; `reads_header` is off for versions before mid-2021 (§2.1).
    """

    def __init__(self, name: str, prefix: str = "", reads_header: bool = True) -> None:
        self.name = name
        self._prefix = prefix
        self._reads_header = reads_header

    def resolve(self, request: Request) -> Route | None:
        """Before any authentication, and GET or POST for every API (observed A2, A3)."""
        path = re.sub("//+", "/", request.path)[len(self._prefix) :]
        found = _PATH.fullmatch(path)
        if found is None or request.method not in ("GET", "POST"):
            return None
        version = _VERSIONS[found["system"]]
        # The components of jobv3 are rows of MySQL, which ignores case; those of job are not.
        api = found["api"].lower() if version == "v3" else found["api"]
        known = api in APIS[version] or (version, api) == ("v3", _DOCUMENTATION_ONLY)
        return Route(version, api) if known else None

    def unknown(self, request: Request) -> Response:
        return not_found()

    def admit(self, world: World, request: Request, route: Route) -> Call:
        esb_request = read(request, self._reads_header)
        if world.esb_behind_gateway:
            app, user = apigw.authenticate_as_200(world, esb_request.credentials)
        else:
            app, user = authenticate(world, esb_request)
        system = _SYSTEMS[route.version]
        # The components of v2/job are served from a file, without a permission check (observed B).
        if route.version == "v3" and not app.may_call(route.api):
            raise Refused(
                refusal(
                    1306403,
                    "APP permission is insufficient, APP has no permission to access the component "
                    f"({route.api}) of the system ({system}). The APP manager can go to the Developer Center "
                    "and apply for permission to access the component",
                )
            )
        self._check_component(world, request, route)
        self._check_user(system, route.api, user)
        return Call(
            route.version,
            route.api,
            user,
            app.code,
            request.headers.get("Blueking-Language", "en"),
            json.dumps(esb_request.forwarded(user, app.code)).encode(),
        )

    @staticmethod
    def _check_component(world: World, request: Request, route: Route) -> None:
        if route.api in world.inactive_components:
            raise Refused(refusal(1306405, "Not found, inactive channel", with_id=False))
        if request.headers.get("X-Use-Test-Env") == "1":
            message = "Error, the component does not support access third-party test environment"
            raise Refused(refusal(1306206, message))
        if route.api == _DOCUMENTATION_ONLY:
            message = "This is a fake component that only provides documentation"
            raise Refused(refusal(AUTHENTICATION, message))

    @staticmethod
    def _check_user(system: str, api: str, user: Any) -> None:
        """ESB sends the name to Job in a header, which does not accept every JSON value (observed A4)."""
        if not isinstance(user, str):
            what = f"Value for header {{Bk-Username: {user}}} must be of type str or bytes, not {type(user)}"
            raise Refused(upstream_error(system, api, what))
        try:
            user.encode("latin-1")
        except UnicodeEncodeError as error:
            raise Refused(upstream_error(system, api, str(error))) from None

    def reply(self, body: dict[str, Any]) -> Response:
        return json_response(completed(body))

    def throttled(self, call: Call) -> Response:
        channel = f"/v2/{'job' if call.version == 'v2' else 'jobv3'}/{call.api}/"
        return refusal(
            1306429,
            f"Access frequency limit, Access frequency of APP [{call.app}] to component [{channel}] exceeds the "
            "limit; the frequency limit is [3/1minute], please try again later",
        )

    def unreachable(self, call: Call) -> Response:
        what = (
            "HTTPSConnectionPool(host='job.example.com', port=443): Max retries exceeded with url: "
            f"/api/job/{call.version}/job-execute/{call.api}/ (Caused by NewConnectionError("
            "'<urllib3.connection.VerifiedHTTPSConnection object at 0x7f2c5c0d9e80>: "
            "Failed to establish a new connection: [Errno 111] Connection refused',))"
        )
        return upstream_error(_SYSTEMS[call.version], call.api, what)

    def timed_out(self, call: Call) -> Response:
        what = "Third-party system interface response time exceeds 30 seconds"
        return upstream_error(_SYSTEMS[call.version], call.api, what)


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """Job's response with ESB's request id and defaults for missing keys (observed A7)."""
    result = body.get("result", False)
    defaults = {"result": False, "data": None, "message": "", "code": 0 if result else AUTHENTICATION}
    return {**defaults, **body, "request_id": request_id()}
