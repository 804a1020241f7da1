# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The socket of the artifact repository: files arrive by PUT, in pieces, and are never held in memory (Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..api.dispatch import Call
from ..job.repository import Incoming
from . import wire
from .direct import Direct
from .faults import Moment
from .front import json_response

if TYPE_CHECKING:
    from threading import Lock

    from werkzeug.wrappers import Request, Response

    from ..job.repository import Repository, Upload
    from .faults import Faults

#: What faults of uploads are added for.
UPLOAD = "upload"

_PREFIX = "/generic/temporary/upload/bkjob/localupload/"
_BLOCK = 64 * 1024
# There is no gateway here, so faults of gateways fail.
_FRONT, _CALL = Direct(), Call("", UPLOAD, user="", app="", language="")


def serve(repository: Repository, faults: Faults, lock: Lock, request: Request) -> wire.Answer:
    """Store the file of one request."""
    path = unquote(request.path[len(_PREFIX) :])
    with lock:
        fault = faults.next_for(UPLOAD)
        faults.struck(fault)
    if request.method != "PUT" or not request.path.startswith(_PREFIX):
        _receive(request, None)
        return _failed(404, 250107, "Resource not found"), wire.send
    with lock:
        # An upload that fails has used its URL up, too.
        accepted = repository.accepts(path, request.args.get("token", ""))
    incoming = _receive(request, fault.received)
    if fault.moment is Moment.DONE:
        with lock:
            overwrite = request.headers.get("X-BKREPO-OVERWRITE", "").lower() == "true"
            upload = repository.keep(path, incoming, overwrite) if accepted else None
        response = _stored(upload) if upload else expired()
        return (fault.instead(_FRONT, _CALL) if fault.instead else response), fault.deliver
    assert fault.instead is not None, "a fault that acts before the upload has a response of its own"
    return fault.instead(_FRONT, _CALL), fault.deliver


def _receive(request: Request, most: int | None) -> Incoming:
    """Read the body, or only so many bytes of it."""
    incoming = Incoming()
    while most is None or incoming.size < most:
        block = request.stream.read(_BLOCK if most is None else min(_BLOCK, most - incoming.size))
        if not block:
            break
        incoming.feed(block)
    return incoming


def expired() -> Response:
    """A URL that is unknown, used or too old. The code and the text are inferred."""
    return _failed(403, 250111, "Temporary access url is invalid or expired")


def _failed(status: int, code: int, message: str) -> Response:
    return json_response({"code": code, "message": message, "data": None, "traceId": ""}, status)


def _stored(upload: Upload) -> Response:
    node = {
        "projectId": "bkjob",
        "repoName": "localupload",
        "fullPath": f"/{upload.path}",
        "name": upload.name,
        "size": upload.size,
        "md5": upload.md5,
        "sha256": upload.sha256,
    }
    return json_response({"code": 0, "message": None, "data": {"nodeInfo": node}, "traceId": ""})
