# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that logs are written to, below ``log_dest`` and nowhere else.

Names come from servers and people, and the directory may be shared. So each directory is opened from the one above
without following links, and a file is written only if it is a regular one with no other name.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import typing as t

from .._model.language import say

if t.TYPE_CHECKING:
    from .._model.instance import HostKey, Step

LONGEST_NAME = 200  # bytes; file systems allow 255
UNSAFE = re.compile(r"""[/\\:*?"<>|$`]""")
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# A FIFO without a reader refuses to be opened like this, instead of blocking.
FILE = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK


class LogFiles:
    """The files for the logs of one instance; close it at the end."""

    def __init__(self, dest: str, instance_id: int) -> None:
        self._path = os.path.join(dest, str(instance_id))
        self._names: dict[tuple[int, str], HostKey] = {}
        os.makedirs(dest, mode=0o700, exist_ok=True)
        root = os.open(dest, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._instance = _subdirectory(root, str(instance_id))
        finally:
            os.close(root)
        self._steps: dict[int, tuple[str, int]] = {}  # their directories: path and descriptor

    def write(self, step: Step, host: HostKey, text: str) -> str:
        """Write a log, readable only by this user, since scripts may print secrets; return its path.

        Raises :class:`OSError` where the path exists and is not a log file.
        """
        if step.id not in self._steps:
            folder = f"{step.id}-{safe_name(step.name)}"
            self._steps[step.id] = (os.path.join(self._path, folder), _subdirectory(self._instance, folder))
        folder, directory = self._steps[step.id]
        name = self._name(step, host)
        path = f"{folder}/{name}"
        with open(_opened(name, directory, path), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        return path

    def close(self) -> None:
        """Close the directories."""
        for descriptor in (*(descriptor for _path, descriptor in self._steps.values()), self._instance):
            os.close(descriptor)

    def _name(self, step: Step, host: HostKey) -> str:
        """The name of a host's file; hosts whose names would be the same get a number."""
        base = safe_name(f"{host.bk_cloud_id or 0}-{host.ip}" if host.ip else f"host-{host.bk_host_id}")
        name, number = base, 1
        while self._names.setdefault((step.id, name), host) != host:
            number += 1
            name = f"{base}-{number}"
        return f"{name}.log"


def safe_name(text: str) -> str:
    """``text`` as the name of one file, without characters that lead elsewhere, are invisible, or special to shells."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "_" for char in text)
    name = UNSAFE.sub("_", text).encode("utf-8", "replace")[:LONGEST_NAME].decode("utf-8", "ignore").strip()
    # Two dots are the directory above, one hides the file.
    return re.sub(r"^\.+", "_", name) or "_"


def _opened(name: str, directory: int, path: str) -> int:
    """The descriptor of an empty file that only this user can read; a new one, or the one of an earlier task."""
    with contextlib.suppress(FileExistsError):
        return os.open(name, FILE | os.O_EXCL, 0o600, dir_fd=directory)
    descriptor = os.open(name, FILE, 0o600, dir_fd=directory)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise OSError(say("{path} is not a regular file of its own", path=path))
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _subdirectory(parent: int, name: str) -> int:
    with contextlib.suppress(FileExistsError):  # if it is no directory, opening it fails
        os.mkdir(name, mode=0o700, dir_fd=parent)
    return os.open(name, DIRECTORY, dir_fd=parent)
