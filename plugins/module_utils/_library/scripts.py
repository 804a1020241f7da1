# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing a script of Job's library to a wanted state, by the content of its versions (quick jobs Q6)."""

from __future__ import annotations

import re
import typing as t
from functools import partial

from .._api.job import LONGEST_PAGE
from .._api.library_v3 import library
from .._api.quick import LANGUAGES
from .._model.errors import InputError, RefusedError
from .._model.instance import word
from .._model.language import Phrase, say
from .._model.plan import SCRIPT_LANGUAGES
from .._model.script import DISABLED, DRAFT, OFFLINE, ONLINE, NewVersion, Script, ScriptVersion, sha256_of
from .._options.spec import Options
from .._quick.script import check_text, ending_language, read_script
from .._task.changes import Change, make

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._api.library_v3 import Library
    from .._api.shapes import Api
    from .._task.task import Task
    from .report import ScriptReport

OPTIONS = Options(
    {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["published", "present", "disabled", "absent"], "default": "published"},
        "content": {"type": "str"},
        "src": {"type": "path"},
        "script_language": {"type": "str", "choices": ["shell", "bat", "perl", "python", "powershell", "sql"]},
        "description": {"type": "str"},
        "version": {"type": "str"},
        "version_desc": {"type": "str"},
        "public": {"type": "bool", "default": False},
        "keep": {"type": "int"},
    }
)
NAME = re.compile(r"[^\\|/:*<>\"?]{1,60}")
USABLE = (ONLINE, OFFLINE, DRAFT)  # the best first
LABEL = re.compile(r"[A-Za-z0-9_\-#@.]{1,60}", re.ASCII)

# Why a label can't be used again, by the status of its version, which has other content.
TAKEN = {
    ONLINE: Phrase("the version {version} with other content is online: a new label is needed, set version"),
    OFFLINE: Phrase("the version {version} with other content is offline: a new label is needed, set version"),
    DISABLED: Phrase(
        "the version {version} with other content is disabled, and Job cannot publish it again: a new label is needed, "
        "set version"
    ),
}
# The same for a disabled version that has the wanted content, and for one in a status that Job got later.
DISABLED_SAME = Phrase(
    "the version {version} with this content is disabled, and Job cannot publish it again: a new label is needed, set "
    "version"
)
TAKEN_SOMEHOW = Phrase("the version {version} is in the unknown status {status}: a new label is needed, set version")


class Wanted(t.NamedTuple):
    """What the options want of a script; ``version`` is None where they name no content.

    ``language`` is Job's code, or None where neither an option nor the name of a file says it; ``named``, an option
    does.
    """

    name: str
    state: str
    language: int | None
    named: bool
    version: NewVersion | None
    label: str | None
    description: str | None
    keep: int | None


def keep_script(task: Task, report: ScriptReport) -> None:
    """Bring the script to the wanted state, in as few changes as needed."""
    wanted = _read(task.params)
    keeper = _Keeper(task, report, wanted, library(public=task.params["public"]))
    task.job.connect()
    keeper.look()
    before = keeper.online
    if wanted.state == "absent":
        keeper.remove()
    elif wanted.state == "disabled":
        keeper.disable()
    else:
        keeper.provide()
    if keeper.script and not task.check_mode:
        keeper.look()
        keeper.online = keeper.online_now()
    if task.diff_mode:
        report.compare(before, keeper.online)
    report.ended()


def versions_of(task: Task, apis: Library, script_id: str, *, contents: bool = True) -> list[ScriptVersion]:
    """The versions of a script, the newest first."""
    return sorted(task.job.rows(apis.versions, script_id, contents), key=lambda version: -version.id)


