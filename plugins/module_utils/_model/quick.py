# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs, which run a script or send files without a plan (quick jobs Q0)."""

from __future__ import annotations

import contextlib
import io
import typing as t

from .errors import RefusedError
from .language import foreign, say

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .launch import Targets

ROLLING_MODES = {"pause": 1, "ignore": 2, "manual": 3}


class Account(t.NamedTuple):
    """Whose rights a job has on its hosts: an account of Job by its alias, or by its id."""

    alias: str | None = None
    id: int | None = None


class Rolling(t.NamedTuple):
    """Running in batches: how large they are, and what happens after one that failed, by Job's code."""

    expression: str
    mode: int


class QuickJob(t.NamedTuple):
    """What all quick jobs have; ``timeout`` in seconds; without ``start`` the instance is only created."""

    name: str
    targets: Targets
    account: Account
    timeout: int | None = None
    rolling: Rolling | None = None
    callback_url: str | None = None
    start: bool = True


class ScriptJob(t.NamedTuple):
    """A script to run: its text and the code of its language, or where it is in Job's library.

    ``arguments`` is the command line that follows the name of the script.
    """

    job: QuickJob
    content: str | None = None
    language: int | None = None
    script_id: str | None = None
    version_id: int | None = None
    arguments: str | None = None
    sensitive: bool = False
    interpreter: str | None = None


class Source(t.NamedTuple):
    """Where files come from: hosts, with an account there; a third-party source, by id or code; or what was uploaded.

    ``files`` are paths there; Job's own patterns are allowed.
    """

    files: tuple[str, ...]
    account: Account | None = None
    targets: Targets | None = None
    third_party: int | str | None = None


class TransferJob(t.NamedTuple):
    """Files to bring from their sources to a directory; limits in MB per second."""

    job: QuickJob
    sources: tuple[Source, ...]
    dest: str
    dest_name: str | None = None
    create_directories: bool = True
    upload_limit: int | None = None
    download_limit: int | None = None


class LocalFile(t.NamedTuple):
    """A file of this machine, or a text, under the name that it gets on the hosts; its size in bytes."""

    name: str
    size: int
    path: str | None = None
    text: str | None = None

    @contextlib.contextmanager
    def opened(self) -> Iterator[t.BinaryIO]:
        """The contents; what can't be read, here or inside, raises :class:`RefusedError`: nothing was launched yet."""
        try:
            with io.BytesIO((self.text or "").encode()) if self.path is None else open(self.path, "rb") as file:
                yield file
        except OSError as error:
            reason = foreign(error.strerror or error)
            raise RefusedError(
                say("{name} cannot be read: {reason}", name=self.name, reason=reason), kind="invalid_request"
            ) from None

    def read(self) -> bytes:
        """The contents at once; raises :class:`RefusedError`."""
        with self.opened() as file:
            return file.read()


class PushJob(t.NamedTuple):
    """Files to bring from this machine to a directory, in the request itself."""

    job: QuickJob
    files: tuple[LocalFile, ...]
    dest: str
    sensitive: bool = False


class Upload(t.NamedTuple):
    """Where to upload a file to, and where Job finds it then."""

    url: str
    path: str


class AccountRow(t.NamedTuple):
    """An account of the business."""

    id: int
    alias: str


class ScriptRow(t.NamedTuple):
    """A script of Job's library; ``online_version_id`` is None for one that was never published."""

    id: str
    name: str
    language: int | None
    online_version_id: int | None


class DangerousLine(t.NamedTuple):
    """A line of a script that a rule of the administrators matches; ``level`` is Job's number."""

    line: int
    content: str
    level: int | None
    description: str | None
