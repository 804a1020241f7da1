# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules without ansible-playbook: in this process on any clock, or in a fresh one that is measured."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import subprocess
import sys
import time
import typing as t

from .playbook import COLLECTIONS, CREDENTIALS, environment

Values = t.Dict[str, t.Any]
Seconds = t.Tuple[float, float]  # on the clock, and of the processor


class Measured(t.NamedTuple):
    """What a piece of work took, without the start of Python: seconds, those of the processor alone, and peak MiB."""

    seconds: float
    cpu: float
    memory: float


def options(job_url: str, **more: t.Any) -> Values:
    """The options of a module that speaks to the simulator."""
    return {"url": job_url, **CREDENTIALS, "bk_biz_id": 1, **more}


def run_module(name: str, values: Values, clock: object = None) -> Values:
    """The result of a module that runs here."""
    printed = io.StringIO()
    print_result(name, values, printed, clock)
    result: Values = json.loads(printed.getvalue())
    return result


def print_result(name: str, values: Values, into: t.TextIO, clock: object = None) -> None:
    """Run a module here that prints its result."""
    from ansible.module_utils.testing import patch_module_args

    if COLLECTIONS not in sys.path:
        sys.path.insert(0, COLLECTIONS)
    module = importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{name}")
    try:
        with patch_module_args(values), contextlib.redirect_stdout(into):
            module.main(clock)
    except SystemExit as ended:
        if ended.code not in (None, 0):
            raise RuntimeError(f"{name} has failed") from None


def in_a_fresh_process(work: str, **values: t.Any) -> Measured:
    """Do a piece of ``benchmarks.work`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.work", work]
    settled = {**environment(), "PYTHONPATH": COLLECTIONS}
    done = subprocess.run(command, env=settled, input=json.dumps(values), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def timed(work: t.Callable[[], object]) -> Seconds:
    """What a piece of work takes."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu
