# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of every module, once: names, types, environment; and what they mean to the wrapper."""

from __future__ import annotations

import os
import typing as t
from urllib.parse import urlsplit

from .._api.requests import Credentials, Gateway
from .._model.errors import InputError
from .._model.instance import Scope

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    Params = Mapping[str, t.Any]

# Where an option that is left out is looked for. bk_biz_id stands apart: a scope given in the task beats it.
BK_BIZ_ID = "BK_BIZ_ID"
# Where requests looks for authorities to trust.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Option → its argument spec and the environment variable that stands in for it (interface §2).
OPTIONS: dict[str, dict[str, t.Any]] = {
    "url": {"type": "str", "required": True, "env": "BK_JOB_URL"},
    "gateway": {"type": "str", "choices": ["esb", "apigw"], "default": "esb", "env": "BK_JOB_GATEWAY"},
    "api_version": {"type": "str", "choices": ["v3", "v2"], "default": "v3", "env": "BK_JOB_API_VERSION"},
    "bk_app_code": {"type": "str", "aliases": ["app_code"], "env": "BK_APP_CODE"},
    "bk_app_secret": {"type": "str", "aliases": ["app_secret"], "no_log": True, "env": "BK_APP_SECRET"},
    "bk_username": {"type": "str", "aliases": ["username"], "env": "BK_USERNAME"},
    "bk_token": {"type": "str", "no_log": True, "env": "BK_TOKEN"},
    "access_token": {"type": "str", "no_log": True, "env": "BK_ACCESS_TOKEN"},
    "credentials_in": {
        "type": "str",
        "choices": ["auto", "header", "body"],
        "default": "auto",
        "env": "BK_JOB_CREDENTIALS_IN",
    },
    "bk_tenant_id": {"type": "str", "env": "BK_TENANT_ID"},
    "language": {"type": "str", "choices": ["en", "zh"], "default": "en", "env": "BK_JOB_LANGUAGE"},
    "validate_certs": {"type": "bool", "default": True, "env": "BK_JOB_VALIDATE_CERTS"},
    "ca_path": {"type": "path", "env": "BK_JOB_CA_PATH"},
    "client_cert": {"type": "path", "env": "BK_JOB_CLIENT_CERT"},
    "client_key": {"type": "path", "env": "BK_JOB_CLIENT_KEY"},
    "use_proxy": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 60, "env": "BK_JOB_TIMEOUT"},
    "retries": {"type": "int", "default": 5, "env": "BK_JOB_RETRIES"},
    "bk_biz_id": {"type": "int"},
    "bk_scope_type": {"type": "str", "choices": ["biz", "biz_set"]},
    "bk_scope_id": {"type": "int"},
}


def credentials_from(params: Params) -> Credentials:
    """The credentials of a task; raises :class:`InputError` for what is missing or can't be sent."""
    if not params["access_token"]:
        user = params["bk_username"] or ""
        if not (user.isascii() and user.isprintable()):
            raise InputError(
                "bk_username (BK_USERNAME) must be plain ASCII text: the gateway corrupts others", "credentials"
            )
        missing = [name for name in ("bk_app_code", "bk_app_secret") if not params[name]]
        if missing:
            raise InputError(
                " and ".join(f"{name} ({OPTIONS[name]['env']})" for name in missing)
                + f" {'is' if len(missing) == 1 else 'are'} missing: an application proves itself with its code and its"
                " secret, unless access_token (BK_ACCESS_TOKEN) is given",
                "credentials",
            )
        if not user and not params["bk_token"]:
            raise InputError(
                "neither bk_username (BK_USERNAME) nor bk_token (BK_TOKEN) is set: Job must know who acts",
                "credentials",
            )
    return Credentials(**{name: params[name] or None for name in Credentials._fields})


