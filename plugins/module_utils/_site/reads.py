# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A read of each kind: whether the application may call the API, and whether the user may read what it returns."""

from __future__ import annotations

import re
import typing as t

from .._api.codes import API_MISSING, BUSINESS_MISSING, PLAN_MISSING, is_about_user, is_of_job
from .._api.library_v3 import library
from .._api.quick_v3 import QUICK
from .._api.schedules_v3 import SCHEDULE, SCHEDULES
from .._model.errors import InputError, JobError
from .._model.instance import LONGEST_WINDOW, HostKey, Query
from .._model.language import Phrase, say
from .._model.plan import HOST
from .._report.sentences import required
from . import advice
from .report import NOT_CHECKED, OK, Check

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.job import Job
    from .._api.shapes import Api
    from .._model.instance import Instance
    from .site import Site

AHEAD = 86400  # seconds that Job's clock may be ahead
SOME = 1  # an id for calls that only show whether the application may make them
PLANS, INSTANCES = Phrase("launching plans"), Phrase("waiting for jobs")
QUICK_JOBS, LIBRARY, CRONS = Phrase("quick jobs"), Phrase("scripts of the library"), Phrase("schedules")
REFUSED = Phrase("the gateway does not accept the credentials")
UNREACHABLE = Phrase("the checks of the network say why no request can be sent")
USERS = ("access_token", "bk_token", "bk_username")  # the options that say who acts, the first one that is set
ACTION = re.compile(r"[a-z_]{1,60}")  # an action of IAM; anything else may name something


