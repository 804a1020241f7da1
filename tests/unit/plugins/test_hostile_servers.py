# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers, or what stands in for them, that answer with too much, too slowly, about something else, or with tricks."""

from __future__ import annotations

import gzip
import html
import json
import threading
import typing as t
import unicodedata
import zlib
from urllib.parse import quote

import pytest
import requests

from ansible_collections.blueking.job.plugins.module_utils._api import hints
from tests.simulator import Host, Outcome, Plan, Scope, ScriptStep, Simulator, Targets, Variable, default_world, faults
from tests.soak.tasks import Tasks
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = t.Dict[str, t.Any]
    Result = t.Dict[str, t.Any]

ONE = Scope("biz", "1")
ALWAYS = 10_000  # times that a fault happens
HOST_VARIABLE = 3
STATUS, LAUNCH, PLAN, PLANS, HISTORY = (
    "get_job_instance_status",
    "execute_job_plan",
    "get_job_plan_detail",
    "get_job_plan_list",
    "get_job_instance_list",
)
BATCH, SINGLE, WHOLE, OUTPUT = (
    "batch_get_job_instance_ip_log",
    "get_job_instance_ip_log",
    "get_job_instance_log",
    "get_job_instance_global_var_value",
)
#: The names that version 2 has for some of these APIs.
IN_V2 = {LAUNCH: "execute_job", PLAN: "get_job_detail", PLANS: "get_job_list"}
MODULES: dict[str, Options] = {
    "bk_job_execute": {"job_plan_id": 100},
    "bk_job_wait": {"job_instance_id": 10000},
    "bk_job_operate": {"job_instance_id": 10000, "action": "terminate"},
    "bk_job_instance_info": {"job_instance_id": 10000},
    "bk_job_plan_info": {"job_plan_id": 100},
}


