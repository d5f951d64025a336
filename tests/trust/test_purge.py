# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings that lie: a purge removes nobody whom the list names, and nobody beyond its filter and its limit."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

import pytest

from ansible_collections.vox.roster.tests.trust.liar import LIES, Lie, lying
from ansible_collections.vox.roster.tests.trust.subjects import AGENTS, EXTENSIONS, GROUPS, PUPILS, Subject

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.trust.clock import Clock
    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.trust.state import State, Stored
    from ansible_collections.vox.roster.tests.trust.subjects import Options
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "purge"
NAMED, SURPLUS = (1, 2), (3, 4)
LIMIT = 3


@dataclass(frozen=True)
class Listing:
    """How a service lists its records. setting: dialects that make several pages of the crowd.

    total: whether it has pages, and says of how many records.
    """

    subject: Subject
    setting: dict[str, str]
    crowd: int
    total: bool = True


LISTINGS = (
    Listing(EXTENSIONS, {}, 45, total=False),
    Listing(GROUPS, {"autodialer.page_limit": "20"}, 45),
    Listing(AGENTS, {}, 110),
    Listing(AGENTS, {"exotel.total": "absent"}, 110, total=False),
    Listing(PUPILS, {"sunbird.search": "immediate"}, 510),
)
# How a purge is limited, and whether there is a crowd.
LIMITS = (("by a filter", True), ("by a number", True), ("by default, with nobody else there", False))


def cases() -> t.Iterator[t.Any]:
    """Each lie with each listing and each limit."""
    for listing in LISTINGS:
        told = "" if listing.total or listing.subject is EXTENSIONS else " without a total"
        for lie in LIES:
            for limit, crowded in LIMITS:
                name = f"{listing.subject.title}{told}, {lie.name}, {limit}"
                yield pytest.param(listing, lie, limit, listing.crowd if crowded else 0, id=name)


@pytest.mark.parametrize("listing, lie, limit, crowd", list(cases()))
def test_a_purge_with_a_listing_that_lies(
    sandbox: Sandbox,
    state: State,
    clock: Clock,
    tally: Tally,
    listing: Listing,
    lie: Lie,
    limit: str,
    crowd: int,
) -> None:
    subject = listing.subject
    if crowd:
        sandbox.seed(subject.service, crowd)
    people = [subject.options(n, 0, {}) for n in (*NAMED, *SURPLUS)]
    made = subject.run_many(sandbox.url, people)
    assert not made["failed"], made["msg"]
    state.let_time_pass()
    sandbox.dialect(**listing.setting)
    options = {**options_of(subject, people, limit), **subject.removal}
    before = state.stored(subject.service)
    identifiers = [state.identifier(subject.service, subject.key_of(n)) for n in NAMED]
    items = [subject.options(n, 0, {}) for n in NAMED]
    for check in (True, False):
        with tally(AREA, f"{subject.title}, plural: {lie.name}"), lying(sandbox.url, lie) as url:
            result = subject.run_many(url, items, check, **options)
            assert "Traceback" not in result["output"]
            now = state.stored(subject.service)
            assert not check or now == before, "check mode wrote something"
            assert_nobody_else(subject, before, now, limit)
            left = [state.identifier(subject.service, subject.key_of(n)) for n in NAMED]
            assert left == identifiers, "somebody was removed whom the list names"
            if lie.detected and (not lie.total or (listing.total and crowd)):
                assert result["failed"] and now == before, "the lie was not noticed"
            if result["failed"]:
                assert result["failure"]["code"] != "internal" and result["failure"]["hint"], result["msg"]
    assert_goal(subject, sandbox, state, items, options, before)


def options_of(subject: Subject, people: list[Options], limit: str) -> Options:
    """The options of a purge that is limited in this way."""
    if limit == "by a number":
        return {"purge": True, "purge_limit": LIMIT}
    if limit != "by a filter" and not subject.scope:
        return {"purge": True}
    # An installation of Sunbird is never without users of its own.
    scope = subject.scope or subject.key
    pattern = "|".join(re.escape(str(one[scope])) for one in people)
    return {"purge": True, "purge_filter": {scope: f"(?i){pattern}"}}


def assert_nobody_else(subject: Subject, before: Stored, now: Stored, limit: str) -> None:
    """Removed are some of the surplus ones, or nobody; and nobody is there twice."""
    gone = {key.lower() for key in before.keys() - now.keys()}
    if limit != "by a number":
        assert gone <= {subject.key_of(n).lower() for n in SURPLUS}, "somebody was removed beyond the filter"
    assert len(gone) <= LIMIT, "more were removed than allowed"
    assert not [key for key, records in now.items() if len(records) > 1], "somebody is there twice"


def assert_goal(
    subject: Subject, sandbox: Sandbox, state: State, items: list[Options], options: Options, before: Stored
) -> None:
    """With the truth, the next run removes whom it should, or says that these are too many."""
    state.let_time_pass()
    result = subject.run_many(sandbox.url, items, **options)
    if "purge_limit" in options:
        assert result["failed"] and result["failure"]["code"] == "purge", result["msg"]
        return
    assert not result["failed"], result["msg"]
    left = {key.lower() for key in before} - {subject.key_of(n).lower() for n in SURPLUS}
    assert left == {key.lower() for key in state.stored(subject.service)}
