# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person can do about a failure, in the languages of the option ``language``."""

from __future__ import annotations

import typing as t


class Hint(t.NamedTuple):
    """One piece of advice; its fields are the choices of ``language``."""

    en: str
    zh: str


# Who calls: the application, and the user it acts for

APP_CREDENTIALS = Hint(
    "Check bk_app_code and bk_app_secret against the application's page in the BlueKing developer centre.",
    "请对照蓝鲸开发者中心的应用信息，核对 bk_app_code 和 bk_app_secret。",
)
HEADER_IGNORED = Hint(
    "This ESB does not read the header: leave credentials_in at auto, and use no access_token, which needs it.",
    "该 ESB 不读取请求头中的认证信息：请将 credentials_in 保持为 auto，且不要使用 access_token（只能放在请求头中）。",
)
APP_UNKNOWN = Hint(
    "Check bk_app_code. A gateway worker may not know an application registered just now.",
    "请核对 bk_app_code。刚注册的应用，网关的工作进程可能还不认识，需等其回收或重启。",
)
ESB_USER = Hint(
    "Only an application on the gateway's list of apps exempt from user login (应用免登录态验证白名单) may name "
    "bk_username: have a platform administrator add it, or give the user's bk_token instead.",
    "只有加入应用免登录态验证白名单的应用才能使用 bk_username：请联系平台管理员添加，或改用该用户的 bk_token。",
)
APIGW_USER = Hint(
    "The API gateway believes a bk_username only from an application on its list of apps exempt from user "
    "authentication (免用户认证应用白名单): have its manager add it, or give bk_token or access_token instead.",
    "API 网关只信任免用户认证应用白名单中的应用所提供的 bk_username：请联系网关负责人添加，或改用 bk_token 或 "
    "access_token。",
)
USER_TOKEN = Hint(
    "bk_token has expired or was mistyped: log in again and take the new one.",
    "bk_token 已过期或有误：请重新登录蓝鲸，使用新的 bk_token。",
)
ACCESS_TOKEN = Hint(
    "access_token has expired or is not a user's token: fetch a new one.",
    "access_token 已过期，或不是用户态的 access_token：请重新获取。",
)
CREDENTIALS = Hint(
    "Check the credentials: bk_app_code and bk_app_secret with bk_username or bk_token, or access_token alone.",
    "请核对认证信息：bk_app_code、bk_app_secret 加上 bk_username 或 bk_token，或者单独使用 access_token。",
)
UNAUTHORISED = Hint(
    "Check the credentials, and bk_tenant_id where BlueKing serves several tenants.",
    "请核对认证信息；多租户环境还需核对 bk_tenant_id。",
)
USER = Hint(
    "The acting user is unknown or may not do this: check bk_username, bk_token or access_token.",
    "操作用户未通过认证或没有权限：请核对 bk_username、bk_token 或 access_token。",
)
USER_NAME = Hint(
    "The acting user's name must be plain ASCII: check bk_username, or whose bk_token it is.",
    "操作用户名只能包含 ASCII 字符：请检查 bk_username，或 bk_token 所属的用户。",
)
TENANT = Hint(
    "Check bk_tenant_id, and whether the gateway lets the address of this machine in.",
    "请核对 bk_tenant_id，并确认网关的 IP 访问保护是否允许本机访问。",
)

# What they may do

APP_PERMISSION = Hint(
    "The application lacks this API: its manager applies for it in the BlueKing developer centre, "
    "an administrator of the gateway grants it.",
    "该应用没有此 API 的权限：请由应用负责人在蓝鲸开发者中心的「云 API 权限」中申请，并由网关管理员审批。",
)
USER_PERMISSION = Hint(
    "Have the permission granted to the acting user in the BlueKing permission centre (IAM), system bk_job.",
    "请在蓝鲸权限中心为操作用户申请作业平台（bk_job）的相应权限。",
)
USER_REFUSED = Hint("Run the task as a user who is allowed to do this.", "请换用有权执行此操作的用户。")
FROZEN_USER = Hint(
    "Have a platform administrator unfreeze the acting user, or run the task as another user.",
    "操作用户的账号已被冻结：请联系平台管理员解冻，或换用其他用户。",
)
ACCOUNT_PERMISSION = Hint(
    "Have the use of this account (use_account) granted to the acting user in the BlueKing permission centre (IAM).",
    "请在蓝鲸权限中心为操作用户申请该执行账号的使用权限（use_account）。",
)
CONFIRMER = Hint("Run the task as one of the step's confirmers.", "请换用该步骤的确认人来执行。")

# What is not there

