# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: what is sent, what is trusted, and what is refused before any request."""

from __future__ import annotations

import re
import typing as t

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.launch import Scope
from ansible_collections.blueking.job.plugins.module_utils._options.connection import (
    CMDB_OPTIONS,
    OPTIONS,
    cmdb_gateway_from,
    credentials_from,
    gateway_from,
    passwords_in,
    scope_from,
)

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.blueking.job.plugins.module_utils._api.call import Gateway

NAMES = re.compile(r"\b(?:bk_\w+|BK_\w+|access_token|credentials_in)\b", re.ASCII)


def params(**given: t.Any) -> dict[str, t.Any]:
    defaults = {name: option.get("default") for name, option in OPTIONS.table.items()}
    app = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t", "bk_username": "admin"}
    return {**defaults, "url": "https://paas.example.com", **app, **given}


def gateway(environ: dict[str, str] | None = None, **given: t.Any) -> Gateway:
    return gateway_from(params(**given), environ or {})


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"bk_app_code": "demo", "bk_app_secret": "s3cr3t", "bk_username": "admin"}),
        ({"bk_username": "", "bk_token": "t"}, {"bk_app_code": "demo", "bk_app_secret": "s3cr3t", "bk_token": "t"}),
        (
            {"bk_token": "t"},
            {"bk_app_code": "demo", "bk_app_secret": "s3cr3t", "bk_username": "admin", "bk_token": "t"},
        ),
        ({"access_token": "a", "bk_token": "t"}, {"access_token": "a"}),
        ({"access_token": "a", "bk_username": "管理员"}, {"access_token": "a"}),
        (
            {"access_token": "a", "bk_app_code": None, "bk_app_secret": None, "bk_username": None},
            {"access_token": "a"},
        ),
    ],
)
def test_credentials_are_sent_as_the_gateways_name_them(given: dict[str, t.Any], fields: dict[str, str]) -> None:
    assert credentials_from(params(**given)).fields() == fields


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"bk_app_code": None}, {"bk_app_code", "BK_APP_CODE", "access_token", "BK_ACCESS_TOKEN"}),
        ({"bk_app_secret": ""}, {"bk_app_secret", "BK_APP_SECRET", "access_token", "BK_ACCESS_TOKEN"}),
        (
            {"bk_app_code": None, "bk_app_secret": None},
            {"bk_app_code", "BK_APP_CODE", "bk_app_secret", "BK_APP_SECRET", "access_token", "BK_ACCESS_TOKEN"},
        ),
        ({"bk_username": None}, {"bk_username", "BK_USERNAME", "bk_token", "BK_TOKEN"}),
        ({"bk_username": "管理员"}, {"bk_username", "BK_USERNAME"}),
        ({"bk_username": "ad\nmin"}, {"bk_username", "BK_USERNAME"}),
        # White space around them, which ESB takes into the header, the database ignores, and the allow list does not.
        *(
            ({name: value}, {name, name.upper() if name.startswith("bk_") else f"BK_{name.upper()}"})
            for name in ("bk_app_code", "bk_app_secret", "bk_username", "bk_token", "access_token")
            for value in (" x", "x\n", " ")
        ),
        (
            {"access_token": "a", "credentials_in": "body"},
            {"access_token", "BK_ACCESS_TOKEN", "credentials_in"},
        ),
    ],
)
def test_credentials_that_cannot_work_are_named_with_their_variables(given: dict[str, t.Any], names: set[str]) -> None:
    with pytest.raises(InputError) as caught:
        credentials_from(params(**given))
    assert caught.value.kind == "credentials"
    assert set(NAMES.findall(caught.value.message)) == names
    assert "s3cr3t" not in caught.value.message


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://paas.example.com"),
        ({"url": "http://10.0.0.1:8080/"}, "http://10.0.0.1:8080"),
        ({"url": "https://example.com/paas/"}, "https://example.com/paas"),
        ({"url": "https://[fd00::1]:8443\n"}, "https://[fd00::1]:8443"),
        (
            {"gateway": "apigw", "url": "https://bkapi.example.com/api/bk-job/prod/"},
            "https://bkapi.example.com/api/bk-job/prod",
        ),
    ],
)
def test_the_url_is_used_as_given(given: dict[str, t.Any], url: str) -> None:
    assert gateway(**given).url == url


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "paas.example.com"}, ["url (BK_JOB_URL)"]),
        ({"url": "ftp://paas.example.com"}, ["url (BK_JOB_URL)"]),
        ({"url": "https://"}, ["url (BK_JOB_URL)"]),
        ({"url": "https://[::1"}, ["url (BK_JOB_URL)"]),
        ({"url": "https://paas.example.com:port"}, ["url (BK_JOB_URL)"]),
        ({"url": "http://ex ample.com"}, ["url (BK_JOB_URL)"]),
        ({"url": "http://a..b"}, ["url (BK_JOB_URL)"]),
        ({"url": "https://me:pw@paas.example.com"}, ["url (BK_JOB_URL)", "user"]),
        ({"url": "https://paas.example.com?bk_token=x"}, ["url (BK_JOB_URL)", "query"]),
        ({"url": "https://paas.example.com/api/c/compapi/v2/jobv3"}, ["url (BK_JOB_URL)", "/api/c/compapi", "PaaS"]),
        (
            {"gateway": "apigw", "url": "https://bkapi.example.com/prod/api/v3/"},
            ["url (BK_JOB_URL)", "/api/v3", "stage"],
        ),
        ({"gateway": "apigw", "api_version": "v2"}, ["api_version (BK_JOB_API_VERSION) v2", "gateway esb"]),
        (
            {"gateway": "apigw", "credentials_in": "body"},
            ["credentials_in (BK_JOB_CREDENTIALS_IN) body", "gateway esb"],
        ),
        ({"timeout": 0}, ["timeout (BK_JOB_TIMEOUT)", "1", "86400"]),
        ({"timeout": 10_000_000_000}, ["timeout (BK_JOB_TIMEOUT)", "1", "86400"]),
        ({"retries": -1}, ["retries (BK_JOB_RETRIES)", "0", "1000"]),
        ({"bk_tenant_id": "a\r\nX-Evil: 1"}, ["bk_tenant_id (BK_TENANT_ID)", "ASCII"]),
        ({"client_key": "/key.pem"}, ["client_key (BK_JOB_CLIENT_KEY)", "client_cert (BK_JOB_CLIENT_CERT)"]),
        ({"ca_path": "/nowhere/ca.pem"}, ["ca_path (BK_JOB_CA_PATH) /nowhere/ca.pem", "No such file"]),
        ({"ca_path": "a\0b"}, ["ca_path (BK_JOB_CA_PATH) a\0b", "embedded null"]),
        ({"client_cert": "/nowhere/cert.pem"}, ["client_cert (BK_JOB_CLIENT_CERT) /nowhere/cert.pem", "No such file"]),
    ],
)
def test_what_cannot_work_is_refused(given: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        gateway(**given)
    assert [word for word in words if word not in caught.value.message] == [], caught.value.message


@pytest.mark.parametrize("variable", ["http_proxy", "HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "proxy",
    [
        "http://svc:Pa55word#@127.0.0.1:9",
        "http://svc:Pa55word/@127.0.0.1:9",
        "http://svc:Pa55word?@127.0.0.1:9",
        "http://svc:Pa55word\\@127.0.0.1:9",
        "svc:Pa55word#@127.0.0.1:9",
        "http://svc:Pa55word@",
        "http://svc:Pa55word@127.0.0.1:99999",
    ],
)
def test_a_proxy_that_is_not_a_url_is_named_and_not_quoted(variable: str, proxy: str) -> None:
    with pytest.raises(InputError, match=rf"\b{variable}\b.*\buse_proxy\b") as caught:
        gateway({variable: proxy})
    assert "Pa55word" not in caught.value.message
    assert gateway({variable: proxy}, use_proxy=False).use_proxy is False


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "127.0.0.1:9", "http://svc:Pa%23ss@proxy:3128/", ""])
def test_a_proxy_is_used_as_the_environment_says(proxy: str) -> None:
    assert gateway({"http_proxy": proxy}).use_proxy is True


