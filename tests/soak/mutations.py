# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses of which one field is something else: nothing is believed that was not said, and nothing breaks."""

from __future__ import annotations

import functools
import json
import operator
import typing as t

from werkzeug.wrappers import Response

from tests.simulator import Fault, default_world, faults
from tests.simulator.gateway import wire
from tests.unit.launches import HOUR

from .figures import check_launch, check_result
from .tasks import OUTCOMES, PASSWORD, SECRETS

if t.TYPE_CHECKING:
    import random

    from .figures import Figures
    from .tasks import Result, Tasks

    Path = tuple[t.Union[str, int], ...]
    # Calls the last argument right before what it is about.
    Scenario = t.Callable[[Tasks, dict[str, t.Any], t.Callable[[], None]], Result]

RAW = "\0raw\0"
CONTROLS = "\x1b[31m\r\nfake\u202e\u2028\x00\ud800"
LAUNCHES = ("execute_job_plan", "execute_job", "fast_execute_script", "fast_transfer_file", "push_config_file")
STATUS, MISSING = "get_job_instance_status", object()
# The keys of a status response on which the outcome depends; it may be unreadable without them, and without no others.
DECIDING = {
    "result",
    "code",
    "data",
    "job_instance",
    "job_instance_id",
    "status",
    "step_instance_list",
    "blocks",
    "step_instances",
    "step_instance_id",
}
ALWAYS = 10_000  # responses
# Texts are put in their places at the end, since they are no JSON that Python writes.
UNREADABLE = ("[" * 100_000 + "]" * 100_000, '{"a":' * 50_000 + "1" + "}" * 50_000, "9" * 5000)
RAW_VALUES = (*UNREADABLE, "1e999", "NaN")
VALUES: tuple[t.Any, ...] = (
    MISSING,
    None,
    True,
    False,
    0,
    -1,
    1,
    123,
    2**63,
    10**40,
    1.5,
    "",
    "x",
    "123",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": 1},
    {"": None},
    "x" * 300_000,
    "../../../../tmp/x",
    CONTROLS,
    f"echo s3cr3t-demo {PASSWORD}",
    [f"s3cr3t-demo {PASSWORD}"],
    {PASSWORD: "s3cr3t-demo"},
)


def execute(plan_id: int, **more: t.Any) -> Scenario:
    """Launch a plan and wait for it."""

    def run(tasks: Tasks, connection: dict[str, t.Any], ready: t.Callable[[], None]) -> Result:
        ready()
        secret = {"secret_variables": {"param_name": PASSWORD}} if plan_id == 100 else {}
        options = {"job_plan_id": plan_id, "wait": True, "wait_timeout": 600, "poll_interval": 2.0, "logs": "all"}
        return tasks.run("bk_job_execute", **{**connection, **options, **secret, **more})

    return run


def by_id(name: str, **more: t.Any) -> Scenario:
    """Launch a plan, and do something else with the instance, which is what the mutation is for."""

    def run(tasks: Tasks, connection: dict[str, t.Any], ready: t.Callable[[], None]) -> Result:
        launched = tasks.run("bk_job_execute", **connection, job_plan_id=102)
        tasks.sim.requests.clear()
        ready()
        return tasks.run(name, **connection, job_instance_id=launched["job_instance_id"], **more)

    return run


def read(name: str, /, **options: t.Any) -> Scenario:
    """Read something."""

    def run(tasks: Tasks, connection: dict[str, t.Any], ready: t.Callable[[], None]) -> Result:
        ready()
        return tasks.run(name, **connection, **options)

    return run


def quick(name: str, /, **options: t.Any) -> Scenario:
    """Launch a quick job on two hosts and wait for it."""
    addresses = {"ip_list": ["10.0.0.1", "10.0.0.2"]}
    quick_job = {"account": "root", "target_server": addresses, "wait_timeout": 600, "poll_interval": 2.0}
    return read(name, **quick_job, **options)


