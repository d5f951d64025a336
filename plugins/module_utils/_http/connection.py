# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""One HTTP conversation with one service. The only code that imports ``requests``."""

from __future__ import annotations

import json
import re
import threading
import time
import traceback
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.retry import (
    READ,
    may_resend,
    parse_retry_after,
    pause,
)

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from urllib3.exceptions import HTTPError, NewConnectionError
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._http.options import Settings

LARGEST_ANSWER = 256 * 1024 * 1024  # bytes; far above any listing, far below what hurts the machine
SHOWN_OF_A_BODY = 200  # characters of an answer that was not understood


@dataclass(frozen=True)
class Operation:
    """One thing that a service can be asked to do.

    name: in plain words, for messages: ``create user``.
    effect: READ, WRITE or CREATE of the module ``retry``.
    path: below the base address, without a slash at its start.
    """

    name: str
    method: str
    path: str
    effect: str = READ


@dataclass(frozen=True)
class Answer:
    """What came back.

    data: the parsed JSON body; None when the body is no JSON.
    text: the body as text, for messages and for services that answer in plain text.
    """

    status: int
    headers: Mapping[str, str]
    data: t.Any
    text: str

    @property
    def ok(self) -> bool:
        """Whether the HTTP status stands for success."""
        return 200 <= self.status < 300


class Authentication(t.Protocol):
    """What a connection needs of credentials; ``renew`` may be missing where there is nothing to renew."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the credentials to a request."""


class Connection:
    """Sends operations, with time-outs, retries and redaction, and hands answers to the service's judge.

    judge: takes the answer, returns its payload, or raises Failure when the service did not do as asked.
    renew: gets fresh credentials after an authentication failure; False when that is impossible.
    Safe to use from several threads.
    """

    def __init__(
        self,
        settings: Settings,
        authentication: Authentication,
        judge: Callable[[Answer], t.Any],
        redactor: Redactor | None = None,
        renew: Callable[[], bool] | None = None,
    ) -> None:
        self.settings = settings
        self.redactor = redactor or Redactor()
        self.redactor.add(settings.proxy)
        self.redactor.add(urlsplit(settings.proxy or "").password)
        self._authentication = authentication
        self._judge = judge
        self._renew = renew
        self._sessions = threading.local()
        self._quiet_until = 0.0

    def call(
        self,
        operation: Operation,
        path: str | None = None,
        query: Mapping[str, t.Any] | None = None,
        body: t.Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, t.Any] | None = None,
    ) -> t.Any:
        """Carry out one operation and return what the judge makes of the answer.

        path: instead of the operation's own path, where it holds an identifier.
        body: sent as JSON; form: sent as a web form; files: sent as a multipart upload.
        Raises Failure, with secrets removed.
        """
        if self.settings.read_only and operation.effect != READ:
            raise Failure(
                errors.INTERNAL,
                "a write was attempted in check mode and refused",
                service=self.settings.service,
                operation=operation.name,
                hint="Please report this as a fault of the collection.",
            )
        attempt, renewed = 0, False
        while True:
            try:
                self._respect_quiet_time()
                return self._judge(self._send(operation, path or operation.path, query, body, form, files))
            except Failure as failure:
                if failure.kind == errors.AUTHENTICATION and not renewed and self._renew and self._renew():
                    renewed = True
                    continue
                if attempt >= self.settings.retries or not may_resend(operation.effect, failure):
                    raise self._described(failure, operation) from None
                self._wait(pause(attempt, failure), failure)
                attempt += 1

    def _described(self, failure: Failure, operation: Operation) -> Failure:
        failure.service = failure.service or self.settings.service
        failure.operation = failure.operation or operation.name
        failure.message = self.redactor.clean(failure.message)
        failure.hint = self.redactor.clean(failure.hint or errors.HINTS.get(failure.kind, ""))
        if operation.effect == READ:
            failure.acted = False
        return failure

    def _wait(self, seconds: float, failure: Failure) -> None:
        if failure.kind == errors.RATE_LIMIT:
            # One worker that is told to slow down slows all of them down.
            self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)
        else:
            time.sleep(seconds)

    def _respect_quiet_time(self) -> None:
        remaining = self._quiet_until - time.monotonic()
        if remaining > 0:
            time.sleep(remaining)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = requests.Session()
            session.headers["Accept"] = "application/json"
            session.headers["Accept-Encoding"] = "identity"
            session.headers["User-Agent"] = "vox.roster"
            self._sessions.session = session
        return session

    def _send(
        self,
        operation: Operation,
        path: str,
        query: Mapping[str, t.Any] | None,
        body: t.Any,
        form: Mapping[str, str] | None,
        files: Mapping[str, t.Any] | None,
    ) -> Answer:
        settings = self.settings
        try:
            response = self._session().request(
                operation.method,
                f"{settings.url}/{path}",
                params=query,
                json=body,
                data=form,
                files=files,
                auth=self._authentication,
                timeout=settings.timeout,
                verify=settings.verify,
                cert=settings.certificate,
                proxies={"http": settings.proxy, "https": settings.proxy} if settings.proxy else None,
                allow_redirects=False,
                stream=True,
            )
            content = _content(response, time.monotonic() + settings.timeout)
        except (requests.exceptions.RequestException, HTTPError, OSError, ValueError) as exception:
            raise _transport_failure(exception, settings) from None
        return _answer(response.status_code, response.headers, content)


