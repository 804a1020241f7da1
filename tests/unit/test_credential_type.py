# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential type for AWX is one that AWX takes, and gives the modules what they read.

The rules are those of ``awx/main/fields.py``, and injecting is done as in ``awx/main/models/credential.py``.
"""

from __future__ import annotations

import importlib
import re
import typing as t
from pathlib import Path

import pytest
import trustme
import yaml

from tests.awx.credentials import inject
from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from tests.simulator import Simulator

    from .conftest import RunModule

pytestmark = pytest.mark.controller

TYPE = yaml.safe_load((CHECKOUT / "extensions" / "awx" / "credential_type.yml").read_text(encoding="utf-8"))
FIELDS: dict[str, dict[str, t.Any]] = {field["id"]: field for field in TYPE["inputs"]["fields"]}
FILES: dict[str, str] = TYPE["injectors"]["file"]
VARIABLES: dict[str, str] = TYPE["injectors"]["env"]
BLOCKED = """VIRTUAL_ENV PATH PYTHONPATH JOB_ID INVENTORY_ID INVENTORY_SOURCE_ID INVENTORY_UPDATE_ID AD_HOC_COMMAND_ID
    REST_API_URL REST_API_TOKEN MAX_EVENT_RES CALLBACK_QUEUE CALLBACK_CONNECTION CACHE JOB_CALLBACK_DEBUG
    INVENTORY_HOSTVARS AWX_HOST PROJECT_REVISION SUPERVISOR_CONFIG_PATH""".split()
LEAST = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin", "bk_biz_id": "1"}


def environment_options() -> dict[str, dict[str, t.Any]]:
    """What the modules read from the environment: variable → argument spec with the option's name."""
    utils = "ansible_collections.blueking.job.plugins.module_utils"
    connection = importlib.import_module(f"{utils}._options.connection")
    options = (connection.OPTIONS + importlib.import_module(f"{utils}._follow.options").OPTIONS).table
    # The business is read apart from the others.
    options["bk_biz_id"] = {**options["bk_biz_id"], "env": connection.BK_BIZ_ID}
    return {option["env"]: {**option, "name": name} for name, option in options.items() if "env" in option}


def field_of(variable: str) -> dict[str, t.Any]:
    """The field that fills a variable, perhaps by way of a file."""
    [name] = set(re.findall(r"\b\w+\b", VARIABLES[variable])) & set(FIELDS) - {"tower"}
    return FIELDS[name]


def as_saved(inputs: dict[str, str]) -> dict[str, str]:
    """Inputs that came from AWX's form, where blank fields are sent too: blank choices become the first one."""
    blank = {name: field.get("choices", [""])[0] for name, field in FIELDS.items()}
    return {**blank, **inputs}


def test_the_whole_environment_of_the_modules_is_injected_and_nothing_else() -> None:
    assert set(VARIABLES) == set(environment_options())
    assert {field_of(name)["id"] for name in VARIABLES} == set(FIELDS)


@pytest.mark.parametrize("variable", VARIABLES)
def test_fields_are_what_the_options_are(variable: str) -> None:
    option, field = environment_options()[variable], field_of(variable)
    # What modules read from files, a credential holds.
    held = {"ca_path": "ca_certificate", "client_cert": "client_certificate"}
    assert field["id"] == held.get(option["name"], option["name"])
    private = variable == "BK_JOB_CLIENT_KEY"
    assert field.get("secret", False) == option.get("no_log", private)
    assert (field["id"] in TYPE["inputs"]["required"]) == option.get("required", False)
    assert field.get("multiline", False) == (option["type"] == "path")
    choices = ["true", "false"] if option["type"] == "bool" else option.get("choices", [])
    assert sorted(field.get("choices", [])) == sorted(choices)


@pytest.mark.parametrize("variable", [name for name in VARIABLES if "choices" in field_of(name)])
def test_the_first_choice_is_the_default(variable: str) -> None:
    default = environment_options()[variable]["default"]
    assert field_of(variable)["choices"][0] == (str(default).lower() if isinstance(default, bool) else default)


