# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The self-check of a site: on every surface, and each thing that can be broken, by itself and together."""

from __future__ import annotations

import gc
import json
import re
import socketserver
import ssl
import threading
import typing as t
from collections import Counter
from dataclasses import dataclass

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.blueking.job.plugins.module_utils._api import hints
from ansible_collections.blueking.job.plugins.module_utils._site import site
from tests.integration.proxy import Proxy
from tests.simulator import App, Cron, Scope, Simulator, User, default_world, faults
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts
from tests.unit.plugins.modules.test_real_connections import DAY, STRICT, RefusingProxy, parts_of, serving, signed
from tests.waiting import until

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator import World
    from tests.unit.conftest import RunModule

    Options = dict[str, t.Any]
    Result = dict[str, t.Any]
    Check = t.Callable[..., Result]

READS = {
    "esb": [
        "get_job_plan_list",
        "get_job_plan_detail",
        "get_job_instance_list",
        "get_job_instance_status",
        "batch_get_job_instance_ip_log",
        "get_job_instance_global_var_value",
        "get_account_list",
        "check_script",
        "get_script_list",
        "get_script_version_list",
        "get_cron_list",
        "get_cron_detail",
    ],
    "esb-v2": [
        "get_job_list",
        "get_job_detail",
        "get_job_instance_status",
        "get_job_instance_log",
        "get_job_instance_global_var_value",
        "get_account_list",
    ],
}
READS.update({"apigw": READS["esb"], "old": READS["esb"], "old-v2": READS["esb-v2"]})
CMDB = [
    "list_biz_hosts_topo",
    "search_dynamic_group",
    "execute_dynamic_group",
    "search_business",
    "search_biz_inst_topo",
]
# A call for an id that no instance has, whose error shows the version.
PROBE = "get_job_instance_ip_log"
ALL = pytest.mark.parametrize("front", ["esb", "esb-v2", "apigw", "old", "old-v2"])
V3 = pytest.mark.parametrize("front", ["esb", "apigw", "old"])
NAMING = re.compile(
    r"127\.0\.0\.1|localhost|\b(admin|alice|stranger|blind|demo|nowl|noperm|Test|BlueKing\()\b|://(?!paas\.example|bk-job)"
)


@pytest.fixture
def collected() -> Iterator[None]:
    """Collect garbage here: on Python 3.8 connections to a proxy that refuses are left to that, in whatever test."""
    yield
    gc.collect()


@pytest.fixture
def world(sim: Simulator) -> Iterator[World]:
    """A world that only this test changes."""
    sim.reset(default_world())
    yield sim.world
    sim.reset(default_world())


@pytest.fixture
def check(sim: Simulator, run_module: RunModule) -> Check:
    """Check a site, which must change nothing and show no secret; without ``full``, no name either."""

    def run(front: str = "esb", *, server: Simulator | None = None, **options: t.Any) -> Result:
        server = server or sim
        given = {**CREDENTIALS, "bk_biz_id": 1, "retries": 0, **fronts(server)[front], **options}
        given = {name: value for name, value in given.items() if value is not None}
        launches = len(server.launches)
        result = run_module("bk_job_site_info", clock=TurnedClock(server), **given)
        assert (result["changed"], len(server.launches)) == (False, launches)
        text = json.dumps({key: value for key, value in result.items() if key != "invocation"}, ensure_ascii=False)
        secrets = ("s3cr3t-demo", "s3cr3t-nowl", "s3cr3t-noperm", "token-of", "access-of", "pr0xy-pw", "wr0ng")
        assert [secret for secret in secrets if secret in text] == []
        if not given.get("full"):
            assert NAMING.findall(text) == []
        return result

    return run


def rows(result: Result) -> dict[str, dict[str, t.Any]]:
    return {row["name"]: row for row in result["checks"]}


def of(result: Result, status: str) -> list[str]:
    """The names of the checks with a status."""
    return [row["name"] for row in result["checks"] if row["status"] == status]


