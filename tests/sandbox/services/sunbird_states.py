# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states and roles of users in the simulated Sunbird service: block, unblock, delete, free up, assign."""

from __future__ import annotations

import json
import typing as t

from starlette.requests import Request

from ..contract import Sandbox
from ..store import transaction
from .sunbird_answers import Call, Refusal
from .sunbird_reads import full_name
from .sunbird_store import (
    ACTIVE,
    BLOCKED,
    DELETED,
    ORGANISATIONS,
    ROLES,
    Document,
    drop_lookups,
    index_user,
    look_up,
    now,
    organisation_by_external_id,
    read_user,
    roles_of,
    write_role,
    write_user,
)

SUCCESS: Document = {"response": "SUCCESS"}
WIPED = (
    "firstName",
    "lastName",
    "email",
    "phone",
    "recoveryEmail",
    "recoveryPhone",
    "prevUsedEmail",
    "prevUsedPhone",
)


def block(call: Call) -> Document:
    document = _target(call)
    if document["isDeleted"] and document["status"] != DELETED:
        raise Refusal("0008", "inactive")
    _refuse_without_login(document)
    changes: Document = {"status": BLOCKED}
    if call.dialect("legacy_block") == "present":
        changes["isDeleted"] = True
    return _changed(call, document, changes)


def unblock(call: Call) -> Document:
    """One way: what this release blocks is not marked deleted, so unblocking takes it for active."""
    document = _target(call)
    works = call.dialect("unblock") == "works"
    blocked = document["isDeleted"] or (works and document["status"] == BLOCKED)
    if not blocked and document["status"] != DELETED:
        raise Refusal("0008", "active")
    _refuse_without_login(document)
    changes: Document = {"status": ACTIVE}
    if works:
        changes["isDeleted"] = False
    return _changed(call, document, changes)


def delete(call: Call) -> Document:
    sandbox, user_id = call.sandbox, call.body.get("userId")
    if not isinstance(user_id, str):
        raise Refusal("UOS_0069")
    allowed = call.dialect("delete_roles").split(",")
    if any(item["role"].lower() not in allowed for item in roles_of(sandbox, user_id)):
        raise Refusal("0083")
    document = read_user(sandbox, user_id)
    if document is None:
        raise Refusal("0013", text="user")
    if document["status"] == DELETED and document["isDeleted"]:
        raise Refusal("0008", "deleted")
    with transaction(sandbox.database):
        failed = _delete_fails(call, user_id)
        if not failed or call.dialect("delete_failure_leaves") == "no_lookup":
            drop_lookups(sandbox, user_id, ("email", "phone", "username"))
        if not failed:
            wipe(sandbox, document, call.caller)
    if failed:
        raise Refusal("0008", "delete")
    return SUCCESS


def wipe(sandbox: Sandbox, document: Document, caller: str | None) -> None:
    """The soft delete. The user name stays in the row, and so does the look-up of an external id."""
    user_id = document["id"]
    drop_lookups(sandbox, user_id, ("email", "phone", "username"))
    if sandbox.dialect("sunbird.external_id_after_delete") == "freed":
        drop_lookups(sandbox, user_id, ("externalid",))
    sandbox.database.execute("DELETE FROM sunbird_external_identity WHERE user_id = ?", (user_id,))
    sandbox.database.execute("UPDATE sunbird_user SET password = NULL WHERE id = ?", (user_id,))
    document.update(dict.fromkeys(WIPED, ""))
    document.update(status=DELETED, isDeleted=True, profileLocation=[], flagsValue=0)
    document.update(updatedDate=now(), updatedBy=caller)
    write_user(sandbox, document)
    index_user(sandbox, user_id)


def free_up(call: Call) -> Document:
    """Release e-mail or phone; the row is marked deleted, though its status says blocked."""
    for name in ("id", "identifier"):
        if not call.body.get(name):
            raise Refusal("0030", name, by_validator=True)
    document = read_user(call.sandbox, call.body["id"])
    if document is None:
        raise Refusal("0013", "user")
    kinds = [kind for kind in ("email", "phone") if kind in call.body["identifier"]]
    changes: Document = {"status": BLOCKED, "isDeleted": True}
    for kind in kinds:
        changes["prevUsed" + kind.capitalize()] = document[kind]
        changes[kind] = ""
    drop_lookups(call.sandbox, document["id"], kinds)
    return _changed(call, document, changes)


def assign_role(call: Call) -> Document:
    """Version 1 replaces all roles by the given ones with one scope; version 2 adds and removes."""
    user_id, roles = call.body.get("userId"), call.body.get("roles")
    if not user_id:
        raise Refusal("0030", "userId", by_validator=True)
    if not isinstance(roles, list) or not roles:
        raise Refusal("0030", "roles", by_validator=True)
    if call.version == "v1":
        _replace_roles(call, user_id, roles)
    else:
        _merge_roles(call, user_id, roles)
    index_user(call.sandbox, user_id)
    return SUCCESS


