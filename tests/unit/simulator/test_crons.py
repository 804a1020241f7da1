# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules (quick jobs Q4): how they are saved, switched, listed and run."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

import pytest

from tests.simulator import Cron, default_world
from tests.simulator.job.expressions import normalized, runs
from tests.unit.simulator.client import THEN
from tests.unit.simulator.quick import history, only_given

if t.TYPE_CHECKING:
    from tests.simulator import Simulator
    from tests.unit.simulator.client import Client

HOSTS, NAME, PASSWORD = 436, 437, 438
FOREIGN_HOST = 901


@pytest.fixture(params=["v3", "apigw"])
def client(request: pytest.FixtureRequest) -> Client:
    return t.cast("Client", request.getfixturevalue(request.param))


def schedule(**changes: t.Any) -> dict[str, t.Any]:
    """The request of a schedule of plan 100, with changes; a key whose value is `...` is left out."""
    return only_given({"job_plan_id": 100, "name": "nightly", "expression": "30 10 * * *", **changes})


def created(client: Client, **changes: t.Any) -> t.Any:
    return client.data("save_cron", **schedule(**changes))


def refused(client: Client, **changes: t.Any) -> tuple[int, str]:
    return client.refusal("save_cron", **schedule(**changes))


def running(client: Client, **changes: t.Any) -> int:
    cron_id = created(client, **changes)["id"]
    client.data("update_cron_status", id=cron_id, status=1)
    return t.cast("int", cron_id)


def detail(client: Client, cron_id: int) -> t.Any:
    return client.data("get_cron_detail", id=cron_id)


def deny(sim: Simulator, *actions: str) -> None:
    [user] = [user for user in sim.world.users if user.name == "admin"]
    user.denied = set(actions)


# Creation


def test_create(client: Client) -> None:
    saved = created(client)
    assert (saved["name"], saved["job_plan_id"], saved["expression"]) == ("nightly", 100, "30 10 * * *")
    assert (saved["status"], saved["execute_time_zone"], saved["global_var_list"]) == (2, "Asia/Shanghai", None)
    assert (saved["creator"], saved["create_time"], saved["last_modify_time"]) == ("admin", THEN, THEN)
    assert (saved["bk_scope_type"], saved["bk_scope_id"]) == ("biz", "1")


def test_the_time_of_a_single_run_is_returned_nowhere(v3: Client) -> None:
    saved = created(v3, expression=..., execute_time=int(THEN) + 60)
    assert "execute_time" not in saved
    assert (saved["expression"], "execute_time" in detail(v3, saved["id"])) == (None, False)


def test_variables_are_found_by_name_and_id(v3: Client) -> None:
    given = [{"name": "param_name", "value": "new"}, {"id": PASSWORD, "name": "ignored", "value": "s"}]
    stored = created(v3, global_var_list=given)["global_var_list"]
    assert [(one["id"], one["name"], one["type"]) for one in stored] == [
        (NAME, "param_name", 1),
        (PASSWORD, "password", 4),
    ]
    # Ciphers are not masked.
    assert [one["value"] for one in stored] == ["new", "s"]


def test_creation_completes_hosts(v3: Client) -> None:
    server = {"host_id_list": [101], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.2"}]}
    cron_id = created(v3, global_var_list=[{"id": HOSTS, "server": server}])["id"]
    [variable] = detail(v3, cron_id)["global_var_list"]
    hosts = [(host["bk_host_id"], host["bk_cloud_id"], host["ip"]) for host in variable["server"]["ip_list"]]
    assert hosts == [(102, 0, "10.0.0.2"), (101, 0, "10.0.0.1")]


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({"expression": ...}, 1241010, "[expression/execute_time]"),
        ({"expression": " ", "execute_time": 0}, 1241010, "[expression/execute_time]"),
        ({"expression": "* * * * ?"}, 1241010, "[expression]"),
        ({"expression": "0 3 1 * 1"}, 1241010, "[expression]"),
        ({"job_plan_id": ...}, 1240003, "Invalid job_plan_id"),
        ({"job_plan_id": 0}, 1240003, "Invalid job_plan_id"),
        ({"name": ...}, 1240003, "Cron name cannot be empty"),
        ({"name": "n" * 61}, 1240003, "Cron name can not exceed  60 characters"),
        ({"name": "<b>"}, 1240003, "HTML"),
        ({"id": -1}, 1240003, "Invalid id"),
        ({"execute_time": -1}, 1240003, "Invalid cron execute time"),
        ({"global_var_list": [{"id": 0}]}, 1240003, "Invalid id of globalVar"),
        ({"global_var_list": [{"value": "x"}]}, 1241012, "id/name of globalVar"),
        ({"global_var_list": [{"name": "unknown", "value": "x"}]}, 1240002, ""),
        ({"global_var_list": [{"id": 451}]}, 1240002, ""),
        ({"job_plan_id": 999}, 1243009, "Job plan does not exist"),
        ({"job_plan_id": 103}, 1243009, "Job plan does not exist"),
    ],
)
def test_refused_creation(v3: Client, changes: dict[str, t.Any], code: int, part: str) -> None:
    found = refused(v3, **changes)
    assert (found[0], part in found[1]) == (code, True)


