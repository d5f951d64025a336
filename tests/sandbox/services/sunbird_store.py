# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the simulated Sunbird service, and what exists from the start."""

from __future__ import annotations

import datetime
import hashlib
import json
import time
import typing as t
import uuid
from collections.abc import Iterable, Mapping

from ..contract import Sandbox

Document = dict[str, t.Any]

ACTIVE, BLOCKED, DELETED = 1, 0, 2
INDEX_DELAY_SECONDS = 1.0

ROOT_ORGANISATION = "0140000000000000001"
SECOND_TENANT = "0140000000000000002"
SUB_ORGANISATION = "0140000000000000003"
INACTIVE_ORGANISATION = "0140000000000000004"
CUSTODIAN_ORGANISATION = "0140000000000000005"

ADMIN_ID = "5a4d0000-0000-4000-8000-000000000001"
LEARNER_ID = "5a4d0000-0000-4000-8000-000000000002"

ROLES: Mapping[str, str] = {
    "PUBLIC": "Public",
    "CONTENT_CREATOR": "Content Creator",
    "CONTENT_REVIEWER": "Content Reviewer",
    "BOOK_CREATOR": "Book Creator",
    "BOOK_REVIEWER": "Book Reviewer",
    "COURSE_MENTOR": "Course Mentor",
    "ORG_ADMIN": "Organisation Admin",
    "REPORT_VIEWER": "Report Viewer",
}


def _organisation(organisation_id: str, channel: str, name: str, external_id: str, **more: t.Any) -> Document:
    document = {
        "id": organisation_id,
        "identifier": organisation_id,
        "channel": channel,
        "orgName": name,
        "externalId": external_id,
        "description": name,
        "isTenant": False,
        "isSSOEnabled": False,
        "organisationType": 2,
        "rootOrgId": organisation_id,
        "status": ACTIVE,
        "createdDate": "2026-01-05 08:00:00:000+0000",
    }
    document.update(more)
    return document


ORGANISATIONS: Mapping[str, Document] = {
    document["id"]: document
    for document in (
        _organisation(ROOT_ORGANISATION, "sandbox", "Sandbox", "sandbox-root", isTenant=True),
        _organisation(SECOND_TENANT, "second-tenant", "Second Tenant", "second-root", isTenant=True),
        _organisation(SUB_ORGANISATION, "sandbox", "North School", "north-school", rootOrgId=ROOT_ORGANISATION),
        _organisation(
            INACTIVE_ORGANISATION,
            "sandbox",
            "Closed School",
            "closed-school",
            rootOrgId=ROOT_ORGANISATION,
            status=BLOCKED,
        ),
        _organisation(CUSTODIAN_ORGANISATION, "custodian", "Custodian", "custodian-root", isTenant=True),
    )
}


def _location(number: int, kind: str, code: str, name: str, parent: str | None) -> Document:
    return {"id": f"10ca0000-0000-4000-8000-{number:012d}", "type": kind, "code": code, "name": name, "parent": parent}


LOCATIONS: Mapping[str, Document] = {
    document["code"]: document
    for document in (
        _location(1, "state", "state-north", "North State", None),
        _location(2, "state", "state-south", "South State", None),
        _location(3, "district", "district-hills", "Hills", "state-north"),
        _location(4, "district", "district-coast", "Coast", "state-south"),
        _location(5, "block", "block-ridge", "Ridge", "district-hills"),
        # Nothing above it: refused for a user, who must have a state.
        _location(6, "district", "district-adrift", "Adrift", None),
    )
}


