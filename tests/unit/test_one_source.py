# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written in two places is the same in both."""

from __future__ import annotations

import importlib
import re
import typing as t

import pytest
import yaml

from tests.collection_path import CHECKOUT
from tests.docs import returns
from tests.documentation import MODULES

PLUGINS = "ansible_collections.blueking.job.plugins"
FRAGMENTS = {"blueking.job.attributes", "blueking.job.attributes.action_group_bk_job", "blueking.job.connection"}
SPEC_KEYS = ("type", "elements", "required", "default", "choices", "aliases")


def load(path: str) -> t.Any:
    return yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))


def module(name: str) -> t.Any:
    return importlib.import_module(f"{PLUGINS}.modules.{name}")


def connection_options() -> dict[str, dict[str, t.Any]]:
    connection = importlib.import_module(f"{PLUGINS}.module_utils._options.connection")
    return t.cast("dict[str, dict[str, t.Any]]", connection.OPTIONS.table)


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
    """The environment variable that is the default of an option, as its documentation says."""
    text = " ".join([option["description"]] if isinstance(option["description"], str) else option["description"])
    found = re.search(r"If not set, the value of the environment variable E\((\w+)\) is used\.", text)
    return found.group(1) if found else None


def without_secrecy(spec: dict[str, dict[str, t.Any]]) -> dict[str, t.Any]:
    """The documentation does not say what is hidden."""
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
            documented = {**fragment_options(fragment.rpartition(".")[2]), **documented}
    assert spec_of(documented) == without_secrecy(module(name).MODULE.own_options.table)


@pytest.mark.controller
def test_the_options_of_the_inventory_are_documented_as_they_are() -> None:
    plugin = importlib.import_module(f"{PLUGINS}.inventory.bk_cmdb")
    options = importlib.import_module(f"{PLUGINS}.module_utils._cmdb.options").OPTIONS.table
    documented = yaml.safe_load(plugin.DOCUMENTATION)["options"]
    assert documented.pop("plugin")["choices"] == [plugin.InventoryModule.NAME]
    spec = {
        name: {
            **{key: option[key] for key in SPEC_KEYS if key in option},
            **({"env": option["env"][0]["name"]} if "env" in option else {}),
        }
        for name, option in documented.items()
    }
    # A variable may have it, which Ansible would not see where it is blank.
    assert options["url"]["required"] is True
    spec["url"]["required"] = True
    assert spec == without_secrecy(options)
    assert {name: options[name] for name in connection_options() if name in options} == {
        name: option for name, option in connection_options().items() if name not in BUSINESS
    }


@pytest.mark.parametrize("name", MODULES)
def test_no_module_has_private_options(name: str) -> None:
    assert [option for option in module(name).MODULE.options.table if option.startswith("_")] == []


def test_secrets_are_never_logged() -> None:
    connection = importlib.import_module(f"{PLUGINS}.module_utils._options.connection")
    secret = {name for name, option in connection_options().items() if option.get("no_log")}
    assert secret == set(connection.SECRETS) == {"bk_app_secret", "bk_token", "access_token"}


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
    client = importlib.import_module(f"{PLUGINS}.module_utils.bk_job_execute")
    assert load("galaxy.yml")["version"] == client.VERSION


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
    assert set(yaml.safe_load(module(name).RETURN)) == set(module(name).MODULE.report().as_result())


def test_the_return_blocks_are_those_of_the_table() -> None:
    blocks = returns.returns(returns.TABLE.read_text(encoding="utf-8"))
    assert sorted(blocks) == MODULES
    differing = [
        name
        for name, block in blocks.items()
        if returns.rewritten(path := returns.MODULES / f"{name}.py", block) != path.read_text(encoding="utf-8")
    ]
    assert differing == [], "make returns"


def test_no_return_value_is_written_twice_in_the_table() -> None:
    table = load("tests/docs/returns.yml")
    shared = table.pop("shared")
    copies = [(name, key) for name, keys in table.items() for key, text in keys.items() if text == shared.get(key)]
    unused = [key for key in shared if sum(keys.get(key) == "shared" for keys in table.values()) < 2]
    assert (copies, unused) == ([], [])


def own_options(name: str) -> set[str]:
    """The options of a module beside those of the connection."""
    return set(module(name).MODULE.own_options.table)


