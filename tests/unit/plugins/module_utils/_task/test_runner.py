# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner, with bodies that fail in ways no module should, and options that no module can take."""

from __future__ import annotations

import importlib
import json
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api.hints import DEFECT
from ansible_collections.blueking.job.plugins.module_utils._model.chinese import CHINESE
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Launched
from ansible_collections.blueking.job.plugins.module_utils._task.runner import lost, refused
from tests.documentation import MODULES, misfits, returned_by
from tests.unit.conftest import CREDENTIALS

if t.TYPE_CHECKING:
    from ansible_collections.blueking.job.plugins.module_utils._launch.report import LaunchReport
    from ansible_collections.blueking.job.plugins.module_utils._task.runner import Module
    from ansible_collections.blueking.job.plugins.module_utils._task.task import Task
    from tests.simulator import Simulator
    from tests.unit.conftest import RunModule
    from tests.unit.plugins.module_utils.conftest import RunBody

LAUNCHED = Launched(10000, "Test")


class TaskTimeoutError(BaseException):
    """Like that of the task keyword ``timeout``, which is no Exception."""


def described(name: str) -> Module:
    module: Module = importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{name}").MODULE
    return module


def test_a_defect_of_ours_before_the_launch_is_a_refusal(run_body: RunBody) -> None:
    def body(_task: Task, _report: LaunchReport) -> None:
        raise KeyError("s3cr3t-demo")

    result = run_body(body, language="zh")
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert (result["error"]["kind"], result["error"]["hint"]) == ("protocol", CHINESE[DEFECT])
    assert "KeyError" in result["msg"]
    assert "KeyError" in result["exception"]
    assert "s3cr3t-demo" not in json.dumps(result)
    assert [result[key] for key in ("steps", "host_list", "failed_hosts", "logs")] == [[], [], [], []]
    assert result["finished"] is False


@pytest.mark.parametrize("secret", ["it's xq1", 'xq1 "\n\\', "xq1\udce9", "unexpected", "xq1"])
def test_a_defect_of_ours_shows_no_secret(run_body: RunBody, secret: str) -> None:
    def body(_task: Task, _report: LaunchReport) -> None:
        raise KeyError(f"'\"{secret}")

    result = run_body(body, secret_variables={"x": secret})
    assert "******" in result["error"]["message"]
    assert secret not in json.dumps(result)
    assert "xq1" not in json.dumps(result)


@pytest.mark.parametrize("error", [RuntimeError("boom"), RecursionError(), MemoryError(), TaskTimeoutError()], ids=repr)
def test_whatever_is_raised_while_a_launch_is_sent_leaves_it_unknown(run_body: RunBody, error: BaseException) -> None:
    def body(_task: Task, report: LaunchReport) -> None:
        report.sending()
        raise error

    result = run_body(body, job_plan_id=100)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)
    assert type(error).__name__ in result["msg"]
    assert (result["job_plan_id"], result["failed_hosts"]) == (100, None)


@pytest.mark.parametrize("error", [RuntimeError("boom"), RecursionError(), MemoryError(), TaskTimeoutError()], ids=repr)
def test_whatever_is_raised_after_a_launch_keeps_its_id(run_body: RunBody, error: BaseException) -> None:
    """The instance runs, but is no longer monitored: that is not ``launched``, and not ``refused``."""

    def body(_task: Task, report: LaunchReport) -> None:
        report.sending()
        report.created(LAUNCHED, "https://job.example.com")
        report.launched()
        raise error

    result = run_body(body, job_plan_id=100)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "lost", True)
    assert (result["job_instance_id"], result["ansible_facts"]) == (10000, {"job_instance_id": 10000})
    assert result["job_instance_url"] == "https://job.example.com/api_execute/10000"
    assert "10000" in result["msg"]
    assert result["failed_hosts"] is None


