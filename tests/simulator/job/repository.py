# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifact repository behind Job, which keeps uploaded files (Q2)."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from .messages import JobError

if TYPE_CHECKING:
    from .clock import Clock
    from .world import Scope

_MINUTES_OF_URL = 30
_DAYS_OF_FILE = 7


@dataclass(frozen=True)
class Upload:
    """A file that arrived completely; `at` is when, by the simulator's clock."""

    path: str
    size: int
    md5: str
    sha256: str
    overwrite: bool
    at: float

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass
class _Offer:
    token: str
    until: float
    used: bool = False


class Incoming:
    """A file on its way: counted and hashed, never kept."""

    def __init__(self) -> None:
        self.size = 0
        self._md5, self._sha256 = hashlib.md5(), hashlib.sha256()

    def feed(self, block: bytes) -> None:
        self.size += len(block)
        self._md5.update(block)
        self._sha256.update(block)

    def stored(self, path: str, overwrite: bool, now: float) -> Upload:
        return Upload(path, self.size, self._md5.hexdigest(), self._sha256.hexdigest(), overwrite, now)


class Repository:
    """URLs that accept one upload each within 30 minutes, and files that are kept for 7 days."""

    def __init__(self, clock: Clock, address: Callable[[], str]) -> None:
        self._clock = clock
        self._address = address
        self._offers: dict[str, _Offer] = {}
        self.uploads: list[Upload] = []

    def offer(self, scope: Scope, user: str, name: str) -> dict[str, str]:
        """Where to upload a file, and its path for the transfer."""
        path = f"{scope.id}/{uuid.uuid4()}/{user}/{name}"
        offer = _Offer(uuid.uuid4().hex, self._clock.now() + _MINUTES_OF_URL * 60)
        self._offers[path] = offer
        url = f"{self._address()}/generic/temporary/upload/bkjob/localupload/{path}?token={offer.token}"
        return {"upload_url": url, "path": path}

    def accepts(self, path: str, token: str) -> bool:
        """Use the URL up, unless it is unknown, used or too old."""
        offer = self._offers.get(path)
        if offer is None or offer.token != token or offer.used or self._clock.now() > offer.until:
            return False
        offer.used = True
        return True

    def keep(self, path: str, incoming: Incoming, overwrite: bool) -> Upload:
        upload = incoming.stored(path, overwrite, self._clock.now())
        self.uploads.append(upload)
        return upload

    def find(self, path: str) -> Upload:
        """An uploaded file. One that never arrived is like one that is gone (`ArtifactoryLocalFileService`)."""
        oldest = self._clock.now() - _DAYS_OF_FILE * 24 * 3600
        found = next((upload for upload in self.uploads if upload.path == path and upload.at >= oldest), None)
        if found is None:
            raise JobError(1244023, path, str(_DAYS_OF_FILE))
        return found
