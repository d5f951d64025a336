# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One item in one task: the kinds, hints and words of refusals and warnings, which playbooks and people rely on."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core import values
from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome, carry_out
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change, Index, canonical_of, plan
from ansible_collections.vox.roster.plugins.module_utils._core.plural import settle_many
from ansible_collections.vox.roster.plugins.module_utils._core.report import LONGEST_TEXT, tidied
from ansible_collections.vox.roster.plugins.module_utils._core.report_of_many import LONGEST_MESSAGE, changes
from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
    PRESENT,
    Field,
    Record,
    Unreadable,
    decode,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    HINTS,
    INVALID,
    OPTION,
    REFUSED,
    SERVER,
    TIMEOUT,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.retry import FIRST_PAUSE
from ansible_collections.vox.roster.tests.unit.made_up import FIELDS, PERSON, Service, failing, person

Options = dict[str, t.Any]
NEW = {"email": "reza@example.com", "name": "Reza"}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


def lost(kind: str = BROKEN, **more: t.Any) -> Failure:
    return Failure(kind, "broke", "demo", "create person", **{"acted": None, "retryable": True, **more})


def records(*raws: Options) -> list[Record]:
    return [Record(decode(FIELDS, raw), raw) for raw in raws]


def refusal(desired: Options, *raws: Options, **policy: t.Any) -> Failure:
    change = plan(PERSON, PRESENT, desired, Index(PERSON, records(*raws)), policy)
    assert change.refusal is not None
    return change.refusal


# The plan


BOTH = person(phone="11"), person(_id="2", mail="reza@example.com", phone="22")
CONFLICTS: list[tuple[Options, str, str]] = [
    (
        {"email": "sara@example.com", "phone": "22"},
        "the email 'sara@example.com' belongs to the person with id 1, "
        "but the phone '22' belongs to the person with id 2",
        "These are two persons: correct 'email' or 'phone', or leave one of them out.",
    ),
    (
        {"email": "new@example.com", "phone": "22"},
        "no person has the email 'new@example.com', but the phone '22' belongs to the person with id 2",
        "If both are the same person, address it with 'id'; otherwise correct 'phone'.",
    ),
    (
        {"id": "1", "phone": "22"},
        "person with id 1 cannot get the phone '22', which belongs to the person with id 2",
        "Correct 'id' or 'phone', or change the other person first.",
    ),
]


@pytest.mark.parametrize("desired, message, hint", CONFLICTS)
def test_a_conflict_names_both_and_the_way_out(desired: Options, message: str, hint: str) -> None:
    failure = refusal(desired, *BOTH)
    assert (failure.kind, failure.code) == (REFUSED, "conflict")
    assert (failure.message, failure.hint) == (message, hint)


def test_what_cannot_be_emptied_says_why() -> None:
    failure = refusal({"email": "sara@example.com", "name": ""}, person())
    assert (failure.kind, failure.code, failure.hint) == (REFUSED, "unclearable", "People have names.")
    assert failure.message == "'name' of person sara@example.com cannot be emptied"


def test_what_cannot_be_compared_is_no_key() -> None:
    assert canonical_of(PERSON, "email", "SARA@example.com") == "sara@example.com"
    assert canonical_of(PERSON, "email", ["sara@example.com"]) is None
    assert canonical_of(PERSON, "email", Unreadable()) is None


def test_a_value_that_cannot_be_read_and_stays_is_shown_as_wanted() -> None:
    change = plan(PERSON, PRESENT, {"email": "sara@example.com", "secret": "x"}, Index(PERSON, records(person())), {})
    assert change.after is not None and change.after["secret"] == "x"
    assert change.differing == ()


# Carrying out


def carried_out(service: Service, resource: t.Any = PERSON, retries: int = 3, **policy: t.Any) -> Outcome:
    index = Index(resource, service.candidates([]))
    return carry_out(resource, service, plan(resource, PRESENT, dict(NEW, pin="7", note="n"), index, policy), retries)


ONCE = PERSON._replace(fields=tuple(one._replace(write_once=one.name in ("pin", "badge")) for one in FIELDS))


