# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides do what they say: each English one is played from top to bottom, and the Chinese one shows the same.

A code block of a guide is played according to its language:

* ``yaml+jinja``, a list of tasks or of plays: by ansible-playbook, all that follow each other in one run;
* ``bash``, and in ``console`` what follows a ``$``: by a shell, the same one for the whole guide;
* ``text``: must occur in what the guide printed, line after line. Digits are free, and ``…`` leaves something out;
* any after the comment ``.. File: <name>`` is a file of that name, in the folder that the guide is played in, and must
  be used there;
* any after the comment ``.. Not played: <reason>`` is left alone; without it, there is no block in another language.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import typing as t
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby, takewhile

import pytest
from antsibull_docutils.rst_code_finder import find_code_blocks
from antsibull_docutils.utils import parse_document
from docutils import nodes

from tests.collection_path import CHECKOUT
from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment, run
from tests.integration.watched import watched
from tests.simulator import Cron, FileStep, Outcome, Plan, ScriptStep, Targets, Variable
from tests.simulator.gateway.faults import SOUND, lost
from tests.simulator.job.instance import SUCCESS
from tests.simulator.job.plans import CIPHER, HOSTS

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.simulator import Host, Simulator, World
    from tests.simulator.gateway.faults import Fault

    Ends = Mapping[int, tuple[Outcome, ...]]

# The finder of code blocks calls docutils in a way that its next major version ends.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

GUIDES = CHECKOUT / "docs" / "docsite" / "rst"
TOPICS = sorted(path.stem for path in GUIDES.glob("guide_*.rst") if not path.stem.endswith("_zh"))
ENVIRONMENT = {
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_LOCALHOST_WARNING": "false",
}
# The addresses of the guides, which are those of the simulator when they are played.
ESB = "https://paas.example.com"
OLD_ESB = "https://old-paas.example.com"
APIGW = "https://bkapi.example.com/api/bk-job/prod"
BY_HAND = "http://127.0.0.1:8099"
PLAYED = ("bash", "console", "yaml+jinja")
# Files that Ansible finds by itself, and folders in which it finds what is named without them.
FOUND = ("ansible.cfg", "group_vars/")
SEARCHED = re.compile(r"^(files|templates)/")
# A secret of the guide to Git.
BACKUP_PASSWORD = "s3cr3t-of-the-backup"
# The default plan takes six seconds: long enough to show progress, short enough not to wait for.
PACE = 1.6
# The plays that the tasks of a guide stand in.
PLAY = "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - ansible.builtin.import_tasks: {}\n"


@dataclass
class GuideScript(ScriptStep):
    """A script of a guide. The simulator runs none, so each ends as listed by a word in it, then by host."""

    by_word: Mapping[str, Ends] = field(default_factory=dict)

    def outcome_on(self, host: Host, attempt: int) -> Outcome:
        self.outcomes = next((ends for word, ends in self.by_word.items() if word in self.script), {})
        return super().outcome_on(host, attempt)


@dataclass
class GuideTransfer(FileStep):
    """A transfer of a guide, which ends as listed by its directory, then by host."""

    by_path: Mapping[str, Ends] = field(default_factory=dict)

    def outcome_on(self, host: Host, attempt: int) -> Outcome:
        self.outcomes = self.by_path.get(self.path, {})
        return super().outcome_on(host, attempt)


def scripts(world: World) -> None:
    """What the scripts of the guide print, and where they fail."""
    memory = "<SOPS_VAR>kernel:5.14.0</SOPS_VAR>\n<SOPS_VAR>free_mb:{}</SOPS_VAR>\n"
    stopped = Outcome(status=104, exit_code=3, log="inactive\n")
    world.quick_script = GuideScript(
        -1,
        "script",
        by_word={
            "uptime": {
                101: (Outcome(log="10:00:00 up 12 days, 1:07, 0 users\n"),),
                102: (Outcome(log="10:00:00 up 3 days, 5:30, 0 users\n"),),
            },
            "df ": {102: (Outcome(status=104, exit_code=1, log="97 % used\n"),)},
            "restart": {102: (stopped, Outcome(log="active\n"))},
            "SOPS_VAR": {
                number: (Outcome(log=memory.format(free)),) for number, free in ((101, 5120), (102, 310), (103, 4096))
            },
        },
    )


def transfers(world: World) -> None:
    """Where transfers of the guide fail, and the third-party source."""
    full = Outcome(status=104, exit_code=1, log="write /data/web-1.2.3.tar.gz: no space left on device\n")
    world.quick_file = GuideTransfer(-1, "transfer", by_path={"/data": {102: (full, Outcome())}})
    world.file_sources = {"cos": 7}


def configuration(world: World) -> None:
    """The plans that the schedules of the guide run, and a schedule that is not in its files."""
    business = world.businesses[0].scope
    hosts = Variable(901, "hosts", HOSTS, hosts=Targets(host_ids=(101,)), required=True)
    world.plans += [
        Plan(
            201,
            "Back up a database",
            business,
            [ScriptStep(1, "back up")],
            [replace(hosts, id=902), Variable(903, "database"), Variable(904, "password", CIPHER, required=True)],
        ),
        Plan(202, "Clean up logs", business, [ScriptStep(1, "clean up")], [hosts]),
    ]
    world.crons.append(Cron(50, "monthly report", business, 202, "0 6 1 * *"))


