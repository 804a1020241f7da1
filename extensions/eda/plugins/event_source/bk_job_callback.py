# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event source for ansible-rulebook: what BlueKing Job posts to the callback URL of a job that has ended."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import runpy
import ssl
import typing as t
from pathlib import Path

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

DOCUMENTATION = r"""
---
short_description: Receive the callbacks of BlueKing Job
description:
  - An ansible-rulebook event source that waits for what BlueKing Job (蓝鲸作业平台) posts to the C(callback_url) of a
    job when the job has ended.
  - The C(callback_url) to launch with is C(http://HOST:PORT/PATH), with O(token) C(http://HOST:PORT/PATH/TOKEN), and
    C(https) with O(certfile).
  - A post is answered with 200 once its event is in the queue of the rulebook, and never before. Job sends a post again
    that got another answer, but only once. A callback can get lost, so a job that matters is better waited for.
  - Job posts again each time a job that was retried ends. Each post is an event of its own, also one that Job sends
    again because the answer was lost.
  - "The event has one key, C(bk_job). Its keys are those of the modules' results: C(job_instance_id), C(status),
    C(status_code), C(outcome), C(finished), and C(steps), a list with C(step_instance_id), C(status) and
    C(status_code)."
options:
  host:
    description:
      - The name or address to listen on; by default on all of IPv4.
    type: str
    default: 0.0.0.0
  port:
    description:
      - The TCP port to listen on.
    type: int
    required: true
  path:
    description:
      - The path of the callback URL, as it reads without percent signs. Other paths do not exist.
    type: str
    default: /
  token:
    description:
      - A secret that posts must bring along, either as the last part of the path, since Job can be given a URL and
        nothing else, or in the header C(Authorization), as C(Bearer TOKEN), which a proxy in front can add.
      - Put at least one letter into it, since ansible-rulebook makes a number of a variable that has only digits.
      - Without a token every post to O(path) becomes an event.
    type: str
  certfile:
    description:
      - The path of a PEM file with the certificate, and those between it and its authority, to speak TLS with.
    type: str
  keyfile:
    description:
      - The path of a PEM file with the certificate's key, without a password. If not set, the key is in O(certfile).
    type: str
"""

EXAMPLES = r"""
# Launch with callback_url: https://eda.example.com:5000/bk-job/{{ bk_job_callback_token }}
- blueking.job.bk_job_callback:
    port: 5000
    path: /bk-job
    token: "{{ bk_job_callback_token }}"
    certfile: /etc/eda/cert.pem
    keyfile: /etc/eda/key.pem
"""

LARGEST = 1024 * 1024  # bytes of a post
PATIENCE = 5.0  # seconds, each for a slow client and for a queue that is full; Job waits 15 for its answer
# Seconds that a connection may be silent: more than the 80 after which Job drops one. If we went first, Job might post
# into it just then, and a post that gets no answer is not sent again (§6.12).
IDLE = 90.0
GRACE = 1.0  # seconds for posts under way when the rulebook ends

logger = logging.getLogger("blueking.job.bk_job_callback")

# ansible-rulebook runs this file by its path, as part of no package. The words for Job's numbers are run the same way,
# from where they are written for the modules.
_model = runpy.run_path(
    str(Path(__file__).resolve().parents[4] / "plugins" / "module_utils" / "_model" / "instance.py")
)


class Options(t.NamedTuple):
    """The arguments of the source, and their defaults."""

    port: int
    host: str = "0.0.0.0"
    path: str = "/"
    token: str | None = None
    certfile: str | None = None
    keyfile: str | None = None


def _options(args: dict[str, t.Any]) -> Options:
    """The arguments as a rulebook gives them, checked.

    Raises ValueError, which ansible-rulebook shows.
    """
    unknown = sorted(set(args) - set(Options._fields))
    if unknown:
        raise ValueError(f"there is no argument {', '.join(unknown)}, only {', '.join(Options._fields)}")
    port = args.get("port")
    if isinstance(port, str) and re.fullmatch("[0-9]{1,5}", port):
        port = int(port)
    if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= 65535:
        raise ValueError("port must be a number from 1 to 65535")
    for name in Options._fields[1:]:
        # Also of None and "", which may come of a variable: a token that got lost must not let everybody in.
        if name in args and not (isinstance(args[name], str) and args[name]):
            raise ValueError(f"{name} must be a text that is not empty")
    options = Options(**{**args, "port": port})
    if not re.fullmatch("/[^?#%]*", options.path):
        raise ValueError("path must begin with / and have no ? # or %")
    return options


