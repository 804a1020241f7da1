# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the simulator by hand: `python -m tests.simulator --port 8099`."""

from __future__ import annotations

import argparse
import ssl
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .job.clock import WallClock
from .job.worlds import default_world
from .server import Simulator

if TYPE_CHECKING:
    from .job.world import World


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description="A simulated BlueKing Job.")
    parser.add_argument("--port", type=int, default=8099, help="0 selects a free one")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real time jobs run")
    parser.add_argument("--tls", action="store_true", help="use TLS, with a certificate of a new CA")
    arguments = parser.parse_args()
    context = _tls() if arguments.tls else None
    with Simulator(default_world(), WallClock(arguments.speed), context, arguments.port, verbose=True) as simulator:
        sys.stdout.write(_introduction(simulator) + "\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _tls() -> ssl.SSLContext:
    import trustme

    authority = trustme.CA()
    ca_file = Path(tempfile.mkdtemp(prefix="simulator-")) / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    sys.stdout.write(f"CA           {ca_file}\n")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


def _introduction(simulator: Simulator) -> str:
    return "\n".join(
        [
            f"ESB          {simulator.url}",
            f"old ESB      {simulator.old_esb_url}",
            f"API gateway  {simulator.apigw_url}",
            *_credentials(simulator.world),
            *_plans(simulator.world),
        ]
    )


def _credentials(world: World) -> list[str]:
    lines = ["", "bk_app_code / bk_app_secret"]
    for app in world.apps:
        rights = "may name any bk_username" if app.trusted else "needs a bk_token"
        lines.append(f"  {app.code} / {app.secret}  {rights}{'' if app.apis is None else ', may call no API'}")
    lines += ["users         " + ", ".join(user.name for user in world.users)]
    lines += [f"bk_token      {token} ({user})" for token, user in world.tokens.items()]
    lines += [f"access_token  {token} ({known.user or 'app only'})" for token, known in world.access_tokens.items()]
    return lines


def _plans(world: World) -> list[str]:
    lines = ["", "plans"]
    for plan in world.plans:
        variables = ", ".join(variable.name for variable in plan.variables)
        lines.append(f"  {plan.id}  {plan.scope.type} {plan.scope.id}  {plan.name}  ({variables})")
    return lines


if __name__ == "__main__":
    main()
