# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs, names and ids that mean harm: files stay where they belong, and the outcome is that of the instance."""

from __future__ import annotations

import json
import tempfile
import typing as t
from pathlib import Path

from werkzeug.wrappers import Response

from tests.simulator import Fault, Host, Outcome, Plan, ScriptStep, default_world, faults
from tests.simulator.gateway import wire
from tests.unit.launches import HOUR

from .figures import check_launch, check_result
from .tasks import OUTCOMES, PASSWORD, SCOPE, SECRETS, variables

if t.TYPE_CHECKING:
    import random

    from .figures import Figures
    from .tasks import Tasks

CONTROLS = "\x1b]0;owned\x07\x1b[2J\r\n\u202e\u2028\x00"
NAMES = (
    "../../x",
    "a/b",
    "..",
    ".",
    "",
    "x" * 300,
    "步骤" * 60,
    "$(id)`id`",
    "-rf",
    "a\x00b",
    CONTROLS,
    " ",
    "~",
    "CON",
)
PIECES = ("ok\n", CONTROLS, f"password: {PASSWORD}\n", "\\u0000", "管" * 50, "a" * 70_000, "\r" * 50, "")
IDS = ("../../x", "/tmp/x", -1, 0, 2**70, None, True, [1], {"a": 1}, "1\n2", CONTROLS)
KIB = 1024


def read_logs(tasks: Tasks, dice: random.Random, figures: Figures) -> None:
    """Wait for an instance whose steps, hosts and logs are hostile, with files for its logs."""
    world = default_world()
    world.hosts.append(Host(666, dice.choice(["10.0.0.66", "../x", "a/b", "::1", CONTROLS]), biz=1))
    outcomes = [_outcome(dice) for _host in range(4)]
    steps: list[t.Any] = [
        ScriptStep(number, dice.choice(NAMES), outcomes={101: (dice.choice(outcomes),)}, outcome=dice.choice(outcomes))
        for number in range(1, dice.randint(2, 4))
    ]
    world.plans.append(Plan(200, dice.choice(NAMES), SCOPE, steps=steps, variables=variables(200)))
    sim = tasks.sim
    sim.reset(world)
    if dice.random() < 0.5:
        _mutate_ids(sim, dice)
    limit = dice.choice([1, 64])
    with tempfile.TemporaryDirectory() as folder:
        dest = Path(folder, "logs")
        result = tasks.run(
            "bk_job_execute",
            **tasks.connection(dice.choice(["esb", "apigw", "esb-v2", "old"])),
            job_plan_id=200,
            secret_variables={"note": PASSWORD},
            wait=True,
            logs=dice.choice(["failed", "all"]),
            log_limit=limit,
            log_dest=str(dest),
        )
        _check_files(figures, Path(folder), dest, sim.launches[0].instance_id)
    sim.clock.advance(HOUR)
    check_result(figures, result, SECRETS, tasks)
    check_launch(figures, result, [launch.instance_id for launch in sim.launches])
    truth = OUTCOMES[sim.instances[0].status]
    figures.seen[str(result["outcome"])] += 1
    if result["outcome"] != truth:
        figures.wrong("wrong verdicts", f"{result['outcome']} instead of {truth}: {result['msg']}")
    longest = max((len((row["content"] or "").encode()) for row in result["logs"] or ()), default=0)
    if longest > limit * KIB:
        figures.wrong("files", f"a log of {longest} bytes in the result")


def _outcome(dice: random.Random) -> Outcome:
    log = "".join(dice.choices(PIECES, k=dice.choice([0, 1, 3, 30])))
    failed = dice.random() < 0.5
    tag = dice.choice(NAMES)
    return Outcome(
        status=104 if failed else 9, exit_code=int(failed), tag=tag, log=log, log_lag=dice.choice([0, 2, 99])
    )


def _mutate_ids(sim: t.Any, dice: random.Random) -> None:
    """Change ids and addresses in the responses with logs."""

    def deliver(connection: wire.Connection, response: Response) -> None:
        body = json.loads(response.get_data())
        rows = list(_rows(body))
        if rows:
            row = dice.choice(rows)
            row[dice.choice(sorted(row.keys() & ID_KEYS))] = dice.choice(IDS)
        wire.send(connection, Response(json.dumps(body), response.status_code, content_type="application/json"))

    for api in ("batch_get_job_instance_ip_log", "get_job_instance_log"):
        sim.faults.add(Fault(faults.Moment.DONE, None, deliver), api=api, times=4)


ID_KEYS = {"step_instance_id", "host_id", "bk_host_id", "bk_cloud_id", "ip"}


def _rows(value: t.Any) -> t.Iterator[dict[str, t.Any]]:
    if isinstance(value, dict):
        if value.keys() & ID_KEYS:
            yield value
        for item in value.values():
            yield from _rows(item)
    elif isinstance(value, list):
        for item in value:
            yield from _rows(item)


def _check_files(figures: Figures, folder: Path, dest: Path, instance_id: int) -> None:
    """Check that there are files two levels below the instance only, and no secret in them."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if parts[:2] not in ((dest.name,), (dest.name, str(instance_id))) or len(parts) > 4 or path.is_symlink():
            figures.wrong("files", path)
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            for secret in SECRETS:
                if secret in text:
                    figures.wrong("secrets", f"{secret} in {path}")
