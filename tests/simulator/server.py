# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator: the gateways, one Job and one CMDB on a real socket, and what tests read and change."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from werkzeug.datastructures import Headers
from werkzeug.serving import make_server

from .api import dispatch
from .api.dispatch import Call
from .gateway import uploads, wire
from .gateway.apigw import ApiGateway, CmdbGateway
from .gateway.direct import Direct
from .gateway.esb import Esb
from .gateway.faults import SOUND, Faults, Moment
from .gateway.front import Refused, html_response, json_object
from .job import crons
from .job.clock import Clock
from .job.job import Job
from .job.repository import Repository
from .job.worlds import default_world

if TYPE_CHECKING:
    import ssl

    from werkzeug.wrappers import Request

    from .gateway.front import Front, Route
    from .job.instance import Instance
    from .job.launch import Launch
    from .job.repository import Upload
    from .job.world import World

# The port of tcpmux, which nothing listens on.
_CLOSED_PORT = 1
_OLD = "/old"
_ESB_PREFIX = "/api/c/compapi/"


@dataclass(frozen=True)
class Received:
    """A request as received. `front` is `esb`, `old_esb`, `apigw`, `cmdb` or `job`.

    It and `api` are empty for unknown paths. `body` is the JSON object sent, otherwise the bytes; `connection` numbers
    the TCP connections.
    """

    front: str
    api: str
    method: str
    path: str
    query: dict[str, str]
    headers: Headers
    body: Any
    connection: int


class _Socket:
    """A port of 127.0.0.1 and its connections."""

    def __init__(
        self,
        serve: Callable[[Request, int], wire.Answer],
        ssl_context: ssl.SSLContext | None,
        port: int = 0,
        verbose: bool = False,
    ) -> None:
        self.switchboard = wire.Switchboard(serve, verbose)
        handler = self.switchboard.handler()
        self._server = make_server("127.0.0.1", port, _no_wsgi, threaded=True, request_handler=handler)
        if ssl_context:
            # Each connection does its TLS handshake in its own thread: a silent peer must not block the others.
            self._server.socket = ssl_context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._server.ssl_context = ssl_context
        # The interval between checks for a shutdown, which is how long leaving the block can take.
        self._serving = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = f"{'https' if ssl_context else 'http'}://127.0.0.1:{self._server.port}"

    def start(self) -> None:
        self._serving.start()

    def stop(self) -> None:
        self._server.shutdown()
        # Werkzeug closes the port at the end of serving, in that thread: until then the port may still accept.
        self._serving.join()
        self.switchboard.hang_up()


