# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written in two places says the same in both."""

from __future__ import annotations

import importlib
import re
import typing as t

import pytest
import yaml

from tests.collection_path import CHECKOUT
from tests.documentation import MODULES

PLUGINS = "ansible_collections.blueking.job.plugins"
FRAGMENTS = {"blueking.job.attributes", "blueking.job.attributes.action_group_bk_job", "blueking.job.connection"}
REPORTS = {
    "bk_job_execute": ("_launch.report", "LaunchReport"),
    "bk_job_instance_info": ("_report.info", "InfoReport"),
    "bk_job_operate": ("_operate.operate", "OperateReport"),
    "bk_job_plan_info": ("_report.plans", "PlanInfoReport"),
}
SPEC_KEYS = ("type", "elements", "required", "default", "choices", "aliases")


def load(path: str) -> t.Any:
    return yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))


def module(name: str) -> t.Any:
    return importlib.import_module(f"{PLUGINS}.modules.{name}")


def connection_options() -> dict[str, dict[str, t.Any]]:
    connection = importlib.import_module(f"{PLUGINS}.module_utils._options.connection")
    return t.cast("dict[str, dict[str, t.Any]]", connection.OPTIONS)


def fragment_options(name: str) -> dict[str, dict[str, t.Any]]:
    fragment = importlib.import_module(f"{PLUGINS}.doc_fragments.{name}").ModuleDocFragment
    options: dict[str, dict[str, t.Any]] = yaml.safe_load(fragment.DOCUMENTATION)["options"]
    return options


def spec_of(documented: dict[str, dict[str, t.Any]]) -> dict[str, t.Any]:
    """The argument spec, ``env`` included, that documented options promise."""
    return {
        name: {
            **{key: option[key] for key in SPEC_KEYS if key in option},
            **({"options": spec_of(option["suboptions"])} if "suboptions" in option else {}),
            **({"env": variable} if (variable := environment_of(option)) else {}),
        }
        for name, option in documented.items()
    }


def environment_of(option: dict[str, t.Any]) -> str | None:
    """The variable that the text of an option says is used when it is not set."""
    text = " ".join([option["description"]] if isinstance(option["description"], str) else option["description"])
    found = re.search(r"If not set, the value of the environment variable E\((\w+)\) is used\.", text)
    return found.group(1) if found else None


def without_secrecy(spec: dict[str, dict[str, t.Any]]) -> dict[str, t.Any]:
    """What is to be hidden is no part of the documentation."""
    return {
        name: {
            key: without_secrecy(value) if key == "options" else value
            for key, value in option.items()
            if key not in ("no_log", "may_be_secret")
        }
        for name, option in spec.items()
    }


def test_the_connection_options_are_documented_as_they_are() -> None:
    assert spec_of(fragment_options("connection")) == without_secrecy(connection_options())


@pytest.mark.parametrize("name", MODULES)
def test_the_options_of_a_module_are_documented_as_they_are(name: str) -> None:
    documentation = yaml.safe_load(module(name).DOCUMENTATION)
    documented = documentation["options"]
    for fragment in documentation["extends_documentation_fragment"]:
        if fragment not in FRAGMENTS and ".attributes." not in fragment:
            documented.update(fragment_options(fragment.rpartition(".")[2]))
    assert spec_of(documented) == without_secrecy(module(name).OPTIONS)


def test_secrets_are_never_logged() -> None:
    secret = {name for name, option in connection_options().items() if option.get("no_log")}
    assert secret == {"bk_app_secret", "bk_token", "access_token"}


def test_every_module_is_in_the_action_group() -> None:
    assert load("meta/runtime.yml")["action_groups"]["bk_job"] == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_every_module_takes_the_common_fragments(name: str) -> None:
    fragments = yaml.safe_load(module(name).DOCUMENTATION)["extends_documentation_fragment"]
    assert set(fragments) >= FRAGMENTS


def test_the_readme_lists_every_module_and_every_variable() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"^\| \[`(bk_job_\w+)`\]", readme, re.MULTILINE))) == MODULES
    variables = {option["env"] for option in connection_options().values() if "env" in option} | {"BK_BIZ_ID"}
    assert {name for name in variables if f"`{name}`" not in readme} == set()


