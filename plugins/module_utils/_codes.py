# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the answers of the gateways and of Job mean: who is at fault, whether anything happened, what helps.

Sources: contract job-api §2, §3.4, §10 and esb-observed A4, A6, A7, C5. Whatever stands in no table is unclear:
only a documented refusal proves that nothing was started.
"""

from __future__ import annotations

import typing as t


class Verdict(t.NamedTuple):
    """The meaning of a failure.

    ``kind`` is the error's kind (interface §4); ``unclear``, whether the request may have taken effect all the same;
    ``transient``, whether trying again may help; ``hint``, what a person can do.
    """

    kind: str
    unclear: bool = False
    transient: bool = False
    hint: str | None = None


APP_CREDENTIALS = Verdict(
    "credentials",
    hint="Check bk_app_code and bk_app_secret against the application's page in the BlueKing developer centre.",
)
APP_UNKNOWN = Verdict(
    "credentials",
    hint="Check bk_app_code. A gateway worker may not know an application registered just now.",
)
USER_MISSING = Verdict(
    "credentials",
    hint="Only an application on the gateway's list of apps exempt from user login (应用免登录态验证白名单) may name "
    "bk_username: have a platform administrator add it, or give the user's bk_token instead.",
)
USER_TOKEN = Verdict("credentials", hint="bk_token has expired or was mistyped: log in again and take the new one.")
ACCESS_TOKEN = Verdict("credentials", hint="access_token has expired or is not a user's token: fetch a new one.")
CREDENTIALS = Verdict("credentials", hint="Check the credentials of the task.")
APP_PERMISSION = Verdict(
    "app_permission",
    hint="The application lacks this API: its manager applies for it in the BlueKing developer centre, "
    "an administrator of the gateway grants it.",
)
USER_PERMISSION = Verdict(
    "user_permission",
    hint="Have the permission granted to the acting user in the BlueKing permission centre (IAM), system bk_job.",
)
USER_REFUSED = Verdict("user_permission", hint="Run the task as a user who is allowed to do this.")
WRONG_ADDRESS = Verdict(
    "not_found", hint="Check url, gateway and api_version: the address answers, but does not know this API."
)
NO_PLAN = Verdict(
    "not_found", hint="Check job_plan_id and the business: a plan is found only in the business it belongs to."
)
NO_BUSINESS = Verdict("not_found", hint="Check bk_biz_id, or bk_scope_type and bk_scope_id.")
NO_INSTANCE = Verdict(
    "not_found", hint="Check the id and the business; Job also deletes old instances after a retention period."
)
NOT_FOUND = Verdict("not_found")
TARGETS = Verdict(
    "targets", hint="Check the target servers given, and the plan's defaults for the host variables not given."
)
FOREIGN_TARGETS = Verdict(
    "targets", hint="Check address and area (bk_cloud_id), and in CMDB that the hosts belong to this business."
)
INVALID = Verdict("invalid_request")
PLAN_DEFECT = Verdict("invalid_request", hint="The plan itself must be mended in Job.")
TOO_LARGE = Verdict(
    "invalid_request",
    hint="The request may be over the gateway's size limit (2.5 MiB on many ESBs): "
    "use host_id_list, dynamic groups or topology nodes instead of long ip lists.",
)
THROTTLED = Verdict("throttled", transient=True, hint="The gateway limits the rate of calls: run fewer at a time.")
QUOTA = Verdict("throttled", transient=True, hint="Too many jobs run at the moment: try again when some have ended.")
UNAVAILABLE = Verdict("unavailable", unclear=True, transient=True)
BROKEN = Verdict("unavailable", unclear=True)
NOT_REACHED = Verdict("unavailable", transient=True, hint="The gateway cannot reach the service behind it.")
GATEWAY_SETUP = Verdict("unavailable", hint="The gateway's own set-up is at fault: tell its administrator.")
PROTOCOL = Verdict("protocol", unclear=True)
GARBLED = Verdict("protocol", unclear=True, transient=True)
REDIRECT = Verdict(
    "protocol", hint="Redirects are never followed: set url to the address that serves the API itself, often https."
)
PROXY = Verdict("unavailable", hint="A proxy asks for credentials: check the proxy settings, or set use_proxy false.")

CODES: dict[int, Verdict] = {
    # Job (§10.1)
    9900403: USER_PERMISSION,
    1238001: USER_PERMISSION,
    1238002: USER_PERMISSION,
    1240001: UNAVAILABLE,
    1240002: UNAVAILABLE,
    1240003: INVALID,
    1240005: BROKEN,
    1250001: UNAVAILABLE,
    1250002: UNAVAILABLE,
    1252001: UNAVAILABLE,
    1255001: UNAVAILABLE,
    1210001: UNAVAILABLE,
    1210002: UNAVAILABLE,
    1211001: UNAVAILABLE,
    1211002: UNAVAILABLE,
    1211003: TARGETS,
    1211004: TARGETS,
    1215001: BROKEN,
    1215002: USER_REFUSED,
    **dict.fromkeys(range(1241001, 1241025), INVALID),
    1243009: NO_PLAN,
    1243026: NOT_FOUND,
    1243047: NOT_FOUND,
    1243049: NO_BUSINESS,
    1243052: FOREIGN_TARGETS,
    1243053: FOREIGN_TARGETS,
    1244001: TARGETS,
    1244002: FOREIGN_TARGETS,
    1244003: NOT_FOUND,
    1244004: USER_REFUSED,
    # Job 3.3 flattens every failure of a launch into this one, also those after it was saved (§7.1).
    1244005: BROKEN,
    1244006: NO_INSTANCE,
    1244007: NO_INSTANCE,
    1244008: PLAN_DEFECT,
    1244009: TARGETS,
    1244011: PLAN_DEFECT,
    1244012: NO_PLAN,
    1244014: PLAN_DEFECT,
    1244016: USER_REFUSED,
    1244017: TARGETS,
    1244018: PLAN_DEFECT,
    1244019: PLAN_DEFECT,
    1244021: TARGETS,
    1244022: TARGETS,
    1244026: INVALID,
    1244027: INVALID,
    1244028: TARGETS,
    1244029: TARGETS,
    1244030: FOREIGN_TARGETS,
    1244032: QUOTA,
    1244033: QUOTA,
    1244034: QUOTA,
    1246001: UNAVAILABLE,
    1247001: CREDENTIALS,
    1247002: CREDENTIALS,
    1247403: APP_PERMISSION,
    1247404: CREDENTIALS,
    # ESB (observed A4–A8); 1306000 and 1306201 mean many things and are told apart by their texts below
    1306202: UNAVAILABLE,
    1306203: UNAVAILABLE,
    1306206: GATEWAY_SETUP,
    1306208: UNAVAILABLE,
    1306401: CREDENTIALS,
    1306402: CREDENTIALS,
    1306403: APP_PERMISSION,
    1306404: WRONG_ADDRESS,
    1306405: WRONG_ADDRESS,
    1306406: INVALID,
    1306408: CREDENTIALS,
    1306429: THROTTLED,
    # API gateway (§2.2, §3.4); an ESB of BlueKing 7 answers with these as well (§2.1)
    1640004: CREDENTIALS,
    1640100: CREDENTIALS,
    1640101: APP_CREDENTIALS,
    1640102: CREDENTIALS,
    1640301: APP_PERMISSION,
    1640302: APP_PERMISSION,
    1640303: USER_REFUSED,
    1640304: APP_PERMISSION,
    1640401: WRONG_ADDRESS,
    1641301: TOO_LARGE,
    1641401: TOO_LARGE,
    1642901: THROTTLED,
    1642902: THROTTLED,
    1642903: THROTTLED,
    1642904: THROTTLED,
    1650000: UNAVAILABLE,
    1650001: UNAVAILABLE,
    1650002: UNAVAILABLE,
    1650200: UNAVAILABLE,
    1650201: UNAVAILABLE,
    1650300: UNAVAILABLE,
    1650401: UNAVAILABLE,
    1650801: BROKEN,
}

HEADER_IGNORED = (
    "APP Code [bk_app_code] cannot be empty",
    "Signature [bk_signature] and APP Secret [bk_app_secret] cannot be empty at the same time",
)

# Codes with many meanings: the first row whose text occurs in the message decides. The texts are English always
# (observed A4, "Language"), typing errors included.
TEXTS: dict[int, tuple[tuple[str, Verdict], ...]] = {
    1306000: (
        *((text, APP_CREDENTIALS) for text in HEADER_IGNORED),
        ("APP Secret verification failed", APP_CREDENTIALS),
        ("Invalid APP Code", APP_UNKNOWN),
        ("please provide a valid user identity", USER_MISSING),
        ("please check if the bk_token is valid", USER_TOKEN),
        ("The specified user TOKEN", ACCESS_TOKEN),
        ("verify access_token failed", ACCESS_TOKEN),
        ("the access_token is the application type", ACCESS_TOKEN),
        ("Request JSON string is wrong in format", INVALID),
        ("Component error", UNAVAILABLE),
    ),
    1306201: (
        ("third-party system [BK_LOGIN]", NOT_REACHED),
        ("third-party system [BK_SSM]", NOT_REACHED),
        ("Failed to establish a new connection", NOT_REACHED),
        ("Could not find the TLS certificate file", GATEWAY_SETUP),
        ("codec can't encode", INVALID),
        ("Value for header", INVALID),
        ("Status Code: 4", BROKEN),
        ("", UNAVAILABLE),
    ),
    1640001: (
        ("app code cannot be", APP_CREDENTIALS),
        ("bk_app_secret", APP_CREDENTIALS),
        ("app not found", APP_UNKNOWN),
        ("the user indicated by bk_username is not verified", USER_MISSING),
        ("please provide a valid user identity", USER_MISSING),
        ("bk_token", USER_TOKEN),
        ("access_token", ACCESS_TOKEN),
        ("X-Bkapi-Authorization", CREDENTIALS),
        ("", INVALID),
    ),
}

# An answer without a code comes from a web server or a gateway in front of Job. Job itself never redirects (§3.2), and
# neither does a gateway hand on a redirect (observed A7), so one proves that Job was not reached.
STATUSES: dict[int, Verdict] = {
    400: TOO_LARGE,
    401: CREDENTIALS,
    404: WRONG_ADDRESS,
    407: PROXY,
    413: TOO_LARGE,
    414: TOO_LARGE,
    429: THROTTLED,
    **dict.fromkeys((301, 302, 303, 307, 308), REDIRECT),
    **dict.fromkeys((500, 502, 503, 504), UNAVAILABLE),
}


def judge(code: int | None, message: str, status: int) -> Verdict:
    """The verdict on a failed answer, from its code; from its HTTP status only where there is no code."""
    if code is None:
        return STATUSES.get(status, GARBLED if 200 <= status < 300 else PROTOCOL)
    for text, verdict in TEXTS.get(code, ()):
        if text in message:
            return verdict
    return CODES.get(code, UNAVAILABLE if status >= 500 else PROTOCOL)