def test_what_can_be_given_only_once_is_warned_of_when_the_answer_was_lost() -> None:
    service = Service()
    service.after["create"] = [failing(lost())]
    outcome = carried_out(service, ONCE)
    assert outcome.failure is None and outcome.changed
    assert outcome.change.warnings == (
        "The answer to the creation of person reza@example.com was lost: pin may not be set.",
    )
    assert outcome.values is not None and (outcome.values["id"], outcome.values["note"]) == ("1", "n")
    assert outcome.change.after is not None and outcome.change.after["note"] == "n"
    both = ONCE._replace(fields=tuple(one._replace(write_once=one.name in ("pin", "note")) for one in FIELDS))
    service = Service()
    service.after["create"] = [failing(lost())]
    assert "was lost: pin, note may not be set." in carried_out(service, both).change.warnings[0]
    service = Service()
    service.after["create"] = [failing(lost())]
    assert carried_out(service).change.warnings == ()


def test_what_was_adopted_is_compared_by_the_policy_of_the_item() -> None:
    for policy, updates in (({}, 0), ({"update_secret": "always"}, 1)):
        service = Service()
        service.before["create"] = [failing(lost(acted=False, kind="duplicate"))]
        change = plan(PERSON, PRESENT, {**NEW, "secret": "s"}, Index(PERSON, []), policy)
        service.records["9"] = person(_id="9", mail="reza@example.com", name="Reza", secret="other")
        outcome = carry_out(PERSON, service, change, 0)
        assert outcome.failure is None
        assert service.calls.count("update") == updates
        assert outcome.changed is bool(updates)


def test_what_a_second_look_tells_of_the_creation_before_it() -> None:
    for acted in (None, False):
        service = Service()
        service.before["create"] = [failing(lost(acted=acted, kind="duplicate"))]
        change = plan(PERSON, PRESENT, NEW, Index(PERSON, []), {})
        service.before["read"] = [failing(Failure(TIMEOUT, "slow", acted=False))]
        outcome = carry_out(PERSON, service, change, 0)
        assert outcome.failure is not None and (outcome.failure.kind, outcome.failure.acted) == (TIMEOUT, acted)
        service = Service(*[person(_id=str(number), mail="reza@example.com") for number in range(2)])
        service.before["create"] = [failing(lost(acted=acted, kind="duplicate"))]
        outcome = carry_out(PERSON, service, change, 0)
        assert outcome.failure is not None and (outcome.failure.code, outcome.failure.acted) == ("ambiguous", acted)


def test_the_last_look_is_taken_soon(slept: list[float]) -> None:
    service = Service()
    service.before["create"] = [failing(lost(retry_after=7.0))] * 2
    carried_out(service, retries=1)
    assert slept == [7.0, FIRST_PAUSE]


@pytest.mark.parametrize("kind, kept", [(SERVER, False), (TIMEOUT, True)])
def test_doubt_keeps_the_hint_that_helps(kind: str, kept: bool) -> None:
    service = Service(person())
    service.before["update"] = [failing(lost(kind, hint=HINTS[kind]))]
    index = Index(PERSON, service.candidates([]))
    outcome = carry_out(
        PERSON, service, plan(PERSON, PRESENT, {"email": "sara@example.com", "note": "x"}, index, {}), 0
    )
    assert outcome.failure is not None
    again = "Run the task again: it reads first and does only what is missing."
    assert outcome.failure.hint == (f"{again} {HINTS[kind]}" if kept else again)


# Many


WORK: Options = {
    "purge": False,
    "purge_filter": None,
    "purge_limit": None,
    "concurrency": 1,
    "on_error": "continue",
    "requests_per_minute": 0,
    "retries": 0,
    "append": False,
    "update_secret": "on_create",
}
SENSELESS = [("concurrency", 0, 1), ("requests_per_minute", -1, 0), ("purge_limit", -1, 0)]


@pytest.mark.parametrize("name, value, least", SENSELESS)
def test_work_that_makes_no_sense(name: str, value: int, least: int) -> None:
    with pytest.raises(Failure) as caught:
        settle_many(PERSON, {**WORK, "persons": [], name: value}, False, Redactor())
    failure = caught.value
    assert (failure.kind, failure.message) == (OPTION, f"'{name}' is {value}")
    assert failure.hint == f"Give {least} or more."


def test_the_client_is_told_whether_it_may_write_and_what_is_secret() -> None:
    told: list[t.Any] = []
    redactor = Redactor()

    def connect(params: t.Any, read_only: bool, hidden: Redactor) -> Service:
        told.append((params["marker"], read_only, hidden is redactor))
        return Service()

    resource = PERSON._replace(connect=connect)
    for check_mode in (True, False):
        settle_many(resource, {**WORK, "persons": [], "marker": "m"}, check_mode, redactor)
    assert told == [("m", True, True), ("m", False, True)]


