# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: what has to change, and what must not."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values
from ansible_collections.vox.roster.plugins.module_utils._core.plan import (
    CREATE,
    DELETE,
    NOTHING,
    UPDATE,
    Change,
    Index,
    identify,
    is_blank,
    label_of,
    plan,
)
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Record, decode
from ansible_collections.vox.roster.plugins.module_utils._http.errors import NOT_FOUND, REFUSED, Failure
from ansible_collections.vox.roster.tests.unit.made_up import FIELDS, MASKED, PERSON, Service, person

SARA = {"email": "sara@example.com"}


def records(*raws: t.Any) -> list[Record]:
    return [Record(decode(FIELDS, raw), raw) for raw in raws]


def planned(desired: dict[str, t.Any], *raws: t.Any, state: str = PRESENT, **policy: t.Any) -> Change:
    return plan(PERSON, state, desired, Index(PERSON, records(*raws)), policy)


def refusal(desired: dict[str, t.Any], *raws: t.Any, state: str = PRESENT, **policy: t.Any) -> Failure:
    change = planned(desired, *raws, state=state, **policy)
    assert change.action == NOTHING
    assert change.refusal is not None
    assert change.refusal.service == "demo"
    return change.refusal


# Creation


def test_a_new_record_gets_its_initial_values() -> None:
    change = planned({**SARA, "name": "Sara", "tags": ["a"], "note": ""})
    assert change.action == CREATE
    assert change.label == "person sara@example.com"
    assert (change.before, change.record) == (None, None)
    assert change.after == {
        **{one.name: None for one in FIELDS},
        "email": "sara@example.com",
        "name": "Sara",
        "tags": ["a"],
        "note": "",
        "active": True,
        "badge": "badge of Sara",
    }
    assert set(change.differing) == {"email", "name", "tags", "active", "badge"}


def test_a_new_record_needs_some_values() -> None:
    failure = refusal({"phone": "1"})
    assert (failure.kind, failure.code) == (REFUSED, "incomplete")
    assert str(failure) == (
        "demo: person 1 does not exist and cannot be created without 'email', 'name'. "
        "Give 'email', 'name', or correct the key if the person should exist."
    )


def test_an_id_cannot_be_wished_for() -> None:
    failure = refusal({"id": "7", **SARA, "name": "Sara"})
    assert failure.kind == NOT_FOUND
    assert failure.message == "there is no person with id 7"


# Comparison


SAME: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    ({"email": "SARA@example.com"}, {}),
    ({"name": "Sara"}, {"name": " Sara "}),
    ({"name": "Zo\u00eb"}, {"name": "Zoe\u0308"}),
    ({"phone": "+98 21 (123)".replace(" ", "")}, {"phone": "9821123"}),
    ({"active": True}, {"active": "Yes"}),
    ({"active": False}, {"active": 0}),
    ({"tags": ["b", "a"]}, {"tags": ["a", "b"]}),
    ({"tags": []}, {"tags": ""}),
    ({"note": ""}, {"note": None}),
    ({"note": ""}, {}),
    ({"colour": "RED"}, {"colour": "red"}),
    ({"secret": "other"}, {}),
    ({"id": "1"}, {"_id": 1}),
]


@pytest.mark.parametrize("desired, raw", SAME)
def test_nothing_to_do(desired: dict[str, t.Any], raw: dict[str, t.Any]) -> None:
    change = planned({**SARA, **desired}, person(**raw))
    assert (change.action, change.differing, change.refusal) == (NOTHING, (), None)


DIFFERENT: list[tuple[dict[str, t.Any], dict[str, t.Any], str]] = [
    ({"name": "Sarah"}, {}, "name"),
    ({"phone": "1"}, {"phone": "2"}, "phone"),
    ({"active": False}, {}, "active"),
    ({"active": True}, {"active": None}, "active"),
    ({"active": True}, {"active": "perhaps"}, "active"),
    ({"tags": ["a"]}, {"tags": ["a", "b"]}, "tags"),
    ({"tags": []}, {"tags": ["a"]}, "tags"),
    ({"note": ""}, {"note": "x"}, "note"),
    ({"colour": "red"}, {}, "colour"),
    ({"secret": "first"}, {"secret": None}, "secret"),
]


@pytest.mark.parametrize("desired, raw, name", DIFFERENT)
def test_a_difference(desired: dict[str, t.Any], raw: dict[str, t.Any], name: str) -> None:
    change = planned({**SARA, **desired}, person(**raw))
    assert (change.action, change.differing) == (UPDATE, (name,))
    assert change.before is not None and change.after is not None
    assert change.after[name] == desired[name]
    assert {**change.after, name: change.before.get(name)} == change.before, "nothing else changes"


