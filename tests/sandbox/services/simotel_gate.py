# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every call to a Simotel server passes through: address, method, credentials, permission, body, envelope.

An answer is ``{"success": 1, "message": "...", "data": ...}``; failures come in the same shape, many of them under
HTTP status 200.
"""

from __future__ import annotations

import base64
import json
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ..contract import Sandbox

PREFIX = "/simotel"
API_ROOT = PREFIX + "/api/v4"

DONE = "Requested operation is done successfully"
FAILED = "Requested operation failed"
MISSING_CREDENTIALS = "BasicAuth or ApiKey is missing"
INVALID_CREDENTIALS = "BasicAuth or ApiKey is invalid"
UNKNOWN_SERVICE = "Requested service dose not exist"

# Every method reaches the gate, which answers the wrong ones in the service's own words.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

Fields = dict[str, t.Any]
Operation = Callable[[Sandbox, Fields], Response]
# Raises a Refusal for a call, told by its path, that the server does not offer.
Licence = Callable[[Sandbox, str], None]

APACHE_PAGE = """<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>404 Not Found</title>
</head><body>
<h1>Not Found</h1>
<p>The requested URL was not found on this server.</p>
</body></html>
"""


@dataclass(frozen=True)
class Account:
    """An API account, as the panel keeps them.

    mode: what the account asks for: ``basic``, ``key``, ``both``, or ``either`` (the sandbox's own, for convenience).
    verbs: the verbs it may use, None for all.
    address_permitted: False when the IP filter shuts it out.
    """

    purpose: str
    mode: str
    user: str
    password: str
    key: str
    verbs: frozenset[str] | None = None
    address_permitted: bool = True

    def credentials(self) -> str:
        """What a person sends, in words."""
        basic, key = f"user {self.user}, password {self.password}", f"API key {self.key}"
        joint = {"basic": basic, "key": key, "both": f"{basic} and {key}", "either": f"{basic} or {key}"}
        return joint[self.mode]


ACCOUNTS = (
    Account("everything", "either", "sandbox", "sandbox-password", "sandbox-simotel-key"),
    Account("Basic only", "basic", "sandbox-basic", "sandbox-basic-password", ""),
    Account("API key only", "key", "", "", "sandbox-simotel-key-only"),
    Account("Basic and API key", "both", "sandbox-both", "sandbox-both-password", "sandbox-simotel-both-key"),
    Account(
        "may search only",
        "either",
        "sandbox-reader",
        "sandbox-reader-password",
        "sandbox-simotel-reader-key",
        verbs=frozenset({"search"}),
    ),
    Account(
        "shut out by the IP filter",
        "either",
        "sandbox-outsider",
        "sandbox-outsider-password",
        "sandbox-simotel-outsider-key",
        address_permitted=False,
    ),
)


class Refusal(Exception):
    """The call fails, for the reason that the server prints."""

    def __init__(self, message: str, status: int = 200, success: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.success = success


def missing_field(name: str) -> Refusal:
    """The refusal of a call that lacks a required field."""
    return Refusal(f"Field '{name}':value is missing")


def envelope(success: int, message: str, data: t.Any, status: int = 200) -> Response:
    """An answer in the shape that all calls share."""
    body = json.dumps({"success": success, "message": message, "data": data}, separators=(",", ":"))
    return Response(body, status, media_type="application/json")


def nothing_found(sandbox: Sandbox) -> t.Any:
    """The data of a search that finds nothing."""
    return {"empty_list": [], "null": None, "empty_text": ""}[sandbox.dialect("simotel.no_match")]


def done(data: t.Any = "", message: str = DONE) -> Response:
    """The answer of a call that did its work."""
    return envelope(1, message, data)


def denied(sandbox: Sandbox, path: str) -> Refusal:
    """The refusal of a call for which an account has no permission."""
    if sandbox.dialect("simotel.access_denied") == "-2":
        return Refusal(f"Access denied: {path}", 403, -2)
    return Refusal(f'"{path}";Access denied', 403)


def unknown(sandbox: Sandbox, path: str) -> None:
    """Refuse a call that the server does not have."""
    raise Refusal(UNKNOWN_SERVICE, 501)


def json_route(path: str, name: str, operation: Operation, licence: Licence | None = None) -> Route:
    """A call with a JSON body: ``operation(sandbox, body)`` answers it once the gate lets it pass.

    licence: refuses the call where the server does not offer it.
    """

    async def endpoint(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        try:
            check(sandbox, request, path, licence)
            return operation(sandbox, await read_json(request))
        except Refusal as refusal:
            return refused(sandbox, refusal)

    return Route(API_ROOT + path, endpoint, methods=METHODS, name=name)


def upload_route(
    path: str,
    name: str,
    operation: Callable[[Sandbox, str, bytes], Response],
    licence: Licence,
) -> Route:
    """A call with a file: ``operation(sandbox, file name, content)`` answers it."""

    async def endpoint(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        try:
            check(sandbox, request, path, licence)
            return operation(sandbox, *await read_file(request))
        except Refusal as refusal:
            return refused(sandbox, refusal)

    return Route(API_ROOT + path, endpoint, methods=METHODS, name=name)


def check(sandbox: Sandbox, request: Request, path: str, licence: Licence | None) -> None:
    """Everything that is checked before a body is read."""
    if request.method != "POST":
        raise Refusal("Method not allowed", 405)
    account = authenticate(sandbox, request.headers)
    if not account.address_permitted:
        raise Refusal("IP is not permitted", 403)
    if licence:
        licence(sandbox, path)
    if account.verbs is not None and path.rpartition("/")[2] not in account.verbs:
        raise denied(sandbox, path)


def authenticate(sandbox: Sandbox, headers: Mapping[str, str]) -> Account:
    """The account that these headers belong to."""
    basic, key = read_basic(headers.get("authorization")), headers.get("x-apikey")
    if basic is None and not key:
        raise Refusal(MISSING_CREDENTIALS, 401)
    reason = INVALID_CREDENTIALS
    for account in ACCOUNTS:
        basic_fits = basic is not None and account.user != "" and basic == (account.user, account.password)
        key_fits = bool(key) and key == account.key
        if account.mode == "both" and basic_fits != key_fits and (basic is None or not key):
            reason = MISSING_CREDENTIALS
        if account.mode == "either" and (basic_fits or basic is None) and (key_fits or not key):
            return account
        if account.mode == "both" and basic_fits and key_fits:
            return account
        surplus = key if account.mode == "basic" else basic
        enough = basic_fits if account.mode == "basic" else key_fits
        if account.mode in ("basic", "key") and enough:
            if surplus and sandbox.dialect("simotel.surplus_header") == "refused":
                raise Refusal(INVALID_CREDENTIALS, 401)
            return account
    raise Refusal(reason, 401)


def read_basic(header: str | None) -> tuple[str, str] | None:
    """User and password of an Authorization header; None without one, empty strings for one that cannot be read."""
    if header is None:
        return None
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _colon, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except ValueError:
        return "", ""
    return user, password


def content_type(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request) -> Fields:
    """The fields of a call. An empty body and a list mean no fields: PHP clients send ``[]`` for an empty object."""
    body = await request.body()
    if not body:
        return {}
    if content_type(request) != "application/json":
        raise Refusal("Unsupported Media Type", 415)
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise Refusal("Unable to parse content", 400) from error
    if isinstance(fields, list):
        return {}
    if not isinstance(fields, dict):
        raise Refusal("Unable to parse content", 400)
    return fields


async def read_file(request: Request) -> tuple[str, bytes]:
    """Name and content of the part ``file`` of a multipart body."""
    if content_type(request) != "multipart/form-data":
        raise Refusal("Unsupported Media Type", 415)
    # Imported here: it takes longer than the rest of the package, and only uploads need it.
    from starlette.datastructures import UploadFile
    from starlette.exceptions import HTTPException
    from starlette.formparsers import MultiPartException

    try:
        async with request.form() as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise missing_field("file")
            return part.filename or "", await part.read()
    except (HTTPException, MultiPartException) as error:
        raise Refusal("Unable to parse content", 400) from error


def refused(sandbox: Sandbox, refusal: Refusal) -> Response:
    """The answer of a call that fails."""
    success = refusal.success
    # Only failures that the documentation leaves open; it prints 0 for the protocol's own (400, 401, 405, 415, 501).
    if not success and refusal.status in (200, 403) and sandbox.dialect("simotel.failure_code") == "negative":
        success = -1
    status = int(sandbox.dialect("simotel.failure_status")) if refusal.status == 200 else refusal.status
    return envelope(success, refusal.message, "", status)


async def not_found(request: Request) -> Response:
    """A path that is no call: Apache's page outside the API, the API's own words inside it."""
    if not request.url.path.startswith(API_ROOT + "/"):
        return HTMLResponse(APACHE_PAGE, 404, headers={"Server": "Apache"})
    sandbox: Sandbox = request.app.state.sandbox
    try:
        check(sandbox, request, request.url.path[len(API_ROOT) :], unknown)
    except Refusal as refusal:
        return refused(sandbox, refusal)
    raise AssertionError("a call that does not exist is always refused")
