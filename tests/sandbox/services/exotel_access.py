# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may call the simulated Exotel service, and the envelope in which it answers."""

from __future__ import annotations

import base64
import binascii
import json
import time
import typing as t
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ..contract import Sandbox

SINGAPORE = "singapore"
MUMBAI = "mumbai"


@dataclass(frozen=True)
class Account:
    """An Exotel account. restriction: ``trial``, ``kyc`` or empty."""

    region: str = SINGAPORE
    voip: bool = False
    restriction: str = ""


@dataclass(frozen=True)
class Key:
    """An API key with its token; accounts: the account SIDs it has rights on."""

    token: str
    region: str
    accounts: tuple[str, ...]


ACCOUNTS: Mapping[str, Account] = {
    "sandbox": Account(),
    "sandbox-voip": Account(voip=True),
    "sandbox-trial": Account(restriction="trial"),
    "sandbox-nokyc": Account(restriction="kyc"),
    "sandbox-mumbai": Account(region=MUMBAI),
}
KEYS: Mapping[str, Key] = {
    "sandbox-key": Key("sandbox-token", SINGAPORE, ("sandbox", "sandbox-voip", "sandbox-trial", "sandbox-nokyc")),
    "sandbox-mumbai-key": Key("sandbox-mumbai-token", MUMBAI, ("sandbox-mumbai",)),
    "sandbox-norights-key": Key("sandbox-norights-token", SINGAPORE, ()),
}

MESSAGES: Mapping[int, str] = {
    1000: "Not Found",
    1001: "Mandatory Parameter missing",
    1002: "Invalid parameter",
    1003: "Authorization failed",
    1007: "Invalid request format",
    1008: "Duplicate resource",
    1010: "Authentication failed",
    1011: "Unsupported content type",
    1401: "Invalid phone number",
    1402: "Mandatory Parameter missing",
    10801: "User not found",
    10809: "Device unverified",
    10810: "Operation not permitted",
    10811: "Duplicate resource",
    10812: "Duplicate resource",
    10813: "Duplicate resource",
    10814: "Operation not permitted",
    10815: "Operation not permitted",
    10817: "Operation not permitted",
}
NOT_JSON = "Invalid request body,failed parsing the request"


class Refusal(Exception):
    """A request turned down: HTTP status, Exotel's own code (None when it has none) and what is wrong."""

    def __init__(self, status: int, code: int | None, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description


@dataclass(frozen=True)
class Call:
    """One admitted request: what a handler needs of it. body is empty for GET and DELETE."""

    sandbox: Sandbox
    method: str
    sid: str
    account: Account
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, t.Any]

    def dialect(self, name: str) -> str:
        return self.sandbox.dialect("exotel." + name)


def operation(handler: Callable[[Call], Response], *, writes: bool) -> Callable[[Request], t.Awaitable[Response]]:
    """The endpoint of a handler: admits the request and turns a refusal into an answer.

    The body is read first, so that nothing awaits between reading and writing the records.
    """

    async def endpoint(request: Request) -> Response:
        content = await request.body()
        sandbox: Sandbox = request.app.state.sandbox
        try:
            return handler(_admit(sandbox, request, content, writes))
        except Refusal as refusal:
            return _refused(sandbox, request.method, refusal)

    return endpoint


async def not_found(request: Request) -> Response:
    """What the service says to a path it does not have."""
    return _refused(request.app.state.sandbox, request.method, Refusal(404, 1000, "Requested resource does not exist"))


def succeeded(call: Call, data: t.Any) -> Response:
    """The answer for one record."""
    return JSONResponse(_envelope(call.method, 200, _record(call.sandbox, data)))


def listed(call: Call, records: list[dict[str, t.Any]], metadata: dict[str, int], *, filtered: bool) -> Response:
    """The answer for a page of records, each in its own little envelope."""
    envelope = {"request_id": uuid.uuid4().hex, "method": call.method, "http_code": 200, "metadata": metadata}
    empty = call.dialect("empty_match") if filtered and not records else "empty_list"
    if empty == "null":
        envelope["response"] = None
    elif empty == "empty_list":
        envelope["response"] = [_record(call.sandbox, record) for record in records]
    return JSONResponse(envelope)