def test_the_user_agent_names_the_version_of_the_collection() -> None:
    wrapper = importlib.import_module(f"{PLUGINS}.module_utils.bk_job_execute")
    assert load("galaxy.yml")["version"] == wrapper.VERSION


@pytest.mark.parametrize("readme", ["README.md", "docs/README.zh-CN.md"])
def test_the_readme_installs_the_tag_of_this_version(readme: str) -> None:
    tags = re.findall(r"ansible-collection-job,(\S+)", (CHECKOUT / readme).read_text(encoding="utf-8"))
    assert tags == [f"v{load('galaxy.yml')['version']}"]


def test_the_execution_environment_installs_this_version() -> None:
    built = load("execution-environment.yml")
    tarball = f"blueking-job-{load('galaxy.yml')['version']}.tar.gz"
    [file], [collection] = built["additional_build_files"], built["dependencies"]["galaxy"]["collections"]
    assert (file["src"], collection["name"]) == (tarball, f"{file['dest']}/{tarball}")


def test_the_execution_environment_installs_the_requirements_of_the_documentation() -> None:
    lines = (CHECKOUT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    needs = [line.replace(">=", " >= ") for line in lines if line and not line.startswith("#")]
    fragment = importlib.import_module(f"{PLUGINS}.doc_fragments.connection").ModuleDocFragment
    python, *packages = yaml.safe_load(fragment.DOCUMENTATION)["requirements"]
    assert needs == packages == ["requests >= 2.25.1"]
    assert python == f"python {load('tests/config.yml')['modules']['python_requires'].replace('>=', '>= ')}"


@pytest.mark.parametrize("name", MODULES)
def test_results_are_documented_as_they_are(name: str) -> None:
    room, report = REPORTS.get(name, ("_report.instance", "Report"))
    report = getattr(importlib.import_module(f"{PLUGINS}.module_utils.{room}"), report)()
    assert set(yaml.safe_load(module(name).RETURN)) == set(report.as_result())


@pytest.mark.parametrize(
    "key",
    [
        "job_instance_id",
        "job_instance_name",
        "job_plan_id",
        "job_instance_url",
        "status",
        "status_code",
        "finished",
        "steps",
        "hosts",
        "host_list",
        "failed_hosts",
        "error",
    ],
)
def test_results_that_modules_share_are_documented_alike(key: str) -> None:
    texts = [documented[key] for name in MODULES if key in (documented := yaml.safe_load(module(name).RETURN))]
    assert texts == texts[:1] * len(texts)
    assert len(texts) > 1


def own_options(name: str) -> set[str]:
    """What a module takes from playbooks beside the connection."""
    return {option for option in module(name).OPTIONS if not option.startswith("_")}


def test_playbooks_take_all_options_of_the_connection() -> None:
    assert load("playbooks/vars/options.yml")["bk_job_connection_options"] == list(connection_options())


@pytest.mark.parametrize(
    ("playbook", "name", "fixed"),
    [
        ("execute_plan", "bk_job_execute", set()),
        ("resume", "bk_job_wait", set()),
        ("confirm", "bk_job_operate", {"action"}),
    ],
)
def test_playbooks_take_all_options_of_their_module(playbook: str, name: str, fixed: set[str]) -> None:
    [play] = load(f"playbooks/{playbook}.yml")
    aliases = play["vars"].get("bk_job_aliases", {})
    assert set(play["vars"]["bk_job_options"]) == (own_options(name) - fixed) | set(aliases)


def test_the_playbook_takes_the_words_of_the_api() -> None:
    [play] = load("playbooks/execute_plan.yml")
    options = module("bk_job_execute").OPTIONS
    aliases = {alias: name for name, option in options.items() for alias in option.get("aliases", ())}
    # The others are no words of the API, and such that an inventory may have them for something else.
    assert play["vars"]["bk_job_aliases"] == {alias: name for alias, name in aliases.items() if "plan_" not in alias}


def test_stopping_takes_the_options_that_it_knows() -> None:
    [play] = load("playbooks/resume.yml")
    assert set(play["vars"]["bk_job_of_waiting"]) == own_options("bk_job_wait") - own_options("bk_job_operate")
