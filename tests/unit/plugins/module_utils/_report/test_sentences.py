# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts in ``msg``: the ids, numbers and actions that a person needs to go on."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.errors import RefusedError, UnclearError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import HostKey, HostResult, Instance, Step
from ansible_collections.blueking.job.plugins.module_utils._model.language import speaking
from ansible_collections.blueking.job.plugins.module_utils._model.text import some_of
from ansible_collections.blueking.job.plugins.module_utils._report.instance import Report
from ansible_collections.blueking.job.plugins.module_utils._report.sentences import last_lines, sentence

PERMISSION: dict[str, t.Any] = {
    "system_id": "bk_job",
    "actions": [
        {
            "id": "launch_job_plan",
            "name": "Launch Job Plan",
            "related_resource_types": [
                {"type": "job_plan", "instances": [[{"type": "biz", "id": "1"}, {"name": "Test", "id": "100"}]]}
            ],
        }
    ],
}


def error(**fields: t.Any) -> RefusedError:
    return RefusedError("not allowed", kind="user_permission", **fields)


def test_an_error_has_the_numbers_that_support_needs() -> None:
    text = sentence(error(code=9900403, request_id="0e1f", job_request_id="9b", hint="Ask for it."))
    for fact in ("not allowed", "9900403", "request_id 0e1f", "job_request_id 9b"):
        assert fact in text
    assert text.endswith(" Ask for it.")


def test_an_error_without_numbers_has_none() -> None:
    assert sentence(error()) == "not allowed."


@pytest.mark.parametrize("message", ["no", "no.", "no. ", "不行。"])
def test_a_message_ends_once(message: str) -> None:
    assert sentence(RefusedError(message, kind="protocol")) == f"{message.rstrip('.。 ')}."


def test_the_tries_and_pauses_are_counted() -> None:
    throttled = error()
    throttled.tries, throttled.waited = 6, 61.2
    assert "6 times" in sentence(throttled)
    assert "62 s" in sentence(throttled)
    assert "times" not in sentence(error())


def test_a_permission_is_named_with_its_resources() -> None:
    text = sentence(error(permission=PERMISSION))
    assert "Launch Job Plan (launch_job_plan) on job_plan: biz(1) / Test(100)" in text


@pytest.mark.parametrize(
    "permission",
    [
        {},
        {"actions": None},
        {"actions": [1, None]},
        {"actions": [{"related_resource_types": [{"instances": [1, [2]]}]}]},
    ],
)
def test_a_permission_may_lack_any_level(permission: dict[str, t.Any]) -> None:
    assert sentence(error(permission=permission)).startswith("not allowed")


def host(number: int, status: int = 104, **fields: t.Any) -> HostResult:
    return HostResult(HostKey(number, 0, f"10.0.0.{number}"), status, **fields)


def report(status: int, *steps: Step) -> Report:
    made = Report()
    made.see(Instance(10000, "deploy", status, steps))
    made.link("https://job.example.com/")
    return made


def message(ended: Report) -> str:
    msg: str = ended.as_result()["msg"]
    return msg


def test_a_failure_names_step_hosts_exit_codes_and_how_to_retry() -> None:
    failed = report(
        4, Step(74, "copy", 2, 3), Step(75, "run", 1, 4, hosts=(host(1, 9), host(2, exit_code=7, tag="full")))
    )
    failed.end("failed")
    for fact in ("10000 (deploy)", '"run"', "10.0.0.2 (exit code 7, tag full)"):
        assert fact in message(failed)
    assert "10.0.0.1" not in message(failed)
    assert " https://job.example.com/api_execute/10000 " in message(failed)
    assert message(failed).endswith(
        "resume -e resume_action=retry_failed -e job_instance_id=10000 -e step_instance_id=75"
    )


def test_chinese_sentences_follow_each_other_without_spaces() -> None:
    failed = report(4, Step(75, "run", 1, 4, hosts=(host(2, exit_code=7),)))
    failed.link(None)
    with speaking("zh"):
        failed.end("failed")
    assert "。如需" in message(failed)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_goes_wrong_later_is_said_before_the_command(language: str) -> None:
    failed = report(4, Step(75, "run", 1, 4, hosts=(host(2, exit_code=7),)))
    with speaking(language):
        failed.end("failed")
        failed.add("No log.")
        assert re.search(r"api_execute/10000 No log\. .*-e step_instance_id=75$", message(failed))
        again = report(4, Step(75, "run", 1, 4, hosts=(host(2, exit_code=7),)))
        again.end("failed")
        assert again.added_to(message(failed)) == "No log."


