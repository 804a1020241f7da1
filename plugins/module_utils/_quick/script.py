# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a script on hosts: read the options, launch once, wait."""

from __future__ import annotations

import os
import typing as t

from .._api.quick import LANGUAGES
from .._follow.options import OPTIONS as FOLLOW_OPTIONS
from .._follow.options import pace_of
from .._launch.candidates import SCRIPT
from .._launch.places import refuse_defects
from .._model.command import command_line, secret_parts
from .._model.errors import InputError, RefusedError
from .._model.ids import Defect
from .._model.language import foreign, say
from .._model.quick import ScriptJob
from .._options.spec import Options
from .options import ENCRYPTED, as_version_takes, exactly_one, is_utf8, read_job
from .options import OPTIONS as QUICK_OPTIONS
from .run import quick_apis, run_quick

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.shapes import QuickVersion
    from .._model.quick import ScriptRow
    from .._task.task import Task
    from .report import ScriptReport

SCRIPTS = ("content", "src", "script_id", "script_name", "script_version_id")
OPTIONS = (
    QUICK_OPTIONS
    + FOLLOW_OPTIONS
    + Options(
        {
            "content": {"type": "str"},
            "src": {"type": "path"},
            "script_id": {"type": "str"},
            "script_name": {"type": "str"},
            "script_version_id": {"type": "int"},
            "script_language": {"type": "str", "choices": ["shell", "bat", "perl", "python", "powershell"]},
            "args": {"type": "list", "elements": "str", "default": [], "may_be_secret": True},
            "raw_args": {"type": "str", "may_be_secret": True},
            "sensitive_args": {"type": "bool", "default": False},
            "windows_interpreter": {"type": "str"},
            "newline": {"type": "str", "choices": ["keep", "lf"], "default": "keep"},
            "logs": {"type": "str", "choices": ["none", "failed", "all"], "default": "all"},
        }
    )
)
ENDINGS = {
    ".sh": "shell",
    ".bat": "bat",
    ".cmd": "bat",
    ".pl": "perl",
    ".py": "python",
    ".ps1": "powershell",
}
# Bytes of a script: what Job takes, and what fits into a request to an ESB (quick jobs Q0, Q1).
LONGEST_SCRIPT, LONGEST_ON_ESB = 16_777_215, 1_800_000
LONGEST_ARGUMENTS, LONGEST_SENSITIVE = 65_535, 48_128  # bytes
LONGEST_INTERPRETER = 260
UNCHECKED = ("user_permission", "app_permission", "not_found")


def run_script(task: Task, report: ScriptReport) -> None:
    """Run the script once, and note at every moment what is known of it."""
    params = task.params
    if params["sensitive_args"]:
        task.secrets.add(secret_parts(params["args"], params["raw_args"]))
    else:
        task.hidden = frozenset()
    script, pace = _read(task), pace_of(params)
    report.is_about(script.job.name)
    apis = quick_apis(params["api_version"])
    report.will_send(task.job.preview(apis.run_script, script, True))
    task.job.connect()
    script = _resolved(task, apis, script)
    report.will_send(task.job.preview(apis.run_script, script, True))
    refuse_defects(task, report, [("target_server", script.job.targets)])
    if task.diff_mode and script.content is not None:
        report.compare(script.content)
    if task.check_mode:
        _check(task, report, apis, script)
        report.would_launch()
        return
    run_quick(task, report, apis.run_script, script, SCRIPT, pace)


# Reading the options


def _read(task: Task) -> ScriptJob:
    """The script that the options describe; raises :class:`InputError` for what is wrong with it."""
    params = task.params
    given = [name for name in SCRIPTS if params[name] not in (None, "")]
    if params["content"] == "" and not given:
        raise InputError(say("{name} is empty", name="content"))
    if len(given) != 1:
        raise InputError(exactly_one(SCRIPTS, given))
    if params["args"] and params["raw_args"]:
        raise InputError(say("args and raw_args are mutually exclusive"))
    if params["script_version_id"] is not None and params["script_version_id"] < 1:
        raise InputError(say("{name} must be at least 1", name="script_version_id"))
    interpreter = params["windows_interpreter"] or None
    if interpreter and not (interpreter.endswith(".exe") and len(interpreter) <= LONGEST_INTERPRETER):
        raise InputError(
            say(
                "windows_interpreter must end in .exe and have at most {limit} characters: {interpreter}",
                limit=LONGEST_INTERPRETER,
                interpreter=interpreter,
            )
        )
    content = _content(params, given[0])
    language = _language(params, given[0])
    script = ScriptJob(
        read_job(params, "Ansible script"),
        content,
        LANGUAGES[language] if content is not None else None,
        params["script_id"] or None,
        params["script_version_id"],
        sensitive=params["sensitive_args"],
        interpreter=interpreter,
    )
    # A script of the library is only known to be of another language when it has been read.
    return script._replace(arguments=_arguments(task, language))


