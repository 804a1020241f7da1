# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the API gateway tells who calls: from the header alone, app before user (§2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .apigw_errors import GatewayError, invalid_args
from .front import Refused, json_response

if TYPE_CHECKING:
    from .world import App, World

_LONGEST_CODE, _LONGEST_SECRET = 32, 128


def authenticate(world: World, credentials: dict[str, Any]) -> tuple[App, str]:
    access_token = str(credentials.get("access_token") or "")
    if access_token:
        return _by_access_token(world, access_token)
    app = _app(world, str(credentials.get("bk_app_code") or ""), str(credentials.get("bk_app_secret") or ""))
    return app, _user(world, app, credentials)


def authenticate_as_200(world: World, credentials: Any) -> tuple[App, str]:
    """The same on BlueKing 7.x's ESB surface: the gateway's codes, but in HTTP 200 (§2.1)."""
    try:
        return authenticate(world, credentials if isinstance(credentials, dict) else {})
    except GatewayError as error:
        raise Refused(json_response(error.body())) from None


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
