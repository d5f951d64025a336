# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many items in one task: planning, purging, carrying out side by side, and the result."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core import many
from ansible_collections.vox.roster.plugins.module_utils._core.plural import result_of_many, settle_many
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Record, Resource
from ansible_collections.vox.roster.plugins.module_utils._http.errors import REFUSED, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.tests.unit.made_up import PERSON, Service, failing, person

WORK: dict[str, t.Any] = {
    "purge": False,
    "purge_filter": None,
    "purge_limit": None,
    "concurrency": 4,
    "on_error": "continue",
    "requests_per_minute": 0,
    "retries": 0,
}


def people(count: int, **more: t.Any) -> list[dict[str, t.Any]]:
    return [
        {"state": PRESENT, "email": f"p{number}@example.com", "name": f"P {number}", **more} for number in range(count)
    ]


def held(count: int) -> list[dict[str, t.Any]]:
    return [person(_id=str(number), mail=f"p{number}@example.com", name=f"P {number}") for number in range(count)]


def settled(
    service: Service, items: list[dict[str, t.Any]], check: bool = False, resource: Resource = PERSON, **work: t.Any
) -> dict[str, t.Any]:
    params = {**WORK, "service": service, "persons": items, "append": False, "update_secret": "on_create", **work}
    outcomes = settle_many(resource, params, check, Redactor())
    return result_of_many(resource, outcomes, with_diff=True)


def test_everything_in_one_reading() -> None:
    service = Service(*held(3))
    items = [*people(4), {"state": ABSENT, "email": "P9@example.com"}]
    items[1]["note"] = "new"
    items[2]["state"] = ABSENT
    result = settled(service, items)
    assert service.calls[0] == "read"
    assert sorted(service.calls[1:]) == ["create", "delete", "update"]
    counted = {"created": 1, "updated": 1, "deleted": 1, "unchanged": 2, "failed": 0, "not_attempted": 0}
    assert (result["changed"], result["summary"]) == (True, counted)
    assert result["changes"] == {
        "created": ["person p3@example.com"],
        "updated": [{"fields": ["note"], "names": ["person p1@example.com"]}],
        "deleted": ["person p2@example.com"],
        "failed": [],
        "failed_more": [],
    }
    assert settled(service, items)["changed"] is False


def test_check_mode_predicts_the_same() -> None:
    service = Service(*held(3))
    items = people(5, note="x")
    predicted = settled(service, items, check=True)
    assert service.calls == ["read"]
    assert predicted == settled(service, items)


@pytest.mark.parametrize(
    "second, words",
    [
        ({"email": "P1@Example.com"}, "items 2 and 4 of 'persons' both have the email 'P1@Example.com'"),
        ({"email": "new@example.com", "phone": "+98 21"}, "items 1 and 4 of 'persons' both have the phone '.9821'"),
    ],
)
def test_two_items_for_one_record(second: dict[str, t.Any], words: str) -> None:
    service = Service()
    items = [*people(3), {"state": PRESENT, "name": "Twice", **second}]
    items[0]["phone"] = "9821"
    with pytest.raises(Failure, match=words):
        settled(service, items)
    assert service.calls == []


def test_two_items_that_name_one_record_by_different_keys() -> None:
    service = Service(*held(1))
    service.records["0"]["phone"] = "9821"
    items = [{"state": PRESENT, "email": "p0@example.com", "note": "a"}, {"state": ABSENT, "phone": "9821"}]
    result = settled(service, items)
    assert result["changes"]["failed"][0]["failure"]["message"] == "items 1 and 2 of 'persons' mean the same person"
    assert service.records["0"]["note"] == "a"


def test_one_bad_item_does_not_hide_the_others() -> None:
    service = Service()
    items = people(4)
    items[1]["email"] = "nobody"
    items[2]["name"] = ""
    result = settled(service, items)
    assert result["summary"]["created"] == 2
    assert [item["item"] for item in result["changes"]["failed"]] == ["person nobody", "person p2@example.com"]
    assert result["msg"].startswith("2 of 4 persons failed. The first: demo: item 2: 'email' is 'nobody'")
    assert result["changed"] is True


def test_an_item_without_a_key_is_named_by_its_position() -> None:
    result = settled(Service(), [{"state": PRESENT, "email": " ", "name": "X"}])
    assert result["changes"]["failed"][0]["item"] == "item 1"


