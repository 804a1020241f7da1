# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs, which become rows of the result, cut to a limit, and complete files; memory holds only the rows."""

from __future__ import annotations

import re
import typing as t

from .._model.instance import FILE, HOST_WAITING, PENDING, SCRIPT, SQL, HostKey
from .._model.language import say
from .files import LogFiles

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._api.shapes import Wanted
    from .._model.instance import FileResult, HostLog, HostResult, Instance, Step

    Row = dict[str, t.Any]
    # Is given the whole log of each host of a script.
    Reader = Callable[[Step, HostResult, HostLog], None]

STEPS_WITH_LOGS = (SCRIPT, FILE, SQL)
# What Job writes before the first output of a script (contract §9): a log of no more than that may be incomplete.
BEGINNING = re.compile(r"\s*(\[[^\]\n]*\]\[PID:\d+\] job_start\s*)?")
# Bytes of logs in a result whose logs are in files too: once for failed hosts, once for the others.
MOST_BESIDES_FILES = 4 * 1024 * 1024
LINES_TO_READ, BYTES_TO_READ = 20, 2048  # the end of a log in `failed_hosts`


class LogOptions(t.NamedTuple):
    """Whose logs are wanted (``none``, ``failed``, ``all``), how many bytes of each, and the directory for files."""

    whose: str
    limit: int
    dest: str | None


def log_options(params: Mapping[str, t.Any], *, write_files: bool) -> LogOptions:
    """The options of a task."""
    return LogOptions(params["logs"], params["log_limit"] * 1024, (write_files and params["log_dest"]) or None)


def select(instance: Instance, whose: str, *, scripts: bool = False) -> list[tuple[Step, HostResult]]:
    """The hosts whose logs are wanted, step by step, of the steps that ran; with ``scripts`` all hosts of scripts."""
    return [
        (step, host)
        for step in instance.steps
        if step.type_code in STEPS_WITH_LOGS and step.status_code != PENDING
        for host in step.hosts or ()
        if host.status_code != HOST_WAITING and (_is_of(host, whose) or (scripts and step.type_code == SCRIPT))
    ]


def _is_of(host: HostResult, whose: str) -> bool:
    return whose == "all" or (whose == "failed" and host.failed)


def tail(text: str, limit: int) -> tuple[str, bool]:
    """The end of ``text`` in at most ``limit`` bytes, including a mark; and whether anything was cut."""
    if text.isascii() and len(text) <= limit:  # the usual case, without a copy
        return text, False
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode(), False
    mark = say("[log cut: the last part of {size} bytes]", size=len(data)) + "\n"
    # A character that is cut in two is left out.
    return mark + data[len(mark.encode()) - limit :].decode("utf-8", "ignore"), True


def excerpt(text: str) -> str:
    """The end of a log for reading: 20 lines, 2 KiB at most."""
    lines = "".join(text.rstrip("\n").splitlines(keepends=True)[-LINES_TO_READ:])
    return lines.encode("utf-8", "replace")[-BYTES_TO_READ:].decode("utf-8", "ignore")


class _Slot:
    """The place of one host's log: its rows, and whether the log has arrived; no ``row`` if it is only for a reader."""

    __slots__ = ("complete", "failed", "files", "host", "row", "step")  # there may be tens of thousands

    def __init__(self, step: Step, host: HostResult, row: Row | None, failed: Row | None) -> None:
        self.step = step
        self.host = host
        self.row = row
        self.failed = failed
        self.complete = False
        self.files: tuple[FileResult, ...] = ()


