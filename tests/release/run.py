# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a release: ``make release VERSION=1.2.3``.

All of it is done in a work tree beside this one, so that a failure leaves nothing behind: the branch moves, and the tag
appears, when the tarball of that very commit was installed elsewhere and has played the demo.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import yaml
from semantic_version import Version

from tests.collection_path import CHECKOUT
from tests.demo.run import play

if t.TYPE_CHECKING:
    from collections.abc import Iterator

BREAKING = {"breaking_changes", "removed_features"}
NEEDED = {"meta", "playbooks", "plugins"}
FEATURES = {"major_changes", "minor_changes", "deprecated_features"}

LEFT = """
{version} is released here, and nowhere else. What is left to a person:
  git push origin HEAD              and wait until every check is green on that commit
  git push origin v{version}            the workflow "release" then signs the tarball and keeps it beside the tag
  ansible-galaxy collection publish {tarball}
                                    for Galaxy; the same file is uploaded to Automation Hub
To take it back before the push: git tag -d v{version} && git reset --keep HEAD~1
"""


def run(*command: str | Path, cwd: Path = CHECKOUT, **environment: str) -> str:
    """Run a command, which must succeed, and return what it printed."""
    words = [str(word) for word in command]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"No release: this failed: {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def told() -> set[str]:
    """The sections of the changelog that the fragments fill, beside a summary."""
    fragments = (CHECKOUT / "changelogs" / "fragments").glob("*.y*ml")
    sections = {section for path in fragments for section in yaml.safe_load(path.read_text(encoding="utf-8"))}
    return sections - {"release_summary", "trivial"}


def check(text: str, current: Version) -> None:
    """Refuse what must not be released, before anything is done."""
    try:
        version = Version(text)
    except ValueError:
        sys.exit(f"No release: VERSION must be a semantic version such as {current.next_minor()}, not {text!r}.")
    if version.prerelease or version.build:
        sys.exit(f"No release: VERSION must be three numbers, not {text!r}.")
    if version <= current:
        sys.exit(f"No release: {version} is not newer than {current}.")
    if changed := run("git", "status", "--porcelain"):
        sys.exit(f"No release: the work tree is not clean.\n{changed}")
    if run("git", "tag", "--list", f"v{version}"):
        sys.exit(f"No release: there is a tag v{version} already.")
    if not (sections := told()):
        sys.exit("No release: changelogs/fragments has no fragment, so there is nothing to tell users.")
    run("antsibull-changelog", "lint")
    if breaking := sections & BREAKING:
        least = current.next_major()
        if f"\n## To {version}\n" not in (CHECKOUT / "docs" / "upgrading.md").read_text(encoding="utf-8"):
            sys.exit(f'No release: {", ".join(breaking)} need a section "## To {version}" in docs/upgrading.md.')
    else:
        least = current.next_minor() if sections & FEATURES else current.next_patch()
    if version < least:
        sys.exit(f"No release: the fragments have {', '.join(sorted(sections))}, so it is {least} at least.")


@contextlib.contextmanager
def work_tree() -> Iterator[Path]:
    """A work tree of the last commit, which is then removed."""
    with tempfile.TemporaryDirectory(prefix="blueking-job-") as folder:
        tree = Path(folder, "tree")
        run("git", "worktree", "add", "--quiet", "--detach", tree)
        try:
            yield tree
        finally:
            run("git", "worktree", "remove", "--force", tree)


def commit(tree: Path, current: Version, version: str) -> str:
    """Write version and changelog in ``tree``, and return the commit."""
    bump = ("replace", "--current-version", current, "--new-version", version)
    run("bump-my-version", *map(str, bump), cwd=tree)
    run("antsibull-changelog", "release", cwd=tree)
    run("git", "add", "--all", cwd=tree)
    run("git", "commit", "--quiet", "--message", f"Release {version}", cwd=tree)
    run("git", "clean", "-dfxq", cwd=tree)
    return run("git", "rev-parse", "HEAD", cwd=tree).strip()


def try_out(tarball: Path, version: str) -> None:
    """Install the tarball into an empty folder, read every module's documentation there, and play the demo there.

    It is played with no more of the collection than playbooks may need, as the community asks of what Ansible ships.
    """
    with tempfile.TemporaryDirectory(prefix="blueking-job-") as folder:
        where = Path(folder)
        run("ansible-galaxy", "collection", "install", "--offline", "--collections-path", where, tarball, cwd=where)
        collection = where / "ansible_collections" / "blueking" / "job"
        names = [f"blueking.job.{path.stem}" for path in (collection / "plugins" / "modules").glob("*.py")]
        run("ansible-doc", *names, cwd=where, ANSIBLE_COLLECTIONS_PATH=folder)
        run("rm", "-r", *(path for path in collection.iterdir() if path.name not in NEEDED))
        code, requests = play(folder, where)
    agents = {request.headers["User-Agent"] for request in requests}
    if code or agents != {f"blueking.job/{version}"}:
        sys.exit(f"No release: the demo ended with {code}, played by {', '.join(agents) or 'nobody'}.")


def main() -> None:
    """Make the release that the command line asks for, or say why not."""
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    current = Version(yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    check(version, current)
    tarball = CHECKOUT / f"blueking-job-{version}.tar.gz"
    with work_tree() as tree:
        made = commit(tree, current, version)
        run("ansible-galaxy", "collection", "build", "--output-path", tree.parent, cwd=tree)
        try_out(tree.parent / tarball.name, version)
        run("git", "tag", "--annotate", "--message", f"blueking.job {version}", f"v{version}", made)
        try:
            run("git", "merge", "--quiet", "--ff-only", made)
        except SystemExit:
            run("git", "tag", "--delete", f"v{version}")
            raise
        shutil.copy(tree.parent / tarball.name, tarball)
    print(LEFT.format(version=version, tarball=tarball.name))


if __name__ == "__main__":
    main()
