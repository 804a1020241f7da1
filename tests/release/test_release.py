# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release is made of a copy of this checkout: all of it, up to the tag. What must not be released is refused."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import typing as t

import pytest
import yaml
from semantic_version import Version

from tests.collection_path import CHECKOUT

if t.TYPE_CHECKING:
    from pathlib import Path

NOW = Version(yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"])
#: Enough for whatever the fragments of this checkout tell.
NEXT = str(NOW.next_major())
IN_THE_TARBALL = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "COPYING",
    "FILES.json",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "REUSE.toml",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
}


class Copy:
    """A repository with the files of this checkout as they are now."""

    def __init__(self, root: Path) -> None:
        self.root = root
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (CHECKOUT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(CHECKOUT / name, root / name)
        self.git("init", "--quiet", "--initial-branch", "main")
        for name, value in {"user.name": "tests", "user.email": "tests@example.com"}.items():
            self.git("config", name, value)
        for name in ("commit.gpgSign", "tag.gpgSign"):
            self.git("config", name, "false")
        self.write("changelogs/fragments/tests.yml", "bugfixes:\n  - tests - there is always a fragment\n")

    def git(self, *words: str) -> str:
        return subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True).stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Commit a file."""
        (self.root / path).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", f"Write {path}")

    def state(self) -> list[str]:
        """All that a failure must leave as it was."""
        words = [("rev-parse", "HEAD"), ("status", "--porcelain"), ("tag", "--list"), ("worktree", "list")]
        return [self.git(*command) for command in words]

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)

    def release(self, *version: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "tests.release.run", *version)

    def refusal(self, *version: str) -> str:
        """What a release is refused with, having changed nothing."""
        before = self.state()
        done = self.release(*version)
        assert done.returncode == 1, done.stdout
        assert self.state() == before
        return done.stderr.partition("No release: ")[2]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ([], "must be a semantic version"),
        (["1.0"], "must be a semantic version"),
        ([f"v{NEXT}"], "must be a semantic version"),
        ([f"{NEXT}-rc.1"], "must be three numbers"),
        ([str(NOW)], f"{NOW} is not newer than {NOW}"),
        (["0.0.1"], f"0.0.1 is not newer than {NOW}"),
    ],
)
def test_only_a_newer_version_is_released(copy: Copy, version: list[str], words: str) -> None:
    assert words in copy.refusal(*version)


def test_only_what_is_committed_is_released(copy: Copy) -> None:
    (copy.root / "plugins" / "filter" / "mine.py").touch()
    assert "plugins/filter/mine.py" in copy.refusal(NEXT)


def test_a_tag_is_never_moved(copy: Copy) -> None:
    copy.git("tag", f"v{NEXT}")
    assert f"a tag v{NEXT}" in copy.refusal(NEXT)


def test_a_release_has_something_to_tell(copy: Copy) -> None:
    for fragment in (copy.root / "changelogs" / "fragments").glob("*.yml"):
        fragment.unlink()
    copy.write("changelogs/fragments/mine.yml", "release_summary: Much.\ntrivial:\n  - Nothing for users.\n")
    assert "no fragment" in copy.refusal(NEXT)


def test_fragments_have_to_be_right(copy: Copy) -> None:
    copy.write("changelogs/fragments/mine.yml", "features:\n  - no such section\n")
    assert "features" in copy.refusal(NEXT)


@pytest.mark.parametrize(
    ("section", "version"), [("minor_changes", NOW.next_patch()), ("removed_features", NOW.next_minor())]
)
def test_the_number_says_what_the_fragments_say(copy: Copy, section: str, version: Version) -> None:
    copy.write("docs/upgrading.md", f"# Upgrading\n\n## To {version}\n")
    copy.write("changelogs/fragments/mine.yml", f"{section}:\n  - tests - it is different.\n")
    assert "at least" in copy.refusal(str(version))


def test_what_breaks_has_upgrade_notes(copy: Copy) -> None:
    after = str(Version(NEXT).next_major())
    copy.write("changelogs/fragments/mine.yml", "breaking_changes:\n  - tests - it is gone.\n")
    assert f'"## To {after}" in docs/upgrading.md' in copy.refusal(after)


def test_what_does_not_play_leaves_no_trace(copy: Copy) -> None:
    copy.write("plugins/module_utils/_launch/launch.py", "raise RuntimeError\n")
    assert "the demo ended with 2" in copy.refusal(NEXT)


def test_a_release(copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = copy.git("rev-parse", "HEAD")
    done = copy.release(NEXT)
    assert done.returncode == 0, done.stdout + done.stderr
    for left in ("git push origin HEAD", f"git push origin v{NEXT}", f"publish blueking-job-{NEXT}.tar.gz"):
        assert left in done.stdout

    assert copy.git("rev-parse", "HEAD~1") == before
    assert copy.git("rev-parse", f"v{NEXT}^{{commit}}") == copy.git("rev-parse", "HEAD")
    assert copy.git("cat-file", "-t", f"v{NEXT}") == "tag"
    assert copy.git("symbolic-ref", "--short", "HEAD") == "main"
    assert copy.git("status", "--porcelain") == ""
    assert copy.git("worktree", "list").count("\n") == 0

    changed = set(copy.git("diff", "--name-only", "HEAD~1").splitlines())
    fragments = {path for path in changed if path.startswith("changelogs/fragments/")}
    assert changed - fragments == {
        "CHANGELOG.md",
        "README.md",
        "SECURITY.md",
        "changelogs/changelog.yaml",
        "docs/README.zh-CN.md",
        "docs/docsite/rst/guide_awx.rst",
        "docs/docsite/rst/guide_awx_zh.rst",
        "docs/docsite/rst/guide_inventory.rst",
        "docs/docsite/rst/guide_inventory_zh.rst",
        "execution-environment.yml",
        "galaxy.yml",
        "playbooks/awx_setup.yml",
        "plugins/module_utils/bk_job_execute.py",
    }
    for path in (
        "SECURITY.md",
        "docs/docsite/rst/guide_awx.rst",
        "docs/docsite/rst/guide_awx_zh.rst",
        "docs/docsite/rst/guide_inventory.rst",
        "docs/docsite/rst/guide_inventory_zh.rst",
        "execution-environment.yml",
        "playbooks/awx_setup.yml",
    ):
        page = (copy.root / path).read_text(encoding="utf-8")
        assert set(re.findall(r"(?:bk-job-ee:|blueking-job-|refs/tags/v)(\d+\.\d+\.\d+)", page)) == {NEXT}
    assert not any((copy.root / path).exists() for path in fragments)
    changes = (copy.root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"v{NEXT}".replace(".", r"\.") in changes
    assert "there is always a fragment" in changes
    assert "no fragment" in copy.refusal(str(Version(NEXT).next_patch()))

    folder = tmp_path_factory.mktemp("tarball")
    with tarfile.open(copy.root / f"blueking-job-{NEXT}.tar.gz") as tarball:
        tarball.extractall(folder, filter="data")
    assert {path.name for path in folder.iterdir()} == IN_THE_TARBALL
    assert {path.name for path in (folder / "changelogs").iterdir()} == {"changelog.yaml", "config.yaml"}
    assert (folder / "CHANGELOG.md").read_text(encoding="utf-8") == changes
    assert not (folder / "docs" / "checklists.md").exists()

    checks = copy.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/test_one_source.py")
    assert checks.returncode == 0, checks.stdout
