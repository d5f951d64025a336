# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings that come in pages."""

from __future__ import annotations

import time
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._http import paging
from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.paging import Page, collect

if t.TYPE_CHECKING:
    Record = dict[str, t.Any]


class Listing:
    """A listing of so many records. limit: most that a page holds. before: called with it before each page."""

    def __init__(self, count: int, limit: int, tells_total: bool = True, before: t.Any = None) -> None:
        self.records: list[Record] = [{"id": number} for number in range(count)]
        self.limit = limit
        self.tells_total = tells_total
        self.before = before
        self.pages = 0

    def fetch(self, after: int) -> Page:
        self.pages += 1
        if self.before:
            self.before(self)
        return Page(self.records[after : after + self.limit], len(self.records) if self.tells_total else None)

    def collect(self, size: int, **more: t.Any) -> list[Record]:
        return collect(self.fetch, lambda record: record["id"], size, **more)


@given(some.integers(0, 60), some.integers(1, 25), some.integers(1, 25))
@settings(max_examples=100, deadline=None, database=None)
def test_all_records_whatever_a_page_holds(count: int, limit: int, size: int) -> None:
    listing = Listing(count, limit)
    assert listing.collect(size) == listing.records
    assert listing.pages == max(1, -(-count // limit))


@given(some.integers(0, 60), some.integers(1, 25))
@settings(max_examples=50, deadline=None, database=None)
def test_all_records_where_the_total_is_not_told(count: int, size: int) -> None:
    listing = Listing(count, size, tells_total=False)
    assert listing.collect(size) == listing.records


def test_a_first_page_that_is_known_is_not_read_again() -> None:
    listing = Listing(25, 10)
    first = listing.fetch(0)
    assert len(listing.collect(10, first=first)) == 25
    assert listing.pages == 3


def _one_more(listing: Listing) -> None:
    if listing.pages == 2:
        listing.records.insert(0, {"id": "new"})


def _one_less(listing: Listing) -> None:
    if listing.pages == 2:
        del listing.records[0]


def _swapped(listing: Listing) -> None:
    if listing.pages == 2:
        listing.records[0], listing.records[-1] = listing.records[-1], listing.records[0]


@pytest.mark.parametrize("change", [_one_more, _one_less, _swapped])
def test_a_listing_that_changes_is_read_again(change: t.Any) -> None:
    listing = Listing(25, 10, before=change)
    records = listing.collect(10)
    assert sorted(map(str, records)) == sorted(map(str, listing.records))
    assert listing.pages > 3


def test_a_first_page_that_is_outdated_is_read_again() -> None:
    listing = Listing(25, 10)
    first = listing.fetch(0)
    del listing.records[0]
    assert listing.collect(10, first=first) == listing.records


def test_a_listing_that_changes_for_ever_is_a_failure() -> None:
    def grow(listing: Listing) -> None:
        listing.records.insert(0, {"id": f"new {listing.pages}"})

    with pytest.raises(Failure, match="does not add up") as caught:
        Listing(25, 10, before=grow).collect(10)
    assert (caught.value.kind, caught.value.retryable) == (BROKEN, True)


STRANGE = {
    "less than its total": lambda after: Page([{"id": 1}] if after == 0 else [], 5),
    "more than its total": lambda after: Page([{"id": 1}, {"id": 2}], 1),
    "the same page for ever": lambda after: Page([{"id": 1}, {"id": 2}], 5),
    "the same page for ever, no total": lambda after: Page([{"id": 1}, {"id": 2}], None),
    "nothing of its total": lambda after: Page([], 3),
}


@pytest.mark.parametrize("fetch", STRANGE.values(), ids=list(STRANGE))
def test_a_part_is_never_taken_for_the_whole(fetch: t.Any) -> None:
    with pytest.raises(Failure, match="does not add up"):
        collect(fetch, lambda record: record["id"], 2)


def test_a_record_that_comes_twice_counts_once() -> None:
    pages = {0: Page([{"id": 1}, {"id": 2}], 3), 2: Page([{"id": 2}, {"id": 3}], 3)}
    assert collect(lambda after: pages[after], lambda record: record["id"], 2) == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_a_repeated_record_without_a_total_shows_a_change() -> None:
    listing = Listing(25, 10, tells_total=False, before=_one_more)
    assert sorted(map(str, listing.collect(10))) == sorted(map(str, listing.records))
    assert listing.pages == 2 + 3


@pytest.mark.parametrize("limit, pages", [(4, 3), (10, 1)])
def test_a_page_may_tell_how_much_it_could_hold(limit: int, pages: int) -> None:
    listing = Listing(9, limit, tells_total=False)
    found = collect(lambda after: Page(listing.fetch(after).records, None, limit), lambda record: record["id"], size=50)
    assert found == listing.records
    assert listing.pages == pages


def test_the_failure_names_what_was_read() -> None:
    with pytest.raises(Failure) as caught:
        collect(lambda after: Page([], 3), lambda record: record["id"], 2, operation="list things")
    assert caught.value.operation == "list things"


def test_a_total_told_only_once_is_kept() -> None:
    pages = {0: Page([{"id": 1}, {"id": 2}], 3), 2: Page([{"id": 3}], None)}
    assert len(collect(lambda after: pages[after], lambda record: record["id"], 2)) == 3


@pytest.mark.parametrize("tells_total", [False, True])
def test_a_listing_that_never_ends_is_a_failure(tells_total: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LARGEST_LISTING", 100)
    assert len(Listing(100, 10, tells_total).collect(10)) == 100
    listing = Listing(10**6, 10, tells_total)
    with pytest.raises(Failure, match="does not end") as caught:
        listing.collect(10, operation="list people")
    assert (caught.value.kind, caught.value.operation, caught.value.retryable) == (BROKEN, "list people", False)
    assert listing.pages == (1 if tells_total else 11)


def test_a_listing_that_takes_for_ever_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def an_hour_passes(listing: Listing) -> None:
        now[0] += 3600

    with pytest.raises(Failure, match="does not end"):
        Listing(1000, 10, before=an_hour_passes).collect(10)
    assert len(Listing(20, 10, before=an_hour_passes).collect(10)) == 20


def test_a_record_that_cannot_be_told_from_others_is_a_failure() -> None:
    with pytest.raises(Failure, match="whose id is no text") as caught:
        collect(lambda after: Page([{"id": ["x"]}], 1), lambda record: record["id"], 10, operation="list people")
    assert (caught.value.kind, caught.value.operation) == (BROKEN, "list people")
