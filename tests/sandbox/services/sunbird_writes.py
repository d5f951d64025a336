# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating users in the simulated Sunbird service, and updating them."""

from __future__ import annotations

import re
import secrets
import typing as t
import uuid

from ..store import transaction
from .sunbird_answers import Call, Refusal
from .sunbird_checks import (
    DEFAULT_COUNTRY_CODE,
    check_contact,
    check_free,
    check_password,
    check_types,
    external_ids,
    external_key,
    invalid,
    location_codes,
    locations,
    plain_name,
    stored_birth,
    user_type,
)
from .sunbird_store import (
    CUSTODIAN_ORGANISATION,
    ORGANISATIONS,
    Document,
    add_lookup,
    drop_lookups,
    index_user,
    look_up,
    membership,
    new_document,
    now,
    organisation_by_external_id,
    password_digest,
    read_user,
    tenant_of,
    write_role,
    write_user,
)

NOT_AT_CREATION = (
    "regOrgId",
    "rootOrgId",
    "provider",
    "externalId",
    "externalIdProvider",
    "externalIdType",
    "idType",
    "profileUserTypes",
)
NOT_AT_UPDATE = ("regOrgId", "rootOrgId", "channel", "userName", "provider", "idType")
NO_PASSWORD = "User is created but password couldn't be updated."


def create(call: Call) -> Document:
    body = call.body
    birth = _check_creation(call)
    root, sub = _home(call)
    codes = body.get("locationCodes") or location_codes(body) or []
    place = locations(codes, "locationCodes")
    kinds = _types_at_creation(body)
    identities = external_ids(body, operations=("add",))
    user_name = _free_user_name(call)
    for item in identities:
        check_free(call, "externalid", external_key(item), "externalId")
    email, phone = (body.get("email") or "").lower(), body.get("phone") or ""
    if phone:
        check_free(call, "phone", phone, "phone")
    if email:
        check_free(call, "email", email, "email")

    country = body.get("countryCode")
    if country and call.dialect("country_code") == "overwritten":
        country = DEFAULT_COUNTRY_CODE
    attributes_fail = call.dialect("create_errors") == "listed"
    organisations = [membership(root["id"])]
    if sub and not attributes_fail:
        organisations.append(membership(sub["id"]))
    document = new_document(
        str(uuid.uuid4()),
        root,
        firstName=body["firstName"],
        lastName=body.get("lastName"),
        userName=user_name,
        email=email,
        phone=phone,
        countryCode=country,
        dob=birth,
        recoveryEmail=body.get("recoveryEmail") or "",
        recoveryPhone=body.get("recoveryPhone") or "",
        organisations=organisations,
        profileUserTypes=kinds,
        profileLocation=place,
        framework=body.get("framework") or {},
    )
    with transaction(call.sandbox.database):
        _store_new(call, document, [] if attributes_fail else identities)
    result: Document = {"userId": document["id"], "response": "SUCCESS", "errors": []}
    if attributes_fail:
        result["errors"] = ["Organisation and external ids of the user could not be saved."]
    if body.get("password") and call.dialect("create_password") == "refused":
        result["err_msg"] = NO_PASSWORD
    return result


def update(call: Call) -> Document:
    body = call.body
    birth = _check_update(call)
    document = _addressed(call)
    identities = external_ids(body, operations=("add", "edit", "remove"))
    changes = _changes(call, document)
    if birth:
        changes["dob"] = birth
    _check_caller(call, document)
    for name in ("phone", "email"):
        if name in changes:
            check_free(call, name, changes[name], name, document["id"])
    for item in identities:
        owner = look_up(call.sandbox, "externalid", external_key(item))
        if item["operation"] == "add" and owner not in (None, document["id"]):
            raise Refusal("0042", item["id"], item["idType"], item["provider"])
    document.update(changes, updatedDate=now(), updatedBy=call.caller)
    errors = []
    with transaction(call.sandbox.database):
        for name in ("phone", "email"):
            if name in changes:
                drop_lookups(call.sandbox, document["id"], (name,))
                add_lookup(call.sandbox, name, changes[name], document["id"])
        write_user(call.sandbox, document)
        for item in identities:
            if item["operation"] == "add":
                _add_identity(call, item, document["id"])
            else:
                errors.append(f"External id {item['idType']} could not be changed.")
        index_user(call.sandbox, document["id"])
    return {"response": "SUCCESS", "errors": errors}


