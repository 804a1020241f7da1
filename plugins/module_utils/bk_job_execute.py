# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wrapper around BlueKing's gateways: it proves who calls, sends one request, and opens the envelope.

The only file that knows ``requests``. It knows nothing of Ansible, and nothing of what the calls mean.
"""

from __future__ import annotations

import io
import json
import random
import re
import ssl
import time
import traceback
import typing as t
from http.client import HTTPException, IncompleteRead
from operator import attrgetter
from urllib.parse import urlsplit

from ._api import hints
from ._api.codes import HEADER_IGNORED, UNKNOWN_ANSWER, judge
from ._api.requests import Secrets
from ._model.errors import JobError, RefusedError, UnclearError

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ._api.requests import Call, Credentials, Gateway

VERSION = "1.0.0"
CONNECT_TIMEOUT = 10.0  # seconds
PART = 65536  # bytes read at a time
LARGEST_BODY = 10 * 1024 * 1024  # bytes that a new ESB takes; old ones take a quarter of it (observed A6)
LONGEST_PAUSE = 60.0  # seconds; rate limits are commonly counted by the minute
# OpenSSL's codes for certificates whose issuer is not known here.
UNKNOWN_ISSUER = (18, 19, 20, 21)
LANGUAGES = {"en": "en", "zh": "zh-cn"}


class Client:
    """A session with one gateway: ``call`` returns the envelope's ``data`` or raises a :class:`JobError`.

    Reads, and writes that provably never reached Job, are tried again up to ``gateway.retries`` times (contract §7.4,
    observed C5 and C7). In check mode writes are refused here, so that no module can send one.
    """

    def __init__(
        self,
        gateway: Gateway,
        credentials: Credentials,
        *,
        secrets: Secrets | None = None,
        check_mode: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gateway = gateway
        self._credentials = credentials
        self._secrets = secrets or Secrets(credentials.secrets())
        self._check_mode = check_mode
        self._sleep = sleep
        self._in_header = gateway.kind == "apigw" or gateway.credentials_in != "body"
        self._in_words = attrgetter(gateway.language)
        self._session = self._open_session()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._session.close()

    def call(self, call: Call, retries: int | None = None) -> t.Any:
        """Send ``call`` and return its ``data``, of any JSON type; ``retries`` takes the place of the gateway's."""
        if call.writes and self._check_mode:
            raise RuntimeError(f"{call.api} would change something, and this is check mode")
        limit = self._gateway.retries if retries is None else retries
        tries, waited = 0, 0.0
        while True:
            tries += 1
            try:
                return self._exchange(call)
            except JobError as error:
                unclear = call.writes and not isinstance(error, RefusedError)
                if unclear or not error.transient or tries > limit:
                    error.tries, error.waited = tries, waited
                    raise
                pause = _pause(tries, error.kind)
            self._sleep(pause)
            waited += pause

    def _exchange(self, call: Call) -> t.Any:
        try:
            return self._send(call)
        except RefusedError as error:
            if not self._header_was_ignored(error):
                raise
        # An ESB from before mid-2021 reads the body only (contract §2.1). Its refusal came before anything else, so
        # the very same call may go out once more.
        self._in_header = False
        return self._send(call)

    def _header_was_ignored(self, error: RefusedError) -> bool:
        return (
            self._in_header
            and self._gateway.kind == "esb"
            and self._gateway.credentials_in == "auto"
            and error.code == 1306000
            and any(text in error.message for text in HEADER_IGNORED)
        )

    def _send(self, call: Call) -> t.Any:
        method, url, query, body = self._request(call)
        if self._gateway.kind == "esb" and len(body) > LARGEST_BODY:
            text = f"a request of {len(body) / 1024**2:.1f} MiB is more than the 10 an ESB takes"
            raise RefusedError(text, kind="invalid_request", hint=self._in_words(hints.TOO_LARGE))
        headers = {"X-Bkapi-Authorization": json.dumps(self._credentials.fields())} if self._in_header else {}
        # The position in this stream is the proof of what left the machine: of a body not read, no byte was sent.
        stream = io.BytesIO(body)
        try:
            response = self._session.request(
                method,
                url,
                params=query,
                data=stream if body else None,
                headers=headers,
                timeout=(CONNECT_TIMEOUT, self._gateway.timeout),
                verify=self._gateway.verify,
                cert=self._gateway.client_cert,
                proxies=requests.utils.get_environ_proxies(url) if self._gateway.use_proxy else {},
                # A followed redirect would carry the credentials along and turn POST into GET (observed C2).
                allow_redirects=False,
                stream=True,
            )
            envelope = _json(response.iter_content(PART))
        except Exception as error:  # whatever it is, the stream tells what it means
            raise self._broken_off(error, sent=method == "GET" or stream.tell() > 0) from None
        return self._open(response, envelope)

    def _request(self, call: Call) -> tuple[str, str, Mapping[str, t.Any] | None, bytes]:
        """Method, URL, query and body of the request for ``call``."""
        if self._gateway.kind == "apigw":
            url = f"{self._gateway.url}/api/v3/{call.api}"
            if not call.writes and call.gateway_method == "GET":
                return "GET", url, {name: _query_text(value) for name, value in call.params.items()}, b""
        else:
            url = f"{self._gateway.url}/api/c/compapi/v2/{call.system}/{call.api}/"
        params = dict(call.params)
        if not self._in_header:
            params.update(self._credentials.fields())
        return "POST", url, None, json.dumps(params, separators=(",", ":")).encode()

    def _open(self, response: requests.Response, envelope: t.Any) -> t.Any:
        """The one place that opens the envelope of all surfaces (contract §3; observed A7, C1)."""
        status = response.status_code
        if not isinstance(envelope, dict):
            message = f"the body of HTTP {status} {response.reason} is not an answer of the API"
            raise self._failure(response, None, message, {})
        code = _whole_number(envelope.get("code"))
        if envelope.get("result") is True and code == 0 and 200 <= status < 300:
            return envelope.get("data")
        message = str(envelope.get("message") or "") or f"HTTP {status} {response.reason} without a message"
        raise self._failure(response, code, message, envelope)

    def _failure(
        self, response: requests.Response, code: int | None, message: str, envelope: Mapping[str, t.Any]
    ) -> JobError:
        # Success that is not one, by its code or its HTTP status, contradicts itself and proves nothing.
        verdict = UNKNOWN_ANSWER if envelope.get("result") is True else judge(code, message, response.status_code)
        if response.is_redirect:
            message = f"the gateway redirects to {_host(response.headers['Location']) or 'another address'}"
        permission = envelope.get("permission")
        kind = UnclearError if verdict.unclear else RefusedError
        return kind(
            self._secrets.scrub(message),
            kind=verdict.kind,
            code=code,
            hint=self._in_words(verdict.hint),
            request_id=_text(envelope.get("request_id") or response.headers.get("X-Bkapi-Request-Id")),
            job_request_id=_text(envelope.get("job_request_id") or response.headers.get("X-Bk-Job-Request-Id")),
            permission=self._secrets.scrub(permission) if isinstance(permission, dict) else None,
            transient=verdict.transient,
        )

    def _broken_off(self, error: Exception, *, sent: bool) -> JobError:
        """The error for a connection that failed before the request left, or before its answer was whole."""
        cause = _cause(error)
        host = _host(self._gateway.url)
        untrusted = isinstance(cause, ssl.SSLCertVerificationError)
        # urllib3 1.26 has an error of its own for a certificate that names another host.
        if untrusted or (not _is_io(cause) and not sent and isinstance(error, requests.exceptions.SSLError)):
            unknown_issuer = untrusted and cause.verify_code in UNKNOWN_ISSUER
            text = f"cannot trust {host}: {cause.verify_message if untrusted else _reason(cause)}"
            hint = hints.UNKNOWN_ISSUER if unknown_issuer else hints.CERTIFICATE
            return RefusedError(text, kind="unavailable", hint=self._in_words(hint))
        if not _is_io(cause) and not sent:
            text = self._secrets.scrub(f"cannot send anything to {host}: {_reason(cause)}")
            return RefusedError(text, kind="invalid_request", hint=self._in_words(hints.NOT_SENDABLE))
        if not sent:
            text = self._secrets.scrub(f"cannot reach {host}: {_reason(cause)}")
            return RefusedError(text, kind="unavailable", hint=self._in_words(hints.NETWORK), transient=True)
        # What came, but not as HTTP, is another matter than what did not come.
        kind, hint, reason = "protocol", hints.NO_HTTP, _reason(cause)
        if isinstance(error, requests.Timeout):
            kind, hint, reason = "unavailable", hints.LATE, f"nothing came within {self._gateway.timeout:g} s"
        elif isinstance(cause, (OSError, IncompleteRead)):
            kind, hint = "unavailable", hints.CUT_OFF
        text = self._secrets.scrub(f"{host} gave no whole answer: {reason}")
        return UnclearError(text, kind=kind, hint=self._in_words(hint), transient=True)

    def _open_session(self) -> requests.Session:
        session = requests.Session()
        # We decide on proxies and certificates ourselves; .netrc must not add credentials of its own.
        session.trust_env = False
        session.headers.update(
            {
                "Accept": "application/json",
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


def _json(parts: Iterable[bytes]) -> t.Any:
    """The JSON of a body, None if it is none; its bytes are let go before it is read, since logs make it large."""
    data = b"".join(parts)
    try:
        text = data.decode(json.detect_encoding(data), "surrogatepass")
        del data
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _pause(tries: int, kind: str) -> float:
    """Seconds after so many tries, doubling, spread so that parallel tasks don't come back as one."""
    first = 2.0 if kind == "throttled" else 0.5
    return min(LONGEST_PAUSE, first * 2.0 ** (tries - 1)) * random.uniform(0.8, 1.2)


def _query_text(value: t.Any) -> t.Any:
    return str(value).lower() if isinstance(value, bool) else value


def _whole_number(value: t.Any) -> int | None:
    """``value`` as an int: old ESB components answer with text codes (contract §3.1); anything else is no code."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _text(value: t.Any) -> str | None:
    return str(value) if value else None


def _host(url: str) -> str:
    """Host and port of ``url``; the rest may carry what nobody should see."""
    return urlsplit(url).netloc.rpartition("@")[2]


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
    return re.sub(r"//[^/@\s]*@", "//", " ".join(re.sub(r"[^\x20-\x7e]+", " ", text).split()))
