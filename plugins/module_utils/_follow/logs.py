# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where logs go as they are read: each to a row of the result, cut, and whole to a file; none is kept whole."""

from __future__ import annotations

import functools
import os
import re
import typing as t
from dataclasses import dataclass

from .._model.instance import PENDING, HostKey

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.common import Wanted
    from .._api.requests import Secrets
    from .._model.instance import HostLog, HostResult, Instance, Step

    Row = dict[str, t.Any]

STEPS_WITH_LOGS = (1, 2, 4)  # script, file, SQL (§5.2); a confirmation has none
NOT_BEGUN = 5  # a host that waits for its turn (§5.3)
LONGEST_NAME = 200  # bytes; file systems take 255
UNSAFE = re.compile(r"""[/\\:*?"<>|$`]""")
# A link somebody laid there is not followed.
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
# What Job writes before the script's first word (§9): a log of no more than that may still be on its way.
BEGINNING = re.compile(r"\s*(\[[^\]\n]*\]\[PID:\d+\] job_start\s*)?")
# Bytes of logs in a result whose logs are in files as well: once for hosts that failed, once for the others.
MOST_BESIDES_FILES = 4 * 1024 * 1024


class Wish(t.NamedTuple):
    """Whose logs are wanted (``none``, ``failed``, ``all``), how many bytes of each, and the directory for files."""

    whose: str
    limit: int
    dest: str | None


def wish_of(params: Mapping[str, t.Any], *, writes: bool) -> Wish:
    """What the options ask for; without ``writes``, no files."""
    return Wish(params["logs"], params["log_limit"] * 1024, (writes and params["log_dest"]) or None)


def select(instance: Instance, whose: str) -> list[tuple[Step, HostResult]]:
    """The hosts whose logs are wanted, step by step, of the steps that ran."""
    return [
        (step, host)
        for step in instance.steps
        if step.type_code in STEPS_WITH_LOGS and step.status_code != PENDING
        for host in step.hosts or ()
        if host.status_code != NOT_BEGUN and (whose == "all" or (whose == "failed" and host.failed))
    ]


def tail(text: str, limit: int) -> tuple[str, bool]:
    """The end of ``text``, in no more than ``limit`` bytes, its mark included; and whether anything was cut."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode(), False
    mark = f"[log cut: the last part of {len(data)} bytes]\n"
    # A character that the cut goes through is left out.
    return mark + data[len(mark) - limit :].decode("utf-8", "ignore"), True


def safe_name(text: str, limit: int = LONGEST_NAME) -> str:
    """``text`` as the name of one file: nothing that leads elsewhere, can't be seen, or means something to shells."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "_" for char in text)
    name = UNSAFE.sub("_", text).encode("utf-8", "replace")[:limit].decode("utf-8", "ignore").strip()
    # Two dots are a way up, one hides.
    return re.sub(r"^\.+", "_", name) or "_"


def path_of(dest: str, instance_id: int, step: Step, host: HostKey) -> str:
    """The file for the log of a host (interface §3)."""
    name = f"{host.bk_cloud_id or 0}-{host.ip}" if host.ip else f"host-{host.bk_host_id}"
    return os.path.join(_folder_of(dest, instance_id, step.id, step.name), f"{safe_name(name)}.log")


@functools.lru_cache(maxsize=1)  # thousands of hosts come one after the other
def _folder_of(dest: str, instance_id: int, step_id: int, step_name: str) -> str:
    return os.path.join(dest, str(instance_id), f"{step_id}-{safe_name(step_name)}")


def write(path: str, text: str) -> None:
    """Write a log for nobody else to read, since scripts print what they should not."""
    try:
        descriptor = os.open(path, FLAGS, 0o600)
    except FileNotFoundError:  # the first of its step
        step = os.path.dirname(path)
        instance = os.path.dirname(step)
        for directory in (os.path.dirname(instance), instance, step):
            os.makedirs(directory, mode=0o700, exist_ok=True)
        descriptor = os.open(path, FLAGS, 0o600)
    with open(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text.encode("utf-8", "replace"))


