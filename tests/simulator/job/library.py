# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a business keeps beside plans: accounts, scripts with versions, and rules for dangerous scripts (Q1)."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .world import Scope

# Languages of scripts, and what their files are called.
SHELL, BAT, PERL, PYTHON, POWERSHELL, SQL = 1, 2, 3, 4, 5, 6
ENDINGS = {SHELL: ".sh", BAT: ".bat", PERL: ".pl", PYTHON: ".py", POWERSHELL: ".ps1", SQL: ".sql"}

# States of a script version (Q6).
DRAFT, ONLINE, OFFLINE, DISABLED = 0, 1, 2, 3

# Usage and type of an account.
SYSTEM, DATABASE = 1, 2
LINUX, WINDOWS, MYSQL = 1, 2, 9

# Levels of what is found in a script. That of the administrator's rules is FATAL.
WARNING, ERROR, FATAL = 1, 2, 3

_SHEBANG = re.compile(r"#!(/usr/bin/env (ksh|bash|tsh|sh)|/bin/(ksh|bash|tsh|sh))\s*")
_NO_SHEBANG = "The first line of the script does not define a legal script type(e.g.: #!/bin/bash)."
_BASH_ERROR = re.compile(r"line (\d+):(.*)")
_COMMENTS = {SHELL: "#", BAT: "REM", PERL: "#", PYTHON: "#", POWERSHELL: "#"}


@dataclass(frozen=True)
class Account:
    """An account that scripts run as. `name` on the hosts defaults to the alias, which is unique in the scope."""

    id: int
    alias: str
    scope: Scope
    name: str = ""
    category: int = SYSTEM
    type: int = LINUX
    description: str = ""

    @property
    def os(self) -> str | None:
        return {LINUX: "Linux", WINDOWS: "Windows"}.get(self.type)


@dataclass
class ScriptVersion:
    """One version of a script. `version` is its label; at most one version of a script is online.

    Its times and those of a script are Unix seconds.
    """

    id: int
    version: str
    content: str
    status: int = ONLINE
    description: str | None = ""
    creator: str = "admin"
    created_at: float = 1605064271
    modified_by: str = "admin"
    modified_at: float = 1605064271


@dataclass
class Script:
    """A script of the library; its id has 32 hexadecimal digits. Public ones have the scope `PUBLIC`."""

    id: str
    name: str
    scope: Scope
    language: int = SHELL
    versions: list[ScriptVersion] = field(default_factory=list)
    description: str = ""
    creator: str = "admin"
    created_at: float = 1605064271
    modified_by: str = "admin"
    modified_at: float = 1605064271

    def online(self) -> ScriptVersion | None:
        return next((version for version in self.versions if version.status == ONLINE), None)


@dataclass(frozen=True)
class DangerousRule:
    """A rule of the administrator: a pattern for single lines. It refuses scripts, or only reports them."""

    pattern: str
    description: str = "Dangerous"
    intercepts: bool = True
    languages: tuple[int, ...] = (SHELL,)


@dataclass(frozen=True)
class Finding:
    """Something in a line, counted from 1. What `bash -n` finds has no content; only rules can intercept."""

    line: int
    line_content: str | None
    match_content: str | None
    level: int
    description: str
    intercepts: bool = False


def check(rules: Iterable[DangerousRule], language: int, content: str) -> list[Finding]:
    """All that Job finds in a script, line by line: with its own checks of shell scripts, and with the rules.

    Of Job's own checks, those of the grammar and of the first line are here.
    """
    if not content.strip():
        return []
    own = [*_grammar(content), *_first_line(content)] if language == SHELL else []
    return sorted([*own, *by_rules(rules, language, content)], key=lambda finding: finding.line)


def _grammar(content: str) -> Iterator[Finding]:
    """What bash says without running it (`ScriptGrammarChecker`)."""
    process = subprocess.run(["bash", "-n"], input=content.encode(), stderr=subprocess.PIPE, check=False)
    texts: dict[int, list[str]] = {}
    for number, text in _BASH_ERROR.findall(process.stderr.decode("utf-8", "replace")):
        texts.setdefault(int(number), []).append(text)
    for line, found in texts.items():
        yield Finding(line, None, None, ERROR, "\n".join(found))


def _first_line(content: str) -> Iterator[Finding]:
    first = content.split("\n")[0]
    if not _SHEBANG.fullmatch(first):
        yield Finding(1, first, first, WARNING, _NO_SHEBANG)


def by_rules(rules: Iterable[DangerousRule], language: int, content: str) -> Iterator[Finding]:
    """What the rules find, which is all that counts for a launch. Comments are not checked (`DefaultChecker`)."""
    comment = _COMMENTS.get(language)
    for rule in rules:
        if language in rule.languages:
            for number, line in enumerate(content.split("\n"), 1):
                found = re.search(rule.pattern, line)
                if found and not (comment and line.strip().startswith(comment)):
                    yield Finding(number, line, found[0], FATAL, rule.description, rule.intercepts)