def now() -> str:
    moment = datetime.datetime.now(datetime.UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S:") + f"{moment.microsecond // 1000:03d}+0000"


def tenant_of(channel: str) -> Document | None:
    """The root organisation of a channel."""
    found = (org for org in ORGANISATIONS.values() if org["channel"] == channel and org["isTenant"])
    return next(found, None)


def organisation_by_external_id(external_id: str, channel: str) -> Document | None:
    found = (org for org in ORGANISATIONS.values() if (org["externalId"], org["channel"]) == (external_id, channel))
    return next(found, None)


def membership(organisation_id: str) -> Document:
    return {
        "organisationId": organisation_id,
        "associationType": 1,
        "isSSO": False,
        "isDeleted": False,
        "orgjoindate": now(),
    }


def new_document(user_id: str, root_organisation: Document, **fields: t.Any) -> Document:
    """A user's row: every column, in the service's own words, e-mail and phone in the clear."""
    document: Document = {
        "id": user_id,
        "firstName": "",
        "lastName": None,
        "userName": None,
        "email": "",
        "phone": "",
        "recoveryEmail": "",
        "recoveryPhone": "",
        "prevUsedEmail": "",
        "prevUsedPhone": "",
        "countryCode": None,
        "dob": None,
        "status": ACTIVE,
        "isDeleted": False,
        "channel": root_organisation["channel"],
        "rootOrgId": root_organisation["id"],
        "organisations": [membership(root_organisation["id"])],
        "profileUserTypes": [],
        "profileLocation": [],
        "framework": {},
        "managedBy": None,
        "flagsValue": 0,
        "profileDetails": None,
        "createdDate": now(),
        "createdBy": None,
        "updatedDate": None,
        "updatedBy": None,
    }
    document.update(fields)
    return document


def password_digest(user_id: str, password: str) -> str:
    return hashlib.sha256(f"{user_id}:{password}".encode()).hexdigest()


def read_user(sandbox: Sandbox, user_id: str) -> Document | None:
    row = sandbox.database.execute("SELECT document FROM sunbird_user WHERE id = ?", (user_id,)).fetchone()
    return json.loads(row[0]) if row else None


def write_user(sandbox: Sandbox, document: Document) -> None:
    sandbox.database.execute(
        "INSERT INTO sunbird_user (id, document) VALUES (?, ?)"
        " ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        (document["id"], json.dumps(document)),
    )


def look_up(sandbox: Sandbox, kind: str, value: str) -> str | None:
    """The id of the user who has this e-mail (``email``), ``phone``, ``username`` or ``externalid``."""
    statement = "SELECT user_id FROM sunbird_lookup WHERE kind = ? AND value = ?"
    row = sandbox.database.execute(statement, (kind, value)).fetchone()
    return row[0] if row else None


def add_lookup(sandbox: Sandbox, kind: str, value: str, user_id: str) -> None:
    sandbox.database.execute("INSERT OR REPLACE INTO sunbird_lookup VALUES (?, ?, ?)", (kind, value, user_id))


def drop_lookups(sandbox: Sandbox, user_id: str, kinds: Iterable[str]) -> None:
    sandbox.database.executemany(
        "DELETE FROM sunbird_lookup WHERE user_id = ? AND kind = ?", [(user_id, kind) for kind in kinds]
    )


def roles_of(sandbox: Sandbox, user_id: str) -> list[Document]:
    rows = sandbox.database.execute(
        "SELECT role, scope, created_date, created_by, updated_date, updated_by FROM sunbird_role"
        " WHERE user_id = ? ORDER BY rowid",
        (user_id,),
    )
    names = ("role", "scope", "createdDate", "createdBy", "updatedDate", "updatedBy")
    return [dict(zip(names, (row[0], json.loads(row[1]), *tuple(row)[2:]), strict=True)) for row in rows]


def write_role(sandbox: Sandbox, user_id: str, role: str, organisations: Iterable[str], caller: str | None) -> None:
    """The role with exactly this scope; without any organisation it is removed."""
    scope = [{"organisationId": organisation} for organisation in organisations]
    if not scope:
        sandbox.database.execute("DELETE FROM sunbird_role WHERE user_id = ? AND role = ?", (user_id, role))
        return
    sandbox.database.execute(
        "INSERT INTO sunbird_role (user_id, role, scope, created_date, created_by) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (user_id, role) DO UPDATE SET scope = excluded.scope, updated_date = excluded.created_date,"
        " updated_by = excluded.created_by",
        (user_id, role, json.dumps(scope), now(), caller),
    )


def index_user(sandbox: Sandbox, user_id: str, *, at_once: bool = False) -> None:
    """Tell the search index of a user's present state; the index takes it up after a while."""
    document = read_user(sandbox, user_id)
    if document is None:
        return
    document["roles"] = roles_of(sandbox, user_id)
    wait = 0.0 if at_once or sandbox.dialect("sunbird.search") == "immediate" else INDEX_DELAY_SECONDS
    sandbox.database.execute(
        "INSERT INTO sunbird_index_queue (ready_at, user_id, document) VALUES (?, ?, ?)",
        (time.time() + wait, user_id, json.dumps(document)),
    )


def settle_index(sandbox: Sandbox) -> None:
    """Move what is due from the queue into the index, the oldest first."""
    due = time.time()
    sandbox.database.execute(
        "INSERT OR REPLACE INTO sunbird_index (user_id, document)"
        " SELECT user_id, document FROM sunbird_index_queue WHERE ready_at <= ? ORDER BY sequence",
        (due,),
    )
    sandbox.database.execute("DELETE FROM sunbird_index_queue WHERE ready_at <= ?", (due,))


def seed(sandbox: Sandbox, count: int) -> None:
    """Put count active users without a password in the root organisation, in the search index too."""
    (last,) = sandbox.database.execute("SELECT coalesce(max(sequence), 0) FROM sunbird_user").fetchone()
    users, lookups = [], []
    root = ORGANISATIONS[ROOT_ORGANISATION]
    for number in range(last + 1, last + 1 + count):
        user_id = str(uuid.UUID(int=0x5EED << 112 | 0x4000 << 64 | 0x8000 << 48 | number))
        email, phone, name = f"learner.{number}@seed.example", str(7000000000 + number), f"seeded_{number:06d}"
        document = new_document(
            user_id, root, firstName="Seeded", lastName=f"Learner {number}", userName=name, email=email, phone=phone
        )
        users.append((user_id, json.dumps(document)))
        lookups += [("email", email, user_id), ("phone", phone, user_id), ("username", name, user_id)]
    sandbox.database.executemany("INSERT INTO sunbird_user (id, document) VALUES (?, ?)", users)
    sandbox.database.executemany("INSERT INTO sunbird_lookup VALUES (?, ?, ?)", lookups)
    sandbox.database.executemany("INSERT INTO sunbird_index (user_id, document) VALUES (?, ?)", users)


def records(sandbox: Sandbox) -> list[Document]:
    """Every user row, the deleted ones too; of a password only that there is one."""
    rows = sandbox.database.execute(
        "SELECT u.document, u.password IS NOT NULL, group_concat(r.role, ', ')"
        " FROM sunbird_user u LEFT JOIN sunbird_role r ON r.user_id = u.id GROUP BY u.sequence ORDER BY u.sequence"
    )
    shown = ("id", "firstName", "lastName", "userName", "email", "phone", "channel", "status", "isDeleted")
    found = []
    for text, has_password, roles in rows:
        document = json.loads(text)
        record = {name: document[name] for name in shown}
        record["organisations"] = ", ".join(item["organisationId"] for item in document["organisations"])
        record.update(roles=roles or "", password="********" if has_password else None)
        found.append(record)
    return found


_TABLES = """
CREATE TABLE sunbird_user (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    password TEXT,
    delete_failed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE sunbird_lookup (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;
CREATE INDEX sunbird_lookup_user ON sunbird_lookup (user_id, kind);
CREATE TABLE sunbird_external_identity (
    provider TEXT NOT NULL,
    id_type TEXT NOT NULL,
    external_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (provider, id_type, external_id)
);
CREATE INDEX sunbird_external_identity_user ON sunbird_external_identity (user_id);
CREATE TABLE sunbird_role (
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_date TEXT NOT NULL,
    created_by TEXT,
    updated_date TEXT,
    updated_by TEXT,
    UNIQUE (user_id, role)
);
CREATE TABLE sunbird_index (
    user_id TEXT PRIMARY KEY,
    document TEXT NOT NULL
);
CREATE INDEX sunbird_index_email ON sunbird_index (json_extract(document, '$.email'));
CREATE INDEX sunbird_index_phone ON sunbird_index (json_extract(document, '$.phone'));
CREATE INDEX sunbird_index_user_name ON sunbird_index (json_extract(document, '$.userName'));
CREATE TABLE sunbird_index_queue (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    ready_at REAL NOT NULL,
    user_id TEXT NOT NULL,
    document TEXT NOT NULL
);
"""


def _insertion(table: str, row: Mapping[str, str | int]) -> str:
    values = ("'" + str(value).replace("'", "''") + "'" for value in row.values())
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(values)});\n"


