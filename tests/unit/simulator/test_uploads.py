# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Local upload (quick jobs Q2): URLs of the artifact repository, its own socket, and what can go wrong there."""

from __future__ import annotations

import hashlib
import typing as t

import pytest
import requests

from tests.simulator import Simulator, faults
from tests.unit.simulator.quick import steps_of, transfer

if t.TYPE_CHECKING:
    from tests.simulator import Fault
    from tests.unit.simulator.client import Client

CONTENT = b"x" * 100_000
MINUTES, DAYS = 60, 24 * 3600


def offered(v3: Client, name: str = "a.tgz") -> t.Any:
    return v3.data("generate_local_file_upload_url", file_name_list=[name])["url_map"][name]


def put(session: requests.Session, offer: dict[str, str], content: t.Any = CONTENT) -> requests.Response:
    return session.put(offer["upload_url"], data=content, headers={"X-BKREPO-OVERWRITE": "True"})


def sent(v3: Client, path: str) -> t.Any:
    return v3.body("fast_transfer_file", **transfer(file_source_list=[{"file_type": 2, "file_list": [path]}]))


def test_upload_and_transfer(sim: Simulator, v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    answer = put(session, offer).json()
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    node = answer["data"]["nodeInfo"]
    assert (answer["code"], node["size"], node["sha256"]) == (0, 100_000, sha256)
    assert node["md5"] == hashlib.md5(CONTENT).hexdigest()
    instance_id = sent(v3, offer["path"])["data"]["job_instance_id"]
    sim.clock.advance(60)
    assert steps_of(v3, instance_id)[:2] == (3, 3)
    assert [(file.name, file.size, file.sha256) for file in sim.launches[0].files] == [("a.tgz", 100_000, sha256)]


def test_record(sim: Simulator, v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    put(session, offer)
    [upload] = sim.uploads
    assert (upload.path, upload.name, upload.size, upload.overwrite) == (offer["path"], "a.tgz", 100_000, True)


def test_upload_in_chunks(sim: Simulator, v3: Client, session: requests.Session) -> None:
    blocks = [b"ab" * 40_000, b"c"]
    put(session, offered(v3), iter(blocks))
    assert sim.uploads[0].sha256 == hashlib.sha256(b"".join(blocks)).hexdigest()


def test_empty_file(sim: Simulator, v3: Client, session: requests.Session) -> None:
    assert put(session, offered(v3), b"").json()["data"]["nodeInfo"]["size"] == 0


def test_name_with_blanks(sim: Simulator, v3: Client, session: requests.Session) -> None:
    put(session, offered(v3, "a b%.txt"))
    assert sim.uploads[0].name == "a b%.txt"


def test_paths_name_business_and_user(v3: Client) -> None:
    parts = offered(v3)["path"].split("/")
    assert (parts[0], parts[2:]) == ("1", ["admin", "a.tgz"])


@pytest.mark.parametrize(
    ("names", "code"),
    [(None, 1241010), ([" "], 1241010), ([None], 1241010), (["x" * 1024], 0), (["x" * 1025], 1241010)],
)
def test_names(v3: Client, names: t.Any, code: int) -> None:
    assert v3.body("generate_local_file_upload_url", file_name_list=names)["code"] == code


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (30.1, 403)])
def test_url_expires(sim: Simulator, v3: Client, session: requests.Session, minutes: float, status: int) -> None:
    offer = offered(v3)
    sim.clock.advance(minutes * MINUTES)
    assert put(session, offer).status_code == status


def test_url_works_once(sim: Simulator, v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    assert [put(session, offer).status_code for _time in range(2)] == [200, 403]
    assert len(sim.uploads) == 1


def test_wrong_token(v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    assert put(session, {**offer, "upload_url": offer["upload_url"] + "0"}).status_code == 403


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "/elsewhere")])
def test_nothing_else_is_there(v3: Client, session: requests.Session, method: str, path: str) -> None:
    url = offered(v3)["upload_url"]
    address = url if not path else url.partition("/generic/")[0] + path
    assert session.request(method, address, data=b"x").status_code == 404


@pytest.mark.parametrize(("days", "code"), [(7, 0), (7.1, 1244023)])
def test_files_are_kept_for_a_week(
    sim: Simulator, v3: Client, session: requests.Session, days: float, code: int
) -> None:
    offer = offered(v3)
    put(session, offer)
    sim.clock.advance(days * DAYS)
    assert sent(v3, offer["path"])["code"] == code


def test_file_that_never_arrived(sim: Simulator, v3: Client) -> None:
    body = sent(v3, offered(v3)["path"])
    assert body["code"] == 1244023
    assert "(default expiration time is 7 days)" in body["message"]
    assert sim.launches == []


def test_local_files_have_no_permission_of_their_own(sim: Simulator, v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    put(session, offer)
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = {"use_account"}
    [action] = sent(v3, offer["path"])["permission"]["actions"]
    assert [chain[-1]["name"] for chain in action["related_resource_types"][0]["instances"]] == ["root"]


def test_rolling_by_source_is_for_files_on_servers(v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    put(session, offer)
    params = transfer(
        file_source_list=[{"file_type": 2, "file_list": [offer["path"]]}],
        rolling_config={"type": 2, "file_source": {}},
    )
    assert v3.body("fast_transfer_file", **params)["code"] == 1244035


# Faults


def test_refused_connections(sim: Simulator, v3: Client, session: requests.Session) -> None:
    sim.refuses_uploads = True
    offer = offered(v3)
    with pytest.raises(requests.ConnectionError, match="refused"):
        put(session, offer)


@pytest.mark.parametrize("fault", [faults.upload_cut(), faults.lost(), faults.reset(), faults.unread()])
def test_lost_connections(sim: Simulator, v3: Client, session: requests.Session, fault: Fault) -> None:
    sim.faults.add(fault, "upload")
    offer = offered(v3)
    with pytest.raises(requests.ConnectionError):
        put(session, offer, b"x" * 50_000_000)
    # The URL is used up, even if nothing arrived.
    assert put(session, offer).status_code == 403


@pytest.mark.parametrize(
    ("fault", "arrived"), [(faults.upload_cut(), 0), (faults.unread(), 0), (faults.lost(), 1), (faults.reset(), 1)]
)
def test_what_arrived_before_the_loss(
    sim: Simulator, v3: Client, session: requests.Session, fault: Fault, arrived: int
) -> None:
    sim.faults.add(fault, "upload")
    with pytest.raises(requests.ConnectionError):
        put(session, offered(v3))
    assert len(sim.uploads) == arrived


def test_error_of_the_repository(sim: Simulator, v3: Client, session: requests.Session) -> None:
    sim.faults.add(faults.upload_refused(code=251012, message="full"), "upload")
    answer = put(session, offered(v3))
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (400, 251012, "full")
    assert sim.uploads == []


def test_something_else_answers(sim: Simulator, v3: Client, session: requests.Session) -> None:
    sim.faults.add(faults.replaced(200, "<html>"), "upload")
    assert put(session, offered(v3)).text == "<html>"


def test_faults_of_calls_are_not_for_uploads(sim: Simulator, v3: Client, session: requests.Session) -> None:
    sim.faults.add(faults.lost(), "fast_transfer_file")
    assert put(session, offered(v3)).status_code == 200


def test_reset_forgets_uploads(sim: Simulator, v3: Client, session: requests.Session) -> None:
    offer = offered(v3)
    put(session, offer)
    sim.reset()
    assert sim.uploads == []
    assert sent(v3, offer["path"])["code"] == 1244023
