# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""One HTTP conversation with one service. The only code that imports ``requests``."""

from __future__ import annotations

import http.client
import re
import threading
import time
import traceback
import typing as t
from urllib.parse import urlsplit
from urllib.request import getproxies

from ansible_collections.vox.roster.plugins.module_utils._http import errors, kept
from ansible_collections.vox.roster.plugins.module_utils._http.bounded import Allowance, bind, content_of, parsed
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.pace import Pace
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.retry import (
    READ,
    is_worth_waiting,
    may_resend,
    parse_retry_after,
    pause,
)
from ansible_collections.vox.roster.plugins.module_utils._http.turns import taken

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from urllib3 import disable_warnings
    from urllib3.exceptions import HTTPError, InsecureRequestWarning, InvalidHeader, NewConnectionError
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._http.options import Settings

PROXY_HINT = "Check 'proxy', or HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment of the task."
SHOWN_OF_A_MESSAGE = 1000  # characters
SHOWN_OF_A_BODY = 200  # characters of an answer that was not understood

# Bytes that make a terminal do something; a service's message may hold them.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

_TLS_HINTS = (
    ("WRONG_VERSION", "What answers there does not speak TLS: begin the address with http://, or correct its port."),
    ("RECORD_LAYER", "What answers there does not speak TLS: begin the address with http://, or correct its port."),
    ("ALERT", "The server refused us: check 'client_cert', which it may want, and the versions of TLS that it speaks."),
    ("[X509", "Check 'ca_path', 'client_cert' and 'client_key': PEM files, and a key that fits its certificate."),
    ("PEM lib", "Check 'client_cert' and 'client_key': PEM files, and a key that fits its certificate."),
)


class Operation(t.NamedTuple):
    """One thing that a service can be asked to do.

    name: in plain words, for messages: ``create user``.
    effect: READ, WRITE or CREATE of the module ``retry``.
    path: below the base address, without a slash at its start.
    """

    name: str
    method: str
    path: str
    effect: str = READ


class Answer(t.NamedTuple):
    """What came back.

    data: the parsed JSON body; None when the body is no JSON.
    text: the body as text without secrets, where it is no JSON; for services that answer in plain text.
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
    """What a connection needs of credentials."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the credentials to a request."""


class Connection:
    """Sends operations, with time-outs, retries and redaction, and hands answers to the service's judge.

    judge: takes the answer, returns its payload, or raises Failure when the service did not do as asked.
    renew: gets fresh credentials after an authentication failure; False when that is impossible.
    allowance, pace: shared with the other connections of the task to the same server, where it has several.
    Safe to use from several threads.
    """

    def __init__(
        self,
        settings: Settings,
        authentication: Authentication,
        judge: Callable[[Answer], t.Any],
        redactor: Redactor | None = None,
        renew: Callable[[], bool] | None = None,
        allowance: Allowance | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.settings = settings
        self.redactor = redactor or Redactor()
        for proxy in (settings.proxy, *getproxies().values()):
            self.redactor.add_address(proxy)
        if not settings.verify:
            disable_warnings(InsecureRequestWarning)
        self._authentication = authentication
        self._judge = judge
        self._renew = renew
        self._sessions = threading.local()
        self._pace = pace or Pace(settings.requests_per_minute)
        self._allowance = allowance or Allowance()
        self._abandoned = False

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
        attempt, renewed, in_doubt = 0, False, False
        while True:
            try:
                self._pace.wait()
                if self._abandoned:
                    raise Failure(errors.INTERRUPTED, "nobody waits for the answer any more")
                if operation.effect != READ:
                    self._allowance.begin_change()
                return self._judge(self._send(operation, path or operation.path, query, body, form, files))
            except Failure as failure:
                in_doubt = in_doubt or (operation.effect != READ and failure.acted is None)
                try:
                    if self._renewed_or_waited(operation, failure, attempt, may_renew=not renewed):
                        renewed = True
                    else:
                        attempt += 1
                except Failure as last:
                    # However clear the last failure is, it says nothing about an earlier answer that was lost.
                    last.acted = None if in_doubt else last.acted
                    raise last from None

    def _renewed_or_waited(self, operation: Operation, failure: Failure, attempt: int, may_renew: bool) -> bool:
        """Get ready to try again: True with new credentials, False after a pause; Failure where that is of no use."""
        if failure.operation:
            # It comes from the connection that gets the credentials, which has tried again already.
            raise failure
        if failure.kind == errors.AUTHENTICATION and may_renew and self._renew and self._renew():
            return True
        if attempt >= self.settings.retries or not may_resend(operation.effect, failure):
            if failure.kind == errors.RATE_LIMIT and failure.retry_after is not None and is_worth_waiting(failure):
                # This request is not sent again, but the service means the others, too.
                self._pace.hold(failure.retry_after)
            raise self._described(failure, operation)
        if failure.kind == errors.RATE_LIMIT or failure.retry_after is not None:
            self._pace.hold(pause(attempt, failure))
        else:
            time.sleep(pause(attempt, failure))
        return False

    def abandon(self) -> None:
        """Send nothing any more: what other threads are at ends with the answer for which they wait."""
        self._abandoned = True

    def _described(self, failure: Failure, operation: Operation) -> Failure:
        failure.service = failure.service or self.settings.service
        failure.operation = failure.operation or operation.name
        failure.message = _CONTROLS.sub(" ", self.redactor.clean(failure.message))[:SHOWN_OF_A_MESSAGE]
        failure.hint = self.redactor.clean(failure.hint or errors.HINTS.get(failure.kind, ""))
        if operation.effect == READ:
            failure.acted = False
        return failure

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            settings = self.settings
            # Old versions of the library forget, on a connection that is used again, with which of these it was made.
            key = (settings.verify, settings.certificate, settings.proxy)
            session = kept.recall(key) or _new_session()
            session.cookies.clear()
            kept.leave(key, session)
            self._sessions.session = session
        return session

    def _transport(self, session: requests.Session, url: str) -> Mapping[str, t.Any]:
        """How to reach the service, all of whose addresses are on one host: the environment has its say in that."""
        transport: Mapping[str, t.Any] | None = getattr(self._sessions, "transport", None)
        if transport is None:
            settings = self.settings
            proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
            transport = session.merge_environment_settings(url, proxies, True, settings.verify, settings.certificate)
            self._sessions.transport = transport
        return transport

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
            session = self._session()
            request = requests.PreparedRequest()
            request.prepare(
                operation.method,
                f"{settings.url}/{path}",
                headers=session.headers,
                files=files,
                data=form,
                params=query,
                auth=self._authentication,
                cookies=session.cookies,
                json=body,
            )
            transport = self._transport(session, request.url or "")
            with taken():
                response = session.send(request, timeout=settings.timeout, allow_redirects=False, **transport)
                content = content_of(response, self._allowance)
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError) as exception:
            raise _transport_failure(exception, settings) from None
        if response.status_code == 407:
            message = f"the proxy on the way to {settings.url} does not accept the credentials, or wants some"
            raise Failure(errors.UNREACHABLE, message, http_status=407, hint=PROXY_HINT)
        data = parsed(content, self._allowance) if content else None
        return _answer(response.status_code, response.headers, content, data, self.redactor)


