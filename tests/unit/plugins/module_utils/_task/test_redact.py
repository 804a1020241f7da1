# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in a result that leaves the task: masked everywhere but in what playbooks need."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._model.secrets import MASK, Secrets
from ansible_collections.blueking.job.plugins.module_utils._task.redact import (
    FOREIGN,
    KEYWORD,
    LOG,
    PLACES,
    redact,
    redact_line,
    shown_params,
)
from ansible_collections.blueking.job.plugins.modules.bk_job_execute import MODULE
from tests.documentation import MODULES, returned_by
from tests.documentation import OPEN as OPEN_KEYS

Place = t.Tuple[str, ...]

RESULT: dict[str, t.Any] = {
    "outcome": "unknown",
    "job_plan_id": 100,
    "name": "web",
    "finished": False,
    "steps": [{"step_instance_id": 1100, "total_seconds": 0.5, "status": "success"}],
    "request": {"api": "execute_job_plan"},
}


def test_a_secret_is_masked_in_every_string_and_key() -> None:
    result = {
        "msg": "it is hunter-2",
        "request": {"api": "execute_job_plan", "body": {"hunter-2": ["x hunter-2", {"y": "hunter-2"}]}},
        "diff": {"after": {"password": "hunter-2"}},
        "warnings": ["hunter-2!"],
        "invocation": {"module_args": {"callback_url": "https://ops/?t=hunter-2"}},
        "changed": True,
        "error": None,
    }
    assert redact(result, Secrets(["hunter-2"])) == {
        "msg": f"it is {MASK}",
        "request": {"api": "execute_job_plan", "body": {MASK: [f"x {MASK}", {"y": MASK}]}},
        "diff": {"after": {"password": MASK}},
        "warnings": [f"{MASK}!"],
        "invocation": {"module_args": {"callback_url": f"https://ops/?t={MASK}"}},
        "changed": True,
        "error": None,
    }


def test_without_secrets_a_result_is_returned_as_it_is() -> None:
    assert redact(RESULT, Secrets()) is RESULT


@pytest.mark.parametrize(
    ("secret", "common"),
    [
        ("100", True),
        ("0.5", True),
        ("no", True),
        ("success", True),
        ("job_plan", True),
        ("***", True),
        ("True", True),
        ("None", True),
        ("1001", False),
        ("hunter2", False),
        ("web", False),
        ("4f1c-100", False),
        ("a success", False),
    ],
)
def test_a_secret_that_is_a_number_or_word_of_the_result_is_not_searched_for(secret: str, common: bool) -> None:
    """Ids and statuses are what playbooks need; the options that hold such a secret are hidden all the same."""
    result = redact({**RESULT, "msg": f"<{secret}>"}, Secrets([secret]))
    assert result["msg"] == (f"<{secret}>" if common else f"<{MASK}>")
    assert {**result, "msg": "", "name": "web"} == {**RESULT, "msg": ""}


# Names that playbooks and servers give to variables, and that are keys of results as well.
NAMES = ["content", "log", "type", "status", "kind", "api", "outcome"]
OPEN: list[tuple[str, ...]] = [
    ("invocation", "module_args", "variables"),
    ("invocation", "module_args"),
    ("request", "body"),
    ("request", "body", "global_var_list"),
    ("diff", "before"),
    ("diff", "after"),
    ("output_variables",),
    ("outputs",),
    ("host_outputs", "values"),
    ("error", "permission"),
    ("error", "permission", "actions"),
    ("cron", "variables"),
    ("before", "variables"),
    ("crons", "variables"),
]


@pytest.mark.parametrize("path", OPEN, ids=".".join)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("secret", ["hunter2", "hunter-2"])
def test_names_that_are_not_ours_hide_no_secret(path: tuple[str, ...], name: str, secret: str) -> None:
    """Neither is the secret shown there, nor does it count as a keyword, which is not searched for anywhere."""
    value: t.Any = {name: secret, "x": f"curl {secret}", "rows": [{name: secret}]}
    for key in reversed(path):
        value = {key: value}
    redacted = str(redact({**RESULT, "msg": f"is {secret}", **value}, Secrets([secret])))
    assert secret not in redacted
    assert redacted.count(MASK) == 4


@pytest.mark.parametrize("path", OPEN, ids=".".join)
def test_a_secret_that_is_a_part_of_a_name_that_is_not_ours_is_searched_for(path: tuple[str, ...]) -> None:
    value: t.Any = {"prod_x": 1}
    for key in reversed(path):
        value = {key: value}
    assert redact({**RESULT, "msg": "is prod", **value}, Secrets(["prod"]))["msg"] == f"is {MASK}"


# Keys whose values are ours, although the documentation lists none of them; and rows that it describes elsewhere.
ALSO_KEYWORDS = {"api", "apis", "language"}
SAME_AS = {("crons", "last_run"): ("instances",), ("scripts", "versions"): ("versions",)}


def documented() -> dict[Place, str]:
    """The places of all results whose values or keys, as the documentation describes them, are not plain text."""
    fields = [item for module in MODULES for item in described(returned_by(module))]
    keywords = {path[-1] for path, field in fields if is_enumerated(field)} - {"name"} | ALSO_KEYWORDS
    found: dict[Place, str] = {}
    for path, field in fields:
        if is_open(path, field):
            found[path] = FOREIGN
        elif is_enumerated(field) or (field["type"] in ("str", "list") and path[-1] in keywords):
            found[path] = KEYWORD
    for path, other in SAME_AS.items():
        found.update({path + known[1:]: found[known] for known in list(found) if known[:1] == other})
    return found