def failed(result: Result) -> list[str]:
    """The checks that failed, each with advice, and all of them in the sentence and in the report."""
    found = of(result, "failed")
    assert result["healthy"] is not bool(found)
    assert not result.get("failed")
    for row in result["checks"]:
        assert bool(row["hint"] and row["ask"]) == (row["status"] in ("failed", "warning")), row
    assert [
        name for name in found if name not in result["msg"] or f"| failed | `{name}` |" not in result["report"]
    ] == []
    return found


def sent(sim: Simulator) -> list[str]:
    return [request.api for request in sim.requests]


# A site that works


@ALL
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_site_that_works(sim: Simulator, check: Check, run_module: RunModule, front: str, check_mode: bool) -> None:
    run_module("bk_job_execute", job_plan_id=100, **{**CREDENTIALS, "bk_biz_id": 1, **fronts(sim)[front]})
    sim.clock.advance(60)
    sim.requests.clear()
    result = check(front, check_mode=check_mode)
    assert failed(result) == []
    reads = READS[front]
    is_v3 = "v2" not in front
    # The first request has no credentials, and an old ESB refuses the second one, which has them in its header.
    first = reads[:1] * (3 if front.startswith("old") else 2)
    # The URL of the API gateway does not have the name that CMDB's gateway could be derived from.
    cmdb = [] if front == "apigw" else CMDB
    if front.startswith("old"):
        cmdb = [CMDB[0], *CMDB]
    assert sent(sim) == [*first, *reads[1:], *([PROBE] if is_v3 else []), *cmdb]
    assert {name for name in CMDB if rows(result)[name]["status"] == "ok"} == set(cmdb)
    statuses = {name: row["status"] for name, row in rows(result).items()}
    for name in ("software", "options", "proxy", "dns", "connection", "gateway", "application", "user", "business"):
        assert statuses[name] == "ok", rows(result)[name]
    # There is no schedule; v2 has no history that shows an instance.
    unknown = {"get_cron_detail"} if is_v3 else {name for name in reads if "instance" in name}
    assert {name for name in reads if statuses[name] != "ok"} == unknown
    assert of(result, "warning") == ["tls"]
    assert {statuses[name] for name in ("launching", "running_scripts", "transferring_files")} == {"not_checked"}
    assert statuses["job_version"] == ("ok" if is_v3 else "not_checked")


def test_an_empty_business_is_no_problem(check: Check, world: World) -> None:
    world.plans.clear()
    world.scripts.clear()
    result = check()
    assert failed(result) == []
    unread = {name for name in READS["esb"] if rows(result)[name]["status"] == "not_checked"}
    lists = {"get_job_plan_list", "get_job_instance_list", "get_account_list", "check_script"}
    assert unread == set(READS["esb"]) - lists - {"get_script_list", "get_cron_list"}


def test_what_exists_is_read(sim: Simulator, check: Check, world: World) -> None:
    world.crons.append(Cron(50, "report", Scope("biz", "1"), 100, "0 6 1 * *"))
    assert rows(check())["get_cron_detail"]["status"] == "ok"
    [detail] = [request.body for request in sim.requests if request.api == "get_cron_detail"]
    assert detail["id"] == 50


@pytest.mark.parametrize(
    "credentials",
    [
        {"bk_token": "token-of-alice", "bk_username": None},
        {"access_token": "access-of-alice", "bk_app_code": None, "bk_app_secret": None, "bk_username": None},
    ],
)
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_other_credentials(check: Check, front: str, credentials: Options) -> None:
    assert failed(check(front, **credentials)) == []


def test_the_esb_of_blueking_7_is_an_esb(check: Check, world: World) -> None:
    world.esb_behind_gateway = True
    assert failed(check()) == []
    assert failed(check(bk_app_secret="wr0ng")) == ["application"]


# Who calls


@ALL
def test_a_wrong_secret(sim: Simulator, check: Check, front: str) -> None:
    result = check(front, bk_app_secret="wr0ng")
    assert failed(result) == ["application"]
    assert {rows(result)[name]["status"] for name in ("user", "business", *READS[front])} == {"not_checked"}
    # Wrong credentials are not sent again and again.
    assert sent(sim) == READS[front][:1] * (3 if front.startswith("old") else 2)


@ALL
def test_an_unknown_application(check: Check, front: str) -> None:
    assert failed(check(front, bk_app_code="nobody")) == ["application"]