class Simulator:
    """A server on 127.0.0.1 that runs inside its `with` block. With an `ssl_context` it uses TLS.

    `world`, `clock` and `faults` may be changed at any time; `requests`, `launches` and `uploads` record what happened.
    The artifact repository, where files are uploaded, has a port of its own, with `upload_ssl_context` if it is given.
    """

    def __init__(
        self,
        world: World | None = None,
        clock: Clock | None = None,
        ssl_context: ssl.SSLContext | None = None,
        port: int = 0,
        verbose: bool = False,
        upload_ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.faults = Faults()
        self.requests: list[Received] = []
        #: True: nothing listens where files are to be uploaded.
        self.refuses_uploads = False
        self._job = self._new_job(world or default_world(), clock or Clock())
        self._fronts: dict[str, Front] = {
            _OLD + _ESB_PREFIX: Esb("old_esb", prefix=_OLD, reads_header=False),
            _ESB_PREFIX: Esb("esb"),
            "/prod/": ApiGateway(),
            "/api/bk-job/": ApiGateway(),
            "/api/bk-cmdb/": CmdbGateway(lambda: self.world.cmdb_prefix),
            "/api/job/": Direct(),
        }
        self._lock = threading.Lock()
        self._socket = _Socket(self._serve, ssl_context, port, verbose)
        self._uploads: _Socket | None = None
        self._upload_ssl_context = upload_ssl_context or ssl_context
        self.url = self._socket.url

    def __enter__(self) -> Simulator:
        self._socket.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._socket.stop()
        if self._uploads is not None:
            self._uploads.stop()

    @property
    def old_esb_url(self) -> str:
        return self.url + _OLD

    @property
    def apigw_url(self) -> str:
        return self.url + "/prod"

    @property
    def cmdb_url(self) -> str:
        return self.url + "/api/bk-cmdb/prod"

    @property
    def world(self) -> World:
        return self._job.world

    @property
    def clock(self) -> Clock:
        return self._job.clock

    @property
    def date_ahead(self) -> float:
        """Seconds that the header `Date` is ahead of this machine's time; negative if it is behind."""
        return self._socket.switchboard.date_ahead

    @date_ahead.setter
    def date_ahead(self, seconds: float) -> None:
        self._socket.switchboard.date_ahead = seconds

    @property
    def launches(self) -> list[Launch]:
        """The launches that Job accepted, whether or not the client received the response, and those by schedules."""
        with self._lock:
            crons.run_due(self._job)
            return self._job.launches

    @property
    def uploads(self) -> list[Upload]:
        """The files that arrived completely at the artifact repository."""
        return self._job.repository.uploads

    @property
    def instances(self) -> list[Instance]:
        """The job instances in their present state, newest first."""
        with self._lock:
            crons.run_due(self._job)
            return self._job.all_instances()

    def reset(self, world: World | None = None) -> None:
        """Remove requests, launches, instances and faults before the next test; `world` replaces the data."""
        with self._lock:
            self._job = self._new_job(world or self.world, self.clock)
            self.requests.clear()
            self.faults.clear()
            self.date_ahead = 0.0
            self.refuses_uploads = False

    def _new_job(self, world: World, clock: Clock) -> Job:
        job = Job(world, clock, Repository(clock, self._upload_url))
        crons.begin(job)
        return job

    def _upload_url(self) -> str:
        """The port is opened for the first URL: most tests upload nothing."""
        if self.refuses_uploads:
            return f"http://127.0.0.1:{_CLOSED_PORT}"
        if self._uploads is None:
            self._uploads = _Socket(self._serve_upload, self._upload_ssl_context)
            self._uploads.start()
        return self._uploads.url

    def _serve_upload(self, request: Request, _connection: int) -> wire.Answer:
        return uploads.serve(self._job.repository, self.faults, self._lock, request)

    def _serve(self, request: Request, connection: int) -> wire.Answer:
        # Always read completely: the next request on this connection begins right after it.
        request.get_data()
        front = next((front for prefix, front in self._fronts.items() if request.path.startswith(prefix)), None)
        route = front.resolve(request) if front else None
        with self._lock:
            self.requests.append(_received(request, front, route, connection))
            if front is None:
                return html_response(404, "<h1>404 Not Found</h1>"), wire.send
            if route is None:
                return front.unknown(request), wire.send
            return self._answer(front, route, request)

    def _answer(self, front: Front, route: Route, request: Request) -> wire.Answer:
        fault = self.faults.next_for(route.api)
        # The caller is not known before the gateway has authenticated it.
        call, response_of_job = Call(route.version, route.api, user="", app="", language=""), None
        if fault.moment is not Moment.ARRIVED:
            try:
                call = front.admit(self.world, request, route, fault.unavailable)
            except Refused as refused:
                if refused.unavailable:
                    self.faults.struck(fault)
                return refused.response, wire.send
        if fault.unavailable:
            # This request did not need the service; the fault goes on waiting for one that does.
            fault = SOUND
        if fault.moment is Moment.DONE:
            self.clock.advance(fault.seconds)
            response_of_job = front.reply(dispatch.respond(self._job, call))
        self.faults.struck(fault)
        response = fault.instead(front, call) if fault.instead else response_of_job
        assert response is not None, "a fault that acts before Job has a response of its own"
        return response, fault.deliver


def _received(request: Request, front: Front | None, route: Route | None, connection: int) -> Received:
    raw = request.get_data()
    parsed = json_object(raw)
    return Received(
        front=front.name if front else "",
        api=route.api if route else "",
        method=request.method,
        path=request.path,
        query=request.args.to_dict(),
        headers=Headers(request.headers),
        body=raw if parsed is None else parsed,
        connection=connection,
    )


def _no_wsgi(environ: object, start_response: object) -> list[bytes]:
    raise NotImplementedError("wire.Connection sends the responses")
