# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Job says of a plan: its variables with their defaults, and its steps; frozen values that know nothing."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .instance import Targets

# Job's types of variables (contract §5.2).
STRING, NAMESPACE, HOST, CIPHER, ASSOCIATIVE_ARRAY, INDEX_ARRAY = 1, 2, 3, 4, 5, 6
VARIABLE_TYPES = {
    STRING: "string",
    NAMESPACE: "namespace",
    HOST: "host",
    CIPHER: "cipher",
    ASSOCIATIVE_ARRAY: "associative_array",
    INDEX_ARRAY: "index_array",
}
SCRIPT_LANGUAGES = {1: "shell", 2: "bat", 3: "perl", 4: "python", 5: "powershell", 6: "sql"}


class Variable(t.NamedTuple):
    """A variable of a plan. ``default`` is its text or targets, None where there is none; of a cipher it is a mask.

    ``required`` and ``used`` are None where the version or the server does not tell (§6.3).
    """

    id: int
    name: str
    type_code: int
    default: str | Targets | None = None
    required: bool | None = None
    used: bool | None = None
    description: str = ""


class PlanStep(t.NamedTuple):
    """A step of a plan, in a plan's own words; disabled steps are among them in v3 (§6.3).

    ``host_variable`` names the variable it runs on, ``language`` is the script's, ``script`` is its text, decoded.
    """

    id: int
    name: str
    type_code: int | None
    host_variable: str | None = None
    language: int | None = None
    script: str | None = None


class Plan(t.NamedTuple):
    """A plan as lists show it; in full, ``variables`` and ``steps`` are there too. Times are ISO 8601."""

    id: int
    name: str
    template_id: int | None = None
    creator: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    need_update: bool | None = None
    variables: tuple[Variable, ...] | None = None
    steps: tuple[PlanStep, ...] | None = None
