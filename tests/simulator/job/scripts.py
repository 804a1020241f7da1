# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing the script library: that of a business, and the public one (Q6)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from . import iam
from .library import DISABLED, DRAFT, OFFLINE, ONLINE, Script, ScriptVersion
from .messages import JobError
from .plans import ScriptStep
from .world import PUBLIC, collated

if TYPE_CHECKING:
    from .job import Caller, Job
    from .world import Scope


class Library:
    """What one caller does with the scripts of a business or, if `public`, with those that all businesses share.

    A public script counts as one of every business, but not the other way around.
    """

    def __init__(self, job: Job, caller: Caller, public: bool) -> None:
        self._job = job
        self._world = job.world
        self._user = caller.user
        self._public = public
        self.scope = PUBLIC if public else caller.scope

    def create(self, name: str, language: int, description: str, version: ScriptVersion) -> Script:
        """A script whose only version is a draft."""
        self._require_create()
        self._check_name(name)
        now = self._job.clock.now()
        script = Script(
            uuid.uuid4().hex, name, self.scope, language, [version], description, self._user, now, self._user, now
        )
        self._world.scripts.insert(0, script)
        return script

    def new_version(self, label: str, content: str, description: str | None) -> ScriptVersion:
        """A draft that belongs to no script yet."""
        now, user = self._job.clock.now(), self._user
        version_id = self._job.next_script_version_id()
        return ScriptVersion(version_id, label, content, DRAFT, description, user, now, user, now)

    def add_version(self, script_id: str, version: ScriptVersion) -> Script | None:
        """Job does not check for which business; a version of no script is stored, but never found again."""
        script = self._world.script(script_id)
        if self._public:
            self._own(script)
            self._require_manage(script_id, script)
        else:
            self._require_create()
        if script is None:
            return None
        if any(collated(other.version) == collated(version.version) for other in script.versions):
            raise JobError(1243036)
        script.versions.insert(0, version)
        self._touch(script)
        return script

    def update_version(
        self, script_id: str, version_id: int, content: str, description: str | None
    ) -> tuple[Script, ScriptVersion]:
        """Change a draft. A business's script id is ignored; a description that is not given is removed."""
        if self._public:
            self._require_manage(script_id, self._own(self._world.script(script_id)))
        found = self._world.script_version(version_id)
        if found is None:
            raise JobError(1243001)
        script, version = found
        if not self._public:
            self._require_manage(script.id, script)
        if version.status != DRAFT:
            raise JobError(1241003)
        version.content, version.description = content, description
        version.modified_by, version.modified_at = self._user, self._job.clock.now()
        return script, version

    def rename(self, script_id: str, name: str) -> Script:
        """A name that differs in case only is refused: it is that of another script, namely the same."""
        script = self._managed(script_id)
        if script.name != name:
            self._check_name(name)
            script.name = name
            self._touch(script)
        return script

    def describe(self, script_id: str, description: str) -> Script:
        script = self._managed(script_id)
        script.description = description
        self._touch(script)
        return script

    def publish(self, script_id: str, version_id: int) -> ScriptVersion:
        """The version that was online is offline then; neither changes its time."""
        script, version = self._version_to_switch(script_id, version_id)
        if version.status == DISABLED:
            raise JobError(1241003)
        online = script.online()
        if online is not None:
            online.status = OFFLINE
        version.status = ONLINE
        return version

    def disable(self, script_id: str, version_id: int) -> ScriptVersion:
        _script, version = self._version_to_switch(script_id, version_id)
        if version.status not in (ONLINE, OFFLINE):
            raise JobError(1241003)
        version.status = DISABLED
        return version

    def delete_version(self, version_id: int) -> None:
        """The last version takes the script with it. References protect the online version only."""
        script, version = self._own_version(version_id)
        self._require_manage(script.id, script)
        if version.status == ONLINE and self._is_referenced(script, version):
            raise JobError(1243054)
        script.versions.remove(version)
        if not script.versions:
            self._world.scripts.remove(script)

    def delete(self, script_id: str) -> None:
        script = self._managed(script_id)
        if self._is_referenced(script):
            raise JobError(1243054)
        self._world.scripts.remove(script)

    def _version_to_switch(self, script_id: str, version_id: int) -> tuple[Script, ScriptVersion]:
        script, version = self._own_version(version_id)
        self._require_manage(script.id, script)
        if script.id != script_id:
            other = self._world.script(script_id)
            raise JobError(1243001 if other is None or other.scope in (self.scope, PUBLIC) else 1243004)
        return script, version

    def _managed(self, script_id: str) -> Script:
        """A script to change. In a business the permission is checked first."""
        script = self._world.script(script_id)
        if self._public:
            self._own(script)
        self._require_manage(script_id, script)
        return self._own(script)

    def _own(self, script: Script | None) -> Script:
        if script is None:
            raise JobError(1243001)
        if script.scope not in (self.scope, PUBLIC):
            raise JobError(1243004)
        return script

    def _own_version(self, version_id: int) -> tuple[Script, ScriptVersion]:
        return existing_version(self.scope, self._world.script_version(version_id))

    def _check_name(self, name: str) -> None:
        if any(other.scope == self.scope and collated(other.name) == collated(name) for other in self._world.scripts):
            raise JobError(1243002)

    def _is_referenced(self, script: Script, version: ScriptVersion | None = None) -> bool:
        return any(
            isinstance(step, ScriptStep)
            and step.script_id == script.id
            and (version is None or step.script_version_id == version.id)
            for plan in self._world.plans
            for step in plan.steps
        )

    def _touch(self, script: Script) -> None:
        script.modified_by, script.modified_at = self._user, self._job.clock.now()

    def _require_create(self) -> None:
        action = "create_public_script" if self._public else "create_script"
        iam.require(self._world, self._user, action, self.scope)

    def _require_manage(self, script_id: str, script: Script | None) -> None:
        action = "manage_public_script_instance" if self._public else "manage_script"
        iam.require(self._world, self._user, action, self.scope, script_resource(script_id, script, self._public))


def script_resource(script_id: str, script: Script | None, public: bool = False) -> iam.Resource:
    kind = ("public_script", "Public Script") if public else ("script", "Script")
    return iam.Resource(*kind, script_id, script.name if script else None)


def existing_version(scope: Scope, found: tuple[Script, ScriptVersion] | None) -> tuple[Script, ScriptVersion]:
    """A version of a script, unless it does not exist or is of another business (`ScriptManagerImpl`)."""
    if found is None:
        raise JobError(1243001)
    if found[0].scope not in (scope, PUBLIC):
        raise JobError(1243004)
    return found