def described(fields: t.Mapping[str, t.Any], above: Place = ()) -> t.Iterator[tuple[Place, t.Any]]:
    """Each key with its documentation, which for a key in a sample is its type and its value."""
    for name, field in fields.items():
        path = (*above, name)
        yield path, field
        if not is_open(path, field):
            row = field.get("sample")
            row = row[0] if isinstance(row, list) else row
            items = row.items() if isinstance(row, dict) else ()
            in_sample = {key: {"type": type(item).__name__, "sample": item} for key, item in items}
            yield from described(field.get("contains", in_sample), path)


def is_open(path: Place, field: t.Any) -> bool:
    """Whether the keys of a dictionary are not ours."""
    if field["type"] != "dict" or "contains" in field or path == ("request",) or path in SAME_AS:
        return False
    return "sample" not in field or path[-1] in {*OPEN_KEYS, "body"}


def is_enumerated(field: t.Any) -> bool:
    """Whether the documentation lists the values of a string."""
    return field["type"] == "str" and re.search(r"(?<!R)V\([a-z_]+\)", str(field.get("description"))) is not None


def places(known: t.Any, path: Place = ()) -> t.Iterator[tuple[Place, str]]:
    if isinstance(known, str):
        yield path, known
    else:
        for name, inner in known.items():
            yield from places(inner, (*path, name))


def test_the_places_are_those_of_the_documentation() -> None:
    expected = documented()
    expected.update({("failed_hosts", "log"): LOG, ("logs", "content"): LOG})
    expected.update({("diff",): FOREIGN, ("invocation",): FOREIGN})  # Ansible's own
    assert dict(places(PLACES)) == expected


def test_keywords_and_logs_are_left_where_they_are_ours() -> None:
    result = {
        "outcome": "hunter2",
        "status": "hunter2",
        "error": {"kind": "hunter2"},
        "request": {"api": "hunter2"},
        "steps": [{"type": "hunter2", "status": "hunter2"}],
        "failed_hosts": [{"status": "hunter2", "log": "hunter-2"}],
        "logs": [{"content": "hunter-2"}],
        "candidates": [{"status": "hunter2"}],
        "host_groups": [{"result": "hunter2", "status": "hunter2"}],
        "instances": [{"type": "hunter2", "status": "hunter2", "launch_mode": "hunter2"}],
        "plans": [{"variables": [{"type": "hunter2"}], "steps": [{"type": "hunter2", "script_language": "hunter2"}]}],
        "files": [{"status": "hunter2"}],
        "script": {"language": "hunter2"},
        "versions": [{"status": "hunter2"}],
        "crons": [{"last_run": {"launch_mode": "hunter2"}}],
    }
    assert redact(result, Secrets(["hunter2", "hunter-2"])) == result


def test_a_line_is_masked_and_keeps_its_ids_and_statuses() -> None:
    line = "10:00:01 instance 10001 · step 1/2 deploy hunter2 running · no response: xq-1"
    assert redact_line(line, Secrets(["hunter2", "xq-1", "1", "100", "running", "10:00", "*"])) == line.replace(
        "hunter2", MASK
    ).replace("xq-1", MASK)


def shown(*hidden: str, secrets: tuple[str, ...] = (), **params: t.Any) -> t.Any:
    return shown_params(params, MODULE.options, frozenset(hidden), Secrets(secrets))


def test_options_with_secrets_are_masked_under_any_of_their_names() -> None:
    assert shown(app_secret="a", bk_token="b", secret_variables={"c": 1}, access_token=None, bk_app_code="demo") == {
        "app_secret": MASK,
        "bk_token": MASK,
        "secret_variables": MASK,
        "access_token": None,
        "bk_app_code": "demo",
    }


def test_an_unknown_option_may_be_a_misspelled_secret() -> None:
    assert shown(bk_app_secert="hunter2") == {"bk_app_secert": MASK}


def test_values_that_only_the_plan_knows_are_masked_as_a_whole_or_one_by_one() -> None:
    params: dict[str, t.Any] = {
        "variables": {"version": 1, "password": "hunter2"},
        "global_var_list": [{"id": 1, "name": "a", "value": "x"}, {"id": 2, "server": {"ip_list": []}}],
    }
    assert shown("variables", "global_vars", **params) == {
        "variables": {"version": MASK, "password": MASK},
        "global_var_list": [{"id": 1, "name": "a", "value": MASK}, {"id": 2, "server": MASK}],
    }
    assert shown("variables.password", "global_vars[0]", **params) == {
        "variables": {"version": 1, "password": MASK},
        "global_var_list": [{"id": 1, "name": "a", "value": MASK}, {"id": 2, "server": {"ip_list": []}}],
    }


def test_a_value_that_is_a_secret_elsewhere_is_masked_whatever_its_type() -> None:
    assert shown(secrets=("4711", "true"), variables={"pin": 4711, "on": True, "pins": [1, 4711], "x": 47110}) == {
        "variables": {"pin": MASK, "on": MASK, "pins": [1, MASK], "x": 47110}
    }


@pytest.mark.parametrize("value", ["password=hunter2", "{'password': 'hunter2'}", ["hunter2"]])
def test_options_that_were_refused_may_be_of_any_type(value: t.Any) -> None:
    assert "hunter2" not in str(shown("variables", variables=value))
    assert "hunter2" not in str(shown("global_vars", global_vars=value))