def test_ten_failed_hosts_are_named() -> None:
    failed = report(4, Step(75, "run", 1, 4, hosts=tuple(host(number) for number in range(1, 14))))
    failed.end("failed")
    assert "10.0.0.10 " in message(failed)
    assert "10.0.0.11" not in message(failed)
    assert "3 more" in message(failed)


@pytest.mark.parametrize(
    ("status", "type_code", "action"),
    [
        (7, 3, "blueking.job.confirm -e job_instance_id=10000 -e step_instance_id=75"),
        (7, 1, "action continue_rolling, job_instance_id 10000 and step_instance_id 75"),
        (15, 1, "action continue_rolling, job_instance_id 10000 and step_instance_id 75"),
    ],
)
def test_a_confirmation_names_the_step_and_the_action(status: int, type_code: int, action: str) -> None:
    waiting = report(7, Step(75, "approve", type_code, status))
    waiting.end("waiting_confirmation")
    for fact in ("10000 (deploy)", '"approve"', action):
        assert fact in message(waiting)


@pytest.mark.parametrize("outcome", ["timed_out", "lost"])
def test_a_wait_that_was_given_up_says_why_and_how_to_resume(outcome: str) -> None:
    seen = report(2, Step(75, "run", 1, 2))
    seen.end(outcome, UnclearError("cannot reach paas", kind="unavailable"), 60)
    for fact in ("10000 (deploy)", "cannot reach paas"):
        assert fact in message(seen)
    assert message(seen).endswith("ansible-playbook blueking.job.resume -e job_instance_id=10000")
    assert (seen.outcome, seen.error and seen.error["kind"]) == (outcome, "unavailable")


def test_an_instance_that_hangs_in_stopping_can_be_skipped() -> None:
    hanging = report(10, Step(75, "run", 1, 10))
    hanging.end("timed_out", None, 60)
    for fact in ("60 s", "stopping", "action skip", "step_instance_id 75"):
        assert fact in message(hanging)


@pytest.mark.parametrize(
    ("status", "requested", "word", "by_itself"),
    [(11, True, "terminated", False), (3, False, "success", True), (3, True, "success", True)],
)
def test_stopping_reports_the_status_it_ended_with(status: int, requested: bool, word: str, by_itself: bool) -> None:
    stopped = report(status)
    stopped.outcome = "timed_out"
    stopped.stopped(None, requested=requested, why="has not finished within 60 s")
    for fact in ("10000", "60 s", f"status is {word}"):
        assert fact in stopped.msg
    assert ("by itself" in stopped.msg) is by_itself
    assert (stopped.outcome, stopped.changed) == ("timed_out", requested)


def test_success_names_the_hosts_that_failed_in_steps_that_ignore_errors() -> None:
    ignored = report(3, Step(75, "run", 1, 6, hosts=(host(2, exit_code=1),)))
    ignored.end("succeeded")
    assert "10.0.0.2 (exit code 1)" in ignored.msg


def test_the_last_lines_of_the_first_three_logs_are_quoted() -> None:
    rows = [
        {"ip": f"10.0.0.{number}", "bk_host_id": number, "bk_cloud_id": 0, "log": f"first\nlast of {number}\n\n"}
        for number in range(1, 6)
    ]
    text = last_lines(rows)
    assert [f'10.0.0.{number}: "last of {number}"' in text for number in range(1, 6)] == [True] * 3 + [False] * 2
    assert "first" not in text
    assert last_lines([{**rows[0], "log": None}, {**rows[1], "log": " \n"}]) == ""
    assert len(last_lines([{**rows[0], "log": "x" * 10_000}])) < 300


def test_control_characters_in_names_are_shown_escaped() -> None:
    forged = Report()
    forged.see(Instance(10000, "x\n\nPLAY RECAP\x1b[2J", 3))
    forged.end("succeeded")
    assert forged.as_result()["msg"].isprintable()


def test_some_rows_stand_for_many() -> None:
    assert some_of(range(10), str) == ", ".join(map(str, range(10)))
    assert some_of(range(12), str).endswith("9 and 2 more")
