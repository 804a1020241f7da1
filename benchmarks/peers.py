# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Just enough of Rundeck, Jenkins and AWX for their modules to launch a job and to follow it, on one real socket."""

from __future__ import annotations

import itertools
import re
import threading
import time
import typing as t

from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.simulator import faults
from tests.simulator.gateway import wire
from tests.simulator.gateway.front import json_response

if t.TYPE_CHECKING:
    from werkzeug.wrappers import Request

LATENCY = 0.001  # seconds between a server's having an answer and its sending it, the same everywhere


def late(connection: wire.Connection, response: Response) -> None:
    """Send an answer after the latency."""
    time.sleep(LATENCY)
    wire.send(connection, response)


class Latency(faults.Faults):
    """What the simulator has in place of faults: every answer is the truth, and takes its time."""

    def next_for(self, api: str) -> faults.Fault:
        """The same for each."""
        return faults.Fault(faults.Moment.DONE, deliver=late)


class Peers:
    """The servers that the peers speak to; each job of theirs runs for ``seconds``.

    ``launched`` has the start of each, by id; ``requests`` counts.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.requests = 0
        self.launched: dict[int, float] = {}
        self._ids = itertools.count(1)
        board = wire.Switchboard(self._serve, verbose=False)
        self._server = make_server("127.0.0.1", 0, _no_wsgi, threaded=True, request_handler=board.handler())
        self.url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> Peers:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, request: Request, _connection: int) -> wire.Answer:
        request.get_data()
        self.requests += 1
        for method, path, answer in ROUTES:
            found = re.fullmatch(path, request.path)
            if found and method == request.method:
                number = int((found.groupdict().get("id") or request.args.get("id")) or 0)
                return answer(self, number), late
        return json_response({"detail": f"no {request.method} {request.path}"}, 404), late

    def launch(self) -> int:
        """The id of a new job."""
        number = next(self._ids)
        self.launched[number] = time.monotonic()
        return number

    def ended(self, number: int) -> bool:
        """Whether a job is over."""
        return time.monotonic() >= self.launched[number] + self.seconds


def _rundeck_run(peers: Peers, _id: int) -> Response:
    return json_response({"id": peers.launch(), "status": "running"})


def _rundeck_execution(peers: Peers, number: int) -> Response:
    return json_response({"id": number, "status": "succeeded" if peers.ended(number) else "running"})


def _rundeck_output(_peers: Peers, number: int) -> Response:
    return json_response({"id": number, "entries": [{"log": "done"}]})


def _jenkins_crumb(_peers: Peers, _id: int) -> Response:
    return json_response({"crumbRequestField": "Jenkins-Crumb", "crumb": "c0ffee"})


def _jenkins_job(peers: Peers, _id: int) -> Response:
    return json_response({"name": "deploy", "nextBuildNumber": len(peers.launched) + 1})


def _jenkins_build(peers: Peers, _id: int) -> Response:
    location = f"{peers.url}/queue/item/{peers.launch()}/"
    return Response(status=201, headers={"Location": location, "Content-Length": "0"})


def _jenkins_status(_peers: Peers, number: int) -> Response:
    return json_response({"number": number, "result": None, "building": True})


def _awx_template(_peers: Peers, _id: int) -> Response:
    template = {
        "id": 7,
        "name": "deploy",
        "related": {"launch": "/api/v2/job_templates/7/launch/"},
        "ask_variables_on_launch": True,
    }
    return json_response({"count": 1, "results": [template]})


def _awx_launch(peers: Peers, _id: int) -> Response:
    return json_response(_awx_state(peers, peers.launch()), 201)


def _awx_jobs(peers: Peers, number: int) -> Response:
    return json_response({"count": 1, "results": [_awx_state(peers, number)]})


def _awx_job(peers: Peers, number: int) -> Response:
    return json_response(_awx_state(peers, number))


def _awx_state(peers: Peers, number: int) -> dict[str, t.Any]:
    ended = peers.ended(number)
    status = {"id": number, "url": f"/api/v2/jobs/{number}/", "status": "successful" if ended else "running"}
    return {**status, "event_processing_finished": ended, "failed": False}


ROUTES: list[tuple[str, str, t.Callable[[Peers, int], Response]]] = [
    ("POST", r"/api/39/job/[^/]+/run", _rundeck_run),
    ("GET", r"/api/39/execution/(?P<id>\d+)", _rundeck_execution),
    ("GET", r"/api/39/execution/(?P<id>\d+)/output", _rundeck_output),
    ("GET", "/crumbIssuer/api/json", _jenkins_crumb),
    ("GET", "/job/deploy/api/json", _jenkins_job),
    ("POST", "/job/deploy/buildWithParameters", _jenkins_build),
    ("GET", r"/job/deploy/(?P<id>\d+)/api/json", _jenkins_status),
    ("GET", "/api/v2/job_templates/", _awx_template),
    ("POST", "/api/v2/job_templates/7/launch/", _awx_launch),
    ("GET", "/api/v2/jobs/", _awx_jobs),
    ("GET", r"/api/v2/jobs/(?P<id>\d+)/", _awx_job),
]


def _no_wsgi(environ: object, start_response: object) -> list[bytes]:
    raise NotImplementedError("connections answer by themselves")