def _read(params: Mapping[str, t.Any]) -> Wanted:
    """The wanted state; raises :class:`InputError` for options that can't be."""
    if params["api_version"] == "v2":
        raise InputError(say("the script library requires api_version v3: API v2 cannot change it"))
    if not NAME.fullmatch(params["name"]) or not params["name"].strip():
        raise InputError(say('name must have 1 to 60 characters, and none of \\ | / : * < > " ?'))
    label = params["version"] or None
    if label and not LABEL.fullmatch(label):
        raise InputError(
            say("version must have 1 to 60 letters, digits or the characters _-#@. only, not {label!r}", label=label)
        )
    if params["keep"] is not None and params["keep"] < 0:
        raise InputError(say("keep must be at least 0"))
    content = _content(params)
    language = params["script_language"] or ending_language(params["src"] or "")
    state = params["state"]
    if content is None and state in ("published", "present"):
        if params["content"] == "":
            raise InputError(say("{name} is empty", name="content"))
        raise InputError(say("state {state} requires one of content, src", state=state))
    version = None
    if content is not None:
        version = NewVersion(label or f"sha-{sha256_of(content)[:12]}", content, params["version_desc"] or "")
    return Wanted(
        params["name"],
        state,
        LANGUAGES[language] if language else None,
        bool(params["script_language"]),
        version,
        label,
        params["description"],
        params["keep"],
    )


def _content(params: Mapping[str, t.Any]) -> str | None:
    """The text of the script."""
    content, src = params["content"] or None, params["src"]
    if content is not None and src:
        raise InputError(say("content and src are mutually exclusive"))
    text = read_script(src) if src else content
    if text is not None:
        check_text(text, f"src {src}" if src else "content", params["gateway"])
    return text


