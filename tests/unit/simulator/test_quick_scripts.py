# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick scripts of v3 (quick jobs Q0, Q1): requests, the order of the checks, and their instances."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import DangerousRule, Outcome, Simulator
from tests.simulator.gateway.direct import token
from tests.simulator.job.messages import ENGLISH
from tests.unit.simulator.quick import CLEAN, DRAFT_ONLY, FOREIGN, REPORT, encoded, history, script, steps_of

if t.TYPE_CHECKING:
    import requests

    from tests.unit.simulator.client import Client


def launch(client: Client, **changes: t.Any) -> t.Any:
    return client.data("fast_execute_script", **script(**changes))


def refused(client: Client, **changes: t.Any) -> tuple[int, str]:
    return client.refusal("fast_execute_script", **script(**changes))


# The response, the instance and the history


@pytest.mark.parametrize("front", ["v3", "apigw"])
def test_launch(sim: Simulator, request: pytest.FixtureRequest, front: str) -> None:
    client = request.getfixturevalue(front)
    launched = launch(client)
    assert launched["job_instance_name"] == "hello"
    sim.clock.advance(60)
    assert steps_of(client, launched["job_instance_id"]) == (3, 3, [(101, 9), (102, 9)])
    [step] = client.data("get_job_instance_status", job_instance_id=launched["job_instance_id"])["step_instance_list"]
    assert (step["step_instance_id"], step["type"], step["name"]) == (launched["step_instance_id"], 1, "hello")


def test_history_row(sim: Simulator, v3: Client) -> None:
    instance_id = launch(v3)["job_instance_id"]
    [row] = history(sim, v3)
    assert (row["job_instance_id"], row["name"], row["operator"]) == (instance_id, "hello", "admin")
    assert (row["type"], row["job_plan_id"], row["job_template_id"], row["launch_mode"]) == (1, -1, -1, 2)


@pytest.mark.parametrize(("kind", "names"), [(0, ["Test"]), (1, ["hello"]), (2, [])])
def test_history_by_type(sim: Simulator, v3: Client, kind: int, names: list[str]) -> None:
    v3.data("execute_job_plan", job_plan_id=100)
    launch(v3)
    assert [row["name"] for row in history(sim, v3, type=kind)] == names


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("50% [ansible 3f9a1c72]", True),
        ("[ANSIBLE", True),
        ("0_ [", True),
        ("5%72", True),
        ("50\\% ", True),
        ("5\\%72", False),
        ("3f9a1c73", False),
        ("50__%_[ansible", False),
    ],
)
def test_history_by_name_is_like(sim: Simulator, v3: Client, name: str, found: bool) -> None:
    launch(v3, task_name="50% [ansible 3f9a1c72]")
    assert bool(history(sim, v3, name=name)) == found


def test_no_output_variables(v3: Client, v2: Client) -> None:
    instance_id = launch(v3)["job_instance_id"]
    assert v3.data("get_job_instance_global_var_value", job_instance_id=instance_id)["step_instance_var_list"] == []


def test_log_and_tag_of_each_host(sim: Simulator, v3: Client) -> None:
    failure = Outcome(104, exit_code=3, tag="disk full", log="no space\n")
    sim.world.quick_script.outcomes = {102: (failure,)}
    launched = launch(v3)
    sim.clock.advance(60)
    ids = {"job_instance_id": launched["job_instance_id"], "step_instance_id": launched["step_instance_id"]}
    assert steps_of(v3, launched["job_instance_id"]) == (4, 4, [(101, 9), (102, 104)])
    params = {"job_instance_id": launched["job_instance_id"], "return_ip_result": True}
    [step] = v3.data("get_job_instance_status", **params)["step_instance_list"]
    assert [(host["tag"], host["exit_code"]) for host in step["step_ip_result_list"]] == [("", 0), ("disk full", 3)]
    logs = v3.data("batch_get_job_instance_ip_log", **ids, host_id_list=[102])["script_task_logs"]
    assert logs[0]["log_content"].endswith("no space\n")