@ALL
def test_a_user_who_may_not_be_named(check: Check, front: str) -> None:
    result = check(front, bk_app_code="nowl", bk_app_secret="s3cr3t-nowl")
    assert (failed(result), rows(result)["application"]["status"]) == (["user"], "ok")
    assert ("应用免登录态验证白名单" if front != "apigw" else "免用户认证应用白名单") in rows(result)["user"]["hint"]


@pytest.mark.parametrize("token", ["bk_token", "access_token"])
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_token_that_has_expired(check: Check, front: str, token: str) -> None:
    result = check(front, **{token: "wr0ng"})
    assert failed(result) == ["user"]
    assert "playbook" in rows(result)["user"]["ask"]


@pytest.mark.parametrize("front", ["esb", "apigw", "old"])
def test_an_application_that_may_call_nothing(check: Check, front: str) -> None:
    result = check(front, bk_app_code="noperm", bk_app_secret="s3cr3t-noperm")
    assert failed(result) == READS[front]
    assert {rows(result)[name]["status"] for name in ("application", "user")} == {"ok"}
    assert {tuple(rows(result)[name]["apis"]) for name in READS[front]} == {(name,) for name in READS[front]}


@pytest.mark.parametrize("missing", READS["esb"])
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_an_api_that_the_application_may_not_call(check: Check, world: World, front: str, missing: str) -> None:
    apis = frozenset({*READS["esb"], PROBE} - {missing})
    world.apps.append(App("some", "s3cr3t-some", trusted=True, apis=apis))
    assert failed(check(front, bk_app_code="some", bk_app_secret="s3cr3t-some")) == [missing]


def test_an_api_that_the_administrators_have_switched_off(check: Check, world: World) -> None:
    world.inactive_components.add("get_cron_list")
    result = check()
    assert failed(result) == ["get_cron_list"]
    assert "组件通道" not in rows(result)["get_cron_list"]["hint"]
    assert "组件通道" in rows(check(language="zh"))["get_cron_list"]["hint"]


# What the user may do


@ALL
def test_a_right_that_the_user_lacks(check: Check, front: str) -> None:
    result = check(front, bk_username="blind")
    assert (failed(result), result["missing_permissions"]) == ([READS[front][1]], ["view_job_plan"])
    assert "view_job_plan" in result["report"]


def test_all_rights_that_the_user_lacks(sim: Simulator, check: Check, run_module: RunModule, world: World) -> None:
    denied = {"view_job_plan", "view_history", "view_script"}
    world.users.append(User("blinder", denied=denied))
    run_module("bk_job_execute", job_plan_id=100, url=sim.url, **CREDENTIALS, bk_biz_id=1)
    result = check(bk_username="blinder")
    assert set(result["missing_permissions"]) == {
        action for action in denied if any(action in row["found"] for row in result["checks"])
    }
    assert set(result["missing_permissions"]) >= {"view_job_plan", "view_history"}
    assert {"get_job_plan_detail", "get_job_instance_status"} <= set(failed(result))


@ALL
def test_a_user_without_access_to_the_business(check: Check, front: str) -> None:
    result = check(front, bk_username="stranger")
    lacks = ["access_business"] if front == "apigw" else ["access_business", "find_business_resource"]
    assert (failed(result), result["missing_permissions"]) == (["business"], lacks)
    assert {rows(result)[name]["status"] for name in READS[front]} == {"not_checked"}


@ALL
def test_a_business_that_does_not_exist(check: Check, front: str) -> None:
    result = check(front, bk_biz_id=4711)
    assert (failed(result), result["missing_permissions"]) == (["business"], [])


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_business_that_is_not_given(check: Check, front: str) -> None:
    result = check(front, bk_biz_id=None)
    assert failed(result) == ["options"]
    assert "BK_BIZ_ID" in rows(result)["options"]["found"]
    assert {rows(result)[name]["status"] for name in ("application", "user")} == {"ok"}


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_wrong_business_does_not_hide_an_api_that_may_not_be_called(check: Check, world: World, front: str) -> None:
    apis = frozenset({*READS["esb"], PROBE} - {"get_cron_list", "check_script"})
    world.apps.append(App("some", "s3cr3t-some", trusted=True, apis=apis))
    given = {"bk_app_code": "some", "bk_app_secret": "s3cr3t-some"}
    for business in ({"bk_biz_id": 4711}, {"bk_username": "stranger"}):
        assert failed(check(front, **given, **business)) == ["business", "check_script", "get_cron_list"]
    assert failed(check(front, **given, bk_biz_id=None)) == ["options", "check_script", "get_cron_list"]