class _Keeper:
    """Makes the changes of one script; ``look`` reads it again."""

    def __init__(self, task: Task, report: ScriptReport, wanted: Wanted, apis: Library) -> None:
        self.script: Script | None = None
        self.online: str | None = None  # the text of the online version; in check mode, as it would be
        self._versions: list[ScriptVersion] = []
        self._task = task
        self._report = report
        self._wanted = wanted
        self._apis = apis

    def look(self, created: NewVersion | None = None) -> None:
        """Read the script and its versions, among which must be the one that was ``created``."""
        if not self._report.changes:
            self._report.will_send(self._task.job.preview(self._apis.scripts, self._wanted.name, 0, LONGEST_PAGE))
        script = self._found()
        versions = versions_of(self._task, self._apis, script.id) if script else []
        if created and not _has(versions, created):
            raise RefusedError(say("the new version was created, and cannot be read"), kind="not_found")
        self._note(script, versions)
        if not self._task.check_mode or not self._report.changes:
            self.online = self.online_now()

    def online_now(self) -> str | None:
        """The text of the version that is online."""
        online = next((version for version in self._versions if version.status == ONLINE), None)
        return online.content if online else None

    def provide(self) -> None:
        """Have a version with the wanted content: a draft at least, or the online one."""
        wanted, new = self._wanted, t.cast("NewVersion", self._wanted.version)
        if self.script is None:
            self._create(new)
        else:
            other = wanted.language not in (None, self.script.language)
            # A file may have any ending, so it only counts for new content.
            if other and (wanted.named or self._usable() is None):
                raise RefusedError(
                    say(
                        "the script is written in {language}, and Job cannot change that: use another name, or remove "
                        "the script first",
                        language=word(SCRIPT_LANGUAGES, self.script.language),
                    ),
                    kind="invalid_request",
                )
            missing = self._usable() is None
            draft = self._draft_to_edit(new) if missing else None
            self._describe()
            if missing:
                self._create_version(new, draft)
        if wanted.state == "published":
            self._publish()
        self._clean()

    def disable(self) -> None:
        """Disable the version that the options name; without one, the one that is online."""
        if self.script is None:
            raise RefusedError(say("there is no such script"), kind="not_found")
        named = self._named()
        if not named and (self._wanted.label or self._wanted.version):
            raise RefusedError(say("the script has no such version"), kind="not_found")
        for version in named:
            if version.status == DRAFT:
                raise RefusedError(
                    say("version {version} is a draft, and Job disables published ones only", version=version.label),
                    kind="invalid_request",
                )
            if version.status != DISABLED:
                self._change(
                    say("disabled (version {version})", version=version.label),
                    self._apis.disable,
                    (self.script.id, version.id),
                    partial(self._has_status, version.id, DISABLED),
                )
                self._note_status(version.id, DISABLED)
                self.online = None if version.status == ONLINE else self.online

    def remove(self) -> None:
        """Delete the version of the label, or the script."""
        if self.script is None:
            return
        script = self.script
        if self._wanted.label is None:
            self._change(say("deleted"), self._apis.delete, (script.id,), lambda: self._found() is None)
            self.script, self.online = None if not self._task.check_mode else script, None
            self._report.see(self.script, self._versions if self.script else [])
            return
        for version in self._versions:
            if version.label == self._wanted.label:
                self._delete(version)

    # Single changes

    def _create(self, new: NewVersion) -> None:
        wanted = self._wanted
        language, description = wanted.language or LANGUAGES["shell"], wanted.description or ""
        created = self._change(
            say("created (version {version})", version=new.label),
            self._apis.create,
            (wanted.name, language, description, new),
            self._is_created,
            repeatable=False,
        )
        if created:
            script_id, version_id = created
            self._note(Script(script_id, wanted.name, language, description), [_draft(version_id, new)])
        self._look_unless_checking(new)

    def _draft_to_edit(self, new: NewVersion) -> ScriptVersion | None:
        """The draft that has the label of the new version; refuses a label that can't be used again."""
        same_label = next((version for version in self._versions if version.label == new.label), None)
        if same_label and same_label.status != DRAFT:
            template = TAKEN.get(same_label.status, TAKEN_SOMEHOW)
            if same_label.status == DISABLED and same_label.content == new.content:
                template = DISABLED_SAME
            text = say(template, version=new.label, status=same_label.status)
            raise RefusedError(text, kind="invalid_request")
        return same_label

    def _create_version(self, new: NewVersion, draft: ScriptVersion | None) -> None:
        """Have a draft with the new content: the one given, or a new one."""
        script = t.cast("Script", self.script)
        if draft:
            # Job removes a description that is not sent.
            new = new._replace(description=new.description or draft.description)
            self._change(
                say("edited (draft {version})", version=new.label),
                self._apis.update_version,
                (script.id, draft.id, new),
                lambda: self._has_content(new),
            )
            if not self._task.check_mode:
                edited = draft._replace(content=new.content, description=new.description)
                self._note(script, [edited if version.id == edited.id else version for version in self._versions])
        else:
            version_id = self._change(
                say("extended by version {version}", version=new.label),
                self._apis.create_version,
                (script.id, new),
                lambda: self._has_content(new),
                repeatable=False,
            )
            if version_id:
                self._note(script, [_draft(version_id, new), *self._versions])
        self._look_unless_checking(new)

    def _describe(self) -> None:
        script, text = t.cast("Script", self.script), self._wanted.description
        # Job ignores an empty description.
        if text and text != script.description:
            self._change(
                say("description changed"),
                self._apis.describe,
                (script.id, script.name, text),
                partial(self._is_described, text),
            )
            if not self._task.check_mode:
                self._note(script._replace(description=text), self._versions)

    def _publish(self) -> None:
        version = self._usable()
        if version and version.status == ONLINE:
            return
        if version is None:  # in check mode, in which none is created
            self._report.would(say("published"))
            self.online = t.cast("NewVersion", self._wanted.version).content
            return
        script = t.cast("Script", self.script)
        self._change(
            say("published (version {version})", version=version.label),
            self._apis.publish,
            (script.id, version.id),
            partial(self._has_status, version.id, ONLINE),
        )
        self._note_status(version.id, ONLINE)
        self.online = version.content

    def _clean(self) -> None:
        """Delete all offline versions but the newest."""
        if self._wanted.keep is None or self.script is None:
            return
        if not self._task.check_mode:
            self.look()
        # In check mode, what is online now may be replaced.
        replaced = self.online != self.online_now()
        going = (OFFLINE, ONLINE) if self._task.check_mode and replaced else (OFFLINE,)
        offline = [version for version in self._versions if version.status in going]
        for version in offline[self._wanted.keep :]:
            self._delete(version)

    def _delete(self, version: ScriptVersion) -> None:
        self._change(
            say("version {version} deleted", version=version.label),
            self._apis.delete_version,
            (t.cast("Script", self.script).id, version.id),
            partial(self._has_status, version.id, None),
        )
        self._note_status(version.id, None)

    def _change(
        self,
        name: str,
        api: Api[t.Any],
        arguments: tuple[t.Any, ...],
        seen: Callable[[], bool],
        *,
        repeatable: bool = True,
    ) -> t.Any:
        """Make a change; returns what its response says, or None without one."""
        job = self._task.job
        change = Change(name, job.preview(api, *arguments), partial(job.call, api, *arguments), seen, repeatable)
        return make(self._task, self._report, change)

    # What is there

    def _note(self, script: Script | None, versions: list[ScriptVersion]) -> None:
        """Note what is there, which the report shows whatever becomes of the next change."""
        self.script, self._versions = script, versions
        self._report.see(script, versions)

    def _note_status(self, version_id: int, status: int | None) -> None:
        """Note the status that a version has from now on; None deletes it."""
        if self._task.check_mode:
            return
        versions = []
        for version in self._versions:
            if version.id != version_id:
                goes_offline = version.status == status == ONLINE
                versions.append(version._replace(status=OFFLINE) if goes_offline else version)
            elif status is not None:
                versions.append(version._replace(status=status))
        self._note(self.script, versions)

    def _look_unless_checking(self, created: NewVersion) -> None:
        if not self._task.check_mode:
            self.look(created)

    def _named(self) -> list[ScriptVersion]:
        """The versions that the options name by label or content; else the online one."""
        new, label = self._wanted.version, self._wanted.label
        if label:
            return [version for version in self._versions if version.label == label]
        if new:
            return [version for version in self._versions if version.content == new.content]
        return [version for version in self._versions if version.status == ONLINE]

    def _usable(self) -> ScriptVersion | None:
        """The best version with the wanted content: online, offline or a draft, and not disabled."""
        new = t.cast("NewVersion", self._wanted.version)
        same = [v for v in self._versions if v.content == new.content and v.status in USABLE]
        return min(same, key=lambda version: USABLE.index(version.status), default=None)

    def _found(self) -> Script | None:
        # Job searches for parts of names.
        found = self._task.job.rows(self._apis.scripts, self._wanted.name)
        return next((script for script in found if script.name == self._wanted.name), None)

    def _is_created(self) -> bool:
        script = self._found()
        if script:
            self._report.see(script, None)
        return script is not None

    def _is_described(self, text: str) -> bool:
        script = self._found()
        return script is not None and script.description == text

    def _has_status(self, version_id: int, status: int | None) -> bool:
        """Whether a version has this status now; None is that of one that does not exist."""
        script = t.cast("Script", self.script)
        found = versions_of(self._task, self._apis, script.id, contents=False)
        return next((version.status for version in found if version.id == version_id), None) == status

    def _has_content(self, new: NewVersion) -> bool:
        found = versions_of(self._task, self._apis, t.cast("Script", self.script).id)
        if _has(found, new):
            self._note(self.script, found)
        return _has(found, new)


def _draft(version_id: int, new: NewVersion) -> ScriptVersion:
    """A version that was created."""
    return ScriptVersion(version_id, new.label, DRAFT, new.content, new.description)


def _has(versions: list[ScriptVersion], new: NewVersion) -> bool:
    return any(version.label == new.label and version.content == new.content for version in versions)
