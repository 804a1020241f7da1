# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every check of the collection. ``make test`` runs the starred ones of ``nox -l``, ``nox -s NAME`` runs one.

``make test-matrix`` runs those tagged ``matrix``; ``nox -t every`` runs the other pairs of ansible-core and Python.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import antsibull_nox
import nox
import nox.registry
from antsibull_nox.sessions.collections import prepare_collections

nox.needs_version = ">=2026.8.10"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
# What a change can break, on the newest ansible-core and the oldest Python. The longest begins early.
nox.options.sessions = [
    "lint",
    "tests-newest",
    "spelling",
    "extra-checks",
    "reuse",
    "workflows",
    "docs-check",
    "docs",
    "ansible-lint",
    "build-import-check",
    "pictures",
    "eda",
    "sanity-newest",
    "tests-python3.8",
]
# What only some changes can break: older versions of ansible-core, and what is used now and then.
MATRIX = [
    "release",
    "ee",
    "awx",
    "bench",
    "sanity-2.16",
    "integration-2.16",
    "integration-2.17",
    "integration-2.18",
    "integration-2.19",
    "integration-2.20",
    "integration-newest",
]

# pyenv has only its active versions on PATH, and both nox and ansible-test look for the others there.
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
# Without bytecode, each of the thousands of commands of Ansible that the tests start would compile it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Most of what is installed is never imported. pip takes this variable for --no-compile, and its value for --compile.
os.environ["PIP_NO_COMPILE"] = "false"
os.environ["PATH"] = os.pathsep.join([*map(str, PYENV.glob("versions/3.*/bin")), os.environ["PATH"]])


def found(version: str) -> bool:
    """Whether this machine has that Python."""
    return shutil.which(f"python{version}") is not None


# Pythons of managed hosts that module code is for.
MODULE_PYTHONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
# Pythons of controllers, for each ansible-core since meta/runtime.yml's oldest.
CONTROLLER_PYTHONS = {
    "2.16": ["3.10", "3.11", "3.12"],
    "2.17": ["3.10", "3.11", "3.12"],
    "2.18": ["3.11", "3.12", "3.13"],
    "2.19": ["3.11", "3.12", "3.13"],
    "2.20": ["3.12", "3.13", "3.14"],
    "2.21": ["3.12", "3.13", "3.14"],
}
# One file of tests is one worker's, since the tests of a file share what was played for them.
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile")
# The newest ansible-core is the newest one that the newest Python here can install.
NEWEST_PYTHON = next(filter(found, ["3.14", "3.13", "3.12"]), f"3.{sys.version_info.minor}")

antsibull_nox.load_antsibull_nox_toml()

# What `python -m tests.checks` shows at the end of all sessions.
RESULTS = Path("tests/output/checks")


def note(session: nox.Session, text: str) -> None:
    """Have it said at the end that a session did less than it could."""
    session.warn(text)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{session.name}.txt").write_text(f"{text}\n", encoding="utf-8")