def test_a_permission_that_is_none(sim: Simulator, check: Check) -> None:
    actions = [{"id": "admin@10.0.0.1"}, {"id": 5}, None, {"id": "view_job_plan"}]
    body = {"result": False, "code": 9900403, "message": "User (admin)", "permission": {"actions": actions}}
    sim.faults.add(faults.answer(200, body), api="get_job_plan_detail")
    result = check()
    assert (failed(result), result["missing_permissions"]) == (["get_job_plan_detail"], ["view_job_plan"])


# CMDB


@pytest.mark.parametrize("prefix", ["/api/v3", "/api/v3/open"])
def test_cmdb_behind_a_gateway_of_its_own(sim: Simulator, check: Check, world: World, prefix: str) -> None:
    world.cmdb_prefix = prefix
    for given in ({"url": f"{sim.url}/api/bk-job/prod"}, {"cmdb_url": f"{sim.url}/api/bk-cmdb/prod"}):
        result = check("apigw", **given)
        assert (failed(result), [rows(result)[name]["status"] for name in CMDB]) == ([], ["ok"] * 5)
    assert {rows(check("apigw"))[name]["status"] for name in CMDB} == {"not_checked"}
    assert {
        rows(check(bk_biz_id=None, bk_scope_type="biz_set", bk_scope_id=8000001))[name]["status"] for name in CMDB
    } == {"not_checked"}


def test_what_only_inventories_need_is_a_warning(check: Check, world: World) -> None:
    apis = frozenset({*READS["esb"], PROBE, *CMDB} - {"search_dynamic_group"})
    world.apps.append(App("some", "s3cr3t-some", trusted=True, apis=apis))
    result = check(bk_app_code="some", bk_app_secret="s3cr3t-some")
    assert (failed(result), of(result, "warning")) == ([], ["tls", "search_dynamic_group"])
    assert rows(result)["execute_dynamic_group"]["status"] == "not_checked"
    world.users.append(User("blinder", denied={"find_business_resource"}))
    result = check(bk_username="blinder")
    assert (failed(result), result["missing_permissions"]) == ([], ["find_business_resource"])
    assert of(result, "warning") == ["tls", *CMDB[:3]]


def test_a_cmdb_that_is_not_there(check: Check) -> None:
    result = check("apigw", cmdb_url="http://127.0.0.1:1")
    assert (failed(result), rows(result)[CMDB[0]]["status"]) == ([], "warning")
    assert {rows(result)[name]["status"] for name in CMDB[1:]} == {"not_checked"}


def test_a_response_of_cmdb_of_another_shape(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.answer(200, {"result": True, "code": 0, "data": ["admin"]}), api="search_business", times=5)
    result = check()
    assert (failed(result), of(result, "warning")) == ([], ["tls", "search_business"])


# The way there


def test_a_port_where_nothing_listens(check: Check) -> None:
    result = check(url="http://127.0.0.1:1")
    assert failed(result) == ["connection"]
    assert {rows(result)[name]["status"] for name in ("tls", "gateway", "application", "apis")} == {"not_checked"}


def test_a_name_that_has_no_address(check: Check) -> None:
    assert failed(check(url="https://paas.invalid")) == ["dns"]


@dataclass
class Issued:
    """A server with a certificate for 127.0.0.1, and the CA that a task may trust, in ``folder``."""

    folder: Path
    begins: datetime.timedelta = -DAY
    ends: datetime.timedelta = 365 * DAY
    is_trusted: bool = True
    names_issuer: bool = True

    def context(self) -> ssl.SSLContext:
        ca, key = trustme.CA(), ec.generate_private_key(ec.SECP256R1())
        issuer, signer = parts_of(ca)
        extensions = [x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())]
        leaf = signed(
            "127.0.0.1",
            key.public_key(),
            issuer,
            signer,
            *(extensions if self.names_issuer else ()),
            ca=False,
            begins=self.begins,
            ends=self.ends,
        )
        (ca if self.is_trusted else trustme.CA()).cert_pem.write_to_path(str(self.folder / "ca.pem"))
        return serving(self.folder, key, leaf)