ADDRESS = Hint(
    "Check url, gateway and api_version: the address answers, but does not know this API.",
    "请检查 url、gateway 和 api_version：该地址有应答，但没有此 API。",
)
CHANNEL = Hint(
    "This API is switched off on the ESB: an administrator can switch its channel on.",
    "此 API 在 ESB 上未开启：请联系平台管理员在组件通道管理中开启。",
)
PLAN = Hint(
    "Check job_plan_id and the business: a plan is found only in the business it belongs to.",
    "请核对 job_plan_id 和业务：执行方案只能在其所属业务下找到。",
)
UNREADABLE_PLAN = Hint(
    "Job describes this plan in a way that is not known here; to launch it all the same, unchecked: "
    "validate_variables: false.",
    "无法识别作业平台返回的执行方案详情；如需跳过检查直接启动，请设置 validate_variables: false。",
)
PLAN_NAME = Hint(
    "Check the name, the template and the business: blueking.job.bk_job_plan_info lists the plans of a business.",
    "请核对方案名称、作业模板和业务：可用 blueking.job.bk_job_plan_info 列出业务下的执行方案。",
)
TEMPLATE = Hint(
    "Check the job template and the business: it is found only in the business it belongs to.",
    "请核对作业模板和业务：作业模板只能在其所属业务下找到。",
)
BUSINESS = Hint(
    "Check bk_biz_id, or bk_scope_type and bk_scope_id.", "请核对 bk_biz_id，或 bk_scope_type 和 bk_scope_id。"
)
INSTANCE = Hint(
    "Check the id and the business; Job also deletes old instances after a retention period.",
    "请核对 ID 和业务；作业平台也会清理超过保留期的历史实例。",
)

# What is wrong with the plan, or with the state of an instance

ACCOUNT = Hint(
    "Create this account in the business, or choose another in the template and synchronise the plan.",
    "请在该业务的账号管理中创建此账号，或在作业模板中更换账号并同步执行方案。",
)
SCRIPT_VERSION = Hint(
    "Choose a released version of the script in the template and synchronise the plan.",
    "请在作业模板中选用已上线的脚本版本，并同步执行方案。",
)
DANGEROUS_SCRIPT = Hint(
    "One of Job's rules on dangerous commands forbids a script of the plan: change the script, or have a platform "
    "administrator change the rule.",
    "执行方案中的脚本命中了作业平台的高危语句规则：请修改脚本，或联系平台管理员调整规则。",
)
PLAN_VARIABLE = Hint(
    "A step names a host variable that the plan lacks: mend the template and synchronise the plan.",
    "步骤引用的主机变量在执行方案中不存在：请修正作业模板，并同步执行方案。",
)
PLAN_STEPS = Hint(
    "A plan needs at least one step: choose the steps of the plan in Job.",
    "执行方案至少需要一个步骤：请在作业平台中为执行方案勾选步骤。",
)
ROLLING = Hint("Plans have no rolling strategy: ask an administrator.", "执行方案没有滚动策略：请联系管理员。")
STATE = Hint(
    "The state of the instance or of the step does not allow this: look at it first.",
    "实例或步骤的当前状态不支持此操作：请先查看其状态。",
)
STARTED = Hint(
    "It was started before: follow it with blueking.job.bk_job_wait.",
    "该实例已启动过：请用 blueking.job.bk_job_wait 等待其结束。",
)
NOT_STARTABLE = Hint(
    "Job before 3.10 knows no start: it may run what it creates at once, and two_phase protects nothing there.",
    "3.10 之前的作业平台不支持启动操作：实例创建后可能会直接执行，two_phase 在此不起作用。",
)
STOPPING = Hint("It is being stopped already: wait until it has ended.", "该实例正在终止：请等待其结束。")
ABANDONED = Hint(
    "Job was told to discard jobs such as this one (eviction): ask a platform administrator.",
    "任务被作业平台的任务驱逐策略丢弃：请联系平台管理员确认。",
)

# What is wrong with targets and parameters

TARGETS = Hint(
    "Check the target servers given, and the plan's defaults for the host variables not given.",
    "请检查给出的目标服务器，以及未给出的主机变量在执行方案中的默认值。",
)
SOURCES = Hint(
    "Check the servers that the step's files come from, which may be the value of a host variable.",
    "请检查该步骤源文件所在的服务器，它可能来自主机变量的值。",
)
FOREIGN_TARGETS = Hint(
    "Check address and area (bk_cloud_id), and in CMDB that the hosts belong to this business.",
    "请核对 IP 和管控区域（bk_cloud_id），并在配置平台中确认主机属于该业务。",
)
DYNAMIC_GROUP = Hint(
    "Check the id of the dynamic group, and in CMDB that the group belongs to this business.",
    "请核对动态分组 ID，并在配置平台中确认该动态分组属于此业务。",
)
TOO_MANY = Hint(
    "Launch the plan for fewer hosts at a time, or have a platform administrator raise the limit.",
    "请减少目标服务器、分批执行，或联系平台管理员调整上限。",
)
UNSUPPORTED = Hint(
    "This version of Job cannot do it for this scope or these targets: try hosts of a single business.",
    "当前版本的作业平台不支持此资源范围或执行对象：请改用单个业务下的主机。",
)
INVALID = Hint("Correct in the task what the message names.", "请根据返回的错误信息修正任务参数。")
MANGLED = Hint(
    "The request did not arrive as it was sent: look for a proxy that changes it on the way.",
    "网关收到的请求已损坏：请检查中间的代理是否改动了请求。",
)
TOO_LARGE = Hint(
    "The request may be over the gateway's size limit (2.5 MiB on many ESBs): "
    "use host_id_list, dynamic groups or topology nodes instead of long ip lists.",
    "请求可能超过了网关的大小限制（许多 ESB 为 2.5 MiB）：请用 host_id_list、动态分组或拓扑节点代替很长的 IP 列表。",
)