def test_names_are_unique_in_the_business(v3: Client) -> None:
    created(v3)
    assert refused(v3, name="NIGHTLY") == (1245004, "Cron job [NIGHTLY] already existed")
    elsewhere = v3.in_scope(bk_biz_id=2)
    assert created(elsewhere, job_plan_id=103)["name"] == "nightly"


def test_hosts_are_checked_at_creation(v3: Client) -> None:
    code, message = refused(v3, global_var_list=[{"id": HOSTS, "server": {"host_id_list": [999]}}])
    assert (code, "{0}" in message) == (1244030, True)
    code, _message = refused(v3, global_var_list=[{"id": HOSTS, "server": {"host_id_list": [FOREIGN_HOST]}}])
    assert code == 1244002


def test_order_of_checks(sim: Simulator, v3: Client) -> None:
    created(v3)
    deny(sim, "create_cron", "launch_job_plan")
    unknown = {"job_plan_id": 999, "global_var_list": [{"name": "unknown"}]}
    assert refused(v3, **unknown, expression="?")[0] == 1241010
    assert refused(v3, **unknown)[0] == 1240002
    assert refused(v3, job_plan_id=999)[0] == 1245004
    assert refused(v3, job_plan_id=999, name="other")[0] == 9900403
    deny(sim, "launch_job_plan")
    assert refused(v3, job_plan_id=999, name="other")[0] == 1243009
    assert refused(v3, name="other")[0] == 9900403


def test_missing_permission(sim: Simulator, v3: Client) -> None:
    deny(sim, "create_cron")
    [action] = v3.body("save_cron", **schedule())["permission"]["actions"]
    assert action["id"] == "create_cron"


# Updates


def test_update_keeps_what_is_not_sent_but_the_time_zone(sim: Simulator, v3: Client) -> None:
    given = [{"id": NAME, "value": "new"}]
    cron_id = created(v3, execute_time_zone="Europe/Berlin", global_var_list=given)["id"]
    sim.clock.advance(60)
    saved = v3.as_user("alice").data("save_cron", id=cron_id, name="weekly")
    assert (saved["id"], saved["name"], saved["expression"], saved["job_plan_id"]) == (
        cron_id,
        "weekly",
        "30 10 * * *",
        100,
    )
    assert [one["value"] for one in saved["global_var_list"]] == ["new"]
    assert saved["execute_time_zone"] == "Asia/Shanghai"
    assert (saved["creator"], saved["last_modify_user"]) == ("admin", "alice")
    assert (saved["create_time"], saved["last_modify_time"]) == (THEN, THEN + 60)


def test_saving_turns_off(v3: Client) -> None:
    cron_id = running(v3)
    assert detail(v3, cron_id)["status"] == 1
    assert v3.data("save_cron", id=cron_id, name="nightly")["status"] == 2
    assert detail(v3, cron_id)["status"] == 0


def test_expression_and_time_replace_each_other(sim: Simulator, v3: Client) -> None:
    cron_id = created(v3)["id"]
    assert v3.data("save_cron", id=cron_id, execute_time=int(THEN) + 60)["expression"] is None
    v3.data("save_cron", id=cron_id, expression="* * * * *")
    [cron] = sim.world.crons
    assert (cron.expression, cron.execute_time) == ("* * * * *", None)


