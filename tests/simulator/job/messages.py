# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job's errors: the codes and messages of §10 and §4.4, in English and, as far as known, in Chinese."""

from __future__ import annotations

from typing import Any

#: All bean-validation failures have this code; the message is that of the first field (§3.2).
BAD_REQUEST = 1240003
INTERNAL_ERROR = 1240002

ENGLISH = {
    9900403: "User ({0}) permission not allowed, please confirm and apply permission in IAM and try again",
    1210001: "GSE is not available",
    1210002: "GSE data unexpected:{0}",
    1211001: "CMDB service is unavailable",
    1211002: "CMDB API returned data exception",
    1211003: "Fail to find host by dynamic group, id:{0}, reason:{1}, "
    "please confirm the specified dynamic group in business",
    1211004: "Fail to find dynamic group by biz, id:{0}, reason:{1}, "
    "please confirm dynamic group in the specified business",
    1215001: "IAM API data unexpected",
    1215002: "User({0}) account has been frozen, please fix it and try again",
    1238002: "User do not have business operation permission",
    1240001: "Service Unavailable",
    1240002: "Internal Server Error",
    1240003: "Bad Request",
    1240005: "Service auth fail",
    1241001: "Missing request parameters",
    1241002: "Invalid request parameters",
    1241003: "Unsupported operation",
    1241004: "Missing request parameter [{0}]",
    1241005: "Invalid request parameter [{0}]",
    1241006: "Missing or invalid request parameter",
    1241007: "Missing or invalid request parameter [{0}]",
    1241008: "Wrong app id",
    1241010: "Invalid request parameter [{0}], reason: {1}",
    1241011: "Not support yet",
    1241012: "Invalid request parameter, reason: {0}",
    1241013: "Not support yet, supported scope: {0}, current scope: {1}",
    1241015: "Unsupported operation,do not repeat start the job,job_instance_id={0}",
    1243001: "Script not exist",
    1243002: "Script name already exists",
    1243004: "Script is not under this business",
    1243009: "Job plan does not exist",
    1243026: "Job template not exist",
    1243036: "Script version already exist",
    1243047: "Script version does not exist",
    1243049: "Business/Business Set not exist or archived",
    1243052: "IPs(Including BK-Net) not exist in CMDB: {0}",
    1243053: "hostIds not exist in CMDB: {0}",
    1243054: "Script is referenced and cannot be deleted",
    1244001: "Host is empty",
    1244002: "Hosts invalid. Please check whether the source or target host exists under the business [{0}] of CMDB. "
    "Besides, please contact JOB administrator to add them to ip whitelist "
    "if you have to use hosts between businesses. Invalid {1} hosts:{2}",
    1244003: "Account [{0}] does not exist",
    1244004: "No permission to use this account[{0}]",
    1244005: "Fail to start job",
    1244006: "Task instance does not exist",
    1244007: "Task step instance does not exist",
    1244008: "HOST variable [{0}] does not exist",
    1244009: "HOST variable [{0}] is empty",
    1244011: "Job plan is illegal",
    1244012: "Job plan does not exist",
    1244014: "Script version has been banned, cannot be executed",
    1244015: "Task is being terminated, please wait a sec.",
    1244016: "Only the confirmer of the step can operate",
    1244017: "Obtain host fail",
    1244018: "Script status [{0}], cannot be executed",
    1244019: "Dangerous script, cannot be executed",
    1244021: "The number of file tasks exceeds the limit:{0}",
    1244022: "The number of script task target servers exceeds the limit: {0}",
    1244023: "The local file {0} not exists in backend, possibly because it was automatically deleted after expiration "
    "(default expiration time is {1} days), please upload it and try it again. "
    "To store it permanently, please upload it to the business server and distribute it from there.",
    1244025: "Task abandoned",
    1244026: "Invalid rolling strategy",
    1244027: "Rolling batch can not be greater than {0}",
    1244028: "Step [{0}] target execute object is empty",
    1244029: "Step [{0}] source execute object is empty",
    1244030: "Execute object referenced by the job does not exist. "
    "Number of non-existent execution objects: {0}, execution object list: [{1}]",
    1244032: "The total number of jobs currently executed exceeds the resource scope quota limit",
    1244033: "The total number of jobs currently executed exceeds the bk app quota limit",
    1244034: "The total number of jobs currently executed exceeds the system quota limit",
    1244035: "The file source rolling policy only support server file",
    1244037: "The file source host [{0}] does not exist in CMDB, please check whether the K8S node where the "
    "job-file-worker service is located has the Agent of the current environment installed, "
    "the nodes where the Job's Pod may be scheduled need to have the Agent installed",
    1245001: "Cron job does not exist",
    1245002: "Failed to update cron",
    1245004: "Cron job [{0}] already existed",
    1245008: "Failed to delete cron",
    1246001: "Failed to get execution log",
    1247001: "User does not exist or is not logged in",
    1247002: "Missing user info",
    1247403: "No access permission for this application",
    1247404: "Missing AppCode",
}