# Not now

THROTTLED = Hint(
    "The gateway limits the rate of calls: run fewer tasks at a time, raise retries, or have the limit raised.",
    "网关限制了调用频率：请减少同时运行的任务、调大 retries，或联系网关管理员提高频率限制。",
)


def _quota(en: str, zh: str) -> Hint:
    return Hint(
        f"Too many jobs {en} run, and Job went on refusing as often as retries lets the task try: "
        "wait until some have ended, raise retries, or have a platform administrator raise the quota.",
        f"{zh}正在执行的作业过多，任务已按 retries 重试，仍被作业平台拒绝：请等待部分作业结束、调大 retries，"
        "或联系平台管理员提高配额。",
    )


BUSINESS_QUOTA = _quota("of this business", "该业务")
APP_QUOTA = _quota("of this application", "该应用")
SYSTEM_QUOTA = _quota("of the whole platform", "整个平台")

# Trouble with servers, and on the way to them

SERVER = Hint(
    "The trouble is on the server's side: if it lasts, its administrators find the call by request_id, "
    "job_request_id and time.",
    "服务端异常：如持续出现，请将 request_id、job_request_id 和发生时间提供给平台管理员排查。",
)
PLATFORM = Hint(
    "The platform is not set up as it should be: its administrators find the call by request_id, job_request_id "
    "and time.",
    "平台自身的配置有问题：请将 request_id、job_request_id 和发生时间提供给平台管理员处理。",
)
ANY_REASON = Hint(
    "Job does not say why: look in its execution history whether the plan was started, then check the plan, its "
    "variables, accounts and hosts.",
    "作业平台未返回具体原因：请先在执行历史中确认是否已启动，再检查执行方案及其变量、账号和主机。",
)
LOST_REASON = Hint(
    "The gateway keeps to itself why it was refused: its administrators find the call by request_id and time.",
    "网关未返回后端拒绝的原因：请将 request_id 和发生时间提供给网关管理员排查。",
)
NOT_REACHED = Hint(
    "The gateway cannot reach a service behind it: if this lasts, tell its administrators.",
    "网关无法连接后端服务：如持续出现，请联系网关管理员处理。",
)
GATEWAY = Hint(
    "The gateway's own set-up is at fault: tell its administrators.", "网关自身的配置有问题：请联系网关管理员处理。"
)
UNKNOWN_ANSWER = Hint(
    "This collection cannot tell what the answer means: the administrators of the platform find the call by "
    "request_id, job_request_id and time.",
    "无法判断此应答的含义：请将 request_id、job_request_id 和发生时间提供给平台管理员排查。",
)
NO_ANSWER_OF_THE_API = Hint(
    "Something else than the API answered: check that url leads straight to the gateway, past login pages and proxies.",
    "应答并非来自 API：请检查 url 是否直达网关，中间是否有登录页或代理。",
)
REDIRECT = Hint(
    "Redirects are never followed: set url to the address that serves the API itself, often https.",
    "重定向不会被跟随：请将 url 改为直接提供 API 的地址，通常是 https。",
)
PROXY = Hint(
    "A proxy asks for credentials: check the proxy settings, or set use_proxy false.",
    "代理要求认证：请检查代理设置，或将 use_proxy 设为 false。",
)
NETWORK = Hint("Check url, the network and the proxy settings.", "请检查 url、网络和代理设置。")
NOT_SENDABLE = Hint(
    "Check url, bk_tenant_id and the proxies of the environment for what does not belong there.",
    "请检查 url、bk_tenant_id 和环境变量中的代理地址是否含有非法内容。",
)
UNKNOWN_ISSUER = Hint("Set ca_path to the authority that signed its certificate.", "请将 ca_path 设为签发该证书的 CA。")
CERTIFICATE = Hint(
    "Its certificate must be renewed or replaced, or url must name the host as the certificate does.",
    "需要更新或更换其证书，或者在 url 中使用证书上的主机名。",
)
LATE = Hint(
    "Raise timeout, or have the administrators of the gateway find out why it is slow.",
    "请调大 timeout，或联系网关管理员排查响应慢的原因。",
)
CUT_OFF = Hint(
    "The connection broke before the answer was whole: check the network, and the proxies on the way.",
    "应答未完整返回，连接就已中断：请检查网络和中间的代理。",
)
NO_HTTP = Hint(
    "What answers there does not speak HTTP as it should: check url and the proxy settings.",
    "对端的应答不是合法的 HTTP：请检查 url 和代理设置。",
)
DEFECT = Hint(
    "This is a defect of blueking.job: please report it with the output of -vvv.",
    "这是 blueking.job 的缺陷：请附上 -vvv 的输出进行反馈。",
)