def test_items_come_before_what_a_purge_removes() -> None:
    service = Service(person(), person(_id="2", mail="other@example.com"))
    params = {**WORK, "persons": [{"state": PRESENT, "email": "sara@example.com", "name": "S"}], "purge": True}
    outcomes = settle_many(PERSON, {**params, "service": service}, True, Redactor())
    assert [outcome and outcome.change.label for outcome in outcomes] == [
        "person sara@example.com",
        "person other@example.com",
    ]


def test_the_task_says_how_often_to_try_again() -> None:
    service = Service()
    service.before["create"] = [failing(lost(SERVER))] * 2
    params = {**WORK, "persons": [{"state": PRESENT, **NEW}], "service": service, "retries": 2, "concurrency": 3}
    (outcome,) = settle_many(PERSON, params, False, Redactor())
    assert outcome is not None and outcome.failure is None
    assert service.calls.count("create") == 3


def test_a_long_message_of_one_of_many_is_cut() -> None:
    failure = Failure(INVALID, "x" * 10000, "demo", hint="y")
    told = changes([Outcome(Change("create", "one", {}), None, False, failure)])["failed"][0]["failure"]
    assert told == {**failure.as_result(), "message": "x" * LONGEST_MESSAGE}


# Messages


def test_messages_are_made_fit_to_print() -> None:
    bad = "a\x1b[2J\u202eb\x00\ud800c\nd" + "x" * 9000
    good = ("a [2J b c\nd" + "x" * 9000)[:LONGEST_TEXT]
    failure = {**Failure(REFUSED, bad, "demo", request_id=t.cast("str", ["\x1b"]), code=None).as_result(), "hint": bad}
    result = tidied(
        {
            "changed": False,
            "msg": bad,
            "failure": failure,
            "warnings": [bad, "fine"],
            "record": {"note": bad},
            "changes": {"created": [bad], "failed": [{"item": "one", "failure": failure}]},
        }
    )
    assert (result["msg"], result["warnings"]) == (good, [good, "fine"])
    assert result["record"] == {"note": bad}, "what a service holds is shown as it is"
    assert result["failure"] == {**failure, "message": good, "hint": good, "request_id": "['\\x1b']", "code": REFUSED}
    assert result["changes"] == {"created": [bad], "failed": [{"item": "one", "failure": result["failure"]}]}


def test_messages_that_are_not_there_stay_away() -> None:
    assert tidied({"changed": True, "warnings": []}) == {"changed": True, "warnings": []}
    without = {**Failure(REFUSED, "x").as_result(), "request_id": None}
    assert tidied({"warnings": [], "failure": without})["failure"]["request_id"] is None
    assert tidied({"warnings": [], "changes": None})["changes"] is None


# Values


@pytest.mark.parametrize("number", ["1" * 18, "+1" + "2" * 16])
def test_the_longest_number(number: str) -> None:
    assert values.clean_phone(number) == number
    with pytest.raises(ValueError) as caught:
        values.clean_phone(number + "1")
    assert str(caught.value) == "is no telephone number: it has more than 18 digits."


def test_what_is_said_of_numbers() -> None:
    for text in ("1,2", "1;2", "1\t2", "1\n2", "1\r2"):
        with pytest.raises(ValueError) as caught:
            values.clean_phone(text)
        assert str(caught.value) == "is more than one telephone number. Give each as an entry of its own."
    for text in ("12X", "X", "one"):
        with pytest.raises(ValueError) as caught:
            values.clean_phone(text)
        assert str(caught.value) == "is no telephone number. Write digits, perhaps with a plus sign in front."
    with pytest.raises(ValueError) as caught:
        values.clean_e164("0912")
    assert str(caught.value) == (
        "is no number in international form. Write a plus sign, the country code and the number, all in quotes: "
        "without them YAML drops the plus sign."
    )


def test_a_field_is_known_by_its_name() -> None:
    assert PERSON.field_named("note") is next(one for one in FIELDS if one.name == "note")
    with pytest.raises(KeyError, match="nothing"):
        PERSON.field_named("nothing")
    assert (Field("a").wire_name, Field("a", wire="b").wire_name) == ("a", "b")
