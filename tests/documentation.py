# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of plugins, as it stands in their files."""

from __future__ import annotations

import ast

from tests.collection_path import CHECKOUT

MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))


def text_of(plugin: str, name: str) -> str:
    """A text that documents a plugin, such as its ``EXAMPLES``, as it stands there; '' if it has none."""
    for statement in ast.parse((CHECKOUT / plugin).read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and [getattr(target, "id", "") for target in statement.targets] == [name]:
            return str(ast.literal_eval(statement.value))
    return ""
