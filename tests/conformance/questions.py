# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests that are sent to a server and to the simulator. All of them read, except the launch of a named plan."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Ids that no installation has, and a name that no plan has.
NO_ID = 999_999_999_999
NO_BUSINESS = 7_999_999
NO_NAME = "blueking.job conformance: no plan has this name"
DAY = 24 * 3600 * 1000  # milliseconds


@dataclass
class Server:
    """A server and how to call it. `kind` is `esb` or `apigw`; an `old` ESB reads credentials in the body only.

    `plan` and `instance` are ids that exist, None where there are none.
    """

    url: str
    kind: str
    credentials: dict[str, str]
    business: int
    verify: bool | str = True
    old: bool = False
    plan: int | None = None
    instance: int | None = None


@dataclass
class Question:
    """One request. `credentials` and `header` replace the server's own; `system` and `method` are those of an ESB."""

    name: str
    api: str
    params: dict[str, Any] = field(default_factory=dict)
    scope: dict[str, Any] | None = None
    credentials: dict[str, str] | None = None
    header: str | None = None
    system: str = "jobv3"
    method: str | None = None
    language: str = "en"

    def request(self, server: Server) -> dict[str, Any]:
        """The arguments of `requests.request`."""
        scope = {"bk_scope_type": "biz", "bk_scope_id": str(server.business), "bk_biz_id": server.business}
        params = {**(scope if self.scope is None else self.scope), **self.params}
        credentials = server.credentials if self.credentials is None else self.credentials
        headers = {"Blueking-Language": self.language, "Content-Type": "application/json"}
        if server.old and self.header is None:
            params.update(credentials)
        else:
            headers["X-Bkapi-Authorization"] = json.dumps(credentials) if self.header is None else self.header
        if server.kind == "apigw":
            method = self.method or ("POST" if self.api == LAUNCH else "GET")
            url = f"{server.url}/api/v3/{self.api}"
            if method == "GET":
                return {"method": method, "url": url, "params": params, "headers": headers}
        else:
            method = self.method or "POST"
            url = f"{server.url}/api/c/compapi/v2/{self.system}/{self.api}/"
        return {"method": method, "url": url, "data": json.dumps(params), "headers": headers}


LAUNCH = "execute_job_plan"
PLANS, PLAN = "get_job_plan_list", "get_job_plan_detail"
STATUS, VALUES, HISTORY = (
    "get_job_instance_status",
    "get_job_instance_global_var_value",
    "get_job_instance_list",
)


def window(days: float = 1, end: float = 0) -> dict[str, int]:
    """A time window of the history that ends `end` days ago."""
    now = round(time.time() * 1000)
    return {"create_time_start": now - round((end + days) * DAY), "create_time_end": now - round(end * DAY)}


LIST_PLANS = Question("plans: a page of two", PLANS, {"start": 0, "length": 2})
PROBE = Question("credentials: none", PLANS, credentials={})


def newest() -> Question:
    return Question("history: the newest instance", HISTORY, {**window(29), "start": 0, "length": 1})


def launch(plan: int) -> Question:
    return Question("launch: the plan that was named", LAUNCH, {"job_plan_id": plan})


def questions(server: Server) -> Iterator[Question]:
    """All that only reads, in the order in which it is asked."""
    yield from _credentials(server)
    yield from _paths(server)
    yield from _scopes()
    yield from _lists()
    yield from _ids()
    if server.kind == "esb":
        yield from _v2()
        yield Question("types: a list as a number", PLANS, {"start": []})
    if server.plan:
        yield Question("plan: an existing one", PLAN, {"job_plan_id": server.plan})
    if server.instance:
        yield from instance(server.instance)


def instance(id_: int) -> Iterator[Question]:
    """What is asked about an existing instance."""
    given = {"job_instance_id": id_}
    yield Question("instance: its status", STATUS, given)
    yield Question("instance: its status with hosts", STATUS, {**given, "return_ip_result": "true"})
    yield Question("instance: its variables", VALUES, given)


