# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the options of the connection, group by group, so that one problem hides no other."""

from __future__ import annotations

import typing as t

from .._model.errors import InputError
from .._model.language import say
from .._options.connection import OPTIONS, credentials_from, gateway_from, scope_from

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .._api.call import Credentials, Gateway
    from .._model.launch import Scope

    Params = Mapping[str, t.Any]

# Values that are always right, group by group: while one group is checked, the others have these.
SOUND_URL = {"url": "https://unset.invalid"}
GATEWAY: tuple[dict[str, t.Any], ...] = (
    {"gateway": "esb", "api_version": "v3", "credentials_in": "auto"},
    {"timeout": 60, "retries": 5},
    {"bk_tenant_id": None},
    {"use_proxy": False},
    {"validate_certs": False, "ca_path": None, "client_cert": None, "client_key": None},
)
APPLICATION, USER = {"bk_app_code": "x", "bk_app_secret": "x"}, {"bk_username": "x"}


class ConnectionOptions(t.NamedTuple):
    """What the options give; None for what is wrong, with the ``problems``.

    ``reachable`` is the gateway without what is wrong: enough to check the network, but not to send credentials.
    """

    gateway: Gateway | None
    reachable: Gateway | None
    credentials: Credentials | None
    scope: Scope | None
    problems: tuple[str, ...]


def read_options(params: Params, environ: Mapping[str, str]) -> ConnectionOptions:
    """Read the options."""
    problems: dict[str, None] = {}

    def attempt(read: Callable[..., t.Any], *args: t.Any) -> t.Any:
        try:
            return read(*args)
        except InputError as error:
            problems[error.message] = None
            return None

    gateway = reachable = None
    if not (params["url"] or "").strip():
        problems[say("{names} is required", names=OPTIONS.named("url"))] = None
    else:
        gateway = reachable = attempt(gateway_from, params, environ)
    if not gateway:
        sound = _merged(GATEWAY)
        reachable = attempt(gateway_from, {**params, **sound}, environ) if params["url"] else None
        url = {} if reachable else SOUND_URL
        for group in GATEWAY:
            rest = _merged(other for other in GATEWAY if other is not group)
            attempt(gateway_from, {**params, **rest, **url}, environ)
    credentials = attempt(credentials_from, params)
    if not credentials:
        for group in (APPLICATION, USER):
            attempt(credentials_from, {**params, **group})
    return ConnectionOptions(gateway, reachable, credentials, attempt(scope_from, params, environ), tuple(problems))


def remarks(params: Params) -> Iterator[str]:
    """What works, but perhaps not as it was meant."""
    others = [name for name in ("bk_app_code", "bk_app_secret", "bk_username", "bk_token") if params[name]]
    if params["access_token"] and others:
        yield say("access_token is sent without {names}", names=", ".join(others))
    elif params["bk_token"] and params["bk_username"]:
        yield say("the gateway prefers bk_token to bk_username")
    if params["timeout"] < 45:
        yield say(
            "timeout is {seconds} s, but the gateway itself waits up to 30 s for Job; use 45 or more",
            seconds=params["timeout"],
        )


def _merged(groups: Iterable[dict[str, t.Any]]) -> dict[str, t.Any]:
    return {name: value for group in groups for name, value in group.items()}