def failure_of(answer: Answer, message: str = "", kind: str = "", code: object = None, **more: t.Any) -> Failure:
    """The failure that an answer stands for, filled from its status where nothing better is known.

    A server error, or a time-out in front of the server, says nothing about what the server did.
    """
    kind = kind or errors.kind_of_status(answer.status)
    if not message:
        message = _describe(answer, kind)
    unknown = kind in (errors.SERVER, errors.TIMEOUT, errors.BROKEN)
    more.setdefault("acted", None if unknown else False)
    more.setdefault("retryable", unknown or kind == errors.RATE_LIMIT)
    return Failure(
        kind,
        message,
        http_status=answer.status,
        code=None if code is None else str(code),
        retry_after=parse_retry_after(answer.headers.get("Retry-After"), time.time()),
        **more,
    )


def not_understood(answer: Answer) -> Failure:
    """The failure for a body that is not what the service sends: a web page, a cut or foreign answer.

    A web page under a good status comes from something else than the API, so asking again is no use.
    """
    failure = failure_of(answer, kind=errors.kind_of_status(answer.status) if not answer.ok else errors.BROKEN)
    failure.retryable = failure.retryable and not (answer.ok and _is_web_page(answer))
    return failure


def _describe(answer: Answer, kind: str) -> str:
    if kind == errors.REDIRECT:
        # Only the origin: a path or query may hold a session or a token.
        target = urlsplit(answer.headers.get("Location") or "")
        return f"the server redirects to {target.scheme or 'the same scheme'}://{target.hostname or 'the same host'}"
    if _is_web_page(answer):
        return "the server answered with a web page instead of the API's JSON"
    shown = " ".join(answer.text.split())[:SHOWN_OF_A_BODY]
    if not shown:
        return "the server answered with an empty body"
    if kind == errors.BROKEN:
        return f"the answer was not understood: {shown!r}"
    return shown


def _is_web_page(answer: Answer) -> bool:
    start = answer.text[:200].lstrip().lower()
    return "text/html" in (answer.headers.get("Content-Type") or "").lower() or start.startswith(("<!doctype", "<html"))


def _answer(status: int, headers: Mapping[str, str], content: bytes) -> Answer:
    try:
        data = json.loads(content) if content else None
    except (ValueError, RecursionError):
        data = None
    return Answer(status, headers, data, content[: 64 * 1024].decode("utf-8", "replace"))


def _content(response: requests.Response, deadline: float) -> bytes:
    """The whole body, read as it arrives, so that neither a slow nor an endless answer goes on for ever.

    The library's own reading waits for full blocks, during which no deadline can be looked at.
    """
    source: t.Any = response.raw._original_response  # pylint: disable=protected-access
    parts: list[bytes] = []
    size = 0
    try:
        while True:
            part = source.read1(1024 * 1024)
            if not part:
                break
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise Failure(errors.BROKEN, f"the answer is larger than {LARGEST_ANSWER // 1024 // 1024} MiB", acted=None)
            if time.monotonic() > deadline:
                raise requests.exceptions.ReadTimeout("the answer did not end in time")
        if source.length:
            raise requests.exceptions.ChunkedEncodingError("the answer ended early")
    except BaseException:
        response.close()
        raise
    response.raw.release_conn()
    return b"".join(parts)


def _transport_failure(exception: Exception, settings: Settings) -> Failure:
    address = urlsplit(settings.url)
    place = f"{address.scheme}://{address.netloc}"
    reason = getattr(exception.args[0] if exception.args else None, "reason", None)
    if isinstance(exception, requests.exceptions.SSLError):
        return Failure(errors.TLS, f"no trusted TLS connection to {place}: {_short(exception)}")
    if isinstance(exception, requests.exceptions.ProxyError):
        return Failure(
            errors.UNREACHABLE,
            f"the proxy on the way to {place} refused or failed: {_short(exception)}",
            hint="Check 'proxy', or HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment of the task.",
            retryable=True,
        )
    if isinstance(exception, requests.exceptions.ConnectTimeout):
        return Failure(
            errors.UNREACHABLE, f"{place} did not accept a connection within {settings.timeout:g} s", retryable=True
        )
    if isinstance(exception, requests.exceptions.ConnectionError) and isinstance(reason, NewConnectionError):
        return Failure(errors.UNREACHABLE, f"no connection to {place}: {_short(exception)}", retryable=True)
    if isinstance(exception, (requests.exceptions.Timeout, TimeoutError)) or "timed out" in str(exception):
        return Failure(
            errors.TIMEOUT, f"{place} did not answer within {settings.timeout:g} s", acted=None, retryable=True
        )
    if isinstance(exception, ValueError):
        return Failure(errors.OPTION, f"the request to {place} cannot be built: {_short(exception)}")
    return Failure(
        errors.BROKEN,
        f"the connection to {place} broke before the whole answer had arrived",
        hint=errors.HINTS[errors.UNREACHABLE],
        acted=None,
        retryable=True,
    )


def _short(exception: Exception) -> str:
    """The innermost reason of a library's error, without the names of its classes and objects."""
    inner: t.Any = exception.args[0] if exception.args else exception
    inner = getattr(inner, "reason", None) or inner
    text = str(inner)
    found = re.search(r"\[(?:Errno|SSL)[^]]*\] ?(.+)", text)
    return found.group(1).rstrip("')") if found else text.split(": ", 1)[-1]
