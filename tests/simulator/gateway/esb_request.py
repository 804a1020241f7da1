# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How ESB reads a request and authenticates the caller (observed A3 to A6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .esb_responses import AUTHENTICATION, bad_request, component_error, refusal
from .front import AUTHORIZATION, Refused

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from ..job.world import App, World

# Django's defaults.
_LARGEST_BODY = 2621440
_MOST_FORM_FIELDS = 1000

_CREDENTIALS = frozenset(
    "app_code bk_app_code app_secret bk_app_secret signature bk_signature nonce bk_nonce timestamp bk_timestamp "
    "bk_token username bk_username bk_supplier_account".split()
)


@dataclass(frozen=True)
class EsbRequest:
    """The parameters of a call, and the credentials: the parameters themselves, or the JSON value of the header."""

    params: dict[str, Any]
    credentials: Any
    from_header: bool

    def forwarded(self, user: str, app: str) -> dict[str, Any]:
        """The body that Job receives: everything except the credentials, then user and app (observed A1)."""
        rest = {
            key: value
            for key, value in self.params.items()
            if key not in _CREDENTIALS and not key.startswith("__esb_skip_")
        }
        return {**rest, "bk_username": user, "bk_app_code": app}


def read(request: Request, reads_header: bool) -> EsbRequest:
    """The header replaces all other credentials; an ESB before mid-2021 ignores it (§2.1)."""
    in_header = reads_header and AUTHORIZATION in request.headers
    params = _query(request) if request.method == "GET" else _body(request, in_header)
    credentials = _header(request.headers[AUTHORIZATION]) if in_header else params
    return EsbRequest(params, credentials, in_header)


def _query(request: Request) -> dict[str, Any]:
    # Always strings; the last one of a repeated key wins.
    return dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))


def _body(request: Request, in_header: bool) -> dict[str, Any]:
    raw = request.get_data()
    if len(raw) > _LARGEST_BODY:
        raise Refused(component_error() if in_header else bad_request())
    # Detected by the first character, whatever the Content-Type; anything else is read as a form.
    if raw.lstrip().startswith(b"{") and "Content-Encoding" not in request.headers:
        return _json(raw)
    fields = list(request.form.items(multi=True))
    if len(fields) > _MOST_FORM_FIELDS:
        raise Refused(bad_request())
    return dict(fields)


def _json(raw: bytes) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = json.loads(raw.decode("utf-8"))
    except ValueError:
        message = "Request JSON string is wrong in format, which cannot be analyzed."
        raise Refused(refusal(AUTHENTICATION, message, with_id=False)) from None
    return parsed


def _header(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        message = f"Parameters error, request header {AUTHORIZATION} is not a valid JSON format string"
        raise Refused(refusal(1306406, message, with_id=False)) from None


# Authentication: the app first, then the user (observed A4).


def authenticate(world: World, request: EsbRequest) -> tuple[App, Any]:
    """The app and the user's name, which from a trusted app may be any JSON value."""
    credentials = request.credentials
    if not isinstance(credentials, dict):
        raise Refused(component_error())
    if request.from_header and credentials.get("access_token"):
        return _by_access_token(world, credentials["access_token"])
    code = credentials.get("bk_app_code") or credentials.get("app_code")
    secret = credentials.get("bk_app_secret") or credentials.get("app_secret")
    app = _app(world, code, secret)
    return app, _user(world, app, code, credentials)


def _by_access_token(world: World, access_token: Any) -> tuple[App, str]:
    token = world.access_tokens.get(str(access_token))
    app = world.app(token.app_code) if token else None
    if token is None or app is None:
        raise _refused("verify access_token failed, please check if the access_token is valid")
    if token.user is None:
        raise _refused("the access_token is the application type and cannot indicate the user")
    return app, token.user


def _app(world: World, code: Any, secret: Any) -> App:
    if not secret:
        raise _refused("Signature [bk_signature] and APP Secret [bk_app_secret] cannot be empty at the same time")
    if not code:
        raise _refused("APP Code [bk_app_code] cannot be empty")
    if isinstance(code, (list, dict)):
        raise Refused(component_error())
    app = world.app(str(code))
    if app is None:
        raise _refused(f"Invalid APP Code [bk_app_code={code}], please confirm if the APP Code has been registered")
    if secret != app.secret:
        raise _refused(
            f"APP Secret verification failed, pelase confirm if the APP Secret and APP Code [bk_app_code={code}] match"
        )
    return app


def _user(world: World, app: App, code: Any, credentials: dict[str, Any]) -> Any:
    """A login token wins over a name, even an invalid one."""
    token = credentials.get("bk_token")
    if token:
        if str(token) not in world.tokens:
            raise _refused("User authentication failed, please check if the bk_token is valid")
        return world.tokens[str(token)]
    access_token = credentials.get("bk_access_token")
    if access_token:
        known = world.access_tokens.get(str(access_token))
        if known is None or known.user is None:
            raise _refused("The specified user TOKEN [bk_access_token] does not exist")
        return known.user
    name = credentials.get("bk_username") or credentials.get("username")
    # The whitelist, unlike the app table, is case-sensitive.
    if not name or not app.trusted or code != app.code:
        raise _refused(
            "User authentication failed, please provide a valid user identity, such as bk_token, bk_username"
        )
    return name


def _refused(message: str) -> Refused:
    return Refused(refusal(AUTHENTICATION, message))