CHINESE = {
    9900403: "用户({0})权限不足，请前往权限中心确认并申请补充后重试",
    1240001: "服务不可用",
    1240002: "内部服务器异常",
    1240003: "错误的请求",
    1241002: "请求参数不合法",
    1241003: "不支持的操作",
    1241005: "请求参数[{0}]不合法",
    1241007: "请求参数[{0}]缺失或不合法",
    1241010: "请求参数[{0}]不合法，原因：{1}",
    1243001: "脚本不存在",
    1243002: "脚本名称已存在，请重新输入",
    1243009: "执行方案不存在",
    1243036: "脚本版本已存在",
    1243049: "业务/业务集不存在或已被归档",
    1245001: "定时任务不存在",
    1245004: "定时任务[{0}]已存在",
    1244003: "账号[{0}]不存在",
    1244006: "作业实例不存在",
    1244007: "作业步骤实例不存在",
    1244011: "执行方案不合法",
    1244012: "执行方案不存在",
    1244014: "脚本已禁用，无法执行",
    1244016: "只有步骤的确认人可以操作",
    1244019: "高危脚本，禁止执行",
    1244025: "任务被丢弃",
    1244028: "步骤 [{0}] 的目标执行对象为空",
    1244029: "步骤 [{0}] 的源文件执行对象为空",
    1244030: "作业引用的执行对象不存在。不存在的执行对象个数:{0},执行对象列表[{1}]",
    1244032: "当前执行的作业总量超过业务配额限制",
    1244033: "当前执行的作业总量超过应用配额限制",
    1244034: "当前执行的作业总量超过系统配额限制",
}

INVALID_SCOPE_TYPE = "Invalid bk_scope_type"
INVALID_CLOUD = "Invalid BK-Net"
INVALID_IP = "Invalid IP"

_CHINESE_VALIDATION = {
    INVALID_SCOPE_TYPE: "非法的资源范围类型",
    INVALID_CLOUD: "管控区域 ID 非法",
    INVALID_IP: "IP 非法",
}


class JobError(Exception):
    """A refusal of Job. `parameters` fill the placeholders; `validation` is the message of a bad request."""

    def __init__(
        self, code: int, *parameters: object, validation: str | None = None, permission: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters
        self.validation = validation
        self.permission = permission

    def text(self, language: str) -> str:
        """The message: English for `en`, otherwise Chinese (§4.3)."""
        english = language == "en"
        if self.validation is not None:
            return self.validation if english else _CHINESE_VALIDATION.get(self.validation, self.validation)
        template = ENGLISH[self.code] if english else CHINESE.get(self.code, ENGLISH[self.code])
        return template.format(*(f"{value:,}" if isinstance(value, int) else value for value in self.parameters))


def invalid(text: str) -> JobError:
    """A bean-validation failure with the message of that field (§4.4)."""
    return JobError(BAD_REQUEST, validation=text)
