# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of Job, as far as its responses show it: it has no API for that (contract §11)."""

from __future__ import annotations

import typing as t

from .._api.codes import API_MISSING, ID_MISSING, ID_REFUSED
from .._api.v3 import ONE_LOG
from .._model.errors import JobError
from .._model.instance import HostKey
from .._model.language import say
from .report import NOT_CHECKED, OK, Check

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.job import Job
    from .reads import Reads
    from .site import Site

NO_ID = (0, 0, HostKey(None, 0, "127.0.0.1"))
Version = t.Tuple[int, int]


def version_check(site: Site, job: Job, reads: Reads) -> Check:
    """The check."""
    if site.api_version == "v2":
        return Check("job_version", NOT_CHECKED, say("responses of API v2 do not show it"))
    least: dict[Version, str] = {}
    below: dict[Version, str] = {}
    for version, is_least, reason in [*_of_reads(site, reads), *_of_an_error(site, job, reads)]:
        (least if is_least else below).setdefault(version, reason)
    if not least and not below:
        return Check("job_version", NOT_CHECKED, say("no response shows it"))
    values = {
        **({"least": _text(max(least)), "shown": least[max(least)]} if least else {}),
        **({"below": _text(min(below)), "by": below[min(below)]} if below else {}),
    }
    if least and below:
        found = say("Job {least} or later ({shown}), before {below} ({by})", **values)
    elif least:
        found = say("Job {least} or later ({shown})", **values)
    else:
        found = say("Job before {below} ({by})", **values)
    return Check("job_version", OK, found)


def _of_reads(site: Site, reads: Reads) -> Iterator[tuple[Version, bool, str]]:
    """A version, whether Job has at least that one or is older, and what shows it."""
    if site.kind == "apigw":
        yield (3, 10), True, say("it is behind an API gateway")
    if reads.plan.value and reads.plan.value.variables:
        has_used = any(variable.used is not None for variable in reads.plan.value.variables)
        yield (3, 6), has_used, _field("used", reads.plan.api, is_returned=has_used)
    hosts = [host for step in (reads.instance.value.steps if reads.instance.value else ()) for host in step.hosts or ()]
    if hosts:
        has_ids = any(host.key.bk_host_id for host in hosts)
        yield (3, 7), has_ids, _field("bk_host_id", reads.instance.api, is_returned=has_ids)
    for read in reads.made:
        if read.api.startswith("batch_") and not read.skipped:
            if read.error is None:
                yield (3, 4), True, read.api
            elif read.error.kind == "not_found" and read.error.code in API_MISSING:
                yield (3, 4), False, say("{api} is missing", api=read.api)


def _of_an_error(site: Site, job: Job, reads: Reads) -> Iterator[tuple[Version, bool, str]]:
    """The error for the id 0, which 3.11 has changed; it reads nothing."""
    if not reads.accepted:
        return
    try:
        job.call(ONE_LOG, *NO_ID, retries=site.retries)
    except JobError as error:
        if error.code in (ID_REFUSED, ID_MISSING):
            yield (3, 11), error.code == ID_REFUSED, say("error {code} for an instance with id 0", code=error.code)


def _field(name: str, api: str, *, is_returned: bool) -> str:
    if is_returned:
        return say("{api} returns {field}", api=api, field=name)
    return say("{api} does not return {field}", api=api, field=name)


def _text(version: Version) -> str:
    return ".".join(map(str, version))
