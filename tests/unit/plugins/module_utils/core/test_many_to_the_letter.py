# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many items in one task: what is refused and in which words, what each part is given, and the result in full."""

from __future__ import annotations

import threading
import time
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core import many, report_of_many
from ansible_collections.vox.roster.plugins.module_utils._core.apply import Outcome
from ansible_collections.vox.roster.plugins.module_utils._core.interruption import Interruption
from ansible_collections.vox.roster.plugins.module_utils._core.many import (
    DUPLICATES,
    Purge,
    carry_out_all,
    items_of,
    joined,
    plan_items,
    plan_purge,
    predict_all,
    purge_of,
    read,
    removal,
)
from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, DELETE, NOTHING, Change
from ansible_collections.vox.roster.plugins.module_utils._core.plural import result_of_many
from ansible_collections.vox.roster.plugins.module_utils._core.report_of_many import changes, diff_of_many, summary
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Record, decode
from ansible_collections.vox.roster.plugins.module_utils._http import retry
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    INTERNAL,
    INVALID,
    OPTION,
    RATE_LIMIT,
    REFUSED,
    SERVER,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._services import simotel
from ansible_collections.vox.roster.tests.unit.made_up import FIELDS, MASKED, PERSON, Service, failing, person

Options = dict[str, t.Any]


def params(*items: Options, **more: t.Any) -> Options:
    work = {"purge": False, "purge_filter": None, "purge_limit": None, "append": True, "update_secret": "always"}
    return {**work, "persons": [{"state": PRESENT, **item} for item in items], **more}


def records(*raws: Options) -> list[Record]:
    return [Record(decode(FIELDS, raw), raw) for raw in raws]


def planned(items: t.Sequence[Options], *raws: Options) -> list[Change]:
    return plan_items(PERSON, items_of(PERSON, params(*items)), records(*raws))


def purged(items: t.Sequence[Options], *raws: Options, limit: int | None = None, **scope: str) -> list[Change]:
    wanted = items_of(PERSON, params(*items))
    held = records(*raws)
    return plan_purge(PERSON, Service(), wanted, plan_items(PERSON, wanted, held), held, Purge(scope, limit))


def refused(items: t.Sequence[Options], *raws: Options, limit: int | None = None, **scope: str) -> Failure:
    with pytest.raises(Failure) as caught:
        purged(items, *raws, limit=limit, **scope)
    assert (caught.value.kind, caught.value.code) == (REFUSED, "purge")
    return caught.value


def numbered(count: int) -> list[Options]:
    return [person(_id=str(number), mail=f"p{number}@example.com", name="P") for number in range(count)]


# What the items are


def test_an_item_has_its_position_its_state_and_the_policies_of_the_task() -> None:
    first, second = items_of(PERSON, params({"email": "a@b.cd", "name": "A"}, {"email": "no", "state": ABSENT}))
    assert (first.position, first.state, first.desired) == (1, PRESENT, {"email": "a@b.cd", "name": "A"})
    assert first.policy == second.policy == {"append": True, "update_secret": "always"}
    assert first.failure is None
    assert (second.position, second.state, second.desired) == (2, ABSENT, {"email": "no"})
    assert second.failure is not None and second.failure.message.startswith("item 2: 'email' is 'no', which")


def test_an_item_counts_more_than_the_task() -> None:
    (item,) = items_of(PERSON, params({"email": "a@b.cd", "append": False}))
    assert item.policy["append"] is False


def test_a_key_twice() -> None:
    with pytest.raises(Failure) as caught:
        items_of(PERSON, params({"email": "a@b.cd"}, {"email": "x@b.cd"}, {"email": "A@B.cd"}))
    failure = caught.value
    assert (failure.kind, failure.code, failure.hint) == (OPTION, "duplicate", "Name each record once.")
    assert failure.message == "items 1 and 3 of 'persons' both have the email 'A@B.cd'"


