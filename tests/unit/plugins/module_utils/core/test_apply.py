# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out a plan, also when answers are lost."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from functools import partial

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome, carry_out, in_steps, predict
from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, DELETE, UPDATE, Change, Index, plan
from ansible_collections.vox.roster.plugins.module_utils._core.report import diff
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    DUPLICATE,
    INVALID,
    SERVER,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.retry import FIRST_PAUSE, LONGEST_RETRY_AFTER
from ansible_collections.vox.roster.tests.unit.made_up import PERSON, Service, failing, person

NEW = {"email": "reza@example.com", "name": "Reza"}
SARA = {"email": "sara@example.com"}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


def lost(**more: t.Any) -> Failure:
    return Failure(BROKEN, "broke", "demo", "create person", acted=None, **{"retryable": True, **more})


def change_for(service: Service, desired: t.Any, state: str = PRESENT, **policy: t.Any) -> Change:
    return plan(PERSON, state, desired, Index(PERSON, service.candidates([desired])), policy)


def carried_out(service: Service, desired: t.Any, state: str = PRESENT, retries: int = 3, **policy: t.Any) -> Outcome:
    change = change_for(service, desired, state, **policy)
    service.calls.clear()
    return carry_out(PERSON, service, change, retries)


def failure_of(outcome: Outcome) -> Failure:
    assert outcome.failure is not None
    return outcome.failure


def values_of(outcome: Outcome) -> dict[str, t.Any]:
    assert outcome.failure is None, str(outcome.failure)
    return dict(outcome.values or {})


# Without trouble


@pytest.mark.parametrize(
    "desired, state, call",
    [
        (NEW, PRESENT, ["create"]),
        ({**SARA, "note": "hello", "phone": "12"}, PRESENT, ["update"]),
        (SARA, ABSENT, ["delete"]),
        (SARA, PRESENT, []),
        (NEW, ABSENT, []),
    ],
)
def test_one_call_and_the_predicted_result(desired: t.Any, state: str, call: list[str]) -> None:
    service = Service(person())
    predicted = predict(change_for(service, desired, state))
    real = carried_out(service, desired, state)
    assert service.calls == call
    assert (predicted.changed, predicted.failure) == (real.changed, real.failure) == (bool(call), None)
    made = {"id": "2"} if call == ["create"] else {}
    assert real.values == (None if predicted.values is None else {**predicted.values, **made})
    assert change_for(service, desired, state).action == "nothing"


def test_a_refusal_is_told_and_nothing_is_done() -> None:
    service = Service(person(colour="red"))
    outcome = carried_out(service, {**SARA, "colour": "blue"})
    assert (service.calls, outcome.changed) == ([], False)
    assert failure_of(outcome).code == "fixed"
    assert predict(outcome.change).failure is outcome.failure


# A creation whose answer is lost


def test_a_creation_that_took_place_is_not_repeated() -> None:
    service = Service()
    service.after["create"] = [failing(lost())]
    outcome = carried_out(service, NEW)
    assert service.calls == ["create", "read"]
    assert len(service.records) == 1
    assert (outcome.changed, values_of(outcome)["id"]) == (True, "1")


def test_a_creation_that_took_place_is_told_as_it_was_foreseen() -> None:
    service = Service()

    def respelled() -> None:
        service.records["1"].update(name=" Reza ", note=None, active=True, phone="1-2")
        raise lost()

    service.after["create"] = [respelled]
    predicted = predict(change_for(service, {**NEW, "phone": "12", "note": ""}))
    outcome = carried_out(service, {**NEW, "phone": "12", "note": ""})
    assert service.calls == ["create", "read"]
    assert {**values_of(outcome), "id": None, "badge": None} == {**values_of(predicted), "badge": None}
    assert diff(PERSON, outcome.change) == diff(PERSON, predicted.change)


def test_a_creation_that_took_place_in_part_is_completed() -> None:
    service = Service()

    def half() -> None:
        service.records["1"]["note"] = None
        raise lost()

    service.after["create"] = [half]
    outcome = carried_out(service, {**NEW, "note": "hello"})
    assert service.calls == ["create", "read", "update"]
    assert service.records["1"]["note"] == "hello"
    assert values_of(outcome)["note"] == "hello"


def test_a_creation_that_did_not_take_place_is_repeated(slept: list[float]) -> None:
    service = Service()
    service.before["create"] = [failing(lost()), failing(lost())]
    outcome = carried_out(service, NEW)
    assert service.calls == ["create", "read", "create", "read", "create"]
    assert (len(service.records), outcome.changed) == (1, True)
    assert len(slept) == 2


@pytest.mark.parametrize("trouble, tries", [(lost(), 3), (lost(retryable=False), 1)])
def test_a_creation_is_given_up(trouble: Failure, tries: int) -> None:
    service = Service()
    service.before["create"] = [failing(replace(trouble)) for _try in range(9)]
    outcome = carried_out(service, NEW, retries=2)
    assert service.calls == ["create", "read"] * tries
    assert (outcome.changed, outcome.values) == (False, None)
    assert str(failure_of(outcome)) == (
        "demo create person: broke; it is not known whether person reza@example.com was created. "
        "Run the task again: it reads first and does only what is missing."
    )


def test_a_creation_stays_in_doubt_when_it_cannot_be_read_back() -> None:
    service = Service()
    service.after["create"] = [failing(lost())]
    change = change_for(service, NEW)
    service.before["read"] = [failing(Failure(SERVER, "down", "demo", "list people", acted=False))]
    outcome = carry_out(PERSON, service, change, 3)
    assert "list people: down; it is not known whether person reza@example.com was created" in str(outcome.failure)
    assert len(service.records) == 1
    assert carried_out(service, NEW).changed is False, "the next run converges"