def test_retry_runs_failed_hosts_again(sim: Simulator, v3: Client) -> None:
    sim.world.quick_script.outcomes = {102: (Outcome(104, exit_code=1), Outcome())}
    launched = launch(v3)
    sim.clock.advance(60)
    ids = {"job_instance_id": launched["job_instance_id"], "step_instance_id": launched["step_instance_id"]}
    v3.data("operate_step_instance", **ids, operation_code=2)
    sim.clock.advance(60)
    assert steps_of(v3, launched["job_instance_id"]) == (3, 3, [(101, 3), (102, 9)])


def test_termination(sim: Simulator, v3: Client) -> None:
    sim.world.quick_script.outcome = Outcome(seconds=1000)
    instance_id = launch(v3)["job_instance_id"]
    sim.clock.advance(5)
    v3.data("operate_job_instance", job_instance_id=instance_id, operation_code=1)
    sim.clock.advance(60)
    assert steps_of(v3, instance_id) == (11, 11, [(101, 403), (102, 403)])


def test_start_later(sim: Simulator, v3: Client) -> None:
    instance_id = launch(v3, start_task=False)["job_instance_id"]
    sim.clock.advance(60)
    assert steps_of(v3, instance_id) == (1, 1, [])
    assert not sim.launches[0].started
    v3.data("operate_job_instance", job_instance_id=instance_id, operation_code=2)
    sim.clock.advance(60)
    assert steps_of(v3, instance_id)[:2] == (3, 3)


def test_null_start_leaves_an_orphan(sim: Simulator, v3: Client) -> None:
    assert refused(v3, start_task=None)[0] == 1240002
    [row] = history(sim, v3, name="hello")
    assert row["status"] == 1


def test_default_name(sim: Simulator, v3: Client) -> None:
    assert launch(v3, task_name=" ")["job_instance_name"] == "Script Execution_20240501100000000"


def test_name_beyond_the_column(sim: Simulator, v3: Client) -> None:
    assert launch(v3, task_name="x" * 512)
    assert refused(v3, task_name="x" * 513)[0] == 1240002


# What the launch records


def test_record(sim: Simulator, v3: Client) -> None:
    launched = launch(v3, timeout=60, callback_url="http://callback.example.com/")
    [record] = sim.launches
    assert (record.kind, record.plan_id, record.values, record.name) == ("script", -1, {}, "hello")
    assert (record.script, record.language, record.account, record.targets) == ("echo hello\n", 1, "root", (101, 102))
    assert (record.timeout, record.callback_url, record.started) == (60, "http://callback.example.com/", True)
    assert record.command == f"bk_gse_script_{launched['job_instance_id']}_{launched['step_instance_id']}.sh"


def test_default_timeout(sim: Simulator, v3: Client) -> None:
    launch(v3)
    assert sim.launches[0].timeout == 7200


@pytest.mark.parametrize(
    ("language", "ending"), [(1, ".sh"), (2, ".bat"), (3, ".pl"), (4, ".py"), (5, ".ps1"), (6, ".sql")]
)
def test_languages(sim: Simulator, v3: Client, language: int, ending: str) -> None:
    launch(v3, script_language=language)
    assert (sim.launches[0].command or "").endswith(ending)


@pytest.mark.parametrize(
    ("parameters", "arrives"),
    [
        ("'a b' $HOME", " 'a b' $HOME"),
        ("a\nb", " a b"),
        ("a\r\nb", " a\r b"),
        (" \n ", ""),
        ("[DATEFMT:%Y-%m-%d]-[DATEFMT:%H]", " 2024-05-01-10"),
        ("[DATEFMT:", " [DATEFMT:"),
        ("[DATEFMT:]", " [DATEFMT:]"),
    ],
)
def test_parameters_as_they_arrive(sim: Simulator, v3: Client, parameters: str, arrives: str) -> None:
    launch(v3, script_param=encoded(parameters))
    assert (sim.launches[0].command or "").partition(".sh")[2] == arrives


def test_base64_is_read_leniently(sim: Simulator, v3: Client) -> None:
    launch(v3, script_content="ZWNo\nbyA_Pz8_")
    assert sim.launches[0].script == "echo ????"