@pytest.mark.parametrize(("times", "end"), [(DUPLICATES, f"'{DUPLICATES - 1}@b.cd'"), (DUPLICATES + 3, "; and 3 more")])
def test_all_keys_that_come_twice_are_told_at_once(times: int, end: str) -> None:
    entries = [{"email": f"{number}@b.cd"} for number in range(times)]
    with pytest.raises(Failure) as caught:
        items_of(PERSON, params(*entries, *entries))
    told = caught.value.message
    assert told.startswith(
        f"items 1 and {times + 1} of 'persons' both have the email '0@b.cd'; items 2 and {times + 2} of"
    )
    assert told.count("both have") == DUPLICATES
    assert told.endswith(end)


def test_an_item_that_names_nobody_is_told_by_its_place() -> None:
    _first, second = items_of(PERSON, params({"email": "a@b.cd"}, {"name": "Ava", "email": None}))
    assert second.desired == {}
    assert second.failure is not None
    assert second.failure.message == "item 2: it has neither 'id' nor 'email' nor 'phone'"
    assert second.failure.hint == "Say which person is meant."


# What is read


class Asked(Service):
    """Notes what it is asked for."""

    def __init__(self, *raws: Options) -> None:
        super().__init__(*raws)
        self.asked: list[t.Any] = []

    def candidates(self, wanted: t.Sequence[t.Any]) -> list[Record]:
        self.asked.append(list(wanted))
        return records(person(_id="1", note="from a look-up"))

    def everything(self, scope: t.Mapping[str, t.Any]) -> list[Record]:
        self.asked.append(dict(scope))
        return records(person(_id="1", note="listed"), person(_id="2", note="listed"))


def test_only_items_that_make_sense_are_asked_for() -> None:
    service = Asked()
    items = items_of(PERSON, params({"email": "a@b.cd"}, {"email": "no"}))
    assert len(read(PERSON, service, items, None)) == 1
    assert service.asked == [[{"email": "a@b.cd"}]]
    assert read(PERSON, service, items[1:], None) == []
    assert len(service.asked) == 1


def test_a_purge_reads_everything_in_its_scope() -> None:
    service, items = Asked(), items_of(PERSON, params({"email": "a@b.cd"}))
    assert [record.values["note"] for record in read(PERSON, service, items, Purge({"note": "x"}, 3))] == ["listed"] * 2
    assert service.asked == [{"note": "x"}]


def test_a_purge_where_a_listing_hides_keys_asks_for_the_items_too() -> None:
    service, items = Asked(), items_of(PERSON, params({"email": "a@b.cd"}, {"email": "no"}))
    found = read(PERSON._replace(listed=False), service, items, Purge({}, None))
    assert {record.values["id"]: record.values["note"] for record in found} == {"1": "from a look-up", "2": "listed"}
    assert service.asked == [{}, [{"email": "a@b.cd"}]]
    service.asked.clear()
    assert len(read(PERSON._replace(listed=False), service, items[1:], Purge({}, None))) == 2
    assert service.asked == [{}]


def test_a_record_from_both_readings_counts_once() -> None:
    listed, looked_up = records(person(_id="1", note="a"), person(_id="2")), records(person(_id="1", note="b"))
    assert [(one.values["id"], one.values["note"]) for one in joined(listed, looked_up)] == [("1", "b"), ("2", None)]


def test_what_a_purge_is_told() -> None:
    assert purge_of(PERSON, params(purge_filter={"note": 7}, purge_limit=3)) is None
    assert purge_of(PERSON, params(purge=True, purge_filter={"note": 7}, purge_limit=3)) == Purge({"note": "7"}, 3)
    assert purge_of(PERSON, params(purge=True)) == Purge({}, None)


def test_a_filter_that_makes_no_sense() -> None:
    for name in ("secret", "numbers", "nothing"):
        with pytest.raises(Failure) as caught:
            purge_of(PERSON, params(purge=True, purge_filter={name: "x"}))
        assert caught.value.kind == OPTION
        assert caught.value.message == f"'purge_filter' names {name!r}, which is no field that is returned"
        assert caught.value.hint == "Fields are id, email, phone, name, colour, active, badge, tags, note, seen."
    with pytest.raises(Failure) as caught:
        purge_of(PERSON, params(purge=True, purge_filter={"email": "("}))
    assert caught.value.kind == OPTION
    assert caught.value.message.startswith("'purge_filter' has '(' for 'email', which is no regular expression: ")


# What is planned


