# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the pictures of the documentation again where they are not what their sources say: ``nox -s pictures``.

With ``--check`` nothing is written.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from tests.collection_path import CHECKOUT
from tests.pictures.draw import draw
from tests.pictures.record import RECORDINGS, record

SOURCES = Path(__file__).parent
PICTURES = CHECKOUT / "docs" / "docsite" / "rst" / "images"


def main() -> str | None:
    """Return what is wrong, if the pictures are only to be checked."""
    made = {path.stem: draw(path.read_text(encoding="utf-8")) for path in sorted(SOURCES.glob("*.dot"))}
    made.update({name: record(name) for name in RECORDINGS})
    stale = [name for name, svg in made.items() if not _same(name, svg)]
    if "--check" in sys.argv:
        return f"not what their sources say: {', '.join(stale)}; make pictures" if stale else None
    for name in stale:
        _path(name).write_text(made[name], encoding="utf-8")
        sys.stdout.write(f"{_path(name)} was made again\n")
    return None


def _path(name: str) -> Path:
    return PICTURES / f"{name}.svg"


def _same(name: str, svg: str) -> bool:
    there = _path(name).read_text(encoding="utf-8") if _path(name).exists() else ""
    return there == svg or (name in RECORDINGS and _said(there) == _said(svg))


def _said(svg: str) -> set[str]:
    """The texts of a recording but for what no two runs share: when a host was looked at, and how far it was then."""
    texts = html.unescape(svg).replace("\xa0", " ")
    return {
        re.sub(r" · (hosts \d+/\d+ ok|主机 \d+/\d+ 成功)|\d+", "", text)
        for text in re.findall(r"<text[^>]*>([^<]*)</text>", texts)
    }


if __name__ == "__main__":
    sys.exit(main())
