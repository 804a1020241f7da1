# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With ``language: zh`` all that tasks say is Chinese: no sentence is English, and none is half English."""

from __future__ import annotations

import re
import socket
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.progress import Progress
from ansible_collections.blueking.job.plugins.module_utils._model.language import speaking
from tests.simulator import ApprovalStep, Outcome, Plan, Scope, ScriptStep, Targets, Variable, default_world, faults
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulator import Simulator
    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Case = tuple[str, Options, str, str]

# Names that people choose, texts of other programs and examples are in quotes. Names of permissions come from IAM.
QUOTED = re.compile(r"「[^」]*」|'[^']*'|\"[^\"]*\"|https?://\S+|所需权限：[^。]*")
# Two plain words in a row: names of options, modules and statuses are single words, or have more than letters in them.
ENGLISH = re.compile(r"(?<![\w.\-/:=])[A-Za-z]{2,}(?:[,;:]? [A-Za-z]{2,})+(?![\w.\-/=])")
IDEOGRAPH = re.compile("[\u3400-\u9fff]")
LONG, FAILURE = Outcome(seconds=1000.0), Outcome(status=104, exit_code=1, seconds=1.0, log="no space left\n")
TARGET = {"ip_list": ["10.0.0.1", "10.0.0.2"]}
SCRIPT: Options = {"content": "echo hello\n", "account": "root", "target_server": TARGET, "task_name": "hello"}
FILE: Options = {
    "content": "port: 80\n",
    "file_name": "app.yml",
    "dest": "/etc/app",
    "account": "root",
    "target_server": TARGET,
    "task_name": "copy",
}
CRON: Options = {"name": "nightly", "job_plan_id": 100, "expression": "30 2 * * *", "time_zone": "Asia/Shanghai"}
DENIED = {"result": False, "code": 9900403, "message": "权限不足"}


@pytest.fixture(autouse=True)
def _plans(sim: Simulator) -> Iterator[None]:
    """Beside the default plans: 200 runs long, 202 fails on all hosts, 203 is abnormal, 204 waits for a person."""
    world = default_world()
    world.plans += [
        plan(200, ScriptStep(1, "run", outcome=LONG)),
        plan(202, ScriptStep(1, "run", outcome=FAILURE), ScriptStep(2, "after")),
        plan(203, ScriptStep(1, "run", ends=(9,))),
        plan(204, ApprovalStep(1, "approve", roles=("release",))),
    ]
    sim.reset(world)
    yield
    sim.reset(default_world())


def plan(id_: int, *steps: ScriptStep | ApprovalStep) -> Plan:
    hosts = Variable(id_ * 10, "hosts", 3, hosts=Targets(host_ids=(101, 102)))
    text = Variable(id_ * 10 + 1, "ports", 6)
    return Plan(id_, f"方案 {id_}", Scope("biz", "1"), steps=[*steps], variables=[hosts, text])


@pytest.fixture
def run(sim: Simulator, run_module: RunModule) -> Callable[..., Options]:
    def run(name: str, /, **options: t.Any) -> Options:
        front = fronts(sim)[options.pop("front", "esb")]
        merged = {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, "language": "zh", **front, **options}
        return run_module(name, **{key: value for key, value in merged.items() if value is not ...})

    return run


def english_in(text: str) -> list[str]:
    """The English in a text, of two words or more; all of it if it has no Chinese at all."""
    found = ENGLISH.findall(QUOTED.sub("", text))
    return found if IDEOGRAPH.search(text) else [text]


def check(result: Options) -> None:
    error = result["error"] or {}
    texts = [result["msg"], *result["warnings"], error.get("message"), error.get("hint")]
    assert [english for text in texts if text for english in english_in(text)] == []
    assert re.search(r"[。？]$|https?://\S+$|：ansible-playbook blueking\.job\.\w+( -e \w+=\w+)+$", result["msg"])


