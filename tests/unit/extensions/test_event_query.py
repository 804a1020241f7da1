# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How AAP counts hosts, with the jq it uses, from results of real runs."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from tests.collection_path import CHECKOUT
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.conftest import RunModule

pytestmark = pytest.mark.controller  # where AAP runs; jq is not to be had for older Pythons

QUERIES = yaml.safe_load((CHECKOUT / "extensions" / "audit" / "event_query.yml").read_text(encoding="utf-8"))
ACTING = ("execute", "execute_script", "operate", "transfer_file", "wait")
FACTS = {"infra_type": "PrivateCloud", "infra_bucket": "Compute", "device_type": "Host"}


def counted(module: str, result: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """What AAP makes of a result; facts that are null it can't count by."""
    import jq

    rows: list[dict[str, t.Any]] = jq.compile(QUERIES[f"blueking.job.{module}"]["query"]).input(result).all()
    assert all(None not in row["canonical_facts"].values() for row in rows)
    return rows


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_each_host_is_counted_once(sim: Simulator, run_module: RunModule, front: str) -> None:
    options = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[front]}
    targets = [{"name": "hosts", "host_id_list": [101, 106]}]
    result = run_module("bk_job_execute", job_plan_id=100, target_servers=targets, wait=True, **options)
    rows = counted("bk_job_execute", result)
    assert [row["canonical_facts"] for row in rows] == [{"bk_host_id": 101}, {"bk_host_id": 106}]
    assert [row["name"] for row in rows] == ["10.0.0.1", "bk_host_id 106"]
    assert [row["facts"] for row in rows] == [FACTS] * 2
    again = run_module("bk_job_wait", job_instance_id=result["job_instance_id"], **options)
    assert counted("bk_job_wait", again) == rows


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("bk_job_execute_script", {"content": "uptime"}),
        ("bk_job_transfer_file", {"content": "port: 80", "file_name": "app.yml", "dest": "/etc/app"}),
    ],
)
def test_hosts_of_quick_jobs_are_counted(
    sim: Simulator, run_module: RunModule, module: str, options: dict[str, t.Any]
) -> None:
    quick = {"account": "root", "target_server": {"ip_list": ["10.0.0.1", "10.0.0.2"]}, "bk_biz_id": 1, "url": sim.url}
    result = run_module(module, **options, **quick, **CREDENTIALS)
    assert result["outcome"] == "succeeded"
    assert [row["canonical_facts"] for row in counted(module, result)] == [{"bk_host_id": 101}, {"bk_host_id": 102}]


def test_without_ids_hosts_are_told_by_area_and_address(sim: Simulator, run_module: RunModule) -> None:
    options = {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)["esb-v2"]}
    result = run_module("bk_job_execute", job_plan_id=100, wait=True, **options)
    assert [row["canonical_facts"] for row in counted("bk_job_execute", result)] == [
        {"bk_cloud_id": 0, "ip": "10.0.0.1"}
    ]


def test_what_was_not_looked_at_is_not_counted(sim: Simulator, run_module: RunModule) -> None:
    result = run_module("bk_job_execute", job_plan_id=100, **CREDENTIALS, bk_biz_id=1, url=sim.url)
    assert (result["outcome"], counted("bk_job_execute", result)) == ("launched", [])


def test_every_module_that_acts_on_hosts_is_asked() -> None:
    assert set(QUERIES) == {f"blueking.job.bk_job_{name}" for name in ACTING}
