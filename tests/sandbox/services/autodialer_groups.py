# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The autodialer's groups: what is stored, and the five calls."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
import sqlite3
import time
import typing as t
from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from ..contract import Sandbox
from .simotel_gate import FAILED, Fields, Refusal, done, missing_field, nothing_found
from .simotel_values import addressed_rows, date_text, is_blank, matching_rows, now, object_id, required_id

# ``fields`` holds the document without its members, its id and what the server derives.
SCHEMA = """
CREATE TABLE autodialer_groups (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, fields TEXT NOT NULL,
    numbers TEXT NOT NULL, count INTEGER NOT NULL, changed INTEGER NOT NULL
);
CREATE INDEX autodialer_groups_name ON autodialer_groups (name);
CREATE TABLE autodialer_files (filename TEXT PRIMARY KEY, numbers TEXT NOT NULL);
"""
CONDITIONS = ("name", "description")
SORTABLE = ("name", "description", "count", "date")
# Never part of the stored document: the server's own, and the two ways to give the members.
OTHER_KEYS = frozenset({"_id", "date", "count", "numbers", "filename"})
DEFAULT_PAGE = 20


def upload(sandbox: Sandbox, name: str, content: bytes) -> Response:
    """``/autodialer/groups/upload``: keeps the file's numbers under a new name, which a later call may use."""
    stem, _dot, extension = name.rpartition(".")
    readers: dict[str, t.Callable[[str], list[str]]] = {"csv": _csv_numbers, "vcf": _vcf_numbers}
    if extension.lower() not in readers:
        raise Refusal(FAILED)
    try:
        numbers = readers[extension.lower()](content.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(FAILED) from error
    if sandbox.dialect("autodialer.file_header") == "skipped" and numbers and not _is_number(numbers[0]):
        del numbers[0]
    plain = re.sub("[^A-Za-z0-9]", "", stem + extension)
    moment = time.strftime("%Y%m%d%H%M%S", time.gmtime())
    filename = f"file-{moment}-{secrets.randbelow(90000) + 10000}-{plain}.{extension.lower()}"
    sandbox.database.execute("INSERT INTO autodialer_files VALUES (?, ?)", (filename, json.dumps(numbers)))
    return done({"filename": filename}, "")


def add(sandbox: Sandbox, body: Fields) -> Response:
    """``/autodialer/groups/add``."""
    if is_blank(body.get("name")):
        raise missing_field("name")
    _check_texts(body)
    _check_name(sandbox, str(body["name"]), "")
    numbers = _members(sandbox, body) or []
    created = now()
    identity = object_id(created)
    _write(sandbox, identity, _stored(body), numbers, created)
    return done({"_id": identity if sandbox.dialect("autodialer.group_add_answer") == "id" else None})


def search(sandbox: Sandbox, body: Fields) -> Response:
    """``/autodialer/groups/search``: a page of the groups; a bare list where there is no paging."""
    rows = list(matching_rows(sandbox, "autodialer_groups", CONDITIONS, body))
    paging = body.get("pagination")
    if not isinstance(paging, dict):
        if sandbox.dialect("autodialer.unpaginated_search") == "all":
            return done(_documents(sandbox, rows), "")
        paging = {}
    start = _whole_number(paging.get("start"), 0)
    count = _whole_number(paging.get("count"), DEFAULT_PAGE)
    limit = sandbox.dialect("autodialer.page_limit")
    if limit != "none":
        count = min(count, int(limit))
    sorting = _sorting(sandbox, paging.get("sorting"))
    for column, direction in reversed(sorting.items()):
        key = "changed" if column == "date" else column
        rows.sort(key=lambda row, key=key: row[key], reverse=direction < 0)  # type: ignore[misc]
    offset = max(0, start - 1) if sandbox.dialect("autodialer.page_start") == "one_based" else start
    page = {"start": start, "count": count, "sorting": sorting, "total": len(rows)}
    found = _documents(sandbox, rows[offset : offset + count]) or nothing_found(sandbox)
    return done({"pagination": page, "data": found}, "")


def update(sandbox: Sandbox, body: Fields) -> Response:
    """``/autodialer/groups/update``: echoes what it wrote."""
    identity = required_id(body)
    row = sandbox.database.execute("SELECT * FROM autodialer_groups WHERE id = ?", (identity,)).fetchone()
    _check_texts(body)
    written = _stored(body)
    if "name" in written and is_blank(written["name"]):
        raise missing_field("name")
    if row is None and sandbox.dialect("simotel.unknown_id") == "failure":
        raise Refusal(FAILED)
    if "name" in written and row is not None:
        _check_name(sandbox, str(written["name"]), identity)
    given = body
    if sandbox.dialect("autodialer.update_filename") == "ignored":
        given = {key: value for key, value in body.items() if key != "filename"}
    numbers = _members(sandbox, given)
    echo = {**written, **({} if numbers is None else {"numbers": numbers})}
    if numbers is None:
        kept = row is not None and sandbox.dialect("autodialer.group_update_without_numbers") == "keeps"
        numbers = json.loads(row["numbers"]) if kept else []
    changed = now()
    if row is not None:
        before = json.loads(row["fields"]) if sandbox.dialect("autodialer.group_update") == "partial" else {}
        _write(sandbox, identity, {**before, **written}, numbers, changed)
    return done({**echo, "date": {"$date": {"$numberLong": str(changed)}}, "count": _count(sandbox, numbers)})


def remove(sandbox: Sandbox, body: Fields) -> Response:
    """``/autodialer/groups/remove``."""
    cursor = sandbox.database.execute("DELETE FROM autodialer_groups WHERE id = ?", (required_id(body),))
    if not cursor.rowcount and sandbox.dialect("simotel.unknown_id") == "failure":
        raise Refusal(FAILED)
    return done()


async def change(sandbox: Sandbox, request: Request, wanted: Mapping[str, t.Any]) -> None:
    """Alter groups behind a client's back; see ``Service.change``. ``{"add": {...}}`` adds one."""
    if "add" in wanted:
        added = dict(wanted["add"])
        _write(sandbox, object_id(), _stored(added), [str(number) for number in added.get("numbers", [])], now())
        return
    for row in await addressed_rows(sandbox, request, "autodialer_groups", CONDITIONS):
        if wanted.get("remove"):
            sandbox.database.execute("DELETE FROM autodialer_groups WHERE id = ?", (row["id"],))
        else:
            numbers = wanted["set"].get("numbers", json.loads(row["numbers"]))
            _write(sandbox, row["id"], {**json.loads(row["fields"]), **_stored(wanted["set"])}, numbers, now())


def records(sandbox: Sandbox) -> list[dict[str, t.Any]]:
    """Every group with its members, which only the sandbox itself can show."""
    calendar = sandbox.dialect("simotel.dates")
    shown = []
    for row in sandbox.database.execute("SELECT * FROM autodialer_groups ORDER BY rowid"):
        fields = json.loads(row["fields"])
        first = {"name": row["name"], "description": row["description"], "count": row["count"]}
        rest = {"numbers": json.loads(row["numbers"]), "date": date_text(row["changed"], calendar), "_id": row["id"]}
        shown.append({**first, **fields, **rest})
    return shown


SUBJECTS = ("Renewals", "Reminders", "Surveys", "Deliveries", "Payments", "Appointments", "Invitations", "Recalls")


def seed(sandbox: Sandbox, count: int) -> None:
    """So many groups more, with three to nine numbers each."""
    first = sandbox.database.execute("SELECT COALESCE(MAX(rowid), 0) + 1 FROM autodialer_groups").fetchone()[0]
    changed = now()
    sandbox.database.executemany(
        "INSERT INTO autodialer_groups VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            _row(sandbox, object_id(changed), _plausible_group(index), _plausible_numbers(index), changed)
            for index in range(first, first + count)
        ),
    )