@pytest.mark.parametrize("exit_", [KeyboardInterrupt(), SystemExit(1)], ids=repr)
def test_what_ends_the_process_ends_it(run_body: RunBody, exit_: BaseException) -> None:
    def body(_task: Task, _report: LaunchReport) -> None:
        raise exit_

    with pytest.raises(type(exit_)):
        run_body(body)


def test_a_warning_is_returned_masked_on_one_line(run_body: RunBody) -> None:
    def body(_task: Task, report: LaunchReport) -> None:
        report.warn("beware of\ns3cr3t-demo")
        report.would_launch()

    result = run_body(body)
    assert result["warnings"] == [r"beware of\n******"]


def test_without_warnings_and_differences_there_are_no_such_keys(run_body: RunBody) -> None:
    result = run_body(lambda _task, report: report.would_launch())
    assert {"warnings", "diff", "failed", "exception"} & set(result) == set()


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"variables": {"version": "__omit_place_holder__0a1b"}}, "variables.version"),
        ({"variables": {"labels": {"k": "x<<Omit>>"}}}, "variables.labels.k"),
        ({"global_vars": [{"id": 1, "value": ["<<Omit>>"]}]}, "global_vars[0].value[0]"),
        ({"job_plan_name": "<<Omit>>"}, "job_plan_name"),
    ],
)
def test_the_placeholder_of_omit_is_refused(
    sim: Simulator, run_body: RunBody, options: dict[str, t.Any], place: str
) -> None:
    def body(task: Task, _report: LaunchReport) -> None:
        task.job.instance(10000)

    result = run_body(body, **options)
    assert (result["outcome"], result["error"]["kind"]) == ("refused", "invalid_request")
    assert place in result["msg"]
    assert sim.requests == []


def test_the_options_are_returned_without_secrets(run_body: RunBody) -> None:
    result = run_body(lambda _task, report: report.would_launch(), job_plan_id=100, secret_variables={"a": "hunter2"})
    shown = result["invocation"]["module_args"]
    assert (shown["job_plan_id"], shown["bk_app_code"], shown["bk_app_secret"]) == (100, "demo", "******")
    assert "hunter2" not in json.dumps(result)


WRONG: list[dict[str, t.Any]] = [{}, {"timeout": "abc"}, {"url": [1], "variables": "x=(", "no_such": "hunter2"}]


# A self-check reports that the URL is missing.
@pytest.mark.parametrize(
    ("name", "options"),
    [(name, options) for name in MODULES for options in WRONG if options or not described(name).diagnoses],
    ids=str,
)
def test_options_of_wrong_types_return_all_keys(run_module: RunModule, name: str, options: dict[str, t.Any]) -> None:
    result = run_module(name, **{**CREDENTIALS, **options})
    assert misfits(returned_by(name), result) == []
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert "s3cr3t-demo" not in json.dumps(result)
    assert "hunter2" not in json.dumps(result)


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize(
    "params", [{}, {"url": 5, "variables": "x", "job_instance_id": "x", "bk_app_secret": ["y"]}], ids=str
)
def test_results_without_a_run_have_all_keys(name: str, params: dict[str, t.Any]) -> None:
    result = refused(described(name), params, "the options y")
    assert all_keys(name, result)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert "y" not in result["msg"].split()


@pytest.mark.parametrize("name", ["bk_job_execute", "bk_job_operate"])
@pytest.mark.parametrize("params", [{}, {"job_plan_id": 100, "job_instance_id": 10000, "action": "terminate"}], ids=str)
def test_a_write_whose_process_returned_nothing_may_have_been_done(name: str, params: dict[str, t.Any]) -> None:
    result = lost(described(name), params, "no response")
    assert all_keys(name, result)
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "unknown", True)


def all_keys(name: str, result: dict[str, t.Any]) -> bool:
    # An option that was refused is shown as it was given.
    given: dict[str, t.Any] = {key: None for key in ("job_instance_id", "job_plan_id") if key in result}
    return misfits(returned_by(name), {**result, **given}) == []
