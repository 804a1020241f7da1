# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick scripts in the v3 format (Q1), and what requests of all quick jobs have (Q0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..job.library import ENDINGS
from ..job.messages import JobError, invalid
from ..job.quick import AccountChoice, ScriptRequest
from ..job.rolling import IGNORE_FAILURES, MANUAL, PAUSE_ON_FAILURE, SOURCES, TARGETS, Rolling
from .callback import validate_callback
from .common import Api, decoded_length, decoded_text, default_name, require_ips
from .jackson import boolean, integer, is_blank, long, record, text
from .v3_targets import SERVER, targets_of, validate_server

if TYPE_CHECKING:
    from ..job.instance import Instance
    from ..job.job import Caller, Job
    from ..job.world import World
    from .jackson import Fields, Schema

DEFAULT_TIMEOUT = 7200
_LONGEST_CONTENT, _LONGEST_PARAMETERS, _LONGEST_SECRET_PARAMETERS = 16_777_215, 65_535, 48_128
_LONGEST_INTERPRETER = 260

_FILE_SOURCE_ROLLING: Schema = {
    "max_execute_object_num_in_batch": integer,
    "max_file_num_of_single_execute_object": integer,
}
_ROLLING: Schema = {
    "type": integer,
    "mode": integer,
    "expression": text,
    "file_source": record(_FILE_SOURCE_ROLLING),
}
QUICK: Schema = {
    "task_name": text,
    "account_id": long,
    "account_alias": text,
    "target_server": record(SERVER),
    "callback_url": text,
}
STARTED: Schema = {**QUICK, "timeout": integer, "rolling_config": record(_ROLLING), "start_task": boolean}
_SCRIPT: Schema = {
    **STARTED,
    "script_version_id": long,
    "script_id": text,
    "script_content": text,
    "script_language": integer,
    "script_param": text,
    "is_param_sensitive": integer,
    "windows_interpreter": text,
}


def fast_execute_script(job: Job, caller: Caller, fields: Fields) -> dict[str, Any]:
    version_id, script_id, content = (
        fields.number("script_version_id"),
        fields.text("script_id"),
        fields.text("script_content"),
    )
    if version_id is None and not script_id and not content:
        raise JobError(1241004, "script_version_id|script_id|script_content")
    if version_id is not None and version_id < 1:
        raise JobError(1241005, "script_version_id")
    if content and fields.number("script_language") not in ENDINGS:
        raise JobError(1241005, "script_language")
    server = fields.object("target_server")
    if server is None:
        raise JobError(1241004, "target_server")
    if not targets_of(server):
        raise JobError(1244001)
    account = account_of(fields)
    require_ips(server.objects("ip_list"))
    parameters = decoded_text(fields.text("script_param"))
    instance = job.launch_quick(
        caller,
        ScriptRequest(
            name=_name(job, fields, "Script Execution"),
            account=account,
            targets=targets_of(server),
            timeout=timeout_of(fields),
            callback_url=fields.text("callback_url"),
            start=start_of(fields),
            rolling=rolling_of(fields),
            version_id=version_id,
            script_id=script_id,
            content=None if is_blank(content) else decoded_text(content),
            language=fields.number("script_language"),
            parameters=parameters.replace("\n", " ") if parameters else None,
            sensitive=fields.number("is_param_sensitive") == 1,
            windows_interpreter=fields.text("windows_interpreter"),
        ),
    )
    return launched(instance)


def _validate_script(fields: Fields, world: World) -> None:
    validate_started(fields, world)
    validate_script_fields(fields)
    interpreter = fields.text("windows_interpreter") or ""
    if not is_blank(interpreter) and not interpreter.strip().endswith(".exe"):
        raise invalid("windows_interpreter must end with suffix: .exe")
    if len(interpreter) > _LONGEST_INTERPRETER:
        raise invalid("Windows interpreter path length cannot exceed 260 chars")


def validate_script_fields(fields: Fields) -> None:
    """The lengths of a script and its parameters, in v2 as in v3; they are computed, not decoded."""
    if decoded_length(fields.text("script_content")) > _LONGEST_CONTENT:
        raise invalid("script_content Field content too long limit:MEDIUMTEXT")
    length = decoded_length(fields.text("script_param"))
    if fields.number("is_param_sensitive") == 1:
        if length > _LONGEST_SECRET_PARAMETERS:
            raise invalid("script_param encryption exceeds the storage limit, maximum support for 48128 bytes")
    elif length > _LONGEST_PARAMETERS:
        raise invalid("script_paramField content too long limit:TEXT")


def validate_started(fields: Fields, world: World) -> None:
    timeout = fields.number("timeout")
    if timeout is not None and timeout < 1:
        raise invalid("Job timeout must be greater or equal than 1")
    if timeout is not None and timeout > world.longest_timeout:
        raise invalid(f"Job timeout must be between 1 and {world.longest_timeout}")
    server, rolling = fields.object("target_server"), fields.object("rolling_config")
    if server is not None:
        validate_server(server)
    validate_callback(fields.text("callback_url"))
    if rolling is not None:
        _validate_rolling(rolling)


def _validate_rolling(rolling: Fields) -> None:
    kind, mode = _number(rolling, "type", TARGETS), _number(rolling, "mode", PAUSE_ON_FAILURE)
    if kind not in (TARGETS, SOURCES):
        raise invalid("Illegal rolling type")
    if mode not in (PAUSE_ON_FAILURE, IGNORE_FAILURES, MANUAL):
        raise invalid("Illegal rolling mode")
    if kind == TARGETS and is_blank(rolling.text("expression")):
        raise invalid("Rolling expression cannot be blank")
    if kind == SOURCES and rolling.object("file_source") is None:
        raise invalid("Rolling file source config cannot be null")


def _number(fields: Fields, name: str, default: int) -> int | None:
    return fields.number(name) if name in fields else default


def account_of(fields: Fields) -> AccountChoice:
    if not has_account(fields):
        raise JobError(1241004, "account_id|account_alias")
    return choice_of(fields)


def choice_of(fields: Fields) -> AccountChoice:
    return AccountChoice(fields.number("account_id"), fields.text("account_alias"))


def has_account(fields: Fields) -> bool:
    return choice_of(fields).by_id or not is_blank(fields.text("account_alias"))


def _name(job: Job, fields: Fields, default: str) -> str:
    name = fields.text("task_name")
    return default_name(default, job.clock) if name is None or is_blank(name) else name


def timeout_of(fields: Fields) -> int:
    timeout = fields.number("timeout")
    return DEFAULT_TIMEOUT if timeout is None else timeout


def start_of(fields: Fields) -> bool | None:
    return fields.boolean("start_task") if "start_task" in fields else True


def rolling_of(fields: Fields) -> Rolling | None:
    config = fields.object("rolling_config")
    if config is None:
        return None
    return Rolling(
        config.text("expression") or "",
        _number(config, "mode", PAUSE_ON_FAILURE) or PAUSE_ON_FAILURE,
        _number(config, "type", TARGETS) or TARGETS,
    )


def launched(instance: Instance) -> dict[str, Any]:
    return {
        "job_instance_id": instance.id,
        "job_instance_name": instance.plan.name,
        "step_instance_id": instance.steps[0].id,
    }


APIS = {"fast_execute_script": Api(fast_execute_script, _SCRIPT, validate=_validate_script)}
