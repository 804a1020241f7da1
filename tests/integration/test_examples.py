# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the documentation do what they say, and the samples of results are what such examples return.

They are played unchanged. The hosts in their URLs are found behind a proxy, as in many a company, and the proxy
leads to the simulator, which has certificates for them.
"""

from __future__ import annotations

import functools
import os
import re
import ssl
import time
import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

import ansible_runner
import pytest
import requests
import trustme
import yaml

from tests.documentation import MODULES, OF_FAILURES, misfits, returned_by, shows, text_of, unshown
from tests.integration.playing import COMMANDS, clean_environment
from tests.integration.proxy import Proxy
from tests.integration.watched import watched
from tests.simulator import release_world

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.simulator import Received, Simulator

    Play = Callable[[str], "Played"]

ESB, APIGW, CALLER = "paas.example.com", "bkapi.example.com", "127.0.0.1"
ENVIRONMENT = {
    "BK_JOB_URL": f"https://{ESB}",
    "BK_APP_CODE": "my-app",
    "BK_APP_SECRET": "s3cr3t-app",
    "BK_USERNAME": "admin",
    "BK_BIZ_ID": "1",
    # Newer ansible-core tells only on demand what a module was given.
    "ANSIBLE_INJECT_INVOCATION": "true",
}
INVENTORY = """
[web]
web1 ansible_host=10.0.0.1 cmdb_ip=10.0.0.1
web2 ansible_host=10.0.0.2 cmdb_ip=10.0.0.2
"""
PLAY = """
- name: Play the examples
  hosts: {hosts}
  gather_facts: false
  vars:
    bk_app_secret: s3cr3t-app
    vault_password: hunter2
    git_commit: 3f9a1c7
    motd: "Welcome\\n"
  tasks:
    - name: Take them as they stand
      ansible.builtin.import_tasks: examples.yml
"""
# Files of the controller that examples use, by plugin.
FILES = {
    "bk_job_execute_script": {"check_disk.sh": '#!/bin/bash\ndf "$1"\n'},
    "bk_job_script": {"check_disk.sh": '#!/bin/bash\ndf "$1"\n'},
    "bk_job_transfer_file": {"app.conf": "port: 80\n", "app.service": "[Service]\n"},
}
MAY = datetime(2024, 5, 1, 2, tzinfo=timezone.utc).timestamp()
BOTH = [{"name": "hosts", "server": {"ip_list": [{"bk_cloud_id": 0, "ip": f"10.0.0.{last}"} for last in (1, 2)]}}]
VERSION = [{"name": "version", "value": "1.2.3"}]
# Keys that each module has in words of its own; the others are alike in all, and so any of them shows the sample.
OWN = {"instances", "msg", "plans"}

# The last example of launching deals with a failure and passes it on, as a user's play should; all others succeed.
ENDS = {"bk_job_execute": ("failed", "Fail with the message of the launch")}

# What ansible-core 2.21 leaves out of a result where it is null, since it is a word of its own.
LEFT_OUT = {"finished"}


@dataclass(frozen=True)
class Played:
    """What came of some examples: at the server, in the events of the playbook, and which hosts were asked for."""

    sim: Simulator
    events: list[dict[str, t.Any]]
    hosts: set[str]

    @property
    def values(self) -> list[tuple[int, dict[str, t.Any]]]:
        """The plan and the values of each launch."""
        return [(launch.plan_id, launch.values) for launch in self.sim.launches]

    def asked(self, api: str) -> list[Received]:
        """The requests of an API."""
        return [request for request in self.sim.requests if request.api == api]

    def results(self, action: str, task: str = "") -> list[dict[str, t.Any]]:
        """What a module returned, in all tasks or in the one of that name; of a loop, in each turn."""
        found = [
            event["event_data"]["res"]
            for event in self.events
            if event["event"].startswith(("runner_on_", "runner_item_on_"))
            and event["event"].endswith(("_ok", "_failed"))
            and event["event_data"]["task_action"] == action
            and task in ("", event["event_data"]["task"])
        ]
        return [result for result in found if "results" not in result]

    def said(self, task: str) -> list[t.Any]:
        """What a task for showing something has shown."""
        return [result["msg"] for result in self.results("ansible.builtin.debug", task)]


@pytest.fixture(scope="module")
def play(collections: str, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Play the examples of a plugin, once."""

    @functools.lru_cache(maxsize=None)
    def play(plugin: str) -> Played:
        return played(plugin, collections, tmp_path_factory.mktemp("examples"))

    return play


