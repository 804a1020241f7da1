# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs: what is requested, and Job's checks of it in Job's own order (Q0)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import iam, launch, library
from .clock import SHANGHAI
from .messages import INTERNAL_ERROR, JobError
from .plans import FileStep, HostStep, ScriptStep, Targets
from .scripts import existing_version
from .targets import Resolver
from .world import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .job import Caller
    from .library import Account
    from .rolling import Rolling
    from .world import Host, Scope, World

# What a version's status is called in 1244018.
_STATUS_NAMES = {library.DRAFT: "Stand-by", library.DISABLED: "Banned"}

# Types of file sources (Q2).
ON_SERVERS, UPLOADED, THIRD_PARTY, PUSHED = 1, 2, 3, 4

#: The longest name that the database has room for.
_LONGEST_NAME = 512

#: The id of a quick job's plan, template and step.
NO_PLAN = -1

_DATE = re.compile(r"\[DATEFMT:(.[^\]]*)\]", re.DOTALL)


NO_HOSTS = Targets()


@dataclass(frozen=True)
class AccountChoice:
    """An account by its id, which wins, or by its alias."""

    id: int | None = None
    alias: str | None = None

    @property
    def by_id(self) -> bool:
        return self.id is not None and self.id > 0

    def find(self, world: World, scope: Scope, of_source: bool = False) -> Account:
        """An id may be of any business and usage: only IAM protects it (`AccountServiceImpl.getAccountById`)."""
        found = world.account(self.id or 0) if self.by_id else world.system_account(scope, self.alias or "")
        if found is None:
            # Where Job asks its account service without the cache, the parameter of the error is lost on the way.
            lost = not self.by_id and not of_source
            raise JobError(1244003, "{0}" if lost else self.id if self.by_id else self.alias)
        return found


@dataclass(frozen=True)
class QuickRequest:
    """What all quick jobs have. `start` None is an explicit null."""

    name: str
    account: AccountChoice
    targets: Targets
    timeout: int
    callback_url: str | None = None
    start: bool | None = True
    rolling: Rolling | None = None


@dataclass(frozen=True)
class ScriptRequest(QuickRequest):
    """A quick script: a version wins over the online version of a script, that over content."""

    version_id: int | None = None
    script_id: str | None = None
    content: str | None = None
    language: int | None = None
    parameters: str | None = None
    sensitive: bool = False
    windows_interpreter: str | None = None


@dataclass(frozen=True)
class FileSource:
    """Files of one kind. Only files on servers have an account and hosts; only others have known sizes."""

    files: tuple[launch.File, ...]
    type: int = ON_SERVERS
    account: AccountChoice = AccountChoice()
    hosts: Targets = NO_HOSTS


@dataclass(frozen=True)
class FileRequest(QuickRequest):
    """A quick transfer of files to the directory `path`."""

    sources: tuple[FileSource, ...] = ()
    path: str = ""
    target_name: str | None = None
    transfer_mode: int | None = None
    upload_speed_limit: int | None = None
    download_speed_limit: int | None = None


@dataclass(frozen=True)
class Prepared:
    """A quick job that passed the checks: its step, its hosts, and what its launch records."""

    step: HostStep
    hosts: tuple[Host, ...]
    sources: tuple[tuple[Host, str], ...]
    record: dict[str, Any]


@dataclass(frozen=True)
class _Script:
    content: str
    language: int
    script: library.Script | None = None
    version_id: int | None = None


def prepare(world: World, caller: Caller, request: QuickRequest, now: float) -> Prepared:
    """All checks before the instance is saved."""
    script = _script(world, caller.scope, request) if isinstance(request, ScriptRequest) else None
    sources = request.sources if isinstance(request, FileRequest) else ()
    if world.quota_exceeded is not None:
        raise JobError(world.quota_exceeded)
    if any(None in targets.groups for targets in (request.targets, *(source.hosts for source in sources))):
        # Job splits the id of each group at its colon: a null pointer.
        raise JobError(INTERNAL_ERROR)
    account = request.account.find(world, caller.scope)
    accounts = [account, *_source_accounts(world, caller.scope, request.account, sources)]
    resolver = _resolver(world, caller.scope, request.targets, sources)
    hosts = resolver.resolve(request.targets)
    if not hosts:
        raise JobError(1244028, request.name)
    transfers = _transfers(world, resolver, request.name, sources)
    _check_limits(world, hosts, transfers, script)
    of_sources = [host for source in sources for host in resolver.resolve(source.hosts)]
    _check_permissions(world, caller, script, accounts, [*hosts, *of_sources])
    if len(request.name) > _LONGEST_NAME:
        raise JobError(INTERNAL_ERROR)
    record = {
        "name": request.name,
        "account": account.alias,
        "targets": tuple(host.id for host in hosts),
        "timeout": request.timeout,
        "rolling": request.rolling,
    }
    if script is not None:
        assert isinstance(request, ScriptRequest)
        return Prepared(_script_step(world, request, script, now), hosts, (), {**record, **_about(request, script)})
    assert isinstance(request, FileRequest)
    return Prepared(_file_step(world, request), hosts, tuple(transfers), {**record, **_about_files(request)})


