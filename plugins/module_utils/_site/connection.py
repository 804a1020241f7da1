# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection to the server of the gateway, step by step: name, port, proxy, TLS, certificate. No request is sent.

It shows what the error of a request can't: OpenSSL stops at the first thing that is wrong with a certificate.
"""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl
import typing as t
from urllib.parse import unquote, urlsplit

from .._api.call import CONNECT_TIMEOUT
from .._model.language import say

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .._api.call import Gateway

# The error of http.client, without the reason: this is a text of the proxy.
REFUSED = re.compile(r"Tunnel connection failed: \d+")
PORTS = {"http": 80, "https": 443}
# OpenSSL's flags: trust a certificate that is not a root (`ssl` has it since Python 3.10), and ignore its dates.
PARTIAL_CHAIN, ANY_DATE = 0x80000, 0x200000


class Place(t.NamedTuple):
    """A host and a port to connect to."""

    host: str
    port: int


class Certificate(t.NamedTuple):
    """The certificate of a server: its dates in Unix seconds, and why it is ``untrusted``, None if it is trusted."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: float
    ends: float
    untrusted: ssl.SSLCertVerificationError | None
    is_of_host: bool


def place_of(url: str) -> Place:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return Place(parts.hostname or "", parts.port or PORTS.get(parts.scheme, 80))


def addresses_of(place: Place) -> list[str]:
    """The IP addresses of a host; raises :class:`OSError`."""
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


def connect(place: Place) -> socket.socket:
    """Connect; raises :class:`OSError`."""
    return socket.create_connection(place, timeout=CONNECT_TIMEOUT)


def tunnel(proxy: str, place: Place) -> socket.socket:
    """Connect through an HTTP proxy; raises :class:`OSError`, also if it refuses."""
    parts = urlsplit(proxy)
    headers = {}
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    connection = http.client.HTTPConnection(*place_of(proxy), timeout=CONNECT_TIMEOUT)
    connection.set_tunnel(*place, headers=headers)
    try:
        connection.connect()
    except http.client.HTTPException as error:
        raise OSError(say("the proxy did not respond with HTTP: {error}", error=type(error).__name__)) from None
    except OSError as error:
        refused = REFUSED.match(str(error))
        raise (OSError(refused[0]) if refused else error) from None
    opened: socket.socket = connection.sock
    return opened


def handshake(opened: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Do the handshake; raises :class:`OSError`, and closes the connection then."""
    try:
        return context.wrap_socket(opened, server_hostname=host)
    except BaseException:
        opened.close()
        raise


def tls_version(open_: Callable[[], socket.socket], gateway: Gateway) -> str:
    """The version of TLS that the server has, whatever its certificate; raises :class:`OSError`."""
    host = place_of(gateway.url).host
    with handshake(open_(), host, _context(gateway, verified=False)) as secure:
        return secure.version() or "TLS"


def certificate_of(open_: Callable[[], socket.socket], gateway: Gateway, trusting: ssl.SSLContext) -> Certificate:
    """The certificate of the server, checked for one thing at a time; raises :class:`OSError`.

    ``trusting`` has the CAs to trust. Python reads certificates only if they are verified, so its own certificate is
    trusted for the rest.
    """
    host = place_of(gateway.url).host
    with handshake(open_(), host, _context(gateway, verified=False)) as secure:
        own = ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True) or b"")
    itself = _context(gateway, verified=True)
    itself.load_verify_locations(cadata=own)
    itself.verify_flags |= PARTIAL_CHAIN | ANY_DATE
    with handshake(open_(), host, itself) as secure:
        content: dict[str, t.Any] = secure.getpeercert() or {}
    itself.check_hostname = True
    is_of_host = _problem(open_, host, itself) is None
    _client_certificate(trusting, gateway)
    trusting.verify_flags |= ANY_DATE
    return Certificate(
        _name(content.get("subject", ())),
        _name(content.get("issuer", ())),
        tuple(str(name) for _kind, name in content.get("subjectAltName", ())),
        ssl.cert_time_to_seconds(content["notBefore"]),
        ssl.cert_time_to_seconds(content["notAfter"]),
        _problem(open_, host, trusting),
        is_of_host,
    )


def _problem(
    open_: Callable[[], socket.socket], host: str, context: ssl.SSLContext
) -> ssl.SSLCertVerificationError | None:
    try:
        handshake(open_(), host, context).close()
    except ssl.SSLCertVerificationError as error:
        return error
    return None


def _context(gateway: Gateway, *, verified: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if verified else ssl.CERT_NONE
    _client_certificate(context, gateway)
    return context


def _client_certificate(context: ssl.SSLContext, gateway: Gateway) -> None:
    if gateway.client_cert:
        certificate, key = (gateway.client_cert, None) if isinstance(gateway.client_cert, str) else gateway.client_cert
        context.load_cert_chain(certificate, key, password="")


def _name(parts: t.Any) -> str:
    """A name of X.509 as people write it."""
    return ", ".join(f"{kind}={value}" for part in parts for kind, value in part)
