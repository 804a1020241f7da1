# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans: their variables with the defaults, and their steps."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .launch import Targets

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
    """A variable of a plan. ``default`` is a string or targets, None where there is none, masked for ciphertext.

    ``required`` and ``used`` are None where the version or the server does not return them (contract §6.3).
    """

    id: int
    name: str
    type_code: int
    default: str | Targets | None = None
    required: bool | None = None
    used: bool | None = None
    description: str = ""


class PlanStep(t.NamedTuple):
    """A step of a plan; v3 also returns disabled steps (contract §6.3).

    ``host_variable`` names the variable it runs on, ``language`` is the script's, ``script`` is its text, decoded.
    ``confirmers`` are the users and roles that may confirm it; v2 does not return them.
    """

    id: int
    name: str
    type_code: int | None
    host_variable: str | None = None
    language: int | None = None
    script: str | None = None
    confirmers: tuple[str, ...] = ()


class Plan(t.NamedTuple):
    """A plan as lists return it; the plan detail adds ``variables`` and ``steps``. Times are ISO 8601."""

    id: int
    name: str
    template_id: int | None = None
    creator: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    need_update: bool | None = None
    variables: tuple[Variable, ...] | None = None
    steps: tuple[PlanStep, ...] | None = None