def test_each_item_is_planned_with_its_own_policy() -> None:
    (change,) = planned([{"email": "sara@example.com", "secret": "new", "append": False}], person())
    assert (change.differing, change.policy) == (("secret",), {"append": False, "update_secret": "always"})


def test_an_item_that_makes_no_sense_is_a_refusal() -> None:
    bad, nobody = planned([{"email": "no"}, {"email": " ", "name": "X"}])
    assert (bad.action, bad.label, bad.desired) == (NOTHING, "person no", {"email": "no"})
    assert bad.policy == {"append": True, "update_secret": "always"}
    assert bad.refusal is not None and bad.refusal.service == "demo"
    assert nobody.label == "item 2"


def test_two_items_that_mean_one_record() -> None:
    held = person(phone="9821")
    first, second = planned(
        [{"email": "sara@example.com", "note": "x"}, {"phone": "9821", "note": "y", "name": "Z"}], held
    )
    assert (first.action, first.refusal) == ("update", None)
    assert (second.action, second.differing) == (NOTHING, ())
    assert second.after == second.before == decode(FIELDS, held)
    failure = second.refusal
    assert failure is not None
    assert (failure.kind, failure.service, failure.code) == (REFUSED, "demo", "duplicate")
    assert failure.message == "items 1 and 2 of 'persons' mean the same person"
    assert failure.hint == "Name each record once."


# What is purged


def test_a_removal_is_that_of_the_whole_record() -> None:
    (change,) = purged([], person(phone="98"), limit=1)
    assert (change.action, change.label, change.after) == (DELETE, "person Sara@example.com", None)
    assert change.desired == {"email": "Sara@example.com", "phone": "98"}
    assert change.before == decode(FIELDS, person(phone="98"))
    assert change.record is not None and change.record.raw["_id"] == "1"


def test_a_removal_of_a_record_without_another_key_names_its_id() -> None:
    change = removal(PERSON, records({"_id": 7})[0])
    assert (change.label, change.desired) == ("person with id 7", {"id": "7"})


def test_a_record_without_an_id_cannot_be_removed() -> None:
    with pytest.raises(Failure, match="the service returned a person without an id") as caught:
        removal(PERSON, records({"mail": "a@b.cd"})[0])
    assert (caught.value.kind, caught.value.service) == (BROKEN, "demo")


def test_nothing_is_purged_where_items_are_in_doubt() -> None:
    items = [{"email": f"no{number}"} for number in range(6)]
    failure = refused(items, person())
    named = ", ".join(f"person no{number}" for number in range(5))
    assert failure.message == f"nothing is purged, because 6 item(s) could not be planned: {named}"
    assert failure.hint == "Mend the items first: a record may be one of them."


def test_nothing_is_purged_for_an_empty_list_without_a_limit() -> None:
    failure = refused([], person())
    assert failure.message == "'persons' is empty, and 'purge' would remove every person in scope"
    assert failure.hint == "If that is what you want, say how many with 'purge_limit'."


def test_nothing_is_purged_beyond_the_limit() -> None:
    failure = refused([], *numbered(3), limit=2)
    assert failure.message == "'purge' would remove 3 of 3 persons in scope, and at most 2 are allowed"
    assert failure.hint == "Check the list and 'purge_filter'. If it is right, raise 'purge_limit'."
    assert len(purged([], *numbered(3), limit=3)) == 3


@pytest.mark.parametrize("count, allowed", [(30, 10), (110, 11), (119, 11)])
def test_the_usual_limit_is_of_those_in_scope(count: int, allowed: int) -> None:
    kept = [{"email": f"p{number}@example.com"} for number in range(count - allowed)]
    outside = [person(_id=f"o{number}", mail=f"o{number}@example.com") for number in range(500)]
    assert len(purged(kept, *numbered(count), *outside, email="p.*")) == allowed
    assert f"at most {allowed} are allowed" in refused(kept[1:], *numbered(count), *outside, email="p.*").message


def test_nobody_is_purged_who_is_shown_without_a_key() -> None:
    failure = refused([{"id": "9", "name": "X"}], person(_id="9"), *[person(_id=str(n), mail=None) for n in range(6)])
    assert failure.message == "nothing is purged, because 6 persons in scope are shown without email or phone"
    assert failure.hint == "One of them may be an item. Name those that shall stay by 'id': 0, 1, 2, 3, 4."


