# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids and dates as a Simotel server writes them, and its way to search."""

from __future__ import annotations

import datetime
import itertools
import re
import secrets
import sqlite3
import time
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from starlette.requests import Request

from ..contract import Sandbox
from .jalali import jalali
from .simotel_gate import FAILED, Refusal, missing_field, read_json

_machine = secrets.token_hex(5)
_counter = itertools.count(secrets.randbelow(0x800000))

# Iran's time without its former summer time.
SERVER_ZONE = datetime.timezone(datetime.timedelta(hours=3, minutes=30))


def object_id(milliseconds: int | None = None) -> str:
    """A new id such as MongoDB makes: 24 hexadecimal digits, the first eight telling the time."""
    seconds = (milliseconds if milliseconds is not None else now()) // 1000
    return f"{seconds:08x}{_machine}{next(_counter) & 0xFFFFFF:06x}"


def is_object_id(value: t.Any) -> bool:
    """Whether the database driver would take this as an id."""
    return isinstance(value, str) and re.fullmatch("[0-9a-fA-F]{24}", value) is not None


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@lru_cache(maxsize=4096)
def _day_text(ordinal: int, calendar: str) -> str:
    day = datetime.date.fromordinal(ordinal)
    return "{:04d}-{:02d}-{:02d}".format(*jalali(day)) if calendar == "jalali" else day.isoformat()


def date_text(milliseconds: int, calendar: str) -> str:
    """``YYYY-MM-DD HH:MM:SS`` in the server's zone, in the calendar ``jalali`` or ``gregorian``."""
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, SERVER_ZONE)
    return f"{_day_text(moment.toordinal(), calendar)} {moment:%H:%M:%S}"


def is_blank(value: t.Any) -> bool:
    """Whether a required field counts as missing."""
    return value is None or value == "" or value == []


def is_true(value: t.Any) -> bool:
    """Truth as PHP sees it: the text "false" is true, "0" is not."""
    return bool(value) and value != "0"


def required_id(fields: Mapping[str, t.Any]) -> str:
    """The ``_id`` of an update or a removal."""
    identity = fields.get("_id")
    if is_blank(identity):
        raise missing_field("_id")
    if not is_object_id(identity):
        raise Refusal(FAILED)
    return str(identity).lower()


def wants_similar(sandbox: Sandbox, body: Mapping[str, t.Any]) -> bool:
    """Whether a search is for similar values rather than equal ones."""
    if "alike" not in body:
        if sandbox.dialect("simotel.alike_missing") == "refused":
            raise missing_field("alike")
        return False
    return is_true(body["alike"]) or sandbox.dialect("simotel.alike_false") == "substring"


def matching_rows(
    sandbox: Sandbox, table: str, columns: Sequence[str], body: Mapping[str, t.Any]
) -> Iterator[sqlite3.Row]:
    """The rows that meet the conditions of a search, oldest first; other conditions than ``columns`` are ignored."""
    given = body.get("conditions")
    conditions = {
        column: str(given[column]) for column in columns if isinstance(given, dict) and not is_blank(given.get(column))
    }
    similar = wants_similar(sandbox, body)
    if sandbox.dialect("simotel.conditions") == "ignored":
        conditions = {}
    if not similar and conditions:
        terms = " AND ".join(f"{column} = ?" for column in conditions)
        statement = f"SELECT * FROM {table} WHERE {terms} ORDER BY rowid"
        yield from sandbox.database.execute(statement, list(conditions.values()))
        return
    manner = sandbox.dialect("simotel.alike")
    for row in sandbox.database.execute(f"SELECT * FROM {table} ORDER BY rowid"):
        if all(_resembles(str(row[column]), wanted, manner) for column, wanted in conditions.items()):
            yield row


async def addressed_rows(sandbox: Sandbox, request: Request, table: str, columns: Sequence[str]) -> list[sqlite3.Row]:
    """The rows that a request is about: that of its ``_id``, else those that its conditions find."""
    body = await read_json(request)
    if body.get("_id"):
        statement = f"SELECT * FROM {table} WHERE id = ?"
        return sandbox.database.execute(statement, (str(body["_id"]),)).fetchall()
    return list(matching_rows(sandbox, table, columns, {"alike": False, **body}))


def _resembles(value: str, wanted: str, manner: str) -> bool:
    if manner == "regex":
        try:
            return re.search(wanted, value) is not None
        except re.error as error:
            raise Refusal(FAILED) from error
    if manner == "substring_any_case":
        return wanted.lower() in value.lower()
    return wanted in value