@dataclass(frozen=True)
class Needs:
    """What a guide needs beside the default world and, unless it tells how to connect, the way there.

    ``prepare`` changes the world. The ``faults`` strike the next call of an API, each one; ``SOUND`` lets one through.
    """

    prepare: Callable[[World], None] = lambda world: None
    faults: tuple[tuple[str, Fault], ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    tells_how_to_connect: bool = False


class Note(t.NamedTuple):
    """What a chat was sent, and the newest instance at this time."""

    text: str
    instance: str
    status: int


@contextlib.contextmanager
def webhook(sim: Simulator) -> Iterator[tuple[str, list[Note]]]:
    """A server for notes to a chat: its URL, and the notes, as they come."""
    received: list[Note] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            newest = sim.instances[0]
            received.append(Note(body["text"]["content"], str(newest.id), newest.status))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the terminal of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/robot", received
        finally:
            server.shutdown()
            thread.join()


NEEDS: dict[str, Needs] = {
    "guide_connection": Needs(tells_how_to_connect=True),
    "guide_files": Needs(prepare=transfers, environment={"ANSIBLE_INVENTORY": "inventory.ini"}),
    "guide_git": Needs(
        prepare=configuration, environment={"BACKUP_PASSWORD": BACKUP_PASSWORD, "GIT_COMMIT": "3f9a1c7"}
    ),
    "guide_inventory": Needs(environment={"ANSIBLE_INVENTORY": "hosts.bk_cmdb.yml"}),
    "guide_large_fleets": Needs(environment={"ANSIBLE_INVENTORY": "inventory.yml"}),
    "guide_launch": Needs(environment={"ANSIBLE_INVENTORY": "inventory.ini"}),
    "guide_safe_launching": Needs(faults=(("execute_job_plan", lost()),)),
    "guide_try": Needs(tells_how_to_connect=True),
    "guide_scripts": Needs(
        prepare=scripts,
        # The response of the last launch before check mode is lost.
        faults=(*[("fast_execute_script", SOUND)] * 12, ("fast_execute_script", lost())),
        environment={"ANSIBLE_INVENTORY": "inventory.ini"},
    ),
}


@dataclass(frozen=True)
class Block:
    """A code block of a guide: its language, what stands in it, its file if it is one, and whether it is played."""

    language: str
    code: str
    line: int
    file: str
    played: bool


def read(topic: str) -> str:
    return (GUIDES / f"{topic}.rst").read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """The code blocks of a guide."""
    found = []
    for block in find_code_blocks(text):
        above = "\n".join(text.splitlines()[: block.row_offset])
        before, _directive, _options = above.rpartition(".. code-block::")
        *_others, last = re.split(r"\n\s*\n", before.rstrip())
        file = re.search(r"^ *\.\. File: (\S+)$", last, re.MULTILINE)
        found.append(
            Block(
                language=block.language or "",
                code=block.content,
                line=block.row_offset + 1,
                file=file[1] if file else "",
                played=re.search(r"^ *\.\. Not played: \w", last, re.MULTILINE) is None,
            )
        )
    return found


def write_files(guide: Iterable[Block], folder: Path) -> None:
    """Write the files of a guide."""
    for block in guide:
        if block.file:
            file = folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.code, encoding="utf-8")


def playbook(played: Iterable[Block], folder: Path) -> str:
    """Write a playbook of blocks, each in a file of its own, and return its name."""
    plays = []
    for block in played:
        file = f"line_{block.line}.yml"
        folder.joinpath(file).write_text(block.code, encoding="utf-8")
        holds_plays = re.search(r"^(- |  )(hosts|(ansible\.builtin\.)?import_playbook):", block.code, re.MULTILINE)
        plays.append(f"- ansible.builtin.import_playbook: {file}\n" if holds_plays else PLAY.format(file))
    book = f"until_{file}"
    folder.joinpath(book).write_text("".join(plays), encoding="utf-8")
    return book


def script(guide: list[Block], folder: Path) -> str:
    """A guide as a script for the shell; its files and playbooks are written into the folder."""
    lines = ["set -e"]
    for language, group in groupby(guide, key=lambda block: block.language):
        if language == "yaml+jinja":
            lines.append(f"ansible-playbook {playbook(group, folder)}")
        elif language == "console":
            lines += [command for block in group for command in re.findall(r"^\$ (.*)$", block.code, re.MULTILINE)]
        else:
            lines += [block.code for block in group]
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text whose digits, times and spaces don't matter."""
    return " ".join(re.sub(r"[0-9a-f-]{32,}|(\d+(\.\d+)*[hms]?)+", "0", text).split())


def way_to(sim: Simulator) -> dict[str, str]:
    """The environment that leads to the simulator, as a user would set it."""
    return {"BK_JOB_URL": sim.url, **{name.upper(): str(value) for name, value in CREDENTIALS.items()}}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_guide_does_what_it_says(collections: str, tmp_path: Path, topic: str) -> None:
    play(read(topic), NEEDS.get(topic, Needs()), collections, tmp_path)