@pytest.mark.parametrize("item", [{"email": "SARA@example.com"}, {"id": "1"}, {"email": "x@y.zz", "phone": "98"}])
def test_whoever_is_named_in_any_way_stays(item: Options) -> None:
    held = person(phone="+98")
    wanted = items_of(PERSON, params({"name": "X", **item}))
    changed = [replace(change, refusal=None) for change in plan_items(PERSON, wanted, records(held))]
    everybody = records(held, person(_id="2", mail="other@example.com"))
    removed = plan_purge(PERSON, Service(), wanted, changed, everybody, Purge({}, None))
    assert [change.label for change in removed] == ["person other@example.com"]


def test_a_record_with_the_id_of_an_item_stays_whatever_its_keys_are() -> None:
    """Its keys may have been written by the item meanwhile."""
    wanted = items_of(PERSON, params({"email": "sara@example.com", "name": "X"}))
    changed = plan_items(PERSON, wanted, records(person(_id="1")))
    everybody = records(person(_id="1", mail="moved@example.com"), person(_id="2", mail="other@example.com"))
    removed = plan_purge(PERSON, Service(), wanted, changed, everybody, Purge({}, None))
    assert [change.label for change in removed] == ["person other@example.com"]


def test_the_filter_has_to_match_the_whole_value_and_takes_nothing_for_an_empty_text() -> None:
    held = [
        person(_id="1", note=None),
        person(_id="2", mail="b@b.cd", note="ab"),
        person(_id="3", mail="c@b.cd", note="a"),
    ]
    assert [change.record.values["id"] for change in purged([], *held, limit=9, note="a") if change.record] == ["3"]
    assert [change.record.values["id"] for change in purged([], *held, limit=9, note="") if change.record] == ["1"]


def test_a_key_that_cannot_be_read_names_nobody() -> None:
    items = items_of(PERSON, params({"email": "sara@example.com"}))
    held = [*records(person()), Record({**decode(FIELDS, person(_id="9", mail="b@b.cd")), "phone": MASKED}, {})]
    going = plan_purge(PERSON, Service(), items, plan_items(PERSON, items, held), held, Purge({}, 9))
    assert [change.before and change.before["id"] for change in going] == ["9"]


# What is carried out


def carried_out(
    service: Service, items: t.Sequence[Options], stop: bool = False, retries: int = 0, concurrency: int = 1
) -> tuple[list[Outcome | None], list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    wanted = plan_items(PERSON, items_of(PERSON, params(*items)), service.candidates([]))
    outcomes = carry_out_all(
        PERSON, service, wanted, concurrency, stop, retries, lambda *counts: told.append(counts), Interruption()
    )
    return outcomes, told


def test_who_watches_is_told_how_many_changes_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "WATCHED", 0.01)
    items = [{"email": f"p{number}@example.com", "name": "P"} for number in range(5)]
    service = Service(*numbered(2))
    service.before["create"] = [None, lambda: time.sleep(0.5)]
    outcomes, told = carried_out(service, items)
    assert (1, 3) in told and told[-1] == (3, 3) and told == sorted(told)
    assert [outcome and outcome.changed for outcome in outcomes] == [False, False, True, True, True]


def test_a_worker_that_is_ended_is_told_of() -> None:
    def end() -> None:
        raise SystemExit("the worker")

    service = Service()
    service.before["create"] = [end]
    with pytest.raises(SystemExit, match="the worker"):
        carried_out(service, [{"email": "p@example.com", "name": "P"}])


def test_nothing_to_do_is_not_handed_to_a_worker() -> None:
    threads = threading.active_count()
    outcomes, told = carried_out(Service(*numbered(1)), [{"email": "p0@example.com"}])
    assert told == [] and threading.active_count() == threads
    assert outcomes[0] is not None and outcomes[0].failure is None