def _check_creation(call: Call) -> str | None:
    """The order of the service: forbidden fields, name, the one contact, formats. Returns the stored birth."""
    body = call.body
    for name in NOT_AT_CREATION:
        if body.get(name) is not None:
            raise invalid("0021", name)
    check_types(body)
    if not (body.get("firstName") or "").strip():
        raise invalid("0030", "firstName")
    contact = body.get("email") or body.get("phone")
    if not contact and not body.get("managedBy"):
        raise invalid("0030", "email or phone or managedBy")
    if body.get("managedBy"):
        raise invalid("0011") if contact else invalid("0019", "managedBy")
    check_contact(body)
    if body.get("password"):
        check_password(body["password"])
    return stored_birth(call, body)


def _home(call: Call) -> tuple[Document, Document | None]:
    """The root organisation of a new user, and the sub-organisation when one is asked for."""
    body = call.body
    channel, organisation_id = body.get("channel"), body.get("organisationId")
    root = tenant_of(channel) if channel else ORGANISATIONS[CUSTODIAN_ORGANISATION]
    if root is None:
        raise Refusal("0017", str(channel), "channel")
    sub = None
    if organisation_id:
        sub = ORGANISATIONS.get(organisation_id)
        if sub is None:
            raise Refusal("0019", "organisationId")
        if channel and sub["channel"] != channel:
            raise Refusal("0045", "organisationId, channel")
        root = tenant_of(sub["channel"]) or root
    elif body.get("orgExternalId"):
        sub = organisation_by_external_id(body["orgExternalId"], root["channel"])
        if sub is None:
            raise Refusal("0019", "orgExternalId")
    if sub and sub["status"] != 1:
        raise Refusal("0053")
    return root, sub if sub is not root else None


def _types_at_creation(body: t.Mapping[str, t.Any]) -> list[Document]:
    if body.get("userType"):
        return [user_type(body["userType"], body.get("userSubType"))]
    given = body.get("profileUserType")
    return [user_type(given.get("type"), given.get("subType"))] if given else []


def _free_user_name(call: Call) -> str:
    wanted = plain_name(call.body.get("userName") or "")
    if wanted:
        check_free(call, "username", wanted, "userName")
        return wanted
    stem = re.sub("[^a-z0-9]", "", plain_name(call.body["firstName"])) or "user"
    while True:
        name = f"{stem}_{secrets.token_hex(2)}"
        if look_up(call.sandbox, "username", name) is None:
            return name


def _store_new(call: Call, document: Document, identities: list[dict[str, str]]) -> None:
    sandbox, user_id = call.sandbox, document["id"]
    write_user(sandbox, document)
    for kind, value in (("email", document["email"]), ("phone", document["phone"]), ("username", document["userName"])):
        if value:
            add_lookup(sandbox, kind, value, user_id)
    password = call.body.get("password")
    if password and call.dialect("create_password") == "ok":
        digest = password_digest(user_id, password)
        sandbox.database.execute("UPDATE sunbird_user SET password = ? WHERE id = ?", (digest, user_id))
    roles = list(call.body.get("roles") or []) if call.dialect("roles_after_create") == "immediate" else []
    if call.dialect("explicit_public_row") == "yes":
        roles.append("PUBLIC")
    for role in roles:
        write_role(sandbox, user_id, str(role), [document["rootOrgId"]], call.caller)
    for item in identities:
        _add_identity(call, item, user_id)
    at_once = call.body.get("sync") is True and call.dialect("sync_create") == "honoured"
    index_user(sandbox, user_id, at_once=at_once)


def _add_identity(call: Call, item: dict[str, str], user_id: str) -> None:
    call.sandbox.database.execute(
        "INSERT OR REPLACE INTO sunbird_external_identity (provider, id_type, external_id, user_id)"
        " VALUES (?, ?, ?, ?)",
        (item["provider"], item["idType"], item["id"], user_id),
    )
    add_lookup(call.sandbox, "externalid", external_key(item), user_id)


