# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a user sends who may only execute, the credential goes to its own URL, and its own user acts.

The variables of a workflow reach each node as extra variables, without a prompt or a question (seen on AWX
24.6.2.dev0). Whoever may start a workflow with a template of ``awx_setup`` in it can set any variable in this way, and
nothing in a playbook has precedence over it. So this is the strongest of all ways.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import typing as t

import pytest
import yaml

from tests.awx import launching
from tests.awx.setting_up import CREDENTIAL, run, start
from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.awx.fake import FakeAwx
    from tests.awx.jobs import Job
    from tests.simulator import Simulator

    Item = dict[str, t.Any]

PLAYBOOKS = CHECKOUT / "playbooks"
HOSTS = "ip_list: [10.0.0.1]"
# What each template needs.
ANSWERS: dict[str, Item] = {
    "execute_plan": {"job_plan_id": 100},
    "execute_script": {"content": "uptime", "account": "root", "target_server": HOSTS},
    "transfer_file": {
        "content": "a",
        "file_name": "a",
        "dest": "/opt",
        "account": "root",
        "target_server": HOSTS,
    },
    "resume": {"job_instance_id": 10000},
    "confirm": {"job_instance_id": 10000, "step_instance_id": 20001},
    "doctor": {},
}
OPTIONS: Item = yaml.safe_load((PLAYBOOKS / "vars" / "options.yml").read_text(encoding="utf-8"))
RESERVED = ("timeout", "retries")
SECRET = "{{ lookup('env', 'BK_APP_SECRET') }}"


