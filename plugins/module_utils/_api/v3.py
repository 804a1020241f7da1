# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 3 of Job's API, on an ESB and on the API gateway: ``execute_job_plan`` and its family."""

from __future__ import annotations

import functools
import typing as t

from .._model.instance import HostResult, Instance, PastInstance, Step
from .common import Dialect, LogCall, code_of, host_key, name_of, shape_of
from .v3_logs import MOST_HOSTS, batch_log_params, log_params, read_batch_log, read_log
from .v3_plans import iso_time, read_plan

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .._model.instance import HostKey, Query, Scope, Targets
    from .._model.plan import Plan
    from .common import Wanted
    from .requests import Call


class V3(Dialect):
    """Names and shapes of version 3."""

    system = "jobv3"
    launch_api = "execute_job_plan"
    plan_id = "job_plan_id"
    variables = "global_var_list"
    targets = "server"
    callback_url = "callback_url"
    output_lists = ("step_instance_var_list", "global_var_list")

    def _targets(self, targets: Targets, origin: str) -> dict[str, t.Any]:
        server = super()._targets(targets, origin)
        if targets.host_ids:
            server["host_id_list"] = list(targets.host_ids)
        if targets.dynamic_groups:
            server["dynamic_group_list"] = [{"id": group} for group in targets.dynamic_groups]
        return server

    def plan(self, scope: Scope, plan_id: int) -> Call:
        """The call for a plan in full."""
        return self.read(scope, "get_job_plan_detail", job_plan_id=plan_id)

    def read_plan(self, data: t.Any) -> Plan:
        """The plan, of which the servers tell all but the values of ciphers."""
        with shape_of("get_job_plan_detail"):
            return read_plan({"global_var_list": None, "step_list": None, **data})

    def plans(self, scope: Scope, name: str | None, template_id: int | None, start: int, length: int) -> Call:
        """The call for a page of the list of plans."""
        filters: dict[str, t.Any] = {"name": name, "job_template_id": template_id}
        given = {key: value for key, value in filters.items() if value is not None}
        return self.read(scope, "get_job_plan_list", **given, start=start, length=length)

    def read_plans(self, data: t.Any) -> tuple[Plan, ...]:
        """The page."""
        with shape_of("get_job_plan_list"):
            return tuple(map(read_plan, data["data"] or ()))

    def instance(self, scope: Scope, instance_id: int, *, hosts: bool) -> Call:
        """The call for the state of an instance."""
        params: dict[str, t.Any] = {"job_instance_id": instance_id}
        if hosts:
            params["return_ip_result"] = True
        return self.read(scope, "get_job_instance_status", **params)

    def read_instance(self, data: t.Any, instance_id: int) -> Instance:
        """The state of an instance; times and durations in milliseconds (§4.3, §6.4)."""
        with shape_of("get_job_instance_status"):
            job = data["job_instance"]
            steps = tuple(map(_step, data["step_instance_list"]))
            return Instance(instance_id, job.get("name"), code_of(job), steps)

    def logs(self, scope: Scope, instance_id: int, wanted: Wanted, most: Callable[[], int]) -> Iterator[LogCall]:
        """Calls for the logs of up to 500 hosts of a step each (§6.6)."""
        for step_id, keys in wanted.items():
            hosts = [key for key in keys if key.bk_host_id or key.ip]
            while hosts:
                count = min(MOST_HOSTS, most())
                yield self._logs(scope, instance_id, step_id, hosts[:count])
                del hosts[:count]

    def _logs(self, scope: Scope, instance_id: int, step_id: int, hosts: Sequence[HostKey]) -> LogCall:
        step: dict[str, t.Any] = {"job_instance_id": instance_id, "step_instance_id": step_id}

        def singly() -> Iterator[LogCall]:
            for host in hosts:
                call = self.read(scope, "get_job_instance_ip_log", **step, **log_params(host))
                yield LogCall(call, functools.partial(read_log, step_id, host))

        api = "batch_get_job_instance_ip_log"
        call = self.read(scope, api, gateway_method="POST", **step, **batch_log_params(hosts))
        return LogCall(call, functools.partial(read_batch_log, step_id), singly)

    def history(self, scope: Scope, query: Query, start: int, length: int) -> Call:
        """The call for a page of the history."""
        return self.read(
            scope,
            "get_job_instance_list",
            create_time_start=query.created_after,
            create_time_end=query.created_before,
            **query.filters(),
            start=start,
            length=length,
        )

    def read_history(self, data: t.Any) -> tuple[PastInstance, ...]:
        """The page; Job sends null for an empty one (§6.8)."""
        with shape_of("get_job_instance_list"):
            return tuple(map(_past, data["data"] or ()))


def _past(row: t.Mapping[str, t.Any]) -> PastInstance:
    return PastInstance(
        row["job_instance_id"],
        row.get("name"),
        # Quick scripts and files come from no plan.
        row["job_plan_id"] if (row.get("job_plan_id") or 0) > 0 else None,
        row.get("operator"),
        row["launch_mode"],
        row["type"],
        row["status"],
        row["create_time"],
        iso_time(row["create_time"]),
        iso_time(row.get("start_time")),
        iso_time(row.get("end_time")),
        _seconds(row.get("total_time")),
    )


def _step(row: t.Mapping[str, t.Any]) -> Step:
    hosts = row.get("step_ip_result_list")
    return Step(
        row["step_instance_id"],
        name_of(row),
        row["type"],
        code_of(row),
        row.get("execute_count") or 0,
        iso_time(row.get("start_time")),
        iso_time(row.get("end_time")),
        _seconds(row.get("total_time")),
        None if hosts is None else tuple(map(_host, hosts)),
    )


def _host(row: t.Mapping[str, t.Any]) -> HostResult:
    return HostResult(host_key(row), row["status"], row.get("exit_code"), row.get("error_code"), row.get("tag"))


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