def _plausible_group(index: int) -> Fields:
    subject = SUBJECTS[index % len(SUBJECTS)]
    return {"name": f"{subject} {index}", "description": f"{subject}, list {index}"}


def _plausible_numbers(index: int) -> list[str]:
    return [f"0215550{(index * 11 + member) % 10000:04d}" for member in range(3 + index % 7)]


def _stored(body: Mapping[str, t.Any]) -> Fields:
    return {key: value for key, value in body.items() if key not in OTHER_KEYS}


def _check_texts(body: Fields) -> None:
    for key in ("name", "description", "filename"):
        if not isinstance(body.get(key, ""), str):
            raise Refusal(FAILED)


def _check_name(sandbox: Sandbox, name: str, identity: str) -> None:
    if sandbox.dialect("autodialer.group_names") == "free":
        return
    statement = "SELECT 1 FROM autodialer_groups WHERE name = ? AND id != ?"
    if sandbox.database.execute(statement, (name, identity)).fetchone():
        raise Refusal("This group already exists")


def _members(sandbox: Sandbox, body: Fields) -> list[str] | None:
    """The numbers that a call gives, directly or by the name of an uploaded file; None when it gives none."""
    direct, filename = body.get("numbers"), body.get("filename")
    if direct is not None:
        if not isinstance(direct, list) or not all(_is_scalar(number) for number in direct):
            raise Refusal(FAILED)
        direct = [str(number) for number in direct]
        if sandbox.dialect("autodialer.number_check") == "digits" and not all(map(_is_number, direct)):
            raise Refusal(FAILED)
    if not filename:
        return direct
    row = sandbox.database.execute("SELECT numbers FROM autodialer_files WHERE filename = ?", (filename,)).fetchone()
    if row is None:
        raise Refusal(FAILED)
    uploaded: list[str] = json.loads(row["numbers"])
    if direct is None:
        return uploaded
    winner = sandbox.dialect("autodialer.filename_with_numbers")
    return {"union": direct + uploaded, "numbers": direct, "filename": uploaded}[winner]