def test_sensitive_parameters(sim: Simulator, v3: Client) -> None:
    launch(v3, is_param_sensitive=1, script_param=encoded("s3cr3t"))
    assert sim.launches[0].sensitive


# Scripts of the library


@pytest.mark.parametrize(
    ("given", "version_id"),
    [
        ({"script_id": CLEAN}, 1002),
        ({"script_id": REPORT}, 1010),
        ({"script_version_id": 1001}, 1001),
        ({"script_version_id": 1001, "script_id": REPORT}, 1001),
    ],
)
def test_library_script_wins_over_content(sim: Simulator, v3: Client, given: dict[str, t.Any], version_id: int) -> None:
    launch(v3, **given)
    versions = {version.id: version.content for one in sim.world.scripts for version in one.versions}
    assert (sim.launches[0].script_version_id, sim.launches[0].script) == (version_id, versions[version_id])


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"script_id": DRAFT_ONLY}, (1243001, "Script not exist")),
        ({"script_id": FOREIGN}, (1243001, "Script not exist")),
        ({"script_id": "none"}, (1243001, "Script not exist")),
        ({"script_version_id": 1}, (1243001, "Script not exist")),
        ({"script_version_id": 1900}, (1243004, ENGLISH[1243004])),
        ({"script_version_id": 1003}, (1244018, "Script status [Stand-by], cannot be executed")),
        ({"script_version_id": 1000}, (1244018, "Script status [Banned], cannot be executed")),
    ],
)
def test_refused_library_scripts(v3: Client, given: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert refused(v3, **given) == refusal


# Refusals


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"timeout": 0}, "Job timeout must be greater or equal than 1"),
        ({"timeout": 259201}, "Job timeout must be between 1 and 259200"),
        ({"callback_url": "ftp://example.com"}, None),
        ({"target_server": {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0"}]}}, "Invalid IP"),
        ({"windows_interpreter": "python"}, "windows_interpreter must end with suffix: .exe"),
        ({"windows_interpreter": "x" * 257 + ".exe"}, "Windows interpreter path length cannot exceed 260 chars"),
        ({"rolling_config": {"type": 3}}, "Illegal rolling type"),
        ({"rolling_config": {"mode": 4, "expression": "1"}}, "Illegal rolling mode"),
        ({"rolling_config": {"expression": " "}}, "Rolling expression cannot be blank"),
        ({"rolling_config": {"type": 2}}, "Rolling file source config cannot be null"),
    ],
)
def test_validation(v3: Client, changes: dict[str, t.Any], refusal: str | None) -> None:
    code, text = refused(v3, **changes)
    assert (code, text if refusal else None) == (1240003, refusal)


@pytest.mark.parametrize(
    ("sensitive", "length", "accepted"), [(0, 65_535, True), (0, 65_536, False), (1, 48_128, True), (1, 48_129, False)]
)
def test_length_of_parameters(v3: Client, sensitive: int, length: int, accepted: bool) -> None:
    changes = script(script_param=encoded("x" * length), is_param_sensitive=sensitive)
    assert v3.body("fast_execute_script", **changes)["code"] == (0 if accepted else 1240003)


@pytest.mark.parametrize(("length", "accepted"), [(16_777_215, True), (16_777_216, False)])
def test_length_of_content(sim: Simulator, session: requests.Session, length: int, accepted: bool) -> None:
    # The gateways refuse bodies of this size.
    url = f"{sim.url}/api/job/v3/job-execute/fast_execute_script"
    params = {"bk_biz_id": 1, **script(script_content=encoded("x" * length))}
    code = session.post(url, json=params, headers=token("admin", "demo")).json()["code"]
    assert code == (0 if accepted else 1240003)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {"script_content": ...},
            (1241004, "Missing request parameter [script_version_id|script_id|script_content]"),
        ),
        ({"script_version_id": 0}, (1241005, "Invalid request parameter [script_version_id]")),
        ({"script_language": ...}, (1241005, "Invalid request parameter [script_language]")),
        ({"script_language": 7}, (1241005, "Invalid request parameter [script_language]")),
        # Content must have a language even if a version wins over it.
        ({"script_version_id": 1002, "script_language": ...}, (1241005, "Invalid request parameter [script_language]")),
        ({"target_server": ...}, (1241004, "Missing request parameter [target_server]")),
        ({"target_server": {}}, (1244001, "Host is empty")),
        ({"account_alias": ...}, (1241004, "Missing request parameter [account_id|account_alias]")),
        ({"account_alias": " ", "account_id": 0}, (1241004, "Missing request parameter [account_id|account_alias]")),
        # The parameter of this error is lost on its way through Job.
        ({"account_alias": "nobody"}, (1244003, "Account [{0}] does not exist")),
        ({"account_id": 99}, (1244003, "Account [99] does not exist")),
        # An account of a database is none by alias.
        ({"account_alias": "orders"}, (1244003, "Account [{0}] does not exist")),
        (
            {"target_server": {"dynamic_group_list": [{"id": "blo8gojho0sabc7priuy"}]}},
            (1244028, "Step [hello] target execute object is empty"),
        ),
    ],
)
def test_refusals(sim: Simulator, v3: Client, changes: dict[str, t.Any], refusal: tuple[int, str]) -> None:
    assert refused(v3, **changes) == refusal
    assert (sim.launches, sim.instances) == ([], [])


