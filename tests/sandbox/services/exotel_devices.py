# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the simulated Exotel users, and what a person does by hand: verify, be on a call."""

from __future__ import annotations

import sqlite3
import typing as t

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..contract import Sandbox
from .exotel_access import NOT_JSON, Call, Refusal, succeeded
from .exotel_store import device_document, find_user, is_e164, is_former, rows
from .exotel_users import known_strings

SPECIAL_CHARACTERS = "!@#$%^&*"


def update_device(call: Call) -> Response:
    device = _find_device(call)
    available = call.body.get("available")
    null_ignored = available is None and call.dialect("explicit_null") == "ignored"
    if "available" in call.body and not isinstance(available, bool) and not null_ignored:
        raise Refusal(400, 1007, "Invalid request body,failed parsing available: bool expected")
    others = {name: value for name, value in call.body.items() if name != "available"}
    number = known_strings(_with_body(call, others), ("contact_uri",)).get("contact_uri")
    if number is None and available is None:
        raise Refusal(400, 1007, NOT_JSON)
    changes: dict[str, t.Any] = {}
    if number is not None:
        _check_number(call, device, number)
        changes.update(contact_uri=number, verified=False, status=None)
        if call.dialect("available_after_renumber") == "off":
            changes["available"] = False
    if available:
        _check_switch_on(call, device, verified=bool(changes.get("verified", device["verified"])))
    if available is not None:
        changes["available"] = available
    assignments = ", ".join(f"{name} = ?" for name in changes)
    call.sandbox.database.execute(
        f"UPDATE exotel_device SET {assignments} WHERE id = ?", (*changes.values(), device["id"])
    )
    return succeeded(call, device_document(call.sandbox, _find_device(call)))


def set_password(call: Call) -> Response:
    device = _find_device(call)
    body = known_strings(call, ("password",))
    if "password" not in body:
        raise Refusal(400, 1001, "Mandatory parameter password is missing")
    if device["type"] != "sip":
        raise Refusal(400, 1002, "The device has no SIP id")
    password = body["password"]
    kinds = (str.islower, str.isupper, str.isdigit, SPECIAL_CHARACTERS.__contains__)
    present = sum(any(kind(character) for character in password) for kind in kinds)
    if len(password) < 8 or present < 3:
        raise Refusal(400, 1002, "password does not meet the password policy")
    call.sandbox.database.execute(
        "UPDATE exotel_device SET password_changes = password_changes + 1 WHERE id = ?", (device["id"],)
    )
    return succeeded(call, None)


async def verify(request: Request) -> Response:
    """Not a vendor call: the owner confirms a number (``contact_uri``) or uses an invitation link (``email``).

    Body: ``{"contact_uri": "+91…"}`` or ``{"email": "…"}``, with ``account`` (default ``sandbox``).
    """
    body = await request.json()
    sandbox: Sandbox = request.app.state.sandbox
    account = body.get("account", "sandbox")
    if "contact_uri" in body:
        statement = "UPDATE exotel_device SET verified = 1, status = 'free' WHERE account = ? AND contact_uri = ?"
        value = body["contact_uri"]
    else:
        statement = "UPDATE exotel_user SET email_verified = 1 WHERE account = ? AND email_key = ?"
        value = str(body.get("email")).lower()
    changed = sandbox.database.execute(statement, (account, value)).rowcount
    return JSONResponse({"verified": changed}, status_code=200 if changed else 404)


async def set_call(request: Request) -> Response:
    """Not a vendor call: a user is on a call (``{"user_id": "…", "active": true}``) or no longer is."""
    body = await request.json()
    sandbox: Sandbox = request.app.state.sandbox
    active, user_id = bool(body.get("active", True)), body.get("user_id")
    database = sandbox.database
    changed = database.execute("UPDATE exotel_user SET active_call = ? WHERE id = ?", (active, user_id)).rowcount
    database.execute(
        "UPDATE exotel_device SET status = ? WHERE user_id = ? AND available AND verified",
        ("busy" if active else "free", user_id),
    )
    return JSONResponse({"changed": changed}, status_code=200 if changed else 404)


def _find_device(call: Call) -> sqlite3.Row:
    user = find_user(call)
    statement = "SELECT * FROM exotel_device WHERE user_id = ? AND CAST(id AS TEXT) = ?"
    found = rows(call.sandbox, statement, (user["id"], call.path["device_id"]))
    if found:
        return found[0]
    if call.dialect("unknown_id") == "forbidden":
        raise Refusal(403, 1003, "Authorization failed")
    raise Refusal(404, 1000, "Requested resource does not exist")


def _with_body(call: Call, body: dict[str, t.Any]) -> Call:
    return Call(call.sandbox, call.method, call.sid, call.account, call.path, call.query, body)


def _check_number(call: Call, device: sqlite3.Row, number: str) -> None:
    if device["type"] != "tel":
        raise Refusal(403, 10817, "Only PSTN devices can be updated")
    if not is_e164(number):
        raise Refusal(400, 1401, "contact_uri is not a valid phone number")
    if number == device["contact_uri"] and call.dialect("same_number_put") == "unverifies":
        return
    taken = rows(call.sandbox, "SELECT 1 FROM exotel_device WHERE account = ? AND contact_uri = ?", (call.sid, number))
    if taken or is_former(call, call.sid, number):
        raise Refusal(409, 10811, "Device already exists")


def _check_switch_on(call: Call, device: sqlite3.Row, *, verified: bool) -> None:
    if not verified:
        raise Refusal(409, 10809, "Device is not verified")
    others = "SELECT 1 FROM exotel_device WHERE user_id = ? AND id <> ? AND available"
    if rows(call.sandbox, others, (device["user_id"], device["id"])):
        raise Refusal(403, 10810, "Another device of the user is already ON")
