# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX accepts when a user starts a job from a job template, and what it ignores.

Seen on AWX 24.6.2.dev0, and read in ``awx/main/models/jobs.py`` (``_accept_or_ignore_job_kwargs``),
``awx/main/models/mixins.py`` (surveys) and ``awx/api/serializers.py`` (``JobLaunchSerializer``).
"""

from __future__ import annotations

import typing as t

Item = dict[str, t.Any]

# Fields of a launch, and the switch of the template that lets users set them (*Prompt on launch*).
PROMPTS = {
    "credentials": "ask_credential_on_launch",
    "diff_mode": "ask_diff_mode_on_launch",
    "execution_environment": "ask_execution_environment_on_launch",
    "extra_vars": "ask_variables_on_launch",
    "forks": "ask_forks_on_launch",
    "instance_groups": "ask_instance_groups_on_launch",
    "inventory": "ask_inventory_on_launch",
    "job_slice_count": "ask_job_slice_count_on_launch",
    "job_tags": "ask_tags_on_launch",
    "job_type": "ask_job_type_on_launch",
    "labels": "ask_labels_on_launch",
    "limit": "ask_limit_on_launch",
    "scm_branch": "ask_scm_branch_on_launch",
    "skip_tags": "ask_skip_tags_on_launch",
    "timeout": "ask_timeout_on_launch",
    "verbosity": "ask_verbosity_on_launch",
}
# Types of answers. A number as text is refused, and so is a blank for a number or a choice.
TYPES: dict[str, type] = {"integer": int, "text": str, "textarea": str, "password": str, "multiplechoice": str}


class Launch(t.NamedTuple):
    """What becomes of the fields of a launch; with ``errors`` AWX responds with 400 and creates nothing."""

    accepted: Item
    ignored: Item
    errors: Item


def is_of(value: t.Any, kind: str) -> bool:
    """Whether a survey answer or default has exactly the type of its question: a boolean is no number."""
    return isinstance(value, TYPES[kind]) and isinstance(value, bool) is (TYPES[kind] is bool)


def questions(template: Item) -> list[Item]:
    """The questions of a template's survey."""
    if not template.get("survey_enabled"):
        return []
    spec: list[Item] = template.get("survey_spec", {}).get("spec", [])
    return spec


def complaint(question: Item, answers: Item) -> str:
    """What is wrong with the answer to a question, if anything; ``_survey_element_validation`` of AWX.

    Seen: 400 for the integer ``"100"`` and for a blank choice. Read: an answer that is missing is an error only if it
    is required, and limits are those of a number or of the length of text.
    """
    name = question["variable"]
    if name not in answers:
        return f"'{name}' value missing" if question["required"] else ""
    value = answers[name]
    if question["type"] == "multiplechoice":
        known = value in question["choices"]
        return "" if known else f"Value {value} for '{name}' expected to be one of {question['choices']}."
    if not is_of(value, question["type"]):
        kind = "an integer" if question["type"] == "integer" else "a string"
        return f"Value {value} for '{name}' expected to be {kind}."
    size = value if question["type"] == "integer" else len(value)
    if question.get("min") not in ("", None) and size < int(question["min"]):
        return f"'{name}' value {value} is too small (must be at least {question['min']})."
    if question.get("max") not in ("", None) and size > int(question["max"]):
        return f"'{name}' value {value} is too large (must be no more than {question['max']})."
    return ""


def launch(template: Item, project: Item, data: Item) -> Launch:
    """Sort the fields of a launch by a user who may only execute the template."""
    given = {name: value for name, value in data.items() if name in PROMPTS}
    answers = given.pop("extra_vars", {})
    survey = questions(template)
    wrong = [text for question in survey if (text := complaint(question, answers))]
    names = {question["variable"] for question in survey}
    free = template.get(PROMPTS["extra_vars"], False)
    accepted: Item = {"extra_vars": {name: value for name, value in answers.items() if free or name in names}}
    ignored: Item = {name: value for name, value in given.items() if not template.get(PROMPTS[name], False)}
    accepted.update({name: value for name, value in given.items() if name not in ignored})
    if rest := {name: value for name, value in answers.items() if name not in accepted["extra_vars"]}:
        ignored["extra_vars"] = rest
    errors: Item = {"variables_needed_to_start": wrong} if wrong else {}
    if project["status"] in ("error", "failed"):
        errors["playbook"] = "Missing a revision to run due to failed project update."
    return Launch(accepted, ignored, errors)


def variables_of(template: Item, accepted: Item, artifacts: Item) -> Item:
    """The extra variables of a job. Artifacts of a workflow's earlier nodes need neither a prompt nor a question."""
    defaults = {question["variable"]: question["default"] for question in questions(template) if "default" in question}
    return {**template.get("extra_vars", {}), **defaults, **accepted["extra_vars"], **artifacts}


def slices_of(template: Item, accepted: Item, hosts: list[str]) -> list[list[str]]:
    """The hosts of each slice, as ``get_effective_slice_ct`` and ``get_sliced_hosts`` have it."""
    wanted = int(accepted.get("job_slice_count") or template["job_slice_count"])
    count = min(wanted, len(hosts))
    return [sorted(hosts)[number::count] for number in range(count)] if count > 1 else [sorted(hosts)]


def meta_variables(job: Item, workflow_job: Item | None) -> Item:
    """The extra variables that describe a job itself (``awx_meta_vars``); none is about slices."""
    about = {"job_id": job["id"], "job_template_name": job["name"], "job_launch_type": "manual"}
    if workflow_job:
        about.update(workflow_job_id=workflow_job["id"], workflow_job_name=workflow_job["name"])
        about["job_launch_type"] = "workflow"
    return {f"{prefix}_{name}": value for prefix in ("awx", "tower") for name, value in about.items()}
