# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How ESB tells who calls: the app first, then the user (observed A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .esb_errors import AUTHENTICATION, component_error, refusal
from .front import Refused

if TYPE_CHECKING:
    from .esb_request import EsbRequest
    from .world import App, World


def authenticate(world: World, request: EsbRequest) -> tuple[App, Any]:
    """The app and the user's name. The name of a trusted app's user is whatever JSON value it sent."""
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
    """A login token beats a name, even a bad one."""
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
    # The whitelist, unlike the app table, tells upper case from lower.
    if not name or not app.trusted or code != app.code:
        raise _refused(
            "User authentication failed, please provide a valid user identity, such as bk_token, bk_username"
        )
    return name


def _refused(message: str) -> Refused:
    return Refused(refusal(AUTHENTICATION, message))