class Read(t.NamedTuple):
    """A call that was made, or was not, with the reason in ``skipped``.

    ``use`` is what needs the API; ``real``, whether it was for something that exists.
    """

    api: str
    use: Phrase
    real: bool = True
    value: t.Any = None
    error: JobError | None = None
    skipped: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the gateway has accepted application and user."""
        error = self.error
        return self.skipped is None and (error is None or error.kind == "app_permission" or is_of_job(error.code))

    @property
    def permissions(self) -> list[str]:
        """The permissions of IAM that the user lacks."""
        return actions_of(self.error) if self.error else []

    @property
    def lacks_business(self) -> bool:
        """Whether it was refused because of the business itself."""
        return "access_business" in self.permissions or bool(self.error and self.error.code == BUSINESS_MISSING)


class Reads:
    """All reads, made once; the rest are checks of what they returned."""

    def __init__(self, site: Site, job: Job, *, has_business: bool) -> None:
        self._site = site
        self._job = job
        self._has_business = has_business
        self.made: list[Read] = []
        self.plan: Read = self._plans()
        self.instance: Read = self._instances()
        self._features()

    @property
    def accepted(self) -> bool:
        """Whether the gateway has accepted application and user."""
        return any(read.passed for read in self.made)

    def checks(self) -> Iterator[Check]:
        """The checks of application, user and business, and of each API."""
        yield self._application()
        yield self._user()
        yield self._business()
        for read in self.made:
            yield self._check(read)

    def _plans(self) -> Read:
        apis = self._job.apis
        listed = self._read(PLANS, apis.plans, None, None, 0, 1)
        first = listed.value.rows[0].id if listed.value and listed.value.rows else None
        plan_id = self._site.task.params["job_plan_id"] or first
        return self._read(PLANS, apis.plan, plan_id or SOME, real=bool(plan_id))

    def _instances(self) -> Read:
        apis = self._job.apis
        end = self._site.task.clock.date() + AHEAD
        query = Query(round((end - LONGEST_WINDOW) * 1000), round(end * 1000))
        listed = self._read(INSTANCES, apis.history, query, 0, 1)
        id_ = listed.value.rows[0].id if listed.value and listed.value.rows else None
        status = self._read(INSTANCES, apis.instance, id_ or SOME, True, real=bool(id_))
        self._logs(status.value if id_ else None)
        self._read(INSTANCES, apis.output, id_ or SOME, real=bool(id_))
        return status

    def _logs(self, instance: Instance | None) -> None:
        steps = instance.steps if instance else ()
        found = [(step.id, host.key) for step in steps for host in step.hosts or ()]
        step_id, host = found[0] if found else (SOME, HostKey(SOME, 0, "127.0.0.1"))
        id_ = instance.id if instance else SOME
        for batch in self._job.apis.logs(id_, {step_id: [host]}, lambda: 1):
            self._read(INSTANCES, batch.api, *batch.args, real=bool(found))

    def _features(self) -> None:
        self._read(QUICK_JOBS, QUICK.accounts, 0, 1)
        apis = library(public=False)
        if self._site.api_version == "v2":
            for use, api in ((LIBRARY, apis.scripts), (LIBRARY, apis.versions), (CRONS, SCHEDULES), (CRONS, SCHEDULE)):
                self.made.append(Read(api.name, use, skipped=say("{use} need api_version v3", use=say(use))))
            return
        if QUICK.check_script:
            self._read(QUICK_JOBS, QUICK.check_script, SOME, "true\n")
        scripts = self._read(LIBRARY, apis.scripts, None, 0, 1)
        script = scripts.value.rows[0].id if scripts.value and scripts.value.rows else None
        self._read(LIBRARY, apis.versions, script or "0" * 32, False, 0, 1, real=bool(script))
        crons = self._read(CRONS, SCHEDULES, None, 0, 1)
        cron = crons.value.rows[0].id if crons.value and crons.value.rows else None
        self._read(CRONS, SCHEDULE, cron or SOME, real=bool(cron))

    def _read(self, use: Phrase, api: Api[t.Any], *args: t.Any, real: bool = True) -> Read:
        """Make a call, unless an earlier one has shown that it can't be made."""
        read = Read(api.name, use, real, skipped=self._obstacle())
        if not read.skipped:
            try:
                # Where one was not available, another one is not tried for long.
                last = self.made[-1].error if self.made else None
                waits = self._has_business and not (last and last.kind == "unavailable")
                retries = self._site.retries if waits else 0
                read = read._replace(value=self._job.call(api, *args, retries=retries))
            except JobError as error:
                read = read._replace(error=error)
        self.made.append(read)
        return read

    def _obstacle(self) -> str | None:
        """Why no further call can succeed, if that is so."""
        last = [read for read in self.made if not isinstance(read.error, InputError)][-2:]
        # Job itself answers with such an error where a request names no business (contract §4.1).
        kinds = [read.error.kind for read in last if read.error and not is_of_job(read.error.code)]
        if last and last[-1].skipped:
            return last[-1].skipped
        if kinds[-1:] == ["credentials"]:
            return say(REFUSED)
        if kinds == ["unavailable"] * 2:
            return say("two APIs in a row were not available")
        if last and last[-1].error and self._is_unreachable(last[-1].error):
            return say(UNREACHABLE)
        return None

    def _is_unreachable(self, error: JobError) -> bool:
        """Whether an error only repeats a check of the network."""
        return not self._site.is_reachable and error.code is None and error.kind == "unavailable"

    def _application(self) -> Check:
        refused = self._refused(about_user=False)
        if refused:
            return self._site.of_error("application", refused, advice.APP_OWNER)
        if not self._refused(about_user=True) and not self.accepted:
            return self._unknown("application")
        if self._site.sends_in == "header":
            return Check(
                "application", OK, say("the gateway accepts the application; it reads credentials in the header")
            )
        found = say("the gateway accepts the application; credentials are sent in the body, where old ESBs read them")
        return Check("application", OK, found)

    def _user(self) -> Check:
        option = next(name for name in USERS if self._site.task.params[name])
        refused = self._refused(about_user=True)
        if refused:
            # A token is the operator's own; only administrators can let the application name a user.
            return self._site.of_error("user", refused, advice.PLATFORM if option == USERS[-1] else advice.OPERATOR)
        if self.accepted:
            return Check("user", OK, say("the gateway accepts the user, who is given by {option}", option=option))
        if self._refused(about_user=False):
            return Check("user", NOT_CHECKED, say("the gateway checks the application first"))
        return self._unknown("user")

    def _business(self) -> Check:
        """The business, which Job checks before anything else."""
        if not self._has_business:
            return Check("business", NOT_CHECKED, say("the options give none"))
        refused = next((read for read in self.made if read.lacks_business), None)
        if refused and refused.error:
            if refused.error.code == BUSINESS_MISSING:
                return self._site.of_error("business", refused.error, advice.OPERATOR)
            self._site.missing += refused.permissions
            found = say("the user lacks the permission {names}", names=", ".join(refused.permissions))
            found = self._with_permissions(found, refused)
            return self._site.failed("business", found, say(advice.ACCESS_BUSINESS), advice.IAM_MANAGER)
        if any(read.passed and (read.error is None or is_of_job(read.error.code)) for read in self.made):
            return Check("business", OK, say("the business exists, and the user may access it"))
        return self._unknown("business")

    def _refused(self, *, about_user: bool) -> JobError | None:
        errors = [read.error for read in self.made if read.error and read.error.kind == "credentials"]
        return next((error for error in errors if is_about_user(error.code, error.message) == about_user), None)

    def _unknown(self, name: str) -> Check:
        return Check(name, NOT_CHECKED, say("no API has answered"))

    def _check(self, read: Read) -> Check:
        """The check of one API."""
        site, name, apis, error, use = self._site, read.api, (read.api,), read.error, say(read.use)
        reason = self._why_unknown(read)
        if reason:
            return Check(name, NOT_CHECKED, reason, apis=apis)
        if error is None:
            return Check(name, OK, say("allowed (for {use})", use=use), apis=apis)
        if error.kind == "app_permission":
            found = say(
                "the application may not call this API (for {use}): {error}", use=use, error=site.text_of(error)
            )
            return site.failed(name, found, error.hint, advice.GATEWAY_ADMIN, apis)
        if error.kind == "user_permission" and read.permissions:
            site.missing += read.permissions
            found = say(
                "the application may call this API, but the user lacks the permission {names} (for {use})",
                names=", ".join(read.permissions),
                use=use,
            )
            return site.failed(name, self._with_permissions(found, read), error.hint, advice.IAM_MANAGER, apis)
        if error.kind == "not_found" and error.code in API_MISSING and read.api.startswith("batch_"):
            found = say("the API is missing, so logs are read host by host")
            return site.warning(name, found, say(advice.OLD_JOB), advice.PLATFORM, apis)
        if error.kind == "not_found" and error.code in API_MISSING and self.accepted:
            found = say("the API is missing (for {use}): {error}", use=use, error=site.text_of(error))
            return site.failed(name, found, say(advice.OLD_JOB), advice.PLATFORM, apis)
        return site.of_error(name, error, advice.PLATFORM, apis)

    def _why_unknown(self, read: Read) -> str | None:
        """Why a read shows nothing about the API, or only that the application may call it; None if it shows more."""
        error = read.error
        if read.skipped:
            return read.skipped
        if isinstance(error, InputError):
            return error.message
        if error and error.kind == "credentials":
            return say(REFUSED)
        if error and self._is_unreachable(error):
            return say(UNREACHABLE)
        if read.lacks_business or (not self._has_business and error and is_of_job(error.code)):
            return say("the application may call this API; what the user may read depends on the business")
        if not read.real and (error is None or (is_of_job(error.code) and error.kind != "user_permission")):
            return say("the application may call this API; the business has nothing to read with it")
        if error and error.code in PLAN_MISSING:
            return say("the application may call this API; the business does not have the plan")
        return None

    def _with_permissions(self, found: str, read: Read) -> str:
        """What was found, with the names of what the permissions are for, where these may be shown."""
        return self._site.privacy.with_details(found, "; ".join(required((read.error and read.error.permission) or {})))