class LogCollector:
    """The rows of ``logs``, filled in any order, and with them those of ``failed_hosts``; close it at the end.

    ``trouble`` is the first error in writing files. A ``reader`` is given the logs of all hosts of scripts, before
    they are cut, whichever of them the options want.
    """

    def __init__(
        self, instance: Instance, options: LogOptions, failed: list[Row], reader: Reader | None = None
    ) -> None:
        self.trouble: OSError | None = None
        self.failed = [dict(row) for row in failed]
        self._options = options
        self._reader = reader
        self._files: LogFiles | None = None
        if options.dest and options.whose != "none":
            try:
                self._files = LogFiles(options.dest, instance.id)
            except OSError as error:
                self.trouble = error
        self._left = {True: MOST_BESIDES_FILES, False: MOST_BESIDES_FILES}
        failures = {(row["step_instance_id"], *(row[name] for name in HostKey._fields)): row for row in self.failed}
        self._slots = [
            _Slot(
                step,
                host,
                _row(step, host) if _is_of(host, options.whose) else None,
                failures.get((step.id, *host.key)),
            )
            for step, host in select(instance, options.whose, scripts=reader is not None)
        ]
        self._by_id = {(slot.step.id, slot.host.key.bk_host_id): slot for slot in self._slots}
        self._by_address: dict[tuple[int, str | None], list[_Slot]] = {}

    @property
    def rows(self) -> list[Row]:
        """A row for each host whose log the options want, in the order of steps and hosts."""
        return [slot.row for slot in self._slots if slot.row is not None]

    @property
    def files(self) -> list[Row]:
        """A row for each file that these hosts received."""
        return [
            {"step_instance_id": slot.step.id, **slot.host.key.columns(), **file._asdict()}
            for slot in self._slots
            if slot.row is not None
            for file in slot.files
        ]

    def wanted(self) -> Wanted:
        """The hosts whose logs are wanted."""
        return _by_step(self._slots)

    def missing(self) -> Wanted:
        """Those of them that have finished, but whose log is missing or has only its first line."""
        return _by_step([slot for slot in self._slots if not (slot.complete or slot.host.unfinished)])

    def put(self, log: HostLog) -> None:
        """Take a log; one that is not wanted is ignored."""
        slot = self._slot(log.step_id, log.key)
        if slot is None:
            return
        if slot.failed is not None:
            _complete(slot.failed, log)
        slot.files = log.files
        if log.content:
            slot.complete = not BEGINNING.fullmatch(log.content)
            if slot.row is not None:
                self._keep(slot, slot.row, log.content)
        if self._reader and slot.step.type_code == SCRIPT:
            self._reader(slot.step, slot.host, log)

    def close(self) -> None:
        """Close the files."""
        if self._files:
            self._files.close()

    def _slot(self, step_id: int, key: HostKey) -> _Slot | None:
        """The place for the log of a host, by its id or its address: servers leave out either (contract §6.6)."""
        slot = self._by_id.get((step_id, key.bk_host_id)) if key.bk_host_id else None
        if slot:
            return slot
        if not self._by_address:  # most servers return ids, and memory is for many hosts
            for slot in self._slots:
                self._by_address.setdefault((slot.step.id, slot.host.key.ip), []).append(slot)
        # Of hosts whose ids are both known and differ, only the address is the same.
        slots = [
            slot
            for slot in self._by_address.get((step_id, key.ip), ())
            if key.ip and not (key.bk_host_id and slot.host.key.bk_host_id)
        ]
        exact = [slot for slot in slots if slot.host.key.bk_cloud_id == key.bk_cloud_id]
        # Area 0 may be left out too; where that leaves a choice, the log is ignored.
        similar = [slot for slot in slots if (slot.host.key.bk_cloud_id or 0) == (key.bk_cloud_id or 0)]
        return exact[-1] if exact else similar[0] if len(similar) == 1 else None

    def _keep(self, slot: _Slot, row: Row, text: str) -> None:
        if self._files:
            try:
                row["path"] = self._files.write(slot.step, slot.host.key, text)
            except OSError as error:
                self.trouble = self.trouble or error
        content, cut = tail(text, self._options.limit)
        if slot.failed is not None:
            slot.failed["log"] = excerpt(text)
        if self._options.dest and not self._fits(slot, content):
            row.update(content=None, truncated=True)
        else:
            row.update(content=content, truncated=cut)

    def _fits(self, slot: _Slot, content: str) -> bool:
        """Whether the result may hold this one too, so that its size does not grow with the number of hosts."""
        left = self._left[slot.host.failed] - len(content.encode())
        if left >= 0:
            self._left[slot.host.failed] = left
        return left >= 0


def _row(step: Step, host: HostResult) -> Row:
    row = {"step_instance_id": step.id, "step_name": step.name, **host.key.columns()}
    return {**row, "content": None, "truncated": False, "path": None}


def _complete(row: Row, log: HostLog) -> None:
    """Add what v2 returns only with the logs."""
    for name in ("exit_code", "error_code", "tag"):
        if row[name] is None:
            row[name] = getattr(log, name)


def _by_step(slots: list[_Slot]) -> Wanted:
    hosts: dict[int, list[HostKey]] = {}
    for slot in slots:
        hosts.setdefault(slot.step.id, []).append(slot.host.key)
    return hosts
