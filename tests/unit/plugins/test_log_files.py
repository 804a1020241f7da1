# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files below ``log_dest``: no response of a server, and nothing that is there already, leads out of the directory."""

from __future__ import annotations

import copy
import json
import os
import stat
import tempfile
import threading
import typing as t
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = t.Dict[str, t.Any]
    Result = t.Dict[str, t.Any]

STATUS, BATCH, SINGLE, WHOLE = (
    "get_job_instance_status",
    "batch_get_job_instance_ip_log",
    "get_job_instance_ip_log",
    "get_job_instance_log",
)
LOG_APIS = (BATCH, SINGLE, WHOLE)
ALWAYS = 1000  # times that a fault happens
FAILING = 102  # the plan whose second host fails
FAILED = 104  # the status of a host
SURFACES = ["esb", "esb-v2", "apigw"]


@pytest.fixture(params=SURFACES)
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return options_of(sim, request.param)


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The connection options of the ESB."""
    return options_of(sim, "esb")


def options_of(sim: Simulator, surface: str) -> Options:
    return {**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[surface]}


def is_v2(front: Options) -> bool:
    return front.get("api_version") == "v2"


def finished_instance(sim: Simulator, run_module: RunModule, front: Options) -> int:
    """The id of an instance that has failed on one of its two hosts."""
    id_ = run_module("bk_job_execute", job_plan_id=FAILING, **front)["job_instance_id"]
    sim.clock.advance(60)
    assert isinstance(id_, int)
    return id_


def status_of(sim: Simulator, front: Options, id_: int) -> t.Any:
    """The ``data`` of the status call, as the server really answers it."""
    system = "job" if is_v2(front) else "jobv3"
    body = {**CREDENTIALS, "bk_scope_type": "biz", "bk_scope_id": "1", "job_instance_id": id_, "return_ip_result": True}
    url = f"{sim.url}/api/c/compapi/v2/{system}/{STATUS}/"
    return requests.post(url, json={**body, "bk_biz_id": 1}, timeout=60).json()["data"]


def steps_of(data: t.Any) -> list[t.Any]:
    """The steps in the ``data`` of a status call, of either version."""
    if "blocks" in data:
        return [step for block in data["blocks"] for step in block["step_instances"]]
    return list(data["step_instance_list"])


def answer(sim: Simulator, api: str, data: object) -> None:
    """Have an API always answer with these data."""
    body = {"result": True, "code": 0, "message": "", "data": data}
    sim.faults.add(faults.answer(200, json.dumps(body)), api=api, times=ALWAYS)


def answer_logs(sim: Simulator, id_: int, step_id: object, logs: list[Options]) -> None:
    """Have all log APIs answer with these logs of a step."""
    answer(sim, BATCH, {"job_instance_id": id_, "step_instance_id": step_id, "log_type": 1, "script_task_logs": logs})
    answer(sim, SINGLE, {"log_type": 1, **logs[0]} if logs else {})
    answer(sim, WHOLE, [{"step_instance_id": step_id, "step_results": [{"tag": "", "ip_logs": logs}]}])


def log_row(host: Options, content: str) -> Options:
    return {**{key: host.get(key) for key in ("bk_host_id", "bk_cloud_id", "ip")}, "log_content": content}


def wait(run_module: RunModule, front: Options, id_: int, dest: Path, **options: t.Any) -> Result:
    return run_module("bk_job_wait", job_instance_id=id_, logs="all", log_dest=str(dest), **front, **options)


def tree(folder: Path) -> dict[str, str | bytes]:
    """All that is below a directory: the content of files, the target of links, else the type."""
    found: dict[str, str | bytes] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        name = str(path.relative_to(folder))
        if stat.S_ISREG(mode):
            found[name] = path.read_bytes()
        else:
            found[name] = os.readlink(path) if stat.S_ISLNK(mode) else str(stat.S_IFMT(mode))
    return found


def assert_inside(result: Result, dest: Path, id_: int) -> None:
    """Every file of the result is a file of its own in a directory of the instance's own."""
    paths = [row["path"] for row in result["logs"] or () if row["path"] is not None]
    assert len(set(paths)) == len(paths)
    for path in paths:
        assert Path(os.path.normpath(path)) == Path(path)
        assert len(Path(path).relative_to(dest / str(id_)).parts) == 2
        assert stat.S_ISREG(os.lstat(path).st_mode)
        assert os.path.realpath(path) == os.path.join(os.path.realpath(dest), os.path.relpath(path, dest))


