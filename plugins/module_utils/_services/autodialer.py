# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Groups of telephone numbers of the Simotel autodialer: their fields and the calls that hold them.

The numbers of a group can be written and never read back. What is known of them is their count, and a digest that
this collection keeps at the end of the description and hides again.
"""

from __future__ import annotations

import csv
import hashlib
import re
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.vox.roster.plugins.module_utils._core import plan as planning
from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
    Field,
    Record,
    Resource,
    Unreadable,
    decode,
)
from ansible_collections.vox.roster.plugins.module_utils._core.values import clean_phone, plain_text, read_text, trim
from ansible_collections.vox.roster.plugins.module_utils._http import simotel
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    DUPLICATE,
    INVALID,
    OPTION,
    REFUSED,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._http.paging import Page, collect
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

PAGE = 500  # records asked for at once
MANY = 50  # numbers above which a diff shows a summary

_MARKER = re.compile(r"\s*\[roster:([0-9a-f]{12})\]\s*$")
_PATTERN_CHARACTERS = re.compile(r"[\\^$.|?*+()\[\]{}]")


@dataclass(frozen=True)
class Members(Unreadable):
    """All that is known of numbers that cannot be read: how many, and the digest left with the last writing."""

    count: int | None = None
    digest: str | None = None


def digest_of(numbers: Sequence[str]) -> str:
    """A short digest of a set of numbers, the same whatever their order."""
    return hashlib.sha256("\n".join(sorted(set(numbers))).encode("utf-8")).hexdigest()[:12]


def split_description(value: t.Any) -> tuple[t.Any, str | None]:
    """The description as people wrote it, and the digest that was kept at its end."""
    text = read_text(value)
    found = _MARKER.search(text) if isinstance(text, str) else None
    return (text[: found.start()], found.group(1)) if found else (text, None)


def join_description(text: str | None, digest: str | None) -> str:
    """The description as it is written, with the digest at its end."""
    return " ".join(part for part in (text or "", f"[roster:{digest}]" if digest else "") if part)


def clean_description(value: str) -> str:
    """A description; the form of our own mark is not for people."""
    if _MARKER.search(value):
        raise ValueError("ends like the mark that this module keeps there. Leave out the part in brackets.")
    return value.strip()


def clean_numbers(values: Sequence[str]) -> list[str]:
    """Distinct numbers in their order; ValueError names the entry that is none."""
    numbers: dict[str, None] = {}
    for position, value in enumerate(values, 1):
        try:
            number = clean_phone(str(value))
        except ValueError:
            number = ""
        if not number:
            raise ValueError(f"holds {value!r} as entry {position}: that is no telephone number.")
        numbers[number] = None
    return list(numbers)


def shown_numbers(value: t.Any) -> t.Any:
    """The numbers themselves while they are few, then a summary."""
    if not isinstance(value, list) or len(value) <= MANY:
        return value
    return f"{len(value)} numbers, digest {digest_of([str(number) for number in value])}"


def canonical_numbers(value: t.Any) -> t.Any:
    """A set has no order."""
    return sorted(set(value)) if isinstance(value, list) else value


def same_numbers(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    """Equality where the numbers can be read; otherwise what ``compare_numbers`` says."""
    if not isinstance(actual, Members):
        return bool((target or []) == (actual or []))
    if policy["compare_numbers"] == "always":
        return False
    same_count = actual.count is None or actual.count == len(target)
    if policy["compare_numbers"] == "count":
        return actual.count is not None and same_count
    if not target and actual.count == 0:
        return True
    return same_count and actual.digest == digest_of(target)


def read_count(value: t.Any) -> t.Any:
    """A count as an integer."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


FIELDS = (
    Field("id", {"type": "str"}, wire="_id", read=read_text, clean=trim),
    Field(
        "name",
        {"type": "str"},
        read=read_text,
        clean=trim,
        canonical=plain_text,
        needed=True,
        unclearable="A group needs a name.",
    ),
    Field(
        "numbers",
        {"type": "list", "elements": "str"},
        clean=clean_numbers,
        canonical=canonical_numbers,
        same=same_numbers,
        shown=shown_numbers,
        large=True,
        initial=[],
    ),
    Field("description", {"type": "str"}, clean=clean_description, canonical=plain_text, initial=""),
    Field("count", read=read_count),
    Field("date", read=read_text),
)

