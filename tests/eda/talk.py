# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the tests post to an event source."""

from __future__ import annotations

import json
import socket
import typing as t

import requests

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def request(url: str, body: object, method: str = "POST", headers: t.Any = None, **how: t.Any) -> requests.Response:
    """Send a body, as JSON unless it is bytes; by default as Job does it up to 3.10, which calls it a form."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Content-Type": FORM, **(headers or {})}
        return session.request(method, url, data=data, headers=headers, timeout=60, **how)
