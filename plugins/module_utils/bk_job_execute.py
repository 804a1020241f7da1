# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP client of the collection: credentials, one session, the envelope of responses, safe retries.

It has the name of a module and of an action plugin, which launch plans; this file only sends calls. Nothing here
depends on Ansible or on the meaning of a call.
"""

from __future__ import annotations

import io
import json
import random
import re
import socket
import ssl
import time
import typing as t
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead, responses
from urllib.parse import urlsplit

from ._api import hints
from ._api.call import CONNECT_TIMEOUT, MOST_VALUES, SMALL, Call
from ._api.codes import ESB_ERROR, HEADER_IGNORED, UNKNOWN_RESPONSE, judge
from ._model.errors import JobError, RefusedError, UnclearError
from ._model.language import foreign, say
from ._model.text import visible

try:
    import requests
    import urllib3

    from ._api.transport import Adapter, Session
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ._api.call import Credentials, Gateway
    from ._model.secrets import Secrets

VERSION = "1.1.0"
PART = 65536  # bytes read at a time
COMPRESSED_PART = 4096  # bytes of a compressed response, which may become a thousand times as many
LARGEST_BODY = 10 * 1024 * 1024  # bytes that a new ESB takes (ESB A6)
LARGEST_OLD_BODY = 2_621_440  # bytes that an old one takes; its error does not say so
DEEPEST_PERMISSION = 12  # levels of a permission object (contract §3.5), which has six
# Half of a character that needs two units of UTF-16, and how JSON writes both halves of one.
HALF, WRITTEN_HALF = re.compile("[\ud800-\udfff]"), re.compile(r"\\u[dD][89a-fA-F]")
LONGEST_PAUSE = 60.0  # seconds; rate limits are commonly counted by the minute
# OpenSSL's codes for certificates that can't be verified (openssl-verification-options(1)).
CERTIFICATE_HINTS = {
    **dict.fromkeys((2, 18, 19, 20, 21), hints.UNKNOWN_ISSUER),
    **dict.fromkeys((9, 10), hints.EXPIRED),
    **dict.fromkeys((62, 63, 64), hints.OTHER_HOST),
}
UPLOAD = Call("", "bkrepo", {}, limit=SMALL)
LANGUAGES = {"en": "en", "zh": "zh-cn"}


def require_requests() -> None:
    """Raise :class:`JobError` if requests is missing, without which there is no :class:`Client`."""
    if not HAS_REQUESTS:
        raise JobError(say("the Python library requests is required on this host"), kind="unavailable")


class Client:
    """A session with one gateway: ``call`` returns the ``data`` of a response or raises a :class:`JobError`.

    Reads, and writes that certainly did not reach Job, are retried up to ``gateway.retries`` times (contract §7.4,
    ESB C5 and C7). In check mode writes are refused here, so that no module can send one.
    """

    def __init__(
        self,
        gateway: Gateway,
        credentials: Credentials,
        *,
        secrets: Secrets,
        check_mode: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gateway = gateway
        self._credentials = credentials
        self._secrets = secrets
        self._check_mode = check_mode
        self._sleep = sleep
        self._in_header = gateway.kind == "apigw" or gateway.credentials_in != "body"
        self._session = self._open_session()
        self._proxies = self._proxies_for(gateway.url)
        self.skew = 0.0  # seconds that the clock of the server is ahead of this machine's, by its last response

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._session.close()

    @property
    def sends_in(self) -> str:
        """Where the last request had its credentials: ``header`` or ``body``."""
        return "header" if self._in_header else "body"

    def call(self, call: Call, retries: int | None = None, read: Callable[[t.Any], t.Any] = lambda data: data) -> t.Any:
        """Send ``call`` and return what ``read`` makes of its ``data``, of any JSON type.

        ``retries`` replaces the gateway's. ``read`` may raise a :class:`JobError` too, which is retried like any other.
        On :class:`UnclearError` a write may have taken effect; on any other error it has not.
        """
        if call.writes and self._check_mode:
            raise RuntimeError(f"{call.api} must not be sent in check mode")
        limit = self._gateway.retries if retries is None else retries
        tries, waited = 0, 0.0
        while True:
            tries += 1
            try:
                return read(self._exchange(call))
            except JobError as error:
                if not _may_retry(call, error) or tries > limit:
                    error.tries, error.waited = tries, waited
                    raise
                pause = _pause(tries, error.kind)
            self._sleep(pause)
            waited += pause

    def upload(self, url: str, file: t.BinaryIO) -> None:
        """Upload a file to a URL that Job has returned, in pieces (quick jobs Q2).

        The URL leads to the artifact repository, not to the gateway, and is all that authorizes the upload: nothing of
        the credentials is sent. Raises :class:`RefusedError`, as nothing was launched, whatever happened.
        """
        host = _host(url)
        if not host or not re.match("https?:", url, re.IGNORECASE):
            raise RefusedError(say("Job returned no URL for the upload"), kind="protocol")
        with self._open_session() as session:
            session.headers.clear()
            try:
                response = session.put(
                    url,
                    data=file,
                    headers={"X-BKREPO-OVERWRITE": "True", "User-Agent": f"blueking.job/{VERSION}"},
                    timeout=(self._gateway.connect_timeout, self._gateway.timeout),
                    verify=self._gateway.verify,
                    proxies=self._proxies_for(url),
                    allow_redirects=False,
                    stream=True,
                )
                answer = _json(_limited(response, UPLOAD))
            except Exception as error:
                reason = str(error) if isinstance(error, _TooLargeError) else _reason(_cause(error))
                text = self._secrets.scrub(say("the upload to {host} failed: {reason}", host=host, reason=reason))
                raise RefusedError(text, kind="unavailable", hint=say(hints.UPLOAD)) from None
        code = _whole_number(answer.get("code")) if isinstance(answer, dict) else None
        if code != 0 or not 200 <= response.status_code < 300:
            reason = (answer.get("message") if isinstance(answer, dict) else None) or response.reason
            text = say(
                "{host} refused the upload: HTTP {status}, {reason}",
                host=host,
                status=response.status_code,
                reason=reason,
            )
            text = visible(self._secrets.scrub(text))
            raise RefusedError(text, kind="unavailable", code=code, hint=say(hints.UPLOAD))

    def _exchange(self, call: Call) -> t.Any:
        try:
            return self._send(call)
        except RefusedError as error:
            if not self._header_was_ignored(error):
                raise
        # An ESB from before mid-2021 reads only the body (contract §2.1). It refused the call before doing anything, so
        # the same call may be sent once more.
        self._in_header = False
        return self._send(call)

    def _header_was_ignored(self, error: RefusedError) -> bool:
        return (
            self._in_header
            and self._gateway.kind == "esb"
            and self._gateway.credentials_in == "auto"
            # An access token works in the header only.
            and not self._credentials.access_token
            and error.code == ESB_ERROR
            and any(text in error.message for text in HEADER_IGNORED)
        )

    def _send(self, call: Call) -> t.Any:
        method, url, query, body = self._request(call)
        if self._gateway.kind == "esb" and len(body) > LARGEST_BODY:
            text = say("the request has {size:.1f} MiB, and an ESB accepts at most 10", size=len(body) / 1024**2)
            raise RefusedError(text, kind="invalid_request", hint=say(hints.TOO_LARGE))
        headers = {"X-Bkapi-Authorization": json.dumps(self._credentials.fields())} if self._in_header else {}
        # The position in this stream shows what left the machine: of a body that was not read, no byte was sent.
        stream = _Body(body, self._gateway.timeout)
        if call.writes:
            # A server may close an idle connection at the moment it is used again, and then it is unknown
            # whether it read the request. So writes are sent on a new one.
            self._session.close()
        try:
            response = self._session.request(
                method,
                url,
                params=query,
                data=stream if body else None,
                headers=headers,
                timeout=(self._gateway.connect_timeout, self._gateway.timeout),
                verify=self._gateway.verify,
                cert=self._gateway.client_cert,
                proxies=self._proxies,
                # A followed redirect would carry the credentials along and turn POST into GET (ESB C2).
                allow_redirects=False,
                stream=True,
            )
            self.skew = _skew(response, self.skew)
            envelope = _json(_limited(response, call))
        except _TooLargeError as error:
            response.close()
            text = say("{host}: {problem}", host=_host(self._gateway.url), problem=error)
            raise UnclearError(text, kind="protocol", hint=say(hints.NOT_THE_API)) from None
        except Exception as error:  # whatever it is, the stream shows whether the request was sent
            # A GET has no body. It only reads, so what the error says is certain enough.
            sent = not _is_before_sending(error) if method == "GET" else stream.tell() > 0
            raise self._broken_off(error, sent=sent) from None
        try:
            return self._open(response, envelope)
        except UnclearError as error:
            if self._gateway.kind == "esb" and len(body) > LARGEST_OLD_BODY:
                error.message = say(
                    "{message}; the request has {size:.1f} MiB, and older ESBs accept at most 2.5",
                    message=error.message,
                    size=len(body) / 1024**2,
                )
                error.hint = say(hints.TOO_LARGE)
            raise

    def _request(self, call: Call) -> tuple[str, str, Mapping[str, t.Any] | None, bytes]:
        """Method, URL, query and body of the request for ``call``."""
        if self._gateway.kind == "apigw":
            url = self._gateway.url + (call.path or f"/api/v3/{call.api}")
            if not call.writes and call.gateway_method == "GET":
                return "GET", url, {name: _query_text(value) for name, value in call.params.items()}, b""
        else:
            url = f"{self._gateway.url}/api/c/compapi/v2/{call.system}/{call.api}/"
        params = dict(call.params)
        if not self._in_header:
            params.update(self._credentials.fields())
        return "POST", url, None, json.dumps(params, separators=(",", ":")).encode()

    def _open(self, response: requests.Response, envelope: t.Any) -> t.Any:
        """The ``data`` of a response, or an error; the same for all gateways and versions (contract §3; ESB A7, C1)."""
        status = response.status_code
        reason = responses.get(status, "")  # that of the response is a text of the server
        if not isinstance(envelope, dict):
            message = say(
                "the body of HTTP {status} {reason} is not a response of the API", status=status, reason=reason
            )
            raise self._failure(response, None, message, {})
        code = _whole_number(envelope.get("code"))
        if envelope.get("result") is True and code == 0 and 200 <= status < 300:
            return envelope.get("data")
        message = str(envelope.get("message") or "") or say(
            "HTTP {status} {reason} without a message", status=status, reason=reason
        )
        raise self._failure(response, code, message, envelope)

    def _failure(
        self, response: requests.Response, code: int | None, message: str, envelope: Mapping[str, t.Any]
    ) -> JobError:
        # A success with an error code or HTTP status contradicts itself and proves nothing.
        verdict = UNKNOWN_RESPONSE if envelope.get("result") is True else judge(code, message, response.status_code)
        if response.is_redirect:
            host = _host(response.headers["Location"])
            message = (
                say("the gateway redirects to {host}", host=host)
                if host
                else say("the gateway redirects to another address")
            )
        permission = envelope.get("permission")
        kind = UnclearError if verdict.unclear else RefusedError
        error = kind(
            visible(self._secrets.scrub(message)),
            kind=verdict.kind,
            code=code,
            hint=say(verdict.hint),
            request_id=self._text(envelope.get("request_id") or response.headers.get("X-Bkapi-Request-Id")),
            job_request_id=self._text(envelope.get("job_request_id") or response.headers.get("X-Bk-Job-Request-Id")),
            permission=self._secrets.scrub(permission) if _is_permission(permission) else None,
            transient=verdict.transient,
        )
        if envelope.get("message") or response.is_redirect:
            error.plain = f"HTTP {response.status_code}"
        return error

    def _text(self, value: t.Any) -> str | None:
        return self._secrets.scrub(value) if isinstance(value, str) and value else None

    def _broken_off(self, error: Exception, *, sent: bool) -> JobError:
        """The error for a connection that failed before the request was sent, or before its response was complete."""
        cause = _cause(error)
        host = _host(self._gateway.url)
        untrusted = isinstance(cause, ssl.SSLCertVerificationError)
        # urllib3 1.26 has an error of its own for a certificate that names another host.
        if untrusted or (not _is_io(cause) and not sent and isinstance(error, requests.exceptions.SSLError)):
            reason = foreign(cause.verify_message) if untrusted else _reason(cause)
            text = say("cannot trust {host}: {reason}", host=host, reason=reason)
            hint = CERTIFICATE_HINTS.get(cause.verify_code, hints.CERTIFICATE) if untrusted else hints.OTHER_HOST
            return RefusedError(text, kind="unavailable", hint=say(hint))
        if not _is_io(cause) and not sent:
            text = self._secrets.scrub(
                say("cannot send anything to {host}: {reason}", host=host, reason=_reason(cause))
            )
            return RefusedError(text, kind="invalid_request", hint=say(hints.NOT_SENDABLE))
        if not sent and re.search(r"Tunnel connection failed: 4\d\d", str(cause)):
            text = self._secrets.scrub(
                say("the proxy does not connect to {host}: {reason}", host=host, reason=_reason(cause))
            )
            return RefusedError(text, kind="unavailable", hint=say(hints.PROXY))
        if not sent:
            text = self._secrets.scrub(say("cannot reach {host}: {reason}", host=host, reason=_reason(cause)))
            return RefusedError(text, kind="unavailable", hint=say(hints.NETWORK), transient=True)
        kind, hint, reason = "protocol", hints.NO_HTTP, _reason(cause)
        if isinstance(error, requests.Timeout) or isinstance(cause, socket.timeout):
            kind, hint, reason = (
                "unavailable",
                hints.LATE,
                say("timed out after {seconds:g} s", seconds=self._gateway.timeout),
            )
        elif isinstance(cause, (OSError, IncompleteRead)):
            kind, hint = "unavailable", hints.CUT_OFF
        text = self._secrets.scrub(say("no complete response from {host}: {reason}", host=host, reason=reason))
        unclear = UnclearError(text, kind=kind, hint=say(hint), transient=True)
        if kind == "protocol":
            unclear.plain = say("no complete response from {host}: {reason}", host=host, reason=type(cause).__name__)
        return unclear

    def _proxies_for(self, url: str) -> t.Any:
        return requests.utils.get_environ_proxies(url) if self._gateway.use_proxy else {}

    def _open_session(self) -> requests.Session:
        session = Session()
        # Proxies and certificates are decided here; .netrc must not add credentials of its own.
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, Adapter())
        session.headers.update(
            {
                "Accept": "application/json",
                # Not more, whatever other packages make requests offer: no other encoding is read with a limit.
                "Accept-Encoding": "gzip, deflate",
                "Content-Type": "application/json",
                "User-Agent": f"blueking.job/{VERSION}",
                "Blueking-Language": LANGUAGES[self._gateway.language],
            }
        )
        if self._gateway.tenant_id:
            session.headers["X-Bk-Tenant-Id"] = self._gateway.tenant_id
        if not self._gateway.verify:
            urllib3.disable_warnings()
        return session


class _TooLargeError(Exception):
    """A response is larger than the call allows, has too many values, or is compressed more than once."""


class _Body(io.BytesIO):
    """The body of a request, which must be sent within ``timeout`` seconds."""

    def __init__(self, data: bytes, timeout: float) -> None:
        super().__init__(data)
        self._deadline = time.monotonic() + CONNECT_TIMEOUT + timeout

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() and time.monotonic() > self._deadline:
            raise socket.timeout("timed out")
        return super().read(size)


def _skew(response: requests.Response, before: float) -> float:
    try:
        return parsedate_to_datetime(response.headers["Date"]).timestamp() - time.time()
    except (KeyError, TypeError, ValueError, OverflowError):
        return before


def _may_retry(call: Call, error: JobError) -> bool:
    """Whether a call may be sent again: a write only if it certainly did not reach Job."""
    if call.writes:
        return error.transient and isinstance(error, RefusedError) and error.kind in ("throttled", "unavailable")
    return error.transient


def _limited(response: requests.Response, call: Call) -> Iterator[bytes]:
    """The body of a response in pieces, up to the limit of the call."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "deflate", ""):
        raise _TooLargeError(say("the response is compressed as {encoding!r}", encoding=encoding[:40]))
    size = 0
    for part in response.iter_content(PART if encoding in ("identity", "") else COMPRESSED_PART):
        size += len(part)
        if size > call.limit:
            raise _TooLargeError(
                say("the response of {api} is larger than {size} MiB", api=call.api, size=call.limit // 1024**2)
            )
        yield part


def _is_permission(value: t.Any) -> bool:
    """Whether ``value`` can be a permission object; one that is nested too deep is none."""
    return isinstance(value, dict) and _is_shallow(value, DEEPEST_PERMISSION)


def _is_shallow(value: t.Any, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return not isinstance(value, list) or (depth > 0 and all(_is_shallow(item, depth - 1) for item in value))


def _json(parts: Iterable[bytes]) -> t.Any:
    """The JSON of a body, None if it is none; its bytes are freed before it is parsed, since logs make it large."""
    data = b"".join(parts)
    try:
        text = data.decode(json.detect_encoding(data), "replace")
        del data
        if _values(text) > MOST_VALUES:
            raise _TooLargeError(say("the response has more than {number} values", number=MOST_VALUES))
        found = json.loads(text)
        return _whole(found) if WRITTEN_HALF.search(text) else found
    except (ValueError, RecursionError):
        return None


def _whole(value: t.Any) -> t.Any:
    """``value``, of any JSON type, without halves of characters: results with them are refused by Ansible."""
    if isinstance(value, str):
        if not HALF.search(value):
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _values(text: str) -> int:
    """About how many values a JSON text has, at most: three bytes of it may become eighty in memory."""
    if len(text) <= MOST_VALUES:  # as nearly all responses
        return len(text)
    count = sum(map(text.count, ",[{"))
    if count <= MOST_VALUES:
        return count
    # Logs have such characters too, so what is in strings does not count.
    text = text.replace("\\\\", "").replace('\\"', "")
    quotes = text.count('"')
    return quotes if quotes > 2 * MOST_VALUES else sum(map(re.sub('"[^"]*"', "", text).count, ",[{"))


def _pause(tries: int, kind: str) -> float:
    """Seconds before the next try, doubling, spread so that parallel tasks don't retry at the same time."""
    first = 2.0 if kind == "throttled" else 0.5
    return min(LONGEST_PAUSE, first * 2.0 ** min(tries - 1, 10)) * random.uniform(0.8, 1.2)


def _query_text(value: t.Any) -> t.Any:
    return str(value).lower() if isinstance(value, bool) else value


def _whole_number(value: t.Any) -> int | None:
    """``value`` as an int: old ESB components return codes as strings (contract §3.1); anything else is no code."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _host(url: str) -> str:
    """Host and port of ``url``, empty if it has none; the rest may carry a password."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _is_before_sending(error: Exception) -> bool:
    """Whether requests raises ``error`` for a URL, a proxy or a connection, before it sends a request."""
    names = requests.exceptions
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return True
    if isinstance(error, (names.ConnectTimeout, names.InvalidSchema, names.InvalidURL)):
        return True
    # Such an end may come at any time, also without TLS's close_notify, and urllib3 1.26 takes all for the proxy's.
    ends = (ConnectionResetError, BrokenPipeError, socket.timeout, ssl.SSLEOFError)
    return isinstance(error, (names.ProxyError, names.SSLError)) and not isinstance(_cause(error), ends)


def _is_io(error: BaseException) -> bool:
    """Whether it is the operating system's or HTTP's own error; what requests raises is an OSError too."""
    return isinstance(error, (OSError, HTTPException)) and not isinstance(error, requests.RequestException)


def _cause(error: BaseException) -> t.Any:
    """The operating system's or HTTP's own error inside the layers of requests and urllib3, else the innermost one."""
    inner: BaseException | None = error
    while inner is not None and not _is_io(inner):
        error = inner
        wrapped = [getattr(inner, "reason", None), *inner.args, inner.__cause__, inner.__context__]
        inner = next((item for item in wrapped if isinstance(item, BaseException)), None)
    return inner or error


def _reason(error: BaseException) -> str:
    """What an error says, on one line, and without the user and password that a proxy's address may carry."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return foreign(re.sub(r"//[^/@\s]*@", "//", " ".join(re.sub(r"[^\x20-\x7e]+", " ", text).split())))
