# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of error responses of the gateways and of Job: the kind, whether the request took effect, what helps.

Sources: contract §2, §3.4, §10 and ESB A4, A6, A7, C5. A response that is in no table is unclear: only a documented
refusal proves that nothing was started.
"""

from __future__ import annotations

import typing as t

from . import hints

if t.TYPE_CHECKING:
    from .._model.language import Phrase


class Verdict(t.NamedTuple):
    """The meaning of an error response.

    ``kind`` is the error's kind (see ``_model/errors``); ``hint``, what a person can do; ``unclear``, whether the
    request may have taken effect nevertheless; ``transient``, whether a retry may help.
    """

    kind: str
    hint: Phrase
    unclear: bool = False
    transient: bool = False


# Codes that decide how a task goes on.
ESB_ERROR = 1306000
HOST_GONE = TOO_FAR = 1241010  # a host that is no longer in CMDB (§6.6); a page beyond what is counted (§6.8)
OPERATION_UNKNOWN = 1241002  # Job before 3.10, for an operation that it does not have
OPERATION_REFUSED = 1241003  # the state of the instance does not allow the operation (§6.9)
ALREADY_STARTED = 1241015
INTERNAL_ERROR = 1240002
# Job reads a rolling strategy after it has saved the instance, which then stays pending (quick jobs Q0).
REFUSED_AFTER_SAVING = (1244026, 1244027)
PLAN_MISSING = (1243009, 1244012)
BUSINESS_MISSING = 1243049
ID_REFUSED = 1240003  # Job since 3.11, for the id 0 of an instance; before, 1241007 (§6.6)
ID_MISSING = 1241007
NO_COMPONENT = "The content does not exist"  # the ESB's 404, which has no code (§1.2)
GATEWAY_CODES = {"esb": (130,), "apigw": (164, 165)}  # without their last four digits
API_MISSING = (None, 1306404, 1640401)  # a bare 404, the ESB's code, the API gateway's (§11)

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
MALFORMED = Verdict("invalid_request", hints.MALFORMED)
TOO_LARGE = Verdict("invalid_request", hints.TOO_LARGE)
THROTTLED = Verdict("throttled", hints.THROTTLED, transient=True)
UNAVAILABLE = Verdict("unavailable", hints.SERVER, unclear=True, transient=True)
PLATFORM = Verdict("unavailable", hints.PLATFORM, unclear=True)
GATEWAY = Verdict("unavailable", hints.GATEWAY, unclear=True)
NOT_REACHED = Verdict("unavailable", hints.NOT_REACHED, transient=True)
UNKNOWN_RESPONSE = Verdict("protocol", hints.UNKNOWN_RESPONSE, unclear=True)
NOT_THE_API = Verdict("protocol", hints.NOT_THE_API, unclear=True, transient=True)
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
    1243001: Verdict("not_found", hints.LIBRARY_SCRIPT),
    1243004: Verdict("not_found", hints.LIBRARY_SCRIPT),
    1243009: NO_PLAN,
    1243026: Verdict("not_found", hints.TEMPLATE),
    1243047: Verdict("not_found", hints.SCRIPT_VERSION),
    1243002: Verdict("invalid_request", hints.NAME_IN_USE),
    1243036: Verdict("invalid_request", hints.LABEL_IN_USE),
    1243054: Verdict("invalid_request", hints.IN_USE),
    1245001: Verdict("not_found", hints.CRON),
    1245004: Verdict("invalid_request", hints.NAME_IN_USE),
    1245006: Verdict("invalid_request", hints.CRON_TIME),
    1245007: Verdict("unavailable", hints.SERVER, unclear=True, transient=True),
    1245008: Verdict("unavailable", hints.SERVER, unclear=True, transient=True),
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
    # The list of codes does not say whether this request stops the instance.
    1244015: Verdict("invalid_request", hints.STOPPING, unclear=True),
    1244016: Verdict("user_permission", hints.CONFIRMER),
    1244017: TARGETS,
    1244018: SCRIPT_VERSION,
    1244019: Verdict("invalid_request", hints.DANGEROUS_SCRIPT),
    1244021: TOO_MANY,
    1244022: TOO_MANY,
    1244023: Verdict("unavailable", hints.UPLOAD_GONE),
    1244025: Verdict("unavailable", hints.ABANDONED, unclear=True),
    1244026: ROLLING,
    1244027: ROLLING,
    1244028: TARGETS,
    1244029: Verdict("targets", hints.SOURCES),
    1244030: FOREIGN_TARGETS,
    1244032: Verdict("throttled", hints.BUSINESS_QUOTA, transient=True),
    1244033: Verdict("throttled", hints.APP_QUOTA, transient=True),
    1244034: Verdict("throttled", hints.SYSTEM_QUOTA, transient=True),
    1244035: ROLLING,
    1244037: Verdict("unavailable", hints.FILE_AGENT),
    1246001: UNAVAILABLE,
    1247001: USER,
    1247002: USER,
    1247403: APP_PERMISSION,
    1247404: APP_CREDENTIALS,
    # CMDB (quick jobs Q5), which is only read
    **dict.fromkeys((1199000, 1199006, 1199009, 1199010, 1199011, 1199035, 1199059, 1110044), INVALID),
    1199019: DYNAMIC_GROUP,
    **dict.fromkeys((1199002, 1199017, 1199036, 1199046, 1110001), UNAVAILABLE),
    # ESB (ESB A4–A8); 1306000 and 1306201 have many meanings, which the texts below distinguish
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
    1306406: MALFORMED,
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

# Nothing is sent without credentials, so an ESB that misses them did not read the header (contract §2.1).
HEADER_IGNORED = (
    "APP Code [bk_app_code] cannot be empty",
    "Signature [bk_signature] and APP Secret [bk_app_secret] cannot be empty at the same time",
)

# Codes with many meanings: the first row whose text occurs in the message decides. The texts are always English
# (ESB A4, "Language"), including their spelling errors.
TEXTS: dict[int, tuple[tuple[str, Verdict], ...]] = {
    ESB_ERROR: (
        *((text, Verdict("credentials", hints.HEADER_IGNORED)) for text in HEADER_IGNORED),
        ("APP Secret verification failed", APP_CREDENTIALS),
        ("Invalid APP Code", APP_UNKNOWN),
        ("please provide a valid user identity", ESB_USER),
        ("please check if the bk_token is valid", USER_TOKEN),
        ("The specified user TOKEN", ACCESS_TOKEN),
        ("verify access_token failed", ACCESS_TOKEN),
        ("the access_token is the application type", ACCESS_TOKEN),
        ("Request JSON string is wrong in format", MALFORMED),
        ("Component error", UNAVAILABLE),
    ),
    1306201: (
        ("third-party system [BK_LOGIN]", NOT_REACHED),
        ("third-party system [BK_SSM]", NOT_REACHED),
        ("Failed to establish a new connection", NOT_REACHED),
        ("Could not find the TLS certificate file", Verdict("unavailable", hints.GATEWAY)),
        ("codec can't encode", USER_NAME),
        ("Invalid return character or leading space in header", USER_NAME),
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
        ("X-Bkapi-Authorization", Verdict("credentials", hints.MALFORMED)),
        ("", INVALID),
    ),
}

# A response without a code comes from a web server or gateway in front of Job. Job itself never redirects (§3.2), and
# gateways do not pass redirects on (ESB A7), so one proves that Job was not reached.
STATUSES: dict[int, Verdict] = {
    400: TOO_LARGE,
    401: Verdict("credentials", hints.UNAUTHORIZED, transient=True),
    404: WRONG_ADDRESS,
    407: Verdict("unavailable", hints.PROXY),
    413: TOO_LARGE,
    414: TOO_LARGE,
    429: THROTTLED,
    **dict.fromkeys((301, 302, 303, 307, 308), REDIRECT),
    **dict.fromkeys((500, 502, 503, 504), UNAVAILABLE),
}


def judge(code: int | None, message: str, status: int) -> Verdict:
    """The meaning of an error response, by its code; by its HTTP status only where there is no code."""
    if code is None:
        return STATUSES.get(status, NOT_THE_API)
    for text, verdict in TEXTS.get(code, ()):
        if text in message:
            return verdict
    return CODES.get(code, UNAVAILABLE if status >= 500 else UNKNOWN_RESPONSE)


def is_about_user(code: int | None, message: str) -> bool:
    """Whether an error of the kind ``credentials`` is about the user: gateways check the application before."""
    return judge(code, message, 0) in (ESB_USER, APIGW_USER, USER_TOKEN, ACCESS_TOKEN, USER)


def gateway_of(code: int | None, message: str, called_as: str) -> str | None:
    """The kind of gateway that an error response comes from, if it shows one (contract §1.2, §2.1, §3.4).

    ``called_as`` is the kind whose path was called. The ESB of BlueKing 7 has the codes of the API gateway, except that
    it does have the path.
    """
    if code is None:
        return "esb" if message == NO_COMPONENT else None
    if code // 10000 in GATEWAY_CODES["esb"]:
        return "esb"
    if code // 10000 in GATEWAY_CODES["apigw"]:
        return "apigw" if called_as == "apigw" or code == 1640401 else "esb"
    return called_as if is_of_job(code) else None


def is_of_job(code: int | None) -> bool:
    """Whether a code is Job's own, so that the gateway has let the request through."""
    return code is not None and (code == 9900403 or 1210000 <= code < 1300000)
