# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections whose responses must be complete in time, for ``requests``, and sessions without redirects.

The read timeout of ``requests`` starts again with every byte. Here it limits the whole response, with its header and
whatever comes before it (``100 Continue``), so that a server that sends a byte now and then can't hold a task.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import time
import typing as t

try:
    import requests.adapters
    import requests.utils
    import urllib3
    import urllib3.connection
    import urllib3.util.ssl_
except ImportError:
    pass  # bk_job_execute reports it
else:

    class _Reader(io.RawIOBase):
        """The bytes that a socket receives until a deadline."""

        def __init__(self, raw: t.Any, sock: t.Any) -> None:
            self._raw = raw
            self._sock = sock
            timeout = sock.gettimeout()
            self._deadline = None if timeout is None else time.monotonic() + timeout

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: t.Any) -> int | None:
            if self._deadline is not None:
                left = self._deadline - time.monotonic()
                if left <= 0:
                    raise socket.timeout("timed out")  # which is a TimeoutError since Python 3.10 only
                self._sock.settimeout(left)
            return t.cast("int | None", self._raw.readinto(buffer))

        def close(self) -> None:
            self._raw.close()
            super().close()

    class _Response(http.client.HTTPResponse):
        def __init__(self, sock: t.Any, *args: t.Any, **kwargs: t.Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = io.BufferedReader(_Reader(t.cast("t.Any", self.fp).detach(), sock))

    class _HTTPConnection(urllib3.connection.HTTPConnection):
        response_class = _Response

    class _HTTPSConnection(urllib3.connection.HTTPSConnection):
        response_class = _Response

    class _HTTPPool(urllib3.HTTPConnectionPool):
        ConnectionCls = _HTTPConnection

    class _HTTPSPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = _HTTPSConnection

    POOLS = {"http": _HTTPPool, "https": _HTTPSPool}

    class Adapter(requests.adapters.HTTPAdapter):
        """An adapter for ``requests.Session.mount``; the read timeout limits the whole response."""

        def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = POOLS

        def proxy_manager_for(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
            manager = super().proxy_manager_for(*args, **kwargs)
            manager.pool_classes_by_scheme = POOLS
            return manager

    class Session(requests.Session):
        """A session without redirects; even with ``allow_redirects=False``, requests reads their bodies as a whole."""

        def get_redirect_target(self, resp: requests.Response) -> str | None:
            return None


def trusting(verify: bool | str) -> ssl.SSLContext:
    """A context that trusts what ``requests`` does with this ``verify``, whatever the host and the date are."""
    context = urllib3.util.ssl_.create_urllib3_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    path = requests.utils.DEFAULT_CA_BUNDLE_PATH if isinstance(verify, bool) else verify
    context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    return context


def proxy_for(url: str) -> str | None:
    """The URL of the proxy that ``requests`` uses for a URL, from the environment."""
    proxy: str | None = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy
