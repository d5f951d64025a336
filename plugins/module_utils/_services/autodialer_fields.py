# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The fields of an autodialer group: what is known of its numbers, and how they get from a file into a task.

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
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Record, Unreadable, decode
from ansible_collections.vox.roster.plugins.module_utils._core.values import (
    clean_phone,
    plain_text,
    read_id,
    read_text,
    trim,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, REFUSED, Failure

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values

MANY = 50  # numbers above which a diff shows a summary
NAMED = 5  # entries that are no numbers of which a message tells
LONGEST_COUNT = 15  # digits
LONGEST_NAMED = 40  # characters that a message shows of such an entry

_MARKER = re.compile(r"\s*\[roster:([0-9a-f]{12})\]\s*$")


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


def is_marked(description: str) -> bool:
    """Whether a description ends with our mark."""
    return _MARKER.search(description) is not None


def clean_description(value: str) -> str:
    """A description; the form of our own mark is not for people."""
    if is_marked(value):
        raise ValueError("ends like the mark that this module keeps there. Leave out the part in brackets.")
    return value.strip()


def clean_numbers(values: Sequence[str]) -> list[str]:
    """Distinct numbers in their order; ValueError names the first entries that are none, and counts the others."""
    numbers: dict[str, None] = {}
    wrong = []
    for position, value in enumerate(values, 1):
        number = _number_of(value)
        if number:
            numbers[number] = None
        else:
            wrong.append(f"{value[:LONGEST_NAMED]!r} (entry {position})")
    if wrong:
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        what = "an entry that is no telephone number" if len(wrong) == 1 else "entries that are no telephone numbers"
        raise ValueError(f"holds {what}: {', '.join(wrong[:NAMED])}{more}.")
    return list(numbers)


def _number_of(value: str) -> str:
    """The number of an entry, empty when it holds none."""
    # A number with a dot may be a fraction that YAML read where quotes are missing, and so lack zeros at either end.
    if "." in value:
        return ""
    try:
        return clean_phone(value)
    except ValueError:
        return ""


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
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_COUNT
    return int(value) if digits else value


FIELDS = (
    Field("id", {"type": "str"}, wire="_id", read=read_id, clean=trim),
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


def read_record(raw: Mapping[str, t.Any]) -> Record:
    """A group in our words, and as the server returned it."""
    values = decode(FIELDS, raw)
    values["description"], digest = split_description(raw.get("description"))
    numbers = raw.get("numbers")
    if isinstance(numbers, list):
        values["numbers"] = [str(read_text(number)) for number in numbers if number is not None]
    else:
        count = values["count"] if isinstance(values["count"], int) else None
        shown = f"{'unknown' if count is None else count} numbers, which the server does not show"
        values["numbers"] = Members(shown, count, digest)
    return Record(values, raw)


def written_description(change: Change) -> str:
    """The description with the digest of the numbers in it, where that is how numbers are compared."""
    after = change.after or {}
    marked = change.policy.get("compare_numbers", "digest") == "digest"
    return join_description(after["description"], digest_of(after["numbers"] or []) if marked else None)


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
    """The desired state with clean numbers in it, those of the file if there is one.

    They are looked at here, and not as a field by itself, since a message about a field shows its whole value.
    """
    path = policy.get("numbers_file")
    if path:
        return {**desired, "numbers": numbers_from_file(path)}
    if "numbers" not in desired:
        return desired
    try:
        return {**desired, "numbers": clean_numbers(desired["numbers"])}
    except ValueError as reason:
        hint = "Write each as digits, perhaps with a plus sign in front, in quotes."
        raise Failure(OPTION, f"'numbers' {reason}", hint=hint) from None


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