def test_variables_are_replaced_as_a_whole_and_never_emptied(v3: Client) -> None:
    cron_id = created(v3, global_var_list=[{"id": NAME, "value": "a"}, {"id": PASSWORD, "value": "s"}])["id"]
    v3.data("save_cron", **schedule(id=cron_id, global_var_list=[{"id": NAME, "value": "b"}]))
    assert [one["value"] for one in detail(v3, cron_id)["global_var_list"]] == ["b"]
    v3.data("save_cron", **schedule(id=cron_id, global_var_list=[]))
    assert [one["value"] for one in detail(v3, cron_id)["global_var_list"]] == ["b"]


def test_variables_need_the_plan(v3: Client) -> None:
    cron_id = created(v3)["id"]
    assert v3.refusal("save_cron", id=cron_id, name="nightly", global_var_list=[{"id": NAME}])[0] == 1240002


def test_masked_ciphers_keep_their_value(v3: Client) -> None:
    cron_id = created(v3, global_var_list=[{"id": PASSWORD, "value": "own"}])["id"]
    v3.data("save_cron", **schedule(id=cron_id, global_var_list=[{"id": PASSWORD, "value": "******"}]))
    assert [one["value"] for one in detail(v3, cron_id)["global_var_list"]] == ["own"]


def test_a_cipher_without_value_is_a_null_pointer(v3: Client) -> None:
    cron_id = created(v3)["id"]
    assert refused(v3, id=cron_id, global_var_list=[{"id": PASSWORD}])[0] == 1240002


def test_updates_do_not_complete_hosts(v3: Client) -> None:
    cron_id = created(v3)["id"]
    server = {"host_id_list": [101], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.2"}]}
    v3.data("save_cron", **schedule(id=cron_id, global_var_list=[{"id": HOSTS, "server": server}]))
    [variable] = detail(v3, cron_id)["global_var_list"]
    hosts = [(host["bk_host_id"], host["bk_cloud_id"], host["ip"]) for host in variable["server"]["ip_list"]]
    assert hosts == [(None, 0, "10.0.0.2"), (101, None, None)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 1241010),
        ({"global_var_list": []}, 1241010),
        ({"name": "<"}, 1240003),
        ({"expression": "x"}, 1241010),
        ({"job_plan_id": 999}, 1243009),
    ],
)
def test_refused_update(v3: Client, changes: dict[str, t.Any], code: int) -> None:
    assert v3.refusal("save_cron", id=created(v3)["id"], **changes)[0] == code


def test_update_to_the_name_of_another(v3: Client) -> None:
    created(v3)
    cron_id = created(v3, name="other")["id"]
    assert v3.refusal("save_cron", id=cron_id, name="nightly")[0] == 1245004


def test_update_needs_one_permission_only(sim: Simulator, v3: Client) -> None:
    cron_id = created(v3)["id"]
    deny(sim, "launch_job_plan", "create_cron")
    assert v3.data("save_cron", id=cron_id, name="other")["name"] == "other"
    deny(sim, "manage_cron")
    assert v3.refusal("save_cron", id=cron_id, name="other")[0] == 9900403


@pytest.mark.parametrize(("with_notifications", "code"), [(True, 1240002), (False, 1245001)])
def test_what_does_not_exist(sim: Simulator, v3: Client, with_notifications: bool, code: int) -> None:
    sim.world.has_cron_notifications = with_notifications
    assert v3.refusal("save_cron", id=999, name="x")[0] == code
    assert v3.refusal("delete_cron", id=999)[0] == code
    assert v3.refusal("update_cron_status", id=999, status=1)[0] == 1245001


def test_schedules_of_another_business(v3: Client) -> None:
    elsewhere = v3.in_scope(bk_biz_id=2)
    cron_id = created(elsewhere, job_plan_id=103)["id"]
    assert v3.refusal("save_cron", id=cron_id, name="x")[0] == 1245002
    assert v3.refusal("delete_cron", id=cron_id)[0] == 1245008
    assert v3.refusal("update_cron_status", id=cron_id, status=1)[0] == 1245001
    assert detail(elsewhere, cron_id)["name"] == "nightly"


