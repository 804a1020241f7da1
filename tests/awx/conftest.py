# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import typing as t

import pytest

from tests.awx.fake import FakeAwx
from tests.awx.setting_up import IMAGE, changes, play
from tests.integration.watched import watched

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator import Simulator


@pytest.fixture
def empty() -> Iterator[FakeAwx]:
    """An AWX that has organizations and nothing else."""
    with FakeAwx() as server:
        yield server


@pytest.fixture(scope="session")
def ready() -> Iterator[FakeAwx]:
    """An AWX that was set up."""
    with FakeAwx() as server:
        assert changes(play(server, IMAGE)) == 7
        yield server


@pytest.fixture
def awx(ready: FakeAwx) -> Iterator[FakeAwx]:
    """An AWX that was set up, for a test that may change it: everything is then restored."""
    items = copy.deepcopy(ready.items)
    yield ready
    ready.items = items


@pytest.fixture
def sim(awx: FakeAwx) -> Iterator[Simulator]:
    """Where the credential leads to."""
    with watched(pace=5) as server:
        awx.only("credentials")["inputs"]["url"] = server.url
        yield server
