# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from ansible_collections.blueking.job.plugins.module_utils._model.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils._model.instance import Scope
from ansible_collections.blueking.job.plugins.module_utils._options.connection import (
    OPTIONS,
    credentials_from,
    gateway_from,
    scope_from,
)

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.blueking.job.plugins.module_utils._api.requests import Gateway


def params(**given: t.Any) -> dict[str, t.Any]:
    defaults = {name: option.get("default") for name, option in OPTIONS.items()}
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
    ("given", "words"),
    [
        ({"bk_app_code": None}, "bk_app_code (BK_APP_CODE) is missing"),
        ({"bk_app_secret": ""}, "bk_app_secret (BK_APP_SECRET) is missing"),
        (
            {"bk_app_code": None, "bk_app_secret": None},
            "bk_app_code (BK_APP_CODE) and bk_app_secret (BK_APP_SECRET) are missing",
        ),
        ({"bk_username": None}, "neither bk_username (BK_USERNAME) nor bk_token (BK_TOKEN) is set"),
        ({"bk_username": "管理员"}, "bk_username (BK_USERNAME) must be plain ASCII text"),
        ({"bk_username": "admin\n"}, "bk_username (BK_USERNAME) must be plain ASCII text"),
    ],
)
def test_missing_credentials_are_named_with_their_variable(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        credentials_from(params(**given))
    assert (caught.value.kind, words in caught.value.message) == ("credentials", True), caught.value.message


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
def test_the_address_is_taken_as_given(given: dict[str, t.Any], url: str) -> None:
    assert gateway(**given).url == url


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "paas.example.com"}, "url (BK_JOB_URL) must be an address such as"),
        ({"url": "ftp://paas.example.com"}, "url (BK_JOB_URL) must be an address such as"),
        ({"url": "https://"}, "url (BK_JOB_URL) must be an address such as"),
        ({"url": "https://[::1"}, "url (BK_JOB_URL) must be an address such as"),
        ({"url": "https://paas.example.com:port"}, "url (BK_JOB_URL) must be an address such as"),
        ({"url": "https://me:pw@paas.example.com"}, "url (BK_JOB_URL) must not carry a user"),
        ({"url": "https://paas.example.com?bk_token=x"}, "url (BK_JOB_URL) must not carry a user, a query"),
        ({"url": "https://paas.example.com/api/c/compapi/v2/jobv3"}, "give the PaaS address alone"),
        ({"gateway": "apigw", "url": "https://bkapi.example.com/prod/api/v3/"}, "give the gateway and its stage alone"),
        ({"gateway": "apigw", "api_version": "v2"}, "api_version v2 needs gateway esb"),
        ({"gateway": "apigw", "credentials_in": "body"}, "credentials_in body needs gateway esb"),
        ({"url": "http://ex ample.com"}, "url (BK_JOB_URL) must be an address such as"),
        ({"url": "http://a..b"}, "url (BK_JOB_URL) must be an address such as"),
        ({"timeout": 0}, "timeout must be from 1 to 86400"),
        ({"timeout": 10_000_000_000}, "timeout must be from 1 to 86400"),
        ({"retries": -1}, "retries must be from 0 to 1000"),
        ({"bk_tenant_id": "a\r\nX-Evil: 1"}, "bk_tenant_id (BK_TENANT_ID) must be plain ASCII text"),
        ({"client_key": "/key.pem"}, "client_key needs client_cert"),
        ({"ca_path": "/nowhere/ca.pem"}, "ca_path /nowhere/ca.pem cannot be used: No such file"),
        ({"ca_path": "a\0b"}, "ca_path a\0b cannot be used: embedded null"),
        ({"client_cert": "/nowhere/cert.pem"}, "client_cert /nowhere/cert.pem cannot be used: No such file"),
    ],
)
def test_what_cannot_work_is_refused(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        gateway(**given)
    assert words in caught.value.message


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
        with pytest.raises(InputError, match=f"^{option} {path} cannot be used: "):
            gateway(**given)
    with pytest.raises(InputError, match=f"^client_key {garbage} cannot be used: "):
        gateway(client_cert=certificate, client_key=garbage)


def test_the_tasks_word_on_trust_comes_before_the_environments(tmp_path: Path) -> None:
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
    with pytest.raises(InputError, match=r"^REQUESTS_CA_BUNDLE /nowhere/bundle\.pem cannot be used: "):
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
    with pytest.raises(InputError, match=f"^client_key {key} cannot be used: "):
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
        ({}, {}, "the business is missing: give bk_biz_id (BK_BIZ_ID), or bk_scope_type with bk_scope_id"),
        ({"bk_scope_type": "biz"}, {}, "the business is missing"),
        ({"bk_scope_id": 2}, {}, "the business is missing"),
        ({"bk_biz_id": 2, "bk_scope_type": "biz", "bk_scope_id": 2}, {}, "not both"),
        ({"bk_biz_id": 0}, {}, "bk_biz_id must be at least 1"),
        ({"bk_scope_type": "biz", "bk_scope_id": -1}, {}, "bk_scope_id must be at least 1"),
        ({}, {"BK_BIZ_ID": "two"}, "the environment's BK_BIZ_ID must be a whole number, not 'two'"),
    ],
)
def test_an_unclear_scope_is_refused(given: dict[str, t.Any], environ: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        scope_from(params(**given), environ)
    assert words in caught.value.message