def test_passwords_in_urls_are_known_as_secrets() -> None:
    given = {"url": "http://me:pw1@paas", "console_url": "https://me:p@w2@job/x", "callback_url": "https://ops/a:b@c"}
    assert passwords_in(given) == ["pw1", "p@w2"]


def test_certificate_files_are_opened_before_any_request(tmp_path: Path) -> None:
    authority = trustme.CA()
    identity = authority.issue_cert("client.example.com")
    ca, certificate, key, both, garbage = (
        str(tmp_path / name) for name in ("ca.pem", "cert.pem", "key.pem", "both.pem", "garbage.pem")
    )
    authority.cert_pem.write_to_path(ca)
    identity.cert_chain_pems[0].write_to_path(certificate)
    identity.private_key_pem.write_to_path(key)
    identity.private_key_and_cert_chain_pem.write_to_path(both)
    (tmp_path / "garbage.pem").write_text("not a certificate")

    good = gateway(ca_path=ca, client_cert=certificate, client_key=key)
    assert (good.verify, good.client_cert) == (ca, (certificate, key))
    assert gateway(ca_path=str(tmp_path), client_cert=both).client_cert == both
    for option, path in (("ca_path", garbage), ("client_cert", garbage), ("client_cert", certificate)):
        given: dict[str, t.Any] = {option: path}
        with pytest.raises(InputError, match=f"{option} .*{path}"):
            gateway(**given)
    with pytest.raises(InputError, match=f"client_key .*{garbage}"):
        gateway(client_cert=certificate, client_key=garbage)


