# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The script library, in version 3 of Job's API (quick jobs Q6); v2 can't change it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model.script import Script, ScriptVersion
from .call import SMALL
from .quick import encoded
from .shapes import Api, code_of, id_of, page_of, shape_of, text_of, text_or_none
from .v3 import iso_time

if t.TYPE_CHECKING:
    from .._model.script import NewVersion
    from .shapes import Page, Params, Row


@dataclass(frozen=True)
class Library:
    """The APIs of the scripts of a business, or of the public ones."""

    scripts: Api[Page]
    versions: Api[Page]
    create: Api[tuple[str, int]]
    create_version: Api[int]
    update_version: Api[None]
    describe: Api[None]
    publish: Api[None]
    disable: Api[None]
    delete_version: Api[None]
    delete: Api[None]


def library(*, public: bool) -> Library:
    """The APIs; those of public scripts have names of their own."""
    kind = "public_script" if public else "script"

    def write(name: str, build: t.Callable[..., Params]) -> Api[None]:
        return Api(name, build, read_nothing, writes=True, limit=SMALL)

    return Library(
        Api(f"get_{kind}_list", build_scripts, read_scripts),
        Api(f"get_{kind}_version_list", build_versions, read_versions),
        Api(f"create_{kind}", build_create, read_created, writes=True, limit=SMALL),
        Api(f"create_{kind}_version", build_create_version, read_created_version, writes=True, limit=SMALL),
        write(f"update_{kind}_version", build_update_version),
        write(f"update_{kind}_basic", build_describe),
        write(f"publish_{kind}_version", build_of_version),
        write(f"disable_{kind}_version", build_of_version),
        write(f"delete_{kind}_version", build_of_version),
        write(f"delete_{kind}", build_of_script),
    )


def build_scripts(name: str | None, start: int, length: int) -> Params:
    """The parameters of a page of scripts whose names contain ``name``."""
    return {**({} if name is None else {"name": name}), "start": start, "length": length}


def read_scripts(data: t.Any, _name: str | None, start: int, _length: int) -> Page:
    """The page."""
    with shape_of("get_script_list"):
        return page_of(data, _script, start)


def _script(row: Row) -> Script:
    return Script(
        text_of(row, "id"),
        text_of(row, "name"),
        code_of(row, "script_language"),
        text_or_none(row, "description") or "",
    )


def build_versions(script_id: str, contents: bool, start: int, length: int) -> Params:
    """The parameters of a page of versions, with their ``contents`` if wanted."""
    return {"script_id": script_id, "return_script_content": contents, "start": start, "length": length}


def read_versions(data: t.Any, _script_id: str, _contents: bool, start: int, _length: int) -> Page:
    """The page; the contents are plain text, although they were sent in base64."""
    with shape_of("get_script_version_list"):
        return page_of(data, _version, start)


def _version(row: Row) -> ScriptVersion:
    return ScriptVersion(
        id_of(row, "id"),
        text_of(row, "version"),
        code_of(row),
        text_or_none(row, "content"),
        text_or_none(row, "version_desc") or "",
        iso_time(row, "create_time"),
    )


def build_create(name: str, language: int, description: str, version: NewVersion) -> Params:
    """The parameters of a new script with its first version, which is a draft."""
    params: Params = {"name": name, "script_language": language, **_new(version)}
    return {**params, "description": description} if description else params


def read_created(data: t.Any, *_arguments: t.Any) -> tuple[str, int]:
    """The ids of the new script and of its version."""
    with shape_of("create_script"):
        return text_of(data, "script_id"), id_of(data, "id")


def build_create_version(script_id: str, version: NewVersion) -> Params:
    """The parameters of a new version, which is a draft."""
    return {"script_id": script_id, **_new(version)}


def read_created_version(data: t.Any, *_arguments: t.Any) -> int:
    """The id of the new version."""
    with shape_of("create_script_version"):
        return id_of(data, "id")


def _new(version: NewVersion) -> Params:
    params: Params = {"version": version.label, "content": encoded(version.content)}
    return {**params, "version_desc": version.description} if version.description else params


def build_update_version(script_id: str, version_id: int, version: NewVersion) -> Params:
    """The parameters of a new text for a draft."""
    params = _new(version)
    del params["version"]
    return {"script_id": script_id, "script_version_id": version_id, **params}


def build_describe(script_id: str, name: str, description: str) -> Params:
    """The parameters of a new description."""
    return {"script_id": script_id, "name": name, "description": description}


def build_of_version(script_id: str, version_id: int) -> Params:
    """The parameters of what is done to a version."""
    return {"script_id": script_id, "script_version_id": version_id}


def build_of_script(script_id: str) -> Params:
    """The parameters of what is done to a script."""
    return {"script_id": script_id}


def read_nothing(_data: t.Any, *_arguments: t.Any) -> None:
    """The ``data`` of a write, which says nothing that was not known."""