def run_pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest, and have its counts shown at the end."""
    session.run("pytest", f"--junitxml={RESULTS / session.name}.xml", *arguments, *session.posargs)


@nox.session
def reuse(session: nox.Session) -> None:
    """Check that every file states its license."""
    session.install("--upgrade", "reuse[chardet]>=6.2")
    # Otherwise reuse prefers libmagic, which is no Python package: the check would differ between machines.
    session.run("reuse", "lint", *session.posargs, env={"REUSE_ENCODING_MODULE": "chardet"})


@nox.session
def spelling(session: nox.Session) -> None:
    """Check the spelling, which is American, and find words that tests/words.txt replaces by plain ones."""
    session.install("--upgrade", "codespell>=2.4")
    session.run("codespell", *session.posargs)


@nox.session
def workflows(session: nox.Session) -> None:
    """Check the form of the files that GitHub reads, and what others could do to the workflows."""
    session.install("--upgrade", "check-jsonschema>=0.38", "zizmor>=1.32")
    session.run("zizmor", "--offline", "--strict-collection", "--no-progress", ".github", *session.posargs)
    for schema, files in {
        "github-workflows": sorted(map(str, Path(".github/workflows").iterdir())),
        "github-issue-forms": [".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/feature.yml"],
        "github-issue-config": [".github/ISSUE_TEMPLATE/config.yml"],
        "dependabot": [".github/dependabot.yml"],
    }.items():
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


@nox.session(name="tests-python3.8", python="3.8", venv_backend="venv")
def tests_on_oldest_python(session: nox.Session) -> None:
    """Run the unit tests as a managed host would run the modules: oldest Python, oldest requests, no controller."""
    session.install("--no-deps", "--ignore-requires-python", "ansible-core~=2.16.0")
    needs = Path("meta/ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    oldest = [need.replace(">=", "==") for need in needs if need and not need.startswith("#")]
    session.install("--upgrade", "-r", "tests/unit/requirements.txt", *oldest)
    # The simulator is tested on the newest Python.
    run_pytest(session, *IN_PARALLEL, "tests/unit", "--ignore=tests/unit/simulator", "-m", "not controller")


def ansible_test_env(session: nox.Session) -> dict[str, str]:
    """Return the environment for an ansible-test that needs the package index only and leaves the user's home alone.

    It makes environments of its own, and runs in each a get-pip.py that it downloads unless there is one in its cache.
    """
    home = session.cache_dir.resolve() / "ansible-test"
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    site_packages = Path(session.virtualenv.location).glob("lib/python*/site-packages")
    requirements = next(site_packages) / "ansible_test" / "_internal" / "python_requirements.py"
    for version in re.findall(r"\bpip='([0-9.]+)'", requirements.read_text(encoding="utf-8")):
        shutil.copy("tests/get_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")
    for name in (".cache", ".config"):  # with pip's cache and configuration
        if not (home / name).is_symlink():
            (home / name).symlink_to(Path.home() / name)
    # From this older place pip takes further settings: each installation would fill half a page.
    (home / ".pip").mkdir(exist_ok=True)
    (home / ".pip" / "pip.conf").write_text("[global]\nquiet = 1\n", encoding="utf-8")
    return {"HOME": str(home)}


# What no ansible-core changes, and the newest has been tested with: the simulator, how responses are read, languages.
WITHOUT_ANSIBLE = tuple(
    f"--ignore=tests/{path}"
    for path in (
        "integration/test_chinese_guides.py",
        "unit/simulator",
        "unit/plugins/module_utils/_api",
        "unit/plugins/module_utils/_model",
        "unit/plugins/test_log_files.py",
    )
)
# What make test leaves to make test-matrix, to end in ten minutes: what takes long and seldom breaks.
SELDOM = tuple(f"tests/integration/test_{name}.py" for name in ("awx", "chinese_guides", "guides", "ready_playbooks"))
# What make test runs on the oldest Python and requests only.
ON_OLDEST = tuple(
    f"tests/unit/plugins/{path}"
    for path in ("module_utils/_api", "module_utils/_model", "test_hostile_servers.py", "test_log_files.py")
)


def add_tests(name: str, *, python: str, ansible_core: str, paths: tuple[str, ...] = (), kind: str = "tests") -> None:
    """Add the session that runs these tests, by default all, with one ansible-core on one Python."""

    @nox.session(name=f"{kind}-{name}", python=python)
    def tests(session: nox.Session) -> None:
        session.install("--upgrade", ansible_core, "-r", "tests/unit/requirements.txt")
        # In the order of pytest.ini.
        run_pytest(session, *IN_PARALLEL, "--no-loadscope-reorder", *paths)

    tests.__doc__ = f"Run {kind} with {ansible_core} on Python {python}."


def add_sanity(name: str, *, python: str, ansible_core: str) -> None:
    """Add the session that runs the ansible-test of one ansible-core."""

    @nox.session(name=f"sanity-{name}", python=python)
    def sanity(session: nox.Session) -> None:
        missing = ", ".join(version for version in MODULE_PYTHONS if not found(version))
        if missing:
            sentence = f"Python {missing} not found: module code was not checked on it"
            if antsibull_nox.IN_CI:
                session.error(sentence)
            note(session, sentence)
        session.install("--upgrade", ansible_core)
        place = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
        env = ansible_test_env(session)
        if place:
            with session.chdir(place.current_path):
                session.run("ansible-test", "sanity", *session.posargs, env=env)

    sanity.__doc__ = f"Run ansible-test sanity of {ansible_core}."


add_sanity("newest", python=NEWEST_PYTHON, ansible_core="ansible-core")
add_tests(
    "newest",
    python=NEWEST_PYTHON,
    ansible_core="ansible-core",
    paths=tuple(f"--ignore={path}" for path in (*SELDOM, *ON_OLDEST)),
)
add_tests("newest", python=NEWEST_PYTHON, ansible_core="ansible-core", paths=(*SELDOM, *ON_OLDEST), kind="integration")
# Where Ansible or the Python of controllers takes part; modules are tested with 2.16 on Python 3.8.
ON_NEWEST = ("awx", "chinese_guides", "configuration", "examples", "guides", "readme", "rendering", "soak")
PLAYBOOKS = ("tests/integration/test_playbooks.py",)
MORE = tuple(f"tests/integration/test_{name}.py" for name in ("processes", "quick_jobs", "inventory"))
ON_CONTROLLER = (
    "tests/integration",
    *(f"--ignore=tests/integration/test_{name}.py" for name in ON_NEWEST),
    "tests/unit/extensions",
    "tests/unit/plugins/filter",
    "tests/unit/plugins/plugin_utils",
    "tests/unit/plugins/modules/test_bk_job_cron.py",
    "tests/unit/plugins/module_utils/_model/test_cron.py",
)
# Between the oldest ansible-core and the newest one, what differs shows in playbooks. 2.19 changed the most.
for core, version, paths in (
    ("2.16", "3.11", ON_CONTROLLER),
    ("2.17", "3.10", PLAYBOOKS),
    ("2.18", "3.12", PLAYBOOKS),
    ("2.19", "3.13", PLAYBOOKS + MORE),
    ("2.20", "3.12", PLAYBOOKS),
):
    add_tests(core, python=version, ansible_core=f"ansible-core~={core}.0", paths=paths, kind="integration")
for core, pythons in CONTROLLER_PYTHONS.items():
    for version in pythons:
        add_tests(f"{core}-{version}", python=version, ansible_core=f"ansible-core~={core}.0", paths=WITHOUT_ANSIBLE)
    add_sanity(core, python=pythons[1], ansible_core=f"ansible-core~={core}.0")


@nox.session(python=NEWEST_PYTHON)
def eda(session: nox.Session) -> None:
    """Run the tests of the event source, under the real ansible-rulebook too, on a Java that comes as a package."""
    session.install("--upgrade", "-r", "tests/eda/requirements.txt")
    run_pytest(session, "tests/eda")


SITE = "https://blueking-community.github.io/ansible-collection-job/"
GUIDES = "https://github.com/blueking-community/ansible-collection-job/blob/main/docs/docsite/rst/"


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site of the modules and the guides, docs/build/index.html; a link to a missing page fails."""
    session.install("--upgrade", "ansible-core", "antsibull-docs", "sphinx-ansible-theme")
    place = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    if not place:
        return
    env = {"ANSIBLE_COLLECTIONS_PATH": str(place.current_place)}
    what = ("--use-current", "--squash-hierarchy", "--fail-on-error", "blueking.job")
    site = Path(session.create_tmp(), "site").resolve()
    pages = site / "rst"
    shutil.rmtree(site, ignore_errors=True)
    pages.mkdir(parents=True)
    for folder in (site, pages):
        folder.chmod(0o755)  # antsibull-docs writes to nothing that others may write to
    whose = ("--project", "blueking.job", "--title", "blueking.job", "--copyright", "blueking.job contributors")
    home = ("--extra-html-theme-options", f"documentation_home_url={SITE}")
    session.run("antsibull-docs", "sphinx-init", *whose, *home, "--dest-dir", str(site), *what, env=env)
    session.run("antsibull-docs", "collection", "--cleanup", "everything", "--dest-dir", str(pages), *what, env=env)
    for page in ("ansible", "index"):
        shutil.copy(f"docs/docsite/{page}.rst", pages)
    # Guides link to each other on GitHub, since that works wherever they are read; here, without leaving the site.
    for guide in (pages / "docsite").glob("*.rst"):
        text = guide.read_text(encoding="utf-8")
        guide.write_text(re.sub(rf"`([^`<]+)<{GUIDES}(\w+)\.rst>`__", r":doc:`\1<\2>`", text), encoding="utf-8")
    pictures = shutil.ignore_patterns("*.rst")
    shutil.copytree("docs/docsite/rst", pages / "docsite", ignore=pictures, dirs_exist_ok=True)
    shutil.rmtree("docs/build", ignore_errors=True)
    # Without intersphinx, which asks the network; before the first release, the changelog has no title.
    options = ("extensions=sphinx_antsibull_ext", "suppress_warnings=toc.no_title")
    settings = [argument for option in options for argument in ("-D", option)]
    session.run("sphinx-build", "-q", "-W", "--keep-going", "-c", str(site), *settings, str(pages), "docs/build")


