# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading users, organisations and locations of the simulated Sunbird service."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from .sunbird_answers import Call, Refusal
from .sunbird_checks import EMAIL, external_key
from .sunbird_store import (
    DELETED,
    LOCATIONS,
    ORGANISATIONS,
    Document,
    look_up,
    read_user,
    roles_of,
    settle_index,
    tenant_of,
)

LEGACY_KEYS = (
    "avatar",
    "gender",
    "loginId",
    "password",
    "language",
    "location",
    "subject",
    "grade",
    "thumbnail",
    "webPages",
    "currentLoginTime",
    "lastLoginTime",
    "completeness",
)
ENCRYPTED = (
    "email",
    "phone",
    "userName",
    "loginId",
    "prevUsedEmail",
    "prevUsedPhone",
    "recoveryEmail",
    "recoveryPhone",
)
DEFAULT_SEARCH_LIMIT = 250
_LOOKUP_KINDS = {"email": "email", "phone": "phone", "userName": "username", "loginId": "username"}


def read(call: Call) -> Document:
    """A profile by user id, or by an external id when the query names ``provider`` and ``idType``."""
    user_id = call.parameters["user_id"]
    provider, id_type = call.query.get("provider"), call.query.get("idType")
    if provider and id_type:
        tenant = tenant_of(provider)
        key = external_key({"id": user_id, "provider": tenant["id"] if tenant else "", "idType": id_type})
        user_id = look_up(call.sandbox, "externalid", key) or ""
    return {"response": _profile(call, user_id, call.version)}


def get_by_key(call: Call) -> Document:
    key, value = call.parameters["key"], call.parameters["value"]
    user_id = _looked_up(call, key, value)
    if user_id is None:
        with_override = call.version == "v1" or call.dialect("v2_get_error") == "USER_NOT_FOUND"
        raise Refusal("0013", value.lower(), override="USER_NOT_FOUND" if with_override else "")
    return {"response": _profile(call, user_id, "v5", with_identities=False)}


def exists(call: Call) -> Document:
    if call.version == "v2" and call.dialect("captcha") == "on" and not call.query.get("captchaResponse"):
        raise Refusal("0025")
    user_id = _looked_up(call, call.parameters["key"], call.parameters["value"])
    if call.version == "v1" or user_id is None:
        return {"exists": user_id is not None}
    document = read_user(call.sandbox, user_id) or {}
    return {"exists": True, "id": user_id, "name": full_name(document)}


def private_lookup(call: Call) -> Document:
    """Chosen columns of the row found by id, email, phone or username; deleted users are found by id."""
    for name in ("key", "value"):
        if not call.body.get(name):
            raise Refusal("0030", name, by_validator=True)
    key, value = call.body["key"], str(call.body["value"])
    if key not in ("id", "email", "phone", "username"):
        raise Refusal("0018", "key", str(key), "id, email, phone, username", by_validator=True)
    user_id = value if key == "id" else look_up(call.sandbox, key, value.lower())
    document = read_user(call.sandbox, user_id) if user_id else None
    if document is None:
        return {"response": []}
    document["userId"] = document["id"]
    row = _masked(call, document)
    return {"response": [{name: row.get(name) for name in call.body.get("fields") or row}]}


def search(call: Call) -> Document:
    filters = call.body.get("filters")
    if not isinstance(filters, dict):
        raise Refusal("0030", "filters", by_validator=True)
    if any(isinstance(filters.get(name), list) for name in ENCRYPTED):
        raise Refusal("UOS_0069")
    settle_index(call.sandbox)
    conditions, values = _conditions(call, filters)
    where = " AND ".join(conditions)
    database = call.sandbox.database
    (count,) = database.execute(f"SELECT count(*) FROM sunbird_index WHERE {where}", values).fetchone()
    order, order_values = _order(call)
    limit, offset = call.body.get("limit", DEFAULT_SEARCH_LIMIT), call.body.get("offset", 0)
    page = database.execute(
        f"SELECT document FROM sunbird_index WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        (*values, *order_values, limit, offset),
    )
    found = [_found(call, json.loads(row[0])) for row in page]
    fields = call.body.get("fields")
    if fields:
        found = [{name: document[name] for name in fields if name in document} for document in found]
    return {"response": {"count": count, "content": found}}