def test_a_creation_whose_place_was_taken_twice_is_ambiguous() -> None:
    service = Service()

    def twice() -> None:
        service.records["2"] = {**service.records["1"], "_id": "2"}
        raise lost()

    service.after["create"] = [twice]
    outcome = carried_out(service, NEW)
    assert failure_of(outcome).code == "ambiguous"


@pytest.mark.parametrize("asked, calls", [(LONGEST_RETRY_AFTER, 3), (LONGEST_RETRY_AFTER + 1, 2)])
def test_a_wait_that_is_asked_for_stays_within_reason(slept: list[float], asked: float, calls: int) -> None:
    service = Service()
    service.before["create"] = [failing(lost(retry_after=asked))]
    outcome = carried_out(service, NEW)
    assert service.calls == ["create", "read", "create"][:calls]
    assert slept == [asked if calls == 3 else FIRST_PAUSE]
    assert (outcome.failure is None) is (calls == 3)


def test_a_creation_that_was_refused_is_not_repeated() -> None:
    service = Service()
    service.before["create"] = [failing(Failure(INVALID, "no", "demo", "create person"))]
    outcome = carried_out(service, NEW)
    assert service.calls == ["create"]
    assert str(failure_of(outcome)) == "demo create person: no."


def test_a_creation_in_several_steps_that_failed_half_way() -> None:
    service = Service()
    service.after["create"] = [failing(lost(done=("created",)))]
    outcome = carried_out(service, NEW)
    assert service.calls == ["create"]
    assert outcome.changed is True
    assert "Already done: created." in str(failure_of(outcome))


# Two runs at the same time


def _somebody_else(service: Service, **more: t.Any) -> t.Callable[[], None]:
    def step() -> None:
        service.records["9"] = person(_id="9", mail="Reza@example.com", name="Reza", badge="badge of Reza", **more)

    return step


@pytest.mark.parametrize("more, calls", [({}, ["create", "read"]), ({"note": "theirs"}, ["create", "read", "update"])])
def test_a_record_that_somebody_else_made_meanwhile_is_taken_over(more: t.Any, calls: list[str]) -> None:
    service = Service()
    change = change_for(service, {**NEW, "note": ""})
    service.calls.clear()
    service.before["create"] = [_somebody_else(service, **more)]
    outcome = carry_out(PERSON, service, change, 3)
    assert service.calls == calls
    assert values_of(outcome)["id"] == "9"
    assert len(service.records) == 1
    assert outcome.changed is bool(more), "we changed nothing when the other run had done it all"
    assert change_for(service, {**NEW, "note": ""}).action == "nothing"


def test_our_own_creation_that_shows_late_is_ours() -> None:
    service = Service()
    change = change_for(service, NEW)
    service.before["create"] = [failing(lost()), _somebody_else(service)]
    outcome = carry_out(PERSON, service, change, 3)
    assert outcome.changed is True
    assert len(service.records) == 1


def test_a_duplicate_that_cannot_be_seen_is_a_failure(slept: list[float]) -> None:
    service = Service()
    service.before["create"] = [failing(Failure(DUPLICATE, "exists", "demo", "create person"))]
    outcome = carried_out(service, NEW)
    assert service.calls == ["create", "read"]
    assert str(failure_of(outcome)) == "demo create person: exists."
    assert slept == []


# Other changes


@pytest.mark.parametrize("state, action, word", [(PRESENT, UPDATE, "changed"), (ABSENT, DELETE, "deleted")])
@pytest.mark.parametrize("hint, end", [("Look there.", "d. Look there."), ("", "only what is missing.")])
def test_doubt_about_other_changes(state: str, action: str, word: str, hint: str, end: str) -> None:
    service = Service(person())
    service.before[action] = [failing(lost(hint=hint))]
    outcome = carried_out(service, {**SARA, "note": "x"}, state)
    assert outcome.values == outcome.change.before
    assert outcome.changed is False
    assert f"it is not known whether person sara@example.com was {word}" in str(failure_of(outcome))
    assert str(failure_of(outcome)).endswith(end)


def test_part_of_a_change() -> None:
    service = Service(person())
    service.after["update"] = [failing(Failure(INVALID, "no", done=["changed name"]))]
    outcome = carried_out(service, {**SARA, "note": "x"})
    assert outcome.changed is True


# Several requests for one change


def test_steps_tell_what_they_were_told() -> None:
    order: list[str] = []

    def step(name: str, answer: dict[str, int] | None) -> dict[str, int] | None:
        order.append(name)
        return answer

    told = in_steps(
        [
            ("one", partial(step, "one", None)),
            ("two", partial(step, "two", {"a": 1, "b": 1})),
            ("three", partial(step, "three", {"b": 2})),
        ]
    )
    assert (order, told) == (["one", "two", "three"], {"a": 1, "b": 2})


def test_steps_that_fail_tell_what_was_done() -> None:
    with pytest.raises(Failure) as caught:
        in_steps([("one", dict), ("two", dict), ("three", failing(Failure(INVALID, "no", done=("part",))))])
    assert caught.value.done == ("one", "two", "part")


def test_the_service_knows_better_what_a_new_record_is() -> None:
    service = Service()
    service.create = lambda change: {"id": "77", "note": None, "badge": "B-1"}  # type: ignore[method-assign]
    outcome = carried_out(service, {**NEW, "note": "x"})
    assert outcome.change.action == CREATE
    values = values_of(outcome)
    assert (values["id"], values["badge"], values["note"]) == ("77", "B-1", "x")