def _new_session() -> requests.Session:
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Encoding"] = "identity"
    session.headers["User-Agent"] = "vox.roster"
    # Even when it is not to follow a redirect, the library prepares to, and reads the body without any limit.
    vars(session)["get_redirect_target"] = lambda response: None
    for adapter in session.adapters.values():
        bind(adapter)
    return session


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
        return f"the server redirects to {_origin(answer.headers.get('Location') or '')}"
    if _is_web_page(answer):
        return "the server answered with a web page instead of the API's JSON"
    if answer.data is not None or any(sign in answer.text for sign in ("{", "}", "[", "]", '":')):
        # Never quoted: records hold secrets that no task has named.
        return "the server answered with JSON that is cut off or of another shape"
    shown = _CONTROLS.sub("\ufffd", " ".join(answer.text.split()))[:SHOWN_OF_A_BODY]
    if not shown:
        return "the server answered with an empty body"
    if kind == errors.BROKEN:
        return f"the answer was not understood: {shown!r}"
    return shown


def _origin(location: str) -> str:
    """Only where a redirect leads to: a path or query may hold a session or a token."""
    try:
        target = urlsplit(location)
        host, port = target.hostname, target.port
    except ValueError:
        return "an address that is none"
    if not host:
        return "another path on the same host"
    return f"{target.scheme + ':' if target.scheme else ''}//{host}{f':{port}' if port else ''}"


def _is_web_page(answer: Answer) -> bool:
    start = answer.text[:200].lstrip().lower()
    return "text/html" in (answer.headers.get("Content-Type") or "").lower() or start.startswith(("<!doctype", "<html"))


def _answer(status: int, headers: Mapping[str, str], content: bytes, data: t.Any, redactor: Redactor) -> Answer:
    # Cleaned before anything is cut off: half a secret would not be recognised any more.
    text = "" if data is not None else redactor.clean(content[: 64 * 1024].decode("utf-8", "replace"))
    return Answer(status, headers, data, text)


def _transport_failure(exception: Exception, settings: Settings) -> Failure:
    address = urlsplit(settings.url)
    place = f"{address.scheme}://{address.netloc}"
    inner = exception.args[0] if exception.args else None
    reason = getattr(inner, "reason", None)
    # A TLS connection that ends without a word was not refused: what had been sent may have had its effect.
    if isinstance(exception, requests.exceptions.SSLError) and "EOF occurred" not in str(exception):
        hint = next((hint for mark, hint in _TLS_HINTS if mark in str(exception)), "")
        return Failure(errors.TLS, f"no trusted TLS connection to {place}: {_short(exception)}", hint=hint)
    if isinstance(exception, requests.exceptions.ProxyError):
        refused = "Tunnel connection failed: " in str(exception)
        unsent = refused or isinstance(getattr(reason, "original_error", None), NewConnectionError)
        return Failure(
            errors.UNREACHABLE,
            f"the proxy on the way to {place} refused or failed: {_short(exception)}",
            hint=PROXY_HINT,
            retryable=not refused or "Tunnel connection failed: 5" in str(exception),
            # Old versions of the library also tell of a connection that broke later in this way.
            acted=False if unsent else None,
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
    if isinstance(exception, ValueError) and not isinstance(inner, InvalidHeader):
        message = f"the request to {place} cannot be built: {_short(exception)}"
        return Failure(errors.OPTION, message, hint="Check the address, and that of the proxy if there is one.")
    return Failure(
        errors.BROKEN,
        f"the connection to {place} broke before the whole answer had arrived",
        hint=errors.HINTS[errors.UNREACHABLE],
        acted=None,
        retryable=True,
    )


def _short(exception: Exception) -> str:
    """The innermost reason of a library's error, without the names of its classes and objects."""
    cause = exception
    while True:
        parts = (getattr(cause, "reason", None), *cause.args)
        deeper = next((part for part in parts if isinstance(part, Exception)), None)
        if deeper is None:
            break
        cause = deeper
    text = re.sub(r" ?\(_ssl\.c:\d+\)", "", str(cause))
    found = re.search(r"\[(?:Errno|SSL|X509)[^]]*\] ?(.+)", text)
    return found.group(1).rstrip(")") if found else text.split(": ", 1)[-1]