def _first_user(user_id: str, first_name: str, last_name: str, email: str, password: str, roles: list[Document]) -> str:
    root, name = ORGANISATIONS[ROOT_ORGANISATION], email.partition("@")[0]
    user = new_document(user_id, root, firstName=first_name, lastName=last_name, userName=name, email=email)
    document, indexed = json.dumps(user), json.dumps({**user, "roles": roles})
    digest = password_digest(user_id, password)
    return "".join(
        (
            _insertion("sunbird_user", {"id": user_id, "document": document, "password": digest}),
            _insertion("sunbird_lookup", {"kind": "email", "value": email, "user_id": user_id}),
            _insertion("sunbird_lookup", {"kind": "username", "value": name, "user_id": user_id}),
            _insertion("sunbird_index", {"user_id": user_id, "document": indexed}),
            *(_insertion("sunbird_role", _role_row(user_id, item)) for item in roles),
        )
    )


def _role_row(user_id: str, item: Document) -> dict[str, str | int]:
    row = {"user_id": user_id, "role": item["role"], "scope": json.dumps(item["scope"])}
    return {**row, "created_date": item["createdDate"]}


_ADMIN_ROLE: Document = {
    "role": "ORG_ADMIN",
    "scope": [{"organisationId": ROOT_ORGANISATION}],
    "createdDate": now(),
    "createdBy": None,
    "updatedDate": None,
    "updatedBy": None,
}

SCHEMA = (
    _TABLES
    + _first_user(ADMIN_ID, "Asha", "Admin", "admin@sandbox.example", "Sandbox-Admin-1", [_ADMIN_ROLE])
    + _first_user(LEARNER_ID, "Lena", "Learner", "learner@sandbox.example", "Sandbox-Learner-1", [])
)
