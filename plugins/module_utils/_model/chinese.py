# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chinese of all that is said: English template → Chinese template, with the same names in braces.

Only ``language.say`` imports it, and only where Chinese is wanted. The sections are those of the code that says it;
``tests/unit/test_language.py`` finds what is missing here, and what nothing says any more.
"""

from __future__ import annotations

CHINESE = {
    # Between and after sentences and names, wherever they are
    ", ": "、",
    " and ": " 和 ",
    "; ": "；",
    # _task, _options/spec.py
    "job_instance_id has no value: the task that it was taken from returned no id. A launch returns no id in check "
    "mode, if it was refused, and if its outcome is unknown.": (
        "job_instance_id 没有值：提供该值的任务没有返回作业实例 ID。检查模式（check mode）、启动被拒绝（refused）或结果"
        "不明（unknown）时，启动任务都不返回 ID。"
    ),
    "{problem} found in {place}": "{place} 中：{problem}",
    "{names} is required": "缺少必填参数 {names}",
    "{names} are required": "缺少必填参数 {names}",
    "{names} is required unless {other} is set": "除非设置了 {other}，否则必须提供 {names}",
    "{names} are required unless {other} is set": "除非设置了 {other}，否则必须提供 {names}",
    "{name} is not an option of this module (did you mean {near}?)": "本模块没有参数 {name}（是否想写 {near}？）",
    "{name} is not an option of this module": "本模块没有参数 {name}",
    "{places}: omit can only be used for a whole option, not inside a value; leave the item out instead": (
        "{places}：omit 只能用于整个参数，不能用在值的内部；请直接去掉该项"
    ),
    "the Python library requests is required on this host": "此主机上需要安装 Python 库 requests",
    "the task was interrupted ({error})": "任务被中断（{error}）",
    "unexpected {error}: {text}": "意外的 {error}：{text}",
    # _options/connection.py
    "cmdb_url (BK_CMDB_URL) is required with gateway apigw, since url (BK_JOB_URL) does not contain the name of the "
    "gateway bk-job, which could be replaced by bk-cmdb": (
        "gateway 为 apigw 时必须提供 cmdb_url（BK_CMDB_URL），因为 url（BK_JOB_URL）中没有可以换成 bk-cmdb 的网关名称 bk-job"
    ),
    # plugin_utils/action.py
    "the connection to the host of the task was lost: {error}": "与任务所在主机的连接已中断：{error}",
    "the module was interrupted: {error}: {text}": "模块被中断：{error}：{text}",
    "the module returned no result: {msg}": "模块没有返回结果：{msg}",
    "the module returned no result: no message": "模块没有返回结果，也没有任何信息",
    "{problem}: {reason}": "{problem}：{reason}",
    "Python 3.8 or newer is required": "需要 Python 3.8 或更高版本",
    "it could not be started": "模块无法启动",
    "it could not be imported, which requires Python 3.8 or newer: {error}": (
        "模块无法导入（需要 Python 3.8 或更高版本）：{error}"
    ),
    # bk_job_execute.py
    "the upload to {host} failed: {reason}": "上传到 {host} 失败：{reason}",
    "Job returned no URL for the upload": "作业平台没有返回上传地址",
    "{host} refused the upload: HTTP {status}, {reason}": "{host} 拒绝了上传：HTTP {status}，{reason}",
    "the request has {size:.1f} MiB, and an ESB accepts at most 10": "请求有 {size:.1f} MiB，而 ESB 最多接受 10 MiB",
    "{message}; the request has {size:.1f} MiB, and older ESBs accept at most 2.5": (
        "{message}；请求有 {size:.1f} MiB，而较旧的 ESB 最多接受 2.5 MiB"
    ),
    "the body of HTTP {status} {reason} is not a response of the API": "HTTP {status} {reason} 的内容不是 API 的响应",
    "HTTP {status} {reason} without a message": "HTTP {status} {reason}，没有错误信息",
    "the gateway redirects to {host}": "网关重定向到了 {host}",
    "the gateway redirects to another address": "网关重定向到了其他地址",
    "cannot trust {host}: {reason}": "无法信任 {host} 的证书：{reason}",
    "cannot send anything to {host}: {reason}": "无法向 {host} 发送请求：{reason}",
    "the proxy does not connect to {host}: {reason}": "代理没有连接到 {host}：{reason}",
    "cannot reach {host}: {reason}": "无法连接 {host}：{reason}",
    "timed out after {seconds:g} s": "{seconds:g} 秒内未完成，已超时",
    "no complete response from {host}: {reason}": "没有收到 {host} 的完整响应：{reason}",
    "{host}: {problem}": "{host}：{problem}",
    "the response is compressed as {encoding!r}": "响应的压缩方式是 {encoding!r}，无法识别",
    "the response of {api} is larger than {size} MiB": "{api} 的响应超过 {size} MiB",
    "the response has more than {number} values": "响应中的值超过 {number} 个",
    # _api/cmdb.py
    "the response of CMDB is incomplete: {what}": "配置平台的响应不完整：{what}",
    "the hosts are not sorted by id": "主机没有按 ID 排序",
    "other hosts were returned than requested": "返回的不是所请求的主机",
    "the list has changed while it was read": "读取期间列表发生了变化",
    "{rows} rows were returned where {left} were left": "返回了 {rows} 行，而应有 {left} 行",
    # _api/hints.py
    "Compare bk_app_code and bk_app_secret with the application's page in the BlueKing Developer Center.": (
        "请对照蓝鲸开发者中心的应用信息，核对 bk_app_code 和 bk_app_secret。"
    ),
    "This ESB does not read credentials in the header. Leave credentials_in at auto, and do not use access_token, "
    "which is only sent in the header.": (
        "该 ESB 不读取请求头中的认证信息：请将 credentials_in 保持为 auto，且不要使用 access_token（只能放在请求头"
        "中）。"
    ),
    "Check bk_app_code. If the application was registered recently, the workers of the gateway only accept it "
    "after they have been recycled or restarted.": (
        "请核对 bk_app_code。如果应用是刚注册的，需等网关的工作进程回收或重启后才能识别。"
    ),
    "The ESB only accepts bk_username from applications on its allowlist of applications exempt from user login "
    "(应用免登录态验证白名单). Check the spelling of bk_app_code first. Then ask a platform administrator to add "
    "the application to the allowlist, or use the user's bk_token instead.": (
        "只有加入应用免登录态验证白名单的应用才能使用 bk_username：请先确认 bk_app_code 拼写无误，再联系平台管理员将应"
        "用加入白名单，或改用该用户的 bk_token。"
    ),
    "The API gateway only accepts bk_username from applications on its allowlist of applications exempt from user "
    "authentication (免用户认证应用白名单). Check the spelling of bk_app_code first. Then ask a gateway "
    "administrator to add the application to the allowlist, or use bk_token or access_token instead.": (
        "API 网关只接受免用户认证应用白名单中的应用所提供的 bk_username：请先确认 bk_app_code 拼写无误，再联系网关管理"
        "员将应用加入白名单，或改用 bk_token 或 access_token。"
    ),
    "bk_token has expired or is wrong. Log in to BlueKing again and use the new token.": (
        "bk_token 已过期或有误：请重新登录蓝鲸，使用新的 bk_token。"
    ),
    "access_token has expired or was not issued to a user. Get a new one.": (
        "access_token 已过期，或不是用户态的 access_token：请重新获取。"
    ),
    "Check the credentials: either bk_app_code and bk_app_secret together with bk_username or bk_token, or only "
    "access_token.": (
        "请核对认证信息：使用 bk_app_code、bk_app_secret 加上 bk_username 或 bk_token，或者只使用 access_token。"
    ),
    "Check the credentials. If the platform has several tenants, also check bk_tenant_id.": (
        "请核对认证信息；多租户环境还需核对 bk_tenant_id。"
    ),
    "The user is unknown, or is not allowed to do this. Check bk_username, bk_token or access_token.": (
        "用户不存在，或没有相应权限：请核对 bk_username、bk_token 或 access_token。"
    ),
    "The user name must consist of ASCII characters, without leading spaces or line breaks. Check bk_username, or "
    "the user that bk_token belongs to.": (
        "用户名只能包含 ASCII 字符，且不能有前导空格或换行符：请检查 bk_username，或 bk_token 所属的用户。"
    ),
    "Check bk_tenant_id. Also check whether the gateway accepts requests from the IP address of this machine.": (
        "请核对 bk_tenant_id，并确认网关的 IP 访问保护是否允许本机访问。"
    ),
    "The application is not allowed to call this API. Check the spelling of bk_app_code first. Then request the "
    "permission in the BlueKing Developer Center; a gateway administrator has to approve it.": (
        "该应用没有调用此 API 的权限：请先确认 bk_app_code 拼写无误，再在蓝鲸开发者中心的「云 API 权限」中申请，由网关"
        "管理员审批。"
    ),
    "Request the permission for the user in the BlueKing Permission Center (IAM), system bk_job.": (
        "请在蓝鲸权限中心为该用户申请作业平台（bk_job）的相应权限。"
    ),
    "Run the task as a user who is allowed to do this.": "请换用有权执行此操作的用户。",
    "The user's account is frozen. Ask a platform administrator to unfreeze it, or run the task as another user.": (
        "该用户的账号已被冻结：请联系平台管理员解冻，或换用其他用户。"
    ),
    "Request the permission to use this account (use_account) for the user in the BlueKing Permission Center (IAM).": (
        "请在蓝鲸权限中心为该用户申请此执行账号的使用权限（use_account）。"
    ),
    "Run the task as one of the confirmers of the step.": "请以该步骤的确认人身份执行任务。",
    "The server does not have this API of CMDB. Check url, gateway and cmdb_url.": (
        "服务端没有配置平台的此 API：请检查 url、gateway 和 cmdb_url。"
    ),
    "The application is not allowed to call this API of CMDB. Check the spelling of bk_app_code first. Then request "
    "the permission in the BlueKing Developer Center, for the system CC of the ESB or for the gateway bk-cmdb; an "
    "administrator has to approve it.": (
        "该应用没有调用配置平台此 API 的权限：请先确认 bk_app_code 拼写无误，再在蓝鲸开发者中心的「云 API 权限」中申请"
        "（ESB 的系统 CC，或网关 bk-cmdb），由管理员审批。"
    ),
    "Request the permission for the user in the BlueKing Permission Center (IAM), system bk_cmdb.": (
        "请在蓝鲸权限中心为该用户申请配置平台（bk_cmdb）的相应权限。"
    ),
    "The server does not have this API. Check url, gateway and api_version.": (
        "服务端没有此 API：请检查 url、gateway 和 api_version。"
    ),
    "This API is disabled on the ESB. Ask a platform administrator to enable its channel.": (
        "此 API 在 ESB 上未启用：请联系平台管理员在「组件通道管理」中启用。"
    ),
    "Check job_plan_id and the business. A plan can only be found in the business that it belongs to.": (
        "请核对 job_plan_id 和业务：执行方案只能在其所属业务下找到。"
    ),
    "The response describes the plan in an unknown format. To launch the plan without checking its variables, set "
    "validate_variables to false.": (
        "无法识别作业平台返回的执行方案详情：如需不检查变量直接启动，请将 validate_variables 设为 false。"
    ),
    "Check the name, the job template and the business. To list the plans of a business, use "
    "blueking.job.bk_job_plan_info.": (
        "请核对方案名称、作业模板和业务：可用 blueking.job.bk_job_plan_info 列出业务下的执行方案。"
    ),
    "Check the job template and the business. A job template can only be found in the business that it belongs to.": (
        "请核对作业模板和业务：作业模板只能在其所属业务下找到。"
    ),
    "Check bk_biz_id, or bk_scope_type and bk_scope_id.": "请核对 bk_biz_id，或 bk_scope_type 和 bk_scope_id。",
    "Check the id and the business. Job deletes instances after a retention period.": (
        "请核对 ID（页面上的任务 ID 或步骤 ID）和业务；超过保留期的执行历史会被作业平台清理。"
    ),
    "Create this account in the business, or use another account. For a plan, select it in the job template and "
    "sync the plan.": (
        "请在该业务的账号管理中创建此账号，或更换账号；如为执行方案，请在作业模板中更换并同步执行方案。"
    ),
    "Select a released version of the script in the job template and sync the plan.": (
        "请在作业模板中选用已上线的脚本版本，并同步执行方案。"
    ),
    "Check the id of the script and bk_biz_id. The script must have an online version.": (
        "请检查脚本 ID 和 bk_biz_id；该脚本必须有已上线的版本。"
    ),
    "The business already has one of this name. Use another name, or manage the existing one by its name.": (
        "该业务下已有同名的对象：请更换名称，或直接按该名称管理已有的对象。"
    ),
    "The script already has a version with this label. Set another version.": (
        "该脚本已有相同的版本号：请设置其他 version。"
    ),
    "Templates or plans use this version of the script. Change them first.": (
        "作业模板或执行方案正在使用该脚本版本：请先修改它们。"
    ),
    "Check the id of the schedule and bk_biz_id: a schedule belongs to one business.": (
        "请检查定时任务 ID 和 bk_biz_id：定时任务只属于一个业务。"
    ),
    "The time of a schedule that runs once must be in the future.": "单次执行的定时任务，执行时间必须晚于当前时间。",
    "Nothing was launched. Check that the host of the task reaches the artifact repository of BlueKing (network, "
    "proxy, ca_path).": ("作业未启动。请检查任务所在主机能否访问蓝鲸制品库：网络、代理和 ca_path。"),
    "Job no longer has the uploaded file. Run the task again.": "作业平台上已没有所上传的文件：请重新执行任务。",
    "Job's own server, through which these files pass, has no agent. Ask a platform administrator, or use sources.": (
        "这些文件经由作业平台自身的服务器分发，而该服务器没有可用的 Agent：请联系平台管理员，或改用 sources。"
    ),
    "A script matches one of Job's rules for dangerous commands. Change the script, or ask a platform "
    "administrator to change the rule.": ("脚本命中了作业平台的高危语句规则：请修改脚本，或联系平台管理员调整规则。"),
    "A step refers to a host variable that the plan does not have. Fix the job template and sync the plan.": (
        "步骤引用的主机变量在执行方案中不存在：请修正作业模板，并同步执行方案。"
    ),
    "The plan has no steps. Select at least one step of the plan in Job.": (
        "执行方案没有步骤：请在作业平台中为执行方案至少勾选一个步骤。"
    ),
    "The rolling strategy is invalid, or results in more than 500 batches. Correct rolling_config. Plans do not "
    "have one, so for a plan ask a platform administrator.": (
        "滚动策略无效，或批次超过 500：请修改 rolling_config。执行方案本身没有滚动策略，如为执行方案，请联系平台管理员"
        "排查。"
    ),
    "The current state of the instance or step does not allow this operation. Check the state first.": (
        "实例或步骤的当前状态不支持此操作：请先查看其状态。"
    ),
    "The instance has already been started. To wait for it, use blueking.job.bk_job_wait.": (
        "该实例已启动过：请用 blueking.job.bk_job_wait 等待其结束。"
    ),
    "Job before 3.10 does not support starting instances separately. It may run the instance immediately, so "
    "two_phase has no effect.": (
        "3.10 之前的作业平台不支持单独启动实例：实例创建后可能会立即执行，two_phase 不起作用。"
    ),
    "The instance is already being terminated. Wait until it has finished.": "该实例正在强制终止：请等待其结束。",
    "Job discarded the instance because of a task eviction policy. Ask a platform administrator.": (
        "任务被作业平台的任务驱逐策略丢弃：请联系平台管理员确认。"
    ),
    "Check the target servers of the task, and the plan's default values for the host variables that the task does "
    "not set.": ("请检查任务中的目标服务器（执行目标），以及未赋值的主机变量在执行方案中的默认值。"),
    "Check the servers that the step copies files from. They may come from a host variable.": (
        "请检查该步骤源文件所在的服务器，它可能来自主机变量的值。"
    ),
    "Check the IP addresses and BK-Net areas (bk_cloud_id). Also check in CMDB that the hosts belong to this "
    "business.": ("请核对 IP 和管控区域（旧版称云区域，bk_cloud_id），并在配置平台中确认主机属于该业务。"),
    "Check the id of the dynamic group. Also check in CMDB that the group belongs to this business.": (
        "请核对动态分组 ID，并在配置平台中确认该动态分组属于此业务。"
    ),
    "Launch the plan for fewer hosts at a time, or ask a platform administrator to raise the limit.": (
        "请减少每次执行的主机数（分批执行），或联系平台管理员调整上限。"
    ),
    "This version of Job does not support this scope or these targets. Use hosts of a single business.": (
        "当前版本的作业平台不支持此资源范围或执行对象：请改用单个业务下的主机。"
    ),
    "Fix the parameter that the message describes.": "请根据返回的错误信息修正任务参数。",
    "The request was changed on its way to the gateway. Check the proxies between this machine and the gateway.": (
        "请求在到达网关之前被改动：请检查本机与网关之间的代理。"
    ),
    "The request may exceed the size limit of the gateway, which is 2.5 MiB on older ESBs and 10 MiB on newer "
    "ones. Use host_id_list, dynamic groups or topology nodes instead of long lists of IP addresses.": (
        "请求可能超过了网关的大小限制（较旧的 ESB 为 2.5 MiB，较新的为 10 MiB）：请用 host_id_list、动态分组或拓扑节点"
        "代替很长的 IP 列表。"
    ),
    "The rate limit of the gateway was exceeded. Run fewer tasks at the same time, increase retries, or ask a "
    "gateway administrator to raise the limit.": (
        "请求被网关限流：请减少同时运行的任务、调大 retries，或联系网关管理员提高频率限制。"
    ),
    "The quota of running jobs for this business is exceeded, and all retries failed. Wait until some jobs have "
    "finished, increase retries, or ask a platform administrator to raise the quota.": (
        "该业务正在执行的作业数超出配额，任务已按 retries 重试，仍被作业平台拒绝：请等待部分作业结束、调大 retries，或"
        "联系平台管理员提高配额。"
    ),
    "The quota of running jobs for this application is exceeded, and all retries failed. Wait until some jobs have "
    "finished, increase retries, or ask a platform administrator to raise the quota.": (
        "该应用正在执行的作业数超出配额，任务已按 retries 重试，仍被作业平台拒绝：请等待部分作业结束、调大 retries，或"
        "联系平台管理员提高配额。"
    ),
    "The quota of running jobs for the whole platform is exceeded, and all retries failed. Wait until some jobs "
    "have finished, increase retries, or ask a platform administrator to raise the quota.": (
        "整个平台正在执行的作业数超出配额，任务已按 retries 重试，仍被作业平台拒绝：请等待部分作业结束、调大 retries，"
        "或联系平台管理员提高配额。"
    ),
    "The error occurred on the server. If it persists, report request_id, job_request_id and the time to the "
    "platform administrators.": (
        "服务端异常：如持续出现，请将 request_id、job_request_id 和发生时间提供给平台管理员排查。"
    ),
    "The platform is misconfigured. Report request_id, job_request_id and the time to the platform administrators.": (
        "平台自身的配置有问题：请将 request_id、job_request_id 和发生时间提供给平台管理员处理。"
    ),
    "Job did not return the reason. First check in the execution history whether the plan was started. Then check "
    "the plan, its variables, accounts and hosts.": (
        "作业平台未返回具体原因：请先在执行历史中确认是否已启动，再检查执行方案及其变量、账号和主机。"
    ),
    "Job also returns this error for invalid targets. Check that all hosts belong to the business, and that no "
    "host variable of the plan is empty. Also check in the execution history whether the plan was started.": (
        "目标有误时作业平台也会返回此错误：请确认所有主机都属于该业务、执行方案的主机变量都不为空，并在执行历史中确认是"
        "否已启动。"
    ),
    "The gateway did not return the reason. Ask its administrators to look up the request by request_id and time.": (
        "网关未返回后端拒绝的原因：请将 request_id 和发生时间提供给网关管理员排查。"
    ),
    "The gateway cannot reach a service behind it. If this persists, contact the gateway administrators.": (
        "网关无法连接后端服务：如持续出现，请联系网关管理员处理。"
    ),
    "The gateway is misconfigured. Contact the gateway administrators.": "网关自身的配置有问题：请联系网关管理员处理。",
    "The meaning of this response is not known. Ask the platform administrators to look up the request by "
    "request_id, job_request_id and time.": (
        "无法判断此响应的含义：请将 request_id、job_request_id 和发生时间提供给平台管理员排查。"
    ),
    "The response did not come from the API. Check that url points to the gateway and not to a login page or proxy.": (
        "响应并非来自 API：请检查 url 指向的是否为网关，而不是登录页或代理。"
    ),
    "Redirects are not followed. Set url to the address of the API itself, which often begins with https.": (
        "不支持重定向：请将 url 改为 API 本身的地址，通常以 https 开头。"
    ),
    "The proxy refused the connection. Check the proxy settings and their credentials, or set use_proxy to false.": (
        "代理拒绝了连接：请检查代理设置及其认证信息，或将 use_proxy 设为 false。"
    ),
    "Check url, the network and the proxy settings.": "请检查 url、网络和代理设置。",
    "Check url, bk_tenant_id and the proxy environment variables for invalid characters.": (
        "请检查 url、bk_tenant_id 和代理环境变量中是否有非法字符。"
    ),
    "Set ca_path to the root CA of the server's certificate. The server also has to send the intermediate "
    "certificates.": ("请将 ca_path 设为服务端证书的根 CA；服务端还需同时发送中间证书。"),
    "Check the date of this machine. If it is correct, the certificate has to be renewed.": (
        "请检查本机日期；如日期无误，则需更新证书。"
    ),
    "Use the host name of the certificate in url, or have the certificate reissued for this host name.": (
        "请在 url 中使用证书上的主机名，或为该主机名重新签发证书。"
    ),
    "The certificate, or the certificate of its CA, does not meet the requirements of Python. Newer versions of "
    "Python check more extensions. Have the certificate reissued.": (
        "该证书或其 CA 证书不符合 Python 的校验规则（新版本会校验更多扩展项）：请重新签发。"
    ),
    "Increase timeout, or ask the gateway administrators why the gateway is slow.": (
        "请调大 timeout，或联系网关管理员排查响应慢的原因。"
    ),
    "The connection was closed before the response was complete. Check the network and the proxies.": (
        "响应未完整返回，连接就已中断：请检查网络和中间的代理。"
    ),
    "The server did not return a valid HTTP response. Check url and the proxy settings.": (
        "服务端返回的不是合法的 HTTP 响应：请检查 url 和代理设置。"
    ),
    "This is a bug in blueking.job. Please report it with the output of -vvv.": (
        "这是 blueking.job 的缺陷：请附上 -vvv 的输出进行反馈。"
    ),
    # _model
    "has a newline, which Job would replace by a blank": "包含换行符，而作业平台会把它替换成空格",
    "has a NUL character, which can't be passed to a script": "包含 NUL 字符，无法传给脚本",
    "has {date}, which Job would replace by a date": "包含 {date}，而作业平台会把它替换成日期",
    "needs quoting, which differs between the shells of Windows: use raw_args for {language}": (
        "需要加引号，而 Windows 各种命令行的引号规则不同：{language} 请改用 raw_args"
    ),
    "must have five fields: minute, hour, day of month, month, day of week": "必须有五个字段：分、时、日、月、周",
    "cannot have both a day of month and a day of week, since Job cannot combine them": (
        "不能同时指定日和周，作业平台不支持两者组合"
    ),
    "has {value!r} as {name}": "中「{name}」字段的值 {value!r} 无效",
    "minute": "分",
    "hour": "时",
    "day of month": "日",
    "month": "月",
    "day of week": "周",
    "{value!r} is not an id, which is a whole number from 1": "{value!r} 不是有效的 ID，ID 是从 1 开始的整数",
    "output_pattern must have the groups key and value: {missing} missing": (
        "output_pattern 必须有 key 和 value 两个命名分组：缺少 {missing}"
    ),
    "output_pattern is not a regular expression of Python: {error}": (
        "output_pattern 不是有效的 Python 正则表达式：{error}"
    ),
    # _api
    "{name} cannot be read: {reason}": "无法读取 {name}：{reason}",
    "script_id and script_name need api_version v3: v2 of the API runs versions of scripts only": (
        "script_id 和 script_name 需要 api_version 为 v3：v2 只能执行脚本的某个版本"
    ),
    "windows_interpreter needs api_version v3: v2 of the API does not support it": (
        "windows_interpreter 需要 api_version 为 v3：v2 不支持"
    ),
    "two_phase needs api_version v3: v2 of the API starts every instance it creates": (
        "two_phase 需要 api_version 为 v3：v2 创建作业实例后总是立即启动"
    ),
    "rolling_config needs api_version v3: v2 of the API runs on all hosts at once": (
        "rolling_config 需要 api_version 为 v3：v2 总是在全部主机上同时执行"
    ),
    "dest_name needs api_version v3: v2 of the API keeps the names of files": (
        "dest_name 需要 api_version 为 v3：v2 不能更改文件名"
    ),
    "create_directories: false needs api_version v3: v2 of the API always creates directories": (
        "create_directories 为 false 需要 api_version 为 v3：v2 总是自动创建目录"
    ),
    "file_source and file_source_id need api_version v3: v2 of the API takes files of hosts only": (
        "file_source 和 file_source_id 需要 api_version 为 v3：v2 只能分发主机上的文件"
    ),
    "callback_url needs api_version v3: v2 of the API has none for src and content": (
        "callback_url 需要 api_version 为 v3：v2 分发 src 和 content 时不支持回调"
    ),
    "target_server needs api_version v3 for all but ip_list: v2 of the API only takes addresses": (
        "target_server 中除 ip_list 以外的项都需要 api_version 为 v3：v2 只接受 IP"
    ),
    "unexpected response format from {api} ({reason})": "{api} 的响应格式异常（{reason}）",
    "{key} is {value!r}, {requested} was requested": "请求的 {key} 是 {requested}，返回的是 {value!r}",
    "the operation": "该操作",
    "Job accepted the launch without returning an instance id": "作业平台接受了启动请求，但没有返回作业实例 ID",
    "the history of instances needs api_version v3: v2 of the API only returns single instances by id": (
        "查询执行历史需要 api_version 为 v3：v2 只能按 ID 查询单个作业实例"
    ),
    "{origin}: host_id_list needs api_version v3: v2 of the API does not support host ids; with use_host_id=false "
    "the filter job_targets returns addresses": (
        "{origin}：host_id_list 需要 api_version 为 v3，v2 不支持主机 ID；过滤器 job_targets 设置 use_host_id=false 后"
        "返回 IP"
    ),
    "the business has no such plan": "该业务下没有此执行方案",
    "job_template_id needs api_version v3: v2 of the API finds plans only by name": (
        "job_template_id 需要 api_version 为 v3：v2 只能按名称查找执行方案"
    ),
    "the log is that of {found}, {host} was requested": "请求的是 {host} 的日志，返回的是 {found} 的",
    # _options
    "bk_username (BK_USERNAME) must be ASCII text: the gateway corrupts other text": (
        "bk_username (BK_USERNAME) 只能是 ASCII 文本：网关会破坏其他字符"
    ),
    "bk_tenant_id (BK_TENANT_ID) must be ASCII text, since it is sent in a header": (
        "bk_tenant_id (BK_TENANT_ID) 只能是 ASCII 文本，因为它放在请求头中"
    ),
    "one of bk_username (BK_USERNAME), bk_token (BK_TOKEN) is required": (
        "必须提供 bk_username (BK_USERNAME) 或 bk_token (BK_TOKEN)"
    ),
    "api_version (BK_JOB_API_VERSION) v2 needs gateway esb: the API gateway only has v3": (
        "api_version (BK_JOB_API_VERSION) 为 v2 时，gateway 必须为 esb：API 网关只有 v3"
    ),
    "credentials_in (BK_JOB_CREDENTIALS_IN) body needs gateway esb: the API gateway only reads the header": (
        "credentials_in (BK_JOB_CREDENTIALS_IN) 为 body 时，gateway 必须为 esb：API 网关只读取请求头"
    ),
    "bk_biz_id and bk_scope_type with bk_scope_id are mutually exclusive": (
        "bk_biz_id 不能与 bk_scope_type、bk_scope_id 同时提供"
    ),
    "bk_biz_id (BK_BIZ_ID), or bk_scope_type with bk_scope_id, is required": (
        "必须提供 bk_biz_id (BK_BIZ_ID)，或者同时提供 bk_scope_type 和 bk_scope_id"
    ),
    "{name} must be at least 1": "{name} 不能小于 1",
    "bk_biz_id ({variable}) must be a whole number, not {text!r}": "bk_biz_id ({variable}) 必须是整数，不能是 {text!r}",
    "callback_url must be an http or https URL that Java accepts, for example without underscores in the host": (
        "callback_url 必须是 Java 能接受的 http 或 https 地址，例如主机名中不能有下划线"
    ),
    "callback_url must not be longer than {limit} characters": "callback_url 不能超过 {limit} 个字符",
    "console_url (BK_JOB_CONSOLE_URL) must not have a user or a password": (
        "console_url (BK_JOB_CONSOLE_URL) 中不能有用户名和密码"
    ),
    "{name} must not have a user, a query or a fragment": "{name} 中不能有用户名、查询参数和片段",
    "{name} must be a URL such as https://paas.example.com": "{name} 必须是地址，例如 https://paas.example.com",
    "{name} must not contain the API path ({path}); set it to the PaaS address, for example https://paas.example.com": (
        "{name} 中不能有 API 路径（{path}）：请设为 PaaS 地址，例如 https://paas.example.com"
    ),
    "{name} must not contain the API path ({path}); set it to the gateway with its stage, for example "
    "https://bk-job.apigw.example.com/prod": (
        "{name} 中不能有 API 路径（{path}）：请设为网关及其环境的地址，例如 https://bk-job.apigw.example.com/prod"
    ),
    "client_key (BK_JOB_CLIENT_KEY) requires client_cert (BK_JOB_CLIENT_CERT)": (
        "设置了 client_key (BK_JOB_CLIENT_KEY)，就必须设置 client_cert (BK_JOB_CLIENT_CERT)"
    ),
    "{what} cannot be used: {reason}": "{what} 无法使用：{reason}",
    "{name} begins or ends with white space": "{name} 的首尾有空白字符",
    "access_token (BK_ACCESS_TOKEN) does not work with credentials_in body: the gateway reads it only from the "
    "header": ("access_token (BK_ACCESS_TOKEN) 不能与 credentials_in 为 body 同时使用：网关只从请求头中读取它"),
    "{name} must be from {least} to {most}": "{name} 必须在 {least} 到 {most} 之间",
    "the environment variable {name} is not a valid proxy URL: percent-encode special characters in its user and "
    "password, or set use_proxy to false": (
        "环境变量 {name} 不是有效的代理地址：请对用户名和密码中的特殊字符做百分号编码，或将 use_proxy 设为 false"
    ),
    "created_after must be earlier than created_before": "created_after 必须早于 created_before",
    "created_after must be earlier than now": "created_after 必须早于当前时间",
    "the time from created_after to created_before is {days:.4g} days, but Job lists at most 30 days at a time": (
        "created_after 到 created_before 有 {days:.4g} 天，而作业平台一次最多查询 30 天"
    ),
    "the time from created_after to now is {days:.4g} days, but Job lists at most 30 days at a time": (
        "created_after 到当前时间有 {days:.4g} 天，而作业平台一次最多查询 30 天"
    ),
    "{name} must be in seconds; {text} looks like milliseconds": "{name} 的单位必须是秒，{text} 像是毫秒",
    "{name} must be a time such as 2024-05-01T10:00:00+08:00, or Unix seconds, not {text!r}": (
        "{name} 必须是形如 2024-05-01T10:00:00+08:00 的时间或 Unix 秒数，不能是 {text!r}"
    ),
    "one of the following is required: {names}": "必须提供以下参数之一：{names}",
    "job_plan_id already selects the plan: leave out {names}": "job_plan_id 已经指定了执行方案：请去掉 {names}",
    '{number} plans are named "{name}": {plans}; select one with job_plan_id': (
        "有 {number} 个执行方案名为「{name}」：{plans}；请用 job_plan_id 指定其中一个"
    ),
    'there is no plan named "{name}"': "没有名为「{name}」的执行方案",
    "{number} plans are of job_template_id {template}: {plans}; select one with job_plan_id": (
        "作业模板 {template} 有 {number} 个执行方案：{plans}；请用 job_plan_id 指定其中一个"
    ),
    "there is no plan of job_template_id {template}": "作业模板 {template} 没有执行方案",
    '{number} plans are named "{name}" of job_template_id {template}: {plans}; select one with job_plan_id': (
        "作业模板 {template} 有 {number} 个名为「{name}」的执行方案：{plans}；请用 job_plan_id 指定其中一个"
    ),
    'there is no plan named "{name}" of job_template_id {template}': "作业模板 {template} 没有名为「{name}」的执行方案",
    "{problem}; similar plans: {plans}": "{problem}；相近的执行方案：{plans}",
    "{shown} and {number} more": "{shown} 等（另有 {number} 个）",
    "{name} (id {id}, template {template})": "{name}（ID {id}，作业模板 {template}）",
    "{name} (id {id})": "{name}（ID {id}）",
    "{key} is not a key of the API (did you mean {near}?)": "{key} 不是 API 的字段（是否想写 {near}？）",
    "{key} is not a key of the API (known keys: {keys})": "{key} 不是 API 的字段（可用的字段：{keys}）",
    "{place}: {problem}": "{place}：{problem}",
    "{at}: host_id_list and ip_list are mutually exclusive, because Job would ignore the addresses": (
        "{at}：host_id_list 和 ip_list 不能同时提供，否则作业平台会忽略 IP"
    ),
    "{at}.{key} must be a list": "{at}.{key} 必须是列表",
    "{item!r} is not an IPv4 address or area:address": "{item!r} 不是 IPv4 地址，也不是「管控区域:IP」",
    "{item!r} is not an IPv4 address or area:address; use host_id_list for hosts with only IPv6": (
        "{item!r} 不是 IPv4 地址，也不是「管控区域:IP」；只有 IPv6 的主机请用 host_id_list"
    ),
    "{item!r} has no bk_cloud_id (0 is the default area)": "{item!r} 没有 bk_cloud_id（默认的管控区域是 0）",
    "the area (bk_cloud_id) {area!r} is not a whole number from 0": (
        "管控区域（bk_cloud_id）{area!r} 不是从 0 开始的整数"
    ),
    "{item!r} is not the id of a dynamic group, or a dictionary with the key id": (
        "{item!r} 不是动态分组的 ID，也不是含有 id 的字典"
    ),
    "{item!r} is not a topology node such as {{id: 1000, node_type: module}}": (
        "{item!r} 不是形如 {{id: 1000, node_type: module}} 的拓扑节点"
    ),
    "is null: leave it out to keep the plan's default, or use '' to clear the variable": (
        "的值是 null：如需保留执行方案的默认值，请去掉它；如需清空该变量，请写 ''"
    ),
    "has an empty key, which bash arrays do not support": "中有空的键，bash 数组不支持",
    "{value!r} is not the name of a variable": "{value!r} 不是变量名",
    "{origin} needs exactly one of name, id": "{origin} 必须且只能提供 name 和 id 之一",
    "{origin} needs one of name, id": "{origin} 必须提供 name 或 id",
    "has both {names}": "同时有 {names}，只能提供其中一个",
    "needs one of value, server: without them Job would clear the variable": (
        "必须提供 value 或 server：否则作业平台会清空该变量"
    ),
    ".{key} must be a dictionary": ".{key} 必须是字典",
    "has null as an item, but bash arrays can only contain strings": "中有一项是 null，而 bash 数组的项只能是字符串",
    "has null as item {item}, but bash arrays can only contain strings": (
        "中的 {item} 项是 null，而 bash 数组的项只能是字符串"
    ),
    "has a list or dictionary as an item, but bash arrays can only contain strings": (
        "中有一项是列表或字典，而 bash 数组的项只能是字符串"
    ),
    "has a list or dictionary as item {item}, but bash arrays can only contain strings": (
        "中的 {item} 项是列表或字典，而 bash 数组的项只能是字符串"
    ),
}

# What ansible-core says about options, which it says in English only: pattern of the whole message → Chinese template.
# The names are those of the groups. The last one is for what a newer version may say.
OF_ANSIBLE = (
    (r"parameters are mutually exclusive: (?P<names>.+)", "参数互斥，只能提供其中一个：{names}"),
    (r"parameters are required together: (?P<names>.+)", "以下参数必须同时提供：{names}"),
    (r"one of the following is required: (?P<names>.+)", "必须提供以下参数之一：{names}"),
    (
        r"(?P<name>.+?) is (?P<value>.+) but any of the following are missing: (?P<names>.+)",
        "{name} 为 {value} 时，必须至少提供以下参数之一：{names}",
    ),
    (
        r"(?P<name>.+?) is (?P<value>.+) but all of the following are missing: (?P<names>.+)",
        "{name} 为 {value} 时，必须提供以下参数：{names}",
    ),
    (
        r"value of (?P<name>.+?) must be one of: (?P<choices>.+), got: (?P<value>.*)",
        "{name} 的值必须是以下之一：{choices}，实际为 {value}",
    ),
    (
        r"value of (?P<name>.+?) must be one or more of: (?P<choices>.+)\. Got no match for: (?P<value>.*)",
        "{name} 的值只能从以下选项中选取：{choices}，不能是 {value}",
    ),
    (
        r"argument '(?P<name>.+?)' is of type (?:<class ')?(?P<type>\w+)(?:'>)? and we were unable to convert to "
        r"(?P<wanted>\w+): .*",
        "参数 {name} 的类型是 {type}，无法转换为 {wanted}",
    ),
    (
        r"Elements value for option '(?P<name>.+?)' is of type (?:<class ')?(?P<type>\w+)(?:'>)? and we were unable to "
        r"convert to (?P<wanted>\w+): .*",
        "参数 {name} 中某一项的类型是 {type}，无法转换为 {wanted}",
    ),
    (r"value of '(?P<name>.+?)' must be of type dict or list of dicts", "参数 {name} 必须是字典或字典列表"),
    (r"(?P<message>.*)", "参数有误：{message}"),
)