SEARCH = Operation("search groups", "POST", "autodialer/groups/search")
UPLOAD = Operation("upload numbers", "POST", "autodialer/groups/upload", WRITE)
ADD = Operation("add group", "POST", "autodialer/groups/add", CREATE)
UPDATE = Operation("update group", "POST", "autodialer/groups/update", WRITE)
REMOVE = Operation("remove group", "POST", "autodialer/groups/remove", WRITE)


class GroupClient:
    """The calls of ``/autodialer/groups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """One search for one name; the whole list for several, and for an id, which cannot be searched for.

        A server that searches by pattern does not find a name with pattern characters in it, so for such a name
        finding nothing proves nothing.
        """
        name = wanted[0].get("name") if len(wanted) == 1 and "id" not in wanted[0] else None
        if not name:
            return self._search("")
        patterned = _PATTERN_CHARACTERS.search(name)
        try:
            found = self._search(name)
        except Failure as failure:
            if failure.kind != INVALID or not patterned:
                raise
            found = []
        if patterned and not any(_is_named(record, name) for record in found):
            found = self._search("")
        return found

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All groups."""
        return self._search("")

    @staticmethod
    def is_own(record: Record) -> bool:
        """API accounts are no groups."""
        return False

    def create(self, change: Change) -> Values:
        """Add a group, and see to it that it is the only one of its name, which the server does not promise."""
        after = change.after or {}
        numbers = after["numbers"] or []
        body = {"name": after["name"], "description": _description(change)}
        if change.policy.get("numbers_file") and numbers:
            content = "".join(f"{number}\n" for number in numbers)
            told = self._connection.call(UPLOAD, files={"file": ("numbers.csv", content, "text/csv")})
            body["filename"] = _text_of(told, "filename", UPLOAD)
        else:
            body["numbers"] = numbers
        told = self._connection.call(ADD, body=body)
        try:
            return self._only_one(change, told.get("_id") if isinstance(told, dict) else None)
        except Failure as failure:
            if failure.kind != DUPLICATE:
                # The group was added, so whoever wants to know more has to look again.
                failure.acted = None
            raise

    def update(self, change: Change) -> Values:
        """Write the whole group, since leaving the numbers out may empty it."""
        after, record = change.after or {}, change.record
        body = {
            "_id": record.values["id"] if record else None,
            "name": after["name"],
            "numbers": after["numbers"] or [],
            "description": _description(change),
        }
        self._connection.call(UPDATE, body=body)
        return {}

    def delete(self, change: Change) -> None:
        """Remove a group by its id."""
        if change.record:
            self._remove(change.record)

    def _remove(self, record: Record) -> None:
        try:
            self._connection.call(REMOVE, body={"_id": record.values["id"]})
        except Failure as failure:
            # A server may answer failure for an id that has gone, perhaps with a first answer that was lost.
            left = self.candidates([record.values]) if failure.kind == INVALID else [record]
            if any(one.values["id"] == record.values["id"] for one in left):
                raise

    def _only_one(self, change: Change, told_id: t.Any) -> Values:
        """The new group as a search finds it.

        Of several groups of the name, all made since the group was looked for and found missing, the one with the
        lowest id stays. Every run that sees several decides alike, so that one remains.
        """
        found = sorted(
            (record for record in self.candidates([change.desired]) if _is_named(record, change.desired["name"])),
            key=lambda record: str(record.values["id"]),
        )
        if not found:
            raise Failure(
                BROKEN,
                f"the server said that {change.label} was added, but a search does not find it",
                operation=SEARCH.name,
                hint="Look at the group in the panel, then run the task again.",
                acted=None,
            )
        for surplus in found[1:]:
            self._remove(surplus)
        if found[0].values["id"] != told_id and (told_id or len(found) > 1):
            raise Failure(
                DUPLICATE,
                f"{change.label} was added by another run at the same time",
                operation=ADD.name,
                acted=False if told_id else None,
            )
        values = found[0].values
        wanted = len((change.after or {})["numbers"] or [])
        if change.policy.get("numbers_file") and wanted and values["count"] not in (None, wanted):
            # The file did not become the list of numbers, so the list is written outright.
            self.update(replace(change, record=found[0]))
        return {"id": values["id"], "date": values["date"]}

    def _search(self, name: str) -> list[Record]:
        def fetch(start: int) -> Page:
            body = {
                "alike": not name,
                "conditions": {"name": name, "description": ""},
                "pagination": {"start": start, "count": PAGE, "sorting": {}},
            }
            return _page(self._connection.call(SEARCH, body=body))

        return [_record(raw) for raw in collect(fetch, lambda raw: raw.get("_id"), PAGE)]


