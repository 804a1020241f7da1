# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook doctor as ansible-playbook runs it: its table, its report, and how it ends."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import typing as t

import pytest
import trustme

from tests.integration.playing import COMMANDS, CREDENTIALS, clean_environment
from tests.simulator import App, Simulator, User

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Play = Callable[..., subprocess.CompletedProcess[str]]

READS = ("get_job_plan_list", "get_job_plan_detail", "get_job_instance_list", "get_account_list", "get_script_list")
CMDB = (
    "list_biz_hosts_topo",
    "search_dynamic_group",
    "execute_dynamic_group",
    "search_business",
    "search_biz_inst_topo",
)
# What must not be in a report: the address, users, the application, secrets, and the names of plans.
NAMES = re.compile(r"127\.0\.0\.1|localhost|://|s3cr3t|\b(admin|blind|demo|doctor-app|Test|BlueKing\()\b")


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    """A simulator with TLS, whose CA is in ``ca.pem``."""
    ca, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Simulator(ssl_context=context) as server:
        yield server


@pytest.fixture
def play(sim: Simulator, collections: str, tmp_path: Path) -> Play:
    """Run the playbook in ``tmp_path``, with the connection in the environment; None removes a variable."""

    def run(*arguments: str, **environ: str | None) -> subprocess.CompletedProcess[str]:
        connection = {name.upper(): str(value) for name, value in CREDENTIALS.items()}
        variables = {"BK_JOB_URL": sim.url, "BK_JOB_CA_PATH": "ca.pem", **connection, **environ}
        done = subprocess.run(
            [str(COMMANDS / "ansible-playbook"), "blueking.job.doctor", *arguments],
            env={**clean_environment(collections), **{name: value for name, value in variables.items() if value}},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "s3cr3t" not in done.stdout + done.stderr
        assert (sim.launches, sim.uploads) == ([], [])
        return done

    return run


def statuses(output: str) -> dict[str, str]:
    """The table that was shown: the status of each check."""
    found = re.findall(r"^(ok|failed|warning|not_checked) +(\w+)  ", output, re.MULTILINE)
    return {name: status for status, name in found}


@pytest.mark.parametrize(
    ("plan", "in_process"),
    [("job_plan_id", "1"), ("plan_id", "1"), ("job_plan_id", "0")],
    ids=["here", "plan by its alias", "in a process of its own"],
)
def test_a_site_that_works(play: Play, tmp_path: Path, plan: str, in_process: str) -> None:
    done = play("-e", f"{plan}=100", "-e", "report_file=site.md", ANSIBLE_BK_JOB_IN_PROCESS=in_process)
    assert done.returncode == 0, done.stdout
    shown = statuses(done.stdout)
    for name in ("options", "tls", "certificate_issuer", "gateway", "application", "user", "business", "plan", *READS):
        assert shown[name] == "ok"
    assert set(shown.values()) == {"ok", "not_checked"}
    report = (tmp_path / "site.md").read_text(encoding="utf-8")
    assert NAMES.findall(report) == []
    assert set(re.findall(r"\| (\w+) \| `(\w+)` \|", report)) == {(status, name) for name, status in shown.items()}
    for name in ("blueking.job", "ansible-core", "Python", "requests", "gateway", "api_version"):
        assert re.search(rf"^\| {name} \| \S.* \|$", report, re.MULTILINE)


def test_check_mode_checks_and_writes_nothing(play: Play, tmp_path: Path) -> None:
    done = play("-e", "job_plan_id=100", "-e", "report_file=site.md", "--check")
    assert (done.returncode, statuses(done.stdout)["plan"]) == (0, "ok"), done.stdout
    assert not (tmp_path / "site.md").exists()


def test_two_plans_are_one_option(sim: Simulator, play: Play) -> None:
    done = play("-e", "job_plan_id=100", "-e", "plan_id=101")
    assert (done.returncode != 0, "bk_job_id" in done.stdout, sim.requests) == (True, True, [])


def test_a_site_with_many_problems(sim: Simulator, play: Play, tmp_path: Path) -> None:
    """All of them are named at once, and none of them hides another."""
    sim.date_ahead = 600
    apis = frozenset({*READS, *CMDB, "get_job_instance_status", "get_job_instance_global_var_value", "get_cron_list"})
    sim.world.apps.append(App("doctor-app", "s3cr3t-of-doctor", trusted=True, apis=apis))
    sim.world.users.append(User("blind", denied={"view_job_plan"}))
    given = {"BK_APP_CODE": "doctor-app", "BK_APP_SECRET": "s3cr3t-of-doctor", "BK_USERNAME": "blind"}
    done = play("-e", "report_file=reports.md", **given)
    assert done.returncode != 0
    shown = statuses(done.stdout)
    broken = [
        "get_job_plan_detail",
        "batch_get_job_instance_ip_log",
        "check_script",
        "get_script_version_list",
        "get_cron_detail",
    ]
    assert [name for name, status in shown.items() if status == "failed"] == broken
    assert [name for name, status in shown.items() if status == "warning"] == ["clock"]
    [sentence] = re.findall(r'"msg": "(\d+ of \d+ checks failed.*)"', done.stdout)
    assert (sentence.partition(" ")[0], [name for name in broken if name not in sentence]) == ("5", [])
    report = (tmp_path / "reports.md").read_text(encoding="utf-8")
    assert NAMES.findall(report) == []
    assert "view_job_plan" in report
    full = play("-e", "report_file=full.md", "-e", "full=true", **given)
    assert full.returncode != 0
    assert "127.0.0.1" in (tmp_path / "full.md").read_text(encoding="utf-8")


def test_an_environment_that_is_not_set(sim: Simulator, play: Play, tmp_path: Path) -> None:
    variables = ("BK_JOB_URL", "BK_APP_SECRET", "BK_BIZ_ID")
    done = play("-e", "report_file=site.md", **dict.fromkeys(variables))
    assert (done.returncode != 0, sim.requests) == (True, [])
    report = (tmp_path / "site.md").read_text(encoding="utf-8")
    assert [name for name in variables if name not in report or name not in done.stdout] == []


def test_an_option_that_is_invalid(sim: Simulator, play: Play, tmp_path: Path) -> None:
    done = play("-e", "report_file=site.md", BK_JOB_GATEWAY="nginx")
    assert (done.returncode != 0, sim.requests) == (True, [])
    assert "BK_JOB_GATEWAY" in done.stdout
    assert "BK_JOB_GATEWAY" in (tmp_path / "site.md").read_text(encoding="utf-8")


def test_the_connection_is_no_extra_variable(sim: Simulator, play: Play) -> None:
    done = play("-e", "url=https://elsewhere.example.com")
    assert (done.returncode != 0, "BK_JOB_URL" in done.stdout, sim.requests) == (True, True, [])


def test_an_inventory_changes_nothing(sim: Simulator, play: Play, tmp_path: Path) -> None:
    nonsense = {
        "full": True,
        "report_file": "elsewhere.md",
        "job_plan_id": 4711,
        "url": "https://elsewhere.example.com",
    }
    inventory = {"all": {"hosts": {"localhost": {**nonsense, "ansible_connection": "ssh"}}}}
    (tmp_path / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")
    done = play("-i", "hosts.yml", "-e", "report_file=")
    assert done.returncode == 0, done.stdout
    assert ("plan" in statuses(done.stdout), "127.0.0.1" in done.stdout) == (False, False)
    assert [path.name for path in tmp_path.glob("*.md")] == []
