# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The self-check of a site: options, network, gateway, credentials, and a read of each kind."""

from __future__ import annotations

import re
import typing as t

from .._api import hints
from .._api.job import Job
from .._model.language import say
from .._options.connection import CMDB_OPTIONS
from .._options.spec import Options
from .._quick.run import quick_apis
from .._task.runner import apis_of
from .._task.versions import versions
from ..bk_job_execute import Client
from . import advice
from .cmdb import cmdb_checks
from .gateway import check_gateway
from .network import CHECKS as NETWORK
from .network import check_network, not_checked
from .options import read_options, remarks
from .privacy import Privacy
from .reads import Reads, plan_check
from .report import FAILED, NOT_CHECKED, OK, WARNING, Check
from .version import version_check
from .writes import untried

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.call import Gateway
    from .._api.shapes import Version
    from .._model.errors import JobError
    from .._model.language import Phrase
    from .._task.task import Task
    from .options import ConnectionOptions
    from .report import SiteReport

OPTIONS = CMDB_OPTIONS + Options(
    {
        # Here too, since that it is missing is something to report.
        "url": {"type": "str", "required": False, "env": "BK_JOB_URL"},
        "job_plan_id": {"type": "int", "aliases": ["bk_job_id", "plan_id"]},
        "full": {"type": "bool", "default": False},
    }
)
MOST_RETRIES = 1  # of a read: a check may give up earlier than a launch
LONGEST_WAIT = 35  # seconds for a response: after 30 the gateway itself gives up
# What is not checked where no request can be made, beside the APIs.
DEPENDENT = ("application", "user", "business", "apis", "job_version", "cmdb")
OLDEST_REQUESTS = (2, 25, 1)
SKEW = 60  # seconds that the clocks may differ


class Site:
    """What the checks share: the task, what they found out, what may be shown, and how rows are made.

    ``kind`` and ``api_version`` are those that work, if the options are wrong; ``is_reachable`` says that no check of
    the network failed; ``skew`` is how far the clock of the server is ahead, 0 if it is not known.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.privacy = Privacy(task.params)
        self.retries = min(task.params["retries"], MOST_RETRIES)
        self.kind: str = task.params["gateway"]
        self.api_version: str = task.params["api_version"]
        self.skew = 0.0
        self.is_reachable = True
        self.missing: list[str] = []
        self.sends_in = "header"

    @property
    def apis(self) -> Version:
        """The APIs of the version that works."""
        return apis_of(self.api_version)

    def failed(
        self, name: str, found: str, hint: str | None, ask: Phrase = advice.OPERATOR, apis: tuple[str, ...] = ()
    ) -> Check:
        """A check that failed."""
        return self._row(FAILED, name, found, hint, ask, apis)

    def warning(
        self, name: str, found: str, hint: str | None, ask: Phrase = advice.OPERATOR, apis: tuple[str, ...] = ()
    ) -> Check:
        """A check whose finding does not prevent anything."""
        return self._row(WARNING, name, found, hint, ask, apis)

    def of_error(self, name: str, error: JobError, ask: Phrase, apis: tuple[str, ...] = ()) -> Check:
        """A check that failed with an error of the gateway or Job."""
        return self.failed(name, self.text_of(error), error.hint or say(hints.UNKNOWN_RESPONSE), ask, apis)

    def text_of(self, error: JobError) -> str:
        """An error without the message of a server, which may name users and hosts, unless it may be shown."""
        numbers = {
            "code": error.code,
            "request_id": self.privacy.id_of(error.request_id),
            "job_request_id": self.privacy.id_of(error.job_request_id),
        }
        text = ", ".join([error.kind, *(f"{name} {value}" for name, value in numbers.items() if value is not None)])
        if error.code is None:
            reason = error.message if self.privacy.full else error.plain or error.message
            return say("{problem}: {reason}", problem=text, reason=reason)
        return self.privacy.with_details(text, error.message)

    def _row(self, status: str, name: str, found: str, hint: str | None, ask: Phrase, apis: tuple[str, ...]) -> Check:
        return Check(name, status, self.privacy.hide(found), hint, say(ask), apis)


def check_site(task: Task, report: SiteReport) -> None:
    """Make all checks; those that can't be made say why."""
    site = Site(task)
    options = read_options(task.params, task.environ)
    options = options._replace(gateway=_hurried(options.gateway), reachable=_hurried(options.reachable))
    report.add(_software(site), *_options(site, options))
    facts = {**versions(), "gateway": site.kind, "api_version": site.api_version}
    if options.reachable is None:
        report.add(*not_checked((*NETWORK, "gateway", *DEPENDENT), say("url is missing or invalid")))
    else:
        network = list(check_network(site, options.reachable))
        site.is_reachable = all(check.status != FAILED for check in network)
        report.add(*network)
        kind, check = check_gateway(site, options.reachable)
        report.add(check)
        _check_api(site, report, options, kind)
        report.add(_clock(site))
    report.add(*untried(site.apis, quick_apis(site.api_version), site.api_version))
    report.misses(site.missing)
    report.finish({**facts, "credentials": _credentials(site), "credentials_in": site.sends_in})