@pytest.mark.parametrize(
    ("server", "code"),
    [
        ({"host_id_list": [1]}, 1244030),
        ({"host_id_list": [901]}, 1244002),
        ({"dynamic_group_list": [{"id": "unknown"}]}, 1211003),
    ],
)
def test_refused_hosts(v3: Client, server: dict[str, t.Any], code: int) -> None:
    assert refused(v3, target_server=server)[0] == code


def test_blank_content_is_a_null_pointer(v3: Client) -> None:
    assert refused(v3, script_content=" ")[0] == 1240002


@pytest.mark.parametrize(
    ("given", "alias"),
    [
        ({"account_id": 2}, "app"),
        ({"account_id": 0}, "root"),
        ({"account_alias": "ROOT"}, "root"),
        # Neither the business nor the usage of an account given by id is checked.
        ({"account_id": 4}, "orders"),
        ({"account_id": 901}, "root"),
    ],
)
def test_accounts(sim: Simulator, v3: Client, given: dict[str, t.Any], alias: str) -> None:
    launch(v3, **given)
    assert sim.launches[0].account == alias


@pytest.mark.parametrize(("limit", "code"), [(2, 0), (1, 1244022)])
def test_limit_of_targets(sim: Simulator, v3: Client, limit: int, code: int) -> None:
    sim.world.script_target_limit = limit
    assert v3.body("fast_execute_script", **script())["code"] == code


def test_order_of_checks(sim: Simulator, v3: Client) -> None:
    """One defect of each kind, taken away one after the other."""
    sim.world.quota_exceeded = 1244025
    sim.world.script_target_limit = 0
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"use_account"}
    changes: dict[str, t.Any] = {
        "script_content": encoded("rm -rf /"),
        "timeout": 0,
        "script_version_id": 0,
        "account_alias": "nobody",
        "target_server": {"host_id_list": [1]},
        "rolling_config": {"expression": "nonsense"},
    }
    codes = []
    for key, value in [
        ("timeout", 1),
        ("script_version_id", 1),
        ("script_version_id", ...),
        ("script_content", encoded("true")),
        ("quota", None),
        ("account_alias", "root"),
        ("target_server", {"host_id_list": [101]}),
        ("limit", None),
        ("permission", None),
        ("rolling_config", ...),
    ]:
        codes.append(refused(v3, **changes)[0])
        if key == "quota":
            sim.world.quota_exceeded = None
        elif key == "limit":
            sim.world.script_target_limit = 1
        elif key == "permission":
            user.denied.clear()
        else:
            changes[key] = value
    assert codes == [
        1240003,
        1241005,
        1243001,
        1244019,
        1244025,
        1244003,
        1244030,
        1244022,
        9900403,
        1244026,
    ]
    assert launch(v3, **changes)


