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
    " and ": "、",
    "; ": "；",
    # _task, _options/spec.py
    "job_instance_id has no value: the task that it was taken from returned no id. A launch returns no id in check "
    "mode, if it was refused, and if its outcome is unknown.": (
        "job_instance_id 没有值：提供该值的任务没有返回作业实例 ID。检查模式、启动被拒绝（refused）或结果"
        "不明（unknown）时，启动任务都不返回 ID。"
    ),
    "{problem} (in {place})": "{place} 中：{problem}",
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
        "gateway 为 apigw 时必须提供 cmdb_url (BK_CMDB_URL)，因为 url (BK_JOB_URL) 中没有可以换成 bk-cmdb 的网关名称 "
        "bk-job"
    ),
    # inventory/bk_cmdb.py, _cmdb
    "{name} is not an option of this inventory (did you mean {near}?)": "此清单没有参数 {name}（是否想写 {near}？）",
    "{name} is not an option of this inventory": "此清单没有参数 {name}",
    "{name}: the template failed": "{name}：模板出错",
    "{name}: the template failed: {error}": "{name}：模板出错：{error}",
    "hostnames must not be empty": "hostnames 不能为空",
    "{option}: {name} is not the name of a field of CMDB": "{option}：{name} 不是配置平台的字段名",
    "{option} contains an empty name": "{option} 中有空的名称",
    "{name}: {id} is a business set; list its businesses instead": "{name}：{id} 是业务集，请改为列出其中的业务",
    "a rule has the keys field, operator and value, or condition and rules": (
        "规则须有 field、operator 和 value，或者有 condition 和 rules"
    ),
    "it must be AND or OR": "必须是 AND 或 OR",
    "it must be a list of rules": "必须是规则列表",
    "rules can be nested twice only": "规则最多嵌套两层",
    "{name} is not the name of a field of CMDB": "{name} 不是配置平台的字段名",
    "did you mean {near}?": "是否想写 {near}？",
    " (did you mean {near}?)": "（是否想写 {near}？）",
    "{name} is not an operator of CMDB ({known})": "{name} 不是配置平台的操作符（{known}）",
    "it must be a list of values of one type": "必须是同一类型的值的列表",
    "it must be a number": "必须是数字",
    "it must be a string that is not empty": "必须是非空的字符串",
    "it must be a string, a number or a boolean": "必须是字符串、数字或布尔值",
    "CMDB does not show the business {id} to this user, so its group has no name": (
        "配置平台没有向该用户返回业务 {id}，因此它的主机组没有名称"
    ),
    "Check bk_biz_ids, request the permission find_business for the user, or remove biz from groups_from.": (
        "请核对 bk_biz_ids，为该用户申请业务查询权限（find_business），或从 groups_from 中去掉 biz。"
    ),
    "dynamic_groups: the businesses have no dynamic group {name}": "dynamic_groups：这些业务没有动态分组 {name}",
    "dynamic_groups: business {business} has several dynamic groups {name}; use their ids: {ids}": (
        "dynamic_groups：业务 {business} 有多个名为 {name} 的动态分组，请改用它们的 ID：{ids}"
    ),
    "dynamic_groups: {name} is a group of sets, not of hosts; use the option sets instead": (
        "dynamic_groups：{name} 是集群的动态分组，不是主机的，请改用参数 sets"
    ),
    "several hosts have the same name in CMDB, so the id of the BK-Net area or of the host was appended: {names}": (
        "配置平台中有多台主机同名，因此在名称后附加了管控区域 ID 或主机 ID：{names}"
    ),
    "business {id} has no hosts that were selected": "业务 {id} 没有符合条件的主机",
    "{option}: no host that was selected is in {names}": "{option}：符合条件的主机都不在 {names} 中",
    "fields: no host in CMDB has {names}": "fields：配置平台中没有主机有字段 {names}",
    "the group {group} is that of several names: {names}": "主机组 {group} 对应多个名称：{names}",
    # plugin_utils/action.py
    "the connection to the host of the task was lost: {error}": "与任务所在主机的连接已中断：{error}",
    "the module was interrupted: {error}: {text}": "模块被中断：{error}：{text}",
    "the module was interrupted: {error}": "模块被中断：{error}",
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
    "{shown} and {number} more": "{shown} 等（另有 {number} 个）",
    "has a newline, which Job would replace with a space": "包含换行符，而作业平台会把它替换成空格",
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
    "script_id and script_name require api_version v3: API v2 runs versions of scripts only": (
        "script_id 和 script_name 需要 api_version 为 v3：v2 只能执行脚本的某个版本"
    ),
    "windows_interpreter requires api_version v3: API v2 does not support it": (
        "windows_interpreter 需要 api_version 为 v3：v2 不支持"
    ),
    "two_phase requires api_version v3: API v2 starts every instance it creates": (
        "two_phase 需要 api_version 为 v3：v2 创建作业实例后总是立即启动"
    ),
    "rolling_config requires api_version v3: API v2 runs on all hosts at once": (
        "rolling_config 需要 api_version 为 v3：v2 总是在全部主机上同时执行"
    ),
    "dest_name requires api_version v3: API v2 keeps the names of files": (
        "dest_name 需要 api_version 为 v3：v2 不能更改文件名"
    ),
    "create_directories: false requires api_version v3: API v2 always creates directories": (
        "create_directories 为 false 需要 api_version 为 v3：v2 总是自动创建目录"
    ),
    "file_source and file_source_id require api_version v3: API v2 takes files of hosts only": (
        "file_source 和 file_source_id 需要 api_version 为 v3：v2 只能分发主机上的文件"
    ),
    "callback_url requires api_version v3: API v2 has none for src and content": (
        "callback_url 需要 api_version 为 v3：v2 分发 src 和 content 时不支持回调"
    ),
    "target_server requires api_version v3 for all but ip_list: API v2 only takes addresses": (
        "target_server 中除 ip_list 以外的项都需要 api_version 为 v3：v2 只接受 IP"
    ),
    "no rows from {start} on, of {total} in all": "从第 {start} 行起没有数据，而总数是 {total}",
    "unexpected response format from {api} ({reason})": "{api} 的响应格式异常（{reason}）",
    "{key} is {value!r}, {requested} was requested": "请求的 {key} 是 {requested}，返回的是 {value!r}",
    "the operation": "该操作",
    "Job accepted the launch without returning an instance id": "作业平台接受了启动请求，但没有返回作业实例 ID",
    "the history of instances requires api_version v3: API v2 only returns single instances by id": (
        "查询执行历史需要 api_version 为 v3：v2 只能按 ID 查询单个作业实例"
    ),
    "{origin}: host_id_list requires api_version v3: API v2 does not support host ids; with use_host_id=false "
    "the filter job_targets returns addresses": (
        "{origin}：host_id_list 需要 api_version 为 v3，v2 不支持主机 ID；过滤器 job_targets 设置 use_host_id=false 后"
        "返回 IP"
    ),
    "the business has no such plan": "该业务下没有此执行方案",
    "job_template_id requires api_version v3: API v2 finds plans only by name": (
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
    "api_version (BK_JOB_API_VERSION) v2 requires gateway esb: the API gateway only has v3": (
        "api_version (BK_JOB_API_VERSION) 为 v2 时，gateway 必须为 esb：API 网关只有 v3"
    ),
    "credentials_in (BK_JOB_CREDENTIALS_IN) body requires gateway esb: the API gateway only reads the header": (
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
    "{name} needs a time zone, as in 2024-05-01T10:00:00+08:00, not {text!r}": (
        "{name} 必须带时区，形如 2024-05-01T10:00:00+08:00，不能是 {text!r}"
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
    "{name} (id {id}, template {template})": "{name}（ID {id}，作业模板 {template}）",
    "{name} (id {id})": "{name}（ID {id}）",
    "{key} is not a key of the API (did you mean {near}?)": "{key} 不是 API 的字段（是否想写 {near}？）",
    "{key} is not a key of the API (known keys: {keys})": "{key} 不是 API 的字段（可用的字段：{keys}）",
    "{place}: {problem}": "{place}：{problem}",
    "{place} {problem}": "{place} {problem}",
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
    "{origin} requires exactly one of name, id": "{origin} 必须且只能提供 name 和 id 之一",
    "{origin} requires one of name, id": "{origin} 必须提供 name 或 id",
    "{place} has both {names}": "{place} 同时有 {names}，只能提供其中一个",
    "{place} requires one of value, server: without them Job would clear the variable": (
        "{place} 必须提供 value 或 server：否则作业平台会清空该变量"
    ),
    "{place} must be a dictionary": "{place} 必须是字典",
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
    # _report
    "{sentence}.": "{sentence}。",
    "Nothing was sent: {reason}": "没有发送任何请求：{reason}",
    "The status of {instance} is {status}.": "{instance}的状态为 {status}。",
    "1 instance found; increase limit to get more.": "已返回最近的 1 个作业实例；如需更多，请调大 limit。",
    "1 instance found.": "找到 1 个作业实例。",
    "{number} instances found.": "找到 {number} 个作业实例。",
    "The newest {number} instances found; increase limit to get more.": (
        "已返回最近的 {number} 个作业实例；如需更多，请调大 limit。"
    ),
    "Instance {id} may have been stopped: {reason}": "作业实例 {id} 可能已被强制终止。{reason}",
    "Instance {id} could not be read: {reason}": "无法读取作业实例 {id}：{reason}",
    "No plan found": "没有找到执行方案",
    "The first {number} plans": "已返回前 {number} 个执行方案",
    "{found}; increase limit to get more": "{found}；如需更多，请调大 limit",
    "Variables and steps of 1 plan are missing, because of an error: {reason}": (
        "有 1 个执行方案的变量和步骤无法读取：{reason}"
    ),
    "Variables and steps of {number} plans are missing, because of an error: {reason}": (
        "有 {number} 个执行方案的变量和步骤无法读取：{reason}"
    ),
    "{number} plans found": "找到 {number} 个执行方案",
    "Plan {id} ({name})": "执行方案 {id}（{name}）",
    "{plan}: {variables}, {steps}": "{plan}：{variables}，{steps}",
    "1 variable": "1 个变量",
    "{number} variables": "{number} 个变量",
    "1 step": "1 个步骤",
    "{number} steps": "{number} 个步骤",
    "code {code}": "错误码 {code}",
    "{message} ({numbers})": "{message}（{numbers}）",
    "Sent {tries} times, with {seconds} s of pauses": "共发送 {tries} 次，其间等待 {seconds} 秒",
    "Required permission: {permissions}": "所需权限：{permissions}",
    "Could not monitor {instance}: {reason}": "{instance}无法跟踪：{reason}",
    "{instance} {why} and was stopped: its status is {status}.": "{instance}{why}，已被强制终止：状态为 {status}。",
    "{instance} {why} and then finished by itself: its status is {status}.": (
        "{instance}{why}，随后自行结束：状态为 {status}。"
    ),
    "{instance} {why} and has not stopped after the request to terminate it, {state}.": (
        "{instance}{why}，已请求强制终止，但尚未停止，{state}。"
    ),
    "{instance} {why} and could not be stopped, {state}.": "{instance}{why}，且无法强制终止，{state}。",
    "{instance}: {action} {result}, its status is {status}.": (
        "{instance}的操作 {action} {result}，实例状态为 {status}。"
    ),
    '{instance}: {action} for step "{step}" {result}, the step\'s status is {status}.': (
        "{instance}的步骤「{step}」：操作 {action} {result}，步骤状态为 {status}。"
    ),
    "Instance {id}": "作业实例 {id} ",
    "Instance {id} ({name})": "作业实例 {id}（{name}）",
    "instance {id}": "作业实例 {id} ",
    "instance {id} ({name})": "作业实例 {id}（{name}）",
    "To resume waiting: {command}": "如需恢复等待：{command}",
    "{instance} continues to run.": "{instance}仍在执行。",
    "a host without IPv4 address": "没有 IPv4 地址的主机",
    "host {id}": "主机 {id}",
    "exit code {code}": "返回码 {code}",
    "tag {tag}": "标签 {tag}",
    "{host} ({details})": "{host}（{details}）",
    '{host}: "{line}"': "{host}：「{line}」",
    "Last log line of {quotes}.": "日志最后一行：{quotes}。",
    "{instance} succeeded.": "{instance}执行成功。",
    "Failed in steps that ignore errors: {hosts}.": "在忽略错误的步骤中失败的主机：{hosts}。",
    "{instance} failed.": "{instance}执行失败。",
    '{instance} failed at step "{step}": {hosts}.': "{instance}在步骤「{step}」执行失败：{hosts}。",
    '{instance} failed at step "{step}".': "{instance}在步骤「{step}」执行失败。",
    '{instance} ended with status abnormal at step "{step}": {hosts}.': (
        "{instance}在步骤「{step}」状态异常（abnormal）：{hosts}。"
    ),
    '{instance} ended with status abnormal at step "{step}".': "{instance}在步骤「{step}」状态异常（abnormal）。",
    "To run the step again on the failed hosts: {command}": "如需在失败的主机上重试该步骤（失败IP重试）：{command}",
    "Timed out after {seconds:g} s waiting for {instance}; {state}.": "等待{instance}超时（{seconds:g} 秒）；{state}。",
    "Timed out waiting for {instance}; {state}.": "等待{instance}超时；{state}。",
    "The last status request failed: {reason}": "最后一次查询状态失败：{reason}",
    "If it does not stop: blueking.job.bk_job_operate with action skip, job_instance_id {id} and step_instance_id "
    "{step}.": (
        "如果一直停不下来：请使用 blueking.job.bk_job_operate，action 设为 skip，job_instance_id 设为 {id}，"
        "step_instance_id 设为 {step}。"
    ),
    "{instance} is waiting for manual confirmation.": "{instance}正在等待人工确认。",
    '{instance} is waiting for manual confirmation at step "{name}".': "{instance}在步骤「{name}」等待人工确认。",
    "To confirm the step: {command}": "如需确认该步骤：{command}",
    "To continue: blueking.job.bk_job_operate with action continue_rolling, job_instance_id {id} and step_instance_id "
    "{step}.": (
        "如需继续滚动执行：请使用 blueking.job.bk_job_operate，action 设为 continue_rolling，"
        "job_instance_id 设为 {id}，step_instance_id 设为 {step}。"
    ),
    "its status is {status}": "状态为 {status}",
    "its status could not be read": "状态无法读取",
    "{instance} ended with status {status}.": "{instance}已结束，状态为 {status}。",
    "Failed hosts: {hosts}.": "失败的主机：{hosts}。",
    "permission": "权限",
    "{permission} ({id}) on {resources}": "{permission}（{id}）：{resources}",
    "{permission} ({id})": "{permission}（{id}）",
    # _task
    "{what}: {changes} (check mode: nothing was changed).": "{what}将{changes}（检查模式，未作更改）。",
    "{what}: {changes}.": "{what}已{changes}。",
    "{what}: unchanged.": "{what}无需更改。",
    "changed": "更改",
    "{what} may have been {change}: {reason}": "{what}可能已{change}。{reason}",
    "This was tried {number} times.": "已尝试 {number} 次。",
    "{what}: {reason}": "{what}出错：{reason}",
    "Nothing was changed.": "没有做任何更改。",
    "Before that: {changes}.": "在此之前，已{changes}。",
    "the play has ended": "play 已结束",
    # _follow
    "{path} is not a regular file of its own": "{path} 不是独立的普通文件",
    "The task was interrupted: instance {id} was stopped, its outcome is {outcome}.": (
        "任务被中断：作业实例 {id} 已被强制终止，结果为 {outcome}。"
    ),
    "The task was interrupted: instance {id} had finished by itself, its outcome is {outcome}.": (
        "任务被中断：作业实例 {id} 此前已自行结束，结果为 {outcome}。"
    ),
    "The task was interrupted: instance {id} has not stopped after the request to terminate it": (
        "任务被中断：已请求强制终止作业实例 {id}，但它尚未停止"
    ),
    "The task was interrupted: instance {id} could not be stopped": ("任务被中断：作业实例 {id} 无法强制终止"),
    "The task was interrupted: instance {id} was not stopped: {problem}": (
        "任务被中断：作业实例 {id} 没有被强制终止：{problem}"
    ),
    "The task was interrupted, whose instance is unknown and was not stopped: {problem}": (
        "任务被中断：不知道作业实例的 ID，没有强制终止：{problem}"
    ),
    "There is no instance to stop.": "没有需要强制终止的作业实例。",
    "The task was interrupted.": "任务被中断。",
    "{text}: {reason}": "{text}：{reason}",
    "[log cut: the last part of {size} bytes]": "[日志已截断：仅保留末尾部分，原日志共 {size} 字节]",
    "wait_timeout must be at least 0 (no limit)": "wait_timeout 不能小于 0（0 表示不限时）",
    "poll_interval must be from {shortest} to {longest} seconds": "poll_interval 必须在 {shortest} 到 {longest} 秒之间",
    "log_limit must be at least 1 (KiB of each log)": "log_limit 不能小于 1（每份日志的 KiB 数）",
    "log_dest {dest!r} cannot be a directory": "log_dest {dest!r} 不能作为目录",
    "log_dest {dest} cannot be a directory: {place} is a file": "log_dest {dest} 不能作为目录：{place} 是文件",
    "log_dest {dest} cannot be written to: no permission for {place}": "log_dest {dest} 无法写入：没有 {place} 的权限",
    "The outputs in 1 log were left out: there are more than {limit} MiB.": (
        "有 1 份日志中的输出已略去：总量超过 {limit} MiB。"
    ),
    "The outputs in {number} logs were left out: there are more than {limit} MiB.": (
        "有 {number} 份日志中的输出已略去：总量超过 {limit} MiB。"
    ),
    "no response for {duration}: {reason}": "已有 {duration} 没有收到响应：{reason}",
    "the gateway has not responded to the last request yet": "网关尚未响应上一个请求",
    "failed: {host}": "失败：{host}",
    "failed: {number} more hosts": "失败：另有 {number} 台主机",
    'to confirm step "{step}": {command}': "如需确认步骤「{step}」：{command}",
    'to confirm step "{step}" ({confirmers} may): {command}': (
        "如需确认步骤「{step}」（可由 {confirmers} 确认）：{command}"
    ),
    "log of {host} at {step}:": "{host} 在步骤 {step} 的日志：",
    "{time} instance {id} · {text}": "{time} 作业实例 {id} · {text}",
    "hosts {succeeded}/{total} ok, {failed} failed": "主机 {succeeded}/{total} 成功，{failed} 失败",
    "hosts {succeeded}/{total} ok": "主机 {succeeded}/{total} 成功",
    "step {number}/{total} {name} {status}": "步骤 {number}/{total} {name} {status}",
    "The results of the hosts could not be read: {reason}": "无法读取主机的执行结果：{reason}",
    "The outputs could not be collected: {reason}": "无法收集输出：{reason}",
    "Some logs could not be read: {reason}": "部分日志无法读取：{reason}",
    "Some logs could not be written to {path}: {reason}.": "部分日志无法写入 {path}：{reason}。",
    "The output variables could not be read: {reason}": "无法读取输出变量：{reason}",
    "instance {id} is still {status}, and Job only stops running instances": (
        "作业实例 {id} 的状态仍为 {status}，而作业平台只能终止正在执行的作业实例"
    ),
    "has not finished within the time limit of the task ({error})": "在任务的时间限制内没有结束（{error}）",
    "has not finished within {seconds:g} s": "在 {seconds:g} 秒内没有结束",
    "Instance {id} {why}.": "作业实例 {id} {why}。",
    # _operate
    "action {action} is for the whole instance: leave out step_instance_id": (
        "action 为 {action} 时是对整个作业实例操作：请去掉 step_instance_id"
    ),
    "step {id} is of type {type}; {action} is only for manual confirmations": (
        "步骤 {id} 的类型是 {type}，而 {action} 只能用于人工确认步骤"
    ),
    "step {id} is of type {type}; {action} is not for manual confirmations": (
        "步骤 {id} 的类型是 {type}，而 {action} 不能用于人工确认步骤"
    ),
    "the status of step {id} is {status}; {action} requires {needed}": (
        "步骤 {id} 的状态为 {status}，而 {action} 要求状态为 {needed}"
    ),
    "{id} ({name})": "{id}（{name}）",
    "instance {id} has no step {step}; it has {steps}": "作业实例 {id} 没有步骤 {step}；它的步骤有 {steps}",
    "{others} or {last}": "{others} 或 {last}",
    "Instance {id}: {action} may have been done: {reason}": "作业实例 {id}：{action} 可能已执行：{reason}",
    "Check the state of the instance before you repeat it.": "重新操作之前，请先查看作业实例的状态。",
    "Instance {id}: {action} was not done: {reason}": "作业实例 {id}：{action} 没有执行：{reason}",
    "would be requested": "将会提交",
    "changes nothing": "无需执行",
    "was accepted": "已被接受",
    "instance {id} did not reach a state in which Job can terminate it": (
        "作业实例 {id} 一直没有进入作业平台可以强制终止的状态"
    ),
    "The server started the instance immediately, because it does not support start_task. This requires Job 3.10; "
    "before it, two_phase has no effect.": (
        "作业平台不支持 start_task，创建作业实例后就立即启动了它。此功能需要作业平台 3.10；更早的版本中 two_phase 不起"
        "作用。"
    ),
    "The instance is running, although this task could not start it: {reason} Another user may have started it, or "
    "the server itself, as Job before 3.10 does. In that case two_phase has no effect.": (
        "本任务没能启动作业实例，但它已在执行：{reason}可能是其他用户启动的，也可能是作业平台自行启动的（3.10 之前的版"
        "本会这样，此时 two_phase 不起作用）。"
    ),
    # _launch
    "Check Job's execution history: API v2 cannot list instances.": "请查看作业平台的执行历史：v2 无法列出作业实例。",
    "Check Job's execution history, which could not be read: {reason}.": (
        "请查看作业平台的执行历史，本任务未能读取到它：{reason}。"
    ),
    "Before launching again, check whether one of these instances, created at about the same time, is the one that "
    "was launched:": ("再次启动之前，请先确认以下在相近时间创建的作业实例中，是否有一个就是刚才启动的："),
    "Job's execution history has no instance of the plan created since {since}, but one may still appear: check "
    "again before launching again.": (
        "自 {since} 起，执行历史中没有该执行方案的作业实例，但仍可能稍后出现：再次启动之前，请重新查看。"
    ),
    "Job's execution history has no instance of this name created since {since}, but one may still appear: check "
    "again before launching again.": (
        "自 {since} 起，执行历史中没有此名称的作业实例，但仍可能稍后出现：再次启动之前，请重新查看。"
    ),
    "a string": "字符串",
    "a list, or a string such as ('a' 'b')": "列表，或形如 ('a' 'b') 的字符串",
    "a dictionary, or a string such as ([key]='value')": "字典，或形如 ([key]='value') 的字符串",
    '{origin} has id {id} and name "{name}", but that id is "{real}"': (
        "{origin} 的 ID 为 {id}，名称为「{name}」，但此 ID 的变量是「{real}」"
    ),
    "{origin} is {kind}, and without reading the plan it is unknown whether its variable is an array; use a string "
    "such as ('a' 'b')": (
        "{origin} 是{kind}，而没有读取执行方案，无法知道该变量是否为数组；请改用形如 ('a' 'b') 的字符串"
    ),
    "a dictionary": "字典",
    "a list": "列表",
    'target_servers: the plan requires the variable "{name}" and has no default, or only containers: then set '
    "validate_variables to false": (
        "target_servers：执行方案要求为变量「{name}」赋值，且它没有默认值；如果默认值只有容器，请将 validate_variables "
        "设为 false"
    ),
    'variables: the plan requires the variable "{name}" and has no default': (
        "variables：执行方案要求为变量「{name}」赋值，且它没有默认值"
    ),
    '{origin} is empty, but the plan requires the variable "{name}"': (
        "{origin} 为空，但执行方案要求为变量「{name}」赋值"
    ),
    '{first} and {second} both set the variable "{name}"': "{first} 和 {second} 都为变量「{name}」赋了值",
    "{origin} ({name}) has no target: at least one of {keys} is required": (
        "{origin}（{name}）没有目标服务器：至少需要提供 {keys} 之一"
    ),
    "must be an entry of target_servers, because the plan variable {name} is of type {type}": (
        "应写在 target_servers 中，因为执行方案变量 {name} 的类型是 {type}"
    ),
    "must be an entry of variables, because the plan variable {name} is of type {type}": (
        "应写在 variables 中，因为执行方案变量 {name} 的类型是 {type}"
    ),
    "is {mask}, which Job would use as the value; leave it out to keep the plan's": (
        "的值是 {mask}，作业平台会把它当作真正的值；如需保留执行方案的值，请去掉它"
    ),
    "must be {form}, because the plan variable {name} is of type {type}": (
        "必须是{form}，因为执行方案变量 {name} 的类型是 {type}"
    ),
    'has id {id}, and the plan has no variable with that id (did you mean {near}, "{name}"?)': (
        "的 ID 为 {id}，而执行方案没有此 ID 的变量（是否想写 {near}，即「{name}」？）"
    ),
    "has id {id}, and the plan has no variable with that id": "的 ID 为 {id}，而执行方案没有此 ID 的变量",
    'names "{name}", and the plan has no variable of that name (did you mean "{near}"?)': (
        "写的是「{name}」，而执行方案没有此名称的变量（是否想写「{near}」？）"
    ),
    'names "{name}", and the plan has no variable of that name': "写的是「{name}」，而执行方案没有此名称的变量",
    "Plan {id} ({name}) has the variables {variables}": "执行方案 {id}（{name}）的变量有 {variables}",
    "Plan {id} ({name}) has no variables": "执行方案 {id}（{name}）没有变量",
    "{name} (id {id}, {type}, required)": "{name}（ID {id}，{type}，必填）",
    "{name} (id {id}, {type})": "{name}（ID {id}，{type}）",
    "The response to the launch was lost, and the instance was found in Job's history by its unique name: {reason}": (
        "没有收到启动请求的响应，已根据唯一的名称在执行历史中找到该作业实例：{reason}"
    ),
    "{what} would be launched.": "{what}将会启动。",
    "{text} (to resume waiting: {command})": "{text}（如需恢复等待：{command}）",
    "{what} was created as instance {id}": "{what}已创建，作业实例（任务 ID）为 {id}",
    "{what} was launched as instance {id}": "{what}已启动，作业实例（任务 ID）为 {id}",
    "{text}: {url}": "{text}：{url}",
    "{text}: {url}.": "{text}：{url} 。",
    "{id} ({status}, {time})": "{id}（{status}，{time}）",
    "{what} may have been launched and may be running.": "{what}可能已启动，可能正在执行。",
    "Nothing was launched: {reason}": "没有启动任何作业：{reason}",
    "{what} was not launched: instance {id} was created, but could not be started: {reason} To start it: "
    "blueking.job.bk_job_operate with action start and job_instance_id {id}.": (
        "{what}未启动：已创建作业实例 {id}，但没能启动它：{reason}如需启动：请使用 blueking.job.bk_job_operate，action "
        "设为 start，job_instance_id 设为 {id}。"
    ),
    "{what} was created as instance {id}, which may be running: {reason} It was not launched again. To check it: "
    "blueking.job.bk_job_instance_info with job_instance_id {id}.": (
        "{what}已创建为作业实例 {id}，它可能正在执行：{reason}没有再次启动。如需查看：请使用 "
        "blueking.job.bk_job_instance_info，job_instance_id 设为 {id}。"
    ),
    "{what} was launched as instance {id}. After that, the task failed: {reason}": (
        "{what}已启动，作业实例（任务 ID）为 {id}。此后任务失败：{reason}"
    ),
    "{what}: the response to the create request was lost: {reason} An instance may have been created; it will not "
    "run until it is started (before Job 3.10 it may already be running). It was not created again.": (
        "没有收到{what}创建请求的响应：{reason}可能已创建作业实例；它在启动之前不会执行（作业平台 3.10 之前的版本中可能"
        "已在执行）。没有再次创建。"
    ),
    "To start it: blueking.job.bk_job_operate with action start.": (
        "如需启动：请使用 blueking.job.bk_job_operate，action 设为 start。"
    ),
    "{what} may have been launched and may be running: {reason} It was not launched again.": (
        "{what}可能已启动，可能正在执行：{reason}没有再次启动。"
    ),
    "{what} was not launched: {reason}": "{what}未启动：{reason}",
    "The plan": "执行方案",
    "Plan {plan}": "执行方案 {plan} ",
    "The variables were not checked, because the plan could not be viewed: {reason}": (
        "无权查看执行方案，因此没有检查变量：{reason}"
    ),
    "{mask} (given)": "{mask}（已提供）",
    "{what}: defaults": "{what}的默认值",
    "{what}: as launched": "{what}启动时的值",
    # _launch/places.py
    "Topology nodes and dynamic groups were not all checked: {reason}": "没有检查全部拓扑节点和动态分组：{reason}",
    "CMDB has to respond within {seconds:g} seconds.": "配置平台须在 {seconds:g} 秒内响应。",
    "CMDB was not read within {seconds:g} s": "未能在 {seconds:g} 秒内读完配置平台",
    "CMDB has no topology of business set {id}": "配置平台没有业务集 {id} 的拓扑",
    "CMDB has no business {id}": "配置平台没有业务 {id}",
    "{origin}: the {type} {id} ({name}) has no modules, and so no hosts": (
        "{origin}：{type} {id}（{name}）下没有模块，因此没有主机"
    ),
    "{origin}: business {business} has no topology nodes of the type {type}; its types are {types}": (
        "{origin}：业务 {business} 没有类型为 {type} 的拓扑节点，可用类型：{types}"
    ),
    "{origin}: business {business} has no {type} {id} (did you mean {other} {id}, {name}?)": (
        "{origin}：业务 {business} 没有 {type} {id}（是否想写 {other} {id}，{name}？）"
    ),
    "{origin}: business {business} has no {type} {id}": "{origin}：业务 {business} 没有 {type} {id}",
    "{origin}: business {business} has no dynamic group with the id {group} (did you mean {id}, which has that "
    "name?)": ("{origin}：业务 {business} 没有 ID 为 {group} 的动态分组（是否想写以此为名称的 {id}？）"),
    "{origin}: business {business} has no dynamic group with the id {group}": (
        "{origin}：业务 {business} 没有 ID 为 {group} 的动态分组"
    ),
    # _quick
    "target_server has no target: at least one of {keys} is required": (
        "target_server 没有目标服务器：至少需要提供 {keys} 之一"
    ),
    "job_timeout must be from 1 to {limit} seconds": "job_timeout 必须在 1 到 {limit} 秒之间",
    "task_name must not be longer than {limit} characters": "task_name 不能超过 {limit} 个字符",
    "exactly one of account, account_id is required": "必须且只能提供 account 和 account_id 之一",
    "rolling_config.expression must consist of 10% (of all targets), 5, +5 or *2 (of the batch before), not {word!r}": (
        "rolling_config.expression：{word!r} 无效，应为 10%（占全部目标的比例）、5、+5 或 *2（相对上一批）的形式"
    ),
    "rolling_config.expression must consist of 10% (of all targets), 5, +5 or *2 (of the batch before)": (
        "rolling_config.expression：不能为空，应为 10%（占全部目标的比例）、5、+5 或 *2（相对上一批）的形式"
    ),
    "exactly one of {names} is required, not {given}": "必须且只能提供 {names} 之一，不能同时提供 {given}",
    "exactly one of {names} is required": "必须且只能提供 {names} 之一",
    "the business has no account with the id {id}": "该业务下没有 ID 为 {id} 的执行账号",
    "{what} was not launched: {reason} Job had created instance {id} for it before, which stays pending. Do not "
    "start it.": (
        "{what}未启动：{reason}作业平台此前已为它创建了作业实例 {id}，该实例会一直处于 pending 状态。请不要启动它。"
    ),
    "{what} was not launched: {reason} Job had created an instance for it before, which stays pending. Do not "
    "start it.": (
        "{what}未启动：{reason}作业平台此前已为它创建了一个作业实例，该实例会一直处于 pending 状态。请不要启动它。"
    ),
    "The script": "脚本",
    'The script "{name}"': "脚本「{name}」",
    "Rules for dangerous commands match the script at line {numbers}: Job may refuse to run it.": (
        "脚本的第 {numbers} 行命中了高危语句规则：作业平台可能会拒绝执行。"
    ),
    "The script was not checked for dangerous commands: {reason}": "没有对脚本做高危语句检查：{reason}",
    "The file transfer": "文件分发",
    'The file transfer "{name}"': "文件分发「{name}」",
    "args and raw_args are mutually exclusive": "args 和 raw_args 不能同时提供",
    "windows_interpreter must end in .exe and have at most {limit} characters: {interpreter}": (
        "windows_interpreter 必须以 .exe 结尾，且不超过 {limit} 个字符：{interpreter}"
    ),
    "{name} ends line {line} with CRLF, which shells treat as a part of the command; newline: lf converts it": (
        "{name} 的第 {line} 行以 CRLF 结尾，shell 会把它当作命令的一部分；将 newline 设为 lf 可自动转换"
    ),
    "{name} has {size} bytes, more than the {limit} that gateway {gateway} accepts": (
        "{name} 有 {size} 字节，而 gateway 为 {gateway} 时脚本最多 {limit} 字节"
    ),
    "{name} is empty": "{name} 为空",
    "{name} is not UTF-8": "{name} 不是 UTF-8 编码",
    "src {path} cannot be read: {reason}": "无法读取 src {path}：{reason}",
    "src {path} is encrypted by Ansible Vault; pass secrets in args with sensitive_args": (
        "src {path} 已用 Ansible Vault 加密；脚本的敏感信息请通过参数传入"
    ),
    "src {path} is not UTF-8": "src {path} 不是 UTF-8 编码",
    "args is not UTF-8": "args 不是 UTF-8 编码",
    "args must not be longer than {limit} bytes": "args 不能超过 {limit} 字节",
    "script_id and script_name require api_version v3: API v2 runs versions only": (
        "script_id 和 script_name 需要 api_version 为 v3：v2 只能执行脚本的某个版本"
    ),
    'the script "{name}" has no online version': "脚本「{name}」没有已上线的版本",
    'the library has no script named "{name}"': "脚本库中没有名为「{name}」的脚本",
    "{problem}; similar scripts: {names}": "{problem}；相近的脚本：{names}",
    "content is empty, and Job sends no empty files": "content 为空，而作业平台不能分发空文件",
    "content is not UTF-8": "content 不是 UTF-8 编码",
    "content requires file_name": "使用 content 时必须提供 file_name",
    "dest must be an absolute directory, not {dest!r}": "dest 必须是绝对路径的目录，不能是 {dest!r}",
    "{name} must be at least 1 (MB per second)": "{name} 不能小于 1（单位 MB/s）",
    "{name} must be a name without directories, not {value!r}": "{name} 必须是不含目录的文件名，不能是 {value!r}",
    "file_name is for content; dest_name renames a file": "file_name 只用于 content；如需重命名文件，请用 dest_name",
    "dest_name requires a single file": "dest_name 只能用于单个文件",
    "{size} bytes are more than the {limit} that fit into a request, and uploads need gateway esb and api_version "
    "v3. Put the files on a host, and use sources": (
        "文件共 {size} 字节，超过一次请求的上限 {limit} 字节，而上传需要 gateway 为 esb 且 api_version 为 v3：请把文件"
        "放到某台主机上，改用 sources"
    ),
    "{at}.files is empty": "{at}.files 为空",
    "{at} requires either target_server with an account, or one of file_source, file_source_id": (
        "{at} 必须提供 target_server 及执行账号，或者提供 file_source、file_source_id 之一"
    ),
    "{at}.files: {file} is not an absolute path": "{at}.files：{file} 不是绝对路径",
    "{at} requires exactly one of account, account_id": "{at} 必须且只能提供 account 和 account_id 之一",
    "{at}.target_server has no host: at least one of {keys} is required": (
        "{at}.target_server 没有主机：至少需要提供 {keys} 之一"
    ),
    "src {first} and {second} have the same name, {name}": "src {first} 和 {second} 的文件名相同，都是 {name}",
    "src: only one file can be sent from a host that is not the controller; use several tasks": (
        "src：任务不在控制节点上执行时，一次只能分发一个文件；请分成多个任务"
    ),
    "src {path} has more than {limit} bytes, which only the controller can send": (
        "src {path} 超过 {limit} 字节，只能在控制节点上分发"
    ),
    "src {path} is not UTF-8, and only the controller can send it": "src {path} 不是 UTF-8 编码，只能在控制节点上分发",
    "src {path} is not a file": "src {path} 不是文件",
    "src {path} is empty, and Job sends no empty files": "src {path} 为空，而作业平台不能分发空文件",
    "src {path} is encrypted by Ansible Vault; pass secrets in content with sensitive_content": (
        "src {path} 已用 Ansible Vault 加密；敏感内容请通过 content 传入，并设置 sensitive_content"
    ),
    "{names}: Job does not support this for src and content of up to {limit} bytes, which are sent within the "
    "request; use sources": (
        "{names}：不超过 {limit} 字节的 src 和 content 直接放在请求里发送，作业平台不支持对它们这样设置；请使用 sources"
    ),
    "src {path}: Job would remove what precedes the backslash in its name; dest_name renames it": (
        "src {path}：作业平台会去掉文件名中反斜杠之前的部分；如需重命名文件，请用 dest_name"
    ),
    "no URL for the upload: {reason}": "没有获得上传地址：{reason}",
    # _library
    "the script library requires api_version v3": "脚本库需要 api_version 为 v3",
    "script_id and name are mutually exclusive": "script_id 和 name 不能同时提供",
    'Script "{name}"': "脚本「{name}」",
    "{what}: online version": "{what}的线上版本",
    "1 script found; increase limit to get more.": "已返回前 1 个脚本；如需更多，请调大 limit。",
    "1 script found.": "找到 1 个脚本。",
    "{number} scripts found.": "找到 {number} 个脚本。",
    "The first {number} scripts found; increase limit to get more.": (
        "已返回前 {number} 个脚本；如需更多，请调大 limit。"
    ),
    "the version {version} with this content is disabled, and Job cannot publish it again: a new label is needed, "
    "set version": ("内容相同的版本 {version} 已被禁用，作业平台不能重新上线它：请设置新的 version"),
    "the version {version} with other content is disabled, and Job cannot publish it again: a new label is needed, "
    "set version": ("版本 {version} 的内容不同且已被禁用，作业平台不能重新上线它：请设置新的 version"),
    "the version {version} is in the unknown status {status}: a new label is needed, set version": (
        "版本 {version} 的状态 {status} 未知：请设置新的 version"
    ),
    "the version {version} with other content is online: a new label is needed, set version": (
        "版本 {version} 已上线且内容不同：请设置新的 version"
    ),
    "the version {version} with other content is offline: a new label is needed, set version": (
        "版本 {version} 已下线且内容不同：请设置新的 version"
    ),
    "the script library requires api_version v3: API v2 cannot change it": (
        "脚本库需要 api_version 为 v3：v2 不能修改脚本"
    ),
    'name must have 1 to 60 characters, and none of \\ | / : * < > " ?': (
        'name 必须为 1 到 60 个字符，且不能包含 \\ | / : * < > " ?'
    ),
    "version must have 1 to 60 letters, digits or the characters _-#@. only, not {label!r}": (
        "version 必须为 1 到 60 个字符，只能包含字母、数字和 _-#@. ，不能是 {label!r}"
    ),
    "keep must be at least 0": "keep 不能小于 0",
    "state {state} requires one of content, src": "state 为 {state} 时，必须提供 content 或 src",
    "content and src are mutually exclusive": "content 和 src 不能同时提供",
    "the script is written in {language}, and Job cannot change that: use another name, or remove the script first": (
        "该脚本的语言是 {language}，作业平台不能更改：请更换名称，或先删除该脚本"
    ),
    "there is no such script": "没有此脚本",
    "the script has no such version": "该脚本没有此版本",
    "version {version} is a draft, and Job disables published ones only": (
        "版本 {version} 是草稿，作业平台只能禁用已上线过的版本"
    ),
    "disabled (version {version})": "禁用（版本 {version}）",
    "deleted": "删除",
    "created (version {version})": "创建（版本 {version}）",
    "edited (draft {version})": "修改（草稿 {version}）",
    "extended by version {version}": "新增版本（{version}）",
    "description changed": "更新描述",
    "the new version was created, and cannot be read": "新版本已创建，但无法读取",
    "published": "上线",
    "published (version {version})": "上线（版本 {version}）",
    "version {version} deleted": "删除版本 {version}",
    # _schedule
    "schedules need api_version v3": "定时任务需要 api_version 为 v3",
    "cron_id and name are mutually exclusive": "cron_id 和 name 不能同时提供",
    "schedules require api_version v3: those of API v2 have no variables": (
        "定时任务需要 api_version 为 v3：v2 的定时任务没有变量"
    ),
    "exactly one of name, cron_id is required; new_name renames a schedule": (
        "必须且只能提供 name 和 cron_id 之一；如需重命名定时任务，请用 new_name"
    ),
    "{option} must have 1 to {limit} characters": "{option} 必须为 1 到 {limit} 个字符",
    "{option} must not have any of the characters < > \" '": "{option} 不能包含字符 < > \" '",
    'there is already a schedule with the new_name "{name}"': "new_name「{name}」已有定时任务使用",
    "{first}; the next try was refused: {second}": "{first}；下一次尝试被拒绝：{second}",
    "expression and execute_at are mutually exclusive": "expression 和 execute_at 不能同时提供",
    "time_zone {name} is not a time zone such as Asia/Shanghai": "time_zone {name} 不是时区，时区形如 Asia/Shanghai",
    "It was enabled before, and may be off now, since Job switches a schedule off when it is saved.": (
        "它此前是启用的，现在可能已被关闭，因为作业平台保存定时任务时会关闭它。"
    ),
    "It was enabled before, and is off now, since Job switches a schedule off when it is saved.": (
        "它此前是启用的，现在已被关闭，因为作业平台保存定时任务时会关闭它。"
    ),
    "It may be off now, since Job switches a schedule off when it is saved.": (
        "它现在可能处于关闭状态，因为作业平台保存定时任务时会关闭它。"
    ),
    "It is off now, since Job switches a schedule off when it is saved.": (
        "它现在处于关闭状态，因为作业平台保存定时任务时会关闭它。"
    ),
    "The schedule": "定时任务",
    'Schedule "{name}"': "定时任务「{name}」",
    "Schedule {id}": "定时任务 {id} ",
    "To enable it, use state enabled.": "如需启用：请将 state 设为 enabled。",
    "1 schedule found; increase limit to get more.": "已返回前 1 个定时任务；如需更多，请调大 limit。",
    "1 schedule found.": "找到 1 个定时任务。",
    "{number} schedules found.": "找到 {number} 个定时任务。",
    "The first {number} schedules found; increase limit to get more.": (
        "已返回前 {number} 个定时任务；如需更多，请调大 limit。"
    ),
    "there is no schedule with the id {id}": "没有 ID 为 {id} 的定时任务",
    "enabled": "启用",
    "paused": "暂停",
    "created": "创建",
    "The schedule could not be read again: {reason}": "无法重新读取该定时任务：{reason}",
    "a new schedule requires one of {names}": "新建定时任务必须提供以下参数之一：{names}",
    "a new schedule requires one of expression, execute_at": "新建定时任务必须提供 expression 或 execute_at",
    "execute_at must be in the future, not {time}": "execute_at 必须晚于当前时间，不能是 {time}",
    "The schedule runs once, and Job does not return its time. If that is past, the schedule never runs. To set it, "
    "use execute_at with update_execute_at=always.": (
        "该定时任务只执行一次，而作业平台不返回它的执行时间。如果这个时间已经过去，它就永远不会执行。"
        "如需设置执行时间：请使用 execute_at，并将 update_execute_at 设为 always。"
    ),
    # filter/job_targets.py
    "job_targets requires a list of hosts such as groups['web'], not {hosts!r}": (
        "job_targets 需要主机列表，例如 groups['web']，不能是 {hosts!r}"
    ),
    "job_targets takes either the name or the id of a host variable of the plan": (
        "job_targets 只能提供执行方案主机变量的 name 和 id 之一"
    ),
    "job_targets: not in the inventory: {hosts}": "job_targets：inventory 中没有 {hosts}",
    "job_targets: hosts without bk_host_id or IPv4 address: {hosts}": (
        "job_targets：以下主机没有 bk_host_id，也没有 IPv4 地址：{hosts}"
    ),
    "its {name} is not an IPv4 address: {value!r}": "它的 {name} 不是 IPv4 地址：{value!r}",
    "{name} is not an IPv4 address and cannot be resolved to one": "{name} 不是 IPv4 地址，也无法解析为 IPv4 地址",
    "{name} resolves to {ip}, which is not its address in CMDB": "{name} 解析为 {ip}，这不是它在配置平台中的 IP",
    # modules, plugin_utils/remote.py
    "job_instance_id already selects an instance: leave out {names}": (
        "job_instance_id 已经指定了作业实例：请去掉 {names}"
    ),
    "the host of the task cannot be reached": "无法连接任务所在的主机",
    "the host of the task cannot be reached: {error}": "无法连接任务所在的主机：{error}",
    "Logs and output variables could not be read: {reason}.": "无法读取日志和输出变量：{reason}。",
    "the module returned no result": "模块没有返回结果",
    # _site
    "Ask whoever maintains this playbook and its environment.": "请联系维护此 playbook 及其运行环境的人员。",
    "Ask the network administrators.": "请联系网络管理员。",
    "Ask a BlueKing platform administrator.": "请联系蓝鲸平台管理员。",
    "Ask the owner of the application in the BlueKing Developer Center.": "请联系应用在蓝鲸开发者中心的负责人。",
    "Ask the owner of the application to request it, and the administrators of the gateway to approve it.": (
        "请联系应用负责人申请，并由网关管理员审批。"
    ),
    "Ask the manager of the business in the Permission Center (IAM).": "请联系该业务在蓝鲸权限中心的管理员。",
    "Set the option or its environment variable. The guide Connecting to Job describes all of them.": (
        "请设置该选项或对应的环境变量，各选项的说明见《连接作业平台》。"
    ),
    "Install a newer version of the library requests.": "请安装更新版本的 requests。",
    "Check the spelling of the host in url, and the DNS of this machine.": "请核对 url 中的主机名和本机的 DNS。",
    "Check the port in url, and the firewalls and the proxy between this machine and the gateway.": (
        "请核对 url 中的端口，以及本机与网关之间的防火墙和代理。"
    ),
    "Credentials are sent in clear text. Use an https URL, if the gateway has one.": (
        "认证信息以明文传输：如网关支持，请使用 https 地址。"
    ),
    "Check that this port of the server has TLS, and the client certificate if the server requires one.": (
        "请确认服务端的该端口使用 TLS；如服务端要求客户端证书，请检查该证书。"
    ),
    "validate_certs is false, so anybody on the way can read the credentials. Set ca_path to the CA instead.": (
        "validate_certs 为 false，传输途中的任何人都能读取认证信息：请改为设置 ca_path。"
    ),
    "Have the certificate renewed before it ends.": "请在证书到期前更新证书。",
    "What answers at url is an ESB. Set gateway to esb, or url to the API gateway with its stage.": (
        "url 处是 ESB：请将 gateway 设为 esb，或将 url 改为 API 网关及其环境的地址。"
    ),
    "What answers at url is an API gateway. Set gateway to apigw and api_version to v3, or url to the PaaS.": (
        "url 处是 API 网关：请将 gateway 设为 apigw、api_version 设为 v3，或将 url 改为 PaaS 的地址。"
    ),
    "Synchronize the clock of this machine. If it is right, report the clock of the server. Lost launches are "
    "searched for by time, and schedules depend on it.": (
        "请校准本机时钟；如本机无误，请反馈服务端时钟有偏差。查找丢失的启动和定时任务都依赖时间。"
    ),
    "This version of Job lacks the API. Upgrade Job.": "当前版本的作业平台没有此 API：请升级作业平台。",
    "Check bk_biz_id. Then request the permission access_business for the user in the Permission Center (IAM).": (
        "请核对 bk_biz_id，再在蓝鲸权限中心为该用户申请业务访问权限（access_business）。"
    ),
    "A launch of this plan has to set these host variables in target_servers.": (
        "启动该方案时，必须在 target_servers 中为这些主机变量赋值。"
    ),
    "the proxy did not respond with HTTP: {error}": "代理的响应不是 HTTP：{error}",
    "what answers at url is an ESB": "url 处是 ESB",
    "what answers at url is an API gateway": "url 处是 API 网关",
    "the response is not that of a gateway": "响应并非来自网关",
    "the checks of the network say why it can't be reached": "无法连接，原因见网络检查项",
    "the gateway": "网关",
    "the proxy": "代理",
    "{what} accepts connections": "{what}可以连接",
    "a proxy is used; set are {names}": "使用代理，已设置 {names}",
    "url begins with http": "url 以 http 开头",
    "{version}, but certificates are not verified": "{version}，但未校验证书",
    "the certificate is not trusted: {error}": "证书不受信任：{error}",
    "the certificate is for another host name than that of url": "证书上的主机名与 url 不符",
    "the certificate is only valid from {date} on": "证书自 {date} 起才生效",
    "the certificate ends on {date}, in {days} days": "证书将在 {days} 天后（{date}）到期",
    "the certificate is valid until {date}": "证书有效期至 {date}",
    "the name of {what} has no address: {error}": "{what}的主机名无法解析：{error}",
    "cannot connect to {what}: {error}": "无法连接{what}：{error}",
    "no proxy is set in the environment": "环境变量中没有设置代理",
    "not used, since use_proxy is false; set are {names}": "use_proxy 为 false，不使用代理；已设置 {names}",
    "not used for this url; set are {names}": "此 url 不使用代理；已设置 {names}",
    "the handshake failed: {error}": "TLS 握手失败：{error}",
    "the certificate ended on {date}": "证书已于 {date} 到期",
    "the proxy is not an HTTP proxy": "该代理不是 HTTP 代理",
    "the name of {what} has an address": "{what}的主机名可以解析",
    "the proxy does not connect to the gateway: {error}; set are {names}": (
        "代理没有连接到网关：{error}；已设置 {names}"
    ),
    "the certificate is for the host name of url": "证书上的主机名与 url 相符",
    "the name of {what} has no address": "{what}的主机名无法解析",
    "there is no connection to {what}": "无法连接{what}",
    "the handshake failed": "TLS 握手失败",
    "the certificate is trusted": "证书受信任",
    "access_token is sent without {names}": "发送 access_token 时不会发送 {names}",
    "timeout is {seconds} s, but the gateway itself waits up to 30 s for Job; use 45 or more": (
        "timeout 为 {seconds} 秒，而网关自身最多会等待作业平台 30 秒：请设为 45 秒以上"
    ),
    "the gateway prefers bk_token to bk_username": "网关优先使用 bk_token，而不是 bk_username",
    "{found} ({details})": "{found}（{details}）",
    "the gateway does not accept the credentials": "网关不接受该认证信息",
    "the checks of the network say why no request can be sent": "无法发送请求，原因见网络检查项",
    "launching plans": "启动执行方案",
    "waiting for jobs": "等待作业结束",
    "quick jobs": "快速执行",
    "scripts of the library": "脚本管理",
    "schedules": "定时任务",
    "plan {id} has {steps} steps and {variables} variables: {required} required, {hosts} for hosts, {empty} of "
    "these without default hosts": (
        "执行方案 {id} 有 {steps} 个步骤、{variables} 个全局变量：{required} 个必填，{hosts} 个主机变量，其中 {empty}"
        " 个没有默认主机"
    ),
    "the gateway accepts the application; credentials are sent in the body, where old ESBs read them": (
        "网关认可该应用；认证信息放在请求体中，旧版 ESB 只从这里读取"
    ),
    "two APIs in a row were not available": "已连续两个 API 不可用",
    "the user lacks the permission {names}": "用户缺少权限 {names}",
    "no API has answered": "没有任何 API 返回结果",
    "the application may not call this API (for {use}): {error}": "应用无权调用此 API（用于{use}）：{error}",
    "the application may call this API, but the user lacks the permission {names} (for {use})": (
        "应用可以调用此 API，但用户缺少权限 {names}（用于{use}）"
    ),
    "the API is missing (for {use}): {error}": "没有此 API（用于{use}）：{error}",
    "the API is missing, so logs are read host by host": "没有此 API，因此逐台主机读取日志",
    "the application may call this API; what the user may read depends on the business": (
        "应用可以调用此 API；用户能否读取取决于业务"
    ),
    "the application may call this API; the business has nothing to read with it": (
        "应用可以调用此 API；该业务下没有可供读取的内容"
    ),
    "the application may call this API; the business does not have the plan": (
        "应用可以调用此 API；该业务下没有此执行方案"
    ),
    "the gateway accepts the application; it reads credentials in the header": (
        "网关认可该应用，并从请求头读取认证信息"
    ),
    "the gateway accepts the user, who is given by {option}": "网关认可由 {option} 指定的用户",
    "the gateway checks the application first": "网关先检查应用",
    "the options give none": "参数中没有指定业务",
    "the business exists, and the user may access it": "业务存在，且用户可以访问",
    "allowed (for {use})": "允许（用于{use}）",
    "it could not be read": "无法读取",
    "{use} need api_version v3": "{use}需要 api_version v3",
    "# Self-check of blueking.job": "# blueking.job 自检报告",
    "| status | check | found | what to do |": "| 状态 | 检查项 | 结果 | 处理办法 |",
    "No check failed: {ok} ok, {warnings} with a warning, {others} not checked.": (
        "没有检查项失败：{ok} 项正常，{warnings} 项有警告，{others} 项未检查。"
    ),
    "{count} of {all} checks failed: {names}.": "{all} 项检查中有 {count} 项失败：{names}。",
    "Permissions that the user lacks in IAM: {names}": "用户在权限中心缺少的权限：{names}",
    "no gateway answers at url": "url 处没有网关响应",
    "the options are incomplete or invalid": "参数不完整或无效",
    "{found}; requests must be {version} or later": "{found}；requests 必须为 {version} 或更高版本",
    "the clock of the server is {seconds} s behind": "服务端时钟慢 {seconds} 秒",
    "the clock of the server is {seconds} s ahead": "服务端时钟快 {seconds} 秒",
    "no response had a date": "响应中没有日期",
    "the options of the connection are complete": "连接参数完整",
    "url is missing or invalid": "url 缺失或无效",
    "Job {least} or later ({shown}), before {below} ({by})": (
        "作业平台 {least} 或更高版本（{shown}），低于 {below}（{by}）"
    ),
    "responses of API v2 do not show it": "v2 版 API 的响应不体现版本",
    "no response shows it": "没有响应能体现版本",
    "Job {least} or later ({shown})": "作业平台 {least} 或更高版本（{shown}）",
    "Job before {below} ({by})": "作业平台低于 {below}（{by}）",
    "it is behind an API gateway": "通过 API 网关提供服务",
    "{api} returns {field}": "{api} 返回 {field}",
    "{api} does not return {field}": "{api} 不返回 {field}",
    "error {code} for an instance with id 0": "查询 ID 为 0 的实例时返回错误 {code}",
    "{api} is missing": "没有 {api}",
    "not tried; the application needs {apis}, and the user {actions}": "未尝试：应用需要 {apis}，用户需要 {actions}",
    "CMDB is read by business": "配置平台按业务读取",
    "CMDB was not available": "配置平台不可用",
    "inventories": "读取 inventory",
    "the business has nothing to read with it": "该业务下没有可供读取的内容",
    "not tried: only a job shows whether Job reaches callback_url": (
        "未尝试：只有执行作业才能看出作业平台能否访问 callback_url"
    ),
}

# What the operating system, OpenSSL and Python say, in English only; the rest of it is quoted.
FOREIGN = {
    "Broken pipe": "连接已断开",
    "Connection refused": "连接被拒绝",
    "Connection reset by peer": "连接被对方重置",
    "Connection timed out": "连接超时",
    "File too large": "文件过大",
    "Is a directory": "这是一个目录",
    "Name or service not known": "无法解析主机名",
    "Network is unreachable": "网络不可达",
    "No route to host": "没有到达主机的路由",
    "No space left on device": "磁盘空间不足",
    "No such file or directory": "没有该文件或目录",
    "Not a directory": "不是目录",
    "Permission denied": "权限不足",
    "Read-only file system": "文件系统只读",
    "Remote end closed connection without response": "对方未返回响应就关闭了连接",
    "Temporary failure in name resolution": "暂时无法解析主机名",
    "certificate has expired": "证书已过期",
    "certificate is not yet valid": "证书尚未生效",
    "self signed certificate": "自签名证书",
    "self signed certificate in certificate chain": "证书链中有自签名证书",
    "self-signed certificate": "自签名证书",
    "self-signed certificate in certificate chain": "证书链中有自签名证书",
    "timed out": "超时",
    "unable to get issuer certificate": "找不到签发者的证书",
    "unable to get local issuer certificate": "本机没有签发者的证书",
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
    (r"(?P<message>.*)", "参数有误：「{message}」"),
)
