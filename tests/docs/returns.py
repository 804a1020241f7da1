# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the ``RETURN`` blocks of the modules from ``returns.yml``: ``make returns``."""

from __future__ import annotations

import re
import typing as t

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from pathlib import Path

TABLE = CHECKOUT / "tests" / "docs" / "returns.yml"
MODULES = CHECKOUT / "plugins" / "modules"
BLOCK = re.compile(r'(?<=\nRETURN = r"""\n).*?(?=""")', re.DOTALL)
SHARED = "shared"


def sections(text: str) -> dict[str, str]:
    """The keys at the left margin of YAML, each with the text of its value."""
    return dict(re.findall(r"^(\w+):((?:.*\n)(?: .*\n|\n)*)", text, re.MULTILINE))


def returns(table: str) -> dict[str, str]:
    """The ``RETURN`` block of each module."""
    modules = {name: sections(re.sub(r"^  ", "", text, flags=re.MULTILINE)) for name, text in sections(table).items()}
    shared = modules.pop(SHARED)
    return {
        name: "".join(f"{key}:{shared[key] if text.strip() == SHARED else text}" for key, text in keys.items())
        for name, keys in modules.items()
    }


def rewritten(module: Path, block: str) -> str:
    """The text of a module with this ``RETURN`` block."""
    return BLOCK.sub(lambda _found: block, module.read_text(encoding="utf-8"), count=1)


def main() -> None:
    """Write all of them."""
    for name, block in returns(TABLE.read_text(encoding="utf-8")).items():
        module = MODULES / f"{name}.py"
        module.write_text(rewritten(module, block), encoding="utf-8")


if __name__ == "__main__":
    main()