def test_what_is_not_given_is_left_alone() -> None:
    assert planned(SARA, person(note="kept", tags=["kept"], colour="red")).action == NOTHING


def test_tags_can_be_added_to() -> None:
    assert planned({**SARA, "tags": ["b", "c"]}, person(tags=["a", "b"]), append=True).after["tags"] == ["a", "b", "c"]  # type: ignore[index]
    assert planned({**SARA, "tags": ["b"]}, person(tags=["a", "b"]), append=True).action == NOTHING


def test_a_masked_secret_changes_only_on_demand() -> None:
    kept = planned({**SARA, "secret": "new", "name": "S"}, person())
    assert kept.differing == ("name",)
    assert kept.before is not None and kept.before["secret"] is MASKED
    written = planned({**SARA, "secret": "new"}, person(), update_secret="always")
    assert written.differing == ("secret",)


# What cannot be


def test_a_fixed_value_is_named_with_both_values_and_the_way_out() -> None:
    failure = refusal({**SARA, "colour": "blue"}, person(colour="red"))
    assert (failure.kind, failure.code) == (REFUSED, "fixed")
    assert str(failure) == (
        "demo: 'colour' of person sara@example.com is 'red' and cannot become 'blue'. Delete and create anew."
    )


def test_a_fixed_secret_is_not_told() -> None:
    failure = refusal({**SARA, "pin": "mark-1"}, person(pin="mark-2"))
    assert str(failure) == "demo: 'pin' of person sara@example.com cannot change. Make a new badge."


@pytest.mark.parametrize("name", ["name", "secret"])
def test_a_value_that_must_not_be_empty(name: str) -> None:
    failure = refusal({**SARA, name: ""}, person(), update_secret="always")
    assert failure.code == "unclearable"
    assert failure.message == f"'{name}' of person sara@example.com cannot be emptied"


# Absence


def test_absent() -> None:
    change = planned(SARA, person(), state=ABSENT)
    assert (change.action, change.after) == (DELETE, None)
    assert change.record is not None and change.record.raw["_id"] == "1"
    assert planned(SARA, state=ABSENT).action == NOTHING
    assert planned({"id": "9"}, person(), state=ABSENT).action == NOTHING


# Who is meant


def test_the_first_key_given_decides() -> None:
    assert label_of(PERSON, {"phone": "1", "email": "a@b.cd"}) == "person a@b.cd"
    assert label_of(PERSON, {"id": "4", "email": "a@b.cd"}) == "person with id 4"
    index = Index(PERSON, records(person(), person(_id="2", mail="b@example.com", phone="5")))
    found = identify(PERSON, {"id": "2", "email": "new@example.com"}, index)
    assert found is not None and found.raw["_id"] == "2"
    assert identify(PERSON, {"email": "none@example.com"}, index) is None


@pytest.mark.parametrize("state", [PRESENT, ABSENT])
def test_more_than_one_match_is_an_error(state: str) -> None:
    failure = refusal(SARA, person(), person(_id="2", mail="sara@EXAMPLE.com"), state=state)
    assert failure.code == "ambiguous"
    assert "2 persons have the email 'sara@example.com' (ids 1, 2)" in failure.message
    assert "'id'" in failure.hint


@pytest.mark.parametrize("state", [PRESENT, ABSENT])
def test_keys_of_two_records_are_an_error(state: str) -> None:
    failure = refusal({**SARA, "phone": "5"}, person(), person(_id="2", mail="b@example.com", phone="5"), state=state)
    assert failure.code == "conflict"
    assert failure.message == (
        "the email 'sara@example.com' belongs to the person with id 1, "
        "but the phone '5' belongs to the person with id 2"
    )


def test_an_id_does_not_take_over_the_key_of_somebody_else() -> None:
    other = person(_id="2", mail="b@example.com")
    failure = refusal({"id": "1", "email": "B@example.com"}, person(), other)
    assert str(failure) == (
        "demo: person with id 1 cannot get the email 'B@example.com', which belongs to the person with id 2. "
        "Correct 'id' or 'email', or change the other person first."
    )


def test_a_second_key_of_somebody_else_prevents_a_creation() -> None:
    failure = refusal({**SARA, "name": "Sara", "phone": "5"}, person(_id="2", mail="b@example.com", phone="5"))
    assert failure.message == (
        "no person has the email 'sara@example.com', but the phone '5' belongs to the person with id 2"
    )


