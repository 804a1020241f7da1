# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a BlueKing Job with the simulator: `python -m tests.conformance --url https://paas.example.com`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.collection_path import CHECKOUT
from tests.simulator import Simulator, default_world

from .answers import NOT_FOUND, Answer, ask
from .questions import LIST_PLANS, PROBE, Server, instance, launch, newest, questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .questions import Question

TOKEN, ACCESS_TOKEN = "token-of-alice", "access-of-alice"  # of the simulator


class Row(NamedTuple):
    """A question by its name, the answer of the server, and how it differs from the simulator's."""

    question: str
    answer: Answer
    differences: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print or write the report, and return 0 if all agrees, otherwise 1."""
    args = _parser().parse_args(arguments)
    server = Server(args.url.rstrip("/"), args.gateway, _credentials(), args.business, _verify())
    server.plan, server.instance = args.plan, args.instance
    reached = ask(server, PROBE).status
    if isinstance(reached, str):
        sys.exit(f"The server did not respond: {reached}")
    with Simulator(default_world()) as sim:
        rows = list(_compare(server, _counterpart(sim, server), sim, args.plan))
    report = "\n".join(_report(server, rows)) + "\n"
    if args.output:
        Path(args.output).write_text(report, encoding="utf-8")
    else:
        sys.stdout.write(report)
    return int(any(row.differences for row in rows))


def _parser() -> argparse.ArgumentParser:
    environ = os.environ
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    url, business = environ.get("BK_JOB_URL"), environ.get("BK_BIZ_ID")
    parser.add_argument("--url", default=url, required=not url, help="as the option url of the modules (BK_JOB_URL)")
    parser.add_argument("--gateway", choices=["esb", "apigw"], default=environ.get("BK_JOB_GATEWAY", "esb"))
    parser.add_argument("--business", type=int, default=business, required=not business, help="BK_BIZ_ID")
    parser.add_argument("--instance", type=int, help="a job instance to read; default: the newest one")
    parser.add_argument("--plan", type=int, help="launch this plan, ONCE and with its default values; default: none")
    parser.add_argument("--output", help="a file for the report; default: standard output")
    return parser


def _credentials() -> dict[str, str]:
    names = ("bk_app_code", "bk_app_secret", "bk_username", "bk_token")
    own = {name: os.environ[name.upper()] for name in names if os.environ.get(name.upper())}
    if os.environ.get("BK_ACCESS_TOKEN"):
        return {"access_token": os.environ["BK_ACCESS_TOKEN"]}
    if not {"bk_app_code", "bk_app_secret"} <= set(own) or not {"bk_username", "bk_token"} & set(own):
        sys.exit("Set BK_APP_CODE and BK_APP_SECRET, with BK_USERNAME or BK_TOKEN; or BK_ACCESS_TOKEN.")
    return own


def _verify() -> bool | str:
    if os.environ.get("BK_JOB_VALIDATE_CERTS", "true").lower() in ("0", "false", "no"):
        return False
    return os.environ.get("BK_JOB_CA_PATH") or True


def _counterpart(sim: Simulator, server: Server) -> Server:
    """The simulator as a server of the same kind, called with credentials of the same kind."""
    known = {
        "bk_app_code": "demo",
        "bk_app_secret": "s3cr3t-demo",
        "bk_username": "admin",
        "bk_token": TOKEN,
        "access_token": ACCESS_TOKEN,
    }
    mine = Server(sim.url, server.kind, {name: known[name] for name in server.credentials}, 1)
    if server.kind == "apigw":
        mine.url = sim.apigw_url
        return mine
    server.old = ask(server, LIST_PLANS).kind == NOT_FOUND
    if server.old:
        mine.url, mine.old = sim.old_esb_url, True
    # The ESB of BlueKing 7 answers with the codes of the API gateway.
    sim.world.esb_behind_gateway = (ask(server, PROBE).code or 0) >= 1640000
    return mine


def _compare(server: Server, mine: Server, sim: Simulator, plan: int | None) -> Iterator[Row]:
    mine.plan, mine.instance = 100, ask(mine, launch(100)).data["job_instance_id"]
    sim.clock.advance(60)
    server.plan = server.plan or _first(ask(server, LIST_PLANS), "id")
    server.instance = server.instance or _first(ask(server, newest()), "job_instance_id")
    yield from _asked(server, questions(server), mine, questions(mine))
    if plan is None:
        return
    theirs, ours = ask(server, launch(plan)), ask(mine, launch(100))
    yield Row(launch(plan).name, theirs, list(ours.differences(theirs)))
    if theirs.kind == "success":
        pairs = [instance(answer.data["job_instance_id"]) for answer in (theirs, ours)]
        yield from _asked(server, pairs[0], mine, pairs[1])


def _asked(server: Server, theirs: Iterable[Question], mine: Server, ours: Iterable[Question]) -> Iterator[Row]:
    """The same questions to both; those about what the server does not have are left out."""
    of_mine = {question.name: question for question in ours}
    for question in theirs:
        answer = ask(server, question)
        yield Row(question.name, answer, list(ask(mine, of_mine[question.name]).differences(answer)))


def _first(answer: Answer, key: str) -> int | None:
    """The id in the first row of a list, if there is one."""
    rows = answer.data.get("data") if isinstance(answer.data, dict) else None
    return rows[0].get(key) if isinstance(rows, list) and rows and isinstance(rows[0], dict) else None


def _report(server: Server, rows: Sequence[Row]) -> Iterator[str]:
    version = re.search(r"^version: (.*)$", (CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    agreeing = sum(not row.differences for row in rows)
    yield f"# A BlueKing Job compared with the simulator of blueking.job {version[1] if version else ''}"
    yield ""
    yield f"* Gateway: {server.kind}{', which reads credentials in the body only' if server.old else ''}"
    yield f"* User: by {[name for name in server.credentials if name not in ('bk_app_code', 'bk_app_secret')][-1]}"
    yield f"* Requests: {len(rows)}, of which {agreeing} agree and {len(rows) - agreeing} differ"
    yield ""
    yield "| request | HTTP | code | meaning | differences |"
    yield "| --- | --- | --- | --- | --- |"
    for name, answer, differences in rows:
        code = "" if answer.code is None else answer.code
        yield f"| {name} | {answer.status} | {code} | {answer.kind} | {'<br>'.join(differences) or 'none'} |"


if __name__ == "__main__":
    sys.exit(main())