def test_a_fault_of_ours_with_one_item_does_not_hide_the_others() -> None:
    def fault() -> None:
        raise RuntimeError("oops")

    service = Service()
    service.before["create"] = [fault]
    result = settled(service, people(3), concurrency=1)
    assert result["summary"] == {**dict.fromkeys(result["summary"], 0), "created": 2, "failed": 1}
    assert result["failure"]["code"] == "internal"


@pytest.mark.parametrize("on_error, attempted", [("continue", 5), ("stop", 2)])
def test_after_a_failure(on_error: str, attempted: int) -> None:
    service = Service()
    service.before["create"] = [None, failing(Failure(REFUSED, "no", "demo", "create person"))]
    result = settled(service, people(5), on_error=on_error, concurrency=1)
    assert service.calls.count("create") == attempted
    assert result["summary"]["failed"] == 1
    assert result["summary"]["not_attempted"] == 5 - attempted
    assert result["changes"]["created"][0] == "person p0@example.com"


def test_no_change_is_begun_after_ansible_has_ended_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    class TimedOut(BaseException):
        """What Ansible raises in the middle of a task that takes too long."""

    def watch(done: int, total: int) -> None:
        assert done < 5 and total == 50
        raise TimedOut

    monkeypatch.setattr(many, "WATCHED", 0.02)
    service = Service()
    params = {**WORK, "service": service, "persons": people(50), "append": False, "update_secret": "on_create"}
    params["concurrency"] = 1
    service.before["create"] = [None] + [lambda: time.sleep(0.05)] * 49
    with pytest.raises(TimedOut):
        settle_many(PERSON, params, False, Redactor(), watch)
    assert service.calls.count("create") < 10


