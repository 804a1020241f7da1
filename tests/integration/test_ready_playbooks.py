# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ready playbooks as ansible-playbook runs them: what they take for their options, and where files go."""

from __future__ import annotations

import base64
import json
import re
import ssl
import subprocess
import typing as t

import pytest
import trustme
import yaml

from tests.collection_path import CHECKOUT
from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment, requests_to
from tests.integration.watched import watched
from tests.simulator import Simulator

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

PLAYBOOKS = CHECKOUT / "playbooks"
ENVIRONMENT: dict[str, str] = yaml.safe_load((PLAYBOOKS / "vars" / "options.yml").read_text(encoding="utf-8"))[
    "bk_job_environment"
]
[INCLUDE] = yaml.safe_load((PLAYBOOKS / "tasks" / "extra_variables.yml").read_text(encoding="utf-8"))
RESERVED = ("timeout", "retries")
# What the playbooks of quick jobs need, and the API that each calls.
QUICK: dict[str, dict[str, t.Any]] = {
    "execute_script": {"content": "uptime", "account": "root", "target_server": {"ip_list": ["10.0.0.1"]}},
    "transfer_file": {
        "content": "port: 80\n",
        "file_name": "app.yml",
        "dest": "/etc/app",
        "account": "root",
        "target_server": "ip_list: [10.0.0.1]",
    },
}
LAUNCHES = {
    "execute_plan": "execute_job_plan",
    "execute_script": "fast_execute_script",
    "transfer_file": "push_config_file",
}
# Structured options that a playbook does not have.
UNREAD = {
    "execute_plan": ("target_server", "rolling_config", "script_args", "sources"),
    "execute_script": ("variables", "target_servers", "sources"),
    "transfer_file": ("variables", "target_servers", "script_args"),
}
# What inventories commonly say about how to reach their hosts.
CONNECTION = {
    "ansible_connection": "ssh",
    "ansible_become": True,
    "ansible_python_interpreter": "/nonexistent/python",
    "ansible_shell_type": "powershell",
    "ansible_shell_executable": "/nonexistent/shell",
}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with watched() as server:
        yield server


@pytest.fixture
def misleading() -> Iterator[dict[str, t.Any]]:
    """A variable with the name of each option; its URL leads to a server that no request may reach."""
    with Simulator() as elsewhere:
        nonsense = dict.fromkeys([*INCLUDE["vars"], *RESERVED], "of-something-else")
        yield {**nonsense, "url": elsewhere.url, "gateway": "10.0.0.1"}
        assert elsewhere.requests == []


class Done(t.NamedTuple):
    """A run that has finished."""

    rc: int
    output: str


Play = t.Callable[..., Done]


def given(playbook: str, **more: t.Any) -> tuple[str, str]:
    """The argument with the extra variables of a launch."""
    return "-e", json.dumps({**QUICK.get(playbook, {"job_plan_id": 100}), **more})


def sent(sim: Simulator) -> list[t.Any]:
    """The bodies of all launches."""
    return [request.body for request in sim.requests if request.api in LAUNCHES.values()]


def decoded(text: str) -> str:
    return base64.b64decode(text).decode()