def test_a_second_key_that_is_cleared_concerns_nobody() -> None:
    change = planned({**SARA, "phone": ""}, person(phone="5"), person(_id="2", mail="b@example.com"))
    assert change.differing == ("phone",)


@pytest.mark.parametrize("strange", [["sara@example.com"], {"a": 1}, 7, True, None, "", MASKED])
def test_keys_of_unexpected_types_match_nobody(strange: t.Any) -> None:
    assert planned({**SARA, "name": "Sara"}, person(mail=strange)).action == CREATE


def test_blank() -> None:
    values: list[t.Any] = [None, "", [], {}, False, 0, " ", [0]]
    assert [is_blank(value) for value in values] == [True] * 4 + [False] * 4


# What a service adds


def test_a_review_may_warn_and_refuse() -> None:
    warned = PERSON._replace(review=lambda change, policy: replace(change, warnings=("look out",)))
    assert plan(warned, PRESENT, SARA, Index(warned, records(person())), {}).warnings == ("look out",)

    def refuse(change: Change, policy: t.Any) -> Change:
        raise Failure(REFUSED, "not today", "own", "own check")

    refused = PERSON._replace(review=refuse)
    change = plan(refused, ABSENT, SARA, Index(refused, records(person())), {})
    assert (change.action, str(change.refusal)) == (NOTHING, "own own check: not today.")


def test_fields_are_found_by_name() -> None:
    assert PERSON.field_named("email").wire_name == "mail"
    with pytest.raises(KeyError):
        PERSON.field_named("nothing")


def test_arguments_of_the_module() -> None:
    spec = PERSON.arguments()
    assert set(spec.arguments) == {one.name for one in FIELDS if one.argument} | {
        "state",
        "retries",
        "append",
        "update_secret",
    }
    assert spec.required_one_of == (("id", "email", "phone"),)


# On any values


TEXT = some.text(some.characters(codec="utf-8"), max_size=6)
MAYBE_TEXT = some.one_of(some.none(), TEXT)
PHONE = some.one_of(some.none(), some.text("0123456789", max_size=6))
TAGS = some.one_of(some.none(), some.lists(some.sampled_from("abcd"), unique=True))
OPTIONS = some.fixed_dictionaries(
    {"email": some.sampled_from(["sara@example.com", "SARA@example.com", "reza@example.com"]), "name": TEXT},
    optional={
        "phone": PHONE,
        "secret": TEXT,
        "colour": MAYBE_TEXT,
        "active": some.booleans(),
        "badge": MAYBE_TEXT,
        "tags": TAGS,
        "numbers": TAGS,
        "note": MAYBE_TEXT,
    },
)
RAWS = some.fixed_dictionaries(
    {"_id": some.just("1"), "mail": some.just("Sara@example.com"), "name": TEXT},
    optional={
        "phone": some.one_of(PHONE, some.integers(0, 99)),
        "secret": TEXT,
        "active": some.sampled_from(["yes", "no", 1, 0, None, True, "?"]),
        "tags": some.one_of(TAGS, some.just("")),
        "note": MAYBE_TEXT,
        "more": some.integers(),
    },
)
POLICIES = some.fixed_dictionaries(
    {"append": some.booleans(), "update_secret": some.sampled_from(["on_create", "always"])}
)


@given(OPTIONS, some.lists(RAWS, max_size=1), POLICIES)
@settings(max_examples=200, deadline=None, database=None)
def test_after_a_plan_is_carried_out_nothing_is_left_to_do(
    options: dict[str, t.Any], raws: list[dict[str, t.Any]], policy: dict[str, t.Any]
) -> None:
    service = Service(*raws)
    try:
        desired = desired_values(PERSON, PRESENT, options)
    except Failure:
        assume(False)
        raise
    change = plan(PERSON, PRESENT, desired, Index(PERSON, service.candidates([desired])), policy)
    if change.refusal:
        return
    untouched = {name: raw for name, raw in (raws[0] if raws else {}).items() if name == "more"}
    if change.action == CREATE:
        service.create(change)
    elif change.action == UPDATE:
        service.update(change)
        assert untouched.items() <= service.records["1"].items()
    again = plan(
        PERSON, PRESENT, desired, Index(PERSON, service.candidates([desired])), {**policy, "update_secret": ""}
    )
    assert (again.action, again.refusal) == (NOTHING, None)