def test_a_refusal_is_an_outcome_and_stops_where_it_shall() -> None:
    items = [{"email": "no"}, {"email": "p@example.com", "name": "P"}]
    outcomes, told = carried_out(Service(), items, stop=True)
    assert outcomes[0] is not None and outcomes[0].failure is not None
    assert (outcomes[1], told) == (None, [(0, 2), (1, 2)])
    outcomes, _told = carried_out(Service(), items)
    assert outcomes[1] is not None and outcomes[1].changed


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("stop", [False, True])
def test_what_a_refusal_stops_is_foreseen(stop: bool, concurrency: int) -> None:
    items = [{"email": f"q{number}@example.com", "name": "Q"} for number in range(3)]
    items += [{"email": "no"}, {"email": "p0@example.com"}, {"email": "r@example.com", "name": "R"}, {"email": "n"}]
    service = Service(*numbered(1))
    planned = plan_items(PERSON, items_of(PERSON, params(*items)), service.candidates([]))
    foreseen = [outcome and outcome.changed for outcome in predict_all(planned, stop)]
    assert foreseen == [True, True, True, False, False, *((None, None) if stop else (True, False))]
    outcomes, _told = carried_out(service, items, stop=stop, concurrency=concurrency)
    assert [outcome and outcome.changed for outcome in outcomes] == foreseen


@pytest.mark.parametrize(("seconds", "attempted"), [(None, 3), (120.0, 3), (121.0, 1)])
def test_nothing_is_begun_once_the_service_wants_no_request(seconds: float | None, attempted: int) -> None:
    service = Service()
    away = Failure(RATE_LIMIT, "later", "demo", "create person", retry_after=seconds)
    service.before["create"] = [failing(away)]
    outcomes, _told = carried_out(service, [{"email": f"p{number}@example.com", "name": "P"} for number in range(3)])
    assert service.calls.count("create") == attempted
    assert [outcome is not None for outcome in outcomes] == [number < attempted for number in range(3)]


def test_without_a_refusal_a_task_that_may_stop_does_everything() -> None:
    outcomes, _told = carried_out(Service(), [{"email": "p@example.com", "name": "P"}], stop=True)
    assert outcomes[0] is not None and outcomes[0].changed


def test_each_change_is_tried_again_as_often_as_the_task_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for retries, calls in ((0, 1), (2, 3)):
        service = Service()
        lost = Failure(SERVER, "lost", "demo", "create person", acted=None, retryable=True)
        service.before["create"] = [failing(lost)] * 9
        carried_out(service, [{"email": "p@example.com", "name": "P"}], retries=retries)
        assert service.calls.count("create") == calls


def test_a_fault_of_ours_is_told_as_one() -> None:
    def fault() -> None:
        raise RuntimeError("oops")

    service = Service(person())
    service.before["update"] = [fault]
    (outcome,), _told = carried_out(service, [{"email": "sara@example.com", "note": "x"}])
    assert outcome is not None and outcome.failure is not None
    assert (outcome.failure.kind, outcome.failure.message) == (INTERNAL, "RuntimeError: oops")
    assert outcome.failure.service == "demo"
    assert outcome.changed is False
    assert outcome.values == decode(FIELDS, person())


def test_no_more_workers_than_the_task_says() -> None:
    at_work, most = [0], [0]
    lock = threading.Lock()
    both = threading.Barrier(2, timeout=20)

    def busy() -> None:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        both.wait()
        with lock:
            at_work[0] -= 1

    service = Service()
    service.before["create"] = [busy] * 8
    carried_out(service, [{"email": f"p{number}@example.com", "name": "P"} for number in range(8)], concurrency=2)
    assert most == [2]


# What is told


def outcome_of(action: str, number: int, failure: Failure | None = None, **more: t.Any) -> Outcome:
    desired = {"email": f"p{number}@example.com", "name": f"P {number}"}
    before = None if action == CREATE else {**desired, "note": "old"}
    after = None if action == DELETE else {**desired, "note": "new", "badge": "b"}
    change = Change(action, f"person {number}", desired, before, after, **{"differing": ("note",), **more})
    return Outcome(change, after, failure is None and action != NOTHING, failure)


def no(code: str | None = None) -> Failure:
    return Failure(INVALID, "no", "demo", "create person", code=code)


