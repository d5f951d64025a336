# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of the simulated Exotel service: list, get, create, update and delete."""

from __future__ import annotations

import re
import secrets
import sqlite3
import typing as t

from starlette.responses import Response

from ..store import transaction
from .exotel_access import NOT_JSON, Call, Refusal, listed, succeeded
from .exotel_store import (
    add_device,
    device_document,
    devices_of,
    echoed,
    find_user,
    is_e164,
    is_former,
    now,
    remember_former,
    remove_user,
    rows,
    user_document,
)

ROLES = ("admin", "supervisor", "user")
CREATE_KEYS = ("first_name", "last_name", "email", "device_contact_uri", "role", "device_name")
UPDATE_KEYS = ("first_name", "last_name", "email")
DEFAULT_LIMIT = 20
MAXIMUM_LIMIT = 50
SEATS = 50
_SEAT_STATUSES = {1003: 403, 1002: 400, 1008: 409}

# Letters, digits, apostrophe, hyphen, period, and a space only where it follows a period.
_STRICT_NAME = re.compile(r"(?:[A-Za-z0-9'.-]|(?<=\.) ){3,20}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# What the service says a SIP device can do at once: (available, verified).
# What a user without and with a call has as active_call.
_CALLS: dict[str, tuple[t.Any, t.Any]] = {
    "null_or_true": (None, True),
    "boolean": (False, True),
    "object": (None, {"status": "in-progress"}),
}
_SIP_STATES = {"off_verified": (False, True), "on_verified": (True, True), "off_unverified": (False, False)}


def list_users(call: Call) -> Response:
    offset, limit = _number(call, "offset", 0), _number(call, "limit", DEFAULT_LIMIT)
    if limit > MAXIMUM_LIMIT:
        if call.dialect("page_limit") == "refuse":
            raise Refusal(400, 1002, f"limit cannot be more than {MAXIMUM_LIMIT}")
        limit = MAXIMUM_LIMIT
    condition, values = _filters(call)
    (total,) = call.sandbox.database.execute(f"SELECT count(*) FROM exotel_user WHERE {condition}", values).fetchone()
    order = "DESC" if call.dialect("order") == "newest_first" else "ASC"
    page = rows(
        call.sandbox,
        f"SELECT * FROM exotel_user WHERE {condition} ORDER BY sequence {order} LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    metadata = {"total": total, "count": len(page), "offset": offset, "limit": limit}
    if call.dialect("total") == "absent":
        del metadata["total"]
    filtered = "email" in call.query or "devices.contact_uri" in call.query
    return listed(call, _documents(call, page, _wanted_fields(call)), metadata, filtered=filtered)


def get_user(call: Call) -> Response:
    fields = _wanted_fields(call)
    if call.dialect("devices_in_get") == "always":
        fields.add("devices")
    (document,) = _documents(call, [find_user(call)], fields)
    if call.dialect("get_one") == "array":
        return listed(call, [document], {"total": 1, "count": 1, "offset": 0, "limit": 1}, filtered=False)
    return succeeded(call, document)


def create_user(call: Call) -> Response:
    body = known_strings(call, CREATE_KEYS)
    for name in ("first_name", "last_name"):
        if name not in body:
            raise Refusal(400, 1001, f"Mandatory parameter {name} is missing")
        _check_name(call, name, body[name])
    if "email" in body:
        _check_email(body["email"])
    if body.get("role", "user") not in ROLES:
        raise Refusal(400, 1002, "role should be one of admin, supervisor, user")
    number = body.get("device_contact_uri")
    if number is None and not call.account.voip:
        raise Refusal(400, 1402, "device_contact_uri is mandatory")
    if number is not None:
        if not is_e164(number):
            raise Refusal(400, 1401, "device_contact_uri is not a valid phone number")
        taken = "SELECT 1 FROM exotel_device WHERE account = ? AND contact_uri = ?"
        if rows(call.sandbox, taken, (call.sid, number)) or is_former(call, call.sid, number):
            raise Refusal(409, 10812, "Device already exists")
    if "email" in body:
        _refuse_known_email(call, body["email"])
    _refuse_without_seat(call)

    user_id = secrets.token_hex(16)
    with transaction(call.sandbox.database):
        _insert(call, user_id, body)
    user = _by_id(call, user_id)
    document = user_document(call.sandbox, user)
    if call.dialect("devices_in_create") == "yes":
        document["devices"] = _device_documents(call, [user_id])[user_id]
    return succeeded(call, document)


def update_user(call: Call) -> Response:
    user = find_user(call)
    role_put = call.dialect("role_put")
    if "role" in call.body and role_put == "refused":
        raise Refusal(400, 1002, "role cannot be updated")
    body = known_strings(call, (*UPDATE_KEYS, "role"))
    role = body.pop("role", None)
    if not call.body and call.dialect("empty_put") == "refused":
        raise Refusal(400, 1007, NOT_JSON)
    for name in ("first_name", "last_name"):
        if name in body:
            _check_name(call, name, body[name])
    if "email" in body:
        _check_new_email(call, user, body["email"])
    changes: dict[str, t.Any] = dict(body)
    if "email" in body:
        changes["email"] = user["email"] or _stored_email(call, body["email"])
        changes["email_key"] = changes["email"].lower()
    if role is not None and role_put == "applied":
        if role not in ROLES:
            raise Refusal(400, 1002, "role should be one of admin, supervisor, user")
        changes["role"] = role
    if changes:
        assignments = ", ".join(f"{name} = ?" for name in changes)
        call.sandbox.database.execute(
            f"UPDATE exotel_user SET {assignments}, date_updated = ? WHERE id = ?",
            (*changes.values(), now(), user["id"]),
        )
    (document,) = _documents(call, [_by_id(call, user["id"])], set())
    return succeeded(call, document)


def delete_user(call: Call) -> Response:
    user = find_user(call)
    if user["role"] == "admin" and call.dialect("last_admin_delete") == "refused":
        admins = "SELECT 1 FROM exotel_user WHERE account = ? AND role = 'admin' AND id <> ?"
        if not rows(call.sandbox, admins, (call.sid, user["id"])):
            raise Refusal(403, 1003, "The last admin of an account cannot be deleted")
    numbers = [(call.sid, device["contact_uri"]) for device in devices_of(call.sandbox, [user["id"]])[user["id"]]]
    emails = [("", user["email_key"])] if user["email_key"] else []
    with transaction(call.sandbox.database):
        remember_former(call, numbers + emails)
        remove_user(call.sandbox, user["id"])
    return succeeded(call, None)


def known_strings(call: Call, known: tuple[str, ...]) -> dict[str, str]:
    """The known keys of the body, all of them strings; a null counts as not given unless the dialect refuses it."""
    refuses_unknown = call.dialect("unknown_keys") == "refused"
    body: dict[str, str] = {}
    for name, value in call.body.items():
        if value is None and call.dialect("explicit_null") == "ignored":
            continue
        if name not in known:
            if refuses_unknown:
                raise Refusal(400, 1007, f'Invalid request body,failed parsing json: unknown field "{name}"')
            continue
        if not isinstance(value, str):
            raise Refusal(400, 1007, f"Invalid request body,failed parsing {name}: string expected")
        trimmed = name in ("first_name", "last_name") and call.dialect("name_spaces") == "trimmed"
        body[name] = value.strip() if trimmed else value
    return body


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or (name == "limit" and int(text) == 0):
        raise Refusal(400, 1002, f"{name} is invalid")
    return int(text)


def _filters(call: Call) -> tuple[str, list[str]]:
    """The SQL condition for this account and the query's filters, with its values."""
    conditions, values = ["account = ?"], [call.sid]
    emails = _split(call, "email")
    email_filter = call.dialect("email_filter")
    if emails and email_filter != "ignored":
        column = "email"
        if email_filter == "honoured":
            column, emails = "email_key", [email.lower() for email in emails]
        conditions.append(f"{column} IN ({_marks(emails)})")
        values += emails
    uris = _split(call, "devices.contact_uri")
    contact_filter = call.dialect("contact_filter")
    if uris and contact_filter != "ignored":
        wanted = _matching_uris(call, uris, loose=contact_filter == "loose")
        conditions.append(
            f"id IN (SELECT user_id FROM exotel_device WHERE account = ? AND contact_uri IN ({_marks(wanted)}))"
        )
        values += [call.sid, *wanted]
    return " AND ".join(conditions), values


def _split(call: Call, name: str) -> list[str]:
    return [value for value in call.query.get(name, "").split(",") if value]


def _marks(values: list[str]) -> str:
    return ",".join("?" * len(values))


def _matching_uris(call: Call, uris: list[str], *, loose: bool) -> list[str]:
    """The stored forms of the given device addresses: the host part of a SIP address is not stored."""
    wanted = [uri.partition("@")[0] if uri.startswith("sip:") else uri for uri in uris]
    echo = call.dialect("phone_echo")
    if not loose and echo == "exact":
        return wanted
    stored = [
        row["contact_uri"]
        for row in rows(call.sandbox, "SELECT contact_uri FROM exotel_device WHERE account = ?", (call.sid,))
    ]
    if not loose:
        return [uri for uri in stored if uri in wanted or echoed(call.sandbox, uri) in wanted]
    tails = {re.sub("[^0-9]", "", uri)[-10:] for uri in wanted if not uri.startswith("sip:")}
    return [uri for uri in stored if uri in wanted or (uri.startswith("+") and uri[-10:] in tails)]


def _wanted_fields(call: Call) -> set[str]:
    return set(_split(call, "fields"))


def _documents(call: Call, users: list[sqlite3.Row], fields: set[str]) -> list[dict[str, t.Any]]:
    devices = _device_documents(call, [user["id"] for user in users]) if "devices" in fields else {}
    documents = []
    for user in users:
        document = user_document(call.sandbox, user)
        document["date_created"] = user["date_created"]
        document["date_updated"] = user["date_updated"]
        if "devices" in fields:
            document["devices"] = devices[user["id"]]
        if "active_call" in fields:
            document["active_call"] = _CALLS[call.dialect("active_call")][bool(user["active_call"])]
        if "last_login" in fields:
            document["last_login"] = user["last_login"]
        documents.append(document)
    return documents


def _device_documents(call: Call, user_ids: list[str]) -> dict[str, list[dict[str, t.Any]]]:
    found = devices_of(call.sandbox, user_ids)
    return {user_id: [device_document(call.sandbox, row) for row in devices] for user_id, devices in found.items()}


def _check_name(call: Call, name: str, value: str) -> None:
    if not 3 <= len(value) <= 20:
        raise Refusal(400, 1002, f"{name} should have 3 to 20 characters")
    if call.dialect("name_rule") == "strict" and not _STRICT_NAME.fullmatch(value):
        raise Refusal(400, 1002, f"{name} has characters that are not allowed")


def _check_email(email: str) -> None:
    if not _EMAIL.fullmatch(email):
        raise Refusal(400, 1002, "email is invalid")


def _check_new_email(call: Call, user: sqlite3.Row, email: str) -> None:
    _check_email(email)
    if user["email"]:
        if email.lower() != user["email_key"] or call.dialect("same_email_put") == "refused":
            raise Refusal(400, 1002, "email is already set and cannot be updated")
    else:
        _refuse_known_email(call, email)


def _refuse_known_email(call: Call, email: str) -> None:
    owners = rows(call.sandbox, "SELECT account FROM exotel_user WHERE email_key = ?", (email.lower(),))
    if not owners and not is_former(call, "", email.lower()):
        return
    code = call.dialect("same_account_email")
    if code == "10813" or not owners or owners[0]["account"] != call.sid:
        raise Refusal(409, 10813, "Email conflicts with another account")
    if code == "accepted":
        return
    raise Refusal(400 if code == "1002" else 409, int(code), "Email already exists")


def _refuse_without_seat(call: Call) -> None:
    if call.dialect("seat_limit") == "none":
        return
    count = "SELECT count(*) FROM exotel_user WHERE account = ?"
    if call.sandbox.database.execute(count, (call.sid,)).fetchone()[0] >= SEATS:
        code = int(call.dialect("seat_code"))
        raise Refusal(_SEAT_STATUSES[code], code, f"This account has reached its limit of {SEATS} users")


def _stored_email(call: Call, email: str) -> str:
    return email.lower() if call.dialect("email_case") == "lowered" else email


def _insert(call: Call, user_id: str, body: dict[str, str]) -> None:
    email = _stored_email(call, body["email"]) if "email" in body else None
    created = now()
    call.sandbox.database.execute(
        "INSERT INTO exotel_user (id, account, first_name, last_name, email, email_key, role, date_created,"
        " date_updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            user_id,
            call.sid,
            body["first_name"],
            body["last_name"],
            email,
            email and email.lower(),
            body.get("role", "user"),
            created,
            created,
        ),
    )
    names_devices = call.dialect("default_device_name") == "given"
    if "device_contact_uri" in body:
        name = body.get("device_name", f"{body['first_name']}'s phone" if names_devices else "")
        add_device(call, user_id, "tel", name, body["device_contact_uri"], (False, False))
    if call.account.voip:
        login = re.sub("[^a-z0-9]", "", body["first_name"].lower()) + body["last_name"][0].lower()
        state = _SIP_STATES[call.dialect("sip_device")]
        name = "SIP device" if names_devices else ""
        add_device(call, user_id, "sip", name, f"sip:{login}{secrets.token_hex(4)}", state)


def _by_id(call: Call, user_id: str) -> sqlite3.Row:
    return rows(call.sandbox, "SELECT * FROM exotel_user WHERE id = ?", (user_id,))[0]
