# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the way to the gateway: proxy, name, port, TLS and certificate."""

from __future__ import annotations

import datetime
import typing as t
from functools import partial
from urllib.parse import urlsplit

from .._api import hints
from .._api.transport import proxy_for, trusting
from .._model.language import Phrase, say
from ..bk_job_execute import CERTIFICATE_HINTS
from . import advice
from .connection import addresses_of, certificate_of, connect, place_of, tls_version, tunnel
from .report import FAILED, NOT_CHECKED, OK, Check

if t.TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping

    from .._api.call import Gateway
    from .connection import Certificate, Place
    from .site import Site

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
SOON = 30  # days before its end, from which on a certificate should be renewed
DAY = 86400
AFTER_TLS = ("certificate_issuer", "certificate_dates", "certificate_name")
CHECKS = ("proxy", "dns", "connection", "tls", *AFTER_TLS)
ENDS = {False: Phrase("the gateway"), True: Phrase("the proxy")}


def check_network(site: Site, gateway: Gateway) -> Iterator[Check]:
    """Check the way to the gateway, step by step; what can't be reached is not checked."""
    proxy = proxy_for(gateway.url) if gateway.use_proxy else None
    proxy_check = _proxy_check(site, gateway, proxy)
    yield proxy_check
    if proxy and urlsplit(proxy).scheme != "http":
        yield from not_checked(CHECKS[1:], say("the proxy is not an HTTP proxy"))
        return
    place = place_of(proxy or gateway.url)
    what = say(ENDS[bool(proxy)])
    try:
        addresses = addresses_of(place)
    except OSError as error:
        found = say("the name of {what} has no address: {error}", what=what, error=_reason(error))
        yield site.failed("dns", found, say(advice.RESOLVE), advice.NETWORK_TEAM)
        yield from not_checked(CHECKS[2:], say("the name of {what} has no address", what=what))
        return
    details = f"{place.host}: {', '.join(addresses)}"
    yield Check("dns", OK, site.privacy.with_details(say("the name of {what} has an address", what=what), details))
    try:
        connect(place).close()
    except OSError as error:
        found = say("cannot connect to {what}: {error}", what=what, error=_reason(error))
        yield site.failed("connection", found, say(advice.REACH), advice.NETWORK_TEAM)
        yield from not_checked(CHECKS[3:], say("there is no connection to {what}", what=what))
        return
    found = say("{what} accepts connections", what=what)
    yield Check("connection", OK, site.privacy.with_details(found, f"{place.host}:{place.port}"))
    if proxy_check.status == FAILED:
        yield from not_checked(CHECKS[3:], say("there is no connection to {what}", what=say(ENDS[False])))
        return
    yield from _secure(site, gateway, proxy)


def not_checked(names: tuple[str, ...], reason: str) -> Iterator[Check]:
    """Checks that depend on something that failed."""
    for name in names:
        yield Check(name, NOT_CHECKED, reason)


def proxy_variables(environ: Mapping[str, str]) -> list[str]:
    """The environment variables for proxies that are set."""
    return [name for low in PROXY_VARIABLES for name in (low, low.upper()) if environ.get(name, "").strip()]


def _proxy_check(site: Site, gateway: Gateway, proxy: str | None) -> Check:
    variables = ", ".join(proxy_variables(site.task.environ))
    if not variables:
        return Check("proxy", OK, say("no proxy is set in the environment"))
    if not gateway.use_proxy:
        return Check("proxy", OK, say("not used, since use_proxy is false; set are {names}", names=variables))
    if not proxy:
        return Check("proxy", OK, say("not used for this url; set are {names}", names=variables))
    if urlsplit(gateway.url).scheme == "https" and urlsplit(proxy).scheme == "http" and _accepts(place_of(proxy)):
        try:
            tunnel(proxy, place_of(gateway.url)).close()
        except OSError as error:
            found = say(
                "the proxy does not connect to the gateway: {error}; set are {names}",
                error=_reason(error),
                names=variables,
            )
            found = site.privacy.with_details(found, place_of(proxy).host)
            return site.failed("proxy", found, say(hints.PROXY), advice.NETWORK_TEAM)
    found = say("a proxy is used; set are {names}", names=variables)
    return Check("proxy", OK, site.privacy.with_details(found, place_of(proxy).host))