# Switching and deletion


@pytest.mark.parametrize(("status", "shown"), [(1, 1), (0, 0), (2, 0), (7, 0)])
def test_switch(client: Client, status: int, shown: int) -> None:
    cron_id = running(client)
    found = client.data("update_cron_status", id=cron_id, status=status)
    assert (found["id"], found["status"], found["name"]) == (cron_id, None, None)
    assert detail(client, cron_id)["status"] == shown


@pytest.mark.parametrize(
    ("params", "name"), [({"status": 1}, "id"), ({"id": 1}, "status"), ({"id": 1, "status": -1}, "status")]
)
def test_refused_switch(v3: Client, params: dict[str, t.Any], name: str) -> None:
    code, message = v3.refusal("update_cron_status", **params)
    assert (code, f"[{name}]" in message) == (1241010, True)


def test_turning_on_needs_the_permission_to_launch(sim: Simulator, v3: Client) -> None:
    cron_id = created(v3)["id"]
    deny(sim, "launch_job_plan")
    assert v3.refusal("update_cron_status", id=cron_id, status=1)[0] == 9900403
    assert v3.data("update_cron_status", id=cron_id, status=2)["id"] == cron_id
    deny(sim, "manage_cron")
    assert v3.refusal("update_cron_status", id=cron_id, status=2)[0] == 9900403


def test_delete(client: Client) -> None:
    cron_id = created(client)["id"]
    assert client.body("delete_cron", id=cron_id).get("data") is None
    assert client.body("get_cron_detail", id=cron_id).get("data") is None
    assert created(client)["id"] != cron_id


@pytest.mark.parametrize(("params", "message"), [({}, "Cron id cannot be null"), ({"id": 0}, "Invalid id")])
def test_refused_deletion(v3: Client, params: dict[str, t.Any], message: str) -> None:
    assert v3.refusal("delete_cron", **params) == (1240003, message)


def test_deletion_needs_permission(sim: Simulator, v3: Client) -> None:
    cron_id = created(v3)["id"]
    deny(sim, "manage_cron")
    assert v3.refusal("delete_cron", id=cron_id)[0] == 9900403


# List and detail


@pytest.fixture
def three(sim: Simulator, v3: Client) -> None:
    """`one` by admin; `two` by alice, which is on; `three`, last modified by alice."""
    created(v3, name="one", global_var_list=[{"id": NAME, "value": "x"}])
    sim.clock.advance(1)
    running(v3.as_user("alice"), name="two")
    sim.clock.advance(1)
    cron_id = created(v3, name="three")["id"]
    v3.as_user("alice").data("save_cron", id=cron_id, expression="* * * * *")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["two", "three", "one"]),
        ({"name": "O"}, ["two", "one"]),
        ({"name": "t_o"}, ["two"]),
        ({"status": 1}, ["two"]),
        ({"status": 0}, ["three", "one"]),
        ({"status": 2}, ["two", "three", "one"]),
        ({"creator": "alice"}, ["two"]),
        ({"last_modify_user": "alice"}, ["two", "three"]),
        ({"create_time_start": 1, "create_time_end": 2}, ["two", "three", "one"]),
        ({"start": 1, "length": 1}, ["three"]),
        ({"start": -1, "length": -1}, ["two", "three", "one"]),
        ({"start": 3}, []),
    ],
)
def test_list(client: Client, filters: dict[str, t.Any], names: list[str]) -> None:
    assert [row["name"] for row in client.data("get_cron_list", **filters)["data"]] == names


@pytest.mark.usefixtures("three")
def test_page(client: Client) -> None:
    page = client.data("get_cron_list", start=1, length=1)
    assert (page["start"], page["length"], page["total"]) == (1, 1, 3)
    [row] = page["data"]
    assert (row["status"], row["expression"], row["global_var_list"]) == (0, "* * * * *", None)


def test_list_by_id(client: Client) -> None:
    cron_id = created(client, global_var_list=[{"id": NAME, "value": "x"}])["id"]
    page = client.data("get_cron_list", id=cron_id, name="other")
    assert ([row["id"] for row in page["data"]], page["data"][0]["global_var_list"]) == ([cron_id], None)
    assert client.data("get_cron_list", id=cron_id, start=1)["data"] == []
    assert client.refusal("get_cron_list", id=999)[0] == 1240002
    assert client.data("get_cron_list", id=0)["total"] == 1


