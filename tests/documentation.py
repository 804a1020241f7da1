# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules say they return, held against what they do return."""

from __future__ import annotations

import ast
import functools
import re
import typing as t

import yaml

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Fields = Mapping[str, Mapping[str, t.Any]]

MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))

# What Ansible adds to a result, by itself and by keywords.
BESIDE = {"deprecations", "diff", "exception", "failed", "invocation", "warnings"}
BY_KEYWORDS = {"ansible_loop_var", "attempts", "failed_when_result", "failed_when_suppressed_exception", "item"}
# Dictionaries whose keys are not ours.
OPEN = {"output_variables", "outputs", "permission", "request", "values"}
# The types of values as JSON has them.
TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "dict": (dict,),
    "float": (float, int),
    "int": (int,),
    "list": (list,),
    "raw": (str, dict),
    "str": (str,),
}
# Keys whose samples are shown by what fails, or is not done, alone.
OF_FAILURES = {"candidates", "error", "request"}
IDS = {"job_instance_id", "step_instance_id"}
# Texts with ids, times or places in them, which differ from run to run.
QUOTING = {"content", "job_instance_url", "log", "msg", "path"}


def text_of(plugin: str, name: str) -> str:
    """A text that documents a plugin, such as its ``EXAMPLES``, as it stands there; '' if it has none."""
    for statement in ast.parse((CHECKOUT / plugin).read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and [getattr(target, "id", "") for target in statement.targets] == [name]:
            return str(ast.literal_eval(statement.value))
    return ""


@functools.lru_cache(maxsize=None)
def returned_by(module: str) -> Fields:
    """What a module says that it returns, by key."""
    fields: Fields = yaml.safe_load(text_of(f"plugins/modules/{module}.py", "RETURN"))
    return fields


def misfits(fields: Fields, result: Mapping[str, t.Any]) -> list[str]:
    """Where a result is not as its module says."""
    beside = BESIDE | BY_KEYWORDS
    returned = {key: value for key, value in result.items() if key not in beside and not key.startswith("_ansible_")}
    return list(_misfits(fields, returned, ""))


def _misfits(fields: Fields, returned: Mapping[str, t.Any], where: str) -> Iterator[str]:
    for key in sorted(fields.keys() ^ returned.keys()):
        yield f"{where}{key} is {'not returned' if key in fields else 'not documented'}"
    for key in fields.keys() & returned.keys():
        yield from _misfits_of(fields[key], returned[key], where + key)


def _misfits_of(field: Mapping[str, t.Any], value: t.Any, where: str) -> Iterator[str]:
    if value is None:
        return
    if type(value) not in TYPES[field["type"]]:
        yield f"{where} is {value!r} and no {field['type']}"
    elif "contains" in field:
        for row in value if field["type"] == "list" else [value]:
            yield from _misfits(field["contains"], row, f"{where}.")
    elif "sample" in field and where.rpartition(".")[2] not in OPEN and field["type"] != "raw":
        yield from _unlike(field["sample"], value, where)


def _unlike(sample: t.Any, value: t.Any, where: str) -> Iterator[str]:
    """Where a value has not the keys of its sample, or not their types."""
    if where.rpartition(".")[2] in OPEN:
        return
    if isinstance(sample, list) and isinstance(value, list):
        for item in value:
            yield from _unlike(sample[0], item, where)
    elif isinstance(sample, dict) and isinstance(value, dict):
        for key in sorted(sample.keys() ^ value.keys()):
            yield f"{where}.{key} is {'missing' if key in sample else 'not in the sample'}"
        for key in sample.keys() & value.keys():
            yield from _unlike(sample[key], value[key], f"{where}.{key}")
    elif value is not None and type(value) not in TYPES[type(sample).__name__]:
        yield f"{where} is {value!r} and no {type(sample).__name__}"


def sample_of(field: Mapping[str, t.Any]) -> t.Any:
    """The sample of a key, or what the samples of the keys in it make up; None where there is none."""
    if "contains" not in field:
        return field.get("sample")
    inside = {key: sample for key, child in field["contains"].items() if (sample := sample_of(child)) is not None}
    return [inside] if field["type"] == "list" else inside


def shows(value: t.Any, sample: t.Any, key: str = "") -> bool:
    """Whether a value that was returned is what the sample shows, but for what differs from run to run."""
    if isinstance(sample, dict):
        return isinstance(value, dict) and all(
            name in value and shows(value[name], sample[name], name) for name in sample
        )
    if isinstance(sample, list):
        return isinstance(value, list) and all(any(shows(item, wanted) for item in value) for wanted in sample)
    return bool(form(value, key) == form(sample, key))


def form(value: t.Any, key: str) -> t.Any:
    """A value without what differs from run to run."""
    if key in IDS or isinstance(value, float):
        return type(value)
    if not isinstance(value, str):
        return value
    if key == "path":
        value = re.sub(r"^/.*(?=/logs/)", "", value)
    value = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", "<time>", value)
    value = re.sub(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<request>", value)
    value = re.sub(r"\[ansible [0-9a-f]{8}\]", "<random>", value)
    return re.sub(r"\b[12]0\d{3}\b", "<id>", value) if key in QUOTING else value


def unshown(fields: Fields, results: Iterable[Mapping[str, t.Any]]) -> list[str]:
    """The keys whose samples none of the results shows."""
    results = list(results)
    samples = {key: sample for key, field in fields.items() if (sample := sample_of(field)) not in (None, {}, [{}])}
    return [
        f"{key}: {sample}"
        for key, sample in samples.items()
        if not any(shows(result.get(key), sample, key) for result in results)
    ]