# What a task returns, and a fact of its sentence.
RESULTS: list[Case] = [
    ("bk_job_execute", {"job_plan_id": 100}, "launched", "10000"),
    ("bk_job_execute", {"job_plan_id": 100, "console_url": "https://job.example.com"}, "launched", "api_execute/10000"),
    ("bk_job_execute", {"job_plan_id": 100, "check_mode": True}, "launched", "Test"),
    ("bk_job_execute", {"job_plan_id": 100, "diff_mode": True, "two_phase": True}, "launched", "10000"),
    ("bk_job_execute", {"job_plan_id": 100, "two_phase": True, "front": "old"}, "launched", "10000"),
    ("bk_job_execute", {"job_plan_id": 100, "wait": True}, "succeeded", "10000"),
    ("bk_job_execute", {"job_plan_id": 202, "wait": True}, "failed", "10.0.0.1"),
    ("bk_job_execute", {"job_plan_id": 202, "wait": True, "front": "esb-v2"}, "failed", "10.0.0.1"),
    ("bk_job_execute", {"job_plan_id": 203, "wait": True}, "abnormal", "retry_failed"),
    (
        "bk_job_execute",
        {"job_plan_id": 204, "wait": True, "on_confirmation": "fail"},
        "waiting_confirmation",
        "confirm",
    ),
    ("bk_job_execute", {"job_plan_id": 200, "wait": True, "wait_timeout": 60}, "timed_out", "60"),
    (
        "bk_job_execute",
        {"job_plan_id": 200, "wait": True, "wait_timeout": 60, "terminate_on": ["timeout"]},
        "timed_out",
        "terminated",
    ),
    ("bk_job_execute", {"job_plan_id": 999}, "refused", "999"),
    ("bk_job_execute", {"job_plan_id": 999, "front": "esb-v2"}, "refused", "999"),
    ("bk_job_execute", {"job_plan_name": "Tset"}, "refused", "Test"),
    ("bk_job_execute", {"job_plan_name": "Tset", "job_template_id": 1}, "refused", "Tset"),
    ("bk_job_execute", {"job_plan_id": 100, "variables": {"prots": "1"}}, "refused", "variables.prots"),
    ("bk_job_execute", {"job_plan_id": 100, "variables": {"hosts": "1"}}, "refused", "target_servers"),
    ("bk_job_execute", {"job_plan_id": 200, "variables": {"ports": {"a": 1}}}, "refused", "index_array"),
    ("bk_job_execute", {"job_plan_id": 200, "variables": {"ports": [[1]]}}, "refused", "variables.ports"),
    ("bk_job_execute", {"job_plan_id": 100, "variables": {"a": None, "": 1}}, "refused", "null"),
    ("bk_job_execute", {"job_plan_id": 100, "target_servers": [{"name": "hosts"}]}, "refused", "target_servers[0]"),
    (
        "bk_job_execute",
        {"job_plan_id": 100, "target_servers": [{"name": "hosts", "ip_list": ["10.0.0"]}]},
        "refused",
        "target_servers[0].ip_list[0]",
    ),
    ("bk_job_execute", {"job_plan_id": 100, "global_vars": [{"id": 9, "valeu": "x"}]}, "refused", "valeu"),
    ("bk_job_execute", {"job_plan_id": 100, "global_vars": [{"id": 9, "value": "x"}]}, "refused", "global_vars[0]"),
    ("bk_job_execute", {"job_plan_id": 100, "validate_variables": False, "variables": {"a": [1]}}, "refused", "('a'"),
    ("bk_job_execute", {"job_plan_id": 100, "bk_username": "blind"}, "launched", "10000"),
    ("bk_job_execute", {"job_plan_id": 100, "bk_username": "stranger"}, "refused", "9900403"),
    ("bk_job_wait", {"job_instance_id": 5}, "refused", "5"),
    ("bk_job_operate", {"job_instance_id": 5, "action": "terminate"}, "refused", "5"),
    ("bk_job_plan_info", {}, "None", "7"),
    ("bk_job_plan_info", {"job_plan_id": 100}, "None", "100"),
    ("bk_job_plan_info", {"job_plan_name": "nothing of the kind"}, "None", ""),
    ("bk_job_plan_info", {"limit": 1}, "None", "limit"),
    ("bk_job_plan_info", {"details": True, "bk_username": "blind"}, "None", "7"),
    ("bk_job_instance_info", {}, "None", "0"),
    ("bk_job_instance_info", {"front": "esb-v2"}, "refused", "v2"),
    ("bk_job_instance_info", {"created_after": "yesterday"}, "refused", "created_after"),
    ("bk_job_execute_script", SCRIPT, "succeeded", "10000"),
    ("bk_job_execute_script", {**SCRIPT, "content": "rm -rf / \n", "check_mode": True}, "launched", "hello"),
    ("bk_job_execute_script", {**SCRIPT, "content": "rm -rf / \n"}, "refused", "1244019"),
    ("bk_job_execute_script", {**SCRIPT, "content": ..., "script_name": "cleen"}, "refused", "cleen"),
    ("bk_job_execute_script", {**SCRIPT, "account": "nobody"}, "refused", "1244003"),
    ("bk_job_execute_script", {**SCRIPT, "args": ["a\nb", "\0"]}, "refused", "args[0]"),
    ("bk_job_execute_script", {**SCRIPT, "script_id": "x"}, "refused", "script_id"),
    ("bk_job_execute_script", {**SCRIPT, "content": ..., "src": "/nowhere/a.sh"}, "refused", "/nowhere/a.sh"),
    ("bk_job_execute_script", {**SCRIPT, "rolling_config": {"expression": "ten"}}, "refused", "rolling_config"),
    ("bk_job_transfer_file", FILE, "succeeded", "10000"),
    ("bk_job_transfer_file", {**FILE, "dest": "etc"}, "refused", "dest"),
    (
        "bk_job_transfer_file",
        {**FILE, "content": ..., "file_name": ..., "src": ["/nowhere/a"]},
        "refused",
        "/nowhere/a",
    ),
    ("bk_job_transfer_file", {**FILE, "rolling_config": {"expression": "10%"}}, "refused", "rolling_config"),
    ("bk_job_script", {"name": "new", "content": "echo\n"}, "succeeded", "sha-"),
    ("bk_job_script", {"name": "new", "content": "echo\n", "check_mode": True}, "succeeded", "new"),
    ("bk_job_script", {"name": "clean", "content": "echo banned\n", "version": "1.0"}, "refused", "1.0"),
    ("bk_job_script", {"name": "nothing", "state": "disabled"}, "refused", "nothing"),
    ("bk_job_script", {"name": "a/b", "content": "echo\n"}, "refused", "name"),
    ("bk_job_script_info", {}, "None", "3"),
    ("bk_job_cron", CRON, "succeeded", "nightly"),
    ("bk_job_cron", {**CRON, "expression": "99 * * * *"}, "refused", "'99'"),
    ("bk_job_cron", {**CRON, "expression": "99"}, "refused", "expression"),
    ("bk_job_cron", {**CRON, "job_plan_id": ...}, "refused", "job_plan_id"),
    ("bk_job_cron", {"name": "nothing", "state": "absent"}, "succeeded", "nothing"),
    ("bk_job_cron", {"cron_id": 99}, "refused", "99"),
    ("bk_job_cron_info", {}, "None", "0"),
]
# Options that ansible-core refuses, and those of the connection, beside a plan.
WITH_A_PLAN: list[tuple[Options, str]] = [
    ({"url": ...}, "url (BK_JOB_URL)"),
    ({"timeout": "x"}, "timeout (BK_JOB_TIMEOUT)"),
    ({"url": "paas"}, "url (BK_JOB_URL)"),
    ({"url": "https://paas.example.com/api/v3"}, "/api/v3"),
    ({"gateway": "nginx"}, "nginx"),
    ({"gateway": "apigw", "api_version": "v2"}, "api_version (BK_JOB_API_VERSION)"),
    ({"job_plan": 5}, "job_plan_id"),
    ({"no_such_option_at_all": 5}, "no_such_option_at_all"),
    ({"target_servers": [{"topo_node_list": [{"id": 1}]}]}, "node_type"),
    ({"target_servers": [{"host_id_list": ["x"]}]}, "host_id_list"),
    ({"target_servers": [5]}, "target_servers"),
    ({"variables": "x"}, "variables"),
    ({"bk_scope_type": "biz", "bk_biz_id": ...}, "bk_scope_id"),
    ({"bk_biz_id": ...}, "BK_BIZ_ID"),
    ({"bk_biz_id": 0}, "bk_biz_id"),
    ({"bk_app_code": ...}, "bk_app_code (BK_APP_CODE)"),
    ({"bk_app_code": ..., "bk_app_secret": ...}, "bk_app_secret (BK_APP_SECRET)"),
    ({"bk_username": ...}, "bk_token (BK_TOKEN)"),
    ({"bk_username": "王"}, "bk_username"),
    ({"bk_app_secret": " x"}, "bk_app_secret"),
    ({"access_token": "x1234", "credentials_in": "body"}, "access_token"),
    ({"timeout": 0}, "86400"),
    ({"ca_path": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
    ({"client_key": "/nowhere/key.pem"}, "client_cert"),
    ({"callback_url": "http://a_b/"}, "callback_url"),
    ({"console_url": "https://me:x1y2z3@job.example.com"}, "console_url"),
    ({"log_limit": 0, "wait": True}, "log_limit"),
    ({"log_dest": "/dev/null", "wait": True}, "/dev/null"),
    ({"wait_timeout": -1}, "wait_timeout"),
    ({"poll_interval": 0.01}, "poll_interval"),
    ({"output_pattern": "("}, "output_pattern"),
    ({"output_pattern": "x"}, "output_pattern"),
    ({"variables": {"a": "__omit_place_holder__abc"}}, "variables.a"),
    ({"job_plan_name": "x"}, "job_plan_name"),
    ({"job_plan_id": ...}, "job_template_id"),
]
BAD_INPUT: list[Case] = [
    *(("bk_job_execute", {"job_plan_id": 100, **given}, "refused", fact) for given, fact in WITH_A_PLAN),
    ("bk_job_wait", {"job_instance_id": ""}, "refused", "job_instance_id"),
    ("bk_job_operate", {"job_instance_id": 1, "action": "skip"}, "refused", "step_instance_id"),
    ("bk_job_operate", {"job_instance_id": 1, "action": "fly"}, "refused", "fly"),
    ("bk_job_operate", {"job_instance_id": 1, "action": "start", "step_instance_id": 5}, "refused", "start"),
    ("bk_job_instance_info", {"job_instance_id": 1, "name": "x"}, "refused", "name"),
    ("bk_job_plan_info", {"limit": 0}, "refused", "limit"),
    ("bk_job_execute_script", {**SCRIPT, "account": ...}, "refused", "account_id"),
    ("bk_job_execute_script", {**SCRIPT, "target_server": ...}, "refused", "target_server"),
    ("bk_job_script", {"name": "x", "content": "y", "src": "z"}, "refused", "src"),
    ("bk_job_cron", {"name": "x", "cron_id": 5}, "refused", "cron_id"),
]


@pytest.mark.parametrize(("name", "options", "outcome", "fact"), RESULTS + BAD_INPUT)
def test_results_are_chinese(run: Callable[..., Options], name: str, options: Options, outcome: str, fact: str) -> None:
    result = run(name, **options)
    check(result)
    assert (str(result.get("outcome")), fact in result["msg"]) == (outcome, True), result["msg"]


@pytest.mark.parametrize("answer", [faults.lost(), faults.reset(), faults.truncated(), faults.bad_gateway()])
@pytest.mark.parametrize(
    ("name", "options", "api"),
    [
        ("bk_job_execute", {"job_plan_id": 100}, "execute_job_plan"),
        ("bk_job_execute", {"job_plan_id": 100, "two_phase": True}, "execute_job_plan"),
        ("bk_job_execute_script", SCRIPT, "fast_execute_script"),
        ("bk_job_cron", CRON, "save_cron"),
        ("bk_job_script", {"name": "new", "content": "echo\n"}, "create_script"),
    ],
)
def test_what_is_unclear_is_chinese(
    sim: Simulator, run: Callable[..., Options], name: str, options: Options, api: str, answer: t.Any
) -> None:
    sim.faults.add(answer, api=api, times=9)
    result = run(name, **options)
    # The words of an HTTP status are those of a server.
    texts = [result["msg"], *result["warnings"]]
    assert [english for text in texts for english in english_in(text.replace("Bad Gateway", ""))] == []


def test_a_gateway_that_cannot_be_reached_is_chinese(run: Callable[..., Options]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = run("bk_job_plan_info", url=f"http://127.0.0.1:{port}", retries=1)
    check(result)
    assert str(port) in result["msg"]


@pytest.mark.parametrize("action", ["terminate", "start"])
def test_operations_are_chinese(sim: Simulator, run: Callable[..., Options], action: str) -> None:
    id_ = run("bk_job_execute", job_plan_id=200)["job_instance_id"]
    sim.clock.advance(5)
    result = run("bk_job_operate", job_instance_id=id_, action=action)
    check(result)
    assert action in result["msg"]
    check(run("bk_job_operate", job_instance_id=id_, action=action, check_mode=True))
    check(run("bk_job_wait", job_instance_id=id_, wait_timeout=1))
    check(run("bk_job_instance_info", job_instance_id=id_))


def test_operations_on_steps_are_chinese(sim: Simulator, run: Callable[..., Options]) -> None:
    failed = run("bk_job_execute", job_plan_id=202, wait=True)
    step = failed["steps"][0]["step_instance_id"]
    ids = {"job_instance_id": failed["job_instance_id"], "step_instance_id": step}
    for action in ("confirm", "skip", "continue_rolling", "retry_failed"):
        result = run("bk_job_operate", action=action, **ids)
        check(result)
        assert action in result["msg"]
    check(run("bk_job_operate", **{**ids, "action": "skip", "step_instance_id": 5}))
    sim.faults.add(faults.answer(200, DENIED), api="operate_step_instance")
    sim.clock.advance(60)
    check(run("bk_job_operate", action="retry_all", **ids))


def test_a_lost_instance_is_chinese(sim: Simulator, run: Callable[..., Options]) -> None:
    id_ = run("bk_job_execute", job_plan_id=200)["job_instance_id"]
    sim.faults.add(faults.answer(200, {"result": True, "code": 0, "data": None}), "get_job_instance_status", 999)
    result = run("bk_job_wait", job_instance_id=id_)
    assert english_in(result["msg"].replace(result["error"]["message"], "")) == []


@pytest.mark.parametrize("logs", ["none", "all"])
def test_what_goes_wrong_with_results_is_chinese(sim: Simulator, run: Callable[..., Options], logs: str) -> None:
    denied = faults.answer(200, DENIED)
    for api in ("batch_get_job_instance_ip_log", "get_job_instance_global_var_value"):
        sim.faults.add(denied, api=api, times=9)
    check(run("bk_job_execute", job_plan_id=202, wait=True, logs=logs, parse_outputs=True))
    check(run("bk_job_execute", job_plan_id=100, wait=True, logs=logs))


def test_progress_is_chinese(sim: Simulator) -> None:
    lines: list[str] = []
    hosts = {"total": 4, "succeeded": 1, "failed": 2, "unfinished": 1}
    step = {"step_instance_id": 7, "name": "发布", "type": "script", "status": "running", "hosts": hosts}
    failed: Options = {
        "step_instance_id": 7,
        "bk_host_id": 1,
        "bk_cloud_id": 0,
        "status": "nonzero_exit_code",
        "exit_code": 1,
    }
    rows = [{**failed, "ip": f"10.0.0.{number}", "tag": "磁盘满"} for number in range(12)]
    clock = TurnedClock(sim)
    with speaking("zh"):
        progress = Progress(lambda line, **_always: lines.append(line), clock, 10000)
        progress.update("running", [{**step, "total_seconds": None}], rows, 5)
        progress.silent(None, 30, 20)
        waiting = {**step, "name": "确认", "type": "confirmation", "status": "waiting", "hosts": None}
        progress.update("waiting", [{**step, "status": "failed", "total_seconds": 41.0}, waiting], [], 60)
        progress.ended("failed", 90)
    text = [re.sub("ansible-playbook .*", "", line) for line in lines]
    assert len(lines) > 14
    assert [english for line in text for english in english_in(line)] == []
