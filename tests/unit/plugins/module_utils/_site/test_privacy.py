# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a public report hides, and what it does not."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._site.privacy import Privacy

OPTIONS: dict[str, t.Any] = {
    "url": "https://paas.corp.internal:8443/esb",
    "cmdb_url": None,
    "bk_app_code": "my-app",
    "bk_username": "li",
    "bk_tenant_id": "",
    "ca_path": "/home/li/ca.pem",
    "client_cert": None,
    "client_key": None,
    "full": False,
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot reach paas.corp.internal:8443: refused", "cannot reach [host]: refused"),
        ("cannot resolve paas.corp.internal", "cannot resolve [host]"),
        ("https://paas.corp.internal:8443/esb is wrong", "[url] is wrong"),
        ("redirects to https://login.corp.internal/?u=li", "redirects to [url]"),
        ("redirects to login.corp.internal:8080", "redirects to [host]"),
        ("User (li) lacks", "User ([bk_username]) lacks"),
        ("the application my-app", "the application [bk_app_code]"),
        (
            "ca_path (BK_JOB_CA_PATH) /home/li/ca.pem cannot be used",
            "ca_path (BK_JOB_CA_PATH) [ca_path] cannot be used",
        ),
        ("REQUESTS_CA_BUNDLE /etc/ssl/corp/ca.pem cannot be used", "REQUESTS_CA_BUNDLE [path] cannot be used"),
        ("hosts 10.0.0.1 and 10.0.0.2:80", "hosts [address] and [address]"),
        ("host fd00::6 and fe80:0:0:0:1:2:3:4", "host [address] and [address]"),
        # What names nothing stays as it is.
        ("code 1306000, request_id 0e1f00aa", "code 1306000, request_id 0e1f00aa"),
        ("Job 3.10 or later, requests 2.34.2, OpenSSL 3.0.19", "Job 3.10 or later, requests 2.34.2, OpenSSL 3.0.19"),
        ("a URL such as https://paas.example.com", "a URL such as https://paas.example.com"),
        ("limits of libraries", "limits of libraries"),
        ("the clock is at 10:30:05", "the clock is at 10:30:05"),
    ],
)
def test_names_are_hidden(text: str, shown: str) -> None:
    assert Privacy(OPTIONS).hide(text) == shown
    assert Privacy({**OPTIONS, "full": True}).hide(text) == text


def test_a_host_is_hidden_in_any_case() -> None:
    assert Privacy({**OPTIONS, "url": "http://Gateway:8080"}).hide("GATEWAY:8080 or gateway") == "[host] or [host]"


def test_details_are_only_shown_on_demand() -> None:
    assert Privacy(OPTIONS).with_details("found", "paas.corp.internal") == "found"
    assert Privacy({**OPTIONS, "full": True}).with_details("found", "10.0.0.1") == "found (10.0.0.1)"
    assert Privacy({**OPTIONS, "full": True}).with_details("found", "") == "found"
