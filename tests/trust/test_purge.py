# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings that lie: a purge removes nobody whom the list names, nobody beyond its filter, and nobody beyond its limit."""

from __future__ import annotations

import json
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
CROWD = 45  # records, so that a listing has several pages
LIMIT = 3


@dataclass(frozen=True)
class Listing:
    """How a service lists its records. more: options of the task. setting: dialects that make several pages of it.

    outside: what the crowd has in common, and nobody else.
    """

    subject: Subject
    setting: dict[str, str]
    crowd: int = CROWD


LISTINGS = (
    Listing(EXTENSIONS, {}),
    Listing(GROUPS, {"autodialer.page_limit": "20"}),
    Listing(AGENTS, {}, crowd=110),
    Listing(AGENTS, {"exotel.total": "absent"}, crowd=110),
    Listing(PUPILS, {"sunbird.search": "immediate"}, crowd=1010),
)


def cases() -> t.Iterator[t.Any]:
    """Each lie with each listing, limited by a filter, and limited by a number only."""
    for listing in LISTINGS:
        for lie in LIES:
            for filtered in (True, False):
                name = f"{listing.subject.title}{' without a total' if 'exotel.total' in listing.setting else ''}"
                yield pytest.param(
                    listing, lie, filtered, id=f"{name}, {lie.name}, {'by filter' if filtered else 'by number'}"
                )


@pytest.mark.parametrize("listing, lie, filtered", cases())
def test_a_purge_with_a_listing_that_lies(
    sandbox: Sandbox, state: State, clock: Clock, tally: Tally, listing: Listing, lie: Lie, filtered: bool
) -> None:
    subject = listing.subject
    sandbox.seed(subject.service, listing.crowd)
    people = [subject.options(n, 0, {}) for n in (*NAMED, *SURPLUS)]
    made = subject.run_many(sandbox.url, people)
    assert not made["failed"], made["msg"]
    state.let_time_pass()
    sandbox.dialect(**listing.setting)
    before = state.stored(subject.service)
    named = {subject.key_of(n).lower() for n in NAMED}
    surplus = {subject.key_of(n).lower() for n in SURPLUS}
    scope = subject.scope or subject.key
    values = "|".join(str(one[scope]).replace("+", "[+]").replace("(", "[(]").replace(")", "[)]") for one in people)
    options: Options = {"purge": True, "purge_limit": LIMIT, **subject.removal}
    if filtered:
        options["purge_filter"] = {scope: f"(?i)({values})"}
    items = [subject.options(n, 0, {}) for n in NAMED]
    for check in (True, False):
        with tally(AREA, f"{subject.title}, plural: {lie.name}"), lying(sandbox.url, lie) as url:
            result = subject.run_many(url, items, check, **options)
            assert "Traceback" not in result["output"]
            now = state.stored(subject.service)
            gone = {key.lower() for key in before.keys() - now.keys()}
            assert not gone & named, "somebody was removed whom the list names"
            assert len(gone) <= LIMIT, "more were removed than allowed"
            assert not filtered or gone <= surplus, "somebody was removed beyond the filter"
            assert not check or now == before, "check mode wrote something"
            assert not [key for key, records in now.items() if len(records) > 1], "somebody is there twice"
            if lie.detected and not (lie.pages and subject is EXTENSIONS):
                assert result["failed"] and not gone, "the lie was not noticed"
            if result["failed"]:
                assert result["failure"]["code"] != "internal" and result["failure"]["hint"], result["msg"]
    assert_goal(subject, state, sandbox, items, options, before, filtered)


def assert_goal(
    subject: Subject,
    state: State,
    sandbox: Sandbox,
    items: list[Options],
    options: Options,
    before: Stored,
    filtered: bool,
) -> None:
    """With the truth, the next run removes whom it should, or says that these are too many."""
    state.let_time_pass()
    result = subject.run_many(sandbox.url, items, **options)
    now = state.stored(subject.service)
    if filtered:
        assert not result["failed"], result["msg"]
        surplus = {subject.key_of(n).lower() for n in SURPLUS}
        assert {key.lower() for key in before} - surplus == {key.lower() for key in now}
        assert json.dumps(now, sort_keys=True) in json.dumps(now, sort_keys=True)
    else:
        assert result["failed"] and result["failure"]["code"] == "purge", result["msg"]
