# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which plan is launched: the one with exactly that name, the only one of its template, or none at all."""

from __future__ import annotations

import typing as t

import pytest

from tests.simulator import Plan, Scope, ScriptStep, Simulator, Targets, Variable, default_world, faults
from tests.unit.conftest import CREDENTIALS, fronts
from tests.unit.launches import KEYS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]

LISTS = ("get_job_plan_list", "get_job_list")
HINT = "blueking.job.bk_job_plan_info"  # lists plans


def plan(id_: int, name: str, template_id: int, modified_at: int = 0) -> Plan:
    hosts = Variable(id_ * 10, "hosts", 3, hosts=Targets(host_ids=(101,)))
    steps: list[t.Any] = [ScriptStep(1, "run")]
    return Plan(id_, name, Scope("biz", "1"), steps, [hosts], template_id=template_id, modified_at=modified_at)


@pytest.fixture(autouse=True)
def _plans(sim: Simulator) -> Iterator[None]:
    """Beside the default plans, in template 10: three more templates, of one, of two and of three plans."""
    world = default_world()
    world.plans += [
        plan(200, "Only one", 20),
        plan(210, "Deploy", 21, modified_at=3),
        plan(211, "Deploy web", 21, modified_at=2),
        plan(220, "Deploy", 22, modified_at=1),
        plan(221, "deploy", 22),
        plan(222, "发布 100%_now", 22),
    ]
    sim.reset(world)
    yield
    sim.reset(default_world())


