# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox really holds: its database, read past all the services say, and put back between two tries."""

from __future__ import annotations

import json
import re
import sqlite3
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    # Each record's stored values by its natural key; a list, so that doubles show.
    Stored = dict[str, list[dict[str, t.Any]]]

SECONDS_TO_LOCK = 10


class State:
    """The database file of a running sandbox."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=SECONDS_TO_LOCK, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        # Nothing of it has to outlive the test.
        self.execute("PRAGMA journal_mode = MEMORY")
        self.execute("PRAGMA synchronous = OFF")

    def save(self) -> sqlite3.Connection:
        """A copy of everything as it is now."""
        copy = sqlite3.connect(":memory:")
        self._database.backup(copy)
        return copy

    def restore(self, copy: sqlite3.Connection) -> None:
        """Everything as it was when it was saved."""
        copy.backup(self._database)

    def execute(self, statement: str, *values: t.Any) -> None:
        """Do to the database what no service offers."""
        self._database.execute(statement, values)

    def let_time_pass(self) -> None:
        """Start a new minute for limits of rate, and let searches catch up."""
        self.execute("DELETE FROM exotel_rate")
        self.execute("UPDATE sunbird_index_queue SET ready_at = 0")

    def stored(self, service: str) -> Stored:
        """All records of a service that are not deleted, secrets in clear, with what only the server makes left out."""
        found: Stored = {}
        for key, record in _READERS[service](self._rows):
            found.setdefault(key, []).append(record)
        return found

    def identifier(self, service: str, key: str) -> str:
        """The id of the one record with this key."""
        statement = {
            "simotel": "SELECT id FROM simotel_users WHERE number = ?",
            "autodialer": "SELECT id FROM autodialer_groups WHERE name = ?",
            "exotel": "SELECT id FROM exotel_user WHERE email_key = ?",
            "sunbird": "SELECT user_id FROM sunbird_lookup WHERE kind = 'email' AND value = ?",
        }[service]
        ((identifier,),) = self._rows(statement, key.lower() if service in ("exotel", "sunbird") else key)
        return str(identifier)

    def _rows(self, statement: str, *values: t.Any) -> list[sqlite3.Row]:
        return self._database.execute(statement, values).fetchall()


if t.TYPE_CHECKING:
    Rows = Callable[..., list[sqlite3.Row]]
    Records = Iterator[tuple[str, dict[str, t.Any]]]


def _simotel(rows: Rows) -> Records:
    for row in rows("SELECT number, secret, fields FROM simotel_users ORDER BY rowid"):
        fields = {name: value for name, value in json.loads(row["fields"]).items() if not _says_nothing(value)}
        yield row["number"], {**fields, "secret": json.loads(row["secret"] or "null")}


def _says_nothing(value: t.Any) -> bool:
    """Whether a value of Simotel means no more than its absence."""
    return not any(value.values()) if isinstance(value, dict) else value in ("", "no", None)


def _autodialer(rows: Rows) -> Records:
    for row in rows("SELECT name, description, numbers, fields FROM autodialer_groups ORDER BY rowid"):
        yield (
            row["name"],
            {
                **json.loads(row["fields"]),
                # The mark at its end is about the numbers.
                "description": re.sub(r" ?\[roster:[0-9a-f]+\]$", "", row["description"]),
                "numbers": sorted(json.loads(row["numbers"])),
            },
        )


def _exotel(rows: Rows) -> Records:
    shown = ("email", "first_name", "last_name", "role")
    devices: dict[str, list[sqlite3.Row]] = {}
    for device in rows("SELECT * FROM exotel_device ORDER BY id"):
        devices.setdefault(device["user_id"], []).append(device)
    for row in rows("SELECT * FROM exotel_user ORDER BY sequence"):
        own = devices.get(row["id"], [])
        kept = {
            f"{device['type']}.{name}": device[name]
            for device in own
            for name in ("contact_uri", "name", "available", "verified")
            if device["type"] == "tel" or name != "contact_uri"
        }
        yield row["email_key"] or "", {**{name: row[name] for name in shown}, **kept, "devices": len(own)}


def _sunbird(rows: Rows) -> Records:
    own = {"id", "userId", "userName", "flagsValue", "organisations"}
    own |= {"createdDate", "updatedDate", "createdBy", "updatedBy"}
    for row in rows("SELECT id, document, password FROM sunbird_user ORDER BY sequence"):
        document = json.loads(row["document"])
        if document["isDeleted"]:
            continue
        roles = rows("SELECT role, scope FROM sunbird_role WHERE user_id = ?", row["id"])
        yield (
            document["email"] or document["phone"] or "",
            {
                **{name: value for name, value in document.items() if name not in own},
                "organisations": sorted(one["organisationId"] for one in document["organisations"]),
                "roles": sorted((one["role"], one["scope"]) for one in roles if one["role"] != "PUBLIC"),
                "password": bool(row["password"]),
            },
        )


_READERS: dict[str, Callable[[Rows], Records]] = {
    "simotel": _simotel,
    "autodialer": _autodialer,
    "exotel": _exotel,
    "sunbird": _sunbird,
}