def test_the_options_on_trust_have_priority_over_the_environment(tmp_path: Path) -> None:
    ca, other = str(tmp_path / "ca.pem"), str(tmp_path / "other.pem")
    for path in (ca, other):
        trustme.CA().cert_pem.write_to_path(path)
    bundles = {"REQUESTS_CA_BUNDLE": other, "CURL_CA_BUNDLE": "/nowhere/bundle.pem"}
    assert gateway().verify is True
    assert gateway({"CURL_CA_BUNDLE": other}).verify == other
    assert gateway(bundles).verify == other
    assert gateway(bundles, ca_path=ca).verify == ca
    assert gateway({"REQUESTS_CA_BUNDLE": "/nowhere/bundle.pem"}, validate_certs=False).verify is False
    assert gateway({"REQUESTS_CA_BUNDLE": "/nowhere/bundle.pem"}, url="http://paas.example.com").verify is True
    with pytest.raises(InputError, match=r"REQUESTS_CA_BUNDLE /nowhere/bundle\.pem"):
        gateway({"REQUESTS_CA_BUNDLE": "/nowhere/bundle.pem"})


def test_an_encrypted_key_is_refused_without_asking_for_its_password(tmp_path: Path) -> None:
    identity = trustme.CA().issue_cert("client.example.com")
    certificate, key = str(tmp_path / "cert.pem"), tmp_path / "key.pem"
    identity.cert_chain_pems[0].write_to_path(certificate)
    plain = serialization.load_pem_private_key(identity.private_key_pem.bytes(), password=None)
    key.write_bytes(
        plain.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"passphrase"),
        )
    )
    with pytest.raises(InputError, match=f"client_key .*{key}"):
        gateway(client_cert=certificate, client_key=str(key))


@pytest.mark.parametrize(
    ("given", "environ", "scope"),
    [
        ({"bk_biz_id": 2}, {}, Scope("biz", 2)),
        ({"bk_scope_type": "biz", "bk_scope_id": 2}, {}, Scope("biz", 2)),
        ({"bk_scope_type": "biz_set", "bk_scope_id": 2}, {}, Scope("biz_set", 2)),
        ({"bk_scope_type": "biz_set", "bk_scope_id": 2}, {"BK_BIZ_ID": "7"}, Scope("biz_set", 2)),
        ({}, {"BK_BIZ_ID": " 7\n"}, Scope("biz", 7)),
        ({"bk_biz_id": 2}, {"BK_BIZ_ID": "7"}, Scope("biz", 2)),
        ({"bk_biz_id": 7999999}, {}, Scope("biz", 7999999)),
        ({"bk_biz_id": 8000000}, {}, Scope("biz_set", 8000000)),
        ({"bk_biz_id": 9999999}, {}, Scope("biz_set", 9999999)),
        ({"bk_biz_id": 10000000}, {}, Scope("biz", 10000000)),
    ],
)
def test_the_scope_has_two_forms(given: dict[str, t.Any], environ: dict[str, str], scope: Scope) -> None:
    assert scope_from(params(**given), environ) == scope


