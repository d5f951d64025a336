# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Sunbird: its user service, the gateway before it, and the token services beside it.

Below ``/sunbird`` it is reached as from outside: ``/sunbird/api/...`` through the gateway with an API
key, ``/sunbird/auth/...`` for tokens. Below ``/sunbird-service`` it is reached as inside the cluster.
"""

from __future__ import annotations

from starlette.routing import Route

from ..contract import Service
from . import keycloak
from . import sunbird_reads as reads
from . import sunbird_states as states
from . import sunbird_writes as writes
from .sunbird_dialects import DIALECTS
from .sunbird_gateway import (
    GATEWAY,
    SERVICE_MODE,
    Endpoint,
    behind_key,
    may_assign_roles,
    may_delete,
    not_found_at,
    self_only,
    self_update,
    through_gateway,
    through_service,
)
from .sunbird_store import (
    INACTIVE_ORGANISATION,
    ROOT_ORGANISATION,
    SCHEMA,
    SUB_ORGANISATION,
    records,
    seed,
)

_NO_GATEWAY = ""

# In order: name, method, gateway path, service path, group of the key, code inside errors, whether a user token is
# needed, handler, rule of the sidecar.
_USER_ENDPOINTS = (
    *(
        Endpoint(
            "sunbird.user.create",
            "POST",
            f"/user/{version}/create",
            f"/{version}/user/create",
            "userCreate",
            "USRCRT",
            False,
            writes.create,
        )
        for version in ("v1", "v2", "v3")
    ),
    Endpoint(
        "sunbird.user.create",
        "POST",
        "/user/v1/sso/create",
        "/v1/ssouser/create",
        "anonymousUserCreate",
        "USRCRT",
        False,
        writes.create,
    ),
    *(
        Endpoint(
            "sunbird.user.read",
            "GET",
            f"/user/{version}/read/{{user_id}}",
            f"/{version}/user/read/{{user_id}}",
            "userAccess",
            "USRRED",
            True,
            reads.read,
            self_only,
        )
        for version in ("v1", "v2", "v3", "v4", "v5")
    ),
    Endpoint(
        "sunbird.user.read",
        "GET",
        "/user/private/v1/read/{user_id}",
        "/private/user/v1/read/{user_id}",
        "userSuperAccess",
        "USRRED",
        False,
        reads.read,
    ),
    *(
        Endpoint(
            "sunbird.user.get",
            "GET",
            f"/user/{version}/get/{{key}}/{{value}}",
            f"/{version}/user/get/{{key}}/{{value}}",
            "anonymousUserAccess",
            "USRRED",
            version == "v2",
            reads.get_by_key,
        )
        for version in ("v1", "v2")
    ),
    *(
        Endpoint(
            "sunbird.user.exists",
            "GET",
            f"/user/{version}/exists/{{key}}/{{value}}",
            f"/{version}/user/exists/{{key}}/{{value}}",
            "anonymousUserAccess" if version == "v1" else "userAccess",
            "UEXIST",
            version == "v2",
            reads.exists,
        )
        for version in ("v1", "v2")
    ),
    Endpoint(
        "sunbird.user.lookup",
        "POST",
        _NO_GATEWAY,
        "/private/user/v1/lookup",
        "",
        "USRLKP",
        False,
        reads.private_lookup,
    ),
    *(
        Endpoint(
            "sunbird.user.search",
            "POST",
            f"/user/{version}/search",
            f"/{version}/user/search",
            "userTempAdmin",
            "USRSER",
            True,
            reads.search,
        )
        for version in ("v1", "v2", "v3")
    ),
    Endpoint(
        "sunbird.user.search",
        "POST",
        _NO_GATEWAY,
        "/private/user/v1/search",
        "",
        "USRSER",
        False,
        reads.search,
    ),
    *(
        Endpoint(
            "sunbird.user.update",
            "PATCH",
            f"/user/{version}/update",
            f"/{version}/user/update",
            "userUpdate",
            "USRUPD",
            True,
            writes.update,
            self_update,
        )
        for version in ("v1", "v2", "v3")
    ),
    Endpoint(
        "sunbird.user.update",
        "PATCH",
        _NO_GATEWAY,
        "/private/user/v1/update",
        "",
        "USRUPD",
        False,
        writes.update,
    ),
    *(
        Endpoint(
            f"sunbird.user.{verb}",
            "POST",
            f"/user/v1/{verb}",
            f"/v1/user/{verb}",
            group,
            code,
            True,
            handler,
            rule,
        )
        for verb, group, code, handler, rule in (
            ("block", "userAdmin", "USRBLOK", states.block, None),
            ("unblock", "userAdmin", "USRUNBLOK", states.unblock, None),
            ("delete", "userUpdate", "USRDLT", states.delete, may_delete),
        )
    ),
    Endpoint(
        "sunbird.user.freeup",
        "POST",
        _NO_GATEWAY,
        "/private/user/v1/identifier/freeup",
        "",
        "IDNTFREE",
        False,
        states.free_up,
    ),
)

_OTHER_ENDPOINTS = (
    *(
        Endpoint(
            "sunbird.role.assign",
            "POST",
            f"/user/{version}/role/assign",
            f"/{version}/user/assign/role",
            "userAdmin",
            "ROLUPD",
            True,
            states.assign_role,
            may_assign_roles,
        )
        for version in ("v1", "v2")
    ),
    *(
        Endpoint(
            "sunbird.role.assign",
            "POST",
            gateway,
            f"/private/user/{version}/assign/role",
            "userSuperAdmin",
            "ROLUPD",
            False,
            states.assign_role,
        )
        for version, gateway in (("v1", "/user/private/v1/assign/role"), ("v2", _NO_GATEWAY))
    ),
    Endpoint(
        "sunbird.role.read",
        "GET",
        "/user/v1/role/read/{user_id}",
        "/v1/user/role/read/{user_id}",
        "userAccess",
        "UROLERED",
        False,
        states.read_roles,
    ),
    Endpoint(
        "sunbird.role.list",
        "GET",
        "/data/v1/role/read",
        "/v1/role/read",
        "userAccess",
        "ROLERED",
        False,
        states.role_catalogue,
    ),
    *(
        Endpoint(
            "sunbird.organisation.search",
            "POST",
            f"/org/{version}/search",
            f"/{version}/org/search",
            "orgAccess",
            "ORGSER",
            False,
            reads.search_organisations,
        )
        for version in ("v1", "v2")
    ),
    Endpoint(
        "sunbird.organisation.read",
        "POST",
        "/org/v1/read",
        "/v1/org/read",
        "orgAccess",
        "ORGRED",
        False,
        reads.read_organisation,
    ),
    Endpoint(
        "sunbird.location.search",
        "POST",
        "/data/v1/location/search",
        "/v1/location/search",
        "locationAccess",
        "LOCSER",
        False,
        reads.search_locations,
    ),
)

_ENDPOINTS = (*_USER_ENDPOINTS, *_OTHER_ENDPOINTS)

ROUTES = (
    *(
        Route(SERVICE_MODE + endpoint.service, through_service(endpoint), methods=[endpoint.method], name=endpoint.name)
        for endpoint in _ENDPOINTS
    ),
    *(
        Route(GATEWAY + endpoint.gateway, through_gateway(endpoint), methods=[endpoint.method], name=endpoint.name)
        for endpoint in _ENDPOINTS
        if endpoint.gateway
    ),
    Route(
        "/sunbird/auth/realms/sunbird/protocol/openid-connect/token",
        keycloak.issue,
        methods=["POST"],
        name="sunbird.token.issue",
    ),
    Route(
        "/sunbird/auth/v1/refresh/token",
        behind_key("refreshTokenCreate", keycloak.refresh),
        methods=["POST"],
        name="sunbird.token.refresh",
    ),
)

SERVICE = Service(
    name="sunbird",
    title="Sunbird users",
    prefix="/sunbird",
    schema=SCHEMA,
    routes=ROUTES,
    dialects=DIALECTS,
    seed=seed,
    records=records,
    not_found=not_found_at(tuple(endpoint.gateway for endpoint in _ENDPOINTS)),
    accounts=(
        ("API key", "sandbox-api-key"),
        ("API key that may not update, delete or assign roles", "sandbox-limited-api-key"),
        ("Keycloak client", "lms : sandbox-client-secret"),
        ("an administrator of the root organisation", "admin@sandbox.example : Sandbox-Admin-1"),
        ("an ordinary user", "learner@sandbox.example : Sandbox-Learner-1"),
        (
            "organisations: root (channel sandbox), sub, inactive",
            f"{ROOT_ORGANISATION}, {SUB_ORGANISATION}, {INACTIVE_ORGANISATION}",
        ),
    ),
    change=states.change,
)
