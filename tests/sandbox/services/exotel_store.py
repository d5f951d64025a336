# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the simulated Exotel service and the form in which records leave it."""

from __future__ import annotations

import datetime
import json
import re
import secrets
import sqlite3
import typing as t
from collections.abc import Iterable, Mapping, Sequence

from starlette.requests import Request

from ..contract import Sandbox
from .exotel_access import Call, Refusal

SCHEMA = """
CREATE TABLE exotel_user (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    email_verified INTEGER NOT NULL DEFAULT 0,
    role TEXT NOT NULL,
    date_created TEXT NOT NULL,
    date_updated TEXT NOT NULL,
    last_login TEXT,
    active_call INTEGER
);
CREATE INDEX exotel_user_account ON exotel_user (account, sequence);
CREATE INDEX exotel_user_email ON exotel_user (email_key);
CREATE TABLE exotel_device (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    contact_uri TEXT NOT NULL,
    type TEXT NOT NULL,
    available INTEGER NOT NULL DEFAULT 0,
    verified INTEGER NOT NULL DEFAULT 0,
    status TEXT,
    password_changes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, contact_uri)
);
CREATE INDEX exotel_device_user ON exotel_device (user_id);
CREATE TABLE exotel_former (
    account TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (account, value)
);
CREATE TABLE exotel_rate (
    account TEXT NOT NULL,
    minute INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    UNIQUE (account, minute)
);
INSERT INTO sqlite_sequence (name, seq) VALUES ('exotel_device', 512043);
"""

FIRST_NAMES = ("Meera", "Arjun", "Leela", "Nikhil", "Farah", "Devika", "Rohan", "Salma", "Vikram", "Anjali")
LAST_NAMES = ("Nair", "Kapoor", "Menon", "Fernandes", "Qureshi", "Bhatt", "Sengupta")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INDIA = "+91"


def now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_e164(number: str) -> bool:
    return _E164.fullmatch(number) is not None


def find_user(call: Call) -> sqlite3.Row:
    """The user the path names, in the account the path names."""
    user_id = call.path["user_id"]
    found = rows(call.sandbox, "SELECT * FROM exotel_user WHERE id = ? AND account = ?", (user_id, call.sid))
    if found:
        return found[0]
    form = call.dialect("unknown_id")
    if form == "not_found":
        raise Refusal(404, 10801, "User not found")
    if form == "forbidden" and re.fullmatch("[0-9a-f]{32}", user_id):
        raise Refusal(403, 1003, "Authorization failed")
    if form == "invalid":
        raise Refusal(400, 1007, "The user id is invalid")
    raise Refusal(404, 1000, "Requested resource does not exist")


def rows(sandbox: Sandbox, statement: str, values: Sequence[t.Any] = ()) -> list[sqlite3.Row]:
    return sandbox.database.execute(statement, values).fetchall()


def devices_of(sandbox: Sandbox, user_ids: Sequence[str]) -> dict[str, list[sqlite3.Row]]:
    """The devices of these users, in the order in which the service returns them."""
    order = "DESC" if sandbox.dialect("exotel.device_order") == "newest_first" else "ASC"
    marks = ",".join("?" * len(user_ids))
    devices: dict[str, list[sqlite3.Row]] = {user_id: [] for user_id in user_ids}
    for row in rows(sandbox, f"SELECT * FROM exotel_device WHERE user_id IN ({marks}) ORDER BY id {order}", user_ids):
        devices[row["user_id"]].append(row)
    return devices


