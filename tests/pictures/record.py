# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A terminal in which the README's playbook is played, and a host fails: from a real run to SVG."""

from __future__ import annotations

import os
import re

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.pictures.readme import PLAYBOOK, deploying, play
from tests.simulator import Outcome

COLUMNS = 84
FULL = Outcome(status=104, exit_code=1, seconds=7.0, log="tar: write error: No space left on device\n")
# What the hosts come to: one after the other is through, and one is not.
OUTCOMES = {host: (Outcome(seconds=3.0 + 2.0 * number),) for number, host in enumerate(range(101, 107))}
OUTCOMES[104] = (FULL,)
# Background, text, and the eight colors of a terminal: black, red, green, yellow, blue, magenta, cyan, white.
THEME = TerminalTheme(
    (13, 17, 23),
    (230, 237, 243),
    [
        (72, 79, 88),
        (255, 123, 114),
        (63, 185, 80),
        (210, 153, 34),
        (88, 166, 255),
        (188, 140, 255),
        (57, 197, 207),
        (177, 186, 196),
    ],
)

# rich's own, but for the fonts, which it would fetch from the network.
SVG = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>Output of ansible-playbook for a job that fails on one host</title>
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; }}
.{unique_id}-title {{ font-family: Helvetica, Arial, sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def record() -> str:
    """Return the SVG of a run in which a host fails."""
    with deploying(OUTCOMES) as sim:
        output = play(sim, ANSIBLE_FORCE_COLOR="1", COLUMNS=str(COLUMNS)).stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, file=nowhere, width=COLUMNS, force_terminal=True, legacy_windows=False)
        console.print(Text(f"$ ansible-playbook {PLAYBOOK}"))
        console.print(Text.from_ansi(_cut(output)))
        svg = console.export_svg(title="", theme=THEME, code_format=SVG, unique_id="progress")
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def _cut(output: str) -> str:
    """Without what repeats the task's source, and of the result only what comes up to the hosts that failed."""
    output = re.sub(r"(?ms)^\S*Origin: .*?^(?=\S*fatal: )", "", output)
    return _at_one_time(re.sub(r"(?ms)^[^\n]*    finished: .*", "    ⋮", output).strip())


def _at_one_time(output: str) -> str:
    """The output with a clock that starts at 14:03:20, so that the picture is the same at any time of day."""
    began: int | None = None

    def turned(found: re.Match[str]) -> str:
        nonlocal began
        hours, minutes, seconds = map(int, found.groups())
        now = (hours * 60 + minutes) * 60 + seconds
        began = now if began is None else began
        return f"14:03:{20 + now - began:02d} instance"

    return re.sub(r"\b(\d\d):(\d\d):(\d\d) instance", turned, output)
