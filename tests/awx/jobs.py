# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run jobs as AWX runs them: by ansible-runner, with the files that AWX prepares.

How AWX prepares them was read in ``awx/main/tasks/jobs.py`` and ``awx/main/utils/safe_yaml.py`` of 24.6.2.dev0. AWX
keeps the events of ansible-runner, and takes the last ``artifact_data`` in them for the artifacts of the job.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import typing as t
from pathlib import Path

import ansible_runner
import yaml

from tests.collection_path import make_collection_path

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Item = dict[str, t.Any]


class Unsafe(yaml.SafeDumper):
    """Marks every string, so that Ansible never takes it for a template."""


Unsafe.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text))


def extra_variables(variables: Mapping[str, t.Any], trusted: Mapping[str, t.Any]) -> str:
    """The file of extra variables: only those that the job template itself has (``trusted``) may be templates."""
    return "".join(
        yaml.dump({name: value}, Dumper=yaml.SafeDumper if trusted.get(name) == value else Unsafe)
        for name, value in variables.items()
    )


class Job:
    """What AWX knows of a job that has finished: ``status``, ``events``, ``artifacts`` and all that was printed."""

    def __init__(self, run: ansible_runner.Runner) -> None:
        self.status: str = run.status
        self.events = list(run.events)
        self.text = json.dumps(self.events, ensure_ascii=False)
        self.stdout = "\n".join(event["stdout"] for event in self.events)
        found = [event.get("event_data", {}).get("artifact_data") for event in self.events]
        self.artifacts: Item = next(filter(None, reversed(found)), {})

    @property
    def lines(self) -> list[str]:
        """The lines that are events of their own, such as progress."""
        return [event["stdout"] for event in self.events if event["event"] == "verbose"]

    def failure(self) -> str:
        """The ``msg`` of the task that failed last."""
        failed = [event["event_data"]["res"] for event in self.events if event["event"] == "runner_on_failed"]
        return str(failed[-1]["msg"])


def run_job(
    playbook: str,
    folder: Path,
    *,
    environment: Mapping[str, str],
    variables: Mapping[str, t.Any],
    trusted: Mapping[str, t.Any] | None = None,
    inventory: str = "",
    limit: str = "",
    cancel: Callable[[], bool] | None = None,
) -> Job:
    """Run a job to its end, in a new folder below ``folder``. The ``inventory`` is that of AWX, as text."""
    private = Path(tempfile.mkdtemp(dir=folder))
    (private / "project").mkdir()  # where ansible-playbook is started
    for name, text in (
        ("env/extravars", extra_variables({**(trusted or {}), **variables}, trusted or {})),
        ("inventory/hosts", inventory),
    ):
        file = private / name
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    return Job(
        ansible_runner.run(
            private_data_dir=str(private),
            playbook=playbook,
            limit=limit or None,
            envvars={
                **environment,
                "AWX_PRIVATE_DATA_DIR": str(private),
                "ANSIBLE_COLLECTIONS_PATH": make_collection_path(),
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            },
            cancel_callback=cancel,
            quiet=True,
        )
    )