def changing(name: str, before: dict[str, t.Any], **options: t.Any) -> Scenario:
    """Change what an earlier task, with the options ``before``, has made."""

    def run(tasks: Tasks, connection: dict[str, t.Any], ready: t.Callable[[], None]) -> Result:
        tasks.run(name, **connection, **before)
        tasks.sim.requests.clear()
        ready()
        return tasks.run(name, **connection, **{**before, **options})

    return run


SCRIPT = {"name": "under test", "content": "echo 1\n", "version": "1"}
SCHEDULE = {"name": "nightly", "job_plan_id": 100, "expression": "30 2 * * *", "variables": {"param_name": "1"}}
SOURCE = {"files": ["/data/a.tgz"], "account": "app", "target_server": {"ip_list": ["10.0.0.3"]}}
SCENARIOS: dict[str, Scenario] = {
    "launch": execute(100),
    "launch that fails": execute(102),
    "launch in two phases": execute(100, two_phase=True),
    "launch by name": execute(100, job_plan_id=None, job_plan_name="Test"),
    "wait": by_id(
        "bk_job_wait", secret_variables={"password": PASSWORD}, wait_timeout=600, poll_interval=2.0, logs="all"
    ),
    "terminate": by_id("bk_job_operate", action="terminate"),
    "instance": by_id("bk_job_instance_info", logs="all"),
    "history": read("bk_job_instance_info"),
    "plan": read("bk_job_plan_info", job_plan_id=100, full=True),
    "plans": read("bk_job_plan_info", details=True),
    "launch of a script": quick(
        "bk_job_execute_script", content="echo hello\n", args=[PASSWORD], sensitive_args=True, logs="all"
    ),
    "launch of a file": quick("bk_job_transfer_file", content="port: 80\n", file_name="app.yml", dest="/etc/app"),
    "launch of files": quick("bk_job_transfer_file", sources=[SOURCE], dest="/etc/app", two_phase=True),
    "new script": changing("bk_job_script", {**SCRIPT, "state": "absent"}, state="published"),
    "script": changing("bk_job_script", SCRIPT, content="echo 2\n", version="2", keep=0),
    "scripts": read("bk_job_script_info", content=True),
    "new schedule": changing("bk_job_cron", {**SCHEDULE, "state": "absent"}, state="enabled"),
    "schedule": changing("bk_job_cron", SCHEDULE, expression="30 3 * * *"),
    "schedules": read("bk_job_cron_info"),
    "site": read("bk_job_site_info"),
}
WITH_PASSWORD = ("launch", "launch in two phases", "launch by name", "wait", "launch of a script")
NOT_IN_V2 = (
    "launch in two phases",
    "history",
    "launch of files",
    "new script",
    "script",
    "scripts",
    "new schedule",
    "schedule",
    "schedules",
)