def search_organisations(call: Call) -> Document:
    found = _matching(call, ORGANISATIONS.values())
    return {"response": {"count": len(found), "content": found}}


def read_organisation(call: Call) -> Document:
    organisation_id = call.body.get("organisationId")
    if not organisation_id:
        raise Refusal("0030", "organisationId", by_validator=True)
    organisation = ORGANISATIONS.get(organisation_id)
    if organisation is None:
        raise Refusal("0013", "organisation")
    return {"response": organisation}


def search_locations(call: Call) -> Document:
    found = _matching(call, [_location_document(location) for location in LOCATIONS.values()])
    return {"response": found, "count": len(found)}


def full_name(document: Mapping[str, t.Any]) -> str:
    return " ".join(part for part in (document.get("firstName"), document.get("lastName")) if part)


def masked_email(email: str) -> str:
    """The first two characters and the domain stay."""
    local, at, domain = email.partition("@")
    return local[:2] + "*" * (len(local) - 2) + at + domain


def masked_phone(phone: str) -> str:
    """The last four digits stay; what is shorter than a phone number stays whole."""
    if len(phone) < 10:
        return phone
    digits = phone.replace("-", "")
    return "*" * (len(digits) - 4) + digits[-4:]


def _looked_up(call: Call, key: str, value: str) -> str | None:
    kind = _LOOKUP_KINDS.get(key)
    if kind is None:
        raise Refusal("0018", "key", key, ", ".join(_LOOKUP_KINDS), by_validator=True)
    if key == "email" and not EMAIL.fullmatch(value):
        raise Refusal("0009", by_validator=True)
    if key in ("userName", "loginId") and call.person is None:
        raise Refusal("UOS_0070", plain=True)
    return look_up(call.sandbox, kind, value.lower())


def _profile(call: Call, user_id: str, version: str, *, with_identities: bool = True) -> Document:
    document = read_user(call.sandbox, user_id)
    if document is None:
        raise Refusal("0013", "user")
    if document["isDeleted"]:
        raise Refusal("0006")
    wanted = set(call.query.get("fields", "").split(","))
    profile = _masked(call, document)
    profile.update(userId=user_id, identifier=user_id, tncAcceptedVersion=None, tncAcceptedOn=None, tcStatus=None)
    profile.update(allTncAccepted={}, stateValidated=False, externalIds=[])
    organisation = ORGANISATIONS[document["rootOrgId"]]
    profile["rootOrg"] = {name: organisation[name] for name in ("id", "channel", "orgName", "status")}
    kinds = document["profileUserTypes"]
    profile["profileUserType"] = kinds[0] if kinds else {}
    if document["dob"]:
        profile["isMinor"] = False
    if with_identities and (call.caller == user_id or "externalIds" in wanted):
        profile["externalIds"] = _identities(call, user_id)
    if call.is_private:
        profile["encEmail"], profile["encPhone"] = _cipher(document["email"]), _cipher(document["phone"])
    roles = roles_of(call.sandbox, user_id)
    if version == "v5" or "roles" in wanted:
        profile["roles"] = roles
    if version in ("v1", "v2", "v3"):
        _add_legacy(profile, roles)
    return _told(call, profile)


def _told(call: Call, document: Document) -> Document:
    """The keys of a document that the answer has."""
    if call.dialect("record_keys") == "full":
        return document
    return {name: value for name, value in document.items() if value not in (None, "", [], {})}


def _masked(call: Call, document: Document) -> Document:
    profile = dict(document)
    email, phone = document["email"], document["phone"]
    profile["maskedEmail"] = masked_email(email) if email else None
    profile["maskedPhone"] = masked_phone(phone) if phone else None
    if call.dialect("mask") == "standard":
        for name, mask in (("Email", masked_email), ("Phone", masked_phone)):
            for key in (name.lower(), "recovery" + name, "prevUsed" + name):
                profile[key] = mask(document[key])
    return profile


def _add_legacy(profile: Document, roles: list[Document]) -> None:
    """What the first three versions add: constants, flat types and role names inside each organisation."""
    profile.update(dict.fromkeys(LEGACY_KEYS), emailVerified=True, phoneVerified=True)
    kind = profile["profileUserType"]
    profile.update(userType=kind.get("type"), userSubType=kind.get("subType"))
    profile["locationIds"] = [item["id"] for item in profile["profileLocation"]]
    profile["organisations"] = _with_role_names(profile["organisations"], roles)