def _content(params: Mapping[str, t.Any], option: str) -> str | None:
    if option not in ("content", "src"):
        return None
    text = read_script(params["src"]) if option == "src" else t.cast("str", params["content"])
    name = f"src {params['src']}" if option == "src" else "content"
    if params["newline"] == "lf":
        text = text.replace("\r\n", "\n")
    elif "\r\n" in text and _language(params, option) == "shell":
        line = text[: text.index("\r\n")].count("\n") + 1
        raise InputError(
            say(
                "{name} ends line {line} with CRLF, which shells treat as a part of the command; newline: lf "
                "converts it",
                name=name,
                line=line,
            )
        )
    check_text(text, name, params["gateway"])
    return text


def check_text(text: str, name: str, gateway: str) -> None:
    """Raise :class:`InputError` for a script that Job or its gateway does not take; ``name`` is where it comes from."""
    size = len(text.encode("utf-8", "surrogatepass"))
    limit = LONGEST_ON_ESB if gateway == "esb" else LONGEST_SCRIPT
    if size > limit:
        raise InputError(
            say(
                "{name} has {size} bytes, more than the {limit} that gateway {gateway} accepts",
                name=name,
                size=size,
                limit=limit,
                gateway=gateway,
            )
        )
    if not text.strip():
        raise InputError(say("{name} is empty", name=name))
    if not is_utf8(text):
        raise InputError(say("{name} is not UTF-8", name=name))


def read_script(path: str) -> str:
    """The text of a script; raises :class:`InputError` for one that can't be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(LONGEST_SCRIPT + 1)
    except OSError as error:
        raise InputError(
            say("src {path} cannot be read: {reason}", path=path, reason=foreign(error.strerror or error))
        ) from None
    if data.startswith(ENCRYPTED):
        # Decrypted, it would be shown in requests: what is secret belongs into arguments.
        raise InputError(
            say("src {path} is encrypted by Ansible Vault; pass secrets in args with sensitive_args", path=path)
        )
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InputError(say("src {path} is not UTF-8", path=path)) from None


def inlined_script(args: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options with the text of the script ``src`` itself, for a host that does not have the file."""
    language = args.get("script_language") or language_of(args["src"])
    return {**args, "src": None, "content": read_script(args["src"]), "script_language": language}


def language_of(path: str) -> str:
    """The language of a script, by the ending of its name."""
    return ending_language(path) or "shell"


def ending_language(path: str) -> str | None:
    """The language that the ending of a name stands for; None if it stands for none."""
    return ENDINGS.get(os.path.splitext(path)[1].lower())


def _language(params: Mapping[str, t.Any], option: str) -> str:
    return t.cast("str", params["script_language"] or (language_of(params["src"]) if option == "src" else "shell"))


def _arguments(task: Task, language: str) -> str | None:
    params = task.params
    line = params["raw_args"]
    if params["args"]:
        try:
            line = command_line(params["args"], language)
        except Defect as defect:
            raise InputError(str(defect)) from None
    if not line:
        return None
    if not is_utf8(line):
        raise InputError(say("args is not UTF-8"))
    limit = LONGEST_SENSITIVE if params["sensitive_args"] else LONGEST_ARGUMENTS
    if len(line.encode()) > limit:
        raise InputError(say("args must not be longer than {limit} bytes", limit=limit))
    if params["sensitive_args"]:
        task.secrets.add(line)
    return t.cast("str", line)


# What Job knows


def _resolved(task: Task, apis: QuickVersion, script: ScriptJob) -> ScriptJob:
    """The script by its id, with the account as the version of the API takes it."""
    name = task.params["script_name"]
    if name:
        if apis.scripts is None:
            raise InputError(say("script_id and script_name require api_version v3: API v2 runs versions only"))
        row = _by_name(task, apis, name)
        language = next((word for word, code in LANGUAGES.items() if code == row.language), "shell")
        script = script._replace(script_id=row.id, arguments=_arguments(task, language))
    return script._replace(job=as_version_takes(task, apis, script.job))


def _by_name(task: Task, apis: QuickVersion, name: str) -> ScriptRow:
    """The script of the library with exactly this name, which Job makes sure is the only one."""
    similar = task.job.rows(t.cast("t.Any", apis.scripts), name)
    for row in similar:
        if row.name == task.secrets.scrub(name):
            if not row.online_version_id:
                raise RefusedError(say('the script "{name}" has no online version', name=name), kind="not_found")
            return t.cast("ScriptRow", row)
    text = say('the library has no script named "{name}"', name=name)
    if similar:
        text = say(
            "{problem}; similar scripts: {names}",
            problem=text,
            names=say(", ").join(row.name for row in similar[:10]),
        )
    raise RefusedError(text, kind="not_found")


def _check(task: Task, report: ScriptReport, apis: QuickVersion, script: ScriptJob) -> None:
    """Have Job say, in check mode, which lines its rules for dangerous commands match."""
    if script.content is None or apis.check_script is None:
        return
    try:
        report.dangerous(task.job.call(apis.check_script, script.language, script.content))
    except RefusedError as error:
        if error.kind not in UNCHECKED:
            raise
        report.unchecked(error)