@pytest.mark.parametrize(
    ("given", "environ", "words"),
    [
        ({}, {}, ["bk_biz_id (BK_BIZ_ID)", "bk_scope_type", "bk_scope_id"]),
        ({"bk_scope_type": "biz"}, {}, ["bk_biz_id (BK_BIZ_ID)", "bk_scope_id"]),
        ({"bk_scope_id": 2}, {}, ["bk_biz_id (BK_BIZ_ID)", "bk_scope_type"]),
        (
            {"bk_biz_id": 2, "bk_scope_type": "biz", "bk_scope_id": 2},
            {},
            ["bk_biz_id", "bk_scope_type", "mutually exclusive"],
        ),
        ({"bk_biz_id": 0}, {}, ["bk_biz_id", "at least 1"]),
        ({"bk_scope_type": "biz", "bk_scope_id": -1}, {}, ["bk_scope_id", "at least 1"]),
        ({}, {"BK_BIZ_ID": "two"}, ["bk_biz_id (BK_BIZ_ID)", "'two'"]),
    ],
)
def test_an_unclear_scope_is_refused(given: dict[str, t.Any], environ: dict[str, str], words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        scope_from(params(**given), environ)
    assert [word for word in words if word not in caught.value.message] == [], caught.value.message


def cmdb(**given: t.Any) -> Gateway:
    return cmdb_gateway_from(params(**{"cmdb_url": None, **given}), {})


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://paas.example.com"),
        ({"cmdb_url": "https://cmdb.example.com/"}, "https://cmdb.example.com"),
        (
            {"gateway": "apigw", "url": "https://bk-job.apigw.example.com/prod"},
            "https://bk-cmdb.apigw.example.com/prod",
        ),
        (
            {"gateway": "apigw", "url": "https://bkapi.example.com/api/bk-job/prod/"},
            "https://bkapi.example.com/api/bk-cmdb/prod",
        ),
        ({"gateway": "apigw", "cmdb_url": "https://x.example.com/stage"}, "https://x.example.com/stage"),
    ],
)
def test_the_gateway_of_cmdb(given: dict[str, t.Any], url: str) -> None:
    found = cmdb(**given)
    assert found == gateway(**given)._replace(url=url)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"gateway": "apigw"}, "cmdb_url (BK_CMDB_URL)"),
        ({"gateway": "apigw", "url": "https://my-bk-job.example.com/prod"}, "cmdb_url (BK_CMDB_URL)"),
        ({"cmdb_url": "cmdb.example.com"}, "cmdb_url (BK_CMDB_URL)"),
        ({"cmdb_url": "https://cmdb.example.com/api/v3"}, "cmdb_url (BK_CMDB_URL)"),
        ({"cmdb_url": "https://user:hunter2@cmdb.example.com"}, "cmdb_url (BK_CMDB_URL)"),
        ({"url": "x", "cmdb_url": "https://cmdb.example.com"}, "url (BK_JOB_URL)"),
    ],
)
def test_the_gateway_of_cmdb_is_refused(given: dict[str, t.Any], name: str) -> None:
    with pytest.raises(InputError) as caught:
        cmdb(**given)
    assert name in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_password_in_the_url_of_cmdb_is_a_secret() -> None:
    assert passwords_in({"cmdb_url": "https://user:hunter2@cmdb.example.com"}) == ["hunter2"]
    assert CMDB_OPTIONS.named("cmdb_url") == "cmdb_url (BK_CMDB_URL)"
