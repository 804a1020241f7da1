# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing scripts in the v3 format, those of a business and, with `public_` in the API's name, public ones (Q6)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from ..job.library import ENDINGS
from ..job.messages import invalid
from ..job.scripts import Library
from .common import Api, decoded_text
from .jackson import integer, long, text
from .v3_library import script_row, version_row

if TYPE_CHECKING:
    from ..job.job import Caller, Job
    from ..job.library import ScriptVersion
    from ..job.world import World
    from .jackson import Fields, Schema

_LONGEST_NAME = _LONGEST_LABEL = 60
_NAME = re.compile(r'[^\\|/:*<>"?]+')
_LABEL = re.compile(r"[A-Za-z0-9_\-#@.]+")


def _create(library: Library, fields: Fields) -> dict[str, Any]:
    """The answer is about the version: `id` is that of the version."""
    version = _new_version(library, fields)
    language = fields.number("script_language")
    assert language is not None, "validated before"
    script = library.create(fields.text("name") or "", language, fields.text("description") or "", version)
    return version_row(script, version)


def _create_version(library: Library, fields: Fields) -> dict[str, Any] | None:
    version = _new_version(library, fields)
    script = library.add_version(fields.text("script_id") or "", version)
    return None if script is None else version_row(script, version)


def _new_version(library: Library, fields: Fields) -> ScriptVersion:
    label, content = fields.text("version") or "", decoded_text(fields.text("content")) or ""
    return library.new_version(label, content, fields.text("version_desc"))


def _update_version(library: Library, fields: Fields) -> dict[str, Any]:
    script_id, version_id = _ids(fields)
    content = decoded_text(fields.text("content")) or ""
    return version_row(*library.update_version(script_id, version_id, content, fields.text("version_desc")))


def _update_basic(library: Library, fields: Fields) -> dict[str, Any]:
    """An empty description changes nothing. The answer never names the online version."""
    script_id, description = fields.text("script_id") or "", fields.text("description")
    script = library.rename(script_id, fields.text("name") or "")
    if description:
        library.describe(script_id, description)
    return script_row(script, None)


def _publish(library: Library, fields: Fields) -> dict[str, Any]:
    script_id, version_id = _ids(fields)
    return _status(script_id, library.publish(script_id, version_id))


def _disable(library: Library, fields: Fields) -> dict[str, Any]:
    script_id, version_id = _ids(fields)
    return _status(script_id, library.disable(script_id, version_id))


def _delete_version(library: Library, fields: Fields) -> None:
    """The id of the script is required and ignored."""
    _script_id, version_id = _ids(fields)
    library.delete_version(version_id)


def _delete(library: Library, fields: Fields) -> None:
    library.delete(fields.text("script_id") or "")


def _ids(fields: Fields) -> tuple[str, int]:
    version_id = fields.number("script_version_id")
    assert version_id is not None, "validated before"
    return fields.text("script_id") or "", version_id


def _status(script_id: str, version: ScriptVersion) -> dict[str, Any]:
    return {"id": version.id, "script_id": script_id, "status": version.status}


def _validate_script(fields: Fields, _world: World) -> None:
    _validate_name(fields)
    if not _NAME.fullmatch(fields.text("name") or ""):
        raise invalid("Illegal Script name")
    language = fields.number("script_language")
    if language is None:
        raise invalid("script type cannot be empty")
    if language not in ENDINGS:
        raise invalid("Illegal script type")
    _validate_content(fields)
    _validate_label(fields)


def _validate_name(fields: Fields) -> None:
    name = fields.text("name") or ""
    if not name:
        raise invalid("Script name cannot be empty")
    if len(name) > _LONGEST_NAME:
        raise invalid(f"Script name can not exceed  {_LONGEST_NAME} characters")


def _validate_content(fields: Fields) -> None:
    if not fields.text("content"):
        raise invalid("Script content cannot be empty")


def _validate_label(fields: Fields) -> None:
    label = fields.text("version") or ""
    if not label:
        raise invalid("Script version cannot be empty")
    if len(label) > _LONGEST_LABEL:
        raise invalid(f"Script version name can not exceed  {_LONGEST_LABEL} characters")
    if not _LABEL.fullmatch(label):
        raise invalid("Illegal script version")


def _validate_script_id(fields: Fields, _world: World) -> None:
    if not fields.text("script_id"):
        raise invalid("Script id cannot be empty")


def _validate_ids(fields: Fields, world: World) -> None:
    _validate_script_id(fields, world)
    if fields.is_null("script_version_id"):
        raise invalid("Script version id cannot be empty")


def _validate_new_version(fields: Fields, world: World) -> None:
    _validate_script_id(fields, world)
    _validate_content(fields)
    _validate_label(fields)


def _validate_changed_version(fields: Fields, world: World) -> None:
    _validate_ids(fields, world)
    _validate_content(fields)


def _validate_basic(fields: Fields, world: World) -> None:
    """The characters of a name are checked at creation only."""
    _validate_script_id(fields, world)
    _validate_name(fields)


_VERSION: Schema = {"content": text, "version": text, "version_desc": text}
_SCRIPT: Schema = {"name": text, "description": text, "script_language": integer, **_VERSION}
_SCRIPT_ID: Schema = {"script_id": text}
_IDS: Schema = {**_SCRIPT_ID, "script_version_id": long}


class _Change(NamedTuple):
    """One API: what it does, its fields, and their constraints."""

    handle: Callable[[Library, Fields], object]
    fields: Schema
    validate: Callable[[Fields, World], None]

    def api(self, public: bool) -> Api:
        return Api(
            partial(_change, self.handle, public),
            self.fields,
            validate=self.validate,
            service="manage",
            scoped=not public,
        )


def _change(
    handle: Callable[[Library, Fields], object], public: bool, job: Job, caller: Caller, fields: Fields
) -> object:
    return handle(Library(job, caller, public), fields)


# The names have a gap, for `public_` or nothing.
_CHANGES = {
    "create_{}script": _Change(_create, _SCRIPT, _validate_script),
    "create_{}script_version": _Change(_create_version, {**_SCRIPT_ID, **_VERSION}, _validate_new_version),
    "update_{}script_version": _Change(
        _update_version, {**_IDS, "content": text, "version_desc": text}, _validate_changed_version
    ),
    "update_{}script_basic": _Change(_update_basic, {**_SCRIPT_ID, "name": text, "description": text}, _validate_basic),
    "publish_{}script_version": _Change(_publish, _IDS, _validate_ids),
    "disable_{}script_version": _Change(_disable, _IDS, _validate_ids),
    "delete_{}script_version": _Change(_delete_version, _IDS, _validate_ids),
    "delete_{}script": _Change(_delete, _SCRIPT_ID, _validate_script_id),
}

APIS = {
    name.format("public_" if public else ""): change.api(public)
    for name, change in _CHANGES.items()
    for public in (False, True)
}