def _tls(options: Options) -> ssl.SSLContext | None:
    """What TLS is spoken with, if it is; ValueError where the files are not fit for it."""
    if options.certfile is None:
        if options.keyfile is not None:
            raise ValueError("keyfile needs certfile")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # With a password, be it empty, OpenSSL asks nobody at the terminal for that of an encrypted key.
        context.load_cert_chain(options.certfile, options.keyfile, password="")
    except OSError as error:  # ssl.SSLError, too
        raise ValueError(f"certfile and keyfile must be readable PEM files that belong together: {error}") from error
    return context


def _same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(*(text.encode("utf-8", "surrogateescape") for text in (one, other)))


def _number(row: t.Any, key: str) -> int:
    value = row.get(key) if isinstance(row, dict) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise web.HTTPBadRequest(reason=f"{key} must be a number")
    return value


def _status(row: t.Any, key: str) -> dict[str, t.Any]:
    """Of an instance or a step, its id and its status as the word and the number."""
    code = _number(row, "status")
    return {key: _number(row, key), "status": _model["word"](_model["STATUSES"], code), "status_code": code}


def _event(body: bytes) -> dict[str, t.Any]:
    """The event that a post (contract §6.12) makes; HTTPBadRequest for what is no callback of Job."""
    try:
        # Whatever the content type: up to 3.10 Job calls its JSON a form.
        post = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(reason="not JSON") from None
    instance = _status(post, "job_instance_id")
    outcome = _model["OUTCOMES"].get(instance["status_code"])
    # The second name is that of the documents, the first that of the code.
    steps = post.get("step_instances", post.get("step_instance_list"))
    if not isinstance(steps, list):
        raise web.HTTPBadRequest(reason="step_instances must be a list")
    steps = [_status(step, "step_instance_id") for step in steps]
    return {"bk_job": {**instance, "outcome": outcome, "finished": outcome is not None, "steps": steps}}


class _Receiver:
    """Makes events of posts."""

    def __init__(self, queue: asyncio.Queue[dict[str, t.Any]], options: Options) -> None:
        self._queue = queue
        self._path = options.path.rstrip("/")
        self._token = options.token

    async def take(self, request: web.Request) -> web.Response:
        """Answers one post."""
        try:
            self._admit(request)
            await self._put(_event(await _body(request)))
        except web.HTTPException as refusal:
            # The path is not for logs, there may be a secret in it.
            logger.warning("Refused a post from %s: %s", request.remote, refusal.text)
            raise
        return web.Response(text="queued")

    def _admit(self, request: web.Request) -> None:
        """Refuses, before it is read, what is no post or is not for us."""
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        path, rest = request.path[: len(self._path)], request.path[len(self._path) :]
        if not _same(path, self._path) or rest[:1] not in ("", "/"):
            raise web.HTTPNotFound
        offered = rest[1:]
        if self._token is None:
            if offered:
                raise web.HTTPNotFound
        elif not _same(offered or _bearer(request), self._token):
            raise web.HTTPForbidden

    async def _put(self, event: dict[str, t.Any]) -> None:
        """Queues the event, or has Job post it again."""
        try:
            await asyncio.wait_for(self._queue.put(event), PATIENCE)
        except asyncio.TimeoutError:
            raise web.HTTPServiceUnavailable from None


async def _body(request: web.Request) -> bytes:
    """What was posted."""
    try:
        return await asyncio.wait_for(request.read(), PATIENCE)
    except asyncio.TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(reason="the body cannot be read") from None


def _bearer(request: web.Request) -> str:
    """The token in the header; empty if there is none."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _quiet(record: logging.LogRecord) -> bool:
    """Keeps out of the log what aiohttp quotes of a request that it cannot read: it may be the line with the token."""
    if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
        record.exc_info = None
    return True


async def main(queue: asyncio.Queue[dict[str, t.Any]], args: dict[str, t.Any]) -> None:
    """Puts an event into the queue for each callback, until it is cancelled."""
    options = _options(args)
    tls = _tls(options)
    app = web.Application(client_max_size=LARGEST)
    app.router.add_route("*", "/{anything:.*}", _Receiver(queue, options).take)
    server_log = logger.getChild("server")
    server_log.addFilter(_quiet)
    runner = web.AppRunner(app, access_log=None, logger=server_log, keepalive_timeout=IDLE, shutdown_timeout=GRACE)
    try:
        await runner.setup()
        try:
            await web.TCPSite(runner, options.host, options.port, ssl_context=tls).start()
        except OSError as error:
            raise ValueError(f"cannot listen on {options.host} port {options.port}: {error}") from error
        logger.info("Listening on %s port %s", options.host, options.port)
        await asyncio.get_running_loop().create_future()
    finally:
        await runner.cleanup()