class Mutations:
    """Runs the scenarios; ``apis`` are those that each calls, one after the other, when all is well."""

    def __init__(self) -> None:
        self._apis: dict[tuple[str, str], list[str]] = {}

    def mutate(self, tasks: Tasks, dice: random.Random, figures: Figures) -> None:
        """Run a scenario in which one field of one response is changed, or that of all responses of an API."""
        front = dice.choice(["esb", "esb", "apigw", "apigw", "esb-v2", "old", "old-v2"])
        name = dice.choice([name for name in SCENARIOS if not (front.endswith("v2") and name in NOT_IN_V2)])
        if (name, front) not in self._apis:
            self._run(tasks, name, front)
            # An old ESB refuses the first request of all, since it has the credentials in a header.
            self._apis[name, front] = [request.api for request in tasks.sim.requests][front.startswith("old") :]
        number = dice.randrange(len(self._apis[name, front]))
        change = Change(dice, always=dice.random() < 0.5)
        result = self._run(tasks, name, front, change, number)
        figures.seen[str(result.get("outcome"))] += 1
        before = sum(figures.bad.values())
        # Only what a task was given can be recognized.
        known = [secret for secret in SECRETS if name in WITH_PASSWORD or secret != "hunter2"]
        check_result(figures, result, known, tasks)
        if name.startswith("launch"):
            self._check(tasks, figures, result, change)
        if sum(figures.bad.values()) > before:
            figures.notes.append(f"    {name} by {front}, {change}")

    def _run(self, tasks: Tasks, name: str, front: str, change: Change | None = None, number: int = 0) -> Result:
        tasks.sim.reset(default_world())

        def ready() -> None:
            if change is None:
                return
            fault = Fault(faults.Moment.DONE, None, change)
            if change.always:
                tasks.sim.faults.add(fault, self._apis[name, front][number], ALWAYS)
                return
            for waiting in [*[faults.SOUND] * number, fault]:
                tasks.sim.faults.add(waiting)

        return SCENARIOS[name](tasks, tasks.connection(front), ready)

    def _check(self, tasks: Tasks, figures: Figures, result: Result, change: Change) -> None:
        tasks.sim.clock.advance(HOUR)
        launches = [launch.instance_id for launch in tasks.sim.launches]
        # An id that Job itself returns is believed.
        wrong_id = change.api in LAUNCHES and change.path[-1:] == ("job_instance_id",)
        if not wrong_id:
            check_launch(figures, result, launches)
        outcome = result["outcome"]
        truth = OUTCOMES.get(tasks.sim.instances[0].status, "none") if launches else "refused"
        allowed = {truth}
        if launches and (change.api in LAUNCHES or change.api == "operate_job_instance"):
            allowed |= {"unknown", "lost"} if wrong_id else {"unknown"}
        decides = all(isinstance(key, int) or key in DECIDING for key in change.path) or change.value in UNREADABLE
        if change.api == STATUS and change.always and decides:
            allowed |= {"lost", "timed_out"}
        if truth == "none":
            allowed = {"unknown", "refused", "lost"}
        if outcome not in allowed:
            figures.wrong("wrong verdicts", f"{outcome}, not {allowed}: {result['msg']}")


class Change:
    """Delivers a response with one change, or all responses with the same one (``always``)."""

    def __init__(self, dice: random.Random, *, always: bool) -> None:
        self._dice = dice
        self.always = always
        self.api = ""
        self.path: Path = ()
        self.value: t.Any = None

    def __str__(self) -> str:
        value = "missing" if self.value is MISSING else repr(self.value)[:100]
        return f"{'all of ' if self.always else ''}{self.api} {self.path} = {value}"

    def __call__(self, connection: wire.Connection, response: Response) -> None:
        self.api = connection.path.partition("?")[0].strip("/").rpartition("/")[2]
        body = json.loads(response.get_data())
        if not self.path:
            if self.always and body.get("result") is not True:  # an old ESB, to the first request
                wire.send(connection, response)
                return
            self.path = self._dice.choice(list(_paths(body)))
            before = _at(body, self.path)
            self.value = self._dice.choice([*VALUES, *RAW_VALUES, [before], str(before)])
        try:
            parent, key = _at(body, self.path[:-1]), self.path[-1]
            parent[key]
        except (LookupError, TypeError):  # a later response, without this place
            wire.send(connection, response)
            return
        if self.value is MISSING:
            del parent[key]
        else:
            parent[key] = RAW if self.value in RAW_VALUES else self.value
        text = json.dumps(body).replace(json.dumps(RAW), str(self.value))
        wire.send(connection, Response(text, response.status_code, content_type="application/json"))


def _at(value: t.Any, path: Path) -> t.Any:
    return functools.reduce(operator.getitem, path, value)


def _paths(value: t.Any, path: Path = ()) -> t.Iterator[Path]:
    pairs: t.Iterable[tuple[t.Any, t.Any]] = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, item in pairs:
        yield (*path, key)
        yield from _paths(item, (*path, key))
