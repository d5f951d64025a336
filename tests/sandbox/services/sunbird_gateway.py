# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the simulated Sunbird service: gateway, permission sidecar and the service's own front door."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from ..contract import Sandbox
from .keycloak import person_of
from .sunbird_answers import Call, Person, Refusal, message_id_of, refused, succeeded

GATEWAY = "/sunbird/api"
SERVICE_MODE = "/sunbird-service"

_GROUPS = frozenset(
    (
        "userAccess",
        "anonymousUserAccess",
        "userCreate",
        "anonymousUserCreate",
        "userUpdate",
        "userAdmin",
        "userTempAdmin",
        "userSuperAccess",
        "userSuperAdmin",
        "orgAccess",
        "locationAccess",
        "refreshTokenCreate",
    )
)
# The consumers of the gateway by their key, and what each may call.
API_KEYS: Mapping[str, frozenset[str]] = {
    "sandbox-api-key": _GROUPS,
    "sandbox-limited-api-key": _GROUPS - {"userUpdate", "userAdmin", "userSuperAccess", "userSuperAdmin"},
}

_NO_PERMISSION = "You do not have permission to perform this operation"
_HTML_404 = (
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_PLAY_404 = (
    "<!DOCTYPE html>\n<html><head><title>Action Not Found</title></head><body><h1>Action Not Found</h1></body></html>\n"
)

Answer = dict[str, t.Any]
Handler = Callable[[Request], t.Awaitable[Response]]
# Whether the sidecar lets a person with a valid token pass.
Policy = Callable[[Call, Person], bool]


@dataclass(frozen=True)
class Endpoint:
    """One call of the service.

    name: of the operation, for counting. service: its own path. gateway: the gateway's path, empty when
    it has none. group: what an API key needs. code: the operation inside error codes. token: whether a
    user token is needed. policy: the rule of the permission sidecar, if there is one.
    """

    name: str
    method: str
    gateway: str
    service: str
    group: str
    code: str
    token: bool
    run: Callable[[Call], Answer]
    policy: Policy | None = None


def through_service(endpoint: Endpoint) -> Handler:
    """The endpoint as seen inside the cluster; the sidecar sits there too."""

    async def answer(request: Request) -> Response:
        content = await request.body()
        return _serve(endpoint, request, content)

    return answer


def through_gateway(endpoint: Endpoint) -> Handler:
    """The endpoint as seen from outside, behind API key and groups."""
    return behind_key(endpoint.group, through_service(endpoint))


def behind_key(group: str, handler: Handler) -> Handler:
    """What the gateway lets through: requests with the key of a consumer that belongs to the group."""

    async def answer(request: Request) -> Response:
        groups = _groups_of(request)
        if groups is None:
            return JSONResponse({"message": "Unauthorized"}, 401)
        if group not in groups:
            return JSONResponse({"message": "You cannot consume this service"}, 403)
        return await handler(request)

    return answer


def not_found_at(gateway_paths: tuple[str, ...]) -> Handler:
    """Whoever is in the way answers an unknown path: the service, the gateway or the web server."""
    known = tuple(path.partition("{")[0].rstrip("/") for path in gateway_paths if path)

    async def answer(request: Request) -> Response:
        path = request.url.path
        if path.startswith(SERVICE_MODE):
            return HTMLResponse(_PLAY_404, 404)
        if not path.startswith(GATEWAY + "/"):
            return HTMLResponse(_HTML_404, 404)
        if not path.removeprefix(GATEWAY).startswith(known):
            old = request.app.state.sandbox.dialect("sunbird.gateway_release") == "0.14"
            text = "no API found with those values" if old else "no Route matched with those values"
            return JSONResponse({"message": text}, 404)
        if _groups_of(request) is None:
            return JSONResponse({"message": "Unauthorized"}, 401)
        return HTMLResponse(_PLAY_404, 404)

    return answer


def self_only(call: Call, person: Person) -> bool:
    """The read of oneself; version 5 also by an organisation's administrator."""
    if call.version == "v5" and person.has_role("ORG_ADMIN"):
        return True
    return call.parameters.get("user_id") == person.user_id


def self_update(call: Call, person: Person) -> bool:
    """The update of oneself; version 2 also by an organisation's administrator."""
    if call.version == "v2" and person.has_role("ORG_ADMIN"):
        return True
    return call.body.get("userId") == person.user_id


def may_delete(call: Call, person: Person) -> bool:
    """Some installations guard the deletion, most do not."""
    if call.dialect("delete_policy") == "open":
        return True
    myself = call.body.get("userId") == person.user_id and person.has_role("PUBLIC")
    return myself or person.has_role("ORG_ADMIN")


def may_assign_roles(call: Call, person: Person) -> bool:
    """Only an administrator of every organisation that the body names."""
    mine = {
        scope.get("organisationId")
        for item in person.roles
        if item.get("role") == "ORG_ADMIN"
        for scope in item.get("scope", [])
    }
    named = _organisations_named(call)
    return bool(named) and named <= mine


def _organisations_named(call: Call) -> set[t.Any]:
    if call.version == "v1":
        return {call.body.get("organisationId")}
    roles = call.body.get("roles")
    if not isinstance(roles, list):
        return set()
    return {
        scope.get("organisationId")
        for item in roles
        if isinstance(item, dict)
        for scope in item.get("scope") or []
        if isinstance(scope, dict)
    }


def _groups_of(request: Request) -> frozenset[str] | None:
    scheme, _space, key = request.headers.get("authorization", "").partition(" ")
    return API_KEYS.get(key.strip()) if scheme.lower() == "bearer" else None


def _serve(endpoint: Endpoint, request: Request, content: bytes) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    body, problem = _inner_request(request, content)
    call = Call(
        sandbox=sandbox,
        path=endpoint.service.format_map(request.path_params),
        parameters=request.path_params,
        query=request.query_params,
        body=body,
        person=person_of(request.headers.get("x-authenticated-user-token", "")),
        operation=endpoint.code,
        message_id=message_id_of(sandbox, request),
    )
    if endpoint.policy and _sidecar_denies(call, endpoint.policy):
        return PlainTextResponse(_NO_PERMISSION, 403, {"x-request-allowed": "no"})
    try:
        if endpoint.token and call.person is None:
            raise Refusal("UOS_0070", plain=True)
        if problem:
            raise problem
        return succeeded(call, endpoint.run(call))
    except Refusal as refusal:
        return refused(call, refusal)


def _sidecar_denies(call: Call, policy: Policy) -> bool:
    if call.dialect("opa") == "off":
        return False
    if call.person is None:
        return call.dialect("opa_without_token") == "denies"
    return not policy(call, call.person)


def _inner_request(request: Request, content: bytes) -> tuple[dict[str, t.Any], Refusal | None]:
    """The map under ``request`` of the body, and what is wrong with the body."""
    if request.method not in ("POST", "PATCH"):
        return {}, None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return {}, Refusal("0061", "Content-Type", by_validator=True)
    try:
        inner = json.loads(content)["request"]
    except (ValueError, KeyError, TypeError):
        return {}, Refusal("0028", by_validator=True)
    if not isinstance(inner, dict):
        return {}, Refusal("0028", by_validator=True)
    for name in ("userId", "id", "requestedBy"):
        value = inner.get(name)
        if isinstance(value, str) and value.startswith("f:"):
            inner[name] = value.rpartition(":")[2]
    return inner, None