@pytest.fixture(params=["esb", "esb-v2", "apigw", "old", "old-v2"])
def front(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The connection options of each surface, in turn."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[request.param]}


@pytest.fixture(params=["esb", "apigw"])
def v3(request: pytest.FixtureRequest, sim: Simulator) -> Options:
    """The same of those that have templates."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(sim)[request.param]}


@pytest.fixture
def esb(sim: Simulator) -> Options:
    """The same of the ESB."""
    return {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, "url": sim.url}


def refused(sim: Simulator, result: Result) -> str:
    """The message of a launch that selects no plan."""
    assert set(result) >= KEYS
    assert (result["failed"], result["outcome"], result["changed"]) == (True, "refused", False)
    assert (result["job_instance_id"], sim.launches) == (None, [])
    return t.cast("str", result["msg"])


def not_found(sim: Simulator, result: Result) -> str:
    assert result["error"]["kind"] == "not_found"
    assert result["request"] is not None
    return refused(sim, result)


@pytest.mark.parametrize(
    ("name", "id_"), [("Only one", 200), ("Deploy web", 211), ("deploy", 221), ("发布 100%_now", 222), ("Test", 100)]
)
def test_the_exact_name_decides(sim: Simulator, run_module: RunModule, front: Options, name: str, id_: int) -> None:
    result = run_module("bk_job_execute", job_plan_name=name, **front)
    (launch,) = sim.launches
    assert (result["outcome"], result["job_plan_id"], launch.plan_id) == ("launched", id_, id_)
    assert all(fact in result["msg"] for fact in (f"{id_} ({name})", str(launch.instance_id)))
    assert result["job_instance_name"] == name


def test_check_mode_finds_the_plan_too(sim: Simulator, run_module: RunModule, front: Options) -> None:
    result = run_module("bk_job_execute", check_mode=True, plan_name="Only one", **front)
    v2 = front.get("api_version") == "v2"
    assert (result["outcome"], result["changed"], result["job_plan_id"]) == ("launched", True, 200)
    assert result["request"]["body"]["bk_job_id" if v2 else "job_plan_id"] == 200
    assert "200 (Only one)" in result["msg"]
    assert sim.launches == []


def test_without_validate_variables_the_plan_is_found_too(
    sim: Simulator, run_module: RunModule, front: Options
) -> None:
    result = run_module("bk_job_execute", job_plan_name="Only one", validate_variables=False, **front)
    assert (result["job_plan_id"], sim.launches[0].plan_id) == (200, 200)


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_ambiguous_name_is_refused(sim: Simulator, run_module: RunModule, front: Options, check_mode: bool) -> None:
    result = run_module("bk_job_execute", check_mode=check_mode, job_plan_name="Deploy", **front)
    v2 = front.get("api_version") == "v2"
    in_21, in_22 = ("", "") if v2 else (", template 21", ", template 22")
    msg = not_found(sim, result)
    facts = ("2 plans", f"Deploy (id 210{in_21}), Deploy (id 220{in_22})", "job_plan_id")
    assert [fact for fact in facts if fact not in msg] == [], msg
    assert result["job_plan_id"] is None


def test_the_template_decides_between_them(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    for template_id, plan_id in ((21, 210), (22, 220)):
        result = run_module("bk_job_execute", job_plan_name="Deploy", job_template_id=template_id, **v3)
        assert (result["outcome"], result["job_plan_id"]) == ("launched", plan_id)


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("Only on", "Only one (id 200"),  # the server finds this itself
        ("only one", "Only one (id 200"),
        ("Only One!", "Only one (id 200"),
        ("Tset", "Test (id 100"),
    ],
)
def test_an_unknown_name_lists_the_similar_ones(
    sim: Simulator, run_module: RunModule, front: Options, name: str, similar: str
) -> None:
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name=name, **front))
    assert name in msg
    assert similar in msg


def test_without_similar_names_none_are_listed(sim: Simulator, run_module: RunModule, front: Options) -> None:
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name="qqqqqqq", **front))
    assert ("qqqqqqq" in msg, "(id " in msg, HINT in msg) == (True, False, True), msg


def test_a_plan_of_another_business_is_not_found(sim: Simulator, run_module: RunModule, front: Options) -> None:
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name="Of another business", **front))
    assert "103" not in msg


def test_the_only_plan_of_a_template(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    result = run_module("bk_job_execute", job_template_id=20, **v3)
    assert (result["job_plan_id"], sim.launches[0].plan_id) == (200, 200)
    assert "200 (Only one)" in result["msg"]


def test_a_template_with_several_plans_or_none_is_refused(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    several = not_found(sim, run_module("bk_job_execute", job_template_id=21, **v3))
    facts = ("2 plans", "job_template_id 21", "Deploy (id 210, template 21), Deploy web (id 211, template 21)")
    assert [fact for fact in facts if fact not in several] == [], several
    sim.requests.clear()
    none = not_found(sim, run_module("bk_job_execute", job_template_id=99, **v3))
    assert ("job_template_id 99" in none, HINT in none) == (True, True), none
    assert len(sim.requests) == 1  # without a name none is similar


def test_a_name_in_another_template_is_listed(sim: Simulator, run_module: RunModule, v3: Options) -> None:
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name="Only one", job_template_id=21, **v3))
    facts = ("job_template_id 21", "Only one (id 200, template 20)", HINT)
    assert [fact for fact in facts if fact not in msg] == [], msg


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"job_plan_id": 200, "job_plan_name": "Deploy"}, ["job_plan_id", "job_plan_name"]),
        ({"plan_id": 200, "plan_name": "Only one"}, ["job_plan_id", "job_plan_name"]),
        ({"job_plan_id": 200, "job_template_id": 20}, ["job_plan_id", "job_template_id"]),
        ({}, ["job_plan_id", "job_plan_name", "job_template_id"]),
        ({"job_plan_name": ""}, ["job_plan_id", "job_plan_name", "job_template_id"]),
        ({"job_plan_name": "  "}, ["job_plan_id", "job_plan_name", "job_template_id"]),
        ({"job_template_id": 0}, ["job_template_id", "at least 1"]),
        ({"job_template_id": -3, "job_plan_name": "Deploy"}, ["job_template_id", "at least 1"]),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_options_that_select_no_plan_or_two_are_refused_before_any_request(
    sim: Simulator, run_module: RunModule, front: Options, check_mode: bool, given: Options, names: list[str]
) -> None:
    result = run_module("bk_job_execute", check_mode=check_mode, **given, **front)
    msg = refused(sim, result)
    assert [name for name in names if name not in msg] == [], msg
    assert result["error"]["kind"] == "invalid_request"
    assert sim.requests == []


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_name_counts_as_not_given(sim: Simulator, run_module: RunModule, v3: Options, blank: str) -> None:
    """Forms send empty fields."""
    for given in ({"job_plan_id": 200}, {"job_template_id": 20}):
        result = run_module("bk_job_execute", job_plan_name=blank, **given, **v3)
        assert (result["outcome"], result["job_plan_id"]) == ("launched", 200)
    assert [launch.plan_id for launch in sim.launches] == [200, 200]


@pytest.mark.parametrize("given", [{}, {"job_plan_name": "Deploy"}])
@pytest.mark.parametrize("front", ["esb-v2", "old-v2"], indirect=True)
def test_v2_has_no_templates(sim: Simulator, run_module: RunModule, front: Options, given: Options) -> None:
    msg = refused(sim, run_module("bk_job_execute", job_template_id=21, **given, **front))
    assert ("job_template_id" in msg, "api_version" in msg) == (True, True), msg
    assert sim.requests == []


def test_the_message_names_only_a_few_of_many(sim: Simulator, run_module: RunModule, front: Options) -> None:
    sim.world.plans += [plan(1000 + n, f"Nightly {n}", 30) for n in range(25)]
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name="Nightly", **front))
    assert msg.count("(id ") == 10
    assert ("15 more" in msg, HINT in msg) == (True, True), msg


# More plans than fit on a page


def many(name: str, count: int = 2500) -> list[Plan]:
    return [plan(10_000 + n, f"{name} {n}", 30, modified_at=10_000 + n) for n in range(count)]


def test_a_name_contained_in_many_others_is_found(sim: Simulator, run_module: RunModule, front: Options) -> None:
    """The last modified come first, and it is on the third page."""
    sim.world.plans += [*many("Only one"), plan(9999, "Unlike the others", 31)]
    result = run_module("bk_job_execute", check_mode=True, job_plan_name="Only one", **front)
    assert result["job_plan_id"] == 200
    assert run_module("bk_job_execute", check_mode=True, job_plan_name="Only one 7", **front)["job_plan_id"] == 10_007


def test_a_second_plan_of_that_name_on_a_later_page_is_not_missed(
    sim: Simulator, run_module: RunModule, v3: Options
) -> None:
    """To launch the first one would be a guess."""
    sim.world.plans += [*many("Deploy")[1:], plan(20_000, "Deploy", 31, modified_at=99_999)]
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name="Deploy", **v3))
    assert ("3 plans" in msg, "Deploy (id 20000, template 31)" in msg) == (True, True), msg


def test_similar_names_among_many_are_found(sim: Simulator, run_module: RunModule, front: Options) -> None:
    sim.world.plans += many("Nightly")
    msg = not_found(sim, run_module("bk_job_execute", job_plan_name="Onlyone", **front))
    assert "Only one (id 200" in msg


@pytest.mark.parametrize("api_version", ["v2", "v3"])
def test_a_server_that_ignores_paging_is_not_queried_forever(
    sim: Simulator, run_module: RunModule, esb: Options, api_version: str
) -> None:
    rows = [{"id": n, "bk_job_id": n, "name": f"Same {n}"} for n in range(1, 1001)]
    page = {"result": True, "code": 0, "data": rows if api_version == "v2" else {"data": rows}}
    for api in LISTS:
        sim.faults.add(faults.replaced(200, page), api=api, times=30)
    not_found(sim, run_module("bk_job_execute", job_plan_name="Same", **{**esb, "api_version": api_version}))
    assert len(sim.requests) < 5


def test_an_unreadable_list_of_plans_launches_nothing(sim: Simulator, run_module: RunModule, front: Options) -> None:
    for api in LISTS:
        sim.faults.add(faults.bad_gateway(), api=api, times=10)
    result = run_module("bk_job_execute", job_plan_name="Only one", **front)
    assert "Only one" in refused(sim, result)
    assert result["error"]["kind"] == "unavailable"


def test_an_unknown_name_is_not_found_even_if_similar_ones_cannot_be_listed(
    sim: Simulator, run_module: RunModule, esb: Options
) -> None:
    empty = {"result": True, "code": 0, "data": {"start": 0, "length": 1000, "total": 0, "data": None}}
    sim.faults.add(faults.replaced(200, empty), api="get_job_plan_list")
    sim.faults.add(faults.bad_gateway(), api="get_job_plan_list")
    result = run_module("bk_job_execute", job_plan_name="Deploi", **esb)
    assert (result["outcome"], result["error"]["kind"]) == ("refused", "not_found")
    assert "Deploi" in result["error"]["message"]
    assert [request.api for request in sim.requests] == ["get_job_plan_list"] * 2