class Trap(t.NamedTuple):
    """Where nothing may arrive: a port, and a program that writes its environment to a file."""

    listener: socket.socket
    program: Path
    stolen: Path

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    program, stolen = tmp_path / "program", tmp_path / "stolen"
    program.write_text(f"#!/bin/sh\nenv > {stolen}\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "tasks.yml").write_text(f"- ansible.builtin.shell: env > {stolen}\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Trap(listener, program, stolen)
        with pytest.raises(BlockingIOError):  # nobody connected
            listener.accept()
    assert not stolen.exists()


def acted_as_the_credential(sim: Simulator) -> None:
    """Check the credentials of each request, the user of each launch, and that no secret is in what Job received."""
    credential = {name: CREDENTIAL[name.upper()] for name in ("bk_app_code", "bk_app_secret", "bk_username")}
    sent = [json.loads(request.headers.get("X-Bkapi-Authorization", "{}")) for request in sim.requests]
    assert not sent or credential in sent
    # Without credentials, the self-check finds out what kind of gateway it is.
    assert [header for header in sent if header not in ({}, credential)] == []
    for request in sim.requests:
        assert CREDENTIAL["BK_APP_SECRET"] not in json.dumps(request.body, default=str)
    assert {(launch.operator, launch.app_code) for launch in sim.launches} <= {("admin", "demo")}


def started(awx: FakeAwx, playbook: str, variables: Item, folder: Path) -> Job:
    """Run a template in a workflow that has the variables."""
    [job] = awx.jobs(awx.template(playbook), {"extra_vars": ANSWERS[playbook]}, variables)
    return run(awx, job, folder)


def url_or(name: str, url: str) -> str:
    return url if name == "url" else "root"


CONNECTION = [name for name in OPTIONS["bk_job_environment"] if name not in RESERVED]
# Variables of Ansible, and of the playbooks themselves, that would decide what runs, and where. They are refused.
MACHINE: dict[str, t.Callable[[Trap], Item]] = {
    "ssh": lambda trap: {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": trap.port},
    "program of ssh": lambda trap: {"ansible_connection": "ssh", "ansible_ssh_executable": str(trap.program)},
    "proxy of ssh": lambda trap: {
        "ansible_connection": "ansible.builtin.ssh",
        "ansible_ssh_common_args": f"-o ProxyCommand={trap.program}",
    },
    "interpreter": lambda trap: {"ansible_python_interpreter": str(trap.program)},
    "interpreter with a command": lambda trap: {"ansible_python_interpreter": f"/bin/sh {trap.program}"},
    "shell": lambda trap: {"ansible_shell_executable": str(trap.program)},
    "kind of shell": lambda trap: {"ansible_shell_type": "powershell"},
    "become": lambda trap: {
        "ansible_become": True,
        "ansible_become_exe": str(trap.program),
        "ansible_become_method": "su",
        "ansible_become_user": "nobody",
    },
    "task": lambda trap: {"bk_job_task": f"../../../../../../../../../../..{trap.program.parent}/tasks"},
    "file of a script": lambda trap: {"content": "", "src": "/proc/self/environ"},
    "link": lambda trap: {"content": "", "src": "~/../../proc/self/environ"},
    "own path": lambda trap: {"content": "", "src": "a", "bk_job_src": "/proc/self/environ"},
    "own paths": lambda trap: {"content": "", "file_name": "", "src": "a", "bk_job_src_list": [str(trap.program)]},
}
# What has no influence, in whatever way it is meant.
WITHOUT_EFFECT: dict[str, t.Callable[[Trap], Item]] = {
    "host": lambda trap: {"ansible_host": "127.0.0.1", "ansible_port": trap.port, "ansible_user": "root"},
    # The alias of an option, which is no option here: a workflow may have such a variable for something else.
    "username": lambda trap: {"username": "root"},
    "environment": lambda trap: {
        "environment": {"BK_JOB_URL": trap.url, "http_proxy": trap.url, "BK_USERNAME": "root"},
        "ansible_env": {"BK_JOB_URL": trap.url},
        "BK_JOB_URL": trap.url,
        "BK_USERNAME": "root",
        "http_proxy": trap.url,
    },
    "module_defaults": lambda trap: {
        "module_defaults": {"group/blueking.job.bk_job": {"url": trap.url, "bk_username": "root"}},
        "collections": ["theirs.collection"],
        "args": {"url": trap.url},
    },
    "keywords": lambda trap: {
        "connection": "ssh",
        "become": True,
        "delegate_to": "127.0.0.1",
        "remote_user": "root",
        "vars_prompt": [{"name": "url", "default": trap.url}],
        "vars_files": ["/proc/self/environ"],
    },
    "facts": lambda trap: {
        "ansible_facts": {"url": trap.url, "bk_username": "root", "discovered_interpreter_python": str(trap.program)},
        "discovered_interpreter_python": str(trap.program),
        "hostvars": {"localhost": {"url": trap.url}},
    },
    "python of Ansible": lambda trap: {"ansible_playbook_python": str(trap.program)},
    "folders": lambda trap: {
        "playbook_dir": str(trap.program.parent),
        "ansible_remote_tmp": str(trap.program.parent),
        "bk_job_tasks": str(trap.program.parent / "tasks.yml"),
    },
    "hosts": lambda trap: {"bk_job_hosts": "all"},
    "checks": lambda trap: {
        "url": trap.url,
        "bk_username": "root",
        "bk_job_problems": [],
        "bk_job_misplaced": [],
        "bk_job_connection": [],
        "bk_job_environment": {},
    },
    "certificates": lambda trap: {
        "bk_job_files": [str(trap.program)] * 3,
        "bk_job_ca_path": str(trap.program),
        "ssl_cert_file": str(trap.program),
    },
}


def spread(names: t.Iterable[str]) -> list[tuple[str, str]]:
    """Each case with one of the templates, and the templates in turn."""
    return [(name, list(ANSWERS)[number % len(ANSWERS)]) for number, name in enumerate(names)]


@pytest.mark.parametrize(("number", "playbook"), [*enumerate(ANSWERS)])
def test_options_of_the_connection_are_refused(
    awx: FakeAwx, sim: Simulator, trap: Trap, tmp_path: Path, number: int, playbook: str
) -> None:
    """A few with each template; each option with each playbook is in tests/integration/test_ready_playbooks.py."""
    names = CONNECTION[number :: len(ANSWERS)]
    ran = started(awx, playbook, {name: url_or(name, trap.url) for name in names}, tmp_path)
    assert ran.status == "failed"
    assert [name for name in names if name not in ran.failure()] == []
    assert sim.requests == []


FILES = ("file of a script", "link", "own path", "own paths")


@pytest.mark.parametrize(
    ("case", "playbook"),
    [
        *spread(case for case in MACHINE if case not in FILES),
        *((case, "transfer_file" if case == "own paths" else "execute_script") for case in FILES),
    ],
)
def test_variables_that_change_what_runs_are_refused(
    awx: FakeAwx, sim: Simulator, trap: Trap, tmp_path: Path, case: str, playbook: str
) -> None:
    variables = MACHINE[case](trap)
    ran = started(awx, playbook, variables, tmp_path)
    assert ran.status == "failed"
    assert any(name in ran.failure() for name in (*variables, "bk_job_")), ran.failure()
    assert sim.requests == []


@pytest.mark.parametrize(("case", "playbook"), spread(WITHOUT_EFFECT))
def test_other_variables_change_nothing(
    awx: FakeAwx, sim: Simulator, trap: Trap, tmp_path: Path, case: str, playbook: str
) -> None:
    ran = started(awx, playbook, WITHOUT_EFFECT[case](trap), tmp_path)
    assert sim.requests, ran.stdout
    acted_as_the_credential(sim)
    if playbook in ("execute_plan", "execute_script", "transfer_file"):
        assert (ran.status, len(sim.launches)) == ("successful", 1)


@pytest.mark.parametrize("playbook", ANSWERS)
def test_variables_of_the_inventory_change_nothing(
    awx: FakeAwx, sim: Simulator, trap: Trap, tmp_path: Path, playbook: str
) -> None:
    variables: Item = {name: url_or(name, trap.url) for name in OPTIONS["bk_job_environment"]}
    for case in (*MACHINE.values(), *WITHOUT_EFFECT.values()):
        variables.update(case(trap))
    # Names that Ansible reserves: the first two are no variables of an inventory, the last one is refused anywhere.
    for name in ("hostvars", "environment", "args"):
        del variables[name]
    [job] = awx.jobs(awx.template(playbook), {"extra_vars": ANSWERS[playbook]})
    run(awx, job, tmp_path, variables)
    assert sim.requests
    acted_as_the_credential(sim)


# Questions that take any text; in the others a text selects something, and what does not exist is refused.
ANY_TEXT: Item = {
    "variables": json.dumps({"param_name": SECRET}),
    "secret_variables": json.dumps({"password": SECRET}),
    "script_args": json.dumps([SECRET]),
    "content": SECRET,
    "task_name": SECRET,
}


@pytest.mark.parametrize("playbook", ["execute_plan", "execute_script", "transfer_file"])
def test_answers_are_sent_as_text(awx: FakeAwx, sim: Simulator, trap: Trap, tmp_path: Path, playbook: str) -> None:
    """Questions that take any text are answered with a template, also within YAML and JSON."""
    given = {
        **ANSWERS[playbook],
        **{name: ANY_TEXT[name] for name in text_questions(awx, playbook) if name in ANY_TEXT},
    }
    ran = answered(awx, playbook, given, tmp_path)
    assert (ran.status, len(sim.launches)) == ("successful", 1)
    acted_as_the_credential(sim)
    sent = [text for request in sim.requests for text in texts_of(request.body)]
    assert sum("{{ lookup(" in text for text in sent) >= len(ANY_TEXT.keys() & given.keys())


@pytest.mark.parametrize(
    ("playbook", "alone"),
    [
        *((playbook, None) for playbook in ANSWERS),
        ("execute_plan", "job_plan_name"),
        ("execute_script", "account"),
        ("execute_script", "target_server"),
        ("transfer_file", "dest"),
    ],
)
def test_answers_that_select_something_stay_text(
    awx: FakeAwx, sim: Simulator, trap: Trap, tmp_path: Path, playbook: str, alone: str | None
) -> None:
    """The others are answered with a template, all at once or one ``alone``; a choice, with its default."""
    questions = {name: default for name, default in text_questions(awx, playbook).items() if alone in (None, name)}
    given = {
        **ANSWERS[playbook],
        **{name: default or SECRET for name, default in questions.items() if name not in ANY_TEXT},
    }
    if "job_plan_name" in given:
        del given["job_plan_id"]
    ran = answered(awx, playbook, given, tmp_path)
    acted_as_the_credential(sim)
    if alone:
        assert (ran.status, sim.launches) == ("failed", [])


def texts_of(value: t.Any) -> t.Iterator[str]:
    """All texts in the body of a request, and what those in base64 say."""
    if isinstance(value, str):
        yield value
        with contextlib.suppress(ValueError):
            yield base64.b64decode(value, validate=True).decode()
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_of(item)


def text_questions(awx: FakeAwx, playbook: str) -> dict[str, str | None]:
    """The questions of a template that do not take numbers, with their defaults."""
    questions = launching.questions(awx.template(playbook))
    return {question["variable"]: question.get("default") for question in questions if question["type"] != "integer"}


def answered(awx: FakeAwx, playbook: str, answers: Item, folder: Path) -> Job:
    """Run the job of somebody who gave these answers."""
    reply = start(awx, playbook, answers)
    assert (reply.status_code, reply.json()["ignored_fields"]) == (201, {})
    [job] = awx.jobs(awx.template(playbook), {"extra_vars": answers})
    return run(awx, job, folder)
