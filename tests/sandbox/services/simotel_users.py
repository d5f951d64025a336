# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simotel's users (extensions): what is stored, and the four calls."""

from __future__ import annotations

import json
import re
import sqlite3
import typing as t
from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from ..contract import Sandbox
from .simotel_gate import FAILED, Fields, Refusal, done, missing_field, nothing_found
from .simotel_values import addressed_rows, date_text, is_blank, matching_rows, now, object_id, required_id

# ``fields`` holds the document without its secret (which may be masked) and its id, as JSON text ready to be sent.
SCHEMA = """
CREATE TABLE simotel_users (
    id TEXT PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL, mapped TEXT NOT NULL,
    secret TEXT, fields TEXT NOT NULL, created INTEGER NOT NULL
);
CREATE INDEX simotel_users_number ON simotel_users (number);
CREATE INDEX simotel_users_name ON simotel_users (name);
"""
REQUIRED = ("name", "number", "secret")
CONDITIONS = ("name", "number", "mapped")
# Written by the server alone.
SERVER_FIELDS = frozenset({"_id", "date", "queues"})
FORWARD_STATES = ("Busy", "No Answer", "UnAvailable", "All")
MASK = "******"
NAT_LABELS = {"force_rport,comedia": "Force Report & Co-Media"}

# What the panel fills in where a person leaves the form alone.
PANEL_DEFAULTS: dict[str, t.Any] = {
    "user_type": "SIP",
    "active": "yes",
    "cid_number": "",
    "call_record": "no",
    "push_notification": "no",
    "deny": "0.0.0.0/0.0.0.0",
    "permit": "0.0.0.0/0.0.0.0",
    "dtmfmode": "rfc2833",
    "canreinvite": "no",
    "directmedia": "no",
    "context": "main_routing",
    "host": "dynamic",
    "type": "user",
    "nat": "no",
    "port": "5060",
    "qualify": "no",
    "callgroup": "1",
    "pickupgroup": "1",
    "callcounter": "no",
    "faxdetect": "no",
    "call_limit": "",
    "trunk": "no",
    "transfer": "no",
    "email": "",
    "forward_policy": dict.fromkeys(FORWARD_STATES, ""),
    "more_options": "",
    "description": "",
}

YES_NO = ("yes", "no")
DOCUMENTED_VALUES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("active", "call_record", "push_notification", "canreinvite"), YES_NO),
    **dict.fromkeys(("callcounter", "faxdetect", "trunk"), YES_NO),
    "user_type": ("SIP", "IAX2"),
    "directmedia": (*YES_NO, "nonat", "update"),
    "type": ("user", "peer", "friend", "User", "Peer", "Friend"),
    "nat": (*YES_NO, "force_rport,comedia"),
    "transfer": (*YES_NO, "mediaonly"),
}


def add(sandbox: Sandbox, body: Fields) -> Response:
    """``/pbx/users/add``."""
    for name in REQUIRED:
        if is_blank(body.get(name)):
            raise missing_field(name)
    fields = _incoming(sandbox, body)
    _check_number(sandbox, fields["number"], "")
    if sandbox.dialect("simotel.server_defaults") == "panel":
        fields = {**PANEL_DEFAULTS, **fields}
    created = now()
    identity = object_id(created)
    _write(sandbox, identity, fields, created)
    answer = sandbox.dialect("simotel.user_add_answer")
    if answer == "odd":
        odd = {"status": "success", "message": "User created successfully", "user_id": str(fields["number"])}
        return Response(json.dumps(odd), media_type="application/json")
    return done({"_id": identity if answer == "id" else None})


def search(sandbox: Sandbox, body: Fields) -> Response:
    """``/pbx/users/search``: a bare list, never in pages."""
    masked = sandbox.dialect("simotel.secret") == "masked"
    calendar = sandbox.dialect("simotel.dates")
    forms = [form for (name, value), form in _FORMS.items() if sandbox.dialect(name) == value]
    mapped_only = body.get("status") == "mapped"
    rows = matching_rows(sandbox, "simotel_users", CONDITIONS, body)
    if sandbox.dialect("simotel.order") == "newest_first":
        rows = reversed(list(rows))
    records = ",".join(_document(row, masked, calendar, forms) for row in rows if row["mapped"] or not mapped_only)
    if not records:
        return done(nothing_found(sandbox), "")
    return Response('{"success":1,"message":"","data":[' + records + "]}", media_type="application/json")


def update(sandbox: Sandbox, body: Fields) -> Response:
    """``/pbx/users/update``."""
    identity = required_id(body)
    row = _find(sandbox, identity)
    if row is None:
        return _unknown(sandbox)
    fields = _incoming(sandbox, body)
    if "number" in fields:
        if is_blank(fields["number"]):
            raise missing_field("number")
        _check_number(sandbox, fields["number"], identity)
    if sandbox.dialect("simotel.user_update") == "partial":
        before = _fields(row)
        if sandbox.dialect("simotel.user_type_update") == "ignored" and "user_type" in before:
            fields.pop("user_type", None)
        old, new = before.get("forward_policy"), fields.get("forward_policy")
        merged = sandbox.dialect("simotel.forward_policy_update") == "merge"
        if merged and isinstance(old, dict) and isinstance(new, dict):
            fields["forward_policy"] = {**old, **new}
        fields = {**before, **fields}
    _write(sandbox, identity, fields, row["created"])
    return done()


