# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that drop connections they promised to keep alive, or before they read anything, and whose date is wrong."""

from __future__ import annotations

import http.client
import time
import typing as t
from email.utils import parsedate_to_datetime

import pytest

from tests.simulator import Simulator, faults

if t.TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/prod/api/v3/execute_job_plan"
HEADERS = {
    "X-Bkapi-Authorization": '{"bk_app_code": "demo", "bk_app_secret": "s3cr3t-demo", "bk_username": "admin"}',
    "Content-Type": "application/json",
}
BODY = '{"bk_scope_type": "biz", "bk_scope_id": "1", "job_plan_id": 100}'


@pytest.fixture
def connection(sim: Simulator) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection("127.0.0.1", int(sim.url.rpartition(":")[2]), timeout=10)
    yield opened
    opened.close()


def launch(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    connection.request("POST", PATH, BODY, HEADERS)
    response = connection.getresponse()
    response.read()
    return response


@pytest.mark.parametrize("fault", [faults.closed_after(), faults.closed_on_reuse()], ids=["at once", "on reuse"])
def test_the_response_is_complete_and_nothing_more_is_read(
    sim: Simulator, connection: http.client.HTTPConnection, fault: faults.Fault
) -> None:
    sim.faults.add(fault)
    response = launch(connection)
    assert (response.status, response.version, response.getheader("Connection")) == (200, 11, None)
    with pytest.raises(ConnectionError):
        launch(connection)
    assert (len(sim.requests), len(sim.launches)) == (1, 1)


def test_an_unread_request_does_nothing(sim: Simulator, connection: http.client.HTTPConnection) -> None:
    sim.faults.add(faults.unread())
    with pytest.raises(ConnectionResetError):
        launch(connection)
    assert sim.launches == []


@pytest.mark.parametrize("ahead", [-300.0, 0.0, 300.0])
def test_the_date_may_be_ahead_or_behind(sim: Simulator, connection: http.client.HTTPConnection, ahead: float) -> None:
    sim.date_ahead = ahead
    date = parsedate_to_datetime(launch(connection).headers["Date"]).timestamp()
    assert date - time.time() == pytest.approx(ahead, abs=10)
    sim.reset()
    assert sim.date_ahead == 0