def played(plugin: str, collections: str, folder: Path) -> Played:
    """Play the examples of a plugin in a folder; all of them must end as they should."""
    project = folder / "project"
    project.mkdir()
    kind = "filter" if plugin == "job_targets" else "modules"
    (project / "examples.yml").write_text(text_of(f"plugins/{kind}/{plugin}.py", "EXAMPLES"), encoding="utf-8")
    (project / "play.yml").write_text(PLAY.format(hosts="web" if kind == "filter" else "localhost"), encoding="utf-8")
    (project / "files").mkdir()
    for name, text in FILES.get(plugin, {}).items():
        (project / "files" / name).write_text(text, encoding="utf-8")
    (folder / "inventory").mkdir()
    (folder / "inventory" / "hosts").write_text(INVENTORY, encoding="utf-8")
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(ESB, APIGW, CALLER).configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    with watched(release_world(), context, pace=1.5) as sim, Proxy(sim) as proxy:
        if plugin in BEFORE:
            BEFORE[plugin](sim, str(folder / "ca.pem"))
            sim.requests.clear()
        environment = {
            **clean_environment(collections),
            **ENVIRONMENT,
            "BK_JOB_CA_PATH": str(folder / "ca.pem"),
            "https_proxy": proxy.url,
            "PATH": os.pathsep.join([str(COMMANDS), os.environ["PATH"]]),
        }
        run = ansible_runner.run(
            private_data_dir=str(folder), playbook="play.yml", envvars=environment, quiet=True, verbosity=3
        )
        events = list(run.events)
    status, last = ENDS.get(plugin, ("successful", ""))
    failed = [event["event_data"]["task"] for event in events if event["event"] == "runner_on_failed"]
    assert run.status == status, "\n".join(event["stdout"] for event in events)
    assert failed[-1:] == [last] or not last
    return Played(sim, events, proxy.hosts)


def launch(sim: Simulator, authority: str, plan_id: int, variables: list[dict[str, t.Any]]) -> None:
    """Launch a plan before the examples begin, as somebody else would have done."""
    body = {
        "bk_app_code": "my-app",
        "bk_app_secret": "s3cr3t-app",
        "bk_username": "admin",
        "bk_biz_id": 1,
        "job_plan_id": plan_id,
        "global_var_list": variables,
    }
    url = f"{sim.url}/api/c/compapi/v2/jobv3/execute_job_plan/"
    assert requests.post(url, json=body, verify=authority, timeout=10).json()["result"]


def two_run(sim: Simulator, authority: str) -> None:
    """Instance 10000 runs, and 10001 will wait for a confirmation."""
    launch(sim, authority, 100, [])
    launch(sim, authority, 101, VERSION)


def two_have_failed(sim: Simulator, authority: str) -> None:
    """Instance 10000 failed in May 2024, 10001 has just failed."""
    for moment in (MAY, time.time() - 60):
        sim.clock.advance(moment - sim.clock.now())
        launch(sim, authority, 100, BOTH)
    sim.clock.advance(60)


def a_schedule_is_on(sim: Simulator, authority: str) -> None:
    """A schedule runs plan 100 every night."""

    def post(api: str, **body: t.Any) -> t.Any:
        credentials = {"bk_app_code": "my-app", "bk_app_secret": "s3cr3t-app", "bk_username": "admin", "bk_biz_id": 1}
        url = f"{sim.url}/api/c/compapi/v2/jobv3/{api}/"
        response = requests.post(url, json={**credentials, **body}, verify=authority, timeout=10).json()
        assert response["result"], response
        return response["data"]

    save = {"job_plan_id": 100, "expression": "30 2 * * *", "execute_time_zone": "Asia/Shanghai"}
    saved = post("save_cron", name="nightly release", **save)
    post("update_cron_status", id=saved["id"], status=1)


BEFORE: dict[str, Callable[[Simulator, str], None]] = {
    "bk_job_cron_info": a_schedule_is_on,
    "bk_job_instance_info": two_have_failed,
    "bk_job_operate": two_run,
    "bk_job_wait": two_run,
}


def names_of(tasks: list[dict[str, t.Any]]) -> list[str]:
    """The names of tasks, those in blocks included."""
    inside = [name for task in tasks for key in ("block", "rescue") for name in names_of(task.get(key, []))]
    return [task["name"] for task in tasks if "block" not in task] + inside


@pytest.mark.parametrize("plugin", [*MODULES, "job_targets"])
def test_no_example_is_left_out(play: Play, plugin: str) -> None:
    kind = "filter" if plugin == "job_targets" else "modules"
    examples = yaml.safe_load(text_of(f"plugins/{kind}/{plugin}.py", "EXAMPLES"))
    done = {
        event["event_data"]["task"]
        for event in play(plugin).events
        if event["event"] in ("runner_on_ok", "runner_on_failed")
    }
    assert sorted(set(names_of(examples)) - done) == []