@nox.session(python="3.11")
def bench(session: nox.Session) -> None:
    """Try the benchmarks out, without measuring anything: they are to work when they are wanted."""
    session.install("--upgrade", "-r", "benchmarks/requirements.txt")
    session.run("python", "-m", "benchmarks", "--quick", *session.posargs)


@nox.session(python=NEWEST_PYTHON)
def pictures(session: nox.Session) -> None:
    """Make the pictures of the documentation again where they are not what their sources say; in CI, only say so."""
    session.install("--upgrade", "-r", "tests/pictures/requirements.txt")
    session.run("python", "-m", "tests.pictures", *(["--check"] if antsibull_nox.IN_CI else []), *session.posargs)


@nox.session(python=NEWEST_PYTHON)
def release(session: nox.Session) -> None:
    """Make the next release of a copy: tarball, installation elsewhere, demo, changelog, tag; try what is refused."""
    session.install("--upgrade", "-r", "tests/unit/requirements.txt", "-r", "tests/release/requirements.txt")
    run_pytest(session, "tests/release")


@nox.session(python=NEWEST_PYTHON)
def ee(session: nox.Session) -> None:
    """Install what the execution environment lists, and run playbooks in there."""
    session.install("--upgrade", "-r", "tests/ee/requirements.txt")
    run_pytest(session, "tests/ee")


@nox.session(python=NEWEST_PYTHON)
def awx(session: nox.Session) -> None:
    """Set a fake AWX up with the collection awx.awx."""
    session.install("-r", "tests/awx/requirements.txt")
    run_pytest(session, *IN_PARALLEL, "tests/awx")


for name, check in nox.registry.get().items():
    if name in MATRIX:
        check.tags = ["matrix"]
    elif name.startswith(("sanity-", "tests-")) and name not in nox.options.sessions:
        check.tags = ["every"]
    # It writes the files that all others read.
    check.allow_parallel = name != "formatters"
