# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which callback URLs Job accepts: those that java.net.URI parses into http(s) and a host, without a user (§6.12)."""

from __future__ import annotations

import ipaddress
import re

from ..job.messages import invalid
from .jackson import is_blank

_INVALID = "Callback url is invalid or not in the allowed list, please contact the platform administrator to add it"

_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
# Escapes and, apart from blanks and control characters, everything beyond ASCII are legal in each part.
_OTHER = r"%[0-9a-f]{2}|[^\x00-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_PATH = rf"([a-z0-9_.!~*'():@&=+$,;/-]|{_OTHER})*"
_QUERY = rf"([a-z0-9_.!~*'():@&=+$,;/?\[\]-]|{_OTHER})*"
_URL = re.compile(
    rf"https?://(\[(?P<ipv6>[^\]%]*)(%[a-z0-9._~-]+)?\]|(?P<host>[a-z0-9.-]+))(:(?P<port>[0-9]*))?"
    rf"(/{_PATH})?(\?{_QUERY})?(\#{_QUERY})?",
    re.IGNORECASE | re.ASCII,
)
# The last of several labels starts with a letter, unless they are an IPv4 address.
_NAME = re.compile(rf"{_LABEL}|({_LABEL}\.)*[a-z]([a-z0-9-]*[a-z0-9])?\.?|{_LABEL}\.", re.IGNORECASE | re.ASCII)
_LARGEST_PORT = 2**31 - 1


def validate_callback(url: str | None) -> None:
    """Refuse the request if the URL is neither blank nor valid."""
    if is_blank(url):
        return
    found = _URL.fullmatch(url or "")
    if found is None or not _is_host(found["host"], found["ipv6"]) or int(found["port"] or 0) > _LARGEST_PORT:
        raise invalid(_INVALID)


def _is_host(name: str | None, ipv6: str | None) -> bool:
    try:
        if name is None:
            ipaddress.IPv6Address(ipv6 or "")
        elif not _NAME.fullmatch(name):
            ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
