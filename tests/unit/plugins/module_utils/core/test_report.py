# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown of records and changes."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.plan import Index, plan
from ansible_collections.vox.roster.plugins.module_utils._core.report import diff, shown_record
from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
    ABSENT,
    PRESENT,
    Record,
    Unreadable,
    decode,
)
from ansible_collections.vox.roster.tests.unit.made_up import FIELDS, PERSON, person


def diff_of(desired: dict[str, t.Any], *raws: t.Any, state: str = PRESENT, **policy: t.Any) -> dict[str, t.Any]:
    records = [Record(decode(FIELDS, raw), raw) for raw in raws]
    change = plan(PERSON, state, {"email": "sara@example.com", **desired}, Index(PERSON, records), policy)
    assert change.refusal is None
    return diff(PERSON, change)


def test_a_record_shows_every_field_but_secrets_and_large_ones() -> None:
    shown = shown_record(PERSON, {"id": "1", "email": "a@b.cd", "secret": "s", "pin": "p", "numbers": ["1"]})
    assert shown is not None
    assert set(shown) == {one.name for one in FIELDS} - {"secret", "pin", "numbers"}
    assert (shown["id"], shown["note"]) == ("1", None)
    assert shown_record(PERSON, None) is None


def test_what_cannot_be_read_is_none() -> None:
    shown = shown_record(PERSON, {"tags": Unreadable()})
    assert shown is not None and shown["tags"] is None


def test_diff_of_a_creation() -> None:
    shown = diff_of({"name": "Sara", "secret": "mark-1", "numbers": ["1", "2"]})
    assert shown == {
        "before_header": "person sara@example.com",
        "after_header": "person sara@example.com",
        "before": {},
        "after": {
            "email": "sara@example.com",
            "name": "Sara",
            "secret": "(hidden, new value)",
            "active": True,
            "badge": "badge of Sara",
            "numbers": "2 numbers",
        },
    }


def test_diff_of_an_update_shows_that_a_secret_changes_but_not_the_secret() -> None:
    shown = diff_of({"secret": "mark-1", "note": "new"}, person(pin="mark-2", note="old"), update_secret="always")
    assert (shown["before"]["secret"], shown["after"]["secret"]) == ("(hidden, present value)", "(hidden, new value)")
    assert shown["before"]["pin"] == shown["after"]["pin"] == "(hidden)"
    assert (shown["before"]["note"], shown["after"]["note"]) == ("old", "new")
    assert "mark" not in str(shown)


def test_diff_of_a_deletion() -> None:
    shown = diff_of({}, person(pin="mark-2"), state=ABSENT)
    assert shown["after"] == {}
    assert shown["before"]["name"] == "Sara"
    assert "mark" not in str(shown)


def test_what_cannot_be_read_has_a_word_in_a_diff() -> None:
    change = plan(
        PERSON,
        PRESENT,
        {"email": "a@b.cd", "note": "x"},
        Index(
            PERSON,
            [
                Record({"id": "1", "email": "a@b.cd", "tags": Unreadable("(hidden by the server)")}, {}),
            ],
        ),
        {},
    )
    assert diff(PERSON, change)["before"]["tags"] == "(hidden by the server)"
    assert str(Unreadable()) == "(not readable)"