# Responses that lead elsewhere.

NOT_IDS = [
    "OUTSIDE/cron.d",
    "../../outside/cron.d",
    "7/../../../outside/x",
    "..",
    ".",
    "",
    "7",
    " 7",
    "７",
    "7\0",
    7.5,
    True,
    0,
    -7,
    None,
    ["OUTSIDE"],
    {"OUTSIDE": 7},
]


@pytest.mark.parametrize("step_id", NOT_IDS, ids=repr)
def test_a_step_id_does_not_lead_elsewhere(
    sim: Simulator, run_module: RunModule, front: Options, tmp_path: Path, step_id: object
) -> None:
    dest, outside = tmp_path / "dest", tmp_path / "outside"
    outside.mkdir()
    if isinstance(step_id, str):
        step_id = step_id.replace("OUTSIDE", str(outside))
    id_ = finished_instance(sim, run_module, front)
    data = status_of(sim, front, id_)
    step = steps_of(data)[0]
    step["step_instance_id"] = step_id
    hosts = step.get("step_ip_result_list") or step.get("step_ip_status")
    answer(sim, STATUS, data)
    answer_logs(sim, id_, step_id, [log_row(host, "log\n") for host in hosts])
    result = wait(run_module, front, id_, dest)
    assert list(outside.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} <= {"dest", "outside"}
    assert_inside(result, dest, id_)
    assert result["job_instance_id"] == id_
    assert result["outcome"] in ("failed", "refused")