@pytest.mark.parametrize(
    ("changes", "denied"),
    [
        ({}, "use_account"),
        ({}, "quick_execute_script"),
        ({"script_id": CLEAN}, "execute_script"),
    ],
)
def test_permissions(sim: Simulator, v3: Client, changes: dict[str, t.Any], denied: str) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {denied}
    body = v3.body("fast_execute_script", **script(**changes))
    assert body["code"] == 9900403
    assert [action["id"] for action in body["permission"]["actions"]] == [denied]


def test_permission_lists_everything_missing(sim: Simulator, v3: Client) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"use_account", "quick_execute_script"}
    actions = v3.body("fast_execute_script", **script())["permission"]["actions"]
    [account], hosts = (action["related_resource_types"][0]["instances"] for action in actions)
    assert account[-1] == {"type": "account", "type_name": "Account", "id": "1", "name": "root"}
    assert [chain[-1]["id"] for chain in hosts] == ["101", "102"]


# Dangerous scripts


@pytest.mark.parametrize(
    ("content", "language", "code"),
    [
        ("rm -rf /", 1, 1244019),
        ("true\n  rm  -rf / # all", 1, 1244019),
        ("# rm -rf /", 1, 0),
        ("rm -rf /tmp", 1, 0),
        ("rm -rf /", 4, 0),
        # A rule that only reports.
        ("reboot", 1, 0),
    ],
)
def test_dangerous_scripts(v3: Client, content: str, language: int, code: int) -> None:
    params = script(script_content=encoded(content), script_language=language)
    assert v3.body("fast_execute_script", **params)["code"] == code


CHECK = ("line", "line_content", "match_content", "level", "description")


def checked(client: Client, content: str, language: int = 1) -> list[tuple[t.Any, ...]]:
    rows = client.data("check_script", script_language=language, content=encoded(content))
    return [tuple(row[key] for key in CHECK) for row in rows]


@pytest.mark.parametrize("front", ["v3", "apigw"])
def test_check_script(request: pytest.FixtureRequest, front: str) -> None:
    client = request.getfixturevalue(front)
    assert checked(client, "#!/bin/bash\nreboot now\nrm -rf /\n") == [
        (2, "reboot now", "reboot", 3, "Restarts the host"),
        (3, "rm -rf /", "rm -rf /", 3, "Removes everything"),
    ]


@pytest.mark.parametrize("first", ["true", "#!/usr/bin/bash", "", " #!/bin/sh"])
def test_check_of_the_first_line(v3: Client, first: str) -> None:
    [row] = checked(v3, f"{first}\ntrue\n")
    assert row[:4] == (1, first, first, 1)


@pytest.mark.parametrize("first", ["#!/bin/sh", "#!/usr/bin/env bash"])
def test_nothing_to_find(v3: Client, first: str) -> None:
    assert checked(v3, f"{first}\ntrue\n") == []


def test_check_of_the_grammar(v3: Client) -> None:
    [row] = checked(v3, "#!/bin/sh\nif true; then\n  )\nfi\n")
    assert row[:4] == (3, None, None, 2)


def test_own_checks_are_for_shell_scripts(v3: Client) -> None:
    assert checked(v3, "if (", language=4) == checked(v3, " \n") == []


def test_own_checks_refuse_nothing(v3: Client) -> None:
    assert launch(v3, script_content=encoded("if ("))


def test_check_script_needs_no_business(v3: Client) -> None:
    assert checked(v3.in_scope(), "#!/bin/sh") == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"script_language": None}, "script type cannot be empty"),
        ({"script_language": 9}, "Illegal script type"),
        ({"content": ""}, "Script content cannot be empty"),
    ],
)
def test_refusals_of_check_script(v3: Client, changes: dict[str, t.Any], text: str) -> None:
    params = {"script_language": 1, "content": encoded("true"), **changes}
    assert v3.refusal("check_script", **params) == (1240003, text)


def test_rules_of_the_world(sim: Simulator, v3: Client) -> None:
    sim.world.dangerous_rules = [DangerousRule("hello", languages=(1, 4))]
    assert refused(v3)[0] == refused(v3, script_language=4)[0] == 1244019
