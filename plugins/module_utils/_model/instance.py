# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job instances: their statuses, steps, hosts and logs, in either version of the API.

This file imports nothing of the collection: the event source runs it by its path.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping


# Job's status of instances and steps (contract §5.1), and the outcome of an instance that has ended with it. A status
# without an outcome is not an end: 7 waits for a person, and a code that a newer server adds must not end a wait.
STATUSES = {
    1: "pending",
    2: "running",
    3: "success",
    4: "failed",
    5: "skipped",
    6: "ignored",
    7: "waiting",
    8: "terminated_legacy",
    9: "abnormal",
    10: "stopping",
    11: "terminated",
    12: "stop_failed",
    13: "rejected",
    14: "abandoned",
    15: "rolling_waiting",
}
OUTCOMES = {
    3: "succeeded",
    4: "failed",
    5: "failed",
    6: "failed",
    12: "failed",
    8: "terminated",
    11: "terminated",
    13: "terminated",
    9: "abnormal",
    14: "abandoned",
}
PENDING, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING = 1, 2, 3, 4, 5, 6, 7
ABNORMAL, STOPPING, STOPPED, REJECTED, ROLLING_WAITING = 9, 10, 11, 13, 15
SCRIPT, FILE, CONFIRMATION, SQL = 1, 2, 3, 4
STEP_TYPES = {SCRIPT: "script", FILE: "file", CONFIRMATION: "confirmation", SQL: "sql"}
# Operations on an instance (contract §6.9) and on a step (§6.10).
TERMINATE, START = 1, 2
RETRY_FAILED, IGNORE_ERROR, CONFIRM, RETRY_ALL, REJECT = 2, 3, 6, 8, 9
RESTART_CONFIRMATION, NEXT_STEP, SKIP, CONTINUE_ROLLING = 10, 11, 12, 13

LAUNCH_MODES = {1: "web", 2: "api", 3: "cron"}
INSTANCE_TYPES = {0: "plan", 1: "script", 2: "file"}
LONGEST_WINDOW = 30 * 86400  # seconds of the history that Job searches at once (contract §6.8)

HOST_WAITING = 5  # a host that has not begun (contract §5.3)
# Job's status of one host in one step (contract §5.3): 9 and 3 are success, 5 and 7 are not decided, others failures.
HOST_STATUSES = {
    0: "unknown_error",
    1: "agent_abnormal",
    2: "invalid_host",
    3: "succeeded_before",
    5: "waiting",
    7: "running",
    9: "success",
    11: "failed",
    12: "send_failed",
    13: "timed_out",
    15: "error_in_log",
    16: "script_log_timed_out",
    17: "file_log_timed_out",
    18: "agent_not_installed",
    101: "script_failed",
    102: "script_timed_out",
    103: "script_terminated",
    104: "nonzero_exit_code",
    202: "transfer_failed",
    203: "source_file_missing",
    301: "file_failed",
    303: "transfer_timed_out",
    310: "agent_abnormal",
    311: "user_missing",
    312: "user_password_wrong",
    320: "file_pull_failed",
    321: "file_too_large",
    329: "transfer_error",
    399: "execution_error",
    403: "terminated",
    404: "terminate_failed",
    500: "unknown",
}


def word(table: Mapping[int, str], code: int) -> str:
    """The word for a code of Job; ``unknown`` for one that is not in the table."""
    return table.get(code, "unknown")


class Operation(t.NamedTuple):
    """An operation on an instance, or on one step of it, by Job's code (contract §6.9, §6.10)."""

    instance_id: int
    code: int
    step_id: int | None = None


class HostKey(t.NamedTuple):
    """What identifies a host: its id, or, under v2, its area and address."""

    bk_host_id: int | None
    bk_cloud_id: int | None
    ip: str | None

    def columns(self) -> dict[str, t.Any]:
        """What rows about a host begin with; its name in the inventory may become known later."""
        return {**self._asdict(), "inventory_hostname": None}


class HostResult(t.NamedTuple):
    """The result of a step on one host; v2 returns only the status until the logs are read."""

    key: HostKey
    status_code: int
    exit_code: int | None = None
    error_code: int | None = None
    tag: str | None = None

    @property
    def succeeded(self) -> bool:
        """Success, including one from an earlier attempt."""
        return self.status_code in (9, 3)

    @property
    def unfinished(self) -> bool:
        """Not yet decided."""
        return self.status_code in (5, 7)

    @property
    def failed(self) -> bool:
        """Any other end."""
        return not (self.succeeded or self.unfinished)


class Step(t.NamedTuple):
    """One step of an instance. Times are ISO 8601; ``hosts`` is None where they were not requested."""

    id: int
    name: str
    type_code: int
    status_code: int
    execute_count: int = 0
    start_time: str | None = None
    end_time: str | None = None
    total_seconds: float | None = None
    hosts: tuple[HostResult, ...] | None = None


class Instance(t.NamedTuple):
    """The state of one run of a plan at one moment; v3 does not return the plan's id here."""

    id: int
    name: str | None
    status_code: int
    steps: tuple[Step, ...] = ()
    plan_id: int | None = None

    @property
    def outcome(self) -> str | None:
        """How it ended; None while it runs."""
        return OUTCOMES.get(self.status_code)

    @property
    def to_confirm(self) -> Step | None:
        """The manual confirmation that waits for a person; a rolling step has the same status (contract §5.1)."""
        return next((s for s in self.steps if s.type_code == CONFIRMATION and s.status_code == WAITING), None)


class FileResult(t.NamedTuple):
    """What became of one file that a host received; places are ``host:path``, ``size`` is what Job shows."""

    source: str
    dest: str | None
    status: str
    size: str | None


class HostLog(t.NamedTuple):
    """The log of a step on one host; only v2 returns the codes and the tag here, and only v3 the files."""

    step_id: int
    key: HostKey
    content: str | None
    exit_code: int | None = None
    error_code: int | None = None
    tag: str | None = None
    files: tuple[FileResult, ...] = ()


class Query(t.NamedTuple):
    """A query of the history: instances created in a window, and the filters that are not None.

    The times are Unix milliseconds.
    """

    created_after: int
    created_before: int
    name: str | None = None
    operator: str | None = None
    status: int | None = None
    launch_mode: int | None = None
    type: int | None = None
    ip: str | None = None
    cron_id: int | None = None

    def filters(self) -> dict[str, t.Any]:
        """The filters that are set."""
        window = ("created_after", "created_before")
        return {name: value for name, value in self._asdict().items() if name not in window and value is not None}


class PastInstance(t.NamedTuple):
    """An instance in the history; ``created`` is in Unix milliseconds, None if unknown, other times are ISO 8601."""

    id: int
    name: str | None
    plan_id: int | None
    operator: str | None
    launch_mode: int
    type: int
    status_code: int
    created: int | None
    created_at: str | None
    started_at: str | None
    ended_at: str | None
    total_seconds: float | None