def test_awx_takes_the_type() -> None:
    assert set(TYPE) == {"name", "kind", "description", "inputs", "injectors"}
    assert TYPE["kind"] in ("cloud", "net")
    assert set(TYPE["inputs"]) == {"fields", "required"}
    assert set(TYPE["inputs"]["required"]) <= set(FIELDS)
    assert set(TYPE["injectors"]) <= {"file", "env", "extra_vars"}


def test_awx_takes_the_fields() -> None:
    assert len(FIELDS) == len(TYPE["inputs"]["fields"])
    assert "tower" not in FIELDS
    known = {
        "type",
        "format",
        "choices",
        "id",
        "label",
        "help_text",
        "multiline",
        "secret",
        "ask_at_runtime",
        "default",
    }
    for name, field in FIELDS.items():
        assert re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", name)
        assert {"id", "label", "type"} <= set(field) <= known
        assert all(isinstance(choice, str) for choice in field.get("choices", []))
        # AWX knows booleans too, but takes a blank one for false: not what a blank validate_certs may mean.
        assert field["type"] == "string"


def test_awx_takes_the_templates() -> None:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    jinja = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    labels = [re.fullmatch(r"template\.([a-zA-Z_][a-zA-Z0-9_]*)", label) for label in FILES]
    filename = {label.group(1): "EXAMPLE_FILENAME" for label in labels if label}
    assert len(filename) == len(FILES)
    for template in [*FILES.values(), *VARIABLES.values()]:
        assert template.isascii()
        assert jinja.from_string(template).render({**dict.fromkeys(FIELDS, "EXAMPLE"), "tower": {"filename": filename}})


@pytest.mark.parametrize("variable", VARIABLES)
def test_awx_takes_the_variables(variable: str) -> None:
    assert re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", variable)
    assert not variable.startswith("ANSIBLE_")
    assert variable not in BLOCKED


@pytest.mark.parametrize("complete", [False, True], ids=["by API", "by form"])
def test_blank_fields_leave_the_modules_their_defaults(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, complete: bool
) -> None:
    inputs = {"url": sim.url, **LEAST}
    for name, value in inject(TYPE, as_saved(inputs) if complete else inputs, tmp_path).items():
        monkeypatch.setenv(name, value)
    result = run_module("bk_job_execute", job_plan_id=100)
    assert result["outcome"] == "launched", result["msg"]
    arguments = result["invocation"]["module_args"]
    for variable, option in environment_options().items():
        if field_of(variable)["id"] not in inputs:
            assert arguments[option["name"]] == option.get("default")


def test_each_field_reaches_the_modules(
    sim: Simulator, run_module: RunModule, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    client = authority.issue_cert("client.example.com")
    inputs = {
        "url": sim.url,
        "gateway": "esb",
        "api_version": "v2",
        **LEAST,
        "bk_token": "token-of-alice",
        "access_token": "access-of-alice",
        "credentials_in": "header",
        "bk_tenant_id": "blue",
        "language": "zh",
        "console_url": "https://job.example.com",
        "validate_certs": "false",
        "ca_certificate": authority.cert_pem.bytes().decode(),
        "client_certificate": client.cert_chain_pems[0].bytes().decode(),
        "client_key": client.private_key_pem.bytes().decode(),
        "timeout": "50",
        "retries": "0",
    }
    assert set(inputs) == set(FIELDS)
    for name, value in inject(TYPE, inputs, tmp_path).items():
        monkeypatch.setenv(name, value)
    result = run_module("bk_job_execute", job_plan_id=100)
    assert result["outcome"] == "launched", result["msg"]
    assert result["job_instance_url"].startswith("https://job.example.com/")
    [request] = [request for request in sim.requests if request.api == "execute_job"]
    assert "access-of-alice" in request.headers["X-Bkapi-Authorization"]
    assert request.headers["X-Bk-Tenant-Id"] == "blue"
    arguments = result["invocation"]["module_args"]
    for name in ("gateway", "api_version", "credentials_in", "language", "timeout", "retries"):
        assert str(arguments[name]) == inputs[name]
    assert arguments["validate_certs"] is False
    for name, field in (("ca_path", "ca_certificate"), ("client_cert", "client_certificate"), ("client_key",) * 2):
        assert Path(arguments[name]).read_text(encoding="utf-8") == inputs[field]
