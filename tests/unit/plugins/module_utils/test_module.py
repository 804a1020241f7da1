# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner, with bodies that fail in ways no module should."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._api.hints import DEFECT
from ansible_collections.blueking.job.plugins.module_utils._launch.report import LaunchReport
from ansible_collections.blueking.job.plugins.module_utils._task.runner import Task, run
from tests.unit.conftest import CREDENTIALS, module_arguments

OPTIONS = {**CREDENTIALS, "url": "https://paas.example.com", "bk_biz_id": 1, "job_plan_id": 100, "language": "zh"}


def result_of(
    body: t.Callable[[Task, LaunchReport], None], capsys: pytest.CaptureFixture[str], **options: str
) -> dict[str, t.Any]:
    with module_arguments({**OPTIONS, **options}), pytest.raises(SystemExit):
        run({"job_plan_id": {"type": "int"}, "job_plan_name": {"type": "str"}}, body, LaunchReport())
    return t.cast("dict[str, t.Any]", json.loads(capsys.readouterr().out))


def test_a_defect_of_ours_before_the_launch_is_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    def body(_task: Task, _report: LaunchReport) -> None:
        raise KeyError("s3cr3t-demo")

    result = result_of(body, capsys)
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "protocol")
    assert "unexpected KeyError" in result["msg"]
    assert "s3cr3t-demo" not in json.dumps(result)
    assert result["error"]["hint"] == DEFECT.zh


@pytest.mark.parametrize("secret", ["it's xq1", 'xq1 "\n\\', "xq1\udce9", "unexpected", "xq1"])
def test_a_defect_of_ours_tells_no_secret(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    def body(_task: Task, _report: LaunchReport) -> None:
        raise KeyError(f"'\"{secret}")

    result = result_of(body, capsys, bk_app_secret=secret)
    assert result["error"]["message"].endswith("******'")
    assert secret not in json.dumps(result)
    assert "xq1" not in json.dumps(result)


def test_a_defect_of_ours_after_the_launch_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def body(_task: Task, report: LaunchReport) -> None:
        report.launching()
        raise RuntimeError("boom")

    result = result_of(body, capsys)
    assert (result["outcome"], result["changed"]) == ("unknown", True)
    assert "may have been launched" in result["msg"]


def test_a_warning_is_told_once_masked_and_as_ansible_wants_it(capsys: pytest.CaptureFixture[str]) -> None:
    def body(_task: Task, report: LaunchReport) -> None:
        report.warn("beware of s3cr3t-demo")
        report.would_launch()

    result = result_of(body, capsys)
    text = json.dumps(result["warnings"])
    assert text.count("beware of ****") == 1
    assert "s3cr3t-demo" not in text
    assert "deprecations" not in result
