# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of the API, the gateway it goes to, and the credentials it carries."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024 * 1024
CONNECT_TIMEOUT = 10.0  # seconds
# The largest responses, in bytes after decompression and in values outside of their strings. Six steps of 50,000 hosts,
# the most that Job takes, have 60 MiB and 3.9 million values, a plan with as many servers has 9 MiB, a page of 1,000
# rows of the history 0.4 MiB. 4 million values take 0.6 GiB of memory at most, and 0.2 GiB in such a status.
SMALL, LARGE, LOGS = 4 * MIB, 64 * MIB, 512 * MIB
MOST_VALUES = 4_000_000


class Credentials(t.NamedTuple):
    """The credentials of a task. An access token is sent without any other credentials (contract §2.2)."""

    bk_app_code: str | None = None
    bk_app_secret: str | None = None
    bk_username: str | None = None
    bk_token: str | None = None
    access_token: str | None = None

    def fields(self) -> dict[str, str]:
        """The fields as both gateways name them, without the empty ones."""
        if self.access_token:
            return {"access_token": self.access_token}
        return {name: value for name, value in self._asdict().items() if value}


class Gateway(t.NamedTuple):
    """An ESB (``esb``) or a stage of an API gateway (``apigw``), and how to connect to it; times in seconds."""

    url: str
    kind: str = "esb"
    credentials_in: str = "auto"
    language: str = "en"
    tenant_id: str | None = None
    verify: bool | str = True
    client_cert: str | tuple[str, str] | None = None
    use_proxy: bool = True
    timeout: float = 60.0
    retries: int = 5
    connect_timeout: float = CONNECT_TIMEOUT


class Call(t.NamedTuple):
    """One call: its system on the ESB (``job`` is v2, ``jobv3`` is v3), its name and its parameters.

    ``writes`` says that it changes something. The API gateway takes each API by one method only: POST for all that
    write, and for the few reads that say so in ``gateway_method`` (contract §1.3). ``path`` is the one below its URL,
    unless it is ``/api/v3/<api>``. ``limit`` is the largest response that is read, in bytes after decompression.
    """

    system: str
    api: str
    params: Mapping[str, t.Any]
    writes: bool = False
    gateway_method: str = "GET"
    limit: int = LARGE
    path: str = ""