@dataclass
class _Slot:
    """The place of one host's log: its rows, and whether the log has come."""

    step: Step
    host: HostResult
    row: Row
    failed: Row | None
    come: bool = False


class Shelf:
    """The rows of ``logs`` (interface §4), filled in any order, and with them the rows of the hosts that failed.

    ``trouble`` is why files could not be written, if so.
    """

    def __init__(self, instance: Instance, wish: Wish, secrets: Secrets, failed: list[Row]) -> None:
        self.trouble: OSError | None = None
        self._instance_id = instance.id
        self._wish = wish
        self._secrets = secrets
        self._room = {True: MOST_BESIDES_FILES, False: MOST_BESIDES_FILES}
        failures = {(row["step_instance_id"], *(row[field] for field in HostKey._fields)): row for row in failed}
        self._slots = [
            _Slot(step, host, _row(step, host), failures.get((step.id, *host.key)))
            for step, host in select(instance, wish.whose)
        ]
        self._index = {name: slot for slot in self._slots for name in _names(slot.step.id, slot.host.key)}

    @property
    def rows(self) -> list[Row]:
        """A row for each host whose log is wanted, in the order of steps and hosts."""
        return [slot.row for slot in self._slots]

    def wanted(self) -> Wanted:
        """The hosts to ask for."""
        return _by_step(self._slots)

    def missing(self) -> Wanted:
        """Those of them that have ended and of whose log nothing has come yet, or its first line alone."""
        return _by_step([slot for slot in self._slots if not (slot.come or slot.host.unfinished)])

    def put(self, log: HostLog) -> None:
        """Take in a log; one that nobody asked for is passed over."""
        slot = next((self._index[name] for name in _names(log.step_id, log.key) if name in self._index), None)
        if slot is None:
            return
        if slot.failed is not None:
            _complete(slot.failed, log)
        if log.content:
            slot.come = not BEGINNING.fullmatch(log.content)
            self._keep(slot, self._secrets.scrub(log.content))

    def _keep(self, slot: _Slot, text: str) -> None:
        if self._wish.dest and not self.trouble:
            path = path_of(self._wish.dest, self._instance_id, slot.step, slot.host.key)
            try:
                write(path, text)
                slot.row["path"] = path
            except OSError as error:
                self.trouble = error
        content, cut = tail(text, self._wish.limit)
        if self._wish.dest and not self._has_room(slot, content):
            slot.row.update(content=None, truncated=True)
            return
        slot.row.update(content=content, truncated=cut)
        if slot.failed is not None:
            slot.failed["log"] = content

    def _has_room(self, slot: _Slot, content: str) -> bool:
        """Whether the result can hold this one too, so that its size does not grow with the number of hosts."""
        room = self._room[slot.host.failed] - len(content.encode())
        if room >= 0:
            self._room[slot.host.failed] = room
        return room >= 0


def _row(step: Step, host: HostResult) -> Row:
    row = {"step_instance_id": step.id, "step_name": step.name, **host.key._asdict()}
    return {**row, "content": None, "truncated": False, "path": None}


def _complete(row: Row, log: HostLog) -> None:
    """Fill in what v2 tells with the logs alone."""
    for field in ("exit_code", "error_code", "tag"):
        if row[field] is None:
            row[field] = getattr(log, field)


def _names(step_id: int, key: HostKey) -> list[tuple[t.Any, ...]]:
    """What a host's part in a step can be found by: servers leave out one or the other (§6.6)."""
    by_id = [(step_id, key.bk_host_id)] if key.bk_host_id else []
    return [*by_id, (step_id, key.bk_cloud_id or 0, key.ip)] if key.ip else [*by_id]


def _by_step(slots: list[_Slot]) -> Wanted:
    hosts: dict[int, list[HostKey]] = {}
    for slot in slots:
        hosts.setdefault(slot.step.id, []).append(slot.host.key)
    return hosts