@pytest.mark.parametrize(
    ("issued", "host", "broken"),
    [
        ({}, "127.0.0.1", []),
        ({"is_trusted": False}, "127.0.0.1", ["certificate_issuer"]),
        ({}, "localhost", ["certificate_name"]),
        ({"begins": -2 * DAY, "ends": -DAY}, "127.0.0.1", ["certificate_dates"]),
        ({"begins": DAY}, "127.0.0.1", ["certificate_dates"]),
        (
            {"begins": -2 * DAY, "ends": -DAY, "is_trusted": False},
            "localhost",
            ["certificate_issuer", "certificate_dates", "certificate_name"],
        ),
    ],
    ids=["fine", "untrusted", "other host", "expired", "not yet valid", "everything"],
)
def test_certificates(check: Check, tmp_path: Path, issued: Options, host: str, broken: list[str]) -> None:
    with Simulator(ssl_context=Issued(tmp_path, **issued).context()) as server:
        url = server.url.replace("127.0.0.1", host)
        result = check(server=server, url=url, ca_path=str(tmp_path / "ca.pem"))
        assert failed(result) == broken
        # What answers is found out without credentials, which leave only over a connection that is trusted.
        assert rows(result)["gateway"]["status"] == "ok"
        assert any("demo" in str(request.headers) for request in server.requests) is not bool(broken)
        assert str(tmp_path) not in result["report"]
        unverified = check(server=server, url=url, validate_certs=False)
        assert failed(unverified) == []
        assert set(of(unverified, "warning")) == {"tls", "certificate_issuer", *broken}


def test_a_certificate_that_ends_soon(check: Check, tmp_path: Path) -> None:
    with Simulator(ssl_context=Issued(tmp_path, ends=5 * DAY).context()) as server:
        result = check(server=server, ca_path=str(tmp_path / "ca.pem"))
    assert (failed(result), of(result, "warning")) == ([], ["certificate_dates"])


def test_a_certificate_that_only_newer_pythons_refuse(check: Check, tmp_path: Path) -> None:
    with Simulator(ssl_context=Issued(tmp_path, names_issuer=False).context()) as server:
        result = check(server=server, ca_path=str(tmp_path / "ca.pem"))
    assert failed(result) == (["certificate_issuer"] if STRICT else [])
    if STRICT:
        assert rows(result)["certificate_issuer"]["hint"] == hints.CERTIFICATE


