# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pattern of the outputs that scripts print in their logs."""

from __future__ import annotations

import re

from .errors import InputError
from .language import foreign, say

GROUPS = ("key", "value")
# The marks that users of BlueKing SOPS print, which may be escaped for HTML. No log makes the search slow or costs more
# memory: a value ends before the next mark, and each repetition has only one way to match.
OUTPUT_PATTERN = (
    r"(?:<|&lt;)SOPS_VAR(?:>|&gt;)(?P<key>[^:<&]+):"
    r"(?P<value>[^<&]*(?:(?!(?:<|&lt;)/?SOPS_VAR)[<&][^<&]*){0,9999})(?:<|&lt;)/SOPS_VAR(?:>|&gt;)"
)


def compiled(pattern: str) -> re.Pattern[str]:
    """The option ``output_pattern``; raises :class:`InputError` for one that can't work."""
    try:
        found = re.compile(pattern, re.DOTALL)
    except (re.error, OverflowError, RecursionError) as error:
        raise InputError(
            say("output_pattern is not a regular expression of Python: {error}", error=foreign(error))
        ) from None
    missing = [f"(?P<{name}>...)" for name in GROUPS if name not in found.groupindex]
    if missing:
        raise InputError(
            say(
                "output_pattern must have the groups key and value: {missing} missing",
                missing=say(" and ").join(missing),
            )
        )
    return found