def read_roles(call: Call) -> Document:
    user_id = call.parameters["user_id"]
    roles = [{"role": item["role"], "scope": item["scope"]} for item in roles_of(call.sandbox, user_id)]
    if not roles:
        return {"roles": []}
    return {"name": full_name(read_user(call.sandbox, user_id) or {}), "roles": roles}


def role_catalogue(call: Call) -> Document:
    return {"roles": [{"id": role, "name": name, "actionGroups": []} for role, name in ROLES.items()]}


async def change(sandbox: Sandbox, request: Request, parameters: t.Mapping[str, t.Any]) -> None:
    """Remove, or set fields of, the user that a request addresses by id, by key or by a new e-mail address."""
    try:
        body = json.loads(await request.body() or b"{}").get("request", {})
    except ValueError:
        # Of one that asks for a token, which is no JSON and is about nobody.
        return
    user_id = request.path_params.get("user_id") or body.get("userId") or body.get("id")
    if user_id is None:
        value = request.path_params.get("value") or body.get("email") or body.get("phone") or ""
        kinds = ("email", "phone", "username")
        user_id = next(filter(None, (look_up(sandbox, kind, value.lower()) for kind in kinds)), "")
    document = read_user(sandbox, user_id)
    if document is None:
        return
    if parameters.get("remove"):
        wipe(sandbox, document, None)
        return
    document.update(parameters.get("set", {}))
    write_user(sandbox, document)
    index_user(sandbox, user_id)


def _target(call: Call) -> Document:
    user_id = call.body.get("userId")
    if not user_id:
        raise Refusal("0030", "userId", by_validator=True)
    document = read_user(call.sandbox, str(user_id))
    if document is None:
        raise Refusal("0013", text="user")
    return document


def _refuse_without_login(document: Document) -> None:
    """A deleted user has no login to enable or disable; the text keeps its unfilled places."""
    if document["status"] == DELETED:
        raise Refusal("0017")


def _changed(call: Call, document: Document, changes: Document) -> Document:
    document.update(changes, updatedDate=now(), updatedBy=call.caller)
    write_user(call.sandbox, document)
    index_user(call.sandbox, document["id"])
    return SUCCESS


def _delete_fails(call: Call, user_id: str) -> bool:
    """Whether this deletion breaks off in the middle; a second one goes through unless all of them fail."""
    mode = call.dialect("delete_failure")
    if mode != "once":
        return mode == "always"
    statement = "UPDATE sunbird_user SET delete_failed = 1 WHERE id = ? AND delete_failed = 0"
    return call.sandbox.database.execute(statement, (user_id,)).rowcount > 0


def _replace_roles(call: Call, user_id: str, roles: list[t.Any]) -> None:
    organisation_id = call.body.get("organisationId")
    if not organisation_id and call.body.get("externalId") and call.body.get("provider"):
        found = organisation_by_external_id(call.body["externalId"], call.body["provider"])
        organisation_id = found["id"] if found else ""
    if organisation_id is None:
        raise Refusal("0030", "organisationId", by_validator=True)
    _check_roles(roles)
    _check_organisations([organisation_id])
    with transaction(call.sandbox.database):
        call.sandbox.database.execute("DELETE FROM sunbird_role WHERE user_id = ?", (user_id,))
        for role in roles:
            write_role(call.sandbox, user_id, role, [organisation_id], call.caller)


def _merge_roles(call: Call, user_id: str, roles: list[t.Any]) -> None:
    for item in roles:
        if not isinstance(item, dict):
            raise Refusal("0003", "roles", "List of Map", by_validator=True)
        for name in ("role", "operation", "scope"):
            if not item.get(name):
                raise Refusal("0030", f"roles.{name}", by_validator=True)
        if item["operation"] not in ("add", "remove"):
            raise Refusal("0018", "operation", str(item["operation"]), "add, remove", by_validator=True)
    _check_roles([item["role"] for item in roles])
    _check_organisations([scope.get("organisationId") for item in roles for scope in item["scope"]])
    held = {
        item["role"]: [scope["organisationId"] for scope in item["scope"]] for item in roles_of(call.sandbox, user_id)
    }
    for item in roles:
        organisations = held.setdefault(item["role"], [])
        for scope in item["scope"]:
            present = scope["organisationId"] in organisations
            if item["operation"] == "add" and not present:
                organisations.append(scope["organisationId"])
            elif item["operation"] == "remove" and present:
                organisations.remove(scope["organisationId"])
    with transaction(call.sandbox.database):
        for role in {item["role"]: None for item in roles}:
            write_role(call.sandbox, user_id, role, held[role], call.caller)


def _check_roles(roles: list[t.Any]) -> None:
    if any(role not in ROLES for role in roles):
        raise Refusal("0019", "role")


def _check_organisations(organisations: list[t.Any]) -> None:
    for organisation_id in organisations:
        if organisation_id not in ORGANISATIONS:
            raise Refusal("0076", str(organisation_id))
