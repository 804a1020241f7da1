# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any text arrives as one argument: what a simulated host would execute is executed by the real interpreters."""

from __future__ import annotations

import shlex
import subprocess
import sys
import typing as t

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.conftest import CREDENTIALS

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator import Simulator
    from tests.unit.conftest import RunModule

# Scripts that write their arguments, each followed by a NUL, to the file `arguments`.
SCRIPTS = {
    "shell": '#!/bin/bash\nfor argument in "$@"; do printf \'%s\\0\' "$argument"; done > arguments\n',
    "python": "import sys\nopen('arguments', 'wb').write(b''.join(a.encode('utf-8', 'surrogateescape') + b'\\0' "
    "for a in sys.argv[1:]))\n",
    "perl": "open(my $file, '>', 'arguments'); binmode($file); print $file $_, \"\\0\" for @ARGV;\n",
}
INTERPRETERS = {"shell": "bash", "python": shlex.quote(sys.executable), "perl": "perl"}
# What a command line can carry, and Job does not change.
TEXTS = st.text(st.characters(exclude_characters="\n\0", exclude_categories=["Cs"])).filter(
    lambda text: "[DATEFMT:" not in text
)


def executed(directory: Path, interpreter: str, script: str, command: str) -> list[str]:
    """The arguments that a script was given by a command such as ``bk_gse_script_1_2.sh 'a b'``."""
    name, _blank, arguments = command.partition(" ")
    (directory / name).write_text(script, encoding="utf-8")
    line = f"{interpreter} ./{name} {arguments}"
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    subprocess.run(["bash", "-c", line], cwd=str(directory), check=True, env=environment)
    data = (directory / "arguments").read_bytes()
    return data.decode().split("\0")[:-1]


@pytest.mark.parametrize("language", SCRIPTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(TEXTS, min_size=1, max_size=5))
def test_any_text_is_one_argument(
    sim: Simulator, run_module: RunModule, tmp_path: Path, language: str, arguments: list[str]
) -> None:
    sim.reset()
    options = {**CREDENTIALS, "url": sim.url, "bk_biz_id": 1, "account": "root", "wait": False, "task_name": "a"}
    target = {"ip_list": ["10.0.0.1"]}
    script = {"content": SCRIPTS[language], "script_language": language, "args": arguments}
    result = run_module("bk_job_execute_script", **options, **script, target_server=target)
    (launch,) = sim.launches
    assert result["outcome"] == "launched"
    assert executed(tmp_path, INTERPRETERS[language], launch.script or "", launch.command or "") == arguments
