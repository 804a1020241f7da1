# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all quick jobs have, and their checks."""

from __future__ import annotations

import re
import secrets
import typing as t

from .._model.errors import InputError, RefusedError
from .._model.language import say
from .._model.quick import ROLLING_MODES, Account, QuickJob, Rolling
from .._options.connection import CALLBACK_TABLE, read_callback
from .._options.spec import Options
from .._options.targets import KEYS, read_targets
from .._options.targets import TABLE as TARGET_TABLE

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._api.shapes import QuickVersion
    from .._task.task import Task

    AnyAccount = t.TypeVar("AnyAccount", Account, t.Optional[Account])

OPTIONS = Options(
    {
        "target_server": {"type": "dict", "required": True, "options": TARGET_TABLE},
        "account": {"type": "str"},
        "account_id": {"type": "int"},
        "task_name": {"type": "str"},
        "unique_name": {"type": "bool", "default": True},
        "job_timeout": {"type": "int"},
        "rolling_config": {
            "type": "dict",
            "options": {
                "expression": {"type": "str", "required": True},
                "mode": {"type": "str", "choices": list(ROLLING_MODES), "default": "pause"},
            },
        },
        **CALLBACK_TABLE,
        "two_phase": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
    }
)
LONGEST_NAME = 512  # characters that Job's database holds
SUFFIX = " [ansible {}]"
LONGEST_TIMEOUT = 259200  # seconds
ENCRYPTED = b"$ANSIBLE_VAULT;"  # the beginning of a file that Ansible Vault has encrypted
# A batch of a rolling strategy (quick jobs Q0): a part of all targets, a number, or what the previous batch had.
BATCH = re.compile(r"(?:100|[1-9]\d?)%|[+*]?[1-9]\d*", re.ASCII)


def read_job(params: Mapping[str, t.Any], default_name: str) -> QuickJob:
    """The job that the options describe; raises :class:`InputError` that lists what is wrong with its targets."""
    defects: list[str] = []
    targets = read_targets(params["target_server"], "target_server", defects, params["target_server"]["bk_cloud_id"])
    if not (targets or defects):
        keys = say(", ").join(KEYS)
        defects.append(say("target_server has no target: at least one of {keys} is required", keys=keys))
    if defects:
        raise InputError(say("; ").join(defects), kind="targets")
    timeout = params["job_timeout"]
    if timeout is not None and not 1 <= timeout <= LONGEST_TIMEOUT:
        raise InputError(say("job_timeout must be from 1 to {limit} seconds", limit=LONGEST_TIMEOUT))
    name = params["task_name"] or default_name
    return QuickJob(
        _unique(name) if _is_unique(params) else _named(name),
        targets,
        _account(params),
        timeout,
        _rolling(params["rolling_config"]),
        read_callback(params),
        start=not params["two_phase"],
    )


def unique_suffix(params: Mapping[str, t.Any], name: str) -> str | None:
    """The end of a name that no other instance has; None if there is none.

    Job searches for names as SQL LIKE does, in which % and _ have meanings; the suffix has neither.
    """
    return name[-len(SUFFIX.format("12345678")) :] if _is_unique(params) else None


def _is_unique(params: Mapping[str, t.Any]) -> bool:
    # v2 has no history to search.
    return bool(params["unique_name"]) and params["api_version"] == "v3"


def _named(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise InputError(say("task_name must not be longer than {limit} characters", limit=LONGEST_NAME))
    return name


def _unique(name: str) -> str:
    """A name that no other instance has; a long one is cut for it."""
    suffix = SUFFIX.format(secrets.token_hex(4))
    return _named(name)[: LONGEST_NAME - len(suffix)] + suffix


def _account(params: Mapping[str, t.Any]) -> Account:
    # Forms send empty strings for what was left blank.
    alias, id_ = params["account"] or None, params["account_id"]
    if (alias is None) == (id_ is None):
        raise InputError(say("exactly one of account, account_id is required"))
    if id_ is not None and id_ < 1:
        raise InputError(say("{name} must be at least 1", name="account_id"))
    return Account(alias, id_)


def _rolling(config: Mapping[str, t.Any] | None) -> Rolling | None:
    if not config:
        return None
    words = config["expression"].split()
    wrong = [word for word in words if not BATCH.fullmatch(word)]
    if wrong or not words:
        raise InputError(
            say(
                "rolling_config.expression must consist of 10% (of all targets), 5, +5 or *2 (of the batch before), "
                "not {word!r}",
                word=wrong[0],
            )
            if wrong
            else say(
                "rolling_config.expression must consist of 10% (of all targets), 5, +5 or *2 (of the batch before)"
            )
        )
    return Rolling(" ".join(words), ROLLING_MODES[config["mode"]])


def exactly_one(names: Sequence[str], given: Sequence[str]) -> str:
    """That only one of some options may be given, and has to be."""
    listed = say(", ").join(names)
    if given:
        also = say(" and ").join(given)
        return say("exactly one of {names} is required, not {given}", names=listed, given=also)
    return say("exactly one of {names} is required", names=listed)


def is_utf8(text: str) -> bool:
    """Whether a text can be encoded: half a character, as some programs leave it in JSON, can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_version_takes(task: Task, apis: QuickVersion, job: QuickJob) -> QuickJob:
    """The job with the alias of its account for v2, which takes no ids."""
    if task.params["api_version"] == "v3":
        return job
    return job._replace(account=with_aliases(task, apis, [job.account])[0])


def with_aliases(task: Task, apis: QuickVersion, accounts: Sequence[AnyAccount]) -> list[AnyAccount]:
    """The accounts by their aliases, which are read once; raises :class:`RefusedError` for ids of no account."""
    ids = [account.id for account in accounts if account and account.id is not None]
    aliases = {row.id: row.alias for row in task.job.rows(apis.accounts)} if ids else {}
    missing = [id_ for id_ in ids if id_ not in aliases]
    if missing:
        raise RefusedError(say("the business has no account with the id {id}", id=missing[0]), kind="not_found")
    return [Account(aliases[account.id]) if account and account.id is not None else account for account in accounts]
