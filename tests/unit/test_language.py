# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that plugins say is a template that the catalog has in Chinese, and is said when the language is known."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.chinese import CHINESE, OF_ANSIBLE
from ansible_collections.blueking.job.plugins.module_utils._model.language import Phrase, say, speaking
from tests.collection_path import CHECKOUT, make_collection_path

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLUGINS = [
    path
    for path in sorted((CHECKOUT / "plugins").rglob("*.py"))
    if path.name != "chinese.py" and path.parent.name != "doc_fragments"
]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PLUGINS}
# Two words of a sentence. What is allowed outside of templates: texts of servers and of ansible-core that are compared,
# commands, names that Job shows, and what is a bug of ours.
PROSE = re.compile(r"(?<!\w)[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}(?!\w)")
NOT_SAID = {
    "_api/codes.py": r".*",
    "_api/transport.py": r"timed out",
    "_follow/progress.py": r"ansible-playbook .*",
    "_launch/report.py": r"ansible-playbook .*",
    "_report/sentences.py": r"ansible-playbook .*",
    "_quick/script.py": r"Ansible script",
    "_quick/transfer.py": r"Ansible file transfer|create_directories: false",
    "_site/connection.py": r"Tunnel connection failed: .*",
    "_task/arguments.py": r".* found in .*|missing required .*|.*Unsupported parameters .*|.* is of type",
    "_task/module.py": r"exit_json returned",
    "bk_job_execute.py": r"Tunnel connection failed: .*|gzip, deflate|timed out|.* must not be sent in check mode",
    "action.py": r"ansible-core requires a minimum of Python|.*, in main\$",
}
# What takes a sentence as an argument.
TAKES_SENTENCE = (
    "AnsibleFilterError",
    "Defect",
    "InputError",
    "JobError",
    "RefusedError",
    "UnclearError",
    "add",
    "append",
    "lost",
    "refused",
    "show",
    "warn",
)


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions and methods with these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            if name in names:
                yield node


def templates() -> set[str]:
    """All templates of the code."""
    first = (call.args[0] for tree in TREES.values() for call in calls(tree, "say", "Phrase"))
    return {node.value for node in first if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def fields(template: str) -> list[tuple[str | None, str | None, str | None]]:
    """The placeholders of a template, with their format."""
    parsed = string.Formatter().parse(template)
    return sorted((name, spec, conversion) for _text, name, spec, conversion in parsed if name is not None)


def test_the_catalog_has_all_that_is_said_and_no_more() -> None:
    assert set(CHINESE) == templates()


@pytest.mark.parametrize("english", CHINESE)
def test_both_languages_have_the_same_placeholders(english: str) -> None:
    assert fields(english) == fields(CHINESE[english])


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_what_is_said_is_a_template_with_all_its_values(path: Path) -> None:
    for call in calls(TREES[path], "say"):
        template = call.args[0]
        assert isinstance(template, (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)), ast.unparse(call)
        if isinstance(template, ast.Constant) and None not in (given := {word.arg for word in call.keywords}):
            assert {re.split(r"[.\[]", str(name))[0] for name, *_format in fields(str(template.value))} == given


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_nothing_is_said_before_the_language_is_known(path: Path) -> None:
    tree = TREES[path]
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    inside = {id(call) for function in functions for part in _body(function) for call in calls(part, "say")}
    assert [ast.unparse(call) for call in calls(tree, "say") if id(call) not in inside] == []


def _body(function: ast.FunctionDef | ast.Lambda) -> list[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else list(function.body)


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_sentence_is_written_outside_of_a_template(path: Path) -> None:
    allowed = next((pattern for name, pattern in NOT_SAID.items() if str(path).endswith(f"/{name}")), "")
    prose = [text for text in texts(TREES[path]) if PROSE.search(text)]
    assert [text for text in prose if not re.fullmatch(allowed, text, re.DOTALL)] == []


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_sentences_are_not_glued(path: Path) -> None:
    """Errors and warnings are templates, not words around values: Chinese has another order, and other punctuation."""
    for call in calls(TREES[path], *TAKES_SENTENCE):
        for given in call.args:
            if isinstance(given, ast.JoinedStr):
                words = "".join(str(part.value) for part in given.values if isinstance(part, ast.Constant))
                assert not re.search(r"[A-Za-z]{2,} | [A-Za-z]{2,}|[:;,.] ", words), ast.unparse(call)


def texts(tree: ast.AST) -> Iterator[str]:
    """The strings of a file without templates, documentation and docstrings; what is in braces is left out."""
    skipped = {id(part) for call in calls(tree, "say", "Phrase") for part in ast.walk(call.args[0])}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in ("DOCUMENTATION", "EXAMPLES", "RETURN"):
                skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_a_language_ends_where_it_was_begun() -> None:
    english, chinese = ", ", CHINESE[", "]
    with speaking("zh"):
        assert say(english) == chinese
        with speaking("klingon"):
            assert say(english) == english
        assert say(english) == chinese
    assert say(english) == english


@pytest.mark.parametrize("template", ["no field", "one {field}"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_said_is_a_string_and_no_phrase(language: str, template: str) -> None:
    with speaking(language):
        assert say(Phrase(template), field=1).__class__ is str


def test_the_patterns_of_ansible_have_the_names_of_their_chinese() -> None:
    for pattern, chinese in OF_ANSIBLE:
        assert {name for name, *_format in fields(chinese)} <= set(re.compile(pattern).groupindex)


def test_english_tasks_do_not_import_the_catalog() -> None:
    code = (
        "import sys\n"
        "from ansible_collections.blueking.job.plugins.modules import bk_job_execute\n"
        "from ansible_collections.blueking.job.plugins.module_utils._model.language import Phrase, say, speaking\n"
        "say(', ')\n"
        "catalog = 'ansible_collections.blueking.job.plugins.module_utils._model.chinese'\n"
        "assert catalog not in sys.modules\n"
        "with speaking('zh'):\n"
        "    assert catalog in sys.modules\n"
    )
    environ = {"PYTHONPATH": make_collection_path(), "PATH": ""}
    subprocess.run([sys.executable, "-c", code], check=True, env=environ, cwd=CHECKOUT)