def remove(sandbox: Sandbox, body: Fields) -> Response:
    """``/pbx/users/remove``."""
    cursor = sandbox.database.execute("DELETE FROM simotel_users WHERE id = ?", (required_id(body),))
    return done() if cursor.rowcount else _unknown(sandbox)


async def change(sandbox: Sandbox, request: Request, wanted: Mapping[str, t.Any]) -> None:
    """Alter users behind a client's back; see ``Service.change``. ``{"add": {...}}`` adds one."""
    if "add" in wanted:
        _write(sandbox, object_id(), dict(wanted["add"]), now())
        return
    for row in await addressed_rows(sandbox, request, "simotel_users", CONDITIONS):
        if wanted.get("remove"):
            sandbox.database.execute("DELETE FROM simotel_users WHERE id = ?", (row["id"],))
        else:
            _write(sandbox, row["id"], {**_fields(row), **wanted["set"]}, row["created"])


def records(sandbox: Sandbox) -> list[dict[str, t.Any]]:
    """Every user, the columns a person looks for first."""
    calendar = sandbox.dialect("simotel.dates")
    shown = []
    for row in sandbox.database.execute("SELECT * FROM simotel_users ORDER BY rowid"):
        fields = json.loads(row["fields"])
        first = {key: fields.pop(key) for key in ("number", "name", "user_type", "active") if key in fields}
        secret = {} if row["secret"] is None else {"secret": MASK}
        created = date_text(row["created"], calendar)
        shown.append({**first, **fields, **secret, "date": created, "_id": row["id"]})
    return shown


def seed(sandbox: Sandbox, count: int) -> None:
    """So many extensions more, numbered upwards from 1000 or the highest there is."""
    highest = sandbox.database.execute("SELECT MAX(CAST(number AS INTEGER)) FROM simotel_users").fetchone()[0]
    first, created = max(1000, (highest or 0) + 1), now()
    sandbox.database.executemany(
        "INSERT INTO simotel_users VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_row(object_id(created), _plausible_user(number), created) for number in range(first, first + count)),
    )


GIVEN_NAMES = ("Ava", "Bardia", "Clara", "Darius", "Elena", "Farid", "Greta", "Hamid", "Ines", "Jonas", "Kimia")
FAMILY_NAMES = ("Ahmadi", "Berg", "Cohen", "Daneshvar", "Evans", "Farahani", "Green", "Hosseini", "Ito", "Karimi")


def _plausible_user(number: int) -> Fields:
    name = f"{GIVEN_NAMES[number % len(GIVEN_NAMES)]} {FAMILY_NAMES[number // 7 % len(FAMILY_NAMES)]}"
    text = str(number)
    return {**PANEL_DEFAULTS, "name": name, "number": text, "cid_number": text, "secret": f"Seeded-{text}-secret"}


def _incoming(sandbox: Sandbox, body: Fields) -> Fields:
    """The fields to be stored, of what a client sent."""
    fields = {key: value for key, value in body.items() if key not in SERVER_FIELDS}
    if sandbox.dialect("simotel.values") == "documented":
        _check_values(fields)
    if "secret" in fields and sandbox.dialect("simotel.secret_rule") == "complicated":
        secret = str(fields["secret"])
        if len(secret) < 8 or secret.isalpha() or secret.isdigit():
            raise Refusal(FAILED)
    if sandbox.dialect("simotel.description_writable") == "no":
        fields.pop("description", None)
    if sandbox.dialect("simotel.more_options") == "stripped" and isinstance(fields.get("more_options"), str):
        fields["more_options"] = "".join(letter for letter in fields["more_options"] if letter.isprintable())
    if sandbox.dialect("simotel.spelling") == "normalised":
        fields = {key: _respelled(key, value) for key, value in fields.items()}
    return fields


def _respelled(key: str, value: t.Any) -> t.Any:
    """A value in the one spelling that a tidy server would store."""
    if key == "type":
        return str(value).lower()
    return str(value).replace(" ", "") if key in ("callgroup", "pickupgroup") else value


def _check_values(fields: Fields) -> None:
    """Refuse what no documented request holds: wrong JSON types, unknown words."""
    for key, value in fields.items():
        if key == "forward_policy":
            good = isinstance(value, dict) and all(
                state in FORWARD_STATES and isinstance(target, str) for state, target in value.items()
            )
        elif key in PANEL_DEFAULTS or key in REQUIRED:
            good = isinstance(value, (str, int)) and not isinstance(value, bool)
            good = good and str(value) in DOCUMENTED_VALUES.get(key, (str(value),))
        else:
            good = True
        if not good:
            raise Refusal(FAILED)


