# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of logs, with names that servers choose, in a directory that others may write to."""

from __future__ import annotations

import contextlib
import os
import stat
import typing as t

import pytest

from ansible_collections.blueking.job.plugins.module_utils._follow.files import LogFiles, safe_name
from ansible_collections.blueking.job.plugins.module_utils._model.instance import HostKey, Step

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = HostKey(101, 0, "10.0.0.1")
STEP = Step(20001, "run", 1, 3)


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "logs"


@contextlib.contextmanager
def opened(dest: Path) -> Iterator[LogFiles]:
    with contextlib.closing(LogFiles(str(dest), 10000)) as files:
        yield files


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("run", "run"),
        ("run tests", "run tests"),
        ("部署 v1.2", "部署 v1.2"),
        ("a/b\\c", "a_b_c"),
        ("../../etc/passwd", "__.._etc_passwd"),
        ("..", "_"),
        (".hidden", "_hidden"),
        ("", "_"),
        ("  ", "_"),
        ("a\nb\x00c\x1b[31m\u202e", "a_b_c_[31m_"),
        ("\ud800", "_"),
        ("$(reboot) `reboot` | x", "_(reboot) _reboot_ _ x"),
        ("x" * 5000, "x" * 200),
        ("中" * 100, "中" * 66),
    ],
)
def test_names_are_safe(text: str, name: str) -> None:
    assert safe_name(text) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (KEY, "0-10.0.0.1.log"),
        (HostKey(None, None, "10.0.0.1"), "0-10.0.0.1.log"),
        (HostKey(None, 2, "10.0.0.1"), "2-10.0.0.1.log"),
        (HostKey(106, 0, None), "host-106.log"),
        (HostKey(1, 0, "../../../tmp/x"), "0-.._.._.._tmp_x.log"),
    ],
)
def test_files_are_named_by_step_and_host(dest: Path, key: HostKey, name: str) -> None:
    with opened(dest) as files:
        path = files.write(STEP._replace(name="../up"), key, "log\n")
    assert path == f"{dest}/10000/20001-__up/{name}"
    assert os.path.realpath(path).startswith(f"{dest}/")


def test_a_file_has_the_whole_log_and_is_readable_by_this_user_only(dest: Path) -> None:
    with opened(dest) as files:
        path = files.write(STEP, KEY, "中\n" + "x" * 5000)
    with open(path, encoding="utf-8") as file:
        assert file.read() == "中\n" + "x" * 5000
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    for directory in ("", "10000", "10000/20001-run"):
        assert stat.S_IMODE((dest / directory).stat().st_mode) == 0o700


def test_a_file_of_an_earlier_run_is_replaced(dest: Path) -> None:
    with opened(dest) as files:
        first = files.write(STEP, KEY, "a long log\n")
    os.chmod(first, 0o644)
    with opened(dest) as files:
        assert files.write(STEP, KEY, "short\n") == first
        assert files.write(STEP, KEY, "shorter\n") == first
    with open(first, encoding="utf-8") as file:
        assert file.read() == "shorter\n"
    assert stat.S_IMODE(os.stat(first).st_mode) == 0o600


def test_hosts_with_the_same_name_have_a_file_each(dest: Path) -> None:
    hosts = [HostKey(101, 0, "10.0.0.1"), HostKey(102, None, "10.0.0.1"), HostKey(103, 0, "10.0.0.1")]
    with opened(dest) as files:
        paths = [files.write(STEP, host, f"{host.bk_host_id}\n") for host in hosts]
        assert [files.write(STEP, host, f"{host.bk_host_id}\n") for host in hosts] == paths
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    assert texts == ["101\n", "102\n", "103\n"]


def test_steps_with_the_same_name_have_a_directory_each(dest: Path) -> None:
    with opened(dest) as files:
        paths = {files.write(STEP._replace(id=number), KEY, "log\n") for number in (1, 2)}
    assert len(paths) == 2


def make_fifo(path: Path, _elsewhere: Path) -> None:
    os.mkfifo(path)


def make_directory(path: Path, _elsewhere: Path) -> None:
    path.mkdir()


def make_symlink(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere)


def make_hard_link(path: Path, elsewhere: Path) -> None:
    elsewhere.write_text("precious")
    os.link(elsewhere, path)


@pytest.mark.parametrize("make", [make_fifo, make_directory, make_symlink, make_hard_link])
def test_what_is_not_a_log_file_is_not_written_to(
    dest: Path, tmp_path: Path, make: t.Callable[[Path, Path], None]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (dest / "10000" / "20001-run").mkdir(parents=True)
    make(dest / "10000" / "20001-run" / "0-10.0.0.1.log", elsewhere)
    with opened(dest) as files, pytest.raises(OSError, match=r"."):
        files.write(STEP, KEY, "log\n")
    assert not elsewhere.exists() or elsewhere.read_text() == "precious"


@pytest.mark.parametrize("place", ["10000", "10000/20001-run"])
def test_a_directory_that_is_a_link_is_not_followed(dest: Path, tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (dest / place).parent.mkdir(parents=True, exist_ok=True)
    (dest / place).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(OSError, match=r"."), opened(dest) as files:
        files.write(STEP, KEY, "log\n")
    assert list(elsewhere.iterdir()) == []


def test_the_directory_itself_may_be_a_link(dest: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    dest.symlink_to(tmp_path / "real", target_is_directory=True)
    with opened(dest) as files:
        files.write(STEP, KEY, "log\n")
    assert (tmp_path / "real" / "10000" / "20001-run" / "0-10.0.0.1.log").read_text() == "log\n"