def _admit(sandbox: Sandbox, request: Request, content: bytes, writes: bool) -> Call:
    sid = request.path_params["sid"]
    key = _authenticated(request)
    account = ACCOUNTS.get(sid)
    if account is None or sid not in key.accounts:
        raise Refusal(403, 1003, "API credentials used are unauthorized")
    _count_for_rate_limit(sandbox, sid)
    body: Mapping[str, t.Any] = {}
    if request.method in ("POST", "PUT"):
        body = _parsed(request, content)
    call = Call(sandbox, request.method, sid, account, request.path_params, request.query_params, body)
    if writes:
        _refuse_restricted(call)
    return call


def _authenticated(request: Request) -> Key:
    region = MUMBAI if request.url.path.startswith("/exotel/mumbai/") else SINGAPORE
    scheme, _space, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _colon, token = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name, token = "", ""
    key = KEYS.get(name)
    if scheme.lower() != "basic" or key is None or key.token != token or key.region != region:
        raise Refusal(401, 1010, "Authentication failed")
    return key


def _count_for_rate_limit(sandbox: Sandbox, sid: str) -> None:
    limit = sandbox.dialect("exotel.rate_limit")
    if limit == "off":
        return
    minute = int(time.time() // 60)
    database = sandbox.database
    database.execute(
        "INSERT INTO exotel_rate (account, minute, requests) VALUES (?, ?, 1)"
        " ON CONFLICT (account, minute) DO UPDATE SET requests = requests + 1",
        (sid, minute),
    )
    statement = "SELECT requests FROM exotel_rate WHERE account = ? AND minute = ?"
    (count,) = database.execute(statement, (sid, minute)).fetchone()
    if count > int(limit):
        raise Refusal(429, None, "Too many requests")


def _parsed(request: Request, content: bytes) -> dict[str, t.Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, 1011, "Content-Type must be application/json")
    try:
        body = json.loads(content)
    except ValueError:
        raise Refusal(400, 1007, NOT_JSON) from None
    if not isinstance(body, dict):
        raise Refusal(400, 1007, NOT_JSON)
    return body


def _refuse_restricted(call: Call) -> None:
    """Trial accounts and accounts without KYC read, but do not write. Only 1003 is documented for DELETE."""
    named = call.dialect("kyc_code") == "10814" and call.method != "DELETE"
    if call.account.restriction == "kyc":
        raise Refusal(403, 10814 if named else 1003, "This account's KYC is incomplete. Operation not permitted")
    if call.account.restriction == "trial":
        raise Refusal(403, 10815 if named else 1003, "This is a trial account. Operation not permitted")


def _record(sandbox: Sandbox, data: t.Any) -> dict[str, t.Any]:
    record: dict[str, t.Any] = {"code": 200, "error_data": None, "status": "success", "data": data}
    if sandbox.dialect("exotel.error_data") == "absent":
        del record["error_data"]
    return record


def _envelope(method: str, status: int, response: t.Any) -> dict[str, t.Any]:
    return {"request_id": uuid.uuid4().hex, "method": method, "http_code": status, "response": response}


def _refused(sandbox: Sandbox, method: str, refusal: Refusal) -> Response:
    if refusal.status == 429:
        return _too_many(sandbox, method)
    status = refusal.status
    if status in (400, 409):
        status = {"http": status, "under_200": 200, "under_207": 207}[sandbox.dialect("exotel.failure_signal")]
    return JSONResponse(_envelope(method, status, _failure(sandbox, refusal)), status_code=status)


def _failure(sandbox: Sandbox, refusal: Refusal) -> dict[str, t.Any]:
    message = refusal.description if refusal.code is None else MESSAGES[refusal.code]
    error_data = {"code": refusal.code, "message": message, "description": refusal.description}
    word = sandbox.dialect("exotel.failure_word")
    return {"code": refusal.status, "error_data": error_data, "status": word, "data": None}


def _too_many(sandbox: Sandbox, method: str) -> Response:
    seconds_left = str(60 - int(time.time() % 60))
    headers = {"Retry-After": seconds_left} if sandbox.dialect("exotel.retry_after") == "present" else None
    form = sandbox.dialect("exotel.rate_limit_body")
    if form == "plain":
        return PlainTextResponse("Too Many Requests\n", status_code=429, headers=headers)
    if form == "rest_exception":
        body: dict[str, t.Any] = {"RestException": {"Status": 429, "Message": "Too many requests"}}
    else:
        body = _envelope(method, 429, _failure(sandbox, Refusal(429, None, "Too many requests")))
    return JSONResponse(body, status_code=429, headers=headers)
