# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of these tests: what it counts, what it says, and that it tries all that it claims to try."""

from __future__ import annotations

import itertools
import json
import typing as t

import pytest

from ansible_collections.vox.roster.tests.trust.pairs import combinations, covering
from ansible_collections.vox.roster.tests.trust.report import MARKS, Report, Tally, complaints, stated, with_figures
from ansible_collections.vox.roster.tests.trust.subjects import SUBJECTS, Subject
from ansible_collections.vox.roster.tests.trust.test_dialects import switches_of
from ansible_collections.vox.roster.tests.trust.trouble import assert_fair

PAGE = f"# Page\n\n{MARKS[0]}\n\n{MARKS[1]}\n\nThe end.\n"


def report_of(**tried: int) -> Report:
    """A report with so many tries in each area, all of which held."""
    report = Report()
    report.take({(area, "case"): [count, count] for area, count in tried.items()})
    return report


def test_a_try_that_fails_counts_as_tried() -> None:
    tally = Tally()
    with tally("one", "case"):
        pass
    with pytest.raises(AssertionError), tally("one", "case"):
        raise AssertionError
    report = Report()
    report.take(tally.counts)
    assert report.totals() == {"one": [2, 1]}
    assert [line.split() for line in report.table()[1:]] == [
        ["one", "case", "2", "1", "!"],
        ["one", "all", "2", "1", "!"],
    ]
    assert json.loads(report.as_json(False))["areas"]["one"]["held"] == 1


def test_the_page_is_written_and_compared() -> None:
    page = with_figures(PAGE, report_of(one=1204, two=7))
    assert stated(page) == {"one": 1200, "two": 7}
    assert page.startswith("# Page") and page.endswith("\n\nThe end.\n")
    assert complaints(page, report_of(one=1300, two=7)) == []
    assert complaints(page, report_of(one=1199, three=1)) == [
        "three is missing",
        "one: 1200 tries are claimed, there were 1199",
        "two: 7 tries are claimed, there were 0",
    ]


@pytest.mark.parametrize("strength", [2, 3])
def test_every_combination_occurs(strength: int) -> None:
    switches = {"a": "12", "b": "123", "c": "12", "d": "1234"}
    settings = covering(switches, strength)
    assert settings[0] == dict.fromkeys(switches, "1")
    within = {one for setting in settings for one in itertools.combinations(setting.items(), strength)}
    assert set(combinations(switches, strength)) == within
    assert len(settings) < 2 * 3 * 2 * 4
    assert covering(switches, strength) == settings


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.title for subject in SUBJECTS])
def test_every_field_that_can_change_is_changed(subject: Subject) -> None:
    fields = {one.name for one in subject.resource.fields if one.argument is not None}
    known = set(subject.person(1, 0))
    # These go with another field.
    others = {"id", "country_code", "user_sub_type", *(subject.switched or ())}
    assert fields - known <= others
    fixed = {subject.key, *subject.fixed, *subject.along}
    if subject.clear_connection is None:
        assert known - fixed - set(subject.changing({})) <= {"email", "secret"}
    assert all(value in values for (name, value) in subject.without for values in [switches_of(subject)[name]])


def test_what_is_not_fair_is_noticed() -> None:
    before, goal = {"1": [{"name": "a"}]}, {"1": [{"name": "b"}]}
    result = {"failed": False, "changed": True, "output": "", "msg": ""}
    failure = {"code": "server", "service": "demo", "message": "the server failed"}
    failed = {**result, "failed": True, "msg": "demo: the server failed, alas", "failure": failure}
    assert_fair(result, before, goal, goal, rivalry=False)
    assert_fair(failed, before, goal, goal, rivalry=False)
    wiped: dict[str, list[dict[str, t.Any]]] = {"1": [{}]}
    for wrong, now in (
        (result, before),
        ({**failed, "changed": False}, goal),
        (failed, {"1": [{"name": "c"}]}),
        (failed, wiped),
        (failed, {"1": goal["1"] * 2}),
        (failed, {}),
        ({**failed, "output": "Traceback (most recent call last)"}, goal),
        ({**failed, "failure": {**failure, "code": "internal"}}, goal),
    ):
        with pytest.raises(AssertionError):
            assert_fair(wrong, before, now, goal, rivalry=False)
