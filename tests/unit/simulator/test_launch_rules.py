# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Thousands of launches have the result that Job's own code gave them; see tests/data/launch-rules/README.md."""

from __future__ import annotations

import json
import lzma
import re
import typing as t
from functools import lru_cache

import pytest

from tests.collection_path import CHECKOUT
from tests.simulator import (
    ApprovalStep,
    Business,
    FileStep,
    Host,
    Plan,
    Scope,
    ScriptStep,
    Simulator,
    Targets,
    User,
    Variable,
    World,
)
from tests.simulator.gateway.direct import token

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    Case = dict[str, t.Any]

DATA = CHECKOUT / "tests" / "data" / "launch-rules"
PATHS = {"v2": "/api/job/v2/job-execute/execute_job/", "v3": "/api/job/v3/job-execute/execute_job_plan/"}
# Any of several messages is as good as another for this code.
BAD_REQUEST = 1240003


@lru_cache(maxsize=None)
def cases() -> dict[str, list[Case]]:
    """All cases, by what they vary."""
    found: dict[str, list[Case]] = {}
    for path in sorted(DATA.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                found.setdefault(case["about"], []).append(case)
    return found


def targets(raw: t.Any) -> Targets | None:
    return None if raw is None else Targets(host_ids=tuple(raw["host_ids"]))


def step(raw: t.Any) -> t.Any:
    if raw["type"] == 3:
        return ApprovalStep(raw["id"], raw["name"])
    if raw["type"] == 2:
        return FileStep(raw["id"], raw["name"], hosts=raw["hosts"], source=targets(raw["source"]) or Targets())
    return ScriptStep(raw["id"], raw["name"], hosts=raw["hosts"])


def business(raw: t.Any) -> Business:
    return Business(
        Scope(raw["type"], raw["id"]),
        raw["name"],
        tuple(raw["members"]),
        {group: tuple(ids) for group, ids in raw["groups"].items()},
        {(kind, int(node)): tuple(ids) for (kind, node), ids in pairs(raw["nodes"])},
    )


def pairs(nodes: t.Any) -> Iterator[t.Any]:
    for name, ids in nodes.items():
        yield name.split(":"), ids


@lru_cache(maxsize=None)
def world(name: str) -> World:
    raw = json.loads((DATA / name).read_text(encoding="utf-8"))
    scopes = {one["app_id"]: Scope(one["type"], one["id"]) for one in raw["businesses"]}
    return World(
        users=[User("admin")],
        businesses=[business(one) for one in raw["businesses"]],
        hosts=[Host(**host) for host in raw["hosts"]],
        plans=[
            Plan(
                plan["id"],
                plan["name"],
                scopes[plan["app_id"]],
                [step(one) for one in plan["steps"]],
                [Variable(**{**one, "hosts": targets(one["hosts"])}) for one in plan["variables"]],
            )
            for plan in raw["plans"]
        ],
    )


def without_order(message: str) -> tuple[str, list[str]]:
    """A message without the hosts it lists, and these."""
    return re.sub(r"\(\w+:[^)]*\),?", "", message), sorted(re.findall(r"\(\w+:[^)]*\)", message))


def sets(hosts: t.Any) -> t.Any:
    """Lists of host ids without their order."""
    return {name: frozenset(value) if isinstance(value, list) else value for name, value in hosts.items()}


def launched(sim: Simulator) -> dict[str, t.Any]:
    """What was launched, in the words of the cases."""
    if not sim.launches:
        return {}
    ((launch,), (instance,)) = sim.launches, sim.instances
    return {
        "plan": launch.plan_id,
        "started": launch.started,
        "callback": launch.callback_url,
        "values": sets(launch.values),
        "targets": sets({run.step.name: [host.id for host in run.hosts] for run in instance.steps}),
    }


def result(sim: Simulator, session: requests.Session, case: Case) -> dict[str, t.Any]:
    sim.reset(world(case["world"]))
    headers = {**token("admin", "demo"), "Content-Type": "application/json", "Blueking-Language": "en"}
    body = session.post(sim.url + PATHS[case["version"]], case["body"].encode(), headers=headers).json()
    message = {} if body["code"] in (0, BAD_REQUEST) else {"message": without_order(body["message"])}
    return {"code": body["code"], **message, **launched(sim)}


def expected(case: Case) -> dict[str, t.Any]:
    wanted = dict(case["expected"])
    message = wanted.pop("message", "")
    for hosts in {"values", "targets"} & wanted.keys():
        wanted[hosts] = sets(wanted[hosts])
    return wanted if wanted["code"] in (0, BAD_REQUEST) else {**wanted, "message": without_order(message)}


@pytest.mark.parametrize("about", sorted(cases()))
def test_launches_have_the_result_of_the_real_code(sim: Simulator, session: requests.Session, about: str) -> None:
    differences = [
        (case["version"], case["world"], case["body"], wanted, got)
        for case in cases()[about]
        for wanted, got in [(expected(case), result(sim, session, case))]
        if wanted != got
    ]
    assert differences == []


def test_all_cases_are_there() -> None:
    assert sum(map(len, cases().values())) >= 2990