@pytest.fixture
def play(sim: Simulator, collections: str, tmp_path: Path) -> Play:
    """Run a playbook in ``tmp_path``, with the connection in the environment."""

    def run(*arguments: str, environ: Mapping[str, str] | None = None) -> Done:
        connection = {"BK_JOB_URL": sim.url, **{name.upper(): str(value) for name, value in CREDENTIALS.items()}}
        done = subprocess.run(
            [str(COMMANDS / "ansible-playbook"), *arguments, "-e", "poll_interval=0.1"],
            env={**clean_environment(collections), **connection, **(environ or {})},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert str(CREDENTIALS["bk_app_secret"]) not in done.stdout
        return Done(done.returncode, done.stdout)

    return run


def write(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")


def group_vars(folder: Path, variables: dict[str, t.Any]) -> None:
    write(folder / "hosts.yml", {"all": {"hosts": {"web1": None}}})
    write(folder / "group_vars" / "all.yml", variables)


def host_vars(folder: Path, variables: dict[str, t.Any]) -> None:
    write(folder / "hosts.yml", {"all": {"hosts": {"localhost": None}}})
    write(folder / "host_vars" / "localhost.yml", variables)


def inventory_variables(folder: Path, variables: dict[str, t.Any]) -> None:
    write(folder / "hosts.yml", {"all": {"vars": variables, "hosts": {"localhost": variables}}})


@pytest.mark.parametrize(
    ("place", "terminate_on"),
    [(group_vars, ""), (group_vars, "abort"), (host_vars, "abort"), (inventory_variables, "")],
)
def test_an_inventory_changes_nothing(
    sim: Simulator,
    play: Play,
    tmp_path: Path,
    misleading: dict[str, t.Any],
    place: Callable[[Path, dict[str, t.Any]], None],
    terminate_on: str,
) -> None:
    place(tmp_path, {**misleading, **CONNECTION})
    options = ("-e", "job_plan_id=100", "-e", f"terminate_on={terminate_on}")
    done = play("blueking.job.execute_plan", "-i", "hosts.yml", *options)
    assert done.rc == 0, done.output
    assert [launch.plan_id for launch in sim.launches] == [100]


@pytest.mark.parametrize("playbook", QUICK)
def test_an_inventory_changes_nothing_of_a_quick_job(
    sim: Simulator, play: Play, tmp_path: Path, misleading: dict[str, t.Any], playbook: str
) -> None:
    host_vars(tmp_path, {**misleading, **CONNECTION})
    done = play(f"blueking.job.{playbook}", "-i", "hosts.yml", *given(playbook, unique_name=False, task_name="Try"))
    assert done.rc == 0, done.output
    assert [(body["task_name"], body["target_server"]) for body in sent(sim)] == [
        ("Try", {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]})
    ]


@pytest.mark.parametrize(
    "task",
    [
        {"ansible.builtin.set_fact": {}},
        {"ansible.builtin.set_fact": {"cacheable": True}},
        {"ansible.builtin.include_vars": {"file": "misleading.yml"}},
    ],
    ids=["set_fact", "cached", "include_vars"],
)
def test_facts_change_nothing(
    sim: Simulator, play: Play, tmp_path: Path, misleading: dict[str, t.Any], task: dict[str, t.Any]
) -> None:
    write(tmp_path / "misleading.yml", misleading)
    facts = task.get("ansible.builtin.set_fact")
    before = task if facts is None else {"ansible.builtin.set_fact": {**misleading, **facts}}
    registered = {"ansible.builtin.command": "echo registered", "register": "variables"}
    write(
        tmp_path / "site.yml",
        [
            {"hosts": "localhost", "gather_facts": False, "tasks": [before, registered]},
            {"ansible.builtin.import_playbook": "blueking.job.execute_plan"},
        ],
    )
    done = play("site.yml", "-e", "job_plan_id=100")
    assert done.rc == 0, done.output
    assert [launch.plan_id for launch in sim.launches] == [100]


def test_a_cached_fact_is_not_the_instance(sim: Simulator, play: Play, tmp_path: Path) -> None:
    """``bk_job_execute`` returns ``job_instance_id`` as a fact, and a cache keeps it for the next run."""
    cache = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path / "facts")}
    assert play("blueking.job.execute_plan", "-e", "job_plan_id=100", environ=cache).rc == 0
    assert ["job_instance_id" in file.read_text(encoding="utf-8") for file in (tmp_path / "facts").iterdir()] == [True]
    requests = len(sim.requests)
    assert play("blueking.job.resume", "-e", "resume_action=terminate", environ=cache).rc != 0
    assert len(sim.requests) == requests


