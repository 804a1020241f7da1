# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of which a field has another type than it should have."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS

if t.TYPE_CHECKING:
    from tests.unit.conftest import RunModule

STEP = {"id": 1, "name": "run", "type": 1, "script_info": {"script_language": 1}}
VARIABLE = {"id": 1, "name": "x", "type": 1, "used": 1, "required": 0}


def plan(sim: Simulator, run_module: RunModule, **fields: t.Any) -> dict[str, t.Any]:
    body = {"id": 100, "name": "Test", "global_var_list": [VARIABLE], "step_list": [STEP], **fields}
    sim.faults.add(faults.replaced(200, {"result": True, "code": 0, "data": body}))
    connection = {**CREDENTIALS, "url": sim.url, "bk_biz_id": 1, "retries": 0}
    return run_module("bk_job_plan_info", **connection, job_plan_id=100)


@pytest.mark.parametrize("language", [{}, [1], "shell"])
def test_what_is_only_shown_is_null(sim: Simulator, run_module: RunModule, language: object) -> None:
    step = {**STEP, "script_info": {"script_language": language}}
    (row,) = plan(sim, run_module, step_list=[step], need_update=1)["plans"]
    assert row["steps"][0]["script_language"] is None
    assert (row["need_update"], row["variables"][0]["used"]) == (None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": 1},
        {"id": -1},
        {"global_var_list": [{**VARIABLE, "name": -1}]},
        {"global_var_list": [{**VARIABLE, "id": "x"}]},
        {"step_list": [{**STEP, "id": ["x"]}]},
        {"step_list": [{**STEP, "name": {}}]},
    ],
)
def test_what_decisions_depend_on_is_refused(sim: Simulator, run_module: RunModule, fields: dict[str, t.Any]) -> None:
    assert plan(sim, run_module, **fields)["error"]["kind"] == "protocol"
