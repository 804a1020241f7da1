# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  url:
    description:
      - Where the API is reached. With O(gateway=esb) the address of the BlueKing PaaS, such as
        V(https://paas.example.com). With O(gateway=apigw) the address of the API gateway and the stage, such as
        V(https://bk-job.apigw.example.com/prod) or V(https://bkapi.example.com/api/bk-job/prod).
      - If not set, the value of the environment variable E(BK_JOB_URL) is used.
    type: str
    required: true
  gateway:
    description:
      - The gateway at O(url), the V(esb) or the V(apigw) (API gateway).
      - If not set, the value of the environment variable E(BK_JOB_GATEWAY) is used.
    type: str
    choices: [esb, apigw]
    default: esb
  api_version:
    description:
      - Version of Job's API. V(v2) is served by O(gateway=esb) only.
      - If not set, the value of the environment variable E(BK_JOB_API_VERSION) is used.
    type: str
    choices: [v3, v2]
    default: v3
  bk_app_code:
    description:
      - Code of the application that calls, as the BlueKing developer centre shows it.
      - If not set, the value of the environment variable E(BK_APP_CODE) is used.
    type: str
    aliases: [app_code]
  bk_app_secret:
    description:
      - Secret of the application.
      - If not set, the value of the environment variable E(BK_APP_SECRET) is used.
    type: str
    aliases: [app_secret]
  bk_username:
    description:
      - The user to act as. Believed only from applications that the gateway trusts to name a user.
      - If not set, the value of the environment variable E(BK_USERNAME) is used.
    type: str
    aliases: [username]
  bk_token:
    description:
      - Login token of the user to act as. The gateway prefers it to O(bk_username).
      - If not set, the value of the environment variable E(BK_TOKEN) is used.
    type: str
  access_token:
    description:
      - OAuth token of the user to act as. It is sent alone, whatever else is set.
      - If not set, the value of the environment variable E(BK_ACCESS_TOKEN) is used.
    type: str
  credentials_in:
    description:
      - Where the credentials travel. In the V(header) C(X-Bkapi-Authorization) the gateway keeps them out of its logs;
        an ESB from before mid-2021 reads them in the V(body) only.
      - V(auto) uses the header, and the body once an ESB has answered that it saw no credentials there.
      - The API gateway reads the header only.
      - If not set, the value of the environment variable E(BK_JOB_CREDENTIALS_IN) is used.
    type: str
    choices: [auto, header, body]
    default: auto
  bk_tenant_id:
    description:
      - The tenant, in deployments with several tenants.
      - If not set, the value of the environment variable E(BK_TENANT_ID) is used.
    type: str
  language:
    description:
      - Language of Job's own messages and of the hints on what to do, English (V(en)) or Chinese (V(zh)).
        The gateways' messages are English always.
      - If not set, the value of the environment variable E(BK_JOB_LANGUAGE) is used.
    type: str
    choices: [en, zh]
    default: en
  validate_certs:
    description:
      - Whether to check the certificate of the gateway.
      - If not set, the value of the environment variable E(BK_JOB_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the certificates of the authorities to trust, for a private CA. Preferred to
        E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE).
      - If not set, the value of the environment variable E(BK_JOB_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - File with the certificate to prove this client with, for mutual TLS. It may hold the key as well.
      - If not set, the value of the environment variable E(BK_JOB_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - File with the unencrypted key of O(client_cert), if it stands apart.
      - If not set, the value of the environment variable E(BK_JOB_CLIENT_KEY) is used.
    type: path
  use_proxy:
    description:
      - Whether to honour the proxies of the environment (E(http_proxy), E(https_proxy), E(no_proxy)).
    type: bool
    default: true
  timeout:
    description:
      - How many seconds to wait for the answer to one request. The ESB itself waits 30 seconds for Job, so with less
        than 45 its verdict may never be heard. Connecting gets 10 seconds.
      - If not set, the value of the environment variable E(BK_JOB_TIMEOUT) is used.
    type: int
    default: 60
  retries:
    description:
      - How often a request that reads, or one that writes and provably never reached Job, is tried again.
      - If not set, the value of the environment variable E(BK_JOB_RETRIES) is used.
    type: int
    default: 5
  bk_biz_id:
    description:
      - Id of the business. Either this, or O(bk_scope_type) with O(bk_scope_id), is needed.
      - If no scope is set, the value of the environment variable E(BK_BIZ_ID) is used.
    type: int
  bk_scope_type:
    description:
      - Kind of the scope, a business (V(biz)) or a business set (V(biz_set)).
    type: str
    choices: [biz, biz_set]
  bk_scope_id:
    description:
      - Id of the business or business set.
    type: int
requirements:
  - python >= 3.8
  - requests >= 2.25.1
notes:
  - The module runs, and reads the environment, where the task runs. Tasks are usually delegated to the controller,
    with C(delegate_to=localhost) or in a play on C(localhost).
"""