def play(text: str, needs: Needs, collections: str, folder: Path, **environment: str) -> None:
    """Play a guide in a folder, and compare what it shows with what was printed."""
    with watched(pace=PACE) as sim, webhook(sim) as (address, notes):
        needs.prepare(sim.world)
        for api, fault in needs.faults:
            sim.faults.add(fault, api=api)
        environment = {
            **clean_environment(collections),
            **ENVIRONMENT,
            **needs.environment,
            **environment,
            "WEBHOOK": address,
        }
        environment["PATH"] = os.pathsep.join([str(COMMANDS), environment["PATH"]])
        if not needs.tells_how_to_connect:
            environment.update(way_to(sim))
        for address, real in ((OLD_ESB, sim.old_esb_url), (ESB, sim.url), (APIGW, sim.apigw_url), (BY_HAND, sim.url)):
            text = text.replace(address, real)
        guide = [block for block in blocks(text) if block.played]
        write_files(guide, folder)
        played = script([block for block in guide if block.language in PLAYED and not block.file], folder)
        output = run(["bash", "-c", played], environment, folder)
    if "WEBHOOK" in played:
        assert_noted(notes)
    used = f"{played} {environment} {[block.code for block in guide]}"
    for block in guide:
        if block.file:
            assert SEARCHED.sub("", block.file) in used or block.file.startswith(FOUND), f"nothing uses {block.file}"
        elif block.language == "text":
            assert_printed(block.code, output)
        else:
            assert block.language in PLAYED, f"line {block.line}: neither played nor said to be not played"


def assert_noted(notes: list[Note]) -> None:
    """A chat was sent the id of an instance while this ran, and then what became of it."""
    assert [note.instance in note.text for note in notes] == [True, True]
    assert [note.status == SUCCESS for note in notes] == [False, True]


def assert_printed(text: str, output: str) -> None:
    """The lines of the text occur in the output, in this order."""
    rest = plain(output)
    for part in filter(None, map(plain, re.split("[…\n]", text))):
        _before, found, rest = rest.partition(part)
        assert found == part, f"not printed, or not in this order: {part}\n\n{output}"


def test_the_simulator_prints_what_its_guide_shows() -> None:
    guide = blocks(read("guide_try"))
    [shown] = [block.code for block in guide if block.language == "text" and not block.played]
    [pasted] = [block.code for block in guide if "export BK_APP_SECRET" in block.code]
    command = [sys.executable, "-m", "tests.simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as process:
        # The table of users is the last one.
        printed = "".join(takewhile(lambda line: "bk_username" not in line, t.cast("t.IO[str]", process.stdout)))
        process.terminate()
    assert_printed(pasted, printed)
    assert_printed(shown, printed)


def shape(text: str) -> list[int]:
    """How deep each heading of a guide lies."""
    document = parse_document(text, parser_name="restructuredtext")
    depths = []
    for section in document.findall(nodes.section):
        depth, above = 0, section.parent
        while above is not document:
            depth, above = depth + 1, above.parent
        depths.append(depth)
    return depths


def shown(text: str) -> list[list[str]]:
    """The code blocks of a guide without what each language says in its own words."""
    return [common(block) for block in blocks(text)]


def common(block: Block) -> list[str]:
    """A code block without comments, names of tasks and plays, and words of messages; of an output, nothing.

    Outputs are compared with what is printed when the guides are played.
    """
    if block.language == "text" and not block.file:
        return [block.language]
    code = re.sub(r'^export BK_JOB_LANGUAGE=.*$|(?<=echo ")[^"$]*(?=")', "", block.code, flags=re.MULTILINE)
    lines = [re.sub(r"(^|\s)#.*", "", line).rstrip() for line in code.splitlines()]
    names = r"(^\s*- name: |^  name: )(?:[A-Z]|[^\x00-\x7f]).*"
    lines = [re.sub(names, r"\1…", line) for line in lines if line.strip()]
    return [block.language, block.file, *(map(wordless, lines) if block.language == "yaml+jinja" else lines)]


def wordless(line: str) -> str:
    """A line of a task; if it is a message, only what Ansible puts into it, without the words in that."""
    message = re.fullmatch(r"""( *(?:label: |(?:- |msg: |content: )(?=")))(.*)""", line)
    if message is None:
        return line
    parts: list[str] = re.findall(r"{{.*?}}", message[2])
    return message[1] + " ".join(re.sub("'([^']*)'", word_or_name, part) for part in parts)


def word_or_name(literal: re.Match[str]) -> str:
    """A string in an expression, unless people are to read it."""
    return literal[0] if re.fullmatch(r"\w+", literal[1], re.ASCII) else "…"


@pytest.mark.parametrize("topic", TOPICS)
def test_the_chinese_guide_shows_the_same(topic: str) -> None:
    english, chinese = read(topic), read(f"{topic}_zh")
    assert shape(english) == shape(chinese)
    assert shown(english) == shown(chinese)
