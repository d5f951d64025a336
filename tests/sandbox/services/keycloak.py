# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Keycloak and the token service beside the simulated Sunbird: who gets which user token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
import typing as t
import urllib.parse
import uuid
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..contract import Sandbox
from .sunbird_answers import Person
from .sunbird_store import BLOCKED, DELETED, look_up, now, password_digest, read_user, roles_of

CLIENTS: Mapping[str, str] = {"lms": "sandbox-client-secret"}
# The user behind the client's own token; Sunbird has no row for it.
SERVICE_ACCOUNT_ID = "5a4d0000-0000-4000-8000-0000000000ff"
ISSUER = "https://sunbird.sandbox.example/auth/realms/sunbird"
PROVIDER = "5a4d0000-0000-4000-8000-00000000fede"
REFRESH_LIFE = 86400
FORM = "application/x-www-form-urlencoded"

_SIGNING_KEY = secrets.token_bytes(32)

Claims = dict[str, t.Any]


class Denied(Exception):
    """A token request turned down: HTTP status, OAuth error code and its description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


async def issue(request: Request) -> Response:
    """Keycloak's token address: password, client-credentials and refresh-token grants."""
    sandbox: Sandbox = request.app.state.sandbox
    form = _form(await request.body())
    if not _is_form(request):
        return JSONResponse({"error": "HTTP 415 Unsupported Media Type"}, 415)
    try:
        return JSONResponse(_granted(sandbox, form))
    except Denied as denied:
        return JSONResponse({"error": denied.error, "error_description": denied.description}, denied.status)


async def refresh(request: Request) -> Response:
    """The token service behind the gateway: a new token that carries the user's roles."""
    sandbox: Sandbox = request.app.state.sandbox
    content = await request.body()
    if not _is_form(request):
        return _refresh_refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported content type")
    try:
        subject = _refreshed_subject(sandbox, _form(content))
    except Denied as denied:
        return _refresh_refused(400, denied.error, denied.description)
    result = _tokens(sandbox, subject, with_roles=True)
    del result["token_type"]
    return JSONResponse(_refresh_envelope("OK", None, "successful", None, result))


def person_of(token: str) -> Person | None:
    """Whom a user token speaks for; None when it is malformed, forged, expired or no access token."""
    claims = _verified(token, "Bearer")
    if claims is None:
        return None
    return Person(claims["sub"].rpartition(":")[2], tuple(claims.get("roles", ())))


def _granted(sandbox: Sandbox, form: Mapping[str, str]) -> Claims:
    client = form.get("client_id", "")
    if CLIENTS.get(client) is None or form.get("client_secret") != CLIENTS[client]:
        raise Denied(401, "unauthorized_client", "Invalid client secret")
    with_roles = sandbox.dialect("sunbird.roles_in_token") == "always"
    grant = form.get("grant_type")
    if grant == "client_credentials":
        return _tokens(sandbox, SERVICE_ACCOUNT_ID, with_roles=with_roles)
    if grant == "password":
        return _tokens(sandbox, _logged_in(sandbox, form), with_roles=with_roles)
    if grant == "refresh_token":
        return _tokens(sandbox, _refreshed_subject(sandbox, form), with_roles=with_roles)
    if grant is None:
        raise Denied(400, "invalid_request", "Missing form parameter: grant_type")
    raise Denied(400, "unsupported_grant_type", "Unsupported grant_type")


def _logged_in(sandbox: Sandbox, form: Mapping[str, str]) -> str:
    """The id of the user who logs in with an e-mail address, a phone number or a user name."""
    name, password = form.get("username", "").lower(), form.get("password", "")
    for kind in ("email", "phone", "username"):
        user_id = look_up(sandbox, kind, name)
        if user_id is None:
            continue
        row = sandbox.database.execute("SELECT password FROM sunbird_user WHERE id = ?", (user_id,)).fetchone()
        if row and row[0] and hmac.compare_digest(row[0], password_digest(user_id, password)):
            _refuse_disabled(sandbox, user_id)
            return user_id
    raise Denied(401, "invalid_grant", "Invalid user credentials")


def _refreshed_subject(sandbox: Sandbox, form: Mapping[str, str]) -> str:
    claims = _verified(form.get("refresh_token", ""), "Refresh")
    if claims is None:
        raise Denied(400, "invalid_grant", "Invalid refresh token")
    subject: str = claims["sub"].rpartition(":")[2]
    _refuse_disabled(sandbox, subject)
    return subject


def _refuse_disabled(sandbox: Sandbox, user_id: str) -> None:
    document = read_user(sandbox, user_id)
    if document and document["status"] in (BLOCKED, DELETED):
        raise Denied(400, "invalid_grant", "Account disabled")


def _tokens(sandbox: Sandbox, user_id: str, *, with_roles: bool) -> Claims:
    life = int(sandbox.dialect("sunbird.token_life"))
    subject = user_id if user_id == SERVICE_ACCOUNT_ID else f"f:{PROVIDER}:{user_id}"
    claims: Claims = {"sub": subject, "iss": ISSUER}
    access = dict(claims)
    if with_roles:
        roles = [{"role": item["role"], "scope": item["scope"]} for item in roles_of(sandbox, user_id)]
        access["roles"] = [*roles, {"role": "PUBLIC", "scope": []}]
    return {
        "access_token": _signed(access, "Bearer", life),
        "expires_in": life,
        "refresh_expires_in": REFRESH_LIFE,
        "refresh_token": _signed(claims, "Refresh", REFRESH_LIFE),
        "token_type": "bearer",
    }


def _signed(claims: Claims, kind: str, life: int) -> str:
    issued = time.time()
    claims = {**claims, "jti": str(uuid.uuid4()), "iat": int(issued), "exp": int(issued) + life, "typ": kind}
    header = {"alg": "HS256", "typ": "JWT", "kid": "sandbox"}
    head = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{head}.{_signature(head)}"


def _verified(token: str, kind: str) -> Claims | None:
    head, _dot, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(head).encode()):
        return None
    try:
        payload = head.partition(".")[2]
        claims: Claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        return None
    return claims if claims["typ"] == kind and claims["exp"] > time.time() else None


def _signature(head: str) -> str:
    return _encoded(hmac.new(_SIGNING_KEY, head.encode(), hashlib.sha256).digest())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def _form(content: bytes) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(content.decode(errors="replace"), keep_blank_values=True))


def _refresh_refused(status: int, error: str, description: str) -> Response:
    return JSONResponse(_refresh_envelope("CLIENT_ERROR", error, "failed", description, {}), status)


def _refresh_envelope(code: str, error: str | None, status: str, text: str | None, result: Claims) -> Claims:
    message_id = str(uuid.uuid4())
    return {
        "id": "api.refresh.token",
        "ver": "1.0",
        "ts": now(),
        "params": {"resmsgid": message_id, "msgid": message_id, "err": error, "status": status, "errmsg": text},
        "responseCode": code,
        "result": result,
    }