def _with_role_names(organisations: list[Document], roles: list[Document]) -> list[Document]:
    def names(organisation_id: str) -> list[str]:
        scope = {"organisationId": organisation_id}
        return [item["role"] for item in roles if scope in item["scope"]]

    return [{**item, "roles": names(item["organisationId"])} for item in organisations]


def _identities(call: Call, user_id: str) -> list[Document]:
    rows = call.sandbox.database.execute(
        "SELECT external_id, id_type, provider FROM sunbird_external_identity WHERE user_id = ?", (user_id,)
    )
    return [{"id": row[0], "idType": row[1], "provider": ORGANISATIONS[row[2]]["channel"]} for row in rows]


def _cipher(value: str) -> str:
    """Something that stands for the value and does not show it."""
    return value.encode().hex()[::-1] if value else ""


def _conditions(call: Call, filters: Mapping[str, t.Any]) -> tuple[list[str], list[t.Any]]:
    conditions, values = ["1"], []
    if call.dialect("search_shows_deleted") == "no":
        conditions.append(f"json_extract(document, '$.status') <> {DELETED}")
    for name, wanted in filters.items():
        choices = wanted if isinstance(wanted, list) else [wanted]
        marks = ",".join("?" * len(choices))
        if name in ("userId", "id", "identifier"):
            conditions.append(f"user_id IN ({marks})")
        elif name == "organisations.organisationId":
            conditions.append(_any_of("organisations", "organisationId", marks))
        elif name == "roles.role" and call.version == "v3":
            conditions.append(_any_of("roles", "role", marks))
        elif name == "userType" and call.version == "v1":
            conditions.append(_any_of("profileUserTypes", "type", marks))
        elif name in ("email", "phone", "userName"):
            # Literal paths, so that the indices serve the usual look-ups.
            conditions.append(f"json_extract(document, '$.{name}') IN ({marks})")
        else:
            conditions.append(f"json_extract(document, ?) IN ({marks})")
            values.append(f'$."{name}"')
        values += choices
    query = call.body.get("query")
    if query:
        text = " || ' ' || ".join(f"coalesce(json_extract(document, '$.{name}'), '')" for name in _SEARCHED_TEXT)
        conditions.append(f"instr(lower({text}), ?)")
        values.append(str(query).lower())
    return conditions, values


_SEARCHED_TEXT = ("firstName", "lastName", "userName")


def _any_of(items: str, name: str, marks: str) -> str:
    inner = f"SELECT 1 FROM json_each(document, '$.{items}') WHERE json_extract(value, '$.{name}') IN ({marks})"
    return f"EXISTS ({inner})"


def _order(call: Call) -> tuple[str, list[str]]:
    terms, values = [], []
    for name, direction in (call.body.get("sort_by") or {}).items():
        terms.append("json_extract(document, ?)" + (" DESC" if str(direction).lower() == "desc" else " ASC"))
        values.append(f'$."{name}"')
    return ", ".join([*terms, "rowid"]), values


def _found(call: Call, document: Document) -> Document:
    user_id = document["id"]
    found = _masked(call, document)
    found.update(userId=user_id, identifier=user_id)
    if call.version in ("v1", "v2"):
        roles = found.pop("roles", [])
        found["organisations"] = _with_role_names(found["organisations"], roles)
    else:
        found.setdefault("roles", [])
    return _told(call, found)


def _location_document(location: Document) -> Document:
    document = {name: location[name] for name in ("id", "code", "name", "type")}
    parent = LOCATIONS.get(location["parent"])
    document["parentId"] = parent["id"] if parent else None
    return document


def _matching(call: Call, documents: t.Iterable[Document]) -> list[Document]:
    filters = call.body.get("filters")
    if not isinstance(filters, dict):
        raise Refusal("0030", "filters", by_validator=True)

    def fits(document: Document) -> bool:
        return all(
            document.get(name) in (wanted if isinstance(wanted, list) else [wanted]) for name, wanted in filters.items()
        )

    found = [document for document in documents if fits(document)]
    offset = call.body.get("offset", 0)
    return found[offset : offset + call.body.get("limit", DEFAULT_SEARCH_LIMIT)]
