# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: a simulator per test, and a client for each of its fronts."""

from __future__ import annotations

import typing as t

import pytest
import requests

from tests.simulator import Clock, Simulator
from tests.unit.simulator.client import APIGW, ESB_V2, ESB_V3, THEN, Client

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(clock=Clock(THEN)) as simulator:
        yield simulator


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def v2(sim: Simulator, session: requests.Session) -> Client:
    return Client(session, sim.url + ESB_V2)


@pytest.fixture
def v3(sim: Simulator, session: requests.Session) -> Client:
    return Client(session, sim.url + ESB_V3)


@pytest.fixture
def apigw(sim: Simulator, session: requests.Session) -> Client:
    return Client(session, sim.url + APIGW, headers={"Blueking-Language": "en"})