def test_the_examples_of_launching(play: Play) -> None:
    done = play("bk_job_execute")
    defaults = {"hosts": [101, 103], "version": "1.2.2", "password": "pl4n-s3cr3t", "ports": "(80)", "labels": "()"}
    arrays = {"ports": "('80' '443')", "labels": """(['tier']='web' ['motto']='it'\\''s "safe"')"""}
    launches: list[dict[str, t.Any]] = [
        {},
        {"version": "1.2.3", "hosts": [101, 102]},
        {"version": "1.2.3"},
        {"password": "hunter2"},
        {"hosts": [101, 102]},
        arrays,
        {},
        {"version": "1.2.3", "hosts": [101, 102]},
        {"hosts": [101, 102]},
        {"hosts": [101, 102]},
    ]
    assert done.values == [(100, {**defaults, **values}) for values in launches]
    assert [one.front for one in done.asked("execute_job_plan")] == ["esb", "esb", "apigw", *["esb"] * 7]
    assert done.hosts == {f"{ESB}:443", f"{APIGW}:443"}
    assert [one.started for one in done.sim.launches] == [True] * 6 + [False, True, True, True]
    assert [one.body["operation_code"] for one in done.asked("operate_job_instance")] == [2]
    callbacks = [one.callback_url for one in done.sim.launches]
    assert callbacks == [None] * 7 + ["https://ops.example.com/job-ended", None, None]
    assert done.said("Show the id of the instance")[0].endswith("was launched as instance 10000. Its id is 10000.")
    assert done.said("Show an output variable") == ["Released 1.2.3."]
    [said] = done.said("Show which hosts failed, and an output that is the same on all hosts")
    assert said == "['web2'], 5120 MB free"
    [said] = done.said("Show the failed hosts")
    assert said.startswith("10.0.0.2 failed step deploy with exit code 1: ")
    assert said.endswith("no space left on device")
    [preview] = done.results(
        "blueking.job.bk_job_execute", "Check the variables and show the request without launching the plan"
    )
    assert preview["request"]["body"]["global_var_list"] == VERSION
    assert preview["diff"]["after"]["version"] == "1.2.3"


def test_the_examples_of_scripts(play: Play) -> None:
    done = play("bk_job_execute_script")
    assert [(launch.account, launch.targets) for launch in done.sim.launches] == [
        ("root", (101,)),
        ("root", (101, 102)),
        ("root", (101, 102)),
        ("root", (101, 103)),
        ("app", (101,)),
        ("root", (101, 102, 103)),
    ]
    commands = [(launch.command or "").partition(" ")[2] for launch in done.sim.launches]
    assert commands == ["", "", "/data '90 %'", "/tmp/release", "hunter2", ""]
    assert done.sim.launches[2].script == FILES["bk_job_execute_script"]["check_disk.sh"]
    assert done.sim.launches[3].script_version_id == 1002
    assert [re.sub(r" \[.*", "", launch.name) for launch in done.sim.launches][1:2] == ["Show the uptime"]
    assert [said.partition(":")[0] for said in done.said("Show what each host printed")] == ["10.0.0.1", "10.0.0.2"]
    assert {result["outcome"] for result in done.results("blueking.job.bk_job_execute_script")} == {
        "succeeded",
        "launched",
    }


def test_the_examples_of_transfers(play: Play) -> None:
    done = play("bk_job_transfer_file")
    assert [[file.name for file in launch.files] for launch in done.sim.launches] == [
        ["app.conf"],
        ["motd"],
        ["app.conf", "app.service"],
        ["/data/releases/web-1.2.3.tar.gz", "/data/releases/web-1.2.3.sha256"],
    ]
    assert [(launch.path, launch.account, launch.targets) for launch in done.sim.launches] == [
        ("/etc", "root", (101,)),
        ("/etc", "root", (101, 102)),
        ("/opt/app", "app", (101, 102)),
        ("/opt/releases", "root", (101, 103)),
    ]
    assert [launch.files[0].size for launch in done.sim.launches] == [9, 8, 9, None]
    assert {result["outcome"] for result in done.results("blueking.job.bk_job_transfer_file")} == {"succeeded"}