def command(step: HostStep, instance_id: int, step_id: int) -> str | None:
    """The command line of a script step, which a shell splits (Q1)."""
    if not isinstance(step, ScriptStep):
        return None
    file = f"bk_gse_script_{instance_id}_{step_id}{library.ENDINGS[step.language]}"
    return f"{file} {step.parameters}" if step.parameters.strip() else file


# Scripts


def _script(world: World, scope: Scope, request: ScriptRequest) -> _Script:
    """The script to run, unless it does not exist, its state forbids it, or a rule calls it dangerous."""
    found = _library_script(world, scope, request)
    if found is None:
        if request.content is None or request.language is None:
            # Content that is blank before decoding is not read, which is a null pointer further on.
            raise JobError(INTERNAL_ERROR)
        found = _Script(request.content, request.language)
    if any(finding.intercepts for finding in library.by_rules(world.dangerous_rules, found.language, found.content)):
        raise JobError(1244019)
    return found


def _library_script(world: World, scope: Scope, request: ScriptRequest) -> _Script | None:
    if request.version_id is not None:
        script, version = existing_version(scope, world.script_version(request.version_id))
    elif request.script_id:
        found = world.script(request.script_id)
        online = found.online() if found else None
        if found is None or online is None or found.scope not in (scope, PUBLIC):
            raise JobError(1243001)
        script, version = found, online
    else:
        return None
    if version.status not in (library.ONLINE, library.OFFLINE):
        raise JobError(1244018, _STATUS_NAMES[version.status])
    return _Script(version.content, script.language, script, version.id)


def _script_step(world: World, request: ScriptRequest, script: _Script, now: float) -> ScriptStep:
    return replace(
        world.quick_script,
        id=NO_PLAN,
        name=request.name,
        script=script.content,
        language=script.language,
        parameters=_with_dates(request.parameters or "", now),
    )


def _with_dates(text: str, now: float) -> str:
    """Dates instead of `[DATEFMT:…]`, before a shell sees them (`MacroUtil.resolveDateWithStrfTime`)."""
    moment = datetime.fromtimestamp(now, SHANGHAI)
    return _DATE.sub(lambda found: moment.strftime(found[1]), text)


def _about(request: ScriptRequest, script: _Script) -> dict[str, Any]:
    return {
        "kind": launch.SCRIPT,
        "script": script.content,
        "script_version_id": script.version_id,
        "language": script.language,
        "sensitive": request.sensitive,
        "windows_interpreter": request.windows_interpreter,
    }


# Files


def _source_accounts(world: World, scope: Scope, target: AccountChoice, sources: Sequence[FileSource]) -> list[Account]:
    """Job looks the account of a source given by id up by the id of the target's: a defect of the server (Q2)."""
    found = []
    for source in sources:
        if source.account.by_id:
            if not target.by_id:
                raise JobError(1244003, "ID=null")
            found.append(source.account.find(world, scope))
        elif source.account.alias:
            found.append(source.account.find(world, scope, of_source=True))
    return found


def _transfers(world: World, resolver: Resolver, name: str, sources: Sequence[FileSource]) -> list[tuple[Host, str]]:
    """Each file with the host it comes from; what no server has comes from Job's own."""
    found = []
    for source in sources:
        hosts = resolver.resolve(source.hosts)
        if source.type == ON_SERVERS and not hosts:
            raise JobError(1244029, name)
        found += [(host, file.name) for host in hosts or (world.file_worker,) for file in source.files]
    return found


def _file_step(world: World, request: FileRequest) -> FileStep:
    return replace(
        world.quick_file, id=NO_PLAN, name=request.name, path=request.path, target_name=request.target_name or ""
    )


def _about_files(request: FileRequest) -> dict[str, Any]:
    return {
        "kind": launch.FILE,
        "files": tuple(file for source in request.sources for file in source.files),
        "path": request.path,
        "target_name": request.target_name,
        "transfer_mode": request.transfer_mode,
        "upload_speed_limit": request.upload_speed_limit,
        "download_speed_limit": request.download_speed_limit,
    }


# Hosts and permissions


def _resolver(world: World, scope: Scope, targets: Targets, sources: Sequence[FileSource]) -> Resolver:
    business = world.business(scope)
    assert business is not None, "the scope was checked before"
    resolver = Resolver(world, business)
    wanted = [*(source.hosts for source in sources), targets]
    resolver.check(wanted)
    resolver.check_access(wanted)
    return resolver


def _check_limits(
    world: World, hosts: Sequence[Host], transfers: Sequence[tuple[Host, str]], script: _Script | None
) -> None:
    if script is not None and len(hosts) > world.script_target_limit:
        raise JobError(1244022, world.script_target_limit)
    if len(transfers) * len(hosts) > world.file_task_limit:
        raise JobError(1244021, world.file_task_limit)


def _check_permissions(
    world: World, caller: Caller, script: _Script | None, accounts: Sequence[Account], hosts: Sequence[Host]
) -> None:
    used = [("use_account", [iam.account_resource(account) for account in dict.fromkeys(accounts)])]
    on_hosts = [iam.host_resource(host) for host in {host.id: host for host in hosts}.values()]
    if script is None:
        used.append(("quick_transfer_file", on_hosts))
    elif script.script is None:
        used.append(("quick_execute_script", on_hosts))
    else:
        used.append(("execute_public_script" if script.script.scope == PUBLIC else "execute_script", on_hosts))
    iam.require_all(world, caller.user, caller.scope, used)
