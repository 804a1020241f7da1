# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which gateway answers at the URL: a request without credentials shows it, whatever the certificate is."""

from __future__ import annotations

import typing as t

from .._api.call import SMALL, Call, Credentials
from .._api.codes import gateway_of
from .._api.v3 import V3
from .._model.errors import JobError
from .._model.language import Phrase, say
from ..bk_job_execute import Client
from . import advice
from .report import NOT_CHECKED, OK, Check

if t.TYPE_CHECKING:
    from .._api.call import Gateway
    from .site import Site

NAMES = {"esb": Phrase("what answers at url is an ESB"), "apigw": Phrase("what answers at url is an API gateway")}
OTHER = {"esb": "apigw", "apigw": "esb"}
HINTS = {"esb": advice.IS_ESB, "apigw": advice.IS_APIGW}


def check_gateway(site: Site, gateway: Gateway) -> tuple[str | None, Check]:
    """The kind of gateway that answers, None if none does, and the check."""
    said = gateway.kind
    found, error = _answering(site, gateway, said)
    if found is None and (error is None or error.kind not in ("unavailable", "throttled")):
        found = _answering(site, gateway, OTHER[said])[0]
    if found == said:
        return found, Check("gateway", OK, say(NAMES[said]))
    if found:
        return found, site.failed("gateway", say(NAMES[found]), say(HINTS[found]))
    if error and error.kind == "unavailable" and error.code is None and not site.is_reachable:
        return None, Check("gateway", NOT_CHECKED, say("the checks of the network say why it can't be reached"))
    if error is None:
        error = JobError(say("the response is not that of a gateway"), kind="protocol")
    return None, site.of_error("gateway", error, advice.OPERATOR)


def _answering(site: Site, gateway: Gateway, kind: str) -> tuple[str | None, JobError | None]:
    """Which kind answers a request for one, and how it refuses it."""
    apis = V3 if kind == "apigw" else site.task.job.apis
    # Nothing secret is sent, so the certificate does not matter; it has a check of its own.
    nameless = gateway._replace(kind=kind, credentials_in="header", verify=False)
    with Client(nameless, Credentials(), secrets=site.task.secrets, sleep=site.task.clock.sleep) as client:
        try:
            client.call(Call(apis.system, apis.plans.name, {}, limit=SMALL), site.retries)
        except JobError as error:
            return gateway_of(error.code, error.message, kind), error
        finally:
            site.skew = client.skew or site.skew
    return kind, None