def user_document(sandbox: Sandbox, user: sqlite3.Row) -> dict[str, t.Any]:
    document = {
        "id": user["id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "email_verified": bool(user["email_verified"]),
        "role": user["role"],
    }
    missing = sandbox.dialect("exotel.no_email")
    if not user["email"] and missing == "absent":
        del document["email"]
    elif not user["email"]:
        document["email"] = None if missing == "null" else ""
    return document


def device_document(sandbox: Sandbox, device: sqlite3.Row) -> dict[str, t.Any]:
    form, kind = sandbox.dialect("exotel.device_id"), sandbox.dialect("exotel.device_type")
    return {
        "id": str(device["id"]) if form == "string" else device["id"],
        "name": device["name"] or None,
        "contact_uri": echoed(sandbox, device["contact_uri"]),
        "type": {"name": device["type"]} if kind == "object" else device["type"],
        "available": bool(device["available"]),
        "verified": bool(device["verified"]),
        "status": device["status"],
    }


def echoed(sandbox: Sandbox, contact_uri: str) -> str:
    """A number as the service returns it; SIP addresses stay as they are."""
    form = sandbox.dialect("exotel.phone_echo")
    if form == "exact" or not contact_uri.startswith("+"):
        return contact_uri
    if form == "national" and contact_uri.startswith(_INDIA):
        return "0" + contact_uri[len(_INDIA) :]
    return contact_uri[1:]


def add_device(call: Call, user_id: str, kind: str, name: str, contact_uri: str, state: tuple[bool, bool]) -> None:
    """state: available, verified."""
    available, verified = state
    status = "free" if verified else None
    call.sandbox.database.execute(
        "INSERT INTO exotel_device (account, user_id, name, contact_uri, type, available, verified, status)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (call.sid, user_id, name, contact_uri, kind, available, verified, status),
    )


def is_former(call: Call, account: str, value: str) -> bool:
    """Whether a deleted user had this value and the service keeps it reserved."""
    if call.dialect("freed_after_delete") == "yes":
        return False
    return bool(rows(call.sandbox, "SELECT 1 FROM exotel_former WHERE account = ? AND value = ?", (account, value)))


def remember_former(call: Call, values: Iterable[tuple[str, str]]) -> None:
    """values: (account, value); the account is empty for e-mail addresses, which are unique across accounts."""
    call.sandbox.database.executemany("INSERT OR IGNORE INTO exotel_former (account, value) VALUES (?, ?)", values)


def remove_user(sandbox: Sandbox, user_id: str) -> None:
    sandbox.database.execute("DELETE FROM exotel_device WHERE user_id = ?", (user_id,))
    sandbox.database.execute("DELETE FROM exotel_user WHERE id = ?", (user_id,))


def seed(sandbox: Sandbox, count: int) -> None:
    """Put count users with one verified phone each in the account ``sandbox``."""
    (last,) = sandbox.database.execute("SELECT coalesce(max(sequence), 0) FROM exotel_user").fetchone()
    created = now()
    users, devices = [], []
    for number in range(last + 1, last + 1 + count):
        user_id = secrets.token_hex(16)
        first, family = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number % len(LAST_NAMES)]
        email = f"{first}.{family}.{number}@seed.example".lower()
        users.append((user_id, first, family, email, email, created, created))
        devices.append((user_id, f"+91{7000000000 + number}"))
    sandbox.database.executemany(
        "INSERT INTO exotel_user (id, account, first_name, last_name, email, email_key, email_verified, role,"
        " date_created, date_updated) VALUES (?, 'sandbox', ?, ?, ?, ?, 1, 'user', ?, ?)",
        users,
    )
    sandbox.database.executemany(
        "INSERT INTO exotel_device (account, user_id, name, contact_uri, type, available, verified, status)"
        " VALUES ('sandbox', ?, 'Mobile', ?, 'tel', 1, 1, 'free')",
        devices,
    )


def records(sandbox: Sandbox) -> list[dict[str, t.Any]]:
    """Every user with its devices, one flat record each; there is no readable secret in them."""
    found = rows(
        sandbox,
        "SELECT u.*, group_concat(d.contact_uri || CASE WHEN d.verified THEN '' ELSE ' (unverified)' END"
        " || CASE WHEN d.available THEN ' ON' ELSE ' OFF' END, ', ') AS devices,"
        " coalesce(sum(d.password_changes), 0) AS password_changes"
        " FROM exotel_user u LEFT JOIN exotel_device d ON d.user_id = u.id GROUP BY u.sequence ORDER BY u.sequence",
    )
    shown = ("id", "account", "first_name", "last_name", "email", "role", "devices", "password_changes", "date_updated")
    return [{name: row[name] for name in shown} for row in found]


async def change(sandbox: Sandbox, request: Request, parameters: Mapping[str, t.Any]) -> None:
    """Remove, or set fields of, the user that a request addresses by id, by the filter email or by a new email.

    Fields are the user's own; ``contact_uri``, ``available`` and ``verified`` go to its phone.
    """
    body = json.loads(await request.body() or b"{}")
    user_id = request.path_params.get("user_id")
    email = request.query_params.get("email") or body.get("email") or ""
    found = rows(sandbox, "SELECT id FROM exotel_user WHERE id = ? OR email_key = ?", (user_id, email.lower()))
    for user in found:
        if parameters.get("remove"):
            remove_user(sandbox, user["id"])
        for name, value in parameters.get("set", {}).items():
            if name in ("contact_uri", "available", "verified"):
                statement = f"UPDATE exotel_device SET {name} = ? WHERE user_id = ? AND type = 'tel'"
            elif name in ("first_name", "last_name", "role"):
                statement = f"UPDATE exotel_user SET {name} = ? WHERE id = ?"
            else:
                raise ValueError(f"exotel cannot change {name!r} in between")
            sandbox.database.execute(statement, (value, user["id"]))