def test_plain_http_at_a_port_for_https(sim: Simulator, check: Check) -> None:
    assert failed(check(url=sim.url.replace("http:", "https:"))) == ["tls"]


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.usefixtures("collected")
def test_a_proxy_that_refuses(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with RefusingProxy("407 Proxy Authentication Required") as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        result = check(url="https://paas.example.com")
        assert failed(result) == ["proxy"]
        monkeypatch.setenv("http_proxy", proxy.url)
        assert failed(check(url="http://paas.example.com")) == ["gateway"]
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert failed(check(url="https://paas.example.com")) == ["connection"]
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    assert failed(check(url="https://paas.example.com")) == ["dns"]


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_that_works(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("paas.example.com").configure_cert(context)
    with Simulator(ssl_context=context) as server, Proxy(server) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("http://", scheme))
        result = check(server=server, url="https://paas.example.com", ca_path=str(tmp_path / "ca.pem"))
        assert (failed(result), of(result, "warning")) == ([], [])
        assert proxy.hosts == {"paas.example.com:443"}
        assert "https_proxy" in rows(result)["proxy"]["found"]


# What answers


def test_a_page_instead_of_the_api(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.answer(200, "<html>Log in</html>"), times=50)
    result = check()
    assert failed(result) == ["gateway"]
    assert "HTTP 200 OK" in rows(result)["gateway"]["found"]
    assert [
        name for request in sim.requests for name in ("s3cr3t", "admin") if name in str((request.headers, request.body))
    ] == []


def test_a_redirect(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.answer(302, "", {"Location": "https://login.example.com/?user=admin"}), times=50)
    result = check()
    assert (failed(result), "login.example.com" in result["report"]) == (["gateway"], False)


@pytest.mark.parametrize(
    ("said", "real", "advice"),
    [("esb", "apigw", "gateway to apigw"), ("apigw", "esb", "gateway to esb"), ("esb-v2", "apigw", "v3")],
)
def test_the_other_gateway(sim: Simulator, check: Check, said: str, real: str, advice: str) -> None:
    given = {**fronts(sim)[said], "url": fronts(sim)[real]["url"]}
    result = check(said, **given)
    assert failed(result) == ["gateway"]
    assert advice in rows(result)["gateway"]["hint"]
    # What is behind it is checked all the same.
    assert {rows(result)[name]["status"] for name in ("application", "user", "business")} == {"ok"}
    assert failed(check(said, **given, bk_app_secret="wr0ng", bk_biz_id=4711)) == ["gateway", "application"]


def test_a_server_that_is_no_gateway(sim: Simulator, check: Check) -> None:
    assert failed(check(url=f"{sim.url}/elsewhere")) == ["gateway"]


@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_a_gateway_that_does_not_reach_job(sim: Simulator, check: Check, front: str) -> None:
    sim.faults.add(faults.upstream_refused(), times=50)
    result = check(front)
    assert failed(result) == READS[front][:2]
    assert {rows(result)[name]["status"] for name in ("gateway",)} == {"ok"}


def test_a_rate_limit(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.throttled(), api="get_account_list", times=5)
    assert failed(check()) == ["get_account_list"]


def test_apis_that_never_answer_do_not_take_long(sim: Simulator, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "LONGEST_WAIT", 0.1)
    over = threading.Event()
    sim.faults.add(faults.held(over), times=50)
    result = check(retries=5)
    over.set()
    assert failed(result) == READS["esb"][:2]
    # They may arrive later than the module stopped to wait for them, and in another order.
    until(lambda: len(sim.requests) >= 4)
    assert Counter(request.api for request in sim.requests) == {READS["esb"][0]: 3, READS["esb"][1]: 1}


def test_a_response_that_is_lost_once(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.lost(), times=1)
    assert failed(check(retries=5)) == []


# Clocks and versions


@pytest.mark.parametrize(("ahead", "status"), [(0, "ok"), (50, "ok"), (70, "warning"), (-300, "warning")])
@pytest.mark.parametrize("front", ["esb", "apigw"])
def test_clocks(sim: Simulator, check: Check, front: str, ahead: int, status: str) -> None:
    sim.date_ahead = ahead
    result = check(front)
    assert (failed(result), rows(result)["clock"]["status"]) == ([], status)
    assert abs(int(re.findall(r"\d+", rows(result)["clock"]["found"])[0]) - abs(ahead)) <= 2


MISSING = {"result": False, "data": None, "message": "The content does not exist"}


def test_an_old_job(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.answer(404, MISSING), api="batch_get_job_instance_ip_log", times=5)
    body = {"result": False, "code": 1241007, "message": "Invalid request parameter [job_instance_id]"}
    sim.faults.add(faults.answer(200, body), api=PROBE)
    result = check()
    assert failed(result) == []
    assert rows(result)["batch_get_job_instance_ip_log"]["status"] == "warning"
    assert "before 3.4" in rows(result)["job_version"]["found"]


def test_an_api_that_an_old_job_lacks(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.answer(404, MISSING), api="check_script", times=5)
    result = check()
    assert (failed(result), "Upgrade Job" in rows(result)["check_script"]["hint"]) == (["check_script"], True)


def test_a_job_before_3_11(sim: Simulator, check: Check) -> None:
    body = {"result": False, "code": 1241007, "message": "Invalid request parameter [job_instance_id]"}
    sim.faults.add(faults.answer(200, body), api=PROBE)
    found = rows(check("apigw"))["job_version"]["found"]
    assert "3.10 or later" in found
    assert "before 3.11" in found


def test_what_this_machine_has_is_in_the_report(check: Check) -> None:
    result = check()
    for name in ("blueking.job", "ansible-core", "Python", "requests", "gateway", "api_version"):
        assert f"| {name} |" in result["report"]


# A plan


@ALL
@pytest.mark.parametrize(("plan_id", "broken"), [(100, []), (4711, ["plan"]), (103, ["plan"])])
def test_a_plan(check: Check, front: str, plan_id: int, broken: list[str]) -> None:
    result = check(front, job_plan_id=plan_id)
    assert failed(result) == broken
    if not broken:
        assert "2 steps and 6 variables" in rows(result)["plan"]["found"]


def test_a_plan_that_needs_hosts(check: Check, world: World) -> None:
    world.plans[0].variables[0].hosts = None
    assert rows(check(job_plan_id=100))["plan"]["status"] == "warning"
    assert "hosts" in rows(check(job_plan_id=100, full=True))["plan"]["found"]


def test_a_plan_that_may_not_be_viewed(check: Check) -> None:
    result = check(job_plan_id=100, bk_username="blind")
    assert (failed(result), rows(result)["plan"]["status"]) == (["get_job_plan_detail"], "not_checked")


# Options


def test_every_problem_of_the_options_is_named(check: Check) -> None:
    result = check(
        url=None,
        bk_app_secret=None,
        bk_username=None,
        bk_biz_id=None,
        ca_path="/home/alice/ca.pem",
        timeout=0,
        gateway="apigw",
        api_version="v2",
        bk_tenant_id="\u79df\u6237",
    )
    assert set(failed(result)) == {"options"}
    found = " ".join(row["found"] for row in result["checks"] if row["status"] == "failed")
    names = (
        "BK_JOB_URL",
        "BK_APP_SECRET",
        "BK_USERNAME",
        "BK_BIZ_ID",
        "BK_JOB_CA_PATH",
        "BK_JOB_TIMEOUT",
        "BK_TENANT_ID",
    )
    assert [name for name in (*names, "BK_JOB_API_VERSION") if name not in found] == []
    assert len(of(result, "failed")) == 8
    assert rows(result)["gateway"]["status"] == "not_checked"


@pytest.mark.parametrize("url", ["paas.example.com", "https://admin:s3cr3t-demo@127.0.0.1/", "https://a/api/v3/x"])
def test_a_url_that_is_none(check: Check, url: str) -> None:
    assert failed(check(url=url)) == ["options"]


def test_wrong_options_do_not_stop_the_checks_of_the_network(sim: Simulator, check: Check) -> None:
    result = check(ca_path="/home/alice/ca.pem", bk_app_secret=None)
    assert failed(result) == ["options", "options"]
    assert {rows(result)[name]["status"] for name in ("dns", "connection", "gateway")} == {"ok"}
    assert {rows(result)[name]["status"] for name in ("application", "apis")} == {"not_checked"}
    result = check(url="http://127.0.0.1:1", bk_app_secret=None)
    assert failed(result) == ["options", "connection"]


def test_what_is_sent_otherwise_than_meant_is_a_warning(check: Check) -> None:
    assert of(check(access_token="access-of-alice", timeout=10), "warning") == ["options", "options", "tls"]
    assert of(check(bk_token="token-of-alice"), "warning") == ["options", "tls"]


def test_invalid_options_fail_the_task(run_module: RunModule, sim: Simulator) -> None:
    result = run_module("bk_job_site_info", url=sim.url, gateway="nginx")
    assert (result["failed"], result["healthy"], result["outcome"]) == (True, False, "refused")
    assert [row["status"] for row in result["checks"]] == ["failed"]
    assert "BK_JOB_GATEWAY" in result["msg"]


# What may be shown


def test_everything_is_shown_on_demand(check: Check) -> None:
    result = check(full=True, bk_username="blind", bk_app_code="demo")
    assert "127.0.0.1" in result["report"]
    assert "Job Plans: BlueKing(1) / Test(100)" in result["report"]
    result = check(full=True, bk_app_secret="wr0ng")
    assert "APP Secret verification failed" in rows(result)["application"]["found"]


@pytest.mark.parametrize(
    ("body", "names"), [({}, ["gateway"]), ({"code": 1306999}, READS["esb"][:2])], ids=["without a code", "with a code"]
)
def test_texts_of_servers_are_not_shown(sim: Simulator, check: Check, body: dict[str, t.Any], names: list[str]) -> None:
    text = "Alice@db-host-7 %61dmin"
    sim.faults.add(faults.answer(500, {**body, "result": False, "message": text, "request_id": text}), times=50)
    result = check()
    assert (failed(result), [part for part in text.split() if part in str(result["checks"])]) == (names, [])
    assert text in rows(check(full=True))[names[0]]["found"]


def test_the_host_of_a_redirect_is_not_shown(sim: Simulator, check: Check) -> None:
    sim.faults.add(faults.answer(302, "", {"Location": "http://sso/?user=admin"}), times=50)
    result = check()
    assert (failed(result), "sso" in result["report"]) == (["gateway"], False)
    assert "HTTP 302" in rows(result)["gateway"]["found"]


def test_what_a_response_has_instead_of_an_id_is_not_shown(sim: Simulator, check: Check) -> None:
    row = {"id": "Alice@db-host-7", "name": "x", "bk_obj_id": "host"}
    body = {"result": True, "code": 0, "data": {"count": 1, "info": [row]}}
    sim.faults.add(faults.replaced(200, body), api="search_dynamic_group", times=5)
    result = check()
    found = rows(result)["search_dynamic_group"]["found"]
    assert (failed(result), "ValueError" in found, "db-host-7" in found) == ([], True, False)


class _Greeting(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"SSH-2.0-db-host-7\r\n")


def test_a_greeting_of_another_service_is_not_shown(check: Check) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Greeting) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        result = check(url="http://{}:{}".format(*server.server_address))
        server.shutdown()
    assert (failed(result), "db-host-7" in str(result["checks"])) == (["gateway"], False)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.usefixtures("collected")
