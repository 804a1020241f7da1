# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job itself, as its gateways call it: `/api/job/v3/job-execute/<api>` (§1.1, §2.3). Nothing else can reach it."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from ..api.dispatch import APIS, Call
from .front import Front, Refused, Route, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from ..job.world import World

_PATH = re.compile("/api/job/(?P<version>v[23])/job-(?P<service>[a-z-]+)/(?P<api>[^/]+)/?")
_JWT = "X-Bkapi-JWT"


class Direct(Front):
    """Job without a gateway. It trusts the token that gateways sign, whose signature is not checked here."""

    name = "job"

    def resolve(self, request: Request) -> Route | None:
        found = _PATH.fullmatch(request.path)
        api = APIS[found["version"]].get(found["api"]) if found else None
        if found is None or api is None or request.method != "POST" or found["service"] != api.service:
            return None
        return Route(found["version"], found["api"])

    def unknown(self, request: Request) -> Response:
        return Response(b"", 404)

    def admit(self, world: World, request: Request, route: Route, unavailable: str) -> Call:
        claims = _claims(request.headers.get(_JWT, ""))
        language = request.headers.get("Blueking-Language", "zh-cn")
        return Call(route.version, route.api, claims["user"], claims["app"], language, request.get_data())

    def reply(self, body: dict[str, Any]) -> Response:
        return json_response(body, headers={"X-Bk-Job-Request-Id": body["job_request_id"]})


def token(user: str, app: str) -> dict[str, str]:
    """The header that names a user and an app, as the gateways send it but without a signature."""
    payload = {"app": {"bk_app_code": app}, "user": {"bk_username": user}}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, payload)]
    return {_JWT: ".".join([*parts, ""])}


def _claims(jwt: str) -> dict[str, str]:
    try:
        payload = jwt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return {"user": str(claims["user"]["bk_username"]), "app": str(claims["app"]["bk_app_code"])}
    except (IndexError, KeyError, TypeError, ValueError):
        raise Refused(Response(b"", 401)) from None
