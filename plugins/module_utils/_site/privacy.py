# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report may show to the public: no secret, and no name of a host, user or file unless ``full`` is true."""

from __future__ import annotations

import re
import typing as t
from functools import partial
from urllib.parse import urlsplit

from .._model.language import say
from .._options.connection import TABLE

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# Options whose values name something of the site.
NAMING = ("url", "cmdb_url", "bk_app_code", "bk_username", "bk_tenant_id", "ca_path", "client_cert", "client_key")
URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"]+", re.IGNORECASE)
IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)(?::\d+)?")
# Eight groups, or fewer with a double colon; three groups are a time.
IPV6 = re.compile(r"(?<![\w:])(?=[0-9a-f:]*::|(?:[0-9a-f]*:){7})[0-9a-f:]{2,39}(?![\w:])", re.IGNORECASE)
HOST = re.compile(r"\b(?:[\w-]+\.)+[a-z][a-z0-9-]+(?::\d+)?(?![\w/])", re.IGNORECASE)
PATH = re.compile(r"(?<![\w/])(?:~|/)[\w.-]*/[^\s'\":;,]*")

PATTERNS = ((URL, "[url]"), (PATH, "[path]"), (IPV4, "[address]"), (IPV6, "[address]"), (HOST, "[host]"))
REQUEST_ID = re.compile(r"[0-9a-f-]{8,64}", re.IGNORECASE)
# Hosts in messages that say what a URL has to be like.
EXAMPLES = ("paas.example.com", "bk-job.apigw.example.com")


class Privacy:
    """Hides what names something of the site, unless ``full`` is true."""

    def __init__(self, params: Mapping[str, t.Any]) -> None:
        self.full: bool = params["full"] is True
        known = {str(params[name]).strip(): f"[{name}]" for name in NAMING if params.get(name)}
        # An address that was given for something else.
        for name, option in TABLE.items():
            value = str(params.get(name) or "").strip()
            if value and value not in option.get("choices", [value]):
                known[value] = f"[{name}]"
        for host in (_netloc(str(params.get(name) or "")) for name in ("url", "cmdb_url")):
            known.update({text: "[host]" for text in (host, host.rpartition(":")[0]) if text})
        # The longest first: a URL contains its host.
        self._known = sorted(known.items(), key=lambda item: -len(item[0]))

    def hide(self, text: str) -> str:
        """``text`` with placeholders."""
        if self.full:
            return text
        for value, placeholder in self._known:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", placeholder, text, flags=re.IGNORECASE)
        for pattern, placeholder in PATTERNS:
            text = pattern.sub(partial(_instead, placeholder), text)
        return text

    def id_of(self, text: str | None) -> str | None:
        """An id of a request that a server has sent, unless it is something else."""
        return text if text and (self.full or REQUEST_ID.fullmatch(text)) else None

    def with_details(self, found: str, details: str) -> str:
        """What was found, and with ``full`` the details, which name something of the site."""
        return say("{found} ({details})", found=found, details=details) if self.full and details else found


def _instead(placeholder: str, found: re.Match[str]) -> str:
    return found[0] if any(host in found[0] for host in EXAMPLES) else placeholder


def _netloc(url: str) -> str:
    try:
        return urlsplit(url.strip()).netloc.rpartition("@")[2]
    except ValueError:
        return ""
