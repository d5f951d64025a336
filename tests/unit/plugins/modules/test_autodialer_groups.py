# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module autodialer_groups against the sandbox: many groups of numbers in one task."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.simotel_tasks import KEY, task_for

SUMMARY = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0, "not_attempted": 0}
PAGE = 500


def groups(count: int, **more: t.Any) -> list[dict[str, t.Any]]:
    """So many items, each with two numbers of its own."""
    return [
        {"name": f"District {place}", "numbers": [f"0912{place:07d}", f"0913{place:07d}"], **more}
        for place in range(1, count + 1)
    ]


def labels(items: list[dict[str, t.Any]]) -> list[str]:
    """The items as results name them."""
    return [f"group {item['name']}" for item in items]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def task(sandbox: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    """Runs the module."""
    return task_for(sandbox, "autodialer_groups", KEY, {})


@pytest.fixture
def stored(sandbox: t.Any) -> t.Callable[[], dict[str, list[str]]]:
    """The numbers of every group by its name."""
    return lambda: {one["name"]: one["numbers"] for one in sandbox.records("autodialer")}


def settle(sandbox: t.Any, task: t.Any, writes: int, **options: t.Any) -> dict[str, t.Any]:
    """A task predicted, carried out with so many requests beyond the pages that it reads, and run again."""

    def pages() -> int:
        return max(1, -(-len(sandbox.records("autodialer")) // PAGE))

    sandbox.reset_requests()
    predicted = task(check=True, **options)
    assert set(sandbox.requests()["operations"]) == {"autodialer.group.search"}
    sandbox.reset_requests()
    read = pages()
    real = task(**options)
    assert real["changed"] and not real["failed"], real.get("msg")
    assert sandbox.requests()["total"] == read + writes
    for part in ("changed", "summary", "changes", "diff"):
        assert predicted[part] == real[part], part
    sandbox.reset_requests()
    again = task(**options)
    assert sandbox.requests()["total"] == pages()
    assert not again["changed"] and not again["failed"] and "diff" not in again
    assert again["summary"] == dict(SUMMARY, unchanged=len(options["groups"]))
    return t.cast("dict[str, t.Any]", real)


def test_cycle_of_a_thousand(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    items = groups(1000, description="Spring")
    result = settle(sandbox, task, 2000, groups=items)
    assert result["summary"] == dict(SUMMARY, created=1000)
    assert result["changes"]["created"] == labels(items)
    for item in items[::4]:
        item["numbers"] = [*item["numbers"], "02155500101"]
    result = settle(sandbox, task, 250, groups=items)
    assert result["changes"]["updated"] == [{"fields": ["numbers"], "names": labels(items[::4])}]
    assert stored() == {item["name"]: item["numbers"] for item in items}
    gone = [{"name": item["name"], "state": "absent"} for item in items]
    assert settle(sandbox, task, 1000, groups=gone)["summary"] == dict(SUMMARY, deleted=1000)
    assert stored() == {}


@pytest.mark.parametrize("answer", ["id", "null"])
@pytest.mark.parametrize("compare", ["digest", "count"])
def test_all_kinds_of_change_at_once(
    sandbox: t.Any, task: t.Any, stored: t.Any, tmp_path: t.Any, compare: str, answer: str
) -> None:
    sandbox.dialect(**{"autodialer.group_add_answer": answer})
    task(groups=groups(4), compare_numbers=compare, concurrency=1)
    path = tmp_path / "numbers.csv"
    path.write_text("02155500104\n02155500105\n", encoding="utf-8")
    identifier = sandbox.records("autodialer")[1]["_id"]
    items = [
        {"name": "District 1", "state": "absent"},
        {"name": "District 9", "numbers_file": str(path)},
        {"id": identifier, "name": "District 2b", "numbers": groups(2)[1]["numbers"]},
        {"name": "District 3", "numbers": []},
        {"name": "District 4"},
        {"name": "District 8", "state": "absent"},
    ]
    result = settle(sandbox, task, 6, groups=items, compare_numbers=compare)
    assert result["summary"] == dict(SUMMARY, created=1, updated=2, deleted=1, unchanged=2)
    assert stored() == {
        "District 2b": groups(2)[1]["numbers"],
        "District 3": [],
        "District 4": groups(4)[3]["numbers"],
        "District 9": ["02155500104", "02155500105"],
    }


def test_one_failure_keeps_nothing_else_from_being_done(sandbox: t.Any, task: t.Any, tmp_path: t.Any) -> None:
    items = groups(6)
    items[1] = {"name": "District 2", "numbers_file": str(tmp_path / "none.csv")}
    items[3] = {"name": "District 4", "numbers": ["many"]}
    sandbox.fault("autodialer.group.add", "status", status=400, body="plain")
    result = task(groups=items, concurrency=1)
    assert result["failed"] and result["changed"]
    assert result["summary"] == dict(SUMMARY, created=3, failed=3)
    assert [one["item"] for one in result["changes"]["failed"]] == [
        "group District 1",
        "group District 2",
        "group District 4",
    ]
    assert result["changes"]["created"] == ["group District 3", "group District 5", "group District 6"]


def test_stopping_at_the_first_failure(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    sandbox.fault("autodialer.group.add", "status", status=400, body="plain", skip=2)
    result = task(groups=groups(5), concurrency=1, on_error="stop")
    assert result["failed"] and result["summary"] == dict(SUMMARY, created=2, failed=1, not_attempted=2)
    assert list(stored()) == ["District 1", "District 2"]


def test_two_items_for_one_group(sandbox: t.Any, task: t.Any) -> None:
    result = task(groups=[*groups(2), {"name": "District 1 ", "state": "absent"}])
    assert result["failed"] and "items 1 and 3 of 'groups' both have the name 'District 1'" in result["msg"]
    assert sandbox.requests()["total"] == 0


def test_numbers_and_a_file_exclude_each_other(task: t.Any) -> None:
    result = task(groups=[{"name": "District 1", "numbers": [], "numbers_file": "numbers.csv"}])
    assert result["failed"] and "mutually exclusive" in result["msg"]


def test_lost_answers_leave_one_group_each(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    items = groups(30)
    sandbox.fault("autodialer.group.add", "reset_after", times=15)
    result = task(groups=items, retries=2)
    assert not result["failed"] and result["summary"] == dict(SUMMARY, created=30)
    assert stored() == {item["name"]: item["numbers"] for item in items}
    assert len(sandbox.records("autodialer")) == 30


def test_somebody_else_adds_one_of_them(sandbox: t.Any, task: t.Any) -> None:
    rival = {"name": "District 2", "description": "", "numbers": []}
    sandbox.fault("autodialer.group.search", "change", skip=2, add=rival)
    result = task(groups=groups(3), concurrency=1)
    assert result["failed"] and result["summary"] == dict(SUMMARY, created=2, failed=1)
    assert result["failure"]["code"] == "ambiguous" and result["failure"]["done"] == ["add group"]
    assert len(sandbox.records("autodialer")) == 4


def test_compare_always_writes_every_time(task: t.Any) -> None:
    items = groups(3)
    for expected in ("created", "updated", "updated"):
        assert task(groups=items, compare_numbers="always")["summary"] == dict(SUMMARY, **{expected: 3})


def test_purge_within_its_filter(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    task(groups=[*groups(6), {"name": "Renewals", "numbers": []}], concurrency=1)
    options = {"purge": True, "purge_filter": {"name": "District .*"}}
    result = settle(sandbox, task, 4, groups=[{"name": "District 2"}, {"name": "District 5"}], **options)
    assert sorted(result["changes"]["deleted"]) == [f"group District {place}" for place in (1, 3, 4, 6)]
    assert sorted(stored()) == ["District 2", "District 5", "Renewals"]


def test_purge_and_groups_of_one_name(sandbox: t.Any, task: t.Any) -> None:
    task(groups=groups(2))
    twin = {"name": "District 1", "description": "", "numbers": []}
    sandbox.fault("autodialer.group.search", "change", add=twin)
    result = task(groups=groups(1), purge=True)
    assert result["failed"] and "nothing is purged" in result["msg"]
    result = task(groups=[], purge=True, purge_limit=2)
    assert result["failed"] and "would remove 3 of 3 groups" in result["msg"]
    assert len(sandbox.records("autodialer")) == 3
    assert task(groups=[], purge=True, purge_limit=3)["summary"] == dict(SUMMARY, deleted=3)


def test_a_server_without_the_autodialer(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"autodialer.module": "absent"})
    result = task(groups=groups(3))
    assert result["failed"] and "the paid module is not installed" in result["failure"]["hint"]
    assert sandbox.requests()["total"] == 1


def test_what_the_account_may_not_do(sandbox: t.Any, task: t.Any) -> None:
    result = task(groups=groups(3), api_key="sandbox-simotel-reader-key")
    assert result["failed"] and not result["changed"] and result["summary"] == dict(SUMMARY, failed=3)
    assert "sandbox-simotel-reader-key" not in result["output"]
