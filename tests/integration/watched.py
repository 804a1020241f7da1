# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator for playbooks that wait for an instance."""

from __future__ import annotations

import typing as t

from tests.simulator import Clock, Simulator

if t.TYPE_CHECKING:
    import ssl

    from tests.simulator import World


class WatchedClock(Clock):
    """Each status request lets some time pass, so that results do not depend on the speed of the machine."""

    sim: Simulator | None = None  # until it is made

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    def now(self) -> float:
        requests = self.sim.requests if self.sim else ()
        polls = sum(request.api == "get_job_instance_status" for request in requests)
        return super().now() + self._pace * polls


def watched(world: World | None = None, ssl_context: ssl.SSLContext | None = None, pace: float = 2.0) -> Simulator:
    """A simulator whose time passes with each status request, by ``pace`` seconds."""
    clock = WatchedClock(pace)
    clock.sim = Simulator(world, clock, ssl_context)
    return clock.sim
