# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comparison of a server with the simulator: here the server is a simulator too, so all differences are made."""

from __future__ import annotations

import socket
import typing as t

import pytest
import requests

from tests.conformance.__main__ import main
from tests.conformance.questions import LAUNCH
from tests.simulator import Simulator, default_world, faults
from tests.unit.conftest import CREDENTIALS

if t.TYPE_CHECKING:
    from pathlib import Path

    Report = dict[str, list[str]]

FRONTS = ["esb", "old", "blueking7", "apigw"]
USERS = [{"BK_USERNAME": "admin"}, {"BK_TOKEN": "token-of-alice"}, {"BK_ACCESS_TOKEN": "access-of-alice"}]
# An access token has to be in the header, which an old ESB does not read.
CALLERS = [(front, user) for front in FRONTS for user in USERS if front != "old" or "BK_ACCESS_TOKEN" not in user]
NOTHING: dict[str, t.Any] = {"result": True, "code": 0, "data": None}


@pytest.fixture
def server() -> t.Iterator[Simulator]:
    with Simulator(default_world()) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bk_app_code", "bk_app_secret"):
        monkeypatch.setenv(name.upper(), CREDENTIALS[name])
    monkeypatch.setenv("BK_BIZ_ID", "1")


def options(server: Simulator, front: str) -> list[str]:
    server.world.esb_behind_gateway = front == "blueking7"
    if front == "apigw":
        return ["--url", server.apigw_url, "--gateway", "apigw"]
    return ["--url", server.old_esb_url if front == "old" else server.url]


def compare(tmp_path: Path, arguments: list[str]) -> tuple[int, Report, str]:
    """The exit code, the differences by question, and the whole report."""
    code = main([*arguments, "--output", str(tmp_path / "report.md")])
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    found = {row[0]: row[4].split("<br>") for row in rows[2:] if row[4] != "none"}
    assert len(rows) > 30
    return code, found, text


def launch(server: Simulator, plan: int = 100) -> None:
    header = f'{{"bk_app_code": "demo", "bk_app_secret": "{CREDENTIALS["bk_app_secret"]}", "bk_username": "admin"}}'
    url = f"{server.url}/api/c/compapi/v2/jobv3/{LAUNCH}/"
    body = {"bk_scope_type": "biz", "bk_scope_id": "1", "job_plan_id": plan}
    assert requests.post(url, json=body, headers={"X-Bkapi-Authorization": header}, timeout=10).json()["result"]


@pytest.mark.parametrize(("front", "user"), CALLERS, ids=[f"{front} {next(iter(user))}" for front, user in CALLERS])
def test_the_simulator_agrees_with_itself(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, front: str, user: dict[str, str]
) -> None:
    for name, value in user.items():
        monkeypatch.setenv(name, value)
    launch(server)
    before = len(server.launches)
    code, found, report = compare(tmp_path, options(server, front))
    assert (code, found) == (0, {})
    # Nothing was launched, and nothing was called that writes.
    assert len(server.launches) == before
    apis = {request.api for request in server.requests[1:]}
    assert [api for api in apis if api.startswith(("execute", "operate"))] == []
    assert "instance: its status" in report


def test_the_plan_that_was_named_is_launched_once(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BK_USERNAME", "admin")
    code, found, _report = compare(tmp_path, [*options(server, "esb"), "--plan", "102"])
    assert (code, found) == (0, {})
    assert [one.plan_id for one in server.launches] == [102]
    assert sum(request.api == LAUNCH for request in server.requests) == 1


def test_an_empty_business_has_nothing_to_differ(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BK_USERNAME", "admin")
    server.world.plans.clear()
    code, found, report = compare(tmp_path, options(server, "esb"))
    assert (code, found, "plan: an existing one" in report) == (0, {}, False)


DIFFERENT: list[tuple[str, dict[str, t.Any], str, list[str]]] = [
    # A code of its own for a plan that does not exist.
    (
        "get_job_plan_detail",
        {"result": False, "code": 1234567, "message": "no such plan"},
        "plan: unknown, en",
        ["code: 1234567 instead of 1243009", "kind: protocol, perhaps done instead of not_found, not done"],
    ),
    # A success where there has to be an error.
    (
        "get_job_instance_status",
        NOTHING,
        "instance: unknown, en",
        ["code: 0 instead of 1244006", "kind: success instead of not_found, not done"],
    ),
    # Rows with other types and without a field.
    (
        "get_job_plan_list",
        {**NOTHING, "data": {"start": 0, "length": 2, "total": "5", "data": [{"id": "100"}]}},
        "plans: a page of two",
        [
            "body.data.total: text instead of number",
            "body.data.data[].id: text instead of number",
            "body.data.data[].name: missing",
        ],
    ),
]


@pytest.mark.parametrize(("api", "body", "question", "differences"), DIFFERENT, ids=[row[2] for row in DIFFERENT])
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_server_that_differs_is_reported(
    server: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    front: str,
    api: str,
    body: dict[str, t.Any],
    question: str,
    differences: list[str],
) -> None:
    monkeypatch.setenv("BK_USERNAME", "admin")
    server.faults.add(faults.replaced(200, {"message": "", **body}), api=api, times=100)
    code, found, _report = compare(tmp_path, options(server, front))
    assert code == 1
    assert set(differences) <= set(found[question])


def test_a_page_instead_of_the_api_is_reported(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BK_USERNAME", "admin")
    server.faults.add(faults.answer(200, "<html>Log in</html>"), times=1000)
    code, found, _report = compare(tmp_path, options(server, "esb"))
    assert code == 1
    assert len(found) > 20


def test_the_report_names_nobody(server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BK_TOKEN", "token-of-alice")
    launch(server)
    echo = {"result": False, "code": 1, "message": "alice token-of-alice 10.0.0.1", "data": {"10.0.0.1 alice": 1}}
    server.faults.add(faults.replaced(200, echo), api="get_job_plan_detail", times=100)
    names = {**NOTHING, "data": {"start": 0, "length": 1, "total": 1, "data": [{"alice 10.0.0.1": "alice"}]}}
    server.faults.add(faults.replaced(200, names), api="get_job_plan_list", times=100)
    code, _found, report = compare(tmp_path, options(server, "esb"))
    assert code == 1
    private = ["alice", "demo", CREDENTIALS["bk_app_secret"], "10.0.0.", "127.0.0.1", "http", "Test", "Release"]
    assert [word for word in private if word in report] == []


def test_what_is_missing_is_said_before_anything_is_sent(server: Simulator) -> None:
    with pytest.raises(SystemExit, match="BK_USERNAME"):
        main(options(server, "esb"))
    assert server.requests == []


def test_a_server_that_is_not_there_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BK_USERNAME", "admin")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SystemExit, match="ConnectionError"):
        main(["--url", url])
