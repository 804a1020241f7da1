# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of every module: names, types and environment variables, and their checks."""

from __future__ import annotations

import os
import re
import typing as t
from urllib.parse import urlsplit

from .._api.call import Credentials, Gateway
from .._model.errors import InputError
from .._model.language import foreign, say
from .._model.launch import BUSINESS_SETS, Scope
from .spec import Options, are_required

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    Params = Mapping[str, t.Any]

# The default of bk_biz_id; not in the table, since a scope given in the task has priority over it.
BK_BIZ_ID = "BK_BIZ_ID"
# The name of Job's gateway in its URL: of the host, or in the path.
JOB_GATEWAY = re.compile(r"(?<=[/.])bk-job(?=[/.]|$)")
# Where requests looks for CA certificates.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
TABLE: dict[str, dict[str, t.Any]] = {
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
OPTIONS = Options(TABLE, required_together=(("bk_scope_type", "bk_scope_id"),))
# The option of what reads CMDB as well.
CMDB_TABLE: dict[str, dict[str, t.Any]] = {"cmdb_url": {"type": "str", "env": "BK_CMDB_URL"}}
CMDB_OPTIONS = Options(CMDB_TABLE)
SECRETS = ("bk_app_secret", "bk_token", "access_token")
CALLBACK_TABLE: dict[str, dict[str, t.Any]] = {"callback_url": {"type": "str", "aliases": ["bk_callback_url"]}}
LONGEST_CALLBACK = 1024  # characters that Job's database holds
# Options that may carry a user and a password of their own.
ADDRESSES = ("url", "cmdb_url", "console_url", "callback_url")
PASSWORD = re.compile(r"\s*(?:(?:\w+:)?//)?[^/@]*?:(?!//)(\S+)@")
PORT = re.compile(r"\d+[/?#]")


def credentials_from(params: Params) -> Credentials:
    """The credentials of a task; raises :class:`InputError` for what is missing or can't be sent."""
    for name in Credentials._fields:
        if (params[name] or "").strip() != (params[name] or ""):
            raise InputError(say("{name} begins or ends with white space", name=OPTIONS.named(name)), "credentials")
    if params["access_token"]:
        if params["credentials_in"] == "body":
            raise InputError(
                say(
                    "access_token (BK_ACCESS_TOKEN) does not work with credentials_in body: the gateway reads it only "
                    "from the header"
                ),
                "credentials",
            )
    else:
        _check_application(params)
    return Credentials(**{name: params[name] or None for name in Credentials._fields})


def _check_application(params: Params) -> None:
    user = params["bk_username"] or ""
    if not (user.isascii() and user.isprintable()):
        raise InputError(
            say("bk_username (BK_USERNAME) must be ASCII text: the gateway corrupts other text"), "credentials"
        )
    missing = [OPTIONS.named(name) for name in ("bk_app_code", "bk_app_secret") if not params[name]]
    if missing:
        raise InputError(
            are_required(missing, unless="access_token (BK_ACCESS_TOKEN)"),
            "credentials",
        )
    if not user and not params["bk_token"]:
        raise InputError(say("one of bk_username (BK_USERNAME), bk_token (BK_TOKEN) is required"), "credentials")


def gateway_from(params: Params, environ: Mapping[str, str]) -> Gateway:
    """The gateway of a task; raises :class:`InputError` for options that can't work together."""
    kind = params["gateway"]
    if kind == "apigw" and params["api_version"] == "v2":
        raise InputError(say("api_version (BK_JOB_API_VERSION) v2 requires gateway esb: the API gateway only has v3"))
    if kind == "apigw" and params["credentials_in"] == "body":
        raise InputError(
            say(
                "credentials_in (BK_JOB_CREDENTIALS_IN) body requires gateway esb: the API gateway only reads "
                "the header"
            ),
            "credentials",
        )
    for name, least, most in (("timeout", 1, 86400), ("retries", 0, 1000)):
        if not least <= params[name] <= most:
            raise InputError(
                say("{name} must be from {least} to {most}", name=OPTIONS.named(name), least=least, most=most)
            )
    tenant = (params["bk_tenant_id"] or "").strip()
    if not (tenant.isascii() and tenant.isprintable()):
        raise InputError(say("bk_tenant_id (BK_TENANT_ID) must be ASCII text, since it is sent in a header"))
    if params["use_proxy"]:
        _check_proxies(environ)
    verify = _verify(params, environ)
    certificate, key = params["client_cert"], params["client_key"]
    return Gateway(
        url=_base_url(params["url"], kind, OPTIONS.named("url")),
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


def cmdb_gateway_from(params: Params, environ: Mapping[str, str]) -> Gateway:
    """The gateway of CMDB, from the same options and ``cmdb_url``; without that, it is next to Job's.

    The ESB has both. On the API gateway they are two, whose URLs differ in a name.
    """
    gateway = gateway_from(params, environ)
    if params["cmdb_url"]:
        return gateway._replace(url=_base_url(params["cmdb_url"], gateway.kind, CMDB_OPTIONS.named("cmdb_url")))
    if gateway.kind == "esb":
        return gateway
    found = JOB_GATEWAY.sub("bk-cmdb", gateway.url)
    if found == gateway.url:
        raise InputError(
            say(
                "cmdb_url (BK_CMDB_URL) is required with gateway apigw, since url (BK_JOB_URL) does not contain the "
                "name of the gateway bk-job, which could be replaced by bk-cmdb"
            )
        )
    return gateway._replace(url=found)


def scope_from(params: Params, environ: Mapping[str, str]) -> Scope:
    """The business or business set of a task, given in one of two ways."""
    business, type_, id_ = (params[name] for name in ("bk_biz_id", "bk_scope_type", "bk_scope_id"))
    if business is None and type_ is None and id_ is None:
        business = _business_of_environment(environ)
    if business is not None and (type_ or id_ is not None):
        raise InputError(say("bk_biz_id and bk_scope_type with bk_scope_id are mutually exclusive"))
    if business is None and not (type_ and id_ is not None):
        raise InputError(say("bk_biz_id (BK_BIZ_ID), or bk_scope_type with bk_scope_id, is required"))
    name, number = ("bk_scope_id", id_) if business is None else ("bk_biz_id", business)
    if number < 1:
        raise InputError(say("{name} must be at least 1", name=name))
    # Job itself takes these numbers for business sets where only bk_biz_id is given (contract §4.1).
    if business in BUSINESS_SETS:
        type_ = "biz_set"
    return Scope(type_ or "biz", number)


def _business_of_environment(environ: Mapping[str, str]) -> int | None:
    text = environ.get(BK_BIZ_ID, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise InputError(
            say("bk_biz_id ({variable}) must be a whole number, not {text!r}", variable=BK_BIZ_ID, text=text)
        )
    return int(text)


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an http or https URL."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return sound and text.isprintable() and " " not in text and ".." not in parts.netloc


def read_callback(params: Params) -> str | None:
    """The callback URL, if there is one; raises :class:`InputError` for one that Job would refuse."""
    url: str | None = params["callback_url"] or None
    if url and not _is_callback(url):
        raise InputError(
            say(
                "callback_url must be an http or https URL that Java accepts, for example without underscores in the "
                "host"
            )
        )
    if url and len(url) > LONGEST_CALLBACK:
        raise InputError(say("callback_url must not be longer than {limit} characters", limit=LONGEST_CALLBACK))
    return url


def _is_callback(text: str) -> bool:
    """Whether Job accepts ``text`` as a callback URL: Java's ``URI`` decides, which is stricter (contract §6.12)."""
    if not is_web_address(text) or re.search(r"""[\s<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})""", text):
        return False
    host = urlsplit(text).hostname or ""
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    named = re.fullmatch(rf"(?:{label}\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?", host)
    return bool(named or re.fullmatch(r"\d+(?:\.\d+){3}", host) or ":" in host)


def refuse_user(params: Params) -> None:
    """Refuse a ``console_url`` with a user: it is a part of links, which are shown and returned."""
    if "@" in (params.get("console_url") or ""):
        raise InputError(say("console_url (BK_JOB_CONSOLE_URL) must not have a user or a password"))


def passwords_in(params: Params) -> list[str]:
    """The passwords that URLs among the options carry."""
    found = (PASSWORD.match(str(params.get(name) or "")) for name in ADDRESSES)
    # After a port comes no password.
    return [match[1] for match in found if match and not PORT.match(match[1])]


def _base_url(url: str, kind: str, name: str) -> str:
    url = url.strip()
    if not is_web_address(url):
        raise InputError(say("{name} must be a URL such as https://paas.example.com", name=name))
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise InputError(say("{name} must not have a user, a query or a fragment", name=name))
    for tail in ("/api/c/compapi", "/api/v3"):
        if f"{tail}/" in f"{parts.path}/":
            if kind == "esb":
                raise InputError(
                    say(
                        "{name} must not contain the API path ({path}); set it to the PaaS address, for example "
                        "https://paas.example.com",
                        name=name,
                        path=tail,
                    )
                )
            raise InputError(
                say(
                    "{name} must not contain the API path ({path}); set it to the gateway with its stage, for example "
                    "https://bk-job.apigw.example.com/prod",
                    name=name,
                    path=tail,
                )
            )
    return url.rstrip("/")


def _check_proxies(environ: Mapping[str, str]) -> None:
    """Refuse proxy URLs that requests can't parse; it would quote parts of the password in its error."""
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        for name in (variable, variable.upper()):
            text = environ.get(name, "").strip()
            if text and not _is_proxy(text):
                raise InputError(
                    say(
                        "the environment variable {name} is not a valid proxy URL: percent-encode special characters "
                        "in its user and password, or set use_proxy to false",
                        name=name,
                    )
                )


def _is_proxy(text: str) -> bool:
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    rest = f"{parts.path}{parts.query}{parts.fragment}"
    return sound and "@" not in rest and "\\" not in text and not parts.query and not parts.fragment


def _verify(params: Params, environ: Mapping[str, str]) -> bool | str:
    """The CA certificates to trust, as ``verify`` of requests: those of the task, else those of the environment.

    All files are opened now, since requests would report them late and name none of the options.
    """
    if params["client_key"] and not params["client_cert"]:
        raise InputError(say("client_key (BK_JOB_CLIENT_KEY) requires client_cert (BK_JOB_CLIENT_CERT)"))
    if params["client_cert"]:
        # The empty password makes an encrypted key fail instead of prompting on the terminal.
        files = (params["client_cert"], params["client_key"] or None)
        name = "client_key" if params["client_key"] else "client_cert"
        what = f"{OPTIONS.named(name)} {params[name]}"
        _open_certificates(what, lambda context: context.load_cert_chain(*files, password=""))
    if not params["validate_certs"]:
        return False
    named = {OPTIONS.named("ca_path"): params["ca_path"]}
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
        reason = foreign(getattr(error, "strerror", None) or error)
        raise InputError(say("{what} cannot be used: {reason}", what=what, reason=reason)) from None
