# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last look for secrets in a result, while it is written: piece by piece, since there may be thousands of hosts.

AnsibleModule's own search copies the result and looks at each text in it; with 10,000 hosts that takes more than half
as long as reading their logs. Here each piece becomes JSON, and only one whose JSON holds a secret goes through that
search.
"""

from __future__ import annotations

import json
import re
import typing as t

from .._api.requests import MASK

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    # Ansible's own: a value, and what must not be in it.
    Remove = Callable[[t.Any, AbstractSet[str]], t.Any]

# The keys of results whose values we choose from a list of our own.
OUR_WORDS = ("outcome", "status", "kind", "api")
# What may occur in one of those, in a number or in our mask; anything else need not be looked for there.
COMMON = re.compile(r"[0-9.e+-]+|[a-z0-9_]+|\*+|True|False|None")
# What stands behind the backslashes of JSON: a character of two halves, one half alone, anything else.
ESCAPES = re.compile(r"\\(?:ud[89ab]..\\ud[c-f]..|(ud[89a-f]..)|.)")


def common_words(secrets: AbstractSet[str], result: Mapping[str, t.Any]) -> set[str]:
    """Those of the ``secrets`` that occur in numbers and in our own words, which playbooks build on."""
    candidates = {secret for secret in secrets if COMMON.fullmatch(secret)}
    if not candidates:
        return candidates
    # No value holds a NUL. The mask is a word of ours as well: people take it from the web for a password.
    words = "\0".join((MASK, "True", "False", "None", *_vocabulary(result)))
    return {secret for secret in candidates if secret in words}


def in_json(
    told: Mapping[str, t.Any], result: Mapping[str, t.Any], secrets: AbstractSet[str], remove: Remove
) -> Iterator[str]:
    """``told`` and ``result`` as one JSON object, in pieces, with each of the ``secrets`` removed from the ``result``.

    What was ``told`` before comes from AnsibleModule: it is free of them, and has words that only Ansible may change.
    """
    # JSON writes a text character by character: if it holds a secret, its JSON holds that of the secret.
    forms = [json.dumps(secret)[1:-1] for secret in secrets]

    def piece(value: t.Any) -> str:
        text = json.dumps(value)
        return _whole(json.dumps(remove(value, secrets)) if any(form in text for form in forms) else text)

    yield _whole(json.dumps(told))[:-1]
    for index, (key, value) in enumerate(result.items()):
        yield f"{', ' if index or told else ''}{json.dumps(key)}: "
        if isinstance(value, list):
            yield "["
            for row, item in enumerate(value):
                yield f"{', ' if row else ''}{piece(item)}"
            yield "]"
        else:
            yield piece(value)
    yield "}"


def _whole(text: str) -> str:
    """The JSON ``text`` without half characters: for one, newer ansible-core drops a result, and the id in it."""
    return ESCAPES.sub(lambda found: "\\ufffd" if found[1] else found[0], text) if "\\ud" in text else text


def _vocabulary(value: t.Any, key: t.Any = None) -> Iterator[str]:
    """The numbers in a result, and the words we choose from a list of our own."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _vocabulary(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _vocabulary(item)
    elif isinstance(value, (int, float)) or key in OUR_WORDS:
        yield str(value)