def test_the_summary_counts_everything() -> None:
    outcomes = [outcome_of(action, 1) for action in (CREATE, "update", "update", DELETE, NOTHING)]
    outcomes += [outcome_of(CREATE, 2, no()), outcome_of(DELETE, 3, no())]
    assert summary([*outcomes, None, None, None]) == {
        "created": 1,
        "updated": 2,
        "deleted": 1,
        "unchanged": 1,
        "failed": 2,
        "not_attempted": 3,
    }


def test_changes_go_on_after_what_was_not_attempted() -> None:
    told = changes(
        [outcome_of(CREATE, 1), None, outcome_of(DELETE, 2), outcome_of("update", 3), outcome_of(NOTHING, 4)]
    )
    assert (told["created"], told["deleted"]) == (["person 1"], ["person 2"])
    assert told["updated"] == [{"fields": ["note"], "names": ["person 3"]}]
    assert (told["failed"], told["failed_more"]) == ([], [])


def test_failures_beyond_the_first_hundred_are_told_by_their_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_of_many, "DETAILED", 2)
    outcomes = [outcome_of(CREATE, number, no("7" if number % 2 else None)) for number in range(6)]
    told = changes(outcomes)
    assert [one["item"] for one in told["failed"]] == ["person 0", "person 1"]
    assert told["failed"][1]["failure"]["code"] == "7"
    assert told["failed_more"] == [
        {"code": "invalid", "names": ["person 2", "person 4"]},
        {"code": "7", "names": ["person 3", "person 5"]},
    ]
    assert changes(outcomes[:2])["failed_more"] == []


def test_the_difference_shows_what_differs_and_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    done = [outcome_of(CREATE, 1).change, outcome_of("update", 2).change, outcome_of(DELETE, 3).change]
    assert diff_of_many(PERSON, done) == {
        "before_header": "persons",
        "after_header": "persons",
        "before": {
            "person 2": {"note": "old"},
            "person 3": {"email": "p3@example.com", "name": "P 3"},
        },
        "after": {
            "person 1": {"email": "p1@example.com", "name": "P 1"},
            "person 2": {"note": "new"},
        },
    }
    monkeypatch.setattr(report_of_many, "DETAILED", 3)
    assert "and 0 more" not in diff_of_many(PERSON, done)["after"]
    monkeypatch.setattr(report_of_many, "DETAILED", 1)
    shown = diff_of_many(PERSON, done)
    assert shown["after"] == {"person 1": {"email": "p1@example.com", "name": "P 1"}, "and 2 more": "see 'changes'"}
    assert shown["before"] == {}


def test_the_difference_shows_of_a_record_that_goes_whose_it_is() -> None:
    before = {"id": "7", "number": "1001", "name": "Sara Ahmadi", "secret": "s", "context": "main_routing"}
    change = Change(DELETE, "user 1001", {"number": "1001"}, before=before)
    assert diff_of_many(simotel.USER, [change])["before"] == {
        "user 1001": {"id": "7", "number": "1001", "name": "Sara Ahmadi"}
    }


def test_the_result_of_many() -> None:
    failed = outcome_of("update", 2, no())
    told = result_of_many(PERSON, [outcome_of(CREATE, 1), failed, None], with_diff=True)
    found = f"1 of 3 persons failed, 1 not attempted. The first: {no()}"
    assert told["msg"] == f"{found} All are in 'changes', and so is what was done."
    assert told["failure"] == no().as_result()
    assert (told["changed"], set(told["diff"]["after"])) == (True, {"person 1"})
    assert "diff" not in result_of_many(PERSON, [outcome_of(CREATE, 1)], with_diff=False)
    assert "diff" not in result_of_many(PERSON, [outcome_of(NOTHING, 1)], with_diff=True)
    partly = failed._replace(changed=True)
    assert result_of_many(PERSON, [partly], with_diff=True)["diff"]["after"] == {}


@pytest.mark.parametrize("count, told", [(20, 20), (21, 21), (22, 21)])
def test_the_first_twenty_warnings_are_told(count: int, told: int) -> None:
    outcomes = [outcome_of(NOTHING, number, warnings=(f"mind {number}",)) for number in range(count)]
    warnings = result_of_many(PERSON, outcomes, with_diff=False)["warnings"]
    assert len(warnings) == told
    assert warnings[19] == "mind 19"
    if count > 20:
        assert warnings[20] == f"{count - 20} more warnings of the same task are left out."