def test_a_failure_shows_the_command_that_retries_it(sim: Simulator, play: Play) -> None:
    failed = play("blueking.job.execute_plan", "-e", "job_plan_id=102")
    [command] = set(
        re.findall(r"ansible-playbook (blueking\.job\.resume -e resume_action=\w+(?: -e \w+=\d+)*)", failed.output)
    )
    assert (failed.rc, command.split()[4:]) == (2, ["job_instance_id=10000", "-e", "step_instance_id=20001"])
    retried = play(*command.split(), environ={"ANSIBLE_SHOW_CUSTOM_STATS": "1"})
    assert retried.rc == 0, retried.output
    assert '"outcome": "succeeded"' in retried.output
    assert requests_to(sim, "operate_step_instance") == 1


def test_the_result_of_an_earlier_playbook_is_not_saved_again(sim: Simulator, play: Play, tmp_path: Path) -> None:
    playbooks = ("blueking.job.execute_plan", "blueking.job.resume")
    write(tmp_path / "site.yml", [{"ansible.builtin.import_playbook": playbook} for playbook in playbooks])
    shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
    done = play("site.yml", "-e", "job_plan_id=100", "-e", "resume_action=neither", environ=shown)
    assert done.rc != 0
    assert '"job_instance_id": null, "outcome": "refused"' in done.output
    assert len(sim.launches) == 1


@pytest.mark.parametrize("playbook", [*LAUNCHES, "resume", "confirm"])
def test_extra_variables_do_not_lead_elsewhere(
    sim: Simulator, play: Play, misleading: dict[str, t.Any], playbook: str
) -> None:
    ids = {"job_plan_id": 100, "job_instance_id": 10000, "step_instance_id": 20001}
    variables = {name: misleading[name] for name in ENVIRONMENT if name not in RESERVED}
    done = play(f"blueking.job.{playbook}", "-e", json.dumps({**ids, **variables}))
    assert done.rc != 0
    for name in variables:
        assert name in done.output
        assert ENVIRONMENT[name] in done.output
    assert sim.requests == []