def _check_number(sandbox: Sandbox, number: t.Any, identity: str) -> None:
    """Refuse a number that is none, or another user's."""
    if sandbox.dialect("simotel.number_format") == "digits" and not (str(number).isascii() and str(number).isdigit()):
        raise Refusal(FAILED)
    if identity and sandbox.dialect("simotel.renumber_duplicate") == "accepted":
        return
    statement = "SELECT 1 FROM simotel_users WHERE number = ? AND id != ?"
    if sandbox.database.execute(statement, (str(number), identity)).fetchone():
        generic = sandbox.dialect("simotel.number_conflict") == "generic"
        raise Refusal(FAILED if generic else "This number already exists")


def _find(sandbox: Sandbox, identity: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = sandbox.database.execute(
        "SELECT * FROM simotel_users WHERE id = ?", (identity,)
    ).fetchone()
    return row


def _unknown(sandbox: Sandbox) -> Response:
    """The answer to a write that addresses nobody."""
    if sandbox.dialect("simotel.unknown_id") == "failure":
        raise Refusal(FAILED)
    return done()


def _fields(row: sqlite3.Row) -> Fields:
    fields: Fields = json.loads(row["fields"])
    return fields if row["secret"] is None else {**fields, "secret": json.loads(row["secret"])}


def _row(identity: str, fields: Fields, created: int) -> tuple[t.Any, ...]:
    stored = {key: value for key, value in fields.items() if key != "secret"}
    secret = json.dumps(fields["secret"]) if "secret" in fields else None
    texts = [str(fields.get(key, "")) for key in ("number", "name", "mapped")]
    return (identity, *texts, secret, json.dumps(stored, separators=(",", ":")), created)


def _write(sandbox: Sandbox, identity: str, fields: Fields, created: int) -> None:
    # An upsert keeps the row where it is; a replacement would move the record to the end of every listing.
    sandbox.database.execute(
        "INSERT INTO simotel_users VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " number = excluded.number, name = excluded.name, mapped = excluded.mapped,"
        " secret = excluded.secret, fields = excluded.fields",
        _row(identity, fields, created),
    )


def _document(row: sqlite3.Row, masked: bool, calendar: str, forms: Sequence[Callable[[Fields], Fields]]) -> str:
    """A record as JSON text, put together from texts: decoding 10,000 records for one listing would take too long.

    forms: what is done to its fields beforehand.
    """
    secret = row["secret"]
    if masked and secret is not None:
        secret = f'"{MASK}"'
    parts = [row["fields"][1:-1], '"queues":[]']
    if secret is not None:
        parts.append(f'"secret":{secret}')
    if forms:
        fields = json.loads("{" + ",".join(filter(None, parts)) + "}")
        for form in forms:
            fields = form(fields)
        parts = [json.dumps(fields, separators=(",", ":"))[1:-1]]
    own = (f'"_id":"{row["id"]}"', f'"date":"{date_text(row["created"], calendar)}"')
    return "{" + ",".join(filter(None, (*own, *parts))) + "}"


def _sparse(fields: Fields) -> Fields:
    """Without what says nothing that its absence would not say; of a forward policy, without the states left alone."""
    told = {key: _sparse(value) if isinstance(value, dict) else value for key, value in fields.items()}
    return {key: value for key, value in told.items() if value not in ("", "no", None, {}, [])}


def _with_unset_policy(value: str | None) -> Callable[[Fields], Fields]:
    """With this value for a forward policy in which no state has a target."""

    def form(fields: Fields) -> Fields:
        policy = fields.get("forward_policy")
        is_unset = isinstance(policy, dict) and not any(policy.values())
        return {**fields, "forward_policy": value} if is_unset else fields

    return form


def _in_words_of_the_panel(fields: Fields) -> Fields:
    """With the labels that the panel has for some values."""
    labels = {"type": str(fields.get("type", "")).capitalize(), "nat": NAT_LABELS.get(fields.get("nat", ""), "")}
    return {**fields, **{key: label for key, label in labels.items() if label}}


def _with_numbers(fields: Fields) -> Fields:
    """With JSON numbers for digits, as far as no digit is lost by that."""

    def number(value: t.Any) -> t.Any:
        if isinstance(value, dict):
            return _with_numbers(value)
        return int(value) if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,14}", value) else value

    return {key: number(value) for key, value in fields.items()}


# The forms of a record, by the reading that asks for each.
_FORMS: dict[tuple[str, str], Callable[[Fields], Fields]] = {
    ("simotel.forward_policy_unset", "null"): _with_unset_policy(None),
    ("simotel.forward_policy_unset", "empty_text"): _with_unset_policy(""),
    ("simotel.record_keys", "sparse"): _sparse,
    ("simotel.spelling", "panel"): _in_words_of_the_panel,
    ("simotel.digits", "numbers"): _with_numbers,
}