def _hurried(gateway: Gateway | None) -> Gateway | None:
    """The gateway, with less time for a response."""
    return gateway and gateway._replace(timeout=min(gateway.timeout, LONGEST_WAIT))


def _check_api(site: Site, report: SiteReport, options: ConnectionOptions, kind: str | None) -> None:
    """Check what needs credentials."""
    gateway, credentials = options.gateway, options.credentials
    reason = "" if kind else say("no gateway answers at url")
    if gateway is None or credentials is None:
        reason = say("the options are incomplete or invalid")
    if reason or gateway is None or credentials is None or kind is None:
        report.add(*not_checked(DEPENDENT, reason))
        return
    if kind != gateway.kind:
        # What is wrong behind the right gateway is worth knowing too.
        site.kind, site.api_version = kind, "v3"
        in_header = "header" if kind == "apigw" else gateway.credentials_in
        gateway = gateway._replace(kind=kind, credentials_in=in_header)
    task = site.task
    with Client(
        gateway, credentials, secrets=task.secrets, check_mode=task.check_mode, sleep=task.clock.sleep
    ) as client:
        job = Job(lambda: client, site.apis, options.scope, task.secrets)
        reads = Reads(site, job, has_business=options.scope is not None)
        site.sends_in = client.sends_in
        site.skew = client.skew or site.skew
        report.add(*reads.checks(), *plan_check(site, reads), version_check(site, job, reads))
    if reads.accepted:
        report.add(*cmdb_checks(site, credentials, options.scope, gateway.timeout))
    else:
        report.add(Check("cmdb", NOT_CHECKED, say("no API has answered")))


def _software(site: Site) -> Check:
    """Whether this machine has what the collection needs."""
    parts = versions()
    text = ", ".join(f"{name} {version}" for name, version in parts.items())
    numbers = tuple(int(part) for part in re.findall(r"\d+", parts["requests"])[:3])
    if numbers and numbers < OLDEST_REQUESTS:
        needed = ".".join(map(str, OLDEST_REQUESTS))
        found = say("{found}; requests must be {version} or later", found=text, version=needed)
        return site.warning("software", found, say(advice.UPGRADE))
    return Check("software", OK, text)


def _options(site: Site, options: ConnectionOptions) -> Iterator[Check]:
    for problem in options.problems:
        yield site.failed("options", problem, say(advice.OPTIONS))
    for remark in remarks(site.task.params):
        yield site.warning("options", remark, say(advice.OPTIONS))
    if not options.problems:
        yield Check("options", OK, say("the options of the connection are complete"))


def _credentials(site: Site) -> str:
    names = ("access_token", "bk_app_code", "bk_token", "bk_username")
    given = [name for name in names if site.task.params[name]]
    return ", ".join(given[:1] if given[:1] == ["access_token"] else given)


def _clock(site: Site) -> Check:
    """The clock of the server, by the date of its last response, which has whole seconds."""
    if site.skew == 0.0:  # a measured one never is
        return Check("clock", NOT_CHECKED, say("no response had a date"))
    seconds = abs(round(site.skew))
    if site.skew < 0:
        text = say("the clock of the server is {seconds} s behind", seconds=seconds)
    else:
        text = say("the clock of the server is {seconds} s ahead", seconds=seconds)
    if abs(site.skew) > SKEW:
        return site.warning("clock", text, say(advice.CLOCK), advice.PLATFORM)
    return Check("clock", OK, text)
