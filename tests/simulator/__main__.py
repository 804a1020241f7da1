# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the simulator by hand: `python -m tests.simulator --port 8099`."""

from __future__ import annotations

import argparse
import shlex
import ssl
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .job.clock import WallClock
from .job.library import DISABLED, DRAFT, OFFLINE, ONLINE
from .job.plans import ASSOCIATIVE_ARRAY, CIPHER, HOSTS, INDEX_ARRAY, NAMESPACE, STRING
from .job.world import PUBLIC
from .job.worlds import default_world
from .server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .job.world import User, World

_TYPES = {
    STRING: "string",
    NAMESPACE: "namespace",
    HOSTS: "host",
    CIPHER: "cipher",
    ASSOCIATIVE_ARRAY: "associative_array",
    INDEX_ARRAY: "index_array",
}

_STATES = {DRAFT: "draft", ONLINE: "online", OFFLINE: "offline", DISABLED: "disabled"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description="A simulated BlueKing Job.")
    parser.add_argument("--port", type=int, default=8099, help="0 selects a free one")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real time jobs run")
    parser.add_argument("--tls", action="store_true", help="use TLS, with a certificate of a new CA")
    arguments = parser.parse_args()
    context, ca_file = _tls() if arguments.tls else (None, None)
    with Simulator(default_world(), WallClock(arguments.speed), context, arguments.port, verbose=True) as simulator:
        sys.stdout.write("\n".join([*_exports(simulator, ca_file), *_tables(simulator.world), ""]))
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _tls() -> tuple[ssl.SSLContext, str]:
    import trustme

    authority = trustme.CA()
    ca_file = Path(tempfile.mkdtemp(prefix="simulator-")) / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context, str(ca_file)


def _exports(simulator: Simulator, ca_file: str | None) -> Iterator[str]:
    """The connection variables of the collection, ready to paste into a shell, and alternatives as comments."""
    world = simulator.world
    [app, *_others] = [app for app in world.apps if app.trusted]
    yield "# The connection, to paste into the shell that runs ansible-playbook:"
    yield from _export(
        BK_JOB_URL=simulator.url,
        BK_JOB_GATEWAY="esb",
        BK_JOB_API_VERSION="v3",
        BK_APP_CODE=app.code,
        BK_APP_SECRET=app.secret,
        BK_USERNAME=world.users[0].name,
        BK_BIZ_ID=world.businesses[0].scope.id,
        **({"BK_JOB_CA_PATH": ca_file} if ca_file else {}),
    )
    alternatives = {
        "version 2 of the API": {"BK_JOB_API_VERSION": "v2"},
        "the API gateway": {"BK_JOB_GATEWAY": "apigw", "BK_JOB_URL": simulator.apigw_url},
        "an ESB before mid-2021, which ignores credentials in the header": {"BK_JOB_URL": simulator.old_esb_url},
        **{f"the login token of {user}": {"BK_TOKEN": token} for token, user in world.tokens.items()},
        **{
            f"the OAuth token of {token.user}": {"BK_ACCESS_TOKEN": name}
            for name, token in world.access_tokens.items()
            if token.user
        },
    }
    for what, variables in alternatives.items():
        yield f"# Instead, for {what}:"
        yield from (f"# {line}" for line in _export(**variables))


def _export(**variables: str) -> Iterator[str]:
    for name, value in variables.items():
        yield f"export {name}={shlex.quote(value)}"


def _tables(world: World) -> Iterator[str]:
    yield from _table(
        "Plans",
        ("id", "business", "name", "steps", "variables"),
        [
            (
                str(plan.id),
                f"{plan.scope.type} {plan.scope.id}",
                plan.name,
                ", ".join(step.name for step in plan.steps),
                ", ".join(f"{variable.name} ({_TYPES[variable.type]})" for variable in plan.variables),
            )
            for plan in world.plans
        ],
    )
    yield from _table(
        "Hosts",
        ("bk_host_id", "bk_cloud_id", "ip", "name", "business", "agent"),
        [
            (
                str(host.id),
                str(host.cloud),
                host.ip or f"none, IPv6 {host.ipv6}",
                host.name or "none",
                f"biz {host.biz}",
                host.agent,
            )
            for host in world.hosts
        ],
    )
    yield from _table(
        "Dynamic groups and topology nodes",
        ("business", "kind", "id", "bk_host_id of the hosts"),
        [
            (f"{one.scope.type} {one.scope.id}", kind, key, ", ".join(map(str, host_ids)) or "none")
            for one in world.businesses
            for kind, key, host_ids in [
                *(("dynamic group", group, ids) for group, ids in one.groups.items()),
                *((node_type, str(node_id), ids) for (node_type, node_id), ids in one.topology().items()),
            ]
        ],
    )
    yield from _table(
        "Accounts",
        ("id", "business", "alias", "name"),
        [(str(one.id), f"{one.scope.type} {one.scope.id}", one.alias, one.name or one.alias) for one in world.accounts],
    )
    yield from _table(
        "Scripts",
        ("id", "business", "name", "versions"),
        [
            (
                script.id,
                "public" if script.scope == PUBLIC else f"{script.scope.type} {script.scope.id}",
                script.name,
                ", ".join(f"{version.id} ({_STATES[version.status]})" for version in script.versions),
            )
            for script in world.scripts
        ],
    )
    yield from _table(
        "Applications",
        ("bk_app_code", "bk_app_secret", "rights"),
        [
            (
                app.code,
                app.secret,
                ("may name any bk_username" if app.trusted else "needs a bk_token")
                + ("" if app.apis is None else ", may not call any API"),
            )
            for app in world.apps
        ],
    )
    yield from _table("Users", ("bk_username", "rights"), [(user.name, _rights(user)) for user in world.users])


def _rights(user: User) -> str:
    """What a user may do."""
    scopes = [f"only in {scope.type} {scope.id}" for scope in user.scopes or ()]
    return ", ".join([*scopes, *(f"not {action}" for action in sorted(user.denied))]) or "everything"


def _table(title: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    yield ""
    yield title
    for row in (header, *rows):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()


if __name__ == "__main__":
    main()