PLAYBOOKS = ("execute_plan", "execute_script", "transfer_file", "resume", "confirm", "doctor")
BUSINESS = {"bk_biz_id", "bk_scope_type", "bk_scope_id"}
FILES = {"ca_path", "client_cert", "client_key"}
TASKS = {
    "launch_plan": ("bk_job_execute", set()),
    "wait_for_instance": ("bk_job_wait", set()),
    "confirm_step": ("bk_job_operate", {"action"}),
    "stop_instance": ("bk_job_operate", {"action", "wait", "step_instance_id"}),
    "retry_step": ("bk_job_operate", {"action", "wait"}),
    "run_script": ("bk_job_execute_script", set()),
    "send_files": ("bk_job_transfer_file", set()),
    "check_site": ("bk_job_site_info", {"url", "cmdb_url"}),
}
# Extra variables that have not the name of their option, since Ansible reserves that.
RENAMED = {"args": "script_args"}


def arguments(task: str) -> dict[str, str]:
    """What the task of a ready playbook gives its module, from extra variables or by itself."""
    [item] = load(f"playbooks/tasks/{task}.yml")
    [outer] = load("playbooks/tasks/run.yml")
    [defaults] = [block["module_defaults"] for block in outer["block"] if "module_defaults" in block]
    name, fixed = TASKS[task]
    module_name = f"blueking.job.{name}"
    given = {**defaults["group/blueking.job.bk_job"], **defaults.get(module_name, {}), **item[module_name]}
    return {option: value for option, value in given.items() if option not in fixed}


def table(task: str) -> dict[str, dict[str, t.Any]]:
    """The options of a task's module, also by their other names."""
    options: dict[str, dict[str, t.Any]] = module(TASKS[task][0]).MODULE.own_options.table
    return {name: option for key, option in options.items() for name in (key, *option.get("aliases", ()))}


def extra_variables() -> set[str]:
    [include] = load("playbooks/tasks/extra_variables.yml")
    return set(include["vars"])


def test_playbooks_read_the_connection_from_the_environment() -> None:
    options = connection_options()
    variables = load("playbooks/vars/options.yml")["bk_job_environment"]
    # For this one the environment has variables that are not the collection's.
    assert variables.pop("use_proxy") == "no_proxy"
    assert variables == {
        name: option["env"]
        for key, option in options.items()
        if "env" in option
        # A workflow may well have this alias for something else.
        for name in {key, *option.get("aliases", ())} - {"username"}
    }
    assert set(options) <= {*variables, "use_proxy"} | BUSINESS


@pytest.mark.parametrize("task", TASKS)
def test_playbooks_take_all_options_of_their_module(task: str) -> None:
    name, fixed = TASKS[task]
    options = module(name).MODULE.own_options.table
    aliases = {alias for option in options.values() for alias in option.get("aliases", ())}
    assert set(arguments(task)) == (own_options(name) - fixed) | aliases | BUSINESS | FILES


def test_every_extra_variable_is_declared() -> None:
    taken = {RENAMED.get(option, option) for task in TASKS for option in arguments(task)}
    taken |= {"resume_action", "report_file"}
    assert extra_variables() == (taken | set(load("playbooks/vars/options.yml")["bk_job_environment"])) - {
        "timeout",
        "retries",
    }


def test_every_option_that_may_be_text_has_an_example() -> None:
    examples = load("playbooks/vars/options.yml")["bk_job_structures"]
    plays = [load(f"playbooks/{name}.yml")[0]["vars"] for name in PLAYBOOKS]
    assert {option for play in plays for option in play["bk_job_may_be_text"]} == set(examples)
    options = {RENAMED.get(name, name): option for task in TASKS for name, option in table(task).items()}
    kinds = {name: {"dict": dict, "list": list}[options[name]["type"]] for name in examples}
    assert {name: type(example) for name, example in examples.items()} == kinds


@pytest.mark.parametrize("task", TASKS)
def test_arguments_come_from_the_variable_of_their_name(task: str) -> None:
    variables = load("playbooks/vars/options.yml")["bk_job_environment"]
    for option, value in arguments(task).items():
        # Files are those of the environment, by no variable that an extra variable could override.
        known = {variables[option]} if option in FILES else {RENAMED.get(option, option)}
        assert option not in FILES or "bk_job_" not in value
        assert known <= set(re.findall(r"\w+", value))


def test_the_site_has_the_guides_and_modules_in_order() -> None:
    index = (CHECKOUT / "docs/docsite/index.rst").read_text(encoding="utf-8")
    guides = [guide for section in load("docs/docsite/extra-docs.yml")["sections"] for guide in section["toctree"]]
    assert re.findall(r"^   docsite/(\w+)$", index, re.MULTILINE) == guides
    assert re.findall(r"^   (bk_job_\w+) <\1_module>$", index, re.MULTILINE) == MODULES