@pytest.mark.parametrize("limit", [1, 3])
def test_as_many_workers_as_there_are_threads(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    with no_more_threads_than(limit, RuntimeError("can't start new thread"), monkeypatch):
        result = settled(service, people(50), concurrency=20)
    assert result["summary"]["created"] == 50


def test_without_any_thread_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    with no_more_threads_than(0, RuntimeError("can't start new thread"), monkeypatch), pytest.raises(RuntimeError):
        settled(service, people(50), concurrency=20)
    assert "create" not in service.calls


def test_no_change_is_begun_after_ansible_has_ended_the_task_among_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    service.before["create"] = [lambda: time.sleep(0.05)] * 50
    with no_more_threads_than(2, KeyboardInterrupt(), monkeypatch), pytest.raises(KeyboardInterrupt):
        settled(service, people(50), concurrency=20)
    assert service.calls.count("create") < 10


@contextlib.contextmanager
def no_more_threads_than(limit: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """While the block runs, the start of one more thread raises the error."""
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def counted(thread: threading.Thread) -> None:
        if len(started) == limit:
            raise error
        started.append(thread)
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", counted)
        yield


def test_results_come_in_the_order_of_the_items() -> None:
    result = settled(Service(), people(200), concurrency=8)
    assert result["changes"]["created"] == [f"person p{number}@example.com" for number in range(200)]


def test_a_large_result_stays_small() -> None:
    service = Service(*held(5000))
    items = people(10000)
    for item in items[:5000]:
        item["note"] = "x"
    result = settled(service, items, concurrency=1)
    assert result["summary"]["created"] == result["summary"]["updated"] == 5000
    assert len(json.dumps(result)) < 700_000
    assert "and 9900 more" in result["diff"]["after"]


def test_many_failures_stay_small() -> None:
    service = Service()
    service.before["create"] = [failing(Failure(REFUSED, "no " * 500))] * 3000
    result = settled(service, people(3000), concurrency=1)
    assert len(json.dumps(result)) < 700_000
    assert len(result["changes"]["failed"]) + len(result["changes"]["failed_more"][0]["names"]) == 3000


# Purge


def test_purge_removes_what_is_not_named() -> None:
    service = Service(*held(20))
    result = settled(service, people(15), purge=True)
    assert result["changes"]["deleted"] == [f"person p{number}@example.com" for number in range(15, 20)]
    assert service.calls[0] == "read"
    assert len(service.records) == 15


def test_purge_keeps_to_its_scope() -> None:
    service = Service(*held(20))
    result = settled(service, people(10), purge=True, purge_filter={"email": "p1[0-4]@.*", "name": "P 1."})
    assert len(result["changes"]["deleted"]) == 5


@pytest.mark.parametrize("count, kept, limit, allowed", [(200, 180, None, 20), (30, 10, None, 10), (30, 20, 9, 9)])
def test_purge_has_a_limit(count: int, kept: int, limit: int | None, allowed: int) -> None:
    service = Service(*held(count))
    excess = people(kept - 1) if limit is None else people(kept)
    with pytest.raises(Failure, match=f"would remove .* and at most {allowed} are allowed"):
        settled(service, excess, purge=True, purge_limit=limit)
    assert service.calls == ["read"]
    assert (
        len(settled(service, people(count - allowed), purge=True, purge_limit=limit)["changes"]["deleted"]) == allowed
    )


def test_an_empty_list_purges_only_when_told_so() -> None:
    service = Service(*held(3))
    with pytest.raises(Failure, match="'persons' is empty"):
        settled(service, [], purge=True)
    assert len(settled(service, [], purge=True, purge_limit=3)["changes"]["deleted"]) == 3


@pytest.mark.parametrize("bad", [{"email": "nobody"}, {"email": "p50@example.com", "name": None}])
def test_nothing_is_purged_when_an_item_is_in_doubt(bad: dict[str, t.Any]) -> None:
    service = Service(*held(3))
    with pytest.raises(Failure, match="nothing is purged, because 1 item"):
        settled(service, [*people(2), {"state": PRESENT, **bad}], purge=True)
    assert service.calls.count("delete") == 0


def test_nothing_is_purged_when_somebody_is_shown_without_a_key() -> None:
    service = Service(*held(2), person(_id="7", mail=None), person(_id="8", mail=""))
    with pytest.raises(Failure, match="2 persons in scope are shown without email or phone") as caught:
        settled(service, people(1), purge=True)
    assert caught.value.code == "purge" and "by 'id': 7, 8." in caught.value.hint
    assert service.calls == ["read"]
    named = [*people(1), {"state": PRESENT, "id": "7"}, {"state": PRESENT, "id": "8"}]
    assert settled(service, named, purge=True)["changes"]["deleted"] == ["person p1@example.com"]


def test_purge_spares_the_account_of_the_task_and_whoever_has_a_key_of_an_item() -> None:
    class Own(Service):
        def is_own(self, record: Record) -> bool:
            return bool(record.values["id"] == "2")

    service = Own(*held(3), person(_id="7", mail="p0@EXAMPLE.com", name="Spelt otherwise"))
    del service.records["0"]
    result = settled(service, people(1), purge=True)
    assert result["changes"]["deleted"] == ["person p1@example.com"]
    assert set(service.records) == {"2", "7"}


def test_a_service_that_hides_keys_is_asked_for_the_items_too() -> None:
    service = Service(*held(4))
    result = settled(service, people(3), purge=True, resource=PERSON._replace(listed=False))
    assert service.calls[:2] == ["read", "read"]
    assert result["summary"]["deleted"] == 1


@pytest.mark.parametrize(
    "work", [{"concurrency": 0}, {"requests_per_minute": -1}, {"purge_limit": -1, "purge": True}], ids=str
)
def test_work_that_makes_no_sense(work: dict[str, t.Any]) -> None:
    service = Service()
    with pytest.raises(Failure, match=f"'{next(iter(work))}' is "):
        settled(service, people(1), **work)
    assert service.calls == []


@pytest.mark.parametrize("scope, words", [({"nothing": "x"}, "'nothing'"), ({"email": "("}, "regular expression")])
def test_a_purge_filter_that_makes_no_sense(scope: dict[str, str], words: str) -> None:
    service = Service(*held(2))
    with pytest.raises(Failure, match=words):
        settled(service, people(1), purge=True, purge_filter=scope)
    assert service.calls == []


def test_warnings_are_not_repeated_thousands_of_times() -> None:
    resource = PERSON._replace(review=lambda change, policy: replace(change, warnings=("mind",)))
    warnings = settled(Service(), people(50), resource=resource)["warnings"]
    assert len(warnings) == 21
    assert warnings[-1].startswith("30 more warnings")
