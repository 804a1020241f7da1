# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How ESB reads a request and authenticates the caller (observed A3 to A6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from .esb_responses import AUTHENTICATION, bad_request, component_error, connection_refused, refusal, upstream_error
from .front import AUTHORIZATION, LOGIN, SECRETS, Refused

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from ..job.world import App, World

# Django's defaults.
_LARGEST_BODY = 2621440
_MOST_FORM_FIELDS = 1000

#: What ESB removes from the parameters before it forwards them.
_REMOVED = frozenset(
    "app_code bk_app_code app_secret bk_app_secret signature bk_signature bk_nonce bk_timestamp "
    "bk_token username bk_username __esb_skip_signature__ __esb_skip_comp_perm__ bk_supplier_account".split()
)
_EMPTY: tuple[Any, ...] = (None, "", [], (), {})


@dataclass(frozen=True)
class EsbRequest:
    """The parameters of a call, and the credentials: the parameters themselves, or the JSON value of the header."""

    params: dict[str, Any]
    credentials: Any
    from_header: bool

    def forwarded(self, user: Any, app: Any) -> dict[str, Any]:
        """The body that Job receives: everything except the credentials, then user and app (observed A1)."""
        rest = {key: value for key, value in self.params.items() if key not in _REMOVED}
        return {**rest, "bk_username": user, "bk_app_code": app}


def read(request: Request, reads_header: bool) -> EsbRequest:
    """The header replaces all other credentials; an ESB before mid-2021 ignores it (§2.1). `null` counts as no header.

    A header is parsed first. With it, what is wrong with the body is found later, when there is a request id.
    """
    header = _header(request.headers[AUTHORIZATION]) if reads_header and AUTHORIZATION in request.headers else None
    in_header = header is not None
    params = _query(request) if request.method == "GET" else _body(request, in_header)
    return EsbRequest(params, header if in_header else params, in_header)


def _query(request: Request) -> dict[str, Any]:
    # Always strings; the last one of a repeated key wins.
    return dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))


def _body(request: Request, in_header: bool) -> dict[str, Any]:
    raw = request.get_data()
    if len(raw) > _LARGEST_BODY:
        raise Refused(component_error() if in_header else bad_request())
    # Detected by the first character, whatever the headers; anything else is read as a form.
    if raw.lstrip().startswith(b"{"):
        return _json(raw, in_header)
    fields = list(request.form.items(multi=True))
    if len(fields) > _MOST_FORM_FIELDS:
        raise Refused(component_error() if in_header else bad_request())
    return dict(fields)


def _json(raw: bytes, in_header: bool) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        message = "Request JSON string is wrong in format, which cannot be analyzed."
        raise Refused(refusal(AUTHENTICATION, message, with_id=in_header)) from None
    return parsed


def _header(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        message = f"Parameters error, request header {AUTHORIZATION} is not a valid JSON format string"
        raise Refused(refusal(1306406, message, with_id=False)) from None


# Authentication: the app first, then the user (observed A4).


def authenticate(world: World, request: EsbRequest, unavailable: str) -> tuple[App, Any, Any]:
    """The app, its code as the caller wrote it, and the user's name, which from a trusted app may be any JSON value."""
    credentials = request.credentials
    if not isinstance(credentials, dict):
        raise Refused(component_error())
    if request.from_header and credentials.get("access_token"):
        app, user = _by_access_token(world, credentials["access_token"], unavailable)
        return app, app.code, user
    code = _first(credentials, "bk_app_code", "app_code")
    app = _app(world, code, _first(credentials, "bk_app_secret", "app_secret"))
    return app, code, _user(world, app, code, request, unavailable)


def _first(credentials: dict[str, Any], *keys: str) -> Any:
    return next((credentials[key] for key in keys if credentials.get(key) not in _EMPTY), "")


def _by_access_token(world: World, access_token: Any, unavailable: str) -> tuple[App, str]:
    value = _cleaned(access_token, "access token [access_token]")
    if unavailable == SECRETS:
        what = connection_refused("HTTP", "bkssm.example.com", "/api/v1/auth/access-tokens/verify")
        raise Refused(upstream_error(SECRETS, "verify_access_token", what), SECRETS)
    token = world.access_tokens.get(value)
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


def _user(world: World, app: App, code: Any, request: EsbRequest, unavailable: str) -> Any:
    """A token wins over a name, even an invalid one; `bk_access_token` is always read from the parameters."""
    access_token = request.params.get("bk_access_token")
    if access_token:
        known = None if isinstance(access_token, (list, dict)) else world.access_tokens.get(str(access_token))
        if known is None or known.user is None or known.app_code != app.code:
            raise _refused("The specified user TOKEN [bk_access_token] does not exist")
        return known.user
    token = request.credentials.get("bk_token")
    if token:
        value = _cleaned(token, "login token [bk_token]")
        if unavailable == LOGIN:
            path = f"/login/accounts/is_login/?bk_token={quote(value)}"
            raise Refused(
                upstream_error(LOGIN, "is_login", connection_refused("HTTP", "paas.example.com", path)), LOGIN
            )
        if value not in world.tokens:
            raise _refused("User authentication failed, please check if the bk_token is valid")
        return world.tokens[value]
    name = _first(request.credentials, "bk_username", "username")
    # The whitelist, unlike the app table, compares exactly.
    if not name or not app.trusted or code != app.code:
        raise _refused(
            "User authentication failed, please provide a valid user identity, such as bk_token, bk_username"
        )
    return name


def _cleaned(token: Any, what: str) -> str:
    """A token after the form of the component that verifies it: without blanks around it, and not empty."""
    if isinstance(token, (list, dict)):
        raise Refused(component_error())
    value = str(token).strip()
    if not value:
        raise _refused(f"{what} This field is required.")
    return value


def _refused(message: str) -> Refused:
    return Refused(refusal(AUTHENTICATION, message))
