# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The envelope of the simulated Sunbird service: successes, refusals and the three shapes of ``params.err``."""

from __future__ import annotations

import json
import typing as t
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ..contract import Sandbox
from .sunbird_store import now

RESPONSE_CODES: Mapping[int, str] = {
    200: "OK",
    400: "CLIENT_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "RESOURCE_NOT_FOUND",
    418: "IM_A_TEAPOT",
    500: "SERVER_ERROR",
}


@dataclass(frozen=True)
class Key:
    """An error: HTTP status, text with numbered places, and how the newer service calls and words it."""

    status: int
    text: str
    newer_name: str = ""
    newer_text: str = ""


KEYS: Mapping[str, Key] = {
    "0002": Key(400, "{0} already exists"),
    "0003": Key(400, "Data type of {0} should be {1}.", "DATA_TYPE_ERROR"),
    "0006": Key(400, "User account has been blocked .", "USER_ACCOUNT_BLOCKED"),
    "0008": Key(400, "User is already {0}."),
    "0009": Key(400, "Invalid format for given {0}."),
    "0011": Key(400, "Please provide only email or phone or managedBy"),
    "0013": Key(404, "Requested {0} resource not found", "RESOURCE_NOT_FOUND", "Requested resource not found"),
    "0017": Key(400, "Invalid value {0} for parameter {1}. Please provide a valid value.", "INVALID_PARAMETER_VALUE"),
    "0018": Key(400, "Invalid {0}: {1}. Valid values are: {2}.", "INVALID_VALUE"),
    "0019": Key(400, "Please provide valid {0}.", "INVALID_PARAMETER"),
    "0021": Key(
        400, "Invalid parameter {0} in request.", "INVALID_REQUEST_PARAMETER", "Invalid request parameter {0}."
    ),
    "0024": Key(
        400,
        "Password must contain a minimum of 8 characters including numerals, lower and upper case alphabets"
        " and special characters",
        "INVALID_PASSWORD",
    ),
    "0025": Key(418, "Captcha is invalid", "INVALID_CAPTCHA"),
    "0028": Key(400, "Requested data for this operation is not valid.", "INVALID_REQUESTED_DATA"),
    "0030": Key(400, "Mandatory parameter {0} is missing.", "MANDATORY_PARAMETER_MISSING"),
    "0042": Key(
        400,
        "External ID (id: {0}, idType: {1}, provider: {2}) already assigned to another user.",
        "EXTERNALID_ASSIGNED_TO_OTHER_USER",
    ),
    "0043": Key(400, "Duplicate external IDs for given idType ({0}) and provider ({1}).", "DUPLICATE_EXTERNAL_IDS"),
    "0045": Key(400, "Mismatch of given parameters: {0}.", "PARAMETER_MISMATCH"),
    "0051": Key(400, "Unsupported field {0}.", "ERROR_UNSUPPORTED_FIELD"),
    "0053": Key(400, "Organisation is inactive.", "ERROR_INACTIVE_ORG"),
    "0058": Key(400, "Size of {0} should be {1}."),
    "0061": Key(400, "Mandatory header parameter {0} is missing.", "MANDATORY_HEADER_PARAMETER_MISSING"),
    "0062": Key(400, "Recovery {0} can not be same as primary {0}."),
    "0065": Key(400, "managedBy cannot be updated."),
    "0073": Key(400, "User is Inactive. Please make it active to proceed."),
    "0076": Key(400, "Invalid organisation for role assignment: {0}."),
    "0083": Key(400, "User is restricted from deleting account based on roles!"),
    "UOS_0069": Key(500, "server error", "INTERNAL_ERROR"),
    "UOS_0070": Key(401, "You are not authorized.", "UNAUTHORIZED_USER"),
}


class Refusal(Exception):
    """A request turned down by the service.

    values: what fills the places of the text. text: replaces the key's own text. by_validator: found
    before any work began, which decides how the code is built. plain: the code stands alone.
    override: what old clients get as both err and status.
    """

    def __init__(
        self,
        key: str,
        *values: str,
        text: str | None = None,
        by_validator: bool = False,
        plain: bool = False,
        override: str = "",
    ) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
        self.text = text
        self.by_validator = by_validator
        self.plain = plain
        self.override = override


@dataclass(frozen=True)
class Person:
    """Whom a user token speaks for. roles: the token's own claim, each ``{"role", "scope"}``."""

    user_id: str
    roles: tuple[dict[str, t.Any], ...] = ()

    def has_role(self, role: str) -> bool:
        return any(item.get("role") == role for item in self.roles)


@dataclass(frozen=True)
class Call:
    """One request as the service sees it.

    path: the service's own path. parameters, query: of the path and the query. body: the inner
    ``request``. person: of the user token, None without a valid one. operation: the code inside errors.
    """

    sandbox: Sandbox
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, t.Any]
    person: Person | None
    operation: str
    message_id: str

    def dialect(self, name: str) -> str:
        return self.sandbox.dialect("sunbird." + name)

    @property
    def version(self) -> str:
        """``v1`` to ``v5``, wherever in the path it stands."""
        return next((part for part in self.path.split("/") if part[:1] == "v" and part[1:].isdecimal()), "")

    @property
    def is_private(self) -> bool:
        return self.path.startswith("/private/")

    @property
    def caller(self) -> str | None:
        return self.person.user_id if self.person else None


def message_id_of(sandbox: Sandbox, request: Request) -> str:
    """The id of a request: the client's own, when it sent one."""
    given = request.headers.get("x-msgid")
    if sandbox.dialect("sunbird.error_codes") != "bare":
        given = request.headers.get("x-request-id") or given
    return given or uuid.uuid4().hex


def succeeded(call: Call, result: dict[str, t.Any]) -> Response:
    return _answer(call, 200, "OK", None, "SUCCESS", None, result)


def refused(call: Call, refusal: Refusal) -> Response:
    key = KEYS[refusal.key]
    shape = call.dialect("error_codes")
    text, name = key.text, refusal.key
    if shape != "composed":
        text, name = key.newer_text or key.text, key.newer_name or refusal.key
    if refusal.text is not None:
        text = refusal.text
    for place, value in enumerate(refusal.values):
        text = text.replace(f"{{{place}}}", value)
    composes = shape == "composed" or (shape == "standalone_lern" and refusal.by_validator)
    code = f"UOS_{call.operation}{name}" if composes and not refusal.plain else name
    status = "FAILED"
    if refusal.override and shape != "bare":
        code = status = refusal.override
    response_code = RESPONSE_CODES[key.status]
    if key.status == 401 and (shape == "bare" or call.dialect("unauthorized_response_code") == "CLIENT_ERROR"):
        response_code = "CLIENT_ERROR"
    return _answer(call, key.status, response_code, code, status, text, {})


def _answer(
    call: Call,
    http_status: int,
    response_code: str,
    code: str | None,
    status: str,
    text: str | None,
    result: dict[str, t.Any],
) -> Response:
    first, _slash, rest = call.path.lstrip("/").partition("/")
    body = {
        "id": "api." + _api_name(rest),
        "ver": first,
        "ts": now(),
        "params": {
            "resmsgid": call.message_id,
            "msgid": call.message_id,
            "err": code,
            "status": status,
            "errmsg": text,
        },
        "responseCode": response_code,
        "result": result,
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {} if call.dialect("error_codes") == "bare" else {"X-Response-Length": str(len(content))}
    return Response(content, http_status, headers, "application/json")


def _api_name(path: str) -> str:
    return path.strip("/").replace("/", ".")