def test_a_text_of_a_proxy_is_not_shown(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with RefusingProxy("403 Not for alice on sso") as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        found = rows(check(url="https://paas.example.com"))["proxy"]["found"]
    assert ("403" in found, "alice" in found) == (True, False)


def test_a_wrong_option_does_not_show_its_value(run_module: RunModule) -> None:
    result = run_module("bk_job_site_info", url="https://paas.corp.internal", gateway="apigw-7")
    assert ("BK_JOB_GATEWAY" in result["report"], "apigw-7" in result["report"]) == (True, False)


def test_texts_of_servers_are_no_markup(sim: Simulator, check: Check) -> None:
    body = {"result": False, "code": 1306999, "message": "a | b <script>\n[x](http://x) `c`"}
    sim.faults.add(faults.answer(200, body), api="get_account_list")
    result = check(full=True)
    [line] = [line for line in result["report"].splitlines() if "`get_account_list`" in line]
    assert r"a \| b \<script\>" in line
    assert "](" not in line


def test_everything_is_said_in_chinese(check: Check) -> None:
    results = [
        check(language="zh", job_plan_id=100),
        check(language="zh", url="http://127.0.0.1:1"),
        check(language="zh", bk_username="blind", bk_app_secret="wr0ng"),
        check("apigw", language="zh", bk_username="stranger"),
    ]
    texts = [text for result in results for row in result["checks"] for text in (row["found"], row["hint"], row["ask"])]
    # Versions, and an error that only has a code and ids.
    languageless = re.compile(r"blueking\.job \d.*|credentials, code \d+, request_id \w+")
    assert [
        text for text in texts if text and not re.search("[\u4e00-\u9fff]", text) and not languageless.fullmatch(text)
    ] == []
    assert "# blueking.job 自检报告" in results[0]["report"]
    # Chinese has no spaces between sentences, and spaces around words of other languages.
    assert [result["report"] for result in results if re.search("。 [^|]", result["report"])] == []
    assert "用于inventory" not in results[0]["report"]


def test_a_response_of_another_shape(sim: Simulator, check: Check) -> None:
    body = {"result": True, "code": 0, "data": ["admin@10.0.0.1"]}
    sim.faults.add(faults.backend_json(body), api="get_cron_list", times=5)
    result = check()
    assert (failed(result), "10.0.0.1" in result["report"]) == (["get_cron_list"], False)


def test_examples_of_messages_are_shown(check: Check) -> None:
    assert "https://paas.example.com" in rows(check(url="paas.internal"))["options"]["found"]