HOSTILE = [
    *(
        "..",
        ".",
        "",
        "/",
        "//",
        "../..",
        "/etc/cron.d/x",
        "a/../../../b",
        "~",
        "~root",
        "-rf",
        "a\nb",
        "a\0b",
        "\x1b[2J",
    ),
    *(
        "$(id)",
        "`id`",
        "%2e%2e%2f",
        "..%c0%af",
        "\\..\\..",
        "C:\\x",
        "CON",
        "a.log",
        ".hidden",
        " ",
        "x" * 300,
        "作业" * 150,
    ),
    *("\u202egol", "e\u0301", "\u00e9", "\udc80"),
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
IDS = st.one_of(st.integers(1, 2**63 - 1), st.integers(), TEXTS, st.none(), st.booleans(), st.floats())
HOSTS = st.lists(
    st.fixed_dictionaries(
        {
            "bk_host_id": st.integers(1, 2**40),
            "bk_cloud_id": st.one_of(st.sampled_from([None, 0, 1]), IDS),
            "ip": st.one_of(st.just("10.0.0.1"), st.none(), TEXTS),
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda host: host["bk_host_id"],
)


@pytest.fixture
def failed(sim: Simulator, run_module: RunModule, esb: Options) -> tuple[int, t.Any]:
    """The id of an instance that has failed on one of its two hosts, and the ``data`` of its status call."""
    id_ = finished_instance(sim, run_module, esb)
    return id_, status_of(sim, esb, id_)


# Not shrunk, since an example runs a task, and the timeout of a test is for all of them.
@settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(step_id=st.one_of(st.integers(1, 2**63 - 1), IDS), name=TEXTS, hosts=HOSTS)
def test_no_response_leads_elsewhere(
    sim: Simulator,
    run_module: RunModule,
    esb: Options,
    failed: tuple[int, t.Any],
    step_id: object,
    name: str,
    hosts: list[Options],
) -> None:
    """And each host has a file of its own, with its own log."""
    sim.faults.clear()
    id_, status = failed
    data = copy.deepcopy(status)
    step = steps_of(data)[0]
    rows = [{**step["step_ip_result_list"][0], **host, "status": FAILED, "tag": ""} for host in hosts]
    step.update(step_instance_id=step_id, name=name, step_ip_result_list=rows)
    answer(sim, STATUS, data)
    answer_logs(sim, id_, step_id, [log_row(host, f"log of {host['bk_host_id']}\n") for host in hosts])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        dest = place / "a" / "b" / "dest"
        dest.mkdir(parents=True)
        result = wait(run_module, esb, id_, dest)
        assert {path for path in tree(place) if not path.startswith("a/b/dest/")} == {"a", "a/b", "a/b/dest"}
        assert_inside(result, dest, id_)
        assert result["outcome"] in ("failed", "refused")
        for row in result["logs"] or ():
            if row["path"] is not None:
                content = Path(row["path"]).read_text(encoding="utf-8")
                assert content == row["content"] == f"log of {row['bk_host_id']}\n"


COLLISIONS = {
    "the same address in area null and 0": ((None, "10.0.0.1"), (0, "10.0.0.1")),
    "characters that are replaced": ((0, "fe80::1"), (0, "fe80/:1")),
    "names that are cut": ((0, "1" * 250 + "a"), (0, "1" * 250 + "b")),
    "names that are cut by bytes": ((0, "作" * 90 + "甲"), (0, "作" * 90 + "乙")),
    "without an address": ((0, ""), (0, None)),
    "white space": ((0, "10.0.0.1 "), (0, "10.0.0.1")),
    "not printable": ((0, "10.0.0.1\x01"), (0, "10.0.0.1\x02")),
    "the same address twice": ((0, "10.0.0.1"), (0, "10.0.0.1")),
}


@pytest.mark.parametrize("names", COLLISIONS.values(), ids=COLLISIONS)
def test_each_host_has_a_file_of_its_own(
    sim: Simulator, run_module: RunModule, esb: Options, tmp_path: Path, names: tuple[tuple[t.Any, t.Any], ...]
) -> None:
    id_ = finished_instance(sim, run_module, esb)
    data = status_of(sim, esb, id_)
    step = steps_of(data)[0]
    hosts = [{**row, "bk_cloud_id": cloud, "ip": ip} for row, (cloud, ip) in zip(step["step_ip_result_list"], names)]
    step["step_ip_result_list"] = hosts
    answer(sim, STATUS, data)
    answer_logs(sim, id_, step["step_instance_id"], [log_row(host, f"log of {host['bk_host_id']}\n") for host in hosts])
    result = wait(run_module, esb, id_, tmp_path)
    assert result["outcome"] == "failed"
    assert_inside(result, tmp_path, id_)
    contents = {row["bk_host_id"]: Path(row["path"]).read_text(encoding="utf-8") for row in result["logs"]}
    assert contents == {101: "log of 101\n", 102: "log of 102\n"}


# What is there already.


class Written(t.NamedTuple):
    """An instance whose logs were written once: its id, and the file of the host that failed."""

    id: int
    path: Path


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """The directory for logs; beside it is nothing else."""
    dest = tmp_path / "dest"
    dest.mkdir()
    return dest


@pytest.fixture
def written(sim: Simulator, run_module: RunModule, front: Options, dest: Path) -> Written:
    """A file that a wait has written, and that the next wait will write again."""
    id_ = finished_instance(sim, run_module, front)
    rows = wait(run_module, front, id_, dest)["logs"]
    return Written(id_, next(Path(row["path"]) for row in rows if row["ip"] == "10.0.0.2"))


def assert_refused(result: Result, written: Written) -> None:
    """The file is not written, which a message says; the verdict and the log are as ever."""
    assert (result["outcome"], result["error"]) == ("failed", None)
    row = next(row for row in result["logs"] if row["ip"] == "10.0.0.2")
    assert row["path"] is None
    assert row["content"].endswith("no space left on device\n")
    assert str(written.path.parents[2]) in result["msg"]


def test_a_file_of_an_earlier_wait_is_written_again(
    run_module: RunModule, front: Options, dest: Path, written: Written
) -> None:
    whole = written.path.read_bytes()
    written.path.write_bytes(b"x" * 100_000)
    written.path.chmod(0o666)
    result = wait(run_module, front, written.id, dest)
    assert str(written.path) in [row["path"] for row in result["logs"]]
    assert written.path.read_bytes() == whole
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600


def test_log_dest_itself_may_be_a_link(
    sim: Simulator, run_module: RunModule, front: Options, tmp_path: Path, dest: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(dest)
    id_ = finished_instance(sim, run_module, front)
    result = wait(run_module, front, id_, link)
    assert all(Path(row["path"]).is_file() for row in result["logs"])
    assert [path.name for path in dest.iterdir()] == [str(id_)]


def test_a_fifo_is_not_written_to(run_module: RunModule, front: Options, dest: Path, written: Written) -> None:
    written.path.unlink()
    os.mkfifo(written.path)
    reader = os.open(written.path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        result = wait(run_module, front, written.id, dest)
        assert os.read(reader, 65536) == b""
    finally:
        os.close(reader)
    assert_refused(result, written)


def test_a_fifo_without_a_reader_blocks_nothing(
    run_module: RunModule, front: Options, dest: Path, written: Written
) -> None:
    written.path.unlink()
    os.mkfifo(written.path)
    blocked = threading.Event()

    def release() -> None:
        blocked.set()
        Path(written.path).read_bytes()

    # Nothing else ends a task that waits for a reader.
    watchdog = threading.Timer(5, release)
    watchdog.daemon = True
    watchdog.start()
    result = wait(run_module, front, written.id, dest)
    watchdog.cancel()
    assert not blocked.is_set()
    assert_refused(result, written)


@pytest.mark.parametrize("target", ["secret", "missing"])
def test_a_link_in_place_of_the_file_is_not_followed(
    run_module: RunModule, front: Options, tmp_path: Path, dest: Path, written: Written, target: str
) -> None:
    (tmp_path / "secret").write_text("kept", encoding="utf-8")
    written.path.unlink()
    written.path.symlink_to(tmp_path / target)
    result = wait(run_module, front, written.id, dest)
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "kept"
    assert not (tmp_path / "missing").exists()
    assert_refused(result, written)


@pytest.mark.parametrize("level", [1, 2], ids=["step", "instance"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_in_place_of_a_directory_is_not_followed(
    run_module: RunModule, front: Options, tmp_path: Path, dest: Path, written: Written, level: int, exists: bool
) -> None:
    folder, elsewhere = written.path.parents[level - 1], tmp_path / "elsewhere"
    folder.rename(elsewhere)
    if exists:
        before = tree(elsewhere)
        for path in elsewhere.rglob("*.log"):
            path.write_text("kept", encoding="utf-8")
        before = tree(elsewhere)
    else:
        elsewhere.rename(tmp_path / "moved")
    folder.symlink_to(elsewhere)
    result = wait(run_module, front, written.id, dest)
    if exists:
        assert tree(elsewhere) == before
    else:
        assert not elsewhere.exists()
    assert [row["path"] for row in result["logs"]] == [None] * len(result["logs"])
    assert_refused(result, written)


def test_a_hard_link_is_not_overwritten(
    run_module: RunModule, front: Options, tmp_path: Path, dest: Path, written: Written
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept", encoding="utf-8")
    precious.chmod(0o644)
    written.path.unlink()
    os.link(precious, written.path)
    result = wait(run_module, front, written.id, dest)
    assert precious.read_text(encoding="utf-8") == "kept"
    assert stat.S_IMODE(precious.stat().st_mode) == 0o644
    assert_refused(result, written)


def test_a_directory_in_place_of_the_file_changes_no_verdict(
    run_module: RunModule, front: Options, dest: Path, written: Written
) -> None:
    written.path.unlink()
    written.path.mkdir()
    assert_refused(wait(run_module, front, written.id, dest), written)
    assert list(written.path.iterdir()) == []


def test_one_file_that_is_refused_does_not_stop_the_others(
    run_module: RunModule, front: Options, dest: Path, written: Written
) -> None:
    for path in written.path.parent.iterdir():
        path.unlink()
    written.path.symlink_to("/dev/null")
    result = wait(run_module, front, written.id, dest)
    paths = {row["ip"]: row["path"] for row in result["logs"]}
    assert paths["10.0.0.2"] is None
    assert Path(paths["10.0.0.1"]).is_file()
    assert_refused(result, written)


@pytest.fixture(autouse=True)
def _plain_umask() -> Iterator[None]:
    """A umask that hides nothing: what others may read is decided by the modules."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_nobody_else_may_read_logs(dest: Path, written: Written) -> None:
    for path in written.path.parent.parent, written.path.parent, written.path:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert list(dest.iterdir()) == [written.path.parent.parent]