def _accepts(place: Place) -> bool:
    """Whether there can be a connection, which has a check of its own."""
    try:
        connect(place).close()
    except OSError:
        return False
    return True


def _secure(site: Site, gateway: Gateway, proxy: str | None) -> Iterator[Check]:
    if urlsplit(gateway.url).scheme == "http":
        found = say("url begins with http")
        yield site.warning("tls", found, say(advice.NO_TLS), advice.PLATFORM)
        yield from not_checked(AFTER_TLS, found)
        return
    place = place_of(gateway.url)
    open_: Callable[[], socket.socket] = partial(tunnel, proxy, place) if proxy else partial(connect, place)
    try:
        version = tls_version(open_, gateway)
        certificate = certificate_of(open_, gateway, trusting(gateway.verify))
    except OSError as error:
        found = say("the handshake failed: {error}", error=_reason(error))
        yield site.failed("tls", found, say(advice.HANDSHAKE), advice.PLATFORM)
        yield from not_checked(AFTER_TLS, say("the handshake failed"))
        return
    if gateway.verify:
        yield Check("tls", OK, version)
    else:
        found = say("{version}, but certificates are not verified", version=version)
        yield site.warning("tls", found, say(advice.NOT_VERIFIED))
    yield from _certificate_checks(site, certificate, verified=bool(gateway.verify))


def _certificate_checks(site: Site, certificate: Certificate, *, verified: bool) -> Iterator[Check]:
    # Where certificates are not verified, requests work all the same.
    bad = site.failed if verified else site.warning
    names = f"{certificate.subject}; {certificate.issuer}"
    if certificate.untrusted:
        found = say("the certificate is not trusted: {error}", error=certificate.untrusted.verify_message)
        hint = CERTIFICATE_HINTS.get(certificate.untrusted.verify_code, hints.CERTIFICATE)
        yield bad("certificate_issuer", site.privacy.with_details(found, names), say(hint), advice.PLATFORM)
    else:
        yield Check("certificate_issuer", OK, site.privacy.with_details(say("the certificate is trusted"), names))
    yield _dates(site, certificate, bad)
    if certificate.is_of_host:
        yield Check("certificate_name", OK, say("the certificate is for the host name of url"))
    else:
        found = say("the certificate is for another host name than that of url")
        found = site.privacy.with_details(found, ", ".join(certificate.names))
        yield bad("certificate_name", found, say(hints.OTHER_HOST), advice.PLATFORM)


def _dates(site: Site, certificate: Certificate, bad: Callable[..., Check]) -> Check:
    now, name = site.task.clock.date(), "certificate_dates"
    begin, end = (
        datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).date().isoformat()
        for moment in (certificate.begins, certificate.ends)
    )
    if certificate.ends <= now:
        return bad(name, say("the certificate ended on {date}", date=end), say(hints.EXPIRED), advice.PLATFORM)
    if certificate.begins > now:
        found = say("the certificate is only valid from {date} on", date=begin)
        return bad(name, found, say(hints.EXPIRED), advice.PLATFORM)
    days = int((certificate.ends - now) // DAY)
    if days < SOON:
        found = say("the certificate ends on {date}, in {days} days", date=end, days=days)
        return site.warning(name, found, say(advice.ENDS_SOON), advice.PLATFORM)
    return Check(name, OK, say("the certificate is valid until {date}", date=end))


def _reason(error: OSError) -> str:
    return getattr(error, "verify_message", "") or error.strerror or str(error)