def _check_update(call: Call) -> str | None:
    body = call.body
    by_external_id = all(body.get(name) for name in ("externalId", "externalIdType", "externalIdProvider"))
    if not (body.get("userId") or body.get("id") or by_external_id):
        raise invalid("0030", "userId")
    for name in NOT_AT_UPDATE:
        if body.get(name) is not None:
            raise invalid("0021", name)
    if body.get("managedBy") is not None:
        raise invalid("0065")
    if body.get("organisations") is not None:
        raise invalid("0051", "organisations")
    check_types(body)
    if body.get("roles") == []:
        raise invalid("0019", "roles")
    if body.get("firstName") is not None and not body["firstName"].strip():
        raise invalid("0019", "firstName")
    for name in ("email", "phone"):
        if body.get(name) == "":
            raise invalid("0017", "", name)
    if body.get("profileUserTypes") is not None and call.version in ("v1", "v2") and not call.is_private:
        raise invalid("0019", text="profileUserTypes")
    framework = body.get("framework")
    if framework and not framework.get("id"):
        raise invalid("0030", "framework.id")
    if framework and (not isinstance(framework["id"], list) or len(framework["id"]) != 1):
        raise invalid("0058", "framework.id", "1")
    check_contact(body)
    return stored_birth(call, body)


def _addressed(call: Call) -> Document:
    body = call.body
    user_id = body.get("userId") or body.get("id")
    if not user_id:
        tenant = tenant_of(body["externalIdProvider"])
        item = {"id": body["externalId"], "idType": body["externalIdType"], "provider": tenant["id"] if tenant else ""}
        user_id = look_up(call.sandbox, "externalid", external_key(item)) or ""
    document = read_user(call.sandbox, user_id)
    if document is None:
        raise Refusal("0013", "user")
    if document["isDeleted"]:
        raise Refusal("0073")
    return document


def _changes(call: Call, document: Document) -> Document:
    """What the body changes in the row; what the service ignores or this version drops is not in it."""
    body = call.body
    changes: Document = {}
    plain = ("firstName", "lastName", "countryCode", "recoveryEmail", "recoveryPhone", "framework", "profileDetails")
    for name in (*plain, "phone"):
        if body.get(name) is not None:
            changes[name] = body[name]
    if body.get("email"):
        changes["email"] = body["email"].lower()
    # The private update is the third version.
    version = "v3" if call.is_private else call.version
    codes = body.get("locationCodes") if version == "v1" else location_codes(body)
    if codes is not None:
        changes["profileLocation"] = locations(codes, "locationCodes" if version == "v1" else "profileLocation")
    if version == "v3" and body.get("profileUserTypes") is not None:
        changes["profileUserTypes"] = [
            user_type(item.get("type"), item.get("subType")) for item in body["profileUserTypes"]
        ]
    elif version == "v2" and body.get("profileUserType"):
        kind = body["profileUserType"]
        changes["profileUserTypes"] = [user_type(kind.get("type"), kind.get("subType"))]
    elif version == "v1" and body.get("userType"):
        changes["profileUserTypes"] = [user_type(body["userType"], body.get("userSubType"))]
    sub = ORGANISATIONS.get(body.get("organisationId") or "")
    if sub is None and body.get("orgExternalId"):
        sub = organisation_by_external_id(body["orgExternalId"], document["channel"])
    if sub and sub["id"] != document["rootOrgId"]:
        changes["organisations"] = [document["organisations"][0], membership(sub["id"])]
    return changes


def _check_caller(call: Call, document: Document) -> None:
    """Only oneself may be updated; the private call without a user token knows no caller."""
    if call.is_private and call.person is None:
        return
    if call.caller == document["id"]:
        return
    administrator = call.person is not None and call.person.has_role("ORG_ADMIN")
    if call.dialect("gateway_update") == "org_admin_allowed" and administrator and not call.is_private:
        return
    raise Refusal("UOS_0070")
