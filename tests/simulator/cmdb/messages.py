# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes and texts of CMDB (its `resources/errors`)."""

from __future__ import annotations

from typing import Any

NOT_JSON = 1199000
INVALID = 1199006
MISSING = 1199010
INVALID_OR_UNKNOWN = 1199011
NOT_FOUND = 1199019
TOO_LARGE = 1199035
HOSTS_FAILED = 1110001
DENIED = 9900403

_ENGLISH = {
    NOT_JSON: "Deserializing JSON data failed",
    INVALID: "'%s' data parameter verification does not pass",
    MISSING: "'%s' unassigned",
    INVALID_OR_UNKNOWN: "'%s' the parameter is invalid or does not exist",
    NOT_FOUND: "No relevant data found",
    TOO_LARGE: " %s exceed the limit %d",
    HOSTS_FAILED: "Query Host Failed",
    DENIED: "no permissions",
}
_CHINESE = {
    NOT_JSON: "反序列化JSON数据失败",
    INVALID: "'%s' 数据参数校验不通过",
    MISSING: "'%s' 未赋值",
    INVALID_OR_UNKNOWN: "'%s' 参数无效或不存在",
    NOT_FOUND: "未找到相关数据",
    TOO_LARGE: " %s 超过限制 %d",
    HOSTS_FAILED: "查询主机失败",
    DENIED: "no permissions",
}


class CmdbError(Exception):
    """A refusal of CMDB. Without `parameters` the placeholders of the text stay in it."""

    def __init__(self, code: int, *parameters: object, permission: dict[str, Any] | None = None) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters
        self.permission = permission

    def text(self, language: str) -> str:
        text = (_ENGLISH if language == "en" else _CHINESE)[self.code]
        return text % self.parameters if self.parameters else text
