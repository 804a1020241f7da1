# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version 2 of Job's API, on an ESB only: ``execute_job`` and the calls beside it."""

from __future__ import annotations

import json
import re
import typing as t

from .._model.errors import InputError, RefusedError
from .._model.instance import CONFIRMATION, FILE, SCRIPT, HostLog, HostResult, Instance, Step
from .._model.language import say
from .._model.plan import CIPHER, HOST, Plan, PlanStep, Variable
from .._model.secrets import MASK
from .call import LOGS, SMALL
from .codes import PLAN_MISSING
from .shapes import (
    OPERATE_INSTANCE,
    OPERATE_STEP,
    Api,
    Batch,
    Page,
    Version,
    addresses_and_nodes,
    code_of,
    host_key,
    id_of,
    name_of,
    number_or_none,
    of_instance,
    read_launched,
    read_output,
    rows_or_none,
    same_id,
    shape_of,
    shown_code,
    targets_of,
    text_of,
    text_or_none,
    variable_entries,
    whole_or_none,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._model.instance import Query
    from .._model.launch import Launch, Targets
    from .shapes import Params, Row, Wanted


def build_launch(launch: Launch, masked: bool = False) -> Params:
    """The parameters of ``execute_job`` (contract §6.1); ``masked``, with secret values hidden."""
    if not launch.start:
        raise InputError(say("two_phase requires api_version v3: API v2 starts every instance it creates"))
    params: Params = {"bk_job_id": launch.plan_id}
    if launch.variables:
        params["global_vars"] = variable_entries(launch.variables, masked, "target_server", server_of)
    if launch.callback_url:
        params["bk_callback_url"] = launch.callback_url
    return params


def server_of(targets: Targets, origin: str) -> Params:
    """Targets as the field ``target_server`` (contract §6.1); raises :class:`InputError` for host ids."""
    if targets.host_ids:
        raise InputError(
            say(
                "{origin}: host_id_list requires api_version v3: API v2 does not support host ids; with "
                "use_host_id=false the filter job_targets returns addresses",
                origin=origin,
            )
        )
    server = addresses_and_nodes(targets)
    if targets.dynamic_groups:
        server["dynamic_group_id_list"] = list(targets.dynamic_groups)
    return server


def build_plan(plan_id: int) -> Params:
    """The parameters of ``get_job_detail`` (contract §6.3)."""
    return {"bk_job_id": plan_id}


def read_plan(data: t.Any, plan_id: int) -> Plan:
    """The plan; v2 does not return what is required nor what a step runs on (contract §6.3)."""
    if data is None:  # older servers; newer ones return the code
        raise RefusedError(say("the business has no such plan"), kind="not_found", code=PLAN_MISSING[0])
    with shape_of("get_job_detail"):
        same_id(data, "bk_job_id", plan_id)
        return _plan(data)._replace(
            template_id=whole_or_none(data, "template_id"),
            variables=tuple(map(_variable, data.get("global_vars") or ())),
            steps=tuple(map(_plan_step, data.get("steps") or ())),
        )


def build_plans(name: str | None, template_id: int | None, start: int, length: int) -> Params:
    """The parameters of ``get_job_list`` for a page of plans whose names contain ``name`` (contract §6.2)."""
    if template_id is not None:
        raise InputError(say("job_template_id requires api_version v3: API v2 finds plans only by name"))
    return {**({} if name is None else {"name": name}), "start": start, "length": length}


def read_plans(data: t.Any, *_page: t.Any) -> Page:
    """The page, which is a bare list."""
    with shape_of("get_job_list"):
        return Page(tuple(map(_plan, data or ())))


def build_instance(instance_id: int, hosts: bool) -> Params:
    """The parameters of ``get_job_instance_status``; v2 always returns the hosts too."""
    return of_instance(instance_id)


def read_instance(data: t.Any, instance_id: int, hosts: bool) -> Instance:
    """The state of an instance; one step per block, seconds, local times without a zone (contract §6.4)."""
    with shape_of("get_job_instance_status"):
        job = data["job_instance"]
        same_id(job, "job_instance_id", instance_id)
        plan_id = whole_or_none(job, "bk_job_id") or 0
        return Instance(
            instance_id,
            text_or_none(job, "name"),
            code_of(job),
            tuple(_step(row) for block in data["blocks"] for row in block["step_instances"]),
            # -1 is an instance that was not launched from a plan.
            plan_id=plan_id if plan_id > 0 else None,
        )


def logs(instance_id: int, wanted: Wanted, most: Callable[[], int]) -> Iterator[Batch]:
    """One call for the logs of the whole instance; v2 has no other (contract §6.6)."""
    if wanted:
        yield Batch(ALL_LOGS, (instance_id,))


def no_history(query: Query, start: int, length: int) -> Params:
    """Refused: v2 has no history (contract §1.4)."""
    raise InputError(
        say("the history of instances requires api_version v3: API v2 only returns single instances by id")
    )


def read_no_history(data: t.Any, *_page: t.Any) -> Page:
    """Never called."""
    return Page(())


def _plan(row: Row) -> Plan:
    return Plan(
        id_of(row, "bk_job_id"),
        text_of(row, "name"),
        creator=text_or_none(row, "creator"),
        created_at=_time(row.get("create_time")),
        modified_at=_time(row.get("last_modify_time")),
    )


def _variable(row: Row) -> Variable:
    type_code = code_of(row, "category")
    default: str | Targets | None = text_or_none(row, "value") or None
    if type_code == HOST:
        # The topology is only in the text that Job's database holds, in Job's own names.
        nodes = rows_or_none(_stored(default), "nodeInfoList")
        groups = row.get("custom_query_id")
        groups = groups if isinstance(groups, list) else []
        default = targets_of(rows_or_none(row, "ip_list"), groups, nodes, "type") or None
    elif type_code == CIPHER and default:
        default = MASK  # v2 returns it in clear; it goes no further than this line
    return Variable(
        id_of(row, "id"), text_of(row, "name"), type_code, default, description=text_or_none(row, "description") or ""
    )


def _stored(text: t.Any) -> dict[str, t.Any]:
    try:
        return dict(json.loads(text)["hostNodeList"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}


def _plan_step(row: Row) -> PlanStep:
    # For scripts Job overwrites the type with the source of the script (contract §6.3), so the other fields decide.
    if row.get("file_source") or row.get("file_target_path"):
        type_code = FILE
    elif row.get("account") or row.get("script_content"):
        type_code = SCRIPT
    else:
        type_code = CONFIRMATION
    # The language of a script is a key of the response too, and always null.
    return PlanStep(id_of(row, "step_id"), text_of(row, "name"), type_code, script=text_or_none(row, "script_content"))


def read_logs(data: t.Any, instance_id: int) -> tuple[HostLog, ...]:
    """The logs of all hosts of all steps, with the codes and tags that v2 returns here only."""
    with shape_of("get_job_instance_log"):
        return tuple(
            HostLog(
                id_of(step, "step_instance_id"),
                host_key(row),
                _unescaped(text_or_none(row, "log_content")),
                whole_or_none(row, "exit_code"),
                whole_or_none(row, "error_code"),
                text_or_none(group, "tag"),
            )
            for step in data or ()
            for group in step["step_results"] or ()
            for row in group["ip_logs"] or ()
        )


def _unescaped(text: str | None) -> str | None:
    """Job escapes these three and no others; ``&`` comes last, since ``&amp;lt;`` stands for ``&lt;`` (contract §9)."""
    return text and text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _step(row: Row) -> Step:
    hosts = rows_or_none(row, "step_ip_status") if row.get("step_ip_status") else []
    return Step(
        id_of(row, "step_instance_id"),
        name_of(row),
        shown_code(row, "type"),
        code_of(row),
        # The documents call it retry_count, the servers send execute_count.
        whole_or_none(row, "execute_count") or whole_or_none(row, "retry_count") or 0,
        _time(row.get("start_time")),
        _time(row.get("end_time")),
        number_or_none(row, "total_time"),
        None if hosts is None else tuple(HostResult(host_key(host), shown_code(host)) for host in hosts),
    )


def _time(text: t.Any) -> str | None:
    """``2024-05-01 10:00:00`` (the documents add `` +0800``) as ISO 8601; without a zone it is the server's own."""
    if not isinstance(text, str) or not text:
        return None
    return re.sub(r" ?([+-]\d\d):?(\d\d)$", r"\1:\2", text.replace(" ", "T", 1))


ALL_LOGS: Api[tuple[HostLog, ...]] = Api("get_job_instance_log", of_instance, read_logs, limit=LOGS)
V2 = Version(
    system="job",
    launch=Api("execute_job", build_launch, read_launched, writes=True, limit=SMALL),
    plan=Api("get_job_detail", build_plan, read_plan),
    plans=Api("get_job_list", build_plans, read_plans),
    instance=Api("get_job_instance_status", build_instance, read_instance),
    operate_instance=OPERATE_INSTANCE,
    operate_step=OPERATE_STEP,
    output=Api(
        "get_job_instance_global_var_value",
        of_instance,
        lambda data, instance_id: read_output(data, instance_id, "job_instance_var_values", "step_instance_var_values"),
    ),
    history=Api("get_job_instance_list", no_history, read_no_history),
    logs=logs,
    tags_in_logs=True,
)
