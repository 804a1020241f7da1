# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client without any code of the collection, and the values that all tests share."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field, replace

if t.TYPE_CHECKING:
    import requests

#: The time of the transcripts of Appendix A: 2024-05-01 10:00:00 in Shanghai.
THEN = 1714528800.0
ADMIN = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin"}
ESB_V2 = "/api/c/compapi/v2/job/"
ESB_V3 = "/api/c/compapi/v2/jobv3/"
APIGW = "/prod/api/v3/"
WRITES = {
    "execute_job_plan",
    "operate_job_instance",
    "operate_step_instance",
    "batch_get_job_instance_ip_log",
    "fast_execute_script",
    "check_script",
    "fast_transfer_file",
    "push_config_file",
    "save_cron",
    "update_cron_status",
    "delete_cron",
    *(
        change.format(kind)
        for kind in ("script", "public_script")
        for change in (
            "create_{}",
            "create_{}_version",
            "update_{}_version",
            "update_{}_basic",
            "publish_{}_version",
            "disable_{}_version",
            "delete_{}_version",
            "delete_{}",
        )
    ),
}


@dataclass(frozen=True)
class Client:
    """Calls the APIs below `url` with `credentials`, in the business of `scope`."""

    session: requests.Session
    url: str
    credentials: t.Mapping[str, t.Any] = field(default_factory=lambda: ADMIN)
    scope: t.Mapping[str, t.Any] = field(default_factory=lambda: {"bk_biz_id": 1})
    headers: t.Mapping[str, str] = field(default_factory=dict)

    def call(self, api: str, **params: t.Any) -> requests.Response:
        headers = {"X-Bkapi-Authorization": json.dumps(self.credentials), **self.headers}
        params = {**self.scope, **params}
        if "/prod/" in self.url and api not in WRITES:
            return self.session.get(self.url + api, params=params, headers=headers)
        return self.session.post(self.url + api + "/", json=params, headers=headers)

    def body(self, api: str, **params: t.Any) -> t.Any:
        return self.call(api, **params).json()

    def data(self, api: str, **params: t.Any) -> t.Any:
        body = self.body(api, **params)
        assert (body["result"], body["code"]) == (True, 0), body
        return body["data"]

    def refusal(self, api: str, **params: t.Any) -> tuple[int, str]:
        body = self.body(api, **params)
        assert body["result"] is False, body
        return body["code"], body["message"]

    def as_user(self, name: str) -> Client:
        return replace(self, credentials={**self.credentials, "bk_username": name})

    def in_scope(self, **scope: t.Any) -> Client:
        return replace(self, scope=scope)
