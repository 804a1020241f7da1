# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the answers of the gateways and of Job mean: who is at fault, whether anything happened, what helps.

Sources: contract job-api §2, §3.4, §10 and esb-observed A4, A6, A7, C5. Whatever stands in no table is unclear:
only a documented refusal proves that nothing was started.
"""

from __future__ import annotations

import typing as t

from . import hints


class Verdict(t.NamedTuple):
    """The meaning of a failure.

    ``kind`` is the error's kind (interface §4); ``hint``, what a person can do; ``unclear``, whether the request may
    have taken effect all the same; ``transient``, whether trying again may help.
    """

    kind: str
    hint: hints.Hint
    unclear: bool = False
    transient: bool = False


APP_CREDENTIALS = Verdict("credentials", hints.APP_CREDENTIALS)
APP_UNKNOWN = Verdict("credentials", hints.APP_UNKNOWN)
ESB_USER = Verdict("credentials", hints.ESB_USER)
APIGW_USER = Verdict("credentials", hints.APIGW_USER)
USER_TOKEN = Verdict("credentials", hints.USER_TOKEN)
ACCESS_TOKEN = Verdict("credentials", hints.ACCESS_TOKEN)
CREDENTIALS = Verdict("credentials", hints.CREDENTIALS)
USER = Verdict("credentials", hints.USER)
USER_NAME = Verdict("invalid_request", hints.USER_NAME)
APP_PERMISSION = Verdict("app_permission", hints.APP_PERMISSION)
TENANT = Verdict("app_permission", hints.TENANT)
USER_PERMISSION = Verdict("user_permission", hints.USER_PERMISSION)
WRONG_ADDRESS = Verdict("not_found", hints.ADDRESS)
NO_PLAN = Verdict("not_found", hints.PLAN)
NO_INSTANCE = Verdict("not_found", hints.INSTANCE)
SCRIPT_VERSION = Verdict("invalid_request", hints.SCRIPT_VERSION)
ROLLING = Verdict("invalid_request", hints.ROLLING)
TARGETS = Verdict("targets", hints.TARGETS)
FOREIGN_TARGETS = Verdict("targets", hints.FOREIGN_TARGETS)
DYNAMIC_GROUP = Verdict("targets", hints.DYNAMIC_GROUP)
TOO_MANY = Verdict("targets", hints.TOO_MANY)
UNSUPPORTED = Verdict("invalid_request", hints.UNSUPPORTED)
INVALID = Verdict("invalid_request", hints.INVALID)
MANGLED = Verdict("invalid_request", hints.MANGLED)
TOO_LARGE = Verdict("invalid_request", hints.TOO_LARGE)
THROTTLED = Verdict("throttled", hints.THROTTLED, transient=True)
UNAVAILABLE = Verdict("unavailable", hints.SERVER, unclear=True, transient=True)
PLATFORM = Verdict("unavailable", hints.PLATFORM, unclear=True)
GATEWAY = Verdict("unavailable", hints.GATEWAY, unclear=True)
NOT_REACHED = Verdict("unavailable", hints.NOT_REACHED, transient=True)
UNKNOWN_ANSWER = Verdict("protocol", hints.UNKNOWN_ANSWER, unclear=True)
STRANGER = Verdict("protocol", hints.NO_ANSWER_OF_THE_API, unclear=True)
GARBLED = STRANGER._replace(transient=True)
REDIRECT = Verdict("protocol", hints.REDIRECT)

CODES: dict[int, Verdict] = {
    # Job (§10.1)
    9900403: USER_PERMISSION,
    1238001: USER_PERMISSION,
    1238002: USER_PERMISSION,
    1240001: UNAVAILABLE,
    1240002: UNAVAILABLE,
    1240003: INVALID,
    1240005: PLATFORM,
    1250001: UNAVAILABLE,
    1250002: UNAVAILABLE,
    1252001: UNAVAILABLE,
    1255001: UNAVAILABLE,
    1210001: UNAVAILABLE,
    1210002: UNAVAILABLE,
    1211001: UNAVAILABLE,
    1211002: UNAVAILABLE,
    1211003: DYNAMIC_GROUP,
    1211004: DYNAMIC_GROUP,
    1215001: PLATFORM,
    1215002: Verdict("user_permission", hints.FROZEN_USER),
    **dict.fromkeys(range(1241001, 1241025), INVALID),
    1241003: Verdict("invalid_request", hints.STATE),
    1241008: Verdict("invalid_request", hints.BUSINESS),
    1241011: UNSUPPORTED,
    1241013: UNSUPPORTED,
    1241015: Verdict("invalid_request", hints.STARTED),
    1243009: NO_PLAN,
    1243026: Verdict("not_found", hints.TEMPLATE),
    1243047: Verdict("not_found", hints.SCRIPT_VERSION),
    1243049: Verdict("not_found", hints.BUSINESS),
    1243052: FOREIGN_TARGETS,
    1243053: FOREIGN_TARGETS,
    1244001: TARGETS,
    1244002: FOREIGN_TARGETS,
    1244003: Verdict("not_found", hints.ACCOUNT),
    1244004: Verdict("user_permission", hints.ACCOUNT_PERMISSION),
    # Job 3.3 flattens every failure of a launch into this one, also those after it was saved (§7.1).
    1244005: Verdict("unavailable", hints.ANY_REASON, unclear=True),
    1244006: NO_INSTANCE,
    1244007: NO_INSTANCE,
    1244008: Verdict("invalid_request", hints.PLAN_VARIABLE),
    1244009: TARGETS,
    1244011: Verdict("invalid_request", hints.PLAN_STEPS),
    1244012: NO_PLAN,
    1244014: SCRIPT_VERSION,
    # Whether it was this request that stops it, the catalogue does not say.
    1244015: Verdict("invalid_request", hints.STOPPING, unclear=True),
    1244016: Verdict("user_permission", hints.CONFIRMER),
    1244017: TARGETS,
    1244018: SCRIPT_VERSION,
    1244019: Verdict("invalid_request", hints.DANGEROUS_SCRIPT),
    1244021: TOO_MANY,
    1244022: TOO_MANY,
    1244025: Verdict("unavailable", hints.ABANDONED, unclear=True),
    1244026: ROLLING,
    1244027: ROLLING,
    1244028: TARGETS,
    1244029: Verdict("targets", hints.SOURCES),
    1244030: FOREIGN_TARGETS,
    1244032: Verdict("throttled", hints.BUSINESS_QUOTA, transient=True),
    1244033: Verdict("throttled", hints.APP_QUOTA, transient=True),
    1244034: Verdict("throttled", hints.SYSTEM_QUOTA, transient=True),
    1246001: UNAVAILABLE,
    1247001: USER,
    1247002: USER,
    1247403: APP_PERMISSION,
    1247404: APP_CREDENTIALS,
    # ESB (observed A4–A8); 1306000 and 1306201 mean many things and are told apart by their texts below
    1306202: UNAVAILABLE,
    1306203: UNAVAILABLE,
    1306206: Verdict("unavailable", hints.GATEWAY),
    1306207: GATEWAY,
    1306208: UNAVAILABLE,
    1306209: GATEWAY,
    1306401: USER,
    1306402: USER,
    1306403: APP_PERMISSION,
    1306404: WRONG_ADDRESS,
    1306405: Verdict("not_found", hints.CHANNEL),
    1306406: MANGLED,
    1306407: GATEWAY,
    1306408: CREDENTIALS,
    1306429: THROTTLED,
    # API gateway (§2.2, §3.4); an ESB of BlueKing 7 answers with these as well (§2.1)
    1640004: CREDENTIALS,
    1640100: CREDENTIALS,
    1640101: APP_CREDENTIALS,
    1640102: USER,
    1640301: APP_PERMISSION,
    1640302: TENANT,
    1640303: Verdict("user_permission", hints.USER_REFUSED),
    1640304: TENANT,
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
    1650801: GATEWAY,
}

# Nothing is sent without credentials, so an ESB that misses them has not read the header (contract §2.1).
HEADER_IGNORED = (
    "APP Code [bk_app_code] cannot be empty",
    "Signature [bk_signature] and APP Secret [bk_app_secret] cannot be empty at the same time",
)

# Codes with many meanings: the first row whose text occurs in the message decides. The texts are English always
# (observed A4, "Language"), typing errors included.
TEXTS: dict[int, tuple[tuple[str, Verdict], ...]] = {
    1306000: (
        *((text, Verdict("credentials", hints.HEADER_IGNORED)) for text in HEADER_IGNORED),
        ("APP Secret verification failed", APP_CREDENTIALS),
        ("Invalid APP Code", APP_UNKNOWN),
        ("please provide a valid user identity", ESB_USER),
        ("please check if the bk_token is valid", USER_TOKEN),
        ("The specified user TOKEN", ACCESS_TOKEN),
        ("verify access_token failed", ACCESS_TOKEN),
        ("the access_token is the application type", ACCESS_TOKEN),
        ("Request JSON string is wrong in format", MANGLED),
        ("Component error", UNAVAILABLE),
    ),
    1306201: (
        ("third-party system [BK_LOGIN]", NOT_REACHED),
        ("third-party system [BK_SSM]", NOT_REACHED),
        ("Failed to establish a new connection", NOT_REACHED),
        ("Could not find the TLS certificate file", Verdict("unavailable", hints.GATEWAY)),
        ("codec can't encode", USER_NAME),
        ("Value for header", USER_NAME),
        ("Status Code: 4", Verdict("unavailable", hints.LOST_REASON, unclear=True)),
        ("", UNAVAILABLE),
    ),
    1640001: (
        ("app code cannot be", APP_CREDENTIALS),
        ("app secret cannot be", APP_CREDENTIALS),
        ("bk_app_secret", APP_CREDENTIALS),
        ("app not found", APP_UNKNOWN),
        ("the user indicated by bk_username is not verified", APIGW_USER),
        ("please provide a valid user identity", APIGW_USER),
        ("bk_token", USER_TOKEN),
        ("access_token", ACCESS_TOKEN),
        ("X-Bkapi-Authorization", Verdict("credentials", hints.MANGLED)),
        ("", INVALID),
    ),
}

# An answer without a code comes from a web server or a gateway in front of Job. Job itself never redirects (§3.2), and
# neither does a gateway hand on a redirect (observed A7), so one proves that Job was not reached.
STATUSES: dict[int, Verdict] = {
    400: TOO_LARGE,
    401: Verdict("credentials", hints.UNAUTHORISED),
    404: WRONG_ADDRESS,
    407: Verdict("unavailable", hints.PROXY),
    413: TOO_LARGE,
    414: TOO_LARGE,
    429: THROTTLED,
    **dict.fromkeys((301, 302, 303, 307, 308), REDIRECT),
    **dict.fromkeys((500, 502, 503, 504), UNAVAILABLE),
}


def judge(code: int | None, message: str, status: int) -> Verdict:
    """The verdict on a failed answer, from its code; from its HTTP status only where there is no code."""
    if code is None:
        return STATUSES.get(status, GARBLED if 200 <= status < 300 else STRANGER)
    for text, verdict in TEXTS.get(code, ()):
        if text in message:
            return verdict
    return CODES.get(code, UNAVAILABLE if status >= 500 else UNKNOWN_ANSWER)