@pytest.fixture(params=["esb", "esb-v2", "apigw"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return options_of(sim, request.param)


@pytest.fixture(params=["esb", "esb-v2"])
def version(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of the ESB with each version of the API; those of v3 are the same on all gateways."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The connection options of the ESB."""
    return options_of(sim, "esb")


@pytest.fixture(autouse=True)
def _own_world(sim: Simulator) -> Iterator[None]:
    """What a test changes in the world is gone after it."""
    sim.reset(default_world())
    yield
    sim.reset(default_world())


def is_number(value: t.Any) -> bool:
    """Whether JSON has it as a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def options_of(sim: Simulator, surface: str) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[surface]}


def is_v2(front: Options) -> bool:
    return front.get("api_version") == "v2"


def name_of(api: str, front: Options) -> str:
    return IN_V2.get(api, api) if is_v2(front) else api


def ask(sim: Simulator, front: Options, api: str, **fields: t.Any) -> t.Any:
    """The ``data`` of an API, as the server really answers it to the ESB."""
    system = "job" if is_v2(front) else "jobv3"
    body = {**CREDENTIALS, "bk_app_secret": sim.world.apps[0].secret, "bk_scope_type": "biz", "bk_scope_id": "1"}
    url = f"{sim.url}/api/c/compapi/v2/{system}/{name_of(api, front)}/"
    answer = requests.post(url, json={**body, "bk_biz_id": 1, **fields}, timeout=60).json()
    assert answer["code"] == 0, answer
    return answer["data"]


def status_of(sim: Simulator, front: Options, id_: int) -> t.Any:
    return ask(sim, front, STATUS, job_instance_id=id_, return_ip_result=True)


def plan_of(sim: Simulator, front: Options, id_: int) -> t.Any:
    return ask(sim, front, PLAN, **{"bk_job_id" if is_v2(front) else "job_plan_id": id_})


def envelope(data: object) -> bytes:
    return json.dumps({"result": True, "code": 0, "message": "", "data": data}).encode()


def answer(sim: Simulator, front: Options, api: str, data: object, times: int = ALWAYS) -> None:
    """Have an API answer with these data; a launch has happened then."""
    sim.faults.add(faults.replaced(200, envelope(data)), api=name_of(api, front), times=times)


def steps_of(data: t.Any) -> list[t.Any]:
    """The steps in the ``data`` of a status call, of either version."""
    if "blocks" in data:
        return [step for block in data["blocks"] for step in block["step_instances"]]
    return list(data["step_instance_list"])


def hosts_of(step: t.Any) -> list[t.Any]:
    """The hosts of such a step."""
    return list(step["step_ip_status"] if "step_ip_status" in step else step["step_ip_result_list"])


def launched(sim: Simulator, run_module: RunModule, front: Options, plan: int = 100) -> int:
    """The id of an instance that has finished."""
    id_ = run_module("bk_job_execute", job_plan_id=plan, **front)["job_instance_id"]
    sim.clock.advance(600)
    assert isinstance(id_, int)
    return id_


def of_each(examples: t.Mapping[str, t.Any], check: t.Callable[[t.Any], None]) -> None:
    """Check all examples in one test, which is faster; report the one that fails by its name."""
    for name, example in examples.items():
        try:
            check(example)
        except (Exception, pytest.fail.Exception) as error:
            raise AssertionError(f"with {name}") from error


def strings(value: t.Any) -> Iterator[str]:
    """All strings in a value, the keys of dictionaries as well."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


# Passwords in URLs (S4).

PASSWORD = "pa55w0rd"
URLS = [
    url.format(PASSWORD)
    for url in (
        "http://user:{0}@127.0.0.1:9",
        "https://user:{0}@127.0.0.1:9/prod",
        "HTTP://USER:{0}@127.0.0.1:9",
        "http://:{0}@127.0.0.1:9",
        "http://user:x%40{0}@127.0.0.1:9",
        "http://user:x@{0}@127.0.0.1:9",
        "http://user:{0}@[::1]:9",
        "http://user:{0}@",
        "http://user:{0}@127.0.0.1:port",
        "http://user:{0}#@127.0.0.1:9",
        "http://user:{0}/@127.0.0.1:9",
        "http://user:{0}?@127.0.0.1:9",
        "http://user:{0}\\@127.0.0.1:9",
        "user:{0}@127.0.0.1:9",
        "//user:{0}@127.0.0.1:9",
    )
]


def assert_no_password(result: Result) -> None:
    assert [text for text in strings(result) if PASSWORD in text] == []


@pytest.mark.parametrize("by_variable", [False, True])
@pytest.mark.parametrize("module", MODULES)
def test_a_password_in_the_url_is_not_shown(
    sim: Simulator,
    run_module: RunModule,
    esb: Options,
    module: str,
    by_variable: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del esb["url"]

    def check(url: str) -> None:
        monkeypatch.setenv("BK_JOB_URL", url)
        result = run_module(module, **esb, **MODULES[module], **({} if by_variable else {"url": url}))
        assert (result["failed"], sim.requests) == (True, [])
        assert_no_password(result)

    of_each(dict(zip(URLS, URLS)), check)


@pytest.mark.parametrize("module", MODULES)
def test_a_password_in_a_url_of_refused_options_is_not_shown(run_module: RunModule, esb: Options, module: str) -> None:
    del esb["url"]

    def check(url: str) -> None:
        result = run_module(module, **esb, **MODULES[module], url=url, timeout="x")
        assert (result["failed"], result["outcome"]) == (True, "refused")
        assert_no_password(result)

    of_each(dict(zip(URLS, URLS)), check)


ON_HOST: Options = {"content": "date", "account": "root", "target_server": {"ip_list": ["10.0.0.1"]}}
CONSOLE: dict[str, Options] = {
    **{name: options for name, options in MODULES.items() if name != "bk_job_plan_info"},
    "bk_job_execute_script": ON_HOST,
    "bk_job_transfer_file": {**ON_HOST, "file_name": "date", "dest": "/tmp"},
}


@pytest.mark.parametrize("module", CONSOLE)
@pytest.mark.parametrize("by_variable", [False, True])
def test_a_console_url_with_a_user_is_refused_and_not_shown(
    sim: Simulator, esb: Options, module: str, by_variable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a part of links, which are shown while the task runs."""
    tasks = Tasks(sim)

    def check(console_url: str) -> None:
        options: Options = {**esb, **CONSOLE[module]}
        if by_variable:
            monkeypatch.setenv("BK_JOB_CONSOLE_URL", console_url)
        else:
            options["console_url"] = console_url
        result = tasks.run(module, **options)
        assert (result["failed"], result["outcome"], sim.requests) == (True, "refused", [])
        assert_no_password({"result": result, "shown": tasks.shown})

    of_each(dict(zip(URLS, URLS)), check)


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_password_in_the_callback_url_is_not_shown(run_module: RunModule, version: Options, check_mode: bool) -> None:
    callback_url = f"https://user:{PASSWORD}@eda.example.com/"
    result = run_module("bk_job_execute", job_plan_id=100, callback_url=callback_url, check_mode=check_mode, **version)
    assert_no_password(result)


# Secrets in responses (S5).

#: Each part of it is searched for, so a spelling that hides no more than some of it is found.
SECRET = 'xquirk1"zwart2<kvark3/jdolt4 end'
PARTS = ("xquirk1", "zwart2", "kvark3", "jdolt4")
#: As a server may spell it: as it is, in JSON of different libraries, in URLs and in HTML.
SPELLINGS = " | ".join(
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        json.dumps(SECRET)[1:-1].replace("<", "\\u003c"),
        json.dumps(SECRET)[1:-1].replace("<", "\\u003C"),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").replace("%2F", "%2f").replace("%3C", "%3c"),
        html.escape(SECRET),
    ]
)


@pytest.fixture
def knowing(sim: Simulator, version: Options) -> Options:
    """The connection options for a server whose texts have the app secret."""
    sim.world.apps[0].secret = SECRET
    return {**version, "bk_app_secret": SECRET}


def assert_no_secret(result: Result) -> None:
    assert [text for text in strings(result) for part in PARTS if part in text] == []


def plan_with(text: str) -> Plan:
    """A plan that has the text wherever people can write one."""
    return Plan(
        500,
        f"plan {text}",
        ONE,
        steps=[ScriptStep(1, f"step {text}", script=f"echo {text}\n", outcome=Outcome(status=104, tag=text))],
        variables=[
            Variable(900, "hosts", HOST_VARIABLE, hosts=Targets(host_ids=(101,)), description=text),
            Variable(901, "version", value=f"default {text}", description=f"description {text}"),
        ],
        creator=f"creator {text}",
    )


@pytest.mark.parametrize("by_name", [False, True])
def test_secrets_in_plans_are_not_shown(sim: Simulator, run_module: RunModule, knowing: Options, by_name: bool) -> None:
    sim.world.plans.append(plan_with(SPELLINGS))
    which: Options = {"job_plan_name": "plan x"} if by_name else {"job_plan_id": 500}
    result = run_module("bk_job_plan_info", full=True, **which, **knowing)
    assert [plan["id"] for plan in result["plans"]] == [500]
    assert_no_secret(result)


@pytest.mark.parametrize("diff_mode", [False, True])
def test_secrets_in_what_a_launch_answers_are_not_shown(
    sim: Simulator, run_module: RunModule, knowing: Options, diff_mode: bool
) -> None:
    sim.world.plans.append(plan_with(SPELLINGS))
    answer(sim, knowing, LAUNCH, {"job_instance_id": 10000, "job_instance_name": f"name {SPELLINGS}"})
    result = run_module("bk_job_execute", job_plan_id=500, diff_mode=diff_mode, **knowing)
    assert result["job_instance_id"] == 10000
    assert_no_secret(result)


def test_secrets_in_instances_are_not_shown(sim: Simulator, run_module: RunModule, knowing: Options) -> None:
    sim.world.plans.append(plan_with(SPELLINGS))
    result = run_module("bk_job_execute", job_plan_id=500, wait=True, **knowing)
    assert result["outcome"] == "failed"
    assert_no_secret(result)
    result = run_module("bk_job_instance_info", job_instance_id=result["job_instance_id"], **knowing)
    assert result["status"] == "failed"
    assert_no_secret(result)


@pytest.mark.parametrize("where", ["body", "header"])
@pytest.mark.parametrize("api", [PLAN, LAUNCH])
def test_secrets_in_request_ids_are_not_shown(
    sim: Simulator, run_module: RunModule, knowing: Options, where: str, api: str
) -> None:
    body: Options = {"result": False, "code": 1240003, "message": f"message {SPELLINGS}", "data": None}
    ids = {"request_id": f"1 {SPELLINGS}", "job_request_id": f"2 {SPELLINGS}"}
    headers = {"X-Bkapi-Request-Id": f"3 {SPELLINGS}", "X-Bk-Job-Request-Id": f"4 {SPELLINGS}"}
    body, headers = ({**body, **ids}, {}) if where == "body" else (body, headers)
    sim.faults.add(faults.answer(400, body, headers), api=name_of(api, knowing))
    result = run_module("bk_job_execute", job_plan_id=100, **knowing)
    assert (result["failed"], result["error"]["code"]) == (True, 1240003)
    assert_no_secret(result)


def history_with(sim: Simulator, text: str, id_: int = 4711) -> Options:
    """A page of the history with one instance of plan 100, launched just now."""
    row = {
        "job_instance_id": id_,
        "job_plan_id": 100,
        "name": f"name {text}",
        "operator": f"operator {text}",
        "launch_mode": 2,
        "type": 0,
        "status": 2,
        "create_time": round(sim.clock.now() * 1000),
    }
    return {"start": 0, "length": 100, "total": 1, "data": [row]}


def test_secrets_in_the_history_are_not_shown(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    sim.world.apps[0].secret = SECRET
    knowing = {**esb, "bk_app_secret": SECRET}
    answer(sim, knowing, HISTORY, history_with(sim, SPELLINGS))
    result = run_module("bk_job_instance_info", **knowing)
    assert [row["job_instance_id"] for row in result["instances"]] == [4711]
    assert_no_secret(result)
    sim.faults.add(faults.lost(), api=LAUNCH)
    result = run_module("bk_job_execute", job_plan_id=100, bk_token="token-of-alice", **knowing)
    assert [row["job_instance_id"] for row in result["candidates"]] == [4711]
    assert_no_secret(result)


# Control characters (S7).

#: Line breaks, escape sequences of terminals, and other characters that people do not see as what they are.
FORGERY = (
    "x\n\nPLAY RECAP ***\nlocalhost : ok=1 failed=0"
    "x\r"
    "x\x1b[2J\x1b[1;1H"
    "x\x9b2J"
    "x\x1b]0;title\x07"
    "x\b\b\b"
    "x\0"
    "x\x7f"
    "x\x85\u2028\u2029"
    "x\u202etxet\u202c"
)


def assert_no_control_characters(result: Result) -> None:
    """People see the text, and nothing else happens."""
    said = [result["msg"], *result["warnings"]]
    if result.get("error"):
        said += [result["error"]["message"], result["error"]["hint"] or ""]
    assert "PLAY RECAP" in " ".join(said)
    harmful = [char for text in said for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")]
    assert [char for char in harmful if char != "\n"] == []
    assert [text for text in said if "\nPLAY" in text or "\nlocalhost" in text] == []


def test_the_name_of_a_plan_forges_no_output(sim: Simulator, run_module: RunModule, version: Options) -> None:
    sim.world.plans.append(plan_with(FORGERY))
    assert_no_control_characters(run_module("bk_job_execute", job_plan_id=500, **version))
    result = run_module("bk_job_execute", job_plan_id=500, wait=True, **version)
    assert result["outcome"] == "failed"
    assert_no_control_characters(result)
    assert_no_control_characters(run_module("bk_job_execute", job_plan_id=500, check_mode=True, **version))
    assert_no_control_characters(run_module("bk_job_plan_info", job_plan_id=500, **version))


def test_an_error_of_the_server_forges_no_output(sim: Simulator, run_module: RunModule, version: Options) -> None:
    body = {"result": False, "code": 1240003, "message": FORGERY, "data": None}
    for module, api in (("bk_job_plan_info", PLAN), ("bk_job_execute", LAUNCH), ("bk_job_wait", STATUS)):
        sim.faults.add(faults.answer(200, body), api=name_of(api, version), times=ALWAYS)
        result = run_module(module, **MODULES[module], **version)
        assert result["error"]["code"] == 1240003
        assert_no_control_characters(result)


def test_a_host_forges_no_output(sim: Simulator, run_module: RunModule, version: Options) -> None:
    sim.world.hosts.append(Host(999, f"10.0.0.9{FORGERY}", biz=1))
    outcome = Outcome(status=104, exit_code=1, log=f"{FORGERY}\n")
    hosts = Variable(900, "hosts", HOST_VARIABLE, hosts=Targets(host_ids=(999,)))
    sim.world.plans.append(Plan(500, "plan", ONE, steps=[ScriptStep(1, "run", outcome=outcome)], variables=[hosts]))
    result = run_module("bk_job_execute", job_plan_id=500, wait=True, **version)
    assert result["outcome"] == "failed"
    assert_no_control_characters(result)


def test_a_candidate_forges_no_output(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    sim.faults.add(faults.replaced(200, {"result": False, "code": 1240002, "message": FORGERY}), api=LAUNCH)
    answer(sim, esb, HISTORY, history_with(sim, FORGERY))
    result = run_module("bk_job_execute", job_plan_id=100, bk_token="token-of-alice", **esb)
    assert [row["job_instance_id"] for row in result["candidates"]] == [4711]
    assert_no_control_characters(result)


# Responses without an end (S9, S10).

#: More than any response that is read whole may have, and little enough for the machine that runs the tests.
TOO_MUCH = 128 * 1024 * 1024
MIB = 1024 * 1024


def whole_launch(sim: Simulator) -> bytes:
    return envelope({"job_instance_id": 10000, "job_instance_name": "Test"})


def compressed(body: bytes, encoding: str) -> bytes:
    """The body with as many blanks behind it as make it too large."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31 if encoding.startswith("gzip") else 15)
    parts = [packer.compress(body)]
    parts += [packer.compress(b" " * MIB) for _part in range(TOO_MUCH // MIB)]
    data = b"".join([*parts, packer.flush()])
    return gzip.compress(data) if encoding == "gzip, gzip" else data


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_compressed_response_is_not_expanded_without_bound(
    sim: Simulator, run_module: RunModule, esb: Options, encoding: str
) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}

    def bomb(data: object) -> faults.Fault:
        return faults.replaced(200, compressed(envelope(data), encoding), headers)

    sim.faults.add(bomb(plan_of(sim, esb, 100)), api=PLAN)
    result = run_module("bk_job_execute", job_plan_id=100, **esb)
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])
    sim.faults.add(bomb({"job_instance_id": 10000}), api=LAUNCH)
    result = run_module("bk_job_execute", job_plan_id=100, **esb)
    assert (result["outcome"], result["changed"], len(sim.launches)) == ("unknown", True, 1)


class Pieces:
    """Sends a response in pieces, until all is sent or the client has closed the connection."""

    def __init__(self, pieces: Iterator[bytes], pause: float = 0.0) -> None:
        self._pieces = pieces
        self._pause = pause
        self._finished = threading.Event()
        self._gone = False

    def fault(self) -> faults.Fault:
        return faults.Fault(faults.Moment.DONE, deliver=self._deliver)

    def was_cut(self) -> bool:
        """Whether the client has closed the connection before the end."""
        assert self._finished.wait(60)
        return self._gone

    def _deliver(self, connection: t.Any, _response: object) -> None:
        connection.close_connection = True
        try:
            for piece in self._pieces:
                connection.wfile.write(piece)
                # Not a clock that the test could turn: the client's time is that of its socket.
                self._finished.wait(self._pause)
        except OSError:
            self._gone = True
        self._finished.set()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("status", [200, 302, 307])
def test_a_response_is_not_read_without_bound(sim: Simulator, run_module: RunModule, esb: Options, status: int) -> None:
    """A redirect is no exception, although requests reads its body."""

    def endless() -> Iterator[bytes]:
        yield HEAD.replace(b"200", b"%d" % status) + b"Location: /\r\n\r\n" + whole_launch(sim)
        for _part in range(TOO_MUCH // MIB):
            yield b" " * MIB

    pieces = Pieces(endless())
    sim.faults.add(pieces.fault(), api=LAUNCH)
    result = run_module("bk_job_execute", job_plan_id=100, **esb)
    assert pieces.was_cut()
    assert (result["outcome"], result["changed"], len(sim.launches)) == ("unknown", True, 1)


def dripping(body: bytes) -> dict[str, list[bytes]]:
    """Responses in about forty pieces, each of them in time."""
    sized = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    size = max(1, len(body) // 40)
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    lines = [b"X-Header-%d: x\r\n" % number for number in range(40)]
    return {
        "body": [sized, *parts],
        "chunks": [
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
            *(b"%x\r\n%s\r\n" % (len(part), part) for part in parts),
            b"0\r\n\r\n",
        ],
        "header": [HEAD, *lines, sized[len(HEAD) :] + body],
        "status line": [*(HEAD[number : number + 1] for number in range(40)), HEAD[40:], sized[len(HEAD) :] + body],
        "100 Continue": [*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 40, sized + body],
    }


DRIPPING = list(dripping(b" " * 40))


@pytest.mark.parametrize("way", DRIPPING)
@pytest.mark.parametrize("api", [PLAN, LAUNCH])
def test_a_response_in_pieces_does_not_outlast_the_timeout(
    sim: Simulator, run_module: RunModule, esb: Options, api: str, way: str
) -> None:
    body = whole_launch(sim) if api == LAUNCH else envelope(plan_of(sim, esb, 100))
    pieces = Pieces(iter(dripping(body)[way]), pause=0.1)
    sim.faults.add(pieces.fault(), api=api)
    result = run_module("bk_job_execute", job_plan_id=100, timeout=1, **esb)
    assert pieces.was_cut()
    assert result["outcome"] == ("unknown" if api == LAUNCH else "refused")
    assert result["error"]["kind"] == "unavailable"
    assert len(sim.launches) == (api == LAUNCH)


@pytest.mark.parametrize("way", ["body", "100 Continue"])
def test_a_wait_survives_a_response_in_pieces(
    sim: Simulator, run_module: RunModule, version: Options, way: str
) -> None:
    id_ = launched(sim, run_module, version)
    pieces = Pieces(iter(dripping(envelope(status_of(sim, version, id_)))[way]), pause=0.1)
    sim.faults.add(pieces.fault(), api=STATUS)
    result = run_module("bk_job_wait", job_instance_id=id_, timeout=1, **version)
    assert pieces.was_cut()
    assert (result["outcome"], result["error"]) == ("succeeded", None)


# Responses about something else (S11).

WAITING: dict[str, Options] = {"bk_job_wait": {}, "bk_job_instance_info": {}, "bk_job_operate": {"action": "terminate"}}


@pytest.mark.parametrize("module", WAITING)
def test_another_instance_is_not_the_one_asked_for(
    sim: Simulator, run_module: RunModule, front: Options, module: str
) -> None:
    failed, succeeded = launched(sim, run_module, front, 102), launched(sim, run_module, front)
    answer(sim, front, STATUS, status_of(sim, front, succeeded))
    result = run_module(module, job_instance_id=failed, **WAITING[module], **front)
    assert (result.get("failed"), result["job_instance_id"]) == (True, failed)
    assert result["status"] != "success"
    assert result["outcome"] != "succeeded"
    assert result["error"]["kind"] == "protocol"


def test_another_instance_for_once_ends_no_wait(sim: Simulator, run_module: RunModule, front: Options) -> None:
    failed, succeeded = launched(sim, run_module, front, 102), launched(sim, run_module, front)
    answer(sim, front, STATUS, status_of(sim, front, succeeded), times=1)
    result = run_module("bk_job_wait", job_instance_id=failed, **front)
    assert (result["outcome"], result["job_instance_id"]) == ("failed", failed)


def test_another_plan_is_not_launched(sim: Simulator, run_module: RunModule, front: Options) -> None:
    answer(sim, front, PLAN, plan_of(sim, front, 101))
    result = run_module("bk_job_execute", job_plan_id=100, **front)
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])
    assert (result["job_plan_id"], result["error"]["kind"]) == (100, "protocol")


def test_another_plan_is_not_shown(sim: Simulator, run_module: RunModule, front: Options) -> None:
    answer(sim, front, PLAN, plan_of(sim, front, 101))
    result = run_module("bk_job_plan_info", job_plan_id=100, **front)
    assert (result.get("failed"), (result["error"] or {}).get("kind")) == (True, "protocol")
    assert not result["plans"]


def test_another_plan_than_the_one_found_by_name_is_not_launched(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    answer(sim, front, PLAN, plan_of(sim, front, 101))
    result = run_module("bk_job_execute", job_plan_name="Test", **front)
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])


def test_a_plan_of_another_template_is_not_launched(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    page = ask(sim, esb, PLANS)
    rows = [{**row, "job_template_id": 11} for row in page["data"]]
    answer(sim, esb, PLANS, {**page, "data": rows})
    result = run_module("bk_job_execute", job_plan_name="Test", job_template_id=10, **esb)
    assert (result["outcome"], result["changed"], sim.launches) == ("refused", False, [])


def test_logs_of_another_step_or_instance_are_not_shown(sim: Simulator, run_module: RunModule, esb: Options) -> None:
    other, id_ = launched(sim, run_module, esb), launched(sim, run_module, esb, 102)
    step = steps_of(status_of(sim, esb, id_))[0]["step_instance_id"]
    row = {"bk_host_id": 102, "bk_cloud_id": 0, "ip": "10.0.0.2", "log_content": "of something else\n"}
    for instance_id, step_id in ((other, step), (id_, step + 1000)):
        sim.faults.clear()
        logs = {"job_instance_id": instance_id, "step_instance_id": step_id, "log_type": 1, "script_task_logs": [row]}
        answer(sim, esb, BATCH, logs)
        result = run_module("bk_job_wait", job_instance_id=id_, **esb)
        assert (result["outcome"], result["error"]) == ("failed", None)
        assert [row["content"] for row in result["logs"]] == [None]


@pytest.mark.parametrize("surface", ["esb", "esb-v2"])
def test_output_variables_of_another_instance_are_not_shown(
    sim: Simulator, run_module: RunModule, surface: str
) -> None:
    front = options_of(sim, surface)
    steps = [ScriptStep(1, "run", assigns={"version": "2.0"})]
    hosts = Variable(900, "hosts", HOST_VARIABLE, hosts=Targets(host_ids=(101,)))
    version = Variable(901, "version", value="1.0", changeable=True)
    sim.world.plans.append(Plan(500, "plan", ONE, steps=[*steps], variables=[hosts, version]))
    other, id_ = launched(sim, run_module, front, 500), launched(sim, run_module, front)
    answer(sim, front, OUTPUT, ask(sim, front, OUTPUT, job_instance_id=other))
    result = run_module("bk_job_wait", job_instance_id=id_, **front)
    assert (result["outcome"], result["output_variables"]) == ("succeeded", None)


@pytest.mark.parametrize("id_", [0, -1, "10000x", 1.5, True, None, [], {}, "../x"])
def test_a_launch_without_a_usable_id_is_unknown(
    sim: Simulator, run_module: RunModule, front: Options, id_: object
) -> None:
    answer(sim, front, LAUNCH, {"job_instance_id": id_, "job_instance_name": "Test"})
    result = run_module("bk_job_execute", job_plan_id=100, **front)
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("unknown", True, None)


# Values of the wrong type (S12).


def nested(depth: int) -> t.Any:
    """A value that is read, and too deep for what walks through it with a call for each level."""
    value: t.Any = "end"
    for _level in range(depth):
        value = [value]
    return value


WRONG: dict[str, t.Any] = {
    "a list": [1],
    "a dictionary": {"a": 1},
    "a string": "one",
    "a fraction": 1.5,
    "a boolean": True,
    "null": None,
    "a huge number": 10**30,
    "a negative number": -1,
    "infinity": float("inf"),
    "no number": float("nan"),
    "too deep": nested(400),
}


def assert_no_defect(result: Result) -> None:
    """Nothing was raised that the modules did not expect."""
    assert hints.DEFECT not in result["msg"]
    assert "Traceback" not in str(result.get("exception", ""))


@pytest.fixture
def run_shown(sim: Simulator) -> RunModule:
    """Run a module that shows its progress, as on the controller."""
    tasks = Tasks(sim)

    def run(name: str, **options: t.Any) -> Result:
        result = tasks.run(name, **options)
        assert tasks.misfits == []
        return result

    return run


Spoil = t.Callable[[t.Any, t.Any], None]


def spoil_step(*fields: str) -> Spoil:
    return lambda data, value: steps_of(data)[0].update(dict.fromkeys(fields, value))


def spoil_host(field: str) -> Spoil:
    return lambda data, value: hosts_of(steps_of(data)[0])[0].update({field: value})


#: Details that are none of the verdict's business.
BESIDE_THE_VERDICT: dict[str, Spoil] = {
    "a step": spoil_step("type", "name", "execute_count", "start_time", "end_time", "total_time"),
    "hosts of a step": lambda data, value: steps_of(data)[0].update(
        {"step_ip_status" if "blocks" in data else "step_ip_result_list": value}
    ),
    **{f"{field} of a host": spoil_host(field) for field in ("bk_host_id", "bk_cloud_id", "ip", "status", "tag")},
    **{f"{field} of a host": spoil_host(field) for field in ("exit_code", "error_code")},
    "name of the instance": lambda data, value: data["job_instance"].update(name=value),
}


@pytest.mark.parametrize("spoil", BESIDE_THE_VERDICT.values(), ids=BESIDE_THE_VERDICT)
def test_details_of_the_wrong_type_change_no_verdict(
    sim: Simulator, run_shown: RunModule, version: Options, spoil: Spoil
) -> None:
    def check(value: t.Any) -> None:
        sim.reset()
        id_ = launched(sim, run_shown, version)
        data = status_of(sim, version, id_)
        spoil(data, value)
        answer(sim, version, STATUS, data)
        result = run_shown("bk_job_wait", job_instance_id=id_, logs="all", **version)
        assert_no_defect(result)
        assert (result["outcome"], result["status"], result["finished"]) == ("succeeded", "success", True)

    of_each(WRONG, check)


@pytest.mark.parametrize(("field", "least"), [("step_instance_id", 1), ("status", -1)])
def test_without_ids_and_statuses_of_steps_a_response_is_not_read(
    sim: Simulator, run_shown: RunModule, version: Options, field: str, least: int
) -> None:
    def check(value: t.Any) -> None:
        sim.reset()
        id_ = launched(sim, run_shown, version)
        data = status_of(sim, version, id_)
        steps_of(data)[0][field] = value
        answer(sim, version, STATUS, data)
        result = run_shown("bk_job_wait", job_instance_id=id_, logs="all", **version)
        assert_no_defect(result)
        readable = is_number(value) and value >= least
        verdict = (result["outcome"], result["status"], result["finished"])
        assert verdict == (("succeeded", "success", True) if readable else ("refused", None, False))

    of_each(WRONG, check)


def test_a_status_of_the_wrong_type_is_no_verdict(sim: Simulator, run_shown: RunModule, version: Options) -> None:
    def check(value: t.Any) -> None:
        sim.reset()
        id_ = launched(sim, run_shown, version)
        data = status_of(sim, version, id_)
        data["job_instance"]["status"] = value
        answer(sim, version, STATUS, data)
        result = run_shown("bk_job_wait", job_instance_id=id_, wait_timeout=600, **version)
        assert_no_defect(result)
        assert (result["failed"], result["finished"]) == (True, False)
        assert result["outcome"] == ("timed_out" if is_number(value) else "refused")

    of_each(WRONG, check)


@pytest.mark.parametrize(
    ("module", "api"), [("bk_job_plan_info", PLAN), ("bk_job_execute", LAUNCH), ("bk_job_wait", STATUS)]
)
def test_a_permission_of_the_wrong_type_is_no_defect(
    sim: Simulator, run_module: RunModule, version: Options, module: str, api: str
) -> None:
    body = {"result": False, "code": 9900403, "message": "no permission", "data": None}

    def check(value: t.Any) -> None:
        sim.reset()
        fault = faults.answer(200, {**body, "permission": value})
        sim.faults.add(fault, api=name_of(api, version), times=ALWAYS)
        result = run_module(module, **MODULES[module], **version)
        assert_no_defect(result)
        assert (result["failed"], result["error"]["code"]) == (True, 9900403)
        assert result["error"]["kind"] == "user_permission"

    of_each({**WRONG, "deep in a dictionary": {"a": nested(400)}}, check)


@pytest.mark.parametrize("field", ["message", "request_id", "job_request_id"])
def test_a_refusal_of_the_wrong_shape_is_no_defect(
    sim: Simulator, run_module: RunModule, version: Options, field: str
) -> None:
    body = {"result": False, "code": 9900403, "message": "no permission", "data": None}

    def check(value: t.Any) -> None:
        sim.faults.add(faults.answer(200, {**body, field: value}), api=name_of(LAUNCH, version))
        result = run_module("bk_job_execute", job_plan_id=100, **version)
        assert_no_defect(result)
        assert (result["outcome"], result["error"]["code"]) == ("refused", 9900403)

    of_each(WRONG, check)


def spoil_variable(*fields: str) -> Spoil:
    return lambda data, value: data["global_vars" if "global_vars" in data else "global_var_list"][1].update(
        dict.fromkeys(fields, value)
    )


def spoil_plan(*fields: str) -> Spoil:
    return lambda data, value: data.update(dict.fromkeys(fields, value))


def spoil_plan_step(*fields: str) -> Spoil:
    return lambda data, value: data["steps" if "steps" in data else "step_list"][0].update(dict.fromkeys(fields, value))


PLAN_SPOILS = {
    **{f"{field} of a variable": spoil_variable(field) for field in ("id", "name", "type", "category")},
    **{field: spoil_plan(field) for field in ("name", "step_list", "steps")},
}
#: Details on which no launch depends.
BESIDE_THE_LAUNCH = {
    "a variable": spoil_variable("value", "description", "used"),
    "the plan": spoil_plan("creator", "create_time", "last_modify_time", "need_update"),
    "a step": spoil_plan_step("type", "script_info", "file_info", "script_content"),
}


@pytest.mark.parametrize("spoil", BESIDE_THE_LAUNCH.values(), ids=BESIDE_THE_LAUNCH)
def test_details_of_the_wrong_type_prevent_no_launch(
    sim: Simulator, run_shown: RunModule, version: Options, spoil: Spoil
) -> None:
    def check(value: t.Any) -> None:
        sim.reset()
        data = plan_of(sim, version, 100)
        spoil(data, value)
        answer(sim, version, PLAN, data)
        result = run_shown("bk_job_execute", job_plan_id=100, **version)
        assert_no_defect(result)
        assert (result["outcome"], len(sim.launches)) == ("launched", 1)
        result = run_shown("bk_job_plan_info", job_plan_id=100, full=True, **version)
        assert_no_defect(result)
        assert [plan["id"] for plan in result["plans"]] == [100]

    of_each(WRONG, check)


@pytest.mark.parametrize("spoil", PLAN_SPOILS.values(), ids=PLAN_SPOILS)
def test_a_plan_of_the_wrong_shape_is_no_defect(
    sim: Simulator, run_module: RunModule, version: Options, spoil: Spoil
) -> None:
    def check(value: t.Any) -> None:
        sim.reset()
        data = plan_of(sim, version, 100)
        spoil(data, value)
        answer(sim, version, PLAN, data)
        result = run_module("bk_job_execute", job_plan_id=100, **version)
        assert_no_defect(result)
        assert (result["outcome"], len(sim.launches)) in (("launched", 1), ("refused", 0))
        assert_no_defect(run_module("bk_job_plan_info", job_plan_id=100, full=True, **version))

    of_each(WRONG, check)


HISTORY_FIELDS = ["job_instance_id", "job_plan_id", "name", "operator", "launch_mode", "type", "status"]
HISTORY_TIMES = ["create_time", "start_time", "end_time", "total_time"]


@pytest.mark.parametrize("fields", [*([field] for field in HISTORY_FIELDS), HISTORY_TIMES], ids=", ".join)
def test_a_history_of_the_wrong_shape_is_no_defect(
    sim: Simulator, run_shown: RunModule, esb: Options, fields: list[str]
) -> None:
    def check(value: t.Any) -> None:
        sim.reset()
        page = history_with(sim, "x")
        page["data"][0].update(dict.fromkeys(fields, value))
        answer(sim, esb, HISTORY, page)
        listed = run_shown("bk_job_instance_info", **esb)
        assert_no_defect(listed)
        sim.faults.add(faults.lost(), api=LAUNCH)
        result = run_shown("bk_job_execute", job_plan_id=100, **esb)
        assert_no_defect(result)
        assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("unknown", True, None)
        if fields != ["job_instance_id"]:
            assert [row["job_instance_id"] for row in listed["instances"]] == [4711]
            # By the plan it is recognized.
            assert [row["job_instance_id"] for row in result["candidates"]] == [4711] * (fields != ["job_plan_id"])

    of_each(WRONG, check)
