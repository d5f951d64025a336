# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module autodialer_group against the sandbox: the cycle for every field, comparison and dialect."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.cycle import BUDGET, Cycle
from ansible_collections.vox.roster.tests.unit.simotel_tasks import KEY, task_for

NUMBERS = ["09120000001", "+989120000002", "02155500003"]
MORE = [*NUMBERS, "02155500004"]
OTHERS = ["09120000007", "09120000008", "09120000009"]

# A new group is looked for once more, since the server does not promise unique names.
GROUP_BUDGET = dict(BUDGET, create=3)

DIALECTS = {
    "autodialer.group_update_without_numbers": ["clears"],
    "autodialer.group_update": ["replace"],
    "autodialer.group_numbers": ["returned"],
    "autodialer.group_count": ["distinct"],
    "autodialer.group_names": ["unique"],
    "autodialer.group_add_answer": ["null"],
    "autodialer.unpaginated_search": ["all"],
    "autodialer.page_limit": ["20", "100"],
    "autodialer.page_start": ["one_based"],
    "autodialer.record_keys": ["sparse"],
    "autodialer.filename_with_numbers": ["numbers", "filename"],
    "autodialer.update_filename": ["ignored"],
    "autodialer.file_header": ["skipped"],
    "autodialer.number_check": ["digits"],
    "autodialer.order": ["oldest_first"],
    "autodialer.module": ["absent", "denied"],
}
SHARED_DIALECTS = {
    "simotel.unknown_id": ["failure"],
    "simotel.access_denied": ["0"],
    "simotel.failure_code": ["negative"],
    "simotel.failure_status": ["400"],
    "simotel.no_match": ["null", "empty_text"],
    "simotel.conditions": ["ignored"],
    "simotel.alike_false": ["substring"],
    "simotel.alike_missing": ["refused"],
    "simotel.alike": ["regex", "substring_any_case"],
    "simotel.dates": ["gregorian"],
    "simotel.surplus_header": ["refused"],
}
ALL_DIALECTS = dict(DIALECTS, **SHARED_DIALECTS)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def task(sandbox: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    """Runs the module; the group Renewals unless the options say otherwise."""
    return task_for(sandbox, "autodialer_group", KEY, {"name": "Renewals"})


@pytest.fixture
def stored(sandbox: t.Any) -> t.Callable[[], list[t.Any]]:
    """What the groups really hold, which only the sandbox can tell: name, description and numbers of each."""
    return lambda: [(one["name"], one["description"], one["numbers"]) for one in sandbox.records("autodialer")]


def file_of(tmp_path: t.Any, numbers: list[str]) -> str:
    """The path of a CSV file with these numbers."""
    path = tmp_path / "numbers.csv"
    path.write_text("".join(number + "\n" for number in numbers), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("compare", ["digest", "count"])
def test_cycle(sandbox: t.Any, task: t.Any, stored: t.Any, compare: str) -> None:
    def compared(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", task(check=check, compare_numbers=compare, **options))

    cycle = Cycle(sandbox, compared, "group", budget=GROUP_BUDGET)
    record = cycle.settle("create", numbers=NUMBERS, description="Spring")
    assert (record["name"], record["description"], record["count"]) == ("Renewals", "Spring", 3)
    assert "numbers" not in record
    assert cycle.settle("change", numbers=MORE)["count"] == 4
    assert stored()[0][2] == MORE
    assert cycle.settle("change", numbers=MORE, description="Autumn")["description"] == "Autumn"
    assert cycle.settle("change", numbers=MORE, description="")["description"] == ""
    assert cycle.settle("change", numbers=[])["count"] == 0
    assert stored()[0][2] == []
    cycle.remove()


def test_a_group_without_numbers(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    cycle = Cycle(sandbox, task, "group", budget=GROUP_BUDGET)
    assert cycle.settle("create", description="Later")["count"] == 0
    assert not task(numbers=[])["changed"]
    assert cycle.settle("change", description="Sooner")["description"] == "Sooner"
    assert cycle.settle("change", numbers=NUMBERS)["count"] == 3
    assert stored()[0][2] == NUMBERS


def test_an_empty_group_of_the_panel_counts_as_known(sandbox: t.Any, task: t.Any) -> None:
    sandbox.fault("autodialer.group.search", "change", add={"name": "Renewals", "description": "", "numbers": []})
    assert not task(numbers=[])["changed"]


def test_digest_notices_other_numbers_of_the_same_count(task: t.Any, stored: t.Any) -> None:
    task(numbers=NUMBERS)
    assert not task(numbers=OTHERS, compare_numbers="count")["changed"]
    assert task(numbers=OTHERS)["changed"]
    assert stored()[0][2] == OTHERS


def test_order_and_repetition_do_not_count(task: t.Any, stored: t.Any) -> None:
    task(numbers=NUMBERS + NUMBERS)
    assert stored()[0][2] == NUMBERS
    assert not task(numbers=list(reversed(NUMBERS)))["changed"]
    assert not task(numbers=[" 0912-000 0001", "+98 (912) 0000002", "۰۲۱۵۵۵۰۰۰۰۳"])["changed"]


def test_compare_always_writes_every_time(task: t.Any) -> None:
    for _round in range(3):
        assert task(numbers=NUMBERS, compare_numbers="always")["changed"]
    assert not task(compare_numbers="always")["changed"]
    assert not task(compare_numbers="always", description="")["changed"]


def test_the_mark_is_kept_and_hidden(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    result = task(numbers=NUMBERS, description="Spring")
    assert result["group"]["description"] == "Spring"
    description = stored()[0][1]
    assert description.startswith("Spring [roster:") and description.endswith("]")
    assert "[roster:" not in result["output"]
    assert not task(description="Spring")["changed"]
    assert task(numbers=NUMBERS, description="", compare_numbers="count")["changed"]
    assert stored()[0][1] == ""
    assert task(numbers=NUMBERS)["changed"]
    assert stored()[0][1].startswith("[roster:")


def test_the_count_shows_what_was_changed_in_the_panel(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    task(numbers=NUMBERS)
    sandbox.fault("autodialer.group.search", "change", set={"numbers": NUMBERS[:2]})
    assert task(numbers=NUMBERS)["changed"]
    assert stored()[0][2] == NUMBERS


@pytest.mark.parametrize("without", ["keeps", "clears"])
def test_numbers_are_never_lost(sandbox: t.Any, task: t.Any, stored: t.Any, without: str) -> None:
    sandbox.dialect(**{"autodialer.group_update_without_numbers": without})
    identifier = task(numbers=NUMBERS)["group"]["id"]
    for options in ({"description": "Autumn"}, {"id": identifier, "name": "Reminders"}):
        result = task(**options)
        assert result["failed"] and result["failure"]["code"] == "incomplete"
        assert "Give 'numbers' or 'numbers_file'" in result["failure"]["hint"]
    assert stored()[0][2] == NUMBERS
    result = task(id=identifier, name="Reminders", numbers=NUMBERS)
    assert result["changed"] and result["group"]["id"] == identifier
    assert [(one[0], one[2]) for one in stored()] == [("Reminders", NUMBERS)]


def test_rename_and_remove_by_id(sandbox: t.Any, task: t.Any) -> None:
    identifier = task(numbers=NUMBERS)["group"]["id"]
    task(name="Surveys")
    cycle = Cycle(sandbox, task, "group", budget=GROUP_BUDGET)
    assert cycle.settle("change", id=identifier, name="Reminders", numbers=NUMBERS)["name"] == "Reminders"
    result = task(id=identifier, name="Surveys", numbers=NUMBERS)
    assert result["failed"] and result["failure"]["code"] == "conflict"
    assert task(id=identifier, state="absent")["changed"]
    assert not task(id=identifier, state="absent")["changed"]
    result = task(id=identifier, numbers=NUMBERS)
    assert result["failed"] and "Ids are given by the service" in result["msg"]


@pytest.mark.parametrize("header", ["kept", "skipped"])
def test_numbers_from_a_file(sandbox: t.Any, task: t.Any, stored: t.Any, tmp_path: t.Any, header: str) -> None:
    sandbox.dialect(**{"autodialer.file_header": header})
    cycle = Cycle(sandbox, task, "group", budget=dict(GROUP_BUDGET, create=4))
    assert cycle.settle("create", numbers_file=file_of(tmp_path, NUMBERS))["count"] == 3
    assert stored()[0][2] == NUMBERS
    assert not task(numbers=NUMBERS)["changed"]
    assert cycle.settle("change", numbers_file=file_of(tmp_path, MORE))["count"] == 4
    assert stored()[0][2] == MORE


def test_a_large_file(sandbox: t.Any, task: t.Any, stored: t.Any, tmp_path: t.Any) -> None:
    numbers = [f"0912{position:07d}" for position in range(20000)]
    result = task(numbers_file=file_of(tmp_path, numbers))
    assert result["group"]["count"] == 20000
    assert stored()[0][2] == numbers
    assert len(result["output"]) < 5000
    assert not task(numbers_file=file_of(tmp_path, numbers))["changed"]


def test_a_file_that_the_server_reads_otherwise_is_written_outright(
    sandbox: t.Any, task: t.Any, stored: t.Any, tmp_path: t.Any
) -> None:
    sandbox.fault("autodialer.group.search", "change", skip=1, set={"numbers": NUMBERS[:1]})
    assert task(numbers_file=file_of(tmp_path, NUMBERS))["changed"]
    assert stored()[0][2] == NUMBERS


def test_lists_of_dialects_are_complete(sandbox: t.Any) -> None:
    known = {name: info["values"][1:] for name, info in sandbox.dialects().items()}
    assert {name: values for name, values in known.items() if name.startswith("autodialer.")} == DIALECTS
    assert all(known[name] == values for name, values in SHARED_DIALECTS.items())


# A server that does not return the count leaves nothing to compare by count.
CASES = [
    (dialect, value, compare)
    for dialect, values in ALL_DIALECTS.items()
    for value in values
    for compare in ("digest", "count")
    if value not in ("absent", "denied") and (value, compare) != ("sparse", "count")
]


@pytest.mark.parametrize("dialect,value,compare", CASES)
def test_cycle_under_every_dialect(
    sandbox: t.Any, task: t.Any, stored: t.Any, tmp_path: t.Any, dialect: str, value: str, compare: str
) -> None:
    def compared(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", task(check=check, compare_numbers=compare, **options))

    sandbox.seed("autodialer", 130)
    sandbox.dialect(**{dialect: value})
    cycle = Cycle(sandbox, compared, "group")
    cycle.settle("create", numbers_file=file_of(tmp_path, NUMBERS), description="Spring")
    record = cycle.settle("change", numbers=MORE, description="Autumn")
    assert stored()[-1][2] == MORE
    renamed = cycle.settle("change", id=record["id"], name="Reminders (new)", numbers=MORE)
    assert renamed["id"] == record["id"]
    cycle.settle("change", name="Reminders (new)", numbers=[], description="")
    assert compared(name="Reminders (new)", state="absent")["changed"]
    cycle.settle("create", numbers=NUMBERS)
    cycle.remove()
    assert len(stored()) == 130


def test_a_server_without_the_count(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"autodialer.record_keys": "sparse"})
    task(numbers=NUMBERS)
    assert not task(numbers=NUMBERS)["changed"]
    for _round in range(2):
        assert task(numbers=NUMBERS, compare_numbers="count")["changed"]


def test_readable_numbers_are_compared_as_they_are(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"autodialer.group_numbers": "returned"})
    task(numbers=NUMBERS)
    for compare in ("digest", "count", "always"):
        assert not task(numbers=list(reversed(NUMBERS)), compare_numbers=compare)["changed"]
    assert task(numbers=OTHERS, compare_numbers="count")["changed"]
    assert task(description="Autumn")["changed"]
    assert not task(numbers=OTHERS)["changed"]


def test_a_server_without_the_autodialer(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"autodialer.module": "absent"})
    for state in ("present", "absent"):
        result = task(state=state, retries=3)
        assert result["failed"] and not result["failure"]["retryable"]
        assert "the paid module is not installed" in result["failure"]["hint"]
    assert sandbox.requests()["total"] == 2


def test_an_account_without_the_autodialer(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"autodialer.module": "denied"})
    for state in ("present", "absent"):
        result = task(state=state, retries=3)
        assert result["failed"] and not result["failure"]["retryable"]
        assert "Access denied: /autodialer/groups/search" in result["msg"]
        assert "permission" in result["failure"]["hint"]


# Names that mean something else where a server takes them for a pattern, and a group that they would match then.
PATTERNS = {"a+b": "aab", "c.d": "cxd", "e(f": "e", "[g]": "g", "h?": "x", "i*": "iii"}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_names_with_pattern_characters(sandbox: t.Any, task: t.Any, stored: t.Any, name: str) -> None:
    sandbox.dialect(**{"simotel.alike_false": "substring", "simotel.alike": "regex"})
    task(name=PATTERNS[name], numbers=NUMBERS)
    assert task(name=name, numbers=NUMBERS)["changed"]
    assert not task(name=name, numbers=NUMBERS)["changed"]
    assert task(name=name, state="absent")["changed"]
    assert [one[0] for one in stored()] == [PATTERNS[name]]


@pytest.mark.parametrize("limit", ["none", "20", "100"])
def test_a_group_far_down_the_list_is_found_by_id(sandbox: t.Any, task: t.Any, limit: str) -> None:
    identifier = task(numbers=NUMBERS)["group"]["id"]
    sandbox.seed("autodialer", 610)
    sandbox.dialect(**{"autodialer.page_limit": limit})
    assert not task(id=identifier)["changed"]


def test_the_difference_stays_small(sandbox: t.Any, task: t.Any) -> None:
    few = task(numbers=NUMBERS)
    assert few["diff"]["after"]["numbers"] == NUMBERS
    many = task(numbers=[f"0912{position:07d}" for position in range(60)])
    assert many["diff"]["before"]["numbers"] == "3 numbers, which the server does not show"
    assert many["diff"]["after"]["numbers"].startswith("60 numbers, digest ")