def actions_of(error: JobError) -> list[str]:
    """The permissions of IAM that an error names."""
    actions = (error.permission or {}).get("actions")
    ids = [action.get("id") for action in actions if isinstance(action, dict)] if isinstance(actions, list) else []
    return [id_ for id_ in ids if isinstance(id_, str) and ACTION.fullmatch(id_)]


def plan_check(site: Site, reads: Reads) -> Iterator[Check]:
    """The plan that the task names, and what a launch of it needs."""
    plan_id = site.task.params["job_plan_id"]
    if not plan_id:
        return
    read = reads.plan
    if read.error and read.error.code in PLAN_MISSING:
        yield site.of_error("plan", read.error, advice.OPERATOR)
        return
    if read.value is None:
        yield Check("plan", NOT_CHECKED, say("it could not be read"))
        return
    variables = read.value.variables or ()
    hosts = [variable for variable in variables if variable.type_code == HOST]
    empty = [variable.name for variable in hosts if not variable.default]
    numbers = {
        "id": plan_id,
        "steps": len(read.value.steps or ()),
        "variables": len(variables),
        "required": sum(variable.required is True for variable in variables),
        "hosts": len(hosts),
        "empty": len(empty),
    }
    found = say(
        "plan {id} has {steps} steps and {variables} variables: {required} required, {hosts} for hosts, {empty} of "
        "these without default hosts",
        **numbers,
    )
    if empty:
        yield site.warning("plan", site.privacy.with_details(found, ", ".join(empty)), say(advice.HOSTS_REQUIRED))
    else:
        yield Check("plan", OK, found)
