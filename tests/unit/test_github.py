# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The security policy, the workflows and the forms for issues agree with each other and with the repository."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import yaml

from tests.collection_path import CHECKOUT

GITHUB = CHECKOUT / ".github"
POLICY = (CHECKOUT / "SECURITY.md").read_text(encoding="utf-8")
REPOSITORY = "blueking-community/ansible-collection-job"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))


def test_the_commands_of_the_policy_name_the_workflow_that_signs() -> None:
    [workflow] = [path for path in WORKFLOWS if "cosign sign-blob" in path.read_text(encoding="utf-8")]
    place = f"{REPOSITORY}/{workflow.relative_to(CHECKOUT)}"
    signers = re.findall(r"--signer-workflow (\S+)", POLICY)
    identities = re.findall(r"--certificate-identity https://github.com/(\S+)@refs/tags/v[0-9.]+\n", POLICY)
    assert (signers, identities) == ([place], [place])
    steps = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]["publish"]["steps"]
    assert [step["with"] for step in steps if "attest-build-provenance" in step.get("uses", "")] == [
        {"subject-path": "blueking-job-*.tar.gz"}
    ]


def test_one_action_has_one_version() -> None:
    """With a comment that says which version the hash is; zizmor refuses an action without a hash."""
    used = [use for path in WORKFLOWS for use in re.findall(r"uses: (\S+)@(.+)", path.read_text(encoding="utf-8"))]
    assert len(dict(used)) == len(set(used))
    assert [use for use in used if not re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", use[1])] == []


def test_every_folder_with_requirements_is_kept_up_to_date() -> None:
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    [patterns] = [update["directories"] for update in updates if update["package-ecosystem"] == "pip"]
    folders = {f"/{path.parent.relative_to(CHECKOUT)}" for path in CHECKOUT.glob("[bt]*/**/requirements.txt")}
    assert {folder for folder in folders if not any(map(PurePosixPath(folder).match, patterns))} == set()
    assert "/tests/unit" in folders


def test_forms_for_issues_name_what_is_there() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
    paths = re.findall(rf"github\.com/{REPOSITORY}/blob/main/([^)\s]+)", text)
    assert paths
    assert [path for path in paths if not (CHECKOUT / path).is_file()] == []
    playbooks = re.findall(r"blueking\.job\.(\w+)", text)
    assert playbooks == ["doctor"]
    assert [name for name in playbooks if not (CHECKOUT / "playbooks" / f"{name}.yml").is_file()] == []
