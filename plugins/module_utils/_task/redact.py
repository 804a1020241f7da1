# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place where secrets are removed from a result, right before it leaves the task.

Texts of servers were scrubbed when they came in, so what is left are the playbook's own values: in ``invocation``,
``request``, ``diff``, and in sentences that quote them.
"""

from __future__ import annotations

import re
import typing as t

from .._model.instance import HOST_STATUSES, OUTCOMES, STATUSES
from .._model.secrets import MASK, Secrets, texts_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._options.spec import Options

# What is at a place of a result: a keyword of this collection; a log, which was scrubbed as it came in, since there may
# be 10,000 of them; or something whose keys are not ours, but names that playbooks and servers choose, even `status`.
KEYWORD, LOG, FOREIGN = "keyword", "log", "foreign"
INSTANCE = {"type": KEYWORD, "status": KEYWORD, "launch_mode": KEYWORD}
PLACES: dict[str, t.Any] = {
    "outcome": KEYWORD,
    "status": KEYWORD,
    "error": {"kind": KEYWORD, "permission": FOREIGN},
    "steps": {"type": KEYWORD, "status": KEYWORD},
    "failed_hosts": {"status": KEYWORD, "log": LOG},
    "logs": {"content": LOG},
    "files": {"status": KEYWORD},
    "candidates": {"status": KEYWORD},
    "instances": INSTANCE,
    "checks": {"name": KEYWORD, "status": KEYWORD, "apis": KEYWORD},
    "plans": {"variables": {"type": KEYWORD}, "steps": {"type": KEYWORD, "script_language": KEYWORD}},
    "script": {"language": KEYWORD},
    "scripts": {"language": KEYWORD, "versions": {"status": KEYWORD}},
    "versions": {"status": KEYWORD},
    "cron": {"variables": FOREIGN},
    "before": {"variables": FOREIGN},
    "crons": {"variables": FOREIGN, "last_run": INSTANCE},
    "request": {"api": KEYWORD, "body": FOREIGN},
    "diff": FOREIGN,
    "output_variables": FOREIGN,
    "outputs": FOREIGN,
    "host_outputs": {"values": FOREIGN},
    "host_groups": {"result": KEYWORD, "status": KEYWORD},
    "invocation": FOREIGN,
}
# Secrets that may be a part of our keywords, a number, or the mask.
COMMON = re.compile(r"[0-9.e+:TZ-]+|[a-z0-9_]+|\*+|True|False|None", re.IGNORECASE)
NUMBERS = re.compile(r"[\d:]+")
IN_LINES = "\0".join((MASK, *STATUSES.values(), *HOST_STATUSES.values(), *OUTCOMES.values(), "launched", "unknown"))


def redact(result: dict[str, t.Any], secrets: Secrets) -> dict[str, t.Any]:
    """``result`` with each secret masked in all its strings.

    A secret such as ``1`` or ``success`` occurs in ids and statuses that playbooks need. Such a secret is hidden where
    it was given, and in texts of servers, and is not searched for in the rest.
    """
    searched = Secrets(secrets.values - _common(secrets.values, result))
    if not searched.values:
        return result
    return t.cast("dict[str, t.Any]", _redacted(result, searched, PLACES))


def redact_line(line: str, secrets: Secrets) -> str:
    """A line that is shown while the task runs, likewise: whoever resumes a wait needs its ids."""
    words = "\0".join((IN_LINES, *NUMBERS.findall(line)))
    searched = Secrets(secret for secret in secrets.values if not (COMMON.fullmatch(secret) and secret in words))
    return t.cast("str", searched.scrub(line))


def shown_params(params: Mapping[str, t.Any], options: Options, hidden: frozenset[str], secrets: Secrets) -> t.Any:
    """The options of a task as they may be shown (``invocation``)."""
    names = {alias: name for name, option in options.table.items() for alias in option.get("aliases", ())}
    shown = {}
    for key, value in params.items():
        name = names.get(key, key)
        # The value of a misspelt option may be a secret too.
        secret = name not in options.table or options.table[name].get("no_log")
        shown[key] = MASK if secret and value else _shown(name, value, hidden, secrets)
    return shown


def _redacted(value: t.Any, secrets: Secrets, place: t.Any) -> t.Any:
    if value is None or isinstance(value, (int, float)) or place in (KEYWORD, LOG):
        return value
    if place == FOREIGN and not secrets.may_be_in(value):
        return value
    if isinstance(value, str):
        return secrets.scrub(value)
    if isinstance(value, (list, tuple)):
        return [_redacted(item, secrets, place) for item in value]
    if place == FOREIGN:
        return {secrets.scrub(key): _redacted(item, secrets, place) for key, item in value.items()}
    # Keys of our own are among the words that are not searched for.
    places = place or {}
    return {key: _redacted(item, secrets, places.get(key)) for key, item in value.items()}


def _inside(place: t.Any, key: t.Any) -> t.Any:
    return place.get(key) if isinstance(place, dict) else place


def _common(secrets: set[str], result: Mapping[str, t.Any]) -> set[str]:
    """Those of the secrets that occur in numbers, times and keywords of this result, or in the mask."""
    candidates = {secret for secret in secrets if COMMON.fullmatch(secret)}
    if not candidates:
        return candidates
    words = "\0".join((MASK, "True", "False", "None", *_vocabulary(result, PLACES)))
    return {secret for secret in candidates if secret in words}


def _vocabulary(value: t.Any, place: t.Any) -> Iterator[str]:
    if place == FOREIGN:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _vocabulary(item, _inside(place, key))
    elif isinstance(value, list):
        for item in value:
            yield from _vocabulary(item, place)
    elif isinstance(value, (int, float)) or place == KEYWORD:
        yield str(value)


def _shown(name: str, value: t.Any, hidden: frozenset[str], secrets: Secrets) -> t.Any:
    """The value of an option without what is ``hidden`` of it, and without values that are secrets as a whole."""
    if isinstance(value, dict):
        return {
            key: MASK if hidden & {name, f"{name}.{key}"} else _masked(item, secrets) for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _entry(item) if hidden & {name, f"{name}[{index}]"} else _masked(item, secrets)
            for index, item in enumerate(value)
        ]
    # Refused options may be text still.
    return MASK if value and name in hidden else value


def _entry(value: t.Any) -> t.Any:
    """An entry of ``global_vars`` with no more than the name and id of its variable."""
    if not isinstance(value, dict):
        return MASK
    return {key: item if key in ("id", "name") else MASK for key, item in value.items()}


def _masked(value: t.Any, secrets: Secrets) -> t.Any:
    if not secrets.values:
        return value
    if isinstance(value, dict):
        return {key: _masked(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, secrets) for item in value]
    if isinstance(value, str):  # the usual case, and there may be tens of thousands of them
        return MASK if value in secrets.values else value
    return MASK if not secrets.values.isdisjoint(texts_of(value)) else value
