# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module simotel_users against the sandbox: many extensions in one task."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.simotel_tasks import USER, task_for

SUMMARY = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0, "not_attempted": 0}


def extension(number: int, **more: t.Any) -> dict[str, t.Any]:
    """An item for a new extension."""
    return {"number": str(number), "name": f"Person {number}", "secret": f"Marker-secret-{number}", **more}


def extensions(count: int, **more: t.Any) -> list[dict[str, t.Any]]:
    """So many items, numbered upwards from 2001."""
    return [extension(2001 + position, **more) for position in range(count)]


def labels(items: list[dict[str, t.Any]]) -> list[str]:
    """The items as results name them."""
    return [f"user {item['number']}" for item in items]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def task(sandbox: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    """Runs the module."""
    return task_for(sandbox, "simotel_users", USER, {})


@pytest.fixture
def numbers(sandbox: t.Any) -> t.Callable[[], list[str]]:
    """The numbers of all extensions that there are, in their order."""
    return lambda: sorted(one["number"] for one in sandbox.records("simotel"))


def settle(sandbox: t.Any, task: t.Any, writes: int, **options: t.Any) -> dict[str, t.Any]:
    """A task predicted, carried out with so many requests beyond the one that reads, and run again."""
    sandbox.reset_requests()
    predicted = task(check=True, **options)
    assert set(sandbox.requests()["operations"]) == {"simotel.user.search"} and sandbox.requests()["total"] == 1
    sandbox.reset_requests()
    real = task(**options)
    assert sandbox.requests()["total"] == 1 + writes
    assert real["changed"] and not real["failed"], real.get("msg")
    for part in ("changed", "summary", "changes", "diff"):
        assert predicted[part] == real[part], part
    sandbox.reset_requests()
    again = task(**options)
    assert sandbox.requests()["total"] == 1
    assert not again["changed"] and not again["failed"] and "diff" not in again
    assert again["summary"] == dict(SUMMARY, unchanged=len(options["users"]))
    assert all("Marker" not in result["output"] for result in (predicted, real, again))
    return t.cast("dict[str, t.Any]", real)


def test_cycle_of_a_thousand(sandbox: t.Any, task: t.Any) -> None:
    items = extensions(1000, email="all@example.com")
    result = settle(sandbox, task, 1000, users=items)
    assert result["summary"] == dict(SUMMARY, created=1000)
    assert result["changes"]["created"] == labels(items)
    assert len(result["output"]) < 200_000
    for item in items[::2]:
        item.update(active=False, forward_policy={"busy": "2001"})
    items[1]["email"] = ""
    result = settle(sandbox, task, 501, users=items)
    assert result["summary"] == dict(SUMMARY, updated=501, unchanged=499)
    assert result["changes"]["updated"] == [
        {"fields": ["active", "forward_policy"], "names": labels(items[::2])},
        {"fields": ["email"], "names": ["user 2002"]},
    ]
    gone = [{"number": item["number"], "state": "absent"} for item in items]
    result = settle(sandbox, task, 1000, users=gone)
    assert result["summary"] == dict(SUMMARY, deleted=1000)
    assert sandbox.records("simotel") == []


def test_all_kinds_of_change_at_once(sandbox: t.Any, task: t.Any, numbers: t.Any) -> None:
    task(users=extensions(4), concurrency=1)
    moved = sandbox.records("simotel")[3]["_id"]
    items = [
        {"number": "2003", "state": "absent"},
        extension(2009, description="Front desk"),
        {"number": "2002", "name": "Sara"},
        {"number": "2001"},
        {"id": moved, "number": "2008"},
        {"number": "2007", "state": "absent"},
    ]
    result = settle(sandbox, task, 5, users=items)
    assert result["summary"] == dict(SUMMARY, created=1, updated=2, deleted=1, unchanged=2)
    assert result["changes"]["created"] == ["user 2009"] and result["changes"]["deleted"] == ["user 2003"]
    assert numbers() == ["2001", "2002", "2008", "2009"]


@pytest.mark.parametrize("concurrency", [1, 8])
def test_one_failure_keeps_nothing_else_from_being_done(sandbox: t.Any, task: t.Any, concurrency: int) -> None:
    items = extensions(10)
    sandbox.fault("simotel.user.add", "status", status=400, body="plain", skip=4)
    result = task(users=items, concurrency=concurrency)
    assert result["failed"] and result["changed"]
    assert result["summary"] == dict(SUMMARY, created=9, failed=1)
    failed = result["changes"]["failed"][0]
    assert failed["failure"] == result["failure"] and failed["item"] in labels(items)
    assert result["changes"]["created"] == [label for label in labels(items) if label != failed["item"]]
    assert "1 of 10 users failed" in result["msg"] and "Marker" not in result["output"]
    assert task(users=items)["summary"] == dict(SUMMARY, created=1, unchanged=9)


def test_stopping_at_the_first_failure(sandbox: t.Any, task: t.Any, numbers: t.Any) -> None:
    sandbox.fault("simotel.user.add", "status", status=400, body="plain", skip=2)
    result = task(users=extensions(5), concurrency=1, on_error="stop")
    assert result["failed"] and result["changed"]
    assert result["summary"] == dict(SUMMARY, created=2, failed=1, not_attempted=2)
    assert numbers() == ["2001", "2002"]


def test_an_item_that_makes_no_sense_is_the_only_one_to_fail(task: t.Any, numbers: t.Any) -> None:
    items = [extension(2001), dict(extension(2002), email="nobody"), {"number": "2003"}, extension(2004)]
    for check in (True, False):
        result = task(users=items, check=check)
        assert result["summary"] == dict(SUMMARY, created=2, failed=2)
        assert [one["item"] for one in result["changes"]["failed"]] == ["user 2002", "user 2003"]
        assert "item 2: 'email' is 'nobody'" in result["msg"]
    assert numbers() == ["2001", "2004"]


@pytest.mark.parametrize("rival", [{"number": " 2001 "}, {"number": "۲۰۰۱", "state": "absent"}])
def test_two_items_for_one_extension(sandbox: t.Any, task: t.Any, rival: dict[str, t.Any]) -> None:
    result = task(users=[extension(2001), extension(2002), rival])
    assert result["failed"] and "items 1 and 3 of 'users' both have the number '2001'" in result["msg"]
    assert sandbox.requests()["total"] == 0


def test_lost_answers_leave_one_record_each(sandbox: t.Any, task: t.Any, numbers: t.Any) -> None:
    items = extensions(30)
    sandbox.fault("simotel.user.add", "reset_after", times=15)
    result = task(users=items, retries=2)
    assert not result["failed"] and result["summary"] == dict(SUMMARY, created=30)
    assert numbers() == [item["number"] for item in items]


def test_the_options_of_thousands_stay_out_of_the_system_log(task: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(
        "ansible.module_utils.basic.AnsibleModule.log", lambda self, msg, log_args=None: logged.append(msg)
    )
    assert not task(users=extensions(1), _ansible_no_log=False)["failed"]
    assert logged == []


def test_reading_that_fails_writes_nothing(sandbox: t.Any, task: t.Any) -> None:
    sandbox.fault("simotel.user.search", "truncated_json")
    result = task(users=extensions(3), purge=True)
    assert result["failed"] and not result["changed"]
    assert set(sandbox.requests()["operations"]) == {"simotel.user.search"}


@pytest.mark.parametrize("policy,updated", [("on_create", 0), ("always", 2)])
def test_masked_secrets(sandbox: t.Any, task: t.Any, policy: str, updated: int) -> None:
    sandbox.dialect(**{"simotel.secret": "masked"})
    task(users=extensions(3))
    other = [dict(item, secret="Marker-other") for item in extensions(2)]
    for _round in range(2):
        result = task(users=[*other, {"number": "2003"}], update_secret=policy)
        assert result["summary"] == dict(SUMMARY, updated=updated, unchanged=3 - updated)
        assert "Marker" not in result["output"]


def test_purge_within_its_filter(sandbox: t.Any, task: t.Any, numbers: t.Any) -> None:
    task(users=[*extensions(6), extension(22001), extension(3001)], concurrency=1)
    result = settle(sandbox, task, 4, users=extensions(2), purge=True, purge_filter={"number": "20[0-9]{2}"})
    assert result["summary"] == dict(SUMMARY, deleted=4, unchanged=2)
    assert result["changes"]["deleted"] == ["user 2003", "user 2004", "user 2005", "user 2006"]
    assert numbers() == ["2001", "2002", "22001", "3001"]


def test_purge_spares_what_is_named_in_any_way(sandbox: t.Any, task: t.Any, numbers: t.Any) -> None:
    task(users=extensions(4), concurrency=1)
    identifier = sandbox.records("simotel")[1]["_id"]
    items = [{"id": identifier}, {"number": "2003", "state": "absent"}, {"number": "2004"}]
    assert task(users=items, purge=True)["summary"] == dict(SUMMARY, deleted=2, unchanged=2)
    assert numbers() == ["2002", "2004"]


def test_purge_and_an_item_that_fails(sandbox: t.Any, task: t.Any, numbers: t.Any) -> None:
    task(users=extensions(3))
    result = task(users=[extension(2001), dict(extension(2002), email="nobody"), extension(2004)], purge=True)
    assert result["failed"] and not result["changed"] and "nothing is purged" in result["msg"]
    assert numbers() == ["2001", "2002", "2003"]


# options, words of the message; None where the purge goes ahead
PURGES: list[tuple[dict[str, t.Any], str | None]] = [
    ({"users": []}, "'purge' would remove every user"),
    ({"users": [], "purge_limit": 0}, "would remove 30 of 30 users"),
    ({"users": [], "purge_limit": 30}, None),
    ({"users": extensions(1)}, "would remove 29 of 30 users in scope, and at most 10"),
    ({"users": extensions(1), "purge_limit": 28}, "and at most 28 are allowed"),
    ({"users": extensions(1), "purge_limit": 29}, None),
    ({"users": extensions(20)}, None),
]


@pytest.mark.parametrize("options,words", PURGES)
@pytest.mark.parametrize("check", [True, False])
def test_limits_of_a_purge(
    sandbox: t.Any, task: t.Any, options: dict[str, t.Any], words: str | None, check: bool
) -> None:
    task(users=extensions(30))
    result = task(check=check, purge=True, **options)
    left = len(options["users"]) if words is None and not check else 30
    assert len(sandbox.records("simotel")) == left
    if words is None:
        assert result["summary"]["deleted"] == 30 - len(options["users"])
    else:
        assert result["failed"] and not result["changed"] and words in result["msg"]
