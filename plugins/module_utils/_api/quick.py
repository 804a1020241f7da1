# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quick jobs, which both versions of the API start alike: what they share (quick jobs Q0, Q1)."""

from __future__ import annotations

import base64
import hashlib
import typing as t

from .._model.plan import SCRIPT_LANGUAGES
from .._model.quick import AccountRow
from .._model.secrets import MASK
from .shapes import Api, id_of, page_of, shape_of, text_of

if t.TYPE_CHECKING:
    from .._model.quick import PushJob, ScriptJob
    from .shapes import Page, Params, Row

LONGEST_SHOWN = 4096  # bytes of a script that are shown; of a longer one, its size and its hash
LANGUAGES = {word: code for code, word in SCRIPT_LANGUAGES.items()}


def content_of(script: ScriptJob, shown: bool) -> Params:
    """The text of a script and its arguments, in base64; ``shown``, as people read them."""
    params: Params = {}
    if script.content is not None:
        params["script_content"] = excerpt_of(script.content) if shown else encoded(script.content)
    if script.arguments:
        hidden = MASK if script.sensitive else script.arguments
        params["script_param"] = hidden if shown else encoded(script.arguments)
    if script.sensitive:
        params["is_param_sensitive"] = 1
    return params


def excerpt_of(text: str) -> str | Params:
    """A text if it is short, else its size in bytes and its hash."""
    data = text.encode()
    return text if len(data) <= LONGEST_SHOWN else {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def encoded(text: str) -> str:
    """A text as Job takes it."""
    return base64.b64encode(text.encode()).decode()


def content_of_files(push: PushJob, shown: bool) -> list[Params]:
    """The files of ``push_config_file``; ``shown``, those of the disk by size, and a short text as text."""
    if not shown:
        return [{"file_name": file.name, "content": base64.b64encode(file.read()).decode()} for file in push.files]
    return [
        {"file_name": file.name, "size": file.size}
        if file.text is None
        else {"file_name": file.name, "content": MASK if push.sensitive else excerpt_of(file.text)}
        for file in push.files
    ]


def build_accounts(start: int, length: int) -> Params:
    """The parameters of ``get_account_list`` (contract §6.11)."""
    return {"start": start, "length": length}


def read_accounts(data: t.Any, start: int, _length: int) -> Page:
    """The page of accounts."""
    with shape_of("get_account_list"):
        return page_of(data, _account, start)


def _account(row: Row) -> AccountRow:
    return AccountRow(id_of(row, "id"), text_of(row, "alias"))


# v2 has no such list that an application can read, but every ESB with v2 has this one too.
ACCOUNTS = Api("get_account_list", build_accounts, read_accounts, system="jobv3")
