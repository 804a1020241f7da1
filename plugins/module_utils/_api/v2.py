# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 2 of Job's API, on an ESB only: ``execute_job`` and its family."""

from __future__ import annotations

import json
import re
import typing as t

from .._model.errors import InputError, RefusedError
from .._model.instance import CONFIRMATION, FILE, SCRIPT, HostLog, HostResult, Instance, Step
from .._model.plan import CIPHER, HOST, Plan, PlanStep, Variable
from .common import Dialect, LogCall, code_of, host_key, name_of, shape_of, targets_of
from .requests import MASK

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._model.instance import PastInstance, Query, Scope, Targets
    from .common import Wanted
    from .requests import Call


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
                f"{origin}: host_id_list needs api_version v3, since v2 of the API cannot address hosts by id; "
                "with use_host_id=false the filter job_targets gives addresses"
            )
        server = super()._targets(targets, origin)
        if targets.dynamic_groups:
            server["dynamic_group_id_list"] = list(targets.dynamic_groups)
        return server

    def _unstarted(self) -> dict[str, t.Any]:
        raise InputError("two_phase needs api_version v3, since v2 of the API starts whatever it creates")

    def plan(self, scope: Scope, plan_id: int) -> Call:
        """The call for a plan in full."""
        return self.read(scope, "get_job_detail", bk_job_id=plan_id)

    def read_plan(self, data: t.Any) -> Plan:
        """The plan; v2 tells neither what is required nor what a step runs on (§6.3)."""
        if data is None:  # the word of older servers for a plan that is not there
            raise RefusedError("this business has no such plan", kind="not_found")
        with shape_of("get_job_detail"):
            return _plan(data)._replace(
                template_id=data.get("template_id"),
                variables=tuple(map(_variable, data.get("global_vars") or ())),
                steps=tuple(map(_plan_step, data.get("steps") or ())),
            )

    def plans(self, scope: Scope, name: str | None, template_id: int | None, start: int, length: int) -> Call:
        """The call for a page of the list of plans."""
        if template_id is not None:
            raise InputError("job_template_id needs api_version v3, since v2 of the API lists plans by name alone")
        given = {} if name is None else {"name": name}
        return self.read(scope, "get_job_list", **given, start=start, length=length)

    def read_plans(self, data: t.Any) -> tuple[Plan, ...]:
        """The page, which is a bare list."""
        with shape_of("get_job_list"):
            return tuple(map(_plan, data or ()))

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


def _plan(row: t.Mapping[str, t.Any]) -> Plan:
    return Plan(
        code_of(row, "bk_job_id"),
        row["name"],
        creator=row.get("creator"),
        created_at=_time(row.get("create_time")),
        modified_at=_time(row.get("last_modify_time")),
    )


def _variable(row: t.Mapping[str, t.Any]) -> Variable:
    type_code = code_of(row, "category")
    default: str | Targets | None = row.get("value") or None
    if type_code == HOST:
        # The topology is told in Job's own words only, inside the text that its database holds.
        nodes = _stored(default).get("nodeInfoList")
        default = targets_of(row.get("ip_list"), row.get("custom_query_id"), nodes, "type") or None
    elif type_code == CIPHER and default:
        default = MASK  # v2 tells it in clear; it goes no further than this line
    return Variable(row["id"], row["name"], type_code, default, description=row.get("description") or "")


def _stored(text: t.Any) -> dict[str, t.Any]:
    try:
        return dict(json.loads(text)["hostNodeList"])
    except (KeyError, TypeError, ValueError):
        return {}


def _plan_step(row: t.Mapping[str, t.Any]) -> PlanStep:
    # For scripts Job overwrites the type with the source of the script (§6.3), so what a step has tells what it is.
    if row.get("file_source") or row.get("file_target_path"):
        type_code = FILE
    elif row.get("account") or row.get("script_content"):
        type_code = SCRIPT
    else:
        type_code = CONFIRMATION
    return PlanStep(
        row["step_id"],
        row["name"],
        type_code,
        language=row.get("script_type") if type_code == SCRIPT else None,
        script=row.get("script_content"),
    )


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
