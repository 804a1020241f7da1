# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 2 of Job's API, on an ESB only: ``execute_job`` and its family."""

from __future__ import annotations

import re
import typing as t

from ._dialect import Dialect, LogCall, code_of, host_key, name_of, shape_of
from ._errors import InputError
from ._model import HostLog, HostResult, Instance, Step

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._dialect import Wanted
    from ._gateway import Call
    from ._model import PastInstance, Query, Scope, Targets


class V2(Dialect):
    """Names and shapes of version 2."""

    system = "job"
    launch_api = "execute_job"
    plan_id = "bk_job_id"
    variables = "global_vars"
    targets = "target_server"
    callback_url = "bk_callback_url"
    output_lists = ("job_instance_var_values", "step_instance_var_values")

    def _targets(self, targets: Targets, origin: str) -> dict[str, t.Any]:
        if targets.host_ids:
            raise InputError(
                f"{origin}: host_id_list needs api_version v3, since v2 of the API cannot address hosts by id"
            )
        server = super()._targets(targets, origin)
        if targets.dynamic_groups:
            server["dynamic_group_id_list"] = list(targets.dynamic_groups)
        return server

    def instance(self, scope: Scope, instance_id: int, *, hosts: bool) -> Call:
        """The call for the state of an instance; v2 always tells the hosts as well."""
        return self.read(scope, "get_job_instance_status", job_instance_id=instance_id)

    def read_instance(self, data: t.Any, instance_id: int) -> Instance:
        """The state of an instance; one step a block, durations in seconds, local times without a zone (§6.4)."""
        with shape_of("get_job_instance_status"):
            job = data["job_instance"]
            return Instance(
                instance_id,
                job.get("name"),
                code_of(job),
                tuple(_step(row) for block in data["blocks"] for row in block["step_instances"]),
                # -1 stands for an instance that came from no plan.
                plan_id=job["bk_job_id"] if (job.get("bk_job_id") or 0) > 0 else None,
            )

    def logs(self, scope: Scope, instance_id: int, wanted: Wanted, most: Callable[[], int]) -> Iterator[LogCall]:
        """One call, for the logs of the whole instance; there is no other (§6.6)."""
        if wanted:
            yield LogCall(self.read(scope, "get_job_instance_log", job_instance_id=instance_id), _logs)

    def history(self, scope: Scope, query: Query, start: int, length: int) -> Call:
        """Refused: v2 has no history (§1.4)."""
        raise InputError(
            "the history of instances needs api_version v3, since v2 of the API cannot list them; "
            "v2 tells one instance by its job_instance_id"
        )

    def read_history(self, data: t.Any) -> tuple[PastInstance, ...]:
        """Nothing, since nothing can be asked for."""
        return ()


def _logs(data: t.Any) -> Iterator[HostLog]:
    with shape_of("get_job_instance_log"):
        for step in data or ():
            for group in step["step_results"] or ():
                for row in group["ip_logs"] or ():
                    yield HostLog(
                        step["step_instance_id"],
                        host_key(row),
                        _unescaped(row.get("log_content")),
                        row.get("exit_code"),
                        row.get("error_code"),
                        group.get("tag"),
                    )


def _unescaped(text: str | None) -> str | None:
    """Job escapes these three and no others; ``&`` comes last, since ``&amp;lt;`` stands for ``&lt;`` (§9)."""
    return text and text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _step(row: t.Mapping[str, t.Any]) -> Step:
    return Step(
        row["step_instance_id"],
        name_of(row),
        row["type"],
        code_of(row),
        # The documents call it retry_count, the servers send execute_count.
        row.get("execute_count", row.get("retry_count")) or 0,
        _time(row.get("start_time")),
        _time(row.get("end_time")),
        row.get("total_time"),
        tuple(HostResult(host_key(host), host["status"]) for host in row.get("step_ip_status") or ()),
    )


def _time(text: str | None) -> str | None:
    """``2024-05-01 10:00:00``, the documents add `` +0800``, as ISO 8601; without a zone it is the server's own."""
    if not text:
        return None
    return re.sub(r" ?([+-]\d\d):?(\d\d)$", r"\1:\2", text.replace(" ", "T", 1))