def _credentials(server: Server) -> Iterator[Question]:
    yield PROBE
    own = server.credentials
    if "access_token" in own:
        yield Question("credentials: an unknown access token", PLANS, credentials={"access_token": "no-such-token"})
    else:
        app = {name: own[name] for name in ("bk_app_code", "bk_app_secret")}
        yield Question("credentials: an unknown app", PLANS, credentials={**own, "bk_app_code": "no-such-app-x"})
        yield Question("credentials: a wrong secret", PLANS, credentials={**own, "bk_app_secret": "wrong"})
        yield Question("credentials: no secret", PLANS, credentials={**own, "bk_app_secret": ""})
        yield Question("credentials: no user", PLANS, credentials=app)
        yield Question("credentials: an unknown token", PLANS, credentials={**app, "bk_token": "no-such-token"})
    yield Question("header: no JSON", PLANS, header="{")
    yield Question("header: an empty object", PLANS, header="{}")
    if server.kind == "esb":
        yield Question("header: null", PLANS, header="null")


def _paths(server: Server) -> Iterator[Question]:
    yield Question("path: an unknown API", "get_job_no_such_thing")
    yield Question("path: an API of v2 only", "get_job_list")
    if server.kind == "apigw":
        yield Question("method: POST for a read", PLANS, method="POST")
    else:
        yield Question("path: an unknown system", PLANS, system="jobv9")
        yield Question("method: PUT", PLANS, method="PUT")


def _scopes() -> Iterator[Question]:
    yield Question("business: none", PLANS, scope={})
    yield Question("business: unknown", PLANS, scope={"bk_scope_type": "biz", "bk_scope_id": str(NO_BUSINESS)})
    yield Question("business: of an unknown type", PLANS, scope={"bk_scope_type": "nope", "bk_scope_id": "1"})
    yield Question("business: without an id", PLANS, scope={"bk_scope_type": "biz"})
    yield Question("business: a word", PLANS, scope={"bk_biz_id": "abc"})


def _lists() -> Iterator[Question]:
    yield LIST_PLANS
    yield Question("plans: a name that none has", PLANS, {"name": NO_NAME})
    yield Question("plans: beyond the last one", PLANS, {"start": 1_000_000, "length": 2})
    yield newest()
    yield Question("history: no window", HISTORY)
    yield Question("history: a window of 31 days", HISTORY, window(31))
    yield Question("history: a window that ends before it begins", HISTORY, window(-1))
    yield Question("history: a page of 1001", HISTORY, {**window(), "length": 1001})
    yield Question("history: a name that none has", HISTORY, {**window(), "name": NO_NAME})


def _ids() -> Iterator[Question]:
    for language in ("en", "zh-cn"):
        yield Question(f"plan: unknown, {language}", PLAN, {"job_plan_id": NO_ID}, language=language)
        yield Question(f"instance: unknown, {language}", STATUS, {"job_instance_id": NO_ID}, language=language)
    yield Question("plan: 0", PLAN, {"job_plan_id": 0})
    yield Question("plan: no id", PLAN)
    yield Question("plan: a word", PLAN, {"job_plan_id": "abc"})
    yield Question("instance: 0", STATUS, {"job_instance_id": 0})
    yield Question("instance: no id", STATUS)
    yield Question("variables: of an unknown instance", VALUES, {"job_instance_id": NO_ID})


def _v2() -> Iterator[Question]:
    yield Question("v2: a page of two plans", "get_job_list", {"start": 0, "length": 2}, system="job")
    yield Question("v2: an unknown plan", "get_job_detail", {"bk_job_id": NO_ID}, system="job")
    yield Question("v2: an unknown instance", "get_job_instance_status", {"job_instance_id": NO_ID}, system="job")
    yield Question("v2: an API of v3 only", PLANS, system="job")