def test_lists_are_those_of_a_business(v3: Client) -> None:
    created(v3)
    elsewhere = v3.in_scope(bk_biz_id=2)
    assert elsewhere.data("get_cron_list")["total"] == 0
    assert elsewhere.body("get_cron_detail", id=5000).get("data") is None


def test_detail_needs_an_id(v3: Client) -> None:
    assert v3.refusal("get_cron_detail")[0] == 1241002


# Runs


def cron_history(sim: Simulator, client: Client, cron_id: int) -> list[dict[str, t.Any]]:
    return history(sim, client, job_cron_id=cron_id)


def test_run(sim: Simulator, v3: Client) -> None:
    given = [{"id": NAME, "value": "by cron"}, {"id": HOSTS, "server": {"host_id_list": [102]}}]
    cron_id = running(v3, global_var_list=given)
    sim.clock.advance(1799)
    assert sim.launches == []
    sim.clock.advance(61)
    [row] = cron_history(sim, v3, cron_id)
    assert (row["name"], row["launch_mode"], row["job_plan_id"], row["operator"]) == ("nightly", 3, 100, "admin")
    # 10:30 in Shanghai; the run has gone on since.
    assert (row["create_time"], row["status"]) == ((THEN + 1800) * 1000, 3)
    [launch] = sim.launches
    assert (launch.values["param_name"], launch.values["hosts"]) == ("by cron", [102])
    assert launch.values["password"] == "pl4n-s3cr3t"


