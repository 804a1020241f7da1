# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the unit tests share: the collection on the path, the simulator, a client, and modules run in this process."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import typing as t

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS

from tests.collection_path import make_collection_path
from tests.documentation import misfits, returned_by
from tests.simulator import Simulator

sys.path.insert(0, make_collection_path())

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ansible_collections.blueking.job.plugins.module_utils.bk_job_execute import Client

    MakeClient = Callable[..., Client]
    RunModule = Callable[..., dict[str, t.Any]]

CREDENTIALS = {"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the environment of the user."""
    for name in list(os.environ):
        if name.startswith("BK_") or name.lower().endswith(("_proxy", "_ca_bundle")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _server() -> Iterator[Simulator]:
    with Simulator() as server:
        yield server


@pytest.fixture
def sim(_server: Simulator) -> Simulator:
    """A simulator that was reset."""
    _server.reset()
    return _server


def fronts(sim: Simulator) -> dict[str, dict[str, t.Any]]:
    """The connection options of each surface that launches plans."""
    return {
        "esb": {"url": sim.url},
        "esb-v2": {"url": sim.url, "api_version": "v2"},
        "apigw": {"url": sim.apigw_url, "gateway": "apigw"},
        "old": {"url": sim.old_esb_url},
        "old-v2": {"url": sim.old_esb_url, "api_version": "v2"},
    }


class TurnedClock:
    """The simulator's clock for a task: sleeping turns it."""

    def __init__(self, sim: Simulator) -> None:
        self.now = sim.clock.now
        self.sleep = sim.clock.advance
        self.date = sim.clock.now


class TaskTimeoutError(BaseException):
    """Like that of the task keyword ``timeout``, which is no Exception."""


class InterruptedClock(TurnedClock):
    """The same, with the time limit of the task at the given pause; ``pauses`` that are left tell whether it came."""

    def __init__(self, sim: Simulator, pauses: int) -> None:
        super().__init__(sim)
        self.pauses = pauses
        self.sleep = self._sleep
        self._turn = sim.clock.advance

    def _sleep(self, seconds: float) -> None:
        self.pauses -= 1
        if self.pauses == 0:
            raise TaskTimeoutError
        self._turn(seconds)


@pytest.fixture
def sleeps() -> list[float]:
    """The pauses, in seconds, that clients of ``make_client`` requested; none is really taken."""
    return []


@pytest.fixture
def make_client(sim: Simulator, sleeps: list[float]) -> Iterator[MakeClient]:
    """Make clients of one front of the simulator, or of the ``url`` given."""
    from ansible_collections.blueking.job.plugins.module_utils._api.call import Credentials, Gateway
    from ansible_collections.blueking.job.plugins.module_utils._model.secrets import Secrets
    from ansible_collections.blueking.job.plugins.module_utils.bk_job_execute import Client

    with contextlib.ExitStack() as stack:

        def make(
            credentials: Credentials | None = None, *, front: str = "esb", check_mode: bool = False, **gateway: t.Any
        ) -> Client:
            gateway.setdefault("url", fronts(sim)[front]["url"])
            where = Gateway(kind=fronts(sim)[front].get("gateway", "esb"), **gateway)
            who = credentials or Credentials(**CREDENTIALS)
            secrets = Secrets([who.bk_app_secret, who.bk_token, who.access_token])
            client = Client(where, who, secrets=secrets, check_mode=check_mode, sleep=sleeps.append)
            return stack.enter_context(client)

        yield make


@pytest.fixture
def run_module(sim: Simulator, capsys: pytest.CaptureFixture[str]) -> RunModule:
    """Run a module in this process, with its options as Ansible passes them, and return its result.

    Whatever happens, the result has to be as documented.
    """

    def run(
        name: str,
        /,
        *,
        check_mode: bool = False,
        diff_mode: bool = False,
        no_log: bool = False,
        clock: object = None,
        **options: t.Any,
    ) -> dict[str, t.Any]:
        module = importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{name}")
        modes = {"_ansible_check_mode": check_mode, "_ansible_diff": diff_mode, "_ansible_no_log": no_log}
        if "inject_invocation" in PASS_VARS:  # newer ansible-core; the older ones always return it
            modes["_ansible_inject_invocation"] = True
        # Warnings of earlier runs in this process.
        warnings._global_warnings.clear()
        with module_arguments({**options, **modes}), pytest.raises(SystemExit):
            module.main(clock or TurnedClock(sim))
        result = t.cast("dict[str, t.Any]", json.loads(capsys.readouterr().out))
        assert misfits(returned_by(name), result) == []
        # Newer ansible-core also returns where a warning comes from.
        texts = [said if isinstance(said, str) else said["event"]["msg"] for said in result.get("warnings", ())]
        return {**result, "warnings": texts}

    return run


@contextlib.contextmanager
def module_arguments(arguments: dict[str, t.Any]) -> Iterator[None]:
    """Let a module that runs in this process find its options where Ansible leaves them."""
    try:
        from ansible.module_utils import _internal
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # ansible-core < 2.19
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
            yield
    else:
        with pytest.MonkeyPatch.context() as patch, patch_module_args(arguments):
            # Tests of plugins have loaded the controller into this process, and modules would warn through it and be
            # refused what is not text.
            patch.setattr(_internal, "is_controller", False)
            patch.setattr(_internal, "import_controller_module", lambda _name: None)
            yield
