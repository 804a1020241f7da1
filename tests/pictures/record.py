# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A terminal in which the README's playbook is played: from a real run, with Ansible's default settings, to SVG."""

from __future__ import annotations

import html
import os
import re
import typing as t
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.pictures.readme import PLAYBOOK, confirm, confirming, deploying, play, readme_blocks
from tests.simulator import Outcome

COLUMNS = 100
FULL = Outcome(status=104, exit_code=1, seconds=7.0, log="tar: write error: No space left on device\n")
# What the hosts come to: one after the other is through, and one is not.
SUCCESS = {host: (Outcome(seconds=3.0 + 2.0 * number),) for number, host in enumerate(range(101, 107))}
FAILURE = {**SUCCESS, 104: (FULL,)}
LONGEST = 3 * COLUMNS  # characters of a result
CLOCK = re.compile(r"\d\d:\d\d:\d\d (?=instance |作业实例 )")
# A line that is shown after the one with the age that belongs to it.
AFTER = re.compile(" · (to confirm |log of |如需确认)|的日志：$")
# The end of a line with the age of the wait; what ends like it after a step that has ended is how long that took.
AGE = re.compile(rf"{CLOCK.pattern}\S+ \d+ (?!· (?:step|步骤) \S+ \S+ (?:success|failed) · ).* · (?P<age>\d+)s$")
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
<title>TITLE</title>
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


class Recording(t.NamedTuple):
    """What is recorded: its title, what the hosts come to, whether a step waits for a manual confirmation, and where.

    The playbook is the first one of ``page``; messages are in ``language``.
    """

    title: str
    outcomes: t.Mapping[int, tuple[Outcome, ...]]
    confirms: bool = False
    page: str = "README.md"
    language: str = "en"


RECORDINGS = {
    "success": Recording("Output of ansible-playbook for a job that succeeds", SUCCESS),
    "progress": Recording("Output of ansible-playbook for a job that fails on one host", FAILURE),
    "confirmation": Recording(
        "Output of ansible-playbook for a job that waits for a manual confirmation", SUCCESS, True
    ),
}
TITLES = {
    "success": "作业执行成功时 ansible-playbook 的输出",
    "progress": "有一台主机失败时 ansible-playbook 的输出",
    "confirmation": "作业等待人工确认时 ansible-playbook 的输出",
}
RECORDINGS.update(
    {
        f"{name}_zh": recording._replace(title=TITLES[name], page="docs/README.zh-CN.md", language="zh")
        for name, recording in RECORDINGS.items()
    }
)


def record(name: str) -> str:
    """Return the SVG of a recording."""
    recording = RECORDINGS[name]
    with deploying(recording.outcomes) as sim, ThreadPoolExecutor() as pool:
        if recording.confirms:
            confirming(sim)
            confirmed = pool.submit(confirm, sim)
        playbook = readme_blocks("yaml", recording.page)[0]
        environment = {"ANSIBLE_FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "BK_JOB_LANGUAGE": recording.language}
        output = play(sim, playbook, **environment).stdout
        if recording.confirms:
            confirmed.result()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, file=nowhere, width=COLUMNS, force_terminal=True, legacy_windows=False)
        console.print(Text(f"$ ansible-playbook {PLAYBOOK}"))
        for line in Text.from_ansi(_at_one_time(_cut(output))).split("\n", allow_blank=True):
            # As a terminal does, and not between words.
            for piece in line.divide(_ends(line.plain)):
                console.print(piece, no_wrap=True)
        code = SVG.replace("TITLE", recording.title)
        svg = console.export_svg(title="", theme=THEME, code_format=code, unique_id=name)
    svg = re.sub(r'(?<= textLength=)"([0-9.]+)"([^>]*>)([^<]*)', _wide, svg)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def _ends(line: str) -> list[int]:
    """Where a terminal goes on in its next line: Chinese characters take two columns."""
    pieces = list(accumulate(map(len, chop_cells(line, COLUMNS))))
    return pieces[:-1]


def _wide(found: re.Match[str]) -> str:
    """A text of rich with its width, which rich gives as if every character took one column."""
    text = html.unescape(found[3])
    if text.isascii():
        return found[0]
    return f'"{float(found[1]) * cell_len(text) / len(text):g}"{found[2]}{found[3]}'


def _cut(output: str) -> str:
    """The output with the beginning of a result that is long, and not where on this machine the playbook was."""
    shorter = re.sub(rf"(?m)^(\S*fatal: .{{{LONGEST}}}).*?((?:\x1b\[0m)?)$", r"\1 ⋮\2", output)
    return re.sub(rf"(?<=Origin: )\S*(?=/{PLAYBOOK})", "/srv", shorter).strip()


def _at_one_time(output: str) -> str:
    """The output with a wall clock that starts at 14:03:20 and goes with the ages, as that of the play was turned.

    A line without an age was shown right before one that has it, or right after.
    """
    lines = output.split("\n")
    ages = [int(found["age"]) if found else None for found in map(AGE.match, lines)]
    for index in reversed(range(len(lines) - 1)):
        if ages[index] is None and not AFTER.search(lines[index]):
            ages[index] = ages[index + 1]
    for index in range(1, len(lines)):
        if AFTER.search(lines[index]):
            ages[index] = ages[index - 1]
    shown = [CLOCK.sub(f"14:03:{20 + (age or 0):02d} ", line) for line, age in zip(lines, ages)]
    return "\n".join(shown)
