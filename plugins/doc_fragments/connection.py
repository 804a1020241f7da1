# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  url:
    description:
      - The address of the gateway that provides the API.
      - With O(gateway=esb), the address of the BlueKing PaaS, for example V(https://paas.example.com).
      - With O(gateway=apigw), the address of the API gateway and the stage, for example
        V(https://bk-job.apigw.example.com/prod) or V(https://bkapi.example.com/api/bk-job/prod).
      - If not set, the value of the environment variable E(BK_JOB_URL) is used.
    type: str
    required: true
  gateway:
    description:
      - The kind of the gateway at O(url), which is an ESB (V(esb)) or an API gateway (V(apigw)).
      - If not set, the value of the environment variable E(BK_JOB_GATEWAY) is used.
    type: str
    choices: [esb, apigw]
    default: esb
  api_version:
    description:
      - The version of Job's API.
      - V(v2) requires O(gateway=esb).
      - If not set, the value of the environment variable E(BK_JOB_API_VERSION) is used.
    type: str
    choices: [v3, v2]
    default: v3
  bk_app_code:
    description:
      - The code of the application, as shown in the BlueKing Developer Center.
      - Required unless O(access_token) is set.
      - C(app_code) is the former name of this parameter in the API.
      - If not set, the value of the environment variable E(BK_APP_CODE) is used.
    type: str
    aliases: [app_code]
  bk_app_secret:
    description:
      - The secret of the application.
      - Required unless O(access_token) is set.
      - C(app_secret) is the former name of this parameter in the API.
      - If not set, the value of the environment variable E(BK_APP_SECRET) is used.
    type: str
    aliases: [app_secret]
  bk_username:
    description:
      - The name of the user to act as.
      - It is only accepted from applications on the allowlist of the gateway, which is 应用免登录态验证白名单 on an ESB
        and 免用户认证应用白名单 on an API gateway. Other applications need O(bk_token).
      - C(username) is the former name of this parameter in the API.
      - If not set, the value of the environment variable E(BK_USERNAME) is used.
    type: str
    aliases: [username]
  bk_token:
    description:
      - The login token of the user to act as.
      - The gateway prefers it to O(bk_username).
      - If not set, the value of the environment variable E(BK_TOKEN) is used.
    type: str
  access_token:
    description:
      - The OAuth token of the user to act as.
      - If it is set, no other credentials are sent.
      - Cannot be used with O(credentials_in=body).
      - If not set, the value of the environment variable E(BK_ACCESS_TOKEN) is used.
    type: str
  credentials_in:
    description:
      - Which part of a request contains the credentials.
      - V(header) sends them in the header C(X-Bkapi-Authorization), which gateways do not write to their logs.
      - V(body) sends them in the request body, which is the only place where an ESB from before mid-2021 reads them. It
        requires O(gateway=esb).
      - V(auto) sends them in the header. If an ESB responds that it received no credentials, it repeats the request
        with the credentials in the body.
      - If not set, the value of the environment variable E(BK_JOB_CREDENTIALS_IN) is used.
    type: str
    choices: [auto, header, body]
    default: auto
  bk_tenant_id:
    description:
      - The id of the tenant, on platforms with several tenants.
      - If not set, the value of the environment variable E(BK_TENANT_ID) is used.
    type: str
  language:
    description:
      - The language of what a task says, which is English (V(en)) or Chinese (V(zh)). This includes C(msg),
        warnings, hints, progress lines, errors of options, and the messages of Job.
      - Keys and words of results such as C(outcome) and C(status), the messages of the gateways, and the output of
        Ansible itself are always English.
      - On a host other than the control node, the environment variable of the control node is used too.
      - If not set, the value of the environment variable E(BK_JOB_LANGUAGE) is used.
    type: str
    choices: [en, zh]
    default: en
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the gateway.
      - If not set, the value of the environment variable E(BK_JOB_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file or directory with the CA certificates to trust, for a private CA.
      - A relative path is relative to the directory of the playbook.
      - It takes precedence over E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE).
      - If not set, the value of the environment variable E(BK_JOB_CA_PATH) is used.
      - On remote hosts and with C(become), a relative path in this variable is relative to the directory in which the
        module is started.
    type: path
  client_cert:
    description:
      - The path of a file with the client certificate, for mutual TLS. It may also contain the key.
      - A relative path is relative to the directory of the playbook.
      - If not set, the value of the environment variable E(BK_JOB_CLIENT_CERT) is used.
      - On remote hosts and with C(become), a relative path in this variable is relative to the directory in which the
        module is started.
    type: path
  client_key:
    description:
      - The path of a file with the unencrypted key of O(client_cert), if the key is in a separate file.
      - A relative path is relative to the directory of the playbook.
      - If not set, the value of the environment variable E(BK_JOB_CLIENT_KEY) is used.
      - On remote hosts and with C(become), a relative path in this variable is relative to the directory in which the
        module is started.
    type: path
  use_proxy:
    description:
      - Whether to use the proxies in the environment variables E(http_proxy), E(https_proxy) and E(no_proxy).
    type: bool
    default: true
  timeout:
    description:
      - The maximum number of seconds for one request, from sending it until its response is complete.
      - The ESB waits up to 30 seconds for Job. With a timeout below 45 seconds the ESB's response may be lost.
      - The first request with O(api_version=v2) to a worker of the ESB that was just started can take 27 seconds.
      - Connecting is limited to 10 seconds.
      - If not set, the value of the environment variable E(BK_JOB_TIMEOUT) is used.
    type: int
    default: 60
  retries:
    description:
      - The maximum number of retries for read requests, and for write requests that certainly did not reach Job.
      - If not set, the value of the environment variable E(BK_JOB_RETRIES) is used.
    type: int
    default: 5
  bk_biz_id:
    description:
      - The id of the business.
      - Either this option, or O(bk_scope_type) together with O(bk_scope_id), is required.
      - If no scope is set, the value of the environment variable E(BK_BIZ_ID) is used.
    type: int
  bk_scope_type:
    description:
      - The type of the scope, which is a business (V(biz)) or a business set (V(biz_set)).
    type: str
    choices: [biz, biz_set]
  bk_scope_id:
    description:
      - The id of the business or business set.
    type: int
requirements:
  - python >= 3.8
  - requests >= 2.25.1
notes:
  - The module runs, and reads environment variables, on the host of the task. This is usually the controller, with
    C(delegate_to=localhost) or in a play on C(localhost).
  - C(omit) can only be used for a whole option. Inside a list or dictionary it is rejected.
  - Values of secret options are masked in results. Ansible itself can show other values before a task runs, for example
    with C(display_args_to_stdout) or in loops without C(label).
"""