def _description(change: Change) -> str:
    """The description with the digest of the numbers in it, where that is how numbers are compared."""
    after = change.after or {}
    marked = change.policy.get("compare_numbers", "digest") == "digest"
    return join_description(after["description"], digest_of(after["numbers"] or []) if marked else None)


def _page(found: t.Any) -> Page:
    total = None
    if isinstance(found, dict):
        pagination = found.get("pagination")
        total = read_count(pagination.get("total")) if isinstance(pagination, dict) else None
        found = found.get("data")
    records = found or []
    if not isinstance(records, list) or not all(isinstance(raw, dict) for raw in records):
        raise Failure(BROKEN, "the server's list of groups is not a list of records", operation=SEARCH.name)
    return Page(records, total if isinstance(total, int) else None)


def _record(raw: dict[str, t.Any]) -> Record:
    values = decode(FIELDS, raw)
    values["description"], digest = split_description(raw.get("description"))
    numbers = raw.get("numbers")
    if isinstance(numbers, list):
        values["numbers"] = [read_text(number) for number in numbers]
    else:
        count = values["count"] if isinstance(values["count"], int) else None
        shown = f"{'unknown' if count is None else count} numbers, which the server does not show"
        values["numbers"] = Members(shown, count, digest)
    return Record(values, raw)


def _is_named(record: Record, name: str) -> bool:
    return bool(plain_text(record.values["name"]) == plain_text(name))


def _text_of(told: t.Any, name: str, operation: Operation) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    if not isinstance(value, str) or not value:
        raise Failure(BROKEN, f"the server's answer lacks '{name}'", operation=operation.name)
    return value


def numbers_from_file(path: str) -> list[str]:
    """The numbers of a CSV file with one number a row and no header; Failure names the row that holds none."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as exception:
        raise Failure(OPTION, f"'numbers_file' is {path!r}, which cannot be read: {exception}") from None
    hint = "Write one number a row, in a single column and without a header."
    if not rows:
        # An export that went wrong is likelier than the wish to empty a group this way.
        raise Failure(OPTION, f"'numbers_file' {path!r} holds no numbers", hint="To empty a group give 'numbers: []'.")
    for position, row in enumerate(rows, 1):
        if len(row) != 1:
            raise Failure(OPTION, f"row {position} of 'numbers_file' {path!r} has {len(row)} columns", hint=hint)
    try:
        return clean_numbers([row[0] for row in rows])
    except ValueError as reason:
        raise Failure(OPTION, f"'numbers_file' is {path!r}, which {reason}", hint=hint) from None


def examine(desired: Values, policy: Policy) -> Values:
    """The desired state with the numbers of the file in it."""
    path = policy.get("numbers_file")
    return {**desired, "numbers": numbers_from_file(path)} if path else desired


def review(change: Change, policy: Policy) -> Change:
    """Refuse to change a group whose numbers would be lost, and predict the count."""
    if change.after is None:
        return change
    numbers = change.after.get("numbers")
    if change.action == planning.UPDATE and isinstance(numbers, Members):
        if numbers.count != 0:
            raise Failure(
                REFUSED,
                f"{change.label} cannot be changed without its numbers: the server may empty a group when they are "
                "left out, and does not show them",
                code="incomplete",
                hint="Give 'numbers' or 'numbers_file' together with the other options.",
            )
        numbers = []
    if isinstance(numbers, list):
        count = change.after["count"] if change.action == planning.NOTHING else len(numbers)
        return replace(change, after={**change.after, "numbers": numbers, "count": count})
    return change


def _connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> GroupClient:
    return GroupClient(simotel.connect(params, "autodialer", read_only, redactor))


GROUP = Resource(
    service="autodialer",
    name="group",
    fields=FIELDS,
    keys=("id", "name"),
    connection=simotel.ARGUMENTS,
    connect=_connect,
    policies=ArgumentSpec(
        {
            "numbers_file": {"type": "path"},
            "compare_numbers": {"type": "str", "choices": ["digest", "count", "always"], "default": "digest"},
        },
    ),
    rules=ArgumentSpec(mutually_exclusive=(("numbers", "numbers_file"),)),
    per_item=("numbers_file",),
    examine=examine,
    review=review,
)
