# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as ansible-core validates them, in a module's own process and on the controller alike."""

from __future__ import annotations

import json
import os
import re
import typing as t
from difflib import get_close_matches

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._model.language import Phrase, language, say, speaking
from .._options.connection import OPTIONS as CONNECTION
from .._options.spec import are_required

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._options.spec import Options

NO_INSTANCE = Phrase(
    "job_instance_id has no value: the task that it was taken from returned no id. A launch returns no id in check "
    "mode, if it was refused, and if its outcome is unknown."
)
LISTS = ("choices", "names")  # groups of the patterns for messages of ansible-core
# Where ansible-core says in which suboption it found something.
PLACE = re.compile(r" found in (?:'([^']*)'\.?(?= and we were unable| is of type|$)|([\w >-]+)$)")


def argument_spec(options: Options) -> dict[str, t.Any]:
    """The argument spec of ``options``: ``env`` becomes a fallback, and ``may_be_secret`` is not for Ansible."""
    spec: dict[str, t.Any] = {}
    for name, option in options.table.items():
        spec[name] = {key: value for key, value in option.items() if key not in ("env", "may_be_secret")}
        if "env" in option:
            spec[name]["fallback"] = (_environment, [option["env"]])
    return spec


def validate(options: Options, args: Mapping[str, t.Any]) -> tuple[dict[str, t.Any], str | None]:
    """The validated options, and what is wrong with them, if anything is; as ``AnsibleModule`` does it."""
    result = ArgumentSpecValidator(argument_spec(options), **options.rules()).validate(args)
    params: dict[str, t.Any] = result.validated_parameters
    with speaking(wanted_language(args)):
        return params, explain_all(options, params, result.error_messages) if result.error_messages else None


def wanted_language(args: Mapping[str, t.Any]) -> t.Any:
    """The language that options ask for, which may not be validated yet."""
    return args.get("language") or os.environ.get(CONNECTION.table["language"]["env"])


def explain_all(options: Options, params: Mapping[str, t.Any], messages: Iterable[str]) -> str:
    """The messages of ansible-core about options as one sentence in the current language."""
    found = list(dict.fromkeys(messages))
    # One that another one ends with names no option.
    named = [text for text in found if not any(other != text and other.endswith(text) for other in found)]
    return say("; ").join(explain(options, params, text) for text in named)


def explain(options: Options, params: Mapping[str, t.Any], message: str) -> str:
    """A message of ansible-core about options in the current language, with their environment variables."""
    place = PLACE.search(message)
    if place:
        rest = explain(options, params, PLACE.sub("", message))
        return say("{problem} (in {place})", problem=rest, place=place[1] or place[2])
    if "'job_instance_id' is of type" in message and params.get("job_instance_id", 0) in (None, ""):
        return say(NO_INSTANCE)
    missing = re.match(r"missing required arguments: (.+)", message)
    if missing:
        names = [options.named(name) for name in missing[1].split(", ")]
        return are_required(names)
    unknown = re.match(r"(?:Unsupported parameters for .*? module: )?(.+)\. Supported parameters include: ", message)
    if unknown:
        return say("; ").join(_unknown(name, options) for name in unknown[1].split(", "))
    message = _translated(message)
    for name in options.table:
        message = re.sub(rf"(?<![\w-])(['\"]?){name}\1(?![\w-])", options.named(name), message, count=1)
    return message


def _unknown(name: str, options: Options) -> str:
    table: t.Any = options.table
    *places, last = name.split(".")
    for place in places:  # of a suboption
        table = table.get(place, {}).get("options", {})
    names = [known for option in table for known in (option, *table[option].get("aliases", ()))]
    near = get_close_matches(last, names, n=1)
    if near:
        suggested = ".".join((*places, near[0]))
        return say("{name} is not an option of this module (did you mean {near}?)", name=name, near=suggested)
    return say("{name} is not an option of this module", name=name)


def _translated(message: str) -> str:
    """A message of ansible-core, which has none but English ones, in the current language."""
    if language() == "en":
        return message
    from .._model.chinese import OF_ANSIBLE

    matches = ((re.fullmatch(pattern, message, re.DOTALL), chinese) for pattern, chinese in OF_ANSIBLE)
    return next((chinese.format(**_listed(found.groupdict())) for found, chinese in matches if found), message)


def _listed(values: Mapping[str, str]) -> dict[str, str]:
    """The groups of a pattern; lists of names get the comma of the current language."""
    return {key: value.replace(", ", say(", ")) if key in LISTS else value for key, value in values.items()}


def without_blanks(options: Options, args: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """``args`` without empty strings for numbers and booleans, which forms send for what was left blank.

    Required options stay, since the message about them says what is wrong.
    """
    blank = {
        key
        for name, option in options.table.items()
        if option["type"] in ("int", "float", "bool") and not option.get("required")
        for key in (name, *option.get("aliases", ()))
    }
    return {key: value for key, value in args.items() if not (value == "" and key in blank)}


def plain(args: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The arguments of a task as JSON carries them to a module: no tags, no vaulted objects, no dates."""
    return t.cast("dict[str, t.Any]", json.loads(json.dumps(args, default=_plain)))


def _plain(value: t.Any) -> t.Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return list(value)
    if hasattr(value, "keys"):
        return {key: value[key] for key in value.keys()}  # noqa: SIM118 (it has nothing else of a dictionary)
    # An inline vault of ansible-core before 2.19 decrypts itself.
    return str(value)


def _environment(name: str) -> str:
    """Like Ansible's env_fallback, but an empty variable counts as unset: AWX injects blank fields like that."""
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value
