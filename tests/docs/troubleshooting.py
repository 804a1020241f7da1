# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the tables of the guide to troubleshooting from those of the code: ``python -m tests.docs.troubleshooting``.

The guide's own words are written by hand; a table stands between two comments and is made anew. This stands with the
tests, since one of them proves that the guide's tables are the code's, and since the simulator knows the words of Job.
"""

from __future__ import annotations

import re
import sys
import typing as t
from itertools import groupby

from tests.collection_path import CHECKOUT, make_collection_path
from tests.simulator.job.messages import CHINESE, ENGLISH

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ansible_collections.blueking.job.plugins.module_utils._api.codes import Verdict

GUIDES = {
    "en": CHECKOUT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst",
    "zh": CHECKOUT / "docs" / "docsite" / "rst" / "guide_troubleshooting_zh.rst",
}
# A table of the guide, and the kind of error that it is of.
TABLE = re.compile(r"(?<=\n\.\. Made by tests/docs/troubleshooting\.py: )(\w+)\n(?:.*\n)*?(?=\.\. Made until here\.\n)")
HEADER = {"en": ("Code and message", "Launched?", "What to do"), "zh": ("错误码和信息", "是否已启动", "处理办法")}
LAUNCHED = {"en": ("no", "perhaps"), "zh": ("否", "不确定")}
# What the gateways say (contract §2.1, §2.2, §3.4; observed A4), English always, where the code does not go by it.
GATEWAYS = {
    1306203: "SSL error",
    1306206: "the component does not support access third-party test environment",
    1306403: "APP permission is insufficient",
    1306404: "Not found, component class not found",
    1306405: "Not found, inactive channel",
    1306406: "request header X-Bkapi-Authorization is not a valid JSON format string",
    1306429: "Access frequency limit",
    1640101: "APP_VERIFY_FAILED",
    1640102: "USER_VERIFY_FAILED",
    1640301: "App has no permission to the resource",
    1640302: "CROSS_TENANT_FORBIDDEN, IP_NOT_ALLOWED",
    1640401: "API not found",
    1642901: "API rate limit exceeded by stage global limit",
    1642902: "API rate limit exceeded by stage strategy",
    1642903: "API rate limit exceeded by resource strategy",
    1642904: "CONCURRENCY_LIMIT",
    1650200: "BAD_GATEWAY",
    1650401: "REQUEST_BACKEND_TIMEOUT",
}


class Row(t.NamedTuple):
    """One thing that is told: a code, or nothing where there is none; and words, in both languages."""

    verdict: Verdict
    code: str
    en: str = ""
    zh: str = ""


def rows() -> Iterator[Row]:
    """All that the collection can tell; whoever reads looks for a code or for words."""
    from ansible_collections.blueking.job.plugins.module_utils._api import codes as codes
    from ansible_collections.blueking.job.plugins.module_utils._api import hints as hints

    for code, texts in codes.TEXTS.items():
        for text, verdict in texts:
            words = f"… {text} …" if text else ""
            yield Row(verdict, str(code), words or "(anything else)", words or "（其他信息）")
    for code, verdict in codes.CODES.items():
        text = ENGLISH.get(code) or GATEWAYS.get(code, "")
        yield Row(verdict, str(code), text, f"{CHINESE[code]} ({text})" if code in CHINESE else text)
    for status, verdict in codes.STATUSES.items():
        yield Row(verdict, f"HTTP {status}")
    yield Row(codes.UNAVAILABLE, "1306201", "… response time exceeds … seconds …")
    yield Row(codes.REDIRECT, "", "the gateway redirects to …")
    yield Row(codes.STRANGER, "", "the body of HTTP … is not an answer of the API")
    yield Row(codes.UNKNOWN_ANSWER, "", "(any code not on this page)", "（本页未列出的错误码）")
    # What the collection finds out by itself.
    judged = codes.Verdict
    yield Row(judged("unavailable", hints.UNKNOWN_ISSUER), "", "cannot trust …: unable to get local issuer certificate")
    yield Row(judged("unavailable", hints.UNKNOWN_ISSUER), "", "cannot trust …: self-signed certificate")
    yield Row(judged("unavailable", hints.CERTIFICATE), "", "cannot trust …: certificate has expired")
    yield Row(judged("unavailable", hints.CERTIFICATE), "", "cannot trust …: Hostname mismatch")
    yield Row(judged("unavailable", hints.NETWORK), "", "cannot reach …")
    yield Row(judged("unavailable", hints.LATE, unclear=True), "", "… gave no whole answer: nothing came within … s")
    yield Row(judged("unavailable", hints.CUT_OFF, unclear=True), "", "… gave no whole answer: …")
    yield Row(judged("protocol", hints.NO_HTTP, unclear=True), "", "… gave no whole answer: …")
    yield Row(judged("protocol", hints.UNREADABLE_PLAN), "", "(while the plan is read)", "（读取执行方案时）")
    yield Row(judged("protocol", hints.DEFECT, unclear=True), "", "unexpected …Error")
    yield Row(judged("invalid_request", hints.NOT_SENDABLE), "", "cannot send anything to …")
    yield Row(judged("invalid_request", hints.TOO_LARGE), "", "a request of … MiB is more than the 10 an ESB takes")
    old = judged("invalid_request", hints.NOT_STARTABLE, unclear=True)
    yield Row(old, "1241002", "(at a start, with two_phase)", "（启动实例时，如使用 two_phase）")
    yield Row(judged("not_found", hints.PLAN_NAME), "", "no plan is named …")


def table(kind: str, language: str) -> str:
    """The table of a kind of errors; rows that mean the same are one."""
    grouped: dict[tuple[str, bool], list[Row]] = {}
    for row in rows():
        if row.verdict.kind == kind:
            grouped.setdefault((getattr(row.verdict.hint, language), row.verdict.unclear), []).append(row)
    lines = ["", ".. list-table::", "   :header-rows: 1", "   :widths: 50 10 40", ""]
    lines += cells(*([title] for title in HEADER[language]))
    for (hint, unclear), alike in sorted(grouped.items(), key=lambda item: item[1][0].code or "~"):
        lines += cells(told(alike, language), [LAUNCHED[language][unclear]], [escaped(hint)])
    return "\n".join([*lines, "", ""])


def cells(*columns: list[str]) -> Iterator[str]:
    """The lines of one row of a table."""
    for number, column in enumerate(columns):
        for line, text in enumerate(column):
            start = "     - " if number else "   * - "
            yield (start if line == 0 else " " * len(start)) + ("| " if len(column) > 1 else "") + text


def told(alike: list[Row], language: str) -> list[str]:
    """What rows that mean the same tell, a line each; codes nobody knows words for share one."""
    texts = {row: zh if language == "zh" and (zh := row.zh) else row.en for row in alike}
    bare = [row.code for row, text in texts.items() if not text]
    words = [f"``{row.code}`` {escaped(text)}" if row.code else escaped(text) for row, text in texts.items() if text]
    numbers = [f"``{first}``" if first == last else f"``{first}`` – ``{last}``" for first, last in ranges(bare)]
    statuses = [f"``{code}``" for code in bare if not code.isdigit()]
    return [*words, *filter(None, [", ".join(numbers), ", ".join(statuses)])]


def ranges(codes: list[str]) -> Iterator[tuple[int, int]]:
    """The first and the last of the numbers that follow one another."""
    numbers = enumerate(sorted(int(code) for code in codes if code.isdigit()))
    for _start, group in groupby(numbers, key=lambda item: item[1] - item[0]):
        run = [number for _place, number in group]
        yield run[0], run[-1]


def escaped(text: str) -> str:
    """Text of a server, with an ellipsis for each part that changes, as RST reads it."""
    return re.sub(r"([*`|\\]|_(?!\w))", r"\\\1", re.sub(r"\{\d\}", "…", text))


def remade(guide: Path, language: str) -> str:
    """The guide with its tables made anew."""
    text = guide.read_text(encoding="utf-8")
    return TABLE.sub(lambda found: f"{found[1]}\n{table(found[1], language)}", text)


def main() -> None:
    sys.path.insert(0, make_collection_path())
    for language, guide in GUIDES.items():
        guide.write_text(remade(guide, language), encoding="utf-8")


if __name__ == "__main__":
    main()
