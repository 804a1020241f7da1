# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The neutral words of the collection: what plans are launched with and what becomes of them, in either version."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Mapping


class Scope(t.NamedTuple):
    """The business (``biz``) or business set (``biz_set``) everything happens in."""

    type: str
    id: int


class Address(t.NamedTuple):
    """A host by its BK-Net area (0 is the default area) and its IPv4 address."""

    bk_cloud_id: int
    ip: str


class TopoNode(t.NamedTuple):
    """A node of the business topology, such as ``module`` 1000."""

    id: int
    node_type: str


@dataclass(frozen=True)  # a tuple is what the items of an array are
class Targets:
    """The value of a host variable: the union of whatever is listed."""

    host_ids: tuple[int, ...] = ()
    addresses: tuple[Address, ...] = ()
    dynamic_groups: tuple[str, ...] = ()
    topo_nodes: tuple[TopoNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.host_ids or self.addresses or self.dynamic_groups or self.topo_nodes)


class VariableValue(t.NamedTuple):
    """A value for one plan variable, named by ``id`` (which wins on the server) or ``name``.

    It is a text or targets; before it meets the plan also the items of an array, by index or by key. ``origin`` is what
    the playbook calls it, for messages.
    """

    origin: str
    value: str | Targets | tuple[str, ...] | Mapping[str, str]
    id: int | None = None
    name: str | None = None
    secret: bool = False


class Launch(t.NamedTuple):
    """All that a launch says; without ``start`` the instance is created, and started apart from that (§7.4).

    ``plan_id`` is None only before it was looked up.
    """

    plan_id: int | None
    variables: tuple[VariableValue, ...] = ()
    callback_url: str | None = None
    start: bool = True


class Launched(t.NamedTuple):
    """What Job answers to a launch: the instance and its name, which is the plan's."""

    job_instance_id: int
    job_instance_name: str | None


# Job's status of instances and steps (contract §5.1), and what each means for an instance that has ended. Whatever is
# in neither table goes on: 7 waits for a person, and a code from the future must not be taken for an end.
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
PENDING, WAITING, STOPPING = 1, 7, 10
SCRIPT, FILE, CONFIRMATION = 1, 2, 3
STEP_TYPES = {SCRIPT: "script", FILE: "file", CONFIRMATION: "confirmation", 4: "sql"}
LAUNCH_MODES = {1: "web", 2: "api", 3: "cron"}
INSTANCE_TYPES = {0: "plan", 1: "script", 2: "file"}

# Job's status of one host in one step (contract §5.3). 9 and 3 are success, 5 and 7 go on, all others are failures.
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
    """The word for a code of Job; ``unknown`` for one that newer servers may have added."""
    return table.get(code, "unknown")


class Operation(t.NamedTuple):
    """What is to be done to an instance, or to one step of it, by Job's own code (contract §5.2)."""

    instance_id: int
    code: int
    step_id: int | None = None


class HostKey(t.NamedTuple):
    """How a host is told from others: by its id, or, under v2, by area and address."""

    bk_host_id: int | None
    bk_cloud_id: int | None
    ip: str | None


class HostResult(t.NamedTuple):
    """What one host made of a step; v2 tells no more than the status until the logs are read."""

    key: HostKey
    status_code: int
    exit_code: int | None = None
    error_code: int | None = None
    tag: str | None = None

    @property
    def succeeded(self) -> bool:
        """Success, also one kept from an earlier attempt."""
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
    """One step of an instance. Times are ISO 8601; ``hosts`` is None where they were not asked for."""

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
    """One run of a plan, as Job showed it at one moment; v3 does not tell the plan's id here."""

    id: int
    name: str | None
    status_code: int
    steps: tuple[Step, ...] = ()
    plan_id: int | None = None

    @property
    def outcome(self) -> str | None:
        """How it ended; None while it goes on."""
        return OUTCOMES.get(self.status_code)

    @property
    def to_confirm(self) -> Step | None:
        """The manual confirmation that waits for a person; a rolling step waits with the same status (§5.1)."""
        return next((s for s in self.steps if s.type_code == CONFIRMATION and s.status_code == WAITING), None)


class HostLog(t.NamedTuple):
    """What one host left of a step; only v2 tells the codes and the tag here."""

    step_id: int
    key: HostKey
    content: str | None
    exit_code: int | None = None
    error_code: int | None = None
    tag: str | None = None


class Query(t.NamedTuple):
    """Which instances of the history are wanted: those created in a window, and the filters that are not None.

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

    def filters(self) -> dict[str, t.Any]:
        """The filters that are set."""
        window = ("created_after", "created_before")
        return {name: value for name, value in self._asdict().items() if name not in window and value is not None}


class PastInstance(t.NamedTuple):
    """An instance as the history shows it; ``created`` is Unix milliseconds, the other times are ISO 8601."""

    id: int
    name: str | None
    plan_id: int | None
    operator: str | None
    launch_mode: int
    type: int
    status_code: int
    created: int
    created_at: str | None
    started_at: str | None
    ended_at: str | None
    total_seconds: float | None