def gateway_from(params: Params, environ: Mapping[str, str]) -> Gateway:
    """Where and how the calls of a task go; raises :class:`InputError` for what can't work together."""
    kind = params["gateway"]
    if kind == "apigw" and params["api_version"] == "v2":
        raise InputError("api_version v2 needs gateway esb: the API gateway serves v3 only")
    if kind == "apigw" and params["credentials_in"] == "body":
        raise InputError("credentials_in body needs gateway esb: the API gateway reads the header only", "credentials")
    for name, least, most in (("timeout", 1, 86400), ("retries", 0, 1000)):
        if not least <= params[name] <= most:
            raise InputError(f"{name} must be from {least} to {most}")
    tenant = (params["bk_tenant_id"] or "").strip()
    if not (tenant.isascii() and tenant.isprintable()):
        raise InputError("bk_tenant_id (BK_TENANT_ID) must be plain ASCII text, since it travels in a header")
    verify = _verify(params, environ)
    certificate, key = params["client_cert"], params["client_key"]
    return Gateway(
        url=_base_url(params["url"], kind),
        kind=kind,
        credentials_in=params["credentials_in"],
        language=params["language"],
        tenant_id=tenant or None,
        verify=verify,
        client_cert=(certificate, key) if key else certificate or None,
        use_proxy=params["use_proxy"],
        timeout=params["timeout"],
        retries=params["retries"],
    )


def scope_from(params: Params, environ: Mapping[str, str]) -> Scope:
    """The business or business set of a task, in one of its two forms."""
    business, type_, id_ = (params[name] for name in ("bk_biz_id", "bk_scope_type", "bk_scope_id"))
    if business is None and type_ is None and id_ is None:
        business = _business_of_environment(environ)
    if business is not None and (type_ or id_ is not None):
        raise InputError("give either bk_biz_id, or bk_scope_type with bk_scope_id, not both")
    if business is None and not (type_ and id_ is not None):
        raise InputError("the business is missing: give bk_biz_id (BK_BIZ_ID), or bk_scope_type with bk_scope_id")
    name, number = ("bk_scope_id", id_) if business is None else ("bk_biz_id", business)
    if number < 1:
        raise InputError(f"{name} must be at least 1")
    # Job itself takes these numbers for business sets where only bk_biz_id is given (contract §4.1).
    if business is not None and 8000000 <= business <= 9999999:
        type_ = "biz_set"
    return Scope(type_ or "biz", number)


def _business_of_environment(environ: Mapping[str, str]) -> int | None:
    text = environ.get(BK_BIZ_ID, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise InputError(f"the environment's {BK_BIZ_ID} must be a whole number, not {text!r}")
    return int(text)


def is_web_address(text: str) -> bool:
    """Whether ``text`` is the address of something that speaks HTTP, with no more to it than that."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return sound and text.isprintable() and " " not in text and ".." not in parts.netloc


def _base_url(url: str, kind: str) -> str:
    url = url.strip()
    if not is_web_address(url):
        raise InputError("url (BK_JOB_URL) must be an address such as https://paas.example.com")
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InputError("url (BK_JOB_URL) must not carry a user, a query or a fragment")
    for tail in ("/api/c/compapi", "/api/v3"):
        if f"{tail}/" in f"{parts.path}/":
            raise InputError(
                f"url (BK_JOB_URL) ends before {tail}, which the collection adds by itself: "
                + ("give the PaaS address alone" if kind == "esb" else "give the gateway and its stage alone")
            )
    return url.rstrip("/")


def _verify(params: Params, environ: Mapping[str, str]) -> bool | str:
    """What to trust, in requests' terms: the task's word first, then the bundle of the environment.

    All files are opened now, since requests would report them late and name none of the options.
    """
    if params["client_key"] and not params["client_cert"]:
        raise InputError("client_key needs client_cert, the certificate it belongs to")
    if params["client_cert"]:
        # The empty password makes an encrypted key fail instead of asking the terminal for one.
        files = (params["client_cert"], params["client_key"] or None)
        name = "client_key" if params["client_key"] else "client_cert"
        _open_certificates(f"{name} {params[name]}", lambda context: context.load_cert_chain(*files, password=""))
    if not params["validate_certs"]:
        return False
    named = {"ca_path": params["ca_path"]}
    if params["url"].strip().startswith("https:"):
        named.update({name: environ.get(name) for name in BUNDLES})
    name, path = next(((name, path) for name, path in named.items() if path), ("", ""))
    if path:
        kind = "capath" if os.path.isdir(path) else "cafile"
        _open_certificates(f"{name} {path}", lambda context: context.load_verify_locations(**{kind: path}))
    return path or True


def _open_certificates(what: str, load: Callable[[ssl.SSLContext], None]) -> None:
    import ssl  # costly, and only needed here

    try:
        load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; a path with a NUL is a ValueError
        raise InputError(f"{what} cannot be used: {getattr(error, 'strerror', None) or error}") from None
