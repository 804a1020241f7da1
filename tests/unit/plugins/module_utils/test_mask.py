# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last look for secrets: quick, and to the letter what Ansible's own would have found."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.module_utils.common.parameters import remove_values
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.blueking.job.plugins.module_utils._task.redact import common_words, in_json

# Few letters, so that secrets do occur; and what JSON, Python and UTF-16 write in ways of their own.
TEXTS = st.text('a1"\\\n/é密😀\ud83d', max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-20, 20) | st.floats(0, 2) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def whole(value: t.Any) -> t.Any:
    """``value`` without half characters, which newer ansible-core takes for no text."""
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.frozensets(TEXTS.filter(bool), max_size=3))
def test_it_finds_what_ansible_finds(result: dict[str, t.Any], secrets: frozenset[str]) -> None:
    told = json.loads("".join(in_json({}, result, secrets, remove_values)))
    assert told == {key: whole(value) for key, value in remove_values(result, secrets).items()}


def test_a_half_character_costs_no_result() -> None:
    told = "".join(in_json({"msg": "\ud83d"}, {"name": "\\ud83d \ud83d 😀\ude00\ud83d"}, set(), remove_values))
    assert json.loads(told) == {"msg": "\ufffd", "name": "\\ud83d \ufffd 😀\ufffd\ufffd"}


def test_the_words_of_ansible_stay_as_they_are() -> None:
    told = {"failed": True, "warnings": [{"__ansible_type": "WarningSummary"}]}
    result = {"msg": "Warning"}
    assert json.loads("".join(in_json(told, result, {"Warning"}, remove_values))) == {
        **told,
        "msg": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    }


def test_rows_without_a_secret_are_not_searched_again() -> None:
    def remove(value: t.Any, secrets: object) -> t.Any:
        searched.append(value)
        return remove_values(value, secrets)

    searched: list[t.Any] = []
    rows = [{"ip": "10.0.0.1", "content": text} for text in ("fine", "it is hunter2")]
    told = json.loads("".join(in_json({}, {"msg": "fine", "logs": rows, "hosts": []}, {"hunter2"}, remove)))
    assert told == {"msg": "fine", "logs": [rows[0], {"ip": "10.0.0.1", "content": "it is ********"}], "hosts": []}
    assert searched == rows[1:]


@pytest.mark.parametrize(
    ("secret", "common"),
    [
        ("100", True),
        ("0.5", True),
        ("no", True),
        ("job_plan", True),
        ("***", True),
        ("True", True),
        ("None", True),
        ("1001", False),
        ("hunter2", False),
        ("web", False),
        ("No", False),
        ("4f1c-100", False),
    ],
)
def test_numbers_and_our_own_words_are_known(secret: str, common: bool) -> None:
    result = {
        "outcome": "unknown",
        "name": "web",
        "steps": [{"step_instance_id": 1100, "seconds": 0.5}],
        "request": {"api": "execute_job_plan"},
    }
    assert common_words({secret, "hunter3"}, result) == ({secret} if common else set())