def test_hosts_by_id_and_by_address_count_together(sim: Simulator, v3: Client) -> None:
    server = {"host_id_list": [101], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.2"}]}
    running(v3, global_var_list=[{"id": HOSTS, "server": server}])
    sim.clock.advance(1800)
    assert [launch.values["hosts"] for launch in sim.launches] == [[102, 101]]


@pytest.mark.parametrize(("value", "used"), [("******", "pl4n-s3cr3t"), ("own", "own")])
def test_ciphers(sim: Simulator, v3: Client, value: str, used: str) -> None:
    running(v3, global_var_list=[{"id": PASSWORD, "value": value}])
    sim.clock.advance(1800)
    assert [launch.values["password"] for launch in sim.launches] == [used]


def test_every_time_that_is_passed_counts(sim: Simulator, v3: Client) -> None:
    running(v3, expression="*/5 * * * *")
    sim.clock.advance(900)
    assert len(sim.instances) == 3
    assert [one.created for one in sim.instances] == [THEN + 900, THEN + 600, THEN + 300]


def test_what_is_off_does_not_run(sim: Simulator, v3: Client) -> None:
    cron_id = running(v3, expression="* * * * *")
    v3.data("update_cron_status", id=cron_id, status=2)
    sim.clock.advance(600)
    v3.data("update_cron_status", id=cron_id, status=1)
    assert sim.launches == []
    sim.clock.advance(60)
    assert len(sim.launches) == 1


def test_a_single_run_turns_the_schedule_off(sim: Simulator, v3: Client) -> None:
    cron_id = running(v3, expression=..., execute_time=int(THEN) + 60)
    sim.clock.advance(60)
    assert len(cron_history(sim, v3, cron_id)) == 1
    assert detail(v3, cron_id)["status"] == 0


def test_a_single_run_in_the_past_stays_on_and_never_runs(sim: Simulator, v3: Client) -> None:
    cron_id = running(v3, expression=..., execute_time=int(THEN) - 60)
    sim.clock.advance(3600)
    assert (detail(v3, cron_id)["status"], sim.launches) == (1, [])


def test_the_last_editor_is_the_operator_and_needs_no_permission_to_run(sim: Simulator, v3: Client) -> None:
    cron_id = created(v3)["id"]
    v3.as_user("alice").data("update_cron_status", id=cron_id, status=1)
    [user] = [user for user in sim.world.users if user.name == "alice"]
    user.denied = {"launch_job_plan"}
    sim.clock.advance(1800)
    assert [row["operator"] for row in cron_history(sim, v3, cron_id)] == ["alice"]


def test_a_run_that_is_refused_leaves_no_instance(sim: Simulator, v3: Client) -> None:
    running(v3, expression="*/5 * * * *")
    sim.world.quota_exceeded = 1244032
    sim.clock.advance(300)
    assert sim.instances == []
    sim.world.quota_exceeded = None
    sim.clock.advance(300)
    assert len(sim.instances) == 1


def test_schedules_of_a_new_world_run_from_now(sim: Simulator) -> None:
    world = default_world()
    world.crons = [Cron(7, "nightly", world.businesses[0].scope, 100, "*/5 * * * *", enabled=True)]
    sim.reset(world)
    assert sim.launches == []
    sim.clock.advance(300)
    assert [launch.plan_id for launch in sim.launches] == [100]
    sim.reset()
    assert sim.launches == []


def test_time_zone(sim: Simulator, v3: Client) -> None:
    # 10:00 in Shanghai is 04:00 in Berlin in summer.
    running(v3, expression="0 5 * * *", execute_time_zone="Europe/Berlin")
    sim.clock.advance(3599)
    assert sim.launches == []
    sim.clock.advance(1)
    assert len(sim.launches) == 1


# Expressions: what Job's own libraries, cron-utils 9.1.6 and Quartz 2.3.2, make of them


@pytest.mark.parametrize(
    ("expression", "stored"),
    [
        ("*/5 * * * *", "*/5 * * * *"),
        ("0/5 * * * *", "0/5 * * * *"),
        ("/5 * * * *", "*/5 * * * *"),
        ("*/1 * * * *", "* * * * *"),
        ("  00   03 * * *", "0 3 * * *"),
        ("5-50/5,55 * * * *", "5-50/5,55 * * * *"),
        ("0 3 * * mon-FRI", "0 3 * * 1-5"),
        ("0 3 * * SUN", "0 3 * * 0"),
        ("0 3 * * 0,7", "0 3 * * 0,0"),
        ("0 3 * * 0-6", "0 3 * * 0-6"),
        ("0 3 */1 * 1", "0 3 * * 1"),
        ("0 3 1 jan-mar *", "0 3 1 1-3 *"),
        ("0 0 31 2 *", "0 0 31 2 *"),
        ("*,5 * * * *", "*,5 * * * *"),
    ],
)
def test_expressions(v3: Client, expression: str, stored: str) -> None:
    assert created(v3, expression=expression)["expression"] == stored


@pytest.mark.parametrize(
    "expression",
    [
        "0 3 * *",
        "0 0 3 * * *",
        "60 3 * * *",
        "0 24 * * *",
        "0 3 0 * *",
        "0 3 32 * *",
        "0 3 1 13 *",
        "0 3 * * 8",
        "0 3 * * 5-7",
        "0 3 * * 6-7",
        "10-5 * * * *",
        "-5 * * * *",
        "5/ * * * *",
        "*/0 * * * *",
        "*/70 * * * *",
        "1,,2 * * * *",
        "1, * * * *",
        "a * * * *",
        "@daily",
        "0 3 L * *",
        "0 3 15W * *",
        "0 3 * * 1#1",
        "0 3 ? * 1",
        "0 3 1 * 1",
        "0 3 */2 * 1",
    ],
)
def test_refused_expressions(v3: Client, expression: str) -> None:
    assert refused(v3, expression=expression)[0] == 1241010


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0 0 */2 * *", [1, 3, 5, 7, 9, 11, 13]),
        ("0 0 * * */2", [2, 4, 5, 7, 9, 11, 12, 14]),
        ("0 0 * * 1-5", [1, 2, 3, 6, 7, 8, 9, 10, 13, 14]),
        ("0 0 5/4 5 *", [5, 9, 13]),
        ("0 0 * 6 *", []),
    ],
)
def test_days(expression: str, days: list[int]) -> None:
    begin = datetime(2024, 4, 30, 12, tzinfo=timezone.utc).timestamp()
    until = datetime(2024, 5, 14, tzinfo=timezone.utc).timestamp()
    found = [datetime.fromtimestamp(one, timezone.utc).day for one in runs(normalized(expression), "UTC", begin, until)]
    assert found == days