def test_the_examples_of_schedules(play: Play) -> None:
    done = play("bk_job_cron")
    results = done.results("blueking.job.bk_job_cron")
    assert [(result["changed"], result["cron"] and result["cron"]["enabled"]) for result in results] == [
        (True, True),
        (True, True),
        (True, False),
        (True, False),
        (True, None),
    ]
    assert len(done.said("Show when it runs next")[0]) == 3
    assert [asked.body["status"] for asked in done.asked("update_cron_status")] == [1, 1, 2]
    info = play("bk_job_cron_info")
    assert [list(said) for said in info.said("Show when they run next")] == [["nightly release"]]


def test_the_examples_of_the_library(play: Play) -> None:
    results = play("bk_job_script").results("blueking.job.bk_job_script")
    assert [result["changed"] for result in results] == [True] * 4
    assert play("bk_job_script_info").said("Show the online version") == ["1.2"]


def test_the_examples_of_following(play: Play) -> None:
    done = play("bk_job_wait")
    assert [launch.plan_id for launch in done.sim.launches] == [100, 101, 100, 102]
    outcomes = ["succeeded", "succeeded", "succeeded", "waiting_confirmation"]
    followed = done.results("blueking.job.bk_job_wait")
    assert [result["outcome"] for result in followed] == outcomes
    assert [result["job_instance_id"] for result in followed] == [10000, 10002, 10003, 10001]
    assert [len(result["logs"]) for result in followed] == [0, 2, 2, 0]
    assert "approve" in done.said("Show how to confirm the step")[0]


def test_the_examples_of_operating(play: Play) -> None:
    done = play("bk_job_operate")
    operated = [
        (asked.body["job_instance_id"], asked.body["operation_code"])
        for api in ("operate_job_instance", "operate_step_instance")
        for asked in done.asked(api)
    ]
    assert operated == [(10000, 1), (10002, 2), (10001, 6)]
    results = done.results("blueking.job.bk_job_operate")
    assert [result["outcome"] for result in results] == ["terminated", "succeeded", None]
    assert [result["changed"] for result in results] == [True, True, True]


def test_the_examples_of_looking_at_instances(play: Play) -> None:
    done = play("bk_job_instance_info")
    assert done.said("Show the failed hosts") == [["10.0.0.2"]]
    assert done.said("Show links to them") == [["https://job.example.com/api_execute/10001"]]
    [one, *many] = done.results("blueking.job.bk_job_instance_info")
    assert one["outcome"] == "failed"
    assert [[row["job_instance_id"] for row in result["instances"]] for result in many] == [[10001], [10000], [10001]]
    assert [asked.body.get("status") for asked in done.asked("get_job_instance_list")] == [4, None, None]


def test_the_examples_of_looking_at_plans(play: Play) -> None:
    done = play("bk_job_plan_info")
    assert done.said("Show their ids and names") == [{"100": "Release the web tier", "101": "Release with approval"}]
    assert done.said("Show the variables that a launch has to set") == [["version"]]
    assert done.said("Show the steps with scripts that remove files") == [["clean"]]
    assert [plan["id"] for plan in done.results("blueking.job.bk_job_plan_info")[2]["plans"]] == [100, 101, 102]


def test_the_examples_of_targets(play: Play) -> None:
    done = play("job_targets")
    assert [values.get("hosts") for _plan, values in done.values] == [[101, 102], [201, 202], None]
    assert done.sim.launches[2].targets == (101, 102)
    first, _second = done.results("blueking.job.bk_job_execute")
    sample = yaml.safe_load(text_of("plugins/filter/job_targets.py", "RETURN"))["_value"]["sample"]
    assert shows(first["invocation"]["module_args"]["target_servers"][0], sample)


@pytest.mark.parametrize("module", MODULES)
def test_results_are_as_documented(play: Play, module: str) -> None:
    fields = returned_by(module)
    left_out = dict.fromkeys(LEFT_OUT & fields.keys())
    results = [result for plugin in MODULES for result in play(plugin).results(f"blueking.job.{module}")]
    assert [misfit for result in results for misfit in misfits(fields, {**left_out, **result})] == []


@pytest.mark.parametrize("module", MODULES)
def test_samples_are_of_such_results(play: Play, module: str) -> None:
    own = [result for plugin in MODULES for result in play(plugin).results(f"blueking.job.{module}")]
    any_ = [
        result for other in MODULES for plugin in MODULES for result in play(plugin).results(f"blueking.job.{other}")
    ]
    fields = returned_by(module)
    words = {key: field for key, field in fields.items() if key in OWN}
    alike = {key: field for key, field in fields.items() if key not in OWN | OF_FAILURES}
    assert unshown(words, own) + unshown(alike, any_) == []