def _is_scalar(value: t.Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\+?[0-9]+", text) is not None


def _csv_numbers(text: str) -> list[str]:
    """The first column."""
    return [row[0].strip() for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]


def _vcf_numbers(text: str) -> list[str]:
    """The telephone lines of visiting cards."""
    lines = re.findall(r"^TEL[^:\r\n]*:(.*)$", text, re.MULTILINE | re.IGNORECASE)
    return [re.sub(r"[\s()-]", "", line.removeprefix("tel:")) for line in lines]


def _whole_number(value: t.Any, default: int) -> int:
    """A number of the paging block; PHP takes digits in a string for one."""
    if value is None or value == "":
        return default
    if isinstance(value, bool) or not str(value).isdecimal():
        raise Refusal(FAILED)
    return int(value)


def _sorting(sandbox: Sandbox, value: t.Any) -> dict[str, int]:
    """The order asked for; an empty one (PHP writes it as a list) means the server's own."""
    if not isinstance(value, dict) or not value:
        return {"date": -1} if sandbox.dialect("autodialer.order") == "newest_first" else {}
    return {column: -1 if str(direction) == "-1" else 1 for column, direction in value.items() if column in SORTABLE}


def _documents(sandbox: Sandbox, rows: Iterable[sqlite3.Row]) -> list[Fields]:
    calendar = sandbox.dialect("simotel.dates")
    returned = sandbox.dialect("autodialer.group_numbers") == "returned"
    sparse = sandbox.dialect("autodialer.record_keys") == "sparse"
    documents = []
    for row in rows:
        document = {"_id": row["id"], **json.loads(row["fields"])}
        if not sparse:
            document.setdefault("description", "")
            document["count"] = row["count"]
        elif document.get("description") == "":
            del document["description"]
        if returned:
            document["numbers"] = json.loads(row["numbers"])
        documents.append({**document, "date": date_text(row["changed"], calendar)})
    return documents


def _count(sandbox: Sandbox, numbers: list[str]) -> int:
    return len(set(numbers)) if sandbox.dialect("autodialer.group_count") == "distinct" else len(numbers)


def _row(sandbox: Sandbox, identity: str, fields: Fields, numbers: list[str], changed: int) -> tuple[t.Any, ...]:
    name, description = str(fields.get("name", "")), str(fields.get("description", ""))
    return identity, name, description, json.dumps(fields), json.dumps(numbers), _count(sandbox, numbers), changed


def _write(sandbox: Sandbox, identity: str, fields: Fields, numbers: list[str], changed: int) -> None:
    sandbox.database.execute(
        "INSERT INTO autodialer_groups VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " name = excluded.name, description = excluded.description, fields = excluded.fields,"
        " numbers = excluded.numbers, count = excluded.count, changed = excluded.changed",
        _row(sandbox, identity, fields, numbers, changed),
    )