@pytest.mark.parametrize(
    "variables",
    [
        {"ansible_connection": "ssh"},
        {"ansible_become": True},
        {"ansible_python_interpreter": "/nonexistent/python"},
        {"ansible_shell_executable": "/nonexistent/shell"},
        {"bk_job_task": "../elsewhere"},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_extra_variables_do_not_change_what_runs(sim: Simulator, play: Play, variables: dict[str, t.Any]) -> None:
    done = play("blueking.job.execute_plan", *given("execute_plan", **variables))
    assert done.rc != 0
    assert "ansible_connection" in done.output
    assert sim.requests == []


def test_in_awx_only_files_of_the_project_are_sent(sim: Simulator, play: Play, tmp_path: Path) -> None:
    """Outside are the files of the credential, and the environment of the process."""
    awx = {"AWX_PRIVATE_DATA_DIR": "/tmp/awx_1"}
    (tmp_path / "mine.sh").write_text("uptime\n", encoding="utf-8")
    (tmp_path / "link").symlink_to("/proc/self/environ")
    for src in ("/proc/self/environ", "link", "../mine.sh", "~/mine.sh"):
        done = play("blueking.job.execute_script", *given("execute_script", content="", src=src), environ=awx)
        assert (done.rc != 0, "src must be" in done.output) == (True, True), done.output
        done = play(
            "blueking.job.transfer_file", *given("transfer_file", content="", src=["mine.sh", src]), environ=awx
        )
        assert (done.rc != 0, "src must be" in done.output) == (True, True), done.output
    assert sim.requests == []
    assert play("blueking.job.execute_script", *given("execute_script", content="", src="mine.sh"), environ=awx).rc == 0


def test_reserved_names_are_no_options(sim: Simulator, play: Play) -> None:
    """Ansible itself warns about variables of these names."""
    done = play("blueking.job.execute_plan", "-e", "job_plan_id=100", "-e", "timeout=x", "-e", "retries=y")
    assert done.rc == 0, done.output
    assert len(sim.launches) == 1
    assert play("blueking.job.execute_plan", "-e", "job_plan_id=100", environ={"BK_JOB_RETRIES": "y"}).rc != 0


@pytest.mark.parametrize("variables", [{"plan_id": 100}, {"plan_name": "Test"}], ids=["id", "name"])
def test_the_plan_has_other_names(sim: Simulator, play: Play, variables: dict[str, t.Any]) -> None:
    done = play("blueking.job.execute_plan", "-e", json.dumps({**variables, "wait": False}))
    assert done.rc == 0, done.output
    assert [launch.plan_id for launch in sim.launches] == [100]


@pytest.mark.parametrize(
    "variables",
    [
        {"job_plan_id": 102, "plan_id": 100},
        {"bk_job_id": 102, "plan_id": 100},
        {"job_plan_name": "Fails", "plan_name": "Test"},
        {"job_plan_id": 102, "plan_name": "Test"},
    ],
    ids="+".join,
)
def test_two_plans_launch_nothing(sim: Simulator, play: Play, variables: dict[str, t.Any]) -> None:
    done = play("blueking.job.execute_plan", "-e", json.dumps({**variables, "wait": False}))
    assert (done.rc != 0, [name for name in variables if name not in done.output]) == (True, []), done.output
    assert sim.launches == []


def test_the_business_is_an_extra_variable(sim: Simulator, play: Play) -> None:
    done = play("blueking.job.execute_plan", "-e", "job_plan_id=100", "-e", "bk_biz_id=2", environ={"BK_BIZ_ID": "1"})
    assert done.rc != 0
    # GET: what was sent is in the query.
    assert {request.api for request in sim.requests} == {"get_job_plan_detail"}
    assert sim.launches == []


def test_blank_extra_variables_are_not_given(sim: Simulator, play: Play) -> None:
    variables = {**dict.fromkeys(INCLUDE["vars"], ""), "job_plan_id": 100, "logs": None, "log_dest": None}
    done = play("blueking.job.execute_plan", "-e", json.dumps(variables))
    assert done.rc == 0, done.output
    assert sent(sim) == [{"bk_scope_type": "biz", "bk_scope_id": "1", "bk_biz_id": 1, "job_plan_id": 100}]


@pytest.mark.parametrize(
    ("playbook", "fields"),
    [
        ("execute_script", {"script_language": 1, "script_content": "dXB0aW1l"}),
        (
            "transfer_file",
            {"file_target_path": "/etc/app", "file_list": [{"file_name": "app.yml", "content": "cG9ydDogODAK"}]},
        ),
    ],
)
def test_blank_extra_variables_of_quick_jobs_are_not_given(
    sim: Simulator, play: Play, playbook: str, fields: dict[str, t.Any]
) -> None:
    blank = {
        **dict.fromkeys(INCLUDE["vars"], ""),
        "src": None,
        "log_dest": None,
        "sources": None,
        "rolling_config": None,
    }
    done = play(f"blueking.job.{playbook}", "-e", json.dumps({**blank, **QUICK[playbook]}))
    assert done.rc == 0, done.output
    [body] = sent(sim)
    assert body.pop("task_name").startswith(("Run the script [", "Send the files ["))
    assert body == {
        "bk_scope_type": "biz",
        "bk_scope_id": "1",
        "bk_biz_id": 1,
        "account_alias": "root",
        "target_server": {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]},
        **fields,
    }


@pytest.mark.parametrize("text", ['{"a": [1, 2]}\n', "[1, 2]", "True", "1.0"])
def test_text_stays_as_it_is(sim: Simulator, play: Play, text: str) -> None:
    assert play("blueking.job.execute_script", *given("execute_script", content=text, raw_args=text)).rc == 0
    assert play("blueking.job.transfer_file", *given("transfer_file", content=text)).rc == 0
    script, transfer = sent(sim)
    texts = (script["script_content"], script["script_param"], transfer["file_list"][0]["content"])
    assert [decoded(part) for part in texts] == [text] * 3


@pytest.mark.parametrize("arguments", [["/data", "90 %"], '["/data", "90 %"]', "- /data\n- 90 %"])
def test_arguments_of_a_script_have_a_name_of_their_own(sim: Simulator, play: Play, arguments: object) -> None:
    done = play("blueking.job.execute_script", *given("execute_script", args=arguments))
    assert (done.rc != 0, "script_args" in done.output) == (True, True), done.output
    assert sim.requests == []
    done = play("blueking.job.execute_script", *given("execute_script", script_args=arguments))
    assert done.rc == 0, done.output
    assert "reserved" not in done.output
    assert [decoded(body["script_param"]) for body in sent(sim)] == ["/data '90 %'"]


@pytest.mark.parametrize("place", ["", "~/", "$HOME/", "{}/"])
def test_files_are_found_where_the_playbook_was_started(sim: Simulator, play: Play, tmp_path: Path, place: str) -> None:
    place = place.format(tmp_path)
    for name in ("a.sh", "b.conf"):
        tmp_path.joinpath(name).write_text(f"{name}\n", encoding="utf-8")
    home = {"HOME": str(tmp_path)}
    script = given("execute_script", content="", src=f"{place}a.sh")
    assert play("blueking.job.execute_script", *script, environ=home).rc == 0
    for src in (f"{place}b.conf", f"{place}a.sh,{place}b.conf", [f"{place}b.conf"]):
        transfer = given("transfer_file", content="", file_name="", src=src)
        assert play("blueking.job.transfer_file", *transfer, environ=home).rc == 0
    first, *transfers = sent(sim)
    assert decoded(first["script_content"]) == "a.sh\n"
    files = [{file["file_name"]: decoded(file["content"]) for file in body["file_list"]} for body in transfers]
    one = {"b.conf": "b.conf\n"}
    assert files == [one, {"a.sh": "a.sh\n", **one}, one]


def test_files_of_other_hosts_are_sent(sim: Simulator, play: Play) -> None:
    sources = "[{files: [/data/a.tgz], account: app, target_server: {ip_list: [10.0.0.3]}}]"
    variables = given(
        "transfer_file", content="", file_name="", sources=sources, rolling_config='{"expression": "50%"}'
    )
    done = play("blueking.job.transfer_file", *variables)
    assert done.rc == 0, done.output
    [body] = [request.body for request in sim.requests if request.api == "fast_transfer_file"]
    assert body["file_source_list"][0]["file_list"] == ["/data/a.tgz"]
    assert body["rolling_config"]["expression"] == "50%"


@pytest.mark.parametrize("playbook", LAUNCHES)
def test_options_of_other_playbooks_are_not_read(sim: Simulator, play: Play, playbook: str) -> None:
    """A workflow may have variables of these names for something else."""
    done = play(f"blueking.job.{playbook}", *given(playbook, wait=False, **dict.fromkeys(UNREAD[playbook], "{web")))
    assert done.rc == 0, done.output
    assert len(sent(sim)) == 1


INVENTORIES = {
    "none": None,
    "web": {"all": {"hosts": {"web1": None, "web2": None}}},
    "localhost": {"all": {"hosts": {"web1": None, "localhost": {"ansible_connection": "local"}}}},
}


@pytest.mark.parametrize(
    ("inventory", "limit", "launches"),
    [
        ("none", "localhost", 1),
        ("none", "web1", 0),
        ("web", "!web1", 0),
        ("web", "nothing*", 0),
        ("web", "localhost,web1", 1),
        ("localhost", "web1", 0),
        ("localhost", "~local.*", 1),
    ],
)
def test_a_run_without_localhost_fails(
    sim: Simulator, play: Play, tmp_path: Path, inventory: str, limit: str, launches: int
) -> None:
    given = INVENTORIES[inventory]
    write(tmp_path / "hosts.yml", given)
    options = ("-e", "job_plan_id=100", "-e", "wait=false", "-l", limit)
    done = play("blueking.job.execute_plan", *(("-i", "hosts.yml") if given else ()), *options)
    assert (done.rc == 0, len(sim.launches)) == (bool(launches), launches), done.output


@pytest.mark.parametrize(
    ("tags", "launches"),
    [
        (("--tags", "other"), 1),
        (("--skip-tags", "always"), 0),
        (("--skip-tags", "tagged"), 0),
    ],
)
def test_a_run_without_tasks_fails(sim: Simulator, play: Play, tags: tuple[str, str], launches: int) -> None:
    done = play("blueking.job.execute_plan", "-e", "job_plan_id=100", "-e", "wait=false", *tags)
    assert (done.rc == 0, len(sim.launches)) == (bool(launches), launches), done.output


@pytest.mark.parametrize("playbook", QUICK)
def test_a_quick_job_without_localhost_or_tasks_fails(sim: Simulator, play: Play, playbook: str) -> None:
    for arguments in (("-l", "web1"), ("--skip-tags", "always")):
        assert play(f"blueking.job.{playbook}", *given(playbook), *arguments).rc != 0
    assert sim.requests == []


def test_syntax_can_be_checked(sim: Simulator, play: Play) -> None:
    for playbook in (*LAUNCHES, "resume", "confirm"):
        assert play(f"blueking.job.{playbook}", "--syntax-check").rc == 0
    assert sim.requests == []


@pytest.mark.parametrize(
    ("dest", "terminate_on"),
    [("logs", ""), ("logs", "abort"), ("~/logs", ""), ("$HOME/logs", "abort"), ("{}/logs", "")],
)
def test_logs_go_where_the_playbook_was_started(play: Play, tmp_path: Path, dest: str, terminate_on: str) -> None:
    installed = set(PLAYBOOKS.rglob("*"))
    options = {"job_plan_id": 100, "logs": "all", "log_dest": dest.format(tmp_path), "terminate_on": terminate_on}
    arguments = [word for name, value in options.items() for word in ("-e", f"{name}={value}")]
    done = play("blueking.job.execute_plan", *arguments, environ={"HOME": str(tmp_path)})
    assert done.rc == 0, done.output
    logs = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.log")}
    assert logs == {"logs/10000/20001-run/0-10.0.0.1.log", "logs/10000/20002-copy/0-10.0.0.1.log"}
    assert set(PLAYBOOKS.rglob("*")) == installed


@pytest.mark.parametrize("terminate_on", ["", "abort"])
def test_certificates_are_found_where_the_playbook_was_started(play: Play, tmp_path: Path, terminate_on: str) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    client = ca.issue_cert("client.example.com")
    client.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
    client.private_key_pem.write_to_path(str(tmp_path / "client.key"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    files = {"BK_JOB_CA_PATH": "ca.pem", "BK_JOB_CLIENT_CERT": "./client.pem", "BK_JOB_CLIENT_KEY": "~/client.key"}
    with watched(ssl_context=context) as sim:
        environ = {**files, "HOME": str(tmp_path), "BK_JOB_URL": sim.url}
        options = ("-e", "job_plan_id=100", "-e", f"terminate_on={terminate_on}")
        done = play("blueking.job.execute_plan", *options, environ=environ)
        assert done.rc == 0, done.output
        assert len(sim.launches) == 1


def test_files_of_a_project_do_not_replace_those_of_the_collection(sim: Simulator, play: Play, tmp_path: Path) -> None:
    write(tmp_path / "launch.yml", [{"ansible.builtin.import_playbook": "blueking.job.execute_plan"}])
    for file in PLAYBOOKS.joinpath("tasks").glob("*.yml"):
        for place in (tmp_path, tmp_path / "tasks"):
            write(place / file.name, [{"ansible.builtin.fail": {"msg": "a file of the project"}}])
    write(tmp_path / "vars" / "options.yml", {"bk_job_hosts": "web1"})
    done = play("launch.yml", "-e", "job_plan_id=100", "-e", "wait=false")
    assert done.rc == 0, done.output
    assert len(sim.launches) == 1
